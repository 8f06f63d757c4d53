//! 更正申请: what is kept about a person and how they ask for its correction; one request; and those that wait, for staff.

mod deciding;

pub use deciding::{decide, one, open};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kit::{Choice, Failure, Form, Page, html};
use rules::people::access::PersonSubject;
use rules::rights::access::{AskCorrection, WithdrawCorrection, on_correction, on_person};
use rules::rights::correction::{CorrectionState, Field, MOST_WORDS, term};
use rules::shared::Refusal;
use rules::shared::ids::{CorrectionId, PersonId};
use serde::Deserialize;

use super::actions::{self, Asking};
use super::store::{self, CorrectionRow};
use crate::people::register::{self, CredentialLine};
use crate::people::store::{PersonRow, Protected};
use crate::places::picker::full_name_at;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop, people};

/// The longest list of what waits.
const ROWS: i64 = 200;

fn key_of(stem: &str, key: &str) -> String {
    format!("{stem}-{}", key.replace('_', "-"))
}

fn field_name(page: &Page, field: Field) -> String {
    page.t(&key_of("correct-field", field.key()))
}

/// A request as lists show it.
pub(in crate::rights) struct Line {
    pub id: String,
    pub name: String,
    pub place: String,
    pub field: String,
    pub state: String,
    pub tone: &'static str,
    pub asked_at: i64,
    pub due_at: Option<i64>,
    pub waits: bool,
}

impl Line {
    pub fn of(page: &Page, row: &CorrectionRow) -> Result<Line, Stop> {
        let state = row.state()?;
        Ok(Line {
            id: row.id().to_string(),
            name: row.person_name.clone(),
            place: row.place_name.clone(),
            field: field_name(page, row.field()?),
            state: page.t(&format!("correct-state-{}", state.key())),
            tone: match state {
                CorrectionState::Asked => "warn",
                CorrectionState::Corrected => "ok",
                CorrectionState::Refused => "bad",
                CorrectionState::Withdrawn => "",
            },
            asked_at: row.asked_at,
            due_at: row.due_at,
            waits: row.waits(),
        })
    }
}

/// Something that is kept, and where its correction begins.
struct Kept {
    label: String,
    value: String,
    change: String,
    /// One changes it oneself there, and asks nobody.
    by_hand: bool,
}

/// What an address says of the form: which field, which credential.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    field: String,
    #[serde(default)]
    credential: String,
}

#[derive(Template)]
#[template(path = "rights/corrections.html")]
struct PersonPage {
    page: Page,
    form: Form,
    person: PersonId,
    own: bool,
    kept: Vec<Kept>,
    fields: Vec<Choice>,
    credentials: Vec<Choice>,
    lines: Vec<Line>,
    working_days: i64,
    most: usize,
    /// The form is wanted: a field was chosen, or something is wrong.
    open: bool,
}

/// Everything the page of a person shows.
struct Seen {
    row: PersonRow,
    place: String,
    door: Option<String>,
    /// Their own address, for themselves: masked nobody could check it.
    address: Option<String>,
    credentials: Vec<CredentialLine>,
    requests: Vec<CorrectionRow>,
}

async fn load(app: &App, who: &Who, person: PersonId) -> Result<Seen, Failure> {
    let actor = who.actor().clone();
    let seen = app.read(move |mut tx| {
        Box::pin(async move {
            let tx = &mut tx;
            let row = register::seen(tx, &actor, person).await?;
            let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
            on_person::<AskCorrection>(&actor, &subject).map_err(|_| Stop::Missing)?;
            let own = actor.person == Some(person);
            let door = match row.household_id.filter(|_| own) {
                Some(household) => people::store::door(tx, row.cell, household).await?,
                None => None,
            };
            let address = match own {
                true => people::store::unseal(tx, person, Protected::Address).await?,
                false => None,
            };
            Ok(Seen {
                place: full_name_at(tx, &row.place_path).await?,
                door,
                address,
                credentials: register::credentials_of(tx, person).await?,
                requests: store::of_person(tx, person).await?,
                row,
            })
        })
    });
    Ok(seen.await?)
}

/// What is kept, a line each: what one changes oneself leads to where that is done, the rest to the form.
fn kept(page: &Page, seen: &Seen, own: bool) -> Vec<Kept> {
    let (row, id) = (&seen.row, seen.row.id());
    let sex = row.sex.as_deref().map(|sex| page.t(&format!("people-sex-{sex}"))).unwrap_or_default();
    let born = row.birth_date.as_deref().map(|day| page.full_date(day)).unwrap_or_default();
    let household = match (&seen.door, row.household_id) {
        (Some(door), _) => door.clone(),
        (None, Some(_)) => page.t("correct-has-household"),
        (None, None) => String::new(),
    };
    let values = [
        (Field::Name, row.name.clone()),
        (Field::Sex, sex),
        (Field::BirthDate, born),
        (Field::Phone, row.phone_masked.clone()),
        (Field::Identity, row.identity_masked.clone()),
        (Field::Address, seen.address.as_ref().unwrap_or(&row.address_masked).clone()),
        (Field::Place, seen.place.clone()),
        (Field::Household, household),
    ];
    let line = |(field, value): (Field, String)| Kept {
        label: field_name(page, field),
        value: if value.is_empty() { page.t("correct-nothing-kept") } else { value },
        by_hand: own && field.is_by_hand(),
        change: match own && field.is_by_hand() {
            true => format!("/people/{id}/edit"),
            false => format!("/people/{id}/corrections?field={}#ask", field.key()),
        },
    };
    let credential = |line: &CredentialLine| Kept {
        label: line.credential.key.clone(),
        value: [line.issuer.as_str(), &line.number]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        by_hand: false,
        change: format!("/people/{id}/corrections?field=credential&credential={}#ask", line.id),
    };
    values.into_iter().map(line).chain(seen.credentials.iter().map(credential)).collect()
}

async fn draw(
    app: &App,
    who: &Who,
    person: PersonId,
    (form, refusal): (Form, Option<Refusal>),
) -> Result<Response, Failure> {
    let seen = load(app, who, person).await?;
    let (page, own) = (who.page(), who.actor().person == Some(person));
    let (title, back) = match own {
        true => (page.t("correct-title"), "/me/data".to_owned()),
        false => (page.t1("correct-of-title", "name", seen.row.name.as_str()), format!("/people/{person}")),
    };
    let (status, page) = with_refusal(page.with_title(title).back_to(back), refusal.as_ref());
    let fields = Field::ALL.into_iter().filter(|field| !(own && field.is_by_hand()));
    let fields = fields.filter(|field| *field != Field::Credential || !seen.credentials.is_empty());
    let today = app.city().calendar.date(app.now().recorded);
    let drawn = PersonPage {
        kept: kept(&page, &seen, own),
        fields: fields.map(|field| Choice::new(field.key(), field_name(&page, field))).collect(),
        credentials: seen
            .credentials
            .iter()
            .map(|line| Choice::new(line.id.to_string(), line.credential.key.as_str()))
            .collect(),
        lines: seen.requests.iter().map(|row| Line::of(&page, row)).collect::<Result<_, _>>()?,
        working_days: term(today).working_days,
        most: MOST_WORDS,
        open: refusal.is_some() || !form.text("field").is_empty(),
        person,
        own,
        form,
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn show(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Failure> {
    let form = Form::empty().with("field", chosen.field).with("credential", chosen.credential);
    draw(&app, &who, path_id(&id)?, (form, None)).await
}

pub async fn ask(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    let asking = Asking {
        field: Field::from_key(form.text("field")),
        credential: form.text("credential").parse().ok(),
        wanted: form.text("wanted").to_owned(),
        grounds: form.text("grounds").to_owned(),
    };
    let done = submit(&app, &who, &form, (person, asking), |tx, who, at, (person, asking)| {
        Box::pin(async move {
            let id = actions::ask(tx, who, at, person, &asking).await?;
            Ok(go_with(format!("/corrections/{id}"), "correct-asked"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, person, (form, Some(refusal))).await,
    }
}

#[derive(Template)]
#[template(path = "rights/correction-withdraw.html")]
struct WithdrawPage {
    page: Page,
    form: Form,
    path: String,
    own: bool,
    name: String,
    field: String,
    most: usize,
}

async fn draw_withdrawal(
    app: &App,
    who: &Who,
    id: CorrectionId,
    (form, refusal): (Form, Option<Refusal>),
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let row = app.read(move |mut tx| Box::pin(async move { actions::find(&mut tx, &actor, id).await })).await?;
    on_correction::<WithdrawCorrection>(who.actor(), id, row.person(), &row.place_path).map_err(Stop::from)?;
    let path = format!("/corrections/{id}");
    let (status, page) =
        with_refusal(who.page().titled("correct-withdraw-title").back_to(path.clone()), refusal.as_ref());
    let drawn = WithdrawPage {
        own: who.actor().person == Some(row.person()),
        field: field_name(&page, row.field()?),
        name: row.person_name,
        most: MOST_WORDS,
        path,
        form,
        page,
    };
    Ok(html(status, &drawn))
}

/// Asks whether a request is really taken back, and staff on whose word.
pub async fn ask_withdrawal(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw_withdrawal(&app, &who, path_id(&id)?, (Form::empty(), None)).await
}

pub async fn withdraw(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: CorrectionId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.text("reason").to_owned()), |tx, who, at, (id, reason)| {
        Box::pin(async move {
            let person = actions::withdraw(tx, who, at, id, &reason).await?;
            Ok(go_with(format!("/people/{person}/corrections"), "correct-withdrawn"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw_withdrawal(&app, &who, id, (form, Some(refusal))).await,
    }
}

#[derive(Template)]
#[template(path = "rights/desk-corrections.html")]
struct DeskPage {
    page: Page,
    lines: Vec<Line>,
    working_days: i64,
}

pub async fn desk(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let rows = app.read(move |mut tx| Box::pin(async move { actions::list(&mut tx, &actor, ROWS).await })).await?;
    let page = who.page().titled("correct-desk-title");
    let lines = rows.iter().map(|row| Line::of(&page, row)).collect::<Result<_, _>>()?;
    let working_days = term(app.city().calendar.date(app.now().recorded)).working_days;
    Ok(html(axum::http::StatusCode::OK, &DeskPage { lines, working_days, page }))
}
