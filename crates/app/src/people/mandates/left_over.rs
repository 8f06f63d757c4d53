//! What somebody had begun to write for another when the mandate ended: theirs to copy, and sent by nobody. It goes with the
//! other drafts.

use rules::shared::Moment;
use rules::shared::ids::PersonId;
use serde::Deserialize;

use super::holding;
use crate::identity::drafts::named;
use crate::people::store::person as find_person;
use crate::{Stop, Tx, identity};

/// The form of a kind of matters, page by page, as far as it is looked at here.
#[derive(Deserialize)]
struct Kept {
    pairs: Vec<(String, String)>,
}

/// What `me` had written for a person.
pub async fn written_for(tx: &mut Tx<'_>, me: PersonId, person: PersonId) -> Result<Vec<String>, Stop> {
    let drafts = identity::drafts::all(tx, me).await?;
    let theirs = drafts.iter().filter(|draft| named(&draft.form).1 == Some(person));
    Ok(theirs.flat_map(|draft| written_in(&draft.content)).collect())
}

/// What `me` had written for those for whom they may not act any more, by their names.
pub async fn left_over(tx: &mut Tx<'_>, me: PersonId, at: Moment) -> Result<Vec<(String, Vec<String>)>, Stop> {
    let mut left = Vec::new();
    for draft in identity::drafts::all(tx, me).await? {
        let (_, Some(person)) = named(&draft.form) else { continue };
        let words = written_in(&draft.content);
        if words.is_empty() || holding(tx, me, person, at).await?.is_some() {
            continue;
        }
        let name = find_person(tx, person).await?.map(|row| row.name).unwrap_or_default();
        left.push((name, words));
    }
    Ok(left)
}

fn written_in(content: &str) -> Vec<String> {
    let pairs = serde_json::from_str::<Kept>(content).map(|kept| kept.pairs).unwrap_or_default();
    pairs.into_iter().map(|(_, value)| value).filter(|value| is_written(value)).collect()
}

/// Whether a person wrote this, rather than chose it: words, or a number to dial. Choices and what a page carries are keys.
pub fn is_written(value: &str) -> bool {
    let is_number = value.len() > 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number || value.chars().any(|c| !c.is_ascii() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote() {
        let cases = [
            ("请人买药", true),
            ("two bags", true),
            ("13800000001", true),
            ("", false),
            ("hospital", false),
            ("2026-06-09/morning", false),
            ("pla_0006034e9s1k2g7xgh0v4c5b8fzn9", false),
        ];
        for (value, expected) in cases {
            assert_eq!(is_written(value), expected, "{value}");
        }
        assert_eq!(written_in(r#"{"pairs":[["relation","self"],["what","请人买药"]],"photos":[]}"#), ["请人买药"]);
        assert_eq!(written_in("[]"), Vec::<String>::new());
    }
}
