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
