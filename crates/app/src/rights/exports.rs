//! Lists of rights as workbooks: the log of reads, requests for correction that wait, assessments. Each as its page draws it.

use axum::extract::State;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Failure, Form};

use super::assessments::{self, Listed, pages::occasion};
use super::corrections::actions;
use super::corrections::pages::Line;
use super::reads::{self, Wanted, pages};
use crate::App;
use crate::exchange::lists::{self, List};
use crate::web::Who;

/// The log of reads, narrowed as the page was; those whose reads come see that somebody took them along.
pub async fn reads(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let text = |field: &str| form.text(field).to_owned();
    let wanted = Wanted { reader: text("reader"), of: text("of"), day: text("day") };
    let found = app.act(who.actor(), wanted, |mut tx, who, at, wanted| {
        Box::pin(async move { reads::list(&mut tx, &who, at, &wanted, (None, lists::MOST as usize)).await })
    });
    let (rows, page, city) = (found.await?, who.page(), app.city());
    let row = |row: &crate::audit::ReadRow| {
        let [reader, of, field, purpose] = pages::said(&page, &city, row).map(Out::from);
        vec![reader, of, field, purpose, lists::when(row.read_at, &city.settings.zone)]
    };
    let header = ["home-readers-who", "reads-of", "home-readers-what", "home-readers-why", "home-readers-when"];
    let rows = rows.iter().map(row).collect();
    let list = List::of(&page, "reads", ("reads-title", "reads-export-definition"), &header, rows);
    lists::hand_out(&app, &who, list).await
}

/// The requests for correction that wait.
pub async fn corrections(State(app): State<App>, who: Who, _form: Form) -> Result<Response, Failure> {
    let (actor, most) = (who.actor().clone(), i64::from(lists::MOST));
    let rows = app.read(move |mut tx| Box::pin(async move { actions::list(&mut tx, &actor, most).await })).await?;
    let (page, city) = (who.page(), app.city());
    let mut lines = Vec::new();
    for row in &rows {
        let line = Line::of(&page, row)?;
        let zone = &city.settings.zone;
        let said = [line.name, line.field, line.place, line.state].map(Out::from);
        lines
            .push(said.into_iter().chain([lists::when(line.asked_at, zone), lists::when(line.due_at, zone)]).collect());
    }
    let header = [
        "people-name",
        "correct-field",
        "desk-row-place",
        "hours-export-state",
        "correct-asked-row",
        "desk-column-clock",
    ];
    let list = List::of(&page, "corrections", ("correct-desk-title", "corrections-export-definition"), &header, lines);
    lists::hand_out(&app, &who, list).await
}

/// The newest version of each assessment.
pub async fn assessments(State(app): State<App>, who: Who, _form: Form) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let rows = app.read(move |mut tx| Box::pin(async move { assessments::list(&mut tx, &actor).await })).await?;
    let page = who.page();
    let row = |Listed { row, place, .. }: Listed| {
        let occasion = occasion(&page, &row.occasion);
        let said = [row.title, place.name, occasion, row.version.to_string(), row.valid_from, row.review_on];
        let ended = [row.ended_on.unwrap_or_default(), row.end_reason.unwrap_or_default()];
        said.into_iter().chain([row.approved_by, row.approved_on]).chain(ended).map(Out::from).collect()
    };
    let header = [
        "assess-what",
        "data-handlers-place",
        "assess-occasion",
        "assess-version-row",
        "assess-from",
        "assess-review",
        "assess-approved-by",
        "assess-approved-on",
        "assess-ended-on",
        "assess-end-reason",
    ];
    let rows = rows.into_iter().map(row).collect();
    let list = List::of(&page, "assessments", ("assess-title", "assessments-export-definition"), &header, rows);
    lists::hand_out(&app, &who, list).await
}
