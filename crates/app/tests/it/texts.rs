//! How long texts may be: the same by page, by call and from a table.

use app::testing::world;
use db::db_test;
use rules::shared::Length;
use serde_json::{Value, json};

use crate::dispatch::{cut, matter, task_body};

fn over(length: Length) -> String {
    "字".repeat(length.most() + 1)
}

/// What a refusal says of the text that is one character too long.
fn is_too_long(refused: &Value, field: &str, length: Length) {
    let most = i64::try_from(length.most()).unwrap();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("text-too-long"), &json!(field)), "{refused}");
    assert_eq!(refused["args"], json!({ "most": most, "length": most + 1 }), "{field}");
}

db_test!(a_text_that_is_too_long_is_refused_by_its_field, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (social, matter) = (world.api("social"), matter(&world).await);
    let task = cut(&world, &matter, task_body()).await;
    let path = |rest: &str| format!("/api/v1/matters/{matter}/{rest}");
    let mut long_notes = task_body();
    long_notes["notes"] = over(Length::Notes).into();
    let mut long_hint = task_body();
    long_hint["place_hint"] = over(Length::Line).into();
    let cases: Vec<(&str, String, Value, &str, Length)> = vec![
        ("social", path("tasks"), long_notes, "notes", Length::Notes),
        ("social", path("tasks"), long_hint, "place_hint", Length::Line),
        (
            "social",
            format!("/api/v1/tasks/{task}/change"),
            json!({ "notes": over(Length::Notes) }),
            "notes",
            Length::Notes,
        ),
        (
            "social",
            format!("/api/v1/tasks/{task}/cancellation"),
            json!({ "reason": over(Length::Line) }),
            "reason",
            Length::Line,
        ),
        ("zhang", path("withdrawal"), json!({ "reason": over(Length::Words) }), "reason", Length::Words),
        (
            "social",
            "/api/v1/people".into(),
            json!({ "name": over(Length::Name), "place": "371722003003", "phone": "13955550001" }),
            "name",
            Length::Name,
        ),
        (
            "social",
            "/api/v1/organisations".into(),
            json!({ "name": over(Length::Body), "kind": "team", "place": "371722003003" }),
            "name",
            Length::Body,
        ),
        (
            "admin",
            format!("/api/v1/people/{}/tokens", world.person("social")),
            json!({ "name": over(Length::Name), "scopes": ["read"] }),
            "name",
            Length::Name,
        ),
    ];
    for (name, address, body, field, length) in cases {
        let before = world.events().await;
        let refused = world.api(name).post(&address, body).await.expect(422).json();
        is_too_long(&refused, field, length);
        assert_eq!(world.events().await, before, "{address}");
    }
    // What fits is taken.
    let most = json!({ "notes": "字".repeat(Length::Notes.most()) });
    social.post(&format!("/api/v1/tasks/{task}/change"), most).await.expect(200);
});

db_test!(a_page_and_a_table_take_no_longer_text_than_a_call, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut admin = world.browser("admin").await;
    let page = format!("/people/{}/access", world.person("social"));
    let fields = [("name", over(Length::Name)), ("scopes", "read".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = admin.submit(&page, &format!("{page}/tokens"), &fields).await.expect(422).text;
    assert!(refused.contains("这里最多写 60 个字，现在是 61 个"), "{refused}");
    assert!(refused.contains(&over(Length::Name)), "what was typed is there still: {refused}");

    let file = format!("姓名,手机号,区划代码\n{},13955550001,371722003003\n", over(Length::Name)).into_bytes();
    let community = world.api("community");
    let sent = community.post_file("/api/v1/imports?intake=people", "text/csv", file, None).await.expect(201).json();
    app::jobs::run_due(&world.app).await.unwrap();
    let checked = community.get(&format!("/api/v1/imports/{}", sent["id"].as_str().unwrap())).await.expect(200).json();
    let problem = &checked["problems"][0];
    assert_eq!((&problem["code"], &problem["column"]), (&json!("text-too-long"), &json!("name")), "{checked}");
});
