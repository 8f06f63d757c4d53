//! What is whose to do: what waits for whose it is, what a colleague has, what a shift left, what is overdue.

use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::desk::need;
use crate::service::{outing, served};

/// A need that was served, by 李建国, and waits for her word: its code.
async fn to_be_confirmed(world: &World) -> String {
    let visit = outing(world, &["li"]).await;
    served(world, &visit, "li").await;
    let shown = world.api("zhang").get(&format!("/api/v1/matters/{}", visit.matter)).await.expect(200).json();
    assert_eq!(shown["state"], "confirm", "{shown}");
    shown["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect()
}

db_test!(what_waits_for_her_word_says_so_and_is_nobody_elses_to_do, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = to_be_confirmed(&world).await;
    for who in ["social", "community", "call"] {
        let browser = world.browser(who).await;
        let page = browser.get(&format!("/desk/{code}")).await.expect(200).text;
        assert!(page.contains("等提出的人说解决了没有，等到") && page.contains("转到「待回访」"), "{who}: {page}");
        let handling = browser.get("/handling").await.expect(200).text;
        assert!(!handling.contains(&code), "{who}: {handling}");
    }
    // It is counted among what others do, by which the desk goes on, and not among what waits for anybody there.
    for who in ["social", "community", "call"] {
        let browser = world.browser(who).await;
        let mine = browser.get("/desk?tab=confirm").await.expect(200).text;
        assert!(!mine.contains(&code) && mine.contains("等我办的 0"), "{who}: {mine}");
        let beside = browser.get("/desk?turn=others&tab=confirm").await.expect(200).text;
        assert!(beside.contains("等提出的人说解决了没有") && beside.contains("别人办的 1"), "{who}: {beside}");
    }
    let english = world.browser("social").await.get(&format!("/en/desk/{code}")).await.expect(200).text;
    assert!(english.contains("is waited for until") && english.contains("To call back"), "{english}");
    // Once she has not answered, it is somebody's again, and not theirs who did the work.
    world.pass(4 * 24 * 60);
    let tick = world.browser("call").await.get("/handling").await.expect(200).text;
    let page = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert_eq!(tick.contains(&code), !page.contains("等提出的人说解决了没有"), "{tick}");
});

db_test!(what_a_colleague_has_is_not_listed_as_ones_own, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let asked =
        json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole", "where": "西门" } });
    let hazard = world.api("zhang").post("/api/v1/matters", asked).await.expect(201).json();
    let (id, shown) = (hazard["id"].as_str().unwrap(), hazard["code"].as_str().unwrap());
    let code: String = shown.chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let (grid, community) = (world.browser("grid").await, world.browser("community").await);
    for browser in [&grid, &community] {
        assert!(browser.get("/handling").await.expect(200).text.contains(&code), "nobody's yet");
    }
    let handler = json!({ "handler": world.person("community").to_string() });
    world.api("community").post(&format!("/api/v1/matters/{id}/assignment"), handler).await.expect(200);
    assert!(!grid.get("/handling").await.expect(200).text.contains(&code), "a colleague has it");
    assert!(community.get("/handling").await.expect(200).text.contains(&code));
});

db_test!(a_shift_that_is_left_stands_on_the_first_page_and_says_something, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    let empty = social.submit("/desk/handover", "/desk/handover", &[("words", " ")]).await.expect(422).text;
    assert!(empty.contains("请写一句要交代的话"), "{empty}");
    let leave = json!({ "place": "371722" });
    let refused = world.api("social").post("/api/v1/handovers", leave).await.expect(422).json();
    assert_eq!((refused["code"].as_str(), refused["field"].as_str()), (Some("handover-says-nothing"), Some("words")));
    let left = social.submit("/desk/handover", "/desk/handover", &[("words", "没有特别的事")]).await.expect(303);
    let shift = left.location.expect("a shift");
    let home = world.browser("call").await.get("/").await.expect(200).text;
    assert!(home.contains("周社工") && home.contains("等您接") && home.contains(&shift), "{home}");
    assert!(!social.get("/").await.expect(200).text.contains("等您接"), "one's own");
    for other in ["far", "grid", "clerk", "li"] {
        assert!(!world.browser(other).await.get("/").await.expect(200).text.contains("等您接"), "{other}");
    }
});

db_test!(the_countys_list_is_of_what_is_overdue_and_can_be_opened, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (late, private) = (need(&world, false).await, need(&world, true).await);
    world.pass(3 * 24 * 60);
    let fresh = need(&world, false).await;
    for who in ["supervisor", "inspector"] {
        let browser = world.browser(who).await;
        assert!(browser.get("/").await.expect(200).text.contains("href=\"/desk?late=yes\""), "{who}");
        let list = browser.get("/desk?late=yes").await.expect(200).text;
        assert!(list.contains("超时的事") && list.contains(&late), "{who}: {list}");
        assert!(!list.contains(&fresh) && !list.contains(&private), "{who}: {list}");
        assert!(list.contains("全部超时 1"), "what cannot be opened is not counted: {list}");
        browser.get(&format!("/desk/{late}")).await.expect(200);
        let narrowed = browser.get("/desk?late=yes&tab=review").await.expect(200).text;
        assert!(narrowed.contains(&late) && !narrowed.contains(&fresh), "{narrowed}");
        let whole = browser.get("/desk").await.expect(200).text;
        assert!(whole.contains(&fresh) && !whole.contains(&private), "{whole}");
    }
});

db_test!(ones_role_and_department_stand_on_ones_own_page, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (who, said) in [
        ("social", vec!["我的身份", "社工", "单县"]),
        ("clerk", vec!["部门经办人", "单县住房和城乡建设局"]),
        ("call", vec!["接线员"]),
        ("li", vec!["志愿者"]),
    ] {
        let page = world.browser(who).await.get("/me").await.expect(200).text;
        for word in said {
            assert!(page.contains(word), "{who}: {word}: {page}");
        }
    }
    assert!(!world.browser("zhang").await.get("/me").await.expect(200).text.contains("我的身份"));
});

db_test!(who_left_no_number_is_promised_no_call, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut call = world.browser("call").await;
    let fields = [
        ("relation", "self"),
        ("category", "errands"),
        ("what", "想请人买药"),
        ("when", "today"),
        ("place", "黄楼社区"),
        ("address", "5 号楼"),
        ("day", "2026-06-08"),
        ("time", "08:10"),
    ];
    for (phone, rings) in [("", false), ("13900000099", true)] {
        let said = [&fields[..], &[("caller_phone", phone)]].concat();
        let saved = call.submit("/desk/call", "/desk/call", &said).await.expect(303).location.unwrap();
        let read_out = call.get(&saved).await.expect(200).text;
        assert_eq!(read_out.contains("联系您"), rings, "{phone}: {read_out}");
        assert_eq!(read_out.contains("您没有留电话"), !rings, "{phone}: {read_out}");
    }
});

db_test!(the_paper_form_asks_for_the_part_of_the_day_and_for_privacy, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (kind, asks) in [("need", true), ("hazard", false)] {
        let wanted = json!({ "sort": "registration", "kind": kind, "place": "371722003003", "count": 1 });
        let batch = world.api("community").post("/api/v1/paper/batches", wanted).await.expect(201).json();
        let number = batch["number"].as_str().unwrap().replace('-', "");
        let print = world.browser("community").await.get(&format!("/paper/{number}/print")).await.expect(200).text;
        let ticks = ["上午", "下午", "晚上", "这件事请保密"];
        for tick in ticks {
            assert_eq!(print.contains(&format!("class=\"tick\">{tick}</span>")), asks, "{kind} {tick}: {print}");
        }
    }
});

db_test!(the_timeline_does_not_name_whom_the_box_beside_it_seals, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let desk = format!("/desk/{code}");
    for who in ["social", "community", "supervisor", "inspector"] {
        let page = world.browser(who).await.get(&desk).await.expect(200).text;
        assert!(page.contains("提出的人") && !page.contains("张桂兰"), "{who}: {page}");
    }
    let mut social = world.browser("social").await;
    let opened = social.submit(&desk, &format!("{desk}/protected"), &[]).await.expect(200).text;
    assert!(opened.contains("张桂兰"), "once it is opened and written down: {opened}");
    let list = world.api("supervisor").get("/api/v1/matters").await.expect(200).json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let whole = |who: &'static str| {
        let client = world.api(who);
        let path = format!("/api/v1/matters/{id}");
        async move { client.get(&path).await.expect(200).json() }
    };
    let seen = whole("supervisor").await;
    assert!(seen["timeline"][0]["by"].is_null(), "{seen}");
    let own = whole("zhang").await;
    assert_eq!(own["timeline"][0]["by"], "张桂兰", "{own}");
});
