//! What all pages share, drawn here once: the frame around their content, and the fields of their forms. A macro or a
//! parent template would be compiled again into each of the pages that use it, and they were a quarter of the program.

use askama::Template;

use crate::format::Whole;
use crate::forms::{Choice, Form};
use crate::markup::Markup;
use crate::page::Page;

#[derive(Template)]
#[template(path = "layout/top.html")]
struct Top<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "layout/heading.html")]
struct Heading<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "layout/bottom.html")]
struct Bottom<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "parts/field/says.html")]
struct Says<'a> {
    page: &'a Page,
    name: &'a str,
    hint: &'a str,
}

#[derive(Template)]
#[template(path = "parts/field/refers.html")]
struct Refers<'a> {
    page: &'a Page,
    name: &'a str,
    hint: &'a str,
    /// A line under the field says how much may still be written.
    counted: bool,
}

#[derive(Template)]
#[template(path = "parts/export.html")]
struct Export<'a> {
    page: &'a Page,
    action: &'a str,
    filters: &'a Form,
}

impl Page {
    /// All that stands before the heading.
    pub fn top(&self) -> Markup {
        drawn(&Top { page: self })
    }

    /// The heading of a page that has none of its own.
    pub fn heading(&self) -> Markup {
        drawn(&Heading { page: self })
    }

    /// All that stands behind the content.
    pub fn bottom(&self) -> Markup {
        drawn(&Bottom { page: self })
    }

    /// A field that shows what `form` holds.
    pub fn field<'a, N, L, H>(
        &'a self,
        form: &'a Form,
        name: &'a N,
        label: &'a L,
        hint: &'a H,
        optional: impl Yes,
    ) -> Field<'a>
    where
        N: AsRef<str> + ?Sized,
        L: AsRef<str> + ?Sized,
        H: AsRef<str> + ?Sized,
    {
        Field { form: Some(form), ..self.file_field(name, label, hint, optional) }
    }

    /// A field for files, which browsers do not fill in again.
    pub fn file_field<'a, N, L, H>(&'a self, name: &'a N, label: &'a L, hint: &'a H, optional: impl Yes) -> Field<'a>
    where
        N: AsRef<str> + ?Sized,
        L: AsRef<str> + ?Sized,
        H: AsRef<str> + ?Sized,
    {
        Field {
            page: self,
            form: None,
            name: name.as_ref(),
            label: label.as_ref(),
            hint: hint.as_ref(),
            optional: optional.yes(),
        }
    }

    /// The hint of a field, and what is wrong with it.
    pub fn says(&self, name: impl AsRef<str>, hint: impl AsRef<str>) -> Markup {
        drawn(&Says { page: self, name: name.as_ref(), hint: hint.as_ref() })
    }

    /// The attributes of an input that lead to what [`Page::says`] drew.
    pub fn refers(&self, name: impl AsRef<str>, hint: impl AsRef<str>) -> Markup {
        drawn(&Refers { page: self, name: name.as_ref(), hint: hint.as_ref(), counted: false })
    }

    /// The button that takes the list of a page along; `filters`: the form whose fields narrowed it.
    pub fn export(&self, action: impl AsRef<str>, filters: &Form) -> Markup {
        drawn(&Export { page: self, action: action.as_ref(), filters })
    }

    /// The same for a list that nothing narrowed.
    pub fn export_whole(&self, action: impl AsRef<str>) -> Markup {
        self.export(action, &Form::empty())
    }
}

/// Whether, as templates say it: what a macro is given comes behind one reference for each macro it went through.
pub trait Yes {
    fn yes(&self) -> bool;
}

impl Yes for bool {
    fn yes(&self) -> bool {
        *self
    }
}

impl<T: Yes> Yes for &T {
    fn yes(&self) -> bool {
        (**self).yes()
    }
}

/// A field of a form, to be drawn as one of the kinds below. Templates use the macros of `parts/form.html`.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    page: &'a Page,
    form: Option<&'a Form>,
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    optional: bool,
}

#[derive(Template)]
#[template(path = "parts/field/label.html")]
struct Label<'a> {
    page: &'a Page,
    field: Field<'a>,
}

#[derive(Template)]
#[template(path = "parts/field/text.html")]
struct Text<'a> {
    field: Field<'a>,
    kind: &'a str,
    mode: &'a str,
    complete: &'a str,
    size: &'a str,
}

#[derive(Template)]
#[template(path = "parts/field/lines.html")]
struct Lines<'a> {
    page: &'a Page,
    field: Field<'a>,
    max: i64,
    rows: i64,
}

#[derive(Template)]
#[template(path = "parts/field/choices.html")]
struct Choices<'a> {
    page: &'a Page,
    field: Field<'a>,
    kind: &'a str,
    choices: &'a [Choice],
}

#[derive(Template)]
#[template(path = "parts/field/check.html")]
struct Check<'a> {
    field: Field<'a>,
}

#[derive(Template)]
#[template(path = "parts/field/select.html")]
struct Select<'a> {
    field: Field<'a>,
    choices: &'a [Choice],
    blank: &'a str,
}

#[derive(Template)]
#[template(path = "parts/field/lookup.html")]
struct Lookup<'a> {
    field: Field<'a>,
    choices: &'a [Choice],
}

#[derive(Template)]
#[template(path = "parts/field/file.html")]
struct Files<'a> {
    field: Field<'a>,
    accept: &'a str,
    several: bool,
}

impl<'a> Field<'a> {
    /// One line; `kind`, `mode` and `complete` are the attributes `type`, `inputmode` and `autocomplete`.
    pub fn text(self, kind: &str, mode: &str, complete: &str, size: &str) -> Markup {
        drawn(&Text { field: self, kind, mode, complete, size })
    }

    /// Several lines, at most `max` characters (0: any); a browser keeps what was typed and not sent.
    pub fn lines(self, max: impl Whole, rows: impl Whole) -> Markup {
        drawn(&Lines { page: self.page, field: self, max: max.whole(), rows: rows.whole() })
    }

    pub fn radios(self, choices: &(impl AsRef<[Choice]> + ?Sized)) -> Markup {
        self.choices("radio", choices.as_ref())
    }

    pub fn checks(self, choices: &(impl AsRef<[Choice]> + ?Sized)) -> Markup {
        self.choices("checkbox", choices.as_ref())
    }

    fn choices(self, kind: &str, choices: &[Choice]) -> Markup {
        drawn(&Choices { page: self.page, field: self, kind, choices })
    }

    /// A single box.
    pub fn tick(self) -> Markup {
        drawn(&Check { field: self })
    }

    pub fn select(self, choices: &(impl AsRef<[Choice]> + ?Sized), blank: &str) -> Markup {
        drawn(&Select { field: self, choices: choices.as_ref(), blank })
    }

    /// One line with proposals.
    pub fn lookup(self, choices: &(impl AsRef<[Choice]> + ?Sized)) -> Markup {
        drawn(&Lookup { field: self, choices: choices.as_ref() })
    }

    pub fn files(self, accept: &str, several: bool) -> Markup {
        drawn(&Files { field: self, accept, several })
    }

    // What the templates of the kinds ask.

    fn label_for(self) -> Markup {
        drawn(&Label { page: self.page, field: self })
    }

    fn says(self) -> Markup {
        self.page.says(self.name, self.hint)
    }

    fn refers(self) -> Markup {
        self.page.refers(self.name, self.hint)
    }

    fn refers_with(self, counted: bool) -> Markup {
        drawn(&Refers { page: self.page, name: self.name, hint: self.hint, counted })
    }

    fn has_focus(self) -> bool {
        self.page.has_focus(self.name)
    }

    fn is_bad(self) -> bool {
        self.page.errors.of(self.name).is_some()
    }

    fn value(self) -> &'a str {
        self.form.and_then(|form| form.raw(self.name)).unwrap_or_default()
    }

    fn has(self, value: &str) -> bool {
        self.form.is_some_and(|form| form.has(self.name, value))
    }

    fn is_ticked(self) -> bool {
        self.form.is_some_and(|form| form.checked(self.name))
    }
}

/// Draws a template as a part of another one.
pub fn drawn(template: &impl Template) -> Markup {
    // Writing to memory does not fail, and these templates hold nothing else that could.
    Markup::vouched(template.render().unwrap_or_default())
}
