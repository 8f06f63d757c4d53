//! A batch: what became of each of its forms, and which do not come back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kit::{Choice, Failure, Form, Page, html};
use rules::paper::Spoilt;
use rules::paper::access::{self, Enter, Spoil};
use rules::shared::Refusal;
use rules::shared::code::in_groups;

use super::{called, enters, kind_of_batch};
use crate::paper::actions;
use crate::paper::entering;
use crate::paper::store::{self, BatchRow, FormRow, LineRow};
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop};

/// A form as the page shows it.
struct Line {
    no: i32,
    serial: String,
    state: String,
    tone: &'static str,
    /// What it became, when, and who typed it in.
    became: Vec<String>,
}

#[derive(Template)]
#[template(path = "paper/batch.html")]
struct BatchPage {
    page: Page,
    row: BatchRow,
    name: String,
    lines: Vec<Line>,
    out: Vec<Choice>,
    why: Vec<Choice>,
    form: Form,
    may_enter: bool,
    may_spoil: bool,
}

async fn draw(app: &App, who: &Who, number: String, form: Form, refusal: Option<Refusal>) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let (row, forms, lines) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = actions::by_number(&mut tx, &actor, &number).await?;
                let lines = store::lines(&mut tx, row.id()).await?;
                let names: Vec<String> = lines.iter().map(|line| entering::called(&tx, line)).collect();
                let forms = store::forms(&mut tx, row.id()).await?;
                Ok((row, forms, lines.into_iter().zip(names).collect::<Vec<_>>()))
            })
        })
        .await?;
    let city = app.city();
    let (sort, kind) = (row.sort()?, kind_of_batch(&city, &row)?);
    let page = who.page();
    let title = page.t1("paper-batch-title", "number", row.number());
    let (status, page) = with_refusal(page.with_title(title).back_to("/paper"), refusal.as_ref());
    let actor = who.actor();
    let drawn = BatchPage {
        name: called(&page, sort, kind),
        lines: forms.iter().map(|form| line(&page, form, &lines)).collect::<Result<_, Stop>>()?,
        out: forms.iter().filter(|f| f.state() == "out").map(|f| choice(&page, f)).collect(),
        why: Spoilt::ALL.iter().map(|w| Choice::new(w.key(), page.t(&format!("paper-spoilt-{}", w.key())))).collect(),
        may_enter: access::on_batch::<Enter>(actor, row.id(), &row.place_path).is_ok() && enters(actor, sort, kind),
        may_spoil: access::on_batch::<Spoil>(actor, row.id(), &row.place_path).is_ok(),
        row,
        form,
        page,
    };
    Ok(html(status, &drawn))
}

fn choice(page: &Page, form: &FormRow) -> Choice {
    Choice::new(&form.serial, page.t2("paper-form-no", "no", form.no, "serial", in_groups(&form.serial)))
}

fn line(page: &Page, form: &FormRow, lines: &[(LineRow, String)]) -> Result<Line, Stop> {
    let (state, tone) = match form.spoilt()? {
        Some(why) => (page.t(&format!("paper-spoilt-{}", why.key())), ""),
        None => {
            (page.t(&format!("paper-state-{}", form.state())), if form.entered_at.is_some() { "ok" } else { "warn" })
        }
    };
    let of_form = lines.iter().filter(|(line, _)| line.serial == form.serial);
    let became = of_form.map(|(line, called)| {
        let called = if line.is_private() { page.t("paper-became-private") } else { called.clone() };
        let by = line.entered_name.clone().unwrap_or_default();
        let (written, entered) = (page.when(line.written_at), page.when(line.entered_at));
        page.t_with("paper-became", [("what", called), ("written", written), ("entered", entered), ("by", by)])
    });
    Ok(Line { no: form.no, serial: in_groups(&form.serial), state, tone, became: became.collect() })
}

pub async fn show(State(app): State<App>, who: Who, Path(number): Path<String>) -> Result<Response, Failure> {
    draw(&app, &who, number, Form::empty(), None).await
}

/// What the QR of a form leads to: the page on which it is entered, or the batch, which says what became of it.
pub async fn form(State(app): State<App>, who: Who, Path(typed): Path<String>) -> Result<Response, Failure> {
    let serial = actions::serial(&typed).map_err(|_| Failure::not_found())?;
    let actor = who.actor().clone();
    let (form, batch) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let form = store::form(&mut tx, serial).await?.ok_or(Stop::Missing)?;
                let (batch, _) = actions::find::<access::See>(&mut tx, &actor, form.batch()).await?;
                Ok((form, batch))
            })
        })
        .await?;
    let city = app.city();
    let may_enter = access::on_batch::<Enter>(who.actor(), batch.id(), &batch.place_path).is_ok()
        && enters(who.actor(), batch.sort()?, kind_of_batch(&city, &batch)?);
    // A sheet goes on being entered line by line.
    let goes_on = form.state() == "out" || (batch.sort()?.lines() > 1 && form.state() == "entered");
    let to = match may_enter && goes_on {
        true => format!("/paper/{}/entry?serial={}", batch.code, form.serial),
        false => format!("/paper/{}", batch.code),
    };
    Ok(who.visit.see(&to).into_response())
}

pub async fn spoil(
    State(app): State<App>,
    who: Who,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let why = Spoilt::from_key(form.text("why"));
    let chosen: Vec<String> = form.all("serial").into_iter().map(str::to_owned).collect();
    let input = (number.clone(), (chosen, form.checked("all")), why);
    let done = submit(&app, &who, &form, input, |tx, who, at, (number, (mut chosen, all), why)| {
        Box::pin(async move {
            let batch = actions::by_number(tx, who, &number).await?;
            if all {
                let forms = store::forms(tx, batch.id()).await?;
                chosen = forms.into_iter().filter(|form| form.state() == "out").map(|form| form.serial).collect();
            }
            let why = why.ok_or_else(|| Refusal::new("paper-spoilt-why").at_field("why"))?;
            actions::spoil(tx, who, at, batch.id(), (&chosen, why)).await?;
            Ok(go_with(format!("/paper/{}", batch.code), "paper-spoilt-done"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, number, form, Some(refusal)).await,
    }
}
