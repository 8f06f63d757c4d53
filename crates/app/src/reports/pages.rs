//! The report's pages: the questions, one figure with its months and places, the sheet of paper, the table as a file.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kit::charts::{self, Caption, Datum, Tile};
use kit::{Choice, Failure, Form, Link, Markup, Page, html};
use rules::reports::{Coverage, Measure, Month, measure, questions};
use rules::shared::{Actor, Moment};

use super::asked::{Asked, Kept, Other, crumbs, is_staff, other};
use super::figures::{Seen, View, find_place};
use super::marks;
use super::store::Span;
use super::wording::{group_name, height, month_choices, month_name, remark, unit, words, written};
use crate::places::Place;
use crate::web::Visitor;
use crate::{App, Stop, Tx};

/// How many months a chart shows.
const MONTHS: u16 = 12;

/// A figure of the first page and of the sheet.
struct Card {
    name: String,
    number: String,
    unit: String,
    definition: String,
    remark: String,
    before: String,
    href: String,
    /// It is not published.
    internal: bool,
    /// The number of the month before is not published.
    before_internal: bool,
}

struct Section {
    name: String,
    cards: Vec<Card>,
}

struct Overview {
    place: Place,
    chain: Vec<Place>,
    below: Vec<Place>,
    month: Month,
    months: Vec<Month>,
    figures: BTreeMap<&'static str, Vec<(Month, Seen)>>,
    /// Of the month asked for and the one before, those that are not published.
    internal: BTreeMap<&'static str, BTreeSet<Month>>,
    /// The reader sees small groups here.
    exact: bool,
    kept: Kept,
}

async fn load_overview(tx: &mut Tx<'_>, who: Option<&Actor>, at: Moment, asked: &Asked) -> Result<Overview, Stop> {
    let place = find_place(tx, Some(&asked.place)).await?;
    let month = asked.month(tx, at)?;
    let months = View::this_month(tx, at).max(month).back(MONTHS);
    let kept = Kept { month, public: asked.is_public() };
    let (mut figures, mut internal, mut exact) = (BTreeMap::new(), BTreeMap::new(), false);
    let span = Span { from: month.plus(-1), to: month };
    let mut chain = Vec::new();
    for measure in rules::reports::measures() {
        let view = View::open(tx, who, at, measure, place.clone()).await?;
        figures.insert(measure.key.as_str(), view.months(tx, span).await?);
        let marked = marks::months(tx, &view, span).await?;
        if !marked.is_empty() {
            internal.insert(measure.key.as_str(), marked);
        }
        exact |= view.exact;
        chain = view.chain;
    }
    let below = crate::places::store::children(tx, place.id).await?;
    Ok(Overview { place, chain, below, month, months, figures, internal, exact, kept })
}

fn sections(page: &Page, overview: &Overview) -> Vec<Section> {
    let card = |measure: &'static Measure| {
        let months = overview.figures.get(measure.key.as_str()).map(Vec::as_slice).unwrap_or_default();
        let (Some((_, now)), before) = (months.last(), months.first()) else { return None };
        let is_marked =
            |month: Month| overview.internal.get(measure.key.as_str()).is_some_and(|marked| marked.contains(&month));
        let before = before.map(|(_, seen)| format!("{} {}", written(page, measure, seen), unit(page, measure, seen)));
        Some(Card {
            name: words(page, &measure.name).to_owned(),
            number: written(page, measure, now),
            unit: unit(page, measure, now).to_owned(),
            definition: words(page, &measure.definition).to_owned(),
            remark: remark(page, now),
            before: before.map(|text| page.t1("report-last-month", "figure", text.trim())).unwrap_or_default(),
            href: overview.kept.address(&format!("/report/{}", measure.key), &overview.place.code),
            internal: is_marked(overview.month),
            before_internal: is_marked(overview.month.plus(-1)),
        })
    };
    questions()
        .iter()
        .map(|question| Section {
            name: words(page, &question.name).to_owned(),
            cards: question.measures.iter().filter_map(|key| measure(key)).filter_map(card).collect(),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "reports/overview.html")]
struct OverviewPage {
    page: Page,
    form: Form,
    choices: Vec<Choice>,
    place: Place,
    month: String,
    as_of: i64,
    sections: Vec<Section>,
    below: Vec<Link>,
    print: String,
    /// To what the public sees, and back.
    other: Option<Other>,
    is_public: bool,
    /// Some of the figures are not published.
    internal: bool,
}

pub async fn overview(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (who, at) = (visitor.caller.clone(), app.now());
    let overview = app
        .read(move |mut tx| {
            Box::pin(async move {
                let asked = asked.at_home(who.as_ref());
                load_overview(&mut tx, asked.reader(who.as_ref()), at, &asked).await
            })
        })
        .await?;
    let mut page = visitor.page();
    page.crumbs = if overview.chain.len() > 1 { crumbs("/report", &overview.chain, overview.kept) } else { Vec::new() };
    page.wide = true;
    let page = page_titled(page, &overview);
    let sections = sections(&page, &overview);
    let link = |p: &Place| Link::new(p.name.clone(), overview.kept.address("/report", &p.code));
    let readers = (is_staff(&visitor), overview.exact);
    Ok(html(
        StatusCode::OK,
        &OverviewPage {
            form: Form::empty().with("month", overview.month.to_string()),
            choices: month_choices(&page, &overview.months, overview.month),
            month: month_name(&page, overview.month),
            as_of: at.recorded.as_millisecond(),
            sections,
            below: overview.below.iter().map(link).collect(),
            print: overview.kept.address("/report/print", &overview.place.code),
            other: other(&page, "/report", &overview.place.code, overview.kept, readers),
            is_public: overview.kept.public,
            internal: !overview.internal.is_empty(),
            place: overview.place,
            page,
        },
    ))
}

fn page_titled(page: Page, overview: &Overview) -> Page {
    let title = page.t1("report-title", "place", overview.place.name.as_str());
    page.with_title(title)
}

#[derive(Template)]
#[template(path = "reports/print.html")]
struct PrintPage {
    page: Page,
    month: String,
    as_of: i64,
    sections: Vec<Section>,
    /// Some of the figures are not published.
    internal: bool,
}

/// All figures of a place and month on paper, with their definitions.
pub async fn print(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (who, at) = (visitor.caller.clone(), app.now());
    let overview = app
        .read(move |mut tx| {
            Box::pin(async move {
                let asked = asked.at_home(who.as_ref());
                load_overview(&mut tx, asked.reader(who.as_ref()), at, &asked).await
            })
        })
        .await?;
    let page = visitor.page();
    // The sheet shows this month alone.
    let internal = overview.internal.values().any(|marked| marked.contains(&overview.month));
    let title = if internal { "report-print-title-internal" } else { "report-print-title" };
    let title = page.t1(title, "place", overview.place.name.as_str());
    let page = page.with_title(title).back_to(overview.kept.address("/report", &overview.place.code));
    let sections = sections(&page, &overview);
    let month = month_name(&page, overview.month);
    Ok(html(StatusCode::OK, &PrintPage { month, as_of: at.recorded.as_millisecond(), sections, internal, page }))
}

/// One line of a table beside a chart.
struct Row {
    name: String,
    href: String,
    number: String,
    remark: String,
}

struct Group {
    name: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "reports/detail.html")]
struct DetailPage {
    page: Page,
    form: Form,
    choices: Vec<Choice>,
    place: Place,
    month: String,
    as_of: i64,
    number: String,
    unit: String,
    unit_name: String,
    remark: String,
    definition: String,
    chart: Markup,
    months: Vec<Row>,
    map: Markup,
    places: Vec<Row>,
    groups: Vec<Group>,
    only_city: bool,
    exact: bool,
    /// The figure itself is not published.
    internal: bool,
    /// Neither it nor all the others of the page.
    has_internal: bool,
    other: Option<Other>,
    is_public: bool,
    action: String,
    records: String,
    file: String,
    all: String,
}

struct Detail {
    view: View,
    month: Month,
    months: Vec<(Month, Seen)>,
    below: Vec<(Place, Seen)>,
    groups: Vec<(&'static str, Vec<(String, Seen)>)>,
    internal: Internal,
    kept: Kept,
}

/// What of a figure is not published.
#[derive(Default)]
struct Internal {
    months: BTreeSet<Month>,
    places: BTreeSet<String>,
    groups: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Internal {
    fn is_empty(&self) -> bool {
        self.months.is_empty() && self.places.is_empty() && self.groups.values().all(BTreeSet::is_empty)
    }
}

async fn load_detail(
    tx: &mut Tx<'_>,
    who: Option<&Actor>,
    at: Moment,
    measure: &'static Measure,
    asked: &Asked,
) -> Result<Detail, Stop> {
    let place = find_place(tx, Some(&asked.place)).await?;
    let month = asked.month(tx, at)?;
    let this = View::this_month(tx, at);
    let to = if month > this || month <= this.plus(-i32::from(MONTHS)) { month } else { this };
    let view = View::open(tx, who, at, measure, place).await?;
    let span = Span { from: to.plus(1 - i32::from(MONTHS)), to };
    let months = view.months(tx, span).await?;
    let below = view.below(tx, month).await?;
    let mut internal = Internal {
        months: marks::months(tx, &view, span).await?,
        places: marks::places(tx, &view, month).await?,
        groups: BTreeMap::new(),
    };
    let mut groups = Vec::new();
    for by in &measure.by {
        if let Some(lines) = view.groups(tx, month, by).await? {
            internal.groups.insert(by.as_str(), marks::groups(tx, &view, (month, by), &lines).await?);
            groups.push((by.as_str(), lines));
        }
    }
    let kept = Kept { month, public: asked.is_public() };
    Ok(Detail { view, month, months, below, groups, internal, kept })
}

fn find_measure(key: &str) -> Result<&'static Measure, Stop> {
    measure(key).ok_or(Stop::Missing)
}

async fn detail_of(app: &App, visitor: &Visitor, key: &str, asked: Asked) -> Result<Detail, Failure> {
    let (measure, who, at) = (find_measure(key)?, visitor.caller.clone(), app.now());
    let load = app.read(move |mut tx| {
        Box::pin(async move { load_detail(&mut tx, asked.reader(who.as_ref()), at, measure, &asked).await })
    });
    Ok(load.await?)
}

fn row(page: &Page, measure: &Measure, (name, href): (String, String), seen: &Seen, internal: bool) -> Row {
    let unit = unit(page, measure, seen);
    let said = [remark(page, seen), if internal { page.t("report-internal") } else { String::new() }];
    let said: Vec<&str> = said.iter().map(String::as_str).filter(|said| !said.is_empty()).collect();
    Row {
        name,
        href,
        number: format!("{} {unit}", written(page, measure, seen)).trim().to_owned(),
        remark: said.join(if page.is_en() { "; " } else { "；" }),
    }
}

pub async fn detail(
    State(app): State<App>,
    visitor: Visitor,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let detail = detail_of(&app, &visitor, &key, asked).await?;
    let (view, month, city) = (&detail.view, detail.month, app.city());
    let (measure, place) = (view.measure, &view.place);
    let path = format!("/report/{}", measure.key);
    let mut page = visitor.page();
    let (kept, internal) = (detail.kept, &detail.internal);
    page.crumbs = crumbs(&path, &view.chain, kept);
    page.wide = true;
    let title = page.t2("report-figure-title", "figure", words(&page, &measure.name), "place", place.name.as_str());
    let page = page.with_title(title);
    let now = detail
        .months
        .iter()
        .find(|(m, _)| *m == month)
        .map_or(Seen::Unknown(Coverage::BeforeRecords), |(_, seen)| *seen);
    let month_row = |(m, seen): &(Month, Seen)| {
        let to = Kept { month: *m, ..kept }.address(&path, &place.code);
        row(&page, measure, (month_name(&page, *m), to), seen, internal.months.contains(m))
    };
    // What is said of the figure itself is not said again in each row of its month.
    let said = remark(&page, &now);
    let row_of_month = |named: (String, String), seen: &Seen, internal: bool| {
        let row = row(&page, measure, named, seen, internal);
        Row { remark: if row.remark == said { String::new() } else { row.remark }, ..row }
    };
    let place_row = |(p, seen): &(Place, Seen)| match p.code == place.code {
        true => row_of_month((page.t("report-rest"), String::new()), seen, internal.places.contains(&p.code)),
        false => row_of_month((p.name.clone(), kept.address(&path, &p.code)), seen, internal.places.contains(&p.code)),
    };
    let of_group = |by: &str, key: &str| internal.groups.get(by).is_some_and(|keys| keys.contains(key));
    let group = |(by, lines): &(&'static str, Vec<(String, Seen)>)| Group {
        name: page.t(&format!("report-by-{by}")),
        rows: lines
            .iter()
            .map(|(k, seen)| row_of_month((group_name(&page, &city, by, k), String::new()), seen, of_group(by, k)))
            .collect(),
    };
    Ok(html(
        StatusCode::OK,
        &DetailPage {
            form: Form::empty().with("month", month.to_string()),
            choices: month_choices(&page, &detail.months.iter().map(|(m, _)| *m).collect::<Vec<_>>(), month),
            month: month_name(&page, month),
            as_of: view.as_of.recorded.as_millisecond(),
            number: written(&page, measure, &now),
            unit: unit(&page, measure, &now).to_owned(),
            unit_name: words(&page, &measure.unit).to_owned(),
            remark: said.clone(),
            definition: words(&page, &measure.definition).to_owned(),
            chart: month_chart(&page, measure, &detail.months, month),
            months: detail.months.iter().rev().map(month_row).collect(),
            map: place_chart(&page, &detail),
            places: detail.below.iter().map(place_row).collect(),
            groups: detail.groups.iter().map(group).collect(),
            only_city: detail.groups.is_empty() && !measure.by.is_empty(),
            exact: view.exact,
            action: path.clone(),
            internal: internal.months.contains(&month),
            has_internal: !internal.is_empty(),
            other: other(&page, &path, &place.code, kept, (is_staff(&visitor), view.exact)),
            is_public: kept.public,
            records: kept.address(&format!("{path}/records"), &place.code),
            file: kept.address(&format!("{path}/table.csv"), &place.code),
            all: kept.address("/report", &place.code),
            place: place.clone(),
            page,
        },
    ))
}

fn month_chart(page: &Page, measure: &Measure, months: &[(Month, Seen)], marked: Month) -> Markup {
    let name = words(page, &measure.name);
    let caption = Caption {
        id: "months".into(),
        title: page.t1("report-months-of", "figure", name),
        description: page.t("report-chart-described"),
    };
    let datum = |(month, seen): &(Month, Seen)| {
        let label = page.t1("report-month-short", "month", month.first_day().month().to_string());
        let datum = Datum::new(label, height(seen), written(page, measure, seen));
        if *month == marked { datum.marked() } else { datum }
    };
    charts::columns(&caption, &months.iter().map(datum).collect::<Vec<_>>())
}

/// Counties as a grid of squares, what lies below them as bars.
fn place_chart(page: &Page, detail: &Detail) -> Markup {
    /// Squares beside each other: what a phone shows with names whole.
    const WIDE: usize = 3;
    let measure = detail.view.measure;
    let caption = Caption {
        id: "places".into(),
        title: page.t1("report-places-of", "figure", words(page, &measure.name)),
        description: page.t("report-chart-described"),
    };
    let places = detail.below.iter().filter(|(p, _)| p.code != detail.view.place.code);
    let data: Vec<Datum> =
        places.map(|(p, seen)| Datum::new(p.name.clone(), height(seen), written(page, measure, seen))).collect();
    if detail.view.chain.len() > 1 {
        return charts::bars(&caption, &data);
    }
    let square = |n: usize| u32::try_from(n).unwrap_or(0);
    let tile = |(n, datum): (usize, Datum)| Tile { datum, at: (square(n % WIDE), square(n / WIDE)) };
    charts::tiles(&caption, &data.into_iter().enumerate().map(tile).collect::<Vec<_>>())
}

/// The same tables as a file for spreadsheets.
pub async fn table(
    State(app): State<App>,
    visitor: Visitor,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let detail = detail_of(&app, &visitor, &key, asked).await?;
    let (page, city) = (visitor.page(), app.city());
    let (measure, place) = (detail.view.measure, &detail.view.place);
    let mut lines: Vec<[String; 5]> = vec![[
        page.t("report-column-split"),
        page.t("report-column-name"),
        page.t("report-column-month"),
        words(&page, &measure.name).to_owned(),
        page.t("report-column-remark"),
    ]];
    let internal = &detail.internal;
    let mut line = |split: String, name: String, month: Month, (seen, internal): (&Seen, bool)| {
        let row = row(&page, measure, (name, String::new()), seen, internal);
        lines.push([split, row.name, month.to_string(), row.number, row.remark]);
    };
    for (month, seen) in &detail.months {
        line(page.t("report-by-month"), place.name.clone(), *month, (seen, internal.months.contains(month)));
    }
    for (below, seen) in &detail.below {
        let name = if below.code == place.code { page.t("report-rest") } else { below.name.clone() };
        line(page.t("report-by-place"), name, detail.month, (seen, internal.places.contains(&below.code)));
    }
    for (by, groups) in &detail.groups {
        for (key, seen) in groups {
            let marked = internal.groups.get(by).is_some_and(|keys| keys.contains(key));
            line(page.t(&format!("report-by-{by}")), group_name(&page, &city, by, key), detail.month, (seen, marked));
        }
    }
    let note = [
        words(&page, &measure.definition).to_owned(),
        page.t1("report-as-of", "when", page.when(detail.view.as_of.recorded.as_millisecond())),
    ];
    let demo = if page.demo() { page.t("frame-demo") } else { String::new() };
    lines.push([demo, note[0].clone(), String::new(), String::new(), note[1].clone()]);
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    for line in &lines {
        writer.write_record(line).map_err(|e| Failure::defect(&e))?;
    }
    let bytes = writer.into_inner().map_err(|e| Failure::defect(&e))?;
    let plain = format!("helin-{}-{}-{}", measure.key, place.code, detail.month);
    let title = format!("{}-{}-{}", place.name, words(&page, &measure.name), detail.month);
    let name = page.attachment(&plain, &title, "csv");
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
