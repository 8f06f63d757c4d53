//! The API's own description: `/api/openapi.json`, put together from the capabilities' parts.

use axum::Json;
use axum::routing::get;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Required};

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

const ABOUT: &str = "Additive only: what is here stays. Times are RFC 3339, durations whole minutes. Whoever holds a \
    mandate acts for another with the header `Helin-On-Behalf-Of`.";

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

/// The parts of the API that are used for another.
const FOR_OTHERS: [&str; 2] = ["matters", "service"];

/// The whole document, in the order of the capabilities.
pub fn document() -> OpenApi {
    let info = InfoBuilder::new().title("Helin 荷邻").version("1").description(Some(ABOUT)).build();
    let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = ComponentsBuilder::new().security_scheme("token", token).build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    for part in CAPABILITIES.iter().filter_map(|c| c.openapi) {
        document.merge(part());
    }
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            let tags = operation.tags.iter().flatten();
            if tags.into_iter().any(|tag| FOR_OTHERS.contains(&tag.as_str())) {
                operation.parameters.get_or_insert_default().push(on_behalf().into());
            }
        }
    }
    document
}
