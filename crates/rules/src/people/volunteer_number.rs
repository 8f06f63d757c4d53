//! 志愿者编号: the number that the national system of volunteer service gives a volunteer, which stands for them wherever
//! others read it, in place of the identity number (MZ/T 061-2015 志愿服务信息系统基本规范).

use jiff::civil::Date;

use super::codes::IdNumber;
use crate::shared::Refusal;
use crate::shared::text::half_width;

/// Characters of the shortest and of the longest number that is taken.
const LENGTH: std::ops::RangeInclusive<usize> = 6..=32;

/// A volunteer's number. How the national system forms it is not confirmed, so only what no number can be is refused; and a
/// resident identity number is, because this one is there so that nobody has to show that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolunteerNumber(String);

impl VolunteerNumber {
    /// Reads what somebody typed or pasted; spaces, small letters and full-width digits are as good as others. `None` when
    /// there is nothing in it.
    ///
    /// # Errors
    /// `volunteer-number-form`, `volunteer-number-identity`.
    pub fn parse(typed: &str, today: Date) -> Result<Option<VolunteerNumber>, Refusal> {
        let plain: String = typed.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
        let plain = plain.to_ascii_uppercase();
        if plain.is_empty() {
            return Ok(None);
        }
        // One with a wrong check character is still an identity number, mistyped.
        if IdNumber::parse(&plain, today).map_or_else(|fault| fault.code == "id-number-check", |_| true) {
            return Err(Refusal::new("volunteer-number-identity").at_field("volunteer_number"));
        }
        if !LENGTH.contains(&plain.len()) || !plain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(Refusal::new("volunteer-number-form").at_field("volunteer_number"));
        }
        Ok(Some(VolunteerNumber(plain)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_are_taken_as_they_are_typed_and_identity_numbers_are_not() {
        for (typed, expected) in [
            ("", Ok(None)),
            ("  ", Ok(None)),
            ("370000100012345678", Ok(Some("370000100012345678"))),
            ("３７００ 0010 0012", Ok(Some("370000100012"))),
            ("sd-20260001", Ok(Some("SD-20260001"))),
            ("12345", Err("volunteer-number-form")),
            ("志愿者00000001", Err("volunteer-number-form")),
            ("1234567890123456789012345678901234", Err("volunteer-number-form")),
            ("11010519491231002X", Err("volunteer-number-identity")),
            ("110105194912310021", Err("volunteer-number-identity")),
        ] {
            let read = VolunteerNumber::parse(typed, date(2026, 11, 27));
            let read = read.as_ref().map(|n| n.as_ref().map(VolunteerNumber::as_str)).map_err(|r| r.code);
            assert_eq!(read, expected, "{typed:?}");
        }
    }
}
