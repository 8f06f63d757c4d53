//! 交接班: one shift leaves the desk to the next.
//!
//! Whoever leaves says what waits, and which of their own matters go to the next one; whoever comes signs. Until then the
//! desk is still theirs who left it. An urgent matter that nobody has taken never lies between two shifts: a colleague is
//! named who sees to it.

use super::access::{HandOver, TakeOver};
use crate::shared::ids::{MatterId, PersonId};
use crate::shared::{Length, Permit, Refusal};

/// The longest remark on one matter, in characters.
pub const NOTE_CHARS: usize = Length::Reason.most();
/// The longest remark on the shift, in characters.
pub const WORDS_CHARS: usize = Length::Words.most();

/// A matter that waits at the desk, as who leaves sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub matter: MatterId,
    /// Of the kind's most urgent level.
    pub urgent: bool,
    pub handler: Option<PersonId>,
    /// A colleague goes there, whoever has it by name.
    pub colleague_goes: bool,
    /// What the next shift should know of it.
    pub note: String,
    /// Who leaves hands it on; only one's own can be.
    pub passed: bool,
    /// A colleague can have it: else whoever signs, it stays.
    pub has_takers: bool,
}

impl Waiting {
    /// It is urgent and no colleague has taken it: nobody has it by name, and none of them goes there. A volunteer who comes
    /// is no colleague who sees to it.
    pub const fn is_alone(&self) -> bool {
        self.urgent && self.handler.is_none() && !self.colleague_goes
    }
}

/// A colleague who is asked to see to what is urgent and nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    pub person: PersonId,
    /// They are on the staff of the desk's part of the tree today.
    pub on_staff: bool,
}

/// A shift that ends.
#[derive(Clone, Debug)]
pub struct Leaving {
    pub by: PersonId,
    pub desk: Vec<Waiting>,
    /// What the next shift should know besides.
    pub words: String,
    pub watch: Option<Watch>,
    /// There is already one of theirs that nobody has signed.
    pub unsigned: bool,
}

/// Ends a shift; gives back the desk as it is left. Who leaves says something: also that there is nothing to say.
///
/// # Errors
/// `handover-unsigned`, `handover-says-nothing`, `text-too-long`, `handover-nobody-takes`, `handover-urgent-alone`,
/// `handover-watch-self`, `handover-watch-not-staff`.
pub fn hand_over(_: &Permit<HandOver>, leaving: &Leaving) -> Result<Vec<Waiting>, Refusal> {
    if leaving.unsigned {
        return Err(Refusal::new("handover-unsigned"));
    }
    let says = |waiting: &Waiting| waiting.passed || !waiting.note.trim().is_empty();
    if leaving.words.trim().is_empty() && !leaving.desk.iter().any(says) {
        return Err(Refusal::new("handover-says-nothing").at_field("words"));
    }
    Length::Words.fits("words", leaving.words.as_str())?;
    for waiting in &leaving.desk {
        Length::Reason.fits(&format!("note-{}", waiting.matter), waiting.note.as_str())?;
    }
    let is_stuck = |waiting: &&Waiting| waiting.passed && waiting.handler == Some(leaving.by) && !waiting.has_takers;
    if let Some(stuck) = leaving.desk.iter().find(is_stuck) {
        return Err(Refusal::new("handover-nobody-takes").at_field(format!("passed-{}", stuck.matter)));
    }
    match leaving.watch {
        Some(watch) if watch.person == leaving.by => return Err(Refusal::new("handover-watch-self").at_field("watch")),
        Some(watch) if !watch.on_staff => return Err(Refusal::new("handover-watch-not-staff").at_field("watch")),
        _ => {}
    }
    let alone = leaving.desk.iter().filter(|waiting| waiting.is_alone()).count();
    if alone > 0 && leaving.watch.is_none() {
        return Err(Refusal::new("handover-urgent-alone").with("count", alone as i64).at_field("watch"));
    }
    let left = leaving.desk.iter().map(|waiting| Waiting {
        note: waiting.note.trim().to_owned(),
        passed: waiting.passed && waiting.handler == Some(leaving.by),
        ..waiting.clone()
    });
    Ok(left.collect())
}

/// A shift that has ended, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    pub by: PersonId,
    pub taken: bool,
    pub withdrawn: bool,
}

/// Signs that the desk is one's own now.
///
/// # Errors
/// `handover-own`, `handover-taken`, `handover-withdrawn`.
pub fn take_over(permit: &Permit<TakeOver>, ended: Ended) -> Result<(), Refusal> {
    match ended {
        Ended { taken: true, .. } => Err(Refusal::new("handover-taken")),
        Ended { withdrawn: true, .. } => Err(Refusal::new("handover-withdrawn")),
        Ended { by, .. } if permit.by == Some(by) => Err(Refusal::new("handover-own")),
        _ => Ok(()),
    }
}

/// Takes one's own back before anyone has signed it.
///
/// # Errors
/// `handover-not-own`, `handover-taken`, `handover-withdrawn`.
pub fn withdraw(permit: &Permit<HandOver>, ended: Ended) -> Result<(), Refusal> {
    match ended {
        Ended { taken: true, .. } => Err(Refusal::new("handover-taken")),
        Ended { withdrawn: true, .. } => Err(Refusal::new("handover-withdrawn")),
        Ended { by, .. } if permit.by != Some(by) => Err(Refusal::new("handover-not-own")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::matters::access::on_desk;
    use crate::shared::permit::Verb;
    use crate::shared::{Actor, Cell, Channel, Id, Membership, Role};

    fn person(n: u128) -> PersonId {
        Id::new(Cell(1), Uuid::from_u128(n))
    }

    fn permit<V: Verb>(by: PersonId) -> Permit<V> {
        let membership = Membership { role: Role::SocialWorker, organisation: None, place_path: "3717/371722/".into() };
        let who = Actor::person(by, vec![membership], Channel::Web);
        on_desk(&who, Uuid::nil(), "3717/371722/371722003/").unwrap()
    }

    fn waiting(urgent: bool, handler: Option<PersonId>, passed: bool) -> Waiting {
        let matter = Id::new(Cell(1), Uuid::nil());
        Waiting { matter, urgent, handler, colleague_goes: false, note: " 已约好 ".into(), passed, has_takers: true }
    }

    #[test]
    fn a_shift_ends_when_nothing_urgent_lies_between_two() {
        let (me, other) = (person(1), person(2));
        let staff = |person| Some(Watch { person, on_staff: true });
        let shift = |desk: Vec<Waiting>, watch| Leaving { by: me, desk, words: String::new(), watch, unsigned: false };
        let silent = |passed| Waiting { note: " ".into(), ..waiting(false, Some(me), passed) };
        let cases = [
            ("an empty desk, and nothing said", shift(vec![], None), Err("handover-says-nothing")),
            ("an empty desk", Leaving { words: "没有特别的事".into(), ..shift(vec![], None) }, Ok(())),
            ("a full one, and nothing said", shift(vec![silent(false)], None), Err("handover-says-nothing")),
            ("nothing but one's own handed on", shift(vec![silent(true)], None), Ok(())),
            (
                "one's own that nobody else can have",
                shift(vec![Waiting { has_takers: false, ..waiting(false, Some(me), true) }], None),
                Err("handover-nobody-takes"),
            ),
            (
                "one that nobody else can have, and that stays",
                shift(vec![Waiting { has_takers: false, ..waiting(false, Some(me), false) }], None),
                Ok(()),
            ),
            ("urgent, somebody has it", shift(vec![waiting(true, Some(other), false)], None), Ok(())),
            ("urgent, nobody's", shift(vec![waiting(true, None, false)], None), Err("handover-urgent-alone")),
            (
                "urgent, nobody's, and a colleague goes there",
                shift(vec![Waiting { colleague_goes: true, ..waiting(true, None, false) }], None),
                Ok(()),
            ),
            ("urgent, nobody's, one named", shift(vec![waiting(true, None, false)], staff(other)), Ok(())),
            (
                "one named who is not staff",
                shift(vec![waiting(true, None, false)], Some(Watch { person: other, on_staff: false })),
                Err("handover-watch-not-staff"),
            ),
            ("oneself named", shift(vec![waiting(true, None, false)], staff(me)), Err("handover-watch-self")),
            ("not urgent", shift(vec![waiting(false, None, false)], None), Ok(())),
            ("one unsigned", Leaving { unsigned: true, ..shift(vec![], None) }, Err("handover-unsigned")),
            ("long", Leaving { words: "班".repeat(2_001), ..shift(vec![], None) }, Err("text-too-long")),
            (
                "a long note",
                shift(vec![Waiting { note: "事".repeat(501), ..waiting(false, None, false) }], None),
                Err("text-too-long"),
            ),
        ];
        for (name, leaving, expected) in cases {
            let left = hand_over(&permit(me), &leaving);
            assert_eq!(left.map(|_| ()).map_err(|r| r.code), expected, "{name}");
        }
    }

    #[test]
    fn only_ones_own_matters_are_handed_on() {
        let (me, other) = (person(1), person(2));
        let desk = vec![waiting(false, Some(me), true), waiting(false, Some(other), true), waiting(false, None, true)];
        let leaving = Leaving { by: me, desk, words: String::new(), watch: None, unsigned: false };
        let left = hand_over(&permit(me), &leaving).unwrap();
        assert_eq!(left.iter().map(|w| w.passed).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(left[0].note, "已约好");
    }

    #[test]
    fn the_next_one_signs_once() {
        let (me, other) = (person(1), person(2));
        let ended = Ended { by: me, taken: false, withdrawn: false };
        let cases = [
            (other, ended, Ok(()), Err("handover-not-own")),
            (me, ended, Err("handover-own"), Ok(())),
            (other, Ended { taken: true, ..ended }, Err("handover-taken"), Err("handover-taken")),
            (other, Ended { withdrawn: true, ..ended }, Err("handover-withdrawn"), Err("handover-withdrawn")),
        ];
        for (who, ended, taking, withdrawing) in cases {
            assert_eq!(take_over(&permit(who), ended).map_err(|r| r.code), taking);
            assert_eq!(withdraw(&permit(who), ended).map_err(|r| r.code), withdrawing);
        }
    }
}
