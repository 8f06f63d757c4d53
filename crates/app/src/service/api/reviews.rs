//! Reviews and call-backs as JSON.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::Failure;
use rules::service::review::{CallBack, Heard, Verdict};
use rules::shared::ids::{RecordId, RecordThing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::reviews::{self, CallBackRow, ReviewRow};
use super::super::{actions, reviewing};
use crate::identity::once::Answer;
use crate::people::api::PersonRef;
use crate::web::json::instant;
use crate::web::{Call, Who, api_answer};
use crate::{App, Stop, Tx};

/// A reason to look, with its figures.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignJson {
    #[schema(example = "bulk-entered")]
    pub sign: String,
    /// `count`, `people`, `minutes`, `days`, `planned`, `percent`, `others`, as the sign has them.
    pub figures: BTreeMap<String, i64>,
}

/// A record that is looked at before its hours count.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewJson {
    #[schema(example = "rec_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub record: String,
    pub volunteer: PersonRef,
    #[schema(example = "小区清扫")]
    pub activity: String,
    #[schema(example = "2026-06-08")]
    pub day: String,
    #[schema(example = 120)]
    pub minutes: i64,
    #[schema(example = "黄楼社区居民委员会")]
    pub place: String,
    pub signs: Vec<SignJson>,
    /// From 0 to 100.
    #[schema(example = 70)]
    pub score: i64,
    /// `open`, `cleared` (the hours count) or `upheld` (the record is void).
    #[schema(example = "open")]
    pub state: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub opened_at: String,
    /// Until when the volunteer may answer before anybody decides against them; missing while that year's calendar is.
    pub answer_by: Option<String>,
    /// When the volunteer answered. The words are read on the page alone, and each reading is written down.
    pub heard_at: Option<String>,
    pub decided_at: Option<String>,
    pub decided_by: Option<String>,
    /// Why it was decided so. Of what was found false and overturned it is the reason given then; `appeal` has the other.
    pub reason: Option<String>,
    /// Until when one may appeal against what was found; missing where nothing was found false, and while that year's
    /// calendar is.
    pub appeal_by: Option<String>,
    pub appeal: Option<AppealedJson>,
}

/// An appeal against what a review found. The words are read on the page alone, and each reading is written down.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppealedJson {
    /// `waiting`, `stands` (the record stays void) or `overturned` (it is what it was before).
    #[schema(example = "waiting")]
    pub state: String,
    #[schema(example = "2026-06-16T09:00:00+08:00")]
    pub asked_at: Option<String>,
    pub decided_at: Option<String>,
    pub decided_by: Option<String>,
    pub reason: Option<String>,
}

/// A record that the person served is asked about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CallBackJson {
    #[schema(example = "rec_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub record: String,
    #[schema(example = "李建国")]
    pub volunteer: String,
    /// Who is asked.
    pub served: PersonRef,
    #[schema(example = "陪诊")]
    pub activity: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub start: String,
    #[schema(example = "2026-06-08T11:00:00+08:00")]
    pub end: String,
    /// `done`, `not_done` or `no_answer`; missing until somebody has asked.
    pub said: Option<String>,
}

/// What is to be looked at within one's reach.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewList {
    /// The longest waiting first.
    pub open: Vec<ReviewJson>,
    /// The last first.
    pub decided: Vec<ReviewJson>,
    pub to_ask: Vec<CallBackJson>,
}

/// What the volunteer says.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "words": "那天是两场活动，中间没有休息，队长可以作证。" }))]
pub struct ReviewAnswerJson {
    #[serde(default)]
    pub words: String,
}

/// What is decided.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "verdict": "clear", "reason": "已向队长和居民核实" }))]
pub struct ReviewDecisionJson {
    /// `clear` or `uphold`.
    #[serde(default)]
    pub verdict: String,
    /// The volunteer reads it.
    #[serde(default)]
    pub reason: String,
}

/// What the person served says.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "said": "done", "heard": "本人接的，说上午有人来过" }))]
pub struct CallBackAnswerJson {
    /// `done`, `not_done` or `no_answer`.
    #[serde(default)]
    pub said: String,
    /// Whom one reached and what they said; may be left out with `no_answer`.
    #[serde(default)]
    pub heard: String,
}

pub(super) fn review_json(row: &ReviewRow, zone: &TimeZone) -> Result<ReviewJson, Stop> {
    let sign = |sign: rules::service::anomaly::Sign| SignJson {
        sign: sign.key().to_owned(),
        figures: sign.figures().into_iter().map(|(name, figure)| (name.to_owned(), figure)).collect(),
    };
    Ok(ReviewJson {
        record: row.record().to_string(),
        volunteer: PersonRef { id: row.volunteer().to_string(), name: row.person_name.clone() },
        activity: row.activity.clone(),
        day: row.day.clone(),
        minutes: row.minutes,
        place: row.place_name.clone(),
        signs: row.signs()?.into_iter().map(sign).collect(),
        score: row.score,
        state: row.state.clone(),
        opened_at: instant(row.opened_at, zone),
        answer_by: row.answer_by.map(|at| instant(at, zone)),
        heard_at: row.heard_at.map(|at| instant(at, zone)),
        decided_at: row.decided_at.map(|at| instant(at, zone)),
        decided_by: row.decider_name.clone(),
        reason: row.reason.clone(),
        appeal_by: row.appeal_by.map(|at| instant(at, zone)),
        appeal: row.appeal.as_ref().map(|state| AppealedJson {
            state: state.clone(),
            asked_at: row.appealed_at.map(|at| instant(at, zone)),
            decided_at: row.appeal_decided_at.map(|at| instant(at, zone)),
            decided_by: row.appeal_decider_name.clone(),
            reason: row.appeal_reason.clone(),
        }),
    })
}

pub(super) fn listed(rows: &[ReviewRow], zone: &TimeZone) -> Result<Vec<ReviewJson>, Stop> {
    rows.iter().map(|row| review_json(row, zone)).collect()
}

fn call_back_json(row: &CallBackRow, zone: &TimeZone) -> CallBackJson {
    CallBackJson {
        record: row.record().to_string(),
        volunteer: row.person_name.clone(),
        served: PersonRef { id: row.served().to_string(), name: row.served_name.clone() },
        activity: row.activity.clone(),
        start: instant(row.started_at, zone),
        end: instant(row.ended_at, zone),
        said: row.said.clone(),
    }
}

/// Lists what is looked at within one's reach, and whom to ask by telephone.
#[utoipa::path(
    get, path = "/api/v1/reviews", tag = "service", responses((status = 200, body = ReviewList), (status = 403))
)]
pub async fn index(State(app): State<App>, who: Who) -> Result<Json<ReviewList>, Failure> {
    let (actor, zone) = (who.actor().clone(), app.city().settings.zone.clone());
    let found = app
        .read(move |mut tx| Box::pin(async move { reviewing::list(&mut tx, &actor, i64::from(actions::PAGE)).await }))
        .await?;
    Ok(Json(ReviewList {
        open: listed(&found.open, &zone)?,
        decided: listed(&found.decided, &zone)?,
        to_ask: found.to_ask.iter().map(|row| call_back_json(row, &zone)).collect(),
    }))
}

async fn shown(tx: &mut Tx<'_>, id: RecordId) -> Result<Answer, Stop> {
    let row = reviews::review(tx, id).await?.ok_or(Stop::Missing)?;
    api_answer(&review_json(&row, &tx.city().settings.zone)?)
}

/// The volunteer answers, or staff write the volunteer's words down. Said again, it replaces what was said before.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/review-answer", tag = "service", params(("id" = String, Path,)),
    request_body = ReviewAnswerJson,
    responses((status = 200, body = ReviewJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn answer(call: Call<RecordThing, ReviewAnswerJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            reviewing::answer(tx, who, at, id, &body.words).await?;
            shown(tx, id).await
        })
    })
    .await
}

/// Lets the hours count, or finds the record false: somebody who had no part in it, and never against a volunteer who
/// was not heard.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/review-decision", tag = "service", params(("id" = String, Path,)),
    request_body = ReviewDecisionJson,
    responses((status = 200, body = ReviewJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn decide(call: Call<RecordThing, ReviewDecisionJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            reviewing::decide(tx, who, at, id, (Verdict::from_key(&body.verdict), &body.reason)).await?;
            shown(tx, id).await
        })
    })
    .await
}

/// Writes down what the person served says by telephone: was this service done?
#[utoipa::path(
    post, path = "/api/v1/records/{id}/call-back", tag = "service", params(("id" = String, Path,)),
    request_body = CallBackAnswerJson,
    responses((status = 200, body = CallBackJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn call_back(call: Call<RecordThing, CallBackAnswerJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let heard = Heard { said: CallBack::from_key(&body.said), words: body.heard };
            reviewing::answer_call_back(tx, who, at, id, &heard).await?;
            let row = reviews::call_back(tx, id).await?.ok_or(Stop::Missing)?;
            api_answer(&call_back_json(&row, &tx.city().settings.zone))
        })
    })
    .await
}
