//! Who is heard, who decides, and when.

use super::*;
use crate::people::household::Party;
use crate::service::review::{Bench, CallBack, Heard, LookedAt, Review, ReviewState, Verdict, call_back};
use crate::shared::ids::HouseholdId;

fn review() -> Review {
    Review {
        record: record().id,
        volunteer: person(VOLUNTEER),
        state: ReviewState::Open,
        is_heard: false,
        answer_by: Some(at("2026-11-30T23:59:59+08:00")),
    }
}

fn party(n: u128) -> Party<'static> {
    Party { person: person(n), household: None, kin: &[] }
}

const DURING: &str = "2026-11-24T09:00:00+08:00";
const AFTER: &str = "2026-12-01T00:00:00+08:00";

fn decide(
    review: &Review,
    n: u128,
    bench: Bench<'_>,
    verdict: Verdict,
    now: &str,
) -> Result<ReviewState, &'static str> {
    let permit = access::on_review(&actor(n), &subject(&record())).unwrap();
    let bench = Bench { decider: Party { person: person(n), ..bench.decider }, ..bench };
    review.decide(&permit, &bench, verdict, "已电话核实", at(now)).map_err(|refusal| refusal.code)
}

#[test]
fn who_decides_and_when() {
    let recorders = [party(STAFF)];
    let bench = Bench { decider: party(OTHER_STAFF), volunteer: party(VOLUNTEER), took_part: &recorders };
    let home = Some(HouseholdId::new(Cell(1), Uuid::from_u128(7)));
    let lives_with = Bench {
        decider: Party { household: home, ..party(OTHER_STAFF) },
        volunteer: Party { household: home, ..party(VOLUNTEER) },
        ..bench
    };
    let kin = [person(STAFF)];
    let kin_of_recorder = Bench { decider: Party { kin: &kin, ..party(OTHER_STAFF) }, ..bench };
    let (heard, unending) = (Review { is_heard: true, ..review() }, Review { answer_by: None, ..review() });
    let over = |state| Review { state, ..review() };
    let (clear, uphold) = (Verdict::Clear, Verdict::Uphold);
    let cases = [
        ("cleared at once", review(), OTHER_STAFF, bench, clear, DURING, Ok(ReviewState::Cleared)),
        ("upheld unheard", review(), OTHER_STAFF, bench, uphold, DURING, Err("review-not-heard")),
        ("upheld after an answer", heard, OTHER_STAFF, bench, uphold, DURING, Ok(ReviewState::Upheld)),
        ("upheld after the term", review(), OTHER_STAFF, bench, uphold, AFTER, Ok(ReviewState::Upheld)),
        ("no term, no answer", unending, OTHER_STAFF, bench, uphold, AFTER, Err("review-not-heard")),
        ("one's own", review(), VOLUNTEER, bench, clear, DURING, Err("review-own")),
        ("who entered it", review(), STAFF, bench, clear, DURING, Err("review-took-part")),
        ("who lives with the volunteer", review(), OTHER_STAFF, lives_with, clear, DURING, Err("review-household")),
        ("kin of who entered it", review(), OTHER_STAFF, kin_of_recorder, clear, DURING, Err("review-household")),
        ("cleared already", over(ReviewState::Cleared), OTHER_STAFF, bench, uphold, AFTER, Err("review-decided")),
        ("upheld already", over(ReviewState::Upheld), OTHER_STAFF, bench, clear, AFTER, Err("review-decided")),
    ];
    for (name, review, who, bench, verdict, now, expected) in cases {
        assert_eq!(decide(&review, who, bench, verdict, now), expected, "{name}");
    }
    let permit = access::on_review(&actor(OTHER_STAFF), &subject(&record())).unwrap();
    assert_eq!(code(review().decide(&permit, &bench, clear, " ", at(DURING))), Some("review-reason"));
    let job = access::on_review(&Actor::system(), &subject(&record())).unwrap();
    assert_eq!(code(review().decide(&job, &bench, clear, "是", at(DURING))), Some("needs-a-person"));
}

#[test]
fn the_volunteer_answers_until_it_is_decided() {
    let permit = access::on_review(&actor(VOLUNTEER), &subject(&record())).unwrap();
    assert_eq!(review().answer(&permit, " 那天我去了 ").unwrap(), "那天我去了");
    assert_eq!(code(review().answer(&permit, "  ")), Some("review-words"));
    assert_eq!(code(review().answer(&permit, &"字".repeat(501))), Some("text-too-long"));
    assert!(Review { is_heard: true, ..review() }.answer(&permit, "还有一句").is_ok());
    let decided = Review { state: ReviewState::Upheld, ..review() };
    assert_eq!(code(decided.answer(&permit, "那天我去了")), Some("review-decided"));
    // The person served owns the confirmation, and not this answer.
    let served = Actor::person(person(SERVED), Vec::new(), Channel::Web);
    assert!(access::on_review::<access::AnswerReview>(&served, &subject(&record())).is_err());
}

#[test]
fn only_an_upheld_record_is_void() {
    let permit = access::on_review(&actor(OTHER_STAFF), &subject(&record())).unwrap();
    assert_eq!(record().upheld(&permit, "没有这次服务").unwrap().state, RecordState::Void);
    assert!(ReviewState::Open.holds() && ReviewState::Upheld.holds() && !ReviewState::Cleared.holds());
}

#[test]
fn nobody_asks_about_their_own() {
    let took_part = [person(STAFF)];
    let said = |said: Option<CallBack>, words: &str| Heard { said, words: words.to_owned() };
    let not_done = said(Some(CallBack::NotDone), "女儿接的，说没有人来过");
    let long = "说".repeat(301);
    let cases = [
        ("a third", OTHER_STAFF, false, not_done.clone(), Ok(CallBack::NotDone)),
        ("who confirmed", STAFF, false, not_done.clone(), Err("review-took-part")),
        ("the volunteer", VOLUNTEER, false, not_done.clone(), Err("review-own")),
        ("asked already", OTHER_STAFF, true, not_done, Err("call-back-given")),
        ("nothing said", OTHER_STAFF, false, said(None, "接了"), Err("call-back-answer")),
        ("no word of whom", OTHER_STAFF, false, said(Some(CallBack::Done), " "), Err("call-back-heard")),
        ("too many words", OTHER_STAFF, false, said(Some(CallBack::Done), &long), Err("text-too-long")),
        ("nobody reached", OTHER_STAFF, false, said(Some(CallBack::NoAnswer), ""), Ok(CallBack::NoAnswer)),
    ];
    for (name, who, is_answered, heard, expected) in cases {
        let permit = access::on_review(&actor(who), &subject(&record())).unwrap();
        let given = call_back(&permit, person(VOLUNTEER), &took_part, is_answered, &heard);
        assert_eq!(given.map_err(|refusal| refusal.code), expected, "{name}");
    }
}

#[test]
fn what_is_or_was_looked_at_is_not_voided_past_its_review() {
    let deciders = [person(STAFF)];
    let of = |state| LookedAt { state, deciders: &deciders };
    let (open, cleared, upheld) = (of(ReviewState::Open), of(ReviewState::Cleared), of(ReviewState::Upheld));
    let cases = [
        ("while it is looked at", open, OTHER_STAFF, false, Err("void-in-review")),
        ("and somebody objects besides", open, OTHER_STAFF, true, Err("void-in-review")),
        ("found true", cleared, OTHER_STAFF, false, Err("void-reviewed")),
        ("found true, and somebody objects", cleared, OTHER_STAFF, true, Ok(())),
        ("who found it true", cleared, STAFF, true, Err("void-decided-before")),
        ("found false: the record says that it is void", upheld, OTHER_STAFF, false, Ok(())),
    ];
    for (name, looked_at, by, contested, expected) in cases {
        assert_eq!(looked_at.may_void(Some(person(by)), contested).map_err(|r| r.code), expected, "{name}");
    }
}
