//! Protected fields: identity numbers, phones, addresses, health, case notes.
//!
//! Each person (or other owner) has a data key; the data key is kept wrapped by a key outside the database. A sealed
//! value names its table, column and row, so it cannot be moved to another row by someone who can write to the file.
//! Destroying the data key destroys every value sealed with it (个人信息保护法 第四十七条).

use std::fmt;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The first byte of everything sealed: AES-256-GCM, nonce of 12 bytes, then ciphertext and tag.
const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;

/// The two keys that stay outside the database. Losing `wrap` loses every protected field; losing `lookup` loses the
/// look-up by phone and identity number.
#[derive(Clone)]
pub struct Secrets {
    /// Wraps the data keys.
    pub wrap: [u8; 32],
    /// Makes the keyed hashes by which a phone or an identity number is found.
    pub lookup: [u8; 32],
}

impl Secrets {
    /// Reads the secrets, or makes them when the file does not exist yet. The file holds two lines of 64 hexadecimal
    /// digits and is readable by its owner alone.
    ///
    /// # Errors
    /// [`VaultError::Secrets`] when the file cannot be read, written, or does not hold two keys. An existing file is
    /// never overwritten.
    pub fn load_or_create(path: &Path) -> Result<Secrets, VaultError> {
        let fail = |why: String| VaultError::Secrets(format!("{}: {why}", path.display()));
        match std::fs::File::open(path) {
            Ok(mut file) => {
                let mut text = Zeroizing::new(String::new());
                file.read_to_string(&mut text).map_err(|e| fail(e.to_string()))?;
                Secrets::from_hex(&text).map_err(|e| fail(e.to_string()))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let secrets = Secrets { wrap: *random_key(), lookup: *random_key() };
                secrets.create(path).map_err(|e| fail(e.to_string()))?;
                Ok(secrets)
            }
            Err(e) => Err(fail(e.to_string())),
        }
    }

    /// Two keys of 64 hexadecimal digits, `wrap` first, separated by white space.
    ///
    /// # Errors
    /// [`VaultError::Secrets`] when there are not exactly two keys of 32 bytes.
    pub fn from_hex(text: &str) -> Result<Secrets, VaultError> {
        let mut words = text.split_whitespace();
        let mut key = |name: &str| {
            let word = words.next().ok_or_else(|| VaultError::Secrets(format!("the {name} key is missing")))?;
            let bytes = Zeroizing::new(
                HEXLOWER_PERMISSIVE
                    .decode(word.as_bytes())
                    .map_err(|_| VaultError::Secrets(format!("the {name} key is not hexadecimal")))?,
            );
            <[u8; 32]>::try_from(bytes.as_slice())
                .map_err(|_| VaultError::Secrets(format!("the {name} key has {} bytes, not 32", bytes.len())))
        };
        let secrets = Secrets { wrap: key("wrap")?, lookup: key("lookup")? };
        match words.next() {
            None => Ok(secrets),
            Some(_) => Err(VaultError::Secrets("there is more than two keys".into())),
        }
    }

    fn create(&self, path: &Path) -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let hex = |key: &[u8; 32]| Zeroizing::new(HEXLOWER_PERMISSIVE.encode(key));
        writeln!(file, "{}\n{}", *hex(&self.wrap), *hex(&self.lookup))?;
        // Data is sealed with these keys from the next moment on: they must not be lost to a power cut.
        file.sync_all()
    }
}

impl Drop for Secrets {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.wrap);
        zeroize::Zeroize::zeroize(&mut self.lookup);
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// Why a protected field cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// The file of the secrets is unusable, with the reason.
    Secrets(String),
    /// Sealed under another key, for another row or column, or changed since.
    Sealed,
    /// This owner has no data key.
    NoKey,
    /// The owner's data key was destroyed: the field is gone for good.
    Destroyed,
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VaultError::Secrets(why) => write!(f, "the secrets cannot be used: {why}"),
            VaultError::Sealed => f.write_str("it cannot be opened with this key at this place"),
            VaultError::NoKey => f.write_str("its owner has no data key"),
            VaultError::Destroyed => f.write_str("its owner's data key was destroyed"),
        }
    }
}

impl std::error::Error for VaultError {}

/// Wraps data keys and makes look-up hashes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Vault {
    secrets: Arc<Secrets>,
}

impl Vault {
    pub fn new(secrets: Secrets) -> Vault {
        Vault { secrets: Arc::new(secrets) }
    }

    /// A new data key and its wrapped form, which is what the database keeps.
    pub fn fresh_key(&self) -> (DataKey, Vec<u8>) {
        let key = DataKey { bytes: random_key() };
        let wrapped = seal(&self.secrets.wrap, b"helin data key", key.bytes.as_slice());
        (key, wrapped)
    }

    /// The data key in its wrapped form.
    ///
    /// # Errors
    /// [`VaultError::Destroyed`] for an empty form, [`VaultError::Sealed`] when it was wrapped by other secrets.
    pub fn unwrap(&self, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        if wrapped.is_empty() {
            return Err(VaultError::Destroyed);
        }
        let plain = open(&self.secrets.wrap, b"helin data key", wrapped)?;
        let bytes = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| VaultError::Sealed)?;
        Ok(DataKey { bytes: Zeroizing::new(bytes) })
    }

    /// The keyed hash by which a value is found: HMAC-SHA256, 32 bytes. The same value under two purposes gives two
    /// hashes that cannot be linked. `normalised` must be written one way only (a phone without spaces, say).
    pub fn lookup(&self, purpose: &str, normalised: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secrets.lookup).expect("HMAC takes a key of any length");
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(normalised.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

/// Where a sealed value stands; it opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub id: Uuid,
}

impl At<'_> {
    /// Lengths first, so that `("ab", "c")` and `("a", "bc")` differ.
    fn associated_data(&self) -> Vec<u8> {
        let mut data = Vec::with_capacity(32 + self.table.len() + self.column.len());
        for text in [self.table, self.column] {
            data.extend_from_slice(&(text.len() as u64).to_be_bytes());
            data.extend_from_slice(text.as_bytes());
        }
        data.extend_from_slice(self.id.as_bytes());
        data
    }
}

/// The key of one owner's protected fields.
#[derive(Clone)]
pub struct DataKey {
    bytes: Zeroizing<[u8; 32]>,
}

impl DataKey {
    /// Seals a value for one place. Sealing the same value twice gives different bytes.
    pub fn seal(&self, at: At<'_>, value: &str) -> Vec<u8> {
        seal(&self.bytes, &at.associated_data(), value.as_bytes())
    }

    /// # Errors
    /// [`VaultError::Sealed`] when it was sealed with another key, for another place, or was changed.
    pub fn unseal(&self, at: At<'_>, sealed: &[u8]) -> Result<String, VaultError> {
        let plain = open(&self.bytes, &at.associated_data(), sealed)?;
        std::str::from_utf8(&plain).map(str::to_owned).map_err(|_| VaultError::Sealed)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey")
    }
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // A machine that cannot give random bytes must not go on sealing with predictable ones.
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

fn random_key() -> Zeroizing<[u8; 32]> {
    Zeroizing::new(random_bytes())
}

fn seal(key: &[u8; 32], associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce = random_bytes::<NONCE>();
    let sealed = Aes256Gcm::new(&(*key).into())
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: associated })
        .expect("a field is far below the limit of AES-GCM (64 GiB)");
    let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    out
}

fn open(key: &[u8; 32], associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (version, rest) = sealed.split_first().ok_or(VaultError::Sealed)?;
    if *version != VERSION || rest.len() < NONCE + TAG {
        return Err(VaultError::Sealed);
    }
    let (nonce, body) = rest.split_at(NONCE);
    let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| VaultError::Sealed)?;
    Aes256Gcm::new(&(*key).into())
        .decrypt(&Nonce::from(nonce), Payload { msg: body, aad: associated })
        .map(Zeroizing::new)
        .map_err(|_| VaultError::Sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new(Secrets { wrap: [1; 32], lookup: [2; 32] })
    }

    const AT: At<'static> = At { table: "people", column: "phone", id: Uuid::from_u128(7) };

    #[test]
    fn a_sealed_value_opens_only_where_it_was_sealed() {
        let (key, wrapped) = vault().fresh_key();
        let sealed = key.seal(AT, "13900000000");
        let again = vault().unwrap(&wrapped).unwrap();
        assert_eq!(again.unseal(AT, &sealed).as_deref(), Ok("13900000000"));
        let elsewhere = [
            At { table: "persons", ..AT },
            At { column: "address", ..AT },
            At { id: Uuid::from_u128(8), ..AT },
            At { table: "peoplep", column: "hone", ..AT },
        ];
        for at in elsewhere {
            assert_eq!(key.unseal(at, &sealed), Err(VaultError::Sealed), "{at:?}");
        }
        let (other, _) = vault().fresh_key();
        assert_eq!(other.unseal(AT, &sealed), Err(VaultError::Sealed));
    }

    #[test]
    fn one_changed_byte_is_noticed() {
        let (key, wrapped) = vault().fresh_key();
        let sealed = key.seal(AT, "a note");
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert_eq!(key.unseal(AT, &changed), Err(VaultError::Sealed), "byte {position}");
            assert_eq!(key.unseal(AT, &sealed[..position]), Err(VaultError::Sealed), "cut at {position}");
        }
        let mut changed = wrapped;
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(vault().unwrap(&changed).unwrap_err(), VaultError::Sealed);
        assert_eq!(vault().unwrap(&[]).unwrap_err(), VaultError::Destroyed);
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let (key, _) = vault().fresh_key();
        assert_ne!(key.seal(AT, "13900000000"), key.seal(AT, "13900000000"));
    }

    #[test]
    fn look_up_hashes_differ_by_purpose_value_and_secret() {
        let hash = vault().lookup("phone", "13900000000");
        assert_eq!(hash.len(), 32);
        assert_eq!(hash, vault().lookup("phone", "13900000000"));
        let other = Vault::new(Secrets { wrap: [1; 32], lookup: [3; 32] });
        for different in [
            vault().lookup("identity", "13900000000"),
            vault().lookup("phone", "13900000001"),
            vault().lookup("phone1", "3900000000"),
            other.lookup("phone", "13900000000"),
        ] {
            assert_ne!(hash, different);
        }
    }

    #[test]
    fn secrets_in_hexadecimal() {
        let key = "ab".repeat(32);
        let cases = [
            (format!("{key}\n{key}\n"), None),
            (format!("{}  {key}", key.to_uppercase()), None),
            (String::new(), Some("the wrap key is missing")),
            (key.clone(), Some("the lookup key is missing")),
            (format!("{key} {}", &key[2..]), Some("the lookup key has 31 bytes, not 32")),
            (format!("{key} zz"), Some("the lookup key is not hexadecimal")),
            (format!("{key} {key} {key}"), Some("there is more than two keys")),
        ];
        for (text, expected) in cases {
            match (Secrets::from_hex(&text), expected) {
                (Ok(secrets), None) => assert_eq!((secrets.wrap, secrets.lookup), ([0xab; 32], [0xab; 32])),
                (Err(VaultError::Secrets(why)), Some(expected)) => assert_eq!(why, expected),
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets");
        let made = Secrets::load_or_create(&path).unwrap();
        let read = Secrets::load_or_create(&path).unwrap();
        assert_eq!((made.wrap, made.lookup), (read.wrap, read.lookup));
        assert_ne!(made.wrap, made.lookup);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, "ab").unwrap();
        let error = Secrets::load_or_create(&path).unwrap_err().to_string();
        assert!(error.contains("the wrap key has 1 bytes, not 32") && error.contains("secrets"), "{error}");
        let unreadable = Secrets::load_or_create(folder.path()).unwrap_err();
        assert!(matches!(unreadable, VaultError::Secrets(_)));
    }
}
