//! People, teams and credentials from spreadsheets. A row is known again by its identity number, else by phone and name;
//! a team by its credit code, else by place and name; a credential by its number, else by skill and first day. So the
//! same file twice changes nothing.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rules::people::access::{self, PersonSubject, PersonVerb, PlaceVerb};
use rules::people::credential::begins;
use rules::people::membership::{Word, may_give};
use rules::people::person::{birth_date, may_live};
use rules::people::{CreditCode, IdNumber, Phone, Sex, VolunteerNumber};
use rules::shared::ids::{OrganisationId, PersonId};
use rules::shared::{Actor, Cell, Faults, Id, Length, Moment, Refusal, Role};
use serde::Deserialize;
use uuid::Uuid;

use super::actions::{self, Appointment, Founding, Registration, Skill};
use super::known::Named;
use super::organisations::fits_name;
use super::store;
use super::{changing, register, skills};
use crate::exchange::intake::{Fields, Intake, Noted, Outcome, Remark, gathered, needed, optional};
use crate::places::Place;
use crate::{Stop, Tx, places};

pub static PEOPLE: Intake = Intake {
    name: "people",
    columns: &[
        needed("name"),
        optional("id_number"),
        optional("phone"),
        optional("sex"),
        optional("birth_date"),
        needed("place"),
        optional("address"),
    ],
    known_by: &["id_number", "phone"],
    shown: &["name", "place"],
    offered: at_places::<access::Register>,
    limit: |_| None,
    row: |tx, who, at, fields| Box::pin(person(tx, who, at, fields)),
};

pub static TEAMS: Intake = Intake {
    name: "teams",
    columns: &[
        needed("team"),
        optional("credit_code"),
        needed("place"),
        optional("labels"),
        optional("member"),
        optional("phone"),
        optional("id_number"),
        optional("role"),
    ],
    known_by: &["id_number", "phone"],
    shown: &["team", "member"],
    offered: at_places::<access::Found>,
    limit: no_roles,
    row: |tx, who, at, fields| Box::pin(team(tx, who, at, fields)),
};

pub static CREDENTIALS: Intake = Intake {
    name: "credentials",
    columns: &[
        needed("name"),
        optional("id_number"),
        optional("phone"),
        needed("skill"),
        optional("number"),
        optional("issuer"),
        needed("valid_from"),
        optional("valid_to"),
    ],
    known_by: &["id_number", "phone"],
    shown: &["name", "skill"],
    offered: of_people::<access::AddCredential>,
    limit: |_| None,
    row: |tx, who, at, fields| Box::pin(credential(tx, who, at, fields)),
};

pub static VOLUNTEER_NUMBERS: Intake = Intake {
    name: "volunteer_numbers",
    columns: &[needed("name"), optional("id_number"), optional("phone"), needed("volunteer_number")],
    known_by: &["id_number", "phone", "volunteer_number"],
    shown: &["name", "volunteer_number"],
    offered: of_people::<access::SetVolunteerNumber>,
    limit: |_| None,
    row: |tx, who, at, fields| Box::pin(volunteer_number(tx, who, at, fields)),
};

/// Whether `who` may do `V` anywhere below the places they work in.
fn at_places<V: PlaceVerb>(who: &Actor) -> bool {
    who.memberships.iter().any(|m| access::in_place::<V>(who, Uuid::nil(), &m.place_path).is_ok())
}

/// Whether `who` may do `V` to anybody besides themselves.
fn of_people<V: PersonVerb>(who: &Actor) -> bool {
    let nobody = Id::new(Cell::ROOT, Uuid::nil());
    let subject = |path| PersonSubject { person: nobody, home_path: path, serving_now: &[] };
    who.memberships.iter().any(|m| access::on_person::<V>(who, &subject(&m.place_path)).is_ok())
}

/// Who enters teams and gives nobody a role in them.
fn no_roles(who: &Actor) -> Option<&'static str> {
    let gives = [Role::Volunteer, Role::TeamLeader].iter().any(|role| may_give(who, *role));
    (!gives).then_some("intake-teams-no-roles")
}

impl Named {
    /// `None` when something is wrong: `intake-no-identity` with neither a number nor a phone, and what either is refused
    /// for.
    fn read(faults: &mut Faults, today: Date, fields: &Fields, name: &'static str) -> Option<Named> {
        let number = |n: String| IdNumber::of_the_living(&n, today);
        let number = faults.of(fields.some("id_number").and_then(|n| n.map(number).transpose()));
        let phone = |p: String| Phone::parse(&p).map_err(|r| r.at_field("phone"));
        let phone = faults.of(fields.some("phone").and_then(|p| p.map(phone).transpose()));
        let fits = |typed: String| actions::fitting_name(&typed).map_err(|refusal| refusal.at_field(name));
        let name = faults.of(fields.needed(name).and_then(fits));
        if let (Some(None), Some(None)) = (&number, &phone) {
            faults.of::<()>(Err(Refusal::new("intake-no-identity").at_field("id_number")));
            return None;
        }
        Some(Named { name: name?, number: number?, phone: phone? })
    }
}

/// The place of a row, where `who` may do `V`.
///
/// # Errors
/// `intake-place`, `intake-place-ambiguous`.
async fn place<V: PlaceVerb>(tx: &mut Tx<'_>, who: &Actor, fields: &Fields) -> Result<Place, Stop> {
    let written = fields.needed("place")?;
    let place = places::naming::meant(tx, who, &written).await.map_err(|stop| match stop {
        Stop::Refused(refusal) => refusal.at_field("place").into(),
        other => other,
    })?;
    access::in_place::<V>(who, place.id.uuid, &place.path)?;
    Ok(place)
}

fn today(tx: &Tx<'_>, at: Moment) -> Date {
    tx.city().calendar.date(at.recorded)
}

async fn person(tx: &mut Tx<'_>, who: &Actor, at: Moment, fields: &Fields) -> Result<Outcome, Stop> {
    let (mut faults, today) = (Faults::default(), today(tx, at));
    // Before anybody is looked up, who is then found in the whole city, so that nobody is registered twice.
    let place = gathered(&mut faults, place::<access::Register>(tx, who, fields).await)?;
    let place = place.and_then(|place| faults.of(may_live(&place.path, "place").map(|()| place)));
    let named = Named::read(&mut faults, today, fields, "name");
    let sex = faults.of(sex(fields));
    // What is wrong in a row of somebody known is said as well.
    let born = |born: Option<Date>| born.map(|born| birth_date(born, today)).transpose();
    let birth_date = faults.of(fields.day("birth_date").and_then(born));
    let address = faults.of(fitting(fields, "address", Length::Line));
    if let Some(number) = named.as_ref().and_then(|named| named.number.as_ref()) {
        let sex = sex.iter().flatten().find_map(|sex| Sex::from_key(sex));
        faults.of(number.agrees(birth_date.flatten(), sex));
    }
    let (Some(place), Some(named), Some(sex), Some(birth_date), Some(address), true) =
        (place, named, sex, birth_date, address, faults.is_empty())
    else {
        return Ok(Outcome::Refused(faults.into_vec()));
    };
    if named.find(tx, Some(&place)).await?.is_some() {
        return Ok(Outcome::Same(Noted::default()));
    }
    named.number_is_free(tx, "id_number").await?;
    let new = Registration {
        name: named.name,
        sex: sex.or_else(|| named.number.as_ref().map(|n| n.sex().key().to_owned())),
        birth_date,
        phone: named.phone.map(|p| p.reveal().to_owned()),
        identity_number: named.number.map(|n| n.reveal().to_owned()),
        address,
        ..Registration::default()
    };
    let id = actions::register_unknown(tx, who, at, &place, &new).await?;
    let mut noted = Noted::of(id);
    if actions::shares_phone(tx, id, new.phone.as_deref()).await? {
        noted.remarks.push(Remark::new("phone-shared"));
    }
    Ok(Outcome::Added(noted))
}

/// A text that fits as it is kept; nothing where nothing stands.
fn fitting(fields: &Fields, key: &'static str, length: Length) -> Result<Option<String>, Refusal> {
    let text = fields.some(key)?;
    length.fits(key, text.as_deref())?;
    Ok(text)
}

fn sex(fields: &Fields) -> Result<Option<String>, Refusal> {
    Ok(match fields.text("sex")?.to_lowercase().as_str() {
        "" => None,
        "男" | "male" | "m" => Some("male".into()),
        "女" | "female" | "f" => Some("female".into()),
        _ => return Err(Refusal::new("intake-sex").at_field("sex")),
    })
}

async fn team(tx: &mut Tx<'_>, who: &Actor, at: Moment, fields: &Fields) -> Result<Outcome, Stop> {
    let mut faults = Faults::default();
    let place = gathered(&mut faults, place::<access::Found>(tx, who, fields).await)?;
    let named = |name: String| fits_name(&name).map(|()| name).map_err(|refusal| refusal.at_field("team"));
    let name = faults.of(fields.needed("team").and_then(named));
    let code = |code: String| CreditCode::parse(&code).map(|(code, _)| code.as_str().to_owned());
    let code = faults.of(fields.some("credit_code").and_then(|text| text.map(code).transpose()));
    let labels = faults.of(fitting(fields, "labels", Length::Line)).map(Option::unwrap_or_default);
    let role = faults.of(role(fields));
    let member = match faults.of(fields.some("member")) {
        Some(Some(_)) => Named::read(&mut faults, today(tx, at), fields, "member").map(Some),
        Some(None) => Some(None),
        None => None,
    };
    let (Some(place), Some(name), Some(code), Some(labels), Some(role), Some(member)) =
        (place, name, code, labels, role, member)
    else {
        return Ok(Outcome::Refused(faults.into_vec()));
    };
    let (labels, typed) = (skills::keys(&labels), labels);
    let (team, noted, is_new) = match known_team(tx, &place, &name, code.as_deref()).await? {
        Some(team) => (team, other_labels(tx, team, (&typed, &labels)).await?, false),
        None => {
            let new = Founding { name, kind: "team".into(), credit_code: code, labels, ..Founding::default() };
            let founded = actions::found_organisation(tx, who, at, place.id, &new).await.map_err(by_itself);
            (founded?, Noted::default(), true)
        }
    };
    let without_member = |noted: Noted| if is_new { Outcome::Added(noted) } else { Outcome::Same(noted) };
    let of_team = |noted: Noted| Noted { of: is_new.then(|| team.to_string()), ..noted };
    let Some(member) = member else { return Ok(without_member(of_team(noted))) };
    let member = member.find(tx, Some(&place)).await?;
    let member = member.ok_or_else(|| Refusal::new("intake-person-unknown").at_field("member"))?;
    let held = register::held_and_asked(tx, member, at).await?;
    if held.iter().any(|line| line.organisation == Some(team) && line.role == role) {
        return Ok(without_member(of_team(noted)));
    }
    // As on the page of the team: nobody is put into one, nor at its head, without a word of theirs.
    let new = Appointment { role, organisation: Some(team), place: None, until: None, word: Word::Asked };
    actions::appoint(tx, who, at, member, &new).await?;
    Ok(Outcome::Asked(Noted { of: Some(member.to_string()), ..noted }))
}

/// A doubtful credit code is kept when somebody has looked at it again, which the page asks and a table cannot.
fn by_itself(stop: Stop) -> Stop {
    match stop {
        Stop::Refused(refusal) if refusal.code == "credit-code-check" => {
            let asked = Refusal::new("intake-credit-code-check").at_field("credit_code");
            Refusal { args: refusal.args, ..asked }.into()
        }
        other => other,
    }
}

/// What is said of a team that is registered already and stays as it is: other labels than it has.
async fn other_labels(tx: &mut Tx<'_>, team: OrganisationId, (typed, labels): (&str, &str)) -> Result<Noted, Stop> {
    let row = store::organisation(tx, team).await?.ok_or(Stop::Missing)?;
    let all = |labels: &str| labels.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let mut noted = Noted::default();
    if !labels.is_empty() && all(labels) != all(&row.labels) {
        noted.remarks.push(Remark::new("labels-differ").with("typed", typed));
    }
    Ok(noted)
}

fn role(fields: &Fields) -> Result<Role, Refusal> {
    Ok(match fields.text("role")?.to_lowercase().as_str() {
        "" | "队员" | "成员" | "志愿者" | "member" => Role::Volunteer,
        "队长" | "负责人" | "leader" => Role::TeamLeader,
        _ => return Err(Refusal::new("intake-role").at_field("role")),
    })
}

async fn known_team(
    tx: &mut Tx<'_>,
    place: &Place,
    name: &str,
    code: Option<&str>,
) -> Result<Option<OrganisationId>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        id: Uuid,
    }
    let sql = "SELECT id FROM people_organisations WHERE cell = $1 AND ended_at IS NULL \
               AND (credit_code = $4 OR (CAST($4 AS TEXT) IS NULL AND place_path = $2 AND name = $3)) ORDER BY id LIMIT 1";
    let args = db::args![place.id.cell.0, place.path.as_str(), name, code];
    Ok(tx.one::<Row>(sql, args).await?.map(|row| Id::new(place.id.cell, row.id)))
}

/// Whom a row means, when they are registered already. Somebody out of one's reach and somebody whom nobody knows look the
/// same.
async fn holder(tx: &mut Tx<'_>, who: &Actor, named: &Named) -> Result<PersonId, Stop> {
    let unknown = || Refusal::new("intake-person-unknown").at_field("name");
    let holder = named.find(tx, None).await?.ok_or_else(unknown)?;
    let row = store::person(tx, holder).await?.ok_or(Stop::Missing)?;
    let subject = PersonSubject { person: holder, home_path: &row.place_path, serving_now: &[] };
    access::on_person::<access::See>(who, &subject).map_err(|_| unknown())?;
    Ok(holder)
}

async fn volunteer_number(tx: &mut Tx<'_>, who: &Actor, at: Moment, fields: &Fields) -> Result<Outcome, Stop> {
    let (mut faults, today) = (Faults::default(), today(tx, at));
    let named = Named::read(&mut faults, today, fields, "name");
    let read = |typed: String| Ok((VolunteerNumber::parse(&typed, today)?, typed));
    let number = faults.of(fields.needed("volunteer_number").and_then(read));
    let (Some(named), Some((number, typed))) = (named, number) else { return Ok(Outcome::Refused(faults.into_vec())) };
    let holder = holder(tx, who, &named).await?;
    let known = register::volunteering_of(tx, holder).await?.and_then(|volunteering| volunteering.number);
    if known.as_deref() == number.as_ref().map(VolunteerNumber::as_str) {
        return Ok(Outcome::Same(Noted::default()));
    }
    changing::set_volunteer_number(tx, who, at, holder, &typed).await?;
    Ok(Outcome::Added(Noted::of(holder)))
}

async fn credential(tx: &mut Tx<'_>, who: &Actor, at: Moment, fields: &Fields) -> Result<Outcome, Stop> {
    let mut faults = Faults::default();
    let named = Named::read(&mut faults, today(tx, at), fields, "name");
    let skill =
        faults.of(fields.needed("skill").and_then(|skill| Length::Line.fits("skill", skill.as_str()).map(|()| skill)));
    let text = |key, length| fitting(fields, key, length).map(Option::unwrap_or_default);
    let texts = (faults.of(text("number", Length::Line)), faults.of(text("issuer", Length::Body)));
    let missing = || Refusal::new("sheet-cell-missing").at_field("valid_from");
    let from = faults.of(fields.day("valid_from").and_then(|day| day.ok_or_else(missing)));
    let to = faults.of(fields.day("valid_to"));
    if let (Some(from), Some(to)) = (from, to) {
        faults.of(begins(Some(from), to, true, today(tx, at)));
    }
    let (Some(named), Some(skill), (Some(number), Some(issuer)), Some(from), Some(valid_to), true) =
        (named, skill, texts, from, to, faults.is_empty())
    else {
        return Ok(Outcome::Refused(faults.into_vec()));
    };
    let holder = holder(tx, who, &named).await?;
    let new = Skill { skill: skills::key(&skill), number, issuer, valid_from: Some(from), valid_to };
    let sql = "SELECT COUNT(*) FROM people_credentials WHERE cell = $1 AND person_id = $2 AND skill = $3 \
               AND ended_at IS NULL AND ((number <> '' AND number = $4) OR (number = $4 AND valid_from = $5))";
    let args = db::args![holder.cell.0, holder.uuid, new.skill.as_str(), new.number.as_str(), from.to_string()];
    if tx.scalar_i64(sql, args).await? > 0 {
        return Ok(Outcome::Same(Noted::default()));
    }
    actions::add_credential(tx, who, at, holder, &new).await?;
    Ok(Outcome::Added(Noted::of(holder)))
}
