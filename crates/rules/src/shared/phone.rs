//! Telephone numbers: one normal form, so that look-ups by keyed hash find them however they were typed.

use super::Refusal;
use super::text::half_width;

/// A number of mainland China in its normal form: digits only, a landline with its area code and leading 0.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    digits: String,
    /// How many digits the area code has; 0 for a mobile.
    area: usize,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Phone {
    /// Reads a number with or without +86, spaces, hyphens, brackets or full-width digits.
    ///
    /// # Errors
    /// `phone-mobile-digits` for what begins like a mobile number and has seven to twelve digits, `phone-area-missing` for seven
    /// or eight digits of a landline without its area code, else `phone`.
    pub fn parse(text: &str) -> Result<Phone, Refusal> {
        let refusal = |code| Refusal::new(code).at_field("phone");
        let mut digits = digits_of(text).ok_or_else(|| refusal("phone"))?;
        if let Some(rest) = digits.strip_prefix("0086") {
            // Abroad the leading 0 of an area code is left out.
            digits =
                if begins_like_mobile(rest) || rest.starts_with('0') { rest.to_owned() } else { format!("0{rest}") };
        } else if digits.len() == 13 && digits.strip_prefix("86").is_some_and(is_mobile) {
            digits.drain(..2);
        }
        if is_mobile(&digits) {
            return Ok(Phone { digits, area: 0 });
        }
        if begins_like_mobile(&digits) && (7..=12).contains(&digits.len()) {
            return Err(refusal("phone-mobile-digits").with("digits", digits.len() as i64));
        }
        if !digits.starts_with('0') && matches!(digits.len(), 7 | 8) {
            return Err(refusal("phone-area-missing"));
        }
        let area = area_of(&digits).ok_or_else(|| refusal("phone"))?;
        let local = digits.get(area..).unwrap_or("");
        if matches!(local.len(), 7 | 8) && !local.starts_with(['0', '1']) {
            return Ok(Phone { digits, area });
        }
        Err(refusal("phone"))
    }

    /// The normal form, for encryption, the keyed hash and sending only.
    pub fn reveal(&self) -> &str {
        &self.digits
    }

    /// Whether a text message reaches it.
    pub fn is_mobile(&self) -> bool {
        self.area == 0
    }

    /// `138****5678`, or `0530****234`.
    pub fn masked(&self) -> String {
        if self.is_mobile() {
            format!("{}****{}", &self.digits[..3], &self.digits[7..])
        } else {
            format!("{}****{}", &self.digits[..self.area], &self.digits[self.digits.len() - 3..])
        }
    }
}

/// The digits of what was typed, without what stands between them; `+` in front as the 00 that it means.
fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(16);
    for (at, c) in text.trim().chars().map(half_width).enumerate() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if at == 0 => digits.push_str("00"),
            ' ' | '-' | '(' | ')' | '\u{2013}' | '\u{2014}' | '\u{3000}' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// How many digits an area code has: 010 and 02x are the only ones of three, the others begin with 03 to 09.
fn area_of(digits: &str) -> Option<usize> {
    let second = digits.strip_prefix('0')?.bytes().next()?;
    match second {
        b'1' => digits.starts_with("010").then_some(3),
        b'2' => Some(3),
        b'3'..=b'9' => Some(4),
        _ => None,
    }
}

/// Whether the public can ring it: somebody's number; a hotline of five digits as 12345, alone or after an area code, as other
/// numbers of an office are; or one that begins with 400 or 800. Nobody signs in with a hotline, and no message reaches it.
pub fn rings(text: &str) -> bool {
    let Some(digits) = digits_of(text) else { return false };
    let is_hotline = digits.len() == 5 && digits.starts_with(['1', '9']);
    let is_service = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
    let behind_area = area_of(&digits).is_some_and(|area| matches!(digits.len().checked_sub(area), Some(5 | 7 | 8)));
    Phone::parse(text).is_ok() || is_hotline || behind_area || is_service
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && begins_like_mobile(digits)
}

/// No landline begins with 1 behind its area code, so this tells a slip in a mobile number from a number without an area.
fn begins_like_mobile(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form_however_it_is_typed() {
        let cases = [
            ("13800005678", Ok(("13800005678", "138****5678"))),
            ("138 0000 5678", Ok(("13800005678", "138****5678"))),
            ("+86 138-0000-5678", Ok(("13800005678", "138****5678"))),
            ("008613800005678", Ok(("13800005678", "138****5678"))),
            ("8613800005678", Ok(("13800005678", "138****5678"))),
            ("１３８００００５６７８", Ok(("13800005678", "138****5678"))),
            ("0530-5551234", Ok(("05305551234", "0530****234"))),
            ("(0530)5551234", Ok(("05305551234", "0530****234"))),
            ("+86 530 5551234", Ok(("05305551234", "0530****234"))),
            ("010-55512345", Ok(("01055512345", "010****345"))),
            ("5551234", Err("phone-area-missing")),
            ("0120-5551234", Err("phone")),
            ("0030-5551234", Err("phone")),
            ("0530-0551234", Err("phone")),
            ("0530-12345", Err("phone")),
            ("11111111111", Err("phone")),
            ("110", Err("phone")),
            ("12345", Err("phone")),
            ("12800005678", Err("phone")),
            ("1390000", Err("phone-mobile-digits")),
            ("13900001", Err("phone-mobile-digits")),
            ("1380000567", Err("phone-mobile-digits")),
            ("138000056789", Err("phone-mobile-digits")),
            ("138000", Err("phone")),
            ("+1 202 555 0100", Err("phone")),
            ("打电话", Err("phone")),
            ("", Err("phone")),
        ];
        for (text, expected) in cases {
            let got = Phone::parse(text);
            let got = got.as_ref().map(|p| (p.reveal(), p.masked())).map_err(|r| r.code);
            assert_eq!(got, expected.map(|(digits, masked)| (digits, masked.to_owned())), "{text}");
        }
    }

    #[test]
    fn the_public_can_ring_a_hotline_too() {
        for (text, expected) in [
            ("13800005678", true),
            ("0530-5551234", true),
            ("12345", true),
            ("0530-12345", true),
            ("0530-0000000", true),
            ("010 12345", true),
            ("400-555-1234", true),
            ("95598", true),
            ("5551234", false),
            ("119", false),
            ("00000", false),
            ("123456", false),
            ("0530-1234", false),
            ("0030-1234567", false),
            ("03", false),
            ("一二三四五", false),
            ("", false),
        ] {
            assert_eq!(rings(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_never_shows_itself() {
        assert_eq!(format!("{:?}", Phone::parse("13800005678").unwrap()), "138****5678");
    }
}
