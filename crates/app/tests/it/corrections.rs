//! Requests for correction: asked, verified by somebody else, applied by the verb that changes it anyway, refused, taken
//! back, late.

use app::testing::{Client, World, world};
use app::{audit, jobs};
use db::db_test;
use rules::shared::ids::PersonId;
use serde_json::{Value, json};

use super::lived_in::asked_to_correct;
use super::reviews::sent;

async fn ask(world: &World, who: &str, person: PersonId, wish: Value) -> (u16, Value) {
    let answered = world.api(who).post(&format!("/api/v1/people/{person}/corrections"), wish).await;
    (answered.status.as_u16(), answered.json())
}

async fn asked(world: &World, who: &str, person: PersonId, wish: Value) -> String {
    let (status, made) = ask(world, who, person, wish).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

async fn decide(world: &World, who: &str, id: &str, decision: Value) -> (u16, String) {
    let answered = world.api(who).post(&format!("/api/v1/corrections/{id}/decision"), decision).await;
    (answered.status.as_u16(), answered.json()["code"].as_str().unwrap_or_default().to_owned())
}

async fn corrected(world: &World, who: &str, id: &str, value: Value) {
    let mut decision = json!({ "verdict": "correct", "reason": "见过证件" });
    for (key, value) in value.as_object().unwrap() {
        decision[key] = value.clone();
    }
    assert_eq!(decide(world, who, id, decision).await, (200, String::new()));
}

async fn copy_of(world: &World, who: &str) -> Value {
    let copy = world.api(who).get(&format!("/api/v1/people/{}/copy", world.person(who))).await.expect(200);
    copy.json()["sections"].clone()
}

async fn state(world: &World, who: &str, id: &str) -> Value {
    world.api(who).get(&format!("/api/v1/corrections/{id}")).await.expect(200).json()
}

db_test!(a_phone_is_corrected_once_somebody_has_verified_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let mut browser = world.browser("zhang").await;
    let page = format!("/people/{zhang}/corrections");
    let shown = browser.get("/me/data").await.expect(200).text;
    assert!(shown.contains(&format!("href=\"{page}\"")), "{shown}");
    let held = browser.get(&page).await.expect(200).text;
    assert!(held.contains("138****0001") && held.contains("还没有申请过更正"), "{held}");
    assert!(held.contains(&format!("/people/{zhang}/edit")), "what one changes oneself leads there: {held}");
    // What is wrong is said at the field, and what was typed stays.
    let wrong = [("field", "phone"), ("wanted", "1380"), ("grounds", "换了号码")];
    let refused = browser.submit(&page, &page, &wrong).await.expect(422).text;
    assert!(refused.contains("\n1380</textarea>") && refused.contains("换了号码"), "{refused}");
    let right = [("field", "phone"), ("wanted", "138 0000 0099"), ("grounds", "换了号码")];
    let to = browser.submit(&page, &page, &right).await.expect(303).location.unwrap();
    let one = browser.get(&to).await.expect(200).text;
    for said in ["待核实", "13800000001", "13800000099", "换了号码", "郑主任", "6月30日"] {
        assert!(one.contains(said), "{said} in {one}");
    }
    browser.submit(&page, &page, &right).await.expect(422);
    let id = to.rsplit('/').next().unwrap().to_owned();
    // It waits on the work page of her community, and of nobody else's.
    let work = world.api("community").get("/").await.expect(200).text;
    assert!(work.contains("/desk/corrections") && work.contains("1 个等着核实"), "{work}");
    for (who, status) in [("neighbour", 404), ("far", 404), ("li", 404), ("clerk", 404), ("call", 200)] {
        world.api(who).get(&format!("/corrections/{id}")).await.expect(status);
    }
    for who in ["call", "social"] {
        let seen = world.api(who).get(&format!("/corrections/{id}")).await.expect(200).text;
        assert!(!seen.contains("13800000099"), "{who} has not opened it: {seen}");
    }
    let wanted = |client: Client| {
        let path = format!("/api/v1/corrections/{id}?protected=true");
        async move { client.get(&path).await.expect(200).json()["wanted"].clone() }
    };
    assert_eq!(wanted(world.api("call")).await, Value::Null);
    assert_eq!(wanted(world.api("social")).await, "13800000099");
    let mut clerk = world.browser("community").await;
    let desk = clerk.get("/desk/corrections").await.expect(200).text;
    assert!(desk.contains("张桂兰") && !desk.contains("13800000099"), "{desk}");
    let fields = [("verdict", "correct"), ("reason", "")];
    let action = format!("/corrections/{id}/decision");
    let opened = clerk.submit(&to, &format!("/corrections/{id}/protected"), &[]).await.expect(200).text;
    assert!(opened.contains("换了号码"), "{opened}");
    let refused = clerk.send_form(&opened, &action, &fields).await.expect(422).text;
    clerk.send_form(&refused, &action, &[("verdict", "correct"), ("reason", "本人拿手机来过")]).await.expect(303);
    // The number signs in, the old one no longer; she is told, and reads who saw to it and why.
    assert_eq!(copy_of(&world, "zhang").await["person"][0]["phone"], "13800000099");
    world.visitor().sign_in("13800000099").await.get("/me").await.expect(200);
    assert_eq!(sent(&world, "correction_decided").await, 1);
    let told = browser.get(&to).await.expect(200).text;
    for said in ["已更正", "本人拿手机来过", "郑主任"] {
        assert!(told.contains(said), "{said} in {told}");
    }
    let readers = browser.get("/me/readers").await.expect(200).text;
    assert!(readers.contains("您申请更正的内容") && readers.contains("核实更正申请"), "{readers}");
    let own = copy_of(&world, "zhang").await["corrections"][0].clone();
    for (key, value) in
        [("before", "13800000001"), ("wanted", "13800000099"), ("became", "13800000099"), ("state", "已更正")]
    {
        assert_eq!(own[key], value, "{own}");
    }
    // Decided is decided, and staff read it no more.
    let again = decide(&world, "social", &id, json!({ "verdict": "refuse", "reason": "不对" })).await;
    assert_eq!(again, (409, "correction-decided".into()));
    assert_eq!(wanted(world.api("social")).await, Value::Null);
    let events = world.events_text().await;
    assert!(events.contains("\"verdict\":\"correct\"") && !events.contains("13800000099"), "{events}");
});

db_test!(each_field_goes_by_the_verb_that_changes_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (zhang, li) = (world.person("zhang"), world.person("li"));
    let one = |field: &str, wanted: &str| json!({ "field": field, "wanted": wanted });
    // Written down by the hotline, for who cannot do it alone: she is told.
    for (field, wanted, key, value) in [
        ("name", "张桂蓝", "name", "张桂蓝"),
        ("sex", "女", "sex", "female"),
        ("birth_date", "1948-03-02", "birth_date", "1948-03-02"),
        ("address", "5 号楼 102", "address", "5 号楼 102"),
        ("identity", "11010519491231002x", "identity", "11010519491231002X"),
    ] {
        let id = asked(&world, "call", zhang, one(field, wanted)).await;
        corrected(&world, "community", &id, json!({})).await;
        assert_eq!(copy_of(&world, "zhang").await["person"][0][key], value, "{field}");
    }
    assert_eq!(sent(&world, "correction_written_down").await, 5);
    // What was verified counts, not what was asked for.
    let id = asked(&world, "call", zhang, one("name", "张贵兰")).await;
    corrected(&world, "community", &id, json!({ "value": "张桂兰" })).await;
    assert_eq!(copy_of(&world, "zhang").await["person"][0]["name"], "张桂兰");
    // A household, then none; then another village of the county, and never one of another.
    let id = asked(&world, "zhang", zhang, one("household", "和孙秀英同户")).await;
    corrected(&world, "social", &id, json!({ "value": "13800000002" })).await;
    assert_eq!(copy_of(&world, "zhang").await["person"][0]["door"], "13800000002");
    // Where they live already is no move: the household stays.
    let id = asked(&world, "zhang", zhang, one("place", "还住在黄楼社区")).await;
    corrected(&world, "social", &id, json!({ "value": "371722003003" })).await;
    assert_eq!(copy_of(&world, "zhang").await["person"][0]["door"], "13800000002");
    let id = asked(&world, "zhang", zhang, one("place", "搬到东关社区了")).await;
    let elsewhere = json!({ "verdict": "correct", "reason": "见过户口本", "value": "371703001001" });
    assert_eq!(decide(&world, "social", &id, elsewhere).await, (422, "home-other-county".into()));
    let nowhere = json!({ "verdict": "correct", "reason": "见过户口本", "value": "不知道" });
    assert_eq!(decide(&world, "social", &id, nowhere).await, (422, "place-unknown".into()));
    corrected(&world, "social", &id, json!({ "value": "371722003004" })).await;
    let moved = copy_of(&world, "zhang").await["person"][0].clone();
    assert!(moved["place"].as_str().unwrap().contains("东关社区") && moved["door"].is_null(), "{moved}");
    world.api("community").get(&format!("/api/v1/people/{zhang}")).await.expect(404);
    // A volunteer who moves serves there from then on.
    let id = asked(&world, "li", li, one("place", "搬到东关社区了")).await;
    corrected(&world, "community", &id, json!({ "value": "371722003004" })).await;
    let sql = "SELECT COUNT(*) FROM people_volunteers v JOIN people_people p ON p.cell = v.cell AND p.id = v.person_id \
               WHERE v.place_path = p.place_path";
    let settled = world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![]).await?) }));
    assert_eq!(settled.await.unwrap(), 3);
    // A credential that somebody else typed: the wrong one is withdrawn, the right one takes its place.
    let aid = json!({ "skill": "first_aid", "number": "HZ-1", "valid_from": "2026-03-01" });
    let path = format!("/api/v1/people/{li}/credentials");
    world.api("social").post(&path, aid).await.expect(201);
    let credentials = world.api("li").get(&format!("/api/v1/people/{li}")).await.expect(200).json();
    let credential = credentials["credentials"][0]["id"].as_str().unwrap().to_owned();
    let wish = json!({ "field": "credential", "credential": credential, "wanted": "编号是 HZ-7" });
    let id = asked(&world, "li", li, wish).await;
    let right = json!({ "skill": "first_aid", "number": "HZ-7", "valid_from": "2026-03-01" });
    corrected(&world, "social", &id, json!({ "credential": right })).await;
    let copy = copy_of(&world, "li").await;
    assert!(copy["credentials"].to_string().contains("HZ-7"), "{copy}");
    assert_eq!(state(&world, "li", &id).await["became"], "first_aid ·  · HZ-7");
    assert!(state(&world, "li", &id).await["stood"].as_str().unwrap().contains("HZ-1"));
});

db_test!(nothing_left_empty_takes_a_household_away, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    world.move_in("zhang", "neighbour").await;
    let held = copy_of(&world, "zhang").await["person"][0]["door"].clone();
    let wish = json!({ "field": "household", "wanted": "15 号楼 3 单元 502" });
    let id = asked(&world, "zhang", zhang, wish.clone()).await;
    let with = |more: Value| {
        let mut decision = json!({ "verdict": "correct", "reason": "见过户口本" });
        more.as_object().unwrap().iter().for_each(|(key, value)| decision[key] = value.clone());
        decision
    };
    for (more, code) in [
        (json!({}), "correction-living"),
        (json!({ "household": "alone" }), "correction-living"),
        (json!({ "household": "with" }), "correction-living-phone"),
        (json!({ "household": "with", "value": "15 号楼 3 单元 502" }), "phone"),
        (json!({ "household": "own" }), "correction-living-door"),
    ] {
        assert_eq!(decide(&world, "social", &id, with(more.clone())).await, (422, code.into()), "{more}");
    }
    assert_eq!(copy_of(&world, "zhang").await["person"][0]["door"], held, "refused, she lives where she did");
    // By the page the form asks which household, and says which one it is now.
    let mut clerk = world.browser("community").await;
    let (to, action) = (format!("/corrections/{id}"), format!("/corrections/{id}/decision"));
    let opened = clerk.submit(&to, &format!("{to}/protected"), &[]).await.expect(200).text;
    assert!(opened.contains("value=\"own\"") && opened.contains(held.as_str().unwrap_or("?")), "{opened}");
    let none = [("verdict", "correct"), ("reason", "见过户口本")];
    let refused = clerk.send_form(&opened, &action, &none).await.expect(422).text;
    assert!(refused.contains("href=\"#household\""), "{refused}");
    let own = [none[0], none[1], ("household", "own"), ("door", "15 号楼 3 单元 502")];
    clerk.send_form(&refused, &action, &own).await.expect(303);
    assert_eq!(copy_of(&world, "zhang").await["person"][0]["door"], "15 号楼 3 单元 502");
    let told = world.browser("zhang").await.get(&to).await.expect(200).text;
    assert!(told.contains("自己一户，门牌：15 号楼 3 单元 502"), "{told}");
    let api = state(&world, "zhang", &id).await;
    assert_eq!((&api["household"], &api["door"]), (&json!("own"), &json!("15 号楼 3 单元 502")), "{api}");
    assert_eq!(api["stood"], held, "{api}");
    // Out of every household only where that is said, and she reads so.
    let id = asked(&world, "zhang", zhang, wish).await;
    corrected(&world, "social", &id, json!({ "household": "none" })).await;
    let told = world.browser("zhang").await.get(&format!("/corrections/{id}")).await.expect(200).text;
    assert!(told.contains("不属于任何一户") && told.contains("15 号楼 3 单元 502"), "old and new: {told}");
    assert_eq!(state(&world, "zhang", &id).await["household"], "none");
});

db_test!(a_door_does_not_move_along_to_another_village, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    world.move_in("zhang", "neighbour").await;
    let id = asked(&world, "call", zhang, json!({ "field": "address", "wanted": "12 号楼 2 单元 402" })).await;
    corrected(&world, "community", &id, json!({})).await;
    let wish = || json!({ "field": "place", "wanted": "搬到东关社区了" });
    let id = asked(&world, "zhang", zhang, wish()).await;
    let mut clerk = world.browser("community").await;
    let to = format!("/corrections/{id}");
    let opened = clerk.submit(&to, &format!("{to}/protected"), &[]).await.expect(200).text;
    assert!(opened.contains("原来的门牌不带过去") && opened.contains("name=\"door\""), "{opened}");
    corrected(&world, "social", &id, json!({ "value": "371722003004" })).await;
    let person = copy_of(&world, "zhang").await["person"][0].clone();
    assert!(person["place"].as_str().unwrap().contains("东关社区") && person["address"].is_null(), "{person}");
    let api = state(&world, "zhang", &id).await;
    assert_eq!((&api["door"], &api["household"]), (&json!(""), &json!("none")), "{api}");
    let told = world.browser("zhang").await.get(&to).await.expect(200).text;
    assert!(told.contains("已退出原来的户") && told.contains("没有登记"), "{told}");
    // Back, with the door she has there.
    let id = asked(&world, "zhang", zhang, wish()).await;
    corrected(&world, "social", &id, json!({ "value": "371722003003", "door": "1 号楼 101" })).await;
    assert_eq!(copy_of(&world, "zhang").await["person"][0]["address"], "1 号楼 101");
    let api = state(&world, "zhang", &id).await;
    assert_eq!((&api["door"], &api["household"]), (&json!("1 号楼 101"), &Value::Null), "{api}");
});

db_test!(nobody_decides_on_their_own_and_what_is_refused_leaves_nothing, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (zhang, social) = (world.person("zhang"), world.person("social"));
    // What one changes oneself is not asked for; who is out of sight is nobody; a field must be one.
    for (who, wish, status, code) in [
        ("zhang", json!({ "field": "name", "wanted": "张桂蓝" }), 422, "correction-by-hand"),
        ("zhang", json!({ "field": "colour", "wanted": "红" }), 422, "correction-field"),
        ("zhang", json!({ "field": "credential", "wanted": "红" }), 422, "correction-credential"),
        ("zhang", json!({ "field": "phone", "wanted": " " }), 422, "correction-value"),
        ("neighbour", json!({ "field": "phone", "wanted": "13800000099" }), 404, ""),
        ("far", json!({ "field": "phone", "wanted": "13800000099" }), 404, ""),
        ("supervisor", json!({ "field": "phone", "wanted": "13800000099" }), 404, ""),
    ] {
        let (found, said) = ask(&world, who, zhang, wish.clone()).await;
        assert_eq!(found, status, "{who} {wish} {said}");
        assert!(code.is_empty() || said["code"] == code, "{who} {wish} {said}");
    }
    // Whoever wrote it down does not decide; nor does whose data it is, nor who lives with them.
    let correct = || json!({ "verdict": "correct", "reason": "见过" });
    let id = asked(&world, "community", zhang, json!({ "field": "phone", "wanted": "13800000099" })).await;
    assert_eq!(decide(&world, "community", &id, correct()).await, (422, "correction-own".into()));
    let own = asked(&world, "social", social, json!({ "field": "phone", "wanted": "13800000098" })).await;
    assert_eq!(decide(&world, "social", &own, correct()).await, (422, "correction-own".into()));
    world.move_in("zhang", "social").await;
    assert_eq!(decide(&world, "social", &id, correct()).await, (422, "correction-close".into()));
    for (who, status) in [("call", 403), ("grid", 403), ("supervisor", 403), ("zhang", 403), ("far", 404), ("li", 404)]
    {
        assert_eq!(decide(&world, who, &id, correct()).await.0, status, "{who}");
    }
    // The verb behind it says no, for the telephone of staff is an administrator's to change: the request waits as before.
    let taken = json!({ "verdict": "correct", "reason": "见过", "value": "13800000002" });
    let before = world.events().await;
    assert_eq!(decide(&world, "community", &own, taken).await, (422, "phone-of-staff".into()));
    assert_eq!((world.events().await, state(&world, "social", &own).await["state"].clone()), (before, json!("asked")));
    let none = json!({ "verdict": "refuse", "reason": " " });
    assert_eq!(decide(&world, "community", &own, none).await, (422, "correction-reason".into()));
    let refuse = json!({ "verdict": "refuse", "reason": "号码查不到是您的" });
    assert_eq!(decide(&world, "community", &own, refuse).await, (200, String::new()));
    let page = world.api("social").get(&format!("/corrections/{own}")).await.expect(200).text;
    assert!(page.contains("号码查不到是您的") && page.contains("向人民法院起诉"), "{page}");
    assert_eq!(copy_of(&world, "social").await["person"][0]["phone"], "13800000007");
});

db_test!(a_request_is_taken_back_and_a_late_one_goes_up, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let first = asked_to_correct(&world.api("zhang"), &zhang.to_string(), "13800000099").await;
    let path = format!("/api/v1/corrections/{first}/withdrawal");
    world.api("neighbour").post(&path, json!({})).await.expect(404);
    let back = world.api("zhang").post(&path, json!({})).await.expect(200).json();
    assert_eq!(back["state"], "withdrawn");
    world.api("zhang").post(&path, json!({})).await.expect(409);
    assert_eq!(sent(&world, "correction_withdrawn").await, 0, "she knows it");
    // Fifteen working days from Monday 8 June, over the Dragon Boat Festival.
    let second = asked_to_correct(&world.api("zhang"), &zhang.to_string(), "13800000098").await;
    assert_eq!(state(&world, "zhang", &second).await["due_at"], "2026-06-30T23:59:59+08:00");
    world.set_time("2026-06-30T23:59:30+08:00");
    jobs::run_due(&world.app).await.unwrap();
    assert_eq!(sent(&world, "correction_late").await, 0);
    world.set_time("2026-07-01T00:01:00+08:00");
    jobs::run_due(&world.app).await.unwrap();
    jobs::run_due(&world.app).await.unwrap();
    // One message to the county's official, an event, and a mark where it waits; none for the one that was taken back.
    assert_eq!(sent(&world, "correction_late").await, 1);
    let id = second.parse().unwrap();
    let events = world.app.read(move |mut tx| {
        Box::pin(async move { audit::timeline::<rules::shared::ids::CorrectionThing>(&mut tx, id).await })
    });
    let verbs: Vec<String> = events.await.unwrap().into_iter().map(|event| event.verb).collect();
    assert_eq!(verbs, ["rights.ask_correction", "rights.correction_late"]);
    let list = world.api("supervisor").get("/api/v1/corrections").await.expect(200).json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert!(list["items"][0]["late_at"].is_string() && list["items"][0]["wanted"].is_null(), "{list}");
    let work = world.api("supervisor").get("/").await.expect(200).text;
    assert!(work.contains("/desk/corrections"), "{work}");
    world.api("auditor").get("/api/v1/corrections").await.expect(403);
    // It can still be answered.
    corrected(&world, "community", &second, json!({})).await;
});

db_test!(staff_take_a_request_back_on_her_word_alone_and_she_is_told, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang").to_string();
    let id = asked_to_correct(&world.api("zhang"), &zhang, "13800000099").await;
    let one = format!("/corrections/{id}");
    let (ask, send) = (format!("{one}/withdraw"), format!("{one}/withdrawal"));
    let mut clerk = world.browser("community").await;
    let drawn = clerk.get(&one).await.expect(200).text;
    assert!(drawn.contains(&ask) && !drawn.contains(&format!("action=\"{send}\"")), "no single click: {drawn}");
    let refused = clerk.submit(&ask, &send, &[("reason", "  ")]).await.expect(422).text;
    assert!(refused.contains("本人什么时候、怎么请您撤回的") && refused.contains("张桂兰"), "{refused}");
    let api = world.api("call").post(&format!("/api/v1{send}"), json!({})).await.expect(422).json();
    assert_eq!((api["code"].as_str(), api["field"].as_str()), (Some("correction-withdraw-reason"), Some("reason")));
    assert_eq!(state(&world, "zhang", &id).await["state"], "asked");
    for who in ["neighbour", "far", "li"] {
        world.api(who).get(&ask).await.expect(404);
    }
    clerk.submit(&ask, &send, &[("reason", "她今早来电话说号码没换")]).await.expect(303);
    assert_eq!(sent(&world, "correction_withdrawn").await, 1);
    let told = world.browser("zhang").await.get(&one).await.expect(200).text;
    for said in ["已撤回", "郑主任", "她今早来电话说号码没换"] {
        assert!(told.contains(said), "{said} in {told}");
    }
    // She herself is asked as well, and needs no reason.
    let id = asked_to_correct(&world.api("zhang"), &zhang, "13800000099").await;
    let one = format!("/corrections/{id}");
    let mut own = world.browser("zhang").await;
    own.submit(&format!("{one}/withdraw"), &format!("{one}/withdrawal"), &[]).await.expect(303);
});
