//! What only PostgreSQL does: deadlocks, serialisation failures, connections that die.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use db::testing::fresh;
use db::{BoxFuture, Engine, Error, Tx, args};
use tokio::sync::Barrier;

use crate::{TABLES, add, value};

/// Two writes that lock two counters in opposite order, and meet in between on their first run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_run_again() {
    let (db, _guard) = fresh(Engine::Postgres, TABLES).await;
    let runs = Arc::new(AtomicU32::new(0));
    let meeting = Arc::new(Barrier::new(2));
    let write = |first: &'static str, second: &'static str| {
        let (db, runs, meeting) = (db.clone(), runs.clone(), meeting.clone());
        tokio::spawn(async move {
            db.write::<(), Error, _>(move |tx| {
                let (runs, meeting) = (runs.clone(), meeting.clone());
                Box::pin(async move {
                    let run = runs.fetch_add(1, Ordering::SeqCst);
                    add(tx, first, 1).await?;
                    if run < 2 {
                        meeting.wait().await;
                    }
                    add(tx, second, 1).await
                })
            })
            .await
        })
    };
    let (one, two) = (write("a", "b"), write("b", "a"));
    one.await.unwrap().unwrap();
    two.await.unwrap().unwrap();
    assert!(runs.load(Ordering::SeqCst) > 2, "nothing was run again");
    assert_eq!((value(&db, "a").await, value(&db, "b").await), (2, 2));
    db.close().await;
}

fn fail_with_state<'t>(tx: &'t mut Tx, state: &'static str) -> BoxFuture<'t, Result<(), Error>> {
    Box::pin(async move {
        add(tx, "a", 1).await?;
        let sql = format!("DO $body$ BEGIN RAISE EXCEPTION 'provoked' USING ERRCODE = '{state}'; END $body$");
        tx.script(&sql).await?;
        Ok(())
    })
}

#[tokio::test]
async fn only_what_postgres_asks_for_is_run_again_and_not_for_ever() {
    let (db, _guard) = fresh(Engine::Postgres, TABLES).await;
    // State, how often the closure runs, whether its caller may try again.
    let cases = [("40001", 8, true), ("40P01", 8, true), ("55P03", 1, true), ("22012", 1, false)];
    for (state, expected, retriable) in cases {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let outcome: Result<(), Error> = db
            .write(move |tx| {
                counted.fetch_add(1, Ordering::SeqCst);
                fail_with_state(tx, state)
            })
            .await;
        assert_eq!(outcome.unwrap_err().is_retriable(), retriable, "{state}");
        assert_eq!(runs.load(Ordering::SeqCst), expected, "{state}");
    }
    assert_eq!(value(&db, "a").await, 0);
    db.close().await;
}

/// The server was restarted, or a firewall forgot the connections: the pool is full of dead ones.
#[tokio::test]
async fn dead_connections_are_passed_over() {
    let (db, _guard) = fresh(Engine::Postgres, TABLES).await;
    // Fill the pool.
    let meeting = Arc::new(Barrier::new(8));
    let filling = (0..8).map(|_| {
        let (db, meeting) = (db.clone(), meeting.clone());
        tokio::spawn(async move {
            db.read::<_, Error, _>(|tx| {
                Box::pin(async move {
                    meeting.wait().await;
                    tx.scalar_i64("SELECT 1", args![]).await
                })
            })
            .await
        })
    });
    for read in futures::future::join_all(filling).await {
        read.unwrap().unwrap();
    }
    let killed: Result<i64, Error> = db
        .write(|tx| {
            Box::pin(async move {
                tx.scalar_i64(
                    "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                     WHERE datname = CURRENT_DATABASE() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
                    args![],
                )
                .await
            })
        })
        .await;
    assert!(killed.unwrap() >= 4);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let writes = (0..8).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { db.write(|tx| add(tx, "a", 1)).await })
    });
    for write in futures::future::join_all(writes).await {
        write.unwrap().unwrap();
    }
    assert_eq!(value(&db, "a").await, 8);
    db.close().await;
}

#[tokio::test]
async fn a_connection_that_dies_under_a_write_is_reported_as_unreachable() {
    let (db, _guard) = fresh(Engine::Postgres, TABLES).await;
    let outcome: Result<(), Error> = db
        .write(|tx| {
            Box::pin(async move {
                add(tx, "a", 1).await?;
                tx.maybe_i64("SELECT CAST(COUNT(pg_terminate_backend(pg_backend_pid())) AS BIGINT)", args![]).await?;
                add(tx, "a", 1).await
            })
        })
        .await;
    assert!(matches!(outcome, Err(Error::Unreachable(_))), "{outcome:?}");
    assert_eq!(value(&db, "a").await, 0);
    db.close().await;
}
