//! What programs are told: of fields that there are none of, of the needs of a task, of skills.

use app::testing::world;
use db::db_test;
use serde_json::json;

use crate::dispatch::{cut, matter, task_body};

db_test!(a_field_that_there_is_none_of_is_refused_by_its_name, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (social, matter) = (world.api("social"), matter(&world).await);
    let task = cut(&world, &matter, task_body()).await;
    let mut body = task_body();
    body["needs"] = json!({ "skils": ["first_aid"] });
    let before = world.events().await;
    let refused = social.post(&format!("/api/v1/matters/{matter}/tasks"), body).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("body-unknown"), &json!("skils")));
    assert!(refused["detail"].as_str().unwrap_or_default().contains("useful_skills"), "{refused}");
    let token = json!({ "name": "x", "scopes": ["read"], "day": 3 });
    let tokens = format!("/api/v1/people/{}/tokens", world.person("social"));
    let refused = world.api("admin").post(&tokens, token).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("body-unknown"), &json!("day")));
    // A call that needs nothing takes nothing.
    let opening = format!("/api/v1/tasks/{task}/opening");
    let refused = social.post(&opening, json!({ "slots": 3 })).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("body-unwanted"), &json!("slots")));
    assert_eq!(world.events().await, before);
    social.post(&opening, json!({})).await.expect(200);
});

db_test!(the_needs_of_a_task_are_answered_as_they_are_asked, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let mut body = task_body();
    let asked = json!({ "skills": ["first_aid"], "languages": ["dialect"], "preferred_sex": "female", "least_age": 18,
        "reach": "same_county" });
    body["needs"] = asked.clone();
    let task = cut(&world, &matter, body.clone()).await;
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    for (key, value) in asked.as_object().unwrap() {
        assert_eq!(&shown["needs"][key], value, "{key}: {shown}");
    }
    assert_eq!((&shown["needs"]["risk"], &shown["needs"]["credentials"]), (&json!("ordinary"), &json!([])));
    // What was answered may be asked again.
    body["needs"] = shown["needs"].clone();
    let again = cut(&world, &matter, body).await;
    let again = world.api("social").get(&format!("/api/v1/tasks/{again}")).await.expect(200).json();
    assert_eq!(again["needs"], shown["needs"]);
});

db_test!(skills_are_listed_by_key_with_what_they_are_called, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let list = async |language: &'static str| {
        let list = world.api("li").preferring(language).get("/api/v1/skills").await.expect(200).json();
        list["items"].as_array().unwrap().iter().find(|skill| skill["key"] == "first_aid").expect("first aid").clone()
    };
    let (zh, en) = (list("zh-CN").await, list("en").await);
    assert_eq!((&zh["name"], &en["name"]), (&json!("急救"), &json!("First aid")));
    let words = |skill: &serde_json::Value| skill["synonyms"].as_array().unwrap().clone();
    assert!(words(&zh).contains(&json!("First aid")) && words(&en).contains(&json!("急救")), "{zh} {en}");
    assert!(words(&zh).contains(&json!("急救员")), "{zh}");
    world.visitor().get("/api/v1/skills").await.expect(401);
});
