//! Organisations found by what they are called: to hand something on to one, and to see that it is there before it is
//! entered again.

use std::collections::BTreeSet;

use kit::Choice;
use rules::people::access::{FindOrganisation, in_place};
use rules::people::{OrganisationKind, membership, naming};
use rules::places::{Level, path};
use rules::shared::ids::OrganisationId;
use rules::shared::{Actor, Cell, Length, Refusal, Role};
use uuid::Uuid;

use super::register::{self, cells_of};
use super::store::{self, ORGANISATION, OrganisationRow};
use crate::places::picker::full_name_at;
use crate::{Stop, Tx};

/// Which organisations are looked for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// A part of the name, the name as it is spoken, or initials.
    pub words: String,
    pub kind: Option<OrganisationKind>,
    /// Below this part of the tree only.
    pub within: Option<String>,
}

/// What a search looks through at most: words that fit more need more words.
const MOST_HITS: u32 = 500;

/// How many of several are named.
const NAMED: usize = 5;

/// Organisations that `who` may find: what is looked for by name, and those that take matters, in the counties that they
/// work in; without words the rest of their own part of the tree. At most `most` of a county.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, sought: &Sought, most: i64) -> Result<Vec<OrganisationRow>, Stop> {
    let (words, kind) = (sought.words.trim(), sought.kind);
    let takes = kind.is_some_and(|kind| takers().contains(&kind));
    if words.is_empty() && !takes {
        let kind = kind.map(OrganisationKind::key);
        return register::find_organisations(tx, who, kind, sought.within.as_deref(), most).await;
    }
    let mut found = Vec::new();
    for county in counties(who) {
        found.extend(called(tx, &county, words, kind).await?);
    }
    found.retain(|row| sought.within.as_ref().is_none_or(|within| row.place_path.starts_with(within.as_str())));
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

/// The counties in which `who` works, or for the whole city its own path.
fn counties(who: &Actor) -> Vec<String> {
    let finds = |path: &str| in_place::<FindOrganisation>(who, Uuid::nil(), path).is_ok();
    let mut counties: Vec<String> = who
        .memberships
        .iter()
        .filter(|m| finds(&m.place_path))
        .map(|m| path::up_to(&m.place_path, Level::County).to_owned())
        .collect();
    counties.sort();
    counties.dedup_by(|later, earlier| later.starts_with(earlier.as_str()));
    counties
}

/// The kinds that a matter can be handed to: those with clerks, who answer for it.
fn takers() -> &'static [OrganisationKind] {
    membership::organisations_of(Role::DepartmentClerk)
}

/// Those of a county that take matters and may be meant by `words`: without words all.
pub async fn that_take(tx: &mut Tx<'_>, county: &str, words: &str) -> Result<Vec<OrganisationRow>, Stop> {
    let mut found = Vec::new();
    for kind in takers() {
        found.extend(called(tx, county, words, Some(*kind)).await?);
    }
    Ok(found)
}

/// Those below a part of the tree that may be meant by `words`: whoever is called exactly so first, then the shortest names.
async fn called(
    tx: &mut Tx<'_>,
    within: &str,
    words: &str,
    kind: Option<OrganisationKind>,
) -> Result<Vec<OrganisationRow>, Stop> {
    let mut found = Vec::new();
    for cell in cells_of(tx, within) {
        // Of those that take matters there are few enough to compare each name.
        for taker in takers().iter().filter(|taker| kind.is_none_or(|kind| kind == **taker)) {
            found.extend(store::organisations(tx, cell, taker.key(), within).await?);
        }
        if kind.is_none_or(|kind| !takers().contains(&kind)) {
            let hits = tx.search(Some(cell.0), "org", words, MOST_HITS).await?;
            let ids: Vec<Uuid> = hits.into_iter().map(|(_, id)| id).collect();
            found.extend(by_ids(tx, cell, &ids).await?);
            found.extend(by_initials(tx, cell, within, words).await?);
        }
    }
    found.retain(|row| {
        row.place_path.starts_with(within)
            && kind.is_none_or(|kind| row.kind == kind.key())
            && naming::is_meant(&row.name, &row.initials, words)
    });
    if !words.is_empty() {
        found.sort_by_cached_key(|row| (row.name != words, row.name.chars().count(), row.name.clone(), row.id));
    }
    let mut seen = BTreeSet::new();
    found.retain(|row| seen.insert(row.id));
    Ok(found)
}

/// The organisation that somebody names to hand a matter to: by its id, by its name, or by a part that means no other.
///
/// # Errors
/// `organisation-unknown`; `organisation-several` with those that it could mean. Both at the field `at`.
pub async fn to_name(tx: &mut Tx<'_>, county: &str, typed: &str, at: &'static str) -> Result<OrganisationId, Stop> {
    let unknown = || Stop::from(Refusal::new("organisation-unknown").with("name", typed.trim()).at_field(at));
    if let Ok(id) = typed.trim().parse::<OrganisationId>() {
        return Ok(store::organisation(tx, id).await?.ok_or_else(unknown)?.id());
    }
    let mut meant = that_take(tx, county, typed.trim()).await?;
    let exact = meant.iter().filter(|row| row.name == typed.trim()).count();
    if exact == 1 {
        meant.retain(|row| row.name == typed.trim());
    }
    match meant.as_slice() {
        [] => Err(unknown()),
        [one] => Ok(one.id()),
        several => {
            let names: Vec<&str> = several.iter().take(NAMED).map(|row| row.name.as_str()).collect();
            Err(Refusal::new("organisation-several").with("names", names.join("、")).at_field(at).into())
        }
    }
}

/// Organisations as choices by their id, with where each is as hint.
pub async fn choices(tx: &mut Tx<'_>, rows: &[OrganisationRow]) -> Result<Vec<Choice>, Stop> {
    let mut choices = Vec::new();
    for row in rows {
        let place = full_name_at(tx, &row.place_path).await?;
        choices.push(Choice::new(row.id().to_string(), row.name.as_str()).hinted(place));
    }
    Ok(choices)
}

/// Whether an organisation is called something, in no more words than fit.
///
/// # Errors
/// `organisation-name-missing`, `text-too-long`, at the field `name`.
pub fn fits_name(typed: &str) -> Result<(), Refusal> {
    if typed.trim().is_empty() {
        return Err(Refusal::new("organisation-name-missing").at_field("name"));
    }
    Length::Body.fits("name", typed)
}

/// Refuses an organisation that is there already, before it is entered or called so: its credit code in the county, or its
/// name at the place. `but`: the one that is changed.
///
/// # Errors
/// `organisation-twice` with its name, and with its id as `organisation`.
pub async fn refuse_twice(
    tx: &mut Tx<'_>,
    ((cell, place_path), name): ((Cell, &str), &str),
    credit_code: Option<&str>,
    but: Option<OrganisationId>,
) -> Result<(), Stop> {
    let same_code = match credit_code {
        Some(code) => {
            let row = of_code(tx, cell, code).await?.filter(|row| but != Some(row.id()));
            row.map(|row| ("credit_code", row))
        }
        None => None,
    };
    let same = match same_code {
        Some(same) => Some(same),
        None => at_place(tx, cell, place_path)
            .await?
            .into_iter()
            .find(|row| naming::bare(&row.name) == naming::bare(name) && but != Some(row.id()))
            .map(|row| ("name", row)),
    };
    match same {
        Some((field, row)) => {
            let refusal = Refusal::new("organisation-twice").with("name", row.name.as_str());
            Err(refusal.with("organisation", row.id().to_string()).at_field(field).into())
        }
        None => Ok(()),
    }
}

/// Organisations of a cell by their ids, in no order; without those that have ended.
async fn by_ids(tx: &mut Tx<'_>, cell: Cell, ids: &[Uuid]) -> Result<Vec<OrganisationRow>, Stop> {
    let mut rows = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let mut args = db::args![cell.0];
        let marks = db::several(&mut args, some.iter().copied());
        let sql = format!(
            "SELECT {ORGANISATION} FROM people_organisations WHERE cell = $1 AND ended_at IS NULL AND id IN ({marks})"
        );
        rows.extend(tx.all::<OrganisationRow>(&sql, args).await?);
    }
    Ok(rows)
}

/// So many at once are looked up by their ids.
const AT_ONCE: usize = 200;

/// Those below a part of the tree whose initials begin so.
async fn by_initials(tx: &mut Tx<'_>, cell: Cell, within: &str, words: &str) -> Result<Vec<OrganisationRow>, Stop> {
    if words.is_empty() || !words.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {ORGANISATION} FROM people_organisations WHERE cell = $1 AND place_path >= $2 AND place_path < $3 \
         AND substr(initials, 1, length(CAST($4 AS TEXT))) = $4 AND ended_at IS NULL ORDER BY initials, id LIMIT $5"
    );
    let args = db::args![cell.0, within, format!("{within}~"), words.to_ascii_lowercase(), i64::from(MOST_HITS)];
    Ok(tx.all::<OrganisationRow>(&sql, args).await?)
}

/// The organisations of one place, without those that have ended.
async fn at_place(tx: &mut Tx<'_>, cell: Cell, path: &str) -> Result<Vec<OrganisationRow>, Stop> {
    let sql = format!(
        "SELECT {ORGANISATION} FROM people_organisations WHERE cell = $1 AND place_path = $2 AND ended_at IS NULL \
         ORDER BY id"
    );
    Ok(tx.all::<OrganisationRow>(&sql, db::args![cell.0, path]).await?)
}

/// The organisation of a cell with this credit code, which no other one gets, also when it has ended.
async fn of_code(tx: &mut Tx<'_>, cell: Cell, code: &str) -> Result<Option<OrganisationRow>, Stop> {
    let sql = format!("SELECT {ORGANISATION} FROM people_organisations WHERE cell = $1 AND credit_code = $2");
    Ok(tx.one::<OrganisationRow>(&sql, db::args![cell.0, code]).await?)
}
