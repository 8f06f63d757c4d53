//! `/assessments`: the list, a new one, one with its versions, its end, and the sheet to sign and file.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::rights::access::RecordAssessment;
use rules::rights::assessment::{Draft, MOST_WORDS, Occasion, rule};
use rules::shared::Length;
use rules::shared::ids::AssessmentId;
use rules::shared::permit::might;
use serde::Deserialize;

use super::{AssessmentRow, Listed};
use crate::App;
use crate::places::Place;
use crate::rights::account;
use crate::rights::data_handlers::pages::day;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit, unfilled, with_errors};

/// The locale key of an occasion.
pub(in crate::rights) fn occasion(page: &Page, key: &str) -> String {
    page.t(&format!("assess-occasion-{}", key.replace('_', "-")))
}

fn occasions(page: &Page) -> Vec<Choice> {
    Occasion::ALL.map(|one| Choice::new(one.key(), occasion(page, one.key()))).into()
}

#[derive(Template)]
#[template(path = "rights/assessments.html")]
struct ListPage {
    page: Page,
    standing: Vec<Listed>,
    ended: Vec<Listed>,
    today: Date,
    enters: bool,
    kept_years: i64,
}

impl ListPage {
    /// What is to be done about it: by whom may change it, and nothing by others.
    fn state(&self, one: &Listed) -> String {
        match one.changes {
            false => self.page.t("assess-only-read"),
            true if one.row.is_due(self.today) => self.page.t("assess-due"),
            true => String::new(),
        }
    }

    fn tone(&self, one: &Listed) -> &'static str {
        if one.changes { "warn" } else { "" }
    }

    /// Whose it is and how far.
    fn line(&self, one: &Listed) -> String {
        let said = match &one.row.ended_on {
            Some(day) => self.page.t1("assess-ended-line", "day", self.page.full_date(day)),
            None => {
                let review = self.page.full_date(&one.row.review_on);
                self.page.t2("assess-line", "version", one.row.version, "day", review)
            }
        };
        [one.place.name.as_str(), &said].join(" · ")
    }
}

pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let (actor, today) = (who.actor().clone(), app.city().calendar.date(app.now().recorded));
    let listed = app.read(move |mut tx| Box::pin(async move { super::list(&mut tx, &actor).await })).await?;
    let (ended, standing) = listed.into_iter().partition(|one| one.row.ended_on.is_some());
    let drawn = ListPage {
        page: who.page().titled("assess-title"),
        standing,
        ended,
        today,
        enters: might::<RecordAssessment>(who.actor()),
        kept_years: rule(today).kept_years,
    };
    Ok(html(StatusCode::OK, &drawn))
}

#[derive(Template)]
#[template(path = "rights/assessment-new.html")]
struct NewPage {
    page: Page,
    form: Form,
    places: Vec<Choice>,
    occasions: Vec<Choice>,
    most: usize,
    /// The address of the one that says the same, of which a new version is written.
    same: Option<String>,
}

/// What a version must say, each with the key of its label; the first is asked of a new one alone.
const ASKED: [(&str, &str); 10] = [
    ("place", "data-handlers-place"),
    ("title", "assess-what"),
    ("occasion", "assess-occasion"),
    ("purpose", "assess-purpose"),
    ("effect", "assess-effect"),
    ("measures", "assess-measures"),
    ("approved_by", "assess-approved-by"),
    ("approved_on", "assess-approved-on"),
    ("valid_from", "assess-from"),
    ("review_on", "assess-review"),
];

async fn draw_new(
    app: &App,
    who: &Who,
    form: Form,
    (errors, same): (Errors, Option<String>),
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let places =
        app.read(move |mut tx| Box::pin(async move { account::places_of::<RecordAssessment>(&mut tx, &actor).await }));
    let places = account::choices(&places.await?);
    if places.is_empty() {
        return Err(Failure::forbidden());
    }
    let (status, page) = with_errors(who.page().titled("assess-new").back_to("/assessments"), errors);
    Ok(html(status, &NewPage { form, places, occasions: occasions(&page), most: MOST_WORDS, same, page }))
}

pub async fn new(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let today = who.page().today();
    draw_new(&app, &who, Form::empty().with("valid_from", today), (Errors::new(), None)).await
}

fn draft(form: &Form) -> Draft {
    let text = |field: &str| form.text(field).to_owned();
    Draft {
        title: text("title"),
        occasion: text("occasion"),
        purpose: text("purpose"),
        effect: text("effect"),
        measures: text("measures"),
        valid_from: day(form, "valid_from"),
        review_on: day(form, "review_on"),
        approved_by: text("approved_by"),
        approved_on: day(form, "approved_on"),
    }
}

pub async fn record(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let errors = unfilled(&who.page(), &form, &ASKED);
    if !errors.is_empty() {
        return draw_new(&app, &who, form, (errors, None)).await;
    }
    let input = (form.text("place").to_owned(), draft(&form));
    let done = submit(&app, &who, &form, input, |tx, who, at, (code, draft)| {
        Box::pin(async move {
            let id = super::record(tx, who, at, &code, &draft).await?;
            Ok(go_with(format!("/assessments/{id}"), "assess-recorded"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let id = refusal.args.iter().find(|(name, _)| *name == "assessment").map(|(_, id)| id);
            let same = id.map(|id| format!("/assessments/{id}?revise=yes#revise"));
            draw_new(&app, &who, form, (refusal_errors(&who.page(), &refusal), same)).await
        }
    }
}

#[derive(Template)]
#[template(path = "rights/assessment.html")]
struct OnePage {
    page: Page,
    form: Form,
    id: AssessmentId,
    newest: AssessmentRow,
    older: Vec<AssessmentRow>,
    place: String,
    is_due: bool,
    /// Who looks may write a new version of it, and end it.
    changes: bool,
    /// The form of a new version stands open.
    open: bool,
    occasions: Vec<Choice>,
    most: usize,
}

impl OnePage {
    fn occasion(&self, row: &AssessmentRow) -> String {
        occasion(&self.page, &row.occasion)
    }
}

async fn load(app: &App, who: &Who, id: AssessmentId) -> Result<(Place, AssessmentRow, Vec<AssessmentRow>), Failure> {
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| Box::pin(async move { super::find(&mut tx, &actor, id).await }));
    let (place, mut versions) = found.await?;
    let newest = versions.remove(0);
    Ok((place, newest, versions))
}

async fn draw(
    app: &App,
    who: &Who,
    id: AssessmentId,
    (form, errors): (Option<Form>, Errors),
    (is_conflict, open): (bool, bool),
) -> Result<Response, Failure> {
    let (place, newest, older) = load(app, who, id).await?;
    // What was typed stands there to be copied, also where the assessment was ended meanwhile.
    let is_sent = form.is_some();
    let page = who.page().with_title(newest.title.clone()).back_to("/assessments");
    let (mut status, page) = with_errors(page, errors);
    if is_conflict {
        status = StatusCode::CONFLICT;
    }
    let drawn = OnePage {
        form: form.unwrap_or_else(|| {
            let texts = [
                ("title", &newest.title),
                ("occasion", &newest.occasion),
                ("purpose", &newest.purpose),
                ("effect", &newest.effect),
                ("measures", &newest.measures),
                ("valid_from", &page.today()),
                ("seen", &newest.version.to_string()),
            ];
            texts.into_iter().fold(Form::empty(), |form, (name, text)| form.with(name, text.as_str()))
        }),
        is_due: newest.is_due(app.city().calendar.date(app.now().recorded)),
        changes: (newest.ended_on.is_none() || is_sent) && super::may_change(who.actor(), &place),
        open: open || !page.errors.is_empty(),
        occasions: occasions(&page),
        most: MOST_WORDS,
        id,
        newest,
        older,
        place: place.name,
        page,
    };
    Ok(html(status, &drawn))
}

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `yes`: to write a new version.
    #[serde(default)]
    revise: String,
}

pub async fn one(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    draw(&app, &who, path_id(&id)?, (None, Errors::new()), (false, asked.revise == "yes")).await
}

pub async fn revise(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: AssessmentId = path_id(&id)?;
    let errors = unfilled(&who.page(), &form, &ASKED[1..]);
    if !errors.is_empty() {
        return draw(&app, &who, id, (Some(form), errors), (false, true)).await;
    }
    let input = (id, draft(&form), form.text("seen").parse().unwrap_or(0));
    let done = submit(&app, &who, &form, input, |tx, who, at, (id, draft, seen)| {
        Box::pin(async move {
            super::revise(tx, who, at, id, (&draft, seen)).await?;
            Ok(go_with(format!("/assessments/{id}"), "assess-recorded"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = refusal_errors(&who.page(), &refusal);
            let is_conflict = ["assessment-changed", "assessment-ended"].contains(&refusal.code);
            draw(&app, &who, id, (Some(form), errors), (is_conflict, true)).await
        }
    }
}

#[derive(Template)]
#[template(path = "rights/assessment-sheet.html")]
struct Sheet {
    page: Page,
    row: AssessmentRow,
    place: String,
    occasion: String,
    kept_years: i64,
}

pub async fn sheet(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    let id: AssessmentId = path_id(&id)?;
    let (place, row, _) = load(&app, &who, id).await?;
    let page = who.page().titled("assess-sheet-title").back_to(format!("/assessments/{id}"));
    let kept_years = rule(app.city().calendar.date(app.now().recorded)).kept_years;
    let drawn = Sheet { occasion: occasion(&page, &row.occasion), row, place: place.name, kept_years, page };
    Ok(html(StatusCode::OK, &drawn))
}

#[derive(Template)]
#[template(path = "rights/assessment-end.html")]
struct EndPage {
    page: Page,
    form: Form,
    path: String,
    title: String,
    place: String,
    kept_years: i64,
    most: usize,
}

async fn draw_end(app: &App, who: &Who, id: AssessmentId, (form, errors): (Form, Errors)) -> Result<Response, Failure> {
    let (place, newest, _) = load(app, who, id).await?;
    if !super::may_change(who.actor(), &place) {
        return Err(Failure::forbidden());
    }
    let path = format!("/assessments/{id}");
    let page = who.page().titled("assess-end-title").back_to(path.clone());
    let kept_years = rule(app.city().calendar.date(app.now().recorded)).kept_years;
    let (status, page) = with_errors(page, errors);
    let most = Length::Reason.most();
    Ok(html(status, &EndPage { title: newest.title, place: place.name, form, path, kept_years, most, page }))
}

/// Asks whether nothing rests on it any more, from when on and why.
pub async fn ask_end(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    let form = Form::empty().with("ended_on", who.page().today());
    draw_end(&app, &who, path_id(&id)?, (form, Errors::new())).await
}

pub async fn end(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: AssessmentId = path_id(&id)?;
    let errors = unfilled(&who.page(), &form, &[("ended_on", "assess-ended-on"), ("reason", "assess-end-reason")]);
    if !errors.is_empty() {
        return draw_end(&app, &who, id, (form, errors)).await;
    }
    let input = (id, day(&form, "ended_on"), form.text("reason").to_owned());
    let done = submit(&app, &who, &form, input, |tx, who, at, (id, on, reason)| {
        Box::pin(async move {
            super::end(tx, who, at, id, (on, &reason)).await?;
            Ok(go_with(format!("/assessments/{id}"), "assess-ended-now"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw_end(&app, &who, id, (form, refusal_errors(&who.page(), &refusal))).await,
    }
}
