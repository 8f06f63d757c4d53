//! What the calls of the API have in common, held before any handler runs: which scope a token needs, and that nothing
//! stands after the `?` where a call takes nothing there. The description of the API says the same of each call, because
//! it asks here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kit::{Failure, Form};
use rules::shared::permit::{SEES, token_reads, token_writes};
use rules::shared::{Actor, TokenScope};
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn};

use super::{Caller, openapi};
use crate::capability::{CAPABILITIES, Capability, Method, Needs, Route};

/// Where every address of a call begins.
pub const CALLS: &str = "/api/v1/";
/// The parameter that asks for what is sealed.
const PROTECTED: &str = "protected";
/// Whose token it is, is told to any that holds.
const ME: &str = "/api/v1/me";

/// What is read where a capability keeps it for another: tables that are brought in are of people, who are entered by them.
const FOR_ANOTHER: [(&str, &str); 1] = [("exchange", "people")];

/// What a token must hold for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing: it is open to everybody, or to whoever has a token at all.
    Any,
    /// To read what a capability keeps.
    Reads(&'static str),
    /// To do a verb of a capability.
    Does(&'static str),
}

impl Scope {
    pub fn of(capability: &Capability, route: &Route) -> Scope {
        match (route.needs, route.method) {
            (Needs::Public, _) => Scope::Any,
            _ if route.path == ME => Scope::Any,
            (Needs::Verb(verb), Method::Post) => Scope::Does(verb),
            (Needs::Verb(_) | Needs::SignedIn, _) => Scope::Reads(capability.name),
        }
    }

    /// The narrowest scope that holds it, as it is given to a token: `matters:read`. `None` where any token will do.
    pub fn name(self) -> Option<String> {
        match self {
            Scope::Any => None,
            Scope::Reads(capability) => Some(format!("{}:read", kept_for(capability))),
            Scope::Does(verb) => Some(format!("{}:write", verb.split('.').next().unwrap_or(verb))),
        }
    }

    fn is_held_by(self, who: &Actor) -> bool {
        match self {
            Scope::Any => true,
            // A token that was issued for the capability that keeps it still reads there.
            Scope::Reads(capability) => token_reads(who, capability) || token_reads(who, kept_for(capability)),
            Scope::Does(verb) => token_writes(who, verb),
        }
    }
}

fn kept_for(capability: &'static str) -> &'static str {
    FOR_ANOTHER.iter().find(|(keeps, _)| *keeps == capability).map_or(capability, |(_, reads)| *reads)
}

/// The scopes that can be given: `*`, `read`, and those that some call needs, or without which a call that is open to everybody
/// answers as to nobody; `capability:read` before `capability:write`.
pub fn scopes() -> Vec<String> {
    let calls = CAPABILITIES.iter().flat_map(|capability| {
        let calls = capability.routes.iter().filter(|route| is_call(route.path));
        calls.filter_map(|route| {
            let opens = route.needs == Needs::Public && route.method == Method::Get;
            Scope::of(capability, route).name().or_else(|| opens.then(|| format!("{}:read", capability.name)))
        })
    });
    let needed: BTreeSet<String> = calls.collect();
    let own =
        CAPABILITIES.iter().flat_map(|capability| ["read", "write"].map(|does| format!("{}:{does}", capability.name)));
    let own = own.filter(|scope| needed.contains(scope));
    ["*", "read"].map(str::to_owned).into_iter().chain(own).collect()
}

fn is_call(path: &str) -> bool {
    path.starts_with(CALLS)
}

/// What is held of a route before its handler runs.
#[derive(Clone, Copy)]
pub struct Common {
    scope: Scope,
    method: Method,
    path: &'static str,
    /// The capability whose open route it is.
    open: Option<&'static str>,
}

impl Common {
    pub fn of(capability: &Capability, route: &Route) -> Common {
        let Route { method, path, needs, .. } = *route;
        let open = (needs == Needs::Public).then_some(capability.name);
        Common { scope: Scope::of(capability, route), method, path, open }
    }

    fn refused(&self, request: &Request) -> Option<Failure> {
        let caller = request.extensions().get::<Arc<Caller>>();
        match caller {
            Some(caller) if !self.scope.is_held_by(&caller.actor) => {
                return Some(lacking(&caller.actor, self.scope.name()));
            }
            Some(caller) if let Some(scope) = self.opens_without(request, &caller.actor) => {
                return Some(lacking(&caller.actor, Some(scope)));
            }
            // Whoever is not signed in is told that before anything else.
            None if self.open.is_none() => return None,
            Some(_) | None => {}
        }
        let asked = Form::from_urlencoded(request.uri().query()?.as_bytes());
        let (name, _) = asked.pairs().next()?;
        if !is_call(self.path) || !takes(self.method, self.path).is_empty() {
            return None;
        }
        Some(Failure::bad_request("query-none").with("name", name).at_field(name))
    }

    /// The scope that a token lacks which asks for what is sealed. It would be answered with the part left out, and its program
    /// would take that for nothing being there.
    fn opens_without(&self, request: &Request, who: &Actor) -> Option<String> {
        let Scope::Reads(capability) = self.scope else { return None };
        if !takes(self.method, self.path).iter().any(|name| name == PROTECTED) {
            return None;
        }
        let asked = Form::from_urlencoded(request.uri().query()?.as_bytes());
        let is_asked = asked.pairs().any(|(name, value)| name == PROTECTED && value == "true");
        let opens = token_writes(who, &format!("{capability}.read_protected"));
        (is_asked && !opens).then(|| format!("{capability}:write"))
    }

    /// Whoever asks, as the handler is to see them. Which verbs somebody has decides also what they are shown; a reading call
    /// does none of them, so that a token that may read it is shown what its person is, but for what is sealed. What is open to
    /// everybody may show more to its person than to others: a token that does not read there is answered like nobody's.
    fn as_asked(&self, caller: Arc<Caller>) -> Option<Arc<Caller>> {
        let reads = match (self.method, self.scope, self.open) {
            (Method::Get, Scope::Reads(_), _) => true,
            (Method::Get, _, Some(capability)) if token_reads(&caller.actor, capability) => true,
            (_, _, Some(_)) => return Some(caller).filter(|caller| caller.actor.token_scopes.is_none()),
            _ => false,
        };
        if !reads || caller.actor.token_scopes.is_none() {
            return Some(caller);
        }
        let mut actor = caller.actor.clone();
        actor.token_scopes.get_or_insert_default().push(TokenScope(SEES.into()));
        Some(Arc::new(Caller { actor, ..Caller::clone(&caller) }))
    }
}

fn lacking(who: &Actor, scope: Option<String>) -> Failure {
    let has: Vec<&str> = who.token_scopes.iter().flatten().map(|TokenScope(scope)| scope.as_str()).collect();
    let needed = scope.unwrap_or_default();
    Failure::new(StatusCode::FORBIDDEN, "token-scope").with("scope", needed).with("has", has.join(", "))
}

/// Lets a request through that a route's handler may see.
pub async fn held(common: Common, mut request: Request, next: Next) -> Response {
    if let Some(failure) = common.refused(&request) {
        return failure.into_response();
    }
    if let Some(caller) = request.extensions_mut().remove::<Arc<Caller>>()
        && let Some(caller) = common.as_asked(caller)
    {
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

/// What the calls take after the `?`, as their description names it: by whether they change something, and by address.
static QUERIED: LazyLock<BTreeMap<(bool, String), Vec<String>>> = LazyLock::new(|| {
    let names = |operation: &Operation| -> Vec<String> {
        let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
        let asked = parameters.filter(|parameter| parameter.parameter_in == ParameterIn::Query);
        asked.map(|parameter| parameter.name.clone()).collect()
    };
    let document = openapi::document();
    let of_path = |(path, item): (String, utoipa::openapi::PathItem)| {
        let [gets, posts] = [item.get, item.post].map(|operation| operation.as_ref().map_or_else(Vec::new, names));
        [(false, gets), (true, posts)].into_iter().map(move |(post, names)| ((post, path.clone()), names))
    };
    document.paths.paths.into_iter().flat_map(of_path).collect()
});

/// The parameters that a call takes after the `?`.
fn takes(method: Method, path: &str) -> &'static [String] {
    QUERIED.get(&(method == Method::Post, path.to_owned())).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> impl Iterator<Item = (&'static Capability, &'static Route)> {
        CAPABILITIES.iter().flat_map(|capability| capability.routes.iter().map(move |route| (*capability, route)))
    }

    #[test]
    fn the_scope_of_every_call_can_be_given() {
        let known = scopes();
        for (capability, route) in routes().filter(|(_, route)| is_call(route.path)) {
            let Some(scope) = Scope::of(capability, route).name() else { continue };
            assert!(known.contains(&scope), "{scope}: {}", route.path);
        }
    }

    #[test]
    fn no_scope_is_offered_that_does_nothing() {
        // What is open to everybody may show more to its person, where the token reads there.
        let opens = |capability: &Capability, route: &Route| {
            let reads = route.needs == Needs::Public && route.method == Method::Get;
            reads.then(|| format!("{}:read", capability.name))
        };
        let needed: BTreeSet<String> = routes()
            .filter(|(_, route)| is_call(route.path))
            .filter_map(|(capability, route)| Scope::of(capability, route).name().or_else(|| opens(capability, route)))
            .collect();
        let offered: BTreeSet<String> = scopes().into_iter().filter(|scope| scope.contains(':')).collect();
        assert_eq!(offered, needed);
        assert!(!offered.contains("exchange:write") && offered.contains("people:write"));
    }

    #[test]
    fn a_call_needs_the_scope_of_what_it_reads_or_does() {
        let cases = [
            (Method::Get, "/api/v1/me", None),
            (Method::Get, "/api/v1/places", None),
            (Method::Get, "/api/v1/matters", Some("matters:read")),
            (Method::Post, "/api/v1/matters", Some("matters:write")),
            (Method::Post, "/api/v1/matters/{id}/tasks", Some("dispatch:write")),
            (Method::Post, "/api/v1/people/{id}/tokens", Some("identity:write")),
            (Method::Get, "/api/v1/imports", Some("people:read")),
            (Method::Get, "/api/v1/imports/{id}", Some("people:read")),
            (Method::Post, "/api/v1/imports", Some("people:write")),
        ];
        for (method, path, expected) in cases {
            let is = |(_, route): &(&Capability, &Route)| route.method == method && route.path == path;
            let (capability, route) = routes().find(is).unwrap_or_else(|| panic!("{path} is served"));
            assert_eq!(Scope::of(capability, route).name().as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_token_for_tables_reads_tables_and_nobody() {
        let token = |scope: &str| Actor { token_scopes: Some(vec![TokenScope(scope.into())]), ..Actor::system() };
        let cases = [
            ("/api/v1/imports", "exchange:read", true),
            ("/api/v1/imports", "people:read", true),
            ("/api/v1/people", "people:read", true),
            ("/api/v1/people", "exchange:read", false),
            ("/api/v1/people", "exchange:write", false),
        ];
        for (path, scope, expected) in cases {
            let is = |(_, route): &(&Capability, &Route)| route.method == Method::Get && route.path == path;
            let (capability, route) = routes().find(is).unwrap_or_else(|| panic!("{path} is served"));
            assert_eq!(Scope::of(capability, route).is_held_by(&token(scope)), expected, "{scope}: {path}");
        }
    }

    #[test]
    fn what_takes_a_query_is_what_is_described_with_one() {
        for (method, path, expected) in [
            (Method::Get, "/api/v1/matters", true),
            (Method::Post, "/api/v1/imports", true),
            (Method::Post, "/api/v1/matters", false),
            (Method::Get, "/api/v1/kinds", false),
        ] {
            assert_eq!(!takes(method, path).is_empty(), expected, "{path}");
        }
    }
}
