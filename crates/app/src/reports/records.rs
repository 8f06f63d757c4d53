//! The rows behind a figure, as many as it counts. The public sees that each is there and where; staff of the place see
//! which matter it is; nobody sees a name whole.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Failure, Form, Page, html};
use rules::matters::access::{Sight, sight};
use rules::people::codes::masked_name;
use rules::reports::{Measure, Month, measure};
use rules::shared::Actor;
use rules::shared::Moment;

use super::asked::{Asked, Kept, crumbs};
use super::figures::{Seen, View, find_place};
use super::store::{self, Record, Source, Span, What};
use super::wording::{month_name, remark, words, written};
use crate::city::City;
use crate::exchange::lists::{self as files, List};
use crate::matters::view::shown_code;
use crate::places::Place;
use crate::web::{Visitor, Who};
use crate::{App, Stop, Tx};

/// Rows on one page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "reports/records.html")]
struct RecordsPage {
    page: Page,
    month: String,
    number: String,
    unit: String,
    remark: String,
    definition: String,
    /// True when the rows may be shown.
    open: bool,
    count: i64,
    /// Say what the row is about and whose it is.
    named: bool,
    timed: bool,
    lines: Vec<Line>,
    /// The two figures of a rate, which has no rows of its own.
    parts: Vec<kit::Link>,
    base: String,
    current: u32,
    last: u32,
    figure: String,
    /// Where the rows may be taken along as a file, for whoever is signed in.
    export: Option<String>,
    filters: Form,
}

struct Line {
    number: i64,
    code: String,
    /// The matter, for whoever may open it.
    href: Option<String>,
    title: String,
    place: String,
    name: String,
    day: String,
    /// The same day as tables have it: `2026-11-22`.
    date: String,
    minutes: i64,
}

struct Loaded {
    view: View,
    month: Month,
    seen: Seen,
    below: Vec<(Place, Seen)>,
    rows: Option<Rows>,
}

struct Rows {
    source: Source,
    count: i64,
    records: Vec<Record>,
    current: u32,
}

async fn load(
    tx: &mut Tx<'_>,
    who: Option<&Actor>,
    at: Moment,
    of: &'static Measure,
    asked: &Asked,
    most: u32,
) -> Result<Loaded, Stop> {
    let place = find_place(tx, Some(&asked.place)).await?;
    let month = asked.month(tx, at)?;
    let view = View::open(tx, who, at, of, place).await?;
    let span = Span::of(month);
    let seen = view.months(tx, span).await?.pop().map(|(_, seen)| seen).ok_or(Stop::Missing)?;
    let below = view.below(tx, month).await?;
    let rows = match store::source(&of.key) {
        Some(source) if seen.count().is_some() => {
            let count = store::record_count(tx, &source, &view.place.path, span).await?;
            let current = asked.page.unwrap_or(1).max(1);
            let range = (i64::from(most), i64::from(current - 1) * i64::from(most));
            let records = store::records(tx, &source, &view.place.path, span, range).await?;
            Some(Rows { source, count, records, current })
        }
        _ => None,
    };
    Ok(Loaded { view, month, seen, below, rows })
}

pub async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let of = measure(&key).ok_or(Stop::Missing)?;
    let (who, at, public) = (visitor.caller.clone(), app.now(), asked.is_public());
    let loaded = app
        .read(move |mut tx| {
            Box::pin(async move { load(&mut tx, asked.reader(who.as_ref()), at, of, &asked, ROWS).await })
        })
        .await?;
    let (view, month) = (&loaded.view, loaded.month);
    let mut page = visitor.page();
    page.crumbs = crumbs(&format!("/report/{}", of.key), &view.chain, Kept { month, public });
    let title = page.t2("report-records-title", "figure", words(&page, &of.name), "place", view.place.name.as_str());
    let page = page.with_title(title);
    let tail = Kept { month, public }.address("", &view.place.code);
    let part = |key: &String| {
        let name = measure(key).map(|m| words(&page, &m.name).to_owned()).unwrap_or_default();
        kit::Link::new(name, format!("/report/{key}/records{tail}"))
    };
    let parts = of.rate.iter().flat_map(|rate| [part(&rate.of), part(&rate.among)]).collect();
    let (count, current) = loaded.rows.as_ref().map_or((0, 1), |rows| (rows.count, rows.current));
    let actor = visitor.caller.as_ref().filter(|_| !public).map(|caller| &caller.actor);
    let lines = loaded.rows.as_ref().map(|rows| lines(&page, &app.city(), actor, &loaded, rows)).unwrap_or_default();
    let seen = &loaded.seen;
    Ok(html(
        StatusCode::OK,
        &RecordsPage {
            month: month_name(&page, month),
            number: written(&page, of, seen),
            unit: seen.count().map(|_| words(&page, &of.unit).to_owned()).unwrap_or_default(),
            remark: remark(&page, seen),
            definition: words(&page, &of.definition).to_owned(),
            open: loaded.rows.is_some(),
            count,
            named: view.rows,
            timed: loaded.rows.as_ref().is_some_and(|rows| rows.source.what == What::Minutes),
            lines,
            parts,
            base: format!("/report/{}/records{tail}&page=", of.key),
            current,
            last: u32::try_from(count).unwrap_or(0).div_ceil(ROWS).max(1),
            figure: format!("/report/{}{tail}", of.key),
            export: visitor.caller.as_ref().filter(|_| !public).map(|_| format!("/report/{}/records/export", of.key)),
            filters: Form::empty().with("place", view.place.code.as_str()).with("month", month.to_string()),
            page,
        },
    ))
}

/// The rows as a file: all of them, and as little of each as on the page.
pub async fn export(
    State(app): State<App>,
    who: Who,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let of = measure(&key).ok_or(Stop::Missing)?;
    let (actor, at) = (who.actor().clone(), app.now());
    let asked =
        Asked { place: form.text("place").to_owned(), month: form.text("month").to_owned(), ..Asked::default() };
    let loaded = app
        .read(move |mut tx| Box::pin(async move { load(&mut tx, Some(&actor), at, of, &asked, files::MOST).await }))
        .await?;
    let rows = loaded.rows.as_ref().ok_or(Stop::Missing)?;
    let page = who.page();
    let columns = columns(&rows.source);
    let row = |line: &Line| columns.iter().map(|(_, cell)| cell(line)).collect();
    let place = loaded.view.place.name.as_str();
    let list = List {
        name: "records",
        title: page.t2("report-records-title", "figure", words(&page, &of.name), "place", place),
        definition: format!("{} {}", words(&page, &of.definition), month_name(&page, loaded.month)),
        header: columns.iter().map(|(key, _)| page.t(key)).collect(),
        rows: lines(&page, &app.city(), None, &loaded, rows).iter().map(row).collect(),
    };
    files::hand_out(&app, &who, list).await
}

/// A column of the file: the key of its heading, and its cell of a row.
type Column = (&'static str, fn(&Line) -> Out);

/// What a row of this kind has: a matter no volunteer and no minutes, a person no number.
fn columns(source: &Source) -> Vec<Column> {
    let first: Column = ("report-column-no", |line| line.number.into());
    let mut columns = vec![first];
    if source.is_matters() {
        columns.push(("report-column-code", |line| line.code.as_str().into()));
    }
    if source.what != What::People {
        columns.push(("report-column-about", |line| line.title.as_str().into()));
    }
    if !source.is_matters() {
        columns.push(("people-name", |line| line.name.as_str().into()));
    }
    columns.push(("report-column-day", |line| line.date.as_str().into()));
    columns.push(("report-by-place", |line| line.place.as_str().into()));
    if !source.is_matters() {
        columns.push(("hours-export-minutes", |line| line.minutes.into()));
    }
    columns
}

/// `opens`: who may open the matters on the page.
fn lines(page: &Page, city: &City, opens: Option<&Actor>, loaded: &Loaded, rows: &Rows) -> Vec<Line> {
    let kind = city.kinds.get(rows.source.kind());
    let href = |record: &Record| {
        let sees = sight(opens?, kind?, &record.place_path) != Sight::Own;
        (loaded.view.rows && !record.private && sees).then(|| format!("/desk/{}", record.code))
    };
    let first = i64::from(rows.current - 1) * i64::from(ROWS);
    let view = &loaded.view;
    // A row names a smaller place only where that place's own figure is shown.
    let place = |path: &str| {
        let shown = loaded.below.iter().find(|(p, seen)| seen.count().is_some() && path.starts_with(&p.path));
        shown.map_or(&view.place, |(p, _)| p).name.clone()
    };
    let line = |(n, record): (usize, &Record)| {
        let closed = record.private;
        let tail = record.code.len().saturating_sub(3);
        let date = match (view.rows, record.millis) {
            (false, _) => String::new(),
            (true, 0) => record.day.clone(),
            (true, millis) => page.day_of(millis),
        };
        Line {
            number: first + i64::try_from(n).unwrap_or(0) + 1,
            href: href(record),
            code: match (closed, view.rows) {
                (true, _) => String::new(),
                (false, true) => shown_code(city, rows.source.kind(), &record.code),
                // Enough to find one's own matter among the rows, too little to look another's up.
                (false, false) => record.code.get(tail..).unwrap_or_default().to_owned(),
            },
            title: match (closed, view.rows) {
                (true, true) => page.t("report-private"),
                (false, true) => record.title.clone(),
                (_, false) => String::new(),
            },
            place: if view.rows && !closed && !record.place_name.is_empty() {
                record.place_name.clone()
            } else {
                place(&record.place_path)
            },
            name: if view.rows { masked_name(&record.name) } else { String::new() },
            day: if date.is_empty() { String::new() } else { page.date(&date) },
            date,
            minutes: record.minutes,
        }
    };
    rows.records.iter().enumerate().map(line).collect()
}
