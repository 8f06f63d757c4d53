//! A write that awaits something slow is warned of. In a program of its own, because the warnings of a whole process are
//! counted: the writer of SQLite has its own thread.
#![cfg(debug_assertions)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use db::testing::fresh;
use db::{Engine, Error, Migration, Tx, args};

const TABLES: &[Migration] = &[Migration {
    name: "counters",
    sql: "CREATE TABLE counters (value BIGINT NOT NULL); INSERT INTO counters VALUES (0);",
}];

async fn one_more(tx: &mut Tx) -> Result<(), Error> {
    tx.put("UPDATE counters SET value = value + 1", args![]).await
}

/// Counts warnings.
struct Warnings(Arc<AtomicU32>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN && metadata.target().starts_with("db::")
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn a_write_that_dawdles_is_warned_of() {
    let warnings = Arc::new(AtomicU32::new(0));
    tracing::subscriber::set_global_default(Warnings(warnings.clone())).unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (db, _guard) = fresh(engine, TABLES).await;
        db.write::<(), Error, _>(|tx| Box::pin(one_more(tx))).await.unwrap();
        assert_eq!(warnings.swap(0, Ordering::Relaxed), 0);
        db.write::<(), Error, _>(|tx| {
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(600)).await;
                one_more(tx).await
            })
        })
        .await
        .unwrap();
        assert_eq!(warnings.swap(0, Ordering::Relaxed), 1, "{}", engine.name());
        db.close().await;
    }
}
