//! Names: pinyin initials, so that `hlsq` finds 黄楼社区.

use pinyin::ToPinyin;

/// The first letters of a Chinese name in pinyin, lower case; other letters and digits stay.
pub fn initials(name: &str) -> String {
    name.chars()
        .filter_map(|c| match c.to_pinyin() {
            Some(pinyin) => pinyin.plain().chars().next(),
            None if c.is_ascii_alphanumeric() => Some(c.to_ascii_lowercase()),
            None => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_of_names() {
        for (name, expected) in [("黄楼社区", "hlsq"), ("单县", "dx"), ("A3 栋", "a3d"), ("", "")] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
