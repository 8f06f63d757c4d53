//! What was caught and who was delayed, counted from the records and held against the ledger.

use std::collections::BTreeMap;

use app::Stop;
use rules::service::anomaly::Sign;
use serde::Deserialize;
use uuid::Uuid;

use super::{Kind, Ledger};
use crate::stage::Stage;

/// Records of one kind that were confirmed, and those of them that were held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub records: i64,
    pub minutes: i64,
    pub held: i64,
    pub held_minutes: i64,
}

impl Line {
    /// Of a hundred minutes, those held.
    pub fn percent(&self) -> f64 {
        if self.minutes == 0 { 0.0 } else { self.held_minutes as f64 * 100.0 / self.minutes as f64 }
    }

    fn with(self, other: Line) -> Line {
        Line {
            records: self.records + other.records,
            minutes: self.minutes + other.minutes,
            held: self.held + other.held,
            held_minutes: self.held_minutes + other.held_minutes,
        }
    }
}

/// What was found in one city.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub lines: BTreeMap<Kind, Line>,
    /// By sign: of made-up records that were held, and of honest ones.
    pub signs: BTreeMap<String, (i64, i64)>,
    /// How often the rules said no, by who tried what.
    pub refusals: BTreeMap<String, usize>,
}

impl Report {
    /// All kinds of which this is true, together.
    pub fn sum(&self, is: impl Fn(Kind) -> bool) -> Line {
        self.lines.iter().filter(|(kind, _)| is(**kind)).fold(Line::default(), |sum, (_, line)| sum.with(*line))
    }
}

#[derive(Deserialize)]
struct Row {
    id: Uuid,
    minutes: i64,
    signs: Option<String>,
}

pub async fn count(stage: &mut Stage<'_>, ledger: &Ledger, refusals: BTreeMap<String, usize>) -> Result<Report, Stop> {
    let rows = stage.step((), |tx, _, ()| {
        Box::pin(async move {
            let sql = "SELECT r.id, r.minutes, v.signs FROM service_records r LEFT JOIN service_reviews v \
                       ON v.cell = r.cell AND v.record_id = r.id WHERE r.state = 'confirmed' ORDER BY r.id";
            Ok(tx.all::<Row>(sql, db::args![]).await?)
        })
    });
    let mut report = Report { refusals, ..Report::default() };
    for row in rows.await? {
        let kind = ledger.get(&row.id).copied().unwrap_or(Kind::Story);
        let held = i64::from(row.signs.is_some());
        let line = report.lines.entry(kind).or_default();
        *line = line.with(Line { records: 1, minutes: row.minutes, held, held_minutes: held * row.minutes });
        let signs: Vec<Sign> = row.signs.map(|signs| serde_json::from_str(&signs)).transpose()?.unwrap_or_default();
        for sign in signs {
            let counts = report.signs.entry(sign.key().to_owned()).or_default();
            if kind.is_made_up() { counts.0 += 1 } else { counts.1 += 1 }
        }
    }
    Ok(report)
}
