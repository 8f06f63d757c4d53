//! One line for each request, without anything personal: the matched route instead of the path, no address, no query.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

/// A method by its name, if it is one of HTTP's own: whoever asks may call it anything, a telephone number too.
pub fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Logs method, route, status and time.
pub(crate) async fn access(request: Request, next: Next) -> Response {
    #[expect(clippy::disallowed_methods, reason = "how long a request took is measured where it is answered")]
    let start = Instant::now();
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |m| m.as_str().to_owned());
    let response = next.run(request).await;
    let reference = response.headers().get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
    tracing::info!(
        method,
        route,
        status = response.status().as_u16(),
        ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        reference,
        "request"
    );
    response
}
