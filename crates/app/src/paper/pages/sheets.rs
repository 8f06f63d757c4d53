//! Rows of a sign-in sheet: who came, from when to when, and whether they signed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Form, Page, html};
use rules::paper::Sort;
use rules::shared::Refusal;

use super::entry::{Desk, Typed, input, row_of};
use crate::matters::pages::noted::written_at;
use crate::paper::actions;
use crate::paper::entering::{Attended, Row, Written};
use crate::places::Place;
use crate::places::picker;
use crate::web::refusal_errors;
use crate::{App, Stop};

/// A line as the template draws it.
struct Drawn {
    number: usize,
    state: &'static str,
}

impl Drawn {
    fn input(&self, field: &str) -> String {
        input(self.number, field)
    }
}

#[derive(Template)]
#[template(path = "paper/sheets.html")]
struct SheetsPage {
    page: Page,
    form: Form,
    action: String,
    printed: String,
    /// Of the sheet of a task its name and place.
    task: Option<(String, String)>,
    good: usize,
    /// In how many lines something was typed.
    typed: usize,
    clears: bool,
    rows: Vec<Drawn>,
    names: Vec<Choice>,
    near: Vec<Choice>,
    /// Some of them stand there before anybody types.
    has_names: bool,
}

/// The name that the paper has on a line of this sheet already.
fn printed<'d>(desk: &'d Desk, serial: &str, number: usize) -> Option<&'d str> {
    let (_, names) = desk.task.as_ref()?;
    // A scan gives an address, and a hand writes small letters.
    let same = |named: &str| matches!((actions::serial(named), actions::serial(serial)), (Ok(a), Ok(b)) if a == b);
    let is_named = desk.named.as_deref().is_some_and(same);
    names.get(number.checked_sub(1)?).map(String::as_str).filter(|_| is_named)
}

/// Puts the names on the lines where the paper has them: of those who have accepted the task, on its first sheet.
pub fn put_names(desk: &Desk, form: &mut Form) {
    let serial = serial_of(desk, form);
    for number in 1..=usize::from(Sort::SignIn.lines()) {
        if let Some(name) = printed(desk, &serial, number) {
            form.set(&input(number, "volunteer"), name);
        }
    }
}

/// The number of the sheet: as it was typed or scanned, else of the only one that is out. Of several nobody but the clerk knows
/// which one lies on the table.
fn serial_of(desk: &Desk, form: &Form) -> String {
    match (form.text("serial"), desk.out.as_slice()) {
        ("", [only]) => only.clone(),
        (typed, _) => typed.to_owned(),
    }
}

/// Whether anything was typed into a line: a name that the paper has is of somebody who may not have come.
fn is_used(desk: &Desk, form: &Form, number: usize, row: &Form) -> bool {
    let serial = serial_of(desk, form);
    let is_printed = |name: &str, value: &str| name == "volunteer" && printed(desk, &serial, number) == Some(value);
    row.pairs().any(|(name, value)| !value.trim().is_empty() && !is_printed(name, value.trim()))
}

/// What is wrong with a line, with its number: the summary above the page has them all.
fn says(page: &Page, number: usize, message: &str) -> String {
    page.t2("paper-row-says", "number", number, "what", message)
}

/// What stands above the lines and belongs to all of them.
struct Head {
    serial: String,
    name: String,
    content: String,
    place: Option<Place>,
}

pub async fn read(app: &App, page: &Page, desk: &Desk, form: &Form) -> Result<Vec<Typed>, Stop> {
    let lines: Vec<(usize, Form)> = (1..=usize::from(Sort::SignIn.lines()))
        .map(|number| (number, row_of(form, number)))
        .filter(|(number, row)| is_used(desk, form, *number, row))
        .collect();
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let mut errors = Errors::new();
    let head = head(app, page, desk, form, &mut errors).await?;
    let mut typed: Vec<Typed> =
        lines.iter().map(|(number, row)| read_line(page, desk, form, &head, *number, row)).collect();
    if !errors.is_empty() {
        // What is wrong above the lines is said once, and no line can go in before it is right.
        typed.iter_mut().for_each(|line| line.row = None);
        if let Some(first) = typed.first_mut() {
            first.errors.iter().for_each(|(field, message)| errors.add(field, message));
            first.errors = errors;
        }
    }
    Ok(typed)
}

async fn head(app: &App, page: &Page, desk: &Desk, form: &Form, errors: &mut Errors) -> Result<Head, Stop> {
    for (field, key) in [("serial", "paper-serial-missing"), ("day", "paper-day-missing")] {
        if form.text(field).is_empty() {
            errors.add(field, page.t(key));
        }
    }
    let head = Head {
        serial: form.text("serial").to_owned(),
        name: form.text("name").to_owned(),
        content: form.text("content").to_owned(),
        place: None,
    };
    if desk.task.is_some() {
        return Ok(head);
    }
    let (asked, home) = (form.clone(), desk.batch.place_path.clone());
    let picked = app.read(move |mut tx| Box::pin(async move { picker::named(&mut tx, &asked, &home).await }));
    let place = picked.await?.map_err(|unclear| errors.add("place", unclear.says(page, form))).ok();
    Ok(Head { place, ..head })
}

fn read_line(page: &Page, desk: &Desk, form: &Form, head: &Head, number: usize, row: &Form) -> Typed {
    let mut errors = Errors::new();
    if row.text("volunteer").is_empty() {
        errors.add(input(number, "volunteer"), says(page, number, &page.t("paper-who-missing")));
    }
    let zone = &desk.city.settings.zone;
    let mut at = |field: &str| {
        let time = written_at(&row.clone().with("day", form.text("day")), ("day", field), zone);
        if time.is_none() && !form.text("day").is_empty() {
            errors.add(input(number, field), says(page, number, &page.t("paper-time-missing")));
        }
        time
    };
    let (start, end) = (at("start"), at("end"));
    let line = u16::try_from(number).unwrap_or(u16::MAX);
    let written = start.zip(end).filter(|_| errors.is_empty()).map(|(start, end)| {
        Written::Attended(Attended {
            line,
            volunteer: row.text("volunteer").to_owned(),
            start,
            end,
            signed: row.checked("signed"),
            name: head.name.clone(),
            content: head.content.clone(),
            place: head.place.as_ref().map(|place| place.id),
        })
    });
    Typed {
        number,
        row: written.map(|written| Row { serial: head.serial.clone(), written }),
        errors,
        summary: String::new(),
    }
}

/// What a line was refused: at its own input, or above the lines where that is at fault.
pub fn refused(page: &Page, number: usize, refusal: &Refusal) -> Errors {
    let field = match refusal.field.as_deref() {
        Some(above @ ("serial" | "name" | "content" | "place")) => above.to_owned(),
        Some(own @ ("start" | "end" | "volunteer")) => input(number, own),
        _ => input(number, "volunteer"),
    };
    let mut errors = Errors::new();
    for (_, message) in refusal_errors(page, refusal).iter() {
        let own = field.starts_with(&input(number, ""));
        let message = if own { says(page, number, message) } else { message.to_owned() };
        errors.add(field.clone(), message);
    }
    errors
}

pub fn draw(page: Page, desk: &Desk, mut form: Form, typed: &[Typed], status: StatusCode) -> Result<Response, Stop> {
    let task = desk.task.as_ref().map(|(task, _)| task);
    let day = task.map_or_else(|| page.today(), |task| page.day_of(task.starts_at));
    let serial = serial_of(desk, &form);
    for (field, value) in [("day", day), ("place", desk.place.clone()), ("serial", serial)] {
        if form.text(field).is_empty() {
            form.set(field, value);
        }
    }
    let state = |number: usize| {
        let found = typed.iter().find(|typed| typed.number == number);
        found.map_or("", |typed| if typed.errors.is_empty() && typed.row.is_some() { "ok" } else { "bad" })
    };
    let rows: Vec<Drawn> =
        (1..=usize::from(Sort::SignIn.lines())).map(|number| Drawn { number, state: state(number) }).collect();
    let names = desk.task.iter().flat_map(|(_, names)| names).map(|name| Choice::new(name, String::new()));
    let drawn = SheetsPage {
        action: page.href(&format!("/paper/{}/entry", desk.batch.code)),
        printed: page.when(desk.batch.printed_at),
        task: task.map(|task| (task.title.clone(), task.place_hint.clone())),
        good: rows.iter().filter(|row| row.state == "ok").count(),
        typed: typed.len(),
        has_names: printed(desk, &serial_of(desk, &form), 1).is_some(),
        clears: desk.clears && !typed.is_empty(),
        rows,
        names: names.collect(),
        near: desk.near.clone(),
        form,
        page,
    };
    Ok(html(status, &drawn))
}
