//! What lists call a matter: its type, or else its kind, and its place.

use rules::matters::Kind;
use rules::shared::Text;

use super::{Held, store};
use crate::{Stop, Tx};

/// What stands between type and place.
const BETWEEN: &str = " · ";

/// Its type, or else its kind.
pub fn type_of<'k>(kind: &'k Kind, category: &str) -> &'k Text {
    kind.types().iter().find(|type_| type_.key == category).map_or(&kind.name, |type_| &type_.name)
}

/// As it is kept, in Chinese, with its place at the end.
pub fn kept(kind: &Kind, category: &str, place: &str) -> String {
    format!("{}{BETWEEN}{place}", type_of(kind, category).zh)
}

/// Keeps another name for a matter whose type has changed, or that is in another place now.
pub(super) async fn anew(tx: &mut Tx<'_>, kind: &Kind, held: &mut Held, place: Option<&str>) -> Result<(), Stop> {
    let place = place.unwrap_or_else(|| held.title.rsplit(BETWEEN).next().unwrap_or_default());
    let category = held.matter.type_key.as_deref().unwrap_or_default();
    held.title = kept(kind, category, place);
    store::update_title(tx, held.id(), &held.title).await?;
    tx.search_put(held.id().cell.0, "mat", held.id().uuid, &held.title).await?;
    Ok(())
}

/// In both languages. `kept`: as it is kept, in Chinese, with its place at the end.
pub fn called(kind: Option<&Kind>, category: &str, kept: &str) -> Text {
    let place = kept.rsplit(BETWEEN).next().unwrap_or_default();
    let en = kind.map_or_else(|| kept.to_owned(), |kind| format!("{}{BETWEEN}{place}", type_of(kind, category).en));
    Text { zh: kept.to_owned(), en }
}
