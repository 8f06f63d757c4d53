//! The addresses of service.

use axum::routing::{MethodRouter, get, post};

use super::api;
use super::pages::{
    appeals, attendance, card, certificates, confirm, correcting, exports, hours, late, looking, national, objections,
    presence, rating, reviews, team_hours, verify,
};
use crate::App;
use crate::capability::{Method, Needs, Route, form, page, public};

pub const ROUTES: &[Route] = &[
    // Being there
    page!("/tasks/{code}/now", presence::now),
    page!("/tasks/{code}/check-out", presence::out_form),
    page!("/in/{token}", presence::scan_in),
    page!("/out/{token}", presence::scan_out),
    page!("/tasks/{code}/attendance", attendance::list),
    page!("/tasks/{code}/sign-in-sheet", attendance::on_paper),
    form!("/tasks/{code}/check-in", "service.check_in", presence::check_in),
    form!("/tasks/{code}/check-out", "service.check_out", presence::check_out),
    form!("/in/{token}", "service.check_in", presence::scanned_in),
    form!("/out/{token}", "service.check_out", presence::scanned_out),
    public!("/c", card::look_up),
    public!("/c/{shown}", card::show),
    form!("/c/{shown}/in", "service.check_in", card::sign_in),
    form!("/c/{shown}/out", "service.check_out", card::sign_out),
    form!("/tasks/{code}/attendance/in", "service.desk_attendance", attendance::sign_in),
    form!("/tasks/{code}/attendance/out", "service.desk_attendance", attendance::sign_out),
    does("/api/v1/tasks/{id}/check-in", "service.check_in", || post(api::check_in)),
    does("/api/v1/tasks/{id}/check-out", "service.check_out", || post(api::check_out)),
    // Records and hours
    page!("/me/hours", hours::hours),
    form!("/desk/certificates/export", "exchange.export", exports::certificates),
    form!("/desk/reviews/export", "exchange.export", exports::reviews),
    form!("/me/hours/export", "exchange.export", hours::export),
    page!("/me/hours/late", late::form),
    page!("/organisations/{id}/hours", team_hours::show),
    page!("/me/records/{id}", hours::record),
    page!("/me/records/{id}/correct", correcting::correct_form),
    page!("/me/records/{id}/void", correcting::void_form),
    page!("/desk/confirm", confirm::list),
    form!("/me/hours/late", "service.record_late", late::send),
    form!("/me/records/{id}/describe", "service.check_out", hours::describe),
    form!("/me/records/{id}/contest", "service.contest", objections::contest),
    form!("/me/records/{id}/objection-answer", "service.answer_review", objections::hear),
    form!("/me/records/{id}/objection-withdrawal", "service.withdraw_objection", objections::withdraw),
    form!("/me/records/{id}/correct", "service.correct", correcting::correct),
    form!("/me/records/{id}/void", "service.void", correcting::void),
    form!("/desk/confirm", "service.confirm", confirm::confirm_several),
    form!("/desk/confirm/{id}", "service.confirm", confirm::confirm),
    form!("/desk/confirm/{id}/reminder", "service.remind", confirm::remind),
    reads("/api/v1/records", || get(api::index)),
    does("/api/v1/records", "service.record_late", || post(api::record_late)),
    does("/api/v1/records/{id}/description", "service.check_out", || post(api::describe)),
    does("/api/v1/records/{id}/confirmation", "service.confirm", || post(api::confirm)),
    does("/api/v1/records/{id}/reminder", "service.remind", || post(api::remind)),
    does("/api/v1/records/{id}/contest", "service.contest", || post(api::contest)),
    reads("/api/v1/records/{id}/objections", || get(api::objections::index)),
    does("/api/v1/records/{id}/objection-answer", "service.answer_review", || post(api::objections::answer)),
    does("/api/v1/records/{id}/objection-withdrawal", "service.withdraw_objection", || post(api::objections::withdraw)),
    does("/api/v1/records/{id}/correction", "service.correct", || post(api::correct)),
    does("/api/v1/records/{id}/voiding", "service.void", || post(api::void)),
    reads("/api/v1/people/{id}/hours", || get(api::hours)),
    page!("/desk/{code}/rating", rating::form),
    form!("/desk/{code}/rating", "service.rate", rating::send),
    does("/api/v1/matters/{id}/rating", "service.rate", || post(api::rate)),
    // What volunteers ask staff to look at
    page!("/desk/looks", looking::list),
    page!("/desk/{code}/look", looking::form),
    form!("/desk/{code}/look", "service.look", looking::send),
    reads("/api/v1/looks", || get(api::looks::index)),
    does("/api/v1/matters/{id}/look", "service.look", || post(api::looks::look)),
    // Reviews and call-backs
    page!("/desk/reviews", reviews::list),
    page!("/desk/reviews/{id}", reviews::one),
    form!("/desk/reviews/{id}", "service.decide_review", reviews::decide),
    form!("/desk/reviews/{id}/answer", "service.answer_review", reviews::hear),
    form!("/desk/call-backs/{id}", "service.answer_call_back", reviews::call_back),
    form!("/me/records/{id}/answer", "service.answer_review", hours::answer),
    form!("/me/records/{id}/appeal", "service.appeal", appeals::own),
    form!("/desk/reviews/{id}/appeal", "service.appeal", appeals::for_volunteer),
    form!("/desk/reviews/{id}/appeal/decision", "service.decide_appeal", appeals::decide),
    reads("/api/v1/matters/{id}/check-codes", || get(api::check_codes::codes)),
    reads("/api/v1/reviews", || get(api::reviews::index)),
    does("/api/v1/records/{id}/review-answer", "service.answer_review", || post(api::reviews::answer)),
    does("/api/v1/records/{id}/review-decision", "service.decide_review", || post(api::reviews::decide)),
    does("/api/v1/records/{id}/call-back", "service.answer_call_back", || post(api::reviews::call_back)),
    reads("/api/v1/appeals", || get(api::appeals::index)),
    does("/api/v1/records/{id}/appeal", "service.appeal", || post(api::appeals::ask)),
    does("/api/v1/records/{id}/appeal-decision", "service.decide_appeal", || post(api::appeals::decide)),
    // The file for the national system
    page!("/organisations/{id}/national-file", national::look),
    form!("/organisations/{id}/national-file", "service.report_records", national::take),
    does("/api/v1/organisations/{id}/national-file", "service.report_records", || post(api::national::take)),
    // Certificates
    page!("/me/certificates", certificates::own),
    page!("/people/{id}/certificates", certificates::of_person),
    page!("/certificates/{id}", certificates::sheet),
    page!("/certificates/{id}/revocation", certificates::revocation),
    page!("/desk/certificates", certificates::desk),
    public!("/verify", verify::look_up),
    public!("/verify/{code}", verify::verify),
    form!("/me/certificates", "service.certify", certificates::ask_own),
    form!("/people/{id}/certificates", "service.certify", certificates::ask),
    form!("/certificates/{id}/revocation", "service.revoke_certificate", certificates::revoke),
    reads("/api/v1/people/{id}/certificates", || get(api::certificates::index)),
    does("/api/v1/people/{id}/certificates", "service.certify", || post(api::certificates::certify)),
    public!("/api/v1/certificates/{code}", api::certificates::verify),
    does("/api/v1/certificates/{id}/revocation", "service.revoke_certificate", || post(api::certificates::revoke)),
];

/// A route that changes something, and the verb it needs.
const fn does(path: &'static str, verb: &'static str, handler: fn() -> MethodRouter<App>) -> Route {
    Route { method: Method::Post, path, needs: Needs::Verb(verb), handler }
}

/// A route that shows something to whoever is signed in, within what they may see.
const fn reads(path: &'static str, handler: fn() -> MethodRouter<App>) -> Route {
    Route { method: Method::Get, path, needs: Needs::SignedIn, handler }
}
