//! Does the client want JSON or a page?

use axum::http::{HeaderMap, header};

/// The two forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    Html,
    Json,
}

/// What a request to `path` wants: the API always speaks JSON; elsewhere the `Accept` header decides between the types
/// it names, by quality and then by order. A client that names neither gets a page.
pub fn wants(headers: &HeaderMap, path: &str) -> Wants {
    if path == "/api" || path.starts_with("/api/") {
        return Wants::Json;
    }
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut best = (0.0_f32, Wants::Html);
    for part in accept.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let form = match pieces.next().unwrap_or_default() {
            "text/html" | "application/xhtml+xml" => Wants::Html,
            "application/json" | "application/problem+json" => Wants::Json,
            _ => continue,
        };
        let quality = pieces.find_map(|p| p.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
        if quality > best.0 {
            best = (quality, form);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_decides_except_under_api() {
        for (path, accept, expected) in [
            ("/", "", Wants::Html),
            ("/", "*/*", Wants::Html),
            ("/", "text/html,application/xhtml+xml,*/*;q=0.8", Wants::Html),
            ("/", "application/json", Wants::Json),
            ("/", "text/html;q=0.5, application/json", Wants::Json),
            ("/", "application/json;q=0.5, text/html", Wants::Html),
            ("/api/v1/matters", "text/html", Wants::Json),
            ("/apiary", "", Wants::Html),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(wants(&headers, path), expected, "{path} {accept}");
        }
    }
}
