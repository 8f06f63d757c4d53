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
        ("supervisor", "/desk"),
        ("inspector", "/desk"),
        ("auditor", "/report"),
        ("admin", "/report"),
    ] {
        let browser = world.browser(name).await;
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
