//! Whom somebody means who names a person: by the identity number, else by telephone and name. So that nobody is registered
//! twice, from a form or from a spreadsheet.

use std::collections::BTreeSet;

use rules::people::{IdNumber, Phone};
use rules::shared::ids::PersonId;
use rules::shared::{Cell, Refusal};

use super::store::{self, PersonRow, Protected};
use crate::places::Place;
use crate::{Stop, Tx, identity};

/// What one is known again by.
pub(super) struct Named {
    pub name: String,
    pub number: Option<IdNumber>,
    pub phone: Option<Phone>,
}

impl Named {
    /// The person who is registered already; `home`: where somebody of a shared phone is looked for.
    pub(super) async fn find(&self, tx: &mut Tx<'_>, home: Option<&Place>) -> Result<Option<PersonId>, Stop> {
        if let Some(number) = &self.number
            && let Some(row) = by_identity(tx, number).await?
        {
            return Ok((row.name == self.name).then(|| row.id()));
        }
        let Some(phone) = &self.phone else { return Ok(None) };
        let Some(owner) = identity::store::person_of_phone(tx, phone.reveal()).await? else { return Ok(None) };
        let owner = store::person(tx, owner).await?.filter(|row| row.name == self.name);
        let found = match (owner, home) {
            (Some(owner), _) => Some(owner),
            // A household may share a telephone, which signs in as the first who gave it.
            (None, Some(home)) => by_shared_phone(tx, home, &self.name, phone).await?,
            (None, None) => None,
        };
        let is_other = |row: &PersonRow| self.number.is_some() && !row.identity_masked.is_empty();
        // Two of one name and telephone and with two numbers are two.
        Ok(found.filter(|row| !is_other(row)).map(|row| row.id()))
    }

    /// Refuses a number under which somebody of another name is registered.
    ///
    /// # Errors
    /// `intake-other-name` at the field.
    pub(super) async fn number_is_free(&self, tx: &mut Tx<'_>, field: &'static str) -> Result<(), Stop> {
        match &self.number {
            Some(number) if by_identity(tx, number).await?.is_some() => {
                Err(Refusal::new("intake-other-name").at_field(field).into())
            }
            _ => Ok(()),
        }
    }
}

async fn by_identity(tx: &mut Tx<'_>, number: &IdNumber) -> Result<Option<PersonRow>, Stop> {
    let cells: Vec<String> = tx.city().all_cells().map(|cell| cell.0.to_string()).collect();
    let sql = format!(
        "SELECT {} FROM people_people WHERE cell IN ({}) AND identity_hash = $1 AND erased_at IS NULL ORDER BY cell LIMIT 1",
        store::COLUMNS,
        cells.join(", ")
    );
    let hash = tx.vault().lookup("identity", number.reveal());
    Ok(tx.one::<PersonRow>(&sql, db::args![hash]).await?)
}

/// Everybody of these cells with a telephone number, as a household may share one: first whom it signs in, then the newest.
/// Nobody's number is shown, only held against this one.
pub(super) async fn of_phone(tx: &mut Tx<'_>, cells: BTreeSet<Cell>, phone: &Phone) -> Result<Vec<PersonRow>, Stop> {
    let mut found = Vec::new();
    if let Some(owner) = identity::store::person_of_phone(tx, phone.reveal()).await? {
        found.extend(store::person(tx, owner).await?);
    }
    let sql = format!(
        "SELECT {} FROM people_people WHERE cell = $1 AND phone_masked = $2 AND erased_at IS NULL ORDER BY id DESC",
        store::COLUMNS
    );
    for cell in cells {
        for row in tx.all::<PersonRow>(&sql, db::args![cell.0, phone.masked()]).await? {
            let is_new = found.iter().all(|known| known.id != row.id);
            if is_new && store::unseal(tx, row.id(), Protected::Phone).await?.as_deref() == Some(phone.reveal()) {
                found.push(row);
            }
        }
    }
    Ok(found)
}

async fn by_shared_phone(tx: &mut Tx<'_>, home: &Place, name: &str, phone: &Phone) -> Result<Option<PersonRow>, Stop> {
    let sql = format!(
        "SELECT {} FROM people_people WHERE cell = $1 AND place_path = $2 AND name = $3 AND phone_masked = $4 \
         AND erased_at IS NULL ORDER BY id",
        store::COLUMNS
    );
    let args = db::args![home.id.cell.0, home.path.as_str(), name, phone.masked()];
    for row in tx.all::<PersonRow>(&sql, args).await? {
        if store::unseal(tx, row.id(), Protected::Phone).await?.as_deref() == Some(phone.reveal()) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}
