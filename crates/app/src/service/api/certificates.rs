//! Certificates of record as JSON.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::Failure;
use kit::limits::address_key;
use rules::matters::Code;
use rules::service::certificate::RevocationReason;
use rules::shared::Refusal;
use rules::shared::ids::{CertificateThing, PersonId, PersonThing};
use rules::shared::when::read_date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::certificates::{self, CertificateRow};
use super::super::certifying::{self, Wanted};
use crate::web::json::{instant, path_id};
use crate::web::{Call, Created, Visitor, Who, api_answer};
use crate::{App, Stop};

/// The days of a file or of a certificate, both included.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": "2026-01-01", "to": "2026-06-30" }))]
pub struct PeriodJson {
    pub from: String,
    pub to: String,
}

fn days(from: &str, to: &str) -> Result<(Date, Date), Refusal> {
    let day = |text: &str, field: &str| read_date(text).ok_or_else(|| Refusal::new("certificate-day").at_field(field));
    Ok((day(from, "from")?, day(to, "to")?))
}

impl PeriodJson {
    pub fn read(&self) -> Result<(Date, Date), Refusal> {
        days(&self.from, &self.to)
    }
}

/// What to certify.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": "2026-01-01", "to": "2026-06-30", "without": false }))]
pub struct CertifyJson {
    pub from: String,
    pub to: String,
    /// `true`: what is not known (identity number, the unit's code or head) is left empty. Without it such a certificate is
    /// refused: its number is given out for good.
    #[serde(default)]
    pub without: bool,
}

impl CertifyJson {
    pub fn read(&self) -> Result<Wanted, Refusal> {
        let (from, to) = days(&self.from, &self.to)?;
        Ok(Wanted { from, to, without: self.without })
    }
}

/// A certificate, for its volunteer and its unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateJson {
    #[schema(example = "crt_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    /// Verified at `/verify/{code}` and `/api/v1/certificates/{code}`.
    #[schema(example = "4F7-K2M9-X3A")]
    pub code: String,
    #[serde(flatten)]
    pub says: VerifiedJson,
}

/// What whoever holds the paper may compare with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerifiedJson {
    /// `valid`, `doubtful` (a record in it was voided or cut down since, and the unit has to look) or `revoked`.
    #[schema(example = "valid")]
    pub standing: String,
    #[schema(example = "371722003003-1志服证〔2026〕0012号")]
    pub number: String,
    /// Masked.
    #[schema(example = "李*国")]
    pub name: String,
    /// The recording unit, which issued it.
    #[schema(example = "黄楼社区邻里服务队")]
    pub unit: String,
    #[schema(example = "2026-01-01")]
    pub from: String,
    #[schema(example = "2026-06-30")]
    pub to: String,
    /// Signed when it happened, and confirmed.
    #[schema(example = 540)]
    pub recorded_minutes: i64,
    /// Entered after the fact, and confirmed.
    #[schema(example = 60)]
    pub late_minutes: i64,
    #[schema(example = "2026-06-30T09:00:00+08:00")]
    pub issued_at: String,
    pub revoked_at: Option<String>,
    /// `record_wrong`, `details_wrong` or `returned`.
    pub revoked_as: Option<String>,
}

/// Why a certificate is taken back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "record_wrong", "note": "核实后时长不符" }))]
pub struct RevocationJson {
    /// `record_wrong`, `details_wrong` or `returned`: whoever verifies it sees this.
    #[serde(default)]
    pub reason: String,
    /// For the volunteer and the unit.
    #[serde(default)]
    pub note: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateList {
    pub items: Vec<CertificateJson>,
}

fn verified(row: &CertificateRow, zone: &TimeZone) -> VerifiedJson {
    VerifiedJson {
        standing: row.standing().key().to_owned(),
        number: row.number(),
        name: row.name_masked.clone(),
        unit: row.unit.clone(),
        from: row.from_day.clone(),
        to: row.to_day.clone(),
        recorded_minutes: row.recorded_minutes,
        late_minutes: row.late_minutes,
        issued_at: instant(row.issued_at, zone),
        revoked_at: row.revoked_at.map(|at| instant(at, zone)),
        revoked_as: row.revoked_as.clone(),
    }
}

fn shown(row: &CertificateRow, zone: &TimeZone) -> Result<CertificateJson, Stop> {
    let code: Code = row.code.parse().map_err(Stop::defect)?;
    Ok(CertificateJson { id: row.id().to_string(), code: code.to_string(), says: verified(row, zone) })
}

fn listed(rows: &[CertificateRow], zone: &TimeZone) -> Result<CertificateList, Stop> {
    Ok(CertificateList { items: rows.iter().map(|row| shown(row, zone)).collect::<Result<_, Stop>>()? })
}

/// The certificates of a volunteer: one's own, or those of the units one answers for.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/certificates", tag = "service", params(("id" = String, Path,)),
    responses((status = 200, body = CertificateList), (status = 404))
)]
pub async fn index(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<CertificateList>, Failure> {
    let person: PersonId = path_id(&id)?;
    let (actor, at) = (who.actor().clone(), app.now());
    let rows = app
        .read(move |mut tx| Box::pin(async move { certifying::of_person(&mut tx, &actor, at, person).await }))
        .await?;
    Ok(Json(listed(&rows, &app.city().settings.zone)?))
}

/// Certifies a period: one certificate of each unit that recorded in it. What stands unchanged is handed back.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/certificates", tag = "service", params(("id" = String, Path,)),
    request_body = CertifyJson,
    responses((status = 201, body = CertificateList), (status = 403), (status = 404), (status = 422))
)]
pub async fn certify(call: Call<PersonThing, CertifyJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let mut rows = Vec::new();
            for id in certifying::certify(tx, who, at, id, body.read()?).await? {
                rows.push(certificates::certificate(tx, id).await?.ok_or(Stop::Missing)?);
            }
            Created(listed(&rows, &tx.city().settings.zone)?).try_into()
        })
    })
    .await
}

/// What a code says to whoever holds the paper. For everybody, a few times a minute.
#[utoipa::path(
    get, path = "/api/v1/certificates/{code}", tag = "service", params(("code" = String, Path,)),
    responses((status = 200, body = VerifiedJson), (status = 404), (status = 429))
)]
pub async fn verify(
    State(app): State<App>,
    visitor: Visitor,
    Path(typed): Path<String>,
) -> Result<Json<VerifiedJson>, Failure> {
    app.web.look_ups.check(&address_key(visitor.visit.ip))?;
    let code: Code = typed.parse().map_err(|_| Failure::not_found())?;
    let found = app.read(move |mut tx| Box::pin(async move { certifying::verify(&mut tx, code).await })).await?;
    let row = found.ok_or_else(Failure::not_found)?;
    Ok(Json(verified(&row, &app.city().settings.zone)))
}

/// Takes a certificate back: the unit that issued it, or who inspects.
#[utoipa::path(
    post, path = "/api/v1/certificates/{id}/revocation", tag = "service", params(("id" = String, Path,)),
    request_body = RevocationJson,
    responses((status = 200, body = CertificateJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn revoke(call: Call<CertificateThing, RevocationJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let reason = RevocationReason::from_key(&body.reason);
            certifying::revoke(tx, who, at, id, (reason, &body.note)).await?;
            let row = certificates::certificate(tx, id).await?.ok_or(Stop::Missing)?;
            api_answer(&shown(&row, &tx.city().settings.zone)?)
        })
    })
    .await
}
