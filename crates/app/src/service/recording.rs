//! How a record comes to be: from signatures, or late; and what the volunteer adds to it.

use jiff::Timestamp;
use kit::Lang;
use rules::places::path;
use rules::service::access::{self, CheckOut, RecordLate};
use rules::service::record::{Activity, LateEntry as LateRecord, Nature, OtherRecords, RecordRules};
use rules::service::{Attendance, AttendanceRules, ServiceRecord};
use rules::shared::ids::{MatterId, OrganisationId, PersonId, PlaceId, RecordId, RecordThing, TaskId};
use rules::shared::{Actor, Cell, Length, Moment, Refusal, Role, Window};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::records::{self, NewRecord};
use super::{confirming, jobs};
use crate::dispatch::store::TaskRow;
use crate::matters::{Held, looks, notes};
use crate::{Stop, Tx, audit, dispatch, people, places};

/// What is done on most visits, to be ticked; `tasks-done-…` has the words.
pub const DONE: &[&str] = &["company", "errand", "cleaning", "repair", "talk", "delivery", "teaching"];

/// Those words in both languages, as they stand in a record whose volunteer ticked them.
pub fn done_words() -> Vec<String> {
    let words = crate::web::words();
    let of = |lang| DONE.iter().map(move |key| words.text(lang, &format!("tasks-done-{key}"), &[]));
    of(Lang::ZhCn).chain(of(Lang::En)).collect()
}

/// How the person served was when the volunteer left (老人状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wellbeing {
    Well,
    /// 有点担心
    Worried,
    /// 需要社工看看
    LookWanted,
}

impl Wellbeing {
    /// The locale key of its words.
    pub const fn words(self) -> &'static str {
        match self {
            Wellbeing::Well => "tasks-wellbeing-well",
            Wellbeing::Worried => "tasks-wellbeing-worried",
            Wellbeing::LookWanted => "tasks-wellbeing-look-wanted",
        }
    }
}

/// What a volunteer tells when leaving. `content` becomes the record's; the rest is about the person served, and sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// 做了什么
    #[serde(skip)]
    pub content: String,
    /// They name what they did, not only what they found: nobody at home is told, and served nobody.
    #[serde(skip)]
    pub did: bool,
    /// 还需要什么
    pub still_needed: Option<String>,
    pub wellbeing: Option<Wellbeing>,
    /// 下次什么时候来
    pub next_visit: Option<String>,
}

impl Told {
    /// # Errors
    /// `text-too-long` at the field.
    pub fn fits(&self) -> Result<(), Refusal> {
        Length::Notes.fits("content", self.content.as_str())?;
        Length::Notes.fits("still_needed", self.still_needed.as_deref())?;
        Length::Notes.fits("next_visit", self.next_visit.as_deref())
    }

    /// In one sentence, each under its question. `content`: what was done, where no record says it.
    pub fn in_words(&self, lang: Lang, content: &str) -> String {
        let words = crate::web::words();
        let say = |key: &str| words.text(lang, key, &[]);
        let wellbeing = self.wellbeing.map(|how| say(how.words())).unwrap_or_default();
        let said = [
            ("tasks-wellbeing", wellbeing.as_str()),
            ("tasks-still-needed", self.still_needed.as_deref().unwrap_or_default()),
            ("tasks-next-visit", self.next_visit.as_deref().unwrap_or_default()),
            ("tasks-content", content),
        ];
        let (colon, between) = if lang == Lang::En { (": ", "; ") } else { ("：", "；") };
        let said = said.into_iter().filter(|(_, text)| !text.is_empty());
        let lines = said.map(|(key, text)| format!("{}{colon}{text}", say(key).trim_end_matches(['？', '?'])));
        lines.collect::<Vec<_>>().join(between)
    }

    fn is_about_somebody(&self) -> bool {
        self.still_needed.is_some() || self.wellbeing.is_some() || self.next_visit.is_some()
    }
}

/// What a record is about, besides the volunteer and the time.
struct About {
    activity: Activity,
    task: Option<TaskId>,
    matter: Option<MatterId>,
    served: Option<PersonId>,
    cell: Cell,
    place_id: Uuid,
    invented: bool,
}

impl About {
    async fn task(tx: &mut Tx<'_>, task: &TaskRow, content: &str) -> Result<About, Stop> {
        let cell = task.id().cell;
        let organiser = match task.team() {
            Some(team) => Some(team),
            None => records::organiser(tx, cell, &task.place_path).await?,
        };
        let activity = Activity {
            name: task.title.clone(),
            place_path: task.place_path.clone(),
            content: content.trim().to_owned(),
            organiser,
            in_charge: task.cut_by(),
        };
        Ok(About {
            activity,
            task: Some(task.id()),
            matter: task.matter(),
            served: task.served(),
            cell,
            place_id: task.place_id,
            invented: task.invented,
        })
    }

    /// A service that had no task here: a name and a place must say what it was.
    async fn place(tx: &mut Tx<'_>, who: &Actor, entry: &LateEntry) -> Result<About, Stop> {
        let place = match entry.place {
            Some(id) => places::store::by_id(tx, id).await?,
            None => None,
        };
        // Whoever confirms it is found by its village; at a township or a county it would be nobody's.
        let place = place.filter(|place| path::is_settled(&place.path));
        let place = place.ok_or_else(|| Refusal::new("service-place").at_field("place"))?;
        if entry.name.trim().is_empty() {
            return Err(Refusal::new("service-name").at_field("name").into());
        }
        let activity = Activity {
            name: entry.name.trim().to_owned(),
            organiser: records::organiser(tx, place.id.cell, &place.path).await?,
            place_path: place.path,
            content: entry.content.trim().to_owned(),
            in_charge: who.person.filter(|me| *me != entry.volunteer),
        };
        Ok(About {
            activity,
            task: None,
            matter: None,
            served: None,
            cell: place.id.cell,
            place_id: place.id.uuid,
            invented: entry.invented,
        })
    }
}

/// Makes the record of a service that was signed to its end; `None` when its time was too short for one. `told` is
/// missing when nobody signed out and there is nobody to ask.
pub async fn of_attendance(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: &TaskRow,
    signed: &Attendance,
    told: Option<&Told>,
) -> Result<Option<RecordId>, Stop> {
    let (rules, signing_rules) = (RecordRules::default(), AttendanceRules::default());
    // They came and left again; that needs no record, and is no reason to keep them from leaving. What they tell of it is
    // worth as much as after an hour.
    let Some(served) = signed.service(&signing_rules, &rules) else {
        if let (Some(told), Some(matter)) = (told, task.matter()) {
            tell_desk(tx, who, at, (matter, signed.volunteer), (told, told.content.trim())).await?;
        }
        return Ok(None);
    };
    let about = About::task(tx, task, told.map_or("", |told| told.content.as_str())).await?;
    let id = tx.new_id::<RecordThing>(about.cell, at);
    let (windows, minutes) = others(tx, signed.volunteer, served, None).await?;
    let others = OtherRecords { served: &windows, minutes_that_day: minutes };
    let record = ServiceRecord::of_attendance(id, signed, about.activity.clone(), &others, &rules, &signing_rules)?;
    keep(tx, who, at, &record, about).await?;
    if let Some(told) = told {
        keep_told(tx, who, at, id, told).await?;
    }
    Ok(Some(id))
}

async fn others(
    tx: &mut Tx<'_>,
    volunteer: PersonId,
    served: Window,
    but: Option<RecordId>,
) -> Result<(Vec<Window>, i64), Stop> {
    let day = tx.city().calendar.date(served.start);
    records::others(tx, volunteer, day, but).await
}

async fn keep(tx: &mut Tx<'_>, who: &Actor, at: Moment, record: &ServiceRecord, about: About) -> Result<(), Stop> {
    let city = tx.city();
    // A year that is not loaded leaves the term open; the service is on record all the same.
    let due = record.record_by(&city.calendar).ok();
    let new = NewRecord {
        record,
        task: about.task,
        matter: about.matter,
        served: about.served,
        day: record.day(&city.calendar),
        place_id: about.place_id,
        due,
        invented: about.invented,
    };
    records::insert(tx, at, new).await?;
    let data = json!({ "minutes": record.minutes, "evidence": record.evidence.key(), "volunteer": record.volunteer });
    audit::record(tx, who, at, "service.record", record.id, data).await?;
    match due {
        Some(due) => jobs::watch_record(tx, at, record.id, due).await,
        None => Ok(()),
    }
}

/// Seals what a volunteer told about the person served, and lets those who handle the matter read it there.
async fn keep_told(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId, told: &Told) -> Result<(), Stop> {
    if !told.is_about_somebody() {
        return Ok(());
    }
    let row = records::record(tx, id).await?.ok_or(Stop::Missing)?;
    let look_wanted = told.wellbeing == Some(Wellbeing::LookWanted);
    let of = row.served().unwrap_or(row.volunteer());
    records::seal_told(tx, id, of, &serde_json::to_string(told)?, look_wanted).await?;
    match row.matter() {
        Some(matter) => tell_desk(tx, who, at, (matter, row.volunteer()), (told, "")).await,
        None => Ok(()),
    }
}

/// Seals on the matter what was told, for those who handle it; the event says that there is something, and whether a social
/// worker should look in, and of whom it is: staff write it down for volunteers. `content`: what was done, where no record
/// says it.
async fn tell_desk(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (matter, volunteer): (MatterId, PersonId),
    (told, content): (&Told, &str),
) -> Result<(), Stop> {
    let said = told.in_words(Lang::ZhCn, content);
    if said.is_empty() {
        return Ok(());
    }
    let held = Held::load(tx, matter).await?;
    let note = notes::keep(tx, who, at, &held, (&said, notes::For::Staff)).await?;
    let verb = if told.wellbeing == Some(Wellbeing::LookWanted) { looks::WANTED } else { "service.told" };
    audit::record(tx, who, at, verb, matter, json!({ "note": note, "volunteer": volunteer })).await
}

/// After a forgotten check-out the volunteer says what was done, and when it really ended.
pub async fn describe(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: RecordId,
    ended: Option<Timestamp>,
    told: &Told,
) -> Result<(), Stop> {
    told.fits()?;
    let row = confirming::find(tx, who, id).await?;
    let record = row.record()?;
    let offer = record.offer.ok_or_else(|| Refusal::new("correct-state"))?;
    let permit = access::on_service::<CheckOut>(who, offer, record.volunteer, &row.place_path, None)?;
    let ended = ended.unwrap_or(record.served.end);
    let (windows, minutes) = others(tx, record.volunteer, record.served, Some(id)).await?;
    let others = OtherRecords { served: &windows, minutes_that_day: minutes };
    let described =
        record.describe(&permit, ended, told.content.trim().to_owned(), &others, &RecordRules::default())?;
    records::update(tx, &row, &described, None, None).await?;
    audit::record(tx, who, at, "service.describe", id, json!({ "minutes": described.minutes })).await?;
    keep_told(tx, who, at, id, told).await
}

/// A record after the fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateEntry {
    pub volunteer: PersonId,
    /// The task it was part of; else `name` and `place` say what it was.
    pub task: Option<TaskId>,
    pub name: String,
    pub place: Option<PlaceId>,
    pub content: String,
    pub start: Timestamp,
    pub end: Timestamp,
    pub nature: Nature,
    /// Why nobody signed when it happened.
    pub reason: String,
    pub invented: bool,
}

/// Writes a record after the fact: its own class, and never without a second person.
pub async fn record_late(tx: &mut Tx<'_>, who: &Actor, at: Moment, entry: &LateEntry) -> Result<RecordId, Stop> {
    people::store::present(tx, entry.volunteer).await?;
    let (about, offer) = match entry.task {
        Some(task) => {
            let task = dispatch::store::task(tx, task).await?.ok_or(Stop::Missing)?;
            let offers = dispatch::store::offers_to(tx, task.id(), entry.volunteer).await?;
            let accepted = offers.iter().find(|offer| offer.state == "accepted");
            let offer = accepted.ok_or_else(|| Refusal::new("service-not-accepted").at_field("volunteer"))?.id();
            (About::task(tx, &task, &entry.content).await?, Some(offer))
        }
        None => (About::place(tx, who, entry).await?, None),
    };
    let team = common_team(tx, who, at, entry.volunteer).await?;
    let permit = access::on_volunteer::<RecordLate>(who, entry.volunteer, &about.activity.place_path, team)?;
    let memberships = people::store::memberships(tx, entry.volunteer, at).await?;
    if !memberships.iter().any(|m| m.role == Role::Volunteer) {
        return Err(Refusal::new("service-no-volunteer").at_field("volunteer").into());
    }
    let served = Window { start: entry.start, end: entry.end };
    let (windows, minutes) = others(tx, entry.volunteer, served, None).await?;
    let others = OtherRecords { served: &windows, minutes_that_day: minutes };
    let late = LateRecord {
        id: tx.new_id::<RecordThing>(about.cell, at),
        volunteer: entry.volunteer,
        offer,
        activity: about.activity.clone(),
        served,
        nature: entry.nature,
        reason: entry.reason.trim().to_owned(),
    };
    let record = ServiceRecord::late(&permit, late, &others, &RecordRules::default(), at.recorded)?;
    keep(tx, who, at, &record, about).await?;
    Ok(record.id)
}

/// The team of a volunteer that `who` leads, if there is one.
pub async fn common_team(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    volunteer: PersonId,
) -> Result<Option<OrganisationId>, Stop> {
    let led = who.memberships.iter().filter(|m| m.role == Role::TeamLeader).filter_map(|m| m.organisation);
    let led: Vec<OrganisationId> = led.collect();
    if led.is_empty() {
        return Ok(None);
    }
    let memberships = people::store::memberships(tx, volunteer, at).await?;
    Ok(memberships.into_iter().filter_map(|m| m.organisation).find(|team| led.contains(team)))
}
