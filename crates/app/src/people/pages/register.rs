//! Finding people, and entering somebody who cannot register themselves.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Choice, Errors, Failure, Form, Page, PageOf, html};
use rules::people::access::{self, Register};
use rules::shared::Refusal;
use rules::shared::permit::might;
use serde::Deserialize;

use super::{PlaceNames, day, groups, said, sexes};
use crate::exchange::lists::{self, List};
use crate::people::actions::{self, Registration};
use crate::people::register::{self, After, Sought};
use crate::places::{Place, picker};
use crate::web::{Submitted, Who, add_refusal, go_with, refusal_errors, submit, unfilled};
use crate::{App, Stop};

/// How many people one page shows.
const ROWS: u32 = 50;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    /// Where the page before ended.
    #[serde(default)]
    cursor: String,
}

impl Asked {
    /// The list from its beginning, or from where a page ended; the words that were sought stay.
    fn link(&self, cursor: Option<&str>) -> String {
        let words = Some(self.q.as_str()).filter(|q| !q.trim().is_empty());
        let form =
            [("q", words), ("cursor", cursor)].into_iter().fold(Form::empty(), |form, (name, said)| match said {
                Some(said) => form.with(name, said),
                None => form,
            });
        format!("/people?{}", form.to_urlencoded())
    }
}

struct Line {
    id: String,
    name: String,
    phone: String,
    place: String,
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    page: Page,
    form: Form,
    lines: Vec<Line>,
    searched: bool,
    /// The first page, when this is another one, and the next.
    first: String,
    next: String,
    registers: bool,
}

async fn found(
    app: &App,
    who: &Who,
    words: &str,
    (after, most): (Option<After>, u32),
) -> Result<PageOf<Line>, Failure> {
    let (actor, sought) = (who.actor().clone(), Sought { words: words.to_owned(), within: None });
    let lines = app.read(move |mut tx| {
        Box::pin(async move {
            let PageOf { items, next } = register::find_people(&mut tx, &actor, &sought, after, most).await?;
            let (mut lines, mut places) = (Vec::new(), PlaceNames::default());
            for row in items {
                let place = places.of(&mut tx, &row.place_path).await?;
                lines.push(Line { id: row.id().to_string(), name: row.name, phone: row.phone_masked, place });
            }
            Ok(PageOf { items: lines, next })
        })
    });
    Ok(lines.await?)
}

/// The list as a file.
pub async fn export(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    if !register::sees_any(who.actor()) {
        return Err(Failure::forbidden());
    }
    let page = who.page();
    let row = |line: Line| [line.name, line.phone, line.place].map(Out::from).to_vec();
    let rows = found(&app, &who, form.text("q"), (None, lists::MOST)).await?.items.into_iter().map(row).collect();
    let list = List::of(
        &page,
        "people",
        ("people-title", "people-export-definition"),
        &["people-name", "people-phone", "people-place"],
        rows,
    );
    lists::hand_out(&app, &who, list).await
}

pub async fn list(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    if !register::sees_any(who.actor()) {
        return Err(Failure::forbidden());
    }
    let after = Some(asked.cursor.as_str()).filter(|c| !c.is_empty()).map(kit::Cursor::key).transpose()?;
    let PageOf { items: lines, next } = found(&app, &who, &asked.q, (after, ROWS)).await?;
    let page = who.page().titled("people-title");
    let drawn = ListPage {
        form: Form::empty().with("q", asked.q.as_str()),
        searched: !asked.q.trim().is_empty(),
        first: if asked.cursor.is_empty() { String::new() } else { asked.link(None) },
        next: next.map(|cursor| asked.link(Some(&cursor))).unwrap_or_default(),
        registers: might::<Register>(who.actor()),
        lines,
        page,
    };
    Ok(html(StatusCode::OK, &drawn))
}

#[derive(Template)]
#[template(path = "people/new.html")]
struct NewPage {
    page: Page,
    form: Form,
    near: Vec<Choice>,
    several: Vec<Choice>,
    sexes: Vec<Choice>,
    groups: Vec<Choice>,
}

async fn draw(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: Form,
    (errors, several): (Errors, Vec<Choice>),
) -> Result<Response, Failure> {
    let home = who.caller.place_path.clone();
    let near = app.read(move |mut tx| Box::pin(async move { picker::near(&mut tx, &home).await })).await?;
    let page = who.page().titled("people-new-title").back_to("/people");
    let (sexes, groups) = (sexes(&page), groups(&page));
    Ok(html(status, &NewPage { page: page.with_errors(errors), form, near, several, sexes, groups }))
}

pub async fn new(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    if !might::<Register>(who.actor()) {
        return Err(Failure::forbidden());
    }
    draw(&app, &who, StatusCode::OK, Form::empty(), Default::default()).await
}

/// What was typed. A day of birth that is none is left out, and told.
fn read(app: &App, form: &Form) -> (Registration, Option<Refusal>) {
    let birth_date = day(form, "birth_date");
    let new = Registration {
        name: form.text("name").to_owned(),
        sex: said(form, "sex"),
        birth_date: birth_date.as_ref().copied().unwrap_or_default(),
        phone: said(form, "phone"),
        identity_number: said(form, "identity_number"),
        address: said(form, "address"),
        household: None,
        reporter_group: form.text("group").to_owned(),
        invented: app.city().settings.demo,
        lives_nowhere: false,
    };
    (new, birth_date.err())
}

pub async fn add(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let page = who.page();
    let mut errors = unfilled(&page, &form, &[("name", "people-name")]);
    let may = |place: &Place| access::in_place::<Register>(who.actor(), place.id.uuid, &place.path).is_ok();
    let home = who.caller.place_path.clone();
    let (place, several) = picker::asked_within(&app, &page, &form, home, &mut errors, may).await?;
    let (new, unreadable) = read(&app, &form);
    let today = app.city().calendar.date(app.now().recorded);
    for refusal in unreadable.into_iter().chain(actions::check(&new, today).err()) {
        add_refusal(&page, &mut errors, &refusal);
    }
    if let (Some(place), true) = (place, errors.is_empty()) {
        match send(&app, &who, &form, (place, new)).await? {
            Submitted::Done(response) => return Ok(response),
            Submitted::Refused(refusal) => errors = refusal_errors(&page, &refusal),
        }
    }
    draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form, (errors, several)).await
}

async fn send(app: &App, who: &Who, form: &Form, input: (Place, Registration)) -> Result<Submitted, Failure> {
    submit(app, who, form, input, |tx, who, at, (place, new)| {
        Box::pin(async move {
            let household = match &new.address {
                Some(door) => Some(actions::add_household(tx, who, at, place.id, door).await?),
                None => None,
            };
            let new = Registration { household, ..new };
            let id = actions::register(tx, who, at, place.id, &new).await?;
            let shares = actions::shares_phone(tx, id, new.phone.as_deref()).await?;
            let done = if shares { "people-new-shared" } else { "people-new-done" };
            Ok(go_with(format!("/people/{id}"), done))
        })
    })
    .await
}

/// What lies out of reach of a page's asker is not there.
pub(super) fn missing() -> Failure {
    Stop::Missing.into()
}
