//! The JSON API of mandates. Acting itself is a header, `Helin-On-Behalf-Of`, of any call with a token.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::Failure;
use rules::people::access::{AskMandate, PersonSubject, on_person};
use rules::people::mandate::{How, Kinds, Side};
use rules::shared::code::in_groups;
use rules::shared::ids::{MandateThing, PersonId, PersonThing};
use rules::shared::{Actor, Moment, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::actions::{self, Asking};
use super::store::{self, MandateRow};
use super::{account, pages, stands, waiting};
use crate::people::register;
use crate::web::json::{called, instant, path_id};
use crate::web::{Call, NoBody, Who, api_answer};
use crate::{App, Stop, Tx};

/// One person acting for another.
#[derive(Serialize, ToSchema)]
pub struct MandateJson {
    #[schema(example = "man_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    /// The one represented: what the header `Helin-On-Behalf-Of` says.
    pub person: String,
    #[schema(example = "张桂兰")]
    pub person_name: String,
    pub delegate: String,
    #[schema(example = "李建国")]
    pub delegate_name: String,
    /// The number of the delegate, masked: by it one tells whom it is.
    #[schema(example = "138****0003")]
    pub delegate_phone: String,
    /// Who is to confirm it, or confirmed it: `person`, or `delegate` where the one represented asked.
    #[schema(example = "delegate")]
    pub answers: String,
    /// Keys of kinds of matters; `*` for all.
    #[schema(example = json!(["need"]))]
    pub kinds: Vec<String>,
    /// Codes of the matters that were private before and are open to the delegate all the same; shown to both sides alone.
    #[schema(example = json!([]))]
    pub named: Vec<String>,
    /// `asked`, `holds`, `lapsed` or `revoked`.
    #[schema(example = "holds")]
    pub standing: String,
    /// `self`, `phone` or `slip`.
    pub confirmed_how: Option<String>,
    pub confirmed_at: Option<String>,
    #[schema(example = "2027-06-08T09:00:00+08:00")]
    pub until: String,
}

fn mandate_json(
    tx: &Tx<'_>,
    who: &Actor,
    row: MandateRow,
    (at, zone): (Moment, &TimeZone),
) -> Result<MandateJson, Stop> {
    let mandate = row.mandate()?;
    // What is open to a delegate is their business once they have agreed.
    let is_delegate = who.person == Some(row.delegate()) && row.confirmed_at.is_some();
    let is_side = who.person == Some(row.person()) || is_delegate;
    let answers = match mandate.answers {
        Side::Person => "person",
        Side::Delegate => "delegate",
    };
    Ok(MandateJson {
        answers: answers.to_owned(),
        named: if is_side { mandate.named.iter().map(|code| in_groups(code)).collect() } else { Vec::new() },
        id: row.id().to_string(),
        person: row.person().to_string(),
        delegate: row.delegate().to_string(),
        kinds: match &mandate.kinds {
            Kinds::All => vec!["*".to_owned()],
            Kinds::These(kinds) => kinds.clone(),
        },
        standing: stands(tx, &mandate, at).key().to_owned(),
        confirmed_at: row.confirmed_at.map(|at| instant(at, zone)),
        until: instant(row.valid_to, zone),
        person_name: row.person_name,
        delegate_name: row.delegate_name,
        delegate_phone: row.delegate_phone,
        confirmed_how: row.confirmed_how,
    })
}

#[derive(Serialize, ToSchema)]
pub struct MandateList {
    /// Who may act for the person, asked ones and ended ones too; what they asked for themselves is shown to them once it was
    /// confirmed.
    pub for_person: Vec<MandateJson>,
    /// For whom the person may act, and who asks them to; shown to themselves alone. What they asked for themselves is shown
    /// once it was confirmed.
    pub by_person: Vec<MandateJson>,
}

async fn list(tx: &mut Tx<'_>, who: &Actor, person: PersonId, at: Moment) -> Result<MandateList, Stop> {
    let row = register::seen(tx, who, person).await?;
    on_person::<AskMandate>(who, &PersonSubject { person, home_path: &row.place_path, serving_now: &[] })
        .map_err(|_| Stop::Missing)?;
    let zone = tx.city().settings.zone.clone();
    let (mut for_person, mut by_person) = (Vec::new(), Vec::new());
    let is_own = who.person == Some(person);
    // Staff see whose number it is anyhow; whoever asked does not learn it by asking.
    for row in store::of_person(tx, person).await?.into_iter().filter(|row| !is_own || row.is_shown_to(Side::Person)) {
        for_person.push(mandate_json(tx, who, row, (at, &zone))?);
    }
    if is_own {
        for row in store::of_delegate(tx, person).await?.into_iter().filter(|row| row.is_shown_to(Side::Delegate)) {
            by_person.push(mandate_json(tx, who, row, (at, &zone))?);
        }
    }
    Ok(MandateList { for_person, by_person })
}

/// Lists who may act for a person, and for oneself also for whom one may act.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/mandates", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = MandateList), (status = 404))
)]
pub async fn index(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<MandateList>, Failure> {
    let (person, actor, at) = (path_id::<PersonThing>(&id)?, who.actor().clone(), app.now());
    let shown = app.read(move |mut tx| Box::pin(async move { list(&mut tx, &actor, person, at).await }));
    Ok(Json(shown.await?))
}

/// A mandate that is asked for: either `delegate_phone`, who shall act for the person; or `for_phone` or `for_card`, for
/// whom the person, oneself, would act.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "delegate_phone": "13800000003", "delegate_name": "李建国", "kinds": ["need"], "days": 365 }))]
pub struct MandateAskedJson {
    pub delegate_phone: Option<String>,
    /// What the delegate is called. Who asks for themselves has to say it: a name that does not go with the number asks nobody,
    /// and the answer is the same. To staff a number that belongs to somebody else is refused.
    #[serde(default)]
    pub delegate_name: String,
    pub for_phone: Option<String>,
    /// The code of a service card.
    pub for_card: Option<String>,
    /// What whom one would act for is called: a name that does not go with the number asks nobody, and the answer is the same.
    #[serde(default)]
    pub for_name: String,
    pub kinds: Vec<String>,
    /// The usual term when nothing is said.
    pub days: Option<u16>,
    /// Codes of matters that are private already and may be seen all the same.
    #[serde(default)]
    pub named: Vec<String>,
}

impl MandateAskedJson {
    /// `name`: of the other of the two.
    fn asking(&self, name: &str) -> Asking {
        let (kinds, named) = (self.kinds.clone(), self.named.clone());
        Asking { kinds, days: self.days, named, name: name.to_owned() }
    }
}

/// Asks for a mandate. Asked for by the one represented, it waits for the delegate; by others, for the one represented. Who asks
/// for themselves gets the same answer whether or not the number is registered.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/mandates", tag = "people", params(("id" = String, Path,)),
    request_body = MandateAskedJson,
    responses((status = 200, body = MandateList), (status = 403), (status = 404), (status = 422))
)]
pub async fn ask(call: Call<PersonThing, MandateAskedJson>) -> Result<Response, Failure> {
    call.app.web.look_ups.check(&format!("mandate {}", call.who.caller.key))?;
    // Staff write down the mandates of others all day.
    let is_own = call.who.actor().person == Some(call.id());
    if is_own || !call.who.actor().is_staff() || call.body.delegate_phone.is_none() {
        call.app.web.mandates.check(&account(call.who.actor()))?;
    }
    call.once(|tx, who, at, person, body| {
        Box::pin(async move {
            match &body.delegate_phone {
                Some(phone) if who.person == Some(person) => {
                    let called = |stop| called(stop, &[("name", "delegate_name"), ("phone", "delegate_phone")]);
                    let delegate = pages::named(tx, phone, "").await.map_err(called)?;
                    let asking = body.asking(&body.delegate_name);
                    let asked = waiting::ask(tx, who, at, Side::Delegate, (phone.as_str(), delegate), &asking);
                    asked.await.map_err(called)?;
                }
                Some(phone) => {
                    // Whom a number belongs to is looked up for those alone who may write it down.
                    list(tx, who, person, at).await?;
                    let delegate = pages::named(tx, phone, "").await?;
                    let delegate =
                        delegate.ok_or_else(|| Refusal::new("mandate-unknown").at_field("delegate_phone"))?;
                    actions::ask(tx, who, at, (person, delegate), &body.asking(&body.delegate_name)).await?;
                }
                None => {
                    if who.person != Some(person) {
                        return Err(Stop::Missing);
                    }
                    let (phone, card) = (body.for_phone.as_deref(), body.for_card.as_deref());
                    let (phone, card) = (phone.unwrap_or_default(), card.unwrap_or_default());
                    let of = pages::named(tx, phone, card).await?;
                    let typed = if phone.is_empty() { card } else { phone };
                    waiting::ask(tx, who, at, Side::Person, (typed, of), &body.asking(&body.for_name)).await?;
                }
            }
            api_answer(&list(tx, who, person, at).await?)
        })
    })
    .await
}

/// How whoever was asked confirmed it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "how": "phone" }))]
pub struct HowJson {
    /// `self`, or for staff `phone` or `slip`.
    pub how: String,
}

/// Confirms a mandate: the one represented, or staff who telephoned them or hold the signed slip; a delegate whom the one
/// represented asked.
#[utoipa::path(
    post, path = "/api/v1/mandates/{id}/confirmation", tag = "people", params(("id" = String, Path,)),
    request_body = HowJson,
    responses((status = 200, body = MandateList), (status = 404), (status = 422))
)]
pub async fn confirm(call: Call<MandateThing, HowJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let how = How::from_key(&body.how).ok_or_else(|| Refusal::new("mandate-how").at_field("how"))?;
            actions::confirm(tx, who, at, id, how).await?;
            let row = store::mandate(tx, id).await?.ok_or(Stop::Missing)?;
            let whose = if who.person == Some(row.delegate()) { row.delegate() } else { row.person() };
            api_answer(&list(tx, who, whose, at).await?)
        })
    })
    .await
}

/// Which matters that were private before a mandate opens: all of them, in place of those named until now.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "named": [] }))]
pub struct MandateNamedJson {
    pub named: Vec<String>,
}

/// Says anew which private matters from before a mandate opens. Only the one represented does, while it waits or is in force.
#[utoipa::path(
    post, path = "/api/v1/mandates/{id}/named", tag = "people", params(("id" = String, Path,)),
    request_body = MandateNamedJson,
    responses((status = 200, body = MandateList), (status = 404), (status = 422))
)]
pub async fn name_private(call: Call<MandateThing, MandateNamedJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let person = actions::name_private(tx, who, at, id, &body.named).await?;
            api_answer(&list(tx, who, person, at).await?)
        })
    })
    .await
}

/// A mandate that was ended.
#[derive(Serialize, ToSchema)]
pub struct RevokedJson {
    pub id: String,
    #[schema(example = "revoked")]
    pub standing: String,
}

/// Ends a mandate at once: either side, or staff who hear it from the one represented.
#[utoipa::path(
    post, path = "/api/v1/mandates/{id}/revocation", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = RevokedJson), (status = 404), (status = 422))
)]
pub async fn revoke(call: Call<MandateThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            actions::revoke(tx, who, at, id).await?;
            api_answer(&RevokedJson { id: id.to_string(), standing: "revoked".to_owned() })
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(index, ask, confirm, name_private, revoke),
    components(schemas(MandateJson, MandateList, MandateAskedJson, MandateNamedJson, HowJson, RevokedJson))
)]
pub struct Api;
