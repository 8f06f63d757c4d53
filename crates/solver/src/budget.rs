//! How much a search may spend, asked of the caller: the library reads no clock.
//!
//! An anytime algorithm (Dean and Boddy, "An analysis of time-dependent planning", AAAI 1988) can be stopped at any
//! moment and has its best answer ready. Here the caller says how much of its budget is spent, in thousandths, each time
//! it is asked; progress and cancelling come through the same call.

/// The whole budget, in thousandths.
pub const WHOLE: u32 = 1000;

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Moves tried, nodes expanded or paths searched so far; each module says which.
    pub steps: u64,
    /// The cost of the best answer so far that keeps all hard rules, when there is one.
    pub best: Option<i64>,
}

/// Says how much is spent. A closure `FnMut(&Progress) -> u32` is one.
pub trait Budget {
    /// Thousandths of the budget spent, never less than the time before; [`WHOLE`] or more stops the search.
    ///
    /// Called about every thousand steps, inside of long ones too. An answer that depends on a clock makes the search depend
    /// on it: with [`Steps`] it is the same on every machine.
    fn spent(&mut self, progress: &Progress) -> u32;
}

impl<F: FnMut(&Progress) -> u32> Budget for F {
    fn spent(&mut self, progress: &Progress) -> u32 {
        self(progress)
    }
}

/// A number of steps: the budget of tests and of whoever needs the same answer everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Steps(pub u64);

impl Budget for Steps {
    fn spent(&mut self, progress: &Progress) -> u32 {
        let whole = u64::from(WHOLE);
        let thousandths = progress.steps.saturating_mul(whole).checked_div(self.0).unwrap_or(whole);
        u32::try_from(thousandths).unwrap_or(u32::MAX)
    }
}

/// Steps between two questions to a budget.
pub(crate) const BREATH: u64 = 1024;

/// Counts a search's steps, and asks its budget now and then.
pub(crate) struct Meter<'b> {
    budget: &'b mut dyn Budget,
    pub progress: Progress,
    /// The thousandths at which the present part of the search ends.
    pub until: u32,
    asked: u64,
    spent: u32,
}

impl<'b> Meter<'b> {
    pub fn new(budget: &'b mut dyn Budget, until: u32) -> Meter<'b> {
        let progress = Progress { steps: 0, best: None };
        let spent = budget.spent(&progress);
        Meter { budget, progress, until, asked: 0, spent }
    }

    /// Thousandths of the budget spent when it was last asked.
    pub fn spent(&self) -> u32 {
        self.spent
    }

    pub fn is_over(&self) -> bool {
        self.spent >= self.until
    }

    /// Counts so many steps, and says whether this part of the search is over.
    pub fn step(&mut self, count: u64) -> bool {
        self.progress.steps += count;
        if self.progress.steps - self.asked >= BREATH {
            self.asked = self.progress.steps;
            self.spent = self.budget.spent(&self.progress);
        }
        self.is_over()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_spent_in_thousandths() {
        let cases = [(0, 10, 0), (5, 10, 500), (10, 10, 1000), (0, 0, 1000), (u64::MAX, 1, u32::MAX)];
        for (steps, limit, expected) in cases {
            assert_eq!(Steps(limit).spent(&Progress { steps, best: None }), expected, "{steps} of {limit}");
        }
    }
}
