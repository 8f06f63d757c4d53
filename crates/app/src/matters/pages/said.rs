//! What is read out to whoever rang, and what they are given on paper at the counter.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use kit::{Failure, Link, Page, html};
use rules::matters::Kind;
use rules::matters::access::{self, RaiseFor};
use rules::shared::Verb as _;
use rules::shared::permit::might;
use serde::Deserialize;

use super::{desk, line};
use crate::matters::{Held, kind_of, store};
use crate::web::Who;
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "matters/said.html")]
struct SaidPage {
    page: Page,
    code: String,
    /// The code without its letter, for an address.
    plain: String,
    sentence: String,
    private: bool,
    /// They may open it: what is private is not theirs once it is written down.
    opens: bool,
    /// Where the slip is; of what is private nothing goes out on paper.
    slip: Option<String>,
    /// Where their work is: the desk, and for whoever has none their own list.
    back: Link,
}

#[derive(Template)]
#[template(path = "matters/said-slip.html")]
struct SlipPage {
    page: Page,
    code: String,
    sentence: String,
}

#[derive(Deserialize)]
pub struct Left {
    /// `none` for whoever left no number to ring.
    #[serde(default)]
    number: String,
}

impl Left {
    fn rings(&self) -> bool {
        self.number != "none"
    }
}

/// What was written down.
struct Noted {
    held: Held,
    place: String,
    opens: bool,
}

/// For whoever wrote it down, and missing for everybody else.
async fn noted(app: &App, who: &Who, typed: String) -> Result<Noted, Failure> {
    if !might::<RaiseFor>(who.actor()) {
        return Err(Stop::Forbidden { verb: RaiseFor::NAME }.into());
    }
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let id = store::by_typed_code(&mut tx, &typed).await?;
            if !store::was_written_down_by(&mut tx, id, me).await? {
                return Err(Stop::Missing);
            }
            let held = Held::load(&mut tx, id).await?;
            let place = store::row(&mut tx, id).await?.map(|r| r.place_name).unwrap_or_default();
            let opens = access::see_at_work(&actor, kind_of(&tx.city(), &held.matter.kind)?, &held.matter).is_ok();
            Ok(Noted { held, place, opens })
        })
    });
    Ok(found.await?)
}

/// What to read out to the caller, without the content of a private matter.
pub async fn said(
    State(app): State<App>,
    who: Who,
    Path(typed): Path<String>,
    Query(left): Query<Left>,
) -> Result<Response, Failure> {
    let Noted { held, place, opens } = noted(&app, &who, typed).await?;
    let city = app.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let page = who.page().titled("matters-said-title");
    let code = line::code_with_letter(kind, &held.code);
    let sentence = sentence(&page, kind, (&held, &place, &code), left.rings());
    let (private, back) = (held.matter.private, desk::crumb(&page, &city, who.actor()));
    let number = if left.rings() { "" } else { "?number=none" };
    let slip = (!private).then(|| format!("/desk/call/{}/slip{number}", held.code));
    Ok(html(StatusCode::OK, &SaidPage { code, sentence, private, opens, slip, back, plain: held.code, page }))
}

/// The same on paper, for whoever stands at the counter: without a telephone it is all they have.
pub async fn slip(
    State(app): State<App>,
    who: Who,
    Path(typed): Path<String>,
    Query(left): Query<Left>,
) -> Result<Response, Failure> {
    let Noted { held, place, .. } = noted(&app, &who, typed).await?;
    if held.matter.private {
        return Err(Failure::not_found());
    }
    let city = app.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let number = if left.rings() { "" } else { "?number=none" };
    let page = who.page().titled("matters-slip-title").back_to(format!("/desk/call/{}{number}", held.code));
    let code = line::code_with_letter(kind, &held.code);
    let sentence = sentence(&page, kind, (&held, &place, &code), left.rings());
    Ok(html(StatusCode::OK, &SlipPage { code, sentence, page }))
}

/// What is read out: what was noted, its number, and by when somebody looks at it, or from when on the caller may ask.
fn sentence(page: &Page, kind: &Kind, (held, place, code): (&Held, &str, &str), rings: bool) -> String {
    let when = |t: Timestamp| page.when(t.as_millisecond());
    // The same as the message promises, if one goes out: that somebody looks at it, not that somebody rings by then.
    let looked_at = held.matter.step_due().map(when);
    let due = looked_at.clone().or_else(|| held.matter.promised().map(when));
    let then = match (due, rings) {
        (_, true) => match looked_at {
            Some(due) => page.t1("matters-said-look-by", "when", due),
            None => page.t("matters-said-look-soon"),
        },
        (Some(due), false) => page.t2("matters-said-ask-after", "when", due, "number", page.hotline()),
        (None, false) => page.t1("matters-said-ask", "number", page.hotline()),
    };
    if held.matter.private {
        return page.t2("matters-said-private", "code", code, "then", then);
    }
    let what = line::what(page, kind, held.matter.type_key.as_deref().unwrap_or_default());
    let what = format!("{what}{}{place}", if page.is_en() { ", " } else { "，" });
    page.t3("matters-said-open", "what", what, "code", code, "then", then)
}
