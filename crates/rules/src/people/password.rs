//! Names and passwords of staff accounts.
//!
//! GB/T 22239 asks for a password that is not easy to guess; length and the ban on the account's own name are usual
//! settings (NIST SP 800-63B §5.1.1.2 asks for eight characters and against lists), not the standard's (verify).

use crate::shared::Refusal;

/// The shortest and the longest password, in characters.
pub const LEAST: usize = 10;
pub const MOST: usize = 128;

/// Letters and digits that nobody mixes up when they are read out.
const ALPHABET: &[u8; 28] = b"abcdefghjkmnpqrstuvwxyz23456";

/// The name of an account as it is kept: small letters, digits, dots and dashes, 3 to 32 of them.
///
/// # Errors
/// `account-name` at the field `account`.
pub fn account(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim().to_ascii_lowercase();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    if (3..=32).contains(&name.len()) && name.chars().all(fits) {
        Ok(name)
    } else {
        Err(Refusal::new("account-name").at_field("account"))
    }
}

/// Whether a new password will do.
///
/// # Errors
/// `password-short`, `password-long`, `password-simple` at the field `new_password`, `password-again` at `again`.
pub fn check(account: &str, old: &str, new: &str, again: &str) -> Result<(), Refusal> {
    let length = new.chars().count();
    let refuse = |code| Err(Refusal::new(code).with("least", LEAST as i64).at_field("new_password"));
    if length < LEAST {
        return refuse("password-short");
    }
    if length > MOST {
        return refuse("password-long");
    }
    let kinds = [
        new.chars().any(|c| c.is_ascii_digit()),
        new.chars().any(char::is_alphabetic),
        new.chars().any(|c| !c.is_alphanumeric()),
    ];
    let distinct: std::collections::BTreeSet<char> = new.chars().collect();
    let is_simple = kinds.iter().filter(|kind| **kind).count() < 2
        || distinct.len() < 5
        || new.to_lowercase().contains(account)
        || new == old;
    if is_simple {
        return refuse("password-simple");
    }
    if new != again {
        return Err(Refusal::new("password-again").at_field("again"));
    }
    Ok(())
}

/// A password for one sign-in, from as many random bytes as it has letters: 12 of 28, 57 bits. Read out or handed over,
/// it is good until its owner has chosen another.
pub fn invent(random: [u8; 12]) -> String {
    let mut text = String::with_capacity(14);
    for (i, byte) in random.into_iter().enumerate() {
        if i > 0 && i.is_multiple_of(4) {
            text.push('-');
        }
        // 256 is no multiple of 28: some letters are drawn one time in 256 more often, which costs less than a bit.
        text.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_in_small_latin_letters() {
        let cases = [
            ("zhou.ping", Ok("zhou.ping")),
            (" Zhou_2 ", Ok("zhou_2")),
            ("zh", Err("account-name")),
            ("周萍萍", Err("account-name")),
            ("zhou ping", Err("account-name")),
            ("", Err("account-name")),
        ];
        for (typed, expected) in cases {
            assert_eq!(account(typed).as_deref().map_err(|r| r.code), expected, "{typed}");
        }
    }

    #[test]
    fn a_password_is_long_enough_mixed_and_new() {
        let long = "a1".repeat(65);
        let cases = [
            ("correct horse 9", "correct horse 9", Ok(())),
            ("莲花 池边 2026 清晨", "莲花 池边 2026 清晨", Ok(())),
            ("short 1", "short 1", Err("password-short")),
            (&long, &long, Err("password-long")),
            ("onlyletters", "onlyletters", Err("password-simple")),
            ("1234567890", "1234567890", Err("password-simple")),
            ("aaaaaaaa1111", "aaaaaaaa1111", Err("password-simple")),
            ("Zhouping-2026", "Zhouping-2026", Err("password-simple")),
            ("old password 1", "old password 1", Err("password-simple")),
            ("correct horse 9", "correct horse 8", Err("password-again")),
        ];
        for (new, again, expected) in cases {
            let checked = check("zhouping", "old password 1", new, again).map_err(|r| r.code);
            assert_eq!(checked, expected, "{new}");
        }
    }

    #[test]
    fn an_invented_password_can_be_read_out() {
        for random in [*b"\0\x01\x02\x03\x1a\x1b\x1c\x1d\xfc\xfd\xfe\xff", [0; 12], [255; 12]] {
            let text = invent(random);
            assert_eq!(text.len(), 14, "{text}");
            assert!(text.chars().all(|c| !"0o1li".contains(c)), "{text}");
        }
        assert_eq!(invent([0; 12]), "aaaa-aaaa-aaaa");
    }
}
