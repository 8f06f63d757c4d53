//! What a volunteer has on hand: all that dispatch may know of somebody's past.
//!
//! This is the gate that keeps the promise "declining costs nothing". A decline, a silence, a no-show and a withdrawal
//! do not pass it: [`OnHand`] has no place for them, and a candidate is made of nothing else.

use jiff::Timestamp;

use super::offer::OfferState;
use crate::shared::Window;

/// An offer as the store finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastOffer {
    pub state: OfferState,
    /// The task's window.
    pub window: Window,
    /// The volunteer checked in.
    pub served: bool,
    /// The task still stands: whoever has left one that is over is free again, however long it was planned for.
    pub stands: bool,
}

/// What counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnHand {
    /// Windows of accepted tasks that are not over.
    pub engaged: Vec<Window>,
    /// Tasks of the week that are served or still to come.
    pub this_week: u16,
    /// The end of the last service given.
    pub last_served: Option<Timestamp>,
}

/// Gathers what counts at `at`, for the week given (Monday to Monday, local time).
pub fn on_hand<'a>(offers: impl IntoIterator<Item = &'a PastOffer>, week: &Window, at: Timestamp) -> OnHand {
    let mut hand = OnHand::default();
    for offer in offers {
        let ahead = offer.stands && offer.window.end > at;
        // An accepted task that is over and was not served is a no-show: as if it had never been accepted.
        if offer.state != OfferState::Accepted || !(ahead || offer.served) {
            continue;
        }
        if ahead {
            hand.engaged.push(offer.window);
        }
        if offer.served {
            hand.last_served = hand.last_served.max(Some(offer.window.end.min(at)));
        }
        hand.this_week += u16::from(week.contains(offer.window.start));
    }
    hand.engaged.sort_unstable_by_key(|w| (w.start, w.end));
    hand
}
