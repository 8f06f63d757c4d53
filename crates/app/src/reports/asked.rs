//! What a report is asked for: of which place and month, and as whom one looks.

use std::sync::Arc;

use kit::{Link, Page};
use rules::reports::Month;
use rules::shared::{Actor, Moment, Refusal};
use serde::Deserialize;

use super::figures::View;
use crate::places::Place;
use crate::web::{Caller, Visitor};
use crate::{Stop, Tx};

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub place: String,
    #[serde(default)]
    pub month: String,
    #[serde(default)]
    pub page: Option<u32>,
    /// `yes` for what the public sees, whoever asks.
    #[serde(default)]
    pub public: String,
}

impl Asked {
    pub fn is_public(&self) -> bool {
        self.public == "yes"
    }

    /// As whom the figures are looked at.
    pub fn reader<'a>(&self, caller: Option<&'a Arc<Caller>>) -> Option<&'a Actor> {
        caller.map(|caller| &caller.actor).filter(|_| !self.is_public())
    }

    /// Staff begin at the place they work for, and everybody else at the city.
    pub fn at_home(self, caller: Option<&Arc<Caller>>) -> Asked {
        let own = self.reader(caller).filter(|who| self.place.is_empty() && who.is_staff());
        let mut paths: Vec<&str> = own.iter().flat_map(|who| &who.memberships).map(|m| m.place_path.as_str()).collect();
        paths.sort_unstable();
        match paths.first().and_then(|path| path.trim_end_matches('/').rsplit('/').next()) {
            Some(code) => Asked { place: code.to_owned(), ..self },
            None => self,
        }
    }

    /// The month asked for; the current one when none is, or it has not begun: from there no choice leads back.
    pub fn month(&self, tx: &Tx<'_>, at: Moment) -> Result<Month, Stop> {
        match self.month.as_str() {
            "" => Ok(View::this_month(tx, at)),
            text => Ok(text.parse::<Month>()?.min(View::this_month(tx, at))),
        }
    }

    /// The same for a program, which takes what it gets for what it asked.
    ///
    /// # Errors
    /// `month`, `month-ahead` for one that has not begun.
    pub fn month_begun(&self, tx: &Tx<'_>, at: Moment) -> Result<Month, Stop> {
        let month = self.month(tx, at)?;
        if !self.month.is_empty() && self.month.parse::<Month>()? != month {
            return Err(Refusal::new("month-ahead").with("now", month.to_string()).at_field("month").into());
        }
        Ok(month)
    }
}

/// What every link of a report takes along: the month, and that one looks as the public does.
#[derive(Clone, Copy)]
pub struct Kept {
    pub month: Month,
    pub public: bool,
}

impl Kept {
    pub fn address(self, path: &str, place: &str) -> String {
        let public = if self.public { "&public=yes" } else { "" };
        format!("{path}?place={place}&month={}{public}", self.month)
    }
}

pub fn crumbs(path: &str, chain: &[Place], kept: Kept) -> Vec<Link> {
    chain.iter().map(|p| Link::new(p.name.clone(), kept.address(path, &p.code))).collect()
}

/// The same page as the reader sees it by their role, or as the public does.
pub struct Other {
    pub label: String,
    pub href: String,
}

pub fn other(page: &Page, path: &str, place: &str, kept: Kept, (is_staff, exact): (bool, bool)) -> Option<Other> {
    let key = match (kept.public, exact) {
        (true, _) if is_staff => "report-as-staff",
        (false, true) => "report-as-public",
        _ => return None,
    };
    let turned = Kept { public: !kept.public, ..kept };
    Some(Other { label: page.t(key), href: turned.address(path, place) })
}

pub fn is_staff(visitor: &Visitor) -> bool {
    visitor.caller.as_ref().is_some_and(|caller| caller.actor.is_staff())
}
