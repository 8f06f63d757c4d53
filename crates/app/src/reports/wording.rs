//! How figures are written: numbers, units, remarks, the names of groups.

use kit::{Choice, Page};
use rules::matters::Kind;
use rules::matters::kind::Prefill;
use rules::reports::{Counts, Coverage, Measure, Month, PublicRate, labels};
use rules::shared::Text;

use super::figures::Seen;
use crate::city::City;

/// Words of data in the page's language.
pub fn words<'t>(page: &Page, text: &'t Text) -> &'t str {
    text.in_lang(if page.is_en() { "en" } else { "zh" })
}

/// Hours with at most one digit after the point, cut and not rounded up.
fn hours(page: &Page, minutes: i64) -> String {
    let tenths = minutes / 6;
    match tenths % 10 {
        0 => page.n(tenths / 10),
        rest => format!("{}.{rest}", page.n(tenths / 10)),
    }
}

fn percent(permille: u64) -> String {
    match permille % 10 {
        0 => format!("{}%", permille / 10),
        rest => format!("{}.{rest}%", permille / 10),
    }
}

/// A number as a page writes it, without its unit.
pub fn written(page: &Page, measure: &Measure, seen: &Seen) -> String {
    match seen {
        Seen::Count { count, .. } if measure.counts == Counts::Minutes => hours(page, *count),
        Seen::Count { count, .. } => page.n(*count),
        Seen::Rate { rate, .. } => match rate {
            PublicRate::Exact { permille, .. } => percent(*permille),
            PublicRate::AtLeast { permille, .. } => format!("≥ {}", percent(*permille)),
            PublicRate::AtMost { permille, .. } => format!("≤ {}", percent(*permille)),
            PublicRate::Hidden => page.t("report-withheld"),
            PublicRate::Unknown => "—".to_owned(),
        },
        Seen::Withheld(_) => page.t("report-withheld"),
        Seen::Unknown(_) => "—".to_owned(),
    }
}

/// What must be said beside a number: that its month is not over, or why there is none; a rate's two counts.
pub fn remark(page: &Page, seen: &Seen) -> String {
    let mut parts = Vec::new();
    match seen {
        Seen::Rate { rate: PublicRate::Exact { of, among, .. }, .. } => {
            parts.push(page.t2("report-counts", "of", *of, "among", *among));
        }
        Seen::Rate { rate: PublicRate::AtLeast { among, .. } | PublicRate::AtMost { among, .. }, .. } => {
            parts.push(page.t1("report-among", "among", *among));
        }
        Seen::Rate { rate: PublicRate::Unknown, .. } => parts.push(page.t("report-nobody")),
        _ => {}
    }
    match seen.coverage() {
        Coverage::Partial { through } => parts.push(page.t1("report-through", "day", page.date(&through.to_string()))),
        Coverage::Future => parts.push(page.t("report-future")),
        Coverage::BeforeRecords => parts.push(page.t("report-before-records")),
        Coverage::Whole => {}
    }
    parts.join(if page.is_en() { "; " } else { "；" })
}

pub fn unit<'m>(page: &Page, measure: &'m Measure, seen: &Seen) -> &'m str {
    match seen {
        Seen::Count { .. } if measure.counts != Counts::Rate => words(page, &measure.unit),
        _ => "",
    }
}

pub fn height(seen: &Seen) -> f64 {
    match seen {
        Seen::Count { count, .. } => *count as f64,
        Seen::Rate { rate: PublicRate::Exact { permille, .. }, .. } => *permille as f64,
        _ => f64::NAN,
    }
}

/// 「2026年6月」, `June 2026`.
pub fn month_name(page: &Page, month: Month) -> String {
    let first = month.first_day();
    page.t2("report-month", "year", first.year().to_string(), "month", i64::from(first.month()))
}

/// The months to choose from, newest first; the one that is shown is among them, however long ago it was.
pub fn month_choices(page: &Page, months: &[Month], shown: Month) -> Vec<Choice> {
    let older = (!months.contains(&shown)).then_some(&shown);
    months.iter().rev().chain(older).map(|m| Choice::new(m.to_string(), month_name(page, *m))).collect()
}

/// What a group is called: by the kinds for categories, by the report's own data otherwise.
pub fn group_name(page: &Page, city: &City, by: &str, key: &str) -> String {
    let of_kind = || {
        let groups =
            |kind: &'_ Kind| kind.fields.iter().find(|f| f.prefill == Some(Prefill::Group)).map(|f| f.options.clone());
        let choices = |kind: &Kind| match by {
            "category" => kind.types().to_vec(),
            "reporter_group" => groups(kind).unwrap_or_default(),
            _ => Vec::new(),
        };
        city.kinds.iter().flat_map(choices).find(|c| c.key == key).map(|c| words(page, &c.name).to_owned())
    };
    let named = labels(by).find(|l| l.key == key).map(|l| words(page, &l.name).to_owned());
    named.or_else(of_kind).unwrap_or_else(|| key.to_owned())
}
