//! The form of a kind, drawn from its fields and read back into values. Nothing here knows any one field.

use jiff::civil::DateTime;
use kit::{Choice, Errors, Form, Markup, Page};
use rules::matters::form::{self, Values};
use rules::matters::kind::{Asked as AskedWhen, Field, FieldType, Kind, Prefill};
use rules::shared::when::PARTS_OF_DAY;
use rules::shared::{Refusal, Text};

use crate::web::refusal_errors;

/// What the choice of for whom it is says when it is for oneself.
pub const MYSELF: &str = "self";

/// One question as the templates draw it.
#[derive(Clone, Debug)]
pub struct Question {
    pub key: String,
    pub label: String,
    pub hint: String,
    /// `radios pair checks tiles line lines tel number date when photos here`; `select when-select` where many stand on
    /// one page.
    pub widget: &'static str,
    pub max: usize,
    pub optional: bool,
    pub choices: Vec<Choice>,
    /// What a form of one page keeps folded: it helps, and whoever is in a hurry sends without it.
    pub folded: bool,
    /// The choice of for whom it is, when this question rests while it says oneself.
    pub rests: Option<String>,
    /// The pictures of the choices, in their order.
    icons: Vec<String>,
    /// The parts of today that are over, which nobody can want any more.
    over: Vec<&'static str>,
}

impl Question {
    pub fn icon(&self, choice: &Choice) -> Option<&str> {
        let at = self.choices.iter().position(|c| c.value == choice.value)?;
        self.icons.get(at).map(String::as_str)
    }

    /// The parts of the day that can still be chosen with what the form says: of today those to come. The one that was chosen
    /// stays: what is written down for somebody may have been said while it lasted.
    pub fn day_parts(&self, page: &Page, form: &Form) -> Vec<Choice> {
        let (chosen, day) = (form.text(&format!("{}_part", self.key)), form.text(&format!("{}_date", self.key)));
        let is_over = |part: &str| day == page.today() && self.over.contains(&part) && part != chosen;
        let parts = PARTS_OF_DAY.into_iter().filter(|(part, ..)| !is_over(part));
        parts.map(|(part, ..)| Choice::new(part, page.t(&format!("matters-part-{part}")))).collect()
    }

    /// Which parts of today are over, in words; empty when none is.
    pub fn over_today(&self, page: &Page) -> String {
        let names: Vec<String> = self.over.iter().map(|part| page.t(&format!("matters-part-{part}"))).collect();
        match names.as_slice() {
            [] => String::new(),
            names => page.t1("matters-part-over", "parts", page.row_of(names)),
        }
    }
}

#[derive(askama::Template)]
#[template(path = "matters/asked.html")]
struct Asked<'a> {
    page: &'a Page,
    form: &'a Form,
    questions: &'a [Question],
}

/// Draws questions, each as the field that its widget names. One template for all pages that ask: the widgets would be
/// compiled again into each of them.
pub fn asked(page: &Page, form: &Form, questions: &[Question]) -> Markup {
    kit::drawn(&Asked { page, form, questions })
}

/// A text of a kind in the language of the page.
pub fn say(page: &Page, text: &Text) -> String {
    if page.is_en() { text.en.clone() } else { text.zh.clone() }
}

/// The question that a field asks.
pub fn question(page: &Page, kind: &Kind, field: &Field, organisations: &[Choice]) -> Question {
    let is_subject = kind.subject_field.as_deref() == Some(field.key.as_str());
    let mut choices: Vec<Choice> = field.options.iter().map(|o| Choice::new(&o.key, say(page, &o.name))).collect();
    let mut icons: Vec<String> = field.options.iter().filter_map(|o| o.icon.clone()).collect();
    if is_subject {
        choices.insert(0, Choice::new(MYSELF, page.t("matters-for-self")));
        icons.clear();
    }
    let has_icons = !choices.is_empty() && icons.len() == choices.len();
    let widget = match field.type_ {
        FieldType::Choice if has_icons => "tiles",
        FieldType::Choice => "radios",
        FieldType::Choices => "checks",
        FieldType::Organisation => {
            choices = organisations.to_vec();
            "checks"
        }
        FieldType::YesNo => {
            choices = vec![Choice::new("yes", page.t("matters-yes")), Choice::new("no", page.t("matters-no"))];
            "pair"
        }
        FieldType::When => {
            choices =
                ["now", "today", "day"].map(|when| Choice::new(when, page.t(&format!("matters-when-{when}")))).into();
            "when"
        }
        FieldType::LongText => "lines",
        FieldType::Date => "date",
        FieldType::Number => "number",
        FieldType::Phone => "tel",
        FieldType::Photos => "photos",
        FieldType::Point => "here",
        FieldType::Text | FieldType::Address | FieldType::Place | FieldType::CreditCode => "line",
    };
    let mut hint = field.hint.as_ref().map(|h| say(page, h)).unwrap_or_default();
    if field.prefill == Some(Prefill::Address) && kind.asks_elsewhere() {
        hint = page.t1("matters-address-elsewhere", "hint", hint.as_str());
    }
    let quick = field.required || !field.implies.is_empty() || matches!(widget, "photos" | "here");
    let max = field.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(0);
    Question {
        key: field.key.clone(),
        label: say(page, &field.label),
        hint: hint.trim().to_owned(),
        widget,
        max,
        optional: !field.required && !is_subject,
        choices,
        folded: kind.pages.is_empty() && !quick,
        rests: kind.subject_field.clone().filter(|_| !is_subject && is_of_another(kind, field)),
        icons,
        over: match field.type_ {
            FieldType::When => over(page),
            _ => Vec::new(),
        },
    }
}

/// Day and time on the clocks here.
fn local_now(page: &Page) -> DateTime {
    format!("{}T{}", page.today(), page.time_field(page.now_millis())).parse().unwrap_or(DateTime::MIN)
}

/// The parts of today that are over.
fn over(page: &Page) -> Vec<&'static str> {
    let now = local_now(page).time();
    PARTS_OF_DAY.into_iter().map(|(part, ..)| part).filter(|part| form::is_over(part, now)).collect()
}

/// The names of the inputs that a field is drawn with.
pub fn inputs(field: &Field) -> Vec<String> {
    match field.type_ {
        FieldType::When => vec![field.key.clone(), format!("{}_date", field.key), format!("{}_part", field.key)],
        _ => vec![field.key.clone()],
    }
}

/// What a field answers in a form as it was sent.
fn value(field: &Field, form: &Form) -> Vec<String> {
    match (field.type_, form.text(&field.key)) {
        (FieldType::Photos, _) => Vec::new(),
        // A position helps and is no gate: one that cannot be read is none.
        (FieldType::Point, text) if !form::is_point(text) => Vec::new(),
        (FieldType::When, "day") => {
            let (date, part) = (form.text(&format!("{}_date", field.key)), form.text(&format!("{}_part", field.key)));
            vec![if part.is_empty() { date.to_owned() } else { format!("{date}/{part}") }]
        }
        _ => form.all(&field.key).into_iter().map(str::to_owned).collect(),
    }
}

/// True when the form says that it is for oneself: what is asked about another then rests.
pub fn for_self(kind: &Kind, form: &Form) -> bool {
    kind.subject_field.as_deref().is_some_and(|key| form.text(key) == MYSELF)
}

/// True for the choice of for whom it is, and for what is asked with it about another.
pub fn is_of_another(kind: &Kind, field: &Field) -> bool {
    let Some(subject) = kind.subject_field.as_deref().and_then(|key| kind.field(key)) else { return false };
    field.key == subject.key || (!kind.pages.is_empty() && field.page == subject.page)
}

/// True for a field that rests because the matter is for oneself.
fn rests(kind: &Kind, field: &Field, form: &Form) -> bool {
    for_self(kind, form) && is_of_another(kind, field)
}

/// True when the form says that it is for oneself and yet tells of another: what was typed must not be lost.
pub fn says_another(kind: &Kind, form: &Form) -> bool {
    let is_subject = |field: &&Field| kind.subject_field.as_deref() == Some(field.key.as_str());
    let told = kind.fields.iter().filter(|f| f.asked == AskedWhen::Intake && !is_subject(f) && rests(kind, f, form));
    told.flat_map(inputs).any(|input| !form.text(&input).is_empty())
}

/// The values of these fields in a form as it was sent.
pub fn values<'k>(kind: &Kind, fields: impl IntoIterator<Item = &'k Field>, form: &Form) -> Values {
    let asked = fields.into_iter().filter(|f| !rests(kind, f, form));
    asked.map(|f| (f.key.clone(), value(f, form))).filter(|(_, said)| !said.is_empty()).collect()
}

/// Everything that was typed, also where another answer makes that it is not asked: for the copy of one's data.
pub fn typed(kind: &Kind, form: &Form) -> Values {
    kind.fields.iter().map(|f| (f.key.clone(), value(f, form))).filter(|(_, said)| !said.is_empty()).collect()
}

/// What is wrong with these fields, in the page's words and in the order of the form. `said_at`: when it was said on the
/// clocks here, if that is not now.
pub fn wrong<'k>(
    page: &Page,
    kind: &Kind,
    fields: impl IntoIterator<Item = &'k Field>,
    sent: &Form,
    said_at: Option<DateTime>,
) -> Errors {
    let asked: Vec<&Field> = fields.into_iter().filter(|f| !rests(kind, f, sent)).collect();
    let mut errors = Errors::new();
    let subject = kind.subject_field.as_deref();
    if let Some(field) = asked.iter().find(|f| Some(f.key.as_str()) == subject && sent.text(&f.key).is_empty()) {
        add(page, kind, &mut errors, &required(field));
    }
    let said = values(kind, kind.fields.iter().filter(|f| f.asked.is_at_intake()), sent);
    let said_at = said_at.unwrap_or_else(|| local_now(page));
    for refusal in form::wrong_with(kind, asked, &said, said_at) {
        add(page, kind, &mut errors, &no_day(kind, refusal, sent));
    }
    errors
}

/// Refusals of fields, each at the input that can be put right.
pub fn refused(page: &Page, kind: &Kind, refusal: &Refusal) -> Errors {
    let mut errors = Errors::new();
    for one in refusal.each() {
        let alone = Refusal { further: Vec::new(), ..one.clone() };
        refused_one(page, kind, &alone).iter().for_each(|(field, message)| errors.add(field, message));
    }
    errors
}

fn refused_one(page: &Page, kind: &Kind, refusal: &Refusal) -> Errors {
    let at_day = |field: &Field| {
        field.type_ == FieldType::When
            && matches!(refusal.code, "field-day-past" | "field-day-far" | "field-part-over" | "field-not-a-date")
    };
    let is_chosen = |field: &Field| {
        use FieldType::{Choice, Choices, Organisation, When, YesNo};
        matches!(field.type_, Choice | Choices | Organisation | When | YesNo)
    };
    let field = refusal.field.as_deref().and_then(|key| kind.field(key));
    if refusal.code == "field-required" && field.is_some_and(is_chosen) {
        return refusal_errors(page, &Refusal { code: "field-choose", ..refusal.clone() });
    }
    match field.filter(|f| at_day(f)) {
        Some(field) if refusal.code == "field-part-over" => {
            refusal_errors(page, &refusal.clone().at_field(format!("{}_part", field.key)))
        }
        Some(field) => refusal_errors(page, &refusal.clone().at_field(format!("{}_date", field.key))),
        None => refusal_errors(page, refusal),
    }
}

/// Whoever chose a certain day and gave none has answered the question, and is asked for the day.
fn no_day(kind: &Kind, refusal: Refusal, sent: &Form) -> Refusal {
    let field = refusal.field.as_deref().and_then(|key| kind.field(key)).filter(|f| f.type_ == FieldType::When);
    match field {
        Some(field) if refusal.code == "field-required" && sent.text(&field.key) == "day" => {
            Refusal::new("field-day-missing").at_field(format!("{}_date", field.key))
        }
        // The page has a field for days alone.
        Some(field) if refusal.code == "field-not-a-time" && sent.text(&field.key) == "day" => {
            Refusal { code: "field-not-a-date", ..refusal }.at_field(format!("{}_date", field.key))
        }
        _ => refusal,
    }
}

fn required(field: &Field) -> Refusal {
    let refusal = Refusal::new("field-required").with("label", field.label.zh.as_str());
    refusal.with("label_en", field.label.en.as_str()).at_field(&field.key)
}

fn add(page: &Page, kind: &Kind, errors: &mut Errors, refusal: &Refusal) {
    refused(page, kind, refusal).iter().for_each(|(field, message)| errors.add(field, message));
}

/// A value as the person reads it back: the words of the options, a date with its part of the day.
pub fn read_back(page: &Page, field: &Field, said: &[String]) -> String {
    let one = |value: &String| -> String {
        if let Some(option) = field.options.iter().find(|o| o.key == *value) {
            return say(page, &option.name);
        }
        match (field.type_, value.as_str()) {
            (FieldType::YesNo, "yes") => page.t("matters-yes"),
            (FieldType::YesNo, _) => page.t("matters-no"),
            (FieldType::When, "now" | "today") => page.t(&format!("matters-when-{value}")),
            (FieldType::When, _) => {
                let (date, part) = value.split_once('/').unwrap_or((value, ""));
                let part = if part.is_empty() { String::new() } else { page.t(&format!("matters-part-{part}")) };
                format!("{} {part}", page.date(date)).trim().to_owned()
            }
            (FieldType::Date, _) => page.date(value),
            _ => value.clone(),
        }
    };
    page.row_of(&said.iter().map(one).collect::<Vec<_>>())
}
