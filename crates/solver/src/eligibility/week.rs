//! A set of the 168 hours of a week, as three words of 64 bits: containment is three operations.

/// Hours in a week; hour 0 is Monday 0:00–1:00.
pub const HOURS: u8 = 168;

/// A set of hours of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Week([u64; 3]);

impl Week {
    pub const NONE: Week = Week([0; 3]);
    /// All 168 hours.
    pub const ALL: Week = Week([u64::MAX, u64::MAX, (1 << 40) - 1]);

    /// `hours` hours from `first`; what passes Sunday's midnight goes on on Monday. More than 168 hours are all.
    pub fn span(first: u8, hours: u8) -> Week {
        let next = |hour: u8| if hour + 1 == HOURS { 0 } else { hour + 1 };
        let hours = std::iter::successors(Some(first % HOURS), |hour| Some(next(*hour))).take(usize::from(hours));
        hours.fold(Week::NONE, Week::with)
    }

    /// With one hour more; hours from 168 on do not exist and change nothing.
    pub fn with(mut self, hour: u8) -> Week {
        if hour < HOURS {
            self.0[usize::from(hour / 64)] |= 1 << (hour % 64);
        }
        self
    }

    #[inline]
    pub fn contains(self, other: Week) -> bool {
        other.without(self).is_empty()
    }

    /// The hours of this that are not in `other`.
    #[inline]
    pub fn without(self, other: Week) -> Week {
        Week([self.0[0] & !other.0[0], self.0[1] & !other.0[1], self.0[2] & !other.0[2]])
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.0 == [0; 3]
    }

    /// The hours, in order.
    pub fn hours(self) -> impl Iterator<Item = u8> {
        (0..HOURS).filter(move |hour| self.0[usize::from(hour / 64)] >> (hour % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_wrap_around_sunday() {
        let cases = [
            (0, 0, vec![]),
            (62, 4, vec![62, 63, 64, 65]),
            (167, 2, vec![0, 167]),
            (200, 1, vec![32]),
            (0, 255, (0..HOURS).collect()),
        ];
        for (first, hours, expected) in cases {
            assert_eq!(Week::span(first, hours).hours().collect::<Vec<_>>(), expected, "{hours} from {first}");
        }
        assert_eq!(Week::span(3, 168), Week::ALL);
        assert_eq!(Week::NONE.with(168), Week::NONE);
    }

    #[test]
    fn containment_is_of_every_hour() {
        let day = Week::span(8, 10);
        assert!(day.contains(Week::span(9, 2)) && day.contains(Week::NONE));
        assert!(!day.contains(Week::span(7, 2)));
        assert_eq!(Week::span(7, 2).without(day), Week::span(7, 1));
    }
}
