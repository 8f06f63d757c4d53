//! The city that the first program left behind (`tests/data`): this one brings it up to date on either engine, loses
//! nothing of it, and goes on with it.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use app::city::Settings;
use app::jobs::notify::Outbox;
use app::migrations::STEPS;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use db::{Db, Engine};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::backup::{Manifest, make, restore};
use crate::doctor;
use crate::ground::{self, Ground, Outside, Reached};

/// Made by `helin demo --build-only --scale 0.01 --seed 1` as the program stood on 2026-11-23, when its schema had ten steps.
const FIRST: &str = "tests/data/first-city";
/// The minute after it was made: what was due then is due now, and its tokens hold.
const THEN: &str = include_str!("../tests/data/first-city/made-at.txt");

/// The first city's file and key, in a folder of this test's.
fn unpacked() -> TempDir {
    let folder = TempDir::new().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(FIRST);
    let mut file = Vec::new();
    flate2::read::GzDecoder::new(fs::File::open(from.join("helin.db.gz")).unwrap()).read_to_end(&mut file).unwrap();
    fs::write(folder.path().join("helin.db"), file).unwrap();
    fs::copy(from.join("helin.key"), folder.path().join("helin.key")).unwrap();
    folder
}

fn ground(folder: &Path, database_url: Option<&str>) -> Ground {
    Ground { data: folder.to_owned(), database_url: database_url.map(str::to_owned) }
}

/// How many rows each table has.
async fn rows(db: &Db) -> Vec<(String, usize)> {
    let mut rows = std::collections::BTreeMap::<String, usize>::new();
    db.export(STEPS, &mut |table, _| {
        *rows.entry(table.to_owned()).or_default() += 1;
        Ok(())
    })
    .await
    .unwrap();
    rows.into_iter().collect()
}

/// Asks the API as one of the first city's accounts.
struct Asker {
    site: Router,
    accounts: Vec<Value>,
}

impl Asker {
    async fn of(ground: &Ground, db: Db) -> Asker {
        let then: Timestamp = THEN.trim().parse().unwrap();
        let outside = Outside { clock: Box::new(sim::Hands::at(then)), dice: sim::dice(1), notifier: Box::new(Outbox) };
        let app =
            ground::app(ground, db, Settings::demo("http://helin.test"), Reached::default(), outside).await.unwrap();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(FIRST);
        let accounts = serde_json::from_str(&fs::read_to_string(from.join("demo-accounts.json")).unwrap()).unwrap();
        Asker { site: app::web::site(&app), accounts }
    }

    async fn ask(&self, role: &str, path: &str, body: Option<Value>) -> Value {
        let account = self.accounts.iter().find(|account| account["role"] == role).unwrap();
        let request = Request::builder()
            .method(if body.is_some() { "POST" } else { "GET" })
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", account["token"].as_str().unwrap()))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.map(|body| body.to_string()).unwrap_or_default()))
            .unwrap();
        let answer = self.site.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 10_000_000).await.unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(status.is_success(), "{role} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

/// The first city, brought up to date: nothing is missing, the doctor is content, and it is asked and goes on.
async fn goes_on(ground: &Ground, before: &[(String, usize)]) -> Value {
    let db = ground.open_current().await.unwrap();
    let after = rows(&db).await;
    for (table, count) in before {
        let there = after.iter().find(|(name, _)| name == table).map(|(_, count)| *count);
        // Its first line names the columns.
        assert_eq!(there, Some(*count), "{table}");
    }
    assert_eq!(doctor::look(&db).await.unwrap(), Vec::<String>::new());
    let asker = Asker::of(ground, db.clone()).await;
    let asked = asker.ask("social_worker", "/matters?kind=need", None).await;
    let tasks = asker.ask("volunteer", "/tasks?open=true", None).await;
    let need = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "errands", "what": "请人买药",
        "when": "today", "address": "3 号楼 2 单元 401", "phone": "13800000001" } });
    let matter = asker.ask("resident", "/matters", Some(need)).await;
    let path = format!("/matters/{}", matter["id"].as_str().unwrap());
    let triage = json!({ "level": "day", "type": "errands", "way": "volunteers" });
    asker.ask("social_worker", &format!("{path}/triage"), Some(triage)).await;
    assert_eq!(doctor::look(&db).await.unwrap(), Vec::<String>::new());
    db.close().await;
    json!({ "asked": asked, "tasks": tasks })
}

#[test]
fn the_first_city_is_brought_up_to_date_and_goes_on_on_either_engine() {
    db::testing::run(Engine::Sqlite, &[], |_| async {
        let (old, out, place) = (unpacked(), TempDir::new().unwrap(), TempDir::new().unwrap());
        let embedded = ground(old.path(), None);
        let db = embedded.open_existing().await.unwrap();
        assert_eq!(db.pending(STEPS).await.unwrap().len(), STEPS.len() - 10);
        let before = rows(&db).await;
        assert!(before.len() > 20, "{before:?}");
        // To the other engine as it was: the copy is brought up to date there.
        let to = out.path().join("first");
        make(&embedded, &db, &to, true).await.unwrap();
        db.migrate(STEPS).await.unwrap();
        db.close().await;
        let here = goes_on(&embedded, &before).await;

        let (empty, guard) = db::testing::fresh(Engine::Postgres, &[]).await;
        empty.close().await;
        let server = ground(place.path(), Some(guard.url()));
        let found = restore(&server, &Manifest::read(&to).unwrap(), &to, None).await.unwrap();
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(goes_on(&server, &before).await, here, "both engines tell the same");
    });
}
