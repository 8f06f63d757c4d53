//! What people are told by message: where and when, and the address of the task. Never a name, an address or a phone.

use jiff::Timestamp;
use kit::Lang;
use kit::format;
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::in_hand::InHand;
use crate::people::register::MembershipLine;
use crate::{Stop, Tx, people};

/// Why somebody hears of a task.
#[derive(Clone, Copy, Debug)]
pub enum News {
    Offered {
        reply_by: Timestamp,
    },
    /// The task they had accepted is cancelled.
    Cancelled,
    /// The task they had accepted is another now: its time, its place or what it says.
    Changed,
    /// To a colleague: they are to go.
    Assigned,
    /// To who leads the team that it was cut for.
    ForTeam,
    /// To the desk: somebody left shortly before the start.
    LeftAtShortNotice,
    /// To the desk: nobody is left to ask, and there is room.
    NobodyLeft,
    /// To the desk: the time is over and nobody has signed in.
    Unattended,
}

impl News {
    /// The words, in `jobs/messages.toml`.
    const fn template(self) -> &'static str {
        match self {
            News::Offered { .. } => "offer",
            News::Cancelled => "task_cancelled",
            News::Changed => "task_changed",
            News::Assigned => "task_assigned",
            News::ForTeam => "team_task",
            News::LeftAtShortNotice => "short_notice",
            News::NobodyLeft => "nobody_left",
            News::Unattended => "unattended",
        }
    }
}

/// Tells those who lead the team that a task was cut for, but not whoever cut it.
pub async fn tell_team(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<(), Stop> {
    let Some(team) = hand.task.team.filter(|_| !hand.row.invented) else { return Ok(()) };
    let members = people::register::members_of(tx, team, at).await?;
    for leader in members.into_iter().filter(MembershipLine::leads) {
        if who.person != Some(leader.person) {
            tell(tx, at, hand, leader.person, News::ForTeam).await?;
        }
    }
    Ok(())
}

/// Tells one person, by their own phone; who has none is told by the pages alone.
pub async fn tell(tx: &mut Tx<'_>, at: Moment, hand: &InHand, person: PersonId, news: News) -> Result<(), Stop> {
    let city = tx.city();
    let zone = city.calendar.zone();
    let when = |instant: Timestamp| {
        let (then, now) = (instant.to_zoned_datetime(zone.clone()), at.recorded.to_zoned_datetime(zone.clone()));
        format::when(Lang::ZhCn, &then, &now)
    };
    let link = format!("{}/tasks/{}", city.settings.base_url, hand.row.code);
    let place = &hand.row.place_name;
    let starts = when(hand.task.window.start);
    let mut values = json!({ "place": place, "starts": starts, "link": link });
    let mut until = None;
    if let News::Offered { reply_by } = news {
        until = Some(reply_by);
        values["minutes"] = json!(format::minutes(Lang::ZhCn, hand.task.window.minutes()));
        values["reply_by"] = json!(when(reply_by));
    }
    people::tell_until(tx, at, person, (news.template(), until), values).await
}
