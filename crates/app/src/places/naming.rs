//! A place by what people write of it: its code, its name or that of its committee, alone or behind the names of the places
//! it lies in.

use rules::places::name::of_committee;
use rules::shared::{Actor, Refusal};

use super::store::{self, Place};
use crate::{Stop, Tx};

/// More than the longest way from a city down to a grid.
const LONGEST: usize = 100;
/// How many places of one name a refusal lists.
const LISTED: usize = 10;

/// The place that is meant. A name is looked for where `who` has a role, and only when it is not there everywhere else.
///
/// # Errors
/// `intake-place` when there is none, `intake-place-ambiguous` with the codes when there are several.
pub async fn meant(tx: &mut Tx<'_>, who: &Actor, written: &str) -> Result<Place, Stop> {
    if let Some(place) = store::by_code(tx, written).await? {
        return Ok(place);
    }
    let is_between = |c: &char| c.is_whitespace() || "/／>＞·-－—,，、".contains(*c);
    let text = of_committee(&written.chars().filter(|c| !is_between(c)).collect::<String>());
    let unknown = || Refusal::new("intake-place").with("code", written);
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().all(|c| c.is_ascii_digit()) {
        return Err(unknown().into());
    }
    let ends: Vec<&str> = text.char_indices().map(|(at, _)| &text[at..]).collect();
    let mut found = Vec::new();
    for place in store::of_names(tx, &ends).await? {
        let way: Vec<String> = store::ancestors(tx, &place.path).await?.into_iter().map(|place| place.name).collect();
        if is_spelt(&way, &text) {
            found.push((place, way.concat()));
        }
    }
    let is_near = |place: &Place| who.memberships.iter().any(|held| place.path.starts_with(&held.place_path));
    if found.iter().any(|(place, _)| is_near(place)) {
        found.retain(|(place, _)| is_near(place));
    }
    match found.len() {
        0 => Err(unknown().into()),
        1 => Ok(found.remove(0).0),
        n => {
            let listed: Vec<String> =
                found.iter().take(LISTED).map(|(place, way)| format!("{} {way}", place.code)).collect();
            let more = if n > LISTED { " …" } else { "" };
            let refusal = Refusal::new("intake-place-ambiguous").with("name", written);
            Err(refusal.with("codes", listed.join("; ") + more).into())
        }
    }
}

/// Whether a text is the last name of a way, behind as many of those above it as its writer named.
fn is_spelt(way: &[String], text: &str) -> bool {
    let Some((last, above)) = way.split_last() else { return false };
    let Some(rest) = text.strip_suffix(last.as_str()) else { return false };
    above.iter().rev().fold(rest, |rest, name| rest.strip_suffix(name.as_str()).unwrap_or(rest)).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_stand_behind_those_it_lies_in() {
        let way = ["菏泽市", "单县", "园艺街道", "黄楼社区"].map(str::to_owned);
        for (text, spelt) in [
            ("黄楼社区", true),
            ("菏泽市单县园艺街道黄楼社区", true),
            ("单县黄楼社区", true),
            ("园艺街道黄楼社区", true),
            ("园艺街道单县黄楼社区", false),
            ("曹县黄楼社区", false),
            ("新黄楼社区", false),
            ("园艺街道", false),
        ] {
            assert_eq!(is_spelt(&way, text), spelt, "{text}");
        }
    }
}
