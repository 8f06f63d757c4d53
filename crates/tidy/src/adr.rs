//! Every decision in docs/adr says what it answers, what was chosen and what that costs.

use crate::tree::{Finding, Source};

const HEADINGS: [&str; 3] = ["## Context", "## Choice", "## Price"];

pub fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for heading in HEADINGS.iter().filter(|h| !source.text.lines().any(|line| line.trim_end() == **h)) {
            findings.push(Finding::new(source, 0, format!("has no heading {heading}")));
        }
        let numbered = source
            .file_name()
            .split_once('-')
            .is_some_and(|(number, _)| number.len() == 4 && number.chars().all(|digit| digit.is_ascii_digit()));
        if !numbered {
            findings.push(Finding::new(source, 0, "is not named 0000-what-it-decides.md"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_headings_are_found() {
        let whole = "# A\n\n## Context\n\na\n\n## Choice\n\nb\n\n## Price\n\nc\n";
        assert_eq!(check(&[Source::new("docs/adr/0007-a.md", whole)]), []);
        assert_eq!(check(&[Source::new("docs/adr/a.md", whole)]).len(), 1);
        assert_eq!(check(&[Source::new("docs/adr/0007-a.md", "# A\n\n## Context\n")]).len(), 2);
    }
}
