//! Verbs of service: signing in and out, rating, and what is read of it. Records are made in `recording`, settled in
//! `confirming`.

use jiff::{Timestamp, ToSpan};
use kit::PageOf;
use rules::matters::Phase;
use rules::matters::workflow::{Event, Said};
use rules::service::access::{self, CheckIn, CheckOut, Correct, DeskAttendance, SeeHours, ServiceVerb, Void};
use rules::service::attendance::{Signing, signs_for};
use rules::service::presence::{Presented, parse_code, proves};
use rules::service::rating::{Asking, Satisfaction};
use rules::service::{Attendance, AttendanceRules, Hours, Means, Rating, RecordState, Solved};
use rules::shared::ids::{MatterId, PersonId, RecordId, TaskId};
use rules::shared::permit::{Verb as _, token_reads};
use rules::shared::{Actor, Moment, Permit, Refusal, Role, Window};
use serde_json::json;

use super::recording::{self, Told};
use super::records::{self, After, RecordRow};
use super::store::{self, AttendanceRow};
use super::{jobs, settling};
use crate::dispatch::store::TaskRow;
use crate::matters::{self, Held};
use crate::{Stop, Tx, audit, dispatch, people};

/// How presence is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The token of a scanned QR.
    Qr(String),
    /// What the service card of the person served shows: its token, or its code as typed.
    Card(String),
    /// The code shown at the venue or read out by the desk.
    Code(String),
    /// The desk signs for this volunteer.
    Desk(PersonId),
}

/// A signature: what was shown, and when the device says it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    pub proof: Proof,
    pub device_at: Option<Timestamp>,
}

/// One volunteer's service on a task: the accepted offer, and how far it is signed.
struct Service {
    task: TaskRow,
    attendance: Attendance,
}

impl Service {
    /// Loads the service that a signature is about. Without an accepted offer there is none to sign.
    async fn find(tx: &mut Tx<'_>, who: &Actor, id: TaskId, proof: &Proof) -> Result<Service, Stop> {
        let task = dispatch::store::task(tx, id).await?.ok_or(Stop::Missing)?;
        let volunteer = match proof {
            Proof::Desk(volunteer) => Some(*volunteer),
            Proof::Qr(_) | Proof::Code(_) | Proof::Card(_) => who.person,
        };
        let volunteer = volunteer.ok_or_else(|| Refusal::new("needs-a-person"))?;
        let planned = task.window()?;
        for offer in dispatch::store::offers_to(tx, id, volunteer).await? {
            let signed = store::attendance(tx, offer.id()).await?;
            // Who left the task after signing in may still sign out.
            if offer.state != "accepted" && signed.is_none() {
                continue;
            }
            let attendance = match &signed {
                Some(row) => row.attendance(planned)?,
                None => Attendance { offer: offer.id(), volunteer, planned, check_in: None, check_out: None },
            };
            return Ok(Service { task, attendance });
        }
        match proof {
            // The desk sees the task, so it is told what is wrong; to anyone else the task is not there.
            Proof::Desk(_) if access::on_task(who, id, &task.place_path, task.team()).is_ok() => {
                Err(Refusal::new("service-not-accepted").at_field("person").into())
            }
            _ => Err(Stop::Missing),
        }
    }

    /// Proof that `who` may sign. For who serves on the task this may be forbidden; to anyone else it is not there.
    fn permit<V: ServiceVerb>(&self, who: &Actor) -> Result<Permit<V>, Stop> {
        let (offer, volunteer) = (self.attendance.offer, self.attendance.volunteer);
        access::on_service(who, offer, volunteer, &self.task.place_path, self.task.team())
            .map_err(|denied| if who.person == Some(volunteer) { denied.into() } else { Stop::Missing })
    }

    fn hand<V: ServiceVerb>(&self, who: &Actor, proof: &Proof) -> Result<Hand<V>, Stop> {
        Ok(match proof {
            Proof::Desk(_) => Hand::Desk(self.permit(who)?),
            Proof::Qr(_) | Proof::Code(_) | Proof::Card(_) => Hand::Own(self.permit(who)?),
        })
    }

    /// Whoever signs at the desk for the team that they lead alone does not sign for somebody close.
    async fn stands_aside(&self, tx: &mut Tx<'_>, who: &Actor, proof: &Proof) -> Result<(), Stop> {
        let Some(me) = who.person.filter(|_| matches!(proof, Proof::Desk(_)) && !who.is_staff()) else {
            return Ok(());
        };
        if me == self.attendance.volunteer {
            return Ok(());
        }
        let leader = people::store::near(tx, me).await?;
        let volunteer = people::store::near(tx, self.attendance.volunteer).await?;
        Ok(signs_for(&leader.party(), &volunteer.party())?)
    }

    /// The means that the proof is, once it has been found to be of this task.
    async fn shown(&self, tx: &mut Tx<'_>, proof: &Proof) -> Result<Means, Stop> {
        let task = self.task.id();
        let (presented, means) = match proof {
            Proof::Desk(_) => (Presented::Task(task), Means::Desk),
            Proof::Qr(token) => {
                let found = store::task_of_qr(tx, token).await?;
                (found.map_or(Presented::Unknown, Presented::Task), Means::VenueQr)
            }
            Proof::Card(shown) => (card_presents(tx, shown, &self.task).await?, Means::CardQr),
            Proof::Code(text) => {
                let code = parse_code(text)?;
                let presented = if code == self.task.check_code {
                    Presented::Task(task)
                } else {
                    match store::task_of_code(tx, self.attendance.volunteer, &code).await? {
                        Some(other) => Presented::Task(other),
                        None => Presented::Unknown,
                    }
                };
                (presented, Means::Code)
            }
        };
        proves(presented, task, &self.task.title)?;
        Ok(means)
    }
}

/// What a card presents at a task: the task itself when it stands for who is served there.
async fn card_presents(tx: &mut Tx<'_>, shown: &str, task: &TaskRow) -> Result<Presented, Stop> {
    let Some(card) = people::cards::shown(tx, shown).await? else { return Ok(Presented::Unknown) };
    if !card.is_valid() {
        return Ok(Presented::Replaced);
    }
    let Some(served) = task.served() else { return Ok(Presented::Unknown) };
    let served = people::store::person(tx, served).await?;
    Ok(if served.is_some_and(|row| card.stands_for(&row)) { Presented::Task(task.id()) } else { Presented::Unknown })
}

/// By whose hand a signature is made.
enum Hand<V> {
    Own(Permit<V>),
    Desk(Permit<DeskAttendance>),
}

impl<V> Hand<V> {
    fn signing(&self) -> Signing<'_, V> {
        match self {
            Hand::Own(permit) => Signing::Own(permit),
            Hand::Desk(permit) => Signing::Desk(permit),
        }
    }
}

/// A volunteer signs in, or the desk does it for them.
pub async fn check_in(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId, presence: &Presence) -> Result<(), Stop> {
    let service = Service::find(tx, who, task, &presence.proof).await?;
    let hand: Hand<CheckIn> = service.hand(who, &presence.proof)?;
    service.stands_aside(tx, who, &presence.proof).await?;
    let means = service.shown(tx, &presence.proof).await?;
    let (rules, now, volunteer) = (AttendanceRules::default(), at.recorded, service.attendance.volunteer);
    let today = store::check_ins(tx, volunteer, &service.task, day_of(tx, now)?).await?;
    let signed = service.attendance.clone().check_in(&hand.signing(), means, presence.device_at, today, &rules, now);
    let signed = signed.map_err(|refusal| match refusal.code {
        "check-in-early" => refusal.with("when", dispatch::plain(tx, service.attendance.opens_at(&rules))),
        _ => refusal,
    })?;
    if !store::insert_attendance(tx, task, &signed).await? {
        return Err(Refusal::new("check-in-done").into());
    }
    dispatch::actions::begun(tx, signed.offer, now).await?;
    let data = json!({ "volunteer": volunteer, "means": means.key() });
    audit::record(tx, who, at, "service.check_in", task, data).await?;
    jobs::watch_task(tx, at, &service.task).await?;
    match service.task.matter() {
        Some(matter) => matters::actions::heard(tx, who, at, matter, Event::Started).await,
        None => Ok(()),
    }
}

/// The local day that an instant lies in.
fn day_of(tx: &Tx<'_>, at: Timestamp) -> Result<Window, Stop> {
    let city = tx.city();
    let start = city.calendar.date(at).to_zoned_datetime(city.settings.zone.clone()).map_err(Stop::defect)?;
    let end = start.checked_add(1.day()).map_err(Stop::defect)?;
    Ok(Window { start: start.timestamp(), end: end.timestamp() })
}

/// What a check-out made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedOut {
    /// `None` when the time was too short for a record.
    pub record: Option<RecordId>,
    pub minutes: i64,
}

/// A volunteer signs out and says what was done, or the desk does it for them. The record is made with it.
pub async fn check_out(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    presence: &Presence,
    told: &Told,
) -> Result<CheckedOut, Stop> {
    told.fits()?;
    dispatch::store::lock_task(tx, task).await?;
    let service = Service::find(tx, who, task, &presence.proof).await?;
    let hand: Hand<CheckOut> = service.hand(who, &presence.proof)?;
    service.stands_aside(tx, who, &presence.proof).await?;
    let means = service.shown(tx, &presence.proof).await?;
    let rules = AttendanceRules::default();
    let signed =
        service.attendance.clone().check_out(&hand.signing(), means, presence.device_at, &rules, at.recorded)?;
    if !store::sign_out(tx, &signed, told.did).await? {
        return Err(Refusal::new("check-out-done").into());
    }
    dispatch::actions::left(tx, signed.offer, at.recorded).await?;
    let data = json!({ "volunteer": signed.volunteer, "means": means.key() });
    audit::record(tx, who, at, "service.check_out", task, data).await?;
    let record = recording::of_attendance(tx, who, at, &service.task, &signed, Some(told)).await?;
    settling::settle(tx, who, at, &service.task, false).await?;
    Ok(CheckedOut { record, minutes: signed.served(&rules).map_or(0, |served| served.minutes()) })
}

/// The two questions as the person answers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rated {
    pub solved: Solved,
    /// 1 to 5 (非常不满意 … 非常满意).
    pub satisfaction: u8,
    pub words: Option<String>,
}

impl Rated {
    /// As the matter hears it. What is only partly solved is not solved: who calls back closes it as partly, or sends it on.
    pub fn said(&self) -> Said {
        Said { solved: self.solved == Solved::Yes, rating: Some(self.satisfaction) }
    }
}

/// 解决了吗？满意吗？ Keeps the answer and lets the matter go on: solved, or to be called back.
pub async fn rate(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, rated: &Rated) -> Result<Held, Stop> {
    let held = Held::find(tx, who, id).await?;
    let matter = &held.matter;
    let served = matter.owners();
    let permit = access::rate(who, id, &served, &matter.place_path, matter.private)?;
    let city = tx.city();
    let phase = matter.phase(matters::kind_of(&city, &matter.kind)?);
    let mut handled_by: Vec<PersonId> = matter.handled_by().collect();
    handled_by.extend(records::of_matter(tx, id).await?.iter().map(RecordRow::volunteer));
    let rounds = store::ratings(tx, id).await?;
    let asking = Asking {
        served: &served,
        handled_by: &handled_by,
        round: u16::try_from(rounds + 1).map_err(Stop::defect)?,
        // At the confirm step the person is being asked, also when an earlier answer led back to work.
        answered: phase != Phase::Confirm && matter.rating.is_some(),
        is_ready: matches!(phase, Phase::Confirm | Phase::CallBack | Phase::Closed),
        is_own: who.is_system() || who.stands_for().is_some_and(|person| served.contains(&person)),
    };
    let satisfaction = Satisfaction::new(rated.satisfaction)?;
    let rating = Rating::give(&permit, &asking, rated.solved, satisfaction, rated.words.as_deref())?;
    let of = held.key_person().or(matter.subject).or(matter.raised_by);
    if !store::insert_rating(tx, who, at, id, &rating, of).await? {
        return Err(Refusal::new("rating-given").into());
    }
    let held = matters::actions::rate(tx, who, at, id, rated.said()).await?;
    let data = json!({ "solved": rated.solved.key(), "satisfaction": rated.satisfaction, "round": rating.round });
    audit::record(tx, who, at, "service.rate", id, data).await?;
    Ok(held)
}

/// Somebody's hours: in all, and by month, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonHours {
    pub total: Hours,
    /// `2026-06` and the hours of that month.
    pub months: Vec<(String, Hours)>,
}

/// Recorded and late hours apart; only what a second party confirmed counts.
pub async fn hours(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId) -> Result<PersonHours, Stop> {
    may_see_hours(tx, who, at, person).await?;
    let lines = records::lines(tx, person).await?;
    let total = Hours::of(lines.iter().map(|(_, line)| *line));
    let months = lines.chunk_by(|(a, _), (b, _)| a == b);
    let months = months.map(|of| (of[0].0.clone(), Hours::of(of.iter().map(|(_, line)| *line)))).collect();
    Ok(PersonHours { total, months })
}

/// The most records that one page shows.
pub const PAGE: u32 = 200;

/// A page of somebody's records, at most `size` of them, newest first.
pub async fn records_of(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    (after, size): (Option<After>, u32),
) -> Result<PageOf<RecordRow>, Stop> {
    may_see_hours(tx, who, at, person).await?;
    let rows = records::of_person(tx, person, after, i64::from(size) + 1).await?;
    Ok(PageOf::cut(rows, size as usize, |row| (row.day.clone(), row.started_at, row.id)))
}

pub(super) async fn may_see_hours(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId) -> Result<(), Stop> {
    let who = reader(who)?;
    let row = people::store::person(tx, person).await?.ok_or(Stop::Missing)?;
    let team = recording::common_team(tx, &who, at, person).await?;
    match access::on_volunteer::<SeeHours>(&who, person, &row.place_path, team) {
        Ok(_) => Ok(()),
        // Whose hours one may not see, one need not learn the existence of.
        Err(_) => Err(Stop::Missing),
    }
}

/// Who asks, for reading: a token that reads service may, whatever else it may not.
pub(super) fn reader(who: &Actor) -> Result<Actor, Stop> {
    if !token_reads(who, "service") {
        return Err(Stop::Forbidden { verb: "service.read" });
    }
    Ok(Actor { token_scopes: None, ..who.clone() })
}

/// Records that wait for `who` as a second party: those of services to oneself, and of the places one is staff of.
pub async fn records_to_confirm(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Vec<RecordRow>, Stop> {
    let who = reader(who)?;
    let Some(me) = who.person else { return Ok(Vec::new()) };
    let mut rows = records::waiting_for_served(tx, me, limit).await?;
    for membership in &who.memberships {
        let private = membership.role == Role::SocialWorker;
        if !private && !matches!(membership.role, Role::CommunityWorker | Role::CallTaker) {
            continue;
        }
        for cell in matters::queues::cells_of(tx, &membership.place_path) {
            let (path, state) = (&membership.place_path, RecordState::Recorded);
            let mut found = records::in_state_within(tx, cell, path, state, private, limit).await?;
            // A call-taker only carries the word of somebody who was served.
            found.retain(|row| membership.role != Role::CallTaker || row.served().is_some());
            rows.extend(found);
        }
    }
    rows.retain(|row| row.volunteer() != me && !row.entered_by().contains(&me));
    Ok(oldest(rows, limit))
}

/// Records that somebody says are wrong, of the places where `who` may set them right or void them.
pub async fn records_contested(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Vec<RecordRow>, Stop> {
    let who = reader(who)?;
    let settles = |role: Role| Correct::GRANTS.iter().chain(Void::GRANTS).any(|grant| grant.role == role);
    let mut rows = Vec::new();
    for membership in who.memberships.iter().filter(|membership| settles(membership.role)) {
        let private = membership.role == Role::SocialWorker;
        for cell in matters::queues::cells_of(tx, &membership.place_path) {
            let (path, state) = (&membership.place_path, RecordState::Contested);
            rows.extend(records::in_state_within(tx, cell, path, state, private, limit).await?);
        }
    }
    rows.retain(|row| who.person != Some(row.volunteer()));
    Ok(oldest(rows, limit))
}

/// Each once, the longest waiting first, and behind them those that wait for the volunteer's words.
fn oldest(mut rows: Vec<RecordRow>, limit: i64) -> Vec<RecordRow> {
    rows.sort_by_key(|row| (row.waits_for_content(), row.recorded_at, row.id));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    rows
}

/// Who signed on a task: for staff and the team, for who serves on it, and for whom it serves.
pub async fn attendance_of(tx: &mut Tx<'_>, who: &Actor, id: TaskId) -> Result<Vec<AttendanceRow>, Stop> {
    let who = reader(who)?;
    let task = dispatch::store::task(tx, id).await?.ok_or(Stop::Missing)?;
    let is_served = who.person.is_some() && task.served() == who.person;
    if !is_served && may_show_code(&who, &task).is_err() {
        let me = who.person.ok_or(Stop::Missing)?;
        let offers = dispatch::store::offers_to(tx, id, me).await?;
        if !offers.iter().any(|offer| offer.state == "accepted") {
            return Err(Stop::Missing);
        }
    }
    store::attendance_of(tx, id).await
}

/// What the desk's screen or the venue shows, to be scanned or read out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCode {
    pub code: String,
    pub qr_token: String,
}

pub async fn show_code(tx: &mut Tx<'_>, who: &Actor, id: TaskId) -> Result<ShownCode, Stop> {
    let task = dispatch::store::task(tx, id).await?.ok_or(Stop::Missing)?;
    may_show_code(who, &task)?;
    Ok(ShownCode { code: task.check_code, qr_token: task.qr_token })
}

/// A private matter's task is for the social workers of the place.
fn may_show_code(who: &Actor, task: &TaskRow) -> Result<(), Stop> {
    access::on_task(who, task.id(), &task.place_path, task.team()).map_err(|_| Stop::Missing)?;
    if task.is_private() && !who.covers(Role::SocialWorker, &task.place_path) {
        return Err(Stop::Missing);
    }
    Ok(())
}
