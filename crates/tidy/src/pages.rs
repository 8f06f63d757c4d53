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

/// Pages that only developers see, with their words in place.
const SPECIMENS: [&str; 2] = ["templates/layout/specimen.html", "templates/layout/specimen-sheet.html"];

/// Invariant 7: a page says nothing by itself, because what stands in a template is said in one language. Findings are
/// Chinese anywhere, and words of three letters and more between the tags.
pub fn check_words(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| !SPECIMENS.contains(&s.path.as_str())) {
        let whole = blanked(&source.text, "{#", "#}");
        let marks = [("{{", "}}"), ("{%", "%}"), ("<", ">"), ("&", ";")];
        let shown = marks.iter().fold(whole.clone(), |text, (open, close)| blanked(&text, open, close));
        for (index, (whole, shown)) in whole.lines().zip(shown.lines()).enumerate() {
            let han = whole.split(|c: char| !('\u{4e00}'..='\u{9fff}').contains(&c)).find(|word| !word.is_empty());
            // An attribute that a macro puts together stands in no tag yet.
            let word = shown.split(|c: char| !c.is_ascii_alphabetic()).find(|word| word.len() >= 3);
            let word = word.filter(|_| !shown.contains("=\""));
            if let Some(word) = han.or(word) {
                findings.push(Finding::new(source, index + 1, format!("{word}: what a page says stands in locales/")));
            }
        }
    }
    findings
}

/// The text without what stands between `open` and `close`; lines stay lines.
fn blanked(text: &str, open: &str, close: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let Some((inside, after)) = after.split_once(close) else { break };
        left.push_str(before);
        left.extend(std::iter::once(' ').chain(inside.chars().filter(|c| *c == '\n')));
        rest = after;
    }
    left.push_str(rest);
    left
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
    #[test]
    fn words_in_templates_are_found() {
        let cases = [
            ("templates/home/a.html", "<p>请打电话</p>", 1),
            ("templates/home/a.html", "<p\n>Please\ncall</p>", 2),
            ("templates/home/a.html", "<a aria-label=\"电话\" href=\"/a\">{{ page.t(\"home-call\") }}</a>", 1),
            ("templates/home/a.html", "{% if a %}<b class=\"code\">{{ b }}</b>&nbsp;km {# 电话 call #}{% endif %}", 0),
            ("templates/parts/a.html", "{% if b %} aria-invalid=\"true\"{% endif %}", 0),
            ("templates/home/a.html", "{{ page.tag(\"急\") }}", 1),
            ("templates/home/a.html", "{# one\ntwo #}\n<p>three</p>", 1),
            ("templates/layout/specimen.html", "<p>请打电话</p>", 0),
        ];
        for (path, text, expected) in cases {
            assert_eq!(check_words(&[Source::new(path, text)]).len(), expected, "{path}: {text}");
        }
    }
}
