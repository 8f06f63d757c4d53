//! `/c/{shown}/help`: asking for help for the holder of a service card. The form says nothing of the holder, and asks for
//! nothing that their record knows: who comes gets phone and address from there.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::matters::Values;
use rules::matters::kind::{Asked, Field, FieldType, Kind};
use rules::places::{Level, path};
use rules::shared::ids::{PersonId, PlaceId};

use super::flow::NEED;
use super::questions::{self, MYSELF, Question};
use super::send::receipt;
use crate::matters::actions::{self, New};
use crate::matters::kind_of;
use crate::people::cards;
use crate::web::{Submitted, Who, go_with, submit};
use crate::{App, Stop, Tx, people, places};

#[derive(Template)]
#[template(path = "matters/holder.html")]
struct HolderPage {
    page: Page,
    action: String,
    community: String,
    questions: Vec<Question>,
    form: Form,
}

/// For whom a card stands, and in which community the matter will be.
#[derive(Clone, Debug)]
struct Holder {
    person: PersonId,
    place: PlaceId,
    community: String,
}

async fn holder_of(tx: &mut Tx<'_>, shown: &str) -> Result<Option<Holder>, Stop> {
    let Some(card) = cards::shown(tx, shown).await?.filter(cards::CardRow::is_valid) else { return Ok(None) };
    let row = people::store::person(tx, card.person()).await?.ok_or(Stop::Missing)?;
    // The community, never the grid: who asks learns no more than the card's page says.
    let above = places::store::ancestors(tx, path::up_to(&row.place_path, Level::Village)).await?;
    let place = above.last().ok_or(Stop::Missing)?;
    let community = places::picker::common_name(tx, place).await?;
    Ok(Some(Holder { person: row.id(), place: place.id, community }))
}

/// What is asked: neither for whom it is, nor what the holder's record knows, nor photos.
fn asked(kind: &Kind) -> impl Iterator<Item = &Field> {
    let subject = kind.subject_field.as_deref().and_then(|key| kind.field(key));
    kind.fields.iter().filter(move |f| {
        let of_subject = subject.is_some_and(|s| s.key == f.key || (s.page.is_some() && s.page == f.page));
        let is_known = f.prefill.is_some() || f.type_ == FieldType::Address;
        f.asked == Asked::Intake
            && !of_subject
            && !is_known
            && !matches!(f.type_, FieldType::Photos | FieldType::Point | FieldType::Place | FieldType::Organisation)
    })
}

async fn open(app: &App, shown: &str) -> Result<Option<Holder>, Failure> {
    let shown = shown.to_owned();
    Ok(app.read(move |mut tx| Box::pin(async move { holder_of(&mut tx, &shown).await })).await?)
}

fn draw(app: &App, who: &Who, shown: &str, holder: Holder, form: Form, errors: Errors) -> Result<Response, Failure> {
    let city = app.city();
    let kind = kind_of(&city, NEED)?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = who.page().titled("cards-help-title").back_to(format!("/c/{shown}")).with_errors(errors);
    let drawn = HolderPage {
        action: format!("/c/{shown}/help"),
        community: holder.community,
        questions: asked(kind).map(|f| questions::question(&page, kind, f, &[])).collect(),
        form,
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn show(State(app): State<App>, who: Who, Path(shown): Path<String>) -> Result<Response, Failure> {
    app.web.look_ups.check(&format!("card {}", who.caller.key))?;
    match open(&app, &shown).await? {
        Some(holder) if who.actor().person == Some(holder.person) => Ok(who.visit.see("/help")),
        Some(holder) => draw(&app, &who, &shown, holder, Form::empty(), Errors::new()),
        None => Ok(who.visit.see(&format!("/c/{shown}"))),
    }
}

pub async fn send(
    State(app): State<App>,
    who: Who,
    Path(shown): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let Some(holder) = open(&app, &shown).await? else { return Err(Failure::not_found()) };
    let city = app.city();
    let kind = kind_of(&city, NEED)?;
    // The questions about another rest: it is the holder's own, and the holder is known.
    let said = match &kind.subject_field {
        Some(subject) => form.clone().with(subject, MYSELF),
        None => form.clone(),
    };
    let errors = questions::wrong(&who.page(), kind, asked(kind), &said, None);
    if !errors.is_empty() {
        return draw(&app, &who, &shown, holder, form, errors);
    }
    let values = questions::values(kind, asked(kind), &said);
    let done = submit(&app, &who, &form, (shown.clone(), values), |tx, who, at, (shown, values): (String, Values)| {
        Box::pin(async move {
            // Looked up again: the card may have been reported lost meanwhile.
            let holder = holder_of(tx, &shown).await?.ok_or(Stop::Missing)?;
            let (place, subject) = (Some(holder.place), Some(holder.person));
            let new = New { kind: NEED.to_owned(), place, subject, values, ..New::default() };
            let held = actions::raise(tx, who, at, &new).await?;
            Ok(go_with(receipt(&held)?, "cards-help-sent"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = questions::refused(&who.page(), kind, &refusal);
            draw(&app, &who, &shown, holder, form, errors)
        }
    }
}
