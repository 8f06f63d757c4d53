//! The files that the tree and the calendar come from: CSV with a heading. What is wrong with one is told of the line at
//! fault, and of the heading when that is what nobody can read.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rules::shared::{Refusal, work_year};
use serde::Deserialize;
use serde::de::DeserializeOwned;

const DIVISION: &[&str] = &["code", "name", "parent", "level"];
const WORKDAY: &[&str] = &["date", "kind", "name"];

/// A line of a divisions file: `code,name,parent,level`.
#[derive(Clone, Debug, Deserialize)]
pub struct Division {
    pub code: String,
    pub name: String,
    pub parent: String,
    pub level: String,
}

/// A line of a working-day file: `date,kind,name`, kind being `holiday` or `workday`.
#[derive(Clone, Debug, Deserialize)]
pub struct Workday {
    pub date: String,
    pub kind: String,
    pub name: String,
}

/// Reads a divisions file.
///
/// # Errors
/// `import-heading`, `import-line-fields`, `import-line-unreadable`, each with the line.
pub fn read_divisions(text: &str) -> Result<Vec<Division>, Refusal> {
    Ok(rows(text, DIVISION)?.into_iter().map(|(_, row)| row).collect())
}

/// Reads a working-day file: its days, by year.
///
/// # Errors
/// Those of [`read_divisions`]; `workdays-kind`, `workdays-twice` with the line, and `workdays-year-lacks` for a year that is
/// not there whole.
pub fn read_workdays(text: &str) -> Result<BTreeMap<i16, Vec<Workday>>, Refusal> {
    let mut years: BTreeMap<i16, Vec<Workday>> = BTreeMap::new();
    let mut holidays: BTreeMap<i16, Vec<Date>> = BTreeMap::new();
    let mut seen: BTreeMap<Date, u64> = BTreeMap::new();
    for (line, mut day) in rows::<Workday>(text, WORKDAY)? {
        let at_line = |code| Refusal::new(code).with("line", at(line));
        let date: Date = day
            .date
            .trim()
            .parse()
            .map_err(|why: jiff::Error| at_line("import-line-unreadable").with("why", why.to_string()))?;
        if !matches!(day.kind.as_str(), "holiday" | "workday") {
            return Err(at_line("workdays-kind").with("kind", day.kind));
        }
        if let Some(first) = seen.insert(date, line) {
            return Err(at_line("workdays-twice").with("first", at(first)).with("date", date.to_string()));
        }
        if day.kind == "holiday" {
            holidays.entry(date.year()).or_default().push(date);
        }
        // However it was written, it is kept as it is looked for.
        day.date = date.to_string();
        years.entry(date.year()).or_default().push(day);
    }
    for year in years.keys() {
        let lacking = work_year::lacking(*year, holidays.get(year).map_or(&[], Vec::as_slice));
        if !lacking.is_empty() {
            let days: Vec<String> = lacking.iter().map(Date::to_string).collect();
            return Err(Refusal::new("workdays-year-lacks")
                .with("year", i64::from(*year))
                .with("days", days.join(", ")));
        }
    }
    Ok(years)
}

fn at(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}

/// The rows behind the heading, each with its line.
fn rows<T: DeserializeOwned>(text: &str, columns: &[&str]) -> Result<Vec<(u64, T)>, Refusal> {
    // Office programs write a mark in front that says how the text is encoded.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let unreadable =
        |line: u64, why: String| Refusal::new("import-line-unreadable").with("line", at(line)).with("why", why);
    let heading = reader.headers().map_err(|e| unreadable(1, e.to_string()))?.clone();
    let missing: Vec<&str> =
        columns.iter().copied().filter(|column| !heading.iter().any(|there| there == *column)).collect();
    if !missing.is_empty() {
        let refusal = Refusal::new("import-heading").with("missing", missing.join(", "));
        return Err(refusal.with("columns", columns.join(",")));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| unreadable(e.position().map_or(1, csv::Position::line), e.to_string()))?;
        let line = record.position().map_or(1, csv::Position::line);
        if record.len() != heading.len() {
            let refusal = Refusal::new("import-line-fields").with("line", at(line)).with("found", record.len() as i64);
            return Err(refusal.with("expected", heading.len() as i64));
        }
        rows.push((line, record.deserialize(Some(&heading)).map_err(|e| unreadable(line, e.to_string()))?));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "date,kind,name\n2027-01-01,holiday,元旦\n2027-05-01,holiday,劳动节\n2027-10-01,holiday,国庆节\n\
                         2027-10-02,holiday,国庆节\n2027-10-03,holiday,国庆节\n2027-10-09,workday,国庆节\n";

    #[test]
    fn what_is_wrong_with_a_file_is_told_of_the_line_at_fault() {
        let part = |from: &str, to: &str| WHOLE.replace(from, to);
        let cases = [
            ("as it should be", WHOLE.to_owned(), Ok(6)),
            ("as an office program writes it", format!("\u{feff}{}", WHOLE.replace('\n', "\r\n")), Ok(6)),
            ("another heading", part("date,", "day,"), Err("import-heading missing=date columns=date,kind,name")),
            (
                "no heading",
                part("date,kind,name\n", ""),
                Err("import-heading missing=date, kind, name columns=date,kind,name"),
            ),
            ("empty", String::new(), Err("import-heading missing=date, kind, name columns=date,kind,name")),
            ("a cell too few", part(",劳动节", ""), Err("import-line-fields line=3 found=2 expected=3")),
            ("no such kind", part("workday", "worked"), Err("workdays-kind line=7 kind=worked")),
            (
                "the same day twice",
                format!("{WHOLE}2027-05-01,holiday,劳动节\n"),
                Err("workdays-twice line=8 first=3 date=2027-05-01"),
            ),
            (
                "a stray line of another year",
                format!("{WHOLE}2028-01-01,holiday,元旦\n"),
                Err("workdays-year-lacks year=2028 days=2028-05-01, 2028-10-01, 2028-10-02, 2028-10-03"),
            ),
            (
                "a holiday that is worked",
                part("2027-10-03,holiday", "2027-10-03,workday"),
                Err("workdays-year-lacks year=2027 days=2027-10-03"),
            ),
        ];
        for (name, text, expected) in cases {
            let read = read_workdays(&text).map(|years| years.values().map(Vec::len).sum::<usize>());
            assert_eq!(read.map_err(|refusal| refusal.to_string()), expected.map_err(str::to_owned), "{name}");
        }
        let no_day = read_workdays(&part("2027-05-01", "1 May")).unwrap_err().to_string();
        assert!(no_day.starts_with("import-line-unreadable line=3 why="), "{no_day}");
    }

    #[test]
    fn a_divisions_file_with_another_heading_is_told_so() {
        let read = |text: &str| read_divisions(text).map(|rows| rows.len()).map_err(|refusal| refusal.to_string());
        assert_eq!(read("code,name,parent,level\n3717,菏泽市,37,city\n"), Ok(1));
        let said = "import-heading missing=parent columns=code,name,parent,level";
        assert_eq!(read("code,name,above,level\n3717,菏泽市,37,city\n"), Err(said.to_owned()));
    }
}
