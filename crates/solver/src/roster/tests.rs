mod brute;

use proptest::prelude::*;

use super::check::{of_person, parts, violations};
use super::compiled::Compiled;
use super::state::State;
use super::*;
use crate::budget::{Progress, Steps};
use crate::fault::Fault;

fn person(days: u32) -> impl Strategy<Value = Person> {
    let limits = (0..4u32, 1..5u32, 1..4u32, 1..4u32, 0..3u32, 0..40u32);
    let rest = (prop::collection::vec(0..days, 0..2), prop::collection::vec(0..4u32, 2), 0..4u64, 0..days, 0..3i64);
    (limits, rest).prop_map(
        |((least, longest, run, rest, weekends, week), (off, most_of, traits, lapse, unfairness))| Person {
            traits,
            lapses: vec![Lapse { traits: 1, from_day: lapse }],
            off,
            most_of,
            least_minutes: least * 200,
            most_minutes: 2400,
            most_minutes_a_week: if week < 20 { u32::MAX } else { week * 60 },
            longest_run: longest,
            shortest_run: run,
            shortest_rest: rest,
            most_weekends: weekends,
            share: 900,
            carried: 60,
            unfairness,
        },
    )
}

fn model(most_people: usize, most_days: u32) -> impl Strategy<Value = Model> {
    (1..=most_people, 1..=most_days, 0..7u32, 0..700u32).prop_flat_map(|(people, days, first_weekday, rest)| {
        let count = u32::try_from(people).unwrap();
        let shifts = vec![
            Shift { start: 480, minutes: 480, fills: vec![0], ..Shift::default() },
            Shift { start: 1200, minutes: 300, fills: vec![1], needs: 1, cost: 3, ..Shift::default() },
            Shift { start: 960, minutes: 700, fills: vec![0, 1], bars: 2, not_before: vec![0], ..Shift::default() },
        ];
        let want = prop_oneof![(0..3u32).prop_map(Want::Shift), (0..3u32).prop_map(Want::NotShift), Just(Want::Free)];
        let wish =
            (0..count, 0..days, want, 0..30i64).prop_map(|(person, day, want, cost)| Wish { person, day, want, cost });
        let demand = (0..3u32, 10..100i64, 0..20i64);
        let demands = prop::collection::vec(demand, days as usize * 2).prop_map(move |list| {
            let cells = (0..days).flat_map(|day| [(day, 0), (day, 1)]);
            cells.zip(list).map(|((day, post), (need, under, over))| Demand { day, post, need, under, over }).collect()
        });
        let partners = prop::collection::vec((0..count, 0..count, 0..9i64), 0..3).prop_map(|list| {
            let apart = list.into_iter().filter(|(a, b, _)| a != b);
            apart.map(|(a, b, cost)| Partners { pair: (a, b), cost }).collect()
        });
        let lists = (prop::collection::vec(person(days), people), demands, prop::collection::vec(wish, 0..9), partners);
        (lists, 0..3u32).prop_map(move |((people, demands, wishes, partners), least_together)| Model {
            days,
            first_weekday,
            rest,
            posts: vec![Post::default(), Post { least_together }],
            shifts: shifts.clone(),
            people,
            demands,
            wishes,
            partners,
        })
    })
}

fn roster_of(model: &Model, cells: &[u8]) -> Roster {
    let wanted = model.people.len() * model.days as usize;
    Roster::of(model.days as usize, cells.iter().cycle().map(|c| c % 4).take(wanted).collect())
}

/// The least cost of the person's rows that break no rule, all rows tried.
fn best_of_all_rows(model: &Model, roster: &Roster, person: usize) -> Option<i64> {
    let days = model.days as usize;
    let mut best = None;
    for code in 0..4usize.pow(model.days) {
        let mut tried = roster.clone();
        for day in 0..days {
            tried.set(person, day, (code / 4usize.pow(u32::try_from(day).unwrap()) % 4).checked_sub(1));
        }
        let is_alone = violations(model, &tried).unwrap().iter().any(|v| v.person.is_none());
        if of_person(model, &tried, person).is_empty() && !is_alone {
            let cost = parts(model, &tried).cost();
            best = Some(best.map_or(cost, |b: i64| b.min(cost)));
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_search_counts_as_the_checker_does(model in model(4, 16), cells in prop::collection::vec(0..4u8, 1..40)) {
        let compiled = Compiled::new(&model);
        let wanted = roster_of(&model, &cells);
        let state = State::new(&compiled, &wanted.cells);
        let roster = Roster::of(model.days as usize, state.cells.clone());
        prop_assert_eq!(state.soft, parts(&model, &roster).cost());
        prop_assert_eq!(state.hard == 0, violations(&model, &roster).unwrap().is_empty());
        for day in 0..compiled.days {
            prop_assert_eq!(state.count(day, 1), check::present(&model, &roster, day, 1));
        }
    }

    #[test]
    fn a_change_is_judged_as_the_whole_row_is(
        model in model(3, 80),
        cells in prop::collection::vec(0..4u8, 1..400),
        changes in prop::collection::vec((0..3usize, 0..80usize, prop::collection::vec(0..4u8, 1..16)), 1..30),
    ) {
        let compiled = Compiled::new(&model);
        let mut state = State::new(&compiled, &roster_of(&model, &cells).cells);
        for (person, start, kinds) in changes {
            let (person, start) = (person % compiled.people, start % compiled.days);
            let end = compiled.days.min(start + kinds.len());
            let row = state.row_with(person, start, &kinds[..end - start]);
            let before = (state.hard, state.soft, state.rows[person]);
            let mut soft = compiled.limits[person].unfair(row.minutes) - compiled.limits[person].unfair(before.2.minutes);
            let mut hard = row.far - before.2.far;
            for (day, kind) in (start..end).zip(&kinds) {
                let old = state.at(person, day);
                soft += state.cell_change(person, day, *kind, usize::MAX) + state.post_change(day, old, *kind);
                hard += state.alone_change(day, old, *kind);
                state.put(person, day, *kind);
            }
            state.judge(person);
            prop_assert_eq!(state.rows[person], row);
            prop_assert_eq!((state.hard, state.soft), (before.0 + hard, before.1 + soft));
        }
    }

    #[test]
    fn an_exact_row_is_the_best_of_all_rows(model in model(3, 6), cells in prop::collection::vec(0..4u8, 1..20)) {
        let compiled = Compiled::new(&model);
        let wanted = roster_of(&model, &cells);
        let start = Roster::of(model.days as usize, State::new(&compiled, &wanted.cells).cells);
        let found = best_row(&model, &start, 0).unwrap();
        prop_assert!(found.is_exact);
        if let Some(best) = best_of_all_rows(&model, &start, 0) {
            prop_assert_eq!(of_person(&model, &found.roster, 0), []);
            prop_assert_eq!(parts(&model, &found.roster).cost(), best);
        }
    }

    #[test]
    fn whatever_is_asked_the_answer_adds_up(model in model(5, 15), seed in any::<u64>()) {
        let answer = solve(&model, seed, &mut Steps(3000)).unwrap();
        prop_assert_eq!(&answer, &solve(&model, seed, &mut Steps(3000)).unwrap());
        prop_assert_eq!(answer.cost, parts(&model, &answer.roster).cost());
        prop_assert_eq!(Some(answer.violations), violations(&model, &answer.roster));
    }

    #[test]
    fn a_replan_leaves_the_past_and_the_absent_alone(model in model(5, 12), from in 0..12u32, today in 0..6u32) {
        let before = solve(&model, 1, &mut Steps(3000)).unwrap();
        let absence = Absence { person: 0, from_day: from.max(today), until_day: 12 };
        let after = replan(&model, &before.roster, &[absence], today, 1, &mut Steps(3000)).unwrap();
        for day in 0..model.days as usize {
            for person in 0..model.people.len() {
                if day < today as usize {
                    prop_assert_eq!(after.roster.shift(person, day), before.roster.shift(person, day));
                }
            }
            if day >= absence.from_day as usize {
                prop_assert_eq!(after.roster.shift(0, day), None);
            }
        }
    }
}

/// Three days of one post with one shift; each person may serve.
fn small(people: usize) -> Model {
    Model {
        days: 3,
        posts: vec![Post::default()],
        shifts: vec![Shift { start: 480, minutes: 480, fills: vec![0], ..Shift::default() }],
        people: vec![Person::free(); people],
        demands: (0..3).map(|day| Demand { day, post: 0, need: 1, under: 100, over: 10 }).collect(),
        ..Model::default()
    }
}

#[test]
fn each_rule_is_found_by_the_checker() {
    let with = |change: &dyn Fn(&mut Person)| {
        let mut model = small(1);
        change(&mut model.people[0]);
        model
    };
    let mut traits = small(1);
    (traits.shifts[0].needs, traits.shifts[0].bars) = (0b1, 0b10);
    let mut barred = traits.clone();
    barred.people[0].traits = 0b11;
    let mut rest = small(1);
    rest.rest = 961;
    let mut alone = small(1);
    alone.posts[0].least_together = 2;
    let weekend = Model { first_weekday: 5, ..with(&|p| p.most_weekends = 0) };
    let row = [1, 1, 0];
    let cases: Vec<(&str, Model, [u8; 3], Vec<Rule>)> = vec![
        ("all well", small(1), row, vec![]),
        ("off", with(&|p| p.off = vec![1]), row, vec![Rule::Off]),
        ("lacks", traits, [1, 0, 0], vec![Rule::Lacks { traits: 1 }]),
        ("barred", barred, [1, 0, 0], vec![Rule::Barred { traits: 2 }]),
        ("most of", with(&|p| p.most_of = vec![1]), row, vec![Rule::MostOf { shift: 0 }]),
        ("rest", rest, row, vec![Rule::Rest]),
        ("longest run", with(&|p| p.longest_run = 1), row, vec![Rule::LongestRun]),
        ("shortest run", with(&|p| p.shortest_run = 2), [0, 1, 0], vec![Rule::ShortestRun]),
        ("shortest run at the edge", with(&|p| p.shortest_run = 2), [1, 0, 1], vec![]),
        ("shortest rest", with(&|p| p.shortest_rest = 2), [1, 0, 1], vec![Rule::ShortestRest]),
        ("weekends", weekend, row, vec![Rule::MostWeekends]),
        ("most minutes", with(&|p| p.most_minutes = 959), row, vec![Rule::MostMinutes]),
        ("least minutes", with(&|p| p.least_minutes = 961), row, vec![Rule::LeastMinutes]),
        ("a week", with(&|p| p.most_minutes_a_week = 959), row, vec![Rule::MostMinutesAWeek]),
        ("alone", alone, [0, 1, 0], vec![Rule::Alone { post: 0 }]),
    ];
    for (name, model, row, expected) in cases {
        let found = violations(&model, &Roster::of(3, row.to_vec())).unwrap();
        assert_eq!(found.iter().map(|v| v.rule).collect::<Vec<_>>(), expected, "{name}");
    }
    assert_eq!(violations(&small(2), &Roster::of(3, vec![0; 3])), None);
}

#[test]
fn a_drop_out_is_mended_by_one_change() {
    let model = Model { wishes: vec![Wish { person: 1, day: 0, want: Want::Free, cost: 50 }], ..small(3) };
    let roster = Roster::of(3, vec![1, 1, 0, 0, 0, 0, 0, 0, 1]);
    let absence = Absence { person: 0, from_day: 1, until_day: 3 };
    let mended = replan(&model, &roster, &[absence], 1, 1, &mut Steps(20_000)).unwrap();
    assert_eq!(mended.cost, Cost { hard: 0, missing: 0, changes: 1, soft: 0 });
    assert_eq!(mended.violations, []);
    let nobody = Model { people: vec![Person::free()], ..model.clone() };
    let nobody = Model { wishes: vec![], ..nobody };
    let left = replan(&nobody, &Roster::of(3, vec![1, 1, 1]), &[absence], 0, 1, &mut Steps(20_000)).unwrap();
    assert_eq!(left.cost, Cost { hard: 0, missing: 2, changes: 0, soft: 200 });
}

#[test]
fn the_budget_is_asked_within_a_row_of_a_year() {
    let person = Person {
        least_minutes: 200 * 480,
        most_minutes: 210 * 480,
        longest_run: 5,
        shortest_run: 2,
        most_weekends: 26,
        ..Person::free()
    };
    let days = 364;
    let demands = (0..days).map(|day| Demand { day, post: 0, need: 1, under: 100, over: 10 }).collect();
    let model = Model { days, people: vec![person; 2], demands, ..small(2) };
    let (mut asked, mut widest) = (0, 0);
    let answer = solve(&model, 1, &mut |progress: &Progress| {
        widest = widest.max(progress.steps - asked);
        asked = progress.steps;
        u32::try_from(progress.steps / 1000).unwrap()
    })
    .unwrap();
    assert_eq!(answer.violations, []);
    // A hundredth of the million steps that there are.
    assert!(widest <= 10_000, "{widest}");
    assert!(answer.steps <= 1_010_000, "{}", answer.steps);
}

#[test]
fn what_cannot_be_is_refused() {
    let with = |change: &dyn Fn(&mut Model)| {
        let mut model = small(1);
        change(&mut model);
        solve(&model, 1, &mut Steps(10)).err()
    };
    let cases: Vec<(&str, Option<Fault>, bool)> = vec![
        ("good", with(&|_| {}), true),
        ("nobody", with(&|m| m.people.clear()), true),
        ("unknown post", with(&|m| m.shifts[0].fills = vec![1]), false),
        ("post twice", with(&|m| m.shifts[0].fills = vec![0, 0]), false),
        ("demand twice", with(&|m| m.demands[1].day = 0), false),
        ("unknown day", with(&|m| m.demands[0].day = 3), false),
        ("no such minute", with(&|m| m.shifts[0].start = 1440), false),
        ("rest too long", with(&|m| m.rest = 3000), false),
        ("unknown off day", with(&|m| m.people[0].off = vec![9]), false),
        ("huge cost", with(&|m| m.demands[0].under = i64::MAX), false),
        ("partner of oneself", with(&|m| m.partners = vec![Partners { pair: (0, 0), cost: 1 }]), false),
    ];
    for (name, fault, is_good) in cases {
        assert_eq!(fault.is_none(), is_good, "{name}: {fault:?}");
    }
    assert!(best_row(&small(1), &Roster::of(3, vec![9; 3]), 0).is_err());
    assert!(replan(&small(1), &Roster::of(3, vec![0; 3]), &[], 0, 1, &mut Steps(10)).is_ok());
}

const TEXT: &str = "# two people, three days
SECTION_HORIZON
3
SECTION_SHIFTS
E,480,
L,480,E
SECTION_STAFF
A,E=3|L=3,1440,0,3,1,1,1
B,E=3|L=0,1440,0,3,1,1,1
SECTION_DAYS_OFF
A,2
SECTION_SHIFT_ON_REQUESTS
A,0,L,5
SECTION_SHIFT_OFF_REQUESTS
B,1,E,7
SECTION_COVER
0,L,1,100,1
1,E,1,100,1
2,E,1,100,1
2,L,-0,100,1
";

#[test]
fn the_public_format_is_read_and_solved() {
    let instance = public_format::read(TEXT).unwrap();
    assert_eq!((instance.people, instance.shifts), (vec!["A".into(), "B".into()], vec!["E".into(), "L".into()]));
    assert_eq!(instance.model.shifts[1].not_before, [0]);
    // A is late on day 0 as wished, so day 1's early shift falls to B, against a wish of 7.
    let answer = solve(&instance.model, 1, &mut Steps(20_000)).unwrap();
    assert_eq!((answer.cost, answer.violations), (7, vec![]));
}

#[test]
fn a_text_that_cannot_be_read_names_its_line() {
    let cases = [
        ("SECTION_HORIZON\nx", 2),
        ("1,2", 1),
        ("SECTION_SHIFTS\nE", 2),
        ("SECTION_STAFF\nA,E=1,1,1,1,1,1,1", 2),
        ("SECTION_DAYS_OFF\nA,1", 2),
        ("SECTION_COVER\n0", 2),
        ("SECTION_HORIZON\n-1", 2),
        ("SECTION_SHIFT_ON_REQUESTS\nA,0", 2),
    ];
    for (text, line) in cases {
        let fault = public_format::read(text).unwrap_err();
        assert!(matches!(fault, Fault::Text { line: at, .. } if at == line), "{text}: {fault}");
    }
}
