//! What was caught and who was delayed, counted from the records and held against the ledger.

use std::collections::{BTreeMap, BTreeSet};

use app::Stop;
use rules::service::ReviewState;
use rules::service::anomaly::Sign;
use serde::Deserialize;
use uuid::Uuid;

use super::{Appeals, Kind, Ledger};
use crate::stage::Stage;

/// Who of a record's people made up others, if anybody: what is found false of those leads to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cheats {
    Nobody,
    /// Who typed it, but not the volunteer.
    Recorder,
    Volunteer,
}

/// Records that were confirmed, those of them that were held, and what came of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub records: i64,
    pub minutes: i64,
    pub held: i64,
    pub held_minutes: i64,
    /// Of those held: found false.
    pub upheld: i64,
    /// Of those held: they count after all.
    pub cleared: i64,
}

impl Line {
    /// Of a hundred minutes, those held.
    pub fn percent(&self) -> f64 {
        if self.minutes == 0 { 0.0 } else { self.held_minutes as f64 * 100.0 / self.minutes as f64 }
    }

    /// Of those held: nobody has decided on them.
    pub const fn undecided(&self) -> i64 {
        self.held - self.upheld - self.cleared
    }

    fn of(row: &Row) -> Line {
        let is = |state: ReviewState| i64::from(row.review.as_deref() == Some(state.key()));
        let held = i64::from(row.review.is_some());
        let (upheld, cleared) = (is(ReviewState::Upheld), is(ReviewState::Cleared));
        Line { records: 1, minutes: row.minutes, held, held_minutes: held * row.minutes, upheld, cleared }
    }

    fn with(self, other: Line) -> Line {
        Line {
            records: self.records + other.records,
            minutes: self.minutes + other.minutes,
            held: self.held + other.held,
            held_minutes: self.held_minutes + other.held_minutes,
            upheld: self.upheld + other.upheld,
            cleared: self.cleared + other.cleared,
        }
    }
}

/// What was found in one city.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub lines: BTreeMap<(Kind, Cheats), Line>,
    /// By sign: of made-up records that were held, and of honest ones.
    pub signs: BTreeMap<String, (i64, i64)>,
    /// How often the rules said no, by who tried what.
    pub refusals: BTreeMap<String, usize>,
    /// Of those who lost hours.
    pub appeals: Appeals,
}

impl Report {
    /// All records of which this is true, together.
    pub fn sum(&self, is: impl Fn(Kind, Cheats) -> bool) -> Line {
        let found = self.lines.iter().filter(|((kind, cheats), _)| is(*kind, *cheats));
        found.fold(Line::default(), |sum, (_, line)| sum.with(*line))
    }
}

#[derive(Deserialize)]
struct Row {
    id: Uuid,
    minutes: i64,
    person_id: Uuid,
    recorded_by: Option<Uuid>,
    review: Option<String>,
    signs: Option<String>,
}

pub async fn count(stage: &mut Stage<'_>, ledger: &Ledger, refusals: BTreeMap<String, usize>) -> Result<Report, Stop> {
    let rows = stage.step((), |tx, _, ()| {
        Box::pin(async move {
            // What was found false was confirmed before.
            let sql = "SELECT r.id, r.minutes, r.person_id, r.recorded_by, v.state AS review, v.signs \
                       FROM service_records r LEFT JOIN service_reviews v ON v.cell = r.cell AND v.record_id = r.id \
                       WHERE r.state = 'confirmed' OR v.state = 'upheld' ORDER BY r.id";
            Ok(tx.all::<Row>(sql, db::args![]).await?)
        })
    });
    let (rows, mut report) = (rows.await?, Report { refusals, ..Report::default() });
    let kind = |row: &Row| ledger.get(&row.id).copied().unwrap_or(Kind::Story);
    let made_up = rows.iter().filter(|row| kind(row).is_made_up());
    let cheats: BTreeSet<Uuid> = made_up.flat_map(|row| row.recorded_by.into_iter().chain([row.person_id])).collect();
    for row in rows {
        let is_cheat = |person: Uuid| cheats.contains(&person);
        let beside = match (is_cheat(row.person_id), row.recorded_by.is_some_and(is_cheat)) {
            (true, _) => Cheats::Volunteer,
            (false, true) => Cheats::Recorder,
            (false, false) => Cheats::Nobody,
        };
        let kind = kind(&row);
        let line = report.lines.entry((kind, beside)).or_default();
        *line = line.with(Line::of(&row));
        let signs: Vec<Sign> = row.signs.map(|signs| serde_json::from_str(&signs)).transpose()?.unwrap_or_default();
        for sign in signs {
            let counts = report.signs.entry(sign.key().to_owned()).or_default();
            if kind.is_made_up() { counts.0 += 1 } else { counts.1 += 1 }
        }
    }
    Ok(report)
}
