//! The short code that people read out and type: of a matter, 「Q 4F7-K2M9-X3A」, and of a service card.
//!
//! Ten characters of Crockford's base 32: two for the cell, seven random, one check character; before that of a matter,
//! the kind's letter.
//! The check character is the one parity symbol of a shortened Reed–Solomon code over GF(32), the field of BIP-173
//! (x⁵ + x³ + 1): any one wrong character and any swap of two different characters changes it.

use std::fmt;
use std::str::FromStr;

use super::Cell;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry something: two for the cell and seven random.
const CARRYING: usize = 9;
const RANDOM_BITS: u32 = 35;
/// How many cells two characters can name.
const CELLS: i32 = 1 << 10;

/// A short code. Knowing that of a matter shows a state, a time and a unit, and nothing of a private one; knowing that of a
/// card shows whose community it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code {
    cell: Cell,
    random: u64,
}

/// Why a text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// Not ten characters after the letter, or one that no code has.
    Malformed,
    /// The check character does not fit: something was misread or swapped.
    Check,
    /// Two characters name 1,024 cells.
    Cell,
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CodeError::Malformed => "a code has ten letters and digits, in groups of three, four and three",
            CodeError::Check => "one character of this code is wrong or two are swapped",
            CodeError::Cell => "a code can name the cells 0 to 1023",
        })
    }
}
impl std::error::Error for CodeError {}

/// A kept code in the groups in which people read it: `4F7K2M9X3A` is `4F7-K2M9-X3A`. What is no code stays as it is.
pub fn in_groups(plain: &str) -> String {
    plain.parse::<Code>().map_or_else(|_| plain.to_owned(), |code| code.to_string())
}

impl Code {
    /// A code in `cell`; `random` gives its 35 lowest bits.
    ///
    /// # Errors
    /// [`CodeError::Cell`] for a cell that two characters cannot name.
    pub fn new(cell: Cell, random: u64) -> Result<Code, CodeError> {
        if !(0..CELLS).contains(&cell.0) {
            return Err(CodeError::Cell);
        }
        Ok(Code { cell, random: random & ((1 << RANDOM_BITS) - 1) })
    }

    /// The cell in which to look it up.
    pub fn cell(self) -> Cell {
        self.cell
    }

    /// The ten characters without groups or letter, as stored.
    pub fn plain(self) -> String {
        let symbols = self.symbols();
        symbols.iter().chain([&check_symbol(&symbols)]).map(|s| char::from(ALPHABET[usize::from(*s)])).collect()
    }

    /// For people, with the kind's letter: `Q 4F7-K2M9-X3A`.
    pub fn with_prefix(self, prefix: char) -> String {
        format!("{prefix} {self}")
    }

    fn symbols(self) -> [u8; CARRYING] {
        let carried = (u64::from(self.cell.0.unsigned_abs()) << RANDOM_BITS) | self.random;
        std::array::from_fn(|i| ((carried >> (5 * (CARRYING - 1 - i))) & 31) as u8)
    }
}

/// In groups for reading: `4F7-K2M9-X3A`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.plain();
        write!(f, "{}-{}-{}", &plain[..3], &plain[3..7], &plain[7..])
    }
}

/// Reads a code as people type it: any case, spaces and hyphens anywhere, full-width characters, o for 0, i and l for 1,
/// with or without the kind's letter, and what names it before that: 「编号 H 4F7-K2M9-X3A」 as it was copied from a message.
impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Code, CodeError> {
        let typed: Vec<char> =
            text.chars().filter_map(significant).skip_while(|c| !c.is_ascii_alphanumeric()).collect();
        let typed = match unnamed(&typed) {
            [letter, rest @ ..] if rest.len() == CARRYING + 1 && letter.is_ascii_alphabetic() => rest,
            whole => whole,
        };
        let symbols: Vec<u8> = typed.iter().map(|c| symbol(*c)).collect::<Option<_>>().ok_or(CodeError::Malformed)?;
        let (check, carrying) = symbols.split_last().ok_or(CodeError::Malformed)?;
        let carrying: [u8; CARRYING] = carrying.try_into().map_err(|_| CodeError::Malformed)?;
        if check_symbol(&carrying) != *check {
            return Err(CodeError::Check);
        }
        let carried = carrying.iter().fold(0u64, |all, s| (all << 5) | u64::from(*s));
        Code::new(Cell((carried >> RANDOM_BITS) as i32), carried)
    }
}

/// What is left behind a word that names a code, where that leaves a code with or without its letter.
fn unnamed(typed: &[char]) -> &[char] {
    let behind = |name: &str| {
        let name: Vec<char> = name.chars().collect();
        let rest = typed.strip_prefix(name.as_slice())?;
        let rest = if rest.first() == Some(&':') { &rest[1..] } else { rest };
        matches!(rest.len(), 10 | 11).then_some(rest)
    };
    ["NUMBER", "CODE", "NO"].into_iter().find_map(behind).unwrap_or(typed)
}

/// Whether a letter may stand before codes: a capital that is not misread.
pub fn is_prefix(letter: char) -> bool {
    letter.is_ascii_uppercase() && !matches!(letter, 'I' | 'L' | 'O' | 'U')
}

/// The character in plain capitals; `None` for what only separates.
fn significant(c: char) -> Option<char> {
    // Full-width forms of ASCII, as a Chinese keyboard may give them.
    let c = match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let separates = c.is_whitespace() || matches!(c, '-' | '_' | '.' | '·' | '–' | '—' | '−');
    (!separates).then(|| c.to_ascii_uppercase())
}

fn symbol(c: char) -> Option<u8> {
    let c = match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|a| char::from(*a) == c).and_then(|i| u8::try_from(i).ok())
}

/// Σ αⁱ·sᵢ. The powers differ from one another and from the weight 1 of the check symbol itself.
fn check_symbol(symbols: &[u8; CARRYING]) -> u8 {
    let mut check = 0;
    for symbol in symbols {
        check = times_alpha(check ^ symbol);
    }
    check
}

/// Multiplication by α in GF(32), α⁵ = α³ + 1.
const fn times_alpha(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_1001) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_read_back_however_they_are_typed() {
        let code = Code::new(Cell(11), 0x3_1415_9265).unwrap();
        let shown = code.with_prefix('Q');
        assert_eq!(shown.len(), "Q 4F7-K2M9-X3A".len());
        let (_, grouped) = shown.split_once(' ').unwrap();
        let wide: String = shown.chars().map(|c| if c == ' ' { c } else { widen(c) }).collect();
        let typed = [
            shown.clone(),
            shown.to_lowercase(),
            grouped.to_owned(),
            shown.replace(['-', ' '], ""),
            shown.replace('-', " — "),
            format!("  {} ", shown.replace('0', "o").replace('1', "l")),
            grouped.replace('0', "O").replace('1', "I"),
            wide,
            format!("编号 {shown}"),
            format!("编号：{grouped}"),
            format!("number {shown}"),
            format!("Code: {grouped}"),
        ];
        for text in typed {
            assert_eq!(text.parse(), Ok(code), "{text}");
        }
    }

    fn widen(c: char) -> char {
        char::from_u32(u32::from(c) + 0xFEE0).unwrap()
    }

    #[test]
    fn what_is_no_code_is_told_apart_from_a_misread_one() {
        let plain = Code::new(Cell(11), 77).unwrap().plain();
        let cases = [
            (String::new(), CodeError::Malformed),
            (plain[..9].to_owned(), CodeError::Malformed),
            (format!("QQ{plain}"), CodeError::Malformed),
            (format!("7{plain}"), CodeError::Malformed),
            (plain.replacen('0', "U", 1), CodeError::Malformed),
            (plain.replacen('0', "号", 1), CodeError::Malformed),
            (plain.replacen('0', "7", 1), CodeError::Check),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Code>(), Err(expected), "{text}");
        }
        assert_eq!(Code::new(Cell(1024), 0), Err(CodeError::Cell));
        assert_eq!(Code::new(Cell(-1), 0), Err(CodeError::Cell));
        assert!(is_prefix('Q') && !is_prefix('O') && !is_prefix('q') && !is_prefix('需'));
    }

    proptest! {
        #[test]
        fn any_one_wrong_character_and_any_swap_is_noticed(
            cell in 0..1024, random: u64, at in 0usize..10, other in 0usize..10, symbol in 0usize..32,
        ) {
            let code = Code::new(Cell(cell), random).unwrap();
            let plain: Vec<char> = code.plain().chars().collect();
            prop_assert_eq!(code.plain().parse(), Ok(code));
            prop_assert_eq!(code.cell(), Cell(cell));
            let mut wrong = plain.clone();
            wrong[at] = char::from(ALPHABET[symbol]);
            if wrong != plain {
                prop_assert_eq!(wrong.iter().collect::<String>().parse::<Code>(), Err(CodeError::Check));
            }
            let mut swapped = plain.clone();
            swapped.swap(at, other);
            if swapped != plain {
                prop_assert_eq!(swapped.iter().collect::<String>().parse::<Code>(), Err(CodeError::Check));
            }
        }

        #[test]
        fn nothing_typed_brings_it_down(text in "\\PC*") {
            let _ = text.parse::<Code>();
        }
    }
}
