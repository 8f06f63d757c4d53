//! What an organisation is called by those who look for it: mostly not its whole name.

/// Whether somebody who typed `words` may mean the organisation called `name`: each word is a part of the name, the name
/// shortened as it is spoken (住建局 for 住房和城乡建设局), or initials of its pinyin. No words mean any.
pub fn is_meant(name: &str, initials: &str, words: &str) -> bool {
    words.split_whitespace().all(|word| {
        let word = word.to_lowercase();
        let is_latin = word.chars().all(|c| c.is_ascii_alphanumeric());
        name.to_lowercase().contains(&word) || shortens(name, &word) || is_latin && shortens(initials, &word)
    })
}

/// Whether the letters of `short` stand in `long` in the same order; one letter alone shortens nothing.
fn shortens(long: &str, short: &str) -> bool {
    let mut rest = long.chars();
    short.chars().nth(1).is_some() && short.chars().all(|wanted| rest.by_ref().any(|has| has == wanted))
}

/// A name without the spaces in it, by which two organisations of one place are told to be one.
pub fn bare(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_is_found_by_what_people_call_it() {
        let (name, initials) = ("单县住房和城乡建设局", "dxzfhcxjsj");
        let cases = [
            ("its name", "单县住房和城乡建设局", true),
            ("a part of it", "住房", true),
            ("as it is spoken", "住建局", true),
            ("two parts", "单县 建设", true),
            ("its initials", "dxzfhcxjsj", true),
            ("the initials of what is spoken", "zjj", true),
            ("initials in capitals", "ZJJ", true),
            ("nothing", "", true),
            ("the parts in another order", "局建住", false),
            ("another one", "应急局", false),
            ("one character that it does not have", "税", false),
            ("one letter says nothing", "z", false),
            ("a part and something else", "单县 应急", false),
        ];
        for (what, words, expected) in cases {
            assert_eq!(is_meant(name, initials, words), expected, "{what}");
        }
    }

    #[test]
    fn spaces_make_no_other_name() {
        for (name, expected) in [("黄楼 便民超市", "黄楼便民超市"), (" 黄楼便民超市　", "黄楼便民超市"), ("", "")]
        {
            assert_eq!(bare(name), expected, "{name}");
        }
    }
}
