//! A matter in hand: loaded, decided upon, saved with its facts.

use db::At;
use rules::matters::workflow::Context;
use rules::matters::{Change, Kind, Matter, Values};
use rules::shared::ids::{MatterId, NoteId, PersonId};
use rules::shared::{Actor, Cell, Channel, Id, Moment, Refusal};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{behalf, clocks, messages, notes, store, urging};
use crate::city::City;
use crate::jobs::{self, Queued};
use crate::{Stop, Tx, audit};

/// The event of a remark.
pub const NOTED: &str = "matters.noted";

/// A matter and what its row keeps beside the engine's state.
#[derive(Clone, Debug)]
pub struct Held {
    pub matter: Matter,
    pub code: String,
    pub title: String,
    pub place_id: Uuid,
    pub channel: Channel,
    pub reporter_group: String,
    pub occurred_at: i64,
    pub recorded_at: i64,
    /// Of a demonstration: nobody lives it.
    pub invented: bool,
    /// What the form says and anyone who sees the matter may read.
    pub fields: Values,
    sealed: Option<Vec<u8>>,
    key: Option<(i32, Uuid)>,
}

/// The kind of a matter.
pub fn kind_of<'c>(city: &'c City, kind: &str) -> Result<&'c Kind, Stop> {
    city.kinds.get(kind).ok_or_else(|| Refusal::new("kind-unknown").with("kind", kind).at_field("kind").into())
}

/// What every decision on matters is given.
pub fn context<'c>(city: &'c City, kind: &'c Kind, who: &'c Actor, at: Moment) -> Context<'c> {
    Context { kind, calendar: &city.calendar, at, who }
}

/// Where the sealed fields of a matter live.
pub fn sealed_at(id: MatterId) -> At<'static> {
    At { table: "matters_matters", column: "fields_sealed", id: id.uuid }
}

impl Held {
    pub async fn load(tx: &mut Tx<'_>, id: MatterId) -> Result<Held, Stop> {
        let row = store::state(tx, id).await?.ok_or(Stop::Missing)?;
        Ok(Held {
            matter: serde_json::from_str(&row.state)?,
            code: row.code,
            title: row.title,
            place_id: row.place_id,
            channel: Channel::from_key(&row.channel).unwrap_or(Channel::Web),
            reporter_group: row.reporter_group,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            invented: row.invented,
            fields: serde_json::from_str(&row.fields)?,
            sealed: row.fields_sealed,
            key: row.key_cell.zip(row.key_owner),
        })
    }

    /// Loads a matter that `who` may see; outside that it is missing.
    pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: MatterId) -> Result<Held, Stop> {
        let held = Held::load(tx, id).await?;
        held.seen_by(tx, who).await?;
        Ok(held)
    }

    /// Missing for whoever may not see it.
    pub async fn seen_by(&self, tx: &mut Tx<'_>, who: &Actor) -> Result<(), Stop> {
        let city = tx.city();
        let kind = kind_of(&city, &self.matter.kind)?;
        rules::matters::access::see(who, kind, &self.matter).map_err(|_| Stop::Missing)?;
        behalf::gate(tx, who, self).await
    }

    pub fn id(&self) -> MatterId {
        self.matter.id
    }

    /// Whose key seals this matter's fields: a person's, or the matter's own when nobody is known.
    pub fn key_person(&self) -> Option<PersonId> {
        self.key.filter(|(_, owner)| *owner != self.matter.id.uuid).map(|(cell, owner)| Id::new(Cell(cell), owner))
    }

    /// What somebody who works on it opens what is sealed for: a purpose of the access log.
    pub fn purpose(&self, kind: &Kind) -> &'static str {
        self.matter.at(kind).map_or("handling", |step| step.act.purpose())
    }

    /// Whether anything of the form is sealed.
    pub fn is_sealed(&self) -> bool {
        self.sealed.is_some()
    }

    /// Opens the sealed fields. The caller has permitted it and writes the access log.
    pub async fn unseal(&self, tx: &mut Tx<'_>) -> Result<Values, Stop> {
        let (Some(sealed), Some((cell, owner))) = (&self.sealed, self.key) else { return Ok(Values::new()) };
        // A person who was erased took their words with them.
        let Some(key) = tx.find_data_key(cell, owner).await? else { return Ok(Values::new()) };
        let text = key.unseal(sealed_at(self.id()), sealed).map_err(Stop::from)?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Saves what a decision made of it: state, facts, fields, the next look at the clocks.
    pub async fn save(&mut self, tx: &mut Tx<'_>, who: &Actor, at: Moment, change: Change) -> Result<(), Stop> {
        let city = tx.city();
        let kind = kind_of(&city, &change.matter.kind)?;
        let phase = change.matter.phase(kind).key();
        let was = self.matter.version;
        // A clock that ran out is no answer, and neither is what the person themselves says.
        let answers = who.is_staff() && !self.matter.is_own(who.stands_for());
        let response = answers.then(|| at.recorded.as_millisecond());
        if !store::update(tx, &change.matter, phase, was, response).await? {
            return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
        }
        if !change.fields.is_empty() {
            self.add_fields(tx, kind, &change.fields).await?;
        }
        let note = match &change.note {
            Some(text) => Some(notes::keep(tx, who, at, self, (text, notes::For::All)).await?),
            None => None,
        };
        finish(tx, who, at, &change, note).await?;
        let before = std::mem::replace(&mut self.matter, change.matter);
        past_its_tasks(tx, at, kind, (&before, &self.matter)).await?;
        messages::went_on(tx, who, at, kind, (&before, self)).await?;
        if !urging::came_in(tx, who, at, kind, (Some(&before), self)).await? {
            urging::given(tx, who, at, (&before, self)).await?;
        }
        behalf::receipt(tx, who, at, self).await
    }

    async fn add_fields(&mut self, tx: &mut Tx<'_>, kind: &Kind, added: &Values) -> Result<(), Stop> {
        let (open, protected) = split(kind, added);
        self.fields.extend(open);
        if !protected.is_empty() {
            let mut all = self.unseal(tx).await?;
            all.extend(protected);
            // Who was erased has no key any more; what is said about them then is not kept.
            if let Some((cell, owner)) = self.key
                && let Some(key) = tx.find_data_key(cell, owner).await?
            {
                self.sealed = Some(key.seal(sealed_at(self.id()), &serde_json::to_string(&all)?));
            }
        }
        store::update_fields(tx, self.id(), serde_json::to_string(&self.fields)?, self.sealed.clone()).await
    }
}

/// Open fields and protected ones.
pub fn split(kind: &Kind, values: &Values) -> (Values, Values) {
    values.clone().into_iter().partition(|(key, _)| !kind.field(key).is_some_and(|f| f.protected))
}

/// Writes the facts of a change to the event log, and sees to its clocks. `note`: what was sealed of it, whose event names
/// it.
pub async fn finish(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    change: &Change,
    note: Option<NoteId>,
) -> Result<(), Stop> {
    for fact in &change.facts {
        let mut data: Map<String, Value> =
            fact.data.iter().map(|(name, value)| ((*name).to_owned(), Value::String(value.clone()))).collect();
        if let Some(note) = note.filter(|_| fact.verb == NOTED) {
            data.insert("note".into(), Value::String(note.to_string()));
        }
        audit::record(tx, who, at, fact.verb, change.matter.id, Value::Object(data)).await?;
    }
    clocks::wake(tx, at, change).await
}

/// The job of `service` that calls off what nobody has begun. Service stands above matters, so it is reached by the queue.
const CALL_OFF: &str = "service.call_off";

/// When the matter is past its tasks, what of them nobody has begun is called off.
async fn past_its_tasks(
    tx: &mut Tx<'_>,
    at: Moment,
    kind: &Kind,
    (before, after): (&Matter, &Matter),
) -> Result<(), Stop> {
    let is_past = |matter: &Matter| matter.phase(kind).is_past_tasks();
    if is_past(before) || !is_past(after) || !kind.asks_volunteers() {
        return Ok(());
    }
    let key = after.id.to_string();
    let queued = Queued { job: CALL_OFF, key: &key, due: at.recorded, data: json!({ "matter": key }) };
    jobs::enqueue(tx, after.id.cell, at, queued).await
}
