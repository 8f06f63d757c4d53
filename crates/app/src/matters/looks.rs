//! 请社工去看看 in the history of a matter: that a volunteer asked for it, and what came of it.

use rules::matters::look::{self, Told};

use crate::audit::Event;

/// What it is called that a volunteer asked.
pub const WANTED: &str = "service.look_wanted";
/// And what came of it: the verb of `service`.
pub const LOOKED: &str = "service.look";

/// Whether somebody is still to look in.
pub fn waits(events: &[Event]) -> bool {
    look::waits(events.iter().filter_map(|event| match event.verb.as_str() {
        WANTED => Some(Told::Wanted),
        LOOKED => Some(Told::Looked),
        _ => None,
    }))
}
