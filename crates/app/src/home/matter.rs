//! Receipt and tracking in one: the page of a matter for those whose it is, and what they may do there.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::matters::ahead::By;
use rules::matters::kind::{CountsAs, Kind};
use rules::matters::step::Act;
use rules::matters::{Matter, Values, access, workflow};
use rules::places::{Level, path};
use rules::shared::code::in_groups;
use rules::shared::ids::{FileId, MatterId, PersonId};
use rules::shared::{Actor, Moment};

use super::coming::{self, Coming, Door};
use super::told::{self, Told};
use crate::matters::merged::{self, Other};
use crate::matters::notes::{self, Notes};
use crate::matters::pages::line::{awaited, code_with_letter, state, what};
use crate::matters::pages::questions::{read_back, say};
use crate::matters::photos::PhotoRow;
use crate::matters::{Held, actions, asker, behalf, kind_of, photos, store};
use crate::places::picker;
use crate::service::Objected;
use crate::service::check_codes::CheckCode;
use crate::service::objections::ObjectionRow;
use crate::service::records::RecordRow;
use crate::service::store::RatingRow;
use crate::web::Who;
use crate::{App, Stop, Tx, audit, dispatch, people, service};

/// A step that is still to come.
struct Ahead {
    title: String,
    /// By when, and of what.
    by: Option<String>,
    is_now: bool,
}

/// What is said about a matter beside its own page, read at once.
pub(super) struct Seen {
    pub held: Held,
    place: String,
    handler: Option<String>,
    unit: Option<String>,
    door: Door,
    events: Vec<audit::Event>,
    unserved: told::Unserved,
    names: told::Names,
    photos: Vec<FileId>,
    /// How many more there are, which somebody covers first.
    covering: usize,
    /// What the reader answered when they were asked how it was, by when it was recorded.
    ratings: BTreeMap<i64, RatingRow>,
    values: Values,
    notes: Notes,
    hours: Vec<RecordRow>,
    objections: Vec<(ObjectionRow, RecordRow)>,
    merged: Option<Other>,
}

/// What a volunteer did, for the person served to say that it is right.
struct Hours {
    id: String,
    volunteer: String,
    window: String,
    minutes: i64,
    content: String,
}

#[derive(Template)]
#[template(path = "home/matter.html")]
struct MatterPage {
    page: Page,
    code: String,
    path: String,
    what: String,
    place: String,
    state: String,
    tone: &'static str,
    due: Option<i64>,
    /// When somebody comes first, where that is only after what was promised.
    visit_after: Option<i64>,
    /// What was promised while its day is not known, in words.
    awaited: Option<String>,
    next_word_at: Option<i64>,
    who: Vec<String>,
    /// Nobody has it by name, and nobody comes.
    is_nobodys: bool,
    /// Whoever had accepted cannot come or served nobody, and nobody else has accepted yet: in words.
    given_back: Option<String>,
    /// The one it was merged into.
    merged: Option<Other>,
    coming: Vec<Coming>,
    /// Who was there.
    came: Vec<Coming>,
    /// Somebody comes; whom it is for was told who.
    told_another: bool,
    /// What they say at the door to whoever comes.
    codes: Vec<CheckCode>,
    ahead: Vec<Ahead>,
    history: Vec<Told>,
    photos: Vec<String>,
    hours: Vec<Hours>,
    /// What was said against a record of what was done for them, each with the record's id.
    objections: Vec<(String, Objected)>,
    rows: Vec<(String, String)>,
    /// Whoever raised it told it, not who reads.
    told_by_other: bool,
    private: bool,
    /// How many photos somebody covers before they are shown here.
    covering: usize,
    is_open: bool,
    /// What was said last of it came when it could not be opened again any more.
    said_late: bool,
    /// Who reads asked for somebody else.
    is_for_another: bool,
    may: May,
    form: Form,
    solved: Vec<Choice>,
    satisfied: Vec<Choice>,
}

impl MatterPage {
    /// Whoever comes is there.
    fn has_begun(&self) -> bool {
        self.coming.iter().any(|one| one.came_at.is_some() && one.left_at.is_none())
    }

    /// Who reads what is written with a rating, and where what our staff shall read belongs: of what stands on this page.
    fn rate_hint(&self) -> String {
        match (self.may.note, self.may.reopen) {
            (true, _) => self.page.t("home-rate-hint-note"),
            (false, true) => self.page.t("home-rate-hint-reopen"),
            (false, false) => self.page.t("home-rate-hint-alone"),
        }
    }

    fn photos_hint(&self) -> String {
        self.page.t2("home-note-photos-hint", "count", self.may.most_photos, "most", MEGABYTES)
    }
}

/// The largest photo that a form takes.
const MEGABYTES: usize = kit::forms::FILE_BYTES / 1024 / 1024;

/// Whether the last word of how it was came too late to open it again. It is no news to who asked for somebody else.
fn said_late(matter: &Matter, events: &[audit::Event], me: PersonId) -> bool {
    if rules::matters::asker::is_asker(matter, me) {
        return false;
    }
    let last = events.iter().rfind(|event| event.verb == "matters.rated");
    matter.is_closed() && last.is_some_and(|event| event.data[workflow::REOPENS] == "no")
}

/// What the person may do now.
struct May {
    withdraw: bool,
    /// It cannot be taken back, or not any more: staff are told that it is not needed, and close it.
    tell: bool,
    note: bool,
    rate: bool,
    reopen: bool,
    add_photo: bool,
    /// How many photos each adds; 0 where the kind names no most.
    most_photos: u32,
}

/// The matter of a code, for those whose it is. Staff go to their desk, everybody else to the public line.
pub(super) async fn open(app: &App, who: &Who, typed: &str) -> Result<Result<Seen, Response>, Failure> {
    let me = who.actor().stands_for().ok_or(Stop::SignIn)?;
    let (actor, typed) = (who.actor().clone(), typed.to_owned());
    let at = app.now();
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                // Lists that know nothing of matters name one by its id: to whose it is, it leads on to its number.
                let named = typed.parse::<MatterId>().ok();
                let id = match named {
                    Some(id) => id,
                    None => store::by_typed_code(&mut tx, &typed).await?,
                };
                let held = Held::load(&mut tx, id).await?;
                if held.matter.is_own(Some(me)) {
                    behalf::gate(&mut tx, &actor, &held).await?;
                    if named.is_some() {
                        return Ok(Err(format!("/help/{}", in_groups(&held.code))));
                    }
                    return Ok(Ok(Box::new(look(&mut tx, (&actor, me), at, held).await?)));
                }
                // What somebody follows, or had followed for them, is public: its page is that of everybody.
                if named.is_some() && held.matter.followers.contains(&me) {
                    return Ok(Err(format!("/t/{}", in_groups(&held.code))));
                }
                if named.is_some() {
                    return Err(Stop::Missing);
                }
                let city = tx.city();
                let is_work = access::see_at_work(&actor, kind_of(&city, &held.matter.kind)?, &held.matter).is_ok();
                Ok(Err(format!("/{}/{}", if is_work { "desk" } else { "t" }, in_groups(&held.code))))
            })
        })
        .await?;
    Ok(match found {
        Ok(mut seen) => {
            if seen.held.key_person().is_some_and(|of| who.actor().person != Some(of)) {
                let (values, notes) = read_of_another(app, who, &seen.held).await?;
                seen.values.extend(values);
                seen.notes = notes;
            }
            Ok(*seen)
        }
        Err(elsewhere) => Err(who.visit.see(&elsewhere)),
    })
}

/// What is sealed under the key of somebody else, for whom one asked. That person sees the reading.
async fn read_of_another(app: &App, who: &Who, held: &Held) -> Result<(Values, Notes), Stop> {
    let app = app.speaking(who.visit.lang);
    app.act(who.actor(), held.clone(), |mut tx, actor, at, held| {
        Box::pin(async move {
            // Who asked in their own name reads back what they wrote; who holds a mandate does the other's business.
            let purpose = if behalf::other(&actor).is_some() { "own" } else { "asked" };
            let values = actions::read_protected(&mut tx, &actor, at, &held, purpose).await?;
            Ok((values, notes::read(&mut tx, &actor, at, &held, purpose).await?))
        })
    })
    .await
}

async fn look(tx: &mut Tx<'_>, (who, me): (&Actor, PersonId), at: Moment, held: Held) -> Result<Seen, Stop> {
    let id = held.id();
    let row = store::row(tx, id).await?.ok_or(Stop::Missing)?;
    let unit = match held.matter.organisation {
        Some(unit) => people::store::organisation(tx, unit).await?.map(|o| o.name),
        None => None,
    };
    let door = coming::of_matter(tx, who, at, &held).await?;
    let events = audit::timeline(tx, id).await?;
    // Service writes it down for staff; who came is no business of who asked for somebody else.
    let is_asker = rules::matters::asker::is_asker(&held.matter, me);
    let unserved = if is_asker { told::Unserved::new() } else { told::unserved(&events) };
    let events = asker::events_for_owner(Some(me), &held.matter, events);
    let names = told::names(tx, &events).await?;
    let all = photos::for_owner(tx, &held, me).await?;
    let photos: Vec<FileId> = all.iter().filter(|photo| photo.shown_to(me).is_some()).map(PhotoRow::id).collect();
    let (mut values, mut notes) = (held.fields.clone(), Notes::new());
    if held.key_person().is_none_or(|of| who.person == Some(of)) {
        values.extend(actions::read_protected(tx, who, at, &held, "own").await?);
        notes = notes::read(tx, who, at, &held, "own").await?;
    }
    let covering = all.len() - photos.len();
    let rated = service::store::ratings_of(tx, id, me).await?;
    // Whoever acts for them reads their own words only where they wrote them: the rest is opened by nobody here.
    let is_own = who.person == Some(me);
    let words = |one: RatingRow| RatingRow { words: one.words.filter(|_| is_own), ..one };
    let ratings = rated.into_iter().map(|one| (one.rated_at, words(one))).collect();
    let hours = service::confirming::offered(tx, who, at, id).await?;
    let mut objections = Vec::new();
    for row in service::objecting::of_matter(tx, who, id).await? {
        let record = service::records::record(tx, row.record()).await?.ok_or(Stop::Missing)?;
        objections.push((row, record));
    }
    // Several villages have one name: one's own history says which was meant.
    let place = picker::full_name_at(tx, path::up_to(&held.matter.place_path, Level::Village)).await?;
    let handler = row.handler_name;
    let merged = merged::into(tx, who, &held).await?;
    Ok(Seen {
        merged,
        place,
        handler,
        held,
        unit,
        door,
        events,
        unserved,
        names,
        photos,
        covering,
        ratings,
        values,
        notes,
        hours,
        objections,
    })
}

pub async fn show(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    match open(&app, &who, &code).await? {
        Ok(seen) => draw(&app, &who, seen, Form::empty(), Errors::new()),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn draw(app: &App, who: &Who, seen: Seen, form: Form, errors: Errors) -> Result<Response, Failure> {
    let me = who.actor().stands_for().ok_or(Stop::SignIn)?;
    let city = app.city();
    let (held, matter) = (&seen.held, &seen.held.matter);
    let kind = kind_of(&city, &matter.kind)?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = who.page().back_to("/me");
    let what = what(&page, kind, matter.type_key.as_deref().unwrap_or_default());
    let code = code_with_letter(kind, &held.code);
    let title = page.t2("home-matter-title", "what", what.as_str(), "code", code.as_str());
    let page = page.with_title(title).with_errors(errors);
    let outcome = matter.closing.as_ref().map(|c| c.outcome.as_str());
    let (state, tone) = state(&page, kind, &matter.step, outcome);
    let path = format!("/help/{}", in_groups(&held.code));
    let is_nobodys = seen.handler.is_none() && seen.unit.is_none() && !seen.door.is_awaited() && !matter.is_closed();
    // Somebody has been there, and whose matter it is is asked about it: the place answers for it.
    let was_served = matter.at(kind).is_some_and(|s| s.act == Act::Confirm);
    let closing = matter.closing.as_ref();
    let is_withdrawn = closing
        .and_then(|closing| kind.outcome(&closing.outcome))
        .is_some_and(|outcome| outcome.counts_as == CountsAs::NoLongerNeeded);
    let state = if is_withdrawn { page.t("home-state-withdrawn") } else { state };
    let said = told::Said {
        names: &seen.names,
        notes: &seen.notes,
        ratings: &seen.ratings,
        withdrawn: closing.filter(|_| is_withdrawn).and_then(|closing| closing.reason.as_deref()),
        unserved: &seen.unserved,
    };
    // Staff write down what one says oneself; whoever acts for one by a mandate writes in words of their own.
    let by_delegate = |event: &audit::Event| {
        event.verb == "matters.raised" && event.on_behalf.is_some() && event.actor != who.actor().person
    };
    let (solved, satisfied) = service::rating::choices(&page);
    let due = matter.promised().map(jiff::Timestamp::as_millisecond);
    let first = seen.door.coming.iter().map(|one| one.starts_at).min();
    let visit_after = first.filter(|first| due.is_some_and(|due| *first > due));
    let drawn = MatterPage {
        state,
        tone,
        due,
        awaited: matter.awaited().map(|one| awaited(&page, one)),
        next_word_at: matter.next_word_at.filter(|_| !matter.is_closed()).map(jiff::Timestamp::as_millisecond),
        is_nobodys: is_nobodys && !was_served,
        given_back: given_back(&page, kind, &seen),
        who: match is_nobodys && was_served {
            true => vec![seen.place.clone()],
            false => seen.handler.clone().into_iter().chain(seen.unit.clone()).collect(),
        },
        merged: seen.merged,
        ahead: ahead(&page, kind, matter, visit_after.is_some()),
        visit_after,
        history: told::history(&page, kind, &seen.events, &said, (me, matter)),
        photos: seen.photos.iter().map(|id| format!("{path}/photos/{id}")).collect(),
        hours: seen.hours.into_iter().map(|row| hours(&page, row)).collect(),
        objections: seen.objections.into_iter().map(|found| objected(&page, found, me)).collect(),
        rows: rows(&page, kind, &seen.values),
        told_by_other: matter.raised_by != Some(me) || seen.events.iter().any(by_delegate),
        covering: seen.covering,
        is_open: !matter.is_closed(),
        said_late: said_late(matter, &seen.events, me),
        is_for_another: matter.subject != Some(me) && (matter.subject.is_some() || kind.is_elsewhere(&seen.values)),
        private: matter.private,
        may: may(app, kind, matter, who)?,
        solved,
        satisfied,
        coming: seen.door.coming,
        came: seen.door.came,
        told_another: seen.door.told_another,
        codes: seen.door.codes,
        place: seen.place,
        code,
        path,
        what,
        form,
        page,
    };
    Ok(html(status, &drawn))
}

/// That whoever had accepted cannot come, or came and served nobody, while nobody else has accepted.
fn given_back(page: &Page, kind: &Kind, seen: &Seen) -> Option<String> {
    let answered = seen.events.iter().rfind(|event| event.verb == "matters.answered")?;
    let is_sought = seen.held.matter.at(kind).is_some_and(|s| s.act == Act::Dispatch) && !seen.door.is_awaited();
    // Once there is another task, staff have rung and somebody is sought.
    let is_cut_again =
        seen.events.iter().any(|event| event.verb == "dispatch.task_cut" && event.recorded_at > answered.recorded_at);
    let why = if is_cut_again { told::GIVEN_BACK } else { told::why_given_back(&seen.unserved, answered) };
    (is_sought && told::is_given_back(kind, answered)).then(|| page.t(&format!("home-matter-{why}")))
}

fn hours(page: &Page, row: RecordRow) -> Hours {
    Hours {
        id: row.id().to_string(),
        window: dispatch::window(page, row.started_at, row.ended_at),
        volunteer: row.person_name,
        minutes: row.minutes,
        content: row.content,
    }
}

fn objected(page: &Page, (row, record): (ObjectionRow, RecordRow), me: PersonId) -> (String, Objected) {
    (row.record().to_string(), Objected::of(page, (row, None), &record, Some(me)))
}

/// What the person said when they raised it, for reading again.
fn rows(page: &Page, kind: &Kind, values: &Values) -> Vec<(String, String)> {
    let is_text = |f: &&rules::matters::kind::Field| f.type_ != rules::matters::kind::FieldType::Photos;
    let fields = kind.fields.iter().filter(is_text);
    fields.filter_map(|f| Some((say(page, &f.label), read_back(page, f, values.get(&f.key)?)))).collect()
}

/// What comes next, each with the time that is promised: the way it usually goes from here. Where somebody comes only after what
/// was promised of the whole (`too_late`), that is no time to come any more.
fn ahead(page: &Page, kind: &Kind, matter: &Matter, too_late: bool) -> Vec<Ahead> {
    let by = |by: By| match by {
        By::Step(due) => ahead_by(page, "home-matter-step-by", due),
        By::Whole(due) => ahead_by(page, "home-matter-by", due),
    };
    let steps = rules::matters::ahead::ahead(kind, matter).into_iter().enumerate();
    let stays = |by: &By| !too_late || matches!(by, By::Step(_));
    let step = |(n, one): (usize, rules::matters::ahead::Ahead<'_>)| Ahead {
        title: say(page, &one.step.name),
        by: one.by.filter(stays).map(by),
        is_now: n == 0,
    };
    steps.map(step).collect()
}

fn ahead_by(page: &Page, key: &str, due: jiff::Timestamp) -> String {
    page.t1(key, "when", page.when(due.as_millisecond()))
}

fn may(app: &App, kind: &Kind, matter: &Matter, who: &Who) -> Result<May, Failure> {
    let closed = matter.is_closed();
    let is_over = workflow::ended_unserved(kind, matter);
    let city = app.city();
    let at = app.now();
    let ctx = crate::matters::context(&city, kind, who.actor(), at);
    let until = workflow::reopen_until(&ctx, matter).map_err(Stop::from)?;
    let in_time = until.is_none_or(|end| at.recorded <= end);
    let may_withdraw = workflow::withdrawn_as(kind, matter).is_ok();
    Ok(May {
        withdraw: may_withdraw,
        // Whom it was done for says whether it is solved; there is nothing left to take back.
        tell: !may_withdraw && !matter.phase(kind).is_past_tasks(),
        note: !closed,
        rate: workflow::may_be_rated(kind, matter),
        reopen: closed && !is_over && kind.reopening.is_some() && in_time,
        add_photo: !closed && kind.takes_photos(),
        most_photos: kind.most_photos().filter(|most| *most < u32::MAX).unwrap_or(0),
    })
}
