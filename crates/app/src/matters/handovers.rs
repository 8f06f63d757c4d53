//! 交接班 of the desk: what waits is left to the next shift, who signs for it.

use std::collections::{BTreeMap, BTreeSet};

use db::At;
use rules::matters::access::{self, HandOver, TakeOver};
use rules::matters::handover::{self, Ended, Leaving, Waiting, Watch};
use rules::matters::workflow::{READERS, STAFF};
use rules::matters::{Kind, Phase};
use rules::shared::ids::{HandoverId, HandoverThing, MatterId, PersonId, PlaceId};
use rules::shared::permit::Verb;
use rules::shared::{Actor, Cell, Id, Moment, Refusal, Role};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::left::{self, Stood};
use super::open::{Held, NOTED};
use super::store::{self, Filter, MatterRow};
use super::{actions, noting, queues};
use crate::capability::COLLEAGUES;
use crate::people::store::{StaffRow, staff_at};
use crate::places::{self, Place};
use crate::{Stop, Tx, audit, people};

/// Of each list that a desk is put together from, the most urgent.
const MOST: i64 = 60;

/// Who may be asked to see to what is urgent and nobody's.
const WATCHERS: &[Role] = &[Role::SocialWorker, Role::CommunityWorker];

/// What who leaves says.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub words: String,
    pub notes: BTreeMap<MatterId, String>,
    pub passed: BTreeSet<MatterId>,
    pub watch: Option<PersonId>,
}

/// A shift that ended.
#[derive(Clone, Debug, Deserialize)]
pub struct HandoverRow {
    pub cell: i32,
    pub id: Uuid,
    pub place_path: String,
    pub place_name: String,
    pub by_cell: i32,
    pub by_id: Uuid,
    pub by_name: String,
    pub left_at: i64,
    pub words_sealed: Option<Vec<u8>>,
    pub watch_name: Option<String>,
    pub taken_name: Option<String>,
    pub taken_at: Option<i64>,
    pub withdrawn_at: Option<i64>,
}

impl HandoverRow {
    pub fn id(&self) -> HandoverId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn by(&self) -> PersonId {
        Id::new(Cell(self.by_cell), self.by_id)
    }

    pub fn ended(&self) -> Ended {
        Ended { by: self.by(), taken: self.taken_at.is_some(), withdrawn: self.withdrawn_at.is_some() }
    }

    pub fn waits(&self) -> bool {
        self.taken_at.is_none() && self.withdrawn_at.is_none()
    }
}

/// A matter that was left.
#[derive(Clone, Debug)]
pub struct Item {
    /// As it stands now.
    pub row: MatterRow,
    /// As it stood then; not known of what was left before that was kept.
    pub stood: Option<Stood>,
    pub urgent: bool,
    pub passed: bool,
    pub note: Option<String>,
}

/// A shift that ended, whole.
#[derive(Clone, Debug)]
pub struct Handover {
    pub row: HandoverRow,
    pub words: String,
    pub items: Vec<Item>,
}

const ROW: &str = "SELECT h.cell, h.id, h.place_path, p.name AS place_name, h.by_cell, h.by_id, b.name AS by_name, \
                   h.left_at, h.words_sealed, w.name AS watch_name, t.name AS taken_name, h.taken_at, h.withdrawn_at \
                   FROM matters_handovers h JOIN places_places p ON p.cell = h.cell AND p.id = h.place_id \
                   JOIN people_people b ON b.cell = h.by_cell AND b.id = h.by_id \
                   LEFT JOIN people_people w ON w.cell = h.watch_cell AND w.id = h.watch_id \
                   LEFT JOIN people_people t ON t.cell = h.taken_cell AND t.id = h.taken_id";

/// The desks of somebody: the places their memberships let them leave to the next shift.
pub async fn desks(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Place>, Stop> {
    let leaves = |role: &Role| HandOver::GRANTS.iter().any(|grant| grant.role == *role);
    let paths: BTreeSet<&str> =
        who.memberships.iter().filter(|m| leaves(&m.role)).map(|m| m.place_path.as_str()).collect();
    let mut desks = Vec::new();
    for path in paths {
        desks.extend(places::store::ancestors(tx, path).await?.pop());
    }
    Ok(desks)
}

/// What waits at a desk, by its clocks, as far as `who` sees it: what is due first, and whatever is urgent or one's own,
/// however late or long paused its clock.
pub async fn waiting(tx: &mut Tx<'_>, who: &Actor, desk: &str) -> Result<Vec<MatterRow>, Stop> {
    let city = tx.city();
    // What waits for others is theirs to hand over.
    let turn = queues::turn(&city, who, desk);
    let all = Filter { within: Some(desk.to_owned()), turn, ..Filter::default() };
    let mut filters = vec![all.clone()];
    for phase in Phase::ALL.into_iter().filter(|phase| *phase != Phase::Closed) {
        let open = Filter { phase: Some(phase.key().to_owned()), ..all.clone() };
        let urgent = |kind: &Kind| {
            let level = kind.levels.first()?.key.clone();
            Some(Filter { kind: Some(kind.id.clone()), level: Some(level), ..open.clone() })
        };
        filters.extend(city.kinds.iter().filter_map(urgent));
        filters.extend(who.person.map(|me| Filter { handler: Some(me), ..open.clone() }));
    }
    let mut rows = Vec::new();
    for filter in filters {
        rows.extend(queues::within(tx, who, &filter, None, MOST).await?);
    }
    rows.retain(|row| row.phase != Phase::Closed.key());
    rows.sort_by_key(|row| (row.sort_at, row.cell, row.id));
    rows.dedup_by_key(|row| (row.cell, row.id));
    Ok(rows)
}

/// Whether a colleague goes there, of an urgent matter that nobody has by name: else nobody asks.
async fn colleague_goes(tx: &mut Tx<'_>, row: &MatterRow) -> Result<bool, Stop> {
    if row.handler().is_some() || !queues::is_urgent(&tx.city(), row) {
        return Ok(false);
    }
    Ok(tx.scalar_i64(COLLEAGUES, db::args![row.cell, row.id]).await? > 0)
}

/// A matter as it waits at the desk of a place, with nothing said of it yet.
pub async fn as_it_waits(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &MatterRow,
    desk: &str,
) -> Result<Waiting, Stop> {
    // Only one's own is handed on.
    let own = row.handler().is_some() && row.handler() == who.person;
    Ok(Waiting {
        has_takers: own && !left::takers(tx, who, at, row.id(), desk).await?.is_empty(),
        matter: row.id(),
        urgent: queues::is_urgent(&tx.city(), row),
        handler: row.handler(),
        colleague_goes: colleague_goes(tx, row).await?,
        note: String::new(),
        passed: false,
    })
}

/// The colleagues who may be asked to watch over a desk.
pub async fn watchers(tx: &mut Tx<'_>, who: &Actor, desk: &str, at: Moment) -> Result<Vec<StaffRow>, Stop> {
    let mut staff = staff_at(tx, desk, WATCHERS, at).await?;
    staff.retain(|row| who.person != Some(row.person));
    Ok(staff)
}

/// Ends a shift.
///
/// # Errors
/// Those of [`handover::hand_over`]; `handover-matter-gone` for a remark on what waits no longer, `handover-note-denied` for
/// one that `who` may not make; [`Stop::Forbidden`] for a place that is no desk of theirs.
pub async fn hand_over(tx: &mut Tx<'_>, who: &Actor, at: Moment, desk: PlaceId, new: &New) -> Result<HandoverId, Stop> {
    let place = places::store::by_id(tx, desk).await?.ok_or(Stop::Missing)?;
    let id = tx.new_id::<HandoverThing>(desk.cell, at);
    let permit = access::on_desk::<HandOver>(who, id.uuid, &place.path)?;
    let by = who.person.ok_or(Stop::SignIn)?;
    let mut desk_rows = Vec::new();
    let mut stood = BTreeMap::new();
    for row in waiting(tx, who, &place.path).await? {
        stood.insert(row.id(), Stood::of(tx, &row).await?);
        desk_rows.push(Waiting {
            note: new.notes.get(&row.id()).cloned().unwrap_or_default(),
            passed: new.passed.contains(&row.id()),
            ..as_it_waits(tx, who, at, &row, &place.path).await?
        });
    }
    let said = new.notes.iter().filter(|(_, note)| !note.is_empty()).map(|(matter, _)| matter);
    if said.chain(&new.passed).any(|matter| desk_rows.iter().all(|row| row.matter != *matter)) {
        return Err(Stop::refused("handover-matter-gone"));
    }
    let staff = watchers(tx, who, &place.path, at).await?;
    let watch = new.watch.map(|person| Watch { person, on_staff: staff.iter().any(|s| s.person == person) });
    let words = new.words.trim().to_owned();
    let leaving = Leaving { by, desk: desk_rows, words, watch, unsigned: has_unsigned(tx, by, &place).await? };
    let left = handover::hand_over(&permit, &leaving)?;
    insert(tx, at, (id, &place), &leaving).await?;
    insert_items(tx, id, &left, &stood).await?;
    for waiting in left.iter().filter(|w| !w.note.is_empty()) {
        match noting::note(tx, who, at, waiting.matter, (&waiting.note, true), &[]).await {
            Err(Stop::Forbidden { .. }) => {
                let held = Held::load(tx, waiting.matter).await?;
                return Err(Refusal::new("handover-note-denied").with("matter", held.title).into());
            }
            noted => noted.map(|_| ())?,
        }
    }
    let alone = left.iter().filter(|w| w.is_alone()).count();
    if let Some(watch) = watch.filter(|_| alone > 0) {
        tell_watch(tx, at, watch.person, &place, alone).await?;
    }
    let data = json!({ "place": place.code, "items": left.len(), "urgent": alone });
    audit::record(tx, who, at, "matters.hand_over", id, data).await?;
    Ok(id)
}

async fn has_unsigned(tx: &mut Tx<'_>, by: PersonId, place: &Place) -> Result<bool, Stop> {
    let sql = "SELECT COUNT(*) FROM matters_handovers WHERE by_cell = $1 AND by_id = $2 AND place_path = $3 \
               AND taken_at IS NULL AND withdrawn_at IS NULL";
    Ok(tx.scalar_i64(sql, db::args![by.cell.0, by.uuid, place.path.as_str()]).await? > 0)
}

fn words_at(id: Uuid) -> At<'static> {
    At { table: "matters_handovers", column: "words_sealed", id }
}

async fn insert(tx: &mut Tx<'_>, at: Moment, (id, place): (HandoverId, &Place), leaving: &Leaving) -> Result<(), Stop> {
    let by = leaving.by;
    let sealed = match leaving.words.as_str() {
        "" => None,
        words => Some(tx.data_key(by.cell.0, by.uuid).await?.seal(words_at(id.uuid), words)),
    };
    let watch = leaving.watch.map(|w| w.person);
    tx.put(
        "INSERT INTO matters_handovers (cell, id, place_id, place_path, by_cell, by_id, left_at, words_sealed, \
         watch_cell, watch_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::args![
            id.cell.0,
            id.uuid,
            place.id.uuid,
            place.path.as_str(),
            by.cell.0,
            by.uuid,
            at.recorded.as_millisecond(),
            sealed,
            watch.map(|p| p.cell.0),
            watch.map(|p| p.uuid)
        ],
    )
    .await?;
    Ok(())
}

async fn insert_items(
    tx: &mut Tx<'_>,
    id: HandoverId,
    left: &[Waiting],
    stood: &BTreeMap<MatterId, Stood>,
) -> Result<(), Stop> {
    for (position, waiting) in (0_i32..).zip(left) {
        let stood = stood.get(&waiting.matter).map(serde_json::to_string).transpose()?;
        tx.put(
            "INSERT INTO matters_handover_items (cell, handover_id, matter_id, position, urgent, passed, noted, stood) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            db::args![
                id.cell.0,
                id.uuid,
                waiting.matter.uuid,
                position,
                waiting.urgent,
                waiting.passed,
                !waiting.note.is_empty(),
                stood
            ],
        )
        .await?;
    }
    Ok(())
}

/// By the colleague's own phone; who has none is told by the page alone.
async fn tell_watch(tx: &mut Tx<'_>, at: Moment, person: PersonId, place: &Place, alone: usize) -> Result<(), Stop> {
    let link = format!("{}/desk", tx.city().settings.base_url);
    let values = json!({ "place": place.name, "count": alone, "link": link });
    people::tell(tx, at, person, "handover_watch", values).await
}

/// Signs for the desk; gives back how many matters of the colleague's are now one's own.
///
/// # Errors
/// Those of [`handover::take_over`].
pub async fn take_over(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: HandoverId) -> Result<usize, Stop> {
    let row = row(tx, id).await?.ok_or(Stop::Missing)?;
    let permit = access::on_desk::<TakeOver>(who, id.uuid, &row.place_path).map_err(|_| Stop::Missing)?;
    handover::take_over(&permit, row.ended())?;
    let me = who.person.ok_or(Stop::SignIn)?;
    let sql = "UPDATE matters_handovers SET taken_cell = $3, taken_id = $4, taken_at = $5 \
               WHERE cell = $1 AND id = $2 AND taken_at IS NULL AND withdrawn_at IS NULL";
    let args = db::args![id.cell.0, id.uuid, me.cell.0, me.uuid, at.recorded.as_millisecond()];
    if tx.run(sql, args).await? == 0 {
        return Err(Stop::refused("handover-taken"));
    }
    let mut passed = 0;
    for item in items(tx, who, &row).await?.into_iter().filter(|item| item.passed) {
        // What was closed meanwhile or is somebody else's by now stays as it is; so does what the kind gives to other
        // roles than theirs.
        if item.row.phase == "closed" || item.row.handler() != Some(row.by()) {
            continue;
        }
        match actions::assign(tx, who, at, item.row.id(), me).await {
            Ok(_) => passed += 1,
            Err(Stop::Refused(_) | Stop::Forbidden { .. } | Stop::Missing) => {}
            Err(stop) => return Err(stop),
        }
    }
    audit::record(tx, who, at, "matters.take_over", id, json!({ "passed": passed })).await?;
    Ok(passed)
}

/// What was handed on and does not become theirs who look, if they sign: known before they do.
pub async fn staying(tx: &mut Tx<'_>, who: &Actor, at: Moment, handover: &Handover) -> Result<Vec<MatterId>, Stop> {
    let mut staying = Vec::new();
    let by = handover.row.by();
    for item in handover.items.iter().filter(|item| handover.row.waits() && item.passed && who.person != Some(by)) {
        let is_theirs = item.row.handler() == Some(by) && item.row.phase != Phase::Closed.key();
        if !is_theirs || !left::could_have(tx, who, at, item.row.id()).await? {
            staying.push(item.row.id());
        }
    }
    Ok(staying)
}

/// Takes one's own back before anyone has signed it.
///
/// # Errors
/// Those of [`handover::withdraw`].
pub async fn withdraw(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: HandoverId) -> Result<(), Stop> {
    let row = row(tx, id).await?.ok_or(Stop::Missing)?;
    let permit = access::on_desk::<HandOver>(who, id.uuid, &row.place_path).map_err(|_| Stop::Missing)?;
    handover::withdraw(&permit, row.ended())?;
    let sql = "UPDATE matters_handovers SET withdrawn_at = $3 WHERE cell = $1 AND id = $2 AND taken_at IS NULL \
               AND withdrawn_at IS NULL";
    if tx.run(sql, db::args![id.cell.0, id.uuid, at.recorded.as_millisecond()]).await? == 0 {
        return Err(Stop::refused("handover-taken"));
    }
    audit::record(tx, who, at, "matters.hand_over", id, json!({ "withdrawn": true })).await
}

async fn row(tx: &mut Tx<'_>, id: HandoverId) -> Result<Option<HandoverRow>, Stop> {
    let sql = format!("{ROW} WHERE h.cell = $1 AND h.id = $2");
    Ok(tx.one::<HandoverRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// Those of the desks of `who`: what waits for a signature first, then the latest.
pub async fn list(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Vec<HandoverRow>, Stop> {
    let mut rows = Vec::new();
    for desk in desks(tx, who).await? {
        for cell in queues::cells_of(tx, &desk.path) {
            let sql = format!(
                "{ROW} WHERE h.cell = $1 AND h.place_path >= $2 AND h.place_path < $3 \
                 ORDER BY CASE WHEN h.taken_at IS NULL AND h.withdrawn_at IS NULL THEN 0 ELSE 1 END, h.left_at DESC LIMIT $4"
            );
            let args = db::args![cell.0, desk.path.as_str(), format!("{}~", desk.path), limit];
            rows.extend(tx.all::<HandoverRow>(&sql, args).await?);
        }
    }
    rows.sort_by_key(|row| (!row.waits(), std::cmp::Reverse((row.left_at, row.id))));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}

/// So many are counted at most.
const COUNTED: i64 = 50;

/// Those of colleagues that wait for a signature at the desks of `who`.
pub async fn to_sign(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<HandoverRow>, Stop> {
    let mut rows = list(tx, who, COUNTED).await?;
    rows.retain(|row| row.waits() && Some(row.by()) != who.person);
    Ok(rows)
}

/// One, for the staff of its desk.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: HandoverId) -> Result<Handover, Stop> {
    let row = row(tx, id).await?.ok_or(Stop::Missing)?;
    access::on_desk::<TakeOver>(who, id.uuid, &row.place_path).map_err(|_| Stop::Missing)?;
    let items = items(tx, who, &row).await?;
    let words = match &row.words_sealed {
        // Who was erased took their words with them.
        Some(sealed) => match tx.find_data_key(row.by_cell, row.by_id).await? {
            Some(key) => key.unseal(words_at(row.id), sealed).map_err(Stop::from)?,
            None => String::new(),
        },
        None => String::new(),
    };
    Ok(Handover { row, words, items })
}

/// The matters of one as they stood and stand now, with what was said of them; what `who` may not see is left out.
async fn items(tx: &mut Tx<'_>, who: &Actor, handover: &HandoverRow) -> Result<Vec<Item>, Stop> {
    #[derive(Deserialize)]
    struct Left {
        matter_id: Uuid,
        urgent: bool,
        passed: bool,
        noted: bool,
        stood: Option<String>,
    }
    let sql = "SELECT matter_id, urgent, passed, noted, stood FROM matters_handover_items \
               WHERE cell = $1 AND handover_id = $2 ORDER BY position";
    let mut items = Vec::new();
    for left in tx.all::<Left>(sql, db::args![handover.cell, handover.id]).await? {
        let id: MatterId = Id::new(Cell(handover.cell), left.matter_id);
        match Held::find(tx, who, id).await {
            Ok(_) => {}
            Err(Stop::Missing) => continue,
            Err(stop) => return Err(stop),
        }
        let row = store::row(tx, id).await?.ok_or(Stop::Missing)?;
        let note = if left.noted { note_of(tx, handover, id).await? } else { None };
        let stood = left.stood.as_deref().map(serde_json::from_str).transpose()?;
        items.push(Item { row, stood, urgent: left.urgent, passed: left.passed, note });
    }
    Ok(items)
}

/// The remark that came with the end of the shift: the last of the same person until then, for what they had just said in the
/// same words is there already.
async fn note_of(tx: &mut Tx<'_>, handover: &HandoverRow, id: MatterId) -> Result<Option<String>, Stop> {
    let events = audit::timeline(tx, id).await?;
    let said = events.into_iter().rfind(|event| {
        let is_theirs = event.verb == NOTED && event.actor == Some(handover.by());
        is_theirs && event.recorded_at <= handover.left_at && event.data[READERS] == STAFF
    });
    Ok(said.and_then(|event| event.data["text"].as_str().map(str::to_owned)))
}
