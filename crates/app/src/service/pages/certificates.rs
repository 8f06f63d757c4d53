//! 志愿服务记录证明: asking for one, the sheet of paper, the units' list, taking one back.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use kit::{Choice, Failure, Form, Markup, Page, html, qr};
use rules::matters::Code;
use rules::service::certificate::{Gap, RevocationReason, Standing};
use rules::shared::Refusal;
use rules::shared::ids::{CertificateId, PersonId};
use serde::Deserialize;

use crate::service::certificates::{self, CertificateRow, Content};
use crate::service::certifying::{self, Foreseen, Wanted};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go, go_with, submit, with_refusal};
use crate::{App, Stop, people};

/// Millimetres on paper with the white around it; the code itself is wider than 20.
const QR_MM: u32 = 28;
/// Before a certificate's code, when it is read out: 证.
const PREFIX: char = 'Z';
/// The longest list of a desk.
const ROWS: i64 = 100;

/// A certificate as lists show it.
pub struct Line {
    pub id: CertificateId,
    pub row: CertificateRow,
    pub number: String,
    pub state: String,
    pub tone: &'static str,
    /// The unit may still take it back.
    pub stands: bool,
}

impl Line {
    pub fn of(page: &Page, row: CertificateRow) -> Line {
        let standing = row.standing();
        Line {
            id: row.id(),
            number: row.number(),
            state: page.t(&format!("certificate-{}", standing.key())),
            tone: tone(standing),
            stands: standing != Standing::Revoked,
            row,
        }
    }
}

pub fn tone(standing: Standing) -> &'static str {
    match standing {
        Standing::Valid => "ok",
        Standing::Doubtful => "warn",
        Standing::Revoked => "bad",
    }
}

#[derive(Template)]
#[template(path = "service/certificates.html")]
struct CertificatesPage {
    page: Page,
    form: Form,
    action: String,
    /// Whose they are, when it is not the reader.
    of: Option<String>,
    /// What would be certified of the days in the form, by unit; nothing before they were chosen.
    foreseen: Vec<Foreseen>,
    /// Where the volunteer's own data are added to.
    correct: String,
    lines: Vec<Line>,
}

impl CertificatesPage {
    fn lacks_any(&self) -> bool {
        self.foreseen.iter().any(|one| !one.lacking.is_empty())
    }

    /// What would be left empty, and how it is added.
    fn lacking(&self, one: &Foreseen) -> Vec<String> {
        let words = |fact: &Gap| {
            let key = format!("certificate-lacking-{}", fact.key().replace('_', "-"));
            self.page.t1(&key, "unit", one.unit.as_str())
        };
        one.lacking.iter().map(words).collect()
    }

    fn lacks_identity(&self) -> bool {
        self.foreseen.iter().any(|one| one.lacking.contains(&Gap::Identity))
    }
}

async fn list(
    app: &App,
    who: &Who,
    person: PersonId,
    (form, foreseen): (Form, Vec<Foreseen>),
    refusal: Option<&Refusal>,
) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let (name, rows) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let rows = certifying::of_person(&mut tx, &actor, at, person).await?;
                let name = people::store::person(&mut tx, person).await?.ok_or(Stop::Missing)?.name;
                Ok((name, rows))
            })
        })
        .await?;
    let is_own = who.actor().person == Some(person);
    let back = if is_own { "/me/hours".to_owned() } else { format!("/people/{person}") };
    let page = match is_own {
        true => who.page().titled("certificate-title"),
        false => who.page().with_title(who.page().t1("certificate-of-title", "name", name.as_str())),
    };
    let (status, page) = with_refusal(page.back_to(back), refusal);
    let lines = rows.into_iter().map(|row| Line::of(&page, row)).collect();
    let action = if is_own { "/me/certificates".to_owned() } else { format!("/people/{person}/certificates") };
    let of = (!is_own).then_some(name);
    Ok(html(
        status,
        &CertificatesPage {
            correct: format!("/people/{person}/corrections?field=identity#ask"),
            page,
            form,
            action,
            of,
            foreseen,
            lines,
        },
    ))
}

/// A form that nobody has filled in: the year so far.
fn this_year(page: &Page) -> Form {
    let today = page.today();
    let from = today.get(..4).map_or_else(String::new, |year| format!("{year}-01-01"));
    Form::empty().with("from", from).with("to", today)
}

/// The days that were chosen to be looked at; nothing when the page is opened.
#[derive(Deserialize)]
pub struct Days {
    from: Option<String>,
    to: Option<String>,
}

impl Days {
    /// As the form that they came from.
    pub fn form(self) -> Option<Form> {
        Some(Form::empty().with("from", self.from?).with("to", self.to?))
    }
}

pub async fn own(State(app): State<App>, who: Who, Query(days): Query<Days>) -> Result<Response, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    look(&app, &who, me, days).await
}

pub async fn of_person(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(days): Query<Days>,
) -> Result<Response, Failure> {
    look(&app, &who, path_id(&id)?, days).await
}

/// The list; and of the days that were chosen, what would be certified. Only then is there a button that certifies it:
/// a certificate has a number for good, and nobody should get one by a slip.
async fn look(app: &App, who: &Who, person: PersonId, days: Days) -> Result<Response, Failure> {
    let Some(form) = days.form() else {
        return list(app, who, person, (this_year(&who.page()), Vec::new()), None).await;
    };
    let (actor, at) = (who.actor().clone(), app.now());
    let found = match both(&form) {
        Ok(days) => {
            app.read(move |mut tx| {
                Box::pin(async move { certifying::foresee(&mut tx, &actor, at, person, days).await })
            })
            .await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match found {
        Ok(foreseen) => list(app, who, person, (form, foreseen), None).await,
        Err(Stop::Refused(refusal)) => list(app, who, person, (form, Vec::new()), Some(&refusal)).await,
        Err(stop) => Err(stop.into()),
    }
}

pub async fn ask_own(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    asked(&app, &who, me, form).await
}

pub async fn ask(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    asked(&app, &who, path_id(&id)?, form).await
}

async fn asked(app: &App, who: &Who, person: PersonId, form: Form) -> Result<Response, Failure> {
    let refusal = match both(&form) {
        Err(refusal) => refusal,
        Ok((from, to)) => {
            let back = who.route();
            let wanted = Wanted { from, to, without: form.has("without", "yes") };
            let done = submit(app, who, &form, (person, wanted, back), |tx, who, at, (person, wanted, back)| {
                Box::pin(async move {
                    let issued = certifying::certify(tx, who, at, person, wanted).await?;
                    Ok(match issued.as_slice() {
                        [one] => go(format!("/certificates/{one}")),
                        // One of each unit: the list has them all.
                        _ => go_with(back, "certificate-several"),
                    })
                })
            })
            .await?;
            match done {
                Submitted::Done(response) => return Ok(response),
                Submitted::Refused(refusal) => refusal,
            }
        }
    };
    // The question stands with what would be certified.
    let foreseen = match both(&form).ok().filter(|_| refusal.code == "certificate-lacking") {
        Some(days) => {
            let (actor, at) = (who.actor().clone(), app.now());
            app.read(move |mut tx| {
                Box::pin(async move { certifying::foresee(&mut tx, &actor, at, person, days).await })
            })
            .await?
        }
        None => Vec::new(),
    };
    list(app, who, person, (form, foreseen), Some(&refusal)).await
}

pub fn both(form: &Form) -> Result<(Date, Date), Refusal> {
    Ok((day(form, "from")?, day(form, "to")?))
}

fn day(form: &Form, field: &str) -> Result<Date, Refusal> {
    form.text(field).parse().map_err(|_| Refusal::new("certificate-day").at_field(field))
}

#[derive(Template)]
#[template(path = "service/certificate.html")]
struct CertificateSheet {
    page: Page,
    row: CertificateRow,
    number: String,
    code: String,
    /// What was certified; nothing once its volunteer was erased.
    content: Option<Content>,
    qr: Markup,
    address: String,
    standing: Standing,
    reason: String,
}

/// The sheet of paper. Always in Chinese: it is what the unit certified.
pub async fn sheet(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    let id: CertificateId = path_id(&id)?;
    let actor = who.actor().clone();
    let (row, content) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = certifying::find(&mut tx, &actor, id).await?;
                let content = certificates::content(&mut tx, &row).await?;
                Ok((row, content))
            })
        })
        .await?;
    if who.page().is_en() {
        return Ok(Redirect::to(&format!("/certificates/{id}")).into_response());
    }
    let back = if who.actor().person == Some(row.volunteer()) { "/me/certificates" } else { "/desk/certificates" };
    let page = who.page().titled("certificate-title").back_to(back);
    let code: Code = row.code.parse().map_err(Stop::defect)?;
    let address = format!("{}/verify/{code}", app.city().settings.base_url);
    let qr = qr::svg(&address, QR_MM, &page.t("certificate-scan")).map_err(Stop::defect)?;
    let sheet = CertificateSheet {
        number: row.number(),
        code: code.with_prefix(PREFIX),
        standing: row.standing(),
        reason: reason_words(&page, &row),
        content,
        qr,
        address,
        row,
        page,
    };
    Ok(html(StatusCode::OK, &sheet))
}

/// Why it was taken back, in words; empty while it stands.
pub fn reason_words(page: &Page, row: &CertificateRow) -> String {
    row.revoked_as.as_ref().map_or_else(String::new, |key| page.t(&format!("certificate-as-{}", key.replace('_', "-"))))
}

#[derive(Template)]
#[template(path = "service/certificates-desk.html")]
struct DeskPage {
    page: Page,
    doubted: Vec<Line>,
    newest: Vec<Line>,
}

/// 本单位开出的证明: first those in which a record was voided or cut down since.
pub async fn desk(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let (doubted, newest) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let doubted = certifying::of_units(&mut tx, &actor, true, ROWS).await?;
                Ok((doubted, certifying::of_units(&mut tx, &actor, false, ROWS).await?))
            })
        })
        .await?;
    let page = who.page().titled("certificate-desk-title");
    let lines = |rows: Vec<CertificateRow>| rows.into_iter().map(|row| Line::of(&page, row)).collect();
    let (doubted, newest) = (lines(doubted), lines(newest));
    Ok(html(StatusCode::OK, &DeskPage { doubted, newest, page }))
}

#[derive(Template)]
#[template(path = "service/certificate-revoke.html")]
struct RevokePage {
    page: Page,
    form: Form,
    line: Line,
    reasons: Vec<Choice>,
    /// What was written when it was taken back.
    note: Option<String>,
}

async fn revoke_page(
    app: &App,
    who: &Who,
    id: CertificateId,
    form: Form,
    refusal: Option<&Refusal>,
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let (row, note) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = certifying::find(&mut tx, &actor, id).await?;
                let note = certificates::note(&mut tx, &row).await?;
                Ok((row, note))
            })
        })
        .await?;
    let may = rules::service::access::revoke_certificate(who.actor(), &row.subject()).is_ok();
    let back = if may { "/desk/certificates" } else { "/me/certificates" };
    let page = who.page().titled(if may { "certificate-revoke-title" } else { "certificate-revoked-title" });
    let (status, page) = with_refusal(page.back_to(back), refusal);
    let words = |reason: RevocationReason| page.t(&format!("certificate-as-{}", reason.key().replace('_', "-")));
    let reasons = RevocationReason::ALL.map(|reason| Choice::new(reason.key(), words(reason)));
    let line = Line::of(&page, row);
    // The volunteer reads here why it was taken back; there is nothing to read before, and nothing to do.
    if !may && line.stands {
        return Err(Failure::forbidden());
    }
    let line = Line { stands: line.stands && may, ..line };
    Ok(html(status, &RevokePage { form, line, reasons: reasons.into(), note, page }))
}

pub async fn revocation(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    revoke_page(&app, &who, path_id(&id)?, Form::empty(), None).await
}

pub async fn revoke(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: CertificateId = path_id(&id)?;
    let reason = RevocationReason::from_key(form.text("reason"));
    let input = (id, reason, form.text("note").to_owned());
    let done = submit(&app, &who, &form, input, |tx, who, at, (id, reason, note)| {
        Box::pin(async move {
            certifying::revoke(tx, who, at, id, (reason, &note)).await?;
            Ok(go_with("/desk/certificates", "certificate-revoke-done"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => revoke_page(&app, &who, id, form, Some(&refusal)).await,
    }
}
