//! What a capability contributes: its verbs, routes, jobs and its part of the API document.

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::MethodRouter;
use db::BoxFuture;
use rules::shared::ids::{MatterThing, TaskThing, Thing};
use rules::shared::{Actor, Grant, Moment, behalf};

use crate::exchange::intake::Intake;
use crate::web::{calls, yourself};
use crate::{App, Stop, Tx};

/// A capability's manifest.
pub struct Capability {
    pub name: &'static str,
    /// Its rows of the access table.
    pub verbs: &'static [(&'static str, &'static [Grant])],
    pub routes: &'static [Route],
    pub jobs: &'static [Job],
    /// Its part of the OpenAPI document.
    pub openapi: Option<fn() -> utoipa::openapi::OpenApi>,
}

/// A route and what it needs. Routers are built from these alone, so a route without a permission cannot exist.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub needs: Needs,
    pub handler: fn() -> MethodRouter<App>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

/// Who may ask for a route at all; what exactly they may see or do is decided by the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anyone. Only for reading what is public, signing in, and asking for a code.
    Public,
    /// Anyone signed in, about themselves or within what their roles show them.
    SignedIn,
    /// The verb that its action permits: a row of the access table.
    Verb(&'static str),
}

/// A route that shows something to anyone signed in, within what their roles let them see.
macro_rules! page {
    ($path:literal, $handler:path) => {
        $crate::capability::Route {
            method: $crate::capability::Method::Get,
            path: $path,
            needs: $crate::capability::Needs::SignedIn,
            handler: || axum::routing::get($handler),
        }
    };
}

/// A route that does `verb`, for a form or for the API.
macro_rules! form {
    ($path:literal, $verb:literal, $handler:path) => {
        $crate::capability::Route {
            method: $crate::capability::Method::Post,
            path: $path,
            needs: $crate::capability::Needs::Verb($verb),
            handler: || axum::routing::post($handler),
        }
    };
}

/// A route that shows something to everybody.
macro_rules! public {
    ($path:literal, $handler:path) => {
        $crate::capability::Route {
            method: $crate::capability::Method::Get,
            path: $path,
            needs: $crate::capability::Needs::Public,
            handler: || axum::routing::get($handler),
        }
    };
}

/// A form that anybody may send: signing in.
macro_rules! open_form {
    ($path:literal, $handler:path) => {
        $crate::capability::Route {
            method: $crate::capability::Method::Post,
            path: $path,
            needs: $crate::capability::Needs::Public,
            handler: || axum::routing::post($handler),
        }
    };
}

pub(crate) use {form, open_form, page, public};

/// Work that a change caused and that is done later, in a transaction of its own.
pub struct Job {
    pub name: &'static str,
    pub run: JobFn,
}

pub type JobFn = for<'t> fn(Tx<'t>, Moment, serde_json::Value) -> BoxFuture<'t, Result<(), Stop>>;

/// Something that a capability keeps of a matter and that is still open: whoever is about to settle it is told how much.
pub struct Unsettled {
    /// The locale key of its words, which take `count`.
    pub words: &'static str,
    /// Counts it; `$1` is the cell and `$2` the id of the matter.
    pub count: &'static str,
}

/// What may be open of a matter above [`crate::matters`], which is told of it here and calls nobody.
pub static UNSETTLED: &[Unsettled] = &[crate::dispatch::STANDING, crate::service::UNCONFIRMED];

/// Finds the id of a thing by the code that people read of it.
pub type FindFn = for<'x, 't> fn(&'x mut Tx<'t>, &'x str) -> BoxFuture<'x, Result<String, Stop>>;

/// What people know by a code, by the prefix of its ids: a call takes either, so that a program can use what stands on a
/// receipt.
pub static CODED: &[(&str, FindFn)] = &[
    (MatterThing::PREFIX, |tx, code| Box::pin(crate::matters::api::by_code(tx, code))),
    (TaskThing::PREFIX, |tx, code| Box::pin(crate::dispatch::by_code(tx, code))),
];

/// What private matters somebody has, for who lets another see them and is below [`crate::matters`], which tells it here:
/// `code`, `kind`, `title` and `recorded_at` of each; `$1` is the cell and `$2` the id of the person.
pub static PRIVATE_MATTERS: &str = crate::matters::PRIVATE;

/// Who is on the way to a matter, or at work on it: whoever is about to send it elsewhere is told their names. Each is a statement
/// of `name`; `$1` is the cell, `$2` the id of the matter and `$3` the present instant.
pub static COMING: &[&str] = &[crate::dispatch::COMING];

/// Who goes to a matter: known above it, asked for here. `cell`, `id` and `staff` of each; `$1` is the cell and `$2` the id of the
/// matter.
pub const GOERS: &str = crate::dispatch::GOERS;

/// How many colleagues go to a matter themselves: counted above it, asked for here.
pub const COLLEAGUES: &str = crate::dispatch::COLLEAGUES;

/// How many tasks were cut from a matter: counted above it, asked for here.
pub const TASKS: &str = crate::dispatch::TASKS;

/// How far waves of invitations have come, as whoever works on a matter reads it.
pub use rules::dispatch::wave::{Round, Sent, Stage};

/// For which tasks of a matter people are invited in waves: counted above it, asked for here. `title`, `open`, `starts_at`, `wave`
/// and `awaited` of each; `$1` is the cell, `$2` the id of the matter and `$3` the present instant.
pub const INVITING: &str = crate::dispatch::INVITING;

/// Foundations first; one may call only those before it.
pub static CAPABILITIES: &[&Capability] = &[
    &crate::web::openapi::CAPABILITY,
    &crate::identity::CAPABILITY,
    &crate::audit::CAPABILITY,
    &crate::places::CAPABILITY,
    &crate::people::CAPABILITY,
    &crate::matters::CAPABILITY,
    &crate::dispatch::CAPABILITY,
    &crate::service::CAPABILITY,
    &crate::paper::CAPABILITY,
    &crate::reports::CAPABILITY,
    &crate::home::CAPABILITY,
    &crate::rights::CAPABILITY,
    &crate::exchange::CAPABILITY,
];

/// What may be brought in from spreadsheets.
pub static INTAKES: &[&Intake] = &[
    &crate::people::sheets::PEOPLE,
    &crate::people::sheets::TEAMS,
    &crate::people::sheets::CREDENTIALS,
    &crate::people::sheets::VOLUNTEER_NUMBERS,
];

/// The router of all capabilities.
pub fn router() -> Router<App> {
    let mut router = Router::new();
    for (capability, route) in CAPABILITIES.iter().flat_map(|c| c.routes.iter().map(move |route| (c, route))) {
        let handler = (route.handler)();
        let handler = if is_ones_own(capability, route) { handler.layer(from_fn(yourself::first)) } else { handler };
        let common = calls::Common::of(capability, route);
        let handler = handler.route_layer(from_fn(move |request, next| calls::held(common, request, next)));
        router = router.route(route.path, handler);
    }
    router
}

/// Whether a page or a call shows what is one's own, which no mandate reaches: whoever acts for another is themselves first.
/// Under their banner it would be taken for that of the other.
fn is_ones_own(capability: &Capability, route: &Route) -> bool {
    // Whose token it is and for whom it acts is said in any case.
    if route.method != Method::Get || route.path == "/api/v1/me" {
        return false;
    }
    let called = route.path.strip_prefix("/api/v1");
    match route.needs {
        Needs::Public => false,
        Needs::Verb(verb) => !behalf::reaches(verb),
        // Of service a mandate reaches what is done on the page of the matter, which is the home's, and by calls.
        Needs::SignedIn => {
            called.unwrap_or(route.path).starts_with("/me/")
                || (capability.name == "service" && called.is_none())
                || !behalf::reaches(&format!("{}.*", capability.name))
        }
    }
}

/// Whether a path, without language prefix, is that of a page that can be opened.
pub fn is_page(path: &str) -> bool {
    let mut pages = CAPABILITIES.iter().flat_map(|c| c.routes).filter(|route| route.method == Method::Get);
    pages.any(|route| !route.path.starts_with("/api/") && fits(route.path, path))
}

fn fits(pattern: &str, path: &str) -> bool {
    let same = |(pattern, part): (&str, &str)| pattern == part || pattern.starts_with('{') && !part.is_empty();
    pattern.split('/').count() == path.split('/').count() && pattern.split('/').zip(path.split('/')).all(same)
}

/// Whether `who` has a verb at all, whatever the subject: whether a page of another capability that needs it is worth a link.
pub fn might(who: &Actor, verb: &str) -> bool {
    let grants =
        CAPABILITIES.iter().flat_map(|c| c.verbs).filter(|(name, _)| *name == verb).flat_map(|(_, grants)| *grants);
    grants.into_iter().any(|grant| who.has_role(grant.role))
}

/// The job of this name.
pub fn job(name: &str) -> Option<&'static Job> {
    CAPABILITIES.iter().flat_map(|c| c.jobs).find(|j| j.name == name)
}

/// The access table as text, one line per verb and role, committed as `docs/generated/access-table.txt`.
pub fn access_table() -> String {
    use std::fmt::Write;
    let mut out = String::from(
        "# verb × role → own (what is mine), assigned (what I was given), scope (all within my place or organisation)\n",
    );
    for capability in CAPABILITIES {
        for (verb, grants) in capability.verbs {
            let cells: Vec<String> = grants.iter().map(|g| format!("{}={}", g.role.key(), g.reach.key())).collect();
            let _ = writeln!(out, "{verb:<32} {}", cells.join(" "));
        }
    }
    out
}
