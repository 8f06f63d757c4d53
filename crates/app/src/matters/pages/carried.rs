//! What was typed into the form of one kind, kept while that of another is shown: a call goes to and fro before it is clear
//! what it is about.

use std::collections::BTreeSet;

use kit::Form;
use rules::matters::Kind;

/// Before the kind and the name of a field that is not drawn now.
const WAS: &str = "was.";

/// What every kind has in common: who rings, how, where, when.
const COMMON: [&str; 11] = [
    "kind",
    "do",
    "caller_phone",
    "caller_card",
    "caller",
    "place_from",
    "channel",
    "place",
    "place_id",
    "day",
    "time",
];

fn kept_as(kind: &str, name: &str) -> String {
    format!("{WAS}{kind}.{name}")
}

/// The form as the kind `to` draws it, with what stands in it kept for the kind `from`, and with what was kept for `to`.
pub fn switched(form: &Form, from: &str, to: &Kind) -> Form {
    let (mine, theirs) = (kept_as(from, ""), kept_as(&to.id, ""));
    let mut next = Form::empty();
    for (name, value) in form.pairs() {
        let is_kept = name.starts_with(WAS);
        let is_common = COMMON.contains(&name);
        // What was kept for the form that is left is older than what stands in it.
        if is_kept && !name.starts_with(&mine) && !name.starts_with(&theirs) || is_common {
            next.add(name, value);
        } else if !is_kept && !value.trim().is_empty() {
            next.add(&kept_as(from, name), value);
            if fits(to, name, value) {
                next.add(name, value);
            }
        }
    }
    let filled: BTreeSet<String> = next.pairs().map(|(name, _)| name.to_owned()).collect();
    for (name, value) in form.pairs() {
        if let Some(name) = name.strip_prefix(&theirs).filter(|name| !filled.contains(*name)) {
            next.add(name, value);
        }
    }
    next
}

/// Whether a value may stand in the form of a kind: a choice is one of its own.
fn fits(kind: &Kind, name: &str, value: &str) -> bool {
    if name == "level" {
        return kind.level(value).is_some();
    }
    let options = kind.field(name).map(|field| field.options.as_slice()).unwrap_or_default();
    options.is_empty() || options.iter().any(|option| option.key == value)
}

/// What the page sends along unseen.
pub fn unseen(form: &Form) -> Vec<(String, String)> {
    let kept = form.pairs().filter(|(name, _)| name.starts_with(WAS));
    kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use kit::Form;
    use rules::matters::{EMBEDDED, Kinds};

    use super::{switched, unseen};

    #[test]
    fn nothing_is_lost_between_two_kinds() {
        let kinds = Kinds::load(EMBEDDED, std::iter::empty::<(&str, &str)>()).expect("the kinds of the program");
        let (need, hazard) = (kinds.get("need").expect("a kind"), kinds.get("hazard").expect("a kind"));
        let typed = [
            ("caller_phone", "13800000001"),
            ("category", "errands"),
            ("relation", "neighbour"),
            ("person_name", "王大爷"),
            ("what", "没有药了"),
        ];
        let form = typed.iter().fold(Form::empty().with("kind", "need"), |form, (name, said)| form.with(name, *said));
        let away = switched(&form, "need", hazard);
        assert_eq!((away.text("caller_phone"), away.text("category")), ("13800000001", ""), "its own choices");
        let away = away.with("category", "manhole").with("kind", "hazard");
        let back = switched(&away, "hazard", need);
        for (name, said) in typed {
            assert_eq!(back.text(name), said, "{name}");
        }
        assert!(unseen(&back).iter().any(|(name, said)| name == "was.hazard.category" && said == "manhole"));
        assert_eq!(switched(&back, "need", hazard).text("category"), "manhole");
    }
}
