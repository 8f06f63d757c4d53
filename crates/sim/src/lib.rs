//! A believable city over months, lived through the product's own verbs.
//!
//! Virtual time, one step after the other, each step an action of `app` under its own savepoint, some thousands under
//! one COMMIT; the jobs that fall due run in between at their virtual time. The seed and the end fix everything: the same
//! two give the same people, matters and events. Everything is flagged invented, and what speaks ill of anyone happens
//! only in invented villages beside the real places.

mod accountable;
mod accounts;
mod attendance;
mod cast;
mod coming;
mod desk;
mod field;
mod hands;
mod hearing;
mod helped;
pub mod made_up;
mod names;
mod pile;
mod reporting;
mod resident;
mod settle;
mod staff;
mod stage;
mod story;
mod tally;

use std::collections::BTreeMap;

use app::{App, Stop, jobs};
use jiff::Timestamp;
use serde::Serialize;

pub use hands::{Hands, dice};
pub use settle::{DIVISIONS, WORKDAYS, WORKDAYS_SOURCE};

/// What the city sets for dispatch: the file that a city lays beside its data.
pub const DISPATCH: &str = include_str!("dispatch.toml");

/// What city to build.
#[derive(Clone, Debug)]
pub struct Plan {
    /// 1 is 20,000 people, 5,000 needs and 8,000 hazards.
    pub scale: f64,
    pub seed: u64,
    /// When the story ends: desks then have fresh matters and late ones.
    pub until: Timestamp,
}

impl Plan {
    /// `count` of the city at scale 1, at this scale, at least `least`.
    fn scaled(&self, count: usize, least: usize) -> usize {
        // Scale is at most 20 and counts are at most five digits: exact enough in f64, and never negative.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
        let scaled = (count as f64 * self.scale).round() as usize;
        scaled.max(least)
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub stage: &'static str,
    /// From 0 to 1.
    pub done: f64,
}

/// Somebody to sign in as.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    pub role: &'static str,
    pub name: String,
    pub place: String,
    pub phone: String,
    pub token: String,
    /// Staff sign in by account and password too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// How often something happened of the times it could have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub name: &'static str,
    pub part: u64,
    pub of: u64,
}

impl Share {
    pub fn percent(&self) -> f64 {
        if self.of == 0 { 0.0 } else { self.part as f64 * 100.0 / self.of as f64 }
    }
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Built {
    pub name: String,
    pub counts: Vec<(&'static str, u64)>,
    pub shares: Vec<Share>,
    pub accounts: Vec<Account>,
    /// How often the rules said no, by code: people of the story make mistakes too.
    pub refusals: BTreeMap<String, usize>,
}

/// Builds the city in an empty, migrated database. `app` has the time of `hands` and the [`dice`] of the seed.
pub async fn build(
    app: &App,
    hands: &Hands,
    plan: &Plan,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Built, Stop> {
    hold_nothing(app);
    let mut stage = stage::Stage::open(app, hands, plan, progress);
    let cast = settle::settle(&mut stage).await?;
    let mut story = story::Story::new(&mut stage, cast);
    story.play().await?;
    story.report_to_nation().await?;
    let (cast, refusals) = (story.cast, story.refusals);
    let accounts = accounts::issue(&mut stage, &cast).await?;
    let (counts, shares) = tally::count(&mut stage).await?;
    stage.step((), |tx, at, ()| Box::pin(async move { jobs::notify::delivered_in(tx, at).await })).await?;
    stage.close().await?;
    Ok(Built { name: cast.name, counts, shares, accounts, refusals })
}

const DEMO: &str = "demo";

/// Whether a database holds a simulated city.
pub async fn is_demo(db: &db::Db) -> Result<bool, db::Error> {
    let sql = "SELECT COUNT(*) FROM audit_settings WHERE cell = 0 AND name = $1";
    db.read(move |tx| Box::pin(async move { tx.scalar_i64(sql, db::args![DEMO]).await })).await.map(|n| n > 0)
}

/// In the demo no record is held: a review speaks ill of somebody, and real places are in it.
fn hold_nothing(app: &App) {
    let city = app.city();
    let mut settings = city.settings.clone();
    settings.anomalies = settings.anomalies.holding_nothing();
    app.replace_city(city.with_settings(settings));
}
