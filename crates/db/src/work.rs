//! The closures of reads and writes without their types: what an engine does around them is compiled once, and not again
//! for each of the hundreds there are. It costs a box for the answer.

use std::any::Any;

use futures::future::BoxFuture;

use crate::{Error, Tx};

/// What a closure of a write answered, good or bad.
pub(crate) type Boxed = Box<dyn Any + Send>;

/// The closure of a write. It may run more than once.
pub(crate) type Write = Box<dyn for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<Boxed, Boxed>> + Send + Sync>;

/// Why a write is not kept.
pub(crate) enum Fault {
    /// The closure said no, with this.
    Said(Boxed),
    Storage(Error),
}

pub(crate) fn write<T, E, F>(f: F) -> Write
where
    F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    Box::new(move |tx| {
        let work = f(tx);
        Box::pin(async move {
            match work.await {
                Ok(value) => Ok(Box::new(value) as Boxed),
                Err(error) => Err(Box::new(error) as Boxed),
            }
        })
    })
}

/// The answer of a [`write`] with its types again.
///
/// # Panics
/// When the types are not those of the closure.
pub(crate) fn answer<T: 'static, E: From<Error> + 'static>(outcome: Result<Boxed, Fault>) -> Result<T, E> {
    match outcome {
        Ok(value) => Ok(*value.downcast().expect("the closure's own answer")),
        Err(Fault::Said(error)) => Err(*error.downcast().expect("the closure's own error")),
        Err(Fault::Storage(error)) => Err(error.into()),
    }
}

/// The closure of a read, which borrows what it likes and so keeps its answer itself.
pub(crate) trait Read: Send {
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, ()>;
}

pub(crate) struct Reading<T, E, F> {
    closure: Option<F>,
    outcome: Option<Result<T, E>>,
}

impl<T, E, F> Reading<T, E, F> {
    pub(crate) fn new(closure: F) -> Reading<T, E, F> {
        Reading { closure: Some(closure), outcome: None }
    }

    /// What the closure answered, if it came to run.
    pub(crate) fn answer(self) -> Option<Result<T, E>> {
        self.outcome
    }
}

impl<T, E, F> Read for Reading<T, E, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
    T: Send,
    E: Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, ()> {
        Box::pin(async move {
            if let Some(closure) = self.closure.take() {
                self.outcome = Some(closure(tx).await);
            }
        })
    }
}
