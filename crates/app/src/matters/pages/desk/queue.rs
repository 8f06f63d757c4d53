//! The queue: what waits, the most urgent first, one tab per phase.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use db::BoxFuture;
use kit::spreadsheets::Out;
use kit::{Choice, Failure, Form, Link, Page, PageOf, html};
use rules::matters::access::HandOver;
use rules::matters::{Kind, Phase};
use rules::places::{Level, path};
use rules::shared::Actor;
use rules::shared::permit::might;
use serde::Deserialize;
use uuid::Uuid;

use super::asked::words;
use super::fresh::Seen;
use super::levels;
use super::peek::{Peek, peek_at};
use super::whose::{all, lists, lists_of, rung_by_others};
use crate::city::City;
use crate::exchange::lists::{self as files, List};
use crate::matters::pages::line::{holders, step, title, titled};
use crate::matters::store::{self, Filter, MatterRow, PhaseCount};
use crate::matters::view::shown_code;
use crate::matters::{Held, handovers, queues};
use crate::places;
use crate::web::Who;
use crate::{App, Stop, Tx};

/// Rows of one page: a screen holds twenty, the rest is below it.
const ROWS: usize = 40;

/// What waits for others.
const OTHERS: &str = "others";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asks {
    tab: String,
    kind: String,
    level: String,
    place: String,
    /// `yes` for what is overdue alone.
    late: String,
    /// `others` for what one only watches.
    turn: String,
    after: String,
    /// The matter shown beside the queue.
    at: String,
}

impl Asks {
    /// What one only watches, of all phases.
    pub fn of_others() -> Asks {
        Asks { turn: OTHERS.into(), ..Asks::default() }
    }

    /// What they are narrowed to by the address: place, kind, level.
    pub fn narrowed(&self) -> (&str, &str, &str) {
        (&self.place, &self.kind, &self.level)
    }

    /// The filters of the address, as far as there are any.
    pub fn form(&self) -> Form {
        let said = [("kind", &self.kind), ("level", &self.level), ("place", &self.place), ("late", &self.late)];
        said.into_iter()
            .chain([("turn", &self.turn)])
            .filter(|(_, v)| !v.is_empty())
            .fold(Form::empty(), |f, (k, v)| f.with(k, v.as_str()))
    }

    pub fn watches(&self) -> bool {
        self.turn == OTHERS
    }

    fn is_late(&self) -> bool {
        self.late == "yes"
    }

    /// A tab with the filters and without the cursor, for links that keep them.
    pub fn link(&self, tab: &str) -> String {
        format!("/desk?{}", self.form().with("tab", tab).to_urlencoded())
    }
}

/// The way back from a page about a matter: to the desk, and for whoever has none to where their work is.
pub fn crumb(page: &Page, city: &City, who: &Actor) -> Link {
    match (lists(city, who, None), who.is_staff()) {
        (Some(_), _) => Link::new(page.t("desk-title"), "/desk"),
        (None, true) => Link::new(page.t("desk-handling-title"), "/handling"),
        (None, false) => Link::new(page.t("tasks-team-title"), "/team"),
    }
}

/// The address of a tab, as the desk shows it when it is opened.
pub fn tab_href(phase: &str) -> String {
    Asks::default().link(phase)
}

struct Tab {
    label: String,
    n: i64,
    late: i64,
    href: String,
    current: bool,
}

struct Row {
    row: MatterRow,
    county: String,
    level: String,
    /// In the desk's words.
    step: String,
    urgent: bool,
    late: bool,
    channel: &'static str,
    holders: Vec<String>,
    peek: String,
    /// It is the one beside the queue.
    shown: bool,
}

#[derive(Template)]
#[template(path = "desk/queue.html")]
struct QueuePage {
    page: Page,
    tab: &'static str,
    /// What is overdue alone.
    is_late: bool,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    /// About these a colleague has to ring.
    rung_by_others: Vec<Row>,
    /// This list anew.
    here: String,
    /// Where the page asks whether more has come.
    fresh: String,
    next: String,
    first: String,
    filter: Form,
    kinds: Vec<Choice>,
    levels: Vec<Choice>,
    places: Vec<Choice>,
    late: i64,
    /// What waits for others, and what for oneself: words and address of each; empty for whoever has no step anywhere.
    turns: Vec<Tab>,
    last: Option<i64>,
    peek: Option<Peek>,
    hands_over: bool,
    /// Handovers that wait for a signature of theirs.
    to_sign: usize,
    /// Where volunteers ask for somebody to look in.
    looks: usize,
}

impl QueuePage {
    fn channel_key(&self, channel: &str) -> String {
        channel_key(channel)
    }
}

/// The counties of the rows, for those who work for more than one; else empty.
pub(super) type Counties = BTreeMap<String, String>;

/// What the page reads.
struct Loaded {
    counties: Counties,
    counts: Vec<PhaseCount>,
    rows: PageOf<MatterRow>,
    rung_by_others: BTreeSet<Uuid>,
    places: Vec<Choice>,
    last: Option<i64>,
    peek: Option<(MatterRow, Held)>,
    seen: Seen,
    to_sign: usize,
    /// How many wait for oneself, and how many one only watches; `None` for whoever has no step anywhere.
    turns: Option<(i64, i64)>,
}

/// A tab of the desk, as it was asked for.
pub struct Queue {
    asks: Asks,
    /// `None` for all that is overdue.
    tab: Option<Phase>,
    loaded: Loaded,
}

impl Queue {
    /// `looks`: in how many matters somebody is still to look in.
    pub fn page(self, app: &App, who: &Who, looks: usize) -> Response {
        let now = app.now().recorded.as_millisecond();
        let page = draw(who, &app.city(), &self.asks, self.tab, self.loaded, now);
        html(StatusCode::OK, &QueuePage { looks, ..page })
    }
}

/// Adds to rows what other capabilities know of them.
pub type Complete = for<'x, 't> fn(&'x mut Tx<'t>, &'x mut [MatterRow]) -> BoxFuture<'x, Result<(), Stop>>;

/// What the page of the desk shows.
pub async fn queue(app: &App, who: &Who, asks: Asks, complete: Complete) -> Result<Queue, Failure> {
    found(app, who, asks, ROWS, complete).await
}

/// What the file of a tab holds, narrowed as the page was.
pub async fn whole(app: &App, who: &Who, form: &Form, complete: Complete) -> Result<Queue, Failure> {
    let said = |name: &str| form.text(name).to_owned();
    let asks = Asks {
        tab: said("tab"),
        kind: said("kind"),
        level: said("level"),
        place: said("place"),
        late: said("late"),
        turn: said("turn"),
        ..Asks::default()
    };
    found(app, who, asks, files::MOST as usize, complete).await
}

async fn found(app: &App, who: &Who, asks: Asks, most: usize, complete: Complete) -> Result<Queue, Failure> {
    let actor = who.actor().clone();
    let cursor = match asks.after.as_str() {
        "" => None,
        after => Some(kit::Cursor::key::<queues::After>(after)?),
    };
    let now = app.now().recorded.as_millisecond();
    let tab = Phase::from_key(&asks.tab).filter(|p| *p != Phase::Closed);
    let wanted = asks.clone();
    let found = app.read(move |mut tx| {
        Box::pin(async move { load(&mut tx, &actor, &wanted, (tab, cursor, now), (most, complete)).await })
    });
    let (loaded, tab) = found.await?;
    Ok(Queue { asks, tab, loaded })
}

/// The list of a tab as a file.
pub async fn export(app: &App, who: &Who, queue: Queue) -> Result<Response, Failure> {
    let Queue { tab, loaded, .. } = queue;
    let (page, city) = (who.page(), app.city());
    let zone = &city.settings.zone;
    let row = |row: MatterRow| {
        let kind = city.kinds.get(&row.kind);
        let level = row.level.as_deref().and_then(|level| kind.and_then(|k| k.level(level)));
        let level = level.map(|l| words(&page, &l.name).to_owned()).unwrap_or_default();
        let holders = holders(&page, &row);
        let handler = if holders.is_empty() { page.t("desk-nobody-yet") } else { page.row_of(&holders) };
        let channel = page.t(&channel_key(&row.channel));
        let due = files::when(row.has_clock().then_some(row.sort_at), zone);
        let raised = files::when(row.occurred_at, zone);
        let place = place_words(&loaded.counties, &row);
        let code = shown_code(&city, &row.kind, &row.code);
        let said = [code, level, title(&page, kind, &row.category, &row.title), place].map(Out::from);
        said.into_iter().chain([due, raised, Out::from(handler), Out::from(channel)]).collect()
    };
    let header = [
        "desk-export-code",
        "desk-filter-level",
        "desk-column-matter",
        "desk-row-place",
        "desk-column-clock",
        "desk-row-raised",
        "desk-column-handler",
        "desk-column-source",
    ];
    let phase = tab.map_or_else(|| page.t("desk-late-tab"), |tab| phase_words(&page, tab));
    let list = List {
        name: "desk",
        title: format!("{} {phase}", page.t("desk-title")),
        definition: page.t1("desk-export-definition", "phase", phase.as_str()),
        header: header.map(|key| page.t(key)).to_vec(),
        rows: loaded.rows.items.into_iter().map(row).collect(),
    };
    files::hand_out(app, who, list).await
}

fn phase_words(page: &Page, phase: Phase) -> String {
    page.t(&format!("desk-phase-{}", phase.key().replace('_', "-")))
}

fn channel_key(channel: &str) -> String {
    format!("desk-channel-{}", channel.replace('_', "-"))
}

async fn load(
    tx: &mut Tx<'_>,
    who: &Actor,
    asks: &Asks,
    (tab, cursor, now): (Option<Phase>, Option<queues::After>, i64),
    (most, complete): (usize, Complete),
) -> Result<(Loaded, Option<Phase>), Stop> {
    let (lists, filter) = lists_of(tx, who, asks).await?;
    let filter = Filter { late_by: asks.is_late().then_some(now), ..filter };
    let seen = Seen::now(tx, &lists.cells, &filter, now).await?;
    let counts = queues::counts(tx, &lists.cells, &filter, now).await?;
    let turns = match lists.turn(!asks.watches()) {
        Some(beside) => {
            let beside = Filter { turn: Some(beside), ..filter.clone() };
            let (shown, beside) = (all(&counts), all(&queues::counts(tx, &lists.cells, &beside, now).await?));
            Some(if asks.watches() { (beside, shown) } else { (shown, beside) })
        }
        None => None,
    };
    // Without a tab in the address all that is overdue, or the first that has something to do.
    let waits = |phase: &Phase| counts.iter().any(|c| c.phase == phase.key() && c.n > 0);
    let first = || Phase::ALL.into_iter().find(waits).unwrap_or(Phase::Review);
    let tab = tab.or_else(|| (!asks.is_late()).then(first));
    let filter = Filter { phase: tab.map(|tab| tab.key().to_owned()), ..filter };
    let rows = queues::merged(tx, &lists.cells, &filter, cursor, most as i64 + 1).await?;
    let mut rows = PageOf::cut(rows, most, |row| queues::mark(&tx.city(), row));
    complete(tx, &mut rows.items).await?;
    // What one only watches is no colleague's rather than one's own, and a file has no parts.
    let rung_by_others = match asks.watches() || most > ROWS {
        true => BTreeSet::new(),
        false => rung_by_others(tx, who, &rows.items).await?,
    };
    let mut last = None;
    for cell in lists.cells.iter().filter(|_| rows.is_empty()) {
        last = last.max(store::last_response(tx, *cell, &lists.within).await?);
    }
    let shown = rows.items.iter().find(|row| row.code == asks.at).or(rows.items.first()).cloned();
    let peek = match shown {
        Some(row) => Some((row.clone(), Held::load(tx, row.id()).await?)),
        None => None,
    };
    let places = place_choices(tx, who, &lists.within).await?;
    let counties = match works_for_city(who) {
        true => queues::county_names(tx, rows.items.iter()).await?,
        false => Counties::new(),
    };
    let to_sign = match might::<HandOver>(who) {
        true => handovers::to_sign(tx, who).await?.len(),
        false => 0,
    };
    Ok((Loaded { counties, counts, rows, rung_by_others, places, last, peek, seen, to_sign, turns }, tab))
}

/// Whoever works for the whole city is told in which county a place is: villages of one name are in many.
fn works_for_city(who: &Actor) -> bool {
    who.memberships.iter().any(|m| path::level(&m.place_path) == Some(Level::City))
}

/// The county of a row, where counties are named; else empty.
fn county_of(counties: &Counties, row: &MatterRow) -> String {
    counties.get(path::up_to(&row.place_path, Level::County)).cloned().unwrap_or_default()
}

/// The place of a row, after its county where that is named.
pub(super) fn place_words(counties: &Counties, row: &MatterRow) -> String {
    format!("{} {}", county_of(counties, row), row.place_name).trim_start().to_owned()
}

/// The places a list can be narrowed to: the way down to the present one, and the next level below it.
async fn place_choices(tx: &mut Tx<'_>, who: &Actor, within: &str) -> Result<Vec<Choice>, Stop> {
    let mut choices = Vec::new();
    let way = places::store::ancestors(tx, within).await?;
    let mine = |path: &str| who.memberships.iter().any(|m| path.starts_with(&m.place_path));
    for place in way.iter().filter(|p| mine(&p.path)) {
        choices.push(Choice::new(&place.code, place.name.clone()));
    }
    if let Some(place) = way.last() {
        let below = places::store::children(tx, place.id).await?;
        choices.extend(below.into_iter().map(|p| Choice::new(p.code, format!("　{}", p.name))));
    }
    // Whoever works for the whole city goes from county to county.
    if works_for_city(who)
        && let Some(root) = way.first()
    {
        for county in places::store::children(tx, root.id).await? {
            if choices.iter().all(|c| c.value != county.code) {
                choices.push(Choice::new(county.code, county.name));
            }
        }
    }
    Ok(choices)
}

fn draw(who: &Who, city: &City, asks: &Asks, tab: Option<Phase>, loaded: Loaded, now: i64) -> QueuePage {
    let page = who.page().titled(if asks.is_late() { "desk-late-title" } else { "desk-title" });
    let Loaded { counties, counts, rows, rung_by_others, places, last, peek, seen, to_sign, turns } = loaded;
    let tabs = Phase::ALL.into_iter().filter(|phase| *phase != Phase::Closed).map(|phase| {
        let count = counts.iter().find(|c| c.phase == phase.key());
        Tab {
            label: phase_words(&page, phase),
            n: count.map_or(0, |c| c.n),
            late: count.map_or(0, |c| c.late),
            href: asks.link(phase.key()),
            current: tab == Some(phase),
        }
    });
    let all_late = asks.is_late().then(|| Tab {
        label: page.t("desk-late-tab"),
        n: counts.iter().map(|c| c.n).sum(),
        late: 0,
        href: asks.link(""),
        current: tab.is_none(),
    });
    let tabs: Vec<Tab> = all_late.into_iter().chain(tabs).collect();
    let tab = tab.map_or("", Phase::key);
    let here = asks.link(tab);
    let kinds = city.kinds.iter().map(|kind| Choice::new(&kind.id, words(&page, &kind.name)));
    let chosen: Vec<&Kind> = city.kinds.iter().filter(|kind| asks.kind.is_empty() || kind.id == asks.kind).collect();
    let levels = levels::levels(&page, &chosen);
    let next = rows.next.as_ref().map(|after| format!("{here}&after={after}")).unwrap_or_default();
    let beside = peek.as_ref().map(|(row, _)| row.id);
    let lines = rows.items.into_iter().map(|row| {
        let kind = city.kinds.get(&row.kind);
        let level = row.level.as_deref().and_then(|level| kind.and_then(|k| k.level(level)));
        Row {
            level: level.map(|l| words(&page, &l.name).to_owned()).unwrap_or_default(),
            step: step(&page, city, &row),
            urgent: queues::is_urgent(city, &row),
            late: row.sort_at <= now,
            channel: channel_icon(&row.channel),
            holders: holders(&page, &row),
            county: county_of(&counties, &row),
            peek: format!("{here}&at={}#peek", row.code),
            shown: beside == Some(row.id),
            row: titled(&page, city, row),
        }
    });
    let (rung_by_others, rows): (Vec<Row>, Vec<Row>) = lines.partition(|line| rung_by_others.contains(&line.row.id));
    let filter = Form::empty()
        .with("tab", tab)
        .with("kind", asks.kind.as_str())
        .with("level", asks.level.as_str())
        .with("place", asks.place.as_str())
        .with("late", asks.late.as_str())
        .with("turn", asks.turn.as_str());
    let turns = turns.map(|(mine, others)| turn_tabs(&page, asks, (mine, others))).unwrap_or_default();
    QueuePage {
        tab,
        is_late: asks.is_late(),
        rows,
        rung_by_others,
        next,
        first: if asks.after.is_empty() { String::new() } else { here.clone() },
        fresh: seen.href(asks),
        here,
        filter,
        kinds: kinds.collect(),
        levels,
        places,
        // What waits for others is not late of oneself.
        late: if asks.watches() { 0 } else { tabs.iter().map(|t| t.late).sum() },
        turns,
        last,
        peek: peek.and_then(|(row, held)| peek_at(&page, who.actor(), (city, &counties), row, &held)),
        hands_over: might::<HandOver>(who.actor()),
        to_sign,
        looks: 0,
        tabs,
        page,
    }
}

/// The two parts of a desk, each with how many it holds.
fn turn_tabs(page: &Page, asks: &Asks, (mine, others): (i64, i64)) -> Vec<Tab> {
    let tab = |key, n, turn: &str| Tab {
        label: page.t(key),
        n,
        late: 0,
        href: Asks { turn: turn.to_owned(), ..asks.clone() }.link(""),
        current: asks.watches() == (turn == OTHERS),
    };
    vec![tab("desk-turn-mine", mine, ""), tab("desk-turn-others", others, OTHERS)]
}

fn channel_icon(channel: &str) -> &'static str {
    match channel {
        "phone" => "phone",
        "paper" => "file-text",
        "desk" => "users",
        "api" | "import" => "download",
        _ => "send",
    }
}
