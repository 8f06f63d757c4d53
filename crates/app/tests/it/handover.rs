//! The desk from shift to shift.

use app::people::actions::Appointment;
use app::testing::{World, world};
use db::db_test;
use rules::people::membership::Word;
use rules::shared::{Actor, Role};
use serde_json::json;

use crate::desk::{TRIAGED, need, triage};

/// A second social worker of the county: 吴督导.
pub async fn second(world: &World) -> &'static str {
    let person = world.person("supervisor");
    let system = Actor::system();
    let appointed = world.app.act(&system, person, |mut tx, who, at, person| {
        Box::pin(async move {
            let county = app::places::store::by_code(&mut tx, "371722").await?.map(|place| place.id);
            let new = Appointment {
                role: Role::SocialWorker,
                organisation: None,
                place: county,
                until: None,
                word: Word::Given,
            };
            app::people::actions::appoint(&mut tx, &who, at, person, &new).await.map(drop)
        })
    });
    appointed.await.expect("appointed");
    "supervisor"
}

db_test!(a_shift_is_left_signed_and_signed_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    let urgent: Vec<_> = TRIAGED.iter().map(|f| if f.0 == "level" { ("level", "urgent") } else { *f }).collect();
    triage(&mut social, &code, &urgent).await.expect(303);

    // Nothing urgent lies between two shifts, and what was typed stays.
    let note = format!("note-{code}");
    let words = [(note.as_str(), "已约好明早八点"), ("words", "电梯今晚检修")];
    let refused = social.submit("/desk/handover", "/desk/handover", &words).await.expect(422).text;
    assert!(refused.contains("还有 1 件紧急的事没有同事接手"), "{refused}");
    assert!(refused.contains("已约好明早八点") && refused.contains("电梯今晚检修"), "{refused}");
    let stranger = world.person("li").to_string();
    let named = [&words[..], &[("watch", stranger.as_str())]].concat();
    social.submit("/desk/handover", "/desk/handover", &named).await.expect(422);

    let long = "长".repeat(501);
    let too_long = [(note.as_str(), long.as_str()), ("watch", stranger.as_str())];
    let refused = social.submit("/desk/handover", "/desk/handover", &too_long).await.expect(422).text;
    assert!(refused.contains(&format!("href=\"#{note}\"")), "the summary leads to the note: {refused}");

    let before = world.browser("call").await.get("/desk/handover").await.expect(200);
    assert!(!before.text.contains("等您接"), "nothing was left yet");
    let watch = world.person(second(&world).await).to_string();
    let named = [&words[..], &[("watch", watch.as_str())]].concat();
    let left = social.submit("/desk/handover", "/desk/handover", &named).await.expect(303);
    let shift = left.location.expect("a shift");

    // Who left cannot sign; a stranger sees nothing; the next one signs once.
    let signature = format!("{shift}/signature");
    let own = social.get(&shift).await.expect(200).text;
    assert!(own.contains("收回") && !own.contains(&signature), "{own}");
    for other in ["far", "li"] {
        world.browser(other).await.get(&shift).await.expect(404);
    }
    let mut next = world.browser("call").await;
    assert!(next.get("/desk/handover").await.expect(200).text.contains("等您接"));
    assert!(next.get("/desk").await.expect(200).text.contains("待接班 1"));
    assert!(!social.get("/desk").await.expect(200).text.contains("待接班"), "one's own");
    let page = next.get(&shift).await.expect(200).text;
    assert!(page.contains("已约好明早八点") && page.contains("电梯今晚检修"), "{page}");
    next.submit(&shift, &signature, &[]).await.expect(303);
    let again = next.send_form_to(&page, &signature, &signature, &[]).await;
    assert!([303, 422].contains(&again.status.as_u16()), "a second click is the first one's");
    let signed = social.get(&shift).await.expect(200).text;
    assert!(signed.contains("接班") && !signed.contains(&signature) && !signed.contains("/withdrawal"), "{signed}");
    social.get(&format!("{shift}/sheet")).await.expect(200);
    assert!(social.get(&format!("/desk/{code}")).await.text.contains("已约好明早八点"), "the remark is the matter's");
    let receipt = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(!receipt.contains("已约好明早八点"), "and not for whose it is: {receipt}");
});

db_test!(ones_own_matters_go_along_and_a_shift_can_be_taken_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut browser = world.browser("social").await;
    triage(&mut browser, &code, TRIAGED).await.expect(303);
    let me = world.person("social").to_string();
    let take = format!("/desk/{code}/handler");
    browser
        .submit(&format!("/desk/{code}?do=handler"), &take, &[("do", "handler"), ("handler", &me)])
        .await
        .expect(303);

    let name = second(&world).await;
    let (social, second) = (world.api("social"), world.api(name));
    let matters = social.get("/api/v1/matters").await.expect(200).json();
    let matter = matters["items"][0]["id"].as_str().unwrap().to_owned();
    // What is said of a matter that does not wait at this desk is not dropped in silence.
    let elsewhere = json!({ "place": "371722003004", "items": [{ "matter": matter, "note": "已约好明早八点" }] });
    assert_eq!(social.post("/api/v1/handovers", elsewhere).await.expect(422).json()["code"], "handover-matter-gone");
    let leave = json!({ "place": "371722", "items": [{ "matter": matter, "passed": true }] });
    let first = social.post("/api/v1/handovers", leave.clone()).await.expect(201).json();
    let id = first["id"].as_str().unwrap();
    assert_eq!(social.post("/api/v1/handovers", leave.clone()).await.expect(422).json()["code"], "handover-unsigned");
    assert_eq!(
        second.post(&format!("/api/v1/handovers/{id}/withdrawal"), json!({})).await.expect(422).json()["code"],
        "handover-not-own"
    );
    social.post(&format!("/api/v1/handovers/{id}/withdrawal"), json!({})).await.expect(200);
    assert_eq!(
        second.post(&format!("/api/v1/handovers/{id}/signature"), json!({})).await.expect(422).json()["code"],
        "handover-withdrawn"
    );
    let again = social.post("/api/v1/handovers", leave).await.expect(201).json();
    let id = again["id"].as_str().unwrap();
    let signed = second.post(&format!("/api/v1/handovers/{id}/signature"), json!({})).await.expect(200).json();
    assert_eq!(signed["items"][0]["matter"]["handler"], json!(world.person(name).to_string()), "{signed}");
    assert_eq!(second.get("/api/v1/handovers").await.expect(200).json()["items"].as_array().unwrap().len(), 2);
});

db_test!(a_shift_names_the_volunteers_and_colleagues_who_go, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = crate::service::outing(&world, &["li"]).await;
    let alone = crate::dispatch::matter(&world).await;
    let task = crate::dispatch::cut(&world, &alone, crate::dispatch::task_body()).await;
    let social = world.api("social");
    let colleague = json!({ "person": world.person("community").to_string() });
    social.post(&format!("/api/v1/tasks/{task}/assignment"), colleague).await.expect(200);

    let browser = world.browser("social").await;
    let form = browser.get("/desk/handover").await.expect(200).text;
    let items = [&outing.matter, &alone].map(|matter| json!({ "matter": matter, "note": "已约好" }));
    let leave = json!({ "place": "371722", "items": items });
    let left = social.post("/api/v1/handovers", leave).await.expect(201).json();
    let shift = format!("/desk/handover/{}", left["id"].as_str().unwrap());
    let mut shown = vec![("the form", form)];
    for path in [shift.clone(), format!("{shift}/sheet")] {
        shown.push(("what was left", browser.get(&path).await.expect(200).text));
    }
    for (what, page) in shown {
        assert!(page.contains("李建国") && page.contains("郑主任"), "{what}: {page}");
        assert!(!page.contains(">还没有人<"), "{what}: {page}");
    }
    let whole = social.get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    let attendance = format!("/tasks/{}/attendance", whole["code"].as_str().unwrap());
    let attendance = browser.get(&attendance).await.expect(200).text;
    assert!(attendance.contains("工作人员前往：郑主任") && !attendance.contains("还没有人接单"), "{attendance}");
});
