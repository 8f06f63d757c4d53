//! The API's own description: `/api/openapi.json`, put together from the capabilities' parts. What every call may answer
//! beside its own answers is added here, so that no capability repeats it.

use axum::Json;
use axum::routing::get;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, Response,
};

use super::calls::Scope;
use super::lengths;
use crate::capability::{CAPABILITIES, Capability, Method, Needs, Route};

pub static CAPABILITY: Capability = Capability {
    name: "web",
    verbs: &[],
    routes: &[Route {
        method: Method::Get,
        path: "/api/openapi.json",
        needs: Needs::Public,
        handler: || get(async || Json(document())),
    }],
    jobs: &[],
    openapi: None,
};

const ABOUT: &str = "Additive only: what is here stays. Times are RFC 3339, durations whole minutes. Texts are in Chinese, \
    or in English where `Accept-Language` prefers it or the address begins with `/en/api/`. A query parameter that a call \
    does not document is refused, and so is a field of a body. Whoever holds a mandate acts for another with the header \
    `Helin-On-Behalf-Of`.";

const TOKEN: &str = "A token does what its person may, within its scopes. `*` holds every call, `read` every call that \
    reads; `capability:read` the calls that read of that capability, `capability:write` those that change and read. Each \
    call names the narrowest scope that holds it; 403 `token-scope` says which one a token lacks.";

/// The header by which a call acts for another.
fn on_behalf() -> Parameter {
    ParameterBuilder::new()
        .name("Helin-On-Behalf-Of")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The person acted for, by a mandate that holds now; 403 without one."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}

/// The header that makes a call safe to repeat.
fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "1 to 200 visible ASCII characters. The same key and body again get the first answer and do nothing; the same \
             key with another body is 422 `idempotency-key-reused`.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[!-~]{1,200}$")).build()))
        .build()
}

/// The calls whose answer holds a secret or depends on one that was typed, and is therefore not kept.
const UNKEPT: [&str; 8] = [
    "/api/v1/organisations/{id}/national-file",
    "/api/v1/people/{id}/cards",
    "/api/v1/people/{id}/password",
    "/api/v1/people/{id}/password-reset",
    "/api/v1/people/{id}/second-step",
    "/api/v1/people/{id}/second-step/confirmation",
    "/api/v1/people/{id}/second-step/end",
    "/api/v1/people/{id}/tokens",
];

/// The parts of the API that are used for another.
const FOR_OTHERS: [&str; 2] = ["matters", "service"];

/// What goes wrong, for programs (RFC 9457): the body of every answer from 400 on.
fn problem() -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let about = |object: ObjectBuilder, words: &str| object.description(Some(words));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("code", about(text(), "Stable: which problem it is."))
        .property("title", about(text(), "For people, in the language asked for."))
        .property("detail", about(text(), "What to do about it, for people."))
        .property("field", about(text(), "The part of the body at fault."))
        .property("args", about(ObjectBuilder::new().schema_type(Type::Object), "What the detail mentions."))
        .property("errors", faults())
        .property("reference", about(text(), "Names the request in the log."))
        .required("status")
        .required("code")
        .required("title")
        .required("reference")
        .into()
}

/// Where more than one thing is wrong: each of them, the first with the rest.
fn faults() -> ArrayBuilder {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let one = ObjectBuilder::new().schema_type(Type::Object);
    let one = one.property("code", text()).property("detail", text()).property("field", text()).required("code");
    ArrayBuilder::new()
        .items(one)
        .description(Some("Where more than one thing is wrong: each of them, the first with the rest."))
}

/// A call as it stands in the table of routes.
struct Seen<'a> {
    route: &'a Route,
    scope: Scope,
    for_others: bool,
}

impl Seen<'_> {
    fn writes(&self) -> bool {
        self.route.method == Method::Post
    }

    fn is_kept(&self) -> bool {
        self.writes() && !UNKEPT.contains(&self.route.path)
    }

    fn is_public(&self) -> bool {
        self.route.needs == Needs::Public
    }
}

/// What calls answer beside what each documents itself: the status, what it means, and which calls answer it.
type Common = (&'static str, &'static str, fn(&Seen<'_>) -> bool);
const COMMON: &[Common] = &[
    (
        "400",
        "The address or a header cannot be read: a parameter that there is none of (`query-unknown`, `query-none`), that is \
     missing (`query-missing`) or stands twice (`query-twice`), or a value that it does not take \
     (`query-value`, `query-unreadable`, `query-place`); `field` names the parameter.",
        |_| true,
    ),
    ("401", "Nobody is signed in, or the token does not hold (`token-spent`).", |call| !call.is_public()),
    (
        "403",
        "The asker may not do this, or not for whom they name, or their token lacks the scope (`token-scope`).",
        |call| !call.is_public() || call.for_others,
    ),
    ("404", "There is none, or the asker may not know of it.", |call| call.route.path.contains('{')),
    ("409", "Somebody was faster.", |call| call.writes()),
    ("413", "The body is too large.", |call| call.writes()),
    (
        "415",
        "The body is of another type than the call takes; but for photos and tables, which have calls of their own \
     (`photos-apart`), that is `application/json`.",
        |call| call.writes(),
    ),
    (
        "422",
        "The body cannot be read or has a field that there is none of (`body-unknown`), its `Idempotency-Key` belongs to \
     another request, or a rule says no: `code` says which, `field` where.",
        |call| call.writes(),
    ),
    ("429", "Asked too often: again after `Retry-After` seconds.", |_| true),
    ("500", "A defect: `reference` names the request in the log.", |_| true),
    ("503", "Not now: again after `Retry-After` seconds.", |_| true),
];

fn add_common(operation: &mut Operation, call: &Seen<'_>) {
    if !call.is_public() {
        let token = SecurityRequirement::new("token", call.scope.name());
        operation.security.get_or_insert_default().push(token);
    }
    let answers = &mut operation.responses.responses;
    for (status, _, applies) in COMMON {
        let is_own = match answers.get(*status) {
            Some(RefOr::T(answer)) => !answer.description.is_empty(),
            Some(RefOr::Ref(_)) => true,
            None => !applies(call),
        };
        if !is_own {
            answers.insert((*status).to_owned(), RefOr::Ref(Ref::from_response_name(*status)));
        }
    }
    for (status, answer) in answers.iter_mut() {
        let RefOr::T(answer) = answer else { continue };
        if status.as_str() >= "400" {
            add_problem(answer);
            add_headers(status, answer);
        }
        if answer.description.is_empty() {
            said(status, call.writes()).clone_into(&mut answer.description);
        }
    }
}

/// What an answer is whose call says no more of it than its body: an answer without words is none to a strict reader
/// (OpenAPI 3.1.0, Response Object: `description` is required).
fn said(status: &str, writes: bool) -> &'static str {
    match (status, writes) {
        ("201", _) => "It is made: what it is now.",
        (_, true) => "It is done: how things stand now.",
        (_, false) => "What was asked for.",
    }
}

/// The headers that go with a refusal.
fn add_headers(status: &str, answer: &mut Response) {
    let (name, type_, about) = match status {
        "401" => ("WWW-Authenticate", Type::String, "`Bearer`."),
        "429" | "503" => ("Retry-After", Type::Integer, "Whole seconds after which the next try may succeed."),
        _ => return,
    };
    let header = HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(type_).build()));
    answer.headers.insert(name.to_owned(), header.description(Some(about)).build().into());
}

fn add_problem(answer: &mut Response) {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    answer.content.insert("application/problem+json".to_owned(), body.into());
}

/// What [`COMMON`] says, once for all calls.
fn common_answers() -> impl Iterator<Item = (&'static str, Response)> {
    COMMON.iter().map(|(status, meaning, _)| {
        let mut answer = Response::new(*meaning);
        add_problem(&mut answer);
        add_headers(status, &mut answer);
        (*status, answer)
    })
}

fn routes() -> impl Iterator<Item = (&'static Capability, &'static Route)> {
    CAPABILITIES.iter().flat_map(|capability| capability.routes.iter().map(move |route| (*capability, route)))
}

/// What client generators call an operation: unique, since no two operations have the same method and address
/// (OpenAPI 3.1.0, Operation Object: "MUST be unique among all operations").
fn operation_id(method: Method, path: &str) -> String {
    let verb = match method {
        Method::Get => "get",
        Method::Post => "post",
    };
    let words = path.trim_start_matches("/api/v1/").replace(['{', '}'], "").replace(['/', '-'], "_");
    format!("{verb}_{words}")
}

/// The whole document, in the order of the capabilities.
pub fn document() -> OpenApi {
    let info = InfoBuilder::new().title("Helin 荷邻").version("1").description(Some(ABOUT)).build();
    let token =
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(TOKEN)).build());
    let components = ComponentsBuilder::new().security_scheme("token", token).schema("Problem", problem());
    let components = components.responses_from_iter(common_answers()).build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    for part in CAPABILITIES.iter().filter_map(|c| c.openapi) {
        document.merge(part());
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in [(Method::Get, &mut item.get), (Method::Post, &mut item.post)] {
            let served = routes().find(|(_, route)| route.method == method && route.path == path);
            let (Some(operation), Some((capability, route))) = (operation, served) else { continue };
            operation.operation_id = Some(operation_id(method, path));
            let tags = operation.tags.iter().flatten();
            let for_others = tags.into_iter().any(|tag| FOR_OTHERS.contains(&tag.as_str()));
            if for_others {
                operation.parameters.get_or_insert_default().push(on_behalf().into());
            }
            let seen = Seen { route, scope: Scope::of(capability, route), for_others };
            if seen.is_kept() {
                operation.parameters.get_or_insert_default().push(idempotency_key().into());
            }
            add_common(operation, &seen);
        }
    }
    lengths::describe(&mut document);
    document
}
