//! What whoever made a matter private is shown that is not theirs to read any more: what they did, and who has it now.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Link, Page, html};
use rules::matters::{Kind, Matter, access};
use rules::shared::{Actor, Moment, Role};

use super::{crumb, find};
use crate::matters::pages::line;
use crate::matters::{Held, kind_of};
use crate::web::Who;
use crate::{App, Stop, Tx, audit, people};

/// So many of those who read it are named at most.
const NAMED: usize = 5;

/// The names of those who read a private matter: whom it was given to, and the social workers of its place.
async fn readers(tx: &mut Tx<'_>, at: Moment, matter: &Matter) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for person in &matter.assignees {
        names.extend(people::store::person(tx, *person).await?.map(|row| row.name));
    }
    let staff = people::store::staff_at(tx, &matter.place_path, &[Role::SocialWorker], at).await?;
    names.extend(staff.into_iter().filter(|one| !matter.assignees.contains(&one.person)).map(|one| one.name));
    names.truncate(NAMED);
    Ok(names)
}

/// Who would read a matter once it is private, where `who` would not.
pub async fn lost_to(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    kind: &Kind,
    matter: &Matter,
) -> Result<Option<Vec<String>>, Stop> {
    let private = Matter { private: true, ..matter.clone() };
    match access::see_at_work(who, kind, &private) {
        Ok(_) => Ok(None),
        Err(_) => Ok(Some(readers(tx, at, matter).await?)),
    }
}

/// A sentence that names those who read it, or says that there is nobody.
pub fn words(page: &Page, key: &str, readers: &[String]) -> String {
    page.t2(key, "count", readers.len(), "names", page.row_of(readers))
}

#[derive(Template)]
#[template(path = "desk/made-private.html")]
struct MadePrivatePage {
    page: Page,
    code: String,
    readers: String,
    back: Link,
}

/// For whoever made it private last, as long as it is; who reads it is led to its page.
pub async fn made_private(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let tx = &mut tx;
            let id = find(tx, &code).await?;
            let held = Held::load(tx, id).await?;
            let city = tx.city();
            if access::see(&actor, kind_of(&city, &held.matter.kind)?, &held.matter).is_ok() {
                return Ok(Err(format!("/desk/{}", held.code)));
            }
            let events = audit::timeline(tx, id).await?;
            let last = events.iter().rev().find(|event| event.verb == "matters.private_set");
            if !held.matter.private || last.is_none_or(|event| event.actor.is_none() || event.actor != actor.person) {
                return Err(Stop::Missing);
            }
            Ok(Ok((readers(tx, at, &held.matter).await?, held)))
        })
    });
    let (readers, held) = match found.await? {
        Ok(found) => found,
        Err(page) => return Ok(who.visit.see(&page)),
    };
    let city = app.city();
    let page = who.page().titled("desk-made-private-title");
    let code = line::code_with_letter(kind_of(&city, &held.matter.kind)?, &held.code);
    let (readers, back) = (words(&page, "desk-made-private-readers", &readers), crumb(&page, &city, who.actor()));
    Ok(html(StatusCode::OK, &MadePrivatePage { code, readers, back, page }))
}
