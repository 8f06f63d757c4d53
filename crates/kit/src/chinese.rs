//! Chinese words on an English page are marked as Chinese, so that a screen reader reads them in the right voice: names of
//! people and places, and whatever somebody wrote, stay as they are.

/// Elements whose text cannot hold another element.
const PLAIN: [&str; 6] = ["title", "desc", "option", "textarea", "script", "style"];

/// The page with each stretch of Chinese in its text inside an element with `lang`.
pub(crate) fn marked(html: &str) -> String {
    let Some(body) = html.find("<body") else { return html.to_owned() };
    let (head, mut rest) = html.split_at(body);
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    out.push_str(head);
    let (mut plain, mut drawing) = (None::<&str>, false);
    while !rest.is_empty() {
        if let Some(tag) = rest.strip_prefix('<') {
            let end = end_of_tag(tag).map_or(rest.len(), |end| end + 2);
            let (tag, after) = rest.split_at(end);
            let closes = tag.starts_with("</");
            let name = tag.trim_start_matches(['<', '/']);
            let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
            match plain {
                Some(open) if closes && name == open => plain = None,
                None if !closes && PLAIN.contains(&name) => plain = Some(name),
                _ => {}
            }
            if name == "svg" {
                drawing = !closes;
            }
            out.push_str(tag);
            rest = after;
        } else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            if plain.is_some() {
                out.push_str(text);
            } else {
                mark(text, if drawing { "tspan" } else { "span" }, &mut out);
            }
            rest = after;
        }
    }
    out
}

/// Where a tag ends, counted from behind its `<`: not at a `>` inside a quoted value.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quoted = false;
    tag.bytes().position(|b| {
        quoted ^= b == b'"';
        b == b'>' && !quoted
    })
}

fn mark(text: &str, element: &str, out: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find(is_han) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_han(c) && !is_punctuation(c)).unwrap_or(from.len());
        let (chinese, after) = from.split_at(end);
        out.push_str(&format!("{before}<{element} lang=\"zh-CN\">{chinese}</{element}>"));
        rest = after;
    }
    out.push_str(rest);
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Punctuation that belongs to Chinese when it stands behind some.
const fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn chinese_in_the_text_is_marked_and_nowhere_else() {
        for (page, expected) in [
            ("<body>Hello", "<body>Hello"),
            ("<title>荷邻</title><body>", "<title>荷邻</title><body>"),
            ("<body><p>Sent by 李磊.</p>", "<body><p>Sent by <span lang=\"zh-CN\">李磊</span>.</p>"),
            ("<body><a title=\"李>磊\">x</a>", "<body><a title=\"李>磊\">x</a>"),
            ("<body><option>单县</option>", "<body><option>单县</option>"),
            (
                "<body><svg><title>图</title><text>单县</text></svg>县。",
                "<body><svg><title>图</title><text><tspan lang=\"zh-CN\">单县</tspan></text></svg><span lang=\"zh-CN\">县。</span>",
            ),
            (
                "<body>&lt;b&gt;张&amp;李",
                "<body>&lt;b&gt;<span lang=\"zh-CN\">张</span>&amp;<span lang=\"zh-CN\">李</span>",
            ),
        ] {
            assert_eq!(marked(page), expected, "{page}");
        }
    }
}
