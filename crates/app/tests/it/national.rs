//! The file for the national system: what is in it, who takes it, and what stays out.

use app::testing::{World, world};
use db::db_test;
use kit::spreadsheets::read;
use serde_json::{Value, json};

use crate::lived_in::lived_in;
use crate::reviews::through_the_night;
use crate::service::{confirm, late, outing, served};

const JUNE: (&str, &str) = ("2026-06-01", "2026-06-08");

async fn numbered(world: &World, who: &str, of: &str, number: &str) -> (u16, Value) {
    let path = format!("/api/v1/people/{}/volunteer-number", world.person(of));
    let answered = world.api(who).post(&path, json!({ "volunteer_number": number })).await;
    (answered.status.as_u16(), answered.json())
}

/// The unit that records in the village.
pub async fn unit(world: &World) -> String {
    let list = world.api("community").get("/api/v1/organisations").await.expect(200).json();
    let items = list["items"].as_array().unwrap();
    let found = items.iter().find(|o| o["name"] == "黄楼社区邻里服务队").expect("the team of the village");
    found["id"].as_str().unwrap().to_owned()
}

async fn taken(world: &World, who: &str, unit: &str, (from, to): (&str, &str)) -> (u16, Value) {
    let path = format!("/api/v1/organisations/{unit}/national-file");
    let answered = world.api(who).post(&path, json!({ "from": from, "to": to })).await;
    (answered.status.as_u16(), answered.json())
}

/// What a table says in one of its columns, row by row.
fn column(file: &Value, table: &str, field: &str) -> Vec<Value> {
    let table = file["tables"].as_array().unwrap().iter().find(|t| t["key"] == table).expect("a table");
    let at = table["columns"].as_array().unwrap().iter().position(|c| c["field"] == field).expect("a column");
    table["rows"].as_array().unwrap().iter().map(|row| row[at].clone()).collect()
}

db_test!(what_counts_is_in_the_file_and_nothing_else, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let record = served(&world, &outing, "li").await;
    assert_eq!(confirm(&world, "zhang", &record).await.0, 200);
    let (_, second) = late(&world, "li", "li", "2026-06-05").await;
    assert_eq!(confirm(&world, "community", second["id"].as_str().unwrap()).await.0, 200);
    let (status, waiting) = late(&world, "li", "li", "2026-06-06").await;
    assert_eq!(status, 201, "{waiting}");
    through_the_night(&world, "wang", "community").await;
    assert_eq!(numbered(&world, "li", "li", "SD-0000001").await.0, 200);

    let unit = unit(&world).await;
    let (status, file) = taken(&world, "community", &unit, JUNE).await;
    assert_eq!(status, 200, "{file}");
    assert_eq!(column(&file, "records", "day"), ["2026-06-05", "2026-06-08"].map(Value::from), "oldest first");
    assert_eq!(column(&file, "records", "hours"), [json!(2.0), json!(1.5)]);
    assert_eq!(column(&file, "records", "class"), ["补录", "当场记录"].map(Value::from));
    assert_eq!(column(&file, "records", "number"), ["SD-0000001", "SD-0000001"].map(Value::from));
    assert_eq!(column(&file, "volunteers", "minutes"), [json!(210)], "nobody whose hours are looked at");
    assert_eq!(column(&file, "groups", "name"), [json!("黄楼社区邻里服务队")]);
    assert_eq!(column(&file, "projects", "people"), [json!(1), json!(1)]);
    let text = file.to_string();
    for hidden in ["13800000001", "13800000003", "王"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    for (days, code) in [
        (("2026-06-08", "2026-06-01"), "certificate-period"),
        (("2026-06-01", "2027-01-01"), "certificate-future"),
        (("2026-05-01", "2026-05-31"), "national-empty"),
        (("yesterday", "2026-05-31"), "certificate-day"),
    ] {
        let (status, refused) = taken(&world, "community", &unit, days).await;
        assert_eq!((status, refused["code"].as_str()), (422, Some(code)), "{days:?}");
    }
    let events = world.events_text().await;
    assert!(events.contains("\"records\":2"), "taking it along is written down: {events}");
});

db_test!(only_the_unit_and_its_place_take_the_file, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (_, record) = late(&world, "li", "li", "2026-06-05").await;
    assert_eq!(confirm(&world, "community", record["id"].as_str().unwrap()).await.0, 200);
    let unit = unit(&world).await;
    for (who, expected) in
        [("leader", 200), ("community", 200), ("social", 200), ("li", 404), ("grid", 404), ("zhang", 404)]
    {
        let before = world.events().await;
        let (status, answered) = taken(&world, who, &unit, JUNE).await;
        assert_eq!(status, expected, "{who}: {answered}");
        assert_eq!(world.events().await - before, i64::from(status == 200), "{who}");
    }
});

db_test!(the_page_says_how_much_there_is_before_the_file, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let world = &lived.world;
    let unit = unit(world).await;
    let page = format!("/organisations/{unit}/national-file");
    let mut community = world.browser("community").await;
    let team = community.get(&format!("/organisations/{unit}")).await.expect(200).text;
    assert!(team.contains(&format!("href=\"{page}\"")), "{team}");
    let fresh = community.get(&page).await.expect(200).text;
    assert!(
        fresh.contains("value=\"2026-01-01\"") && fresh.contains("value=\"2026-03-31\""),
        "the last quarter: {fresh}"
    );
    assert!(!fresh.contains("下载文件</button>"), "{fresh}");
    let seen = community.get(&format!("{page}?from=2026-06-01&to=2026-06-08")).await.expect(200).text;
    assert!(seen.contains("下载文件</button>") && seen.contains("其中没有志愿者编号"), "{seen}");
    let wrong = community.get(&format!("{page}?from=2026-06-08&to=2026-06-01")).await.expect(422).text;
    assert!(wrong.contains("href=\"#to\"") && wrong.contains("value=\"2026-06-01\""), "{wrong}");
    let days = [("from", "2026-06-01"), ("to", "2026-06-08")];
    let file = community.submit(&format!("{page}?from=2026-06-01&to=2026-06-08"), &page, &days).await.expect(200);
    let table = read(&file.bytes, |row| row.len() > 5).expect("a workbook");
    assert!(table.header.iter().any(|name| name == "志愿者编号"), "{:?}", table.header);
    assert_eq!(table.further, 7, "six more tables, and the sheet that says what they rest on");
});

db_test!(a_volunteer_number_is_one_persons, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (who, of, number, expected, code) in [
        ("li", "li", "sd 0000 001", 200, ""),
        ("wang", "wang", "SD0000001", 422, "volunteer-number-taken"),
        ("wang", "wang", "123", 422, "volunteer-number-form"),
        ("wang", "wang", "11010519491231002X", 422, "volunteer-number-identity"),
        ("wang", "li", "SD0000002", 404, ""),
        ("community", "wang", "SD0000002", 200, ""),
        ("zhang", "zhang", "SD0000003", 422, "cover-not-volunteer"),
        ("li", "li", "", 200, ""),
        ("wang", "wang", "SD0000001", 200, ""),
    ] {
        let (status, answered) = numbered(&world, who, of, number).await;
        let said = answered["code"].as_str().unwrap_or_default();
        assert_eq!(status, expected, "{who} for {of}: {number}: {answered}");
        assert!(code.is_empty() || said == code, "{who} for {of}: {number}: {answered}");
    }
    let mut wang = world.browser("wang").await;
    let own = wang.get("/me/volunteer").await.expect(200).text;
    assert!(own.contains("SD0000001"), "{own}");
    let refused =
        wang.submit("/me/volunteer", "/me/volunteer/number", &[("volunteer_number", "12")]).await.expect(422).text;
    assert!(refused.contains("value=\"12\"") && refused.contains("6 到 32 位"), "{refused}");
});
