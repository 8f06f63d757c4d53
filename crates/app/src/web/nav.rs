//! Four entries each: a bottom tab on the phone, a top line at the desk.

use kit::NavItem;
use rules::shared::{Actor, Role};

const fn item(key: &'static str, href: &'static str, icon: &'static str) -> NavItem {
    NavItem { key, href, icon }
}

const HOME: NavItem = item("nav-home", "/", "house");
const HELP: NavItem = item("nav-help", "/help", "hand-heart");
const HAZARD: NavItem = item("nav-hazard", "/hazard", "triangle-alert");
const REPORT: NavItem = item("nav-report", "/report", "chart-column");
const ME: NavItem = item("nav-me", "/me", "user");
const TASKS: NavItem = item("nav-tasks", "/tasks", "clipboard-list");
const DESK: NavItem = item("nav-desk", "/desk", "inbox");
const CALL: NavItem = item("nav-call", "/desk/call", "phone");
const HANDLING: NavItem = item("nav-handling", "/handling", "inbox");

/// Someone who is not signed in, or a resident.
pub static VISITOR: &[NavItem] = &[HOME, HELP, REPORT, ME];
static VOLUNTEER: &[NavItem] = &[HOME, TASKS, HELP, ME];
static TRIAGE: &[NavItem] = &[DESK, CALL, REPORT, ME];
static CALLS: &[NavItem] = &[CALL, DESK, REPORT, ME];
static GRID: &[NavItem] = &[HANDLING, HAZARD, REPORT, ME];
/// In the order of those who work at a desk.
static OVERSIGHT: &[NavItem] = &[DESK, HANDLING, REPORT, ME];
static OFFICE: &[NavItem] = &[DESK, HOME, REPORT, ME];

/// The navigation of somebody signed in: that of the role they work in most.
pub fn nav(who: &Actor) -> &'static [NavItem] {
    let order: [(Role, &'static [NavItem]); 10] = [
        (Role::SocialWorker, TRIAGE),
        (Role::CallTaker, CALLS),
        (Role::CommunityWorker, TRIAGE),
        (Role::GridMember, GRID),
        (Role::DepartmentClerk, GRID),
        (Role::CountyOfficial, OVERSIGHT),
        (Role::Inspector, OVERSIGHT),
        (Role::Auditor, OFFICE),
        (Role::Administrator, OFFICE),
        (Role::Volunteer, VOLUNTEER),
    ];
    order.into_iter().find(|(role, _)| who.has_role(*role)).map_or(VISITOR, |(_, nav)| nav)
}
