//! Two matters side by side: what is sealed in them is opened there, and each reading is written down.

use app::testing::{World, world};
use db::db_test;

use crate::desk::need;

async fn readings(world: &World) -> usize {
    let reads = world.api("zhang").get("/api/v1/me/reads").await.expect(200).json();
    reads["items"].as_array().map_or(0, Vec::len)
}

db_test!(what_is_sealed_in_two_is_read_side_by_side, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (one, other) = (need(&world, false).await, need(&world, false).await);
    let (look, open) = (format!("/desk/{one}/merge?into={other}"), format!("/desk/{one}/merge/protected"));
    let mut social = world.browser("social").await;
    let shut = social.get(&look).await.expect(200).text;
    assert!(shut.contains(&format!("action=\"{open}\"")) && !shut.contains("膝盖疼"), "{shut}");
    let none = readings(&world).await;
    social.submit(&format!("/desk/{other}"), &format!("/desk/{other}/protected"), &[]).await.expect(200);
    let before = readings(&world).await;
    let opened = social.send_form(&shut, &open, &[]).await.expect(200).text;
    assert_eq!(opened.matches("膝盖疼，下楼要人扶").count(), 2, "{opened}");
    assert!(!opened.contains(&format!("action=\"{open}\"")), "there is nothing more to open: {opened}");
    assert_eq!(readings(&world).await - before, 2 * (before - none), "each is a reading like any other");
    // Nothing is merged by looking, and from there it can be.
    social.get(&format!("/desk/{one}?do=merge")).await.expect(200);
    social.send_form(&opened, &format!("/desk/{one}/merge"), &[]).await.expect(303);
    // What is closed cannot be looked at like this any more.
    social.send_form(&shut, &open, &[("_key", "another-drawing")]).await.expect(422);
});

db_test!(who_may_not_open_a_matter_opens_none_beside_another, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (one, other) = (need(&world, false).await, need(&world, false).await);
    let look = format!("/desk/{one}/merge?into={other}");
    let seen = world.browser("community").await.get(&look).await.text;
    assert!(!seen.contains("merge/protected"), "{seen}");
    for stranger in ["zhang", "li", "clerk", "far"] {
        let seen = world.browser(stranger).await.get(&look).await;
        assert!(!seen.text.contains("merge/protected"), "{stranger}: {}", seen.text);
    }
});
