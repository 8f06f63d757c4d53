//! What people do beside the story, each by the product's own verbs.

use app::dispatch::actions::{self as dispatch, NewTask};
use app::dispatch::store as tasks;
use app::matters::actions::{self as matters, New};
use app::people::cards::actions as cards;
use app::service::actions::{Presence, Proof, check_in, check_out};
use app::service::recording::{LateEntry, Told, record_late};
use app::service::{actions, confirming, reviewing};
use app::{Stop, Tx};
use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rules::dispatch::Needs;
use rules::matters::{Given, Values};
use rules::people::card::Wanted;
use rules::service::record::Nature;
use rules::service::review::{CallBack, Heard, Verdict};
use rules::shared::ids::{PersonId, RecordId, TaskId};
use rules::shared::{Actor, Channel, Moment, Window};

use super::{Kind, note};
use crate::story::{Story, Turn};

/// How those who visit sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The card of whom they visit, or a photograph of it.
    Card,
    /// The QR of the venue.
    Qr,
    /// Not at all: it is entered late, so many per cent of the plan long.
    Late(i64),
}

/// Some go to somebody, by a task.
#[derive(Clone, Debug)]
pub struct Visit {
    pub kind: Kind,
    pub home: usize,
    pub volunteers: Vec<usize>,
    pub elder: usize,
    pub social: usize,
    pub worker: usize,
    pub window: Window,
    pub shown: Shown,
    /// Within how many seconds they sign in, one after the other; and out.
    pub spread: i64,
}

/// One thing that somebody does.
#[derive(Clone, Debug)]
pub enum Act {
    /// Enters a service after the fact.
    Enter {
        kind: Kind,
        recorder: usize,
        entry: LateEntry,
    },
    /// Confirms everything that waits at a place, line by line.
    ConfirmAll {
        worker: usize,
        path: String,
    },
    Confirm {
        worker: usize,
        record: RecordId,
    },
    /// Everything about a visit up to those who accept.
    Arrange(Box<Visit>),
    In {
        person: usize,
        task: TaskId,
        proof: Proof,
    },
    Out {
        kind: Kind,
        person: usize,
        task: TaskId,
        proof: Proof,
    },
    /// Asks everybody whom the desk is to ask.
    AskAll {
        caller: usize,
    },
    /// Works through what is held at a place, and finds out this share of what is made up.
    DecideAll {
        reviewer: usize,
        path: String,
        found_out: f64,
    },
}

/// How many are invited at once.
const AT_ONCE: usize = 4;
/// The longest list that somebody works off in one go.
const IN_ONE_GO: i64 = 60;
/// A reviewer sees everything that is held: what nobody can find out stays on the list.
const ALL_HELD: i64 = 2000;

impl Story<'_, '_> {
    /// Plans an act.
    pub fn act_at(&mut self, at: jiff::Timestamp, act: Act) {
        self.acts.push(act);
        let turn = Turn::Act(self.acts.len() - 1);
        self.plan(at, turn);
    }

    pub async fn act(&mut self, index: usize) -> Result<(), Stop> {
        match self.acts[index].clone() {
            Act::Enter { kind, recorder, entry } => self.enter(kind, recorder, entry).await,
            Act::ConfirmAll { worker, path } => self.confirm_all(worker, path).await,
            Act::Confirm { worker, record } => self.confirm_one(worker, record).await,
            Act::Arrange(visit) => self.arrange(*visit).await,
            Act::In { person, task, proof } => self.visit_in(person, task, proof).await,
            Act::Out { kind, person, task, proof } => self.visit_out(kind, person, task, proof).await,
            Act::AskAll { caller } => self.ask_all(caller).await,
            Act::DecideAll { reviewer, path, found_out } => self.decide_all(reviewer, path, found_out).await,
        }
    }

    fn web(&self, person: usize) -> Actor {
        self.cast.people[person].actor(Channel::Web)
    }

    async fn enter(&mut self, kind: Kind, recorder: usize, entry: LateEntry) -> Result<(), Stop> {
        let who = self.web(recorder);
        let written = self.stage.step((who, entry), |tx, at, (who, entry)| {
            Box::pin(async move { record_late(tx, &who, at, &entry).await })
        });
        match written.await {
            Ok(id) => {
                note(&mut self.ledger, id, kind);
                self.stage.touch(id.cell);
                Ok(())
            }
            Err(stop) => self.refused(kind.name(), stop),
        }
    }

    async fn confirm_all(&mut self, worker: usize, path: String) -> Result<(), Stop> {
        let who = self.web(worker);
        let waiting = self.stage.step((who, path), |tx, _, (who, path)| {
            Box::pin(async move {
                let rows = actions::records_to_confirm(tx, &who, IN_ONE_GO).await?;
                let here = rows.into_iter().filter(|row| row.place_path.starts_with(&path) && !row.content.is_empty());
                Ok(here.map(|row| row.id()).collect::<Vec<RecordId>>())
            })
        });
        let (waiting, mut at) = (waiting.await?, self.now());
        for record in waiting {
            at += SignedDuration::from_secs(self.stage.dice.random_range(8..50));
            self.act_at(at, Act::Confirm { worker, record });
        }
        Ok(())
    }

    async fn confirm_one(&mut self, worker: usize, record: RecordId) -> Result<(), Stop> {
        let who = self.web(worker);
        let confirmed = self.stage.step((who, record), |tx, at, (who, record)| {
            Box::pin(async move { confirming::confirm(tx, &who, at, record).await.map(drop) })
        });
        let confirmed = confirmed.await;
        self.stage.touch(record.cell);
        confirmed.or_else(|stop| self.refused("confirm_one", stop))
    }

    async fn arrange(&mut self, visit: Visit) -> Result<(), Stop> {
        let volunteers: Vec<(PersonId, Actor)> =
            visit.volunteers.iter().map(|v| (self.cast.people[*v].id, self.web(*v))).collect();
        let elder = &self.cast.people[visit.elder];
        let place = self.cast.homes[visit.home].spots[elder.spot].place;
        let asked = asked(&elder.phone);
        let new = New {
            kind: "need".into(),
            place: Some(place),
            values: asked,
            prefilled: Vec::new(),
            subject: None,
            organisation: None,
            caller: None,
            for_someone: false,
            private: false,
            level: None,
            departments: Vec::new(),
            invented: true,
        };
        let people = (self.web(visit.elder), self.web(visit.social), self.web(visit.worker), elder.id);
        let input = (people, new, visit.window, volunteers, visit.shown);
        let arranged =
            self.stage.step(input, |tx, at, input| Box::pin(async move { arranged(tx, at, input).await })).await;
        let (task, proof) = match arranged {
            Ok(arranged) => arranged,
            Err(stop) => return self.refused("arrange", stop),
        };
        self.stage.touch(task.cell);
        if let Shown::Late(percent) = visit.shown {
            return self.enter_visit(&visit, task, percent);
        }
        let proof = proof.ok_or_else(|| Stop::defect("nothing to sign with"))?;
        let (start, end) = (visit.window.start, visit.window.end);
        for person in visit.volunteers {
            let [first, last] =
                [0, 1].map(|_| SignedDuration::from_secs(self.stage.dice.random_range(0..=visit.spread)));
            let early = SignedDuration::from_mins(3);
            self.act_at(start - early + first, Act::In { person, task, proof: proof.clone() });
            self.act_at(end + last, Act::Out { kind: visit.kind, person, task, proof: proof.clone() });
        }
        Ok(())
    }

    /// Nobody signed; each enters it in the evening, longer than it was.
    fn enter_visit(&mut self, visit: &Visit, task: TaskId, percent: i64) -> Result<(), Stop> {
        let claimed = SignedDuration::from_mins(visit.window.minutes() * percent / 100);
        for volunteer in &visit.volunteers {
            let entry = LateEntry {
                volunteer: self.cast.people[*volunteer].id,
                task: Some(task),
                name: String::new(),
                place: None,
                content: "陪老人聊天，打扫屋子".into(),
                start: visit.window.start,
                end: visit.window.start + claimed,
                nature: Nature::Voluntary,
                reason: "手机没电，没能签到".into(),
                invented: true,
            };
            let at = entry.end.max(visit.window.end) + SignedDuration::from_mins(5);
            self.act_at(at, Act::Enter { kind: visit.kind, recorder: *volunteer, entry });
        }
        Ok(())
    }

    async fn visit_in(&mut self, person: usize, task: TaskId, proof: Proof) -> Result<(), Stop> {
        let who = self.web(person);
        let signed = self.stage.step((who, task, proof), |tx, at, (who, task, proof)| {
            Box::pin(async move { check_in(tx, &who, at, task, &Presence { proof, device_at: None }).await })
        });
        let signed = signed.await;
        self.stage.touch(task.cell);
        signed.or_else(|stop| self.refused("visit_in", stop))
    }

    async fn visit_out(&mut self, kind: Kind, person: usize, task: TaskId, proof: Proof) -> Result<(), Stop> {
        let who = self.web(person);
        let told = Told { content: "陪老人聊天，打扫屋子".into(), ..Told::default() };
        let signed = self.stage.step((who, task, proof, told), |tx, at, (who, task, proof, told)| {
            Box::pin(async move { check_out(tx, &who, at, task, &Presence { proof, device_at: None }, &told).await })
        });
        let signed = signed.await;
        self.stage.touch(task.cell);
        match signed {
            Ok(out) => {
                out.record.into_iter().for_each(|record| note(&mut self.ledger, record, kind));
                Ok(())
            }
            Err(stop) => self.refused("visit_out", stop),
        }
    }

    /// One in five does not answer; everybody else says what was.
    async fn ask_all(&mut self, caller: usize) -> Result<(), Stop> {
        let who = self.cast.people[caller].actor(Channel::Phone);
        let asked = self.stage.step(who.clone(), |tx, _, who| {
            Box::pin(async move {
                let found = reviewing::list(tx, &who, IN_ONE_GO).await?;
                Ok(found.to_ask.iter().map(app::service::reviews::CallBackRow::record).collect::<Vec<RecordId>>())
            })
        });
        for record in asked.await? {
            let came = !self.ledger.get(&record.uuid).is_some_and(|kind| is_nobody_there(*kind));
            let said = match (self.stage.dice.random_bool(0.2), came) {
                (true, _) => CallBack::NoAnswer,
                (false, true) => CallBack::Done,
                (false, false) => CallBack::NotDone,
            };
            let words = match said {
                CallBack::Done => "本人接的，说那天来过",
                CallBack::NotDone => "本人接的，说那天没有人来",
                CallBack::NoAnswer => "没有接通",
            };
            let heard = Heard { said: Some(said), words: words.to_owned() };
            let said = self.stage.step((who.clone(), record, heard), move |tx, at, (who, record, heard)| {
                Box::pin(async move { reviewing::answer_call_back(tx, &who, at, record, &heard).await.map(drop) })
            });
            let said = said.await;
            self.stage.touch(record.cell);
            said.or_else(|stop| self.refused("ask_all", stop))?;
        }
        Ok(())
    }

    /// What is true is cleared, what is found out is found false once the volunteer has had their time to answer, and what
    /// nobody can find out is left as it is.
    async fn decide_all(&mut self, reviewer: usize, path: String, found_out: f64) -> Result<(), Stop> {
        let who = self.web(reviewer);
        let held = self.stage.step(who.clone(), |tx, _, who| {
            Box::pin(async move { Ok(reviewing::list(tx, &who, ALL_HELD).await?.open) })
        });
        let (held, now) = (held.await?, self.now().as_millisecond());
        for review in held.into_iter().filter(|review| review.place_path.starts_with(&path)) {
            let record = review.record();
            let is_time_over = review.heard_at.is_some() || review.answer_by.is_some_and(|by| by < now);
            let is_made_up = self.ledger.get(&record.uuid).is_some_and(|kind| kind.is_made_up());
            let (verdict, reason) = match is_made_up {
                false => (Verdict::Clear, "问过本人和在场的人，属实"),
                true if is_time_over && self.is_found_out(record, found_out) => {
                    (Verdict::Uphold, "问过服务对象和本人，没有这次服务")
                }
                true => continue,
            };
            let decided = self.stage.step((who.clone(), record), move |tx, at, (who, record)| {
                Box::pin(
                    async move { reviewing::decide(tx, &who, at, record, (Some(verdict), reason)).await.map(drop) },
                )
            });
            let decided = decided.await;
            self.stage.touch(record.cell);
            self.stage.touch(review.volunteer().cell);
            decided.or_else(|stop| self.refused("decide_all", stop))?;
        }
        Ok(())
    }

    /// Drawn by the record: who does not find it out this week does not next week, and no other dice move.
    fn is_found_out(&self, record: RecordId, found_out: f64) -> bool {
        let (high, low) = record.uuid.as_u64_pair();
        StdRng::seed_from_u64(self.stage.plan.seed ^ high ^ low).random_bool(found_out)
    }
}

/// Where nobody came, the person served says so; of a visit that was stretched they know only that it was.
const fn is_nobody_there(kind: Kind) -> bool {
    matches!(kind, Kind::CopiedCard | Kind::CopiedCardSpread)
}

fn asked(phone: &str) -> Values {
    let said = [
        ("category", "care"),
        ("what", "想有人来陪着说说话"),
        ("when", "today"),
        ("phone", phone),
        ("address", "3 号楼 2 单元 401"),
    ];
    said.into_iter().map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).collect()
}

type Asked = ((Actor, Actor, Actor, PersonId), New, Window, Vec<(PersonId, Actor)>, Shown);

/// From the wish to those who accept; with what they will show.
async fn arranged(tx: &mut Tx<'_>, at: Moment, asked: Asked) -> Result<(TaskId, Option<Proof>), Stop> {
    let ((elder, social, worker, served), new, window, volunteers, shown) = asked;
    let matter = matters::raise(tx, &elder, at, &new).await?.matter.id;
    let said = |text: &str| Some(text.to_owned());
    let given = Given { type_key: said("care"), level: said("day"), way: said("volunteers"), ..Given::default() };
    matters::triage(tx, &social, at, matter, "dispatch", &given).await?;
    let new = NewTask {
        title: "上门陪伴聊天".into(),
        category: None,
        notes: String::new(),
        window: Ok(window),
        slots: u16::try_from(volunteers.len()).map_err(Stop::defect)?,
        place: None,
        place_hint: None,
        team: None,
        needs: Needs::default(),
        seen: None,
        after_promise: None,
    };
    let task = dispatch::cut_task(tx, &social, at, matter, &new).await?;
    let people: Vec<PersonId> = volunteers.iter().map(|(id, _)| *id).collect();
    let mut offers = Vec::new();
    // No more at once than the plan of the level allows.
    for some in people.chunks(AT_ONCE) {
        offers.extend(dispatch::invite(tx, &social, at, task, some, None).await?);
    }
    for offer in tasks::offers_of_task(tx, task).await? {
        let invited = volunteers.iter().find(|(id, _)| *id == offer.volunteer());
        if let Some((_, who)) = invited.filter(|_| offers.contains(&offer.id())) {
            dispatch::accept(tx, who, at, offer.id()).await?;
        }
    }
    let proof = match shown {
        Shown::Card => {
            let made = cards::issue(tx, &worker, at, served, Wanted { replaces: true, ..Wanted::default() }).await?;
            Some(Proof::Card(made.secrets.token))
        }
        Shown::Qr => Some(Proof::Qr(tasks::task(tx, task).await?.ok_or(Stop::Missing)?.qr_token)),
        Shown::Late(_) => None,
    };
    Ok((task, proof))
}
