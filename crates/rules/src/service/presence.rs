//! How presence is proved: by QR, by code, by the desk. Never by a face, and never by a place alone: a position is a
//! hint and no gate.

use serde::{Deserialize, Serialize};

use crate::shared::Refusal;
use crate::shared::ids::{PersonId, TaskId};

/// By which means a check-in or check-out was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Scanned the service card of the person served, or typed its code: both were there.
    CardQr,
    /// Scanned the QR of the venue or of the desk's screen.
    VenueQr,
    /// Typed the code shown at the venue or read out by the desk.
    Code,
    /// The desk entered it: over the counter, by telephone, from the signed sheet.
    Desk,
    /// Nobody checked out; closed at the planned end.
    Unattended,
}

impl Means {
    pub const ALL: [Means; 5] = [Means::CardQr, Means::VenueQr, Means::Code, Means::Desk, Means::Unattended];

    pub const fn key(self) -> &'static str {
        match self {
            Means::CardQr => "card_qr",
            Means::VenueQr => "venue_qr",
            Means::Code => "code",
            Means::Desk => "desk",
            Means::Unattended => "unattended",
        }
    }

    pub fn from_key(key: &str) -> Option<Means> {
        Means::ALL.into_iter().find(|means| means.key() == key)
    }
}

/// What a scanned token or a typed code turned out to be; the store looks it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It belongs to this task and is current.
    Task(TaskId),
    /// It was once right and has been replaced.
    Replaced,
    Unknown,
}

/// Digits that a presence code may have: six can be read over the telephone, eight for cards.
pub const CODE_DIGITS: std::ops::RangeInclusive<usize> = 6..=8;

/// Reads a typed code: spaces, hyphens and full-width digits are accepted.
///
/// # Errors
/// `code-format`.
pub fn parse_code(text: &str) -> Result<String, Refusal> {
    let mut code = String::with_capacity(8);
    for c in text.chars() {
        match c {
            '0'..='9' => code.push(c),
            '０'..='９' => code.extend(char::from_digit(c as u32 - '０' as u32, 10)),
            ' ' | '-' | '\u{3000}' => {}
            _ => return Err(Refusal::new("code-format").at_field("code")),
        }
    }
    if CODE_DIGITS.contains(&code.len()) { Ok(code) } else { Err(Refusal::new("code-format").at_field("code")) }
}

/// A code of `digits` digits from random bits that the caller brings. With 64 bits the bias of the remainder is below
/// 10⁻¹¹.
pub fn code_from(random: u64, digits: usize) -> String {
    let digits = digits.clamp(*CODE_DIGITS.start(), *CODE_DIGITS.end());
    format!("{:0digits$}", random % u32::try_from(digits).map_or(1, |n| 10_u64.pow(n)))
}

/// Whether what was presented belongs to `task`. `right_title` is the title of the task that they should be at, when the
/// token is that of another.
///
/// # Errors
/// `presence-replaced`, `presence-unknown`, `presence-wrong-task` with `task`, the title of the right one.
pub fn proves(presented: Presented, task: TaskId, right_title: &str) -> Result<(), Refusal> {
    match presented {
        Presented::Task(shown) if shown == task => Ok(()),
        Presented::Task(_) => Err(Refusal::new("presence-wrong-task").with("task", right_title)),
        Presented::Replaced => Err(Refusal::new("presence-replaced")),
        Presented::Unknown => Err(Refusal::new("presence-unknown").at_field("code")),
    }
}

/// Whether the page of a matter shows the code of its task. `readers`: whose matter it is, and who reads for them; `coming`:
/// who has accepted. Nobody reads at home the code that shows that they are there: whoever comes hears it at the door.
pub fn may_read_code(readers: &[PersonId], coming: &[PersonId]) -> bool {
    !coming.is_empty() && !readers.iter().any(|reader| coming.contains(reader))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::{Cell, Id};
    use uuid::Uuid;

    #[test]
    fn codes_are_read_as_typed() {
        let cases = [
            ("123456", Ok("123456")),
            ("123 456", Ok("123456")),
            ("１２３-４５６", Ok("123456")),
            ("12345678", Ok("12345678")),
            ("12345", Err("code-format")),
            ("123456789", Err("code-format")),
            ("12345a", Err("code-format")),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_code(text).as_deref().map_err(|r| r.code), expected, "{text}");
        }
    }

    #[test]
    fn a_code_keeps_its_leading_zeros() {
        for (random, digits, expected) in
            [(42, 6, "000042"), (1_234_567_890, 6, "567890"), (7, 8, "00000007"), (7, 4, "000007")]
        {
            assert_eq!(code_from(random, digits), expected);
        }
    }

    #[test]
    fn the_code_is_read_at_home_by_who_waits_and_not_by_who_comes() {
        let people = |n: &[u128]| n.iter().map(|n| Id::new(Cell(1), Uuid::from_u128(*n))).collect::<Vec<PersonId>>();
        let cases: [(&str, &[u128], &[u128], bool); 5] = [
            ("whose matter it is", &[1], &[7], true),
            ("their daughter, for them", &[2, 1], &[7, 8], true),
            ("nobody comes yet", &[1], &[], false),
            ("who raised it for another and goes there", &[7], &[7], false),
            ("a daughter who goes herself", &[2, 1], &[7, 2], false),
        ];
        for (name, readers, coming, expected) in cases {
            assert_eq!(may_read_code(&people(readers), &people(coming)), expected, "{name}");
        }
    }

    #[test]
    fn a_token_proves_its_own_task() {
        let task = |n: u128| Id::new(Cell(1), Uuid::from_u128(n));
        let cases = [
            (Presented::Task(task(1)), None),
            (Presented::Task(task(2)), Some("presence-wrong-task")),
            (Presented::Replaced, Some("presence-replaced")),
            (Presented::Unknown, Some("presence-unknown")),
        ];
        for (presented, expected) in cases {
            assert_eq!(proves(presented, task(1), "陪诊").err().map(|r| r.code), expected);
        }
    }
}
