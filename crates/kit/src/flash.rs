//! A message for the next page, once: "saved", "sent". It travels in a signed cookie, so nobody can put words on a page.

use axum::http::HeaderMap;
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::cookies::{self, Cookie};
use crate::secret::Secret;

/// The name of the cookie.
pub const COOKIE: &str = "flash";

/// What kind of message it is; each has its icon and word, so colour is never alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Done,
    Note,
    Warning,
}

impl Tone {
    /// The class of the strip.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Done => "ok",
            Tone::Note => "info",
            Tone::Warning => "warn",
        }
    }

    /// The name of its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Tone::Done => "circle-check",
            Tone::Note => "info",
            Tone::Warning => "triangle-alert",
        }
    }
}

/// A one-time message, in the words of the page that sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub tone: Tone,
    pub text: String,
}

impl Flash {
    pub fn done(text: impl Into<String>) -> Flash {
        Flash { tone: Tone::Done, text: text.into() }
    }

    pub fn note(text: impl Into<String>) -> Flash {
        Flash { tone: Tone::Note, text: text.into() }
    }

    pub fn warning(text: impl Into<String>) -> Flash {
        Flash { tone: Tone::Warning, text: text.into() }
    }

    /// Adds the cookie to a redirect. Cookies hold about 4 KB, so a text over 600 characters is cut.
    pub fn add_to(&self, response: &mut Response, secret: &Secret, secure: bool) {
        let cut = Flash { tone: self.tone, text: self.text.chars().take(600).collect() };
        let data = serde_json::to_vec(&cut).expect("a message is plain data");
        let value = format!("{}.{}", BASE64URL_NOPAD.encode(&data), secret.sign("flash", &data));
        Cookie::new(COOKIE, value).lasting(300).secure(secure).add_to(response);
    }

    /// The message that came with a request, if its signature holds.
    pub fn read(headers: &HeaderMap, secret: &Secret) -> Option<Flash> {
        let (data, signature) = cookies::read(headers, COOKIE)?.split_once('.')?;
        let data = BASE64URL_NOPAD.decode(data.as_bytes()).ok()?;
        secret.verifies("flash", &data, signature).then(|| serde_json::from_slice(&data).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header;
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn a_message_comes_back_and_a_forged_one_does_not() {
        let secret = Secret::new([3; 32]);
        let mut response = ().into_response();
        Flash::done("已提交；谢谢您").add_to(&mut response, &secret, false);
        let set = response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
        let pair = set.split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, pair.parse().unwrap());
        assert_eq!(Flash::read(&headers, &secret), Some(Flash::done("已提交；谢谢您")));
        assert_eq!(Flash::read(&headers, &Secret::new([4; 32])), None);
        headers.insert(header::COOKIE, "flash=e30.e30".parse().unwrap());
        assert_eq!(Flash::read(&headers, &secret), None);
    }
}
