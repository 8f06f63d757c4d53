//! Who asks: the person of a session's cookie or of an API token, with the memberships valid now.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kit::{Banner, Failure, SignedIn, Visit, cookies};
use rules::people::mandate::Mandate;
use rules::shared::ids::{PersonId, SessionId};
use rules::shared::{Actor, Cell, Channel, Moment, Role, TokenScope};

use super::ended::{self, Ended};
use super::{left, notice};
use crate::identity::{self, secrets, store};
use crate::{App, Stop, Tx, people};

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub name: String,
    /// The place they live in or work for first.
    pub place_path: String,
    pub cell: Cell,
    /// Names the session or token for answers given once.
    pub key: String,
    /// `None` for a token.
    pub session: Option<SessionId>,
    /// The name of the one they act for.
    pub acting_for: Option<String>,
    /// The mandate by which they acted until it ended, and of whose end they have not said that they know.
    pub ended: Option<Arc<Ended>>,
}

impl Caller {
    /// Names them, and whom they act for, whatever the session.
    fn whose(&self) -> String {
        let ids =
            [self.actor.person, self.actor.on_behalf_of].map(|id| id.map(|id| id.to_string()).unwrap_or_default());
        ids.join(" ")
    }
}

/// The header by which a call with a token acts for another.
pub const ON_BEHALF: &str = "helin-on-behalf-of";

/// A session is noted as seen at most this often, so that reading pages does not write.
const SEEN_MILLIS: i64 = 5 * 60 * 1000;

/// Why nobody who asks here is heard, whether or not the handler needs to know them.
#[derive(Clone)]
struct Unheard(Failure);

/// A token was sent, and it does not hold.
#[derive(Clone, Copy)]
struct TokenSpent;

/// Finds who asks before the handler runs.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    // Nothing here answers to other methods, whoever asks.
    if ![Method::GET, Method::HEAD, Method::POST].contains(request.method()) {
        return next.run(request).await;
    }
    let sent = request.headers().get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.split_once(' '));
    let bearer = sent.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let has_token = bearer.is_some();
    let found = match bearer {
        Some(token) => {
            let behalf = request.headers().get(ON_BEHALF).map(|v| v.to_str().unwrap_or_default().to_owned());
            by_token(&app, token, behalf).await
        }
        None => match cookies::read(request.headers(), identity::COOKIE) {
            Some(cookie) => by_session(&app, cookie).await,
            None => Ok(None),
        },
    };
    let caller = match found {
        Ok(None) if has_token => {
            request.extensions_mut().insert(TokenSpent);
            None
        }
        Ok(caller) => caller,
        // Whoever asks for another without a mandate is told so by what answers here, if anything does: an address that
        // is none stays 404, a method it does not know 405.
        Err(Stop::Forbidden { .. }) => {
            request.extensions_mut().insert(Unheard(Failure::new(StatusCode::FORBIDDEN, "mandate-none")));
            None
        }
        Err(stop) => return Failure::from(stop).into_response(),
    };
    if let Some(visit) = request.extensions().get::<Visit>().cloned() {
        notice::put(&app, &visit, caller.as_ref()).await;
    }
    if let Some(caller) = caller {
        if let Some(visit) = request.extensions().get::<Visit>() {
            let acting = caller.acting_for.clone().map(|name| Banner {
                says: "mandates-acting",
                name,
                button: "mandates-acting-back",
                action: "/me/family/back",
            });
            let over = caller.ended.as_ref().map(|ended| Banner {
                says: "mandates-acting-ended",
                name: ended.name.clone(),
                button: "mandates-acting-ended-ok",
                action: "/me/family/back",
            });
            visit.sign_in(SignedIn {
                session: caller.key.clone(),
                person: caller.whose(),
                name: caller.name.clone(),
                nav: super::nav(&caller.actor),
                desk: caller.actor.is_staff(),
                banner: acting.or(over),
            });
        }
        let over = caller.ended.clone().filter(|_| request.method() == Method::POST);
        request.extensions_mut().insert(Arc::new(caller));
        return match over {
            Some(ended) => ended::around(&app, &ended, request, next).await,
            None => next.run(request).await,
        };
    }
    let ended = cookies::read(request.headers(), identity::COOKIE).filter(|_| request.method() == Method::POST);
    match ended.map(str::to_owned) {
        Some(cookie) => left::around(&app, &cookie, request, next).await,
        None => next.run(request).await,
    }
}

async fn by_session(app: &App, cookie: &str) -> Result<Option<Caller>, Stop> {
    let Some((cell, hash)) = secrets::read(identity::SESSION_PREFIX, cookie) else { return Ok(None) };
    let now = app.now();
    let millis = now.recorded.as_millisecond();
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                let Some(session) = store::session(&mut tx, cell, &hash, millis).await? else { return Ok(None) };
                let key = format!("session {}", session.id());
                let caller = load(&mut tx, now, session.person(), key, Channel::Web, None).await?;
                let Some(caller) = caller else { return Ok(None) };
                let mandate = match session.mandate() {
                    Some(id) => people::mandates::of_session(&mut tx, id, session.person(), now).await?,
                    None => None,
                };
                let over = session.mandate().filter(|_| mandate.is_none());
                let ended = match over {
                    Some(id) => Ended::of(&mut tx, id, &caller).await?.map(Arc::new),
                    None => None,
                };
                let caller = Caller { session: Some(session.id()), ended, ..caller };
                Ok(Some((acting(&mut tx, caller, mandate).await?, session.seen_at)))
            })
        })
        .await?;
    let Some((caller, seen_at)) = found else { return Ok(None) };
    if let Some(session) = caller.session.filter(|_| millis - seen_at > SEEN_MILLIS) {
        app.write(move |mut tx| Box::pin(async move { store::session_seen(&mut tx, session, millis).await })).await?;
    }
    Ok(Some(caller))
}

/// The caller, acting by a mandate: for the one represented, and with no role of their own. The key is another one, so
/// that a form which was drawn for somebody else is stale.
async fn acting(tx: &mut Tx<'_>, caller: Caller, mandate: Option<Mandate>) -> Result<Caller, Stop> {
    let Some(mandate) = mandate else { return Ok(caller) };
    let Some(of) = people::store::person(tx, mandate.person).await?.filter(|row| row.erased_at.is_none()) else {
        return Ok(caller);
    };
    let actor = Actor { on_behalf_of: Some(mandate.person), memberships: Vec::new(), ..caller.actor };
    let key = key_for(&caller.key, mandate.person);
    Ok(Caller { actor, place_path: of.place_path, key, acting_for: Some(of.name), ..caller })
}

/// The key of a session or token that acts for another.
pub(super) fn key_for(key: &str, of: PersonId) -> String {
    format!("{key} for {of}")
}

/// The mandate that a header names.
///
/// # Errors
/// Forbidden when there is none that holds now.
async fn named(tx: &mut Tx<'_>, delegate: PersonId, person: &str, now: Moment) -> Result<Mandate, Stop> {
    let none = || Stop::Forbidden { verb: "people.act_for" };
    let person: PersonId = person.trim().parse().map_err(|_| none())?;
    people::mandates::holding(tx, delegate, person, now).await?.ok_or_else(none)
}

async fn by_token(app: &App, token: &str, behalf: Option<String>) -> Result<Option<Caller>, Stop> {
    let Some((cell, hash)) = secrets::read(identity::TOKEN_PREFIX, token) else { return Ok(None) };
    let now = app.now();
    app.read(move |mut tx| {
        Box::pin(async move {
            let millis = now.recorded.as_millisecond();
            let Some(token) = store::token(&mut tx, cell, &hash, millis).await? else { return Ok(None) };
            let scopes = token.scopes.split_whitespace().map(|s| TokenScope(s.to_owned())).collect();
            let key = format!("token {}", token.id());
            let caller = load(&mut tx, now, token.person(), key, Channel::Api, Some(scopes)).await?;
            let (Some(caller), Some(behalf)) = (caller.clone(), behalf) else { return Ok(caller) };
            let mandate = named(&mut tx, token.person(), &behalf, now).await?;
            Ok(Some(acting(&mut tx, caller, Some(mandate)).await?))
        })
    })
    .await
}

async fn load(
    tx: &mut Tx<'_>,
    now: Moment,
    person: PersonId,
    key: String,
    channel: Channel,
    token_scopes: Option<Vec<TokenScope>>,
) -> Result<Option<Caller>, Stop> {
    let Some(asking) = people::asking::find(tx, person, now).await? else { return Ok(None) };
    let people::asking::Asking { name, place_path, memberships } = asking;
    // Staff work for a place; everyone else lives in one.
    let place_path = memberships
        .iter()
        .find(|m| !matches!(m.role, Role::Volunteer | Role::Resident))
        .map_or(place_path, |m| m.place_path.clone());
    let actor = Actor { person: Some(person), on_behalf_of: None, memberships, channel, token_scopes };
    Ok(Some(Caller { actor, name, place_path, cell: person.cell, key, session: None, acting_for: None, ended: None }))
}

/// A request by somebody signed in. Others are sent to sign in, or get 401 from the API.
pub struct Who {
    pub visit: Visit,
    pub caller: Arc<Caller>,
}

impl Who {
    pub fn actor(&self) -> &Actor {
        &self.caller.actor
    }

    pub fn page(&self) -> kit::Page {
        kit::Page::of(&self.visit)
    }

    /// The path asked for, without language and query: what an answer given once is kept under.
    pub fn route(&self) -> String {
        self.visit.path.split('?').next().unwrap_or_default().to_owned()
    }
}

impl FromRequestParts<App> for Who {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Who, Response> {
        let visitor = Visitor::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        match visitor.caller {
            Some(caller) => Ok(Who { visit: visitor.visit, caller }),
            None if kit::accept::wants(&parts.headers, parts.uri.path()) == kit::accept::Wants::Json => {
                Err(match parts.extensions.get::<TokenSpent>() {
                    Some(TokenSpent) => Failure::new(StatusCode::UNAUTHORIZED, "token-spent").into_response(),
                    None => Failure::unauthorized().into_response(),
                })
            }
            None => {
                let page = kit::Page::of(&visitor.visit);
                let mut answer = axum::response::Redirect::to(&page.sign_in_href()).into_response();
                answer.extensions_mut().insert(left::SignInFirst);
                Err(answer)
            }
        }
    }
}

/// A request by anyone.
pub struct Visitor {
    pub visit: Visit,
    pub caller: Option<Arc<Caller>>,
}

impl Visitor {
    pub fn page(&self) -> kit::Page {
        kit::Page::of(&self.visit)
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visitor, Failure> {
        let visit = <Visit as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if let Some(Unheard(failure)) = parts.extensions.get() {
            return Err(failure.clone());
        }
        Ok(Visitor { visit, caller: parts.extensions.get::<Arc<Caller>>().cloned() })
    }
}
