//! The answers to the invitations of a task, as its staff read them.

use crate::dispatch::cancelled::Cancelled;
use crate::dispatch::store::OfferRow;

/// One who was invited.
pub struct Offered {
    pub name: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub reply_by: Option<i64>,
    pub reason: String,
}

/// The locale key of an answer to an invitation.
pub fn answer(state: &str) -> &'static str {
    match state {
        "offered" => "tasks-offer-offered",
        "accepted" => "tasks-offer-accepted",
        "declined" => "tasks-offer-declined",
        "expired" => "tasks-offer-expired",
        "withdrawn_by_volunteer" => "tasks-offer-withdrawn",
        _ => "tasks-offer-cancelled",
    }
}

/// An answer, or that it is waited for; a yes is not any more once everything `is_taken`. Of a task that was `cancelled`, whether
/// they had accepted.
pub fn offered(row: &OfferRow, is_taken: bool, cancelled: Option<&Cancelled>) -> Offered {
    let had_accepted = cancelled.is_some_and(|cancelled| cancelled.accepted.contains(&row.id));
    let (state, tone) = match row.state.as_str() {
        "cancelled" if had_accepted => ("tasks-offer-had-accepted", "warn"),
        "cancelled" if cancelled.is_some() => ("tasks-offer-had-no-answer", ""),
        "offered" if is_taken => ("tasks-offer-not-waited", ""),
        "offered" => (answer("offered"), "warn"),
        "accepted" => (answer("accepted"), "ok"),
        other => (answer(other), ""),
    };
    Offered {
        name: row.person_name.clone(),
        state,
        tone,
        reply_by: row.reply_by.filter(|_| row.state == "offered" && !is_taken),
        reason: row.reason.clone(),
    }
}
