//! The steps of a kind, and the ways between them.

use std::collections::BTreeSet;

use super::super::access::{AnswerStep, Rate, Triage};
use super::super::kind::{Asked, CLOSED, FieldType, Kind};
use super::super::step::{Act, Answer, ChooseDepartments, Joint, Reaching, Requirement, Step, StepClock, Trigger};
use super::Found;
use super::parts::{requirements, start_knows_departments};

pub fn steps(found: &mut Found<'_>, kind: &Kind) {
    found.unique("step", kind.steps.iter().map(|s| s.key.as_str()));
    if kind.step(CLOSED).is_some() {
        found.add("step “closed”", "closed is not a step; it is where an answer ends");
    }
    for step in &kind.steps {
        let at = format!("step “{}”", step.key);
        found.text(&format!("{at} › name"), &step.name);
        found.text(&format!("{at} › desk"), &step.desk);
        if step.by.is_empty() {
            found.add(format!("{at} › by"), "name the roles that may answer");
        }
        permissions(found, &format!("{at} › by"), step);
        clock(found, &format!("{at} › clock"), &step.clock);
        found.unique(&format!("{at} › answer"), step.answers.iter().map(|a| a.key.as_str()));
        for answer in &step.answers {
            self::answer(found, kind, step, answer);
        }
        triggers(found, kind, step);
        if let Some(reaching) = &step.reaching {
            self::reaching(found, &format!("{at} › reaching"), step, reaching);
        }
        match &step.joint {
            Some(joint) => self::joint(found, kind, step, joint),
            None if step.act == Act::JointReview => {
                found.add(at, "say in [step.joint] how departments are chosen and what one refusal does");
            }
            None => {}
        }
    }
    start_knows_departments(found, kind);
}

fn permissions(found: &mut Found<'_>, at: &str, step: &Step) {
    match step.act {
        Act::Review => found.granted::<Triage>(at, &step.by),
        Act::Confirm => found.granted::<Rate>(at, &step.by),
        _ => found.granted::<AnswerStep>(at, &step.by),
    }
    for answer in &step.answers {
        if let Some(role) = answer.by.iter().find(|role| !step.by.contains(role)) {
            let message = format!("{} is not among the step's own by; an answer can only narrow it", role.key());
            found.add(format!("step “{}” › answer “{}” › by", step.key, answer.key), message);
        }
    }
}

fn reaching(found: &mut Found<'_>, at: &str, step: &Step, reaching: &Reaching) {
    if step.act != Act::CallBack {
        found.add(at, "nobody is rung here; it goes with call_back");
    }
    if reaching.times == 0 {
        found.add(format!("{at} › times"), "0 ends a matter before anybody rang; leave it out or give a number");
    }
    found.term(&format!("{at} › apart"), reaching.apart);
    found.filled(&format!("{at} › source"), &reaching.source, "name the law, the local rule, or “local setting”");
}

fn clock(found: &mut Found<'_>, at: &str, clock: &StepClock) {
    found.term(&format!("{at} › term"), clock.term);
    found.reminder(&format!("{at} › remind_before"), clock.remind_before, clock.term);
    found.filled(&format!("{at} › source"), &clock.source, "name the law, the local rule, or “local setting”");
}

fn answer(found: &mut Found<'_>, kind: &Kind, step: &Step, answer: &Answer) {
    let at = format!("step “{}” › answer “{}”", step.key, answer.key);
    found.text(&format!("{at} › name"), &answer.name);
    requirements(found, kind, &at, &answer.requires);
    for way in answer.ways.iter().filter(|w| !kind.ways.iter().any(|k| k.key == **w)) {
        found.add(format!("{at} › ways"), format!("there is no way “{way}”"));
    }
    let outcome = answer.outcome.as_deref().map(|key| (key, kind.outcome(key)));
    match (answer.to == CLOSED, outcome) {
        (true, None) => found.add(format!("{at} › outcome"), "an answer that closes says with which outcome"),
        (false, Some(_)) => found.add(format!("{at} › outcome"), "only an answer that closes has an outcome"),
        (_, Some((key, None))) => found.add(format!("{at} › outcome"), format!("there is no outcome “{key}”")),
        (true, Some((_, Some(outcome)))) if taken_alone(step, answer) && !outcome.requires.is_empty() => {
            found.add(format!("{at} › outcome"), "nobody is there to say what this outcome requires; choose another");
        }
        _ => {}
    }
    if answer.to == CLOSED {
        return;
    }
    let Some(next) = kind.step(&answer.to) else {
        found.add(format!("{at} › to"), format!("there is no step “{}”; name one, or closed", answer.to));
        return;
    };
    let Some(joint) = &next.joint else { return };
    if taken_alone(step, answer) {
        found.add(format!("{at} › to"), "nobody is there to name departments; go to a review step first");
    } else if joint.choose == ChooseDepartments::Handler && !answer.requires.contains(&Requirement::Departments) {
        found.add(format!("{at} › requires"), "add \"departments\": the joint review that follows asks them");
    }
}

/// Whether an answer may be taken without a person who fills something in.
fn taken_alone(step: &Step, answer: &Answer) -> bool {
    let joined = step.joint.as_ref().is_some_and(|j| j.all_agreed == answer.key || j.refused == answer.key);
    joined || answer.on.is_some()
}

/// Which events a step must understand, and which make no sense there.
fn triggers(found: &mut Found<'_>, kind: &Kind, step: &Step) {
    use Trigger::{Accepted, AllDeclined, LowRating, NotSolved, ServiceDone, Silence, Solved};
    let (must, may): (&[Trigger], &[Trigger]) = match step.act {
        Act::Review | Act::JointReview | Act::Answer => (&[], &[]),
        Act::Dispatch => (&[Accepted, AllDeclined], &[ServiceDone]),
        Act::Serve => (&[ServiceDone], &[AllDeclined]),
        Act::Confirm => (&[Solved, NotSolved, LowRating, Silence], &[]),
        Act::CallBack => (&[Solved, NotSolved], &[LowRating]),
    };
    for trigger in must.iter().filter(|t| step.on(**t).is_none()) {
        let message = format!("add an answer with on = \"{}\": it will happen here", trigger.key());
        found.add(format!("step “{}”", step.key), message);
    }
    let mut seen = BTreeSet::new();
    for answer in &step.answers {
        let Some(trigger) = answer.on else { continue };
        let at = format!("step “{}” › answer “{}” › on", step.key, answer.key);
        if !must.contains(&trigger) && !may.contains(&trigger) {
            found.add(&at, format!("“{}” never happens at this step", trigger.key()));
        }
        if !seen.insert(trigger) {
            found.add(&at, format!("“{}” has two answers; keep one", trigger.key()));
        }
        let called_back = kind.step(&answer.to).is_some_and(|next| next.act == Act::CallBack);
        if step.act == Act::Confirm && trigger == LowRating && !called_back {
            found.add(&at, "the two lowest ratings are called back: lead to a call_back step");
        }
    }
}

fn joint(found: &mut Found<'_>, kind: &Kind, step: &Step, joint: &Joint) {
    let at = format!("step “{}” › joint", step.key);
    if step.act != Act::JointReview {
        found.add(&at, "only a step with act = \"joint_review\" has parts");
    }
    clock(found, &format!("{at} › part_clock"), &joint.part_clock);
    for (word, key) in [("all_agreed", &joint.all_agreed), ("refused", &joint.refused)] {
        if step.answer(key).is_none() {
            found.add(format!("{at} › {word}"), format!("there is no answer “{key}” in this step"));
        }
    }
    if joint.all_agreed == joint.refused {
        found.add(format!("{at} › refused"), "agreement and refusal lead by different answers");
    }
    let named = |key: &String| {
        kind.field(key).is_some_and(|f| f.type_ == FieldType::Organisation && f.asked == Asked::Intake && f.required)
    };
    match joint.choose {
        ChooseDepartments::Field if !joint.field.as_ref().is_some_and(named) => {
            found.add(format!("{at} › field"), "name a required field of type organisation on the form");
        }
        ChooseDepartments::Listed if joint.departments.is_empty() => {
            found.add(format!("{at} › departments"), "list the departments by their keys");
        }
        _ => {}
    }
}

/// Every step can be reached from the start, and from every step the close.
pub fn reach(found: &mut Found<'_>, kind: &Kind) {
    if kind.step(&kind.start).is_none() {
        found.add("start", format!("there is no step “{}”", kind.start));
        return;
    }
    let starts = [Some(kind.start.as_str()), kind.reopening.as_ref().map(|r| r.to.as_str())];
    let mut reached: BTreeSet<&str> = starts.into_iter().flatten().collect();
    grow(&mut reached, || kind.steps.iter().flat_map(|s| s.answers.iter().map(|a| (s.key.as_str(), a.to.as_str()))));
    // Backwards from the close: which steps lead there.
    let mut ends: BTreeSet<&str> = [CLOSED].into();
    grow(&mut ends, || kind.steps.iter().flat_map(|s| s.answers.iter().map(|a| (a.to.as_str(), s.key.as_str()))));
    for step in &kind.steps {
        let at = format!("step “{}”", step.key);
        if !reached.contains(step.key.as_str()) {
            found.add(&at, "no answer leads here; lead one here or take the step out");
        }
        if !ends.contains(step.key.as_str()) {
            found.add(&at, "a dead end: no way from here leads to closed");
        }
    }
}

/// Adds every second of a pair whose first is in the set, until nothing is added.
fn grow<'k, I: Iterator<Item = (&'k str, &'k str)>>(set: &mut BTreeSet<&'k str>, pairs: impl Fn() -> I) {
    loop {
        let before = set.len();
        let new: Vec<&str> = pairs().filter(|(from, _)| set.contains(from)).map(|(_, to)| to).collect();
        set.extend(new);
        if set.len() == before {
            return;
        }
    }
}
