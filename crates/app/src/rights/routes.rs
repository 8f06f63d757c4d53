//! The addresses of rights.

use axum::routing::get;

use super::{api, assessments, corrections, data_handlers, exports, pages, privacy, reads};
use crate::capability::{Method, Needs, Route, form, page, public};

macro_rules! sees {
    ($path:literal, $verb:literal, $handler:path) => {
        Route { method: Method::Get, path: $path, needs: Needs::Verb($verb), handler: || get($handler) }
    };
}

pub const ROUTES: &[Route] = &[
    public!("/privacy", privacy::show),
    page!("/me/data", pages::data),
    sees!("/me/data/copy", "rights.copy", pages::copy_sheet),
    sees!("/me/data/copy.json", "rights.copy", pages::copy_file),
    sees!("/people/{id}/erase", "rights.erase", pages::ask_erase),
    form!("/people/{id}/erase", "rights.erase", pages::erase),
    page!("/api/v1/kept", api::kept),
    sees!("/api/v1/people/{id}/copy", "rights.copy", api::copy),
    sees!("/api/v1/people/{id}/erasure", "rights.erase", api::obstacles),
    form!("/api/v1/people/{id}/erasure", "rights.erase", api::erase),
    // Requests for correction
    sees!("/people/{id}/corrections", "rights.ask_correction", corrections::pages::show),
    form!("/people/{id}/corrections", "rights.ask_correction", corrections::pages::ask),
    page!("/corrections/{id}", corrections::pages::one),
    form!("/corrections/{id}/protected", "rights.decide_correction", corrections::pages::open),
    form!("/corrections/{id}/decision", "rights.decide_correction", corrections::pages::decide),
    sees!("/corrections/{id}/withdraw", "rights.withdraw_correction", corrections::pages::ask_withdrawal),
    form!("/corrections/{id}/withdrawal", "rights.withdraw_correction", corrections::pages::withdraw),
    sees!("/desk/corrections", "rights.see_corrections", corrections::pages::desk),
    form!("/desk/corrections/export", "exchange.export", exports::corrections),
    sees!("/api/v1/corrections", "rights.see_corrections", corrections::api::waiting),
    page!("/api/v1/corrections/{id}", corrections::api::one),
    form!("/api/v1/corrections/{id}/decision", "rights.decide_correction", corrections::api::decide),
    form!("/api/v1/corrections/{id}/withdrawal", "rights.withdraw_correction", corrections::api::withdraw),
    sees!("/api/v1/people/{id}/corrections", "rights.ask_correction", corrections::api::of_person),
    form!("/api/v1/people/{id}/corrections", "rights.ask_correction", corrections::api::ask),
    // Who read what
    page!("/api/v1/me/reads", reads::api::own),
    sees!("/reads", "rights.see_reads", reads::pages::show),
    form!("/reads/export", "exchange.export", exports::reads),
    sees!("/api/v1/reads", "rights.see_reads", reads::api::index),
    // Who answers for it
    sees!("/data-handlers", "rights.name_data_handler", data_handlers::pages::show),
    form!("/data-handlers", "rights.name_data_handler", data_handlers::pages::name),
    public!("/api/v1/data-handlers", data_handlers::api::index),
    form!("/api/v1/data-handlers", "rights.name_data_handler", data_handlers::api::name),
    // What was weighed
    sees!("/assessments", "rights.see_assessments", assessments::pages::list),
    sees!("/assessments/new", "rights.record_assessment", assessments::pages::new),
    form!("/assessments/new", "rights.record_assessment", assessments::pages::record),
    sees!("/assessments/{id}", "rights.see_assessments", assessments::pages::one),
    form!("/assessments/{id}", "rights.record_assessment", assessments::pages::revise),
    sees!("/assessments/{id}/sheet", "rights.see_assessments", assessments::pages::sheet),
    sees!("/assessments/{id}/end", "rights.end_assessment", assessments::pages::ask_end),
    form!("/assessments/{id}/end", "rights.end_assessment", assessments::pages::end),
    form!("/assessments/export", "exchange.export", exports::assessments),
    sees!("/api/v1/assessments", "rights.see_assessments", assessments::api::index),
    form!("/api/v1/assessments", "rights.record_assessment", assessments::api::record),
    sees!("/api/v1/assessments/{id}", "rights.see_assessments", assessments::api::one),
    form!("/api/v1/assessments/{id}/versions", "rights.record_assessment", assessments::api::revise),
    form!("/api/v1/assessments/{id}/end", "rights.end_assessment", assessments::api::end),
];
