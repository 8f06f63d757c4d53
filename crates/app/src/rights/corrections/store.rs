//! SQL of requests for correction. What they say is sealed under the key of whose data it is.

use db::At;
use rules::rights::correction::{Correction, CorrectionState, Field};
use rules::rights::living::{Became, Living};
use rules::shared::ids::{CorrectionId, CredentialId, PersonId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

/// A request, without a word of what it says.
#[derive(Clone, Debug, Deserialize)]
pub struct CorrectionRow {
    pub cell: i32,
    pub id: Uuid,
    pub person_id: Uuid,
    pub person_name: String,
    /// Where they live today.
    pub place_path: String,
    pub place_name: String,
    field: String,
    credential_id: Option<Uuid>,
    state: String,
    pub asked_at: i64,
    asked_cell: Option<i32>,
    asked_by: Option<Uuid>,
    pub asked_name: Option<String>,
    pub due_at: Option<i64>,
    pub late_at: Option<i64>,
    pub decided_at: Option<i64>,
    pub decided_name: Option<String>,
}

impl CorrectionRow {
    pub fn id(&self) -> CorrectionId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn person(&self) -> PersonId {
        Id::new(Cell(self.cell), self.person_id)
    }

    pub fn credential(&self) -> Option<CredentialId> {
        self.credential_id.map(|uuid| Id::new(Cell(self.cell), uuid))
    }

    pub fn field(&self) -> Result<Field, Stop> {
        Field::from_key(&self.field).ok_or_else(|| Stop::Defect(format!("no field is called {}", self.field)))
    }

    pub fn state(&self) -> Result<CorrectionState, Stop> {
        let state = CorrectionState::from_key(&self.state);
        state.ok_or_else(|| Stop::Defect(format!("no state of a correction is called {}", self.state)))
    }

    pub fn waits(&self) -> bool {
        self.state == CorrectionState::Asked.key()
    }

    /// Staff who wrote it down for them.
    pub fn writer(&self) -> Option<PersonId> {
        let by = self.asked_cell.zip(self.asked_by).map(|(cell, id)| Id::new(Cell(cell), id));
        by.filter(|by| *by != self.person())
    }

    /// As the rules see it.
    pub fn correction(&self) -> Result<Correction, Stop> {
        Ok(Correction { id: self.id(), person: self.person(), asked_by: self.writer(), state: self.state()? })
    }
}

/// What a request says.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// How it stood when it was asked for.
    pub stood: Option<String>,
    pub wanted: Option<String>,
    pub grounds: Option<String>,
    pub became: Option<String>,
    /// The door where they live now, when that was decided too; empty: none is known any more.
    pub door: Option<String>,
    /// In which household they live now, when that was decided too.
    pub living: Option<Living>,
    pub reason: Option<String>,
}

const SELECT: &str = "SELECT c.cell, c.id, c.person_id, p.name AS person_name, p.place_path, l.name AS place_name, \
                      c.field, c.credential_id, c.state, c.asked_at, c.asked_cell, c.asked_by, a.name AS asked_name, \
                      c.due_at, c.late_at, c.decided_at, d.name AS decided_name FROM rights_corrections c \
                      JOIN people_people p ON p.cell = c.cell AND p.id = c.person_id \
                      JOIN places_places l ON l.cell = p.cell AND l.id = p.place_id \
                      LEFT JOIN people_people a ON a.cell = c.asked_cell AND a.id = c.asked_by \
                      LEFT JOIN people_people d ON d.cell = c.decided_cell AND d.id = c.decided_by";

pub async fn correction(tx: &mut Tx<'_>, id: CorrectionId) -> Result<Option<CorrectionRow>, Stop> {
    let sql = format!("{SELECT} WHERE c.cell = $1 AND c.id = $2");
    Ok(tx.one::<CorrectionRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// Those about a person, the newest first.
pub async fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<CorrectionRow>, Stop> {
    let sql = format!("{SELECT} WHERE c.cell = $1 AND c.person_id = $2 ORDER BY c.id DESC LIMIT 200");
    Ok(tx.all::<CorrectionRow>(&sql, db::args![person.cell.0, person.uuid]).await?)
}

/// Those that wait in a part of the tree, the longest waiting first.
pub async fn waiting(tx: &mut Tx<'_>, cell: Cell, within: &str, limit: i64) -> Result<Vec<CorrectionRow>, Stop> {
    let sql = format!(
        "{SELECT} WHERE c.cell = $1 AND c.state = 'asked' AND p.place_path >= $2 AND p.place_path < $3 \
         ORDER BY c.asked_at, c.id LIMIT $4"
    );
    Ok(tx.all::<CorrectionRow>(&sql, db::args![cell.0, within, format!("{within}~"), limit]).await?)
}

fn at(column: &'static str, id: CorrectionId) -> At<'static> {
    At { table: "rights_corrections", column, id: id.uuid }
}

/// A request that comes in.
pub struct NewCorrection<'a> {
    pub id: CorrectionId,
    pub person: PersonId,
    pub field: Field,
    pub credential: Option<CredentialId>,
    pub stood: &'a str,
    pub wanted: &'a str,
    pub grounds: &'a str,
    /// In milliseconds.
    pub due_at: Option<i64>,
}

pub async fn insert(tx: &mut Tx<'_>, who: &Actor, when: Moment, new: &NewCorrection<'_>) -> Result<(), Stop> {
    let (id, person) = (new.id, new.person);
    let key = tx.data_key(person.cell.0, person.uuid).await?;
    tx.put(
        "INSERT INTO rights_corrections (cell, id, person_id, field, credential_id, state, stood_sealed, wanted_sealed, \
         grounds_sealed, channel, asked_at, asked_cell, asked_by, due_at) \
         VALUES ($1, $2, $3, $4, $5, 'asked', $6, $7, $8, $9, $10, $11, $12, $13)",
        db::args![
            id.cell.0,
            id.uuid,
            person.uuid,
            new.field.key(),
            new.credential.map(|c| c.uuid),
            key.seal(at("stood_sealed", id), new.stood),
            key.seal(at("wanted_sealed", id), new.wanted),
            key.seal(at("grounds_sealed", id), new.grounds),
            who.channel.key(),
            when.recorded.as_millisecond(),
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid),
            new.due_at
        ],
    )
    .await?;
    Ok(())
}

/// Opens what a request says. The caller has permitted it and writes the access log.
pub async fn unseal_words(tx: &mut Tx<'_>, row: &CorrectionRow) -> Result<Words, Stop> {
    #[derive(Deserialize)]
    struct Sealed {
        stood_sealed: Option<Vec<u8>>,
        wanted_sealed: Option<Vec<u8>>,
        grounds_sealed: Option<Vec<u8>>,
        became_sealed: Option<Vec<u8>>,
        reason_sealed: Option<Vec<u8>>,
    }
    let sql = "SELECT stood_sealed, wanted_sealed, grounds_sealed, became_sealed, reason_sealed FROM rights_corrections \
               WHERE cell = $1 AND id = $2";
    let Some(sealed) = tx.one::<Sealed>(sql, db::args![row.cell, row.id]).await? else { return Ok(Words::default()) };
    // Who was erased took the words along.
    let Some(key) = tx.find_data_key(row.cell, row.person_id).await? else { return Ok(Words::default()) };
    let open = |sealed: Option<Vec<u8>>, column| -> Result<Option<String>, Stop> {
        let said = sealed.map(|sealed| key.unseal(at(column, row.id()), &sealed)).transpose()?;
        Ok(said.filter(|said| !said.is_empty()))
    };
    let became = open(sealed.became_sealed, "became_sealed")?;
    let Became { text, door, living } = Became::read(row.field()?, &became.unwrap_or_default());
    Ok(Words {
        stood: open(sealed.stood_sealed, "stood_sealed")?,
        wanted: open(sealed.wanted_sealed, "wanted_sealed")?,
        grounds: open(sealed.grounds_sealed, "grounds_sealed")?,
        became: Some(text).filter(|text| !text.is_empty()),
        door,
        living,
        reason: open(sealed.reason_sealed, "reason_sealed")?,
    })
}

/// Ends a request; false when it ended meanwhile. `became` and `reason`, where there are any, are sealed.
pub async fn end(
    tx: &mut Tx<'_>,
    who: &Actor,
    when: Moment,
    row: &CorrectionRow,
    (state, became, reason): (CorrectionState, &str, &str),
) -> Result<bool, Stop> {
    let key = tx.data_key(row.cell, row.person_id).await?;
    let seal = |column, said: &str| (!said.is_empty()).then(|| key.seal(at(column, row.id()), said));
    let sql = "UPDATE rights_corrections SET state = $3, decided_at = $4, decided_cell = $5, decided_by = $6, \
               became_sealed = $7, reason_sealed = $8 WHERE cell = $1 AND id = $2 AND state = 'asked'";
    let args = db::args![
        row.cell,
        row.id,
        state.key(),
        when.recorded.as_millisecond(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid),
        seal("became_sealed", became),
        seal("reason_sealed", reason)
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// Notes that it is late; false when that was noted, or it has ended.
pub async fn note_late(tx: &mut Tx<'_>, when: Moment, id: CorrectionId) -> Result<bool, Stop> {
    let sql = "UPDATE rights_corrections SET late_at = $3 WHERE cell = $1 AND id = $2 AND state = 'asked' \
               AND late_at IS NULL";
    Ok(tx.run(sql, db::args![id.cell.0, id.uuid, when.recorded.as_millisecond()]).await? == 1)
}

/// Takes the words of an erased person out; one that waits is taken back with them.
pub async fn forget(tx: &mut Tx<'_>, when: Moment, person: PersonId) -> Result<(), Stop> {
    let sql = "UPDATE rights_corrections SET stood_sealed = NULL, wanted_sealed = NULL, grounds_sealed = NULL, \
               became_sealed = NULL, reason_sealed = NULL, decided_at = COALESCE(decided_at, $3), \
               state = CASE WHEN state = 'asked' THEN 'withdrawn' ELSE state END WHERE cell = $1 AND person_id = $2";
    tx.run(sql, db::args![person.cell.0, person.uuid, when.recorded.as_millisecond()]).await?;
    Ok(())
}
