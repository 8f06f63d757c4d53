//! Who may change the tree of places. Reading it needs no permit: the tree is public.

use crate::shared::permit::check;
use crate::shared::{Actor, Denied, Permit, Relation, Verb};
use uuid::Uuid;

crate::verbs! {
    /// Loads the official division codes.
    Import "places.import" { Administrator: Scope }
    /// Divides a village or community into grids of 300–500 households each.
    AddGrid "places.add_grid" { Administrator: Scope, CommunityWorker: Scope }
    /// Renames a place or moves its households' estimate; codes are ended, never edited.
    Edit "places.edit" { Administrator: Scope }
    /// Ends a code and names its successor.
    End "places.end" { Administrator: Scope }
}

/// Proof that `who` may do `V` to the place (or below the place) whose path is given. The subject is the place's own
/// id, or that of the parent when a grid is added.
pub fn on_place<V: PlaceVerb>(who: &Actor, place: Uuid, path: &str) -> Result<Permit<V>, Denied> {
    check(who, place, &Relation { place_path: Some(path), ..Relation::default() })
}

/// A verb whose subject is a place.
pub trait PlaceVerb: Verb {}
impl PlaceVerb for Import {}
impl PlaceVerb for AddGrid {}
impl PlaceVerb for Edit {}
impl PlaceVerb for End {}
