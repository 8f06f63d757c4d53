//! Bringing a spreadsheet in by programs: the file, what would come of it, how far it is, what was refused.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::{Cursor, Failure, Lang, Page};
use rules::shared::Actor;
use rules::shared::ids::{ImportId, ImportThing};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Object;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::imports::{self, Came, Standing};
use super::intake::{Column, Intake, Problem, Remark};
use super::store;
use super::{LISTED, ROWS, SHOWN, XLSX};
use crate::capability::INTAKES;
use crate::web::json::{TextJson, instant, path_id};
use crate::web::{
    ApiQuery, Call, Created, IdempotencyKey, NoBody, Who, api_answer, file_bytes, idempotent, not_one_of, words_schema,
};
use crate::{App, Stop, Tx};

fn intakes() -> Object {
    words_schema("What the rows are.", INTAKES.iter().map(|intake| intake.name))
}

#[derive(Deserialize)]
pub struct IntakeAsked {
    intake: String,
}

// By hand, because the derived one says of a parameter with a schema of its own that it may be left out.
impl IntoParams for IntakeAsked {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let intake = ParameterBuilder::new().name("intake").parameter_in(ParameterIn::Query).required(Required::True);
        vec![intake.schema(Some(intakes())).build()]
    }
}

/// The bytes of a workbook or of a table as text.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct TableBytes(pub Vec<u8>);

/// An import, and how far it is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "id": "imp_0006034e9s1k2g7xgh0v4c5b8fzn9", "intake": "people", "state": "checked",
    "at": "2026-06-08T09:00:00+08:00", "rows": 120, "done": 120, "new": 112, "added": 0, "asked": 0, "same": 4, "repeated": 1, "refused": 3,
    "entered_to": null }))]
pub struct ImportJson {
    pub id: String,
    pub intake: String,
    /// `reading`, `checking`, `checked` (waits to be applied), `applying`, `done` or `cancelled`.
    pub state: String,
    /// When the file came.
    pub at: String,
    /// Rows below the header.
    pub rows: i32,
    /// How many of them were gone through: fewer than all only while they are checked or applied.
    pub done: i32,
    /// Rows that would be entered, were it applied.
    pub new: i32,
    /// Rows that are entered.
    pub added: i32,
    /// Of those that would be or are entered, rows in which somebody is asked to join a team, and belongs to it once they say
    /// yes.
    pub asked: i32,
    /// Rows of what is registered already, which are left as they are.
    pub same: i32,
    /// Rows that say what a row before them in this file says, which is entered once.
    pub repeated: i32,
    /// Rows that cannot be entered.
    pub refused: i32,
    /// The last row that was entered, as the file numbers it. Rows are entered in their order: of an import that was cancelled
    /// none behind it is. The same file can be brought in again, and enters nobody twice.
    pub entered_to: Option<i32>,
}

/// What is wrong with a row.
#[derive(Serialize, ToSchema)]
pub struct ProblemJson {
    /// Its number in the file: the header is above it.
    #[schema(example = 7)]
    pub row: i32,
    /// The column at fault, by the key of the intake; `null` where the whole row is.
    #[schema(example = "place")]
    pub column: Option<String>,
    /// Stable: which problem it is.
    #[schema(example = "intake-place")]
    pub code: String,
    /// What to do about it, for people.
    pub detail: String,
}

/// An import with what is wrong with its first refused rows; a hundred of them at most.
#[derive(Serialize, ToSchema)]
pub struct ImportWhole {
    #[serde(flatten)]
    pub import: ImportJson,
    pub problems: Vec<ProblemJson>,
    /// Columns whose names are none of the intake's, and were not read.
    pub unknown_columns: usize,
    /// What those are called; nothing any more once the rows are gone.
    pub unread_columns: Vec<String>,
    /// Hidden sheets, which were not read.
    pub hidden_sheets: i32,
    /// Sheets behind the first, which were not read.
    pub further_sheets: i32,
}

#[derive(Serialize, ToSchema)]
pub struct ImportList {
    pub items: Vec<ImportJson>,
}

fn import_json(standing: &Standing, zone: &TimeZone) -> ImportJson {
    let Standing { row, counts } = standing;
    ImportJson {
        id: row.id().to_string(),
        intake: row.intake.clone(),
        state: row.state.clone(),
        at: instant(row.created_at, zone),
        rows: row.rows_total,
        done: standing.done(),
        new: counts.new,
        added: counts.added,
        asked: counts.asked,
        same: counts.same,
        repeated: counts.repeated,
        refused: counts.refused,
        entered_to: counts.entered_to,
    }
}

fn problem_json(page: &Page, row: i32, problem: &Problem) -> ProblemJson {
    let (column, code) = (problem.column.clone(), problem.code.clone());
    ProblemJson { row, column, code, detail: problem.words(page) }
}

/// Lists what the asker brought in lately, the newest first.
#[utoipa::path(get, path = "/api/v1/imports", tag = "exchange", responses((status = 200, body = ImportList)))]
pub async fn list(State(app): State<App>, who: Who) -> Result<Json<ImportList>, Failure> {
    imports::permit(who.actor())?;
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let zone = app.city().settings.zone.clone();
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let mut items = Vec::new();
            for row in store::of_person(&mut tx, me, LISTED).await? {
                items.push(import_json(&imports::standing(&mut tx, row).await?, &zone));
            }
            Ok(ImportList { items })
        })
    });
    Ok(Json(found.await?))
}

/// An import of the asker's own: how far it is, and what is wrong with the rows that cannot be entered.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}", tag = "exchange", params(("id" = String, Path,)),
    responses((status = 200, body = ImportWhole))
)]
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<ImportWhole>, Failure> {
    let (id, actor) = (path_id::<ImportThing>(&id)?, who.actor().clone());
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let row = imports::own(&mut tx, &actor, id).await?;
            let unread = store::unread(&mut tx, &row).await?;
            let standing = imports::standing(&mut tx, row).await?;
            Ok((standing, store::refused(&mut tx, id, SHOWN).await?, unread))
        })
    });
    let ((standing, refused, unread), page) = (found.await?, who.page());
    let problems = refused.iter().flat_map(|open| {
        let problems = open.problem.iter().flat_map(Problem::all);
        problems.map(|problem| problem_json(&page, open.row, problem)).collect::<Vec<_>>()
    });
    Ok(Json(ImportWhole {
        import: import_json(&standing, &app.city().settings.zone),
        problems: problems.collect(),
        unknown_columns: unread.len(),
        unread_columns: unread,
        hidden_sheets: standing.row.hidden,
        further_sheets: standing.row.further,
    }))
}

/// A row that comes in, or came.
#[derive(Serialize, ToSchema)]
pub struct ImportRowJson {
    /// Its number in the file: the header is above it.
    #[schema(example = 2)]
    pub row: i32,
    /// What stands in it that one knows it again by.
    #[schema(example = json!(["钱大爷", "371722003003"]))]
    pub names: Vec<String>,
    /// `new`, or `ask` when somebody is asked first; once applied `added` and `asked`; `same` of what is registered
    /// already, `repeated` of what a row before it says (`repeats-row` in `remarks` says which).
    #[schema(example = "new")]
    pub state: String,
    /// The id of whom or what it entered, once it is applied.
    pub id: Option<String>,
    pub remarks: Vec<RemarkJson>,
}

/// Something to know of a row that comes in all the same.
#[derive(Serialize, ToSchema)]
pub struct RemarkJson {
    /// Stable: which remark it is.
    #[schema(example = "phone-shared")]
    pub code: String,
    /// In words, for people.
    pub detail: String,
}

#[derive(Serialize, ToSchema)]
pub struct ImportRowList {
    pub items: Vec<ImportRowJson>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportRowsAsked {
    /// From `next` of the page before.
    cursor: Option<String>,
}

/// Lists the rows of an import of the asker's own that are not refused, as they were read, in the order of the file.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}/rows", tag = "exchange", params(("id" = String, Path,), ImportRowsAsked),
    responses((status = 200, body = ImportRowList))
)]
pub async fn came(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    ApiQuery(asked): ApiQuery<ImportRowsAsked>,
) -> Result<Json<ImportRowList>, Failure> {
    let (id, actor) = (path_id::<ImportThing>(&id)?, who.actor().clone());
    let after = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty()).map(Cursor::key::<i32>).transpose()?;
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let row = imports::own(&mut tx, &actor, id).await?;
            imports::came(&mut tx, &row, (after, ROWS)).await
        })
    });
    let (found, page) = (found.await?, who.page());
    let remark = |remark: &Remark| RemarkJson { code: remark.code.clone(), detail: remark.words(&page) };
    let one = |came: Came| ImportRowJson {
        row: came.row,
        names: came.names,
        state: came.state,
        id: came.noted.of,
        remarks: came.noted.remarks.iter().map(remark).collect(),
    };
    Ok(Json(ImportRowList { items: found.items.into_iter().map(one).collect(), next: found.next }))
}

/// Takes a table in and begins to check it: each row as if it were entered, and nothing is. The body is the file, of at most
/// eight mebibytes and fifty thousand rows; a row at its top names the columns, by their keys or headings of `/api/v1/intakes`;
/// in a CSV commas, semicolons or tabs stand between the cells. Ask for the import until it is `checked`.
#[utoipa::path(
    post, path = "/api/v1/imports", tag = "exchange", params(IntakeAsked),
    request_body(content(
        (TableBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (TableBytes = "text/csv")
    )),
    responses((status = 201, body = ImportJson), (status = 415, description = "The body is no workbook and no CSV."))
)]
pub async fn upload(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<IntakeAsked>,
    key: IdempotencyKey,
    request: Request,
) -> Result<Response, Failure> {
    imports::permit(who.actor())?;
    let none_such = || not_one_of("intake", &asked.intake, INTAKES.iter().map(|intake| intake.name));
    let intake = imports::intake(&asked.intake).ok_or_else(none_such)?;
    imports::permit_of(who.actor(), intake)?;
    let bytes = file_bytes(request, &[XLSX, "text/csv"], "not-a-table").await?;
    let id = imports::take_in(&app, who.actor(), who.caller.cell, intake, bytes.clone()).await?;
    let bytes = [intake.name.as_bytes(), &bytes].concat();
    idempotent(&app, &who, key, bytes, id, |tx, who, at, id| {
        Box::pin(async move {
            imports::start(tx, who, at, id).await?;
            imports::queue(tx, at, id).await?;
            Created(now(tx, who, id).await?).try_into()
        })
    })
    .await
}

/// A table that can be brought in.
#[derive(Serialize, ToSchema)]
pub struct IntakeJson {
    /// What an import names it by.
    #[schema(example = "people")]
    pub intake: &'static str,
    pub name: TextJson,
    /// What comes of its rows.
    pub about: TextJson,
    pub columns: Vec<IntakeColumnJson>,
    /// The columns by which a row is known again.
    #[schema(example = json!(["id_number", "phone"]))]
    pub known_by: Vec<&'static str>,
}

/// A column of a table; a header may hold its key, or its heading in either language.
#[derive(Serialize, ToSchema)]
pub struct IntakeColumnJson {
    #[schema(example = "place")]
    pub key: &'static str,
    pub heading: TextJson,
    /// What its cells take.
    pub takes: TextJson,
    /// Nothing can be done without it.
    pub needed: bool,
}

#[derive(Serialize, ToSchema)]
pub struct IntakeList {
    pub items: Vec<IntakeJson>,
}

/// Lists the tables that the asker may bring in, with their columns.
#[utoipa::path(get, path = "/api/v1/intakes", tag = "exchange", responses((status = 200, body = IntakeList)))]
pub async fn intake_list(State(app): State<App>, who: Who) -> Result<Json<IntakeList>, Failure> {
    imports::permit(who.actor())?;
    let words = app.web.frame.words;
    let text = |key: String| {
        let [zh, en] = [Lang::ZhCn, Lang::En].map(|lang| words.text(lang, &key, &[]));
        TextJson { zh, en }
    };
    let column = |column: &Column| IntakeColumnJson {
        key: column.key,
        heading: text(format!("column-{}", column.key)),
        takes: text(format!("column-{}-how", column.key)),
        needed: column.needed,
    };
    let intake = |intake: &'static Intake| IntakeJson {
        intake: intake.name,
        name: text(format!("intake-{}", intake.name)),
        about: text(format!("intake-{}-lead", intake.name)),
        columns: intake.columns.iter().map(column).collect(),
        known_by: intake.known_by.to_vec(),
    };
    Ok(Json(IntakeList { items: imports::offered(who.actor()).map(intake).collect() }))
}

async fn now(tx: &mut Tx<'_>, who: &Actor, id: ImportId) -> Result<ImportJson, Stop> {
    let row = imports::own(tx, who, id).await?;
    let standing = imports::standing(tx, row).await?;
    Ok(import_json(&standing, &tx.city().settings.zone))
}

/// Enters the rows that can be entered, of a table that was checked.
#[utoipa::path(
    post, path = "/api/v1/imports/{id}/application", tag = "exchange", params(("id" = String, Path,)),
    responses((status = 200, body = ImportJson))
)]
pub async fn apply(call: Call<ImportThing, Option<NoBody>>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            imports::apply(tx, who, at, id).await?;
            imports::queue(tx, at, id).await?;
            api_answer(&now(tx, who, id).await?)
        })
    })
    .await
}

/// Stops an import. What is entered stays; the rest is forgotten at once.
#[utoipa::path(
    post, path = "/api/v1/imports/{id}/cancellation", tag = "exchange", params(("id" = String, Path,)),
    responses((status = 200, body = ImportJson))
)]
pub async fn cancel(call: Call<ImportThing, Option<NoBody>>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            imports::cancel(tx, who, at, id).await?;
            api_answer(&now(tx, who, id).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(list, show, came, upload, apply, cancel, intake_list),
    components(schemas(
        ImportRowJson,
        ImportRowList,
        RemarkJson,
        ImportJson,
        ImportWhole,
        ImportList,
        ProblemJson,
        IntakeJson,
        IntakeList,
        IntakeColumnJson
    ))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
