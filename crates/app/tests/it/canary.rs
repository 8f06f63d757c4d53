//! What is protected is planted as canaries, and nothing that the product gives out sings.

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use app::city::City;
use app::identity::tokens::{self, Wanted};
use app::people::actions::{Registration, register};
use app::testing::{Client, World, patient_world};
use app::web::site;
use db::db_test;
use rules::shared::{Actor, Role};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span;

use crate::lived_in::{LivedIn, is_get, need, routes};

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
    let (kinds, calendar, cells) = (city.kinds.clone(), city.calendar.clone(), city.cells.clone());
    world.app.replace_city(City { settings, kinds, calendar, cells });
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
    (LivedIn { matters: vec![need, hazard], task, ..LivedIn::bare(world) }, owner)
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
    #[derive(FromQueryResult)]
    struct Row {
        kept: String,
    }
    let (lived, owner) = with_canaries(db).await;
    let id = lived.matters[0]["id"].as_str().unwrap().to_owned();
    let seen = owner.get(&format!("/api/v1/matters/{id}?protected=true")).await.expect(200).text;
    assert!(seen.contains("金丝雀") && seen.contains(PHONE), "the owner reads their own words: {seen}");
    assert_eq!(seen.matches(STORY).count(), 2, "as they told it at first, and as they added it: {seen}");
    for (table, column) in [
        ("audit_events", "data"),
        ("jobs_queue", "data"),
        ("jobs_queue", "key"),
        ("identity_answers", "answer"),
        ("matters_matters", "title"),
        ("matters_matters", "fields"),
        ("matters_matters", "state"),
        ("people_people", "name"),
        ("people_people", "phone_masked"),
        ("people_people", "identity_masked"),
        ("people_people", "address_masked"),
        ("people_households", "door"),
    ] {
        let sql = format!("SELECT {column} AS kept FROM {table}");
        let rows = lived.world.app.read(|mut tx| Box::pin(async move { Ok(tx.all::<Row>(&sql, db::args![]).await?) }));
        for row in rows.await.expect("rows") {
            assert_silent(&format!("{table}.{column}"), &row.kept);
        }
    }
});

/// Keeps every line that is logged, by whatever thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        attributes.record(&mut Line(&mut text));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Line(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        event.record(&mut Line(&mut text));
        text.push('\n');
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

db_test!(no_line_of_the_log_names_a_person_or_repeats_an_address, app::migrations::STEPS, |db| async move {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
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
    drop(guard);
    let text = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(text.contains("route=\"/api/v1/matters/{id}\""), "requests are logged by their route: {text}");
    assert_silent("the log", &text);
    assert!(!text.contains(&id), "the log names a matter");
});

/// Canaries are in the places where they are looked for: a check that misses everything would pass.
#[test]
fn canaries_are_heard() {
    let heard = std::panic::catch_unwind(|| assert_silent("a page", &Value::from(STORY).to_string()));
    assert!(heard.is_err());
}
