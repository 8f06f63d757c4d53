//! What one city is: its names, its kinds of matters, its calendar and its cells. Loaded at start and again when an
//! administrator changes it; a transaction sees one version of it throughout.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rules::dispatch::{DispatchRules, DispatchSettings};
use rules::matters::{Kind, Kinds};
use rules::people::second_step::SignInRules;
use rules::service::anomaly::AnomalyRules;
use rules::service::national::NationalColumns;
use rules::shared::data_handler::{self, DataHandler};
use rules::shared::work_year::Ending;
use rules::shared::{Cell, Moment, Role, WorkCalendar, work_year};

use crate::jobs::Messages;
use crate::{App, Stop};

/// Names and numbers that a city sets for itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The code of the root place, `3717`.
    pub root_code: String,
    /// Who runs this installation, on the identity strip. Who answers for personal information is named by county
    /// ([`data_handlers`]).
    pub runner: String,
    pub hotline: String,
    pub zone: TimeZone,
    /// The demo marks every screen and print 演示数据.
    pub demo: bool,
    /// The address people reach this by, for QR codes: `https://helin.example.gov.cn`.
    pub base_url: String,
    /// Weights, limits and waves of dispatch, of the city and of its counties.
    pub dispatch: DispatchSettings,
    /// What makes a record of service be looked at before its hours count.
    pub anomalies: AnomalyRules,
    /// Tables and columns of the file for the national system of volunteer service.
    pub national: NationalColumns,
    /// Whom a second step is asked of when they sign in.
    pub sign_in: SignInRules,
    /// The words of messages, where the city has its own.
    pub messages: Messages,
}

impl Settings {
    /// The demo city: names that nobody can mistake for an office, a hotline nobody answers.
    pub fn demo(base_url: &str) -> Settings {
        Settings {
            root_code: "3717".into(),
            runner: "荷邻演示城市".into(),
            hotline: "0530-0000000".into(),
            zone: TimeZone::fixed(jiff::tz::Offset::constant(8)),
            demo: true,
            base_url: base_url.trim_end_matches('/').into(),
            dispatch: DispatchSettings::default(),
            anomalies: AnomalyRules::default(),
            national: NationalColumns::default(),
            sign_in: SignInRules::default(),
            messages: Messages::default(),
        }
    }
}

#[derive(Debug)]
pub struct City {
    pub settings: Settings,
    pub kinds: Kinds,
    pub calendar: WorkCalendar,
    /// County code → cell. The root code maps to [`Cell::ROOT`].
    pub cells: BTreeMap<String, Cell>,
}

impl City {
    /// The same city by other settings.
    #[must_use]
    pub fn with_settings(&self, settings: Settings) -> City {
        let (kinds, calendar, cells) = (self.kinds.clone(), self.calendar.clone(), self.cells.clone());
        City { settings, kinds, calendar, cells }
    }

    /// The cell of the place with this code: its county's, or the root's for the city itself.
    pub fn cell_of(&self, code: &str) -> Option<Cell> {
        let county = code.get(..6).unwrap_or(code);
        self.cells.get(county).copied()
    }

    /// The kinds that residents raise, also those that are closed: what a mandate may be for.
    pub fn raised_by_residents(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(|kind| kind.intake.by.contains(&Role::Resident))
    }

    /// The codes of the counties that were brought in.
    pub fn counties(&self) -> Vec<&str> {
        self.cells.keys().map(String::as_str).filter(|code| code.len() == 6).collect()
    }

    /// What dispatch weighs and measures by at a place, today.
    pub fn dispatch_at(&self, place_path: &str, at: Moment) -> &DispatchRules {
        self.settings.dispatch.at(place_path, self.calendar.date(at.recorded))
    }

    /// Where the calendar of working days ends, once that is near.
    pub fn ending(&self, at: Moment) -> Option<Ending> {
        self.calendar.ending(self.calendar.date(at.recorded))
    }

    /// The codes of the counties for whose personal information nobody answers on a day.
    pub fn unanswered(&self, data_handlers: &[DataHandler], day: Date) -> Vec<&str> {
        let answered = |code: &&str| {
            self.cell_of(code).is_some_and(|cell| data_handler::answering(data_handlers, cell, day).is_some())
        };
        self.counties().into_iter().filter(|code| !answered(code)).collect()
    }

    pub fn all_cells(&self) -> impl Iterator<Item = Cell> {
        self.cells.values().copied()
    }
}

/// Everybody who was ever named to answer for personal information, in the order of being named.
pub async fn data_handlers(tx: &mut db::Tx) -> Result<Vec<DataHandler>, Stop> {
    #[derive(serde::Deserialize)]
    struct Row {
        cell: i32,
        valid_from: String,
        body: String,
        contact: String,
        phone: String,
        address: String,
        officer: String,
    }
    let sql = "SELECT cell, valid_from, body, contact, phone, address, officer FROM rights_data_handlers \
               ORDER BY named_at, id";
    let read = |row: Row| {
        let Row { cell, valid_from, body, contact, phone, address, officer } = row;
        let valid_from = valid_from.parse().map_err(Stop::defect)?;
        Ok(DataHandler { cell: Cell(cell), valid_from, body, contact, phone, address, officer })
    };
    tx.all::<Row>(sql, db::args![]).await?.into_iter().map(read).collect()
}

/// Reads cells and calendar from the database; settings and kinds come from the start of the program.
pub async fn load(tx: &mut db::Tx, settings: Settings, kinds: Kinds) -> Result<City, Stop> {
    #[derive(serde::Deserialize)]
    struct CellRow {
        cell: i32,
        code: String,
    }
    let cells = tx
        .all::<CellRow>(
            "SELECT c.cell, p.code FROM places_cells c JOIN places_places p ON p.cell = c.cell AND p.id = c.place_id",
            db::args![],
        )
        .await?;
    let calendar = calendar(tx, settings.zone.clone()).await?;
    let cells = cells.into_iter().map(|row| (row.code, Cell(row.cell))).collect();
    Ok(City { settings, kinds, calendar, cells })
}

/// Reads the working days. A year of which only some days are there is left out: the others would be guessed.
pub async fn calendar(tx: &mut db::Tx, zone: TimeZone) -> Result<WorkCalendar, Stop> {
    #[derive(serde::Deserialize)]
    struct DayRow {
        day: String,
        kind: String,
    }
    let mut calendar = WorkCalendar::new(zone);
    for year in years(tx).await? {
        let days = tx
            .all::<DayRow>(
                "SELECT day, kind FROM places_days WHERE cell = $1 AND year = $2",
                db::args![Cell::ROOT.0, i32::from(year)],
            )
            .await?;
        let mut holidays = Vec::new();
        let mut worked = Vec::new();
        for DayRow { day, kind } in days {
            let day: Date = day.parse().map_err(Stop::defect)?;
            if kind == "workday" { worked.push(day) } else { holidays.push(day) }
        }
        if work_year::lacking(year, &holidays).is_empty() {
            calendar.load_year(year, holidays, worked);
        }
    }
    Ok(calendar)
}

/// The years of which days were brought in, whole or not.
pub async fn years(tx: &mut db::Tx) -> Result<Vec<i16>, Stop> {
    #[derive(serde::Deserialize)]
    struct YearRow {
        year: i32,
    }
    let years = tx
        .all::<YearRow>("SELECT year FROM places_years WHERE cell = $1 ORDER BY year", db::args![Cell::ROOT.0])
        .await?;
    years.into_iter().map(|row| i16::try_from(row.year).map_err(Stop::defect)).collect()
}

/// Takes up places and working days that were brought in beside this program, by the command line or on another node. Answers
/// whether there were any.
pub async fn keep_up(app: &App) -> Result<bool, Stop> {
    let old = app.city();
    let (settings, kinds) = (old.settings.clone(), old.kinds.clone());
    let new = app.db.read(move |tx| Box::pin(async move { load(tx, settings, kinds).await })).await?;
    let is_changed = new.calendar != old.calendar || new.cells != old.cells;
    if is_changed {
        app.replace_city(new);
    }
    Ok(is_changed)
}
