//! The first page of staff: the one next thing to do, how much waits, and the three most urgent matters.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::matters::access::TakeOver;
use rules::paper::access as paper;
use rules::people::access::{Import, IssueCard};
use rules::places::access::{self, AddGrid};
use rules::places::{Level, path};
use rules::rights::access::{NameDataHandler, SeeAssessments, SeeCorrections, SeeReads};
use rules::service::access::{DecideAppeal, RevokeCertificate, SeeReviews};
use rules::shared::permit::might;
use rules::shared::work_year::Ending;
use rules::shared::{Actor, Moment, Role};

use super::Asks;
use super::desk::with_holders;
use crate::matters::handovers::{self, HandoverRow};
use crate::matters::pages::line::{Line, at_work};
use crate::matters::pages::{desk, handling};
use crate::matters::queues;
use crate::matters::store::{Filter, MatterRow, PhaseCount};
use crate::rights::{assessments, corrections, data_handlers};
use crate::service::{appealing, looking};
use crate::web::{Caller, Visitor};
use crate::{App, Stop, Tx, people};

/// How many matters are shown.
const URGENT: i64 = 3;

/// What a role opens first: address, icon, and the key of its words.
struct Next {
    href: &'static str,
    icon: &'static str,
    key: &'static str,
}

/// The work of each role; of several roles the first here counts.
const WORK: [(Role, Next); 9] = [
    (Role::SocialWorker, Next { href: "/desk", icon: "inbox", key: "home-next-desk" }),
    (Role::CallTaker, Next { href: "/desk/call", icon: "phone", key: "home-next-call" }),
    (Role::CommunityWorker, Next { href: "/desk", icon: "inbox", key: "home-next-desk" }),
    (Role::GridMember, Next { href: "/handling", icon: "list-checks", key: "home-next-handling" }),
    (Role::DepartmentClerk, Next { href: "/handling", icon: "list-checks", key: "home-next-handling" }),
    (Role::CountyOfficial, Next { href: "/desk?late=yes", icon: "clock", key: "home-next-overdue" }),
    (Role::Inspector, Next { href: "/desk?late=yes", icon: "clock", key: "home-next-overdue" }),
    (Role::Auditor, Next { href: "/report", icon: "chart-column", key: "home-next-report" }),
    (Role::Administrator, Next { href: "/report", icon: "chart-column", key: "home-next-report" }),
];

struct Count {
    label: String,
    /// The tab of the desk that lists exactly these.
    href: String,
    count: String,
    /// How many are late, in words; empty for none.
    late: String,
}

#[derive(Template)]
#[template(path = "home/work.html")]
struct WorkPage {
    page: Page,
    next: &'static Next,
    /// What waits at one's desk, and of which place; `None` for whoever has none.
    waiting: Option<(String, Vec<Count>)>,
    /// How many one only watches, in words, and where they are listed.
    watched: Option<(String, String)>,
    /// What is private is not counted there.
    but_private: bool,
    /// Line and address.
    urgent: Vec<(Line, String)>,
    takes_calls: bool,
    sees_people: bool,
    certifies: bool,
    reviews: bool,
    imports: bool,
    owed: Owed,
    keeps_paper: bool,
    /// How many people wait for a service card; `None` for whoever issues none.
    cards: Option<usize>,
    /// The place one looks after, for whoever may divide it into grids.
    own_place: Option<String>,
    /// What others ask of them as of anybody.
    asks: Asks,
}

impl WorkPage {
    /// How many are late, in words; empty for none.
    fn late(&self, late: &usize) -> String {
        if *late > 0 { self.page.t1("home-late", "count", *late) } else { String::new() }
    }

    /// That the calendar ends, and what follows from it.
    fn calendar(&self) -> Option<String> {
        let Ending { last, year } = self.owed.calendar?;
        let year = year.to_string();
        Some(match last {
            Some(last) => self.page.t2("home-calendar-ends", "day", self.page.date(&last.to_string()), "year", year),
            None => self.page.t1("home-calendar-missing", "year", year),
        })
    }

    /// How many appeals wait, in words; empty for none.
    fn appeals(&self) -> String {
        let waiting = self.owed.appeals;
        if waiting > 0 { self.page.t1("home-appeals", "count", waiting) } else { String::new() }
    }
}

/// What is to be done about the desk that a colleague left, about personal information, and about those who say that they
/// were wronged.
struct Owed {
    /// Whether they look through the log of who read what.
    sees_reads: bool,
    /// Requests for correction that wait, and how many of them are late; `None` for whoever does not see them.
    corrections: Option<(usize, usize)>,
    /// Shifts that colleagues left and nobody has signed for.
    shifts: Vec<HandoverRow>,
    /// Appeals about hours that wait for them.
    appeals: usize,
    /// Where volunteers ask for somebody to look in.
    looks: usize,
    /// The counties for which nobody is named yet, in words; empty for whoever names nobody.
    unnamed: Vec<String>,
    /// Where the calendar of working days ends, once that is near, for whoever brings calendars in.
    calendar: Option<Ending>,
    names: bool,
    assesses: bool,
    assessments_due: usize,
}

/// The longest count of what waits.
const COUNTED: i64 = 500;

async fn owed(tx: &mut Tx<'_>, who: &Actor, at: Moment) -> Result<Owed, Stop> {
    let corrections = match might::<SeeCorrections>(who) {
        true => {
            let rows = corrections::actions::list(tx, who, COUNTED).await?;
            let now = at.recorded.as_millisecond();
            Some((rows.len(), rows.iter().filter(|row| row.due_at.is_some_and(|due| due < now)).count()))
        }
        false => None,
    };
    let appeals = match might::<DecideAppeal>(who) {
        true => appealing::waiting(tx, who, COUNTED).await?.len(),
        false => 0,
    };
    let looks = looking::waiting(tx, who).await?.len();
    let unnamed = match might::<NameDataHandler>(who) {
        true => data_handlers::missing(tx, who, at).await?,
        false => Vec::new(),
    };
    Ok(Owed {
        sees_reads: might::<SeeReads>(who),
        corrections,
        appeals,
        looks,
        unnamed: unnamed.into_iter().map(|place| place.name).collect(),
        calendar: tx.city().ending(at).filter(|_| might::<access::Import>(who)),
        names: might::<NameDataHandler>(who),
        assesses: might::<SeeAssessments>(who),
        assessments_due: assessments::due(tx, who, at).await?,
        shifts: match might::<TakeOver>(who) {
            true => handovers::to_sign(tx, who).await?,
            false => Vec::new(),
        },
    })
}

pub async fn show(app: &App, visitor: &Visitor, caller: &Arc<Caller>) -> Result<Response, Failure> {
    let actor = caller.actor.clone();
    let next = WORK.iter().find(|(role, _)| actor.has_role(*role)).map_or(&WORK[WORK.len() - 1].1, |(_, next)| next);
    let within = caller.place_path.clone();
    let at = app.now();
    let now = at.recorded.as_millisecond();
    let (asker, handles) = (actor.clone(), next.href == "/handling");
    let (rows, counties, waiting, owed, cards, asks) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let mut rows = urgent(&mut tx, &asker, handles, &within).await?;
                with_holders(&mut tx, &mut rows).await?;
                let counties = match path::level(&within) {
                    Some(Level::City) => queues::county_names(&mut tx, &rows).await?,
                    _ => BTreeMap::new(),
                };
                let waiting = desk::waiting(&mut tx, &asker, now).await?;
                let owed = owed(&mut tx, &asker, at).await?;
                let cards = match might::<IssueCard>(&asker) {
                    true => Some(people::cards::actions::asked(&mut tx, &asker).await?.len()),
                    false => None,
                };
                let asks = match asker.person {
                    Some(me) => Asks::of(&mut tx, me, at).await?,
                    None => Asks::default(),
                };
                Ok((rows, counties, waiting, owed, cards, asks))
            })
        })
        .await?;
    let city = app.city();
    let page = visitor.page();
    let page = page.clone().with_title(page.t1("home-work-title", "name", caller.name.as_str()));
    let phases = ["review", "dispatch", "doing", "confirm", "call_back"];
    let count = |counts: &[PhaseCount], phase: &str| {
        let found = counts.iter().find(|c| c.phase == phase);
        let late = found.map(|c| c.late).filter(|late| *late > 0);
        Count {
            label: page.t(&format!("home-phase-{}", phase.replace('_', "-"))),
            href: desk::tab_href(phase),
            count: page.n(found.map_or(0, |c| c.n)),
            late: late.map(|late| page.t1("home-late", "count", late)).unwrap_or_default(),
        }
    };
    let lines = rows.iter().map(|row| {
        let mut line = at_work(&page, &city, row);
        if let Some(county) = counties.get(path::up_to(&row.place_path, Level::County)) {
            line.text = format!("{county} · {}", line.text);
        }
        let href = format!("/desk/{}", line.code);
        (line, href)
    });
    let watched = waiting.as_ref().map(|w| w.watched.clone()).filter(|(n, _)| *n > 0);
    let drawn = WorkPage {
        next,
        watched: watched.map(|(n, href)| (page.t1("home-watched", "count", n), href)),
        but_private: waiting.as_ref().is_some_and(|w| w.but_private),
        waiting: waiting.map(|w| (w.place, phases.into_iter().map(|phase| count(&w.counts, phase)).collect())),
        urgent: lines.collect(),
        certifies: might::<RevokeCertificate>(&actor),
        reviews: might::<SeeReviews>(&actor),
        imports: might::<Import>(&actor),
        owed,
        keeps_paper: might::<paper::See>(&actor),
        cards,
        sees_people: people::register::sees_any(&actor),
        own_place: own_place(&actor),
        asks,
        takes_calls: actor.has_role(Role::CallTaker)
            || actor.has_role(Role::CommunityWorker)
            || actor.has_role(Role::SocialWorker),
        page: page.clone(),
    };
    Ok(html(StatusCode::OK, &drawn))
}

/// The code of the place that one may divide into grids.
fn own_place(who: &Actor) -> Option<String> {
    let divides = |path: &str| access::on_place::<AddGrid>(who, uuid::Uuid::nil(), path).is_ok();
    let path = &who.memberships.iter().find(|m| divides(&m.place_path))?.place_path;
    path.trim_end_matches('/').rsplit('/').next().map(str::to_owned)
}

/// The most urgent matters that wait for them: as their own short list has them, else as their desk does.
async fn urgent(tx: &mut Tx<'_>, who: &Actor, handles: bool, within: &str) -> Result<Vec<MatterRow>, Stop> {
    let most = usize::try_from(URGENT).unwrap_or(0);
    if handles {
        let mut rows = handling::waiting(tx, who).await?;
        rows.truncate(most);
        return Ok(rows);
    }
    let turn = queues::turn(&tx.city(), who, within);
    let filter = Filter { within: Some(within.to_owned()), turn, given_to: who.person, ..Filter::default() };
    let mut rows = queues::within(tx, who, &filter, None, URGENT).await?;
    rows.retain(|row| row.phase != "closed");
    Ok(rows)
}
