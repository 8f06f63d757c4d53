use app::testing::{Answered, World, world};
use db::db_test;
use serde_json::{Value, json};

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}

/// A need of 张桂兰, triaged and ready to dispatch; its id. An urgent one gives five minutes to answer.
pub async fn matter_at(world: &World, level: &str) -> String {
    let need = json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "hospital", "what": "去县医院复查，走路不便", "when": "today",
        "address": "3 号楼 2 单元 401", "phone": "13800000001" } });
    let matter = world.api("zhang").post("/api/v1/matters", need).await.expect(201).json();
    let id = text(&matter["id"]);
    let triage = json!({ "level": level, "type": "hospital", "way": "volunteers", "reason": "已核实" });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), triage).await.expect(200);
    id
}

pub async fn matter(world: &World) -> String {
    matter_at(world, "day").await
}

pub fn task_body() -> Value {
    json!({ "title": "陪诊", "notes": "走路慢，请提前十分钟到", "starts_at": "2026-06-09T09:00:00+08:00",
            "minutes": 120, "place_hint": "黄楼社区 3 号楼" })
}

pub async fn cut(world: &World, matter: &str, body: Value) -> String {
    let path = format!("/api/v1/matters/{matter}/tasks");
    text(&world.api("social").post(&path, body).await.expect(201).json()["id"])
}

pub async fn invite(world: &World, task: &str, names: &[&str]) -> Answered {
    let people: Vec<String> = names.iter().map(|name| world.person(name).to_string()).collect();
    world.api("social").post(&format!("/api/v1/tasks/{task}/offers"), json!({ "people": people })).await
}

/// The newest offer made to this person.
pub async fn offer_to(world: &World, name: &str) -> String {
    let offers = world.api(name).get("/api/v1/offers?mine=true").await.expect(200).json();
    text(&offers["items"][0]["id"])
}

pub async fn answer(world: &World, name: &str, offer: &str, what: &str) -> Answered {
    world.api(name).post(&format!("/api/v1/offers/{offer}/{what}"), json!({})).await
}

pub async fn state(world: &World, matter: &str) -> String {
    text(&world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json()["state"])
}

pub async fn run_jobs(world: &World) {
    let ran = app::jobs::run_due(&world.app).await.expect("jobs run");
    assert_eq!(ran.failed, 0);
}

pub async fn candidates(world: &World, task: &str) -> Value {
    world.api("social").get(&format!("/api/v1/tasks/{task}/candidates")).await.expect(200).json()
}

fn names(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|item| text(&item["person"]["name"])).collect()
}

db_test!(a_volunteer_is_invited_and_accepts, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    let list = candidates(&world, &task).await;
    assert_eq!(list["eligible"], 3);
    assert_eq!(list["items"][0]["reasons"][0]["key"], "same-village");

    invite(&world, &task, &["li"]).await.expect(201);
    let offer = offer_to(&world, "li").await;
    let sent = world.visitor().get("/demo/outbox").await.expect(200).text;
    assert!(sent.contains("黄楼社区请您帮忙") && sent.contains("/tasks/"), "{sent}");

    for stranger in ["wang", "zhang", "neighbour", "far"] {
        answer(&world, stranger, &offer, "acceptance").await.expect(404);
    }
    for staff in ["social", "community"] {
        answer(&world, staff, &offer, "acceptance").await.expect(403);
        answer(&world, staff, &offer, "decline").await.expect(403);
    }
    assert_eq!(state(&world, &matter).await, "dispatch");
    answer(&world, "li", &offer, "acceptance").await.expect(200);
    assert_eq!(state(&world, &matter).await, "doing");
    let again = answer(&world, "li", &offer, "acceptance").await.expect(422).json();
    assert_eq!(again["code"], "offer-answered");

    let mine = world.api("li").get("/api/v1/tasks?mine=true").await.expect(200).json();
    assert_eq!((mine["items"][0]["id"].as_str(), mine["items"][0]["slots_left"].as_i64()), (Some(&*task), Some(0)));
});

db_test!(no_door_is_told_before_triage, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let need = crate::lived_in::need("去县医院复查", "3 号楼 2 单元 401", "13800000001");
    let raised = world.api("zhang").post("/api/v1/matters", need).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", text(&raised["id"]));
    let before = world.events().await;
    let refused = world.api("social").post(&format!("{path}/tasks"), task_body()).await.expect(422).json();
    assert_eq!(refused["code"], "task-before-triage");
    assert_eq!(world.events().await, before);
    let page = format!("/desk/{}/assign", text(&raised["code"]).rsplit(' ').next().unwrap_or_default());
    let told = world.browser("social").await.get(&page).await.expect(200).text;
    assert!(told.contains("请先研判") && !told.contains("定一个任务"), "{told}");
    let triage = json!({ "level": "day", "type": "hospital", "way": "volunteers" });
    world.api("social").post(&format!("{path}/triage"), triage).await.expect(200);
    world.api("social").post(&format!("{path}/tasks"), task_body()).await.expect(201);
});

db_test!(the_door_is_told_after_acceptance_and_until_the_end, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    let path = format!("/api/v1/tasks/{task}");
    world.api("li").get(&path).await.expect(404);
    invite(&world, &task, &["li", "wang"]).await.expect(201);
    let hidden =
        |seen: &Answered| !["2 单元 401", "13800000001", "复查"].iter().any(|secret| seen.text.contains(secret));
    let before = world.api("li").get(&path).await.expect(200);
    assert!(hidden(&before) && before.json()["contact"].is_null(), "{}", before.text);

    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    let after = world.api("li").get(&path).await.expect(200).json();
    assert_eq!(after["contact"]["address"], "3 号楼 2 单元 401");
    assert_eq!(
        (after["contact"]["phone"].as_str(), after["contact"]["name"].as_str()),
        (Some("13800000001"), Some("张桂兰"))
    );
    assert!(after["desk"].is_null());
    assert!(hidden(&world.api("wang").get(&path).await.expect(200)));
    assert!(hidden(&world.api("social").get(&path).await.expect(200)), "staff read it on the matter");

    let (zhang, li) = (world.person("zhang"), "李建国");
    let seen = world
        .app
        .read(move |mut tx| Box::pin(async move { app::audit::readers_of(&mut tx, zhang).await }))
        .await
        .expect("the access log");
    let by_li: Vec<&str> = seen.iter().filter(|r| r.reader_name == li).map(|r| r.field.as_str()).collect();
    assert!(by_li.contains(&"address") && by_li.contains(&"phone"), "{by_li:?}");
    assert!(seen.iter().all(|r| r.reader_name == li && r.purpose == "service"));

    world.set_time("2026-06-09T11:00:00+08:00");
    let over = world.api("li").get(&path).await.expect(200);
    assert!(hidden(&over) && over.json()["contact"].is_null(), "{}", over.text);
});

db_test!(saying_no_silence_and_leaving_cost_nothing, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let later = json!({ "starts_at": "2026-06-25T09:00:00+08:00" });
    let mut body = task_body();
    body["starts_at"] = later["starts_at"].clone();
    let asked = cut(&world, &matter(&world).await, body).await;
    let before = candidates(&world, &asked).await;
    let list = |list: &Value| (list["items"].clone(), list["excluded"].clone(), list["widening"].clone());

    // One declines, one is silent, one accepts and leaves.
    let first = cut(&world, &matter(&world).await, task_body()).await;
    invite(&world, &first, &["li", "wang", "zhao"]).await.expect(201);
    answer(&world, "li", &offer_to(&world, "li").await, "decline").await.expect(200);
    let zhao = offer_to(&world, "zhao").await;
    answer(&world, "zhao", &zhao, "acceptance").await.expect(200);
    answer(&world, "zhao", &zhao, "withdrawal").await.expect(200);
    world.pass(20);
    run_jobs(&world).await;
    let silent = world.api("wang").get("/api/v1/offers?mine=true&state=expired").await.expect(200).json();
    assert_eq!(silent["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(list(&candidates(&world, &asked).await), list(&before));

    // One accepts and does not come.
    let second = cut(&world, &matter(&world).await, task_body()).await;
    invite(&world, &second, &["li"]).await.expect(201);
    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    world.set_time("2026-06-09T12:00:00+08:00");
    run_jobs(&world).await;
    assert_eq!(list(&candidates(&world, &asked).await), list(&before));
});

db_test!(the_matter_hears_when_people_leave_and_when_nobody_is_left, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let mut body = task_body();
    body["slots"] = json!(2);
    let task = cut(&world, &matter, body).await;
    invite(&world, &task, &["li", "wang"]).await.expect(201);
    let (li, wang) = (offer_to(&world, "li").await, offer_to(&world, "wang").await);
    answer(&world, "li", &li, "acceptance").await.expect(200);
    assert_eq!(state(&world, &matter).await, "dispatch", "one of two slots is free");
    answer(&world, "wang", &wang, "acceptance").await.expect(200);
    assert_eq!(state(&world, &matter).await, "doing");

    world.set_time("2026-06-09T08:00:00+08:00");
    answer(&world, "wang", &wang, "withdrawal").await.expect(200);
    assert_eq!(state(&world, &matter).await, "dispatch");
    let told = world.visitor().get("/demo/outbox").await.expect(200).text;
    assert!(told.contains("有人来不了，请再找人"), "the desk hears of it at once: {told}");

    run_jobs(&world).await;
    assert_eq!(state(&world, &matter).await, "dispatch", "one still comes");
    answer(&world, "li", &li, "withdrawal").await.expect(200);
    run_jobs(&world).await;
    assert_eq!(state(&world, &matter).await, "review", "nobody is left");
});

db_test!(waves_go_out_until_somebody_comes, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter_at(&world, "normal").await;
    let task = cut(&world, &matter, task_body()).await;
    let waves = format!("/api/v1/tasks/{task}/offers");
    let sent = world.api("social").post(&waves, json!({ "waves": true })).await.expect(201).json();
    assert_eq!(sent["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        (sent["items"][0]["wave"].as_i64(), sent["items"][0]["reply_by"].as_str()),
        (Some(1), Some("2026-06-08T13:00:00+08:00"))
    );

    let refused = invite(&world, &task, &["li"]).await.expect(422).json();
    assert_eq!(
        (refused["code"].as_str(), refused["args"]["why"].as_str()),
        (Some("invite-unfit"), Some("already-invited"))
    );
    for name in ["li", "wang"] {
        answer(&world, name, &offer_to(&world, name).await, "decline").await.expect(200);
    }
    run_jobs(&world).await;
    let path = format!("/api/v1/tasks/{task}");
    assert_eq!(world.api("social").get(&path).await.expect(200).json()["open"], false, "one may still answer");

    // Nobody else lives in the county: the task opens to whoever comes.
    world.set_time("2026-06-08T13:00:01+08:00");
    run_jobs(&world).await;
    assert_eq!(world.api("social").get(&path).await.expect(200).json()["open"], true);
    let open = world.api("li").get("/api/v1/tasks?open=true").await.expect(200).json();
    assert_eq!(open["items"][0]["id"].as_str(), Some(&*task));

    // Who declined may change their mind.
    let taken = world.api("li").post(&format!("{path}/acceptance"), json!({})).await.expect(200).json();
    assert_eq!(taken["offer"]["wave"], 0);
    assert_eq!(state(&world, &matter).await, "doing");
    let late = world.api("wang").post(&format!("{path}/acceptance"), json!({})).await.expect(409).json();
    assert_eq!((late["code"].as_str(), late["args"]["count"].as_i64()), (Some("slot-taken"), Some(0)));
    let twice = world.api("li").post(&format!("{path}/acceptance"), json!({})).await;
    assert!(!twice.status.is_success(), "{}", twice.text);
});

db_test!(an_open_task_that_nobody_takes_goes_back_to_the_desk, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    world.api("social").post(&format!("/api/v1/tasks/{task}/opening"), json!({})).await.expect(200);
    run_jobs(&world).await;
    assert_eq!(state(&world, &matter).await, "dispatch");
    world.set_time("2026-06-09T09:00:00+08:00");
    run_jobs(&world).await;
    assert_eq!(state(&world, &matter).await, "review");
});

db_test!(nobody_is_taken_twice_for_one_hour, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let first = cut(&world, &matter(&world).await, task_body()).await;
    let mut near = task_body();
    near["starts_at"] = json!("2026-06-09T11:10:00+08:00");
    let second = cut(&world, &matter(&world).await, near).await;
    invite(&world, &first, &["li"]).await.expect(201);
    let early = offer_to(&world, "li").await;
    invite(&world, &second, &["li"]).await.expect(201);
    let late = offer_to(&world, "li").await;
    answer(&world, "li", &early, "acceptance").await.expect(200);
    let refused = answer(&world, "li", &late, "acceptance").await.expect(422).json();
    assert_eq!(refused["code"], "excluded-engaged");
    let list = candidates(&world, &second).await;
    let left_out = names(&list["excluded"]);
    assert!(left_out.contains(&"李建国".to_owned()), "{left_out:?}");
});

db_test!(staff_are_assigned_and_volunteers_never, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    let path = format!("/api/v1/tasks/{task}/assignment");
    let to = |name: &str| json!({ "person": world.person(name).to_string() });
    for name in ["li", "zhang", "far"] {
        let refused = world.api("social").post(&path, to(name)).await.expect(422).json();
        assert_eq!(refused["code"], "task-assign-not-staff", "{name}");
    }
    world.api("li").post(&path, to("li")).await.expect(404);
    let given = world.api("social").post(&path, to("community")).await.expect(200).json();
    assert_eq!(given["desk"]["staff"][0]["name"], "郑主任");
    assert_eq!(state(&world, &matter).await, "doing");
});

db_test!(a_cancelled_task_calls_its_offers_off, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    invite(&world, &task, &["li", "wang"]).await.expect(201);
    let (li, wang) = (offer_to(&world, "li").await, offer_to(&world, "wang").await);
    answer(&world, "li", &li, "acceptance").await.expect(200);
    let path = format!("/api/v1/tasks/{task}/cancellation");
    let why = world.api("social").post(&path, json!({})).await.expect(422).json();
    assert_eq!((why["code"].as_str(), why["field"].as_str()), (Some("task-cancel-reason"), Some("reason")));
    world.api("li").post(&path, json!({ "reason": "不想去" })).await.expect(403);
    world.api("social").post(&path, json!({ "reason": "老人住院了" })).await.expect(200);
    let refused = answer(&world, "wang", &wang, "acceptance").await.expect(422).json();
    assert_eq!(refused["code"], "offer-cancelled");
    assert_eq!(state(&world, &matter).await, "dispatch");
    assert!(world.visitor().get("/demo/outbox").await.text.contains("的任务取消了"));
});

db_test!(what_nobody_has_begun_is_called_off_with_its_matter, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    invite(&world, &task, &["li"]).await.expect(201);
    let offer = offer_to(&world, "li").await;
    let path = format!("/api/v1/matters/{matter}/answers");
    let ended = json!({ "answer": "no_longer_needed", "reason": "儿子回来了" });
    world.api("social").post(&path, ended).await.expect(200);
    run_jobs(&world).await;
    assert_eq!(answer(&world, "li", &offer, "acceptance").await.expect(422).json()["code"], "offer-cancelled");
    invite(&world, &task, &["wang"]).await.expect(422);
    assert_eq!(state(&world, &matter).await, "closed");
});

db_test!(what_was_reopened_at_once_is_not_called_off, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    invite(&world, &task, &["li"]).await.expect(201);
    let offer = offer_to(&world, "li").await;
    let path = format!("/api/v1/matters/{matter}");
    let ended = json!({ "answer": "no_longer_needed", "reason": "儿子回来了" });
    world.api("social").post(&format!("{path}/answers"), ended).await.expect(200);
    world.api("zhang").post(&format!("{path}/reopening"), json!({ "reason": "儿子又走了" })).await.expect(200);
    run_jobs(&world).await;
    // The desk looks at it anew: a yes waits for that, and nothing is called off.
    let refused = answer(&world, "li", &offer, "acceptance").await.json();
    assert_eq!(refused["code"], "offer-matter-back");
});

db_test!(what_triage_found_holds_for_every_task, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let need = json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "care", "what": "独居", "when": "today", "address": "401", "phone": "13800000001" } });
    let matter = text(&world.api("zhang").post("/api/v1/matters", need).await.expect(201).json()["id"]);
    let triage =
        json!({ "level": "day", "type": "care", "way": "volunteers", "risks": ["two_people", "woman", "first_aid"] });
    world.api("social").post(&format!("/api/v1/matters/{matter}/triage"), triage).await.expect(200);
    let path = format!("/api/v1/matters/{matter}/tasks");
    let refused = world.api("social").post(&path, task_body()).await.expect(422).json();
    assert_eq!((refused["code"].as_str(), refused["field"].as_str()), (Some("task-two-needed"), Some("slots")));
    let mut body = task_body();
    body["slots"] = json!(2);
    let task = cut(&world, &matter, body).await;
    let list = candidates(&world, &task).await;
    assert_eq!(
        (list["eligible"].as_i64(), list["excluded_counts"][0]["reason"].as_str()),
        (Some(0), Some("credential-missing"))
    );
    let code = text(&world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json()["code"]);
    let code = code.rsplit(' ').next().unwrap().replace('-', "");
    let page = world.browser("social").await.get(&format!("/desk/{code}/assign")).await.expect(200).text;
    assert!(page.contains("没有「急救」") && !page.contains("first_aid"), "{page}");
    for (who, expected) in [("community", 200), ("li", 404), ("call", 403), ("far", 404)] {
        world.api(who).get(&format!("/api/v1/tasks/{task}/candidates")).await.expect(expected);
    }
});

db_test!(a_private_matter_is_never_open_to_all, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter_at(&world, "normal").await;
    let task = cut(&world, &matter, task_body()).await;
    let path = format!("/api/v1/tasks/{task}");
    world.api("social").post(&format!("{path}/opening"), json!({})).await.expect(200);
    world.api("wang").get(&path).await.expect(200);
    let private = json!({ "private": true });
    world.api("zhang").post(&format!("/api/v1/matters/{matter}/privacy"), private).await.expect(200);
    world.api("wang").get(&path).await.expect(404);
    let open = world.api("wang").get("/api/v1/tasks?open=true").await.expect(200).json();
    assert_eq!(open["items"].as_array().map(Vec::len), Some(0));

    let hidden = cut(&world, &matter, task_body()).await;
    let path = format!("/api/v1/tasks/{hidden}");
    let refused = world.api("social").post(&format!("{path}/opening"), json!({})).await.expect(422).json();
    assert_eq!(refused["code"], "task-private-not-open");
    world.api("social").post(&format!("{path}/offers"), json!({ "waves": true })).await.expect(201);
    world.set_time("2026-06-08T13:00:01+08:00");
    run_jobs(&world).await;
    let seen = world.api("social").get(&path).await.expect(200).json();
    assert_eq!(seen["open"], false, "the desk chooses, nobody else hears of it");
});

db_test!(who_is_too_close_or_already_there_is_left_out, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (zhang, wang) = (world.person("zhang"), world.person("wang"));
    let system = rules::shared::Actor::system();
    let declared = world.app.act(&system, (wang, zhang), |mut tx, who, at, (wang, zhang)| {
        Box::pin(async move { app::people::kinship::declare_kin(&mut tx, &who, at, wang, zhang).await })
    });
    declared.await.expect("kin");
    let task = cut(&world, &matter(&world).await, task_body()).await;
    let list = candidates(&world, &task).await;
    assert_eq!(list["eligible"], 2);
    assert_eq!(list["excluded"][0]["person"]["name"], "王淑珍");
    assert_eq!(list["excluded"][0]["reason"]["key"], "conflict");
    let refused = invite(&world, &task, &["li", "wang"]).await.expect(422).json();
    assert_eq!((refused["code"].as_str(), refused["args"]["name"].as_str()), (Some("invite-unfit"), Some("王淑珍")));
    let none = world.api("li").get("/api/v1/offers?mine=true").await.expect(200).json();
    assert_eq!(none["items"].as_array().map(Vec::len), Some(0), "a refused list invites nobody");
    world.api("social").post(&format!("/api/v1/tasks/{task}/opening"), json!({})).await.expect(200);
    let taking =
        world.api("wang").post(&format!("/api/v1/tasks/{task}/acceptance"), json!({})).await.expect(422).json();
    assert_eq!(taking["code"], "excluded-conflict");
    let resident = world.api("neighbour").post(&format!("/api/v1/tasks/{task}/acceptance"), json!({})).await;
    assert!(matches!(resident.status.as_u16(), 403 | 404), "{}", resident.text);
});

db_test!(the_desk_names_the_first_who_come_and_waits_for_nobody_else, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for name in ["zhang", "neighbour"] {
        let path = format!("/api/v1/people/{}/volunteering", world.person(name));
        world.api(name).post(&path, json!({ "week": [] })).await.expect(201);
    }
    let need = json!({ "kind": "need", "place": "371722003003", "for_someone": true, "fields": {
        "category": "repairs", "what": "清理楼道", "when": "today", "address": "3 号楼", "phone": "13900000000" } });
    let id = text(&world.api("call").post("/api/v1/matters", need).await.expect(201).json()["id"]);
    let triage = json!({ "level": "day", "type": "repairs", "way": "volunteers", "reason": "已核实" });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), triage).await.expect(200);
    let mut body = task_body();
    body["slots"] = json!(4);
    let task = cut(&world, &id, body).await;
    invite(&world, &task, &["wang"]).await.expect(201);
    world.api("social").post(&format!("/api/v1/tasks/{task}/opening"), json!({})).await.expect(200);
    for name in ["li", "zhao", "zhang", "neighbour"] {
        world.api(name).post(&format!("/api/v1/tasks/{task}/acceptance"), json!({})).await.expect(200);
    }
    let social = world.browser("social").await;
    let queue = social.get("/desk?tab=doing").await.expect(200).text;
    let names = ["李建国", "赵明", "张桂兰", "孙秀英"].map(|name| queue.contains(&format!("志愿者 {name}")));
    assert_eq!((names, queue.contains("等多名志愿者")), ([true, true, true, false], true), "{queue}");
    // Whoever has not answered cannot come any more.
    let code = text(&world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json()["code"]);
    let assign = social.get(&format!("/tasks/{code}/assign")).await.expect(200).text;
    assert!(assign.contains("王淑珍") && assign.contains("不再等答复") && !assign.contains("等回复"), "{assign}");
});

db_test!(a_colleague_shows_what_the_task_asks_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut body = task_body();
    body["needs"] = json!({ "credentials": ["first_aid"] });
    let task = cut(&world, &matter(&world).await, body).await;
    let whole = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    let page = format!("/tasks/{}/assign", text(&whole["code"]));
    let social = world.browser("social").await;
    let shown = social.get(&page).await.expect(200).text;
    assert!(shown.contains("要去的同事还没有登记、核对过有效的证书") && !shown.contains("我自己去"), "{shown}");
    let before = world.events().await;
    let assignment = format!("/api/v1/tasks/{task}/assignment");
    let me = json!({ "person": world.person("social").to_string() });
    let refused = world.api("social").post(&assignment, me.clone()).await.expect(422).json();
    assert_eq!(refused["code"], "task-assign-credential");
    assert_eq!(world.events().await, before);

    // What one says of oneself is not enough; what a colleague has seen is.
    let credentials = format!("/api/v1/people/{}/credentials", world.person("social"));
    let aid =
        json!({ "skill": "first_aid", "number": "HZ-2026-7", "issuer": "市红十字会", "valid_from": "2026-03-01" });
    let held = world.api("social").post(&credentials, aid).await.expect(201).json();
    world.api("social").post(&assignment, me.clone()).await.expect(422);
    let verification = format!("/api/v1/credentials/{}/verification", text(&held["credentials"][0]["id"]));
    world.api("community").post(&verification, json!({})).await.expect(200);
    let shown = social.get(&page).await.expect(200).text;
    assert!(shown.contains("我自己去"), "{shown}");
    world.api("social").post(&assignment, me).await.expect(200);
});
