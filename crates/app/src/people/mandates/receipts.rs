//! What both sides are told of a mandate, and of what is done by it: no word of what a matter is about.

use kit::{Lang, format};
use rules::people::codes::masked_name;
use rules::people::mandate::{Kinds, Mandate, Side, Standing};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::stands;
use super::store::{self, MandateRow};
use crate::people::store::person as find_person;
use crate::people::tell;
use crate::{Stop, Tx};

/// Something that was done for another.
pub struct Done<'a> {
    /// The matter's number as people read it, and its address; nothing is said of a private one.
    pub number: Option<&'a str>,
    pub path: Option<&'a str>,
}

/// Tells the one represented and the delegate that something was done; nothing when nobody was acted for.
pub async fn told_to_both(tx: &mut Tx<'_>, who: &Actor, at: Moment, done: Done<'_>) -> Result<(), Stop> {
    let (Some(person), Some(delegate)) = (who.on_behalf_of, who.person) else { return Ok(()) };
    let (of, by) = (name(tx, person).await?, name(tx, delegate).await?);
    let (base, hotline) = (tx.city().settings.base_url.clone(), tx.city().settings.hotline.clone());
    let link = format!("{base}{}", done.path.unwrap_or("/me"));
    let (to_her, to_them) = match done.number {
        Some(_) => ("mandate_done", "mandate_done_by_you"),
        None => ("mandate_done_private", "mandate_done_by_you_private"),
    };
    let values = json!({ "by": by, "of": masked_name(&of), "number": done.number, "link": link, "hotline": hotline });
    tell(tx, at, person, to_her, values.clone()).await?;
    tell(tx, at, delegate, to_them, values).await
}

/// Tells both sides that a mandate holds now, or has ended.
pub(super) async fn of_mandate(tx: &mut Tx<'_>, at: Moment, row: &MandateRow, holds: bool) -> Result<(), Stop> {
    let city = tx.city();
    let (base, hotline) = (&city.settings.base_url, &city.settings.hotline);
    let (to_her, to_them) = match holds {
        true => ("mandate", "mandate_for_you"),
        false => ("mandate_ended", "mandate_ended_for_you"),
    };
    let (of, link) = (masked_name(&row.person_name), format!("{base}/me/family"));
    let (what, until) = terms(tx, &row.mandate()?);
    let by = &row.delegate_name;
    let values = json!({ "by": by, "of": of, "what": what, "until": until, "link": link, "hotline": hotline });
    tell(tx, at, row.person(), to_her, values.clone()).await?;
    tell(tx, at, row.delegate(), to_them, values).await
}

/// Tells the other side of each mandate that holds that it ended: one of both is being erased, and named no more.
pub async fn ended_by_erasure(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<(), Stop> {
    let mut others = Vec::new();
    for row in store::of_person(tx, person).await? {
        others.push((row.mandate()?, row.delegate()));
    }
    for row in store::of_delegate(tx, person).await? {
        others.push((row.mandate()?, row.person()));
    }
    let link = format!("{}/me/family", tx.city().settings.base_url);
    for (mandate, other) in others {
        if stands(tx, &mandate, at) == Standing::Holds {
            tell(tx, at, other, "mandate_ended_erased", json!({ "link": link })).await?;
        }
    }
    Ok(())
}

/// What a mandate is for and its last day, as messages say them.
fn terms(tx: &Tx<'_>, mandate: &Mandate) -> (String, String) {
    let city = tx.city();
    let what = match &mandate.kinds {
        Kinds::All => tx.app().web.frame.words.text(Lang::ZhCn, "mandates-kinds-all", &[]),
        Kinds::These(keys) => {
            let names: Vec<&str> =
                keys.iter().filter_map(|key| city.kinds.get(key)).map(|kind| kind.name.zh.as_str()).collect();
            names.join("、")
        }
    };
    (what, format::full_date(Lang::ZhCn, city.calendar.date(mandate.until)))
}

/// Tells whoever is to answer that they are asked for a mandate: the delegate by whom and for what, for whoever asked knows
/// their name and their number; the one represented not even by whom.
pub(super) async fn asked(tx: &mut Tx<'_>, at: Moment, mandate: &Mandate) -> Result<(), Stop> {
    let city = tx.city();
    let (link, hotline) = (format!("{}/me/family", city.settings.base_url), &city.settings.hotline);
    if mandate.answers == Side::Person {
        return tell(tx, at, mandate.person, "mandate_asked", json!({ "link": link, "hotline": hotline })).await;
    }
    let of = masked_name(&name(tx, mandate.person).await?);
    let (what, until) = terms(tx, mandate);
    let values = json!({ "of": of, "what": what, "until": until, "link": link });
    tell(tx, at, mandate.delegate, "mandate_asked_of_you", values).await
}

/// Tells whoever asked that the answer is no: not who said it, whom they may know by a number alone.
pub(super) async fn refused(tx: &mut Tx<'_>, at: Moment, row: &MandateRow) -> Result<(), Stop> {
    let link = json!({ "link": format!("{}/me/family", tx.city().settings.base_url) });
    match row.answers() {
        Side::Person => tell(tx, at, row.delegate(), "mandate_refused", link).await,
        Side::Delegate => tell(tx, at, row.person(), "mandate_declined", link).await,
    }
}

async fn name(tx: &mut Tx<'_>, person: PersonId) -> Result<String, Stop> {
    Ok(find_person(tx, person).await?.map(|row| row.name).unwrap_or_default())
}
