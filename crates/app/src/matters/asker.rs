//! What those read of the history of a matter whose it is; and who asked for another, as by their service card: that it goes on,
//! and nothing of whom it is for (`rules::matters::asker`).

use rules::matters::workflow::{READERS, STAFF};
use rules::matters::{Matter, asker};
use rules::shared::ids::PersonId;
use serde_json::{Map, Value};

use super::{Held, photos};
use crate::audit::Event;
use crate::{Stop, Tx, people};

/// What whom it is for did that whoever asked hears of: that it moved, was taken back, ended or was opened again.
const TOLD: [&str; 4] = ["matters.moved", "matters.withdrawn", "matters.closed", "matters.reopened"];
/// What such a line keeps: where it stands now, and no word.
const KEPT: [&str; 4] = ["from", "to", "outcome", "count"];

/// The events of a matter as `reader` reads them, whose matter it is: not what is for staff, and nothing of the photos of whom a
/// report is about.
pub fn events_for_owner(reader: Option<PersonId>, matter: &Matter, mut events: Vec<Event>) -> Vec<Event> {
    let of_party = photos::files_of_party(&events);
    let is_of_party = |event: &Event| event.data["file"].as_str().is_some_and(|file| of_party.contains(file));
    events.retain(|event| event.data[READERS] != STAFF && !is_of_party(event));
    let Some(reader) = reader.filter(|reader| asker::is_asker(matter, *reader)) else { return events };
    events.into_iter().filter_map(|event| as_told(matter, reader, event)).collect()
}

fn as_told(matter: &Matter, reader: PersonId, mut event: Event) -> Option<Event> {
    if event.actor == Some(reader) {
        return Some(event);
    }
    if !asker::is_of_subject(matter, event.actor, event.on_behalf) {
        // Who came, what they saw there, and what whom it is for said on the telephone are no business of who asked.
        (event.actor_name, event.on_behalf_name) = (None, None);
        if let Some(said) = event.data.as_object_mut() {
            said.remove("heard");
            said.remove("volunteer");
            if event.verb == "matters.private_set" {
                said.remove("reason");
            }
        }
        return (!event.verb.starts_with("service.")).then_some(event);
    }
    if !TOLD.contains(&event.verb.as_str()) {
        return None;
    }
    (event.actor_name, event.on_behalf_name) = (None, None);
    let said = std::mem::take(&mut event.data);
    let kept = |key: &&str| Some(((*key).to_owned(), said.get(*key)?.clone()));
    event.data = Value::Object(KEPT.iter().filter_map(kept).collect::<Map<_, _>>());
    Some(event)
}

/// Whether a message reaches whom it is for, when that is not who asked.
pub async fn reaches_subject(tx: &mut Tx<'_>, held: &Held) -> Result<bool, Stop> {
    let other = held.matter.subject.filter(|subject| held.matter.raised_by != Some(*subject));
    match other {
        Some(subject) => people::is_reached(tx, subject).await,
        None => Ok(false),
    }
}

/// Whether `reader`, whose matter it is, reads who comes and the check code.
pub async fn reads_who_comes(tx: &mut Tx<'_>, held: &Held, reader: PersonId) -> Result<bool, Stop> {
    if !asker::is_asker(&held.matter, reader) {
        return Ok(true);
    }
    Ok(asker::reads_who_comes(&held.matter, reader, reaches_subject(tx, held).await?))
}
