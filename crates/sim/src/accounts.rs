//! People to sign in as: at least one of every role, in or around the first pilot.

use app::{Stop, identity};
use rules::shared::{Role, TokenScope};

use crate::Account;
use crate::cast::Cast;
use crate::settle::HUANGLOU;
use crate::stage::{Stage, founder};

/// How many of each role are listed.
const EACH: usize = 2;

pub async fn issue(stage: &mut Stage<'_>, cast: &Cast) -> Result<Vec<Account>, Stop> {
    let Some(home) = cast.homes.iter().find(|home| home.path.contains(HUANGLOU)) else { return Ok(Vec::new()) };
    let mut accounts = Vec::new();
    for role in Role::ALL {
        let people: Vec<usize> = match role {
            Role::Resident => home.people.iter().copied().filter(|i| is_plain(cast, *i)).take(EACH).collect(),
            Role::Volunteer => {
                let grown = |i: &usize| cast.people[*i].age >= 20 && !cast.people[*i].has(Role::TeamLeader);
                home.volunteers.iter().copied().filter(grown).take(EACH).collect()
            }
            role => cast.staff_of(*role, &home.path).into_iter().take(EACH).collect(),
        };
        for person in people {
            let who = &cast.people[person];
            let token = stage
                .step(who.id, |tx, at, id| {
                    Box::pin(async move {
                        let scopes = [TokenScope("*".into())];
                        identity::actions::issue_token(tx, &founder(), at, id, "demo", &scopes).await
                    })
                })
                .await?;
            let place = cast.homes[who.home].name.clone();
            accounts.push(Account { role: role.key(), name: who.name.clone(), place, phone: who.phone.clone(), token });
        }
    }
    Ok(accounts)
}

/// Somebody with a phone and no role but living here.
fn is_plain(cast: &Cast, person: usize) -> bool {
    let who = &cast.people[person];
    who.memberships.is_empty() && who.age >= 30 && !who.phone.is_empty()
}
