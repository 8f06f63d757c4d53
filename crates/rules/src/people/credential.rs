//! Credentials and skills: what somebody may be trusted to do, and until when.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::access::{VerifyCredential, WithdrawCredential};
use crate::shared::ids::PersonId;
use crate::shared::{Permit, Refusal};

/// A document that proves an ability: a first-aid certificate, a lawyer's licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Which kind of credential, as a key of the list that a county keeps.
    pub key: String,
    pub issued: Date,
    /// The last day on which it holds; `None` when it does not expire.
    pub expires: Option<Date>,
    /// The day on which someone other than the holder looked at the document.
    pub verified: Option<Date>,
    /// The first day on which it holds no more, because it was withdrawn.
    pub withdrawn: Option<Date>,
}

/// Why a credential does not hold on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialFault {
    Missing,
    Unverified,
    NotYet(Date),
    Expired(Date),
    Withdrawn(Date),
}

impl Credential {
    /// Whether it holds on `day`.
    ///
    /// # Errors
    /// The gravest fault first: withdrawn, expired, not yet issued, unverified.
    pub fn holds_on(&self, day: Date) -> Result<(), CredentialFault> {
        match (self.withdrawn, self.expires) {
            (Some(from), _) if day >= from => Err(CredentialFault::Withdrawn(from)),
            (_, Some(last)) if day > last => Err(CredentialFault::Expired(last)),
            _ if day < self.issued => Err(CredentialFault::NotYet(self.issued)),
            _ if self.verified.is_none() => Err(CredentialFault::Unverified),
            _ => Ok(()),
        }
    }

    /// Someone looked at the document.
    ///
    /// # Errors
    /// `credential-own` when it is the holder's own; `credential-withdrawn`; `credential-dates` when it would end before
    /// it begins.
    pub fn verify(
        mut self,
        permit: &Permit<VerifyCredential>,
        holder: PersonId,
        day: Date,
    ) -> Result<Credential, Refusal> {
        if permit.by == Some(holder) {
            return Err(Refusal::new("credential-own"));
        }
        if self.withdrawn.is_some() {
            return Err(Refusal::new("credential-withdrawn"));
        }
        if self.expires.is_some_and(|last| last < self.issued) {
            return Err(Refusal::new("credential-dates").at_field("expires"));
        }
        self.verified = Some(day);
        Ok(self)
    }

    /// It holds no more from `day` on: revoked by its issuer, entered by mistake, or not wanted any more by its holder, who
    /// gains nothing by that. Nothing is deleted, so that a service of last month can still say what it relied on.
    ///
    /// # Errors
    /// `credential-withdrawn` when it was withdrawn before.
    pub fn withdraw(mut self, _permit: &Permit<WithdrawCredential>, day: Date) -> Result<Credential, Refusal> {
        if self.withdrawn.is_some() {
            return Err(Refusal::new("credential-withdrawn"));
        }
        self.withdrawn = Some(day);
        Ok(self)
    }
}

/// From which day on what somebody says they can do holds: a certificate from the day it was issued, a skill without one from
/// the day they say so.
///
/// # Errors
/// `credential-from-missing` when there is a certificate, as its issuer, number or last day tells;
/// `credential-from-future` when it would have been issued after today; `credential-ends-before-it-begins`.
pub fn begins(
    issued: Option<Date>,
    expires: Option<Date>,
    has_certificate: bool,
    today: Date,
) -> Result<Date, Refusal> {
    let from = match issued {
        Some(day) if day > today => return Err(Refusal::new("credential-from-future").at_field("valid_from")),
        Some(day) => day,
        None if has_certificate || expires.is_some() => {
            return Err(Refusal::new("credential-from-missing").at_field("valid_from"));
        }
        None => today,
    };
    if expires.is_some_and(|last| last < from) {
        return Err(Refusal::new("credential-ends-before-it-begins").at_field("valid_to"));
    }
    Ok(from)
}

/// Whether one of `held` proves `key` on `day`; of several, the best counts.
///
/// # Errors
/// [`CredentialFault::Missing`] when there is none of this kind, else the fault of the last one looked at.
pub fn proves(held: &[Credential], key: &str, day: Date) -> Result<(), CredentialFault> {
    let mut fault = CredentialFault::Missing;
    for credential in held.iter().filter(|c| c.key == key) {
        match credential.holds_on(day) {
            Ok(()) => return Ok(()),
            Err(why) => fault = why,
        }
    }
    Err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::access::{PersonSubject, on_person};
    use crate::shared::{Actor, Cell, Channel, Id, Membership, Role};
    use jiff::civil::date;
    use uuid::Uuid;

    #[test]
    fn a_certificate_has_a_day_of_issue_and_a_skill_needs_none() {
        let (issued, last, today) = (date(2024, 3, 1), date(2027, 2, 28), date(2026, 6, 8));
        let cases = [
            ("a skill", None, None, false, Ok(today)),
            ("a certificate", Some(issued), Some(last), true, Ok(issued)),
            ("a certificate without its day", None, None, true, Err("credential-from-missing")),
            ("what runs out was issued", None, Some(last), false, Err("credential-from-missing")),
            ("issued today", Some(today), Some(last), true, Ok(today)),
            ("not issued yet", Some(date(2030, 1, 1)), None, true, Err("credential-from-future")),
            ("over before it began", Some(today), Some(issued), true, Err("credential-ends-before-it-begins")),
        ];
        for (name, issued, expires, has_certificate, expected) in cases {
            assert_eq!(begins(issued, expires, has_certificate, today).map_err(|r| r.code), expected, "{name}");
        }
    }

    fn first_aid() -> Credential {
        Credential {
            key: "first_aid".into(),
            issued: date(2024, 3, 1),
            expires: Some(date(2026, 2, 28)),
            verified: Some(date(2024, 3, 2)),
            withdrawn: None,
        }
    }

    #[test]
    fn a_credential_holds_on_its_days() {
        use CredentialFault::*;
        let unverified = Credential { verified: None, ..first_aid() };
        let withdrawn = Credential { withdrawn: Some(date(2025, 6, 1)), ..first_aid() };
        let endless = Credential { expires: None, ..first_aid() };
        let cases = [
            (first_aid(), date(2024, 2, 29), Err(NotYet(date(2024, 3, 1)))),
            (first_aid(), date(2024, 3, 1), Ok(())),
            (first_aid(), date(2026, 2, 28), Ok(())),
            (first_aid(), date(2026, 3, 1), Err(Expired(date(2026, 2, 28)))),
            (unverified, date(2025, 1, 1), Err(Unverified)),
            (withdrawn.clone(), date(2025, 5, 31), Ok(())),
            (withdrawn, date(2025, 6, 1), Err(Withdrawn(date(2025, 6, 1)))),
            (endless, date(2040, 1, 1), Ok(())),
        ];
        for (credential, day, expected) in cases {
            assert_eq!(credential.holds_on(day), expected, "{day}");
        }
    }

    #[test]
    fn of_several_the_best_counts() {
        let renewed = Credential { issued: date(2026, 3, 1), expires: None, ..first_aid() };
        let held = [first_aid(), renewed];
        assert_eq!(proves(&held, "first_aid", date(2026, 6, 1)), Ok(()));
        assert_eq!(proves(&held, "lawyer", date(2026, 6, 1)), Err(CredentialFault::Missing));
    }

    #[test]
    fn nobody_verifies_their_own() {
        let who = |n: u128| {
            let membership = Membership { role: Role::SocialWorker, organisation: None, place_path: "3717/".into() };
            Actor::person(Id::new(Cell(1), Uuid::from_u128(n)), vec![membership], Channel::Web)
        };
        let holder = Id::new(Cell(1), Uuid::from_u128(1));
        let subject = PersonSubject { person: holder, home_path: "3717/371722/", serving_now: &[] };
        for (n, expected) in [(1, Err("credential-own")), (2, Ok(Some(date(2026, 1, 5))))] {
            let permit = on_person(&who(n), &subject).unwrap();
            let got = first_aid().verify(&permit, holder, date(2026, 1, 5));
            assert_eq!(got.map(|c| c.verified).map_err(|r| r.code), expected);
        }
    }

    #[test]
    fn a_credential_is_withdrawn_once_also_by_its_holder() {
        let membership = Membership { role: Role::SocialWorker, organisation: None, place_path: "3717/".into() };
        let who = Actor::person(Id::new(Cell(1), Uuid::from_u128(2)), vec![membership], Channel::Web);
        let holder = Id::new(Cell(1), Uuid::from_u128(1));
        let subject = PersonSubject { person: holder, home_path: "3717/371722/", serving_now: &[] };
        let permit = on_person(&who, &subject).unwrap();
        let withdrawn = first_aid().withdraw(&permit, date(2025, 6, 1)).unwrap();
        assert_eq!(withdrawn.holds_on(date(2025, 5, 31)), Ok(()));
        assert_eq!(withdrawn.holds_on(date(2025, 6, 1)), Err(CredentialFault::Withdrawn(date(2025, 6, 1))));
        let again = withdrawn.withdraw(&permit, date(2025, 7, 1));
        assert_eq!(again.unwrap_err().code, "credential-withdrawn");
        let own = on_person(&Actor::person(holder, Vec::new(), Channel::Web), &subject).unwrap();
        assert_eq!(first_aid().withdraw(&own, date(2025, 6, 1)).unwrap().withdrawn, Some(date(2025, 6, 1)));
        let stranger = Actor::person(Id::new(Cell(1), Uuid::from_u128(3)), Vec::new(), Channel::Web);
        assert!(on_person::<WithdrawCredential>(&stranger, &subject).is_err());
    }
}
