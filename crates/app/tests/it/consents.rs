//! Consents: given, said what withdrawing does, withdrawn; each kept with its version and channel.

use app::people::consents::holds;
use app::testing::{World, world};
use db::db_test;
use rules::shared::ids::PersonId;
use serde_json::{Value, json};

async fn consents(world: &World, person: PersonId) -> bool {
    let at = world.app.now();
    let held =
        world.app.read(move |mut tx| Box::pin(async move { holds(&mut tx, person, "photo_published", at).await }));
    held.await.expect("an answer")
}

db_test!(a_consent_is_given_and_withdrawn, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let mut browser = world.browser("zhang").await;
    let fields = |say: &'static str| [("purpose", "photo_published"), ("say", say)];
    assert!(!consents(&world, zhang).await);
    browser.submit("/me/consents", "/me/consents", &fields("withdraw")).await.expect(422);
    browser.submit("/me/consents", "/me/consents", &fields("give")).await.expect(303);
    assert!(consents(&world, zhang).await);
    let page = browser.get("/me/consents").await.expect(200).text;
    assert!(page.contains("撤回的后果：撤回后，还在公示的照片撤下"), "{page}");
    browser.submit("/me/consents", "/me/consents", &fields("withdraw")).await.expect(303);
    assert!(!consents(&world, zhang).await);
    // Staff who hold the paper enter it; others do not.
    let to = format!("/api/v1/people/{zhang}/consents");
    let given = json!({ "purpose": "photo_published", "given": true });
    for (asker, status) in [("neighbour", 404), ("call", 403), ("far", 404), ("community", 200), ("community", 422)] {
        world.api(asker).post(&to, given.clone()).await.expect(status);
    }
    assert!(consents(&world, zhang).await);
    let unknown = json!({ "purpose": "everything", "given": true });
    world.api("zhang").post(&to, unknown).await.expect(422);
    let seen: Value = world.api("zhang").get(&to).await.expect(200).json();
    assert_eq!(seen["items"].as_array().map(Vec::len), Some(4));
    world.api("call").get(&to).await.expect(404);
});
