//! Dividing a village or community into grids, and what a place may be called.
//!
//! A grid has 300 to 500 households as a rule (网格化服务管理; the number is practice, no law was found). Its code is
//! that of its village or community and three digits more, given in order and never given twice.

use super::access::{AddGrid, Edit};
use super::{Level, PlaceCode};
use crate::shared::length::fits_in;
use crate::shared::{Permit, Refusal};

/// The longest name of a place, in characters.
pub const NAME_CHARS: usize = 40;

/// A place as its neighbours know it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub code: &'a str,
    pub name: &'a str,
}

/// A grid that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrid {
    pub code: PlaceCode,
    pub name: String,
}

/// What a new grid of `parent` is called and coded. A short name (「第三网格」) gets the parent's before it, because a
/// list shows it without its parent. `ever` are all grids there ever were, ended ones included.
///
/// # Errors
/// `grid-parent` when only villages and communities have grids, `grid-full` after 999, and those of [`name`].
pub fn divide(_: &Permit<AddGrid>, parent: Named<'_>, ever: &[Named<'_>], typed: &str) -> Result<NewGrid, Refusal> {
    if PlaceCode::parse(parent.code)?.level() != Level::Village {
        return Err(Refusal::new("grid-parent").with("place", parent.name));
    }
    let typed = typed.trim();
    let full = if typed.is_empty() || typed.starts_with(parent.name) {
        typed.to_owned()
    } else {
        format!("{}{typed}", parent.name)
    };
    let name = name(&full, ever)?;
    let last = ever.iter().filter_map(|grid| grid.code.get(Level::Village.digits()..)?.parse::<u16>().ok()).max();
    let next = last.unwrap_or(0) + 1;
    if next > 999 {
        return Err(Refusal::new("grid-full").with("place", parent.name));
    }
    Ok(NewGrid { code: PlaceCode::parse(&format!("{}{next:03}", parent.code))?, name })
}

/// The new name of a place. `known` is the name its editor saw, `beside` are the others of the same parent.
///
/// # Errors
/// `changed-meanwhile` when somebody else was faster, and those of [`name`].
pub fn rename(_: &Permit<Edit>, now: &str, known: &str, beside: &[Named<'_>], typed: &str) -> Result<String, Refusal> {
    if now != known {
        return Err(Refusal::new("changed-meanwhile"));
    }
    name(typed, beside)
}

/// # Errors
/// `place-name-missing`, `text-too-long`, `place-name-taken`, all at the field `name`.
fn name(typed: &str, beside: &[Named<'_>]) -> Result<String, Refusal> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(Refusal::new("place-name-missing").at_field("name"));
    }
    fits_in(NAME_CHARS, "name", name)?;
    if beside.iter().any(|other| other.name == name) {
        return Err(Refusal::new("place-name-taken").with("name", name).at_field("name"));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::access::on_place;
    use crate::shared::{Actor, Channel, Membership, Role};

    const HUANGLOU: Named<'static> = Named { code: "371722003003", name: "黄楼社区" };

    fn administrator() -> Actor {
        let membership = Membership { role: Role::Administrator, organisation: None, place_path: "3717/".into() };
        Actor::person(crate::shared::Id::new(crate::shared::Cell(1), uuid::Uuid::nil()), vec![membership], Channel::Web)
    }

    #[test]
    fn grids_are_coded_in_order_and_named_after_their_community() {
        let permit = on_place::<AddGrid>(&administrator(), uuid::Uuid::nil(), "3717/371722/").unwrap();
        let first = [Named { code: "371722003003001", name: "黄楼社区第一网格" }];
        let third = [first[0], Named { code: "371722003003003", name: "黄楼社区第三网格" }];
        let last = [Named { code: "371722003003999", name: "黄楼社区末网格" }];
        let long = "网".repeat(NAME_CHARS);
        type Case<'a> = (&'a [Named<'a>], Named<'a>, &'a str, Result<(&'a str, &'a str), &'a str>);
        let cases: [Case<'_>; 9] = [
            (&[], HUANGLOU, "第一网格", Ok(("371722003003001", "黄楼社区第一网格"))),
            (&[], HUANGLOU, " 黄楼社区第一网格 ", Ok(("371722003003001", "黄楼社区第一网格"))),
            // An ended grid's number is not given again.
            (&third, HUANGLOU, "第二网格", Ok(("371722003003004", "黄楼社区第二网格"))),
            (&first, HUANGLOU, "第一网格", Err("place-name-taken")),
            (&first, HUANGLOU, " ", Err("place-name-missing")),
            (&first, HUANGLOU, &long, Err("text-too-long")),
            (&last, HUANGLOU, "第二网格", Err("grid-full")),
            (&[], Named { code: "371722003", name: "园艺街道" }, "第一网格", Err("grid-parent")),
            (&[], first[0], "第一网格", Err("grid-parent")),
        ];
        for (ever, parent, typed, expected) in cases {
            let made = divide(&permit, parent, ever, typed);
            let seen = made.as_ref().map(|g| (g.code.as_str(), g.name.as_str())).map_err(|r| r.code);
            assert_eq!(seen, expected, "{typed} in {}", parent.name);
        }
    }

    #[test]
    fn a_name_is_changed_by_whoever_saw_the_present_one() {
        let permit = on_place::<Edit>(&administrator(), uuid::Uuid::nil(), "3717/371722/").unwrap();
        let beside = [Named { code: "371722003004", name: "小李楼社区" }];
        let cases = [
            ("黄楼社区", "黄楼新村", Ok("黄楼新村")),
            ("黄楼", "黄楼新村", Err("changed-meanwhile")),
            ("黄楼社区", "小李楼社区", Err("place-name-taken")),
            ("黄楼社区", "", Err("place-name-missing")),
        ];
        for (known, typed, expected) in cases {
            let made = rename(&permit, "黄楼社区", known, &beside, typed);
            assert_eq!(made.as_deref().map_err(|r| r.code), expected, "{known} → {typed}");
        }
    }
}
