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

use kit::Page;
use rules::matters::Phase;
use rules::shared::ids::{MatterId, PersonId};
use rules::shared::{Actor, Moment};

use crate::capability::{form, page, public};
use crate::city::City;
use crate::matters::behalf;
use crate::matters::pages::line::{Line, line};
use crate::matters::store::MatterRow;
use crate::people::register::MembershipLine;
use crate::{Capability, Stop, Tx, people, service};

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

/// What others ask of somebody, and let them do: on the first page of residents and of staff.
#[derive(Default)]
struct Asks {
    /// How many would act for one and wait for an answer.
    mandates: usize,
    /// The teams that ask one to join.
    teams: Vec<MembershipLine>,
    /// For whom one may act.
    represents: Vec<String>,
}

impl Asks {
    async fn of(tx: &mut Tx<'_>, me: PersonId, at: Moment) -> Result<Asks, Stop> {
        Ok(Asks {
            mandates: people::mandates::asking(tx, me, at).await?,
            teams: people::register::asked_of(tx, me, at).await?,
            represents: people::mandates::represented(tx, me, at).await?,
        })
    }
}

/// One's own matters.
#[derive(Default)]
struct Own {
    rows: Vec<MatterRow>,
    /// Where a volunteer was, and waits for one's word that the time is right.
    recorded: BTreeSet<MatterId>,
}

impl Own {
    /// The matters of whoever `who` stands for, of the newest `limit`: what waits for their word comes first, whether it is
    /// solved or whether the time of a volunteer is right.
    async fn first(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Own, Stop> {
        let mut rows = behalf::own_rows(tx, who, limit).await?;
        let Some(person) = who.stands_for() else { return Ok(Own { rows, ..Own::default() }) };
        let recorded = service::records::waiting_for_served(tx, person, limit).await?;
        let recorded: BTreeSet<MatterId> = recorded.iter().filter_map(service::records::RecordRow::matter).collect();
        rows.sort_by_key(|row| row.phase != Phase::Confirm.key() && !recorded.contains(&row.id()));
        Ok(Own { rows, recorded })
    }

    /// The first `most` as lines; what waits for one's word says so.
    fn lines(&self, page: &Page, city: &City, most: usize) -> Vec<Line> {
        let line = |row: &MatterRow| {
            let line = line(page, city, row);
            match row.phase != Phase::Confirm.key() && self.recorded.contains(&row.id()) {
                true => Line { state: page.t("home-hours-wait"), tone: "warn", ..line },
                false => line,
            }
        };
        self.rows.iter().take(most).map(line).collect()
    }
}
