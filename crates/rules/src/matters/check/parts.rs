//! The parts of a kind beside its steps.

use super::super::access::{AnswerStep, AskReply, PauseClocks, Raise, RaiseFor, Reopen, Reroute, Triage};
use super::super::code::is_prefix;
use super::super::kind::{Asked, CountsAs, Field, FieldType, Kind};
use super::super::step::{Act, ChooseDepartments, Requirement};
use super::Found;
use crate::shared::Role;

pub fn head(found: &mut Found<'_>, kind: &Kind) {
    found.key("id", &kind.id);
    found.text("name", &kind.name);
    found.filled("icon", &kind.icon, "name an icon");
    found.filled("retention", &kind.retention, "name a class of the retention schedule");
    if kind.version == 0 {
        found.add("version", "versions count from 1");
    }
    letter(found, kind);
    if kind.intake.by.is_empty() && kind.intake.on_behalf.is_empty() {
        found.add("intake", "nobody may raise this kind; name roles in by or on_behalf");
    }
    if kind.intake.by.contains(&Role::Resident) && kind.intake.on_behalf.is_empty() {
        found.add("intake › on_behalf", "what a resident may do, staff can do for a caller: name a role");
    }
    found.granted::<Raise>("intake › by", &kind.intake.by);
    found.granted::<RaiseFor>("intake › on_behalf", &kind.intake.on_behalf);
    if kind.duplicate.is_some_and(|d| d.days == 0) {
        found.add("duplicate › days", "look back at least one day");
    }
    if kind.duplicate.is_some() && !kind.outcomes.iter().any(|o| o.counts_as == CountsAs::Duplicate) {
        found.add("duplicate", "add an outcome with counts_as = \"duplicate\" for what is merged");
    }
    for (what, list) in [("risk", &kind.risks), ("way", &kind.ways)] {
        found.unique(what, list.iter().map(|n| n.key.as_str()));
        for named in list {
            found.text(&format!("{what} “{}” › name", named.key), &named.name);
        }
    }
}

pub fn letter(found: &mut Found<'_>, kind: &Kind) {
    if !is_prefix(kind.code_prefix) {
        found.add("code_prefix", "use one capital letter other than I, L, O and U, which are misread");
    }
}

pub fn fields(found: &mut Found<'_>, kind: &Kind) {
    found.unique("field", kind.fields.iter().map(|f| f.key.as_str()));
    for field in &kind.fields {
        self::field(found, kind, field);
    }
    let is_choice = |f: &Field| f.type_ == FieldType::Choice && f.asked == Asked::Intake;
    for (name, key) in [("type_field", &kind.type_field), ("subject_field", &kind.subject_field)] {
        if let Some(key) = key
            && !kind.field(key).is_some_and(is_choice)
        {
            found.add(name, format!("“{key}” must be a field of type choice on the form"));
        }
    }
    for field in kind.fields.iter().filter(|f| kind.subject_field.as_deref() != Some(f.key.as_str())) {
        if field.options.iter().any(|option| option.elsewhere) {
            let at = format!("field “{}” › option › elsewhere", field.key);
            found.add(at, "only who a matter is for can live elsewhere: set it at an option of the subject_field");
        }
    }
    let is_day = |f: &Field| matches!(f.type_, FieldType::When | FieldType::Date) && f.asked == Asked::Intake;
    if let Some(key) = &kind.wanted_field
        && !kind.field(key).is_some_and(is_day)
    {
        found.add("wanted_field", format!("“{key}” must be a field of type when or date on the form"));
    }
    pages(found, kind);
}

/// A form of several pages asks each of its fields on one of them; the type is chosen before the first.
fn pages(found: &mut Found<'_>, kind: &Kind) {
    found.unique("page", kind.pages.iter().map(|p| p.key.as_str()));
    for page in &kind.pages {
        found.text(&format!("page “{}” › name", page.key), &page.name);
        if kind.asked_on(&page.key).next().is_none() {
            found.add(format!("page “{}”", page.key), "no field is asked on this page");
        }
    }
    for field in kind.fields.iter().filter(|f| f.asked == Asked::Intake) {
        let at = format!("field “{}” › page", field.key);
        let is_type = kind.type_field.as_deref() == Some(field.key.as_str());
        match &field.page {
            Some(key) if !kind.pages.iter().any(|p| p.key == *key) => {
                found.add(at, format!("there is no page “{key}”"));
            }
            None if !kind.pages.is_empty() && !is_type => found.add(at, "say on which page it is asked"),
            _ => {}
        }
    }
}

fn field(found: &mut Found<'_>, kind: &Kind, field: &Field) {
    let at = format!("field “{}”", field.key);
    found.text(&format!("{at} › label"), &field.label);
    if let Some(hint) = &field.hint {
        found.text(&format!("{at} › hint"), hint);
    }
    let chooses = matches!(field.type_, FieldType::Choice | FieldType::Choices);
    if chooses == field.options.is_empty() {
        found.add(format!("{at} › option"), "options go with the types choice and choices, and only with them");
    }
    found.unique(&format!("{at} › option"), field.options.iter().map(|o| o.key.as_str()));
    for option in &field.options {
        found.text(&format!("{at} › option “{}” › name", option.key), &option.name);
    }
    if field.max == Some(0) {
        found.add(format!("{at} › max"), "0 lets nothing in; leave max out or give a number");
    }
    let sealed = matches!(field.type_, FieldType::Phone | FieldType::Address | FieldType::Point);
    if sealed && !field.protected {
        found.add(format!("{at} › protected"), "phones, addresses and positions are sealed: set protected = true");
    }
    if field.protected && field.shown_to.is_empty() {
        found.add(format!("{at} › shown_to"), "name the roles that need this to do the work; nobody else sees it");
    }
    if field.asked == Asked::Answer && field.required {
        found.add(
            format!("{at} › required"),
            "a field asked with an answer is required by the answer: requires = [\"field.…\"]",
        );
    }
    if field.asked == Asked::Noted && (field.required || field.page.is_some()) {
        found.add(
            format!("{at} › asked"),
            "whoever asks for themselves is not asked what only staff note: leave out required and page",
        );
    }
    for (value, level) in &field.implies {
        if kind.level(level).is_none() {
            found.add(format!("{at} › implies"), format!("there is no level “{level}”"));
        }
        let known = match field.type_ {
            FieldType::Choice | FieldType::Choices => field.options.iter().any(|o| o.key == *value),
            FieldType::YesNo => matches!(value.as_str(), "yes" | "no"),
            FieldType::When => matches!(value.as_str(), "now" | "today"),
            _ => false,
        };
        if !known {
            found.add(format!("{at} › implies"), format!("“{value}” is no answer of this field"));
        }
    }
}

pub fn levels(found: &mut Found<'_>, kind: &Kind) {
    found.unique("level", kind.levels.iter().map(|l| l.key.as_str()));
    if kind.level(&kind.default_level).is_none() {
        found.add("default_level", format!("there is no level “{}”", kind.default_level));
    }
    for level in &kind.levels {
        let at = format!("level “{}”", level.key);
        found.text(&format!("{at} › name"), &level.name);
        found.term(&format!("{at} › term"), level.term);
        found.reminder(&format!("{at} › remind_before"), level.remind_before, level.term);
        found.filled(&format!("{at} › source"), &level.source, "name the law, the local rule, or “local setting”");
    }
    for pair in kind.levels.windows(2) {
        if let [a, b] = pair
            && a.term.roughly_minutes() >= b.term.roughly_minutes()
        {
            let message = format!(
                "levels go from the most urgent to the least; this term is not longer than that of “{}”",
                a.key
            );
            found.add(format!("level “{}” › term", b.key), message);
        }
    }
}

pub fn outcomes(found: &mut Found<'_>, kind: &Kind) {
    found.unique("outcome", kind.outcomes.iter().map(|o| o.key.as_str()));
    for outcome in &kind.outcomes {
        let at = format!("outcome “{}”", outcome.key);
        found.text(&format!("{at} › name"), &outcome.name);
        requirements(found, kind, &at, &outcome.requires);
        let needed = match outcome.counts_as {
            CountsAs::NotOurs => Some((Requirement::Owner, "owner", "whoever is sent away is told whose it is")),
            CountsAs::Cannot => Some((Requirement::Basis, "basis", "a no is given with its law or rule")),
            _ => None,
        };
        if let Some((requirement, word, why)) = needed
            && !outcome.requires.contains(&requirement)
        {
            found.add(format!("{at} › requires"), format!("add \"{word}\": {why}"));
        }
    }
    for needed in [CountsAs::Solved, CountsAs::NoLongerNeeded] {
        if !kind.outcomes.iter().any(|o| o.counts_as == needed) {
            found.add("outcome", format!("add one that counts as {needed:?}"));
        }
    }
}

/// What is required must exist in the kind.
pub fn requirements(found: &mut Found<'_>, kind: &Kind, at: &str, requires: &[Requirement]) {
    for requirement in requires {
        let problem = match requirement {
            Requirement::Field(key) if !kind.field(key).is_some_and(|f| f.asked == Asked::Answer) => {
                Some(format!("field.{key} needs a field “{key}” with asked = \"answer\""))
            }
            Requirement::Type if kind.types().is_empty() => Some("a type needs type_field".to_owned()),
            Requirement::Way if kind.ways.is_empty() => Some("a way needs [[way]]".to_owned()),
            _ => None,
        };
        if let Some(message) = problem {
            found.add(format!("{at} › requires"), message);
        }
    }
}

pub fn pauses(found: &mut Found<'_>, kind: &Kind) {
    found.unique("pause", kind.pauses.iter().map(|p| p.key.as_str()));
    for pause in &kind.pauses {
        let at = format!("pause “{}”", pause.key);
        found.text(&format!("{at} › name"), &pause.name);
        found.filled(&format!("{at} › basis"), &pause.basis, "clocks stop only by law: name the law and article");
        found.filled(&format!("{at} › source"), &pause.source, "name where the longest time comes from");
        found.term(&format!("{at} › max"), pause.max);
        found.granted::<PauseClocks>(&format!("{at} › by"), &pause.by);
        if pause.by.is_empty() {
            found.add(format!("{at} › by"), "name the roles that may pause");
        }
        if pause.allowed_in.is_empty() {
            found.add(format!("{at} › allowed_in"), "name the steps at which it may begin");
        }
        for key in pause.allowed_in.iter().filter(|key| kind.step(key).is_none()) {
            found.add(format!("{at} › allowed_in"), format!("there is no step “{key}”"));
        }
    }
}

pub fn reply(found: &mut Found<'_>, kind: &Kind) {
    let Some(rule) = &kind.reply else { return };
    found.granted::<AskReply>("reply › by", &rule.by);
    found.term("reply › within", rule.within);
    found.filled("reply › source", &rule.source, "name the law, the local rule, or “local setting”");
    if rule.by.is_empty() {
        found.add("reply › by", "name the roles that may ask");
    }
}

/// Re-routing and reopening.
pub fn returns(found: &mut Found<'_>, kind: &Kind) {
    if let Some(rule) = &kind.rerouting {
        requirements(found, kind, "rerouting", &rule.requires);
        found.filled("rerouting › source", &rule.source, "name the law, the local rule, or “local setting”");
        found.granted::<Reroute>("rerouting › by", &rule.by);
        found.granted::<Reroute>("rerouting › supervisor", &[rule.supervisor]);
        if rule.by.is_empty() {
            found.add("rerouting › by", "name the roles that may hand it on");
        }
        if let Some(Requirement::Field(key)) = rule.requires.iter().find(|r| matches!(r, Requirement::Field(_))) {
            found.add(
                "rerouting › requires",
                format!("field.{key} is asked with an answer; ask for reason or basis here"),
            );
        }
    }
    let Some(rule) = &kind.reopening else { return };
    found.granted::<Reopen>("reopening › by", &rule.by);
    found.term("reopening › within", rule.within);
    found.filled("reopening › source", &rule.source, "name the law, the local rule, or “local setting”");
    if let Some(term) = rule.term {
        found.term("reopening › term", term);
    }
    if rule.by.is_empty() {
        found.add("reopening › by", "name who may open it again");
    }
    match kind.step(&rule.to) {
        None => found.add("reopening › to", format!("there is no step “{}”", rule.to)),
        Some(step) if step.act == Act::JointReview => {
            found.add("reopening › to", "nobody names the departments on reopening; go back to a review step");
        }
        Some(step) if step.act == Act::Review => found.granted::<Triage>("reopening › supervisor", &[rule.supervisor]),
        Some(_) => found.granted::<AnswerStep>("reopening › supervisor", &[rule.supervisor]),
    }
}

/// Whether a joint review that is the first step knows its departments.
pub fn start_knows_departments(found: &mut Found<'_>, kind: &Kind) {
    let joint = kind.step(&kind.start).and_then(|s| s.joint.as_ref());
    if joint.is_some_and(|j| j.choose == ChooseDepartments::Handler) {
        found.add("start", "nobody has named departments yet; use choose = \"field\" or \"listed\" in the first step");
    }
}
