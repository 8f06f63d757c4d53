//! Whoever comes finds the way: to a door, to a place where they are met, or by asking on the telephone.

use crate::shared::Refusal;

/// What whoever accepts a task would have to go by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The door of whom it is for.
    pub address: bool,
    /// A telephone of theirs, or of who asked for them.
    pub phone: bool,
    /// Where they are met, as the task says it: more than the name of the village or community.
    pub meeting: bool,
}

/// Whether anybody who comes could find whom they come to.
///
/// # Errors
/// `task-no-way`.
pub fn leads_to_somebody(known: Known) -> Result<(), Refusal> {
    match known {
        Known { address: false, phone: false, meeting: false } => {
            Err(Refusal::new("task-no-way").at_field("place_hint"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_door_telephone_and_meeting_point_is_known() {
        let nothing = Known::default();
        for (case, known, refused) in [
            ("nothing is known", nothing, Some("task-no-way")),
            ("a door", Known { address: true, ..nothing }, None),
            ("a telephone to ask at", Known { phone: true, ..nothing }, None),
            ("a place where they are met", Known { meeting: true, ..nothing }, None),
        ] {
            assert_eq!(leads_to_somebody(known).err().map(|refusal| refusal.code), refused, "{case}");
        }
    }
}
