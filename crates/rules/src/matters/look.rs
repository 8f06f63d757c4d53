//! 请社工去看看: what a volunteer saw waits for staff until one of them has written down what came of it
//! ([`crate::service::look`]).

/// What the history of a matter has of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A volunteer asked that somebody look in.
    Wanted,
    /// Staff have written down what came of it.
    Looked,
}

/// Whether somebody is still to look in. `history`: the oldest first.
pub fn waits(history: impl IntoIterator<Item = Told>) -> bool {
    history.into_iter().last() == Some(Told::Wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_waits_until_somebody_writes_down_what_came_of_it() {
        use Told::{Looked, Wanted};
        for (name, history, expected) in [
            ("nobody asked", vec![], false),
            ("a volunteer asked", vec![Wanted], true),
            ("somebody looked in", vec![Wanted, Looked], false),
            ("the next volunteer asked again", vec![Wanted, Looked, Wanted], true),
            ("two asked, and one visit answers both", vec![Wanted, Wanted, Looked], false),
        ] {
            assert_eq!(waits(history), expected, "{name}");
        }
    }
}
