//! The data keys of protected fields, kept wrapped in the database.

use serde::Deserialize;
use uuid::Uuid;

use crate::vault::{DataKey, VaultError};
use crate::{Error, Migration, Tx, args};

/// The table of the wrapped data keys.
pub const VAULT_MIGRATION: Migration = Migration {
    name: "vault_keys",
    sql: "\
CREATE TABLE vault_keys (
    cell INTEGER NOT NULL,
    owner {uuid} NOT NULL,
    wrapped {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    destroyed_at BIGINT,
    PRIMARY KEY (cell, owner)
) {without_rowid};",
};

#[derive(Deserialize)]
struct Row {
    wrapped: Vec<u8>,
}

impl Tx {
    /// The key of an owner's protected fields.
    ///
    /// # Errors
    /// [`VaultError::NoKey`] when none was made, [`VaultError::Destroyed`] when it was destroyed,
    /// [`VaultError::Sealed`] when it was wrapped by other secrets.
    pub async fn data_key(&mut self, cell: i32, owner: Uuid) -> Result<DataKey, Error> {
        let row: Option<Row> =
            self.one("SELECT wrapped FROM vault_keys WHERE cell = $1 AND owner = $2", args![cell, owner]).await?;
        let row = row.ok_or(VaultError::NoKey)?;
        Ok(self.vault().unwrap(&row.wrapped)?)
    }

    /// As [`Tx::data_key`], with `None` where there is none (any more): before the first field is sealed, and after the
    /// owner was erased.
    ///
    /// # Errors
    /// [`VaultError::Sealed`] when it was wrapped by other secrets.
    pub async fn find_data_key(&mut self, cell: i32, owner: Uuid) -> Result<Option<DataKey>, Error> {
        match self.data_key(cell, owner).await {
            Ok(key) => Ok(Some(key)),
            Err(Error::Vault(VaultError::NoKey | VaultError::Destroyed)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the secrets are those that what is kept here was sealed by. The first of a city's owners tell: three, so that
    /// one damaged row is not taken for another key. Where nothing is sealed yet every secret is right.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn is_sealed_by_these_secrets(&mut self) -> Result<bool, Error> {
        let sql = "SELECT wrapped FROM vault_keys WHERE destroyed_at IS NULL ORDER BY cell, owner LIMIT 3";
        let rows: Vec<Row> = self.all(sql, args![]).await?;
        Ok(rows.is_empty() || rows.iter().any(|row| self.vault().unwrap(&row.wrapped).is_ok()))
    }

    /// Makes the key of an owner. `at_ms`: milliseconds since 1970, UTC.
    ///
    /// # Errors
    /// [`Error::Unique`] when the owner has one, even a destroyed one.
    pub async fn create_data_key(&mut self, cell: i32, owner: Uuid, at_ms: i64) -> Result<DataKey, Error> {
        let (key, wrapped) = self.vault().fresh_key();
        self.put(
            "INSERT INTO vault_keys (cell, owner, wrapped, created_at) VALUES ($1, $2, $3, $4)",
            args![cell, owner, wrapped, at_ms],
        )
        .await?;
        Ok(key)
    }

    /// The key of an owner, made if there is none yet. Two at the same moment get the same key.
    ///
    /// # Errors
    /// As [`Tx::data_key`]: a destroyed key is not made anew.
    pub async fn ensure_data_key(&mut self, cell: i32, owner: Uuid, at_ms: i64) -> Result<DataKey, Error> {
        let (_, wrapped) = self.vault().fresh_key();
        self.put(
            "INSERT INTO vault_keys (cell, owner, wrapped, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (cell, owner) DO NOTHING",
            args![cell, owner, wrapped, at_ms],
        )
        .await?;
        self.data_key(cell, owner).await
    }

    /// Destroys the key of an owner, and with it every protected field of theirs; true when there was one. Backups made
    /// before still hold the wrapped key, and so does PostgreSQL until its next VACUUM.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn destroy_data_key(&mut self, cell: i32, owner: Uuid, at_ms: i64) -> Result<bool, Error> {
        let changed = self
            .run(
                "UPDATE vault_keys SET wrapped = $3, destroyed_at = $4 \
                 WHERE cell = $1 AND owner = $2 AND destroyed_at IS NULL",
                args![cell, owner, Vec::<u8>::new(), at_ms],
            )
            .await?;
        Ok(changed == 1)
    }
}
