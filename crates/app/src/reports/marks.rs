//! Which of the numbers that somebody sees are not published: a figure in a staff report may stand on small groups, and who
//! copies it from there must see that it is for inside.

use std::collections::BTreeSet;

use rules::reports::{Month, PublicRate};

use super::figures::{Seen, View};
use super::store::Span;
use crate::{Stop, Tx};

/// Whether the public is shown less than the number itself.
fn hides(public: &Seen) -> bool {
    match public {
        Seen::Withheld(_) => true,
        Seen::Rate { rate, .. } => !matches!(rate, PublicRate::Exact { .. } | PublicRate::Unknown),
        Seen::Count { .. } | Seen::Unknown(_) => false,
    }
}

/// What the public sees of the same measure and place; nothing to compare for whoever sees no more than that.
async fn public(tx: &mut Tx<'_>, view: &View) -> Result<Option<View>, Stop> {
    if !view.exact {
        return Ok(None);
    }
    View::open(tx, None, view.as_of, view.measure, view.place.clone()).await.map(Some)
}

/// The months of a span whose number is internal.
pub async fn months(tx: &mut Tx<'_>, view: &View, span: Span) -> Result<BTreeSet<Month>, Stop> {
    let Some(public) = public(tx, view).await? else { return Ok(BTreeSet::new()) };
    let seen = public.months(tx, span).await?;
    Ok(seen.into_iter().filter(|(_, seen)| hides(seen)).map(|(month, _)| month).collect())
}

/// The codes of the places right below whose number is internal; that of the place itself stands for the rest.
pub async fn places(tx: &mut Tx<'_>, view: &View, month: Month) -> Result<BTreeSet<String>, Stop> {
    let Some(public) = public(tx, view).await? else { return Ok(BTreeSet::new()) };
    let seen = public.below(tx, month).await?;
    Ok(seen.into_iter().filter(|(_, seen)| hides(seen)).map(|(place, _)| place.code).collect())
}

/// The groups of a split whose number is internal: all of them where the public is shown no such split.
pub async fn groups(
    tx: &mut Tx<'_>,
    view: &View,
    (month, by): (Month, &str),
    own: &[(String, Seen)],
) -> Result<BTreeSet<String>, Stop> {
    let Some(public) = public(tx, view).await? else { return Ok(BTreeSet::new()) };
    let seen = public.groups(tx, month, by).await?;
    let shown: BTreeSet<String> = match seen {
        Some(lines) => lines.into_iter().filter(|(_, seen)| !hides(seen)).map(|(key, _)| key).collect(),
        None => BTreeSet::new(),
    };
    Ok(own.iter().map(|(key, _)| key.clone()).filter(|key| !shown.contains(key)).collect())
}
