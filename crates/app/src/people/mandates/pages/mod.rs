//! Pages of mandates: one's own family, and for staff those of a person; the slip that is signed.

mod asked;
pub mod doing;
pub mod family;
pub mod slip;
pub mod staff;

pub(super) use asked::named;

use kit::{Choice, Page};
use rules::people::mandate::{Kinds, Side, Standing};
use rules::shared::Moment;
use rules::shared::code::in_groups;

use super::stands;
use super::store::MandateRow;
use crate::city::City;
use crate::{Stop, Tx};

/// A mandate as pages show it.
pub struct Line {
    pub id: String,
    pub row: MandateRow,
    pub standing: Standing,
    kinds: Kinds,
    /// Codes of the private matters of before that it opens.
    pub named: Vec<String>,
}

impl Line {
    pub fn of(tx: &Tx<'_>, row: MandateRow, at: Moment) -> Result<Line, Stop> {
        let mandate = row.mandate()?;
        let standing = stands(tx, &mandate, at);
        Ok(Line { id: row.id().to_string(), standing, kinds: mandate.kinds, named: mandate.named, row })
    }

    pub fn is(&self, standing: &str) -> bool {
        self.standing.key() == standing
    }

    /// The one represented asked for it, and whoever shall act answers.
    pub fn is_of_delegate(&self) -> bool {
        self.row.answers() == Side::Delegate
    }

    /// Waits for whom the one represented asked to act.
    pub fn waits_for_delegate(&self) -> bool {
        self.is("asked") && self.is_of_delegate()
    }

    pub fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Lapsed | Standing::Revoked)
    }

    pub fn tone(&self) -> &'static str {
        match self.standing {
            Standing::Holds => "ok",
            Standing::Asked => "warn",
            Standing::Lapsed | Standing::Revoked => "",
        }
    }

    /// The private matters of before that it opens, by their codes.
    pub fn named(&self, page: &Page) -> String {
        let codes: Vec<String> = self.named.iter().map(|code| in_groups(code)).collect();
        page.row_of(&codes)
    }

    /// Whether it is for matters of this kind.
    pub fn holds_for(&self, kind: &str) -> bool {
        self.kinds.hold(kind)
    }

    /// What it is for, in words.
    pub fn what(&self, page: &Page, city: &City) -> String {
        what(page, city, &self.kinds)
    }
}

/// Kinds in words.
pub fn what(page: &Page, city: &City, kinds: &Kinds) -> String {
    match kinds {
        Kinds::All => page.t("mandates-kinds-all"),
        Kinds::These(keys) => {
            let name = |key: &String| city.kinds.get(key).map(|k| word(page, &k.name.zh, &k.name.en));
            let names: Vec<String> = keys.iter().filter_map(name).collect();
            page.row_of(&names)
        }
    }
}

fn word(page: &Page, zh: &str, en: &str) -> String {
    if page.is_en() { en.to_owned() } else { zh.to_owned() }
}

/// The kinds that can be named, all of them first.
fn kinds(page: &Page, city: &City) -> Vec<Choice> {
    let all = Choice::new("*", page.t("mandates-kinds-all"));
    let named = city.raised_by_residents().map(|k| Choice::new(k.id.as_str(), word(page, &k.name.zh, &k.name.en)));
    std::iter::once(all).chain(named).collect()
}
