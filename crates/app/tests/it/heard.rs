//! What staff hear and write down: the word of whose matter it is, and what came of a volunteer's alarm.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::service::outing;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Something reported and fixed on the spot, whose word is waited for: its calls and its page at the desk.
async fn to_be_confirmed(world: &World) -> (String, String) {
    let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    let matter = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", text(&matter["id"]));
    let fixed = json!({ "answer": "fixed", "result": "井盖换好了" });
    world.api("grid").post(&format!("{path}/triage"), fixed).await.expect(200);
    let code: String = text(&matter["code"]).chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    (path, format!("/desk/{code}"))
}

db_test!(what_a_caller_says_of_it_is_written_down_at_the_desk, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (who, solved, expected) in [("call", "no", "call_back"), ("community", "yes", "closed")] {
        let (path, desk) = to_be_confirmed(&world).await;
        let form = format!("{desk}/rating");
        let mut staff = world.browser(who).await;
        let page = staff.get(&desk).await.expect(200).text;
        assert!(page.contains(&format!("href=\"{form}\"")), "{who} is led to it: {page}");
        // What is typed for one act, or for one party, is kept by the browser for that alone.
        assert!(page.contains(" data-of=\"do-key\"") && page.contains(" id=\"do-key\""), "{page}");
        let before = world.events().await;
        let empty = staff.submit(&form, &form, &[("words", "灯还是不亮")]).await.expect(422).text;
        assert!(empty.contains("灯还是不亮") && empty.contains("href=\"#solved\""), "what was typed stays: {empty}");
        let said = [("solved", solved), ("satisfaction", "3"), ("words", "")];
        let unheard = staff.submit(&form, &form, &said).await.expect(422).text;
        assert!(unheard.contains("href=\"#words\"") && unheard.contains("请写下问了谁"), "{unheard}");
        assert_eq!(world.events().await, before, "a refusal leaves nothing");
        let said = [("solved", solved), ("satisfaction", "3"), ("words", "本人来电说的")];
        assert_eq!(staff.submit(&form, &form, &said).await.expect(303).location, Some(desk.clone()));
        let state = world.api(who).get(&path).await.expect(200).json();
        assert_eq!(state["state"], expected, "{who}: {state}");
        // The word has been said: the page leads back, and offers it no more.
        assert_eq!(staff.get(&form).await.expect(303).location, Some(desk.clone()));
        assert!(!staff.get(&desk).await.expect(200).text.contains(&form));
    }
});

db_test!(a_word_is_written_down_by_who_may_and_not_by_whose_it_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (path, desk) = to_be_confirmed(&world).await;
    let form = format!("{desk}/rating");
    for who in ["neighbour", "li", "far", "clerk"] {
        let status = world.browser(who).await.get(&form).await.status.as_u16();
        assert!([403, 404].contains(&status), "{who}: {status}");
    }
    for who in ["inspector", "supervisor"] {
        world.browser(who).await.get(&form).await.expect(403);
        assert!(!world.browser(who).await.get(&desk).await.expect(200).text.contains(&form), "{who}");
    }
    let own = world.browser("zhang").await.get(&form).await.expect(303).location;
    assert!(own.is_some_and(|to| to.starts_with("/help/")));
    // Who did the work is offered nothing, and refused; a colleague may, by page and by call.
    assert!(!world.browser("grid").await.get(&desk).await.expect(200).text.contains(&form));
    let body = json!({ "solved": "partly", "satisfaction": 4, "words": "路过时问的" });
    let own = world.api("grid").post(&format!("{path}/rating"), body.clone()).await.expect(422).json();
    assert_eq!(own["code"], "rating-own-work", "{own}");
    world.api("community").post(&format!("{path}/rating"), body).await.expect(200);
});

db_test!(an_alarm_stands_before_whoever_dispatches_until_somebody_looked, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let social = world.api("social");
    let listed = async || social.get("/api/v1/looks").await.expect(200).json()["items"].as_array().unwrap().len();
    assert_eq!(listed().await, 0);
    world.api("li").post(&outing.path("check-in"), json!({ "code": outing.code })).await.expect(200);
    world.pass(90);
    let told = json!({ "code": outing.code, "content": "陪同去县医院复查", "wellbeing": "look_wanted" });
    world.api("li").post(&outing.path("check-out"), told).await.expect(200);
    let path = format!("/api/v1/matters/{}", outing.matter);
    let shown = social.get(&path).await.expect(200).json();
    let code: String = text(&shown["code"]).chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let (desk, form) = (format!("/desk/{code}"), format!("/desk/{code}/look"));
    for who in ["social", "community"] {
        let staff = world.browser(who).await;
        assert!(staff.get("/").await.expect(200).text.contains("href=\"/desk/looks\""), "{who}: on the first page");
        let queue = staff.get("/desk?turn=others").await.expect(200).text;
        assert!(
            queue.contains("请社工去看看 1") && queue.contains(">请社工去看看</span>"),
            "{who}: on the line: {queue}"
        );
        assert!(staff.get("/desk/looks").await.expect(200).text.contains(&desk), "{who}");
        assert!(staff.get(&desk).await.expect(200).text.contains(&form), "{who}");
    }
    for who in ["zhang", "li", "clerk", "grid", "far"] {
        let page = world.browser(who).await.get("/").await.expect(200).text;
        assert!(!page.contains("/desk/looks"), "{who}: {page}");
    }
    world.browser("grid").await.get("/desk/looks").await.expect(403);
    let looked = |words: &str| json!({ "text": words });
    world.api("call").post(&format!("{path}/look"), looked("去过了")).await.expect(403);
    // A remark on something else is no answer to it.
    social.post(&format!("{path}/notes"), json!({ "text": "下周再约" })).await.expect(200);
    assert_eq!(listed().await, 1);
    let mut staff = world.browser("social").await;
    let refused = staff.submit(&form, &form, &[("text", " ")]).await.expect(422).text;
    assert!(refused.contains("请写下怎么样") && refused.contains("href=\"#text\""), "{refused}");
    staff.submit(&form, &form, &[("text", "去看过，老人没事")]).await.expect(303);
    assert_eq!(listed().await, 0);
    let page = staff.get(&desk).await.expect(200).text;
    assert!(page.contains("去看过了") && !page.contains(&form), "{page}");
    assert!(!page.contains("老人没事"), "what was found is sealed: {page}");
    assert!(!staff.get("/").await.expect(200).text.contains("/desk/looks"));
    let again = social.post(&format!("{path}/look"), looked("再去一次")).await.expect(422).json();
    assert_eq!(again["code"], "look-none", "{again}");
    let opened = staff.submit(&desk, &format!("{desk}/protected"), &[]).await.expect(200).text;
    assert!(opened.contains("老人没事"), "{opened}");
    let own = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(!own.contains("老人没事"), "for staff alone: {own}");
});
