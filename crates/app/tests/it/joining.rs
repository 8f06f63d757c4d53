//! A team takes nobody in unasked.

use app::testing::world;
use db::db_test;
use serde_json::{Value, json};

use super::told::messages;

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

db_test!(whom_a_team_wants_is_asked_and_says_yes, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let team = format!("/organisations/{}", world.team);
    let of_team = async || world.api("leader").get(&format!("/api/v1{team}")).await.expect(200).json();
    let mut leader = world.browser("leader").await;
    leader.submit(&team, &format!("{team}/members"), &[("phone", "13800000003")]).await.expect(303);

    // Asked is not in: neither for the team nor for whoever decides what one may see.
    let listed = of_team().await;
    assert_eq!(listed["members"].as_array().map(Vec::len), Some(1), "{listed}");
    let question = &listed["asked"][0];
    assert_eq!((text(question, "name"), &question["asked"]), ("李建国", &json!(true)));
    assert!(text(question, "since").starts_with("2026-"), "{question}");
    let page = leader.get(&team).await.expect(200).text;
    assert!(page.contains("已请，还没答复：1 人") && page.contains("成员 1 人"), "{page}");
    let me = world.api("li").get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["asked"][0]["id"], question["id"]);
    assert!(me["roles"].as_array().into_iter().flatten().all(|role| role["organisation"].is_null()), "{me}");
    let again = leader.submit(&team, &format!("{team}/members"), &[("phone", "13800000003")]).await.expect(422);
    assert!(again.text.contains("还没答复"), "{}", again.text);

    // Every page on which one begins leads to the question, and the message does.
    let ask = format!("/memberships/{}", text(question, "id"));
    let mut li = world.browser("li").await;
    for start in ["/", "/me", "/me/volunteer"] {
        assert!(li.get(start).await.expect(200).text.contains(&format!("href=\"{ask}\"")), "{start}");
    }
    let told = messages(&world, "team_asked").await;
    assert!(told.len() == 1 && told[0].contains(&ask), "{told:?}");

    // Nobody else says yes: not who asked, nor another resident.
    let accept = format!("/api/v1{ask}/acceptance");
    for other in ["leader", "wang", "community", "far"] {
        world.api(other).post(&accept, json!({})).await.expect(404);
    }
    let shown = li.get(&ask).await.expect(200).text;
    assert!(shown.contains("请您加入") && shown.contains(&format!("action=\"{ask}/join\"")), "{shown}");
    li.submit(&ask, &format!("{ask}/join"), &[]).await.expect(303);
    // The link of the message asks nothing any more: leaving is a step of its own.
    let joined = li.get(&format!("{ask}?asked=yes")).await.expect(200).text;
    assert!(joined.contains("您已经加入") && !joined.contains(&format!("action=\"{ask}/end\"")), "{joined}");
    assert!(joined.contains(&format!("href=\"{ask}\"")), "{joined}");
    let listed = of_team().await;
    let names: Vec<&str> = listed["members"].as_array().into_iter().flatten().map(|m| text(m, "name")).collect();
    assert_eq!((names, &listed["asked"]), (vec!["陈队", "李建国"], &json!([])));
    assert_eq!(messages(&world, "team_joined").await.len(), 1);
    let twice = world.api("li").post(&accept, json!({})).await.expect(422).json();
    assert_eq!(text(&twice, "code"), "team-not-asked");
});

db_test!(a_question_is_declined_taken_back_or_answered_by_word_of_mouth, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let team = world.team.to_string();
    let join = format!("/api/v1/people/{}/memberships", world.person("li"));
    let member = |agreed: bool| json!({ "role": "volunteer", "organisation": team, "agreed": agreed });
    let ask = async || {
        let asked = world.api("community").post(&join, member(false)).await.expect(201).json();
        text(&asked["asked"][0], "id").to_owned()
    };
    let mut li = world.browser("li").await;
    let is_asked = async || {
        let me = world.api("li").get("/api/v1/me").await.expect(200).json();
        me["asked"].as_array().is_some_and(|asked| !asked.is_empty())
    };

    let declined = format!("/memberships/{}", ask().await);
    li.submit(&declined, &format!("{declined}/end"), &[]).await.expect(303);
    assert!(!is_asked().await);
    let late = world.api("li").post(&format!("/api/v1{declined}/acceptance"), json!({})).await.expect(422).json();
    assert_eq!(text(&late, "code"), "membership-ended");

    let back = format!("/memberships/{}", ask().await);
    let mut leader = world.browser("leader").await;
    let shown = leader.get(&back).await.expect(200).text;
    assert!(shown.contains("对方不用再答复"), "{shown}");
    let ended = leader.submit(&back, &format!("{back}/end"), &[]).await.expect(303);
    assert_eq!(ended.location, Some(format!("/organisations/{team}")));
    assert!(!is_asked().await);

    // On the telephone they say yes to whoever asked.
    ask().await;
    let given = world.api("community").post(&join, member(true)).await.expect(201).json();
    let in_team = given["memberships"].as_array().into_iter().flatten().any(|m| m["organisation"] == json!(team));
    assert!(in_team && given["asked"] == json!([]), "{given}");
    let held = world.api("community").post(&join, member(true)).await.expect(422).json();
    assert_eq!(text(&held, "code"), "appoint-held");
});

db_test!(who_volunteers_no_more_is_asked_no_more, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let li = world.api("li");
    let own = format!("/api/v1/people/{}", world.person("li"));
    let member = json!({ "role": "volunteer", "organisation": world.team.to_string() });
    let asked = world.api("community").post(&format!("{own}/memberships"), member).await.expect(201).json();
    let mine = li.get(&own).await.expect(200).json();
    let is_volunteering = |m: &&Value| m["role"] == "volunteer" && m["organisation"].is_null();
    let volunteering = mine["memberships"].as_array().into_iter().flatten().find(is_volunteering).expect("one");
    li.post(&format!("/api/v1/memberships/{}/end", text(volunteering, "id")), json!({})).await.expect(200);
    assert_eq!(li.get(&own).await.expect(200).json()["asked"], json!([]));
    let late = format!("/api/v1/memberships/{}/acceptance", text(&asked["asked"][0], "id"));
    assert_eq!(text(&li.post(&late, json!({})).await.expect(422).json(), "code"), "join-not-volunteer");
});
