//! What somebody reads who asked for another who is known, and when the same words are one remark.

mod world;

use rules::matters::{Matter, asker, workflow};
use rules::shared::ids::PersonId;
use world::{World, monday, person};

fn matter(world: &World, raised_by: Option<u128>, subject: Option<u128>) -> Matter {
    let raised = world.raised("need", monday("09:00"));
    Matter { raised_by: raised_by.map(person), subject: subject.map(person), ..raised }
}

#[test]
fn who_comes_is_heard_at_the_door_they_come_to() {
    type Case = (&'static str, Option<u128>, Option<u128>, bool, Option<u128>, bool);
    let world = World::new();
    let cases: [Case; 6] = [
        ("one's own", Some(1), None, false, Some(1), true),
        ("one's own, said twice", Some(1), Some(1), true, Some(1), true),
        ("by the card of somebody with a phone", Some(1), Some(2), true, Some(2), false),
        ("by the card of somebody without one", Some(1), Some(2), false, Some(1), true),
        ("for somebody who is not registered", Some(1), None, true, Some(1), true),
        ("nobody is known who asked", None, Some(2), true, Some(2), true),
    ];
    for (name, raised_by, subject, reached, hears, reads) in cases {
        let matter = matter(&world, raised_by, subject);
        assert_eq!(asker::hears_who_comes(&matter, reached), hears.map(person), "{name}");
        assert_eq!(asker::reads_who_comes(&matter, person(1), reached), reads, "{name}");
        // Whom it is for reads it in any case.
        assert!(asker::reads_who_comes(&matter, person(2), reached), "{name}");
    }
}

#[test]
fn whoever_asked_for_another_is_told_apart_from_whom_it_is_for() {
    let world = World::new();
    let by_card = matter(&world, Some(1), Some(2));
    assert!(asker::is_asker(&by_card, person(1)) && !asker::is_asker(&by_card, person(2)));
    assert!(!asker::is_asker(&matter(&world, Some(1), Some(1)), person(1)), "it is their own");
    assert!(!asker::is_asker(&matter(&world, Some(1), None), person(1)), "nobody else is known");
    let cases: [(&str, Option<PersonId>, Option<PersonId>, bool); 4] = [
        ("herself", Some(person(2)), None, true),
        ("her daughter, for her", Some(person(3)), Some(person(2)), true),
        ("whoever asked", Some(person(1)), None, false),
        ("a clock", None, None, false),
    ];
    for (name, actor, on_behalf, expected) in cases {
        assert_eq!(asker::is_of_subject(&by_card, actor, on_behalf), expected, "{name}");
    }
    assert!(!asker::is_of_subject(&matter(&world, Some(1), None), None, None), "a clock is nobody's");
}

#[test]
fn the_same_words_a_few_minutes_later_are_one_remark() {
    let cases = [
        ("at once", "米要小袋的", "米要小袋的", "09:00", true),
        ("line ends of a browser", "米要\n小袋的", "米要\r\n小袋的 ", "09:09", true),
        ("other words", "米要小袋的", "面要小袋的", "09:01", false),
        ("a while later", "米要小袋的", "米要小袋的", "09:10", false),
    ];
    for (name, last, text, now, expected) in cases {
        let again = workflow::may_be_again(monday("09:00"), monday(now)) && workflow::is_said_again(last, text);
        assert_eq!(again, expected, "{name}");
    }
}
