//! One request: what it says, and deciding on it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Choice, Failure, Form, Page, html};
use rules::rights::access::{WithdrawCorrection, on_correction};
use rules::rights::correction::{CorrectionState, Field, MOST_WORDS, Verdict};
use rules::rights::living::Living;
use rules::shared::ids::CorrectionId;
use rules::shared::{Actor, Moment, Refusal};

use super::Line;
use crate::people::store::StaffRow;
use crate::rights::corrections::actions::{self, Decision};
use crate::rights::corrections::applying::{self, Verified};
use crate::rights::corrections::store::{CorrectionRow, Words};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop, Tx, people};

#[derive(Template)]
#[template(path = "rights/correction.html")]
struct OnePage {
    page: Page,
    form: Form,
    line: Line,
    row: CorrectionRow,
    own: bool,
    /// For whose data it is, and for who decides while it waits.
    words: Option<Words>,
    /// Who answers for it, the nearest first.
    answers: Vec<String>,
    withdraws: bool,
    decides: bool,
    /// Whoever decides has not opened yet what it says.
    sealed: bool,
    verdicts: Vec<Choice>,
    skills: Vec<Choice>,
    /// What the value of the decision's form is, in words; empty for a credential.
    value_hint: String,
    field: Field,
    state: CorrectionState,
    /// How somebody may live, for a household.
    livings: Vec<Choice>,
    /// Of a household or a place: where the household they are in now is, in words.
    lives_now: String,
    most: usize,
}

impl OnePage {
    /// Who answers for it, in words; where nobody has the office yet, the hotline takes it.
    fn answerers(&self) -> String {
        match self.answers.is_empty() {
            true => self.page.t1("correct-answers-nobody", "number", self.page.hotline()),
            false => self.page.row_of(&self.answers),
        }
    }

    /// A value that is kept, or that none is.
    fn or_none(&self, said: Option<&str>) -> String {
        let said = said.filter(|said| !said.is_empty());
        said.map_or_else(|| self.page.t("correct-nothing-kept"), str::to_owned)
    }

    fn is_corrected(&self) -> bool {
        self.state == CorrectionState::Corrected
    }

    /// What the field has become, in words.
    fn became(&self, words: &Words) -> String {
        let door = || self.or_none(words.became.as_deref());
        match (self.field, words.living) {
            (Field::Household, Some(Living::Nowhere)) => self.page.t("correct-lives-none"),
            (Field::Household, Some(living)) => {
                self.page.t1(&format!("correct-lives-{}-at", living.key()), "door", door())
            }
            _ => door(),
        }
    }
}

/// What a request says, as people read it.
fn said(page: &Page, field: Field, words: Words) -> Words {
    if field != Field::Sex {
        return words;
    }
    let read = |key: Option<String>| key.map(|key| page.t(&format!("people-sex-{key}")));
    Words { stood: read(words.stood), wanted: read(words.wanted), became: read(words.became), ..words }
}

/// How somebody may live, as choices.
fn livings(page: &Page) -> Vec<Choice> {
    Living::ALL.map(|one| Choice::new(one.key(), page.t(&format!("correct-living-{}", one.key())))).into()
}

/// How many of those who answer are named.
const NAMED: usize = 3;

/// Everything the page of a request shows.
struct Loaded {
    row: CorrectionRow,
    words: Option<Words>,
    answers: Vec<StaffRow>,
    skills: Vec<String>,
    /// The door of the household they are in now, for whoever opened the request; empty when they are in none.
    door: String,
}

/// Reads a request; `open`: with what it says, for whoever decides, which is written down.
async fn load_one(tx: &mut Tx<'_>, who: &Actor, at: Moment, (id, open): (CorrectionId, bool)) -> Result<Loaded, Stop> {
    let row = actions::find(tx, who, id).await?;
    let words = match open {
        true => actions::read_words(tx, who, at, &row).await?,
        false => actions::own_words(tx, who, &row).await?,
    };
    let answers = if row.waits() { actions::answerable(tx, &row, at).await? } else { Vec::new() };
    let skills = people::store::skills(tx, row.person().cell, 100).await?;
    let door = match row.field()? {
        Field::Household | Field::Place if open && words.is_some() => {
            let person = people::store::present(tx, row.person()).await?;
            applying::stands(tx, &person, Field::Household, None).await?
        }
        _ => String::new(),
    };
    Ok(Loaded { row, words, answers, skills, door })
}

async fn draw_one(
    app: &App,
    who: &Who,
    (id, open): (CorrectionId, bool),
    (form, refusal): (Option<Form>, Option<Refusal>),
) -> Result<Response, Failure> {
    let Loaded { row, words, answers, skills, door } = match open {
        true => {
            let opened = app.act(who.actor(), id, |mut tx, who, at, id| {
                Box::pin(async move { load_one(&mut tx, &who, at, (id, true)).await })
            });
            opened.await?
        }
        false => {
            let (actor, at) = (who.actor().clone(), app.now());
            let read =
                app.read(move |mut tx| Box::pin(async move { load_one(&mut tx, &actor, at, (id, false)).await }));
            read.await?
        }
    };
    let (actor, own, field) = (who.actor(), who.actor().person == Some(row.person()), row.field()?);
    let back = if own { format!("/people/{}/corrections", row.person()) } else { "/desk/corrections".to_owned() };
    let (status, page) = with_refusal(who.page().titled("correct-one-title").back_to(back), refusal.as_ref());
    let is_typed = !matches!(field, Field::Place | Field::Household | Field::Credential | Field::Other);
    let words = words.map(|words| said(&page, field, words));
    let wanted = words.as_ref().and_then(|words| words.wanted.clone()).filter(|_| is_typed).unwrap_or_default();
    let verdict = |one: Verdict| Choice::new(one.key(), page.t(&format!("correct-verdict-{}", one.key())));
    let decides = row.waits() && actions::might_decide(actor, &row);
    let may_withdraw = on_correction::<WithdrawCorrection>(actor, id, row.person(), &row.place_path).is_ok();
    let drawn = OnePage {
        form: form.unwrap_or_else(|| Form::empty().with("value", wanted)),
        line: Line::of(&page, &row)?,
        own,
        decides: decides && words.is_some(),
        sealed: decides && words.is_none(),
        words,
        answers: answers.into_iter().take(NAMED).map(|one| one.name).collect(),
        withdraws: row.waits() && may_withdraw,
        verdicts: [Verdict::Correct, Verdict::Refuse].map(verdict).into(),
        skills: skills.iter().map(|skill| Choice::new(skill.as_str(), skill.as_str())).collect(),
        value_hint: match field {
            Field::Credential => String::new(),
            Field::Place | Field::Household | Field::Other => page.t(&format!("correct-value-{}", field.key())),
            _ => page.t("correct-value-typed"),
        },
        livings: livings(&page),
        lives_now: match door.is_empty() {
            true => page.t("correct-lives-now-none"),
            false => page.t1("correct-lives-now", "door", door),
        },
        field,
        state: row.state()?,
        most: MOST_WORDS,
        row,
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn one(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw_one(&app, &who, (path_id(&id)?, false), (None, None)).await
}

/// Opens what a request says, for whoever decides.
pub async fn open(State(app): State<App>, who: Who, Path(id): Path<String>, _form: Form) -> Result<Response, Failure> {
    draw_one(&app, &who, (path_id(&id)?, true), (None, None)).await
}

/// Reads what was decided.
fn decision(form: &Form) -> Result<Decision, Refusal> {
    let credential = match form.text("skill").trim() {
        "" => None,
        _ => Some(people::skill(form)?),
    };
    Ok(Decision {
        verdict: Verdict::from_key(form.text("verdict")),
        reason: form.text("reason").to_owned(),
        verified: Verified {
            value: form.text("value").to_owned(),
            living: Living::from_key(form.text("household")),
            door: form.text("door").to_owned(),
            credential,
        },
    })
}

pub async fn decide(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: CorrectionId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.clone()), |tx, who, at, (id, form)| {
        Box::pin(async move {
            actions::decide(tx, who, at, id, &decision(&form)?).await?;
            Ok(go_with("/desk/corrections", "correct-decided"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw_one(&app, &who, (id, true), (Some(form), Some(refusal))).await,
    }
}
