//! The pages of the form: one question per page for a need, one page for a hazard, whatever the kind says for others.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, Upload, html};
use rules::matters::Kind;
use rules::matters::kind::Visibility;
use rules::places::{Level, path};
use rules::shared::Id;
use rules::shared::ids::FileId;
use serde::Deserialize;

use super::check;
use super::filled::{Filled, draft_name};
use super::flow::{CHECK, Flow, HAZARD, NEED, ONE, href};
use super::help::Offered;
use super::questions::{self, Question};
use super::send::{Sending, send};
use crate::exchange::{loose, photos};
use crate::identity::drafts;
use crate::places::picker::{self, Picker};
use crate::web::{Submitted, Visitor, Who, go_with, refusal_errors, submit};
use crate::{App, Stop};

#[derive(Clone, Deserialize)]
pub struct Asked {
    #[serde(default = "need")]
    pub kind: String,
    /// The tile that was chosen.
    #[serde(default, rename = "type")]
    type_: String,
    /// What was typed for another type goes along to this one.
    #[serde(default)]
    keep: String,
    /// The village that the picker's page found.
    #[serde(default)]
    place_id: String,
}

/// A draft of another type than the one that was chosen: to go on with, to take along, or to throw away.
#[derive(Template)]
#[template(path = "matters/other_draft.html")]
struct OtherDraftPage {
    page: Page,
    was: String,
    wanted: String,
    wanted_type: String,
    go_on: String,
    take_along: String,
    discard: String,
}

/// What was typed for one type is not sent as another because a tile was pressed: who typed it says what becomes of it.
fn offered(flow: &Flow, page: Page, key: &str, asked: &Asked) -> Option<Response> {
    let wanted = flow.kind().types().iter().find(|t| t.key == asked.type_)?;
    let was = flow.type_name(&page).filter(|_| flow.is_kept && !flow.is_of_type(&asked.type_))?;
    if !asked.keep.is_empty() {
        return None;
    }
    let to = href(&flow.kind().id, key);
    let mark = if to.contains('?') { '&' } else { '?' };
    let chosen = format!("{to}{mark}type={}", asked.type_);
    let drawn = OtherDraftPage {
        wanted: questions::say(&page, &wanted.name),
        page: page.titled("matters-other-draft-title").back_to(if flow.kind().id == HAZARD {
            "/hazard"
        } else {
            "/help"
        }),
        was,
        go_on: to,
        take_along: format!("{chosen}&keep=yes"),
        discard: format!("/help/discard?kind={}", flow.kind().id),
        wanted_type: asked.type_.clone(),
    };
    Some(html(StatusCode::OK, &drawn))
}

fn need() -> String {
    NEED.to_owned()
}

#[derive(Template)]
#[template(path = "matters/step.html")]
struct StepPage {
    page: Page,
    kind: String,
    action: String,
    form: Form,
    questions: Vec<Question>,
    /// What a form of one page keeps folded, and whether it is open: something in it is filled in or wrong.
    more: Vec<Question>,
    more_open: bool,
    /// The place that a form of one page goes to.
    goes_to: String,
    /// The type chosen by a tile: input and value.
    chosen: Option<(String, String)>,
    kept_photos: Vec<String>,
    picker: Option<Picker>,
    may_be_private: bool,
    sees: &'static str,
    /// A form of one page is sent; others go on.
    is_one: bool,
}

/// A person and the flow of this kind, as far as they have got.
pub(super) async fn open(app: &App, who: &Who, kind: &str) -> Result<Flow, Failure> {
    let (actor, kind) = (who.actor().clone(), kind.to_owned());
    Ok(app.read(move |mut tx| Box::pin(async move { Flow::open(&mut tx, &actor, &kind).await })).await?)
}

/// Instead of the form of a kind that the mandate does not include by which somebody acts.
async fn not_included(app: &App, who: &Who, kind: &str) -> Result<Option<Response>, Failure> {
    let visitor = Visitor { visit: who.visit.clone(), caller: Some(who.caller.clone()) };
    let offered = Offered::to(app, &visitor).await?;
    Ok(offered.instead(app, &who.page(), Some(&who.caller), (kind, &who.visit.path)))
}

/// Begins a form: goes to its first page with the type that a tile chose.
pub async fn begin(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    if let Some(instead) = not_included(&app, &who, &asked.kind).await? {
        return Ok(instead);
    }
    let flow = open(&app, &who, &asked.kind).await?;
    let first = flow.pages().first().map_or(ONE, |(key, _)| key).to_owned();
    let to = href(&asked.kind, &first);
    let mark = if to.contains('?') { '&' } else { '?' };
    let to = if asked.type_.is_empty() { to } else { format!("{to}{mark}type={}", asked.type_) };
    Ok(who.visit.see(&to))
}

/// A page of the form.
pub async fn step(
    State(app): State<App>,
    who: Who,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    show(&app, &who, &key, &asked).await
}

/// The one page of a hazard.
pub async fn hazard(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    show(&app, &who, ONE, &Asked { kind: HAZARD.to_owned(), ..asked }).await
}

async fn show(app: &App, who: &Who, key: &str, asked: &Asked) -> Result<Response, Failure> {
    if let Some(instead) = not_included(app, who, &asked.kind).await? {
        return Ok(instead);
    }
    let mut flow = open(app, who, &asked.kind).await?;
    if key == CHECK {
        // No page of the form asks what a tile chose, so it would be missed here and nowhere to be said: what was kept waits there.
        return match flow.lacks_type() {
            true => Ok(who.visit.see("/help")),
            false => check::show(app, who, &flow, Errors::new(), StatusCode::OK).await,
        };
    }
    if !flow.pages().iter().any(|(k, _)| *k == key) {
        return Err(Failure::not_found());
    }
    if let Some(page) = offered(&flow, who.page(), key, asked) {
        return Ok(page);
    }
    let type_field = flow.kind().type_field.clone();
    if let Some(field) = type_field.filter(|_| flow.kind().types().iter().any(|t| t.key == asked.type_)) {
        flow.filled.set(&field, asked.type_.as_str());
    }
    if let Ok(id) = asked.place_id.parse() {
        let found =
            app.read(move |mut tx| Box::pin(async move { crate::places::store::by_id(&mut tx, id).await })).await?;
        if let Some(place) = found {
            flow.filled.set("place", place.name.as_str());
            flow.filled.set("place_id", place.id.to_string());
        }
    }
    draw(app, &flow, who.page(), key, Vec::new(), Errors::new()).await
}

async fn draw(
    app: &App,
    flow: &Flow,
    page: Page,
    key: &str,
    several: Vec<kit::Choice>,
    errors: Errors,
) -> Result<Response, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (kind, pages) = (flow.kind(), flow.pages());
    let at = pages.iter().position(|(k, _)| *k == key).unwrap_or(0);
    let is_one = kind.pages.is_empty();
    let back = match at.checked_sub(1).and_then(|i| pages.get(i)) {
        Some((before, _)) => href(&kind.id, before),
        None if kind.id == HAZARD => "/hazard".to_owned(),
        None => "/help".to_owned(),
    };
    let title = pages.get(at).map(|(_, name)| questions::say(&page, name)).unwrap_or_default();
    let (more, questions): (Vec<_>, Vec<_>) = flow.questions(&page, key).into_iter().partition(|q| q.folded);
    let form = flow.form();
    let typed = |q: &Question| !form.text(&q.key).is_empty() || errors.of(&q.key).is_some();
    let more_open = more.iter().any(typed) || errors.of("place").or(errors.of("place_id")).is_some();
    let type_field = kind.type_field.clone().filter(|field| !questions.iter().any(|q| q.key == *field));
    let mut page = page.with_title(title).back_to(back);
    if !is_one {
        page.step = Some(flow.step(&page, at + 1));
    }
    let is_last = flow.is_last(key);
    let drawn = StepPage {
        kind: kind.id.clone(),
        action: page.href(&href(&kind.id, key)),
        chosen: type_field.map(|field| (field.clone(), form.text(&field).to_owned())),
        kept_photos: flow.filled.photos.iter().map(|p| p.id.to_string()).collect(),
        picker: is_last.then(|| Picker { near: flow.near.clone(), several }),
        may_be_private: is_last && kind.may_be_private,
        sees: sees(kind, flow.of.is_some()),
        goes_to: if is_one { goes_to(app, flow).await? } else { String::new() },
        is_one,
        more,
        more_open,
        questions,
        form,
        page: page.with_errors(errors),
    };
    Ok(html(status, &drawn))
}

/// Whose staff look at it, so that one sees when it is another village of that name.
pub(super) async fn goes_to(app: &App, flow: &Flow) -> Result<String, Stop> {
    let (form, home) = (flow.form(), flow.row.place_path.clone());
    app.read(move |mut tx| Box::pin(async move { picker::in_full(&mut tx, &form, &home).await })).await
}

/// The line 「谁能看到？」. `of_another`: whoever fills it in acts for somebody, who alone finds out who looked.
pub(super) fn sees(kind: &Kind, of_another: bool) -> &'static str {
    match (kind.visibility, of_another) {
        (Visibility::Handlers, false) if !kind.asks_volunteers() => "matters-sees-staff",
        (Visibility::Handlers, true) if !kind.asks_volunteers() => "matters-sees-staff-for",
        (Visibility::Handlers, false) => "matters-sees-handlers",
        (Visibility::Handlers, true) => "matters-sees-handlers-for",
        (Visibility::Place, false) => "matters-sees-place",
        (Visibility::Place, true) => "matters-sees-place-for",
        (Visibility::PublicMasked, _) => "matters-sees-public",
    }
}

/// Keeps what one page says and goes on.
pub async fn keep(
    State(app): State<App>,
    who: Who,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
    form: Form,
) -> Result<Response, Failure> {
    if key == CHECK {
        return check::send(&app, &who, &asked.kind, &form).await;
    }
    advance(&app, &who, &key, &asked.kind, &form).await
}

/// Keeps or sends the one page of a hazard.
pub async fn keep_hazard(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    advance(&app, &who, ONE, HAZARD, &form).await
}

async fn advance(app: &App, who: &Who, key: &str, kind: &str, form: &Form) -> Result<Response, Failure> {
    let mut flow = open(app, who, kind).await?;
    if !flow.pages().iter().any(|(k, _)| *k == key) {
        return Err(Failure::not_found());
    }
    let page = who.page();
    let (mut filled, is_last) = (flow.filled.clone(), flow.is_last(key));
    filled.put(flow.kind(), flow.fields(key), form, is_last);
    let photo_errors = take_photos(app, &page, &flow, form, &mut filled).await?;
    flow.filled = filled;
    let mut errors = flow.wrong(&page, key);
    photo_errors.iter().for_each(|(field, message)| errors.add(field, message));
    let several = if is_last { place(app, &page, &mut flow, &mut errors).await? } else { Vec::new() };
    let finds = form.text("do") == "find";
    let is_one = flow.kind().pages.is_empty();
    if is_one && !finds && errors.is_empty() && check::similar(app, &flow).await?.is_empty() {
        let sending = Sending { kind: kind.to_owned(), filled: Some(flow.filled.clone()) };
        return match submit(app, who, form, sending, |tx, who, at, s| {
            Box::pin(async move { send(tx, who, at, &s).await })
        })
        .await?
        {
            Submitted::Done(response) => Ok(response),
            Submitted::Refused(refusal) => {
                let errors = questions::refused(&page, flow.kind(), &refusal);
                draw(app, &flow, page, key, several, errors).await
            }
        };
    }
    // Who sent an empty form and reads what is missing has nothing to go on with another day.
    match !errors.is_empty() && !finds && flow.filled.says_nothing(flow.kind()) {
        true => drop_draft(app, &flow).await?,
        false => save(app, &flow).await?,
    }
    if finds {
        let to = Form::empty().with("to", href(kind, key));
        return Ok(who.visit.see(&format!("/places?{}", to.to_urlencoded())));
    }
    if errors.is_empty() {
        return Ok(who.visit.see(&href(kind, &flow.after(key))));
    }
    draw(app, &flow, page, key, several, errors).await
}

/// There is nothing to keep.
async fn drop_draft(app: &App, flow: &Flow) -> Result<(), Failure> {
    let (person, name) = (flow.person, draft_name(&flow.kind().id, flow.of));
    app.write(move |mut tx| {
        let name = name.clone();
        Box::pin(async move { drafts::remove(&mut tx, person, &name).await })
    })
    .await?;
    Ok(())
}

/// Keeps the draft, also when something in it is not right yet.
async fn save(app: &App, flow: &Flow) -> Result<(), Failure> {
    let (person, at) = (flow.person, app.now());
    let (name, content) =
        (draft_name(&flow.kind().id, flow.of), serde_json::to_string(&flow.filled).map_err(Stop::from)?);
    let photos: Vec<FileId> = flow.filled.photos.iter().map(|p| p.id).collect();
    app.write(move |mut tx| {
        let (name, content, photos) = (name.clone(), content.clone(), photos.clone());
        Box::pin(async move {
            loose::kept(&mut tx, at, person.cell, &photos).await?;
            drafts::save(&mut tx, at, person, &name, &content).await
        })
    })
    .await?;
    Ok(())
}

/// Settles the place, or says what is unclear about it and offers what it could be.
async fn place(app: &App, page: &Page, flow: &mut Flow, errors: &mut Errors) -> Result<Vec<kit::Choice>, Failure> {
    let (form, home) = (flow.form(), flow.row.place_path.clone());
    if form.text("place").is_empty() && form.text("place_id").is_empty() {
        return Ok(Vec::new());
    }
    let (place, choices) = picker::asked(app, page, &form, home, errors).await?;
    if let Some(place) = place {
        // The village of one's own grid, typed anew, is where one lives, with the grid and the door that are known.
        let home = Id::new(flow.row.id().cell, flow.row.place_id);
        let is_home = path::level(&place.path) == Some(Level::Village)
            && path::up_to(&flow.row.place_path, Level::Village) == place.path;
        let id = if is_home { home } else { place.id };
        let name = app.read(move |mut tx| {
            let place = place.clone();
            Box::pin(async move { picker::common_name(&mut tx, &place).await })
        });
        flow.filled.set("place", name.await?);
        flow.filled.set("place_id", id.to_string());
    }
    Ok(choices)
}

/// Takes the photos of a form in, before any transaction. What cannot be taken is said; the rest stays.
async fn take_photos(app: &App, page: &Page, flow: &Flow, form: &Form, filled: &mut Filled) -> Result<Errors, Failure> {
    let mut errors = Errors::new();
    let Some((field, most)) = flow.photo_field() else { return Ok(errors) };
    let sent: Vec<Upload> = form.files(&field.key).cloned().collect();
    for (index, upload) in sent.into_iter().enumerate() {
        if upload.too_big {
            errors.add(&field.key, page.t1("matters-photo-too-big", "number", index + 1));
            continue;
        }
        if filled.photos.len() >= most {
            errors.add(&field.key, page.t1("matters-photos-most", "count", most));
            break;
        }
        match photos::take_in(app, flow.person.cell, app.now(), &field.key, upload.bytes).await {
            Ok(stored) => filled.photos.push(stored.into()),
            Err(Stop::Refused(refusal)) => {
                refusal_errors(page, &refusal).iter().for_each(|(field, message)| errors.add(field, message));
            }
            Err(stop) => return Err(stop.into()),
        }
    }
    Ok(errors)
}

/// Throws a draft away, with the photos that belong to nothing else.
pub async fn discard(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<Asked>,
    form: Form,
) -> Result<Submitted, Failure> {
    let flow = open(&app, &who, &asked.kind).await?;
    // On to what was wanted instead, or back to what there is.
    let wanted = flow.kind().types().iter().find(|t| t.key == form.text("type"));
    let to = wanted.map_or_else(|| "/help".to_owned(), |t| format!("/help/new?kind={}&type={}", asked.kind, t.key));
    let input = (flow.person, draft_name(&asked.kind, flow.of), to);
    let done = submit(&app, &who, &form, input, |tx, _, _, (person, name, to)| {
        Box::pin(async move {
            drafts::remove(tx, person, &name).await?;
            Ok(go_with(to, "matters-draft-gone"))
        })
    })
    .await?;
    for photo in &flow.filled.photos {
        photos::remove(&app.files, photo.id).await?;
    }
    Ok(done)
}

/// A photo of one's own draft.
pub async fn photo(
    State(app): State<App>,
    who: Who,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let flow = open(&app, &who, &kind).await?;
    let id: FileId = id.parse().map_err(|_| Failure::not_found())?;
    if !flow.filled.photos.iter().any(|p| p.id == id) {
        return Err(Failure::not_found());
    }
    Ok(photos::answer(&app, id).await?)
}
