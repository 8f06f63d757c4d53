//! The register: finding people and organisations, and what a page about one of them shows. Everything masked.

use std::cmp::Reverse;

use db::dialect::for_update;
use kit::PageOf;
use rules::people::access::{self, PersonSubject};
use rules::people::codes;
use rules::people::person::{Guardianship, full_years, may_serve};
use rules::people::{AgeBar, Credential, MinorRules, Phone, WeeklySpan};
use rules::shared::ids::{CredentialId, HouseholdId, MembershipId, OrganisationId, PersonId};
use rules::shared::{Actor, Cell, Id, Moment, Role};
use serde::Deserialize;
use uuid::Uuid;

use super::known;
use super::store::{self, OrganisationRow, PersonRow};
use crate::places::{self, Place};
use crate::{Stop, Tx};

/// The parts of the tree whose people `who` may find.
pub(super) fn reach(who: &Actor) -> Vec<String> {
    let mut paths: Vec<String> =
        who.memberships.iter().filter(|m| may_see(who, &m.place_path)).map(|m| m.place_path.clone()).collect();
    paths.sort();
    // A part of a part adds nothing.
    paths.dedup_by(|later, earlier| later.starts_with(earlier.as_str()));
    paths
}

/// Whether `who` may find anybody in the register besides themselves.
pub fn sees_any(who: &Actor) -> bool {
    !reach(who).is_empty()
}

fn may_see(who: &Actor, path: &str) -> bool {
    let nobody = Id::new(Cell::ROOT, Uuid::nil());
    access::on_person::<access::See>(who, &PersonSubject { person: nobody, home_path: path, serving_now: &[] }).is_ok()
}

/// The cells that a part of the tree lies in: one from a county down, all for the city.
pub fn cells_of(tx: &Tx<'_>, path: &str) -> Vec<Cell> {
    let city = tx.city();
    match path.split('/').nth(1).filter(|code| !code.is_empty()) {
        Some(code) => city.cell_of(code).into_iter().collect(),
        None => city.all_cells().collect(),
    }
}

/// Whom to find.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// A name or part of one, pinyin initials, or a whole phone number.
    pub words: String,
    /// Below this part of the tree only.
    pub within: Option<String>,
}

/// Where a list of people goes on: what it is sorted by, of the last one shown.
pub type After = (usize, Uuid);

/// A page of the people whom `who` may see and who fit, at most `size`: the shortest names first, of equally long ones the
/// newest. Empty words list the newest.
pub async fn find_people(
    tx: &mut Tx<'_>,
    who: &Actor,
    sought: &Sought,
    after: Option<After>,
    size: u32,
) -> Result<PageOf<PersonRow>, Stop> {
    let roots: Vec<String> = match &sought.within {
        Some(path) => reach(who).into_iter().filter_map(|root| overlap(root, path)).collect(),
        None => reach(who),
    };
    let words = sought.words.trim();
    let fits = |row: &PersonRow| row.erased_at.is_none() && roots.iter().any(|root| row.place_path.starts_with(root));
    if let Ok(phone) = Phone::parse(words) {
        let cells = roots.iter().flat_map(|root| cells_of(tx, root)).collect();
        let mut items = known::of_phone(tx, cells, &phone).await?;
        items.retain(fits);
        return Ok(PageOf { items, next: None });
    }
    // The newest are asked for by their place in the list; what fits words is as long as the words let it be.
    let rank = |row: &PersonRow| if words.is_empty() { 0 } else { row.name.chars().count() };
    let key = |row: &PersonRow| (rank(row), row.id);
    let mut found = Vec::new();
    for root in &roots {
        for cell in cells_of(tx, root) {
            if words.is_empty() {
                found.extend(newest(tx, cell, root, after.map(|(_, id)| id), size + 1).await?);
            } else {
                let hits = tx.search(Some(cell.0), "per", words, MOST_HITS).await?;
                let ids: Vec<Uuid> = hits.into_iter().map(|(_, id)| id).collect();
                found.extend(store::people(tx, cell, &ids).await?);
                found.extend(by_initials(tx, cell, root, words).await?);
            }
        }
    }
    found.retain(|row| fits(row) && after.is_none_or(|(rank, id)| comes_after(key(row), (rank, id))));
    found.sort_by_key(|row| (rank(row), Reverse(row.id)));
    found.dedup_by_key(|row| row.id);
    Ok(PageOf::cut(found, size as usize, key))
}

/// Whether a row comes after another in a list of people.
fn comes_after(row: After, last: After) -> bool {
    (row.0, Reverse(row.1)) > (last.0, Reverse(last.1))
}

/// What a search looks through at most: words that fit more people than this need more words.
const MOST_HITS: u32 = 2_000;

/// The smaller of two parts of the tree, when one lies in the other.
fn overlap(root: String, path: &str) -> Option<String> {
    if path.starts_with(&root) { Some(path.to_owned()) } else { root.starts_with(path).then_some(root) }
}

/// An id begins with the time at which it was given, so the newest have the highest.
async fn newest(
    tx: &mut Tx<'_>,
    cell: Cell,
    within: &str,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<PersonRow>, Stop> {
    let mut args = db::args![cell.0, within, format!("{within}~"), i64::from(limit)];
    let mut narrow = "";
    if let Some(before) = before {
        args.push(before.into());
        narrow = " AND id < $5";
    }
    let sql = format!(
        "SELECT {} FROM people_people WHERE cell = $1 AND place_path >= $2 AND place_path < $3 AND erased_at IS NULL\
         {narrow} ORDER BY id DESC LIMIT $4",
        store::COLUMNS
    );
    Ok(tx.all::<PersonRow>(&sql, args).await?)
}

/// Staff type the initials of a name faster than its characters.
async fn by_initials(tx: &mut Tx<'_>, cell: Cell, within: &str, words: &str) -> Result<Vec<PersonRow>, Stop> {
    if !words.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {} FROM people_people WHERE cell = $1 AND place_path >= $2 AND place_path < $3 AND initials = $4 \
         ORDER BY id DESC LIMIT $5",
        store::COLUMNS
    );
    let initials = words.to_ascii_lowercase();
    let args = db::args![cell.0, within, format!("{within}~"), initials, i64::from(MOST_HITS)];
    Ok(tx.all::<PersonRow>(&sql, args).await?)
}

/// A person whom `who` may see: missing outside of it, so that nobody learns who is registered. Who was
/// erased is nobody.
pub async fn seen(tx: &mut Tx<'_>, who: &Actor, person: PersonId) -> Result<PersonRow, Stop> {
    let row = store::present(tx, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    access::on_person::<access::See>(who, &subject).map_err(|_| Stop::Missing)?;
    Ok(row)
}

/// A membership as a page shows it.
#[derive(Clone, Debug)]
pub struct MembershipLine {
    pub id: MembershipId,
    pub person: PersonId,
    pub person_name: String,
    pub role: Role,
    pub organisation: Option<OrganisationId>,
    pub organisation_name: String,
    pub place_path: String,
    /// Since when it holds; since when they are asked, of one that waits for their answer.
    pub from: i64,
    pub to: Option<i64>,
    /// They are asked, and have not answered: it holds from when they say yes.
    pub is_asked: bool,
}

impl MembershipLine {
    /// Leads a team, and is not only asked to.
    pub fn leads(&self) -> bool {
        self.role == Role::TeamLeader && !self.is_asked
    }

    /// It holds no more; one that was asked for waits for no answer any more.
    pub fn is_over(&self, at: jiff::Timestamp) -> bool {
        self.to.is_some_and(|to| to <= at.as_millisecond())
    }
}

/// From when somebody belongs to a team that has asked them: no day that comes, so that whatever reads who belongs to it today
/// leaves them out. 9999-01-01T00:00:00Z in milliseconds.
pub const UNANSWERED: i64 = 253_370_764_800_000;

#[derive(Deserialize)]
struct MembershipRow {
    cell: i32,
    id: Uuid,
    person_cell: i32,
    person_id: Uuid,
    person_name: String,
    role: String,
    organisation_id: Option<Uuid>,
    organisation_name: Option<String>,
    place_path: String,
    valid_from: i64,
    valid_to: Option<i64>,
}

impl MembershipRow {
    fn line(self) -> Option<MembershipLine> {
        let cell = Cell(self.cell);
        let is_asked = self.valid_from == UNANSWERED;
        Some(MembershipLine {
            id: Id::new(cell, self.id),
            person: Id::new(Cell(self.person_cell), self.person_id),
            person_name: self.person_name,
            role: Role::from_key(&self.role)?,
            organisation: self.organisation_id.map(|id| Id::new(cell, id)),
            organisation_name: self.organisation_name.unwrap_or_default(),
            place_path: self.place_path,
            from: if is_asked { given_at(self.id) } else { self.valid_from },
            to: self.valid_to,
            is_asked,
        })
    }
}

/// When an id was given, in milliseconds: it begins with that.
pub fn given_at(id: Uuid) -> i64 {
    let (seconds, nanos) = id.get_timestamp().map(|time| time.to_unix()).unwrap_or_default();
    i64::try_from(seconds * 1000 + u64::from(nanos / 1_000_000)).unwrap_or_default()
}

const MEMBERSHIP: &str = "SELECT m.cell, m.id, m.person_cell, m.person_id, p.name AS person_name, m.role, \
    m.organisation_id, o.name AS organisation_name, m.place_path, m.valid_from, m.valid_to FROM people_memberships m \
    JOIN people_people p ON p.cell = m.person_cell AND p.id = m.person_id \
    LEFT JOIN people_organisations o ON o.cell = m.cell AND o.id = m.organisation_id";

async fn lines(tx: &mut Tx<'_>, sql: &str, args: Vec<db::Value>) -> Result<Vec<MembershipLine>, Stop> {
    Ok(tx.all::<MembershipRow>(sql, args).await?.into_iter().filter_map(MembershipRow::line).collect())
}

/// The memberships that a person holds now.
pub async fn memberships_of(tx: &mut Tx<'_>, person: PersonId, at: Moment) -> Result<Vec<MembershipLine>, Stop> {
    let sql = format!(
        "{MEMBERSHIP} WHERE m.person_cell = $1 AND m.person_id = $2 AND (m.valid_to IS NULL OR m.valid_to > $3) \
         AND m.valid_from < $4 ORDER BY m.valid_from, m.id"
    );
    let args = db::args![person.cell.0, person.uuid, at.recorded.as_millisecond(), UNANSWERED];
    lines(tx, &sql, args).await
}

/// The teams that have asked somebody, and wait for their answer.
pub async fn asked_of(tx: &mut Tx<'_>, person: PersonId, at: Moment) -> Result<Vec<MembershipLine>, Stop> {
    let sql = format!(
        "{MEMBERSHIP} WHERE m.person_cell = $1 AND m.person_id = $2 AND (m.valid_to IS NULL OR m.valid_to > $3) \
         AND m.valid_from = $4 ORDER BY m.id"
    );
    let args = db::args![person.cell.0, person.uuid, at.recorded.as_millisecond(), UNANSWERED];
    lines(tx, &sql, args).await
}

/// What a person holds now, and what they are asked to take on.
pub async fn held_and_asked(tx: &mut Tx<'_>, person: PersonId, at: Moment) -> Result<Vec<MembershipLine>, Stop> {
    let mut lines = memberships_of(tx, person, at).await?;
    lines.extend(asked_of(tx, person, at).await?);
    Ok(lines)
}

/// Whom an organisation has asked, and who have not answered: the newest last.
pub async fn asked_by(tx: &mut Tx<'_>, id: OrganisationId, at: Moment) -> Result<Vec<MembershipLine>, Stop> {
    let sql = format!(
        "{MEMBERSHIP} WHERE m.cell = $1 AND m.organisation_id = $2 AND (m.valid_to IS NULL OR m.valid_to > $3) \
         AND m.valid_from = $4 ORDER BY m.id LIMIT 500"
    );
    let args = db::args![id.cell.0, id.uuid, at.recorded.as_millisecond(), UNANSWERED];
    lines(tx, &sql, args).await
}

/// Who belongs to an organisation now: its leaders first.
pub async fn members_of(tx: &mut Tx<'_>, id: OrganisationId, at: Moment) -> Result<Vec<MembershipLine>, Stop> {
    let sql = format!(
        "{MEMBERSHIP} WHERE m.cell = $1 AND m.organisation_id = $2 AND (m.valid_to IS NULL OR m.valid_to > $3) \
         AND m.valid_from < $4 ORDER BY CASE m.role WHEN 'team_leader' THEN 0 ELSE 1 END, p.initials, m.id LIMIT 500"
    );
    let args = db::args![id.cell.0, id.uuid, at.recorded.as_millisecond(), UNANSWERED];
    lines(tx, &sql, args).await
}

pub async fn membership(tx: &mut Tx<'_>, id: MembershipId) -> Result<Option<MembershipLine>, Stop> {
    let sql = format!("{MEMBERSHIP} WHERE m.cell = $1 AND m.id = $2");
    let row = tx.one::<MembershipRow>(&sql, db::args![id.cell.0, id.uuid]).await?;
    Ok(row.and_then(MembershipRow::line))
}

/// Whether somebody administers the place without this membership: of the place itself, or of one around it.
pub async fn is_administered_without(tx: &mut Tx<'_>, line: &MembershipLine, at: Moment) -> Result<bool, Stop> {
    let cells: Vec<String> = tx.city().all_cells().map(|cell| cell.0.to_string()).collect();
    let sql = format!(
        "SELECT COUNT(*) FROM people_memberships WHERE cell IN ({}) AND role = $1 AND id <> $2 \
         AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3) \
         AND substr(CAST($4 AS TEXT), 1, length(place_path)) = place_path",
        cells.join(", ")
    );
    let args =
        db::args![Role::Administrator.key(), line.id.uuid, at.recorded.as_millisecond(), line.place_path.as_str()];
    Ok(tx.scalar_i64(&sql, args).await? > 0)
}

/// A credential as a page shows it.
#[derive(Clone, Debug)]
pub struct CredentialLine {
    pub id: CredentialId,
    pub holder: PersonId,
    pub number: String,
    pub issuer: String,
    pub credential: Credential,
}

#[derive(Deserialize)]
struct CredentialRow {
    cell: i32,
    id: Uuid,
    person_id: Uuid,
    skill: String,
    number: String,
    issuer: String,
    valid_from: String,
    valid_to: Option<String>,
    verified_on: Option<String>,
    ended_at: Option<i64>,
}

impl CredentialRow {
    fn line(self, tx: &Tx<'_>) -> Result<CredentialLine, Stop> {
        let day = |text: &String| text.parse().map_err(Stop::defect);
        let calendar = &tx.city().calendar;
        let ended = self.ended_at.and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
        let credential = Credential {
            key: self.skill,
            issued: day(&self.valid_from)?,
            expires: self.valid_to.as_ref().map(day).transpose()?,
            verified: self.verified_on.as_ref().map(day).transpose()?,
            withdrawn: ended.map(|at| calendar.date(at)),
        };
        let cell = Cell(self.cell);
        let (id, holder) = (Id::new(cell, self.id), Id::new(cell, self.person_id));
        Ok(CredentialLine { id, holder, number: self.number, issuer: self.issuer, credential })
    }
}

const CREDENTIAL: &str = "SELECT cell, id, person_id, skill, number, issuer, valid_from, valid_to, verified_on, ended_at \
    FROM people_credentials";

pub async fn credentials_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<CredentialLine>, Stop> {
    let sql = format!("{CREDENTIAL} WHERE cell = $1 AND person_id = $2 ORDER BY skill, valid_from DESC, id");
    let rows = tx.all::<CredentialRow>(&sql, db::args![person.cell.0, person.uuid]).await?;
    rows.into_iter().map(|row| row.line(tx)).collect()
}

/// What people of a cell hold certificates of, as it was entered.
pub async fn certified(tx: &mut Tx<'_>, cell: Cell, limit: i64) -> Result<Vec<String>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        skill: String,
    }
    let sql = "SELECT DISTINCT skill FROM people_credentials WHERE cell = $1 AND number <> '' AND verified_on IS NOT NULL \
               AND ended_at IS NULL ORDER BY skill LIMIT $2";
    Ok(tx.all::<Row>(sql, db::args![cell.0, limit]).await?.into_iter().map(|row| row.skill).collect())
}

pub async fn credential(tx: &mut Tx<'_>, id: CredentialId) -> Result<Option<CredentialLine>, Stop> {
    let sql = format!("{CREDENTIAL} WHERE cell = $1 AND id = $2");
    let row = tx.one::<CredentialRow>(&sql, db::args![id.cell.0, id.uuid]).await?;
    row.map(|row| row.line(tx)).transpose()
}

/// What somebody said of their volunteering.
#[derive(Clone, Debug)]
pub struct Volunteering {
    pub week: Vec<WeeklySpan>,
    pub quiet_until: Option<i64>,
    pub insured_until: Option<i64>,
    pub guardian_consent_until: Option<i64>,
    pub active: bool,
    /// What the national system calls them.
    pub number: Option<String>,
}

pub async fn volunteering_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Volunteering>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        week: String,
        quiet_until: Option<i64>,
        insured_until: Option<i64>,
        guardian_consent_until: Option<i64>,
        active: bool,
        national_number: Option<String>,
    }
    let sql = "SELECT week, quiet_until, insured_until, guardian_consent_until, active, national_number \
               FROM people_volunteers WHERE cell = $1 AND person_id = $2";
    let row = tx.one::<Row>(sql, db::args![person.cell.0, person.uuid]).await?;
    row.map(|row| {
        Ok(Volunteering {
            week: serde_json::from_str(&row.week)?,
            quiet_until: row.quiet_until,
            insured_until: row.insured_until,
            guardian_consent_until: row.guardian_consent_until,
            active: row.active,
            number: row.national_number,
        })
    })
    .transpose()
}

/// Where a guardian has to sign before anything is offered to this volunteer, who is a minor: the office of the place they
/// live in. `None` when no signature is wanted, or one is there.
pub async fn guardian_signs_at(tx: &mut Tx<'_>, person: PersonId, at: Moment) -> Result<Option<Place>, Stop> {
    let Some(volunteering) = volunteering_of(tx, person).await?.filter(|v| v.active) else { return Ok(None) };
    let row = store::present(tx, person).await?;
    let born = row.birth_date.as_deref().map(str::parse::<jiff::civil::Date>).transpose().map_err(Stop::defect)?;
    let age = born.and_then(|born| full_years(born, tx.city().calendar.date(at.recorded)));
    let signed = volunteering.guardian_consent_until.is_some_and(|until| until >= at.recorded.as_millisecond());
    let guardianship = Guardianship { consent: signed, accompanied: false };
    match may_serve(age, guardianship, false, None, &MinorRules::default()) {
        Err(AgeBar::GuardianConsentMissing) => places::store::by_id(tx, Id::new(person.cell, row.place_id)).await,
        _ => Ok(None),
    }
}

/// The people behind one door.
pub async fn household_of(tx: &mut Tx<'_>, household: HouseholdId) -> Result<Vec<PersonRow>, Stop> {
    let sql = format!(
        "SELECT {} FROM people_people WHERE cell = $1 AND household_id = $2 AND erased_at IS NULL ORDER BY birth_date NULLS LAST, id",
        store::COLUMNS
    );
    Ok(tx.all::<PersonRow>(&sql, db::args![household.cell.0, household.uuid]).await?)
}

/// How many organisations of a county one page shows.
pub const ORGANISATIONS: i64 = 300;

/// Organisations of the parts of the tree that `who` works in; of one kind when `kind` is given. At most `most` of a county.
pub async fn find_organisations(
    tx: &mut Tx<'_>,
    who: &Actor,
    kind: Option<&str>,
    within: Option<&str>,
    most: i64,
) -> Result<Vec<OrganisationRow>, Stop> {
    let mut found = Vec::new();
    let roots: Vec<String> = match within {
        Some(path) => reach(who).into_iter().filter_map(|root| overlap(root, path)).collect(),
        None => reach(who),
    };
    for root in roots {
        for cell in cells_of(tx, &root) {
            let sql = format!(
                "SELECT {} FROM people_organisations WHERE cell = $1 AND place_path >= $2 AND place_path < $3 \
                 AND (CAST($4 AS TEXT) IS NULL OR kind = $4) AND ended_at IS NULL ORDER BY place_path, initials, id LIMIT $5",
                store::ORGANISATION
            );
            let args = db::args![cell.0, root.as_str(), format!("{root}~"), kind, most];
            found.extend(tx.all::<OrganisationRow>(&sql, args).await?);
        }
    }
    Ok(found)
}

/// What tells an organisation from any other in the numbers it gives; it gets it when it first needs one, and keeps it.
pub async fn designation(tx: &mut Tx<'_>, unit: OrganisationId) -> Result<String, Stop> {
    #[derive(Deserialize)]
    struct Found {
        designation: Option<String>,
        code: String,
    }
    let sql = "SELECT o.designation, p.code FROM people_organisations o JOIN places_places p ON p.cell = o.cell \
               AND p.id = o.place_id WHERE o.cell = $1 AND o.id = $2";
    let found = tx.one::<Found>(sql, db::args![unit.cell.0, unit.uuid]).await?.ok_or(Stop::Missing)?;
    if let Some(designation) = found.designation {
        return Ok(designation);
    }
    // Held, so that two units of one place never get the same, nor one unit two.
    let held = format!("{sql} {}", for_update(tx.engine()));
    let found = tx.one::<Found>(&held, db::args![unit.cell.0, unit.uuid]).await?.ok_or(Stop::Missing)?;
    if let Some(designation) = found.designation {
        return Ok(designation);
    }
    let sql = "SELECT COUNT(*) FROM people_organisations WHERE cell = $1 AND designation LIKE $2 ESCAPE '\\'";
    let given = tx.scalar_i64(sql, db::args![unit.cell.0, format!("{}-%", found.code)]).await?;
    let designation = codes::designation(&found.code, given + 1);
    let sql = "UPDATE people_organisations SET designation = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![unit.cell.0, unit.uuid, designation.as_str()]).await?;
    Ok(designation)
}
