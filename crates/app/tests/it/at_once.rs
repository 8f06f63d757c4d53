//! Two at one matter: who is second with a task is shown the first, and says whether both are meant.

use app::testing::world;
use db::db_test;
use serde_json::json;

use crate::desk::{TRIAGED, need, triage};
use crate::dispatch::{cut, matter, task_body};

db_test!(the_second_to_cut_a_task_is_shown_the_first, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let path = format!("/api/v1/matters/{matter}");
    let shown = world.api("social").get(&path).await.expect(200).json();
    let code = shown["code"].as_str().unwrap().rsplit(' ').next().unwrap().replace('-', "");
    let (page, action) = (format!("/desk/{code}/assign"), format!("/desk/{code}/tasks"));
    let (mut first, mut second) = (world.browser("social").await, world.browser("community").await);
    let (one, two) = (first.get(&page).await.expect(200).text, second.get(&page).await.expect(200).text);
    let fields = |title: &'static str| {
        [
            ("title", title),
            ("start", "2026-06-08T14:00"),
            ("end", "2026-06-08T16:00"),
            ("slots", "1"),
            ("place_hint", "黄楼社区"),
            ("risk", "ordinary"),
        ]
    };
    first.send_form(&one, &action, &fields("陪诊")).await.expect(303);
    // What is wrong is said first, and what was seen stays what was seen.
    let wrong = second.send_form(&two, &action, &fields("")).await.expect(422).text;
    let told = second.send_form(&wrong, &action, &fields("陪诊")).await.expect(409).text;
    for words in ["周社工", "刚给这件事定了一个任务：陪诊，2026-06-08 14:00", "/assign?task="] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let tasks = async || {
        let list = world.api("social").get(&format!("/api/v1/tasks?matter={matter}")).await.expect(200).json();
        list["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(tasks().await, 1);
    // Who sends it again means a second one.
    second.send_form(&told, &action, &fields("陪诊")).await.expect(303);
    assert_eq!(tasks().await, 2);

    let mut body = task_body();
    body["seen"] = json!(1);
    let late = world.api("social").post(&format!("{path}/tasks"), body.clone()).await.expect(409).json();
    assert_eq!((&late["code"], &late["args"]["title"]), (&json!("task-cut-meanwhile"), &json!("陪诊")), "{late}");
    body["seen"] = json!(2);
    cut(&world, &matter, body).await;
    // A program that does not say what it has seen cuts as before.
    cut(&world, &matter, task_body()).await;
    assert_eq!(tasks().await, 4);
});

db_test!(all_that_is_wrong_with_a_task_without_times_is_said_at_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let shown = world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    let code = shown["code"].as_str().unwrap().rsplit(' ').next().unwrap().replace('-', "");
    let (page, action) = (format!("/desk/{code}/assign"), format!("/desk/{code}/tasks"));
    let wrong = [("title", ""), ("start", ""), ("end", ""), ("slots", "0"), ("notes", "打 138 0000 0001")];
    let refused = world.browser("social").await.submit(&page, &action, &wrong).await.expect(422).text;
    for field in ["title", "start", "end", "slots", "notes"] {
        assert!(refused.contains(&format!("id=\"{field}-error\"")), "{field}: {refused}");
    }
    let body = json!({ "title": "", "starts_at": "soon", "minutes": 60, "slots": 0 });
    let refused = world.api("social").post(&format!("/api/v1/matters/{matter}/tasks"), body).await.expect(422).json();
    let told = refused.to_string();
    for field in ["\"title\"", "\"starts_at\"", "\"slots\""] {
        assert!(told.contains(field), "{field}: {told}");
    }
});

db_test!(
    the_second_to_correct_a_person_or_a_team_puts_back_nothing_of_the_first,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let zhang = world.person("zhang");
        let edit = format!("/people/{zhang}/edit");
        let (mut first, mut second) = (world.browser("community").await, world.browser("community").await);
        let drawn = second.get(&edit).await.expect(200).text;
        let named = |name: &'static str, born: &'static str| [("name", name), ("sex", "female"), ("birth_date", born)];
        first.submit(&edit, &edit, &named("张桂花", "1975-05-20")).await.expect(303);
        let told = second.send_form(&drawn, &edit, &named("张桂兰", "1975-05-21")).await.expect(409).text;
        assert!(told.contains("value=\"张桂花\"") && !told.contains("value=\"张桂兰\""), "what she left alone: {told}");
        assert!(told.contains("value=\"1975-05-21\""), "what she changed: {told}");
        second.send_form(&told, &edit, &named("张桂花", "1975-05-21")).await.expect(303);

        let team = format!("/organisations/{}", world.team);
        let edit = format!("{team}/edit");
        let drawn = second.get(&team).await.expect(200).text;
        first.submit(&team, &edit, &[("name", "黄楼社区暖心队"), ("labels", "")]).await.expect(303);
        let old = [("name", "黄楼社区邻里服务队"), ("labels", "hospital")];
        let told = second.send_form(&drawn, &edit, &old).await.expect(409).text;
        assert!(told.contains("value=\"黄楼社区暖心队\"") && told.contains("value=\"hospital\""), "{told}");
        second.send_form(&told, &edit, &[("name", "黄楼社区暖心队"), ("labels", "hospital")]).await.expect(303);
    }
);

db_test!(a_refused_form_goes_on_from_what_it_had_seen, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let (mut first, mut second) = (world.browser("community").await, world.browser("social").await);
    triage(&mut second, &code, TRIAGED).await.expect(303);
    let (page, action) = (format!("/desk/{code}?do=handler"), format!("/desk/{code}/handler"));
    let drawn = second.get(&page).await.expect(200).text;
    let note = [("do", "note"), ("text", "家属说晚上才在家")];
    first.submit(&format!("/desk/{code}?do=note"), &format!("/desk/{code}/note"), &note).await.expect(303);
    // Nobody was chosen; that is all that is said, and what the colleague wrote has not been seen yet.
    let refused = second.send_form(&drawn, &action, &[("handler", "")]).await.expect(422).text;
    let me = world.person("social").to_string();
    let told = second.send_form(&refused, &action, &[("handler", me.as_str())]).await.expect(409).text;
    assert!(told.contains("刚才有人先改了") && told.contains("家属说晚上才在家"), "{told}");
    second.send_form(&told, &action, &[("handler", me.as_str())]).await.expect(303);
});
