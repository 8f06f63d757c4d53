//! Organisations and teams: finding them, founding one, who belongs to it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::people::access::{self, EndMembership, FindOrganisation, Found, SeeMembers};
use rules::people::membership::Word;
use rules::people::{OrganisationKind, membership};
use rules::shared::ids::{OrganisationId, PlaceId};
use rules::shared::permit::might;
use rules::shared::{Refusal, Role};
use serde::Deserialize;

use super::{PlaceNames, role_name, said};
use crate::exchange::lists::{self, List};
use crate::people::actions::{self, Appointment, Founding};
use crate::people::changing::{self, UnitEdit};
use crate::people::organisations::{self, Sought};
use crate::people::register::{self, MembershipLine};
use crate::people::skills;
use crate::people::store::{self, OrganisationRow};
use crate::places::Place;
use crate::places::picker::{self, full_name_at};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, add_refusal, go_with, refusal_errors, submit, unfilled};
use crate::{App, Stop, identity};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    words: String,
    #[serde(default)]
    kind: String,
}

struct Line {
    id: String,
    /// Who belongs to it is for whoever works there.
    opens: bool,
    name: String,
    kind: String,
    place: String,
}

#[derive(Template)]
#[template(path = "people/organisations.html")]
struct ListPage {
    page: Page,
    form: Form,
    kinds: Vec<Choice>,
    lines: Vec<Line>,
    founds: bool,
}

fn kinds(page: &Page) -> Vec<Choice> {
    OrganisationKind::ALL.iter().map(|k| Choice::new(k.key(), kind_name(page, k.key()))).collect()
}

fn kind_name(page: &Page, key: &str) -> String {
    page.t(&format!("organisation-kind-{}", key.replace('_', "-")))
}

async fn listed(app: &App, who: &Who, form: &Form, most: i64) -> Result<Vec<(OrganisationRow, String)>, Failure> {
    let kind = OrganisationKind::from_key(form.text("kind"));
    let sought = Sought { words: form.text("words").to_owned(), kind, within: None };
    let actor = who.actor().clone();
    let rows = app.read(move |mut tx| {
        Box::pin(async move {
            let rows = organisations::find(&mut tx, &actor, &sought, most).await?;
            let (mut lines, mut places) = (Vec::new(), PlaceNames::default());
            for row in rows {
                let place = places.of(&mut tx, &row.place_path).await?;
                lines.push((row, place));
            }
            Ok(lines)
        })
    });
    Ok(rows.await?)
}

/// The list as a file.
pub async fn export(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    if !might::<FindOrganisation>(who.actor()) {
        return Err(Failure::forbidden());
    }
    let page = who.page();
    let row = |(row, place): (OrganisationRow, String)| {
        [row.name, kind_name(&page, &row.kind), place].map(Out::from).to_vec()
    };
    let rows = listed(&app, &who, &form, lists::MOST.into()).await?.into_iter().map(row).collect();
    let list = List::of(
        &page,
        "organisations",
        ("organisations-title", "organisations-export-definition"),
        &["organisations-name", "organisations-kind", "organisations-place"],
        rows,
    );
    lists::hand_out(&app, &who, list).await
}

pub async fn list(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    if !might::<FindOrganisation>(who.actor()) {
        return Err(Failure::forbidden());
    }
    let form = Form::empty().with("words", asked.words.as_str()).with("kind", asked.kind.as_str());
    let rows = listed(&app, &who, &form, register::ORGANISATIONS).await?;
    let page = who.page().titled("organisations-title");
    let opens = |row: &OrganisationRow| {
        access::on_organisation::<SeeMembers>(who.actor(), row.id(), &row.place_path, None).is_ok()
    };
    let line = |(row, place): (OrganisationRow, String)| Line {
        id: row.id().to_string(),
        opens: opens(&row),
        kind: kind_name(&page, &row.kind),
        name: row.name,
        place,
    };
    let drawn = ListPage {
        lines: rows.into_iter().map(line).collect(),
        form,
        kinds: kinds(&page),
        founds: might::<Found>(who.actor()),
        page,
    };
    Ok(html(StatusCode::OK, &drawn))
}

#[derive(Template)]
#[template(path = "people/found.html")]
struct FoundPage {
    page: Page,
    form: Form,
    kinds: Vec<Choice>,
    near: Vec<Choice>,
    several: Vec<Choice>,
    /// The code's check character does not fit: the person may say that it is right all the same.
    doubtful: bool,
    /// The one that is there already, by its name, and whether this one may open it.
    twice: Option<Twice>,
}

/// An organisation that is there already.
struct Twice {
    name: String,
    href: Option<String>,
}

/// The one that a refusal says is there already.
async fn twice(app: &App, who: &Who, refusal: &Refusal) -> Result<Option<Twice>, Failure> {
    let said = |name: &str| refusal.args.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
    let id = said("organisation").and_then(|id| id.parse::<OrganisationId>().ok());
    let Some(id) = id.filter(|_| refusal.code == "organisation-twice") else { return Ok(None) };
    let row = app.read(move |mut tx| Box::pin(async move { store::organisation(&mut tx, id).await })).await?;
    let opens =
        |row: &OrganisationRow| access::on_organisation::<SeeMembers>(who.actor(), id, &row.place_path, None).is_ok();
    Ok(row.map(|row| Twice { href: opens(&row).then(|| format!("/organisations/{id}")), name: row.name }))
}

async fn draw_found(
    app: &App,
    who: &Who,
    status: StatusCode,
    form: Form,
    (errors, several): (Errors, Vec<Choice>),
    (doubtful, twice): (bool, Option<Twice>),
) -> Result<Response, Failure> {
    let home = who.caller.place_path.clone();
    let near = app.read(move |mut tx| Box::pin(async move { picker::near(&mut tx, &home).await })).await?;
    let page = who.page().titled("organisations-found-title").back_to("/organisations");
    let kinds = kinds(&page);
    Ok(html(status, &FoundPage { page: page.with_errors(errors), form, kinds, near, several, doubtful, twice }))
}

pub async fn found_form(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    if !might::<Found>(who.actor()) {
        return Err(Failure::forbidden());
    }
    draw_found(&app, &who, StatusCode::OK, Form::empty(), Default::default(), (false, None)).await
}

pub async fn found(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let page = who.page();
    let asked = [("kind", "organisations-kind"), ("name", "organisations-name")];
    let mut errors = unfilled(&page, &form, &asked);
    let may = |place: &Place| access::in_place::<Found>(who.actor(), place.id.uuid, &place.path).is_ok();
    let home = who.caller.place_path.clone();
    let (place, several) = picker::asked_within(&app, &page, &form, home, &mut errors, may).await?;
    let (mut doubtful, mut same) = (false, None);
    if let Err(refusal) = actions::check_founding(&founding(&form, app.city().settings.demo)) {
        doubtful = is_doubtful(&refusal);
        add_refusal(&page, &mut errors, &refusal);
    }
    if let (Some(place), true) = (place, errors.is_empty()) {
        match send_found(&app, &who, &form, place.id).await? {
            Submitted::Done(response) => return Ok(response),
            Submitted::Refused(refusal) => {
                doubtful = is_doubtful(&refusal);
                same = twice(&app, &who, &refusal).await?;
                errors = refusal_errors(&page, &refusal);
            }
        }
    }
    draw_found(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form, (errors, several), (doubtful, same)).await
}

/// The check character of a credit code does not fit.
fn is_doubtful(refusal: &Refusal) -> bool {
    refusal.each().any(|one| one.code == "credit-code-check")
}

fn founding(form: &Form, invented: bool) -> Founding {
    Founding {
        name: form.text("name").to_owned(),
        kind: form.text("kind").to_owned(),
        credit_code: said(form, "credit_code"),
        credit_code_confirmed: form.checked("credit_code_confirmed"),
        parent: None,
        labels: skills::keys(form.text("labels")),
        invented,
    }
}

async fn send_found(app: &App, who: &Who, form: &Form, place: PlaceId) -> Result<Submitted, Failure> {
    submit(app, who, form, (form.clone(), place), |tx, who, at, (form, place)| {
        Box::pin(async move {
            let new = founding(&form, tx.city().settings.demo);
            if OrganisationKind::from_key(&new.kind).is_none() {
                return Err(Refusal::new("organisation-kind-missing").at_field("kind").into());
            }
            let id = actions::found_organisation(tx, who, at, place, &new).await?;
            Ok(go_with(format!("/organisations/{id}"), "organisations-founded"))
        })
    })
    .await
}

struct Member {
    line: MembershipLine,
    role: String,
}

#[derive(Template)]
#[template(path = "people/organisation.html")]
struct OrganisationPage {
    page: Page,
    form: Form,
    id: OrganisationId,
    row: OrganisationRow,
    kind: String,
    place: String,
    members: Vec<Member>,
    /// Whom the team has asked, and who have not answered.
    asked: Vec<Member>,
    /// How many people belong to it: somebody may hold two roles.
    count: usize,
    is_team: bool,
    may_take_in: bool,
    /// Whoever leads a team takes people in, and does not name the next leader.
    may_give_lead: bool,
    may_end: bool,
    may_report: bool,
    sees_people: bool,
    /// The code's check character does not fit: the person may say that it is right all the same.
    doubtful: bool,
}

/// Somebody else was first with what the organisation is called or carries.
const CHANGED: &str = "organisation-changed";

async fn draw(app: &App, who: &Who, id: OrganisationId, sent: Option<(Form, Refusal)>) -> Result<Response, Failure> {
    let (actor, now) = (who.actor().clone(), app.now());
    let (row, place, members, asked) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = store::organisation(&mut tx, id).await?.ok_or(Stop::Missing)?;
                access::on_organisation::<SeeMembers>(&actor, id, &row.place_path, None).map_err(|_| Stop::Missing)?;
                let place = full_name_at(&mut tx, &row.place_path).await?;
                let members = register::members_of(&mut tx, id, now).await?;
                let asked = register::asked_by(&mut tx, id, now).await?;
                Ok((row, place, members, asked))
            })
        })
        .await?;
    let actor = who.actor();
    let page = who.page().with_title(row.name.clone());
    let page = if actor.is_staff() { page.back_to("/organisations") } else { page.back_to("/team") };
    let (errors, status) = match &sent {
        Some((_, refusal)) if refusal.code == CHANGED => (refusal_errors(&page, refusal), StatusCode::CONFLICT),
        Some((_, refusal)) => (refusal_errors(&page, refusal), StatusCode::UNPROCESSABLE_ENTITY),
        None => (Errors::new(), StatusCode::OK),
    };
    let people: BTreeSet<_> = members.iter().map(|line| line.person).collect();
    let takes_in = access::on_organisation::<access::Appoint>(actor, id, &row.place_path, None).is_ok();
    let ends = access::on_organisation::<EndMembership>(actor, id, &row.place_path, None).is_ok();
    let member = |line: MembershipLine| Member { role: role_name(&page, line.role), line };
    let drawn = OrganisationPage {
        id,
        kind: kind_name(&page, &row.kind),
        place,
        members: members.into_iter().map(&member).collect(),
        asked: asked.into_iter().map(member).collect(),
        count: people.len(),
        is_team: row.kind == OrganisationKind::Team.key(),
        may_take_in: takes_in,
        may_give_lead: membership::may_give(actor, Role::TeamLeader),
        may_end: ends,
        // Service decides who may; the administrator serves nobody and has nothing to report.
        may_report: takes_in && actor.memberships.iter().any(|m| m.role != Role::Administrator),
        sees_people: register::sees_any(actor),
        doubtful: sent.as_ref().is_some_and(|(_, refusal)| is_doubtful(refusal)),
        form: {
            let saved = Form::empty()
                .with("name", row.name.as_str())
                .with("labels", skills::names(&page, &row.labels))
                .with("credit_code", row.credit_code.as_deref().unwrap_or_default())
                .with("head", row.head.as_deref().unwrap_or_default());
            let version = row.version.to_string();
            match sent {
                Some((sent, refusal)) if refusal.code == CHANGED => {
                    saved.redrawn(Some(sent), true).with("version", version)
                }
                // The form beside it, or what was refused for another reason: what the page had shown goes along.
                Some((sent, _)) => {
                    let boxes = ["leads", "agreed", "credit_code_confirmed"];
                    saved.redrawn(None, false).with("version", version).under(sent, &boxes)
                }
                None => saved.redrawn(None, false).with("version", version),
            }
        },
        row,
        page: page.with_errors(errors),
    };
    Ok(html(status, &drawn))
}

pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw(&app, &who, path_id(&id)?, None).await
}

/// Takes a volunteer into a team, found by phone: the leader knows the number or does not know the person.
pub async fn take_in(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: OrganisationId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.clone()), |tx, who, at, (id, form)| {
        Box::pin(async move {
            let phone = rules::people::Phone::parse(form.text("phone")).map_err(|r| r.at_field("phone"))?;
            let person = identity::store::person_of_phone(tx, phone.reveal()).await?;
            let person = person.ok_or_else(|| Refusal::new("member-unknown").at_field("phone"))?;
            let role = if form.checked("leads") { Role::TeamLeader } else { Role::Volunteer };
            let (word, said) = match form.checked("agreed") {
                true => (Word::Given, "organisations-taken-in"),
                false => (Word::Asked, "organisations-asked-in"),
            };
            let new = Appointment { role, organisation: Some(id), place: None, until: None, word };
            actions::appoint(tx, who, at, person, &new).await?;
            Ok(go_with(format!("/organisations/{id}"), said))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, id, Some((form, refusal))).await,
    }
}

pub async fn edit(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: OrganisationId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.clone()), |tx, who, at, (id, form)| {
        Box::pin(async move {
            let edit = UnitEdit {
                name: Some(form.text("name").to_owned()),
                labels: Some(skills::keys(form.text("labels"))),
                credit_code: Some(form.text("credit_code").to_owned()),
                credit_code_confirmed: form.checked("credit_code_confirmed"),
                head: Some(form.text("head").to_owned()),
                version: form.text("version").parse().unwrap_or(0),
            };
            changing::edit_organisation(tx, who, at, id, &edit).await?;
            Ok(go_with(format!("/organisations/{id}"), "organisations-edited"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, id, Some((form, refusal))).await,
    }
}
