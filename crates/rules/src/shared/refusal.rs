//! A refusal: a rule said no, and says why in words a person understands.

use std::fmt;

/// A value that the words of a refusal mention.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Text(String),
    Number(i64),
}

impl From<&str> for Arg {
    fn from(v: &str) -> Arg {
        Arg::Text(v.to_owned())
    }
}
impl From<String> for Arg {
    fn from(v: String) -> Arg {
        Arg::Text(v)
    }
}
impl From<i64> for Arg {
    fn from(v: i64) -> Arg {
        Arg::Number(v)
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Arg::Text(v) => f.write_str(v),
            Arg::Number(v) => write!(f, "{v}"),
        }
    }
}

/// Why something may not happen. `code` is stable: the API shows it, and `refusal-<code>` in the locales explains it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub code: &'static str,
    pub args: Vec<(&'static str, Arg)>,
    /// The form field at fault, when there is one.
    pub field: Option<String>,
    /// What else is wrong with the same form: a page says all of it at once.
    pub also: Vec<Refusal>,
}

impl Refusal {
    pub fn new(code: &'static str) -> Refusal {
        Refusal { code, args: Vec::new(), field: None, also: Vec::new() }
    }

    /// All that is wrong with a form as one refusal: the first, with the others beside it.
    ///
    /// # Errors
    /// The first of `wrong`, when there is one.
    pub fn all(wrong: impl IntoIterator<Item = Refusal>) -> Result<(), Refusal> {
        let mut wrong = wrong.into_iter();
        match wrong.next() {
            Some(first) => Err(Refusal { also: wrong.collect(), ..first }),
            None => Ok(()),
        }
    }

    /// Adds a value that the explanation mentions.
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Refusal {
        self.args.push((name, value.into()));
        self
    }

    /// Names the form field at fault, so that the page can point at it.
    pub fn at_field(mut self, field: impl Into<String>) -> Refusal {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        for (name, value) in &self.args {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}
impl std::error::Error for Refusal {}
