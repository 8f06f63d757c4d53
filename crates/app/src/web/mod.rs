//! Between the requests and the actions: who asks, answers given once, failures in their form.

mod api;
mod body;
mod caller;
pub mod calls;
mod ended;
mod failure;
mod forms;
pub mod json;
pub mod left;
mod lengths;
mod nav;
pub mod notice;
pub mod openapi;
mod query;
mod shape;
pub mod yourself;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use kit::Failure;
use kit::limits::Limiter;
use kit::words::Words;

pub use api::{
    ApiJson, Call, Created, IdempotencyKey, NoBody, api_answer, file_bytes, idempotent, not_one_of, one_of, referred,
    words_schema,
};
pub use caller::{Caller, ON_BEHALF, Visitor, Who};
pub use failure::{add_refusal, refusal_errors, refusal_words, with_errors, with_refusal};
pub use forms::{Submitted, go, go_with, instant, submit, unfilled, within_site};
pub use nav::{VISITOR, nav};
pub use query::{ApiQuery, not_taken};

use crate::{App, capability};

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "../../locales",
        fallback_language: "zh-CN",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// The product's words in both languages.
pub fn words() -> Words {
    Words::new(&LOCALES)
}

/// What the web side of an [`App`] keeps.
pub struct Web {
    pub frame: Arc<kit::Frame>,
    /// Asking for codes, per address: one that is then typed right gives its count back, so that an office behind one
    /// router comes in at eight o'clock, and nobody has messages sent to strangers for long.
    pub codes: Limiter,
    /// Guessing at codes and passwords, per address: only what fails adds up.
    pub sign_ins: Limiter,
    /// Looking codes up without signing in, per address.
    pub look_ups: Limiter,
    /// Asking for mandates, per account: each may send a message to whom the number belongs.
    pub mandates: Limiter,
    /// API calls, per token.
    pub calls: Limiter,
    /// Who answers for personal information.
    pub data_handlers: notice::DataHandlers,
}

impl Web {
    pub fn new(frame: Arc<kit::Frame>) -> Web {
        Web {
            frame,
            codes: Limiter::new(80, Duration::from_secs(600)),
            sign_ins: Limiter::new(20, Duration::from_secs(600)),
            look_ups: Limiter::new(30, Duration::from_secs(60)),
            mandates: Limiter::new(10, Duration::from_secs(3600)),
            calls: Limiter::new(6000, Duration::from_secs(60)),
            data_handlers: notice::DataHandlers::default(),
        }
    }
}

/// The whole site: every capability's routes, inside the frame, with who asks known.
pub fn site(app: &App) -> Router {
    site_around(app, |routes| routes)
}

/// [`site`], with what the server puts around the routes where the matched one is known: its measurements.
pub fn site_around(app: &App, around: impl FnOnce(Router) -> Router) -> Router {
    // An address that leads nowhere knows who asks as well: its page has the frame of whoever is signed in.
    let routes = capability::router().fallback(async || Failure::not_found());
    let routes = routes.layer(from_fn_with_state(app.clone(), caller::identify)).with_state(app.clone());
    kit::serve(around(routes), app.web.frame.clone())
}
