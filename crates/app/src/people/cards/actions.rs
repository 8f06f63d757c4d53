//! Verbs of cards: asking for one, making it, saying that it is lost.

use rules::people::access::{self, IssueCard, LoseCard, PersonSubject, Register, RequestCard};
use rules::people::card::{self, CardState, Wanted};
use rules::shared::ids::{CardId, CardThing, PersonId, PlaceId};
use rules::shared::permit::might;
use rules::shared::{Actor, Id, Moment, Permit, Refusal};
use serde_json::json;

use super::store::{self, CardRow, RequestRow, Secrets};
use crate::people::register;
use crate::people::store::{PersonRow, person as find_person};
use crate::{Stop, Tx, audit, places};

/// The most cards that one printing makes: five sheets.
pub const BATCH: i64 = 40;
/// The most who wait that one look finds in a county.
const MOST: i64 = 500;

/// A card that was just made, with what is printed on it and kept nowhere.
pub struct Made {
    pub id: CardId,
    pub holder: PersonRow,
    pub for_household: bool,
    pub secrets: Secrets,
}

fn subject(row: &PersonRow) -> PersonSubject<'_> {
    PersonSubject { person: row.id(), home_path: &row.place_path, serving_now: &[] }
}

/// Whose card somebody names: by its code, or by what its QR says, which is a whole address.
///
/// # Errors
/// `card-unknown` at `caller_card` when there is no such card, it is dead, or its holder is not in the asker's register.
pub async fn holder(tx: &mut Tx<'_>, who: &Actor, named: &str) -> Result<PersonRow, Stop> {
    let unknown = || Refusal::new("card-unknown").at_field("caller_card");
    let card = store::shown(tx, named).await?.filter(CardRow::is_valid).ok_or_else(unknown)?;
    let row = find_person(tx, card.person()).await?.ok_or_else(unknown)?;
    access::in_place::<Register>(who, row.place_id, &row.place_path).map_err(|_| unknown())?;
    Ok(row)
}

/// Asks for a card.
///
/// # Errors
/// `card-household` without a household to make it for.
pub async fn request(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    for_household: bool,
) -> Result<(), Stop> {
    let row = register::seen(tx, who, person).await?;
    access::on_person::<RequestCard>(who, &subject(&row))?;
    card::may_want(Wanted { for_household, ..Wanted::default() }, row.household_id.is_some())?;
    store::put_request(tx, at, &row, for_household).await?;
    audit::record(tx, who, at, "people.request_card", person, json!({ "household": for_household })).await
}

/// Takes back that a card is wanted: whoever may ask for it may.
///
/// # Errors
/// `card-not-asked` when none is waited for, also because it has been made.
pub async fn take_back(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId) -> Result<(), Stop> {
    let row = register::seen(tx, who, person).await?;
    access::on_person::<RequestCard>(who, &subject(&row))?;
    if !store::remove_request(tx, person).await? {
        return Err(Refusal::new("card-not-asked").into());
    }
    audit::record(tx, who, at, "people.request_card", person, json!({ "taken_back": true })).await
}

/// Makes a card; the valid one of the same sort is dead from now on.
///
/// # Errors
/// `card-valid` when there is one and it shall not be replaced; `card-household`.
pub async fn issue(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, wanted: Wanted) -> Result<Made, Stop> {
    let row = register::seen(tx, who, person).await?;
    let permit = access::on_person::<IssueCard>(who, &subject(&row))?;
    let same = |card: &&CardRow| {
        let of_this_sort = match wanted.for_household {
            true => card.household_id.is_some() && card.household_id == row.household_id,
            false => card.household_id.is_none() && card.person_id == row.id,
        };
        card.is_valid() && of_this_sort
    };
    let cards = store::cards_of(tx, &row).await?;
    let valid: Vec<&CardRow> = cards.iter().filter(same).collect();
    card::issue(&permit, person, wanted, row.household_id.is_some(), !valid.is_empty())?;
    for old in &valid {
        store::end(tx, at, old.id(), CardState::Replaced).await?;
    }
    let (id, secrets) = (tx.new_id::<CardThing>(person.cell, at), Secrets::draw(tx, person.cell)?);
    let household = row.household_id.filter(|_| wanted.for_household);
    store::insert(tx, who, at, id, (person, household), &secrets).await?;
    store::remove_request(tx, person).await?;
    let data = json!({ "card": id, "household": wanted.for_household, "replaced": valid.len() });
    audit::record(tx, who, at, "people.issue_card", person, data).await?;
    Ok(Made { id, holder: row, for_household: wanted.for_household, secrets })
}

/// Makes the cards that these people of a place wait for, at most [`BATCH`]: printing them is issuing them.
///
/// # Errors
/// `cards-none-chosen`; `cards-none-asked` when none of them waits, also because a colleague was faster.
pub async fn issue_asked(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    place: PlaceId,
    people: &[PersonId],
) -> Result<Vec<Made>, Stop> {
    if people.is_empty() {
        return Err(Refusal::new("cards-none-chosen").into());
    }
    let place = places::store::by_id(tx, place).await?.ok_or(Stop::Missing)?;
    let waiting = store::requests(tx, place.id.cell, &place.path, MOST).await?;
    let chosen = waiting.into_iter().filter(|asked| people.contains(&asked.person()));
    let mut made = Vec::new();
    for asked in chosen.take(usize::try_from(BATCH).map_err(Stop::defect)?) {
        let wanted = Wanted { for_household: asked.for_household, replaces: true };
        made.push(issue(tx, who, at, asked.person(), wanted).await?);
    }
    if made.is_empty() { Err(Refusal::new("cards-none-asked").into()) } else { Ok(made) }
}

/// Makes cards anew whose printing has failed: those that were made before open nothing any more.
///
/// # Errors
/// `cards-none-chosen`; `cards-anew-ended` when one of them opens nothing already, also because it was made anew since.
pub async fn issue_again(tx: &mut Tx<'_>, who: &Actor, at: Moment, cards: &[CardId]) -> Result<Vec<Made>, Stop> {
    let mut made = Vec::new();
    for id in cards {
        let card = store::card(tx, *id).await?.ok_or(Stop::Missing)?;
        if !card.is_valid() {
            return Err(Refusal::new("cards-anew-ended").into());
        }
        let wanted = Wanted { for_household: card.household_id.is_some(), replaces: true };
        made.push(issue(tx, who, at, card.person(), wanted).await?);
    }
    if made.is_empty() { Err(Refusal::new("cards-none-chosen").into()) } else { Ok(made) }
}

/// Who waits for a card where `who` issues them, the longest first; nobody for whoever issues none.
pub async fn asked(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<RequestRow>, Stop> {
    let mut asked = Vec::new();
    for root in register::reach(who).into_iter().filter(|_| might::<IssueCard>(who)) {
        for cell in register::cells_of(tx, &root) {
            asked.extend(store::requests(tx, cell, &root, MOST).await?);
        }
    }
    asked.sort_by_key(|row| (row.asked_at, row.person_id));
    asked.dedup_by_key(|row| row.person_id);
    Ok(asked)
}

/// Says that a card is lost: it opens nothing any more. Whose card it was.
///
/// # Errors
/// `card-ended`.
pub async fn report_lost(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: CardId) -> Result<PersonId, Stop> {
    let (row, permit) = to_lose(tx, who, id).await?;
    let state = card::lose(&permit, id, row.state()?)?;
    if !store::end(tx, at, id, state).await? {
        return Err(Refusal::new("card-ended").into());
    }
    audit::record(tx, who, at, "people.report_card_lost", row.person(), json!({ "card": id })).await?;
    Ok(row.person())
}

/// A card that `who` may say is lost; missing for everybody else.
pub async fn to_lose(tx: &mut Tx<'_>, who: &Actor, id: CardId) -> Result<(CardRow, Permit<LoseCard>), Stop> {
    let row = store::card(tx, id).await?.ok_or(Stop::Missing)?;
    let holder = find_person(tx, row.person()).await?.ok_or(Stop::Missing)?;
    let holders = match row.household_id {
        Some(household) => {
            let all = register::household_of(tx, Id::new(id.cell, household)).await?;
            all.iter().map(PersonRow::id).collect()
        }
        None => vec![row.person()],
    };
    // A card of somebody out of sight is missing, not forbidden.
    let permit = access::on_card(who, id, &holders, &holder.place_path).map_err(|_| Stop::Missing)?;
    Ok((row, permit))
}
