//! What has happened to a matter, told to whose it is: plain words, nothing that only staff need.

use std::collections::BTreeMap;

use kit::Page;
use rules::matters::kind::CountsAs;
use rules::matters::step::{Act, Trigger};
use rules::matters::workflow::{READERS, STAFF};
use rules::matters::{Kind, Matter, asker};
use rules::shared::ids::{OrganisationId, PersonId};

use crate::audit::Event;
use crate::matters::NOTED;
use crate::matters::notes::Notes;
use crate::matters::pages::questions::say;
use crate::service::store::RatingRow;
use crate::{Stop, Tx, people};

/// One line of the history.
pub struct Told {
    pub title: String,
    pub when: i64,
    pub text: String,
}

/// Names that events mention by id.
pub type Names = BTreeMap<String, String>;

/// The names of the people and units that events mention.
pub async fn names(tx: &mut Tx<'_>, events: &[Event]) -> Result<Names, Stop> {
    let mut names = Names::new();
    for event in events {
        for key in ["handler", "organisation"] {
            let Some(id) = event.data[key].as_str().filter(|id| !names.contains_key(*id)) else { continue };
            let name = if let Ok(person) = id.parse::<PersonId>() {
                people::store::person(tx, person).await?.map(|p| p.name)
            } else if let Ok(organisation) = id.parse::<OrganisationId>() {
                people::store::organisation(tx, organisation).await?.map(|o| o.name)
            } else {
                None
            };
            names.extend(name.map(|name| (id.to_owned(), name)));
        }
    }
    Ok(names)
}

/// Who reads, and whose it is.
type People<'a> = (PersonId, &'a Matter);

/// What was said that stands in no event.
pub struct Said<'a> {
    pub names: &'a Names,
    pub notes: &'a Notes,
    /// What the reader answered each time they were asked how it was, by when it was recorded.
    pub ratings: &'a BTreeMap<i64, RatingRow>,
    /// Why it was taken back, by whose it is.
    pub withdrawn: Option<&'a str>,
    pub unserved: &'a Unserved,
}

/// By when it was recorded, that a task was over and had served nobody: staff ring first, and nobody else is looked for yet.
pub type Unserved = BTreeMap<i64, &'static str>;

/// What service says of such tasks, as the ends of the keys of its words.
pub fn unserved(events: &[Event]) -> Unserved {
    let why = |event: &Event| match event.verb.as_str() {
        "service.cut_short" => Some((event.recorded_at, "cut-short")),
        "service.nobody_came" => Some((event.recorded_at, "nobody-came")),
        _ => None,
    };
    events.iter().filter_map(why).collect()
}

/// Whoever had accepted cannot come, and somebody else is sought.
pub const GIVEN_BACK: &str = "given-back";

/// Why nobody comes any more, where [`is_given_back`]: the end of the key of its words.
pub fn why_given_back(unserved: &Unserved, event: &Event) -> &'static str {
    unserved.get(&event.recorded_at).copied().unwrap_or(GIVEN_BACK)
}

/// Whether whoever had accepted cannot come or served nobody, so that it is open again who comes.
pub fn is_given_back(kind: &Kind, event: &Event) -> bool {
    let step = event.data["step"].as_str().and_then(|step| kind.step(step));
    let answer = step.and_then(|step| step.answer(event.data["answer"].as_str()?));
    event.verb == "matters.answered"
        && step.is_some_and(|step| step.act == Act::Serve)
        && answer.is_some_and(|answer| answer.on == Some(Trigger::AllDeclined))
}

/// The history, the newest last.
pub fn history(page: &Page, kind: &Kind, events: &[Event], said: &Said<'_>, people: People<'_>) -> Vec<Told> {
    events.iter().filter_map(|event| told(page, kind, event, said, people)).collect()
}

/// Whether somebody else asked for the same, or those whose it is asked again.
fn merged(event: &Event) -> &'static str {
    if event.data["same_people"] == "yes" { "home-told-again" } else { "home-told-others" }
}

/// Whether somebody else takes what was opened again, where the kind says so.
fn reopened(kind: &Kind) -> &'static str {
    let asks_other = kind.reopening.as_ref().is_some_and(|rule| rule.other_person);
    if asks_other { "home-told-reopened-other" } else { "home-told-reopened" }
}

/// Whose it is did this, or somebody for them.
fn is_theirs(event: &Event, me: PersonId) -> bool {
    event.actor == Some(me) || event.on_behalf == Some(me)
}

fn told(page: &Page, kind: &Kind, event: &Event, words: &Said<'_>, (me, matter): People<'_>) -> Option<Told> {
    let Said { names, notes, .. } = words;
    let said = |name: &str| event.data[name].as_str().unwrap_or_default().to_owned();
    let named = |name: &str| names.get(&said(name)).cloned().unwrap_or_default();
    let when_said = |name: &str| {
        said(name).parse::<jiff::Timestamp>().map_or_else(|_| said(name), |t| page.when(t.as_millisecond()))
    };
    // Somebody acted for whose it is, by their mandate.
    let acted = event.on_behalf == Some(me);
    let (title, text) = match event.verb.as_str() {
        "matters.raised" if event.actor == Some(me) => (page.t("home-told-raised"), String::new()),
        "matters.raised" if acted => (page.t("home-told-raised-family"), String::new()),
        // Somebody asked for them in their own name: a neighbour, by the card.
        "matters.raised" if event.actor.is_some() && event.actor == matter.raised_by => {
            (page.t("home-told-raised-neighbour"), String::new())
        }
        "matters.raised" => (page.t("home-told-raised-for"), String::new()),
        "matters.moved" => (kind.step(&said("to")).map(|s| say(page, &s.name))?, String::new()),
        "matters.answered" if is_given_back(kind, event) => {
            (page.t(&format!("home-told-{}", why_given_back(words.unserved, event))), said("reason"))
        }
        "matters.answered" => {
            let text =
                [said("result"), said("reason"), said("heard")].into_iter().find(|t| !t.is_empty()).unwrap_or_default();
            let answer = kind.step(&said("step")).and_then(|s| s.answer(&said("answer")));
            if text.is_empty() {
                return None;
            }
            (answer.map(|a| say(page, &a.name)).unwrap_or_default(), text)
        }
        "matters.level_set" => {
            let level = kind.level(&said("to")).map(|l| say(page, &l.name)).unwrap_or_default();
            (page.t1("home-told-level", "level", level), String::new())
        }
        "matters.assigned" => (page.t1("home-told-assigned", "name", named("handler")), String::new()),
        "matters.handed_over" => (page.t1("home-told-handed-over", "name", named("organisation")), String::new()),
        "matters.rerouted" => (page.t("home-told-rerouted"), said("reason")),
        "matters.paused" => (page.t1("home-told-paused", "until", when_said("until")), said("reason")),
        "matters.resumed" => (page.t("home-told-resumed"), String::new()),
        "matters.next_word_set" => (page.t1("home-told-next-word", "when", when_said("at")), String::new()),
        "matters.escalated" => (page.t("home-told-escalated"), String::new()),
        // What staff wrote for each other.
        NOTED if event.data[READERS] == STAFF => return None,
        NOTED => {
            let key = match event.actor {
                Some(actor) if actor == me => "home-told-noted-by-me",
                _ if acted => "home-told-noted-family",
                Some(actor) if asker::is_asker(matter, actor) => "home-told-noted-asker",
                _ => "home-told-noted",
            };
            // What staff wrote stands in the event, what the person added is sealed and was opened for this page.
            (page.t(key), notes.get(&said("note")).cloned().unwrap_or_else(|| said("text")))
        }
        "matters.photo_added" => (page.t("home-told-photo"), String::new()),
        "matters.part_answered" => (page.t1("home-told-part", "name", named("organisation")), said("said")),
        "matters.closed" | "matters.rated" | "matters.reopen_asked" | "matters.withdrawn" => {
            what_they_said(page, kind, event, words, (me, matter))?
        }
        "matters.reopened" => (page.t(reopened(kind)), String::new()),
        "matters.tried" => (page.t("home-told-tried"), String::new()),
        "matters.private_set" => (page.t1("home-told-private", "private", said("private")), said("reason")),
        "matters.same_again" => (page.t("home-told-same-again"), String::new()),
        "matters.merged_from" => (page.t(merged(event)), String::new()),
        "matters.followed" => (page.t("home-told-followed"), String::new()),
        _ => return None,
    };
    // A step says what is done there; whoever caused it to begin is not who does it.
    let is_silent = matches!(event.verb.as_str(), "matters.followed" | "matters.moved");
    let by = event.actor_name.clone().filter(|_| event.actor != Some(me) && !is_silent);
    let text = match (by, text.is_empty()) {
        (Some(name), true) => name,
        (Some(name), false) => format!("{name}{}{text}", if page.is_en() { ": " } else { "：" }),
        (None, _) => text,
    };
    Some(Told { title, when: event.occurred_at, text })
}

/// How it ended, was rated and opened again, with what whose matter it is said to that; nothing of what another line says.
fn what_they_said(
    page: &Page,
    kind: &Kind,
    event: &Event,
    words: &Said<'_>,
    (me, matter): People<'_>,
) -> Option<(String, String)> {
    let said = |name: &str| event.data[name].as_str().unwrap_or_default().to_owned();
    let theirs = is_theirs(event, me);
    let of_subject = asker::is_of_subject(matter, event.actor, event.on_behalf);
    match event.verb.as_str() {
        "matters.closed" => {
            let outcome = kind.outcome(&said("outcome"));
            // They took it back: that says it already. So does the line of whoever else it is.
            let is_own = theirs || event.actor.is_some_and(|actor| matter.is_own(Some(actor))) || of_subject;
            if is_own && outcome.is_some_and(|o| o.counts_as == CountsAs::NoLongerNeeded) {
                return None;
            }
            let owner = said("owner");
            let text = if owner.is_empty() { said("basis") } else { page.t1("home-told-owner", "owner", owner) };
            Some((outcome.map(|o| say(page, &o.name)).unwrap_or_default(), text))
        }
        "matters.rated" => {
            let key = if theirs { "home-told-rated" } else { "home-told-rated-by-phone" };
            let rated = words.ratings.get(&event.recorded_at).map(|rating| rated(page, rating));
            Some((page.t(key), rated.unwrap_or_default()))
        }
        "matters.reopen_asked" => theirs.then(|| (page.t("home-told-reopen-asked"), said("reason"))),
        "matters.withdrawn" if theirs => {
            Some((page.t("home-told-withdrawn"), words.withdrawn.unwrap_or_default().to_owned()))
        }
        "matters.withdrawn" if of_subject => Some((page.t("home-told-withdrawn-by-them"), String::new())),
        "matters.withdrawn" if event.actor.is_some_and(|actor| asker::is_asker(matter, actor)) => {
            Some((page.t("home-told-withdrawn-by-asker"), String::new()))
        }
        "matters.withdrawn" => Some((page.t("home-told-withdrawn-for-you"), String::new())),
        _ => None,
    }
}

/// What was answered to the two questions, and said with it.
fn rated(page: &Page, rating: &RatingRow) -> String {
    let solved = page.t(&format!("home-solved-{}", rating.solved));
    let satisfied = page.t(&format!("home-satisfied-{}", rating.satisfaction));
    let answers = page.t2("home-told-rated-as", "solved", solved.as_str(), "satisfied", satisfied.as_str());
    match &rating.words {
        Some(words) => format!("{answers}{}{words}", if page.is_en() { ": " } else { "：" }),
        None => answers,
    }
}
