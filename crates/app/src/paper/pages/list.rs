//! Printing a batch, and the batches that were printed, with how many forms came back.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kit::paging::PageOf;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::paper::Sort;
use rules::paper::access::{self, Print, See};
use rules::paper::form::PaperRules;
use rules::shared::permit::might;
use rules::shared::{Refusal, Verb};
use serde::Deserialize;
use uuid::Uuid;

use super::{called, kind_of_batch};
use crate::dispatch::store as tasks;
use crate::matters::pages::noted::kinds_for;
use crate::paper::actions::{self, New};
use crate::paper::store::BatchRow;
use crate::places::Place;
use crate::places::picker::{self, Picker};
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop};

/// Batches of one page.
const PAGE: usize = 20;
/// How many forms are printed when nothing else is said: a pad's worth.
const USUAL: &str = "20";

#[derive(Deserialize)]
pub struct Asked {
    /// The code of a task whose sheet is wanted.
    #[serde(default)]
    task: String,
    cursor: Option<String>,
}

struct Line {
    href: String,
    title: String,
    text: String,
    out: i64,
}

#[derive(Template)]
#[template(path = "paper/list.html")]
struct ListPage {
    page: Page,
    form: Form,
    may_print: bool,
    forms: Vec<Choice>,
    /// Of the task whose sheet is wanted: its code and name.
    task: Option<(String, String)>,
    picker: Picker,
    most: i64,
    lines: Vec<Line>,
    /// The newest, when this page goes on with older ones, and those before.
    first: &'static str,
    next: String,
}

pub async fn show(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut form = Form::empty().with("count", USUAL).with("task", asked.task);
    if !form.text("task").is_empty() {
        form.set("form", Sort::SignIn.key());
        form.set("count", "1");
    }
    draw(&app, &who, form, asked.cursor, (Vec::new(), Errors::new())).await
}

async fn draw(
    app: &App,
    who: &Who,
    form: Form,
    cursor: Option<String>,
    (several, errors): (Vec<Choice>, Errors),
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    if !might::<See>(&actor) {
        return Err(Stop::Forbidden { verb: See::NAME }.into());
    }
    let before = cursor.as_deref().filter(|c| !c.is_empty()).map(kit::Cursor::key::<Uuid>).transpose()?;
    let (home, code) = (who.caller.place_path.clone(), form.text("task").to_owned());
    let (rows, near, task) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let rows = actions::batches(&mut tx, &actor, None, before, PAGE + 1).await?;
                let task = match code.is_empty() {
                    true => None,
                    // Missing to whoever signs for nobody there.
                    false => match tasks::task_by_code(&mut tx, &code).await? {
                        Some(task) => Some(crate::service::sheet::of(&mut tx, &actor, task).await?.task),
                        None => return Err(Stop::Missing),
                    },
                };
                Ok((rows, picker::near(&mut tx, &home).await?, task))
            })
        })
        .await?;
    let city = app.city();
    let status =
        if errors.is_empty() { axum::http::StatusCode::OK } else { axum::http::StatusCode::UNPROCESSABLE_ENTITY };
    let page = who.page().titled("paper-title").with_errors(errors);
    let kinds = kinds_for(who.actor(), city.kinds.iter());
    let mut forms: Vec<Choice> =
        kinds.iter().map(|kind| Choice::new(&kind.id, called(&page, Sort::Registration, Some(kind)))).collect();
    forms.push(Choice::new(Sort::SignIn.key(), called(&page, Sort::SignIn, None)));
    let rows = PageOf::cut(rows, PAGE, |row| row.id);
    let lines = rows.items.iter().map(|row| line(&page, &city, row)).collect::<Result<Vec<_>, Stop>>()?;
    let drawn = ListPage {
        may_print: might::<Print>(who.actor()),
        forms,
        task: task.map(|task| (task.code, task.title)),
        picker: Picker { near, several },
        most: PaperRules::default().most_forms,
        lines,
        first: if before.is_some() { "/paper" } else { "" },
        next: rows.next.map(|next| format!("/paper?cursor={next}")).unwrap_or_default(),
        form,
        page,
    };
    Ok(html(status, &drawn))
}

fn line(page: &Page, city: &crate::city::City, row: &BatchRow) -> Result<Line, Stop> {
    let name = called(page, row.sort()?, kind_of_batch(city, row)?);
    let counts = page.t_with(
        "paper-counts",
        [("forms", i64::from(row.forms)), ("entered", row.entered), ("spoilt", row.spoilt), ("out", row.out())],
    );
    Ok(Line {
        href: format!("/paper/{}", row.code),
        title: format!("{name} · {}", row.place_name),
        text: format!("{} · {} · {counts}", row.number(), page.when(row.printed_at)),
        out: row.out(),
    })
}

/// What the form asks for, with the task still by its code.
#[derive(Clone)]
struct Wanted {
    new: New,
    task: String,
}

pub async fn print(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let page = who.page();
    let mut errors = Errors::new();
    let wanted = form.text("form");
    let sort = if wanted == Sort::SignIn.key() { Sort::SignIn } else { Sort::Registration };
    if wanted.is_empty() {
        errors.add("form", page.t("paper-form-missing"));
    }
    let is_of_task = sort == Sort::SignIn && !form.text("task").is_empty();
    let (place, several) = if is_of_task {
        (None, Vec::new())
    } else {
        let may = |place: &Place| access::print(who.actor(), place.id.uuid, &place.path).is_ok();
        picker::asked_within(&app, &page, &form, who.caller.place_path.clone(), &mut errors, may).await?
    };
    if !errors.is_empty() {
        return draw(&app, &who, form, None, (several, errors)).await;
    }
    let kind = (sort == Sort::Registration).then(|| wanted.to_owned());
    let count = form.text("count").parse().unwrap_or(0);
    let new = New { sort, kind, task: None, place: place.map(|p| p.id), count, invented: false };
    let input = Wanted { new, task: if is_of_task { form.text("task").to_owned() } else { String::new() } };
    let done = submit(&app, &who, &form, input, |tx, who, at, wanted| {
        Box::pin(async move {
            let task = match wanted.task.is_empty() {
                true => None,
                false => Some(tasks::task_by_code(tx, &wanted.task).await?.ok_or(Stop::Missing)?.id()),
            };
            let id = actions::print(tx, who, at, &New { task, ..wanted.new }).await?;
            let batch = crate::paper::store::batch(tx, id).await?.ok_or(Stop::Missing)?;
            Ok(go_with(format!("/paper/{}", batch.code), "paper-printed"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let refusal = match refusal.field.as_deref() {
                Some("kind") => Refusal { field: Some("form".into()), ..refusal },
                _ => refusal,
            };
            draw(&app, &who, form, None, (several, refusal_errors(&page, &refusal))).await
        }
    }
}
