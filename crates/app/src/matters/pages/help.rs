//! 「您需要什么帮助？」 and 「报隐患」: the doors to the forms.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::matters::kind::Visibility;
use rules::matters::visibility::{Surface, shows_on};
use rules::people::mandate::Kinds;
use rules::shared::Cell;
use rules::shared::code::in_groups;

use super::filled::{Filled, kind_of_draft};
use super::flow::{HAZARD, NEED, href};
use super::line::{Line, line_for_all};
use super::questions::say;
use crate::identity::drafts;
use crate::matters::{Held, actions, behalf, kind_of, store};
use crate::people::mandates::pages::what as kinds_in_words;
use crate::web::{Caller, Submitted, Visitor, Who, go_with, submit, yourself};
use crate::{App, Stop};

/// How many open hazards of the village are listed.
const NEARBY: i64 = 10;

pub struct Tile {
    pub href: String,
    pub icon: String,
    pub label: String,
}

/// 「您有一份没填完的」.
pub struct Unfinished {
    pub href: String,
    pub discard: String,
    pub what: String,
    pub updated_at: i64,
}

#[derive(Template)]
#[template(path = "matters/help.html")]
struct HelpPage {
    page: Page,
    tiles: Vec<Tile>,
    others: Vec<Tile>,
    drafts: Vec<Unfinished>,
}

/// The drafts of whoever is signed in.
pub async fn unfinished(app: &App, visitor: &Visitor, page: &Page) -> Result<Vec<Unfinished>, Failure> {
    let Some(actor) = visitor.caller.as_ref().map(|c| &c.actor) else { return Ok(Vec::new()) };
    let Some(person) = actor.person else { return Ok(Vec::new()) };
    let of = behalf::other(actor);
    let kept = app.read(move |mut tx| Box::pin(async move { drafts::all(&mut tx, person).await })).await?;
    let city = app.city();
    let mut found = Vec::new();
    for draft in kept {
        let kind = kind_of_draft(&draft.form, of).and_then(|k| city.kinds.get(k));
        let Some(kind) = kind.filter(|k| k.is_open_to_residents()) else { continue };
        let filled: Filled = serde_json::from_str(&draft.content).map_err(Stop::from)?;
        let chosen = kind.type_field.as_deref().map(|f| filled.form().text(f).to_owned()).unwrap_or_default();
        let first = kind.pages.first().map_or(super::flow::ONE, |p| p.key.as_str());
        found.push(Unfinished {
            href: href(&kind.id, first),
            discard: format!("/help/discard?kind={}", kind.id),
            what: super::line::what(page, kind, &chosen),
            updated_at: draft.updated_at,
        });
    }
    Ok(found)
}

/// What is offered to whoever asks: everything, or what the mandate includes by which they act for another.
pub struct Offered(Option<Kinds>);

impl Offered {
    pub async fn to(app: &App, visitor: &Visitor) -> Result<Offered, Stop> {
        let Some(actor) = visitor.caller.as_ref().map(|caller| caller.actor.clone()) else { return Ok(Offered(None)) };
        Ok(Offered(app.read(move |mut tx| Box::pin(async move { behalf::kinds(&mut tx, &actor).await })).await?))
    }

    pub fn has(&self, kind: &str) -> bool {
        self.0.as_ref().is_none_or(|kinds| kinds.hold(kind))
    }

    /// Instead of a page about a kind that the mandate does not include: what it includes, and the way back to oneself.
    pub fn instead(
        &self,
        app: &App,
        page: &Page,
        caller: Option<&Caller>,
        (kind, to): (&str, &str),
    ) -> Option<Response> {
        let kinds = self.0.as_ref().filter(|kinds| !kinds.hold(kind))?;
        let of = caller?.acting_for.clone()?;
        let what = kinds_in_words(page, &app.city(), kinds);
        Some(yourself::not_included(page, of, what, to.to_owned()))
    }
}

/// The tiles of a kind's types, or one for the kind; none of a kind that is not offered.
pub fn tiles(app: &App, page: &Page, offered: &Offered, kind: &str) -> Vec<Tile> {
    let city = app.city();
    let open = city.kinds.get(kind).filter(|k| k.is_open_to_residents() && offered.has(kind));
    let Some(kind) = open else { return Vec::new() };
    let tile = |choice: &rules::matters::kind::Choice| Tile {
        href: format!("/help/new?kind={}&type={}", kind.id, choice.key),
        icon: choice.icon.clone().unwrap_or_else(|| kind.icon.clone()),
        label: say(page, &choice.name),
    };
    kind.types().iter().map(tile).collect()
}

pub async fn help(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = visitor.page().titled("matters-help-title");
    let city = app.city();
    let offered = Offered::to(&app, &visitor).await?;
    let others = city.kinds.iter().filter(|k| k.is_open_to_residents() && k.id != NEED && offered.has(&k.id));
    let other = |k: &rules::matters::Kind| Tile {
        href: if k.id == HAZARD { "/hazard".to_owned() } else { format!("/help/new?kind={}", k.id) },
        icon: k.icon.clone(),
        label: say(&page, &k.name),
    };
    let others = others.map(other).collect();
    let drafts = unfinished(&app, &visitor, &page).await?;
    Ok(html(StatusCode::OK, &HelpPage { tiles: tiles(&app, &page, &offered, NEED), others, drafts, page }))
}

#[derive(Template)]
#[template(path = "matters/hazard.html")]
struct HazardPage {
    page: Page,
    tiles: Vec<Tile>,
    signed_in: bool,
    nearby: Vec<Line>,
    drafts: Vec<Unfinished>,
}

/// Hazards: report one, or see what is known in one's village already.
pub async fn hazard(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = visitor.page().titled("matters-hazard-title").back_to("/");
    let offered = Offered::to(&app, &visitor).await?;
    if let Some(instead) = offered.instead(&app, &page, visitor.caller.as_deref(), (HAZARD, "/hazard")) {
        return Ok(instead);
    }
    let home = visitor.caller.as_ref().map(|c| (c.cell, c.place_path.clone()));
    let signed_in = home.is_some();
    let city = app.city();
    let is_public = city.kinds.get(HAZARD).is_some_and(|k| k.visibility == Visibility::PublicMasked);
    let rows = match home.filter(|_| is_public) {
        Some((cell, within)) => {
            app.read(move |mut tx| Box::pin(async move { nearby(&mut tx, cell, within).await })).await?
        }
        None => Vec::new(),
    };
    let nearby = rows.iter().map(|row| line_for_all(&page, &city, row)).collect();
    let mut drafts = unfinished(&app, &visitor, &page).await?;
    drafts.retain(|d| d.href.starts_with("/hazard"));
    let tiles = tiles(&app, &page, &offered, HAZARD);
    Ok(html(StatusCode::OK, &HazardPage { tiles, signed_in, nearby, drafts, page }))
}

async fn nearby(tx: &mut crate::Tx<'_>, cell: Cell, within: String) -> Result<Vec<store::MatterRow>, Stop> {
    let filter = store::Filter { kind: Some(HAZARD.into()), within: Some(within), ..store::Filter::default() };
    let mut rows = store::queue(tx, cell, &filter, None, NEARBY).await?;
    rows.retain(|row| row.phase != "closed");
    Ok(rows)
}

/// 「我也要，跟着这一件」: of a matter that its kind shows to everyone.
pub async fn follow(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Submitted, Failure> {
    submit(&app, &who, &form, code, |tx, who, at, code| {
        Box::pin(async move {
            let (person, me) = (who.stands_for().ok_or(Stop::SignIn)?, who.person.ok_or(Stop::SignIn)?);
            let id = store::by_typed_code(tx, &code).await?;
            let held = Held::load(tx, id).await?;
            let city = tx.city();
            if !shows_on(kind_of(&city, &held.matter.kind)?, &held.matter, Surface::PublicList) {
                return Err(Stop::Missing);
            }
            actions::follow(tx, who, at, id, person).await?;
            // What was being filled in is the same matter; it need not be sent any more.
            drafts::remove(tx, me, &super::filled::draft_name(&held.matter.kind, behalf::other(who))).await?;
            Ok(go_with(format!("/t/{}", in_groups(&held.code)), "matters-following"))
        })
    })
    .await
}

/// 「不跟了」.
pub async fn unfollow(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Submitted, Failure> {
    submit(&app, &who, &form, code, |tx, who, at, code| {
        Box::pin(async move {
            let person = who.stands_for().ok_or(Stop::SignIn)?;
            let id = store::by_typed_code(tx, &code).await?;
            actions::unfollow(tx, who, at, id, person).await?;
            Ok(go_with(format!("/t/{code}"), "matters-unfollowed"))
        })
    })
    .await
}
