//! The service card 便民服务卡: the interface of those without a phone. It says nothing of its holder; what it opens is
//! decided by who shows it.

use super::access::{IssueCard, LoseCard};
use crate::shared::ids::{CardId, PersonId, TaskId};
use crate::shared::{Permit, Refusal};

/// How a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    Valid,
    /// Another was made in its place.
    Replaced,
    Lost,
}

impl CardState {
    pub const ALL: [CardState; 3] = [CardState::Valid, CardState::Replaced, CardState::Lost];

    /// The stable key: in the database, in the API and in the locale key `cards-state-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            CardState::Valid => "valid",
            CardState::Replaced => "replaced",
            CardState::Lost => "lost",
        }
    }

    pub fn from_key(key: &str) -> Option<CardState> {
        CardState::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// For whom a card is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// For the whole household; the person is the one it is handed to.
    pub for_household: bool,
    /// The valid one is damaged or gone: the new one takes its place.
    pub replaces: bool,
}

/// Makes a card for a person. `has_household`: they belong to one; `valid`: whether they hold a valid card of this sort.
///
/// # Errors
/// `card-household` when there is no household to make it for; `card-valid` when there is one already and nobody said
/// that it shall be replaced.
pub fn issue(
    permit: &Permit<IssueCard>,
    person: PersonId,
    wanted: Wanted,
    has_household: bool,
    valid: bool,
) -> Result<(), Refusal> {
    assert_eq!(permit.subject, person.uuid, "a permit for somebody else than {person}");
    may_want(wanted, has_household)?;
    if valid && !wanted.replaces {
        return Err(Refusal::new("card-valid"));
    }
    Ok(())
}

/// Whether such a card can be asked for.
///
/// # Errors
/// `card-household` when there is no household to make it for.
pub fn may_want(wanted: Wanted, has_household: bool) -> Result<(), Refusal> {
    if wanted.for_household && !has_household { Err(Refusal::new("card-household")) } else { Ok(()) }
}

/// Says that a card is lost.
///
/// # Errors
/// `card-ended` when it is dead already.
pub fn lose(permit: &Permit<LoseCard>, card: CardId, state: CardState) -> Result<CardState, Refusal> {
    assert_eq!(permit.subject, card.uuid, "a permit for another card than {card}");
    match state {
        CardState::Valid => Ok(CardState::Lost),
        CardState::Replaced | CardState::Lost => Err(Refusal::new("card-ended")),
    }
}

/// Who shows a card, as far as it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shower {
    /// They have accepted to serve the holder today, and this is the task.
    pub serves: Option<TaskId>,
    /// The register shows them the holder: staff of the place, or the holder.
    pub sees_holder: bool,
}

/// What a card opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// Signing in to or out of this task.
    Task(TaskId),
    /// The holder's page.
    Holder,
    /// Whose community, and the hotline: nothing of the holder.
    Community,
    /// That it is a card no longer.
    Nothing,
}

/// What a card opens to who shows it. Who comes to serve signs in, also when they are staff.
pub fn opens(state: CardState, shower: Shower) -> Opens {
    match (state, shower.serves, shower.sees_holder) {
        (CardState::Valid, Some(task), _) => Opens::Task(task),
        (CardState::Valid, None, true) => Opens::Holder,
        (CardState::Valid, None, false) => Opens::Community,
        (CardState::Replaced | CardState::Lost, ..) => Opens::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::people::access::{PersonSubject, on_card, on_person};
    use crate::shared::{Actor, Cell, Id};

    fn id<T>(n: u128) -> Id<T> {
        Id::new(Cell(1), Uuid::from_u128(n))
    }

    #[test]
    fn one_valid_card_of_a_sort() {
        let subject = PersonSubject { person: id(1), home_path: "3717/", serving_now: &[] };
        let permit = on_person::<IssueCard>(&Actor::system(), &subject).unwrap();
        let own = Wanted::default();
        let home = Wanted { for_household: true, ..own };
        let anew = Wanted { replaces: true, ..own };
        let cases = [
            (own, false, false, None),
            (own, false, true, Some("card-valid")),
            (anew, false, true, None),
            (anew, false, false, None),
            (home, false, false, Some("card-household")),
            (home, true, false, None),
            (home, true, true, Some("card-valid")),
        ];
        for (wanted, has_household, valid, expected) in cases {
            let said = issue(&permit, id(1), wanted, has_household, valid);
            assert_eq!(said.err().map(|r| r.code), expected, "{wanted:?} {has_household} {valid}");
        }
    }

    #[test]
    fn only_a_valid_card_can_be_lost() {
        let permit = on_card(&Actor::system(), id(7), &[], "3717/").unwrap();
        for state in CardState::ALL {
            let said = lose(&permit, id(7), state);
            assert_eq!(said.is_ok(), state == CardState::Valid, "{state:?}");
            assert_eq!(CardState::from_key(state.key()), Some(state));
        }
    }

    #[test]
    fn what_a_card_opens_to_whom() {
        let task = id(5);
        let volunteer = Shower { serves: Some(task), sees_holder: false };
        let staff = Shower { serves: None, sees_holder: true };
        let cases = [
            (CardState::Valid, volunteer, Opens::Task(task)),
            (CardState::Valid, Shower { sees_holder: true, ..volunteer }, Opens::Task(task)),
            (CardState::Valid, staff, Opens::Holder),
            (CardState::Valid, Shower::default(), Opens::Community),
            (CardState::Lost, volunteer, Opens::Nothing),
            (CardState::Replaced, staff, Opens::Nothing),
            (CardState::Lost, Shower::default(), Opens::Nothing),
        ];
        for (state, shower, expected) in cases {
            assert_eq!(opens(state, shower), expected, "{state:?} {shower:?}");
        }
    }
}
