//! Headers that every answer carries, so that a page can neither run foreign code nor leak where people are.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// The content security policy: own files only, no inline script or style, no framing.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

const FIXED: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // The camera is the phone's own scanner or file picker; the place is asked for by one page, by the person's act.
    (
        HeaderName::from_static("permissions-policy"),
        "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    ),
];

/// Adds the headers. Pages are for one person, so nothing keeps them unless the handler says otherwise.
pub async fn secure_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    response
}

/// A value of a header in UTF-8 (RFC 8187, `value-chars`): what is no letter or digit is escaped. Characters that part folders
/// on some system are dashes.
pub(crate) fn extended(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b'/' | b'\\' | b':' => out.push('-'),
            _ => write!(out, "%{byte:02X}").expect("a string takes it"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_escaped_and_lead_nowhere() {
        let cases = [
            ("helin-people.xlsx", "helin-people.xlsx"),
            ("荷邻.xlsx", "%E8%8D%B7%E9%82%BB.xlsx"),
            ("../a\\b: \"c\"\r\n", "..-a-b-%20%22c%22%0D%0A"),
            ("", ""),
        ];
        for (text, escaped) in cases {
            assert_eq!(extended(text), escaped, "{text}");
        }
    }
}
