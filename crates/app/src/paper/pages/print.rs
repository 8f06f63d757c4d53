//! The sheets of a batch: registration forms on a page each, those of kinds that are asked on one page as slips four to an
//! A4, sign-in sheets. Each form has the number of the batch, its own, and a QR that leads to where it is entered.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Markup, Page, html, qr};
use rules::matters::Kind;
use rules::paper::Sort;
use rules::shared::code::in_groups;

use super::{called, kind_of_batch};
use crate::matters::pages::noted::{asks_the_place, sections};
use crate::matters::pages::questions::{Question, say};
use crate::paper::actions;
use crate::paper::store::{self, BatchRow, FormRow};
use crate::service::sheet;
use crate::web::Who;
use crate::{App, Stop};

/// Millimetres, with the quiet zone of four modules on each side; at least 20 are wanted of the code itself.
const QR_MM: u32 = 28;
/// Slips on a sheet of A4.
const SLIPS: usize = 4;
/// Empty lines for long words, on a form and on a slip.
const LINES: (usize, usize) = (3, 2);

/// A question as it stands on paper: words to tick, or lines to write on.
struct Ask {
    label: String,
    ticks: Vec<String>,
    lines: usize,
}

/// A part of a form.
struct Part {
    title: String,
    asks: Vec<Ask>,
}

/// What each form has of its own.
struct Face {
    no: i32,
    serial: String,
    qr: Markup,
}

#[derive(Template)]
#[template(path = "paper/print.html")]
struct Forms {
    page: Page,
    /// What the form is called.
    called: String,
    number: String,
    printed: String,
    place: String,
    /// Forms, a sheet each, or four slips to a sheet.
    sheets: Vec<Vec<Face>>,
    is_slips: bool,
    parts: Vec<Part>,
    levels: Vec<String>,
    /// Whoever asks may tick that it is to be kept private.
    may_be_private: bool,
}

#[derive(Template)]
#[template(path = "paper/print-sheets.html")]
struct Sheets {
    page: Page,
    /// What the form is called.
    called: String,
    number: String,
    printed: String,
    place: String,
    faces: Vec<Face>,
    /// Of a task: its name, window, place, and who has accepted.
    task: Option<(String, String, String)>,
    names: Vec<String>,
    lines: usize,
}

impl Sheets {
    /// The names that stand on the lines of a sheet: of those who have accepted, on the first.
    fn names_on(&self, no: &i32) -> Vec<&str> {
        let name = |line: usize| if *no == 1 { self.names.get(line).map_or("", String::as_str) } else { "" };
        (0..self.lines).map(name).collect()
    }
}

/// The parts of a day, which the page asks for beside the day.
const DAY_PARTS: [&str; 3] = ["desk-when-morning", "desk-when-afternoon", "desk-when-evening"];

/// A question as it stands on paper.
fn ask(page: &Page, question: &Question, long: usize) -> Ask {
    let mut ticks: Vec<String> = question.choices.iter().map(|choice| choice.label.clone()).collect();
    if question.widget == "when" {
        ticks.pop();
        ticks.push(page.t("paper-when-day"));
        ticks.extend(DAY_PARTS.map(|part| page.t(part)));
    }
    let lines = match (question.widget, ticks.is_empty()) {
        ("lines", _) => long,
        (_, true) => 1,
        (_, false) => 0,
    };
    Ask { label: question.label.clone(), ticks, lines }
}

/// The parts of a form in the order of a call: who rang, for whom, what, where.
fn parts(page: &Page, kind: &Kind, long: usize) -> Vec<Part> {
    let line = |label: String| Ask { label, ticks: Vec::new(), lines: 1 };
    let mut parts = Vec::new();
    // A kind that is asked on one page asks for the number itself.
    if !kind.pages.is_empty() {
        let asks = vec![line(page.t("matters-call-phone"))];
        parts.push(Part { title: page.t("matters-call-caller"), asks });
    }
    let sections = sections(page, kind);
    let at = asks_the_place(&sections);
    for (i, section) in sections.into_iter().enumerate() {
        let place = (i == at).then(|| line(page.t("places-picker-label")));
        let asks = place.into_iter().chain(section.questions.iter().map(|question| ask(page, question, long)));
        parts.push(Part { asks: asks.collect(), title: section.title });
    }
    parts
}

fn face(page: &Page, base: &str, form: FormRow) -> Result<Face, Stop> {
    let address = format!("{base}/paper/form/{}", form.serial);
    let label = page.t1("paper-qr", "serial", in_groups(&form.serial));
    let qr = qr::svg(&address, QR_MM, &label).map_err(Stop::defect)?;
    Ok(Face { no: form.no, serial: in_groups(&form.serial), qr })
}

pub async fn show(State(app): State<App>, who: Who, Path(number): Path<String>) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let (batch, forms, task) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let batch = actions::by_number(&mut tx, &actor, &number).await?;
                let task = match batch.task() {
                    Some(task) => Some(sheet::of_task(&mut tx, &actor, task).await?),
                    None => None,
                };
                // What is entered or spoilt is not printed again.
                let forms = store::forms(&mut tx, batch.id()).await?;
                let forms: Vec<FormRow> = forms.into_iter().filter(|form| form.state() == "out").collect();
                Ok((batch, forms, task))
            })
        })
        .await?;
    let city = app.city();
    let base = city.settings.base_url.clone();
    let (sort, kind) = (batch.sort()?, kind_of_batch(&city, &batch)?);
    let page = who.page();
    let called = called(&page, sort, kind);
    let title = page.t1("paper-printing-title", "what", called.as_str());
    let page = page.with_title(title).back_to(format!("/paper/{}", batch.code));
    let faces = forms.into_iter().map(|form| face(&page, &base, form)).collect::<Result<Vec<_>, Stop>>()?;
    let BatchRow { printed_at, ref place_name, .. } = batch;
    let (number, place) = (batch.number(), place_name.clone());
    let printed = format!("{} {}", page.full_date(&page.day_of(printed_at)), page.time(printed_at));
    let (Sort::Registration, Some(kind)) = (sort, kind) else {
        let (task, names) = match task {
            Some(sheet) => {
                let (task, names) = (sheet.task, sheet.offers.into_iter().map(|offer| offer.person_name));
                let window = crate::dispatch::window(&page, task.starts_at, task.ends_at);
                (Some((task.title, window, task.place_hint)), names.collect())
            }
            None => (None, Vec::new()),
        };
        let lines = usize::from(Sort::SignIn.lines());
        return Ok(html(StatusCode::OK, &Sheets { called, number, printed, place, faces, task, names, lines, page }));
    };
    // A kind that is asked on one page is short enough for a slip.
    let is_slips = kind.pages.is_empty();
    let (per_sheet, long) = if is_slips { (SLIPS, LINES.1) } else { (1, LINES.0) };
    let mut sheets: Vec<Vec<Face>> = Vec::new();
    for face in faces {
        match sheets.last_mut().filter(|sheet| sheet.len() < per_sheet) {
            Some(sheet) => sheet.push(face),
            None => sheets.push(vec![face]),
        }
    }
    let levels = kind.levels.iter().map(|level| say(&page, &level.name)).collect();
    let (parts, may_be_private) = (parts(&page, kind, long), kind.may_be_private);
    let forms = Forms { called, number, printed, place, sheets, is_slips, parts, levels, may_be_private, page };
    Ok(html(StatusCode::OK, &forms))
}
