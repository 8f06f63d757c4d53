//! The first page, one's own page, the page of one's own matter, and the list of the desk. It stands above the capabilities:
//! it shows them side by side.

mod coming;
mod desk;
mod guide;
mod handover;
mod how;
mod matter;
pub mod me;
mod own;
mod start;
mod told;
mod work;

use std::collections::BTreeSet;

use rules::matters::Phase;
use rules::shared::Actor;
use rules::shared::ids::MatterId;

use crate::capability::{form, page, public};
use crate::matters::behalf;
use crate::matters::store::MatterRow;
use crate::{Capability, Stop, Tx, service};

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
        page!("/help/{code}/photos/{id}", own::photo),
        page!("/help/{code}/withdraw", own::ask_withdraw),
        form!("/help/{code}/withdraw", "matters.withdraw", own::withdraw),
        form!("/help/{code}/note", "matters.note", own::note),
        form!("/help/{code}/rating", "service.rate", own::rate),
        form!("/help/{code}/records/{id}/confirmation", "service.confirm", own::confirm),
        form!("/help/{code}/reopening", "matters.reopen", own::reopen),
    ],
    jobs: &[],
    openapi: None,
};

/// The matters of whoever `who` stands for, of the newest `limit`: what waits for their word comes first, whether it is
/// solved or whether the time of a volunteer is right.
async fn first(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Vec<MatterRow>, Stop> {
    let mut rows = behalf::own_rows(tx, who, limit).await?;
    let Some(person) = who.stands_for() else { return Ok(rows) };
    let recorded = service::records::waiting_for_served(tx, person, limit).await?;
    let recorded: BTreeSet<MatterId> = recorded.iter().filter_map(service::records::RecordRow::matter).collect();
    rows.sort_by_key(|row| row.phase != Phase::Confirm.key() && !recorded.contains(&row.id()));
    Ok(rows)
}
