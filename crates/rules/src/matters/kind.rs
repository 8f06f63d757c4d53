//! What a kind of matter declares: its form, steps, clocks, permissions, outcomes and words.
//!
//! A kind is a TOML file; `docs/kinds.md` explains it to those who write one. Every struct here refuses keys it does not
//! know, so that a misspelt key is found when the file is loaded and not when a resident waits.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::form::Values;
use super::news::News;
use super::step::{Act, Requirement, Step};
use crate::shared::{Refusal, Role, Term, Text};

/// The format of kind files that this program reads.
pub const FORMAT: u32 = 1;

/// Where an answer leads when the matter is over.
pub const CLOSED: &str = "closed";

/// A kind of matter.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The format of the file, [`FORMAT`].
    pub format: u32,
    /// The stable key: `need`, `hazard`.
    pub id: String,
    /// Counts up with each change of the file; a matter keeps the version it was raised under.
    pub version: u32,
    /// One letter before the public code: 「Q 4F7-K2M9-X3A」.
    pub code_prefix: char,
    pub name: Text,
    /// The name of a picture in the icon set.
    pub icon: String,
    /// The step that a new matter enters.
    pub start: String,
    pub visibility: Visibility,
    /// Whether the person may ask that it shows on no shared card, receipt or phone look-up.
    #[serde(default)]
    pub may_be_private: bool,
    /// Whether whoever raised it is told by message that it was received, with its number; never of a private one.
    #[serde(default)]
    pub tells_received: bool,
    /// What else they are told by message as it goes on; never of a private one.
    #[serde(default)]
    pub tells: Vec<News>,
    /// Whether the form asks for whom it is (oneself or another).
    #[serde(default)]
    pub asks_subject: bool,
    /// Which of the two times of a paper form the resident's clock starts at.
    #[serde(default)]
    pub runs_from: RunsFrom,
    /// How long the record is kept: a class of the retention schedule.
    pub retention: String,
    /// The level before anyone has triaged it and when no field implies a faster one.
    pub default_level: String,
    /// The choice field whose options are the matter's types, when it has types.
    #[serde(default)]
    pub type_field: Option<String>,
    /// The choice field that says for whom it is; left open it is for oneself, and the questions on its page rest.
    #[serde(default)]
    pub subject_field: Option<String>,
    /// The field of type `when` or `date` whose day the matter is wanted for: its clocks are measured for that day.
    #[serde(default)]
    pub wanted_field: Option<String>,
    pub intake: Intake,
    /// The pages that the form is asked on, in order; without any it is one page.
    #[serde(default, rename = "page")]
    pub pages: Vec<Named>,
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
    /// From the most urgent to the least.
    #[serde(rename = "level")]
    pub levels: Vec<Level>,
    #[serde(default, rename = "risk")]
    pub risks: Vec<Named>,
    /// Ways of service, chosen at triage.
    #[serde(default, rename = "way")]
    pub ways: Vec<Named>,
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    #[serde(default, rename = "pause")]
    pub pauses: Vec<PauseRule>,
    #[serde(rename = "outcome")]
    pub outcomes: Vec<Outcome>,
    #[serde(default)]
    pub rerouting: Option<Rerouting>,
    #[serde(default)]
    pub reopening: Option<Reopening>,
    #[serde(default)]
    pub duplicate: Option<Duplicate>,
    #[serde(default)]
    pub reply: Option<ReplyRule>,
}

impl Kind {
    pub fn step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.key == key)
    }

    /// Whether volunteers are looked for in such matters.
    pub fn asks_volunteers(&self) -> bool {
        self.steps.iter().any(|step| step.act == Act::Dispatch)
    }

    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.key == key)
    }

    pub fn level(&self, key: &str) -> Option<&Level> {
        self.levels.iter().find(|l| l.key == key)
    }

    pub fn outcome(&self, key: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|o| o.key == key)
    }

    pub fn pause(&self, key: &str) -> Option<&PauseRule> {
        self.pauses.iter().find(|p| p.key == key)
    }

    /// The place of a level in the order of urgency: 0 is the most urgent.
    pub fn urgency(&self, level: &str) -> Option<usize> {
        self.levels.iter().position(|l| l.key == level)
    }

    /// The fields that the form asks on this page, or all of them when the form is one page.
    pub fn asked_on<'k>(&'k self, page: &str) -> impl Iterator<Item = &'k Field> {
        let asked = self.fields.iter().filter(|f| f.asked == Asked::Intake);
        let is_one = self.pages.is_empty();
        asked.filter(move |f| is_one || f.page.as_deref() == Some(page)).collect::<Vec<_>>().into_iter()
    }

    /// What only staff ask who write it down: no page of it has a place for that.
    pub fn noted(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|f| f.asked == Asked::Noted)
    }

    /// Whether residents raise one for themselves today.
    pub fn is_open_to_residents(&self) -> bool {
        !self.intake.closed && self.intake.by.contains(&Role::Resident)
    }

    /// The types a matter of this kind may have.
    pub fn types(&self) -> &[Choice] {
        let field = self.type_field.as_deref().and_then(|key| self.field(key));
        field.map_or(&[], |f| &f.options)
    }

    /// Whether a form says that it is for another than who asks.
    pub fn is_for_another(&self, values: &Values) -> bool {
        self.subject_field.as_ref().is_some_and(|field| values.contains_key(field))
    }

    /// Whether a form says that it is for somebody who lives elsewhere than who asks.
    pub fn is_elsewhere(&self, values: &Values) -> bool {
        let said = self.subject_field.as_ref().and_then(|field| Some((self.field(field)?, values.get(field)?)));
        said.is_some_and(|(field, said)| field.options.iter().any(|o| o.elsewhere && said.contains(&o.key)))
    }

    /// Whether a form may be for somebody who lives elsewhere than who asks.
    pub fn asks_elsewhere(&self) -> bool {
        let subject = self.subject_field.as_deref().and_then(|key| self.field(key));
        subject.is_some_and(|field| field.options.iter().any(|option| option.elsewhere))
    }

    /// Whether a form must answer a field: the door of somebody who lives elsewhere is in nobody's record.
    pub fn must_answer(&self, field: &Field, values: &Values) -> bool {
        field.required || (field.prefill == Some(Prefill::Address) && self.is_elsewhere(values))
    }

    /// Whether matters of this kind have photos at all.
    pub fn takes_photos(&self) -> bool {
        self.most_photos().is_some()
    }

    /// How many photos one person may add to a matter of this kind; `None` when it has none.
    pub fn most_photos(&self) -> Option<u32> {
        let field = self.fields.iter().find(|field| field.type_ == FieldType::Photos)?;
        Some(field.max.unwrap_or(u32::MAX))
    }

    /// Whether one person may add another photo, by form, page or call: `there` are those they added before.
    ///
    /// # Errors
    /// `photo-kind`; `photos-most` with the most there may be.
    pub fn takes_photo_after(&self, there: u32) -> Result<(), Refusal> {
        match self.most_photos() {
            None => Err(Refusal::new("photo-kind")),
            Some(most) if there >= most => Err(Refusal::new("photos-most").with("most", i64::from(most))),
            Some(_) => Ok(()),
        }
    }

    /// Every role that some step names; with `visibility = "handlers"` nobody else on staff sees the matter.
    pub fn handlers(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = self.steps.iter().flat_map(|s| s.by.iter().copied()).collect();
        roles.extend(self.intake.on_behalf.iter().copied());
        roles.extend(self.reopening.iter().map(|r| r.supervisor));
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

/// Who sees that a matter exists, apart from those whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Those whose role some step names.
    Handlers,
    /// All staff of the place.
    Place,
    /// All staff of the place; everyone else a masked line: what, where roughly, state.
    PublicMasked,
}

/// Where the resident's clock starts when something was written down later than it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunsFrom {
    #[default]
    Recorded,
    Occurred,
}

/// Who may raise a matter of this kind.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// For themselves; `resident` means anyone signed in.
    pub by: Vec<Role>,
    /// For a caller, a visitor or a paper form. They may also do every later act of the resident for them.
    pub on_behalf: Vec<Role>,
    /// Nobody raises one any more; those there are go on to their end, and everyone reads them as before.
    #[serde(default)]
    pub closed: bool,
}

/// A key with its words.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub key: String,
    pub name: Text,
}

/// One question of the form.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub key: String,
    pub label: Text,
    #[serde(default)]
    pub hint: Option<Text>,
    #[serde(rename = "type")]
    pub type_: FieldType,
    #[serde(default)]
    pub asked: Asked,
    #[serde(default)]
    pub required: bool,
    /// Characters for texts, the largest value for numbers, how many for choices, photos and organisations.
    #[serde(default)]
    pub max: Option<u32>,
    /// Goes to sealed storage; never into a list, an event or a search.
    #[serde(default)]
    pub protected: bool,
    #[serde(default, rename = "option")]
    pub options: Vec<Choice>,
    /// The roles among the handlers that see the answer; empty means all who see the matter.
    #[serde(default)]
    pub shown_to: Vec<Role>,
    /// The page of the form that asks it.
    #[serde(default)]
    pub page: Option<String>,
    /// What the person's own record answers when they leave it empty.
    #[serde(default)]
    pub prefill: Option<Prefill>,
    /// Which answers make the matter at least this urgent: `{ yes = "danger" }`.
    #[serde(default)]
    pub implies: BTreeMap<String, String>,
}

/// When a field is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// On the form with which the matter comes in.
    #[default]
    Intake,
    /// On the form with which staff write a matter down for somebody, and not on one's own: what a register knows of everybody
    /// in it, and of a caller only if they say it.
    Noted,
    /// Later, by an answer whose `requires` names it as `field.<key>`.
    Answer,
}

impl Asked {
    /// Whether it may come with the matter.
    pub const fn is_at_intake(self) -> bool {
        matches!(self, Asked::Intake | Asked::Noted)
    }
}

/// What is known of the person signed in and need not be typed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefill {
    Phone,
    Address,
    /// The group that figures are counted by.
    Group,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Choice,
    Choices,
    Text,
    LongText,
    YesNo,
    /// `2026-11-25`.
    Date,
    /// `now`, `today`, or a date with an optional part of the day: `2026-11-25/morning`.
    When,
    Number,
    Phone,
    Address,
    Photos,
    Place,
    Organisation,
    /// Where the device stood, if its owner said so: latitude and longitude, `35.24120,115.44310`.
    Point,
    /// 统一社会信用代码, GB 32100-2015.
    CreditCode,
}

impl FieldType {
    /// Whether the answer is one of those that the form offers, and no words of whoever answers: it says of nobody who they
    /// are, and stays for the figures when they are erased.
    pub const fn is_chosen(self) -> bool {
        matches!(
            self,
            FieldType::Choice
                | FieldType::Choices
                | FieldType::YesNo
                | FieldType::When
                | FieldType::Place
                | FieldType::Organisation
        )
    }
}

/// An option of a choice.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub key: String,
    pub name: Text,
    #[serde(default)]
    pub icon: Option<String>,
    /// Of the choice of for whom it is: they live elsewhere than who asks, so the form says where.
    #[serde(default)]
    pub elsewhere: bool,
}

/// How urgent a matter is, and by when the resident is promised that the work is done.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    pub key: String,
    pub name: Text,
    pub term: Term,
    /// How long before the end those responsible are reminded.
    #[serde(default)]
    pub remind_before: Option<Term>,
    /// Who is told when the term is over.
    pub escalate_to: Role,
    /// The law and article, the local rule, or `local setting`.
    pub source: String,
    pub valid_from: Date,
}

/// A lawful pause of the clocks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseRule {
    pub key: String,
    pub name: Text,
    /// The law and article that let the time stand still.
    pub basis: String,
    /// The longest it may last; it ends by itself after that.
    pub max: Term,
    /// The steps at which it may begin.
    pub allowed_in: Vec<String>,
    pub by: Vec<Role>,
    pub source: String,
}

/// How a matter can end.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub key: String,
    pub name: Text,
    /// How reports count it.
    pub counts_as: CountsAs,
    #[serde(default)]
    pub requires: Vec<Requirement>,
}

/// How reports count an outcome, whatever a county calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsAs {
    Solved,
    Partly,
    /// Done, but nobody could be asked; never counted as solved.
    Unconfirmed,
    /// Answered with an explanation; never counted as solved.
    Explained,
    NotOurs,
    Cannot,
    NoLongerNeeded,
    Duplicate,
}

/// Handing a matter to another place or department.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rerouting {
    pub by: Vec<Role>,
    /// How often before only the supervisor may: nobody is sent from door to door.
    pub at_most: u32,
    pub requires: Vec<Requirement>,
    pub supervisor: Role,
    pub source: String,
}

/// Hearing whom a report is about (当事人说明).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyRule {
    /// Who asks: those who may have to decide on it.
    pub by: Vec<Role>,
    /// How long the party is waited for.
    pub within: Term,
    /// The law and article, the local rule, or `local setting`.
    pub source: String,
    pub valid_from: Date,
}

/// Opening a closed matter again.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopening {
    /// `resident` means the person whose it is, or staff for them.
    pub by: Vec<Role>,
    /// Until when after the close.
    pub within: Term,
    /// The step it goes back to.
    pub to: String,
    /// To whom it goes.
    pub supervisor: Role,
    /// Whether those who handled it before leave the first answer to someone else, and what staff do themselves; nor are they
    /// given it again. Where there is nobody else, they may have it, and that is said.
    #[serde(default)]
    pub other_person: bool,
    /// The resident's new clock; without it the level's term again.
    #[serde(default)]
    pub term: Option<Term>,
    pub source: String,
}

/// What is looked at when asking 「是不是这件事？」.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duplicate {
    pub within: Radius,
    pub days: u32,
    /// Whether each is somebody's own: what two people ask for is then one matter only where somebody says why.
    #[serde(default)]
    pub personal: bool,
}

/// How far around a place duplicates are looked for, in the tree of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Radius {
    Grid,
    Village,
    Township,
    County,
}
