//! `/data-handlers`: who answers for personal information, and naming somebody else.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::rights::access::NameDataHandler;
use rules::rights::data_handler::{self, Entry};
use rules::shared::Actor;
use rules::shared::when::read_date;

use super::{Standing, standings};
use crate::rights::account;
use crate::web::{Submitted, Who, add_refusal, go_with, refusal_errors, submit, unfilled, with_errors};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "rights/data-handlers.html")]
struct DataHandlersPage {
    page: Page,
    form: Form,
    standings: Vec<Standing>,
    places: Vec<Choice>,
}

/// What a form must say, each with the key of its label.
const ASKED: [(&str, &str); 6] = [
    ("place", "data-handlers-place"),
    ("body", "data-handlers-body"),
    ("contact", "data-handlers-contact"),
    ("phone", "data-handlers-phone"),
    ("address", "data-handlers-address"),
    ("valid_from", "data-handlers-from"),
];

async fn draw(app: &App, who: &Who, form: Form, errors: Errors) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let (standings, places) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let places = account::places_of::<NameDataHandler>(&mut tx, &actor).await?;
                if places.is_empty() {
                    return Err(Stop::Forbidden { verb: "rights.name_data_handler" });
                }
                let mut standings = standings(&mut tx, at).await?;
                standings.retain(|one| places.iter().any(|place| place.code == one.place.code));
                Ok((standings, account::choices(&places)))
            })
        })
        .await?;
    let (status, page) = with_errors(who.page().titled("data-handlers-title"), errors);
    Ok(html(status, &DataHandlersPage { form, standings, places, page }))
}

pub async fn show(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let today = who.page().today();
    draw(&app, &who, Form::empty().with("valid_from", today), Errors::new()).await
}

/// Reads a date input; one that is no date is as good as none.
pub(in crate::rights) fn day(form: &Form, field: &'static str) -> Option<jiff::civil::Date> {
    read_date(form.text(field).trim())
}

fn entry(form: &Form) -> Entry {
    let text = |field: &str| form.text(field).to_owned();
    Entry {
        valid_from: day(form, "valid_from"),
        body: text("body"),
        contact: text("contact"),
        phone: text("phone"),
        address: text("address"),
        officer: text("officer"),
    }
}

pub async fn name(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let mut errors = unfilled(&who.page(), &form, &ASKED);
    if let Err(refusal) = data_handler::check(&entry(&form), app.city().calendar.date(app.now().recorded)) {
        add_refusal(&who.page(), &mut errors, &refusal);
    }
    if !errors.is_empty() {
        return draw(&app, &who, form, errors).await;
    }
    let input = (form.text("place").to_owned(), entry(&form));
    let done = submit(&app, &who, &form, input, |tx, who: &Actor, at, (code, entry)| {
        Box::pin(async move {
            super::name(tx, who, at, &code, &entry).await?;
            Ok(go_with("/data-handlers", "data-handlers-named"))
        })
    })
    .await?;
    app.web.data_handlers.forget();
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, form, refusal_errors(&who.page(), &refusal)).await,
    }
}
