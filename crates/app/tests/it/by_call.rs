//! What a program may say of a matter, and what it is told when it says too much, too little or something else: by the rules
//! that hold on pages and for tables too.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{cut, matter, task_body};
use crate::imports::{HEADER, brought_in, figure, people_of};

pub fn need() -> Value {
    json!({ "kind": "need", "place": "371722003003", "fields": { "category": "errands", "what": "请人买药",
        "when": "2026-06-12/morning", "address": "3 号楼 2 单元 401", "phone": "13800000001" } })
}

fn hazard() -> Value {
    json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole", "danger": true } })
}

fn with(mut body: Value, more: Value) -> Value {
    for (key, value) in more.as_object().expect("fields") {
        body[key] = value.clone();
    }
    body
}

/// Code and field of what is refused, and that nothing was done.
async fn refused(world: &World, who: &str, body: Value) -> (String, String) {
    let before = world.events().await;
    let refused = world.api(who).post("/api/v1/matters", body).await.expect(422).json();
    assert_eq!(world.events().await, before, "{refused}");
    let text = |key: &str| refused[key].as_str().unwrap_or_default().to_owned();
    assert!(!text("detail").is_empty(), "{refused}");
    (text("code"), text("field"))
}

fn pair(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

db_test!(a_resident_sets_neither_urgency_nor_channel_nor_the_past, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (more, code, field) in [
        (json!({ "level": "urgent" }), "level-by-staff", "level"),
        (json!({ "level": "normal" }), "level-by-staff", "level"),
        (json!({ "channel": "paper" }), "channel-by-staff", "channel"),
        (json!({ "channel": "phone" }), "channel-by-staff", "channel"),
        (json!({ "channel": "zzz" }), "body-value", "channel"),
        (json!({ "occurred_at": "2020-01-01T09:00:00+08:00" }), "occurred-by-staff", "occurred_at"),
    ] {
        assert_eq!(refused(&world, "zhang", with(need(), more.clone())).await, pair(code, field), "{more}");
        // Staff say it of what they write down for somebody, and not of their own.
        assert_eq!(refused(&world, "call", with(need(), more.clone())).await, pair(code, field), "{more}: staff");
    }
    let below = refused(&world, "zhang", with(hazard(), json!({ "level": "hard" }))).await;
    assert_eq!(below, pair("level-by-staff", "level"));
    // The form implies it, as on the page.
    let own = world.api("zhang").post("/api/v1/matters", hazard()).await.expect(201).json();
    assert_eq!((&own["level"], &own["channel"]), (&json!("danger"), &json!("api")));
    assert_eq!(own["due_at"], "2026-06-08T11:00:00+08:00", "two hours");
    let said = json!({ "for_someone": true, "level": "urgent", "channel": "phone",
        "occurred_at": "2026-06-08T08:30:00+08:00" });
    let noted = world.api("call").post("/api/v1/matters", with(need(), said.clone())).await.expect(201).json();
    assert_eq!((&noted["level"], &noted["channel"]), (&json!("urgent"), &json!("phone")));
    assert_eq!(noted["occurred_at"], "2026-06-08T08:30:00+08:00");
    world.api("zhang").post("/api/v1/matters", with(need(), said)).await.expect(403);
    let other = json!({ "for_someone": true, "channel": "pigeon" });
    let other = world.api("call").post("/api/v1/matters", with(need(), other)).await.expect(422).json();
    assert_eq!(other["args"], json!({ "value": "pigeon", "allowed": "phone, paper, desk" }));
});

db_test!(a_matter_and_a_home_are_where_people_live, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for place in ["3717", "371722", "371722003"] {
        let wide = refused(&world, "zhang", with(need(), json!({ "place": place }))).await;
        assert_eq!(wide, pair("matter-place-wide", "place"), "{place}");
        let noted = with(hazard(), json!({ "place": place, "for_someone": true }));
        let noted = world.api("social").post("/api/v1/matters", noted).await;
        assert!(matches!(noted.status.as_u16(), 403 | 422), "{place}: {}", noted.text);
        let person = json!({ "name": "钱大爷", "place": place, "phone": "13955550001" });
        let person = world.api("admin").post("/api/v1/people", person).await;
        assert!(matches!(person.status.as_u16(), 403 | 422), "{place}: {}", person.text);
    }
    let person = json!({ "name": "钱大爷", "place": "371722003", "phone": "13955550001" });
    let before = world.events().await;
    let unsettled = world.api("social").post("/api/v1/people", person).await.expect(422).json();
    assert_eq!((&unsettled["code"], &unsettled["field"]), (&json!("home-unsettled"), &json!("place")));
    assert_eq!(world.events().await, before);
    let nowhere = refused(&world, "zhang", with(need(), json!({ "place": "371799" }))).await;
    assert_eq!(nowhere, pair("matter-place-missing", "place"));
});

db_test!(whoever_is_brought_in_lives_in_a_village_and_not_in_a_county, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    let file = format!(
        "{HEADER}钱大爷,,13955550001,,,371722,\n\
         孙小妹,,13955550002,,,371722003,\n\
         吴某,,13955550003,,,371722003003,\n"
    );
    let before = people_of(&world).await;
    let done = brought_in(&world, &mut social, "people", &file).await;
    assert_eq!((figure(&done, "已登记"), figure(&done, "不能登记")), ("1".into(), "2".into()), "{done}");
    assert!(done.contains("请写村、社区或者网格的代码"), "{done}");
    assert_eq!(people_of(&world).await, before + 1);
});

db_test!(a_field_is_sent_as_what_it_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (key, value, code) in [
        ("what", json!(5), "body-type"),
        ("what", json!(true), "body-type"),
        ("what", json!({}), "body-type"),
        ("category", json!(1), "body-type"),
        ("when", json!(20_260_612), "body-type"),
        ("when", json!("20260612"), "field-not-a-date"),
        ("when", json!("zzz"), "field-not-a-time"),
        ("when", json!("2026-06-12/noon"), "field-not-a-time"),
        ("wat", json!("x"), "field-unknown"),
    ] {
        let mut body = need();
        body["fields"][key] = value.clone();
        assert_eq!(refused(&world, "zhang", body).await, pair(code, key), "{key} {value}");
    }
    let mut body = need();
    body["fields"]["when"] = json!("zzz");
    let said = world.api("zhang").post("/api/v1/matters", body).await.expect(422).json();
    let detail = said["detail"].as_str().unwrap_or_default();
    assert!(["now", "today", "/morning", "/evening"].iter().all(|part| detail.contains(part)), "{said}");
    let kinds = world.api("zhang").get("/api/v1/kinds").await.expect(200).json();
    let need_kind = kinds["items"].as_array().unwrap().iter().find(|kind| kind["id"] == "need").unwrap().clone();
    let when = need_kind["fields"].as_array().unwrap().iter().find(|field| field["key"] == "when").unwrap().clone();
    assert_eq!(when["takes"].as_array().map(Vec::len), Some(6), "{when}");
    // Text that is too long says how long it is, whatever asks for it.
    let mut body = need();
    body["fields"]["what"] = json!("字".repeat(301));
    let long = world.api("zhang").post("/api/v1/matters", body).await.expect(422).json();
    assert_eq!((&long["code"], &long["field"]), (&json!("text-too-long"), &json!("what")));
    assert_eq!((&long["args"]["most"], &long["args"]["length"]), (&json!(300), &json!(301)));
});

db_test!(all_that_is_wrong_is_said_at_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let empty = json!({ "kind": "need", "place": "371722003003", "fields": {} });
    let said = world.api("zhang").post("/api/v1/matters", empty).await.expect(422).json();
    let errors = said["errors"].as_array().expect("more than one");
    assert!(errors.len() > 1, "{said}");
    assert_eq!((&errors[0]["code"], &errors[0]["field"]), (&said["code"], &said["field"]));
    for error in errors {
        assert_eq!(error["code"], "field-required", "{said}");
        assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{said}");
    }
    let mut one = need();
    one["fields"].as_object_mut().unwrap().remove("what");
    let said = world.api("zhang").post("/api/v1/matters", one).await.expect(422).json();
    assert!(said["errors"].is_null(), "one thing needs no list: {said}");
    let mut unknown = need();
    unknown["fields"]["shoe_size"] = json!("43");
    let said = world.api("zhang").post("/api/v1/matters", unknown).await.expect(422).json();
    assert!(said["detail"].as_str().unwrap_or_default().contains("category"), "{said}");
});

db_test!(a_body_that_cannot_be_read_is_explained_in_the_language_asked_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (body, code, field) in [
        (r#"{ "place": "371722003003" }"#, "body-missing", json!("kind")),
        (r#"{ "kind": 3, "place": "371722003003" }"#, "body-type", json!("kind")),
        (r#"{ "kind": "need", "place": "371722003003", "private": "yes" }"#, "body-type", json!("private")),
        (r#"{ "kind": "need", "place": "371722003003", "fields": [] }"#, "body-type", json!("fields")),
        (r#"{ "kind": "need", "kind": "need" }"#, "body-twice", json!("kind")),
        (r#"{ "kind": "need", "#, "body-unreadable", Value::Null),
    ] {
        let client = world.api("zhang");
        let said = client.raw("POST", "/api/v1/matters", "application/json", body).await.expect(422).json();
        assert_eq!((&said["code"], &said["field"]), (&json!(code), &field), "{body}: {said}");
        let detail = said["detail"].as_str().unwrap_or_default();
        let is_reader = ["expected", "invalid", "missing", "EOF", "struct"].iter().any(|word| detail.contains(word));
        assert!(!detail.is_empty() && !is_reader, "{body}: {detail}");
        let client = client.preferring("en");
        let said = client.raw("POST", "/api/v1/matters", "application/json", body).await.expect(422).json();
        let detail = said["detail"].as_str().unwrap_or_default();
        let is_chinese = detail.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(!detail.is_empty() && !is_chinese, "{body}: {detail}");
    }
});

db_test!(what_a_status_means_is_said_to_programs, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let said = [
        world.api("zhang").get("/api/v1/matters/mat_nothing").await.expect(404).json(),
        world.api("zhang").get("/api/v1/nowhere").await.expect(404).json(),
        world
            .api("zhang")
            .post("/api/v1/people", json!({ "name": "钱大爷", "place": "371722003003" }))
            .await
            .expect(403)
            .json(),
        world.visitor().get("/api/v1/matters").await.expect(401).json(),
        world.api("zhang").raw("POST", "/api/v1/kinds", "application/json", "{}").await.expect(405).json(),
    ];
    for said in said {
        let words = ["title", "detail"].map(|key| said[key].as_str().unwrap_or_default().to_owned());
        assert!(words.iter().all(|text| !text.is_empty() && !text.contains("页")), "{said}");
    }
});

db_test!(a_refusal_names_the_fields_of_the_call, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = format!("/api/v1/matters/{}/tasks", matter(&world).await);
    for (more, code, field) in [
        (json!({ "starts_at": "2026-06-07T09:00:00+08:00" }), "task-in-past", "starts_at"),
        (json!({ "minutes": 0 }), "task-window", "minutes"),
        (json!({ "minutes": 1 }), "task-too-short", "minutes"),
        (json!({ "starts_at": "9999-06-07T09:00:00+08:00" }), "task-too-far-ahead", "starts_at"),
        (json!({ "starts_at": "2028-06-09T09:00:00+08:00" }), "task-too-far-ahead", "starts_at"),
        (json!({ "category": "flying" }), "body-value", "category"),
        (json!({ "place": "371799" }), "appoint-place-unknown", "place"),
    ] {
        let said = world.api("social").post(&path, with(task_body(), more.clone())).await.expect(422).json();
        assert_eq!((&said["code"], &said["field"]), (&json!(code), &json!(field)), "{more}");
    }
    for (asker, asked, code, field) in [
        ("auditor", "reads?day=2026-13-01", "query-unreadable", json!("day")),
        ("auditor", "reads?day=20260608", "query-unreadable", json!("day")),
        ("social", "tasks", "query-one-of", Value::Null),
        ("social", "offers", "query-one-of", json!("mine")),
        ("social", "matters?place=nope", "query-place", json!("place")),
        ("zhang", "matters?mine=true&place=nope", "query-place", json!("place")),
        ("zhang", "places?parent=nope", "query-place", json!("parent")),
        ("zhang", "places?q=1&cursor=nope", "bad-cursor", Value::Null),
        ("social", "organisations?place=zzz", "query-place", json!("place")),
        ("social", "people?place=zzz", "query-place", json!("place")),
        ("zhang", "reports/needs_raised?place=zzz", "query-place", json!("place")),
        ("zhang", "reports/needs_raised?by=group&group=zzz", "query-value", json!("group")),
        ("auditor", "reads?reader=per_zzz", "query-unreadable", json!("reader")),
        ("auditor", "reads?of=per_zzz", "query-unreadable", json!("of")),
        ("social", "people?q=a%00b", "text-control", json!("q")),
    ] {
        // What the description cannot say of parameters together is a rule like any other.
        let status = if code == "query-one-of" { 422 } else { 400 };
        let said = world.api(asker).get(&format!("/api/v1/{asked}")).await.expect(status).json();
        assert_eq!((&said["code"], &said["field"]), (&json!(code), &field), "{asked}: {said}");
    }
});

db_test!(an_assessment_is_of_an_occasion_that_there_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let whole = json!({ "place": "371722", "title": "把住址给接单的志愿者", "occasion": "passed_on",
        "purpose": "上门服务要知道门牌", "effect": "住址可能外泄", "measures": "任务结束就看不到", "valid_from": "2026-06-08",
        "review_on": "2027-06-08", "approved_by": "单县社会工作部", "approved_on": "2026-06-08" });
    for (more, code, field) in [
        (json!({ "occasion": "zz" }), "assessment-occasion", "occasion"),
        (json!({ "occasion": "" }), "assessment-missing", "occasion"),
        (json!({ "review_on": "20271001" }), "date-unreadable", "review_on"),
        (json!({ "effect": "险".repeat(4001) }), "text-too-long", "effect"),
    ] {
        let said = world.api("admin").post("/api/v1/assessments", with(whole.clone(), more)).await.expect(422).json();
        assert_eq!((&said["code"], &said["field"]), (&json!(code), &json!(field)), "{said}");
    }
    let said = with(whole, json!({ "occasion": "zz" }));
    let said = world.api("admin").post("/api/v1/assessments", said).await.expect(422).json();
    assert!(said["detail"].as_str().unwrap_or_default().contains("passed_on"), "{said}");
});

db_test!(the_answers_are_those_that_the_asker_may_give, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let made = world.api("zhang").post("/api/v1/matters", need()).await.expect(201).json();
    assert_eq!(made["answers"], json!([]), "a resident triages nothing");
    let path = format!("/api/v1/matters/{}", made["id"].as_str().unwrap());
    assert_eq!(world.api("zhang").get(&path).await.expect(200).json()["answers"], json!([]));
    assert_eq!(world.api("inspector").get(&path).await.expect(200).json()["answers"], json!([]));
    let staff = world.api("social").get(&path).await.expect(200).json();
    assert!(staff["answers"].as_array().unwrap().contains(&json!("dispatch")), "{staff}");
});

db_test!(
    a_code_does_what_the_id_does_and_a_second_triage_says_who_was_first,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let made = world.api("zhang").post("/api/v1/matters", need()).await.expect(201).json();
        let code = made["code"].as_str().unwrap().to_owned();
        let spaced = code.replace(' ', "%20");
        let path = |rest: &str| format!("/api/v1/matters/{spaced}/{rest}");
        world.api("zhang").post(&path("notes"), json!({ "text": "请带医保卡" })).await.expect(200);
        world.api("wang").post(&path("notes"), json!({ "text": "与我无关" })).await.expect(404);
        world.api("social").post("/api/v1/matters/D0-000-000/notes", json!({ "text": "没有这件" })).await.expect(404);
        let triage = json!({ "level": "day", "type": "errands", "way": "volunteers", "reason": "已核实" });
        world.api("social").post(&path("triage"), triage.clone()).await.expect(200);
        let before = world.events().await;
        for answer in [Value::Null, json!("dispatch")] {
            let mut again = triage.clone();
            if !answer.is_null() {
                again["answer"] = answer;
            }
            let said = world.api("social").post(&path("triage"), again).await.expect(422).json();
            assert_eq!(said["code"], "triaged-already", "{said}");
            assert_eq!(said["args"], json!({ "by": "周社工", "at": "2026-06-08T09:00:00+08:00" }));
        }
        world.api("zhang").post(&path("triage"), triage).await.expect(403);
        assert_eq!(world.events().await, before);
        let task = cut(&world, &spaced, task_body()).await;
        let listed = world.api("social").get(&format!("/api/v1/tasks?matter={spaced}")).await.expect(200).json();
        assert_eq!(listed["items"][0]["id"], json!(task));
        let code = listed["items"][0]["code"].as_str().unwrap().replace(' ', "%20");
        world.api("social").post(&format!("/api/v1/tasks/{code}/opening"), json!({})).await.expect(200);
        let [by_code, by_id] = [code, task].map(|name| format!("/api/v1/tasks/{name}"));
        let [by_code, by_id] = [world.api("social").get(&by_code).await, world.api("social").get(&by_id).await];
        assert_eq!(by_code.expect(200).text, by_id.expect(200).text);
        world.api("zhang").get(&path("photos")).await.expect(200);
        world.api("zhang").get(&path("check-codes")).await.expect(200);
    }
);

db_test!(what_is_found_of_places_and_of_ones_own_comes_a_page_at_a_time, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let at = world.visitor().get("/api/v1/places/371722003003").await.expect(200).json()["id"].clone();
    for n in 1..=55 {
        let grid = json!({ "name": format!("第{n}网格") });
        let path = format!("/api/v1/places/{}/grids", at.as_str().unwrap());
        world.api("community").post(&path, grid).await.expect(201);
    }
    for query in ["q=%E9%BB%84%E6%A5%BC", "q=371722003003", "q=hlsq", "q=%E7%BD%91%E6%A0%BC&parent=371722003003"] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.visitor().get(&format!("/api/v1/places?{query}&cursor={cursor}")).await.expect(200).json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 50, "{query}");
            found.extend(items.iter().map(|place| place["code"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        let first = found.first().cloned();
        let all = found.len();
        found.sort();
        found.dedup();
        assert_eq!(found.len(), all, "{query}: none twice");
        assert!(all >= 55, "{query}: {all}");
        if !query.contains("parent") {
            assert_eq!(first.as_deref(), Some("371722003003"), "{query}: the whole before its parts");
        }
    }
    for _ in 0..51 {
        world.api("zhang").post("/api/v1/matters", need()).await.expect(201);
    }
    let first = world.api("zhang").get("/api/v1/matters?mine=true").await.expect(200).json();
    let next = first["next"].as_str().expect("another page");
    let second = world.api("zhang").get(&format!("/api/v1/matters?mine=true&cursor={next}")).await.expect(200).json();
    let count = |list: &Value| list["items"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (50, 1));
    assert!(second["next"].is_null());
});
