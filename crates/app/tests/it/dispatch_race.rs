use app::people::actions::{Joining, Registration};
use app::testing::{World, world};
use app::{identity, people};
use db::db_test;
use serde_json::json;

/// How many come at once.
const VOLUNTEERS: usize = 200;

/// Registers so many volunteers of the community; their tokens.
async fn volunteers(world: &World) -> Vec<String> {
    let place = world.huanglou;
    world
        .app
        .act(&rules::shared::Actor::system(), place, |mut tx, who, at, place| {
            Box::pin(async move {
                let mut tokens = Vec::new();
                for n in 0..VOLUNTEERS {
                    let new = Registration { name: format!("志愿者{n}"), ..Registration::default() };
                    let id = people::actions::register(&mut tx, &who, at, place, &new).await?;
                    let joining = Joining { week: Vec::new(), insured_until: None, guardian_consent_until: None };
                    people::actions::volunteer(&mut tx, &who, at, id, &joining).await?;
                    let wanted = identity::tokens::Wanted::whole("race");
                    tokens.push(identity::tokens::issue(&mut tx, &who, at, id, &wanted).await?.1);
                }
                Ok(tokens)
            })
        })
        .await
        .expect("volunteers")
}

/// An open task with one slot, three days ahead at this hour.
async fn open_task(world: &World, hour: u8) -> String {
    let need = json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "hospital", "what": "复查", "when": "today", "address": "401", "phone": "13800000001" } });
    let social = world.api("social");
    let matter = world.api("zhang").post("/api/v1/matters", need).await.expect(201).json();
    let matter = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());
    social
        .post(&format!("{matter}/triage"), json!({ "level": "day", "type": "hospital", "way": "volunteers" }))
        .await
        .expect(200);
    let body = json!({ "title": format!("陪诊 {hour} 点"), "starts_at": format!("2026-06-11T{hour:02}:00:00+08:00"), "minutes": 60 });
    let task = social.post(&format!("{matter}/tasks"), body).await.expect(201).json();
    let id = task["id"].as_str().unwrap().to_owned();
    social.post(&format!("/api/v1/tasks/{id}/opening"), json!({})).await.expect(200);
    id
}

db_test!(of_two_hundred_at_once_exactly_one_gets_the_slot, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let tokens = volunteers(&world).await;
    let wanted = open_task(&world, 9).await;
    let others = [open_task(&world, 13).await, open_task(&world, 15).await];
    let mut races = tokio::task::JoinSet::new();
    for token in tokens {
        let client = world.client(Some(token));
        let path = format!("/api/v1/tasks/{wanted}/acceptance");
        races.spawn(async move { client.post_with_key(&path, json!({}), Some("once")).await });
    }
    let (mut won, mut lost) = (0, 0);
    while let Some(answered) = races.join_next().await {
        let answered = answered.expect("an answer");
        if answered.status == 200 {
            won += 1;
            continue;
        }
        let refused = answered.expect(409).json();
        assert_eq!((refused["code"].as_str(), refused["args"]["count"].as_i64()), (Some("slot-taken"), Some(2)));
        assert_eq!(
            [refused["args"]["first_id"].as_str(), refused["args"]["second_id"].as_str()],
            others.each_ref().map(|o| Some(&**o))
        );
        let words = refused["detail"].as_str().unwrap_or_default();
        assert!(words.contains("陪诊 13 点") && words.contains("陪诊 15 点"), "{words}");
        lost += 1;
    }
    assert_eq!((won, lost), (1, VOLUNTEERS - 1));
    let held = world.api("social").get(&format!("/api/v1/tasks/{wanted}")).await.expect(200).json();
    assert_eq!((held["slots_left"].as_i64(), held["desk"]["offers"].as_array().map(Vec::len)), (Some(0), Some(1)));
});
