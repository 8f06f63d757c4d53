//! What the API shows of people and organisations. Masked, always: whoever needs to call asks for the number, and that
//! is written down.

use jiff::tz::TimeZone;
use rules::people::WeeklySpan;
use rules::shared::Moment;
use rules::shared::ids::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::people::register::{self, CredentialLine, MembershipLine};
use crate::people::skills;
use crate::people::store::{self, OrganisationRow, PersonRow};
use crate::web::json::instant;
use crate::{Stop, Tx};

/// A person as other things name them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonRef {
    #[schema(example = "per_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    #[schema(example = "李建国")]
    pub name: String,
}

/// A person of the register.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "per_0006034e9s1k2g7xgh0v4c5b8fzn9", "name": "张桂兰", "sex": "female",
    "birth_date": "1948-03-02", "phone": "138****0001", "address": "黄楼社区", "group": "", "path":
    "3717/371722/371722003/371722003003/", "household": null, "version": 1 }))]
pub struct PersonJson {
    pub id: String,
    pub name: String,
    /// `female`, `male`, or missing.
    pub sex: Option<String>,
    pub birth_date: Option<String>,
    /// Masked.
    pub phone: String,
    /// Masked: the village or community, never the door.
    pub address: String,
    /// The reporter's group that figures are counted by, or empty.
    pub group: String,
    /// Codes from the city down.
    pub path: String,
    pub household: Option<String>,
    pub version: i64,
}

pub fn person_json(row: &PersonRow) -> PersonJson {
    let household = row.household_id.map(|uuid| {
        let id: rules::shared::ids::HouseholdId = rules::shared::Id::new(row.id().cell, uuid);
        id.to_string()
    });
    PersonJson {
        id: row.id().to_string(),
        name: row.name.clone(),
        sex: row.sex.clone(),
        birth_date: row.birth_date.clone(),
        phone: row.phone_masked.clone(),
        address: row.address_masked.clone(),
        group: row.reporter_group.clone(),
        path: row.place_path.clone(),
        household,
        version: row.version,
    }
}

#[derive(Serialize, ToSchema)]
pub struct PeopleList {
    pub items: Vec<PersonJson>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// A role held at a place or in an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MembershipJson {
    pub id: String,
    pub person: String,
    #[schema(example = "李建国")]
    pub name: String,
    #[schema(example = "volunteer")]
    pub role: String,
    pub organisation: Option<String>,
    #[schema(example = "银龄互助队")]
    pub organisation_name: String,
    #[schema(example = "3717/371722/371722003/371722003003/")]
    pub path: String,
    /// Since when it holds, or since when they are asked.
    pub since: String,
    pub until: Option<String>,
    /// They are asked and have not answered: it holds from when they accept.
    pub asked: bool,
}

impl MembershipJson {
    pub fn of(line: MembershipLine, zone: &TimeZone) -> MembershipJson {
        MembershipJson {
            id: line.id.to_string(),
            person: line.person.to_string(),
            name: line.person_name,
            role: line.role.key().to_owned(),
            organisation: line.organisation.map(|id| id.to_string()),
            organisation_name: line.organisation_name,
            path: line.place_path,
            since: instant(line.from, zone),
            until: line.to.map(|to| instant(to, zone)),
            asked: line.is_asked,
        }
    }
}

/// A skill or certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CredentialJson {
    pub id: String,
    #[schema(example = "first_aid")]
    pub skill: String,
    pub issuer: String,
    #[schema(example = "2026-03-01")]
    pub valid_from: String,
    pub valid_to: Option<String>,
    /// The day on which somebody other than the holder saw the document.
    pub verified_on: Option<String>,
    pub withdrawn_on: Option<String>,
    /// It waits to be checked, and is of a kind that is not in the list.
    pub is_new: bool,
}

impl From<CredentialLine> for CredentialJson {
    fn from(line: CredentialLine) -> CredentialJson {
        let credential = line.credential;
        CredentialJson {
            id: line.id.to_string(),
            is_new: credential.verified.is_none()
                && credential.withdrawn.is_none()
                && !skills::is_known(&credential.key),
            skill: credential.key,
            issuer: line.issuer,
            valid_from: credential.issued.to_string(),
            valid_to: credential.expires.map(|d| d.to_string()),
            verified_on: credential.verified.map(|d| d.to_string()),
            withdrawn_on: credential.withdrawn.map(|d| d.to_string()),
        }
    }
}

/// A stretch of one weekday, in minutes after midnight.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "weekday": 6, "from": 480, "until": 720 }))]
pub struct SpanJson {
    /// 1 for Monday up to 7 for Sunday.
    pub weekday: u8,
    pub from: u16,
    /// Up to 1440.
    pub until: u16,
}

impl From<&WeeklySpan> for SpanJson {
    fn from(span: &WeeklySpan) -> SpanJson {
        SpanJson { weekday: span.weekday, from: span.from, until: span.until }
    }
}

/// What a volunteer said of their time, and what covers them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VolunteeringJson {
    pub active: bool,
    /// When one is usually free; empty means: ask me.
    pub week: Vec<SpanJson>,
    pub quiet_until: Option<String>,
    pub insured_until: Option<String>,
    pub guardian_consent_until: Option<String>,
    /// A minor for whom no guardian has signed: nothing is offered to them.
    pub guardian_missing: bool,
    /// What the national system of volunteer service calls them.
    #[schema(example = "370000100012")]
    pub number: Option<String>,
}

/// A person with roles, credentials and volunteering.
#[derive(Serialize, ToSchema)]
pub struct PersonWhole {
    #[serde(flatten)]
    pub person: PersonJson,
    pub memberships: Vec<MembershipJson>,
    /// The teams that have asked them and wait for their answer.
    pub asked: Vec<MembershipJson>,
    pub credentials: Vec<CredentialJson>,
    pub volunteering: Option<VolunteeringJson>,
}

/// A person who was entered.
#[derive(Serialize, ToSchema)]
pub struct PersonRegistered {
    #[serde(flatten)]
    pub person: PersonWhole,
    /// Their number was given by somebody else first, whom alone its sign-in codes sign in.
    pub phone_shared: bool,
}

/// Everything of a person that the API shows; the caller has permitted it.
pub async fn whole(tx: &mut Tx<'_>, id: PersonId, at: Moment) -> Result<PersonWhole, Stop> {
    let zone = tx.city().settings.zone.clone();
    let row = store::person(tx, id).await?.ok_or(Stop::Missing)?;
    let memberships = register::memberships_of(tx, id, at).await?;
    let asked = register::asked_of(tx, id, at).await?;
    let credentials = register::credentials_of(tx, id).await?;
    let volunteering = register::volunteering_of(tx, id).await?;
    let guardian_missing = register::guardian_signs_at(tx, id, at).await?.is_some();
    let when = |millis: Option<i64>| millis.map(|millis| instant(millis, &zone));
    Ok(PersonWhole {
        person: person_json(&row),
        memberships: memberships.into_iter().map(|line| MembershipJson::of(line, &zone)).collect(),
        asked: asked.into_iter().map(|line| MembershipJson::of(line, &zone)).collect(),
        credentials: credentials.into_iter().map(CredentialJson::from).collect(),
        volunteering: volunteering.map(|v| VolunteeringJson {
            active: v.active,
            week: v.week.iter().map(SpanJson::from).collect(),
            quiet_until: when(v.quiet_until),
            insured_until: when(v.insured_until),
            guardian_consent_until: when(v.guardian_consent_until),
            guardian_missing,
            number: v.number,
        }),
    })
}

/// An organisation or team.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "org_0006034e9s1k2g7xgh0v4c5b8fzn9", "name": "黄楼社区银龄互助队", "kind": "team",
    "credit_code": null, "labels": "elder_care", "head": null, "path": "3717/371722/371722003/371722003003/", "version": 1 }))]
pub struct OrganisationJson {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub credit_code: Option<String>,
    /// Professional labels of a team, or empty.
    pub labels: String,
    /// Who is responsible for it, as its certificates name them; of a team without one its leader is.
    pub head: Option<String>,
    pub path: String,
    pub version: i64,
}

pub fn organisation_json(row: &OrganisationRow) -> OrganisationJson {
    OrganisationJson {
        id: row.id().to_string(),
        name: row.name.clone(),
        kind: row.kind.clone(),
        credit_code: row.credit_code.clone(),
        labels: row.labels.clone(),
        head: row.head.clone(),
        path: row.place_path.clone(),
        version: row.version,
    }
}

#[derive(Serialize, ToSchema)]
pub struct OrganisationList {
    pub items: Vec<OrganisationJson>,
}

/// An organisation and who belongs to it, leaders first.
#[derive(Serialize, ToSchema)]
pub struct MembersJson {
    #[serde(flatten)]
    pub organisation: OrganisationJson,
    pub members: Vec<MembershipJson>,
    /// Whom it has asked, and who have not answered.
    pub asked: Vec<MembershipJson>,
}
