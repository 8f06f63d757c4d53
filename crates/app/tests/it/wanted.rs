//! What a task asks of those who serve: known by any word for it, and nothing that nobody could have.

use app::testing::world;
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{candidates, cut, matter, task_body};

fn asking(needs: Value) -> Value {
    let mut body = task_body();
    body["needs"] = needs;
    body
}

/// The keys of the reasons given for the person of this name; none when they are not on the list.
fn reasons<'v>(list: &'v Value, name: &str) -> Vec<&'v str> {
    let all = list["items"].as_array().into_iter().flatten();
    let of = all.filter(|item| item["person"]["name"] == name).filter_map(|item| item["reasons"].as_array());
    of.flatten().filter_map(|reason| reason["key"].as_str()).collect()
}

db_test!(a_skill_is_found_by_another_word_for_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let credentials = |name: &str| format!("/api/v1/people/{}/credentials", world.person(name));
    world.api("li").post(&credentials("li"), json!({ "skill": "水电工" })).await.expect(201);
    world.api("wang").post(&credentials("wang"), json!({ "skill": "Electrician" })).await.expect(201);
    world.api("zhao").post(&credentials("zhao"), json!({ "skill": "心理疏导" })).await.expect(201);
    let own = world.api("li").get(&format!("/api/v1/people/{}", world.person("li"))).await.expect(200).json();
    assert_eq!(own["credentials"][0]["skill"], "electrician", "{own}");
    let matter = matter(&world).await;
    let task = cut(&world, &matter, asking(json!({ "useful_skills": ["修电"] }))).await;
    let list = candidates(&world, &task).await;
    for (name, has) in [("李建国", true), ("王淑珍", true), ("赵明", false)] {
        assert_eq!(reasons(&list, name).contains(&"useful-skills"), has, "{name}: {list}");
    }
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    assert_eq!(shown["needs"]["useful_skills"], json!(["electrician"]), "{shown}");
});

db_test!(what_was_entered_before_it_had_a_key_is_found_too, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let entered = json!({ "skill": "law" });
    world.api("li").post(&format!("/api/v1/people/{}/credentials", world.person("li")), entered).await.expect(201);
    let update = "UPDATE people_credentials SET skill = '律师'";
    world
        .app
        .act(&rules::shared::Actor::system(), update, |mut tx, _, _, sql| {
            Box::pin(async move { Ok(tx.run(sql, db::args![]).await?) })
        })
        .await
        .expect("one row");
    let matter = matter(&world).await;
    let task = cut(&world, &matter, asking(json!({ "useful_skills": ["law"] }))).await;
    assert!(reasons(&candidates(&world, &task).await, "李建国").contains(&"useful-skills"));
});

db_test!(a_credential_that_nobody_could_have_is_not_asked_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let path = format!("/api/v1/matters/{matter}/tasks");
    let body = asking(json!({ "credentials": ["飞行执照"] }));
    let refused = world.api("social").post(&path, body.clone()).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("task-credential-unknown"), &json!("credential")));
    assert!(refused["args"]["known"].as_str().unwrap_or_default().contains("first_aid"), "{refused}");
    // The page names them in words.
    let code = world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    let code = code["code"].as_str().unwrap_or_default().rsplit(' ').next().unwrap_or_default().replace('-', "");
    let mut social = world.browser("social").await;
    let fields = [
        ("title", "陪飞"),
        ("credential", "飞行执照"),
        ("start", "2026-06-09T09:00"),
        ("end", "2026-06-09T11:00"),
        ("slots", "1"),
        ("place_hint", "黄楼社区"),
        ("risk", "ordinary"),
    ];
    let assign = format!("/desk/{code}/assign?new=1");
    let page = social.submit(&assign, &format!("/desk/{code}/tasks"), &fields).await.expect(422).text;
    assert!(page.contains("急救") && page.contains("飞行执照") && !page.contains("first_aid"), "{page}");
    // Once somebody of the county has shown one, it can be asked for.
    let held = json!({ "skill": "飞行执照", "number": "FX-1", "issuer": "民航局", "valid_from": "2026-01-01" });
    let credentials = format!("/api/v1/people/{}/credentials", world.person("li"));
    world.api("community").post(&credentials, held).await.expect(201);
    world.api("social").post(&path, body).await.expect(201);
    // A word for one that there is does as well.
    world.api("social").post(&path, asking(json!({ "credentials": ["救护员"] }))).await.expect(201);
});

db_test!(only_what_somebody_looked_at_is_named_as_a_credential, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let held = json!({ "skill": "first_aid", "number": "JJ-1", "issuer": "红十字会", "valid_from": "2026-01-01" });
    let credentials = |name: &str| format!("/api/v1/people/{}/credentials", world.person(name));
    // Li entered it alone; that of Wang was entered by whoever saw it.
    world.api("li").post(&credentials("li"), held.clone()).await.expect(201);
    world.api("community").post(&credentials("wang"), held).await.expect(201);
    world.api("zhao").post(&credentials("zhao"), json!({ "skill": "first_aid" })).await.expect(201);
    let matter = matter(&world).await;
    let task = cut(&world, &matter, asking(json!({ "credentials": ["first_aid"] }))).await;
    let list = candidates(&world, &task).await;
    for (name, named) in [("李建国", false), ("王淑珍", true), ("赵明", false)] {
        assert_eq!(reasons(&list, name).contains(&"credential"), named, "{name}: {list}");
    }
    // As something that only helps, neither does an unverified certificate count.
    let useful = cut(&world, &matter, asking(json!({ "useful_skills": ["first_aid"] }))).await;
    let list = candidates(&world, &useful).await;
    for (name, counts) in [("李建国", false), ("王淑珍", true), ("赵明", true)] {
        assert_eq!(reasons(&list, name).contains(&"useful-skills"), counts, "{name}: {list}");
    }
});

db_test!(a_task_is_not_shorter_than_the_way_to_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let lasting = |minutes: i64| {
        let mut body = task_body();
        body["minutes"] = json!(minutes);
        body
    };
    let path = format!("/api/v1/matters/{matter}/tasks");
    let refused = world.api("social").post(&path, lasting(9)).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["args"]["minutes"]), (&json!("task-too-short"), &json!(10)), "{refused}");
    world.api("social").post(&path, lasting(10)).await.expect(201);
    world.set_dispatch(
        "format = 1\n[[setting]]\ncounty = \"371722\"\nvalid_from = \"2026-06-01\"\nsource = \"local setting\"\n\
         limits = { shortest = 5 }\n",
    );
    world.api("social").post(&path, lasting(9)).await.expect(201);
});
