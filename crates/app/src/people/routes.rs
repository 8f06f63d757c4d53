//! The addresses of people.

use axum::routing::get;

use super::api;
use super::cards::{self, pages as card_pages};
use super::consents;
use super::mandates::{self, pages as mandate_pages};
use super::pages::{edit, ending, joining, organisation, own, person, register as list};
use crate::capability::{Method, Needs, Route, form, page};

/// A page or list of the register, which shows people to whom the access table lets see them.
macro_rules! sees {
    ($path:literal, $verb:literal, $handler:path) => {
        Route { method: Method::Get, path: $path, needs: Needs::Verb($verb), handler: || get($handler) }
    };
}

pub const ROUTES: &[Route] = &[
    // The register
    sees!("/people", "people.see", list::list),
    sees!("/people/new", "people.register", list::new),
    form!("/people/new", "people.register", list::add),
    form!("/people/export", "exchange.export", list::export),
    form!("/organisations/export", "exchange.export", organisation::export),
    sees!("/people/{id}", "people.see", person::show),
    sees!("/people/{id}/edit", "people.edit", edit::edit_form),
    form!("/people/{id}/edit", "people.edit", edit::edit),
    form!("/people/{id}/contact", "people.read_protected", person::contact),
    form!("/people/{id}/roles", "people.appoint", person::appoint),
    form!("/people/{id}/credentials", "people.add_credential", person::add_credential),
    form!("/people/{id}/cover", "people.record_cover", person::cover),
    form!("/people/{id}/volunteer-number", "people.set_volunteer_number", person::volunteer_number),
    form!("/people/{id}/household", "people.edit_household", person::household),
    form!("/people/{id}/kin", "people.declare_kin", person::kin),
    form!("/people/{id}/kin/end", "people.end_kin", person::end_kin),
    page!("/memberships/{id}", ending::ask),
    form!("/memberships/{id}/join", "people.join_team", joining::join),
    form!("/memberships/{id}/end", "people.end_membership", ending::end),
    form!("/credentials/{id}/verify", "people.verify_credential", person::verify),
    form!("/credentials/{id}/withdraw", "people.withdraw_credential", person::withdraw),
    page!("/me/volunteer", own::form),
    form!("/me/volunteer", "people.volunteer", own::join),
    form!("/me/volunteer/availability", "people.set_availability", own::available),
    form!("/me/volunteer/number", "people.set_volunteer_number", own::number),
    form!("/me/volunteer/credentials", "people.add_credential", own::add_credential),
    sees!("/organisations", "people.find_organisation", organisation::list),
    sees!("/organisations/new", "people.found_organisation", organisation::found_form),
    form!("/organisations/new", "people.found_organisation", organisation::found),
    sees!("/organisations/{id}", "people.see_members", organisation::show),
    form!("/organisations/{id}/members", "people.appoint", organisation::take_in),
    form!("/organisations/{id}/edit", "people.edit_organisation", organisation::edit),
    page!("/api/v1/me", api::me::me),
    page!("/api/v1/skills", api::skills::index),
    sees!("/api/v1/people", "people.see", api::index),
    form!("/api/v1/people", "people.register", api::register),
    sees!("/api/v1/people/{id}", "people.see", api::show),
    form!("/api/v1/people/{id}/correction", "people.edit", api::edit),
    form!("/api/v1/people/{id}/memberships", "people.appoint", api::appoint),
    form!("/api/v1/people/{id}/volunteering", "people.volunteer", api::volunteer),
    form!("/api/v1/people/{id}/availability", "people.set_availability", api::available),
    form!("/api/v1/people/{id}/cover", "people.record_cover", api::cover),
    form!("/api/v1/people/{id}/volunteer-number", "people.set_volunteer_number", api::volunteer_number),
    form!("/api/v1/people/{id}/credentials", "people.add_credential", api::add_credential),
    form!("/api/v1/people/{id}/household", "people.edit_household", api::household),
    form!("/api/v1/people/{id}/kin", "people.declare_kin", api::kin),
    form!("/api/v1/people/{id}/kin/end", "people.end_kin", api::end_kin),
    form!("/api/v1/memberships/{id}/acceptance", "people.join_team", api::join_team),
    form!("/api/v1/memberships/{id}/end", "people.end_membership", api::end_membership),
    form!("/api/v1/credentials/{id}/verification", "people.verify_credential", api::verify),
    form!("/api/v1/credentials/{id}/withdrawal", "people.withdraw_credential", api::withdraw),
    sees!("/api/v1/organisations", "people.find_organisation", api::organisations::organisations),
    form!("/api/v1/organisations", "people.found_organisation", api::organisations::found),
    form!("/api/v1/organisations/{id}/correction", "people.edit_organisation", api::organisations::edit),
    sees!("/api/v1/organisations/{id}", "people.see_members", api::organisations::organisation),
    // Service cards
    page!("/me/cards", card_pages::list::own),
    sees!("/people/{id}/cards", "people.see", card_pages::list::of_person),
    form!("/people/{id}/cards", "people.issue_card", card_pages::sheet::issue),
    form!("/people/{id}/cards/ask", "people.request_card", card_pages::list::ask),
    form!("/people/{id}/cards/ask/withdrawal", "people.request_card", card_pages::list::take_back),
    page!("/cards/{id}/loss", card_pages::list::ask_loss),
    form!("/cards/{id}/loss", "people.report_card_lost", card_pages::list::lose),
    sees!("/cards", "people.issue_card", card_pages::batch::list),
    form!("/cards", "people.issue_card", card_pages::batch::print),
    sees!("/api/v1/people/{id}/cards", "people.see", cards::api::index),
    form!("/api/v1/people/{id}/cards", "people.issue_card", cards::api::issue),
    form!("/api/v1/people/{id}/card-request", "people.request_card", cards::api::ask),
    form!("/api/v1/people/{id}/card-request/withdrawal", "people.request_card", cards::api::take_back),
    form!("/api/v1/cards/{id}/loss", "people.report_card_lost", cards::api::lose),
    // Consents
    page!("/me/consents", consents::pages::show),
    form!("/me/consents", "people.consent", consents::pages::say),
    sees!("/api/v1/people/{id}/consents", "people.consent", consents::api::index),
    form!("/api/v1/people/{id}/consents", "people.consent", consents::api::say),
    // Acting for another
    page!("/me/family", mandate_pages::family::show),
    form!("/me/family", "people.ask_mandate", mandate_pages::family::ask),
    form!("/me/family/asked/withdrawal", "people.revoke_mandate", mandate_pages::family::take_back),
    form!("/me/family/back", "people.act_for", mandate_pages::doing::stop),
    sees!("/people/{id}/mandates", "people.ask_mandate", mandate_pages::staff::show),
    form!("/people/{id}/mandates", "people.ask_mandate", mandate_pages::staff::ask),
    page!("/mandates/{id}/slip", mandate_pages::slip::show),
    form!("/mandates/{id}/confirmation", "people.confirm_mandate", mandate_pages::doing::confirm),
    form!("/mandates/{id}/named", "people.name_private", mandate_pages::doing::name_private),
    form!("/mandates/{id}/revocation", "people.revoke_mandate", mandate_pages::doing::revoke),
    form!("/mandates/{id}/act", "people.act_for", mandate_pages::doing::act),
    sees!("/api/v1/people/{id}/mandates", "people.ask_mandate", mandates::api::index),
    form!("/api/v1/people/{id}/mandates", "people.ask_mandate", mandates::api::ask),
    form!("/api/v1/mandates/{id}/confirmation", "people.confirm_mandate", mandates::api::confirm),
    form!("/api/v1/mandates/{id}/named", "people.name_private", mandates::api::name_private),
    form!("/api/v1/mandates/{id}/revocation", "people.revoke_mandate", mandates::api::revoke),
];
