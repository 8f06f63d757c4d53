//! Correcting what the register says of a person: one's own page, and that for staff.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Failure, Form, Page, html};
use rules::people::access::{self, PersonSubject, on_person};
use rules::shared::Refusal;
use rules::shared::ids::PersonId;

use super::{day, groups, said, sexes};
use crate::people::changing::{self, Edit};
use crate::people::register;
use crate::people::store::PersonRow;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "people/edit.html")]
struct EditPage {
    page: Page,
    form: Form,
    id: PersonId,
    row: PersonRow,
    sexes: Vec<Choice>,
    groups: Vec<Choice>,
    own: bool,
}

impl EditPage {
    /// What is on record of the door, which this page does not show.
    fn address_hint(&self) -> String {
        match self.row.address_masked.as_str() {
            "" => String::new(),
            place => self.page.t1("people-address-now", "place", place),
        }
    }
}

async fn draw_edit(
    app: &App,
    who: &Who,
    id: PersonId,
    sent: Option<(Form, Refusal)>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let row = app.read(move |mut tx| Box::pin(async move { register::seen(&mut tx, &actor, id).await })).await?;
    let subject = PersonSubject { person: id, home_path: &row.place_path, serving_now: &[] };
    on_person::<access::Edit>(who.actor(), &subject).map_err(Stop::from)?;
    let own = who.actor().person == Some(id);
    let back = if own { "/me".to_owned() } else { format!("/people/{id}") };
    let page = who.page().titled(if own { "rights-edit-title" } else { "people-edit-title" }).back_to(back);
    let errors = sent.as_ref().map(|(_, refusal)| refusal_errors(&page, refusal)).unwrap_or_default();
    let saved = Form::empty()
        .with("name", row.name.as_str())
        .with("sex", row.sex.clone().unwrap_or_default())
        .with("birth_date", row.birth_date.clone().unwrap_or_default())
        .with("group", row.reporter_group.as_str());
    let overtaken = sent.as_ref().is_some_and(|(_, refusal)| refusal.code == "person-changed");
    let seen = sent.as_ref().filter(|_| !overtaken).and_then(|(form, _)| form.raw("version").map(str::to_owned));
    let seen = seen.unwrap_or_else(|| row.version.to_string());
    let form = saved.redrawn(sent.map(|(form, _)| form), overtaken).with("version", seen);
    let (sexes, groups) = (sexes(&page), groups(&page));
    Ok(html(status, &EditPage { page: page.with_errors(errors), form, id, row, sexes, groups, own }))
}

pub async fn edit_form(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw_edit(&app, &who, path_id(&id)?, None, StatusCode::OK).await
}

pub async fn edit(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.clone()), |tx, who, at, (id, form)| {
        Box::pin(async move {
            let edit = Edit {
                name: form.text("name").to_owned(),
                sex: said(&form, "sex"),
                birth_date: day(&form, "birth_date")?,
                phone: said(&form, "phone"),
                address: said(&form, "address"),
                reporter_group: Some(form.text("group").to_owned()),
                version: form.text("version").parse().unwrap_or(0),
                ..Edit::default()
            };
            changing::edit(tx, who, at, id, &edit).await?;
            let own = who.person == Some(id);
            Ok(go_with(if own { "/me".into() } else { format!("/people/{id}") }, "people-edited"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let status = match refusal.code {
                "person-changed" => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            draw_edit(&app, &who, id, Some((form, refusal)), status).await
        }
    }
}
