//! The first page, one's own page, the page of one's own matter, and the list of the desk. It stands above the capabilities:
//! it shows them side by side.

mod coming;
mod desk;
mod guide;
mod handover;
mod how;
mod matter;
pub mod me;
mod start;
mod told;
mod work;

use crate::Capability;
use crate::capability::{form, page, public};

pub static CAPABILITY: Capability = Capability {
    name: "home",
    verbs: &[],
    routes: &[
        public!("/", start::start),
        public!("/help-me", how::how),
        page!("/me", me::me),
        page!("/me/readers", me::readers),
        page!("/desk", desk::queue),
        form!("/desk/export", "exchange.export", desk::export),
        page!("/desk/guide", guide::show),
        page!("/desk/handover", handover::list),
        page!("/desk/handover/{id}", handover::show),
        page!("/desk/handover/{id}/sheet", handover::sheet),
        form!("/desk/handover", "matters.hand_over", handover::leave),
        form!("/desk/handover/{id}/signature", "matters.take_over", handover::sign),
        form!("/desk/handover/{id}/withdrawal", "matters.hand_over", handover::withdraw),
        page!("/help/{code}", matter::show),
        page!("/help/{code}/photos/{id}", matter::photo),
        page!("/help/{code}/withdraw", matter::ask_withdraw),
        form!("/help/{code}/withdraw", "matters.withdraw", matter::withdraw),
        form!("/help/{code}/note", "matters.note", matter::note),
        form!("/help/{code}/rating", "service.rate", matter::rate),
        form!("/help/{code}/records/{id}/confirmation", "service.confirm", matter::confirm),
        form!("/help/{code}/reopening", "matters.reopen", matter::reopen),
    ],
    jobs: &[],
    openapi: None,
};
