use proptest::prelude::*;

use super::check::cheapest;
use super::*;
use crate::fault::Fault;

fn point() -> impl Strategy<Value = Point> {
    // Many at few places, so that equal costs and full cells happen; some far away.
    prop_oneof![
        9 => (-40..40i32, -40..40i32).prop_map(|(x, y)| Point { x: x * 25, y: y * 25 }),
        1 => (-60_000..60_000i32, -60_000..60_000i32).prop_map(|(x, y)| Point { x, y }),
    ]
}

fn worker() -> impl Strategy<Value = Worker> {
    let skills = prop_oneof![Just(0u64), 0..8u64, Just(1 << 63)];
    let week = (0..HOURS, 0..HOURS).prop_map(|(first, hours)| Week::span(first, hours));
    (point(), skills, week, 0..3000u32, 0..200u32).prop_map(|(at, skills, week, reach, weight)| Worker {
        at,
        skills,
        week,
        reach,
        weight,
    })
}

fn task() -> impl Strategy<Value = Task> {
    let week = (0..HOURS, 0..4u8).prop_map(|(first, hours)| Week::span(first, hours));
    (point(), 0..4u64, week, 0..4000u32).prop_map(|(at, skills, week, farthest)| Task { at, skills, week, farthest })
}

#[derive(Clone, Debug)]
enum Change {
    Week(u8),
    Weight(u32),
    Replace(Worker),
    Remove,
    Add(Worker),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..HOURS).prop_map(Change::Week),
        (0..200u32).prop_map(Change::Weight),
        worker().prop_map(Change::Replace),
        Just(Change::Remove),
        worker().prop_map(Change::Add),
    ]
}

fn apply(index: &mut Index, at: usize, change: Change) -> Result<(), Fault> {
    let id = u32::try_from(at % index.workers().len()).unwrap();
    match change {
        Change::Week(first) => index.set_week(id, Week::span(first, 60)),
        Change::Weight(weight) => index.set_weight(id, weight),
        Change::Replace(worker) => index.replace(id, worker),
        Change::Remove => index.remove(id),
        Change::Add(worker) => index.add(worker).map(|_| ()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_index_finds_what_looking_at_everybody_finds(
        workers in prop::collection::vec(worker(), 1..120),
        tasks in prop::collection::vec((task(), 0..12usize), 1..12),
        changes in prop::collection::vec((any::<usize>(), change()), 0..160),
    ) {
        let mut index = Index::new(workers).unwrap();
        for (task, k) in &tasks {
            prop_assert_eq!(index.cheapest(task, *k).unwrap(), cheapest(index.workers(), task, *k));
        }
        for (at, change) in changes {
            apply(&mut index, at, change).unwrap();
        }
        for (task, k) in &tasks {
            prop_assert_eq!(index.cheapest(task, *k).unwrap(), cheapest(index.workers(), task, *k));
        }
    }
}

const HERE: Point = Point { x: 0, y: 0 };

fn someone(x: i32) -> Worker {
    Worker { at: Point { x, y: 0 }, skills: 0b11, week: Week::span(8, 10), reach: 5000, weight: 0 }
}

fn something() -> Task {
    Task { at: HERE, skills: 0b1, week: Week::span(9, 2), farthest: 3000 }
}

#[test]
fn the_first_condition_that_says_no_is_named() {
    let far = Exclusion::Distance { metres: 4000, most: 3000 };
    let short = Worker { reach: 100, ..someone(4000) };
    let cases = [
        ("eligible", someone(40), something(), None),
        ("no skill", someone(40), Task { skills: 0b111, ..something() }, Some(Exclusion::Skills { missing: 0b100 })),
        (
            "busy",
            someone(40),
            Task { week: Week::span(17, 2), ..something() },
            Some(Exclusion::Hours { missing: Week::span(18, 1) }),
        ),
        ("too far", someone(4000), something(), Some(far)),
        ("goes not so far", short, something(), Some(Exclusion::Distance { metres: 4000, most: 100 })),
    ];
    for (name, worker, task, expected) in cases {
        let index = Index::new(vec![worker]).unwrap();
        assert_eq!(index.judge(0, &task).err(), expected, "{name}");
        assert_eq!(index.cheapest(&task, 1).unwrap().is_empty(), expected.is_some(), "{name}");
    }
}

#[test]
fn weight_counts_as_distance_and_ties_go_to_the_lower_id() {
    let index = Index::new(vec![someone(100), Worker { weight: 60, ..someone(40) }, someone(90)]).unwrap();
    let found: Vec<(u32, u64)> = index.cheapest(&something(), 9).unwrap().iter().map(|c| (c.worker, c.cost)).collect();
    assert_eq!(found, [(2, 90), (0, 100), (1, 100)]);
    let found = index.cheapest_of(&something(), 1, &|id| id != 2).unwrap();
    assert_eq!(found[0].worker, 0);
}

#[test]
fn what_cannot_be_is_refused() {
    let beyond = Point { x: Point::LIMIT + 1, y: 0 };
    assert!(Index::new(vec![Worker { at: beyond, ..someone(0) }]).is_err());
    let mut index = Index::new(Vec::new()).unwrap();
    assert_eq!(index.cheapest(&something(), 3), Ok(Vec::new()));
    assert!(index.cheapest(&Task { at: beyond, ..something() }, 3).is_err());
    assert_eq!(index.set_week(0, Week::ALL), Err(Fault::Unknown { what: "worker", index: 0, count: 0 }));
    assert_eq!(index.judge(7, &something()), Err(Exclusion::Absent));
}

#[test]
fn workers_at_the_ends_of_the_world_are_found() {
    let corner = Point { x: -Point::LIMIT, y: -Point::LIMIT };
    let other = Point { x: Point::LIMIT, y: Point::LIMIT };
    let far = Worker { at: corner, reach: u32::MAX, ..someone(0) };
    let index = Index::new(vec![far, Worker { at: other, ..far }]).unwrap();
    let task = Task { at: other, farthest: u32::MAX, ..something() };
    let found: Vec<u32> = index.cheapest(&task, 2).unwrap().iter().map(|c| c.worker).collect();
    assert_eq!(found, [1, 0]);
}
