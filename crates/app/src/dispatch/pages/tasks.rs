//! One task: what the volunteer reads of it, and answers.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::dispatch::{OfferState, TaskState, task};
use rules::shared::ids::{OfferId, PersonId};
use rules::shared::{Actor, Moment, Refusal, Role};

use super::mine::{Line, far};
use super::{by_code, window};
use crate::dispatch::actions::{self, Contact};
use crate::dispatch::cancelled::{self, Cancelled};
use crate::dispatch::store::{self, OfferRow, TaskRow};
use crate::dispatch::{InHand, Said};
use crate::people::skills;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop, Tx, people};

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
    /// What to do where no name, or no door, was given.
    nameless: String,
    no_address: String,
    nobody_to_ring: bool,
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
    let similar = similar.into_iter().map(|row| Line::of_task(&page, &home, row));
    let asker = contact.as_ref().and_then(|contact| contact.asked_by.as_ref());
    let may_ask = asker.is_some_and(|asker| asker.name.is_some() || asker.phone.is_some());
    let rings = contact.as_ref().is_some_and(|c| c.phone.is_some()) || asker.is_some_and(|asker| asker.phone.is_some());
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
        nameless: page.t(if may_ask { "tasks-contact-nameless" } else { "tasks-contact-no-name" }),
        no_address: match rings {
            true => page.t("tasks-contact-no-address"),
            false => page.t1("tasks-contact-meet", "place", row.place_hint.as_str()),
        },
        nobody_to_ring: !rings,
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
