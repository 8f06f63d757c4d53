use super::*;
use crate::assignment::{Choice, Problem, Task, Worker, solve};
use crate::budget::Steps;
use crate::eligibility::{Exclusion, Index, Point, Task as Errand, Week, Worker as Neighbour};
use crate::roster::{Demand, Model, Person, Post, Roster, Rule, Shift};

#[test]
fn each_worker_has_a_standing() {
    let at = |x| Neighbour { at: Point { x, y: 0 }, skills: 1, week: Week::ALL, reach: 900, weight: 0 };
    let unskilled = Neighbour { skills: 0, ..at(0) };
    let index = Index::new(vec![at(10), at(20), at(35), unskilled]).unwrap();
    let task = Errand { at: Point { x: 0, y: 0 }, skills: 1, week: Week::span(3, 2), farthest: 900 };
    let found = index.cheapest(&task, 2).unwrap();
    let cases = [
        (0, Standing::Found { place: 1, cost: 10 }),
        (1, Standing::Found { place: 2, cost: 20 }),
        (2, Standing::Dearer { by: 15 }),
        (3, Standing::Excluded(Exclusion::Skills { missing: 1 })),
        (9, Standing::Excluded(Exclusion::Absent)),
    ];
    for (worker, expected) in cases {
        assert_eq!(of_worker(&index, &task, &found, worker), expected, "worker {worker}");
    }
    let found = index.cheapest_of(&task, 2, &|id| id != 0).unwrap();
    assert_eq!(of_worker(&index, &task, &found, 0), Standing::LeftOut { cost: 10 });
}

#[test]
fn each_choice_of_a_task_has_its_reason() {
    let choices = |costs: &[(u32, i64)]| costs.iter().map(|&(worker, cost)| Choice { worker, cost }).collect();
    let task = |slots, whole, costs: &[(u32, i64)]| Task { slots, unserved: 100, whole, choices: choices(costs) };
    let problem = Problem {
        tasks: vec![
            task(1, false, &[(0, 5), (1, 9), (2, 3), (3, 1)]),
            task(1, false, &[(1, 2), (4, 90)]),
            task(2, true, &[(3, 1), (4, 1)]),
            task(2, false, &[(0, 10), (5, 10)]),
        ],
        workers: [&[0][..], &[0], &[0, 7], &[], &[0], &[0]].map(|l| Worker { loads: l.to_vec() }).to_vec(),
        apart: vec![(0, 5)],
    };
    let answer = solve(&problem, &mut Steps(100_000)).unwrap();
    let stories: Vec<TaskStory> = (0..4).map(|t| of_task(&problem, &answer, t).unwrap()).collect();
    assert_eq!(stories[0].chosen, [Chosen { worker: 2, pairing: 3, tasks: 1, load: 0 }]);
    let reason = |story: &TaskStory, worker: u32| {
        story.left_out.iter().find(|l| l.worker == worker).map(|l| l.reason.clone()).unwrap()
    };
    assert_eq!(reason(&stories[0], 3), Reason::NoTime);
    assert_eq!(reason(&stories[0], 1), Reason::Busy { tasks: vec![1] });
    assert_eq!(reason(&stories[1], 4), Reason::Dearer);
    assert_eq!(stories[1].left_out[0].at_least, 88);
    assert_eq!(reason(&stories[2], 4), Reason::NotEnough);
    assert_eq!((stories[2].empty, stories[2].empty_cost), (2, 200));
    // Both cost 10, and one of them must stay away from the other.
    let (kept, other) = (stories[3].chosen[0].worker, stories[3].left_out[0].worker);
    assert_eq!(reason(&stories[3], other), Reason::Apart { from: kept });
    assert_eq!(of_task(&problem, &answer, 9), None);
}

/// Two days; a night that a minor (trait 2) may not take and that needs insurance (trait 1).
fn model() -> Model {
    let person = |traits, most_minutes| Person { traits, most_minutes, ..Person::free() };
    Model {
        days: 2,
        posts: vec![Post::default()],
        shifts: vec![Shift { start: 1200, minutes: 480, fills: vec![0], needs: 1, bars: 2, ..Shift::default() }],
        people: vec![person(1, 480), person(3, 900), person(2, 100), person(1, 500)],
        demands: (0..2).map(|day| Demand { day, post: 0, need: 2, under: 100, over: 1 }).collect(),
        ..Model::default()
    }
}

fn roster(model: &Model, served: &[(usize, usize)]) -> Roster {
    let mut roster = Roster::empty(model);
    served.iter().for_each(|(person, day)| roster.set(*person, *day, Some(0)));
    roster
}

#[test]
fn a_gap_names_the_rules_and_the_cheapest_relaxation() {
    let model = model();
    let gap = of_gap(&model, &roster(&model, &[(0, 0), (3, 1)]), 0, 0).unwrap();
    assert_eq!(gap.missing, 1);
    let found: Vec<(usize, Vec<Rule>)> = gap.alternatives.into_iter().map(|a| (a.person, a.rules)).collect();
    assert_eq!(
        found,
        [
            (1, vec![Rule::Barred { traits: 2 }]),
            (3, vec![Rule::MostMinutes]),
            (2, vec![Rule::Lacks { traits: 1 }, Rule::Barred { traits: 2 }, Rule::MostMinutes]),
        ]
    );
    assert_eq!(of_gap(&model, &roster(&model, &[(0, 0), (3, 0)]), 0, 0), None);
    assert_eq!(of_gap(&model, &Roster::default(), 0, 0), None);
}

#[test]
fn a_shift_names_its_terms_and_who_else_could() {
    let model = model();
    let story = of_shift(&model, &roster(&model, &[(0, 0)]), 0, 0).unwrap();
    assert_eq!((story.terms.under, story.terms.missing, story.terms.cost()), (-100, -1, -100));
    assert_eq!(story.needed_for, []);
    let first = &story.others[0];
    assert_eq!((first.person, first.rules.len(), first.cost), (3, 0, 0));
    assert_eq!(of_shift(&model, &roster(&model, &[]), 0, 0), None);
}
