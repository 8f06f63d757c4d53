//! Every kind walks from its start to a close, through every answer of every step.

mod world;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rules::matters::workflow::{self, Event, PartAnswer, Said};
use rules::matters::{Act, Answer, Matter, Step, Trigger, access};
use world::{World, clerk, monday, resident};

/// Takes one answer of the present step by the way it is taken in life.
fn take(world: &World, matter: &Matter, step: &Step, answer: &Answer) -> Matter {
    let joint = step.joint.as_ref();
    if joint.is_some_and(|j| j.all_agreed == answer.key || j.refused == answer.key) {
        return through_parts(world, matter, joint.is_some_and(|j| j.all_agreed == answer.key));
    }
    let system = rules::shared::Actor::system();
    let ctx = world.context(&matter.kind, &system, monday("10:00"));
    let heard = |event| workflow::heard(&ctx, matter, event).unwrap().expect("an effect").matter;
    match (step.act, answer.on) {
        (Act::Confirm, Some(Trigger::Solved)) => rate(world, matter, true, Some(5)),
        (Act::Confirm, Some(Trigger::NotSolved)) => rate(world, matter, false, None),
        (Act::Confirm, Some(Trigger::LowRating)) => rate(world, matter, true, Some(2)),
        (_, Some(Trigger::Silence)) => {
            let late = world.context(&matter.kind, &system, world::at("2025-11-15T10:00:00+08:00"));
            workflow::tick(&late, matter).unwrap().expect("silence").matter
        }
        (_, Some(Trigger::Accepted)) => heard(Event::Accepted),
        (_, Some(Trigger::ServiceDone)) => heard(Event::Done),
        (_, Some(Trigger::AllDeclined)) => heard(Event::AllDeclined),
        _ => {
            // Whoever is called back was rung as often as the step wants.
            let tries = vec![monday("09:30"); usize::from(step.reaching().times)];
            let matter = if step.act == Act::CallBack { &Matter { tries, ..matter.clone() } } else { matter };
            world.answer(matter, &answer.key, monday("10:00")).unwrap()
        }
    }
}

fn rate(world: &World, matter: &Matter, solved: bool, rating: Option<u8>) -> Matter {
    let who = resident();
    let ctx = world.context(&matter.kind, &who, monday("10:00"));
    let permit = access::rate(&who, ctx.kind, matter).unwrap();
    workflow::rate(&permit, &ctx, matter, Said { solved, rating }).unwrap().matter
}

fn through_parts(world: &World, matter: &Matter, agree: bool) -> Matter {
    let mut matter = matter.clone();
    let step = matter.step.clone();
    for (n, part) in matter.parts.clone().into_iter().enumerate() {
        if matter.step != step {
            break;
        }
        let who = clerk(60, part.organisation);
        let ctx = world.context(&matter.kind, &who, monday("10:00"));
        let permit = access::answer_part(&who, &matter, part.organisation).unwrap();
        let agrees = agree || n > 0;
        let basis = (!agrees).then(|| "消防法第十五条".to_owned());
        let answer = PartAnswer { organisation: part.organisation, agrees, said: None, basis };
        matter = workflow::answer_part(&permit, &ctx, &matter, &answer).unwrap().matter;
    }
    matter
}

#[test]
fn every_kind_walks_through_every_answer_and_closes_from_everywhere() {
    let world = World::new();
    for kind in world.kinds.iter() {
        let mut seen: BTreeMap<String, Matter> = BTreeMap::new();
        let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
        let mut edges: BTreeSet<(String, String)> = BTreeSet::new();
        let start = world.raised(&kind.id, monday("09:00"));
        let mut queue = VecDeque::from([start]);
        while let Some(matter) = queue.pop_front() {
            let Some(step) = matter.at(kind) else {
                let closing = matter.closing.as_ref().expect("a closed matter says how it ended");
                assert!(kind.outcome(&closing.outcome).is_some(), "{}", closing.outcome);
                assert!(matter.step_clock.is_none() && matter.resident_clock.met_at.is_some());
                continue;
            };
            if seen.insert(step.key.clone(), matter.clone()).is_some() {
                continue;
            }
            for answer in &step.answers {
                let next = take(&world, &matter, step, answer);
                assert_eq!(next.step, answer.to, "{} {} {}", kind.id, step.key, answer.key);
                assert_eq!(next.version, matter.version + if step.joint.is_some() { 2 } else { 1 });
                taken.insert((step.key.clone(), answer.key.clone()));
                edges.insert((step.key.clone(), next.step.clone()));
                queue.push_back(next);
            }
        }
        let all: usize = kind.steps.iter().map(|s| s.answers.len()).sum();
        assert_eq!(taken.len(), all, "{}: every answer is taken", kind.id);
        for step in &kind.steps {
            assert!(reaches_close(&step.key, &edges), "{} {}", kind.id, step.key);
        }
    }
}

fn reaches_close(from: &str, edges: &BTreeSet<(String, String)>) -> bool {
    let mut reached = BTreeSet::from([from.to_owned()]);
    loop {
        let next: Vec<String> = edges.iter().filter(|(a, _)| reached.contains(a)).map(|(_, b)| b.clone()).collect();
        let before = reached.len();
        reached.extend(next);
        if reached.contains("closed") || reached.len() == before {
            return reached.contains("closed");
        }
    }
}
