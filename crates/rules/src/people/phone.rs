//! Telephone numbers: one normal form, so that look-ups by keyed hash find them however they were typed.

use super::codes::half_width;
use crate::shared::Refusal;

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
    /// `phone-area-missing` for seven or eight digits without an area code, else `phone`.
    pub fn parse(text: &str) -> Result<Phone, Refusal> {
        let refusal = |code| Refusal::new(code).at_field("phone");
        let mut digits = String::with_capacity(16);
        for (at, c) in text.trim().chars().map(half_width).enumerate() {
            match c {
                '0'..='9' => digits.push(c),
                '+' if at == 0 => digits.push_str("00"),
                ' ' | '-' | '(' | ')' | '\u{2013}' | '\u{2014}' | '\u{3000}' => {}
                _ => return Err(refusal("phone")),
            }
        }
        if let Some(rest) = digits.strip_prefix("0086") {
            // Abroad the leading 0 of an area code is left out.
            digits = if is_mobile(rest) || rest.starts_with('0') { rest.to_owned() } else { format!("0{rest}") };
        } else if digits.len() == 13 && digits.strip_prefix("86").is_some_and(is_mobile) {
            digits.drain(..2);
        }
        if is_mobile(&digits) {
            return Ok(Phone { digits, area: 0 });
        }
        if !digits.starts_with('0') && matches!(digits.len(), 7 | 8) {
            return Err(refusal("phone-area-missing"));
        }
        // 010 and 02x are the only area codes of three digits.
        let area = if digits.starts_with("010") || digits.starts_with("02") { 3 } else { 4 };
        let is_area = digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(|b| *b != b'0');
        let local = digits.get(area..).unwrap_or("");
        if is_area && matches!(local.len(), 7 | 8) && !local.starts_with(['0', '1']) {
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

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
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
            ("12345", Err("phone")),
            ("12800005678", Err("phone")),
            ("1380000567", Err("phone")),
            ("138000056789", Err("phone")),
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
    fn a_number_never_shows_itself() {
        assert_eq!(format!("{:?}", Phone::parse("13800005678").unwrap()), "138****5678");
    }
}
