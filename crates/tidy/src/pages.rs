//! Templates and styles: colours only in tokens.css, nothing inline (the content security policy forbids it), and
//! nobody's zoom taken away.

use crate::tree::{Finding, Source};

/// What takes a reader's text size away: the viewport settings, and the script that pins WeChat's.
const LOCKS: [&str; 5] =
    ["user-scalable=no", "user-scalable=0", "maximum-scale=1", "setFontSizeCallback", "WeixinJSBridge"];

pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let name = source.file_name();
    let (is_html, is_css) = (name.ends_with(".html"), name.ends_with(".css"));
    for (index, line) in source.text.lines().enumerate() {
        let mut find = |what: String| findings.push(Finding::new(source, index + 1, what));
        let packed: String = line.split_whitespace().collect();
        if let Some(lock) = LOCKS.iter().find(|lock| packed.contains(**lock)) {
            find(format!("{lock} stops readers from enlarging the text"));
        }
        if is_css && name != "tokens.css" {
            hex_colours(line).into_iter().for_each(|colour| find(format!("{colour}: colours are named in tokens.css")));
        }
        if is_html {
            let inline = ["style=\"", "<style", "<script>", " onclick=", " onsubmit=", " onchange=", "javascript:"];
            for word in inline.iter().filter(|word| line.contains(**word)) {
                find(format!("{word} is inline; the content security policy forbids it"));
            }
            for attribute in ["fill=\"#", "stroke=\"#", "color=\"#"].iter().filter(|a| line.contains(**a)) {
                find(format!("{attribute}…: colours are named in tokens.css"));
            }
        }
    }
    findings
}

/// `#` and 3, 4, 6 or 8 hex digits, where a value may stand. Selectors such as `#add {` come before any colon.
fn hex_colours(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (start, _) in line.match_indices('#') {
        let digits: String = line[start + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
        let is_hex = matches!(digits.len(), 3 | 4 | 6 | 8) && digits.chars().all(|c| c.is_ascii_hexdigit());
        if is_hex && line[..start].contains(':') {
            found.push(format!("#{digits}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_locks_and_inline_code_are_found() {
        let cases = [
            ("assets/style/parts.css", ".a { color: #fff; }", 1),
            ("assets/style/parts.css", ".a { border: 1px solid #17705B }", 1),
            ("assets/style/parts.css", ".a { color: var(--leaf-600); }", 0),
            ("assets/style/parts.css", "#add { color: var(--ink); }", 0),
            ("assets/style/tokens.css", ":root { --leaf-600: #17705B; }", 0),
            ("templates/a.html", "<a href=\"#add\">", 0),
            ("templates/a.html", "<svg fill=\"#fff\">", 1),
            ("templates/a.html", "<p style=\"color: red\">", 1),
            ("templates/a.html", "<script>alert(1)</script>", 1),
            ("templates/a.html", "<script src=\"/a.js\" defer></script>", 0),
            ("templates/a.html", "<meta name=viewport content=\"width=device-width, user-scalable=no\">", 1),
            ("templates/a.html", "<meta name=viewport content=\"width=device-width, maximum-scale = 1\">", 1),
            ("assets/script/helin.js", "WeixinJSBridge.invoke('a')", 1),
        ];
        for (path, text, expected) in cases {
            assert_eq!(check(&[Source::new(path, text)]).len(), expected, "{path}: {text}");
        }
    }
}
