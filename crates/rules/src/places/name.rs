//! What a place is called.
//!
//! The statistical table names the committee that answers for a place (黄楼社区居民委员会), people name the place
//! (黄楼社区). Lists, receipts and messages use the people's word; the committee is an organisation of its own.

/// Endings of committees, the longest first, and what a place keeps of them. A villagers' committee stands for a
/// village even where the table leaves 村 to the word 村民; a residents' committee may sit in a street or an estate,
/// and nothing is added to its name.
const ENDINGS: [(&str, &str); 9] = [
    ("村民居委会", "村"),
    ("村民村委会", "村"),
    ("村民委员会", "村"),
    ("村民委会", "村"),
    ("居民委员会", ""),
    ("居委员会", ""),
    ("居委会", ""),
    ("村委会", "村"),
    ("居民委会", ""),
];

/// What already says which kind of place it is, so that 村 would be said twice.
const KINDS: [&str; 4] = ["村", "社区", "小区", "生活区"];

/// The place's own name, from that of its committee; any other name is kept as it is.
pub fn of_committee(official: &str) -> String {
    let official = official.trim();
    let Some((base, keeps)) = ENDINGS.iter().find_map(|(ending, keeps)| Some((official.strip_suffix(ending)?, keeps)))
    else {
        return official.to_owned();
    };
    if base.is_empty() {
        return official.to_owned();
    }
    if KINDS.iter().any(|kind| base.ends_with(kind)) { base.to_owned() } else { format!("{base}{keeps}") }
}

#[cfg(test)]
mod tests {
    use super::of_committee;

    #[test]
    fn a_place_is_called_as_people_call_it() {
        let cases = [
            ("黄楼社区居民委员会", "黄楼社区"),
            ("大高桥村村民委员会", "大高桥村"),
            // 村 stands once in the table, as part of 村民.
            ("马山庄村民委员会", "马山庄村"),
            ("吕庄社区村民委员会", "吕庄社区"),
            ("邓庄村委会", "邓庄村"),
            ("刘康庄村民村委会", "刘康庄村"),
            ("红旗村民委会", "红旗村"),
            ("卢寨村村民委会", "卢寨村"),
            ("王堂村村民居委会", "王堂村"),
            ("周海社区居委会", "周海社区"),
            ("丁寨社区居委员会", "丁寨社区"),
            ("南关居民委员会", "南关"),
            ("东新农场生活区", "东新农场生活区"),
            ("牡丹街道", "牡丹街道"),
            ("荷塘村（虚构）", "荷塘村（虚构）"),
            ("村委会", "村委会"),
        ];
        for (official, name) in cases {
            assert_eq!(of_committee(official), name, "{official}");
        }
    }

    #[test]
    fn a_name_is_shortened_once() {
        for official in ["黄楼社区居民委员会", "马山庄村民委员会", "邓庄村委会", "南关居民委员会"]
        {
            let once = of_committee(official);
            assert_eq!(of_committee(&once), once);
        }
    }
}
