//! Whom a report is about may answer: who may be asked, and what with.

mod world;

use rules::matters::kind::CountsAs;
use rules::matters::reply::{self, Asking, End, Reply};
use rules::matters::{Matter, access};
use rules::shared::Role;
use rules::shared::ids::{Id, ReplyId};
use uuid::Uuid;
use world::{COUNTY, VILLAGE, World, at, clerk, code, matter_id, monday, person, resident, unit, who};

const TOLD: &str = "有人反映店门口的货箱挡住了消防通道";

fn asking<'a>(reporters: &'a [String]) -> Asking<'a> {
    Asking { person: Some(person(7)), name: "路口超市", told: TOLD, reporters, is_waiting: false }
}

/// A hazard of the resident: open, or found to be nothing.
fn hazard(world: &World, closed: bool) -> Matter {
    let raised = world.raised("hazard", monday("09:00"));
    if closed { world.answer(&raised, "not_found", monday("10:00")).unwrap() } else { raised }
}

#[test]
fn who_is_asked_is_told_facts_and_not_who_reported() {
    let world = World::new();
    let by = who(40, Role::GridMember, VILLAGE);
    let ctx = world.context("hazard", &by, monday("10:00"));
    let reporters = ["王秀兰".to_owned()];
    let plain = asking(&reporters);
    let long = "长".repeat(reply::TOLD_CHARS + 1);
    let cases = [
        ("somebody", plain, false, Ok(())),
        ("a shop nobody knows", Asking { person: None, ..plain }, false, Ok(())),
        ("no name", Asking { name: "  ", ..plain }, false, Err("reply-party")),
        ("nothing to answer to", Asking { told: "", ..plain }, false, Err("reply-told")),
        ("too long", Asking { told: &long, ..plain }, false, Err("text-too-long")),
        ("who reported", Asking { person: Some(person(1)), ..plain }, false, Err("reply-reporter")),
        ("told who reported", Asking { told: "王秀兰说您堵了通道", ..plain }, false, Err("reply-names-reporter")),
        ("asked already", Asking { is_waiting: true, ..plain }, false, Err("reply-asked")),
        ("over", plain, true, Err("reply-closed")),
    ];
    for (case, asking, closed, expected) in cases {
        let matter = hazard(&world, closed);
        let permit = access::ask_reply(&by, ctx.kind, &matter).unwrap();
        let asked = reply::ask(&permit, &ctx, &matter, &asking);
        assert_eq!(code(asked.clone().map(drop)), expected, "{case}");
        if let Ok(asked) = asked {
            // Monday, and three working days: until the end of Thursday.
            assert_eq!(asked.due, at("2025-09-18T23:59:59+08:00"), "{case}");
        }
    }
}

#[test]
fn only_those_who_decide_ask_and_only_where_the_kind_says_so() {
    let world = World::new();
    let matter = hazard(&world, false);
    let kind = world.kind("hazard");
    let cases = [
        (who(40, Role::GridMember, VILLAGE), true),
        (who(41, Role::CommunityWorker, VILLAGE), true),
        (who(42, Role::GridMember, "3717/371722/371722001/"), false),
        (who(43, Role::CallTaker, COUNTY), false),
        (clerk(44, unit(1)), true),
        (clerk(45, unit(9)), false),
        (resident(), false),
    ];
    for (by, may) in cases {
        assert_eq!(access::ask_reply(&by, kind, &matter).is_ok(), may, "{by:?}");
    }
    let need = world.raised("need", monday("09:00"));
    let by = who(41, Role::CommunityWorker, VILLAGE);
    assert!(access::ask_reply(&by, world.kind("need"), &need).is_err(), "a need is about nobody");
}

#[test]
fn the_party_answers_and_adds_to_it_while_it_is_open() {
    let world = World::new();
    let id: ReplyId = Id::new(matter_id(1).cell, Uuid::from_u128(0x0C01));
    let open = Reply { id, party: Some(person(7)), is_given: false };
    let party = who(7, Role::Resident, VILLAGE);
    let long = "长".repeat(reply::WORDS_CHARS + 1);
    let full = "长".repeat(reply::MOST_CHARS - 1);
    let whole = "长".repeat(reply::MOST_CHARS);
    let given = Reply { is_given: true, ..open };
    let cases = [
        ("says it", open, false, None, " 已经搬走了 ", Ok("已经搬走了")),
        ("nothing", open, false, None, " ", Err("reply-words")),
        ("too much", open, false, None, long.as_str(), Err("text-too-long")),
        ("adds to it", given, false, Some("已经搬走了"), "再说一次", Ok("已经搬走了\n\n再说一次")),
        ("no room is left", given, false, Some(whole.as_str()), "再", Err("reply-full")),
        ("more than fits", given, false, Some(full.as_str()), "再说", Err("reply-words")),
        ("too late", open, true, None, "我没有", Err("reply-over")),
        ("too late to add", given, true, Some("已经搬走了"), "再说一次", Err("reply-over")),
    ];
    for (case, reply, closed, said, words, expected) in cases {
        let matter = hazard(&world, closed);
        let permit = access::give_reply(&party, &matter, &reply).unwrap();
        let told = reply::give(&permit, &reply, &matter, said, words);
        assert_eq!(told.as_deref().map_err(|refusal| refusal.code), expected, "{case}");
    }
    let matter = hazard(&world, false);
    let cases = [
        (who(8, Role::Resident, VILLAGE), false),
        // Who reported is no party, though the matter is theirs.
        (resident(), false),
        (who(40, Role::CallTaker, COUNTY), true),
        (who(41, Role::GridMember, VILLAGE), true),
        (who(42, Role::SocialWorker, COUNTY), false),
    ];
    for (by, may) in cases {
        assert_eq!(access::give_reply(&by, &matter, &open).is_ok(), may, "{by:?}");
    }
}

#[test]
fn what_a_party_says_is_for_whose_turn_it_is_and_never_for_who_reported() {
    let world = World::new();
    let kind = world.kind("hazard");
    let open = hazard(&world, false);
    let asked_to_confirm = world.answer(&open, "fixed", monday("10:00")).unwrap();
    let cases = [
        ("review", &open, who(40, Role::GridMember, VILLAGE), true),
        ("review", &open, who(43, Role::CallTaker, COUNTY), false),
        ("review", &open, resident(), false),
        // Whoever reported is asked at this step, and the step names them.
        ("confirm", &asked_to_confirm, resident(), false),
        ("confirm", &asked_to_confirm, who(40, Role::GridMember, VILLAGE), true),
    ];
    for (step, matter, by, may) in cases {
        assert_eq!(matter.step, step);
        assert_eq!(access::read_replies(&by, kind, matter).is_ok(), may, "{step} {by:?}");
    }
}

#[test]
fn the_party_is_told_how_it_ended_and_never_by_whose_wish() {
    let world = World::new();
    let kind = world.kind("hazard");
    assert_eq!(reply::end(kind, &hazard(&world, false)), None, "while it is open");
    for outcome in &kind.outcomes {
        let quiet = matches!(outcome.counts_as, CountsAs::NoLongerNeeded | CountsAs::Duplicate);
        let expected = if quiet { End::Dropped } else { End::Outcome(&outcome.name) };
        assert_eq!(reply::end_of(kind, &outcome.key), expected, "{}", outcome.key);
    }
    assert_eq!(reply::end_of(kind, "of-an-older-kind"), End::Dropped);
}
