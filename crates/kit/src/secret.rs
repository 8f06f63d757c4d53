//! The program's signing secret, and tokens nobody can guess.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The key that signs form tokens and one-time messages. It never leaves this type.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    pub const fn new(key: [u8; 32]) -> Secret {
        Secret(key)
    }

    /// Signs `data` for one `purpose`: a signature made for one purpose is worth nothing for another.
    pub fn sign(&self, purpose: &str, data: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(data);
        BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
    }

    /// True when `signature` is what [`sign`](Secret::sign) gives, compared in constant time.
    pub fn verifies(&self, purpose: &str, data: &[u8], signature: &str) -> bool {
        self.sign(purpose, data).as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A token of `bytes` random bytes in lower-case hexadecimal.
///
/// # Panics
/// When the operating system has no randomness to give: nothing safe can be done without it.
pub fn random_token(bytes: usize) -> String {
    let mut buffer = vec![0u8; bytes];
    getrandom::fill(&mut buffer).expect("the operating system gives random bytes");
    HEXLOWER.encode(&buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_only_for_its_purpose_data_and_key() {
        let secret = Secret::new([7; 32]);
        let signature = secret.sign("flash", b"saved");
        assert!(secret.verifies("flash", b"saved", &signature));
        assert!(!secret.verifies("csrf", b"saved", &signature));
        assert!(!secret.verifies("flash", b"saved!", &signature));
        assert!(!Secret::new([8; 32]).verifies("flash", b"saved", &signature));
        assert!(!secret.verifies("flash", b"saved", ""));
    }

    #[test]
    fn the_secret_does_not_print_itself() {
        assert_eq!(format!("{:?}", Secret::new([7; 32])), "Secret(…)");
    }
}
