//! Verbs of requests for correction: asking, deciding, taking back; and who sees what of them.

use rules::people::access::PersonSubject;
use rules::rights::access::{
    AskCorrection, DecideCorrection, SeeCorrections, WithdrawCorrection, on_correction, on_person,
};
use rules::rights::correction::{self, CorrectionState, Field, Verdict, Wish};
use rules::rights::living::Became;
use rules::shared::ids::{CorrectionId, CorrectionThing, CredentialId, PersonId};
use rules::shared::permit::{Verb as _, token_reads};
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::applying::{self, Verified};
use super::jobs::{unwatch, watch};
use super::store::{self, CorrectionRow, NewCorrection, Words};
use crate::audit::{self, Whose};
use crate::matters::queues::cells_of;
use crate::people::store::{StaffRow, near, staff_at};
use crate::people::{self, register};
use crate::{Stop, Tx};

/// What is asked for, as it comes in.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    pub field: Option<Field>,
    pub credential: Option<CredentialId>,
    pub wanted: String,
    pub grounds: String,
}

/// Asks that something kept about a person be corrected: they themselves, or staff for them, which they are told.
///
/// # Errors
/// `correction-field`, `correction-credential`, those of [`correction::ask`].
pub async fn ask(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    asking: &Asking,
) -> Result<CorrectionId, Stop> {
    let row = register::seen(tx, who, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    let permit = on_person::<AskCorrection>(who, &subject).map_err(|_| Stop::Missing)?;
    let field = asking.field.ok_or_else(|| Refusal::new("correction-field").at_field("field"))?;
    let credential = match field {
        Field::Credential => Some(own_credential(tx, person, asking.credential).await?),
        _ => None,
    };
    let mut waits = false;
    for other in store::of_person(tx, person).await?.iter().filter(|other| other.waits()) {
        waits |= other.field()? == field && other.credential() == credential;
    }
    let today = tx.city().calendar.date(at.recorded);
    let wish = Wish { field, wanted: &asking.wanted, grounds: &asking.grounds, waits };
    let (wanted, grounds) = correction::ask(&permit, person, &wish, today)?;
    let stood = applying::stands(tx, &row, field, credential).await?;
    let id = tx.new_id::<CorrectionThing>(person.cell, at);
    // Where the year of the last day is not loaded, it waits without a term and is seen to all the same.
    let due = correction::term(today).ends(&tx.city().calendar, at.recorded).ok();
    let due_at = due.map(jiff::Timestamp::as_millisecond);
    let new =
        NewCorrection { id, person, field, credential, stood: &stood, wanted: &wanted, grounds: &grounds, due_at };
    store::insert(tx, who, at, &new).await?;
    if let Some(due) = due {
        watch(tx, at, id, due).await?;
    }
    let by_themselves = who.person == Some(person);
    let data = json!({ "person": person, "field": field.key(), "by_themselves": by_themselves });
    audit::record(tx, who, at, AskCorrection::NAME, id, data).await?;
    if !by_themselves {
        tell(tx, at, person, id, "correction_written_down").await?;
    }
    Ok(id)
}

/// A credential of theirs.
async fn own_credential(tx: &mut Tx<'_>, person: PersonId, id: Option<CredentialId>) -> Result<CredentialId, Stop> {
    let missing = || Refusal::new("correction-credential").at_field("credential");
    let id = id.ok_or_else(missing)?;
    let line = register::credential(tx, id).await?.filter(|line| line.holder == person);
    Ok(line.ok_or_else(missing)?.id)
}

async fn tell(
    tx: &mut Tx<'_>,
    at: Moment,
    person: PersonId,
    id: CorrectionId,
    template: &'static str,
) -> Result<(), Stop> {
    let link = format!("{}/corrections/{id}", tx.city().settings.base_url);
    people::tell(tx, at, person, template, json!({ "link": link })).await
}

fn sees(who: &Actor, row: &CorrectionRow) -> bool {
    let (id, person, home) = (row.id(), row.person(), row.place_path.as_str());
    on_correction::<WithdrawCorrection>(who, id, person, home).is_ok()
        || on_correction::<SeeCorrections>(who, id, person, home).is_ok()
}

/// A request that `who` may see: missing for everybody else.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: CorrectionId) -> Result<CorrectionRow, Stop> {
    let row = store::correction(tx, id).await?.ok_or(Stop::Missing)?;
    if sees(who, &row) { Ok(row) } else { Err(Stop::Missing) }
}

/// Whether `who` may decide this request, as far as their place and role go.
pub fn might_decide(who: &Actor, row: &CorrectionRow) -> bool {
    let is_party = who.person == Some(row.person()) || (who.person.is_some() && who.person == row.writer());
    !is_party && on_correction::<DecideCorrection>(who, row.id(), row.person(), &row.place_path).is_ok()
}

/// What a request says, for whose data it is.
pub async fn own_words(tx: &mut Tx<'_>, who: &Actor, row: &CorrectionRow) -> Result<Option<Words>, Stop> {
    match who.person == Some(row.person()) {
        true => Ok(Some(store::unseal_words(tx, row).await?)),
        false => Ok(None),
    }
}

/// What a request says: for whose data it is at any time, and while it waits for whoever may decide, which is written down.
pub async fn read_words(tx: &mut Tx<'_>, who: &Actor, at: Moment, row: &CorrectionRow) -> Result<Option<Words>, Stop> {
    if let Some(words) = own_words(tx, who, row).await? {
        return Ok(Some(words));
    }
    if !row.waits() || !might_decide(who, row) {
        return Ok(None);
    }
    let look = audit::Look {
        of: Whose::Person(row.person()),
        fields: &["correction"],
        purpose: "correction",
        subject: row.id(),
    };
    audit::looked_at(tx, who, at, look).await?;
    Ok(Some(store::unseal_words(tx, row).await?))
}

/// Who answers for a request that waits: whoever decides at the place, its own staff first.
pub async fn answerable(tx: &mut Tx<'_>, row: &CorrectionRow, at: Moment) -> Result<Vec<StaffRow>, Stop> {
    let roles: Vec<_> = DecideCorrection::GRANTS.iter().map(|grant| grant.role).collect();
    let mut staff = staff_at(tx, &row.place_path, &roles, at).await?;
    staff.retain(|one| one.person != row.person() && Some(one.person) != row.writer());
    Ok(staff)
}

/// The requests that wait where `who` looks after people, the longest waiting first.
pub async fn list(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Vec<CorrectionRow>, Stop> {
    let sees_any = SeeCorrections::GRANTS.iter().any(|grant| who.has_role(grant.role));
    if !sees_any || !token_reads(who, "rights") {
        return Err(Stop::Forbidden { verb: SeeCorrections::NAME });
    }
    let mut found = Vec::new();
    for membership in &who.memberships {
        if !SeeCorrections::GRANTS.iter().any(|grant| grant.role == membership.role) {
            continue;
        }
        for cell in cells_of(tx, &membership.place_path) {
            found.extend(store::waiting(tx, cell, &membership.place_path, limit).await?);
        }
    }
    found.sort_by_key(|row| (row.asked_at, row.id));
    found.dedup_by_key(|row| row.id);
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// What somebody decides.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    pub verdict: Option<Verdict>,
    pub reason: String,
    pub verified: Verified,
}

/// Corrects what was asked for, or refuses; the person is told.
///
/// # Errors
/// `correction-verdict`, those of [`correction::Correction::decide`] and of the verb that changes it. 409 when somebody
/// else decided meanwhile.
pub async fn decide(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: CorrectionId,
    decision: &Decision,
) -> Result<CorrectionState, Stop> {
    let row = find(tx, who, id).await?;
    let permit = on_correction::<DecideCorrection>(who, id, row.person(), &row.place_path)?;
    let me = who.person.ok_or_else(|| Stop::refused("needs-a-person"))?;
    let verdict = decision.verdict.ok_or_else(|| Refusal::new("correction-verdict").at_field("verdict"))?;
    let (decider, person) = (near(tx, me).await?, near(tx, row.person()).await?);
    let decided = row.correction()?.decide(&permit, (&decider.party(), &person.party()), verdict, &decision.reason);
    let (state, reason) = decided.map_err(once)?;
    let became = match state {
        CorrectionState::Corrected => {
            let wanted = store::unseal_words(tx, &row).await?.wanted.unwrap_or_default();
            applying::apply(tx, who, at, &row, (&wanted, &decision.verified)).await?
        }
        _ => Became::default(),
    };
    let kept = if state == CorrectionState::Corrected { became.kept(row.field()?) } else { String::new() };
    if !store::end(tx, who, at, &row, (state, &kept, &reason)).await? {
        return Err(once(Refusal::new("correction-decided")));
    }
    unwatch(tx, id).await?;
    let data = json!({ "person": row.person(), "field": row.field()?.key(), "verdict": verdict.key() });
    audit::record(tx, who, at, DecideCorrection::NAME, id, data).await?;
    tell(tx, at, row.person(), id, "correction_decided").await?;
    Ok(state)
}

fn once(refusal: Refusal) -> Stop {
    match refusal.code {
        "correction-decided" => Stop::Conflict(refusal),
        _ => Stop::Refused(refusal),
    }
}

/// Takes a request back; whose data it is is told when somebody else does it. Gives back whose data it is.
///
/// # Errors
/// Those of [`correction::Correction::withdraw`]; `correction-decided` is a 409.
pub async fn withdraw(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: CorrectionId,
    reason: &str,
) -> Result<PersonId, Stop> {
    let row = find(tx, who, id).await?;
    let permit = on_correction::<WithdrawCorrection>(who, id, row.person(), &row.place_path)?;
    let (state, reason) = row.correction()?.withdraw(&permit, reason).map_err(once)?;
    if !store::end(tx, who, at, &row, (state, "", &reason)).await? {
        return Err(once(Refusal::new("correction-decided")));
    }
    unwatch(tx, id).await?;
    let by_themselves = who.person == Some(row.person());
    let data = json!({ "person": row.person(), "field": row.field()?.key(), "by_themselves": by_themselves });
    audit::record(tx, who, at, WithdrawCorrection::NAME, id, data).await?;
    if !by_themselves {
        tell(tx, at, row.person(), id, "correction_withdrawn").await?;
    }
    Ok(row.person())
}

/// Takes the words of an erased person out of their requests, and nobody is reminded of one any more.
pub async fn erase(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<(), Stop> {
    for row in store::of_person(tx, person).await?.iter().filter(|row| row.waits()) {
        unwatch(tx, row.id()).await?;
    }
    store::forget(tx, at, person).await
}
