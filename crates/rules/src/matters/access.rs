//! Who may do what to a matter.
//!
//! Two hurdles: the access table (role × reach, the same for all kinds) and then the kind's own `by`, which narrows it
//! for the step, the answer, the pause or the field at hand. Both must be passed by the same role.

use uuid::Uuid;

use super::kind::{Field, Kind, Visibility};
use super::matter::{Matter, PartState};
use super::reply::Reply;
use super::step::{Act, Answer, Step};
use super::workflow::possible;
use crate::shared::ids::{MatterId, OrganisationId, PersonId};
use crate::shared::permit::{check, check_as};
use crate::shared::{Actor, Denied, Permit, Relation, Role, Verb};

crate::verbs! {
    /// A resident raises a matter.
    Raise "matters.raise" { Resident: Own }
    /// Staff raise a matter for a caller, a visitor or a paper form.
    RaiseFor "matters.raise_for" {
        CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope, DepartmentClerk: Scope,
        Inspector: Scope,
    }
    /// Seeing that it exists and how it stands.
    See "matters.see" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
        DepartmentClerk: Assigned, Inspector: Scope, CountyOfficial: Scope, Administrator: Scope, Auditor: Scope,
    }
    /// Setting level, type, way of service and risks.
    Triage "matters.triage" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, DepartmentClerk: Assigned,
    }
    /// Giving an answer of the present step.
    AnswerStep "matters.answer" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope, DepartmentClerk: Assigned,
        Inspector: Scope,
    }
    /// A department answers its part of a joint review.
    AnswerPart "matters.answer_part" { DepartmentClerk: Assigned }
    /// Giving it to a person on staff, or taking it oneself.
    Assign "matters.assign" { SocialWorker: Scope, CommunityWorker: Scope, DepartmentClerk: Assigned }
    /// Handing it to another place or department.
    Reroute "matters.reroute" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, DepartmentClerk: Assigned, CountyOfficial: Scope,
    }
    /// Letting the clocks stand still where the law allows it, and letting them run again.
    PauseClocks "matters.pause" { SocialWorker: Scope, CommunityWorker: Scope, DepartmentClerk: Assigned }
    /// Closing with an outcome that the present step allows.
    Close "matters.close" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope, DepartmentClerk: Assigned,
    }
    /// Opening a closed one again.
    Reopen "matters.reopen" {
        Resident: Own, CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope,
    }
    /// Saying whether it is solved and how satisfied one is.
    Rate "matters.rate" {
        Resident: Own, CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope,
    }
    /// Taking it back before anyone has accepted it.
    Withdraw "matters.withdraw" {
        Resident: Own, CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope,
    }
    /// Saying 「我也要，跟着这一件」.
    Follow "matters.follow" {
        Resident: Own, CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope,
    }
    /// Closing it as the same as another.
    Merge "matters.merge" { SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope }
    /// Adding a remark to the timeline.
    Note "matters.note" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
        DepartmentClerk: Assigned, CountyOfficial: Scope,
    }
    /// Urging those whose step it is to see to what is late.
    Urge "matters.urge" { CountyOfficial: Scope, Inspector: Scope }
    /// Covering faces and plates on a photo and letting others see it, and taking that back.
    ReleasePhoto "matters.release_photo" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope, DepartmentClerk: Assigned,
    }
    /// Marking it private, and lifting that: whose it is, and whoever on staff may read what is private.
    SetPrivate "matters.set_private" {
        Resident: Own, CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope,
    }
    /// Promising when the resident hears from us next.
    NextWord "matters.next_word" {
        SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, DepartmentClerk: Assigned,
    }
    /// Asking whom it is about what they say to it.
    AskReply "matters.ask_reply" { CommunityWorker: Scope, GridMember: Scope, DepartmentClerk: Assigned }
    /// Answering what one was asked about a report; staff write it down for who rings or comes.
    GiveReply "matters.reply" {
        Resident: Own, CallTaker: Scope, CommunityWorker: Scope, GridMember: Scope, DepartmentClerk: Assigned,
    }
    /// Leaving the desk to the next shift, and taking that back before anyone has signed.
    HandOver "matters.hand_over" { SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope }
    /// Signing that the desk is one's own now.
    TakeOver "matters.take_over" { SocialWorker: Scope, CommunityWorker: Scope, CallTaker: Scope }
    /// Reading a sealed field, which is logged.
    ReadProtected "matters.read_protected" {
        Resident: Own, SocialWorker: Scope, CommunityWorker: Scope, GridMember: Scope, CallTaker: Scope,
        DepartmentClerk: Assigned,
    }
}

/// Whether the access table grants `V` to a role at all, however far it reaches.
pub(super) fn is_granted<V: Verb>(role: Role) -> bool {
    V::GRANTS.iter().any(|grant| grant.role == role)
}

/// How a matter relates to who asks.
struct Related {
    owners: Vec<PersonId>,
    assignees: Vec<PersonId>,
    organisations: Vec<OrganisationId>,
}

impl Related {
    /// Counting the departments of a joint review whose part is in `parts`.
    fn of(matter: &Matter, parts: &[PartState]) -> Related {
        let asked = matter.parts.iter().filter(|p| parts.contains(&p.state)).map(|p| p.organisation);
        Related {
            owners: matter.owners(),
            assignees: matter.assignees.iter().copied().collect(),
            organisations: matter.organisation.into_iter().chain(asked).collect(),
        }
    }

    fn to<'a>(&'a self, matter: &'a Matter) -> Relation<'a> {
        Relation {
            place_path: Some(&matter.place_path),
            owners: &self.owners,
            assignees: &self.assignees,
            organisations: &self.organisations,
            private: matter.private,
        }
    }
}

fn among<V: Verb>(who: &Actor, matter: &Matter, roles: &[Role]) -> Result<Permit<V>, Denied> {
    check_as(who, matter.id.uuid, &Related::of(matter, &[]).to(matter), roles)
}

/// As [`among`]; a department that was asked for its part counts as having been given the matter.
fn among_asked<V: Verb>(
    who: &Actor,
    matter: &Matter,
    roles: &[Role],
    parts: &[PartState],
) -> Result<Permit<V>, Denied> {
    check_as(who, matter.id.uuid, &Related::of(matter, parts).to(matter), roles)
}

/// Departments that were asked, whether or not they have answered.
const ASKED: &[PartState] = &[PartState::Waiting, PartState::Agreed, PartState::Refused];

/// The roles that may stand in for the resident in this kind, and the resident.
fn resident_or_twin(kind: &Kind) -> Vec<Role> {
    kind.intake.on_behalf.iter().copied().chain([Role::Resident]).collect()
}

/// A resident raises a matter that will have this id.
pub fn raise(who: &Actor, kind: &Kind, id: MatterId, place_path: &str) -> Result<Permit<Raise>, Denied> {
    let allowed = who.is_system() || kind.intake.by.iter().any(|role| who.has_role(*role));
    if !allowed {
        return Err(Denied { verb: Raise::NAME });
    }
    let owners: Vec<PersonId> = who.person.into_iter().collect();
    check(who, id.uuid, &Relation { place_path: Some(place_path), owners: &owners, ..Relation::default() })
}

/// Staff raise a matter for someone.
pub fn raise_for(who: &Actor, kind: &Kind, id: MatterId, place_path: &str) -> Result<Permit<RaiseFor>, Denied> {
    check_as(who, id.uuid, &Relation { place_path: Some(place_path), ..Relation::default() }, &kind.intake.on_behalf)
}

/// Sees the matter: its owner; the handlers; with wider visibility the staff of the place. Those who inspect and audit
/// see every matter of their scope that is not private.
pub fn see(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<See>, Denied> {
    among_asked(who, matter, &seers(kind), ASKED)
}

/// Sees it as those do who work on it: as [`see`], and that it is one's own does not count. What staff write for each
/// other is for these.
pub fn see_at_work(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<See>, Denied> {
    let at_work = Related { owners: Vec::new(), ..Related::of(matter, ASKED) };
    check_as(who, matter.id.uuid, &at_work.to(matter), &seers(kind))
}

/// The roles that may see a matter of this kind.
fn seers(kind: &Kind) -> Vec<Role> {
    let mut roles = vec![Role::Resident, Role::Inspector, Role::CountyOfficial, Role::Administrator, Role::Auditor];
    match kind.visibility {
        Visibility::Handlers => roles.extend(kind.handlers()),
        Visibility::Place | Visibility::PublicMasked => roles.extend_from_slice(Role::ALL),
    }
    // A department that was given it sees it whatever the steps say.
    roles.push(Role::DepartmentClerk);
    roles
}

/// What of a kind somebody sees in a part of the tree without being asked to handle it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Only what is their own or was given to them.
    Own,
    /// All that is not private.
    Open,
    /// All.
    All,
}

/// How much of `kind` below `place_path` a list may show to `who`: what [`see`] says of each matter there.
pub fn sight(who: &Actor, kind: &Kind, place_path: &str) -> Sight {
    let mut roles = vec![Role::Inspector, Role::CountyOfficial, Role::Administrator, Role::Auditor];
    match kind.visibility {
        Visibility::Handlers => roles.extend(kind.handlers()),
        Visibility::Place | Visibility::PublicMasked => roles.extend_from_slice(Role::ALL),
    }
    let sees = |private| {
        let relation = Relation { place_path: Some(place_path), private, ..Relation::default() };
        check_as::<See>(who, Uuid::nil(), &relation, &roles).is_ok()
    };
    match (sees(false), sees(true)) {
        (true, true) => Sight::All,
        (true, false) => Sight::Open,
        _ => Sight::Own,
    }
}

/// The roles that may give `answer` at the present step.
fn answerers(kind: &Kind, matter: &Matter, answer: Option<&Answer>) -> Vec<Role> {
    let Some(step) = matter.at(kind) else { return Vec::new() };
    let narrowed = answer.map(|a| &a.by).filter(|by| !by.is_empty());
    let mut roles = narrowed.unwrap_or(&step.by).clone();
    roles.extend(matter.for_role);
    roles
}

fn answerers_of(kind: &Kind, matter: &Matter, answer: &str) -> Vec<Role> {
    answerers(kind, matter, matter.at(kind).and_then(|s| s.answer(answer)))
}

/// The steps of a kind that wait for somebody by their roles at a place: whatever else they see there they only watch. A confirm
/// step is among them where staff may note the word of whose it is: the desk rings whoever does not answer.
pub fn steps_of<'k>(who: &Actor, kind: &'k Kind, place_path: &str) -> Vec<&'k Step> {
    let is_theirs = |step: &&Step| step.by.iter().any(|role| who.covers(*role, place_path));
    kind.steps.iter().filter(is_theirs).collect()
}

/// Triages with `answer`.
pub fn triage(who: &Actor, kind: &Kind, matter: &Matter, answer: &str) -> Result<Permit<Triage>, Denied> {
    among(who, matter, &answerers_of(kind, matter, answer))
}

/// Gives `answer` at the present step.
pub fn answer(who: &Actor, kind: &Kind, matter: &Matter, answer: &str) -> Result<Permit<AnswerStep>, Denied> {
    among(who, matter, &answerers_of(kind, matter, answer))
}

/// Writes down that somebody rang at the present step and reached nobody: whoever may answer it.
pub fn try_to_reach(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<AnswerStep>, Denied> {
    among(who, matter, &answerers(kind, matter, None))
}

/// The answers of the present step that `who` may give: by triage at a review, and elsewhere by answering.
pub fn answers<'k>(who: &Actor, kind: &'k Kind, matter: &Matter) -> Vec<&'k Answer> {
    let is_review = matter.at(kind).is_some_and(|step| step.act == Act::Review);
    let may = |answer: &&Answer| match is_review {
        true => triage(who, kind, matter, &answer.key).is_ok(),
        false => self::answer(who, kind, matter, &answer.key).is_ok(),
    };
    possible(kind, matter).into_iter().filter(may).collect()
}

/// Answers the part of `organisation`, as one of its clerks.
pub fn answer_part(who: &Actor, matter: &Matter, organisation: OrganisationId) -> Result<Permit<AnswerPart>, Denied> {
    let part = [organisation];
    check(who, matter.id.uuid, &Relation { organisations: &part, ..Relation::default() })
}

/// Closes with an outcome: as any answer of the present step that closes with it.
pub fn close(who: &Actor, kind: &Kind, matter: &Matter, outcome: &str) -> Result<Permit<Close>, Denied> {
    let closing = matter
        .at(kind)
        .and_then(|s| s.answers.iter().find(|a| a.on.is_none() && a.outcome.as_deref() == Some(outcome)));
    among(who, matter, &answerers(kind, matter, closing))
}

/// Gives it to a person on staff.
pub fn assign(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<Assign>, Denied> {
    among(who, matter, &answerers(kind, matter, None))
}

/// Hands it to another place or department.
pub fn reroute(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<Reroute>, Denied> {
    let roles = kind.rerouting.as_ref().map_or(Vec::new(), |r| {
        let mut roles = r.by.clone();
        roles.push(r.supervisor);
        roles
    });
    among(who, matter, &roles)
}

/// Pauses under `rule`; also for ending that pause.
pub fn pause(who: &Actor, kind: &Kind, matter: &Matter, rule: &str) -> Result<Permit<PauseClocks>, Denied> {
    among(who, matter, kind.pause(rule).map_or(&[], |p| &p.by))
}

/// Opens it again.
pub fn reopen(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<Reopen>, Denied> {
    among(who, matter, &with_twins(kind, kind.reopening.as_ref().map_or(&[], |r| &r.by)))
}

/// The roles, and where the resident is among them those who act for them.
fn with_twins(kind: &Kind, by: &[Role]) -> Vec<Role> {
    let mut roles = by.to_vec();
    if roles.contains(&Role::Resident) {
        roles.extend_from_slice(&kind.intake.on_behalf);
    }
    roles
}

/// Says whether it is solved: the person served, or those whom the confirm step names to say it for them.
pub fn rate(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<Rate>, Denied> {
    match matter.at(kind).filter(|step| step.act == Act::Confirm) {
        Some(step) => among(who, matter, &with_twins(kind, &step.by)),
        None => among(who, matter, &resident_or_twin(kind)),
    }
}

/// Takes it back.
pub fn withdraw(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<Withdraw>, Denied> {
    among(who, matter, &resident_or_twin(kind))
}

/// Follows it: anyone signed in, for a matter that they may know of.
pub fn follow(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<Follow>, Denied> {
    if matter.private {
        return Err(Denied { verb: Follow::NAME });
    }
    let owners: Vec<PersonId> = who.person.into_iter().collect();
    let relation = Relation { place_path: Some(&matter.place_path), owners: &owners, ..Relation::default() };
    check_as(who, matter.id.uuid, &relation, &resident_or_twin(kind))
}

/// Closes it as the same as another.
pub fn merge(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<Merge>, Denied> {
    among(who, matter, &kind.handlers())
}

/// Adds a remark.
pub fn note(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<Note>, Denied> {
    let mut roles = kind.handlers();
    roles.extend([Role::Resident, Role::DepartmentClerk, Role::CountyOfficial]);
    among_asked(who, matter, &roles, ASKED)
}

/// Urges those whose step it is.
pub fn urge(who: &Actor, matter: &Matter) -> Result<Permit<Urge>, Denied> {
    among(who, matter, &[Role::CountyOfficial, Role::Inspector])
}

/// Lets others see a photo or takes that back: whoever handles the matter, and departments that were asked.
pub fn release_photo(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<ReleasePhoto>, Denied> {
    let mut roles = kind.handlers();
    roles.push(Role::DepartmentClerk);
    among_asked(who, matter, &roles, ASKED)
}

/// Marks it private or lifts that.
pub fn set_private(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<SetPrivate>, Denied> {
    let mut roles = kind.handlers();
    roles.push(Role::Resident);
    among(who, matter, &roles)
}

/// Promises the next word.
pub fn next_word(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<NextWord>, Denied> {
    among(who, matter, &answerers(kind, matter, None))
}

/// Asks a party.
pub fn ask_reply(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<AskReply>, Denied> {
    among_asked(who, matter, kind.reply.as_ref().map_or(&[], |rule| &rule.by), ASKED)
}

/// Answers as the party, or writes down what the party says. Whoever raised the matter is no party of it.
pub fn give_reply(who: &Actor, matter: &Matter, reply: &Reply) -> Result<Permit<GiveReply>, Denied> {
    let owners: Vec<PersonId> = reply.party.into_iter().collect();
    let related = Related { owners, ..Related::of(matter, ASKED) };
    check(who, reply.id.uuid, &related.to(matter))
}

/// Leaves or takes over the desk of a part of the tree.
pub fn on_desk<V: Verb>(who: &Actor, handover: Uuid, place_path: &str) -> Result<Permit<V>, Denied> {
    check(who, handover, &Relation { place_path: Some(place_path), ..Relation::default() })
}

/// Reads a sealed field: the person always; of the handlers those the field is shown to, while it is their turn.
pub fn read_protected(
    who: &Actor,
    kind: &Kind,
    matter: &Matter,
    field: &Field,
) -> Result<Permit<ReadProtected>, Denied> {
    read_sealed(who, kind, matter, &field.shown_to)
}

/// Reads what the person added to it: as a sealed field that every handler needs.
pub fn read_notes(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<ReadProtected>, Denied> {
    read_sealed(who, kind, matter, &[])
}

/// Reads what a party was told and says: whoever handles it now, and never who reported it.
pub fn read_replies(who: &Actor, kind: &Kind, matter: &Matter) -> Result<Permit<ReadProtected>, Denied> {
    let mut roles = handlers_now(kind, matter);
    roles.retain(|role| *role != Role::Resident);
    among_asked(who, matter, &roles, &[PartState::Waiting])
}

/// Whose turn it is, and the department that has it.
fn handlers_now(kind: &Kind, matter: &Matter) -> Vec<Role> {
    let mut roles = answerers(kind, matter, None);
    if !matter.is_closed() {
        roles.push(Role::DepartmentClerk);
    }
    roles
}

fn read_sealed(who: &Actor, kind: &Kind, matter: &Matter, shown_to: &[Role]) -> Result<Permit<ReadProtected>, Denied> {
    let mut roles = handlers_now(kind, matter);
    roles.retain(|role| shown_to.is_empty() || shown_to.contains(role));
    roles.push(Role::Resident);
    among_asked(who, matter, &roles, &[PartState::Waiting])
}
