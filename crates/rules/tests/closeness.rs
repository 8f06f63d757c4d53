//! Who stands too close to whose matter it is to decide about it.

mod world;

use rules::matters::access::{AnswerStep, Assign, Merge, Note, Rate, Reroute, Triage};
use rules::matters::closeness::{is_kept_from_close_ones, may_decide, may_have};
use rules::shared::Verb;
use world::{World, code, person};

#[test]
fn whoever_is_close_neither_decides_nor_has_it() {
    let world = World::new();
    let (need, hazard) = (world.kind("need"), world.kind("hazard"));
    let close = [person(1), person(2)];
    let others = ["周社工".to_owned(), "吴社工".to_owned()];
    let cases = [
        ("a stranger", Some(person(3)), &others[..], Ok(())),
        ("whose it is", Some(person(1)), &others[..], Err("matter-close")),
        ("their kin", Some(person(2)), &others[..], Err("matter-close")),
        ("their kin, where there is nobody else", Some(person(2)), &[][..], Err("matter-close-alone")),
        ("the system", None, &others[..], Ok(())),
    ];
    for (name, who, others, expected) in cases {
        assert_eq!(code(may_decide(who, &close, others)), expected, "{name}");
    }
    let told = may_decide(Some(person(2)), &close, &others).unwrap_err();
    assert_eq!(told.to_string(), "matter-close names=周社工、吴社工");
    assert_eq!(code(may_have(need, person(2), &close)), Err("assign-close"));
    assert_eq!(code(may_have(need, person(3), &close)), Ok(()));
    assert_eq!(code(may_have(hazard, person(2), &close)), Ok(()), "it serves the public");
}

#[test]
fn what_whoever_is_close_may_still_do() {
    let world = World::new();
    let kept = |kind: &str, verb| is_kept_from_close_ones(world.kind(kind), None, verb);
    for verb in [Triage::NAME, AnswerStep::NAME, Merge::NAME] {
        assert!(kept("need", verb) && kept("food_permit", verb) && !kept("hazard", verb), "{verb}");
    }
    assert!(kept("hazard", Rate::NAME), "nobody says for their own people how it was");
    for verb in [Assign::NAME, Reroute::NAME, Note::NAME] {
        assert!(!kept("need", verb), "{verb}");
    }
}
