//! 当事人说明: asking whom a report is about, and taking their answer. They are told the facts and never who reported; whoever
//! reported sees that they were asked, and nothing else.

mod store;

pub use store::{Counted, Opened, Question, ReplyRow, counted, erase, of_matter, of_party, open};

use std::collections::{BTreeMap, BTreeSet};

use kit::{Lang, format};
use rules::matters::reply::{self, Asked, Asking};
use rules::matters::{Kind, Matter, access};
use rules::people::Phone;
use rules::shared::ids::{MatterId, PersonId, ReplyId, ReplyThing};
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::open::{Held, context, kind_of};
use super::view;
use crate::audit::{self, Whose};
use crate::exchange::photos::Stored;
use crate::{Stop, Tx, identity, people};

/// What the access log and the page of who looked call it.
const FIELD: &str = "reply";

/// Whom to ask, and what about.
#[derive(Clone, Debug, Default)]
pub struct ToAsk {
    /// How the desk knows them.
    pub name: String,
    /// Their telephone, when it is known; whoever is registered under it gets a message.
    pub phone: String,
    pub told: String,
}

/// Asks a party of a matter.
pub async fn ask(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, to_ask: &ToAsk) -> Result<ReplyId, Stop> {
    let held = Held::find(tx, who, id).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let permit = access::ask_reply(who, kind, &held.matter)?;
    let by = who.person.ok_or_else(|| Stop::refused("needs-a-person"))?;
    let person = match to_ask.phone.trim() {
        "" => None,
        phone => {
            let phone = Phone::parse(phone).map_err(|refusal| refusal.at_field("phone"))?;
            identity::store::person_of_phone(tx, phone.reveal()).await?
        }
    };
    let asking = Asking {
        person,
        name: &to_ask.name,
        told: &to_ask.told,
        reporters: &names_of_reporters(tx, &held).await?,
        is_waiting: is_waiting(tx, id, person, to_ask.name.trim()).await?,
    };
    let Asked { name, told, due } = reply::ask(&permit, &context(&city, kind, who, at), &held.matter, &asking)?;
    let reply = tx.new_id::<ReplyThing>(id.cell, at);
    let asked = Question { name, told };
    store::insert(tx, at, &held, store::New { id: reply, party: person, asked: &asked, due: due.as_millisecond(), by })
        .await?;
    audit::record(tx, who, at, "matters.ask_reply", id, json!({ "reply": reply })).await?;
    let Some(person) = person else { return Ok(reply) };
    let zone = city.calendar.zone();
    let (then, now) = (due.to_zoned_datetime(zone.clone()), at.recorded.to_zoned_datetime(zone.clone()));
    let values = json!({
        "by": format::when(Lang::ZhCn, &then, &now),
        "number": view::shown_code(&city, &kind.id, &held.code),
        "hotline": city.settings.hotline,
        "link": format!("{}/me/replies/{reply}", city.settings.base_url),
    });
    let template = if held.matter.private { "reply_asked_private" } else { "reply_asked" };
    people::tell(tx, at, person, template, values).await?;
    Ok(reply)
}

/// Who was asked about a matter, of those who are registered: they hear how it ends, and do not follow it.
pub async fn parties(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<PersonId>, Stop> {
    Ok(of_matter(tx, matter).await?.iter().filter_map(ReplyRow::party).collect())
}

/// Tells the parties by message that a matter ended, or that it goes on after its end. `before`: as it was.
pub(super) async fn went_on(
    tx: &mut Tx<'_>,
    at: Moment,
    kind: &Kind,
    (before, held): (&Matter, &Held),
) -> Result<(), Stop> {
    if before.is_closed() == held.matter.is_closed() || held.invented {
        return Ok(());
    }
    let template = match (held.matter.is_closed(), held.matter.private) {
        (true, false) => "reply_closed",
        (true, true) => "reply_closed_private",
        (false, false) => "reply_reopened",
        (false, true) => "reply_reopened_private",
    };
    let city = tx.city();
    let number = view::shown_code(&city, &kind.id, &held.code);
    let mut told = BTreeSet::new();
    for row in of_matter(tx, held.id()).await? {
        // Who was asked twice hears of it once.
        let Some(person) = row.party().filter(|person| told.insert(*person)) else { continue };
        let link = format!("{}/me/replies/{}", city.settings.base_url, row.id());
        let values = json!({ "number": number, "hotline": city.settings.hotline, "link": link });
        people::tell(tx, at, person, template, values).await?;
    }
    Ok(())
}

/// Those who told of it or follow it, by their names: no party may read them in what they are told.
async fn names_of_reporters(tx: &mut Tx<'_>, held: &Held) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for person in held.matter.owners().into_iter().chain(held.matter.followers.iter().copied()) {
        names.extend(people::store::person(tx, person).await?.map(|row| row.name).filter(|name| !name.is_empty()));
    }
    Ok(names)
}

/// Whether the same party was asked and has not answered: the same person, or who is called the same.
async fn is_waiting(tx: &mut Tx<'_>, matter: MatterId, person: Option<PersonId>, name: &str) -> Result<bool, Stop> {
    for row in of_matter(tx, matter).await?.iter().filter(|row| row.given_at.is_none() && row.party() == person) {
        if person.is_some() || open(tx, row).await?.asked.name == name {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes the answer of a party, or what staff write down for one who rings or comes; until the matter ends more is added to
/// it, and photos as whoever reported adds them.
pub async fn give(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: ReplyId,
    (words, photos): (&str, &[Stored]),
) -> Result<(), Stop> {
    let (row, held) = find(tx, who, id).await?;
    let permit = access::give_reply(who, &held.matter, &row.reply())?;
    // What is added is no reading: nothing of it is shown.
    let said = open(tx, &row).await?.words;
    let words = reply::give(&permit, &row.reply(), &held.matter, said.as_deref(), words)?;
    if !store::answer(tx, who, at, &row, &words).await? {
        return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
    }
    for photo in photos {
        keep_photo(tx, who, at, (&row, &held), photo).await?;
    }
    audit::record(tx, who, at, "matters.reply", id, json!({})).await?;
    // The timeline is read by who reported it, too: it says that somebody was heard, and not who.
    audit::record(tx, &Actor::system(), at, "matters.replied", held.id(), json!({ "reply": id })).await?;
    // Who wrote it down themselves need not be told.
    if who.person == Some(row.asked_by()) {
        return Ok(());
    }
    let link = format!("{}/desk/{}", tx.city().settings.base_url, held.code);
    people::tell(tx, at, row.asked_by(), "reply_given", json!({ "link": link })).await
}

/// Adds a photo to the answer of a party.
pub async fn add_photo(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: ReplyId, photo: &Stored) -> Result<(), Stop> {
    let (row, held) = find(tx, who, id).await?;
    keep_photo(tx, who, at, (&row, &held), photo).await
}

/// Whether `who` may add a photo: asked before it is taken in.
///
/// # Errors
/// Those of `reply::add_photo`; `photo-kind`, `photos-most`.
pub async fn may_add_photo(tx: &mut Tx<'_>, who: &Actor, id: ReplyId) -> Result<(), Stop> {
    let (row, held) = find(tx, who, id).await?;
    takes_photo(tx, who, (&row, &held)).await
}

async fn takes_photo(tx: &mut Tx<'_>, who: &Actor, (row, held): (&ReplyRow, &Held)) -> Result<(), Stop> {
    let permit = access::give_reply(who, &held.matter, &row.reply())?;
    reply::add_photo(&permit, &row.reply(), &held.matter)?;
    super::photos::fits(tx, who, held).await
}

async fn keep_photo(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    found: (&ReplyRow, &Held),
    photo: &Stored,
) -> Result<(), Stop> {
    takes_photo(tx, who, found).await?;
    super::photos::add_of_party(tx, who, at, found.1, photo).await.map(drop)
}

/// A question and its matter, for the party and for who may see the matter on staff; for everyone else it is missing.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: ReplyId) -> Result<(ReplyRow, Held), Stop> {
    let row = store::find(tx, id).await?.ok_or(Stop::Missing)?;
    let held = Held::load(tx, row.matter()).await?;
    if row.party().is_some() && row.party() == who.person && who.on_behalf_of.is_none() {
        return Ok((row, held));
    }
    held.seen_by(tx, who).await?;
    // Whoever reported it sees the matter, and not whom it is about.
    if access::give_reply(who, &held.matter, &row.reply()).is_err() && !may_read(tx, who, &held)? {
        return Err(Stop::Missing);
    }
    Ok((row, held))
}

/// Whether `who` may open what parties of a matter were told and say.
pub fn may_read(tx: &Tx<'_>, who: &Actor, held: &Held) -> Result<bool, Stop> {
    let city = tx.city();
    Ok(access::read_replies(who, kind_of(&city, &held.matter.kind)?, &held.matter).is_ok())
}

/// What was said to one party and by them, for who sees the question; written down unless it is one's own.
pub async fn read_one(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (row, held): (&ReplyRow, &Held),
    purpose: &str,
) -> Result<Opened, Stop> {
    let of = row.party().map_or(Whose::Unregistered(&held.matter.place_path), Whose::Person);
    let look = audit::Look { of, fields: &[FIELD], purpose, subject: row.matter() };
    audit::looked_at(tx, who, at, look).await?;
    open(tx, row).await
}

/// Opens what was said to the parties of a matter and by them, for who handles it now, and writes the reading down; empty
/// for everybody else.
pub async fn read(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    held: &Held,
    purpose: &str,
) -> Result<BTreeMap<ReplyId, Opened>, Stop> {
    let mut opened = BTreeMap::new();
    if !may_read(tx, who, held)? {
        return Ok(opened);
    }
    for row in of_matter(tx, held.id()).await? {
        opened.insert(row.id(), read_one(tx, who, at, (&row, held), purpose).await?);
    }
    Ok(opened)
}
