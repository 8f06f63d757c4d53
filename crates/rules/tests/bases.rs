//! What people are told of why something is kept or asked for.

use rules::people::consent;
use rules::rights::kept::schedule;
use rules::shared::text::certain;

#[test]
fn what_people_are_told_has_a_basis_that_is_certain() {
    let today = "2026-06-08".parse().unwrap();
    let kept = schedule(today).into_iter().map(|kept| kept.basis.as_str());
    let asked = consent::versions(today).into_iter().map(|purpose| purpose.basis.as_str());
    for basis in kept.chain(asked) {
        let told = certain(basis);
        assert!(!told.is_empty() && !told.contains("待核实"), "{basis}: {told}");
    }
}
