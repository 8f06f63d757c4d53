//! Whether it was done: who is asked, who may not say it, what silence means.

mod world;

use std::collections::BTreeSet;

use rules::matters::workflow::{self, Said};
use rules::matters::{Given, Matter, access};
use rules::shared::{Actor, Role};
use world::{World, at, code, monday, need_at, person, rate, resident, who};

#[test]
fn the_person_served_answers_and_what_they_say_leads_on() {
    let world = World::new();
    let handler = person(40);
    let cases = [
        ("solved", resident(), true, Some(5), Ok("closed")),
        ("solved, no stars", resident(), true, None, Ok("closed")),
        ("the two lowest are called back", resident(), true, Some(2), Ok("call_back")),
        ("three is not low", resident(), true, Some(3), Ok("closed")),
        ("not solved", resident(), false, Some(5), Ok("call_back")),
        ("no such rating", resident(), true, Some(6), Err("rating-out-of-range")),
        ("the hotline for them", world::call_taker(), true, Some(4), Ok("closed")),
        ("who did it, for them", who(40, Role::SocialWorker, world::COUNTY), true, Some(5), Err("rate-by-handler")),
    ];
    for (name, by, solved, rating, expected) in cases {
        let matter = need_at(&world, "confirm");
        assert!(matter.assignees.contains(&handler), "the social worker who took it");
        let done = code(rate(&world, &matter, &by, solved, rating)).map(|c| c.matter.step);
        assert_eq!(done.as_deref().map_err(|c| *c), expected, "{name}");
    }
    for step in ["triage", "dispatch", "serve"] {
        let done = rate(&world, &need_at(&world, step), &resident(), true, Some(5));
        assert_eq!(code(done).unwrap_err(), "nothing-to-rate", "{step}");
    }
}

#[test]
fn a_word_after_the_days_to_open_it_again_counts_and_opens_nothing() {
    let world = World::new();
    let by = resident();
    let closed = need_at(&world, "closed");
    let ctx = world.context("need", &by, at("2025-10-20T09:00:00+08:00"));
    let permit = access::rate(&by, ctx.kind, &closed).unwrap();
    let cases = [
        ("not solved", false, Some(3), Some("no")),
        ("badly rated", true, Some(1), Some("no")),
        ("content", true, Some(4), None),
    ];
    for (name, solved, rating, reopens) in cases {
        let change = workflow::rate(&permit, &ctx, &closed, Said { solved, rating }).unwrap();
        let after = &change.matter;
        assert_eq!((after.step.as_str(), after.reopened), ("closed", 0), "{name}");
        assert_eq!((after.solved, after.rating), (Some(solved), rating), "{name}");
        let rated = change.facts.iter().find(|fact| fact.verb == "matters.rated").unwrap();
        assert_eq!(rated.get(workflow::REOPENS), reopens, "{name}");
        assert!(!workflow::may_be_rated(ctx.kind, after), "{name}: once");
    }
    let unrated = Matter { rating: None, ..closed };
    assert!(workflow::may_be_rated(ctx.kind, &unrated));
    assert!(workflow::may_be_rated(ctx.kind, &need_at(&world, "confirm")));
    assert!(!workflow::may_be_rated(ctx.kind, &need_at(&world, "serve")));
}

#[test]
fn who_did_the_work_does_not_call_back_about_it() {
    let world = World::new();
    let matter = need_at(&world, "call_back");
    let by = who(40, Role::SocialWorker, world::COUNTY);
    let ctx = world.context("need", &by, monday("17:00"));
    let permit = access::answer(&by, ctx.kind, &matter, "solved").unwrap();
    let heard = |words: &str| Given { heard: Some(words.to_owned()), ..Given::default() };
    let given = heard("女儿接的，说解决了");
    let done = workflow::answer_step(&permit, &ctx, &matter, "solved", &given);
    assert_eq!(code(done).unwrap_err(), "call-back-by-handler");
    // Handing it to a colleague makes the colleague the one who may, and not oneself.
    let colleague = who(41, Role::SocialWorker, world::COUNTY);
    let mut handed = matter;
    handed.assignees = colleague.person.into_iter().collect();
    for (by, expected) in [(&by, Err("call-back-by-handler")), (&colleague, Ok("closed".to_owned()))] {
        let ctx = world.context("need", by, monday("17:30"));
        let permit = access::answer(by, ctx.kind, &handed, "solved").unwrap();
        let done = workflow::answer_step(&permit, &ctx, &handed, "solved", &given);
        assert_eq!(code(done).map(|change| change.matter.step), expected);
    }
    // Volunteers alone did it: whoever it is handed to then did not.
    handed.done_by = Some(BTreeSet::new());
    assert!(!handed.is_done_by(person(41)) && !handed.is_done_by(person(40)));
    // Whoever closed it by what they found asks nobody how it was, either.
    let closed = Matter { closed_by: Some(person(43)), ..handed.clone() };
    assert!(closed.is_done_by(person(43)) && closed.handled_by().any(|one| one == person(43)));
}

#[test]
fn who_calls_back_writes_down_whom_they_reached_and_what_was_said() {
    let world = World::new();
    let tries = ["10:00", "13:00", "16:00"].map(monday).to_vec();
    let matter = Matter { tries, ..need_at(&world, "call_back") };
    let by = who(41, Role::SocialWorker, world::COUNTY);
    let ctx = world.context("need", &by, monday("17:30"));
    let long = "说".repeat(301);
    let cases = [
        ("solved", None, Err("answer-requires")),
        ("solved", Some("  "), Err("answer-requires")),
        ("solved", Some(long.as_str()), Err("text-too-long")),
        ("solved", Some("女儿接的，说解决了"), Ok("closed")),
        ("partly", None, Err("answer-requires")),
        ("not_solved", None, Err("answer-requires")),
        ("not_solved", Some("本人接的，说还是漏"), Ok("triage")),
        // Nobody said anything.
        ("unreachable", None, Ok("closed")),
    ];
    for (answer, heard, expected) in cases {
        let permit = access::answer(&by, ctx.kind, &matter, answer).unwrap();
        let heard = heard.map(str::to_owned);
        let given = Given { heard: heard.clone(), reason: Some("打了三次".into()), ..Given::default() };
        let done = code(workflow::answer_step(&permit, &ctx, &matter, answer, &given));
        let kept = done.as_ref().ok().and_then(|change| change.facts[0].get("heard").map(str::to_owned));
        assert_eq!(kept, heard.filter(|_| done.is_ok()), "{answer}");
        assert_eq!(done.map(|change| change.matter.step), expected.map(str::to_owned), "{answer}");
    }
}

#[test]
fn nobody_could_be_reached_only_after_several_tries() {
    let world = World::new();
    let fresh = need_at(&world, "call_back");
    let colleague = who(41, Role::SocialWorker, world::COUNTY);
    let rings = |matter: &Matter, by: &Actor, hour: &str| {
        let ctx = world.context("need", by, monday(hour));
        let permit = access::try_to_reach(by, ctx.kind, matter).unwrap();
        workflow::tried(&permit, &ctx, matter)
    };
    let given_up = |matter: &Matter, hour: &str| {
        let ctx = world.context("need", &colleague, monday(hour));
        let permit = access::answer(&colleague, ctx.kind, matter, "unreachable").unwrap();
        let given = Given { reason: Some("几次都没有接通".into()), ..Given::default() };
        workflow::answer_step(&permit, &ctx, matter, "unreachable", &given)
    };
    let did_it = who(40, Role::SocialWorker, world::COUNTY);
    assert_eq!(code(rings(&fresh, &did_it, "17:30")).map(|_| ()), Err("call-back-by-handler"));
    assert_eq!(code(rings(&need_at(&world, "serve"), &colleague, "17:30")).map(|_| ()), Err("try-not-here"));
    let mut matter = fresh.clone();
    for (hour, expected) in [
        ("17:30", Ok("1")),
        ("18:00", Err("try-too-soon minutes=90")),
        ("19:30", Ok("2")),
        ("21:29", Err("try-too-soon minutes=1")),
        ("21:30", Ok("3")),
    ] {
        let too_few = given_up(&matter, hour).unwrap_err();
        assert_eq!(too_few.to_string(), format!("unreachable-too-few count={} times=3", matter.tries.len()), "{hour}");
        let done = rings(&matter, &colleague, hour).map_err(|refusal| refusal.to_string());
        let count = done.as_ref().map(|change| change.facts[0].get("count").unwrap());
        assert_eq!(count.map_err(String::as_str), expected, "{hour}");
        matter = done.map_or(matter, |change| change.matter);
    }
    let ended = given_up(&matter, "21:40").unwrap().matter;
    assert_eq!(ended.closing.as_ref().map(|closing| closing.outcome.as_str()), Some("unconfirmed"));
    // What was tried before a matter is opened again counts no more.
    let by = resident();
    let ctx = world.context("need", &by, monday("22:00"));
    let permit = access::reopen(&by, ctx.kind, &ended).unwrap();
    assert!(workflow::reopen(&permit, &ctx, &ended, "没人打过来").unwrap().matter.tries.is_empty());
}

#[test]
fn silence_at_the_confirm_step_is_not_a_yes() {
    let world = World::new();
    let system = Actor::system();
    let cases = [("need", "call_back"), ("hazard", "closed")];
    for (kind, expected) in cases {
        let raised = world.raised(kind, monday("09:00"));
        let matter = if kind == "need" {
            need_at(&world, "confirm")
        } else {
            world.answer(&raised, "fixed", monday("10:00")).unwrap()
        };
        let ctx = world.context(kind, &system, at("2025-09-18T23:59:59+08:00"));
        assert!(workflow::tick(&ctx, &matter).unwrap().is_none_or(|c| c.matter.step == "confirm"), "the last second");
        let ctx = world.context(kind, &system, at("2025-09-19T00:00:00+08:00"));
        let after = workflow::tick(&ctx, &matter).unwrap().unwrap().matter;
        assert_eq!(after.step, expected);
        assert!(after.solved.is_none() && after.closing.is_none_or(|c| !c.confirmed), "{kind}");
    }
}
