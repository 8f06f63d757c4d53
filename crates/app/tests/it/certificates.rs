use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::service::{confirm, late, outing, served};

const JUNE: (&str, &str) = ("2026-06-01", "2026-06-08");

pub async fn ask(world: &World, who: &str, volunteer: &str, (from, to): (&str, &str)) -> (u16, Value) {
    let path = format!("/api/v1/people/{}/certificates", world.person(volunteer));
    let answered = world.api(who).post(&path, json!({ "from": from, "to": to, "without": true })).await;
    (answered.status.as_u16(), answered.json())
}

/// The only certificate of June.
async fn issued(world: &World, volunteer: &str) -> Value {
    let (status, body) = ask(world, volunteer, volunteer, JUNE).await;
    assert_eq!(status, 201, "{body}");
    assert_eq!(body["items"].as_array().map(Vec::len), Some(1), "{body}");
    body["items"][0].clone()
}

pub async fn verified(world: &World, certificate: &Value) -> Value {
    let path = format!("/api/v1/certificates/{}", certificate["code"].as_str().unwrap());
    world.visitor().get(&path).await.expect(200).json()
}

/// Two hours entered late for a volunteer on a day, and confirmed.
async fn confirmed(world: &World, volunteer: &str, day: &str) -> String {
    let (status, record) = late(world, volunteer, volunteer, day).await;
    assert_eq!(status, 201, "{record}");
    let id = record["id"].as_str().unwrap().to_owned();
    assert_eq!(confirm(world, "community", &id).await.0, 200);
    id
}

fn path_of(certificate: &Value, what: &str) -> String {
    format!("/certificates/{}{what}", certificate["id"].as_str().unwrap())
}

db_test!(a_certificate_is_asked_for_printed_verified_and_taken_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let record = served(&world, &outing, "li").await;
    let (status, refused) = ask(&world, "li", "li", JUNE).await;
    assert_eq!((status, refused["code"].as_str()), (422, Some("certificate-empty")), "not confirmed yet");
    assert_eq!(confirm(&world, "zhang", &record).await.0, 200);
    confirmed(&world, "li", "2026-06-05").await;

    let certificate = issued(&world, "li").await;
    assert_eq!(certificate["number"], "371722003003-1志服证〔2026〕0001号");
    assert_eq!((&certificate["recorded_minutes"], &certificate["late_minutes"]), (&json!(90), &json!(120)));
    assert_eq!(issued(&world, "li").await, certificate, "nothing changed, so the same one is handed back");

    let sheet = world.api("li").get(&path_of(&certificate, "")).await.expect(200).text;
    for said in ["371722003003-1志服证〔2026〕0001号", "李建国", "黄楼社区邻里服务队", "补录", "陈队", "本人打印"]
    {
        assert!(sheet.contains(said), "{said} in {sheet}");
    }
    assert!(sheet.contains("width=\"28mm\"") && sheet.contains("/verify/"), "{sheet}");
    let says = verified(&world, &certificate).await;
    assert_eq!(
        (&says["standing"], &says["name"], &says["unit"]),
        (&json!("valid"), &json!("李*国"), &certificate["unit"])
    );
    assert!(says.get("id").is_none() && says["revoked_at"].is_null(), "{says}");

    // The seal is the unit's: the volunteer reads, and takes nothing back.
    let revocation = format!("/api/v1{}", path_of(&certificate, "/revocation"));
    let body = json!({ "reason": "record_wrong", "note": "核实后时长不符" });
    world.api("li").post(&revocation, body.clone()).await.expect(403);
    world.api("zhang").post(&revocation, body.clone()).await.expect(404);
    for (field, code) in [("reason", "certificate-reason"), ("note", "certificate-note")] {
        let mut body = body.clone();
        body[field] = json!("");
        let refused = world.api("community").post(&revocation, body).await.expect(422).json();
        assert_eq!((&refused["code"], &refused["field"]), (&json!(code), &json!(field)));
    }
    world.api("community").post(&revocation, body.clone()).await.expect(200);
    let again = world.api("community").post(&revocation, body).await.expect(422).json();
    assert_eq!(again["code"], "certificate-revoked");
    let says = verified(&world, &certificate).await;
    assert_eq!((&says["standing"], &says["revoked_as"]), (&json!("revoked"), &json!("record_wrong")));
    let page =
        world.visitor().get(&format!("/verify/{}", certificate["code"].as_str().unwrap())).await.expect(200).text;
    assert!(page.contains("已撤销") && page.contains("其中的服务记录有误或作废"), "{page}");
    assert!(
        page.contains("请不要采信") && !page.contains("逐项核对"),
        "nothing that the paper says makes it good: {page}"
    );
    assert!(!page.contains("核实后时长不符") && !page.contains("李建国"), "{page}");
    // Its code is as long as a matter's: where those are looked up the way leads here, and from the first page too.
    let code = certificate["code"].as_str().unwrap();
    let other = world.visitor().get(&format!("/t/{code}")).await.expect(422).text;
    assert!(other.contains(&format!("href=\"/verify/{code}\"")), "{other}");
    assert!(world.visitor().get("/").await.expect(200).text.contains("href=\"/verify\""));
    let told = world.api("li").get(&path_of(&certificate, "/revocation")).await.expect(200).text;
    assert!(told.contains("核实后时长不符"), "{told}");
    let next = issued(&world, "li").await;
    assert_eq!(next["number"], "371722003003-1志服证〔2026〕0002号", "a right one gets a new number");
});

db_test!(the_page_says_what_will_be_certified_before_it_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    confirmed(&world, "li", "2026-06-05").await;
    confirmed(&world, "li", "2026-06-06").await;
    let mut li = world.browser("li").await;
    let fresh = li.get("/me/certificates").await.expect(200).text;
    assert!(fresh.contains("value=\"2026-01-01\"") && fresh.contains("value=\"2026-06-08\""), "{fresh}");
    assert!(!fresh.contains("开具证明</button>"), "nothing is issued before it was seen: {fresh}");
    let seen = li.get("/me/certificates?from=2026-06-06&to=2026-06-08").await.expect(200).text;
    for said in ["2026年6月6日至2026年6月8日，将要证明", "黄楼社区邻里服务队：1 次服务，共 2 小时", "开具证明</button>"]
    {
        assert!(seen.contains(said), "{said}: {seen}");
    }
    for (days, said) in [
        ("from=&to=", "href=\"#from\""),
        ("from=2026-06-06&to=", "href=\"#to\""),
        ("from=2026-06-08&to=2026-06-06", "href=\"#to\""),
        ("from=2026-05-01&to=2026-05-02", "href=\"#from\""),
    ] {
        let refused = li.get(&format!("/me/certificates?{days}")).await.expect(422).text;
        assert!(refused.contains(said) && !refused.contains("开具证明</button>"), "{days}: {refused}");
    }
    let (_, seen) = seen.split_once("将要证明").expect("what will be certified");
    let none = li.send_form(seen, "/me/certificates", &[("from", ""), ("to", "")]).await.expect(422).text;
    assert!(none.contains("还没有开具过证明"), "no days, no certificate: {none}");
    assert!(
        seen.contains("身份证件号码") && seen.contains("统一社会信用代码"),
        "what is not known is said first: {seen}"
    );
    let unasked = li.send_form(seen, "/me/certificates", &[]).await.expect(422).text;
    assert!(unasked.contains("照样开具") && unasked.contains("还没有开具过证明"), "{unasked}");
    let paper = li.send_form(seen, "/me/certificates", &[("without", "yes")]).await.expect(303).location.unwrap();
    assert!(paper.starts_with("/certificates/"), "{paper}");
    let english = li.get("/en/me/certificates?from=2026-06-06&to=2026-06-08").await.expect(200).text;
    assert!(english.contains("one service, 2 h in all"), "{english}");
    let other = format!("/people/{}/certificates?from=2026-06-06&to=2026-06-08", world.person("li"));
    assert!(world.browser("community").await.get(&other).await.expect(200).text.contains("1 次服务"));
    world.browser("zhang").await.get(&other).await.expect(404);
});

db_test!(a_code_that_nobody_has_says_so, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let nobodys = rules::matters::Code::new(world.huanglou.cell, 77).unwrap().plain();
    world.visitor().get(&format!("/api/v1/certificates/{nobodys}")).await.expect(404);
    let mut misread = nobodys.clone();
    misread.replace_range(9..10, if nobodys.ends_with('A') { "B" } else { "A" });
    for (typed, said) in [(nobodys.as_str(), "没有这份证明"), (&misread, "抄错了"), ("12", "10 位字母和数字")]
    {
        let page = world.visitor().get(&format!("/verify/{typed}")).await.expect(422).text;
        assert!(page.contains(said), "{typed}: {page}");
        let elsewhere = if typed == nobodys {
            format!("href=\"/t/{}\"", rules::shared::code::in_groups(&nobodys))
        } else {
            "href=\"/t\"".to_owned()
        };
        assert!(page.contains(&elsewhere), "{typed}: {page}");
    }
});

db_test!(who_holds_the_paper_may_ask_only_so_often, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut last = 0;
    for n in 0..40 {
        let code = rules::matters::Code::new(world.huanglou.cell, n).unwrap().plain();
        last = world.visitor().get(&format!("/verify/{code}")).await.status.as_u16();
    }
    assert_eq!(last, 429);
});

db_test!(numbers_have_no_gap_however_many_ask_at_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let volunteers = ["li", "wang", "zhao"];
    let days = ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"];
    for name in volunteers {
        for day in days {
            confirmed(&world, name, day).await;
        }
    }
    let asked = volunteers.iter().flat_map(|name| days.iter().map(move |day| (*name, *day)));
    // One in three is refused, and takes no number along.
    let asked =
        asked.flat_map(|(name, day)| [(name, (day, day)), (name, (day, "2026-06-08")), (name, ("2026-06-07", day))]);
    let answers: Vec<_> = asked.map(|(name, days)| ask(&world, name, name, days)).collect();
    let answers = futures::future::join_all(answers).await;
    let mut numbers: Vec<String> = answers
        .iter()
        .filter(|(status, _)| *status == 201)
        .map(|(_, body)| body["items"][0]["number"].as_str().unwrap().to_owned())
        .collect();
    numbers.sort();
    let expected: Vec<String> = (1..=24).map(|n| format!("371722003003-1志服证〔2026〕{n:04}号")).collect();
    assert_eq!(numbers, expected);
});

db_test!(a_record_that_falls_puts_its_certificates_in_doubt, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let record = confirmed(&world, "li", "2026-06-05").await;
    let certificate = issued(&world, "li").await;
    let on_record = |what: &str| format!("/api/v1/records/{record}/{what}");
    let social = world.api("social");
    social.post(&on_record("contest"), json!({ "reason": "时间不对" })).await.expect(200);
    assert_eq!(verified(&world, &certificate).await["standing"], "valid", "what is contested may yet be right");
    let public = format!("/verify/{}", certificate["code"].as_str().unwrap());
    let said = world.visitor().get(&public).await.expect(200).text;
    assert!(said.contains("其中有的时长正在核实"), "{said}");
    // No hours are left to certify, and what was issued is found from them.
    let hours = world.browser("li").await.get("/me/hours").await.expect(200).text;
    assert!(!hours.contains("打印证明") && hours.contains("/me/certificates"), "{hours}");
    let same = json!({ "content": "清扫楼道", "start": "2026-06-05T08:00:00+08:00", "end": "2026-06-05T10:00:00+08:00", "answer": "问过楼长" });
    social.post(&on_record("correction"), same.clone()).await.expect(200);
    assert_eq!(verified(&world, &certificate).await["standing"], "valid", "no minute less");
    let mut shorter = same;
    shorter["end"] = json!("2026-06-05T09:00:00+08:00");
    social.post(&on_record("correction"), shorter).await.expect(200);
    assert_eq!(verified(&world, &certificate).await["standing"], "doubtful");
    let desk = world.api("community").get("/desk/certificates").await.expect(200).text;
    let (to_do, _) = desk.split_once("最近开具").expect("two lists");
    assert!(to_do.contains("志服证〔2026〕0001号") && to_do.contains("李建国"), "{desk}");
    assert!(!world.api("far").get("/desk/certificates").await.expect(200).text.contains("李建国"));
    world.api("li").get("/desk/certificates").await.expect(403);

    // Void falls too; and what is taken back already is left alone.
    let other = confirmed(&world, "wang", "2026-06-05").await;
    let hers = issued(&world, "wang").await;
    let voiding = format!("/api/v1/records/{other}/voiding");
    world.api("inspector").post(&voiding, json!({ "reason": "核实为虚假" })).await.expect(200);
    assert_eq!(verified(&world, &hers).await["standing"], "doubtful");
});

db_test!(a_number_tells_its_unit_and_one_issued_before_stays_as_it_was, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let other = json!({ "kind": "association", "name": "黄楼社区老年协会", "place": "371722003003" });
    world.api("social").post("/api/v1/organisations", other).await.expect(201);
    confirmed(&world, "li", "2026-06-05").await;
    let before = issued(&world, "li").await;
    // As the program left it that gave units no designation; and another unit of the place was first to need one.
    for sql in [
        "UPDATE service_certificates SET designation = NULL",
        "UPDATE people_organisations SET designation = NULL",
        "UPDATE people_organisations SET designation = '371722003003-1' WHERE kind = 'association'",
    ] {
        let done = world.app.write(move |mut tx| Box::pin(async move { Ok(tx.run(sql, db::args![]).await?) })).await;
        assert!(done.unwrap() > 0, "{sql}");
    }
    confirmed(&world, "li", "2026-06-06").await;
    let after = issued(&world, "li").await;
    // The register goes on.
    for (certificate, number) in [(&before, "志服证〔2026〕0001号"), (&after, "371722003003-2志服证〔2026〕0002号")]
    {
        assert_eq!(verified(&world, certificate).await["number"], number);
        let path = format!("/verify/{}", certificate["code"].as_str().unwrap());
        let page = world.visitor().get(&path).await.expect(200).text;
        assert!(page.contains(&format!(">{number}<")), "{page}");
    }
});

db_test!(each_unit_certifies_what_it_recorded_and_nobody_else_asks, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let committee = json!({ "kind": "committee", "name": "东关社区居委会", "place": "371722003004" });
    world.api("social").post("/api/v1/organisations", committee).await.expect(201);
    confirmed(&world, "li", "2026-06-05").await;
    let entry = json!({ "volunteer": world.person("li"), "name": "清扫积雪", "place": "371722003004", "content": "清扫路面",
        "start": "2026-06-04T08:00:00+08:00", "end": "2026-06-04T10:00:00+08:00", "reason": "忘了签到" });
    let record = world.api("li").post("/api/v1/records", entry).await.expect(201).json();
    assert_eq!(confirm(&world, "social", record["id"].as_str().unwrap()).await.0, 200);

    let (_, both) = ask(&world, "li", "li", JUNE).await;
    let mut numbers: Vec<&str> =
        both["items"].as_array().unwrap().iter().filter_map(|c| c["number"].as_str()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["371722003003-1志服证〔2026〕0001号", "371722003004-1志服证〔2026〕0001号"]);
    for (who, status, units) in [
        ("li", 201, 2),
        ("social", 201, 2),
        // Staff of one community, and who leads one team: their own unit alone.
        ("community", 201, 1),
        ("leader", 201, 1),
        ("wang", 404, 0),
        ("zhang", 404, 0),
        ("call", 404, 0),
        ("far", 404, 0),
    ] {
        let (answered, body) = ask(&world, who, "li", JUNE).await;
        assert_eq!((answered, body["items"].as_array().map_or(0, Vec::len)), (status, units), "{who}: {body}");
        let path = format!("/api/v1/people/{}/certificates", world.person("li"));
        let seen = world.api(who).get(&path).await;
        assert_eq!(seen.status.as_u16(), if status == 201 { 200 } else { 404 }, "{who}: {}", seen.text);
    }
    for (from, to, code) in [
        ("2026-06-08", "2026-06-01", "certificate-period"),
        ("2026-06-01", "2026-06-09", "certificate-future"),
        ("2026-05-01", "2026-05-31", "certificate-empty"),
        ("昨天", "2026-06-08", "certificate-day"),
    ] {
        let (status, refused) = ask(&world, "li", "li", (from, to)).await;
        assert_eq!((status, refused["code"].as_str()), (422, Some(code)), "{from} {to}");
    }
});
