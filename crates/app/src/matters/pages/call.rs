//! The call-taker's page: one page in the order of a call, for phone calls, visitors and paper forms alike.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::matters::access::{self, RaiseFor};
use rules::matters::kind::{Field, FieldType};
use rules::matters::{Kind, Values};
use rules::people::Phone;
use rules::shared::code::in_groups;
use rules::shared::ids::{MatterId, PersonId, PlaceId};
use rules::shared::permit::might;
use rules::shared::{Actor, Cell, Channel, Id, Moment, Refusal};
use serde::Deserialize;
use uuid::Uuid;

use super::flow::NEED;
use super::line::Line;
use super::noted::{self, Known, Section, Sign, by_phone, kinds_for, look, sections, sign};
use super::questions::{self, MYSELF, say};
use super::{carried, line};
use crate::city::City;
use crate::matters::actions::{self, New};
use crate::matters::store::MatterRow;
use crate::matters::{kind_of, prefill};
use crate::places::Place;
use crate::places::picker::{self, Picker};
use crate::web::{Submitted, Who, go, refusal_errors, submit};
use crate::{App, Stop, Tx, capability, identity, people};

/// Where a matter that staff write down came from.
const CHANNELS: [Channel; 3] = [Channel::Phone, Channel::Desk, Channel::Paper];

#[derive(Deserialize)]
pub struct Asking {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    place_id: String,
    /// Whom it is about, from their page in the register.
    #[serde(default)]
    person: String,
}

#[derive(Template)]
#[template(path = "matters/call.html")]
struct CallPage {
    page: Page,
    form: Form,
    kind: String,
    kinds: Vec<Choice>,
    channels: Vec<Choice>,
    /// `None` before a number was looked up.
    looked: Option<Option<Known>>,
    sections: Vec<Section>,
    levels: Vec<Choice>,
    picker: Picker,
    may_be_private: bool,
    private_hint: &'static str,
    /// What the button says.
    saves: String,
    /// They may look at what came of printed forms.
    sees_paper: bool,
    sees: &'static str,
    /// What was typed for other kinds.
    unseen: Vec<(String, String)>,
    /// What the caller has open and the one at the desk may open: line and address.
    open: Vec<(Line, String)>,
    /// Something else of theirs is open that is not for the one at the desk.
    has_hidden: bool,
}

fn permit(who: &Who) -> Result<(), Stop> {
    let verb = <RaiseFor as rules::shared::Verb>::NAME;
    if might::<RaiseFor>(who.actor()) { Ok(()) } else { Err(Stop::Forbidden { verb }) }
}

pub async fn show(State(app): State<App>, who: Who, Query(asking): Query<Asking>) -> Result<Response, Failure> {
    permit(&who)?;
    let page = who.page();
    let mut form = Form::empty().with("channel", Channel::Phone.key()).with("place_id", asking.place_id.as_str());
    form.set("day", page.today());
    form.set("time", page.time_field(page.now_millis()));
    let kind = if asking.kind.is_empty() { NEED.to_owned() } else { asking.kind };
    form.set("caller", asking.person);
    let looked = look_up(&app, &who, &form).await?.unwrap_or_default();
    fill_place(&mut form, &looked);
    draw(&app, &who, &kind, form, looked, (Vec::new(), Errors::new())).await
}

/// Fills the place from whoever was looked up, unless another one was typed. Another number then brings its own place.
fn fill_place(form: &mut Form, looked: &Option<Option<Known>>) {
    let Some(known) = looked else { return };
    let (typed, was) = (form.text("place").to_owned(), form.text("place_from").to_owned());
    let is_free = if typed.is_empty() { form.text("place_id").is_empty() } else { typed == was };
    if !is_free {
        return;
    }
    let (id, name) = match known.as_ref().and_then(|k| k.lives.as_ref()) {
        Some((id, name)) => (id.to_string(), name.clone()),
        None => Default::default(),
    };
    form.set("place_id", id);
    form.set("place", name.as_str());
    form.set("place_from", name);
}

async fn draw(
    app: &App,
    who: &Who,
    kind: &str,
    mut form: Form,
    looked: Option<Option<Known>>,
    (several, errors): (Vec<Choice>, Errors),
) -> Result<Response, Failure> {
    let city = app.city();
    let kinds = kinds_for(who.actor(), city.kinds.iter());
    let kind = kinds.iter().find(|k| k.id == kind).or(kinds.first()).ok_or(Stop::Missing)?;
    // Most who ring ring for themselves.
    if let Some(subject) = kind.subject_field.as_deref().filter(|field| form.text(field).is_empty()) {
        form.set(subject, MYSELF);
    }
    let home =
        looked.as_ref().and_then(|l| l.as_ref()).map_or_else(|| who.caller.place_path.clone(), |k| k.home.clone());
    let near = app.read(move |mut tx| Box::pin(async move { picker::near(&mut tx, &home).await })).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = who.page().titled("matters-call-title").with_errors(errors);
    let known = looked.as_ref().and_then(|looked| looked.as_ref());
    let open = known.iter().flat_map(|known| &known.open).map(|row| at_desk(&page, &city, row)).collect();
    let has_hidden = known.is_some_and(|known| known.has_hidden);
    let page = if looked.is_none() { page.focused_at("caller_phone") } else { page };
    let levels = kind.levels.iter().map(|l| Choice::new(&l.key, say(&page, &l.name)));
    let drawn = CallPage {
        kind: kind.id.clone(),
        kinds: kinds.iter().map(|k| Choice::new(&k.id, say(&page, &k.name))).collect(),
        channels: CHANNELS
            .iter()
            .map(|c| Choice::new(c.key(), page.t(&format!("matters-channel-{}", c.key()))))
            .collect(),
        looked,
        sections: sections(&page, kind),
        levels: levels.collect(),
        unseen: carried::unseen(&form),
        open,
        has_hidden,
        picker: Picker { near, several },
        may_be_private: kind.may_be_private,
        private_hint: noted::private_hint(who.actor(), kind),
        saves: saves(&page, who.actor(), kind),
        sees_paper: capability::might(who.actor(), "paper.see"),
        sees: super::raise::sees(kind, true),
        form,
        page,
    };
    Ok(html(status, &drawn))
}

/// An open matter as the desk lists it, and where it is.
fn at_desk(page: &Page, city: &City, row: &MatterRow) -> (Line, String) {
    let line = line::at_work(page, city, row);
    let href = format!("/desk/{}", row.code);
    (Line { title: format!("{} · {}", line.title, line.code), ..line }, href)
}

/// What the button says: whom it goes to, unless the next step is for whoever writes it down.
fn saves(page: &Page, who: &Actor, kind: &Kind) -> String {
    let by = kind.step(&kind.start).map_or(&[][..], |step| step.by.as_slice());
    match by.first().filter(|_| !by.iter().any(|role| who.has_role(*role))) {
        Some(role) => {
            let role = page.t(&format!("desk-role-{}", role.key().replace('_', "-")));
            page.t1("matters-call-save-for", "role", role)
        }
        None => page.t("matters-call-save"),
    }
}

/// Looks somebody up; the inner `None` is nobody.
async fn look_up(app: &App, who: &Who, form: &Form) -> Result<Result<Option<Option<Known>>, Refusal>, Failure> {
    let sign = match sign(form) {
        Ok(Some(sign)) => sign,
        Ok(None) => return Ok(Ok(None)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Sign::Card(..) = &sign {
        app.web.look_ups.check(&format!("card {}", who.caller.key))?;
    }
    let actor = who.actor().clone();
    match app.read(move |mut tx| Box::pin(async move { look(&mut tx, &actor, &sign).await })).await {
        Ok(known) => Ok(Ok(Some(known))),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(stop) => Err(stop.into()),
    }
}

/// What a call-taker wrote down.
#[derive(Clone, Debug)]
struct Noted {
    kind: String,
    values: Values,
    place: PlaceId,
    caller: Option<PersonId>,
    private: bool,
    level: Option<String>,
    channel: Channel,
    occurred: Timestamp,
}

pub async fn keep(State(app): State<App>, who: Who, mut form: Form) -> Result<Response, Failure> {
    permit(&who)?;
    let page = who.page();
    let mut errors = Errors::new();
    let phone = Phone::parse(form.text("caller_phone")).ok();
    let looked = match look_up(&app, &who, &form).await? {
        Ok(looked) => looked,
        Err(refusal) => {
            refusal_errors(&page, &refusal).iter().for_each(|(field, message)| errors.add(field, message));
            None
        }
    };
    fill_place(&mut form, &looked);
    let kind_asked = form.text("do").strip_prefix("kind-").unwrap_or(form.text("kind")).to_owned();
    let home = looked.iter().flatten().next().map_or_else(|| who.caller.place_path.clone(), |k| k.home.clone());
    let city = app.city();
    let nothing: MatterId = Id::new(Cell::ROOT, Uuid::nil());
    let may = |place: &Place| {
        let takes = |kind| access::raise_for(who.actor(), kind, nothing, &place.path).is_ok();
        city.kinds.get(&kind_asked).is_none_or(takes)
    };
    if form.text("do") == "look" || form.text("do").starts_with("kind-") {
        // A name that nobody knows is better heard of while the caller is still there.
        let several = if form.text("place").is_empty() {
            Vec::new()
        } else {
            picker::asked_within(&app, &page, &form, home, &mut errors, may).await?.1
        };
        let form = match city.kinds.get(&kind_asked).filter(|kind| kind.id != form.text("kind")) {
            Some(kind) => carried::switched(&form, form.text("kind"), kind),
            None => form,
        };
        return draw(&app, &who, &kind_asked, form, looked, (several, errors)).await;
    }
    let kind = *kinds_for(who.actor(), city.kinds.iter()).iter().find(|k| k.id == kind_asked).ok_or(Stop::Missing)?;
    let fields = || kind.fields.iter().filter(|f| f.asked.is_at_intake() && by_phone(f));
    let occurred = occurred(&app, &form);
    let said_at = occurred.map(|at| city.calendar.local(at));
    let wrong = questions::wrong(&page, kind, fields(), &form, said_at);
    wrong.iter().for_each(|(field, message)| errors.add(field, message));
    if let (Some(subject), true) = (&kind.subject_field, questions::says_another(kind, &form)) {
        errors.add(subject, page.t("matters-call-for-whom"));
    }
    let (place, several) = picker::asked_within(&app, &page, &form, home, &mut errors, may).await?;
    if occurred.is_none() {
        errors.add("day", page.t("matters-occurred-wrong"));
    }
    let (Some(place), Some(occurred), true) = (place, occurred, errors.is_empty()) else {
        return draw(&app, &who, &kind_asked, form, looked, (several, errors)).await;
    };
    let mut values = questions::values(kind, fields(), &form);
    if let (Some(phone), Some(field)) = (phone, prefill::rung(kind)) {
        values.entry(field.key.clone()).or_insert_with(|| vec![phone.reveal().to_owned()]);
    }
    let noted = Noted {
        kind: kind.id.clone(),
        values,
        place: place.id,
        caller: looked.iter().flatten().next().map(|k| k.person),
        private: form.checked("private"),
        level: Some(form.text("level").to_owned()).filter(|l| !l.is_empty()),
        channel: CHANNELS.into_iter().find(|c| c.key() == form.text("channel")).unwrap_or(Channel::Phone),
        occurred,
    };
    let done =
        submit(&app, &who, &form, noted, |tx, who, at, noted| Box::pin(async move { raise(tx, who, at, noted).await }))
            .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            // The page asks for the day and the time apart.
            let refusal = refusal.renamed(&[("occurred_at", "day")]);
            let errors = questions::refused(&page, kind, &refusal);
            draw(&app, &who, &kind_asked, form, looked, (several, errors)).await
        }
    }
}

async fn raise(tx: &mut Tx<'_>, who: &Actor, at: Moment, noted: Noted) -> Result<identity::once::Answer, Stop> {
    let who = Actor { channel: noted.channel, ..who.clone() };
    let at = Moment { occurred: noted.occurred.min(at.recorded), recorded: at.recorded };
    let (mut values, mut prefilled) = (noted.values, Vec::new());
    if let Some(caller) = noted.caller {
        let city = tx.city();
        let kind = kind_of(&city, &noted.kind)?;
        prefilled = prefill::known_of(tx, caller, kind, noted.place, &mut values).await?;
    }
    let no_number = if hears(tx, &noted.kind, &values, noted.caller).await? { "" } else { "?number=none" };
    let new = New {
        kind: noted.kind,
        place: Some(noted.place),
        values,
        prefilled,
        caller: noted.caller,
        for_someone: true,
        private: noted.private,
        level: noted.level,
        ..New::default()
    };
    let held = actions::raise(tx, &who, at, &new).await?;
    Ok(go(format!("/desk/call/{}{no_number}", in_groups(&held.code))))
}

/// Whether anybody can get in touch with them: at a number that they left, or by message where it is known who they are. Where
/// nobody can, nothing of the kind is promised.
async fn hears(tx: &mut Tx<'_>, kind: &str, values: &Values, caller: Option<PersonId>) -> Result<bool, Stop> {
    let city = tx.city();
    let mut phones = kind_of(&city, kind)?.fields.iter().filter(|field| field.type_ == FieldType::Phone);
    let is_left = |field: &Field| values.get(&field.key).is_some_and(|said| said.iter().any(|n| !n.is_empty()));
    match caller {
        _ if phones.any(is_left) => Ok(true),
        Some(caller) => people::is_reached(tx, caller).await,
        None => Ok(false),
    }
}

/// When it happened: the caller's own time, which may lie before the time of writing it down and never after it.
fn occurred(app: &App, form: &Form) -> Option<Timestamp> {
    let at = noted::written_at(form, ("day", "time"), &app.city().settings.zone)?;
    (at <= app.now().recorded).then_some(at)
}
