//! What staff write down for somebody: who rang or came, which questions are asked, when it was. The call-taker's page and
//! the forms of paper share it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kit::{Form, Page};
use rules::matters::access::{self, Sight};
use rules::matters::kind::{Field, FieldType, Kind, Prefill};
use rules::matters::visibility::phone_lookup_shows;
use rules::people::Phone;
use rules::people::access::{self as people_access, Register};
use rules::people::codes::masked_name;
use rules::shared::ids::{PersonId, PlaceId};
use rules::shared::{Actor, Id, Refusal};

use super::questions::{self, Question, say};
use crate::matters::store::MatterRow;
use crate::matters::{Held, store};
use crate::places::picker;
use crate::{Stop, Tx, identity, people, places};

/// How many matters of a caller are looked through for open ones.
const MOST: i64 = 100;

/// A part of the form.
pub struct Section {
    pub title: String,
    /// The column of a wide screen: who, what, where.
    pub column: u8,
    pub questions: Vec<Question>,
}

/// What a number tells: who is registered under it, masked, and whether something is open.
#[derive(Clone, Debug)]
pub struct Known {
    pub person: PersonId,
    pub name: String,
    pub place: String,
    pub home: String,
    /// Where they live, as the picker takes it.
    pub lives: Option<(PlaceId, String)>,
    pub has_open: bool,
    /// What of that the one who looks may open at work.
    pub open: Vec<MatterRow>,
    /// Something of it is not for them.
    pub has_hidden: bool,
    /// Of a card: whose the number is that they ring from, masked, when that is somebody else.
    pub rung: Option<String>,
}

/// The kinds that this person may take in for somebody.
pub fn kinds_for<'c>(who: &Actor, kinds: impl Iterator<Item = &'c Kind>) -> Vec<&'c Kind> {
    kinds.filter(|k| !k.intake.closed && k.intake.on_behalf.iter().any(|role| who.has_role(*role))).collect()
}

/// What can be asked in a call: neither photos nor the position of a device.
pub const fn by_phone(field: &Field) -> bool {
    !matches!(field.type_, FieldType::Photos | FieldType::Point)
}

/// What the box for keeping it private says: who may open it then, with or without whoever ticks it.
pub fn private_hint(who: &Actor, kind: &Kind) -> &'static str {
    let sees = |place: &str| access::sight(who, kind, place) == Sight::All;
    match who.memberships.iter().any(|m| sees(&m.place_path)) {
        true => "matters-call-private-hint-seen",
        false => "matters-call-private-hint",
    }
}

/// The questions of the form in the order of a call: who, what, where.
pub fn sections(page: &Page, kind: &Kind) -> Vec<Section> {
    let subject = kind.subject_field.as_deref();
    let draw = |field: &Field| {
        let mut question = questions::question(page, kind, field, &[]);
        // What hangs on another answer of the same page is not called optional: its hint says when it is needed.
        question.optional &= !(field.prefill == Some(Prefill::Address) && kind.asks_elsewhere());
        if let (true, Some(own)) = (subject == Some(field.key.as_str()), question.choices.first_mut()) {
            own.label = page.t("matters-call-self");
        }
        question
    };
    let asked = |key: &str| -> Vec<Question> {
        let typed = kind.type_field.as_deref();
        let fields = kind.asked_on(key).filter(|f| by_phone(f) && Some(f.key.as_str()) != typed);
        fields.map(draw).collect()
    };
    let mut sections: Vec<Section> =
        kind.pages.iter().map(|p| Section { title: say(page, &p.name), column: 2, questions: asked(&p.key) }).collect();
    if sections.is_empty() {
        sections.push(Section { title: say(page, &kind.name), column: 2, questions: asked("") });
    }
    let is_who = |s: &Section| s.questions.iter().any(|q| Some(q.key.as_str()) == subject);
    let at = sections.iter().position(|s| !is_who(s)).unwrap_or(0);
    sections.iter_mut().take(at).for_each(|s| s.column = 1);
    sections.iter_mut().skip(at + 1).for_each(|s| s.column = 3);
    if let Some(first) = sections.first_mut() {
        let noted = kind.noted().filter(|f| by_phone(f)).map(draw);
        first.questions.splice(0..0, noted);
    }
    if let (Some(field), Some(section)) = (kind.type_field.as_deref().and_then(|f| kind.field(f)), sections.get_mut(at))
    {
        let mut question = draw(field);
        question.widget = "radios";
        section.questions.insert(0, question);
    }
    sections
}

/// The section of a form in which the place is asked, before its questions: the page and the paper go the same way.
pub fn asks_the_place(sections: &[Section]) -> usize {
    sections.iter().position(|s| s.column == 3).unwrap_or(sections.len().saturating_sub(1))
}

/// By what somebody is looked up.
#[derive(Clone, Debug)]
pub enum Sign {
    Phone(Phone),
    /// The code of their service card, or what its QR says; and the number that they ring from, if there is one.
    Card(String, Option<Phone>),
    Person(PersonId),
}

/// What the form looks somebody up by: the card first, whoever's telephone they ring from, then the number, then whom it was
/// opened for.
///
/// # Errors
/// A refusal at the field that cannot be read.
pub fn sign(form: &Form) -> Result<Option<Sign>, Refusal> {
    let (phone, card) = (form.text("caller_phone"), form.text("caller_card"));
    let phone = match phone {
        "" => None,
        typed => Some(Phone::parse(typed).map_err(|refusal| refusal.at_field("caller_phone"))?),
    };
    if !card.is_empty() {
        return Ok(Some(Sign::Card(card.to_owned(), phone)));
    }
    Ok(phone.map(Sign::Phone).or_else(|| form.text("caller").parse().ok().map(Sign::Person)))
}

/// Whom a number or card belongs to, as far as the asker may know: masked, and whether anything is open.
///
/// # Errors
/// `card-unknown`: a number may be anybody's, a card that nobody has was mistyped.
pub async fn look(tx: &mut Tx<'_>, who: &Actor, sign: &Sign) -> Result<Option<Known>, Stop> {
    let person = match sign {
        Sign::Phone(phone) => identity::store::person_of_phone(tx, phone.reveal()).await?,
        Sign::Card(named, _) => Some(people::cards::actions::holder(tx, who, named).await?.id()),
        Sign::Person(person) => Some(*person),
    };
    let Some(person) = person else { return Ok(None) };
    let Some(row) = people::store::person(tx, person).await? else { return Ok(None) };
    if people_access::in_place::<Register>(who, row.place_id, &row.place_path).is_err() {
        return Ok(None);
    }
    let city = tx.city();
    let (mut open, mut has_open, mut has_hidden) = (Vec::new(), false, false);
    for row in store::of_person(tx, person, MOST).await? {
        let matter = Held::load(tx, row.id()).await?.matter;
        let Some(kind) = city.kinds.get(&matter.kind) else { continue };
        if !phone_lookup_shows([(kind, &matter)]) {
            continue;
        }
        has_open = true;
        match access::see_at_work(who, kind, &matter) {
            Ok(_) => open.push(row),
            Err(_) => has_hidden = true,
        }
    }
    let lives = match places::store::by_id(tx, Id::new(row.id().cell, row.place_id)).await? {
        Some(place) => Some((place.id, picker::common_name(tx, &place).await?)),
        None => None,
    };
    let rung = match sign {
        Sign::Card(_, Some(phone)) => another_of_number(tx, who, person, phone).await?,
        _ => None,
    };
    let (name, place) = (masked_name(&row.name), row.address_masked);
    Ok(Some(Known { person, name, place, home: row.place_path, lives, has_open, open, has_hidden, rung }))
}

/// Whose number it is, masked, when it is registered for another than the holder of the card, and the asker may know them.
async fn another_of_number(
    tx: &mut Tx<'_>,
    who: &Actor,
    holder: PersonId,
    phone: &Phone,
) -> Result<Option<String>, Stop> {
    let owner = identity::store::person_of_phone(tx, phone.reveal()).await?.filter(|owner| *owner != holder);
    let Some(owner) = owner else { return Ok(None) };
    let row = people::store::person(tx, owner).await?;
    let is_seen = |row: &people::store::PersonRow| {
        people_access::in_place::<Register>(who, row.place_id, &row.place_path).is_ok()
    };
    Ok(row.filter(is_seen).map(|row| masked_name(&row.name)))
}

/// When it was: a day and a time of day as they are typed, in the city's time.
pub fn written_at(form: &Form, (day, time): (&str, &str), zone: &TimeZone) -> Option<Timestamp> {
    let day: jiff::civil::Date = form.text(day).parse().ok()?;
    let time = form.text(time);
    let time = if time.len() < "00:00".len() { format!("0{time}") } else { time.to_owned() };
    let time = jiff::civil::Time::strptime("%H:%M", &time).ok()?;
    Some(day.to_datetime(time).to_zoned_datetime(zone.clone()).ok()?.timestamp())
}
