//! 补录: a record after the fact. A class of its own, which a second person must confirm.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::places::{Level, path};
use rules::service::record::Nature;
use rules::shared::Refusal;

use crate::places::picker;
use crate::service::recording::{self, LateEntry};
use crate::web::{Submitted, Who, go_with, instant, refusal_errors, submit, unfilled};
use crate::{App, Stop, people};

/// What service may have been besides volunteering; the words say which of them count.
const NATURES: [(&str, Nature); 5] = [
    ("voluntary", Nature::Voluntary),
    ("own-post", Nature::OwnPost),
    ("ordered", Nature::Ordered),
    ("paid", Nature::Paid),
    ("own-interest", Nature::OwnInterest),
];

/// What a late entry must say, each with the key of its label.
const ASKED: [(&str, &str); 6] = [
    ("name", "tasks-late-name"),
    ("place", "tasks-late-place"),
    ("start", "tasks-field-start"),
    ("end", "tasks-field-end"),
    ("content", "tasks-content"),
    ("reason", "refusal-late-reason"),
];

#[derive(Template)]
#[template(path = "service/late.html")]
struct LatePage {
    page: Page,
    places: Vec<Choice>,
    natures: Vec<Choice>,
    form: Form,
}

async fn show(
    app: &App,
    who: &Who,
    status: StatusCode,
    sent: Option<Form>,
    errors: Errors,
) -> Result<Response, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let (own, near) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let home = people::store::person(&mut tx, me).await?.ok_or(Stop::Missing)?;
                let village = path::up_to(&home.place_path, Level::Village);
                let own = picker::full_name_at(&mut tx, village).await?;
                Ok((own, picker::parts_near(&mut tx, &home.place_path).await?))
            })
        })
        .await?;
    let page = who.page().titled("tasks-late-title").back_to("/me/hours").with_errors(errors);
    let form = sent.unwrap_or_else(|| Form::empty().with("nature", "voluntary").with("place", own));
    let natures = NATURES.iter().map(|(key, _)| Choice::new(*key, page.t(&format!("tasks-nature-{key}"))));
    let late = LatePage { places: near, natures: natures.collect(), form, page };
    Ok(html(status, &late))
}

pub async fn form(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    show(&app, &who, StatusCode::OK, None, Errors::new()).await
}

/// What the form says; the place is still as it was typed.
#[derive(Clone)]
struct Typed {
    entry: LateEntry,
    place: String,
    home: String,
}

fn read(app: &App, who: &Who, form: &Form) -> Result<Typed, Refusal> {
    let zone = &app.city().settings.zone;
    let volunteer = who.actor().person.ok_or_else(|| Refusal::new("needs-a-person"))?;
    let nature = NATURES.iter().find(|(key, _)| *key == form.text("nature")).map(|(_, nature)| *nature);
    let entry = LateEntry {
        volunteer,
        task: None,
        name: form.text("name").to_owned(),
        place: None,
        content: form.text("content").to_owned(),
        start: instant(form, "start", zone)?,
        end: instant(form, "end", zone)?,
        nature: nature.unwrap_or(Nature::Voluntary),
        reason: form.text("reason").to_owned(),
        invented: false,
    };
    Ok(Typed { entry, place: form.text("place").to_owned(), home: who.caller.place_path.clone() })
}

pub async fn send(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let errors = unfilled(&who.page(), &form, &ASKED);
    if !errors.is_empty() {
        return show(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, Some(form), errors).await;
    }
    let refusal = match read(&app, &who, &form) {
        Err(refusal) => refusal,
        Ok(typed) => {
            let done = submit(&app, &who, &form, typed, |tx, who, at, typed| {
                Box::pin(async move {
                    let place = picker::in_words(tx, &typed.place, &typed.home, "place").await?;
                    let entry = LateEntry { place: Some(place.id), ..typed.entry };
                    recording::record_late(tx, who, at, &entry).await?;
                    Ok(go_with("/me/hours", "tasks-late-sent"))
                })
            })
            .await?;
            match done {
                Submitted::Done(response) => return Ok(response),
                Submitted::Refused(refusal) => refusal,
            }
        }
    };
    let errors = refusal_errors(&who.page(), &refusal);
    show(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, Some(form), errors).await
}
