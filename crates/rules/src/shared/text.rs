//! A text in the product's two languages, as kinds and rules carry it.

use serde::{Deserialize, Serialize};

/// The same words in Chinese and in English. Both are required: a kind with one language missing does not load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

impl Text {
    pub fn new(zh: &str, en: &str) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }

    /// The words in `lang` (`"en"` or anything else for Chinese).
    pub fn in_lang(&self, lang: &str) -> &str {
        if lang == "en" { &self.en } else { &self.zh }
    }

    /// True when either language says nothing.
    pub fn is_incomplete(&self) -> bool {
        self.zh.trim().is_empty() || self.en.trim().is_empty()
    }
}
