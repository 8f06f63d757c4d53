//! What whoever raised a matter is told by message as it goes on: one message for each thing that happens.

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::matter::Matter;
use super::step::Act;

/// Something that whoever raised a matter would want to hear without looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// Somebody has taken it.
    Accepted,
    /// It is done, and they are asked whether it is solved.
    Done,
    /// It is over, without their having said so.
    Closed,
}

/// What a change brings, as far as the kind tells it. `by_staff`: a person on staff made it. What whoever raised it says
/// themselves is no news to them, and neither is a clock that closes what they were told is done.
pub fn news(kind: &Kind, before: &Matter, after: &Matter, by_staff: bool) -> Option<News> {
    let found = match after.at(kind) {
        None if !before.is_closed() && by_staff => News::Closed,
        Some(step) if before.step != after.step && step.act == Act::Serve => News::Accepted,
        Some(step) if before.step != after.step && step.act == Act::Confirm => News::Done,
        _ => return None,
    };
    kind.tells.contains(&found).then_some(found)
}
