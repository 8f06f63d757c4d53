use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::access::{self, Enter, See, Spoil};
use super::form::{self, Line, PaperRules, Sort, Spoilt};
use crate::shared::ids::{BatchId, PlaceId};
use crate::shared::{Actor, Cell, Channel, Id, Membership, Role};

const PLACE: &str = "3717/371722/371722003/371722003003/";

fn batch() -> BatchId {
    Id::new(Cell(1), Uuid::from_u128(9))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time of the test")
}

fn actor(role: Role, path: &str) -> Actor {
    let membership = Membership { role, organisation: None, place_path: path.into() };
    Actor::person(Id::new(Cell(1), Uuid::from_u128(2)), vec![membership], Channel::Web)
}

#[test]
fn who_prints_and_enters_works_at_the_place() {
    let cases = [
        (Role::CallTaker, "3717/371722/", true, true),
        (Role::CommunityWorker, PLACE, true, true),
        (Role::SocialWorker, "3717/371722/371722003/", true, true),
        (Role::GridMember, PLACE, true, true),
        (Role::GridMember, "3717/371722/371722003/371722003004/", false, false),
        (Role::SocialWorker, "3717/371703/", false, false),
        (Role::CountyOfficial, "3717/371722/", true, false),
        (Role::Volunteer, PLACE, false, false),
        (Role::Administrator, "3717/", false, false),
    ];
    for (role, path, sees, enters) in cases {
        let who = actor(role, path);
        let said = (
            access::on_batch::<See>(&who, batch(), PLACE).is_ok(),
            access::on_batch::<Enter>(&who, batch(), PLACE).is_ok(),
            access::on_batch::<Spoil>(&who, batch(), PLACE).is_ok(),
            access::print(&who, Uuid::nil(), PLACE).is_ok(),
        );
        assert_eq!(said, (sees, enters, enters, enters), "{role:?} at {path}");
    }
}

#[test]
fn a_batch_has_some_forms_and_not_too_many() {
    let place: PlaceId = Id::new(Cell(1), Uuid::from_u128(3));
    let rules = PaperRules::default();
    let permit = access::print(&Actor::system(), place.uuid, PLACE).unwrap();
    for (count, expected) in [(0, None), (-1, None), (1, Some(1)), (rules.most_forms, Some(60)), (61, None)] {
        let said = form::print(&permit, place, count, &rules);
        assert_eq!(said.as_ref().ok().copied(), expected, "{count}");
        assert_eq!(said.err().map(|r| r.code), expected.is_none().then_some("paper-count"), "{count}");
    }
}

#[test]
fn a_line_has_its_own_time_between_printing_and_now() {
    let permit = access::on_batch::<Enter>(&Actor::system(), batch(), PLACE).unwrap();
    let printed = at("2026-06-08T09:00:30+08:00");
    let now = at("2026-06-10T09:00:00+08:00");
    let line = Line { batch: batch(), sort: Sort::Registration, printed_at: printed, spoilt: None, number: 1 };
    let sheet = Line { sort: Sort::SignIn, ..line };
    let minutes = SignedDuration::from_mins(1);
    let cases = [
        ("in between", line, vec![("received", at("2026-06-09T23:15:00+08:00"))], None),
        ("the minute of printing", line, vec![("received", at("2026-06-08T09:00:00+08:00"))], None),
        ("now", line, vec![("received", now)], None),
        ("a minute ahead", line, vec![("received", now + minutes)], Some(("paper-time-future", "received"))),
        (
            "before it was printed",
            line,
            vec![("received", printed - minutes)],
            Some(("paper-time-before-print", "received")),
        ),
        (
            "spoilt",
            Line { spoilt: Some(Spoilt::Lost), ..line },
            vec![("received", now)],
            Some(("paper-spoilt", "serial")),
        ),
        ("a second line", Line { number: 2, ..line }, vec![("received", now)], Some(("paper-line", "line"))),
        ("the last line of a sheet", Line { number: Sort::SignIn.lines(), ..sheet }, vec![("start", printed)], None),
        ("no line", Line { number: 0, ..sheet }, vec![("start", printed)], Some(("paper-line", "line"))),
        ("one more", Line { number: Sort::SignIn.lines() + 1, ..sheet }, vec![], Some(("paper-line", "line"))),
        ("its end ahead", sheet, vec![("start", printed), ("end", now + minutes)], Some(("paper-time-future", "end"))),
    ];
    for (name, line, times, expected) in cases {
        let said = form::enter(&permit, &line, &times, now).err();
        let said = said.as_ref().map(|r| (r.code, r.field.as_deref().unwrap_or_default()));
        assert_eq!(said, expected, "{name}");
    }
}

#[test]
fn what_was_entered_or_spoilt_is_not_spoilt() {
    let permit = access::on_batch::<Spoil>(&Actor::system(), batch(), PLACE).unwrap();
    let cases = [
        (None, false, None),
        (None, true, Some("paper-spoil-entered")),
        (Some(Spoilt::Lost), false, Some("paper-spoilt")),
    ];
    for (spoilt, entered, expected) in cases {
        let said = form::spoil(&permit, batch(), spoilt, entered);
        assert_eq!(said.err().map(|r| r.code), expected, "{spoilt:?} {entered}");
    }
}

#[test]
fn keys_read_back() {
    for sort in Sort::ALL {
        assert_eq!(Sort::from_key(sort.key()), Some(sort));
    }
    for why in Spoilt::ALL {
        assert_eq!(Spoilt::from_key(why.key()), Some(why));
    }
    assert_eq!((Sort::from_key("card"), Spoilt::from_key("stolen")), (None, None));
}
