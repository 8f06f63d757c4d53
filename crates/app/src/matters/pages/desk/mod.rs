//! The desk: the queue, and one matter with everything that may be done to it.

mod act;
mod asked;
mod choices;
mod fields;
mod fresh;
pub mod handover;
mod keys;
mod levels;
mod matter;
mod merging;
mod number;
mod peek;
pub mod photo;
mod private;
mod questions;
mod queue;
mod replies;
mod rows;
mod similar;
mod timeline;
mod verbs;
mod waits;
mod warned;
mod whose;

pub use asked::words;
pub use fresh::fresh;
pub use keys::keys;
pub use matter::{is_for, open, protected};
pub use merging::{compare, merge, merge_protected};
pub use number::number;
pub use private::made_private;
pub use queue::{Asks, crumb, export, queue, tab_href, whole};
pub use replies::sheet;
pub use verbs::{
    answer, ask_reply, handler, next_word, note, part, pause, private, reopen, reply, reroute, resume, tried, urge,
};
pub use whose::{Waiting, late, waiting};

use rules::shared::ids::MatterId;

use super::super::store;
use crate::{Stop, Tx};

/// The matter with the code of an address.
async fn find(tx: &mut Tx<'_>, code: &str) -> Result<MatterId, Stop> {
    store::by_typed_code(tx, code).await
}
