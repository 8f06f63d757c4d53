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
