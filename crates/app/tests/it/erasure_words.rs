//! What an erasure takes out of matters that everybody saw, and of what was said against the hours of somebody else: the
//! words go, what was chosen and what staff answered about the place stays.

use app::people::store;
use app::testing::{World, world};
use db::db_test;
use rules::people::person::ERASED;
use serde_json::{Value, json};

use crate::service::{outing, served};

/// What she wrote, and what was written down of talking to her.
const GONE: [&str; 7] = [
    "孙记饭店把货堆在门口",
    "3号楼楼道口",
    "我是顶楼的桂兰奶奶",
    "桂兰奶奶接的，说还堆着",
    "她儿子也来过电话",
    "已经自己清走了",
    "只来了五分钟",
];
/// What was answered about the place, and what was chosen.
const STAYS: [&str; 3] = ["货已经挪走", "到场时通道是通的", "fire_lane"];

fn path(matter: &Value) -> String {
    format!("/api/v1/matters/{}", matter["id"].as_str().unwrap_or_default())
}

async fn does(world: &World, who: &str, path: &str, body: Value) {
    let answered = world.api(who).post(path, body).await;
    assert!(answered.status.is_success(), "{who} {path}: {} {}", answered.status, answered.text);
}

async fn hazard(world: &World, fields: Value) -> String {
    let body = json!({ "kind": "hazard", "place": "371722003003", "fields": fields });
    path(&world.api("zhang").post("/api/v1/matters", body).await.expect(201).json())
}

/// A hazard that was looked at, called back about, closed, opened again and closed.
async fn hazard_with_a_history(world: &World) {
    let told = json!({ "category": "fire_lane", "where": "3号楼楼道口", "note": "孙记饭店把货堆在门口" });
    let hazard = hazard(world, told).await;
    does(world, "grid", &format!("{hazard}/triage"), json!({ "answer": "fixed", "result": "货已经挪走" })).await;
    does(world, "grid", &format!("{hazard}/notes"), json!({ "text": "她儿子也来过电话" })).await;
    does(world, "zhang", &format!("{hazard}/rating"), json!({ "solved": false, "satisfaction": 2 })).await;
    let heard = json!({ "answer": "not_solved", "heard": "桂兰奶奶接的，说还堆着" });
    does(world, "community", &format!("{hazard}/answers"), heard).await;
    let ended = json!({ "answer": "not_found", "result": "到场时通道是通的" });
    does(world, "grid", &format!("{hazard}/triage"), ended.clone()).await;
    does(world, "zhang", &format!("{hazard}/reopening"), json!({ "reason": "我是顶楼的桂兰奶奶，还堆着" })).await;
    does(world, "community", &format!("{hazard}/triage"), ended).await;
}

/// Everything that matters, their history and the records of service keep in clear.
async fn kept(world: &World) -> String {
    #[derive(serde::Deserialize)]
    struct Row {
        words: String,
    }
    let rows = world.app.read(|mut tx| {
        Box::pin(async move {
            let sql = "SELECT fields || state AS words FROM matters_matters UNION ALL SELECT data AS words FROM audit_events \
                       UNION ALL SELECT COALESCE(reason, '') AS words FROM service_records \
                       UNION ALL SELECT COALESCE(words, '') || COALESCE(answer, '') AS words FROM service_objections";
            Ok(tx.all::<Row>(sql, db::args![]).await?)
        })
    });
    rows.await.expect("rows").into_iter().map(|row| row.words).collect::<Vec<_>>().join("\n")
}

db_test!(of_what_everybody_saw_the_words_of_whoever_is_erased_go, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    hazard_with_a_history(&world).await;
    let taken_back = hazard(&world, json!({ "category": "manhole" })).await;
    does(&world, "zhang", &format!("{taken_back}/withdrawal"), json!({ "reason": "已经自己清走了" })).await;
    let outing = outing(&world, &["li"]).await;
    let record = served(&world, &outing, "li").await;
    does(&world, "zhang", &format!("/api/v1/records/{record}/contest"), json!({ "reason": "只来了五分钟" })).await;
    let rating = json!({ "solved": true, "satisfaction": 4 });
    does(&world, "zhang", &format!("/api/v1/matters/{}/rating", outing.matter), rating).await;

    // All of it is there, so that a search that finds nothing would be noticed.
    let before = kept(&world).await;
    for words in GONE.iter().chain(&STAYS) {
        assert!(before.contains(words), "{words} in {before}");
    }
    // She reads before she confirms what goes and what stays.
    let page = world.browser("zhang").await.get(&format!("/people/{zhang}/erase")).await.expect(200).text;
    for said in ["撤回和要求重新办理的理由", "工作人员对那个地方的答复也留下", "对记录提出的异议"]
    {
        assert!(page.contains(said), "{said} in {page}");
    }
    does(&world, "zhang", &format!("/api/v1/people/{zhang}/erasure"), json!({ "understood": true })).await;
    let after = kept(&world).await;
    for words in GONE {
        assert!(!after.contains(words), "{words} in {after}");
    }
    for words in STAYS {
        assert!(after.contains(words), "{words} in {after}");
    }
    // What is still looked at says whose words are missing.
    let list = world.browser("community").await.get("/desk/confirm").await.expect(200).text;
    assert!(list.contains("有人说不对的") && list.contains(ERASED), "{list}");
    let erased = world.app.read(move |mut tx| Box::pin(async move { store::person(&mut tx, zhang).await }));
    assert_eq!(erased.await.expect("a row").map(|row| row.name), Some(ERASED.to_owned()));
});

db_test!(what_is_open_still_is_named_and_leads_to_where_it_is_settled, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let whole = world.api("zhang").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
    let code: String = whole["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let erase = |who: &str| format!("/people/{}/erase", world.person(who));
    let hers = world.browser("zhang").await.get(&erase("zhang")).await.expect(200).text;
    assert!(hers.contains(&format!("href=\"/help/{code}\"")), "{hers}");
    let his = world.browser("li").await.get(&erase("li")).await.expect(200).text;
    assert!(his.contains("href=\"/tasks/") && his.contains("陪诊") && !his.contains("/help/"), "{his}");
    let record = served(&world, &outing, "li").await;
    world.pass(60);
    let his = world.browser("li").await.get(&erase("li")).await.expect(200).text;
    assert!(his.contains(&format!("href=\"/me/records/{record}\"")), "{his}");
    // Who erases somebody else reads how much there is, and nothing of what.
    let theirs = world.browser("admin").await.get(&erase("zhang")).await.expect(200).text;
    assert!(theirs.contains("件事没办完") && !theirs.contains(&code), "{theirs}");
});
