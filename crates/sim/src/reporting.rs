//! At the end each unit reports what it recorded to the national system.

use app::Stop;
use app::service::national;
use jiff::civil::Date;
use rules::shared::ids::OrganisationId;
use rules::shared::{Cell, Channel, Id, Role};
use serde::Deserialize;
use uuid::Uuid;

use crate::story::Story;

#[derive(Deserialize)]
struct Unit {
    cell: i32,
    id: Uuid,
    place_path: String,
}

impl Story<'_, '_> {
    /// A community worker of the place takes the file of each unit along, from the first day to the day before the last: that
    /// one is not over everywhere.
    pub async fn report_to_nation(&mut self) -> Result<(), Stop> {
        let city = self.stage.app.city();
        let (first, last) = (city.calendar.date(self.begin()), city.calendar.date(self.now()));
        let days = (first, last.yesterday().map_err(Stop::defect)?);
        let sql = "SELECT DISTINCT o.cell, o.id, o.place_path FROM service_records r \
                   JOIN people_organisations o ON o.cell = r.cell AND o.id = r.organisation_id ORDER BY o.cell, o.id";
        let units =
            self.stage.step((), move |tx, _, ()| Box::pin(async move { Ok(tx.all::<Unit>(sql, db::args![]).await?) }));
        for unit in units.await? {
            self.report_unit(&unit, days).await?;
        }
        Ok(())
    }

    async fn report_unit(&mut self, unit: &Unit, days: (Date, Date)) -> Result<(), Stop> {
        let workers = self.cast.staff_of(Role::CommunityWorker, &unit.place_path);
        let Some(worker) = workers.first() else { return Ok(()) };
        let who = self.cast.people[*worker].actor(Channel::Web);
        let id: OrganisationId = Id::new(Cell(unit.cell), unit.id);
        let taken = self.stage.step((who, id, days), |tx, at, (who, id, days)| {
            Box::pin(async move { national::report(tx, &who, at, id, days).await.map(drop) })
        });
        match taken.await {
            Ok(()) => Ok(()),
            // Nothing of theirs was confirmed in these days.
            Err(Stop::Refused(refusal)) if refusal.code == "national-empty" => Ok(()),
            Err(stop) => self.refused("report_records", stop),
        }
    }
}
