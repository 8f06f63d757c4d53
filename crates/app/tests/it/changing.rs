//! Changing a task: as long as nobody has signed in, and nobody who comes is left untold.

use app::testing::world;
use db::db_test;
use serde_json::{Value, json};

use crate::desk::{TRIAGED, need, triage};
use crate::dispatch;
use crate::reviews::sent;
use crate::service::outing;

db_test!(a_task_is_changed_until_somebody_signs_in_and_who_comes_is_told, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visit = outing(&world, &["li"]).await;
    let shown = world.api("social").get(&format!("/api/v1/tasks/{}", visit.task)).await.expect(200).json();
    let code = shown["code"].as_str().unwrap().to_owned();
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut social = world.browser("social").await;
    let (page, assign) = (format!("/tasks/{code}/change"), format!("/tasks/{code}/assign"));
    assert!(social.get(&assign).await.expect(200).text.contains(&format!("href=\"{page}\"")));
    let drawn = social.get(&page).await.expect(200).text;
    assert!(drawn.contains("已有 1 人答应来") && drawn.contains("受邀的人都看得到"), "{drawn}");
    let with = |notes: &'static str| {
        vec![
            ("title", "陪诊"),
            ("start", "2026-06-09T09:00"),
            ("end", "2026-06-09T11:00"),
            ("place_hint", "黄楼社区 3 号楼"),
            ("notes", notes),
            // Later than what was promised, and meant so.
            ("after_promise", "yes"),
        ]
    };
    for (notes, words) in [("到了打 138 0000 0001", "这里不能写电话"), ("3 号楼 2 单元 401", "这里不能写单元和门牌")]
    {
        let refused = social.submit(&page, &page, &with(notes)).await.expect(422).text;
        assert!(refused.contains(words) && refused.contains(notes), "{refused}");
    }
    let backwards = [&with("")[..2], &[("end", "2026-06-09T08:00")]].concat();
    social.submit(&page, &page, &backwards).await.expect(422);
    social.submit(&page, &page, &with("膝盖不好")).await.expect(303);
    assert_eq!(sent(&world, "task_changed").await, 1);
    let own = world.browser("li").await.get(&format!("/tasks/{code}")).await.expect(200).text;
    assert!(own.contains("膝盖不好") && own.contains("9:00"), "{own}");
    // Who typed into the page as it was is shown both, and nothing is overwritten.
    let stale = social.send_form(&drawn, &page, &with("别的话")).await.expect(409).text;
    assert!(stale.contains("刚才有人先改了") && stale.contains("膝盖不好") && stale.contains("别的话"), "{stale}");
    // The API changes what it names, and says when there is nothing to change.
    let change = visit.path("change");
    let nothing = world.api("social").post(&change, json!({ "title": "陪诊" })).await.expect(422).json();
    assert_eq!(nothing["code"], "task-edit-nothing");
    let times = json!({ "start": "2026-06-08T09:00:00+08:00", "end": "2026-06-08T11:30:00+08:00" });
    let changed = world.api("social").post(&change, times).await.expect(200).json();
    assert_eq!((changed["title"].as_str(), changed["notes"].as_str()), (Some("陪诊"), Some("膝盖不好")), "{changed}");
    for (other, status) in [("li", 403), ("far", 404), ("call", 403)] {
        world.api(other).post(&change, json!({ "title": "别的" })).await.expect(status);
    }
    let code_in = json!({ "code": visit.code });
    world.api("li").post(&visit.path("check-in"), code_in).await.expect(200);
    let begun = world.api("social").post(&change, json!({ "title": "陪诊取药" })).await.expect(422).json();
    assert_eq!(begun["code"], "task-change-begun");
    assert_eq!(sent(&world, "task_changed").await, 2);
});

db_test!(whoever_was_invited_hears_of_the_new_time_and_may_answer_until_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = dispatch::matter(&world).await;
    let task = dispatch::cut(&world, &matter, dispatch::task_body()).await;
    let people = [world.person("li"), world.person("wang")].map(|person| person.to_string());
    let asked = json!({ "people": people, "reply_by": "2026-06-08T20:00:00+08:00" });
    world.api("social").post(&format!("/api/v1/tasks/{task}/offers"), asked).await.expect(201);
    let no = dispatch::offer_to(&world, "wang").await;
    dispatch::answer(&world, "wang", &no, "decline").await.expect(200);
    let change = format!("/api/v1/tasks/{task}/change");
    assert_eq!(sent(&world, "offer").await, 2);
    let sooner = json!({ "start": "2026-06-08T11:00:00+08:00", "end": "2026-06-08T12:00:00+08:00" });
    world.api("social").post(&change, sooner).await.expect(200);
    // Whoever has said no is left alone.
    assert_eq!(sent(&world, "offer").await, 3);
    let by = |answer: Value| answer["items"][0]["reply_by"].as_str().unwrap_or_default().to_owned();
    let offers = || async { world.api("li").get("/api/v1/offers?mine=true").await.expect(200).json() };
    assert_eq!(by(offers().await), "2026-06-08T11:00:00+08:00");
    // Later again: the time to answer is not given back, and what the task is called is no reason to ring.
    let later = json!({ "start": "2026-06-09T15:00:00+08:00", "end": "2026-06-09T16:00:00+08:00" });
    world.api("social").post(&change, later).await.expect(200);
    world.api("social").post(&change, json!({ "title": "陪诊取药" })).await.expect(200);
    assert_eq!((by(offers().await).as_str(), sent(&world, "offer").await), ("2026-06-08T11:00:00+08:00", 4));
});

db_test!(nobody_is_moved_into_what_they_promised_elsewhere, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let first = outing(&world, &["li"]).await;
    let later = json!({ "start": "2026-06-10T09:00:00+08:00", "end": "2026-06-10T11:00:00+08:00" });
    world.api("social").post(&first.path("change"), later.clone()).await.expect(200);
    let second = outing(&world, &["li"]).await;
    let busy = world.api("social").post(&second.path("change"), later).await.expect(422).json();
    assert_eq!((busy["code"].as_str(), busy["field"].as_str()), (Some("task-edit-busy"), Some("start")), "{busy}");
});

db_test!(a_task_is_not_cut_with_a_telephone_in_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    triage(&mut social, &code, TRIAGED).await.expect(303);
    let fields = [
        ("title", "陪诊"),
        ("start", "2026-06-09T08:30"),
        ("end", "2026-06-09T11:30"),
        ("slots", "2"),
        ("risk", "ordinary"),
        ("notes", "找王女士 0530-6221234"),
    ];
    let (page, cut) = (format!("/desk/{code}/assign?new=1"), format!("/desk/{code}/tasks"));
    let refused = social.submit(&page, &cut, &fields).await.expect(422).text;
    assert!(refused.contains("这里不能写电话") && refused.contains("找王女士 0530-6221234"), "{refused}");
});

db_test!(the_second_to_change_a_task_puts_back_nothing_of_the_first, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let task = dispatch::cut(&world, &dispatch::matter(&world).await, dispatch::task_body()).await;
    let path = format!("/api/v1/tasks/{task}");
    let shown = world.api("social").get(&path).await.expect(200).json();
    let code: String = shown["code"].as_str().unwrap().chars().filter(char::is_ascii_alphanumeric).collect();
    let page = format!("/tasks/{code}/change");
    let mut second = world.browser("community").await;
    let drawn = second.get(&page).await.expect(200).text;
    let later = json!({ "start": "2026-06-09T09:30:00+08:00", "end": "2026-06-09T11:30:00+08:00" });
    world.api("social").post(&format!("{path}/change"), later).await.expect(200);

    // The form as a browser sends it: all its fields, of which she changed one.
    let typed = |start: &'static str, end: &'static str, notes: &'static str| {
        [
            ("title", "陪诊"),
            ("start", start),
            ("end", end),
            ("slots", "1"),
            ("place_hint", "黄楼社区 3 号楼"),
            ("notes", notes),
        ]
    };
    let (start, end) = ("2026-06-09T09:00", "2026-06-09T11:00");
    // What is refused for another reason has not been held against what the first saved.
    let phone = second.send_form(&drawn, &page, &typed(start, end, "打 138 0000 0001")).await.expect(409).text;
    assert!(phone.contains("刚才有人先改了"), "{phone}");
    let stale = second.send_form(&drawn, &page, &typed(start, end, "膝盖不好")).await.expect(409).text;
    let field = |name: &str, value: &str| stale.contains(&format!("name=\"{name}\" value=\"{value}\""));
    assert!(field("drawn-start", "2026-06-09T09:30") && stale.contains("您没有动过的已换成现在的"), "{stale}");
    assert!(
        stale.contains("膝盖不好") && !stale.contains("2026-06-09T09:00"),
        "only what she changed is hers: {stale}"
    );
    second.send_form(&stale, &page, &typed("2026-06-09T09:30", "2026-06-09T11:30", "膝盖不好")).await.expect(303);
    let saved = world.api("social").get(&path).await.expect(200).json();
    let (starts, notes) = (saved["starts_at"].as_str(), saved["notes"].as_str());
    assert_eq!((starts, notes), (Some("2026-06-09T09:30:00+08:00"), Some("膝盖不好")), "{saved}");
});

db_test!(the_history_of_a_matter_says_what_its_task_was_and_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = dispatch::matter(&world).await;
    let task = dispatch::cut(&world, &matter, dispatch::task_body()).await;
    let later = json!({ "start": "2026-06-09T15:00:00+08:00", "end": "2026-06-09T16:00:00+08:00" });
    let change = format!("/api/v1/tasks/{task}/change");
    world.api("community").post(&change, later).await.expect(200);
    world.api("community").post(&change, json!({ "notes": "膝盖不好", "slots": 2 })).await.expect(200);
    let shown = world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    let code = shown["code"].as_str().unwrap().rsplit(' ').next().unwrap().replace('-', "");
    let desk = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(desk.contains("改了任务的时间：") && desk.contains("9:00 → ") && desk.contains("15:00"), "{desk}");
    assert!(desk.contains("的任务") && desk.contains("注意什么、名额") && desk.contains("郑主任"), "{desk}");
    let receipt = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(!receipt.contains("改了任务"), "it is for colleagues: {receipt}");
});
