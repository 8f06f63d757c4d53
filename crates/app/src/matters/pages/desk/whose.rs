//! Whose lists a desk shows: a part of the tree, the kinds seen there, what waits for whoever looks, and what they only watch.

use std::collections::BTreeSet;

use rules::matters::access::{self, Sight};
use rules::matters::{Kind, Phase};
use rules::shared::{Actor, Cell};
use uuid::Uuid;

use super::act::rung_by_another;
use super::queue::Asks;
use crate::city::City;
use crate::matters::store::{Filter, MatterRow, PhaseCount, Turn};
use crate::matters::{Held, kind_of, queues};
use crate::{Stop, Tx, places};

/// A part of the tree that one's lists are of, and the kinds one sees there.
pub struct Lists {
    /// One, or for the whole city all.
    pub cells: Vec<Cell>,
    pub within: String,
    kinds: Vec<String>,
    private: bool,
    /// What waits for them there; none for whoever only watches.
    turn: Option<Turn>,
}

impl Lists {
    /// What waits for them, or with `others` what they only watch; no such narrowing for whoever has no step anywhere.
    pub fn turn(&self, others: bool) -> Option<Turn> {
        self.turn.clone().map(|turn| Turn { theirs: !others, ..turn })
    }

    /// All of it that `who` sees.
    pub fn filter(&self, who: &Actor) -> Filter {
        Filter {
            kinds: self.kinds.clone(),
            within: Some(self.within.clone()),
            private: self.private,
            given_to: who.person,
            ..Filter::default()
        }
    }
}

/// The lists of `who` at `place`, or without one at the first place they work for; `None` for whoever has no lists.
pub fn lists(city: &City, who: &Actor, place: Option<&str>) -> Option<Lists> {
    let sees = |kind: &Kind, path: &str| access::sight(who, kind, path);
    let within = match place {
        Some(place) => place.to_owned(),
        None => {
            let mut roots: Vec<&str> = who.memberships.iter().map(|m| m.place_path.as_str()).collect();
            roots.sort_unstable();
            let root = roots.into_iter().find(|root| city.kinds.iter().any(|kind| sees(kind, root) != Sight::Own))?;
            root.to_owned()
        }
    };
    let seen: Vec<&Kind> = city.kinds.iter().filter(|kind| sees(kind, &within) != Sight::Own).collect();
    let cells = queues::cells_in(city, &within);
    let private = seen.iter().all(|kind| !kind.may_be_private || sees(kind, &within) == Sight::All);
    let turn = queues::turn(city, who, &within);
    let kinds: Vec<String> = seen.into_iter().map(|kind| kind.id.clone()).collect();
    (!kinds.is_empty() && !cells.is_empty()).then_some(Lists { cells, within, kinds, private, turn })
}

/// The lists that an address asks for, and what it narrows them to.
///
/// # Errors
/// Forbidden for whoever has none.
pub async fn lists_of(tx: &mut Tx<'_>, who: &Actor, asks: &Asks) -> Result<(Lists, Filter), Stop> {
    let city = tx.city();
    let (place, kind, level) = asks.narrowed();
    let chosen = match place {
        "" => None,
        code => places::store::by_code(tx, code).await?.map(|place| place.path),
    };
    let lists = lists(&city, who, chosen.as_deref()).ok_or(Stop::Forbidden { verb: "matters.see" })?;
    let said = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let turn = lists.turn(asks.watches());
    let filter = Filter { kind: said(kind), level: said(level), turn, ..lists.filter(who) };
    Ok((lists, filter))
}

/// Those of the rows about which a colleague has to ring: whoever looks had a part in them.
pub async fn rung_by_others(tx: &mut Tx<'_>, who: &Actor, rows: &[MatterRow]) -> Result<BTreeSet<Uuid>, Stop> {
    let city = tx.city();
    let mut rung = BTreeSet::new();
    for row in rows.iter().filter(|row| row.phase == Phase::CallBack.key()) {
        let held = Held::load(tx, row.id()).await?;
        if rung_by_another(who, kind_of(&city, &row.kind)?, &held.matter).is_some() {
            rung.insert(row.id);
        }
    }
    Ok(rung)
}

/// What waits at the desk of somebody: the place that its lists are of, and how many there are in each phase.
pub struct Waiting {
    pub place: String,
    pub counts: Vec<PhaseCount>,
    /// How many they only watch, and where these are listed.
    pub watched: (i64, String),
    /// What is private is not among them.
    pub but_private: bool,
}

/// What the desk of `who` shows when it is opened; `None` for whoever has none.
pub async fn waiting(tx: &mut Tx<'_>, who: &Actor, now: i64) -> Result<Option<Waiting>, Stop> {
    let city = tx.city();
    let Some(lists) = lists(&city, who, None) else { return Ok(None) };
    let filter = Filter { turn: lists.turn(false), ..lists.filter(who) };
    let counts = queues::counts(tx, &lists.cells, &filter, now).await?;
    let watched = match lists.turn(true) {
        Some(turn) => all(&queues::counts(tx, &lists.cells, &Filter { turn: Some(turn), ..filter }, now).await?),
        None => 0,
    };
    let place = places::store::ancestors(tx, &lists.within).await?.pop().map(|place| place.name).unwrap_or_default();
    let to_others = Asks::of_others().link("");
    Ok(Some(Waiting { place, counts, watched: (watched, to_others), but_private: !lists.private }))
}

/// How many these are together.
pub fn all(counts: &[PhaseCount]) -> i64 {
    counts.iter().map(|count| count.n).sum()
}

/// How many at the desk of somebody are late; none for whoever has none.
pub async fn late(tx: &mut Tx<'_>, who: &Actor, now: i64) -> Result<i64, Stop> {
    let city = tx.city();
    let Some(lists) = lists(&city, who, None) else { return Ok(0) };
    let filter = Filter { turn: lists.turn(false), ..lists.filter(who) };
    Ok(queues::counts(tx, &lists.cells, &filter, now).await?.iter().map(|count| count.late).sum())
}
