//! The desk's side of a service: the code and QR to show, who has come, signing for those without a phone, and the list
//! on paper.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kit::{Choice, Errors, Failure, Form, Markup, Page, html, qr};
use rules::dispatch::TaskState;
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Faults, Refusal};
use serde::Deserialize;

use super::{by_code, done_choices, told, told_errors, wellbeing_choices};
use crate::dispatch::store::OfferRow;
use crate::dispatch::{cancelled, local_time};
use crate::service::actions::{self, Presence, Proof};
use crate::service::sheet::{self, Sheet};
use crate::service::store::AttendanceRow;
use crate::web::json::called;
use crate::web::{Submitted, Who, go_with, instant, submit};
use crate::{App, Stop, Tx};

/// Millimetres on the screen and on paper.
const QR_MM: u32 = 40;

async fn load(tx: &mut Tx<'_>, who: &Actor, code: &str) -> Result<Sheet, Stop> {
    let task = by_code(tx, code).await?;
    sheet::of(tx, who, task).await
}

/// One volunteer of the list.
struct Line {
    person: String,
    name: String,
    in_at: Option<i64>,
    out_at: Option<i64>,
}

fn lines(offers: &[OfferRow], signed: &[AttendanceRow]) -> Vec<Line> {
    let line = |offer: &OfferRow| {
        let signed = signed.iter().find(|s| s.offer() == offer.id());
        Line {
            person: offer.volunteer().to_string(),
            name: offer.person_name.clone(),
            in_at: signed.map(|s| s.in_at),
            out_at: signed.and_then(|s| s.out_at),
        }
    };
    offers.iter().map(line).collect()
}

#[derive(Template)]
#[template(path = "service/attendance.html")]
struct AttendancePage {
    page: Page,
    code: String,
    window: String,
    place: String,
    check_code: Option<String>,
    qr_in: Option<Markup>,
    qr_out: Option<Markup>,
    lines: Vec<Line>,
    /// Colleagues on staff who go themselves, in words; empty when nobody does.
    staff: String,
    /// Who is being signed out.
    out: Option<(String, String)>,
    done: Vec<Choice>,
    wellbeing: Vec<Choice>,
    form: Form,
    is_staff: bool,
    /// The task was cancelled; why, when somebody said so.
    cancelled: Option<String>,
}

#[derive(Deserialize)]
pub struct Out {
    #[serde(default)]
    out: String,
}

async fn show(
    app: &App,
    who: &Who,
    code: String,
    status: StatusCode,
    (out, form): (String, Form),
    errors: Errors,
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let loaded = app.read(move |mut tx| {
        Box::pin(async move {
            let sheet = load(&mut tx, &actor, &code).await?;
            let cancelled = cancelled::of(&mut tx, &sheet.task).await?;
            Ok((sheet, cancelled))
        })
    });
    let loaded = loaded.await?;
    let (Sheet { task, offers, staff, signed, shown }, cancelled) = loaded;
    // Nobody comes to what was cancelled: there is nothing to sign.
    let shown = shown.filter(|_| cancelled.is_none());
    let page = who.page();
    let title = page.t1("tasks-attendance-of", "title", task.title.as_str());
    let page = page.with_title(title).with_errors(errors).back_to(format!("/tasks/{}/assign", task.code));
    let base = app.city().settings.base_url.clone();
    let qr = |way: &str, key: &str| match &shown {
        Some(shown) => qr::svg(&format!("{base}/{way}/{}", shown.qr_token), QR_MM, &page.t(key)).map(Some),
        None => Ok(None),
    };
    let (qr_in, qr_out) = (qr("in", "tasks-qr-in"), qr("out", "tasks-qr-out"));
    let lines = lines(&offers, &signed);
    let leaving = lines.iter().find(|l| l.person == out).map(|l| (l.person.clone(), l.name.clone()));
    let attendance = AttendancePage {
        window: crate::dispatch::window(&page, task.starts_at, task.ends_at),
        place: task.place_hint,
        code: task.code,
        check_code: shown.as_ref().map(|s| s.code.clone()),
        qr_in: qr_in.map_err(Stop::defect)?,
        qr_out: qr_out.map_err(Stop::defect)?,
        lines,
        staff: if staff.is_empty() {
            String::new()
        } else {
            page.t1("tasks-attendance-staff", "who", page.row_of(&staff))
        },
        out: leaving,
        done: done_choices(&page),
        wellbeing: wellbeing_choices(&page),
        form: match form.raw("left_at") {
            Some(_) => form,
            None => form.with("left_at", local_time(app.now().recorded, &app.city().settings.zone)),
        },
        is_staff: who.actor().is_staff(),
        cancelled: cancelled.map(|was| crate::dispatch::cancelled_words(&page, &was)),
        page,
    };
    Ok(html(status, &attendance))
}

pub async fn list(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    Query(out): Query<Out>,
) -> Result<Response, Failure> {
    show(&app, &who, code, StatusCode::OK, (out.out, Form::empty()), Errors::new()).await
}

/// Signs somebody in who stands at the desk or rang.
pub async fn sign_in(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let volunteer: PersonId = form.text("person").parse().map_err(|_| Failure::bad_request("broken-form"))?;
    let done = submit(&app, &who, &form, (code.clone(), volunteer), |tx, who, at, (code, volunteer)| {
        Box::pin(async move {
            let task = by_code(tx, &code).await?.id();
            let presence = Presence { proof: Proof::Desk(volunteer), device_at: None };
            actions::check_in(tx, who, at, task, &presence).await?;
            Ok(go_with(format!("/tasks/{code}/attendance"), "tasks-signed-for"))
        })
    })
    .await?;
    finish(&app, &who, code, form, done).await
}

pub async fn sign_out(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let volunteer: PersonId = form.text("person").parse().map_err(|_| Failure::bad_request("broken-form"))?;
    let input = (code.clone(), volunteer, told(&who.page(), &form), left_at(&form, &app.city().settings.zone));
    let done = submit(&app, &who, &form, input, |tx, who, at, (code, volunteer, told, left_at)| {
        Box::pin(async move {
            let task = by_code(tx, &code).await?.id();
            let presence = Presence { proof: Proof::Desk(volunteer), device_at: Some(left_at?) };
            let done = actions::check_out(tx, who, at, task, &presence, &told).await;
            done.map_err(|stop| called(stop, &[("device_at", "left_at")]))?;
            Ok(go_with(format!("/tasks/{code}/attendance"), "tasks-signed-for"))
        })
    })
    .await?;
    finish(&app, &who, code, form, done).await
}

/// When they left, as it was told to the desk: proposed, and neither sent unread nor guessed.
fn left_at(form: &Form, zone: &TimeZone) -> Result<Timestamp, Refusal> {
    let mut faults = Faults::default();
    let left_at = faults.of(match form.text("left_at") {
        "" => Err(Refusal::new("desk-out-time").at_field("left_at")),
        _ => instant(form, "left_at", zone),
    });
    if !form.checked("sure") {
        faults.push(Refusal::new("desk-out-unsure").at_field("sure"));
    }
    faults.none()?;
    left_at.ok_or_else(|| Refusal::new("desk-out-time").at_field("left_at"))
}

async fn finish(app: &App, who: &Who, code: String, form: Form, done: Submitted) -> Result<Response, Failure> {
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = told_errors(&who.page(), &refusal);
            let out = form.text("person").to_owned();
            show(app, who, code, StatusCode::UNPROCESSABLE_ENTITY, (out, form), errors).await
        }
    }
}

#[derive(Template)]
#[template(path = "service/sign-in-sheet.html")]
struct SignInSheet {
    page: Page,
    title: String,
    window: String,
    place: String,
    check_code: Option<String>,
    qr: Option<Markup>,
    /// Of each line, empty where nobody has said that they come.
    names: Vec<String>,
}

/// Lines of one sheet: they fill an A4, as those of a numbered one do.
const LINES: usize = 14;
/// Lines for those who come without having said so, at least.
const BLANKS: usize = 6;
/// Millimetres of the code in the head of the sheet.
const HEAD_QR_MM: u32 = 28;

/// 签到表: signed by hand, entered by the desk afterwards.
pub async fn on_paper(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let loaded = app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor, &code).await })).await?;
    let Sheet { task, offers, shown, .. } = loaded;
    if task.state == TaskState::Cancelled.key() {
        return Err(Stop::refused("task-not-standing").into());
    }
    let page = who.page().titled("tasks-sign-sheet-title").back_to(format!("/tasks/{}/attendance", task.code));
    let qr = match &shown {
        Some(shown) => {
            let address = format!("{}/in/{}", app.city().settings.base_url, shown.qr_token);
            Some(qr::svg(&address, HEAD_QR_MM, &page.t("tasks-qr-in")).map_err(Stop::defect)?)
        }
        None => None,
    };
    let mut names: Vec<String> = offers.into_iter().map(|o| o.person_name).collect();
    names.resize(LINES.max(names.len() + BLANKS), String::new());
    let sheet = SignInSheet {
        window: crate::dispatch::window(&page, task.starts_at, task.ends_at),
        title: task.title,
        place: task.place_hint,
        check_code: shown.map(|s| s.code),
        qr,
        names,
        page,
    };
    Ok(html(StatusCode::OK, &sheet))
}
