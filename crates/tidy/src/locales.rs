//! Words: every key in both languages, every refusal explained, and Chinese written as Chinese.

use std::collections::BTreeMap;

use crate::tokens::{Token, find, tokens};
use crate::tree::{Finding, Source};

pub const CHINESE: &str = "locales/zh-CN/";
pub const ENGLISH: &str = "locales/en/";

/// The messages of a Fluent file: key, line and text.
fn messages(source: &Source) -> Vec<(String, usize, String)> {
    let mut found: Vec<(String, usize, String)> = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let starts_key = line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-');
        match line.split_once('=') {
            Some((key, text)) if starts_key => found.push((key.trim().to_owned(), index + 1, text.trim().to_owned())),
            _ => {
                if let Some((_, _, text)) = found.last_mut().filter(|_| line.starts_with(' ')) {
                    text.push('\n');
                    text.push_str(line.trim());
                }
            }
        }
    }
    found
}

/// Keys of one language: where each is.
fn keys<'a>(sources: &'a [Source], folder: &str, findings: &mut Vec<Finding>) -> BTreeMap<String, (&'a Source, usize)> {
    let mut keys: BTreeMap<String, (&Source, usize)> = BTreeMap::new();
    for source in sources.iter().filter(|s| s.path.starts_with(folder) && s.path.ends_with(".ftl")) {
        for (key, line, text) in messages(source) {
            if text.is_empty() {
                findings.push(Finding::new(source, line, format!("{key} has no text")));
            }
            // All files of a language are one bundle: a key that two of them have keeps the program from starting.
            if let Some((other, at)) = keys.get(&key) {
                findings.push(Finding::new(source, line, format!("{key} stands in {}:{at} too", other.path)));
                continue;
            }
            keys.insert(key, (source, line));
        }
    }
    keys
}

/// Findings for keys that one language has and the other has not, or that one language has twice.
pub fn check_both(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let chinese = keys(sources, CHINESE, &mut findings);
    let english = keys(sources, ENGLISH, &mut findings);
    for (these, those, other) in [(&chinese, &english, ENGLISH), (&english, &chinese, CHINESE)] {
        for (key, (source, line)) in these.iter().filter(|(key, _)| !those.contains_key(*key)) {
            findings.push(Finding::new(source, *line, format!("{key} is missing in {other}")));
        }
    }
    findings
}

/// Findings for refusals in Rust sources whose code has no `refusal-…` in a language.
pub fn check_refusals(sources: &[Source]) -> Vec<Finding> {
    let mut ignored = Vec::new();
    let languages = [CHINESE, ENGLISH].map(|folder| (folder, keys(sources, folder, &mut ignored)));
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| s.path.ends_with(".rs")) {
        let (codes, unclear) = refusal_codes(&tokens(source));
        for line in unclear {
            findings.push(Finding::new(source, line, "write the refusal's code in this file, as a literal"));
        }
        for (code, line) in codes {
            let key = format!("refusal-{code}");
            for (folder, _) in languages.iter().filter(|(_, known)| !known.contains_key(&key)) {
                findings.push(Finding::new(source, line, format!("{key} is missing in {folder}")));
            }
        }
    }
    findings
}

/// The codes that a source gives to `Refusal::new`, with their lines, and the lines where a code comes from elsewhere.
///
/// Where a variable is given (a closure that adds the field, a match that picks the code), every literal of the file
/// that is spelt like a code, or handed to something called `refuse` or `refusal`, is taken for one.
fn refusal_codes(tokens: &[Token]) -> (Vec<(String, usize)>, Vec<usize>) {
    let mut codes = Vec::new();
    let mut unclear = Vec::new();
    for index in find(tokens, "Refusal :: new (") {
        let argument = &tokens[index + 4];
        match (argument.in_test, argument.is_string) {
            (true, _) => {}
            (false, true) => codes.push((unquoted(argument), argument.line)),
            (false, false) => unclear.push(argument.line),
        }
    }
    if !unclear.is_empty() {
        let handed = |index: usize| index > 1 && matches!(tokens[index - 2].text.as_str(), "refuse" | "refusal");
        let strings = tokens.iter().enumerate().filter(|(_, t)| t.is_string && !t.in_test);
        let likely = strings.filter(|(index, t)| is_spelt_like_a_code(&unquoted(t)) || handed(*index));
        let found: Vec<_> = likely.map(|(_, t)| (unquoted(t), t.line)).filter(|code| !codes.contains(code)).collect();
        if !found.is_empty() {
            unclear.clear();
        }
        codes.extend(found);
    }
    (codes, unclear)
}

fn unquoted(token: &Token) -> String {
    token.text.trim_matches('"').to_owned()
}

/// Lower-case words joined by hyphens: `too-late`.
fn is_spelt_like_a_code(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.contains('-') && text.split('-').all(is_word)
}

/// The name of the other language is written in it.
const IN_THE_OTHER: &str = "frame-other-language";

/// Findings for texts that stand in the wrong language: Chinese without an English word under `en`, and the other way.
/// What is quoted, and names, may be as they are.
pub fn check_translated(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| s.path.starts_with(CHINESE) || s.path.starts_with(ENGLISH)) {
        for (key, line, text) in messages(source).into_iter().filter(|(key, ..)| key != IN_THE_OTHER) {
            let said = without_placeables(&text);
            let (chinese, english) = (said.chars().any(is_han), said.chars().any(|c| c.is_ascii_alphabetic()));
            if source.path.starts_with(ENGLISH) && chinese && !english {
                findings.push(Finding::new(source, line, format!("{key} is not in English")));
            }
            if source.path.starts_with(CHINESE) && english && !chinese {
                findings.push(Finding::new(source, line, format!("{key} is not in Chinese")));
            }
        }
    }
    findings
}

/// The text without `{ … }`.
fn without_placeables(text: &str) -> String {
    let mut depth = 0usize;
    let mut said = String::new();
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => said.push(c),
            _ => {}
        }
    }
    said
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Findings in Chinese texts: half-width punctuation between two Han characters, and 你 where 您 belongs.
pub fn check_chinese(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| s.path.starts_with(CHINESE)) {
        for (key, line, text) in messages(source) {
            let characters: Vec<char> = text.chars().collect();
            let half = characters.windows(3).find(|w| is_han(w[0]) && ",:;?!()".contains(w[1]) && is_han(w[2]));
            if let Some(window) = half {
                let shown: String = window.iter().collect();
                findings.push(Finding::new(source, line, format!("{key}: half-width punctuation in {shown}")));
            }
            if text.contains('你') {
                findings.push(Finding::new(source, line, format!("{key} says 你, people are 您")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zh(text: &str) -> Source {
        Source::new("locales/zh-CN/frame.ftl", text)
    }

    fn en(text: &str) -> Source {
        Source::new("locales/en/frame.ftl", text)
    }

    #[test]
    fn keys_must_be_in_both_languages_once() {
        let cases = [
            ("a = 甲\nb = 乙\n", "a = A\nb = B\n", 0),
            ("a = 甲\n", "a = A\nb = B\n", 1),
            ("a = 甲\nb = 乙\n", "a = A\n", 1),
            ("a = 甲\na = 乙\n", "a = A\n", 1),
            ("# c = 丙\na =\n    甲\n", "a = A\n", 0),
            ("a =\n", "a = A\n", 1),
            ("a = { $n ->\n    [one] b = c\n   *[other] d\n }\n", "a = A\n", 0),
        ];
        for (chinese, english, expected) in cases {
            assert_eq!(check_both(&[zh(chinese), en(english)]).len(), expected, "{chinese} {english}");
        }
    }

    #[test]
    fn a_key_in_two_files_names_both_places() {
        let other = Source::new("locales/zh-CN/home.ftl", "b = 乙\na = 甲\n");
        let english = en("a = A\nb = B\n");
        let found = check_both(&[zh("a = 甲\n"), other.clone(), english.clone()]);
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["locales/zh-CN/home.ftl:2: a stands in locales/zh-CN/frame.ftl:1 too"]);
        assert_eq!(check_both(&[other, english]), []);
    }

    #[test]
    fn refusals_must_be_explained_in_both_languages() {
        let rust = |text: &str| Source::new("crates/rules/src/matters/close.rs", text);
        let refuse = rust("fn a() { Refusal::new(\"too-late\") }");
        let (chinese, english) = (zh("refusal-too-late = 晚了\n"), en("refusal-too-late = Too late\n"));
        assert_eq!(check_refusals(&[refuse.clone(), chinese.clone(), english.clone()]), []);
        assert_eq!(check_refusals(&[refuse.clone(), chinese]).len(), 1);
        assert_eq!(check_refusals(&[refuse]).len(), 2);
        assert_eq!(check_refusals(&[rust("fn a(c: &'static str) { Refusal::new(c) }")]).len(), 1);
        // Through a variable: one code spelt like one, one handed to `refuse`, and a text that is neither.
        let closure = "fn a() { let refuse = |c| Refusal::new(c); b(Some(\"no-way\")); refuse(\"late\"); d(\"e f\") }";
        assert_eq!(check_refusals(&[rust(closure)]).len(), 4);
        assert_eq!(check_refusals(&[rust("#[cfg(test)] mod tests { fn a() { Refusal::new(\"b\") } }")]), []);
    }

    #[test]
    fn chinese_is_written_as_chinese() {
        let cases = [
            ("a = 您好，请坐", 0),
            ("a = 您好,请坐", 1),
            ("a = 几点?八点", 1),
            ("a = 8:30 出发", 0),
            ("a = 你好", 1),
            ("a = 您还有 { $n } 件", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(check_chinese(&[zh(text)]).len(), expected, "{text}");
        }
    }
    #[test]
    fn texts_in_the_other_language_are_found() {
        let cases = [
            (zh("a = 您好，{ $name }"), 0),
            (zh("a = Hello, { $name }"), 1),
            (zh("a = { $place }：{ $figure }"), 0),
            (zh("a = 用 CSV 下载"), 0),
            (en("a = Hello, { $name }"), 0),
            (en("a = 您好，{ $name }"), 1),
            (en("a = Such as 黄楼社区"), 0),
            (en("frame-other-language = 中文"), 0),
        ];
        for (source, expected) in cases {
            assert_eq!(check_translated(std::slice::from_ref(&source)).len(), expected, "{source:?}");
        }
    }
}
