//! What was promised to whose matter a task is cut from: by when it is done.

use jiff::Timestamp;
use rules::dispatch::keeps_promise;
use rules::shared::{Moment, Refusal, Window};

use crate::{Tx, matters};

/// Whether a task of the matter may be at this time, by what was promised and what whoever sets it says they mean.
///
/// # Errors
/// Those of [`keeps_promise`], with the instant that was promised.
pub fn keeps(
    tx: &Tx<'_>,
    at: Moment,
    held: &matters::Held,
    (window, meant): (Window, Option<bool>),
) -> Result<(), Refusal> {
    // What is broken already warns of nothing any more.
    let promised = held.matter.promised().filter(|promised| *promised > at.recorded);
    keeps_promise(window, promised, meant).map_err(|refusal| match promised {
        Some(promised) => refusal.with("when", plain(tx, promised)),
        None => refusal,
    })
}

/// An instant as it is read in any language: a refusal has one text for all who ask.
pub fn plain(tx: &Tx<'_>, at: Timestamp) -> String {
    at.to_zoned_datetime(tx.city().calendar.zone().clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
