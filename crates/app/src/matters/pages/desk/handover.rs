//! 交接班: what waits is left to the next shift, who signs; and the same on paper.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Failure, Form, Page, html};
use rules::matters::access::{self, TakeOver};
use rules::matters::handover::{self, NOTE_CHARS, WORDS_CHARS};
use rules::shared::ids::{HandoverId, MatterId};
use rules::shared::{Actor, Moment, Refusal};
use serde::Deserialize;

use super::asked::words;
use super::queue::Complete;
use crate::city::City;
use crate::matters::handovers::{self, Handover, HandoverRow, Item, New};
use crate::matters::left;
use crate::matters::pages::line::{holders, step, titled};
use crate::matters::store::MatterRow;
use crate::matters::view::shown_code;
use crate::places::Place;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop, Tx};

/// The latest shifts that the page shows.
const SHOWN: i64 = 20;

#[derive(Deserialize)]
pub struct Asks {
    #[serde(default)]
    desk: String,
}

/// Everything the page of the desk's shifts reads.
struct Loaded {
    desks: Vec<Place>,
    desk: Place,
    /// Each with the names of those who can have it, where it is one's own.
    rows: Vec<(MatterRow, handover::Waiting, Vec<String>)>,
    watchers: Vec<Choice>,
    latest: Vec<HandoverRow>,
}

async fn load(tx: &mut Tx<'_>, who: &Actor, at: Moment, desk: &str, holders: Complete) -> Result<Loaded, Stop> {
    let desks = handovers::desks(tx, who).await?;
    let denied = Stop::Forbidden { verb: "matters.hand_over" };
    let chosen = desks.iter().find(|place| place.code == desk).or(desks.first()).cloned().ok_or(denied)?;
    let mut waiting = handovers::waiting(tx, who, &chosen.path).await?;
    holders(tx, &mut waiting).await?;
    let mut rows = Vec::new();
    for row in waiting {
        let left = handovers::as_it_waits(tx, who, at, &row, &chosen.path).await?;
        let takers =
            if left.has_takers { left::takers(tx, who, at, row.id(), &chosen.path).await? } else { Vec::new() };
        rows.push((row, left, takers));
    }
    let watchers = handovers::watchers(tx, who, &chosen.path, at).await?;
    let watchers = watchers.into_iter().map(|s| Choice::new(s.person.to_string(), s.name)).collect();
    let latest = handovers::list(tx, who, SHOWN).await?;
    Ok(Loaded { desks, desk: chosen, rows, watchers, latest })
}

/// A matter that waits, as the form shows it.
struct Waiting {
    row: MatterRow,
    level: String,
    step: String,
    urgent: bool,
    /// It is urgent, and no colleague has taken it.
    alone: bool,
    own: bool,
    /// Whose signature makes it theirs, in words: whoever else signs, it stays.
    takers: String,
    /// What was typed of it.
    note: String,
    passed: bool,
}

#[derive(Template)]
#[template(path = "desk/handovers.html")]
struct HandoversPage {
    page: Page,
    desks: Vec<Choice>,
    desk: Place,
    waiting: Vec<Waiting>,
    alone: usize,
    watchers: Vec<Choice>,
    form: Form,
    /// Left by colleagues and not signed yet.
    to_sign: Vec<HandoverRow>,
    /// One's own that nobody has signed.
    unsigned: Vec<HandoverRow>,
    /// One of these is of this desk, so that it cannot be left once more.
    is_left: bool,
    past: Vec<Past>,
}

/// A shift that nobody waits for any more.
struct Past {
    href: String,
    left: String,
    became: String,
}

impl Past {
    fn of(page: &Page, row: &HandoverRow) -> Past {
        let became = match (&row.taken_name, row.taken_at) {
            (Some(who), Some(at)) => page.t2("desk-handover-taken-by", "who", who.as_str(), "when", page.when(at)),
            _ => page.t("desk-handover-was-withdrawn"),
        };
        Past {
            href: format!("/desk/handover/{}", row.id()),
            left: page.t2("desk-handover-line", "who", row.by_name.as_str(), "when", page.when(row.left_at)),
            became,
        }
    }
}

impl HandoversPage {
    const MOST_NOTE: usize = NOTE_CHARS;
    const MOST_WORDS: usize = WORDS_CHARS;
}

async fn draw(
    app: &App,
    who: &Who,
    desk: String,
    sent: Option<(Form, Refusal)>,
    holders: Complete,
) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let loaded =
        app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor, at, &desk, holders).await })).await?;
    let page = who.page().titled("desk-handover-title").back_to("/desk");
    let (status, page) = with_refusal(page, sent.as_ref().map(|(_, refusal)| refusal));
    let first = sent.is_none();
    let form = sent.map_or_else(Form::empty, |(form, _)| form);
    // The field of a remark on what waits no longer is gone: the remark moves to where it can still be read.
    let rows: Vec<MatterRow> = loaded.rows.iter().map(|(row, ..)| row.clone()).collect();
    let words_now: Vec<&str> = [form.text("words")].into_iter().chain(stray(&form, &rows)).collect();
    let words_now = words_now.join("\n").trim().to_owned();
    let form = form.with("words", words_now);
    let (city, me) = (app.city(), who.actor().person);
    let waiting = loaded.rows.into_iter().map(|(row, left, takers)| {
        let kind = city.kinds.get(&row.kind);
        let level = row.level.as_deref().and_then(|level| kind?.level(level));
        let own = row.handler().is_some() && row.handler() == me;
        Waiting {
            step: step(&page, &city, &row),
            level: level.map(|l| words(&page, &l.name).to_owned()).unwrap_or_default(),
            urgent: left.urgent,
            alone: left.is_alone(),
            own,
            note: form.text(&format!("note-{}", row.code)).to_owned(),
            passed: if first { own } else { form.has("passed", &row.code) },
            takers: takers_in_words(&page, takers),
            row: titled(&page, &city, row),
        }
    });
    let waiting: Vec<Waiting> = waiting.collect();
    let (open, past): (Vec<HandoverRow>, Vec<HandoverRow>) = loaded.latest.into_iter().partition(HandoverRow::waits);
    let (unsigned, to_sign): (Vec<HandoverRow>, Vec<HandoverRow>) =
        open.into_iter().partition(|row| Some(row.by()) == me);
    let drawn = HandoversPage {
        desks: loaded.desks.iter().map(|place| Choice::new(&place.code, place.name.clone())).collect(),
        form: form.with("desk", loaded.desk.code.as_str()),
        is_left: unsigned.iter().any(|row| row.place_path == loaded.desk.path),
        desk: loaded.desk,
        alone: waiting.iter().filter(|w| w.alone).count(),
        waiting,
        watchers: loaded.watchers,
        to_sign,
        unsigned,
        past: past.iter().map(|row| Past::of(&page, row)).collect(),
        page,
    };
    Ok(html(status, &drawn))
}

/// So many of those who can have a matter are named.
const NAMED: usize = 5;

/// Whose signature makes a matter theirs; empty where nobody else can have it.
fn takers_in_words(page: &Page, mut takers: Vec<String>) -> String {
    if takers.is_empty() {
        return String::new();
    }
    let more = takers.len() > NAMED;
    takers.truncate(NAMED);
    let key = if more { "desk-handover-takers-more" } else { "desk-handover-takers" };
    page.t1(key, "names", page.row_of(&takers))
}

/// The shifts of one's desk, and the form to end one's own.
pub async fn list(app: &App, who: &Who, asks: Asks, holders: Complete) -> Result<Response, Failure> {
    draw(app, who, asks.desk, None, holders).await
}

/// Ends a shift.
pub async fn leave(app: &App, who: &Who, form: Form, holders: Complete) -> Result<Response, Failure> {
    let desk = form.text("desk").to_owned();
    let done = submit(app, who, &form, form.clone(), |tx, who, at, form| {
        Box::pin(async move {
            let desks = handovers::desks(tx, who).await?;
            let desk = desks.iter().find(|place| place.code == form.text("desk")).ok_or(Stop::Missing)?;
            let rows = handovers::waiting(tx, who, &desk.path).await?;
            let new = read(&form, &rows)?;
            let done = handovers::hand_over(tx, who, at, desk.id, &new).await;
            let id = done.map_err(|stop| named_as_asked(stop, &rows))?;
            Ok(go_with(format!("/desk/handover/{id}"), "desk-handover-left"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(app, who, desk, Some((form, refusal)), holders).await,
    }
}

/// A refusal of the note to a matter, at the field that the page has for it.
fn named_as_asked(stop: Stop, rows: &[MatterRow]) -> Stop {
    let names = ["note", "passed"]
        .into_iter()
        .flat_map(|what| rows.iter().map(move |row| (format!("{what}-{}", row.id()), format!("{what}-{}", row.code))));
    let names: Vec<(String, String)> = names.collect();
    let names: Vec<(&str, &str)> = names.iter().map(|(rule, asked)| (rule.as_str(), asked.as_str())).collect();
    match stop {
        Stop::Refused(refusal) => Stop::Refused(refusal.renamed(&names)),
        stop => stop,
    }
}

/// What was said of matters that wait no longer.
fn stray<'f>(form: &'f Form, rows: &'f [MatterRow]) -> impl Iterator<Item = &'f str> {
    let said = form.pairs().filter(|(_, said)| !said.trim().is_empty());
    said.filter_map(|(name, said)| {
        let code = name.strip_prefix("note-")?;
        rows.iter().all(|row| row.code != code).then_some(said)
    })
}

fn read(form: &Form, rows: &[MatterRow]) -> Result<New, Refusal> {
    let notes = rows.iter().map(|row| (row.id(), form.text(&format!("note-{}", row.code)).to_owned()));
    let notes: BTreeMap<MatterId, String> = notes.filter(|(_, note)| !note.is_empty()).collect();
    let passed = rows.iter().filter(|row| form.has("passed", &row.code)).map(MatterRow::id);
    let passed: BTreeSet<MatterId> = passed.collect();
    if stray(form, rows).next().is_some() {
        return Err(Refusal::new("handover-matter-gone").at_field("words"));
    }
    let watch = match form.text("watch") {
        "" => None,
        person => Some(person.parse().map_err(|_| Refusal::new("handover-watch-not-staff").at_field("watch"))?),
    };
    Ok(New { words: form.text("words").to_owned(), notes, passed, watch })
}

#[derive(Template)]
#[template(path = "desk/handover.html")]
struct HandoverPage {
    page: Page,
    handover: HandoverRow,
    words: String,
    items: Vec<Left>,
    /// The titles of what does not become theirs who look, if they sign.
    stays: Vec<String>,
    may_sign: bool,
    own: bool,
}

/// A matter as it was left.
struct Left {
    /// As it stood then, where that is known.
    row: MatterRow,
    spaced: String,
    step: String,
    due: String,
    holders: Vec<String>,
    /// Where it stands now, where that is another step.
    now: String,
    urgent: bool,
    passed: bool,
    /// It was handed on, somebody has signed, and it is still in the hands of whoever left.
    stayed: bool,
    note: Option<String>,
}

impl Left {
    fn of(page: &Page, city: &City, handover: &HandoverRow, (item, then): (Item, Option<MatterRow>)) -> Left {
        let now = titled(page, city, item.row);
        let row = then.map_or_else(|| now.clone(), |then| titled(page, city, then));
        let (step_then, step_now) = (step(page, city, &row), step(page, city, &now));
        let stayed = item.passed && handover.taken_at.is_some() && now.handler() == Some(handover.by());
        let step_now = if now.closed_at.is_some() { page.t("desk-closed") } else { step_now };
        Left {
            due: match row.has_clock() {
                true => format!("{} {}", page.t(row.clock_key()), page.when(row.sort_at)),
                false => page.t(row.no_clock_key()),
            },
            spaced: shown_code(city, &row.kind, &row.code),
            holders: holders(page, &row),
            now: if step_now == step_then { String::new() } else { page.t1("desk-handover-now", "step", step_now) },
            step: step_then,
            urgent: item.urgent,
            passed: item.passed,
            stayed: stayed && now.closed_at.is_none(),
            note: item.note,
            row,
        }
    }
}

#[derive(Template)]
#[template(path = "desk/handover-sheet.html")]
struct HandoverSheet {
    page: Page,
    handover: HandoverRow,
    words: String,
    items: Vec<Left>,
}

/// A shift that ended, with each matter as it stood then.
struct One {
    handover: Handover,
    then: Vec<Option<MatterRow>>,
    stays: Vec<MatterId>,
}

async fn one(app: &App, who: &Who, id: &str, holders: Complete) -> Result<One, Failure> {
    let (actor, at, id) = (who.actor().clone(), app.now(), path_id(id)?);
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let mut handover = handovers::find(&mut tx, &actor, id).await?;
            let mut rows: Vec<MatterRow> = handover.items.iter().map(|item| item.row.clone()).collect();
            holders(&mut tx, &mut rows).await?;
            handover.items.iter_mut().zip(rows).for_each(|(item, row)| item.row = row);
            let mut then = Vec::new();
            for item in &handover.items {
                then.push(match &item.stood {
                    Some(stood) => Some(stood.row(&mut tx, &item.row).await?),
                    None => None,
                });
            }
            let stays = handovers::staying(&mut tx, &actor, at, &handover).await?;
            Ok(One { handover, then, stays })
        })
    });
    Ok(found.await?)
}

fn items(page: &Page, city: &City, handover: Handover, then: Vec<Option<MatterRow>>) -> Vec<Left> {
    let row = handover.row;
    handover.items.into_iter().zip(then).map(|item| Left::of(page, city, &row, item)).collect()
}

async fn draw_one(
    app: &App,
    who: &Who,
    id: &str,
    refusal: Option<Refusal>,
    holders: Complete,
) -> Result<Response, Failure> {
    let One { handover, then, stays } = one(app, who, id, holders).await?;
    let city = app.city();
    let (actor, row, page) = (who.actor(), handover.row.clone(), who.page());
    let words = handover.words.clone();
    let items = items(&page, &city, handover, then);
    let stays = items.iter().filter(|item| stays.contains(&item.row.id())).map(|item| item.row.title.clone()).collect();
    let title = page.t2("desk-handover-line", "who", row.by_name.as_str(), "when", page.when(row.left_at));
    let (status, page) = with_refusal(page.with_title(title).back_to("/desk/handover"), refusal.as_ref());
    let own = actor.person == Some(row.by());
    let may = access::on_desk::<TakeOver>(actor, row.id, &row.place_path).is_ok();
    let (may_sign, own) = (may && !own && row.waits(), own && row.waits());
    Ok(html(status, &HandoverPage { may_sign, own, words, items, stays, handover: row, page }))
}

/// One shift as it was left.
pub async fn show(app: &App, who: &Who, id: &str, holders: Complete) -> Result<Response, Failure> {
    draw_one(app, who, id, None, holders).await
}

/// 交接班表, A4.
pub async fn sheet(app: &App, who: &Who, id: &str, holders: Complete) -> Result<Response, Failure> {
    let One { handover, then, .. } = one(app, who, id, holders).await?;
    let page = who.page().titled("desk-handover-sheet").back_to(format!("/desk/handover/{id}"));
    let (row, words) = (handover.row.clone(), handover.words.clone());
    let items = items(&page, &app.city(), handover, then);
    Ok(html(StatusCode::OK, &HandoverSheet { handover: row, words, items, page }))
}

/// Signs for the desk.
pub async fn sign(app: &App, who: &Who, id: &str, form: Form, holders: Complete) -> Result<Response, Failure> {
    let handover: HandoverId = path_id(id)?;
    let done = submit(app, who, &form, handover, |tx, who, at, id| {
        Box::pin(async move {
            handovers::take_over(tx, who, at, id).await?;
            Ok(go_with(format!("/desk/handover/{id}"), "desk-handover-signed"))
        })
    })
    .await?;
    settle(app, who, id, done, holders).await
}

/// Takes one's own back.
pub async fn withdraw(app: &App, who: &Who, id: &str, form: Form, holders: Complete) -> Result<Response, Failure> {
    let handover: HandoverId = path_id(id)?;
    let done = submit(app, who, &form, handover, |tx, who, at, id| {
        Box::pin(async move {
            handovers::withdraw(tx, who, at, id).await?;
            Ok(go_with("/desk/handover", "desk-handover-withdrawn"))
        })
    })
    .await?;
    settle(app, who, id, done, holders).await
}

async fn settle(app: &App, who: &Who, id: &str, done: Submitted, holders: Complete) -> Result<Response, Failure> {
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw_one(app, who, id, Some(refusal), holders).await,
    }
}
