//! What one has a hand in and somebody else has to do something about; and what is still open when a matter is settled.

use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::desk::need;
use crate::dispatch::{cut, matter, task_body};

/// The part of the list of what is to be done that stands under a heading; empty when there is none.
fn part(page: &str, heading: &str) -> String {
    let rest = page.split(&format!("<h2>{heading}</h2>")).nth(1).unwrap_or_default();
    rest.split("<h2>").next().unwrap_or_default().to_owned()
}

async fn id_of(world: &World, code: &str) -> String {
    let found = world.api("social").get(&format!("/api/v1/matters/{code}")).await.expect(200).json();
    found["id"].as_str().unwrap_or_default().to_owned()
}

db_test!(what_is_with_somebody_else_stands_apart, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let id = id_of(&world, &code).await;
    let second = json!({ "role": "department_clerk", "organisation": world.department.to_string() });
    let to = format!("/api/v1/people/{}/memberships", world.person("neighbour"));
    world.api("admin").post(&to, second).await.expect(201);
    let handed = json!({ "answer": "to_department", "level": "normal", "type": "repairs", "way": "department",
        "departments": [world.department.to_string()], "reason": "要修路灯" });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), handed).await.expect(200);
    let handling = async |name: &str| world.browser(name).await.get("/handling").await.expect(200).text;
    for clerk in ["clerk", "neighbour"] {
        let page = handling(clerk).await;
        assert!(part(&page, "本部门的").contains(&code), "either may take it: {page}");
        assert!(!page.contains("在别处办的"), "{page}");
    }
    // One takes it: it is the other's no more, who sees with whom it is.
    let handler = json!({ "handler": world.person("neighbour").to_string() });
    world.api("neighbour").post(&format!("/api/v1/matters/{id}/assignment"), handler).await.expect(200);
    let (own, other) = (handling("neighbour").await, handling("clerk").await);
    assert!(part(&own, "本部门的").contains(&code) && !own.contains("在别处办的"), "{own}");
    let elsewhere = part(&other, "在别处办的");
    assert!(elsewhere.contains(&code) && elsewhere.contains("在孙秀英那里"), "{other}");
    assert!(!part(&other, "本部门的").contains(&code), "{other}");
    // It is done: the word of who raised it is waited for, and neither has anything to do.
    let done = json!({ "answer": "done", "result": "路灯换好了" });
    world.api("neighbour").post(&format!("/api/v1/matters/{id}/answers"), done).await.expect(200);
    for clerk in ["clerk", "neighbour"] {
        let page = handling(clerk).await;
        let elsewhere = part(&page, "在别处办的");
        assert!(elsewhere.contains(&code) && elsewhere.contains("等提出的人回话"), "{clerk}: {page}");
        assert!(page.contains("没有等您办的事"), "{clerk}: {page}");
    }
    assert!(!handling("clerk2").await.contains(&code) && !handling("grid").await.contains(&code));
});

db_test!(what_is_open_is_said_before_a_matter_is_settled, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = matter(&world).await;
    let shown = world.api("social").get(&format!("/api/v1/matters/{id}")).await.expect(200).json();
    let code: String =
        shown["code"].as_str().unwrap_or_default().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let social = world.browser("social").await;
    let form = async |act: &str| social.get(&format!("/desk/{code}?do={act}")).await.expect(200).text;
    let warns = "个任务没有结束";
    assert!(!form("answer.no_longer_needed").await.contains(warns), "nothing is open yet");
    cut(&world, &id, task_body()).await;
    for (act, settles) in
        [("answer.no_longer_needed", true), ("answer.served", true), ("answer.back", false), ("note", false)]
    {
        assert_eq!(form(act).await.contains(warns), settles, "{act}");
    }
});

db_test!(a_need_is_ended_as_no_longer_needed_with_a_reason, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let id = id_of(&world, &code).await;
    let closure = format!("/api/v1/matters/{id}/closure");
    let bare = world.api("social").post(&closure, json!({ "outcome": "no_longer_needed" })).await.expect(422).json();
    assert_eq!((&bare["code"], &bare["field"]), (&json!("answer-requires"), &json!("reason")), "{bare}");
    let form = world.browser("social").await.get(&format!("/desk/{code}?do=answer.no_longer_needed")).await;
    assert!(form.expect(200).text.contains("name=\"reason\""));
    // Whoever raised it takes it back without one: it is theirs.
    world.api("zhang").post(&format!("/api/v1/matters/{id}/withdrawal"), json!({})).await.expect(200);
});

db_test!(
    what_one_handed_on_is_found_again_and_who_has_it_is_led_nowhere_closed,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let report = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
        let mut codes = Vec::new();
        for who in ["zhang", "neighbour"] {
            let raised = world.api(who).post("/api/v1/matters", report.clone()).await.expect(201).json();
            let code: String = raised["code"]
                .as_str()
                .unwrap_or_default()
                .chars()
                .skip(1)
                .filter(char::is_ascii_alphanumeric)
                .collect();
            codes.push((raised["id"].as_str().unwrap_or_default().to_owned(), code));
        }
        let [(first, handed), (_, other)] = &codes[..] else { panic!("two") };
        let grid = world.browser("grid").await;
        let beside = format!("/desk/{handed}/merge?into={other}");
        assert!(grid.get(&format!("/desk/{handed}")).await.expect(200).text.contains(&beside), "each can be chosen");
        grid.get(&beside).await.expect(200);
        let on = json!({ "answer": "to_department", "level": "normal", "type": "manhole",
        "departments": [world.department.to_string()] });
        world.api("grid").post(&format!("/api/v1/matters/{first}/triage"), on).await.expect(200);
        let handling = grid.get("/handling").await.expect(200).text;
        assert!(part(&handling, "在别处办的").contains(handed.as_str()), "she handed it on: {handling}");
        assert!(!part(&handling, "在别处办的").contains(other.as_str()), "{handling}");
        // What the clerk may not open is not listed as perhaps the same.
        let clerk = world.browser("clerk").await;
        clerk.get(&format!("/desk/{other}")).await.expect(404);
        let page = clerk.get(&format!("/desk/{handed}")).await.expect(200).text;
        assert!(!page.contains(&format!("/desk/{other}")) && !page.contains("可能是同一件"), "{page}");
        assert!(grid.get(&format!("/desk/{handed}")).await.expect(200).text.contains("可能是同一件"));
    }
);

db_test!(what_is_nearest_to_its_time_stands_on_top, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut codes = Vec::new();
    // The step of both has the same time; the whole of what is urgent has less.
    for level in ["day", "urgent"] {
        let code = need(&world, false).await;
        let id = id_of(&world, &code).await;
        let judged = json!({ "level": level, "type": "hospital", "way": "volunteers" });
        world.api("social").post(&format!("/api/v1/matters/{id}/triage"), judged).await.expect(200);
        codes.push(code);
        world.pass(1);
    }
    let page = world.browser("social").await.get("/desk?tab=dispatch").await.expect(200).text;
    let at = |code: &str| page.find(&format!("/desk/{code}\"")).unwrap_or_else(|| panic!("{code}: {page}"));
    assert!(at(&codes[1]) < at(&codes[0]), "{page}");
});
