//! One's own page: one's matters, who looked at one's data, devices, reading size, signing out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::matters::kind::FieldType;
use rules::service::access::RevokeCertificate;
use rules::shared::ids::PersonId;
use rules::shared::permit::might;
use rules::shared::{Actor, Moment, Role};

use crate::city::City;
use crate::matters::pages::help::{Unfinished, unfinished};
use crate::matters::pages::line::{Line, line_for_all};
use crate::matters::pages::questions::say;
use crate::matters::store::MatterRow;
use crate::matters::{replies, store};
use crate::people::register::MembershipLine;
use crate::web::{Visitor, Who};
use crate::{App, Stop, Tx, audit, people, places};

/// How many matters one's own page lists.
const MATTERS: i64 = 50;

#[derive(Template)]
#[template(path = "home/me.html")]
struct MePage {
    page: Page,
    phone: String,
    place: String,
    drafts: Vec<Unfinished>,
    matters: Vec<Line>,
    followed: Vec<Line>,
    /// What one is asked about reports.
    asked: replies::Counted,
    /// How many would act for one and wait for an answer.
    mandates: usize,
    /// The teams that ask one to join.
    asking: Vec<MembershipLine>,
    /// They volunteer, or once did: their hours stay theirs.
    has_hours: bool,
    leads: bool,
    works: bool,
    /// What one is here, and where: each role with its place and unit.
    roles: Vec<(String, String)>,
    /// Leads a unit that certifies; staff find its list on their first page.
    certifies: bool,
    /// Whose settings can be changed here: nobody's while one acts for another.
    me: Option<rules::shared::ids::PersonId>,
}

pub async fn me(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let me = actor.stands_for().ok_or(Stop::SignIn)?;
    let own_person = actor.person.filter(|_| actor.on_behalf_of.is_none());
    let now = app.now();
    let (row, own, alone) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = people::store::person(&mut tx, me).await?.ok_or(Stop::Missing)?;
                let own = super::Own::first(&mut tx, &actor, MATTERS).await?;
                let alone = match own_person {
                    Some(me) => Alone::of(&mut tx, &actor, me, now).await?,
                    None => Alone::default(),
                };
                Ok((row, own, alone))
            })
        })
        .await?;
    let Alone { followed, asked, mandates, asking, roles, has_hours } = alone;
    let (city, page) = (app.city(), who.page());
    let whose = who.caller.acting_for.clone().unwrap_or_else(|| who.caller.name.clone());
    let page = page.clone().with_title(page.t1("home-me-title", "name", whose.as_str()));
    let visitor = Visitor { visit: who.visit.clone(), caller: Some(who.caller.clone()) };
    let drafts = unfinished(&app, &visitor, &page).await?;
    let drawn = MePage {
        phone: row.phone_masked,
        place: row.address_masked,
        drafts,
        matters: own.lines(&page, &city, usize::MAX),
        followed: followed.iter().map(|row| line_for_all(&page, &city, row)).collect(),
        asked,
        mandates,
        asking,
        me: own_person,
        roles: roles
            .into_iter()
            .map(|(role, place)| (page.t(&format!("desk-role-{}", role.key().replace('_', "-"))), place))
            .collect(),
        works: who.actor().is_staff(),
        certifies: might::<RevokeCertificate>(who.actor()) && !who.actor().is_staff(),
        leads: who.actor().has_role(Role::TeamLeader),
        has_hours,
        page,
    };
    Ok(html(StatusCode::OK, &drawn))
}

/// What else is theirs, and no mandate opens.
#[derive(Default)]
struct Alone {
    followed: Vec<MatterRow>,
    asked: replies::Counted,
    mandates: usize,
    asking: Vec<MembershipLine>,
    roles: Vec<(Role, String)>,
    has_hours: bool,
}

impl Alone {
    async fn of(tx: &mut Tx<'_>, who: &Actor, me: PersonId, now: Moment) -> Result<Alone, Stop> {
        Ok(Alone {
            followed: store::followed_by(tx, me, MATTERS).await?,
            asked: replies::counted(tx, me).await?,
            mandates: people::mandates::asking(tx, me, now).await?,
            asking: people::register::asked_of(tx, me, now).await?,
            roles: roles(tx, who).await?,
            has_hours: people::register::volunteering_of(tx, me).await?.is_some(),
        })
    }
}

/// The roles of `who` today, each with its place and, where it is held in a unit, that unit.
async fn roles(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<(Role, String)>, Stop> {
    let mut roles = Vec::new();
    for membership in who.memberships.iter().filter(|m| m.role != Role::Resident) {
        let place = places::store::ancestors(tx, &membership.place_path).await?.pop().map(|place| place.name);
        let unit = match membership.organisation {
            Some(id) => people::store::organisation(tx, id).await?.map(|unit| unit.name),
            None => None,
        };
        roles.push((membership.role, place.into_iter().chain(unit).collect::<Vec<_>>().join(" · ")));
    }
    roles.sort();
    roles.dedup();
    Ok(roles)
}

/// One line of 「谁看过我的信息」.
struct Reader {
    name: String,
    field: String,
    purpose: String,
    when: i64,
}

#[derive(Template)]
#[template(path = "home/readers.html")]
struct ReadersPage {
    page: Page,
    readers: Vec<Reader>,
    /// The day from which each look is written down: that of one's registration.
    since: String,
}

pub async fn readers(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let readings = app.read(move |mut tx| Box::pin(async move { audit::readers_of(&mut tx, me).await })).await?;
    let (city, page) = (app.city(), who.page().titled("home-readers-title").back_to("/me"));
    let reader = |reading: audit::Reading| Reader {
        field: field_name(&page, &city, &reading.field, ReadBy::Themselves),
        purpose: purpose_name(&page, &reading.purpose, ReadBy::Themselves),
        name: reading.reader_name,
        when: reading.read_at,
    };
    let readers = readings.into_iter().map(reader).collect();
    let since = page.full_date(&page.day_of(people::register::given_at(me.uuid)));
    Ok(html(StatusCode::OK, &ReadersPage { readers, since, page }))
}

/// Who reads of a look at somebody's data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ReadBy {
    /// The one whose data it is.
    Themselves,
    /// Whoever looks through the log.
    Another,
}

impl ReadBy {
    /// The locale key of words that speak to the one whose data it is, or of their twin that speaks of them.
    fn key(self, key: &str) -> String {
        if self == ReadBy::Themselves { key.to_owned() } else { format!("{key}-theirs") }
    }
}

/// What a field is called: those of a person by our words, those of a form by the form's.
pub fn field_name(page: &Page, city: &City, field: &str, told: ReadBy) -> String {
    match field {
        "name" | "phone" | "address" | "identity" | "told" => page.t(&format!("home-field-{field}")),
        "note" | "review" | "objection" | "appeal" | "reply" | "correction" | "reads" => {
            page.t(&told.key(&format!("home-field-{field}")))
        }
        // Each kind asks for photos in words of its own, and several call the field the same.
        _ if city.kinds.iter().filter_map(|k| k.field(field)).any(|f| f.type_ == FieldType::Photos) => {
            page.t(&told.key("home-field-photos"))
        }
        _ => match (city.kinds.iter().find_map(|k| k.field(field)), told) {
            (Some(asked), ReadBy::Themselves) => say(page, &asked.label),
            // A form asks whom it is about; whoever else reads it is told which question it was.
            (Some(asked), ReadBy::Another) => page.t1("home-field-asked", "question", say(page, &asked.label)),
            (None, _) => page.t1("home-field-unknown", "field", field),
        },
    }
}

/// What somebody looked at a field for.
pub fn purpose_name(page: &Page, purpose: &str, told: ReadBy) -> String {
    match purpose {
        "dispatch" | "service" | "review" | "api" | "correction" | "audit" => {
            page.t(&format!("home-purpose-{purpose}"))
        }
        "handling" | "call" | "own" | "asked" => page.t(&told.key(&format!("home-purpose-{purpose}"))),
        _ => page.t("home-purpose-other"),
    }
}
