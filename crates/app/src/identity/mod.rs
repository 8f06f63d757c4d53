//! Signing in, sessions, API tokens, staff accounts, answers given once.

pub mod actions;
mod api;
pub mod drafts;
pub mod erasing;
pub mod once;
mod pages;
pub mod passwords;
pub mod secrets;
pub mod store;
pub mod sweep;
pub mod tokens;

pub use actions::SESSION_PREFIX;
pub use tokens::TOKEN_PREFIX;

use axum::routing::get;

use crate::capability::{Capability, Job, Method, Needs, Route, form, open_form, page, public};
use pages::{access, join, left, own, password, sign_in};

/// The session's cookie.
pub const COOKIE: &str = "helin_session";

pub static CAPABILITY: Capability = Capability {
    name: "identity",
    verbs: &[],
    routes: &[
        public!("/login", sign_in::phone),
        open_form!("/login", sign_in::send_code),
        public!("/login/code", sign_in::code),
        open_form!("/login/code", sign_in::enter_code),
        public!("/join", join::form),
        open_form!("/join", join::send),
        public!("/login/staff", password::sign_in),
        open_form!("/login/staff", password::enter),
        open_form!("/login/staff/first", password::first),
        page!("/me/password", password::own),
        form!("/me/password", "identity.set_password", password::change),
        page!("/me/sessions", own::sessions),
        form!("/me/sessions/{id}/end", "identity.revoke_session", own::end_session),
        form!("/logout", "identity.revoke_session", own::sign_out),
        page!("/me/tokens", own::own_tokens),
        form!("/me/tokens/{id}/end", "identity.revoke_token", own::end_token),
        Route {
            method: Method::Get,
            path: "/people/{id}/access",
            needs: Needs::Verb("identity.issue_token"),
            handler: || get(access::show),
        },
        form!("/people/{id}/access/password", "identity.reset_password", access::reset),
        form!("/people/{id}/access/tokens", "identity.issue_token", access::issue),
        page!("/api/v1/people/{id}/tokens", api::index),
        form!("/api/v1/people/{id}/tokens", "identity.issue_token", api::issue),
        form!("/api/v1/tokens/{id}/end", "identity.revoke_token", api::end),
        form!("/api/v1/people/{id}/password-reset", "identity.reset_password", api::reset),
        form!("/api/v1/people/{id}/password", "identity.set_password", api::choose),
        page!("/left", left::show),
        public!("/demo/outbox", sign_in::outbox),
    ],
    jobs: &[Job { name: sweep::SWEEP, run: |tx, at, data| Box::pin(sweep::sweep(tx, at, data)) }],
    openapi: Some(api::openapi),
};
