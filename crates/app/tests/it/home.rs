//! The first page of everyone, and one's own page.

use app::testing::world;
use db::db_test;

db_test!(everyone_has_a_first_page_with_their_next_action, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visitor = world.visitor().get("/").await.expect(200);
    let button = visitor.text.find("我要求助").expect("the button");
    assert!(button < visitor.text.find("常见的帮助").expect("the tiles"), "the button comes first");
    for (name, next) in [
        ("zhang", "/help"),
        ("li", "/help"),
        ("leader", "/help"),
        ("social", "/desk"),
        ("call", "/desk/call"),
        ("community", "/desk"),
        ("grid", "/handling"),
        ("clerk", "/handling"),
        ("supervisor", "/desk?late=yes"),
        ("inspector", "/desk?late=yes"),
        ("auditor", "/report"),
        ("admin", "/report"),
    ] {
        let browser = world.api(name);
        for path in ["/", "/en/", "/me", "/en/me", "/me/readers", "/en/me/readers"] {
            let page = browser.get(path).await.expect(200);
            let is_en = path.starts_with("/en");
            let href = if is_en { format!("href=\"/en{next}\"") } else { format!("href=\"{next}\"") };
            assert!(!path.ends_with('/') || page.text.contains(&href), "{name} {path}: {}", page.text);
        }
    }
});

db_test!(the_pages_of_asking_are_there_in_both_languages, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visitor = world.visitor();
    for path in ["/", "/help", "/hazard", "/t", "/places?to=/help/new/where"] {
        for lang in ["", "/en"] {
            visitor.get(&format!("{lang}{path}")).await.expect(200);
        }
    }
    let (zhang, call) = (world.browser("zhang").await, world.browser("call").await);
    for lang in ["", "/en"] {
        for path in ["/help/new/who", "/help/new/what", "/help/new/where", "/hazard/new"] {
            zhang.get(&format!("{lang}{path}")).await.expect(200);
        }
        call.get(&format!("{lang}/desk/call")).await.expect(200);
        call.get(&format!("{lang}/desk/call?kind=hazard")).await.expect(200);
    }
    zhang.get("/help/new/nowhere").await.expect(404);
    zhang.get("/help/new/who?kind=nothing").await.expect(404);
    visitor.get("/places?to=//elsewhere.test").await.expect(404);
});

db_test!(a_page_that_is_not_there_knows_who_is_signed_in, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.browser("zhang").await;
    for path in ["/nowhere", "/help/nothing/at/all", "/people/nobody"] {
        let page = zhang.get(path).await.expect(404).text;
        assert!(page.contains("张桂兰") && !page.contains("href=\"/login"), "{path}: {page}");
    }
    let english = zhang.get("/en/nowhere").await.expect(404).text;
    assert!(english.contains("张桂兰") && english.contains("lang=\"en\""), "{english}");
    assert!(world.browser("social").await.get("/nowhere").await.expect(404).text.contains("data-density=\"desk\""));
    assert!(world.visitor().get("/nowhere").await.expect(404).text.contains("href=\"/login"));
    assert_eq!(world.api("zhang").get("/api/v1/nowhere").await.expect(404).json()["code"], "not-found");
});

db_test!(each_number_of_the_staffs_first_page_leads_to_what_it_counts, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for private in [false, true] {
        crate::desk::need(&world, private).await;
    }
    let hazard = serde_json::json!({ "kind": "hazard", "place": "371722003004", "fields": { "category": "manhole" } });
    world.api("zhang").post("/api/v1/matters", hazard).await.expect(201);
    // A private need is for its handlers alone. What waits for others is counted apart from what waits for one's own step.
    for (name, seen, watched) in [("social", 2, 1), ("community", 0, 1), ("supervisor", 2, 0)] {
        let browser = world.browser(name).await;
        let home = browser.get("/").await.expect(200).text;
        let cell = home
            .split("<li>")
            .find(|cell| cell.contains("/desk?tab=review"))
            .unwrap_or_else(|| panic!("{name}: {home}"));
        let count: usize = cell.split("<span>").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
        let desk = browser.get("/desk?tab=review").await.expect(200).text;
        let rows = desk
            .split("<tbody>")
            .nth(1)
            .map_or(0, |body| body.split("</tbody>").next().unwrap().matches("<tr").count());
        assert_eq!((count, rows), (seen, seen), "{name}");
        let apart = home.contains(&format!("您看进展的 {watched} 件"));
        assert_eq!(apart, watched > 0, "{name}: {home}");
        if watched > 0 {
            let others = browser.get("/desk?turn=others&tab=review").await.expect(200).text;
            let rows = others.split("<tbody>").nth(1).map_or(0, |body| body.matches("<tr").count());
            assert_eq!(rows, watched, "{name}: {others}");
        }
    }
    for name in ["admin", "auditor"] {
        let browser = world.browser(name).await;
        let has_desk = browser.get("/desk").await.status.as_u16() == 200;
        let home = browser.get("/").await.expect(200).text;
        assert_eq!(home.contains("/desk?tab="), has_desk, "{name}: a number that leads nowhere");
    }
});

db_test!(
    the_first_page_has_a_word_for_those_who_would_help_and_for_those_who_report,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let visitor = world.visitor().get("/").await.expect(200).text;
        assert!(visitor.contains("想帮邻居一把") && visitor.contains("/me/volunteer"), "{visitor}");
        assert!(visitor.contains("不登录，打电话报也一样办"), "{visitor}");
        assert!(world.visitor().get("/hazard").await.expect(200).text.contains("要先用手机号登录"));
        let zhang = world.browser("zhang").await;
        assert!(zhang.get("/").await.expect(200).text.contains("想帮邻居一把"));
        assert!(!zhang.get("/hazard").await.expect(200).text.contains("要先用手机号登录"));
        assert!(
            !world.browser("li").await.get("/").await.expect(200).text.contains("想帮邻居一把"),
            "who helps already is not asked"
        );
    }
);

db_test!(how_it_works_leads_to_where_each_step_is_done, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for name in ["zhang", "li"] {
        let person = world.browser(name).await;
        let shown = person.get("/help-me").await.expect(200).text;
        let steps: Vec<&str> = shown.split("<li><b>").skip(1).filter_map(|rest| rest.split("</b>").next()).collect();
        assert_eq!(steps.len(), 17, "{shown}");
        for step in steps {
            let way = step.split("href=\"").nth(1).and_then(|rest| rest.split('"').next());
            person.get(way.unwrap_or_else(|| panic!("{step} leads nowhere"))).await.expect(200);
        }
    }
});

db_test!(a_page_behind_the_end_of_a_list_leads_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (first, last) = (kit::Cursor::after(&(9_usize, uuid::Uuid::nil())), "回第一页");
    let page = world.browser("community").await.get(&format!("/people?cursor={}", first.as_str())).await;
    let page = page.expect(200).text;
    assert!(page.contains("列表到前面就完了") && page.contains("href=\"/people?\"") && page.contains(last), "{page}");
});
