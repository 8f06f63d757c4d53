//! `/me/family`: who may act for me, for whom I may act, and who has done what for me.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::{Choice, Failure, Form, Page, html};
use rules::people::mandate::term;
use rules::shared::ids::PersonId;
use rules::shared::{Moment, Refusal};

use super::asked::{asking, named};
use super::{Line, kinds, what};
use crate::people::mandates::waiting::{self, Waiting};
use crate::people::mandates::{actions, store};
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop, Tx};

/// Who asks: the one represented, or who would act.
const SIDES: [&str; 2] = ["for_me", "for_other"];
/// How much of what was done is listed.
const MOST: i64 = 50;

/// Something that was done for one.
struct Done {
    what: String,
    who: String,
    at: i64,
    /// The matter's page.
    href: Option<String>,
}

/// What was asked and waits: for whom as it was typed, what for, since when, and what it is taken back by.
struct Asked {
    whom: String,
    what: String,
    at: i64,
}

/// A mandate with what it is for in words.
struct Shown {
    line: Line,
    what: String,
}

#[derive(Template)]
#[template(path = "people/family.html")]
struct FamilyPage {
    page: Page,
    form: Form,
    mine: Vec<Shown>,
    others: Vec<Shown>,
    waiting: Vec<Asked>,
    done: Vec<Done>,
    sides: Vec<Choice>,
    kinds: Vec<Choice>,
    longest: u16,
    may_act: bool,
}

struct Loaded {
    mine: Vec<Line>,
    others: Vec<Line>,
    waiting: Vec<Waiting>,
    done: Vec<store::DoneRow>,
}

async fn load(tx: &mut Tx<'_>, me: PersonId, at: Moment) -> Result<Loaded, Stop> {
    let (mut mine, mut others) = (Vec::new(), Vec::new());
    for row in store::of_person(tx, me).await? {
        mine.push(Line::of(tx, row, at)?);
    }
    for row in store::of_delegate(tx, me).await? {
        // Whom a number belongs to is not told by asking: what waits is shown to the one represented alone.
        if row.confirmed_at.is_some() {
            others.push(Line::of(tx, row, at)?);
        }
    }
    mine.retain(|line| !line.is_over());
    others.retain(|line| !line.is_over());
    let waiting = waiting::of(tx, me, at).await?;
    Ok(Loaded { mine, others, waiting, done: store::done_for(tx, me, MOST).await? })
}

/// What has a name here of what can be done for another.
const NAMED: [&str; 7] = [
    "matters.raised",
    "matters.withdrawn",
    "matters.noted",
    "matters.rated",
    "matters.reopened",
    "matters.followed",
    "service.confirm",
];

/// What a verb is called here.
fn did(page: &Page, verb: &str) -> String {
    let named = NAMED.contains(&verb).then(|| verb.split_once('.')).flatten();
    named.map_or_else(|| page.t("mandates-did-other"), |(_, what)| page.t(&format!("mandates-did-{what}")))
}

/// One line for each thing done: an act leaves several events, of which the one that has a name is told.
fn told(rows: Vec<store::DoneRow>) -> Vec<store::DoneRow> {
    let mut told: Vec<store::DoneRow> = Vec::new();
    for row in rows {
        let is_same = |other: &store::DoneRow| {
            (other.subject_id, other.occurred_at, &other.actor_name)
                == (row.subject_id, row.occurred_at, &row.actor_name)
        };
        match told.iter_mut().find(|other| is_same(other)) {
            Some(other) if !NAMED.contains(&other.verb.as_str()) => *other = row,
            Some(_) => {}
            None => told.push(row),
        }
    }
    told
}

async fn draw(app: &App, who: &Who, form: Form, refusal: Option<Refusal>) -> Result<Response, Failure> {
    let (me, at) = (who.actor().person.ok_or(Stop::SignIn)?, app.now());
    let loaded = app.read(move |mut tx| Box::pin(async move { load(&mut tx, me, at).await })).await?;
    let city = app.city();
    let (status, page) = with_refusal(who.page().titled("mandates-own-title").back_to("/me"), refusal.as_ref());
    let shown = |lines: Vec<Line>| -> Vec<Shown> {
        lines.into_iter().map(|line| Shown { what: line.what(&page, &city), line }).collect()
    };
    let waits = |one: Waiting| Asked { whom: one.shown(), what: what(&page, &city, &one.kinds()), at: one.asked_at };
    let done = |row: store::DoneRow| Done {
        what: did(&page, &row.verb),
        href: row.matter().map(|id| page.href(&format!("/help/{id}"))),
        who: row.actor_name,
        at: row.occurred_at,
    };
    let drawn = FamilyPage {
        mine: shown(loaded.mine),
        others: shown(loaded.others),
        waiting: loaded.waiting.into_iter().map(waits).collect(),
        done: told(loaded.done).into_iter().map(done).collect(),
        sides: SIDES.map(|side| Choice::new(side, page.t(&format!("mandates-side-{}", side.replace('_', "-"))))).into(),
        kinds: kinds(&page, &city),
        longest: term(city.calendar.date(at.recorded)).longest,
        may_act: who.caller.session.is_some(),
        form,
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn show(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    draw(&app, &who, Form::empty(), None).await
}

/// Asks somebody to act for oneself, which holds at once, or asks to act for somebody, who must confirm it.
pub async fn ask(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    app.web.look_ups.check(&format!("mandate {}", who.caller.key))?;
    let done = submit(&app, &who, &form, form.clone(), |tx, who, at, form| {
        Box::pin(async move {
            let me = who.person.ok_or(Stop::SignIn)?;
            let side = SIDES.into_iter().find(|side| *side == form.text("side"));
            let for_other = side.ok_or_else(|| Refusal::new("mandate-side").at_field("side"))? == SIDES[1];
            let found = named(tx, form.text("phone"), if for_other { form.text("card") } else { "" }).await?;
            match found {
                Some(delegate) if !for_other => {
                    actions::ask(tx, who, at, (me, delegate), &asking(&form)).await?;
                    Ok(go_with("/me/family", "mandates-given"))
                }
                None if !for_other => Err(Refusal::new("mandate-unknown").at_field("phone").into()),
                found => {
                    // Known or not, the answer is the same: a number does not tell who is registered.
                    let typed = [form.text("phone"), form.text("card")].into_iter().find(|typed| !typed.is_empty());
                    waiting::ask(tx, who, at, (typed.unwrap_or_default(), found), &asking(&form)).await?;
                    Ok(go_with("/me/family", "mandates-asked"))
                }
            }
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, form, Some(refusal)).await,
    }
}

/// Takes back what one asked for and nobody has answered.
pub async fn take_back(State(app): State<App>, who: Who, form: Form) -> Result<Submitted, Failure> {
    let asked_at: i64 = form.text("asked").parse().unwrap_or_default();
    submit(&app, &who, &form, asked_at, |tx, who, at, asked_at| {
        Box::pin(async move {
            waiting::take_back(tx, who, at, asked_at).await?;
            Ok(go_with("/me/family", "mandates-taken-back"))
        })
    })
    .await
}
