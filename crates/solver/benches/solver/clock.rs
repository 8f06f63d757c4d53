//! Clocks that stand still while others have the processor, and a budget read from one of them.

use rustix::time::{ClockId, Timespec, clock_gettime};
use solver::budget::{Progress, WHOLE};

fn nanoseconds(time: Timespec) -> u64 {
    u64::try_from(time.tv_sec * 1_000_000_000 + time.tv_nsec).unwrap_or(0)
}

/// CPU nanoseconds of this thread.
pub fn of_thread() -> u64 {
    nanoseconds(clock_gettime(ClockId::ThreadCPUTime))
}

/// CPU seconds of this process since it began.
pub fn of_process() -> f64 {
    std::time::Duration::from_nanos(nanoseconds(clock_gettime(ClockId::ProcessCPUTime))).as_secs_f64()
}

/// A budget of so many CPU seconds of this process from now.
pub fn seconds(limit: f64) -> impl FnMut(&Progress) -> u32 {
    let begun = of_process();
    #[expect(clippy::cast_possible_truncation, reason = "clamped to 0..=1000 before")]
    move |_| {
        let share = ((of_process() - begun) / limit).clamp(0.0, 1.0) * f64::from(WHOLE);
        share as u32
    }
}
