//! Holds what the documentation of `read` and `write` asks for, in debug builds; costs nothing in release builds.

#[cfg(debug_assertions)]
use std::time::Duration;

#[cfg(debug_assertions)]
tokio::task_local! {
    static INSIDE: ();
}

/// How long a write may hold its transaction before the log says so.
#[cfg(debug_assertions)]
const PATIENCE: Duration = Duration::from_millis(500);

/// Runs a closure of `write` or `batch`.
#[cfg(debug_assertions)]
pub(crate) async fn writing<T>(work: impl Future<Output = T>) -> T {
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

#[cfg(not(debug_assertions))]
pub(crate) async fn writing<T>(work: impl Future<Output = T>) -> T {
    work.await
}

/// A `read` or `write` inside a `write` would wait for itself on SQLite and starve the pool on PostgreSQL.
#[cfg(debug_assertions)]
pub(crate) fn forbid_nesting() {
    assert!(INSIDE.try_with(|()| ()).is_err(), "the database was called inside a write: use its Tx");
}

#[cfg(not(debug_assertions))]
pub(crate) fn forbid_nesting() {}
