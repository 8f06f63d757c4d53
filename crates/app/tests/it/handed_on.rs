//! What a shift hands on: only to who can have it, as it stood when it was left, with its number, and marked where it is private.

use app::testing::{Client, World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::desk::{TRIAGED, need, triage};
use crate::handover::second;

/// Gives a matter at the desk to whoever is signed in.
async fn take(browser: &mut Client, me: &str, code: &str) {
    let (page, form) = (format!("/desk/{code}?do=handler"), format!("/desk/{code}/handler"));
    browser.submit(&page, &form, &[("do", "handler"), ("handler", me)]).await.expect(303);
}

async fn matter_of(world: &World, code: &str) -> Value {
    let list = world.api("social").get("/api/v1/matters").await.expect(200).json();
    let shown = |one: &&Value| one["code"].as_str().unwrap().replace(['-', ' '], "").ends_with(code);
    list["items"].as_array().unwrap().iter().find(shown).unwrap_or_else(|| panic!("{code} in {list}")).clone()
}

db_test!(a_shift_says_who_can_have_what_it_hands_on, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    triage(&mut social, &code, TRIAGED).await.expect(303);
    take(&mut social, &world.person("social").to_string(), &code).await;

    // Nobody else finds people there: there is nothing to tick, and a program is refused.
    let form = social.get("/desk/handover").await.expect(200).text;
    assert!(form.contains("没有别的同事能接手这件事") && !form.contains("name=\"passed\""), "{form}");
    let matter = matter_of(&world, &code).await["id"].clone();
    let leave = json!({ "place": "371722", "items": [{ "matter": matter, "passed": true }] });
    let refused = world.api("social").post("/api/v1/handovers", leave.clone()).await.expect(422).json();
    assert_eq!(refused["code"], "handover-nobody-takes");

    // With a second social worker it is said who can have it, before it is left and before it is signed.
    second(&world).await;
    let form = social.get("/desk/handover").await.expect(200).text;
    assert!(form.contains("能接手的：吴督导") && form.contains("name=\"passed\""), "{form}");
    let left = world.api("social").post("/api/v1/handovers", leave).await.expect(201).json();
    let shift = format!("/desk/handover/{}", left["id"].as_str().unwrap());
    let mut call = world.browser("call").await;
    let before = call.get(&shift).await.expect(200).text;
    assert!(before.contains("这些事不会转到您名下") && before.contains("还在周社工名下"), "{before}");
    let fits = world.browser("supervisor").await.get(&shift).await.expect(200).text;
    assert!(!fits.contains("不会转到您名下"), "{fits}");
    call.submit(&shift, &format!("{shift}/signature"), &[]).await.expect(303);
    let signed = call.get(&shift).await.expect(200).text;
    assert!(signed.contains("没有转过来，还在交班人名下"), "{signed}");
    // Nobody takes over what is of their own people.
    world.declare_kin("zhang", "supervisor").await;
    let form = social.get("/desk/handover").await.expect(200).text;
    assert!(form.contains("没有别的同事能接手这件事") && !form.contains("name=\"passed\""), "{form}");
});

db_test!(what_was_left_is_shown_as_it_stood, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (code, private) = (need(&world, false).await, need(&world, true).await);
    let mut social = world.browser("social").await;
    let left = [("words", "没有特别的事")];
    let shift = social.submit("/desk/handover", "/desk/handover", &left).await.expect(303).location.unwrap();
    triage(&mut social, &code, TRIAGED).await.expect(303);
    take(&mut social, &world.person("social").to_string(), &code).await;

    let page = social.get(&shift).await.expect(200).text;
    let row = page.split("<tr>").find(|row| row.contains(&format!("/desk/{code}\""))).expect("its row");
    assert!(row.contains("待研判") && row.contains("现在：待派"), "as it stood, and what it is now: {row}");
    assert!(row.contains("还没有人") && !row.contains("周社工"), "who had it then: {row}");
    let sheet = social.get(&format!("{shift}/sheet")).await.expect(200).text;
    let grouped = rules::shared::code::in_groups(&code);
    assert!(sheet.contains(&grouped) && sheet.contains("待研判") && !sheet.contains("待派"), "{sheet}");
    let id = shift.rsplit('/').next().unwrap().split('?').next().unwrap();
    let told = world.api("social").get(&format!("/api/v1/handovers/{id}")).await.expect(200).json();
    let item = |shown: &&Value| shown["matter"]["step"] == "dispatch";
    let item = told["items"].as_array().unwrap().iter().find(item).expect("as it is now").clone();
    assert_eq!((item["left"]["step"].as_str(), item["left"]["handler"].is_null()), (Some("triage"), true), "{item}");

    // What is private is marked, and left out for whoever may not see it.
    assert!(page.contains(&format!("/desk/{private}\"")) && page.contains("保密"), "{page}");
    assert!(sheet.contains("【保密】") && sheet.contains(&rules::shared::code::in_groups(&private)), "{sheet}");
    let call = world.browser("call").await;
    for path in [shift.clone(), format!("{shift}/sheet")] {
        let page = call.get(&path).await.expect(200).text;
        assert!(
            !page.contains(&private) && !page.contains(&rules::shared::code::in_groups(&private)),
            "{path}: {page}"
        );
    }
});
