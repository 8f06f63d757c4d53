//! What staff do with matters: triage, hand on, fix, answer, call back; and when each matter's next turn is.

use app::Stop;
use app::matters::{actions, reaching};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rules::matters::Given;
use rules::shared::{Channel, Role};

use crate::story::{Sort, Story, Turn, hour};

/// An answer with what is said with it.
pub struct Say {
    pub by: usize,
    pub answer: &'static str,
    pub given: Given,
}

/// The answer that nobody could be reached, and how many tries the kinds want before it.
const UNREACHED: &str = "unreachable";
const TRIES: usize = 3;

fn words(result: &str) -> Option<String> {
    Some(result.to_owned())
}

impl Story<'_, '_> {
    /// Plans the next turn of a matter that has come to `step`.
    pub fn moved(&mut self, life: usize, step: String) {
        self.lives[life].step = step;
        (self.lives[life].tries, self.lives[life].passed_on) = (0, 0);
        let is_urgent = matches!(self.lives[life].level.as_str(), "urgent" | "danger");
        let slow = self.stage.dice.random_range(0..1000);
        let sort = self.lives[life].sort;
        let step = self.lives[life].step.clone();
        let at = match step.as_str() {
            "triage" | "review" if is_urgent => self.after(4..70),
            // Some are forgotten: those the clocks are for.
            "triage" | "review" => match slow {
                0..=9 => self.at_work(60 * 24 * 3..60 * 24 * 9, false),
                10..=50 => self.at_work(60 * 5..60 * 36, false),
                // Somebody is on call until late.
                _ if (7..22).contains(&hour(self.now())) => self.after(5..85),
                _ => self.at_work(8..60, false),
            },
            "dispatch" if self.is_dispatched(life) => return,
            "dispatch" => self.at_work(5..60, false),
            "fix" => self.at_work(90..60 * 60, false),
            "serve" if sort == Sort::Need => return self.serving(life),
            "serve" => self.at_work(90..60 * 60, false),
            "department" => self.at_work(60 * 6..60 * 24 * if slow < 90 { 14 } else { 5 }, true),
            "confirm" => {
                let rates = if sort == Sort::Need { 0.62 } else { 0.45 };
                if self.stage.dice.random_bool(rates) {
                    let at = self.after(20..60 * 44);
                    self.plan(at, Turn::Rate(life));
                }
                // Whoever says nothing is rung up.
                let at = self.after(60 * 24 * 4..60 * 24 * 4 + 200);
                return self.plan(at, Turn::Look(life));
            }
            "call_back" => self.at_work(60 * 2..60 * 24 * if slow < 60 { 8 } else { 2 }, true),
            "closed" => {
                if self.lives[life].owner.is_some() && self.stage.dice.random_bool(0.03) {
                    let at = self.after(60 * 12..60 * 24 * 13);
                    self.plan(at, Turn::Reopen(life));
                }
                return;
            }
            _ => self.after(30..60),
        };
        self.plan(at, Turn::Desk(life));
    }

    /// Whoever has the matter answers the step it is at.
    pub async fn desk(&mut self, life: usize) -> Result<(), Stop> {
        if self.lives[life].step == "department" {
            self.hear(life).await?;
        }
        let say = match (self.lives[life].sort, self.lives[life].step.clone().as_str()) {
            (_, "closed") => return Ok(()),
            (Sort::Need, "triage") => self.triage(life),
            (Sort::Need, "dispatch") => return self.dispatch(life).await,
            (Sort::Need, "serve") => self.served(life),
            (Sort::Hazard, "review") => match self.same_as(life).filter(|_| self.stage.dice.random_bool(0.09)) {
                Some(other) => return self.merge(life, other).await,
                None => self.review(life),
            },
            (Sort::Hazard, "fix") => self.fixed(life),
            (_, "department") => self.department(life),
            (_, "call_back") => match self.called_back(life) {
                Some(say) if say.answer == UNREACHED => return self.not_reached(life, say).await,
                say => say,
            },
            _ => None,
        };
        match say {
            Some(say) => self.say(life, say).await,
            None => Ok(()),
        }
    }

    /// Closes a report as the same as an earlier one from the same place, which is told of it.
    async fn merge(&mut self, life: usize, into: usize) -> Result<(), Stop> {
        let Some(by) = self.reviewer(life) else { return Ok(()) };
        let input = (self.cast.people[by].actor(Channel::Web), self.lives[life].id, self.lives[into].id);
        let merged = self
            .stage
            .step(input, |tx, at, (who, id, into)| {
                Box::pin(async move { Ok(actions::merge(tx, &who, at, id, into, None).await?.matter.step.clone()) })
            })
            .await;
        self.stage.touch(self.lives[life].id.cell);
        match merged {
            Ok(step) => {
                self.moved(life, step);
                Ok(())
            }
            Err(stop) => {
                self.refused("merge", stop)?;
                let at = self.after(20..40);
                self.plan(at, Turn::Desk(life));
                Ok(())
            }
        }
    }

    /// A report of the same kind from the same place that nobody has dealt with yet.
    fn same_as(&self, life: usize) -> Option<usize> {
        let here = &self.lives[life];
        let is_same = |other: &&usize| {
            let other = &self.lives[**other];
            other.sort == here.sort
                && (other.home, other.spot) == (here.home, here.spot)
                && other.type_key == here.type_key
                && !["closed", "confirm", "call_back"].contains(&other.step.as_str())
        };
        let newest = life.saturating_sub(400)..life;
        newest.rev().collect::<Vec<_>>().iter().find(is_same).copied()
    }

    /// Gives an answer at the present step.
    pub async fn say(&mut self, life: usize, say: Say) -> Result<(), Stop> {
        let is_review = matches!(self.lives[life].step.as_str(), "triage" | "review");
        let who = self.cast.people[say.by].actor(Channel::Web);
        let answer = say.answer;
        // Who says that it is done knows the day that it was wanted for.
        let given = Given { early: true, ..say.given };
        let input = (who, self.lives[life].id, say.answer, given);
        let done = self
            .stage
            .step(input, move |tx, at, (who, id, answer, given)| {
                Box::pin(async move {
                    let held = if is_review {
                        actions::triage(tx, &who, at, id, answer, &given).await?
                    } else {
                        actions::answer(tx, &who, at, id, answer, &given).await?
                    };
                    Ok((held.matter.step.clone(), held.matter.level.clone()))
                })
            })
            .await;
        self.stage.touch(self.lives[life].id.cell);
        match done {
            Ok((step, level)) => {
                self.lives[life].level = level;
                self.moved(life, step);
                Ok(())
            }
            Err(stop) => {
                self.refused(answer, stop)?;
                // A job or somebody else was first: see how it stands in a while.
                let at = self.after(20..40);
                self.plan(at, Turn::Look(life));
                Ok(())
            }
        }
    }

    /// Somebody on staff for the matter's place; another one after a reopening, or when the one before could not.
    pub fn staff(&self, life: usize, role: Role) -> Option<usize> {
        let here = &self.lives[life];
        let staff = self.cast.staff_of(role, &self.cast.homes[here.home].spots[here.spot].path);
        let no = life + here.rounds - 1 + here.passed_on;
        (!staff.is_empty()).then(|| staff[no % staff.len()])
    }

    fn triage(&mut self, life: usize) -> Option<Say> {
        let by = self.staff(life, Role::SocialWorker)?;
        let type_key = Some(self.lives[life].type_key.to_owned());
        let level = Some(self.lives[life].level.clone());
        let given = Given { type_key, level, ..Given::default() };
        let way = |way: &str, given: Given| Given { way: words(way), ..given };
        let draw = self.stage.dice.random_range(0..100);
        Some(match draw {
            0..=64 => {
                let ways = ["volunteers", "volunteers", "volunteers", "with_volunteers"];
                let chosen = ways.choose(&mut self.stage.dice).copied().unwrap_or("volunteers");
                Say { by, answer: "dispatch", given: way(chosen, Given { risks: self.risks(life), ..given }) }
            }
            65..=73 => {
                let handler = Some(self.cast.people[by].id);
                Say { by, answer: "take", given: way("professional", Given { handler, ..given }) }
            }
            74..=81 => {
                let department = self.department_for(life)?;
                self.lives[life].department = Some(department);
                let departments = vec![self.cast.departments[department].id];
                let reason = words("需要专业部门的设备和资质");
                Say { by, answer: "to_department", given: way("department", Given { departments, reason, ..given }) }
            }
            82..=92 => {
                let result = words("电话里说清了怎么办，并把办事窗口告诉了本人");
                Say { by, answer: "answered", given: way("phone", Given { result, ..given }) }
            }
            93..=95 => {
                Say { by, answer: "not_ours", given: Given { owner: words("县民政局社会救助窗口"), ..given } }
            }
            96..=97 => {
                let (reason, basis) = (words("现有条件做不到，已当面说明"), words("本地服务清单未列入"));
                Say { by, answer: "cannot", given: Given { reason, basis, ..given } }
            }
            _ => {
                let reason = words("家里有人能办了，电话里说的");
                Say { by, answer: "no_longer_needed", given: Given { reason, ..given } }
            }
        })
    }

    /// What triage finds of risks.
    fn risks(&mut self, life: usize) -> Option<std::collections::BTreeSet<String>> {
        let key = match self.lives[life].type_key {
            "care" if self.stage.dice.random_bool(0.3) => "woman",
            "hospital" if self.stage.dice.random_bool(0.1) => "first_aid",
            "repairs" if self.stage.dice.random_bool(0.25) => "two_people",
            _ => return Some(std::collections::BTreeSet::new()),
        };
        Some([key.to_owned()].into())
    }

    fn department_for(&self, life: usize) -> Option<usize> {
        let here = &self.lives[life];
        let county = &self.cast.homes[here.home].county;
        let of_county = |d: &&usize| self.cast.departments[**d].county == *county;
        let all: Vec<usize> = (0..self.cast.departments.len()).collect();
        let answers = |d: &&&usize| self.cast.departments[***d].answers.contains(&here.type_key);
        let here: Vec<&usize> = all.iter().filter(of_county).collect();
        here.iter().find(answers).or_else(|| here.first()).map(|d| **d)
    }

    fn served(&mut self, life: usize) -> Option<Say> {
        let by = self.staff(life, Role::SocialWorker)?;
        let result = words("社工上门办理，已和本人说清后续安排");
        Some(Say { by, answer: "served", given: Given { result, ..Given::default() } })
    }

    /// A grid member has been there; after a reopening it is the community's own worker.
    fn reviewer(&self, life: usize) -> Option<usize> {
        let role = if self.lives[life].rounds > 1 { Role::CommunityWorker } else { Role::GridMember };
        self.staff(life, role)
    }

    fn review(&mut self, life: usize) -> Option<Say> {
        let by = self.reviewer(life)?;
        let given = Given {
            level: Some(self.lives[life].level.clone()),
            type_key: Some(self.lives[life].type_key.to_owned()),
            ..Given::default()
        };
        Some(match self.stage.dice.random_range(0..100) {
            0..=36 => {
                Say { by, answer: "fixed", given: Given { result: words("到现场清走了，已拍照"), ..given } }
            }
            37..=59 => Say { by, answer: "fix", given },
            60..=90 => {
                let department = self.department_for(life)?;
                self.lives[life].department = Some(department);
                let departments = vec![self.cast.departments[department].id];
                Say { by, answer: "to_department", given: Given { departments, ..given } }
            }
            91..=96 => {
                Say { by, answer: "not_found", given: Given { result: words("到场查看，没有发现"), ..given } }
            }
            _ => Say { by, answer: "not_ours", given: Given { owner: words("公路事业发展中心"), ..given } },
        })
    }

    fn fixed(&mut self, life: usize) -> Option<Say> {
        let by = self.reviewer(life)?;
        if self.stage.dice.random_bool(0.88) {
            let given = Given { result: words("修好了，现场没有隐患"), ..Given::default() };
            return Some(Say { by, answer: "done", given });
        }
        let department = self.department_for(life)?;
        self.lives[life].department = Some(department);
        let departments = vec![self.cast.departments[department].id];
        let given = Given { departments, reason: words("需要专业设备"), ..Given::default() };
        Some(Say { by, answer: "to_department", given })
    }

    fn department(&mut self, life: usize) -> Option<Say> {
        let department = self.lives[life].department?;
        let by = self.cast.departments[department].clerk;
        Some(match self.stage.dice.random_range(0..100) {
            0..=69 => {
                Say { by, answer: "done", given: Given { result: words("已派人处理完毕"), ..Given::default() } }
            }
            70..=85 => {
                let next = self.after(60 * 24 * 2..60 * 24 * 5);
                let given = Given {
                    result: words("材料已订，正在施工"), next_word_at: Some(next), ..Given::default()
                };
                Say { by, answer: "progress", given }
            }
            86..=92 => {
                let (reason, basis) = (words("位置不清，请再核实"), words("职责清单第 12 项"));
                Say { by, answer: "returned", given: Given { reason, basis, ..Given::default() } }
            }
            _ => {
                let given = Given {
                    reason: words("不在本年度改造范围"),
                    basis: words("县年度改造计划"),
                    head: words("分管负责人"),
                    ..Given::default()
                };
                Say { by, answer: "cannot", given }
            }
        })
    }

    /// Nobody answered: that is written down, and somebody rings again at another time; after enough of it nobody does.
    async fn not_reached(&mut self, life: usize, say: Say) -> Result<(), Stop> {
        if self.lives[life].tries >= TRIES {
            return self.say(life, say).await;
        }
        let input = (self.cast.people[say.by].actor(Channel::Web), self.lives[life].id);
        let tried = self
            .stage
            .step(input, |tx, at, (who, id)| {
                Box::pin(async move { reaching::tried(tx, &who, at, id).await.map(|held| held.matter.tries.len()) })
            })
            .await;
        self.stage.touch(self.lives[life].id.cell);
        match tried {
            Ok(tries) => {
                self.lives[life].tries = tries;
                let at = self.at_work(60 * 3..60 * 9, true);
                self.plan(at, Turn::Desk(life));
            }
            Err(stop) => {
                self.refused("tried", stop)?;
                let at = self.after(20..40);
                self.plan(at, Turn::Look(life));
            }
        }
        Ok(())
    }

    fn called_back(&mut self, life: usize) -> Option<Say> {
        let role = if self.lives[life].private { Role::SocialWorker } else { Role::CommunityWorker };
        let by = self.staff(life, role)?;
        let is_need = self.lives[life].sort == Sort::Need;
        let heard = |said: &str| Given { heard: words(said), ..Given::default() };
        // Who was not reached once mostly is not the next time.
        let least = if self.lives[life].tries > 0 { 70 } else { 0 };
        Some(match self.stage.dice.random_range(least..100) {
            0..=71 => Say { by, answer: "solved", given: heard("本人接的，说解决了") },
            72..=79 if is_need => Say {
                by,
                answer: "partly",
                given: Given {
                    reason: words("主要的办了，还有一样等配件"), ..heard("本人接的，说好了一大半")
                },
            },
            72..=86 => Say {
                by,
                answer: "not_solved",
                given: Given {
                    reason: words("电话里说问题还在"), ..heard("家里人接的，说问题还在")
                },
            },
            _ => {
                Say { by, answer: UNREACHED, given: Given { reason: words("三次没有接通"), ..Given::default() } }
            }
        })
    }
}
