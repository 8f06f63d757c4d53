//! What people are told by message: where and when, and the address of the task. Never a name, an address or a phone.

use jiff::Timestamp;
use kit::Lang;
use kit::format;
use rules::shared::Moment;
use rules::shared::ids::PersonId;
use serde_json::json;

use super::in_hand::InHand;
use crate::jobs::notify::{self, Outgoing};
use crate::people::store::{Protected, unseal};
use crate::{Stop, Tx};

/// Why somebody hears of a task.
#[derive(Clone, Copy, Debug)]
pub enum News {
    Offered {
        reply_by: Timestamp,
    },
    /// The task they had accepted is cancelled.
    Cancelled,
    /// To the desk: somebody left shortly before the start.
    LeftAtShortNotice,
    /// To the desk: the time is over and nobody has signed in.
    Unattended,
}

impl News {
    /// The template that the provider of messages configures its own by.
    const fn template(self) -> &'static str {
        match self {
            News::Offered { .. } => "offer",
            News::Cancelled => "task_cancelled",
            News::LeftAtShortNotice => "short_notice",
            News::Unattended => "unattended",
        }
    }
}

/// Tells one person, by their own phone; who has none is told by the pages alone.
pub async fn tell(tx: &mut Tx<'_>, at: Moment, hand: &InHand, person: PersonId, news: News) -> Result<(), Stop> {
    // The gateway dials it; nobody reads it, so there is nobody to write into the access log.
    let Some(phone) = unseal(tx, person, Protected::Phone).await? else { return Ok(()) };
    let city = tx.city();
    let zone = city.calendar.zone();
    let when = |instant: Timestamp| {
        let (then, now) = (instant.to_zoned_datetime(zone.clone()), at.recorded.to_zoned_datetime(zone.clone()));
        format::when(Lang::ZhCn, &then, &now)
    };
    let link = format!("{}/tasks/{}", city.settings.base_url, hand.row.code);
    let place = &hand.row.place_name;
    let starts = when(hand.task.window.start);
    let text = match news {
        News::Offered { reply_by } => format!(
            "【荷邻】{place}请您帮忙：{starts}，约 {}。能来请接单，不方便请婉拒，不用说原因。请在 {} 前回复：{link}",
            format::minutes(Lang::ZhCn, hand.task.window.minutes()),
            when(reply_by)
        ),
        News::Cancelled => format!("【荷邻】{place} {starts} 的任务取消了，您不用来了。谢谢您：{link}"),
        News::LeftAtShortNotice => format!("【荷邻】{place} {starts} 的任务有人来不了，请再找人：{link}"),
        News::Unattended => format!("【荷邻】{place} {starts} 的任务没有人签到，请打电话问一问是怎么回事：{link}"),
    };
    let values = json!({ "place": place, "starts": starts, "link": link });
    let outgoing = Outgoing { to: &phone, person: Some(person), template: news.template(), text, values };
    notify::send(tx, at, outgoing).await
}
