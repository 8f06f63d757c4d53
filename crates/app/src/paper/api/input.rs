//! What clients send about paper.

use std::collections::BTreeMap;

use rules::paper::{Sort, Spoilt};
use rules::shared::Refusal;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::matters::actions::New as NewMatter;
use crate::matters::api::input::{FieldJson, values};
use crate::matters::kind_of;
use crate::paper::actions::New;
use crate::paper::entering::{Attended, Row, Written};
use crate::places::api as places_api;
use crate::web::json::{body_id, read_instant};
use crate::{Stop, Tx};

/// A batch to print.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "sort": "registration", "kind": "need", "place": "371722003003", "count": 20 }))]
pub struct NewBatchJson {
    /// `registration` or `sign_in`.
    pub sort: String,
    /// Of a registration form the key of the kind that it comes in as.
    pub kind: Option<String>,
    /// The id or code of the place it is printed for. A sheet of a task has the task's.
    pub place: Option<String>,
    /// Of a sign-in sheet the task whose it is; without one the sheet is blank.
    pub task: Option<String>,
    /// How many forms.
    pub count: i64,
}

impl NewBatchJson {
    pub async fn read(self, tx: &mut Tx<'_>) -> Result<New, Stop> {
        let sort = Sort::from_key(&self.sort).ok_or_else(|| Refusal::new("paper-sort-unknown").at_field("sort"))?;
        let place = match &self.place {
            Some(reference) => places_api::find(tx, reference).await?.map(|place| place.id),
            None => None,
        };
        let task = self.task.as_deref().map(|task| body_id(task, "task")).transpose()?;
        Ok(New { sort, kind: self.kind, task, place, count: self.count, invented: false })
    }
}

/// A form that does not come back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "serial": "4F7-K2M9-X3A", "why": "lost" }))]
pub struct SpoiltJson {
    /// One form.
    #[serde(default)]
    pub serial: Option<String>,
    /// Several, for the same reason.
    #[serde(default)]
    pub serials: Vec<String>,
    /// `misprinted`, `miswritten`, `lost` or `unused`.
    pub why: String,
}

impl SpoiltJson {
    /// The numbers of all the forms.
    pub fn serials(&self) -> Vec<String> {
        self.serial.iter().chain(&self.serials).cloned().collect()
    }

    pub fn why(&self) -> Result<Spoilt, Refusal> {
        Spoilt::from_key(&self.why).ok_or_else(|| Refusal::new("paper-spoilt-why").at_field("why"))
    }
}

/// What stands on a registration form.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterOnPaperJson {
    /// The id or code of the place where it is.
    pub place: String,
    /// By the keys of the kind's fields.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, FieldJson>)]
    pub fields: BTreeMap<String, Value>,
    #[serde(default)]
    pub private: bool,
    /// Only when the form does not imply it.
    pub level: Option<String>,
    /// The person who rang or came, when known.
    pub caller: Option<String>,
}

/// What stands on a line of a sign-in sheet.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendedJson {
    /// The number of the line, from 1.
    pub line: u16,
    /// The id of the volunteer, their telephone number, or their whole name where the sheet was printed for.
    pub volunteer: String,
    pub start: String,
    pub end: String,
    /// They signed by hand.
    pub signed: bool,
    /// What it was; on the sheet of a task it has the task's name.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub content: String,
    /// The id or code of a place, when it was not where the batch was printed for.
    pub place: Option<String>,
}

/// A row: the number of the form, and either what was registered or who attended.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowJson {
    /// The number of the form, in any way of typing it.
    pub serial: String,
    /// When it was written down, on a registration form.
    pub received_at: Option<String>,
    pub matter: Option<MatterOnPaperJson>,
    pub attended: Option<AttendedJson>,
}

/// Rows to enter, each for itself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "apply": true, "rows": [{ "serial": "4F7-K2M9-X3A", "received_at": "2026-06-08T21:40:00+08:00",
    "matter": { "place": "371722003003", "fields": { "category": "errands", "what": "停电出不了门，请人代买降压药", "when": "today",
        "address": "5 号楼", "phone": "13800000002" } } }] }))]
pub struct RowsJson {
    pub rows: Vec<RowJson>,
    /// Without it the answer says what would come of the rows, and nothing is entered.
    #[serde(default)]
    pub apply: bool,
}

impl RowJson {
    /// `kind`: what a registration form of the batch comes in as.
    ///
    /// # Errors
    /// What of the row cannot be read; the others go on without it.
    pub async fn read(self, tx: &mut Tx<'_>, kind: Option<&str>) -> Result<Row, Stop> {
        let written = match (self.matter, self.attended) {
            (Some(matter), None) => {
                let received =
                    self.received_at.ok_or_else(|| Refusal::new("paper-received").at_field("received_at"))?;
                let caller = matter.caller.as_deref().map(|c| body_id(c, "caller")).transpose()?;
                let place = places_api::find(tx, &matter.place).await?.map(|place| place.id);
                let kind = kind.ok_or_else(|| Refusal::new("paper-sort").at_field("serial"))?;
                let new = NewMatter {
                    place,
                    caller,
                    values: values(kind_of(&tx.city(), kind)?, &matter.fields)?,
                    private: matter.private,
                    level: matter.level,
                    ..NewMatter::default()
                };
                Written::Matter { received: read_instant(&received, "received_at")?, new: Box::new(new) }
            }
            (None, Some(said)) => {
                let place = match &said.place {
                    Some(reference) => {
                        let unknown = || Refusal::new("paper-place").at_field("place");
                        Some(places_api::find(tx, reference).await?.ok_or_else(unknown)?.id)
                    }
                    None => None,
                };
                Written::Attended(Attended {
                    line: said.line,
                    volunteer: said.volunteer,
                    start: read_instant(&said.start, "start")?,
                    end: read_instant(&said.end, "end")?,
                    signed: said.signed,
                    name: said.name,
                    content: said.content,
                    place,
                })
            }
            _ => return Err(Refusal::new("paper-row").at_field("rows").into()),
        };
        Ok(Row { serial: self.serial, written })
    }
}
