//! National numbers with a check character: 公民身份号码 (GB 11643-1999) and 统一社会信用代码 (GB 32100-2015).

use jiff::civil::Date;

use super::person::{Sex, birth_date};
use crate::shared::text::half_width;
use crate::shared::{Arg, Faults, Refusal};

/// A checked identity number. It is a protected field: only [`IdNumber::masked`] may be listed.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber {
    digits: String,
    born: Date,
}

impl std::fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Weights of the first seventeen digits (GB 11643-1999, from ISO 7064 MOD 11-2).
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS: &[u8; 11] = b"10X98765432";

/// The first two digits in use: provinces, then 81–83 for residence permits of people from Hong Kong, Macao and Taiwan.
/// Deeper area codes are not checked: a number keeps the code of its day, and many of those are abolished.
const PROVINCES: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
];

impl IdNumber {
    /// Reads a number as people type it: spaces and full-width digits are accepted, and a small x.
    ///
    /// # Errors
    /// Names the group of digits at fault: `id-number-length`, `id-number-digits`, `id-number-area` (1–6),
    /// `id-number-birth` (7–14, also when it lies after `today`), `id-number-check` (18).
    pub fn parse(text: &str, today: Date) -> Result<IdNumber, Refusal> {
        let refusal = |code| Refusal::new(code).at_field("id_number");
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
        let digits = digits.to_ascii_uppercase();
        if digits.chars().count() != 18 {
            return Err(refusal("id-number-length").with("count", digits.chars().count() as i64));
        }
        let (body, check) = digits.split_at(digits.char_indices().nth(17).map_or(0, |(at, _)| at));
        if !body.bytes().all(|b| b.is_ascii_digit()) || !(check == "X" || check.bytes().all(|b| b.is_ascii_digit())) {
            return Err(refusal("id-number-digits"));
        }
        if !PROVINCES.contains(&&body[..2]) {
            return Err(refusal("id-number-area").with("digits", &body[..6]));
        }
        let born = Date::strptime("%Y%m%d", &body[6..14]).ok().filter(|born| *born <= today && born.year() >= 1850);
        let born = born.ok_or_else(|| refusal("id-number-birth").with("digits", &body[6..14]))?;
        let sum: u32 = body.bytes().zip(ID_WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        if check.as_bytes() != [ID_CHECKS[(sum % 11) as usize]] {
            return Err(refusal("id-number-check"));
        }
        Ok(IdNumber { digits, born })
    }

    /// As [`IdNumber::parse`], of somebody who is entered on `today`.
    ///
    /// # Errors
    /// Also `birth-date-range`: a number that is right and was given to nobody who lives.
    pub fn of_the_living(text: &str, today: Date) -> Result<IdNumber, Refusal> {
        let number = IdNumber::parse(text, today)?;
        birth_date(number.born, today).map_err(|refusal| refusal.at_field("id_number"))?;
        Ok(number)
    }

    /// The eighteen characters, for encryption and the keyed hash only.
    pub fn reveal(&self) -> &str {
        &self.digits
    }

    pub fn born(&self) -> Date {
        self.born
    }

    /// By the seventeenth digit: odd for men, even for women.
    pub fn sex(&self) -> Sex {
        if self.digits.as_bytes()[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// Whether what is said beside the number fits it: digits 7 to 14 are the day of birth, the 17th is odd for men (GB
    /// 11643-1999). One of the two is a slip, and who reads them later cannot tell which.
    ///
    /// # Errors
    /// `id-number-other-birth` at `birth_date` and `id-number-other-sex` at `sex`, without what the number says.
    pub fn agrees(&self, born: Option<Date>, sex: Option<Sex>) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        if born.is_some_and(|born| born != self.born) {
            faults.push(Refusal::new("id-number-other-birth").at_field("birth_date"));
        }
        if sex.is_some_and(|sex| sex != Sex::Unstated && sex != self.sex()) {
            faults.push(Refusal::new("id-number-other-sex").at_field("sex"));
        }
        faults.none()
    }

    /// `3717************2X`: enough for its owner to know it, too little for anyone else.
    pub fn masked(&self) -> String {
        format!("{}************{}", &self.digits[..4], &self.digits[16..])
    }
}

/// Something that looks wrong but may be right: the form asks once more and accepts a "yes". The locale key is
/// `warning-<code>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    pub code: &'static str,
    pub args: Vec<(&'static str, Arg)>,
}

/// A unified social credit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditCode(String);

const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    /// Reads a code as people type it. The warning says that the check character does not fit: some codes in force fail
    /// it, so a person confirms instead of being turned away.
    ///
    /// # Errors
    /// `credit-code-length`, or `credit-code-letters` when it holds a character that the standard leaves out
    /// (I, O, S, V, Z).
    pub fn parse(text: &str) -> Result<(CreditCode, Option<Warning>), Refusal> {
        let refusal = |code| Refusal::new(code).at_field("credit_code");
        let code: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
        let code = code.to_ascii_uppercase();
        let count = code.chars().count();
        if count != 18 {
            return Err(refusal("credit-code-length").with("count", count as i64));
        }
        let value = |b: u8| CREDIT_ALPHABET.iter().position(|c| *c == b);
        let values: Option<Vec<usize>> = code.bytes().map(value).collect();
        let values = values.ok_or_else(|| refusal("credit-code-letters"))?;
        // The weight of the ith character is 3^(i-1) mod 31 (GB 32100-2015 附录 A).
        let (sum, _) = values[..17].iter().fold((0, 1), |(sum, weight), v| (sum + v * weight, weight * 3 % 31));
        let expected = (31 - sum % 31) % 31;
        let warning = (values[17] != expected).then(|| Warning {
            code: "credit-code-check",
            args: vec![
                ("code", Arg::from(code.clone())),
                ("expected", Arg::from(char::from(CREDIT_ALPHABET[expected]).to_string())),
            ],
        });
        Ok((CreditCode(code), warning))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A sign-in code as it was typed: six digits, also full-width ones, with spaces or hyphens between them.
///
/// # Errors
/// `sign-in-code-form`: it can be no code, and so is no wrong one.
pub fn sign_in_code(typed: &str) -> Result<String, Refusal> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(half_width).collect();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(code);
    }
    Err(Refusal::new("sign-in-code-form").at_field("code"))
}

/// A name as the public sees it: 张三 → 张*, 张小三 → 张*三, 欧阳小明 → 欧**明.
pub fn masked_name(name: &str) -> String {
    let name = name.trim();
    // Nobody's name: there is nothing to hide, and it would read as one.
    if name == super::person::ERASED {
        return name.to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    match letters.as_slice() {
        [] => String::new(),
        [_] => "*".into(),
        [first, _] => format!("{first}*"),
        [first, hidden @ .., last] => format!("{first}{}{last}", "*".repeat(hidden.len())),
    }
}

/// What tells an organisation from any other in the numbers it gives (代字): the code of its place, and how many there were
/// given one with it.
pub fn designation(place_code: &str, nth: i64) -> String {
    format!("{place_code}-{nth}")
}

#[cfg(test)]
mod tests {
    use super::super::person::ERASED;
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn a_sign_in_code_is_six_digits_however_it_is_typed() {
        let cases = [
            ("123456", Some("123456")),
            (" 012 345 ", Some("012345")),
            ("123-456", Some("123456")),
            ("１２３４５６", Some("123456")),
            ("12345", None),
            ("1234567", None),
            ("12345a", None),
            ("一二三四五六", None),
            ("", None),
        ];
        for (typed, expected) in cases {
            let read = sign_in_code(typed);
            assert_eq!(read.as_deref().ok(), expected, "{typed}");
            assert!(read.err().is_none_or(|refusal| refusal.code == "sign-in-code-form"), "{typed}");
        }
    }

    #[test]
    fn nobody_who_lives_has_the_number_of_somebody_born_ages_ago() {
        assert!(IdNumber::of_the_living("11010519491231002X", TODAY).is_ok());
        let old = IdNumber::of_the_living("440524188001010014", TODAY).unwrap_err();
        assert_eq!((old.code, old.field.as_deref()), ("birth-date-range", Some("id_number")));
    }

    #[test]
    fn identity_numbers_are_checked_group_by_group() {
        let cases = [
            ("the vector of the standard", "11010519491231002X", Ok((date(1949, 12, 31), Sex::Female))),
            ("another", "440524188001010014", Ok((date(1880, 1, 1), Sex::Male))),
            ("a small x", "11010519491231002x", Ok((date(1949, 12, 31), Sex::Female))),
            ("spaces and full width", "110105 19491231 ００２Ｘ", Ok((date(1949, 12, 31), Sex::Female))),
            ("too short", "1101051949123100", Err("id-number-length")),
            ("Han characters", "一一零一零五一九四九一二三一零零二Ｘ", Err("id-number-digits")),
            ("a letter inside", "1101051949I231002X", Err("id-number-digits")),
            ("no such province", "99010519491231002X", Err("id-number-area")),
            ("no such day", "11010519490231002X", Err("id-number-birth")),
            ("born tomorrow", "110105202611240025", Err("id-number-birth")),
            ("a digit changed", "110105194912310020", Err("id-number-check")),
            ("two digits swapped", "11010519491231020X", Err("id-number-check")),
        ];
        for (name, text, expected) in cases {
            let got = IdNumber::parse(text, TODAY).map(|n| (n.born(), n.sex())).map_err(|r| r.code);
            assert_eq!(got, expected, "{name}");
        }
    }

    #[test]
    fn a_number_and_what_is_said_beside_it_are_of_one_person() {
        let (birth, sex) = (("id-number-other-birth", "birth_date"), ("id-number-other-sex", "sex"));
        let born = Some(date(1949, 12, 31));
        // The vector of the standard is a woman's, the other a man's.
        let (hers, his) = ("11010519491231002X", "440524188001010014");
        type Case<'a> = (&'a str, &'a str, Option<Date>, Option<Sex>, &'a [(&'a str, &'a str)]);
        let cases: [Case<'_>; 9] = [
            ("nothing said beside it", hers, None, None, &[]),
            ("the same", hers, born, Some(Sex::Female), &[]),
            ("a sex that is not stated", hers, born, Some(Sex::Unstated), &[]),
            ("a day later", hers, Some(date(1950, 1, 1)), Some(Sex::Female), &[birth]),
            ("month and day exchanged", his, Some(date(1880, 10, 1)), None, &[birth]),
            ("a man with a woman's", hers, born, Some(Sex::Male), &[sex]),
            ("a woman with a man's", his, None, Some(Sex::Female), &[sex]),
            ("a man with his own", his, Some(date(1880, 1, 1)), Some(Sex::Male), &[]),
            ("another's altogether", hers, Some(date(1975, 5, 20)), Some(Sex::Male), &[birth, sex]),
        ];
        for (name, number, born, sex, expected) in cases {
            let said = IdNumber::parse(number, TODAY).unwrap().agrees(born, sex);
            let refusals = said.as_ref().err().into_iter().flat_map(Refusal::each);
            let said: Vec<_> = refusals.map(|r| (r.code, r.field.as_deref().unwrap_or_default())).collect();
            assert_eq!(said, expected, "{name}");
        }
    }

    #[test]
    fn an_identity_number_shows_only_masked() {
        let number = IdNumber::parse("11010519491231002X", TODAY).unwrap();
        assert_eq!(number.masked(), "1101************2X");
        assert_eq!(format!("{number:?}"), "1101************2X");
    }

    #[test]
    fn credit_codes_warn_but_do_not_turn_away() {
        let cases = [
            ("91350100M000100Y43", Ok(None)),
            ("91110000101623741K", Ok(None)),
            ("91110000 101623741k", Ok(None)),
            ("91350211M0000XUF46", Ok(Some("credit-code-check"))),
            ("9135010OM000100Y43", Err("credit-code-letters")),
            ("91350100M000100Y4", Err("credit-code-length")),
        ];
        for (text, expected) in cases {
            let got = CreditCode::parse(text).map(|(_, w)| w.map(|w| w.code)).map_err(|r| r.code);
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn names_are_masked() {
        for (name, masked) in
            [("张三", "张*"), ("张小三", "张*三"), ("欧阳小明", "欧**明"), ("张", "*"), ("", ""), (ERASED, ERASED)]
        {
            assert_eq!(masked_name(name), masked);
        }
    }
}
