//! 申请复核: some of those who lost hours appeal when the months are over, and somebody of the county decides. With dice of its
//! own and after everything else, so that the story and its figures stay what they are.

use app::service::{appealing, reviews};
use app::{Stop, Tx};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rules::service::appeal::Outcome;
use rules::shared::ids::{PersonId, RecordId};
use rules::shared::{Actor, Cell, Channel, Id, Role};
use serde::Deserialize;
use uuid::Uuid;

use crate::story::Story;

/// Of those whose made-up hours were found false, the share that appeals all the same. Nobody has measured it.
const APPEALS_ANYWAY: f64 = 0.1;

/// How many appealed, and whose finding was overturned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appeals {
    pub asked: i64,
    pub overturned: i64,
}

struct Found {
    record: RecordId,
    volunteer: PersonId,
    path: String,
}

/// What reviews found false lately enough to appeal against.
async fn found_false(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Found>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        record_id: Uuid,
    }
    let sql = "SELECT cell, record_id FROM service_reviews WHERE state = 'upheld' ORDER BY cell, record_id";
    let mut found = Vec::new();
    for Row { cell, record_id } in tx.all::<Row>(sql, db::args![]).await? {
        let review = reviews::review(tx, Id::new(Cell(cell), record_id)).await?.ok_or(Stop::Missing)?;
        if review.appealable()?.is_open(now).is_ok() {
            found.push(Found { record: review.record(), volunteer: review.volunteer(), path: review.place_path });
        }
    }
    Ok(found)
}

impl Story<'_, '_> {
    /// Whose honest record was found false appeals, and it is overturned; of the others a small share does, and it stands.
    pub async fn appeal(&mut self) -> Result<Appeals, Stop> {
        let (mut dice, now) = (StdRng::seed_from_u64(self.stage.plan.seed ^ 0x00a9_9ea1), self.now());
        let found = self.stage.step((), move |tx, _, ()| Box::pin(async move { found_false(tx, now).await }));
        let mut sum = Appeals::default();
        for Found { record, volunteer, path } in found.await? {
            let is_made_up = self.ledger.get(&record.uuid).is_some_and(|kind| kind.is_made_up());
            let appeals_anyway = dice.random_bool(APPEALS_ANYWAY);
            let decider = self.cast.staff_of(Role::Inspector, &path).last().copied();
            let Some(decider) = decider.filter(|_| !is_made_up || appeals_anyway) else { continue };
            let volunteer = Actor::person(volunteer, Vec::new(), Channel::Web);
            let decider = self.cast.people[decider].actor(Channel::Web);
            let (outcome, reason) = match is_made_up {
                true => (Outcome::Stand, "又问了一遍，还是没有这次服务"),
                false => (Outcome::Overturn, "签到本上有本人的名字，在场的人作证"),
            };
            let decided = self.stage.step((volunteer, decider, record), move |tx, at, (volunteer, decider, record)| {
                Box::pin(async move {
                    appealing::ask(tx, &volunteer, at, record, "那天我去了，可以问在场的人").await?;
                    appealing::decide(tx, &decider, at, record, (Some(outcome), reason)).await
                })
            });
            match decided.await {
                Ok(()) => {
                    sum.asked += 1;
                    sum.overturned += i64::from(outcome == Outcome::Overturn);
                }
                Err(stop) => self.refused("appeal", stop)?,
            }
        }
        Ok(sum)
    }
}
