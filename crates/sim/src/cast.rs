//! Who and where: the city as the story remembers it.

use rules::shared::ids::{OrganisationId, PersonId, PlaceId};
use rules::shared::{Actor, Channel, Membership, Role};

/// Where a household lives and things happen: a grid, or the whole place where there are none.
#[derive(Clone, Debug)]
pub struct Spot {
    pub place: PlaceId,
    pub path: String,
}

/// A community or village where people live.
#[derive(Clone, Debug)]
pub struct Home {
    pub place: PlaceId,
    pub name: String,
    pub path: String,
    /// Its grids, or itself; never empty.
    pub spots: Vec<Spot>,
    pub township: String,
    pub county: String,
    pub is_community: bool,
    /// One of the sixteen pilots.
    pub is_pilot: bool,
    /// Beside the real places; only here does anything happen that speaks ill of anyone.
    pub invented: bool,
    /// Who lives here, by index into [`Cast::people`].
    pub people: Vec<usize>,
    /// Who of them volunteers.
    pub volunteers: Vec<usize>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub phone: String,
    pub home: usize,
    /// In which of the home's spots.
    pub spot: usize,
    pub age: i16,
    /// Empty, `courier`, `rider` or `driver`.
    pub group: &'static str,
    pub memberships: Vec<Membership>,
}

impl Person {
    /// This person asking by some channel.
    pub fn actor(&self, channel: Channel) -> Actor {
        Actor::person(self.id, self.memberships.clone(), channel)
    }

    pub fn has(&self, role: Role) -> bool {
        self.memberships.iter().any(|m| m.role == role)
    }
}

/// A department of a county.
#[derive(Clone, Debug)]
pub struct Department {
    pub id: OrganisationId,
    pub county: String,
    /// What it answers for, as in the kinds' types.
    pub answers: &'static [&'static str],
    pub clerk: usize,
}

/// Everybody.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    pub name: String,
    pub places: usize,
    pub homes: Vec<Home>,
    pub people: Vec<Person>,
    pub departments: Vec<Department>,
    /// Those with a role at a desk, by index into `people`.
    pub staff: Vec<(Role, usize)>,
}

impl Cast {
    /// Staff of a role whose place covers `path`.
    pub fn staff_of(&self, role: Role, path: &str) -> Vec<usize> {
        let covers =
            |i: usize| self.people[i].memberships.iter().any(|m| m.role == role && path.starts_with(&m.place_path));
        self.staff.iter().filter(|(r, i)| *r == role && covers(*i)).map(|(_, i)| *i).collect()
    }
}
