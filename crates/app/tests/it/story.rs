//! The main job, from a resident's need to confirmed service, through the API alone.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

struct Story {
    world: World,
}

impl Story {
    async fn does(&self, who: &str, path: &str, body: Value) -> Value {
        let answered = self.world.api(who).post(path, body).await;
        assert!(answered.status.is_success(), "{who} {path}: {}", answered.text);
        answered.json()
    }

    async fn sees(&self, who: &str, path: &str) -> Value {
        self.world.api(who).get(path).await.expect(200).json()
    }
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("an id")
}

db_test!(a_residents_need_becomes_confirmed_service, app::migrations::STEPS, |db| async move {
    let story = Story { world: world(db, &[]).await };

    // Zhang asks for company to the hospital.
    let asked = json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "hospital", "what": "下午去县医院取药，走路不便", "when": "today",
        "address": "3 号楼 2 单元 401", "phone": "13800000001" } });
    let need = story.does("zhang", "/api/v1/matters", asked).await;
    let matter = format!("/api/v1/matters/{}", id(&need));

    // The social worker judges it, cuts a task, and sees who could come and why.
    let judged = json!({ "level": "day", "type": "hospital", "way": "volunteers" });
    let judged = story.does("social", &format!("{matter}/triage"), judged).await;
    assert_eq!(judged["state"], "dispatch");
    let task = json!({ "title": "陪同取药", "starts_at": "2026-06-08T14:00:00+08:00", "minutes": 120, "place_hint": "3 号楼" });
    let task = story.does("social", &format!("{matter}/tasks"), task).await;
    let path = format!("/api/v1/tasks/{}", id(&task));
    let candidates = story.sees("social", &format!("{path}/candidates")).await;
    assert!(candidates.to_string().contains("李建国"), "{candidates}");

    // Li is asked and sees the place, but not the door.
    let li = story.world.person("li").to_string();
    story.does("social", &format!("{path}/offers"), json!({ "people": [li] })).await;
    let offers = story.sees("li", "/api/v1/offers?mine=true").await;
    let before = story.world.api("li").get(&path).await.expect(200).text;
    assert!(!before.contains("2 单元 401") && !before.contains("13800000001"), "{before}");

    // Li accepts and now sees where to go; the matter is under way.
    story.does("li", &format!("/api/v1/offers/{}/acceptance", id(&offers["items"][0])), json!({})).await;
    let accepted = story.world.api("li").get(&path).await.expect(200).text;
    assert!(accepted.contains("3 号楼 2 单元 401") && accepted.contains("13800000001"), "{accepted}");
    assert_eq!(story.sees("zhang", &matter).await["state"], "doing");

    // Li comes, shows the code, serves, and leaves.
    story.world.set_time("2026-06-08T13:58:00+08:00");
    let code = code_of(&story.world, id(&task)).await;
    story.does("li", &format!("{path}/check-in"), json!({ "code": code })).await;
    story.world.set_time("2026-06-08T15:40:00+08:00");
    let left = json!({ "code": code, "content": "陪同取药，送回家" });
    let left = story.does("li", &format!("{path}/check-out"), left).await;
    let record = left["record"].as_str().expect("a record").to_owned();

    // Neither Li nor a stranger can confirm it; Zhang can, and says that it is solved.
    let confirmation = format!("/api/v1/records/{record}/confirmation");
    for who in ["li", "wang"] {
        let answered = story.world.api(who).post(&confirmation, json!({})).await;
        assert!(answered.status.is_client_error(), "{who}: {} {}", answered.status, answered.text);
    }
    story.does("zhang", &confirmation, json!({})).await;
    story.does("zhang", &format!("{matter}/rating"), json!({ "solved": true, "satisfaction": 5 })).await;
    let closed = story.sees("zhang", &matter).await;
    assert_eq!((closed["state"].as_str(), closed["outcome"].as_str()), (Some("closed"), Some("solved")));

    // The hours are Li's, and the public figures know of them.
    let hours = story.sees("li", &format!("/api/v1/people/{li}/hours")).await;
    assert_eq!(hours["recorded_minutes"], 100, "{hours}");
});

/// What the desk shows at the door: the six digits of the task.
async fn code_of(world: &World, task: &str) -> String {
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    shown["desk"]["check_code"].as_str().expect("the code of the task").to_owned()
}
