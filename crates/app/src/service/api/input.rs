//! What clients send to service.

use jiff::Timestamp;
use rules::service::Solved;
use rules::service::record::Nature;
use rules::shared::ids::PersonId;
use rules::shared::{Faults, Refusal, Window};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::actions::{Presence, Proof, Rated};
use super::super::confirming::Correction;
use super::super::recording::{LateEntry, Told, Wellbeing};
use crate::places::api as places_api;
use crate::web::json::{body_id, read_instant};
use crate::{Stop, Tx};

/// Proof of presence: exactly one of `qr`, `code`, `card` and `person`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "402 917", "device_at": "2026-06-08T09:01:30+08:00" }))]
pub struct PresenceJson {
    /// The token of the QR at the venue or on the desk's screen.
    pub qr: Option<String>,
    /// The code shown at the venue or read out by the desk; spaces and hyphens do not matter.
    pub code: Option<String>,
    /// What the service card of the person served shows: the end of its QR's address, or its code.
    pub card: Option<String>,
    /// The desk signs for this volunteer.
    pub person: Option<String>,
    /// What the device's clock said, when the signature waited on it without network; where the desk signs somebody out, when
    /// they left.
    pub device_at: Option<String>,
}

impl PresenceJson {
    pub fn read(self) -> Result<Presence, Refusal> {
        let sent = [("qr", &self.qr), ("code", &self.code), ("card", &self.card), ("person", &self.person)];
        let sent: Vec<&str> = sent.iter().filter(|(_, said)| said.is_some()).map(|(name, _)| *name).collect();
        if let [_, second, ..] = sent[..] {
            return Err(Refusal::new("presence-several").with("sent", sent.join(", ")).at_field(second));
        }
        let proof = match (self.qr, self.code, self.card, self.person) {
            (Some(token), None, None, None) => Proof::Qr(token),
            (None, Some(code), None, None) => Proof::Code(code),
            (None, None, Some(card), None) => Proof::Card(card),
            (None, None, None, Some(person)) => Proof::Desk(body_id(&person, "person")?),
            _ => return Err(Refusal::new("presence-missing").at_field("code")),
        };
        let device_at = self.device_at.as_deref().map(|at| read_instant(at, "device_at")).transpose()?;
        Ok(Presence { proof, device_at })
    }
}

/// Proof of presence as for a check-in, and what was done.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "402917", "content": "陪同去县医院取药", "wellbeing": "worried" }))]
pub struct CheckOutJson {
    pub qr: Option<String>,
    pub code: Option<String>,
    pub card: Option<String>,
    pub person: Option<String>,
    pub device_at: Option<String>,
    /// 做了什么
    #[serde(default)]
    pub content: String,
    /// What they came for is done: then the matter goes on as served, however short it was.
    #[serde(default)]
    pub done: bool,
    /// 还需要什么; sealed, as is what follows.
    pub still_needed: Option<String>,
    /// How the person served was.
    pub wellbeing: Option<Wellbeing>,
    /// 下次什么时候来
    pub next_visit: Option<String>,
}

impl CheckOutJson {
    pub fn read(self) -> Result<(Presence, Told), Refusal> {
        let mut faults = Faults::default();
        let told = Told { did: self.done, ..told(self.content, self.still_needed, self.wellbeing, self.next_visit) };
        let CheckOutJson { qr, code, card, person, device_at, .. } = self;
        let presence = faults.of(PresenceJson { qr, code, card, person, device_at }.read());
        faults.of(told.fits());
        faults.none()?;
        presence.map(|presence| (presence, told)).ok_or_else(|| Refusal::new("presence-missing").at_field("code"))
    }
}

fn told(
    content: String,
    still_needed: Option<String>,
    wellbeing: Option<Wellbeing>,
    next_visit: Option<String>,
) -> Told {
    let said = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    Told { content, did: false, still_needed: said(still_needed), wellbeing, next_visit: said(next_visit) }
}

/// What was done, said after a forgotten check-out, and when it really ended.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "content": "陪同去县医院取药", "ended_at": "2026-06-08T10:40:00+08:00" }))]
pub struct DescriptionJson {
    /// The planned end when nothing is said; never later than that.
    pub ended_at: Option<String>,
    #[serde(default)]
    pub content: String,
    pub still_needed: Option<String>,
    pub wellbeing: Option<Wellbeing>,
    pub next_visit: Option<String>,
}

impl DescriptionJson {
    pub fn read(self) -> Result<(Option<Timestamp>, Told), Refusal> {
        let ended = self.ended_at.as_deref().map(|at| read_instant(at, "ended_at")).transpose()?;
        Ok((ended, told(self.content, self.still_needed, self.wellbeing, self.next_visit)))
    }
}

/// A record after the fact. With `task` the name and place are the task's.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "volunteer": "per_0006034e9s1k2g7xgh0v4c5b8fzn9", "name": "小区清扫", "place": "371722003003",
    "content": "清扫楼道和单元门口", "start": "2026-06-07T08:00:00+08:00", "end": "2026-06-07T10:00:00+08:00",
    "reason": "手机没电，没有签到" }))]
pub struct LateJson {
    /// Oneself when nothing is said.
    pub volunteer: Option<String>,
    pub task: Option<String>,
    #[serde(default)]
    pub name: String,
    /// The id or code of a place.
    pub place: Option<String>,
    #[serde(default)]
    pub content: String,
    pub start: String,
    pub end: String,
    /// `voluntary` (when nothing is said), `own_post`, `ordered`, `paid` or `own_interest`; only the first is recorded.
    #[schema(value_type = Option<String>)]
    pub nature: Option<Nature>,
    #[serde(default)]
    pub reason: String,
}

impl LateJson {
    pub async fn read(self, tx: &mut Tx<'_>, me: Option<PersonId>) -> Result<LateEntry, Stop> {
        let volunteer = self.volunteer.as_deref().map(|v| body_id(v, "volunteer")).transpose()?.or(me);
        let place = match &self.place {
            Some(reference) => places_api::find(tx, reference).await?.map(|place| place.id),
            None => None,
        };
        Ok(LateEntry {
            volunteer: volunteer.ok_or_else(|| Refusal::new("needs-a-person"))?,
            task: self.task.as_deref().map(|t| body_id(t, "task")).transpose()?,
            name: self.name,
            place,
            content: self.content,
            start: read_instant(&self.start, "start")?,
            end: read_instant(&self.end, "end")?,
            nature: self.nature.unwrap_or(Nature::Voluntary),
            reason: self.reason,
            invented: false,
        })
    }
}

/// Why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "那天没有来过" }))]
pub struct RecordReasonJson {
    #[serde(default)]
    pub reason: String,
}

/// What a record should say. The time may only shrink.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "content": "陪同去县医院取药", "start": "2026-06-08T09:00:00+08:00",
    "end": "2026-06-08T10:30:00+08:00", "answer": "签到码是她报的，十点半走的" }))]
pub struct RecordCorrectionJson {
    pub content: String,
    pub start: String,
    pub end: String,
    /// What is answered to whoever said that it is wrong; both sides read it. Asked for while an objection is undecided.
    pub answer: Option<String>,
}

impl RecordCorrectionJson {
    pub fn read(self) -> Result<Correction, Refusal> {
        let served = Window { start: read_instant(&self.start, "start")?, end: read_instant(&self.end, "end")? };
        Ok(Correction { served, content: self.content, answer: self.answer })
    }
}

/// Solved? Satisfied?
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "solved": true, "satisfaction": 5, "words": "谢谢，来得很快" }))]
pub struct RatingJson {
    pub solved: SolvedJson,
    /// 1 very dissatisfied to 5 very satisfied. With 1 and 2 somebody calls back.
    pub satisfaction: u8,
    pub words: Option<String>,
}

impl RatingJson {
    pub fn read(self) -> Result<Rated, Refusal> {
        Ok(Rated { solved: self.solved.read()?, satisfaction: self.satisfaction, words: self.words })
    }
}

/// `true` and `false`, or `yes`, `partly` and `no`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum SolvedJson {
    Whether(bool),
    How(String),
}

impl SolvedJson {
    fn read(&self) -> Result<Solved, Refusal> {
        match self {
            SolvedJson::Whether(true) => Ok(Solved::Yes),
            SolvedJson::Whether(false) => Ok(Solved::No),
            SolvedJson::How(key) => {
                Solved::from_key(key).ok_or_else(|| Refusal::new("rating-solved").at_field("solved"))
            }
        }
    }
}
