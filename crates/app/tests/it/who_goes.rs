//! Whom the desk's list names for a matter: who goes next.

use app::testing::world;
use db::db_test;
use serde_json::json;

use super::dispatch::{answer, candidates, cut, invite, matter, offer_to, task_body};

db_test!(the_desk_names_who_goes_next_colleagues_first, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let mut tasks = Vec::new();
    // In no order: the list goes by when they are.
    for day in ["2026-06-13", "2026-06-10", "2026-06-12", "2026-06-11"] {
        let mut body = task_body();
        body["starts_at"] = json!(format!("{day}T08:30:00+08:00"));
        body["slots"] = json!(2);
        tasks.push(cut(&world, &matter, body).await);
    }
    // To the soonest nobody goes yet.
    let [last, _, both, soon] = <[String; 4]>::try_from(tasks).expect("four");
    let named = async |tab: &str| {
        let queue = world.browser("social").await.get(&format!("/desk?tab={tab}")).await.expect(200).text;
        let row = queue.split("<tbody>").nth(1).unwrap_or_default().to_owned();
        assert!(row.matches("郑主任").count() < 2, "{row}");
        (["郑主任", "李建国", "王淑珍"].map(|name| row.contains(name)), row)
    };
    let send = async |task: &str| {
        let them = json!({ "person": world.person("community").to_string() });
        world.api("social").post(&format!("/api/v1/tasks/{task}/assignment"), them).await.expect(200);
    };

    invite(&world, &last, &["wang"]).await.expect(201);
    answer(&world, "wang", &offer_to(&world, "wang").await, "acceptance").await.expect(200);
    assert_eq!(named("dispatch").await.0, [false, false, true]);

    invite(&world, &both, &["li"]).await.expect(201);
    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    send(&both).await;
    // All of one of its tasks are found.
    let (names, row) = named("doing").await;
    assert_eq!(names, [true, true, false], "{row}");
    assert!(row.find("郑主任") < row.find("志愿者 李建国"), "{row}");

    send(&soon).await;
    assert_eq!(named("doing").await.0, [true, false, false]);
});

db_test!(a_team_is_asked_first_for_its_task, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let mut body = task_body();
    body["team"] = json!(world.team.to_string());
    let (anybodys, teams) = (cut(&world, &matter, task_body()).await, cut(&world, &matter, body).await);
    let ranked = async |task: &str| candidates(&world, task).await["items"].as_array().cloned().unwrap_or_default();
    let last = ranked(&anybodys).await.last().expect("somebody")["person"]["id"].clone();
    assert_ne!(ranked(&teams).await[0]["person"]["id"], last, "nobody is in the team yet");

    let member = json!({ "role": "volunteer", "organisation": world.team.to_string(), "agreed": true });
    let join = format!("/api/v1/people/{}/memberships", last.as_str().unwrap());
    world.api("leader").post(&join, member).await.expect(201);
    let best = ranked(&teams).await;
    assert_eq!(best[0]["person"]["id"], last, "{best:?}");
    assert!(best[0]["reasons"].to_string().contains("team-member"), "{best:?}");
    assert_eq!(ranked(&anybodys).await.last().unwrap()["person"]["id"], last, "for other tasks nothing changes");
});
