//! What whoever handles personal information says to everybody: who answers, and what was weighed.

use app::testing::{Client, world};
use db::db_test;
use rules::shared::retention::Swept;
use serde_json::{Value, json};

use super::lived_in::{LivedIn, assessment, is_api, is_get, lived_in, routes};

fn named(place: &str, from: &str, body: &str) -> Value {
    json!({ "place": place, "valid_from": from, "body": body, "contact": "综合科", "phone": "0530-12345",
        "address": "府前街 1 号" })
}

async fn page(client: &Client, path: &str) -> String {
    client.get(path).await.expect(200).text
}

db_test!(every_form_says_who_answers_from_the_day_on, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // Nobody was named: forms, the public page and the administrator's first page say so.
    assert!(page(&world.visitor(), "/login").await.contains("还没有登记由谁负责"));
    assert!(
        page(&world.visitor(), "/privacy").await.contains("还没有登记由谁负责处理个人信息。有疑问请打 0530-0000000")
    );
    assert!(page(&world.api("admin"), "/").await.contains("还没有登记个人信息处理者：定陶区、单县"));
    let listed = world.visitor().get("/api/v1/data-handlers").await.expect(200).json();
    assert!(listed["items"].as_array().unwrap().iter().all(|one| one["body"].is_null()), "{listed}");
    // The administrator names one, by page; what is missing is said at its field.
    let mut admin = world.browser("admin").await;
    let county = [
        ("place", "371722"),
        ("body", "单县社会工作部"),
        ("contact", "综合科"),
        ("phone", "0530-12345"),
        ("valid_from", "2026-06-08"),
        ("address", "府前街 1 号"),
    ];
    let refused = admin.submit("/data-handlers", "/data-handlers", &county[..5]).await.expect(422);
    assert!(refused.text.contains("value=\"单县社会工作部\""), "{}", refused.text);
    admin.submit("/data-handlers", "/data-handlers", &county).await.expect(303);
    let form = page(&world.api("community"), "/people/new").await;
    assert!(form.contains("您填的信息由单县社会工作部负责处理") && form.contains("href=\"/privacy\""), "{form}");
    let english = page(&world.api("community"), "/en/people/new").await;
    assert!(english.contains("answers for what you fill in") && english.contains("href=\"/en/privacy\""), "{english}");
    // Another county has nobody still, and a stranger's county is not known.
    assert!(page(&world.api("far"), "/people/new").await.contains("还没有登记由谁负责"));
    assert!(page(&world.visitor(), "/login").await.contains("由您所在县（区）的处理者负责"));
    let public = page(&world.visitor(), "/privacy").await;
    assert!(public.contains("单县社会工作部") && public.contains("定陶区：还没有登记由谁负责"), "{public}");
    assert!(page(&world.api("admin"), "/").await.contains("还没有登记个人信息处理者：定陶区"));
    // One for the whole city answers where a county has none; one from a later day on not before.
    let api = world.api("admin");
    api.post("/api/v1/data-handlers", named("3717", "2026-06-08", "菏泽市社会工作部")).await.expect(201);
    api.post("/api/v1/data-handlers", named("371722", "2026-07-01", "单县数据局")).await.expect(201);
    assert!(page(&world.visitor(), "/login").await.contains("由菏泽市社会工作部负责"));
    assert!(page(&world.api("far"), "/people/new").await.contains("由菏泽市社会工作部负责"));
    assert!(page(&world.api("community"), "/people/new").await.contains("由单县社会工作部负责"));
    assert!(!page(&world.api("admin"), "/").await.contains("还没有登记个人信息处理者"));
    // Whoever comes later is shown as that, with the day.
    let named_ones = page(&world.api("admin"), "/data-handlers").await;
    assert!(named_ones.contains("还没生效") && named_ones.contains("2026年7月1日起"), "{named_ones}");
    let listed = world.visitor().get("/api/v1/data-handlers").await.expect(200).json();
    let county = listed["items"].as_array().unwrap().iter().find(|one| one["place"] == "371722").expect("the county");
    assert_eq!((&county["body"], &county["coming"][0]["body"]), (&json!("单县社会工作部"), &json!("单县数据局")));
    let far = api.post("/api/v1/data-handlers", named("371722", "2062-07-01", "别人")).await.expect(422).json();
    assert_eq!(far["code"], "data-handler-far");
    world.set_time("2026-07-01T09:00:00+08:00");
    assert!(page(&world.api("community"), "/people/new").await.contains("由单县数据局负责"));
    assert!(!page(&world.api("admin"), "/data-handlers").await.contains("还没生效"));
    for (who, place, status) in
        [("community", "371722", 403), ("supervisor", "371722", 403), ("admin", "371722003", 422)]
    {
        let answered = world.api(who).post("/api/v1/data-handlers", named(place, "2026-07-01", "别人")).await;
        assert_eq!(answered.status.as_u16(), status, "{who} {place}: {}", answered.text);
    }
    let past = api.post("/api/v1/data-handlers", named("371722", "2026-06-30", "别人")).await.expect(422).json();
    assert_eq!(past["code"], "data-handler-past");
});

/// The forms of a page that ask for something about people, by their opening tags.
fn asking(html: &str) -> Vec<String> {
    let asks = |form: &&str| {
        let fields =
            ["type=\"tel\"", "name=\"address\"", "name=\"identity_number\"", "name=\"birth_date\"", "name=\"what\""];
        fields.iter().any(|field| form.contains(field))
    };
    let forms = html.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
    forms.filter(asks).filter(|form| !form.contains("data-notice")).map(|f| f.chars().take(200).collect()).collect()
}

db_test!(no_form_asks_for_personal_data_without_saying_who_answers, app::migrations::STEPS, |db| async move {
    let lived: LivedIn = lived_in(db).await;
    let (mut without, mut with) = (Vec::new(), 0);
    for (key, _) in lived.world.cast() {
        let client = lived.world.api(key);
        for route in routes().filter(|route| is_get(route) && !is_api(route)) {
            for address in lived.addresses(route.path) {
                let page = client.get(&address).await.text;
                with += page.matches("data-notice").count();
                without.extend(asking(&page).into_iter().map(|form| format!("{address}: {form}")));
            }
        }
    }
    without.sort();
    without.dedup();
    assert!(with > 100, "only {with} forms were looked at");
    assert_eq!(without, Vec::<String>::new());
});

db_test!(the_public_page_says_what_the_sweeps_and_texts_go_by, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let shown = page(&world.visitor(), "/privacy").await;
    let today = "2026-06-08".parse().unwrap();
    for swept in Swept::ALL {
        let term = swept.term(today);
        let row = format!("<dt>{}</dt><dd class=\"value\">{} 天</dd>", term.name.zh, term.days);
        assert!(shown.contains(&row), "{row} in {shown}");
    }
    for kept in rules::rights::kept::schedule(today) {
        assert!(shown.contains(&kept.name.zh) && shown.contains(&kept.period_on(today).zh), "{}", kept.key);
    }
    for purpose in rules::people::consent::versions(today) {
        assert!(shown.contains(&purpose.text.zh) && shown.contains(&format!("第 {} 版", purpose.version)), "{shown}");
    }
    for link in ["/me/data", "/me/data/copy", "/me/consents", "/me/readers"] {
        assert!(shown.contains(&format!("href=\"{link}\"")), "{link}");
    }
});

db_test!(an_assessment_is_entered_revised_printed_and_comes_up_again, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut official = world.browser("supervisor").await;
    let fields = |review: &'static str| {
        [
            ("place", "371722"),
            ("title", "把住址给接单的志愿者"),
            ("occasion", "passed_on"),
            ("purpose", "上门服务要知道门牌"),
            ("effect", "住址可能外泄"),
            ("measures", "任务结束就看不到"),
            ("valid_from", "2026-06-08"),
            ("review_on", review),
            ("approved_by", "单县社会工作部"),
            ("approved_on", "2026-06-08"),
        ]
    };
    let refused = official.submit("/assessments/new", "/assessments/new", &fields("2026-06-08")).await.expect(422);
    assert!(refused.text.contains("任务结束就看不到</textarea>"), "{}", refused.text);
    let to = official.submit("/assessments/new", "/assessments/new", &fields("2026-07-08")).await.expect(303);
    let to = to.location.unwrap();
    let sheet = page(&official, &format!("{to}/sheet")).await;
    assert!(sheet.contains("住址可能外泄") && sheet.contains("至少保存 3 年") && sheet.contains("sheet a4"), "{sheet}");
    // Thirty days before the review it comes up on the first page.
    assert!(page(&official, "/").await.contains("1 份影响评估该再评了"));
    let mut second = fields("2027-07-08");
    second[4].1 = "住址和电话可能外泄";
    official.submit(&to, &to, &second).await.expect(303);
    assert!(!page(&official, "/").await.contains("影响评估该再评了"));
    let both = page(&official, &to).await;
    assert!(both.contains("第 2 版") && both.contains("第 1 版") && both.contains("住址和电话可能外泄"), "{both}");
    // Two at one: the second sees that there is a newer one.
    let id = to.rsplit('/').next().unwrap().to_owned();
    let path = format!("/api/v1/assessments/{id}/versions");
    let mut third = assessment();
    third["seen"] = json!(1);
    let stale = world.api("admin").post(&path, third.clone()).await.expect(409).json();
    assert_eq!(stale["code"], "assessment-changed");
    third["seen"] = json!(2);
    world.api("admin").post(&path, third).await.expect(200);
    let versions = world.api("auditor").get(&format!("/api/v1/assessments/{id}")).await.expect(200).json();
    assert_eq!(versions["items"].as_array().map(Vec::len), Some(3));
    for (who, status) in [("community", 404), ("zhang", 404), ("far", 404), ("inspector", 200)] {
        world.api(who).get(&to).await.expect(status);
    }
    world.api("inspector").post("/api/v1/assessments", assessment()).await.expect(403);
    // The public reads what is assessed and when, not what was found.
    let public = page(&world.visitor(), "/privacy").await;
    assert!(public.contains("把住址给接单的志愿者") && public.contains("2027年6月8日前再评"), "{public}");
    assert!(!public.contains("可能外泄"), "{public}");
});

/// What the supervisor enters of the county, with something else in it.
fn assessed(more: &[(&str, &str)]) -> Value {
    let mut entered = assessment();
    for (key, value) in more {
        entered[*key] = json!(value);
    }
    entered
}

db_test!(an_assessment_is_looked_at_again_within_years_and_entered_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let api = world.api("supervisor");
    let far = api.post("/api/v1/assessments", assessed(&[("review_on", "2099-01-01")])).await.expect(422).json();
    assert_eq!((&far["code"], &far["field"]), (&json!("assessment-review-far"), &json!("review_on")), "{far}");
    assert!(far["detail"].as_str().unwrap_or_default().contains("3 年之内"), "{far}");
    let made = api.post("/api/v1/assessments", assessment()).await.expect(201).json();
    let id = made["id"].as_str().unwrap_or_default().to_owned();
    // Entered anew with other days it is the same, and the page leads to where a new version is written.
    let again = assessed(&[("review_on", "2028-06-08"), ("approved_by", "单县县长")]);
    let twice = api.post("/api/v1/assessments", again).await.expect(422).json();
    assert_eq!((&twice["code"], &twice["field"]), (&json!("assessment-twice"), &json!("title")), "{twice}");
    let entered = assessed(&[("review_on", "2028-06-08")]);
    let fields: Vec<(String, String)> = entered
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let mut official = world.browser("supervisor").await;
    let refused = official.submit("/assessments/new", "/assessments/new", &fields).await.expect(422).text;
    let way = format!("/assessments/{id}?revise=yes");
    assert!(refused.contains(&format!("href=\"{way}#revise\"")), "{refused}");
    assert!(page(&official, &way).await.contains("id=\"revise\" open"));
    // Elsewhere, or of something else, it is another one; and a new version may say the same.
    world.api("admin").post("/api/v1/assessments", assessed(&[("place", "3717")])).await.expect(201);
    api.post("/api/v1/assessments", assessed(&[("effect", "电话可能外泄")])).await.expect(201);
    let mut version = assessed(&[("review_on", "2028-06-08")]);
    version["seen"] = json!(1);
    api.post(&format!("/api/v1/assessments/{id}/versions"), version).await.expect(200);
});

db_test!(assessments_of_the_places_around_are_read_and_not_changed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let of_city = assessed(&[("place", "3717"), ("title", "全市统一登记")]);
    let made = world.api("admin").post("/api/v1/assessments", of_city).await.expect(201).json();
    let id = made["id"].as_str().unwrap_or_default().to_owned();
    let official = world.browser("supervisor").await;
    let list = page(&official, "/assessments").await;
    assert!(list.contains("全市统一登记") && list.contains("菏泽市") && list.contains("供查看"), "{list}");
    assert!(!list.contains("还没有评估记录"), "{list}");
    let one = page(&official, &format!("/assessments/{id}")).await;
    assert!(one.contains("任务结束就看不到") && !one.contains("写新的一版") && !one.contains("/end\""), "{one}");
    let api = world.api("supervisor");
    let listed = api.get("/api/v1/assessments").await.expect(200).json();
    assert_eq!((&listed["items"][0]["place"], &listed["items"][0]["changes"]), (&json!("3717"), &json!(false)));
    let mut version = assessed(&[("place", "3717")]);
    version["seen"] = json!(1);
    api.post(&format!("/api/v1/assessments/{id}/versions"), version).await.expect(403);
    let ended = json!({ "ended_on": "2026-06-08", "reason": "不再登记" });
    api.post(&format!("/api/v1/assessments/{id}/end"), ended).await.expect(403);
    world.api("social").get(&format!("/api/v1/assessments/{id}")).await.expect(404);
    official.get(&format!("/assessments/{id}/end")).await.expect(403);
});

db_test!(an_assessment_on_which_nothing_rests_is_ended_and_kept, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let api = world.api("supervisor");
    let made = api.post("/api/v1/assessments", assessed(&[("review_on", "2026-06-20")])).await.expect(201).json();
    let path = format!("/assessments/{}", made["id"].as_str().unwrap_or_default());
    let end = format!("{path}/end");
    let mut official = world.browser("supervisor").await;
    assert!(page(&official, "/").await.contains("1 份影响评估该再评了"));
    let asked = page(&official, &end).await;
    assert!(asked.contains("至少再保存 3 年"), "{asked}");
    for (day, reason, field) in
        [("2026-06-09", "停了", "ended_on"), ("2026-06-07", "停了", "ended_on"), ("2026-06-08", " ", "reason")]
    {
        let body = json!({ "ended_on": day, "reason": reason });
        let refused = api.post(&format!("/api/v1{end}"), body).await.expect(422).json();
        assert_eq!(refused["field"], field, "{refused}");
    }
    for (who, status) in [("inspector", 403), ("zhang", 404), ("far", 404)] {
        let body = json!({ "ended_on": "2026-06-08", "reason": "停了" });
        world.api(who).post(&format!("/api/v1{end}"), body).await.expect(status);
    }
    let fields = [("ended_on", "2026-06-08"), ("reason", "不再把住址给志愿者")];
    let before = world.events().await;
    official.submit(&end, &end, &fields).await.expect(303);
    assert_eq!(world.events().await, before + 1);
    // It is still read, with why and how long it is kept; nobody is reminded of it, and the public page lists it no more.
    let one = page(&official, &path).await;
    for part in ["已终止", "不再把住址给志愿者", "2029年6月8日", "任务结束就看不到"] {
        assert!(one.contains(part), "{part}: {one}");
    }
    assert!(!one.contains("写新的一版"), "{one}");
    let list = page(&official, "/assessments").await;
    assert!(list.contains("已终止的") && list.contains("2026年6月8日终止"), "{list}");
    assert!(!page(&official, "/").await.contains("影响评估该再评了"));
    assert!(!page(&world.visitor(), "/privacy").await.contains("把住址给接单的志愿者"));
    let body = json!({ "ended_on": "2026-06-08", "reason": "停了" });
    let again = api.post(&format!("/api/v1{end}"), body).await.expect(409).json();
    assert_eq!(again["code"], "assessment-ended");
    let mut version = assessment();
    version["seen"] = json!(1);
    let closed = api.post(&format!("/api/v1{path}/versions"), version).await.expect(409).json();
    assert_eq!(closed["code"], "assessment-ended");
    let kept = api.get(&format!("/api/v1{path}")).await.expect(200).json();
    assert_eq!(
        (&kept["items"][0]["ended_on"], &kept["items"][0]["kept_until"]),
        (&json!("2026-06-08"), &json!("2029-06-08"))
    );
    // What has ended is no hindrance: whoever needs it again enters a new one.
    api.post("/api/v1/assessments", assessment()).await.expect(201);
});
