//! Volunteers at work: signing in and out, records, and who confirms them.

use app::dispatch::store::{self as offers, TaskRow};
use app::service::actions::{Presence, Proof, check_in, check_out};
use app::service::recording::{LateEntry, Told, Wellbeing, record_late};
use app::service::{confirming, records};
use app::{Stop, Tx};
use jiff::SignedDuration;
use rand::RngExt;
use rules::dispatch::TaskState;
use rules::service::record::Nature;
use rules::shared::ids::{PersonId, TaskId};
use rules::shared::{Actor, Channel, Role};

use crate::field::{Errand, titles};
use crate::story::{Story, Turn};

impl Story<'_, '_> {
    pub async fn come_in(&mut self, life: usize, task: TaskId, person: usize) -> Result<(), Stop> {
        let (who, means) = self.signer(life, person);
        let volunteer = self.cast.people[person].id;
        let signed = self
            .stage
            .step((who, task), move |tx, at, (who, task)| {
                Box::pin(async move {
                    // Who was told that the task is called off stays at home.
                    let called_off =
                        offers::task(tx, task).await?.is_some_and(|t| t.state == TaskState::Cancelled.key());
                    if called_off {
                        return Ok(false);
                    }
                    let presence = presence(tx, task, means, volunteer).await?;
                    check_in(tx, &who, at, task, &presence).await?;
                    Ok(true)
                })
            })
            .await;
        self.stage.touch(task.cell);
        match signed {
            Ok(true) => (),
            Ok(false) => return Ok(()),
            Err(stop) => return self.refused("come_in", stop),
        }
        let Some((_, window)) = self.seen.tasks.get(&life).copied() else { return Ok(()) };
        if self.stage.dice.random_bool(0.93) {
            let at = window.end + SignedDuration::from_mins(self.stage.dice.random_range(-18..22));
            self.plan(
                at.max(self.now() + SignedDuration::from_mins(15)),
                Turn::Errand(life, Errand::Out { task, person }),
            );
        }
        Ok(())
    }

    pub async fn go_out(&mut self, life: usize, task: TaskId, person: usize) -> Result<(), Stop> {
        let (who, means) = self.signer(life, person);
        let volunteer = self.cast.people[person].id;
        let told = Told {
            content: format!("{}，本人满意", titles(self.lives[life].type_key).0),
            did: false,
            still_needed: self.stage.dice.random_bool(0.1).then(|| "过两天想再有人来看看".to_owned()),
            wellbeing: self.stage.dice.random_bool(0.3).then_some(Wellbeing::Well),
            next_visit: None,
        };
        let signed = self
            .stage
            .step((who, task, told), move |tx, at, (who, task, told)| {
                Box::pin(async move {
                    let presence = presence(tx, task, means, volunteer).await?;
                    check_out(tx, &who, at, task, &presence, &told).await
                })
            })
            .await;
        self.stage.touch(task.cell);
        if let Err(stop) = signed {
            return self.refused("go_out", stop);
        }
        self.confirm_later(life);
        let at = self.now() + SignedDuration::from_mins(1);
        self.plan(at, Turn::Look(life));
        Ok(())
    }

    /// Most records are confirmed within days; some wait.
    pub fn confirm_later(&mut self, life: usize) {
        if self.stage.dice.random_bool(0.93) {
            let at = self.at_work(30..60 * 70, false);
            self.plan(at, Turn::Errand(life, Errand::Confirm));
        }
    }

    /// Who signs: the volunteer with the QR or the code, or the desk for somebody without a phone at hand.
    fn signer(&mut self, life: usize, person: usize) -> (Actor, Means) {
        let own = self.cast.people[person].actor(Channel::Web);
        match self.stage.dice.random_range(0..100) {
            0..=44 => (own, Means::Qr),
            45..=88 => (own, Means::Code),
            _ => match self.staff(life, Role::SocialWorker) {
                Some(desk) => (self.cast.people[desk].actor(Channel::Desk), Means::Desk),
                None => (own, Means::Code),
            },
        }
    }

    pub async fn late(&mut self, life: usize, task: TaskId, person: usize) -> Result<(), Stop> {
        let Some((_, window)) = self.seen.tasks.get(&life).copied() else { return Ok(()) };
        let who = self.cast.people[person].actor(Channel::Web);
        let entry = LateEntry {
            volunteer: self.cast.people[person].id,
            task: Some(task),
            name: String::new(),
            place: None,
            content: format!("{}，当时忘了签到", titles(self.lives[life].type_key).0),
            start: window.start,
            end: window.end,
            nature: Nature::Voluntary,
            reason: "手机没电，没能签到".into(),
            invented: true,
        };
        let written = self
            .stage
            .step((who, entry), |tx, at, (who, entry)| Box::pin(async move { record_late(tx, &who, at, &entry).await }))
            .await;
        self.stage.touch(task.cell);
        match written {
            Ok(_) => Ok(()),
            Err(stop) => self.refused("late", stop),
        }
    }

    /// The person served confirms, or community staff after asking them.
    pub async fn confirm(&mut self, life: usize) -> Result<(), Stop> {
        let here = &self.lives[life];
        let role = if here.private { Role::SocialWorker } else { Role::CommunityWorker };
        let young = here.owner.filter(|owner| self.cast.people[*owner].age < 74);
        let who = match young {
            Some(owner) if self.stage.dice.random_bool(0.55) => Some(owner),
            _ => self.staff(life, role),
        };
        let Some(who) = who.map(|person| self.cast.people[person].actor(Channel::Web)) else { return Ok(()) };
        let id = self.lives[life].id;
        let confirmed = self
            .stage
            .step((who, id), |tx, at, (who, id)| {
                Box::pin(async move {
                    for record in records::of_matter(tx, id).await? {
                        if record.state == "recorded" {
                            confirming::confirm(tx, &who, at, record.id()).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await;
        confirmed.or_else(|stop| self.refused("confirm", stop))
    }
}

/// How presence is shown.
#[derive(Clone, Copy)]
enum Means {
    Qr,
    Code,
    Desk,
}

async fn presence(tx: &mut Tx<'_>, task: TaskId, means: Means, volunteer: PersonId) -> Result<Presence, Stop> {
    let row: TaskRow = offers::task(tx, task).await?.ok_or(Stop::Missing)?;
    let proof = match means {
        Means::Qr => Proof::Qr(row.qr_token),
        Means::Code => Proof::Code(row.check_code),
        Means::Desk => Proof::Desk(volunteer),
    };
    Ok(Presence { proof, device_at: None })
}
