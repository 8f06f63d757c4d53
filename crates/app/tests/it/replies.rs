//! Whom a report is about is heard: asked without being told who reported, answers by page, by API or by telephone, and is
//! read by those alone who handle it.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

const TOLD: &str = "有人反映店门口的货箱挡住了消防通道";
const WORDS: &str = "货箱今早已经搬走，以后放在后院";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// 张桂兰 reports; the path of the matter and of its page at the desk.
async fn hazard(world: &World) -> (String, String) {
    let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "fire_lane" } });
    let matter = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    let code: String = text(&matter["code"]).chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    (format!("/api/v1/matters/{}", text(&matter["id"])), format!("/desk/{code}"))
}

/// The grid member asks 李建国, who is registered.
async fn asked(world: &World, matter: &str) -> String {
    let body = json!({ "name": "路口超市", "phone": "13800000003", "told": TOLD });
    let reply = world.api("grid").post(&format!("{matter}/replies"), body).await.expect(201).json();
    assert_eq!((reply["registered"].clone(), reply["told"].clone()), (json!(true), json!(TOLD)));
    text(&reply["id"])
}

db_test!(who_is_reported_answers_and_never_learns_who_reported, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (matter, desk) = hazard(&world).await;
    let reply = asked(&world, &matter).await;
    let own = format!("/me/replies/{reply}");

    let mut li = world.browser("li").await;
    assert!(li.get("/me").await.expect(200).text.contains("有 1 件事想听您怎么说"));
    assert!(li.get("/me/replies").await.expect(200).text.contains("消防通道"));
    let page = li.get(&own).await.expect(200).text;
    assert!(page.contains(TOLD) && page.contains("6月11日") && !page.contains("张桂兰"), "{page}");
    let empty = li.submit(&own, &own, &[("words", " ")]).await.expect(422).text;
    assert!(empty.contains("请写说明"), "{empty}");
    li.submit(&own, &own, &[("words", WORDS)]).await.expect(303);
    let page = li.get(&own).await.expect(200).text;
    assert!(page.contains(WORDS) && page.contains("您已说明") && page.contains("还想补充什么"), "{page}");
    assert!(!page.contains("不方便写字"), "it was said already: {page}");
    assert!(!li.get("/me").await.expect(200).text.contains("想听您怎么说"));
    let more = json!({ "words": "后院的照片也可以看" });
    let added = world.api("li").post(&format!("/api/v1/replies/{reply}/words"), more).await.expect(200).json();
    assert_eq!(added["words"], format!("{WORDS}\n\n后院的照片也可以看"));

    // Whoever reported sees that somebody was heard, and nothing else.
    let seen = world.api("zhang").get(&format!("{matter}?protected=true")).await.expect(200).text;
    assert!(seen.contains("matters.replied") && !seen.contains(WORDS) && !seen.contains("超市"), "{seen}");
    assert!(!seen.contains("李建国"), "nor who was heard: {seen}");
    let tracked = world.api("zhang").get(&desk.replace("/desk/", "/help/")).await.expect(200).text;
    assert!(!tracked.contains("李建国") && !tracked.contains(WORDS), "{tracked}");
    world.api("zhang").get(&format!("{matter}/replies?protected=true")).await.expect(403);
    for name in ["zhang", "neighbour", "wang"] {
        world.api(name).post(&format!("/api/v1/replies/{reply}/words"), json!({ "words": "不对" })).await.expect(404);
        world.browser(name).await.get(&own).await.expect(404);
    }
    world.browser("grid").await.get(&own).await.expect(404);
    world.api("li").get(&matter).await.expect(404);

    // Who handles it opens it, and the party sees who did.
    let mut grid = world.browser("grid").await;
    let sealed = grid.get(&desk).await.expect(200).text;
    assert!(sealed.contains("已说明") && !sealed.contains(WORDS) && !sealed.contains("路口超市"), "{sealed}");
    let opened = grid.submit(&desk, &format!("{desk}/protected"), &[]).await.expect(200).text;
    assert!(opened.contains(WORDS) && opened.contains(TOLD) && opened.contains("路口超市"), "{opened}");
    let readers = li.get("/me/readers").await.expect(200).text;
    assert!(readers.contains("您对一件反映的说明") && readers.contains("冯网格"), "{readers}");
});

db_test!(who_is_not_registered_is_heard_by_telephone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (matter, desk) = hazard(&world).await;
    let mut grid = world.browser("grid").await;
    let form = format!("{desk}?do=ask-reply");
    let act = format!("{desk}/ask-reply");
    let names = [("do", "ask-reply"), ("name", "东头修车铺"), ("told", "张桂兰说您的废轮胎堆在路口")];
    let refused = grid.submit(&form, &act, &names).await.expect(422).text;
    assert!(refused.contains("里面有提出的人的姓名") && refused.contains("废轮胎堆在路口"), "{refused}");
    let herself = [("do", "ask-reply"), ("name", "王家"), ("phone", "13800000001"), ("told", TOLD)];
    assert!(grid.submit(&form, &act, &herself).await.expect(422).text.contains("请核对当事人的手机号"));
    let shop = [("do", "ask-reply"), ("name", "东头修车铺"), ("told", TOLD)];
    grid.submit(&form, &act, &shop).await.expect(303);
    assert!(grid.submit(&form, &act, &shop).await.expect(422).text.contains("已经请这位当事人说明"));

    let list = world.api("call").get(&format!("{matter}/replies")).await.expect(200).json();
    let reply = text(&list["items"][0]["id"]);
    assert_eq!((list["items"][0]["registered"].clone(), list["items"][0]["name"].clone()), (json!(false), Value::Null));
    let sheet = grid.submit(&desk, &format!("{desk}/replies/{reply}/sheet"), &[]).await.expect(200).text;
    assert!(sheet.contains("东头修车铺") && sheet.contains(TOLD) && sheet.contains("0530-0000000"), "{sheet}");
    assert!(!sheet.contains("张桂兰"), "{sheet}");

    let mut call = world.browser("call").await;
    let written = [("do", format!("reply.{reply}")), ("words", WORDS.to_owned())];
    let written: Vec<_> = written.iter().map(|(name, said)| (*name, said.as_str())).collect();
    call.submit(&format!("{desk}?do=reply.{reply}"), &format!("{desk}/reply"), &written).await.expect(303);
    let opened = world.api("grid").get(&format!("{matter}/replies?protected=true")).await.expect(200).json();
    assert_eq!(opened["items"][0]["words"], json!(WORDS));
    let closed = json!({ "outcome": "not_found", "result": "到场时通道是通的" });
    world.api("grid").post(&format!("{matter}/closure"), closed).await.expect(200);
    let late = json!({ "name": "西头饭馆", "told": TOLD });
    let over = world.api("grid").post(&format!("{matter}/replies"), late).await.expect(422).json();
    assert_eq!(over["code"], "reply-closed");
});

db_test!(who_was_reported_is_told_how_it_ended_and_not_by_whose_wish, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let li = world.browser("li").await;
    let (matter, _) = hazard(&world).await;
    let reply = asked(&world, &matter).await;
    assert!(li.get("/").await.expect(200).text.contains("有 1 件事想听您怎么说"), "the first page leads to it");
    let closed = json!({ "outcome": "not_found", "result": "到场时通道是通的" });
    world.api("grid").post(&format!("{matter}/closure"), closed).await.expect(200);
    let page = li.get(&format!("/me/replies/{reply}")).await.expect(200).text;
    assert!(page.contains("办结：") && !page.contains("name=\"words\"") && !page.contains("不方便写字"), "{page}");
    assert!(page.contains("是谁反映的，不会告诉您"), "{page}");
    assert!(!page.contains("张桂兰"), "{page}");

    let (matter, _) = hazard(&world).await;
    let reply = asked(&world, &matter).await;
    world.api("zhang").post(&format!("{matter}/withdrawal"), json!({})).await.expect(200);
    let page = li.get(&format!("/me/replies/{reply}")).await.expect(200).text;
    assert!(page.contains("这件事不再办了") && !page.contains("撤回"), "{page}");
});

db_test!(who_was_asked_what_they_say_is_no_further_reporter, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (matter, desk) = hazard(&world).await;
    asked(&world, &matter).await;
    let track = desk.replace("/desk/", "/t/");
    for (who, offered) in [("li", false), ("neighbour", true)] {
        let page = world.browser(who).await.get(&track).await.expect(200).text;
        assert_eq!(page.contains("跟着这一件"), offered, "{who}: {page}");
    }
    let before = world.events().await;
    let refused = world.api("li").post(&format!("{matter}/followers"), json!({})).await.expect(422).json();
    assert_eq!(refused["code"], "follow-party", "{refused}");
    assert_eq!(world.events().await, before);
    world.api("neighbour").post(&format!("{matter}/followers"), json!({})).await.expect(200);
});

db_test!(a_photo_of_whom_a_report_is_about_tells_nobody_who_they_are, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (matter, desk) = hazard(&world).await;
    let reply = asked(&world, &matter).await;
    let photos = format!("/api/v1/replies/{reply}/photos");
    world.api("zhang").post_photo(&photos, crate::photos::striped(), None).await.expect(404);
    world.api("li").post_photo(&photos, crate::photos::striped(), None).await.expect(201);
    assert!(world.browser("li").await.get(&format!("/me/replies/{reply}")).await.expect(200).text.contains("1 张"));
    for (who, count) in [("grid", 1), ("zhang", 0)] {
        let seen = world.api(who).get(&format!("{matter}/photos")).await.expect(200).json();
        assert_eq!(seen["items"].as_array().map(Vec::len), Some(count), "{who}: not before it is released");
    }
    // It is for who handles it: whoever reported is not told that there is one, nor once it is released.
    let seen = world.api("grid").get(&format!("{matter}/photos")).await.expect(200).json();
    let release = format!("{matter}/photos/{}/release", text(&seen["items"][0]["id"]));
    world.api("grid").post(&release, json!({ "cover": [] })).await.expect(200);
    let tracked = world.api("zhang").get(&desk.replace("/desk/", "/help/")).await.expect(200).text;
    for said in ["加了一张照片", "遮好人脸", "李建国", "/photos/"] {
        assert!(!tracked.contains(said), "{said}: {tracked}");
    }
    let whole = world.api("zhang").get(&matter).await.expect(200).text;
    assert!(!whole.contains("matters.photo_added"), "{whole}");
    let seen = world.api("zhang").get(&format!("{matter}/photos")).await.expect(200).json();
    assert_eq!(seen["items"], json!([]));
});
