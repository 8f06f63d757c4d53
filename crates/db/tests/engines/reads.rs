//! What a read promises.

use db::testing::fresh;
use db::{Engine, Error, args, db_test};
use tokio::sync::oneshot;

use crate::{TABLES, add, value};

const SUM: &str = "SELECT CAST(SUM(value) AS BIGINT) FROM counters WHERE cell = 1";

db_test!(a_read_keeps_its_snapshot_while_others_write, TABLES, |db| async move {
    let (begun, has_begun) = oneshot::channel();
    let (written, has_written) = oneshot::channel::<()>();
    let reader = tokio::spawn({
        let db = db.clone();
        async move {
            db.read::<_, Error, _>(|tx| {
                Box::pin(async move {
                    let before = tx.scalar_i64(SUM, args![]).await?;
                    begun.send(()).unwrap();
                    has_written.await.unwrap();
                    Ok((before, tx.scalar_i64(SUM, args![]).await?))
                })
            })
            .await
        }
    });
    has_begun.await.unwrap();
    db.write(|tx| add(tx, "a", 5)).await.unwrap();
    assert_eq!(value(&db, "a").await, 5);
    written.send(()).unwrap();
    assert_eq!(reader.await.unwrap().unwrap(), (0, 0));
});

db_test!(a_read_cannot_write, TABLES, |db| async move {
    let outcome = db.read(|tx| add(tx, "a", 1)).await;
    assert!(matches!(outcome, Err(Error::Other(_))), "{outcome:?}");
    assert_eq!(value(&db, "a").await, 0);
});

db_test!(reads_cut_short_leave_no_trace, TABLES, |db| async move {
    for _ in 0..40 {
        let (begun, has_begun) = oneshot::channel();
        let reader = tokio::spawn({
            let db = db.clone();
            async move {
                db.read::<(), Error, _>(|tx| {
                    Box::pin(async move {
                        tx.scalar_i64(SUM, args![]).await?;
                        begun.send(()).unwrap();
                        std::future::pending().await
                    })
                })
                .await
            }
        });
        has_begun.await.unwrap();
        reader.abort();
    }
    // A reader that kept its old snapshot would show.
    db.write(|tx| add(tx, "a", 1)).await.unwrap();
    for _ in 0..40 {
        assert_eq!(value(&db, "a").await, 1);
    }
});

db_test!(a_sound_database_answers_and_has_nothing_to_report, TABLES, |db| async move {
    db.ping().await.unwrap();
    assert_eq!(db.integrity().await.unwrap(), Vec::<String>::new());
});

#[tokio::test]
async fn a_damaged_file_is_reported() {
    let (db, guard) = fresh(Engine::Sqlite, TABLES).await;
    db.write::<(), Error, _>(|tx| {
        Box::pin(async move {
            for n in 0..500 {
                tx.run("INSERT INTO shelves (cell, id) VALUES (1, $1)", args![n]).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    db.close().await;
    let path = guard.url().strip_prefix("sqlite:").unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    // The last page is a leaf of the table just filled.
    let from = bytes.len() - 3000;
    bytes[from..].fill(0xA5);
    std::fs::write(path, bytes).unwrap();
    let db = guard.open().await;
    assert!(!db.integrity().await.unwrap_or_else(|error| vec![error.to_string()]).is_empty());
    db.close().await;
}

#[tokio::test]
async fn an_address_of_no_engine_is_refused() {
    for url in ["mysql://h/d", "sqlite:", "sqlite::memory:", "data.db"] {
        let options = db::Options { url: url.into(), readers: 0, vault: db::testing::vault(), durable: true };
        assert!(matches!(db::Db::open(options).await.err(), Some(Error::Other(_))), "{url}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_unreachable() {
    for url in ["postgres://postgres@127.0.0.1:1/none", "sqlite:/no/such/folder/data.db"] {
        let options = db::Options { url: url.into(), readers: 0, vault: db::testing::vault(), durable: true };
        let error = db::Db::open(options).await.err();
        assert!(matches!(error, Some(Error::Unreachable(_))), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn what_was_written_without_waiting_is_in_the_file_after_a_checkpoint() {
    let (db, guard) = fresh(Engine::Sqlite, TABLES).await;
    db.write(|tx| add(tx, "a", 7)).await.unwrap();
    db.checkpoint().await.unwrap();
    let path = guard.url().strip_prefix("sqlite:").unwrap();
    let log = std::fs::metadata(format!("{path}-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0);
    db.close().await;
    assert!(!std::path::Path::new(&format!("{path}-wal")).exists());
    let again = guard.open().await;
    assert_eq!(value(&again, "a").await, 7);
    again.close().await;
}
