//! Why somebody is suggested or left out, as data: kept with the offer, put into words by whoever shows it.

use std::collections::BTreeMap;

use rules::dispatch::{Exclusion, Reason};
use rules::shared::Arg;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A key of the locales and the values that its words mention: `reason-<key>` for a suggestion, `excluded-<key>` for who
/// is left out. `credential`, `skill` and `language` are keys of the county's lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Said {
    #[schema(example = "this-week")]
    pub key: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object, example = json!({ "count": 2 }))]
    pub args: BTreeMap<String, Value>,
}

/// A value that words mention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Number(i64),
    Text(String),
}

impl From<Arg> for Value {
    fn from(arg: Arg) -> Value {
        match arg {
            Arg::Number(n) => Value::Number(n),
            Arg::Text(text) => Value::Text(text),
        }
    }
}

impl Said {
    fn new(key: &str, args: Vec<(&'static str, Arg)>) -> Said {
        let args = args.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Said { key: key.to_owned(), args }
    }
}

impl From<&Reason<'_>> for Said {
    fn from(reason: &Reason<'_>) -> Said {
        Said::new(reason.key(), reason.args())
    }
}

impl From<&Exclusion<'_>> for Said {
    fn from(why: &Exclusion<'_>) -> Said {
        Said::new(why.key(), why.args())
    }
}

impl kit::words::Arg for Value {
    fn value(&self) -> kit::words::Value {
        match self {
            Value::Number(n) => kit::words::Value::Number(*n),
            Value::Text(text) => kit::words::Value::Text(text.clone()),
        }
    }
}
