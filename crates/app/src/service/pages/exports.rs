//! Lists of service as workbooks: the units' certificates, and what is looked at before it counts. Each as its page draws it.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::spreadsheets::Out;
use kit::{Failure, Form, Page};
use rules::service::access::DecideAppeal;
use rules::shared::Moment;
use rules::shared::permit::might;

use super::certificates::Line;
use super::reviews::Shown;
use crate::exchange::lists::{self, List, when};
use crate::service::certificates::CertificateRow;
use crate::service::reviews::ReviewRow;
use crate::service::{appealing, certifying, reviewing};
use crate::web::Who;
use crate::{App, Stop};

/// The certificates of one's units: those in doubt first, then the newest.
pub async fn certificates(State(app): State<App>, who: Who, _form: Form) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let most = i64::from(lists::MOST);
    let read = app.read(move |mut tx| {
        Box::pin(async move {
            let mut rows = certifying::of_units(&mut tx, &actor, true, most).await?;
            let doubted: BTreeSet<_> = rows.iter().map(CertificateRow::id).collect();
            let all = certifying::of_units(&mut tx, &actor, false, most).await?;
            rows.extend(all.into_iter().filter(|row| !doubted.contains(&row.id())));
            Ok(rows)
        })
    });
    let (mut rows, page, zone) = (read.await?, who.page(), app.city().settings.zone.clone());
    rows.truncate(lists::MOST as usize);
    let row = |row: CertificateRow| {
        let line = Line::of(&page, row);
        let row = &line.row;
        let said = [&line.number, &line.state, &row.person_name, &row.unit, &row.from_day, &row.to_day];
        let figures = [Out::from(row.minutes()), when(row.issued_at, &zone)];
        said.into_iter().map(|text| Out::from(text.as_str())).chain(figures).collect()
    };
    let header = [
        "certificate-number",
        "hours-export-state",
        "people-name",
        "certificate-unit-name",
        "certificate-from",
        "certificate-to",
        "hours-export-minutes",
        "certificate-issued-on",
    ];
    let rows = rows.into_iter().map(row).collect();
    let list =
        List::of(&page, "certificates", ("certificate-desk-title", "certificates-export-definition"), &header, rows);
    lists::hand_out(&app, &who, list).await
}

/// What is looked at before it counts and what was decided, with the appeals of whoever decides on them. Not what was said to
/// it, which is opened one by one.
pub async fn reviews(State(app): State<App>, who: Who, _form: Form) -> Result<Response, Failure> {
    let (actor, most) = (who.actor().clone(), i64::from(lists::MOST));
    let read = app.read(move |mut tx| {
        Box::pin(async move {
            let found = reviewing::list(&mut tx, &actor, most).await?;
            let mut groups = vec![("review-open-title", found.open), ("review-decided-title", found.decided)];
            if might::<DecideAppeal>(&actor) {
                let appeals = appealing::list(&mut tx, &actor, most).await?;
                groups.insert(0, ("appeal-list-title", appeals.waiting));
                groups.push(("appeal-list-decided", appeals.decided));
            }
            Ok(groups)
        })
    });
    let (groups, page, zone) = (read.await?, who.page(), app.city().settings.zone.clone());
    let mut rows = Vec::new();
    for (group, found) in groups {
        for row in found {
            rows.push(review(&page, (app.now(), &zone), group, row)?);
        }
    }
    rows.truncate(lists::MOST as usize);
    let header = [
        "tasks-export-group",
        "people-name",
        "review-activity",
        "desk-row-place",
        "hours-export-start",
        "hours-export-end",
        "hours-export-minutes",
        "review-why-title",
        "hours-export-state",
        "review-decided-by",
        "review-decided-at",
        "review-reason",
        "appeal-title",
        "appeal-decided-by",
        "appeal-decided-at",
        "appeal-reason",
    ];
    let list = List::of(&page, "reviews", ("review-list-title", "reviews-export-definition"), &header, rows);
    lists::hand_out(&app, &who, list).await
}

fn review(page: &Page, (at, zone): (Moment, &TimeZone), group: &str, row: ReviewRow) -> Result<Vec<Out>, Stop> {
    let shown = Shown::of(page, at, row)?;
    let row = &shown.row;
    let decided = |text: &Option<String>| Out::from(text.clone().unwrap_or_default());
    let said = [page.t(group), row.person_name.clone(), row.activity.clone(), row.place_name.clone()].map(Out::from);
    let times = [when(row.started_at, zone), when(row.ended_at, zone), Out::from(row.minutes)];
    let why = [Out::from(shown.why.join("\n")), Out::from(shown.state.as_str())];
    let decision = [decided(&row.decider_name), when(row.decided_at, zone), decided(&row.reason)];
    let appeal = [
        decided(&shown.appeal.as_ref().map(|(state, _)| state.clone())),
        decided(&row.appeal_decider_name),
        when(row.appeal_decided_at, zone),
        decided(&row.appeal_reason),
    ];
    Ok(said.into_iter().chain(times).chain(why).chain(decision).chain(appeal).collect())
}
