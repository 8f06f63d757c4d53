//! The JSON API of the log of reads: one's own, and where one audits.

use axum::Json;
use axum::extract::State;
use kit::{Failure, PageOf};
use rules::shared::ids::PersonId;
use rules::shared::permit::token_reads;
use rules::shared::when::read_date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{PAGE, Wanted, list};
use crate::App;
use crate::audit::{self, After};
use crate::people::api::view::PersonRef;
use crate::web::json::instant;
use crate::web::{ApiQuery, Who, not_taken};

/// A look at one's own data.
#[derive(Serialize, ToSchema)]
pub struct OwnReadJson {
    #[schema(example = "周社工")]
    pub reader: String,
    /// `phone`, `address`, `identity`, or a field of a form.
    #[schema(example = "phone")]
    pub field: String,
    #[schema(example = "dispatch")]
    pub purpose: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub read_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct OwnReadList {
    pub items: Vec<OwnReadJson>,
}

/// Who looked at one's own data, the newest 200.
#[utoipa::path(get, path = "/api/v1/me/reads", tag = "rights", responses((status = 200, body = OwnReadList)))]
pub async fn own(State(app): State<App>, who: Who) -> Result<Json<OwnReadList>, Failure> {
    let me = who.actor().person.filter(|_| token_reads(who.actor(), "rights")).ok_or_else(Failure::forbidden)?;
    let rows = app.read(move |mut tx| Box::pin(async move { audit::readers_of(&mut tx, me).await })).await?;
    let zone = app.city().settings.zone.clone();
    let one = |row: audit::Reading| OwnReadJson {
        reader: row.reader_name,
        field: row.field,
        purpose: row.purpose,
        read_at: instant(row.read_at, &zone),
    };
    Ok(Json(OwnReadList { items: rows.into_iter().map(one).collect() }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReadsAsked {
    /// The id or the whole name of who read; a name that nobody has finds nothing.
    reader: Option<String>,
    /// The id or the whole name of whose data was read; a name that nobody has finds nothing.
    of: Option<String>,
    /// A day, in local time.
    #[param(example = "2026-06-08")]
    day: Option<String>,
    /// From `next` of the page before.
    cursor: Option<String>,
}

/// A look at somebody's data.
#[derive(Serialize, ToSchema)]
pub struct ReadJson {
    pub reader: PersonRef,
    /// Nobody when nobody has registered whose data it was.
    pub of: Option<PersonRef>,
    /// The matter or task that alone tells of somebody unregistered.
    pub told_by: Option<String>,
    #[schema(example = "phone")]
    pub field: String,
    #[schema(example = "dispatch")]
    pub purpose: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub read_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct ReadList {
    pub items: Vec<ReadJson>,
    pub next: Option<String>,
}

/// Lists who read whose data where one audits, the newest first. That one looked is in the log of those whose reads come.
#[utoipa::path(
    get, path = "/api/v1/reads", tag = "rights", params(ReadsAsked),
    responses((status = 200, body = ReadList), (status = 400, description = "The day or an id is none, or the cursor is not of this list."))
)]
pub async fn index(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<ReadsAsked>,
) -> Result<Json<ReadList>, Failure> {
    let after = asked.cursor.as_deref().filter(|c| !c.is_empty()).map(kit::Cursor::key::<After>).transpose()?;
    if asked.day.as_deref().is_some_and(|day| !day.is_empty() && read_date(day).is_none()) {
        return Err(not_taken("day", "2026-06-08"));
    }
    let is_broken = |text: &str| text.starts_with("per_") && text.parse::<PersonId>().is_err();
    for (name, text) in [("reader", &asked.reader), ("of", &asked.of)] {
        if text.as_deref().map(str::trim).is_some_and(is_broken) {
            return Err(not_taken(name, "per_…"));
        }
    }
    let text = |asked: Option<String>| asked.unwrap_or_default();
    let wanted = Wanted { reader: text(asked.reader), of: text(asked.of), day: text(asked.day) };
    let found = app.act(who.actor(), (wanted, after), |mut tx, who, at, (wanted, after)| {
        Box::pin(async move { list(&mut tx, &who, at, &wanted, (after.as_ref(), PAGE + 1)).await })
    });
    let page = PageOf::cut(found.await?, PAGE, audit::ReadRow::key);
    let zone = app.city().settings.zone.clone();
    let one = |row: &audit::ReadRow| ReadJson {
        reader: PersonRef { id: row.reader().to_string(), name: row.reader_name.clone().unwrap_or_default() },
        of: row.person().map(|of| PersonRef { id: of.to_string(), name: row.person_name.clone().unwrap_or_default() }),
        told_by: row.told_by(),
        field: row.field.clone(),
        purpose: row.purpose.clone(),
        read_at: instant(row.read_at, &zone),
    };
    Ok(Json(ReadList { items: page.items.iter().map(one).collect(), next: page.next }))
}

#[derive(OpenApi)]
#[openapi(paths(own, index), components(schemas(OwnReadJson, OwnReadList, ReadJson, ReadList)))]
pub struct Api;
