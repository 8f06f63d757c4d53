//! The two languages and the `/en/` mirror of every address.

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use tower::ServiceExt;

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
        async move { Ok::<Response, Infallible>(router.oneshot(unprefixed(request)).await.unwrap_or_else(|e| match e {})) }
    });
    Router::new().fallback_service(inner)
}

fn unprefixed(mut request: Request) -> Request {
    let (lang, rest) = split(request.uri().path());
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
