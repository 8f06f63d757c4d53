//! Who read whose data: the log that each person sees of themselves, looked through by those who audit it.

pub mod api;
pub mod pages;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rules::rights::access::SeeReads;
use rules::shared::ids::PersonThing;
use rules::shared::permit::{Verb as _, token_reads};
use rules::shared::when::read_date;
use rules::shared::{Actor, Moment, Refusal};

use crate::audit::{self, After, Look, Named, Narrowed, ReadRow, Whose};
use crate::city::City;
use crate::people::register::cells_of;
use crate::{Stop, Tx};

/// Looks of one page.
const PAGE: usize = 50;

/// What is asked for, as it stands in an address.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The id or whole name of who read.
    pub reader: String,
    /// The id or whole name of whose data was read.
    pub of: String,
    pub day: String,
}

fn named(typed: &str) -> Option<Named> {
    let typed = typed.trim();
    let named = || typed.parse().map_or_else(|_| Named::Name(typed.to_owned()), Named::Person);
    (!typed.is_empty()).then(named)
}

impl Wanted {
    fn narrowed(&self, city: &City) -> Result<Narrowed, Refusal> {
        let wrong = || Refusal::new("reads-day").at_field("day");
        let between = match self.day.trim() {
            "" => None,
            day => {
                let day: Date = read_date(day).ok_or_else(wrong)?;
                let start = |day: Date| city.calendar.midnight(day).map(Timestamp::as_millisecond).map_err(|_| wrong());
                Some((start(day)?, start(day.tomorrow().map_err(|_| wrong())?)?))
            }
        };
        Ok(Narrowed { reader: named(&self.reader), of: named(&self.of), between, except: None })
    }
}

/// The newest reads where `who` audits. Those whose log it is see that somebody looked at it; oneself sees one's own looks
/// only when asking for them, for each page read would otherwise fill the next.
///
/// # Errors
/// `reads-day`.
pub async fn list(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    wanted: &Wanted,
    (after, limit): (Option<&After>, usize),
) -> Result<Vec<ReadRow>, Stop> {
    let roles: Vec<_> = SeeReads::GRANTS.iter().map(|grant| grant.role).collect();
    let me = who.person.filter(|_| roles.iter().any(|role| who.has_role(*role)) && token_reads(who, "rights"));
    let Some(me) = me else { return Err(Stop::Forbidden { verb: SeeReads::NAME }) };
    let mut narrowed = wanted.narrowed(&tx.city())?;
    if narrowed.reader.is_none() {
        narrowed.except = Some(me);
    }
    let most = i64::try_from(limit).map_err(Stop::defect)?;
    let mut rows = Vec::new();
    for path in roles.iter().flat_map(|role| who.places_as(*role)) {
        for cell in cells_of(tx, path) {
            rows.extend(audit::reads_within(tx, cell, path, &narrowed, (after, most)).await?);
        }
    }
    // One person's rows come from one cell, and in the order in which the database has their fields.
    rows.sort_by_key(|row| std::cmp::Reverse((row.read_at, row.of().uuid, row.reader().uuid)));
    rows.dedup_by_key(|row| row.key());
    rows.truncate(limit);
    let shown: BTreeSet<_> = rows.iter().filter_map(ReadRow::person).collect();
    for of in shown {
        let look = Look::<PersonThing> { of: Whose::Person(of), fields: &["reads"], purpose: "audit", subject: of };
        audit::looked_at(tx, who, at, look).await?;
    }
    Ok(rows)
}
