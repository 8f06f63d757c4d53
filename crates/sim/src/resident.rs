//! What the person whose matter it is says: solved or not, satisfied or not, taken back, not solved after all.

use app::Stop;
use app::matters::{Held, actions};
use app::service;
use db::BoxFuture;
use rand::RngExt;
use rules::service::Solved;
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Channel, Moment, Role};

use crate::story::{Sort, Story, Turn};

/// A word of the resident as an action.
type Word<I> = for<'x, 't> fn(&'x mut app::Tx<'t>, Actor, Moment, MatterId, I) -> BoxFuture<'x, Result<Held, Stop>>;

impl Story<'_, '_> {
    /// The two questions, answered by the person or, on the telephone, through somebody who did not handle it.
    pub async fn rate(&mut self, life: usize) -> Result<(), Stop> {
        if self.lives[life].step != "confirm" {
            return Ok(());
        }
        let (solved, satisfaction) = match self.stage.dice.random_range(0..100) {
            0..=57 => (Solved::Yes, 5),
            58..=81 => (Solved::Yes, 4),
            82..=89 => (Solved::Yes, 3),
            90..=92 => (Solved::Yes, 2),
            93..=95 => (Solved::Partly, 3),
            96..=97 => (Solved::No, 2),
            _ => (Solved::No, 1),
        };
        let words =
            (satisfaction >= 4 && self.stage.dice.random_bool(0.2)).then(|| "来得快，人也热心，谢谢。".to_owned());
        let Some(who) = self.speaker(life) else { return Ok(()) };
        // Whoever writes it down for somebody says what they heard.
        let heard = (who.channel == Channel::Phone).then(|| "本人接的，念了两个问题，照说的记。".to_owned());
        let words = words.or(heard);
        let rated = service::actions::Rated { solved, satisfaction, words };
        self.word(life, who, rated, |tx, who, at, id, rated| {
            Box::pin(async move { service::actions::rate(tx, &who, at, id, &rated).await })
        })
        .await
    }

    pub async fn withdraw(&mut self, life: usize) -> Result<(), Stop> {
        if !matches!(self.lives[life].step.as_str(), "triage" | "review") {
            return Ok(());
        }
        let Some(who) = self.owner(life) else { return Ok(()) };
        let reason = Some("自己已经办好了".to_owned());
        self.word(life, who, reason, |tx, who, at, id, reason| {
            Box::pin(async move { actions::withdraw(tx, &who, at, id, reason).await })
        })
        .await
    }

    pub async fn reopen(&mut self, life: usize) -> Result<(), Stop> {
        if self.lives[life].step != "closed" {
            return Ok(());
        }
        let Some(who) = self.owner(life) else { return Ok(()) };
        self.lives[life].rounds += 1;
        let reason =
            if self.lives[life].sort == Sort::Need { "过了几天又不行了" } else { "又成了老样子" };
        self.word(life, who, reason.to_owned(), |tx, who, at, id, reason| {
            Box::pin(async move { actions::reopen(tx, &who, at, id, &reason).await })
        })
        .await
    }

    fn owner(&self, life: usize) -> Option<Actor> {
        self.lives[life].owner.map(|person| self.cast.people[person].actor(Channel::Web))
    }

    /// The person, or who asks them on the telephone when they are old or unknown.
    fn speaker(&mut self, life: usize) -> Option<Actor> {
        let private = self.lives[life].private;
        match self.lives[life].owner {
            Some(person) if private || self.cast.people[person].age < 72 || self.stage.dice.random_bool(0.4) => {
                Some(self.cast.people[person].actor(Channel::Web))
            }
            None if private => None,
            _ => {
                let taker = self.staff(life, Role::CallTaker)?;
                Some(self.cast.people[taker].actor(Channel::Phone))
            }
        }
    }

    async fn word<I: Send + 'static>(&mut self, life: usize, who: Actor, input: I, say: Word<I>) -> Result<(), Stop> {
        let id = self.lives[life].id;
        let done = self
            .stage
            .step((who, id, input), move |tx, at, (who, id, input)| {
                Box::pin(async move {
                    let held = say(tx, who, at, id, input).await?;
                    Ok((held.matter.step.clone(), held.matter.level.clone()))
                })
            })
            .await;
        self.stage.touch(id.cell);
        match done {
            Ok((step, level)) => {
                self.lives[life].level = level;
                if self.lives[life].step != step {
                    self.moved(life, step);
                }
                Ok(())
            }
            Err(stop) => {
                self.refused("word", stop)?;
                let at = self.after(20..40);
                self.plan(at, Turn::Look(life));
                Ok(())
            }
        }
    }
}
