use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

async fn raise(world: &World, who: &str, kind: &str, place: &str, category: &str) -> String {
    let fields = match kind {
        "need" => json!({ "category": category, "what": "请人帮忙", "when": "today",
            "address": "3 号楼 2 单元 401", "phone": "13800000001" }),
        _ => json!({ "category": category, "note": "楼道里堆了杂物", "group": "rider" }),
    };
    let raised =
        world.api(who).post("/api/v1/matters", json!({ "kind": kind, "place": place, "fields": fields })).await;
    raised.expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// Twelve needs in 黄楼社区, three in the community beside it, nine far away.
async fn with_needs(world: &World) {
    for n in 0..12 {
        raise(world, "zhang", "need", "371722003003", if n < 6 { "hospital" } else { "errands" }).await;
    }
    for _ in 0..3 {
        raise(world, "neighbour", "need", "371722003004", "repairs").await;
    }
    for _ in 0..9 {
        raise(world, "far", "need", "371703001001", "care").await;
    }
}

async fn figure(world: &World, who: Option<&str>, query: &str) -> Value {
    let client = who.map_or_else(|| world.visitor(), |who| world.api(who));
    client.get(&format!("/api/v1/reports/{query}")).await.expect(200).json()
}

fn values(report: &Value) -> Vec<(String, String, Option<i64>)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let items = report["items"].as_array().expect("items");
    items.iter().map(|i| (text(&i["key"]), text(&i["state"]), i["value"].as_i64())).collect()
}

fn line(key: &str, value: Option<i64>) -> (String, String, Option<i64>) {
    (key.into(), if value.is_some() { "known" } else { "withheld" }.into(), value)
}

db_test!(small_groups_are_withheld_from_the_public_alone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_needs(&world).await;
    let city = figure(&world, None, "needs_raised?by=place").await;
    assert_eq!(values(&city), [line("371703", Some(9)), line("371722", Some(15))]);
    let street = "needs_raised?by=place&place=371722003";
    assert_eq!(values(&figure(&world, None, street).await), [line("371722003003", None), line("371722003004", None)]);
    let exact = [line("371722003003", Some(12)), line("371722003004", Some(3))];
    assert_eq!(values(&figure(&world, Some("social"), street).await), exact);
    assert_eq!(values(&figure(&world, Some("far"), street).await)[0].2, None, "staff elsewhere are the public here");
    // What is withheld in a table is withheld on the place's own page, in every month and split.
    for place in ["371722003003", "371722003004"] {
        let own = figure(&world, None, &format!("needs_raised?place={place}")).await;
        assert_eq!(values(&own).last().unwrap().1, "withheld", "{place}");
        world.visitor().get(&format!("/api/v1/reports/needs_raised?by=group&place={place}")).await.expect(404);
        let rows = world.visitor().get(&format!("/report/needs_raised/records?place={place}")).await.expect(200);
        assert!(!rows.text.contains("data-rows"), "{}", rows.text);
    }
    let groups = values(&figure(&world, None, "needs_raised?by=group&group=category").await);
    let shown: Vec<_> = groups.iter().map(|(key, _, value)| (key.as_str(), *value)).collect();
    assert_eq!(shown, [("care", Some(9)), ("errands", None), ("hospital", Some(6)), ("repairs", None)]);
});

db_test!(a_month_before_records_is_unknown_and_this_one_is_partial, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_needs(&world).await;
    let months = figure(&world, None, "needs_raised?by=month").await;
    let items = months["items"].as_array().unwrap();
    assert_eq!(items.len(), 12);
    assert_eq!((items[10]["state"].as_str(), items[10]["value"].as_i64()), (Some("unknown"), None));
    assert_eq!((items[11]["value"].as_i64(), items[11]["through"].as_str()), (Some(24), Some("2026-06-08")));
    let page = world.visitor().get("/report").await.expect(200);
    assert!(page.text.contains("本月未完，算到 6月8日"), "{}", page.text);
    world.visitor().get("/report?month=2026-13").await.expect(422);
    // What has not begun is no other month to a program; a page shows the current one.
    let ahead = world.visitor().get("/api/v1/reports/needs_raised?month=2027-05").await.expect(422).json();
    assert_eq!(ahead["code"], "month-ahead", "{ahead}");
    world.visitor().get("/report?month=2027-05").await.expect(200);
    // One long gone is shown as chosen.
    let old = world.visitor().get("/report?month=2024-06").await.expect(200).text;
    assert!(old.contains("<option value=\"2024-06\" selected"), "{old}");
    world.visitor().get("/report/no_such_figure").await.expect(404);
    world.visitor().get("/report?place=999999").await.expect(404);
});

/// How many rows the pages of a figure's records show together.
async fn rows(client: &app::testing::Client, path: &str) -> usize {
    let mut rows = 0;
    for page in 1.. {
        let text = client.get(&format!("{path}&page={page}")).await.expect(200).text;
        rows += text.matches("<tr><td class=\"num\"").count();
        if !text.contains("rel=\"next\"") {
            return rows;
        }
    }
    unreachable!("a last page")
}

db_test!(a_figure_has_as_many_rows_as_it_says, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_needs(&world).await;
    for _ in 0..40 {
        raise(&world, "zhang", "need", "371722003003", "hospital").await;
    }
    let id = raise(&world, "neighbour", "hazard", "371722003003", "fire_lane").await;
    assert!(id.starts_with("mat_"));
    for (who, place) in
        [(None, "3717"), (None, "371722"), (Some("social"), "371722003004"), (Some("community"), "371722003003")]
    {
        let client = who.map_or_else(|| world.visitor(), |who| world.api(who));
        for measure in rules::reports::measures().iter().filter(|m| m.rate.is_none()) {
            let report = figure(&world, who, &format!("{}?place={place}", measure.key)).await;
            let last = values(&report).pop().unwrap();
            let (rows, said) = (rows(&client, &format!("/report/{}/records?place={place}", measure.key)).await, last.2);
            match said {
                Some(said) if measure.counts != rules::reports::Counts::Minutes => {
                    assert_eq!(rows, usize::try_from(said).unwrap(), "{} {who:?} {place}", measure.key);
                }
                _ => assert_eq!(rows, 0, "{} {who:?} {place}", measure.key),
            }
        }
    }
    let public = world.visitor().get("/report/needs_raised/records?place=371722").await.expect(200);
    assert!(!public.text.contains("陪诊") && !public.text.contains("东关社区"), "{}", public.text);
});

db_test!(an_answer_counts_when_staff_give_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(raise(&world, "zhang", "need", "371722003003", "hospital").await);
    }
    world.pass(30);
    for id in &ids[..6] {
        let note = json!({ "text": "已打电话问过情况" });
        world.api("social").post(&format!("/api/v1/matters/{id}/notes"), note).await.expect(200);
    }
    for (measure, expected) in [("needs_raised", 8), ("needs_first_answered", 6), ("needs_answered_in_time", 6)] {
        let report = figure(&world, Some("social"), &format!("{measure}?place=371722003003")).await;
        assert_eq!(values(&report).pop().unwrap().2, Some(expected), "{measure}");
    }
    let rate = figure(&world, Some("social"), "in_time_rate?place=371722003003").await;
    assert_eq!(values(&rate).pop().unwrap().2, Some(750));
    // Two remain unanswered: the public is told a bound, and neither count of the rate.
    let public = figure(&world, None, "in_time_rate").await;
    let last = public["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (last["state"].as_str(), last["value"].as_i64(), &last["of"]),
        (Some("at_least"), Some(500), &Value::Null)
    );
    assert_eq!(values(&figure(&world, None, "needs_answered_in_time").await).pop().unwrap().1, "withheld");
});

db_test!(pages_and_files_of_the_report, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_needs(&world).await;
    let visitor = world.visitor();
    let detail = visitor.get("/report/needs_raised?place=371722").await.expect(200).text;
    for part in ["菏泽市", "单县", "<b>15</b>", "口径：", "看这个数字的明细", "园艺街道", "role=\"img\""]
    {
        assert!(detail.contains(part), "{part}: {detail}");
    }
    for _ in 0..5 {
        raise(&world, "neighbour", "hazard", "371722003003", "fire_lane").await;
    }
    let hazards = visitor.get("/report/hazards_reported").await.expect(200).text;
    assert!(hazards.contains("上报人群体") && hazards.contains("外卖骑手"), "{hazards}");
    let english = visitor.get("/en/report/needs_raised").await.expect(200).text;
    assert!(english.contains("Company to the hospital") && english.contains("What it counts:"), "{english}");
    let file = visitor.get("/report/needs_raised/table.csv?place=371722").await.expect(200).text;
    assert!(file.starts_with('\u{feff}') && file.contains("园艺街道,2026-06,15 件"), "{file}");
    let sheet = visitor.get("/report/print?place=371722").await.expect(200).text;
    assert!(sheet.contains("收到需求") && sheet.contains("口径"), "{sheet}");
});

/// The plan of a figure's query on SQLite, as one text.
async fn plan(world: &World, sql: &'static str) -> String {
    #[derive(serde::Deserialize)]
    struct Step {
        detail: String,
    }
    let read = world.app.read(move |mut tx| {
        Box::pin(async move { Ok(tx.all::<Step>(&format!("EXPLAIN QUERY PLAN {sql}"), db::args![]).await?) })
    });
    let steps: Vec<Step> = read.await.unwrap();
    steps.into_iter().map(|s| s.detail).collect::<Vec<_>>().join("; ")
}

/// A city of thirteen thousand matters reads no matter's row to count: the index has all that a figure asks for.
#[test]
fn figures_are_counted_from_indexes_alone() {
    db::testing::run(db::Engine::Sqlite, app::migrations::STEPS, |db| async move {
        let world = world(db, &[]).await;
        for (index, sql) in [
            (
                "matters_matters_raised",
                "SELECT category, COUNT(*) FROM matters_matters m WHERE m.kind = 'need' AND m.recorded_at >= 1 AND \
                 m.recorded_at < 2 AND m.place_path >= '3717/' AND m.place_path < '3717/~' AND m.merged_into IS NULL \
                 AND m.first_response_at <= m.first_response_due_at GROUP BY 1",
            ),
            (
                "matters_matters_closed",
                "SELECT reporter_group, COUNT(*) FROM matters_matters m WHERE m.kind = 'hazard' AND m.closed_at >= 1 AND \
                 m.closed_at < 2 AND m.place_path >= '3717/' AND m.place_path < '3717/~' AND m.merged_into IS NULL AND \
                 m.outcome = 'solved' GROUP BY 1",
            ),
            (
                "service_records_figures",
                "SELECT SUBSTR(m.day, 1, 7), COUNT(DISTINCT m.person_id), CAST(SUM(m.minutes) AS BIGINT) FROM \
                 service_records m WHERE m.state = 'confirmed' AND NOT EXISTS (SELECT 1 FROM service_reviews v WHERE \
                 v.cell = m.cell AND v.record_id = m.id AND v.state <> 'cleared') AND m.day >= '2026-06-01' AND m.day < '2026-07-01' AND \
                 m.place_path >= '3717/' AND m.place_path < '3717/~' AND m.evidence <> 'late' GROUP BY 1",
            ),
        ] {
            let plan = plan(&world, sql).await;
            assert!(plan.contains(&format!("USING COVERING INDEX {index}")), "{plan}");
        }
    });
}

db_test!(
    the_rows_of_a_figure_stand_by_day_and_have_the_numbers_that_people_know,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let mut ids = Vec::new();
        for _ in 0..6 {
            ids.push(raise(&world, "zhang", "need", "371722003003", "hospital").await);
        }
        // Those raised first are closed last.
        let mut closed = Vec::new();
        for id in ids.iter().rev() {
            world.pass(60);
            let triage = json!({ "answer": "answered", "type": "hospital", "way": "phone", "result": "电话里说清了" });
            let done =
                world.api("social").post(&format!("/api/v1/matters/{id}/triage"), triage).await.expect(200).json();
            closed.push(done["code"].as_str().unwrap_or_default().to_owned());
        }
        let page = world.api("social").get("/report/needs_closed/records?place=371722003003").await.expect(200).text;
        let at: Vec<usize> =
            closed.iter().map(|code| page.find(code).unwrap_or_else(|| panic!("{code} in {page}"))).collect();
        assert!(closed[0].starts_with("Q ") && at.is_sorted(), "{closed:?} {at:?}");
        // A row leads to its matter, for whoever may open it.
        for (who, opens) in [("social", true), ("supervisor", true), ("clerk", false), ("zhang", false)] {
            let page = world.api(who).get("/report/needs_closed/records?place=371722003003").await.expect(200).text;
            let links = page.split("href=\"/desk/").skip(1).filter_map(|rest| rest.split('"').next());
            let links: Vec<String> = links.filter(|code| code.len() == 10).map(str::to_owned).collect();
            assert_eq!(links.len(), if opens { 6 } else { 0 }, "{who}: {page}");
            for code in links {
                world.api(who).get(&format!("/desk/{code}")).await.expect(200);
            }
        }
    }
);

db_test!(a_report_with_internal_figures_says_so, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_needs(&world).await;
    for (who, place, internal) in [(Some("social"), "371722003004", true), (None, "371722003004", false)] {
        let client = who.map_or_else(|| world.visitor(), |who| world.api(who));
        for page in ["/report", "/report/print"] {
            let text = client.get(&format!("{page}?place={place}")).await.expect(200).text;
            assert_eq!(text.contains("标着「内部」的数字没有公布"), internal, "{who:?} {page}: {text}");
        }
        let print = client.get(&format!("/report/print?place={place}")).await.expect(200).text;
        assert_eq!(print.contains("服务数据月报（含内部数字）"), internal, "{print}");
        assert_eq!(print.contains("服务公开数据月报"), !internal, "{print}");
    }
});

/// What somebody reads of each place below, without the names.
fn states(report: &Value) -> Vec<&str> {
    report["items"].as_array().expect("items").iter().map(|i| i["state"].as_str().unwrap_or_default()).collect()
}

db_test!(a_rate_publishes_no_zero_that_its_count_withholds, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for _ in 0..3 {
        raise(&world, "zhang", "need", "371722003003", "hospital").await;
    }
    for _ in 0..9 {
        raise(&world, "far", "need", "371703001001", "care").await;
    }
    // Three in one community and none in the other: who sees that one is none computes the other.
    let below = "by=place&place=371722003";
    for figure_of in ["needs_raised", "needs_first_answered", "needs_answered_in_time", "in_time_rate"] {
        let public = figure(&world, None, &format!("{figure_of}?{below}")).await;
        assert!(states(&public).iter().all(|state| *state == "withheld"), "{figure_of}: {public}");
        let public = figure(&world, None, &format!("{figure_of}?place=371722003004")).await;
        assert_eq!(states(&public).last(), Some(&"withheld"), "{figure_of}: {public}");
    }
    let page = world.visitor().get("/report/in_time_rate?place=371722003").await.expect(200).text;
    assert!(page.contains("不公布") && !page.contains("本月没有可以计算的件数"), "{page}");
    let file = world.visitor().get("/report/in_time_rate/table.csv?place=371722003").await.expect(200).text;
    assert!(!file.contains("本月没有可以计算的件数"), "{file}");
    // Staff see what it is; and a zero that the count itself publishes stays open.
    let own = figure(&world, Some("social"), &format!("in_time_rate?{below}")).await;
    assert_eq!(states(&own), ["known", "unknown"], "{own}");
    for _ in 0..5 {
        raise(&world, "zhang", "need", "371722003003", "hospital").await;
    }
    let counted = figure(&world, None, &format!("needs_raised?{below}")).await;
    assert_eq!(values(&counted)[1], line("371722003004", Some(0)), "{counted}");
    let open = figure(&world, None, &format!("in_time_rate?{below}")).await;
    assert_eq!(states(&open)[1], "unknown", "{open}");
});

db_test!(a_part_is_withheld_where_its_whole_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_needs(&world).await;
    let answered = raise(&world, "zhang", "need", "371722003003", "hospital").await;
    let note = json!({ "text": "已打电话问过情况" });
    world.api("social").post(&format!("/api/v1/matters/{answered}/notes"), note).await.expect(200);
    // Of three needs in the second community nobody answered one: a zero there would be a part of what is withheld.
    for measure in ["needs_raised", "needs_first_answered", "needs_answered_in_time"] {
        let public = figure(&world, None, &format!("{measure}?by=place&place=371722003")).await;
        assert_eq!(states(&public)[..2], ["withheld", "withheld"], "{measure}: {public}");
    }
    // A bound says which side is small: beside a sum that would be a number.
    for place in ["3717", "371722"] {
        let below = figure(&world, None, &format!("in_time_rate?by=place&place={place}")).await;
        assert!(!states(&below).iter().any(|state| state.starts_with("at_")), "{below}");
    }
});

db_test!(a_report_is_as_of_the_citys_time, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let report = figure(&world, None, "needs_raised").await;
    let as_of = report["as_of"].as_str().unwrap_or_default();
    assert!(as_of.starts_with("2026-06-08T") && as_of.ends_with("+08:00") && !as_of.contains('.'), "{as_of}");
});

db_test!(what_is_under_review_is_named_among_what_does_not_count, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for measure in ["hours_confirmed", "hours_confirmed_late", "volunteers_active"] {
        let report = figure(&world, None, measure).await;
        let said = |lang: &str| report["definition"][lang].as_str().unwrap_or_default().to_owned();
        assert!(said("zh").contains("复核中") && said("en").contains("under review"), "{report}");
    }
});
