//! Joining a team: whom a team takes in is asked, and belongs to it from when they say yes.

use rules::people::access::{self, JoinTeam};
use rules::people::membership;
use rules::shared::ids::{MembershipId, OrganisationId, PersonId};
use rules::shared::{Actor, Moment, Refusal, Role};
use serde_json::json;

use super::register::{self, MembershipLine};
use super::{store, telling, updates};
use crate::{Stop, Tx, audit};

/// The question that waits for somebody's answer to the same role in the same unit and place.
pub(super) async fn waiting(
    tx: &mut Tx<'_>,
    at: Moment,
    person: PersonId,
    (role, organisation, path): (Role, Option<OrganisationId>, &str),
) -> Result<Option<MembershipId>, Stop> {
    let same =
        |line: &MembershipLine| line.role == role && line.organisation == organisation && line.place_path == path;
    Ok(register::asked_of(tx, person, at).await?.iter().find(|line| same(line)).map(|line| line.id))
}

/// Tells somebody that a team asks them to join.
pub(super) async fn tell_asked(
    tx: &mut Tx<'_>,
    at: Moment,
    person: PersonId,
    (id, team): (MembershipId, &str),
) -> Result<(), Stop> {
    let link = format!("{}/memberships/{id}?asked=yes", tx.city().settings.base_url);
    telling::tell(tx, at, person, "team_asked", json!({ "team": team, "link": link })).await
}

/// Says yes to a team that asked: one belongs to it from now on, and its leaders hear of it.
///
/// # Errors
/// Those of [`membership::join`]; `membership-ended` when the question was taken back meanwhile.
pub async fn join(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MembershipId) -> Result<MembershipLine, Stop> {
    let line = register::membership(tx, id).await?.ok_or(Stop::Missing)?;
    let team = line.organisation.ok_or(Stop::Missing)?;
    // Whom a team asks is theirs and the team's to know.
    access::on_organisation::<JoinTeam>(who, team, &line.place_path, Some(line.person)).map_err(|_| Stop::Missing)?;
    let held = store::memberships(tx, line.person, at).await?;
    let volunteers = held.iter().any(|m| m.role == Role::Volunteer);
    membership::join(line.role, line.is_asked, volunteers)?;
    if !updates::begin_membership(tx, id, at.recorded.as_millisecond()).await? {
        return Err(Refusal::new("membership-ended").into());
    }
    let data = json!({ "role": line.role.key(), "organisation": line.organisation_name });
    audit::record(tx, who, at, "people.join_team", line.person, data).await?;
    let link = format!("{}/organisations/{team}", tx.city().settings.base_url);
    let values = json!({ "team": line.organisation_name, "link": link });
    for leader in register::members_of(tx, team, at).await? {
        if leader.role == Role::TeamLeader && leader.person != line.person {
            telling::tell(tx, at, leader.person, "team_joined", values.clone()).await?;
        }
    }
    register::membership(tx, id).await?.ok_or(Stop::Missing)
}
