//! Households and kin: who stands too close to serve, confirm or judge one another.

use super::access::EndKin;
use crate::shared::ids::{HouseholdId, PersonId};
use crate::shared::{Permit, Refusal};

/// A person with what makes them close to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party<'a> {
    pub person: PersonId,
    pub household: Option<HouseholdId>,
    /// Those whom this person declared as kin, or who declared this person: a declaration counts both ways.
    pub kin: &'a [PersonId],
}

/// How two people are tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// They are the same person.
    Same,
    Household,
    Kin,
}

impl Tie {
    pub const fn key(self) -> &'static str {
        match self {
            Tie::Same => "same",
            Tie::Household => "household",
            Tie::Kin => "kin",
        }
    }
}

/// The closest tie between two people; `None` when they may act for and upon each other.
pub fn tie(a: &Party<'_>, b: &Party<'_>) -> Option<Tie> {
    if a.person == b.person {
        Some(Tie::Same)
    } else if a.household.is_some() && a.household == b.household {
        Some(Tie::Household)
    } else if a.kin.contains(&b.person) || b.kin.contains(&a.person) {
        Some(Tie::Kin)
    } else {
        None
    }
}

/// Whether somebody may join a household: one belongs to one at a time.
///
/// # Errors
/// `household-same` when already in it, `household-other` when in another that must be left first.
pub fn may_join(current: Option<HouseholdId>, joining: HouseholdId) -> Result<(), Refusal> {
    match current {
        None => Ok(()),
        Some(now) if now == joining => Err(Refusal::new("household-same")),
        Some(_) => Err(Refusal::new("household-other")),
    }
}

/// Whether somebody takes the kinship of two people out of the register: neither of them does, or they could then decide about the
/// other.
///
/// # Errors
/// `kin-own`.
pub fn may_end_kin(permit: &Permit<EndKin>, pair: [PersonId; 2]) -> Result<(), Refusal> {
    match permit.by.is_some_and(|person| pair.contains(&person)) {
        true => Err(Refusal::new("kin-own")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::access::{PersonSubject, on_person};
    use crate::shared::{Actor, Cell, Channel, Id, Membership, Role};
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        Id::new(Cell(1), Uuid::from_u128(n))
    }
    fn household(n: u128) -> Option<HouseholdId> {
        Some(Id::new(Cell(1), Uuid::from_u128(n)))
    }

    #[test]
    fn ties_count_both_ways() {
        let kin = [person(3)];
        let one = Party { person: person(1), household: household(10), kin: &kin };
        let same_home = Party { person: person(2), household: household(10), kin: &[] };
        let declared = Party { person: person(3), household: household(11), kin: &[] };
        let stranger = Party { person: person(4), household: household(12), kin: &[] };
        let homeless = Party { person: person(5), household: None, kin: &[] };
        let other_homeless = Party { person: person(6), household: None, kin: &[] };
        let cases = [
            (one, one, Some(Tie::Same)),
            (one, same_home, Some(Tie::Household)),
            (one, declared, Some(Tie::Kin)),
            (one, stranger, None),
            (homeless, other_homeless, None),
        ];
        for (a, b, expected) in cases {
            assert_eq!(tie(&a, &b), expected);
            assert_eq!(tie(&b, &a), expected);
        }
    }

    #[test]
    fn neither_of_two_takes_their_kinship_out() {
        let membership = Membership { role: Role::SocialWorker, organisation: None, place_path: "3717/".into() };
        for (by, expected) in [(1, Some("kin-own")), (2, Some("kin-own")), (3, None)] {
            let who = Actor::person(person(by), vec![membership.clone()], Channel::Web);
            let subject = PersonSubject { person: person(1), home_path: "3717/371722/", serving_now: &[] };
            let permit = on_person::<EndKin>(&who, &subject).unwrap();
            assert_eq!(may_end_kin(&permit, [person(1), person(2)]).err().map(|r| r.code), expected, "{by}");
        }
    }

    #[test]
    fn one_belongs_to_one_household() {
        let target = household(10).unwrap();
        let cases = [(None, None), (household(10), Some("household-same")), (household(11), Some("household-other"))];
        for (current, expected) in cases {
            assert_eq!(may_join(current, target).err().map(|r| r.code), expected);
        }
    }
}
