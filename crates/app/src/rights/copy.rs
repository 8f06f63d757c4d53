//! The copy: everything that is kept about a person, in sections of items, each a list of named values. The same for the
//! file, which machines read, and for the sheet, which people do (个人信息保护法 第四十五条).

use std::collections::BTreeMap;

use rules::people::access::PersonSubject;
use rules::rights::access::{Copy as CopyVerb, on_person};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::copying;
use crate::people::register;
use crate::web::json::instant;
use crate::{Stop, Tx};

/// A named value.
#[derive(Clone, Debug)]
pub struct Line {
    /// A key of ours, the locale key `copy-<key>`; or that of a field of a form, which has a `label`.
    pub key: String,
    pub label: Option<Text>,
    pub value: String,
    /// The value in both languages, where it is a word of ours and not what somebody wrote: the sheet says it in its own.
    pub words: Option<Text>,
}

/// One thing of a section: a matter, a record, a sign-in. Empty values are left out.
#[derive(Clone, Debug, Default)]
pub struct Item(pub Vec<Line>);

impl Item {
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Item {
        let value = value.into();
        if !value.is_empty() {
            self.0.push(Line { key: key.to_owned(), label: None, value, words: None });
        }
        self
    }

    /// A value in words of ours; the file has the Chinese ones.
    pub fn in_words(mut self, key: &str, words: Text) -> Item {
        self.0.push(Line { key: key.to_owned(), label: None, value: words.zh.clone(), words: Some(words) });
        self
    }

    pub fn maybe(self, key: &str, value: Option<impl Into<String>>) -> Item {
        match value {
            Some(value) => self.with(key, value),
            None => self,
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
    /// By kind of data, the things that are kept of it, each as names and values.
    pub sections: BTreeMap<String, Vec<BTreeMap<String, String>>>,
}

impl Copy {
    pub fn json(&self, person: PersonId, zone: &jiff::tz::TimeZone) -> CopyJson {
        let item = |item: &Item| item.0.iter().map(|line| (line.key.clone(), line.value.clone())).collect();
        let section = |s: &Section| (s.key.to_owned(), s.items.iter().map(item).collect());
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
    sections.extend(copying::of_what_was_asked(tx, who, at, person).await?);
    sections.push(copying::of_corrections(tx, person).await?);
    sections.extend(copying::of_service(tx, person).await?);
    sections.extend(copying::of_access(tx, at, person).await?);
    sections.retain(|section| !section.items.is_empty());
    Ok(Copy { made_at: at.recorded.as_millisecond(), sections })
}
