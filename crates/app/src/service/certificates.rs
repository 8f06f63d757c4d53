//! SQL of certificates of record, of the units' registers, and of what was certified.

use db::At;
use rules::people::codes::masked_name;
use rules::service::access::CertificateSubject;
use rules::service::certificate::{Period, RevocationReason, Standing, number};
use rules::service::hours::Line;
use rules::service::review::ReviewState;
use rules::service::{Evidence, RecordState};
use rules::shared::ids::{CertificateId, OrganisationId, PersonId, RecordId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Stop, Tx};

/// What was certified, as it is printed; it never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub name: String,
    /// The masked identity number; empty when none is known.
    pub identity: String,
    pub unit: Unit,
    pub rows: Vec<Row>,
}

/// The unit that certifies, as it was when it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub name: String,
    /// 统一社会信用代码
    pub credit_code: Option<String>,
    /// Under whose guidance a team records (令67 第二十六条).
    pub guided_by: Option<String>,
    /// 负责人
    pub head: Option<String>,
    /// 经办人; nobody when the volunteer printed it.
    pub handler: Option<String>,
}

/// A record as certified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub day: String,
    pub activity: String,
    pub place: String,
    pub content: String,
    pub minutes: i64,
    /// Entered after the fact.
    pub late: bool,
}

/// A unit, as far as certifying goes.
#[derive(Clone, Debug, Deserialize)]
pub struct Issuer {
    pub name: String,
    pub kind: String,
    pub credit_code: Option<String>,
    pub place_path: String,
    pub parent: Option<String>,
    /// 负责人, as the unit itself says.
    pub head: Option<String>,
    pub invented: bool,
}

pub async fn issuer(tx: &mut Tx<'_>, unit: OrganisationId) -> Result<Issuer, Stop> {
    let sql = "SELECT o.name, o.kind, o.credit_code, o.place_path, o.head, p.name AS parent, o.invented \
               FROM people_organisations o LEFT JOIN people_organisations p ON p.cell = o.cell AND p.id = o.parent_id \
               WHERE o.cell = $1 AND o.id = $2";
    tx.one::<Issuer>(sql, db::args![unit.cell.0, unit.uuid]).await?.ok_or(Stop::Missing)
}

/// A certificate as lists and the public see it: what is sealed stays so.
#[derive(Clone, Debug, Deserialize)]
pub struct CertificateRow {
    cell: i32,
    id: Uuid,
    pub code: String,
    organisation_id: Uuid,
    pub place_path: String,
    designation: Option<String>,
    year: i32,
    serial: i64,
    person_cell: i32,
    person_id: Uuid,
    pub person_name: String,
    pub name_masked: String,
    pub unit: String,
    pub from_day: String,
    pub to_day: String,
    pub recorded_minutes: i64,
    pub late_minutes: i64,
    pub issued_at: i64,
    pub doubted_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub revoked_as: Option<String>,
}

impl CertificateRow {
    pub fn id(&self) -> CertificateId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn volunteer(&self) -> PersonId {
        Id::new(Cell(self.person_cell), self.person_id)
    }

    pub fn subject(&self) -> CertificateSubject<'_> {
        CertificateSubject {
            certificate: self.id(),
            volunteer: self.volunteer(),
            unit: Id::new(Cell(self.cell), self.organisation_id),
            place_path: &self.place_path,
        }
    }

    /// As it is printed: 「371722003003-1志服证〔2026〕0012号」.
    pub fn number(&self) -> String {
        number(self.designation.as_deref(), self.year.into(), self.serial)
    }

    pub fn standing(&self) -> Standing {
        Standing::of(self.revoked_at.is_some(), self.doubted_at.is_some())
    }

    pub fn minutes(&self) -> i64 {
        self.recorded_minutes + self.late_minutes
    }
}

const SELECT: &str = "SELECT c.cell, c.id, c.code, c.organisation_id, c.place_path, c.designation, c.year, c.serial, c.person_cell, \
    c.person_id, p.name AS person_name, c.name_masked, c.unit, c.from_day, c.to_day, c.recorded_minutes, \
    c.late_minutes, c.issued_at, c.doubted_at, c.revoked_at, c.revoked_as FROM service_certificates c \
    JOIN people_people p ON p.cell = c.person_cell AND p.id = c.person_id";

pub async fn certificate(tx: &mut Tx<'_>, id: CertificateId) -> Result<Option<CertificateRow>, Stop> {
    let sql = format!("{SELECT} WHERE c.cell = $1 AND c.id = $2");
    Ok(tx.one::<CertificateRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// By the ten characters of its code.
pub async fn by_code(tx: &mut Tx<'_>, cell: Cell, code: &str) -> Result<Option<CertificateRow>, Stop> {
    let sql = format!("{SELECT} WHERE c.cell = $1 AND c.code = $2");
    Ok(tx.one::<CertificateRow>(&sql, db::args![cell.0, code]).await?)
}

/// All certificates of a volunteer, newest first.
pub async fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<CertificateRow>, Stop> {
    let sql = format!("{SELECT} WHERE c.person_cell = $1 AND c.person_id = $2 ORDER BY c.issued_at DESC, c.id DESC");
    Ok(tx.all::<CertificateRow>(&sql, db::args![person.cell.0, person.uuid]).await?)
}

/// Certificates of the units of a part of the tree, newest first; `doubted`: only those whose unit has to look.
pub async fn within(
    tx: &mut Tx<'_>,
    cell: Cell,
    path: &str,
    doubted: bool,
    limit: i64,
) -> Result<Vec<CertificateRow>, Stop> {
    let narrow = if doubted { "AND c.doubted_at IS NOT NULL AND c.revoked_at IS NULL" } else { "" };
    let sql = format!(
        "{SELECT} WHERE c.cell = $1 AND c.place_path >= $2 AND c.place_path < $3 {narrow} \
         ORDER BY c.issued_at DESC, c.id DESC LIMIT $4"
    );
    Ok(tx.all::<CertificateRow>(&sql, db::args![cell.0, path, format!("{path}~"), limit]).await?)
}

/// The unit's next number of a year. Its row is held until the transaction ends, so that two never take one and a
/// refusal gives it back.
pub async fn next_serial(tx: &mut Tx<'_>, unit: OrganisationId, year: i16) -> Result<i64, Stop> {
    let sql = "INSERT INTO service_registers (cell, organisation_id, year, last) VALUES ($1, $2, $3, 1) \
               ON CONFLICT (cell, organisation_id, year) DO UPDATE SET last = service_registers.last + 1 RETURNING last";
    Ok(tx.scalar_i64(sql, db::args![unit.cell.0, unit.uuid, i32::from(year)]).await?)
}

/// Everything a new certificate holds.
pub struct NewCertificate<'a> {
    pub id: CertificateId,
    pub code: &'a str,
    pub unit: OrganisationId,
    pub place_path: &'a str,
    pub designation: &'a str,
    pub year: i16,
    pub serial: i64,
    pub volunteer: PersonId,
    pub period: Period,
    pub hours: rules::service::Hours,
    pub content: &'a Content,
    /// With the minutes certified of each.
    pub records: &'a [(RecordId, i64)],
    pub invented: bool,
}

pub async fn insert(tx: &mut Tx<'_>, who: &Actor, at: Moment, new: NewCertificate<'_>) -> Result<(), Stop> {
    let key = tx.data_key(new.volunteer.cell.0, new.volunteer.uuid).await?;
    let content = key.seal(sealed_at(new.id, CONTENT), &serde_json::to_string(new.content)?);
    tx.put(
        "INSERT INTO service_certificates (cell, id, code, organisation_id, place_path, year, serial, person_cell, \
         person_id, name_masked, unit, from_day, to_day, recorded_minutes, late_minutes, content_sealed, issued_at, \
         issued_cell, issued_by, invented, designation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $17, $18, $19, $20, $21)",
        db::args![
            new.id.cell.0,
            new.id.uuid,
            new.code,
            new.unit.uuid,
            new.place_path,
            i32::from(new.year),
            new.serial,
            new.volunteer.cell.0,
            new.volunteer.uuid,
            masked_name(&new.content.name),
            new.content.unit.name.as_str(),
            new.period.from.to_string(),
            new.period.to.to_string(),
            new.hours.recorded,
            new.hours.late,
            content,
            at.recorded.as_millisecond(),
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid),
            new.invented,
            new.designation
        ],
    )
    .await?;
    for (record, minutes) in new.records {
        let sql = "INSERT INTO service_certificate_records (cell, certificate_id, record_id, minutes) \
                   VALUES ($1, $2, $3, $4)";
        tx.put(sql, db::args![new.id.cell.0, new.id.uuid, record.uuid, *minutes]).await?;
    }
    Ok(())
}

const CONTENT: &str = "content_sealed";
const NOTE: &str = "note_sealed";

fn sealed_at(id: CertificateId, column: &'static str) -> At<'static> {
    At { table: "service_certificates", column, id: id.uuid }
}

async fn unseal(tx: &mut Tx<'_>, row: &CertificateRow, column: &'static str) -> Result<Option<String>, Stop> {
    #[derive(Deserialize)]
    struct Sealed {
        sealed: Option<Vec<u8>>,
    }
    let sql = format!("SELECT {column} AS sealed FROM service_certificates WHERE cell = $1 AND id = $2");
    let found = tx.one::<Sealed>(&sql, db::args![row.cell, row.id]).await?;
    let Some(sealed) = found.and_then(|f| f.sealed) else { return Ok(None) };
    // Who was erased took the words along; the register stays.
    let Some(key) = tx.find_data_key(row.person_cell, row.person_id).await? else { return Ok(None) };
    Ok(Some(key.unseal(sealed_at(row.id(), column), &sealed).map_err(Stop::from)?))
}

/// What was certified; `None` once the volunteer was erased. The caller has permitted it.
pub async fn content(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<Option<Content>, Stop> {
    let text = unseal(tx, row, CONTENT).await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// What the unit wrote when it took the certificate back.
pub async fn note(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<Option<String>, Stop> {
    unseal(tx, row, NOTE).await
}

/// Notes that a certificate was taken back; false when somebody else was first.
pub async fn revoke(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &CertificateRow,
    (reason, note): (RevocationReason, &str),
) -> Result<bool, Stop> {
    let key = tx.find_data_key(row.person_cell, row.person_id).await?;
    let note = key.map(|key| key.seal(sealed_at(row.id(), NOTE), note));
    let sql = "UPDATE service_certificates SET revoked_at = $3, revoked_cell = $4, revoked_by = $5, revoked_as = $6, \
               note_sealed = $7 WHERE cell = $1 AND id = $2 AND revoked_at IS NULL";
    let by = who.person;
    let args = db::args![
        row.cell,
        row.id,
        at.recorded.as_millisecond(),
        by.map(|p| p.cell.0),
        by.map(|p| p.uuid),
        reason.key(),
        note
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// The standing certificates that a record is part of, with the minutes certified of it.
pub async fn standing_on(tx: &mut Tx<'_>, record: RecordId) -> Result<Vec<(CertificateId, i64)>, Stop> {
    #[derive(Deserialize)]
    struct Found {
        id: Uuid,
        minutes: i64,
    }
    let sql = "SELECT c.id, i.minutes FROM service_certificate_records i JOIN service_certificates c \
               ON c.cell = i.cell AND c.id = i.certificate_id WHERE i.cell = $1 AND i.record_id = $2 \
               AND c.revoked_at IS NULL AND c.doubted_at IS NULL ORDER BY c.id";
    let found = tx.all::<Found>(sql, db::args![record.cell.0, record.uuid]).await?;
    Ok(found.into_iter().map(|f| (Id::new(record.cell, f.id), f.minutes)).collect())
}

pub async fn doubt(tx: &mut Tx<'_>, at: Moment, id: CertificateId) -> Result<(), Stop> {
    let sql = "UPDATE service_certificates SET doubted_at = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, at.recorded.as_millisecond()]).await?;
    Ok(())
}

/// The certificates with a record in them that are doubted and not taken back.
pub async fn doubted_on(tx: &mut Tx<'_>, record: RecordId) -> Result<Vec<CertificateId>, Stop> {
    #[derive(Deserialize)]
    struct Found {
        id: Uuid,
    }
    let sql = "SELECT c.id FROM service_certificate_records i JOIN service_certificates c \
               ON c.cell = i.cell AND c.id = i.certificate_id WHERE i.cell = $1 AND i.record_id = $2 \
               AND c.revoked_at IS NULL AND c.doubted_at IS NOT NULL ORDER BY c.id";
    let found = tx.all::<Found>(sql, db::args![record.cell.0, record.uuid]).await?;
    Ok(found.into_iter().map(|f| Id::new(record.cell, f.id)).collect())
}

/// Of each record in a certificate: the minutes certified, and what there is of it now.
pub async fn records_in(tx: &mut Tx<'_>, id: CertificateId) -> Result<Vec<(i64, Line)>, Stop> {
    #[derive(Deserialize)]
    struct Found {
        certified: i64,
        minutes: i64,
        evidence: String,
        state: String,
        review: Option<String>,
    }
    let sql = "SELECT i.minutes AS certified, r.minutes, r.evidence, r.state, v.state AS review \
               FROM service_certificate_records i JOIN service_records r ON r.cell = i.cell AND r.id = i.record_id \
               LEFT JOIN service_reviews v ON v.cell = r.cell AND v.record_id = r.id \
               WHERE i.cell = $1 AND i.certificate_id = $2";
    let line = |f: Found| {
        let (evidence, state) = (Evidence::from_key(&f.evidence)?, RecordState::from_key(&f.state)?);
        let held = f.review.as_deref().and_then(ReviewState::from_key).is_some_and(ReviewState::holds);
        Some((f.certified, Line { minutes: f.minutes, evidence, state, held }))
    };
    let found = tx.all::<Found>(sql, db::args![id.cell.0, id.uuid]).await?;
    found.into_iter().map(|f| line(f).ok_or_else(|| Stop::defect("a record of an unknown class"))).collect()
}

pub async fn trust(tx: &mut Tx<'_>, id: CertificateId) -> Result<(), Stop> {
    let sql = "UPDATE service_certificates SET doubted_at = NULL WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid]).await?;
    Ok(())
}
