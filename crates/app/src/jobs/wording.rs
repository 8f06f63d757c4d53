//! The words of messages: data, with a signature, that a city may set for itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rules::shared::loose;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The texts of this program, each with what it may name.
static OWN: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("messages.toml")).expect("messages.toml reads"));

/// As long as a message may be once its values stand in it, in characters: what providers send in parts costs as many, and
/// they refuse more. Local setting.
const LONGEST: usize = 300;

/// The format that this program reads.
const FORMAT: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    sign: Option<String>,
    #[serde(default)]
    template: BTreeMap<String, Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    text: Option<String>,
    /// What the provider calls it.
    provider: Option<String>,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    must: Vec<String>,
}

/// A city's own words, where it has any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    sign: Option<String>,
    texts: BTreeMap<String, String>,
    providers: BTreeMap<String, String>,
}

/// A message as it goes out.
#[derive(Debug, PartialEq, Eq)]
pub struct Worded {
    /// What the template may name, and no more: the gateway learns nothing else.
    pub values: Map<String, Value>,
    pub text: String,
    pub provider: Option<String>,
}

impl Messages {
    /// Reads `settings/messages.toml`.
    ///
    /// # Errors
    /// What is wrong, one thing a line.
    pub fn parse(text: &str) -> Result<Messages, String> {
        let (messages, wrong) = Messages::read(text);
        if wrong.is_empty() { Ok(messages) } else { Err(wrong.join("\n")) }
    }

    /// Reads `settings/messages.toml`: what is right of it, and all that is wrong with the rest, in words: a template that there
    /// is not, a value that it does not have or lacks, a text too long.
    pub fn read(text: &str) -> (Messages, Vec<String>) {
        let mut wrong = Vec::new();
        let file = toml::from_str::<File>(text).or_else(|first| {
            wrong.push(first.to_string());
            one_by_one(text, first.message(), &mut wrong).ok_or(first)
        });
        let Ok(file) = file else { return (Messages::default(), wrong) };
        if file.format != FORMAT {
            return (Messages::default(), vec![format!("this program reads format {FORMAT}, not {}", file.format)]);
        }
        let mut messages = Messages { sign: file.sign, ..Messages::default() };
        for (key, set) in file.template {
            let Some(own) = OWN.template.get(&key) else {
                let known: Vec<&str> = OWN.template.keys().map(String::as_str).collect();
                wrong.push(format!("there is no message {key:?}; use one of {}", known.join(", ")));
                continue;
            };
            if !set.values.is_empty() || !set.must.is_empty() {
                wrong.push(format!("{key}: `values` and `must` are the program's; set `text` and `provider`"));
            }
            if let Some(text) = set.text {
                wrong.extend(faults(&text, own).into_iter().map(|why| format!("{key}: {why}")));
                messages.texts.insert(key.clone(), text);
            }
            messages.providers.extend(set.provider.map(|name| (key, name)));
        }
        (messages, wrong)
    }

    /// The words of a message, with its values in their places.
    ///
    /// # Errors
    /// What is missing: a template or a value. That is a mistake of the program's, never of a city's file.
    pub fn word(&self, template: &str, values: &Value) -> Result<Worded, String> {
        let own = OWN.template.get(template).ok_or_else(|| format!("there is no message {template:?}"))?;
        let text = self.texts.get(template).or(own.text.as_ref()).ok_or_else(|| format!("{template} has no text"))?;
        let sign = self.sign.as_deref().or(OWN.sign.as_deref()).unwrap_or_default();
        let mut out = if sign.is_empty() { String::new() } else { format!("【{sign}】") };
        for part in parts(text) {
            match part {
                Part::Words(words) => out.push_str(words),
                Part::Value(name) => match &values[name] {
                    Value::String(value) => out.push_str(value),
                    Value::Number(value) => out.push_str(&value.to_string()),
                    _ => return Err(format!("{template} lacks the value {name}")),
                },
            }
        }
        let known = own.values.iter().filter_map(|name| Some((name.clone(), values.get(name)?.clone())));
        Ok(Worded { values: known.collect(), text: out, provider: self.providers.get(template).cloned() })
    }
}

enum Part<'t> {
    Words(&'t str),
    Value(&'t str),
}

/// The words of a text and the names in braces between them.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        parts.push(Part::Words(before));
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        parts.push(Part::Value(name));
        rest = after;
    }
    parts.push(Part::Words(rest));
    parts
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    parts(text).into_iter().filter_map(|part| match part {
        Part::Value(name) => Some(name),
        Part::Words(_) => None,
    })
}

/// The templates that can be read of a file that cannot be as a whole. `first`, at which reading ended, is told already.
fn one_by_one(text: &str, first: &str, wrong: &mut Vec<String>) -> Option<File> {
    #[derive(Deserialize)]
    struct Loose {
        format: Option<u32>,
        sign: Option<String>,
        #[serde(default)]
        template: BTreeMap<String, toml::Table>,
    }
    let loose: Loose = toml::from_str(text).ok()?;
    let (templates, faults) = loose::one_by_one(loose.template, first);
    wrong.extend(faults.into_iter().map(|(key, why): (String, _)| format!("{key}: {why}")));
    Some(File { format: loose.format.unwrap_or(FORMAT), sign: loose.sign, template: templates.into_iter().collect() })
}

/// What is wrong with a text, all of it.
fn faults(text: &str, own: &Template) -> Vec<String> {
    if text.trim().is_empty() {
        return vec!["say something in `text`, or leave it out".into()];
    }
    let mut wrong = Vec::new();
    if text.chars().count() > LONGEST {
        wrong.push(format!("`text` may have {LONGEST} characters"));
    }
    if text.matches('{').count() != text.matches('}').count() {
        // What stands in braces cannot be told.
        wrong.push("a brace in `text` is not closed".into());
        return wrong;
    }
    for name in names(text).filter(|name| !own.values.iter().any(|known| known == name)) {
        wrong.push(format!("it has no {{{name}}}, only {{{}}}", own.values.join("}, {")));
    }
    for name in own.must.iter().filter(|name| !names(text).any(|there| there == name.as_str())) {
        wrong.push(format!("{{{name}}} must stand in it"));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_programs_own_texts_are_sound() {
        assert_eq!(OWN.format, 1);
        for (key, own) in &OWN.template {
            let text = own.text.as_deref().unwrap_or_default();
            assert_eq!(faults(text, own), Vec::<String>::new(), "{key}");
            let unused = own.values.iter().find(|name| !names(text).any(|there| there == name.as_str()));
            assert_eq!(unused, None, "{key} names a value that its text does not");
            assert!(own.must.iter().all(|name| own.values.contains(name)), "{key}");
        }
        for key in rules::shared::delivery::templates() {
            assert!(OWN.template.contains_key(key), "how long {key} is tried is said of no message");
        }
    }

    #[test]
    fn a_city_says_it_in_its_own_words() {
        let own = Messages::default().word("sign-in-code", &json!({ "code": "123456" })).unwrap();
        assert_eq!(own.text, "【荷邻】您的登录验证码是 123456，10 分钟内有效。工作人员不会向您要这个验证码。");
        let set = "format = 1\nsign = \"单县社区\"\n[template.hours_held_several]\ntext = \"{count} 条要复核：{link}\"\n\
                   provider = \"SMS_1\"\n";
        let city = Messages::parse(set).unwrap();
        let values = json!({ "count": 3, "link": "https://a", "name": "张桂兰" });
        let worded = city.word("hours_held_several", &values).unwrap();
        assert_eq!(worded.text, "【单县社区】3 条要复核：https://a");
        assert_eq!(worded.provider.as_deref(), Some("SMS_1"));
        assert_eq!(Value::from(worded.values), json!({ "count": 3, "link": "https://a" }), "and no more");
        let other = city.word("hours_cleared", &json!({ "day": "2026-09-01", "link": "https://a" })).unwrap();
        assert_eq!(other.text, "【单县社区】2026-09-01 的志愿服务时长已经复核，计入了：https://a");
    }

    #[test]
    fn a_file_that_cannot_be_used_says_why() {
        let cases = [
            ("format = 2", "reads format 1"),
            ("format = 1\nsing = \"x\"", "unknown field"),
            ("format = 1\n[template.hello]\ntext = \"x\"", "there is no message \"hello\""),
            ("format = 1\n[template.offer]\ntext = \" \"", "say something"),
            ("format = 1\n[template.offer]\ntext = \"{starts} {link} {name}\"", "has no {name}, only {place}"),
            ("format = 1\n[template.offer]\ntext = \"{starts\"", "not closed"),
            ("format = 1\n[template.sign-in-code]\ntext = \"您好\"", "{code} must stand in it"),
            ("format = 1\n[template.offer]\nvalues = [\"name\"]", "are the program's"),
        ];
        for (text, expected) in cases {
            let why = Messages::parse(text).unwrap_err();
            assert!(why.contains(expected), "{text}: {why}");
        }
        let long = format!("format = 1\n[template.hours_cleared]\ntext = \"{}\"", "长".repeat(LONGEST + 1));
        assert!(Messages::parse(&long).unwrap_err().contains("300 characters"));
    }

    #[test]
    fn one_mistake_hides_no_other() {
        let text = "format = 1\n[template.hello]\ntext = \"x\"\n[template.offer]\ntext = \"{who} {name}\"\n\
                    [template.sign-in-code]\ntext = 7\n[template.accepted]\ntxt = \"x\"\n";
        let (_, wrong) = Messages::read(text);
        let says =
            ["no message \"hello\"", "has no {who}", "has no {name}", "must stand in it", "invalid type", "`txt`"];
        for expected in says {
            assert!(wrong.iter().any(|line| line.contains(expected)), "{expected}: {wrong:#?}");
        }
    }

    #[test]
    fn what_the_program_forgot_is_said() {
        let missing = Messages::default().word("offer", &json!({ "place": "黄楼" })).unwrap_err();
        assert_eq!(missing, "offer lacks the value starts");
        assert!(Messages::default().word("hello", &json!({})).is_err());
    }
}
