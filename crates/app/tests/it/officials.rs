//! Those who answer for a county: what they see of what is late, and what they can do about it.

use app::jobs::notify::outbox;
use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::desk::need;
use crate::told::messages;

db_test!(what_is_late_is_urged_by_those_who_answer_for_the_county, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let (page, form) = (format!("/desk/{code}?do=urge"), format!("/desk/{code}/urge"));
    let official = world.browser("supervisor").await;
    assert!(!official.get(&page).await.expect(200).text.contains(&form), "it is not late yet");
    world.pass(3 * 24 * 60);
    // A session of staff has not lasted that long.
    let mut official = world.browser("supervisor").await;
    official.submit(&page, &form, &[("do", "urge"), ("text", "请今天办")]).await.expect(303);
    let told = messages(&world, "urged").await;
    assert!(
        !told.is_empty() && told.iter().all(|text| text.contains(&format!("/desk/{}", in_groups(&code)))),
        "{told:?}"
    );
    assert!(told.iter().all(|text| !text.contains("膝盖") && !text.contains("张桂兰")), "{told:?}");
    let again = official.submit(&page, &form, &[("do", "urge"), ("text", "再催一次")]).await.expect(422).text;
    assert!(again.contains("24 小时内已经催过一次") && again.contains("再催一次"), "{again}");
    assert_eq!(messages(&world, "urged").await.len(), told.len());
    // The history says it, and whose it is does not read what one of staff wrote to another.
    let seen = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(seen.contains("催办，已发消息给") && seen.contains("请今天办"), "{seen}");
    assert!(!seen.contains(&form), "who works on it urges nobody");
    let receipt = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(!receipt.contains("请今天办"), "{receipt}");
    // A day later somebody else may.
    world.pass(24 * 60);
    let mut inspector = world.browser("inspector").await;
    inspector.submit(&page, &form, &[("do", "urge")]).await.expect(303);
});

fn in_groups(code: &str) -> String {
    rules::shared::code::in_groups(code)
}

db_test!(an_official_leaves_a_note_where_nothing_else_is_theirs_to_do, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (code, private) = (need(&world, false).await, need(&world, true).await);
    let mut official = world.browser("supervisor").await;
    let fields = [("do", "note"), ("text", "已电话问过社区")];
    official.submit(&format!("/desk/{code}?do=note"), &format!("/desk/{code}/note"), &fields).await.expect(303);
    let seen = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(seen.contains("已电话问过社区") && seen.contains("吴督导"), "{seen}");
    official.get(&format!("/desk/{private}")).await.expect(404);
    // Who inspects urges and writes nothing.
    let inspector = world.browser("inspector").await;
    let page = inspector.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(!page.contains(&format!("/desk/{code}/note")), "{page}");
});

db_test!(what_is_late_is_found_from_every_page_of_an_official, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (late, _private) = (need(&world, false).await, need(&world, true).await);
    let official = world.browser("supervisor").await;
    assert!(!official.get("/handling").await.expect(200).text.contains("看超时的"), "nothing is late yet");
    world.pass(3 * 24 * 60);
    let official = world.browser("supervisor").await;
    let handling = official.get("/handling").await.expect(200).text;
    assert!(handling.contains("/desk?late=yes") && handling.contains("看超时的 1 件"), "{handling}");
    let list = official.get("/desk?late=yes").await.expect(200).text;
    assert!(list.contains("步骤") && list.contains("待研判") && list.contains(&late), "{list}");
    assert!(!official.get("/desk").await.expect(200).text.contains("data-label=\"步骤\""), "a tab is of one step");
    // What is left out of the numbers is said, and only where it is left out.
    let home = official.get("/").await.expect(200).text;
    assert!(home.contains("保密的事不算在内") && home.contains("/handling"), "{home}");
    let home = world.browser("social").await.get("/").await.expect(200).text;
    assert!(!home.contains("保密的事不算在内"), "{home}");
});

db_test!(the_history_says_which_clock_ran_out, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    world.pass(30 * 24 * 60);
    app::jobs::run_due(&world.app).await.expect("the clocks");
    let seen = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(seen.contains("（「待研判」的时限）") && seen.contains("（对群众的时限）"), "{seen}");
    let id = world.api("supervisor").get("/api/v1/matters").await.expect(200).json();
    let id = id["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let urged = world.api("supervisor").post(&format!("/api/v1/matters/{id}/urging"), json!({})).await.expect(200);
    assert!(urged.text.contains("matters.urged"), "{}", urged.text);
});

/// Whom messages in the words of a template were sent to.
async fn rung(world: &World, template: &'static str) -> Vec<String> {
    let sent = world.app.read(|mut tx| Box::pin(async move { outbox(&mut tx, 1000).await })).await.expect("messages");
    sent.into_iter().filter(|(message, _)| message.template == template).map(|(message, _)| message.to).collect()
}

db_test!(what_is_late_rings_whoever_answers_for_it_once_an_hour, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (_first, _second) = (need(&world, false).await, need(&world, false).await);
    let first = world.api("social").get("/api/v1/matters").await.expect(200).json()["items"][0]["id"].clone();
    let path = format!("/api/v1/matters/{}/assignment", first.as_str().unwrap_or_default());
    let social = json!({ "handler": world.person("social").to_string() });
    world.api("social").post(&path, social).await.expect(200);
    world.pass(95);
    app::jobs::run_due(&world.app).await.expect("the clocks");
    // Whoever has it is told while there is time; what nobody has rings nobody.
    assert_eq!((rung(&world, "due_soon").await.len(), rung(&world, "late").await.len()), (1, 0));
    world.pass(60);
    app::jobs::run_due(&world.app).await.expect("the clocks");
    // Both are late, and one message leads to them.
    assert_eq!(rung(&world, "late").await, ["13800000008"]);
    let texts = messages(&world, "late").await;
    assert!(texts.iter().all(|t| t.contains("超时") && !t.contains("膝盖") && !t.contains("张桂兰")), "{texts:?}");
    world.pass(30 * 24 * 60);
    app::jobs::run_due(&world.app).await.expect("the clocks");
    // The term towards the resident is over, too: another message, for the first was long ago.
    assert_eq!(rung(&world, "late").await, ["13800000008", "13800000008"]);
});

db_test!(what_is_private_and_late_rings_those_who_may_have_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    need(&world, true).await;
    world.pass(3 * 24 * 60);
    app::jobs::run_due(&world.app).await.expect("the clocks");
    assert!(rung(&world, "late").await.is_empty());
    let rung = rung(&world, "late_here").await;
    assert!(!rung.is_empty() && !rung.contains(&"13800000008".to_owned()), "{rung:?}");
});
