//! Where somebody lives and with whom, once a correction of it was verified: nothing left empty takes a household or a door
//! away unless it says so.

use crate::people::Phone;
use crate::rights::correction::Field;
use crate::shared::{Length, Refusal};

/// How somebody lives, as it was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Living {
    /// In the household of somebody with a telephone number.
    With,
    /// In a household of their own, at a door.
    Own,
    /// In no household.
    Nowhere,
}

impl Living {
    pub const ALL: [Living; 3] = [Living::With, Living::Own, Living::Nowhere];

    /// The stable key: in the API and in the locale keys `correct-living-<key>` and `correct-lives-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Living::With => "with",
            Living::Own => "own",
            Living::Nowhere => "none",
        }
    }

    pub fn from_key(key: &str) -> Option<Living> {
        Living::ALL.into_iter().find(|living| living.key() == key)
    }
}

/// The household that somebody was verified to live in.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The one of whoever has this number.
    Of(Phone),
    /// A new one, at this door.
    At(String),
    Nowhere,
}

/// Nobody said how they live.
pub fn unsaid() -> Refusal {
    Refusal::new("correction-living").at_field("household")
}

/// Reads which household was found right. A number alone says with whom; nothing at all says nothing; and nothing that was
/// typed is passed over.
///
/// # Errors
/// `correction-living` when nothing is said; `correction-living-phone`, `correction-living-no-phone` and what a number is refused
/// with, at `value`; `correction-living-door`, `correction-living-no-door` and `text-too-long`, at `door`.
pub fn found(said: Option<Living>, phone: &str, door: &str) -> Result<Found, Refusal> {
    let (phone, door) = (phone.trim(), door.trim());
    let living = match said {
        None if phone.is_empty() => return Err(unsaid()),
        None => Living::With,
        Some(living) => living,
    };
    if living != Living::With && !phone.is_empty() {
        return Err(Refusal::new("correction-living-no-phone").at_field("value"));
    }
    if living != Living::Own && !door.is_empty() {
        return Err(Refusal::new("correction-living-no-door").at_field("door"));
    }
    match living {
        Living::With if phone.is_empty() => Err(Refusal::new("correction-living-phone").at_field("value")),
        Living::With => Ok(Found::Of(Phone::parse(phone).map_err(|refusal| refusal.at_field("value"))?)),
        Living::Own if door.is_empty() => Err(Refusal::new("correction-living-door").at_field("door")),
        Living::Own => {
            Length::Line.fits("door", door)?;
            Ok(Found::At(door.to_owned()))
        }
        Living::Nowhere => Ok(Found::Nowhere),
    }
}

/// What a field has become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Became {
    /// The value; of a household its door, of a place its name.
    pub text: String,
    /// The door where they live now, when that was decided too; empty: none is known any more.
    pub door: Option<String>,
    /// In which household they live now, when that was decided too.
    pub living: Option<Living>,
}

impl Became {
    pub fn of(text: impl Into<String>) -> Became {
        Became { text: text.into(), ..Became::default() }
    }

    /// A household, with its door where one is known.
    pub fn household(living: Living, door: &str) -> Became {
        Became { text: door.to_owned(), door: Some(door.to_owned()), living: Some(living) }
    }

    /// As one text, for [`Became::read`]. The door stands last: it alone is free words.
    pub fn kept(&self, field: Field) -> String {
        let (living, door) = (self.living.map_or("", Living::key), self.door.as_deref().unwrap_or_default());
        match field {
            Field::Household => format!("{living}\n{door}"),
            Field::Place => format!("{}\n{living}\n{door}", self.text),
            _ => self.text.clone(),
        }
    }

    /// Reads what was kept; what an older program kept of a household or a place is the door or the name alone.
    pub fn read(field: Field, kept: &str) -> Became {
        let lines: Vec<&str> = kept.splitn(if field == Field::Place { 3 } else { 2 }, '\n').collect();
        match (field, lines.as_slice()) {
            (Field::Household, [living, door]) => match Living::from_key(living) {
                Some(living) => Became::household(living, door),
                None => Became::of(kept),
            },
            (Field::Place, [place, living, door]) => {
                Became { text: (*place).to_owned(), door: Some((*door).to_owned()), living: Living::from_key(living) }
            }
            _ => Became::of(kept),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_left_empty_takes_a_household_away() {
        let long = "长".repeat(Length::Line.most() + 1);
        let phone = || Found::Of(Phone::parse("13800000002").unwrap());
        let at = |door: &str| Found::At(door.to_owned());
        let cases = [
            ("nothing", None, "", "", Err(("correction-living", "household"))),
            ("a door alone", None, "", "3 号楼 402", Err(("correction-living", "household"))),
            ("a number alone", None, "138 0000 0002", "", Ok(phone())),
            ("with a number", Some(Living::With), "13800000002", "", Ok(phone())),
            ("with whom is not said", Some(Living::With), " ", "", Err(("correction-living-phone", "value"))),
            ("with a door for a number", Some(Living::With), "3 号楼 402", "", Err(("phone", "value"))),
            ("one's own", Some(Living::Own), "", " 3 号楼 402 ", Ok(at("3 号楼 402"))),
            ("one's own, at no door", Some(Living::Own), "", " ", Err(("correction-living-door", "door"))),
            ("one's own, at a novel", Some(Living::Own), "", &long, Err(("text-too-long", "door"))),
            ("none, as is said", Some(Living::Nowhere), "", "", Ok(Found::Nowhere)),
            ("with whom, and a door", None, "13800000002", "402", Err(("correction-living-no-door", "door"))),
            (
                "one's own, and with whom",
                Some(Living::Own),
                "13800000002",
                "402",
                Err(("correction-living-no-phone", "value")),
            ),
            (
                "none, and with whom",
                Some(Living::Nowhere),
                "13800000002",
                "",
                Err(("correction-living-no-phone", "value")),
            ),
            ("none, and a door", Some(Living::Nowhere), "", "402", Err(("correction-living-no-door", "door"))),
        ];
        for (name, said, phone, door, expected) in cases {
            let read = found(said, phone, door);
            let read = read.as_ref().map_err(|refusal| (refusal.code, refusal.field.as_deref().unwrap_or_default()));
            assert_eq!(read, expected.as_ref().map_err(|refused| *refused), "{name}");
        }
    }

    #[test]
    fn what_was_decided_is_read_as_it_was_kept() {
        let moved = |door: &str, living| Became { text: "张知楼社区".into(), door: Some(door.into()), living };
        let cases = [
            ("a household at a door", Field::Household, Became::household(Living::With, "3 号楼\n402")),
            ("no household", Field::Household, Became::household(Living::Nowhere, "")),
            ("a place and a door", Field::Place, moved("5 号楼 101", None)),
            ("a place, without a door or the household", Field::Place, moved("", Some(Living::Nowhere))),
            ("a telephone number", Field::Phone, Became::of("13800000002")),
            ("words of several lines", Field::Other, Became::of("with\n3 号楼\n402")),
        ];
        for (name, field, became) in cases {
            assert_eq!(Became::read(field, &became.kept(field)), became, "{name}");
        }
        for (field, kept) in [(Field::Household, "3 号楼 402"), (Field::Household, ""), (Field::Place, "黄楼社区")]
        {
            assert_eq!(Became::read(field, kept), Became::of(kept), "of an older program: {kept}");
        }
    }
}
