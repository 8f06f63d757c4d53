//! 「我的信息」: what is kept and why, the copy, and erasing.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use kit::{Failure, Form, Page, html};
use rules::rights::kept::{Erased, Kept, schedule};
use rules::shared::ids::PersonId;
use rules::shared::text::basis_for;
use rules::shared::{Refusal, Text};

use super::copy::{Copy, Item, Line, copy};
use super::erasing::{self, Unsettled};
use super::words;
use crate::city::City;
use crate::matters::pages::questions::say;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_words, submit, with_refusal};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "rights/data.html")]
struct DataPage {
    page: Page,
    /// Staff, who read of a legal basis also what is still to be verified.
    is_staff: bool,
    /// Where one corrects what the register says, and where one is erased.
    edit: String,
    correct: String,
    erase: String,
    today: Date,
    kept: Vec<&'static Kept>,
}

impl DataPage {
    fn basis(&self, basis: &str) -> String {
        basis_for(self.is_staff, basis)
    }

    fn say(&self, text: &Text) -> String {
        say(&self.page, text)
    }

    fn period(&self, kept: &Kept) -> String {
        self.say(&kept.period_on(self.today))
    }

    fn erased(&self, kept: &Kept) -> String {
        self.page.t(&format!("rights-erased-{}", kept.erased.key()))
    }
}

pub async fn data(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let today = app.city().calendar.date(app.now().recorded);
    let page = who.page().titled("rights-title").back_to("/me");
    let [edit, correct, erase] = ["edit", "corrections", "erase"].map(|what| format!("/people/{me}/{what}"));
    Ok(html(
        StatusCode::OK,
        &DataPage { page, is_staff: who.actor().is_staff(), edit, correct, erase, today, kept: schedule(today) },
    ))
}

async fn own_copy(app: &App, who: &Who) -> Result<(PersonId, Copy), Failure> {
    let (me, actor, at) = (who.actor().person.ok_or(Stop::SignIn)?, who.actor().clone(), app.now());
    let made = app.read(move |mut tx| Box::pin(async move { copy(&mut tx, &actor, at, me).await }));
    Ok((me, made.await?))
}

#[derive(Template)]
#[template(path = "rights/copy.html")]
struct CopySheet {
    page: Page,
    city: Arc<City>,
    name: String,
    copy: Copy,
}

impl CopySheet {
    fn label(&self, section: &str, line: &Line) -> String {
        words::label(&self.page, section, line.key)
    }

    fn told(&self, item: &Item) -> Vec<(String, String)> {
        item.told.iter().flat_map(|told| words::told(&self.page, &self.city, told)).collect()
    }

    fn said(&self, section: &str, line: &Line) -> String {
        words::said(&self.page, &self.city, section, line)
    }

    fn section(&self, key: &str) -> String {
        self.page.t(&format!("copy-section-{key}"))
    }
}

pub async fn copy_sheet(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let (_, copy) = own_copy(&app, &who).await?;
    let page = who.page().titled("rights-copy-title").back_to("/me/data");
    Ok(html(StatusCode::OK, &CopySheet { page, city: app.city(), name: who.caller.name.clone(), copy }))
}

pub async fn copy_file(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let (me, copy) = own_copy(&app, &who).await?;
    let page = who.page();
    let name = page.attachment("helin-my-data", &page.t("rights-copy-title"), "json");
    let named = [(header::CONTENT_DISPOSITION, name)];
    Ok((named, axum::Json(copy.json(me, &app.city().settings.zone))).into_response())
}

/// What stands in the way, and which things it is about.
struct Obstacle {
    words: String,
    things: Vec<Unsettled>,
}

#[derive(Template)]
#[template(path = "rights/erase.html")]
struct ErasePage {
    page: Page,
    form: Form,
    action: String,
    /// Where one goes who keeps everything.
    keep: String,
    name: String,
    own: bool,
    obstacles: Vec<Obstacle>,
    kept: Vec<&'static Kept>,
}

impl ErasePage {
    fn say(&self, text: &Text) -> String {
        say(&self.page, text)
    }

    fn goes(&self) -> impl Iterator<Item = &&'static Kept> {
        self.kept.iter().filter(|k| k.erased == Erased::Gone)
    }

    fn stays(&self) -> impl Iterator<Item = &&'static Kept> {
        self.kept.iter().filter(|k| k.erased == Erased::Nameless)
    }
}

async fn draw_erase(app: &App, who: &Who, id: PersonId, refusal: Option<Refusal>) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let ((row, obstacles), mut unsettled) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let asked = erasing::asked(&mut tx, &actor, at, id).await?;
                Ok((asked, erasing::unsettled(&mut tx, &actor, at, id).await?))
            })
        })
        .await?;
    let own = who.actor().person == Some(id);
    let back = if own { "/me/data".to_owned() } else { format!("/people/{id}") };
    let page =
        who.page().titled(if own { "rights-erase-title" } else { "rights-erase-title-other" }).back_to(back.as_str());
    let (status, page) = with_refusal(page, refusal.as_ref());
    let mut obstacle = |refusal: &Refusal| Obstacle {
        words: refusal_words(&page, refusal),
        things: unsettled.extract_if(.., |thing| thing.code == refusal.code).collect(),
    };
    let drawn = ErasePage {
        form: Form::empty(),
        action: format!("/people/{id}/erase"),
        keep: back,
        name: row.name,
        own,
        obstacles: obstacles.iter().map(&mut obstacle).collect(),
        kept: schedule(app.city().calendar.date(at.recorded)),
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn ask_erase(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw_erase(&app, &who, path_id(&id)?, None).await
}

pub async fn erase(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: PersonId = path_id(&id)?;
    let done = submit(&app, &who, &form, (id, form.checked("understood")), |tx, who, at, (id, understood)| {
        Box::pin(async move {
            erasing::erase(tx, who, at, id, understood).await?;
            let own = who.person == Some(id);
            Ok(go_with(if own { "/" } else { "/people" }, "rights-erase-done"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw_erase(&app, &who, id, Some(refusal)).await,
    }
}
