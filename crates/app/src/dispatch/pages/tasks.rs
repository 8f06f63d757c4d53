//! The volunteer's tasks: what is next, what waits for an answer, what is open nearby; and one task.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Errors, Failure, Form, Page, html};
use rules::dispatch::{OfferState, TaskState, task};
use rules::places::path::distance;
use rules::shared::ids::{OfferId, PersonId};
use rules::shared::{Actor, Moment, Refusal, Role};

use super::{by_code, window};
use crate::dispatch::actions::{self, Contact};
use crate::dispatch::cancelled::{self, Cancelled};
use crate::dispatch::store::{self, OfferRow, TaskRow};
use crate::dispatch::{InHand, Said};
use crate::exchange::lists::{self, List};
use crate::people::register::{guardian_signs_at, volunteering_of};
use crate::people::skills;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop, Tx, people};

/// How many open tasks nearby one page shows.
const NEARBY: i64 = 20;

/// A task in a list.
struct Line {
    code: String,
    title: String,
    window: String,
    place: String,
    distance: String,
    reply_by: Option<i64>,
    /// They have signed in.
    begun: bool,
}

#[derive(Template)]
#[template(path = "dispatch/tasks.html")]
struct TasksPage {
    page: Page,
    is_volunteer: bool,
    /// They volunteer, or once did.
    has_hours: bool,
    /// Leads a team, which has a page of its own.
    leads: bool,
    /// Whose office a guardian signs at, of a minor for whom none has.
    guardian: Option<String>,
    /// The day until which they asked not to be told of anything.
    quiet: Option<String>,
    next: Option<Line>,
    waiting: Vec<Line>,
    open: Vec<Line>,
}

/// What a volunteer's page lists.
struct Lists {
    next: Option<Line>,
    waiting: Vec<Line>,
    open: Vec<Line>,
}

async fn lists_of(app: &App, who: &Who, page: &Page) -> Result<Lists, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let (at, is_volunteer) = (app.now(), who.actor().has_role(Role::Volunteer));
    let (home, next, waiting, open) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let home = people::store::person(&mut tx, me).await?.ok_or(Stop::Missing)?.place_path;
                let next = store::next_task_of(&mut tx, me, at.recorded).await?;
                let waiting = store::waiting_offers(&mut tx, me, at.recorded).await?;
                // Nobody is shown what they cannot take.
                let open = match is_volunteer {
                    true => store::open_near(&mut tx, me, &home, at, NEARBY).await?,
                    false => Vec::new(),
                };
                Ok((home, next, waiting, open))
            })
        })
        .await?;
    let of_offer = |offer: OfferRow| Line {
        window: window(page, offer.starts_at, offer.ends_at),
        distance: far(page, &home, &offer.place_path),
        code: offer.task_code,
        title: offer.task_title,
        place: offer.place_hint,
        reply_by: offer.reply_by,
        begun: offer.began_at.is_some(),
    };
    let of_task = |row: TaskRow| Line {
        window: window(page, row.starts_at, row.ends_at),
        distance: far(page, &home, &row.place_path),
        code: row.code,
        title: row.title,
        place: row.place_hint,
        reply_by: None,
        begun: false,
    };
    let waiting_codes: Vec<String> = waiting.iter().map(|o| o.task_code.clone()).collect();
    let open = open.into_iter().filter(|row| !waiting_codes.contains(&row.code)).map(of_task).collect();
    Ok(Lists { next: next.map(of_offer), waiting: waiting.into_iter().map(of_offer).collect(), open })
}

pub async fn tasks(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let page = who.page().titled("tasks-title");
    let Lists { next, waiting, open } = lists_of(&app, &who, &page).await?;
    let (is_volunteer, leads) = (who.actor().has_role(Role::Volunteer), who.actor().has_role(Role::TeamLeader));
    let (me, at) = (who.actor().person.ok_or(Stop::SignIn)?, app.now());
    let (signed, volunteering) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let signed = guardian_signs_at(&mut tx, me, at).await?;
                Ok((signed, volunteering_of(&mut tx, me).await?))
            })
        })
        .await?;
    let (guardian, has_hours) = (signed.map(|place| place.name), volunteering.is_some());
    let quiet = volunteering.and_then(|v| v.quiet_until).filter(|until| *until > at.recorded.as_millisecond());
    let quiet = quiet.map(|until| page.full_date(&page.day_of(until)));
    let drawn = TasksPage { is_volunteer, has_hours, leads, guardian, quiet, next, waiting, open, page };
    Ok(html(StatusCode::OK, &drawn))
}

/// The lists as a file.
pub async fn export(State(app): State<App>, who: Who, _form: Form) -> Result<Response, Failure> {
    let page = who.page();
    let found = lists_of(&app, &who, &page).await?;
    let row = |group: &'static str| {
        let group = page.t(group);
        move |line: Line| [group.clone(), line.title, line.window, line.place, line.distance].map(Out::from).to_vec()
    };
    let rows = found.next.into_iter().map(row("tasks-next"));
    let rows = rows.chain(found.waiting.into_iter().map(row("tasks-waiting")));
    let rows = rows.chain(found.open.into_iter().map(row("tasks-open"))).collect();
    let header = ["tasks-export-group", "tasks-title", "tasks-row-when", "tasks-row-where", "tasks-export-distance"];
    let list = List::of(&page, "tasks", ("tasks-title", "tasks-export-definition"), &header, rows);
    lists::hand_out(&app, &who, list).await
}

fn far(page: &Page, home: &str, place: &str) -> String {
    page.t(&format!("reason-{}", distance(home, place).key()))
}

/// How the one who looks stands to the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mine {
    /// Invited, and the answer still counts.
    Asked,
    Accepted,
    /// Declined, and a yes would still count.
    Declined,
    /// Given back, and there is room.
    GaveBack,
    /// A free slot of an open task.
    MayTake,
    /// Nothing to answer: declined, expired, left, or full.
    Nothing,
}

/// What the page of one task reads.
struct Loaded {
    row: TaskRow,
    mine: Mine,
    offer: Option<OfferRow>,
    is_staff: bool,
    /// They go as a colleague, and do not dispatch.
    goes: bool,
    others: Vec<String>,
    needs: rules::dispatch::Needs,
    home: String,
    contact: Option<Contact>,
    similar: Vec<TaskRow>,
    unfit: Option<Refusal>,
    /// How it was cancelled, for colleagues.
    cancelled: Option<Cancelled>,
}

async fn load(tx: &mut Tx<'_>, who: &Actor, at: Moment, code: &str) -> Result<Loaded, Stop> {
    let me: PersonId = who.person.ok_or(Stop::SignIn)?;
    let id = by_code(tx, code).await?.id();
    let hand = InHand::find(tx, who, id).await?;
    let offers = store::offers_of_task(tx, id).await?;
    let offer = offers.iter().rev().find(|o| o.volunteer() == me).cloned();
    let now = at.recorded.as_millisecond();
    let stands = hand.task.state == TaskState::Standing && now < hand.row.ends_at;
    let is = |offer: &OfferRow, state: OfferState| offer.state == state.key();
    // An answer that would come too late is not asked for: whoever leaves makes room again.
    let has_room = stands && hand.row.slots_left > 0;
    let counts = match &offer {
        Some(offer) => has_room && offer.offer()?.may_still_be_accepted(at.recorded),
        None => false,
    };
    let mine = match &offer {
        Some(offer) if is(offer, OfferState::Accepted) => Mine::Accepted,
        Some(offer) if counts && is(offer, OfferState::Declined) => Mine::Declined,
        Some(offer) if counts && is(offer, OfferState::WithdrawnByVolunteer) => Mine::GaveBack,
        Some(_) if counts => Mine::Asked,
        _ if hand.task.open && has_room && who.has_role(Role::Volunteer) => Mine::MayTake,
        _ => Mine::Nothing,
    };
    let home = people::store::person(tx, me).await?.ok_or(Stop::Missing)?.place_path;
    // Read only by who needs it now; each reading is written down.
    let contact = match &offer {
        Some(offer) => actions::contact(tx, who, at, (&hand, offer)).await?,
        None => None,
    };
    let similar =
        if mine == Mine::Nothing && hand.row.slots_left == 0 { alike(tx, &hand, &home, at).await? } else { Vec::new() };
    let unfit = match mine {
        Mine::Asked | Mine::Declined | Mine::GaveBack | Mine::MayTake => actions::unfit(tx, at, &hand, me).await?,
        Mine::Accepted | Mine::Nothing => None,
    };
    let others = offers.iter().filter(|o| is(o, OfferState::Accepted) && o.volunteer() != me);
    let mut others: Vec<String> = others.map(|o| o.person_name.clone()).collect();
    // The colleague who comes along is one of them; names are shown to whoever comes alone.
    let colleagues = store::staff_of_task(tx, id).await?;
    let is_staff = hand.is_staff(who);
    // Whoever dispatches does so where they dispatch.
    let goes = !is_staff && stands && colleagues.iter().any(|colleague| colleague.id() == me);
    others.extend(colleagues.into_iter().filter(|colleague| colleague.id() != me).map(|colleague| colleague.name));
    Ok(Loaded {
        cancelled: if is_staff { cancelled::of(tx, &hand.row).await? } else { None },
        others,
        is_staff,
        goes,
        needs: hand.task.needs.clone(),
        row: hand.row,
        mine,
        offer,
        home,
        contact,
        similar,
        unfit,
    })
}

/// The two open tasks most like one that is full.
async fn alike(tx: &mut Tx<'_>, hand: &InHand, home: &str, at: Moment) -> Result<Vec<TaskRow>, Stop> {
    let mut rows = store::similar(tx, &hand.task, at.recorded).await?;
    let tasks = rows.iter().map(TaskRow::task).collect::<Result<Vec<_>, Stop>>()?;
    let best: Vec<_> = task::similar(&hand.task, home, &tasks, at.recorded).into_iter().map(|t| t.id).collect();
    rows.retain(|row| best.contains(&row.id()));
    Ok(rows)
}

#[derive(Template)]
#[template(path = "dispatch/task.html")]
struct TaskPage {
    page: Page,
    code: String,
    window: String,
    minutes: i64,
    place: String,
    distance: String,
    notes: String,
    needs: Vec<String>,
    insurance: String,
    with: String,
    state: String,
    reply_by: Option<i64>,
    asked: bool,
    declined: bool,
    gave_back: bool,
    accepted: bool,
    /// They have signed in, and so sign out instead of leaving.
    begun: bool,
    /// When they signed out.
    left_at: Option<i64>,
    may_take: bool,
    /// Why this one cannot say yes, in words; empty when they can.
    unfit: String,
    full: bool,
    stands: bool,
    is_staff: bool,
    /// They go as a colleague, and may say here that they do not.
    goes: bool,
    /// That it was cancelled and why, for colleagues; else empty.
    cancelled: String,
    why: String,
    contact: Option<Contact>,
    similar: Vec<Line>,
    /// The addresses that a phone may keep, each with the millisecond until which.
    keep: String,
    form: Form,
}

/// How long after the end of a task signing in and out may still wait on the phone: as long as the longest task.
const LATE_MILLIS: i64 = 12 * 3_600_000;

/// What the phone of a volunteer keeps when they want that (assets/script/offline.js): where to go until the task ends, as
/// `actions::contact` tells it; signing in and out, which names nobody, for longer.
fn kept_on_phone(page: &Page, row: &TaskRow) -> String {
    let path = page.href(&format!("/tasks/{}", row.code));
    let (end, late) = (row.ends_at, row.ends_at + LATE_MILLIS);
    format!("{path}|{end} {path}/now|{late} {path}/check-out|{late} {}|{late}", page.href("/me/offline"))
}

#[derive(Template)]
#[template(path = "dispatch/offline.html")]
struct OfflinePage {
    page: Page,
}

/// `/me/offline`: what a phone shows where there is no network; the script lists what lies on it.
pub async fn offline(who: Who) -> Response {
    html(StatusCode::OK, &OfflinePage { page: who.page().titled("tasks-offline-title").back_to("/tasks") })
}

fn draw(who: &Who, loaded: Loaded, now: i64, form: Form, errors: Errors) -> TaskPage {
    let page = who.page().with_title(loaded.row.title.clone()).back_to("/tasks").with_errors(errors);
    let Loaded { row, mine, offer, is_staff, goes, others, needs, home, contact, similar, unfit, cancelled } = loaded;
    let stands = row.state == TaskState::Standing.key() && now < row.ends_at;
    // Whoever neither comes nor is asked to is no part of those who come.
    let with = match (others.len(), mine) {
        (0, Mine::Nothing | Mine::Declined | Mine::GaveBack) => page.t("tasks-with-nobody"),
        (0, _) if !stands => page.t("tasks-with-nobody-else"),
        (0, _) => page.t("tasks-with-nobody-yet"),
        (_, Mine::Accepted) => page.row_of(&others),
        (n, Mine::Nothing | Mine::Declined | Mine::GaveBack) => page.t1("tasks-with-count", "count", n),
        (n, _) => page.t1("tasks-with-others", "count", n),
    };
    let (begun, left_at) = offer.as_ref().map_or((false, None), |offer| (offer.began_at.is_some(), offer.left_at));
    let answered = offer.as_ref().map(|offer| offer.state == OfferState::Declined.key());
    let state = match (mine, row.state.as_str()) {
        (_, "cancelled") => "tasks-state-cancelled",
        (_, "done") => "tasks-state-done",
        (_, "cut_short") => "tasks-state-cut-short",
        (Mine::Accepted, "unattended") => "tasks-state-unsigned",
        (_, "unattended") => "tasks-state-unattended",
        (Mine::Accepted, _) if left_at.is_some() => "tasks-state-left",
        (Mine::Accepted, _) if begun => "tasks-state-begun",
        (Mine::Accepted, _) => "tasks-state-accepted",
        (Mine::Asked, _) => "tasks-state-asked",
        (Mine::Declined, _) => "tasks-state-answered",
        (Mine::GaveBack, _) => "tasks-state-gave-back",
        (Mine::MayTake, _) => "tasks-state-open",
        (Mine::Nothing, _) if now >= row.ends_at => "tasks-state-over",
        (Mine::Nothing, _) if row.slots_left == 0 => "tasks-state-full",
        (Mine::Nothing, _) => match answered {
            Some(true) => "tasks-state-answered",
            Some(false) => "tasks-state-not-mine",
            None => "tasks-state-awaited",
        },
    };
    let similar = similar.into_iter().map(|row| Line {
        window: window(&page, row.starts_at, row.ends_at),
        distance: far(&page, &home, &row.place_path),
        code: row.code,
        title: row.title,
        place: row.place_hint,
        reply_by: None,
        begun: false,
    });
    let reasons: Vec<Said> = offer.as_ref().map(OfferRow::reasons).unwrap_or_default();
    TaskPage {
        window: window(&page, row.starts_at, row.ends_at),
        minutes: (row.ends_at - row.starts_at) / 60_000,
        distance: far(&page, &home, &row.place_path),
        needs: super::need_words(&page, &needs),
        insurance: page.t(&format!("tasks-insurance-{}", needs.risk.key())),
        with,
        state: page.t(state),
        reply_by: offer.as_ref().and_then(|o| o.reply_by).filter(|_| matches!(mine, Mine::Asked | Mine::Declined)),
        asked: mine == Mine::Asked,
        declined: mine == Mine::Declined,
        gave_back: mine == Mine::GaveBack,
        accepted: mine == Mine::Accepted,
        begun,
        left_at,
        may_take: mine == Mine::MayTake,
        unfit: unfit.map(|refusal| skills::refusal_words(&page, &refusal)).unwrap_or_default(),
        full: mine == Mine::Nothing && row.slots_left == 0 && stands && (row.open || offer.is_some()),
        stands,
        is_staff,
        goes,
        cancelled: cancelled.map(|was| super::cancelled_words(&page, &was)).unwrap_or_default(),
        why: super::sentence(&page, &reasons),
        contact,
        similar: similar.collect(),
        keep: kept_on_phone(&page, &row),
        form,
        place: row.place_hint,
        notes: row.notes,
        code: row.code,
        page,
    }
}

pub async fn task(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    show(&app, &who, code, StatusCode::OK, Form::empty(), Errors::new()).await
}

async fn show(
    app: &App,
    who: &Who,
    code: String,
    status: StatusCode,
    form: Form,
    errors: Errors,
) -> Result<Response, Failure> {
    let now = app.now().recorded.as_millisecond();
    // In a writing transaction: reading where to go is written down.
    let loaded = app
        .act(who.actor(), code, |mut tx, who, at, code| Box::pin(async move { load(&mut tx, &who, at, &code).await }))
        .await?;
    Ok(html(status, &draw(who, loaded, now, form, errors)))
}

/// Says yes: to the invitation, or by taking a free slot of an open task.
pub async fn accept(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let done = submit(&app, &who, &form, code.clone(), |tx, who, at, code| {
        Box::pin(async move {
            let task = by_code(tx, &code).await?;
            match answerable(tx, who, at, &task).await? {
                Some(offer) => actions::accept(tx, who, at, offer).await?,
                None => actions::take_open(tx, who, at, task.id()).await?,
            };
            Ok(go_with(format!("/tasks/{code}"), "tasks-accepted"))
        })
    })
    .await?;
    finish(&app, &who, code, form, done).await
}

pub async fn decline(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = form.text("reason").to_owned();
    let done = submit(&app, &who, &form, (code.clone(), reason), |tx, who, at, (code, reason)| {
        Box::pin(async move {
            let offer = own_offer(tx, who, &code, OfferState::Offered).await?.ok_or(Stop::Missing)?;
            actions::decline(tx, who, at, offer.id(), Some(reason.as_str()).filter(|r| !r.is_empty())).await?;
            // Back to the task, which says until when there is a way back.
            Ok(go_with(format!("/tasks/{code}"), "tasks-declined"))
        })
    })
    .await?;
    finish(&app, &who, code, form, done).await
}

pub async fn withdraw(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = form.text("reason").to_owned();
    let done = submit(&app, &who, &form, (code.clone(), reason), |tx, who, at, (code, reason)| {
        Box::pin(async move {
            let offer = own_offer(tx, who, &code, OfferState::Accepted).await?.ok_or(Stop::Missing)?;
            actions::withdraw(tx, who, at, offer.id(), Some(reason.as_str()).filter(|r| !r.is_empty())).await?;
            // Back to the task, which says that there is a way back.
            Ok(go_with(format!("/tasks/{code}"), "tasks-withdrawn"))
        })
    })
    .await?;
    finish(&app, &who, code, form, done).await
}

/// The invitation that a yes answers; of a task that is not open even one whose time is over, for it says why.
async fn answerable(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: &TaskRow) -> Result<Option<OfferId>, Stop> {
    let me = who.person.ok_or(Stop::SignIn)?;
    let offers = store::offers_to(tx, task.id(), me).await?;
    let offers = offers.iter().map(OfferRow::offer).collect::<Result<Vec<_>, Stop>>()?;
    let counting = offers.iter().find(|offer| offer.may_still_be_accepted(at.recorded));
    Ok(counting.or(offers.first().filter(|_| !task.open)).map(|offer| offer.id))
}

async fn own_offer(tx: &mut Tx<'_>, who: &Actor, code: &str, state: OfferState) -> Result<Option<OfferRow>, Stop> {
    let me = who.person.ok_or(Stop::SignIn)?;
    let task = by_code(tx, code).await?.id();
    let offers = store::offers_to(tx, task, me).await?;
    Ok(offers.into_iter().find(|o| o.state == state.key()))
}

pub(super) async fn finish(
    app: &App,
    who: &Who,
    code: String,
    form: Form,
    done: Submitted,
) -> Result<Response, Failure> {
    let refusal: Refusal = match done {
        Submitted::Done(response) => return Ok(response),
        Submitted::Refused(refusal) => refusal,
    };
    let status = if refusal.code == "slot-taken" { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let errors = refusal_errors(&who.page(), &skills::in_words(&who.page(), refusal));
    show(app, who, code, status, form, errors).await
}
