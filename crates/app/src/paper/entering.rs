//! Typing in what stands on paper: row by row through the verbs of `matters` and `service`, each row with its own time.

use jiff::Timestamp;
use kit::{Lang, Value};
use rules::paper::Sort;
use rules::paper::access::Enter;
use rules::paper::form::{self, Line, PaperRules};
use rules::people::Phone;
use rules::places::{Level, path};
use rules::service::record::Nature;
use rules::shared::code::in_groups;
use rules::shared::ids::{BatchId, MatterId, PersonId, PlaceId, RecordId};
use rules::shared::{Actor, Channel, Id, Moment, Permit, Refusal, Role};
use serde_json::json;

use super::actions;
use super::store::{self, BatchRow, Became, FormRow, LineRow};
use crate::exchange::trying::tried;
use crate::matters::actions::New;
use crate::matters::view::shown_code;
use crate::matters::{self, kind_of};
use crate::people::register::{self, Sought};
use crate::service::recording::{self, LateEntry};
use crate::service::sheet;
use crate::web::json;
use crate::{Stop, Tx, audit, identity, people};

/// A row as it is typed in.
#[derive(Clone, Debug)]
pub struct Row {
    /// The number of the form, however it was typed or scanned.
    pub serial: String,
    pub written: Written,
}

/// What is written on it.
#[derive(Clone, Debug)]
pub enum Written {
    /// On a registration form.
    Matter {
        /// When it was written down.
        received: Timestamp,
        /// What it says; its kind is that of the batch.
        new: Box<New>,
    },
    /// On a line of a sign-in sheet.
    Attended(Attended),
}

/// A line of a sign-in sheet.
#[derive(Clone, Debug)]
pub struct Attended {
    /// The number of the line.
    pub line: u16,
    /// A name, a telephone number or an id.
    pub volunteer: String,
    pub start: Timestamp,
    pub end: Timestamp,
    /// The volunteer signed by hand.
    pub signed: bool,
    /// What was done; on the sheet of a task its name and place are the task's.
    pub name: String,
    pub content: String,
    /// Where, when that is not where the batch was printed for.
    pub place: Option<PlaceId>,
}

/// What a row became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    pub serial: String,
    pub line: u16,
    pub became: Became,
}

/// What became of each row.
pub type Outcome = Vec<Result<Entered, Refusal>>;

/// Enters rows of a batch, each for itself: what one is refused leaves nothing, and the others stay. With `keeps` false
/// nothing is entered; the answer is the same.
///
/// # Errors
/// `paper-rows` with `most` for none or too many. What a row is refused stands in the [`Outcome`].
pub async fn enter(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: BatchId,
    rows: &[Row],
    keeps: bool,
) -> Result<Outcome, Stop> {
    let (batch, _) = actions::find::<Enter>(tx, who, id).await?;
    let most = PaperRules::default().most_rows;
    if rows.is_empty() || rows.len() > most {
        return Err(Refusal::new("paper-rows").with("most", i64::try_from(most).map_err(Stop::defect)?).into());
    }
    let who = Actor { channel: Channel::Paper, ..who.clone() };
    let input = (batch, rows.to_vec());
    let all = tried(tx, (&who, at), keeps, input, |tx, who, at, (batch, rows)| {
        Box::pin(async move {
            let mut all = Vec::with_capacity(rows.len());
            for row in rows {
                let one = tried(tx, (who, at), true, (batch.clone(), row), |tx, who, at, (batch, row)| {
                    Box::pin(async move { enter_row(tx, who, at, &batch, row).await })
                });
                all.push(one.await?);
            }
            Ok(all)
        })
    });
    Ok(all.await??)
}

async fn enter_row(tx: &mut Tx<'_>, who: &Actor, at: Moment, batch: &BatchRow, row: Row) -> Result<Entered, Stop> {
    let (_, permit) = actions::find::<Enter>(tx, who, batch.id()).await?;
    let form = actions::form_of(tx, batch, &row.serial).await?;
    let paper = Paper { batch, form: &form, permit: &permit };
    let (line, became, occurred) = match row.written {
        Written::Matter { received, new } => {
            paper.may_enter(tx, (1, Sort::Registration), &[("received", received)], at).await?;
            let raised = matter(tx, who, Moment { occurred: received, ..at }, batch, *new).await;
            let raised = raised.map_err(|stop| json::called(stop, &[("occurred_at", "received")]))?;
            (1, Became::Matter(raised), received)
        }
        Written::Attended(attended) => {
            let times = [("start", attended.start), ("end", attended.end)];
            paper.may_enter(tx, (attended.line, Sort::SignIn), &times, at).await?;
            let record = record(tx, who, at, &paper, &attended).await?;
            (attended.line, Became::Record(record), attended.start)
        }
    };
    let at = Moment { occurred, ..at };
    if !store::put_line(tx, who, at, &form, line, became).await? {
        return Err(Stop::Conflict(Refusal::new("changed-meanwhile").at_field("serial")));
    }
    // Of a private matter no event of another thing names it; the line itself does.
    let data = json!({ "serial": form.serial, "line": line });
    audit::record(tx, who, at, "paper.enter", batch.id(), data).await?;
    Ok(Entered { serial: form.serial, line, became })
}

/// A form in hand.
struct Paper<'a> {
    batch: &'a BatchRow,
    form: &'a FormRow,
    permit: &'a Permit<Enter>,
}

impl Paper<'_> {
    /// # Errors
    /// Those of [`form::enter`]; `paper-sort` when the form is no such one; `paper-entered` with `what` it became, without
    /// a word of it when that is private.
    async fn may_enter(
        &self,
        tx: &mut Tx<'_>,
        (line, sort): (u16, Sort),
        times: &[(&'static str, Timestamp)],
        at: Moment,
    ) -> Result<(), Stop> {
        if self.batch.sort()? != sort {
            return Err(Refusal::new("paper-sort").at_field("serial").into());
        }
        let printed_at = Timestamp::from_millisecond(self.batch.printed_at).map_err(Stop::defect)?;
        let (batch, spoilt) = (self.batch.id(), self.form.spoilt()?);
        form::enter(self.permit, &Line { batch, sort, printed_at, spoilt, number: line }, times, at.recorded)?;
        match store::line(tx, self.form, line).await? {
            Some(known) if known.is_private() => Err(Refusal::new("paper-entered-private").at_field("serial").into()),
            Some(known) => {
                let what = called(tx, &known);
                let at = if sort == Sort::SignIn { "line" } else { "serial" };
                Err(Refusal::new("paper-entered").with("what", what).at_field(at).into())
            }
            None => Ok(()),
        }
    }
}

/// What people call what a line became: the number of a matter, the activity of a record.
pub fn called(tx: &Tx<'_>, line: &LineRow) -> String {
    match (&line.matter_code, &line.matter_kind) {
        (Some(code), kind) => shown_code(&tx.city(), kind.as_deref().unwrap_or_default(), code),
        (None, _) => line.activity.clone().unwrap_or_default(),
    }
}

async fn matter(tx: &mut Tx<'_>, who: &Actor, at: Moment, batch: &BatchRow, new: New) -> Result<MatterId, Stop> {
    let city = tx.city();
    let kind = kind_of(&city, batch.kind.as_deref().unwrap_or_default())?;
    let invented = new.invented || batch.invented;
    let mut new = New { kind: kind.id.clone(), for_someone: true, invented, ..new };
    let place = new.place.ok_or_else(|| Refusal::new("matter-place-missing").at_field("place"))?;
    // The form and what it becomes are rows of one county.
    if place.cell.0 != batch.cell {
        return Err(Refusal::new("paper-other-county").at_field("place").into());
    }
    if let Some(caller) = new.caller {
        let unknown = |_| Refusal::new("paper-caller-unknown").at_field("caller");
        register::seen(tx, who, caller).await.map_err(unknown)?;
        new.prefilled = matters::prefill::known_of(tx, caller, kind, place, &mut new.values).await?;
    }
    Ok(matters::actions::raise(tx, who, at, &new).await?.id())
}

/// The record of a line: a late entry, whose reason says which sheet and whether the volunteer signed on it.
async fn record(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    paper: &Paper<'_>,
    said: &Attended,
) -> Result<RecordId, Stop> {
    let (batch, form) = (paper.batch, paper.form);
    let sheet = match batch.task() {
        Some(task) => Some(sheet::of_task(tx, who, task).await?),
        None => None,
    };
    let mut accepted: Vec<(PersonId, &str)> = Vec::new();
    if let Some(sheet) = &sheet {
        accepted.extend(sheet.offers.iter().map(|offer| (offer.volunteer(), offer.person_name.as_str())));
    }
    let named: Vec<PersonId> =
        accepted.iter().filter(|(_, name)| *name == said.volunteer.trim()).map(|(person, _)| *person).collect();
    let volunteer = match named.as_slice() {
        [one] => *one,
        _ => volunteer(tx, who, at, batch, said.volunteer.trim()).await?,
    };
    // Who came without having said so served as well; their record names what it was, and stands on no offer.
    let task = sheet.as_ref().map(|sheet| &sheet.task);
    let has_accepted = accepted.iter().any(|(person, _)| *person == volunteer);
    let place = match task {
        Some(task) => Id::new(task.id().cell, task.place_id),
        None => said.place.unwrap_or(Id::new(batch.id().cell, batch.place_id)),
    };
    if place.cell != batch.id().cell {
        return Err(Refusal::new("paper-other-county").at_field("place").into());
    }
    let key = if said.signed { "paper-reason-signed" } else { "paper-reason-unsigned" };
    let words = tx.app().web.frame.words;
    let args = [("serial", Value::Text(in_groups(&form.serial))), ("line", Value::Number(i64::from(said.line)))];
    let entry = LateEntry {
        volunteer,
        task: task.map(crate::dispatch::store::TaskRow::id).filter(|_| has_accepted),
        name: task.map_or_else(|| said.name.clone(), |task| task.title.clone()),
        place: Some(place),
        content: said.content.clone(),
        start: said.start,
        end: said.end,
        nature: Nature::Voluntary,
        reason: words.text(Lang::ZhCn, key, &args),
        invented: batch.invented,
    };
    recording::record_late(tx, who, at, &entry).await
}

/// Whom a line means: by id, by telephone, or by the whole name of a volunteer where the sheet was printed for.
///
/// # Errors
/// `paper-who-unknown`, `paper-who-several` at `volunteer`.
async fn volunteer(tx: &mut Tx<'_>, who: &Actor, at: Moment, batch: &BatchRow, typed: &str) -> Result<PersonId, Stop> {
    let unknown = || Stop::from(Refusal::new("paper-who-unknown").at_field("volunteer"));
    let known = match (typed.parse::<PersonId>(), Phone::parse(typed)) {
        (Ok(id), _) => Some(Some(id)),
        (_, Ok(phone)) => Some(identity::store::person_of_phone(tx, phone.reveal()).await?),
        _ => None,
    };
    if let Some(person) = known {
        let person = person.ok_or_else(unknown)?;
        return Ok(register::seen(tx, who, person).await.map_err(|_| unknown())?.id());
    }
    let within = path::up_to(&batch.place_path, Level::Village).to_owned();
    let sought = Sought { words: typed.to_owned(), within: Some(within) };
    let mut found = Vec::new();
    for row in register::find_people(tx, who, &sought, None, NAMESAKES).await?.items {
        let roles = people::store::memberships(tx, row.id(), at).await?;
        if row.name == typed && roles.iter().any(|m| m.role == Role::Volunteer) {
            found.push(row.id());
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(unknown()),
        _ => Err(Refusal::new("paper-who-several").at_field("volunteer").into()),
    }
}

/// How many people of one name are looked at.
const NAMESAKES: u32 = 50;
