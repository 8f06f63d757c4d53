//! Who does what and when: honest oddities everywhere, and the cheats of the invented villages.

use app::people::actions::Joining;
use app::service::recording::LateEntry;
use app::{Stop, people};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rules::service::record::Nature;
use rules::shared::{Actor, Channel, Membership, Role, Window};

use super::acts::{Act, Shown, Visit};
use super::{Kind, Trial};
use crate::cast::Cast;
use crate::settle::DAYS;
use crate::stage::Stage;
use crate::story::Story;

/// Volunteers who are added to each pilot and each invented village, so that there are enough for what follows.
const RECRUITS: usize = 10;
/// The weeks in which something is planned, and the last whole one.
const WEEKS: std::ops::Range<i64> = 1..DAYS / 7 - 1;
/// How many make hours up together in a village.
const CLIQUE: usize = 5;

/// Lets grown people of the pilots and the invented villages join, who may be asked at any time.
pub async fn recruit(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Stop> {
    let insured_until = (stage.plan.until + SignedDuration::from_hours(24 * 400)).as_millisecond();
    for home in 0..cast.homes.len() {
        let here = &cast.homes[home];
        if !here.is_pilot && !here.invented {
            continue;
        }
        let plain = |i: &usize| {
            let who = &cast.people[*i];
            (20..60).contains(&who.age) && who.memberships.is_empty()
        };
        let joining: Vec<usize> = here.people.iter().copied().filter(plain).take(RECRUITS).collect();
        for person in joining {
            let (id, path) = (cast.people[person].id, cast.homes[home].spots[cast.people[person].spot].path.clone());
            stage
                .step(id, move |tx, at, id| {
                    Box::pin(async move {
                        let joining = Joining {
                            week: Vec::new(),
                            insured_until: Some(insured_until),
                            guardian_consent_until: None,
                        };
                        let who = Actor::person(id, Vec::new(), Channel::Web);
                        people::actions::volunteer(tx, &who, at, id, &joining).await
                    })
                })
                .await?;
            let membership = Membership { role: Role::Volunteer, organisation: None, place_path: path };
            cast.people[person].memberships.push(membership);
            cast.homes[home].volunteers.push(person);
        }
    }
    stage.keep().await
}

/// One place with those who act there.
struct Scene {
    home: usize,
    path: String,
    social: usize,
    /// The other social worker of the station, who has no part in what the first enters.
    reviewer: usize,
    worker: usize,
    volunteers: Vec<usize>,
    elders: Vec<usize>,
}

struct Script<'a, 's, 'p> {
    story: &'a mut Story<'s, 'p>,
    /// Dice of its own: what is planned here changes nothing that the story draws.
    dice: StdRng,
    /// Local midnight of the first day.
    begin: Timestamp,
}

/// Plans everything.
pub fn write(story: &mut Story<'_, '_>, trial: Trial) {
    let begin = story.stage.plan.until - SignedDuration::from_hours(24 * (DAYS - 1));
    let midnight = (begin.as_second() + 8 * 3600).div_euclid(86_400) * 86_400 - 8 * 3600;
    let begin = Timestamp::from_second(midnight).unwrap_or(begin);
    let dice = StdRng::seed_from_u64(story.stage.plan.seed ^ 0xfa15e);
    let scenes = scenes(&story.cast);
    let callers: Vec<usize> =
        story.cast.staff.iter().filter(|(role, _)| *role == Role::CallTaker).map(|(_, person)| *person).collect();
    let mut script = Script { story, dice, begin };
    let (mut cliques, invented) = (0, |story: &Story<'_, '_>, scene: &Scene| story.cast.homes[scene.home].invented);
    for scene in &scenes {
        script.honest(scene);
        if invented(script.story, scene) && cliques < trial.cliques && scene.volunteers.len() > CLIQUE {
            script.clique(scene, trial.with_care);
            cliques += 1;
        }
    }
    for week in WEEKS {
        for caller in &callers {
            let at = script.at(week, 3, 10 * 60);
            script.story.act_at(at, Act::AskAll { caller: *caller });
        }
        // Monday morning the reviewers work through what is held.
        for scene in &scenes {
            let at = script.at(week, 7, 10 * 60);
            let (reviewer, path, found_out) = (scene.reviewer, scene.path.clone(), trial.found_out);
            script.story.act_at(at, Act::DecideAll { reviewer, path, found_out });
        }
    }
}

fn scenes(cast: &Cast) -> Vec<Scene> {
    let scene = |(home, here): (usize, &crate::cast::Home)| {
        let [social, reviewer] = *cast.staff_of(Role::SocialWorker, &here.path).first_chunk()?;
        let worker = cast.staff_of(Role::CommunityWorker, &here.path).first().copied()?;
        let grown = |i: &usize| cast.people[*i].age >= 20 && cast.people[*i].has(Role::Volunteer);
        // Those who joined last may be asked at any time.
        let mut volunteers: Vec<usize> = here.volunteers.iter().copied().filter(grown).collect();
        volunteers.reverse();
        volunteers.truncate(RECRUITS);
        let plain = |i: &usize| cast.people[*i].memberships.is_empty() && cast.people[*i].age >= 50;
        let elders: Vec<usize> = here.people.iter().copied().filter(plain).collect();
        let is_enough = volunteers.len() >= 4 && !elders.is_empty();
        is_enough.then(|| Scene { home, path: here.path.clone(), social, reviewer, worker, volunteers, elders })
    };
    cast.homes.iter().enumerate().filter(|(_, h)| h.is_pilot || h.invented).filter_map(scene).collect()
}

impl Script<'_, '_, '_> {
    /// A minute of a day of a week.
    fn at(&self, week: i64, day: i64, minute: i64) -> Timestamp {
        self.begin + SignedDuration::from_mins((week * 7 + day) * 24 * 60 + minute)
    }

    fn some(&mut self, scene: &Scene, count: usize) -> Vec<usize> {
        scene.volunteers.sample(&mut self.dice, count).copied().collect()
    }

    fn one(&mut self, of: &[usize]) -> usize {
        of.choose(&mut self.dice).copied().unwrap_or_default()
    }

    fn entry(&self, scene: &Scene, volunteer: usize, name: &str, start: Timestamp, minutes: i64) -> LateEntry {
        let who = &self.story.cast.people[volunteer];
        LateEntry {
            volunteer: who.id,
            task: None,
            name: name.to_owned(),
            place: Some(self.story.cast.homes[scene.home].spots[who.spot].place),
            content: "清扫楼道，看望老人".into(),
            start,
            end: start + SignedDuration::from_mins(minutes),
            nature: Nature::Voluntary,
            reason: "当时没有签到，按登记表补录".into(),
            invented: true,
        }
    }

    /// Enters some services one after the other, so many seconds apart.
    fn enter_all(&mut self, (kind, recorder): (Kind, usize), from: Timestamp, apart: (i64, i64), all: Vec<LateEntry>) {
        let mut at = from;
        for entry in all {
            at += SignedDuration::from_secs(self.dice.random_range(apart.0..apart.1));
            self.story.act_at(at, Act::Enter { kind, recorder, entry });
        }
    }

    fn visit(&mut self, scene: &Scene, kind: Kind, volunteers: Vec<usize>, start: Timestamp, how: (Shown, i64)) {
        let (shown, spread) = how;
        let minutes = [60, 90, 90, 120].choose(&mut self.dice).copied().unwrap_or(90);
        let window = Window { start, end: start + SignedDuration::from_mins(minutes) };
        let (home, social, worker, elder) = (scene.home, scene.social, scene.worker, self.one(&scene.elders));
        let visit = Visit { kind, home, volunteers, elder, social, worker, window, shown, spread };
        self.story.act_at(start - SignedDuration::from_hours(20), Act::Arrange(Box::new(visit)));
    }

    /// What honest people do at a place, week by week.
    fn honest(&mut self, scene: &Scene) {
        for week in WEEKS {
            // Friday afternoon the community worker confirms whatever waits.
            let friday = self.at(week, 4, 16 * 60);
            self.story.act_at(friday, Act::ConfirmAll { worker: scene.worker, path: scene.path.clone() });
            // Two who always go together, within a minute at the door.
            let (couple, minute) = (scene.volunteers[..2].to_vec(), 9 * 60 + 15 * self.dice.random_range(0..20));
            let shown = if week % 3 == 0 { Shown::Qr } else { Shown::Card };
            let tuesday = self.at(week, 1, minute);
            self.visit(scene, Kind::Couple, couple, tuesday, (shown, 40));
            if week % 2 == 0 {
                self.sheet(scene, week);
            }
            if week % 3 == 0 {
                let count = self.dice.random_range(3..6);
                let caught_up = self.few(scene, week, count);
                // One desk serves several places, one after the other.
                let from = self.at(week, 4, 8 * 60 + 80 * (scene.home as i64 % 6));
                self.enter_all((Kind::DeskCatchUp, scene.social), from, (120, 900), caught_up);
            }
            if week % 4 == 1 {
                let (group, start) = (self.some(scene, 8), self.at(week, 5, 9 * 60));
                self.visit(scene, Kind::Group, group, start, (Shown::Qr, 100));
            }
            if week % 4 == 2 {
                let volunteer = self.one(&scene.volunteers);
                let (from, count) = (self.at(week, 6, 20 * 60), self.dice.random_range(2..4));
                let own: Vec<LateEntry> = (0..count).map(|n| self.of_day(scene, volunteer, week, n)).collect();
                self.enter_all((Kind::OwnCatchUp, volunteer), from, (60, 300), own);
            }
        }
        let (one, start) = (vec![self.one(&scene.volunteers)], self.at(7, 0, 14 * 60));
        self.visit(scene, Kind::LongVisit, one, start, (Shown::Late(210), 0));
        if scene.home.is_multiple_of(4) {
            let volunteer = self.one(&scene.volunteers);
            let notebook: Vec<LateEntry> = (0..8).map(|day| self.of_day(scene, volunteer, 10, day)).collect();
            let from = self.at(12, 0, 10 * 60);
            self.enter_all((Kind::Notebook, scene.social), from, (60, 150), notebook);
        }
        // Now and then somebody keeps watch for a whole night.
        if scene.home.is_multiple_of(8) {
            let (volunteer, start) = (self.one(&scene.volunteers), self.at(9, 2, 20 * 60 + 30));
            let entry = self.entry(scene, volunteer, "夜间巡堤", start, 9 * 60 + 15);
            let from = self.at(9, 3, 9 * 60);
            self.enter_all((Kind::NightWatch, volunteer), from, (60, 120), vec![entry]);
        }
    }

    /// A clean-up on Saturday; on Monday the desk types the sheet.
    fn sheet(&mut self, scene: &Scene, week: i64) {
        let start = self.at(week, 5, 14 * 60);
        let people = self.some(scene, 8);
        let all = people.into_iter().map(|v| self.entry(scene, v, "周末清扫", start, 120)).collect();
        let monday = self.at(week, 7, 9 * 60 + 20);
        self.enter_all((Kind::Sheet, scene.social), monday, (20, 70), all);
    }

    /// A service on one of the days before.
    fn of_day(&mut self, scene: &Scene, volunteer: usize, week: i64, day: i64) -> LateEntry {
        let minute = 8 * 60 + 15 * self.dice.random_range(0..30);
        let start = self.at(week, day, minute);
        let minutes = [60, 90, 120].choose(&mut self.dice).copied().unwrap_or(90);
        self.entry(scene, volunteer, "邻里探访", start, minutes)
    }

    fn few(&mut self, scene: &Scene, week: i64, count: i64) -> Vec<LateEntry> {
        let visit = |n: i64| {
            let volunteer = self.one(&scene.volunteers);
            self.of_day(scene, volunteer, week, n % 4)
        };
        (0..count).map(visit).collect()
    }

    /// Five who make hours up, with a recorder who helps them. Who confirms does not know.
    fn clique(&mut self, scene: &Scene, with_care: bool) {
        let clique: Vec<usize> = scene.volunteers[scene.volunteers.len() - CLIQUE..].to_vec();
        if !with_care {
            self.in_bulk(scene, &clique);
        }
        for week in WEEKS {
            // Two a week, on different days, for whoever's turn it is.
            for (day, turn) in [(1, week * 2), (4, week * 2 + 1)] {
                let member = clique[usize::try_from(turn).unwrap_or(0) % CLIQUE];
                let (entry, at) = (self.of_day(scene, member, week, day - 1), self.at(week, day, 11 * 60));
                self.enter_all((Kind::SlowRecorder, scene.social), at, (0, 3600), vec![entry]);
            }
            let start = self.at(week, 3, 15 * 60);
            let four = clique[..4].to_vec();
            match week % 5 {
                0 | 2 if !with_care => self.visit(scene, Kind::CopiedCard, four, start, (Shown::Card, 45)),
                0 | 2 | 4 => self.visit(scene, Kind::CopiedCardSpread, four, start, (Shown::Card, 600)),
                1 if !with_care => {
                    let (two, percent) = (clique[2..4].to_vec(), self.dice.random_range(200..400));
                    self.visit(scene, Kind::Stretched, two, start, (Shown::Late(percent), 0));
                }
                _ => {
                    let two = clique[3..5].to_vec();
                    self.visit(scene, Kind::StretchedLittle, two, start, (Shown::Late(125), 0));
                }
            }
        }
    }

    /// Twelve services in ten minutes, ten of one's own in an evening.
    fn in_bulk(&mut self, scene: &Scene, clique: &[usize]) {
        for (n, member) in clique.iter().copied().enumerate() {
            let week = 3 + 3 * n as i64;
            // Twelve services in ten minutes, of one member or of all.
            let whose = |day: i64| if n % 2 == 0 { member } else { clique[usize::try_from(day).unwrap_or(0) % CLIQUE] };
            let bulk: Vec<LateEntry> = (0..12).map(|day| self.of_day(scene, whose(day), week - 2, day)).collect();
            let from = self.at(week, 2, 19 * 60);
            self.enter_all((Kind::BulkRecorder, scene.social), from, (20, 70), bulk);
            // Ten of their own, another week.
            let own: Vec<LateEntry> = (0..10).map(|day| self.of_day(scene, member, week, day)).collect();
            let from = self.at(week + 1, 4, 21 * 60);
            self.enter_all((Kind::BulkOwn, member), from, (30, 150), own);
        }
    }
}
