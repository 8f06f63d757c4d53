//! `/me/family`: who may act for me, for whom I may act, and who has done what for me.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::people::mandate::{Side, term};
use rules::shared::code::in_groups;
use rules::shared::ids::PersonId;
use rules::shared::{Moment, Refusal};

use super::asked::{asking, named, wrong};
use super::{Line, kinds, what};
use crate::people::mandates::store::PrivateRow;
use crate::people::mandates::waiting::{self, Waiting};
use crate::people::mandates::{account, left_over, store};
use crate::web::{Submitted, Who, go_with, refusal_errors, submit, with_errors};
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

/// What was asked and waits: of whom as it was typed, what for, since when, and what it is taken back by.
struct Asked {
    whom: String,
    /// They shall act for oneself.
    for_me: bool,
    what: String,
    at: i64,
    refused: bool,
}

/// A mandate with what it is for in words, and the private matters that it opens.
struct Shown {
    line: Line,
    what: String,
    named: String,
    /// The private matters of before that could be opened.
    private: Vec<Choice>,
}

impl Shown {
    fn opens(&self, code: &str) -> bool {
        self.line.named.iter().any(|named| named == code)
    }
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
    /// What one had begun to write for somebody for whom one may not act any more.
    left: Vec<(String, Vec<String>)>,
    sides: Vec<Choice>,
    kinds: Vec<Choice>,
    /// One's private matters, which whoever acts does not see unless they are ticked.
    private: Vec<Choice>,
    longest: u16,
    may_act: bool,
}

struct Loaded {
    mine: Vec<Line>,
    others: Vec<Line>,
    waiting: Vec<Waiting>,
    done: Vec<store::DoneRow>,
    private: Vec<PrivateRow>,
    left: Vec<(String, Vec<String>)>,
}

async fn load(tx: &mut Tx<'_>, me: PersonId, at: Moment) -> Result<Loaded, Stop> {
    let (mut mine, mut others) = (Vec::new(), Vec::new());
    // Whom a number belongs to is not told by asking: what waits is shown to whoever is asked alone.
    for row in store::of_person(tx, me).await?.into_iter().filter(|row| row.is_shown_to(Side::Person)) {
        mine.push(Line::of(tx, row, at)?);
    }
    for row in store::of_delegate(tx, me).await?.into_iter().filter(|row| row.is_shown_to(Side::Delegate)) {
        others.push(Line::of(tx, row, at)?);
    }
    mine.retain(|line| !line.is_over());
    others.retain(|line| !line.is_over());
    let waiting = waiting::of(tx, me, at).await?;
    let (done, private) = (store::done_for(tx, me, MOST).await?, store::private_of(tx, me).await?);
    let left = left_over::left_over(tx, me, at).await?;
    Ok(Loaded { mine, others, waiting, done, private, left })
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

/// Whom one asked, as far as one knows: as they were called, a number masked, a card by the end of its code.
fn whom(page: &Page, one: &Waiting) -> String {
    match (one.phone(), one.last_of_card()) {
        (Some(phone), _) if !one.name().is_empty() => format!("{} {phone}", one.name()),
        (Some(phone), _) => phone,
        (None, Some(last)) => page.t1("mandates-card-holder-of", "last", last),
        (None, None) => page.t("mandates-card-holder"),
    }
}

/// A private matter to tick: what it is called in lists, and its number.
fn to_tick(row: &PrivateRow) -> Choice {
    Choice { hint: in_groups(&row.code), ..Choice::new(row.code.as_str(), row.title.as_str()) }
}

async fn draw(app: &App, who: &Who, form: Form, errors: Errors) -> Result<Response, Failure> {
    let (me, at) = (who.actor().person.ok_or(Stop::SignIn)?, app.now());
    let loaded = app.read(move |mut tx| Box::pin(async move { load(&mut tx, me, at).await })).await?;
    let city = app.city();
    let (status, page) = with_errors(who.page().titled("mandates-own-title").back_to("/me"), errors);
    let private = &loaded.private;
    let one = |line: Line| {
        // What came in while it was in force is open anyhow, and what it is not for is closed anyhow.
        let is_hidden = |row: &&PrivateRow| {
            line.holds_for(&row.kind) && line.row.confirmed_at.is_none_or(|confirmed| row.recorded_at < confirmed)
        };
        let private = private.iter().filter(is_hidden).map(to_tick).collect();
        Shown { what: line.what(&page, &city), named: line.named(&page), private, line }
    };
    let shown = |lines: Vec<Line>| -> Vec<Shown> { lines.into_iter().map(one).collect() };
    let waits = |one: Waiting| Asked {
        whom: whom(&page, &one),
        for_me: one.for_me,
        what: what(&page, &city, &one.kinds()),
        at: one.asked_at,
        refused: one.refused,
    };
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
        left: loaded.left,
        sides: SIDES.map(|side| Choice::new(side, page.t(&format!("mandates-side-{}", side.replace('_', "-"))))).into(),
        kinds: kinds(&page, &city),
        private: private.iter().map(to_tick).collect(),
        longest: term(city.calendar.date(at.recorded)).longest,
        may_act: who.caller.session.is_some(),
        form,
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn show(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    draw(&app, &who, Form::empty(), Errors::new()).await
}

/// Asks somebody to act for oneself, or asks to act for somebody: either holds once they have agreed.
pub async fn ask(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    app.web.look_ups.check(&format!("mandate {}", who.caller.key))?;
    let side = SIDES.into_iter().position(|side| side == form.text("side")).map(|index| index == 1);
    let errors = wrong(&who.page(), &app.city(), app.now(), &form, Some(side));
    if !errors.is_empty() {
        return draw(&app, &who, form, errors).await;
    }
    app.web.mandates.check(&account(who.actor()))?;
    let done = submit(&app, &who, &form, form.clone(), |tx, who, at, form| {
        Box::pin(async move {
            let side = SIDES.into_iter().find(|side| *side == form.text("side"));
            let for_other = side.ok_or_else(|| Refusal::new("mandate-side").at_field("side"))? == SIDES[1];
            let card = if for_other { form.text("card") } else { "" };
            let found = named(tx, form.text("phone"), card).await?;
            // Known or not, the answer is the same: a number does not tell who is registered.
            let typed = [form.text("phone"), card].into_iter().find(|typed| !typed.is_empty()).unwrap_or_default();
            let answers = if for_other { Side::Person } else { Side::Delegate };
            waiting::ask(tx, who, at, answers, (typed, found), &asking(&form)).await?;
            Ok(go_with("/me/family", if for_other { "mandates-asked" } else { "mandates-asked-for-me" }))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = refusal_errors(&who.page(), &refusal);
            draw(&app, &who, form, errors).await
        }
    }
}

/// Takes back what one asked for and nobody has answered.
pub async fn take_back(State(app): State<App>, who: Who, form: Form) -> Result<Submitted, Failure> {
    let asked_at: i64 = form.text("asked").parse().unwrap_or_default();
    submit(&app, &who, &form, asked_at, |tx, who, at, asked_at| {
        Box::pin(async move {
            let refused = waiting::take_back(tx, who, at, asked_at).await?;
            Ok(go_with("/me/family", if refused { "mandates-put-away" } else { "mandates-taken-back" }))
        })
    })
    .await
}
