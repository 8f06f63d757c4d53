//! Sign-in sheets: what was signed by hand becomes late entries, which somebody else confirms.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::lived_in::{lived_in, printed};

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn line(batch: &Value, line: u16, volunteer: &str, (start, end): (&str, &str)) -> Value {
    let at = |time: &str| format!("2026-06-08T{time}:00+08:00");
    json!({ "serial": batch["items"][0]["serial"], "attended": { "line": line, "volunteer": volunteer, "start": at(start),
        "end": at(end), "signed": true, "name": "小区清扫", "content": "清扫楼道" } })
}

async fn enter(world: &World, who: &str, batch: &Value, rows: Vec<Value>) -> Vec<Value> {
    let to = format!("/api/v1/paper/batches/{}/rows", text(batch, "id"));
    let done = world.api(who).post(&to, json!({ "rows": rows, "apply": true })).await.expect(200).json();
    done["items"].as_array().cloned().unwrap_or_default()
}

fn codes(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| text(item, "code")).collect()
}

async fn record(world: &World, of: &str, item: &Value) -> Value {
    let all = world.api(of).get("/api/v1/records?mine=true").await.expect(200).json();
    let found = all["items"].as_array().unwrap().iter().find(|record| record["id"] == item["became"]).cloned();
    found.unwrap_or_else(|| panic!("{item} in {all}"))
}

db_test!(a_sheet_becomes_late_entries_that_another_confirms, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let sheet = printed(&world, "community", "sign_in").await;
    world.set_time("2026-06-08T18:00:00+08:00");
    let mut unsigned = line(&sheet, 3, "赵明", ("09:00", "11:00"));
    unsigned["attended"]["signed"] = json!(false);
    let rows = vec![
        line(&sheet, 1, "李建国", ("09:00", "11:00")),
        line(&sheet, 2, "13800000004", ("09:10", "11:00")),
        unsigned,
        line(&sheet, 1, "赵明", ("12:00", "13:00")),
        line(&sheet, 4, "没有这个人", ("09:00", "11:00")),
        line(&sheet, 5, "张桂兰", ("09:00", "11:00")),
        line(&sheet, 6, "13800000001", ("09:00", "11:00")),
        line(&sheet, 7, "李建国", ("10:00", "12:00")),
        line(&sheet, 8, "李建国", ("17:00", "19:00")),
        line(&sheet, 9, "李建国", ("08:00", "08:50")),
        line(&sheet, 15, "李建国", ("12:00", "13:00")),
    ];
    let items = enter(&world, "community", &sheet, rows).await;
    let expected = [
        "",
        "",
        "",
        "paper-entered",
        "paper-who-unknown",
        "paper-who-unknown",
        "service-no-volunteer",
        "record-overlaps",
        "paper-time-future",
        "paper-time-before-print",
        "paper-line",
    ];
    assert_eq!(codes(&items), expected, "{items:?}");
    assert!(text(&items[3], "message").contains("小区清扫"), "{}", items[3]);
    let own = record(&world, "li", &items[0]).await;
    assert_eq!((text(&own, "evidence").as_str(), &own["minutes"]), ("late", &json!(120)));
    let late = record(&world, "zhao", &items[2]).await;
    assert!(late.to_string().contains("没有本人签名") && own.to_string().contains("有本人签名"), "{late} {own}");
    // Whoever typed it in never confirms it; somebody else of the place does.
    let confirm = format!("/api/v1/records/{}/confirmation", text(&items[0], "became"));
    let refused = world.api("community").post(&confirm, json!({})).await.expect(422).json();
    assert_eq!(text(&refused, "code"), "confirm-recorder");
    let refused = world.api("li").post(&confirm, json!({})).await;
    assert!(!refused.status.is_success(), "{}", refused.text);
    world.api("social").post(&confirm, json!({})).await.expect(200);
    assert_eq!(text(&record(&world, "li", &items[0]).await, "state"), "confirmed");
    // A call-taker writes no records after the fact, by paper either.
    let by_call = enter(&world, "call", &sheet, vec![line(&sheet, 9, "李建国", ("12:00", "13:00"))]).await;
    assert_eq!(codes(&by_call), ["intake-forbidden"]);
    let need = json!({ "serial": sheet["items"][1]["serial"], "received_at": "2026-06-08T12:00:00+08:00",
        "matter": { "place": "371722003003" } });
    assert_eq!(codes(&enter(&world, "community", &sheet, vec![need]).await), ["paper-sort"]);
    let seen =
        world.api("community").get(&format!("/api/v1/paper/batches/{}", text(&sheet, "id"))).await.expect(200).json();
    assert_eq!((&seen["entered"], seen["items"][0]["lines"].as_array().map(Vec::len)), (&json!(1), Some(3)));
});

db_test!(the_sheet_of_a_task_knows_who_has_accepted, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let (world, task) = (&lived.world, &lived.tasks[0]);
    let body = json!({ "sort": "sign_in", "task": task["id"], "count": 1 });
    for (stranger, status) in [("far", 404), ("zhang", 404), ("inspector", 404)] {
        world.api(stranger).post("/api/v1/paper/batches", body.clone()).await.expect(status);
    }
    let code = text(task, "code");
    let mut social = world.browser("social").await;
    let from = format!("/paper?task={code}");
    let linked = social.get(&format!("/tasks/{code}/attendance")).await.expect(200).text;
    assert!(linked.contains(&from), "{linked}");
    let to = social.submit(&from, "/paper", &[("count", "1")]).await.expect(303).location.unwrap_or_default();
    let number = to.rsplit('/').next().unwrap_or_default().to_owned();
    let drawn = social.get(&format!("{to}/print")).await.expect(200).text;
    assert!(drawn.contains("陪同取药") && drawn.contains("李建国"), "{drawn}");
    let batches = world.api("social").get("/api/v1/paper/batches").await.expect(200).json();
    let all = batches["items"].as_array().unwrap();
    let batch = all.iter().find(|b| text(b, "number").replace('-', "") == number).expect("the batch");
    let sheet =
        world.api("social").get(&format!("/api/v1/paper/batches/{}", text(batch, "id"))).await.expect(200).json();
    world.set_time("2026-06-08T18:00:00+08:00");
    let serial = text(&sheet["items"][0], "serial");
    let entry = format!("{to}/entry");
    let head = [("serial", serial.as_str()), ("day", "2026-06-08"), ("content", "陪同取药")];
    let lines = [
        ("r1_volunteer", "李建国"),
        ("r1_start", "14:00"),
        ("r1_end", "16:00"),
        ("r1_signed", "yes"),
        ("r2_volunteer", "王淑珍"),
        ("r2_start", "14:00"),
        ("r2_end", "25:00"),
        ("r2_signed", "yes"),
    ];
    let sent = social.submit(&entry, &entry, &[&head[..], &lines[..], &[("do", "check")]].concat()).await.expect(303);
    let checked = social.get(&sent.location.unwrap_or_default()).await.expect(200).text;
    assert!(checked.contains("第 2 行：请照纸上填日期和时间") && checked.contains("录入 1 份"), "{checked}");
    let mut lines = lines;
    lines[6] = ("r2_end", "15:30");
    let sent = social.submit(&entry, &entry, &[&head[..], &lines[..], &[("do", "apply")]].concat()).await.expect(303);
    assert_eq!(sent.location.unwrap_or_default(), to, "both are in");
    let of = |name: &'static str| {
        let api = world.api(name);
        async move { api.get("/api/v1/records?mine=true").await.expect(200).json()["items"].as_array().cloned().unwrap() }
    };
    let li = of("li").await.into_iter().find(|r| text(r, "activity") == "陪同取药").expect("his record");
    assert_eq!((&li["task"], &li["minutes"], text(&li, "evidence").as_str()), (&task["id"], &json!(120), "late"));
    // She came without having said so: a record of its own, on no offer.
    let wang = of("wang").await.into_iter().find(|r| text(r, "activity") == "陪同取药").expect("her record");
    assert_eq!((&wang["task"], &wang["minutes"]), (&Value::Null, &json!(90)));
});

db_test!(who_has_accepted_stands_on_the_lines_that_are_typed_in, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let (world, task) = (&lived.world, &lived.tasks[0]);
    let mut social = world.browser("social").await;
    let from = format!("/paper?task={}", text(task, "code"));
    let to = social.submit(&from, "/paper", &[("count", "2")]).await.expect(303).location.unwrap_or_default();
    let number = to.rsplit('/').next().unwrap_or_default().to_owned();
    let batches = world.api("social").get("/api/v1/paper/batches").await.expect(200).json();
    let all = batches["items"].as_array().unwrap();
    let batch = all.iter().find(|b| text(b, "number").replace('-', "") == number).expect("the batch");
    let batch =
        world.api("social").get(&format!("/api/v1/paper/batches/{}", text(batch, "id"))).await.expect(200).json();
    let entry = |n: usize| format!("{to}/entry?serial={}", text(&batch["items"][n], "serial").replace('-', ""));
    let line = |page: &str| {
        let input = page.split("id=\"r1_volunteer\"").nth(1).and_then(|rest| rest.split('>').next());
        input.unwrap_or_default().contains(" value=\"李建国\"")
    };
    let first = social.get(&entry(0)).await.expect(200).text;
    assert!(line(&first) && first.contains("已经填好姓名"), "{first}");
    let second = social.get(&entry(1)).await.expect(200).text;
    assert!(!line(&second) && !second.contains("已经填好姓名"), "names are on the first sheet: {second}");
    // A name alone is nobody who came.
    world.set_time("2026-06-08T18:00:00+08:00");
    let serial = text(&batch["items"][0], "serial");
    let sent = [("serial", serial.as_str()), ("day", "2026-06-08"), ("r1_volunteer", "李建国"), ("do", "check")];
    let checked =
        social.submit(&entry(0), &format!("{to}/entry"), &sent).await.expect(303).location.unwrap_or_default();
    let checked = social.get(&checked).await.expect(200).text;
    assert!(!checked.contains("第 1 行：") && !checked.contains("要改"), "{checked}");
});

db_test!(a_row_belongs_to_the_number_that_stands_in_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let batch = printed(&world, "community", "need").await;
    let entry = format!("/paper/{}/entry", text(&batch, "number").replace('-', ""));
    let page = world.browser("call").await.get(&entry).await.expect(200).text;
    // What is typed and not sent is kept by the browser under that number: rows move up when one is done.
    let rows: Vec<&str> = page.split("<fieldset class=\"panel paper-row\" data-of=\"").skip(1).collect();
    assert_eq!(rows.len(), 3, "{page}");
    for (form, row) in batch["items"].as_array().unwrap().iter().zip(rows) {
        let (of, row) = row.split_once('"').unwrap();
        let field = row.split(&format!("id=\"{of}\"")).nth(1).and_then(|rest| rest.split('>').next());
        assert!(field.is_some_and(|field| field.contains(&text(form, "serial"))), "{of}: {row}");
    }
    assert!(page.contains(" data-stored"), "what was sent is kept here, also while something in it is wrong: {page}");
});
