//! When a matter counts as under way, what is said before it is sent elsewhere while somebody comes, and what is kept of a task
//! that was cancelled.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::desk::need;
use crate::dispatch::{answer, cut, invite, matter, offer_to, state, task_body};
use crate::service::{outing, served};

fn slots(count: i64) -> Value {
    let mut body = task_body();
    body["slots"] = json!(count);
    body
}

/// The code of a matter or a task, as it stands in addresses.
async fn code_of(world: &World, path: &str) -> String {
    let shown = world.api("social").get(path).await.expect(200).json();
    let code = shown["code"].as_str().unwrap_or_default().rsplit(' ').next().unwrap_or_default();
    code.chars().filter(char::is_ascii_alphanumeric).collect()
}

async fn accepted(world: &World, task: &str, name: &str) {
    invite(world, task, &[name]).await.expect(201);
    answer(world, name, &offer_to(world, name).await, "acceptance").await.expect(200);
}

async fn cancel(world: &World, task: &str) {
    let path = format!("/api/v1/tasks/{task}/cancellation");
    world.api("social").post(&path, json!({ "reason": "老人住院了" })).await.expect(200);
}

db_test!(a_matter_is_under_way_from_its_first_full_task, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let first = cut(&world, &matter, task_body()).await;
    let mut later = slots(2);
    later["starts_at"] = json!("2026-06-10T09:00:00+08:00");
    let second = cut(&world, &matter, later).await;
    accepted(&world, &first, "li").await;
    assert_eq!(state(&world, &matter).await, "doing", "the second shift is still open");
    cancel(&world, &second).await;
    assert_eq!(state(&world, &matter).await, "doing", "all that stands is full");
    answer(&world, "li", &offer_to(&world, "li").await, "withdrawal").await.expect(200);
    assert_eq!(state(&world, &matter).await, "dispatch", "nobody comes any more");
});

db_test!(
    what_waits_for_a_second_shift_goes_back_when_the_first_is_called_off,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let matter = matter(&world).await;
        let (first, second) = (cut(&world, &matter, task_body()).await, cut(&world, &matter, slots(2)).await);
        accepted(&world, &first, "li").await;
        accepted(&world, &second, "wang").await;
        assert_eq!(state(&world, &matter).await, "doing");
        cancel(&world, &first).await;
        assert_eq!(state(&world, &matter).await, "dispatch", "one of two comes to what stands");
    }
);

db_test!(
    what_was_served_is_done_once_the_task_that_was_cut_by_mistake_is_cancelled,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let outing = outing(&world, &["li"]).await;
        let mistaken = cut(&world, &outing.matter, task_body()).await;
        served(&world, &outing, "li").await;
        assert_eq!(state(&world, &outing.matter).await, "dispatch", "another task still stands");
        let shown = world.api("social").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
        let done = |event: &Value| event["verb"] == "service.done_in_part";
        assert!(shown["timeline"].as_array().unwrap().iter().any(done), "{shown}");
        let code = code_of(&world, &format!("/api/v1/matters/{}", outing.matter)).await;
        let desk = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
        assert!(desk.contains("有一次任务做完了"), "{desk}");
        cancel(&world, &mistaken).await;
        assert_eq!(state(&world, &outing.matter).await, "confirm", "nothing is looked for any more");
    }
);

db_test!(what_was_done_before_a_matter_came_back_does_not_serve_it_again, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let first = cut(&world, &outing.matter, task_body()).await;
    served(&world, &outing, "li").await;
    // The first round is over; a task that is cut later belongs to what is still to be done.
    world.pass(1);
    let later = cut(&world, &outing.matter, task_body()).await;
    cancel(&world, &first).await;
    assert_eq!(state(&world, &outing.matter).await, "dispatch", "one still stands");
    cancel(&world, &later).await;
    assert_eq!(state(&world, &outing.matter).await, "dispatch", "it was cut after what was done, for more");
});

db_test!(nobody_is_not_said_while_somebody_comes, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, slots(2)).await;
    let answers = format!("/api/v1/matters/{matter}/answers");
    accepted(&world, &task, "li").await;
    let refused = world.api("social").post(&answers, json!({ "answer": "nobody" })).await.expect(422).json();
    assert_eq!(refused["code"], "answer-somebody-comes", "{refused}");
    assert_eq!(refused["args"]["names"], "李建国", "{refused}");
    assert_eq!(state(&world, &matter).await, "dispatch");
    let code = code_of(&world, &format!("/api/v1/matters/{matter}")).await;
    let social = world.browser("social").await;
    let form = async |act: &str| social.get(&format!("/desk/{code}?do={act}")).await.expect(200).text;
    assert!(form("answer.nobody").await.contains("有人接了单：李建国"));
    for act in ["answer.back", "answer.take", "answer.served", "answer.no_longer_needed"] {
        let shown = form(act).await;
        assert!(shown.contains("李建国") && shown.contains("接了单"), "{act}: {shown}");
    }
    let open = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(!open.contains("value=\"answer.nobody\""), "not what is proposed: {open}");
    // Once nobody comes it may be said.
    answer(&world, "li", &offer_to(&world, "li").await, "withdrawal").await.expect(200);
    world.api("social").post(&answers, json!({ "answer": "nobody" })).await.expect(200);
    assert_eq!(state(&world, &matter).await, "review");
});

db_test!(a_cancelled_task_says_why_and_whom_to_ring, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, slots(3)).await;
    accepted(&world, &task, "li").await;
    invite(&world, &task, &["wang"]).await.expect(201);
    let path = format!("/api/v1/tasks/{task}");
    let (code, number) = (code_of(&world, &format!("/api/v1/matters/{matter}")).await, code_of(&world, &path).await);
    let social = world.browser("social").await;
    let attendance = format!("/tasks/{number}/attendance");
    assert!(social.get(&attendance).await.expect(200).text.contains("/sign-in-sheet"));
    cancel(&world, &task).await;
    let shown = social.get(&format!("/desk/{code}/assign?task={number}")).await.expect(200).text;
    for words in
        ["取消了任务", "原因：老人住院了", "接过单，任务取消了", "还没回复，任务取消了", "有 1 人接了单", "已取消）"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("还差") && !shown.contains("名额已满，或任务已经结束"), "{shown}");
    let gone = social.get(&attendance).await.expect(200).text;
    assert!(
        gone.contains("老人住院了") && !gone.contains("/sign-in-sheet") && !gone.contains("<svg class=\"qr"),
        "{gone}"
    );
    social.get(&format!("/tasks/{number}/sign-in-sheet")).await.expect(422);
    let history = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(history.contains("定了任务") && history.contains("取消了") && history.contains("老人住院了"), "{history}");
    let own = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(!own.contains("老人住院了"), "for colleagues: {own}");
    let told = world.api("zhang").get(&format!("/api/v1/matters/{matter}")).await.expect(200).text;
    assert!(!told.contains("老人住院了"), "for colleagues: {told}");
    let desk = world.api("social").get(&path).await.expect(200).json()["desk"]["cancelled"].clone();
    assert_eq!((&desk["reason"], desk["accepted"].as_array().map(Vec::len)), (&json!("老人住院了"), Some(1)), "{desk}");
});

db_test!(how_many_a_task_takes_may_be_changed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, slots(2)).await;
    let change = format!("/api/v1/tasks/{task}/change");
    let to = async |slots: i64| world.api("social").post(&change, json!({ "slots": slots })).await;
    accepted(&world, &task, "li").await;
    assert_eq!(to(0).await.expect(422).json()["code"], "task-slots");
    let one = to(1).await.expect(200).json();
    assert_eq!((&one["slots"], &one["slots_left"]), (&json!(1), &json!(0)), "{one}");
    assert_eq!(state(&world, &matter).await, "doing", "it takes no more");
    let three = to(3).await.expect(200).json();
    assert_eq!((&three["slots"], &three["slots_left"]), (&json!(3), &json!(2)), "{three}");
    assert_eq!(state(&world, &matter).await, "dispatch", "two more are looked for");
    accepted(&world, &task, "wang").await;
    let refused = to(1).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["args"]["taken"]), (&json!("task-slots-taken"), &json!(2)), "{refused}");
    to(2).await.expect(200);
    assert_eq!(state(&world, &matter).await, "doing");
});

db_test!(what_is_wanted_later_is_not_done_today_by_a_slip, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let wanted = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "hospital", "what": "复查",
        "when": "2026-06-20/evening", "address": "3 号楼", "phone": "13800000001" } });
    let raised = world.api("zhang").post("/api/v1/matters", wanted).await.expect(201).json();
    let id = raised["id"].as_str().unwrap_or_default();
    let take = json!({ "answer": "take", "level": "day", "type": "hospital", "way": "professional", "reason": "已核实",
        "handler": world.person("social").to_string() });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), take).await.expect(200);
    let answers = format!("/api/v1/matters/{id}/answers");
    let mut served = json!({ "answer": "served", "result": "已陪同复查" });
    let refused = world.api("social").post(&answers, served.clone()).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("answer-before-wanted"), &json!("early")), "{refused}");
    let code = code_of(&world, &format!("/api/v1/matters/{id}")).await;
    let form = world.browser("social").await.get(&format!("/desk/{code}?do=answer.served")).await.expect(200).text;
    assert!(form.contains("name=\"early\"") && form.contains("2026-06-20"), "{form}");
    served["early"] = json!(true);
    world.api("social").post(&answers, served).await.expect(200);
});

db_test!(a_task_is_cut_again_for_the_next_shift, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let mut body = slots(2);
    body["needs"] = json!({ "useful_skills": ["electrician"], "risk": "bodily", "least_age": 20 });
    let task = cut(&world, &matter, body).await;
    let (code, number) = (
        code_of(&world, &format!("/api/v1/matters/{matter}")).await,
        code_of(&world, &format!("/api/v1/tasks/{task}")).await,
    );
    let mut social = world.browser("social").await;
    let shown = social.get(&format!("/desk/{code}/assign?task={number}")).await.expect(200).text;
    let again = format!("/desk/{code}/assign?new=1&amp;like={number}");
    for words in ["最好会「电工」", "可能受伤", "照这个任务再定一个", again.as_str()] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let page = format!("/desk/{code}/assign?new=1&like={number}");
    let form = social.get(&page).await.expect(200).text;
    assert!(form.contains("value=\"电工\"") && form.contains("2026-06-09T11:00"), "the time after it: {form}");
    let next = [
        ("title", "陪诊"),
        ("start", "2026-06-09T11:00"),
        ("end", "2026-06-09T13:00"),
        ("slots", "2"),
        ("place_hint", "黄楼社区"),
        ("skill", "电工"),
        ("risk", "bodily"),
    ];
    // It is after what was promised, which is asked before it is cut.
    let asked = social.send_form(&form, &format!("/desk/{code}/tasks"), &next).await.expect(422).text;
    assert!(asked.contains("比答应居民的晚") && asked.contains("name=\"after_promise\""), "{asked}");
    let meant = [&next[..], &[("after_promise", "yes")]].concat();
    social.send_form(&asked, &format!("/desk/{code}/tasks"), &meant).await.expect(303);
    let tasks = social.get(&format!("/desk/{code}/assign")).await.expect(200).text;
    assert!(tasks.contains("年满 20 周岁"), "what has no field is kept too: {tasks}");
    // All that is wrong is said at once.
    let wrong = [("title", "陪诊"), ("start", "2026-06-09T11:00"), ("end", "2026-06-09T10:00"), ("slots", "0")];
    let refused = social.submit(&page, &format!("/desk/{code}/tasks"), &wrong).await.expect(422).text;
    assert!(refused.contains("id=\"end-error\"") && refused.contains("id=\"slots-error\""), "{refused}");
});

db_test!(a_skill_that_nobody_could_have_is_not_asked_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let mut body = task_body();
    body["needs"] = json!({ "useful_skills": ["飞檐走壁"] });
    let path = format!("/api/v1/matters/{matter}/tasks");
    let refused = world.api("social").post(&path, body.clone()).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("task-skill-unknown"), &json!("skill")), "{refused}");
    for skill in world.api("social").get("/api/v1/skills").await.expect(200).json()["items"].as_array().expect("all") {
        let key = skill["key"].as_str().unwrap_or_default();
        assert!(refused["args"]["known"].as_str().unwrap_or_default().contains(key), "{key}: {refused}");
    }
    // Once staff have seen that somebody of the county can, it may be asked for.
    let li = format!("/api/v1/people/{}", world.person("li"));
    world.api("li").post(&format!("{li}/credentials"), json!({ "skill": "飞檐走壁" })).await.expect(201);
    world.api("social").post(&path, body.clone()).await.expect(422);
    let seen = world.api("community").get(&li).await.expect(200).json();
    let said = seen["credentials"].as_array().into_iter().flatten().find(|one| one["skill"] == "飞檐走壁").cloned();
    let id = said.unwrap_or_default()["id"].as_str().unwrap_or_default().to_owned();
    world.api("community").post(&format!("/api/v1/credentials/{id}/verification"), json!({})).await.expect(200);
    world.api("social").post(&path, body).await.expect(201);
});

db_test!(what_is_typed_at_a_call_stays_when_the_kind_is_switched, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut call = world.browser("call").await;
    let typed = [
        ("do", "kind-hazard"),
        ("caller_name", "孙大爷"),
        ("category", "errands"),
        ("relation", "neighbour"),
        ("person_name", "王大爷"),
        ("what", "没有药了"),
        ("address", "5 号楼"),
    ];
    let hazard = call.submit("/desk/call", "/desk/call", &typed).await.expect(200).text;
    assert!(hazard.contains("value=\"manhole\""), "the form of a hazard: {hazard}");
    let back = call.send_form(&hazard, "/desk/call", &[("do", "kind-need"), ("category", "manhole")]).await;
    let back = back.expect(200).text;
    for words in ["value=\"孙大爷\"", "value=\"errands\" checked", "value=\"王大爷\"", "没有药了", "value=\"5 号楼\""]
    {
        assert!(back.contains(words), "{words}: {back}");
    }
    let again = call.send_form(&back, "/desk/call", &[("do", "kind-hazard")]).await.expect(200).text;
    assert!(again.contains("value=\"manhole\" checked"), "{again}");
});

db_test!(who_may_see_what_a_caller_has_open_is_led_there, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let look = [("do", "look"), ("caller_phone", "13800000001")];
    let seen = world.browser("social").await.submit("/desk/call", "/desk/call", &look).await.expect(200).text;
    assert!(seen.contains(&format!("href=\"/desk/{code}\"")), "{seen}");
    assert!(!seen.contains("内容不显示"), "{seen}");
    // A private one is not the call-taker's to see.
    let private = need(&world, true).await;
    let hidden = world.browser("call").await.submit("/desk/call", "/desk/call", &look).await.expect(200).text;
    assert!(!hidden.contains(&private), "{hidden}");
});

db_test!(one_who_asks_twice_for_two_is_not_taken_for_one, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let own = need(&world, false).await;
    let asked = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "hospital", "what": "复查",
        "when": "today", "relation": "neighbour", "person_name": "王大爷", "address": "5 号楼", "phone": "13800000001" } });
    let raised = world.api("zhang").post("/api/v1/matters", asked).await.expect(201).json();
    let other = code_of(&world, &format!("/api/v1/matters/{}", raised["id"].as_str().unwrap_or_default())).await;
    let mut social = world.browser("social").await;
    let look = format!("/desk/{other}/merge?into={own}");
    let page = social.get(&look).await.expect(200).text;
    assert!(!page.contains("两件是同一个人的") && page.contains("替别人提的"), "{page}");
    let similar = social.get(&format!("/desk/{other}")).await.expect(200).text;
    let number = rules::shared::code::in_groups(&own);
    assert!(similar.contains(&number), "{number}: {similar}");
    // Her own second call is not somebody else's.
    let again = need(&world, false).await;
    let (page, merge) = (format!("/desk/{again}/merge?into={own}"), format!("/desk/{again}/merge"));
    social.submit(&page, &merge, &[]).await.expect(303);
    let told = world.browser("zhang").await.get(&format!("/help/{own}")).await.expect(200).text;
    assert!(told.contains("您又提了一次") && !told.contains("还有人提了同一件事"), "{told}");
});

db_test!(what_others_do_is_watched_apart, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    let hazard = world.api("zhang").post("/api/v1/matters", hazard).await.expect(201).json();
    let code = code_of(&world, &format!("/api/v1/matters/{}", hazard["id"].as_str().unwrap_or_default())).await;
    let own = need(&world, false).await;
    let social = world.browser("social").await;
    let mine = social.get("/desk").await.expect(200).text;
    assert!(mine.contains(&own) && !mine.contains(&code), "{mine}");
    let others = social.get("/desk?turn=others").await.expect(200).text;
    assert!(others.contains(&code) && !others.contains(&format!("/desk/{own}\"")), "{others}");
    assert!(others.contains("别人办的 1"), "{others}");
    let page = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(page.contains("这一步不由您来办"), "{page}");
    assert!(!social.get(&format!("/desk/{own}")).await.expect(200).text.contains("这一步不由您来办"));
    let shift = social.get("/desk/handover").await.expect(200).text;
    assert!(shift.contains(&own) && !shift.contains(&code), "{shift}");
    let first = social.get("/").await.expect(200).text;
    assert!(!first.contains(&rules::shared::code::in_groups(&code)), "not among what is urgent to her: {first}");
    // Whoever only looks sees everything in one list.
    let all = world.browser("supervisor").await.get("/desk").await.expect(200).text;
    assert!(all.contains(&own) && all.contains(&code), "{all}");
});

db_test!(the_first_page_of_a_department_lists_what_its_own_list_has, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let shown = world.api("social").get("/api/v1/matters").await.expect(200).json();
    let id = shown["items"][0]["id"].as_str().unwrap_or_default();
    let handed = json!({ "answer": "to_department", "level": "normal", "type": "repairs", "way": "department",
        "departments": [world.department.to_string()], "reason": "要修路灯" });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), handed).await.expect(200);
    let number = rules::shared::code::in_groups(&code);
    let first = async || world.browser("clerk").await.get("/").await.expect(200).text;
    assert!(first().await.contains(&number), "it waits for the unit");
    let done = json!({ "answer": "done", "result": "路灯换好了" });
    world.api("clerk").post(&format!("/api/v1/matters/{id}/answers"), done).await.expect(200);
    let first = first().await;
    assert!(!first.contains(&number), "it is somebody else's turn: {first}");
});
