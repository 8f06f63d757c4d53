//! Raising a matter page by page: what is asked where, what was typed, what is known of the person.

use std::sync::Arc;

use kit::{Choice, Errors, Form, Page};
use rules::matters::Values;
use rules::matters::kind::{Asked, Field, FieldType, Kind, Prefill};
use rules::places::{Level, path};
use rules::shared::ids::{PersonId, PlaceId};
use rules::shared::{Actor, Text};

use super::filled::Filled;
use super::questions::{self, Question};
use crate::city::City;
use crate::matters::behalf;
use crate::people::store::PersonRow;
use crate::places::{self, picker};
use crate::{Stop, Tx, people};

/// The kinds behind 「我要求助」 and 「报隐患」; every other kind is raised in the same way under its own key.
pub const NEED: &str = "need";
pub const HAZARD: &str = "hazard";
/// The page of a form that is one page.
pub const ONE: &str = "form";
/// The last look before sending.
pub const CHECK: &str = "check";

/// The address of a page of the form of a kind.
pub fn href(kind: &str, page: &str) -> String {
    match (kind, page) {
        (HAZARD, ONE) => "/hazard/new".to_owned(),
        (NEED, _) => format!("/help/new/{page}"),
        _ => format!("/help/new/{page}?kind={kind}"),
    }
}

/// Everything a page of the form needs, read at once.
pub struct Flow {
    city: Arc<City>,
    kind: String,
    /// Who fills it in.
    pub person: PersonId,
    /// For whom they act, when that is somebody else.
    pub of: Option<PersonId>,
    /// Whose matter it will be.
    pub row: PersonRow,
    /// Where they live, and what it is called there.
    pub home: Option<(PlaceId, String)>,
    pub filled: Filled,
    /// True when something was kept from before.
    pub is_kept: bool,
    pub near: Vec<Choice>,
    pub organisations: Vec<Choice>,
}

impl Flow {
    pub async fn open(tx: &mut Tx<'_>, who: &Actor, kind: &str) -> Result<Flow, Stop> {
        let person = who.person.ok_or(Stop::SignIn)?;
        let (city, of) = (tx.city(), behalf::other(who));
        let open = city.kinds.get(kind).filter(|k| k.is_open_to_residents());
        let asks_organisation = open.ok_or(Stop::Missing)?.fields.iter().any(|f| f.type_ == FieldType::Organisation);
        let row = people::store::person(tx, of.unwrap_or(person)).await?.ok_or(Stop::Missing)?;
        let home = match places::store::by_id(tx, rules::shared::Id::new(row.id().cell, row.place_id)).await? {
            Some(place) => Some((place.id, picker::common_name(tx, &place).await?)),
            None => None,
        };
        let kept = Filled::load(tx, person, kind, of).await?;
        let near = picker::near(tx, &row.place_path).await?;
        let organisations = if asks_organisation {
            let county = path::up_to(&row.place_path, Level::County);
            let rows = people::store::organisations(tx, row.id().cell, "department", county).await?;
            rows.iter().map(|o| Choice::new(o.id().to_string(), o.name.as_str())).collect()
        } else {
            Vec::new()
        };
        let is_kept = kept.is_some();
        let filled = kept.unwrap_or_default();
        Ok(Flow { kind: kind.to_owned(), city, person, of, row, home, filled, is_kept, near, organisations })
    }

    pub fn kind(&self) -> &Kind {
        self.city.kinds.get(&self.kind).expect("looked up when the flow was opened")
    }

    /// The pages in order, each with the question on top.
    pub fn pages(&self) -> Vec<(&str, &Text)> {
        let kind = self.kind();
        if kind.pages.is_empty() {
            return vec![(ONE, &kind.name)];
        }
        kind.pages.iter().map(|p| (p.key.as_str(), &p.name)).collect()
    }

    /// The fields asked on a page. The type is among them only when no tile chose it before.
    pub fn fields(&self, page: &str) -> Vec<&Field> {
        self.kind().asked_on(page).collect()
    }

    /// True when no tile chose the type, as from an old link into the middle of the form, and no page asks it.
    pub fn lacks_type(&self) -> bool {
        let asked = |field: &str| self.pages().iter().any(|(page, _)| self.fields(page).iter().any(|f| f.key == field));
        let kind = self.kind();
        kind.type_field.as_deref().is_some_and(|field| !asked(field) && self.form().text(field).is_empty())
    }

    pub fn is_last(&self, page: &str) -> bool {
        self.pages().last().is_some_and(|(key, _)| *key == page)
    }

    /// The page after this one: the next, or the last look.
    pub fn after(&self, page: &str) -> String {
        let pages = self.pages();
        let next = pages.iter().skip_while(|(key, _)| *key != page).nth(1);
        next.map_or_else(|| CHECK.to_owned(), |(key, _)| (*key).to_owned())
    }

    /// The page that asks a field, for the links of the last look.
    pub fn page_of(&self, field: &Field) -> String {
        field.page.clone().unwrap_or_else(|| self.pages().first().map_or(ONE, |(key, _)| key).to_owned())
    }

    pub fn questions(&self, page: &Page, key: &str) -> Vec<Question> {
        let (kind, values) = (self.kind(), self.values());
        let drawn = |f: &&Field| {
            let mut question = questions::question(page, kind, f, &self.organisations);
            question.optional = question.optional && !kind.must_answer(f, &values);
            if let Some(said) = self.left_empty(page, f, &values) {
                let hint = f.hint.as_ref().map(|h| questions::say(page, h)).unwrap_or_default();
                question.hint = format!("{said}{}{hint}", if page.is_en() { " " } else { "" }).trim().to_owned();
            }
            if let Some(own) = question.choices.iter_mut().find(|c| c.value == questions::MYSELF) {
                own.label = self.for_self(page);
            }
            question
        };
        // Whoever has said once that they are a courier is not asked again.
        let is_known = |f: &&&Field| {
            f.prefill == Some(Prefill::Group) && f.options.iter().any(|o| o.key == self.row.reporter_group)
        };
        self.fields(key).iter().filter(|f| !is_known(f)).map(drawn).collect()
    }

    /// Whose matter it is, when the form says that it is for oneself.
    pub fn for_self(&self, page: &Page) -> String {
        match self.of {
            Some(_) => page.t1("matters-for-represented", "name", self.row.name.as_str()),
            None => page.t("matters-for-self"),
        }
    }

    /// What their record answers where the form leaves a field empty, masked.
    pub fn known(&self, page: &Page, field: &Field, values: &Values) -> Option<String> {
        match field.prefill? {
            Prefill::Phone => Some(self.row.phone_masked.clone()).filter(|phone| !phone.is_empty()),
            Prefill::Address if self.row.address_masked.is_empty() || self.kind().is_elsewhere(values) => None,
            Prefill::Address => Some(page.t1("matters-own-address", "place", self.row.address_masked.as_str())),
            Prefill::Group => None,
        }
    }

    /// Whether it is in the community that they live in, where their door is.
    pub fn is_near(&self) -> bool {
        let place: Option<PlaceId> = self.form().text("place_id").parse().ok();
        place.is_none_or(|place| place.uuid == self.row.place_id)
    }

    /// What comes of leaving such a field empty, in words.
    fn left_empty(&self, page: &Page, field: &Field, values: &Values) -> Option<String> {
        let known = self.known(page, field, values);
        let key = match field.prefill? {
            Prefill::Group => return None,
            Prefill::Address if self.kind().is_elsewhere(values) => "matters-empty-elsewhere",
            Prefill::Address if known.is_none() => "matters-empty-address-none",
            Prefill::Address => "matters-empty-address",
            Prefill::Phone if known.is_none() => "matters-empty-phone-none",
            Prefill::Phone if self.kind().is_for_another(values) => "matters-empty-phone-asker",
            Prefill::Phone => "matters-empty-phone",
        };
        let whose = match self.of {
            Some(_) => page.t1("matters-whose-name", "name", self.row.name.as_str()),
            None => page.t("matters-whose-you"),
        };
        Some(page.t2(key, "whose", whose, "own", known.unwrap_or_default()))
    }

    /// The form as it is drawn: what was typed, and before that what is known.
    pub fn form(&self) -> Form {
        let mut form = self.filled.form();
        if form.raw("place").is_none()
            && let Some((id, name)) = &self.home
        {
            form.set("place", name.as_str());
            form.set("place_id", id.to_string());
        }
        form
    }

    /// Whatever the whole form says so far.
    pub fn values(&self) -> Values {
        let asked = self.kind().fields.iter().filter(|f| f.asked == Asked::Intake);
        questions::values(self.kind(), asked, &self.filled.form())
    }

    pub fn wrong(&self, page: &Page, key: &str) -> Errors {
        questions::wrong(page, self.kind(), self.fields(key), &self.filled.form(), None)
    }

    /// The field that takes photos, and how many.
    pub fn photo_field(&self) -> Option<(&Field, usize)> {
        let field = self.kind().fields.iter().find(|f| f.type_ == FieldType::Photos && f.asked == Asked::Intake)?;
        Some((field, field.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX)))
    }

    /// Which help it is, and how far one has got: 「照护陪伴：第 1 步，共 4 步」.
    pub fn step(&self, page: &Page, step: usize) -> String {
        let steps = self.pages().len() + 1;
        match self.type_name(page) {
            Some(what) => page.t3("matters-step-of-what", "what", what, "step", step, "steps", steps),
            None => page.t2("matters-step-of", "step", step, "steps", steps),
        }
    }

    /// Whether what was typed is of this type.
    pub fn is_of_type(&self, type_: &str) -> bool {
        self.kind().type_field.as_deref().is_some_and(|field| self.filled.form().text(field) == type_)
    }

    /// What the type chosen is called.
    pub fn type_name(&self, page: &Page) -> Option<String> {
        let key = self.kind().type_field.as_deref()?;
        let chosen = self.filled.form().text(key).to_owned();
        self.kind().types().iter().find(|t| t.key == chosen).map(|t| questions::say(page, &t.name))
    }
}
