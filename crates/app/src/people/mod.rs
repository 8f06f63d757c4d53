//! Persons, households, organisations, teams, memberships, skills.

pub mod actions;
mod api;
pub mod changing;
mod pages;
pub mod register;
pub mod sheets;
pub mod store;
mod updates;

use axum::routing::get;

use crate::capability::{Capability, Method, Needs, Route, form, page};
use pages::{organisation, own, person, register as list};

/// A page or list of the register, which shows people to whom the access table lets see them.
macro_rules! sees {
    ($path:literal, $verb:literal, $handler:path) => {
        Route { method: Method::Get, path: $path, needs: Needs::Verb($verb), handler: || get($handler) }
    };
}

pub static CAPABILITY: Capability = Capability {
    name: "people",
    verbs: rules::people::access::VERBS,
    routes: &[
        sees!("/people", "people.see", list::list),
        sees!("/people/new", "people.register", list::new),
        form!("/people/new", "people.register", list::add),
        form!("/people/export", "exchange.export", list::export),
        form!("/organisations/export", "exchange.export", organisation::export),
        sees!("/people/{id}", "people.see", person::show),
        sees!("/people/{id}/edit", "people.edit", person::edit_form),
        form!("/people/{id}/edit", "people.edit", person::edit),
        form!("/people/{id}/contact", "people.read_protected", person::contact),
        form!("/people/{id}/roles", "people.appoint", person::appoint),
        form!("/people/{id}/credentials", "people.add_credential", person::add_credential),
        form!("/people/{id}/cover", "people.record_cover", person::cover),
        form!("/people/{id}/household", "people.edit_household", person::household),
        form!("/people/{id}/kin", "people.declare_kin", person::kin),
        form!("/memberships/{id}/end", "people.end_membership", person::end_membership),
        form!("/credentials/{id}/verify", "people.verify_credential", person::verify),
        form!("/credentials/{id}/withdraw", "people.withdraw_credential", person::withdraw),
        page!("/me/volunteer", own::form),
        form!("/me/volunteer", "people.volunteer", own::join),
        form!("/me/volunteer/availability", "people.set_availability", own::available),
        form!("/me/volunteer/credentials", "people.add_credential", own::add_credential),
        sees!("/organisations", "people.see", organisation::list),
        sees!("/organisations/new", "people.found_organisation", organisation::found_form),
        form!("/organisations/new", "people.found_organisation", organisation::found),
        sees!("/organisations/{id}", "people.see_members", organisation::show),
        form!("/organisations/{id}/members", "people.appoint", organisation::take_in),
        form!("/organisations/{id}/edit", "people.edit_organisation", organisation::edit),
        sees!("/api/v1/people", "people.see", api::index),
        form!("/api/v1/people", "people.register", api::register),
        sees!("/api/v1/people/{id}", "people.see", api::show),
        form!("/api/v1/people/{id}/correction", "people.edit", api::edit),
        form!("/api/v1/people/{id}/memberships", "people.appoint", api::appoint),
        form!("/api/v1/people/{id}/volunteering", "people.volunteer", api::volunteer),
        form!("/api/v1/people/{id}/availability", "people.set_availability", api::available),
        form!("/api/v1/people/{id}/cover", "people.record_cover", api::cover),
        form!("/api/v1/people/{id}/credentials", "people.add_credential", api::add_credential),
        form!("/api/v1/people/{id}/household", "people.edit_household", api::household),
        form!("/api/v1/people/{id}/kin", "people.declare_kin", api::kin),
        form!("/api/v1/memberships/{id}/end", "people.end_membership", api::end_membership),
        form!("/api/v1/credentials/{id}/verification", "people.verify_credential", api::verify),
        form!("/api/v1/credentials/{id}/withdrawal", "people.withdraw_credential", api::withdraw),
        sees!("/api/v1/organisations", "people.see", api::organisations),
        form!("/api/v1/organisations", "people.found_organisation", api::found),
        sees!("/api/v1/organisations/{id}", "people.see_members", api::organisation),
    ],
    jobs: &[],
    openapi: Some(api::openapi),
};
