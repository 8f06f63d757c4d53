//! Reading and setting cookies: always HttpOnly, SameSite=Lax and for the whole site.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// The value of the first cookie called `name`.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A cookie to set. Without [`lasting`](Cookie::lasting) it ends with the browser's session.
#[derive(Clone, Debug)]
pub struct Cookie {
    name: &'static str,
    value: String,
    max_age: Option<i64>,
    secure: bool,
}

impl Cookie {
    /// `value` must be plain: characters that a cookie cannot carry are left out.
    pub fn new(name: &'static str, value: impl Into<String>) -> Cookie {
        let mut value: String = value.into();
        value.retain(|c| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\'));
        Cookie { name, value, max_age: None, secure: false }
    }

    /// A cookie that takes the one called `name` away.
    pub fn gone(name: &'static str) -> Cookie {
        Cookie { max_age: Some(0), ..Cookie::new(name, "") }
    }

    /// Kept for so many seconds.
    pub fn lasting(mut self, seconds: i64) -> Cookie {
        self.max_age = Some(seconds);
        self
    }

    /// Sent over https only. Set it whenever the site is served by https.
    pub fn secure(mut self, secure: bool) -> Cookie {
        self.secure = secure;
        self
    }

    /// The value of a `Set-Cookie` header.
    pub fn header(&self) -> HeaderValue {
        let mut text = format!("{}={}; Path=/; HttpOnly; SameSite=Lax", self.name, self.value);
        if let Some(seconds) = self.max_age {
            text.push_str(&format!("; Max-Age={seconds}"));
        }
        if self.secure {
            text.push_str("; Secure");
        }
        HeaderValue::from_str(&text).expect("name and value are visible ASCII")
    }

    pub fn add_to(&self, response: &mut Response) {
        response.headers_mut().append(header::SET_COOKIE, self.header());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_among_several_and_takes_no_suffix_for_the_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "xsize=no; size=large".parse().unwrap());
        headers.append(header::COOKIE, "theme=contrast".parse().unwrap());
        assert_eq!(read(&headers, "size"), Some("large"));
        assert_eq!(read(&headers, "theme"), Some("contrast"));
        assert_eq!(read(&headers, "none"), None);
    }

    #[test]
    fn a_value_cannot_smuggle_attributes() {
        let cookie = Cookie::new("flash", "a; Domain=evil\r\nX: y").secure(true).lasting(60);
        assert_eq!(cookie.header(), "flash=aDomain=evilX:y; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
        assert_eq!(Cookie::gone("flash").header(), "flash=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }
}
