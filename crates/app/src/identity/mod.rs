//! Signing in, sessions, API tokens, answers given once.

pub mod actions;
pub mod drafts;
pub mod once;
mod pages;
pub mod secrets;
pub mod store;

pub use actions::{SESSION_PREFIX, TOKEN_PREFIX};

use axum::routing::{get, post};

use crate::capability::{Capability, Method, Needs, Route};

/// The session's cookie.
pub const COOKIE: &str = "helin_session";

pub static CAPABILITY: Capability = Capability {
    name: "identity",
    verbs: &[],
    routes: &[
        Route { method: Method::Get, path: "/login", needs: Needs::Public, handler: || get(pages::phone) },
        Route { method: Method::Post, path: "/login", needs: Needs::Public, handler: || post(pages::send_code) },
        Route { method: Method::Get, path: "/login/code", needs: Needs::Public, handler: || get(pages::code) },
        Route { method: Method::Post, path: "/login/code", needs: Needs::Public, handler: || post(pages::enter_code) },
        Route { method: Method::Get, path: "/login/staff", needs: Needs::Public, handler: || get(pages::password) },
        Route {
            method: Method::Post,
            path: "/login/staff",
            needs: Needs::Public,
            handler: || post(pages::enter_password),
        },
        Route { method: Method::Get, path: "/me/sessions", needs: Needs::SignedIn, handler: || get(pages::sessions) },
        Route {
            method: Method::Post,
            path: "/me/sessions/{id}/end",
            needs: Needs::Verb("identity.revoke_session"),
            handler: || post(pages::end_session),
        },
        Route {
            method: Method::Post,
            path: "/logout",
            needs: Needs::Verb("identity.revoke_session"),
            handler: || post(pages::sign_out),
        },
        Route { method: Method::Get, path: "/demo/outbox", needs: Needs::Public, handler: || get(pages::outbox) },
    ],
    jobs: &[],
    openapi: None,
};
