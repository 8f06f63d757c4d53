//! Pages of paper: the batches, the sheets, and typing in what stands on them.

pub mod batch;
pub mod entry;
pub mod list;
pub mod print;
mod registrations;
mod sheets;

use kit::Page;
use rules::matters::Kind;
use rules::paper::Sort;
use rules::service::access::RecordLate;
use rules::shared::Actor;
use rules::shared::permit::might;

use super::store::BatchRow;
use crate::Stop;
use crate::city::City;
use crate::matters::kind_of;
use crate::matters::pages::noted::kinds_for;
use crate::matters::pages::questions::say;

/// What a form is called: of a registration form with its kind.
fn called(page: &Page, sort: Sort, kind: Option<&Kind>) -> String {
    match (sort, kind) {
        (Sort::Registration, Some(kind)) => page.t1("paper-registration-of", "kind", say(page, &kind.name)),
        (Sort::Registration, None) => page.t("paper-sort-registration"),
        (Sort::SignIn, _) => page.t("paper-sort-sign_in"),
    }
}

/// The kind of a batch of registration forms.
fn kind_of_batch<'c>(city: &'c City, batch: &BatchRow) -> Result<Option<&'c Kind>, Stop> {
    batch.kind.as_deref().map(|kind| kind_of(city, kind)).transpose()
}

/// Whether who asks has, besides the permission to enter, the verb that a row goes through.
fn enters(who: &Actor, sort: Sort, kind: Option<&Kind>) -> bool {
    match sort {
        Sort::Registration => kind.is_some_and(|kind| !kinds_for(who, std::iter::once(kind)).is_empty()),
        Sort::SignIn => might::<RecordLate>(who),
    }
}
