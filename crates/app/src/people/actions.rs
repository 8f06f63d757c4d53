//! Verbs of people: registering, appointing, founding organisations, adding skills.

use jiff::civil::Date;
use rules::people::access::{self, PersonSubject};
use rules::people::membership::Word;
use rules::people::person::{MinorRules, birth_date, full_years, may_live};
use rules::people::{CreditCode, IdNumber, OrganisationKind, Phone, Sex, WeeklySpan, longest, membership};
use rules::shared::ids::{
    CredentialThing, HouseholdId, HouseholdThing, MembershipId, MembershipThing, OrganisationId, OrganisationThing,
    PersonId, PersonThing, PlaceId,
};
use rules::shared::{Actor, Faults, Length, Membership, Moment, Refusal, Role};
use serde_json::json;

use super::known::Named;
use super::store::{self, NewCredential, NewMembership, NewOrganisation, NewPerson, Protected};
use super::{joining, organisations, register, skills, updates};
use crate::audit::{self, Whose};
use crate::{Stop, Tx, identity, places};

/// A person to register.
#[derive(Clone, Debug, Default)]
pub struct Registration {
    pub name: String,
    /// `female`, `male`, or nothing said.
    pub sex: Option<String>,
    pub birth_date: Option<Date>,
    pub phone: Option<String>,
    pub identity_number: Option<String>,
    pub address: Option<String>,
    pub household: Option<HouseholdId>,
    /// Empty, or the group that figures are counted by.
    pub reporter_group: String,
    pub invented: bool,
    /// Whoever looks after the system is registered before any village is known, and lives nowhere in it.
    pub lives_nowhere: bool,
}

/// Registers a person at a place, once. With a phone that signs in nobody yet, that number can sign in as them.
///
/// # Errors
/// Those of [`check`]; `home-unsettled` when nobody lives at the place itself; `person-registered` when they are known by number,
/// or by telephone and name; `intake-other-name` when the number is somebody's of another name.
pub async fn register(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    place: PlaceId,
    new: &Registration,
) -> Result<PersonId, Stop> {
    let place = places::store::by_id(tx, place).await?.ok_or(Stop::Missing)?;
    access::in_place::<access::Register>(who, place.id.uuid, &place.path)?;
    let Read { name, number, phone, .. } = told(new, tx.city().calendar.date(at.recorded))?;
    let named = Named { name, number, phone };
    if named.find(tx, Some(&place)).await?.is_some() {
        return Err(Refusal::new("person-registered").into());
    }
    named.number_is_free(tx, "identity_number").await?;
    register_unknown(tx, who, at, &place, new).await
}

/// Registers a person of whom the caller knows that nobody has registered them, where it has permitted that.
pub(super) async fn register_unknown(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    place: &places::Place,
    new: &Registration,
) -> Result<PersonId, Stop> {
    let id = enter(tx, at, place, new).await?;
    audit::record(tx, who, at, "people.register", id, json!({ "place": place.code })).await?;
    Ok(id)
}

/// What a registration says, read.
struct Read {
    name: String,
    phone: Option<Phone>,
    number: Option<IdNumber>,
    birth_date: Option<Date>,
}

/// Whether what is said of a person fits the register, before anybody is looked up.
///
/// # Errors
/// All that is wrong with it: `person-name-missing`, `text-too-long`, those of [`Phone::parse`], [`IdNumber::of_the_living`],
/// [`birth_date`] and [`IdNumber::agrees`].
pub fn check(new: &Registration, today: Date) -> Result<(), Refusal> {
    told(new, today).map(|_| ())
}

fn told(new: &Registration, today: Date) -> Result<Read, Refusal> {
    let mut faults = Faults::default();
    let name = faults.of(fitting_name(&new.name)).unwrap_or_default();
    let phone = new.phone.as_deref().map(Phone::parse).transpose().map_err(|refusal| refusal.at_field("phone"));
    let phone = faults.of(phone).flatten();
    let number = |number: &str| IdNumber::of_the_living(number, today).map_err(|r| r.at_field("identity_number"));
    let number = faults.of(new.identity_number.as_deref().map(number).transpose()).flatten();
    let birth_date = faults.of(new.birth_date.map(|born| birth_date(born, today)).transpose()).flatten();
    if let Some(number) = &number {
        faults.of(number.agrees(birth_date, new.sex.as_deref().and_then(Sex::from_key)));
    }
    faults.of(Length::Line.fits("address", new.address.as_deref()));
    faults.none()?;
    Ok(Read { name, phone, number, birth_date })
}

/// A person's name as it is kept.
///
/// # Errors
/// `person-name-missing`, `text-too-long`, at the field `name`.
pub(super) fn fitting_name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(Refusal::new("person-name-missing").at_field("name"));
    }
    Length::Name.fits("name", name)?;
    Ok(name.to_owned())
}

/// Writes a new person down. The caller has permitted it and records the event.
pub(crate) async fn enter(
    tx: &mut Tx<'_>,
    at: Moment,
    place: &places::Place,
    new: &Registration,
) -> Result<PersonId, Stop> {
    if !new.lives_nowhere {
        may_live(&place.path, "place")?;
    }
    let Read { name, phone, number, birth_date } = told(new, tx.city().calendar.date(at.recorded))?;
    let id = tx.new_id::<PersonThing>(place.id.cell, at);
    let birth_date = birth_date.or(number.as_ref().map(IdNumber::born));
    store::insert_person(
        tx,
        at,
        NewPerson {
            id,
            name: &name,
            sex: new.sex.as_deref(),
            birth_date: birth_date.map(|d| d.to_string()),
            household: new.household,
            place_id: place.id.uuid,
            place_path: &place.path,
            reporter_group: &new.reporter_group,
            phone: phone.as_ref().map(|p| (p.reveal().to_owned(), p.masked())),
            identity: number.as_ref().map(|n| (n.reveal().to_owned(), n.masked())),
            address: new.address.as_ref().map(|a| (a.clone(), masked_address(&place.name))),
            invented: new.invented,
        },
    )
    .await?;
    if let Some(phone) = &phone {
        identity::store::claim_phone(tx, at, phone.reveal(), id).await?;
    }
    Ok(id)
}

/// Whether the number that somebody was registered with signs in somebody else: a household may share a telephone, which signs
/// in as the first who gave it.
pub async fn shares_phone(tx: &mut Tx<'_>, person: PersonId, phone: Option<&str>) -> Result<bool, Stop> {
    let Some(phone) = phone.map(Phone::parse).transpose()? else { return Ok(false) };
    Ok(identity::store::person_of_phone(tx, phone.reveal()).await?.is_some_and(|owner| owner != person))
}

/// What is shown instead of an address: the village or community, never the door. No sign stands for what is left out: in
/// an address it reads like a slip of the pen.
pub(super) fn masked_address(place: &str) -> String {
    place.to_owned()
}

/// Enters a household at a door of a village or community.
pub async fn add_household(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    place: PlaceId,
    door: &str,
) -> Result<HouseholdId, Stop> {
    let place = places::store::by_id(tx, place).await?.ok_or(Stop::Missing)?;
    access::in_place::<access::Register>(who, place.id.uuid, &place.path)?;
    let id = tx.new_id::<HouseholdThing>(place.id.cell, at);
    store::insert_household(tx, at, id, (place.id.uuid, &place.path), door).await?;
    audit::record(tx, who, at, "people.add_household", id, json!({ "place": place.code })).await?;
    Ok(id)
}

/// An organisation or team to found.
#[derive(Clone, Debug, Default)]
pub struct Founding {
    pub name: String,
    /// `committee`, `department`, `station`, `team` …
    pub kind: String,
    pub credit_code: Option<String>,
    /// True once a person has looked at a code whose check character does not fit and keeps it.
    pub credit_code_confirmed: bool,
    pub parent: Option<OrganisationId>,
    pub labels: String,
    pub invented: bool,
}

/// Whether what is said of an organisation fits, before anybody looks whether it is there already: its code, and whether that
/// is doubtful and was kept all the same.
///
/// # Errors
/// All that is wrong: `organisation-name-missing`, `text-too-long`, those of [`CreditCode::parse`], and its warning until it is
/// confirmed.
pub fn check_founding(new: &Founding) -> Result<Option<(CreditCode, bool)>, Refusal> {
    let mut faults = Faults::default();
    faults.of(organisations::fits_name(&new.name));
    faults.of(Length::Line.fits("labels", new.labels.as_str()));
    let checked = |code: &str| checked_code(code, new.credit_code_confirmed);
    let code = faults.of(new.credit_code.as_deref().map(checked).transpose()).flatten();
    faults.none()?;
    Ok(code)
}

/// Reads a credit code, and whether it is doubtful and was kept all the same.
///
/// # Errors
/// Those of [`CreditCode::parse`], and its warning until it is confirmed, at `credit_code`.
pub fn checked_code(typed: &str, confirmed: bool) -> Result<(CreditCode, bool), Refusal> {
    let (code, warning) = CreditCode::parse(typed)?;
    match warning {
        Some(warning) if !confirmed => {
            let field = Some("credit_code".into());
            Err(Refusal { code: warning.code, args: warning.args, field, further: Vec::new() })
        }
        warning => Ok((code, warning.is_some())),
    }
}

/// Enters an organisation or team.
///
/// # Errors
/// Those of [`check_founding`]; `organisation-twice` when it is there already.
pub async fn found_organisation(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    place: PlaceId,
    new: &Founding,
) -> Result<OrganisationId, Stop> {
    let place = places::store::by_id(tx, place).await?.ok_or(Stop::Missing)?;
    access::in_place::<access::Found>(who, place.id.uuid, &place.path)?;
    let code = check_founding(new)?;
    let doubtful = code.as_ref().is_some_and(|(_, doubtful)| *doubtful);
    let credit_code = code.as_ref().map(|(code, _)| code.as_str());
    organisations::refuse_twice(tx, ((place.id.cell, &place.path), &new.name), credit_code, None).await?;
    let id = tx.new_id::<OrganisationThing>(place.id.cell, at);
    store::insert_organisation(
        tx,
        at,
        NewOrganisation {
            id,
            name: new.name.trim(),
            kind: &new.kind,
            credit_code,
            place_id: place.id.uuid,
            place_path: &place.path,
            parent: new.parent,
            labels: &new.labels,
            invented: new.invented,
        },
    )
    .await?;
    let data = json!({ "name": new.name, "kind": new.kind, "doubtful_code": doubtful });
    audit::record(tx, who, at, "people.found_organisation", id, data).await?;
    Ok(id)
}

/// A membership to give.
#[derive(Clone, Debug)]
pub struct Appointment {
    pub role: Role,
    pub organisation: Option<OrganisationId>,
    /// The place it covers; an organisation's own place when nothing is said.
    pub place: Option<PlaceId>,
    pub until: Option<i64>,
    /// How it is known that they want it; says nothing of a role that is part of an employment.
    pub word: Word,
}

/// Gives somebody a role. Into a team nobody is put: without their word they are asked, and belong to it once they say yes
/// ([`super::joining::join`]).
///
/// # Errors
/// Those of [`membership::check_unit`], [`membership::appoint`] and [`longest::ends_in_time`];
/// `membership-place-missing`.
pub async fn appoint(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    new: &Appointment,
) -> Result<MembershipId, Stop> {
    store::present(tx, person).await?;
    membership::check_unit(new.role, new.organisation.is_some())?;
    let organisation = match new.organisation {
        Some(id) => Some(store::organisation(tx, id).await?.ok_or(Stop::Missing)?),
        None => None,
    };
    let (cell, path) = match (new.place, &organisation) {
        (Some(place), _) => {
            let place = places::store::by_id(tx, place).await?.ok_or(Stop::Missing)?;
            (place.id.cell, place.path)
        }
        (None, Some(organisation)) => (organisation.id().cell, organisation.place_path.clone()),
        (None, None) => return Err(Refusal::new("membership-place-missing").at_field("place").into()),
    };
    match &organisation {
        Some(o) => access::on_organisation::<access::Appoint>(who, o.id(), &path, Some(person))?,
        None => {
            let subject = PersonSubject { person, home_path: &path, serving_now: &[] };
            access::on_person::<access::Appoint>(who, &subject)?
        }
    };
    let held = store::memberships(tx, person, at).await?;
    let same = |m: &Membership| m.role == new.role && m.organisation == new.organisation && m.place_path == path;
    let waiting = joining::waiting(tx, at, person, (new.role, new.organisation, &path)).await?;
    let asked = membership::Appointment {
        role: new.role,
        organisation: organisation.as_ref().and_then(|o| OrganisationKind::from_key(&o.kind)),
        place_path: &path,
        is_volunteer: held.iter().any(|m| m.role == Role::Volunteer),
        held_already: held.iter().any(same),
        asked_already: waiting.is_some(),
        word: new.word,
        to_self: who.person == Some(person),
        is_over: new.until.is_some_and(|until| until <= at.recorded.as_millisecond()),
    };
    membership::appoint(who, &asked)?;
    if let Some(until) = new.until {
        let last =
            jiff::Timestamp::from_millisecond(until).map_err(|_| Refusal::new("date-unreadable").at_field("until"))?;
        let calendar = &tx.city().calendar;
        longest::ends_in_time(calendar.date(last), calendar.date(at.recorded))?;
    }
    if let Some(question) = waiting {
        // They told whoever takes them in, instead of answering.
        updates::end_membership(tx, question, at.recorded.as_millisecond()).await?;
    }
    let is_question = membership::is_asked(new.role, organisation.is_some(), new.word);
    let id = tx.new_id::<MembershipThing>(cell, at);
    let membership = NewMembership {
        id,
        person,
        role: new.role,
        organisation: new.organisation,
        place_path: &path,
        from: if is_question { register::UNANSWERED } else { at.recorded.as_millisecond() },
        to: new.until,
    };
    store::insert_membership(tx, membership).await?;
    let team = organisation.map(|o| o.name);
    if let (true, Some(team)) = (is_question, &team) {
        joining::tell_asked(tx, at, person, (id, team)).await?;
    }
    let mut data = json!({ "role": new.role.key(), "path": path, "organisation": team });
    if membership::of_own_will(new.role) && team.is_some() {
        data["word"] = new.word.key().into();
    }
    audit::record(tx, who, at, "people.appoint", person, data).await?;
    Ok(id)
}

/// What dispatch needs to know of someone who becomes a volunteer.
#[derive(Clone, Debug)]
pub struct Joining {
    /// When in the week one is usually free.
    pub week: Vec<WeeklySpan>,
    pub insured_until: Option<i64>,
    pub guardian_consent_until: Option<i64>,
}

/// Registers oneself as a volunteer. Nobody is registered against their will (山东省志愿服务条例 第十一条).
pub async fn volunteer(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, new: &Joining) -> Result<(), Stop> {
    let row = store::present(tx, person).await?;
    access::on_person::<access::Volunteer>(
        who,
        &PersonSubject { person, home_path: &row.place_path, serving_now: &[] },
    )?;
    let held = store::memberships(tx, person, at).await?;
    let is_volunteer = held.iter().any(|m| m.role == Role::Volunteer && m.organisation.is_none());
    let born = match &row.birth_date {
        Some(born) => Some(born.parse::<Date>().map_err(Stop::defect)?),
        None => None,
    };
    let age = born.and_then(|born| full_years(born, tx.city().calendar.date(at.recorded)));
    membership::volunteer(age, is_volunteer, &MinorRules::default())?;
    let township = row.place_path.split('/').nth(2).unwrap_or_default();
    tx.put(
        "INSERT INTO people_volunteers (cell, person_id, place_path, township, week, insured_until, \
         guardian_consent_until, active, joined_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (cell, person_id) DO UPDATE SET week = excluded.week, active = excluded.active",
        db::args![
            person.cell.0,
            person.uuid,
            row.place_path.as_str(),
            township,
            serde_json::to_string(&new.week)?,
            new.insured_until,
            new.guardian_consent_until,
            true,
            at.recorded.as_millisecond()
        ],
    )
    .await?;
    let id = tx.new_id::<MembershipThing>(person.cell, at);
    let membership = NewMembership {
        id,
        person,
        role: Role::Volunteer,
        organisation: None,
        place_path: &row.place_path,
        from: at.recorded.as_millisecond(),
        to: None,
    };
    store::insert_membership(tx, membership).await?;
    audit::record(tx, who, at, "people.volunteer", person, json!({})).await
}

/// A skill or certificate to enter.
#[derive(Clone, Debug)]
pub struct Skill {
    pub skill: String,
    pub number: String,
    pub issuer: String,
    /// A certificate has one.
    pub valid_from: Option<Date>,
    pub valid_to: Option<Date>,
}

pub async fn add_credential(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    new: &Skill,
) -> Result<(), Stop> {
    let row = store::present(tx, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    access::on_person::<access::AddCredential>(who, &subject)?;
    Length::Line.fits("skill", new.skill.as_str())?;
    Length::Line.fits("number", new.number.as_str())?;
    Length::Body.fits("issuer", new.issuer.as_str())?;
    let today = tx.city().calendar.date(at.recorded);
    let has_certificate = !new.number.is_empty() || !new.issuer.is_empty();
    let from = rules::people::credential::begins(new.valid_from, new.valid_to, has_certificate, today)?;
    let id = tx.new_id::<CredentialThing>(person.cell, at);
    // Whoever enters another's credential has seen the document; one's own waits for somebody to look.
    let seen = who.person != Some(person);
    let verified_on = seen.then(|| today.to_string());
    let credential = NewCredential {
        id,
        person,
        skill: &skills::key(&new.skill),
        number: &new.number,
        issuer: &new.issuer,
        valid_from: from.to_string(),
        valid_to: new.valid_to.map(|d| d.to_string()),
        verified_on,
    };
    store::insert_credential(tx, at, credential).await?;
    audit::record(tx, who, at, "people.add_credential", person, json!({ "skill": new.skill })).await
}

/// Reads a protected field of a person, and writes the reading down.
pub async fn read_protected(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    which: Protected,
    purpose: &str,
) -> Result<Option<String>, Stop> {
    let row = store::present(tx, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    access::on_person::<access::ReadProtected>(who, &subject)?;
    let look = audit::Look { of: Whose::Person(person), fields: &[which.field()], purpose, subject: person };
    audit::looked_at(tx, who, at, look).await?;
    store::unseal(tx, person, which).await
}
