//! The form of one act: what it asks, and what it says before anyone has typed.

use kit::{Choice, Form, Page};
use rules::matters::step::{Act as At, Step};
use rules::matters::{Kind, Requirement, workflow};

use super::act::{Act, Choices, asked_photos, plain_questions, required, takes_photos};
use super::asked::{Asked, Input, Offered, ask, words};
use crate::matters::Held;

/// The form before anyone has typed: what the matter already says.
pub fn prefilled(held: &Held, questions: &[Asked]) -> Form {
    let matter = &held.matter;
    let mut form = Form::empty().with("level", matter.level.clone());
    for (name, value) in [("type", &matter.type_key), ("way", &matter.way)] {
        if let Some(value) = value {
            form.set(name, value.clone());
        }
    }
    // Where only one way of service fits the answer, there is nothing to choose.
    let only = questions.iter().find(|q| q.name == "way").and_then(|q| match &q.input {
        Input::Radios(ways) => <&[Choice; 1]>::try_from(ways.as_slice()).ok(),
        _ => None,
    });
    if let Some([way]) = only {
        form.set("way", way.value.as_str());
    }
    let pairs: Vec<(&str, &str)> = matter.risks.iter().map(|risk| ("risks", risk.as_str())).collect();
    let risks =
        Form::from_urlencoded(pairs.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&").as_bytes());
    let text = [form.to_urlencoded(), risks.to_urlencoded()].join("&");
    Form::from_urlencoded(text.as_bytes())
}

/// What the act asks, at the step.
pub fn asked_for(
    page: &Page,
    (kind, at): (&Kind, Option<&Step>),
    held: &Held,
    act: &Act,
    choices: Choices,
) -> Vec<Asked> {
    let Act::Answer(key) = act else { return plain_questions(act, page, kind, held, choices) };
    let Some((step, answer)) = at.and_then(|s| s.answer(key).map(|a| (s, a))) else {
        return Vec::new();
    };
    let ways = kind.ways.iter().filter(|w| answer.ways.is_empty() || answer.ways.contains(&w.key));
    let joint = kind.step(&answer.to).is_some_and(|next| next.act == At::JointReview);
    let offered = Offered {
        ways: ways.map(|w| Choice::new(&w.key, words(page, &w.name))).collect(),
        departments: choices.departments,
        meant: choices.meant,
        units: choices.units,
        several: joint,
        handlers: choices.handlers,
    };
    let required = required(kind, answer);
    let mut asked: Vec<Asked> = Vec::new();
    if step.act == At::Review {
        // Whoever judges may set the urgency and the type with any answer.
        let judged = [(Requirement::Level, kind.levels.len() > 1), (Requirement::Type, !kind.types().is_empty())];
        let judged = judged.into_iter().filter(|(r, has)| *has && !required.contains(&r));
        asked.extend(judged.filter_map(|(r, _)| ask(page, kind, &r, &offered)).map(Asked::optional));
    }
    if workflow::rests_on_word(kind, step, answer) {
        let heard = Asked::new("heard", page.t("desk-heard"), Input::Lines { max: workflow::HEARD_CHARS });
        asked.push(heard.hinted(page.t("desk-heard-hint")));
    }
    asked.extend(required.iter().filter_map(|r| ask(page, kind, r, &offered)));
    if takes_photos(act, kind, Some(step)) {
        let after = asked.iter().position(|a| a.name == "result").map_or(asked.len(), |i| i + 1);
        asked.insert(after, asked_photos(page));
    }
    if step.act == At::Review {
        if !kind.risks.is_empty() {
            let risks = kind.risks.iter().map(|r| Choice::new(&r.key, words(page, &r.name))).collect();
            let after = asked.iter().position(|a| a.name == "way").map_or(asked.len(), |i| i + 1);
            asked.insert(after, Asked::new("risks", page.t("desk-risks"), Input::Checks(risks)).optional());
        }
        if !required.contains(&&Requirement::Reason) {
            let reason = ask(page, kind, &Requirement::Reason, &offered).map(Asked::optional);
            asked.extend(reason.map(|r| r.hinted(page.t("desk-reason-lowering"))));
        }
    }
    let today = page.today().parse().ok();
    if let Some(day) = today.and_then(|today| workflow::is_early(kind, &held.matter, answer, today)) {
        let early = Asked::new("early", page.t1("desk-early", "day", day.to_string()), Input::Tick);
        asked.push(early.hinted(page.t("desk-early-hint")));
    }
    asked
}
