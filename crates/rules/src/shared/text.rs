//! A text in the product's two languages, as kinds and rules carry it.

use serde::{Deserialize, Serialize};

/// The same words in Chinese and in English. Both are required: a kind with one language missing does not load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

impl Text {
    pub fn new(zh: &str, en: &str) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }

    /// The words in `lang` (`"en"` or anything else for Chinese).
    pub fn in_lang(&self, lang: &str) -> &str {
        if lang == "en" { &self.en } else { &self.zh }
    }

    /// True when either language says nothing.
    pub fn is_incomplete(&self) -> bool {
        self.zh.trim().is_empty() || self.en.trim().is_empty()
    }
}

/// Full-width digits and letters, as Chinese input methods make them, to their ASCII twins.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    }
}

/// What a basis says that nobody has looked up yet.
const UNVERIFIED: &str = "待核实";

/// A legal basis as somebody reads it: staff the whole, with what is still to be verified, and everybody else what is
/// [`certain`].
pub fn basis_for(is_staff: bool, basis: &str) -> String {
    if is_staff { basis.to_owned() } else { certain(basis) }
}

/// The parts of a legal basis that are certain: what residents are shown. A part that is still to be verified is left out, with
/// whatever stands in its brackets; staff read the whole.
pub fn certain(basis: &str) -> String {
    let (mut parts, mut depth) = (vec![String::new()], 0_u32);
    for c in basis.chars() {
        depth = match c {
            '（' => depth + 1,
            '）' => depth.saturating_sub(1),
            _ => depth,
        };
        match parts.last_mut().filter(|_| c != '；' || depth > 0) {
            Some(part) => part.push(c),
            None => parts.push(String::new()),
        }
    }
    parts.retain(|part| !part.contains(UNVERIFIED));
    parts.join("；")
}

#[cfg(test)]
mod tests {
    use super::certain;

    #[test]
    fn residents_read_of_a_basis_what_is_certain() {
        for (basis, expected) in [
            ("个人信息保护法第二十三条", "个人信息保护法第二十三条"),
            ("个人信息保护法第二十五条；记录办法（待核实）", "个人信息保护法第二十五条"),
            ("网络安全法第二十一条（六个月；条文序号待核实）；个人信息保护法第五十一条", "个人信息保护法第五十一条"),
            (
                "志愿服务条例第十九条（待核实）；记录办法第四条；GB/T 40143（十年；不少于）",
                "记录办法第四条；GB/T 40143（十年；不少于）",
            ),
            ("本地约定（待核实）", ""),
            ("", ""),
        ] {
            assert_eq!(certain(basis), expected, "{basis}");
        }
    }
}
