//! Who asks: a person, whom they act for, the memberships valid today, and what their token may do.

use serde::{Deserialize, Serialize};

use super::behalf;
use super::ids::{OrganisationId, PersonId};

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident $key:literal,)*) => {
        /// What a membership makes of a person. Everyone signed in is also a resident.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Role { $($(#[$doc])* $role,)* }

        impl Role {
            pub const ALL: &'static [Role] = &[$(Role::$role,)*];

            /// The stable key: in kinds, in the database, in the API and as the locale key `role-<key>`.
            pub const fn key(self) -> &'static str {
                match self { $(Role::$role => $key,)* }
            }

            pub fn from_key(key: &str) -> Option<Role> {
                match key { $($key => Some(Role::$role),)* _ => None }
            }
        }
    };
}

roles! {
    Resident "resident",
    Volunteer "volunteer",
    TeamLeader "team_leader",
    /// Holds the professional qualification; triages, dispatches, does casework, supervises.
    SocialWorker "social_worker",
    /// Community staff; not a social worker.
    CommunityWorker "community_worker",
    GridMember "grid_member",
    CallTaker "call_taker",
    DepartmentClerk "department_clerk",
    Inspector "inspector",
    CountyOfficial "county_official",
    Administrator "administrator",
    Auditor "auditor",
}

impl Role {
    /// Held by employment, at a desk; residents and volunteers are none.
    pub const fn is_of_staff(self) -> bool {
        !matches!(self, Role::Resident | Role::Volunteer | Role::TeamLeader)
    }
}

/// Person × role × place or organisation; only those valid at the moment of asking are in an [`Actor`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub role: Role,
    pub organisation: Option<OrganisationId>,
    /// The path of the place whose subtree this membership covers, as in `places_places.path` (`3717/371722/`).
    pub place_path: String,
}

/// By which way a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Web,
    Api,
    /// A call-taker typed what a caller said.
    Phone,
    /// A paper form entered later.
    Paper,
    Desk,
    Import,
    Job,
    Simulator,
    CommandLine,
}

impl Channel {
    pub const fn key(self) -> &'static str {
        match self {
            Channel::Web => "web",
            Channel::Api => "api",
            Channel::Phone => "phone",
            Channel::Paper => "paper",
            Channel::Desk => "desk",
            Channel::Import => "import",
            Channel::Job => "job",
            Channel::Simulator => "simulator",
            Channel::CommandLine => "command_line",
        }
    }

    pub fn from_key(key: &str) -> Option<Channel> {
        use Channel::*;
        [Web, Api, Phone, Paper, Desk, Import, Job, Simulator, CommandLine].into_iter().find(|c| c.key() == key)
    }
}

/// What an API token may do: `*`, `read`, `matters:read` or `matters:write`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenScope(pub String);

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `None` for the system itself (a job), which holds every permit and signs as the job.
    pub person: Option<PersonId>,
    /// Whom they act for, by a mandate that holds now. What no mandate reaches is done for oneself: [`Actor::acts_for`].
    pub on_behalf_of: Option<PersonId>,
    pub memberships: Vec<Membership>,
    pub channel: Channel,
    /// `None` when the request does not come by token.
    pub token_scopes: Option<Vec<TokenScope>>,
}

impl Actor {
    /// A signed-in person.
    pub fn person(person: PersonId, memberships: Vec<Membership>, channel: Channel) -> Actor {
        Actor { person: Some(person), on_behalf_of: None, memberships, channel, token_scopes: None }
    }

    /// The system: due jobs, clocks that ran out.
    pub fn system() -> Actor {
        Actor { person: None, on_behalf_of: None, memberships: Vec::new(), channel: Channel::Job, token_scopes: None }
    }

    /// Whose things are meant: those of the one they act for, else their own.
    pub fn stands_for(&self) -> Option<PersonId> {
        self.on_behalf_of.or(self.person)
    }

    /// Whom `verb` is done for, where a mandate reaches it (`behalf.toml`).
    pub fn acts_for(&self, verb: &str) -> Option<PersonId> {
        self.on_behalf_of.filter(|_| behalf::reaches(verb))
    }

    pub fn is_system(&self) -> bool {
        self.person.is_none()
    }

    /// Everyone is a resident; other roles come from memberships.
    pub fn has_role(&self, role: Role) -> bool {
        role == Role::Resident || self.memberships.iter().any(|m| m.role == role)
    }

    /// The paths of the places in which this actor has `role`.
    pub fn places_as(&self, role: Role) -> impl Iterator<Item = &str> {
        self.memberships.iter().filter(move |m| m.role == role).map(|m| m.place_path.as_str())
    }

    /// True when a membership in `role` covers `path` or a part of the tree above it.
    pub fn covers(&self, role: Role, path: &str) -> bool {
        self.places_as(role).any(|root| path.starts_with(root))
    }

    /// Staff see the desk; residents and volunteers do not.
    pub fn is_staff(&self) -> bool {
        self.memberships.iter().any(|m| m.role.is_of_staff())
    }
}
