//! Handing a matter on: departments are found by what people call them, entered once, and what one has been handed is for
//! its own clerks, until it is done.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::desk::need;

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().into_iter().flatten().filter_map(|item| item["name"].as_str()).collect()
}

/// Percent-encodes what is typed into an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// The id of the matter with this code.
async fn id_of(world: &World, code: &str) -> String {
    let found = world.api("social").get(&format!("/api/v1/matters/{code}")).await.expect(200).json();
    found["id"].as_str().unwrap_or_default().to_owned()
}

/// Hands the matter to the department whose name is typed.
fn handed(typed: &str) -> [(&str, &str); 6] {
    [
        ("do", "answer.to_department"),
        ("level", "normal"),
        ("type", "repairs"),
        ("way", "department"),
        ("departments", typed),
        ("reason", "要修路灯"),
    ]
}

db_test!(a_department_is_found_by_what_people_call_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (asker, query, expected) in [
        // Whoever works in a community finds the departments of its county.
        ("community", "住建局", vec!["单县住房和城乡建设局"]),
        ("grid", "应急", vec!["单县应急管理局"]),
        ("social", "zjj", vec!["单县住房和城乡建设局"]),
        ("clerk", "dxyjglj", vec!["单县应急管理局"]),
        ("supervisor", "单县住房和城乡建设局", vec!["单县住房和城乡建设局"]),
        ("call", "邻里服务队", vec!["黄楼社区邻里服务队"]),
        ("social", "税务局", vec![]),
        ("far", "住建局", vec![]),
    ] {
        let path = format!("/api/v1/organisations?q={}", encoded(query));
        let found = world.api(asker).get(&path).await.expect(200).json();
        assert_eq!(names(&found), expected, "{asker} {query}");
    }
    let all = world.api("grid").get("/api/v1/organisations?kind=department").await.expect(200).json();
    assert_eq!(names(&all).len(), 2, "without a word all that a matter is handed to: {all}");
    let shown = world.browser("community").await.get("/organisations?words=zjj&kind=").await.expect(200).text;
    assert!(shown.contains("单县住房和城乡建设局") && !shown.contains("单县应急管理局"), "{shown}");
    let department = format!("/organisations/{}", world.department);
    assert!(!shown.contains(&department), "who belongs to it is for the county: {shown}");
    let shown = world.browser("social").await.get("/organisations?words=zjj&kind=").await.expect(200).text;
    assert!(shown.contains(&department), "{shown}");
    world.browser("li").await.get("/organisations").await.expect(403);
    for asker in ["li", "zhang"] {
        world.api(asker).get(&format!("/api/v1/organisations?q={}", encoded("住建局"))).await.expect(403);
    }
});

db_test!(a_matter_is_handed_to_a_department_by_a_part_of_its_name, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    let (page, send) = (format!("/desk/{code}?do=answer.to_department"), format!("/desk/{code}/answer"));
    let form = social.get(&page).await.expect(200).text;
    assert!(form.contains("<option value=\"单县应急管理局\"></option>"), "{form}");
    // A name that means nothing, and one that means two: the second asks which.
    for (name, says) in [("公安局", "没有找到"), ("单县", "请选一个")] {
        let fields = handed(name);
        let refused = social.submit(&page, &send, &fields).await.expect(422).text;
        assert!(refused.contains(says) && refused.contains("要修路灯"), "{name}: {refused}");
        let asks = refused.contains(&format!("value=\"{}\"", world.department));
        assert_eq!(asks, name == "单县", "which one is chosen from those it could mean: {refused}");
    }
    let fields = handed("住建局");
    social.submit(&page, &send, &fields).await.expect(303);
    assert!(world.browser("clerk").await.get("/handling").await.expect(200).text.contains(&code));
});

db_test!(what_a_department_has_is_given_to_its_own_clerks, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let id = id_of(&world, &code).await;
    let department = world.department.to_string();
    let fields = handed(&department);
    let mut social = world.browser("social").await;
    let page = format!("/desk/{code}?do=answer.to_department");
    social.submit(&page, &format!("/desk/{code}/answer"), &fields).await.expect(303);
    let offered = world.browser("clerk").await.get(&format!("/desk/{code}?do=handler")).await.expect(200).text;
    let is_offered = |name: &str| offered.contains(&format!("value=\"{}\"", world.person(name)));
    assert!(is_offered("clerk"), "{offered}");
    assert!(!is_offered("clerk2") && !is_offered("social"), "{offered}");
    let assignment = format!("/api/v1/matters/{id}/assignment");
    for (name, expected) in
        [("clerk2", "assign-other-unit"), ("social", "assign-other-unit"), ("li", "assign-not-staff")]
    {
        let to = json!({ "handler": world.person(name).to_string() });
        let refused = world.api("clerk").post(&assignment, to).await.expect(422).json();
        assert_eq!(refused["code"], expected, "{name}: {refused}");
    }
    let to = json!({ "handler": world.person("clerk").to_string() });
    world.api("clerk").post(&assignment, to).await.expect(200);
});

db_test!(an_answer_gives_a_matter_to_nobody_who_could_not_answer_next, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = id_of(&world, &need(&world, false).await).await;
    let triage = format!("/api/v1/matters/{id}/triage");
    let take = |name: &str| {
        json!({ "answer": "take", "level": "day", "type": "hospital", "way": "professional",
            "handler": world.person(name).to_string() })
    };
    for name in ["li", "zhang", "clerk"] {
        let refused = world.api("social").post(&triage, take(name)).await.expect(422).json();
        assert_eq!(refused["code"], "assign-not-staff", "{name}: {refused}");
    }
    world.api("social").post(&triage, take("social")).await.expect(200);
});

db_test!(what_is_done_is_not_handed_on, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let id = id_of(&world, &code).await;
    let to = json!({ "answer": "to_department", "level": "normal", "type": "repairs", "way": "department",
        "departments": [world.department.to_string()], "reason": "要修路灯" });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), to).await.expect(200);
    let page = format!("/desk/{code}");
    assert!(world.browser("supervisor").await.get(&page).await.expect(200).text.contains("do=reroute"));
    let done = json!({ "answer": "done", "result": "路灯换好了" });
    world.api("clerk").post(&format!("/api/v1/matters/{id}/answers"), done).await.expect(200);
    let on = json!({ "organisation": world.second_department.to_string(), "reason": "该由他们办" });
    let refused = world.api("supervisor").post(&format!("/api/v1/matters/{id}/rerouting"), on).await.expect(422).json();
    assert_eq!(refused["code"], "reroute-done", "{refused}");
    assert!(!world.browser("supervisor").await.get(&page).await.expect(200).text.contains("do=reroute"));
});

db_test!(an_organisation_is_entered_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let founding = |name: &str, place: &str, code: Option<&str>| json!({ "kind": "shop", "name": name, "place": place, "credit_code": code, "credit_code_confirmed": true });
    let code = "92371722MA3KXXXX0A";
    let api = world.api("social");
    let first =
        api.post("/api/v1/organisations", founding("黄楼便民超市", "371722003003", Some(code))).await.expect(201);
    let first = first.json()["id"].as_str().unwrap_or_default().to_owned();
    for (what, name, place, code, expected) in [
        ("the same name", "黄楼便民超市", "371722003003", None, Some("name")),
        ("the same name with a space in it", "黄楼 便民超市", "371722003003", None, Some("name")),
        ("the same credit code under another name", "便民超市", "371722003004", Some(code), Some("credit_code")),
        ("the same name elsewhere", "黄楼便民超市", "371722003004", None, None),
    ] {
        let asked = api.post("/api/v1/organisations", founding(name, place, code)).await;
        match expected {
            Some(field) => {
                let refused = asked.expect(422).json();
                assert_eq!(
                    (&refused["code"], &refused["field"]),
                    (&json!("organisation-twice"), &json!(field)),
                    "{what}"
                );
            }
            None => drop(asked.expect(201)),
        }
    }
    // The page leads to the one that is there.
    let mut worker = world.browser("community").await;
    let fields = [("kind", "shop"), ("name", "黄楼便民超市"), ("place", "黄楼社区")];
    let refused = worker.submit("/organisations/new", "/organisations/new", &fields).await.expect(422).text;
    assert!(refused.contains(&format!("href=\"/organisations/{first}\"")), "{refused}");
    // Nor does another one get its name afterwards.
    let team = format!("/organisations/{}", world.team);
    let named = [("name", "黄楼便民超市"), ("labels", ""), ("version", "1")];
    let refused = worker.submit(&team, &format!("{team}/edit"), &named).await.expect(422).text;
    assert!(refused.contains("已经登记过"), "{refused}");
});

db_test!(a_role_of_a_unit_names_the_unit, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let to = format!("/api/v1/people/{}/memberships", world.person("neighbour"));
    for (giver, role) in [("admin", "department_clerk"), ("social", "team_leader")] {
        for role in [json!({ "role": role }), json!({ "role": role, "place": "371722003003" })] {
            let refused = world.api(giver).post(&to, role).await.expect(422).json();
            assert_eq!(refused["code"], "membership-unit-missing", "{refused}");
            assert_eq!(refused["field"], "organisation", "{refused}");
        }
    }
});
