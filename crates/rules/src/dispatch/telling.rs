//! What everybody who is invited reads of a task says nothing that only those who come are to see.

use crate::shared::{Faults, Refusal};

/// Refuses a telephone number, a door or one of the `names` of those it is for in what is written of a task, by the field it
/// stands in. Who has accepted is shown all of them by themselves, and each look at them is written down.
///
/// # Errors
/// `task-tells-phone`, `task-tells-door`, `task-tells-name`.
pub fn tells_no_contact(written: &[(&'static str, &str)], names: &[String]) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    for (field, text) in written {
        if has_phone(text) {
            faults.push(Refusal::new("task-tells-phone").at_field(*field));
        } else if has_door(text) {
            faults.push(Refusal::new("task-tells-door").at_field(*field));
        } else if let Some(name) = names.iter().find(|name| is_named(text, name)) {
            faults.push(Refusal::new("task-tells-name").with("name", name.as_str()).at_field(*field));
        }
    }
    faults.none()
}

fn digit(c: char) -> Option<char> {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        '0'..='9' => Some(c),
        _ => None,
    }
}

/// A mobile number, or that of a line with its area: also with spaces and dashes, as people write them. Days and times of a
/// task have as many digits and begin otherwise.
fn has_phone(text: &str) -> bool {
    let mut run = String::new();
    let mut gap = 0;
    for c in text.chars().chain(['。']) {
        match digit(c) {
            Some(d) => {
                run.push(d);
                gap = 0;
            }
            None if matches!(c, ' ' | '-' | '－' | '　' | '·') && gap == 0 && !run.is_empty() => gap = 1,
            None => {
                if is_phone(&run) {
                    return true;
                }
                run.clear();
                gap = 0;
            }
        }
    }
    false
}

fn is_phone(digits: &str) -> bool {
    let mobile = |at: usize| {
        let from = &digits.as_bytes()[at..];
        from.len() >= 11 && from[0] == b'1' && (b'3'..=b'9').contains(&from[1])
    };
    let line = digits.starts_with('0') && !digits.starts_with("00") && (10..=12).contains(&digits.len());
    line || (0..digits.len()).any(mobile)
}

/// A name of one character is a word of its own too often.
fn is_named(text: &str, name: &str) -> bool {
    name.chars().count() > 1 && text.contains(name)
}

/// The stair and the flat of a block: 2 单元 401.
fn has_door(text: &str) -> bool {
    text.match_indices("单元").any(|(at, _)| text[..at].trim_end().chars().next_back().and_then(digit).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_the_invited_read_holds_no_telephone_and_no_door() {
        let cases = [
            ("膝盖不好，走得慢", None),
            ("黄楼社区 3 号楼", None),
            ("2026-06-09 10:00 在服务中心 302 室集合", None),
            ("20 个人，6 月 9 日 8:30 到 11:30", None),
            ("紧急时打 120", None),
            ("改到 2026-06-09 16:00-2026-06-09 18:00", None),
            ("单元门口等", None),
            ("到了打 13800000001", Some("task-tells-phone")),
            ("138 0000 0001", Some("task-tells-phone")),
            ("138-0000-0001 王女士", Some("task-tells-phone")),
            ("电话１３８００００００１１", Some("task-tells-phone")),
            ("0530-6221234", Some("task-tells-phone")),
            ("3 号楼 2 单元 401", Some("task-tells-door")),
            ("3号楼２单元401", Some("task-tells-door")),
        ];
        for (text, expected) in cases {
            let told = tells_no_contact(&[("title", "陪诊"), ("notes", text)], &[]);
            let refused = told.err().map(|refusal| (refusal.code, refusal.field));
            assert_eq!(refused, expected.map(|code| (code, Some("notes".to_owned()))), "{text}");
        }
    }

    #[test]
    fn nor_whom_it_is_for() {
        let names = ["张桂兰".to_owned(), "李".to_owned(), String::new()];
        for (text, is_told) in [("陪张桂兰复查", true), ("陪张阿姨复查", false), ("李村集合", false), ("", false)]
        {
            let refused = tells_no_contact(&[("title", text)], &names).err().map(|refusal| refusal.code);
            assert_eq!(refused, is_told.then_some("task-tells-name"), "{text}");
        }
    }
}
