//! 我的时长: recorded and late hours apart, each with who wrote it and who confirmed it; saying that one is wrong; and
//! saying what was done after a forgotten check-out.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Choice, Cursor, Failure, Form, Page, PageOf, html};
use rules::service::access::{Correct, Void};
use rules::shared::Refusal;
use rules::shared::ids::RecordId;
use serde::Deserialize;

use super::reviews::{Said, Shown};
use super::{Line, done_choices, told, told_errors, wellbeing_choices};
use crate::dispatch::local_time;
use crate::exchange::lists::{self, List};
use crate::service::actions::{self, PersonHours};
use crate::service::records::RecordRow;
use crate::service::reviews::ReviewRow;
use crate::service::{certifying, confirming, recording, reviewing};
use crate::web::{Submitted, Who, go_with, instant, submit, with_errors};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "service/hours.html")]
struct HoursPage {
    page: Page,
    hours: PersonHours,
    has_certificates: bool,
    lines: Vec<Line>,
    /// The newest, when this page goes on with older ones, and those before.
    first: &'static str,
    next: String,
    /// What narrowed the list: nothing.
    none: Form,
}

impl HoursPage {
    /// Who wrote it; the system when nobody signed out.
    fn recorder(&self, line: &Line) -> String {
        line.row.recorder_name.clone().unwrap_or_else(|| self.page.t("desk-by-system"))
    }
}

/// How many records one page shows: four screens of a phone.
const ROWS: u32 = 20;

#[derive(Deserialize)]
pub struct Asked {
    /// Where the page before ended.
    #[serde(default)]
    cursor: String,
}

pub async fn hours(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let me = actor.person.ok_or(Stop::SignIn)?;
    let after = Some(asked.cursor.as_str()).filter(|c| !c.is_empty()).map(Cursor::key).transpose()?;
    let (hours, certificates, found) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let hours = actions::hours(&mut tx, &actor, at, me).await?;
                let found = actions::records_of(&mut tx, &actor, at, me, (after, ROWS)).await?;
                let certificates = certifying::of_person(&mut tx, &actor, at, me).await?;
                Ok((hours, certificates, found))
            })
        })
        .await?;
    let page = who.page().titled("tasks-hours-title").back_to("/me");
    let PageOf { items: lines, next } = found.map(|row| Line::of(&page, row));
    let drawn = HoursPage {
        hours,
        has_certificates: !certificates.is_empty(),
        lines,
        first: if asked.cursor.is_empty() { "" } else { "/me/hours" },
        next: next.map(|cursor| format!("/me/hours?cursor={cursor}")).unwrap_or_default(),
        none: Form::empty(),
        page,
    };
    Ok(html(StatusCode::OK, &drawn))
}

/// The records as a file.
pub async fn export(State(app): State<App>, who: Who, _form: Form) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let me = actor.person.ok_or(Stop::SignIn)?;
    let all = (None, lists::MOST);
    let found = app
        .read(move |mut tx| Box::pin(async move { actions::records_of(&mut tx, &actor, at, me, all).await }))
        .await?;
    let (page, zone) = (who.page(), app.city().settings.zone.clone());
    let row = |row: RecordRow| {
        let line = Line::of(&page, row);
        let row = &line.row;
        let said = [row.activity.as_str(), row.place_name.as_str(), row.content.as_str()].map(Out::from);
        let times = [lists::when(row.started_at, &zone), lists::when(row.ended_at, &zone), Out::from(row.minutes)];
        said.into_iter().chain(times).chain([Out::from(line.evidence), Out::from(line.state)]).collect()
    };
    let header = [
        "certificate-activity",
        "tasks-row-where",
        "tasks-content",
        "hours-export-start",
        "hours-export-end",
        "hours-export-minutes",
        "tasks-row-evidence",
        "hours-export-state",
    ];
    let list = List {
        name: "hours",
        title: page.t("tasks-hours-title"),
        definition: page.t("hours-export-definition"),
        header: header.map(|key| page.t(key)).to_vec(),
        rows: found.items.into_iter().map(row).collect(),
    };
    lists::hand_out(&app, &who, list).await
}

#[derive(Template)]
#[template(path = "service/record.html")]
struct RecordPage {
    page: Page,
    line: Line,
    /// It waits for what was done.
    describes: bool,
    may_contest: bool,
    /// It may be set right or voided by who looks at it.
    may_correct: bool,
    may_void: bool,
    /// Why it is looked at, and what the volunteer has said to it.
    review: Option<(Shown, Said)>,
    /// Others who look at hours here find it at their desk.
    is_mine: bool,
    done: Vec<Choice>,
    wellbeing: Vec<Choice>,
    form: Form,
}

type Found = (RecordRow, Option<(ReviewRow, Said)>);

/// The record; to whom its review concerns, with that. Of what the volunteer said the page of the desk has more.
async fn find(app: &App, who: &Who, id: &str) -> Result<Found, Failure> {
    let id: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let (actor, at) = (who.actor().clone(), app.now());
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let row = confirming::find(&mut tx, &actor, id).await?;
            let Some(review) = reviewing::of_record(&mut tx, &actor, &row).await? else { return Ok((row, None)) };
            let said = match actor.person == Some(row.volunteer()) {
                true => Said::read(&mut tx, &actor, at, (&row, &review)).await?,
                false => Said::default(),
            };
            Ok((row, Some((review, said))))
        })
    });
    Ok(found.await?)
}

pub(super) async fn show(app: &App, who: &Who, id: &str, sent: Option<(Form, &Refusal)>) -> Result<Response, Failure> {
    let (row, review) = find(app, who, id).await?;
    let mine = who.actor().person == Some(row.volunteer());
    let page = who.page();
    let title = page.t1("tasks-record-of", "title", row.activity.as_str());
    let back = match mine {
        true => "/me/hours",
        false if who.actor().is_staff() => "/desk/confirm",
        false => "/me",
    };
    let page = page.with_title(title).back_to(back);
    let errors = sent.as_ref().map(|(_, refusal)| told_errors(&page, refusal)).unwrap_or_default();
    let (status, page) = with_errors(page, errors);
    let (state, describes) = (row.record()?.state, mine && row.waits_for_content());
    let ended = jiff::Timestamp::from_millisecond(row.ended_at).map_err(Stop::defect)?;
    let first = || Form::empty().with("ended", local_time(ended, &app.city().settings.zone));
    let form = sent.map_or_else(first, |(form, _)| form);
    let review = review.map(|(row, said)| Ok::<_, Stop>((Shown::of(&page, app.now(), row)?, said))).transpose()?;
    let record = RecordPage {
        review,
        is_mine: mine,
        may_contest: state.may_be_contested(),
        may_correct: state.may_be_corrected() && confirming::may::<Correct>(who.actor(), &row),
        may_void: state.may_be_voided() && confirming::may::<Void>(who.actor(), &row),
        describes,
        done: done_choices(&page),
        wellbeing: wellbeing_choices(&page),
        line: Line::of(&page, row),
        form,
        page,
    };
    Ok(html(status, &record))
}

pub async fn record(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    show(&app, &who, &id, None).await
}

/// What was done, and when it really ended, after a forgotten check-out.
pub async fn describe(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let refusal = match instant(&form, "ended", &app.city().settings.zone) {
        Err(refusal) => refusal,
        Ok(ended) => {
            let input = (record, ended, told(&who.page(), &form));
            let done = submit(&app, &who, &form, input, |tx, who, at, (record, ended, told)| {
                Box::pin(async move {
                    recording::describe(tx, who, at, record, Some(ended), &told).await?;
                    Ok(go_with("/me/hours", "tasks-described"))
                })
            })
            .await?;
            match done {
                Submitted::Done(response) => return Ok(response),
                Submitted::Refused(refusal) => refusal,
            }
        }
    };
    show(&app, &who, &id, Some((form, &refusal))).await
}

/// What the volunteer says to a review: as often as they like until it is decided.
pub async fn answer(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let done = submit(&app, &who, &form, (record, form.text("words").to_owned()), |tx, who, at, (record, words)| {
        Box::pin(async move {
            reviewing::answer(tx, who, at, record, &words).await?;
            Ok(go_with(format!("/me/records/{record}"), "review-heard"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => show(&app, &who, &id, Some((form, &refusal))).await,
    }
}

/// 「有误？」 The hours stop counting until it is settled.
pub async fn contest(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let reason = form.text("reason").to_owned();
    let done = submit(&app, &who, &form, (record, reason), |tx, who, at, (record, reason)| {
        Box::pin(async move {
            let volunteer = confirming::find(tx, who, record).await?.volunteer();
            confirming::contest(tx, who, at, record, &reason).await?;
            let is_staffs = who.is_staff() && who.person != Some(volunteer);
            let says = if is_staffs { "tasks-contested-by-staff" } else { "tasks-contested" };
            Ok(go_with(format!("/me/records/{record}"), says))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => show(&app, &who, &id, Some((form, &refusal))).await,
    }
}
