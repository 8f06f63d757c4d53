//! Each sign just below, just above, and beside an honest look-alike.

use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::people::household::Tie;
use crate::service::Means;
use crate::service::anomaly::{
    AnomalyRules, Card, Entry, Facts, Neighbour, Shares, Sign, Signature, Signed, find, is_sampled, night_minutes,
};

const TOWNSHIP: &str = "3717/371722/371722003/371722003004/";
const COUNTY: &str = "3717/371722/371722001/371722001001/";
const FAR: &str = "3717/371703/371703001/371703001001/";

fn zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// A morning of two hours, planned so, signed by code, alone.
pub fn facts() -> Facts<'static> {
    Facts {
        day: date(2026, 11, 23),
        place_path: VILLAGE,
        served: window("09:00:00", "11:00:00"),
        minutes: 120,
        evidence: Evidence::Code,
        planned: Some(window("09:00:00", "11:00:00")),
        night_minutes: 0,
        entered: None,
        entered_beside: &[],
        confirmed: None,
        confirmed_beside: &[],
        own: &[],
        shares: None,
        signed: None,
        tie: None,
        denied: false,
        past: None,
    }
}

pub fn signs(facts: &Facts<'_>) -> Vec<&'static str> {
    find(facts, &AnomalyRules::default()).signs.into_iter().map(Sign::key).collect()
}

fn entry(at: Timestamp, volunteer: u128, occasion: impl Into<String>) -> Entry {
    Entry { at, volunteer: person(volunteer), occasion: occasion.into() }
}

/// So many services of as many volunteers as are named in turn, one every so many seconds before 14:00.
fn entries(count: i64, every: i64, volunteers: &[u128]) -> Vec<Entry> {
    let at = |n: i64| on_monday("14:00:00") - SignedDuration::from_secs(every * n);
    let whose = volunteers.iter().copied().cycle();
    (1..=count).zip(whose).map(|(n, volunteer)| entry(at(n), volunteer, format!("service {n}"))).collect()
}

#[test]
fn typed_in_bulk() {
    let own = entry(on_monday("14:00:00"), VOLUNTEER, "this");
    let sheet = |n: i64| (20..50).map(move |v| entry(on_monday("14:00:00") - SignedDuration::from_secs(n), v, "sheet"));
    let slips: Vec<u128> = (VOLUNTEER..30).collect();
    let with_a_sheet: Vec<Entry> = entries(6, 60, &[VOLUNTEER]).into_iter().chain(sheet(9)).collect();
    let of_others = entries(9, 60, &[SERVED]);
    let cases = [
        ("six of one volunteer in minutes", entries(5, 60, &[VOLUNTEER]), false, false),
        ("seven", entries(6, 60, &[VOLUNTEER]), true, true),
        ("eight, as slowly as a notebook is read", entries(7, 105, &[VOLUNTEER]), false, true),
        ("seven, a quarter of an hour apart each", entries(6, 900, &[VOLUNTEER]), false, false),
        ("seven, and a sheet of thirty names between them", with_a_sheet, true, true),
        ("one sheet of thirty names", sheet(5).collect(), false, false),
        ("twenty-nine slips of as many people", entries(29, 50, &slips), false, false),
        ("twelve of five people", entries(11, 40, &[5, 6, 7, 8, VOLUNTEER]), true, true),
        ("one beside many of somebody else", of_others, false, false),
    ];
    for (name, beside, is_typed_in_bulk, is_confirmed_in_bulk) in cases {
        let entered = Facts { entered: Some(own.clone()), entered_beside: &beside, ..facts() };
        assert_eq!(signs(&entered).contains(&"bulk-entered"), is_typed_in_bulk, "{name}");
        let confirmed = Facts { confirmed: Some(own.clone()), confirmed_beside: &beside, ..facts() };
        assert_eq!(signs(&confirmed).contains(&"bulk-confirmed"), is_confirmed_in_bulk, "{name}");
        assert_eq!(
            signs(&Facts { entered_beside: &beside, ..facts() }),
            [] as [&str; 0],
            "{name}: signed by themselves"
        );
    }
    // What came later is seen too, when somebody looks again.
    let at = |n: i64| on_monday("14:00:00") + SignedDuration::from_mins(n);
    let later: Vec<Entry> = (1..7).map(|n| entry(at(n), VOLUNTEER, n.to_string())).collect();
    assert_eq!(signs(&Facts { entered: Some(own), entered_beside: &later, ..facts() }), ["bulk-entered"]);
}

fn neighbour(start: &str, end: &str, place_path: &'static str) -> Neighbour<'static> {
    let served = window(start, end);
    Neighbour { day: date(2026, 11, 23), served, minutes: served.minutes(), place_path, attended: true }
}

fn signed(beside: &[Card], means: Means) -> Option<Signed<'_>> {
    let at = |time: &str| Signature { at: on_monday(time), received: on_monday(time) };
    Some(Signed { means, came: at("09:00:00"), left: Some(at("11:00:00")), beside })
}

#[test]
fn at_two_places() {
    let late = Neighbour { attended: false, ..neighbour("11:01:00", "11:30:00", FAR) };
    let cases: [(&str, Neighbour<'_>, Option<&str>); 10] = [
        ("at the same time", neighbour("10:30:00", "12:00:00", VILLAGE), Some("overlap")),
        ("straight after, in the same village", neighbour("11:00:00", "12:00:00", VILLAGE), None),
        ("four minutes to the next village", neighbour("11:04:00", "12:00:00", TOWNSHIP), Some("too-far")),
        ("five", neighbour("11:05:00", "12:00:00", TOWNSHIP), None),
        ("nineteen minutes across the county", neighbour("08:00:00", "08:41:00", COUNTY), Some("too-far")),
        ("twenty", neighbour("08:00:00", "08:40:00", COUNTY), None),
        ("thirty-nine minutes to another county", neighbour("11:39:00", "12:00:00", FAR), Some("too-far")),
        ("forty", neighbour("11:40:00", "12:00:00", FAR), None),
        ("far, and told from memory", late, None),
        ("far, the evening before", neighbour("06:00:00", "07:00:00", FAR), None),
    ];
    for (name, other, expected) in cases {
        let found = signs(&Facts { own: &[other], signed: signed(&[], Means::Code), ..facts() });
        assert_eq!(found.first().copied(), expected, "{name}");
    }
}

#[test]
fn one_confirmer_again_and_again() {
    let usual = Shares { records: 6, by_confirmer: 500, all: 600, others_by_confirmer: 500, others: 1000 };
    let cases = [
        ("83 per cent beside 50", usual, true),
        ("five records", Shares { records: 5, ..usual }, false),
        ("79 per cent", Shares { by_confirmer: 474, ..usual }, false),
        ("as all others there: one worker confirms everything", Shares { others_by_confirmer: 1000, ..usual }, false),
        ("54 per cent of the others", Shares { others_by_confirmer: 540, ..usual }, false),
        ("nobody else serves there", Shares { others_by_confirmer: 0, others: 0, ..usual }, false),
    ];
    for (name, shares, expected) in cases {
        let found = signs(&Facts { shares: Some(shares), ..facts() });
        assert_eq!(found.contains(&"same-confirmer"), expected, "{name}");
    }
}

#[test]
fn beyond_the_activity() {
    let long =
        |start: &str, end: &str| Facts { served: window(start, end), minutes: window(start, end).minutes(), ..facts() };
    let day = |minutes: i64| [Neighbour { minutes, ..neighbour("13:00:00", "20:00:00", VILLAGE) }];
    let (full, over, before) = (day(420), day(421), Neighbour { day: date(2026, 11, 22), ..day(600)[0] });
    let cases = [
        ("three hours of two", long("09:00:00", "12:00:00"), None),
        ("three hours and a minute", long("09:00:00", "12:01:00"), Some("beyond-plan")),
        ("no plan to compare with", Facts { planned: None, ..long("09:00:00", "14:00:00") }, None),
        ("nine hours a day", Facts { own: &full, ..facts() }, None),
        ("more", Facts { own: &over, ..facts() }, Some("long-day")),
        ("a long day before", Facts { own: &[before], ..facts() }, None),
        ("an hour of the night", Facts { planned: None, night_minutes: 60, ..facts() }, None),
        ("more of it", Facts { planned: None, night_minutes: 61, ..facts() }, Some("night")),
        ("a night planned so", Facts { night_minutes: 120, ..facts() }, None),
    ];
    for (name, facts, expected) in cases {
        assert_eq!(signs(&facts).first().copied(), expected, "{name}");
    }
    let limits = AnomalyRules::default().night.limits;
    for (start, end, expected) in [
        ("2026-11-23T21:00:00+08:00", "2026-11-23T23:30:00+08:00", 30),
        ("2026-11-23T22:00:00+08:00", "2026-11-24T06:00:00+08:00", 360),
        ("2026-11-23T03:00:00+08:00", "2026-11-23T06:00:00+08:00", 120),
        ("2026-11-23T09:00:00+08:00", "2026-11-23T11:00:00+08:00", 0),
    ] {
        assert_eq!(night_minutes(&Window { start: at(start), end: at(end) }, &limits, &zone()), expected, "{start}");
    }
}

#[test]
fn a_copied_card() {
    let card = |came: &str, left: Option<&str>, same_task| Card {
        came: on_monday(came),
        left: left.map(on_monday),
        same_task,
    };
    let near = |count: usize, left| vec![card("09:01:00", left, true); count];
    let cases = [
        ("a couple with the card of whom they visit", Means::CardQr, near(1, None), None),
        ("three in a minute", Means::CardQr, near(2, None), Some("copied-card")),
        ("three, two minutes apart", Means::CardQr, vec![card("09:02:01", None, true); 2], None),
        ("at another task too", Means::CardQr, vec![card("09:00:30", None, false)], Some("card-twice")),
        ("at another task in the afternoon", Means::CardQr, vec![card("14:00:00", None, false)], None),
        ("three by the venue's code", Means::VenueQr, near(2, Some("11:00:20")), None),
        ("four, coming and going", Means::VenueQr, near(3, Some("11:00:20")), Some("copied-code")),
        ("four who left one after the other", Means::Code, near(3, Some("11:04:00")), None),
        ("many at the desk", Means::Desk, near(9, Some("11:00:00")), None),
    ];
    for (name, means, beside, expected) in cases {
        let found = signs(&Facts { signed: signed(&beside, means), ..facts() });
        assert_eq!(found.first().copied(), expected, "{name}");
    }
    let sent = |received: &str| {
        let came = Signature { at: on_monday("09:00:00"), received: on_monday(received) };
        Some(Signed { means: Means::Code, came, left: None, beside: &[] })
    };
    assert_eq!(signs(&Facts { signed: sent("13:00:00"), ..facts() }), [] as [&str; 0]);
    assert_eq!(signs(&Facts { signed: sent("13:01:00"), ..facts() }), ["sent-after"]);
}

#[test]
fn who_is_close_and_who_was_asked() {
    for (tie, expected) in
        [(Some(Tie::Household), true), (Some(Tie::Kin), true), (Some(Tie::Same), false), (None, false)]
    {
        assert_eq!(signs(&Facts { tie, ..facts() }).contains(&"close-recorder"), expected, "{tie:?}");
    }
    let rules = AnomalyRules::default();
    assert!(find(&Facts { denied: true, ..facts() }, &rules).holds(&rules));
}

#[test]
fn weights_are_added_and_the_bar_holds() {
    let rules = AnomalyRules::default();
    let close = Facts { tie: Some(Tie::Kin), ..facts() };
    let (alone, more) = (find(&close, &rules), find(&Facts { planned: None, night_minutes: 90, ..close }, &rules));
    assert!(!alone.holds(&rules) && more.holds(&rules), "{alone:?} {more:?}");
    let most = find(&Facts { denied: true, night_minutes: 90, planned: None, tie: Some(Tie::Kin), ..facts() }, &rules);
    assert_eq!(most.score, 100);
    assert!(!most.holds(&rules.clone().holding_nothing()));
    let before = Facts { day: date(2025, 12, 31), denied: true, tie: Some(Tie::Kin), ..facts() };
    assert_eq!(signs(&before), [] as [&str; 0], "from before the settings hold");
}

#[test]
fn each_setting_says_where_it_comes_from() {
    let text = include_str!("../anomaly/anomalies.toml");
    let rules = AnomalyRules::parse(text).unwrap();
    assert!(rules.bar > 0 && rules.bar <= 100 && rules.hearing_working_days > 0);
    assert_eq!(text.matches("\nweight = ").count(), text.matches("\nsource = ").count());
    // Groups and staff who confirm a lot do these: none is enough alone, nor both together.
    assert!(rules.copied_code.weight + rules.bulk_confirmed.weight < rules.bar);
}

#[test]
fn two_of_a_hundred_are_drawn() {
    let rules = AnomalyRules::default();
    let id = |n: u128| Id::new(Cell(1), Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n));
    let drawn = (0..20_000).filter(|n| is_sampled(id(*n), &rules)).count();
    assert!((300..500).contains(&drawn), "{drawn}");
    let none = AnomalyRules { call_back_of_10000: 0, ..rules };
    assert!((0..1000).all(|n| !is_sampled(id(n), &none)));
}

proptest! {
    /// An honest record alone has no sign: within its plan or by day, of less than a day's hours, whoever wrote it.
    #[test]
    fn an_honest_record_alone_has_no_sign(
        start in 5 * 60..20i64 * 60, minutes in 10i64..=180, planned in prop::option::of(0i64..=60), way in 0usize..5,
    ) {
        let midnight = on_monday("00:00:00");
        let start = midnight + SignedDuration::from_mins(start);
        let served = Window { start, end: start + SignedDuration::from_mins(minutes) };
        let planned = planned.map(|more| Window { start, end: served.end + SignedDuration::from_mins(more) });
        let by_hand = Some(entry(served.end, VOLUNTEER, "this"));
        let means = Means::ALL[way];
        let came = Signature { at: served.start, received: served.start };
        let signed = Some(Signed { means, came, left: None, beside: &[] });
        let honest = Facts {
            served, minutes, planned, entered: by_hand.clone(), confirmed: by_hand, signed,
            night_minutes: night_minutes(&served, &AnomalyRules::default().night.limits, &zone()), ..facts()
        };
        prop_assert_eq!(signs(&honest), [] as [&str; 0]);
    }

    /// More around a record never takes a sign away, and the score stays within its scale.
    #[test]
    fn what_is_added_takes_no_sign_away(few in 0i64..12, more in 0i64..12, every in 10i64..600) {
        let all = entries(few + more, every, &[VOLUNTEER, SERVED]);
        let own = Some(entry(on_monday("14:00:00"), VOLUNTEER, "this"));
        let rules = AnomalyRules::default();
        let at = |beside| find(&Facts { entered: own.clone(), entered_beside: beside, ..facts() }, &rules).score;
        let (less, whole) = (at(&all[..usize::try_from(few).unwrap()]), at(&all));
        prop_assert!(less <= whole && (0..=100).contains(&whole));
    }
}
