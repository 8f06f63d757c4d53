//! Requests that change something must come from this site's own pages.
//!
//! Two independent checks: what the browser says about the request's origin, and a token in the form that only a page
//! served to the same session can carry.

use axum::http::{HeaderMap, Method, header};

use crate::secret::{Secret, random_token};

/// The name of the hidden field.
pub const FIELD: &str = "_csrf";

const NONCE: usize = 16;

/// A token for the forms served to `session`. Each one differs, so that compressing a page reveals nothing about it.
pub fn token(secret: &Secret, session: &str) -> String {
    let nonce = random_token(NONCE / 2);
    let signature = secret.sign("csrf", format!("{nonce}{session}").as_bytes());
    format!("{nonce}{signature}")
}

/// True when `token` was made for `session`.
pub fn verify(secret: &Secret, session: &str, token: &str) -> bool {
    match token.split_at_checked(NONCE) {
        Some((nonce, signature)) if !session.is_empty() => {
            secret.verifies("csrf", format!("{nonce}{session}").as_bytes(), signature)
        }
        _ => false,
    }
}

/// False when the browser says that another site sent this changing request. A client that says nothing (an old
/// browser, a command line) passes here and is held by the token. Requests with a bearer token carry no cookie that
/// another site could misuse.
pub fn same_site(method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || headers.contains_key(header::AUTHORIZATION) {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host)),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_for_its_session_only() {
        let secret = Secret::new([1; 32]);
        let made = token(&secret, "session-a");
        assert!(verify(&secret, "session-a", &made));
        assert!(!verify(&secret, "session-b", &made));
        assert!(!verify(&Secret::new([2; 32]), "session-a", &made));
        assert_ne!(made, token(&secret, "session-a"), "two tokens for one session differ");
        for bad in ["", "short", &made[1..], &format!("{made}x"), "一二三四五六七八九十一二三四五六七八九十"]
        {
            assert!(!verify(&secret, "session-a", bad), "{bad}");
        }
        assert!(!verify(&secret, "", &token(&secret, "")), "no session, no trust");
    }

    #[test]
    fn the_browser_says_where_a_request_comes_from() {
        type Case = (Method, &'static [(&'static str, &'static str)], bool);
        let cases: [Case; 10] = [
            (Method::GET, &[("sec-fetch-site", "cross-site")], true),
            (Method::POST, &[], true),
            (Method::POST, &[("sec-fetch-site", "same-origin")], true),
            (Method::POST, &[("sec-fetch-site", "none")], true),
            (Method::POST, &[("sec-fetch-site", "same-site")], false),
            (Method::POST, &[("sec-fetch-site", "cross-site")], false),
            (Method::POST, &[("origin", "https://a.example"), ("host", "a.example")], true),
            (Method::POST, &[("origin", "https://evil.example"), ("host", "a.example")], false),
            (Method::POST, &[("origin", "null"), ("host", "a.example")], false),
            (Method::POST, &[("sec-fetch-site", "cross-site"), ("authorization", "Bearer x")], true),
        ];
        for (method, list, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in list {
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(same_site(&method, &headers), expected, "{method} {list:?}");
        }
    }
}
