//! Batches.

use std::time::Duration;

use db::testing::fresh;
use db::{Db, Engine, Error, args, db_test};
use uuid::Uuid;

use crate::{TABLES, add, value};

/// Half a second on SQLite and two on PostgreSQL when the machine is idle.
const REASONABLE: Duration = Duration::from_secs(60);

db_test!(ten_thousand_steps_in_reasonable_time, TABLES, |db| async move {
    let refused = tokio::time::timeout(REASONABLE, ten_thousand_steps(&db)).await.expect("in time");
    let kept = db
        .read::<i64, Error, _>(|tx| Box::pin(async move { tx.scalar_i64("SELECT COUNT(*) FROM slots", args![]).await }))
        .await
        .unwrap();
    assert_eq!((refused, kept), (100, 9_900));
});

/// Says how many steps were refused, each by itself.
async fn ten_thousand_steps(db: &Db) -> u32 {
    let mut batch = db.batch().await.unwrap();
    let mut refused = 0;
    for n in 0..10_000u32 {
        let step: Result<(), Error> = batch
            .run(|tx| {
                Box::pin(async move {
                    tx.run(
                        "INSERT INTO slots (cell, id, taken_by) VALUES (1, $1, $2)",
                        // Every hundredth comes twice.
                        args![Uuid::from_u128(u128::from(if n % 100 == 99 { n - 1 } else { n })), i64::from(n)],
                    )
                    .await?;
                    Ok(())
                })
            })
            .await;
        match step {
            Ok(()) => {}
            Err(Error::Unique { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    batch.commit().await.unwrap();
    db.checkpoint().await.unwrap();
    refused
}

db_test!(a_batch_dropped_leaves_nothing, TABLES, |db| async move {
    let mut batch = db.batch().await.unwrap();
    batch.run(|tx| add(tx, "a", 1)).await.unwrap();
    drop(batch);
    db.write(|tx| add(tx, "a", 10)).await.unwrap();
    assert_eq!(value(&db, "a").await, 10);
});

#[tokio::test]
async fn on_sqlite_other_writes_wait_for_the_batch() {
    let (db, _guard) = fresh(Engine::Sqlite, TABLES).await;
    let mut batch = db.batch().await.unwrap();
    batch.run(|tx| add(tx, "a", 1)).await.unwrap();
    let other = tokio::spawn({
        let db = db.clone();
        async move { db.write(|tx| add(tx, "a", 10)).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!other.is_finished());
    // Readers see what was there before.
    assert_eq!(value(&db, "a").await, 0);
    batch.commit().await.unwrap();
    other.await.unwrap().unwrap();
    assert_eq!(value(&db, "a").await, 11);
    db.close().await;
}
