//! The data handler 个人信息处理者: the body that answers for what is kept about people. Its name and how to
//! reach it stand on every form (个人信息保护法 第十七条第一款第（一）项).

use jiff::civil::Date;

use super::Cell;

/// Who answers for the personal information of a county, or of the whole city, from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataHandler {
    /// The county's; [`Cell::ROOT`] for the city.
    pub cell: Cell,
    pub valid_from: Date,
    /// The name of the body.
    pub body: String,
    /// The person or office to turn to.
    pub contact: String,
    pub phone: String,
    pub address: String,
    /// The person in charge of protecting personal information (第五十二条); empty where the law asks for none.
    pub officer: String,
}

/// Who answers for a county's on a day: the one the county named last, else the one of the city. `all`: a later entry of
/// the same day takes the place of an earlier one.
pub fn answering(all: &[DataHandler], cell: Cell, day: Date) -> Option<&DataHandler> {
    let of =
        |cell: Cell| all.iter().filter(move |h| h.cell == cell && h.valid_from <= day).max_by_key(|h| h.valid_from);
    of(cell).or_else(|| of(Cell::ROOT))
}

/// Who is named for a place from a later day on, in the order of their days; of one day the entry that was made last.
pub fn coming(all: &[DataHandler], cell: Cell, day: Date) -> Vec<&DataHandler> {
    let mut later: Vec<&DataHandler> = Vec::new();
    for one in all.iter().filter(|one| one.cell == cell && one.valid_from > day) {
        later.retain(|other| other.valid_from != one.valid_from);
        later.push(one);
    }
    later.sort_by_key(|one| one.valid_from);
    later
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_county_answers_before_the_city_and_the_newest_before_the_older() {
        let handler = |cell, from: &str, body: &str| DataHandler {
            cell: Cell(cell),
            valid_from: from.parse().unwrap(),
            body: body.into(),
            contact: String::new(),
            phone: String::new(),
            address: String::new(),
            officer: String::new(),
        };
        let all = [
            handler(0, "2026-01-01", "city"),
            handler(1, "2026-03-01", "first"),
            handler(1, "2026-06-01", "second"),
            handler(1, "2026-06-01", "second again"),
            handler(1, "2026-09-01", "not yet"),
        ];
        let cases = [
            (1, "2025-12-31", None),
            (1, "2026-02-01", Some("city")),
            (1, "2026-05-31", Some("first")),
            (1, "2026-06-08", Some("second again")),
            (2, "2026-06-08", Some("city")),
        ];
        for (cell, day, expected) in cases {
            let found = answering(&all, Cell(cell), day.parse().unwrap());
            assert_eq!(found.map(|h| h.body.as_str()), expected, "{cell} {day}");
        }
        assert_eq!(answering(&all[1..], Cell(2), "2026-06-08".parse().unwrap()), None);
        let cases: [(i32, &str, &[&str]); 4] = [
            (1, "2026-03-02", &["second again", "not yet"]),
            (1, "2026-06-01", &["not yet"]),
            (1, "2026-09-01", &[]),
            (2, "2025-12-31", &[]),
        ];
        for (cell, day, expected) in cases {
            let found = coming(&all, Cell(cell), day.parse().unwrap());
            let found: Vec<&str> = found.iter().map(|h| h.body.as_str()).collect();
            assert_eq!(found, expected, "{cell} {day}");
        }
    }
}
