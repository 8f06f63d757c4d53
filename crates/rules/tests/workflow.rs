//! What may happen to a matter, and what may not: one table a rule.

mod world;

use rules::matters::workflow::{self, Event};
use rules::matters::{EMBEDDED, Given, Matter, Phase, access};
use rules::shared::{Actor, Membership, Role};
use world::{
    VILLAGE, World, at, call_taker, code, matter_id, monday, need_at, person, rate, resident, social_worker, unit, who,
};

const STEPS: [&str; 7] = ["triage", "dispatch", "serve", "department", "confirm", "call_back", "closed"];

#[test]
fn an_answer_the_step_does_not_have_is_refused_with_those_it_has() {
    let world = World::new();
    let by = social_worker();
    let ctx = world.context("need", &by, monday("10:00"));
    let cases = [
        ("serve", "dispatch", "served given_back progress cannot no_longer_needed"),
        ("confirm", "solved", ""),
        ("confirm", "no_word", ""),
        ("call_back", "served", "solved partly not_solved unreachable"),
    ];
    for (step, answer, possible) in cases {
        let matter = need_at(&world, step);
        let permit = access::answer(&by, ctx.kind, &matter, answer).unwrap();
        let refusal = workflow::answer_step(&permit, &ctx, &matter, answer, &Given::default()).unwrap_err();
        assert_eq!(refusal.code, "answer-not-possible", "{step} {answer}");
        let keys = refusal.args.iter().find(|(name, _)| *name == "possible_keys").unwrap().1.to_string();
        assert_eq!(keys, possible, "{step} {answer}");
        let offered: Vec<&str> = workflow::possible(ctx.kind, &matter).iter().map(|a| a.key.as_str()).collect();
        assert_eq!(offered.join(" "), possible, "the buttons are what is possible");
    }
}

#[test]
fn triage_and_answers_are_different_verbs() {
    let world = World::new();
    let by = social_worker();
    let ctx = world.context("need", &by, monday("10:00"));
    let (fresh, serving) = (need_at(&world, "triage"), need_at(&world, "serve"));
    let answer = access::answer(&by, ctx.kind, &fresh, "cannot").unwrap();
    let refused = workflow::answer_step(&answer, &ctx, &fresh, "cannot", &Given::default());
    assert_eq!(code(refused).unwrap_err(), "needs-triage");
    let triage = access::triage(&by, ctx.kind, &serving, "served").unwrap();
    assert_eq!(
        code(workflow::triage(&triage, &ctx, &serving, "served", &Given::default())).unwrap_err(),
        "not-at-review"
    );
}

#[test]
fn what_an_answer_requires_is_asked_one_by_one_at_its_field() {
    let world = World::new();
    let matter = need_at(&world, "triage");
    let text = |t: &str| Some(t.to_owned());
    let full = || Given { level: text("day"), type_key: text("repairs"), way: text("volunteers"), ..Given::default() };
    let cases = [
        ("complete", full(), Ok("dispatch")),
        ("no level", Given { level: None, ..full() }, Err(("answer-requires", Some("level")))),
        ("blank way", Given { way: text(" "), ..full() }, Err(("answer-requires", Some("way")))),
        ("a way of another answer", Given { way: text("phone"), ..full() }, Err(("way-does-not-fit", Some("way")))),
        ("no such type", Given { type_key: text("x"), ..full() }, Err(("type-unknown", Some("type")))),
        ("no such risk", Given { risks: world::risks(&["x"]), ..full() }, Err(("risk-unknown", Some("risks")))),
        ("risks", Given { risks: world::risks(&["woman", "two_people"]), ..full() }, Ok("dispatch")),
        (
            "a word promised for yesterday",
            Given { next_word_at: Some(monday("08:00")), ..full() },
            Err(("next-word-in-the-past", Some("next_word_at"))),
        ),
        (
            "a word promised for the year after next",
            Given { next_word_at: Some(world::at("2027-09-16T09:00:00+08:00")), ..full() },
            Err(("next-word-far", Some("next_word_at"))),
        ),
        (
            "a field that is not asked here",
            Given { fields: [("what".to_owned(), vec!["x".to_owned()])].into(), ..full() },
            Err(("field-unknown", Some("what"))),
        ),
    ];
    for (name, given, expected) in cases {
        let done = world.answer_with(&matter, "dispatch", monday("10:00"), given);
        let done = done.as_ref().map(|m| m.step.as_str()).map_err(|r| (r.code, r.field.as_deref()));
        assert_eq!(done, expected, "{name}");
    }
}

#[test]
fn the_form_is_checked_field_by_field() {
    let world = World::new();
    let with = |field: &str, values: &[&str]| {
        let mut raising = world.raising("need");
        raising.values.insert(field.into(), values.iter().map(|v| (*v).to_owned()).collect());
        world.raise("need", monday("09:00"), raising)
    };
    let long = "长".repeat(301);
    let cases = [
        ("what", vec!["水管漏了"], Ok(())),
        ("what", vec!["  "], Err("field-required")),
        ("what", vec![long.as_str()], Err("text-too-long")),
        ("what", vec!["一", "二"], Err("field-too-many")),
        ("category", vec!["flying"], Err("field-no-such-option")),
        ("when", vec!["now"], Ok(())),
        ("when", vec!["2025-09-20/evening"], Ok(())),
        ("when", vec!["2025-09-31"], Err("field-not-a-date")),
        ("when", vec!["2025-09-20/noon"], Err("field-not-a-time")),
        ("when", vec!["20250920"], Err("field-not-a-date")),
        ("when", vec!["zzz"], Err("field-not-a-time")),
        ("phone", vec!["138 0013 8000"], Ok(())),
        ("phone", vec!["+86-530-5550100"], Ok(())),
        ("phone", vec!["call me"], Err("field-not-a-phone")),
        ("phone", vec!["110"], Err("field-not-a-phone")),
        ("phone", vec!["5550100"], Err("field-not-a-phone")),
        ("phone", vec!["1380013800"], Err("field-not-a-phone")),
        ("photos", vec!["a", "b", "c"], Ok(())),
        ("photos", vec!["a", "b", "c", "d"], Err("field-too-many")),
        ("shoe_size", vec!["43"], Err("field-unknown")),
        ("caller_name", vec!["孙大爷"], Ok(())),
    ];
    for (field, values, expected) in cases {
        let done = with(field, &values);
        if let Err(refusal) = &done {
            assert_eq!(refusal.field.as_deref(), Some(field));
        }
        assert_eq!(code(done).map(|_| ()), expected, "{field} {values:?}");
    }
}

#[test]
fn the_form_says_how_urgent_it_is() {
    let world = World::new();
    let level = |kind: &str, field: &str, value: &str, set: Option<&str>| {
        let mut raising = world.raising(kind);
        raising.values.insert(field.into(), vec![value.into()]);
        raising.level = set.map(Into::into);
        let raised = match set {
            Some(_) => world.raise_for(kind, monday("09:00"), raising),
            None => world.raise(kind, monday("09:00"), raising),
        };
        code(raised).map(|c| c.matter.level)
    };
    assert_eq!(level("need", "when", "2025-09-20", None).unwrap(), "normal");
    assert_eq!(level("need", "when", "today", None).unwrap(), "day");
    assert_eq!(level("need", "when", "now", None).unwrap(), "urgent");
    assert_eq!(level("need", "when", "now", Some("complex")).unwrap(), "complex", "the call-taker heard more");
    assert_eq!(level("need", "when", "now", Some("soon")).unwrap_err(), "level-unknown");
    assert_eq!(level("hazard", "danger", "yes", None).unwrap(), "danger");
    assert_eq!(level("hazard", "danger", "no", None).unwrap(), "normal");
}

#[test]
fn what_dispatch_and_service_tell_is_understood_once() {
    let world = World::new();
    let system = Actor::system();
    let ctx = world.context("need", &system, monday("10:00"));
    let cases = [
        ("dispatch", Event::Accepted, Some("serve")),
        ("dispatch", Event::Joined, None),
        ("dispatch", Event::Started, Some("serve")),
        ("dispatch", Event::Done, Some("confirm")),
        ("dispatch", Event::AllDeclined, Some("triage")),
        ("serve", Event::Accepted, None),
        ("serve", Event::Started, None),
        ("serve", Event::Done, Some("confirm")),
        ("serve", Event::AllDeclined, Some("dispatch")),
        ("confirm", Event::Done, None),
        ("closed", Event::Accepted, None),
        ("closed", Event::Done, None),
    ];
    for (step, event, expected) in cases {
        let done = workflow::heard(&ctx, &need_at(&world, step), event).unwrap();
        assert_eq!(done.as_ref().map(|c| c.matter.step.as_str()), expected, "{step} {event:?}");
    }
}

#[test]
fn a_late_yes_leads_on_while_the_desk_has_decided_nothing_else() {
    let world = World::new();
    let system = Actor::system();
    let ctx = world.context("need", &system, monday("10:00"));
    let then =
        |matter: &Matter, event| workflow::heard(&ctx, matter, event).unwrap().map_or(matter.clone(), |c| c.matter);
    let nobody = then(&need_at(&world, "dispatch"), Event::AllDeclined);
    let sent_back = then(&then(&nobody, Event::Joined), Event::AllDeclined);
    let decided = world.answer(&nobody, "take", monday("09:45")).unwrap();
    let cases = [
        ("all slots", &nobody, Event::Accepted, "serve"),
        ("one of two", &nobody, Event::Joined, "dispatch"),
        ("a second time", &sent_back, Event::Accepted, "serve"),
        ("taken by the social worker", &decided, Event::Joined, "serve"),
        ("never dispatched", &need_at(&world, "triage"), Event::Joined, "triage"),
    ];
    for (name, matter, event, step) in cases {
        let after = then(matter, event);
        assert_eq!((after.step.as_str(), after.nobody_at.as_deref()), (step, None), "{name}");
    }
    assert_eq!(nobody.nobody_at.as_deref(), Some("dispatch"));
}

#[test]
fn the_resident_may_withdraw_until_someone_has_accepted() {
    let world = World::new();
    let by = resident();
    let ctx = world.context("need", &by, monday("10:00"));
    let system = Actor::system();
    let outside = world.context("need", &system, monday("10:00"));
    let given_back = workflow::heard(&outside, &need_at(&world, "serve"), Event::AllDeclined).unwrap().unwrap().matter;
    let taken_back = world.answer(&need_at(&world, "triage"), "no_longer_needed", monday("09:45")).unwrap();
    let cases = [
        ("triage", need_at(&world, "triage"), Ok("no_longer_needed")),
        ("dispatch", need_at(&world, "dispatch"), Ok("no_longer_needed")),
        ("serve", need_at(&world, "serve"), Err("withdraw-too-late")),
        ("department", need_at(&world, "department"), Err("withdraw-too-late")),
        ("confirm", need_at(&world, "confirm"), Err("withdraw-done")),
        ("call_back", need_at(&world, "call_back"), Err("withdraw-done")),
        ("given back", given_back, Ok("no_longer_needed")),
        ("closed", need_at(&world, "closed"), Err("matter-closed")),
        ("taken back", taken_back, Err("withdraw-already")),
    ];
    for (name, matter, expected) in cases {
        let permit = access::withdraw(&by, ctx.kind, &matter).unwrap();
        let done = code(workflow::withdraw(&permit, &ctx, &matter, None));
        let outcome = done.map(|c| c.matter.closing.unwrap().outcome);
        assert_eq!(outcome.as_deref().map_err(|c| *c), expected, "{name}");
    }
}

#[test]
fn a_closed_matter_opens_again_to_someone_else_with_a_new_clock() {
    let world = World::new();
    let by = resident();
    let closed = need_at(&world, "closed");
    let open = |matter: &Matter, now: &str, reason: &str| {
        let ctx = world.context("need", &by, at(now));
        let permit = access::reopen(&by, ctx.kind, matter).unwrap();
        workflow::reopen(&permit, &ctx, matter, reason)
    };
    let cases = [
        ("the last minute", "2025-09-30T23:59:00+08:00", "又漏了", Ok("triage")),
        ("too late", "2025-10-01T00:00:00+08:00", "又漏了", Err("reopen-too-late")),
        ("no reason", "2025-09-20T09:00:00+08:00", " ", Err("reopen-needs-reason")),
    ];
    for (name, now, reason, expected) in cases {
        let done = code(open(&closed, now, reason)).map(|c| c.matter.step);
        assert_eq!(done.as_deref().map_err(|c| *c), expected, "{name}");
    }
    assert_eq!(code(open(&need_at(&world, "serve"), "2025-09-20T09:00:00+08:00", "又漏了")).unwrap_err(), "not-closed");

    let again = open(&closed, "2025-09-20T09:00:00+08:00", "又漏了").unwrap().matter;
    assert_eq!((again.reopened, again.for_role, again.closing.clone()), (1, Some(Role::SocialWorker), None));
    assert_eq!(again.resident_clock.started, at("2025-09-20T09:00:00+08:00"));
    assert!(again.assignees.is_empty() && again.former.contains(&person(40)));
    let former = who(40, Role::SocialWorker, world::COUNTY);
    let ctx = world.context("need", &former, at("2025-09-20T10:00:00+08:00"));
    let permit = access::triage(&former, ctx.kind, &again, "no_longer_needed").unwrap();
    let done = workflow::triage(&permit, &ctx, &again, "no_longer_needed", &Given::default());
    assert_eq!(code(done).unwrap_err(), "reopened-needs-other-person");
}

#[test]
fn a_word_after_the_close_is_kept_or_opens_it_again() {
    let world = World::new();
    let closed = need_at(&world, "closed");
    let withdrawn = world.answer(&need_at(&world, "triage"), "no_longer_needed", monday("10:00")).unwrap();
    let cases = [
        ("content", &closed, true, Some(4), Ok(("closed", 0))),
        ("not solved after all", &closed, false, None, Ok(("triage", 1))),
        ("badly rated", &closed, true, Some(1), Ok(("triage", 1))),
        ("nothing was done", &withdrawn, true, Some(5), Err("nothing-to-rate")),
    ];
    for (name, matter, solved, rating, expected) in cases {
        let done = code(rate(&world, matter, &resident(), solved, rating)).map(|c| (c.matter.step, c.matter.reopened));
        let done = done.as_ref().map(|(step, count)| (step.as_str(), *count)).map_err(|c| *c);
        assert_eq!(done, expected, "{name}");
    }
}

#[test]
fn closing_is_only_possible_as_the_present_step_allows() {
    let world = World::new();
    let by = social_worker();
    let ctx = world.context("need", &by, monday("10:00"));
    let owner = Given { owner: Some("供电公司".into()), ..Given::default() };
    let cases = [
        ("triage", "not_ours", owner.clone(), Ok("not_ours")),
        ("triage", "not_ours", Given::default(), Err("answer-requires")),
        ("triage", "solved", Given::default(), Err("outcome-not-possible")),
        ("serve", "not_ours", owner, Err("outcome-not-possible")),
        ("serve", "no_longer_needed", Given::default(), Err("answer-requires")),
        (
            "serve",
            "no_longer_needed",
            Given { reason: Some("儿子回来了".into()), ..Given::default() },
            Ok("no_longer_needed"),
        ),
        ("confirm", "solved", Given::default(), Err("outcome-not-possible")),
    ];
    for (step, outcome, given, expected) in cases {
        let matter = need_at(&world, step);
        let permit = access::close(&by, ctx.kind, &matter, outcome).unwrap();
        let done = code(workflow::close(&permit, &ctx, &matter, outcome, &given));
        let done = done.map(|c| c.matter.closing.unwrap().outcome);
        assert_eq!(done.as_deref().map_err(|c| *c), expected, "{step} {outcome}");
    }
}

#[test]
fn staff_are_assigned_and_volunteers_never() {
    let world = World::new();
    let by = social_worker();
    let ctx = world.context("need", &by, monday("10:00"));
    let matter = need_at(&world, "serve");
    let permit = access::assign(&by, ctx.kind, &matter).unwrap();
    let held = |roles: &[Role]| -> Vec<Membership> {
        let membership = |role: &Role| Membership { role: *role, organisation: None, place_path: world::COUNTY.into() };
        roles.iter().map(membership).collect()
    };
    let cases: [(&[Role], Result<(), &str>); 4] = [
        (&[Role::SocialWorker], Ok(())),
        (&[Role::Volunteer], Err("assign-not-staff")),
        (&[Role::Volunteer, Role::TeamLeader], Err("assign-not-staff")),
        (&[], Err("assign-not-staff")),
    ];
    for (roles, expected) in cases {
        let done = workflow::assign(&permit, &ctx, &matter, person(50), &held(roles));
        assert_eq!(code(done).map(|c| assert_eq!(c.matter.assignees, [person(50)].into())), expected, "{roles:?}");
    }
}

#[test]
fn others_follow_what_they_may_know_of() {
    let world = World::new();
    let by = Actor::person(person(2), Vec::new(), rules::shared::Channel::Web);
    let ctx = world.context("need", &by, monday("10:00"));
    let matter = need_at(&world, "triage");
    let permit = access::follow(&by, ctx.kind, &matter).unwrap();
    let followed = workflow::follow(&permit, &ctx, &matter, person(2), &[person(3)]).unwrap().matter;
    assert_eq!(followed.followers, [person(2)].into());
    assert_eq!(code(workflow::follow(&permit, &ctx, &followed, person(2), &[])).unwrap_err(), "follow-already");
    assert_eq!(code(workflow::follow(&permit, &ctx, &matter, person(1), &[])).unwrap_err(), "follow-own");
    let party = workflow::follow(&permit, &ctx, &matter, person(2), &[person(2)]);
    assert_eq!(code(party).unwrap_err(), "follow-party", "who was asked for a reply is no further reporter");
    let private = Matter { private: true, ..matter };
    assert_eq!(code(workflow::follow(&permit, &ctx, &private, person(2), &[])).unwrap_err(), "follow-private");
    assert!(access::follow(&by, ctx.kind, &private).is_err());
}

#[test]
fn private_is_marked_by_staff_and_lifted_by_whoever_may_read_it() {
    let world = World::new();
    let matter = Matter { private: true, ..need_at(&world, "triage") };
    let nobodys = Matter { raised_by: None, ..matter.clone() };
    let long = "长".repeat(2_001);
    let given = Matter { assignees: [person(30)].into(), ..nobodys.clone() };
    let cases = [
        ("whose it is", &matter, resident(), None, Ok(None)),
        ("a social worker who does not say why", &matter, social_worker(), Some(" "), Err("private-lift-reason")),
        ("a social worker", &matter, social_worker(), Some(" 本人来电 "), Ok(Some("本人来电"))),
        ("where nobody is registered", &nobodys, social_worker(), Some("来电人要求"), Ok(Some("来电人要求"))),
        ("whom it was given to", &given, call_taker(), Some("来电人要求"), Ok(Some("来电人要求"))),
        ("who says too much", &matter, social_worker(), Some(long.as_str()), Err("text-too-long")),
    ];
    for (name, matter, by, reason, expected) in cases {
        let ctx = world.context("need", &by, monday("10:00"));
        let permit = access::set_private(&by, ctx.kind, matter).unwrap();
        let lifted = code(workflow::set_private(&permit, &ctx, matter, false, reason));
        let said = lifted.map(|change| {
            assert!(!change.matter.private, "{name}");
            change.facts.iter().find_map(|fact| fact.get("reason").map(str::to_owned))
        });
        assert_eq!(said, expected.map(|reason| reason.map(str::to_owned)), "{name}");
    }
    let unread = call_taker();
    assert!(access::set_private(&unread, world.kind("need"), &nobodys).is_err(), "who may not read it");
    let by = social_worker();
    let ctx = world.context("need", &by, monday("10:00"));
    let open = need_at(&world, "triage");
    let permit = access::set_private(&by, ctx.kind, &open).unwrap();
    assert!(workflow::set_private(&permit, &ctx, &open, true, None).unwrap().matter.private);
    let mut raising = world.raising("hazard");
    raising.private = true;
    assert_eq!(code(world.raise("hazard", monday("09:00"), raising)).unwrap_err(), "private-not-offered");
}

#[test]
fn what_is_not_taken_in_any_more_is_raised_by_nobody_and_goes_on() {
    let mut world = World::new();
    let open = need_at(&world, "triage");
    let text = EMBEDDED[0].1.replacen("[intake]", "[intake]\nclosed = true", 1);
    world.kinds = world.kinds.with([("need.toml", text)]).unwrap();
    let raising = world.raising("need");
    assert_eq!(code(world.raise("need", monday("09:00"), raising)).unwrap_err(), "kind-closed");
    let by = call_taker();
    let ctx = world.context("need", &by, monday("09:00"));
    let raising = world.raising("need");
    let permit = access::raise_for(&by, ctx.kind, raising.id, VILLAGE).unwrap();
    assert_eq!(code(workflow::raise_for(&permit, &ctx, raising)).unwrap_err(), "kind-closed");
    assert_eq!(world.answer(&open, "dispatch", monday("09:00")).unwrap().step, "dispatch");
}

#[test]
fn a_closed_matter_takes_no_further_step() {
    let world = World::new();
    let by = social_worker();
    let ctx = world.context("need", &by, monday("10:00"));
    let closed = need_at(&world, "closed");
    assert!(access::answer(&by, ctx.kind, &closed, "served").is_err(), "nobody may answer");
    assert!(access::assign(&by, ctx.kind, &closed).is_err());
    let permit = access::merge(&by, ctx.kind, &closed).unwrap();
    let other = Matter { id: matter_id(2), ..need_at(&world, "triage") };
    assert_eq!(code(workflow::merge(&permit, &ctx, &closed, &other, None)).map(|_| ()).unwrap_err(), "matter-closed");
    let permit = access::note(&by, ctx.kind, &closed).unwrap();
    assert!(workflow::note(&permit, &ctx, &closed, "电话里道了谢", true).is_ok(), "a remark is still possible");
}

#[test]
fn a_promised_word_that_did_not_come_is_told_once() {
    let world = World::new();
    let matter = world.answer(&need_at(&world, "department"), "progress", monday("10:00")).unwrap();
    assert_eq!(matter.step_clock.as_ref().unwrap().started, monday("09:30"), "progress resets no clock");
    let promised = matter.next_word_at.unwrap();
    let system = Actor::system();
    let ctx = world.context("need", &system, promised);
    assert!(workflow::wake(&matter, monday("10:00")).unwrap() <= promised);
    let change = workflow::tick(&ctx, &matter).unwrap().unwrap();
    assert!(change.facts.iter().any(|f| f.verb == "matters.next_word_missed"));
    assert_eq!(workflow::tick(&ctx, &change.matter).unwrap(), None);
}

#[test]
fn every_step_has_its_tab_and_a_step_that_is_gone_starts_again() {
    let world = World::new();
    let kind = world.kind("need");
    let phases = STEPS.map(|step| need_at(&world, step).phase(kind).key());
    assert_eq!(phases, ["review", "dispatch", "doing", "doing", "confirm", "call_back", "closed"]);
    let lost = Matter { step: "taken_out".into(), ..need_at(&world, "serve") };
    assert_eq!(lost.phase(kind), Phase::Review, "nothing that came in is lost");
    assert!(world.answer(&lost, "take", monday("10:00")).is_ok());
}

#[test]
fn a_department_is_one_and_becomes_responsible() {
    let world = World::new();
    assert_eq!(need_at(&world, "department").organisation, Some(unit(2)));
    let kind = world.kind("need");
    let matter = need_at(&world, "triage");
    let mut given = world::fill(kind, matter.at(kind).unwrap().answer("to_department").unwrap(), monday("10:00"));
    given.departments = vec![unit(2), unit(3)];
    assert_eq!(
        code(world.answer_with(&matter, "to_department", monday("10:00"), given)).unwrap_err(),
        "one-department"
    );
}
