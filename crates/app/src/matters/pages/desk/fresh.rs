//! The line above the queue: how many matters have come since it was drawn. The page asks every twenty seconds; the answer is
//! the words alone, so it says nothing of anybody, and nothing while there is nothing to say.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kit::{Failure, Page};
use rules::shared::Cell;
use serde::Deserialize;

use super::queue::Asks;
use super::whose::lists_of;
use crate::matters::queues;
use crate::matters::store::Filter;
use crate::web::Who;
use crate::{App, Stop, Tx};

/// What was still being written while the page was drawn is recorded a moment before it.
const OVERLAP_MILLIS: i64 = 10_000;

/// What a page knows: those recorded since an instant, of which it counted so many.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Seen {
    since: i64,
    known: i64,
    urgent: i64,
}

/// How many there are, and how many of them are urgent.
#[derive(Clone, Copy, Debug, Default)]
struct Come {
    all: i64,
    urgent: i64,
}

impl Seen {
    /// What a page that is drawn now has in it.
    pub async fn now(tx: &mut Tx<'_>, cells: &[Cell], filter: &Filter, now: i64) -> Result<Seen, Stop> {
        let since = now - OVERLAP_MILLIS;
        let come = come(tx, cells, filter, since).await?;
        Ok(Seen { since, known: come.all, urgent: come.urgent })
    }

    /// Where the page asks.
    pub fn href(self, asks: &Asks) -> String {
        let seen = [("since", self.since), ("known", self.known), ("urgent", self.urgent)];
        let form = seen.into_iter().fold(asks.form(), |form, (name, n)| form.with(name, n.to_string()));
        format!("/desk/fresh?{}", form.to_urlencoded())
    }
}

async fn come(tx: &mut Tx<'_>, cells: &[Cell], filter: &Filter, since: i64) -> Result<Come, Stop> {
    let city = tx.city();
    let mut come = Come::default();
    for one in queues::raised_since(tx, cells, filter, since).await? {
        let level = one.level.as_deref();
        let is_urgent = city.kinds.get(&one.kind).and_then(|kind| kind.urgency(level?)) == Some(0);
        come.all += one.n;
        come.urgent += if is_urgent { one.n } else { 0 };
    }
    Ok(come)
}

pub async fn fresh(
    State(app): State<App>,
    who: Who,
    Query(asks): Query<Asks>,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let (lists, filter) = lists_of(&mut tx, &actor, &asks).await?;
            come(&mut tx, &lists.cells, &filter, seen.since).await
        })
    });
    let come = found.await?;
    Ok(says(&who.page(), come.all - seen.known, come.urgent - seen.urgent).into_response())
}

/// The words of the line; none when nothing has come.
fn says(page: &Page, new: i64, urgent: i64) -> String {
    match (new, urgent) {
        (..=0, _) => String::new(),
        (_, ..=0) => page.t1("desk-fresh", "count", new),
        _ => page.t2("desk-fresh-urgent", "count", new, "urgent", urgent.min(new)),
    }
}
