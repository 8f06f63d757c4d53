//! 时长复核: what is looked at before it counts, why, what the volunteer says to it, and the decision; and whom to ask by
//! telephone.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Choice, Failure, Form, Page, html};
use rules::service::access::{AnswerCallBack, DecideReview};
use rules::service::anomaly::Sign;
use rules::service::review::{CallBack, ReviewState, Verdict};
use rules::shared::Refusal;
use rules::shared::ids::RecordId;
use rules::shared::permit::might;

use super::Line;
use crate::service::reviewing;
use crate::service::reviews::{CallBackRow, ReviewRow};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop};

/// The longest list: decided ones make room.
const ROWS: i64 = 60;

/// A reason to look, in words.
fn sentence(page: &Page, sign: Sign) -> String {
    page.t_with(&format!("review-sign-{}", sign.key()), sign.figures())
}

/// A review as pages show it.
pub struct Shown {
    pub row: ReviewRow,
    pub id: String,
    pub window: String,
    pub state: String,
    pub tone: &'static str,
    /// Why it is looked at, a sentence each.
    pub why: Vec<String>,
    pub is_open: bool,
}

impl Shown {
    pub fn of(page: &Page, row: ReviewRow) -> Result<Shown, Stop> {
        let tone = match ReviewState::from_key(&row.state) {
            Some(ReviewState::Cleared) => "ok",
            Some(ReviewState::Upheld) => "bad",
            Some(ReviewState::Open) | None => "warn",
        };
        Ok(Shown {
            id: row.record().to_string(),
            window: crate::dispatch::window(page, row.started_at, row.ended_at),
            state: page.t(&format!("review-state-{}", row.state)),
            tone,
            why: row.signs()?.into_iter().map(|sign| sentence(page, sign)).collect(),
            is_open: row.is_open(),
            row,
        })
    }
}

struct ToAsk {
    row: CallBackRow,
    id: String,
    window: String,
}

#[derive(Template)]
#[template(path = "service/reviews.html")]
struct ReviewsPage {
    page: Page,
    open: Vec<Shown>,
    decided: Vec<Shown>,
    to_ask: Vec<ToAsk>,
    asks: bool,
    answers: [&'static str; 3],
}

async fn draw_list(app: &App, who: &Who, refusal: Option<&Refusal>) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| Box::pin(async move { reviewing::list(&mut tx, &actor, ROWS).await })).await?;
    let (status, page) = with_refusal(who.page().titled("review-list-title"), refusal);
    let shown = |rows: Vec<ReviewRow>| rows.into_iter().map(|row| Shown::of(&page, row)).collect::<Result<_, Stop>>();
    let ask = |row: CallBackRow| ToAsk {
        id: row.record().to_string(),
        window: crate::dispatch::window(&page, row.started_at, row.ended_at),
        row,
    };
    let (open, decided) = (shown(found.open)?, shown(found.decided)?);
    let drawn = ReviewsPage {
        open,
        decided,
        to_ask: found.to_ask.into_iter().map(ask).collect(),
        asks: might::<AnswerCallBack>(who.actor()),
        answers: CallBack::ALL.map(CallBack::key),
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    draw_list(&app, &who, None).await
}

/// What the person served said on the telephone.
pub async fn call_back(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    let said = CallBack::from_key(form.text("said"));
    let done = submit(&app, &who, &form, (id, said), |tx, who, at, (id, said)| {
        Box::pin(async move {
            reviewing::answer_call_back(tx, who, at, id, said).await?;
            Ok(go_with("/desk/reviews", "review-asked"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw_list(&app, &who, Some(&refusal)).await,
    }
}

#[derive(Template)]
#[template(path = "service/review.html")]
struct ReviewPage {
    page: Page,
    form: Form,
    review: Shown,
    line: Line,
    /// What the volunteer says, for who decides.
    words: Option<String>,
    decides: bool,
    verdicts: Vec<Choice>,
}

async fn draw(app: &App, who: &Who, id: RecordId, form: Form, refusal: Option<&Refusal>) -> Result<Response, Failure> {
    // Opening what the volunteer said is written down, so this reads in a transaction that writes.
    let opened = app.act(who.actor(), id, |mut tx, who, at, id| {
        Box::pin(async move {
            let (row, review) = reviewing::find(&mut tx, &who, id).await?;
            let words = reviewing::read_words(&mut tx, &who, at, (&row, &review)).await?;
            Ok((row, review, words))
        })
    });
    let (row, review, words) = opened.await?;
    if who.actor().person == Some(row.volunteer()) {
        return Ok(who.visit.see(&format!("/me/records/{id}")));
    }
    let (status, page) = with_refusal(who.page().titled("review-title").back_to("/desk/reviews"), refusal);
    let verdict = |key: &str| Choice::new(key, page.t(&format!("review-verdict-{key}")));
    let verdicts = [Verdict::Clear, Verdict::Uphold].map(|one| verdict(one.key()));
    let drawn = ReviewPage {
        form,
        decides: review.is_open() && might::<DecideReview>(who.actor()),
        review: Shown::of(&page, review)?,
        line: Line::of(&page, row),
        words,
        verdicts: verdicts.into(),
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn one(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw(&app, &who, path_id(&id)?, Form::empty(), None).await
}

pub async fn decide(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    let input = (id, Verdict::from_key(form.text("verdict")), form.text("reason").to_owned());
    let done = submit(&app, &who, &form, input, |tx, who, at, (id, verdict, reason)| {
        Box::pin(async move {
            reviewing::decide(tx, who, at, id, (verdict, &reason)).await?;
            Ok(go_with("/desk/reviews", "review-decided"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, id, form, Some(&refusal)).await,
    }
}

/// Staff write down what the volunteer says.
pub async fn hear(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.text("words").to_owned()), |tx, who, at, (id, words)| {
        Box::pin(async move {
            reviewing::answer(tx, who, at, id, &words).await?;
            Ok(go_with(format!("/desk/reviews/{id}"), "review-heard"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, id, form, Some(&refusal)).await,
    }
}
