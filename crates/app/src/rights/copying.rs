//! The sections of a copy, by the room that keeps them.

use kit::Lang;
use rules::people::mandate::{Kinds, Side};
use rules::rights::correction::Field;
use rules::shared::ids::PersonId;
use rules::shared::{Moment, Text};

use super::copy::{Item, Section};
use super::corrections;
use crate::city::City;
use crate::people::store::{PersonRow, Protected, door, unseal};
use crate::people::{cards, changing, consents, mandates, register};
use crate::places::picker::full_name_at;
use crate::service::recording::Told;
use crate::service::{appeals, certificates, objections, records, reviews};
use crate::web::json::instant;
use crate::{Stop, Tx, audit, dispatch, identity};

/// More than anybody has.
pub(super) const MOST: i64 = 10_000;

pub(super) fn when(city: &City, millis: i64) -> String {
    instant(millis, &city.settings.zone)
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// Who they are, and what they may do.
pub async fn of_the_register(tx: &mut Tx<'_>, at: Moment, row: &PersonRow) -> Result<Vec<Section>, Stop> {
    let (city, id) = (tx.city(), row.id());
    let mut person = Item::default()
        .with("name", row.name.as_str())
        .maybe("sex", row.sex.as_deref())
        .maybe("birth_date", row.birth_date.as_deref())
        .with("group", row.reporter_group.as_str())
        .with("place", full_name_at(tx, &row.place_path).await?);
    for (key, field) in
        [("phone", Protected::Phone), ("identity", Protected::Identity), ("address", Protected::Address)]
    {
        person = person.maybe(key, unseal(tx, id, field).await?);
    }
    if let Some(household) = row.household_id {
        person = person.maybe("door", door(tx, row.cell, household).await?);
    }
    // Those declared: whoever holds a mandate stands close too, and is under the mandates.
    let kin = changing::kin_declared(tx, id).await?;
    if kin > 0 {
        person = person.with("kin", kin.to_string());
    }
    let mut roles = Vec::new();
    for m in register::held_and_asked(tx, id, at).await? {
        let item = Item::default()
            .with("role", m.role.key())
            .with("organisation", m.organisation_name)
            .with("place", full_name_at(tx, &m.place_path).await?)
            .with(if m.is_asked { "asked" } else { "since" }, when(&city, m.from))
            .maybe("until", m.to.map(|to| when(&city, to)));
        roles.push(item);
    }
    let credentials = register::credentials_of(tx, id).await?.into_iter().map(|c| {
        Item::default()
            .with("skill", c.credential.key)
            .with("number", c.number)
            .with("issuer", c.issuer)
            .with("since", c.credential.issued.to_string())
            .maybe("until", c.credential.expires.map(|day| day.to_string()))
    });
    let volunteering = register::volunteering_of(tx, id).await?.map(|v| {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let week = v.week.iter().map(|s| format!("{} {}-{}", s.weekday, clock(s.from), clock(s.until)));
        let week: Vec<String> = week.collect();
        Item::default()
            .with("active", yes_no(v.active))
            .several("week", week)
            .maybe("quiet_until", v.quiet_until.map(|at| when(&city, at)))
            .maybe("insured_until", v.insured_until.map(|at| when(&city, at)))
            .maybe("guardian_until", v.guardian_consent_until.map(|at| when(&city, at)))
            .maybe("volunteer_number", v.number)
    });
    let credentials = credentials.collect();
    Ok(vec![
        Section { key: "person", items: vec![person] },
        Section { key: "roles", items: roles },
        Section { key: "volunteering", items: volunteering.into_iter().collect() },
        Section { key: "credentials", items: credentials },
    ])
}

/// The keys of kinds; `*` for all.
fn in_keys(kinds: &Kinds) -> Vec<String> {
    kinds.text().split_whitespace().map(str::to_owned).collect()
}

/// What they agreed to, whom they let act for them, and their cards.
pub async fn of_what_was_given(tx: &mut Tx<'_>, at: Moment, row: &PersonRow) -> Result<Vec<Section>, Stop> {
    let (city, id) = (tx.city(), row.id());
    // Each decision, with the text as it was then: the consents themselves only say how things stand.
    let said = consents::decisions(tx, id, at).await?.into_iter().map(|one| {
        Item::default()
            .in_words("purpose", one.text.name.clone())
            .with("decision", if one.said.given { "given" } else { "withdrawn" })
            .maybe("holds", one.holds.map(yes_no))
            .with("when", when(&city, one.said_at))
            .with("version", one.said.version.to_string())
            .in_words("text", one.text.text.clone())
    });
    let said = said.collect();
    let mut given = mandates::store::of_person(tx, id).await?;
    // Whether the number that somebody would act for is registered, and who it is, they are not told before it is confirmed.
    let as_delegate = mandates::store::of_delegate(tx, id).await?;
    given.retain(|row| row.is_shown_to(Side::Person));
    given.extend(as_delegate.into_iter().filter(|row| row.is_shown_to(Side::Delegate)));
    let mut mandates = Vec::new();
    for m in given {
        let mandate = m.mandate()?;
        // What is open to a delegate is their business once they have agreed.
        let is_theirs = m.person() == id || m.confirmed_at.is_some();
        let item = Item::default()
            .with("person", m.person_name.as_str())
            .with("delegate", m.delegate_name.as_str())
            .several("kinds", in_keys(&mandate.kinds))
            .several("named", if is_theirs { mandate.named.clone() } else { Vec::new() })
            .with("state", mandates::stands(tx, &mandate, at).key())
            .maybe("how", m.confirmed_how.as_deref().map(|how| if m.is_agreed() { "agreed" } else { how }))
            .with("when", when(&city, m.asked_at))
            .with("until", when(&city, m.revoked_at.unwrap_or(m.valid_to)));
        mandates.push(item);
    }
    let asked = mandates::waiting::kept(tx, id).await?.into_iter().map(|one| {
        Item::default()
            .with("asked-of", format!("{} {}", one.name(), one.typed()).trim())
            .several("kinds", in_keys(&one.kinds()))
            .with("when", when(&city, one.asked_at))
    });
    mandates.extend(asked);
    let cards = cards::store::cards_of(tx, row).await?.into_iter().map(|c| {
        Item::default()
            .with("holds", yes_no(c.is_valid()))
            .with("when", when(&city, c.issued_at))
            .maybe("until", c.ended_at.map(|at| when(&city, at)))
    });
    let wanted = cards::store::request_of(tx, id).await?.map(|wanted| {
        Item::default().in_words("state", ours("cards-asked")).with("when", when(&city, wanted.asked_at))
    });
    Ok(vec![
        Section { key: "consents", items: said },
        Section { key: "mandates", items: mandates },
        Section { key: "cards", items: cards.chain(wanted).collect() },
    ])
}

/// Words of ours in both languages.
pub(super) fn ours(key: &str) -> Text {
    let words = crate::web::words();
    Text { zh: words.text(Lang::ZhCn, key, &[]), en: words.text(Lang::En, key, &[]) }
}

/// What they asked to have corrected, and what came of it.
pub async fn of_corrections(tx: &mut Tx<'_>, person: PersonId) -> Result<Section, Stop> {
    let city = tx.city();
    let mut items = Vec::new();
    for row in corrections::store::of_person(tx, person).await? {
        let words = corrections::store::unseal_words(tx, &row).await?;
        let (field, state) = (row.field()?.key(), row.state()?.key());
        let is_of_place = row.field()? == Field::Place;
        let door = words.door.filter(|door| is_of_place && !door.is_empty());
        let mut item = Item::default()
            .in_words("field", ours(&format!("correct-field-{}", field.replace('_', "-"))))
            .with("when", when(&city, row.asked_at))
            .in_words("state", ours(&format!("correct-state-{state}")))
            .maybe("ended", row.decided_at.map(|at| when(&city, at)))
            .maybe("before", words.stood)
            .maybe("wanted", words.wanted)
            .maybe("grounds", words.grounds)
            .maybe("became", words.became)
            .maybe("address", door)
            .maybe("reason", words.reason);
        if let Some(living) = words.living {
            item = item.in_words("household", ours(&format!("correct-lives-{}", living.key())));
        }
        items.push(item);
    }
    Ok(Section { key: "corrections", items })
}

/// What they did for others, and others for them.
pub async fn of_service(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Section>, Stop> {
    let city = tx.city();
    let offers = dispatch::store::offers_of_person(tx, person, None, MOST).await?.into_iter().map(|o| {
        Item::default()
            .with("title", o.task_title.as_str())
            .with("when", when(&city, o.starts_at))
            .with("state", o.state.as_str())
            .with("reason", o.reason.as_str())
    });
    let offers = offers.collect();
    let mut served = Vec::new();
    for row in records::of_person(tx, person, None, MOST).await? {
        let (words, appeal) = match reviews::review(tx, row.id()).await? {
            Some(review) => (reviews::words(tx, &review).await?, appeals::words(tx, &review).await?),
            None => (None, None),
        };
        let mut item = Item::default()
            .with("title", row.activity.as_str())
            .with("day", row.day.as_str())
            .with("place", row.place_name.as_str())
            .with("text", row.content.as_str())
            .with("minutes", row.minutes.to_string())
            .with("state", row.state.as_str())
            .with("evidence", row.evidence.as_str())
            .maybe("organisation", row.organisation_name.as_deref())
            .maybe("reason", row.late_reason.as_deref())
            .maybe("note", words)
            .maybe("appeal", appeal);
        for objection in objections::of_record(tx, row.id()).await? {
            let heard = objections::heard(tx, &objection).await?;
            item = item
                .maybe("objection", objection.words)
                .maybe("objection-heard", heard)
                .maybe("objection-answer", objection.answer);
        }
        served.push(item);
    }
    let mut received = Vec::new();
    for row in records::of_served(tx, person, MOST).await? {
        let told = records::unseal_told(tx, row.id()).await?;
        let mut item = Item::default()
            .with("title", row.activity.as_str())
            .with("day", row.day.as_str())
            .with("text", row.content.as_str());
        if let Some(told) = told {
            let told: Told = serde_json::from_str(&told)?;
            let (zh, en) = (told.in_words(Lang::ZhCn, ""), told.in_words(Lang::En, ""));
            item = item.in_words("note", Text { zh, en });
        }
        for objection in objections::of_record(tx, row.id()).await? {
            item = item.maybe("objection", objection.words).maybe("objection-answer", objection.answer);
        }
        received.push(item);
    }
    let mut certified = Vec::new();
    for row in certificates::of_person(tx, person).await? {
        let content = certificates::content(tx, &row).await?;
        let item = Item::default()
            .with("code", row.code.as_str())
            .with("number", row.number())
            .with("when", when(&city, row.issued_at))
            .with("minutes", row.minutes().to_string())
            .maybe("organisation", content.map(|c| c.unit.name));
        certified.push(item);
    }
    Ok(vec![
        Section { key: "offers", items: offers },
        Section { key: "records", items: served },
        Section { key: "received", items: received },
        Section { key: "certificates", items: certified },
    ])
}

/// Who read their data, and by what they sign in.
pub async fn of_access(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<Vec<Section>, Stop> {
    let (city, now) = (tx.city(), at.recorded.as_millisecond());
    let read = audit::readers_of(tx, person).await?.into_iter().map(|r| {
        Item::default()
            .with("reader", r.reader_name)
            .with("field", r.field)
            .with("purpose", r.purpose)
            .with("when", when(&city, r.read_at))
    });
    let sessions = identity::store::sessions_of(tx, person, now).await?.into_iter().map(|s| {
        Item::default()
            .with("device", s.device)
            .with("since", when(&city, s.created_at))
            .with("when", when(&city, s.seen_at))
    });
    let tokens = identity::store::tokens_of(tx, person, now)
        .await?
        .into_iter()
        .map(|t| Item::default().with("name", t.name).with("since", when(&city, t.created_at)));
    Ok(vec![
        Section { key: "reads", items: read.collect() },
        Section { key: "sessions", items: sessions.collect() },
        Section { key: "tokens", items: tokens.collect() },
    ])
}
