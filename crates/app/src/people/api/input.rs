//! What clients send to people.

use jiff::civil::Date;
use rules::people::membership::Word;
use rules::people::{OrganisationKind, WeeklySpan};
use rules::shared::ids::{HouseholdId, PersonId, PlaceId};
use rules::shared::{Refusal, Role};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::SpanJson;
use crate::people::actions::{Appointment, Founding, Joining, Registration, Skill};
use crate::people::changing::{Edit, UnitEdit};
use crate::people::skills;
use crate::places::api as places_api;
use crate::web::json::{body_day, body_id, read_instant};
use crate::{Stop, Tx};

/// A place by its code or id.
async fn place(tx: &mut Tx<'_>, reference: &str, field: &'static str) -> Result<PlaceId, Stop> {
    let place = places_api::find(tx, reference).await?;
    Ok(place.ok_or_else(|| Refusal::new("appoint-place-unknown").at_field(field))?.id)
}

fn day(text: Option<&str>, field: &'static str) -> Result<Option<Date>, Refusal> {
    text.map(|text| body_day(text, field)).transpose()
}

fn millis(text: Option<&str>, field: &'static str) -> Result<Option<i64>, Refusal> {
    text.map(|text| read_instant(text, field).map(jiff::Timestamp::as_millisecond)).transpose()
}

/// Somebody who has not registered themselves.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "张桂兰", "place": "371722003003", "phone": "13800000001", "sex": "female",
    "birth_date": "1948-03-02", "address": "3 号楼 2 单元 401" }))]
pub struct RegistrationJson {
    pub name: String,
    /// The code or id of the village, community or grid where they live.
    pub place: String,
    pub phone: Option<String>,
    /// `female` or `male`.
    pub sex: Option<String>,
    pub birth_date: Option<String>,
    pub identity_number: Option<String>,
    /// Building or house; a household is entered for it.
    pub address: Option<String>,
    /// `courier`, `rider` or `driver`.
    #[serde(default)]
    pub group: String,
}

impl RegistrationJson {
    pub async fn read(self, tx: &mut Tx<'_>) -> Result<(PlaceId, Registration), Stop> {
        let new = Registration {
            birth_date: day(self.birth_date.as_deref(), "birth_date")?,
            invented: tx.city().settings.demo,
            name: self.name,
            sex: self.sex,
            phone: self.phone,
            identity_number: self.identity_number,
            address: self.address,
            household: None,
            reporter_group: self.group,
            lives_nowhere: false,
        };
        Ok((place(tx, &self.place, "place").await?, new))
    }
}

/// A correction; what is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "张桂兰", "address": "5 号楼 1 单元 102", "version": 1 }))]
pub struct EditJson {
    pub name: String,
    pub sex: Option<String>,
    pub birth_date: Option<String>,
    /// Another's number only: one's own is proved by signing in with it.
    pub phone: Option<String>,
    pub address: Option<String>,
    pub group: Option<String>,
    /// The version that was looked at.
    pub version: i64,
}

impl EditJson {
    pub fn read(self) -> Result<Edit, Refusal> {
        Ok(Edit {
            birth_date: day(self.birth_date.as_deref(), "birth_date")?,
            name: self.name,
            sex: self.sex,
            phone: self.phone,
            address: self.address,
            reporter_group: self.group,
            version: self.version,
            ..Edit::default()
        })
    }
}

/// A role to give.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "role": "grid_member", "place": "371722003003001" }))]
pub struct AppointmentJson {
    pub role: String,
    pub organisation: Option<String>,
    /// The code or id of the place it covers; an organisation's own place when nothing is said.
    pub place: Option<String>,
    pub until: Option<String>,
    /// They have said yes to joining this team to whoever takes them in. Left out, they are asked, and belong to it once they
    /// accept (`POST /api/v1/memberships/{id}/acceptance`). Says nothing of a role outside of a team.
    #[serde(default)]
    pub agreed: bool,
}

impl AppointmentJson {
    pub async fn read(self, tx: &mut Tx<'_>) -> Result<Appointment, Stop> {
        let role = Role::from_key(&self.role);
        Ok(Appointment {
            role: role.ok_or_else(|| Refusal::new("appoint-role-missing").at_field("role"))?,
            organisation: self.organisation.as_deref().map(|id| body_id(id, "organisation")).transpose()?,
            place: match &self.place {
                Some(reference) => Some(place(tx, reference, "place").await?),
                None => None,
            },
            until: millis(self.until.as_deref(), "until")?,
            word: if self.agreed { Word::Given } else { Word::Asked },
        })
    }
}

fn week(spans: &[SpanJson]) -> Result<Vec<WeeklySpan>, Refusal> {
    spans.iter().map(|s| WeeklySpan::new(s.weekday, s.from, s.until)).collect()
}

/// When one is usually free.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "week": [{ "weekday": 6, "from": 480, "until": 1080 }] }))]
pub struct VolunteerJson {
    /// Empty or left out means: ask me.
    #[serde(default)]
    pub week: Vec<SpanJson>,
}

impl VolunteerJson {
    pub fn read(self) -> Result<Joining, Refusal> {
        Ok(Joining { week: week(&self.week)?, insured_until: None, guardian_consent_until: None })
    }
}

/// When one is usually free, and until when not at all.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "week": [{ "weekday": 6, "from": 480, "until": 1080 }], "quiet_until": "2026-07-01T00:00:00+08:00" }))]
pub struct AvailabilityJson {
    #[serde(default)]
    pub week: Vec<SpanJson>,
    pub quiet_until: Option<String>,
}

impl AvailabilityJson {
    pub fn read(self) -> Result<(Vec<WeeklySpan>, Option<i64>), Refusal> {
        Ok((week(&self.week)?, millis(self.quiet_until.as_deref(), "quiet_until")?))
    }
}

/// The number that the national system of volunteer service gave; empty takes it out.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "volunteer_number": "370000100012" }))]
pub struct VolunteerNumberJson {
    pub volunteer_number: String,
}

/// What covers a volunteer; at least one of the two.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "insured_until": "2027-06-30T23:59:59+08:00" }))]
pub struct CoverJson {
    pub guardian_consent_until: Option<String>,
    pub insured_until: Option<String>,
}

impl CoverJson {
    pub fn read(self) -> Result<(Option<i64>, Option<i64>), Refusal> {
        let guardian = millis(self.guardian_consent_until.as_deref(), "guardian_consent_until")?;
        let insured = millis(self.insured_until.as_deref(), "insured_until")?;
        if guardian.is_none() && insured.is_none() {
            return Err(Refusal::new("cover-missing").at_field("insured_until"));
        }
        Ok((guardian, insured))
    }
}

/// A skill or certificate.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "skill": "first_aid", "issuer": "市红十字会", "valid_from": "2026-03-01", "valid_to": "2029-02-28" }))]
pub struct CredentialBody {
    /// One of the list, by its key or another word for it; `other` for what is in no list; or its name.
    pub skill: String,
    /// What it is called, when `skill` is `other`.
    #[serde(default)]
    pub called: String,
    /// The number of a certificate, where there is one.
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub issuer: String,
    /// The day it was issued; a skill without a certificate needs none.
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
}

impl CredentialBody {
    pub fn read(self) -> Result<Skill, Refusal> {
        Ok(Skill {
            skill: skills::meant(&self.skill, &self.called)?,
            number: self.number.trim().to_owned(),
            issuer: self.issuer.trim().to_owned(),
            valid_from: day(self.valid_from.as_deref(), "valid_from")?,
            valid_to: day(self.valid_to.as_deref(), "valid_to")?,
        })
    }
}

/// The household to belong to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "household": null }))]
pub struct HouseholdJson {
    pub household: Option<String>,
}

impl HouseholdJson {
    pub fn read(self) -> Result<Option<HouseholdId>, Refusal> {
        self.household.as_deref().map(|id| body_id(id, "household")).transpose()
    }
}

/// Who is kin.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "person": "per_0006034e9s1k2g7xgh0v4c5b8fzn9" }))]
pub struct KinJson {
    pub person: String,
}

impl KinJson {
    pub fn read(self) -> Result<PersonId, Refusal> {
        body_id(&self.person, "person")
    }
}

/// An organisation or team to found.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "暖心陪诊队", "kind": "team", "place": "371722003003", "labels": "hospital" }))]
pub struct FoundingJson {
    pub name: String,
    pub kind: String,
    pub place: String,
    pub credit_code: Option<String>,
    #[serde(default)]
    pub credit_code_confirmed: bool,
    #[serde(default)]
    pub labels: String,
}

/// A correction of an organisation; what is left out stays, what is empty is taken out.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "credit_code": "54371722MF30034567", "head": "郑守业", "version": 1 }))]
pub struct OrganisationEditJson {
    pub name: Option<String>,
    /// Professional labels of a team.
    pub labels: Option<String>,
    /// 统一社会信用代码 (GB 32100); no other organisation of the county has it.
    pub credit_code: Option<String>,
    /// The paper has the code so, though its check character does not fit.
    #[serde(default)]
    pub credit_code_confirmed: bool,
    /// Who is responsible for it, as its certificates name them.
    pub head: Option<String>,
    /// The version that was looked at.
    pub version: i64,
}

impl OrganisationEditJson {
    pub fn read(self) -> UnitEdit {
        UnitEdit {
            name: self.name,
            labels: self.labels,
            credit_code: self.credit_code,
            credit_code_confirmed: self.credit_code_confirmed,
            head: self.head,
            version: self.version,
        }
    }
}

impl FoundingJson {
    pub async fn read(self, tx: &mut Tx<'_>) -> Result<(PlaceId, Founding), Stop> {
        let kind = OrganisationKind::from_key(&self.kind);
        let kind = kind.ok_or_else(|| Refusal::new("organisation-kind-missing").at_field("kind"))?;
        let new = Founding {
            name: self.name,
            kind: kind.key().into(),
            credit_code: self.credit_code,
            credit_code_confirmed: self.credit_code_confirmed,
            parent: None,
            labels: self.labels,
            invented: tx.city().settings.demo,
        };
        Ok((place(tx, &self.place, "place").await?, new))
    }
}
