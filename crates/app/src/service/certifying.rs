//! Certificates of record: asked for, read, verified, taken back, doubted.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rules::matters::Code;
use rules::service::access::{self, Certify, RevokeCertificate};
use rules::service::certificate::{self, Candidate, Certified, Gap, Period, RevocationReason};
use rules::service::hours::{Hours, Line};
use rules::service::{Evidence, ServiceRecord};
use rules::shared::ids::{CertificateId, CertificateThing, OrganisationId, PersonId, RecordId};
use rules::shared::permit::{Verb as _, might};
use rules::shared::{Actor, Moment, Permit, Refusal, Role};
use serde_json::json;

use super::certificates::{self, CertificateRow, Content, Issuer, NewCertificate, Row, Unit};
use super::recording;
use super::records::{self, RecordRow};
use crate::people::register;
use crate::people::store::PersonRow;
use crate::{Stop, Tx, audit, people};

/// Who certifies, what, and the proof that it may be asked for.
struct Asked {
    unit: OrganisationId,
    issuer: Issuer,
    records: Vec<RecordRow>,
    permit: Permit<Certify>,
}

/// Has each unit that recorded for a volunteer certify a period. What a unit has certified already, and nothing changed
/// since, is handed back as it is.
///
/// # Errors
/// `certificate-period`, `certificate-future`, `certificate-empty`, and `certificate-no-unit` when everything of the
/// period was recorded where no unit was known; `certificate-lacking` when something would be left empty and nobody wants
/// it so.
pub async fn certify(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    volunteer: PersonId,
    Wanted { from, to, without }: Wanted,
) -> Result<Vec<CertificateId>, Stop> {
    let person = people::store::present(tx, volunteer).await?;
    records::hold(tx, volunteer).await?;
    let mut issued = Vec::new();
    for (one, certified) in decided(tx, who, at, volunteer, (from, to)).await? {
        issued.push(issue(tx, who, at, &person, one, (certified, without)).await?);
    }
    Ok(issued)
}

/// The days to certify.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub from: Date,
    pub to: Date,
    /// What is not known may be left empty.
    pub without: bool,
}

fn lacking(content: &Content) -> Vec<Gap> {
    let unit = &content.unit;
    certificate::lacking(&content.identity, unit.credit_code.as_deref(), unit.head.as_deref())
}

/// What one unit would certify.
pub struct Foreseen {
    /// What would be left empty.
    pub lacking: Vec<Gap>,
    pub unit: String,
    pub records: usize,
    pub hours: Hours,
}

/// What [`certify`] would certify now, for whoever is about to ask.
///
/// # Errors
/// As [`certify`].
pub async fn foresee(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    volunteer: PersonId,
    days: (Date, Date),
) -> Result<Vec<Foreseen>, Stop> {
    let person = people::store::present(tx, volunteer).await?;
    let mut foreseen = Vec::new();
    for (one, certified) in decided(tx, who, at, volunteer, days).await? {
        let unit = unit_now(tx, who, at, one.unit, &one.issuer, volunteer).await?;
        foreseen.push(Foreseen {
            lacking: certificate::lacking(&person.identity_masked, unit.credit_code.as_deref(), unit.head.as_deref()),
            unit: unit.name,
            records: certified.records.len(),
            hours: certified.hours,
        });
    }
    Ok(foreseen)
}

/// What each unit certifies of these days.
async fn decided(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    volunteer: PersonId,
    (from, to): (Date, Date),
) -> Result<Vec<(Asked, Certified)>, Stop> {
    let (asked, unplaced) = asked(tx, who, at, volunteer).await?;
    let period = Period::new(from, to, tx.city().calendar.date(at.recorded))?;
    let mut decided = Vec::new();
    for one in asked {
        let candidates = one.records.iter().map(candidate).collect::<Result<Vec<_>, Stop>>()?;
        match certificate::certify(&one.permit, period, &candidates) {
            Ok(certified) => decided.push((one, certified)),
            // Another unit may have recorded something in these days.
            Err(refusal) if refusal.code == "certificate-empty" => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    if decided.is_empty() {
        let lost = unplaced.iter().any(|day| period.covers(*day));
        let code = if lost { "certificate-no-unit" } else { "certificate-empty" };
        return Err(Refusal::new(code).at_field("from").into());
    }
    Ok(decided)
}

/// The units that may be asked, and the days of records that no unit wrote.
async fn asked(tx: &mut Tx<'_>, who: &Actor, at: Moment, volunteer: PersonId) -> Result<(Vec<Asked>, Vec<Date>), Stop> {
    let mut by_unit: BTreeMap<OrganisationId, Vec<RecordRow>> = BTreeMap::new();
    let mut unplaced = Vec::new();
    for row in records::counted_of(tx, volunteer).await? {
        match row.unit() {
            Some(unit) => by_unit.entry(unit).or_default().push(row),
            None => unplaced.push(row.day.parse().map_err(Stop::defect)?),
        }
    }
    let is_own = who.person == Some(volunteer);
    let mut asked = Vec::new();
    for (unit, records) in by_unit {
        let issuer = certificates::issuer(tx, unit).await?;
        match access::certify(who, volunteer, unit, &issuer.place_path) {
            Ok(permit) => asked.push(Asked { unit, issuer, records, permit }),
            Err(denied) if is_own => return Err(denied.into()),
            // What another unit recorded is not this one's to know of.
            Err(_) => {}
        }
    }
    // Who may not know of the hours learns nothing of the rest either.
    if asked.is_empty() && !is_own {
        super::actions::may_see_hours(tx, who, at, volunteer).await?;
    }
    Ok((asked, unplaced))
}

fn candidate(row: &RecordRow) -> Result<Candidate, Stop> {
    let day = row.day.parse().map_err(Stop::defect)?;
    Ok(Candidate { record: row.id(), volunteer: row.volunteer(), day, line: line(&row.record()?, row.is_held()) })
}

fn line(record: &ServiceRecord, held: bool) -> Line {
    Line { minutes: record.minutes, evidence: record.evidence, state: record.state, held }
}

async fn issue(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: &PersonRow,
    asked: Asked,
    (certified, without): (Certified, bool),
) -> Result<CertificateId, Stop> {
    let Asked { unit, issuer, mut records, .. } = asked;
    records.retain(|row| certified.records.contains(&row.id()));
    let listed = recording::done_words();
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    let content = Content {
        name: person.name.clone(),
        identity: person.identity_masked.clone(),
        unit: unit_now(tx, who, at, unit, &issuer, person.id()).await?,
        rows: records.iter().map(|row| printed(row, &listed)).collect(),
    };
    if let Some(id) = same(tx, person.id(), unit, certified.period, &content).await? {
        return Ok(id);
    }
    certificate::complete(&lacking(&content), without)?;
    let year = tx.city().calendar.date(at.recorded).year();
    let designation = register::designation(tx, unit).await?;
    let serial = certificates::next_serial(tx, unit, year).await?;
    let id = tx.new_id::<CertificateThing>(unit.cell, at);
    let code = Code::new(unit.cell, u64::from_be_bytes(tx.random())).map_err(Stop::defect)?.plain();
    let inside: Vec<(RecordId, i64)> = records.iter().map(|row| (row.id(), row.minutes)).collect();
    let new = NewCertificate {
        id,
        code: &code,
        unit,
        place_path: &issuer.place_path,
        designation: &designation,
        year,
        serial,
        volunteer: person.id(),
        period: certified.period,
        hours: certified.hours,
        content: &content,
        records: &inside,
        invented: issuer.invented,
    };
    certificates::insert(tx, who, at, new).await?;
    let data =
        json!({ "designation": designation, "year": year, "serial": serial, "minutes": certified.hours.confirmed() });
    audit::record(tx, who, at, "service.certify", id, data).await?;
    Ok(id)
}

/// A record as it is printed; `listed`: what can be ticked as done. Of a private matter only what the activity was called,
/// which names nobody and nothing.
fn printed(row: &RecordRow, listed: &[&str]) -> Row {
    let mut row = if row.matter_private == Some(true) { row.clone().without_the_matter() } else { row.clone() };
    row.content = certificate::content(&row.content, &row.activity, row.served().is_some(), listed);
    Row {
        late: row.evidence == Evidence::Late.key(),
        day: row.day,
        activity: row.activity,
        place: row.place_name,
        content: row.content,
        minutes: row.minutes,
    }
}

async fn unit_now(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    unit: OrganisationId,
    issuer: &Issuer,
    volunteer: PersonId,
) -> Result<Unit, Stop> {
    // Who leads a team heads it, unless the unit itself names somebody.
    let head = match &issuer.head {
        Some(head) => Some(head.clone()),
        None => {
            let members = register::members_of(tx, unit, at).await?;
            members.into_iter().find(|m| m.role == Role::TeamLeader).map(|m| m.person_name)
        }
    };
    let handler = match who.person.filter(|me| *me != volunteer) {
        Some(me) => people::store::person(tx, me).await?.map(|row| row.name),
        None => None,
    };
    Ok(Unit {
        name: issuer.name.clone(),
        credit_code: issuer.credit_code.clone(),
        guided_by: issuer.parent.clone().filter(|_| issuer.kind == "team"),
        head,
        handler,
    })
}

/// A certificate that stands and says the same of the same person.
async fn same(
    tx: &mut Tx<'_>,
    volunteer: PersonId,
    unit: OrganisationId,
    period: Period,
    content: &Content,
) -> Result<Option<CertificateId>, Stop> {
    let (from, to) = (period.from.to_string(), period.to.to_string());
    for row in certificates::of_person(tx, volunteer).await? {
        let is_this = row.subject().unit == unit && row.from_day == from && row.to_day == to;
        if !is_this || row.standing() != certificate::Standing::Valid {
            continue;
        }
        let kept = certificates::content(tx, &row).await?;
        if kept.is_some_and(|kept| {
            // What was left empty and is known now is worth another one.
            let gaps = lacking(content);
            (&kept.name, &kept.identity, &kept.rows) == (&content.name, &content.identity, &content.rows)
                && lacking(&kept).iter().all(|gap| gaps.contains(gap))
        }) {
            return Ok(Some(row.id()));
        }
    }
    Ok(None)
}

/// A certificate that `who` may read whole: its volunteer, staff of its unit, who inspects.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: CertificateId) -> Result<CertificateRow, Stop> {
    let row = certificates::certificate(tx, id).await?.ok_or(Stop::Missing)?;
    access::see_certificate(&super::actions::reader(who)?, &row.subject()).map_err(|_| Stop::Missing)?;
    Ok(row)
}

/// The certificates of a volunteer that `who` may read.
pub async fn of_person(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
) -> Result<Vec<CertificateRow>, Stop> {
    let who = super::actions::reader(who)?;
    let is_own = who.person == Some(person);
    let mut rows = certificates::of_person(tx, person).await?;
    rows.retain(|row| access::see_certificate(&who, &row.subject()).is_ok());
    // Whoever sees none must not learn whether there are any: staff need a reason to ask, which is the volunteer's hours.
    if rows.is_empty() && !is_own {
        super::actions::may_see_hours(tx, &who, at, person).await?;
    }
    Ok(rows)
}

/// What a code says to whoever holds the paper.
pub async fn verify(tx: &mut Tx<'_>, code: Code) -> Result<Option<CertificateRow>, Stop> {
    certificates::by_code(tx, code.cell(), &code.plain()).await
}

/// Whether somebody looks at hours in it: it holds meanwhile.
pub async fn is_looked_at(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<bool, Stop> {
    let inside = certificates::records_in(tx, row.id()).await?;
    Ok(inside.into_iter().any(|(_, now)| certificate::is_looked_at(now)))
}

/// The certificates of the units that `who` answers for: those to be looked at, or the newest.
pub async fn of_units(tx: &mut Tx<'_>, who: &Actor, doubted: bool, limit: i64) -> Result<Vec<CertificateRow>, Stop> {
    if !might::<RevokeCertificate>(who) {
        return Err(Stop::Forbidden { verb: RevokeCertificate::NAME });
    }
    let who = super::actions::reader(who)?;
    let mut rows = Vec::new();
    let answers = |role: &Role| RevokeCertificate::GRANTS.iter().any(|grant| grant.role == *role);
    let held = who.memberships.iter().filter(|m| answers(&m.role));
    let mut paths: Vec<&str> = held.map(|m| m.place_path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup_by(|later, earlier| later.starts_with(*earlier));
    for path in paths {
        for cell in crate::matters::queues::cells_of(tx, path) {
            rows.extend(certificates::within(tx, cell, path, doubted, limit).await?);
        }
    }
    rows.retain(|row| access::revoke_certificate(&who, &row.subject()).is_ok());
    rows.sort_by_key(|row| std::cmp::Reverse((row.issued_at, row.id())));
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}

/// The unit takes a certificate back; the volunteer hears of it.
pub async fn revoke(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: CertificateId,
    (reason, note): (Option<RevocationReason>, &str),
) -> Result<(), Stop> {
    let row = find(tx, who, id).await?;
    let permit = access::revoke_certificate(who, &row.subject())?;
    let reason = certificate::revoke(&permit, id, row.standing(), reason, note)?;
    if !certificates::revoke(tx, who, at, &row, (reason, note.trim())).await? {
        return Err(Stop::Conflict(Refusal::new("certificate-revoked")));
    }
    audit::record(tx, who, at, "service.revoke_certificate", id, json!({ "reason": reason.key() })).await?;
    let link = format!("{}/me/certificates", tx.city().settings.base_url);
    let number = row.number();
    let values = json!({ "unit": row.unit, "number": number, "link": link });
    people::tell(tx, at, row.volunteer(), "certificate_revoked", values).await
}

/// A record has become void or shorter: the certificates that stand on it say so until their unit has looked.
pub async fn doubt(tx: &mut Tx<'_>, who: &Actor, at: Moment, record: &ServiceRecord) -> Result<(), Stop> {
    // A certificate that is being issued on it must be there to be doubted.
    records::hold(tx, record.volunteer).await?;
    for (id, certified) in certificates::standing_on(tx, record.id).await? {
        if certificate::bears_out(certified, line(record, false)) {
            continue;
        }
        certificates::doubt(tx, at, id).await?;
        audit::record(tx, who, at, "service.doubt_certificate", id, json!({ "record": record.id })).await?;
    }
    Ok(())
}

/// A record is no longer void: the certificates that stand on it are doubted no longer, where each record in them bears out
/// what was certified.
pub async fn trust(tx: &mut Tx<'_>, who: &Actor, at: Moment, record: &ServiceRecord) -> Result<(), Stop> {
    records::hold(tx, record.volunteer).await?;
    for id in certificates::doubted_on(tx, record.id).await? {
        let inside = certificates::records_in(tx, id).await?;
        if !inside.into_iter().all(|(certified, now)| certificate::bears_out(certified, now)) {
            continue;
        }
        certificates::trust(tx, id).await?;
        audit::record(tx, who, at, "service.trust_certificate", id, json!({ "record": record.id })).await?;
    }
    Ok(())
}
