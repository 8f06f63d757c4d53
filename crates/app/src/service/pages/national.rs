//! 报送国家系统: which days, what would be in the file, and the file.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use kit::spreadsheets::{Book, Out, Sheet};
use kit::{Failure, Form, Page, html};
use rules::service::national::{NationalColumns, Stock};
use rules::shared::Refusal;
use rules::shared::ids::OrganisationId;

use super::certificates::{Days, both};
use crate::exchange::download;
use crate::service::national;
use crate::service::national::store::Gathered;
use crate::service::national::tables::{Table, tables};
use crate::web::json::path_id;
use crate::web::{Who, with_refusal};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "service/national.html")]
struct NationalPage {
    page: Page,
    form: Form,
    id: OrganisationId,
    unit: String,
    /// What the days in the form hold; nothing before they were chosen.
    stock: Option<Stock>,
    /// Columns whose names are still to be held against the national template.
    unconfirmed: usize,
}

/// The quarter that ended last, which is what is usually reported.
fn last_quarter(today: Date) -> Option<(Date, Date)> {
    let first = Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).ok()?;
    let to = first.yesterday().ok()?;
    Some((Date::new(to.year(), to.month() - 2, 1).ok()?, to))
}

async fn draw(
    app: &App,
    who: &Who,
    id: OrganisationId,
    (form, stock): (Form, Option<Stock>),
    refusal: Option<&Refusal>,
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let unit = app.read(move |mut tx| Box::pin(async move { national::unit(&mut tx, &actor, id).await })).await?;
    let page = who.page().titled("national-title").back_to(format!("/organisations/{id}"));
    let (status, page) = with_refusal(page, refusal);
    let unconfirmed = app.city().settings.national.unconfirmed();
    Ok(html(status, &NationalPage { page, form, id, unit: unit.name, stock, unconfirmed }))
}

pub async fn look(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(days): Query<Days>,
) -> Result<Response, Failure> {
    let id: OrganisationId = path_id(&id)?;
    let today = app.city().calendar.date(app.now().recorded);
    let Some(form) = days.form() else {
        let form = last_quarter(today).map_or_else(Form::empty, |(from, to)| {
            Form::empty().with("from", from.to_string()).with("to", to.to_string())
        });
        return draw(&app, &who, id, (form, None), None).await;
    };
    let (actor, at) = (who.actor().clone(), app.now());
    let found = match both(&form) {
        Err(refusal) => Err(Stop::from(refusal)),
        Ok(days) => {
            app.read(move |mut tx| Box::pin(async move { national::foresee(&mut tx, &actor, at, id, days).await }))
                .await
        }
    };
    match found {
        Ok((_, stock)) => draw(&app, &who, id, (form, Some(stock)), None).await,
        Err(Stop::Refused(refusal)) => draw(&app, &who, id, (form, None), Some(&refusal)).await,
        Err(stop) => Err(stop.into()),
    }
}

/// The file.
pub async fn take(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: OrganisationId = path_id(&id)?;
    let days = match both(&form) {
        Err(refusal) => return draw(&app, &who, id, (form, None), Some(&refusal)).await,
        Ok(days) => days,
    };
    let gathered = app.act(who.actor(), (id, days), |mut tx, who, at, (id, days)| {
        Box::pin(async move { national::report(&mut tx, &who, at, id, days).await })
    });
    let gathered = match gathered.await {
        Ok(gathered) => gathered,
        Err(Stop::Refused(refusal)) => return draw(&app, &who, id, (form, None), Some(&refusal)).await,
        Err(stop) => return Err(stop.into()),
    };
    let book = book(&who, &app.city().settings.national, &gathered, &form)?;
    let (page, days) = (who.page(), format!("{}-{}", days.0, days.1));
    let title = format!("{}-{days}", page.t("national-title"));
    download(&page, (&format!("helin-national-{days}"), &title), book).await
}

fn book(who: &Who, columns: &NationalColumns, all: &Gathered, form: &Form) -> Result<Book, Stop> {
    let page = who.page();
    let tables = tables(&page, columns, all)?;
    let about = about(&page, columns, all, &tables, (form, &who.caller.name));
    let sheet = |table: Table| {
        let header = table.columns.into_iter().map(|column| column.title).collect();
        Sheet { name: table.title, header, rows: table.rows }
    };
    Ok(Book { pages: tables.into_iter().map(sheet).chain([about]).collect() })
}

/// The last sheet: whose file it is, and of each column what it rests on and whether its name is confirmed.
fn about(page: &Page, columns: &NationalColumns, all: &Gathered, tables: &[Table], (form, by): (&Form, &str)) -> Sheet {
    let line = |cells: [String; 4]| cells.into_iter().map(Out::from).collect::<Vec<Out>>();
    let say = |key: &str, text: String| line([page.t(key), text, String::new(), String::new()]);
    let days =
        page.t2("national-days", "from", page.full_date(form.text("from")), "to", page.full_date(form.text("to")));
    let mut rows = vec![
        say("national-unit", all.group.name.clone()),
        say("certificate-period", days),
        say("export-as-of", page.full_date(&page.today()) + " " + &page.time(page.now_millis())),
        say("export-by", by.to_owned()),
        say("export-source", page.runner().to_owned()),
        say("export-care", page.t("national-care")),
    ];
    if page.demo() {
        rows.push(say("export-demo", page.t("frame-demo")));
    }
    for table in tables {
        for column in &table.columns {
            let standing = page.t(if column.confirmed { "national-confirmed" } else { "national-unconfirmed" });
            rows.push(line([table.title.clone(), column.title.clone(), column.basis.clone(), standing]));
        }
    }
    let lang = page.lang.tag();
    for missing in &columns.missing {
        let (title, why) = (missing.title.in_lang(lang).to_owned(), missing.why.in_lang(lang).to_owned());
        rows.push(line([title, why, missing.basis.clone(), page.t("national-missing")]));
    }
    let header = ["national-table", "national-column", "national-basis", "national-standing"];
    Sheet { name: page.t("national-about"), header: header.map(|key| page.t(key)).to_vec(), rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_quarter_that_ended_last_is_offered() {
        for (today, expected) in [
            (date(2026, 1, 1), (date(2025, 10, 1), date(2025, 12, 31))),
            (date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 31))),
            (date(2026, 4, 1), (date(2026, 1, 1), date(2026, 3, 31))),
            (date(2026, 11, 27), (date(2026, 7, 1), date(2026, 9, 30))),
        ] {
            assert_eq!(last_quarter(today), Some(expected), "{today}");
        }
    }
}
