//! Nobody serves, or says how it went, for somebody close: what the desk is shown, what a volunteer is shown, and what
//! acceptance says agree.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{answer, candidates, cut, invite, matter, offer_to, task_body};
use crate::service::{confirm, outing, served};

/// The ties, each with the volunteer that it excludes from helping 张桂兰.
async fn tied(world: &World) -> [(&'static str, &'static str); 3] {
    world.move_in("li", "zhang").await;
    world.declare_kin("wang", "zhang").await;
    world.declare_kin("zhang", "zhao").await;
    [("li", "household"), ("wang", "kin"), ("zhao", "kin")]
}

fn reason_of(list: &Value, person: &str) -> (Option<String>, Option<String>) {
    let found = list["excluded"].as_array().into_iter().flatten().find(|e| e["person"]["id"] == person);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    found.map_or((None, None), |e| (text(&e["reason"]["key"]), text(&e["reason"]["args"]["tie"])))
}

async fn is_open_to(world: &World, name: &str, task: &str) -> bool {
    let open = world.api(name).get("/api/v1/tasks?open=true").await.expect(200).json();
    open["items"].as_array().into_iter().flatten().any(|t| t["id"] == task)
}

db_test!(who_is_close_is_left_out_wherever_one_looks, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let task = cut(&world, &matter(&world).await, task_body()).await;
    let code = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json()["code"].clone();
    let page = format!("/tasks/{}", code.as_str().unwrap());
    world.api("social").post(&format!("/api/v1/tasks/{task}/opening"), json!({})).await.expect(200);
    for name in ["li", "wang", "zhao"] {
        assert!(is_open_to(&world, name, &task).await, "{name} is a stranger yet");
        let shown = world.browser(name).await.get(&page).await.expect(200).text;
        assert!(shown.contains("/accept\""), "{shown}");
    }

    let ties = tied(&world).await;
    let list = candidates(&world, &task).await;
    assert_eq!(list["eligible"], 0);
    for (name, tie) in ties {
        let person = world.person(name).to_string();
        assert_eq!(reason_of(&list, &person), (Some("conflict".into()), Some(tie.into())), "{name}");
        assert_eq!(invite(&world, &task, &[name]).await.expect(422).json()["code"], "invite-unfit", "{name}");
        assert!(!is_open_to(&world, name, &task).await, "{name}");
        let browser = world.browser(name).await;
        for (lang, words) in [("", "亲属、同住的人和当事人不能接"), ("/en", "relatives, housemates")] {
            let shown = browser.get(&format!("{lang}{page}")).await.expect(200).text;
            assert!(shown.contains(words) && !shown.contains("/accept\""), "{name}: {shown}");
        }
        let seen = world.api(name).get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
        assert_eq!(seen["unfit"], "excluded-conflict", "{name}");
        let taking = world.api(name).post(&format!("/api/v1/tasks/{task}/acceptance"), json!({})).await;
        let refused = taking.expect(422).json();
        assert_eq!(refused["code"], "excluded-conflict", "{name}");
        assert!(
            refused["args"]["tie"].is_null(),
            "who was declared kin by the other side need not learn it: {refused}"
        );
    }
    let desk = world.browser("social").await.get(&format!("{page}/assign")).await.expect(200).text;
    assert!(desk.contains("回避：和当事人同住") && desk.contains("回避：和当事人是亲属"), "{desk}");
});

db_test!(who_became_close_after_the_invitation_cannot_accept_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let task = cut(&world, &matter(&world).await, task_body()).await;
    invite(&world, &task, &["wang"]).await.expect(201);
    let offer = offer_to(&world, "wang").await;
    world.declare_kin("zhang", "wang").await;
    assert_eq!(answer(&world, "wang", &offer, "acceptance").await.expect(422).json()["code"], "excluded-conflict");
    // A volunteer's own need is nobody's task less than their own.
    let need = json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "hospital", "what": "复查", "when": "today", "address": "401", "phone": "13800000003" } });
    let own = world.api("li").post("/api/v1/matters", need).await.expect(201).json();
    let own = own["id"].as_str().unwrap().to_owned();
    let triage = json!({ "level": "day", "type": "hospital", "way": "volunteers" });
    world.api("social").post(&format!("/api/v1/matters/{own}/triage"), triage).await.expect(200);
    let task = cut(&world, &own, task_body()).await;
    let list = candidates(&world, &task).await;
    let li = world.person("li").to_string();
    assert_eq!(reason_of(&list, &li), (Some("conflict".into()), Some("same".into())));
    world.api("social").post(&format!("/api/v1/tasks/{task}/opening"), json!({})).await.expect(200);
    assert!(!is_open_to(&world, "li", &task).await && is_open_to(&world, "zhao", &task).await);
});

async fn receipt(world: &World, matter: &str) -> String {
    let seen = world.api("zhang").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    format!("/help/{}", seen["code"].as_str().unwrap().split(' ').nth(1).unwrap())
}

db_test!(the_person_served_confirms_the_hours_on_their_page, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li", "wang"]).await;
    let page = receipt(&world, &outing.matter).await;
    let mut zhang = world.browser("zhang").await;
    assert!(!zhang.get(&page).await.expect(200).text.contains("/confirmation\""), "nothing was done yet");
    let li = served(&world, &outing, "li").await;
    let form = format!("{page}/records/{li}/confirmation");
    for (lang, words) in
        [("", ["时间对吗", "李建国", "陪同去县医院复查"]), ("/en", ["is the time right", "李建国", "1 h"])]
    {
        let shown = zhang.get(&format!("{lang}{page}")).await.expect(200).text;
        assert!(words.iter().all(|w| shown.contains(w)) && shown.contains(&format!("{form}\"")), "{shown}");
    }
    // Of another's matter the same record is not there.
    let other = crate::service::outing(&world, &["zhao"]).await;
    let elsewhere = receipt(&world, &other.matter).await;
    let drawn = zhang.get(&page).await.text;
    let wrong = format!("{elsewhere}/records/{li}/confirmation");
    zhang.send_form_to(&drawn, &form, &wrong, &[]).await.expect(404);

    let done = zhang.submit(&page, &form, &[]).await.expect(303);
    assert_eq!(done.location.as_deref(), Some(page.as_str()));
    assert_eq!(crate::service::minutes(&world, "li").await, (90, 0, 0));
    assert!(!zhang.get(&page).await.expect(200).text.contains(&form), "it is asked once");
});

db_test!(nobody_close_or_who_recorded_confirms_on_the_page, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let page = receipt(&world, &outing.matter).await;
    let record = served(&world, &outing, "li").await;
    let form = format!("{page}/records/{record}/confirmation");
    let mut zhang = world.browser("zhang").await;
    let drawn = zhang.get(&page).await.expect(200).text;
    assert!(drawn.contains(&form));
    // They became one household since: the page offers it no more, and the form that was drawn before is refused.
    world.move_in("zhang", "li").await;
    assert!(!zhang.get(&page).await.expect(200).text.contains(&form));
    let refused = zhang.send_form(&drawn, &form, &[]).await.expect(422).text;
    assert!(refused.contains("同住") || refused.contains("一家"), "{refused}");
    assert_eq!(confirm(&world, "zhang", &record).await, (422, "confirm-household".into()));
    for name in ["li", "neighbour", "wang"] {
        let seen = world.browser(name).await.get(&page).await;
        assert!(!seen.text.contains(&form), "{name}: {}", seen.text);
    }
    assert_eq!(crate::service::minutes(&world, "li").await, (0, 0, 90));
});
