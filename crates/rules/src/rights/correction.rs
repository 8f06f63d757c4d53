//! Requests for correction 更正申请 (个人信息保护法 第四十六条): who asks that something kept about them is corrected or
//! supplemented is answered in a term, by somebody who verifies it and did not ask for it.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::access::{AskCorrection, DecideCorrection, WithdrawCorrection};
use crate::people::household::{Party, tie};
use crate::people::person::{OLDEST_YEARS, birth_date};
use crate::people::{IdNumber, Phone, Sex};
use crate::shared::ids::{CorrectionId, PersonId};
use crate::shared::when::read_date;
use crate::shared::{CalendarError, Length, Permit, Refusal, Role, Term as Span, WorkCalendar, dated};

/// The longest that may be asked for, as grounds or as a reason, in characters.
pub const MOST_WORDS: usize = Length::Reason.most();

/// How long an answer may take, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub valid_from: Date,
    pub working_days: i64,
    /// Of these roles the first that somebody holds at the place hears of a late request.
    pub escalates_to: Vec<Role>,
    /// Law and article, or whose setting it is.
    pub basis: String,
}

impl Term {
    /// Until when a request is answered.
    ///
    /// # Errors
    /// When the working days run into a year that is not loaded.
    pub fn ends(&self, calendar: &WorkCalendar, asked: Timestamp) -> Result<Timestamp, CalendarError> {
        calendar.end_of(Span::WorkingDays(self.working_days), asked)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByHand {
    key: Field,
    by_hand: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Term>,
    field: Vec<ByHand>,
}

static FILE: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("corrections.toml")).expect("the embedded terms can be read"));

/// The term that holds on a day; the first one before any does.
pub fn term(day: Date) -> &'static Term {
    dated::at(&FILE.term, day, |term| term.valid_from)
}

/// What may be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Sex,
    BirthDate,
    Address,
    Phone,
    Identity,
    /// The village or community they live in.
    Place,
    Household,
    /// A skill or document, typed by somebody else.
    Credential,
    /// What no field names: words about them elsewhere.
    Other,
}

impl Field {
    pub const ALL: [Field; 10] = [
        Field::Name,
        Field::Sex,
        Field::BirthDate,
        Field::Address,
        Field::Phone,
        Field::Identity,
        Field::Place,
        Field::Household,
        Field::Credential,
        Field::Other,
    ];

    /// The stable key: in the database, in the API and in the locale key `correct-field-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Sex => "sex",
            Field::BirthDate => "birth_date",
            Field::Address => "address",
            Field::Phone => "phone",
            Field::Identity => "identity",
            Field::Place => "place",
            Field::Household => "household",
            Field::Credential => "credential",
            Field::Other => "other",
        }
    }

    pub fn from_key(key: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.key() == key)
    }

    /// Whether one changes it oneself.
    pub fn is_by_hand(self) -> bool {
        FILE.field.iter().any(|field| field.key == self && field.by_hand)
    }

    /// Reads a value that this field can take, as it will stand there.
    ///
    /// # Errors
    /// `correction-value` when nothing is given; what phones, identity numbers, dates and sexes are refused with. The
    /// field at fault is `at`.
    pub fn read(self, value: &str, at: &'static str, today: Date) -> Result<String, Refusal> {
        let value = value.trim();
        if value.is_empty() {
            return Err(Refusal::new("correction-value").at_field(at));
        }
        let read = match self {
            Field::Phone => Phone::parse(value).map(|phone| phone.reveal().to_owned()),
            Field::Identity => IdNumber::of_the_living(value, today).map(|number| number.reveal().to_owned()),
            Field::BirthDate => match read_date(value) {
                Some(day) if birth_date(day, today).is_ok() => Ok(day.to_string()),
                _ => Err(Refusal::new("correction-date").with("years", OLDEST_YEARS)),
            },
            Field::Sex => {
                let key = match value {
                    "女" => "female",
                    "男" => "male",
                    key => key,
                };
                Sex::from_key(key).map(|_| key.to_owned()).ok_or_else(|| Refusal::new("person-sex"))
            }
            _ => Ok(value.to_owned()),
        };
        read.map_err(|refusal| refusal.at_field(at))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionState {
    /// Waits to be verified.
    Asked,
    Corrected,
    Refused,
    Withdrawn,
}

impl CorrectionState {
    pub const ALL: [CorrectionState; 4] =
        [CorrectionState::Asked, CorrectionState::Corrected, CorrectionState::Refused, CorrectionState::Withdrawn];

    /// The stable key: in the database, in the API and in the locale key `correct-state-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            CorrectionState::Asked => "asked",
            CorrectionState::Corrected => "corrected",
            CorrectionState::Refused => "refused",
            CorrectionState::Withdrawn => "withdrawn",
        }
    }

    pub fn from_key(key: &str) -> Option<CorrectionState> {
        CorrectionState::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What somebody decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Correct,
    Refuse,
}

impl Verdict {
    /// The stable key: in the API and in the locale key `correct-verdict-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Verdict::Correct => "correct",
            Verdict::Refuse => "refuse",
        }
    }

    pub fn from_key(key: &str) -> Option<Verdict> {
        [Verdict::Correct, Verdict::Refuse].into_iter().find(|verdict| verdict.key() == key)
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub field: Field,
    /// How it should be.
    pub wanted: &'a str,
    /// What shows that; may be empty.
    pub grounds: &'a str,
    /// They have a request for this field that waits.
    pub waits: bool,
}

/// A request that can be kept: how it should be, and what shows that. `hand`: whose data it is asks, and no staff for them.
///
/// # Errors
/// `needs-a-person`; `correction-by-hand` for what one changes oneself; `correction-waits`; those of [`Field::read`];
/// `text-too-long`.
pub fn ask(
    permit: &Permit<AskCorrection>,
    person: PersonId,
    wish: &Wish<'_>,
    today: Date,
) -> Result<(String, String), Refusal> {
    assert_eq!(permit.subject, person.uuid, "a permit for somebody else than {person}");
    let by = permit.by.ok_or_else(|| Refusal::new("needs-a-person"))?;
    if by == person && wish.field.is_by_hand() {
        return Err(Refusal::new("correction-by-hand").at_field("field"));
    }
    if wish.waits {
        return Err(Refusal::new("correction-waits").at_field("field"));
    }
    let wanted = wish.field.read(wish.wanted, "wanted", today)?;
    Ok((short(&wanted, "wanted")?, short(wish.grounds, "grounds")?))
}

/// A text of at most [`MOST_WORDS`] characters.
fn short(text: &str, at: &'static str) -> Result<String, Refusal> {
    Length::Reason.fits(at, text)?;
    Ok(text.trim().to_owned())
}

/// A request for correction, as a decision looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    pub id: CorrectionId,
    /// Whose data it is.
    pub person: PersonId,
    /// Who asked, when that was somebody else for them.
    pub asked_by: Option<PersonId>,
    pub state: CorrectionState,
}

impl Correction {
    fn waits(&self) -> Result<(), Refusal> {
        match self.state {
            CorrectionState::Asked => Ok(()),
            _ => Err(Refusal::new("correction-decided")),
        }
    }

    /// Decides it: the new state, with the reason as it is kept. `decider`: the person of the permit, with those around
    /// them; `person`: whose data it is.
    ///
    /// # Errors
    /// `needs-a-person`; `correction-decided`; `correction-own` for whose data it is and for who asked; `correction-close`
    /// for their household and kin; `correction-reason`, `text-too-long`.
    pub fn decide(
        &self,
        permit: &Permit<DecideCorrection>,
        (decider, person): (&Party<'_>, &Party<'_>),
        verdict: Verdict,
        reason: &str,
    ) -> Result<(CorrectionState, String), Refusal> {
        assert_eq!(permit.subject, self.id.uuid, "a permit for another request than {}", self.id);
        assert_eq!(person.person, self.person, "whose data it is");
        let by = permit.by.ok_or_else(|| Refusal::new("needs-a-person"))?;
        assert_eq!(by, decider.person, "the decider is who holds the permit");
        self.waits()?;
        if by == self.person || Some(by) == self.asked_by {
            return Err(Refusal::new("correction-own"));
        }
        if tie(decider, person).is_some() {
            return Err(Refusal::new("correction-close"));
        }
        let reason = short(reason, "reason")?;
        if reason.is_empty() {
            return Err(Refusal::new("correction-reason").at_field("reason"));
        }
        let state = match verdict {
            Verdict::Correct => CorrectionState::Corrected,
            Verdict::Refuse => CorrectionState::Refused,
        };
        Ok((state, reason))
    }

    /// Takes it back: whose data it is, with or without a reason; staff because they asked them to, and say so.
    ///
    /// # Errors
    /// `needs-a-person`; `correction-decided`; `correction-withdraw-reason` for staff; `text-too-long`.
    pub fn withdraw(
        &self,
        permit: &Permit<WithdrawCorrection>,
        reason: &str,
    ) -> Result<(CorrectionState, String), Refusal> {
        assert_eq!(permit.subject, self.id.uuid, "a permit for another request than {}", self.id);
        let by = permit.by.ok_or_else(|| Refusal::new("needs-a-person"))?;
        self.waits()?;
        let reason = short(reason, "reason")?;
        if by != self.person && reason.is_empty() {
            return Err(Refusal::new("correction-withdraw-reason").at_field("reason"));
        }
        Ok((CorrectionState::Withdrawn, reason))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::people::access::PersonSubject;
    use crate::rights::access::{on_correction, on_person};
    use crate::shared::{Actor, Cell, Channel, Id, Membership};

    const HOME: &str = "3717/371722/371722003/371722003003/";

    fn person(n: u128) -> PersonId {
        Id::new(Cell(1), Uuid::from_u128(n))
    }

    fn actor(n: u128, role: Role) -> Actor {
        let membership = Membership { role, organisation: None, place_path: HOME.into() };
        Actor::person(person(n), vec![membership], Channel::Web)
    }

    fn asked(who: &Actor, wish: &Wish<'_>) -> Result<(String, String), &'static str> {
        let subject = PersonSubject { person: person(1), home_path: HOME, serving_now: &[] };
        let permit = on_person::<AskCorrection>(who, &subject).map_err(|_| "denied")?;
        ask(&permit, person(1), wish, "2026-06-08".parse().unwrap()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn what_may_be_asked_for() {
        let (own, clerk, other) = (actor(1, Role::Resident), actor(2, Role::CallTaker), actor(3, Role::Resident));
        let wish = |field, wanted: &'static str| Wish { field, wanted, grounds: " ", waits: false };
        let long: &'static str = Box::leak("长".repeat(501).into_boxed_str());
        let cases = [
            ("a phone of one's own", &own, wish(Field::Phone, "138 0000 0009"), Ok("13800000009")),
            ("one's own name", &own, wish(Field::Name, "张桂蓝"), Err("correction-by-hand")),
            ("the name, by a clerk", &clerk, wish(Field::Name, " 张桂蓝 "), Ok("张桂蓝")),
            ("by a neighbour", &other, wish(Field::Phone, "13800000009"), Err("denied")),
            ("nothing", &own, wish(Field::Place, "  "), Err("correction-value")),
            ("no phone", &own, wish(Field::Phone, "12"), Err("phone")),
            ("an identity number", &own, wish(Field::Identity, "11010519491231002x"), Ok("11010519491231002X")),
            ("a day that does not exist", &clerk, wish(Field::BirthDate, "1975-02-30"), Err("correction-date")),
            ("a day to come", &clerk, wish(Field::BirthDate, "2026-06-09"), Err("correction-date")),
            ("a day long ago", &clerk, wish(Field::BirthDate, "1700-01-01"), Err("correction-date")),
            ("a day", &clerk, wish(Field::BirthDate, "1975-02-28"), Ok("1975-02-28")),
            ("no sex", &clerk, wish(Field::Sex, "f"), Err("person-sex")),
            ("a sex as people write it", &clerk, wish(Field::Sex, "女"), Ok("female")),
            ("a novel", &own, wish(Field::Other, long), Err("text-too-long")),
            ("twice", &own, Wish { waits: true, ..wish(Field::Other, "别的") }, Err("correction-waits")),
        ];
        for (name, who, wish, expected) in cases {
            assert_eq!(asked(who, &wish).map(|(wanted, _)| wanted), expected.map(str::to_owned), "{name}");
        }
    }

    #[test]
    fn nobody_decides_on_what_they_asked_for() {
        let id = Id::new(Cell(1), Uuid::from_u128(7));
        let of = |state, asked_by| Correction { id, person: person(1), asked_by, state };
        let waits = of(CorrectionState::Asked, Some(person(2)));
        let kin = [person(5)];
        let cases = [
            ("a worker", 9, waits, "见过户口本", Ok(CorrectionState::Corrected)),
            ("without a reason", 9, waits, "  ", Err("correction-reason")),
            ("whose data it is", 1, waits, "行", Err("correction-own")),
            ("who wrote it down", 2, waits, "行", Err("correction-own")),
            ("kin", 5, waits, "行", Err("correction-close")),
            ("a second time", 9, of(CorrectionState::Refused, None), "行", Err("correction-decided")),
            ("after it was taken back", 9, of(CorrectionState::Withdrawn, None), "行", Err("correction-decided")),
        ];
        for (name, by, correction, reason, expected) in cases {
            let who = actor(by, Role::CommunityWorker);
            let permit = on_correction::<DecideCorrection>(&who, id, person(1), HOME).unwrap();
            let decider = Party { person: person(by), household: None, kin: &[] };
            let subject = Party { person: person(1), household: None, kin: &kin };
            let decided = correction.decide(&permit, (&decider, &subject), Verdict::Correct, reason);
            assert_eq!(decided.map(|(state, _)| state).map_err(|r| r.code), expected, "{name}");
        }
        for role in [Role::Resident, Role::CallTaker, Role::GridMember, Role::CountyOfficial, Role::Administrator] {
            assert!(on_correction::<DecideCorrection>(&actor(9, role), id, person(1), HOME).is_err(), "{role:?}");
        }
    }

    #[test]
    fn only_what_waits_is_taken_back() {
        let id = Id::new(Cell(1), Uuid::from_u128(7));
        let of = |who| on_correction::<WithdrawCorrection>(&who, id, person(1), HOME).unwrap();
        let (own, staff) = (of(actor(1, Role::Resident)), of(actor(9, Role::CommunityWorker)));
        let waits = Correction { id, person: person(1), asked_by: None, state: CorrectionState::Asked };
        let cases = [
            ("whose data it is", &own, "  ", Ok("")),
            ("whose data it is, with a word", &own, " 不用改了 ", Ok("不用改了")),
            ("staff without a reason", &staff, "  ", Err("correction-withdraw-reason")),
            ("staff who were asked to", &staff, "本人来电话说不改了", Ok("本人来电话说不改了")),
        ];
        for (name, permit, reason, expected) in cases {
            let back = waits.withdraw(permit, reason).map_err(|r| r.code);
            assert_eq!(back, expected.map(|said: &str| (CorrectionState::Withdrawn, said.to_owned())), "{name}");
        }
        for state in CorrectionState::ALL {
            let correction = Correction { id, person: person(1), asked_by: None, state };
            let expected = match state {
                CorrectionState::Asked => Ok(CorrectionState::Withdrawn),
                _ => Err("correction-decided"),
            };
            let back = correction.withdraw(&own, "").map(|(state, _)| state);
            assert_eq!(back.map_err(|r| r.code), expected, "{state:?}");
        }
    }

    #[test]
    fn every_field_says_whether_one_changes_it_oneself() {
        for field in Field::ALL {
            assert_eq!(FILE.field.iter().filter(|f| f.key == field).count(), 1, "{field:?}");
            assert_eq!(Field::from_key(field.key()), Some(field));
        }
        let day = "2026-06-08".parse().unwrap();
        assert!(term(day).working_days <= 15 && !term(day).basis.is_empty() && !term(day).escalates_to.is_empty());
    }
}
