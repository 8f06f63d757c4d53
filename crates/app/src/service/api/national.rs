//! The file for the national system as JSON.

use axum::Json;
use axum::extract::{Path, State};
use kit::Failure;
use kit::spreadsheets::{Out, in_hours};
use rules::shared::ids::OrganisationId;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::national;
use super::super::national::tables::{Table, tables};
use super::certificates::PeriodJson;
use crate::web::json::path_id;
use crate::web::{ApiJson, Who};
use crate::{App, Stop};

/// What a unit recorded in some days, table by table.
#[derive(Serialize, ToSchema)]
pub struct NationalJson {
    #[schema(example = "黄楼社区邻里服务队")]
    pub unit: String,
    #[schema(example = "2026-01-01")]
    pub from: String,
    #[schema(example = "2026-06-30")]
    pub to: String,
    pub tables: Vec<TableJson>,
}

#[derive(Serialize, ToSchema)]
pub struct TableJson {
    /// `volunteers`, `groups`, `projects`, `records`, `ratings`, `credentials` or `certificates`.
    #[schema(example = "records")]
    pub key: String,
    #[schema(example = "服务时间")]
    pub title: String,
    pub columns: Vec<ColumnJson>,
    /// As many cells as there are columns.
    pub rows: Vec<Vec<CellJson>>,
}

#[derive(Serialize, ToSchema)]
pub struct ColumnJson {
    /// Stable, whatever the city calls the column.
    #[schema(example = "activity")]
    pub field: String,
    #[schema(example = "活动名称")]
    pub title: String,
    /// Law and article, or standard, that names it.
    pub basis: String,
    /// Its name was read there; otherwise it is still to be held against the national template.
    pub confirmed: bool,
}

/// Text, or a number: counts, minutes, and hours to the hundredth.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum CellJson {
    Text(String),
    Count(i64),
    Hours(f64),
}

impl From<Out> for CellJson {
    fn from(cell: Out) -> CellJson {
        match cell {
            Out::Text(text) => CellJson::Text(text),
            Out::Number(number) => CellJson::Count(number),
            Out::Hours(minutes) => CellJson::Hours(in_hours(minutes)),
        }
    }
}

impl From<Table> for TableJson {
    fn from(table: Table) -> TableJson {
        let column = |head: national::tables::Head| ColumnJson {
            field: head.field,
            title: head.title,
            basis: head.basis,
            confirmed: head.confirmed,
        };
        TableJson {
            key: table.key.to_owned(),
            title: table.title,
            columns: table.columns.into_iter().map(column).collect(),
            rows: table.rows.into_iter().map(|row| row.into_iter().map(CellJson::from).collect()).collect(),
        }
    }
}

/// What a unit recorded in some days, for the national system of volunteer service. Each time it is taken is an event.
#[utoipa::path(
    post, path = "/api/v1/organisations/{id}/national-file", tag = "service", params(("id" = String, Path,)),
    request_body = PeriodJson,
    responses((status = 200, body = NationalJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn take(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    ApiJson { value: period, .. }: ApiJson<PeriodJson>,
) -> Result<Json<NationalJson>, Failure> {
    let id: OrganisationId = path_id(&id)?;
    let days = period.read().map_err(Stop::from)?;
    let gathered = app.act(who.actor(), (id, days), |mut tx, who, at, (id, days)| {
        Box::pin(async move { national::report(&mut tx, &who, at, id, days).await })
    });
    let gathered = gathered.await?;
    let tables = tables(&who.page(), &app.city().settings.national, &gathered)?;
    Ok(Json(NationalJson {
        unit: gathered.group.name,
        from: period.from,
        to: period.to,
        tables: tables.into_iter().map(TableJson::from).collect(),
    }))
}
