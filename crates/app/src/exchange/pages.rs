//! Bringing a spreadsheet in, by pages: which list, the file, what would come of it, how far it is, what was refused.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kit::spreadsheets::{Book, Out, Sheet, write};
use kit::{Choice, Cursor, Errors, Failure, Form, Page, html};
use rules::shared::Refusal;
use rules::shared::ids::{ImportId, PersonId};
use serde::Deserialize;

use super::imports::{self, Came, Standing};
use super::intake::{Intake, Problem, at_file};
use super::store::{self, ImportRow};
use super::{LISTED, ROWS, SHOWN, XLSX};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go, go_with, submit};
use crate::{App, Stop, capability};

/// A workbook as a file to keep. Its name: in ASCII, and as its readers call it, without the ending.
///
/// # Errors
/// A defect, when the book holds more than a sheet can.
pub async fn download(page: &Page, (plain, title): (&str, &str), book: Book) -> Result<Response, Failure> {
    // Fifty thousand rows take a second to pack.
    let written = tokio::task::spawn_blocking(move || write(&book)).await.map_err(|e| Failure::defect(&e))?;
    let bytes = written.map_err(|e| Failure::defect(&e))?;
    let disposition = page.attachment(plain, title, "xlsx");
    let headers = [(header::CONTENT_TYPE, XLSX.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// An import in the list.
struct Line {
    id: ImportId,
    row: ImportRow,
    name: String,
    /// What the file is called; empty when that is not known any more.
    file: String,
    state: String,
}

#[derive(Template)]
#[template(path = "exchange/imports.html")]
struct ImportsPage {
    page: Page,
    form: Form,
    intakes: Vec<Choice>,
    lines: Vec<Line>,
}

fn name_of(page: &Page, intake: &str) -> String {
    page.t(&format!("intake-{intake}"))
}

fn state_of(page: &Page, row: &ImportRow) -> String {
    page.t(&format!("import-{}", row.state))
}

async fn list_page(app: &App, who: &Who, form: Form, errors: Errors) -> Result<Response, Failure> {
    imports::permit(who.actor())?;
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let rows = app
        .read(move |mut tx| {
            Box::pin(async move {
                let mut rows = Vec::new();
                for row in store::of_person(&mut tx, me, LISTED).await? {
                    rows.push((store::name(&mut tx, &row).await?, row));
                }
                Ok(rows)
            })
        })
        .await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = who.page().titled("import-title").with_errors(errors);
    let line = |(file, row): (String, ImportRow)| Line {
        id: row.id(),
        name: name_of(&page, &row.intake),
        file,
        state: state_of(&page, &row),
        row,
    };
    let choice = |intake: &'static Intake| {
        let lead = page.t(&format!("intake-{}-lead", intake.name));
        let limit = (intake.limit)(who.actor()).map(|key| page.t(key)).unwrap_or_default();
        let stop = if page.is_en() { ". " } else { "。" };
        let hint = [lead, limit].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(stop);
        Choice { hint, ..Choice::new(intake.name, name_of(&page, intake.name)) }
    };
    let intakes = imports::offered(who.actor()).map(choice).collect();
    let lines = rows.into_iter().map(line).collect();
    Ok(html(status, &ImportsPage { form, intakes, lines, page }))
}

pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    list_page(&app, &who, Form::empty(), Errors::new()).await
}

/// An empty table with the right columns, in the reader's language.
pub async fn template(State(app): State<App>, who: Who, Path(name): Path<String>) -> Result<Response, Failure> {
    let intake = imports::intake(&name).ok_or_else(Failure::not_found)?;
    imports::permit_of(who.actor(), intake)?;
    let page = who.page();
    let label = |key: &str| Intake::label(&app.web.frame.words, page.lang, key);
    let star = |needed: bool| if needed { "*" } else { "" };
    let header = intake.columns.iter().map(|c| format!("{}{}", label(c.key), star(c.needed))).collect();
    let how = |key: &'static str| vec![Out::from(label(key)), Out::from(page.t(&format!("column-{key}-how")))];
    let explained = Sheet {
        name: page.t("import-how"),
        header: vec![page.t("import-column"), page.t("import-how")],
        rows: intake.columns.iter().map(|c| how(c.key)).collect(),
    };
    let empty = Sheet { name: name_of(&page, intake.name), header, rows: Vec::new() };
    let title = format!("{}-{}", page.t("import-templates"), empty.name);
    download(&page, (&format!("helin-{name}-template"), &title), Book { pages: vec![empty, explained] }).await
}

pub async fn upload(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    imports::permit(who.actor())?;
    let page = who.page();
    let taken = taken_in(&app, &who, &form).await;
    let id = match taken {
        Ok(id) => id,
        Err(Stop::Refused(refusal)) if refusal.field.as_deref() == Some("intake") => {
            return list_page(&app, &who, form, crate::web::refusal_errors(&page, &refusal)).await;
        }
        Err(Stop::Refused(refusal)) => return list_page(&app, &who, form, at_file(&page, &refusal)).await,
        Err(stop) => return Err(stop.into()),
    };
    let named = form.files("file").next().map(|file| file.file_name.clone()).unwrap_or_default();
    let done = submit(&app, &who, &form, (id, named), |tx, who, at, (id, named)| {
        Box::pin(async move {
            store::put_name(tx, id, &named).await?;
            imports::start(tx, who, at, id).await?;
            imports::queue(tx, at, id).await?;
            Ok(go(format!("/imports/{id}")))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => list_page(&app, &who, form, at_file(&page, &refusal)).await,
    }
}

async fn taken_in(app: &App, who: &Who, form: &Form) -> Result<ImportId, Stop> {
    let intake = imports::intake(form.text("intake"));
    let intake = intake.ok_or_else(|| Refusal::new("sheet-intake").at_field("intake"))?;
    imports::permit_of(who.actor(), intake)?;
    let file = form.files("file").next().ok_or_else(|| Refusal::new("sheet-missing"))?;
    if file.too_big {
        return Err(Refusal::new("sheet-too-big").with("most", (kit::forms::FILE_BYTES / 1024 / 1024) as i64).into());
    }
    // What is inside is what counts; but who names a file so has macros in it, or had.
    if file.file_name.to_ascii_lowercase().ends_with(".xlsm") {
        return Err(Refusal::new("sheet-macros").into());
    }
    imports::take_in(app, who.actor(), who.caller.cell, intake, file.bytes.clone()).await
}

/// A refused row, in words.
struct Refused {
    row: i32,
    column: String,
    why: String,
}

#[derive(Template)]
#[template(path = "exchange/import.html")]
struct ImportPage {
    page: Page,
    id: ImportId,
    import: Standing,
    name: String,
    state: String,
    refused: Vec<Refused>,
    /// The names of columns that nobody knows.
    unread: String,
    came: Vec<Row>,
    /// The first page of what came in, when this is another one, and the next.
    first: String,
    next: String,
}

/// A row that comes in, or came.
struct Row {
    row: i32,
    names: String,
    /// Whom or what it entered, to be looked at.
    href: String,
    state: String,
    tone: &'static str,
    remarks: Vec<String>,
}

fn row_of(page: &Page, came: Came) -> Row {
    let folder = |id: &str| if id.parse::<PersonId>().is_ok() { "/people" } else { "/organisations" };
    Row {
        row: came.row,
        names: came.names.join("　"),
        href: came.noted.of.map(|id| format!("{}/{id}", folder(&id))).unwrap_or_default(),
        state: page.t(&format!("import-row-{}", came.state)),
        tone: if ["same", "repeated"].contains(&came.state.as_str()) { "" } else { "ok" },
        remarks: came.noted.remarks.iter().map(|remark| remark.words(page)).collect(),
    }
}

#[derive(Deserialize)]
pub struct Asked {
    /// Where the page before ended.
    #[serde(default)]
    cursor: String,
}

async fn import_page(
    app: &App,
    who: &Who,
    (id, cursor): (ImportId, &str),
    refusal: Option<&Refusal>,
) -> Result<Response, Failure> {
    let after = Some(cursor).filter(|cursor| !cursor.is_empty()).map(Cursor::key::<i32>).transpose()?;
    let actor = who.actor().clone();
    let (import, rows, came, unread) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = imports::own(&mut tx, &actor, id).await?;
                let came = imports::came(&mut tx, &row, (after, ROWS)).await?;
                let unread = store::unread(&mut tx, &row).await?;
                let import = imports::standing(&mut tx, row).await?;
                Ok((import, store::refused(&mut tx, id, SHOWN).await?, came, unread))
            })
        })
        .await?;
    let page = who.page();
    let title = page.t1("import-of-title", "what", name_of(&page, &import.row.intake));
    let (status, page) = crate::web::with_refusal(page.with_title(title).back_to("/imports"), refusal);
    let mut refused = Vec::new();
    for open in rows {
        for problem in open.problem.iter().flat_map(Problem::all) {
            let column = column_name(app, &page, problem);
            refused.push(Refused { row: open.row, column, why: problem.words(&page) });
        }
    }
    let shown = ImportPage {
        id,
        name: name_of(&page, &import.row.intake),
        state: state_of(&page, &import.row),
        refused,
        unread: page.row_of(&unread),
        first: after.map(|_| format!("/imports/{id}")).unwrap_or_default(),
        next: came.next.map(|next| format!("/imports/{id}?cursor={next}")).unwrap_or_default(),
        came: came.items.into_iter().map(|came| row_of(&page, came)).collect(),
        import,
        page,
    };
    Ok(html(status, &shown))
}

/// The column at fault as the file calls it; empty when the fault is the row's.
fn column_name(app: &App, page: &Page, problem: &Problem) -> String {
    let known = capability::INTAKES.iter().flat_map(|intake| intake.columns);
    let found = known.map(|c| c.key).find(|key| problem.column.as_deref() == Some(*key));
    found.map_or_else(String::new, |key| Intake::label(&app.web.frame.words, page.lang, key))
}

pub async fn show(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    import_page(&app, &who, (path_id(&id)?, &asked.cursor), None).await
}

pub async fn apply(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: ImportId = path_id(&id)?;
    let done = submit(&app, &who, &form, id, |tx, who, at, id| {
        Box::pin(async move {
            imports::apply(tx, who, at, id).await?;
            imports::queue(tx, at, id).await?;
            Ok(go(format!("/imports/{id}")))
        })
    })
    .await?;
    settle(&app, &who, id, done).await
}

pub async fn cancel(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: ImportId = path_id(&id)?;
    let done = submit(&app, &who, &form, id, |tx, who, at, id| {
        Box::pin(async move {
            imports::cancel(tx, who, at, id).await?;
            Ok(go_with(format!("/imports/{id}"), "import-cancel-done"))
        })
    })
    .await?;
    settle(&app, &who, id, done).await
}

async fn settle(app: &App, who: &Who, id: ImportId, done: Submitted) -> Result<Response, Failure> {
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => import_page(app, who, (id, ""), Some(&refusal)).await,
    }
}

/// The refused rows as a table: what was in them, where the fault is and what to do. Corrected, it can be brought in.
pub async fn refused(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    let (id, actor): (ImportId, _) = (path_id(&id)?, who.actor().clone());
    let (row, rows) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = imports::own(&mut tx, &actor, id).await?;
                if row.cleared {
                    return Err(Stop::Missing);
                }
                let most = i64::try_from(kit::spreadsheets::ROWS).map_err(Stop::defect)?;
                Ok((row, store::refused(&mut tx, id, most).await?))
            })
        })
        .await?;
    let page = who.page();
    let columns = row.columns()?;
    let known: Vec<(usize, &String)> = columns.iter().enumerate().filter(|(_, name)| !name.is_empty()).collect();
    let mut header: Vec<String> =
        known.iter().map(|(_, name)| Intake::label(&app.web.frame.words, page.lang, name)).collect();
    header.extend([page.t("import-row"), page.t("import-column"), page.t("import-why")]);
    let mut lines = Vec::with_capacity(rows.len());
    for open in rows {
        let text = |at: &usize| open.kept.cells.get(*at).and_then(|cell| cell.text().ok()).unwrap_or_default();
        let mut line: Vec<Out> = known.iter().map(|(at, _)| Out::Text(text(at))).collect();
        let problems: Vec<&Problem> = open.problem.iter().flat_map(Problem::all).collect();
        let each = |say: &dyn Fn(&Problem) -> String| problems.iter().map(|p| say(p)).collect::<Vec<_>>().join("\n");
        line.push(Out::Number(open.row.into()));
        line.push(Out::Text(each(&|problem| column_name(&app, &page, problem))));
        line.push(Out::Text(each(&|problem| problem.words(&page))));
        // What stood beyond the header stands beyond this one, and is refused again until somebody has put it where it belongs.
        let beyond = open.kept.cells.iter().skip(columns.len());
        line.extend(beyond.map(|cell| Out::Text(cell.text().unwrap_or_default())));
        lines.push(line);
    }
    let sheet = Sheet { name: page.t("import-refused"), header, rows: lines };
    download(&page, ("helin-refused", &page.t("import-refused-title")), Book { pages: vec![sheet] }).await
}
