//! Who may act for a person, for staff who write it down, telephone the person or hold the signed slip.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::people::access::{AskMandate, PersonSubject, on_person};
use rules::people::mandate::term;
use rules::shared::Refusal;
use rules::shared::ids::PersonId;

use super::asked::{asking, named, wrong};
use super::{Line, kinds};
use crate::people::mandates::{actions, store};
use crate::people::register;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit, with_errors};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "people/mandates.html")]
struct MandatesPage {
    page: Page,
    form: Form,
    person: PersonId,
    lines: Vec<(Line, String)>,
    hows: Vec<Choice>,
    kinds: Vec<Choice>,
    longest: u16,
}

/// Staff ask for themselves where everybody does.
fn to_own(who: &Who) -> Response {
    who.visit.see("/me/family")
}

pub async fn draw(app: &App, who: &Who, person: PersonId, (form, errors): (Form, Errors)) -> Result<Response, Failure> {
    if !who.actor().is_staff() {
        return Err(Stop::Missing.into());
    }
    if who.actor().person == Some(person) {
        return Ok(to_own(who));
    }
    let (actor, at) = (who.actor().clone(), app.now());
    let (name, lines) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = register::seen(&mut tx, &actor, person).await?;
                let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
                on_person::<AskMandate>(&actor, &subject).map_err(|_| Stop::Missing)?;
                let mut lines = Vec::new();
                for row in store::of_person(&mut tx, person).await? {
                    lines.push(Line::of(&tx, row, at)?);
                }
                Ok((row.name, lines))
            })
        })
        .await?;
    let (city, page) = (app.city(), who.page());
    let title = page.t1("mandates-of-title", "name", name.as_str());
    let (status, page) = with_errors(page.with_title(title).back_to(format!("/people/{person}")), errors);
    let with_words = |line: Line| {
        let what = line.what(&page, &city);
        (line, what)
    };
    let drawn = MandatesPage {
        lines: lines.into_iter().map(with_words).collect(),
        hows: ["phone", "slip"].map(|how| Choice::new(how, page.t(&format!("mandates-how-{how}")))).into(),
        kinds: kinds(&page, &city),
        longest: term(city.calendar.date(at.recorded)).longest,
        person,
        form,
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw(&app, &who, path_id(&id)?, (Form::empty(), Errors::new())).await
}

/// Writes down whom a person wants to act for them; it waits until they have confirmed it.
pub async fn ask(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    if who.actor().person == Some(person) {
        return Ok(to_own(&who));
    }
    let errors = wrong(&who.page(), &app.city(), app.now(), &form, None);
    if !errors.is_empty() {
        return draw(&app, &who, person, (form, errors)).await;
    }
    let done = submit(&app, &who, &form, (person, form.clone()), |tx, who, at, (person, form)| {
        Box::pin(async move {
            register::seen(tx, who, person).await?;
            let delegate = named(tx, form.text("phone"), "").await?;
            let delegate = delegate.ok_or_else(|| Refusal::new("mandate-unknown").at_field("phone"))?;
            actions::ask(tx, who, at, (person, delegate), &asking(&form)).await?;
            Ok(go_with(format!("/people/{person}/mandates"), "mandates-written-down"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = refusal_errors(&who.page(), &refusal);
            draw(&app, &who, person, (form, errors)).await
        }
    }
}
