//! Tables and columns of the file; `columns.toml` says which, in what order, under what names, and on what they rest.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::shared::Text;

/// The whole file. What the national system keeps and this program does not is named too, so that nobody looks for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NationalColumns {
    pub volunteers: Sheet<VolunteerField>,
    pub groups: Sheet<GroupField>,
    pub projects: Sheet<ProjectField>,
    pub records: Sheet<RecordField>,
    pub ratings: Sheet<RatingField>,
    pub credentials: Sheet<CredentialField>,
    pub certificates: Sheet<CertificateField>,
    #[serde(default)]
    pub missing: Vec<Missing>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet<F> {
    pub title: Text,
    pub columns: Vec<Column<F>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column<F> {
    pub field: F,
    pub title: Text,
    /// Law and article, or standard, that names it.
    pub basis: String,
    /// Its name and meaning were read in the text named as its basis. Otherwise: to be held against the template.
    pub confirmed: bool,
}

/// An element of MZ/T 061-2015 that this program keeps nothing of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    pub title: Text,
    pub why: Text,
    pub basis: String,
}

/// What a column may hold.
pub trait Field: Copy + Serialize + PartialEq {}

macro_rules! fields {
    ($($(#[$about:meta])* $name:ident { $($field:ident),* $(,)? })*) => { $(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($field),* }
        impl Field for $name {}
    )* };
}

fields! {
    /// Of a volunteer.
    VolunteerField { Number, Name, Sex, BirthDate, Identity, Home, Phone, Skills, Teams, Minutes, Hours }
    /// Of a unit that recorded, or that it stands under.
    GroupField { Name, CreditCode, Kind, Parent, Home, Members }
    /// Of an activity, which is a task or what a late entry names.
    ProjectField { Code, Name, Place, FirstDay, LastDay, Organiser, InCharge, People, Hours }
    /// Of what one volunteer did once.
    RecordField {
        Id, Number, Name, Activity, Day, Place, Content, Start, End, Hours, Minutes, Organiser, InCharge, Class, LateReason,
        Evidence, ConfirmedBy, ConfirmedOn,
    }
    /// Of what the person served said of a matter.
    RatingField { Record, Number, Name, Satisfaction, Solved, Day }
    /// Of a credential of a volunteer.
    CredentialField { Number, Name, Skill, Document, Issuer, Issued, Expires, SeenOn }
    /// Of a certificate of record that the unit issued.
    CertificateField { Number, Name, Serial, From, To, Hours, IssuedOn, Standing }
}

static EMBEDDED: LazyLock<NationalColumns> =
    LazyLock::new(|| NationalColumns::parse(NationalColumns::OWN).expect("the embedded columns are read by a test"));

impl Default for NationalColumns {
    fn default() -> NationalColumns {
        EMBEDDED.clone()
    }
}

impl NationalColumns {
    /// The program's own file.
    pub const OWN: &str = include_str!("columns.toml");

    /// Reads a whole file of columns, as a city lays it beside its data when its national template differs.
    ///
    /// # Errors
    /// What the reader says: a table missing, a field that there is not, a title without one of its languages.
    pub fn parse(toml: &str) -> Result<NationalColumns, toml::de::Error> {
        toml::from_str(toml)
    }

    /// How many columns are still to be held against the template.
    pub fn unconfirmed(&self) -> usize {
        fn of<F>(sheet: &Sheet<F>) -> usize {
            sheet.columns.iter().filter(|column| !column.confirmed).count()
        }
        let of_service = of(&self.projects) + of(&self.records) + of(&self.ratings) + of(&self.certificates);
        of_service + of(&self.volunteers) + of(&self.groups) + of(&self.credentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks_right<F: Field>(sheet: &Sheet<F>) {
        assert!(!sheet.title.is_incomplete() && !sheet.columns.is_empty());
        for (at, column) in sheet.columns.iter().enumerate() {
            let twice = sheet.columns.iter().skip(at + 1).any(|c| c.field == column.field || c.title == column.title);
            assert!(!twice && !column.title.is_incomplete() && !column.basis.is_empty(), "{}", column.title.en);
        }
    }

    #[test]
    fn every_column_has_two_names_and_says_what_it_rests_on() {
        let file = NationalColumns::default();
        looks_right(&file.volunteers);
        looks_right(&file.groups);
        looks_right(&file.projects);
        looks_right(&file.records);
        looks_right(&file.ratings);
        looks_right(&file.credentials);
        looks_right(&file.certificates);
        assert!(file.missing.iter().all(|m| !m.title.is_incomplete() && !m.why.is_incomplete()));
    }

    #[test]
    fn a_misspelt_field_is_named() {
        let text = include_str!("columns.toml").replacen("\"activity\"", "\"actvity\"", 1);
        let fault = NationalColumns::parse(&text).expect_err("there is no such field").to_string();
        assert!(fault.contains("unknown variant `actvity`") && fault.contains("in_charge"), "{fault}");
    }

    #[test]
    fn what_the_order_names_of_a_service_is_there() {
        // 志愿服务情况 (民政部令第 67 号): 活动名称、日期、地点、服务内容、服务时间、活动组织单位、活动负责人.
        let named = ["活动名称", "日期", "地点", "服务内容", "服务时间（小时）", "活动组织单位", "活动负责人"];
        let columns = NationalColumns::default().records.columns;
        for name in named {
            assert!(columns.iter().any(|c| c.title.zh == name && c.confirmed), "{name}");
        }
    }
}
