//! Service cards: made once, dead when replaced or lost, and what each who shows one is shown.

use app::testing::{Client, World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::lived_in::{card_of, lived_in};

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn cards(world: &World, key: &'static str) -> String {
    format!("/api/v1/people/{}/cards", world.person(key))
}

/// What must not be read off a card: name, number and door of 张桂兰.
fn says_nothing_of_her(page: &str) {
    for private in ["张桂兰", "张*兰", "13800000001", "138****0001", "3 号楼"] {
        assert!(!page.contains(private), "{private} in {page}");
    }
}

db_test!(a_card_is_made_once_replaced_and_lost, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let to = cards(&world, "zhang");
    for (asker, status) in [("zhang", 403), ("neighbour", 404), ("call", 403), ("far", 404)] {
        world.api(asker).post(&to, json!({})).await.expect(status);
    }
    let first = world.api("community").post(&to, json!({})).await.expect(201).json();
    let again = world.api("community").post(&to, json!({})).await.expect(422).json();
    assert_eq!(text(&again, "code"), "card-valid");
    let second = world.api("community").post(&to, json!({ "replaces": true })).await.expect(201).json();
    let open = |made: &Value| format!("/c/{}", text(made, "url").rsplit('/').next().unwrap());
    world.visitor().get(&open(&first)).await.expect(404);
    world.visitor().get(&open(&second)).await.expect(200);
    let typed = format!("/c?card={}", text(&second, "code").to_lowercase());
    let to_code = world.visitor().get(&typed).await.expect(303).location.unwrap();
    says_nothing_of_her(&world.visitor().get(&to_code).await.expect(200).text);
    world.visitor().get("/c?card=4F7-K2M9").await.expect(422);
    // Lost: by herself, by whoever takes the call, and by nobody else.
    let loss = format!("/api/v1/cards/{}/loss", text(&second, "id"));
    for stranger in ["neighbour", "far", "inspector"] {
        world.api(stranger).post(&loss, json!({})).await.expect(404);
    }
    let left = world.api("call").post(&loss, json!({})).await.expect(200).json();
    assert_eq!((text(&left["items"][0], "state"), text(&left["items"][1], "state")), ("lost", "replaced"));
    assert_eq!(text(&world.api("zhang").post(&loss, json!({})).await.expect(422).json(), "code"), "card-ended");
    world.visitor().get(&open(&second)).await.expect(404);
    world.visitor().get(&to_code).await.expect(404);
});

db_test!(cards_that_are_asked_for_are_printed_together, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let ask = format!("/people/{}/cards/ask", world.person("zhang"));
    zhang.submit("/me/cards", &ask, &[("for", "own")]).await.expect(303);
    assert!(zhang.get("/me/cards").await.expect(200).text.contains("等社区制卡"));
    let other = format!("/api/v1/people/{}/card-request", world.person("neighbour"));
    world.api("call").post(&other, json!({})).await.expect(200);
    world.api("far").post(&other, json!({})).await.expect(404);
    let mut community = world.browser("community").await;
    let waiting = community.get("/cards").await.expect(200).text;
    assert!(waiting.contains("张桂兰") && waiting.contains("孙秀英"), "{waiting}");
    // Some of them now, the others another time; nobody is no choice.
    world.api("call").post(&format!("/api/v1/people/{}/card-request", world.person("li")), json!({})).await.expect(200);
    let li = world.person("li").to_string();
    assert!(community.submit("/cards", "/cards", &[]).await.expect(422).text.contains("请至少勾选一个人"));
    let one = community.submit("/cards", "/cards", &[("people", li.as_str())]).await.expect(200).text;
    assert_eq!(one.matches("class=\"qr\"").count(), 1, "{one}");
    assert!(!community.get("/cards").await.expect(200).text.contains("李建国"));
    // What did not print well is made anew, and the first is dead.
    let card = one.split("name=\"again\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a card");
    assert!(community.send_form(&one, "/cards", &[]).await.expect(422).text.contains("请至少勾选一个人"));
    let again = community.send_form(&one, "/cards", &[("again", card)]).await.expect(200).text;
    assert_eq!(again.matches("class=\"qr\"").count(), 1, "{again}");
    let twice = community.send_form(&one, "/cards", &[("again", card)]).await.expect(422).text;
    assert!(twice.contains("有已经停用的"), "{twice}");
    let both = [world.person("zhang"), world.person("neighbour")].map(|person| person.to_string());
    let both = [("people", both[0].as_str()), ("people", both[1].as_str())];
    let sheet = community.send_form(&waiting, "/cards", &both).await.expect(200).text;
    assert_eq!(sheet.matches("class=\"qr\"").count(), 2, "{sheet}");
    assert!(sheet.contains("签收单") && sheet.contains("演示数据") && sheet.contains("0530-0000000"));
    let faces = sheet.split("card-list").next().unwrap();
    says_nothing_of_her(faces);
    let after = community.send_form(&waiting, "/cards", &both).await.expect(422).text;
    assert!(after.contains("没有人在等办卡"), "{after}");
    assert!(after.contains("没有办成") && !after.contains("处需要改"), "nothing on the page can be put right: {after}");
    world.browser("call").await.get("/cards").await.expect(403);
});

db_test!(a_card_that_was_asked_for_says_for_whom_and_can_be_taken_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    world.move_in("neighbour", "zhang").await;
    let id = world.person("zhang");
    let (ask, back) = (format!("/people/{id}/cards/ask"), format!("/people/{id}/cards/ask/withdrawal"));
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/me/cards", &ask, &[("for", "household")]).await.expect(303);
    // Whose card it will be is said wherever it is waited for: to her, and to staff.
    let waits = "（全家的卡），等社区制卡";
    assert!(zhang.get("/me/cards").await.expect(200).text.contains(waits));
    for (staff, page) in [
        ("call", format!("/people/{id}")),
        ("community", format!("/people/{id}")),
        ("social", format!("/people/{id}/cards")),
    ] {
        let text = world.browser(staff).await.get(&page).await.expect(200).text;
        assert!(text.contains(waits), "{staff} {page}: {text}");
    }
    let list = world.browser("community").await.get("/cards").await.expect(200).text;
    assert!(list.contains("全家的卡"), "{list}");
    let api = format!("/api/v1/people/{id}/card-request/withdrawal");
    for stranger in ["neighbour", "far"] {
        world.api(stranger).post(&api, json!({})).await.expect(404);
    }
    zhang.submit("/me/cards", &back, &[]).await.expect(303);
    let own = zhang.get("/me/cards").await.expect(200).text;
    assert!(own.contains("已取消，不再制卡") && !own.contains(waits), "{own}");
    assert!(world.browser("community").await.get("/cards").await.expect(200).text.contains("没有人在等办卡"));
    assert_eq!(text(&world.api("zhang").post(&api, json!({})).await.expect(422).json(), "code"), "card-not-asked");
    // Staff take it back for whoever rings; what is made cannot be taken back.
    let asked = world.api("call").post(&api.replace("/withdrawal", ""), json!({})).await.expect(200).json();
    assert_eq!(asked["asked_for_household"], false, "{asked}");
    let left = world.api("call").post(&api, json!({})).await.expect(200).json();
    assert_eq!((&left["asked_at"], &left["asked_for_household"]), (&json!(null), &json!(null)), "{left}");
});

db_test!(a_household_shares_a_card, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let household = json!({ "for_household": true });
    world.move_in("neighbour", "zhang").await;
    let made = world.api("community").post(&cards(&world, "zhang"), household.clone()).await.expect(201).json();
    let again = world.api("community").post(&cards(&world, "neighbour"), household).await.expect(422).json();
    assert_eq!(text(&again, "code"), "card-valid");
    let seen = world.api("neighbour").get(&cards(&world, "neighbour")).await.expect(200).json();
    assert_eq!(seen["items"][0]["id"], made["id"]);
    // Anybody behind the door reports it lost.
    let loss = format!("/api/v1/cards/{}/loss", text(&made, "id"));
    world.api("neighbour").post(&loss, json!({})).await.expect(200);
});

db_test!(the_volunteer_of_today_signs_in_and_out_by_card, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let (world, card) = (&lived.world, &lived.card);
    world.set_time("2026-06-08T14:00:00+08:00");
    let mut li = world.browser("li").await;
    let page = format!("/c/{card}");
    let seen = li.get(&page).await.expect(200).text;
    assert!(seen.contains("确认签到"), "{seen}");
    let to = li.submit(&page, &format!("/c/{card}/in"), &[]).await.expect(303).location.unwrap();
    assert!(to.ends_with("/now"), "{to}");
    world.pass(60);
    let done = [("done", "company")];
    li.submit(&page, &format!("/c/{card}/out"), &done).await.expect(303);
    let records = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
    let served = records["items"].as_array().unwrap().iter().find(|r| r["minutes"] == json!(60));
    assert_eq!(text(served.expect("the record"), "evidence"), "both_present");
    // Everybody has signed out, so the task is over: the card opens what it opens to anybody.
    says_nothing_of_her(&li.get(&page).await.expect(200).text);
});

db_test!(another_card_proves_nothing, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let world = &lived.world;
    world.set_time("2026-06-08T14:00:00+08:00");
    let other = card_of(world, &world.person("neighbour").to_string()).await;
    let check_in = format!("/api/v1/tasks/{}/check-in", lived.tasks[0]["id"].as_str().unwrap());
    let refused = world.api("li").post(&check_in, json!({ "card": other })).await.expect(422).json();
    assert_eq!(text(&refused, "code"), "presence-unknown");
    let new = card_of(world, &world.person("zhang").to_string()).await;
    let refused = world.api("li").post(&check_in, json!({ "card": lived.card })).await.expect(422).json();
    assert_eq!(text(&refused, "code"), "presence-replaced");
    world.api("wang").post(&check_in, json!({ "card": new })).await.expect(404);
    world.api("li").post(&check_in, json!({ "card": new })).await.expect(200);
});

db_test!(what_a_card_opens_depends_on_who_shows_it, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let (world, page) = (&lived.world, format!("/c/{}", lived.card));
    let zhang = world.person("zhang");
    let mut strangers: Vec<Client> = vec![world.visitor()];
    for key in ["neighbour", "wang", "far", "inspector"] {
        strangers.push(world.browser(key).await);
    }
    for stranger in strangers {
        let seen = stranger.get(&page).await.expect(200).text;
        assert!(seen.contains("黄楼社区") && seen.contains("0530-0000000") && seen.contains("捡到"), "{seen}");
        says_nothing_of_her(&seen);
    }
    // Who is meant by what is said to volunteers, reads it: a visitor may be one, a neighbour is none.
    let meant = "我是来服务的志愿者";
    assert!(world.visitor().get(&page).await.expect(200).text.contains(meant));
    assert!(!world.browser("neighbour").await.get(&page).await.expect(200).text.contains(meant));
    let wang = world.browser("wang").await.get(&page).await.expect(200).text;
    assert!(wang.contains("您没有接这位持卡人的任务"), "{wang}");
    let now = world.app.now().recorded.to_string();
    world.set_time("2026-06-07T14:00:00+08:00");
    let early = world.browser("li").await.get(&page).await.expect(200).text;
    assert!(early.contains("14:00开始的，到时候再扫这张卡"), "{early}");
    says_nothing_of_her(&early);
    world.set_time(&now);
    for (key, to) in [("community", format!("/people/{zhang}")), ("zhang", "/me/cards".to_owned())] {
        assert_eq!(world.browser(key).await.get(&page).await.expect(303).location, Some(to));
    }
    let person = world.browser("community").await.get(&format!("/people/{zhang}")).await.expect(200).text;
    assert!(person.contains(&format!("/desk/call?person={zhang}")), "{person}");
    let call = world.browser("call").await.get(&format!("/desk/call?person={zhang}")).await.expect(200).text;
    assert!(call.contains("登记的是：张"), "{call}");
    let far = world.browser("far").await.get(&format!("/desk/call?person={zhang}")).await.expect(200).text;
    says_nothing_of_her(&far);
});

db_test!(a_passer_by_asks_for_help_for_the_holder, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let (world, help) = (&lived.world, format!("/c/{}/help", lived.card));
    let to_login = world.visitor().get(&help).await.expect(303).location.unwrap();
    assert!(to_login.starts_with("/login"), "{to_login}");
    let mut passer_by = world.browser("neighbour").await;
    let missing = passer_by.submit(&help, &help, &[("category", "errands")]).await.expect(422).text;
    says_nothing_of_her(&missing);
    let said = [("category", "errands"), ("what", "老人说家里没有米了"), ("when", "today")];
    let done = passer_by.submit(&help, &help, &said).await.expect(303).location.unwrap();
    let receipt = passer_by.get(&done).await.expect(200).text;
    assert!(receipt.contains("老人说家里没有米了"), "{receipt}");
    says_nothing_of_her(&receipt);
    // It is hers.
    let hers = world.api("zhang").get("/api/v1/matters?mine=true").await.expect(200).json();
    assert!(hers["items"].as_array().unwrap().iter().any(|m| text(m, "category") == "errands"), "{hers}");
    let page = world.browser("zhang").await.get(&done).await.expect(200).text;
    assert!(page.contains("别人替您求助") && page.contains("替您求助的人当时说的"), "{page}");
    assert!(!page.contains("<b>工作人员替您登记") && !page.contains("您当时说的"), "{page}");
    let outbox = world.visitor().get("/demo/outbox").await.expect(200).text;
    assert!(outbox.contains("有人替您提了一件"), "{outbox}");
    let log = world.browser("zhang").await.get("/me/readers").await.expect(200).text;
    assert!(log.contains("替您求助的人看自己写的") && !log.contains("替您办事"), "{log}");
});

db_test!(the_hotline_learns_from_a_card_that_something_is_open_and_no_more, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let card = card_of(&world, &world.person("zhang").to_string()).await;
    let mut call = world.browser("call").await;
    let look = |card: String| vec![("caller_card", card), ("do", "look".to_owned())];
    async fn ask(call: &mut Client, fields: Vec<(&'static str, String)>) -> String {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        call.submit("/desk/call", "/desk/call", &fields).await.expect(200).text
    }
    assert!(ask(&mut call, look(card.clone())).await.contains("没有可查到的在办事项"));
    let mut private = crate::lived_in::need("家里有人打我", "3 号楼 2 单元 401", "13800000001");
    private["private"] = json!(true);
    world.api("zhang").post("/api/v1/matters", private).await.expect(201);
    assert!(ask(&mut call, look(card.clone())).await.contains("没有可查到的在办事项"), "a private one is not told");
    let open = crate::lived_in::need("请人买药", "3 号楼 2 单元 401", "13800000001");
    world.api("zhang").post("/api/v1/matters", open).await.expect(201);
    let seen = ask(&mut call, look(format!("http://helin.test/c/{card}"))).await;
    assert!(
        seen.contains("登记的是：张") && !seen.contains("买药") && !seen.contains("没有可查到的在办事项"),
        "{seen}"
    );
    // A card that nobody has was mistyped: it is said at the field, while the caller is there.
    for mistyped in ["4F7-K2M9-X3A", "999999"] {
        let said = [("caller_card", mistyped), ("do", "look")];
        let refused = call.submit("/desk/call", "/desk/call", &said).await.expect(422).text;
        assert!(refused.contains("没有查到这个卡号") && refused.contains("href=\"#caller_card\""), "{refused}");
    }
});

db_test!(who_issues_cards_reads_on_the_first_page_how_many_wait, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let cell = |text: &str| text.split("<li>").find(|cell| cell.contains("href=\"/cards\"")).map(str::to_owned);
    for (asked, said) in [(None, "0 个人在等"), (Some("zhang"), "1 个人在等")] {
        if let Some(name) = asked {
            let path = format!("/api/v1/people/{}/card-request", world.person(name));
            let answered = world.api(name).post(&path, json!({})).await;
            assert!(answered.status.is_success(), "{}", answered.text);
        }
        for name in ["community", "social"] {
            let home = world.browser(name).await.get("/").await.expect(200).text;
            assert!(cell(&home).is_some_and(|cell| cell.contains(said)), "{name}: {said} in {home}");
        }
    }
    for name in ["call", "grid", "supervisor"] {
        assert_eq!(cell(&world.browser(name).await.get("/").await.expect(200).text), None, "{name}");
    }
});

db_test!(a_card_is_reported_lost_after_a_question, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let made = world.api("community").post(&format!("/api/v1/people/{}/cards", world.person("zhang")), json!({})).await;
    made.expect(201);
    let mut zhang = world.browser("zhang").await;
    let list = zhang.get("/me/cards").await.expect(200).text;
    let loss = list.split("href=\"").find(|rest| rest.starts_with("/cards/")).and_then(|rest| rest.split('"').next());
    let loss = loss.expect("a link").to_owned();
    assert!(!list.contains(&format!("action=\"{loss}\"")), "one press ends nothing: {list}");
    let question = zhang.get(&loss).await.expect(200).text;
    assert!(question.contains("挂失这张卡吗") && question.contains("没丢，不挂失"), "{question}");
    world.browser("neighbour").await.get(&loss).await.expect(404);
    zhang.submit(&loss, &loss, &[]).await.expect(303);
    assert!(zhang.get("/me/cards").await.expect(200).text.contains("已挂失"));
});
