//! Who may see what the public may not, and who freezes a report.
//!
//! The public report itself needs no permit: it is made of what [`super::suppress`] lets through.

use crate::shared::permit::check;
use crate::shared::{Actor, Denied, Permit, Relation, Verb};
use uuid::Uuid;

crate::verbs! {
    /// Sees groups under five, within one's own places.
    SeeSmallGroups "reports.see_small_groups" {
        SocialWorker: Scope, CommunityWorker: Scope, CountyOfficial: Scope, Inspector: Scope, Auditor: Scope,
    }
    /// Sees the rows behind a figure, names masked.
    SeeRows "reports.see_rows" {
        SocialWorker: Scope, CommunityWorker: Scope, CountyOfficial: Scope, Inspector: Scope, Auditor: Scope,
    }
    /// Freezes a monthly report under a number and a date.
    Freeze "reports.freeze" { CountyOfficial: Scope }
}

/// Proof that `who` may do `V` to the figures of the place whose path is given.
pub fn on_place<V: ReportVerb>(who: &Actor, place: Uuid, path: &str) -> Result<Permit<V>, Denied> {
    check(who, place, &Relation { place_path: Some(path), ..Relation::default() })
}

/// A verb whose subject is the figures of a place.
pub trait ReportVerb: Verb {}
impl ReportVerb for SeeSmallGroups {}
impl ReportVerb for SeeRows {}
impl ReportVerb for Freeze {}
