//! What an asker may see of a figure: exact within their own places, otherwise without small groups.
//!
//! Places form a tree, and a parent's table and its child's share the child's number. So what is withheld in a table is
//! withheld in every finer one: below a withheld place nothing is shown, and no table can be solved by another. Groups
//! are published for the whole city alone, where each split shares only the total. A figure that counts a part of another is
//! withheld where that one is (`Measure::within`), so no table of the one is solved by the other's.

use std::collections::BTreeMap;

use rules::reports::access::{self, SeeRows, SeeSmallGroups};
use rules::reports::suppress::is_small;
use rules::reports::{
    Counts, Coverage, Measure, Month, Open, Part, PublicRate, Rate, Shown, Value, measure, suppress, suppress_parts,
};
use rules::shared::{Actor, Moment};

use super::store::{self, Count, Source, Span, Split, What};
use crate::places::Place;
use crate::{Stop, Tx, places};

/// A number as this asker sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Rows, people or minutes.
    Count {
        count: i64,
        coverage: Coverage,
    },
    Rate {
        rate: PublicRate,
        coverage: Coverage,
    },
    /// A small group, or what would give one away.
    Withheld(Coverage),
    /// Not counted: to come, or from before records were kept. Not zero.
    Unknown(Coverage),
}

impl Seen {
    pub fn coverage(&self) -> Coverage {
        match self {
            Seen::Count { coverage, .. }
            | Seen::Rate { coverage, .. }
            | Seen::Withheld(coverage)
            | Seen::Unknown(coverage) => *coverage,
        }
    }

    /// The count, when it is shown.
    pub fn count(&self) -> Option<i64> {
        match self {
            Seen::Count { count, .. } => Some(*count),
            Seen::Rate { .. } | Seen::Withheld(_) | Seen::Unknown(_) => None,
        }
    }
}

/// A line of a table: the key of a place or group, and its number.
pub type Line = (String, Seen);

/// A measure of one place for one asker.
pub struct View {
    pub measure: &'static Measure,
    pub place: Place,
    /// From the city down to the place itself.
    pub chain: Vec<Place>,
    /// True when the asker sees small groups here.
    pub exact: bool,
    /// True when the asker may see what stands in the rows.
    pub rows: bool,
    pub as_of: Moment,
    since: Option<Month>,
}

/// A counted number, and whether it may be shown.
#[derive(Clone, Debug)]
struct Number {
    n: i64,
    among: i64,
    /// The groups of people that the number tells of; none of them may be small.
    faces: Vec<u64>,
    shown: bool,
}

impl Number {
    fn of(source: &Source, count: &Count) -> Number {
        let size = |n: i64| u64::try_from(n).unwrap_or(0);
        let faces = match source.what {
            What::Minutes => vec![size(count.people)],
            What::People => vec![size(count.n)],
            // Where another measure counts the rest of the same rows, that rest is a group too.
            What::Rows => vec![size(count.n), size(count.among - count.n)],
        };
        Number { n: count.n, among: count.among, faces, shown: true }
    }

    fn is_small(&self) -> bool {
        self.faces.iter().any(|face| is_small(*face))
    }

    fn nothing() -> Number {
        Number { n: 0, among: 0, faces: vec![0, 0], shown: true }
    }
}

/// Marks what may be shown of disjoint groups whose total is shown beside them; nothing of them when the total would
/// have to go.
fn mask(numbers: &mut [&mut Number]) {
    for face in 0..2 {
        let sizes: Vec<u64> = numbers.iter().map(|n| n.faces.get(face).copied().unwrap_or(0)).collect();
        let total: u64 = sizes.iter().sum();
        if !sizes.iter().any(|s| is_small(*s)) && !is_small(total) {
            continue;
        }
        let (list, total) = suppress::suppress_list(&sizes, true);
        for (number, shown) in numbers.iter_mut().zip(list) {
            number.shown &= shown != Shown::Hidden && total != Some(Shown::Hidden);
        }
    }
}

/// As [`mask`], of a figure that counts a part of what another counts, of which it is known what is shown.
fn mask_parts(numbers: &mut BTreeMap<String, Number>, wholes: &BTreeMap<String, Number>) {
    let nothing = Number::nothing();
    let part = |(key, number): (&String, &Number)| {
        let whole = wholes.get(key).unwrap_or(&nothing);
        let size = |n: i64| u64::try_from(n).unwrap_or(0);
        Part { of: size(number.n), within: size(whole.n), within_shown: whole.shown, small: number.is_small() }
    };
    let parts: Vec<Part> = numbers.iter().map(part).collect();
    for (number, shown) in numbers.values_mut().zip(suppress_parts(&parts)) {
        number.shown &= shown;
    }
}

/// The numbers of one counted measure by month and key.
type Numbers = BTreeMap<Month, BTreeMap<String, Number>>;

fn numbers(source: &Source, counts: &[Count]) -> Result<Numbers, Stop> {
    let mut all = Numbers::new();
    for count in counts {
        all.entry(count.month.parse()?).or_default().insert(count.bucket.clone(), Number::of(source, count));
    }
    Ok(all)
}

/// How many digits the codes below this one have, 0 below a grid.
fn digits_below(code: &str) -> usize {
    match code.len() {
        4 => 6,
        6 => 9,
        9 => 12,
        12 => 15,
        _ => 0,
    }
}

/// The place with this code or id, or the city.
pub async fn find_place(tx: &mut Tx<'_>, reference: Option<&str>) -> Result<Place, Stop> {
    let root = tx.city().settings.root_code.clone();
    let reference = reference.filter(|r| !r.is_empty()).unwrap_or(&root);
    places::api::find(tx, reference).await?.ok_or(Stop::Missing)
}

impl View {
    pub async fn open(
        tx: &mut Tx<'_>,
        who: Option<&Actor>,
        at: Moment,
        measure: &'static Measure,
        place: Place,
    ) -> Result<View, Stop> {
        let chain = places::store::ancestors(tx, &place.path).await?;
        let (path, id) = (place.path.as_str(), place.id.uuid);
        let exact = who.is_some_and(|who| access::on_place::<SeeSmallGroups>(who, id, path).is_ok());
        let rows = who.is_some_and(|who| access::on_place::<SeeRows>(who, id, path).is_ok());
        let since = store::first_month(tx, &counted(measure)?).await?;
        Ok(View { measure, place, chain, exact, rows, as_of: at, since })
    }

    /// The current month, in the city's calendar.
    pub fn this_month(tx: &Tx<'_>, at: Moment) -> Month {
        Month::of(tx.city().calendar.date(at.recorded))
    }

    /// The figure of each month of a span.
    pub async fn months(&self, tx: &mut Tx<'_>, span: Span) -> Result<Vec<(Month, Seen)>, Stop> {
        let parts = self.parts(self.measure)?;
        let mut found = Vec::new();
        for part in parts {
            let mut own = self.own(tx, part, span).await?;
            let months = months_of(span);
            let line = |month: &Month| own.remove(month).unwrap_or_else(Number::nothing);
            found.push(months.iter().map(line).collect::<Vec<_>>());
        }
        let mut lines = Vec::new();
        for (i, month) in months_of(span).into_iter().enumerate() {
            let parts: Vec<&Number> = found.iter().map(|numbers| &numbers[i]).collect();
            lines.push((month, self.seen(tx, month, &parts, self.chain.len() < 2)));
        }
        Ok(lines)
    }

    /// The figure of each place right below, and under the empty key of what lies in none of them.
    pub async fn below(&self, tx: &mut Tx<'_>, month: Month) -> Result<Vec<(Place, Seen)>, Stop> {
        let children = places::store::children(tx, self.place.id).await?;
        let mut keys: Vec<String> = children.iter().map(|c| c.code.clone()).collect();
        keys.push(String::new());
        let split = Split::Places { digits: digits_below(&self.place.code) };
        let lines = self.split(tx, month, split, keys).await?;
        let place = |code: &str| children.iter().find(|c| c.code == code).unwrap_or(&self.place).clone();
        let is_nothing =
            |seen: &Seen| matches!(seen, Seen::Count { count: 0, .. } | Seen::Rate { rate: PublicRate::Unknown, .. });
        let is_rest_of_nothing = |(key, seen): &Line| key.is_empty() && is_nothing(seen);
        Ok(lines.into_iter().filter(|l| !is_rest_of_nothing(l)).map(|(key, seen)| (place(&key), seen)).collect())
    }

    /// The figure of each group of a split: for whoever sees small groups here, and for the public of the whole city.
    pub async fn groups(&self, tx: &mut Tx<'_>, month: Month, by: &str) -> Result<Option<Vec<Line>>, Stop> {
        if !self.measure.by.iter().any(|b| b == by) {
            return Err(Stop::Missing);
        }
        if !self.exact && self.chain.len() > 1 {
            return Ok(None);
        }
        self.split(tx, month, Split::Group(by), Vec::new()).await.map(Some)
    }

    async fn split(
        &self,
        tx: &mut Tx<'_>,
        month: Month,
        split: Split<'_>,
        keys: Vec<String>,
    ) -> Result<Vec<Line>, Stop> {
        let mut found: Vec<BTreeMap<String, Number>> = Vec::new();
        for part in self.parts(self.measure)? {
            let span = Span::of(month);
            let mut groups =
                self.table(tx, part, (&self.place.path, span, split), &keys).await?.remove(&month).unwrap_or_default();
            if !self.exact {
                let whole = self.own(tx, part, span).await?.get(&month).is_some_and(|own| own.shown);
                groups.values_mut().for_each(|n| n.shown &= whole);
            }
            found.push(groups);
        }
        let nothing = Number::nothing();
        let keys: Vec<String> = match keys.is_empty() {
            true => found
                .iter()
                .flat_map(|f| f.keys().cloned())
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect(),
            false => keys,
        };
        let mut lines = Vec::new();
        for key in keys {
            let parts: Vec<&Number> = found.iter().map(|f| f.get(&key).unwrap_or(&nothing)).collect();
            lines.push((key.clone(), self.seen(tx, month, &parts, false)));
        }
        Ok(lines)
    }

    /// What decides whether a measure is shown: all that it counts a part of, and itself; for whoever sees all, itself.
    fn line(&self, of: &'static Measure) -> Vec<&'static Measure> {
        if self.exact { vec![of] } else { of.wholes() }
    }

    /// The place's own number of a counted measure in each month.
    async fn own(&self, tx: &mut Tx<'_>, of: &'static Measure, span: Span) -> Result<BTreeMap<Month, Number>, Stop> {
        let mut open = self.open_months(tx, of, span).await?;
        let mut found = BTreeMap::new();
        for whole in self.line(of) {
            let source = source_of(whole)?;
            let counts = store::counts(tx, &source, &self.place.path, span, Split::None).await?;
            let mut totals = numbers(&source, &counts)?;
            for month in months_of(span) {
                let mut number = totals.get_mut(&month).and_then(|t| t.remove("")).unwrap_or_else(Number::nothing);
                let open = open.entry(month).or_insert(true);
                *open &= self.exact || !number.is_small();
                number.shown = *open;
                found.insert(month, number);
            }
        }
        Ok(found)
    }

    /// A counted measure split at a path, by month; for whoever sees no small groups with what may be shown of it. `keys` are
    /// in the table also where nothing was counted.
    async fn table(
        &self,
        tx: &mut Tx<'_>,
        of: &'static Measure,
        (path, span, split): (&str, Span, Split<'_>),
        keys: &[String],
    ) -> Result<Numbers, Stop> {
        let mut wholes: Option<Numbers> = None;
        for measure in self.line(of) {
            let source = source_of(measure)?;
            let mut tables = numbers(&source, &store::counts(tx, &source, path, span, split).await?)?;
            for month in months_of(span) {
                let table = tables.entry(month).or_default();
                let whole = wholes.as_ref().and_then(|wholes| wholes.get(&month));
                for key in keys.iter().chain(whole.iter().flat_map(|whole| whole.keys())) {
                    table.entry(key.clone()).or_insert_with(Number::nothing);
                }
                match whole {
                    _ if self.exact => {}
                    Some(whole) => mask_parts(table, whole),
                    None => mask(&mut table.values_mut().collect::<Vec<_>>()),
                }
            }
            wholes = Some(tables);
        }
        Ok(wholes.unwrap_or_default())
    }

    /// In which months the place's own number is shown in the tables of all the places above it.
    async fn open_months(
        &self,
        tx: &mut Tx<'_>,
        of: &'static Measure,
        span: Span,
    ) -> Result<BTreeMap<Month, bool>, Stop> {
        let mut open: BTreeMap<Month, bool> = months_of(span).into_iter().map(|m| (m, true)).collect();
        if self.exact {
            return Ok(open);
        }
        for pair in self.chain.windows(2) {
            let [above, next] = pair else { continue };
            let split = Split::Places { digits: digits_below(&above.code) };
            let keys = [next.code.clone()];
            for (month, table) in self.table(tx, of, (&above.path, span, split), &keys).await? {
                let shown = table.get(&next.code).is_some_and(|n| n.shown);
                open.entry(month).and_modify(|o| *o &= shown);
            }
        }
        Ok(open)
    }

    /// The counted measures that make up one: itself, or both parts of a rate.
    fn parts(&self, of: &'static Measure) -> Result<Vec<&'static Measure>, Stop> {
        let Some(rate) = &of.rate else { return Ok(vec![of]) };
        let part = |key: &str| measure(key).ok_or_else(|| Stop::defect(format!("{key} is no measure")));
        Ok(vec![part(&rate.of)?, part(&rate.among)?])
    }

    /// A number as the asker sees it; `alone`: it stands in no table with others that it is added up with.
    fn seen(&self, tx: &Tx<'_>, month: Month, parts: &[&Number], alone: bool) -> Seen {
        let city = tx.city();
        let since = self.since.map_or_else(|| city.calendar.date(self.as_of.recorded), Month::first_day);
        let of = parts[0];
        let (count, coverage) = match month.value(of.n, &city.calendar, since, self.as_of.recorded) {
            Value::Known { count, coverage } => (count, coverage),
            Value::Unknown(coverage) => return Seen::Unknown(coverage),
        };
        if self.measure.counts != Counts::Rate {
            return if of.shown { Seen::Count { count, coverage } } else { Seen::Withheld(coverage) };
        }
        let size = |n: i64| u64::try_from(n).unwrap_or(0);
        let rate = Rate { of: size(of.n), among: size(of.among) };
        if self.exact {
            let exact = |permille| PublicRate::Exact { permille, of: rate.of, among: rate.among };
            return Seen::Rate { rate: rate.permille().map_or(PublicRate::Unknown, exact), coverage };
        }
        let open = Open { of: of.shown, among: parts.get(1).is_some_and(|among| among.shown), alone };
        match rate.beside(open) {
            PublicRate::Hidden => Seen::Withheld(coverage),
            rate => Seen::Rate { rate, coverage },
        }
    }
}

pub fn months_of(span: Span) -> Vec<Month> {
    let mut months = Vec::new();
    let mut month = span.from;
    while month <= span.to {
        months.push(month);
        let next = month.plus(1);
        if next == month {
            break;
        }
        month = next;
    }
    months
}

fn source_of(measure: &Measure) -> Result<Source, Stop> {
    store::source(&measure.key).ok_or_else(|| Stop::defect(format!("{} is not counted", measure.key)))
}

/// The source of a measure, or of what a rate is a part of.
fn counted(of: &Measure) -> Result<Source, Stop> {
    match &of.rate {
        Some(rate) => {
            source_of(measure(&rate.among).ok_or_else(|| Stop::defect(format!("{} is no measure", rate.among)))?)
        }
        None => source_of(of),
    }
}
