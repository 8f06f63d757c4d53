//! Who may take lists along.

use crate::shared::ids::PersonId;
use crate::shared::permit::check;
use crate::shared::{Actor, Denied, Permit, Relation};

crate::verbs! {
    /// Takes along as a file a list that one may see on a page: the same rows, masked the same way.
    Export "exchange.export" { Resident: Own }
}

/// Proof that `who` may take along what their own pages show; `me` is who asks.
pub fn export(who: &Actor, me: PersonId) -> Result<Permit<Export>, Denied> {
    check(who, me.uuid, &Relation { owners: &[me], ..Relation::default() })
}
