//! Who may take a copy of a person's data, and who may erase them.

use crate::people::access::PersonSubject;
use crate::shared::permit::check;
use crate::shared::{Actor, Denied, Permit, Relation, Verb};

crate::verbs! {
    /// Takes a copy of everything that is kept about oneself (个人信息保护法 第四十五条).
    Copy "rights.copy" { Resident: Own }
    /// Erases a person (第四十七条): they themselves, or the administrator for somebody who asks at a counter, and for the
    /// next of kin of the dead (第四十九条).
    Erase "rights.erase" { Resident: Own, Administrator: Scope }
}

/// Proof that `who` may do `V` with everything that is kept of a person.
pub fn on_person<V: RightsVerb>(who: &Actor, subject: &PersonSubject<'_>) -> Result<Permit<V>, Denied> {
    let owners = [subject.person];
    check(
        who,
        subject.person.uuid,
        &Relation { place_path: Some(subject.home_path), owners: &owners, ..Relation::default() },
    )
}

/// A verb whose subject is everything that is kept of a person.
pub trait RightsVerb: Verb {}
impl RightsVerb for Copy {}
impl RightsVerb for Erase {}
