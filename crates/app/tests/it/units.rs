//! What is known of a unit: its credit code and who heads it, which its certificates name.

use app::testing::world;
use db::db_test;
use serde_json::{Value, json};

db_test!(a_unit_says_its_credit_code_and_who_heads_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let unit = |name: &str| json!({ "kind": "committee", "name": name, "place": "371722003003" });
    let made =
        world.api("community").post("/api/v1/organisations", unit("黄楼社区居民委员会")).await.expect(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    let (page, call) = (format!("/organisations/{id}"), format!("/api/v1/organisations/{id}/correction"));
    // The form has both; a code whose check character does not fit is asked about once.
    let mut worker = world.browser("community").await;
    let edit = format!("{page}/edit");
    let (name, code) = (("name", "黄楼社区居民委员会"), ("credit_code", "92371722MA3KXXXX0A"));
    let asked = worker.submit(&page, &edit, &[name, ("credit_code", "123")]).await.expect(422).text;
    assert!(asked.contains("href=\"#credit_code\""), "{asked}");
    let fields = [name, code, ("head", "郑守业")];
    let asked = worker.submit(&page, &edit, &fields).await.expect(422).text;
    assert!(asked.contains("credit_code_confirmed"), "{asked}");
    let sure = [name, code, ("head", "郑守业"), ("credit_code_confirmed", "yes")];
    worker.send_form(&asked, &edit, &sure).await.expect(303);
    let shown = worker.get(&page).await.expect(200).text;
    assert!(shown.contains("92371722MA3KXXXX0A") && shown.contains("郑守业"), "{shown}");
    // By the API: what is left out stays, what is empty goes, and no other unit of the county gets the code.
    let kept = world.api("social").post(&call, json!({ "labels": "", "version": 2 })).await.expect(200).json();
    assert_eq!((&kept["credit_code"], &kept["head"]), (&json!(code.1), &json!("郑守业")), "{kept}");
    let other = world.api("community").post("/api/v1/organisations", unit("黄楼社区便民站")).await.expect(201).json();
    let taken = json!({ "credit_code": code.1, "credit_code_confirmed": true, "version": 1 });
    let path = format!("/api/v1/organisations/{}/correction", other["id"].as_str().unwrap());
    let refused = world.api("community").post(&path, taken).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("organisation-twice"), &json!("credit_code")));
    let stale = world.api("community").post(&call, json!({ "head": "别人", "version": 1 })).await.expect(409).json();
    assert_eq!(stale["code"], "organisation-changed");
    for who in ["zhang", "li", "far", "clerk"] {
        let status = world.api(who).post(&call, json!({ "head": "别人", "version": 3 })).await.status.as_u16();
        assert!([403, 404].contains(&status), "{who}: {status}");
    }
    let gone = world.api("community").post(&call, json!({ "head": "", "version": 3 })).await.expect(200).json();
    assert_eq!((&gone["head"], &gone["credit_code"]), (&Value::Null, &json!(code.1)), "{gone}");
    // Whoever is erased heads nothing by name any more.
    let name =
        world.api("community").get(&format!("/api/v1/people/{}", world.person("neighbour"))).await.expect(200).json();
    let headed = json!({ "head": name["name"], "version": 4 });
    world.api("community").post(&call, headed).await.expect(200);
    let erasure = format!("/api/v1/people/{}/erasure", world.person("neighbour"));
    world.api("admin").post(&erasure, json!({ "understood": true })).await.expect(200);
    let left = world.api("community").get(&format!("/api/v1/organisations/{id}")).await.expect(200).json();
    assert_eq!(left["head"], Value::Null, "{left}");
});
