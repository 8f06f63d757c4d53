//! One matter at the desk: what it says, what may be done, what has happened.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::matters::step::{Act as At, Step};
use rules::matters::{Clock, Kind, Matter, Phase, Values, access};
use rules::shared::code::in_groups;
use rules::shared::ids::ReplyId;
use rules::shared::{Actor, Moment, Role};
use serde::Deserialize;

use super::act::{Act, Choices, first, possible};
use super::asked::{Asked, Input, words};
use super::choices::choices;
use super::fields::{FieldLine, field_lines};
use super::private;
use super::questions::{asked_for, prefilled};
use super::replies as shown_replies;
use super::rows::{context_rows, merged_rows, with_former};
use super::similar::similar;
use super::timeline::{self, Line, Names};
use super::waits::{hears, waits};
use super::warned::{Open, warned};
use super::{crumb, find};
use crate::audit;
use crate::capability;
use crate::city::City;
use crate::matters::closeness::Close;
use crate::matters::looks;
use crate::matters::merged::{self, Other};
use crate::matters::pages::line;
use crate::matters::photos::{self, PhotoRow};
use crate::matters::replies::{self, Opened, ReplyRow};
use crate::matters::store::{self, MatterRow};
use crate::matters::{Held, actions, inviting, kind_of, notes, unsettled};
use crate::web::{Who, refusal_words};
use crate::{App, Stop, Tx, people};

/// Everything the page shows, read in one transaction.
pub struct Loaded {
    pub held: Held,
    row: MatterRow,
    organisation: Option<String>,
    /// Who has it, and who handled it before it was reopened.
    handlers: (Vec<String>, Vec<String>),
    events: Vec<audit::Event>,
    names: Names,
    photos: Vec<PhotoRow>,
    similar: Vec<MatterRow>,
    choices: Choices,
    /// Sealed fields that were opened for this drawing.
    opened: Values,
    /// There are notes of the person, or words of a party, that this one may open and has not.
    sealed_notes: bool,
    replies: Vec<ReplyRow>,
    /// What was said to parties and by them, opened for this drawing.
    opened_replies: BTreeMap<ReplyId, Opened>,
    /// The one it was merged into, and those that were merged into it.
    into: Option<Other>,
    from: Vec<Other>,
    /// What is still open of it, and who is on the way.
    open: Open,
    /// Tasks were cut from it.
    had_tasks: bool,
    /// What is not for whoever reads it, who is close to whose it is.
    close: Close,
    /// When it was read.
    at: Timestamp,
}

/// Whether the page is for somebody: those who work on it. Whose matter it is has a page of their own.
pub fn is_for(tx: &Tx<'_>, who: &Actor, held: &Held) -> Result<bool, Stop> {
    let city = tx.city();
    Ok(access::see_at_work(who, kind_of(&city, &held.matter.kind)?, &held.matter).is_ok())
}

/// Reads the matter for whoever works on it. `act` says which choices the form needs, and `form` what was typed into it.
pub async fn load(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    code: &str,
    (act, form): (Option<&Act>, Option<&Form>),
) -> Result<Loaded, Stop> {
    let id = find(tx, code).await?;
    let held = Held::find(tx, who, id).await?;
    if is_for(tx, who, &held)? { loaded(tx, who, at, held, (act, form)).await } else { Err(Stop::Missing) }
}

/// Whether another matter may be merged into it: what was done already serves nobody anew.
fn goes_on(row: &MatterRow) -> bool {
    !Phase::from_key(&row.phase).is_some_and(Phase::is_past_tasks)
}

/// Everything else that the page says of a matter in hand.
async fn loaded(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    held: Held,
    (act, form): (Option<&Act>, Option<&Form>),
) -> Result<Loaded, Stop> {
    let id = held.id();
    let row = store::row(tx, id).await?.ok_or(Stop::Missing)?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let organisation = match held.matter.organisation {
        Some(id) => people::store::organisation(tx, id).await?.map(|o| o.name),
        None => None,
    };
    let mut handlers = Vec::new();
    for person in &held.matter.assignees {
        handlers.extend(people::store::person(tx, *person).await?.map(|p| p.name));
    }
    let mut former = Vec::new();
    for person in &held.matter.former {
        former.extend(people::store::person(tx, *person).await?.map(|p| p.name));
    }
    let events = audit::timeline(tx, id).await?;
    let names = Names::of(tx, &events).await?;
    // Beside a box that says that who asked is sealed, the history does not name them.
    let names = if held.is_sealed() { names.sealing(held.matter.owners()) } else { names };
    let (into, from) = (merged::into(tx, who, &held).await?, merged::from(tx, who, &events).await?);
    let photos = photos::seen_by(tx, who, id).await?.into_iter().map(|(photo, _)| photo).collect();
    let similar = similar(tx, who, kind, &held, &row).await?;
    let replies = replies::of_matter(tx, id).await?;
    let close = Close::of(tx, who, at, &held).await?;
    let acts = || possible(who, kind, &held, (&replies, &close), at.recorded);
    let act = act.cloned().or_else(|| first(kind, &held, &acts()));
    let mut choices = match &act {
        Some(act) => choices(tx, who, at, (kind, &held), act, form).await?,
        None => Choices::default(),
    };
    let alike =
        similar.iter().filter(|row| goes_on(row)).map(|row| Choice::new(in_groups(&row.code), row.title.clone()));
    choices.similar = alike.collect();
    let sealed_notes =
        notes::may_read(tx, who, &held).await? || !replies.is_empty() && replies::may_read(tx, who, &held)?;
    let readers = match act == Some(Act::Private) {
        true => private::lost_to(tx, who, at, kind, &held.matter).await?,
        false => None,
    };
    let open = Open { readers, ..Open::of(tx, at, &held, &replies).await? };
    Ok(Loaded {
        held,
        row,
        organisation,
        handlers: (handlers, former),
        events,
        names,
        photos,
        similar,
        choices,
        opened: Values::new(),
        sealed_notes,
        replies,
        opened_replies: BTreeMap::new(),
        into,
        from,
        open,
        had_tasks: unsettled::had_tasks(tx, id).await?,
        close,
        at: at.recorded,
    })
}

/// A tab of what may be done.
pub struct Tab {
    pub label: String,
    pub href: String,
    pub current: bool,
    /// What is struck for it; mostly nothing.
    pub key: &'static str,
}

/// Both versions, when somebody else was first.
pub struct Changed {
    /// What was done meanwhile.
    pub since: Vec<Line>,
    /// What was typed: question and answer.
    pub typed: Vec<(String, String)>,
    /// What was to be done, when it cannot be done any more.
    pub gone: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/matter.html")]
pub struct MatterPage {
    page: Page,
    code: String,
    spaced: String,
    level: String,
    step: String,
    /// Goes with the form: what was asked at the time.
    step_key: String,
    row: MatterRow,
    /// Clocks whose end is not known yet: the key of which one it is, and what it grants.
    awaited: Vec<(&'static str, String)>,
    rows: Vec<(String, String)>,
    /// Matters that are one with it: how they stand to it.
    merged: Vec<(String, Other)>,
    fields: Vec<FieldLine>,
    may_open: bool,
    photos: Vec<PhotoRow>,
    may_release: bool,
    tabs: Vec<Tab>,
    act: Option<&'static str>,
    act_label: String,
    act_key: String,
    form: Form,
    questions: Vec<Asked>,
    /// The form has files.
    takes_photos: bool,
    /// What is still open, where the act would settle the matter.
    unsettled: Vec<String>,
    /// It is open, and its step waits for somebody else.
    is_elses: bool,
    /// Whose word it waits for, and what comes after; nothing of that is to be done here.
    waits: Option<String>,
    /// What they say of it is written down by whoever reads.
    hears: bool,
    /// Why whoever reads decides nothing: they are close to whose it is.
    close: Option<String>,
    /// A volunteer asked for somebody to look in: whoever reads writes down what came of it, or waits for who does.
    look: Option<bool>,
    /// Each of what may be the same can be put beside it.
    may_merge: bool,
    dispatches: bool,
    inviting: Vec<String>,
    /// Tasks were cut from it, which whoever finds people sees.
    has_tasks: bool,
    events: usize,
    lines: Vec<Line>,
    similar: Vec<MatterRow>,
    changed: Option<Changed>,
    replies: Vec<shown_replies::Line>,
}

impl MatterPage {
    fn merges(&self, other: &MatterRow) -> bool {
        self.may_merge && goes_on(other)
    }
}

/// What was sent, when the page is drawn again.
#[derive(Default)]
pub struct Sent {
    pub form: Option<Form>,
    pub errors: Errors,
    pub changed: bool,
}

/// Whether somebody may write down what came of a look; the verb is of `service`, and of what is private a social worker's.
fn may_look(who: &Actor, matter: &Matter) -> bool {
    capability::might(who, "service.look") && (!matter.private || who.covers(Role::SocialWorker, &matter.place_path))
}

/// The page with its title and the way back.
fn headed(who: &Who, city: &City, held: &Held) -> Page {
    let mut page = who.page().with_title(line::of_held(&who.page(), city, held));
    page.crumbs = vec![crumb(&page, city, who.actor())];
    page
}

/// Draws the page. Without `wanted` the first thing that may be done is shown.
pub fn draw(who: &Who, (city, kind): (&City, &Kind), loaded: Loaded, wanted: Option<Act>, sent: Sent) -> MatterPage {
    let page = headed(who, city, &loaded.held).with_errors(sent.errors);
    let Loaded {
        held,
        row,
        organisation,
        handlers: (handlers, former),
        events,
        names,
        photos,
        similar,
        choices,
        opened,
        sealed_notes,
        replies,
        opened_replies,
        into,
        from,
        open,
        had_tasks,
        close,
        at,
    } = loaded;
    let acts = possible(who.actor(), kind, &held, (&replies, &close), at);
    // What nobody can do any more has no form, and what was typed into it is not put into another one.
    let gone = wanted.clone().filter(|act| sent.form.is_some() && !acts.contains(act));
    let act = wanted.filter(|act| acts.contains(act)).or_else(|| first(kind, &held, &acts).filter(|_| gone.is_none()));
    let code = row.code.clone();
    let now = held.matter.at(kind);
    let sent_at = sent.form.as_ref().and_then(|form| kind.step(form.text("step")));
    let typed_into = gone.as_ref().map(|act| asked_for(&page, (kind, sent_at), &held, act, choices.clone()));
    let questions = act.as_ref().map(|act| asked_for(&page, (kind, now), &held, act, choices)).unwrap_or_default();
    let lines = timeline::lines(&page, kind, &events, &names);
    let changed = sent.form.as_ref().filter(|_| sent.changed || gone.is_some()).map(|form| {
        let gone = gone.as_ref().map(|act| act.label(&page, sent_at));
        let typed = typed_into.as_ref().unwrap_or(&questions);
        both_versions(&page, kind, (&events, &names), (form, typed), gone)
    });
    let form = prefilled(&held, &questions).redrawn(sent.form, sent.changed);
    let (fields, may_open) = field_lines(&page, who.actor(), kind, &held, &opened);
    let reads_replies = access::read_replies(who.actor(), kind, &held.matter).is_ok();
    MatterPage {
        spaced: format!("{} {}", kind.code_prefix, in_groups(&code)),
        level: kind.level(&held.matter.level).map(|l| words(&page, &l.name).to_owned()).unwrap_or_default(),
        step: held.matter.at(kind).map_or_else(|| page.t("desk-closed"), |s| words(&page, &s.desk).to_owned()),
        step_key: held.matter.step.clone(),
        awaited: awaited(&page, &held.matter),
        rows: with_former(&page, context_rows(&page, kind, &held, &row, organisation, &handlers), &former),
        merged: merged_rows(&page, into, from),
        fields,
        may_open: may_open || sealed_notes,
        may_release: access::release_photo(who.actor(), kind, &held.matter).is_ok(),
        photos,
        tabs: tabs_of(&page, (kind, &held), &acts, act.as_ref()),
        act: act.as_ref().map(Act::word),
        act_label: act.as_ref().map(|a| a.label(&page, now)).unwrap_or_default(),
        act_key: act.as_ref().map(Act::key).unwrap_or_default(),
        form,
        takes_photos: questions.iter().any(|question| matches!(question.input, Input::Photos)),
        questions,
        unsettled: act.as_ref().map(|act| warned(&page, act, (kind, &held.matter), &open)).unwrap_or_default(),
        is_elses: !held.matter.is_closed() && !acts.iter().any(Act::is_of_the_step),
        waits: waits(&page, who.actor(), kind, &held.matter),
        hears: hears(who.actor(), kind, &held.matter) && close.rates.is_none(),
        close: close.said(hears(who.actor(), kind, &held.matter)).map(|why| refusal_words(&page, why)),
        look: looks::waits(&events).then(|| may_look(who.actor(), &held.matter)),
        may_merge: acts.contains(&Act::Merge),
        inviting: open.inviting.iter().map(|one| inviting::line(&page, one)).collect(),
        dispatches: dispatches(kind, &held) && (had_tasks || has_tasks(who.actor(), kind, &held)),
        has_tasks: had_tasks && has_tasks(who.actor(), kind, &held),
        events: events.len(),
        lines,
        similar: similar.into_iter().map(|other| line::titled(&page, city, other)).collect(),
        changed,
        replies: shown_replies::lines(&page, &code, reads_replies, &replies, &opened_replies),
        code,
        row,
        page,
    }
}

/// What was done since the page was drawn, beside what was typed into the questions asked.
fn both_versions(
    page: &Page,
    kind: &Kind,
    (events, names): (&[audit::Event], &Names),
    (form, asked): (&Form, &[Asked]),
    gone: Option<String>,
) -> Changed {
    let seen = form.text("events").parse().unwrap_or(events.len());
    let since = timeline::lines(page, kind, events.get(seen..).unwrap_or_default(), names);
    let typed = asked.iter().map(|question| (question.label.clone(), question.said(form)));
    Changed { since, typed: typed.filter(|(_, said)| !said.is_empty()).collect(), gone }
}

/// The clocks that wait for the calendar of a year.
fn awaited(page: &Page, matter: &Matter) -> Vec<(&'static str, String)> {
    let step = matter.step_clock.as_ref().and_then(Clock::awaited);
    let both = [("desk-due-resident", matter.awaited()), ("desk-due-step", step)];
    let words = |(key, one): (&'static str, Option<_>)| Some((key, line::awaited(page, one?)));
    both.into_iter().filter_map(words).collect()
}

fn dispatches(kind: &Kind, held: &Held) -> bool {
    held.matter.at(kind).is_some_and(|step| matches!(step.act, At::Dispatch | At::Serve))
}

fn tabs_of(page: &Page, (kind, held): (&Kind, &Held), acts: &[Act], shown: Option<&Act>) -> Vec<Tab> {
    let tab = |act: &Act| Tab {
        label: act.label(page, held.matter.at(kind)),
        href: format!("/desk/{}?do={}#do", held.code, act.key()),
        current: shown == Some(act),
        key: key_of(act, kind, held),
    };
    acts.iter().map(tab).collect()
}

/// Whether `who` cuts tasks of it; whoever does not finds on that page only those that are.
fn has_tasks(who: &Actor, kind: &Kind, held: &Held) -> bool {
    let cuts =
        |step: &Step| step.act == At::Dispatch && step.by.iter().any(|r| who.covers(*r, &held.matter.place_path));
    held.matter.phase(kind) != Phase::Review && kind.steps.iter().any(cuts)
}

fn key_of(act: &Act, kind: &Kind, held: &Held) -> &'static str {
    let answer = |key: &str| held.matter.at(kind).and_then(|step| step.answer(key));
    match act {
        Act::Note => "n",
        // Before there is anybody to find, the answer that has somebody found.
        Act::Answer(key) if !dispatches(kind, held) => {
            let next = answer(key).and_then(|answer| kind.step(&answer.to));
            if next.is_some_and(|next| next.act == At::Dispatch) { "a" } else { "" }
        }
        _ => "",
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default, rename = "do")]
    act: String,
}

pub async fn open(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let act = Act::from_key(&wanted.act);
    let (actor, at, wanted) = (who.actor().clone(), app.now(), act.clone());
    let loaded = app
        .read(move |mut tx| {
            Box::pin(async move {
                let id = find(&mut tx, &code).await?;
                let held = Held::find(&mut tx, &actor, id).await?;
                if !is_for(&tx, &actor, &held)? {
                    return Ok(Err(format!("/help/{}", in_groups(&held.code))));
                }
                Ok(Ok(Box::new(loaded(&mut tx, &actor, at, held, (wanted.as_ref(), None)).await?)))
            })
        })
        .await?;
    let loaded = match loaded {
        Ok(loaded) => *loaded,
        Err(receipt) => return Ok(who.visit.see(&receipt)),
    };
    let city = app.city();
    let kind = kind_of(&city, &loaded.held.matter.kind)?;
    Ok(html(StatusCode::OK, &draw(&who, (&city, kind), loaded, act, Sent::default())))
}

/// Opens the sealed fields for this one drawing. A POST, because the reading is written down.
pub async fn protected(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let loaded = app
        .act(who.actor(), code, |mut tx, who, at, code| {
            Box::pin(async move {
                let mut loaded = load(&mut tx, &who, at, &code, (None, None)).await?;
                let city = tx.city();
                let purpose = loaded.held.purpose(kind_of(&city, &loaded.held.matter.kind)?);
                loaded.opened = actions::read_protected(&mut tx, &who, at, &loaded.held, purpose).await?;
                let notes = notes::read(&mut tx, &who, at, &loaded.held, purpose).await?;
                loaded.opened_replies = replies::read(&mut tx, &who, at, &loaded.held, purpose).await?;
                if loaded.opened.is_empty() && notes.is_empty() && loaded.opened_replies.is_empty() {
                    Err(Stop::Forbidden { verb: "matters.read_protected" })
                } else {
                    loaded.sealed_notes = false;
                    loaded.names.open(notes);
                    Ok(loaded)
                }
            })
        })
        .await?;
    let city = app.city();
    let kind = kind_of(&city, &loaded.held.matter.kind)?;
    Ok(html(StatusCode::OK, &draw(&who, (&city, kind), loaded, None, Sent::default())))
}
