//! Volunteers: tasks cut and offered, answers, and what becomes of promises.

use std::collections::{HashMap, HashSet};

use app::dispatch::store as offers;
use app::dispatch::{self, actions::NewTask};
use app::service::records;
use app::{Stop, Tx};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rules::dispatch::{Needs, TaskState};
use rules::matters::Given;
use rules::shared::ids::{OfferId, PersonId, TaskId};
use rules::shared::{Actor, Channel, Moment, Role, Window};
use uuid::Uuid;

use crate::cast::Cast;
use crate::desk::Say;
use crate::story::{Sort, Story, Turn, hour};

/// What is to be done about a task.
#[derive(Clone, Copy, Debug)]
pub enum Errand {
    /// Who was invited since, and whether somebody takes an open slot.
    Watch {
        task: TaskId,
        times: u8,
    },
    Answer {
        offer: OfferId,
        person: usize,
        task: TaskId,
    },
    /// Leaves what was accepted.
    Leave {
        offer: OfferId,
        person: usize,
    },
    In {
        task: TaskId,
        person: usize,
    },
    Out {
        task: TaskId,
        person: usize,
    },
    /// Nobody signed when it happened: written down the day after.
    Late {
        task: TaskId,
        person: usize,
    },
    /// A second party says that the records are right.
    Confirm,
    /// The time is over: did anybody come?
    Over {
        task: TaskId,
    },
}

/// What the story has seen of tasks and offers.
#[derive(Debug, Default)]
pub struct Seen {
    offers: HashSet<Uuid>,
    people: HashMap<Uuid, usize>,
    /// The task that a matter's service is about now, and when that is.
    pub tasks: HashMap<usize, (TaskId, Window)>,
}

impl Seen {
    pub fn of(cast: &Cast) -> Seen {
        let people = cast.people.iter().enumerate().map(|(i, person)| (person.id.uuid, i)).collect();
        Seen { people, ..Seen::default() }
    }
}

/// Every fifteenth minute the jobs run: what they send out is seen a minute later.
const AFTER_JOBS: SignedDuration = SignedDuration::from_mins(16);
/// How often a task is looked after before it is left to the desk.
const WATCHES: u8 = 8;

/// How the desk finds somebody.
#[derive(Clone, Copy)]
enum Finding {
    Waves,
    Open,
    Known,
}

pub fn titles(type_key: &str) -> (&'static str, &'static str) {
    match type_key {
        "hospital" => ("陪老人去医院看病", "带上本人的医保卡，走路慢一些"),
        "errands" => ("帮忙代买送上门", "单子在本人手里，票据给本人"),
        "repairs" => ("上门小修小补", "带常用工具，先断电"),
        "care" => ("上门陪伴聊天", "敲门后等一会儿，本人走得慢"),
        "mind_and_law" => ("听一听、帮着理一理", "只听不评，不问隐私"),
        "child_care" => ("照看孩子写作业", "家长到了才离开"),
        "mediation" => ("陪同社区说和", "不拿主意，只陪同"),
        _ => ("邻里搭把手", "到了先找社区工作人员"),
    }
}

impl Story<'_, '_> {
    /// Cuts a task and looks for somebody to come.
    pub async fn dispatch(&mut self, life: usize) -> Result<(), Stop> {
        let Some(by) = self.staff(life, Role::SocialWorker) else { return Ok(()) };
        let window = self.window(life);
        let (title, notes) = titles(self.lives[life].type_key);
        let mut needs = Needs::default();
        match self.lives[life].type_key {
            "mind_and_law" => needs.useful_skills = vec!["psychology".into(), "law".into()],
            "child_care" => needs.useful_skills = vec!["child_care".into()],
            "repairs" => needs.useful_skills = vec!["electrician".into()],
            _ => {}
        }
        let slots = if matches!(self.lives[life].type_key, "repairs" | "mediation") { 2 } else { 1 };
        let new = NewTask {
            title: title.into(),
            category: None,
            notes: notes.into(),
            window: Ok(window),
            slots,
            place: None,
            place_hint: None,
            team: None,
            needs,
            seen: None,
            after_promise: None,
        };
        let finding = match self.stage.dice.random_range(0..100) {
            0..=39 => Finding::Waves,
            40..=69 => Finding::Open,
            _ => Finding::Known,
        };
        let known = self.known(life, 4);
        let input = (self.cast.people[by].actor(Channel::Web), self.lives[life].id, new, known);
        let cut = self
            .stage
            .step(input, move |tx, at, (who, id, new, known)| {
                Box::pin(async move {
                    let task = dispatch::actions::cut_task(tx, &who, at, id, &new).await?;
                    match finding {
                        Finding::Waves => dispatch::actions::start_waves(tx, &who, at, task).await?,
                        Finding::Open => dispatch::actions::open_task(tx, &who, at, task).await?,
                        Finding::Known => {
                            dispatch::actions::invite(tx, &who, at, task, &known, None).await?;
                        }
                    }
                    Ok(task)
                })
            })
            .await;
        self.stage.touch(self.lives[life].id.cell);
        match cut {
            Ok(task) => {
                self.seen.tasks.insert(life, (task, window));
                let at = self.now() + SignedDuration::from_mins(1);
                self.plan(at, Turn::Errand(life, Errand::Watch { task, times: 0 }));
                self.plan(window.end + SignedDuration::from_mins(75), Turn::Errand(life, Errand::Over { task }));
                Ok(())
            }
            Err(stop) => {
                self.refused("dispatch", stop)?;
                self.take_over(life).await
            }
        }
    }

    /// Nobody can be found this way: a social worker goes.
    async fn take_over(&mut self, life: usize) -> Result<(), Stop> {
        let Some(by) = self.staff(life, Role::SocialWorker) else { return Ok(()) };
        let handler = Some(self.cast.people[by].id);
        self.seen.tasks.remove(&life);
        self.say(life, Say { by, answer: "take", given: Given { handler, ..Given::default() } }).await
    }

    /// Some volunteers of the place whom the social worker knows.
    fn known(&mut self, life: usize, count: usize) -> Vec<PersonId> {
        let owner = self.lives[life].owner;
        let home = &self.cast.homes[self.lives[life].home];
        let grown: Vec<usize> =
            home.volunteers.iter().copied().filter(|v| self.cast.people[*v].age >= 18 && Some(*v) != owner).collect();
        grown.sample(&mut self.stage.dice, count).map(|v| self.cast.people[*v].id).collect()
    }

    /// When it is wanted: soon when it is urgent, else on one of the next days by daylight.
    fn window(&mut self, life: usize) -> Window {
        let start = match self.lives[life].level.as_str() {
            "urgent" => self.after(40..90),
            "day" => self.after(120..480),
            _ => {
                let at = self.after(60 * 14..60 * 24 * 4);
                let late = (hour(at) - 16).max(0) - (8 - hour(at)).max(0);
                at - SignedDuration::from_hours(late)
            }
        };
        let quarter = start.as_second().div_euclid(900) * 900;
        let start = Timestamp::from_second(quarter).unwrap_or(start).max(self.now());
        let minutes = [60, 60, 90, 120, 180].choose(&mut self.stage.dice).copied().unwrap_or(90);
        Window { start, end: start + SignedDuration::from_mins(minutes) }
    }

    pub async fn errand(&mut self, life: usize, errand: Errand) -> Result<(), Stop> {
        match errand {
            Errand::Watch { task, times } => self.watch(life, task, times).await,
            Errand::Answer { offer, person, task } => self.answer(life, offer, person, task).await,
            Errand::Leave { offer, person } => self.leave(life, offer, person).await,
            Errand::In { task, person } => self.come_in(life, task, person).await,
            Errand::Out { task, person } => self.go_out(life, task, person).await,
            Errand::Late { task, person } => self.late(life, task, person).await,
            Errand::Confirm => self.confirm(life).await,
            Errand::Over { task } => self.over(life, task).await,
        }
    }

    /// Sees who was invited, and sends somebody to an open task.
    async fn watch(&mut self, life: usize, task: TaskId, times: u8) -> Result<(), Stop> {
        let (row, waiting) = self
            .stage
            .step(task, |tx, _, task| {
                Box::pin(async move {
                    let row = offers::task(tx, task).await?.ok_or(Stop::Missing)?;
                    let all = offers::offers_of_task(tx, task).await?;
                    let waiting = all.into_iter().filter(|o| o.state == "offered");
                    Ok((row, waiting.map(|o| (o.id(), o.volunteer(), o.reply_by)).collect::<Vec<_>>()))
                })
            })
            .await?;
        if row.state != TaskState::Standing.key() || row.slots_left == 0 {
            return Ok(());
        }
        let mut next = self.now() + SignedDuration::from_hours(3);
        for (offer, volunteer, reply_by) in waiting {
            let until = reply_by.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(next);
            next = next.min(until + AFTER_JOBS);
            let Some(person) = self.seen.people.get(&volunteer.uuid).copied() else { continue };
            if self.seen.offers.insert(offer.uuid) && self.stage.dice.random_bool(0.78) {
                // Who answers mostly answers soon.
                let share = self.stage.dice.random_range(0.02..1.0_f64).powi(3);
                let whole = until.duration_since(self.now()).as_secs_f64().max(60.0);
                let at = self.now() + SignedDuration::from_secs_f64(whole * share);
                self.plan(at, Turn::Errand(life, Errand::Answer { offer, person, task }));
            }
        }
        if row.open && self.stage.dice.random_bool(0.75) {
            self.take_open(life, task).await?;
        }
        let starts = Timestamp::from_millisecond(row.starts_at).map_err(Stop::defect)?;
        if times < WATCHES && next < starts {
            self.plan(next, Turn::Errand(life, Errand::Watch { task, times: times + 1 }));
        }
        Ok(())
    }

    /// Somebody of the township looks at the open tasks and comes.
    async fn take_open(&mut self, life: usize, task: TaskId) -> Result<(), Stop> {
        let Some(volunteer) = self.known(life, 1).first().copied() else { return Ok(()) };
        let Some(person) = self.seen.people.get(&volunteer.uuid).copied() else { return Ok(()) };
        let who = self.cast.people[person].actor(Channel::Web);
        let taken = self
            .stage
            .step((who, task), |tx, at, (who, task)| {
                Box::pin(async move { dispatch::actions::take_open(tx, &who, at, task).await })
            })
            .await;
        self.stage.touch(task.cell);
        match taken {
            Ok(taken) => {
                self.promised(life, taken.offer, person, task);
                Ok(())
            }
            Err(stop) => self.refused("take_open", stop),
        }
    }

    async fn answer(&mut self, life: usize, offer: OfferId, person: usize, task: TaskId) -> Result<(), Stop> {
        let says_yes = self.stage.dice.random_bool(0.58);
        let reason = ["那天要上班", "人在外地", "身体不太舒服"].choose(&mut self.stage.dice).copied();
        let reason = reason.filter(|_| self.stage.dice.random_bool(0.5));
        let who = self.cast.people[person].actor(Channel::Web);
        let answered = self
            .stage
            .step((who, offer), move |tx, at, (who, offer)| {
                Box::pin(async move {
                    if says_yes {
                        dispatch::actions::accept(tx, &who, at, offer).await.map(drop)
                    } else {
                        dispatch::actions::decline(tx, &who, at, offer, reason).await
                    }
                })
            })
            .await;
        self.stage.touch(offer.cell);
        match answered {
            Ok(()) => {
                if says_yes {
                    self.promised(life, offer, person, task);
                }
                Ok(())
            }
            Err(stop) => self.refused("answer", stop),
        }
    }

    /// What becomes of a promise: most come, some leave in time, some forget.
    fn promised(&mut self, life: usize, offer: OfferId, person: usize, task: TaskId) {
        let at = self.now() + SignedDuration::from_mins(1);
        self.plan(at, Turn::Look(life));
        let Some((_, window)) = self.seen.tasks.get(&life).copied() else { return };
        match self.stage.dice.random_range(0..100) {
            0..=2 => {
                let whole = window.start.duration_since(self.now()).as_secs().max(120);
                let at = self.now() + SignedDuration::from_secs(self.stage.dice.random_range(60..whole));
                self.plan(at, Turn::Errand(life, Errand::Leave { offer, person }));
            }
            // Forgot it, and nothing follows from that.
            3..=6 => {}
            7..=9 => {
                let at = window.end + SignedDuration::from_mins(self.stage.dice.random_range(5..70));
                self.plan(at, Turn::Errand(life, Errand::Late { task, person }));
            }
            _ => {
                let at = window.start + SignedDuration::from_mins(self.stage.dice.random_range(-14..12));
                self.plan(at, Turn::Errand(life, Errand::In { task, person }));
            }
        }
    }

    async fn leave(&mut self, life: usize, offer: OfferId, person: usize) -> Result<(), Stop> {
        let who = self.cast.people[person].actor(Channel::Web);
        let left = self
            .stage
            .step((who, offer), |tx, at, (who, offer)| {
                Box::pin(async move { dispatch::actions::withdraw(tx, &who, at, offer, Some("家里临时有事")).await })
            })
            .await;
        self.stage.touch(offer.cell);
        let at = self.after(2..20);
        self.plan(at, Turn::Look(life));
        left.or_else(|stop| self.refused("leave", stop))
    }

    /// After its time. A forgotten check-out was closed by a job; where nobody signed, the desk rings and asks.
    async fn over(&mut self, life: usize, task: TaskId) -> Result<(), Stop> {
        if self.seen.tasks.get(&life).is_none_or(|(now, _)| *now != task) {
            return Ok(());
        }
        self.seen.tasks.remove(&life);
        self.look(life).await?;
        let (state, recorded) = self
            .stage
            .step(task, |tx, _, task| {
                Box::pin(async move {
                    let row = offers::task(tx, task).await?.ok_or(Stop::Missing)?;
                    let Some(matter) = row.matter() else { return Ok((row.state, false)) };
                    let all = records::of_matter(tx, matter).await?;
                    Ok((row.state, all.iter().any(|r| r.task() == Some(task))))
                })
            })
            .await?;
        if recorded {
            self.confirm_later(life);
        }
        let Some(by) = self.staff(life, Role::SocialWorker) else { return Ok(()) };
        match self.lives[life].step.as_str() {
            "serve" if state == TaskState::Standing.key() && recorded => {
                let given = Given {
                    result: Some("电话核实已经办好，志愿者补录了记录".into()), ..Given::default()
                };
                self.say(life, Say { by, answer: "served", given }).await
            }
            "serve" if state == TaskState::Standing.key() => {
                self.say(life, Say { by, answer: "given_back", given: Given::default() }).await
            }
            "dispatch" if recorded => {
                let given = Given {
                    result: Some("电话核实已经办好，志愿者补录了记录".into()), ..Given::default()
                };
                self.say(life, Say { by, answer: "served", given }).await
            }
            "dispatch" => self.nobody_found(life, by, task).await,
            _ => Ok(()),
        }
    }

    /// Nobody took it until its time was over: the task goes, and a social worker or another try takes its place.
    async fn nobody_found(&mut self, life: usize, by: usize, task: TaskId) -> Result<(), Stop> {
        let who = self.cast.people[by].actor(Channel::Web);
        let ended = self
            .stage
            .step((who, task), |tx, at, (who, task)| Box::pin(async move { end(tx, &who, at, task).await }))
            .await;
        self.stage.touch(task.cell);
        ended.or_else(|stop| self.refused("nobody_found", stop))?;
        if self.stage.dice.random_bool(0.5) {
            return self.take_over(life).await;
        }
        let at = self.at_work(5..40, false);
        self.plan(at, Turn::Desk(life));
        Ok(())
    }

    /// At the step of service: the volunteer has it, or the social worker who took it.
    pub fn serving(&mut self, life: usize) {
        if self.seen.tasks.contains_key(&life) {
            return;
        }
        let at = self.at_work(90..60 * 60, false);
        self.plan(at, Turn::Desk(life));
    }

    /// Every task is watched by an errand of its own, so that nothing is searched for here.
    pub fn is_dispatched(&self, life: usize) -> bool {
        self.lives[life].sort == Sort::Need && self.seen.tasks.contains_key(&life)
    }
}

/// Takes back a task whose time has passed without anybody.
async fn end(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    let row = offers::task(tx, task).await?.ok_or(Stop::Missing)?;
    if row.state == TaskState::Standing.key() {
        dispatch::actions::cancel_task(tx, who, at, task, "时间已过，没有人到").await?;
    }
    Ok(())
}
