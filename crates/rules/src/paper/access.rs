//! Who may print numbered forms, see what became of them, and type them in.
//!
//! A permit to enter is only half of it: what a row says goes through the verb that a page would do it by, which asks for
//! its own (`matters.raise_for`, `service.record_late`).

use uuid::Uuid;

use crate::shared::ids::BatchId;
use crate::shared::permit::check;
use crate::shared::{Actor, Denied, Permit, Relation, Verb};

crate::verbs! {
    /// Prints a batch of numbered blank forms for a place.
    Print "paper.print" { CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope }
    /// Sees which forms were printed, and which are entered, spoilt or still out.
    See "paper.see" {
        CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope, CountyOfficial: Scope,
    }
    /// Types in what stands on the forms of a batch.
    Enter "paper.enter" { CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope }
    /// Takes a form out of the count: misprinted, miswritten, lost, not used any more.
    Spoil "paper.spoil" { CallTaker: Scope, CommunityWorker: Scope, SocialWorker: Scope, GridMember: Scope }
}

/// Proof that `who` may print forms for a place, before the batch exists (`place` is the subject).
pub fn print(who: &Actor, place: Uuid, place_path: &str) -> Result<Permit<Print>, Denied> {
    check(who, place, &Relation { place_path: Some(place_path), ..Relation::default() })
}

/// Proof that `who` may do `V` to a batch that was printed for `place_path`.
pub fn on_batch<V: BatchVerb>(who: &Actor, batch: BatchId, place_path: &str) -> Result<Permit<V>, Denied> {
    check(who, batch.uuid, &Relation { place_path: Some(place_path), ..Relation::default() })
}

/// A verb whose subject is a batch of forms.
pub trait BatchVerb: Verb {}

impl BatchVerb for See {}
impl BatchVerb for Enter {}
impl BatchVerb for Spoil {}
