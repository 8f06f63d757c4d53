//! A roster to solve, in the public text format: read or refused; what is read is solved within no time at all, and the
//! checker finds what the answer says of itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solver::budget::{Progress, WHOLE};
use solver::roster::{self, public_format};

/// Beyond that every run would only allocate.
const MOST: usize = 40;

fuzz_target!(|text: &str| {
    let Ok(instance) = public_format::read(text) else { return };
    let model = &instance.model;
    if model.days as usize > MOST || instance.people.len() > MOST || instance.shifts.len() > MOST {
        return;
    }
    if let Ok(answer) = roster::solve(model, 1, &mut |_: &Progress| WHOLE) {
        assert_eq!(roster::check::violations(model, &answer.roster), Some(answer.violations));
        assert_eq!(roster::check::parts(model, &answer.roster).cost(), answer.cost);
    }
});
