//! What is done with a mandate, from one's own page or from that of staff: confirming, ending, acting by it.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Failure, Form};
use rules::people::mandate::{How, Side};
use rules::shared::ids::{MandateId, PersonId};
use rules::shared::{Actor, Refusal};

use super::asked::named_in;
use super::staff;
use crate::people::mandates::{actions, store};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit, within_site};
use crate::{App, Stop};

/// One's own page of mandates.
const OWN: &str = "/me/family";

/// Where one looks after mandates: one's own page, or for staff that of the one represented.
fn home(who: &Actor, person: PersonId, delegate: PersonId) -> String {
    let is_side = who.person == Some(person) || who.person == Some(delegate);
    if is_side || !who.is_staff() { OWN.to_owned() } else { format!("/people/{person}/mandates") }
}

pub async fn confirm(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: MandateId = path_id(&id)?;
    let input = (id, How::from_key(form.text("how")));
    let done = submit(&app, &who, &form, input, |tx, who, at, (id, how)| {
        Box::pin(async move {
            let row = store::mandate(tx, id).await?.ok_or(Stop::Missing)?;
            let how = how.ok_or_else(|| Refusal::new("mandate-how").at_field("how"))?;
            actions::confirm(tx, who, at, id, how).await?;
            let flash = match row.answers() {
                Side::Person => "mandates-confirmed",
                Side::Delegate => "mandates-agreed",
            };
            Ok(go_with(home(who, row.person(), row.delegate()), flash))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let row = app.read(move |mut tx| Box::pin(async move { store::mandate(&mut tx, id).await })).await?;
            let row = row.ok_or(Stop::Missing)?;
            if home(who.actor(), row.person(), row.delegate()) == OWN {
                return Err(Stop::Refused(refusal).into());
            }
            let errors = refusal_errors(&who.page(), &refusal);
            staff::draw(&app, &who, row.person(), (form, errors)).await
        }
    }
}

pub async fn revoke(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Submitted, Failure> {
    let id: MandateId = path_id(&id)?;
    submit(&app, &who, &form, id, |tx, who, at, id| {
        Box::pin(async move {
            let row = store::mandate(tx, id).await?.ok_or(Stop::Missing)?;
            actions::revoke(tx, who, at, id).await?;
            let flash = match row.confirmed_at {
                None if row.answers() == Side::Delegate && who.person == Some(row.delegate()) => "mandates-declined",
                None if row.answers() == Side::Person && who.person == Some(row.person()) => "mandates-refused-own",
                None if who.person != Some(row.delegate()) && row.is_asked_by_delegate() => "mandates-refused-for",
                _ => "mandates-revoked",
            };
            Ok(go_with(home(who, row.person(), row.delegate()), flash))
        })
    })
    .await
}

/// Which private matters of before it opens.
pub async fn name_private(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Submitted, Failure> {
    let input: (MandateId, Vec<String>) = (path_id(&id)?, named_in(&form));
    submit(&app, &who, &form, input, |tx, who, at, (id, named)| {
        Box::pin(async move {
            actions::name_private(tx, who, at, id, &named).await?;
            Ok(go_with("/me/family", "mandates-named-saved"))
        })
    })
    .await
}

/// 「替 … 办理」: from the next page on.
pub async fn act(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Submitted, Failure> {
    let id: MandateId = path_id(&id)?;
    // A token says for whom it acts with each call.
    let session = who.caller.session.ok_or(Stop::Forbidden { verb: "people.act_for" })?;
    submit(&app, &who, &form, (session, id), |tx, who, at, (session, id)| {
        Box::pin(async move {
            actions::act(tx, who, at, session, id).await?;
            Ok(go_with("/help", "mandates-acting-now"))
        })
    })
    .await
}

/// Back to oneself, and to one's own page that was asked for meanwhile.
pub async fn stop(State(app): State<App>, who: Who, form: Form) -> Result<Submitted, Failure> {
    let session = who.caller.session.ok_or(Stop::Forbidden { verb: "people.act_for" })?;
    let to = within_site(form.text("to")).unwrap_or("/me/family").to_owned();
    submit(&app, &who, &form, (session, to), |tx, who, at, (session, to)| {
        Box::pin(async move {
            actions::stop(tx, who, at, session).await?;
            Ok(go_with(to, "mandates-acting-over"))
        })
    })
    .await
}
