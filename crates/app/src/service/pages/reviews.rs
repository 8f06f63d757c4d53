//! 时长复核: what is looked at before it counts, why, what the volunteer says to it, and the decision; and whom to ask by
//! telephone.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Choice, Failure, Form, Page, Value, html};
use rules::service::access::{AnswerCallBack, DecideAppeal, DecideReview, Void};
use rules::service::anomaly::Sign;
use rules::service::appeal::{AppealState, Outcome};
use rules::service::review::{CallBack, Heard, Part, ReviewState, Verdict};
use rules::shared::ids::RecordId;
use rules::shared::permit::{Verb, might};
use rules::shared::{Actor, Moment, Refusal};

use super::Line;
use crate::audit::Event;
use crate::service::records::RecordRow;
use crate::service::reviews::{CallBackRow, ReviewRow};
use crate::service::{appealing, reviewing};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop, Tx, audit};

/// The longest list: decided ones make room.
const ROWS: i64 = 60;

/// A reason to look, in words.
fn sentence(page: &Page, sign: Sign) -> String {
    let figure = |(name, figure): (&'static str, i64)| match name {
        "minutes" | "planned" => (name, Value::Text(page.minutes(figure))),
        _ => (name, Value::Number(figure)),
    };
    page.t_with(&format!("review-sign-{}", sign.key()), sign.figures().into_iter().map(figure))
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
    /// How the appeal against it stands, in words and in tone; `None` without one.
    pub appeal: Option<(String, &'static str)>,
    /// One may appeal now.
    pub may_appeal: bool,
    /// One might have appealed, and the time for it is over.
    pub is_appeal_over: bool,
}

/// What the volunteer says: to the review, and against what it found.
#[derive(Default)]
pub struct Said {
    pub answer: Option<String>,
    pub appeal: Option<String>,
}

impl Said {
    /// As far as `who` may read it; a reading by somebody else is written down.
    pub async fn read(tx: &mut Tx<'_>, who: &Actor, at: Moment, found: (&RecordRow, &ReviewRow)) -> Result<Said, Stop> {
        let answer = reviewing::read_words(tx, who, at, found).await?;
        Ok(Said { answer, appeal: appealing::read_words(tx, who, at, found).await? })
    }
}

impl Shown {
    pub fn of(page: &Page, at: Moment, row: ReviewRow) -> Result<Shown, Stop> {
        let tone = match ReviewState::from_key(&row.state) {
            Some(ReviewState::Cleared) => "ok",
            Some(ReviewState::Upheld) => "bad",
            Some(ReviewState::Open) | None => "warn",
        };
        let appealable = row.appealable()?;
        let may_appeal = appealable.is_open(at.recorded);
        let appeal = appealable.appeal.map(|state| {
            let tone = match state {
                AppealState::Waiting => "warn",
                AppealState::Stands => "bad",
                AppealState::Overturned => "ok",
            };
            (page.t(&format!("appeal-state-{}", state.key())), tone)
        });
        Ok(Shown {
            appeal,
            is_appeal_over: may_appeal.as_ref().is_err_and(|refusal| refusal.code == "appeal-late"),
            may_appeal: may_appeal.is_ok(),
            id: row.record().to_string(),
            window: crate::dispatch::window(page, row.started_at, row.ended_at),
            state: match appealable.appeal {
                Some(AppealState::Overturned) => page.t("review-state-overturned"),
                _ => page.t(&format!("review-state-{}", row.state)),
            },
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
    /// The name of the box for what was heard: one per form of the page.
    heard: String,
}

/// The name of the box for what was heard about a record.
fn heard_of(record: RecordId) -> String {
    format!("heard-{record}")
}

#[derive(Template)]
#[template(path = "service/reviews.html")]
struct ReviewsPage {
    page: Page,
    /// What was typed about one of those who are asked.
    form: Form,
    open: Vec<Shown>,
    decided: Vec<Shown>,
    to_ask: Vec<ToAsk>,
    answers: [&'static str; 3],
    /// The appeals that wait and those decided last, for who decides on them.
    appeals: Option<(Vec<Shown>, Vec<Shown>)>,
}

async fn draw_list(app: &App, who: &Who, form: Form, refusal: Option<&Refusal>) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let read = app.read(move |mut tx| {
        Box::pin(async move {
            let found = reviewing::list(&mut tx, &actor, ROWS).await?;
            let appeals = match might::<DecideAppeal>(&actor) {
                true => Some(appealing::list(&mut tx, &actor, ROWS).await?),
                false => None,
            };
            Ok((found, appeals))
        })
    });
    let (found, appeals) = read.await?;
    let (status, page) = with_refusal(who.page().titled("review-list-title"), refusal);
    let at = app.now();
    let shown =
        |rows: Vec<ReviewRow>| rows.into_iter().map(|row| Shown::of(&page, at, row)).collect::<Result<Vec<_>, Stop>>();
    let ask = |row: CallBackRow| ToAsk {
        id: row.record().to_string(),
        window: crate::dispatch::window(&page, row.started_at, row.ended_at),
        heard: heard_of(row.record()),
        row,
    };
    let (open, decided) = (shown(found.open)?, shown(found.decided)?);
    let appeals = match appeals {
        Some(found) => Some((shown(found.waiting)?, shown(found.decided)?)),
        None => None,
    };
    let drawn = ReviewsPage {
        open,
        decided,
        appeals,
        to_ask: found.to_ask.into_iter().map(ask).collect(),
        form,
        answers: CallBack::ALL.map(CallBack::key),
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    draw_list(&app, &who, Form::empty(), None).await
}

/// What the person served said on the telephone.
pub async fn call_back(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    let field = heard_of(id);
    let heard = Heard { said: CallBack::from_key(form.text("said")), words: form.text(&field).to_owned() };
    let done = submit(&app, &who, &form, (id, heard), |tx, who, at, (id, heard)| {
        Box::pin(async move {
            reviewing::answer_call_back(tx, who, at, id, &heard).await?;
            Ok(go_with("/desk/reviews", "review-asked"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let refusal = if refusal.field.as_deref() == Some("heard") { refusal.at_field(field) } else { refusal };
            draw_list(&app, &who, form, Some(&refusal)).await
        }
    }
}

#[derive(Template)]
#[template(path = "service/review.html")]
struct ReviewPage {
    page: Page,
    form: Form,
    review: Shown,
    line: Line,
    said: Said,
    decides: bool,
    verdicts: Vec<Choice>,
    /// May write an appeal of the volunteer down now.
    appeals: bool,
    /// What the person served said on the telephone: the answer and the words, who asked, when.
    asked: Option<(String, String, String)>,
    /// What one may decide on the appeal that waits; empty for whoever may not.
    outcomes: Vec<Choice>,
    /// Why it is for somebody else to decide, where one might; empty where it is not.
    apart: String,
    /// What was decided of the record before this review was opened, the oldest first.
    before: Vec<Before>,
}

/// What was decided of a record before.
pub struct Before {
    pub what: String,
    pub by: String,
}

impl Before {
    /// `None` for what is said elsewhere: a finding voids the record, and that has an event of its own.
    fn of(page: &Page, event: &Event) -> Option<Before> {
        let said = |name: &str| event.data[name].as_str().unwrap_or_default();
        let what = match (event.verb.as_str(), Verdict::from_key(said("verdict")), Outcome::from_key(said("outcome"))) {
            (Void::NAME, ..) => page.t("review-before-void"),
            (_, Some(Verdict::Clear), _) => page.t("review-state-cleared"),
            (_, Some(Verdict::Uphold), _) => return None,
            (_, _, Some(outcome)) => page.t(&format!("appeal-outcome-{}", outcome.key())),
            (..) => return None,
        };
        let by = format!("{} {}", event.actor_name.as_deref().unwrap_or_default(), page.when(event.occurred_at));
        Some(Before { what, by })
    }
}

pub(super) async fn draw(
    app: &App,
    who: &Who,
    id: RecordId,
    form: Form,
    refusal: Option<&Refusal>,
) -> Result<Response, Failure> {
    // Opening what the volunteer said is written down, so this reads in a transaction that writes.
    let opened = app.act(who.actor(), id, |mut tx, who, at, id| {
        Box::pin(async move {
            let (row, review) = appealing::find(&mut tx, &who, id).await?;
            let said = Said::read(&mut tx, &who, at, (&row, &review)).await?;
            let appeals = appealing::may_ask(&who, at, &row, &review)?;
            let asked = audit::timeline(&mut tx, id).await?.into_iter().rfind(|e| e.verb == AnswerCallBack::NAME);
            let before = reviewing::decided_before(&mut tx, &review).await?;
            let part = reviewing::part_of(&mut tx, &who, (&row, &review)).await?;
            Ok((row, review, said, appeals, asked, before, part))
        })
    });
    let (row, review, said, appeals, asked, before, part) = opened.await?;
    if who.actor().person == Some(row.volunteer()) {
        return Ok(who.visit.see(&format!("/me/records/{id}")));
    }
    let (status, page) = with_refusal(who.page().titled("review-title").back_to("/desk/reviews"), refusal);
    let verdict = |one: Verdict| Choice::new(one.key(), page.t(&format!("review-verdict-{}", one.key())));
    let outcome = |one: &Outcome| Choice::new(one.key(), page.t(&format!("appeal-outcome-{}", one.key())));
    let verdicts = [Verdict::Clear, Verdict::Uphold].map(verdict);
    let waits = review.appealable()?.appeal == Some(AppealState::Waiting) && might::<DecideAppeal>(who.actor());
    let decides = review.is_open() && might::<DecideReview>(who.actor());
    let apart = match part.filter(|_| waits || decides) {
        Some(Part::Close) => page.t("review-apart-close"),
        Some(Part::Own | Part::Taken) => page.t("review-apart"),
        None => String::new(),
    };
    let outcomes = Outcome::ALL.iter().filter(|_| waits && part.is_none()).map(outcome).collect();
    let asked = asked.map(|event| {
        let text = |name: &str| event.data[name].as_str().unwrap_or_default().to_owned();
        let said = page.t(&format!("review-said-{}", text("said").replace('_', "-")));
        let by = event.actor_name.clone().unwrap_or_default();
        (said, text("heard"), format!("{by} {}", page.when(event.occurred_at)))
    });
    let drawn = ReviewPage {
        form,
        asked,
        decides: decides && part.is_none(),
        apart,
        before: before.iter().filter_map(|event| Before::of(&page, event)).collect(),
        review: Shown::of(&page, app.now(), review)?,
        line: Line::of(&page, row),
        said,
        appeals,
        outcomes,
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
