//! Those who are helped with the product itself: elders get a service card, some let somebody act for them.

use app::Stop;
use app::people::cards::actions as cards;
use app::people::mandates::actions::{self as mandates, Asking};
use rules::people::card::Wanted;
use rules::people::mandate::How;
use rules::shared::{Channel, Role};

use crate::cast::Cast;
use crate::settle::HUANGLOU;
use crate::stage::Stage;

/// From this age on one is offered a card.
const ELDER: i16 = 65;
/// One of so many elders wants it.
const ONE_OF: usize = 4;
/// How many of the first pilot wait for theirs, and how many let somebody act for them.
const WAIT: usize = 3;
const REPRESENTED: usize = 3;
/// Whom visitors of the demo may sign in as comes first in the list: their mandates are theirs to make.
const LEFT_ALONE: usize = 12;

pub async fn help(stage: &mut Stage<'_>, cast: &Cast) -> Result<(), Stop> {
    for home in (0..cast.homes.len()).filter(|i| cast.homes[*i].is_pilot) {
        let here = &cast.homes[home];
        let Some(worker) = cast.staff_of(Role::CommunityWorker, &here.path).first().copied() else { continue };
        let elders: Vec<usize> = here.people.iter().copied().filter(|i| cast.people[*i].age >= ELDER).collect();
        let (waiting, holders): (Vec<usize>, Vec<usize>) =
            elders.iter().copied().step_by(ONE_OF).enumerate().fold(Default::default(), |(mut w, mut h), (n, i)| {
                if here.path.contains(HUANGLOU) && n < WAIT {
                    w.push(i);
                } else {
                    h.push(i);
                }
                (w, h)
            });
        for (person, is_waiting) in
            waiting.into_iter().map(|i| (i, true)).chain(holders.into_iter().map(|i| (i, false)))
        {
            give_card(stage, cast, (worker, person), is_waiting).await?;
        }
        if here.path.contains(HUANGLOU) {
            represent(stage, cast, home, &elders).await?;
        }
    }
    Ok(())
}

async fn give_card(
    stage: &mut Stage<'_>,
    cast: &Cast,
    (worker, person): (usize, usize),
    is_waiting: bool,
) -> Result<(), Stop> {
    let (who, person) = (cast.people[worker].actor(Channel::Desk), cast.people[person].id);
    stage
        .step((who, person), move |tx, at, (who, person)| {
            Box::pin(async move {
                if is_waiting {
                    return cards::request(tx, &who, at, person, false).await;
                }
                cards::issue(tx, &who, at, person, Wanted::default()).await.map(drop)
            })
        })
        .await
}

/// Somebody grown asks to act for an elder; a social worker telephones the elder, who says yes. The last one waits.
async fn represent(stage: &mut Stage<'_>, cast: &Cast, home: usize, elders: &[usize]) -> Result<(), Stop> {
    let here = &cast.homes[home];
    let Some(social) = cast.staff_of(Role::SocialWorker, &here.path).first().copied() else { return Ok(()) };
    let grown = |i: &usize| {
        let who = &cast.people[*i];
        (30..60).contains(&who.age) && !who.phone.is_empty() && who.memberships.is_empty()
    };
    let delegates = here.people.iter().copied().filter(grown).skip(LEFT_ALONE);
    let elders: Vec<usize> = elders.iter().copied().filter(|i| cast.people[*i].memberships.is_empty()).collect();
    for (n, (elder, delegate)) in elders.into_iter().rev().zip(delegates).take(REPRESENTED).enumerate() {
        let asker = cast.people[delegate].actor(Channel::Web);
        let clerk = cast.people[social].actor(Channel::Phone);
        let pair = (cast.people[elder].id, cast.people[delegate].id);
        let confirmed = n + 1 < REPRESENTED;
        stage
            .step((asker, clerk, pair), move |tx, at, (asker, clerk, pair)| {
                Box::pin(async move {
                    let asking = Asking { kinds: vec!["need".to_owned()], ..Asking::default() };
                    let id = mandates::ask(tx, &asker, at, pair, &asking).await?;
                    if confirmed { mandates::confirm(tx, &clerk, at, id, How::Phone).await } else { Ok(()) }
                })
            })
            .await?;
    }
    Ok(())
}
