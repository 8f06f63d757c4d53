//! Impact assessments 个人信息保护影响评估 (个人信息保护法 第五十五条, 第五十六条): what is handled and whether that is lawful,
//! legitimate and necessary; how it touches people and what may go wrong; whether the measures fit the risk. Each version
//! stays as it was approved.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::access::{EndAssessment, RecordAssessment};
use crate::shared::{Faults, Length, Permit, Refusal, dated};

/// The longest part of an assessment, in characters.
pub const MOST_WORDS: usize = Length::Essay.most();

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub valid_from: Date,
    pub kept_years: i64,
    pub remind_days: i64,
    pub review_years: i64,
    pub basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("assessments.toml")).expect("the embedded rules can be read");
    file.rule
});

/// The rule that holds on a day; the first one before any does.
pub fn rule(day: Date) -> &'static Rule {
    dated::at(RULES.iter(), day, |rule| rule.valid_from)
}

/// Why an assessment has to be made: the cases of 第五十五条.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    Sensitive,
    Automated,
    /// Entrusting, giving to another handler, publishing.
    PassedOn,
    Abroad,
    /// Anything else that weighs heavily on people.
    Grave,
}

impl Occasion {
    pub const ALL: [Occasion; 5] =
        [Occasion::Sensitive, Occasion::Automated, Occasion::PassedOn, Occasion::Abroad, Occasion::Grave];

    /// The stable key: in the database, in the API and in the locale key `assess-occasion-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Occasion::Sensitive => "sensitive",
            Occasion::Automated => "automated",
            Occasion::PassedOn => "passed_on",
            Occasion::Abroad => "abroad",
            Occasion::Grave => "grave",
        }
    }

    pub fn from_key(key: &str) -> Option<Occasion> {
        Occasion::ALL.into_iter().find(|occasion| occasion.key() == key)
    }
}

/// What is entered: a version.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub title: String,
    pub occasion: String,
    /// 处理目的、处理方式等是否合法、正当、必要.
    pub purpose: String,
    /// 对个人权益的影响及安全风险.
    pub effect: String,
    /// 所采取的保护措施是否合法、有效并与风险程度相适应.
    pub measures: String,
    pub valid_from: Option<Date>,
    pub review_on: Option<Date>,
    /// Who approved it: name and office.
    pub approved_by: String,
    pub approved_on: Option<Date>,
}

/// A version that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub title: String,
    pub occasion: Occasion,
    pub purpose: String,
    pub effect: String,
    pub measures: String,
    pub valid_from: Date,
    pub review_on: Date,
    pub approved_by: String,
    pub approved_on: Date,
}

impl Version {
    /// Whether it is time to look at it again, or soon will be.
    pub fn is_due(&self, today: Date) -> bool {
        is_due(self.review_on, today)
    }

    /// All that it says but its days and who approved it.
    pub fn says(&self) -> [&str; 5] {
        [&self.title, self.occasion.key(), &self.purpose, &self.effect, &self.measures]
    }
}

/// Until when an assessment is kept at least, once nothing rests on it any more from `last` on.
pub fn kept_until(last: Date) -> Date {
    last.saturating_add(rule(last).kept_years.years())
}

/// Refuses a new assessment that says no more than one that stands at the same place, which `id` names: of that a new version
/// is written.
///
/// # Errors
/// `assessment-twice` with the id.
pub fn anew(new: &Version, standing: [&str; 5], id: &str) -> Result<(), Refusal> {
    if new.says() == standing {
        return Err(Refusal::new("assessment-twice").with("assessment", id).at_field("title"));
    }
    Ok(())
}

/// From which day on nothing rests on an assessment any more, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub on: Date,
    pub reason: String,
}

/// Ends an assessment of the county or city `place`, which was approved on `approved`. It stays as it was written, and is kept.
///
/// # Errors
/// `assessment-missing` and `text-too-long` at the field; `assessment-end-day` for a day before it was approved or after today.
pub fn end(
    permit: &Permit<EndAssessment>,
    place: Uuid,
    (on, reason): (Option<Date>, &str),
    (approved, today): (Date, Date),
) -> Result<Ended, Refusal> {
    assert_eq!(permit.subject, place, "a permit for another place");
    let missing = |field: &'static str| Refusal::new("assessment-missing").at_field(field);
    let mut faults = Faults::default();
    let on = faults.of(on.ok_or_else(|| missing("ended_on")));
    let reason = faults.of(Length::Reason.said(reason, missing("reason")));
    if on.is_some_and(|on| on < approved || on > today) {
        faults.push(Refusal::new("assessment-end-day").at_field("ended_on"));
    }
    faults.none()?;
    on.zip(reason).map(|(on, reason)| Ended { on, reason }).ok_or_else(|| missing("reason"))
}

/// Whether it is time to look at a version again whose review falls on a day, or soon will be.
pub fn is_due(review_on: Date, today: Date) -> bool {
    review_on <= today.saturating_add(rule(today).remind_days.days())
}

/// Why it has to be made, by its key.
fn occasion(key: &str) -> Result<Occasion, Refusal> {
    if key.is_empty() {
        return Err(Refusal::new("assessment-missing").at_field("occasion"));
    }
    let known = Occasion::ALL.map(Occasion::key).join(", ");
    let unknown = || Refusal::new("assessment-occasion").with("allowed", known).at_field("occasion");
    Occasion::from_key(key).ok_or_else(unknown)
}

/// Enters a version for the county or city `place`.
///
/// # Errors
/// All that is wrong with it: `assessment-missing` and `text-too-long` at the field; `assessment-occasion` with those that there are;
/// `assessment-approved-later` when it was approved after today; `assessment-review` when it would be looked at again no later
/// than it begins, `assessment-review-far` with the years when it would be too long after today.
pub fn record(permit: &Permit<RecordAssessment>, place: Uuid, draft: &Draft, today: Date) -> Result<Version, Refusal> {
    assert_eq!(permit.subject, place, "a permit for another place");
    let missing = |field: &'static str| Refusal::new("assessment-missing").at_field(field);
    let text = |value: &str, field: &'static str, length: Length| length.said(value, missing(field));
    let day = |day: Option<Date>, field: &'static str| day.ok_or_else(|| missing(field));
    let mut faults = Faults::default();
    let title = faults.of(text(&draft.title, "title", Length::Heading));
    let occasion = faults.of(occasion(draft.occasion.trim()));
    let purpose = faults.of(text(&draft.purpose, "purpose", Length::Essay));
    let effect = faults.of(text(&draft.effect, "effect", Length::Essay));
    let measures = faults.of(text(&draft.measures, "measures", Length::Essay));
    let approved_by = faults.of(text(&draft.approved_by, "approved_by", Length::Heading));
    let approved_on = faults.of(day(draft.approved_on, "approved_on"));
    let valid_from = faults.of(day(draft.valid_from, "valid_from"));
    let review_on = faults.of(day(draft.review_on, "review_on"));
    if approved_on.is_some_and(|approved| approved > today) {
        faults.push(Refusal::new("assessment-approved-later").at_field("approved_on"));
    }
    if valid_from.is_some_and(|begins| review_on.is_some_and(|review| review <= begins)) {
        faults.push(Refusal::new("assessment-review").at_field("review_on"));
    }
    let years = rule(today).review_years;
    if review_on.is_some_and(|review| review > today.saturating_add(years.years())) {
        faults.push(Refusal::new("assessment-review-far").with("years", years).at_field("review_on"));
    }
    faults.none()?;
    let whole = || {
        Some(Version {
            title: title?,
            occasion: occasion?,
            purpose: purpose?,
            effect: effect?,
            measures: measures?,
            valid_from: valid_from?,
            review_on: review_on?,
            approved_by: approved_by?,
            approved_on: approved_on?,
        })
    };
    // Nothing is missing where nothing was refused.
    whole().ok_or_else(|| missing("title"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rights::access::in_place;
    use crate::shared::Actor;

    const TODAY: Date = date(2026, 6, 8);

    fn whole() -> Draft {
        Draft {
            title: "把住址给接单的志愿者".into(),
            occasion: "passed_on".into(),
            purpose: "上门服务要知道门牌".into(),
            effect: "住址泄露".into(),
            measures: "任务结束就看不到".into(),
            valid_from: Some(TODAY),
            review_on: Some(date(2027, 6, 8)),
            approved_by: "单县社会工作部".into(),
            approved_on: Some(TODAY),
        }
    }

    #[test]
    fn a_version_is_whole_and_approved() {
        let place = Uuid::from_u128(1);
        let permit = in_place::<RecordAssessment>(&Actor::system(), place, "3717/371722/").unwrap();
        let cases = [
            (whole(), Ok(())),
            (Draft { title: " ".into(), ..whole() }, Err(("assessment-missing", "title"))),
            (Draft { occasion: "whim".into(), ..whole() }, Err(("assessment-occasion", "occasion"))),
            (Draft { occasion: " ".into(), ..whole() }, Err(("assessment-missing", "occasion"))),
            (Draft { measures: String::new(), ..whole() }, Err(("assessment-missing", "measures"))),
            (Draft { effect: "险".repeat(4001), ..whole() }, Err(("text-too-long", "effect"))),
            (Draft { approved_on: None, ..whole() }, Err(("assessment-missing", "approved_on"))),
            (
                Draft { approved_on: Some(date(2026, 6, 9)), ..whole() },
                Err(("assessment-approved-later", "approved_on")),
            ),
            (Draft { review_on: Some(TODAY), ..whole() }, Err(("assessment-review", "review_on"))),
            (Draft { review_on: Some(date(2029, 6, 8)), ..whole() }, Ok(())),
            (Draft { review_on: Some(date(2029, 6, 9)), ..whole() }, Err(("assessment-review-far", "review_on"))),
            (Draft { review_on: Some(date(2099, 1, 1)), ..whole() }, Err(("assessment-review-far", "review_on"))),
        ];
        for (draft, expected) in cases {
            let made = record(&permit, place, &draft, TODAY);
            let said = made.as_ref().map(|_| ()).map_err(|r| (r.code, r.field.as_deref().unwrap_or_default()));
            assert_eq!(said, expected, "{draft:?}");
        }
    }

    #[test]
    fn all_that_is_wrong_with_it_is_said_at_once() {
        let place = Uuid::from_u128(1);
        let permit = in_place::<RecordAssessment>(&Actor::system(), place, "3717/371722/").unwrap();
        let approved_on = Some(date(2026, 6, 9));
        let draft = Draft { title: String::new(), approved_on, review_on: Some(TODAY), ..whole() };
        let refusal = record(&permit, place, &draft, TODAY).unwrap_err();
        let fields: Vec<_> = refusal.each().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["title", "approved_on", "review_on"]);
    }

    #[test]
    fn it_is_time_a_month_before_and_kept_for_three_years() {
        let place = Uuid::from_u128(1);
        let permit = in_place::<RecordAssessment>(&Actor::system(), place, "3717/").unwrap();
        let version = record(&permit, place, &whole(), TODAY).unwrap();
        let cases = [(date(2027, 5, 8), false), (date(2027, 5, 9), true), (date(2027, 6, 9), true)];
        for (day, expected) in cases {
            assert_eq!(version.is_due(day), expected, "{day}");
        }
        assert_eq!(kept_until(date(2027, 6, 8)), date(2030, 6, 8));
        assert!(Occasion::ALL.into_iter().all(|o| Occasion::from_key(o.key()) == Some(o)));
    }

    #[test]
    fn what_differs_in_its_days_alone_is_no_new_assessment() {
        let place = Uuid::from_u128(1);
        let permit = in_place::<RecordAssessment>(&Actor::system(), place, "3717/").unwrap();
        let version = |draft: &Draft| record(&permit, place, draft, TODAY).unwrap();
        let standing = version(&whole());
        let cases = [
            ("the days", Draft { review_on: Some(date(2028, 6, 8)), approved_by: "县长".into(), ..whole() }, true),
            ("blanks around it", Draft { effect: " 住址泄露 ".into(), ..whole() }, true),
            ("what it may do", Draft { effect: "住址和电话泄露".into(), ..whole() }, false),
            ("what it is about", Draft { title: "把电话给接单的志愿者".into(), ..whole() }, false),
        ];
        for (name, draft, is_twice) in cases {
            let said = anew(&version(&draft), standing.says(), "pia_1");
            assert_eq!(said.is_err_and(|refusal| refusal.code == "assessment-twice"), is_twice, "{name}");
        }
    }

    #[test]
    fn it_ends_on_a_day_that_was_and_for_a_reason() {
        let place = Uuid::from_u128(1);
        let permit = in_place::<EndAssessment>(&Actor::system(), place, "3717/").unwrap();
        let approved = date(2026, 6, 1);
        let cases = [
            (Some(TODAY), "不再提供住址", Ok(())),
            (Some(approved), " 不再提供住址 ", Ok(())),
            (Some(date(2026, 6, 9)), "不再提供住址", Err(vec!["ended_on"])),
            (Some(date(2026, 5, 31)), "不再提供住址", Err(vec!["ended_on"])),
            (None, " ", Err(vec!["ended_on", "reason"])),
        ];
        for (on, reason, expected) in cases {
            let made = end(&permit, place, (on, reason), (approved, TODAY));
            if let Ok(ended) = &made {
                assert_eq!(ended.reason, "不再提供住址");
            }
            let said = made.map(|_| ()).map_err(|r| r.each().filter_map(|r| r.field.clone()).collect::<Vec<_>>());
            assert_eq!(
                said,
                expected.map_err(|fields| fields.into_iter().map(str::to_owned).collect()),
                "{on:?} {reason}"
            );
        }
    }

    #[test]
    fn assessments_are_read_where_one_accounts_and_around_it() {
        use crate::rights::access::reads_assessments;
        use crate::shared::{Cell, Channel, Id, Membership, Role};
        let held = |role, path: &str| Membership { role, place_path: path.into(), organisation: None };
        let who = |role, path: &str| {
            Actor::person(Id::new(Cell(1), Uuid::from_u128(7)), vec![held(role, path)], Channel::Web)
        };
        let cases = [
            (Role::CountyOfficial, "3717/371722/", "3717/371722/", true),
            (Role::CountyOfficial, "3717/371722/", "3717/", true),
            (Role::CountyOfficial, "3717/371722/", "3717/371703/", false),
            (Role::Administrator, "3717/", "3717/371722/", true),
            (Role::SocialWorker, "3717/371722/", "3717/", false),
        ];
        for (role, own, path, expected) in cases {
            assert_eq!(reads_assessments(&who(role, own), Uuid::from_u128(1), path), expected, "{role:?} {own} {path}");
        }
    }
}
