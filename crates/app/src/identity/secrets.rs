//! Secrets that people carry: session and token strings, one-time codes, passwords.

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use data_encoding::BASE64URL_NOPAD;
use rules::shared::Cell;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::{Stop, Tx};

/// A secret string that carries its cell, and the hash it is kept by.
pub struct Secret {
    pub text: String,
    pub hash: Vec<u8>,
}

/// Draws a new secret of 256 bits for a person of `cell`.
pub fn draw(tx: &Tx<'_>, prefix: &str, cell: Cell) -> Secret {
    let mut bytes = [0u8; 34];
    bytes[..2].copy_from_slice(&u16::try_from(cell.0).unwrap_or_default().to_be_bytes());
    bytes[2..].copy_from_slice(&tx.random::<32>());
    let text = format!("{prefix}{}", BASE64URL_NOPAD.encode(&bytes));
    Secret { hash: Sha256::digest(text.as_bytes()).to_vec(), text }
}

/// The cell and hash of a secret somebody showed; `None` when it is not one of ours.
pub fn read(prefix: &str, text: &str) -> Option<(Cell, Vec<u8>)> {
    let bytes = BASE64URL_NOPAD.decode(text.strip_prefix(prefix)?.as_bytes()).ok()?;
    let cell = u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?);
    (bytes.len() == 34).then(|| (Cell(cell.into()), Sha256::digest(text.as_bytes()).to_vec()))
}

/// Six digits.
pub fn draw_code(tx: &Tx<'_>) -> String {
    let n = u64::from_be_bytes(tx.random::<8>());
    format!("{:06}", n % 1_000_000)
}

/// As many password checks at once as there are cores: each takes 19 MiB and tens of milliseconds.
static CHECKS: Semaphore = Semaphore::const_new(2);

/// Hashes a password (Argon2id). Slow on purpose: call outside any transaction.
pub async fn hash_password(password: String) -> Result<String, Stop> {
    let _turn = CHECKS.acquire().await.map_err(Stop::defect)?;
    tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Stop::defect)
    })
    .await
    .map_err(Stop::defect)?
}

/// Compares a password with its hash. Slow on purpose: call outside any transaction.
pub async fn password_fits(password: String, hash: String) -> Result<bool, Stop> {
    let _turn = CHECKS.acquire().await.map_err(Stop::defect)?;
    tokio::task::spawn_blocking(move || {
        let hash = PasswordHash::new(&hash).map_err(Stop::defect)?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
    .map_err(Stop::defect)?
}

/// The hash of a password nobody has, compared with when an account does not exist.
pub const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$aGVsaW4tbm9ib2R5LXNhbHQ$7Xh1mS1cUoP3kIY0zGQfHc3zq9q6oC3W0b0eZz0yD0A";
