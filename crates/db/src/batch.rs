//! One long write transaction: how a city is built or a register imported.

use futures::future::BoxFuture;
use tokio::sync::OwnedMutexGuard;

use crate::sqlite::Slot;
use crate::{Error, Tx, watch};

/// A long write transaction. On SQLite no one else writes while it lasts: a `Db::write` waits, and waiting for one
/// while holding the batch waits for ever. Dropped without [`Batch::commit`], all of it is undone.
pub struct Batch {
    tx: Tx,
    /// The writer's place on SQLite.
    slot: Option<OwnedMutexGuard<Slot>>,
}

impl Batch {
    pub(crate) fn new(tx: Tx, slot: Option<OwnedMutexGuard<Slot>>) -> Batch {
        Batch { tx, slot }
    }

    pub(crate) fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Runs a step under a savepoint of its own: an error undoes this step alone.
    ///
    /// # Errors
    /// What the step returned, or why its savepoint could not be set.
    pub async fn run<T, E, F>(&mut self, f: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
        T: Send,
        E: From<Error> + Send,
    {
        watch::writing(self.tx.savepoint(f)).await
    }

    /// Keeps all steps that succeeded.
    ///
    /// # Errors
    /// When they could not be kept; then none was.
    pub async fn commit(self) -> Result<(), Error> {
        let conn = self.tx.commit().await?;
        if let Some(mut slot) = self.slot {
            slot.put_back(conn);
        }
        Ok(())
    }
}
