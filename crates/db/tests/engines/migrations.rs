//! Bringing the schema up to date.

use db::testing::fresh;
use db::{Db, Engine, Error, Migration, args, db_test};

use crate::TABLES;

const NONE: &[Migration] = &[];

db_test!(twice_is_once, NONE, |db| async move {
    let names = ["0001_counters_and_slots", "0002_books"];
    assert_eq!(db.pending(TABLES).await.unwrap(), names);
    assert_eq!(db.migrate(&TABLES[..1]).await.unwrap(), names[..1]);
    assert_eq!(db.pending(TABLES).await.unwrap(), names[1..]);
    assert_eq!(db.migrate(TABLES).await.unwrap(), names[1..]);
    assert_eq!(db.migrate(TABLES).await.unwrap(), [""; 0]);
    assert_eq!(db.pending(TABLES).await.unwrap(), [""; 0]);
});

db_test!(a_changed_step_is_named, NONE, |db| async move {
    db.migrate(TABLES).await.unwrap();
    let changed = [TABLES[0], Migration { sql: "CREATE TABLE other (id INTEGER)", ..TABLES[1] }];
    for outcome in [db.migrate(&changed).await, db.pending(&changed).await] {
        match outcome {
            Err(Error::Migration(why)) => assert!(why.contains("0002_books was changed"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
});

db_test!(a_step_that_fails_leaves_nothing, NONE, |db| async move {
    let broken =
        Migration { name: "0003_broken", sql: "CREATE TABLE halves (id INTEGER); CREATE TABEL rest (id INTEGER);" };
    match db.migrate(&[TABLES[0], broken]).await {
        Err(Error::Migration(why)) => assert!(why.contains("0003_broken"), "{why}"),
        other => panic!("{other:?}"),
    }
    let mended = Migration { sql: "CREATE TABLE halves (id INTEGER); CREATE TABLE rest (id INTEGER);", ..broken };
    assert_eq!(db.migrate(&[TABLES[0], mended]).await.unwrap(), ["0003_broken"]);
});

async fn two_nodes(engine: Engine) {
    let (one, guard) = fresh(engine, NONE).await;
    let two = guard.open().await;
    let migrate = |db: Db| tokio::spawn(async move { db.migrate(TABLES).await });
    let (a, b) = (migrate(one.clone()), migrate(two.clone()));
    let (a, b) = (a.await.unwrap().unwrap(), b.await.unwrap().unwrap());
    assert_eq!(a.len() + b.len(), TABLES.len(), "{a:?} {b:?}");
    assert_eq!(two.pending(TABLES).await.unwrap(), [""; 0]);
    one.close().await;
    two.close().await;
}

#[tokio::test]
async fn two_nodes_at_once_on_sqlite() {
    two_nodes(Engine::Sqlite).await;
}

#[tokio::test]
async fn two_nodes_at_once_on_postgres() {
    two_nodes(Engine::Postgres).await;
}

db_test!(the_schema_is_recorded_with_its_time, TABLES, |db| async move {
    let recorded = db
        .read::<i64, Error, _>(|tx| {
            Box::pin(async move {
                // After the year 2020.
                tx.scalar_i64("SELECT COUNT(*) FROM schema_migrations WHERE applied_at > 1577836800000", args![]).await
            })
        })
        .await
        .unwrap();
    assert_eq!(recorded, 2);
});
