//! A message that its carrier does not take is tried again as long as it is of use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use app::App;
use app::jobs::notify::{Message, Notifier, deliver_waiting};
use app::testing::{Client, World, world};
use db::{BoxFuture, db_test};
use serde_json::json;

/// A gateway that is away until it is said to be there, and counts what it was asked for.
#[derive(Clone, Default)]
struct Gateway {
    is_there: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
}

impl Notifier for Gateway {
    fn deliver<'a>(&'a self, _: &'a Message) -> BoxFuture<'a, Result<(), String>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let taken = if self.is_there.load(Ordering::Relaxed) { Ok(()) } else { Err("the gateway answered 503".into()) };
        Box::pin(async move { taken })
    }
}

/// How many messages were sent, wait, and were given up.
async fn messages(app: &App) -> (i64, i64, i64) {
    app.read(|mut tx| {
        Box::pin(async move {
            let mut counts = [0; 3];
            for (count, which) in counts.iter_mut().zip([
                "sent_at IS NOT NULL",
                "next_try_at IS NOT NULL",
                "sent_at IS NULL AND next_try_at IS NULL",
            ]) {
                let sql = format!("SELECT COUNT(*) FROM jobs_messages WHERE {which}");
                *count = tx.scalar_i64(&sql, db::args![]).await?;
            }
            Ok((counts[0], counts[1], counts[2]))
        })
    })
    .await
    .expect("counts")
}

/// Looks as often as the worker would in so many minutes.
async fn minutes(world: &World, app: &App, minutes: i64) {
    for _ in 0..minutes {
        world.pass(1);
        deliver_waiting(app).await;
    }
}

async fn ask_for_a_code(world: &World) {
    let mut browser = world.visitor();
    browser.submit("/login", "/login", &[("phone", "13800000001")]).await.expect(303);
}

db_test!(a_message_outlasts_a_gateway_that_is_away_for_an_hour, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let gateway = Gateway::default();
    let app = world.telling_by(Box::new(gateway.clone()));
    world.api("zhang").post("/api/v1/matters", crate::by_call::need()).await.expect(201);
    assert_eq!(messages(&app).await, (0, 1, 0));
    deliver_waiting(&app).await;
    deliver_waiting(&app).await;
    assert_eq!(gateway.asked.load(Ordering::Relaxed), 1, "the next try is not at once");
    minutes(&world, &app, 60).await;
    let asked = gateway.asked.load(Ordering::Relaxed);
    assert!((4..=6).contains(&asked), "{asked} tries in an hour");
    assert_eq!(messages(&app).await, (0, 1, 0), "it is not given up");
    gateway.is_there.store(true, Ordering::Relaxed);
    minutes(&world, &app, 60).await;
    assert_eq!(messages(&app).await, (1, 0, 0));
    let asked = gateway.asked.load(Ordering::Relaxed);
    minutes(&world, &app, 60).await;
    assert_eq!(gateway.asked.load(Ordering::Relaxed), asked, "what was taken is not sent again");
});

db_test!(a_code_is_given_up_when_it_does_not_hold_any_more, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let gateway = Gateway::default();
    let app = world.telling_by(Box::new(gateway.clone()));
    ask_for_a_code(&world).await;
    deliver_waiting(&app).await;
    minutes(&world, &app, 5).await;
    assert_eq!(messages(&app).await, (0, 0, 1), "the next try would come when nobody waits for it");
    gateway.is_there.store(true, Ordering::Relaxed);
    minutes(&world, &app, 60).await;
    assert_eq!(messages(&app).await, (0, 0, 1));
});

db_test!(an_invitation_is_tried_until_it_is_to_be_answered, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let gateway = Gateway::default();
    let app = world.telling_by(Box::new(gateway.clone()));
    let matter = crate::dispatch::matter(&world).await;
    deliver_waiting(&app).await;
    let task = crate::dispatch::cut(&world, &matter, crate::dispatch::task_body()).await;
    crate::dispatch::invite(&world, &task, &["li"]).await.expect(201);
    let until = "SELECT COUNT(*) FROM jobs_messages m WHERE m.template = 'offer' AND m.useful_until = \
                 (SELECT o.reply_by FROM dispatch_offers o WHERE o.state = 'offered')";
    let fits = app.read(|mut tx| Box::pin(async move { Ok(tx.scalar_i64(until, db::args![]).await?) })).await;
    assert_eq!(fits.expect("a count"), 1, "{}", json!({ "task": task }));
});

db_test!(
    what_fell_due_during_a_standstill_and_is_of_no_use_any_more_is_not_sent,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let gateway = Gateway::default();
        let app = world.telling_by(Box::new(gateway.clone()));
        gateway.is_there.store(true, Ordering::Relaxed);
        ask_for_a_code(&world).await;
        world.pass(30);
        deliver_waiting(&app).await;
        assert_eq!((messages(&app).await, gateway.asked.load(Ordering::Relaxed)), ((0, 0, 1), 0));
    }
);

/// Where nothing leads to people.
struct NoWay;

impl Notifier for NoWay {
    fn reaches(&self) -> bool {
        false
    }

    fn deliver<'a>(&'a self, _: &'a Message) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async { Err("there is no gateway".into()) })
    }
}

db_test!(no_page_says_that_a_code_was_sent_where_nothing_leads_to_people, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let app = world.telling_by(Box::new(NoWay));
    let mut browser = Client::new(app::web::site(&app), None);
    let refused = browser.submit("/login", "/login", &[("phone", "13800000001")]).await.expect(422).text;
    assert!(refused.contains("还没有接通短信") && refused.contains("value=\"13800000001\""), "{refused}");
    assert_eq!(messages(&app).await, (0, 0, 0), "nothing waits for a gateway");
});
