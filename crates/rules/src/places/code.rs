//! Codes of places: 4 digits for the city, 6 county, 9 township, 12 village or community, 15 grid.
//!
//! Source: GB/T 2260 for the first six digits, the statistical division code (统计用区划代码) for nine and twelve. The
//! last three digits of a grid are given by the county; no national rule for them is known.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::shared::Refusal;

/// Where in the tree a place stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    City,
    County,
    Township,
    /// A village or an urban community; [`PlaceCode::settlement`] says which.
    Village,
    Grid,
}

impl Level {
    pub const ALL: [Level; 5] = [Level::City, Level::County, Level::Township, Level::Village, Level::Grid];

    /// How many digits a code of this level has.
    pub const fn digits(self) -> usize {
        match self {
            Level::City => 4,
            Level::County => 6,
            Level::Township => 9,
            Level::Village => 12,
            Level::Grid => 15,
        }
    }

    /// The stable key, as in the `level` column of the division table.
    pub const fn key(self) -> &'static str {
        match self {
            Level::City => "city",
            Level::County => "county",
            Level::Township => "township",
            Level::Village => "village",
            Level::Grid => "grid",
        }
    }

    pub fn from_key(key: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.key() == key)
    }

    fn of_digits(digits: usize) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.digits() == digits)
    }
}

/// What kind of settlement a twelve-digit code names, by its last three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// 001–199: a residents' committee (居民委员会).
    Community,
    /// 200–399: a villagers' committee (村民委员会).
    Village,
    /// Anything else: the serial says nothing, ask the name.
    Unstated,
}

/// A checked code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlaceCode(String);

impl PlaceCode {
    /// # Errors
    /// `place-code` when it is not 4, 6, 9, 12 or 15 ASCII digits.
    pub fn parse(text: &str) -> Result<PlaceCode, Refusal> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        match Level::of_digits(text.len()) {
            Some(_) if digits => Ok(PlaceCode(text.to_owned())),
            _ => Err(Refusal::new("place-code").with("code", text).at_field("code")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn level(&self) -> Level {
        Level::of_digits(self.0.len()).expect("checked when parsed")
    }

    /// The code one level up; `None` for a city.
    pub fn parent(&self) -> Option<PlaceCode> {
        let above = Level::ALL.into_iter().rev().find(|level| *level < self.level())?;
        Some(PlaceCode(self.0[..above.digits()].to_owned()))
    }

    /// Whether a line of a file of divisions says of this code what the code itself says: its level, and the code above.
    ///
    /// # Errors
    /// `place-level-misfit`, `place-parent-misfit`.
    pub fn fits(&self, level: &str, parent: &str) -> Result<(), Refusal> {
        if level != self.level().key() {
            let refusal = Refusal::new("place-level-misfit").with("code", self.as_str()).with("level", level);
            return Err(refusal.with("fits", self.level().key()));
        }
        match self.parent() {
            // What lies above a city is no place here.
            None => Ok(()),
            Some(above) if above.as_str() == parent => Ok(()),
            Some(above) => {
                let refusal = Refusal::new("place-parent-misfit").with("code", self.as_str()).with("parent", parent);
                Err(refusal.with("fits", above.as_str()))
            }
        }
    }

    /// Village or urban community, for codes of twelve digits or more.
    pub fn settlement(&self) -> Option<Settlement> {
        let serial: u16 = self.0.get(9..12)?.parse().ok()?;
        Some(match serial {
            1..=199 => Settlement::Community,
            200..=399 => Settlement::Village,
            _ => Settlement::Unstated,
        })
    }

    /// The path from the city down to this place: `3717/371722/371722003/371722003003/`. It always ends with `/`, so
    /// that a prefix of a path is a place above it.
    pub fn path(&self) -> String {
        let mut path = String::with_capacity(51);
        for level in Level::ALL.into_iter().filter(|level| *level <= self.level()) {
            path.push_str(&self.0[..level.digits()]);
            path.push('/');
        }
        path
    }
}

impl fmt::Display for PlaceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PlaceCode {
    type Error = Refusal;
    fn try_from(text: String) -> Result<PlaceCode, Refusal> {
        PlaceCode::parse(&text)
    }
}

impl From<PlaceCode> for String {
    fn from(code: PlaceCode) -> String {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_know_their_level_parent_and_path() {
        let cases = [
            ("3717", Level::City, None, "3717/"),
            ("371722", Level::County, Some("3717"), "3717/371722/"),
            ("371722003", Level::Township, Some("371722"), "3717/371722/371722003/"),
            ("371722003003", Level::Village, Some("371722003"), "3717/371722/371722003/371722003003/"),
            (
                "371722003003012",
                Level::Grid,
                Some("371722003003"),
                "3717/371722/371722003/371722003003/371722003003012/",
            ),
        ];
        for (text, level, parent, path) in cases {
            let code = PlaceCode::parse(text).unwrap();
            assert_eq!(code.level(), level, "{text}");
            assert_eq!(code.parent().map(|p| p.to_string()).as_deref(), parent, "{text}");
            assert_eq!(code.path(), path, "{text}");
            assert_eq!(Level::from_key(level.key()), Some(level));
        }
    }

    #[test]
    fn a_line_says_of_a_code_what_the_code_says() {
        let cases = [
            ("3717", "city", "37", Ok(())),
            ("371722", "county", "3717", Ok(())),
            ("371722003099", "village", "371722003", Ok(())),
            ("371722003099", "village", "371722", Err("place-parent-misfit")),
            ("371722003099", "village", "371722004", Err("place-parent-misfit")),
            ("371722003099", "village", "", Err("place-parent-misfit")),
            ("371722003099", "township", "371722003", Err("place-level-misfit")),
            ("371722003", "village", "371722", Err("place-level-misfit")),
            ("371722", "", "3717", Err("place-level-misfit")),
        ];
        for (code, level, parent, expected) in cases {
            let found = PlaceCode::parse(code).unwrap().fits(level, parent);
            assert_eq!(found.map_err(|refusal| refusal.code), expected, "{code} {level} {parent}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "37", "37172", "3717220030031", "37172X", "３７１７", "3717220030030123"] {
            assert_eq!(PlaceCode::parse(text).unwrap_err().code, "place-code", "{text}");
        }
    }

    #[test]
    fn the_third_group_tells_community_from_village() {
        let cases = [
            ("371722003003", Some(Settlement::Community)),
            ("371722003199", Some(Settlement::Community)),
            ("371726002238", Some(Settlement::Village)),
            ("371722003300", Some(Settlement::Village)),
            ("371722003400", Some(Settlement::Unstated)),
            ("371722003000", Some(Settlement::Unstated)),
            ("371722003003001", Some(Settlement::Community)),
            ("371722003", None),
        ];
        for (text, expected) in cases {
            assert_eq!(PlaceCode::parse(text).unwrap().settlement(), expected, "{text}");
        }
    }
}
