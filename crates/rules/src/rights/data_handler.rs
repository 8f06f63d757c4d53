//! Naming who answers for personal information (个人信息保护法 第十七条, 第五十二条).

use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use super::access::NameDataHandler;
use crate::shared::data_handler::DataHandler;
use crate::shared::phone::rings;
use crate::shared::{Cell, Faults, Length, Permit, Refusal};

/// The longest name, contact or address, in characters.
pub const MOST_WORDS: usize = Length::Body.most();
/// How far ahead somebody can be named: a year. Local setting.
const FARTHEST_DAYS: i64 = 366;

/// What is entered.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub valid_from: Option<Date>,
    pub body: String,
    pub contact: String,
    pub phone: String,
    pub address: String,
    pub officer: String,
}

/// An entry that can be kept, for the county or city `place` of this cell.
///
/// # Errors
/// Those of [`check`].
pub fn name(
    permit: &Permit<NameDataHandler>,
    (place, cell): (Uuid, Cell),
    entry: &Entry,
    today: Date,
) -> Result<DataHandler, Refusal> {
    assert_eq!(permit.subject, place, "a permit for another place");
    let whole = |valid_from| {
        let [body, contact, phone, address, officer] =
            [&entry.body, &entry.contact, &entry.phone, &entry.address, &entry.officer]
                .map(|text| text.trim().to_owned());
        DataHandler { cell, valid_from, body, contact, phone, address, officer }
    };
    check(entry, today).map(whole)
}

/// From when on an entry counts, which can be kept. One for a day that is over would say of forms that were filled in since
/// that they named somebody else than they did.
///
/// # Errors
/// All that is wrong with it: `data-handler-missing` and `text-too-long` at the field; `data-handler-phone`;
/// `data-handler-past`, `data-handler-far`.
pub fn check(entry: &Entry, today: Date) -> Result<Date, Refusal> {
    let mut faults = Faults::default();
    let text = |value: &str, field: &'static str, must: bool| match value.trim() {
        "" if must => Err(Refusal::new("data-handler-missing").at_field(field)),
        value => Length::Body.fits(field, value),
    };
    faults.of(text(&entry.body, "body", true));
    faults.of(text(&entry.contact, "contact", true));
    let rings = || match rings(entry.phone.trim()) {
        true => Ok(()),
        false => Err(Refusal::new("data-handler-phone").at_field("phone")),
    };
    faults.of(text(&entry.phone, "phone", true).and_then(|()| rings()));
    faults.of(text(&entry.address, "address", true));
    faults.of(text(&entry.officer, "officer", false));
    let from = begins(entry.valid_from, today);
    faults.of(from.clone());
    faults.none()?;
    from
}

fn begins(from: Option<Date>, today: Date) -> Result<Date, Refusal> {
    let from = from.ok_or_else(|| Refusal::new("data-handler-missing").at_field("valid_from"))?;
    // A slip in the year would keep somebody waiting for a day that nobody sees.
    let latest = today.saturating_add(FARTHEST_DAYS.days());
    match from {
        from if from < today => Err(Refusal::new("data-handler-past").at_field("valid_from")),
        from if from > latest => {
            Err(Refusal::new("data-handler-far").with("latest", latest.to_string()).at_field("valid_from"))
        }
        from => Ok(from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rights::access::in_place;
    use crate::shared::Actor;

    #[test]
    fn what_is_entered_is_whole() {
        let (place, today): (_, Date) = (Uuid::from_u128(1), "2026-06-08".parse().unwrap());
        let permit = in_place::<NameDataHandler>(&Actor::system(), place, "3717/371722/").unwrap();
        let whole = Entry {
            valid_from: Some(today),
            body: "某县社会工作部".into(),
            contact: "综合科".into(),
            phone: "0530-1234567".into(),
            address: "某路 1 号".into(),
            officer: String::new(),
        };
        let cases = [
            (whole.clone(), Ok(())),
            (Entry { phone: "12345".into(), ..whole.clone() }, Ok(())),
            (Entry { body: " ".into(), ..whole.clone() }, Err(("data-handler-missing", "body"))),
            (Entry { contact: String::new(), ..whole.clone() }, Err(("data-handler-missing", "contact"))),
            (Entry { address: String::new(), ..whole.clone() }, Err(("data-handler-missing", "address"))),
            (Entry { phone: "0530-12345".into(), ..whole.clone() }, Ok(())),
            (Entry { phone: "119".into(), ..whole.clone() }, Err(("data-handler-phone", "phone"))),
            (Entry { phone: "一二三四五".into(), ..whole.clone() }, Err(("data-handler-phone", "phone"))),
            (Entry { officer: "长".repeat(101), ..whole.clone() }, Err(("text-too-long", "officer"))),
            (Entry { valid_from: None, ..whole.clone() }, Err(("data-handler-missing", "valid_from"))),
            (Entry { phone: "5551234".into(), ..whole.clone() }, Err(("data-handler-phone", "phone"))),
            (Entry { valid_from: today.yesterday().ok(), ..whole.clone() }, Err(("data-handler-past", "valid_from"))),
            (Entry { valid_from: "2027-06-09".parse().ok(), ..whole.clone() }, Ok(())),
            (Entry { valid_from: "2027-06-10".parse().ok(), ..whole.clone() }, Err(("data-handler-far", "valid_from"))),
            (Entry { valid_from: "2062-06-08".parse().ok(), ..whole.clone() }, Err(("data-handler-far", "valid_from"))),
        ];
        for (entry, expected) in cases {
            let named = name(&permit, (place, Cell(1)), &entry, today);
            let said = named.as_ref().map(|_| ()).map_err(|r| (r.code, r.field.as_deref().unwrap_or_default()));
            assert_eq!(said, expected, "{entry:?}");
        }
        let wrong = Entry { phone: "119".into(), valid_from: today.yesterday().ok(), body: String::new(), ..whole };
        let refusal = name(&permit, (place, Cell(1)), &wrong, today).unwrap_err();
        let codes: Vec<&str> = refusal.each().map(|one| one.code).collect();
        assert_eq!(codes, ["data-handler-missing", "data-handler-phone", "data-handler-past"], "all of it at once");
    }
}
