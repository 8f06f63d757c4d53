//! Two matters that may be one, side by side, before one of them is closed as the same as the other.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Link, Page, html};
use rules::matters::{Code, Kind, Values, workflow};
use rules::shared::code::in_groups;
use rules::shared::{Actor, Moment, Refusal};
use serde::Deserialize;

use super::act::{Act, CHANGED, Doing, What};
use super::asked::words;
use super::fields::{FieldLine, field_lines};
use super::matter::is_for;
use super::rows::context_rows;
use super::verbs::refused;
use super::{crumb, find};
use crate::city::City;
use crate::matters::pages::line;
use crate::matters::store::{self, MatterRow};
use crate::matters::{Held, actions, kind_of};
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop, Tx, people};

/// The matter of a number that somebody typed, as far as they work on it: of one that is not theirs to see they hear no
/// more than of none.
pub(super) async fn other(tx: &mut Tx<'_>, who: &Actor, code: Code) -> Result<Held, Stop> {
    let unknown = || Refusal::new("merge-code-unknown").at_field("into");
    let id = store::by_code(tx, code.cell(), &code.plain()).await?.ok_or_else(unknown)?;
    let held = match Held::find(tx, who, id).await {
        Err(Stop::Missing) => return Err(unknown().into()),
        found => found?,
    };
    if is_for(tx, who, &held)? { Ok(held) } else { Err(unknown().into()) }
}

/// One of the two, as it is read at this drawing.
struct Read {
    held: Held,
    row: MatterRow,
    organisation: Option<String>,
    handlers: Vec<String>,
    /// Sealed fields that were opened for this drawing.
    opened: Values,
}

impl Read {
    async fn of(tx: &mut Tx<'_>, held: Held) -> Result<Read, Stop> {
        let row = store::row(tx, held.id()).await?.ok_or(Stop::Missing)?;
        let organisation = match held.matter.organisation {
            Some(id) => people::store::organisation(tx, id).await?.map(|o| o.name),
            None => None,
        };
        let mut handlers = Vec::new();
        for person in &held.matter.assignees {
            handlers.extend(people::store::person(tx, *person).await?.map(|p| p.name));
        }
        Ok(Read { held, row, organisation, handlers, opened: Values::new() })
    }
}

/// Both, where a rule lets them become one once somebody has said why.
async fn both(tx: &mut Tx<'_>, who: &Actor, at: Moment, code: &str, into: &str) -> Result<(Read, Read), Stop> {
    let id = find(tx, code).await?;
    let held = Held::find(tx, who, id).await?;
    if !is_for(tx, who, &held)? {
        return Err(Stop::Missing);
    }
    let typed = into.parse().map_err(|_| Refusal::new("merge-code-unknown").at_field("into"))?;
    let other = other(tx, who, typed).await?;
    actions::may_merge(tx, who, at, &held, &other).await?;
    Ok((Read::of(tx, held).await?, Read::of(tx, other).await?))
}

/// One side of the page.
struct Side {
    heading: String,
    title: String,
    code: String,
    href: String,
    rows: Vec<(String, String)>,
    fields: Vec<FieldLine>,
    /// Some of it is sealed that this one may open.
    may_open: bool,
}

fn side(page: &Page, who: &Actor, (city, kind): (&City, &Kind), read: Read, heading: String) -> Side {
    let Read { held, row, organisation, handlers, opened } = read;
    let step = held.matter.at(kind).map_or_else(|| page.t("desk-closed"), |s| words(page, &s.desk).to_owned());
    let mut rows = vec![(page.t("desk-merge-step"), step)];
    rows.extend(context_rows(page, kind, &held, &row, organisation, &handlers));
    let (fields, may_open) = field_lines(page, who, kind, &held, &opened);
    Side {
        heading,
        title: line::of_held(page, city, &held),
        code: format!("{} {}", kind.code_prefix, in_groups(&held.code)),
        href: format!("/desk/{}", held.code),
        rows,
        fields,
        may_open,
    }
}

#[derive(Template)]
#[template(path = "desk/merge.html")]
struct MergePage {
    page: Page,
    code: String,
    into: String,
    versions: (i64, i64),
    sides: [Side; 2],
    /// What two people asked for, where each is somebody's own.
    of_two: bool,
    /// What is for one person, as far as anybody knows.
    of_one: bool,
    /// One of them is for somebody else, whom the form names.
    for_another: bool,
    form: Form,
}

async fn draw(
    app: &App,
    who: &Who,
    (code, form): (String, Form),
    refusal: Option<&Refusal>,
) -> Result<Response, Failure> {
    let (actor, at, asked, into) = (who.actor().clone(), app.now(), code.clone(), form.text("into").to_owned());
    let read = app.read(move |mut tx| {
        Box::pin(async move {
            match both(&mut tx, &actor, at, &asked, &into).await {
                Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
                read => Ok(Ok(Box::new(read?))),
            }
        })
    });
    match read.await? {
        Ok(both) => page_of(app, who, (code, form), *both, refusal),
        Err(refusal) => refused(app, who, code, Act::Merge, form, &refusal).await,
    }
}

fn page_of(
    app: &App,
    who: &Who,
    (code, form): (String, Form),
    (this, other): (Read, Read),
    refusal: Option<&Refusal>,
) -> Result<Response, Failure> {
    let city = app.city();
    let kind = kind_of(&city, &this.held.matter.kind)?;
    let (status, mut page) = with_refusal(who.page().titled("desk-merge-title"), refusal);
    let status = if refusal.is_some_and(|r| r.code == CHANGED) { StatusCode::CONFLICT } else { status };
    let title = line::of_held(&page, &city, &this.held);
    page.crumbs = vec![crumb(&page, &city, who.actor()), Link::new(title, format!("/desk/{}", this.held.code))];
    let of_two = workflow::is_of_two(kind, &this.held.matter, &other.held.matter);
    let of_one = this.held.matter.serves_same(&other.held.matter);
    let for_another = this.held.matter.for_another || other.held.matter.for_another;
    let versions = (this.held.matter.version, other.held.matter.version);
    let into = other.held.code.clone();
    let told = |read, key| side(&page, who.actor(), (&city, kind), read, page.t(key));
    let sides = [told(this, "desk-merge-this"), told(other, "desk-merge-other")];
    Ok(html(status, &MergePage { code, into, versions, sides, of_two, of_one, for_another, form, page }))
}

#[derive(Deserialize)]
pub struct Into {
    into: Option<String>,
}

/// Shows both and asks.
pub async fn compare(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    Query(typed): Query<Into>,
) -> Result<Response, Failure> {
    let Some(into) = typed.into else { return Ok(who.visit.see(&format!("/desk/{code}?do=merge#do"))) };
    draw(&app, &who, (code, Form::empty().with("do", "merge").with("into", into)), None).await
}

/// Opens the sealed fields of both for this one drawing. A POST, because each reading is written down.
pub async fn merge_protected(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let asked = (code.clone(), form.text("into").to_owned());
    let read = app.act(who.actor(), asked, |mut tx, who, at, (code, into)| {
        Box::pin(async move {
            let (mut this, mut other) = match both(&mut tx, &who, at, &code, &into).await {
                Err(Stop::Refused(refusal)) => return Ok(Err(refusal)),
                both => both?,
            };
            let city = tx.city();
            for read in [&mut this, &mut other] {
                let purpose = read.held.purpose(kind_of(&city, &read.held.matter.kind)?);
                read.opened = actions::read_protected(&mut tx, &who, at, &read.held, purpose).await?;
            }
            if this.opened.is_empty() && other.opened.is_empty() {
                return Err(Stop::Forbidden { verb: "matters.read_protected" });
            }
            Ok(Ok(Box::new((this, other))))
        })
    });
    match read.await? {
        Ok(both) => page_of(&app, &who, (code, form), *both, None),
        Err(refusal) => refused(&app, &who, code, Act::Merge, form, &refusal).await,
    }
}

/// Closes the one as the same as the other.
pub async fn merge(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let (actor, asked) = (who.actor().clone(), code.clone());
    let held = app.read(move |mut tx| {
        Box::pin(async move {
            let id = find(&mut tx, &asked).await?;
            Held::find(&mut tx, &actor, id).await
        })
    });
    let held = held.await?;
    let city = app.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let refusal = match What::read(&Act::Merge, kind, &held, &form, &city.settings.zone) {
        Err(refusal) => refusal,
        Ok(what) => {
            let seen = form.text("version").parse().ok();
            let doing = Doing { id: held.id(), seen, what, photos: Vec::new() };
            let done = submit(&app, &who, &form, (doing, code.clone()), |tx, who, at, (doing, code)| {
                Box::pin(async move {
                    doing.run(tx, who, at).await?;
                    Ok(go_with(format!("/desk/{code}"), "desk-saved"))
                })
            });
            match done.await? {
                Submitted::Done(response) => return Ok(response),
                Submitted::Refused(refusal) => refusal,
            }
        }
    };
    draw(&app, &who, (code, form), Some(&refusal)).await
}
