//! Holds what the documentation of `read` and `write` asks for, in debug builds; costs nothing in release builds, where it is
//! compiled as well and left out by the optimiser, so that no build has code that another does not know.

use std::time::Duration;

tokio::task_local! {
    static INSIDE: ();
}

/// How long a write may hold its transaction before the log says so.
const PATIENCE: Duration = Duration::from_millis(500);

/// Runs a closure of `write` or `batch`.
pub(crate) async fn writing<T>(work: impl Future<Output = T>) -> T {
    if !cfg!(debug_assertions) {
        return work.await;
    }
    INSIDE
        .scope((), async {
            let mut work = std::pin::pin!(work);
            match tokio::time::timeout(PATIENCE, &mut work).await {
                Ok(done) => done,
                Err(_) => {
                    tracing::warn!(
                        "a write has held its transaction for {PATIENCE:?}: is a file, a hash or a request awaited in it?"
                    );
                    work.await
                }
            }
        })
        .await
}

/// A `read` or `write` inside a `write` would wait for itself on SQLite and starve the pool on PostgreSQL.
pub(crate) fn forbid_nesting() {
    if cfg!(debug_assertions) {
        assert!(INSIDE.try_with(|()| ()).is_err(), "the database was called inside a write: use its Tx");
    }
}
