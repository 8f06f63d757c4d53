//! Reading a form that asks for a mandate.

use kit::{Errors, Form, Page};
use rules::people::Phone;
use rules::people::mandate::{self, Kinds, term};
use rules::shared::ids::PersonId;
use rules::shared::{Moment, Refusal};

use crate::city::City;
use crate::people::cards;
use crate::people::mandates::actions::Asking;
use crate::web::add_refusal;
use crate::{Stop, Tx, identity};

/// What is asked for. `days` left empty is the usual term; what is no number is refused like one too long.
pub fn asking(form: &Form) -> Asking {
    let days = Some(form.text("days")).filter(|days| !days.is_empty()).map(|days| days.parse().unwrap_or(0));
    Asking {
        kinds: form.all("kinds").into_iter().map(str::to_owned).collect(),
        days,
        named: named_in(form),
        name: form.text("name").to_owned(),
    }
}

/// The codes of the matters that are ticked, or written with commas between.
pub fn named_in(form: &Form) -> Vec<String> {
    let written = form.all("named").into_iter().flat_map(|text| text.split(['，', ',', '、', ';', '；']));
    written.map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

/// What is wrong with a form that asks for a mandate, all of it at once, as far as it can be said before anybody is looked
/// for. `side`: whether it asks who acts for whom, and then whether that is said to be for another; who shall act for oneself is
/// named.
pub fn wrong(page: &Page, city: &City, at: Moment, form: &Form, side: Option<Option<bool>>) -> Errors {
    let asked = asking(form);
    let term = term(city.calendar.date(at.recorded));
    let known: Vec<&str> = city.raised_by_residents().map(|kind| kind.id.as_str()).collect();
    let by_card = side.flatten() == Some(true) && !form.text("card").is_empty();
    let whom = match form.text("phone") {
        "" if by_card => Ok(()),
        "" => Err(Refusal::new("mandate-whom").at_field("phone")),
        phone => Phone::parse(phone).map(|_| ()).map_err(|refusal| refusal.at_field("phone")),
    };
    let whose = if side.flatten() == Some(false) { mandate::is_named(&asked.name) } else { Ok(()) };
    let sided = if side == Some(None) { Err(Refusal::new("mandate-side").at_field("side")) } else { Ok(()) };
    let kinds = Kinds::chosen(&asked.kinds, &known).map(|_| ());
    let days = mandate::days_fit(asked.days.unwrap_or(term.usual), term);
    let mut errors = Errors::new();
    for refusal in [sided, whom, whose, kinds, days].into_iter().filter_map(Result::err) {
        add_refusal(page, &mut errors, &refusal);
    }
    errors
}

/// Whom a phone number or the code of a service card names.
///
/// # Errors
/// `phone-…` and `mandate-card` at their fields, `mandate-whom` when neither was given.
pub async fn named(tx: &mut Tx<'_>, phone: &str, card: &str) -> Result<Option<PersonId>, Stop> {
    if !phone.is_empty() {
        let phone = Phone::parse(phone).map_err(|refusal| refusal.at_field("phone"))?;
        return identity::store::person_of_phone(tx, phone.reveal()).await;
    }
    if card.is_empty() {
        return Err(Refusal::new("mandate-whom").at_field("phone").into());
    }
    let found = cards::shown(tx, card).await?.filter(cards::CardRow::is_valid);
    match found {
        Some(card) => Ok(Some(card.person())),
        None => Err(Refusal::new("mandate-card").at_field("card").into()),
    }
}
