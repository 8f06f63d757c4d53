//! Figures that count a part of what another counts: rated needs among the closed ones, answered in time among the raised.
//!
//! A part is no larger than its whole, so what is shown of one narrows the other. Therefore a part is withheld wherever its
//! whole is: within the places whose whole is withheld it may then be spread in any way, and says nothing of the whole. In
//! all other places readers know how large the whole is, and what is withheld of the part is at least one and no more than
//! that. What these bounds and the sum leave no choice about could be computed; then another place is withheld, too.

/// A place's number of such a figure, and what it is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub of: u64,
    /// The number of the whole.
    pub within: u64,
    /// The number of the whole is shown.
    pub within_shown: bool,
    /// This number, or the rest that it leaves, is of one to four.
    pub small: bool,
}

impl Part {
    fn is_open(&self) -> bool {
        self.within_shown && !self.small
    }

    /// The most that readers hold possible where they know the whole: what has no rest is withheld for its own size alone.
    fn most(&self) -> u64 {
        if self.of < self.within { self.within - 1 } else { self.within }
    }
}

/// Which of the numbers may be shown, beside their total and the wholes that are shown; none of them when nothing less than
/// all would do.
pub fn suppress_parts(parts: &[Part]) -> Vec<bool> {
    let mut shown: Vec<bool> = parts.iter().map(Part::is_open).collect();
    while is_computable(parts, &shown) {
        // The smallest that is neither nothing nor all of its whole: readers count on those two being shown.
        let next = (0..parts.len())
            .filter(|n| shown[*n] && 0 < parts[*n].of && parts[*n].of < parts[*n].within)
            .min_by_key(|n| parts[*n].of);
        match next {
            Some(n) => shown[n] = false,
            None => return vec![false; parts.len()],
        }
    }
    shown
}

/// Whether the sum of what is withheld leaves no choice about a small number.
fn is_computable(parts: &[Part], shown: &[bool]) -> bool {
    let hidden = || parts.iter().zip(shown).filter(|(_, shown)| !**shown).map(|(part, _)| part);
    let (known, unknown): (Vec<&Part>, Vec<&Part>) = hidden().partition(|part| part.within_shown);
    let sum: u64 = hidden().map(|part| part.of).sum();
    let most_known: u64 = known.iter().map(|part| part.most()).sum();
    let least_known = known.len() as u64;
    let (whole, places) = (unknown.iter().map(|part| part.within).sum::<u64>(), unknown.len() as u64);
    let of_known = |part: &Part| {
        let least = sum.saturating_sub(most_known - part.most() + whole).max(1);
        let most = part.most().min(sum.saturating_sub(least_known - 1));
        least >= most
    };
    // Where the whole is withheld, each place has one of it at least.
    let of_unknown = |total: u64, least_elsewhere: u64, most_elsewhere: u64| {
        let least = total.saturating_sub(most_elsewhere + whole.saturating_sub(1));
        let most = (whole + 1).saturating_sub(places).min(total.saturating_sub(least_elsewhere));
        least >= most && most > 0
    };
    let rest: u64 = hidden().map(|part| part.within.saturating_sub(part.of)).sum();
    let (rest_least, rest_most) =
        known.iter().fold((0, 0), |(least, most), part| (least + part.within - part.most(), most + part.within - 1));
    known.iter().any(|part| part.small && of_known(part))
        || unknown.iter().any(|part| part.small)
            && (of_unknown(sum, least_known, most_known) || of_unknown(rest, rest_least, rest_most))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::suppress::{SMALLEST_GROUP, Shown, is_small, suppress_list};

    /// What is shown of the whole, as a list beside its total.
    fn wholes(sizes: &[u64]) -> Vec<bool> {
        if !sizes.iter().any(|n| is_small(*n)) {
            return vec![true; sizes.len()];
        }
        let (list, total) = suppress_list(sizes, true);
        list.into_iter().map(|shown| shown != Shown::Hidden && total != Some(Shown::Hidden)).collect()
    }

    fn parts(rows: &[(u64, u64)]) -> Vec<Part> {
        let shown = wholes(&rows.iter().map(|(_, within)| *within).collect::<Vec<_>>());
        let part = |(&(of, within), within_shown)| Part {
            of,
            within,
            within_shown,
            small: is_small(of) || is_small(within - of),
        };
        rows.iter().zip(shown).map(part).collect()
    }

    /// What it shows, the numbers of each place with their wholes, and which may be shown.
    type Case = (&'static str, &'static [(u64, u64)], &'static [bool]);

    #[test]
    fn a_part_is_withheld_where_it_or_its_whole_could_be_computed() {
        let cases: [Case; 7] = [
            ("nothing is small", &[(6, 12), (0, 9), (7, 7)], &[true, true, true]),
            ("one is small: another goes with it", &[(3, 20), (9, 30), (40, 60)], &[false, false, true]),
            ("two small ones", &[(3, 20), (2, 30), (40, 60)], &[false, false, true]),
            ("two ones: readers know that each is one at least", &[(1, 20), (1, 30), (40, 60)], &[false, false, false]),
            ("the whole is withheld, and so is each part of it", &[(0, 1), (5, 5), (6, 20)], &[false, false, true]),
            ("the rest is small", &[(17, 20), (25, 30), (40, 60)], &[false, false, true]),
            ("none but what has nothing beside it", &[(3, 20), (0, 9), (0, 8)], &[false, false, false]),
        ];
        for (name, rows, expected) in cases {
            assert_eq!(suppress_parts(&parts(rows)), expected, "{name}");
        }
    }

    /// Every way to spread `sum` over places, each within its bounds.
    fn spreads(bounds: &[(u64, u64)], sum: u64) -> Vec<Vec<u64>> {
        let Some(((least, most), rest)) = bounds.split_first() else {
            return if sum == 0 { vec![Vec::new()] } else { Vec::new() };
        };
        let with = |n: u64| spreads(rest, sum - n).into_iter().map(move |tail| [vec![n], tail].concat());
        (*least..=(*most).min(sum)).flat_map(with).collect()
    }

    /// The bounds of each number for whoever reads the table: the number itself where it is shown.
    fn bounds(rows: impl Iterator<Item = (u64, bool)>, least: u64, most: impl Fn(usize) -> u64) -> Vec<(u64, u64)> {
        rows.enumerate().map(|(n, (value, shown))| if shown { (value, value) } else { (least, most(n)) }).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

        /// From all that is published of a month and a place with its children, no small number that is withheld is determined,
        /// neither of the part nor of the whole.
        #[test]
        fn no_small_number_of_a_part_or_its_whole_can_be_computed(
            rows in prop::collection::vec((0u64..8).prop_flat_map(|within| (0..=within, Just(within))), 1..=4)
        ) {
            let (of, within) = rows.iter().fold((0, 0), |(a, b), (of, within)| (a + of, b + within));
            // Otherwise the place itself is withheld, and all below it.
            prop_assume!(within >= SMALLEST_GROUP && !is_small(of) && !is_small(within - of));
            let table = parts(&rows);
            let shown = suppress_parts(&table);
            for (part, shown) in table.iter().zip(&shown) {
                prop_assert!(!shown || !part.small && part.within_shown, "{table:?} {shown:?}");
            }
            // Where all is withheld, a zero is, too.
            let least_whole = u64::from(table.iter().any(|p| p.within_shown));
            let least_part = u64::from(shown.contains(&true));
            let whole_rows = table.iter().map(|p| (p.within, p.within_shown));
            let mut possible = vec![(std::collections::BTreeSet::new(), std::collections::BTreeSet::new()); rows.len()];
            for whole in spreads(&bounds(whole_rows, least_whole, |_| within), within) {
                let part_rows = table.iter().zip(&shown).map(|(p, shown)| (p.of, *shown));
                let mut part_bounds = bounds(part_rows, least_part, |n| whole[n]);
                for (n, bound) in part_bounds.iter_mut().enumerate() {
                    bound.0 = if shown[n] || table[n].within_shown { bound.0 } else { 0 };
                }
                for part in spreads(&part_bounds, of) {
                    for n in 0..rows.len() {
                        possible[n].0.insert(part[n]);
                        possible[n].1.insert(whole[n]);
                    }
                }
            }
            for (n, part) in table.iter().enumerate() {
                let (parts, wholes) = &possible[n];
                prop_assert!(parts.contains(&part.of) && wholes.contains(&part.within), "the truth is possible: {table:?}");
                if is_small(part.of) {
                    prop_assert!(parts.len() > 1, "part {n} is {}: {table:?} {shown:?}", part.of);
                }
                if is_small(part.within) {
                    prop_assert!(wholes.len() > 1, "whole {n} is {}: {table:?} {shown:?}", part.within);
                }
            }
        }
    }
}
