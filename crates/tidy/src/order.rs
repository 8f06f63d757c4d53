//! Which crate, capability and room may use which. docs/adr/0001-a-pure-core.md says why.

/// The crates, and the crates of ours that each may use.
pub const CRATES: &[(&str, &[&str])] = &[
    ("rules", &[]),
    ("solver", &[]),
    ("db", &[]),
    ("kit", &[]),
    ("app", &["rules", "solver", "db", "kit"]),
    ("sim", &["app", "rules", "solver", "db", "kit"]),
    ("helin", &["sim", "app", "rules", "solver", "db", "kit"]),
    ("tidy", &[]),
];

/// Crates that may not wait, read a clock or roll dice.
pub const PURE_CRATES: &[&str] = &["rules", "solver"];

/// The capabilities, foundations first: each may use only those before it, and reaches the others by a job.
pub const CAPABILITIES: &[&str] = &[
    "places",
    "people",
    "training",
    "insurance",
    "facilities",
    "covenants",
    "notices",
    "points",
    "duty",
    "matters",
    "casework",
    "dispatch",
    "service",
    "paper",
    "activities",
    "inspections",
    "surveys",
    "recognition",
    "programmes",
    "lists",
    "coverage",
    "reports",
];

/// Where a folder of `app` or `rules` that is no capability stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Under the capabilities: everybody may use it; it uses the named capabilities and other rooms below, nothing else.
    Below(&'static [&'static str]),
    /// Above them: it may use everything, and nothing below may use it.
    Above,
}

/// The technical rooms of `app` and `rules`.
pub const ROOMS: &[(&str, Stand)] = &[
    ("shared", Stand::Below(&[])),
    ("audit", Stand::Below(&[])),
    ("jobs", Stand::Below(&[])),
    ("exchange", Stand::Below(&["people"])),
    ("web", Stand::Below(&["places", "people"])),
    ("identity", Stand::Below(&["places", "people"])),
    ("home", Stand::Above),
    ("rights", Stand::Above),
    ("testing", Stand::Above),
];

/// What a file of `crates/app/src/<folder>/` or `crates/rules/src/<folder>/` belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A capability, by its index in [`CAPABILITIES`].
    Capability(usize),
    Room(Stand),
    Unknown,
}

pub fn place_of(name: &str) -> Place {
    if let Some(index) = CAPABILITIES.iter().position(|c| *c == name) {
        return Place::Capability(index);
    }
    ROOMS.iter().find(|(room, _)| *room == name).map_or(Place::Unknown, |(_, stand)| Place::Room(*stand))
}

/// Whether `user` may use `used`. Names that are neither capability nor room (a function of the crate's root) are free.
pub fn may_use(user: &str, used: &str) -> bool {
    if user == used {
        return true;
    }
    match (place_of(user), place_of(used)) {
        (_, Place::Unknown) | (Place::Room(Stand::Above), _) => true,
        (_, Place::Room(Stand::Above)) => false,
        (_, Place::Room(Stand::Below(_))) => true,
        (Place::Capability(user), Place::Capability(used)) => used < user,
        (Place::Room(Stand::Below(allowed)), Place::Capability(_)) => allowed.contains(&used),
        (Place::Unknown, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_go_downhill() {
        let cases = [
            ("service", "dispatch", true),
            ("dispatch", "service", false),
            ("places", "people", false),
            ("reports", "places", true),
            ("matters", "audit", true),
            ("matters", "home", false),
            ("home", "reports", true),
            ("identity", "people", true),
            ("identity", "matters", false),
            ("jobs", "people", false),
            ("matters", "matters", true),
            ("matters", "Config", true),
            ("basement", "places", false),
        ];
        for (user, used, expected) in cases {
            assert_eq!(may_use(user, used), expected, "{user} uses {used}");
        }
    }
}
