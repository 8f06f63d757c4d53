//! Messages to people: written with the change that causes them, sealed, and delivered outside any transaction.

use db::{At, BoxFuture};
use jiff::{SignedDuration, Timestamp};
use rules::shared::ids::PersonId;
use rules::shared::retention::Swept;
use rules::shared::{Cell, Moment, delivery};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{App, Stop, Tx};

/// A message that is ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: Uuid,
    /// The phone number.
    pub to: String,
    /// The template's key in `messages.toml`.
    pub template: String,
    /// The values of the template; `text`, the whole message in Chinese; and `provider`, the name of the provider's own
    /// template where the city has set one.
    pub body: Value,
}

/// What carries messages to people: an SMS gateway behind a webhook; in the demo, nobody.
pub trait Notifier: Send + Sync + 'static {
    /// Whether there is any way to people: where there is none no page says that a code was sent.
    fn reaches(&self) -> bool {
        true
    }

    fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), String>>;
}

/// The demo's notifier: messages stay in the outbox page.
pub struct Outbox;

impl Notifier for Outbox {
    fn deliver<'a>(&'a self, _: &'a Message) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }
}

/// A message to send: to a person's own phone, or to a number that is not (yet) a person's.
pub struct Outgoing<'a> {
    pub to: &'a str,
    pub person: Option<PersonId>,
    /// A key of `messages.toml`, which has its words.
    pub template: &'static str,
    /// What the words name.
    pub values: Value,
    /// Until when it is of use, where its template alone does not say.
    pub until: Option<Timestamp>,
}

/// A message and a sign-in code are read by a machine within minutes: they are sealed under the city's message key.
const MESSAGE_KEY_OWNER: Uuid = Uuid::from_u128(0x6d65_7373_6167_6573_0000_0000_0000_0001);

/// Puts a message on its way, in the caller's transaction.
pub async fn send(tx: &mut Tx<'_>, at: Moment, outgoing: Outgoing<'_>) -> Result<(), Stop> {
    let key = message_key(tx, at).await?;
    let id = tx.new_id::<rules::shared::ids::JobThing>(Cell::ROOT, at).uuid;
    let place = |column| At { table: "jobs_messages", column, id };
    let worded = tx.city().settings.messages.word(outgoing.template, &outgoing.values).map_err(Stop::Defect)?;
    let mut body = Value::from(worded.values);
    body["text"] = json!(worded.text);
    if let Some(provider) = worded.provider {
        body["provider"] = json!(provider);
    }
    tx.put(
        "INSERT INTO jobs_messages (cell, id, person_cell, person_id, template, to_sealed, body_sealed, created_at, \
         tries, next_try_at, useful_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $8, $9)",
        db::args![
            Cell::ROOT.0,
            id,
            outgoing.person.map(|p| p.cell.0),
            outgoing.person.map(|p| p.uuid),
            outgoing.template,
            key.seal(place("to_sealed"), outgoing.to),
            key.seal(place("body_sealed"), &body.to_string()),
            at.recorded.as_millisecond(),
            outgoing.until.unwrap_or_else(|| delivery::useful_until(outgoing.template, at.recorded)).as_millisecond()
        ],
    )
    .await?;
    Ok(())
}

async fn message_key(tx: &mut Tx<'_>, at: Moment) -> Result<db::DataKey, Stop> {
    match tx.find_data_key(Cell::ROOT.0, MESSAGE_KEY_OWNER).await? {
        Some(key) => Ok(key),
        None => Ok(tx.ensure_data_key(Cell::ROOT.0, MESSAGE_KEY_OWNER, at.recorded.as_millisecond()).await?),
    }
}

#[derive(Deserialize)]
struct Row {
    id: Uuid,
    template: String,
    to_sealed: Vec<u8>,
    body_sealed: Vec<u8>,
    created_at: i64,
}

async fn open_row(tx: &mut Tx<'_>, row: Row) -> Result<(Message, i64), Stop> {
    let key = tx.data_key(Cell::ROOT.0, MESSAGE_KEY_OWNER).await?;
    let place = |column| At { table: "jobs_messages", column, id: row.id };
    let to = key.unseal(place("to_sealed"), &row.to_sealed).map_err(Stop::from)?;
    let body = key.unseal(place("body_sealed"), &row.body_sealed).map_err(Stop::from)?;
    Ok((Message { id: row.id, to, template: row.template, body: serde_json::from_str(&body)? }, row.created_at))
}

/// The newest messages, for the demo's outbox page.
pub async fn outbox(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(Message, i64)>, Stop> {
    let rows = tx
        .all::<Row>(
            "SELECT id, template, to_sealed, body_sealed, created_at FROM jobs_messages WHERE cell = $1 \
             ORDER BY id DESC LIMIT $2",
            db::args![Cell::ROOT.0, limit],
        )
        .await?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in rows {
        messages.push(open_row(tx, row).await?);
    }
    Ok(messages)
}

/// Whether somebody was sent these words since an instant.
pub async fn was_told(tx: &mut Tx<'_>, person: PersonId, template: &str, since: Timestamp) -> Result<bool, Stop> {
    let sql = "SELECT COUNT(*) FROM jobs_messages WHERE cell = $1 AND person_cell = $2 AND person_id = $3 \
               AND template = $4 AND created_at > $5";
    let args = db::args![Cell::ROOT.0, person.cell.0, person.uuid, template, since.as_millisecond()];
    Ok(tx.scalar_i64(sql, args).await? > 0)
}

/// A message whose time to be tried has come.
#[derive(Deserialize)]
struct Waiting {
    id: Uuid,
    template: String,
    to_sealed: Vec<u8>,
    body_sealed: Vec<u8>,
    created_at: i64,
    tries: i32,
    useful_until: Option<i64>,
}

/// A message as it is handed over: which try it is, from 1, and until when it is worth another.
struct Handed {
    message: Message,
    tries: u32,
    useful_until: Timestamp,
}

/// Hands the messages whose time has come to the notifier, each marked as soon as it is gone.
pub async fn deliver_waiting(app: &App) {
    if let Err(error) = try_deliver(app).await {
        tracing::warn!(?error, "messages could not be delivered");
    }
}

async fn try_deliver(app: &App) -> Result<(), Stop> {
    let now = app.clock.now().as_millisecond();
    let waiting = app
        .read(move |mut tx| {
            Box::pin(async move {
                let rows = tx
                    .all::<Waiting>(
                        "SELECT id, template, to_sealed, body_sealed, created_at, tries, useful_until FROM jobs_messages \
                         WHERE cell = $1 AND next_try_at <= $2 ORDER BY next_try_at, id LIMIT 50",
                        db::args![Cell::ROOT.0, now],
                    )
                    .await?;
                let mut handed = Vec::with_capacity(rows.len());
                for waiting in rows {
                    let Waiting { id, template, to_sealed, body_sealed, created_at, tries, useful_until } = waiting;
                    let row = Row { id, template, to_sealed, body_sealed, created_at };
                    let (message, written) = open_row(&mut tx, row).await?;
                    let until = Timestamp::from_millisecond(useful_until.unwrap_or(written)).map_err(Stop::defect)?;
                    let tries = u32::try_from(tries).unwrap_or_default().saturating_add(1);
                    handed.push(Handed { message, tries, useful_until: until });
                }
                Ok(handed)
            })
        })
        .await?;
    for Handed { message, tries, useful_until } in waiting {
        // After a standstill: what is of no use any more is not sent at all.
        let sent = match app.clock.now() <= useful_until {
            true => app.notifier.deliver(&message).await,
            false => Err("of no use any more".to_owned()),
        };
        let (id, now) = (message.id, app.clock.now());
        // What was taken, and what is of no use any more, is not tried again.
        let next = if sent.is_ok() { None } else { delivery::next_try(tries, now, useful_until) };
        app.write(move |mut tx| {
            let sent = sent.clone();
            Box::pin(async move {
                tx.put(
                    "UPDATE jobs_messages SET tries = tries + 1, sent_at = $3, last_error = $4, next_try_at = $5 \
                     WHERE cell = $1 AND id = $2",
                    db::args![
                        Cell::ROOT.0,
                        id,
                        sent.is_ok().then_some(now.as_millisecond()),
                        sent.err(),
                        next.map(Timestamp::as_millisecond)
                    ],
                )
                .await?;
                Ok(())
            })
        })
        .await?;
    }
    Ok(())
}

/// The simulator's way: everything whose time had come by `now` was taken at that time.
pub async fn delivered_in(tx: &mut Tx<'_>, now: Moment) -> Result<(), Stop> {
    let sql = "UPDATE jobs_messages SET tries = tries + 1, sent_at = next_try_at, next_try_at = NULL \
               WHERE cell = $1 AND next_try_at <= $2";
    tx.run(sql, db::args![Cell::ROOT.0, now.recorded.as_millisecond()]).await?;
    Ok(())
}

/// Takes away the messages that nobody needs any more.
pub async fn sweep(tx: &mut Tx<'_>, at: Moment) -> Result<(), Stop> {
    // Long enough to see what was sent when somebody asks, and no longer.
    let days = Swept::Messages.days(tx.city().calendar.date(at.recorded));
    let before = (at.recorded - SignedDuration::from_hours(24 * days)).as_millisecond();
    tx.put("DELETE FROM jobs_messages WHERE cell = $1 AND created_at < $2", db::args![Cell::ROOT.0, before]).await?;
    Ok(())
}

/// Takes away every message to somebody who is erased: those that name them, and those to their number from before it was
/// theirs.
pub async fn forget(tx: &mut Tx<'_>, person: PersonId, phone: Option<&str>) -> Result<(), Stop> {
    let root = Cell::ROOT.0;
    let sql = "DELETE FROM jobs_messages WHERE cell = $1 AND person_cell = $2 AND person_id = $3";
    tx.run(sql, db::args![root, person.cell.0, person.uuid]).await?;
    let (Some(phone), Some(key)) = (phone, tx.find_data_key(root, MESSAGE_KEY_OWNER).await?) else { return Ok(()) };
    let sql = "SELECT id, template, to_sealed, body_sealed, created_at FROM jobs_messages WHERE cell = $1 \
               AND person_cell IS NULL ORDER BY id";
    for row in tx.all::<Row>(sql, db::args![root]).await? {
        let place = At { table: "jobs_messages", column: "to_sealed", id: row.id };
        if key.unseal(place, &row.to_sealed).map_err(Stop::from)? == phone {
            tx.run("DELETE FROM jobs_messages WHERE cell = $1 AND id = $2", db::args![root, row.id]).await?;
        }
    }
    Ok(())
}
