//! Memberships: which role in which organisation, from when until when, and who may give it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::person::MinorRules;
use crate::shared::{Actor, Membership, Refusal, Role};

macro_rules! organisation_kinds {
    ($($(#[$doc:meta])* $kind:ident $key:literal,)*) => {
        /// What an organisation is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum OrganisationKind { $($(#[$doc])* $kind,)* }

        impl OrganisationKind {
            pub const ALL: &'static [OrganisationKind] = &[$(OrganisationKind::$kind,)*];

            /// The stable key, and the locale key `organisation-kind-<key>`.
            pub const fn key(self) -> &'static str {
                match self { $(OrganisationKind::$kind => $key,)* }
            }

            pub fn from_key(key: &str) -> Option<OrganisationKind> {
                match key { $($key => Some(OrganisationKind::$kind),)* _ => None }
            }
        }
    };
}

organisation_kinds! {
    /// 村民委员会、居民委员会
    Committee "committee",
    /// 县直部门、乡镇街道
    Department "department",
    Enterprise "enterprise",
    Shop "shop",
    Association "association",
    Federation "federation",
    Branch "branch",
    /// 社会工作服务机构
    ServiceProvider "service_provider",
    /// 志愿服务队
    Team "team",
}

/// From when until when a membership holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenure {
    pub from: Timestamp,
    /// The first instant at which it holds no more.
    pub until: Option<Timestamp>,
}

impl Tenure {
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    /// Ends it; nothing is deleted.
    ///
    /// # Errors
    /// `membership-ended` when it has ended before.
    pub fn end(mut self, at: Timestamp) -> Result<Tenure, Refusal> {
        if self.until.is_some_and(|until| until <= at) {
            return Err(Refusal::new("membership-ended"));
        }
        self.until = Some(at.max(self.from));
        Ok(self)
    }
}

/// The kinds of organisation in which a role makes sense. Empty: the role is held at a place, without an organisation.
pub const fn organisations_of(role: Role) -> &'static [OrganisationKind] {
    use OrganisationKind::*;
    match role {
        Role::Resident => &[],
        Role::Volunteer => &[Team],
        Role::TeamLeader => &[Team],
        Role::SocialWorker => &[ServiceProvider, Department, Committee],
        Role::CommunityWorker | Role::GridMember => &[Committee, Department],
        Role::CallTaker => &[Department, ServiceProvider],
        Role::DepartmentClerk => &[Department],
        Role::Inspector | Role::CountyOfficial | Role::Administrator | Role::Auditor => &[Department],
    }
}

/// Whether a role cannot be held without an organisation.
pub const fn needs_organisation(role: Role) -> bool {
    matches!(role, Role::TeamLeader | Role::DepartmentClerk)
}

/// Who may give and end a role. Volunteering itself is one's own act: staff never make somebody a volunteer
/// (山东省志愿服务条例 第十一条), they only put a volunteer into a team.
const fn given_by(role: Role) -> &'static [Role] {
    match role {
        Role::Resident => &[],
        Role::Volunteer => &[Role::TeamLeader, Role::SocialWorker, Role::CommunityWorker],
        Role::TeamLeader => &[Role::SocialWorker, Role::CommunityWorker],
        _ => &[Role::Administrator],
    }
}

/// Whether `who` may give a role to anybody at all: what a form offers.
pub fn may_give(who: &Actor, role: Role) -> bool {
    who.is_system() || given_by(role).iter().any(|giver| who.has_role(*giver))
}

/// Whether `who` could give somebody this membership, as far as its role and place go.
pub fn could_give(who: &Actor, membership: &Membership) -> bool {
    who.is_system() || given_by(membership.role).iter().any(|giver| who.covers(*giver, &membership.place_path))
}

/// How it is known that somebody wants to belong to a team: nobody is put into one unasked, as nobody is made a volunteer
/// (山东省志愿服务条例 第十一条).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Word {
    /// They are asked, and belong to it from when they say yes.
    #[default]
    Asked,
    /// They said yes to whoever takes them in, who answers for it.
    Given,
}

impl Word {
    /// The stable key of events.
    pub const fn key(self) -> &'static str {
        match self {
            Word::Asked => "asked",
            Word::Given => "given",
        }
    }
}

/// Whether a role is taken on of one's own will, and not part of somebody's employment.
pub const fn of_own_will(role: Role) -> bool {
    matches!(role, Role::Volunteer | Role::TeamLeader)
}

/// Whether somebody is asked before they have the role: one of their own will, in a unit, to which they have said nothing yet.
pub const fn is_asked(role: Role, in_unit: bool, word: Word) -> bool {
    of_own_will(role) && in_unit && matches!(word, Word::Asked)
}

/// Whether the unit is named that a role cannot be held without.
///
/// # Errors
/// `membership-unit-missing`.
pub fn check_unit(role: Role, has_unit: bool) -> Result<(), Refusal> {
    if needs_organisation(role) && !has_unit {
        return Err(Refusal::new("membership-unit-missing").with("role", role.key()).at_field("organisation"));
    }
    Ok(())
}

/// A membership that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Appointment<'a> {
    pub role: Role,
    /// The kind of the organisation, when there is one.
    pub organisation: Option<OrganisationKind>,
    /// The path of the place whose subtree it covers.
    pub place_path: &'a str,
    /// The person has registered as a volunteer and not left.
    pub is_volunteer: bool,
    /// The same role in the same organisation and place holds already.
    pub held_already: bool,
    /// They have been asked for the same, and have not answered.
    pub asked_already: bool,
    pub word: Word,
    pub to_self: bool,
    /// Its last moment is over.
    pub is_over: bool,
}

/// Whether `who` may give this membership. The permit for `people.appoint` says that `who` may appoint at this place;
/// this says whether this role, here.
///
/// # Errors
/// `appoint-self`, `appoint-role`, `membership-unit-missing`,
/// `appoint-organisation`, `appoint-place`, `appoint-not-volunteer`, `appoint-held`,
/// `appoint-asked`, `appoint-over`.
pub fn appoint(who: &Actor, asked: &Appointment<'_>) -> Result<(), Refusal> {
    let role = Refusal::new("appoint-role").with("role", asked.role.key()).at_field("role");
    if asked.to_self {
        return Err(Refusal::new("appoint-self"));
    }
    let givers = given_by(asked.role);
    if !may_give(who, asked.role) {
        return Err(role);
    }
    check_unit(asked.role, asked.organisation.is_some())?;
    if asked.organisation.is_some_and(|kind| !organisations_of(asked.role).contains(&kind)) {
        return Err(Refusal::new("appoint-organisation").with("role", asked.role.key()).at_field("organisation"));
    }
    // Nobody gives a wider place than their own.
    if !who.is_system() && !givers.iter().any(|giver| who.covers(*giver, asked.place_path)) {
        return Err(Refusal::new("appoint-place").at_field("place"));
    }
    if asked.role == Role::Volunteer && !asked.is_volunteer {
        return Err(Refusal::new("appoint-not-volunteer"));
    }
    if asked.held_already {
        return Err(Refusal::new("appoint-held").with("role", asked.role.key()));
    }
    if asked.asked_already && asked.word == Word::Asked {
        return Err(Refusal::new("appoint-asked"));
    }
    if asked.is_over {
        return Err(Refusal::new("appoint-over").at_field("until"));
    }
    Ok(())
}

/// Whether somebody who was asked to take on `role` may say yes now.
///
/// # Errors
/// `team-not-asked` when nothing waits for their answer; `join-not-volunteer` when they have stopped volunteering since.
pub fn join(role: Role, is_asked: bool, is_volunteer: bool) -> Result<(), Refusal> {
    if !is_asked {
        return Err(Refusal::new("team-not-asked"));
    }
    if role == Role::Volunteer && !is_volunteer {
        return Err(Refusal::new("join-not-volunteer"));
    }
    Ok(())
}

/// A membership that is to end.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    pub role: Role,
    pub place_path: &'a str,
    /// How many others lead the same organisation.
    pub other_leaders: usize,
    /// How many others belong to it.
    pub others: usize,
    /// Somebody else administers the place, or one around it.
    pub administered: bool,
}

impl Ending<'_> {
    /// The team would be left with members and without a leader.
    pub const fn leaves_no_leader(&self) -> bool {
        matches!(self.role, Role::TeamLeader) && self.other_leaders == 0 && self.others > 0
    }
}

/// Whether `who`, who holds the permit for it, may end this membership now. The last leader of a team stays until there is
/// another, unless those end it who could appoint one. After the last administrator of a place nobody could give a role there.
///
/// # Errors
/// `team-last-leader`, `membership-last-administrator`.
pub fn end(who: &Actor, ending: &Ending<'_>) -> Result<(), Refusal> {
    let appoints = given_by(Role::TeamLeader).iter().any(|giver| who.covers(*giver, ending.place_path));
    if ending.leaves_no_leader() && !appoints && !who.is_system() {
        return Err(Refusal::new("team-last-leader"));
    }
    if ending.role == Role::Administrator && !ending.administered {
        return Err(Refusal::new("membership-last-administrator"));
    }
    Ok(())
}

/// Whether somebody may register as a volunteer now. A minor may, and serves only as [`super::person::may_serve`] says.
///
/// # Errors
/// `volunteer-already` while one is a volunteer; `volunteer-too-young` below the least age, in full years
/// (民法典 第二十条).
pub fn volunteer(age: Option<u8>, is_volunteer: bool, rules: &MinorRules) -> Result<(), Refusal> {
    if is_volunteer {
        return Err(Refusal::new("volunteer-already"));
    }
    if age.is_some_and(|age| age < rules.least_age) {
        return Err(Refusal::new("volunteer-too-young").with("age", i64::from(rules.least_age)).at_field("birth_date"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::{Cell, Channel, Id, Membership};
    use uuid::Uuid;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_tenure_holds_from_its_first_instant_until_before_its_end() {
        let tenure = Tenure { from: at("2026-01-01T00:00:00Z"), until: Some(at("2026-07-01T00:00:00Z")) };
        let cases = [
            ("2025-12-31T23:59:59Z", false),
            ("2026-01-01T00:00:00Z", true),
            ("2026-06-30T23:59:59Z", true),
            ("2026-07-01T00:00:00Z", false),
        ];
        for (instant, expected) in cases {
            assert_eq!(tenure.holds_at(at(instant)), expected, "{instant}");
        }
        assert_eq!(tenure.end(at("2026-08-01T00:00:00Z")).unwrap_err().code, "membership-ended");
        assert_eq!(tenure.end(at("2026-02-01T00:00:00Z")).unwrap().until, Some(at("2026-02-01T00:00:00Z")));
        let future = Tenure { from: at("2027-01-01T00:00:00Z"), until: None };
        assert!(!future.end(at("2026-02-01T00:00:00Z")).unwrap().holds_at(at("2027-06-01T00:00:00Z")));
    }

    #[test]
    fn one_becomes_a_volunteer_once_and_not_below_eight() {
        let rules = MinorRules::default();
        let cases = [
            (Some(40), false, None),
            (None, false, None),
            (Some(8), false, None),
            (Some(7), false, Some("volunteer-too-young")),
            (Some(40), true, Some("volunteer-already")),
        ];
        for (age, is_volunteer, expected) in cases {
            assert_eq!(volunteer(age, is_volunteer, &rules).err().map(|r| r.code), expected, "{age:?} {is_volunteer}");
        }
    }

    #[test]
    fn roles_are_given_by_those_who_may() {
        let village = "3717/371722/371722003/371722003003/";
        let who = |role| {
            let membership = Membership { role, organisation: None, place_path: village.into() };
            Actor::person(Id::new(Cell(1), Uuid::from_u128(1)), vec![membership], Channel::Web)
        };
        let asked = Appointment {
            role: Role::Volunteer,
            organisation: Some(OrganisationKind::Team),
            place_path: village,
            is_volunteer: true,
            held_already: false,
            asked_already: false,
            word: Word::Asked,
            to_self: false,
            is_over: false,
        };
        let cases = [
            ("a leader takes a volunteer in", Role::TeamLeader, asked, None),
            (
                "nobody is made a volunteer",
                Role::CommunityWorker,
                Appointment { is_volunteer: false, ..asked },
                Some("appoint-not-volunteer"),
            ),
            (
                "a leader makes no leader",
                Role::TeamLeader,
                Appointment { role: Role::TeamLeader, ..asked },
                Some("appoint-role"),
            ),
            (
                "staff are the administrator's to appoint",
                Role::CommunityWorker,
                Appointment { role: Role::SocialWorker, organisation: None, ..asked },
                Some("appoint-role"),
            ),
            (
                "a clerk needs a department",
                Role::Administrator,
                Appointment { role: Role::DepartmentClerk, organisation: None, ..asked },
                Some("membership-unit-missing"),
            ),
            (
                "a clerk of a shop",
                Role::Administrator,
                Appointment { role: Role::DepartmentClerk, organisation: Some(OrganisationKind::Shop), ..asked },
                Some("appoint-organisation"),
            ),
            (
                "no wider place than one's own",
                Role::Administrator,
                Appointment { role: Role::SocialWorker, organisation: None, place_path: "3717/", ..asked },
                Some("appoint-place"),
            ),
            (
                "not oneself",
                Role::Administrator,
                Appointment { role: Role::Auditor, organisation: None, to_self: true, ..asked },
                Some("appoint-self"),
            ),
            ("not twice", Role::TeamLeader, Appointment { held_already: true, ..asked }, Some("appoint-held")),
            ("not asked twice", Role::TeamLeader, Appointment { asked_already: true, ..asked }, Some("appoint-asked")),
            (
                "who said yes meanwhile",
                Role::TeamLeader,
                Appointment { asked_already: true, word: Word::Given, ..asked },
                None,
            ),
            ("not until yesterday", Role::TeamLeader, Appointment { is_over: true, ..asked }, Some("appoint-over")),
        ];
        for (name, role, asked, expected) in cases {
            assert_eq!(appoint(&who(role), &asked).err().map(|r| r.code), expected, "{name}");
        }
    }

    #[test]
    fn a_role_of_a_unit_is_held_in_one() {
        for (role, needs) in [
            (Role::TeamLeader, true),
            (Role::DepartmentClerk, true),
            (Role::SocialWorker, false),
            (Role::Volunteer, false),
        ] {
            let refused = check_unit(role, false).err().map(|refusal| refusal.code);
            assert_eq!(refused, needs.then_some("membership-unit-missing"), "{role:?}");
            assert!(check_unit(role, true).is_ok(), "{role:?}");
        }
    }

    #[test]
    fn who_was_asked_says_yes_while_they_volunteer() {
        let cases = [
            (Role::Volunteer, true, true, None),
            (Role::Volunteer, false, true, Some("team-not-asked")),
            (Role::Volunteer, false, false, Some("team-not-asked")),
            (Role::Volunteer, true, false, Some("join-not-volunteer")),
            // Who leads a team need not serve.
            (Role::TeamLeader, true, false, None),
        ];
        for (role, is_asked, is_volunteer, expected) in cases {
            let refused = join(role, is_asked, is_volunteer).err().map(|r| r.code);
            assert_eq!(refused, expected, "{role:?} {is_asked} {is_volunteer}");
        }
    }

    #[test]
    fn the_last_leader_and_the_last_administrator_stay_until_there_is_another() {
        let village = "3717/371722/371722003/371722003003/";
        let who = |role| {
            let membership = Membership { role, organisation: None, place_path: village.into() };
            Actor::person(Id::new(Cell(1), Uuid::from_u128(1)), vec![membership], Channel::Web)
        };
        let ending = |role, other_leaders, others| Ending {
            role,
            place_path: village,
            other_leaders,
            others,
            administered: false,
        };
        let relieved = Ending { administered: true, ..ending(Role::Administrator, 0, 0) };
        let cases = [
            ("the last leader", Role::TeamLeader, ending(Role::TeamLeader, 0, 3), Some("team-last-leader")),
            ("one of two", Role::TeamLeader, ending(Role::TeamLeader, 1, 3), None),
            ("of a team of nobody else", Role::TeamLeader, ending(Role::TeamLeader, 0, 0), None),
            ("a member", Role::TeamLeader, ending(Role::Volunteer, 0, 3), None),
            ("by who appoints leaders", Role::CommunityWorker, ending(Role::TeamLeader, 0, 3), None),
            ("by who does not", Role::Administrator, ending(Role::TeamLeader, 0, 3), Some("team-last-leader")),
            (
                "the last administrator",
                Role::Administrator,
                ending(Role::Administrator, 0, 0),
                Some("membership-last-administrator"),
            ),
            ("one of two administrators", Role::Administrator, relieved, None),
        ];
        for (name, role, ending, expected) in cases {
            assert_eq!(end(&who(role), &ending).err().map(|r| r.code), expected, "{name}");
        }
    }

    #[test]
    fn kinds_of_organisation_have_keys_that_read_back() {
        for kind in OrganisationKind::ALL {
            assert_eq!(OrganisationKind::from_key(kind.key()), Some(*kind));
        }
        assert_eq!(OrganisationKind::from_key("guild"), None);
    }
}
