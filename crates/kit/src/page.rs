//! What every template needs. A template has a field `page: Page` and extends `layout/page.html`.

use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::assets;
use crate::chinese::marked;
use crate::csrf;
use crate::failure::Failure;
use crate::flash::Flash;
use crate::format::{self, Due, Whole};
use crate::forms::{Errors, KEY, PAGE};
use crate::frame::{Banner, Frame, NavItem, Notice, Visit};
use crate::headers;
use crate::lang::Lang;
use crate::markup::{Markup, escape};
use crate::prefs::{Keys, Prefs, Size, Theme};
use crate::secret::random_token;
use crate::words::Arg;

/// A link in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    /// A path without language prefix.
    pub href: String,
}

impl Link {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Link {
        Link { label: label.into(), href: href.into() }
    }
}

/// The frame of one page.
#[derive(Clone, Debug)]
pub struct Page {
    pub lang: Lang,
    pub prefs: Prefs,
    /// The h1, and with the site's name the title.
    pub title: String,
    /// Above the h1, such as 「第 3 步，共 5 步」.
    pub step: Option<String>,
    /// Path and query without the language prefix.
    pub path: String,
    /// The person signed in.
    pub user: Option<String>,
    person: Option<String>,
    /// What every page says to the person signed in.
    pub banner: Option<Banner>,
    /// What forms that ask for something about people say.
    pub says: Option<Notice>,
    /// Dense, with the navigation on top.
    pub desk: bool,
    /// The back link above the main part. For residents; staff have `crumbs`.
    pub back: Option<Link>,
    pub crumbs: Vec<Link>,
    pub flash: Option<Flash>,
    pub errors: Errors,
    /// The field that has the focus when the page opens.
    focus: Option<&'static str>,
    /// Fills the whole width instead of the reading column.
    pub wide: bool,
    csrf: String,
    key: String,
    now: Timestamp,
    nav: &'static [NavItem],
    frame: Arc<Frame>,
}

/// An entry of the navigation as drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub icon: &'static str,
    pub current: bool,
}

impl Page {
    /// The frame for this visit, without a title yet.
    pub fn of(visit: &Visit) -> Page {
        let who = visit.signed_in();
        Page {
            lang: visit.lang,
            prefs: visit.prefs,
            title: String::new(),
            step: None,
            path: visit.path.clone(),
            user: who.map(|w| w.name.clone()),
            person: who.map(|w| w.person.clone()),
            banner: who.and_then(|w| w.banner.clone()),
            says: visit.notice().cloned(),
            desk: who.is_some_and(|w| w.desk),
            back: None,
            crumbs: Vec::new(),
            flash: visit.flash().cloned(),
            errors: Errors::new(),
            focus: None,
            wide: false,
            csrf: csrf::token(&visit.frame.secret, visit.session()),
            key: random_token(16),
            now: (visit.frame.now)(),
            nav: who.map_or(visit.frame.nav, |w| w.nav),
            frame: visit.frame.clone(),
        }
    }

    /// Sets the title from its key.
    pub fn titled(mut self, key: &str) -> Page {
        self.title = self.t(key);
        self
    }

    /// Sets the title to words that hold data.
    pub fn with_title(mut self, title: impl Into<String>) -> Page {
        self.title = title.into();
        self
    }

    /// Sets the back link; its words are 「返回」.
    pub fn back_to(mut self, href: impl Into<String>) -> Page {
        self.back = Some(Link::new(self.t("frame-back"), href));
        self
    }

    /// Takes the key of a form that was drawn before: sent from here and from there, it counts once.
    pub fn with_key(mut self, key: impl Into<String>) -> Page {
        self.key = key.into();
        self
    }

    /// The page is opened to type into this field. Of a refused form what is wrong comes first.
    pub fn focused_at(mut self, field: &'static str) -> Page {
        self.focus = Some(field);
        self
    }

    /// Whether a field has the focus when the page opens.
    pub(crate) fn has_focus(&self, field: &str) -> bool {
        self.focus == Some(field) && self.errors.is_empty()
    }

    /// Sets the errors of a refused form.
    pub fn with_errors(mut self, errors: Errors) -> Page {
        self.errors = errors;
        self
    }

    // Words

    /// The message `key` in this page's language.
    pub fn t(&self, key: &str) -> String {
        self.frame.words.text(self.lang, key, &[])
    }

    /// The message `key`, which mentions one value.
    pub fn t1(&self, key: &str, name: &str, value: impl Arg) -> String {
        self.frame.words.text(self.lang, key, &[(name, value.value())])
    }

    /// The message `key`, which mentions two values.
    pub fn t2(&self, key: &str, name1: &str, value1: impl Arg, name2: &str, value2: impl Arg) -> String {
        self.frame.words.text(self.lang, key, &[(name1, value1.value()), (name2, value2.value())])
    }

    /// The message `key`, which mentions three values.
    pub fn t3(&self, key: &str, n1: &str, v1: impl Arg, n2: &str, v2: impl Arg, n3: &str, v3: impl Arg) -> String {
        self.frame.words.text(self.lang, key, &[(n1, v1.value()), (n2, v2.value()), (n3, v3.value())])
    }

    /// The message `key` with any number of values: for refusals, whose values are data.
    pub fn t_with<'a, V: Arg>(&self, key: &str, args: impl IntoIterator<Item = (&'a str, V)>) -> String {
        let args: Vec<_> = args.into_iter().map(|(name, value)| (name, value.value())).collect();
        self.frame.words.text(self.lang, key, &args)
    }

    /// True in English: for data that has two languages of its own.
    pub fn is_en(&self) -> bool {
        self.lang == Lang::En
    }

    // Addresses

    /// `path` in this page's language.
    pub fn href(&self, path: &str) -> String {
        self.lang.href(path)
    }

    /// The address of a file of the assets, with the hash of its content.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// An icon of the sprite. It says nothing to a screen reader: words stand beside it.
    pub fn icon(&self, name: &str) -> Markup {
        let sprite = assets::url("icons/sprite.svg");
        let name = escape(name);
        Markup::vouched(format!(
            "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\" width=\"24\" height=\"24\"><use href=\"{sprite}#{name}\"></use></svg>"
        ))
    }

    // Numbers and time

    /// A number with its thousands set apart.
    pub fn n(&self, number: impl Whole) -> String {
        format::number(number.whole())
    }

    /// A span of minutes, 「1 小时 30 分」.
    pub fn minutes(&self, minutes: impl Whole) -> String {
        format::minutes(self.lang, minutes.whole())
    }

    /// An instant (milliseconds since 1970), 「11月24日 8:30」, with the weekday within seven days.
    pub fn when(&self, millis: impl Whole) -> String {
        match (format::zoned(millis.whole(), &self.frame.zone), self.zoned_now()) {
            (Some(at), Some(now)) => format::when(self.lang, &at, &now),
            _ => "—".to_owned(),
        }
    }

    /// The time of day of an instant, `8:30`.
    pub fn time(&self, millis: impl Whole) -> String {
        format::zoned(millis.whole(), &self.frame.zone).map_or_else(|| "—".to_owned(), |at| format::clock_time(&at))
    }

    /// The time of day of an instant as a field of type `time` takes it, `08:30`: browsers empty one without the nought.
    pub fn time_field(&self, millis: impl Whole) -> String {
        format::zoned(millis.whole(), &self.frame.zone).map_or_else(String::new, |at| format::field_time(&at))
    }

    /// An ISO date, 「11月23日」, with the weekday within seven days and the year when it is another one. What is no
    /// date stays as it is.
    pub fn date(&self, iso: &str) -> String {
        match (iso.parse::<Date>(), self.zoned_now()) {
            (Ok(date), Some(now)) => format::near_date(self.lang, date, now.date()),
            _ => iso.to_owned(),
        }
    }

    /// An ISO date with its year, 「2026年11月23日」.
    pub fn full_date(&self, iso: &str) -> String {
        iso.parse::<Date>().map_or_else(|_| iso.to_owned(), |date| format::full_date(self.lang, date))
    }

    /// The day of an instant as an ISO date, for date inputs.
    pub fn day_of(&self, millis: impl Whole) -> String {
        format::zoned(millis.whole(), &self.frame.zone).map_or_else(String::new, |at| at.date().to_string())
    }

    /// How much is left until an instant, for a clock chip.
    pub fn due(&self, millis: impl Whole) -> Due {
        format::due(self.lang, millis.whole(), self.now_millis())
    }

    /// How long it is since then, 「3 天」.
    pub fn since(&self, millis: impl Whole) -> String {
        format::span(self.lang, (self.now_millis() - millis.whole()) / 60_000)
    }

    /// Now, in milliseconds since 1970.
    pub fn now_millis(&self) -> i64 {
        self.now.as_millisecond()
    }

    /// Today as an ISO date.
    pub fn today(&self) -> String {
        self.day_of(self.now_millis())
    }

    fn zoned_now(&self) -> Option<jiff::ZonedDateTime> {
        format::zoned(self.now.as_millisecond(), &self.frame.zone)
    }

    // Parts of the frame

    /// Title of the document: h1, the step of several and the site, marked after a refused form.
    pub fn document_title(&self) -> String {
        let step = self.step.as_deref().unwrap_or_default();
        let parts = [self.title.as_str(), step, self.site_name()];
        let title = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" – ");
        match (self.errors.is_empty(), self.errors.of_fields()) {
            (true, _) => title,
            // There is nothing to set right: somebody else was first, or it is over.
            (false, 0) => format!("{}{title}", self.t("frame-not-done-title")),
            (false, _) => format!("{}{title}", self.t("frame-error-title")),
        }
    }

    pub fn site_name(&self) -> &str {
        self.frame.site.name.get(self.lang)
    }

    /// Makes an answer a file to keep, called by the site and `title` in the reader's language. `plain`: the ASCII name for
    /// programs that read no other, and for readers of English; both without `ending`.
    pub fn attachment(&self, plain: &str, title: &str, ending: &str) -> String {
        let ascii = format!("attachment; filename=\"{plain}.{ending}\"");
        if self.is_en() {
            return ascii;
        }
        let name = format!("{}-{title}.{ending}", self.site_name());
        format!("{ascii}; filename*=UTF-8''{}", headers::extended(&name))
    }

    /// Who runs the site.
    pub fn runner(&self) -> &str {
        self.frame.site.runner.get(self.lang)
    }

    pub fn hotline(&self) -> &str {
        &self.frame.site.hotline
    }

    /// The hotline as a `tel:` address.
    pub fn hotline_href(&self) -> String {
        tel(&self.frame.site.hotline)
    }

    /// Several names in a row.
    pub fn row_of<S: AsRef<str>>(&self, names: &[S]) -> String {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        names.join(if self.is_en() { ", " } else { "、" })
    }

    /// How many minutes the city's clocks are ahead of UTC, for a script.
    pub fn zone_minutes(&self) -> i32 {
        self.zoned_now().map_or(0, |now| now.offset().seconds() / 60)
    }

    /// Any telephone number as a `tel:` address.
    pub fn tel(&self, number: &str) -> String {
        tel(number)
    }

    /// Everything shown is made up.
    pub fn demo(&self) -> bool {
        self.frame.site.demo
    }

    pub fn is_large(&self) -> bool {
        self.prefs.size == Size::Large
    }

    /// Whose page it is, as a digest: what a browser keeps of somebody's forms comes back to nobody else.
    pub fn whose(&self) -> Option<String> {
        let person = self.person.as_ref()?;
        self.frame.secret.sign("whose", person.as_bytes()).get(..16).map(str::to_owned)
    }

    /// The value of `html[data-theme]`, if it has one. Dark is for the desk only.
    pub fn theme(&self) -> Option<&'static str> {
        match self.prefs.theme {
            Theme::Light => None,
            Theme::Dark if !self.desk => None,
            theme => Some(theme.key()),
        }
    }

    /// The navigation, with the entry of this page marked.
    pub fn tabs(&self) -> Vec<Tab> {
        let path = self.path.split('?').next().unwrap_or("/");
        let covers = |item: &NavItem| {
            path == item.href || (item.href != "/" && path.strip_prefix(item.href).is_some_and(|r| r.starts_with('/')))
        };
        // The longest entry that covers the path is the current one, so `/desk` is not current on `/desk/call`.
        let current = self.nav.iter().filter(|i| covers(i)).max_by_key(|i| i.href.len());
        self.nav
            .iter()
            .map(|item| Tab {
                label: self.t(item.key),
                href: self.href(item.href),
                icon: item.icon,
                current: current == Some(item),
            })
            .collect()
    }

    /// The link that switches to the elder edition or back from it.
    pub fn size_href(&self) -> String {
        let to = if self.is_large() { Size::Normal } else { Size::Large };
        self.setting("size", to.key())
    }

    /// The link that switches high contrast on or off.
    pub fn contrast_href(&self) -> String {
        let to = if self.prefs.theme == Theme::Contrast { Theme::Light } else { Theme::Contrast };
        self.setting("theme", to.key())
    }

    pub fn is_contrast(&self) -> bool {
        self.prefs.theme == Theme::Contrast
    }

    /// Whether keys of one character do something on this page.
    pub fn has_keys(&self) -> bool {
        self.desk && self.prefs.keys == Keys::On
    }

    /// The link that switches keys of one character off or on again.
    pub fn keys_href(&self) -> String {
        let to = if self.prefs.keys == Keys::On { Keys::Off } else { Keys::On };
        self.setting("keys", to.key())
    }

    fn setting(&self, name: &str, value: &str) -> String {
        let back: String = form_urlencoded::byte_serialize(self.path.as_bytes()).collect();
        self.href(&format!("/settings/{name}?{name}={value}&back={back}"))
    }

    /// This page in the other language.
    pub fn other_lang_href(&self) -> String {
        self.lang.other().href(&self.path)
    }

    /// The sign-in page, which comes back here.
    pub fn sign_in_href(&self) -> String {
        let back: String = form_urlencoded::byte_serialize(self.path.as_bytes()).collect();
        self.href(&format!("{}?back={back}", self.frame.sign_in))
    }

    pub fn my_page_href(&self) -> String {
        self.href(self.frame.my_page)
    }

    /// What a form that asks for something about people says, with a link to where more is said.
    pub fn notice(&self) -> Markup {
        let Some(Notice { says, name, link, href }) = &self.says else { return Markup::vouched(String::new()) };
        let (says, link) = (self.t1(says, "name", name.as_str()), self.t(link));
        let (says, link, href) = (escape(&says), escape(&link), self.href(href));
        Markup::vouched(format!("<p class=\"hint\" data-notice>{says} <a href=\"{href}\">{link}</a></p>"))
    }

    /// The hidden fields of every form that changes something: the token, the key that makes sending it twice count once,
    /// and what this page is called.
    pub fn guard(&self) -> Markup {
        let hidden = |name, value: &str| format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
        let (title, key) = (escape(&self.title), escape(&self.key));
        Markup::vouched(hidden(csrf::FIELD, &self.csrf) + &hidden(KEY, &key) + &hidden(PAGE, &title))
    }
}

/// A telephone number as a `tel:` address.
fn tel(number: &str) -> String {
    format!("tel:{}", number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>())
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Page, Failure> {
        let visit = <Visit as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(Page::of(&visit))
    }
}

const HTML: &str = "text/html; charset=utf-8";
/// How every page in English begins.
const ENGLISH: &str = "<!doctype html>\n<html lang=\"en\"";

/// Draws a template as a page with this status. Chinese words on an English page are marked as such.
pub fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) if text.starts_with(ENGLISH) => {
            (status, [(header::CONTENT_TYPE, HTML)], marked(&text)).into_response()
        }
        Ok(text) => (status, [(header::CONTENT_TYPE, HTML)], text).into_response(),
        Err(error) => Failure::defect(&error).into_response(),
    }
}
