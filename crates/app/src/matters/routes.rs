//! The addresses of matters.

use super::api;
use super::pages::{call, desk, handling, help, holder, raise, track};
use crate::capability::{Route, form, page, public};

pub const ROUTES: &[Route] = &[
    // Asking for help and reporting
    public!("/help", help::help),
    page!("/help/new", raise::begin),
    page!("/help/new/{page}", raise::step),
    page!("/help/draft/{kind}/photos/{id}", raise::photo),
    form!("/help/new/{page}", "matters.raise", raise::keep),
    form!("/help/discard", "matters.raise", raise::discard),
    public!("/hazard", help::hazard),
    page!("/hazard/new", raise::hazard),
    form!("/hazard/new", "matters.raise", raise::keep_hazard),
    form!("/hazard/{code}/follow", "matters.follow", help::follow),
    page!("/c/{shown}/help", holder::show),
    form!("/c/{shown}/help", "matters.raise", holder::send),
    // Looking up by code
    public!("/t", track::look_up),
    public!("/t/{code}", track::track),
    // The telephone
    page!("/desk/call", call::show),
    page!("/desk/call/{code}", call::said),
    form!("/desk/call", "matters.raise_for", call::keep),
    // The desk
    page!("/desk", desk::queue),
    page!("/desk/{code}", desk::open),
    page!("/desk/{code}/photo/{file}", desk::photo),
    page!("/handling", handling::handling),
    form!("/desk/{code}/protected", "matters.read_protected", desk::protected),
    form!("/desk/{code}/answer", "matters.answer", desk::answer),
    form!("/desk/{code}/part", "matters.answer_part", desk::part),
    form!("/desk/{code}/note", "matters.note", desk::note),
    form!("/desk/{code}/next-word", "matters.next_word", desk::next_word),
    form!("/desk/{code}/handler", "matters.assign", desk::handler),
    form!("/desk/{code}/reroute", "matters.reroute", desk::reroute),
    form!("/desk/{code}/pause", "matters.pause", desk::pause),
    form!("/desk/{code}/resume", "matters.pause", desk::resume),
    form!("/desk/{code}/private", "matters.set_private", desk::private),
    form!("/desk/{code}/merge", "matters.merge", desk::merge),
    form!("/desk/{code}/reopen", "matters.reopen", desk::reopen),
    // The API
    page!("/api/v1/matters", api::index),
    page!("/api/v1/matters/{id}", api::show),
    form!("/api/v1/matters", "matters.raise", api::create),
    form!("/api/v1/matters/{id}/triage", "matters.triage", api::triage),
    form!("/api/v1/matters/{id}/answers", "matters.answer", api::answer),
    form!("/api/v1/matters/{id}/closure", "matters.close", api::close),
    form!("/api/v1/matters/{id}/reopening", "matters.reopen", api::reopen),
    form!("/api/v1/matters/{id}/withdrawal", "matters.withdraw", api::withdraw),
    form!("/api/v1/matters/{id}/notes", "matters.note", api::note),
    form!("/api/v1/matters/{id}/parts", "matters.answer_part", api::desk::part),
    form!("/api/v1/matters/{id}/pause", "matters.pause", api::desk::pause),
    form!("/api/v1/matters/{id}/resumption", "matters.pause", api::desk::resume),
    form!("/api/v1/matters/{id}/assignment", "matters.assign", api::desk::assign),
    form!("/api/v1/matters/{id}/rerouting", "matters.reroute", api::desk::reroute),
    form!("/api/v1/matters/{id}/followers", "matters.follow", api::desk::follow),
    form!("/api/v1/matters/{id}/merging", "matters.merge", api::desk::merge),
    form!("/api/v1/matters/{id}/next-word", "matters.next_word", api::desk::next_word),
    form!("/api/v1/matters/{id}/privacy", "matters.set_private", api::desk::set_private),
];
