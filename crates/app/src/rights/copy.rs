//! The copy: everything that is kept about a person, in sections of items, each a list of named values. The same for the
//! file, which machines read, and for the sheet, which people do (个人信息保护法 第四十五条).

use std::collections::BTreeMap;

use rules::matters::Values;
use rules::people::access::PersonSubject;
use rules::rights::access::{Copy as CopyVerb, on_person};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::{copying, copying_asked};
use crate::people::register;
use crate::web::json::instant;
use crate::{Stop, Tx};

/// A named value; its key is a key of ours, the locale key `copy-<key>`.
#[derive(Clone, Debug)]
pub struct Line {
    pub key: &'static str,
    pub value: CopyValue,
    /// The value in both languages, where it is a word of ours and not what somebody wrote: the sheet says it in its own.
    pub words: Option<Text>,
}

/// What a name of the copy says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CopyValue {
    One(String),
    Several(Vec<String>),
    /// A form as it was filled in: by the key of each question what was answered, keys of what was chosen.
    Form(BTreeMap<String, Vec<String>>),
}

/// What somebody answered to the questions of a kind of matters. It lies apart from what the matter itself says: a question
/// may be called like it.
#[derive(Clone, Debug)]
pub struct Answered {
    pub kind: String,
    pub values: Values,
}

/// One thing of a section: a matter, a record, a sign-in. Empty values are left out.
#[derive(Clone, Debug, Default)]
pub struct Item {
    pub lines: Vec<Line>,
    pub told: Option<Answered>,
    /// The addresses of its photos, which the sheet shows.
    pub pictures: Vec<String>,
}

impl Item {
    pub fn with(self, key: &'static str, value: impl Into<String>) -> Item {
        let value = value.into();
        if value.is_empty() { self } else { self.and(key, CopyValue::One(value), None) }
    }

    /// A value in words of ours; the file has the Chinese ones.
    pub fn in_words(self, key: &'static str, words: Text) -> Item {
        self.and(key, CopyValue::One(words.zh.clone()), Some(words))
    }

    pub fn maybe(self, key: &'static str, value: Option<impl Into<String>>) -> Item {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Several values of one name.
    pub fn several(self, key: &'static str, values: Vec<String>) -> Item {
        if values.is_empty() { self } else { self.and(key, CopyValue::Several(values), None) }
    }

    pub fn told(mut self, kind: &str, values: Values) -> Item {
        self.told = Some(Answered { kind: kind.to_owned(), values }).filter(|told| !told.values.is_empty());
        self
    }

    fn and(mut self, key: &'static str, value: CopyValue, words: Option<Text>) -> Item {
        self.lines.push(Line { key, value, words });
        self
    }

    /// By name what it says. What has the name of another is put beside it: nothing takes the place of anything.
    fn named(&self) -> BTreeMap<String, CopyValue> {
        let mut named: BTreeMap<String, CopyValue> = BTreeMap::new();
        for line in &self.lines {
            let value = match named.remove(line.key) {
                None => line.value.clone(),
                Some(before) => CopyValue::Several([before.values(), line.value.values()].concat()),
            };
            named.insert(line.key.to_owned(), value);
        }
        named.extend(self.told.as_ref().map(|told| (FIELDS.to_owned(), CopyValue::Form(told.values.clone()))));
        named
    }
}

/// Under what name a form stands in the file.
const FIELDS: &str = "fields";

impl CopyValue {
    pub fn values(&self) -> Vec<String> {
        match self {
            CopyValue::One(value) => vec![value.clone()],
            CopyValue::Several(values) => values.clone(),
            CopyValue::Form(fields) => fields.values().flatten().cloned().collect(),
        }
    }
}

/// A kind of things; its locale key is `copy-section-<key>`.
#[derive(Clone, Debug)]
pub struct Section {
    pub key: &'static str,
    pub items: Vec<Item>,
}

/// Everything that is kept about a person, as of one moment.
#[derive(Clone, Debug)]
pub struct Copy {
    pub made_at: i64,
    pub sections: Vec<Section>,
}

/// A copy as a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct CopyJson {
    #[schema(example = "per_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub person: String,
    pub made_at: String,
    /// By kind of data, the things that are kept of it, each as names and values; what was answered in a form under `fields`.
    pub sections: BTreeMap<String, Vec<BTreeMap<String, CopyValue>>>,
}

impl Copy {
    pub fn json(&self, person: PersonId, zone: &jiff::tz::TimeZone) -> CopyJson {
        let section = |s: &Section| (s.key.to_owned(), s.items.iter().map(Item::named).collect());
        CopyJson {
            person: person.to_string(),
            made_at: instant(self.made_at, zone),
            sections: self.sections.iter().map(section).collect(),
        }
    }
}

/// Puts the copy together, for the person alone; missing for everybody else.
pub async fn copy(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId) -> Result<Copy, Stop> {
    let row = register::seen(tx, who, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    on_person::<CopyVerb>(who, &subject).map_err(|_| Stop::Missing)?;
    let mut sections = copying::of_the_register(tx, at, &row).await?;
    sections.extend(copying::of_what_was_given(tx, at, &row).await?);
    sections.extend(copying_asked::of_what_was_asked(tx, who, at, person).await?);
    sections.push(copying::of_corrections(tx, person).await?);
    sections.extend(copying::of_service(tx, person).await?);
    sections.extend(copying::of_access(tx, at, person).await?);
    sections.retain(|section| !section.items.is_empty());
    Ok(Copy { made_at: at.recorded.as_millisecond(), sections })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_file_takes_the_place_of_anything() {
        let values = Values::from([("note".to_owned(), vec!["箱子挡着门".to_owned()])]);
        let item =
            Item::default().with("note", "后来补的").with("note", "又补的").with("code", "").told("hazard", values);
        let named = serde_json::to_value(item.named()).expect("json");
        let expected = serde_json::json!({ "note": ["后来补的", "又补的"], "fields": { "note": ["箱子挡着门"] } });
        assert_eq!(named, expected);
    }
}
