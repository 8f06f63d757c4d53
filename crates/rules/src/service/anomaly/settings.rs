//! Weights and limits of the signs; `anomalies.toml` says what each means.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::places::path::Distance;

/// Everything that records are weighed by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnomalyRules {
    /// Points from which a record is held; above 100 none is.
    pub bar: i64,
    /// Working days in which the volunteer may answer.
    pub hearing_working_days: i64,
    /// Working days in which the volunteer may appeal.
    pub appeal_working_days: i64,
    /// After how many hours what was entered by hand is weighed once more.
    pub look_again_hours: i64,
    /// How many of ten thousand confirmed records are asked about by telephone.
    pub call_back_of_10000: u16,
    pub bulk_entered: Setting<Bulk>,
    pub bulk_confirmed: Setting<Bulk>,
    pub overlap: Setting<Overlap>,
    pub too_far: Setting<Way>,
    pub same_confirmer: Setting<Share>,
    pub beyond_plan: Setting<Plan>,
    pub long_day: Setting<Day>,
    pub night: Setting<Night>,
    pub copied_card: Setting<Together>,
    pub copied_code: Setting<Together>,
    pub sent_after: Setting<SentAfter>,
    pub close_recorder: Setting<NoLimits>,
    pub not_served: Setting<NoLimits>,
    pub found_false: Setting<FalseBefore>,
}

static EMBEDDED: LazyLock<AnomalyRules> =
    LazyLock::new(|| AnomalyRules::parse(AnomalyRules::OWN).expect("the embedded settings are read by a test"));

impl Default for AnomalyRules {
    fn default() -> AnomalyRules {
        EMBEDDED.clone()
    }
}

impl AnomalyRules {
    /// The program's own file.
    pub const OWN: &str = include_str!("anomalies.toml");

    /// Reads a file of settings.
    ///
    /// # Errors
    /// What the reader says: a name unknown or missing, a number that is none.
    pub fn parse(toml: &str) -> Result<AnomalyRules, toml::de::Error> {
        toml::from_str(toml)
    }

    /// With a bar that nothing reaches: signs are found, and nothing is held.
    #[must_use]
    pub fn holding_nothing(self) -> AnomalyRules {
        AnomalyRules { bar: i64::MAX, ..self }
    }
}

/// What one sign weighs and from where on it is one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting<L> {
    /// Points.
    pub weight: i64,
    /// The first day of service that is weighed by it.
    pub valid_from: Date,
    /// Law and article, or `local setting`.
    pub source: String,
    pub limits: L,
}

impl<L> Setting<L> {
    /// The limits, for a service of that day.
    pub fn on(&self, day: Date) -> Option<&L> {
        (self.valid_from <= day).then_some(&self.limits)
    }
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident { $($field:ident),* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $(pub $field: i64),* }
    )*};
}

limits! {
    /// Services beyond the first of each volunteer, within so many minutes.
    Bulk { repeats, within_minutes }
    Overlap { more_than_minutes }
    /// Minutes that a way takes.
    Way { same_township, same_county, beyond }
    Share { records, share_percent, above_others_percent, within_days }
    Plan { percent, minutes }
    Day { minutes }
    Night { from_hour, until_hour, minutes }
    Together { people, within_seconds }
    SentAfter { minutes }
    /// So many false records, or one of a company of so many volunteers; so many others there stand for a record.
    FalseBefore { records, within_days, company, others_there }
    NoLimits { }
}

impl Way {
    /// Minutes that the way between two places of this distance takes at least.
    pub const fn minutes(&self, distance: Distance) -> i64 {
        match distance {
            Distance::SameGrid | Distance::SameVillage => 0,
            Distance::SameTownship => self.same_township,
            Distance::SameCounty => self.same_county,
            Distance::Beyond => self.beyond,
        }
    }
}
