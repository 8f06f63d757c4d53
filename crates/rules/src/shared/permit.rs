//! Permits: proof that who asks may do a verb to a subject.
//!
//! Only the `access.rs` of a capability makes one, through [`check`]; a deciding function demands it. The grants of all
//! verbs together are the access table, committed as `docs/generated/access-table.txt`.

use std::marker::PhantomData;

use uuid::Uuid;

use super::actor::{Actor, Role, TokenScope};
use super::ids::{OrganisationId, PersonId};

/// How far a role's permission for a verb reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What is one's own: raised by oneself, about oneself, offered to oneself.
    Own,
    /// What one was given: a task accepted, a matter assigned, a part of one's organisation.
    Assigned,
    /// Everything within the place or organisation of the membership.
    Scope,
}

impl Reach {
    pub const fn key(self) -> &'static str {
        match self {
            Reach::Own => "own",
            Reach::Assigned => "assigned",
            Reach::Scope => "scope",
        }
    }
}

/// One cell of the access table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub reach: Reach,
}

/// A verb: what may be done, and by whom. Declare with [`verbs!`](crate::verbs).
pub trait Verb {
    /// `capability.verb`, the row of the access table and the name in the event log.
    const NAME: &'static str;
    const GRANTS: &'static [Grant];
}

/// How the subject relates to who asks; the store fills it in.
#[derive(Clone, Debug, Default)]
pub struct Relation<'a> {
    pub place_path: Option<&'a str>,
    /// Whose it is: who raised it, whom it is about, to whom it was offered.
    pub owners: &'a [PersonId],
    /// Who was given it.
    pub assignees: &'a [PersonId],
    pub organisations: &'a [OrganisationId],
    /// Matters marked private reach only the handlers named by it, not a whole scope.
    pub private: bool,
}

/// Proof that `by` may do `V` to `subject`.
#[derive(Debug)]
pub struct Permit<V> {
    pub subject: Uuid,
    pub by: Option<PersonId>,
    verb: PhantomData<V>,
}

/// Who asks may not do this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied {
    pub verb: &'static str,
}

/// Makes the permit, or says that it may not be had. Called by `access.rs` files alone (a test reads the sources).
pub fn check<V: Verb>(who: &Actor, subject: Uuid, relation: &Relation<'_>) -> Result<Permit<V>, Denied> {
    check_as(who, subject, relation, Role::ALL)
}

/// As [`check`], counting only the grants of `roles`: what data (a kind, a scheme) allows narrows the access table, and
/// the same role must pass both.
pub fn check_as<V: Verb>(
    who: &Actor,
    subject: Uuid,
    relation: &Relation<'_>,
    roles: &[Role],
) -> Result<Permit<V>, Denied> {
    let granted = || Permit { subject, by: who.person, verb: PhantomData };
    let denied = Denied { verb: V::NAME };
    if who.is_system() {
        return Ok(granted());
    }
    if !token_writes(who, V::NAME) {
        return Err(denied);
    }
    let people: Vec<PersonId> = who.person.into_iter().chain(who.acts_for(V::NAME)).collect();
    let holds = V::GRANTS.iter().filter(|g| roles.contains(&g.role)).any(|grant| holds(who, &people, *grant, relation));
    if holds { Ok(granted()) } else { Err(denied) }
}

/// True when some membership has the verb at all, whatever the subject: decides what a menu shows.
pub fn might<V: Verb>(who: &Actor) -> bool {
    token_writes(who, V::NAME) && V::GRANTS.iter().any(|g| who.has_role(g.role))
}

/// `people`: who asks, and the one they act for where a mandate reaches the verb.
fn holds(who: &Actor, people: &[PersonId], grant: Grant, relation: &Relation<'_>) -> bool {
    if !who.has_role(grant.role) {
        return false;
    }
    let is_one_of = |wanted: &[PersonId]| wanted.iter().any(|p| people.contains(p));
    match grant.reach {
        Reach::Own => is_one_of(relation.owners),
        Reach::Assigned => {
            is_one_of(relation.assignees)
                || who.memberships.iter().any(|m| {
                    m.role == grant.role && m.organisation.is_some_and(|o| relation.organisations.contains(&o))
                })
        }
        Reach::Scope if relation.private && !is_one_of(relation.assignees) => {
            // A private matter is for the professional who triages and for those it was given to.
            grant.role == Role::SocialWorker && in_scope(who, grant.role, relation)
        }
        Reach::Scope => in_scope(who, grant.role, relation),
    }
}

fn in_scope(who: &Actor, role: Role, relation: &Relation<'_>) -> bool {
    match relation.place_path {
        Some(path) => who.covers(role, path),
        // A subject without a place belongs to the whole city.
        None => true,
    }
}

/// Whether the token used, if one was, lets who asks do this verb: `*` and `<capability>:write` do, and while a call only
/// reads [`SEES`]. Otherwise a verb writes; whether the call itself may read is checked with [`token_reads`].
pub fn token_writes(who: &Actor, verb: &str) -> bool {
    let Some(scopes) = &who.token_scopes else { return true };
    let (capability, does) = verb.split_once('.').unwrap_or((verb, ""));
    let is_held = |scope: &TokenScope| match scope.0.as_str() {
        "*" => true,
        SEES => does != OPENS,
        scope => scope.strip_suffix(":write") == Some(capability),
    };
    scopes.iter().any(is_held)
}

/// What a token holds beside its own scopes while it is used for a call that reads and that it may make. No token is given
/// it. Which verbs somebody has decides also what they are shown, and such a call does none of them; but what is sealed
/// stays closed to a token that only reads: to open it is written down as an act.
pub const SEES: &str = "sees";

/// The end of the verbs that open what is sealed.
const OPENS: &str = "read_protected";

/// Whether who asks may read this capability's data through the token used, if one was.
pub fn token_reads(who: &Actor, capability: &str) -> bool {
    let Some(scopes) = &who.token_scopes else { return true };
    scopes.iter().any(|s| s.0 == "*" || s.0 == "read" || s.0.split_once(':').is_some_and(|(c, _)| c == capability))
}

/// Declares verbs with their grants, and `VERBS`, the rows they add to the access table.
///
/// ```
/// rules::verbs! {
///     /// A social worker sets level, type and way of service.
///     Triage "matters.triage" { SocialWorker: Scope }
/// }
/// assert_eq!(VERBS[0].0, "matters.triage");
/// ```
#[macro_export]
macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident $name:literal { $($role:ident : $reach:ident),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $verb {}
            impl $crate::shared::Verb for $verb {
                const NAME: &'static str = $name;
                const GRANTS: &'static [$crate::shared::Grant] = &[
                    $($crate::shared::Grant { role: $crate::shared::Role::$role, reach: $crate::shared::Reach::$reach }),*
                ];
            }
        )*
        /// This capability's rows of the access table: verb and grants.
        pub const VERBS: &[(&str, &[$crate::shared::Grant])] =
            &[$(($name, <$verb as $crate::shared::Verb>::GRANTS)),*];
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::{Cell, Channel, Id, Membership};

    crate::verbs! {
        Mend "roof.mend" { Volunteer: Assigned, SocialWorker: Scope, Resident: Own }
        Secret "identity.secret" { Resident: Own }
    }

    fn person(n: u128) -> PersonId {
        Id::new(Cell(1), Uuid::from_u128(n))
    }

    fn actor(n: u128, roles: &[(Role, &str)]) -> Actor {
        let memberships = roles
            .iter()
            .map(|(role, path)| Membership { role: *role, organisation: None, place_path: (*path).into() })
            .collect();
        Actor::person(person(n), memberships, Channel::Web)
    }

    #[test]
    fn reach_decides() {
        let owners = [person(1)];
        let given = [person(2)];
        let roof =
            Relation { place_path: Some("3717/371722/"), owners: &owners, assignees: &given, ..Default::default() };
        let cases = [
            ("the owner", actor(1, &[]), true),
            ("a stranger", actor(9, &[]), false),
            ("the volunteer who has it", actor(2, &[(Role::Volunteer, "3717/")]), true),
            ("another volunteer", actor(3, &[(Role::Volunteer, "3717/")]), false),
            ("a social worker of the county", actor(4, &[(Role::SocialWorker, "3717/371722/")]), true),
            ("a social worker elsewhere", actor(5, &[(Role::SocialWorker, "3717/371703/")]), false),
            ("the system", Actor::system(), true),
        ];
        for (name, who, expected) in cases {
            assert_eq!(check::<Mend>(&who, Uuid::nil(), &roof).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn acting_for_another_reaches_what_is_theirs_but_not_everything() {
        let owners = [person(1)];
        let roof = Relation { owners: &owners, ..Default::default() };
        let who = Actor { on_behalf_of: Some(person(1)), ..actor(9, &[]) };
        assert!(check::<Mend>(&who, Uuid::nil(), &roof).is_ok());
        assert!(check::<Secret>(&who, Uuid::nil(), &roof).is_err(), "no mandate reaches it");
        assert!(check::<Secret>(&actor(1, &[]), Uuid::nil(), &roof).is_ok());
    }

    #[test]
    fn verbs_are_rows_of_the_access_table() {
        let [(name, grants), _] = VERBS else { panic!("two verbs are declared above") };
        assert_eq!((*name, grants.len()), (Mend::NAME, 3));
    }

    #[test]
    fn a_token_narrows_what_its_person_may_do() {
        let mut who = actor(4, &[(Role::SocialWorker, "3717/")]);
        let roof = Relation { place_path: Some("3717/"), ..Default::default() };
        for (scope, expected) in [
            ("*", true),
            ("roof:write", true),
            (SEES, true),
            ("roof:read", false),
            ("read", false),
            ("sky:write", false),
        ] {
            who.token_scopes = Some(vec![TokenScope(scope.into())]);
            assert_eq!(check::<Mend>(&who, Uuid::nil(), &roof).is_ok(), expected, "{scope}");
        }
        for (scopes, expected) in
            [(&["*"][..], true), (&["roof:write"], true), (&["roof:write", SEES], true), (&["read", SEES], false)]
        {
            who.token_scopes = Some(scopes.iter().map(|scope| TokenScope((*scope).into())).collect());
            assert_eq!(token_writes(&who, "roof.read_protected"), expected, "{scopes:?}");
        }
    }

    #[test]
    fn data_narrows_the_table_and_never_widens_it() {
        let worker = actor(4, &[(Role::SocialWorker, "3717/")]);
        let official = actor(5, &[(Role::CountyOfficial, "3717/")]);
        let roof = Relation { place_path: Some("3717/"), ..Default::default() };
        let may = |who: &Actor, roles: &[Role]| check_as::<Mend>(who, Uuid::nil(), &roof, roles).is_ok();
        assert!(may(&worker, &[Role::SocialWorker, Role::CountyOfficial]));
        assert!(!may(&worker, &[Role::Volunteer]), "the same role must pass both");
        assert!(!may(&worker, &[]));
        assert!(!may(&official, &[Role::CountyOfficial]), "not in the table");
        assert_eq!(VERBS.len(), 2);
    }
}
