//! What programs are told: all that is wrong at once, in their language, by what really stands in the way.

use app::testing::{World, world};
use db::db_test;
use kit::Form;
use rules::shared::characters;
use serde_json::{Value, json};

use crate::by_call::need;
use crate::dispatch::{cut, matter, task_body};
use crate::service::outing;

/// Code and field of each thing that is wrong, in their order.
fn told(said: &Value) -> Vec<(String, String)> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let one = |value: &Value| (text(value, "code"), text(value, "field"));
    match said["errors"].as_array() {
        Some(errors) => errors.iter().map(one).collect(),
        None => vec![one(said)],
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(code, field)| ((*code).to_owned(), (*field).to_owned())).collect()
}

async fn refused(world: &World, who: &str, path: &str, body: &str) -> Vec<(String, String)> {
    let before = world.events().await;
    let said = world.api(who).raw("POST", path, "application/json", body).await.expect(422).json();
    assert_eq!(world.events().await, before, "{said}");
    let mut told = told(&said);
    told.sort();
    told
}

db_test!(all_that_is_missing_or_unknown_in_a_body_is_said_at_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let tokens = format!("/api/v1/people/{}/tokens", world.person("social"));
    for (who, path, body, expected) in [
        ("zhang", "/api/v1/matters", "{}", &[("body-missing", "kind"), ("body-missing", "place")][..]),
        ("admin", &tokens, "{}", &[("body-missing", "name"), ("body-missing", "scopes")]),
        (
            "zhang",
            "/api/v1/matters",
            r#"{ "kind": "need", "plaice": "371722003003", "private": "no" }"#,
            &[("body-missing", "place"), ("body-type", "private"), ("body-unknown", "plaice")],
        ),
        (
            "zhang",
            "/api/v1/matters",
            r#"{ "kind": "need", "place": "371722003003", "fields": { "what": "a", "what": "b" } }"#,
            &[("body-twice", "what")],
        ),
        (
            "call",
            "/api/v1/matters",
            r#"{ "kind": "need", "place": "nowhere", "for_someone": true, "channel": "pigeon", "caller": "x",
                "occurred_at": "yesterday", "fields": { "what": 5 } }"#,
            &[
                ("body-type", "what"),
                ("body-value", "channel"),
                ("matter-place-missing", "place"),
                ("not-an-id", "caller"),
                ("not-an-instant", "occurred_at"),
            ],
        ),
    ] {
        assert_eq!(refused(&world, who, path, body).await, pairs(expected), "{path} {body}");
    }
    let mut body = need();
    body["level"] = json!("urgent");
    body["channel"] = json!("phone");
    body["occurred_at"] = json!("2026-06-08T08:00:00+08:00");
    let by_staff = [("channel-by-staff", "channel"), ("level-by-staff", "level"), ("occurred-by-staff", "occurred_at")];
    assert_eq!(refused(&world, "zhang", "/api/v1/matters", &body.to_string()).await, pairs(&by_staff));
    // A field that there is none of hides none of the others.
    let wrong = json!({ "kind": "need", "place": "371722003003", "fields": { "shoe_size": "43" } });
    let wrong = refused(&world, "zhang", "/api/v1/matters", &wrong.to_string()).await;
    assert!(wrong.contains(&("field-unknown".into(), "shoe_size".into())), "{wrong:?}");
    assert!(wrong.contains(&("field-required".into(), "what".into())), "{wrong:?}");
});

db_test!(what_cannot_be_seen_is_in_no_text, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for character in ["\\u0000", "\\u0007", "\\u202e"] {
        let body = format!(r#"{{ "name": "单县{character}志愿队", "kind": "team", "place": "371722003003" }}"#);
        let told = refused(&world, "social", "/api/v1/organisations", &body).await;
        assert!(told.contains(&("text-control".into(), "name".into())), "{character}: {told:?}");
    }
    let mut body = need();
    body["fields"]["what"] = json!("请人\u{7}买药");
    let told = refused(&world, "zhang", "/api/v1/matters", &body.to_string()).await;
    assert_eq!(told, pairs(&[("text-control", "what")]));
    world.visitor().get("/api/v1/places/a%00b").await.expect(404);
});

#[test]
fn a_form_drops_what_a_call_is_refused_for() {
    for code in (0..0x3000_u32).filter(|code| *code != 0x0d) {
        let Some(character) = char::from_u32(code) else { continue };
        let sent: String = format!("a{character}b").bytes().map(|byte| format!("%{byte:02X}")).collect();
        let sent = format!("x={sent}");
        let kept = Form::from_urlencoded(sent.as_bytes());
        let is_kept = kept.raw("x").unwrap_or_default().contains(character);
        assert_eq!(is_kept, characters::may_stand(character), "U+{code:04X}");
    }
}

db_test!(a_body_of_nothing_is_none_whatever_its_type, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let task = cut(&world, &matter(&world).await, task_body()).await;
    let opening = format!("/api/v1/tasks/{task}/opening");
    world.api("social").raw("POST", &opening, "application/json", "").await.expect(200);
    let said = world.api("zhang").raw("POST", "/api/v1/matters", "application/json", "").await.expect(422).json();
    assert_eq!(said["code"], "body-unreadable", "where one is needed: {said}");
});

db_test!(a_matter_is_called_in_the_language_of_whoever_asks, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let made = world.api("zhang").preferring("en").post("/api/v1/matters", need()).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", made["id"].as_str().unwrap());
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let what = |matter: &Value| matter["title"].as_str().unwrap().split(" · ").next().unwrap().to_owned();
    assert!(!is_chinese(&what(&made)), "{made}");
    for (language, chinese) in [("en", false), ("zh-CN", true)] {
        let one = world.api("zhang").preferring(language).get(&path).await.expect(200).json();
        let list = world.api("zhang").preferring(language).get("/api/v1/matters").await.expect(200).json();
        for matter in [&one, &list["items"][0]] {
            assert_eq!(is_chinese(&what(matter)), chinese, "{language}: {matter}");
        }
    }
});

db_test!(instants_of_a_timeline_are_those_of_the_city, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    cut(&world, &matter, task_body()).await;
    let shown = world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    let timeline = shown["timeline"].as_array().unwrap();
    let event = timeline.iter().find(|event| event["verb"] == "dispatch.task_cut").expect("it was cut");
    assert_eq!(event["data"]["starts"], "2026-06-09T09:00:00+08:00");
    let report = world.visitor().get("/api/v1/reports/needs_raised").await.expect(200).json();
    assert_eq!(report["as_of"], "2026-06-08T09:00:00+08:00");
});

db_test!(a_refusal_says_what_stands_in_the_way, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = |said: Value| said["code"].as_str().unwrap_or_default().to_owned();
    // Two proofs of presence.
    let coming = outing(&world, &["li"]).await;
    let both = json!({ "code": coming.code, "qr": "x" });
    let said = world.api("li").post(&coming.path("check-in"), both).await.expect(422).json();
    assert_eq!((&said["code"], &said["args"]["sent"]), (&json!("presence-several"), &json!("qr, code")), "{said}");
    let long = json!({ "content": "字".repeat(301) });
    let said = world.api("li").post(&coming.path("check-out"), long).await.expect(422).json();
    assert_eq!(told(&said), pairs(&[("presence-missing", "code"), ("text-too-long", "content")]));
    // No mandate.
    let acting = world.api("li").for_another(world.person("zhang"));
    assert_eq!(code(acting.get("/api/v1/matters").await.expect(403).json()), "mandate-none");
    // It waits for the word of whoever asked.
    crate::service::served(&world, &coming, "li").await;
    let answers = format!("/api/v1/matters/{}/answers", coming.matter);
    let said = world.api("social").post(&answers, json!({ "answer": "served" })).await;
    let (status, said) = (said.status.as_u16(), said.json());
    if status == 422 {
        assert!(!said["detail"].as_str().unwrap_or_default().contains("：。"), "{said}");
    }
    // It is over.
    let taken = world.api("zhang").post("/api/v1/matters", need()).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", taken["id"].as_str().unwrap());
    world.api("zhang").post(&format!("{path}/withdrawal"), json!({})).await.expect(200);
    for (call, body) in [
        ("answers", json!({ "answer": "served" })),
        ("closure", json!({ "outcome": "no_longer_needed" })),
        ("triage", json!({ "way": "volunteers" })),
    ] {
        let said = world.api("social").post(&format!("{path}/{call}"), body).await.expect(422).json();
        assert_eq!(code(said), "matter-closed", "{call}");
    }
});

db_test!(nothing_is_written_down_that_happened_long_ago, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for occurred in ["0001-01-01T09:00:00+08:00", "1026-06-08T09:00:00+08:00", "2006-06-08T09:00:00+08:00"] {
        let mut body = need();
        body["for_someone"] = json!(true);
        body["occurred_at"] = json!(occurred);
        let told = refused(&world, "call", "/api/v1/matters", &body.to_string()).await;
        assert_eq!(told, pairs(&[("occurred-too-long-ago", "occurred_at")]), "{occurred}");
    }
});
