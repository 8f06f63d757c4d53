//! 待办: what waits for a grid member or for a department, one short list for the phone.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::matters::access::{self, Sight};
use rules::matters::step::{Act, Step};
use rules::shared::{Actor, Role};

use super::desk::words;
use super::line::titled;
use crate::matters::store::{self, Filter, MatterRow};
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
}

#[derive(Template)]
#[template(path = "desk/handling.html")]
struct HandlingPage {
    page: Page,
    mine: Vec<Line>,
    /// Parts and matters of one's department.
    department: Vec<Line>,
}

pub async fn handling(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let (mine, department) = app
        .read(move |mut tx| {
            Box::pin(async move {
                if !actor.is_staff() {
                    return Err(Stop::Forbidden { verb: "matters.see" });
                }
                let mine = at_my_step(&mut tx, &actor).await?;
                let department = of_my_departments(&mut tx, &actor).await?;
                Ok((mine, department))
            })
        })
        .await?;
    let (city, now) = (app.city(), app.now().recorded.as_millisecond());
    let page = who.page().titled("desk-handling-title");
    let line = |row: MatterRow| {
        let row = titled(&page, &city, row);
        let kind = city.kinds.get(&row.kind);
        let level = kind.and_then(|k| k.level(row.level.as_deref()?)).map(|l| words(&page, &l.name).to_owned());
        let step = kind.and_then(|k| k.step(&row.step)).map(|s| words(&page, &s.desk).to_owned());
        Line { level: level.unwrap_or_default(), step: step.unwrap_or_default(), late: row.sort_at <= now, row }
    };
    let (mine, department) = (mine.into_iter().map(line).collect(), department.into_iter().map(line).collect());
    Ok(html(StatusCode::OK, &HandlingPage { mine, department, page }))
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
            // At a confirm step whose it is is waited for.
            let asks_staff = |step: &&Step| step.act != Act::Confirm;
            let covers = |step: &&Step| step.by.iter().any(|role| who.covers(*role, within));
            for step in kind.steps.iter().filter(asks_staff).filter(covers) {
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
    sorted(&mut rows);
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

/// Matters handed to my department, and parts of joint reviews that wait for it.
async fn of_my_departments(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<MatterRow>, Stop> {
    let city = tx.city();
    let mut rows = Vec::new();
    let organisations =
        who.memberships.iter().filter(|m| m.role == Role::DepartmentClerk).filter_map(|m| m.organisation);
    for organisation in organisations {
        for row in store::of_organisation(tx, organisation, ROWS).await? {
            let held = Held::load(tx, row.id()).await?;
            if access::see(who, kind_of(&city, &row.kind)?, &held.matter).is_ok() {
                rows.push(row);
            }
        }
    }
    sorted(&mut rows);
    Ok(rows)
}

fn sorted(rows: &mut Vec<MatterRow>) {
    rows.sort_by_key(|row| (row.sort_at, row.id));
    rows.dedup_by_key(|row| row.id);
}
