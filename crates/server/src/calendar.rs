//! Where the calendar of working days ends, for whoever runs the program: a term in working days that runs into a year that is
//! not there has no end.

use std::collections::BTreeMap;

use anyhow::Result;
use app::{App, city, matters};
use jiff::civil::Date;
use rules::shared::ids::MatterId;
use rules::shared::work_year::Ending;

use crate::ground::stopped;
use crate::naming::first;

/// Where the calendar ends, once that is near, and what to do.
pub fn ends(city: &city::City, today: Date) -> Option<String> {
    let Ending { last, year } = city.calendar.ending(today)?;
    let ends = match last {
        Some(last) => format!("the calendar of working days ends on {last}: a term that runs into {year} has no day"),
        None => format!("the working days of {year} are not known: no term in working days has a day"),
    };
    Some(format!(
        "{ends}. Add {year} to the file once the State Council has given notice, usually in November, and run \
         `helin import --workdays FILE`"
    ))
}

/// What a city lacks of its calendar, one line each: the years to come, those of which only some days are there, and what
/// waits for either.
pub async fn findings(app: &App) -> Result<Vec<String>> {
    let city = app.city();
    if city.cells.is_empty() {
        return Ok(Vec::new());
    }
    let today = city.calendar.date(app.now().recorded);
    let mut findings: Vec<String> = ends(&city, today).into_iter().collect();
    let years = app.read(|mut tx| Box::pin(async move { city::years(&mut tx).await })).await.map_err(stopped)?;
    for year in years.into_iter().filter(|year| !city.calendar.is_loaded(*year)) {
        findings.push(format!(
            "of {year} only some days were brought in, so that its working days are not known: put the whole year into the \
             file and run `helin import --workdays FILE`"
        ));
    }
    let mut waiting: BTreeMap<i16, Vec<MatterId>> = BTreeMap::new();
    for cell in city.all_cells().collect::<Vec<_>>() {
        let found = app.read(move |mut tx| Box::pin(async move { matters::awaiting_calendar(&mut tx, cell).await }));
        for (id, year) in found.await.map_err(stopped)? {
            waiting.entry(year).or_default().push(id);
        }
    }
    // Those whose year is there have their day as soon as jobs are done; that a job waits for each is looked at elsewhere.
    for (year, matters) in waiting.into_iter().filter(|(year, _)| !city.calendar.is_loaded(*year)) {
        let number = matters.len();
        findings.push(format!(
            "{number} × matter without a day, which waits for the working days of {year}: {}",
            first(&matters)
        ));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use app::city::Settings;
    use app::jobs::notify::Outbox;
    use app::places;
    use db::db_test;
    use jiff::Timestamp;
    use rules::shared::Actor;

    use super::*;
    use crate::ground::{self, Ground, Outside, Reached};

    const PLACES: &str = "code,name,parent,level\n3717,菏泽市,,city\n371722,单县,3717,county\n";
    const NEXT: &str = "date,kind,name\n2027-01-01,holiday,元旦\n2027-05-01,holiday,劳动节\n2027-10-01,holiday,国庆节\n\
                        2027-10-02,holiday,国庆节\n2027-10-03,holiday,国庆节\n";

    async fn brought_in(app: &App, places: &'static str, workdays: &'static str) {
        let system = Actor::system();
        let done = app.act(&system, (), move |mut tx, who, at, ()| {
            Box::pin(async move {
                let divisions = places::actions::read_divisions(places)?;
                places::actions::import_divisions(&mut tx, &who, at, &divisions).await?;
                matters::load_calendar(&mut tx, &who, at, (workdays, "国务院办公厅")).await
            })
        });
        done.await.expect("brought in");
        ground::reload(app).await.expect("read again");
    }

    db_test!(that_the_calendar_ends_is_told_with_what_to_do, app::migrations::STEPS, |db| async move {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        let now: Timestamp = "2026-11-20T09:00:00+08:00".parse().expect("a time");
        let clock = Box::new(sim::Hands::at(now));
        let outside = Outside { clock, dice: sim::dice(1), notifier: Box::new(Outbox) };
        let settings = Settings::demo("http://helin.test");
        let app = ground::app(&ground, db.clone(), settings, Reached::default(), outside).await.expect("an app");
        assert_eq!(findings(&app).await.expect("looked at"), Vec::<String>::new(), "of no city nothing is said");
        brought_in(&app, PLACES, sim::WORKDAYS).await;
        let found = findings(&app).await.expect("looked at");
        let [ends] = &found[..] else { panic!("{found:?}") };
        assert!(ends.contains("ends on 2026-12-31") && ends.contains("helin import --workdays FILE"), "{ends}");
        // As an older program may have left a year.
        let stray: Result<u64, db::Error> = db
            .write(|tx| {
                let sql = "INSERT INTO places_years (cell, year, source) VALUES (0, 2027, 'x')";
                Box::pin(async move { tx.run(sql, db::args![]).await })
            })
            .await;
        stray.expect("a year without days");
        ground::reload(&app).await.expect("read again");
        let found = findings(&app).await.expect("looked at").join("\n");
        assert!(found.contains("ends on 2026-12-31") && found.contains("of 2027 only some days"), "{found}");
        brought_in(&app, PLACES, NEXT).await;
        assert_eq!(findings(&app).await.expect("looked at"), Vec::<String>::new());
    });
}
