//! Storage, each promise on both engines.

mod groups;
mod migrations;
mod portable;
mod postgres;
mod protected;
mod putting;
mod reads;
mod searching;
mod speaking;
mod steps;
mod writes;

use db::{BoxFuture, Error, Migration, Tx, args};

/// Counters, slots that are taken once, and books on shelves: enough for keys of every sort.
pub const TABLES: &[Migration] = &[
    Migration {
        name: "0001_counters_and_slots",
        sql: "\
CREATE TABLE counters (cell INTEGER NOT NULL, name TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (cell, name));
CREATE TABLE slots (cell INTEGER NOT NULL, id {uuid} NOT NULL, taken_by INTEGER, PRIMARY KEY (cell, id));
INSERT INTO counters (cell, name, value) VALUES (1, 'a', 0), (1, 'b', 0);",
    },
    Migration {
        name: "0002_books",
        sql: "\
CREATE TABLE shelves (cell INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (cell, id));
CREATE TABLE books (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    shelf INTEGER,
    title TEXT {c} NOT NULL,
    pages INTEGER NOT NULL CHECK (pages > 0),
    at BIGINT,
    is_lent BOOLEAN NOT NULL DEFAULT FALSE,
    notes {json},
    PRIMARY KEY (cell, id),
    UNIQUE (cell, title),
    FOREIGN KEY (cell, shelf) REFERENCES shelves (cell, id)
);",
    },
];

/// Adds to a counter.
pub fn add<'t>(tx: &'t mut Tx, name: &'static str, by: i64) -> BoxFuture<'t, Result<(), Error>> {
    Box::pin(async move {
        tx.run("UPDATE counters SET value = value + $2 WHERE cell = 1 AND name = $1", args![name, by]).await?;
        Ok(())
    })
}

pub async fn value(db: &db::Db, name: &'static str) -> i64 {
    db.read(move |tx| {
        Box::pin(
            async move { tx.scalar_i64("SELECT value FROM counters WHERE cell = 1 AND name = $1", args![name]).await },
        )
    })
    .await
    .unwrap_or_else(|error: Error| panic!("{error}"))
}
