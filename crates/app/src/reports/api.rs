//! `GET /api/v1/reports/{measure}`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kit::{Failure, Page};
use rules::reports::{Counts, Coverage, Month, PublicRate, measure, measures};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::Object;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::asked::Asked;
use super::figures::{Seen, View, find_place};
use super::marks;
use super::store::Span;
use super::wording::group_name;
use crate::places::Place;
use crate::web::json::{TextJson, instant};
use crate::web::{ApiQuery, Visitor, not_one_of, one_of, words_schema};
use crate::{App, Stop, places};

/// A figure and its split.
#[derive(Serialize, ToSchema)]
pub struct ReportJson {
    #[schema(example = "needs_raised")]
    pub measure: String,
    pub name: TextJson,
    pub unit: TextJson,
    /// What exactly it counts (口径).
    pub definition: TextJson,
    /// What `value` is: `rows`, `people`, `minutes` or, for a rate, `permille`.
    #[schema(example = "rows")]
    pub value_in: &'static str,
    /// The code of the place.
    #[schema(example = "371722")]
    pub place: String,
    #[schema(example = "2026-11")]
    pub month: String,
    /// `month`, `place` or `group`.
    #[schema(example = "month")]
    pub by: String,
    /// RFC 3339, in the city's zone.
    #[schema(example = "2026-11-23T17:00:00+08:00")]
    pub as_of: String,
    pub items: Vec<ItemJson>,
}

/// One number of a figure.
#[derive(Serialize, ToSchema)]
pub struct ItemJson {
    /// A month, the code of a place, or a group.
    #[schema(example = "2026-11")]
    pub key: String,
    #[schema(example = "2026-11")]
    pub name: String,
    /// `known`, `at_least`, `at_most`, `withheld` or `unknown`.
    #[schema(example = "known")]
    pub state: &'static str,
    #[schema(example = 42)]
    pub value: Option<i64>,
    /// The two counts of a rate, where they are shown.
    pub of: Option<u64>,
    pub among: Option<u64>,
    /// The last day counted, of a month that is not over.
    #[schema(example = "2026-11-23")]
    pub through: Option<String>,
    /// The public is not shown this number.
    pub internal: bool,
}

/// What a figure is split by.
const BY: [&str; 3] = ["month", "place", "group"];

fn splits() -> Object {
    words_schema(
        "`month` (the default): twelve months up to `month`; `place`: the places right below; `group`: the groups of `group`.",
        BY,
    )
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// The id or code of a place; the whole city without it.
    #[param(example = "371722")]
    place: Option<String>,
    #[param(schema_with = splits)]
    by: Option<String>,
    /// `YYYY-MM`; the current month without it.
    #[param(example = "2026-11")]
    month: Option<String>,
    /// Which split, for `by=group`: `category`, `reporter_group` …; the first of the figure without it.
    #[param(example = "category")]
    group: Option<String>,
    /// `yes` for what the public sees, whoever asks.
    #[param(schema_with = public_only)]
    public: Option<String>,
}

/// What `public` may be.
const PUBLIC: [&str; 1] = ["yes"];

fn public_only() -> Object {
    words_schema("`yes`: just what the public sees, whoever asks.", PUBLIC)
}

/// A public figure by month, place or group. Without a token, and outside one's own places, small groups are withheld.
#[utoipa::path(
    get, path = "/api/v1/reports/{measure}", tag = "reports",
    params(("measure" = String, Path, description = "The key of a figure.", example = "needs_raised"), Filter),
    responses(
        (status = 200, body = ReportJson),
        (status = 404, description = "There is no such figure (`measure-unknown`, with those that there are), or its groups are not shown of such a place."),
        (status = 400, description = "There is no such place, or the figure is not split so."),
        (status = 422, description = "The month is none, or has not begun.")
    )
)]
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(key): Path<String>,
    ApiQuery(filter): ApiQuery<Filter>,
) -> Result<Json<ReportJson>, Failure> {
    let known = || measures().iter().map(|measure| measure.key.as_str()).collect::<Vec<_>>().join(", ");
    let of = measure(&key).ok_or_else(|| {
        Failure::new(StatusCode::NOT_FOUND, "measure-unknown").with("measure", &key).with("known", known())
    })?;
    one_of("by", filter.by.as_deref(), BY)?;
    one_of("public", filter.public.as_deref(), PUBLIC)?;
    one_of("group", filter.group.as_deref(), of.by.iter().map(String::as_str))?;
    // A figure without groups is split by what is left.
    if of.by.is_empty() && filter.by.as_deref() == Some("group") {
        return Err(not_one_of("by", "group", BY.into_iter().filter(|by| *by != "group")));
    }
    let (caller, at, city, page) = (visitor.caller.clone(), app.now(), app.city(), visitor.page());
    let report = app
        .read(move |mut tx| {
            Box::pin(async move {
                let tx = &mut tx;
                let place = match filter.place.as_deref().filter(|reference| !reference.is_empty()) {
                    Some(reference) => places::api::asked(tx, "place", reference).await?,
                    None => find_place(tx, None).await?,
                };
                let (month, public) = (filter.month.unwrap_or_default(), filter.public.unwrap_or_default());
                let asked = Asked { month, public, ..Asked::default() };
                let month = asked.month_begun(tx, at)?;
                let view = View::open(tx, asked.reader(caller.as_ref()), at, of, place).await?;
                let by = filter.by.unwrap_or_else(|| "month".into());
                let items = match by.as_str() {
                    "month" => {
                        let span = Span { from: month.plus(-11), to: month };
                        let (months, marked) = (view.months(tx, span).await?, marks::months(tx, &view, span).await?);
                        let named = |m: Month, seen| item((m.to_string(), m.to_string()), &seen, marked.contains(&m));
                        months.into_iter().map(|(m, seen)| named(m, seen)).collect()
                    }
                    "place" => {
                        let (below, marked) = (view.below(tx, month).await?, marks::places(tx, &view, month).await?);
                        let named = |p: Place, seen| {
                            let is_marked = marked.contains(&p.code);
                            item((p.code, p.name), &seen, is_marked)
                        };
                        below.into_iter().map(|(p, seen)| named(p, seen)).collect()
                    }
                    _ => {
                        let by = filter.group.or_else(|| of.by.first().cloned()).ok_or(Stop::Missing)?;
                        let groups = view.groups(tx, month, &by).await?.ok_or(Stop::Missing)?;
                        let name = |page: &Page, key: &str| group_name(page, &city, &by, key);
                        let marked = marks::groups(tx, &view, (month, &by), &groups).await?;
                        let named = |k: &String, seen| item((k.clone(), name(&page, k)), seen, marked.contains(k));
                        groups.iter().map(|(k, seen)| named(k, seen)).collect()
                    }
                };
                Ok(ReportJson {
                    measure: of.key.clone(),
                    name: (&of.name).into(),
                    unit: (&of.unit).into(),
                    definition: (&of.definition).into(),
                    value_in: match of.counts {
                        Counts::Rows => "rows",
                        Counts::People => "people",
                        Counts::Minutes => "minutes",
                        Counts::Rate => "permille",
                    },
                    place: view.place.code.clone(),
                    month: month.to_string(),
                    by,
                    as_of: instant(at.recorded.as_millisecond(), &city.settings.zone),
                    items,
                })
            })
        })
        .await?;
    Ok(Json(report))
}

fn item((key, name): (String, String), seen: &Seen, internal: bool) -> ItemJson {
    let whole = |permille: u64| i64::try_from(permille).ok();
    let (state, value, of, among) = match seen {
        Seen::Count { count, .. } => ("known", Some(*count), None, None),
        Seen::Rate { rate: PublicRate::Exact { permille, of, among }, .. } => {
            ("known", whole(*permille), Some(*of), Some(*among))
        }
        Seen::Rate { rate: PublicRate::AtLeast { permille, among }, .. } => {
            ("at_least", whole(*permille), None, Some(*among))
        }
        Seen::Rate { rate: PublicRate::AtMost { permille, among }, .. } => {
            ("at_most", whole(*permille), None, Some(*among))
        }
        Seen::Rate { rate: PublicRate::Hidden, .. } | Seen::Withheld(_) => ("withheld", None, None, None),
        Seen::Rate { rate: PublicRate::Unknown, .. } | Seen::Unknown(_) => ("unknown", None, None, None),
    };
    let through = match seen.coverage() {
        Coverage::Partial { through } => Some(through.to_string()),
        Coverage::Whole | Coverage::Future | Coverage::BeforeRecords => None,
    };
    ItemJson { key, name, state, value, of, among, through, internal }
}

#[derive(OpenApi)]
#[openapi(paths(show), components(schemas(ReportJson, ItemJson, TextJson)))]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
