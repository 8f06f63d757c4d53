//! Typing a batch in: many rows on one page, by keyboard, without script. What was typed is kept as a draft of whoever types;
//! checking is entering, undone, so that the page says of each row what would come of it.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kit::{Errors, Failure, Form, Page};
use rules::matters::Kind;
use rules::paper::Sort;
use rules::paper::access::{self, Enter};
use rules::paper::form::PaperRules;
use rules::shared::code::in_groups;
use rules::shared::ids::PersonId;
use rules::shared::{Refusal, Verb};
use serde::Deserialize;

use super::{enters, kind_of_batch, registrations, sheets};
use crate::city::City;
use crate::dispatch::store::TaskRow;
use crate::identity::drafts;
use crate::matters::pages::noted;
use crate::paper::actions;
use crate::paper::entering::{self, Row};
use crate::paper::store::{self, BatchRow};
use crate::places::{self, picker};
use crate::service::sheet;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop};

/// What is typed in, and what is known of it.
pub struct Desk {
    pub batch: BatchRow,
    pub city: std::sync::Arc<City>,
    /// Where it was printed for, as people there call it.
    pub place: String,
    /// Of a sheet of a task: the task, and who has accepted it.
    pub task: Option<(TaskRow, Vec<String>)>,
    /// The villages and communities of the township.
    pub near: Vec<kit::Choice>,
    /// The numbers of the forms that nobody has entered or spoilt, in the order of printing.
    pub out: Vec<String>,
    /// Of the sheets of a task the one on which the names are printed, while nothing of it is entered.
    pub named: Option<String>,
    /// What the box for keeping a matter private says.
    pub private_hint: &'static str,
    /// Whether it is asked if all that was typed shall go.
    pub clears: bool,
}

impl Desk {
    /// The kind of registration forms.
    ///
    /// # Errors
    /// A defect for a sheet.
    pub fn kind(&self) -> Result<&Kind, Stop> {
        kind_of_batch(&self.city, &self.batch)?.ok_or_else(|| Stop::defect("a sheet comes in as no kind"))
    }

    fn path(&self) -> String {
        format!("/paper/{}/entry", self.batch.code)
    }

    fn draft(&self) -> String {
        format!("paper.{}", self.batch.code)
    }
}

/// A row in which something was typed.
pub struct Typed {
    pub number: usize,
    /// What it says, when it can be read.
    pub row: Option<Row>,
    /// What is wrong, at the inputs of the page.
    pub errors: Errors,
    /// What would come of it, in words.
    pub summary: String,
}

/// The name of an input of a row.
pub fn input(number: usize, field: &str) -> String {
    format!("r{number}_{field}")
}

/// What was typed into a row, by the names that its fields have on a page of their own.
pub fn row_of(form: &Form, number: usize) -> Form {
    let (prefix, mut row) = (input(number, ""), Form::empty());
    for (name, value) in form.pairs() {
        if let Some(field) = name.strip_prefix(&prefix) {
            row.add(field, value);
        }
    }
    row
}

/// The rows that a page may have.
pub fn rows() -> std::ops::RangeInclusive<usize> {
    1..=PaperRules::default().most_rows
}

#[derive(Deserialize)]
pub struct Asked {
    /// The number of the form that was scanned.
    #[serde(default)]
    serial: String,
    /// Whether all that was typed shall go, which is asked once more.
    #[serde(default)]
    clear: bool,
}

async fn open(app: &App, who: &Who, number: String) -> Result<(Desk, PersonId, Option<Form>), Failure> {
    let (actor, city) = (who.actor().clone(), app.city());
    let me = actor.person.ok_or(Stop::SignIn)?;
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let tx = &mut tx;
            let batch = actions::by_number(tx, &actor, &number).await?;
            access::on_batch::<Enter>(&actor, batch.id(), &batch.place_path)?;
            let city = tx.city();
            if !enters(&actor, batch.sort()?, kind_of_batch(&city, &batch)?) {
                return Err(Stop::Forbidden { verb: Enter::NAME });
            }
            let task = match batch.task() {
                Some(task) => {
                    let sheet = sheet::of_task(tx, &actor, task).await?;
                    Some((sheet.task, sheet.offers.into_iter().map(|offer| offer.person_name).collect()))
                }
                None => None,
            };
            let at = rules::shared::Id::new(batch.id().cell, batch.place_id);
            let place = match places::store::by_id(tx, at).await? {
                Some(place) => picker::common_name(tx, &place).await?,
                None => String::new(),
            };
            let near = picker::near(tx, &batch.place_path).await?;
            let forms = store::forms(tx, batch.id()).await?;
            let out = || forms.iter().filter(|form| form.state() == "out");
            let named = out().find(|form| form.no == 1).map(|form| in_groups(&form.serial));
            let out: Vec<String> = out().map(|form| in_groups(&form.serial)).collect();
            let draft = drafts::load(tx, me, &format!("paper.{}", batch.code)).await?;
            let draft = draft.map(|draft| Form::from_urlencoded(draft.content.as_bytes()));
            Ok((batch, task, place, (near, out, named), draft))
        })
    });
    let (batch, task, place, (near, out, named), draft) = found.await?;
    let kind = kind_of_batch(&city, &batch)?;
    let private_hint = kind.map_or("matters-call-private-hint", |kind| noted::private_hint(who.actor(), kind));
    Ok((Desk { batch, city, place, task, near, out, named, private_hint, clears: false }, me, draft))
}

pub async fn show(
    State(app): State<App>,
    who: Who,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (mut desk, _, draft) = open(&app, &who, number).await?;
    desk.clears = asked.clear;
    let is_new = draft.is_none();
    let mut form = draft.unwrap_or_default();
    match desk.batch.sort()? {
        Sort::Registration => registrations::put_serials(&desk, &mut form, &in_groups(&asked.serial))?,
        Sort::SignIn => {
            if !asked.serial.is_empty() {
                form.set("serial", in_groups(&asked.serial));
            }
            if is_new {
                sheets::put_names(&desk, &mut form);
            }
        }
    }
    draw(&app, &who, &desk, form, !is_new, None).await
}

/// Reads the rows in which something was typed.
async fn read(app: &App, who: &Who, page: &Page, desk: &Desk, form: &Form) -> Result<Vec<Typed>, Failure> {
    match desk.batch.sort()? {
        Sort::Registration => registrations::read(app, who, page, desk, form).await,
        Sort::SignIn => Ok(sheets::read(app, page, desk, form).await?),
    }
}

fn refused(page: &Page, desk: &Desk, number: usize, refusal: &Refusal) -> Result<Errors, Stop> {
    match desk.batch.sort()? {
        Sort::Registration => Ok(registrations::refused(page, desk.kind()?, number, refusal)),
        Sort::SignIn => Ok(sheets::refused(page, number, refusal)),
    }
}

/// Looks what would come of the rows that can be read.
async fn check(app: &App, who: &Who, page: &Page, desk: &Desk, typed: &mut [Typed]) -> Result<(), Failure> {
    let rows: Vec<Row> = typed.iter().filter_map(|typed| typed.row.clone()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let outcome = app.act(who.actor(), (desk.batch.id(), rows), |mut tx, who, at, (id, rows)| {
        Box::pin(async move { entering::enter(&mut tx, &who, at, id, &rows, false).await })
    });
    let readable = typed.iter_mut().filter(|typed| typed.row.is_some());
    for (typed, outcome) in readable.zip(outcome.await?) {
        if let Err(refusal) = outcome {
            typed.errors = refused(page, desk, typed.number, &refusal)?;
        }
    }
    Ok(())
}

async fn draw(
    app: &App,
    who: &Who,
    desk: &Desk,
    form: Form,
    is_checked: bool,
    refusal: Option<Refusal>,
) -> Result<Response, Failure> {
    let page = who.page();
    let mut typed = Vec::new();
    if is_checked {
        typed = read(app, who, &page, desk, &form).await?;
        check(app, who, &page, desk, &mut typed).await?;
    }
    let mut errors = Errors::new();
    if let Some(refusal) = &refusal {
        refusal_errors(&page, refusal).iter().for_each(|(field, message)| errors.add(field, message));
    }
    for (field, message) in typed.iter().flat_map(|typed| typed.errors.iter()) {
        // What is wrong above the lines of a sheet is wrong for each of them, and said once.
        if errors.of(field) != Some(message) {
            errors.add(field, message);
        }
    }
    let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = page.t1("paper-entry-title", "number", desk.batch.number());
    let page = page.with_title(title).back_to(format!("/paper/{}", desk.batch.code)).with_errors(errors);
    Ok(match desk.batch.sort()? {
        Sort::Registration => registrations::draw(page, desk, form, &typed, status)?,
        Sort::SignIn => sheets::draw(page, desk, form, &typed, status)?,
    })
}

/// The form without the rows that are done.
fn without(form: &Form, done: &[usize]) -> Form {
    let prefixes: Vec<String> = done.iter().map(|number| input(*number, "")).collect();
    let mut left = Form::empty();
    for (name, value) in form.pairs() {
        if name != "do" && !prefixes.iter().any(|prefix| name.starts_with(prefix.as_str())) {
            left.add(name, value);
        }
    }
    left
}

pub async fn send(
    State(app): State<App>,
    who: Who,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let (desk, me, _) = open(&app, &who, number).await?;
    match form.text("do") {
        "apply" => return apply(&app, &who, &desk, me, form).await,
        "clear" => {
            let input = (me, desk.draft(), format!("/paper/{}", desk.batch.code));
            let done = submit(&app, &who, &form, input, |tx, _, _, (me, draft, to)| {
                Box::pin(async move {
                    drafts::remove(tx, me, &draft).await?;
                    Ok(go_with(to, "paper-entry-discarded"))
                })
            });
            return Ok(done.await?.into_response());
        }
        _ => {}
    }
    // Not once per drawn page: whoever goes back and types on means what stands there now.
    let input = (me, desk.draft(), without(&form, &[]).to_urlencoded());
    app.act(who.actor(), input, |mut tx, _, at, (me, draft, content)| {
        Box::pin(async move { drafts::save(&mut tx, at, me, &draft, &content).await })
    })
    .await?;
    // What is typed at once is not gone at once: the page comes back and asks.
    let to = if form.text("do") == "discard" { format!("{}?clear=true#clear", desk.path()) } else { desk.path() };
    Ok(who.visit.see(&to))
}

/// Enters the rows that nothing is wrong with; the others stay as they were typed.
async fn apply(app: &App, who: &Who, desk: &Desk, me: PersonId, form: Form) -> Result<Response, Failure> {
    let page = who.page();
    let typed = read(app, who, &page, desk, &form).await?;
    let numbers: Vec<usize> = typed.iter().map(|typed| typed.number).collect();
    let (read, rows): (Vec<usize>, Vec<Row>) =
        typed.into_iter().filter_map(|typed| Some((typed.number, typed.row?))).unzip();
    if rows.is_empty() {
        return draw(app, who, desk, form, true, Some(Refusal::new("paper-nothing-good"))).await;
    }
    let input = (desk.batch.clone(), (me, desk.draft()), (numbers, read, rows), form.clone());
    let done = submit(app, who, &form, input, |tx, who, at, (batch, (me, draft), (numbers, read, rows), form)| {
        Box::pin(async move {
            let outcome = entering::enter(tx, who, at, batch.id(), &rows, true).await?;
            let done = read.into_iter().zip(&outcome).filter(|(_, outcome)| outcome.is_ok());
            let done: Vec<usize> = done.map(|(number, _)| number).collect();
            if done.is_empty() {
                return Err(Refusal::new("paper-nothing-good").into());
            }
            if done.len() == numbers.len() {
                drafts::remove(tx, me, &draft).await?;
                return Ok(go_with(format!("/paper/{}", batch.code), "paper-applied"));
            }
            drafts::save(tx, at, me, &draft, &without(&form, &done).to_urlencoded()).await?;
            Ok(go_with(format!("/paper/{}/entry", batch.code), "paper-applied-some"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(app, who, desk, form, true, Some(refusal)).await,
    }
}
