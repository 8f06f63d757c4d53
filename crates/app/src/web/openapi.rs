//! The API's own description: `/api/openapi.json`, put together from the capabilities' parts.

use axum::Json;
use axum::routing::get;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder};

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

/// The whole document, in the order of the capabilities.
pub fn document() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Helin 荷邻")
        .version("1")
        .description(Some("Additive only: what is here stays. Times are RFC 3339, durations whole minutes."))
        .build();
    let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = ComponentsBuilder::new().security_scheme("token", token).build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    for part in CAPABILITIES.iter().filter_map(|c| c.openapi) {
        document.merge(part());
    }
    document
}
