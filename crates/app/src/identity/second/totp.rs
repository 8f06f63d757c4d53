//! Codes of a secret and the time (RFC 6238 with HMAC-SHA-1, which is what telephones' programs compute).

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rules::people::second_step::{DIGITS, SECRET_BYTES, STEP_SECONDS, steps};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// What RFC 3986 §2.3 leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub type Secret = [u8; SECRET_BYTES];

/// The code of one step of time: RFC 4226 §5.3.
pub fn code(secret: &Secret, step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("a key of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0x0f);
    let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", number % 10_u32.pow(DIGITS))
}

/// The step that a typed code is the code of, if one that is taken now. All are compared, whichever fits.
pub fn fitting(secret: &Secret, typed: &str, now: Timestamp) -> Option<i64> {
    let fits = |step: i64| bool::from(code(secret, step).as_bytes().ct_eq(typed.as_bytes()));
    steps(now).into_iter().fold(None, |found, step| if fits(step) { Some(step) } else { found })
}

/// The secret as it is typed where nothing can be scanned, in groups of four.
pub fn text(secret: &Secret) -> String {
    let plain = BASE32_NOPAD.encode(secret);
    plain.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// What the QR says: Google's key URI format, which all programs read.
pub fn uri(secret: &Secret, account: &str, issuer: &str) -> String {
    let issuer = encoded(issuer);
    format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
        encoded(account),
        BASE32_NOPAD.encode(secret)
    )
}

fn encoded(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, PLAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    const CASES: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    const SECRET: &Secret = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, expected) in CASES {
            assert_eq!(code(SECRET, seconds / STEP_SECONDS), expected, "{seconds}");
        }
    }

    #[test]
    fn a_code_fits_half_a_minute_around_its_own() {
        let at = |seconds: i64| Timestamp::from_second(seconds).unwrap();
        let own = 1_111_111_111 / STEP_SECONDS;
        for (seconds, expected) in [
            (1_111_111_111 - 60, None),
            (1_111_111_111 - 30, Some(own)),
            (1_111_111_111, Some(own)),
            (1_111_111_170, None),
        ] {
            assert_eq!(fitting(SECRET, "050471", at(seconds)), expected, "{seconds}");
        }
        assert_eq!(fitting(SECRET, "", at(59)), None);
    }

    #[test]
    fn a_secret_is_scanned_or_typed() {
        assert_eq!(text(SECRET), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            uri(SECRET, "zhou.ping", "荷邻 A"),
            "otpauth://totp/%E8%8D%B7%E9%82%BB%20A:zhou.ping?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%E8%8D%B7%E9%82%BB%20A&algorithm=SHA1&digits=6&period=30"
        );
    }
}
