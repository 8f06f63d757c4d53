//! J1: a resident asks for help, reports, follows it up; a call-taker writes down.

use app::testing::{Answered, Client, World, afternoon_world, world};
use db::db_test;
use serde_json::json;

use crate::kinds::FOOD_PERMIT;

const WHAT: &str = "楼道灯坏了，老人晚上下楼看不见。";

/// The pages of the form, as a browser without JavaScript sends them.
async fn ask(browser: &mut Client, what: &str, private: bool) -> Answered {
    let who = "/help/new/who?type=repairs";
    browser.submit(who, "/help/new/who", &[("relation", "self")]).await.expect(303);
    browser.submit("/help/new/what", "/help/new/what", &[("what", what), ("when", "today")]).await.expect(303);
    let mut fields = vec![("address", ""), ("phone", "")];
    if private {
        fields.push(("private", "yes"));
    }
    let sent = browser.submit("/help/new/where", "/help/new/where", &fields).await.expect(303);
    assert_eq!(sent.location.as_deref(), Some("/help/new/check"));
    browser.submit("/help/new/check", "/help/new/check", &[]).await.expect(303)
}

/// The path of the receipt.
async fn asked(browser: &mut Client, private: bool) -> String {
    ask(browser, WHAT, private).await.location.expect("a receipt")
}

async fn count(world: &World, sql: &'static str) -> i64 {
    world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![]).await?) })).await.unwrap()
}

db_test!(a_resident_asks_for_help_page_by_page, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let tiles = zhang.get("/help").await.expect(200);
    assert!(tiles.text.contains("陪诊") && tiles.text.contains("tel:120"), "{}", tiles.text);
    let begun = zhang.get("/help/new?kind=need&type=repairs").await.expect(303);
    assert_eq!(begun.location.as_deref(), Some("/help/new/who?type=repairs"));
    let receipt = asked(&mut zhang, false).await;
    let page = zhang.get(&receipt).await.expect(200);
    for words in ["打扫维修", "社工正在看", "接下来", WHAT, "3 号楼 2 单元 401", "13800000001", "黄楼社区", "撤回"]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let english = zhang.get(&format!("/en{receipt}")).await.expect(200);
    assert!(english.text.contains("A social worker is looking at it"), "{}", english.text);
    let home = zhang.get("/").await.expect(200);
    assert!(
        home.text.contains("打扫维修<span class=\"hidden\">，</span><span aria-hidden=\"true\"> · </span>黄楼社区")
            && !home.text.contains("没填完"),
        "{}",
        home.text
    );
});

db_test!(a_part_of_today_that_is_over_is_neither_offered_nor_taken, app::migrations::STEPS, |db| async move {
    let world = afternoon_world(db).await;
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/help/new/who?type=care", "/help/new/who", &[("relation", "self")]).await.expect(303);
    let what = "/help/new/what";
    let wanted =
        |part: &'static str| [("what", WHAT), ("when", "day"), ("when_date", "2026-06-08"), ("when_part", part)];
    assert!(zhang.get(what).await.expect(200).text.contains("今天的上午已经过了"));
    let refused = zhang.submit(what, what, &wanted("morning")).await.expect(422).text;
    assert!(refused.contains("选的是今天，上午已经过了") && refused.contains("href=\"#when_part\""), "{refused}");
    assert!(
        refused.contains(WHAT) && refused.contains("value=\"morning\" selected"),
        "what was typed stays: {refused}"
    );
    zhang.submit(what, what, &wanted("evening")).await.expect(303);
    let kept = zhang.get(what).await.expect(200).text;
    assert!(kept.contains("value=\"evening\" selected") && !kept.contains("value=\"morning\""), "{kept}");
    let ask = |when: &str, phone: &str| {
        json!({ "kind": "need", "place": "371722003003", "fields": { "category": "care", "what": WHAT, "when": when,
            "phone": phone } })
    };
    for (when, phone, code) in [
        ("2026-06-08/morning", "13800000001", "field-part-over"),
        ("2026-06-09/morning", "110", "field-not-a-phone"),
        ("2026-06-09/morning", "5551234", "field-not-a-phone"),
    ] {
        let refused = world.api("zhang").post("/api/v1/matters", ask(when, phone)).await.expect(422).json();
        assert_eq!(refused["code"], code, "{when} {phone}: {refused}");
    }
    world.api("zhang").post("/api/v1/matters", ask("2026-06-08/afternoon", "0530-5551234")).await.expect(201);
});

db_test!(what_was_typed_is_kept_until_it_is_sent, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/help/new/who?type=care", "/help/new/who", &[("relation", "self")]).await.expect(303);
    let long = "长".repeat(301);
    let refused = zhang.submit("/help/new/what", "/help/new/what", &[("what", &long)]).await.expect(422);
    assert!(refused.text.contains("错误：") && refused.text.contains(&long), "{}", refused.text);
    assert!(refused.text.contains("href=\"#what\"") && refused.text.contains("href=\"#when\""), "{}", refused.text);
    let back = zhang.get("/help/new/what").await.expect(200);
    assert!(back.text.contains(&long), "the draft kept it");
    let help = zhang.get("/help").await.expect(200);
    assert!(help.text.contains("您有一份没填完的：照护陪伴"), "{}", help.text);
    assert_eq!(count(&world, "SELECT COUNT(*) FROM matters_matters").await, 0);
    zhang.submit("/help", "/help/discard?kind=need", &[]).await.expect(303);
    assert!(!zhang.get("/help").await.text.contains("您有一份没填完的"));
    assert_eq!(count(&world, "SELECT COUNT(*) FROM identity_drafts").await, 0);
});

db_test!(sending_twice_gives_the_same_receipt, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/help/new/who?type=care", "/help/new/who", &[("relation", "self")]).await.expect(303);
    zhang.submit("/help/new/what", "/help/new/what", &[("what", WHAT), ("when", "now")]).await.expect(303);
    zhang.submit("/help/new/where", "/help/new/where", &[]).await.expect(303);
    let check = zhang.get("/help/new/check").await.expect(200);
    assert!(check.text.contains("现在就要") && check.text.contains("自己"), "{}", check.text);
    let first = zhang.send_form(&check.text, "/help/new/check", &[]).await.expect(303);
    let second = zhang.send_form(&check.text, "/help/new/check", &[]).await.expect(303);
    assert_eq!(first.location, second.location);
    assert_eq!(count(&world, "SELECT COUNT(*) FROM matters_matters").await, 1);
});

db_test!(for_somebody_else_one_says_whom, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    // An old link into the middle knows no type; the last look leads to where one is chosen.
    zhang.submit("/help/new/who", "/help/new/who", &[("relation", "self")]).await.expect(303);
    assert_eq!(zhang.get("/help/new/check").await.expect(303).location.as_deref(), Some("/help"));
    let nothing = zhang.submit("/help/new/who?type=care", "/help/new/who", &[]).await.expect(422);
    assert!(nothing.text.contains("为谁求助？"), "{}", nothing.text);
    let fields = [("relation", "neighbour"), ("person_name", "刘奶奶"), ("knows", "unsure")];
    zhang.submit("/help/new/who?type=care", "/help/new/who", &fields).await.expect(303);
    zhang
        .submit("/help/new/what", "/help/new/what", &[("what", WHAT), ("when", "day"), ("when_date", "2026-06-10")])
        .await
        .expect(303);
    zhang.submit("/help/new/where", "/help/new/where", &[("address", "15 号楼")]).await.expect(303);
    let check = zhang.get("/help/new/check").await.expect(200);
    assert!(
        check.text.contains("刘奶奶") && check.text.contains("说不清") && check.text.contains("6月10日"),
        "{}",
        check.text
    );
    let receipt = zhang.submit("/help/new/check", "/help/new/check", &[]).await.expect(303).location.unwrap();
    // Somebody else's home is not the address of who asks.
    assert!(!zhang.get(&receipt).await.expect(200).text.contains("3 号楼 2 单元 401"));
});

db_test!(a_day_that_has_passed_is_said_at_the_day, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/help/new/who?type=care", "/help/new/who", &[("relation", "self")]).await.expect(303);
    let past = [("what", WHAT), ("when", "day"), ("when_date", "2026-06-07"), ("when_part", "evening")];
    for (lang, words) in [("", "选的日子已经过去了"), ("/en", "has passed; please choose today or a later day")]
    {
        let at = format!("{lang}/help/new/what");
        let refused = zhang.submit(&at, &at, &past).await.expect(422).text;
        assert!(refused.contains("href=\"#when_date\"") && refused.contains(words), "{refused}");
        assert!(refused.contains("value=\"2026-06-07\"") && refused.contains(WHAT), "what was typed stays: {refused}");
    }
    let unreadable = [("what", WHAT), ("when", "day"), ("when_date", "下周五")];
    let refused = zhang.submit("/help/new/what", "/help/new/what", &unreadable).await.expect(422).text;
    assert!(refused.contains("href=\"#when_date\""), "{refused}");
    let today = [("what", WHAT), ("when", "day"), ("when_date", "2026-06-08")];
    zhang.submit("/help/new/what", "/help/new/what", &today).await.expect(303);
});

db_test!(a_place_is_found_by_name_and_an_unknown_one_is_said, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/help/new/who?type=care", "/help/new/who", &[("relation", "self")]).await.expect(303);
    zhang.submit("/help/new/what", "/help/new/what", &[("what", WHAT), ("when", "now")]).await.expect(303);
    let unknown = zhang.submit("/help/new/where", "/help/new/where", &[("place", "没有这个村")]).await.expect(422);
    assert!(unknown.text.contains("没有找到这个村或社区") && unknown.text.contains("没有这个村"), "{}", unknown.text);
    let several = zhang.submit("/help/new/where", "/help/new/where", &[("place", "园艺街道")]).await.expect(422);
    assert!(
        several.text.contains("园艺街道 黄楼社区") && several.text.contains("园艺街道 东关社区"),
        "{}",
        several.text
    );
    zhang.submit("/help/new/where", "/help/new/where", &[("place", "东关社区")]).await.expect(303);
    assert!(zhang.get("/help/new/check").await.text.contains("东关社区"));
    let find = zhang.submit("/help/new/where", "/help/new/where", &[("do", "find")]).await.expect(303);
    let find = zhang.get(&find.location.unwrap()).await.expect(200);
    assert!(find.text.contains("单县") && find.text.contains("/places?to="), "{}", find.text);
    let found = zhang.get(&format!("/help/new/where?place_id={}", world.huanglou)).await.expect(200);
    assert!(found.text.contains("value=\"黄楼社区\""), "{}", found.text);
});

db_test!(others_see_the_state_alone_and_of_a_private_matter_nothing, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let open = asked(&mut zhang, false).await.replace("/help/", "/t/");
    let visitor = world.visitor();
    let seen = visitor.get(&open).await.expect(200);
    assert!(
        seen.text.contains("社工正在看") && !seen.text.contains(WHAT) && !seen.text.contains("单元 401"),
        "{}",
        seen.text
    );
    let private = asked(&mut zhang, true).await;
    let hidden = visitor.get(&private.replace("/help/", "/t/")).await.expect(422);
    assert!(hidden.text.contains("没有查到这个编号"), "{}", hidden.text);
    // Of a private one nobody is told by its number, so its page does not say to ring with it.
    for (path, is_private) in [(&private, true), (&asked(&mut zhang, false).await, false)] {
        let page = zhang.get(path).await.expect(200).text;
        assert_eq!(page.contains("要求保密"), is_private, "{page}");
        assert_eq!(page.contains("打电话报编号查不到"), is_private, "{page}");
        assert_eq!(page.contains("打电话问时报给工作人员"), !is_private, "{page}");
        assert_eq!(page.contains("打电话问进度"), !is_private, "{page}");
    }
    visitor.get(&private).await.expect(303);
    let neighbour = world.browser("neighbour").await;
    let elsewhere = neighbour.get(&private).await.expect(303);
    assert_eq!(elsewhere.location, Some(private.replace("/help/", "/t/")));
    let misread = visitor.get("/t?code=4F7-K2M9-X3B").await.expect(422);
    assert!(misread.text.contains("有一位不对") && misread.text.contains("4F7-K2M9-X3B"), "{}", misread.text);
    let social = world.browser("social").await;
    assert_eq!(social.get(&private).await.expect(303).location, Some(private.replace("/help/", "/desk/")));
});

db_test!(the_owner_adds_withdraws_and_is_told_why_not, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let receipt = asked(&mut zhang, false).await;
    let empty = zhang.submit(&receipt, &format!("{receipt}/note"), &[("text", " ")]).await.expect(422);
    assert!(empty.text.contains("请先写点内容"), "{}", empty.text);
    zhang.submit(&receipt, &format!("{receipt}/note"), &[("text", "晚上七点后在家")]).await.expect(303);
    assert!(zhang.get(&receipt).await.text.contains("晚上七点后在家"));
    let mut neighbour = world.browser("neighbour").await;
    let other = asked(&mut neighbour, false).await;
    let forged = neighbour.submit(&other, &format!("{other}/note"), &[]).await;
    assert_eq!(forged.status.as_u16(), 422);
    let page = neighbour.get(&other).await.text;
    neighbour
        .send_form_to(&page, &format!("{other}/note"), &format!("{receipt}/note"), &[("text", "我也来说")])
        .await
        .expect(404);
    let sure = format!("{receipt}/withdraw");
    zhang.submit(&sure, &sure, &[]).await.expect(303);
    let done = zhang.get(&receipt).await.expect(200);
    assert!(done.text.contains("已撤回") && !done.text.contains("补充说明"), "{}", done.text);
});

db_test!(a_hazard_is_one_page_and_a_known_one_is_followed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let nothing = zhang.submit("/hazard/new", "/hazard/new", &[]).await.expect(422);
    assert!(nothing.text.contains("是什么隐患"), "{}", nothing.text);
    let sent =
        zhang.submit("/hazard/new", "/hazard/new", &[("category", "manhole"), ("where", "东门口")]).await.expect(303);
    let receipt = sent.location.expect("a receipt");
    assert!(zhang.get(&receipt).await.expect(200).text.contains("井盖"));
    let mut neighbour = world.browser("neighbour").await;
    assert!(
        neighbour
            .get("/hazard")
            .await
            .expect(200)
            .text
            .contains("井盖<span class=\"hidden\">，</span><span aria-hidden=\"true\"> · </span>黄楼社区")
    );
    let same = neighbour.submit("/hazard/new", "/hazard/new", &[("category", "manhole")]).await.expect(303);
    assert_eq!(same.location.as_deref(), Some("/help/new/check?kind=hazard"));
    let check = neighbour.get("/help/new/check?kind=hazard").await.expect(200);
    assert!(check.text.contains("附近有人报过"), "{}", check.text);
    let follow = receipt.replace("/help/", "/hazard/") + "/follow";
    neighbour.submit("/help/new/check?kind=hazard", &follow, &[]).await.expect(303);
    assert!(neighbour.get("/me").await.expect(200).text.contains("我跟着的事"));
    assert_eq!(count(&world, "SELECT COUNT(*) FROM matters_matters").await, 1);
    assert_eq!(count(&world, "SELECT COUNT(*) FROM identity_drafts").await, 0);
});

db_test!(a_hazard_is_followed_from_its_page_heard_of_and_left, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    let hazard = world.api("zhang").post("/api/v1/matters", hazard).await.expect(201).json();
    let code = hazard["code"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
    let (page, follow, leave) =
        (format!("/t/{code}"), format!("/hazard/{code}/follow"), format!("/hazard/{code}/unfollow"));
    let shown = world.visitor().get(&page).await.expect(200).text;
    assert!(shown.contains("登录后可以跟着这一件"), "{shown}");
    let own = world.browser("zhang").await.get(&page).await.expect(200).text;
    assert!(!own.contains("跟着这一件"), "{own}");
    let (mut wang, mut neighbour) = (world.browser("wang").await, world.browser("neighbour").await);
    for follower in [&mut wang, &mut neighbour] {
        follower.submit(&page, &follow, &[]).await.expect(303);
        assert!(follower.get(&page).await.expect(200).text.contains("您跟着这一件"));
    }
    wang.submit(&page, &leave, &[]).await.expect(303);
    assert!(!wang.get("/me").await.expect(200).text.contains("我跟着的事"));
    let fixed = json!({ "answer": "fixed", "result": "井盖换好了" });
    let triage = format!("/api/v1/matters/{}/triage", hazard["id"].as_str().unwrap());
    world.api("grid").post(&triage, fixed).await.expect(200);
    let outbox = world.visitor().get("/demo/outbox").await.expect(200).text;
    assert_eq!(outbox.matches("您跟着的一件事处理了").count(), 1, "{outbox}");
});

db_test!(photos_are_taken_in_before_sending_and_shown_to_their_owner, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let page = zhang.get("/hazard/new").await.expect(200).text;
    let photos = [("photos", png(40, 30)), ("photos", b"GIF89a".to_vec())];
    let refused = zhang.send_files(&page, "/hazard/new", &[("category", "food")], &photos).await.expect(422);
    assert!(
        refused.text.contains("已经传好的照片") && refused.text.contains("/help/draft/hazard/photos/fil_"),
        "{}",
        refused.text
    );
    let sent = zhang.send_form(&refused.text, "/hazard/new", &[("category", "food")]).await.expect(303);
    let receipt = sent.location.expect("a receipt");
    let shown = zhang.get(&receipt).await.expect(200).text;
    let photo = shown
        .split("href=\"")
        .filter_map(|p| p.split('"').next())
        .find(|p| p.contains("/photos/fil_"))
        .expect("a photo");
    zhang.get(photo).await.expect(200);
    world.browser("neighbour").await.get(photo).await.expect(404);
});

db_test!(
    the_call_takers_form_knows_the_caller_and_says_what_it_does_not_know,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let mut call = world.browser("call").await;
        let fresh = call.get("/desk/call").await.expect(200).text;
        let own = |text: &str| text.contains("value=\"self\" checked") && text.contains("来电人自己");
        assert!(own(&fresh), "most ring for themselves: {fresh}");
        let form = fresh.split("<form").find(|f| f.contains("caller_phone")).expect("the form");
        let first = form.split("<button").nth(1).expect("a button");
        assert!(first.contains("value=\"look\""), "Enter looks up: {first}");
        let place = |text: &str| {
            let tag = text.split("<input").find(|tag| tag.contains(" id=\"place\"")).expect("a place").to_owned();
            tag.split(" value=\"").nth(1).and_then(|v| v.split('"').next()).unwrap_or_default().to_owned()
        };
        let look = |fields: &[(&'static str, &'static str)]| [fields, &[("do", "look")]].concat();
        let looked =
            call.submit("/desk/call", "/desk/call", &look(&[("caller_phone", "13800000001")])).await.expect(200).text;
        assert_eq!(place(&looked), "黄楼社区");
        let other = look(&[("caller_phone", "13800000001"), ("place", "东关社区")]);
        let typed = call.send_form(&looked, "/desk/call", &other).await.expect(200).text;
        assert_eq!(place(&typed), "东关社区", "what was typed stays");
        let nobody = look(&[("caller_phone", "13900000000"), ("place", "黄楼社区")]);
        let nobody = call.send_form(&looked, "/desk/call", &nobody).await.expect(200).text;
        assert_eq!(place(&nobody), "", "another number does not keep the place of the one before");
        for (at, words) in [
            ("/desk/call", "没有找到这个村或社区：“没有这个村”"),
            ("/en/desk/call", "There is no village or community “"),
        ] {
            let said = call.submit(at, at, &look(&[("place", "没有这个村")])).await.expect(422).text;
            assert!(said.contains(words) && place(&said) == "没有这个村", "{said}");
        }
        let whom = [
            ("caller_phone", "13800000001"),
            ("relation", "self"),
            ("person_name", "刘奶奶"),
            ("category", "errands"),
            ("what", "想请人买药"),
            ("when", "today"),
            ("day", "2026-06-08"),
            ("time", "08:10"),
        ];
        let refused = call.submit("/desk/call", "/desk/call", &whom).await.expect(422).text;
        assert!(
            refused.contains("填了别人的姓名或电话") && refused.contains("刘奶奶"),
            "nothing typed is dropped: {refused}"
        );
        let own: Vec<_> = whom.into_iter().filter(|(name, _)| *name != "person_name").collect();
        let saved = call.submit("/desk/call", "/desk/call", &own).await.expect(303).location.unwrap();
        assert!(call.get(&saved).await.text.contains("黄楼社区"), "the place is theirs");
    }
);

db_test!(a_call_taker_writes_down_and_reads_out, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    asked(&mut zhang, false).await;
    let mut call = world.browser("call").await;
    let fields = [("caller_phone", "138 0000 0001"), ("do", "look"), ("what", "没写完的话")];
    let looked = call.submit("/desk/call", "/desk/call", &fields).await.expect(200);
    assert!(looked.text.contains("名下有正在办的事") && looked.text.contains("没写完的话"), "{}", looked.text);
    assert!(!looked.text.contains("张桂兰") && !looked.text.contains(WHAT), "{}", looked.text);
    let refused = call.submit("/desk/call", "/desk/call", &[("caller_phone", "12")]).await.expect(422);
    assert!(
        refused.text.contains("href=\"#caller_phone\"") && refused.text.contains("href=\"#category\""),
        "{}",
        refused.text
    );
    let fields = [
        ("caller_phone", "13800000001"),
        ("relation", "self"),
        ("category", "errands"),
        ("what", "想请人买药"),
        ("when", "today"),
        ("place", "黄楼社区"),
        ("day", "2026-06-08"),
        ("time", "08:10"),
    ];
    let saved = call.submit("/desk/call", "/desk/call", &fields).await.expect(303);
    let said = call.get(saved.location.as_deref().unwrap()).await.expect(200);
    assert!(said.text.contains("我给您记下了：跑腿代买，黄楼社区") && !said.text.contains("买药"), "{}", said.text);
    let private = [&fields[..], &[("private", "yes")]].concat();
    let saved = call.submit("/desk/call", "/desk/call", &private).await.expect(303).location.unwrap();
    let said = call.get(&saved).await.expect(200);
    assert!(said.text.contains("这件事保密") && !said.text.contains("跑腿代买"), "{}", said.text);
    world.browser("social").await.get(&saved).await.expect(404);
    assert!(zhang.get("/").await.text.contains("跑腿代买"));
    zhang.get("/desk/call").await.expect(403);
    assert_eq!(
        count(&world, "SELECT COUNT(*) FROM matters_matters WHERE channel = 'phone' AND occurred_at < recorded_at")
            .await,
        2
    );
});

pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

db_test!(whoever_asked_is_told_that_it_was_received_and_its_number, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let received = "SELECT COUNT(*) FROM jobs_messages WHERE template = 'received'";
    let mut zhang = world.browser("zhang").await;
    let receipt = asked(&mut zhang, false).await;
    assert_eq!(count(&world, received).await, 1);
    let outbox = zhang.get("/demo/outbox").await.expect(200).text;
    let code = receipt.rsplit('/').next().unwrap();
    assert!(outbox.contains("您的求助收到了，编号 Q ") && outbox.contains(&format!("/t/{code}")), "{outbox}");
    assert!(outbox.contains("6月8日 周一 11:00 前会有人看"), "{outbox}");
    assert!(!outbox.contains("data-code=\"\""), "it brings no code to sign in with: {outbox}");
    assert!(!outbox.contains(WHAT) && !outbox.contains("打扫维修"), "not a word of what it is about: {outbox}");
    // Others may hold the phone: of a private matter nothing goes there.
    asked(&mut zhang, true).await;
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    world.api("zhang").post("/api/v1/matters", hazard).await.expect(201);
    assert_eq!(count(&world, received).await, 2);
    // Whoever rang is told as well, when they are known.
    let rang = |phone: &'static str| {
        [
            ("caller_phone", phone),
            ("relation", "self"),
            ("category", "errands"),
            ("what", "买药"),
            ("when", "today"),
            ("place", "黄楼社区"),
            ("day", "2026-06-08"),
            ("time", "08:10"),
        ]
    };
    let mut call = world.browser("call").await;
    call.submit("/desk/call", "/desk/call", &rang("13800000002")).await.expect(303);
    assert_eq!(count(&world, received).await, 3);
    call.submit("/desk/call", "/desk/call", &rang("13900000000")).await.expect(303);
    assert_eq!(count(&world, received).await, 3, "a number that nobody showed to be theirs gets nothing");
});

db_test!(what_is_written_down_leads_nowhere_that_its_writer_may_not_go, app::migrations::STEPS, |db| async move {
    // Department clerks write down what this kind is of, and handle no paper.
    let world = world(db, &[("food_permit.toml", FOOD_PERMIT)]).await;
    let rang = [
        ("caller_phone", "13800000001"),
        ("relation", "self"),
        ("category", "errands"),
        ("what", "想请人买药"),
        ("when", "today"),
        ("day", "2026-06-08"),
        ("time", "08:10"),
    ];
    let private = [&rang[..], &[("private", "yes")]].concat();
    // Once it is written down, what is private is for the social workers and whoever it is given to.
    for (name, said, opens) in
        [("call", &rang[..], true), ("call", &private[..], false), ("social", &private[..], true)]
    {
        let mut desk = world.browser(name).await;
        let saved = desk.submit("/desk/call", "/desk/call", said).await.expect(303).location.unwrap();
        let page = desk.get(&saved).await.expect(200).text;
        let main = page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or_default();
        let links: Vec<&str> = main.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let code: String =
            saved.trim_start_matches("/desk/call/").chars().filter(char::is_ascii_alphanumeric).collect();
        let leads = links.iter().any(|link| *link == format!("/desk/{code}"));
        assert_eq!(leads, opens, "{name}: {links:?}");
        for link in links.into_iter().filter(|link| link.starts_with('/')) {
            let opened = desk.get(link).await;
            assert_eq!(opened.status, 200, "{name} {link}");
        }
    }
    // Who handles no paper is not led to it.
    for (name, sees) in [("call", true), ("clerk", false)] {
        let page = world.browser(name).await.get("/desk/call").await.expect(200).text;
        assert_eq!(page.split("<main").nth(1).unwrap_or_default().contains("href=\"/paper\""), sees, "{name}");
    }
});
