//! Where the calendar ends: what is promised beyond it, who is told, and what the next year brings.

use app::matters::{self, Loaded};
use app::testing::{World, world};
use app::{Stop, city, jobs};
use db::db_test;
use rules::shared::Actor;
use serde_json::{Value, json};

use crate::exports::{taken, texts};
use crate::kinds::FOOD_PERMIT;

/// The holidays of 2027 that never move: a year that is whole as far as a program can tell.
const NEXT_YEAR: &str = "date,kind,name\n2027-01-01,holiday,元旦\n2027-05-01,holiday,劳动节\n2027-10-01,holiday,国庆节\n\
                         2027-10-02,holiday,国庆节\n2027-10-03,holiday,国庆节\n";

async fn raised(world: &World) -> Value {
    let department = world.department.to_string();
    let form = json!({ "kind": "food_permit", "place": "371722003003", "organisation": department,
        "fields": { "shop": "老街面馆" } });
    world.api("zhang").post("/api/v1/matters", form).await.expect(201).json()
}

fn number(matter: &Value) -> &str {
    matter["code"].as_str().and_then(|code| code.split_once(' ')).expect("a letter and a number").1
}

async fn loaded(world: &World, text: &str) -> Result<Loaded, Stop> {
    world
        .app
        .act(&Actor::system(), text.to_owned(), |mut tx, who, at, text| {
            Box::pin(async move { matters::load_calendar(&mut tx, &who, at, (&text, "国务院办公厅")).await })
        })
        .await
}

async fn unwatched(world: &World) -> usize {
    let (cell, at) = (world.huanglou.cell, world.app.now());
    let found = world.app.read(move |mut tx| Box::pin(async move { matters::unwatched(&mut tx, cell, at).await }));
    found.await.expect("looked at").len()
}

db_test!(
    a_promise_beyond_the_calendar_says_so_and_has_its_day_with_the_year,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[("food_permit.toml", FOOD_PERMIT)]).await;
        world.set_time("2026-12-30T09:00:00+08:00");
        let matter = raised(&world).await;
        assert_eq!(
            (&matter["due_at"], &matter["due_awaits"]),
            (&Value::Null, &json!({ "working_days": 5, "year": 2027 }))
        );
        let (path, number) = (format!("/api/v1/matters/{}", matter["id"].as_str().unwrap()), number(&matter));
        const SAID: &str = "5 个工作日以内。2027 年的放假安排还没有录入";
        let zhang = world.browser("zhang").await;
        let receipt = zhang.get(&format!("/help/{number}")).await.expect(200).text;
        let line = world.visitor().get(&format!("/t/{number}")).await.expect(200).text;
        let mut clerk = world.browser("clerk").await;
        let desk = clerk.get(&format!("/desk/{number}")).await.expect(200).text;
        for page in [&receipt, &line, &desk] {
            assert!(page.contains(SAID), "{page}");
        }
        assert!(receipt.contains("最晚办好") && desk.contains("对群众"), "beside what it is");
        let english = world.visitor().get(&format!("/en/t/{number}")).await.expect(200).text;
        assert!(english.contains("Within 5 working days. The holidays of 2027"), "{english}");

        let table = texts(&taken(&mut clerk, "/handling", "/handling/export").await);
        assert!(table.contains(number) && !table.contains("9999"), "what has no day yet has an empty cell: {table}");

        // Day after day it is looked at, and never forgotten.
        for _ in 0..3 {
            world.pass(8 * 60);
            jobs::run_due(&world.app).await.unwrap();
            assert_eq!(unwatched(&world).await, 0);
        }
        assert_eq!(world.api("zhang").get(&path).await.expect(200).json()["due_at"], Value::Null);

        // The command line brings the year in; this program has not heard of it, and its clocks have their ends all the same.
        assert_eq!(loaded(&world, NEXT_YEAR).await.unwrap(), Loaded { years: 1, matters: 1 });
        jobs::run_due(&world.app).await.unwrap();
        let due = world.api("zhang").get(&path).await.expect(200).json();
        assert_eq!((due["due_at"].as_str(), due.get("due_awaits")), (Some("2027-01-07T23:59:59+08:00"), None));
        let receipt = zhang.get(&format!("/help/{number}")).await.expect(200).text;
        assert!(receipt.contains("最晚办好") && !receipt.contains("还没有录入"), "{receipt}");

        assert_eq!(raised(&world).await["due_at"], Value::Null, "until it looks");
        assert!(city::keep_up(&world.app).await.unwrap());
        assert_eq!(raised(&world).await["due_at"], "2027-01-08T23:59:59+08:00", "what comes in has its day at once");
        assert!(!city::keep_up(&world.app).await.unwrap(), "nothing new");
        assert_eq!(loaded(&world, NEXT_YEAR).await.unwrap().matters, 1, "the one that came in before it looked");
    }
);

db_test!(a_stray_line_makes_no_year, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let stray = "date,kind,name\n2027-01-01,holiday,元旦\n";
    match loaded(&world, stray).await {
        Err(Stop::Refused(refusal)) => assert_eq!(refusal.code, "workdays-year-lacks"),
        other => panic!("{other:?}"),
    }
    // As an older program may have left one.
    let left = world.app.write(|mut tx| {
        Box::pin(async move {
            tx.put("INSERT INTO places_years (cell, year, source) VALUES (0, 2027, 'x')", db::args![]).await?;
            let day = "INSERT INTO places_days (cell, day, year, kind, name) VALUES (0, '2027-01-01', 2027, 'holiday', '元旦')";
            tx.put(day, db::args![]).await?;
            Ok(())
        })
    });
    left.await.unwrap();
    city::keep_up(&world.app).await.unwrap();
    assert!(!world.app.city().calendar.is_loaded(2027), "its other days would be guessed");
    assert_eq!(loaded(&world, NEXT_YEAR).await.unwrap(), Loaded { years: 1, matters: 0 });
    assert!(city::keep_up(&world.app).await.unwrap() && world.app.city().calendar.is_loaded(2027));
});

db_test!(an_administrator_is_told_that_the_calendar_ends, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let said = "工作日历只到";
    assert!(!world.browser("admin").await.get("/").await.expect(200).text.contains(said), "in June it is far");
    world.set_time("2026-11-20T09:00:00+08:00");
    let admin = world.browser("admin").await;
    let page = admin.get("/").await.expect(200).text;
    assert!(page.contains(said) && page.contains("2027 年放假安排"), "{page}");
    assert!(!world.browser("social").await.get("/").await.expect(200).text.contains(said), "who cannot mend it");
    loaded(&world, NEXT_YEAR).await.unwrap();
    city::keep_up(&world.app).await.unwrap();
    assert!(!admin.get("/").await.expect(200).text.contains(said));
});
