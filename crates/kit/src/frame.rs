//! The frame around all requests: the site, the visit, and the layers that every answer passes.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::cookies::{self, Cookie};
use crate::failure::{self, Failure};
use crate::flash::{self, Flash};
use crate::lang::{self, Lang};
use crate::prefs::{self, Prefs};
use crate::secret::{Secret, random_token};
use crate::words::Words;
use crate::{assets, csrf, headers, log, unread};

/// A name in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub zh: String,
    pub en: String,
}

impl Named {
    pub fn new(zh: &str, en: &str) -> Named {
        Named { zh: zh.into(), en: en.into() }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::ZhCn => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// Who runs the site and how to reach them.
#[derive(Clone, Debug)]
pub struct Site {
    pub name: Named,
    /// The authority that runs it, shown on top of every page.
    pub runner: Named,
    /// The telephone number as people read it, such as `0530-12345`.
    pub hotline: String,
    /// Everything shown is made up: every page and print says 「演示数据」.
    pub demo: bool,
}

/// An entry of the navigation: bottom tab on phones, top line at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// The key of its words.
    pub key: &'static str,
    pub href: &'static str,
    pub icon: &'static str,
}

/// What the program gives to the frame, once.
pub struct Frame {
    pub words: Words,
    pub site: Site,
    pub secret: Secret,
    pub zone: TimeZone,
    /// The clock; a test or a simulation has its own.
    pub now: fn() -> Timestamp,
    /// The navigation of someone who is not signed in.
    pub nav: &'static [NavItem],
    /// Where to sign in; `back` is added.
    pub sign_in: &'static str,
    /// The page of the person signed in.
    pub my_page: &'static str,
    /// Whether a path, without language prefix, is that of a page that can be opened.
    pub is_page: fn(&str) -> bool,
    /// Served over https, so cookies are sent over nothing else.
    pub secure: bool,
    /// A proxy of ours stands in front and its `X-Forwarded-For` can be believed.
    pub behind_proxy: bool,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("site", &self.site).finish_non_exhaustive()
    }
}

/// Who is signed in, as far as a page needs to know.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Names the session; forms are bound to it. Never the cookie's value itself.
    pub session: String,
    /// Names the person, and whom they act for, from one session to the next. Pages carry a digest of it.
    pub person: String,
    /// How the header addresses the person.
    pub name: String,
    pub nav: &'static [NavItem],
    /// Staff work at a desk: dense pages, navigation on top.
    pub desk: bool,
    /// Stands on every page while it lasts.
    pub banner: Option<Banner>,
}

/// Something about the person signed in that every page says, with the button that ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// The key of its words, which mention `name`.
    pub says: &'static str,
    pub name: String,
    /// The key of the button's words.
    pub button: &'static str,
    /// Where the button's form is sent.
    pub action: &'static str,
}

/// What stands in every form that asks for something about people, with where more is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The key of its words, which may mention `name`.
    pub says: &'static str,
    pub name: String,
    /// The key of the link's words.
    pub link: &'static str,
    /// A path without language prefix.
    pub href: &'static str,
}

/// One request, as pages see it. In the request's extensions of every route under [`serve`].
#[derive(Clone, Debug)]
pub struct Visit {
    pub frame: Arc<Frame>,
    pub lang: Lang,
    pub prefs: Prefs,
    /// Path and query without the language prefix.
    pub path: String,
    pub ip: Option<IpAddr>,
    visitor: Arc<str>,
    reference: Arc<str>,
    flash: Option<Flash>,
    signed_in: Arc<OnceLock<SignedIn>>,
    notice: Arc<OnceLock<Notice>>,
}

impl Visit {
    /// Sets what forms say; the program calls it before the handler runs. The first call counts.
    pub fn put_notice(&self, notice: Notice) {
        let _ = self.notice.set(notice);
    }

    pub fn notice(&self) -> Option<&Notice> {
        self.notice.get()
    }

    /// Tells who is signed in; the program's session layer calls it before the handler runs. The first call counts.
    pub fn sign_in(&self, who: SignedIn) {
        let _ = self.signed_in.set(who);
    }

    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.signed_in.get()
    }

    /// What forms are bound to: the session, or the visitor's cookie before signing in.
    pub fn session(&self) -> &str {
        self.signed_in().map_or(&self.visitor, |who| &who.session)
    }

    /// Names this request in the log; eight characters that can be read out on the telephone.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    pub fn flash(&self) -> Option<&Flash> {
        self.flash.as_ref()
    }

    pub fn secure(&self) -> bool {
        self.frame.secure
    }

    /// A redirect after a form (303) to `path`, in this visit's language.
    pub fn see(&self, path: &str) -> Response {
        let to = self.lang.href(path);
        (axum::http::StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
    }

    /// The same with a message for the page it leads to.
    pub fn see_with(&self, path: &str, flash: &Flash) -> Response {
        let mut response = self.see(path);
        flash.add_to(&mut response, &self.frame.secret, self.secure());
        response
    }

    fn of(frame: Arc<Frame>, request: &Request) -> (Visit, bool) {
        let (parts, extensions) = (request.headers(), request.extensions());
        let known = cookies::read(parts, VISITOR).filter(|v| v.len() == 32 && v.bytes().all(|b| b.is_ascii_hexdigit()));
        let visit = Visit {
            lang: extensions.get::<Lang>().copied().unwrap_or_default(),
            prefs: Prefs::of(parts, request.uri().query()),
            path: request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned(),
            ip: client_ip(parts, extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip()), frame.behind_proxy),
            visitor: known.map_or_else(|| random_token(16).into(), Arc::from),
            reference: random_token(4).into(),
            flash: Flash::read(parts, &frame.secret),
            signed_in: Arc::default(),
            notice: Arc::default(),
            frame,
        };
        (visit, known.is_none())
    }
}

const VISITOR: &str = "visitor";

/// The last address that our own proxy added, or the peer's.
fn client_ip(headers: &HeaderMap, peer: Option<IpAddr>, behind_proxy: bool) -> Option<IpAddr> {
    let forwarded = || headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next();
    behind_proxy.then(forwarded).flatten().and_then(|ip| ip.trim().parse().ok()).or(peer)
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visit, Failure> {
        parts.extensions.get::<Visit>().cloned().ok_or_else(|| Failure::defect("a route outside kit::serve"))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Visit>, Infallible> {
        Ok(parts.extensions.get::<Visit>().cloned())
    }
}

/// Puts the frame around `routes`: assets and preferences are served, both languages are mirrored, every request gets
/// its [`Visit`], failures get their page, answers their headers, the log its line.
pub fn serve(routes: Router, frame: Arc<Frame>) -> Router {
    let inner = routes
        .merge(assets::routes())
        .merge(prefs::routes())
        .layer(CatchPanicLayer::custom(|_| Failure::defect("a handler panicked").into_response()))
        .layer(from_fn(failure::draw))
        .layer(from_fn_with_state(frame, visit))
        .layer(from_fn(headers::secure_headers))
        .layer(from_fn(log::access))
        .layer(CompressionLayer::new())
        .layer(from_fn(unread::close));
    lang::mirror(inner)
}

/// Makes the [`Visit`], refuses changing requests from other sites, and keeps the frame's own cookies.
async fn visit(State(frame): State<Arc<Frame>>, mut request: Request, next: Next) -> Response {
    let (visit, is_new) = Visit::of(frame, &request);
    let had_flash = cookies::read(request.headers(), flash::COOKIE).is_some();
    let same_site = csrf::same_site(request.method(), request.headers());
    let is_api = crate::accept::wants(request.headers(), request.uri().path()) == crate::accept::Wants::Json;
    request.extensions_mut().insert(visit.clone());
    let mut response = if same_site {
        next.run(request).await
    } else if is_api {
        Failure::stale_form().problem(visit.frame.words, visit.lang, visit.reference()).into_response()
    } else {
        failure::page(&visit, &Failure::stale_form())
    };
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // Only a page shows the message and has forms, so only a page takes the one away and sets the other.
    if kind.starts_with("text/html") {
        if had_flash {
            Cookie::gone(flash::COOKIE).secure(visit.secure()).add_to(&mut response);
        }
        if is_new {
            const HALF_YEAR: i64 = 182 * 24 * 60 * 60;
            let cookie = Cookie::new(VISITOR, &*visit.visitor).lasting(HALF_YEAR).secure(visit.secure());
            cookie.add_to(&mut response);
        }
    }
    if let Ok(value) = visit.reference().parse() {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_counts_only_behind_our_proxy() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "1.1.1.1, 2.2.2.2".parse().unwrap());
        let peer = "9.9.9.9".parse().ok();
        assert_eq!(client_ip(&headers, peer, false), peer);
        assert_eq!(client_ip(&headers, peer, true), "2.2.2.2".parse().ok());
        assert_eq!(client_ip(&HeaderMap::new(), peer, true), peer);
    }
}
