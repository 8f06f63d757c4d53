//! Which characters a text may hold, whichever way it comes. Control characters and what turns the direction of
//! writing are no part of what somebody says: one engine refuses to keep some, another cuts the text there, and who reads it is
//! shown something else than what stands there.

use super::Refusal;

/// Whether a character may stand in a text: no control character but the ends of lines and tabs, and none that turns the
/// direction in which what follows is shown (U+202A to U+202E, U+2066 to U+2069).
pub fn may_stand(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let ends_a_line = matches!(character, '\n' | '\r' | '\t');
    ends_a_line || !(turns || character.is_control())
}

/// # Errors
/// `text-control` at the field, with the first character that may not stand there, as `U+0007`.
pub fn all_may_stand(field: &str, text: &str) -> Result<(), Refusal> {
    match text.chars().find(|character| !may_stand(*character)) {
        None => Ok(()),
        Some(character) => {
            let named = format!("U+{:04X}", u32::from(character));
            Err(Refusal::new("text-control").with("character", named).at_field(field))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::Arg;

    #[test]
    fn a_text_holds_what_can_be_seen() {
        for (text, first) in [
            ("", None),
            ("曹县青菏街道\n二组\t3 号\r\n", None),
            ("Müller – 😀 é\u{200d}", None),
            ("\u{200e}left to right", None),
            ("a\0b", Some("U+0000")),
            ("a\u{7}b\0", Some("U+0007")),
            ("\u{7f}", Some("U+007F")),
            ("\u{85}", Some("U+0085")),
            ("gnp\u{202e}.exe", Some("U+202E")),
            ("\u{2066}x\u{2069}", Some("U+2066")),
        ] {
            let found = all_may_stand("name", text).err();
            let named = first.map(|first| ("text-control", Some("name"), Arg::Text(first.to_owned())));
            let said =
                found.as_ref().map(|refusal| (refusal.code, refusal.field.as_deref(), refusal.args[0].1.clone()));
            assert_eq!(said, named, "{text:?}");
        }
    }
}
