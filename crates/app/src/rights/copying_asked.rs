//! The sections of a copy about what somebody asked for, told, began to write, and thought of it afterwards.

use rules::matters::asker;
use rules::matters::kind::{CountsAs, Kind};
use rules::shared::ids::{FileId, MatterId, PersonId};
use rules::shared::{Actor, Moment};

use super::copy::{Item, Section};
use super::copying::{MOST, when};
use crate::city::City;
use crate::identity::drafts::{self, Draft};
use crate::matters::called::called;
use crate::matters::pages::filled::{Filled, kind_of_draft};
use crate::matters::pages::questions;
use crate::matters::photos::PhotoRow;
use crate::matters::store::MatterRow;
use crate::matters::view::shown_code;
use crate::matters::{Held, kind_of, notes};
use crate::people::mandates::waiting;
use crate::service::store::RatingRow;
use crate::{Stop, Tx, audit, identity, matters};

pub async fn of_what_was_asked(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
) -> Result<Vec<Section>, Stop> {
    let city = tx.city();
    let (mut asked, mut ratings) = (Vec::new(), Vec::new());
    for row in matters::store::of_person(tx, person, MOST).await? {
        asked.push(matter(tx, who, at, person, &row).await?);
        let code = shown_code(&city, &row.kind, &row.code);
        ratings.extend(ratings_of(tx, &city, &code, row.id(), person).await?);
    }
    let mut replies = Vec::new();
    for row in matters::replies::of_party(tx, person, MOST).await? {
        let opened = matters::replies::open(tx, &row).await?;
        let item = Item::default().with("when", when(&city, row.asked_at)).with("asked-told", opened.asked.told);
        replies.push(item.maybe("asked-said", opened.words));
    }
    // What was asked to do for others stands with the mandates.
    let kept = identity::drafts::all(tx, person).await?.into_iter().filter(|draft| draft.form != waiting::DRAFT);
    let drafts = kept.map(|draft| began(&city, draft)).collect::<Result<_, _>>()?;
    Ok(vec![
        Section { key: "matters", items: asked },
        Section { key: "ratings", items: ratings },
        Section { key: "replies", items: replies },
        Section { key: "drafts", items: drafts },
    ])
}

async fn matter(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, row: &MatterRow) -> Result<Item, Stop> {
    let city = tx.city();
    let held = Held::load(tx, row.id()).await?;
    let kind = kind_of(&city, &held.matter.kind)?;
    let outcome = row.outcome.as_deref().and_then(|key| kind.outcome(key));
    let mut item = Item::default()
        .with("code", shown_code(&city, &row.kind, &row.code))
        .in_words("title", called(Some(kind), &row.category, &row.title))
        .with("when", when(&city, row.recorded_at))
        .with("state", row.phase.as_str())
        .maybe("ended", row.closed_at.map(|at| when(&city, at)));
    if let Some(outcome) = outcome {
        item = item.in_words("outcome", outcome.name.clone());
    }
    // What stands under the key of another is theirs to ask for.
    if held.key_person() == Some(person) {
        let mut told = held.fields.clone();
        told.extend(held.unseal(tx).await?);
        let added: Vec<String> = notes::copied(tx, who, at, &held).await?.into_values().collect();
        item = item.told(&kind.id, told).several("note", added);
    }
    item = said_later(tx, kind, (&held, person), item).await?;
    let photos = matters::photos::for_owner(tx, &held, person).await?;
    let shown: Vec<FileId> = photos.iter().filter(|p| p.shown_to(person).is_some()).map(PhotoRow::id).collect();
    item.pictures = shown.iter().map(|id| format!("/help/{}/photos/{id}", row.code)).collect();
    Ok(item.several("photos", shown.iter().map(FileId::to_string).collect()))
}

/// Why it was opened again or taken back, and what they were answered.
async fn said_later(tx: &mut Tx<'_>, kind: &Kind, (held, person): (&Held, PersonId), item: Item) -> Result<Item, Stop> {
    let all = audit::timeline(tx, held.id()).await?;
    let is_theirs = |event: &audit::Event| asker::is_of_subject(&held.matter, event.actor, event.on_behalf);
    // Why whom it is for took it back is not for whoever asked for them.
    let is_asker = asker::is_asker(&held.matter, person);
    let is_hidden = is_asker && all.iter().any(|event| event.verb == "matters.withdrawn" && is_theirs(event));
    let events = matters::asker::events_for_owner(Some(person), &held.matter, all);
    let said = |verb: &str, keys: &[&str]| -> Vec<String> {
        let of = events.iter().filter(|event| event.verb == verb);
        of.flat_map(|event| keys.iter().filter_map(|key| event.data[*key].as_str().map(str::to_owned))).collect()
    };
    let answered = said("matters.answered", &["result", "reason", "heard"]);
    let closing = held.matter.closing.as_ref();
    let is_taken_back = closing.and_then(|closing| kind.outcome(&closing.outcome)).map(|outcome| outcome.counts_as)
        == Some(CountsAs::NoLongerNeeded);
    Ok(item
        .several("reopened", said("matters.reopen_asked", &["reason"]))
        .maybe("taken-back", closing.and_then(|closing| closing.reason.clone()).filter(|_| is_taken_back && !is_hidden))
        .several("answered", answered))
}

/// Something that was begun and not sent: by its questions where it is the form of a kind, else as it is kept.
fn began(city: &City, draft: Draft) -> Result<Item, Stop> {
    let item = Item::default().with("form", draft.form.as_str()).with("when", when(city, draft.updated_at));
    // For whom one acts, the drafts are called after them.
    let (own, _) = drafts::named(&draft.form);
    let Some(kind) = kind_of_draft(own, None).and_then(|kind| city.kinds.get(kind)) else {
        return Ok(item.with("text", draft.content));
    };
    let filled: Filled = serde_json::from_str(&draft.content)?;
    let form = filled.form();
    let values = questions::typed(kind, &form);
    let photos: Vec<FileId> = filled.photos.iter().map(|photo| photo.id).collect();
    let mut item = item.told(&kind.id, values).with("place", form.text("place"));
    if own == draft.form {
        item.pictures = photos.iter().map(|id| format!("/help/draft/{}/photos/{id}", kind.id)).collect();
    }
    Ok(item.several("photos", photos.iter().map(FileId::to_string).collect()))
}

async fn ratings_of(
    tx: &mut Tx<'_>,
    city: &City,
    code: &str,
    matter: MatterId,
    person: PersonId,
) -> Result<Vec<Item>, Stop> {
    let rated = crate::service::store::ratings_of(tx, matter, person).await?;
    let item = |r: RatingRow| {
        Item::default()
            .with("code", code)
            .with("solved", r.solved)
            .with("satisfaction", r.satisfaction.to_string())
            .maybe("text", r.words)
            .with("when", when(city, r.rated_at))
    };
    Ok(rated.into_iter().map(item).collect())
}
