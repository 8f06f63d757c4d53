//! A small invented county for the tests: places, people in their roles, a calendar, and a desk that answers.

#![allow(dead_code, reason = "each test file is a program of its own and uses a part of this")]

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use rules::matters::kind::{Asked, FieldType, Kind};
use rules::matters::workflow::{self, Context, Raising, Said};
use rules::matters::{Act, Answer, Change, Given, Kinds, Matter, Requirement, Values, access};
use rules::shared::ids::{MatterId, OrganisationId, PersonId};
use rules::shared::{Actor, Cell, Channel, Id, Membership, Moment, Refusal, Role, WorkCalendar};
use uuid::Uuid;

pub const VILLAGE: &str = "3717/371722/371722003/371722003003/";
pub const COUNTY: &str = "3717/371722/";

pub const NONE: [(&str, &str); 0] = [];
pub const PERMIT: &str = include_str!("../data/food_permit.toml");

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An hour of the week in which most tests play, Monday 15 September 2025.
pub fn monday(hour: &str) -> Timestamp {
    at(&format!("2025-09-15T{hour}:00+08:00"))
}

/// The National Day weeks of 2025 and the New Year of 2026 (State Council notices); no later year is loaded.
pub fn calendar() -> WorkCalendar {
    let mut calendar = WorkCalendar::new(TimeZone::fixed(Offset::constant(8)));
    let october = (1..=8).map(|d| date(2025, 10, d));
    calendar.load_year(2025, october, [date(2025, 9, 28), date(2025, 10, 11)]);
    calendar.load_year(2026, (1..=3).map(|d| date(2026, 1, d)), [date(2026, 1, 4)]);
    calendar
}

pub fn person(n: u128) -> PersonId {
    Id::new(Cell(11), Uuid::from_u128(n))
}

pub fn unit(n: u128) -> OrganisationId {
    Id::new(Cell(11), Uuid::from_u128(0x0A00 + n))
}

pub fn matter_id(n: u128) -> MatterId {
    Id::new(Cell(11), Uuid::from_u128(0x0B00 + n))
}

/// A person who holds a role for a place.
pub fn who(n: u128, role: Role, place: &str) -> Actor {
    let membership = Membership { role, organisation: None, place_path: place.into() };
    Actor::person(person(n), vec![membership], Channel::Web)
}

/// A clerk of a department.
pub fn clerk(n: u128, department: OrganisationId) -> Actor {
    let membership =
        Membership { role: Role::DepartmentClerk, organisation: Some(department), place_path: COUNTY.into() };
    Actor::person(person(n), vec![membership], Channel::Web)
}

/// The person whose the matters of these tests are.
pub fn resident() -> Actor {
    Actor::person(person(1), Vec::new(), Channel::Web)
}

pub fn social_worker() -> Actor {
    who(20, Role::SocialWorker, COUNTY)
}

pub fn call_taker() -> Actor {
    who(30, Role::CallTaker, COUNTY)
}

/// A county with its kinds and its calendar.
pub struct World {
    pub kinds: Kinds,
    pub calendar: WorkCalendar,
}

impl World {
    /// The embedded kinds and the food permit of the tests.
    pub fn new() -> World {
        let kinds = Kinds::load(rules::matters::EMBEDDED, [("food_permit.toml", PERMIT)])
            .unwrap_or_else(|problems| panic!("{}", rules::matters::load::listed(&problems)));
        World { kinds, calendar: calendar() }
    }

    pub fn kind(&self, id: &str) -> &Kind {
        self.kinds.get(id).unwrap()
    }

    pub fn context<'a>(&'a self, kind: &str, who: &'a Actor, now: Timestamp) -> Context<'a> {
        Context { kind: self.kind(kind), calendar: &self.calendar, at: Moment::now(now), who }
    }

    pub fn raising(&self, kind: &str) -> Raising {
        Raising {
            id: matter_id(1),
            place_path: VILLAGE.into(),
            raised_by: Some(person(1)),
            subject: None,
            organisation: Some(unit(1)),
            departments: vec![unit(2), unit(3)],
            private: false,
            level: None,
            values: form(self.kind(kind)),
        }
    }

    /// The matter of a resident, just raised.
    pub fn raised(&self, kind: &str, now: Timestamp) -> Matter {
        self.raise(kind, now, self.raising(kind)).unwrap().matter
    }

    pub fn raise(&self, kind: &str, now: Timestamp, raising: Raising) -> Result<Change, Refusal> {
        let resident = resident();
        let ctx = self.context(kind, &resident, now);
        let permit = access::raise(&resident, ctx.kind, raising.id, VILLAGE).unwrap();
        workflow::raise(&permit, &ctx, raising)
    }

    /// As a call-taker writes it down.
    pub fn raise_for(&self, kind: &str, now: Timestamp, raising: Raising) -> Result<Change, Refusal> {
        let by = call_taker();
        let ctx = self.context(kind, &by, now);
        let permit = access::raise_for(&by, ctx.kind, raising.id, VILLAGE).unwrap();
        workflow::raise_for(&permit, &ctx, raising)
    }

    /// An answer given by someone the kind allows to, with everything it requires filled in.
    pub fn answer(&self, matter: &Matter, key: &str, now: Timestamp) -> Result<Matter, Refusal> {
        let kind = self.kind(&matter.kind);
        let answer = matter.at(kind).unwrap().answer(key).unwrap();
        self.answer_with(matter, key, now, fill(kind, answer, now))
    }

    pub fn answer_with(&self, matter: &Matter, key: &str, now: Timestamp, given: Given) -> Result<Matter, Refusal> {
        let kind = self.kind(&matter.kind);
        let by = self.answerer(matter, key);
        let ctx = self.context(&matter.kind, &by, now);
        let change = if matter.at(kind).unwrap().act == Act::Review {
            let permit = access::triage(&by, kind, matter, key).expect("a triager");
            workflow::triage(&permit, &ctx, matter, key, &given)
        } else {
            let permit = access::answer(&by, kind, matter, key).expect("an answerer");
            workflow::answer_step(&permit, &ctx, matter, key, &given)
        };
        change.map(|c| c.matter)
    }

    /// Somebody who may give the answer and has not handled the matter.
    fn answerer(&self, matter: &Matter, key: &str) -> Actor {
        let kind = self.kind(&matter.kind);
        let step = matter.at(kind).unwrap();
        let narrowed = step.answer(key).map(|a| &a.by).filter(|by| !by.is_empty());
        let role = narrowed.unwrap_or(&step.by)[0];
        let number = 500 + u128::try_from(matter.version).unwrap();
        match role {
            Role::DepartmentClerk => clerk(number, matter.organisation.unwrap()),
            role => who(number, role, COUNTY),
        }
    }
}

/// A form with every required field, and the first option of each choice.
pub fn form(kind: &Kind) -> Values {
    let asked = kind.fields.iter().filter(|f| f.asked == Asked::Intake && f.required);
    asked.map(|f| (f.key.clone(), vec![value(f)])).collect()
}

fn value(field: &rules::matters::kind::Field) -> String {
    match field.type_ {
        FieldType::Choice | FieldType::Choices => field.options[0].key.clone(),
        FieldType::YesNo => "no".into(),
        FieldType::Date | FieldType::When => "2025-09-20".into(),
        FieldType::Number => "1".into(),
        FieldType::Phone => "0530-5550100".into(),
        FieldType::Point => "35.24120,115.44310".into(),
        FieldType::CreditCode => "91110000101623741K".into(),
        _ => "水管漏了".into(),
    }
}

/// What an answer and its outcome require, filled in.
pub fn fill(kind: &Kind, answer: &Answer, now: Timestamp) -> Given {
    let some = |text: &str| Some(text.to_owned());
    // Only a call-back asks for it, and elsewhere it does no harm.
    let mut given = Given { heard: some("本人接的，说好了"), early: true, ..Given::default() };
    let outcome = answer.outcome.as_deref().and_then(|key| kind.outcome(key));
    let joint = kind.step(&answer.to).is_some_and(|s| s.joint.is_some());
    for required in answer.requires.iter().chain(outcome.into_iter().flat_map(|o| &o.requires)) {
        match required {
            Requirement::Reason => given.reason = some("情况说明"),
            Requirement::Owner => given.owner = some("供电公司"),
            Requirement::Basis => given.basis = some("有关规定第十条"),
            Requirement::Level => given.level = Some(kind.levels[0].key.clone()),
            Requirement::Type => given.type_key = Some(kind.types()[0].key.clone()),
            Requirement::Way => given.way = answer.ways.first().cloned().or(Some(kind.ways[0].key.clone())),
            Requirement::NextWordAt => given.next_word_at = now.checked_add(jiff::SignedDuration::from_hours(24)).ok(),
            Requirement::Departments if joint => given.departments = vec![unit(2), unit(3)],
            Requirement::Departments => given.departments = vec![unit(2)],
            Requirement::Handler => given.handler = Some(person(40)),
            Requirement::Result => given.result = some("已换好水龙头"),
            Requirement::Head => given.head = some("科长"),
            Requirement::Field(key) => {
                let field = kind.field(key).unwrap();
                given.fields.insert(key.clone(), vec![value(field)]);
            }
        }
    }
    given
}

pub fn risks(keys: &[&str]) -> Option<BTreeSet<String>> {
    Some(keys.iter().map(|k| (*k).to_owned()).collect())
}

/// The code of a refusal, for tables.
pub fn code<T>(result: Result<T, Refusal>) -> Result<T, &'static str> {
    result.map_err(|refusal| refusal.code)
}

/// A need of the resident at the step named.
pub fn need_at(world: &World, step: &str) -> Matter {
    let raised = world.raised("need", monday("09:00"));
    let go = |matter: Matter, key: &str| world.answer(&matter, key, monday("09:30")).unwrap();
    match step {
        "triage" => raised,
        "dispatch" => go(raised, "dispatch"),
        "serve" => go(raised, "take"),
        "department" => go(raised, "to_department"),
        "confirm" => go(go(raised, "take"), "served"),
        "call_back" => rate(world, &go(go(raised, "take"), "served"), &resident(), false, None).unwrap().matter,
        "closed" => rate(world, &go(go(raised, "take"), "served"), &resident(), true, Some(5)).unwrap().matter,
        other => panic!("{other}"),
    }
}

pub fn rate(world: &World, matter: &Matter, by: &Actor, solved: bool, rating: Option<u8>) -> Result<Change, Refusal> {
    let ctx = world.context(&matter.kind, by, monday("16:00"));
    let permit = access::rate(by, ctx.kind, matter).expect("may rate");
    workflow::rate(&permit, &ctx, matter, Said { solved, rating })
}
