//! Doing what may be refused, among other things that shall stay: for good, or to see what would come of it.

use db::BoxFuture;
use rules::shared::{Actor, Moment, Refusal};

use crate::{Stop, Tx};

/// Why a savepoint is undone.
enum Undone<T> {
    /// It was only to be seen what it would do.
    Seen(T),
    Stopped(Stop),
}

impl<T> From<db::Error> for Undone<T> {
    fn from(error: db::Error) -> Undone<T> {
        Undone::Stopped(error.into())
    }
}

/// Does `f`: what it is refused leaves nothing, and with `keeps` false nothing stays either way. Trying is doing, undone,
/// so that a preview says what the actions say.
///
/// # Errors
/// What is no refusal but a failure of the whole.
pub async fn tried<T, I, F>(
    tx: &mut Tx<'_>,
    (who, at): (&Actor, Moment),
    keeps: bool,
    input: I,
    f: F,
) -> Result<Result<T, Refusal>, Stop>
where
    T: Send + 'static,
    I: Send + 'static,
    F: for<'x, 't> FnOnce(&'x mut Tx<'t>, &'x Actor, Moment, I) -> BoxFuture<'x, Result<T, Stop>> + Send + 'static,
{
    let (app, who) = (tx.app().clone(), who.clone());
    let done = tx
        .db()
        .savepoint(move |db| {
            Box::pin(async move {
                let mut tx = Tx::new(db, &app);
                match f(&mut tx, &who, at, input).await {
                    Ok(done) if keeps => Ok(done),
                    Ok(done) => Err(Undone::Seen(done)),
                    Err(stop) => Err(Undone::Stopped(stop)),
                }
            })
        })
        .await;
    match done {
        Ok(done) | Err(Undone::Seen(done)) => Ok(Ok(done)),
        Err(Undone::Stopped(stop)) => refusal(stop).map(Err),
    }
}

/// What a row says of itself when it stops.
///
/// # Errors
/// What is no refusal of the row but a failure of the whole.
pub fn refusal(stop: Stop) -> Result<Refusal, Stop> {
    match stop {
        Stop::Refused(refusal) | Stop::Conflict(refusal) => Ok(refusal),
        Stop::Forbidden { .. } => Ok(Refusal::new("intake-forbidden")),
        Stop::Missing => Ok(Refusal::new("intake-missing")),
        other => Err(other),
    }
}
