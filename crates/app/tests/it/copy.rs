//! The copy of one's data: the file loses nothing, and the sheet says in words what the file gives by its key.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{answer, cut, invite, matter, offer_to, task_body};

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

async fn does(world: &World, who: &str, path: &str, body: Value) -> Value {
    let answered = world.api(who).post(path, body).await;
    assert!(answered.status.is_success(), "{who} {path}: {} {}", answered.status, answered.text);
    answered.json()
}

/// The file and the sheet of somebody.
async fn copies(world: &World, who: &str) -> (Value, String) {
    let browser = world.browser(who).await;
    let file = browser.get("/me/data/copy.json").await.expect(200).json();
    (file["sections"].clone(), browser.get("/me/data/copy").await.expect(200).text)
}

db_test!(what_was_answered_stands_apart_from_what_was_added, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let told = json!({ "category": "fire_lane", "where": "3号楼楼道口", "note": "箱子挡着门" });
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": told });
    let hazard = does(&world, "zhang", "/api/v1/matters", hazard).await;
    let path = format!("/api/v1/matters/{}", text(&hazard, "id"));
    for added in ["今天又多了两箱", "晚上也没搬"] {
        does(&world, "zhang", &format!("{path}/notes"), json!({ "text": added })).await;
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(40, 30, image::Rgb([9, 90, 200]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    let added = world.api("zhang").post_photo(&format!("{path}/photos"), bytes.into_inner(), None).await;
    assert!(added.status.is_success(), "{}", added.text);
    does(&world, "grid", &format!("{path}/triage"), json!({ "answer": "not_found", "result": "到场时通道是通的" }))
        .await;
    does(&world, "zhang", &format!("{path}/reopening"), json!({ "reason": "他们走后又堆上了" })).await;

    let (file, sheet) = copies(&world, "zhang").await;
    let kept = &file["matters"][0];
    assert_eq!(kept["fields"]["note"], json!(["箱子挡着门"]), "{kept}");
    assert_eq!(kept["fields"]["category"], json!(["fire_lane"]), "{kept}");
    assert_eq!(kept["note"], json!(["今天又多了两箱", "晚上也没搬"]), "{kept}");
    assert_eq!(kept["reopened"], json!(["他们走后又堆上了"]), "{kept}");
    let photo = kept["photos"][0].as_str().unwrap_or_default();
    assert!(photo.starts_with("fil_"), "{kept}");
    for said in ["箱子挡着门", "今天又多了两箱", "晚上也没搬", "他们走后又堆上了", "到场时通道是通的", "消防通道"]
    {
        assert!(sheet.contains(said), "{said}: {sheet}");
    }
    let plain: String = text(kept, "code").chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let picture = format!("<img src=\"/help/{plain}/photos/{photo}\"");
    assert!(sheet.contains(&picture) && !sheet.contains("fire_lane"), "{sheet}");

    // When she wishes for it is one thing, when she asked another.
    let need = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "errands", "what": "请人买药",
        "when": "2026-06-10/morning", "address": "3 号楼", "phone": "13800000001" } });
    does(&world, "zhang", "/api/v1/matters", need).await;
    let (file, sheet) = copies(&world, "zhang").await;
    let needed = file["matters"].as_array().unwrap().iter().find(|m| m["fields"]["what"].is_array()).expect("a need");
    assert_eq!(needed["fields"]["when"], json!(["2026-06-10/morning"]));
    assert!(text(needed, "when").starts_with("2026-06-08T"), "{needed}");
    assert!(sheet.contains("上午") && !sheet.contains("2026-06-10/morning"), "{sheet}");
});

db_test!(the_sheet_has_no_key_of_ours, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // A volunteer who gave a task back, is free on Monday mornings, and began a form.
    let raised = matter(&world).await;
    let task = cut(&world, &raised, task_body()).await;
    invite(&world, &task, &["li"]).await.expect(201);
    let offer = offer_to(&world, "li").await;
    answer(&world, "li", &offer, "acceptance").await.expect(200);
    answer(&world, "li", &offer, "withdrawal").await.expect(200);
    let mut li = world.browser("li").await;
    let who = [("category", "errands"), ("relation", "neighbour")];
    li.submit("/help/new/who", "/help/new/who", &who).await.expect(303);
    let asks = [("side", "for_other"), ("phone", "13899998888"), ("kinds", "need")];
    li.submit("/me/family", "/me/family", &asks).await.expect(303);
    let (file, sheet) = copies(&world, "li").await;
    assert_eq!(file["offers"][0]["state"], "withdrawn_by_volunteer");
    assert_eq!(file["drafts"][0]["form"], "matters.need");
    assert_eq!(file["drafts"][0]["fields"]["relation"], json!(["neighbour"]));
    assert_eq!(file["mandates"][0]["kinds"], json!(["need"]));
    assert_eq!(file["mandates"][0]["asked-of"], "13899998888");
    for said in ["取消了", "求助", "邻居"] {
        assert!(sheet.contains(said), "{said}: {sheet}");
    }
    for key in ["tasks-offer-", "withdrawn_by", "matters.need", "mandates.asked", "pairs", "neighbour", "asked_at"] {
        assert!(!sheet.contains(key), "{key}: {sheet}");
    }

    // A mandate is no kin, and says what it is for; a rating says its words.
    crate::mandates_agreed::agreed_by_sun(&world, json!({ "kinds": ["*"] })).await;
    let (file, sheet) = copies(&world, "zhang").await;
    assert!(file["person"][0]["kin"].is_null(), "{file}");
    assert_eq!((&file["mandates"][0]["state"], &file["mandates"][0]["how"]), (&json!("holds"), &json!("agreed")));
    assert!(sheet.contains("所有事项") && sheet.contains("代办人登录后答应") && !sheet.contains(">holds<"), "{sheet}");
});

db_test!(every_decision_about_a_consent_is_in_the_copy, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = format!("/api/v1/people/{}/consents", world.person("zhang"));
    for given in [true, false, true] {
        does(&world, "zhang", &path, json!({ "purpose": "photo_published", "given": given })).await;
        world.pass(60);
    }
    let (file, sheet) = copies(&world, "zhang").await;
    let decided = file["consents"].as_array().expect("decisions");
    let said: Vec<_> = decided.iter().map(|one| (text(one, "decision"), text(one, "holds"))).collect();
    assert_eq!(said, [("given", "yes"), ("withdrawn", ""), ("given", "")], "{file}");
    let purpose = rules::people::consent::text("photo_published", 1).expect("a text");
    for one in decided {
        assert_eq!((text(one, "version"), text(one, "text")), ("1", purpose.text.zh.as_str()), "{one}");
        assert!(text(one, "when").starts_with("2026-06-08T"), "{one}");
    }
    let section = sheet.split("<h2>同意</h2>").nth(1).and_then(|rest| rest.split("<h2>").next()).unwrap_or_default();
    assert_eq!(section.matches("<dt>决定</dt>").count(), 3, "{section}");
    assert!(section.contains("撤回同意") && section.contains(&purpose.text.zh), "{section}");
    assert!(section.contains("<dt>文字的版本</dt><dd class=\"value\">1</dd>"), "{section}");
});

db_test!(a_request_for_correction_is_headed_by_what_is_to_be_corrected, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = format!("/api/v1/people/{}/corrections", world.person("zhang"));
    does(&world, "zhang", &path, json!({ "field": "household", "wanted": "与李建国同住", "grounds": "" })).await;
    let (_, sheet) = copies(&world, "zhang").await;
    let section =
        sheet.split("<h2>更正申请</h2>").nth(1).and_then(|rest| rest.split("<h2>").next()).unwrap_or_default();
    assert!(section.contains("<dt>要更正的</dt>") && !section.contains("看了什么"), "{section}");
});

db_test!(one_checks_ones_own_door_before_asking_for_its_correction, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = format!("/people/{}/corrections", world.person("zhang"));
    let own = world.browser("zhang").await.get(&path).await.expect(200).text;
    let address = |page: &str| {
        let row = page.split("<dt>住址</dt>").nth(1).and_then(|rest| rest.split("</dd>").next());
        row.unwrap_or_default().to_owned()
    };
    assert!(address(&own).contains("3 号楼 2 单元 401"), "{own}");
    let staff = world.browser("community").await.get(&path).await.expect(200).text;
    assert!(!staff.contains("2 单元 401"), "{staff}");
});

db_test!(what_a_volunteer_saw_is_said_in_words_and_they_know_who_reads_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = crate::service::outing(&world, &["li"]).await;
    does(&world, "li", &outing.path("check-in"), json!({ "code": outing.code })).await;
    let task = world.api("li").get(&format!("/api/v1/tasks/{}", outing.task)).await.expect(200).json();
    let form = format!("/tasks/{}/check-out", text(&task, "code"));
    let form = world.browser("li").await.get(&form).await.expect(200).text;
    assert!(form.contains("对方要求查看自己的信息时也看得到"), "{form}");
    world.pass(40);
    let told = json!({ "code": outing.code, "content": "陪同去县医院复查", "wellbeing": "worried",
        "still_needed": "要修灯", "next_visit": "下周" });
    does(&world, "li", &outing.path("check-out"), told).await;
    let (file, sheet) = copies(&world, "zhang").await;
    let said = text(&file["received"][0], "note");
    assert!(said.contains("：有点担心；") && said.contains("：要修灯；") && said.ends_with("：下周"), "{file}");
    assert!(sheet.contains(said) && !sheet.contains("still_needed") && !sheet.contains("worried"), "{sheet}");
});
