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
        let mut faults = Faults::default();
        refusals.into_iter().for_each(|refusal| faults.push(refusal));
        faults.none()
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

/// What is wrong with a form or a row, gathered, so that whoever corrects it does so once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Refusal>);

impl Faults {
    /// What was read; its refusal is kept.
    pub fn of<T>(&mut self, read: Result<T, Refusal>) -> Option<T> {
        read.map_err(|refusal| self.push(refusal)).ok()
    }

    pub fn push(&mut self, mut refusal: Refusal) {
        let further = std::mem::take(&mut refusal.further);
        self.0.push(refusal);
        self.0.extend(further);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_vec(self) -> Vec<Refusal> {
        self.0
    }

    /// # Errors
    /// The first that was gathered, with the others behind it.
    pub fn none(self) -> Result<(), Refusal> {
        let mut all = self.0.into_iter();
        match all.next() {
            Some(first) => Err(Refusal { further: all.collect(), ..first }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_gathered_in_its_order() {
        let mut faults = Faults::default();
        assert_eq!(faults.of(Ok::<_, Refusal>(7)), Some(7));
        assert!(faults.is_empty());
        faults.of::<()>(Err(Refusal::new("first")));
        let mut two = Faults::default();
        two.push(Refusal::new("second"));
        two.push(Refusal::new("third"));
        faults.of(two.none());
        let refusal = faults.none().unwrap_err();
        let codes: Vec<&str> = refusal.each().map(|one| one.code).collect();
        assert_eq!(codes, ["first", "second", "third"]);
        assert!(Faults::default().none().is_ok());
    }
}
