//! People to sign in as: at least one of every role, in or around the first pilot.

use app::identity::passwords;
use app::identity::tokens::Wanted;
use app::{Stop, identity};
use rules::shared::{Channel, Role};

use crate::Account;
use crate::cast::{Cast, Person};
use crate::settle::HUANGLOU;
use crate::stage::{Stage, founder};

/// The password of every staff account of the demo, written beside it.
const PASSWORD: &str = "lotus-pond-2026";

/// How many of each role are listed.
const EACH: usize = 2;

pub async fn issue(stage: &mut Stage<'_>, cast: &Cast) -> Result<Vec<Account>, Stop> {
    let Some(home) = cast.homes.iter().find(|home| home.path.contains(HUANGLOU)) else { return Ok(Vec::new()) };
    let mut accounts = Vec::new();
    let hash = identity::secrets::hash_password(PASSWORD.to_owned()).await?;
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
                        Ok(identity::tokens::issue(tx, &founder(), at, id, &Wanted::whole("demo")).await?.1)
                    })
                })
                .await?;
            let account = match role {
                Role::Resident | Role::Volunteer | Role::TeamLeader => None,
                role => {
                    let name = format!("{}.{}", role.key().replace('_', "-"), accounts.len() + 1);
                    Some(open(stage, who, name, &hash).await?)
                }
            };
            accounts.push(Account {
                role: role.key(),
                name: who.name.clone(),
                place: cast.homes[who.home].name.clone(),
                phone: who.phone.clone(),
                token,
                password: account.is_some().then(|| PASSWORD.to_owned()),
                account,
            });
        }
    }
    Ok(accounts)
}

/// Opens an account and chooses its password, as an administrator and its owner would.
async fn open(stage: &mut Stage<'_>, who: &Person, name: String, hash: &str) -> Result<String, Stop> {
    let input = (who.actor(Channel::Web), who.id, name, hash.to_owned());
    stage
        .step(input, |tx, at, (owner, id, name, hash)| {
            Box::pin(async move {
                let account = passwords::reset(tx, &founder(), at, id, &name, &hash).await?;
                passwords::choose(tx, &owner, at, &account, (true, &hash), None).await??;
                Ok(account)
            })
        })
        .await
}

/// Somebody with a phone and no role but living here.
fn is_plain(cast: &Cast, person: usize) -> bool {
    let who = &cast.people[person];
    who.memberships.is_empty() && who.age >= 30 && !who.phone.is_empty()
}
