//! What both sides are told of a mandate, and of what is done by it: no word of what it is about.

use rules::people::codes::masked_name;
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::store::MandateRow;
use crate::jobs::notify::{self, Outgoing};
use crate::people::store::{Protected, person as find_person, unseal};
use crate::{Stop, Tx};

/// Something that was done for another.
pub struct Done<'a> {
    /// The matter's code; nothing is said of a private one.
    pub code: Option<&'a str>,
}

/// Tells the one represented and the delegate that something was done; nothing when nobody was acted for.
pub async fn told_to_both(tx: &mut Tx<'_>, who: &Actor, at: Moment, done: Done<'_>) -> Result<(), Stop> {
    let (Some(person), Some(delegate)) = (who.on_behalf_of, who.person) else { return Ok(()) };
    let (of, by) = (name(tx, person).await?, name(tx, delegate).await?);
    let (base, hotline) = (tx.city().settings.base_url.clone(), tx.city().settings.hotline.clone());
    let what = done.code.map_or(String::new(), |code| format!("，编号 {code}"));
    let link = done.code.map_or_else(|| format!("{base}/me"), |code| format!("{base}/help/{code}"));
    let to_her = format!("【荷邻】{by}替您办了一件事{what}。看办到哪里：{link} 。不是您的意思，请打 {hotline}。");
    let to_them = format!("【荷邻】您替{}办的事记下了{what}：{link}", masked_name(&of));
    send(tx, at, person, "mandate_done", to_her).await?;
    send(tx, at, delegate, "mandate_done", to_them).await
}

/// Tells both sides that a mandate holds now, or has ended.
pub(super) async fn of_mandate(tx: &mut Tx<'_>, at: Moment, row: &MandateRow, holds: bool) -> Result<(), Stop> {
    let city = tx.city();
    let (base, hotline) = (&city.settings.base_url, &city.settings.hotline);
    let (of, by) = (masked_name(&row.person_name), &row.delegate_name);
    let (to_her, to_them) = if holds {
        (
            format!("【荷邻】从现在起，{by}可以替您办事。随时可以取消：{base}/me/family ，或者打 {hotline}。"),
            format!("【荷邻】{of}已经确认，您可以替他/她办事了：{base}/me/family"),
        )
    } else {
        (
            format!("【荷邻】{by}不能再替您办事了。有疑问请打 {hotline}。"),
            format!("【荷邻】您替{of}办事的委托已经取消。"),
        )
    };
    send(tx, at, row.person(), "mandate", to_her).await?;
    send(tx, at, row.delegate(), "mandate", to_them).await
}

async fn name(tx: &mut Tx<'_>, person: PersonId) -> Result<String, Stop> {
    Ok(find_person(tx, person).await?.map(|row| row.name).unwrap_or_default())
}

/// By their own phone; who has none is told by the pages and the desk alone.
async fn send(tx: &mut Tx<'_>, at: Moment, person: PersonId, template: &'static str, text: String) -> Result<(), Stop> {
    // The gateway dials it; nobody reads it, so there is nobody to write into the access log.
    let Some(phone) = unseal(tx, person, Protected::Phone).await? else { return Ok(()) };
    notify::send(tx, at, Outgoing { to: &phone, person: Some(person), template, text, values: json!({}) }).await
}
