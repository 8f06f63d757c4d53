//! Somebody's hours: recorded and late apart, and only what a second party confirmed.

use super::record::{Evidence, RecordState};

/// One record, as far as its hours go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub minutes: i64,
    pub evidence: Evidence,
    pub state: RecordState,
    /// It is looked at before it counts, or was found false.
    pub held: bool,
}

/// Sums in whole minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// 记录时长: confirmed, and signed when it happened.
    pub recorded: i64,
    /// 补录时长: confirmed, and entered after the fact.
    pub late: i64,
    /// Not confirmed yet; part of no total.
    pub waiting: i64,
    /// Confirmed, and looked at before they count; part of no total.
    pub held: i64,
}

impl Hours {
    pub fn of(lines: impl IntoIterator<Item = Line>) -> Hours {
        let mut hours = Hours::default();
        for line in lines {
            match (line.state, line.evidence) {
                (RecordState::Confirmed, _) if line.held => hours.held += line.minutes,
                (RecordState::Confirmed, Evidence::Late) => hours.late += line.minutes,
                (RecordState::Confirmed, _) => hours.recorded += line.minutes,
                (RecordState::Recorded | RecordState::Contested, _) => hours.waiting += line.minutes,
                (RecordState::Void, _) => {}
            }
        }
        hours
    }

    /// What a certificate may show: confirmed minutes of both classes.
    pub fn confirmed(&self) -> i64 {
        self.recorded + self.late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_confirmed_minutes_count_and_late_ones_apart() {
        let line = |minutes, evidence, state| Line { minutes, evidence, state, held: false };
        let hours = Hours::of([
            Line { held: true, ..line(3, Evidence::Code, RecordState::Confirmed) },
            line(60, Evidence::BothPresent, RecordState::Confirmed),
            line(30, Evidence::Desk, RecordState::Confirmed),
            line(7, Evidence::Late, RecordState::Confirmed),
            line(100, Evidence::Code, RecordState::Recorded),
            line(200, Evidence::Code, RecordState::Contested),
            line(400, Evidence::Code, RecordState::Void),
            line(800, Evidence::Late, RecordState::Recorded),
        ]);
        assert_eq!(hours, Hours { recorded: 90, late: 7, waiting: 1100, held: 3 });
        assert_eq!(hours.confirmed(), 97);
    }
}
