//! What is said against a record is answered in words, heard from both sides, and taken back by who said it alone.

use super::*;
use crate::service::access::{AnswerReview, Correct, WithdrawObjection};
use crate::service::objection::{Objection, ObjectionState, Side};
use crate::shared::Length;

fn objection(state: ObjectionState) -> Objection {
    Objection { record: record().id, raised_for: person(SERVED), state, before: RecordState::Confirmed }
}

fn on_record<V: access::RecordVerb>(n: u128) -> Permit<V> {
    access::on_record(&actor(n), &subject(&record())).unwrap()
}

#[test]
fn as_what_somebody_objects() {
    let cases = [
        ("the person served", Some(SERVED), Some(SERVED), Side::Served),
        ("the volunteer", Some(VOLUNTEER), Some(SERVED), Side::Volunteer),
        ("staff", Some(STAFF), Some(SERVED), Side::Staff),
        ("staff where nobody was served", Some(STAFF), None, Side::Staff),
        ("the system", None, None, Side::Staff),
    ];
    for (name, by, served, expected) in cases {
        assert_eq!(Side::of(by.map(person), person(VOLUNTEER), served.map(person)), expected, "{name}");
    }
}

#[test]
fn who_sets_a_contested_record_right_answers_the_objection_in_words() {
    let permit = on_record::<Correct>(STAFF);
    let open = objection(ObjectionState::Open);
    assert_eq!(code(open.answer(&permit, "  ")), Some("objection-answer"));
    assert_eq!(code(open.answer(&permit, &"字".repeat(Length::Reason.most() + 1))), Some("text-too-long"));
    assert_eq!(open.answer(&permit, " 签到码是她报的 ").as_deref(), Ok("签到码是她报的"));
}

#[test]
fn the_volunteer_is_heard_until_it_is_decided() {
    let permit = access::on_review::<AnswerReview>(&actor(VOLUNTEER), &subject(&record())).unwrap();
    let cases = [
        ("open", ObjectionState::Open, "我待了一个小时", None),
        ("answered", ObjectionState::Answered, "我待了一个小时", None),
        ("decided", ObjectionState::Decided, "我待了一个小时", Some("objection-over")),
        ("taken back", ObjectionState::Withdrawn, "我待了一个小时", Some("objection-over")),
        ("nothing said", ObjectionState::Open, " ", Some("objection-words")),
    ];
    for (name, state, words, expected) in cases {
        assert_eq!(code(objection(state).hear(&permit, words)), expected, "{name}");
    }
}

#[test]
fn who_objected_may_take_it_back_until_it_is_decided() {
    let (contested, recorded) = (RecordState::Contested, RecordState::Recorded);
    let cases = [
        ("what was confirmed counts again", SERVED, ObjectionState::Open, contested, Ok(RecordState::Confirmed)),
        ("what was set right stays so", SERVED, ObjectionState::Answered, recorded, Ok(recorded)),
        ("somebody else", VOLUNTEER, ObjectionState::Open, contested, Err("objection-of-another")),
        ("decided", SERVED, ObjectionState::Decided, recorded, Err("objection-over")),
        ("taken back before", SERVED, ObjectionState::Withdrawn, recorded, Err("objection-over")),
    ];
    for (name, by, state, now, expected) in cases {
        let permit = on_record::<WithdrawObjection>(by);
        let then = objection(state).withdraw(&permit, Some(person(by)), now);
        assert_eq!(then.map_err(|refusal| refusal.code), expected, "{name}");
    }
}
