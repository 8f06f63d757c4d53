//! Who may sign attendance, write records, confirm and rate.
//!
//! A permit to confirm is only half of it: [`super::confirmation`] refuses who recorded, who gains, and their households.

use crate::shared::ids::{CertificateId, MatterId, OfferId, OrganisationId, PersonId, RecordId, TaskId};
use crate::shared::permit::check;
use crate::shared::{Actor, Denied, Permit, Relation, Verb};
use uuid::Uuid;

crate::verbs! {
    CheckIn "service.check_in" { Volunteer: Own }
    /// Whoever has signed in signs out, also when they volunteer no more.
    CheckOut "service.check_out" { Resident: Own }
    /// A note or a call for support while serving.
    Note "service.note" { Volunteer: Own, SocialWorker: Scope, CommunityWorker: Scope }
    /// Enters someone's check-in or check-out for them: at the desk, by telephone, from the signed sheet.
    DeskAttendance "service.desk_attendance" {
        TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
    }
    /// Shows the code and the QR that prove presence at a task.
    ShowCode "service.show_code" { TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope }
    /// Writes a record after the fact: a class of its own.
    RecordLate "service.record_late" {
        Volunteer: Own, TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope,
    }
    /// Says that a record is right: the person served (or a call-taker who hears them say it), else community staff.
    Confirm "service.confirm" { Resident: Own, CallTaker: Scope, SocialWorker: Scope, CommunityWorker: Scope }
    /// Says that a record is wrong: the person served or the volunteer.
    Contest "service.contest" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope }
    /// Takes back what one said against a record: who said it, until it is decided.
    WithdrawObjection "service.withdraw_objection" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope }
    /// Reminds the volunteer to say what was done, which a forgotten check-out left open.
    Remind "service.remind" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Corrects a contested record and answers what was said; it must be confirmed again.
    Correct "service.correct" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Voids a false record for good.
    Void "service.void" { Inspector: Scope, CountyOfficial: Scope }
    /// Sees which records are looked at before their hours count, and which are asked about by telephone.
    SeeReviews "service.see_reviews" {
        SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope, Inspector: Scope, CountyOfficial: Scope,
    }
    /// Says what is to be said to it: the volunteer, or staff who write down the volunteer's own words.
    AnswerReview "service.answer_review" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope }
    /// Lets the hours count, or finds the record false; [`super::review`] refuses who had a hand in it.
    DecideReview "service.decide_review" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Appeals against a review that found a record false: the volunteer, or staff who write down the volunteer's own words.
    Appeal "service.appeal" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope }
    /// Lets that finding stand or overturns it; [`super::appeal`] refuses who had a part.
    DecideAppeal "service.decide_appeal" { Inspector: Scope, CountyOfficial: Scope }
    /// Writes down what the person served says by telephone: was this service done?
    AnswerCallBack "service.answer_call_back" { SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope }
    /// Solved? Satisfied? The person served, or who hears them say it, as the kind names them for its confirm step.
    Rate "service.rate" {
        Resident: Own, CallTaker: Scope, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope,
    }
    /// Writes down what came of it that a volunteer asked for somebody to look in.
    Look "service.look" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Sees somebody's hours row by row.
    SeeHours "service.see_hours" { Resident: Own, TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope }
    /// Asks for a certificate of record: the volunteer, or staff of the recording unit at the volunteer's wish (令67 第十四条).
    Certify "service.certify" { Resident: Own, TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope }
    /// Takes along what a unit recorded, for the national system of volunteer service (令67 第四条).
    ReportRecords "service.report_records" { TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope }
    SeeCertificate "service.see_certificate" {
        Resident: Own, TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope, Inspector: Scope,
        CountyOfficial: Scope,
    }
    /// Takes a certificate back: the unit that issued it, or who inspects (令67 第二十一条).
    RevokeCertificate "service.revoke_certificate" {
        TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope, Inspector: Scope, CountyOfficial: Scope,
    }
}

/// Proof that `who` may sign in, sign out or note on the service of `volunteer`, which stands on an accepted offer.
pub fn on_service<V: ServiceVerb>(
    who: &Actor,
    offer: OfferId,
    volunteer: PersonId,
    place_path: &str,
    team: Option<OrganisationId>,
) -> Result<Permit<V>, Denied> {
    let relation = Relation {
        place_path: Some(place_path),
        owners: &[volunteer],
        organisations: team.as_slice(),
        ..Relation::default()
    };
    check(who, offer.uuid, &relation)
}

/// Proof that `who` may show the presence code of a task.
pub fn on_task(
    who: &Actor,
    task: TaskId,
    place_path: &str,
    team: Option<OrganisationId>,
) -> Result<Permit<ShowCode>, Denied> {
    let relation = Relation { place_path: Some(place_path), organisations: team.as_slice(), ..Relation::default() };
    check(who, task.uuid, &relation)
}

/// Proof that `who` may do `V` about a volunteer: write a late entry for them, see their hours.
pub fn on_volunteer<V: VolunteerVerb>(
    who: &Actor,
    volunteer: PersonId,
    place_path: &str,
    team: Option<OrganisationId>,
) -> Result<Permit<V>, Denied> {
    let relation = Relation {
        place_path: Some(place_path),
        owners: &[volunteer],
        organisations: team.as_slice(),
        ..Relation::default()
    };
    check(who, volunteer.uuid, &relation)
}

/// A record as the subject of a verb.
#[derive(Clone, Copy, Debug)]
pub struct RecordSubject<'a> {
    pub record: RecordId,
    pub place_path: &'a str,
    pub volunteer: PersonId,
    /// Who was served, when one person was.
    pub served: Option<PersonId>,
}

/// Proof that `who` may confirm: the person served owns the answer, the volunteer does not.
pub fn confirm(who: &Actor, subject: &RecordSubject<'_>) -> Result<Permit<Confirm>, Denied> {
    let relation =
        Relation { place_path: Some(subject.place_path), owners: subject.served.as_slice(), ..Relation::default() };
    check(who, subject.record.uuid, &relation)
}

/// Proof that `who` may contest, take that back, correct or void: served and volunteer both own the record's truth.
pub fn on_record<V: RecordVerb>(who: &Actor, subject: &RecordSubject<'_>) -> Result<Permit<V>, Denied> {
    let both = [subject.volunteer, subject.served.unwrap_or(subject.volunteer)];
    check(
        who,
        subject.record.uuid,
        &Relation { place_path: Some(subject.place_path), owners: &both, ..Relation::default() },
    )
}

/// Proof that `who` may do `V` about the review of a record: the volunteer owns the answer, the person served does not.
pub fn on_review<V: ReviewVerb>(who: &Actor, subject: &RecordSubject<'_>) -> Result<Permit<V>, Denied> {
    let owners = [subject.volunteer];
    check(
        who,
        subject.record.uuid,
        &Relation { place_path: Some(subject.place_path), owners: &owners, ..Relation::default() },
    )
}

/// Proof that `who` may have a unit that works in `place_path` certify what it recorded of a volunteer.
pub fn certify(
    who: &Actor,
    volunteer: PersonId,
    unit: OrganisationId,
    place_path: &str,
) -> Result<Permit<Certify>, Denied> {
    let (owners, organisations) = ([volunteer], [unit]);
    check(who, volunteer.uuid, &of_unit(&owners, &organisations, place_path))
}

/// A certificate as the subject of a verb.
#[derive(Clone, Copy, Debug)]
pub struct CertificateSubject<'a> {
    pub certificate: CertificateId,
    pub volunteer: PersonId,
    pub unit: OrganisationId,
    /// Where the unit works.
    pub place_path: &'a str,
}

/// Proof that `who` may read a certificate whole.
pub fn see_certificate(who: &Actor, subject: &CertificateSubject<'_>) -> Result<Permit<SeeCertificate>, Denied> {
    let (owners, organisations) = ([subject.volunteer], [subject.unit]);
    check(who, subject.certificate.uuid, &of_unit(&owners, &organisations, subject.place_path))
}

/// Proof that `who` may report what a unit that works in `place_path` recorded.
pub fn report_records(who: &Actor, unit: OrganisationId, place_path: &str) -> Result<Permit<ReportRecords>, Denied> {
    check(who, unit.uuid, &of_unit(&[], &[unit], place_path))
}

/// Proof that `who` may take a certificate back.
pub fn revoke_certificate(who: &Actor, subject: &CertificateSubject<'_>) -> Result<Permit<RevokeCertificate>, Denied> {
    check(who, subject.certificate.uuid, &of_unit(&[], &[subject.unit], subject.place_path))
}

fn of_unit<'a>(owners: &'a [PersonId], organisations: &'a [OrganisationId], place_path: &'a str) -> Relation<'a> {
    Relation { place_path: Some(place_path), owners, organisations, ..Relation::default() }
}

/// Proof that `who` may rate the handling of a matter that serves `served`.
pub fn rate(
    who: &Actor,
    matter: MatterId,
    served: &[PersonId],
    place_path: &str,
    private: bool,
) -> Result<Permit<Rate>, Denied> {
    let subject: Uuid = matter.uuid;
    check(who, subject, &Relation { place_path: Some(place_path), owners: served, private, ..Relation::default() })
}

/// Proof that `who` may look after whoever a matter is about.
pub fn look(who: &Actor, matter: MatterId, place_path: &str, private: bool) -> Result<Permit<Look>, Denied> {
    check(who, matter.uuid, &Relation { place_path: Some(place_path), private, ..Relation::default() })
}

/// A verb whose subject is a volunteer's service on an accepted offer.
pub trait ServiceVerb: Verb {}
/// A verb whose subject is a volunteer.
pub trait VolunteerVerb: Verb {}
/// A verb whose subject is a record, open to both sides of it.
pub trait RecordVerb: Verb {}
/// A verb whose subject is a record under review, or asked about.
pub trait ReviewVerb: Verb {}

macro_rules! subject {
    ($of:ident: $($verb:ident)*) => { $(impl $of for $verb {})* };
}
subject! { ServiceVerb: CheckIn CheckOut Note DeskAttendance }
subject! { VolunteerVerb: RecordLate SeeHours }
subject! { RecordVerb: Contest WithdrawObjection Correct Void Remind }
subject! { ReviewVerb: SeeReviews AnswerReview DecideReview Appeal DecideAppeal AnswerCallBack }
