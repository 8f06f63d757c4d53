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
    /// What is wrong besides, so that whoever mends it does so once.
    pub further: Vec<Refusal>,
}

impl Refusal {
    pub fn new(code: &'static str) -> Refusal {
        Refusal { code, args: Vec::new(), field: None, further: Vec::new() }
    }

    /// Adds a value that the explanation mentions.
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Refusal {
        self.args.push((name, value.into()));
        self
    }

    /// Several as one: the first, with the others behind it.
    ///
    /// # Errors
    /// When there is any.
    pub fn all(refusals: impl IntoIterator<Item = Refusal>) -> Result<(), Refusal> {
        let mut refusals = refusals.into_iter();
        match refusals.next() {
            Some(first) => Err(Refusal { further: refusals.collect(), ..first }),
            None => Ok(()),
        }
    }

    /// This one and what is wrong besides.
    pub fn each(&self) -> impl Iterator<Item = &Refusal> {
        std::iter::once(self).chain(&self.further)
    }

    /// Names the fields as whoever asked called them: from the rule's name to the caller's.
    pub fn renamed(mut self, names: &[(&str, &str)]) -> Refusal {
        let called = |field: String| match names.iter().find(|(rule, _)| *rule == field) {
            Some((_, asked)) => (*asked).to_owned(),
            None => field,
        };
        self.field = self.field.map(called);
        self.further = self.further.into_iter().map(|further| further.renamed(names)).collect();
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
