//! The list of the desk, with who has each matter: the volunteers who come are told of by dispatch.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use db::BoxFuture;
use kit::{Failure, Form};
use rules::shared::Cell;
use uuid::Uuid;

use crate::matters::pages::desk;
use crate::matters::queues;
use crate::matters::store::MatterRow;
use crate::service::looking;
use crate::web::Who;
use crate::{App, Stop, Tx, dispatch};

pub async fn queue(State(app): State<App>, who: Who, Query(asks): Query<desk::Asks>) -> Result<Response, Failure> {
    let queue = desk::queue(&app, &who, asks, holders).await?;
    let actor = who.actor().clone();
    let looks = app.read(move |mut tx| Box::pin(async move { looking::waiting(&mut tx, &actor).await })).await?;
    Ok(queue.page(&app, &who, looks.len()))
}

/// The list of a tab as a file, narrowed as the page was.
pub async fn export(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let queue = desk::whole(&app, &who, &form, holders).await?;
    desk::export(&app, &who, queue).await
}

/// [`with_holders`] for the list of matters, in whose own transaction it is looked up.
pub(super) fn holders<'x>(tx: &'x mut Tx<'_>, rows: &'x mut [MatterRow]) -> BoxFuture<'x, Result<(), Stop>> {
    Box::pin(with_holders(tx, rows))
}

/// Adds to each matter the units it waits for, the colleagues who go and the volunteers who come, and whether a volunteer asked
/// for somebody to look in.
pub async fn with_holders(tx: &mut Tx<'_>, rows: &mut [MatterRow]) -> Result<(), Stop> {
    let mut cells: BTreeMap<Cell, Vec<Uuid>> = BTreeMap::new();
    for row in rows.iter() {
        cells.entry(row.id().cell).or_default().push(row.id);
    }
    let (mut asked, mut coming) = (BTreeMap::<Uuid, Vec<String>>::new(), BTreeMap::<Uuid, Vec<String>>::new());
    for (cell, matters) in cells {
        for (matter, name) in queues::asked_units(tx, cell, &matters).await? {
            asked.entry(matter).or_default().push(name);
        }
        for (matter, going) in dispatch::store::going(tx, cell, &matters).await? {
            let whose = if going.staff { &mut asked } else { &mut coming };
            whose.entry(matter).or_default().push(going.name);
        }
    }
    looking::mark(tx, rows).await?;
    for row in rows {
        row.asked = asked.remove(&row.id).unwrap_or_default();
        row.coming = coming.remove(&row.id).unwrap_or_default();
    }
    Ok(())
}
