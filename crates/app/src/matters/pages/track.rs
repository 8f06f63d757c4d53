//! Looking a matter up by its code without signing in: the state, the time, the unit, and nothing of a private one.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::limits::address_key;
use kit::{Errors, Failure, Form, Page, html};
use rules::matters::Code;
use rules::matters::code::CodeError;
use rules::matters::visibility::{PublicSummary, Surface, public_summary, shows_on};
use rules::matters::{Kind, Matter};
use rules::shared::ids::PersonId;
use serde::Deserialize;

use super::line;
use super::questions::say;
use crate::matters::{Held, behalf, kind_of, replies, store};
use crate::web::Visitor;
use crate::{App, people};

#[derive(Template)]
#[template(path = "matters/look_up.html")]
struct LookUpPage {
    page: Page,
    form: Form,
    /// Where a code of no matter may belong: certificates' look the same.
    certificate: String,
}

/// What anyone sees of a matter, in words.
struct Shown {
    kind: String,
    state: String,
    tone: &'static str,
    due: Option<i64>,
    /// What was promised while its day is not known, in words.
    awaited: Option<String>,
    next_word_at: Option<i64>,
    responsible: Option<String>,
}

#[derive(Template)]
#[template(path = "matters/track.html")]
struct TrackPage {
    page: Page,
    shown: Shown,
    /// Whose it is and who is signed in sees more on the page of their own.
    own: Option<String>,
    /// Where following begins or ends; nothing of what one may not follow.
    follow: Option<Follow>,
    /// For whom who is signed in may act in it.
    represented: Option<String>,
}

/// What whoever looks at a matter that is public may do about hearing of it.
enum Follow {
    SignIn(String),
    Begin(String),
    End(String),
}

fn follow(kind: &Kind, matter: &Matter, me: Option<PersonId>, code: &str) -> Option<Follow> {
    let follows = me.is_some_and(|me| matter.followers.contains(&me));
    if follows {
        return Some(Follow::End(format!("/hazard/{code}/unfollow")));
    }
    let may = !matter.is_closed() && !matter.is_own(me) && shows_on(kind, matter, Surface::PublicList);
    may.then(|| match me {
        Some(_) => Follow::Begin(format!("/hazard/{code}/follow")),
        None => Follow::SignIn(format!("/login?{}", Form::empty().with("back", format!("/t/{code}")).to_urlencoded())),
    })
}

#[derive(Deserialize)]
pub struct Asked {
    /// Empty when the form was sent so, and none before it is sent.
    code: Option<String>,
}

pub async fn look_up(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let Some(code) = asked.code.as_deref().map(str::trim) else { return Ok(form(&visitor, "", None)) };
    if code.is_empty() {
        return Ok(form(&visitor, "", Some(wrong(CodeError::Malformed))));
    }
    match code.parse::<Code>() {
        Ok(code) => Ok(visitor.visit.see(&format!("/t/{code}"))),
        Err(error) => {
            app.web.look_ups.check(&address_key(visitor.visit.ip))?;
            Ok(form(&visitor, code, Some(wrong(error))))
        }
    }
}

pub fn wrong(error: CodeError) -> &'static str {
    match error {
        CodeError::Check => "matters-code-misread",
        CodeError::Malformed | CodeError::Cell => "matters-code-malformed",
    }
}

fn form(visitor: &Visitor, typed: &str, wrong: Option<&'static str>) -> Response {
    let page = visitor.page().titled("matters-look-up-title").back_to("/");
    let mut errors = Errors::new();
    wrong.iter().for_each(|key| errors.add("code", page.t(key)));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let certificate = typed.parse::<Code>().map_or_else(|_| "/verify".to_owned(), |code| format!("/verify/{code}"));
    html(status, &LookUpPage { page: page.with_errors(errors), form: Form::empty().with("code", typed), certificate })
}

pub async fn track(State(app): State<App>, visitor: Visitor, Path(typed): Path<String>) -> Result<Response, Failure> {
    app.web.look_ups.check(&address_key(visitor.visit.ip))?;
    let code = match typed.parse::<Code>() {
        Ok(code) => code,
        Err(error) => return Ok(form(&visitor, &typed, Some(wrong(error)))),
    };
    let actor = visitor.caller.as_ref().map(|caller| caller.actor.clone());
    let (me, at) = (actor.as_ref().and_then(rules::shared::Actor::stands_for), app.now());
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                let Some(id) = store::by_code(&mut tx, code.cell(), &code.plain()).await? else { return Ok(None) };
                let held = Held::load(&mut tx, id).await?;
                let city = tx.city();
                let kind = kind_of(&city, &held.matter.kind)?;
                let Some(summary) = public_summary(kind, &held.matter) else { return Ok(None) };
                let unit = match summary.responsible {
                    Some(unit) => people::store::organisation(&mut tx, unit).await?.map(|o| o.name),
                    None => None,
                };
                let mut follow = follow(kind, &held.matter, me, &code.to_string());
                let mut represented = None;
                if let Some(actor) = &actor {
                    represented = behalf::represented(&mut tx, actor, at, &held).await?;
                    // What a mandate does not include is not offered to whoever acts by it.
                    let included = behalf::kinds(&mut tx, actor).await?.is_none_or(|kinds| kinds.hold(&kind.id));
                    // Whoever was asked what they say to it hears how it ends as it is.
                    let parties = replies::parties(&mut tx, id).await?;
                    let may = included && me.is_none_or(|me| !parties.contains(&me));
                    follow = follow.filter(|follow| may || matches!(follow, Follow::End(_)));
                }
                let more = (held.matter.is_own(me), follow, represented);
                Ok(Some((code.with_prefix(kind.code_prefix), summary, unit, more)))
            })
        })
        .await?;
    // A private matter and a code that nobody has look the same.
    let Some((shown_code, summary, unit, (is_own, follow, represented))) = found else {
        return Ok(form(&visitor, &typed, Some("matters-code-unknown")));
    };
    let page = visitor.page().back_to("/t");
    let page = page.t1("matters-track-title", "code", shown_code.as_str());
    let page = visitor.page().back_to("/t").with_title(page);
    let shown = shown(&page, summary, unit);
    let own = is_own.then(|| format!("/help/{code}"));
    Ok(html(StatusCode::OK, &TrackPage { shown, own, follow, represented, page }))
}

fn shown(page: &Page, summary: PublicSummary, responsible: Option<String>) -> Shown {
    let is_closed = summary.outcome.is_some();
    // The step that asks whose it is speaks to them: whoever else looks has nothing to press.
    let state = match summary.outcome.or(summary.state) {
        Some(text) => say(page, &text),
        None => page.t("matters-track-confirm"),
    };
    Shown {
        kind: say(page, &summary.kind),
        state,
        tone: if is_closed { "ok" } else { "info" },
        due: summary.due.map(jiff::Timestamp::as_millisecond),
        awaited: summary.awaited.map(|awaited| line::awaited(page, awaited)),
        next_word_at: summary.next_word_at.map(jiff::Timestamp::as_millisecond),
        responsible,
    }
}
