//! What nobody returns to goes: drafts, their photos, photos of forms that were refused.

use app::exchange::{loose, photos};
use app::testing::{World, world};
use db::db_test;
use rules::shared::ids::FileId;

async fn count(world: &World, sql: &'static str) -> i64 {
    world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![]).await?) })).await.unwrap()
}

/// The photo of a draft, by the address that its page shows.
fn photo_in(page: &str) -> FileId {
    let start = page.find("/photos/fil_").expect("a photo") + "/photos/".len();
    page[start..].split('"').next().unwrap().parse().expect("an id")
}

async fn is_there(world: &World, id: FileId) -> bool {
    photos::read(&world.app.files, id).await.is_ok()
}

/// A hazard that was begun with a photo and lacks something; the id of the photo.
async fn begun(world: &World, name: &str) -> FileId {
    let mut browser = world.browser(name).await;
    let page = browser.get("/hazard/new").await.expect(200).text;
    let sent = [("photos", crate::help::png(40, 30)), ("photos", b"GIF89a".to_vec())];
    photo_in(&browser.send_files(&page, "/hazard/new", &[("category", "food")], &sent).await.expect(422).text)
}

/// The neighbour tells of a hazard, whole.
async fn tell(world: &World) {
    let mut neighbour = world.browser("neighbour").await;
    neighbour.submit("/hazard/new", "/hazard/new", &[("category", "food")]).await.expect(303);
}

async fn sweep(world: &World) -> usize {
    let ran = app::jobs::run_due(&world.app).await.expect("jobs run");
    assert_eq!(ran.failed, 0);
    loose::remove_given_up(&world.app).await.expect("a store")
}

db_test!(a_draft_nobody_returns_to_goes_with_its_photos, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (left, sent) = (begun(&world, "zhang").await, begun(&world, "neighbour").await);
    tell(&world).await;
    assert_eq!(count(&world, "SELECT COUNT(*) FROM exchange_loose").await, 1, "what is sent belongs to the matter");

    world.set_time("2026-07-08T02:00:00+08:00");
    assert_eq!(sweep(&world).await, 0, "it is kept for thirty days");
    assert_eq!(count(&world, "SELECT COUNT(*) FROM identity_drafts").await, 1);
    // Days without anybody at work: it is done once, by the first that runs.
    world.set_time("2026-07-20T10:00:00+08:00");
    assert_eq!(sweep(&world).await, 1);
    assert_eq!(count(&world, "SELECT COUNT(*) FROM identity_drafts").await, 0);
    assert_eq!(count(&world, "SELECT COUNT(*) FROM exchange_loose").await, 0);
    assert!(!is_there(&world, left).await && is_there(&world, sent).await);
    assert_eq!(sweep(&world).await, 0);
});

db_test!(answers_for_a_repeated_request_go_after_a_day, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    begun(&world, "zhang").await;
    let answers = || count(&world, "SELECT COUNT(*) FROM identity_answers");
    let jobs = || count(&world, "SELECT COUNT(*) FROM jobs_queue WHERE job = 'identity.sweep'");
    tell(&world).await;
    assert_eq!(jobs().await, 1, "whatever is kept on one day, one sweep waits for it");
    assert!(answers().await > 0);
    world.set_time("2026-07-20T10:00:00+08:00");
    sweep(&world).await;
    assert_eq!((answers().await, jobs().await), (0, 0), "nothing is left to come back for");
    tell(&world).await;
    begun(&world, "zhang").await;
    world.set_time("2026-08-21T02:00:00+08:00");
    tell(&world).await;
    world.set_time("2026-08-21T10:00:00+08:00");
    sweep(&world).await;
    assert!(answers().await > 0, "the answer of this night may still be asked for");
    world.set_time("2026-08-22T10:00:00+08:00");
    sweep(&world).await;
    assert_eq!(answers().await, 0, "the next morning it is looked at again");
});

db_test!(a_draft_one_comes_back_to_keeps_its_photos, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let photo = begun(&world, "zhang").await;
    world.set_time("2026-07-06T09:00:00+08:00");
    let mut zhang = world.browser("zhang").await;
    let page = zhang.get("/hazard/new").await.expect(200).text;
    let refused = [("photos", b"GIF89a".to_vec())];
    zhang.send_files(&page, "/hazard/new", &[("category", "food")], &refused).await.expect(422);
    world.set_time("2026-07-12T09:00:00+08:00");
    assert_eq!(sweep(&world).await, 0);
    assert!(is_there(&world, photo).await);
    world.set_time("2026-08-07T09:00:00+08:00");
    assert_eq!(sweep(&world).await, 1);
    assert!(!is_there(&world, photo).await);
});
