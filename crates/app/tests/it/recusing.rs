//! Nobody on staff decides about their own people: not who goes, not what becomes of a matter, not how it was.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::desk::{TRIAGED, need, triage};
use crate::dispatch::{cut, matter, task_body};
use crate::service::{outing, served};

async fn assign(world: &World, task: &str, name: &str) -> (u16, Value) {
    let person = json!({ "person": world.person(name).to_string() });
    let answered = world.api("social").post(&format!("/api/v1/tasks/{task}/assignment"), person).await;
    (answered.status.as_u16(), answered.json())
}

db_test!(a_colleague_who_goes_is_held_to_what_volunteers_are, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let task = cut(&world, &matter(&world).await, task_body()).await;
    let mut wished = task_body();
    wished["needs"] = json!({ "women_only": true });
    let for_a_woman = cut(&world, &matter(&world).await, wished).await;
    let number = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json()["code"].clone();
    let page = format!("/tasks/{}/assign", number.as_str().unwrap());
    assert!(world.browser("social").await.get(&page).await.expect(200).text.contains("我自己去"));
    world.declare_kin("zhang", "social").await;
    world.move_in("community", "zhang").await;
    for name in ["social", "community"] {
        let (status, refused) = assign(&world, &task, name).await;
        assert_eq!((status, &refused["code"]), (422, &json!("task-assign-close")), "{name}: {refused}");
    }
    let social = world.browser("social").await;
    for (lang, words) in [("", "请换一位同事去"), ("/en", "Send another colleague")] {
        let shown = social.get(&format!("{lang}{page}")).await.expect(200).text;
        assert!(shown.contains(words) && !shown.contains("/staff\""), "{shown}");
    }
    assert_eq!(assign(&world, &task, "grid").await.0, 200, "a stranger goes");
    let (status, refused) = assign(&world, &for_a_woman, "call").await;
    assert_eq!((status, &refused["code"]), (422, &json!("task-assign-women-only")), "{refused}");
});

db_test!(who_is_close_leaves_a_matter_to_a_colleague, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let list = world.api("supervisor").get("/api/v1/matters").await.expect(200).json();
    let path = format!("/api/v1/matters/{}", list["items"][0]["id"].as_str().unwrap());
    let mut social = world.browser("social").await;
    let drawn = social.get(&format!("/desk/{code}?do=answer.dispatch")).await.expect(200).text;
    crate::service::appoint(&world, "leader", rules::shared::Role::SocialWorker).await;
    world.declare_kin("social", "zhang").await;

    // It stays to be seen, and can be handed on and written to; who has it instead is named.
    let shown = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(shown.contains("按规定要回避") && shown.contains("陈队"), "{shown}");
    assert!(!shown.contains("do=answer.dispatch") && !shown.contains("do=merge"), "{shown}");
    assert!(shown.contains("do=handler") && shown.contains("do=note"), "{shown}");
    let english = social.get(&format!("/en/desk/{code}")).await.expect(200).text;
    assert!(english.contains("You are close to the person concerned"), "{english}");
    let refused = social.send_form(&drawn, &format!("/desk/{code}/answer"), TRIAGED).await.expect(422).text;
    assert!(refused.contains("按规定要回避"), "{refused}");

    let api = world.api("social");
    let triaged = json!({ "level": "day", "type": "hospital", "way": "volunteers" });
    let answered = json!({ "outcome": "not_ours", "owner": "民政局" });
    for (call, body) in [("triage", triaged), ("closure", answered)] {
        let refused = api.post(&format!("{path}/{call}"), body).await.expect(422).json();
        assert_eq!(
            (&refused["code"], &refused["args"]["names"]),
            (&json!("matter-close"), &json!("陈队")),
            "{refused}"
        );
    }
    assert_eq!(api.get(&path).await.expect(200).json()["answers"], json!([]));
    // Nor is it taken by whoever is close, nor given to them.
    let given = |name: &str| json!({ "handler": world.person(name).to_string() });
    let refused = api.post(&format!("{path}/assignment"), given("social")).await.expect(422).json();
    assert_eq!(refused["code"], "assign-close", "{refused}");
    api.post(&format!("{path}/assignment"), given("leader")).await.expect(200);
    let mut leader = world.browser("leader").await;
    triage(&mut leader, &code, TRIAGED).await.expect(303);
});

db_test!(where_only_who_is_close_could_decide_that_is_said, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    world.move_in("social", "zhang").await;
    let shown = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(shown.contains("请管理员安排同事") && shown.contains("do=reroute"), "{shown}");
});

db_test!(who_is_close_does_not_say_how_it_was, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    served(&world, &outing, "li").await;
    let path = format!("/api/v1/matters/{}/rating", outing.matter);
    let said = json!({ "solved": "yes", "satisfaction": 5, "words": "本人来电" });
    let code =
        world.api("call").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json()["code"].clone();
    let desk = format!("/desk/{}", code.as_str().unwrap().rsplit(' ').next().unwrap().replace('-', ""));
    let call = world.browser("call").await;
    assert!(call.get(&desk).await.expect(200).text.contains("/rating\""));
    world.declare_kin("zhang", "call").await;
    let refused = world.api("call").post(&path, said.clone()).await.expect(422).json();
    assert_eq!(refused["code"], "matter-close", "{refused}");
    let shown = call.get(&desk).await.expect(200).text;
    assert!(!shown.contains("/rating\"") && shown.contains("按规定要回避"), "{shown}");
    let away = call.get(&format!("{desk}/rating")).await.expect(303);
    assert_eq!(away.location.as_deref(), Some(&*desk));
    // A colleague enters it; her own word is hers.
    world.api("community").post(&path, said).await.expect(200);
});
