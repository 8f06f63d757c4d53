//! What a write promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use db::testing::fresh;
use db::{Db, Engine, Error, args, db_test};
use futures::FutureExt as _;
use uuid::Uuid;

use crate::{TABLES, add, value};

db_test!(a_thousand_concurrent_writes_lose_none, TABLES, |db| async move {
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { db.write(|tx| add(tx, "a", 1)).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(value(&db, "a").await, 1000);
});

db_test!(an_error_leaves_nothing, TABLES, |db| async move {
    // Many at once, so that on SQLite the errors fall inside groups whose other jobs are kept.
    let tasks: Vec<_> = (0..300)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(move |tx| {
                    Box::pin(async move {
                        add(tx, "a", 1).await?;
                        if n % 3 == 0 { Err(Error::Busy("changed my mind".into())) } else { Ok(()) }
                    })
                })
                .await
            })
        })
        .collect();
    let mut kept = 0;
    for task in tasks {
        kept += i64::from(task.await.unwrap().is_ok());
    }
    assert_eq!(kept, 200);
    assert_eq!(value(&db, "a").await, 200);
});

db_test!(a_panic_leaves_nothing_and_reaches_the_caller, TABLES, |db| async move {
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write::<(), Error, _>(move |tx| {
                    Box::pin(async move {
                        add(tx, "a", 1).await?;
                        assert!(n % 2 == 0, "a defect in the closure");
                        Ok(())
                    })
                })
                .await
            })
        })
        .collect();
    let mut panics = 0;
    for task in tasks {
        match task.await {
            Ok(outcome) => outcome.unwrap(),
            Err(join) => {
                let panic = join.into_panic();
                assert_eq!(panic.downcast_ref::<&str>(), Some(&"a defect in the closure"));
                panics += 1;
            }
        }
    }
    assert_eq!((panics, value(&db, "a").await), (20, 20));
    db.write(|tx| add(tx, "a", 1)).await.unwrap();
    assert_eq!(value(&db, "a").await, 21);
});

db_test!(a_slot_is_taken_exactly_once, TABLES, |db| async move {
    let slot = Uuid::from_u128(1);
    db.write(move |tx| {
        Box::pin(async move { tx.run("INSERT INTO slots (cell, id) VALUES (1, $1)", args![slot]).await })
    })
    .await
    .unwrap();
    let tasks: Vec<_> = (0..200)
        .map(|who: i32| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write::<u64, Error, _>(move |tx| {
                    Box::pin(async move {
                        tx.run(
                            "UPDATE slots SET taken_by = $2 WHERE cell = 1 AND id = $1 AND taken_by IS NULL",
                            args![slot, who],
                        )
                        .await
                    })
                })
                .await
                .unwrap()
            })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += task.await.unwrap();
    }
    assert_eq!(taken, 1);
});

async fn insert(db: &Db, title: &'static str, shelf: Option<i32>, pages: i32) -> Result<u64, Error> {
    db.write(move |tx| {
        Box::pin(async move {
            tx.run(
                "INSERT INTO books (cell, id, shelf, title, pages) VALUES (1, $1, $2, $3, $4)",
                args![Uuid::from_u128(rand(title)), shelf, title, pages],
            )
            .await
        })
    })
    .await
}

/// A number that differs from one call to the next.
fn rand(text: &str) -> u128 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    text.len() as u128 + (u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 32)
}

db_test!(violated_keys_are_named_without_their_values, TABLES, |db| async move {
    insert(&db, "a secret title", None, 10).await.unwrap();
    let unique = insert(&db, "a secret title", None, 10).await.unwrap_err();
    match &unique {
        Error::Unique { table, columns } => assert_eq!((table.as_str(), columns.as_str()), ("books", "cell, title")),
        other => panic!("{other:?}"),
    }
    let foreign = insert(&db, "another secret title", Some(9), 10).await.unwrap_err();
    assert!(matches!(foreign, Error::ForeignKey { .. }), "{foreign:?}");
    let check = insert(&db, "a third secret title", None, 0).await.unwrap_err();
    assert!(matches!(check, Error::Other(_)), "{check:?}");
    for error in [unique, foreign, check] {
        assert!(!error.is_retriable());
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
});

db_test!(a_swallowed_error_does_not_pass_for_success, TABLES, |db| async move {
    let outcome: Result<(), Error> = db
        .write(|tx| {
            Box::pin(async move {
                add(tx, "a", 1).await?;
                let failed = tx.run("INSERT INTO shelves (cell, id) VALUES (1, 1), (1, 1)", args![]).await;
                assert!(failed.is_err());
                // On either engine nothing more can be done in this transaction.
                assert!(add(tx, "a", 1).await.is_err());
                Ok(())
            })
        })
        .await;
    assert!(matches!(outcome, Err(Error::Unique { .. })), "{outcome:?}");
    assert_eq!(value(&db, "a").await, 0);
});

db_test!(a_savepoint_undoes_what_failed_and_goes_on, TABLES, |db| async move {
    db.write::<(), Error, _>(|tx| {
        Box::pin(async move {
            add(tx, "a", 1).await?;
            let failed: Result<(), Error> = tx
                .savepoint(|tx| {
                    Box::pin(async move {
                        add(tx, "a", 10).await?;
                        tx.savepoint(|tx| add(tx, "a", 1000)).await?;
                        tx.run("INSERT INTO shelves (cell, id) VALUES (1, 1), (1, 1)", args![]).await?;
                        Ok(())
                    })
                })
                .await;
            assert!(matches!(failed, Err(Error::Unique { .. })), "{failed:?}");
            tx.savepoint(|tx| add(tx, "a", 100)).await
        })
    })
    .await
    .unwrap();
    assert_eq!(value(&db, "a").await, 101);
});

#[tokio::test]
async fn one_client_waits_for_no_timer() {
    let (db, _guard) = fresh(Engine::Sqlite, TABLES).await;
    let writes = async {
        for _ in 0..200 {
            db.write(|tx| add(tx, "a", 1)).await.unwrap();
        }
    };
    // Waiting 20 ms for company would make 4 s of it; without, it takes 50 ms and leaves room for a busy machine.
    tokio::time::timeout(Duration::from_secs(3), writes).await.expect("in time");
    db.close().await;
}

db_test!(a_caller_that_leaves_harms_no_one, TABLES, |db| async move {
    let runs = Arc::new(AtomicU32::new(0));
    for _ in 0..50 {
        let runs = runs.clone();
        let write = db.write::<(), Error, _>(move |tx| {
            let runs = runs.clone();
            Box::pin(async move {
                add(tx, "a", 1).await?;
                runs.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(1)).await;
                add(tx, "b", 1).await
            })
        });
        tokio::time::timeout(Duration::from_millis(2), write).await.map_or(Ok(()), |kept| kept).unwrap();
    }
    db.write(|tx| add(tx, "a", 0)).await.unwrap();
    let (a, b) = (value(&db, "a").await, value(&db, "b").await);
    assert_eq!(a, b, "half a write was kept");
    assert!(a <= i64::from(runs.load(Ordering::Relaxed)));
});

db_test!(closing_finishes_what_waits_and_refuses_what_comes, TABLES, |db| async move {
    let waiting: Vec<_> = (0..100)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { db.write(|tx| add(tx, "a", 1)).await })
        })
        .collect();
    futures::future::join_all(waiting).await.into_iter().for_each(|w| w.unwrap().unwrap());
    db.close().await;
    let late = db.write(|tx| add(tx, "a", 1)).await;
    assert!(matches!(late, Err(Error::Unreachable(_))), "{late:?}");
    assert!(matches!(db.ping().await, Err(Error::Unreachable(_))));
    assert!(matches!(db.batch().await.err(), Some(Error::Unreachable(_))));
});

#[cfg(debug_assertions)]
db_test!(a_write_inside_a_write_is_a_defect, TABLES, |db| async move {
    let inner = db.clone();
    let outcome = std::panic::AssertUnwindSafe(db.write::<(), Error, _>(move |_| {
        let inner = inner.clone();
        Box::pin(async move { inner.write(|tx| add(tx, "a", 1)).await })
    }))
    .catch_unwind()
    .await;
    assert!(outcome.is_err());
});
