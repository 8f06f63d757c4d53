//! The one engine: what may happen to a matter, and what it becomes.
//!
//! Every function is given a [`Permit`](crate::shared::Permit) that proves who asks may do it, the kind, the calendar and
//! the moment, and answers with a [`Change`] or a [`Refusal`](crate::shared::Refusal). Nothing is looked up and nothing
//! waits. A step that does not have the answer given refuses it with the list of those it has.

mod answering;
mod desk;
mod joint;
mod moving;
mod raising;
mod reaching;
mod resident;
mod ticking;
mod urging;

pub use answering::{
    Event, HEARD_CHARS, answer_step, close, heard, is_early, likely, may_call_back, may_have_again, may_say_nobody,
    possible, rests_on_word, triage,
};
pub use desk::{
    Destination, READERS, STAFF, assign, is_of_two, is_said_again, may_be_again, may_be_given, may_be_rerouted, merge,
    next_word, note, pause, reroute, resume, unit_of,
};
pub use joint::{PartAnswer, answer_part};
pub use moving::{Context, wake};
pub use raising::{Raising, raise, raise_for};
pub use reaching::{may_give_up, tried};
pub use resident::{
    REOPENS, Said, ended_unserved, follow, may_be_rated, rate, reopen, reopen_until, set_private, unfollow, withdraw,
    withdrawn_as,
};
pub use ticking::tick;
pub use urging::{Urging, may_be_urged, urge};

pub use super::matter::{Change, Given};
