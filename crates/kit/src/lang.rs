//! The two languages and the `/en/` mirror of every address.

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, VARY};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use tower::ServiceExt;

/// What programs ask begins with this.
const API: &str = "/api/";

/// The language of a page. Chinese has the plain addresses, English the same ones under `/en`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    ZhCn,
    En,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::ZhCn, Lang::En];

    /// The value of `html[lang]` and the name of the folder under `locales/`.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::ZhCn => "zh-CN",
            Lang::En => "en",
        }
    }

    /// What stands before a path in this language.
    pub const fn prefix(self) -> &'static str {
        match self {
            Lang::ZhCn => "",
            Lang::En => "/en",
        }
    }

    /// The other language, which the header offers.
    pub const fn other(self) -> Lang {
        match self {
            Lang::ZhCn => Lang::En,
            Lang::En => Lang::ZhCn,
        }
    }

    /// `path` as this language addresses it. Addresses that are not local paths stay as they are.
    pub fn href(self, path: &str) -> String {
        if self == Lang::ZhCn || !path.starts_with('/') || path.starts_with("//") {
            return path.to_owned();
        }
        if path == "/" { "/en/".to_owned() } else { format!("/en{path}") }
    }
}

/// Splits a path into its language and the path that routes know.
pub fn split(path: &str) -> (Lang, &str) {
    match path.strip_prefix("/en") {
        Some("") => (Lang::En, "/"),
        Some(rest) if rest.starts_with('/') => (Lang::En, rest),
        _ => (Lang::ZhCn, path),
    }
}

/// Serves `router` at its addresses in Chinese and under `/en` in English: the prefix is taken off before routing and
/// [`Lang`] is put into the request's extensions.
pub fn mirror(router: Router) -> Router {
    let inner = tower::service_fn(move |request: Request| {
        let router = router.clone();
        let is_negotiated = request.uri().path().starts_with(API);
        async move {
            let mut answer = router.oneshot(unprefixed(request)).await.unwrap_or_else(|e| match e {});
            if is_negotiated {
                answer.headers_mut().append(VARY, HeaderValue::from_static("accept-language"));
            }
            Ok::<Response, Infallible>(answer)
        }
    });
    Router::new().fallback_service(inner)
}

/// The language that a program asks for; Chinese when it asks for neither.
fn preferred(headers: &HeaderMap) -> Lang {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0.0, Lang::ZhCn);
    for part in asked.split(',') {
        let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse().ok()).unwrap_or(0.0);
        let is_meant = |lang: &Lang| tag.trim().split('-').next() == lang.tag().split('-').next();
        match Lang::ALL.into_iter().find(is_meant) {
            Some(lang) if weight > best.0 => best = (weight, lang),
            _ => {}
        }
    }
    best.1
}

fn unprefixed(mut request: Request) -> Request {
    let (mut lang, rest) = split(request.uri().path());
    if lang == Lang::En {
        let target = match request.uri().query() {
            Some(query) => format!("{rest}?{query}"),
            None => rest.to_owned(),
        };
        // A suffix of a valid path is a valid path, so this holds unless the path was `//…`, which stays as it came.
        if let Ok(path) = target.parse::<PathAndQuery>() {
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(path);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    // A page's language is its address, which people pass on; a program says what it wants.
    if lang == Lang::ZhCn && request.uri().path().starts_with(API) {
        lang = preferred(request.headers());
    }
    request.extensions_mut().insert(lang);
    request
}

#[cfg(test)]
mod tests {
    use axum::Extension;
    use axum::body::Body;
    use axum::routing::get;
    use http_body_util::BodyExt;

    use super::*;

    #[test]
    fn only_a_whole_first_segment_en_is_a_language() {
        for (path, lang, rest) in [
            ("/", Lang::ZhCn, "/"),
            ("/tasks", Lang::ZhCn, "/tasks"),
            ("/en", Lang::En, "/"),
            ("/en/", Lang::En, "/"),
            ("/en/tasks", Lang::En, "/tasks"),
            ("/english", Lang::ZhCn, "/english"),
            ("/tasks/en", Lang::ZhCn, "/tasks/en"),
        ] {
            assert_eq!(split(path), (lang, rest), "{path}");
        }
    }

    #[test]
    fn addresses_get_the_prefix_once_and_foreign_ones_never() {
        assert_eq!(Lang::En.href("/"), "/en/");
        assert_eq!(Lang::En.href("/tasks?open=1"), "/en/tasks?open=1");
        assert_eq!(Lang::ZhCn.href("/tasks"), "/tasks");
        for foreign in ["tel:0530-12345", "#main", "https://example.org/", "//example.org/"] {
            assert_eq!(Lang::En.href(foreign), foreign);
        }
    }

    #[test]
    fn a_program_gets_the_language_it_prefers() {
        for (asked, lang) in [
            ("", Lang::ZhCn),
            ("en", Lang::En),
            ("en-GB,en;q=0.9", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::ZhCn),
            ("zh;q=0.3, en;q=0.7", Lang::En),
            ("fr, en;q=0.1", Lang::En),
            ("en;q=0", Lang::ZhCn),
            ("*", Lang::ZhCn),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(asked))]);
            assert_eq!(preferred(&headers), lang, "{asked}");
        }
    }

    #[tokio::test]
    async fn the_language_is_negotiated_for_the_api_alone() {
        let echo = |Extension(lang): Extension<Lang>, uri: Uri| async move { format!("{} {uri}", lang.tag()) };
        let app = mirror(Router::new().fallback(echo));
        for (uri, expected, varies) in [
            ("/api/v1/me?a=1", "en /api/v1/me?a=1", true),
            ("/en/api/v1/me", "en /api/v1/me", false),
            ("/tasks", "zh-CN /tasks", false),
        ] {
            let request = Request::get(uri).header(ACCEPT_LANGUAGE, "en").body(Body::empty()).unwrap();
            let answer = app.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.headers().contains_key(VARY), varies, "{uri}");
            assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), expected);
        }
    }

    #[tokio::test]
    async fn the_mirror_routes_both_and_keeps_the_query() {
        let echo = |Extension(lang): Extension<Lang>, uri: Uri| async move { format!("{} {uri}", lang.tag()) };
        let app = mirror(Router::new().route("/tasks", get(echo)));
        for (uri, expected) in [("/tasks?q=1", "zh-CN /tasks?q=1"), ("/en/tasks?q=1", "en /tasks?q=1")] {
            let request = Request::get(uri).body(Body::empty()).unwrap();
            let body = app.clone().oneshot(request).await.unwrap().into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, expected);
        }
    }
}
