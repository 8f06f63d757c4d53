//! What the person served says: solved? satisfied?

use serde::{Deserialize, Serialize};

use super::access::Rate;
use crate::shared::ids::PersonId;
use crate::shared::{Length, Permit, Refusal};

/// Whether it is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solved {
    Yes,
    Partly,
    No,
}

impl Solved {
    pub const ALL: [Solved; 3] = [Solved::Yes, Solved::Partly, Solved::No];

    pub const fn key(self) -> &'static str {
        match self {
            Solved::Yes => "yes",
            Solved::Partly => "partly",
            Solved::No => "no",
        }
    }

    pub fn from_key(key: &str) -> Option<Solved> {
        Solved::ALL.into_iter().find(|solved| solved.key() == key)
    }
}

/// Five levels (好差评): 5 very satisfied, 4 satisfied, 3 passable, 2 dissatisfied, 1 very dissatisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Satisfaction(u8);

impl Satisfaction {
    /// # Errors
    /// `rating-level` outside 1–5.
    pub fn new(level: u8) -> Result<Satisfaction, Refusal> {
        if (1..=5).contains(&level) {
            Ok(Satisfaction(level))
        } else {
            Err(Refusal::new("rating-level").at_field("satisfaction"))
        }
    }

    pub fn level(self) -> u8 {
        self.0
    }

    /// Counts as satisfied in the rate: passable and better, as 好差评 counts 基本满意.
    pub fn is_satisfied(self) -> bool {
        self.0 >= 3
    }
}

impl TryFrom<u8> for Satisfaction {
    type Error = Refusal;
    fn try_from(level: u8) -> Result<Satisfaction, Refusal> {
        Satisfaction::new(level)
    }
}
impl From<Satisfaction> for u8 {
    fn from(level: Satisfaction) -> u8 {
        level.0
    }
}

/// One answer per round of a matter: a reopened matter is asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    pub solved: Solved,
    pub satisfaction: Satisfaction,
    pub words: Option<String>,
    /// 1 for the first closing, one more for each reopening.
    pub round: u16,
    /// Who entered it: the person served, or who called them back.
    pub by: Option<PersonId>,
}

/// What is asked of a rating.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// Those served or who asked; the permit may be theirs or a call-taker's.
    pub served: &'a [PersonId],
    /// Who handled the matter or served in it: none of them enters the answer.
    pub handled_by: &'a [PersonId],
    pub round: u16,
    /// An answer for this round is there.
    pub answered: bool,
    /// The service is over, or the matter answered.
    pub is_ready: bool,
    /// Who enters it speaks for themselves, or for the person served by their mandate.
    pub is_own: bool,
}

impl Rating {
    /// Takes the answer.
    ///
    /// # Errors
    /// `rating-early`, `rating-given`, `rating-own-work` when who handled it would enter the answer for the person
    /// served, `rating-heard` without what the person served said, when somebody enters it for them, `text-too-long`.
    pub fn give(
        permit: &Permit<Rate>,
        asking: &Asking<'_>,
        solved: Solved,
        satisfaction: Satisfaction,
        words: Option<&str>,
    ) -> Result<Rating, Refusal> {
        if !asking.is_ready {
            return Err(Refusal::new("rating-early"));
        }
        if asking.answered {
            return Err(Refusal::new("rating-given"));
        }
        let handled = permit.by.is_some_and(|by| asking.handled_by.contains(&by) && !asking.served.contains(&by));
        if handled || permit.by.is_none() {
            return Err(Refusal::new("rating-own-work"));
        }
        let words = words.map(str::trim).filter(|w| !w.is_empty());
        if !asking.is_own && words.is_none() {
            return Err(Refusal::new("rating-heard").at_field("words"));
        }
        Length::Notes.fits("words", words)?;
        Ok(Rating { solved, satisfaction, words: words.map(str::to_owned), round: asking.round, by: permit.by })
    }

    /// Not solved, or one of the two lowest levels: somebody calls back (好差评 asks for it of 不满意 and 非常不满意).
    pub fn needs_call_back(&self) -> bool {
        self.solved == Solved::No || self.satisfaction.level() <= 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::access;
    use crate::shared::{Actor, Cell, Channel, Id, Membership, Role};
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        Id::new(Cell(1), Uuid::from_u128(n))
    }

    fn permit(n: u128) -> Permit<Rate> {
        let call_taker = Membership { role: Role::CallTaker, organisation: None, place_path: "3717/".into() };
        let who = Actor::person(person(n), vec![call_taker], Channel::Phone);
        access::rate(&who, Id::new(Cell(1), Uuid::from_u128(50)), &[person(1)], "3717/371722/", false).unwrap()
    }

    #[test]
    fn a_rating_is_given_once_a_round_and_not_by_who_did_the_work() {
        let asking = Asking {
            served: &[person(1)],
            handled_by: &[person(3)],
            round: 1,
            answered: false,
            is_ready: true,
            is_own: true,
        };
        let staff = Asking { is_own: false, ..asking };
        let long = "好".repeat(301);
        let cases = [
            ("the person served", 1, asking, None, None),
            ("a call-taker for them", 2, staff, Some("女儿接的，说来过"), None),
            ("a call-taker who says nothing of it", 2, staff, None, Some("rating-heard")),
            ("a call-taker and blanks", 2, staff, Some(" "), Some("rating-heard")),
            ("who handled it", 3, staff, Some("好"), Some("rating-own-work")),
            ("who is served and handles their own", 1, Asking { handled_by: &[person(1)], ..asking }, None, None),
            ("twice", 1, Asking { answered: true, ..asking }, None, Some("rating-given")),
            ("before the end", 1, Asking { is_ready: false, ..asking }, None, Some("rating-early")),
            ("too many words", 1, asking, Some(long.as_str()), Some("text-too-long")),
        ];
        for (name, who, asking, words, expected) in cases {
            let level = Satisfaction::new(4).unwrap();
            let got = Rating::give(&permit(who), &asking, Solved::Yes, level, words);
            assert_eq!(got.err().map(|r| r.code), expected, "{name}");
        }
    }

    #[test]
    fn the_two_lowest_levels_and_the_unsolved_are_called_back() {
        for (solved, level, expected) in [
            (Solved::Yes, 5, false),
            (Solved::Yes, 3, false),
            (Solved::Yes, 2, true),
            (Solved::Partly, 1, true),
            (Solved::Partly, 4, false),
            (Solved::No, 5, true),
        ] {
            let satisfaction = Satisfaction::new(level).unwrap();
            let rating = Rating { solved, satisfaction, words: None, round: 1, by: None };
            assert_eq!(rating.needs_call_back(), expected, "{solved:?} {level}");
        }
    }

    #[test]
    fn levels_are_one_to_five() {
        for level in [0, 6] {
            assert_eq!(Satisfaction::new(level).unwrap_err().code, "rating-level");
        }
        let satisfied: Vec<bool> = (1..=5).map(|l| Satisfaction::new(l).unwrap().is_satisfied()).collect();
        assert_eq!(satisfied, [false, false, true, true, true]);
    }
}
