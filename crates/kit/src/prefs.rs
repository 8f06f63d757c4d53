//! How a person likes to read and work: size of type, colours, keys. Kept in cookies, so that it holds without signing in.

use axum::Router;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::cookies::{self, Cookie};
use crate::frame::Visit;

/// Size of type. `Large` is the elder edition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    #[default]
    Normal,
    Large,
}

impl Size {
    pub const fn key(self) -> &'static str {
        match self {
            Size::Normal => "normal",
            Size::Large => "large",
        }
    }

    pub fn from_key(key: &str) -> Option<Size> {
        [Size::Normal, Size::Large].into_iter().find(|s| s.key() == key)
    }
}

/// Colours. `Dark` is offered at the desk only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Light,
    Contrast,
    Dark,
}

impl Theme {
    pub const fn key(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Contrast => "contrast",
            Theme::Dark => "dark",
        }
    }

    pub fn from_key(key: &str) -> Option<Theme> {
        [Theme::Light, Theme::Contrast, Theme::Dark].into_iter().find(|t| t.key() == key)
    }
}

/// Keys of one character, at the desk only. Whoever dictates, or strikes keys unawares, switches them off (WCAG 2.1.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    #[default]
    On,
    Off,
}

impl Keys {
    pub const fn key(self) -> &'static str {
        match self {
            Keys::On => "on",
            Keys::Off => "off",
        }
    }

    pub fn from_key(key: &str) -> Option<Keys> {
        [Keys::On, Keys::Off].into_iter().find(|k| k.key() == key)
    }
}

/// What the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefs {
    pub size: Size,
    pub theme: Theme,
    pub keys: Keys,
}

impl Prefs {
    /// Reads the cookies; `?size=large` in the address wins over them, so that a link can carry the choice.
    pub fn of(headers: &HeaderMap, query: Option<&str>) -> Prefs {
        let asked = |name: &str| {
            let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
            pairs.filter(|(k, _)| k == name).map(|(_, v)| v.into_owned()).last()
        };
        let kept = |name: &str| cookies::read(headers, name);
        Prefs {
            size: asked("size")
                .and_then(|k| Size::from_key(&k))
                .or_else(|| kept("size").and_then(Size::from_key))
                .unwrap_or_default(),
            theme: asked("theme")
                .and_then(|k| Theme::from_key(&k))
                .or_else(|| kept("theme").and_then(Theme::from_key))
                .unwrap_or_default(),
            keys: kept("keys").and_then(Keys::from_key).unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    size: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    keys: String,
    #[serde(default)]
    back: String,
}

/// `/settings/size?size=large|normal&back=…`, `/settings/theme?theme=contrast|light|dark&back=…` and
/// `/settings/keys?keys=on|off&back=…`: plain links that set a cookie for a year and go back.
pub fn routes() -> Router {
    Router::new()
        .route(
            "/settings/size",
            get(|visit: Visit, Query(choice): Query<Choice>| async move {
                chosen(&visit, "size", Size::from_key(&choice.size).map(Size::key), &choice.back)
            }),
        )
        .route(
            "/settings/theme",
            get(|visit: Visit, Query(choice): Query<Choice>| async move {
                chosen(&visit, "theme", Theme::from_key(&choice.theme).map(Theme::key), &choice.back)
            }),
        )
        .route(
            "/settings/keys",
            get(|visit: Visit, Query(choice): Query<Choice>| async move {
                chosen(&visit, "keys", Keys::from_key(&choice.keys).map(Keys::key), &choice.back)
            }),
        )
}

fn chosen(visit: &Visit, name: &'static str, value: Option<&'static str>, back: &str) -> Response {
    let to = visit.lang.href(local_path(back));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    if let Some(value) = value {
        const YEAR: i64 = 365 * 24 * 60 * 60;
        Cookie::new(name, value).lasting(YEAR).secure(visit.secure()).add_to(&mut response);
    }
    response
}

/// `back` when it is a path of this site, else the home page: a link must not lead people elsewhere.
pub fn local_path(back: &str) -> &str {
    let local = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains('\\')
        && back.bytes().all(|b| b.is_ascii_graphic());
    if local { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_wins_over_the_cookie_and_nonsense_counts_for_nothing() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "size=large; theme=contrast; keys=off".parse().unwrap());
        let cases = [
            (None, Size::Large, Theme::Contrast),
            (Some("size=normal"), Size::Normal, Theme::Contrast),
            (Some("size=huge&theme=dark"), Size::Large, Theme::Dark),
        ];
        for (query, size, theme) in cases {
            let prefs = Prefs::of(&headers, query);
            assert_eq!((prefs.size, prefs.theme, prefs.keys), (size, theme, Keys::Off), "{query:?}");
        }
        assert_eq!(Prefs::of(&HeaderMap::new(), None), Prefs::default());
    }

    #[test]
    fn back_leads_only_to_this_site() {
        for (back, expected) in [
            ("/tasks?open=1", "/tasks?open=1"),
            ("", "/"),
            ("https://example.org", "/"),
            ("//example.org", "/"),
            ("/\\example.org", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
        ] {
            assert_eq!(local_path(back), expected, "{back:?}");
        }
    }
}
