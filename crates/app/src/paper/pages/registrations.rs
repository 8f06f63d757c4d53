//! Rows of registration forms: the questions of the kind, as the call-taker's page asks them, and the time on the paper.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::matters::kind::{Asked, Field, Kind};
use rules::people::Phone;
use rules::shared::Refusal;

use super::called;
use super::entry::{Desk, Typed, input, row_of, rows};
use crate::matters::actions::New;
use crate::matters::pages::line;
use crate::matters::pages::noted::{Known, Section, Sign, asks_the_place, by_phone, look, sections, written_at};
use crate::matters::pages::questions::{self, MYSELF, Question, say};
use crate::matters::prefill;
use crate::paper::actions;
use crate::paper::entering::{Row, Written};
use crate::places::Place;
use crate::places::picker;
use crate::web::Who;
use crate::{App, Stop};

/// A row as the template draws it.
struct Drawn {
    number: usize,
    /// `ok`, `bad`, or nothing while nobody has checked it.
    state: &'static str,
    summary: String,
    /// Those that the paper asks before the place.
    first: Vec<Question>,
    questions: Vec<Question>,
}

impl Drawn {
    fn input(&self, field: &str) -> String {
        input(self.number, field)
    }
}

#[derive(Template)]
#[template(path = "paper/registrations.html")]
struct RegistrationsPage {
    page: Page,
    form: Form,
    action: String,
    lead: String,
    printed: String,
    good: usize,
    /// In how many something was typed.
    typed: usize,
    clears: bool,
    rows: Vec<Drawn>,
    near: Vec<Choice>,
    levels: Vec<Choice>,
    may_be_private: bool,
    private_hint: &'static str,
}

fn fields(kind: &Kind) -> impl Iterator<Item = &Field> {
    kind.fields.iter().filter(|field| field.asked == Asked::Intake && by_phone(field))
}

/// The questions of a row in the order of the paper, those before the place and those after it: closed ones as lists, in which
/// a keyboard chooses by the first characters.
fn questions_of(page: &Page, kind: &Kind, number: usize) -> (Vec<Question>, Vec<Question>) {
    let mut first = sections(page, kind);
    let rest = first.split_off(asks_the_place(&first));
    let of_row = |mut question: Question| {
        question.widget = match question.widget {
            "radios" | "tiles" | "pair" => "select",
            "when" => "when-select",
            other => other,
        };
        question.key = input(number, &question.key);
        question.rests = None;
        question
    };
    let of_rows = |sections: Vec<Section>| sections.into_iter().flat_map(|s| s.questions).map(of_row).collect();
    (of_rows(first), of_rows(rest))
}

/// What is wrong with a form, with its number: the summary above the page has them all.
fn says(page: &Page, number: usize, message: &str) -> String {
    page.t2("paper-form-says", "number", number, "what", message)
}

/// Whether anything was typed that the page had not put there.
fn is_used(desk: &Desk, kind: &Kind, row: &Form) -> bool {
    let given = |name: &str, value: &str| match name {
        "place" => value == desk.place,
        "day" | "serial" => true,
        _ => kind.subject_field.as_deref() == Some(name) && value == MYSELF,
    };
    row.pairs().any(|(name, value)| !value.trim().is_empty() && !given(name, value.trim()))
}

/// Gives each row in which nothing was typed the number of a form that is still out: the scanned one first, the others in
/// the order of printing. A row more than there are such forms has none.
pub fn put_serials(desk: &Desk, form: &mut Form, scanned: &str) -> Result<(), Stop> {
    let kind = desk.kind()?;
    let plain = |typed: &str| actions::serial(typed).map(rules::matters::Code::plain).unwrap_or_default();
    let (used, empty): (Vec<usize>, Vec<usize>) =
        rows().partition(|number| is_used(desk, kind, &row_of(form, *number)));
    let has = |form: &Form, number: usize| plain(form.text(&input(number, "serial")));
    let taken: Vec<String> = used.iter().map(|number| has(form, *number)).collect();
    let mut free: Vec<&String> = desk.out.iter().filter(|serial| !taken.contains(&plain(serial))).collect();
    free.sort_by_key(|serial| serial.as_str() != scanned);
    let mut free = free.into_iter();
    for number in empty {
        form.set(&input(number, "serial"), free.next().map_or("", String::as_str));
    }
    Ok(())
}

pub async fn read(app: &App, who: &Who, page: &Page, desk: &Desk, form: &Form) -> Result<Vec<Typed>, Failure> {
    let kind = desk.kind()?;
    let mut typed = Vec::new();
    for number in rows() {
        let row = row_of(form, number);
        if is_used(desk, kind, &row) {
            typed.push(read_row(app, who, page, (desk, kind), number, &row).await?);
        }
    }
    Ok(typed)
}

async fn read_row(
    app: &App,
    who: &Who,
    page: &Page,
    (desk, kind): (&Desk, &Kind),
    number: usize,
    row: &Form,
) -> Result<Typed, Failure> {
    let mut errors = Errors::new();
    if row.text("serial").is_empty() {
        errors.add("serial", page.t("paper-serial-missing"));
    }
    let received = written_at(row, ("day", "time"), &desk.city.settings.zone);
    if received.is_none() {
        errors.add("time", page.t("paper-time-missing"));
    }
    let said_at = received.map(|at| desk.city.calendar.local(at));
    let wrong = questions::wrong(page, kind, fields(kind), row, said_at);
    wrong.iter().for_each(|(field, message)| errors.add(field, message));
    if let (Some(subject), true) = (&kind.subject_field, questions::says_another(kind, row)) {
        errors.add(subject, page.t("matters-call-for-whom"));
    }
    let phone = match row.text("caller_phone") {
        "" => None,
        typed => Phone::parse(typed).map_err(|_| errors.add("caller_phone", page.t("paper-phone-wrong"))).ok(),
    };
    let (place, known) = look_up(app, who, page, desk, (row, phone.as_ref()), &mut errors).await?;
    let mut values = questions::values(kind, fields(kind), row);
    if let (Some(phone), Some(field)) = (&phone, prefill::rung(kind)) {
        values.entry(field.key.clone()).or_insert_with(|| vec![phone.reveal().to_owned()]);
    }
    let category = kind.type_field.as_deref().and_then(|field| values.get(field)?.first().cloned());
    let said = [
        Some(line::what(page, kind, &category.unwrap_or_default())),
        place.as_ref().map(|place| place.name.clone()),
        known.as_ref().map(|known| known.name.clone()),
    ];
    let written = received.filter(|_| errors.is_empty()).zip(place).map(|(received, place)| Written::Matter {
        received,
        new: Box::new(New {
            place: Some(place.id),
            values,
            caller: known.map(|known| known.person),
            private: row.checked("private"),
            level: Some(row.text("level").to_owned()).filter(|level| !level.is_empty()),
            ..New::default()
        }),
    });
    Ok(Typed {
        number,
        row: written.map(|written| Row { serial: row.text("serial").to_owned(), written }),
        errors: of_row(page, number, &errors),
        summary: said.into_iter().flatten().collect::<Vec<_>>().join(" · "),
    })
}

/// Where it is, and who rang or came, as far as the number tells.
async fn look_up(
    app: &App,
    who: &Who,
    page: &Page,
    desk: &Desk,
    (row, phone): (&Form, Option<&Phone>),
    errors: &mut Errors,
) -> Result<(Option<Place>, Option<Known>), Failure> {
    let (asked, home, actor) = (row.clone(), desk.batch.place_path.clone(), who.actor().clone());
    let sign = phone.map(|phone| Sign::Phone(phone.clone()));
    let (named, known) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let named = picker::named(&mut tx, &asked, &home).await?;
                let known = match &sign {
                    Some(sign) => look(&mut tx, &actor, sign).await?,
                    None => None,
                };
                Ok((named, known))
            })
        })
        .await?;
    let place = named.map_err(|unclear| errors.add("place", unclear.says(page, row))).ok();
    Ok((place, known))
}

/// Errors of a form of its own, at the inputs of a row.
fn of_row(page: &Page, number: usize, errors: &Errors) -> Errors {
    let mut all = Errors::new();
    errors.iter().for_each(|(field, message)| all.add(input(number, field), says(page, number, message)));
    all
}

/// What a row was refused, at the input that can be put right.
pub fn refused(page: &Page, kind: &Kind, number: usize, refusal: &Refusal) -> Errors {
    let field = match refusal.field.as_deref() {
        Some("received") => "time",
        Some("caller") => "caller_phone",
        Some(field) => field,
        None => "serial",
    };
    of_row(page, number, &questions::refused(page, kind, &refusal.clone().at_field(field)))
}

pub fn draw(page: Page, desk: &Desk, mut form: Form, typed: &[Typed], status: StatusCode) -> Result<Response, Stop> {
    let kind = desk.kind()?;
    let mut drawn = Vec::new();
    for number in rows() {
        let found = typed.iter().find(|typed| typed.number == number);
        let is_used = is_used(desk, kind, &row_of(&form, number));
        if !is_used && form.text(&input(number, "serial")).is_empty() {
            continue;
        }
        if !is_used || found.is_none() {
            // What most rows have alike.
            let usual = [("place", desk.place.clone()), ("day", page.today())];
            let myself = kind.subject_field.clone().map(|field| (field, MYSELF.to_owned()));
            let usual = usual.map(|(field, value)| (field.to_owned(), value)).into_iter().chain(myself);
            for (field, value) in usual {
                let name = input(number, &field);
                if form.text(&name).is_empty() {
                    form.set(&name, value);
                }
            }
        }
        let (first, questions) = questions_of(&page, kind, number);
        drawn.push(Drawn {
            number,
            state: found.map_or("", |typed| if typed.errors.is_empty() { "ok" } else { "bad" }),
            summary: found.map(|typed| typed.summary.clone()).unwrap_or_default(),
            first,
            questions,
        });
    }
    let drawn = RegistrationsPage {
        action: page.href(&format!("/paper/{}/entry", desk.batch.code)),
        lead: called(&page, desk.batch.sort()?, Some(kind)),
        printed: page.when(desk.batch.printed_at),
        good: typed.iter().filter(|typed| typed.errors.is_empty()).count(),
        typed: typed.len(),
        clears: desk.clears && !typed.is_empty(),
        rows: drawn,
        near: desk.near.clone(),
        levels: kind.levels.iter().map(|level| Choice::new(&level.key, say(&page, &level.name))).collect(),
        may_be_private: kind.may_be_private,
        private_hint: desk.private_hint,
        form,
        page,
    };
    Ok(html(status, &drawn))
}
