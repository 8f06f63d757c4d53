//! What somebody is told by message of their own matter: that it came in, and its number. Never a word of what it is about.

use kit::{Lang, format};
use rules::matters::news::{News, news};
use rules::matters::{Kind, Matter};
use rules::people::codes::masked_name;
use rules::shared::code::in_groups;
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::{Held, asker, behalf, kind_of, replies, view};
use crate::{Stop, Tx, people};

/// Tells whoever raised it that it was received, where the kind says so, by their own phone. Nothing of a private matter
/// goes to a phone, which others may hold; who acts for another has told both (`behalf::receipt`).
pub async fn received(tx: &mut Tx<'_>, who: &Actor, at: Moment, kind: &Kind, held: &Held) -> Result<(), Stop> {
    let matter = &held.matter;
    if !kind.tells_received || matter.private || behalf::other(who).is_some() {
        return Ok(());
    }
    asked_for(tx, who, at, kind, held).await?;
    let Some(person) = matter.raised_by else { return Ok(()) };
    let city = tx.city();
    let zone = city.calendar.zone();
    let code = view::shown_code(&city, &kind.id, &held.code);
    let link = format!("{}/t/{}", city.settings.base_url, in_groups(&held.code));
    let due = matter.step_due().map(|due| {
        let (then, now) = (due.to_zoned_datetime(zone.clone()), at.recorded.to_zoned_datetime(zone.clone()));
        format::when(Lang::ZhCn, &then, &now)
    });
    let template = if due.is_some() { "received" } else { "received_no_day" };
    let values = json!({ "kind": kind.name.zh, "number": code, "by": due, "link": link });
    people::tell(tx, at, person, template, values).await
}

/// Tells somebody that another asked for them in their own name, as by their service card: they may know nothing of it.
async fn asked_for(tx: &mut Tx<'_>, who: &Actor, at: Moment, kind: &Kind, held: &Held) -> Result<(), Stop> {
    let matter = &held.matter;
    let by_another = matter.raised_by.is_some() && matter.raised_by == who.person && matter.subject != matter.raised_by;
    let Some(person) = matter.subject.filter(|_| by_another) else { return Ok(()) };
    let city = tx.city();
    let link = format!("{}/help/{}", city.settings.base_url, in_groups(&held.code));
    let values = json!({ "kind": kind.name.zh, "number": view::shown_code(&city, &kind.id, &held.code), "link": link });
    people::tell(tx, at, person, "asked_for_you", values).await
}

/// Tells whoever raised it what a change brings, where the kind says so. `before`: as it was.
pub(super) async fn went_on(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    kind: &Kind,
    (before, held): (&Matter, &Held),
) -> Result<(), Stop> {
    replies::went_on(tx, at, kind, (before, held)).await?;
    let matter = &held.matter;
    // As at the receipt: what is invented rings nobody.
    let quiet = matter.private || held.invented;
    let Some(news) = news(kind, before, matter, who.is_staff()).filter(|_| !quiet) else { return Ok(()) };
    tell_followers(tx, at, kind, held, news).await?;
    let (theirs, to_delegates) = match news {
        News::Accepted => (["accepted", "asker_accepted"], "represented_accepted"),
        News::Done => (["done", "asker_done"], "represented_done"),
        News::Closed => (["closed", "asker_closed"], "represented_closed"),
    };
    tell_both(tx, who, at, kind, (held, theirs, to_delegates)).await
}

/// Whoever was told that somebody comes is told that they cannot, and that somebody else is looked for: otherwise they wait.
pub async fn given_back(tx: &mut Tx<'_>, who: &Actor, at: Moment, matter: MatterId) -> Result<(), Stop> {
    let (city, held) = (tx.city(), Held::load(tx, matter).await?);
    let kind = kind_of(&city, &held.matter.kind)?;
    let quiet = held.matter.private || held.invented || held.matter.is_closed();
    if quiet || !kind.tells.contains(&News::Accepted) {
        return Ok(());
    }
    tell_both(tx, who, at, kind, (&held, ["given_back", "asker_given_back"], "represented_given_back")).await
}

/// Tells whose it is that somebody on staff said or asked something: the words stand on their page alone.
pub(super) async fn staff_said(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held) -> Result<(), Stop> {
    let matter = &held.matter;
    if !who.is_staff() || matter.is_own(who.stands_for()) || matter.private || held.invented {
        return Ok(());
    }
    let city = tx.city();
    let kind = kind_of(&city, &matter.kind)?;
    tell_both(tx, who, at, kind, (held, ["staff_said", "asker_staff_said"], "represented_staff_said")).await
}

/// Tells whose it is and whoever may act in it for them, each in the words of a template. `theirs`: to the one at whose door
/// somebody rings, and to whoever asked for them, who learns no more than how it stands.
async fn tell_both(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    kind: &Kind,
    (held, theirs, to_delegates): (&Held, [&'static str; 2], &'static str),
) -> Result<(), Stop> {
    let matter = &held.matter;
    tell_delegates(tx, who, at, kind, (held, to_delegates)).await?;
    if matter.is_own(who.stands_for()) {
        return Ok(());
    }
    let reached = asker::reaches_subject(tx, held).await?;
    let city = tx.city();
    let link = format!("{}/help/{}", city.settings.base_url, in_groups(&held.code));
    let values = json!({ "kind": kind.name.zh, "number": view::shown_code(&city, &kind.id, &held.code), "link": link });
    let first = rules::matters::asker::hears_who_comes(matter, reached);
    if let Some(person) = first {
        people::tell(tx, at, person, theirs[0], values.clone()).await?;
    }
    match matter.raised_by.filter(|asker| first != Some(*asker)) {
        Some(asker) => people::tell(tx, at, asker, theirs[1], values).await,
        None => Ok(()),
    }
}

/// Whoever may act in it for whose it is hears the same, with how to get there: they may be the only one who reads messages.
async fn tell_delegates(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    kind: &Kind,
    (held, template): (&Held, &'static str),
) -> Result<(), Stop> {
    let city = tx.city();
    let link = format!("{}/me/family", city.settings.base_url);
    let number = view::shown_code(&city, &kind.id, &held.code);
    for row in behalf::delegates(tx, at, held).await? {
        // Whoever raised it hears of it as theirs, and whoever did it knows.
        let delegate = row.delegate();
        if held.matter.is_own(Some(delegate)) || who.person == Some(delegate) {
            continue;
        }
        let of = masked_name(&row.person_name);
        let values = json!({ "of": of, "kind": kind.name.zh, "number": number, "link": link });
        people::tell(tx, at, delegate, template, values).await?;
    }
    Ok(())
}

/// Followers hear how it ends: what is public of it, which is where they are led.
async fn tell_followers(tx: &mut Tx<'_>, at: Moment, kind: &Kind, held: &Held, news: News) -> Result<(), Stop> {
    let template = match news {
        News::Accepted => return Ok(()),
        News::Done => "followed_done",
        News::Closed => "followed_closed",
    };
    let city = tx.city();
    let link = format!("{}/t/{}", city.settings.base_url, in_groups(&held.code));
    let values = json!({ "kind": kind.name.zh, "number": view::shown_code(&city, &kind.id, &held.code), "link": link });
    for follower in &held.matter.followers {
        people::tell(tx, at, *follower, template, values.clone()).await?;
    }
    Ok(())
}
