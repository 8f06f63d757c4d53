//! How long the texts may be that people write: the same for a kind of text whichever way it comes, by page, by call, from a
//! table or from paper. What a kind of matter asks for itself says its own length (`max` of its fields).

use super::Refusal;

/// A kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// The name of a person or of a token.
    Name,
    /// What a task or a service is called.
    Title,
    /// The name of an organisation, or who issued something: 全称 are long.
    Body,
    /// What stands in one line: an address, a hint where it is, the number of a certificate, who owns something.
    Line,
    /// What is read before one goes or was done there: beforehand on a telephone, and in a certificate.
    Notes,
    /// Why, and by which law.
    Reason,
    /// A remark, a result, what whoever it is about is told.
    Words,
    /// What an assessment is about, and who approved it.
    Heading,
    /// A part of an assessment.
    Essay,
}

impl Length {
    pub const ALL: [Length; 9] = [
        Length::Name,
        Length::Title,
        Length::Body,
        Length::Line,
        Length::Notes,
        Length::Reason,
        Length::Words,
        Length::Heading,
        Length::Essay,
    ];

    /// The most characters.
    pub const fn most(self) -> usize {
        match self {
            Length::Name | Length::Title => 60,
            Length::Body => 100,
            Length::Line => 200,
            Length::Notes => 300,
            Length::Reason => 500,
            Length::Words => 2_000,
            Length::Heading => 80,
            Length::Essay => 4_000,
        }
    }

    /// What is said, as it is kept: something, and no more than fits.
    ///
    /// # Errors
    /// `nothing`, with the most there may be; `text-too-long` at its field.
    pub fn said(self, text: &str, nothing: Refusal) -> Result<String, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err(nothing.with("most", self.most() as i64));
        }
        self.fits(nothing.field.as_deref().unwrap_or_default(), text)?;
        Ok(text.to_owned())
    }

    /// Whether a text fits, as it is kept: without what stands empty around it.
    ///
    /// # Errors
    /// `text-too-long` at the field, with the most there may be and how many there are.
    pub fn fits<'a>(self, field: &str, text: impl Into<Option<&'a str>>) -> Result<(), Refusal> {
        fits_in(self.most(), field, text)
    }
}

/// [`Length::fits`] where what is asked says itself how long its text may be: a field of a kind of matter.
///
/// # Errors
/// `text-too-long` at the field, with the most there may be and how many there are.
pub fn fits_in<'a>(most: usize, field: &str, text: impl Into<Option<&'a str>>) -> Result<(), Refusal> {
    let length = text.into().map_or(0, |text| text.trim().chars().count());
    if length <= most {
        return Ok(());
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Err(Refusal::new("text-too-long").with("most", count(most)).with("length", count(length)).at_field(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::Arg;

    #[test]
    fn a_text_is_as_long_as_its_characters() {
        for length in Length::ALL {
            let most = "字".repeat(length.most());
            for (case, text, fits) in [
                ("nothing", String::new(), true),
                ("the most", most.clone(), true),
                ("the most with space around it", format!("  {most}\n"), true),
                ("one more", format!("{most}字"), false),
            ] {
                assert_eq!(length.fits("words", text.as_str()).is_ok(), fits, "{length:?}: {case}");
            }
            assert_eq!(length.fits("words", None), Ok(()), "{length:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_field_the_limit_and_the_length() {
        let refusal = Length::Title.fits("title", "陪".repeat(61).as_str()).expect_err("one more than fit");
        assert_eq!((refusal.code, refusal.field.as_deref()), ("text-too-long", Some("title")));
        assert_eq!(refusal.args, [("most", Arg::Number(60)), ("length", Arg::Number(61))]);
    }
}
