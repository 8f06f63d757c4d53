//! Who answers for personal information 个人信息处理者: named by county or for the city, from a day on.

pub mod api;
pub mod pages;

use rules::rights::access::{NameDataHandler, in_place};
use rules::rights::data_handler::{self, Entry};
use rules::shared::data_handler::{DataHandler, answering, coming};
use rules::shared::ids::{DataHandlerId, DataHandlerThing};
use rules::shared::permit::Verb as _;
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::account;
use crate::places::Place;
use crate::{Stop, Tx, audit, city};

/// Names who answers for the county or city with this code. Whoever calls lets the pages know ([`crate::web::notice`]).
///
/// # Errors
/// `county-or-city`, and those of [`data_handler::name`].
pub async fn name(tx: &mut Tx<'_>, who: &Actor, at: Moment, code: &str, entry: &Entry) -> Result<DataHandlerId, Stop> {
    let unknown = || Refusal::new("county-or-city").at_field("place");
    let (place, cell) = account::place(tx, code).await?.ok_or_else(unknown)?;
    let permit = in_place::<NameDataHandler>(who, place.id.uuid, &place.path)?;
    let today = tx.city().calendar.date(at.recorded);
    let named = data_handler::name(&permit, (place.id.uuid, cell), entry, today)?;
    let id = tx.new_id::<DataHandlerThing>(cell, at);
    tx.put(
        "INSERT INTO rights_data_handlers (cell, id, valid_from, body, contact, phone, address, officer, named_at, \
         named_cell, named_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        db::args![
            cell.0,
            id.uuid,
            named.valid_from.to_string(),
            named.body.as_str(),
            named.contact,
            named.phone,
            named.address,
            named.officer,
            at.recorded.as_millisecond(),
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid)
        ],
    )
    .await?;
    let data = json!({ "place": place.code, "body": named.body, "valid_from": named.valid_from });
    audit::record(tx, who, at, NameDataHandler::NAME, id, data).await?;
    Ok(id)
}

/// A county, or the city where it has its own, with who answers there today.
#[derive(Clone, Debug)]
pub struct Standing {
    pub place: Place,
    pub handler: Option<DataHandler>,
    /// Named for the county itself, and not only for the whole city.
    pub own: bool,
    /// Who is named for the place itself from a later day on.
    pub coming: Vec<DataHandler>,
}

/// Who answers today: for the city where somebody is named for all of it, and for each county.
pub async fn standings(tx: &mut Tx<'_>, at: Moment) -> Result<Vec<Standing>, Stop> {
    let (all, city) = (city::data_handlers(tx).await?, tx.city());
    let today = city.calendar.date(at.recorded);
    let mut found = Vec::new();
    let codes = std::iter::once(city.settings.root_code.as_str()).chain(city.counties());
    for code in codes.collect::<Vec<_>>() {
        let Some((place, cell)) = account::place(tx, code).await? else { continue };
        let handler = answering(&all, cell, today).cloned();
        let own = handler.as_ref().is_some_and(|handler| handler.cell == cell);
        let coming = coming(&all, cell, today).into_iter().cloned().collect();
        found.push(Standing { place, handler, own, coming });
    }
    Ok(found)
}

/// The counties that `who` names somebody for and for which nobody answers today.
pub async fn missing(tx: &mut Tx<'_>, who: &Actor, at: Moment) -> Result<Vec<Place>, Stop> {
    let (all, city) = (city::data_handlers(tx).await?, tx.city());
    let unanswered = city.unanswered(&all, city.calendar.date(at.recorded));
    let mut places = account::places_of::<NameDataHandler>(tx, who).await?;
    places.retain(|place| unanswered.contains(&place.code.as_str()));
    Ok(places)
}
