//! What a city or a county sets for itself: what holds where and when, and what is refused.

use jiff::civil::date;

use super::*;
use crate::dispatch::{DispatchRules, DispatchSettings};
use crate::matters::{EMBEDDED, Kinds};
use crate::shared::Term;

const TWO_COUNTIES: &str = r#"
format = 1

[[setting]]
county = "371722"
valid_from = "2026-07-01"
source = "local setting"
weights = { nearer_step = 40 }

[[setting]]
valid_from = "2026-06-01"
source = "local setting"
limits = { rest = 30 }

[[setting]]
county = "371722"
valid_from = "2026-09-01"
source = "山东省志愿服务条例 第十条，单县从严"
limits = { rest = 45, minors = { least_age = 10 } }

[[setting.wave]]
level = "*"
per_slot = 2
most = 4
reply_within = { hours = 2 }
reach = ["same_township", "same_county"]
then_open = false
"#;

#[test]
fn a_county_changes_what_it_names_from_its_day_on() {
    let settings = DispatchSettings::parse("dispatch.toml", TWO_COUNTIES).unwrap();
    let own = DispatchRules::default();
    let (rest, nearer, age) = (own.limits.rest, own.weights.nearer_step, own.limits.minors.least_age);
    let cases = [
        ("before anything", VILLAGE, date(2026, 5, 31), (nearer, rest, age)),
        ("the city's", VILLAGE, date(2026, 6, 1), (nearer, 30, age)),
        ("the county's on the city's", VILLAGE, date(2026, 7, 1), (40, 30, age)),
        ("both of the county's", VILLAGE, date(2026, 9, 1), (40, 45, 10)),
        ("another county has the city's", NEXT_COUNTY, date(2026, 9, 1), (nearer, 30, age)),
        ("the city itself", "3717/", date(2026, 9, 1), (nearer, 30, age)),
    ];
    for (name, place, day, expected) in cases {
        let rules = settings.at(place, day);
        let found = (rules.weights.nearer_step, rules.limits.rest, rules.limits.minors.least_age);
        assert_eq!(found, expected, "{name}");
        assert_eq!(rules.limits.longest, own.limits.longest, "{name}: what is not named stays");
    }
    let later = &settings.at(VILLAGE, date(2026, 9, 1)).waves;
    assert_eq!(later.plan("normal").reply_within, Term::Hours(2));
    assert_eq!(later.plan("urgent"), own.waves.plan("urgent"));
}

#[test]
fn what_cannot_be_lived_with_is_told_with_its_line_and_what_to_do() {
    let setting = |body: &str| format!("format = 1\n\n[[setting]]\nvalid_from = \"2026-07-01\"\n{body}\n");
    let local = |body: &str| setting(&format!("source = \"local setting\"\n{body}"));
    let wave = |changed: &str| {
        let mut lines = vec![
            "level = \"*\"",
            "per_slot = 3",
            "most = 5",
            "reply_within = { hours = 2 }",
            "reach = [\"same_village\", \"same_county\"]",
            "then_open = true",
        ];
        let key = changed.split(' ').next().unwrap();
        lines.retain(|line| !line.starts_with(key));
        lines.push(changed);
        local(&format!("[[setting.wave]]\n{}", lines.join("\n")))
    };
    let cases = [
        ("format = 2\n".to_owned(), "format: this program reads format 1, not 2"),
        (local("weihgts = { language = 1 }"), ":6: unknown field `weihgts`"),
        (local("weights = { langage = 1 }"), ":6: weights › langage: unknown field `langage`"),
        (local("weights = { language = -1 }"), ":6: weights › language: invalid value"),
        (local("limits = { rest = 2000 }"), ":6: limits › rest: 2000 minutes: give 0 to 1440"),
        (local("limits = { ahead = 0 }"), ":6: limits › ahead: 0 days: give 1 to 1098"),
        (local("limits = { shortest = 0 }"), ":6: limits › shortest: 0 minutes: give 1 to 15"),
        (local("limits = { shortest_reply = 0 }"), ":6: limits › shortest_reply: 0 minutes: give 1 to 60"),
        (local("limits = { longest = 5 }"), ":6: limits › longest: 5 minutes: give 15 to 1440"),
        (
            local("limits = { rest = 5,\n minors = { adult = 19 } }"),
            ":7: limits › minors › adult: unknown field `adult`",
        ),
        (local("limits = { minors = { least_age = 7 } }"), "7 is below the law's 8: a county may only be stricter"),
        (local("limits = { minors = { least_age = 12 } }"), ":5: source: ages are set by law"),
        (local(""), ":3: setting: it changes nothing"),
        (local("county = \"单县\"\nlimits = { rest = 5 }"), ":6: county: \"单县\" is no county's code: six digits"),
        (setting("source = \" \"\nlimits = { rest = 5 }"), ":5: source: say where the numbers come from"),
        (setting("limits = { rest = 5 }"), ":3: missing field `source`"),
        (
            local(
                "weights = { nearer_step = 0, useful_skill = 0, task_this_week = 0, week_waiting = 0, \
                 served_before = 0, language = 0, preferred_sex = 0, team_member = 0 }",
            ),
            ":6: weights: all are 0",
        ),
        (local("quiet = { from = \"25:00\" }"), ":6: quiet › from: "),
        (local("quiet = { till = \"07:00\" }"), ":6: quiet › till: unknown field `till`"),
        (wave("per_slot = 0"), ":3: wave: level \"*\": it must invite"),
        (wave("most = 2"), ":3: wave: level \"*\": it must invite"),
        (wave("reach = []"), ":3: wave: level \"*\": reach names one distance per wave"),
        (
            wave("reach = [\"same_county\", \"same_village\"]"),
            ":3: wave: level \"*\": reach names one distance per wave",
        ),
        (wave("reply_within = { working_days = 1 }"), ":3: wave: level \"*\": reply_within is in minutes or hours"),
        (wave("reply_within = { hours = 100 }"), ":3: wave: level \"*\": reply_within is from 1 minute to 72 hours"),
    ];
    for (text, expected) in cases {
        let problems = DispatchSettings::parse("settings/dispatch.toml", &text).expect_err(expected);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let told = told.join("\n");
        assert!(told.contains(expected) && told.starts_with("settings/dispatch.toml"), "{expected}: {told}");
        assert!(told.contains("docs/settings.md"), "{told}");
    }
    assert!(DispatchSettings::parse("settings/dispatch.toml", &wave("most = 9")).is_ok(), "the sample itself is right");
}

#[test]
fn one_slip_hides_no_other() {
    let text = "format = 1\n[[setting]]\nvalid_from = \"2026-07-01\"\nsource = \"local setting\"\n\
                weights = { langage = 1, useful_skill = \"many\" }\n\
                limits = { rest = \"thirty\", longest = 5, minors = { adult = 19 } }\n\
                [[setting]]\ncounty = \"371799\"\nvalid_form = \"2026-07-01\"\n\
                [[setting]]\ncounty = \"371798\"\nvalid_from = \"2026-07-01\"\nsource = \" \"\nlimits = { begun = -1 }\n\
                [[setting]]\nvalid_from = 7\nsource = \"local setting\"\n";
    let (settings, mut problems) = DispatchSettings::read("settings/dispatch.toml", text);
    problems.extend(settings.check(&Kinds::embedded(), &["371722"]));
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for expected in [
        ":5: weights › langage: unknown field `langage`",
        ":5: weights › useful_skill: invalid type",
        ":6: limits › rest: invalid type",
        ":6: limits › longest: 5 minutes: give 15 to 1440",
        ":6: limits › minors › adult: unknown field `adult`",
        ":9: unknown field `valid_form`",
        "source: say where the numbers come from",
        "limits › begun: -1 minutes",
        "county \"371798\": no county here has this code",
        "setting: invalid type",
    ] {
        assert_eq!(told.iter().filter(|line| line.contains(expected)).count(), 1, "{expected}\n{}", told.join("\n"));
    }
}

#[test]
fn two_waves_fit_the_step_that_finds_people() {
    let kinds = Kinds::embedded();
    let counties = ["371722", "371703"];
    assert_eq!(DispatchSettings::default().check(&kinds, &counties), []);
    let short = EMBEDDED[0].1.replace("term = { hours = 10 }\nremind_before = { hours = 2 }", "term = { hours = 4 }");
    assert_ne!(short, EMBEDDED[0].1);
    let kinds_of_old = Kinds::load(EMBEDDED, [("need.toml", short)]).unwrap();
    let told = DispatchSettings::default().check(&kinds_of_old, &counties);
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "the levels without a wave of their own: {told:?}");
    assert!(told[0].starts_with("kind need: step \"dispatch\" › clock: of the level \"normal\" two waves"), "{told:?}");

    let slow = "format = 1\n[[setting]]\ncounty = \"371799\"\nvalid_from = \"2026-07-01\"\nsource = \"local setting\"\n\
        [[setting.wave]]\nlevel = \"urgnet\"\nper_slot = 3\nmost = 5\nreply_within = { hours = 3 }\n\
        reach = [\"same_county\"]\nthen_open = true\n\
        [[setting.wave]]\nlevel = \"urgent\"\nper_slot = 3\nmost = 5\nreply_within = { minutes = 61 }\n\
        reach = [\"same_county\"]\nthen_open = true\n";
    let settings = DispatchSettings::parse("settings/dispatch.toml", slow).unwrap();
    let told: Vec<String> = settings.check(&kinds, &counties).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("county \"371799\": no county here has this code; use one of 371722, 371703"), "{told:?}");
    assert!(told[1].contains("wave › level \"urgnet\": no kind has this level"), "{told:?}");
    assert!(
        told[2].contains("only 120 are granted") && told[2].contains("county \"371799\" from 2026-07-01"),
        "{told:?}"
    );
    assert_eq!(settings.check(&kinds, &[]).len(), 2, "before any place is brought in no county is missed");
    let quiet = "format = 1\n[[setting]]\nvalid_from = \"2026-07-01\"\nsource = \"local setting\"\n\
        quiet = { from = \"22:00\", through = [\"urgent\", \"urgnet\"] }\n";
    let settings = DispatchSettings::parse("settings/dispatch.toml", quiet).unwrap();
    let told: Vec<String> = settings.check(&kinds, &counties).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("quiet › through › level \"urgnet\": no kind has this level"), "{told:?}");
}
