//! What lists call a matter: its type, or else its kind, and its place.

use rules::matters::Kind;
use rules::shared::Text;

/// Its type, or else its kind.
pub fn type_of<'k>(kind: &'k Kind, category: &str) -> &'k Text {
    kind.types().iter().find(|type_| type_.key == category).map_or(&kind.name, |type_| &type_.name)
}

/// In both languages. `kept`: as it is kept, in Chinese, with its place at the end.
pub fn called(kind: Option<&Kind>, category: &str, kept: &str) -> Text {
    let place = kept.rsplit(" · ").next().unwrap_or_default();
    let en = kind.map_or_else(|| kept.to_owned(), |kind| format!("{} · {place}", type_of(kind, category).en));
    Text { zh: kept.to_owned(), en }
}
