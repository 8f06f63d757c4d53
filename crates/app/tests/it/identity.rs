use app::testing::world;
use db::db_test;

db_test!(a_person_signs_in_by_phone_and_code, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.browser("zhang").await;
    let sessions = zhang.get("/me/sessions").await.expect(200);
    assert!(sessions.text.contains("本机"), "{}", sessions.text);
    world.visitor().get("/me/sessions").await.expect(303);
});
