use app::places::Place;
use app::places::picker::{self, Picked};
use app::testing::{World, world};
use db::db_test;
use kit::Form;
use rules::shared::Actor;
use serde_json::json;

db_test!(places_are_found_by_name_initials_and_parent, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visitor = world.visitor();
    for query in ["q=黄楼", "q=hlsq", "q=371722003003", "parent=371722003&q=黄楼社区"] {
        let query =
            query.replace("黄楼社区", "%E9%BB%84%E6%A5%BC%E7%A4%BE%E5%8C%BA").replace("黄楼", "%E9%BB%84%E6%A5%BC");
        let found = visitor.get(&format!("/api/v1/places?{query}")).await.expect(200).json();
        assert_eq!(found["items"][0]["code"], "371722003003", "{query}");
    }
    // The table names the committee; people name the place, and find it by either.
    let found = visitor.get("/api/v1/places?q=%E5%B1%85%E6%B0%91%E5%A7%94%E5%91%98%E4%BC%9A").await.expect(200).json();
    assert_eq!(found["items"][0]["name"], "黄楼社区");
    let children = visitor.get("/api/v1/places?parent=371722003").await.expect(200).json();
    assert_eq!(children["items"].as_array().map(Vec::len), Some(2));
});

db_test!(a_community_is_divided_into_grids, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let huanglou = "371722003003";
    let page = format!("/places/{huanglou}");
    // Everybody sees the place; only who looks after it divides it.
    let seen = world.visitor().get(&page).await.expect(200).text;
    assert!(seen.contains("黄楼社区") && seen.contains("371722003003") && !seen.contains("/grids"), "{seen}");
    let mut worker = world.browser("community").await;
    let drawn = worker.get(&page).await.expect(200).text;
    let send = drawn.split("action=\"").filter_map(|p| p.split('"').next()).find(|p| p.ends_with("/grids"));
    let send = send.expect("a form for grids").to_owned();
    let refused = worker.send_form(&drawn, &send, &[("name", " ")]).await.expect(422).text;
    assert!(refused.contains("请写上名字"), "{refused}");
    worker.send_form(&refused, &send, &[("name", "第一网格")]).await.expect(303);
    let again = worker.submit(&page, &send, &[("name", "第一网格")]).await.expect(422).text;
    assert!(again.contains("已经有「黄楼社区第一网格」") && again.contains("value=\"第一网格\""), "{again}");

    let id = world.visitor().get(&format!("/api/v1/places/{huanglou}")).await.expect(200).json()["id"].clone();
    let path = format!("/api/v1/places/{}", id.as_str().unwrap());
    let new = json!({ "name": "第二网格" });
    let grid = world.api("community").post(&format!("{path}/grids"), new.clone()).await.expect(201).json();
    assert_eq!((&grid["code"], &grid["name"]), (&json!("371722003003002"), &json!("黄楼社区第二网格")));
    for (asker, status) in [("far", 403), ("zhang", 403), ("grid", 403)] {
        world.api(asker).post(&format!("{path}/grids"), new.clone()).await.expect(status);
    }
    let township = world.visitor().get("/api/v1/places/371722003").await.expect(200).json()["id"].clone();
    let wrong = format!("/api/v1/places/{}/grids", township.as_str().unwrap());
    world.api("admin").post(&wrong, new.clone()).await.expect(422);

    // Another name, by whoever saw the present one.
    let named = format!("/api/v1/places/{}/name", grid["id"].as_str().unwrap());
    let change = json!({ "known": "黄楼社区第二网格", "name": "黄楼社区荷塘网格" });
    world.api("community").post(&named, change.clone()).await.expect(403);
    world.api("admin").post(&named, change.clone()).await.expect(200);
    world.api("admin").post(&named, change.clone()).await.expect(409);
    let found = world.visitor().get("/api/v1/places?q=%E8%8D%B7%E5%A1%98").await.expect(200).json();
    assert_eq!(found["items"][0]["code"], "371722003003002");
    // The name of the community still means the community, not its grids.
    let mut zhang = world.browser("zhang").await;
    let fields = [("category", "food"), ("place", "黄楼")];
    let receipt = zhang.submit("/hazard/new", "/hazard/new", &fields).await.expect(303).location.expect("a receipt");
    let shown = zhang.get(&receipt).await.expect(200).text;
    // And whoever lives in a grid reads the community's name on the form, and means the grid.
    let kept = [("category", "manhole"), ("place", "黄楼社区"), ("place_id", grid["id"].as_str().unwrap())];
    zhang.submit("/hazard/new", "/hazard/new", &kept).await.expect(303);
    let matters = world.api("zhang").get("/api/v1/matters").await.expect(200).json();
    let codes: Vec<&str> =
        matters["items"].as_array().unwrap().iter().filter_map(|m| m["place"]["code"].as_str()).collect();
    assert!(codes.contains(&"371722003003002") && codes.contains(&huanglou), "{matters}");
    assert!(shown.contains("黄楼社区") && !shown.contains("黄楼社区第一网格"), "{shown}");
});

/// Another 东关社区, in another county.
async fn twin(world: &World) {
    let twin = "code,name,parent,level\n371703001,天中街道,371703,township\n\
                371703,定陶区,3717,county\n3717,菏泽市,37,city\n371703001002,东关社区,371703001,village\n";
    world
        .app
        .act(&Actor::system(), (), move |mut tx, who, at, ()| {
            Box::pin(async move {
                let twin = app::places::actions::read_divisions(twin)?;
                app::places::actions::import_divisions(&mut tx, &who, at, &twin).await
            })
        })
        .await
        .unwrap();
}

/// The one place that somebody of 单县 means by a form.
async fn meant(world: &World, form: Form) -> Place {
    let picked = world.app.read(move |mut tx| {
        let form = form.clone();
        Box::pin(async move { picker::pick(&mut tx, &form, "3717/371722/").await })
    });
    match picked.await.unwrap() {
        Picked::One(place) => place,
        other => panic!("{other:?}"),
    }
}

db_test!(places_of_one_name_are_told_apart_by_township_and_county, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    twin(&world).await;
    let (here, there) = ("单县 园艺街道", "定陶区 天中街道");
    let found = world.visitor().get("/places?to=/help/new/where&q=东关").await.expect(200).text;
    assert!(found.contains(here) && found.contains(there), "{found}");
    // Who takes calls for a county means its own.
    let mut call = world.browser("call").await;
    let look = [("place", "东关社区"), ("do", "look")];
    assert!(!call.submit("/desk/call", "/desk/call", &look).await.expect(200).text.contains(there));
    let one = world.visitor().get("/places?to=/help/new/where&parent=371722003").await.expect(200).text;
    assert!(
        one.contains("黄楼社区") && one.contains("园艺街道") && !one.contains("单县 园艺街道"),
        "in one county the township is enough: {one}"
    );
});

db_test!(whose_it_will_be_is_said_with_the_township, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    twin(&world).await;
    let form = Form::empty().with("place", "天中街道 东关社区");
    let twin = meant(&world, form).await.id;
    let mut zhang = world.browser("zhang").await;
    let own = zhang.get("/hazard/new").await.expect(200).text;
    assert!(own.contains("交给园艺街道 黄楼社区去看"), "{own}");
    let other = zhang.get(&format!("/hazard/new?place_id={twin}")).await.expect(200).text;
    assert!(other.contains("交给天中街道 东关社区去看"), "{other}");
    let english = zhang.get(&format!("/en/hazard/new?place_id={twin}")).await.expect(200).text;
    assert!(english.contains("天中街道</span> <span lang=\"zh-CN\">东关社区"), "{english}");
    let sent = [("category", "manhole"), ("place", "东关社区")];
    let receipt = zhang.submit("/hazard/new", "/hazard/new", &sent).await.expect(303).location.unwrap();
    let receipt = zhang.get(&receipt).await.expect(200).text;
    assert!(receipt.contains("园艺街道 东关社区"), "{receipt}");
});

db_test!(what_is_chosen_from_a_list_counts, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let huanglou = world.huanglou.to_string();
    // A township and a part of the name: neither is the name of what is chosen.
    for (phone, typed) in [("13911112222", "园艺街道"), ("13911113333", "社区")] {
        let mut new = world.visitor().sign_in(phone).await;
        let asked = [("name", "钱新来"), ("place", typed)];
        let several = new.submit("/join", "/join", &asked).await.expect(422).text;
        assert!(several.contains("您说的是哪一个") && several.contains(&huanglou), "{several}");
        let none = new.send_form(&several, "/join", &asked).await.expect(422).text;
        assert!(none.contains("有几个地方符合"), "{none}");
        // Another text, typed after the list was drawn, is what is meant.
        let other = [("name", "钱新来"), ("place", "没有这个村"), ("place_id", huanglou.as_str())];
        new.send_form(&several, "/join", &other).await.expect(422);
        let chosen = [("name", "钱新来"), ("place", typed), ("place_id", huanglou.as_str())];
        new.send_form(&several, "/join", &chosen).await.expect(303);
        new.get("/me").await.expect(200);
    }
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/help/new/who?type=care", "/help/new/who", &[("relation", "self")]).await.expect(303);
    zhang.submit("/help/new/what", "/help/new/what", &[("what", "灯不亮"), ("when", "today")]).await.expect(303);
    let several = zhang.submit("/help/new/where", "/help/new/where", &[("place", "园艺街道")]).await.expect(422).text;
    let chosen = [("place", "园艺街道"), ("place_id", &*world.neighbour.to_string())];
    zhang.send_form(&several, "/help/new/where", &chosen).await.expect(303);
    assert!(zhang.get("/help/new/check").await.expect(200).text.contains("东关社区"));
    let mut call = world.browser("call").await;
    let look = [("place", "园艺街道"), ("do", "look")];
    let several = call.submit("/desk/call", "/desk/call", &look).await.expect(422).text;
    let chosen = [("place", "园艺街道"), ("place_id", &*huanglou), ("do", "look")];
    call.send_form(&several, "/desk/call", &chosen).await.expect(200);
    // Written in full it needs no list.
    let mut community = world.browser("community").await;
    let full = [("name", "赵新"), ("place", "单县 园艺街道 黄楼社区")];
    community.submit("/people/new", "/people/new", &full).await.expect(303);
    let empty = community.submit("/people/new", "/people/new", &[]).await.expect(422).text;
    assert!(empty.contains("href=\"#name\"") && empty.contains("href=\"#place\""), "all of it at once: {empty}");
});

db_test!(a_place_is_named_where_a_code_was_asked_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = crate::desk::need(&world, false).await;
    let mut social = world.browser("social").await;
    let (form, send) = (format!("/desk/{code}?do=reroute"), format!("/desk/{code}/reroute"));
    assert!(social.get(&form).await.expect(200).text.contains("value=\"园艺街道 东关社区\""), "offered by its name");
    let fields = |place: &'static str| [("do", "reroute"), ("place", place), ("reason", "在隔壁社区")];
    let refused = social.submit(&form, &send, &fields("没有这里")).await.expect(422).text;
    assert!(refused.contains("没有找到「没有这里」") && refused.contains("value=\"没有这里\""), "{refused}");
    let far = social.submit(&form, &send, &fields("定陶区 北关社区")).await.expect(422).text;
    assert!(far.contains("href=\"#place\""), "another county: {far}");
    social.submit(&form, &send, &fields("园艺街道 东关社区")).await.expect(303);
    assert!(social.get(&format!("/desk/{code}")).await.expect(200).text.contains("东关社区"));
    let moved = world.api("social").get(&format!("/api/v1/matters/{code}")).await.expect(200).json();
    assert_eq!(moved["title"], "陪诊 · 东关社区", "its name goes with it");
    let code = crate::desk::need(&world, false).await;
    let (form, send) = (format!("/desk/{code}?do=reroute"), format!("/desk/{code}/reroute"));
    social.submit(&form, &send, &fields("371722003004")).await.expect(303);

    let mut li = world.browser("li").await;
    let drawn = li.get("/me/hours/late").await.expect(200).text;
    assert!(drawn.contains("value=\"园艺街道 黄楼社区\""), "one's own: {drawn}");
    let late = |place: &'static str| {
        [
            ("name", "站岗"),
            ("place", place),
            ("start", "2026-06-06T08:00"),
            ("end", "2026-06-06T10:00"),
            ("content", "在路口站岗"),
            ("nature", "voluntary"),
            ("reason", "没有带手机"),
        ]
    };
    let refused = li.submit("/me/hours/late", "/me/hours/late", &late("没有这里")).await.expect(422).text;
    assert!(refused.contains("href=\"#place\""), "{refused}");
    let wide = li.submit("/me/hours/late", "/me/hours/late", &late("单县")).await.expect(422).text;
    assert!(wide.contains("请选择服务的村或社区"), "nobody there could confirm it: {wide}");
    li.submit("/me/hours/late", "/me/hours/late", &late("东关社区")).await.expect(303);
    assert!(li.get("/me/hours").await.expect(200).text.contains("站岗"));
});

db_test!(what_is_offered_while_one_types_is_what_the_form_takes, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    twin(&world).await;
    let asked = |typed: &str| format!("/places/fitting?{}", Form::empty().with("q", typed).to_urlencoded());
    // What is typed, and what is offered to whom: their own county first.
    let cases: [(&str, &str, &[&str]); 8] = [
        ("", "东关", &["单县 园艺街道 东关社区", "定陶区 天中街道 东关社区"]),
        ("call", "东关", &["单县 园艺街道 东关社区", "定陶区 天中街道 东关社区"]),
        ("call", "天中 东关", &["天中街道 东关社区"]),
        ("", "园艺", &["园艺街道 黄楼社区", "园艺街道 东关社区"]),
        ("zhang", "hl", &["园艺街道 黄楼社区"]),
        ("zhang", "3717220030", &["园艺街道 黄楼社区", "园艺街道 东关社区"]),
        ("zhang", "没有这里", &[]),
        ("zhang", " ", &[]),
    ];
    for (who, typed, expected) in cases {
        let client = if who.is_empty() { world.visitor() } else { world.browser(who).await };
        let answered = client.get(&asked(typed)).await.expect(200).json();
        let offered = answered["places"].as_array().unwrap();
        let mut names: Vec<&str> = offered.iter().filter_map(|place| place["name"].as_str()).collect();
        let mut wanted = expected.to_vec();
        names.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(names, wanted, "{who} {typed}: {answered}");
        assert!(!answered["says"].as_str().unwrap().is_empty());
        // Written into the field, the name alone means that very place.
        for place in offered {
            let form = Form::empty().with("place", place["name"].as_str().unwrap());
            assert_eq!(meant(&world, form).await.id.to_string(), place["id"].as_str().unwrap(), "{place}");
        }
    }
    // A choice from before does not outlive a text that says another township.
    let chosen = Form::empty().with("place", "天中街道 东关社区").with("place_id", world.neighbour.to_string());
    assert_eq!(meant(&world, chosen).await.code, "371703001002");
    let english = world.visitor().get(&asked("东关").replacen("/places", "/en/places", 1)).await.expect(200).json();
    assert_eq!(english["says"], "2 places fit: choose one.");
});

async fn brought_in(world: &World, lines: &str) -> Result<app::places::actions::Imported, app::Stop> {
    let text = format!("code,name,parent,level\n{lines}");
    world
        .app
        .act(&Actor::system(), text, |mut tx, who, at, text| {
            Box::pin(async move {
                let divisions = app::places::actions::read_divisions(&text)?;
                app::places::actions::import_divisions(&mut tx, &who, at, &divisions).await
            })
        })
        .await
}

db_test!(one_new_village_is_brought_in_below_what_is_known, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let line = "371722003099,新社区居民委员会,371722003,village\n";
    for (added, known) in [(1, 0), (0, 1)] {
        let imported = brought_in(&world, line).await.unwrap();
        assert_eq!((imported.added, imported.known), (added, known));
    }
    let found = world.visitor().get("/api/v1/places?q=371722003099").await.expect(200).json();
    assert_eq!((&found["items"][0]["name"], &found["items"][0]["code"]), (&"新社区".into(), &"371722003099".into()));
    let township = world.visitor().get("/places?to=/help/new/where&parent=371722003").await.expect(200).text;
    assert!(township.contains("新社区"), "{township}");
    for (line, code) in [
        ("371722003098,又一个社区,371722,village\n", "place-parent-misfit"),
        ("371722003098,又一个社区,371722003,township\n", "place-level-misfit"),
        ("371722009001,又一个社区,371722009,village\n", "place-parent-unknown"),
    ] {
        match brought_in(&world, line).await {
            Err(app::Stop::Refused(refusal)) => assert_eq!(refusal.code, code, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    let found = world.visitor().get("/api/v1/places?q=371722003098").await.expect(200).json();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(0), "what is refused leaves nothing");
});
