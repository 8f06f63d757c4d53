//! What is protected is planted as canaries, and nothing that the product gives out sings.

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use app::exchange::photos;
use app::identity::tokens::{self, Wanted};
use app::jobs::notify::outbox;
use app::people::actions::{Registration, register};
use app::testing::{Client, World, patient_world};
use app::web::site;
use db::db_test;
use rules::shared::{Actor, Role};
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::subscriber::Interest;

use crate::lived_in::{LivedIn, card_of, is_get, need, routes};

const PHONE: &str = "13970707071";
const ADDRESS: &str = "金丝雀巷 77 号楼 7 单元 707";
/// Of the right form, and made up.
const IDENTITY: &str = "371722197505207772";
const STORY: &str = "金丝雀说夜里睡不着，要人陪去看精神科";
const CANARIES: &[&str] = &[PHONE, "金丝雀", IDENTITY];

/// A person with canaries in every protected field, and their token.
async fn planted(world: &World) -> Client {
    let home = world.huanglou;
    let token = world
        .app
        .act(&Actor::system(), (), move |mut tx, who, at, ()| {
            Box::pin(async move {
                let new = Registration {
                    name: "卜明".into(),
                    phone: Some(PHONE.into()),
                    identity_number: Some(IDENTITY.into()),
                    address: Some(ADDRESS.into()),
                    ..Registration::default()
                };
                let person = register(&mut tx, &who, at, home, &new).await?;
                Ok(tokens::issue(&mut tx, &who, at, person, &Wanted::whole("test")).await?.1)
            })
        })
        .await
        .expect("a person");
    Client::new(site(&world.app), Some(token))
}

/// A world whose matters hold canaries, outside the demo: there, a page shows messages that elsewhere only phones get.
async fn with_canaries(db: db::Db) -> (LivedIn, Client) {
    let world = patient_world(db, &[]).await;
    let city = world.app.city();
    let mut settings = city.settings.clone();
    settings.demo = false;
    world.app.replace_city(city.with_settings(settings));
    let owner = planted(&world).await;
    let need = owner.post("/api/v1/matters", need(STORY, ADDRESS, PHONE)).await.expect(201).json();
    let found =
        json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "fire_lane", "phone": PHONE } });
    let hazard = owner.post("/api/v1/matters", found).await.expect(201).json();
    for _ in 0..5 {
        owner.post("/api/v1/matters", crate::lived_in::need(STORY, ADDRESS, PHONE)).await.expect(201);
    }
    let id = need["id"].as_str().unwrap();
    owner.post(&format!("/api/v1/matters/{id}/notes"), json!({ "text": STORY })).await.expect(200);
    let triage = json!({ "answer": "dispatch", "level": "day", "type": "hospital", "way": "volunteers" });
    let id = need["id"].as_str().unwrap().to_owned();
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), triage).await.expect(200);
    let task =
        json!({ "title": "陪诊", "starts_at": "2026-06-09T09:00:00+08:00", "minutes": 120, "place_hint": "3 号楼" });
    let task = world.api("social").post(&format!("/api/v1/matters/{id}/tasks"), task).await.expect(201).json();
    let asked = json!({ "people": [world.person("wang").to_string()] });
    let offers = format!("/api/v1/tasks/{}/offers", task["id"].as_str().unwrap());
    world.api("social").post(&offers, asked).await.expect(201);
    let found = world.api("community").get(&format!("/api/v1/people?q={PHONE}")).await.expect(200).json();
    let card = card_of(&world, found["items"][0]["id"].as_str().unwrap()).await;
    (LivedIn { matters: vec![need, hazard], task, card, ..LivedIn::bare(world) }, owner)
}

/// The roles that some protected field of a kind is shown to; nobody else may read any.
fn readers(world: &World) -> BTreeSet<Role> {
    let city = world.app.city();
    let fields = city.kinds.iter().flat_map(|k| k.fields.iter()).filter(|f| f.protected);
    fields.flat_map(|f| f.shown_to.iter().copied()).collect()
}

/// An address with a query more.
fn with(address: &str, tail: &str) -> String {
    let tail = if address.contains('?') { tail.replacen('?', "&", 1) } else { tail.to_owned() };
    format!("{address}{tail}")
}

fn assert_silent(what: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in {what}: {text}");
    }
}

db_test!(no_page_call_or_file_gives_a_protected_field_away, app::migrations::STEPS, |db| async move {
    let (lived, _owner) = with_canaries(db).await;
    let readers = readers(&lived.world);
    let mut strangers = vec![("nobody", lived.world.visitor())];
    for (name, role) in lived.world.cast() {
        // Far staff have the role, and nothing of this county.
        if !readers.contains(&role) || name == "far" {
            strangers.push((name, lived.world.api(name)));
        }
    }
    assert!(strangers.len() > 8, "most people of the small world are strangers to a matter");
    let tails =
        ["", "?protected=true", "?place=371722003003", "?q=%E9%87%91%E4%B8%9D%E9%9B%80", "?mine=false&kind=need"];
    // What a card opens to strangers is among the pages looked at.
    for address in [format!("/c/{}", lived.card), format!("/c/{}/help", lived.card)] {
        assert!(lived.world.api("neighbour").get(&address).await.expect(200).text.contains("黄楼社区"), "{address}");
    }
    for (name, client) in strangers {
        for route in routes().filter(|r| is_get(r)) {
            for address in lived.addresses(route.path) {
                for tail in tails {
                    let answered = client.get(&with(&address, tail)).await;
                    // A page repeats what was typed into its own address.
                    let echo = tail.starts_with("?q=");
                    let text = if echo { answered.text.replace("value=\"金丝雀\"", "") } else { answered.text };
                    if !echo {
                        assert_silent(&format!("{address}{tail} for {name}"), &text);
                    }
                    assert!(
                        !text.contains(PHONE) && !text.contains(IDENTITY) && !text.contains(STORY),
                        "{address}{tail}"
                    );
                }
            }
        }
    }
});

db_test!(what_is_kept_in_the_clear_holds_no_protected_field, app::migrations::STEPS, |db| async move {
    #[derive(Deserialize)]
    struct Row {
        kept: String,
    }
    let (lived, owner) = with_canaries(db).await;
    let id = lived.matters[0]["id"].as_str().unwrap().to_owned();
    let seen = owner.get(&format!("/api/v1/matters/{id}?protected=true")).await.expect(200).text;
    assert!(seen.contains("金丝雀") && seen.contains(PHONE), "the owner reads their own words: {seen}");
    assert_eq!(seen.matches(STORY).count(), 2, "as they told it at first, and as they added it: {seen}");
    for (table, column) in texts() {
        let sql = format!("SELECT {column} AS kept FROM {table} WHERE {column} IS NOT NULL");
        let rows = lived.world.app.read(|mut tx| Box::pin(async move { Ok(tx.all::<Row>(&sql, db::args![]).await?) }));
        for row in rows.await.expect("rows") {
            assert_silent(&format!("{table}.{column}"), &row.kept);
        }
    }
    let found = |kind: &'static str, words: &'static str| {
        lived.world.app.read(move |mut tx| Box::pin(async move { Ok(tx.search(None, kind, words, 10).await?) }))
    };
    for kind in ["mat", "per", "plc"] {
        for canary in CANARIES {
            assert_eq!(found(kind, canary).await.expect("a search"), [], "{canary} finds a {kind}");
        }
    }
    assert!(!found("mat", "黄楼").await.expect("a search").is_empty(), "titles are searched");
});

/// Every column of text that the schema has, with its table.
fn texts() -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for line in app::migrations::STEPS.iter().filter(|s| s.name.starts_with('0')).flat_map(|s| s.sql.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["CREATE", "TABLE", table, ..] => found.push((table, "")),
            ["ALTER", "TABLE", table, "ADD", "COLUMN", column, kind, ..] if kind.starts_with("TEXT") => {
                found.push((table, column));
            }
            [column, kind, ..] if kind.trim_end_matches(',') == "TEXT" => {
                let table = found.last().expect("a column stands in a table").0;
                found.push((table, column));
            }
            _ => {}
        }
    }
    found.retain(|(_, column)| !column.is_empty());
    assert!(found.contains(&("people_households", "door")) && found.contains(&("audit_events", "data")), "{found:?}");
    found
}

db_test!(no_message_gives_a_protected_field_away, app::migrations::STEPS, |db| async move {
    let (lived, _owner) = with_canaries(db).await;
    let app = &lived.world.app;
    let sent = app.read(|mut tx| Box::pin(async move { outbox(&mut tx, 1000).await })).await.expect("messages");
    assert!(sent.iter().any(|(message, _)| message.template == "offer"), "a volunteer was invited: {sent:?}");
    for (message, _) in &sent {
        assert_silent(&format!("the message {}", message.template), &message.body.to_string());
    }
});

/// A photo as a camera writes it: an APP1 segment behind the start holds an empty list of tags, and more.
fn taken_at(place: &[u8]) -> Vec<u8> {
    let mut plain = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(40, 30).write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    let exif = [&b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"[..], place].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &b"\xff\xe1"[..], &length[..], &exif[..], &plain[2..]].concat()
}

db_test!(a_photo_keeps_nothing_that_its_camera_wrote, app::migrations::STEPS, |db| async move {
    const PLACE: &[u8] = b"34.7900 N 116.0900 E";
    let world = patient_world(db, &[]).await;
    let (app, taken) = (&world.app, taken_at(PLACE));
    let holds = |photo: &[u8]| photo.windows(PLACE.len()).any(|part| part == PLACE);
    assert!(holds(&taken));
    let stored = photos::take_in(app, world.huanglou.cell, app.now(), "photos", taken).await.expect("a photo");
    let kept = photos::read(&app.files, stored.id).await.expect("its bytes");
    assert_eq!((stored.width, stored.height), (40, 30));
    assert!(!holds(&kept), "the photo says where it was taken");
});

/// Keeps every line that is logged while somebody listens, by whatever thread: one writes for all on an embedded database.
struct Log;

static LISTENERS: AtomicUsize = AtomicUsize::new(0);
static LOGGED: Mutex<String> = Mutex::new(String::new());

/// Listens to the log of this process.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Log).expect("nobody else keeps the log of the tests"));
    LISTENERS.fetch_add(1, Ordering::Relaxed);
}

fn logged() -> MutexGuard<'static, String> {
    LOGGED.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl tracing::Subscriber for Log {
    fn register_callsite(&self, _: &'static tracing::Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        LISTENERS.load(Ordering::Relaxed) > 0
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut Line(&mut logged()));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Line(&mut logged()));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut text = logged();
        event.record(&mut Line(&mut text));
        text.push('\n');
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

db_test!(no_line_of_the_log_names_a_person_or_repeats_an_address, app::migrations::STEPS, |db| async move {
    listen();
    let (lived, owner) = with_canaries(db).await;
    let id = lived.matters[0]["id"].as_str().unwrap().to_owned();
    owner.get(&format!("/api/v1/matters/{id}?protected=true")).await.expect(200);
    let visitor = lived.world.visitor();
    for address in [
        format!("/api/v1/places?q={PHONE}"),
        format!("/report?place={PHONE}"),
        format!("/report/{PHONE}"),
        format!("/{PHONE}/nowhere"),
        format!("/t?code={PHONE}"),
    ] {
        visitor.get(&address).await;
    }
    let refused = json!({ "kind": "need", "place": "371722003003", "fields": { "category": PHONE, "what": STORY } });
    owner.post("/api/v1/matters", refused).await.expect(422);
    // Of this engine alone: both runs of this test may be heard by one log.
    let written = format!("written by {}", lived.world.person("wang"));
    lived
        .world
        .app
        .act(&Actor::system(), written.clone(), |_, _, _, written| {
            Box::pin(async move {
                tracing::info!(written);
                Ok(())
            })
        })
        .await
        .expect("a line of whoever writes");
    LISTENERS.fetch_sub(1, Ordering::Relaxed);
    let text = logged().clone();
    for said in ["route=\"/api/v1/matters/{id}\"", &written] {
        assert!(text.contains(said), "requests are logged by their route, and who writes is heard: {text}");
    }
    for line in text.lines() {
        assert_silent("the log", line);
        assert!(!line.contains(&id), "the log names a matter: {line}");
    }
});

/// Canaries are in the places where they are looked for: a check that misses everything would pass.
#[test]
fn canaries_are_heard() {
    let heard = std::panic::catch_unwind(|| assert_silent("a page", &Value::from(STORY).to_string()));
    assert!(heard.is_err());
}
