//! Words that every capability uses: ids, moments, who asks, permits and refusals.

pub mod actor;
pub mod behalf;
pub mod characters;
pub mod code;
pub mod cover;
pub mod data_handler;
pub mod dated;
pub mod delivery;
pub mod ids;
pub mod length;
pub mod loose;
pub mod permit;
pub mod phone;
pub mod refusal;
pub mod retention;
pub mod text;
pub mod when;
pub mod work_year;

pub use actor::{Actor, Channel, Membership, Role, TokenScope};
pub use ids::{Cell, Id, IdError};
pub use length::Length;
pub use permit::{Denied, Grant, Permit, Reach, Relation, Verb};
pub use phone::Phone;
pub use refusal::{Arg, Faults, Refusal};
pub use text::Text;
pub use when::{CalendarError, Moment, Term, Window, WorkCalendar};
