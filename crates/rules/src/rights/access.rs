//! Who may take a copy of a person's data, have it corrected and erased; who says who answers for it, and what was weighed.

use uuid::Uuid;

use crate::people::access::PersonSubject;
use crate::shared::ids::{CorrectionId, PersonId};
use crate::shared::permit::{check, might};
use crate::shared::{Actor, Denied, Grant, Permit, Relation, Verb};

crate::verbs! {
    /// Takes a copy of everything that is kept about oneself (个人信息保护法 第四十五条).
    Copy "rights.copy" { Resident: Own }
    /// Erases a person (第四十七条): they themselves, or the administrator for somebody who asks at a counter, and for the
    /// next of kin of the dead (第四十九条).
    Erase "rights.erase" { Resident: Own, Administrator: Scope }
    /// Asks that something kept about a person be corrected or supplemented (第四十六条): they themselves, or staff who write
    /// it down for them.
    AskCorrection "rights.ask_correction" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
    }
    /// Takes such a request back: whose data it is, or staff whom they asked to, which they are told.
    WithdrawCorrection "rights.withdraw_correction" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
    }
    /// Sees which requests wait and how late they are; not what they say.
    SeeCorrections "rights.see_corrections" {
        SocialWorker: Scope, CommunityWorker: Scope, CountyOfficial: Scope, Administrator: Scope,
    }
    /// Verifies what a request says, and corrects it or says why not; `correction::decide` says who of these.
    DecideCorrection "rights.decide_correction" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Looks through the log of who read whose data, and for what.
    SeeReads "rights.see_reads" { Auditor: Scope }
    /// Says who answers for the personal information of a county or of the city (第十七条, 第五十二条).
    NameDataHandler "rights.name_data_handler" { Administrator: Scope }
    /// Enters an impact assessment or a new version of one (第五十五条, 第五十六条).
    RecordAssessment "rights.record_assessment" { CountyOfficial: Scope, Administrator: Scope }
    /// Ends an impact assessment on which nothing rests any more.
    EndAssessment "rights.end_assessment" { CountyOfficial: Scope, Administrator: Scope }
    /// Reads the impact assessments.
    SeeAssessments "rights.see_assessments" { CountyOfficial: Scope, Administrator: Scope, Inspector: Scope, Auditor: Scope }
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

/// Proof that `who` may do `V` to a request of `person`, who lives at `home_path`.
pub fn on_correction<V: CorrectionVerb>(
    who: &Actor,
    correction: CorrectionId,
    person: PersonId,
    home_path: &str,
) -> Result<Permit<V>, Denied> {
    let owners = [person];
    check(who, correction.uuid, &Relation { place_path: Some(home_path), owners: &owners, ..Relation::default() })
}

/// Proof that `who` may do `V` for a county or the city, whose id and path are given.
pub fn in_place<V: AccountVerb>(who: &Actor, place: Uuid, path: &str) -> Result<Permit<V>, Denied> {
    check(who, place, &Relation { place_path: Some(path), ..Relation::default() })
}

/// Whether `who` may read the assessments of a county or the city: those of where they account, and of what lies around
/// that, which hold there, too.
pub fn reads_assessments(who: &Actor, place: Uuid, path: &str) -> bool {
    let lies_around = |grant: &Grant| who.places_as(grant.role).any(|own| own.starts_with(path));
    in_place::<SeeAssessments>(who, place, path).is_ok()
        || might::<SeeAssessments>(who) && SeeAssessments::GRANTS.iter().any(lies_around)
}

/// A verb whose subject is everything that is kept of a person.
pub trait RightsVerb: Verb {}
impl RightsVerb for Copy {}
impl RightsVerb for Erase {}
impl RightsVerb for AskCorrection {}

/// A verb whose subject is a request for correction.
pub trait CorrectionVerb: Verb {}
impl CorrectionVerb for WithdrawCorrection {}
impl CorrectionVerb for SeeCorrections {}
impl CorrectionVerb for DecideCorrection {}

/// A verb by which whoever handles personal information accounts for it.
pub trait AccountVerb: Verb {}
impl AccountVerb for NameDataHandler {}
impl AccountVerb for RecordAssessment {}
impl AccountVerb for EndAssessment {}
impl AccountVerb for SeeAssessments {}
