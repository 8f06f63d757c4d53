//! The tables of the file, drawn by the columns that the city has set: one function says what each field of a row holds.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use kit::Page;
use kit::format::zoned;
use kit::spreadsheets::Out;
use rules::service::certificate::{Standing, number};
use rules::service::national::{
    CertificateField, Column, CredentialField, Field, GroupField, NationalColumns, ProjectField, RatingField,
    RecordField, Sheet, VolunteerField,
};
use rules::service::record::Evidence;
use rules::shared::ids::PersonId;
use serde::Serialize;
use uuid::Uuid;

use super::super::records::RecordRow;
use super::store::{CertificateRow, CredentialRow, Gathered, GroupRow, RatingRow, VolunteerRow};
use crate::Stop;
use crate::exchange::lists::when;

/// A column, as it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Stable, whatever the column is called.
    pub field: String,
    pub title: String,
    pub basis: String,
    pub confirmed: bool,
}

/// One table of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Stable: `records`, `volunteers` …
    pub key: &'static str,
    pub title: String,
    pub columns: Vec<Head>,
    pub rows: Vec<Vec<Out>>,
}

/// All tables of the file, in their order.
///
/// # Errors
/// A defect, when a field has no name.
pub fn tables(page: &Page, columns: &NationalColumns, all: &Gathered) -> Result<Vec<Table>, Stop> {
    let say = Say::new(page, all);
    let rating = |row| Some((row, all.rating_of(row)?));
    let rated: Vec<(&RecordRow, &RatingRow)> = all.records.iter().filter_map(rating).collect();
    let projects = projects(&all.records);
    let group = std::slice::from_ref(&all.group);
    Ok(vec![
        table(page, "volunteers", &columns.volunteers, &all.volunteers, |field, row| say.volunteer(field, row))?,
        table(page, "groups", &columns.groups, group, |field, row| say.group(field, row))?,
        table(page, "projects", &columns.projects, &projects, |field, row| say.project(field, row))?,
        table(page, "records", &columns.records, &all.records, |field, row| say.record(field, row))?,
        table(page, "ratings", &columns.ratings, &rated, |field, row| say.rating(field, *row))?,
        table(page, "credentials", &columns.credentials, &all.credentials, |field, row| say.credential(field, row))?,
        table(page, "certificates", &columns.certificates, &all.certificates, |field, row| {
            say.certificate(field, row)
        })?,
    ])
}

fn table<F: Field, R>(
    page: &Page,
    key: &'static str,
    sheet: &Sheet<F>,
    rows: &[R],
    cell: impl Fn(F, &R) -> Out,
) -> Result<Table, Stop> {
    let lang = page.lang.tag();
    let head = |column: &Column<F>| {
        Ok::<_, Stop>(Head {
            field: key_of(column.field)?,
            title: column.title.in_lang(lang).to_owned(),
            basis: column.basis.clone(),
            confirmed: column.confirmed,
        })
    };
    Ok(Table {
        key,
        title: sheet.title.in_lang(lang).to_owned(),
        columns: sheet.columns.iter().map(head).collect::<Result<_, _>>()?,
        rows: rows.iter().map(|row| sheet.columns.iter().map(|column| cell(column.field, row)).collect()).collect(),
    })
}

/// The name of a field, as `columns.toml` has it.
fn key_of(field: impl Serialize) -> Result<String, Stop> {
    serde_json::to_value(field)?.as_str().map(str::to_owned).ok_or_else(|| Stop::defect("a field without a name"))
}

/// An activity: a task, or what late entries of one day and name say.
struct Project<'a> {
    first: &'a RecordRow,
    last_day: &'a str,
    people: HashSet<PersonId>,
    minutes: i64,
}

fn projects(records: &[RecordRow]) -> Vec<Project<'_>> {
    let mut found: HashMap<(Option<Uuid>, &str, &str), Project<'_>> = HashMap::new();
    for row in records {
        let key = match row.task_id {
            Some(task) => (Some(task), "", ""),
            None => (None, row.day.as_str(), row.activity.as_str()),
        };
        let new = || Project { first: row, last_day: &row.day, people: HashSet::new(), minutes: 0 };
        let project = found.entry(key).or_insert_with(new);
        project.last_day = &row.day;
        project.minutes += row.minutes;
        project.people.insert(row.volunteer());
    }
    let mut projects: Vec<Project<'_>> = found.into_values().collect();
    projects.sort_by_key(|project| (project.first.day.as_str(), project.first.started_at, project.first.id().uuid));
    projects
}

/// What each field says, in the language of the page. What is not known is an empty cell.
struct Say<'a> {
    page: &'a Page,
    zone: TimeZone,
    volunteers: HashMap<PersonId, &'a VolunteerRow>,
    minutes: HashMap<PersonId, i64>,
}

fn told(text: Option<&str>) -> Out {
    Out::from(text.unwrap_or_default())
}

impl<'a> Say<'a> {
    fn new(page: &'a Page, all: &'a Gathered) -> Say<'a> {
        let mut minutes: HashMap<PersonId, i64> = HashMap::new();
        for row in &all.records {
            *minutes.entry(row.volunteer()).or_default() += row.minutes;
        }
        Say {
            page,
            zone: all.zone.clone(),
            volunteers: all.volunteers.iter().map(|row| (row.id(), row)).collect(),
            minutes,
        }
    }

    fn word(&self, key: &str) -> Out {
        Out::from(self.page.t(&key.replace('_', "-")))
    }

    /// The day of an instant, in the city's time.
    fn day(&self, millis: Option<i64>) -> Out {
        let day = |millis| Some(zoned(millis, &self.zone)?.date().to_string());
        told(millis.and_then(day).as_deref())
    }

    fn number(&self, person: PersonId) -> Out {
        told(self.volunteers.get(&person).and_then(|row| row.number.as_deref()))
    }

    fn name(&self, person: PersonId) -> Out {
        told(self.volunteers.get(&person).map(|row| row.name.as_str()))
    }

    fn volunteer(&self, field: VolunteerField, row: &VolunteerRow) -> Out {
        let minutes = self.minutes.get(&row.id()).copied().unwrap_or_default();
        match field {
            VolunteerField::Number => told(row.number.as_deref()),
            VolunteerField::Name => Out::from(row.name.as_str()),
            VolunteerField::Sex => {
                row.sex.as_deref().map_or_else(|| told(None), |sex| self.word(&format!("people-sex-{sex}")))
            }
            VolunteerField::BirthDate => told(row.birth_date.as_deref()),
            VolunteerField::Identity => Out::from(row.identity_masked.as_str()),
            VolunteerField::Home => Out::from(row.home.as_str()),
            VolunteerField::Phone => Out::from(row.phone_masked.as_str()),
            VolunteerField::Skills => Out::from(row.skills.join("、")),
            VolunteerField::Teams => Out::from(row.teams.join("、")),
            VolunteerField::Minutes => Out::Number(minutes),
            VolunteerField::Hours => Out::Hours(minutes),
        }
    }

    fn group(&self, field: GroupField, row: &GroupRow) -> Out {
        match field {
            GroupField::Name => Out::from(row.name.as_str()),
            GroupField::CreditCode => told(row.credit_code.as_deref()),
            GroupField::Kind => self.word(&format!("organisation-kind-{}", row.kind)),
            GroupField::Parent => told(row.parent.as_deref()),
            GroupField::Home => Out::from(row.place_name.as_str()),
            GroupField::Members => Out::Number(row.members),
        }
    }

    fn project(&self, field: ProjectField, row: &Project<'_>) -> Out {
        match field {
            ProjectField::Code => told(row.first.task().map(|task| task.to_string()).as_deref()),
            ProjectField::Name => Out::from(row.first.activity.as_str()),
            ProjectField::Place => Out::from(row.first.place_name.as_str()),
            ProjectField::FirstDay => Out::from(row.first.day.as_str()),
            ProjectField::LastDay => Out::from(row.last_day),
            ProjectField::Organiser => told(row.first.organisation_name.as_deref()),
            ProjectField::InCharge => told(row.first.charge_name.as_deref()),
            ProjectField::People => Out::Number(i64::try_from(row.people.len()).unwrap_or(i64::MAX)),
            ProjectField::Hours => Out::Hours(row.minutes),
        }
    }

    fn record(&self, field: RecordField, row: &RecordRow) -> Out {
        let is_late = row.evidence == Evidence::Late.key();
        match field {
            RecordField::Id => Out::from(row.id().to_string()),
            RecordField::Number => self.number(row.volunteer()),
            RecordField::Name => self.name(row.volunteer()),
            RecordField::Activity => Out::from(row.activity.as_str()),
            RecordField::Day => Out::from(row.day.as_str()),
            RecordField::Place => Out::from(row.place_name.as_str()),
            RecordField::Content => Out::from(row.content.as_str()),
            RecordField::Start => when(row.started_at, &self.zone),
            RecordField::End => when(row.ended_at, &self.zone),
            RecordField::Hours => Out::Hours(row.minutes),
            RecordField::Minutes => Out::Number(row.minutes),
            RecordField::Organiser => told(row.organisation_name.as_deref()),
            RecordField::InCharge => told(row.charge_name.as_deref()),
            RecordField::Class => self.word(if is_late { "national-late" } else { "national-recorded" }),
            RecordField::LateReason => told(row.late_reason.as_deref()),
            RecordField::Evidence => self.word(&format!("tasks-evidence-{}", row.evidence)),
            RecordField::ConfirmedBy => told(row.confirmer_name.as_deref()),
            RecordField::ConfirmedOn => self.day(row.confirmed_at),
        }
    }

    fn rating(&self, field: RatingField, (row, rating): (&RecordRow, &RatingRow)) -> Out {
        match field {
            RatingField::Record => Out::from(row.id().to_string()),
            RatingField::Number => self.number(row.volunteer()),
            RatingField::Name => self.name(row.volunteer()),
            RatingField::Satisfaction => Out::Number(rating.satisfaction),
            RatingField::Solved => self.word(&format!("national-solved-{}", rating.solved)),
            RatingField::Day => self.day(Some(rating.rated_at)),
        }
    }

    fn credential(&self, field: CredentialField, row: &CredentialRow) -> Out {
        match field {
            CredentialField::Number => self.number(row.holder()),
            CredentialField::Name => self.name(row.holder()),
            CredentialField::Skill => Out::from(row.skill.as_str()),
            CredentialField::Document => Out::from(row.number.as_str()),
            CredentialField::Issuer => Out::from(row.issuer.as_str()),
            CredentialField::Issued => Out::from(row.valid_from.as_str()),
            CredentialField::Expires => told(row.valid_to.as_deref()),
            CredentialField::SeenOn => told(row.verified_on.as_deref()),
        }
    }

    fn certificate(&self, field: CertificateField, row: &CertificateRow) -> Out {
        match field {
            CertificateField::Number => told(row.number.as_deref()),
            CertificateField::Name => Out::from(row.name.as_str()),
            CertificateField::Serial => Out::from(number(row.designation.as_deref(), row.year, row.serial)),
            CertificateField::From => Out::from(row.from_day.as_str()),
            CertificateField::To => Out::from(row.to_day.as_str()),
            CertificateField::Hours => Out::Hours(row.recorded_minutes + row.late_minutes),
            CertificateField::IssuedOn => self.day(Some(row.issued_at)),
            CertificateField::Standing => {
                let standing = Standing::of(row.revoked_at.is_some(), row.doubted_at.is_some());
                self.word(&format!("certificate-{}", standing.key()))
            }
        }
    }
}
