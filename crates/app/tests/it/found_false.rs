//! What a review finds false leads to what else there is of the same people, and of nobody else.

use app::jobs;
use app::testing::{World, world};
use db::db_test;
use rules::service::anomaly::AnomalyRules;
use rules::shared::Role;
use serde_json::json;

use super::certificates::{ask, verified};
use super::reviews::{decide, held, sent};
use super::service::{appoint, confirm, late, minutes, outing, served};

/// Two hours of a day that somebody enters, confirmed by the desk.
pub async fn morning(world: &World, typed_by: &str, volunteer: &str, day: &str) -> String {
    let (status, record) = late(world, typed_by, volunteer, day).await;
    assert_eq!(status, 201, "{record}");
    let id = record["id"].as_str().unwrap().to_owned();
    assert_eq!(confirm(world, "community", &id).await.0, 200);
    id
}

/// Nine and a half hours through the night after a day, confirmed by the desk: held by itself.
pub async fn night(world: &World, typed_by: &str, volunteer: &str, day: &str) -> String {
    let start: jiff::civil::Date = day.parse().unwrap();
    let body = json!({ "volunteer": world.person(volunteer), "name": "夜间值守", "place": "371722003003",
        "content": "在值班室守夜", "start": format!("{day}T20:00:00+08:00"),
        "end": format!("{}T05:30:00+08:00", start.tomorrow().unwrap()), "reason": "没有带手机" });
    let record = world.api(typed_by).post("/api/v1/records", body).await.expect(201).json();
    let id = record["id"].as_str().unwrap().to_owned();
    assert_eq!(confirm(world, "community", &id).await.0, 200);
    id
}

/// The volunteer is heard, the review finds the record false, and what follows by itself follows.
pub async fn find_false(world: &World, decider: &str, volunteer: &str, record: &str) {
    let answer = format!("/api/v1/records/{record}/review-answer");
    world.api(volunteer).post(&answer, json!({ "words": "记错了" })).await.expect(200);
    assert_eq!(decide(world, decider, record, "uphold").await.0, 200);
    assert_eq!(jobs::run_due(&world.app).await.unwrap().failed, 0);
}

/// 王淑珍 had two nights found false.
async fn two_false_nights(world: &World) {
    for day in ["2026-05-18", "2026-05-20"] {
        let id = night(world, "wang", "wang", day).await;
        find_false(world, "social", "wang", &id).await;
    }
}

db_test!(what_counted_already_is_held_and_told_at_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut before = Vec::new();
    for day in ["2026-05-04", "2026-05-05", "2026-05-06"] {
        before.push(morning(&world, "wang", "wang", day).await);
    }
    morning(&world, "li", "li", "2026-05-07").await;
    let (_, certificate) = ask(&world, "wang", "wang", ("2026-05-01", "2026-05-31")).await;
    let certificate = &certificate["items"][0];

    let nights = [night(&world, "wang", "wang", "2026-05-18").await, night(&world, "wang", "wang", "2026-05-20").await];
    find_false(&world, "social", "wang", &nights[0]).await;
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 360, 0), 570), "anybody errs once");
    find_false(&world, "social", "wang", &nights[1]).await;
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 0, 0), 360));
    assert_eq!((minutes(&world, "li").await, held(&world, "li").await), ((0, 120, 0), 0), "the same desk confirmed");
    assert_eq!((sent(&world, "hours_held").await, sent(&world, "hours_held_several").await), (2, 1));
    assert_eq!(verified(&world, certificate).await["standing"], "valid", "what is looked at may yet be right");
    let page = world.browser("wang").await.get(&format!("/me/records/{}", before[0])).await.expect(200).text;
    assert!(page.contains("这位志愿者有 2 条不属实，都在这一天前后 180 天之内"), "{page}");

    // What is cleared stays so, and nothing is held or told twice.
    assert_eq!(decide(&world, "social", &before[0], "clear").await.0, 200);
    assert_eq!(decide(&world, "social", &before[1], "uphold").await, (422, "review-not-heard".into()));
    find_false(&world, "social", "wang", &before[1]).await;
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 120, 0), 120));
    assert_eq!((sent(&world, "hours_held").await, sent(&world, "hours_held_several").await), (2, 1));
    assert_eq!(verified(&world, certificate).await["standing"], "doubtful");
});

db_test!(a_single_one_is_told_as_ever, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    morning(&world, "wang", "wang", "2026-05-04").await;
    two_false_nights(&world).await;
    assert_eq!(held(&world, "wang").await, 120);
    assert_eq!((sent(&world, "hours_held").await, sent(&world, "hours_held_several").await), (3, 0));
});

db_test!(what_comes_after_is_held_unless_somebody_stands_for_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    two_false_nights(&world).await;
    morning(&world, "wang", "wang", "2026-06-01").await;
    assert_eq!(held(&world, "wang").await, 120, "nobody else was there");

    let of_served = outing(&world, &["wang"]).await;
    let id = served(&world, &of_served, "wang").await;
    assert_eq!(confirm(&world, "zhang", &id).await.0, 200);
    assert_eq!(minutes(&world, "wang").await, (90, 0, 0), "the person served says so");
    world.pass(60);
    let of_desk = outing(&world, &["wang"]).await;
    let id = served(&world, &of_desk, "wang").await;
    assert_eq!(confirm(&world, "community", &id).await.0, 200);
    assert_eq!(held(&world, "wang").await, 210, "the desk was not there");

    let neighbour = format!("/api/v1/people/{}/volunteering", world.person("neighbour"));
    world.api("neighbour").post(&neighbour, json!({})).await.expect(201);
    let sheet = async |day: &'static str, others: &[&str]| {
        world.pass(40);
        for volunteer in others.iter().chain(&["wang"]) {
            morning(&world, "social", volunteer, day).await;
        }
        held(&world, "wang").await
    };
    assert_eq!(sheet("2026-06-02", &["li", "zhao", "neighbour"]).await, 210, "three others were there");
    assert_eq!(sheet("2026-06-03", &["li", "zhao"]).await, 330, "two");
    // Of whom something is held says nothing for others.
    night(&world, "li", "li", "2026-05-25").await;
    assert_eq!(sheet("2026-06-04", &["li", "zhao", "neighbour"]).await, 450);
    for volunteer in ["li", "zhao", "neighbour"] {
        assert_eq!(minutes(&world, volunteer).await.1, if volunteer == "neighbour" { 240 } else { 360 }, "{volunteer}");
    }
});

db_test!(only_the_days_around_are_looked_at, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut rules = AnomalyRules::default();
    rules.found_false.limits.within_days = 7;
    world.set_anomalies(rules);
    for day in ["2026-05-11", "2026-05-13", "2026-05-25", "2026-05-28"] {
        morning(&world, "wang", "wang", day).await;
    }
    two_false_nights(&world).await;
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 240, 0), 240), "both are near two");
});

db_test!(who_typed_false_ones_of_three_leads_to_each_of_the_three, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    appoint(&world, "call", Role::SocialWorker).await;
    let neighbour = format!("/api/v1/people/{}/volunteering", world.person("neighbour"));
    world.api("neighbour").post(&neighbour, json!({})).await.expect(201);
    let four = ["li", "wang", "zhao", "neighbour"];
    for (volunteer, day) in four.into_iter().zip(["2026-05-04", "2026-05-05", "2026-05-06", "2026-05-07"]) {
        morning(&world, "social", volunteer, day).await;
    }
    for (volunteer, day) in four.into_iter().zip(["2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14"]) {
        morning(&world, volunteer, volunteer, day).await;
    }
    world.pass(60);
    for (volunteer, day, expected) in [("li", "2026-05-18", 0), ("wang", "2026-05-20", 0), ("zhao", "2026-05-22", 120)]
    {
        let id = night(&world, "social", volunteer, day).await;
        find_false(&world, "call", volunteer, &id).await;
        assert_eq!(held(&world, volunteer).await, expected, "{volunteer}");
    }
    for volunteer in ["li", "wang", "zhao"] {
        let found = (minutes(&world, volunteer).await, held(&world, volunteer).await);
        assert_eq!(
            found,
            ((0, 120, 0), 120),
            "{volunteer}: what the same person typed, not what they entered themselves"
        );
    }
    let clean = (minutes(&world, "neighbour").await, held(&world, "neighbour").await);
    assert_eq!(clean, ((0, 240, 0), 0), "nothing of theirs was found false");
});

db_test!(what_an_inspector_voids_leads_on_only_from_a_review, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for day in ["2026-05-04", "2026-05-05", "2026-05-06"] {
        morning(&world, "wang", "wang", day).await;
    }
    let void = async |id: &str| {
        let path = format!("/api/v1/records/{id}/voiding");
        world.api("inspector").post(&path, json!({ "reason": "没有这次服务" })).await.expect(200);
        jobs::run_due(&world.app).await.unwrap();
        held(&world, "wang").await
    };
    let mornings = world.api("wang").get("/api/v1/records?mine=true").await.expect(200).json();
    let first = mornings["items"][0]["id"].as_str().unwrap().to_owned();
    let nights = [night(&world, "wang", "wang", "2026-05-18").await, night(&world, "wang", "wang", "2026-05-20").await];
    assert_eq!(void(&first).await, 1140, "the nights, which wait for their review");
    find_false(&world, "social", "wang", &nights[0]).await;
    assert_eq!(held(&world, "wang").await, 570);
    find_false(&world, "social", "wang", &nights[1]).await;
    assert_eq!(held(&world, "wang").await, 240, "two reviews have ended so");
});
