//! What everybody may ask about their own data (个人信息保护法 第四十四条至第四十八条): see what is kept and why, take a copy
//! along, be erased. It stands above the capabilities, because what is kept about people is kept by all of them.

mod api;
pub mod copy;
mod copying;
pub mod erasing;
mod pages;
mod words;

use axum::routing::get;

use crate::capability::{Capability, Method, Needs, Route, form, page};

macro_rules! sees {
    ($path:literal, $verb:literal, $handler:path) => {
        Route { method: Method::Get, path: $path, needs: Needs::Verb($verb), handler: || get($handler) }
    };
}

pub static CAPABILITY: Capability = Capability {
    name: "rights",
    verbs: rules::rights::access::VERBS,
    routes: &[
        page!("/me/data", pages::data),
        sees!("/me/data/copy", "rights.copy", pages::copy_sheet),
        sees!("/me/data/copy.json", "rights.copy", pages::copy_file),
        sees!("/people/{id}/erase", "rights.erase", pages::ask_erase),
        form!("/people/{id}/erase", "rights.erase", pages::erase),
        page!("/api/v1/kept", api::kept),
        sees!("/api/v1/people/{id}/copy", "rights.copy", api::copy),
        sees!("/api/v1/people/{id}/erasure", "rights.erase", api::obstacles),
        form!("/api/v1/people/{id}/erasure", "rights.erase", api::erase),
    ],
    jobs: &[],
    openapi: Some(api::openapi),
};
