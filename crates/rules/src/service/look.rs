//! 请社工去看看: one of the staff writes down what came of it. That somebody waits for that, the history of the matter says
//! ([`crate::matters::look`]).

use super::access::Look;
use crate::shared::ids::MatterId;
use crate::shared::{Length, Permit, Refusal};

/// Writes down what came of it; the words as they are kept.
///
/// # Errors
/// `look-none` when nobody asked, or a colleague has written it down; `look-words` without words; `text-too-long`.
pub fn looked<'w>(permit: &Permit<Look>, matter: MatterId, waits: bool, words: &'w str) -> Result<&'w str, Refusal> {
    assert_eq!(permit.subject, matter.uuid, "a permit for another matter than {matter}");
    if !waits {
        return Err(Refusal::new("look-none"));
    }
    let words = words.trim();
    if words.is_empty() {
        return Err(Refusal::new("look-words").at_field("text"));
    }
    Length::Notes.fits("text", words)?;
    Ok(words)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::service::access;
    use crate::shared::{Actor, Cell, Channel, Id, Membership, Role};

    #[test]
    fn what_came_of_it_is_written_down_once_and_in_words() {
        let matter: MatterId = Id::new(Cell(1), Uuid::from_u128(1));
        let staff = |role| Membership { role, organisation: None, place_path: "3717/".into() };
        let who = |role| Actor::person(Id::new(Cell(1), Uuid::from_u128(2)), vec![staff(role)], Channel::Web);
        let permit = access::look(&who(Role::SocialWorker), matter, "3717/371722/", false).expect("it is theirs");
        let long = "字".repeat(301);
        for (name, waits, words, expected) in [
            ("she is well", true, " 去看过，老人没事 ", Ok("去看过，老人没事")),
            ("nothing waits", false, "去看过", Err("look-none")),
            ("no words", true, "  ", Err("look-words")),
            ("too many", true, long.as_str(), Err("text-too-long")),
        ] {
            let said = looked(&permit, matter, waits, words);
            assert_eq!(said.map_err(|refusal| refusal.code), expected, "{name}");
        }
        for role in [Role::CallTaker, Role::GridMember, Role::Volunteer, Role::Inspector] {
            assert!(access::look(&who(role), matter, "3717/371722/", false).is_err(), "{role:?}");
        }
    }
}
