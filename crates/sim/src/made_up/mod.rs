//! A city in which some hours are made up, to see what the reviews of service catch and whom they delay. The story runs
//! as ever; beside it honest people do what looks odd and is not, and in the invented villages some cheat. What is true is
//! kept in a ledger that the product never sees.

mod acts;
mod appeals;
mod report;
mod script;

use std::collections::BTreeMap;

use app::{App, Stop};
use rules::shared::ids::RecordId;
use uuid::Uuid;

pub use report::{Cheats, Line, Report};

pub use self::acts::Act;
pub use self::appeals::Appeals;
use crate::stage::Stage;
use crate::story::Story;
use crate::{Hands, Plan, Progress, settle};

/// What a record is in truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// As the story goes: invited, came, left, confirmed; forgotten check-outs and late entries among them.
    Story,
    /// An activity with a sheet of paper, typed in by the desk on Monday, one name after the other.
    Sheet,
    /// A desk that catches up with a few visits.
    DeskCatchUp,
    /// A volunteer who enters two or three visits of their own at once.
    OwnCatchUp,
    /// Two who always go together, and sign with the card of whom they visit.
    Couple,
    /// A group that scans the venue's QR coming and going.
    Group,
    /// A night at the river dyke, entered afterwards.
    NightWatch,
    /// An old volunteer's notebook: the desk types eight visits of one person at once.
    Notebook,
    /// A visit that took twice as long as planned, entered in the evening.
    LongVisit,
    /// A colluding recorder types a whole evening's worth.
    BulkRecorder,
    /// The same recorder, two entries a week.
    SlowRecorder,
    /// One photographs a service card, and all sign with it.
    CopiedCard,
    /// The same, each at a minute of their own.
    CopiedCardSpread,
    /// A volunteer enters ten services of their own at once.
    BulkOwn,
    /// A visit that took place, entered as two to four times as long.
    Stretched,
    /// The same, a quarter longer.
    StretchedLittle,
}

impl Kind {
    pub const ALL: [Kind; 16] = [
        Kind::Story,
        Kind::Sheet,
        Kind::DeskCatchUp,
        Kind::OwnCatchUp,
        Kind::Couple,
        Kind::Group,
        Kind::NightWatch,
        Kind::Notebook,
        Kind::LongVisit,
        Kind::BulkRecorder,
        Kind::CopiedCard,
        Kind::BulkOwn,
        Kind::Stretched,
        Kind::SlowRecorder,
        Kind::CopiedCardSpread,
        Kind::StretchedLittle,
    ];

    pub const fn is_made_up(self) -> bool {
        matches!(
            self,
            Kind::BulkRecorder
                | Kind::SlowRecorder
                | Kind::CopiedCard
                | Kind::CopiedCardSpread
                | Kind::BulkOwn
                | Kind::Stretched
                | Kind::StretchedLittle
        )
    }

    /// Made up by somebody who takes pains: what the signs are not made for.
    pub const fn is_careful(self) -> bool {
        matches!(self, Kind::SlowRecorder | Kind::CopiedCardSpread | Kind::StretchedLittle)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Kind::Story => "the story of the city",
            Kind::Sheet => "sheets of paper typed in",
            Kind::DeskCatchUp => "a desk that catches up",
            Kind::OwnCatchUp => "own entries, two or three at once",
            Kind::Couple => "couples with a card",
            Kind::Group => "groups with a QR",
            Kind::NightWatch => "night watches entered late",
            Kind::Notebook => "an old volunteer's notebook typed in",
            Kind::LongVisit => "visits that took twice as long",
            Kind::BulkRecorder => "a colluding recorder, in bulk",
            Kind::SlowRecorder => "the same recorder, two a week",
            Kind::CopiedCard => "a copied card, within a minute",
            Kind::CopiedCardSpread => "a copied card, minutes apart",
            Kind::BulkOwn => "own late entries, in bulk",
            Kind::Stretched => "stretched to two to four times",
            Kind::StretchedLittle => "stretched by a quarter",
        }
    }
}

/// What is true of each record that did not come about by the story.
pub type Ledger = BTreeMap<Uuid, Kind>;

/// What is varied from one city to the next.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// Of what is made up and held, the share that a reviewer finds out by asking the person served, the volunteer and those
    /// who are said to have been there. Nobody has measured it.
    pub found_out: f64,
    /// The cheats take pains with everything: no bulk, no card within a minute, no visit of twice its length.
    pub with_care: bool,
    /// In how many villages a recorder colludes and a card is copied.
    pub cliques: usize,
}

impl Default for Trial {
    fn default() -> Trial {
        Trial { found_out: 0.8, with_care: false, cliques: 4 }
    }
}

/// Builds the city with what is made up in it, and reports.
pub async fn measure(
    app: &App,
    hands: &Hands,
    (plan, trial): (&Plan, Trial),
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report, Stop> {
    let mut stage = Stage::open(app, hands, plan, progress);
    let mut cast = settle::settle(&mut stage).await?;
    script::recruit(&mut stage, &mut cast).await?;
    let mut story = Story::new(&mut stage, cast);
    script::write(&mut story, trial);
    story.play().await?;
    let appeals = story.appeal().await?;
    let (ledger, refusals) = (std::mem::take(&mut story.ledger), std::mem::take(&mut story.refusals));
    let report = Report { appeals, ..report::count(&mut stage, &ledger, refusals).await? };
    stage.close().await?;
    Ok(report)
}

/// Notes what a record is in truth.
pub fn note(ledger: &mut Ledger, record: RecordId, kind: Kind) {
    ledger.insert(record.uuid, kind);
}
