//! Who could serve: a handful of statements for all volunteers in reach, whatever their number, and the rules' ranking.

use std::collections::HashMap;

use db::Value;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rules::dispatch::eligibility::exclusion;
use rules::dispatch::on_hand::{PastOffer, on_hand};
use rules::dispatch::ranking::{Ranking, rank};
use rules::dispatch::{Asked, Candidate, DispatchRules, Exclusion, Needs, OfferState, Task, TaskRules, TaskState, Way};
use rules::people::household::Party;
use rules::people::person::Guardianship;
use rules::people::{Credential, Sex, WeeklySpan};
use rules::places::Distance;
use rules::shared::ids::{HouseholdId, PersonId};
use rules::shared::{Cell, Id, Moment, Window, WorkCalendar};
use serde::Deserialize;
use uuid::Uuid;

use super::in_hand::InHand;
use super::store::instant;
use crate::people::skills;
use crate::people::store::Near;
use crate::{Stop, Tx, people};

/// Whom to look at.
#[derive(Clone, Copy, Debug)]
pub enum Whom<'a> {
    /// Those of the task's township.
    Township,
    /// Those of the task's county.
    County,
    Everyone,
    /// These, volunteers today or not.
    These(&'a [PersonId]),
    /// One who answers for herself: nothing is ranked, so what only ranks is not read.
    Herself(PersonId),
}

impl Whom<'_> {
    /// Who must be looked at for a task that reaches so far.
    pub fn within(reach: Distance) -> Whom<'static> {
        match reach {
            Distance::SameGrid | Distance::SameVillage | Distance::SameTownship => Whom::Township,
            Distance::SameCounty => Whom::County,
            Distance::Beyond => Whom::Everyone,
        }
    }

    /// A condition on `people_volunteers v`, with its arguments put behind `args`.
    fn condition(&self, hand: &InHand, args: &mut Vec<Value>) -> String {
        let mut bind = |value: Value| {
            args.push(value);
            format!("${}", args.len())
        };
        match self {
            Whom::Township => {
                let cell = bind(hand.row.cell.into());
                let township = hand.row.place_path.split('/').nth(2).unwrap_or_default();
                format!("v.cell = {cell} AND v.township = {} AND v.active", bind(township.into()))
            }
            Whom::County => format!("v.cell = {} AND v.active", bind(hand.row.cell.into())),
            Whom::Everyone => "v.active".into(),
            Whom::These(people) => these(people, bind),
            Whom::Herself(person) => these(&[*person], bind),
        }
    }
}

fn these(people: &[PersonId], mut bind: impl FnMut(Value) -> String) -> String {
    let one = |p: &PersonId| {
        let cell = bind(p.cell.0.into());
        format!("(v.cell = {cell} AND v.person_id = {})", bind(p.uuid.into()))
    };
    format!("({})", people.iter().map(one).collect::<Vec<_>>().join(" OR "))
}

/// A volunteer as the store found them; owns what [`Candidate`] borrows.
#[derive(Clone, Debug)]
pub struct Volunteer {
    pub id: PersonId,
    pub name: String,
    pub place_name: String,
    pub home_path: String,
    household: Option<HouseholdId>,
    active: bool,
    born: Option<Date>,
    sex: Sex,
    guardianship: Guardianship,
    credentials: Vec<Credential>,
    skills: Vec<String>,
    weekly: Vec<WeeklySpan>,
    offers: Vec<PastOffer>,
    engaged: Vec<Window>,
    alone_until: Option<Timestamp>,
    invited: bool,
    insured: Option<Window>,
    this_week: u16,
    last_served: Option<Timestamp>,
    served_before: u16,
    team_member: bool,
}

impl Volunteer {
    fn candidate(&self, calendar: &WorkCalendar) -> Candidate<'_> {
        Candidate {
            who: Party { person: self.id, household: self.household, kin: &[] },
            home_path: &self.home_path,
            active: self.active,
            born: self.born,
            sex: self.sex,
            guardianship: self.guardianship,
            credentials: &self.credentials,
            skills: &self.skills,
            // A language is entered like a skill.
            languages: &self.skills,
            weekly: &self.weekly,
            engaged: &self.engaged,
            alone_until: self.alone_until,
            invited: self.invited,
            insured: self.insured,
            this_week: self.this_week,
            last_served: self.last_served.map(|at| calendar.date(at)),
            served_before: self.served_before,
            team_member: self.team_member,
        }
    }
}

/// Volunteers held against one task.
pub struct Pool {
    pub people: Vec<Volunteer>,
    parties: Vec<Near>,
    task: Task,
    rules: DispatchRules,
}

impl Pool {
    /// Loads everything that the rules ask of the volunteers, for the task as it stands.
    pub async fn load(tx: &mut Tx<'_>, hand: &InHand, whom: Whom<'_>, at: Moment) -> Result<Pool, Stop> {
        let week = week_of(&hand.task.window, &tx.city().calendar)?;
        let rules = tx.city().dispatch_at(&hand.task.place_path, at).clone();
        let mut found = Found { people: volunteers(tx, hand, whom).await?, by_id: HashMap::new() };
        found.by_id = found.people.iter().enumerate().map(|(n, v)| ((v.id.cell.0, v.id.uuid), n)).collect();
        if !found.people.is_empty() {
            add_credentials(tx, hand, whom, &mut found).await?;
            // No task is longer, so none that began earlier is still of interest; the index is by the start.
            let since = week.start.min(at.recorded);
            let earliest = since - SignedDuration::from_mins(rules.limits.longest.max(TaskRules::default().longest));
            // Nor is what begins after the week and after the rest behind this task.
            let latest = week.end.max(hand.task.window.end + SignedDuration::from_mins(rules.limits.rest));
            add_offers(tx, hand, whom, (earliest, since, latest), &mut found).await?;
            add_invited(tx, hand, &mut found).await?;
            if !matches!(whom, Whom::Herself(_)) {
                add_served_before(tx, hand, &mut found).await?;
                add_team(tx, hand, at, &mut found).await?;
            }
        }
        for person in &mut found.people {
            let hand = on_hand(&person.offers, &week, at.recorded);
            person.engaged = hand.engaged;
            person.this_week = hand.this_week;
            person.last_served = person.last_served.max(hand.last_served);
        }
        Ok(Pool { people: found.people, parties: parties(tx, hand).await?, task: hand.task.clone(), rules })
    }

    /// Those of them alone who belong to the team that the task was cut for.
    pub fn of_team(mut self) -> Pool {
        self.people.retain(|person| person.team_member);
        self
    }

    /// Of a task that was cut for a team, its members alone as long as one of them could still be asked; else all.
    pub fn team_first(self, calendar: &WorkCalendar) -> Pool {
        let could_be_asked = {
            let parties = self.parties();
            let asked = Asked::new(&self.task, &parties, calendar);
            let fits = |p: &Volunteer| {
                exclusion(&asked, &p.candidate(calendar), Way::Invitation, &self.rules.limits).is_none()
            };
            self.people.iter().any(|p| p.team_member && fits(p))
        };
        if could_be_asked { self.of_team() } else { self }
    }

    /// The same people for the task reaching as far as `reach`.
    pub fn reaching(mut self, reach: Distance) -> Pool {
        self.task.needs.reach = reach;
        self
    }

    /// Ranks them for an invitation and hands the list to `f`, which borrows from it.
    pub fn ranked<T>(&self, calendar: &WorkCalendar, k: usize, f: impl FnOnce(&Ranking<'_>) -> T) -> T {
        let parties = self.parties();
        let asked = Asked::new(&self.task, &parties, calendar);
        let candidates: Vec<Candidate<'_>> = self.people.iter().map(|p| p.candidate(calendar)).collect();
        f(&rank(&asked, &candidates, &self.rules.weights, &self.rules.limits, k))
    }

    /// Who cannot serve, each with the first reason.
    pub fn left_out<T>(
        &self,
        calendar: &WorkCalendar,
        way: Way,
        mut f: impl FnMut(&Volunteer, Exclusion<'_>) -> Option<T>,
    ) -> Vec<T> {
        let parties = self.parties();
        let asked = Asked::new(&self.task, &parties, calendar);
        let why = |p: &Volunteer| exclusion(&asked, &p.candidate(calendar), way, &self.rules.limits);
        self.people.iter().filter_map(|p| f(p, why(p)?)).collect()
    }

    fn parties(&self) -> Vec<Party<'_>> {
        self.parties.iter().map(Near::party).collect()
    }

    /// Hands `f` the first reason why one of them cannot serve.
    pub fn unfit<T>(
        &self,
        person: PersonId,
        calendar: &WorkCalendar,
        way: Way,
        f: impl FnOnce(Option<Exclusion<'_>>) -> T,
    ) -> T {
        let parties = self.parties();
        let asked = Asked::new(&self.task, &parties, calendar);
        match self.person(person) {
            Some(volunteer) => f(exclusion(&asked, &volunteer.candidate(calendar), way, &self.rules.limits)),
            None => f(Some(Exclusion::NotActive)),
        }
    }

    pub fn person(&self, id: PersonId) -> Option<&Volunteer> {
        self.people.iter().find(|p| p.id == id)
    }
}

struct Found {
    people: Vec<Volunteer>,
    by_id: HashMap<(i32, Uuid), usize>,
}

impl Found {
    fn get(&mut self, cell: i32, id: Uuid) -> Option<&mut Volunteer> {
        self.by_id.get(&(cell, id)).and_then(|n| self.people.get_mut(*n))
    }
}

/// The week in which a window begins, Monday to Monday in local time.
fn week_of(window: &Window, calendar: &WorkCalendar) -> Result<Window, Stop> {
    let day = calendar.date(window.start);
    let monday = day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).map_err(Stop::defect)?;
    let next = monday.checked_add(7.days()).map_err(Stop::defect)?;
    Ok(Window { start: calendar.midnight(monday)?, end: calendar.midnight(next)? })
}

/// Who is served and who reported.
pub(super) async fn parties(tx: &mut Tx<'_>, hand: &InHand) -> Result<Vec<Near>, Stop> {
    let (served, reporter) = (hand.row.served(), hand.row.reporter());
    let mut parties = Vec::new();
    for person in served.into_iter().chain(reporter.filter(|r| Some(*r) != served)) {
        parties.push(people::store::near(tx, person).await?);
    }
    Ok(parties)
}

async fn volunteers(tx: &mut Tx<'_>, hand: &InHand, whom: Whom<'_>) -> Result<Vec<Volunteer>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        person_id: Uuid,
        name: String,
        sex: Option<String>,
        birth_date: Option<String>,
        household_id: Option<Uuid>,
        place_path: String,
        place_name: String,
        week: String,
        quiet_until: Option<i64>,
        insured_until: Option<i64>,
        guardian_consent_until: Option<i64>,
        active: bool,
        ended: Option<i64>,
        last_in: Option<i64>,
    }
    let mut args = Vec::new();
    let condition = whom.condition(hand, &mut args);
    let sql = format!(
        "SELECT v.cell, v.person_id, p.name, p.sex, p.birth_date, p.household_id, v.place_path, \
         l.name AS place_name, v.week, v.quiet_until, v.insured_until, v.guardian_consent_until, v.active, \
         COALESCE(p.ended_at, p.erased_at) AS ended, (SELECT MAX(a.in_at) FROM service_attendance a \
         WHERE a.person_cell = v.cell AND a.person_id = v.person_id) AS last_in FROM people_volunteers v \
         JOIN people_people p ON p.cell = v.cell AND p.id = v.person_id \
         JOIN places_places l ON l.cell = p.cell AND l.id = p.place_id WHERE {condition}"
    );
    let ends = hand.row.ends_at;
    let volunteer = |row: Row| -> Result<Volunteer, Stop> {
        Ok(Volunteer {
            id: Id::new(Cell(row.cell), row.person_id),
            name: row.name,
            place_name: row.place_name,
            home_path: row.place_path,
            household: row.household_id.map(|id| Id::new(Cell(row.cell), id)),
            active: row.active && row.ended.is_none(),
            born: row.birth_date.and_then(|day| day.parse().ok()),
            sex: row.sex.as_deref().and_then(Sex::from_key).unwrap_or(Sex::Unstated),
            guardianship: Guardianship {
                consent: row.guardian_consent_until.is_some_and(|until| until >= ends),
                accompanied: false,
            },
            credentials: Vec::new(),
            skills: Vec::new(),
            weekly: serde_json::from_str(&row.week)?,
            offers: Vec::new(),
            engaged: Vec::new(),
            alone_until: row.quiet_until.map(instant).transpose()?,
            invited: false,
            insured: row
                .insured_until
                .map(|until| Ok::<_, Stop>(Window { start: Timestamp::MIN, end: instant(until)? }))
                .transpose()?,
            this_week: 0,
            last_served: row.last_in.map(instant).transpose()?,
            served_before: 0,
            team_member: false,
        })
    };
    tx.all::<Row>(&sql, args).await?.into_iter().map(volunteer).collect()
}

/// What a task asks for in any way, in all words in which it may have been entered; nothing else is read.
fn asked_for(needs: &Needs) -> Vec<String> {
    let all = needs.credentials.iter().chain(&needs.skills).chain(&needs.useful_skills).chain(&needs.languages);
    let mut words: Vec<String> = all.flat_map(|key| skills::spellings(key)).collect();
    words.sort();
    words.dedup();
    words
}

/// Certificates count as credentials, and like stated skills for what only helps.
async fn add_credentials(tx: &mut Tx<'_>, hand: &InHand, whom: Whom<'_>, found: &mut Found) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        person_id: Uuid,
        skill: String,
        number: String,
        valid_from: String,
        valid_to: Option<String>,
        verified_on: Option<String>,
        ended_at: Option<i64>,
    }
    let words = asked_for(&hand.task.needs);
    if words.is_empty() {
        return Ok(());
    }
    let mut args = Vec::new();
    let marks = db::several(&mut args, words);
    let condition = whom.condition(hand, &mut args);
    let sql = format!(
        "SELECT c.cell, c.person_id, c.skill, c.number, c.valid_from, c.valid_to, c.verified_on, c.ended_at \
         FROM people_volunteers v JOIN people_credentials c ON c.cell = v.cell AND c.person_id = v.person_id \
         AND c.skill IN ({marks}) WHERE {condition} ORDER BY c.id"
    );
    let rows = tx.all::<Row>(&sql, args).await?;
    let city = tx.city();
    let day = city.calendar.date(hand.task.window.start);
    for row in rows {
        let Some(person) = found.get(row.cell, row.person_id) else { continue };
        let date = |text: &str| text.parse::<Date>().map_err(Stop::defect);
        let key = skills::key(&row.skill);
        let credential = Credential {
            key: key.clone(),
            issued: date(&row.valid_from)?,
            expires: row.valid_to.as_deref().map(date).transpose()?,
            verified: row.verified_on.as_deref().map(date).transpose()?,
            withdrawn: row.ended_at.map(instant).transpose()?.map(|at| city.calendar.date(at)),
        };
        if row.number.is_empty() {
            // Stated by the volunteer: nobody verifies it, it must only not be over.
            let stated = Credential { verified: Some(day), ..credential };
            if stated.holds_on(day).is_ok() {
                person.skills.push(key);
            }
        } else {
            if credential.holds_on(day).is_ok() {
                person.skills.push(key);
            }
            person.credentials.push(credential);
        }
    }
    Ok(())
}

/// Accepted tasks of the week, and those ahead that may be too near. Answers of any other kind are not even read.
async fn add_offers(
    tx: &mut Tx<'_>,
    hand: &InHand,
    whom: Whom<'_>,
    (earliest, since, latest): (Timestamp, Timestamp, Timestamp),
    found: &mut Found,
) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        person_cell: i32,
        person_id: Uuid,
        starts_at: i64,
        ends_at: i64,
        attended: i64,
        state: String,
    }
    let mut args = db::args![earliest.as_millisecond(), since.as_millisecond(), latest.as_millisecond()];
    let condition = whom.condition(hand, &mut args);
    let sql = format!(
        "SELECT o.person_cell, o.person_id, o.starts_at, o.ends_at, (SELECT COUNT(*) FROM service_attendance a \
         WHERE a.cell = o.cell AND a.offer_id = o.id) AS attended, t.state \
         FROM people_volunteers v JOIN dispatch_offers o ON o.person_cell = v.cell AND o.person_id = v.person_id \
         AND o.state = 'accepted' AND o.starts_at > $1 AND o.starts_at < $3 AND o.ends_at > $2 \
         JOIN dispatch_tasks t ON t.cell = o.cell AND t.id = o.task_id WHERE {condition}"
    );
    for row in tx.all::<Row>(&sql, args).await? {
        let window = Window { start: instant(row.starts_at)?, end: instant(row.ends_at)? };
        let stands = row.state == TaskState::Standing.key();
        let offer = PastOffer { state: OfferState::Accepted, window, served: row.attended > 0, stands };
        if let Some(person) = found.get(row.person_cell, row.person_id) {
            person.offers.push(offer);
        }
    }
    Ok(())
}

async fn add_invited(tx: &mut Tx<'_>, hand: &InHand, found: &mut Found) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        person_cell: i32,
        person_id: Uuid,
    }
    let sql = "SELECT person_cell, person_id FROM dispatch_offers WHERE cell = $1 AND task_id = $2";
    for row in tx.all::<Row>(sql, db::args![hand.row.cell, hand.row.id]).await? {
        if let Some(person) = found.get(row.person_cell, row.person_id) {
            person.invited = true;
        }
    }
    Ok(())
}

/// Confirmed services to the person served.
async fn add_served_before(tx: &mut Tx<'_>, hand: &InHand, found: &mut Found) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        person_cell: i32,
        person_id: Uuid,
        times: i64,
    }
    let Some(served) = hand.row.served() else { return Ok(()) };
    let sql = "SELECT person_cell, person_id, COUNT(*) AS times FROM service_records WHERE served_cell = $1 \
               AND served_id = $2 AND state = 'confirmed' GROUP BY person_cell, person_id";
    for row in tx.all::<Row>(sql, db::args![served.cell.0, served.uuid]).await? {
        if let Some(person) = found.get(row.person_cell, row.person_id) {
            person.served_before = u16::try_from(row.times).unwrap_or(u16::MAX);
        }
    }
    Ok(())
}

/// Who is in the team that the task was cut for.
async fn add_team(tx: &mut Tx<'_>, hand: &InHand, at: Moment, found: &mut Found) -> Result<(), Stop> {
    let Some(team) = hand.task.team else { return Ok(()) };
    let begins = hand.row.starts_at;
    for member in people::register::members_of(tx, team, at).await?.iter().filter(|member| member.from <= begins) {
        if let Some(person) = found.get(member.person.cell.0, member.person.uuid) {
            person.team_member = true;
        }
    }
    Ok(())
}
