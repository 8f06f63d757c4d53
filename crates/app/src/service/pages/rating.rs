//! 待确认, and what was closed without a word: staff write down at the desk what whose matter it is says of it, as they
//! ring, come, or are asked.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Link, Page, html};
use rules::matters::access as matter_access;
use rules::matters::workflow;
use rules::service::rating::Solved;
use rules::shared::ids::MatterId;

use crate::App;
use crate::matters::closeness::Close;
use crate::matters::pages::{desk, line};
use crate::matters::{self, Held, kind_of};
use crate::service::actions::{self, Rated};
use crate::web::{Submitted, Who, go_with, refusal_errors, submit, with_errors};

#[derive(Template)]
#[template(path = "service/rating.html")]
struct RatingPage {
    page: Page,
    /// The code of the matter, for addresses.
    code: String,
    title: String,
    /// What becomes of it.
    lead: &'static str,
    form: Form,
    solved: Vec<Choice>,
    satisfied: Vec<Choice>,
}

/// What the two questions choose from: 解决了吗？满意吗？
pub fn choices(page: &Page) -> (Vec<Choice>, Vec<Choice>) {
    let solved = Solved::ALL.map(|s| Choice::new(s.key(), page.t(&format!("home-solved-{}", s.key()))));
    let scale = |level: u8| Choice::new(level.to_string(), page.t(&format!("home-satisfied-{level}")));
    (solved.into(), (1..=5).rev().map(scale).collect())
}

/// The two answers of a form, or which of them is missing.
pub fn rated(page: &Page, form: &Form) -> Result<Rated, Errors> {
    let (solved, satisfaction) = (Solved::from_key(form.text("solved")), form.text("satisfaction").parse::<u8>().ok());
    let mut errors = Errors::new();
    let asked = [
        ("solved", "home-rate-solved", solved.is_none()),
        ("satisfaction", "home-rate-satisfied", satisfaction.is_none()),
    ];
    for (field, label, _) in asked.iter().filter(|(.., is_open)| *is_open) {
        let label = page.t(label);
        errors.add(*field, page.t2("refusal-field-choose", "label", label.as_str(), "label_en", label.as_str()));
    }
    let words = Some(form.text("words").to_owned()).filter(|words| !words.is_empty());
    match (solved, satisfaction) {
        (Some(solved), Some(satisfaction)) => Ok(Rated { solved, satisfaction, words }),
        _ => Err(errors),
    }
}

/// A matter whose word is heard at the desk.
struct Heard {
    held: Held,
    /// The word of whose it is is still to be had.
    waits: bool,
    /// It is one's own: its page is another.
    is_own: bool,
    /// They are close to whose it is, which its page says.
    is_close: bool,
}

async fn find(app: &App, who: &Who, code: String) -> Result<Heard, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let id = matters::store::by_typed_code(&mut tx, &code).await?;
            let held = Held::find(&mut tx, &actor, id).await?;
            let city = tx.city();
            let kind = kind_of(&city, &held.matter.kind)?;
            let is_own = held.matter.is_own(actor.stands_for());
            matter_access::rate(&actor, kind, &held.matter)?;
            let waits = workflow::may_be_rated(kind, &held.matter);
            let is_close = Close::of(&mut tx, &actor, at, &held).await?.rates.is_some();
            Ok(Heard { held, waits, is_own, is_close })
        })
    });
    Ok(found.await?)
}

fn draw(app: &App, who: &Who, held: Held, (form, errors): (Form, Errors)) -> Response {
    let city = app.city();
    let (status, mut page) = with_errors(who.page().titled("desk-rate-title"), errors);
    let title = line::of_held(&page, &city, &held);
    page.crumbs =
        vec![desk::crumb(&page, &city, who.actor()), Link::new(title.clone(), format!("/desk/{}", held.code))];
    let (solved, satisfied) = choices(&page);
    let lead = if held.matter.is_closed() { "desk-rate-lead-closed" } else { "desk-rate-lead" };
    html(status, &RatingPage { code: held.code, title, lead, form, solved, satisfied, page })
}

pub async fn form(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    let Heard { held, waits, is_own, is_close } = find(&app, &who, code).await?;
    Ok(match (is_own, waits) {
        (true, _) => who.visit.see(&format!("/help/{}", held.code)),
        (false, waits) if is_close || !waits => who.visit.see(&format!("/desk/{}", held.code)),
        (false, _) => draw(&app, &who, held, (Form::empty(), Errors::new())),
    })
}

pub async fn send(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let Heard { held, .. } = find(&app, &who, code).await?;
    let rated = match rated(&who.page(), &form) {
        Ok(rated) => rated,
        Err(errors) => return Ok(draw(&app, &who, held, (form, errors))),
    };
    let input = (held.id(), rated, format!("/desk/{}", held.code), held.matter.is_closed());
    let done = submit(&app, &who, &form, input, |tx, who, at, input: (MatterId, Rated, String, bool)| {
        Box::pin(async move {
            let (id, rated, to, was_closed) = input;
            let held = actions::rate(tx, who, at, id, &rated).await?;
            let is_late = was_closed && held.matter.is_closed() && !rated.said().is_content();
            Ok(go_with(to, if is_late { "desk-rated-late" } else { "desk-rated" }))
        })
    });
    match done.await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = refusal_errors(&who.page(), &refusal);
            Ok(draw(&app, &who, held, (form, errors)))
        }
    }
}
