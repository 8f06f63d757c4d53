//! Colleagues who go themselves: whose matter it is reads who comes, and who goes may step back.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::desk::{TRIAGED, need, triage};
use crate::dispatch::{answer, cut, invite, matter, offer_to, state, task_body};
use crate::reviews::sent;

/// The code of a matter, as it stands in addresses.
async fn code_of(world: &World, matter: &str) -> String {
    let shown = world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    shown["code"].as_str().unwrap().rsplit(' ').next().unwrap().replace('-', "")
}

async fn goes(world: &World, task: &str, name: &str) {
    let person = json!({ "person": world.person(name).to_string() });
    world.api("social").post(&format!("/api/v1/tasks/{task}/assignment"), person).await.expect(200);
}

fn for_two() -> Value {
    let mut body = task_body();
    body["slots"] = json!(2);
    body
}

db_test!(whose_matter_it_is_reads_everybody_who_comes, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, for_two()).await;
    invite(&world, &task, &["li"]).await.expect(201);
    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    goes(&world, &task, "community").await;
    let receipt = format!("/help/{}", code_of(&world, &matter).await);
    let zhang = world.browser("zhang").await;
    let shown = zhang.get(&receipt).await.expect(200).text;
    assert!(shown.contains("李建国") && shown.contains("郑主任（社区工作者）"), "{shown}");
    let number = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json()["code"].clone();
    let number: String = number.as_str().unwrap().chars().filter(char::is_ascii_alphanumeric).collect();
    let with = world.browser("li").await.get(&format!("/tasks/{number}")).await.expect(200).text;
    assert!(with.contains("郑主任"), "whoever comes knows who comes along: {with}");
    let english = zhang.get(&format!("/en{receipt}")).await.expect(200).text;
    assert!(english.contains("郑主任</span> ("), "{english}");
});

db_test!(who_goes_themselves_may_step_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    let (path, social) = (format!("/api/v1/tasks/{task}"), world.api("social"));
    let back = format!("{path}/assignment/withdrawal");
    let idle = social.post(&back, json!({})).await.expect(422).json();
    assert_eq!(idle["code"], "task-not-going");
    goes(&world, &task, "social").await;
    assert_eq!(state(&world, &matter).await, "doing");
    // For a colleague nobody steps back, and volunteers give back an offer.
    for colleague in ["community", "call"] {
        assert_eq!(world.api(colleague).post(&back, json!({})).await.expect(422).json()["code"], "task-not-going");
    }
    for stranger in ["li", "far"] {
        let refused = world.api(stranger).post(&back, json!({})).await.status.as_u16();
        assert!([403, 404].contains(&refused), "{stranger}: {refused}");
    }
    let shown = social.post(&back, json!({ "reason": "要开会" })).await.expect(200).json();
    assert_eq!((&shown["slots_left"], &shown["desk"]["staff"]), (&json!(1), &json!([])), "{shown}");
    assert_eq!(state(&world, &matter).await, "dispatch", "somebody else is looked for");
    assert_eq!(sent(&world, "given_back").await, 1, "and she hears of it");

    // Whoever does not dispatch finds it on the page of the task.
    goes(&world, &task, "grid").await;
    let number: String = social.get(&path).await.expect(200).json()["code"].as_str().unwrap().to_owned();
    let number: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let (task_page, not_going) = (format!("/tasks/{number}"), format!("/tasks/{number}/not-going"));
    let mut grid = world.browser("grid").await;
    assert!(grid.get(&task_page).await.expect(200).text.contains(&not_going));
    let long = "长".repeat(2000);
    let refused = grid.submit(&task_page, &not_going, &[("why_not", long.as_str())]).await.expect(422).text;
    assert!(refused.contains("href=\"#why_not\"") && refused.contains(&long), "nothing typed is lost");
    grid.submit(&task_page, &not_going, &[("why_not", "要去开会")]).await.expect(303);
    assert_eq!(social.get(&path).await.expect(200).json()["desk"]["staff"], json!([]));

    // By the page: whoever goes is offered that, and not to go once more.
    let number: String = shown["code"].as_str().unwrap().chars().filter(char::is_ascii_alphanumeric).collect();
    let (page, action) = (format!("/tasks/{number}/assign"), format!("/tasks/{number}/step-back"));
    let mut browser = world.browser("social").await;
    assert!(!browser.get(&page).await.expect(200).text.contains(&action));
    browser.submit(&page, &format!("/tasks/{number}/staff"), &[]).await.expect(303);
    let going = browser.get(&page).await.expect(200).text;
    assert!(going.contains(&action) && going.contains("人已招满") && !going.contains("我自己去"), "{going}");
    assert!(!world.browser("community").await.get(&page).await.expect(200).text.contains(&action), "for a colleague");
    let long = "会".repeat(2_000);
    let refused = browser.submit(&page, &action, &[("why_not", long.as_str())]).await.expect(422).text;
    assert!(refused.contains("id=\"why_not-error\""), "{refused}");
    browser.submit(&page, &action, &[("why_not", "")]).await.expect(303);
    let free = browser.get(&page).await.expect(200).text;
    assert!(!free.contains(&action) && free.contains("还差 1 人") && free.contains("我自己去"), "{free}");
});

db_test!(an_urgent_matter_to_which_a_colleague_goes_is_not_left_alone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    let urgent: Vec<_> = TRIAGED.iter().map(|f| if f.0 == "level" { ("level", "urgent") } else { *f }).collect();
    triage(&mut social, &code, &urgent).await.expect(303);
    let alone = social.get("/desk/handover").await.expect(200).text;
    assert!(alone.contains("还没有同事接手") && alone.contains("还没有人"), "{alone}");
    let list = world.api("social").get("/api/v1/matters").await.expect(200).json();
    let matter = list["items"][0]["id"].as_str().unwrap().to_owned();
    let mut body = for_two();
    body["starts_at"] = json!("2026-06-08T09:30:00+08:00");
    let task = cut(&world, &matter, body).await;
    // A volunteer who comes is no colleague who sees to it, and the list says so.
    invite(&world, &task, &["li"]).await.expect(201);
    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    let alone = social.get("/desk/handover").await.expect(200).text;
    assert!(alone.contains("李建国") && alone.contains("还没有同事接手"), "{alone}");
    let words = json!({ "place": "371722", "words": "没有特别的事" });
    let refused = world.api("social").post("/api/v1/handovers", words.clone()).await.expect(422).json();
    assert_eq!(refused["code"], "handover-urgent-alone", "{refused}");
    goes(&world, &task, "community").await;
    let taken = social.get("/desk/handover").await.expect(200).text;
    assert!(taken.contains("郑主任") && !taken.contains("还没有同事接手"), "{taken}");
    world.api("social").post("/api/v1/handovers", words).await.expect(201);
});
