use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

fn need() -> Value {
    json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "hospital", "what": "明天上午去县医院复查，走路不便", "when": "today",
        "address": "3 号楼 2 单元 401", "phone": "13800000001" } })
}

async fn raised(world: &World) -> Value {
    world.api("zhang").post("/api/v1/matters", need()).await.expect(201).json()
}

db_test!(a_need_comes_in_and_keeps_its_words_sealed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = raised(&world).await;
    assert_eq!((matter["state"].as_str(), matter["level"].as_str()), (Some("review"), Some("day")));
    assert_eq!(matter["place"]["name"], "黄楼社区");
    let path = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());

    let seen = world.api("social").get(&path).await.expect(200);
    assert!(!seen.text.contains("县医院"), "{}", seen.text);
    let opened = world.api("social").get(&format!("{path}?protected=true")).await.expect(200).json();
    assert_eq!(opened["protected"]["what"][0], "明天上午去县医院复查，走路不便");
    for stranger in ["neighbour", "li", "far", "clerk"] {
        world.api(stranger).get(&path).await.expect(404);
    }
});

db_test!(the_queue_shows_what_staff_may_see, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    raised(&world).await;
    let mut hidden = need();
    hidden["private"] = json!(true);
    world.api("zhang").post("/api/v1/matters", hidden).await.expect(201);
    for (who, expected) in [("social", 2), ("community", 1), ("far", 0), ("zhang", 2), ("neighbour", 0), ("grid", 0)] {
        let list = world.api(who).get("/api/v1/matters?kind=need").await.expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(expected), "{who}");
    }
});

db_test!(a_repeated_request_gets_its_first_answer, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.api("zhang");
    let first = zhang.post_with_key("/api/v1/matters", need(), Some("k-1")).await.expect(201).json();
    let again = zhang.post_with_key("/api/v1/matters", need(), Some("k-1")).await.expect(201).json();
    assert_eq!(first["id"], again["id"]);
    let mut other = need();
    other["fields"]["what"] = json!("另一件事");
    let refused = zhang.post_with_key("/api/v1/matters", other, Some("k-1")).await.expect(422).json();
    assert_eq!(refused["code"], "idempotency-key-reused");
});

db_test!(a_refusal_names_the_field_and_leaves_nothing, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let before = world.events().await;
    let mut wrong = need();
    wrong["fields"].as_object_mut().unwrap().remove("what");
    let refused = world.api("zhang").post("/api/v1/matters", wrong).await.expect(422).json();
    assert_eq!((refused["code"].as_str(), refused["field"].as_str()), (Some("field-required"), Some("what")));
    assert!(refused["detail"].as_str().is_some_and(|d| !d.is_empty()));
    assert_eq!(world.events().await, before);
});

db_test!(two_editors_are_told, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = raised(&world).await;
    let path = format!("/api/v1/matters/{}/notes", matter["id"].as_str().unwrap());
    world.api("social").post(&path, json!({ "text": "已打电话" })).await.expect(200);
    let triage = format!("/api/v1/matters/{}/triage", matter["id"].as_str().unwrap());
    let body = json!({ "level": "day", "way": "volunteers", "version": matter["version"] });
    let refused = world.api("social").post(&triage, body).await.expect(409).json();
    assert_eq!(refused["code"], "changed-meanwhile");
});

db_test!(a_matter_is_read_by_the_code_of_its_receipt_as_by_its_id, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let need = crate::lived_in::need("请人买药", "3 号楼 2 单元 401", "13800000001");
    let matter = world.api("zhang").post("/api/v1/matters", need).await.expect(201).json();
    let [id, code] =
        ["id", "code"].map(|key| format!("/api/v1/matters/{}", matter[key].as_str().unwrap().replace(' ', "%20")));
    for who in ["zhang", "social", "community"] {
        let [by_id, by_code] = [world.api(who).get(&id).await, world.api(who).get(&code).await];
        assert_eq!((by_code.status, by_code.text), (by_id.status, by_id.text), "{who}");
    }
    for who in ["wang", "li", "clerk", "far"] {
        assert_eq!(world.api(who).get(&code).await.status, world.api(who).get(&id).await.status, "{who}");
    }
    world.api("wang").get(&code).await.expect(404);
    world.api("social").get("/api/v1/matters/D0-000-000").await.expect(404);
    let seen = world.api("social").get(&format!("{code}?protected=true")).await.expect(200).text;
    assert!(seen.contains("2 单元 401"), "{seen}");
    let looks = world.api("zhang").get("/api/v1/me/reads").await.expect(200).text;
    assert!(looks.contains("周社工"), "{looks}");
});

db_test!(who_follows_a_matter_is_told_that_they_do, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    let hazard = world.api("zhang").post("/api/v1/matters", hazard).await.expect(201).json();
    let path = format!("/api/v1/matters/{}/followers", hazard["id"].as_str().unwrap());
    let neighbour = world.api("neighbour");
    let followed = neighbour.post(&path, json!({})).await.expect(200).json();
    assert_eq!(followed, json!({ "matter": hazard["id"], "follows": true }));
    let left = neighbour.post(&format!("{path}/removal"), json!({})).await.expect(200).json();
    assert_eq!(left, json!({ "matter": hazard["id"], "follows": false }));
});
