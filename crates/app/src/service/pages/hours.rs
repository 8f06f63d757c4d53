//! 我的时长: recorded and late hours apart, each with who wrote it and who confirmed it; and saying what was done after a
//! forgotten check-out.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Choice, Cursor, Failure, Form, Page, PageOf, html};
use rules::service::access::{self, AnswerReview, Contest, Correct, Void};
use rules::shared::code::in_groups;
use rules::shared::ids::RecordId;
use rules::shared::{Actor, Moment, Refusal};
use serde::Deserialize;

use super::reviews::{Said, Shown};
use super::{Line, Objected, done_choices, told, told_errors, wellbeing_choices};
use crate::dispatch::local_time;
use crate::exchange::lists::{self, List};
use crate::matters::Held;
use crate::service::actions::{self, PersonHours};
use crate::service::objecting::Heard;
use crate::service::records::RecordRow;
use crate::service::reviews::ReviewRow;
use crate::service::{certifying, confirming, objecting, recording, reviewing};
use crate::web::{Submitted, Who, go_with, instant, submit, with_errors};
use crate::{App, Stop, Tx};

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
    let rows = found.items.into_iter().map(row).collect();
    let list = List::of(&page, "hours", ("tasks-hours-title", "hours-export-definition"), &header, rows);
    lists::hand_out(&app, &who, list).await
}

#[derive(Template)]
#[template(path = "service/record.html")]
struct RecordPage {
    page: Page,
    line: Line,
    /// It waits for what was done.
    describes: bool,
    /// Where whoever looks, as the person served, says that it is right.
    confirm_at: Option<String>,
    may_contest: bool,
    /// Who followed 「时间不对」 finds the form open.
    contests: bool,
    /// It may be set right or voided by who looks at it.
    may_correct: bool,
    may_void: bool,
    /// What was said against it, the first on top.
    objections: Vec<Objected>,
    /// The volunteer may say something to the last of these; who raised it may take it back.
    may_answer_objection: bool,
    may_withdraw_objection: bool,
    /// Why it is looked at, and what the volunteer has said to it.
    review: Option<(Shown, Said)>,
    /// Others who look at hours here find it at their desk.
    is_mine: bool,
    done: Vec<Choice>,
    wellbeing: Vec<Choice>,
    form: Form,
}

impl RecordPage {
    /// What the volunteer says themselves, or staff write down for them.
    fn words_of(&self) -> &'static str {
        if self.is_mine { "objection-words" } else { "objection-words-for" }
    }
}

struct Found {
    row: RecordRow,
    review: Option<(ReviewRow, Said)>,
    objections: Vec<Heard>,
    confirm_at: Option<String>,
    /// It may be voided past the review that there is of it, by whoever may void records here.
    past_review: bool,
}

/// The record; to whom its review concerns, with that. Of what the volunteer said the page of the desk has more.
async fn find(app: &App, who: &Who, id: &str) -> Result<Found, Failure> {
    let id: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let (actor, at) = (who.actor().clone(), app.now());
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let row = confirming::find(&mut tx, &actor, id).await?;
            let objections = objecting::seen(&mut tx, &actor, &row).await?;
            let past_review = confirming::past_its_review(&mut tx, &actor, &row).await?.is_ok();
            let confirm_at = confirmed_at(&mut tx, &actor, at, &row).await?;
            let Some(review) = reviewing::of_record(&mut tx, &actor, &row).await? else {
                return Ok(Found { row, review: None, objections, confirm_at, past_review });
            };
            let said = match actor.person == Some(row.volunteer()) {
                true => Said::read(&mut tx, &actor, at, (&row, &review)).await?,
                false => Said::default(),
            };
            Ok(Found { row, review: Some((review, said)), objections, confirm_at, past_review })
        })
    });
    let mut found = found.await?;
    let is_heard = found.objections.iter().any(|one| one.row.heard_at.is_some());
    if is_heard && objecting::looks_into(who.actor(), &found.row) {
        let read = app.act(who.actor(), id, |mut tx, actor, at, id| {
            Box::pin(async move { objecting::read(&mut tx, &actor, at, id).await })
        });
        found.objections = read.await?;
    }
    Ok(found)
}

/// Where `who` confirms a record of what was done for them: as on the page of its matter.
async fn confirmed_at(tx: &mut Tx<'_>, who: &Actor, at: Moment, row: &RecordRow) -> Result<Option<String>, Stop> {
    let Some(matter) = row.matter() else { return Ok(None) };
    if !confirming::is_offered(tx, who, at, row).await? {
        return Ok(None);
    }
    let code = Held::load(tx, matter).await?.code;
    Ok(Some(format!("/help/{}/records/{}/confirmation", in_groups(&code), row.id())))
}

pub(super) async fn show(app: &App, who: &Who, id: &str, sent: Option<(Form, &Refusal)>) -> Result<Response, Failure> {
    draw(app, who, id, false, sent).await
}

async fn draw(
    app: &App,
    who: &Who,
    id: &str,
    contests: bool,
    sent: Option<(Form, &Refusal)>,
) -> Result<Response, Failure> {
    let Found { row, review, objections, confirm_at, past_review } = find(app, who, id).await?;
    let mine = who.actor().person == Some(row.volunteer());
    let page = who.page();
    let title = page.t1("tasks-record-of", "title", row.activity.as_str());
    let was_served = row.served().is_some() && row.served() == who.actor().stands_for();
    let back = match (mine, row.matter().filter(|_| was_served)) {
        (true, _) => "/me/hours".to_owned(),
        (false, Some(matter)) => format!("/help/{matter}"),
        (false, None) if who.actor().is_staff() => "/desk/confirm".to_owned(),
        (false, None) => "/me".to_owned(),
    };
    let page = page.with_title(title).back_to(back);
    let errors = sent.as_ref().map(|(_, refusal)| told_errors(&page, refusal)).unwrap_or_default();
    let (status, page) = with_errors(page, errors);
    let (state, describes) = (row.record()?.state, mine && row.waits_for_content());
    let ended = jiff::Timestamp::from_millisecond(row.ended_at).map_err(Stop::defect)?;
    let first = || Form::empty().with("ended", local_time(ended, &app.city().settings.zone));
    let form = sent.map_or_else(first, |(form, _)| form);
    let review = review.map(|(row, said)| Ok::<_, Stop>((Shown::of(&page, app.now(), row)?, said))).transpose()?;
    let last = objections.last().map(|told| &told.row).filter(|row| row.is_undecided());
    let stands_for = who.actor().stands_for();
    let record = RecordPage {
        may_answer_objection: last.is_some_and(|row| row.raised_for() != row.volunteer())
            && (mine || access::on_review::<AnswerReview>(who.actor(), &confirming::subject(&row)).is_ok()),
        may_withdraw_objection: last.is_some_and(|row| Some(row.raised_for()) == stands_for),
        objections: objections
            .into_iter()
            .map(|told| Objected::of(&page, (told.row, told.heard), &row, stands_for))
            .collect(),
        review,
        is_mine: mine,
        may_contest: state.may_be_contested() && confirming::may::<Contest>(who.actor(), &row),
        contests,
        may_correct: state.may_be_corrected() && confirming::may::<Correct>(who.actor(), &row),
        may_void: state.may_be_voided() && confirming::may::<Void>(who.actor(), &row) && past_review,
        describes,
        confirm_at,
        done: done_choices(&page),
        wellbeing: wellbeing_choices(&page),
        line: Line::of(&page, row),
        form,
        page,
    };
    Ok(html(status, &record))
}

#[derive(Deserialize)]
pub struct Wanted {
    /// `1`: to say that it is wrong.
    #[serde(default)]
    contest: String,
}

pub async fn record(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    draw(&app, &who, &id, wanted.contest == "1", None).await
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
