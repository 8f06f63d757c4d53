//! As whom a report is read: staff begin at their own place, see which numbers are not published, and what the public sees.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::desk::need;

/// The number of the needs raised this month, as an asker reads it.
async fn needs(world: &World, who: &str, more: &str) -> Value {
    let path = format!("/api/v1/reports/needs_raised?place=371722{more}");
    let client = if who.is_empty() { world.visitor() } else { world.api(who) };
    let shown = client.get(&path).await.expect(200).json();
    shown["items"].as_array().and_then(|items| items.last()).cloned().unwrap_or_default()
}

db_test!(what_is_not_published_says_so_and_the_public_view_is_the_publics, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    need(&world, false).await;
    let (own, public) = (needs(&world, "supervisor", "").await, needs(&world, "", "").await);
    assert_eq!((&own["value"], &own["internal"]), (&json!(1), &json!(true)), "{own}");
    assert_eq!((&public["state"], &public["internal"]), (&json!("withheld"), &json!(false)), "{public}");
    assert_eq!(needs(&world, "supervisor", "&public=yes").await, public, "as the public sees it");
    for by in ["month", "place", "group"] {
        let path = format!("/api/v1/reports/needs_raised?by={by}&public=yes");
        let (own, public) = (world.api("supervisor").get(&path).await, world.visitor().get(&path).await);
        assert_eq!(own.status, public.status, "{by}");
        assert_eq!(own.json()["items"], public.json()["items"], "{by}");
    }
    let refused = world.api("supervisor").get("/api/v1/reports/needs_raised?public=maybe").await.expect(400).json();
    assert_eq!(refused["code"], "query-value", "{refused}");

    let supervisor = world.browser("supervisor").await;
    let page = supervisor.get("/report/needs_raised?place=371722").await.expect(200).text;
    assert!(page.contains("内部") && page.contains("public=yes"), "{page}");
    let as_public = supervisor.get("/report/needs_raised?place=371722&public=yes").await.expect(200).text;
    assert!(!as_public.contains("内部") && as_public.contains("公开看到的样子"), "{as_public}");
    let visitors = world.visitor().get("/report/needs_raised?place=371722").await.expect(200).text;
    assert!(!visitors.contains("内部") && !visitors.contains("public=yes"), "{visitors}");
});

db_test!(staff_begin_at_the_place_they_work_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (who, place) in
        [("supervisor", "单县"), ("community", "黄楼社区"), ("admin", "菏泽市"), ("li", "菏泽市"), ("zhang", "菏泽市")]
    {
        let page = world.browser(who).await.get("/report").await.expect(200).text;
        let heading = page.split("<h1").nth(1).and_then(|rest| rest.split("</h1>").next()).unwrap_or_default();
        assert!(heading.contains(place), "{who}: {heading}");
    }
    let city = world.visitor().get("/report").await.expect(200).text;
    assert!(city.split("<h1").nth(1).unwrap_or_default().contains("菏泽市"));
    // From there every other place is reached, and the city as the public sees it.
    let whole = world.browser("community").await.get("/report?place=3717").await.expect(200).text;
    assert!(whole.split("<h1").nth(1).unwrap_or_default().contains("菏泽市"));
});

db_test!(last_months_number_is_marked_where_it_is_not_published, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    need(&world, false).await;
    world.set_time("2026-07-06T09:00:00+08:00");
    let internal = "上月 1 件 <span class=\"tag seal\">内部</span>";
    let own = world.browser("supervisor").await.get("/report?place=371722").await.expect(200).text;
    assert!(own.contains(internal) && own.contains("标着「内部」的数字没有公布"), "{own}");
    let public = world.visitor().get("/report?place=371722").await.expect(200).text;
    assert!(!public.contains("内部") && !public.contains("上月 1 件"), "{public}");
    // The sheet shows this month alone, and none of its numbers is withheld.
    let sheet = world.browser("supervisor").await.get("/report/print?place=371722").await.expect(200).text;
    assert!(!sheet.contains("内部"), "{sheet}");
});
