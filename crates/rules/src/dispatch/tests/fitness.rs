//! Who could serve, the first reason for who could not, and the order of those who could.

use jiff::civil::date;

use super::*;
use crate::dispatch::eligibility::{Asked, Exclusion, Way, exclusion};
use crate::dispatch::ranking::{Reason, Weights, Widening, rank};
use crate::dispatch::{Risk, TaskRules};
use crate::people::WeeklySpan;
use crate::places::Distance;

fn key(task: &Task, parties: &[Party<'_>], candidate: &Candidate<'_>, way: Way) -> Option<&'static str> {
    let asked = Asked::new(task, parties, &calendar());
    exclusion(&asked, candidate, way, &TaskRules::default()).map(|why| why.key())
}

/// Each case adds one obstacle to those before it and expects it to be told first: this is the order of reasons.
#[test]
fn reasons_are_told_in_their_order() {
    let mut task = task(1);
    task.needs = Needs {
        credentials: vec!["first_aid".into()],
        skills: vec!["driving".into()],
        women_only: true,
        risk: Risk::Dangerous,
        ..Needs::default()
    };
    let skills = ["driving".to_owned()];
    let renewed = [Credential { expires: None, ..first_aid() }];
    let expired = [first_aid()];
    let unverified = [Credential { expires: None, verified: None, ..first_aid() }];
    let kin = [person(90)];
    let served = [Party { person: person(90), household: None, kin: &[] }];
    let busy = [window("2026-11-23T08:00:00+08:00", "2026-11-23T08:50:00+08:00")];
    let tuesdays = [WeeklySpan::new(2, 0, 1440).unwrap()];

    let cover = window("2026-01-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00");
    let fit = Candidate { credentials: &renewed, skills: &skills, insured: Some(cover), ..candidate(1) };
    let far = Candidate { home_path: NEXT_TOWNSHIP, ..fit };
    let uninsured = Candidate { insured: None, ..far };
    let invited = Candidate { invited: true, ..uninsured };
    let alone = Candidate { alone_until: Some(at("2026-12-01T00:00:00+08:00")), ..invited };
    let related = Candidate { who: Party { kin: &kin, ..alone.who }, ..alone };
    let engaged = Candidate { engaged: &busy, ..related };
    let elsewhere = Candidate { weekly: &tuesdays, ..engaged };
    let man = Candidate { sex: Sex::Male, ..elsewhere };
    let minor = Candidate {
        born: Some(date(2010, 5, 1)),
        guardianship: Guardianship { consent: true, accompanied: false },
        ..man
    };
    let no_consent = Candidate { guardianship: Guardianship::default(), ..minor };
    let child = Candidate { born: Some(date(2020, 5, 1)), ..no_consent };
    let ageless = Candidate { born: None, ..child };
    let unskilled = Candidate { skills: &[], ..ageless };
    let cases = [
        (fit, None),
        (far, Some("too-far")),
        (uninsured, Some("not-insured")),
        (invited, Some("already-invited")),
        (alone, Some("left-alone")),
        (related, Some("conflict")),
        (engaged, Some("engaged")),
        (elsewhere, Some("not-available")),
        (man, Some("women-only")),
        (minor, Some("minor-in-danger")),
        (no_consent, Some("guardian-consent")),
        (child, Some("too-young")),
        (ageless, Some("age-unknown")),
        (unskilled, Some("skill")),
        (Candidate { credentials: &unverified, ..unskilled }, Some("credential-unverified")),
        (Candidate { credentials: &expired, ..unskilled }, Some("credential-expired")),
        (Candidate { credentials: &[], ..unskilled }, Some("credential-missing")),
        (Candidate { active: false, ..unskilled }, Some("not-active")),
    ];
    for (candidate, expected) in cases {
        assert_eq!(key(&task, &served, &candidate, Way::Invitation), expected);
    }
}

#[test]
fn edges_of_time_and_kinship() {
    let plain = task(1);
    let household = Some(Id::new(Cell(1), Uuid::from_u128(70)));
    let served = [
        Party { person: person(90), household, kin: &[] },
        Party { person: person(91), household: None, kin: &[person(5)] },
    ];
    let until_nine = [window("2026-11-23T07:00:00+08:00", "2026-11-23T09:00:00+08:00")];
    let until_quarter_to = [window("2026-11-23T07:00:00+08:00", "2026-11-23T08:45:00+08:00")];
    let from_eleven = [window("2026-11-23T11:14:00+08:00", "2026-11-23T12:00:00+08:00")];
    let mondays = [WeeklySpan::new(1, 540, 660).unwrap()];
    let one = candidate(1);
    let at_nine = Some(at("2026-11-23T09:00:00+08:00"));
    let cases = [
        ("no rest before", Candidate { engaged: &until_nine, ..one }, Some("engaged")),
        ("rest enough", Candidate { engaged: &until_quarter_to, ..one }, None),
        ("no rest after", Candidate { engaged: &from_eleven, ..one }, Some("engaged")),
        ("free exactly then", Candidate { weekly: &mondays, ..one }, None),
        ("left alone until it begins", Candidate { alone_until: at_nine, ..one }, None),
        ("lives with the served", Candidate { who: Party { household, ..one.who }, ..one }, Some("conflict")),
        ("is the served", candidate(90), Some("conflict")),
        ("is the reporter", candidate(91), Some("conflict")),
        ("was declared kin by the reporter", candidate(5), Some("conflict")),
    ];
    for (name, candidate, expected) in cases {
        assert_eq!(key(&plain, &served, &candidate, Way::Invitation), expected, "{name}");
    }
}

#[test]
fn who_comes_on_their_own_is_not_held_to_their_pattern() {
    let task = task(1);
    let tuesdays = [WeeklySpan::new(2, 0, 1440).unwrap()];
    let busy = [task.window];
    let one = candidate(1);
    let cases = [
        ("outside their week", Candidate { weekly: &tuesdays, ..one }, None),
        ("left alone", Candidate { alone_until: Some(at("2027-01-01T00:00:00Z")), ..one }, None),
        ("declined the invitation before", Candidate { invited: true, ..one }, None),
        ("from another county", Candidate { home_path: NEXT_COUNTY, ..one }, None),
        ("busy all the same", Candidate { engaged: &busy, ..one }, Some("engaged")),
        ("not a volunteer all the same", Candidate { active: false, ..one }, Some("not-active")),
    ];
    for (name, candidate, expected) in cases {
        assert_eq!(key(&task, &[], &candidate, Way::OwnWish), expected, "{name}");
    }
}

#[test]
fn an_exclusion_tells_its_values() {
    let mut task = task(1);
    task.needs.credentials = vec!["first_aid".into()];
    let asked = Asked::new(&task, &[], &calendar());
    let held = [first_aid()];
    let one = Candidate { credentials: &held, ..candidate(1) };
    let why = exclusion(&asked, &one, Way::Invitation, &TaskRules::default()).unwrap();
    assert!(matches!(why, Exclusion::Credential { key: "first_aid", .. }));
    assert_eq!(why.refusal().to_string(), "excluded-credential-expired credential=first_aid day=2026-11-22");
}

/// Pairs of candidates of whom the first is better for one reason alone.
#[test]
fn each_term_moves_the_order() {
    let mut task = task(1);
    task.needs.useful_skills = vec!["nursing".into()];
    task.needs.languages = vec!["yue".into()];
    task.needs.preferred_sex = Some(Sex::Female);
    task.needs.reach = Distance::Beyond;
    let nursing = ["nursing".to_owned()];
    let yue = ["yue".to_owned()];
    // The worse one has the smaller id, which would win a tie.
    let (better, worse) = (candidate(2), candidate(1));
    let recently = Some(date(2026, 11, 20));
    let long_ago = Some(date(2026, 9, 1));
    let cases = [
        ("nearer", better, Candidate { home_path: NEXT_VILLAGE, ..worse }),
        ("freer this week", better, Candidate { this_week: 1, ..worse }),
        ("nurses", Candidate { skills: &nursing, ..better }, worse),
        ("speaks Cantonese", Candidate { languages: &yue, ..better }, worse),
        ("a woman, as wished", better, Candidate { sex: Sex::Male, ..worse }),
        ("in the team", Candidate { team_member: true, ..better }, Candidate { served_before: 3, ..worse }),
        ("a known face", Candidate { served_before: 1, ..better }, worse),
        ("waits longer", Candidate { last_served: long_ago, ..better }, Candidate { last_served: recently, ..worse }),
        ("never served", better, Candidate { last_served: recently, ..worse }),
    ];
    let asked = Asked::new(&task, &[], &calendar());
    for (name, better, worse) in cases {
        let both = [worse, better];
        let ranking = rank(&asked, &both, &Weights::default(), &TaskRules::default(), 5);
        let order: Vec<PersonId> = ranking.best.iter().map(|s| s.person).collect();
        assert_eq!(order, [person(2), person(1)], "{name}");
        for suggestion in &ranking.best {
            assert_eq!(suggestion.score, suggestion.terms.iter().map(|t| t.points).sum::<i64>(), "{name}");
        }
    }
}

#[test]
fn equal_scores_are_ordered_by_id_and_the_best_k_are_kept() {
    let task = task(1);
    let asked = Asked::new(&task, &[], &calendar());
    let mut many: Vec<Candidate<'_>> = (1..=3000).rev().map(candidate).collect();
    many[10].home_path = NEXT_VILLAGE;
    many.push(Candidate { active: false, ..candidate(4000) });
    let ranking = rank(&asked, &many, &Weights::default(), &TaskRules::default(), 3);
    assert_eq!(ranking.best.iter().map(|s| s.person).collect::<Vec<_>>(), [person(1), person(2), person(3)]);
    assert_eq!(ranking.eligible, 3000);
    assert_eq!(ranking.excluded, [("not-active", 1)]);
    assert!(rank(&asked, &many, &Weights::default(), &TaskRules::default(), 0).best.is_empty());
}

#[test]
fn the_sentence_names_what_the_desk_wants_to_know() {
    let mut task = task(1);
    task.needs.credentials = vec!["first_aid".into()];
    let held = [Credential { expires: None, ..first_aid() }];
    let one = Candidate {
        credentials: &held,
        this_week: 2,
        served_before: 5,
        last_served: Some(date(2026, 11, 20)),
        ..candidate(1)
    };
    let asked = Asked::new(&task, &[], &calendar());
    let all = [one];
    let ranking = rank(&asked, &all, &Weights::default(), &TaskRules::default(), 1);
    let expected = [
        Reason::Credential("first_aid"),
        Reason::Near(Distance::SameVillage),
        Reason::ThisWeek(2),
        Reason::ServedBefore(5),
    ];
    assert_eq!(ranking.best[0].sentence, expected);
}

#[test]
fn widening_counts_whom_one_relaxation_would_add() {
    let mut task = task(1);
    task.needs.skills = vec!["driving".into()];
    let driving = ["driving".to_owned()];
    let tuesdays = [WeeklySpan::new(2, 0, 1440).unwrap()];
    let driver = Candidate { skills: &driving, ..candidate(1) };
    let all = [
        driver,
        candidate(2),
        candidate(3),
        Candidate { home_path: NEXT_COUNTY, ..driver },
        Candidate { weekly: &tuesdays, ..driver },
        Candidate { weekly: &tuesdays, home_path: NEXT_COUNTY, ..driver },
    ];
    let asked = Asked::new(&task, &[], &calendar());
    let ranking = rank(&asked, &all, &Weights::default(), &TaskRules::default(), 5);
    assert_eq!(ranking.eligible, 1);
    assert_eq!(ranking.widening, Widening { distance: 1, time: 1, skills: 2 });
}

#[test]
fn weights_are_data_that_is_checked() {
    let text = include_str!("../weights.toml");
    assert!(Weights::parse(text).is_ok());
    assert!(Weights::parse(&format!("{text}\ndeclined = 5")).is_err());
    assert!(Weights::parse(&text.replace("language = 25", "language = -25")).is_err());
    assert!(Weights::parse(&text.replace("language = 25", "")).is_err());
}
