//! What the eye is shown and the ear is told where the two differ. Signs that part things are read aloud by their names
//! (「点号」) or not at all, a number with its middle hidden as a row of asterisks, and a code as if it were a word. What is
//! shown stays what is searched for and copied: the words for the ear cannot be selected (`.hidden` in `base.css`).

use std::fmt::Display;

use crate::lang::Lang;
use crate::markup::{Markup, escape};
use crate::page::Page;

/// Between things that stand on one line.
const DOT: &str = " · ";

/// How many characters the groups of a matter's number have.
const GROUPS: [usize; 3] = [3, 4, 3];

impl Page {
    /// A pause between what stands apart for the eye, such as the lines of one link.
    pub fn pause(&self) -> Markup {
        Markup::vouched(told(comma(self.lang)))
    }

    /// The dot between things on one line; heard as a pause.
    pub fn dot(&self) -> Markup {
        Markup::vouched(dot(self.lang))
    }

    /// A code, heard character by character, with a longer pause where a space or hyphen groups it: a voice would read
    /// `04W` as a number and a word.
    pub fn spelled(&self, code: impl Display) -> Markup {
        let code = code.to_string();
        let groups = code.split([' ', '-']).filter(|group| !group.is_empty());
        let spelled: Vec<String> =
            groups.map(|group| group.chars().map(String::from).collect::<Vec<_>>().join(" ")).collect();
        let spelled = escape(&spelled.join(comma(self.lang)));
        Markup::vouched(format!("{}{}", shown(&escape(&code)), told(&spelled)))
    }

    /// A text that may hold dots and numbers with their middle hidden.
    pub fn heard(&self, text: impl Display) -> Markup {
        let text = escape(&text.to_string());
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, number, after)) = masked(rest) {
            out.push_str(before);
            out.push_str(&shown(number));
            let end = number.rsplit('*').next().unwrap_or_default();
            out.push_str(&told(&escape(&self.t1("frame-number-ends", "end", spaced(end)))));
            rest = after;
        }
        out.push_str(rest);
        Markup::vouched(whole(&out).replace(DOT, &dot(self.lang)))
    }
}

/// A matter's number and a telephone number stay on one line: their hyphens are no place to break them.
fn whole(html: &str) -> String {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..].find(|c| !is_part(c) && c != '-').map_or(rest.len(), |end| start + end);
        let word = &rest[start..end];
        let is_behind_word = rest[..start].ends_with(|c: char| c.is_ascii_lowercase() || matches!(c, '&' | '#' | '/'));
        let groups: Vec<usize> = word.split('-').map(str::len).collect();
        out.push_str(&rest[..start]);
        match (groups == GROUPS || is_telephone(word)) && !is_behind_word {
            true => out.push_str(&format!("<span class=\"whole\">{word}</span>")),
            false => out.push_str(word),
        }
        rest = &rest[end..];
    }
    out + rest
}

/// An area code and a number: `0530-12345`.
fn is_telephone(word: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('-').is_some_and(|(area, number)| {
        matches!(area.len(), 3..=4)
            && matches!(number.len(), 5..=8)
            && area.starts_with('0')
            && digits(area)
            && digits(number)
    })
}

fn shown(html: &str) -> String {
    format!("<span aria-hidden=\"true\">{html}</span>")
}

fn told(html: &str) -> String {
    format!("<span class=\"hidden\">{html}</span>")
}

fn dot(lang: Lang) -> String {
    format!("{}{}", told(comma(lang)), shown(DOT))
}

fn comma(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhCn => "，",
        Lang::En => ", ",
    }
}

fn spaced(digits: &str) -> String {
    digits.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// The first number whose middle is hidden, such as `138****0031`, with what stands before and behind it.
fn masked(text: &str) -> Option<(&str, &str, &str)> {
    let stars = text.find("**")?;
    let digit = |c: char| c.is_ascii_digit();
    let start = text[..stars].trim_end_matches(digit).len();
    let behind = text[stars..].trim_start_matches('*').trim_start_matches(digit);
    let end = text.len() - behind.len();
    let number = &text[start..end];
    if number.ends_with(digit) { Some((&text[..start], number, behind)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::{masked, whole};

    #[test]
    fn a_number_in_groups_stays_on_one_line() {
        let kept = "<span class=\"whole\">4F7-K2M9-X3A</span>";
        for (html, expected) in [
            ("4F7-K2M9-X3A", kept.to_owned()),
            ("编号 4F7-K2M9-X3A · 黄楼", format!("编号 {kept} · 黄楼")),
            ("4F7-K2M9", "4F7-K2M9".to_owned()),
            ("2026-06-08", "2026-06-08".to_owned()),
            ("请打 0530-0000000。", "请打 <span class=\"whole\">0530-0000000</span>。".to_owned()),
            ("2026-12345", "2026-12345".to_owned()),
            ("0530-555-1234", "0530-555-1234".to_owned()),
            ("a/4F7-K2M9-X3A", "a/4F7-K2M9-X3A".to_owned()),
            ("没有", "没有".to_owned()),
            ("", String::new()),
        ] {
            assert_eq!(whole(html), expected, "{html}");
        }
    }

    #[test]
    fn a_number_with_its_middle_hidden_is_found() {
        for (text, found) in [
            ("已发到 138****0031，请看", Some(("已发到 ", "138****0031", "，请看"))),
            ("138****0031", Some(("", "138****0031", ""))),
            ("****0031", Some(("", "****0031", ""))),
            ("张*兰", None),
            ("密码 ****", None),
            ("没有", None),
        ] {
            assert_eq!(masked(text), found, "{text}");
        }
    }
}
