//! Statements of which nobody needs to know what they changed: they fail, and are undone, like any other.

use db::{BoxFuture, Error, Tx, args, db_test};

use crate::{TABLES, add, value};

/// Puts what [`add`] runs.
fn put<'t>(tx: &'t mut Tx, name: &'static str, by: i64) -> BoxFuture<'t, Result<(), Error>> {
    Box::pin(async move {
        tx.put("UPDATE counters SET value = value + $2 WHERE cell = 1 AND name = $1", args![name, by]).await
    })
}

/// Puts what cannot be done: the same key twice.
fn spoil(tx: &mut Tx) -> BoxFuture<'_, Result<(), Error>> {
    Box::pin(async move { tx.put("INSERT INTO shelves (cell, id) VALUES (1, $1), (1, $1)", args![1]).await })
}

async fn now(tx: &mut Tx, name: &'static str) -> Result<i64, Error> {
    tx.scalar_i64("SELECT value FROM counters WHERE cell = 1 AND name = $1", args![name]).await
}

db_test!(a_question_sees_what_was_put_before_it, TABLES, |db| async move {
    let seen: Result<Vec<i64>, Error> = db
        .write(|tx| {
            Box::pin(async move {
                let mut seen = Vec::new();
                for n in 0..40 {
                    put(tx, "a", 1).await?;
                    put(tx, "b", n).await?;
                    if n % 13 == 0 {
                        seen.push(now(tx, "a").await?);
                        seen.push(now(tx, "b").await?);
                    }
                }
                add(tx, "a", 100).await?;
                put(tx, "a", 1000).await?;
                seen.push(now(tx, "a").await?);
                put(tx, "a", 10_000).await?;
                Ok(seen)
            })
        })
        .await;
    assert_eq!(seen.unwrap(), [1, 0, 14, 91, 27, 351, 40, 780, 1140]);
    assert_eq!((value(&db, "a").await, value(&db, "b").await), (11_140, 780));
});

db_test!(a_put_that_fails_fails_its_write_and_no_other, TABLES, |db| async move {
    // Many at once, so that on SQLite the failures fall inside groups whose other jobs are kept.
    let writes: Vec<_> = (0..90)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write::<(), Error, _>(move |tx| {
                    Box::pin(async move {
                        put(tx, "a", 1).await?;
                        if n % 3 == 0 { spoil(tx).await } else { put(tx, "b", 1).await }
                    })
                })
                .await
            })
        })
        .collect();
    let mut kept = 0;
    for (n, write) in writes.into_iter().enumerate() {
        match write.await.unwrap() {
            Ok(()) => kept += 1,
            Err(Error::Unique { .. }) => assert_eq!(n % 3, 0, "the failure is another's"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((kept, value(&db, "a").await, value(&db, "b").await), (60, 60, 60));
});

db_test!(a_put_that_fails_in_a_savepoint_is_undone_with_it, TABLES, |db| async move {
    db.write::<(), Error, _>(|tx| {
        Box::pin(async move {
            put(tx, "a", 1).await?;
            let failed: Result<(), Error> = tx
                .savepoint(|tx| {
                    Box::pin(async move {
                        put(tx, "a", 10).await?;
                        tx.savepoint(|tx| put(tx, "a", 100)).await?;
                        spoil(tx).await
                    })
                })
                .await;
            assert!(matches!(failed, Err(Error::Unique { .. })), "{failed:?}");
            // And what was given up has never been.
            let given_up: Result<(), Error> = tx
                .savepoint(|tx| {
                    Box::pin(async move {
                        put(tx, "a", 1000).await?;
                        Err(Error::Busy("changed my mind".into()))
                    })
                })
                .await;
            assert!(matches!(given_up, Err(Error::Busy(_))), "{given_up:?}");
            tx.savepoint(|tx| put(tx, "a", 10_000)).await?;
            put(tx, "a", 100_000).await
        })
    })
    .await
    .unwrap();
    assert_eq!(value(&db, "a").await, 110_001);
});

db_test!(a_put_that_fails_before_a_savepoint_is_not_undone_by_it, TABLES, |db| async move {
    let outcome: Result<(), Error> = db
        .write(|tx| {
            Box::pin(async move {
                put(tx, "a", 1).await?;
                spoil(tx).await?;
                let inside: Result<(), Error> = tx
                    .savepoint(|tx| {
                        Box::pin(async move {
                            put(tx, "a", 10).await?;
                            now(tx, "a").await.map(drop)
                        })
                    })
                    .await;
                assert!(inside.is_err());
                Ok(())
            })
        })
        .await;
    assert!(matches!(outcome, Err(Error::Unique { .. })), "{outcome:?}");
    assert_eq!(value(&db, "a").await, 0);
});

db_test!(steps_of_a_batch_answer_for_what_they_put, TABLES, |db| async move {
    let mut batch = db.batch().await.unwrap();
    batch.run(|tx| put(tx, "a", 1)).await.unwrap();
    let failed: Result<(), Error> = batch.run(spoil).await;
    assert!(matches!(failed, Err(Error::Unique { .. })), "{failed:?}");
    batch.run(|tx| put(tx, "a", 10)).await.unwrap();
    batch.commit().await.unwrap();
    assert_eq!(value(&db, "a").await, 11);
});

db_test!(reads_that_ask_nothing_leave_nothing_behind, TABLES, |db| async move {
    for _ in 0..20 {
        db.read::<(), Error, _>(|_| Box::pin(async { Ok(()) })).await.unwrap();
    }
    db.write(|tx| add(tx, "a", 1)).await.unwrap();
    assert_eq!(value(&db, "a").await, 1, "a reader stayed in its snapshot");
});
