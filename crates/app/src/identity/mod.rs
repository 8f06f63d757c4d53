//! Signing in, sessions, API tokens, staff accounts, answers given once.

pub mod actions;
mod api;
pub mod drafts;
pub mod erasing;
pub mod once;
mod pages;
pub mod passwords;
pub mod second;
pub mod secrets;
pub mod store;
pub mod sweep;
pub mod tokens;

pub use actions::SESSION_PREFIX;
pub use tokens::TOKEN_PREFIX;

use axum::routing::get;

use crate::capability::{Capability, Job, Method, Needs, Route, form, open_form, page, public};
use pages::{access, join, left, own, password, sign_in};
use second::{api as second_api, pages as second_step};

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
        public!("/login/staff/code", second_step::code),
        open_form!("/login/staff/code", second_step::enter),
        page!("/me/second-step", second_step::own),
        form!("/me/second-step", "identity.begin_second_step", second_step::begin),
        form!("/me/second-step/confirmation", "identity.confirm_second_step", second_step::confirm),
        form!("/me/second-step/end", "identity.end_second_step", second_step::end),
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
        form!("/people/{id}/access/phone", "identity.move_phone", access::move_phone),
        form!("/people/{id}/access/tokens", "identity.issue_token", access::issue),
        form!("/people/{id}/access/second-step", "identity.reset_second_step", access::reset_second_step),
        page!("/api/v1/me/sessions", api::sessions),
        form!("/api/v1/sessions/{id}/end", "identity.revoke_session", api::end_session),
        page!("/api/v1/people/{id}/tokens", api::index),
        form!("/api/v1/people/{id}/tokens", "identity.issue_token", api::issue),
        form!("/api/v1/tokens/{id}/end", "identity.revoke_token", api::end),
        form!("/api/v1/people/{id}/password-reset", "identity.reset_password", api::reset),
        form!("/api/v1/people/{id}/sign-in-phone", "identity.move_phone", api::move_phone),
        form!("/api/v1/people/{id}/password", "identity.set_password", api::choose),
        page!("/left", left::show),
        page!("/api/v1/people/{id}/second-step", second_api::show),
        form!("/api/v1/people/{id}/second-step", "identity.begin_second_step", second_api::begin),
        form!("/api/v1/people/{id}/second-step/confirmation", "identity.confirm_second_step", second_api::confirm),
        form!("/api/v1/people/{id}/second-step/end", "identity.end_second_step", second_api::end),
        form!("/api/v1/people/{id}/second-step/reset", "identity.reset_second_step", second_api::reset),
        public!("/demo/outbox", sign_in::outbox),
    ],
    jobs: &[Job { name: sweep::SWEEP, run: |tx, at, data| Box::pin(sweep::sweep(tx, at, data)) }],
    openapi: Some(api::openapi),
};
