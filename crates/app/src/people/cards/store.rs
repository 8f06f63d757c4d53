//! SQL of cards. Secrets are kept as keyed hashes, so nothing here can print a card again.

use data_encoding::BASE64URL_NOPAD;
use rules::people::card::CardState;
use rules::shared::code::Code;
use rules::shared::ids::{CardId, PersonId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use crate::people::store::PersonRow;
use crate::{Stop, Tx};

/// A card as lists show it.
#[derive(Clone, Debug, Deserialize)]
pub struct CardRow {
    pub cell: i32,
    pub id: Uuid,
    pub person_id: Uuid,
    pub household_id: Option<Uuid>,
    state: String,
    pub issued_at: i64,
    pub issued_name: Option<String>,
    pub ended_at: Option<i64>,
}

impl CardRow {
    pub fn id(&self) -> CardId {
        Id::new(Cell(self.cell), self.id)
    }

    /// The holder; of a household's card, who it was handed to.
    pub fn person(&self) -> PersonId {
        Id::new(Cell(self.cell), self.person_id)
    }

    pub fn state(&self) -> Result<CardState, Stop> {
        CardState::from_key(&self.state).ok_or_else(|| Stop::Defect(format!("no card is {}", self.state)))
    }

    /// The words for whose card it is.
    pub fn sort(&self) -> &'static str {
        sort(self.household_id.is_some())
    }

    pub fn is_valid(&self) -> bool {
        self.state == CardState::Valid.key()
    }

    /// Whether it stands for this person: the holder, or anybody behind the door whose card it is.
    pub fn stands_for(&self, person: &PersonRow) -> bool {
        let at_the_door = self.household_id.is_some() && self.household_id == person.household_id;
        person.cell == self.cell && (person.id == self.person_id || at_the_door)
    }
}

/// The words for a card of the whole household, or of one person.
pub fn sort(for_household: bool) -> &'static str {
    if for_household { "cards-sort-household" } else { "cards-sort-own" }
}

const CARD: &str = "SELECT c.cell, c.id, c.person_id, c.household_id, c.state, c.issued_at, p.name AS issued_name, \
                    c.ended_at FROM people_cards c \
                    LEFT JOIN people_people p ON p.cell = c.issued_cell AND p.id = c.issued_by";

pub async fn card(tx: &mut Tx<'_>, id: CardId) -> Result<Option<CardRow>, Stop> {
    let sql = format!("{CARD} WHERE c.cell = $1 AND c.id = $2");
    Ok(tx.one::<CardRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// The cards of a person and of their household, the newest first.
pub async fn cards_of(tx: &mut Tx<'_>, person: &PersonRow) -> Result<Vec<CardRow>, Stop> {
    let sql = format!(
        "{CARD} WHERE c.cell = $1 AND (c.person_id = $2 OR c.household_id = $3) ORDER BY c.issued_at DESC, c.id DESC"
    );
    Ok(tx.all::<CardRow>(&sql, db::args![person.cell, person.id, person.household_id]).await?)
}

/// What a new card opens with: printed once, kept as hashes.
pub struct Secrets {
    /// The end of the QR's address.
    pub token: String,
    /// What is typed where nothing can be scanned.
    pub code: Code,
}

const TOKEN_BYTES: usize = 18;

impl Secrets {
    /// Draws those of a card in `cell`.
    pub fn draw(tx: &Tx<'_>, cell: Cell) -> Result<Secrets, Stop> {
        let mut bytes = [0u8; TOKEN_BYTES];
        bytes[..2].copy_from_slice(&u16::try_from(cell.0).map_err(Stop::defect)?.to_be_bytes());
        bytes[2..].copy_from_slice(&tx.random::<16>());
        let code = Code::new(cell, u64::from_be_bytes(tx.random())).map_err(Stop::defect)?;
        Ok(Secrets { token: BASE64URL_NOPAD.encode(&bytes), code })
    }
}

fn token_hash(tx: &Tx<'_>, token: &str) -> Vec<u8> {
    tx.vault().lookup("card-token", token)
}

fn code_hash(tx: &Tx<'_>, code: Code) -> Vec<u8> {
    tx.vault().lookup("card-code", &code.plain())
}

/// The card that was scanned or whose code was typed, dead ones too.
pub async fn shown(tx: &mut Tx<'_>, text: &str) -> Result<Option<CardRow>, Stop> {
    // What a QR says is a whole address.
    let text = text.rsplit('/').next().unwrap_or(text).trim();
    let (cell, column, hash) = match (BASE64URL_NOPAD.decode(text.as_bytes()), text.parse::<Code>()) {
        (Ok(bytes), _) if bytes.len() == TOKEN_BYTES => {
            (i32::from(u16::from_be_bytes([bytes[0], bytes[1]])), "token_hash", token_hash(tx, text))
        }
        (_, Ok(code)) => (code.cell().0, "code_hash", code_hash(tx, code)),
        _ => return Ok(None),
    };
    let sql = format!("{CARD} WHERE c.cell = $1 AND c.{column} = $2");
    Ok(tx.one::<CardRow>(&sql, db::args![cell, hash]).await?)
}

pub async fn insert(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: CardId,
    (person, household): (PersonId, Option<Uuid>),
    secrets: &Secrets,
) -> Result<(), Stop> {
    let (token, code) = (token_hash(tx, &secrets.token), code_hash(tx, secrets.code));
    tx.put(
        "INSERT INTO people_cards (cell, id, person_id, household_id, token_hash, code_hash, state, issued_at, \
         issued_cell, issued_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::args![
            id.cell.0,
            id.uuid,
            person.uuid,
            household,
            token,
            code,
            CardState::Valid.key(),
            at.recorded.as_millisecond(),
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid)
        ],
    )
    .await?;
    Ok(())
}

/// Ends a valid card; false when it was dead already.
pub async fn end(tx: &mut Tx<'_>, at: Moment, id: CardId, state: CardState) -> Result<bool, Stop> {
    let sql = "UPDATE people_cards SET state = $3, ended_at = $4 WHERE cell = $1 AND id = $2 AND state = 'valid'";
    Ok(tx.run(sql, db::args![id.cell.0, id.uuid, state.key(), at.recorded.as_millisecond()]).await? == 1)
}

/// Somebody who wants a card.
#[derive(Clone, Debug, Deserialize)]
pub struct RequestRow {
    pub cell: i32,
    pub person_id: Uuid,
    pub for_household: bool,
    pub place_path: String,
    pub asked_at: i64,
}

impl RequestRow {
    pub fn person(&self) -> PersonId {
        Id::new(Cell(self.cell), self.person_id)
    }

    /// The words for whose card it will be.
    pub fn sort(&self) -> &'static str {
        sort(self.for_household)
    }
}

const REQUEST: &str = "SELECT cell, person_id, for_household, place_path, asked_at FROM people_card_requests";

pub async fn request_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<RequestRow>, Stop> {
    let sql = format!("{REQUEST} WHERE cell = $1 AND person_id = $2");
    Ok(tx.one::<RequestRow>(&sql, db::args![person.cell.0, person.uuid]).await?)
}

/// Who waits for a card below a part of the tree, longest first.
pub async fn requests(tx: &mut Tx<'_>, cell: Cell, within: &str, limit: i64) -> Result<Vec<RequestRow>, Stop> {
    let sql = format!(
        "{REQUEST} WHERE cell = $1 AND place_path >= $2 AND place_path < $3 ORDER BY asked_at, person_id LIMIT $4"
    );
    Ok(tx.all::<RequestRow>(&sql, db::args![cell.0, within, format!("{within}~"), limit]).await?)
}

pub async fn put_request(tx: &mut Tx<'_>, at: Moment, person: &PersonRow, for_household: bool) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO people_card_requests (cell, person_id, for_household, place_path, asked_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (cell, person_id) DO UPDATE SET for_household = excluded.for_household",
        db::args![
            person.cell,
            person.id,
            for_household,
            person.place_path.as_str(),
            at.recorded.as_millisecond()
        ],
    )
    .await?;
    Ok(())
}

/// Whether one was waited for.
pub async fn remove_request(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Stop> {
    let sql = "DELETE FROM people_card_requests WHERE cell = $1 AND person_id = $2";
    Ok(tx.run(sql, db::args![person.cell.0, person.uuid]).await? > 0)
}
