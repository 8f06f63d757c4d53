//! Ringing whoever is to say how it was.

use rules::matters::{Kind, Matter, access, workflow};
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Moment};

use super::{Held, actions};
use crate::{Stop, Tx};

/// Writes down that somebody rang and nobody answered.
///
/// # Errors
/// Those of [`workflow::tried`].
pub async fn tried(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::try_to_reach(who, kind, matter);
    actions::change(tx, who, at, id, permit, workflow::tried).await
}
