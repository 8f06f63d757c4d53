//! Verbs of matters. Each loads, permits, decides, saves, records; the deciding is in `rules::matters::workflow`.

use rules::matters::kind::Prefill;
use rules::matters::workflow::{self, Destination, Event, PartAnswer, Raising, Said};
use rules::matters::{Act, Change, Code, Given, Kind, Matter, Values, access};
use rules::shared::ids::{MatterId, MatterThing, OrganisationId, PersonId, PlaceId};
use rules::shared::permit::{Permit, Verb, might};
use rules::shared::{Actor, Denied, Moment, Refusal};

pub use super::merged::{may_merge, merge};
use super::open::{Held, context, finish, kind_of, sealed_at, split};
use super::store::{self, NewMatter};
use super::{behalf, called, closeness, handlers, merged, messages, prefill, replies, unsettled, urging};
use crate::audit::{self, Whose};
use crate::web::json::instant;
use crate::{Stop, Tx, people, places};

/// What comes in.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub kind: String,
    pub place: Option<PlaceId>,
    pub values: Values,
    /// The keys of those that the register filled, and nobody typed.
    pub prefilled: Vec<String>,
    /// The known person it is for, when that is not who raises it.
    pub subject: Option<PersonId>,
    /// The known person who rang or came, when staff raise it.
    pub caller: Option<PersonId>,
    /// True when staff raise it for someone, known or not.
    pub for_someone: bool,
    pub private: bool,
    pub level: Option<String>,
    /// The unit responsible at first, when the kind begins in a department.
    pub organisation: Option<OrganisationId>,
    pub departments: Vec<OrganisationId>,
    pub invented: bool,
}

/// Takes a matter in: a resident's own, or one that staff write down for a caller, a visitor or a paper form.
pub async fn raise(tx: &mut Tx<'_>, who: &Actor, at: Moment, new: &New) -> Result<Held, Stop> {
    let city = tx.city();
    let kind = kind_of(&city, &new.kind)?;
    behalf::may_raise(tx, who, &kind.id).await?;
    let place = match new.place {
        Some(id) => places::store::by_id(tx, id).await?,
        None => None,
    };
    let place = place.ok_or_else(|| Refusal::new("matter-place-missing").at_field("place"))?;
    for person in [new.subject, new.caller].into_iter().flatten() {
        people::store::present(tx, person).await?;
    }
    let id = tx.new_id::<MatterThing>(place.id.cell, at);
    let raised_by = if new.for_someone { new.caller } else { who.stands_for() };
    let raising = Raising {
        id,
        place_path: place.path.clone(),
        raised_by,
        subject: new.subject,
        organisation: new.organisation,
        departments: new.departments.clone(),
        private: new.private,
        level: new.level.clone(),
        values: new.values.clone(),
    };
    let ctx = context(&city, kind, who, at);
    let mut change = if new.for_someone {
        workflow::raise_for(&access::raise_for(who, kind, id, &place.path)?, &ctx, raising)?
    } else {
        workflow::raise(&access::raise(who, kind, id, &place.path)?, &ctx, raising)?
    };
    prefill::note(&mut change, &new.prefilled);
    let held = insert(tx, who, at, new, kind, &place, &change).await?;
    finish(tx, who, at, &change, None).await?;
    behalf::receipt(tx, who, at, &held).await?;
    // Whoever is invented has no phone, and what a demo city lived through before it was opened rings nobody now.
    if !new.invented {
        messages::received(tx, who, at, kind, &held).await?;
        urging::came_in(tx, who, at, kind, (None, &held)).await?;
    }
    Ok(held)
}

async fn insert(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    new: &New,
    kind: &Kind,
    place: &places::Place,
    change: &Change,
) -> Result<Held, Stop> {
    let matter = &change.matter;
    let code = Code::new(matter.id.cell, u64::from_be_bytes(tx.random())).map_err(Stop::defect)?.plain();
    let (open, protected) = split(kind, &change.fields);
    let key_person = matter.subject.or(matter.raised_by);
    let owner = key_person.map_or((matter.id.cell.0, matter.id.uuid), |p| (p.cell.0, p.uuid));
    let sealed = if protected.is_empty() {
        None
    } else {
        let key = match key_person {
            Some(_) => tx.data_key(owner.0, owner.1).await?,
            None => tx.create_data_key(owner.0, owner.1, at.recorded.as_millisecond()).await?,
        };
        Some(key.seal(sealed_at(matter.id), &serde_json::to_string(&protected)?))
    };
    // What the person says they are today counts before what they were registered as.
    let stated = kind.fields.iter().find(|f| f.prefill == Some(Prefill::Group)).and_then(|f| open.get(&f.key)?.first());
    let group = match matter.raised_by {
        _ if stated.is_some() => stated.cloned().unwrap_or_default(),
        Some(person) => people::store::person(tx, person).await?.map(|p| p.reporter_group).unwrap_or_default(),
        None => String::new(),
    };
    let title = called::kept(kind, matter.type_key.as_deref().unwrap_or_default(), &place.name);
    let row = NewMatter {
        matter,
        phase: matter.phase(kind).key(),
        code: &code,
        place_id: place.id.uuid,
        township: place.township(),
        reporter_group: &group,
        title: &title,
        category: matter.type_key.as_deref().unwrap_or_default(),
        fields: serde_json::to_string(&open)?,
        fields_sealed: sealed,
        key: owner,
        channel: who.channel,
        occurred_at: at.occurred.as_millisecond(),
        recorded_at: at.recorded.as_millisecond(),
        invented: new.invented,
    };
    store::insert(tx, row).await?;
    tx.search_put(matter.id.cell.0, "mat", matter.id.uuid, &title).await?;
    Held::load(tx, matter.id).await
}

/// Loads a matter within what `who` may see, lets `decide` decide, and saves: nobody decides who is close to whose it is. The
/// heart of every verb below.
pub(super) async fn change<V: Verb>(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    permit: impl FnOnce(&Kind, &Matter) -> Result<Permit<V>, Denied>,
    decide: impl FnOnce(&Permit<V>, &workflow::Context<'_>, &Matter) -> Result<Change, Refusal>,
) -> Result<Held, Stop> {
    let mut held = Held::find(tx, who, id).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let permit = permit(kind, &held.matter)?;
    closeness::may_do::<V>(tx, who, at, &held).await?;
    let change = decide(&permit, &context(&city, kind, who, at), &held.matter)?;
    let type_before = held.matter.type_key.clone();
    held.save(tx, who, at, change).await?;
    if held.matter.type_key != type_before {
        called::anew(tx, kind, &mut held, None).await?;
    }
    Ok(held)
}

/// Whether a matter waits for its triage still: who comes second is told who was first, and when.
///
/// # Errors
/// `triaged-already` for those who triage; forbidden for everybody else.
pub async fn to_be_triaged(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<(), Stop> {
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let is_review = |key: &str| kind.step(key).is_some_and(|step| step.act == Act::Review);
    if !who.is_system() && !might::<access::Triage>(who) {
        return Err(Stop::Forbidden { verb: access::Triage::NAME });
    }
    let waits = held.matter.at(kind).is_none_or(|step| step.act == Act::Review);
    if waits || access::see_at_work(who, kind, &held.matter).is_err() {
        return Ok(());
    }
    let judged =
        |event: &&audit::Event| event.verb == "matters.answered" && event.data["step"].as_str().is_some_and(is_review);
    let timeline = audit::timeline(tx, held.id()).await?;
    let Some(last) = timeline.iter().rev().find(judged) else { return Ok(()) };
    let refusal = Refusal::new("triaged-already").with("by", last.actor_name.as_deref().unwrap_or("—"));
    Err(refusal.with("at", instant(last.recorded_at, &city.settings.zone)).into())
}

/// Sets level, type, way of service and risks, and sends it on.
pub async fn triage(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    answer: &str,
    given: &Given,
) -> Result<Held, Stop> {
    let held = Held::find(tx, who, id).await?;
    to_be_triaged(tx, who, &held).await?;
    let given = &handlers::knowing_others(tx, who, at, &held, given).await?;
    check_handler(tx, who, at, id, (answer, given)).await?;
    let permit = |kind: &Kind, matter: &Matter| access::triage(who, kind, matter, answer);
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::triage(permit, ctx, matter, answer, given)).await
}

/// Gives any other answer of the present step.
pub async fn answer(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    answer: &str,
    given: &Given,
) -> Result<Held, Stop> {
    let held = Held::find(tx, who, id).await?;
    let given = &handlers::knowing_others(tx, who, at, &held, given).await?;
    check_handler(tx, who, at, id, (answer, given)).await?;
    check_nobody(tx, who, at, id, answer).await?;
    let permit = |kind: &Kind, matter: &Matter| access::answer(who, kind, matter, answer);
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::answer_step(permit, ctx, matter, answer, given))
        .await
}

/// Answers one department's part of a joint review.
pub async fn answer_part(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    answer: &PartAnswer,
) -> Result<Held, Stop> {
    let permit = |_: &Kind, matter: &Matter| access::answer_part(who, matter, answer.organisation);
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::answer_part(permit, ctx, matter, answer)).await
}

pub async fn close(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    outcome: &str,
    given: &Given,
) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::close(who, kind, matter, outcome);
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::close(permit, ctx, matter, outcome, given)).await
}

pub async fn reopen(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, reason: &str) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::reopen(who, kind, matter);
    let done =
        change(tx, who, at, id, permit, |permit, ctx, matter| workflow::reopen(permit, ctx, matter, reason)).await;
    match done {
        Err(Stop::Refused(refusal)) if refusal.code == MERGED => {
            let held = Held::load(tx, id).await?;
            Err(merged::goes_on(tx, who, &held, refusal).await?.into())
        }
        done => done,
    }
}

/// Why a matter that became one with another is not opened again.
const MERGED: &str = "reopen-merged";

/// Decides on the two questions 解决了吗？满意吗？; `service` keeps the rating itself.
pub async fn rate(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, said: Said) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::rate(who, kind, matter);
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::rate(permit, ctx, matter, said)).await
}

pub async fn withdraw(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    reason: Option<String>,
) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::withdraw(who, kind, matter);
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::withdraw(permit, ctx, matter, reason)).await
}

/// 「我也要，跟着这一件」. The matter is one that the follower may know of, not one they may see whole.
pub async fn follow(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, follower: PersonId) -> Result<(), Stop> {
    let mut held = Held::load(tx, id).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let permit = access::follow(who, kind, &held.matter).map_err(|_| Stop::Missing)?;
    behalf::may_raise(tx, who, &kind.id).await?;
    let parties = replies::parties(tx, id).await?;
    let change = workflow::follow(&permit, &context(&city, kind, who, at), &held.matter, follower, &parties)?;
    held.save(tx, who, at, change).await?;
    tx.put(
        "INSERT INTO matters_followers (cell, matter_id, person_cell, person_id, followed_at) VALUES ($1, $2, $3, $4, $5)",
        db::args![id.cell.0, id.uuid, follower.cell.0, follower.uuid, at.recorded.as_millisecond()],
    )
    .await?;
    Ok(())
}

/// A follower hears no more of it.
pub async fn unfollow(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, follower: PersonId) -> Result<(), Stop> {
    let mut held = Held::load(tx, id).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let permit = access::follow(who, kind, &held.matter).map_err(|_| Stop::Missing)?;
    let change = workflow::unfollow(&permit, &context(&city, kind, who, at), &held.matter, follower)?;
    held.save(tx, who, at, change).await?;
    tx.put(
        "DELETE FROM matters_followers WHERE cell = $1 AND matter_id = $2 AND person_cell = $3 AND person_id = $4",
        db::args![id.cell.0, id.uuid, follower.cell.0, follower.uuid],
    )
    .await?;
    Ok(())
}

/// Promises when the person hears from us next.
pub async fn next_word(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    when: jiff::Timestamp,
) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::next_word(who, kind, matter);
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::next_word(permit, ctx, matter, when)).await
}

pub async fn set_private(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    private: bool,
    reason: Option<&str>,
) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::set_private(who, kind, matter);
    if !private {
        let held = Held::find(tx, who, id).await?;
        closeness::may_lift(tx, who, at, &held).await?;
    }
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::set_private(permit, ctx, matter, private, reason))
        .await
}

/// Gives the matter to a person on staff, or takes it oneself.
pub async fn assign(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, handler: PersonId) -> Result<Held, Stop> {
    let held = people::store::memberships(tx, handler, at).await?;
    let matter = Held::find(tx, who, id).await?.matter;
    let city = tx.city();
    let kind = kind_of(&city, &matter.kind)?;
    let others = handlers::are_others(tx, at, &matter, matter.at(kind)).await?;
    access::assign(who, kind, &matter)?;
    closeness::may_have(tx, kind, &matter, handler).await?;
    let permit = |kind: &Kind, matter: &Matter| access::assign(who, kind, matter);
    let decide = |permit: &Permit<access::Assign>, ctx: &workflow::Context<'_>, matter: &Matter| {
        workflow::may_have_again(ctx.kind, matter, handler, others)?;
        workflow::assign(permit, ctx, matter, handler, &held)
    };
    change(tx, who, at, id, permit, decide).await
}

/// Nobody sends a matter back for want of people while somebody has promised to come.
async fn check_nobody(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, answer: &str) -> Result<(), Stop> {
    let held = Held::find(tx, who, id).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    if held.matter.at(kind).is_none_or(|step| step.act != Act::Dispatch) {
        return Ok(());
    }
    // Who may not answer at all is told that, and not who comes.
    if access::answer(who, kind, &held.matter, answer).is_err() {
        return Ok(());
    }
    let coming = unsettled::coming(tx, at, id).await?;
    Ok(workflow::may_say_nobody(kind, &held.matter, answer, &coming)?)
}

/// Whom an answer gives the matter to answers the step that it leads to.
async fn check_handler(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    (answer, given): (&str, &Given),
) -> Result<(), Stop> {
    let Some(handler) = given.handler else { return Ok(()) };
    let held = Held::find(tx, who, id).await?;
    let memberships = people::store::memberships(tx, handler, at).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    // Who may not answer at all is told that, and not whom they should have named.
    if access::answer(who, kind, &held.matter, answer).is_err() {
        return Ok(());
    }
    let answer = held.matter.at(kind).and_then(|step| step.answer(answer));
    match answer.and_then(|answer| kind.step(&answer.to)) {
        Some(next) => {
            workflow::may_be_given(&held.matter, next, &memberships)?;
            closeness::may_have(tx, kind, &held.matter, handler).await?;
            let others = handlers::are_others(tx, at, &held.matter, Some(next)).await?;
            Ok(workflow::may_have_again(kind, &held.matter, handler, others)?)
        }
        None => Ok(()),
    }
}

/// Hands it to another place of the county, or to a department. The resident's clock runs on.
pub async fn reroute(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    (place, organisation): (Option<PlaceId>, Option<OrganisationId>),
    given: &Given,
) -> Result<Held, Stop> {
    let place = match place {
        Some(place) if place.cell != id.cell => {
            return Err(Refusal::new("reroute-other-county").at_field("place").into());
        }
        Some(place) => Some(places::store::by_id(tx, place).await?.ok_or(Stop::Missing)?),
        None => None,
    };
    let to = Destination { place_path: place.as_ref().map(|p| p.path.clone()), organisation };
    let permit = |kind: &Kind, matter: &Matter| access::reroute(who, kind, matter);
    let mut held =
        change(tx, who, at, id, permit, |permit, ctx, matter| workflow::reroute(permit, ctx, matter, &to, given))
            .await?;
    if let Some(place) = place {
        store::update_place(tx, id, place.id.uuid, &place.path, place.township()).await?;
        let city = tx.city();
        called::anew(tx, kind_of(&city, &held.matter.kind)?, &mut held, Some(&place.name)).await?;
    }
    Ok(held)
}

/// Lets the clocks stand still under one of the kind's lawful rules.
pub async fn pause(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    rule: &str,
    reason: &str,
) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::pause(who, kind, matter, rule);
    change(tx, who, at, id, permit, |permit, ctx, matter| workflow::pause(permit, ctx, matter, rule, reason)).await
}

/// Lets the clocks run again.
pub async fn resume(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| {
        let rule = matter.pause.as_ref().map(|p| p.rule.clone()).unwrap_or_default();
        access::pause(who, kind, matter, &rule)
    };
    change(tx, who, at, id, permit, workflow::resume).await
}

/// What dispatch and service tell a matter; nothing when it changes nothing.
pub async fn heard(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, event: Event) -> Result<(), Stop> {
    let mut held = Held::load(tx, id).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    match workflow::heard(&context(&city, kind, who, at), &held.matter, event)? {
        Some(change) => held.save(tx, who, at, change).await,
        None => Ok(()),
    }
}

/// Opens the protected fields that `who` may read now, and writes the reading down. What the register filled stays masked for
/// whoever acts for another, as it was before it was sent.
pub async fn read_protected(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    held: &Held,
    purpose: &str,
) -> Result<Values, Stop> {
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let may = |key: &str| kind.field(key).is_some_and(|f| access::read_protected(who, kind, &held.matter, f).is_ok());
    if !kind.fields.iter().any(|f| f.protected && may(&f.key)) {
        return Ok(Values::new());
    }
    let mut values = held.unseal(tx).await?;
    values.retain(|key, _| may(key));
    let masked = behalf::mask(tx, who, kind, held, &mut values).await?;
    let fields: Vec<&str> = values.keys().filter(|key| !masked.contains(key)).map(String::as_str).collect();
    let of = held.key_person().map_or(Whose::Unregistered(&held.matter.place_path), Whose::Person);
    audit::looked_at(tx, who, at, audit::Look { of, fields: &fields, purpose, subject: held.id() }).await?;
    Ok(values)
}
