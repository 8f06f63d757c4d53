//! Arguments and rows as PostgreSQL sends them.

use std::sync::Arc;

use futures::TryStreamExt as _;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments as _, AssertSqlSafe, Column as _, PgConnection, Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

use crate::value::{Cell, Row};
use crate::{Error, Value};

/// All rows of a query.
pub(crate) async fn rows(conn: &mut PgConnection, sql: &str, args: Vec<Value>) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query_with(AssertSqlSafe(sql), arguments(args)?).fetch_all(conn).await?;
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let columns = names(first);
    rows.iter().map(|row| read(row, &columns)).collect()
}

/// The first row of a query, if there is one.
pub(crate) async fn row(conn: &mut PgConnection, sql: &str, args: Vec<Value>) -> Result<Option<Row>, sqlx::Error> {
    let row = sqlx::query_with(AssertSqlSafe(sql), arguments(args)?).fetch_optional(conn).await?;
    row.map(|row| read(&row, &names(&row))).transpose()
}

/// Gives the rows of a query without arguments one after the other.
pub(crate) async fn each(
    conn: &mut PgConnection,
    sql: &str,
    f: &mut (dyn FnMut(Row) -> Result<(), Error> + Send),
) -> Result<(), Error> {
    let mut columns = None;
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(conn);
    while let Some(row) = rows.try_next().await? {
        f(read(&row, columns.get_or_insert_with(|| names(&row)))?)?;
    }
    Ok(())
}

/// Runs a statement; how many rows it changed.
pub(crate) async fn run(conn: &mut PgConnection, sql: &str, args: Vec<Value>) -> Result<u64, sqlx::Error> {
    let done = sqlx::query_with(AssertSqlSafe(sql), arguments(args)?).execute(conn).await?;
    Ok(done.rows_affected())
}

fn arguments(values: Vec<Value>) -> Result<PgArguments, sqlx::Error> {
    let mut args = PgArguments::default();
    for value in values {
        match value {
            Value::Bool(value) => args.add(value),
            Value::Int(value) => args.add(value),
            Value::BigInt(value) => args.add(value),
            Value::Double(value) => args.add(value),
            Value::Text(value) => args.add(value),
            Value::Bytes(value) => args.add(value),
            Value::Uuid(value) => args.add(value),
            Value::Json(value) => args.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(args)
}

fn names(row: &PgRow) -> Arc<[Box<str>]> {
    row.columns().iter().map(|column| column.name().into()).collect()
}

fn read(row: &PgRow, columns: &Arc<[Box<str>]>) -> Result<Row, sqlx::Error> {
    let cells = (0..columns.len()).map(|index| cell(row, index));
    Ok(Row { columns: columns.clone(), cells: cells.collect::<Result<_, _>>()? })
}

fn cell(row: &PgRow, index: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let type_info = raw.type_info();
    Ok(match type_info.name() {
        "BOOL" => Cell::Int(row.try_get::<bool, _>(index)?.into()),
        "INT2" => Cell::Int(row.try_get::<i16, _>(index)?.into()),
        "INT4" => Cell::Int(row.try_get::<i32, _>(index)?.into()),
        "INT8" => Cell::Int(row.try_get(index)?),
        "FLOAT4" => Cell::Real(row.try_get::<f32, _>(index)?.into()),
        "FLOAT8" => Cell::Real(row.try_get(index)?),
        "TEXT" | "VARCHAR" | "BPCHAR" | "NAME" | "UNKNOWN" => Cell::Text(row.try_get(index)?),
        "BYTEA" => Cell::Bytes(row.try_get(index)?),
        "UUID" => Cell::Bytes(row.try_get::<Uuid, _>(index)?.into_bytes().to_vec()),
        "JSON" | "JSONB" => Cell::Text(row.try_get::<serde_json::Value, _>(index)?.to_string()),
        "VOID" => Cell::Null,
        other => {
            let source = Error::defect(format!("nothing here reads a {other}: cast it in the statement"));
            return Err(sqlx::Error::ColumnDecode { index: index.to_string(), source: source.into() });
        }
    })
}
