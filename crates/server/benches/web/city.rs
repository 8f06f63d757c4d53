//! Who asks for what: the cells of the table.

use rules::shared::ids::PersonId;
use serde_json::json;

use crate::asking::Ask;
use crate::served::Served;
use crate::volume::SLOTS;
use crate::{Outcome, get};

/// How many volunteers answer at the same time.
const VOLUNTEERS: usize = 64;
/// How many matters look for somebody in each group of volunteers.
const MATTERS: usize = 10;
/// 黄楼社区, where the demo's people live.
const PLACE: &str = "371722003003";

pub struct Cast {
    /// Somebody with hours behind them, whose own they are.
    known: String,
    pub known_as: PersonId,
    desk: String,
    /// Tokens of people who have just joined.
    pub volunteers: Vec<String>,
    /// The codes of open tasks of which more are made, of each group of volunteers: each task is of a matter of its own, for
    /// nobody cuts a thousand from one.
    pub templates: Vec<Vec<String>>,
    /// The open tasks of each group of volunteers, in their order.
    pub open: Vec<Vec<String>>,
    style: String,
}

impl Cast {
    pub fn gather(served: &Served) -> Outcome<Cast> {
        let desk = served.account("community_worker", "token")?;
        let known = served.account("volunteer", "token")?;
        let volunteers = (0..VOLUNTEERS).map(|number| joined(served, &desk, number)).collect::<Outcome<Vec<_>>>()?;
        let page = served.page("/", &known)?;
        let style = page.split('"').find(|part| part.starts_with("/assets/style.")).ok_or("a page without a style")?;
        let groups = volunteers.len().div_ceil(SLOTS);
        let some = |_| (0..MATTERS).map(|_| open_task(served)).collect::<Outcome<Vec<_>>>();
        let templates = (0..groups).map(some).collect::<Outcome<Vec<_>>>()?;
        let known_as = served.call("/api/v1/me", &known, None)?["id"].as_str().map(str::parse);
        let known_as = known_as.ok_or("nobody's own page")?.map_err(|_| "somebody without an id")?;
        Ok(Cast { known, known_as, desk, volunteers, templates, open: Vec::new(), style: style.to_owned() })
    }

    /// The page of an open task, which every volunteer may see.
    fn task_page(&self) -> String {
        format!("/tasks/{}", self.templates.iter().flatten().next().map_or("", String::as_str))
    }
}

/// Registers somebody and lets them serve.
fn joined(served: &Served, desk: &str, number: usize) -> Outcome<String> {
    let phone = format!("139{:08}", 40_000_000 + number);
    let name = format!("测{}", char::from_u32(0x4e00 + u32::try_from(number).unwrap_or(0)).unwrap_or('甲'));
    let new = json!({ "name": name, "place": PLACE, "phone": phone, "sex": "female", "birth_date": "1980-05-01" });
    let person = served.call("/api/v1/people", desk, Some(&new))?;
    let id = person["id"].as_str().ok_or("a person without an id")?;
    let token = served.token(&phone)?;
    served.call(&format!("/api/v1/people/{id}/volunteering"), &token, Some(&json!({ "week": [] })))?;
    Ok(token)
}

/// A need as anybody's, triaged, with a task that anybody may take.
fn open_task(served: &Served) -> Outcome<String> {
    let (resident, social) = (served.account("resident", "token")?, served.account("social_worker", "token")?);
    let need = json!({ "kind": "need", "place": PLACE, "fields": { "category": "errands", "what": "请人买药",
        "when": "today", "address": "3 号楼 2 单元 401", "phone": "13800000001" } });
    let id_of = |body: &serde_json::Value| body["id"].as_str().map(str::to_owned).ok_or(format!("no id: {body}"));
    let matter = id_of(&served.call("/api/v1/matters", &resident, Some(&need))?)?;
    let triage = json!({ "level": "day", "type": "errands", "way": "volunteers" });
    served.call(&format!("/api/v1/matters/{matter}/triage"), &social, Some(&triage))?;
    let day = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(48);
    let task = json!({ "title": "代买药品", "starts_at": day.to_string(), "minutes": 60 });
    let task = served.call(&format!("/api/v1/matters/{matter}/tasks"), &social, Some(&task))?;
    served.call(&format!("/api/v1/tasks/{}/opening", id_of(&task)?), &social, Some(&json!({})))?;
    task["code"].as_str().map(str::to_owned).ok_or_else(|| format!("a task without a code: {task}"))
}

/// One row of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Hello,
    File,
    Desk,
    List,
    Tasks,
    Task,
    Hours,
    Accept,
}

impl Cell {
    pub const ALL: [Cell; 8] =
        [Cell::Hello, Cell::File, Cell::Tasks, Cell::Desk, Cell::List, Cell::Task, Cell::Hours, Cell::Accept];

    pub fn name(self) -> &'static str {
        match self {
            Cell::Hello => "`/healthz`: two letters",
            Cell::File => "the style sheet: a file",
            Cell::Desk => "`/desk`: 40 matters of a community, page",
            Cell::List => "`/api/v1/tasks?open=true`: 100 open tasks, JSON",
            Cell::Tasks => "`/tasks`: a volunteer's list, page",
            Cell::Task => "`/tasks/{code}`: one task, page",
            Cell::Hours => "`/me/hours`: own hours, page",
            Cell::Accept => "`POST /api/v1/tasks/{id}/acceptance`",
        }
    }

    pub fn writes(self) -> bool {
        self == Cell::Accept
    }

    /// What the clients ask; `turn` counts the numbers of clients measured before.
    pub fn asks(self, cast: &Cast, requests: usize, turn: usize) -> Outcome<Vec<Ask>> {
        let known = Some(cast.known.as_str());
        let (path, token) = match self {
            Cell::Hello => ("/healthz".to_owned(), None),
            Cell::File => (cast.style.clone(), None),
            // The tab that holds what the bench opened: without one it would be the first with something to do.
            Cell::Desk => ("/desk?tab=dispatch".to_owned(), Some(cast.desk.as_str())),
            Cell::List => ("/api/v1/tasks?open=true".to_owned(), known),
            Cell::Tasks => ("/tasks".to_owned(), known),
            Cell::Task => (cast.task_page(), known),
            Cell::Hours => ("/me/hours".to_owned(), known),
            Cell::Accept => return takes(cast, requests, turn),
        };
        Ok(vec![get(&path, token); requests])
    }
}

/// Every volunteer takes as many tasks; nobody takes two in a row.
fn takes(cast: &Cast, requests: usize, turn: usize) -> Outcome<Vec<Ask>> {
    let each = requests.div_ceil(cast.volunteers.len());
    let mut asks = Vec::with_capacity(requests);
    for number in each * turn..each * (turn + 1) {
        for (volunteer, token) in cast.volunteers.iter().enumerate() {
            let task =
                cast.open.get(volunteer / SLOTS).and_then(|open| open.get(number)).ok_or("too few open tasks")?;
            asks.push(Ask {
                path: format!("/api/v1/tasks/{task}/acceptance"),
                token: Some(token.clone()),
                key: Some(format!("take-{task}-{volunteer}")),
                expected: 200,
            });
        }
    }
    Ok(asks)
}
