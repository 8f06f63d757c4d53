//! Reading a form that asks for a mandate.

use kit::Form;
use rules::people::Phone;
use rules::shared::Refusal;
use rules::shared::code::Code;
use rules::shared::ids::PersonId;

use crate::people::cards;
use crate::people::mandates::actions::Asking;
use crate::{Stop, Tx, identity};

/// What is asked for. `days` left empty is the usual term; what is no number is refused like one too long.
pub fn asking(form: &Form) -> Asking {
    let days = Some(form.text("days")).filter(|days| !days.is_empty()).map(|days| days.parse().unwrap_or(0));
    let named = form.text("named").split(['，', ',', '、', ';', '；']);
    Asking {
        kinds: form.all("kinds").into_iter().map(str::to_owned).collect(),
        days,
        // However it is typed, a code is kept as the store keeps it.
        named: named.filter_map(|code| code.parse::<Code>().ok()).map(Code::plain).collect(),
        name: form.text("name").to_owned(),
    }
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
