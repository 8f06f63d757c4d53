//! Certificates: what is in no list is named by whoever has it, and whoever holds one takes it out again.

use app::testing::world;
use db::db_test;
use serde_json::json;

db_test!(what_is_in_no_list_is_named_and_stands_out_until_it_is_checked, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let person = format!("/api/v1/people/{}", world.person("li"));
    let credentials = format!("{person}/credentials");
    let unnamed = json!({ "skill": "other", "number": "JK-1", "issuer": "县疾控中心", "valid_from": "2026-01-01" });
    let refused = world.api("li").post(&credentials, unnamed.clone()).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("credential-called-missing"), &json!("called")));
    let mut named = unnamed;
    named["called"] = json!("健康证");
    world.api("li").post(&credentials, named).await.expect(201);
    let aid = json!({ "skill": "急救", "number": "JJ-1", "issuer": "红十字会", "valid_from": "2026-01-01" });
    world.api("li").post(&credentials, aid).await.expect(201);
    let seen = world.api("community").get(&person).await.expect(200).json();
    let of = |skill: &str| {
        let mut all = seen["credentials"].as_array().into_iter().flatten();
        all.find(|one| one["skill"] == skill).cloned().unwrap_or_default()
    };
    assert_eq!((&of("健康证")["is_new"], &of("first_aid")["is_new"]), (&json!(true), &json!(false)), "{seen}");
    let page = format!("/people/{}", world.person("li"));
    assert!(world.browser("community").await.get(&page).await.expect(200).text.contains("新的种类"));
    let id = of("健康证")["id"].as_str().unwrap_or_default().to_owned();
    world.api("community").post(&format!("/api/v1/credentials/{id}/verification"), json!({})).await.expect(200);
    assert!(!world.browser("community").await.get(&page).await.expect(200).text.contains("新的种类"));
    // The form asks for it too.
    let mut li = world.browser("li").await;
    let (page, send) = ("/me/volunteer", "/me/volunteer/credentials");
    let refused = li.submit(page, send, &[("skill", "其他")]).await.expect(422).text;
    assert!(refused.contains("请写明叫什么"), "{refused}");
    li.submit(page, send, &[("skill", "其他"), ("called", "会打快板")]).await.expect(303);
    assert!(li.get(page).await.expect(200).text.contains("会打快板"));
});

db_test!(whoever_holds_a_certificate_takes_it_out, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let person = format!("/api/v1/people/{}", world.person("li"));
    for skill in ["first_aid", "law"] {
        world.api("li").post(&format!("{person}/credentials"), json!({ "skill": skill })).await.expect(201);
    }
    let own = world.api("li").get(&person).await.expect(200).json();
    let ids: Vec<String> = own["credentials"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| one["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    let withdrawal = format!("/api/v1/credentials/{}/withdrawal", ids[0]);
    for stranger in ["wang", "zhang", "leader"] {
        let refused = world.api(stranger).post(&withdrawal, json!({})).await.status.as_u16();
        assert!([403, 404].contains(&refused), "{stranger}: {refused}");
    }
    let gone = world.api("li").post(&withdrawal, json!({})).await.expect(200).json();
    assert_eq!(gone["credentials"][0]["withdrawn_on"], json!("2026-06-08"), "{gone}");
    let again = world.api("li").post(&withdrawal, json!({})).await.expect(422).json();
    assert_eq!(again["code"], "credential-withdrawn");
    let mut li = world.browser("li").await;
    let done = li.submit("/me/volunteer", &format!("/credentials/{}/withdraw", ids[1]), &[]).await.expect(303);
    assert_eq!(done.location.as_deref(), Some("/me/volunteer"));
    let page = li.get("/me/volunteer").await.expect(200).text;
    assert!(!page.contains("/withdraw\""), "there is nothing left to take out: {page}");
});

db_test!(
    what_somebody_says_of_themselves_is_put_before_nobody_until_it_was_looked_at,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let credentials = format!("/api/v1/people/{}/credentials", world.person("li"));
        world.api("li").post(&credentials, json!({ "skill": "会打快板" })).await.expect(201);
        let wang = world.browser("wang").await;
        let form = wang.get("/me/volunteer").await.expect(200).text;
        assert!(!form.contains("会打快板") && form.contains("急救") && form.contains("其他"), "{form}");
        let seen =
            world.api("community").get(&format!("/api/v1/people/{}", world.person("li"))).await.expect(200).json();
        let id = seen["credentials"][0]["id"].as_str().unwrap_or_default().to_owned();
        world.api("community").post(&format!("/api/v1/credentials/{id}/verification"), json!({})).await.expect(200);
        assert!(wang.get("/me/volunteer").await.expect(200).text.contains("会打快板"));

        let early = json!({ "skill": "first_aid", "number": "JJ-1", "issuer": "红十字会", "valid_from": "2030-01-01" });
        let refused = world.api("li").post(&credentials, early).await.expect(422).json();
        assert_eq!((&refused["code"], &refused["field"]), (&json!("credential-from-future"), &json!("valid_from")));
    }
);
