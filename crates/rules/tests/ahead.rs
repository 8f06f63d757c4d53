//! What is said to come next: each step once, and no time before the one that stands above it.

mod world;

use rules::matters::ahead::{By, ahead};
use rules::matters::workflow::{self, Event};
use rules::matters::{Given, Matter};
use rules::shared::Actor;
use world::{World, calendar, monday};

/// The steps by their keys, each with its time.
type Said<'a> = &'a [(&'a str, &'a str)];

/// Asked for at nine, promised for eleven, dispatched at this hour.
fn dispatched(world: &World, hour: &str) -> Matter {
    let mut raising = world.raising("need");
    raising.values.insert("when".into(), vec!["now".into()]);
    let asked = world.raise("need", monday("09:00"), raising).unwrap().matter;
    let given = Given {
        level: Some("urgent".into()),
        type_key: Some("errands".into()),
        way: Some("volunteers".into()),
        ..Given::default()
    };
    world.answer_with(&asked, "dispatch", monday(hour), given).unwrap()
}

fn then(world: &World, matter: &Matter, hour: &str, event: Event) -> Matter {
    let system = Actor::system();
    workflow::heard(&world.context("need", &system, monday(hour)), matter, event).unwrap().unwrap().matter
}

#[test]
fn what_comes_next_is_said_with_times_that_run_forward() {
    let world = World::new();
    let (kept, late) = (dispatched(&world, "10:00"), dispatched(&world, "11:30"));
    // The volunteer of a task that lies days ahead gave it back: somebody is looked for again, and the step has its own term.
    let again = then(&world, &then(&world, &kept, "10:30", Event::Accepted), "11:30", Event::AllDeclined);
    let cases: [(&str, &Matter, Said<'_>); 5] = [
        ("in time", &kept, &[("dispatch", "step 11:00"), ("serve", ""), ("confirm", "whole 11:00")]),
        (
            "accepted",
            &then(&world, &kept, "10:30", Event::Accepted),
            &[("serve", "step 11:00"), ("confirm", "whole 11:00")],
        ),
        ("the promise is broken", &late, &[("dispatch", "step 21:30"), ("serve", ""), ("confirm", "")]),
        ("given back after it broke", &again, &[("dispatch", "step 21:30"), ("serve", ""), ("confirm", "")]),
        ("what was promised is done", &then(&world, &kept, "10:45", Event::Done), &[("confirm", "step 23:59")]),
    ];
    for (name, matter, expected) in cases {
        let steps = ahead(world.kind("need"), matter);
        let said = steps.iter().map(|one| {
            let by = one.by.map_or(String::new(), |by| {
                let of = if matches!(by, By::Step(_)) { "step" } else { "whole" };
                format!("{of} {}", calendar().zone().to_datetime(by.at()).strftime("%H:%M"))
            });
            (one.step.key.as_str(), by)
        });
        let said: Vec<_> = said.collect();
        let said: Vec<(&str, &str)> = said.iter().map(|(step, by)| (*step, by.as_str())).collect();
        assert_eq!(said, expected, "{name}");
        let times: Vec<_> = steps.iter().filter_map(|one| one.by).map(By::at).collect();
        assert!(times.is_sorted(), "{name}: {times:?}");
    }
}
