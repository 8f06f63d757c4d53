//! How far people are found for the tasks of a matter, and what the matter hears when that changes.

use crate::matters::workflow::Event;

/// A task of a matter that stands, as far as people are found for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// How many people it takes, and how many of these nobody has taken.
    pub slots: u16,
    pub free: u16,
    /// Somebody has signed in.
    pub begun: bool,
}

/// How far people are found for all tasks of a matter that stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nobody,
    /// Somebody comes, and no task has all it needs.
    Some,
    /// One task has all its people, or somebody is at work on one: the matter is under way, whatever else is still to be
    /// filled. A second shift that waits for people does not make it one for which people are only looked for.
    Enough,
}

/// How far people are found for these tasks. One that is over or cancelled is not among them.
pub fn found(tasks: impl IntoIterator<Item = Filled>) -> Found {
    let of_one = |task: Filled| match task {
        Filled { begun: true, .. } | Filled { free: 0, slots: 1.., .. } => Found::Enough,
        Filled { slots, free, .. } if free < slots => Found::Some,
        _ => Found::Nobody,
    };
    tasks.into_iter().map(of_one).fold(Found::Nobody, Found::and)
}

impl Found {
    fn and(self, other: Found) -> Found {
        match (self, other) {
            (Found::Enough, _) | (_, Found::Enough) => Found::Enough,
            (Found::Some, _) | (_, Found::Some) => Found::Some,
            (Found::Nobody, Found::Nobody) => Found::Nobody,
        }
    }

    /// What the matter hears: somebody came (`taken`), left, or a task was cut down, cancelled or is over.
    pub fn heard(self, after: Found, taken: bool) -> Option<Event> {
        match (self, after) {
            // A yes that comes late is told also when there are enough already: it leads a matter back.
            (_, Found::Enough) if taken || self != Found::Enough => Some(Event::Accepted),
            (Found::Enough, Found::Some | Found::Nobody) => Some(Event::AllDeclined),
            _ if taken => Some(Event::Joined),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Filled, Found, found};
    use crate::matters::workflow::Event;

    const fn task(slots: u16, free: u16) -> Filled {
        Filled { slots, free, begun: false }
    }

    #[test]
    fn a_matter_is_under_way_from_its_first_full_task() {
        let begun = Filled { begun: true, ..task(2, 1) };
        let cases = [
            ("no task", vec![], Found::Nobody),
            ("nobody yet", vec![task(1, 1), task(2, 2)], Found::Nobody),
            ("one of two", vec![task(2, 1)], Found::Some),
            ("one of two, and nobody for the second shift", vec![task(2, 1), task(1, 1)], Found::Some),
            ("all of the first, nobody for the second", vec![task(2, 0), task(2, 2)], Found::Enough),
            ("nobody for the first, all of the second", vec![task(1, 1), task(1, 0)], Found::Enough),
            ("all of all", vec![task(2, 0), task(1, 0)], Found::Enough),
            ("one of two, who is at work", vec![begun], Found::Enough),
        ];
        for (name, tasks, expected) in cases {
            assert_eq!(found(tasks), expected, "{name}");
        }
    }

    #[test]
    fn the_matter_hears_of_what_changes() {
        use Found::{Enough, Nobody, Some as SomeCome};
        let cases = [
            ("the first of two", (Nobody, SomeCome, true), Some(Event::Joined)),
            ("the last of one", (Nobody, Enough, true), Some(Event::Accepted)),
            ("the last of two", (SomeCome, Enough, true), Some(Event::Accepted)),
            ("one for the second shift", (Enough, Enough, true), Some(Event::Accepted)),
            ("one of the full left", (Enough, SomeCome, false), Some(Event::AllDeclined)),
            ("the only one left", (Enough, Nobody, false), Some(Event::AllDeclined)),
            ("one left, another task is full", (Enough, Enough, false), None),
            ("an unfilled task was cancelled, a full one stands", (Enough, Enough, false), None),
            ("it takes fewer now, and they have come", (SomeCome, Enough, false), Some(Event::Accepted)),
            ("the first of two left", (SomeCome, Nobody, false), None),
            ("nobody came, and the task was cancelled", (Nobody, Nobody, false), None),
        ];
        for (name, (before, after, taken), expected) in cases {
            assert_eq!(before.heard(after, taken), expected, "{name}");
        }
    }
}
