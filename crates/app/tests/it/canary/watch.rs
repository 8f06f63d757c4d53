//! Looks at everything that is given out, and notes who saw what.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use app::testing::Answered;

/// Something protected, and how to know it where it stands.
#[derive(Clone)]
pub struct Needle {
    pub name: &'static str,
    /// Any of these is it.
    forms: Vec<String>,
    /// Counts only where it stands alone: six digits are part of many a number.
    alone: bool,
    file: Option<Vec<u8>>,
}

impl Needle {
    pub fn new(name: &'static str, text: &str) -> Needle {
        Needle::any(name, [text.to_owned()])
    }

    pub fn any(name: &'static str, forms: impl IntoIterator<Item = String>) -> Needle {
        let forms: Vec<String> = forms.into_iter().collect();
        assert!(forms.iter().all(|form| form.len() > 3), "{name} is planted nowhere: {forms:?}");
        Needle { name, forms, alone: false, file: None }
    }

    pub fn word(name: &'static str, text: &str) -> Needle {
        Needle { alone: true, ..Needle::new(name, text) }
    }

    pub fn file(name: &'static str, bytes: Vec<u8>) -> Needle {
        Needle { name, forms: Vec::new(), alone: false, file: Some(bytes) }
    }

    pub fn is_in(&self, text: &str) -> bool {
        let joins = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        self.forms.iter().any(|form| {
            let alone = |at: usize| {
                let (before, after) = (text[..at].chars().next_back(), text[at + form.len()..].chars().next());
                !before.is_some_and(joins) && !after.is_some_and(joins)
            };
            text.match_indices(form.as_str()).any(|(at, _)| !self.alone || alone(at))
        })
    }

    fn is_file(&self, bytes: &[u8]) -> bool {
        self.file.as_deref() == Some(bytes)
    }
}

/// By which way something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// On a page, a list or a file that they may open.
    Sees,
    /// After asking for it, which is written to the access log.
    Asks,
}

/// Who saw which needle, by which way, and where first.
pub type Seen = BTreeMap<(String, &'static str), (Way, String)>;

pub struct Watch<'n> {
    needles: &'n [Needle],
    pub seen: Seen,
    /// How many answers were looked at.
    pub answers: usize,
}

impl Watch<'_> {
    pub fn over(needles: &[Needle]) -> Watch<'_> {
        Watch { needles, seen: Seen::new(), answers: 0 }
    }

    /// Looks at an answer. `typed`: what was asked with, which may come back to whom typed it.
    pub fn look(&mut self, who: &str, way: Way, typed: &str, answered: &Answered) {
        self.answers += 1;
        // A query writes spaces as plus signs.
        let typed = decoded(&typed.replace('+', " "));
        let text = shown(answered);
        for needle in self.needles {
            if (needle.is_in(&text) && !needle.is_in(&typed)) || needle.is_file(&answered.bytes) {
                let new = (way, format!("{typed} ({})", answered.status));
                let old = self.seen.entry((who.to_owned(), needle.name)).or_insert_with(|| new.clone());
                if way < old.0 {
                    *old = new;
                }
            }
        }
    }
}

/// Everything of an answer that can be read: its page, where it leads, its cookies; the parts of a workbook.
fn shown(answered: &Answered) -> String {
    let mut text =
        if answered.bytes.starts_with(b"PK\x03\x04") { unpacked(&answered.bytes) } else { answered.text.clone() };
    for more in answered.location.iter().chain(&answered.cookies) {
        text.push('\n');
        text.push_str(more);
    }
    // Links carry words in percent signs.
    if text.contains('%') { format!("{text}\n{}", decoded(&text)) } else { text }
}

/// All parts of a workbook: its sheets, its shared words, and what it says of its writer.
fn unpacked(bytes: &[u8]) -> String {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
    let mut text = String::new();
    for part in 0..book.len() {
        let mut bytes = Vec::new();
        book.by_index(part).expect("a part").read_to_end(&mut bytes).expect("a whole part");
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    text
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What is planted is heard where it is given out: a watch that misses everything would pass.
#[test]
fn a_watch_sees_what_is_there() {
    let needles = [Needle::new("story", "百灵"), Needle::word("code", "123456"), Needle::file("photo", vec![1, 2])];
    let answer = |text: &str, location: Option<&str>, bytes: &[u8]| Answered {
        status: axum::http::StatusCode::OK,
        location: location.map(str::to_owned),
        cache_control: None,
        disposition: None,
        cookies: Vec::new(),
        text: text.to_owned(),
        bytes: bytes.to_vec(),
        headers: axum::http::HeaderMap::new(),
    };
    let cases = [
        ("/a", answer("<p>百灵夜里</p>", None, b""), vec!["story"]),
        ("/a?q=%E7%99%BE%E7%81%B5", answer("value=\"百灵\"", None, b""), vec![]),
        ("/a", answer("", Some("/b?q=%E7%99%BE%E7%81%B5"), b""), vec!["story"]),
        ("/a", answer("1234567 a-123456", None, b""), vec![]),
        ("/a", answer("码 123456。", None, b""), vec!["code"]),
        ("/a", answer("", None, &[1, 2]), vec!["photo"]),
    ];
    for (typed, answered, expected) in cases {
        let mut watch = Watch::over(&needles);
        watch.look("somebody", Way::Sees, typed, &answered);
        let seen: Vec<&str> = watch.seen.keys().map(|(_, name)| *name).collect();
        assert_eq!(seen, expected, "{typed} {answered:?}");
    }
}
