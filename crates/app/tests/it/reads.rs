//! The log of who read what: each person's own, and the auditor's.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

/// A need of Zhang's: the address at which the social worker opens its protected part.
async fn raised(world: &World) -> String {
    let new = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "hospital",
        "what": "明天上午去县医院复查，走路不便", "when": "today", "address": "3 号楼 2 单元 401", "phone": "13800000001" } });
    let matter = world.api("zhang").post("/api/v1/matters", new).await.expect(201).json();
    format!("/api/v1/matters/{}?protected=true", matter["id"].as_str().unwrap_or_default())
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().cloned().unwrap_or_default()
}

db_test!(an_auditor_sees_who_read_what_and_that_they_looked_is_no_secret, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    world.api("social").get(&raised(&world).await).await.expect(200);
    let list = world.api("auditor").get("/api/v1/reads").await.expect(200).json();
    let first = items(&list).first().cloned().unwrap_or_default();
    assert_eq!((&first["reader"]["name"], &first["of"]["name"]), (&json!("周社工"), &json!("张桂兰")), "{list}");
    let zhang = world.person("zhang").to_string();
    for (query, found) in [
        ("?reader=周社工", true),
        ("?reader=吴督导", false),
        (&*format!("?of={zhang}&day=2026-06-08"), true),
        ("?of=张桂兰&day=2026-06-09", false),
    ] {
        let query =
            query.replace("周社工", "%E5%91%A8%E7%A4%BE%E5%B7%A5").replace("吴督导", "%E5%90%B4%E7%9D%A3%E5%AF%BC");
        let query = query.replace("张桂兰", "%E5%BC%A0%E6%A1%82%E5%85%B0");
        let list = world.api("auditor").get(&format!("/api/v1/reads{query}")).await.expect(200).json();
        assert_eq!(!items(&list).is_empty(), found, "{query}: {list}");
    }
    let refused = world.api("auditor").get("/api/v1/reads?day=yesterday").await.expect(400).json();
    assert_eq!(refused["field"], "day");
    // Whoever was asked for sees the auditor among those who looked.
    let own = world.api("zhang").get("/api/v1/me/reads").await.expect(200).json();
    assert!(items(&own).iter().any(|one| one["reader"] == "秦审计" && one["field"] == "reads"), "{own}");
    let page = world.browser("auditor").await;
    assert!(page.get("/").await.expect(200).text.contains("href=\"/reads\""), "the first page leads there");
    let drawn = page.get("/reads").await.expect(200).text;
    assert!(drawn.contains("周社工") && drawn.contains("张桂兰") && drawn.contains(&format!("of={zhang}")), "{drawn}");
    assert!(page.get("/reads?day=x").await.expect(422).text.contains("不是一天的日期"));
    for other in ["zhang", "social", "supervisor", "inspector", "admin"] {
        world.browser(other).await.get("/reads").await.expect(403);
        world.api(other).get("/api/v1/reads").await.expect(403);
    }
});

db_test!(ones_own_log_says_since_when_it_counts_and_what_a_look_was_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.browser("zhang").await;
    let nobody = zhang.get("/me/readers").await.expect(200).text;
    assert!(nobody.contains("到现在还没有人看过您的信息") && nobody.contains("登记，从那天起"), "{nobody}");
    let code = crate::desk::need(&world, false).await;
    let mut social = world.browser("social").await;
    social.submit(&format!("/desk/{code}"), &format!("/desk/{code}/protected"), &[]).await.expect(200);
    let read = zhang.get("/me/readers").await.expect(200).text;
    assert!(read.contains("周社工") && read.contains("研判、安排人") && read.contains("算起"), "{read}");
});

db_test!(what_is_read_of_somebody_unregistered_stands_in_the_log_too, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let new = json!({ "kind": "need", "place": "371722003003", "for_someone": true, "fields": {
        "category": "repairs", "what": "水管坏了，屋里都是水", "when": "today", "phone": "13912345678" } });
    let matter = world.api("call").post("/api/v1/matters", new).await.expect(201).json();
    let id = matter["id"].as_str().unwrap();
    world.api("social").get(&format!("/api/v1/matters/{id}?protected=true")).await.expect(200);
    let list = items(&world.api("auditor").get("/api/v1/reads").await.expect(200).json());
    let of_nobody: Vec<&Value> = list.iter().filter(|one| one["told_by"] == id).collect();
    assert!(of_nobody.iter().any(|one| one["field"] == "what" && one["of"].is_null()), "{list:?}");
    assert!(list.iter().all(|one| one["of"].is_null() != one["told_by"].is_null()), "{list:?}");
    let page = world.browser("auditor").await;
    let drawn = page.get("/reads").await.expect(200).text;
    let narrowed =
        drawn.split("href=\"").filter(|part| part.contains("没有登记的人</a>")).find_map(|part| part.split('"').next());
    let narrowed = narrowed.unwrap_or_else(|| panic!("{drawn}")).replace("&#38;", "&").replace("&amp;", "&");
    let drawn = page.get(&narrowed).await.expect(200).text;
    assert!(drawn.contains("周社工") && drawn.contains("没有登记的人"), "{drawn}");
});

db_test!(who_looked_at_a_photo_of_a_need_stands_in_the_log, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let raised = raised(&world).await;
    let matter = raised.trim_end_matches("?protected=true");
    let photos = format!("{matter}/photos");
    let sent = world.api("zhang").post_photo(&photos, crate::photos::striped(), None).await.expect(201).json();
    let photo = sent["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let bytes_at = format!("{photos}/{photo}");
    let looks = async || {
        let own = items(&world.api("zhang").get("/api/v1/me/reads").await.expect(200).json());
        own.iter().filter(|one| one["field"] == "photos").count()
    };
    world.api("zhang").get_bytes(&bytes_at).await;
    world.api("social").get(&photos).await.expect(200);
    assert_eq!(looks().await, 0, "neither one's own look nor the list");
    for _ in 0..2 {
        world.api("social").get_bytes(&bytes_at).await;
    }
    assert_eq!(looks().await, 1);
    world.pass(11);
    let shown = world.api("social").get(matter).await.expect(200).json();
    let code = shown["code"].as_str().unwrap_or_default();
    let code: String = code.chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let social = world.browser("social").await;
    social.get_bytes(&format!("/desk/{code}/photo/{photo}")).await;
    assert_eq!(looks().await, 2, "at the desk as by a program");
    // The page of whose it is shows its photos to nobody else.
    social.get(&format!("/help/{code}/photos/{photo}")).await.expect(404);
    let zhang = world.browser("zhang").await;
    zhang.get_bytes(&format!("/help/{code}/photos/{photo}")).await;
    let readers = zhang.get("/me/readers").await.expect(200).text;
    assert!(readers.contains("周社工") && readers.contains("您事项里的照片"), "{readers}");
    assert_eq!(looks().await, 2);
});

db_test!(the_log_of_reads_goes_on_page_by_page_and_loses_none, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = raised(&world).await;
    for _ in 0..30 {
        world.api("social").get(&path).await.expect(200);
        world.pass(11);
    }
    let own = items(&world.api("zhang").get("/api/v1/me/reads").await.expect(200).json()).len();
    assert!(own > 50, "more than a page: {own}");
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let list = world.api("auditor").get(&format!("/api/v1/reads?cursor={cursor}")).await.expect(200).json();
        seen += items(&list).len();
        match list["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, own);
});

db_test!(a_program_lists_and_ends_its_owners_sessions, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let browser = world.browser("zhang").await;
    let list = items(&world.api("zhang").get("/api/v1/me/sessions").await.expect(200).json());
    assert_eq!(list.len(), 1, "{list:?}");
    let end = format!("/api/v1/sessions/{}/end", list[0]["id"].as_str().unwrap_or_default());
    world.api("wang").post(&end, json!({})).await.expect(404);
    world.api("zhang").post(&end, json!({})).await.expect(200);
    browser.get("/me").await.expect(303);
    assert!(items(&world.api("zhang").get("/api/v1/me/sessions").await.expect(200).json()).is_empty());
});

db_test!(a_parameter_that_cannot_be_used_is_named, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (asked, code, field, said) in [
        ("tasks?open=true&mine=maybe", "query-unreadable", "mine", "true, false"),
        ("tasks?mine=true&mine=false", "query-twice", "mine", "mine"),
        ("kinds?kind=need", "query-none", "kind", "kind"),
        ("me?x=1", "query-none", "x", "x"),
        ("matters?stat=review", "query-unknown", "stat", "kind, state, place, mine, cursor"),
        ("organisations?name=甲", "query-unknown", "name", "q, kind, place"),
        ("matters?state=foo", "query-value", "state", "call_back, closed, confirm, department, dispatch, doing"),
        ("matters?mine=true&state=foo", "query-value", "state", "review"),
        ("matters?kind=wish", "query-value", "kind", "hazard"),
        ("offers?mine=true&state=taken", "query-value", "state", "offered"),
        ("organisations?kind=club", "query-value", "kind", "committee"),
        ("reports/needs_raised?by=day", "query-value", "by", "group, month, place"),
    ] {
        let refused = world.api("social").get(&format!("/api/v1/{asked}")).await.expect(400).json();
        assert_eq!((&refused["code"], &refused["field"]), (&json!(code), &json!(field)), "{asked}");
        assert!(refused["detail"].as_str().unwrap_or_default().contains(said), "{asked}: {refused}");
    }
    // Whoever is not signed in is told that first.
    world.visitor().get("/api/v1/kinds?kind=need").await.expect(401);
    let refused =
        world.api("community").post_file("/api/v1/imports", "text/csv", b"x".to_vec(), None).await.expect(400).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("query-missing"), &json!("intake")));
    let note = json!({ "text": "x", "internally": true });
    let refused = world.api("social").post("/api/v1/matters/x/notes?y=1", note).await.expect(400).json();
    assert_eq!(refused["code"], "query-none");
    for known in ["matters?state=review&kind=need", "matters?mine=true&state=closed", "organisations?kind=team"] {
        world.api("social").get(&format!("/api/v1/{known}")).await.expect(200);
    }
    let refused = world.api("social").get("/api/v1/reports/needs_razed").await.expect(404).json();
    assert_eq!(refused["code"], "measure-unknown");
    let detail = refused["detail"].as_str().unwrap_or_default();
    assert!(
        detail.contains("needs_razed") && detail.contains("needs_raised") && detail.contains("/report"),
        "{detail}"
    );
});

db_test!(a_program_is_answered_in_the_language_it_prefers, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let asked = async |language: &'static str, path: &str| {
        world.api("social").preferring(language).get(path).await.expect(400).json()["title"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let [zh, en] = [asked("zh-CN", "/api/v1/matters?x=1").await, asked("en", "/api/v1/matters?x=1").await];
    assert_ne!(zh, en);
    assert_eq!(asked("fr;q=0.9, en;q=0.5", "/api/v1/matters?x=1").await, en);
    assert_eq!(asked("zh-CN", "/en/api/v1/matters?x=1").await, en, "the address has the last word");
});
