//! Clocks and the jobs that watch them.

use app::jobs;
use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

#[test]
fn a_clock_that_was_kept_before_days_could_be_named_is_read_as_it_was() {
    let kept = json!({ "started": "2026-06-08T01:00:00Z", "term": { "calendar_days": 7 }, "remind_before": null,
        "due": "2026-06-15T15:59:59Z", "missing_year": null, "paused_at": null, "stood": [], "met_at": null,
        "reminded": false, "escalated": false });
    let clock: rules::matters::Clock = serde_json::from_value(kept.clone()).unwrap();
    assert_eq!(clock.wanted, None);
    assert_eq!(serde_json::to_value(&clock).unwrap(), kept, "and kept as it always was");
}

async fn raised(world: &World, body: Value) -> String {
    let matter = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    format!("/api/v1/matters/{}", matter["id"].as_str().unwrap())
}

fn need(when: &str) -> Value {
    json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "errands", "what": "买米买油", "when": when, "address": "3 号楼", "phone": "13800000001" } })
}

async fn told(world: &World, path: &str, verb: &str) -> usize {
    let matter = world.api("social").get(path).await.expect(200).json();
    matter["timeline"].as_array().unwrap().iter().filter(|e| e["verb"] == verb).count()
}

db_test!(after_two_days_of_standstill_everything_due_is_done_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = raised(&world, need("now")).await;
    world.pass(2 * 24 * 60);
    assert!(jobs::run_due(&world.app).await.unwrap().done > 0);
    let late = (told(&world, &path, "matters.escalated").await, told(&world, &path, "matters.reminded").await);
    assert_eq!(late.0, 2, "the step's clock and the resident's, once each: {late:?}");
    world.pass(10);
    jobs::run_due(&world.app).await.unwrap();
    assert_eq!((told(&world, &path, "matters.escalated").await, told(&world, &path, "matters.reminded").await), late);
});

db_test!(a_year_that_is_not_loaded_never_loses_a_need, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    world.set_time("2027-03-01T09:00:00+08:00");
    let matter = world.api("zhang").post("/api/v1/matters", hazard).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());
    let department = world.department.to_string();
    let handed =
        json!({ "answer": "to_department", "level": matter["level"], "type": "manhole", "departments": [department] });
    let handed = world.api("grid").post(&format!("{path}/triage"), handed).await.expect(200).json();
    assert_eq!((handed["step"].as_str(), handed["step_due_at"].is_null()), (Some("department"), true));
    let verbs: Vec<&str> = handed["timeline"].as_array().unwrap().iter().filter_map(|e| e["verb"].as_str()).collect();
    assert!(verbs.contains(&"matters.clock_unset"), "{verbs:?}");
});

db_test!(a_paper_form_keeps_both_its_times, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut paper = need("2026-06-12/morning");
    paper["for_someone"] = json!(true);
    paper["channel"] = json!("paper");
    paper["occurred_at"] = json!("2026-06-05T15:00:00+08:00");
    let matter = world.api("community").post("/api/v1/matters", paper).await.expect(201).json();
    assert_eq!(matter["occurred_at"], "2026-06-05T15:00:00+08:00");
    assert_eq!(matter["recorded_at"], "2026-06-08T09:00:00+08:00");
    assert_eq!(
        (matter["channel"].as_str(), matter["due_at"].as_str()),
        (Some("paper"), Some("2026-06-12T23:59:59+08:00"))
    );
});

db_test!(today_on_paper_is_the_day_of_the_paper, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (occurred, kept, shown) in
        [("2026-06-05T15:00:00+08:00", "2026-06-05", "6月5日"), ("2026-06-08T08:30:00+08:00", "today", "今天")]
    {
        let mut paper = need("today");
        paper["for_someone"] = json!(true);
        paper["channel"] = json!("paper");
        paper["occurred_at"] = json!(occurred);
        let matter = world.api("call").post("/api/v1/matters", paper).await.expect(201).json();
        assert_eq!(matter["fields"]["when"], json!([kept]), "{matter}");
        let code = matter["code"].as_str().unwrap().rsplit(' ').next().unwrap().replace('-', "");
        let page = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
        let row = page.split("需要什么时候").nth(1).and_then(|rest| rest.split("</dd>").next()).expect("its row");
        assert!(row.contains(shown), "{row}");
    }
});

db_test!(a_need_is_due_with_the_day_it_is_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // Monday the eighth, nine in the morning: what was said, the promise, and by when people are found.
    for (when, promised, found) in [
        ("2026-06-19/morning", "2026-06-19T23:59:59+08:00", "2026-06-18T13:59:59+08:00"),
        ("2026-06-08/afternoon", "2026-06-08T23:59:59+08:00", "2026-06-08T19:00:00+08:00"),
        ("today", "2026-06-08T23:59:59+08:00", "2026-06-08T19:00:00+08:00"),
    ] {
        let path = raised(&world, need(when)).await;
        let raised = world.api("social").get(&path).await.expect(200).json();
        assert_eq!(raised["due_at"], promised, "{when}");
        let triaged = json!({ "answer": "dispatch", "level": raised["level"], "type": "errands", "way": "volunteers" });
        let matter = world.api("social").post(&format!("{path}/triage"), triaged).await.expect(200).json();
        assert_eq!((&matter["step"], &matter["step_due_at"]), (&json!("dispatch"), &json!(found)), "{when}");
        assert_eq!(matter["due_at"], promised, "{when}");
    }
    let path = raised(&world, need("2026-06-19")).await;
    world.pass(26 * 60);
    jobs::run_due(&world.app).await.unwrap();
    world.pass(4 * 24 * 60);
    let late = world.api("social").get(&path).await.expect(200).json();
    assert_eq!(late["due_at"], "2026-06-19T23:59:59+08:00", "a day later and in the week after it is not late");
    let past = world.api("zhang").post("/api/v1/matters", need("2026-06-07")).await.expect(422).json();
    assert_eq!((&past["code"], &past["field"]), (&json!("field-day-past"), &json!("when")));
});

db_test!(rerouting_leaves_the_residents_clock_alone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = raised(&world, need("today")).await;
    let due = world.api("social").get(&path).await.expect(200).json()["due_at"].clone();
    world.pass(90);
    let to = json!({ "place": "371722003004", "reason": "在隔壁社区" });
    let moved = world.api("social").post(&format!("{path}/rerouting"), to).await.expect(200).json();
    assert_eq!((moved["place"]["name"].as_str(), &moved["due_at"]), (Some("东关社区"), &due));
    assert_ne!(moved["step_due_at"], due);
});
