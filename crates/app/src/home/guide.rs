//! How the work of each role goes, step by step, with the way to where it is done.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::shared::Role;

use crate::people::role_name;
use crate::web::Who;

/// A step of somebody's work: the end of its locale keys, and where it is done; of what is done on a matter's own page the list
/// that leads there.
type Step = (&'static str, &'static str);

const QUEUE: Step = ("queue", "/desk");
const TRIAGE: Step = ("triage", "/desk?tab=review");
const DISPATCH: Step = ("dispatch", "/desk?tab=dispatch");
const CONFIRM: Step = ("confirm", "/desk/confirm");
const CALL_BACK: Step = ("call-back", "/desk?tab=call_back");
const HAND_OVER: Step = ("hand-over", "/desk/handover");
const CALL: Step = ("call", "/desk/call");
const NUMBER: Step = ("number", "/desk/number");
const REGISTER: Step = ("register", "/people");
const PAPER: Step = ("paper", "/paper");
const HANDLING: Step = ("handling", "/handling");
const HAZARD: Step = ("hazard", "/hazard/new");
const DONE: Step = ("done", "/handling");
const SEALED: Step = ("sealed", "/handling");
const OTHERS: Step = ("others", "/handling");
const LATE: Step = ("late", "/desk?late=yes");
const REVIEWS: Step = ("reviews", "/desk/reviews");
const FIGURES: Step = ("figures", "/report");
const ROLES: Step = ("roles", "/organisations");
const IMPORTS: Step = ("imports", "/imports");
const NAMED: Step = ("named", "/data-handlers");
const READS: Step = ("reads", "/reads");

/// The work of each role, in its order.
const WORK: [(Role, &[Step]); 9] = [
    (Role::SocialWorker, &[QUEUE, TRIAGE, DISPATCH, CONFIRM, CALL_BACK, HAND_OVER]),
    (Role::CommunityWorker, &[QUEUE, CALL, REGISTER, CONFIRM, PAPER, HAND_OVER]),
    (Role::CallTaker, &[CALL, NUMBER, CALL_BACK, HAND_OVER]),
    (Role::GridMember, &[HANDLING, HAZARD, DONE, REGISTER]),
    (Role::DepartmentClerk, &[HANDLING, OTHERS, SEALED, DONE]),
    (Role::CountyOfficial, &[LATE, REVIEWS, FIGURES]),
    (Role::Inspector, &[LATE, REVIEWS, FIGURES]),
    (Role::Administrator, &[ROLES, IMPORTS, NAMED]),
    (Role::Auditor, &[READS, FIGURES]),
];

struct Line {
    title: String,
    text: String,
    href: &'static str,
}

#[derive(Template)]
#[template(path = "home/guide.html")]
struct GuidePage {
    page: Page,
    parts: Vec<(String, Vec<Line>)>,
}

/// The work of whoever asks, of each role they hold.
pub async fn show(who: Who) -> Result<Response, Failure> {
    let actor = who.actor();
    if !actor.is_staff() {
        return Err(Failure::forbidden());
    }
    let page = who.page().titled("guide-title");
    let line = |(key, href): &Step| Line {
        title: page.t(&format!("guide-{key}")),
        text: page.t(&format!("guide-{key}-text")),
        href,
    };
    let held = WORK.iter().filter(|(role, _)| actor.has_role(*role));
    let parts = held.map(|(role, steps)| (role_name(&page, *role), steps.iter().map(line).collect())).collect();
    Ok(html(StatusCode::OK, &GuidePage { parts, page }))
}
