//! Calling back about a matter: who was reached, and what was said.

use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::service::{outing, served};

/// Somebody else rings, and closes it at the desk with what they heard.
async fn called_back(world: &World, shown: &str) {
    let code: String = shown.chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let mut call = world.browser("call").await;
    let (page, form) = (format!("/desk/{code}?do=answer.solved"), format!("/desk/{code}/answer"));
    let said = |words| [("do", "answer.solved"), ("heard", words)];
    let refused = call.submit(&page, &form, &said("")).await.expect(422).text;
    assert!(refused.contains("请写下问了谁、他怎么说"), "{refused}");
    call.submit(&page, &form, &said("女儿接的，说已经好了")).await.expect(303);
    assert!(call.get(&format!("/desk/{code}")).await.expect(200).text.contains("女儿接的，说已经好了"));
    let own = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(own.contains("女儿接的，说已经好了"), "she reads what was written down: {own}");
}

db_test!(whoever_had_a_part_in_it_is_not_asked_to_ring, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let me = json!({ "handler": world.person("social").to_string() });
    world.api("social").post(&format!("/api/v1/matters/{}/assignment", outing.matter), me).await.expect(200);
    served(&world, &outing, "li").await;
    let low = json!({ "solved": true, "satisfaction": 2 });
    let rated = world.api("zhang").post(&format!("/api/v1/matters/{}/rating", outing.matter), low).await.expect(200);
    let code: String =
        rated.json()["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();

    // Apart in the list, with the reason, and no form for words that would be refused.
    let social = world.browser("social").await;
    let list = social.get("/desk?tab=call_back").await.expect(200).text;
    let (mine, others) = list.split_once("要由同事回访").expect("a list of their own");
    assert!(others.contains(&format!("/desk/{code}")) && others.contains("要请没有经办的同事打电话问"), "{others}");
    assert!(!mine.contains(&format!("/desk/{code}\" data-row")), "{mine}");
    let page = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(page.contains("请换一位同事回访"), "{page}");
    assert!(!page.contains(&format!("/desk/{code}/answer")) && !page.contains("do=answer"), "{page}");

    // A colleague has it among their own.
    let call = world.browser("call").await;
    let list = call.get("/desk?tab=call_back").await.expect(200).text;
    assert!(list.contains(&format!("/desk/{code}")) && !list.contains("要由同事回访"), "{list}");
    let page = call.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(page.contains(&format!("/desk/{code}/answer")) && !page.contains("请换一位同事回访"), "{page}");
});

db_test!(a_low_rating_leads_to_a_call_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (volunteer, solved, satisfaction, expected) in [
        ("li", json!(true), 2, "call_back"),
        ("wang", json!(false), 5, "call_back"),
        ("li", json!("partly"), 4, "call_back"),
        ("wang", json!("yes"), 3, "closed"),
    ] {
        let outing = outing(&world, &[volunteer]).await;
        let path = format!("/api/v1/matters/{}/rating", outing.matter);
        let body = json!({ "solved": solved, "satisfaction": satisfaction });
        let early = world.api("zhang").post(&path, body.clone()).await.expect(422).json();
        assert_eq!(early["code"], "rating-early");
        served(&world, &outing, volunteer).await;
        for stranger in ["neighbour", "zhao", "far"] {
            world.api(stranger).post(&path, body.clone()).await.expect(404);
        }
        // Who enters it for her says whom they asked, and what was said.
        let unheard = world.api("call").post(&path, body.clone()).await.expect(422).json();
        assert_eq!((unheard["code"].as_str(), unheard["field"].as_str()), (Some("rating-heard"), Some("words")));
        let rated = world.api("zhang").post(&path, body.clone()).await.expect(200).json();
        assert_eq!(rated["state"], expected, "{body}");
        if expected == "call_back" {
            called_back(&world, rated["code"].as_str().unwrap()).await;
        }
    }
});

db_test!(nobody_could_be_reached_is_said_after_several_tries, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    served(&world, &outing, "li").await;
    let path = format!("/api/v1/matters/{}", outing.matter);
    let early = world.api("call").post(&format!("{path}/tries"), json!({})).await.expect(422).json();
    assert_eq!(early["code"], "try-not-here", "{early}");
    let said = json!({ "solved": false, "satisfaction": 1 });
    let rated = world.api("zhang").post(&format!("{path}/rating"), said).await.expect(200).json();
    let code: String = rated["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let (desk, form) = (format!("/desk/{code}"), format!("/desk/{code}/tried"));
    let mut call = world.browser("call").await;
    let given_up = [("do", "answer.unreachable"), ("reason", "打不通")];
    let (page, answer) = (format!("{desk}?do=answer.unreachable"), format!("{desk}/answer"));
    for count in 0..3 {
        let warned = call.get(&page).await.expect(200).text;
        assert!(warned.contains(&format!("只记了 {count} 次没打通")), "{warned}");
        let refused = call.submit(&page, &answer, &given_up).await.expect(422).text;
        assert!(refused.contains(&format!("只记了 {count} 次没打通")) && refused.contains("打不通"), "{refused}");
        call.submit(&format!("{desk}?do=tried"), &form, &[("do", "tried")]).await.expect(303);
        let again = world.api("community").post(&format!("{path}/tries"), json!({})).await.expect(422).json();
        assert_eq!((&again["code"], &again["args"]["minutes"]), (&json!("try-too-soon"), &json!(120)), "{again}");
        world.pass(150);
    }
    let shown = call.get(&desk).await.expect(200).text;
    assert_eq!(shown.matches("打过电话，没有接通").count(), 3, "{shown}");
    let own = format!("/help/{code}");
    assert!(world.browser("zhang").await.get(&own).await.expect(200).text.contains("我们打过电话，没有接通"));
    call.submit(&page, &answer, &given_up).await.expect(303);
    assert_eq!(world.api("call").get(&path).await.expect(200).json()["outcome"], "unconfirmed");
});
