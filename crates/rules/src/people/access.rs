//! Who may register, edit, appoint and read people; and the verbs of identity (sessions, tokens, passwords).
//!
//! Signing in is no verb: who signs in is nobody yet.

use uuid::Uuid;

use crate::shared::ids::{CardId, MandateId, OrganisationId, PersonId, SessionId, TokenId};
use crate::shared::permit::check;
use crate::shared::{Actor, Denied, Permit, Relation, Verb};

crate::verbs! {
    /// Enters a person who has not registered on their own.
    Register "people.register" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope, Administrator: Scope,
    }
    /// Finds people of one's part of the tree in the register, with masked fields.
    See "people.see" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
        Administrator: Scope,
    }
    /// Sees who belongs to an organisation or team.
    SeeMembers "people.see_members" {
        TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope, CountyOfficial: Scope, Administrator: Scope,
    }
    Edit "people.edit" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope }
    /// Puts people into a household or takes them out.
    EditHousehold "people.edit_household" { SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope }
    /// Declares whom one is related to, so that neither serves nor confirms the other.
    DeclareKin "people.declare_kin" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope }
    /// Takes a kinship out of the register that is none, or is none any more.
    EndKin "people.end_kin" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Gives or takes back a consent; a guardian does it on behalf of a minor, staff enter a signed paper.
    Consent "people.consent" { Resident: Own, CommunityWorker: Scope, SocialWorker: Scope }
    /// Registers oneself as a volunteer. Nobody is registered against their will (山东省志愿服务条例 第十一条).
    Volunteer "people.volunteer" { Resident: Own }
    /// Says when one is free, and until when one wants to be left alone.
    SetAvailability "people.set_availability" { Volunteer: Own }
    /// Enters a guardian's consent, seen on paper, or until when somebody is insured as a volunteer.
    RecordCover "people.record_cover" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Enters or takes out the number that the national system gave a volunteer.
    SetVolunteerNumber "people.set_volunteer_number" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope }
    /// Finds an organisation of one's county by its name, to hand something on to it: what it is and where, and nobody's
    /// membership.
    FindOrganisation "people.find_organisation" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope, DepartmentClerk: Scope,
        Inspector: Scope, CountyOfficial: Scope, Administrator: Scope,
    }
    Found "people.found_organisation" { SocialWorker: Scope, CommunityWorker: Scope, Administrator: Scope }
    EditOrganisation "people.edit_organisation" {
        TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope, Administrator: Scope,
    }
    /// Gives a membership; `membership::appoint` says who may give which role.
    Appoint "people.appoint" {
        TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope, Administrator: Scope,
    }
    /// Says yes to a team that asked. Saying no, or taking the question back, is ending it.
    JoinTeam "people.join_team" { Resident: Own }
    /// Ends a membership; one's own at any time, without a reason.
    EndMembership "people.end_membership" {
        Resident: Own, TeamLeader: Assigned, SocialWorker: Scope, CommunityWorker: Scope, Administrator: Scope,
    }
    /// Enters a credential; it counts only once someone else has verified it.
    AddCredential "people.add_credential" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope }
    VerifyCredential "people.verify_credential" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Says that a credential holds no more: staff who know, and whoever holds it, who wants it kept no longer.
    WithdrawCredential "people.withdraw_credential" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope }
    /// Reads a protected field unmasked; each read is logged. A volunteer is an assignee only while an accepted task
    /// lasts.
    ReadProtected "people.read_protected" {
        Resident: Own, Volunteer: Assigned, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope,
        CallTaker: Scope,
    }
    /// Asks for a service card, for oneself or one's household.
    RequestCard "people.request_card" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
    }
    /// Makes a service card and prints it; the one before is dead from then on.
    IssueCard "people.issue_card" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Says that a card is lost, which ends it: the holder, or whoever takes the call.
    LoseCard "people.report_card_lost" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
    }
    /// Asks for a mandate between two people: either of them, or staff who write it down for the one represented.
    AskMandate "people.ask_mandate" { Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope }
    /// Confirms a mandate: the one represented, or staff who telephoned or hold the signed slip; a delegate whom the one
    /// represented asked.
    ConfirmMandate "people.confirm_mandate" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope,
    }
    /// Ends a mandate at once: either side, or staff who hear it from the one represented.
    RevokeMandate "people.revoke_mandate" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope,
    }
    /// Says which of one's matters that were private before a mandate opens all the same.
    NamePrivate "people.name_private" { Resident: Own }
    /// Begins to act for another, or stops.
    ActFor "people.act_for" { Resident: Own }
    /// Sees who read one's protected fields.
    ReadAccessLog "people.read_access_log" { Resident: Own, Auditor: Scope }
    /// Brings a spreadsheet in. Each of its rows needs, besides, what doing it on a page needs.
    Import "people.import" { SocialWorker: Scope, CommunityWorker: Scope, Administrator: Scope }
    RevokeSession "identity.revoke_session" { Resident: Own, Administrator: Scope }
    SetPassword "identity.set_password" { Resident: Own }
    /// Makes a staff member choose a new password, or lifts a lock-out.
    ResetPassword "identity.reset_password" { Administrator: Scope }
    /// Changes the telephone of somebody on staff, whose codes sign in.
    MovePhone "identity.move_phone" { Administrator: Scope }
    /// Draws the secret of one's own second step.
    BeginSecondStep "identity.begin_second_step" { Resident: Own }
    /// Shows by a first code that the telephone has it.
    ConfirmSecondStep "identity.confirm_second_step" { Resident: Own }
    EndSecondStep "identity.end_second_step" { Resident: Own }
    /// Takes somebody's second step away, when telephone and printed codes are lost.
    ResetSecondStep "identity.reset_second_step" { Administrator: Scope }
    IssueToken "identity.issue_token" { Administrator: Scope }
    RevokeToken "identity.revoke_token" { Resident: Own, Administrator: Scope }
}

/// A person as the subject of a verb.
#[derive(Clone, Copy, Debug)]
pub struct PersonSubject<'a> {
    pub person: PersonId,
    /// The path of the place where they live.
    pub home_path: &'a str,
    /// Volunteers whose accepted task serves this person and has not ended.
    pub serving_now: &'a [PersonId],
}

/// Proof that `who` may do `V` to a person.
pub fn on_person<V: PersonVerb>(who: &Actor, subject: &PersonSubject<'_>) -> Result<Permit<V>, Denied> {
    let owners = [subject.person];
    let relation = Relation {
        place_path: Some(subject.home_path),
        owners: &owners,
        assignees: subject.serving_now,
        ..Relation::default()
    };
    check(who, subject.person.uuid, &relation)
}

/// Proof that `who` may do `V` below a place, before the thing itself exists (`subject` is the place's id).
pub fn in_place<V: PlaceVerb>(who: &Actor, place: Uuid, path: &str) -> Result<Permit<V>, Denied> {
    check(who, place, &Relation { place_path: Some(path), ..Relation::default() })
}

/// Proof that `who` may do `V` to an organisation that works in `path`; `member` is whose membership it is, when the
/// verb is about one.
pub fn on_organisation<V: OrganisationVerb>(
    who: &Actor,
    organisation: OrganisationId,
    path: &str,
    member: Option<PersonId>,
) -> Result<Permit<V>, Denied> {
    let organisations = [organisation];
    let relation = Relation {
        place_path: Some(path),
        owners: member.as_slice(),
        organisations: &organisations,
        ..Relation::default()
    };
    check(who, organisation.uuid, &relation)
}

/// Proof that `who` may end a session of `owner`, who lives at `home_path`.
pub fn on_session(
    who: &Actor,
    session: SessionId,
    owner: PersonId,
    home_path: &str,
) -> Result<Permit<RevokeSession>, Denied> {
    check(who, session.uuid, &Relation { place_path: Some(home_path), owners: &[owner], ..Relation::default() })
}

/// Proof that `who` may end a token of `owner`, who lives at `home_path`.
pub fn on_token(who: &Actor, token: TokenId, owner: PersonId, home_path: &str) -> Result<Permit<RevokeToken>, Denied> {
    check(who, token.uuid, &Relation { place_path: Some(home_path), owners: &[owner], ..Relation::default() })
}

/// Proof that `who` may report a card lost; `holders`: whose it is.
pub fn on_card(who: &Actor, card: CardId, holders: &[PersonId], home_path: &str) -> Result<Permit<LoseCard>, Denied> {
    check(who, card.uuid, &Relation { place_path: Some(home_path), owners: holders, ..Relation::default() })
}

/// Proof that `who` may do `V` to a mandate. `owners`: those whose own hand counts for this verb; `home_path`: where the
/// one represented lives, whose staff may write it down for them.
pub fn on_mandate<V: MandateVerb>(
    who: &Actor,
    mandate: MandateId,
    owners: &[PersonId],
    home_path: &str,
) -> Result<Permit<V>, Denied> {
    check(who, mandate.uuid, &Relation { place_path: Some(home_path), owners, ..Relation::default() })
}

/// A verb whose subject is a person.
pub trait PersonVerb: Verb {}
/// A verb whose subject is a place, because the thing does not exist yet.
pub trait PlaceVerb: Verb {}
/// A verb whose subject is a mandate between two people.
pub trait MandateVerb: Verb {}
/// A verb whose subject is an organisation or a membership in it.
pub trait OrganisationVerb: Verb {}

macro_rules! subject {
    ($of:ident: $($verb:ident)*) => { $(impl $of for $verb {})* };
}
subject! { PersonVerb:
    See Edit EditHousehold DeclareKin EndKin Consent Volunteer SetAvailability RecordCover SetVolunteerNumber AddCredential
    VerifyCredential WithdrawCredential RequestCard IssueCard AskMandate ReadProtected ReadAccessLog
    SetPassword ResetPassword MovePhone IssueToken BeginSecondStep ConfirmSecondStep EndSecondStep ResetSecondStep
    // A role without an organisation is given to the person: social worker of a county, administrator of the city.
    Appoint JoinTeam EndMembership
}
subject! { MandateVerb: ConfirmMandate RevokeMandate NamePrivate ActFor }
subject! { PlaceVerb: Register Found FindOrganisation Import }
subject! { OrganisationVerb: SeeMembers EditOrganisation Appoint JoinTeam EndMembership }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::{Cell, Channel, Id, Membership, Role};

    fn person(n: u128) -> PersonId {
        Id::new(Cell(1), Uuid::from_u128(n))
    }

    fn actor(n: u128, role: Role, path: &str) -> Actor {
        let membership = Membership { role, organisation: None, place_path: path.into() };
        Actor::person(person(n), vec![membership], Channel::Web)
    }

    #[test]
    fn protected_fields_open_to_the_volunteer_only_while_serving() {
        let volunteer = actor(2, Role::Volunteer, "3717/");
        let serving = [person(2)];
        let home = "3717/371722/371722003/371722003003/";
        let now = PersonSubject { person: person(1), home_path: home, serving_now: &serving };
        let after = PersonSubject { person: person(1), home_path: home, serving_now: &[] };
        assert!(on_person::<ReadProtected>(&volunteer, &now).is_ok());
        assert!(on_person::<ReadProtected>(&volunteer, &after).is_err());
    }

    #[test]
    fn who_may_read_a_phone_number() {
        let home = "3717/371722/371722003/371722003003/";
        let subject = PersonSubject { person: person(1), home_path: home, serving_now: &[] };
        let cases = [
            ("oneself", actor(1, Role::Resident, home), true),
            ("a neighbour", actor(9, Role::Resident, home), false),
            ("the social worker of the county", actor(3, Role::SocialWorker, "3717/371722/"), true),
            ("the social worker of another county", actor(3, Role::SocialWorker, "3717/371703/"), false),
            ("a county official", actor(4, Role::CountyOfficial, "3717/371722/"), false),
            ("an administrator", actor(5, Role::Administrator, "3717/"), false),
            ("an auditor", actor(6, Role::Auditor, "3717/"), false),
        ];
        for (name, who, expected) in cases {
            assert_eq!(on_person::<ReadProtected>(&who, &subject).is_ok(), expected, "{name}");
        }
    }
}
