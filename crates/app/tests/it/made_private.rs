//! Making a matter private, and lifting that.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::desk::need;

fn private(lift: bool) -> (&'static str, &'static str) {
    ("do", if lift { "lift" } else { "private" })
}

/// A need that the call taker wrote down for somebody whom nobody knows; the address of its page.
async fn of_nobody(world: &World) -> String {
    let body = json!({ "kind": "need", "place": "371722003003", "for_someone": true, "channel": "phone", "fields": {
        "category": "hospital", "what": "来电人说腿疼", "when": "today", "address": "3 号楼 2 单元 401",
        "phone": "13800009999" } });
    let raised = world.api("call").post("/api/v1/matters", body).await.expect(201).json();
    format!("/desk/{}", raised["code"].as_str().unwrap().rsplit(' ').next().unwrap().replace('-', ""))
}

db_test!(who_makes_it_private_and_may_not_read_it_is_told_so, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let page = of_nobody(&world).await;
    let form = format!("{page}/private");
    let mut call = world.browser("call").await;
    // Nothing was made private yet: there is nothing to be led to.
    assert_eq!(call.get(&form).await.expect(303).location.as_deref(), Some(&*page));
    for (lang, words) in [
        ("", "设了以后您也看不到这件事了，看得到的是：周社工"),
        ("/en", "those who do are: <span lang=\"zh-CN\">周社工"),
    ] {
        let shown = call.get(&format!("{lang}{page}?do=private")).await.expect(200).text;
        assert!(shown.contains(words), "{shown}");
    }
    let done = call.submit(&format!("{page}?do=private"), &form, &[private(false)]).await.expect(303);
    assert_eq!(done.location.as_deref(), Some(&*form));
    for (lang, words) in [("", "这件事已设为保密"), ("/en", "This matter is private now")] {
        let told = call.get(&format!("{lang}{form}")).await.expect(200).text;
        assert!(told.contains(words) && told.contains("周社工") && !told.contains("腿疼"), "{told}");
    }
    call.get(&page).await.expect(404);
    for stranger in ["community", "grid", "far", "li"] {
        world.browser(stranger).await.get(&form).await.expect(404);
    }
    assert_eq!(world.browser("social").await.get(&form).await.expect(303).location.as_deref(), Some(&*page));
});

db_test!(whoever_reads_it_lifts_it_with_a_reason, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let page = of_nobody(&world).await;
    let form = format!("{page}/private");
    let mut social = world.browser("social").await;
    social.submit(&format!("{page}?do=private"), &form, &[private(false)]).await.expect(303);
    let refused = social.submit(&format!("{page}?do=lift"), &form, &[private(true), ("reason", " ")]).await.expect(422);
    assert!(refused.text.contains("请写明为什么解除保密"), "{}", refused.text);
    let said = [private(true), ("reason", "来电人要求，社区一起帮")];
    social.submit(&format!("{page}?do=lift"), &form, &said).await.expect(303);
    let shown = world.browser("call").await.get(&page).await.expect(200).text;
    assert!(shown.contains("解除保密") && shown.contains("来电人要求，社区一起帮"), "{shown}");

    // The same by call, and whose it is reads why.
    let code = need(&world, true).await;
    let list = world.api("social").get("/api/v1/matters").await.expect(200).json();
    let find = |item: &&Value| item["private"] == true;
    let id = list["items"].as_array().unwrap().iter().find(find).unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/matters/{id}/privacy");
    let refused = world.api("social").post(&path, json!({ "private": false })).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("private-lift-reason"), &json!("reason")));
    for stranger in ["call", "community"] {
        world.api(stranger).post(&path, json!({ "private": false, "reason": "想看" })).await.expect(404);
    }
    let lifted = json!({ "private": false, "reason": "本人来电要求解除" });
    assert_eq!(world.api("social").post(&path, lifted).await.expect(200).json()["private"], false);
    let own = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(own.contains("解除了保密") && own.contains("本人来电要求解除"), "{own}");
});
