//! The JSON API of access: tokens, staff accounts.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use rules::people::password as rule;
use rules::shared::TokenScope;
use rules::shared::ids::{PersonThing, SessionThing, TokenThing};
use rules::shared::permit::token_reads;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::store::{self, TokenRow};
use super::tokens::{self, Wanted};
use super::{actions, pages, passwords, secrets};
use crate::web::json::{instant, path_id};
use crate::web::{Call, Created, NoBody, Who, api_answer};
use crate::{App, Stop, people};

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub struct TokenJson {
    #[schema(example = "tok_0000034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    #[schema(example = "周报")]
    pub name: String,
    /// `*`, `read`, or a capability with `:read` or `:write`.
    #[schema(example = json!(["reports:read"]))]
    pub scopes: Vec<String>,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub created_at: String,
    /// `null` for one that lasts until it is ended.
    #[schema(example = "2026-09-06T09:00:00+08:00")]
    pub expires_at: Option<String>,
}

fn token_json(row: &TokenRow, zone: &jiff::tz::TimeZone) -> TokenJson {
    TokenJson {
        id: row.id().to_string(),
        name: row.name.clone(),
        scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
        created_at: instant(row.created_at, zone),
        expires_at: row.expires_at.map(|at| instant(at, zone)),
    }
}

#[derive(Serialize, ToSchema)]
pub struct TokenList {
    pub items: Vec<TokenJson>,
}

/// A token that is to be issued.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "周报", "scopes": ["reports:read"], "days": 90 }))]
pub struct WantedJson {
    pub name: String,
    pub scopes: Vec<String>,
    /// For how many days, 1 to 3650; without it the token lasts until it is ended.
    #[serde(default)]
    pub days: Option<u16>,
}

/// A new token with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub struct IssuedJson {
    #[schema(example = "tok_0000034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    #[schema(example = "ht_AAE…")]
    pub secret: String,
}

/// A place where somebody is signed in.
#[derive(Serialize, ToSchema)]
pub struct SessionJson {
    #[schema(example = "ses_0000034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    /// What the browser says of itself.
    #[schema(example = "Android")]
    pub device: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub created_at: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub seen_at: String,
    /// Whether it is the session that asks.
    pub current: bool,
}

#[derive(Serialize, ToSchema)]
pub struct SessionList {
    pub items: Vec<SessionJson>,
}

/// Lists where one is signed in, the latest seen first.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "identity", responses((status = 200, body = SessionList)))]
pub async fn sessions(State(app): State<App>, who: Who) -> Result<Json<SessionList>, Failure> {
    let (actor, now) = (who.actor().clone(), app.now().recorded.as_millisecond());
    let me = actor.person.filter(|_| token_reads(&actor, "identity")).ok_or_else(Failure::forbidden)?;
    let rows = app.read(move |mut tx| Box::pin(async move { store::sessions_of(&mut tx, me, now).await })).await?;
    let zone = &app.city().settings.zone;
    let one = |row: store::SessionRow| SessionJson {
        current: who.caller.session == Some(row.id()),
        id: row.id().to_string(),
        created_at: instant(row.created_at, zone),
        seen_at: instant(row.seen_at, zone),
        device: row.device,
    };
    Ok(Json(SessionList { items: rows.into_iter().map(one).collect() }))
}

/// A session that was ended.
#[derive(Serialize, ToSchema)]
pub struct SessionEnded {
    pub id: String,
}

/// Ends a session: one's own, or for an administrator anybody's.
#[utoipa::path(
    post, path = "/api/v1/sessions/{id}/end", tag = "identity", params(("id" = String, Path,)),
    responses((status = 200, body = SessionEnded), (status = 404))
)]
pub async fn end_session(call: Call<SessionThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, session, _| {
        Box::pin(async move {
            actions::revoke_session(tx, who, at, session).await?;
            api_answer(&SessionEnded { id: session.to_string() })
        })
    })
    .await
}

/// Lists the tokens of a person: one's own, or for an administrator anybody's.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/tokens", tag = "identity", params(("id" = String, Path,)),
    responses((status = 200, body = TokenList), (status = 404))
)]
pub async fn index(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<TokenList>, Failure> {
    let (person, actor, now) = (path_id::<PersonThing>(&id)?, who.actor().clone(), app.now().recorded);
    let rows = app.read(move |mut tx| Box::pin(async move { tokens::of(&mut tx, &actor, person, now).await })).await?;
    let zone = &app.city().settings.zone;
    Ok(Json(TokenList { items: rows.iter().map(|row| token_json(row, zone)).collect() }))
}

/// Issues a token. The answer holds its secret and is not kept: sent again, the call issues another one.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/tokens", tag = "identity", params(("id" = String, Path,)),
    request_body = WantedJson,
    responses((status = 201, body = IssuedJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn issue(call: Call<PersonThing, WantedJson>) -> Result<Response, Failure> {
    call.unkept(|tx, who, at, person, body| {
        Box::pin(async move {
            let scopes = body.scopes.into_iter().map(TokenScope).collect();
            let wanted = Wanted { name: body.name, scopes, days: body.days };
            let (id, secret) = tokens::issue(tx, who, at, person, &wanted).await?;
            Created(IssuedJson { id: id.to_string(), secret }).try_into()
        })
    })
    .await
}

/// Ends a token: one's own, or for an administrator anybody's.
#[utoipa::path(
    post, path = "/api/v1/tokens/{id}/end", tag = "identity", params(("id" = String, Path,)),
    responses((status = 200, body = TokenList), (status = 404), (status = 422))
)]
pub async fn end(call: Call<TokenThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, token, _| {
        Box::pin(async move {
            let owner = tokens::revoke(tx, who, at, token).await?;
            let left = tokens::of(tx, who, owner, at.recorded).await?;
            let zone = tx.city().settings.zone.clone();
            api_answer(&TokenList { items: left.iter().map(|row| token_json(row, &zone)).collect() })
        })
    })
    .await
}

/// The account that is to be opened; ignored when the person has one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "account": "zhou.ping" }))]
pub struct ResetJson {
    /// 3 to 32 small letters, digits, dots and dashes.
    #[serde(default)]
    pub account: String,
}

/// A password for one sign-in, after which its owner chooses another.
#[derive(Serialize, ToSchema)]
pub struct ResetDone {
    #[schema(example = "zhou.ping")]
    pub account: String,
    #[schema(example = "kmtw-6p3x-ydhq")]
    pub password: String,
}

/// Opens a staff account, or resets its password, lifts its lock and ends its sessions. The answer holds the password
/// and is not kept: sent again, the call sets another one.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/password-reset", tag = "identity", params(("id" = String, Path,)),
    request_body = ResetJson,
    responses((status = 201, body = ResetDone), (status = 403), (status = 404), (status = 422))
)]
pub async fn reset(call: Call<PersonThing, ResetJson>) -> Result<Response, Failure> {
    let password = rule::invent(call.app.dice.bytes());
    let hash = secrets::hash_password(password.clone()).await?;
    call.unkept(move |tx, who, at, person, body| {
        let (password, hash) = (password.clone(), hash.clone());
        Box::pin(async move {
            let account = passwords::reset(tx, who, at, person, &body.account, &hash).await?;
            Created(ResetDone { account, password }).try_into()
        })
    })
    .await
}

/// Another telephone for somebody on staff.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "phone": "13800000007" }))]
pub struct SignInPhoneJson {
    pub phone: String,
}

/// Its codes sign in from now on.
#[derive(Serialize, ToSchema)]
pub struct SignInPhoneMoved {
    #[schema(example = "138****0007")]
    pub phone_masked: String,
}

/// Changes the telephone of somebody on staff, whose codes sign in. Their sessions end, and the old number is told.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/sign-in-phone", tag = "identity", params(("id" = String, Path,)),
    request_body = SignInPhoneJson,
    responses((status = 200, body = SignInPhoneMoved), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn move_phone(call: Call<PersonThing, SignInPhoneJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, person, body| {
        Box::pin(async move {
            people::phones::change(tx, who, at, person, &body.phone).await?;
            let phone_masked = people::store::present(tx, person).await?.phone_masked;
            api_answer(&SignInPhoneMoved { phone_masked })
        })
    })
    .await
}

/// Another password of one's own.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "password": "kmtw-6p3x-ydhq", "new_password": "lotus pond at 6" }))]
pub struct ChoiceJson {
    pub password: String,
    /// At least ten characters of two kinds.
    pub new_password: String,
}

#[derive(Serialize, ToSchema)]
pub struct ChoiceDone {
    #[schema(example = "zhou.ping")]
    pub account: String,
}

/// Chooses one's own password; a wrong present one counts as a failed sign-in.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/password", tag = "identity", params(("id" = String, Path,)),
    request_body = ChoiceJson,
    responses((status = 200, body = ChoiceDone), (status = 403), (status = 404), (status = 422), (status = 429))
)]
pub async fn choose(call: Call<PersonThing, ChoiceJson>) -> Result<Response, Failure> {
    let (app, actor, person, at) = (call.app.clone(), call.who.actor().clone(), call.id(), call.app.now());
    let tried = app.web.sign_ins.check(&call.who.caller.key)?;
    let row =
        app.read(move |mut tx| Box::pin(async move { passwords::account_of(&mut tx, &actor, person).await })).await?;
    let row = row.ok_or(Stop::Missing)?;
    let ChoiceJson { password, new_password } = call.body.clone();
    rule::check(&row.account, &password, &new_password, &new_password).map_err(Stop::from)?;
    let fits = pages::password::fits(&app, at, &row.account, password).await?;
    let (hash, account) = (secrets::hash_password(new_password).await?, row.account);
    let (actor, session, name) = (call.who.actor().clone(), call.who.caller.session, account.clone());
    let chosen = app
        .write(move |mut tx| {
            let (actor, name, hash) = (actor.clone(), name.clone(), hash.clone());
            Box::pin(async move { passwords::choose(&mut tx, &actor, at, &name, (fits, &hash), session).await })
        })
        .await?;
    chosen.map_err(Stop::from)?;
    tried.give_back();
    Ok(axum::response::IntoResponse::into_response(Json(ChoiceDone { account })))
}

#[derive(OpenApi)]
#[openapi(
    paths(sessions, end_session, index, issue, end, reset, move_phone, choose),
    components(schemas(
        SessionJson,
        SessionList,
        SessionEnded,
        TokenJson,
        TokenList,
        WantedJson,
        IssuedJson,
        ResetJson,
        ResetDone,
        SignInPhoneJson,
        SignInPhoneMoved,
        ChoiceJson,
        ChoiceDone
    ))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut whole = Api::openapi();
    whole.merge(super::second::api::openapi());
    whole
}
