//! The page about one person, for staff: roles, credentials, what covers them as a volunteer; everything masked until
//! somebody needs to call, which is written down.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::people::access::{
    AddCredential, Appoint, DeclareKin, Edit as EditVerb, EditHousehold, EndKin, EndMembership, IssueToken,
    PersonSubject, ReadProtected, RecordCover, SetVolunteerNumber, VerifyCredential, on_person,
};
use rules::people::membership::Word;
use rules::people::{CredentialFault, membership};
use rules::shared::ids::{CredentialId, OrganisationId, PersonId};
use rules::shared::permit::might;
use rules::shared::{Refusal, Role};

use super::{day, end_of_day, role_name, said};
use crate::people::actions::{self, Appointment, Skill};
use crate::people::cards::CardRow;
use crate::people::cards::store::{RequestRow, cards_of, request_of};
use crate::people::register::{self, CredentialLine, MembershipLine, Volunteering};
use crate::people::skills;
use crate::people::store::{self, PersonRow, Protected};
use crate::people::{changing, kinship};
use crate::places::picker::{self, full_name_at};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop, identity};

/// Those who take something in for somebody: as the kinds of matters say.
const TAKE_IN: [Role; 3] = [Role::CallTaker, Role::CommunityWorker, Role::SocialWorker];

/// Everything the page shows.
struct Seen {
    row: PersonRow,
    place: String,
    memberships: Vec<(MembershipLine, String)>,
    credentials: Vec<CredentialLine>,
    household: Vec<PersonRow>,
    kin: (Vec<PersonRow>, usize),
    volunteering: Option<Volunteering>,
    skills: Vec<String>,
    organisations: Vec<store::OrganisationRow>,
    cards: Vec<CardRow>,
    card_asked: Option<RequestRow>,
    parts: Vec<Choice>,
}

/// How a credential stands today.
struct Proof {
    line: CredentialLine,
    state: String,
    tone: &'static str,
    may_verify: bool,
    may_withdraw: bool,
    /// Waits to be checked, and is of a kind that is not in the list.
    is_new: bool,
}

struct Held {
    line: MembershipLine,
    role: String,
    place: String,
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    page: Page,
    form: Form,
    id: PersonId,
    row: PersonRow,
    place: String,
    /// Phone and address, when they were asked for.
    contact: Option<(String, String)>,
    held: Vec<Held>,
    proofs: Vec<Proof>,
    household: Vec<PersonRow>,
    /// Declared kin that the reader sees, and how many there are besides.
    kin: Vec<PersonRow>,
    other_kin: usize,
    volunteering: Option<Volunteering>,
    skills: Vec<Choice>,
    roles: Vec<Choice>,
    organisations: Vec<Choice>,
    /// Places that a role could cover, offered while typing.
    parts: Vec<Choice>,
    /// Of the person and of their household.
    cards: Vec<CardRow>,
    card_asked: Option<RequestRow>,
    may: May,
}

impl PersonPage {
    /// Until when something covers the volunteer.
    fn until(&self, millis: &Option<i64>) -> String {
        super::until(&self.page, *millis)
    }

    /// The form that gives a role was refused, whatever is at fault: what was typed there stays in sight.
    fn is_giving(&self) -> bool {
        !self.page.errors.is_empty() && self.form.raw("role").is_some()
    }

    /// The form with the number in it, unless another was typed.
    fn numbered(&self, number: &Option<String>) -> Form {
        match self.page.errors.of("volunteer_number") {
            Some(_) => self.form.clone(),
            None => Form::empty().with("volunteer_number", number.clone().unwrap_or_default()),
        }
    }
}

/// What the asker may do here: what else is not drawn.
struct May {
    /// Something in this person's name, at the call desk.
    write_down: bool,
    edit: bool,
    appoint: bool,
    end: bool,
    add_credential: bool,
    cover: bool,
    number: bool,
    kin: bool,
    end_kin: bool,
    household: bool,
    contact: bool,
    access: bool,
}

async fn load(app: &App, who: &Who, id: PersonId) -> Result<Seen, Failure> {
    let (actor, now, near) = (who.actor().clone(), app.now(), who.caller.place_path.clone());
    let seen = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = register::seen(&mut tx, &actor, id).await?;
                let place = full_name_at(&mut tx, &row.place_path).await?;
                let mut memberships = Vec::new();
                for line in register::held_and_asked(&mut tx, id, now).await? {
                    let place = full_name_at(&mut tx, &line.place_path).await?;
                    memberships.push((line, place));
                }
                let household = match row.household_id {
                    Some(uuid) => register::household_of(&mut tx, rules::shared::Id::new(id.cell, uuid)).await?,
                    None => Vec::new(),
                };
                Ok(Seen {
                    place,
                    memberships,
                    credentials: register::credentials_of(&mut tx, id).await?,
                    household,
                    kin: kinship::of(&mut tx, &actor, id).await?,
                    volunteering: register::volunteering_of(&mut tx, id).await?,
                    skills: store::skills(&mut tx, id.cell, 100).await?,
                    organisations: register::find_organisations(&mut tx, &actor, None, None, register::ORGANISATIONS)
                        .await?,
                    cards: cards_of(&mut tx, &row).await?,
                    card_asked: request_of(&mut tx, id).await?,
                    parts: picker::parts_near(&mut tx, &near).await?,
                    row,
                })
            })
        })
        .await?;
    Ok(seen)
}

/// What is drawn beside the person's own data.
#[derive(Default)]
struct Drawn {
    form: Option<Form>,
    refusal: Option<Refusal>,
    contact: Option<(String, String)>,
}

async fn draw(app: &App, who: &Who, id: PersonId, drawn: Drawn) -> Result<Response, Failure> {
    let seen = load(app, who, id).await?;
    let today = app.city().calendar.date(app.now().recorded);
    let actor = who.actor();
    let page = who.page().with_title(seen.row.name.clone()).back_to("/people");
    let (errors, status) = match &drawn.refusal {
        Some(refusal) => (refusal_errors(&page, refusal), StatusCode::UNPROCESSABLE_ENTITY),
        None => (Errors::new(), StatusCode::OK),
    };
    let page = page.with_errors(errors);
    let is_self = actor.person == Some(id);
    let home = seen.row.place_path.clone();
    let subject = PersonSubject { person: id, home_path: &home, serving_now: &[] };
    let is_known = !seen.row.phone_masked.is_empty() || !seen.row.address_masked.is_empty();
    let verifies = might::<VerifyCredential>(actor) && !is_self;
    let proof = |line: CredentialLine| {
        let (key, tone) = standing(line.credential.holds_on(today));
        let withdrawn = line.credential.withdrawn.is_some();
        Proof {
            state: page.t(key),
            tone,
            is_new: !withdrawn && line.credential.verified.is_none() && !skills::is_known(&line.credential.key),
            may_verify: verifies && line.credential.verified.is_none() && !withdrawn,
            may_withdraw: verifies && !withdrawn,
            line,
        }
    };
    let held = |(line, place): (MembershipLine, String)| Held { role: role_name(&page, line.role), place, line };
    let role = |role: &Role| Choice::new(role.key(), role_name(&page, *role));
    let organisation = |o: &store::OrganisationRow| Choice::new(o.id().to_string(), o.name.as_str());
    let drawn = PersonPage {
        id,
        form: drawn.form.unwrap_or_else(Form::empty),
        contact: drawn.contact,
        place: seen.place,
        held: seen.memberships.into_iter().map(held).collect(),
        proofs: seen.credentials.into_iter().map(proof).collect(),
        household: seen.household.into_iter().filter(|other| other.id() != id).collect(),
        kin: seen.kin.0,
        other_kin: seen.kin.1,
        volunteering: seen.volunteering,
        skills: skills::offered(&page, &seen.skills),
        roles: Role::ALL.iter().filter(|role| membership::may_give(actor, **role)).map(role).collect(),
        parts: seen.parts,
        organisations: seen.organisations.iter().map(organisation).collect(),
        cards: seen.cards.into_iter().filter(CardRow::is_valid).collect(),
        card_asked: seen.card_asked,
        may: May {
            write_down: TAKE_IN.iter().any(|role| actor.has_role(*role)),
            edit: on_person::<EditVerb>(actor, &subject).is_ok(),
            appoint: might::<Appoint>(actor) && !is_self,
            end: might::<EndMembership>(actor),
            add_credential: on_person::<AddCredential>(actor, &subject).is_ok(),
            cover: on_person::<RecordCover>(actor, &subject).is_ok(),
            number: on_person::<SetVolunteerNumber>(actor, &subject).is_ok(),
            kin: on_person::<DeclareKin>(actor, &subject).is_ok(),
            end_kin: on_person::<EndKin>(actor, &subject).is_ok(),
            household: on_person::<EditHousehold>(actor, &subject).is_ok(),
            contact: on_person::<ReadProtected>(actor, &subject).is_ok() && !is_self && is_known,
            access: on_person::<IssueToken>(actor, &subject).is_ok(),
        },
        row: seen.row,
        page,
    };
    Ok(html(status, &drawn))
}

/// The words and tone of how a credential stands.
fn standing(holds: Result<(), CredentialFault>) -> (&'static str, &'static str) {
    match holds {
        Ok(()) => ("people-proof-holds", "ok"),
        Err(CredentialFault::Unverified | CredentialFault::Missing) => ("people-proof-unverified", "warn"),
        Err(CredentialFault::NotYet(_)) => ("people-proof-not-yet", "warn"),
        Err(CredentialFault::Expired(_)) => ("people-proof-expired", "bad"),
        Err(CredentialFault::Withdrawn(_)) => ("people-proof-withdrawn", "bad"),
    }
}

pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    if !who.actor().is_staff() {
        return Err(super::register::missing());
    }
    draw(&app, &who, path_id(&id)?, Drawn::default()).await
}

/// Goes on when it was done; draws the page again, with what was typed, when a rule said no.
async fn settle(app: &App, who: &Who, id: PersonId, form: Form, done: Submitted) -> Result<Response, Failure> {
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            draw(app, who, id, Drawn { form: Some(form), refusal: Some(refusal), contact: None }).await
        }
    }
}

/// Shows phone and address, and writes the look down.
pub async fn contact(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let read = app
        .act(who.actor(), id, |mut tx, who, at, id| {
            Box::pin(async move {
                register::seen(&mut tx, &who, id).await?;
                let phone = actions::read_protected(&mut tx, &who, at, id, Protected::Phone, "call").await?;
                let address = actions::read_protected(&mut tx, &who, at, id, Protected::Address, "call").await?;
                Ok((phone.unwrap_or_default(), address.unwrap_or_default()))
            })
        })
        .await?;
    draw(&app, &who, id, Drawn { contact: Some(read), ..Drawn::default() }).await
}

pub async fn appoint(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let home = who.caller.place_path.clone();
    let done = submit(&app, &who, &form, (id, form.clone(), home), |tx, who, at, (id, form, home)| {
        Box::pin(async move {
            register::seen(tx, who, id).await?;
            let role = Role::from_key(form.text("role"));
            let role = role.ok_or_else(|| Refusal::new("appoint-role-missing").at_field("role"))?;
            let organisation: Option<OrganisationId> = form.text("organisation").parse().ok();
            let place = match form.text("place") {
                "" => None,
                named => Some(picker::in_words(tx, named, &home, "place").await?.id),
            };
            let until = day(&form, "until")?.map(|d| end_of_day(d, &tx.city().settings.zone));
            let word = if form.checked("agreed") { Word::Given } else { Word::Asked };
            actions::appoint(tx, who, at, id, &Appointment { role, organisation, place, until, word }).await?;
            let asks = membership::is_asked(role, organisation.is_some(), word);
            let said = if asks { "people-appointed-asked" } else { "people-appointed" };
            Ok(go_with(format!("/people/{id}"), said))
        })
    })
    .await?;
    settle(&app, &who, id, form, done).await
}

pub async fn add_credential(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.clone()), |tx, who, at, (id, form)| {
        Box::pin(async move {
            register::seen(tx, who, id).await?;
            actions::add_credential(tx, who, at, id, &skill(&form)?).await?;
            Ok(go_with(format!("/people/{id}"), "people-credential-added"))
        })
    })
    .await?;
    settle(&app, &who, id, form, done).await
}

/// Reads a skill or certificate from a form.
pub fn skill(form: &Form) -> Result<Skill, Refusal> {
    Ok(Skill {
        skill: skills::meant(form.text("skill"), form.text("called"))?,
        number: form.text("number").trim().to_owned(),
        issuer: form.text("issuer").trim().to_owned(),
        valid_from: day(form, "valid_from")?,
        valid_to: day(form, "valid_to")?,
    })
}

pub async fn verify(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Submitted, Failure> {
    let credential: CredentialId = path_id(&id)?;
    submit(&app, &who, &form, credential, |tx, who, at, id| {
        Box::pin(async move {
            let holder = register::credential(tx, id).await?.ok_or(Stop::Missing)?.holder;
            changing::verify_credential(tx, who, at, id).await?;
            Ok(go_with(format!("/people/{holder}"), "people-credential-verified"))
        })
    })
    .await
}

pub async fn withdraw(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Submitted, Failure> {
    let credential: CredentialId = path_id(&id)?;
    submit(&app, &who, &form, credential, |tx, who, at, id| {
        Box::pin(async move {
            let holder = register::credential(tx, id).await?.ok_or(Stop::Missing)?.holder;
            changing::withdraw_credential(tx, who, at, id).await?;
            let to = if who.person == Some(holder) { "/me/volunteer".to_owned() } else { format!("/people/{holder}") };
            Ok(go_with(to, "people-credential-withdrawn"))
        })
    })
    .await
}

pub async fn cover(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.clone()), |tx, who, at, (id, form)| {
        Box::pin(async move {
            let zone = tx.city().settings.zone.clone();
            let guardian = day(&form, "guardian_until")?.map(|d| end_of_day(d, &zone));
            let insured = day(&form, "insured_until")?.map(|d| end_of_day(d, &zone));
            if guardian.is_none() && insured.is_none() {
                return Err(Refusal::new("cover-missing").at_field("insured_until").into());
            }
            changing::record_cover(tx, who, at, id, (guardian, insured)).await?;
            Ok(go_with(format!("/people/{id}"), "people-cover-done"))
        })
    })
    .await?;
    settle(&app, &who, id, form, done).await
}

pub async fn volunteer_number(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let typed = form.text("volunteer_number").to_owned();
    let done = submit(&app, &who, &form, (id, typed), |tx, who, at, (id, typed)| {
        Box::pin(async move {
            changing::set_volunteer_number(tx, who, at, id, &typed).await?;
            Ok(go_with(format!("/people/{id}"), "people-volunteer-number-done"))
        })
    })
    .await?;
    settle(&app, &who, id, form, done).await
}

/// Puts a person into the household of somebody found by phone; without a number, takes them out of theirs.
pub async fn household(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.clone()), |tx, who, at, (id, form)| {
        Box::pin(async move {
            let joining = match said(&form, "household_phone") {
                None => None,
                Some(phone) => {
                    let phone = rules::people::Phone::parse(&phone).map_err(|r| r.at_field("household_phone"))?;
                    let member = identity::store::person_of_phone(tx, phone.reveal()).await?;
                    let unknown = || Refusal::new("kin-unknown").at_field("household_phone");
                    let row = register::seen(tx, who, member.ok_or_else(unknown)?).await?;
                    let household =
                        row.household_id.ok_or_else(|| Refusal::new("household-none").at_field("household_phone"))?;
                    Some(rules::shared::Id::new(row.id().cell, household))
                }
            };
            changing::set_household(tx, who, at, id, joining).await?;
            Ok(go_with(format!("/people/{id}"), "people-household-done"))
        })
    })
    .await?;
    settle(&app, &who, id, form, done).await
}

pub async fn kin(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.clone()), |tx, who, at, (id, form)| {
        Box::pin(async move {
            let row = register::seen(tx, who, id).await?;
            let kin = kinship::named(tx, who, (&row.place_path, "kin"), form.text("kin")).await?;
            kinship::declare_kin(tx, who, at, id, kin).await?;
            Ok(go_with(format!("/people/{id}"), "people-kin-done"))
        })
    })
    .await?;
    settle(&app, &who, id, form, done).await
}

pub async fn end_kin(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let kin = form.text("kin_id").parse().map_err(|_| Failure::bad_request("broken-form"))?;
    let done = submit(&app, &who, &form, (id, kin), |tx, who, at, (id, kin)| {
        Box::pin(async move {
            kinship::end(tx, who, at, id, kin).await?;
            Ok(go_with(format!("/people/{id}"), "people-kin-ended"))
        })
    })
    .await?;
    settle(&app, &who, id, form, done).await
}
