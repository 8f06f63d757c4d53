//! What reviews found before: whose records are looked at for it, and whose are not.

use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;

use super::anomalies::{facts, signs};
use super::*;
use crate::service::ReviewState;
use crate::service::anomaly::{AnomalyRules, Facts, Past, Reviewed, Sign, find};

const OTHER_VOLUNTEER: u128 = 5;
const THIRD_VOLUNTEER: u128 = 6;

/// A record of that person, typed by somebody of staff, found false on the day of the record that is weighed.
fn false_one(volunteer: u128) -> Reviewed {
    Reviewed {
        state: ReviewState::Upheld,
        day: facts().day,
        volunteer: person(volunteer),
        typed_by: Some(person(STAFF)),
        confirmed_by: Some(person(OTHER_STAFF)),
    }
}

fn on(days: i64, reviewed: Reviewed) -> Reviewed {
    Reviewed { day: reviewed.day.saturating_add(days.days()), ..reviewed }
}

/// Of the volunteer, who entered it; confirmed by staff, with nobody else there.
fn past(reviews: &[Reviewed]) -> Past {
    let volunteer = person(VOLUNTEER);
    Past {
        volunteer,
        typed_by: Some(volunteer),
        confirmed_for_served: None,
        others_there: 0,
        reviews: reviews.to_vec(),
    }
}

#[test]
fn who_had_two_found_false_is_looked_at() {
    let own = false_one(VOLUNTEER);
    let cleared = Reviewed { state: ReviewState::Cleared, ..own };
    let open = Reviewed { state: ReviewState::Open, ..own };
    let cases: [(&str, &[Reviewed], bool); 10] = [
        ("nothing", &[], false),
        ("one: anybody errs once", &[own], false),
        ("two", &[own, own], true),
        ("one, and one that was cleared", &[own, cleared], false),
        ("one, and one that nobody has decided on", &[own, open], false),
        ("one, and one of somebody else", &[own, false_one(OTHER_VOLUNTEER)], false),
        ("two of somebody else", &[false_one(OTHER_VOLUNTEER), false_one(OTHER_VOLUNTEER)], false),
        ("two, half a year before and after", &[on(-180, own), on(180, own)], true),
        ("two, one of them longer ago", &[on(-181, own), own], false),
        ("two, one of them longer after", &[own, on(181, own)], false),
    ];
    for (name, reviews, expected) in cases {
        let found = signs(&Facts { past: Some(&past(reviews)), ..facts() });
        assert_eq!(found, if expected { vec!["found-false"] } else { vec![] }, "{name}");
    }
    let rules = AnomalyRules::default();
    let found = find(&Facts { past: Some(&past(&[own, own])), ..facts() }, &rules);
    assert_eq!(found.signs, [Sign::FoundFalse { records: 2, days: 180 }]);
    assert!(found.holds(&rules), "enough alone");
}

#[test]
fn what_somebody_stands_for_is_left_out() {
    let reviews = [false_one(VOLUNTEER); 2];
    let usual = || past(&reviews);
    let from = |who| Past { confirmed_for_served: Some(person(who)), ..usual() };
    let cases = [
        ("entered by the volunteer", usual(), true),
        ("typed by an honest desk, from the volunteer's slip", Past { typed_by: Some(person(9)), ..usual() }, true),
        ("signed", Past { typed_by: None, ..usual() }, true),
        ("confirmed by the person served", from(SERVED), false),
        ("confirmed for them by whoever confirmed the false ones", from(OTHER_STAFF), true),
        ("with two others", Past { others_there: 2, ..usual() }, true),
        ("with three", Past { others_there: 3, ..usual() }, false),
    ];
    for (name, past, expected) in cases {
        let found = signs(&Facts { past: Some(&past), ..facts() });
        assert_eq!(!found.is_empty(), expected, "{name}");
    }
}

#[test]
fn one_false_one_is_enough_in_company() {
    let [own, second, third] = [VOLUNTEER, OTHER_VOLUNTEER, THIRD_VOLUNTEER].map(false_one);
    let entered_alone = Reviewed { typed_by: Some(person(VOLUNTEER)), ..own };
    let by_another = Reviewed { typed_by: Some(person(OTHER_STAFF)), ..third };
    let of_three = [own, second, third];
    let recorder = Some(person(STAFF));
    let cases: [(&str, &[Reviewed], Option<PersonId>, bool); 9] = [
        ("typed by who typed false ones of three", &of_three, recorder, true),
        ("of two", &[own, second, second], recorder, false),
        ("of three, one of them typed by somebody else", &[own, second, by_another], recorder, false),
        ("of three, one of them longer ago", &[own, second, on(-181, third)], recorder, false),
        ("typed by somebody else", &of_three, Some(person(OTHER_STAFF)), false),
        ("entered by the volunteer", &of_three, Some(person(VOLUNTEER)), false),
        ("signed", &of_three, None, false),
        ("of three others, and nothing of the volunteer", &[second, third, false_one(7)], recorder, false),
        ("of two others, and one that the volunteer entered", &[entered_alone, second, third], recorder, false),
    ];
    for (name, reviews, typed_by, expected) in cases {
        let found = signs(&Facts { past: Some(&Past { typed_by, ..past(reviews) }), ..facts() });
        assert_eq!(found, if expected { vec!["found-false-together"] } else { vec![] }, "{name}");
    }
    let sheet = Past { typed_by: recorder, others_there: 3, ..past(&of_three) };
    assert_eq!(signs(&Facts { past: Some(&sheet), ..facts() }), [] as [&str; 0], "one name on a sheet of four");
}

fn reviewed(of: impl Strategy<Value = u128>) -> impl Strategy<Value = Reviewed> {
    let states = prop::sample::select(ReviewState::ALL.to_vec());
    (states, -400i64..=400, of, 1u128..9, 1u128..9).prop_map(|(state, days, volunteer, typed, confirmed)| Reviewed {
        state,
        day: facts().day.saturating_add(days.days()),
        volunteer: person(volunteer),
        typed_by: Some(person(typed)),
        confirmed_by: Some(person(confirmed)),
    })
}

fn found(reviews: &[Reviewed], typed_by: u128, others_there: i64) -> Option<Sign> {
    let past = Past { typed_by: Some(person(typed_by)), others_there, ..past(reviews) };
    find(&Facts { past: Some(&past), ..facts() }, &AnomalyRules::default()).signs.first().copied()
}

fn apart(a: Date, b: Date) -> i64 {
    (a.duration_since(b).as_hours() / 24).abs()
}

proptest! {
    /// Nobody is held for what was found false of others, whoever typed it, however much it is.
    #[test]
    fn what_is_found_false_of_others_never_matters(
        reviews in prop::collection::vec(reviewed(2u128..9), 0..40), typed_by in 1u128..9,
    ) {
        prop_assert_eq!(found(&reviews, typed_by, 0), None);
    }

    /// Only what was found false counts, and only for so long.
    #[test]
    fn what_was_cleared_or_is_long_ago_never_matters(
        reviews in prop::collection::vec(reviewed(1u128..9), 0..40), typed_by in 1u128..9,
    ) {
        let day = facts().day;
        let counts = |one: &Reviewed| one.state == ReviewState::Upheld && apart(one.day, day) <= 180;
        let without: Vec<Reviewed> = reviews.iter().copied().filter(counts).collect();
        prop_assert_eq!(found(&reviews, typed_by, 0), found(&without, typed_by, 0));
        let rest: Vec<Reviewed> = reviews.into_iter().filter(|one| !counts(one)).collect();
        prop_assert_eq!(found(&rest, typed_by, 0), None);
    }

    /// One more that is found false takes no sign away; one more who was there gives none.
    #[test]
    fn more_found_false_takes_no_sign_away(
        reviews in prop::collection::vec(reviewed(1u128..9), 0..20), more in reviewed(1u128..9), typed_by in 1u128..9,
        others in 0i64..6,
    ) {
        let before = found(&reviews, typed_by, others);
        let mut reviews = reviews;
        reviews.push(more);
        let after = found(&reviews, typed_by, others);
        prop_assert!(before.is_none() || after.is_some(), "{before:?} {after:?}");
        prop_assert!(after.is_some() || found(&reviews, typed_by, others + 1).is_none());
    }
}
