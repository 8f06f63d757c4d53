//! What people add to their own matter: read by them and, written down, by who handles it.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use super::lived_in::need;

const NOTE: &str = "其实是夜里睡不着，怕一个人";

async fn noted(world: &World) -> String {
    let asked = need("想有人陪", "401", "13800000001");
    let matter = world.api("zhang").post("/api/v1/matters", asked).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());
    world.api("zhang").post(&format!("{path}/notes"), json!({ "text": NOTE })).await.expect(200);
    world.api("social").post(&format!("{path}/notes"), json!({ "text": "已回电，约明天下午" })).await.expect(200);
    path
}

fn note_texts(matter: &Value) -> Vec<Value> {
    let noted = matter["timeline"].as_array().into_iter().flatten().filter(|e| e["verb"] == "matters.noted");
    noted.map(|e| e["data"]["text"].clone()).collect()
}

db_test!(a_note_is_opened_by_who_handles_it_and_they_see_who_did, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = noted(&world).await;
    let staffs = json!("已回电，约明天下午");
    let plain = world.api("social").get(&path).await.expect(200).json();
    assert_eq!(note_texts(&plain), [Value::Null, staffs.clone()]);
    let opened = world.api("social").get(&format!("{path}?protected=true")).await.expect(200).json();
    assert_eq!(note_texts(&opened), [json!(NOTE), staffs.clone()]);
    let own = world.api("zhang").get(&format!("{path}?protected=true")).await.expect(200).json();
    assert_eq!(note_texts(&own), [json!(NOTE), staffs]);
    let readers = world.api("zhang").get("/me/readers").await.expect(200).text;
    assert!(readers.contains("您补充的说明") && readers.contains("周社工"), "{readers}");

    let code = plain["code"].as_str().unwrap().split(' ').nth(1).unwrap();
    let help = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(help.contains(NOTE) && help.contains("已回电，约明天下午"), "{help}");
    let desk = format!("/desk/{}", code.replace('-', ""));
    let mut social = world.browser("social").await;
    let sealed = social.get(&desk).await.expect(200).text;
    assert!(!sealed.contains(NOTE) && sealed.contains("已回电，约明天下午"), "{sealed}");
    let shown = social.submit(&desk, &format!("{desk}/protected"), &[]).await.expect(200).text;
    assert!(shown.contains(NOTE), "{shown}");
    for name in ["li", "neighbour", "far"] {
        world.api(name).get(&format!("{path}?protected=true")).await.expect(404);
    }
});

const INTERNAL: &str = "家属脾气大，两个人去";

db_test!(what_staff_write_for_each_other_is_not_told, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let asked = need("想有人陪", "401", "13800000001");
    let matter = world.api("zhang").post("/api/v1/matters", asked).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());
    let code = matter["code"].as_str().unwrap().split(' ').nth(1).unwrap().to_owned();
    let desk = format!("/desk/{}", code.replace('-', ""));

    // On the page it is for staff unless somebody says otherwise; and the page says who reads it.
    let mut social = world.browser("social").await;
    let (form, send) = (format!("{desk}?do=note"), format!("{desk}/note"));
    let drawn = social.get(&form).await.expect(200).text;
    let box_of = drawn.split("<input").find(|tag| tag.contains("name=\"tells\"")).expect("a box");
    assert!(!box_of.contains("checked"), "{box_of}");
    social.submit(&form, &send, &[("text", INTERNAL)]).await.expect(303);
    social.submit(&form, &send, &[("text", "明天下午来"), ("tells", "yes")]).await.expect(303);
    let internal = json!({ "text": "接口记的内部话", "internal": true });
    let answered = world.api("social").post(&format!("{path}/notes"), internal).await.expect(200).json();
    assert_eq!(note_texts(&answered).len(), 3, "who wrote it reads it");

    let own = world.api("zhang").get(&format!("{path}?protected=true")).await.expect(200).json();
    assert_eq!(note_texts(&own), [json!("明天下午来")]);
    let answered =
        world.api("zhang").post(&format!("{path}/notes"), json!({ "text": "好的" })).await.expect(200).json();
    assert_eq!(note_texts(&answered).len(), 2, "nor with the answer to a change");
    let help = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(help.contains("明天下午来") && !help.contains(INTERNAL) && !help.contains("内部话"), "{help}");
    let seen = social.get(&desk).await.expect(200).text;
    assert!(seen.contains(INTERNAL) && seen.contains("内部话") && seen.contains("提出的人也看得到"), "{seen}");
});

db_test!(whose_matter_it_is_has_another_page_than_the_desks, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let asked = need("想有人陪", "401", "13800000001");
    let matter = world.api("zhang").post("/api/v1/matters", asked).await.expect(201).json();
    let code = matter["code"].as_str().unwrap().split(' ').nth(1).unwrap().to_owned();
    let desk = format!("/desk/{}", code.replace('-', ""));
    let mut zhang = world.browser("zhang").await;
    let led = zhang.get(&desk).await.expect(303);
    assert_eq!(led.location.as_deref(), Some(format!("/help/{code}").as_str()));
    let receipt = zhang.get(&format!("/help/{code}")).await.expect(200).text;
    let note = format!("/help/{code}/note");
    for act in ["note", "private", "protected"] {
        let fields = [("do", act), ("text", "从派单台写")];
        zhang.send_form_to(&receipt, &note, &format!("{desk}/{act}"), &fields).await.expect(404);
    }
    world.browser("neighbour").await.get(&desk).await.expect(404);
    world.browser("social").await.get(&desk).await.expect(200);
});
