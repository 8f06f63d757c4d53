//! Signing in and out: by the QR of the place, which is an address, or by the six digits beside it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::service::AttendanceRules;
use rules::service::record::RecordRules;
use rules::shared::{Actor, Refusal, Role};

use super::{by_code, done_choices, out_errors, told, wellbeing_choices};
use crate::dispatch::store::{self as tasks, OfferRow, TaskRow};
use crate::service::actions::{self, Presence, Proof};
use crate::service::store::{self, AttendanceRow};
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop, Tx};

/// How far a volunteer's service is.
pub(super) struct Loaded {
    pub task: TaskRow,
    pub signed: Option<AttendanceRow>,
}

/// The service of `who` on a task; missing when they hold no accepted offer and never signed in.
pub(super) async fn own_service(tx: &mut Tx<'_>, who: &Actor, task: TaskRow) -> Result<Loaded, Stop> {
    let me = who.person.ok_or(Stop::SignIn)?;
    for offer in tasks::offers_to(tx, task.id(), me).await? {
        let signed = store::attendance(tx, offer.id()).await?;
        if signed.is_some() || offer.state == "accepted" {
            return Ok(Loaded { task, signed });
        }
    }
    Err(Stop::Missing)
}

#[derive(Template)]
#[template(path = "service/now.html")]
struct NowPage {
    page: Page,
    code: String,
    window: String,
    place: String,
    in_at: Option<i64>,
    out_at: Option<i64>,
    /// That count so far.
    minutes: i64,
    counts_from: Option<String>,
    /// From how many minutes on hours are kept.
    shortest: String,
    form: Form,
}

/// `/tasks/{code}/now`: sign in, what to do while it runs, sign out.
pub async fn now(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    show_now(&app, &who, code, StatusCode::OK, Form::empty(), Errors::new()).await
}

async fn load(app: &App, who: &Who, code: String) -> Result<Loaded, Failure> {
    let actor = who.actor().clone();
    let loaded = app.read(move |mut tx| {
        Box::pin(async move {
            let task = by_code(&mut tx, &code).await?;
            own_service(&mut tx, &actor, task).await
        })
    });
    Ok(loaded.await?)
}

async fn show_now(
    app: &App,
    who: &Who,
    code: String,
    status: StatusCode,
    form: Form,
    errors: Errors,
) -> Result<Response, Failure> {
    let Loaded { task, signed } = load(app, who, code).await?;
    let (in_at, out_at) = (signed.as_ref().map(|s| s.in_at), signed.as_ref().and_then(|s| s.out_at));
    let key = match (in_at, out_at) {
        (None, _) => "tasks-in-for",
        (Some(_), None) => "tasks-now-for",
        (Some(_), Some(_)) => "tasks-out-for-task",
    };
    let page = who.page();
    let title = page.t1(key, "title", task.title.as_str());
    let page = page.with_title(title).back_to(format!("/tasks/{}", task.code)).with_errors(errors);
    let (minutes, from) = counted(app, &task, signed.as_ref())?;
    let now = NowPage {
        window: crate::dispatch::window(&page, task.starts_at, task.ends_at),
        minutes,
        counts_from: counts_from(&page, from),
        shortest: shortest(&page, &task),
        place: task.place_hint,
        code: task.code,
        in_at,
        out_at,
        form,
        page,
    };
    Ok(html(status, &now))
}

/// How long a service must last, and what is kept of one that does not.
fn shortest(page: &Page, task: &TaskRow) -> String {
    let key = if task.matter().is_some() { "tasks-shortest" } else { "tasks-shortest-alone" };
    page.t1(key, "minutes", RecordRules::default().shortest)
}

/// When it was by the phone's clock, if the form waited there for a network.
fn device_at(form: &Form) -> Option<Timestamp> {
    form.text("device_at").parse().ok()
}

/// Signs in by the digits that were typed.
pub async fn check_in(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let presence = Presence { proof: Proof::Code(form.text("code").to_owned()), device_at: device_at(&form) };
    let done = submit(&app, &who, &form, (code.clone(), presence), |tx, who, at, (code, presence)| {
        Box::pin(async move {
            let task = by_code(tx, &code).await?.id();
            actions::check_in(tx, who, at, task, &presence).await?;
            Ok(go_with(format!("/tasks/{code}/now"), "tasks-checked-in"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = refusal_errors(&who.page(), &refusal);
            show_now(&app, &who, code, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
        }
    }
}

#[derive(Template)]
#[template(path = "service/check-out.html")]
struct CheckOutPage {
    page: Page,
    /// Where the form is sent: the task's address, or that of the scanned code.
    action: String,
    asks_code: bool,
    window: String,
    in_at: Option<i64>,
    /// That count so far.
    minutes: i64,
    counts_from: Option<String>,
    /// From how many minutes on hours are kept, as long as it is not so long yet.
    too_short: Option<String>,
    /// Of how many minutes on something must be said of what was done, and in how many characters.
    shortest_minutes: i64,
    least: i64,
    done: Vec<Choice>,
    wellbeing: Vec<Choice>,
    form: Form,
}

/// How many minutes count already, and from when on they do for who came before: the record is made by the same rule.
fn counted(app: &App, task: &TaskRow, signed: Option<&AttendanceRow>) -> Result<(i64, Option<Timestamp>), Stop> {
    let Some(signed) = signed else { return Ok((0, None)) };
    let (attendance, rules) = (signed.attendance(task.window()?)?, AttendanceRules::default());
    Ok((attendance.counts_so_far(&rules, app.now().recorded), attendance.counts_from(&rules)))
}

fn counts_from(page: &Page, from: Option<Timestamp>) -> Option<String> {
    from.map(|from| page.t1("tasks-counts-from", "when", page.time(from.as_millisecond())))
}

fn draw_out(
    app: &App,
    who: &Who,
    loaded: Loaded,
    action: String,
    asks_code: bool,
    (form, errors): (Form, Errors),
) -> Result<CheckOutPage, Stop> {
    let Loaded { task, signed } = loaded;
    let back = format!("/tasks/{}/now", task.code);
    let page = who.page();
    let title = page.t1("tasks-out-title", "title", task.title.as_str());
    let page = page.with_title(title).back_to(back).with_errors(errors);
    let (minutes, from) = counted(app, &task, signed.as_ref())?;
    let in_at = signed.map(|s| s.in_at);
    Ok(CheckOutPage {
        action,
        asks_code,
        window: crate::dispatch::window(&page, task.starts_at, task.ends_at),
        too_short: (minutes < RecordRules::default().shortest).then(|| shortest(&page, &task)),
        shortest_minutes: RecordRules::default().shortest,
        least: i64::try_from(RecordRules::default().shortest_content).unwrap_or(i64::MAX),
        minutes,
        counts_from: counts_from(&page, from),
        in_at,
        done: done_choices(&page),
        wellbeing: wellbeing_choices(&page),
        form,
        page,
    })
}

pub async fn out_form(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    let loaded = load(&app, &who, code.clone()).await?;
    let action = format!("/tasks/{code}/check-out");
    Ok(html(StatusCode::OK, &draw_out(&app, &who, loaded, action, true, (Form::empty(), Errors::new()))?))
}

/// Signs out by the digits, and says what was done.
pub async fn check_out(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let proof = Proof::Code(form.text("code").to_owned());
    let done = sign_out(&app, &who, &form, code.clone(), proof).await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let loaded = load(&app, &who, code.clone()).await?;
            let action = format!("/tasks/{code}/check-out");
            refused_out(&app, &who, loaded, action, true, form, &refusal)
        }
    }
}

pub(super) fn refused_out(
    app: &App,
    who: &Who,
    loaded: Loaded,
    action: String,
    asks_code: bool,
    form: Form,
    refusal: &Refusal,
) -> Result<Response, Failure> {
    let (minutes, _) = counted(app, &loaded.task, loaded.signed.as_ref())?;
    let errors = out_errors(&who.page(), &form, refusal, minutes);
    let page = draw_out(app, who, loaded, action, asks_code, (form, errors))?;
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

pub(super) async fn sign_out(
    app: &App,
    who: &Who,
    form: &Form,
    code: String,
    proof: Proof,
) -> Result<Submitted, Failure> {
    let input = (code, Presence { proof, device_at: device_at(form) }, told(&who.page(), form));
    submit(app, who, form, input, |tx, who, at, (code, presence, told)| {
        Box::pin(async move {
            let task = by_code(tx, &code).await?.id();
            let made = actions::check_out(tx, who, at, task, &presence, &told).await?;
            let flash = match made.record {
                Some(_) => "tasks-checked-out",
                None if told.did => "tasks-checked-out-brief",
                None => "tasks-checked-out-short",
            };
            Ok(go_with("/me/hours", flash))
        })
    })
    .await
}

#[derive(Template)]
#[template(path = "service/scan.html")]
struct ScanPage {
    page: Page,
    /// Where the form is sent: the address of the scanned code.
    action: String,
    window: String,
    place: String,
    name: String,
    /// What is wrong with the code or the time, and where to go instead.
    problem: Option<String>,
    /// The words before it, and their next task.
    right: Option<(&'static str, OfferRow)>,
    /// They are no volunteer: where one becomes one.
    may_join: bool,
}

/// What a scanned code leads to for `who`.
#[expect(clippy::large_enum_variant, reason = "one lives for one request")]
enum Scanned {
    Mine(Box<Loaded>),
    /// Another task's code: the one they should be at.
    Other {
        shown: Option<TaskRow>,
        right: Option<OfferRow>,
    },
}

async fn scan(app: &App, who: &Who, token: String) -> Result<Scanned, Failure> {
    let (actor, now) = (who.actor().clone(), app.now().recorded);
    let scanned = app.read(move |mut tx| {
        Box::pin(async move {
            let me = actor.person.ok_or(Stop::SignIn)?;
            let shown = tasks::task_by_qr(&mut tx, &token).await?;
            if let Some(task) = &shown {
                match own_service(&mut tx, &actor, task.clone()).await {
                    Ok(loaded) => return Ok(Scanned::Mine(Box::new(loaded))),
                    Err(Stop::Missing) => {}
                    Err(stop) => return Err(stop),
                }
            }
            let right = tasks::next_task_of(&mut tx, me, now).await?;
            Ok(Scanned::Other { shown, right })
        })
    });
    Ok(scanned.await?)
}

fn draw_scan(app: &App, who: &Who, action: String, scanned: Scanned, errors: Errors) -> Result<ScanPage, Stop> {
    let page = who.page().titled("tasks-in-title").back_to("/tasks").with_errors(errors);
    let mut drawn = ScanPage {
        action,
        window: String::new(),
        place: String::new(),
        name: who.caller.name.clone(),
        problem: None,
        right: None,
        may_join: false,
        page,
    };
    let now = app.now().recorded;
    match scanned {
        Scanned::Mine(loaded) => {
            let Loaded { task, .. } = *loaded;
            let opens = task.window()?.start - SignedDuration::from_mins(AttendanceRules::default().early);
            if now < opens {
                let when = drawn.page.when(opens.as_millisecond());
                drawn.problem = Some(drawn.page.t1("tasks-scan-early", "when", when));
            }
            drawn.window = crate::dispatch::window(&drawn.page, task.starts_at, task.ends_at);
            drawn.place = task.place_hint;
            drawn.page.title = drawn.page.t1("tasks-in-for", "title", task.title.as_str());
        }
        Scanned::Other { shown, right } => {
            drawn.may_join = right.is_none() && !who.actor().has_role(Role::Volunteer);
            let key = match (drawn.may_join, shown.is_some(), right.is_some()) {
                (true, ..) => "tasks-scan-no-volunteer",
                (false, false, _) => "tasks-scan-unknown",
                (false, true, true) => "tasks-scan-other",
                (false, true, false) => "tasks-scan-not-asked",
            };
            drawn.problem = Some(drawn.page.t(key));
            let (city, begins) = (app.city(), |o: &OfferRow| Timestamp::from_millisecond(o.starts_at).ok());
            let is_today = |o: &OfferRow| begins(o).is_some_and(|at| city.calendar.date(at) <= city.calendar.date(now));
            drawn.right = right.map(|o| (if is_today(&o) { "tasks-scan-right" } else { "tasks-scan-next" }, o));
        }
    }
    Ok(drawn)
}

/// The page of signing in to one's own task, by what was shown.
pub(super) fn draw_in(
    app: &App,
    who: &Who,
    action: String,
    loaded: Loaded,
    errors: Errors,
) -> Result<Response, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(html(status, &draw_scan(app, who, action, Scanned::Mine(Box::new(loaded)), errors)?))
}

/// The page of signing out of one's own task, by what was shown.
pub(super) fn draw_leave(app: &App, who: &Who, action: String, loaded: Loaded) -> Result<Response, Failure> {
    Ok(html(StatusCode::OK, &draw_out(app, who, loaded, action, false, (Form::empty(), Errors::new()))?))
}

/// `/in/{token}`: what a scanned code opens.
pub async fn scan_in(State(app): State<App>, who: Who, Path(token): Path<String>) -> Result<Response, Failure> {
    let scanned = scan(&app, &who, token.clone()).await?;
    // Whoever has signed in already is led to where the service runs.
    if let Scanned::Mine(loaded) = &scanned
        && loaded.signed.is_some()
    {
        return Ok(who.visit.see(&format!("/tasks/{}/now", loaded.task.code)));
    }
    Ok(html(StatusCode::OK, &draw_scan(&app, &who, format!("/in/{token}"), scanned, Errors::new())?))
}

pub async fn scanned_in(
    State(app): State<App>,
    who: Who,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let done = submit(&app, &who, &form, token.clone(), |tx, who, at, token| {
        Box::pin(async move {
            let task = tasks::task_by_qr(tx, &token).await?.ok_or(Stop::Missing)?;
            let presence = Presence { proof: Proof::Qr(token), device_at: None };
            actions::check_in(tx, who, at, task.id(), &presence).await?;
            Ok(go_with(format!("/tasks/{}/now", task.code), "tasks-checked-in"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let scanned = scan(&app, &who, token.clone()).await?;
            let errors = refusal_errors(&who.page(), &refusal);
            let drawn = draw_scan(&app, &who, format!("/in/{token}"), scanned, errors)?;
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &drawn))
        }
    }
}

/// `/out/{token}`: the form for leaving; the scanned code stands for the digits.
pub async fn scan_out(State(app): State<App>, who: Who, Path(token): Path<String>) -> Result<Response, Failure> {
    let action = format!("/out/{token}");
    let drawn = match scan(&app, &who, token).await? {
        Scanned::Mine(loaded) => {
            return Ok(html(
                StatusCode::OK,
                &draw_out(&app, &who, *loaded, action, false, (Form::empty(), Errors::new()))?,
            ));
        }
        other @ Scanned::Other { .. } => draw_scan(&app, &who, action, other, Errors::new())?,
    };
    Ok(html(StatusCode::OK, &drawn))
}

pub async fn scanned_out(
    State(app): State<App>,
    who: Who,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let loaded = match scan(&app, &who, token.clone()).await? {
        Scanned::Mine(loaded) => *loaded,
        Scanned::Other { .. } => return Err(Failure::not_found()),
    };
    let done = sign_out(&app, &who, &form, loaded.task.code.clone(), Proof::Qr(token.clone())).await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => refused_out(&app, &who, loaded, format!("/out/{token}"), false, form, &refusal),
    }
}
