//! Who may cut tasks, invite, and answer. A volunteer answers alone: no verb here lets staff accept for one, because
//! nobody may be assigned by force (志愿服务条例 第二十五条).

use crate::shared::ids::{OfferId, OrganisationId, PersonId, TaskId};
use crate::shared::permit::check;
use crate::shared::{Actor, Denied, Permit, Relation, Verb};
use uuid::Uuid;

crate::verbs! {
    /// Cuts a task from a matter.
    CutTask "dispatch.cut_task" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Changes what a task says and when it is, as long as nobody has begun.
    EditTask "dispatch.edit_task" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Sees who could serve, with the reasons, and who could not, with the first reason.
    SeeCandidates "dispatch.see_candidates" { SocialWorker: Scope, CommunityWorker: Scope, TeamLeader: Assigned }
    /// Sends offers to chosen volunteers.
    Invite "dispatch.invite" { SocialWorker: Scope, CommunityWorker: Scope, TeamLeader: Assigned }
    /// Sends the next wave at once, or lets the next one reach further.
    Widen "dispatch.widen" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Ends the waves of a task that is still looking.
    StopWaves "dispatch.stop_waves" { SocialWorker: Scope, CommunityWorker: Scope, TeamLeader: Assigned }
    /// Opens a task to anyone eligible.
    OpenTask "dispatch.open_task" { SocialWorker: Scope, CommunityWorker: Scope, TeamLeader: Assigned }
    Accept "dispatch.accept" { Volunteer: Own }
    Decline "dispatch.decline" { Volunteer: Own }
    /// Leaves a task one accepted, at any time.
    Withdraw "dispatch.withdraw" { Volunteer: Own }
    /// Takes an open task.
    TakeOpen "dispatch.take_open" { Volunteer: Scope }
    /// Takes an offer back before or after it is accepted.
    CancelOffer "dispatch.cancel_offer" { SocialWorker: Scope, CommunityWorker: Scope }
    CancelTask "dispatch.cancel_task" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Gives a task to a colleague on staff, or takes it oneself; never to a volunteer.
    AssignStaff "dispatch.assign_staff" { SocialWorker: Scope, CommunityWorker: Scope }
    /// Does not go oneself after all, whoever on staff was given the task; nobody does this for a colleague.
    StepBack "dispatch.step_back" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope, DepartmentClerk: Scope,
        CountyOfficial: Scope, Inspector: Scope, Administrator: Scope, Auditor: Scope,
    }
}

/// A task as the subject of a verb.
#[derive(Clone, Copy, Debug)]
pub struct TaskSubject<'a> {
    pub task: TaskId,
    pub place_path: &'a str,
    /// The team it was cut for, whose leader may invite.
    pub team: Option<OrganisationId>,
    /// Staff who were given the task or its matter.
    pub handlers: &'a [PersonId],
    /// The matter it was cut from is private.
    pub private: bool,
}

/// Proof that `who` may do `V` to a task.
pub fn on_task<V: TaskVerb>(who: &Actor, subject: &TaskSubject<'_>) -> Result<Permit<V>, Denied> {
    let relation = Relation {
        place_path: Some(subject.place_path),
        assignees: subject.handlers,
        organisations: subject.team.as_slice(),
        private: subject.private,
        ..Relation::default()
    };
    check(who, subject.task.uuid, &relation)
}

/// Proof that `who` may cut a task from the matter whose id is given.
pub fn on_matter(
    who: &Actor,
    matter: Uuid,
    place_path: &str,
    handlers: &[PersonId],
    private: bool,
) -> Result<Permit<CutTask>, Denied> {
    let relation = Relation { place_path: Some(place_path), assignees: handlers, private, ..Relation::default() };
    check(who, matter, &relation)
}

/// Proof that `who` may take an open task. An open task is open to every volunteer of the city: how far one goes is
/// one's own choice, and fitness is for [`super::eligibility`] to say.
pub fn on_open_task(who: &Actor, task: TaskId) -> Result<Permit<TakeOpen>, Denied> {
    check(who, task.uuid, &Relation::default())
}

/// Proof that `who` may do `V` to an offer that was made to `volunteer` for a task at `place_path`.
pub fn on_offer<V: OfferVerb>(
    who: &Actor,
    offer: OfferId,
    volunteer: PersonId,
    place_path: &str,
) -> Result<Permit<V>, Denied> {
    check(who, offer.uuid, &Relation { place_path: Some(place_path), owners: &[volunteer], ..Relation::default() })
}

/// A verb whose subject is a task.
pub trait TaskVerb: Verb {}
/// A verb whose subject is an offer.
pub trait OfferVerb: Verb {}

macro_rules! subject {
    ($of:ident: $($verb:ident)*) => { $(impl $of for $verb {})* };
}
subject! { TaskVerb: EditTask SeeCandidates Invite Widen StopWaves OpenTask CancelTask AssignStaff StepBack }
subject! { OfferVerb: Accept Decline Withdraw CancelOffer }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::{Cell, Channel, Id, Membership, Role};

    const HERE: &str = "3717/371722/371722003/371722003003/";

    fn person(n: u128) -> PersonId {
        Id::new(Cell(1), Uuid::from_u128(n))
    }

    fn actor(n: u128, role: Role, path: &str) -> Actor {
        let membership = Membership { role, organisation: None, place_path: path.into() };
        Actor::person(person(n), vec![membership], Channel::Web)
    }

    #[test]
    fn nobody_accepts_for_a_volunteer() {
        let offer = Id::new(Cell(1), Uuid::from_u128(7));
        let cases = [
            ("the volunteer", actor(1, Role::Volunteer, HERE), true),
            ("another volunteer", actor(2, Role::Volunteer, HERE), false),
            ("the social worker", actor(3, Role::SocialWorker, "3717/"), false),
            ("the community worker", actor(4, Role::CommunityWorker, HERE), false),
            ("the call-taker", actor(5, Role::CallTaker, "3717/"), false),
            ("the administrator", actor(6, Role::Administrator, "3717/"), false),
            ("someone who is no volunteer any more", actor(1, Role::Resident, HERE), false),
        ];
        for (name, who, expected) in cases {
            assert_eq!(on_offer::<Accept>(&who, offer, person(1), HERE).is_ok(), expected, "{name}");
            assert_eq!(on_offer::<Decline>(&who, offer, person(1), HERE).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn a_private_task_is_for_its_handlers() {
        let handlers = [person(4)];
        let subject = TaskSubject {
            task: Id::new(Cell(1), Uuid::from_u128(9)),
            place_path: HERE,
            team: None,
            handlers: &handlers,
            private: true,
        };
        assert!(on_task::<SeeCandidates>(&actor(3, Role::SocialWorker, HERE), &subject).is_ok());
        assert!(on_task::<SeeCandidates>(&actor(4, Role::CommunityWorker, HERE), &subject).is_ok());
        assert!(on_task::<SeeCandidates>(&actor(5, Role::CommunityWorker, HERE), &subject).is_err());
    }
}
