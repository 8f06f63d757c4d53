//! Signing in, sessions, API tokens, answers given once.

pub mod actions;
pub mod drafts;
mod join;
pub mod once;
mod pages;
pub mod secrets;
pub mod store;
pub mod sweep;

pub use actions::{SESSION_PREFIX, TOKEN_PREFIX};

use crate::capability::{Capability, Job, form, open_form, page, public};

/// The session's cookie.
pub const COOKIE: &str = "helin_session";

pub static CAPABILITY: Capability = Capability {
    name: "identity",
    verbs: &[],
    routes: &[
        public!("/login", pages::phone),
        open_form!("/login", pages::send_code),
        public!("/login/code", pages::code),
        open_form!("/login/code", pages::enter_code),
        public!("/join", join::form),
        open_form!("/join", join::send),
        public!("/login/staff", pages::password),
        open_form!("/login/staff", pages::enter_password),
        page!("/me/sessions", pages::sessions),
        form!("/me/sessions/{id}/end", "identity.revoke_session", pages::end_session),
        form!("/logout", "identity.revoke_session", pages::sign_out),
        public!("/demo/outbox", pages::outbox),
    ],
    jobs: &[Job { name: sweep::SWEEP, run: |tx, at, data| Box::pin(sweep::sweep(tx, at, data)) }],
    openapi: None,
};
