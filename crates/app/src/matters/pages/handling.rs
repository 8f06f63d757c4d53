//! 待办: what waits for a grid member or for a department, one short list for the phone; and apart from it what one has a
//! hand in and somebody else has to do something about.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Failure, Form, Page, html};
use rules::matters::access::{self, HandOver, Sight};
use rules::matters::step::{Act, Step};
use rules::matters::{Kind, Matter, PartState};
use rules::shared::ids::{OrganisationId, PersonId};
use rules::shared::permit::might;
use rules::shared::{Actor, Role};

use super::desk::{self, words};
use super::line::{step, titled};
use crate::city::City;
use crate::exchange::lists::{self as files, List};
use crate::matters::store::{self, Filter, MatterRow};
use crate::matters::view::shown_code;
use crate::matters::{Held, kind_of, queues};
use crate::web::Who;
use crate::{App, Stop, Tx};

/// The longest list: who has more works at the desk.
const ROWS: i64 = 60;

struct Line {
    row: MatterRow,
    level: String,
    step: String,
    late: bool,
    /// Whose turn it is, when it is not one's own.
    turn: String,
}

#[derive(Template)]
#[template(path = "desk/handling.html")]
struct HandlingPage {
    page: Page,
    mine: Vec<Line>,
    /// Parts and matters of one's department.
    department: Vec<Line>,
    /// With somebody else at the moment.
    elsewhere: Vec<Line>,
    /// How many of the desk's list are late, for whoever has one.
    late: i64,
}

/// The three parts of the list, in its order.
async fn load(tx: &mut Tx<'_>, who: &Actor) -> Result<[Vec<MatterRow>; 3], Stop> {
    if !who.is_staff() {
        return Err(Stop::Forbidden { verb: "matters.see" });
    }
    let mine = at_my_step(tx, who).await?;
    let (department, mut elsewhere) = of_my_departments(tx, who).await?;
    elsewhere.extend(in_my_hands(tx, who).await?);
    elsewhere.retain(|row| mine.iter().chain(&department).all(|own| own.id != row.id));
    sorted(&tx.city(), &mut elsewhere);
    Ok([department, mine, elsewhere])
}

async fn lines(app: &App, who: &Who, page: &Page) -> Result<[Vec<Line>; 3], Failure> {
    let actor = who.actor().clone();
    let read = app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor).await }));
    let [department, mine, elsewhere] = read.await?;
    let (city, now) = (app.city(), app.now().recorded.as_millisecond());
    let line = |row: MatterRow| {
        let row = titled(page, &city, row);
        let kind = city.kinds.get(&row.kind);
        let level = kind.and_then(|k| k.level(row.level.as_deref()?)).map(|l| words(page, &l.name).to_owned());
        let (step, turn) = (step(page, &city, &row), String::new());
        Line { level: level.unwrap_or_default(), step, late: row.sort_at <= now, turn, row }
    };
    let me = who.actor().person;
    let elsewhere = elsewhere.into_iter().map(|row| {
        let turn = turn(page, city.kinds.get(&row.kind), me, &row);
        Line { turn, ..line(row) }
    });
    let elsewhere = elsewhere.collect();
    Ok([department.into_iter().map(line).collect(), mine.into_iter().map(line).collect(), elsewhere])
}

pub async fn handling(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let page = who.page().titled("desk-handling-title");
    let [department, mine, elsewhere] = lines(&app, &who, &page).await?;
    let (actor, asked) = (who.actor().clone(), app.now().recorded.as_millisecond());
    let late = app.read(move |mut tx| Box::pin(async move { desk::late(&mut tx, &actor, asked).await })).await?;
    Ok(html(StatusCode::OK, &HandlingPage { mine, department, elsewhere, late, page }))
}

/// The list as a file.
pub async fn export(State(app): State<App>, who: Who, _form: Form) -> Result<Response, Failure> {
    let (page, city) = (who.page(), app.city());
    let groups = ["desk-handling-department", "desk-handling-mine", "desk-handling-elsewhere"];
    let mut rows = Vec::new();
    for (group, found) in groups.into_iter().zip(lines(&app, &who, &page).await?) {
        for line in found {
            let code = shown_code(&city, &line.row.kind, &line.row.code);
            let due = files::when(line.row.has_clock().then_some(line.row.sort_at), &city.settings.zone);
            let has = if line.turn.is_empty() { line.row.handler_name.unwrap_or_default() } else { line.turn };
            let said = [page.t(group), code, line.row.title, line.step, line.level].map(Out::from);
            rows.push(said.into_iter().chain([due, Out::from(has)]).collect());
        }
    }
    let header = [
        "tasks-export-group",
        "desk-export-code",
        "desk-column-matter",
        "desk-column-step",
        "desk-filter-level",
        "desk-column-clock",
        "desk-column-handler",
    ];
    let list = List::of(&page, "handling", ("desk-handling-title", "handling-export-definition"), &header, rows);
    files::hand_out(&app, &who, list).await
}

/// All that waits for them by this list, whether it is their own or their unit's: what is due first on top.
pub async fn waiting(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<MatterRow>, Stop> {
    let mut rows = at_my_step(tx, who).await?;
    rows.extend(of_my_departments(tx, who).await?.0);
    sorted(&tx.city(), &mut rows);
    Ok(rows)
}

/// Whose turn it is: whose word is waited for, the colleague or the unit who has it, else the role whose step it is.
fn turn(page: &Page, kind: Option<&Kind>, me: Option<PersonId>, row: &MatterRow) -> String {
    let Some(step) = kind.and_then(|kind| kind.step(&row.step)) else { return String::new() };
    if step.act == Act::Confirm {
        return page.t("desk-turn-word");
    }
    let works = matches!(step.act, Act::Serve | Act::Answer | Act::JointReview | Act::Review);
    let colleague = row.handler_name.as_ref().filter(|_| works && row.handler() != me);
    let unit = row.unit_name.as_ref().filter(|_| step.by.contains(&Role::DepartmentClerk));
    match colleague.or(unit) {
        Some(name) => page.t1("desk-turn-with", "name", name.as_str()),
        None => {
            let role = step.by.iter().find(|role| **role != Role::Resident).map_or("resident", |role| role.key());
            page.t1("desk-turn-role", "role", page.t(&format!("people-role-{}", role.replace('_', "-"))))
        }
    }
}

/// Open matters that are in one's own hands by name, or that one has answered a step of, wherever they stand.
async fn in_my_hands(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<MatterRow>, Stop> {
    let city = tx.city();
    let mut rows = Vec::new();
    let Some(me) = who.person else { return Ok(rows) };
    let mut cells: Vec<_> = who.memberships.iter().flat_map(|m| queues::cells_in(&city, &m.place_path)).collect();
    cells.sort_unstable();
    cells.dedup();
    let filter = Filter { handler: Some(me), open: true, private: true, ..Filter::default() };
    let mut found = queues::merged(tx, &cells, &filter, None, ROWS).await?;
    // Whoever has a desk sees there what others do.
    for cell in cells.into_iter().filter(|_| !might::<HandOver>(who)) {
        found.extend(store::answered_by(tx, cell, me, ROWS).await?);
    }
    for row in found {
        let held = Held::load(tx, row.id()).await?;
        if access::see_at_work(who, kind_of(&city, &row.kind)?, &held.matter).is_ok() {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Matters whose present step one of my roles may answer, in the places I serve.
async fn at_my_step(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<MatterRow>, Stop> {
    let city = tx.city();
    let mut rows: Vec<MatterRow> = Vec::new();
    for kind in city.kinds.iter() {
        for within in who.memberships.iter().map(|m| m.place_path.as_str()) {
            let sight = access::sight(who, kind, within);
            if sight == Sight::Own {
                continue;
            }
            // At a confirm step whose it is is waited for; the desk rings them, not who goes there.
            let theirs = access::steps_of(who, kind, within).into_iter();
            for step in theirs.filter(|step| step.act != Act::Confirm) {
                let filter = Filter {
                    kind: Some(kind.id.clone()),
                    step: Some(step.key.clone()),
                    within: Some(within.to_owned()),
                    given_to: who.person,
                    private: sight == Sight::All,
                    ..Filter::default()
                };
                for row in queues::merged(tx, &queues::cells_in(&city, within), &filter, None, ROWS).await? {
                    if is_mine(tx, who, step, &row).await? {
                        rows.push(row);
                    }
                }
            }
        }
    }
    sorted(&city, &mut rows);
    Ok(rows)
}

/// Whether it is one's to do: what a colleague has is theirs, and who did the work does not call back about it.
async fn is_mine(tx: &mut Tx<'_>, who: &Actor, step: &Step, row: &MatterRow) -> Result<bool, Stop> {
    if step.act != Act::CallBack {
        return Ok(row.handler().is_none() || row.handler() == who.person);
    }
    let held = Held::load(tx, row.id()).await?;
    Ok(who.person.is_none_or(|me| !held.matter.is_done_by(me)))
}

/// Matters handed to my department and parts of joint reviews that wait for it: those that I can do something about, and those
/// that wait for somebody else.
async fn of_my_departments(tx: &mut Tx<'_>, who: &Actor) -> Result<(Vec<MatterRow>, Vec<MatterRow>), Stop> {
    let city = tx.city();
    let (mut rows, mut elsewhere) = (Vec::new(), Vec::new());
    let organisations =
        who.memberships.iter().filter(|m| m.role == Role::DepartmentClerk).filter_map(|m| m.organisation);
    for organisation in organisations {
        for row in store::of_organisation(tx, organisation, ROWS).await? {
            let held = Held::load(tx, row.id()).await?;
            let kind = kind_of(&city, &row.kind)?;
            if access::see(who, kind, &held.matter).is_err() {
                continue;
            }
            if waits_for(who, kind, &held.matter, organisation) { rows.push(row) } else { elsewhere.push(row) }
        }
    }
    sorted(&city, &mut rows);
    Ok((rows, elsewhere))
}

/// Whether a matter waits for a clerk of the unit: its part, or its step unless a colleague has taken it.
fn waits_for(who: &Actor, kind: &Kind, matter: &Matter, unit: OrganisationId) -> bool {
    let asked = matter.parts.iter().any(|part| part.organisation == unit && part.state == PartState::Waiting);
    let is_taken = !matter.assignees.is_empty() && who.person.is_none_or(|me| !matter.assignees.contains(&me));
    let has_step = matter.at(kind).is_some_and(|step| step.by.contains(&Role::DepartmentClerk));
    asked || has_step && matter.organisation == Some(unit) && !is_taken
}

fn sorted(city: &City, rows: &mut Vec<MatterRow>) {
    rows.sort_by_key(|row| queues::mark(city, row));
    rows.dedup_by_key(|row| row.id);
}
