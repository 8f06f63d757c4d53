//! A small city, built on both engines: the doctor is content, the same seed gives the same city, every state occurs.

use app::city::Settings;
use app::jobs::notify::Outbox;
use db::{Db, db_test};
use jiff::Timestamp;

use crate::ground::{self, Ground, Outside, Reached};

const SCALE: f64 = 0.01;

pub async fn city(db: Db, seed: u64) -> sim::Built {
    let folder = tempfile::tempdir().expect("a folder");
    let ground = Ground { data: folder.path().to_owned(), database_url: None };
    ground.set("dispatch.toml", sim::DISPATCH).expect("settings");
    let until: Timestamp = "2026-09-15T16:00:00+08:00".parse().expect("a time");
    let hands = sim::Hands::at(until);
    let outside = Outside { clock: Box::new(hands.clone()), dice: sim::dice(seed), notifier: Box::new(Outbox) };
    let settings = Settings::demo("http://helin.test");
    let app = ground::app(&ground, db, settings, Reached::default(), outside).await.expect("an app");
    let plan = sim::Plan { scale: SCALE, seed, until };
    let built = sim::build(&app, &hands, &plan, &mut |_| {}).await.expect("a city");
    let findings = crate::doctor::look(&app.db).await.expect("a look");
    assert_eq!(findings, Vec::<String>::new(), "refused: {:?}", built.refusals);
    built
}

async fn number(db: &Db, sql: &'static str) -> i64 {
    let found: Result<i64, db::Error> =
        db.read(move |tx| Box::pin(async move { tx.scalar_i64(sql, db::args![]).await })).await;
    found.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// What a city comes to: how many of everything, when it happened, what it said.
async fn digest(db: &Db) -> Vec<i64> {
    let mut digest = Vec::new();
    for sql in [
        "SELECT COUNT(*) FROM audit_events",
        "SELECT CAST(SUM(recorded_at % 1000003) AS BIGINT) FROM audit_events",
        "SELECT CAST(SUM(LENGTH(data)) AS BIGINT) FROM audit_events",
        "SELECT CAST(SUM(due_at % 1000003) AS BIGINT) FROM jobs_queue",
        "SELECT COUNT(*) FROM jobs_messages",
        "SELECT COUNT(*) FROM dispatch_offers WHERE state = 'accepted'",
        "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM service_records WHERE state = 'confirmed'",
        "SELECT CAST(SUM(LENGTH(name)) AS BIGINT) FROM people_people",
    ] {
        digest.push(number(db, sql).await);
    }
    digest
}

db_test!(the_same_seed_gives_the_same_city, app::migrations::STEPS, |db| async move {
    city(db.clone(), 7).await;
    // The other city always lies in SQLite, so that the engines are held against each other too.
    let (other, _guard) = db::testing::fresh(db::Engine::Sqlite, app::migrations::STEPS).await;
    city(other.clone(), 7).await;
    assert_eq!(digest(&db).await, digest(&other).await);
    let (third, _guard) = db::testing::fresh(db::Engine::Sqlite, app::migrations::STEPS).await;
    city(third.clone(), 8).await;
    assert_ne!(digest(&db).await, digest(&third).await);
});

#[test]
fn a_city_has_accounts_of_every_role_and_nothing_ill_at_real_places() {
    db::testing::run(db::Engine::Sqlite, app::migrations::STEPS, |db| async move {
        let built = city(db.clone(), 1).await;
        for role in rules::shared::Role::ALL {
            assert!(built.accounts.iter().any(|a| a.role == role.key()), "nobody is {}", role.key());
        }
        let unsent = "SELECT COUNT(*) FROM jobs_messages WHERE sent_at IS NULL AND next_try_at <= created_at";
        assert_eq!(number(&db, unsent).await, 0, "what was told in the story was sent then");
        let phases = number(&db, "SELECT COUNT(DISTINCT phase) FROM matters_matters").await;
        assert!(phases >= 4, "only {phases} phases");
        let quarrels = "SELECT COUNT(*) FROM matters_matters m JOIN places_places p ON p.cell = m.cell \
                        AND p.id = m.place_id WHERE m.category = 'mediation' AND NOT p.invented";
        assert_eq!(number(&db, quarrels).await, 0);
        assert_eq!(number(&db, "SELECT COUNT(*) FROM service_reviews").await, 0, "a review suspects somebody");
        assert_eq!(number(&db, "SELECT COUNT(*) FROM people_people WHERE NOT invented").await, 0);
        assert_eq!(number(&db, "SELECT COUNT(*) FROM matters_matters WHERE NOT invented").await, 0);
    });
}

/// The address of a server that does not run.
pub fn nobody() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    format!("postgres://helin@{free}/helin")
}
