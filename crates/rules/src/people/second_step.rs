//! The second step of a staff sign-in: a code of six digits that a telephone makes of a shared secret and the time
//! (RFC 6238), or one of the codes that were printed for the day on which the telephone is lost.
//!
//! GB/T 22239-2019 asks for two ways of telling who somebody is from level three on (8.1.4.1, to be verified); which roles
//! a county asks it of is data, and nobody's by default. Computing a code needs a secret and a hash and is `app`'s; what
//! is decided by it is here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::shared::{Membership, Refusal, Role, loose};

/// How long one code is shown, in seconds (RFC 6238 §5.2).
pub const STEP_SECONDS: i64 = 30;
/// How many steps a telephone's clock may be early or late; §5.2 recommends one.
const DRIFT: i64 = 1;
pub const DIGITS: u32 = 6;
/// Bytes of a secret: as long as the hash, as RFC 4226 §4 recommends.
pub const SECRET_BYTES: usize = 20;
/// How many codes are printed once.
pub const RECOVERY_CODES: usize = 10;
/// How long may pass between the password and the code, in minutes.
pub const MINUTES: i64 = 5;

/// The steps whose codes are taken at this moment, the likeliest first.
pub fn steps(now: Timestamp) -> [i64; 3] {
    let step = now.as_second().div_euclid(STEP_SECONDS);
    [step, step - DRIFT, step + DRIFT]
}

/// What somebody typed as the second step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Six digits of the telephone.
    Code(String),
    /// A printed code, as it is kept.
    Recovery(String),
}

/// Reads what was typed: spaces and dashes do not matter.
///
/// # Errors
/// `second-code-form` at the field `code`.
pub fn typed(text: &str) -> Result<Typed, Refusal> {
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_lowercase();
    match plain.len() {
        6 if plain.bytes().all(|b| b.is_ascii_digit()) => Ok(Typed::Code(plain)),
        12 if plain.bytes().all(|b| b.is_ascii_alphanumeric()) => Ok(Typed::Recovery(plain)),
        _ => Err(Refusal::new("second-code-form").at_field("code")),
    }
}

/// Takes a code: `fits` is the step that it is the code of, `last` the step of the last one that was taken. A code is
/// taken once, and none before it any more (RFC 6238 §5.2).
///
/// # Errors
/// `second-code-wrong`, `second-code-used` at the field `code`.
pub fn take(fits: Option<i64>, last: i64) -> Result<i64, Refusal> {
    match fits {
        None => Err(Refusal::new("second-code-wrong").at_field("code")),
        Some(step) if step <= last => Err(Refusal::new("second-code-used").at_field("code")),
        Some(step) => Ok(step),
    }
}

/// Why an administrator takes somebody's second step away.
///
/// # Errors
/// `second-reset-reason` at the field `reason`: it is empty or longer than 200 characters.
pub fn reset_reason(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 {
        return Err(Refusal::new("second-reset-reason").at_field("reason"));
    }
    Ok(text)
}

/// Whom the city and its counties ask for a second step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInRules {
    /// The whole city's under the empty code; each in the order of days.
    parts: BTreeMap<String, Vec<(Date, Vec<Role>)>>,
}

/// The format that this program reads.
const FORMAT: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    #[serde(default, rename = "second_step")]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    county: Option<String>,
    valid_from: Date,
    /// Law and article, a notice, or `local setting`.
    source: String,
    roles: Vec<Role>,
}

impl SignInRules {
    /// Reads `settings/sign-in.toml`.
    ///
    /// # Errors
    /// What is wrong, one thing a line.
    pub fn parse(text: &str) -> Result<SignInRules, String> {
        let (rules, wrong) = SignInRules::read(text);
        if wrong.is_empty() { Ok(rules) } else { Err(wrong.join("\n")) }
    }

    /// Reads `settings/sign-in.toml`: what is right of it, and all that is wrong with the rest, in words: a name unknown or
    /// missing, a role that has no desk, a day that stands twice.
    pub fn read(text: &str) -> (SignInRules, Vec<String>) {
        let mut wrong = Vec::new();
        let file = toml::from_str::<File>(text).or_else(|first| {
            wrong.push(first.to_string());
            one_by_one(text, first.message(), &mut wrong).ok_or(first)
        });
        let Ok(file) = file else { return (SignInRules::default(), wrong) };
        if file.format != FORMAT {
            return (SignInRules::default(), vec![format!("this program reads format {FORMAT}, not {}", file.format)]);
        }
        let mut rules = SignInRules::default();
        for part in file.parts {
            let county = part.county.unwrap_or_default();
            if !county.is_empty() && (county.len() != 6 || !county.bytes().all(|b| b.is_ascii_digit())) {
                wrong.push(format!("county {county:?} is no code of six digits"));
                continue;
            }
            if part.source.trim().is_empty() {
                wrong.push(format!("second_step from {}: say in `source` who decided it", part.valid_from));
            }
            for role in part.roles.iter().filter(|role| !has_account(**role)) {
                wrong.push(format!("{} signs in by telephone and has no account; leave it out of `roles`", role.key()));
            }
            let days = rules.parts.entry(county).or_default();
            if days.iter().any(|(from, _)| *from == part.valid_from) {
                wrong.push(format!("second_step from {} stands twice for one county", part.valid_from));
            }
            days.push((part.valid_from, part.roles));
            days.sort_by_key(|(from, _)| *from);
        }
        (rules, wrong)
    }

    /// The county codes that are named.
    pub fn counties(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str).filter(|code| !code.is_empty())
    }

    /// Whether somebody with these memberships needs a second step on that day. A county's own list takes the place of the
    /// city's.
    pub fn asks(&self, memberships: &[Membership], day: Date) -> bool {
        memberships.iter().any(|membership| {
            let county = membership.place_path.split('/').nth(1).unwrap_or_default();
            let own = self.on(county, day).filter(|_| !county.is_empty());
            own.or_else(|| self.on("", day)).is_some_and(|roles| roles.contains(&membership.role))
        })
    }

    fn on(&self, county: &str, day: Date) -> Option<&[Role]> {
        let days = self.parts.get(county)?;
        days.iter().rev().find(|(from, _)| *from <= day).map(|(_, roles)| roles.as_slice())
    }
}

/// The parts that can be read of a file that cannot be as a whole. `first`, at which reading ended, is told already.
fn one_by_one(text: &str, first: &str, wrong: &mut Vec<String>) -> Option<File> {
    #[derive(Deserialize)]
    struct Loose {
        format: Option<u32>,
        #[serde(default, rename = "second_step")]
        parts: Vec<toml::Table>,
    }
    let loose: Loose = toml::from_str(text).ok()?;
    let (parts, faults) = loose::one_by_one((1..).zip(loose.parts), first);
    wrong.extend(faults.into_iter().map(|(n, why): (u32, _)| format!("the {n}. second_step: {why}")));
    Some(File { format: loose.format.unwrap_or(FORMAT), parts: parts.into_iter().map(|(_, part)| part).collect() })
}

/// Residents, volunteers and those who lead a team sign in by telephone alone.
fn has_account(role: Role) -> bool {
    !matches!(role, Role::Resident | Role::Volunteer | Role::TeamLeader)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_typed_is_a_code_or_a_printed_one() {
        let cases = [
            ("123456", Ok(Typed::Code("123456".into()))),
            (" 123 456 ", Ok(Typed::Code("123456".into()))),
            ("KMTW-6p3x-ydhq", Ok(Typed::Recovery("kmtw6p3xydhq".into()))),
            ("12345", Err("second-code-form")),
            ("12345a", Err("second-code-form")),
            ("１２３４５６", Err("second-code-form")),
            ("", Err("second-code-form")),
        ];
        for (text, expected) in cases {
            assert_eq!(typed(text).map_err(|r| r.code), expected, "{text}");
        }
    }

    #[test]
    fn a_code_is_taken_once_and_none_before_it() {
        let cases = [
            ("the present one", Some(100), 98, Ok(100)),
            ("of a late clock", Some(99), 98, Ok(99)),
            ("used a moment ago", Some(100), 100, Err("second-code-used")),
            ("before the one that was used", Some(99), 100, Err("second-code-used")),
            ("wrong", None, 98, Err("second-code-wrong")),
        ];
        for (name, fits, last, expected) in cases {
            assert_eq!(take(fits, last).map_err(|r| r.code), expected, "{name}");
        }
    }

    #[test]
    fn a_clock_may_be_half_a_minute_off() {
        let now: Timestamp = "2026-06-08T09:00:15+08:00".parse().unwrap();
        let step = now.as_second() / 30;
        assert_eq!(steps(now), [step, step - 1, step + 1]);
        assert_eq!(steps("1969-12-31T23:59:59Z".parse().unwrap())[0], -1, "the time before 1970 has steps too");
    }

    #[test]
    fn a_reason_is_said() {
        for (text, fits) in [(" 手机丢了 ", true), ("  ", false), (&"长".repeat(201), false)] {
            assert_eq!(reset_reason(text).is_ok(), fits, "{text}");
        }
    }

    fn of(role: Role, path: &str) -> Vec<Membership> {
        vec![Membership { role, organisation: None, place_path: path.into() }]
    }

    const FILE: &str = r#"
        format = 1
        [[second_step]]
        valid_from = "2026-09-01"
        source = "local setting"
        roles = ["administrator", "auditor"]
        [[second_step]]
        county = "371722"
        valid_from = "2026-10-01"
        source = "单县 2026 年第 9 号通知"
        roles = ["social_worker"]
    "#;

    #[test]
    fn whom_a_second_step_is_asked_of() {
        let rules = SignInRules::parse(FILE).unwrap();
        let (before, first, then) = (date(2026, 8, 31), date(2026, 9, 1), date(2026, 10, 1));
        let (shan, dingtao) = ("3717/371722/", "3717/371703/");
        let cases = [
            ("not before its day", Role::Administrator, "3717/", before, false),
            ("from its day on", Role::Administrator, "3717/", first, true),
            ("in every county", Role::Auditor, shan, first, true),
            ("a role that is not named", Role::SocialWorker, shan, first, false),
            ("a county that names its own", Role::SocialWorker, shan, then, true),
            ("and so takes the place of the city's", Role::Auditor, shan, then, false),
            ("which holds elsewhere", Role::Auditor, dingtao, then, true),
            ("the county's is not its neighbour's", Role::SocialWorker, dingtao, then, false),
        ];
        for (name, role, path, day, expected) in cases {
            assert_eq!(rules.asks(&of(role, path), day), expected, "{name}");
        }
        assert!(!SignInRules::default().asks(&of(Role::Administrator, "3717/"), then), "off unless somebody says so");
        assert_eq!(rules.counties().collect::<Vec<_>>(), ["371722"]);
    }

    #[test]
    fn a_file_that_says_nonsense_is_refused_with_words() {
        let part = |more: &str| format!("format = 1\n[[second_step]]\nvalid_from = \"2026-09-01\"\n{more}");
        let twice = format!("{FILE}\n[[second_step]]\nvalid_from = \"2026-09-01\"\nsource = \"x\"\nroles = []");
        let cases = [
            ("format = 2".to_owned(), "format 1, not 2"),
            (part("source = \"x\"\nroles = [\"king\"]"), "unknown variant `king`"),
            (part("source = \"x\"\nroles = [\"volunteer\"]"), "volunteer signs in by telephone"),
            (part("source = \" \"\nroles = []"), "say in `source`"),
            (part("source = \"x\"\nroles = []\ncounty = \"37\""), "no code of six digits"),
            (part("roles = []"), "missing field `source`"),
            (part("source = \"x\"\nroles = []\nrole = 1"), "unknown field `role`"),
            (twice, "stands twice"),
        ];
        for (file, expected) in cases {
            let said = SignInRules::parse(&file).expect_err(&file);
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn one_mistake_hides_no_other() {
        let text = "format = 1\n[[second_step]]\nvalid_from = \"2026-09-01\"\nsource = \"x\"\nroles = [\"king\"]\n\
                    [[second_step]]\nvalid_from = \"2026-09-01\"\nsource = \" \"\nroles = [\"volunteer\", \"resident\"]\n\
                    [[second_step]]\nvalid_from = \"2026-10-01\"\nroles = []\n\
                    [[second_step]]\ncounty = \"37\"\nvalid_from = \"2026-10-01\"\nsource = \"x\"\nroles = []\n";
        let (_, wrong) = SignInRules::read(text);
        for expected in [
            "`king`",
            "say in `source`",
            "volunteer signs",
            "resident signs",
            "the 3. second_step: missing field",
            "37",
        ] {
            assert_eq!(wrong.iter().filter(|line| line.contains(expected)).count(), 1, "{expected}: {wrong:#?}");
        }
    }
}
