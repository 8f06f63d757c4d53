//! Writes that share a COMMIT on SQLite.

use db::testing::fresh;
use db::{BoxFuture, Db, Engine, Error, Tx, args};
use tokio::task::JoinHandle;

use crate::{TABLES, add, value};

type Write = for<'t> fn(&'t mut Tx) -> BoxFuture<'t, Result<(), Error>>;

/// Sends writes while a batch keeps the writer, so that they wait together; the first of them is `first`.
async fn together(db: &Db, first: Write, others: Write, count: usize) -> Vec<JoinHandle<Result<(), Error>>> {
    let batch = db.batch().await.unwrap();
    let mut writes = Vec::new();
    for n in 0..=count {
        let db = db.clone();
        let write = if n == 0 { first } else { others };
        writes.push(tokio::spawn(async move { db.write(write).await }));
        tokio::task::yield_now().await;
    }
    drop(batch);
    writes
}

fn one_more(tx: &mut Tx) -> BoxFuture<'_, Result<(), Error>> {
    add(tx, "a", 1)
}

/// Breaks a foreign key in a way that only COMMIT notices.
fn fails_at_commit(tx: &mut Tx) -> BoxFuture<'_, Result<(), Error>> {
    Box::pin(async move {
        tx.script("PRAGMA defer_foreign_keys = ON").await?;
        add(tx, "b", 1).await?;
        tx.run("INSERT INTO books (cell, id, shelf, title, pages) VALUES (1, X'01', 9, 'a', 1)", args![]).await?;
        Ok(())
    })
}

/// Fails in a way that makes SQLite roll back everything, as a full disk would.
fn rolls_back_everything(tx: &mut Tx) -> BoxFuture<'_, Result<(), Error>> {
    Box::pin(async move {
        add(tx, "b", 1).await?;
        tx.script("INSERT OR ROLLBACK INTO shelves (cell, id) VALUES (1, 1), (1, 1)").await?;
        Ok(())
    })
}

async fn outcomes(writes: Vec<JoinHandle<Result<(), Error>>>) -> Vec<bool> {
    let mut kept = Vec::new();
    for write in writes {
        kept.push(write.await.unwrap().is_ok());
    }
    kept
}

#[tokio::test]
async fn a_commit_that_fails_fails_its_whole_group() {
    let (db, _guard) = fresh(Engine::Sqlite, TABLES).await;
    for (first, others) in [(fails_at_commit as Write, one_more as Write), (one_more, fails_at_commit)] {
        let kept = outcomes(together(&db, first, others, 10).await).await;
        assert_eq!(kept, [false; 11]);
        assert_eq!((value(&db, "a").await, value(&db, "b").await), (0, 0));
    }
    db.write(one_more).await.unwrap();
    assert_eq!(value(&db, "a").await, 1);
    db.close().await;
}

#[tokio::test]
async fn what_sqlite_rolls_back_by_itself_is_never_reported_as_kept() {
    let (db, _guard) = fresh(Engine::Sqlite, TABLES).await;
    for (first, others) in [(rolls_back_everything as Write, one_more as Write), (one_more, rolls_back_everything)] {
        let before = value(&db, "a").await;
        let kept = outcomes(together(&db, first, others, 10).await).await;
        let reported = kept.iter().filter(|kept| **kept).count() as i64;
        assert_eq!(value(&db, "a").await - before, reported, "{kept:?}");
        assert_eq!(value(&db, "b").await, 0);
        db.write(|tx| add(tx, "a", 0)).await.unwrap();
    }
    db.close().await;
}

#[tokio::test]
async fn writes_that_wait_share_a_commit() {
    let (db, guard) = fresh(Engine::Sqlite, TABLES).await;
    db.checkpoint().await.unwrap();
    let kept = outcomes(together(&db, one_more, one_more, 63).await).await;
    assert_eq!(kept, [true; 64]);
    // One frame for each page changed and COMMIT: one COMMIT leaves one page in the log, 64 would leave 64.
    let log = std::fs::metadata(format!("{}-wal", guard.url().strip_prefix("sqlite:").unwrap())).unwrap().len();
    assert!(log < 5 * 4200, "{log} bytes for 64 writes");
    assert_eq!(value(&db, "a").await, 64);
    db.close().await;
}
