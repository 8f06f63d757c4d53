//! Verbs of people: correcting a person, households, ending memberships, volunteering, credentials.

use jiff::civil::Date;
use rules::people::access::{self, PersonSubject};
use rules::people::availability::may_be_quiet;
use rules::people::person::{MinorRules, birth_date, correct_own_birth_date, may_live};
use rules::people::{IdNumber, Phone, Sex, VolunteerNumber, WeeklySpan, account, household, membership};
use rules::shared::ids::{CredentialId, HouseholdId, MembershipId, OrganisationId, PersonId, PlaceId};
use rules::shared::{Actor, Faults, Length, Moment, Refusal, Role};
use serde_json::json;

use super::actions;
use super::register::{self, MembershipLine};
use super::store::{self, Protected};
use super::updates::{self, Changed};
use super::{organisations, phones};
use crate::jobs::{self, Queued};
use crate::{Stop, Tx, audit, places};

async fn subject_row(tx: &mut Tx<'_>, who: &Actor, person: PersonId) -> Result<store::PersonRow, Stop> {
    // Whoever may not see a person gets the same answer as for nobody.
    register::seen(tx, who, person).await
}

/// What a person is now said to be; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub name: String,
    pub sex: Option<String>,
    pub birth_date: Option<Date>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub reporter_group: Option<String>,
    /// As a document shows it that somebody else has seen.
    pub identity_number: Option<String>,
    /// The village, community or grid of the same county in which they live now; they leave their household, and without an
    /// `address` of the new place none is known any more.
    pub home: Option<PlaceId>,
    /// The version that was looked at.
    pub version: i64,
}

/// Corrects what is known of a person (个人信息保护法 第四十六条: everyone may have their data corrected).
///
/// # Errors
/// All that is wrong with what is said: as for [`super::actions::check`], and `person-sex`; those of [`IdNumber::agrees`] also
/// against the number that is on record. `person-changed` (409) when somebody else corrected it meanwhile; `phone-own` when
/// one changes the number one signs in with oneself: the new number must be shown to be theirs; `phone-of-staff`; `phone-taken`
/// when it signs in somebody else.
pub async fn edit(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, new: &Edit) -> Result<(), Stop> {
    let row = subject_row(tx, who, person).await?;
    access::on_person::<access::Edit>(who, &subject(person, &row.place_path))?;
    let today = tx.city().calendar.date(at.recorded);
    let told = told(new, today)?;
    let Read { name, phone, birth_date, number } = &told;
    if who.person == Some(person) {
        own_birth_date_stays(&row, *birth_date, today)?;
    }
    stays_of_one_person(tx, person, (&row, new), &told, today).await?;
    if let Some(phone) = phone {
        if who.person == Some(person) {
            return Err(Refusal::new("phone-own").at_field("phone").into());
        }
        // What an administrator has moved meanwhile is as it was asked for.
        if !phones::is_theirs(tx, person, phone).await? {
            account::may_correct_phone(who, &store::memberships_from(tx, person, at).await?)?;
            phones::move_sign_in(tx, at, person, phone).await?;
        }
    }
    if who.person == Some(person) && (number.is_some() || new.home.is_some()) {
        return Err(Refusal::new("person-own-field").into());
    }
    // Where they live already is no move: household and door stay.
    let home = match new.home.filter(|home| home.uuid != row.place_id) {
        Some(home) => Some(new_home(tx, person, home).await?),
        None => None,
    };
    let place = match &home {
        Some(home) => Some(home.clone()),
        None => places::store::by_id(tx, rules::shared::Id::new(person.cell, row.place_id)).await?,
    };
    let place_name = place.map(|p| p.name).unwrap_or_default();
    let changed = Changed {
        name,
        sex: new.sex.as_deref(),
        birth_date: birth_date.map(|d| d.to_string()),
        phone: phone.as_ref().map(|p| (p.reveal().to_owned(), p.masked())),
        address: new.address.as_ref().map(|a| (a.clone(), super::actions::masked_address(&place_name))),
        identity: number.as_ref().map(|n| (n.reveal().to_owned(), n.masked())),
        reporter_group: new.reporter_group.as_deref(),
    };
    if !updates::update_person(tx, person, new.version, changed).await? {
        return Err(Stop::Conflict(Refusal::new("person-changed")));
    }
    if let Some(home) = &home {
        updates::move_home(tx, person, home, new.address.is_some()).await?;
    }
    let what = [
        ("name", *name != row.name),
        ("phone", phone.is_some()),
        ("address", new.address.is_some() || (home.is_some() && !row.address_masked.is_empty())),
        ("birth_date", new.birth_date.is_some()),
        ("identity", number.is_some()),
        ("place", home.is_some()),
    ];
    let what: Vec<&str> = what.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect();
    audit::record(tx, who, at, "people.edit", person, json!({ "fields": what })).await
}

/// What an edit says, read.
struct Read {
    name: String,
    phone: Option<Phone>,
    birth_date: Option<Date>,
    number: Option<IdNumber>,
}

fn told(new: &Edit, today: Date) -> Result<Read, Refusal> {
    let mut faults = Faults::default();
    let name = faults.of(super::actions::fitting_name(&new.name)).unwrap_or_default();
    if new.sex.as_deref().is_some_and(|sex| Sex::from_key(sex).is_none()) {
        faults.push(Refusal::new("person-sex").at_field("sex"));
    }
    let birth_date = faults.of(new.birth_date.map(|born| birth_date(born, today)).transpose()).flatten();
    let phone = faults.of(new.phone.as_deref().map(Phone::parse).transpose()).flatten();
    let number = new.identity_number.as_deref().map(|number| IdNumber::of_the_living(number, today)).transpose();
    let number = faults.of(number).flatten();
    faults.of(Length::Line.fits("address", new.address.as_deref()));
    faults.none()?;
    Ok(Read { name, phone, birth_date, number })
}

/// Whether what is changed still fits the identity number. A new number is held against what is said with it alone: what
/// stood there before may be just what it corrects.
async fn stays_of_one_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    (row, new): (&store::PersonRow, &Edit),
    told: &Read,
    today: Date,
) -> Result<(), Stop> {
    let born = told.birth_date.filter(|born| row.birth_date.as_deref() != Some(born.to_string().as_str()));
    let sex = new.sex.as_deref().filter(|sex| row.sex.as_deref() != Some(*sex)).and_then(Sex::from_key);
    if let Some(number) = &told.number {
        return Ok(number.agrees(born, sex)?);
    }
    if born.is_none() && sex.is_none() {
        return Ok(());
    }
    // Only held against: nobody is shown it.
    match store::unseal(tx, person, Protected::Identity).await? {
        Some(number) => Ok(IdNumber::parse(&number, today).map_err(Stop::defect)?.agrees(born, sex)?),
        None => Ok(()),
    }
}

fn own_birth_date_stays(row: &store::PersonRow, new: Option<Date>, today: Date) -> Result<(), Stop> {
    let known = row.birth_date.as_deref().map(str::parse::<Date>).transpose().map_err(Stop::defect)?;
    Ok(correct_own_birth_date(known, new, today, &MinorRules::default())?)
}

/// Where somebody may live: a village, community or grid of the county that keeps their row.
async fn new_home(tx: &mut Tx<'_>, person: PersonId, home: PlaceId) -> Result<places::Place, Stop> {
    let place = places::store::by_id(tx, home).await?.ok_or(Stop::Missing)?;
    may_live(&place.path, "home")?;
    // A row never leaves its cell: who moves to another county registers there.
    if place.id.cell != person.cell {
        return Err(Refusal::new("home-other-county").at_field("home").into());
    }
    Ok(place)
}

fn subject(person: PersonId, home_path: &str) -> PersonSubject<'_> {
    PersonSubject { person, home_path, serving_now: &[] }
}

/// Puts a person into a household of the same county, or takes them out.
pub async fn set_household(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    joining: Option<HouseholdId>,
) -> Result<(), Stop> {
    let row = subject_row(tx, who, person).await?;
    access::on_person::<access::EditHousehold>(who, &subject(person, &row.place_path))?;
    if let Some(id) = joining {
        let current = row.household_id.map(|uuid| rules::shared::Id::new(person.cell, uuid));
        household::may_join(current, id)?;
        let path = updates::household_path(tx, id).await?.filter(|_| id.cell == person.cell).ok_or(Stop::Missing)?;
        access::on_person::<access::EditHousehold>(who, &subject(person, &path))?;
    }
    updates::put_household(tx, person, joining).await?;
    audit::record(tx, who, at, "people.edit_household", person, json!({ "household": joining })).await
}

/// The job of `dispatch` that takes back what somebody accepted who volunteers no more. Dispatch stands above people, so it is
/// reached by the queue.
const STOPPED: &str = "dispatch.stopped";

/// Ends a membership, or says no to a team that asked. One's own at any time, without a reason; a volunteer who leaves is
/// invited no more, and what they accepted and have not begun goes back.
///
/// # Errors
/// Those of [`membership::end`]; `membership-ended`.
pub async fn end_membership(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MembershipId) -> Result<(), Stop> {
    let line = to_end(tx, who, id).await?;
    if let Some(team) = line.organisation.filter(|_| line.leads()) {
        // Of two leaders who leave at once, the second sees that the first has left.
        updates::hold_organisation(tx, team).await?;
    }
    membership::end(who, &ending(tx, at, &line).await?)?;
    let from = jiff::Timestamp::from_millisecond(line.from).map_err(Stop::defect)?;
    let until = line.to.map(jiff::Timestamp::from_millisecond).transpose().map_err(Stop::defect)?;
    let ended = membership::Tenure { from, until }.end(at.recorded)?;
    let millis = ended.until.map_or(at.recorded, |until| until).as_millisecond();
    updates::end_membership(tx, id, millis).await?;
    if line.role == Role::Volunteer && line.organisation.is_none() {
        updates::set_active(tx, line.person, false).await?;
        for other in ends_with(tx, at, &line).await? {
            updates::end_membership(tx, other.id, millis).await?;
        }
        let (key, due) = (line.person.to_string(), at.recorded);
        let data = json!({ "person": key, "stopped": due });
        jobs::enqueue(tx, line.person.cell, at, Queued { job: STOPPED, key: &key, due, data }).await?;
    }
    let mut data = json!({ "role": line.role.key(), "organisation": line.organisation_name });
    if line.is_asked {
        data["asked"] = true.into();
    }
    audit::record(tx, who, at, "people.end_membership", line.person, data).await
}

/// What else ends with a membership: who volunteers no more is in no team either, nor asked to be.
pub async fn ends_with(tx: &mut Tx<'_>, at: Moment, line: &MembershipLine) -> Result<Vec<MembershipLine>, Stop> {
    if line.role != Role::Volunteer || line.organisation.is_some() || line.is_over(at.recorded) {
        return Ok(Vec::new());
    }
    let mut others = register::held_and_asked(tx, line.person, at).await?;
    others.retain(|other| membership::of_own_will(other.role) && other.id != line.id);
    Ok(others)
}

/// A membership that `who` may end, as far as they hold the permit for it.
pub async fn to_end(tx: &mut Tx<'_>, who: &Actor, id: MembershipId) -> Result<MembershipLine, Stop> {
    let line = register::membership(tx, id).await?.ok_or(Stop::Missing)?;
    permit_end(who, &line).map_err(|denied| hidden_unless_seen(who, &line, denied))?;
    Ok(line)
}

/// What would be left of its team, or of who administers its place, if it ended.
pub async fn ending<'l>(tx: &mut Tx<'_>, at: Moment, line: &'l MembershipLine) -> Result<membership::Ending<'l>, Stop> {
    let mut others = match line.organisation.filter(|_| line.leads()) {
        Some(team) => register::members_of(tx, team, at).await?,
        None => Vec::new(),
    };
    others.retain(|other| other.person != line.person);
    let other_leaders = others.iter().filter(|other| other.role == Role::TeamLeader).count();
    let administered = line.role != Role::Administrator || register::is_administered_without(tx, line, at).await?;
    let (role, place_path, others) = (line.role, line.place_path.as_str(), others.len());
    Ok(membership::Ending { role, place_path, other_leaders, others, administered })
}

fn permit_end(who: &Actor, line: &MembershipLine) -> Result<(), rules::shared::Denied> {
    match line.organisation {
        Some(organisation) => {
            access::on_organisation::<access::EndMembership>(who, organisation, &line.place_path, Some(line.person))
                .map(drop)
        }
        None => access::on_person::<access::EndMembership>(who, &subject(line.person, &line.place_path)).map(drop),
    }
}

/// A membership of somebody out of sight is missing, not forbidden.
fn hidden_unless_seen(who: &Actor, line: &MembershipLine, denied: rules::shared::Denied) -> Stop {
    match access::on_person::<access::See>(who, &subject(line.person, &line.place_path)) {
        Ok(_) => denied.into(),
        Err(_) => Stop::Missing,
    }
}

/// Says when one is usually free, and until when one wants to be left alone. An empty week means: ask me.
///
/// # Errors
/// `availability-span`, `quiet-past`, `quiet-far`.
pub async fn set_availability(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    week: &[WeeklySpan],
    quiet_until: Option<i64>,
) -> Result<(), Stop> {
    let row = subject_row(tx, who, person).await?;
    access::on_person::<access::SetAvailability>(who, &subject(person, &row.place_path))?;
    let week = week.iter().map(|s| WeeklySpan::new(s.weekday, s.from, s.until)).collect::<Result<Vec<_>, _>>()?;
    if let Some(until) = quiet_until {
        let until = jiff::Timestamp::from_millisecond(until)
            .map_err(|_| Refusal::new("date-unreadable").at_field("quiet_until"))?;
        may_be_quiet(until, at.recorded, &tx.city().calendar)?;
    }
    if !updates::put_availability(tx, person, &serde_json::to_string(&week)?, quiet_until).await? {
        return Err(Stop::Missing);
    }
    audit::record(tx, who, at, "people.set_availability", person, json!({ "spans": week.len() })).await
}

/// Enters until when a guardian consents to a minor's service, or until when somebody is insured; each from a paper
/// that was seen.
pub async fn record_cover(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    (guardian_until, insured_until): (Option<i64>, Option<i64>),
) -> Result<(), Stop> {
    let row = subject_row(tx, who, person).await?;
    access::on_person::<access::RecordCover>(who, &subject(person, &row.place_path))?;
    if !updates::put_cover(tx, person, guardian_until, insured_until).await? {
        return Err(Refusal::new("cover-not-volunteer").into());
    }
    let data = json!({ "guardian": guardian_until.is_some(), "insurance": insured_until.is_some() });
    audit::record(tx, who, at, "people.record_cover", person, data).await
}

/// Enters the number that the national system gave a volunteer; an empty one takes it out.
///
/// # Errors
/// Those of [`VolunteerNumber::parse`], `cover-not-volunteer`, and `volunteer-number-taken` when another has it.
pub async fn set_volunteer_number(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    typed: &str,
) -> Result<(), Stop> {
    let row = subject_row(tx, who, person).await?;
    access::on_person::<access::SetVolunteerNumber>(who, &subject(person, &row.place_path))?;
    let number = VolunteerNumber::parse(typed, tx.city().calendar.date(at.recorded))?;
    if let Some(number) = &number
        && updates::holder_of_number(tx, person.cell, number.as_str()).await?.is_some_and(|holder| holder != person)
    {
        return Err(Refusal::new("volunteer-number-taken").at_field("volunteer_number").into());
    }
    if !updates::put_volunteer_number(tx, person, number.as_ref().map(VolunteerNumber::as_str)).await? {
        return Err(Refusal::new("cover-not-volunteer").into());
    }
    audit::record(tx, who, at, "people.set_volunteer_number", person, json!({ "known": number.is_some() })).await
}

/// Says that one has seen the document behind a credential.
pub async fn verify_credential(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: CredentialId) -> Result<(), Stop> {
    let line = register::credential(tx, id).await?.ok_or(Stop::Missing)?;
    let row = subject_row(tx, who, line.holder).await?;
    let permit = access::on_person::<access::VerifyCredential>(who, &subject(line.holder, &row.place_path))?;
    let today = tx.city().calendar.date(at.recorded);
    let key = line.credential.key.clone();
    let verified = line.credential.verify(&permit, line.holder, today)?;
    updates::put_verified(tx, id, verified.verified.map(|d| d.to_string())).await?;
    audit::record(tx, who, at, "people.verify_credential", line.holder, json!({ "skill": key })).await
}

/// Says that a credential holds no more.
pub async fn withdraw_credential(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: CredentialId) -> Result<(), Stop> {
    let line = register::credential(tx, id).await?.ok_or(Stop::Missing)?;
    let row = subject_row(tx, who, line.holder).await?;
    let permit = access::on_person::<access::WithdrawCredential>(who, &subject(line.holder, &row.place_path))?;
    let today = tx.city().calendar.date(at.recorded);
    let key = line.credential.key.clone();
    line.credential.withdraw(&permit, today)?;
    updates::end_credential(tx, id, at.recorded.as_millisecond()).await?;
    audit::record(tx, who, at, "people.withdraw_credential", line.holder, json!({ "skill": key })).await
}

/// What an organisation is said to be now; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct UnitEdit {
    pub name: Option<String>,
    pub labels: Option<String>,
    /// 统一社会信用代码; empty: it has none.
    pub credit_code: Option<String>,
    /// True once a person has looked at a code whose check character does not fit and keeps it.
    pub credit_code_confirmed: bool,
    /// 负责人, as the unit's certificates name them; empty: nobody is named.
    pub head: Option<String>,
    /// The version that was looked at.
    pub version: i64,
}

/// Corrects what is known of an organisation: its name, the professional labels of a team, its credit code, who heads it.
///
/// # Errors
/// `organisation-changed` (409) when somebody else changed it meanwhile; `organisation-twice` when another one of the place
/// is called so, or of the county has the code; those of [`actions::checked_code`].
pub async fn edit_organisation(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: OrganisationId,
    new: &UnitEdit,
) -> Result<(), Stop> {
    let row = store::organisation(tx, id).await?.ok_or(Stop::Missing)?;
    access::on_organisation::<access::EditOrganisation>(who, id, &row.place_path, None)?;
    let mut faults = Faults::default();
    let text = |new: &Option<String>, old: &str| new.as_deref().unwrap_or(old).trim().to_owned();
    let (name, labels) = (text(&new.name, &row.name), text(&new.labels, &row.labels));
    let head = text(&new.head, row.head.as_deref().unwrap_or_default());
    faults.of(organisations::fits_name(&name));
    faults.of(Length::Line.fits("labels", labels.as_str()));
    faults.of(Length::Name.fits("head", head.as_str()));
    let typed = new.credit_code.as_deref().map(str::trim);
    let kept = row.credit_code.as_deref();
    // What stands there stays, also when it was doubtful: somebody has looked at it before.
    let (code, doubtful) = match typed.filter(|typed| Some(*typed) != kept) {
        None => (kept.map(str::to_owned), false),
        Some("") => (None, false),
        Some(typed) => match faults.of(actions::checked_code(typed, new.credit_code_confirmed)) {
            Some((code, doubtful)) => (Some(code.as_str().to_owned()), doubtful),
            None => (None, false),
        },
    };
    faults.none()?;
    organisations::refuse_twice(tx, ((id.cell, &row.place_path), &name), code.as_deref(), Some(id)).await?;
    let head = Some(head.as_str()).filter(|head| !head.is_empty());
    let unit = updates::Unit { name: &name, labels: &labels, credit_code: code.as_deref(), head };
    if !updates::update_organisation(tx, (id, new.version), unit).await? {
        return Err(Stop::Conflict(Refusal::new("organisation-changed")));
    }
    let what = [
        ("name", name != row.name),
        ("labels", labels != row.labels),
        ("credit_code", code != row.credit_code),
        ("head", head != row.head.as_deref()),
    ];
    let what: Vec<&str> = what.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect();
    let data = json!({ "name": name, "fields": what, "credit_code": code, "doubtful_code": doubtful });
    audit::record(tx, who, at, "people.edit_organisation", id, data).await
}

/// How many kin somebody declared, or was declared by.
pub async fn kin_declared(tx: &mut Tx<'_>, person: PersonId) -> Result<i64, Stop> {
    let sql = "SELECT COUNT(*) FROM people_kin WHERE ended_at IS NULL AND ((cell = $1 AND person_id = $2) \
               OR (kin_cell = $1 AND kin_id = $2))";
    tx.scalar_i64(sql, db::args![person.cell.0, person.uuid]).await.map_err(Stop::from)
}
