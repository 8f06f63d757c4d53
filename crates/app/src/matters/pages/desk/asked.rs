//! What a form of the desk asks, drawn from the data of the kind: never from a list of fields in a template.

use jiff::tz::TimeZone;
use kit::Form;
use kit::Page;
use kit::forms::Choice;
use rules::matters::kind::{Field, FieldType};
use rules::matters::step::Requirement;
use rules::matters::{Given, Kind};
use rules::shared::{Length, Refusal, Text};

use crate::web::instant;

/// One question of a form.
pub struct Asked {
    /// The name of the input, and the field that a refusal points at.
    pub name: String,
    pub label: String,
    pub hint: String,
    pub optional: bool,
    pub input: Input,
}

/// How it is asked.
pub enum Input {
    Line,
    Lines {
        max: usize,
    },
    Number,
    Tel,
    Date,
    /// A day and a time.
    When,
    Radios(Vec<Choice>),
    Checks(Vec<Choice>),
    Select(Vec<Choice>),
    /// Any text, with suggestions.
    Lookup(Vec<Choice>),
    Photos,
    /// One box.
    Tick,
}

impl Asked {
    pub fn new(name: &str, label: String, input: Input) -> Asked {
        Asked { name: name.to_owned(), label, hint: String::new(), optional: false, input }
    }

    pub fn optional(mut self) -> Asked {
        self.optional = true;
        self
    }

    pub fn hinted(mut self, hint: String) -> Asked {
        self.hint = hint;
        self
    }

    /// What was typed, in words, for putting it beside what somebody else changed meanwhile.
    pub fn said(&self, form: &Form) -> String {
        let (Input::Radios(choices) | Input::Checks(choices) | Input::Select(choices)) = &self.input else {
            return form.text(&self.name).to_owned();
        };
        let word =
            |value: &str| choices.iter().find(|c| c.value == value).map_or(value.to_owned(), |c| c.label.clone());
        form.all(&self.name).into_iter().map(word).collect::<Vec<_>>().join("、")
    }
}

/// The words of a kind in the page's language.
pub fn words<'t>(page: &Page, text: &'t Text) -> &'t str {
    if page.is_en() { &text.en } else { &text.zh }
}

/// The question to which department it goes: a name is typed, and where that means several one of them is chosen.
pub fn department(page: &Page, all: Vec<Choice>, meant: Vec<Choice>) -> Asked {
    let asked = |input| Asked::new("departments", page.t("desk-department"), input);
    if meant.is_empty() {
        asked(Input::Lookup(all)).hinted(page.t("desk-department-hint"))
    } else {
        asked(Input::Radios(meant)).hinted(page.t("desk-department-which"))
    }
}

/// What the choices of a form are made of.
pub struct Offered {
    /// Ways of service that the answer stands for.
    pub ways: Vec<Choice>,
    pub departments: Vec<Choice>,
    /// Those that a typed name could mean.
    pub meant: Vec<Choice>,
    /// All of them, by their ids, where several may be ticked.
    pub units: Vec<Choice>,
    /// Whether several departments may be asked at once.
    pub several: bool,
    pub handlers: Vec<Choice>,
}

/// Longest text of an answer, in characters, where the kind does not say.
const LONGEST: usize = Length::Words.most();

/// The question for one thing that must be said.
pub fn ask(page: &Page, kind: &Kind, required: &Requirement, offered: &Offered) -> Option<Asked> {
    let key = required.key();
    let label = |key: &str| page.t(key);
    Some(match required {
        Requirement::Level => {
            let levels = kind.levels.iter().map(|l| Choice::new(&l.key, words(page, &l.name)));
            Asked::new(key, label("desk-level"), Input::Radios(levels.collect()))
        }
        Requirement::Type => {
            let types = kind.types().iter().map(|t| Choice::new(&t.key, words(page, &t.name)));
            Asked::new(key, label("desk-type"), Input::Select(types.collect()))
        }
        Requirement::Way => {
            let way = Asked::new(key, label("desk-way"), Input::Radios(offered.ways.clone()));
            if offered.ways.len() > 1 { way.hinted(label("desk-way-hint")) } else { way }
        }
        Requirement::Departments if offered.several => {
            Asked::new(key, label("desk-departments"), Input::Checks(offered.units.clone()))
        }
        Requirement::Departments => department(page, offered.departments.clone(), offered.meant.clone()),
        Requirement::Handler => Asked::new(key, label("desk-handler"), Input::Select(offered.handlers.clone())),
        // Both stand in the history of whose matter it is.
        Requirement::Reason => {
            Asked::new(key, label("desk-reason"), Input::Lines { max: LONGEST }).hinted(label("desk-told-hint"))
        }
        Requirement::Result => {
            Asked::new(key, label("desk-result"), Input::Lines { max: LONGEST }).hinted(label("desk-told-hint"))
        }
        Requirement::Owner => Asked::new(key, label("desk-owner"), Input::Line).hinted(label("desk-owner-hint")),
        Requirement::Basis => Asked::new(key, label("desk-basis"), Input::Line).hinted(label("desk-basis-hint")),
        Requirement::Head => Asked::new(key, label("desk-head"), Input::Line),
        Requirement::NextWordAt => Asked::new(key, label("desk-next-word"), Input::When),
        Requirement::Field(field) => return kind.field(field).map(|f| ask_field(page, f)),
    })
}

/// The question of a field that comes with an answer.
fn ask_field(page: &Page, field: &Field) -> Asked {
    let choices = || field.options.iter().map(|o| Choice::new(&o.key, words(page, &o.name))).collect();
    let input = match field.type_ {
        FieldType::Choice => Input::Select(choices()),
        FieldType::Choices => Input::Checks(choices()),
        FieldType::LongText => Input::Lines { max: field.max.map_or(LONGEST, |max| max as usize) },
        FieldType::YesNo => {
            Input::Radios(vec![Choice::new("yes", page.t("desk-yes")), Choice::new("no", page.t("desk-no"))])
        }
        FieldType::Date | FieldType::When => Input::Date,
        FieldType::Number => Input::Number,
        FieldType::Phone => Input::Tel,
        _ => Input::Line,
    };
    let hint = field.hint.as_ref().map(|h| words(page, h).to_owned()).unwrap_or_default();
    Asked::new(&field.key, words(page, &field.label).to_owned(), input).hinted(hint)
}

/// Reads what was filled in. What a form does not ask stays unsaid.
pub fn given(kind: &Kind, form: &Form, zone: &TimeZone) -> Result<Given, Refusal> {
    let said = |name: &str| Some(form.text(name).to_owned()).filter(|text| !text.is_empty());
    let mut departments = Vec::new();
    for id in form.all("departments") {
        departments.push(id.parse().map_err(|_| Refusal::new("departments-missing").at_field("departments"))?);
    }
    let handler = match said("handler") {
        Some(id) => Some(id.parse().map_err(|_| Refusal::new("assign-not-staff").at_field("handler"))?),
        None => None,
    };
    let fields = kind.fields.iter().filter(|f| f.asked == rules::matters::kind::Asked::Answer);
    let fields = fields.filter_map(|f| {
        let said: Vec<String> = form.all(&f.key).into_iter().map(str::to_owned).collect();
        (!said.is_empty()).then(|| (f.key.clone(), said))
    });
    Ok(Given {
        reason: said("reason"),
        owner: said("owner"),
        basis: said("basis"),
        level: said("level"),
        type_key: said("type"),
        way: said("way"),
        risks: form.checked("asks_risks").then(|| form.all("risks").into_iter().map(str::to_owned).collect()),
        next_word_at: said("next_word_at").map(|_| instant(form, "next_word_at", zone)).transpose()?,
        departments,
        handler,
        result: said("result"),
        head: said("head"),
        heard: said("heard"),
        early: form.checked("early"),
        nobody_else: false,
        fields: fields.collect(),
    })
}
