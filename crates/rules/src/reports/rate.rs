//! Rates with their counts, as the public may see them.

use super::suppress::{SMALLEST_GROUP, is_small};

/// A rate, always with both counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub of: u64,
    pub among: u64,
}

/// What the public is shown of the two counts of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    pub of: bool,
    pub among: bool,
    /// The numbers stand in no table with others that they are added up with.
    pub alone: bool,
}

/// A rate as the public may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicRate {
    /// In tenths of a percent, as one rounds by hand; only all are 100 %, and only none are 0 %.
    Exact { permille: u64, of: u64, among: u64 },
    /// One to four are on the other side: a bound that follows from `among` alone.
    AtLeast { permille: u64, among: u64 },
    /// One to four are on this side.
    AtMost { permille: u64, among: u64 },
    /// Fewer than five in all, or a number that is withheld.
    Hidden,
    /// Nobody to count: not 0 %, and not 100 %.
    Unknown,
}

impl Rate {
    /// Tenths of a percent, to the nearest; `None` when there is nobody to count. 99.96 % is not 100 %, and 0.04 % is not 0 %.
    pub fn permille(&self) -> Option<u64> {
        let Rate { of, among } = *self;
        let nearest = (of * 2000 + among).checked_div(among * 2)?;
        let is_part = of > 0 && of < among;
        Some(if is_part { nearest.clamp(1, 999) } else { nearest })
    }

    /// The rate for the public: neither side of it may name a group of one to four people. Its two counts are printed only
    /// from here; printed from elsewhere, they would give away what this hides.
    pub fn public(&self) -> PublicRate {
        let Rate { of, among } = *self;
        let Some(permille) = self.permille() else { return PublicRate::Unknown };
        let (few, others) = (SMALLEST_GROUP - 1, among.saturating_sub(of));
        if is_small(among) {
            PublicRate::Hidden
        } else if is_small(others) && is_small(of) {
            // Five to eight people, both sides small: any bound would tell who.
            PublicRate::Hidden
        } else if is_small(others) {
            PublicRate::AtLeast { permille: (among - few) * 1000 / among, among }
        } else if is_small(of) {
            PublicRate::AtMost { permille: (few * 1000).div_ceil(among), among }
        } else {
            PublicRate::Exact { permille, of, among }
        }
    }

    /// The rate for the public beside its two counts: it tells nothing that these withhold. That there is nobody to count is
    /// a count, too. A bound says that one side is of one to four people: of numbers that are added up and stand beside
    /// their sum two such would be computed, so it is said of what stands alone.
    pub fn beside(&self, open: Open) -> PublicRate {
        match self.public() {
            _ if !open.among => PublicRate::Hidden,
            PublicRate::Exact { .. } if !open.of => PublicRate::Hidden,
            PublicRate::AtLeast { .. } | PublicRate::AtMost { .. } if !open.alone => PublicRate::Hidden,
            public => public,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_names_no_small_group() {
        let exact = |permille, of, among| PublicRate::Exact { permille, of, among };
        let cases = [
            ((0, 0), PublicRate::Unknown),
            ((3, 4), PublicRate::Hidden),
            ((4, 8), PublicRate::Hidden),
            ((2, 5), PublicRate::Hidden),
            ((5, 5), exact(1000, 5, 5)),
            ((0, 5), exact(0, 0, 5)),
            ((5, 10), exact(500, 5, 10)),
            ((97, 100), PublicRate::AtLeast { permille: 960, among: 100 }),
            ((99, 100), PublicRate::AtLeast { permille: 960, among: 100 }),
            ((96, 100), PublicRate::AtLeast { permille: 960, among: 100 }),
            ((95, 100), exact(950, 95, 100)),
            ((3, 90), PublicRate::AtMost { permille: 45, among: 90 }),
            ((2995, 3000), exact(998, 2995, 3000)),
            ((52, 60), exact(867, 52, 60)),
            ((27, 57), exact(474, 27, 57)),
            ((1, 1000), PublicRate::AtMost { permille: 4, among: 1000 }),
            ((29_995, 30_000), exact(999, 29_995, 30_000)),
            ((5, 30_000), exact(1, 5, 30_000)),
        ];
        for ((of, among), expected) in cases {
            assert_eq!(Rate { of, among }.public(), expected, "{of}/{among}");
        }
    }

    #[test]
    fn a_rate_tells_nothing_that_its_counts_withhold() {
        let (all, in_table) =
            (Open { of: true, among: true, alone: true }, Open { of: false, among: true, alone: false });
        let exact = PublicRate::Exact { permille: 500, of: 5, among: 10 };
        let bound = PublicRate::AtMost { permille: 45, among: 90 };
        let cases = [
            ("both counts are shown", (5, 10), all, exact),
            ("one is withheld", (5, 10), Open { of: false, ..all }, PublicRate::Hidden),
            ("nobody, which is shown", (0, 0), all, PublicRate::Unknown),
            ("nobody, which is withheld", (0, 0), Open { among: false, ..all }, PublicRate::Hidden),
            ("one, which looks the same", (1, 1), Open { of: false, among: false, alone: true }, PublicRate::Hidden),
            ("few of many, alone", (3, 90), Open { of: false, ..all }, bound),
            ("few of many, beside a sum", (3, 90), in_table, PublicRate::Hidden),
        ];
        for (name, (of, among), open, expected) in cases {
            assert_eq!(Rate { of, among }.beside(open), expected, "{name}");
        }
    }
}
