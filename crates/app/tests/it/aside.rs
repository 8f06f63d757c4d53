//! Whoever leads a team signs for its volunteers, and stands aside where it is somebody close.

use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::service::outing;

/// The task was cut for the team.
async fn of_the_team(world: &World, task: rules::shared::ids::TaskId) {
    let team = world.team;
    world
        .app
        .act(&rules::shared::Actor::system(), (task, team), |mut tx, _, _, (task, team)| {
            Box::pin(async move {
                let sql = "UPDATE dispatch_tasks SET team_id = $3 WHERE cell = $1 AND id = $2";
                Ok(tx.run(sql, db::args![task.cell.0, task.uuid, team.uuid]).await?)
            })
        })
        .await
        .expect("a task of the team");
}

db_test!(a_leader_signs_for_nobody_close, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li", "wang", "zhao"]).await;
    of_the_team(&world, outing.task).await;
    world.declare_kin("leader", "li").await;
    world.move_in("wang", "leader").await;
    let path = outing.path("check-in");
    let person = |name: &str| json!({ "person": world.person(name) });
    for (name, tie) in [("li", "kin"), ("wang", "household")] {
        let refused = world.api("leader").post(&path, person(name)).await.expect(422).json();
        assert_eq!((&refused["code"], &refused["args"]["tie"]), (&json!("stands-aside"), &json!(tie)), "{refused}");
        assert!(refused["detail"].as_str().unwrap_or_default().contains("社区工作人员"), "{refused}");
    }
    // For a stranger they sign, and for those close somebody else does.
    world.api("leader").post(&path, person("zhao")).await.expect(200);
    for name in ["li", "wang"] {
        world.api("community").post(&path, person(name)).await.expect(200);
    }
    // Nor does the leader sign them out.
    world.pass(60);
    let refused = world.api("leader").post(&outing.path("check-out"), person("li")).await.expect(422).json();
    assert_eq!(refused["code"], "stands-aside", "{refused}");
});
