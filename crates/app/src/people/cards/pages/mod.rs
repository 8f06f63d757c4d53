//! Pages of cards: one's own and a person's, those that are asked for, and the sheet they are printed on.

pub mod batch;
pub mod list;
pub mod sheet;

/// Where one looks after cards: one's own page, or for staff that of the person.
fn list_of(who: &rules::shared::Actor, person: rules::shared::ids::PersonId) -> String {
    if who.person == Some(person) { "/me/cards".to_owned() } else { format!("/people/{person}/cards") }
}
