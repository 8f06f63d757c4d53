//! A task beside what was promised to whose matter it is.

use jiff::Timestamp;

use crate::shared::{Refusal, Window};

/// Whether a task begins only after whose matter it is was promised that it is done.
pub fn is_after_promise(window: Window, promised: Option<Timestamp>) -> bool {
    promised.is_some_and(|promised| window.start > promised)
}

/// How a task stands to what whose matter it is was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// It is over by then, or nothing was promised.
    InTime,
    /// It begins in time and ends later.
    EndsAfter,
    BeginsAfter,
}

/// How a task at this time stands to the promise.
pub fn beside_promise(window: Window, promised: Option<Timestamp>) -> Beside {
    match promised {
        Some(_) if is_after_promise(window, promised) => Beside::BeginsAfter,
        Some(promised) if window.end > promised => Beside::EndsAfter,
        _ => Beside::InTime,
    }
}

/// Whether a task may be at this time: one that begins after the promise only where that is `meant`. `None`: nobody is asked,
/// as of a program that does not say whether it is.
///
/// # Errors
/// `task-after-promise`.
pub fn keeps_promise(window: Window, promised: Option<Timestamp>, meant: Option<bool>) -> Result<(), Refusal> {
    if is_after_promise(window, promised) && meant == Some(false) {
        return Err(Refusal::new("task-after-promise").at_field("after_promise"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_over_by_the_promise_or_is_said_to_end_after_it() {
        let at = |hour: i8| -> Timestamp { format!("2026-06-08T{hour:02}:00:00+08:00").parse().unwrap() };
        for (case, promised, expected) in [
            ("nothing was promised", None, Beside::InTime),
            ("over before it", Some(17), Beside::InTime),
            ("over with its minute", Some(16), Beside::InTime),
            ("ends after it", Some(15), Beside::EndsAfter),
            ("begins with its minute", Some(14), Beside::EndsAfter),
            ("begins after it", Some(13), Beside::BeginsAfter),
        ] {
            let window = Window { start: at(14), end: at(16) };
            assert_eq!(beside_promise(window, promised.map(at)), expected, "{case}");
        }
    }

    #[test]
    fn a_task_after_the_promise_is_meant_so_or_is_not_cut() {
        let at = |hour: i8| -> Timestamp { format!("2026-06-08T{hour:02}:00:00+08:00").parse().unwrap() };
        let window = |hour| Window { start: at(hour), end: at(hour + 2) };
        let refused = Some("task-after-promise");
        let cases = [
            ("nothing was promised", 14, None, Some(false), None),
            ("before it", 12, Some(13), Some(false), None),
            ("with its minute", 13, Some(13), Some(false), None),
            ("after it", 14, Some(13), Some(false), refused),
            ("after it, and meant", 14, Some(13), Some(true), None),
            ("after it, by a program that does not say", 14, Some(13), None, None),
        ];
        for (name, hour, promised, meant, expected) in cases {
            let kept = keeps_promise(window(hour), promised.map(at), meant);
            assert_eq!(kept.map_err(|refusal| refusal.code), expected.map_or(Ok(()), Err), "{name}");
        }
    }
}
