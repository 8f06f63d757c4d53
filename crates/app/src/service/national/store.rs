//! SQL of the file for the national system.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rules::service::certificate::Period;
use rules::service::national::{MOST_RECORDS, Stock};
use rules::shared::ids::{OrganisationId, PersonId};
use rules::shared::{Cell, Id};
use serde::Deserialize;
use uuid::Uuid;

use super::super::records::{self, RecordRow};
use crate::people::register::UNANSWERED;
use crate::{Stop, Tx};

/// A unit, or the one that it stands under.
#[derive(Clone, Debug, Deserialize)]
pub struct GroupRow {
    pub name: String,
    pub kind: String,
    pub credit_code: Option<String>,
    pub parent: Option<String>,
    pub place_name: String,
    pub place_path: String,
    /// Volunteers that belong to it.
    pub members: i64,
}

pub async fn group(tx: &mut Tx<'_>, unit: OrganisationId) -> Result<Option<GroupRow>, Stop> {
    let sql = "SELECT o.name, o.kind, o.credit_code, p.name AS parent, l.name AS place_name, o.place_path, \
               (SELECT COUNT(*) FROM people_memberships m WHERE m.cell = o.cell AND m.organisation_id = o.id \
               AND m.role = 'volunteer' AND m.valid_to IS NULL AND m.valid_from < $3) AS members \
               FROM people_organisations o \
               JOIN places_places l ON l.cell = o.cell AND l.id = o.place_id \
               LEFT JOIN people_organisations p ON p.cell = o.cell AND p.id = o.parent_id \
               WHERE o.cell = $1 AND o.id = $2";
    Ok(tx.one::<GroupRow>(sql, db::args![unit.cell.0, unit.uuid, UNANSWERED]).await?)
}

/// The volunteers of what is in the file; $1 to $4 as in [`args`].
const SERVED: &str = "SELECT r.person_cell, r.person_id FROM service_records r \
                      JOIN people_people w ON w.cell = r.person_cell AND w.id = r.person_id \
                      LEFT JOIN service_reviews v ON v.cell = r.cell AND v.record_id = r.id \
                      WHERE r.cell = $1 AND r.organisation_id = $2 AND r.day >= $3 AND r.day <= $4 \
                      AND r.state = 'confirmed' AND (v.state IS NULL OR v.state = 'cleared') AND w.erased_at IS NULL";

fn args(unit: OrganisationId, (from, to): (Date, Date)) -> Vec<db::Value> {
    db::args![unit.cell.0, unit.uuid, from.to_string(), to.to_string()]
}

/// How much there is, counted and not loaded.
pub async fn stock(tx: &mut Tx<'_>, unit: OrganisationId, days: (Date, Date)) -> Result<Stock, Stop> {
    #[derive(Deserialize)]
    struct Row {
        records: i64,
        volunteers: i64,
        without_number: i64,
    }
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(s.records), 0) AS BIGINT) AS records, COUNT(*) AS volunteers, \
         COUNT(CASE WHEN n.national_number IS NULL THEN 1 END) AS without_number \
         FROM (SELECT person_cell, person_id, COUNT(*) AS records FROM ({SERVED}) t GROUP BY person_cell, person_id) s \
         LEFT JOIN people_volunteers n ON n.cell = s.person_cell AND n.person_id = s.person_id"
    );
    let row = tx.one::<Row>(&sql, args(unit, days)).await?.ok_or(Stop::Missing)?;
    let waiting = "SELECT COUNT(*) FROM service_records r \
                   LEFT JOIN service_reviews v ON v.cell = r.cell AND v.record_id = r.id \
                   WHERE r.cell = $1 AND r.organisation_id = $2 AND r.day >= $3 AND r.day <= $4 \
                   AND (r.state IN ('recorded', 'contested') OR (r.state = 'confirmed' AND v.state = 'open'))";
    let waiting = tx.scalar_i64(waiting, args(unit, days)).await?;
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    Ok(Stock {
        counted: count(row.records),
        waiting: count(waiting),
        volunteers: count(row.volunteers),
        without_number: count(row.without_number),
    })
}

/// A volunteer of the file.
#[derive(Clone, Debug, Deserialize)]
pub struct VolunteerRow {
    cell: i32,
    id: Uuid,
    pub number: Option<String>,
    pub name: String,
    pub sex: Option<String>,
    pub birth_date: Option<String>,
    pub identity_masked: String,
    pub phone_masked: String,
    pub home: String,
    #[serde(skip)]
    pub skills: Vec<String>,
    #[serde(skip)]
    pub teams: Vec<String>,
}

impl VolunteerRow {
    pub fn id(&self) -> PersonId {
        Id::new(Cell(self.cell), self.id)
    }
}

/// What the person served said of the matter that a record belongs to, the last time they were asked.
#[derive(Clone, Debug, Deserialize)]
pub struct RatingRow {
    cell: i32,
    matter_id: Uuid,
    pub satisfaction: i64,
    pub solved: String,
    pub rated_at: i64,
}

/// A credential of a volunteer of the file.
#[derive(Clone, Debug, Deserialize)]
pub struct CredentialRow {
    person_cell: i32,
    person_id: Uuid,
    pub skill: String,
    pub number: String,
    pub issuer: String,
    pub valid_from: String,
    pub valid_to: Option<String>,
    pub verified_on: Option<String>,
}

impl CredentialRow {
    pub fn holder(&self) -> PersonId {
        Id::new(Cell(self.person_cell), self.person_id)
    }
}

/// A certificate that the unit issued in these days.
#[derive(Clone, Debug, Deserialize)]
pub struct CertificateRow {
    pub number: Option<String>,
    pub name: String,
    pub designation: Option<String>,
    pub year: i64,
    pub serial: i64,
    pub from_day: String,
    pub to_day: String,
    pub recorded_minutes: i64,
    pub late_minutes: i64,
    pub issued_at: i64,
    pub doubted_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

/// Everything of the file, in the order in which it is written.
pub struct Gathered {
    pub group: GroupRow,
    pub volunteers: Vec<VolunteerRow>,
    pub records: Vec<RecordRow>,
    /// By matter, as records name it.
    ratings: HashMap<(i32, Uuid), RatingRow>,
    pub credentials: Vec<CredentialRow>,
    pub certificates: Vec<CertificateRow>,
    pub zone: TimeZone,
}

impl Gathered {
    /// What the person served said of the matter that a record belongs to.
    pub fn rating_of(&self, row: &RecordRow) -> Option<&RatingRow> {
        self.ratings.get(&(row.cell, row.matter_id?))
    }
}

pub async fn gather(tx: &mut Tx<'_>, unit: OrganisationId, period: Period) -> Result<Gathered, Stop> {
    let days = (period.from, period.to);
    let group = group(tx, unit).await?.ok_or(Stop::Missing)?;
    let records = counted_by(tx, unit, days, MOST_RECORDS as i64).await?;
    let records = records.into_iter().map(for_strangers).collect::<Vec<_>>();
    let people = format!("SELECT DISTINCT person_cell, person_id FROM ({SERVED}) t");
    let sql = format!(
        "SELECT w.cell, w.id, n.national_number AS number, w.name, w.sex, w.birth_date, w.identity_masked, \
         w.phone_masked, l.name AS home FROM ({people}) s \
         JOIN people_people w ON w.cell = s.person_cell AND w.id = s.person_id \
         JOIN places_places l ON l.cell = w.cell AND l.id = w.place_id \
         LEFT JOIN people_volunteers n ON n.cell = w.cell AND n.person_id = w.id ORDER BY w.initials, w.name, w.id"
    );
    let mut volunteers = tx.all::<VolunteerRow>(&sql, args(unit, days)).await?;
    let sql = format!(
        "SELECT c.cell AS person_cell, c.person_id, c.skill, c.number, c.issuer, c.valid_from, c.valid_to, c.verified_on \
         FROM ({people}) s JOIN people_credentials c ON c.cell = s.person_cell AND c.person_id = s.person_id \
         WHERE c.ended_at IS NULL AND c.verified_on IS NOT NULL ORDER BY c.person_id, c.skill, c.id"
    );
    let credentials = tx.all::<CredentialRow>(&sql, args(unit, days)).await?;
    let teams = teams(tx, &people, args(unit, days)).await?;
    for volunteer in &mut volunteers {
        let own = credentials.iter().filter(|c| c.holder() == volunteer.id());
        volunteer.skills = own.map(|c| c.skill.clone()).collect();
        volunteer.skills.dedup();
        volunteer.teams = teams.get(&volunteer.id()).cloned().unwrap_or_default();
    }
    let sql = "SELECT g.cell, g.matter_id, CAST(g.satisfaction AS BIGINT) AS satisfaction, g.solved, g.rated_at \
               FROM service_ratings g WHERE g.cell = $1 AND g.matter_id IN (SELECT r.matter_id FROM service_records r \
               WHERE r.cell = $1 AND r.organisation_id = $2 AND r.day >= $3 AND r.day <= $4) \
               ORDER BY g.matter_id, g.round";
    let ratings = tx.all::<RatingRow>(sql, args(unit, days)).await?;
    let city = tx.city();
    let edge = |day: Date| city.calendar.midnight(day).map(Timestamp::as_millisecond);
    let (first, after) = (edge(period.from)?, edge(period.to.tomorrow().map_err(Stop::defect)?)?);
    let sql = "SELECT n.national_number AS number, w.name, c.designation, CAST(c.year AS BIGINT) AS year, c.serial, c.from_day, \
               c.to_day, c.recorded_minutes, c.late_minutes, c.issued_at, c.doubted_at, c.revoked_at FROM service_certificates c \
               JOIN people_people w ON w.cell = c.person_cell AND w.id = c.person_id \
               LEFT JOIN people_volunteers n ON n.cell = w.cell AND n.person_id = w.id \
               WHERE c.cell = $1 AND c.organisation_id = $2 AND c.issued_at >= $3 AND c.issued_at < $4 \
               AND w.erased_at IS NULL ORDER BY c.year, c.serial";
    let certificates = tx.all::<CertificateRow>(sql, db::args![unit.cell.0, unit.uuid, first, after]).await?;
    Ok(Gathered {
        group,
        volunteers,
        records,
        // The last answer of a matter stands.
        ratings: ratings.into_iter().map(|row| ((row.cell, row.matter_id), row)).collect(),
        credentials,
        certificates,
        zone: city.settings.zone.clone(),
    })
}

/// What a unit recorded in some days and what counts, oldest service first; nothing of who was erased.
async fn counted_by(
    tx: &mut Tx<'_>,
    unit: OrganisationId,
    (from, to): (Date, Date),
    limit: i64,
) -> Result<Vec<RecordRow>, Stop> {
    let sql = format!(
        "{} WHERE r.cell = $1 AND r.organisation_id = $2 AND r.day >= $3 AND r.day <= $4 \
         AND r.state = 'confirmed' AND (v.state IS NULL OR v.state = 'cleared') AND w.erased_at IS NULL \
         ORDER BY r.day, r.started_at, r.id LIMIT $5",
        records::SELECT
    );
    let args = db::args![unit.cell.0, unit.uuid, from.to_string(), to.to_string(), limit];
    Ok(tx.all::<RecordRow>(&sql, args).await?)
}

/// Of a private matter the file says what a certificate says, and not who confirmed it: that may be the person served.
fn for_strangers(row: RecordRow) -> RecordRow {
    if row.matter_private != Some(true) {
        return row;
    }
    let mut row = row.without_the_matter();
    row.confirmer_name = None;
    row
}

/// The teams of each volunteer that the query `people` finds.
async fn teams(tx: &mut Tx<'_>, people: &str, args: Vec<db::Value>) -> Result<HashMap<PersonId, Vec<String>>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        person_cell: i32,
        person_id: Uuid,
        name: String,
    }
    let sql = format!(
        "SELECT m.person_cell, m.person_id, o.name FROM ({people}) s JOIN people_memberships m \
         ON m.person_cell = s.person_cell AND m.person_id = s.person_id AND m.role = 'volunteer' AND m.valid_to IS NULL \
         AND m.valid_from < {UNANSWERED} JOIN people_organisations o ON o.cell = m.cell AND o.id = m.organisation_id \
         ORDER BY o.name, o.id"
    );
    let mut found: HashMap<PersonId, Vec<String>> = HashMap::new();
    for row in tx.all::<Row>(&sql, args).await? {
        found.entry(Id::new(Cell(row.person_cell), row.person_id)).or_default().push(row.name);
    }
    Ok(found)
}
