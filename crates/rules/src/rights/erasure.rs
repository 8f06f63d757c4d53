//! Erasing a person (个人信息保护法 第四十七条): what must be settled first, and what is left of a day of birth.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::access::Erase;
use super::kept::Kept;
use crate::people::person::full_years;
use crate::reports::age_group;
use crate::shared::ids::PersonId;
use crate::shared::{Permit, Refusal};

/// What somebody still has to do with others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Open matters that they raised or that are about them.
    pub open_matters: i64,
    /// Open matters of others that they are answerable for.
    pub handled: i64,
    /// Tasks that they accepted and that are not over.
    pub tasks: i64,
    /// Records of their service that nobody has decided on, or that are looked at.
    pub records: i64,
    /// They hold an office: any role but resident and volunteer.
    pub office: bool,
    /// The day on which they were last shown somebody else's protected data.
    pub last_look: Option<Date>,
}

/// Everything that stands in the way of an erasure, in the order in which one would settle it; empty when nothing does.
///
/// The access log is kept `log.months` months, and must be able to say who looked at somebody's data for as long: that is
/// a term of law, so erasing waits for its end (个人信息保护法 第四十七条第二款).
pub fn obstacles(standing: &Standing, log: Option<&Kept>, today: Date) -> Vec<Refusal> {
    let counts = [
        ("erase-open-matters", standing.open_matters),
        ("erase-handled-matters", standing.handled),
        ("erase-open-tasks", standing.tasks),
        ("erase-open-records", standing.records),
    ];
    let counted = counts.into_iter().filter(|(_, n)| *n > 0).map(|(code, n)| Refusal::new(code).with("count", n));
    let office = standing.office.then(|| Refusal::new("erase-office"));
    counted.chain(office).chain(named_in_log(standing, log, today)).collect()
}

fn named_in_log(standing: &Standing, log: Option<&Kept>, today: Date) -> Option<Refusal> {
    let months: Span = i64::from(log?.months?).months();
    let until = standing.last_look?.checked_add(months).ok()?;
    (today <= until).then(|| Refusal::new("erase-named-in-log").with("until", until.to_string()))
}

/// Decides that a person is erased now. `understood`: they said that it cannot be undone.
///
/// # Errors
/// The first of [`obstacles`]; `erase-not-confirmed`.
pub fn erase(
    permit: &Permit<Erase>,
    person: PersonId,
    (standing, log): (&Standing, Option<&Kept>),
    today: Date,
    understood: bool,
) -> Result<(), Refusal> {
    assert_eq!(permit.subject, person.uuid, "a permit for somebody else than {person}");
    match obstacles(standing, log, today).into_iter().next() {
        Some(obstacle) => Err(obstacle),
        None if !understood => Err(Refusal::new("erase-not-confirmed").at_field("understood")),
        None => Ok(()),
    }
}

/// What is kept of a day of birth, so that the figures by age stay as they were published: nothing where nothing was
/// counted, else the first day of the year or, where somebody came of another age group meanwhile, of the month; the day
/// itself where even that would move a figure.
/// `counted`: the last days of the months in which their service falls.
pub fn coarse_birth(born: Date, counted: &[Date]) -> Option<Date> {
    if counted.is_empty() {
        return None;
    }
    let group = |birth: Date, on: Date| full_years(birth, on).and_then(age_group);
    let same = |coarse: &Date| counted.iter().all(|on| group(*coarse, *on) == group(born, *on));
    let year = born.first_of_year();
    let month = born.first_of_month();
    Some([year, month].into_iter().find(same).unwrap_or(born))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::people::access::PersonSubject;
    use crate::rights::access::on_person;
    use crate::rights::kept::kept;
    use crate::shared::{Actor, Cell, Id};

    const TODAY: Date = date(2026, 6, 8);

    fn codes(standing: Standing) -> Vec<&'static str> {
        obstacles(&standing, kept("log", TODAY), TODAY).into_iter().map(|r| r.code).collect()
    }

    #[test]
    fn what_stands_in_the_way() {
        let none = Standing::default();
        let cases = [
            (none, vec![]),
            (Standing { open_matters: 1, ..none }, vec!["erase-open-matters"]),
            (Standing { handled: 2, ..none }, vec!["erase-handled-matters"]),
            (Standing { tasks: 1, records: 3, ..none }, vec!["erase-open-tasks", "erase-open-records"]),
            (Standing { office: true, ..none }, vec!["erase-office"]),
            // Six months to the day, and the day after.
            (Standing { last_look: Some(date(2025, 12, 8)), ..none }, vec!["erase-named-in-log"]),
            (Standing { last_look: Some(date(2025, 12, 7)), ..none }, vec![]),
        ];
        for (standing, expected) in cases {
            assert_eq!(codes(standing), expected, "{standing:?}");
        }
    }

    #[test]
    fn nobody_is_erased_by_a_slip_of_the_hand() {
        let person = Id::new(Cell(1), Uuid::from_u128(1));
        let subject = PersonSubject { person, home_path: "3717/", serving_now: &[] };
        let permit = on_person::<Erase>(&Actor::system(), &subject).unwrap();
        let decided = |standing: Standing, understood| {
            erase(&permit, person, (&standing, None), TODAY, understood).map_err(|refusal| refusal.code)
        };
        let busy = Standing { tasks: 1, ..Standing::default() };
        assert_eq!(decided(Standing::default(), true), Ok(()));
        assert_eq!(decided(Standing::default(), false), Err("erase-not-confirmed"));
        assert_eq!(decided(busy, true), Err("erase-open-tasks"));
    }

    #[test]
    fn what_is_left_of_a_day_of_birth() {
        let may = date(2026, 5, 31);
        let cases = [
            (date(1975, 5, 20), vec![], None),
            (date(1975, 5, 20), vec![may], Some(date(1975, 1, 1))),
            // 18 in August: in May still of the group before.
            (date(2008, 8, 20), vec![may], Some(date(2008, 8, 1))),
            (date(2008, 8, 20), vec![may, date(2026, 8, 31)], Some(date(2008, 8, 1))),
        ];
        for (born, counted, expected) in cases {
            assert_eq!(coarse_birth(born, &counted), expected, "{born} {counted:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_figure_by_age_moves(year in 1930i16..2012, day in 1i16..=366, months in proptest::collection::vec((2020i16..2027, 1i8..=12), 1..6)) {
            let born = date(year, 1, 1).saturating_add(i64::from(day - 1).days());
            let counted: Vec<Date> = months.into_iter().map(|(y, m)| date(y, m, 1).last_of_month()).collect();
            let coarse = coarse_birth(born, &counted).unwrap();
            for on in counted {
                let group = |birth| full_years(birth, on).and_then(age_group);
                proptest::prop_assert_eq!(group(coarse), group(born), "{} for {} on {}", coarse, born, on);
            }
        }
    }
}
