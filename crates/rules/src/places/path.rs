//! Paths through the tree of places, and how far two places are apart in it.

use serde::{Deserialize, Serialize};

use super::code::{Level, PlaceCode};
use crate::shared::Refusal;

/// How far apart two places are, in the tree. Used where points on a map are not known; nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    SameGrid,
    SameVillage,
    SameTownship,
    SameCounty,
    Beyond,
}

impl Distance {
    pub const ALL: [Distance; 5] =
        [Distance::SameGrid, Distance::SameVillage, Distance::SameTownship, Distance::SameCounty, Distance::Beyond];

    /// 0 for the same grid up to 4 for another county.
    pub const fn steps(self) -> u8 {
        self as u8
    }

    pub const fn key(self) -> &'static str {
        match self {
            Distance::SameGrid => "same-grid",
            Distance::SameVillage => "same-village",
            Distance::SameTownship => "same-township",
            Distance::SameCounty => "same-county",
            Distance::Beyond => "beyond",
        }
    }
}

/// Checks a path as it comes from outside: each part is a code, each lies below the one before, and it ends with `/`.
///
/// # Errors
/// `place-path` otherwise.
pub fn parse(path: &str) -> Result<PlaceCode, Refusal> {
    let refusal = || Refusal::new("place-path").with("path", path);
    let last = path.strip_suffix('/').and_then(|p| p.rsplit('/').next()).ok_or_else(refusal)?;
    let code = PlaceCode::parse(last).map_err(|_| refusal())?;
    if code.path() == path { Ok(code) } else { Err(refusal()) }
}

/// The level of the place a path leads to; `None` for what is no path.
pub fn level(path: &str) -> Option<Level> {
    let depth = path.bytes().filter(|b| *b == b'/').count();
    Level::ALL.get(depth.checked_sub(1)?).copied()
}

/// Whether people live and things happen there: a village, a community or a grid. What lies above holds many of them.
pub fn is_settled(path: &str) -> bool {
    matches!(level(path), Some(Level::Village | Level::Grid))
}

/// The part of a path down to `level`, or all of it when it ends above.
pub fn up_to(path: &str, level: Level) -> &str {
    let mut ends = path.match_indices('/').map(|(at, slash)| at + slash.len());
    ends.nth(level as usize).map_or(path, |end| &path[..end])
}

/// How far apart two paths are. Two places of unknown grid in the same village are [`Distance::SameVillage`].
pub fn distance(a: &str, b: &str) -> Distance {
    let shared = a.split_terminator('/').zip(b.split_terminator('/')).take_while(|(x, y)| x == y).count();
    match shared {
        0 | 1 => Distance::Beyond,
        2 => Distance::SameCounty,
        3 => Distance::SameTownship,
        4 => Distance::SameVillage,
        _ => Distance::SameGrid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: &str = "3717/371722/371722003/371722003003/371722003003001/";
    const OTHER_GRID: &str = "3717/371722/371722003/371722003003/371722003003002/";
    const VILLAGE: &str = "3717/371722/371722003/371722003003/";
    const NEXT_VILLAGE: &str = "3717/371722/371722003/371722003004/";
    const NEXT_TOWNSHIP: &str = "3717/371722/371722004/371722004001/";
    const NEXT_COUNTY: &str = "3717/371703/371703001/371703001001/";

    #[test]
    fn distance_is_counted_in_the_tree() {
        let cases = [
            (GRID, GRID, Distance::SameGrid),
            (GRID, OTHER_GRID, Distance::SameVillage),
            (GRID, VILLAGE, Distance::SameVillage),
            (VILLAGE, VILLAGE, Distance::SameVillage),
            (GRID, NEXT_VILLAGE, Distance::SameTownship),
            (GRID, NEXT_TOWNSHIP, Distance::SameCounty),
            (GRID, NEXT_COUNTY, Distance::Beyond),
            (GRID, "3717/", Distance::Beyond),
            ("", "", Distance::Beyond),
        ];
        for (a, b, expected) in cases {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_path_is_checked_whole() {
        assert_eq!(parse(GRID).unwrap().as_str(), "371722003003001");
        for bad in ["", "/", "3717", "3717/371722", "371722/", "3717/371703/371722003/", "3717//"] {
            assert_eq!(parse(bad).unwrap_err().code, "place-path", "{bad}");
        }
    }

    #[test]
    fn people_live_in_villages_and_grids_and_not_in_what_lies_above() {
        for (path, settled) in [
            (GRID, true),
            (VILLAGE, true),
            ("3717/371722/371722003/", false),
            ("3717/371722/", false),
            ("3717/", false),
            ("", false),
        ] {
            assert_eq!(is_settled(path), settled, "{path}");
        }
    }

    #[test]
    fn a_path_is_cut_at_a_level() {
        assert_eq!(up_to(GRID, Level::Village), VILLAGE);
        assert_eq!(up_to(GRID, Level::City), "3717/");
        assert_eq!(up_to(VILLAGE, Level::Grid), VILLAGE);
        assert_eq!(level(GRID), Some(Level::Grid));
        assert_eq!(level("3717/"), Some(Level::City));
        assert_eq!(level(""), None);
    }
}
