//! What residents, those they ask for and volunteers are asked, and what they hear of it.

use app::jobs::notify::outbox;
use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{answer, cut, invite, offer_to, task_body};
use crate::service::{outing, served};

/// 张桂兰 asks for somebody who is `relation` to her.
fn asked_for(relation: &str, rest: &Value) -> Value {
    let mut fields = json!({ "category": "hospital", "what": "去县医院复查", "when": "today", "relation": relation });
    fields.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    json!({ "kind": "need", "place": "371722003003", "fields": fields })
}

/// Asked for, dispatched, and accepted by 李建国: the path of the task, and the code of its page.
async fn accepted(world: &World, need: Value) -> (String, String) {
    let matter = world.api("zhang").post("/api/v1/matters", need).await.expect(201).json();
    accepted_of(world, &matter).await
}

/// The same of a matter that is there.
async fn accepted_of(world: &World, matter: &Value) -> (String, String) {
    let id = matter["id"].as_str().unwrap();
    let triage = json!({ "level": "day", "type": "hospital", "way": "volunteers", "reason": "已核实" });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), triage).await.expect(200);
    let task = cut(world, id, task_body()).await;
    invite(world, &task, &["li"]).await.expect(201);
    answer(world, "li", &offer_to(world, "li").await, "acceptance").await.expect(200);
    let path = format!("/api/v1/tasks/{task}");
    let code = world.api("li").get(&path).await.expect(200).json()["code"].as_str().unwrap().to_owned();
    (path, code)
}

pub async fn messages(world: &World, template: &'static str) -> Vec<String> {
    let sent = world.app.read(|mut tx| Box::pin(async move { outbox(&mut tx, 1000).await })).await.expect("messages");
    let of = sent.into_iter().filter(|(message, _)| message.template == template);
    of.map(|(message, _)| message.body["text"].as_str().unwrap_or_default().to_owned()).collect()
}

db_test!(the_door_of_a_neighbour_is_asked_for_and_never_ones_own, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for relation in ["neighbour", "other"] {
        let refused = world.api("zhang").post("/api/v1/matters", asked_for(relation, &json!({}))).await.expect(422);
        let refused = refused.json();
        assert_eq!((&refused["code"], &refused["field"]), (&json!("field-required"), &json!("address")), "{refused}");
    }
    let (path, code) = accepted(&world, asked_for("neighbour", &json!({ "address": "15 号楼 3 单元" }))).await;
    let contact = world.api("li").get(&path).await.expect(200).json()["contact"].clone();
    assert_eq!((&contact["name"], &contact["phone"]), (&Value::Null, &Value::Null), "{contact}");
    assert_eq!(contact["address"], "15 号楼 3 单元");
    assert_eq!(contact["asked_by"]["name"], "张桂兰");
    let page = world.browser("li").await.get(&format!("/tasks/{code}")).await.expect(200).text;
    for words in ["没有留下姓名", "谁替他/她求助", "张桂兰", "15 号楼 3 单元"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("3 号楼 2 单元 401"), "{page}");
});

db_test!(a_caller_whom_nobody_registered_has_a_name_for_whoever_comes, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let said = json!({ "category": "hospital", "what": "去县医院复查", "when": "today", "address": "9 号楼",
        "phone": "13912345678", "caller_name": "孙大爷" });
    let new = json!({ "kind": "need", "place": "371722003003", "for_someone": true, "fields": said });
    let matter = world.api("call").post("/api/v1/matters", new).await.expect(201).json();
    let (path, code) = accepted_of(&world, &matter).await;
    let contact = world.api("li").get(&path).await.expect(200).json()["contact"].clone();
    assert_eq!((&contact["name"], &contact["phone"]), (&json!("孙大爷"), &json!("13912345678")), "{contact}");
    assert!(world.browser("li").await.get(&format!("/tasks/{code}")).await.expect(200).text.contains("孙大爷"));
    let asked = |page: &str| page.contains("name=\"caller_name\"");
    assert!(asked(&world.browser("call").await.get("/desk/call").await.expect(200).text));
    assert!(
        !asked(&world.browser("zhang").await.get("/help/new/who").await.expect(200).text),
        "who signed in has a name"
    );
});

db_test!(the_form_says_what_comes_of_what_is_left_out, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let step = |page: &'static str| format!("/help/new/{page}");
    for (relation, own, words) in [
        ("self", true, ["不填就用您登记的", "3 号楼 2 单元 401"]),
        ("family", true, ["不填就用您登记的", "3 号楼 2 单元 401"]),
        ("neighbour", false, ["不会用您登记的门牌", "15 号楼"]),
    ] {
        zhang.submit("/help/new/who?type=care", &step("who"), &[("relation", relation)]).await.expect(303);
        zhang.submit(&step("what"), &step("what"), &[("what", "摔了"), ("when", "today")]).await.expect(303);
        let page = zhang.get(&step("where")).await.expect(200).text;
        assert!(page.contains(words[0]), "{relation}: {page}");
        if own {
            zhang.submit(&step("where"), &step("where"), &[]).await.expect(303);
        } else {
            let refused = zhang.submit(&step("where"), &step("where"), &[]).await.expect(422).text;
            assert!(refused.contains("href=\"#address\""), "{refused}");
            zhang.submit(&step("where"), &step("where"), &[("address", "15 号楼")]).await.expect(303);
        }
        let check = zhang.get(&step("check")).await.expect(200).text;
        assert!(check.contains("<span aria-hidden=\"true\">138****0001</span><span class=\"hidden\">尾号 0 0 0 1 的号码</span>（登记的）"), "what is used is said: {check}");
        assert!(check.contains("门牌已经登记（登记的）") == own, "{relation}: {check}");
        let receipt = zhang.submit(&step("check"), &step("check"), &[]).await.expect(303).location.unwrap();
        let receipt = zhang.get(&receipt).await.expect(200).text;
        assert!(receipt.contains(words[1]), "{relation}: {receipt}");
        assert_eq!(receipt.contains("3 号楼 2 单元 401"), own, "{relation}: {receipt}");
    }
    // A certain day was chosen: the day is what is missing.
    zhang.submit("/help/new/who?type=care", &step("who"), &[("relation", "self")]).await.expect(303);
    let no_day =
        zhang.submit(&step("what"), &step("what"), &[("what", "摔了"), ("when", "day")]).await.expect(422).text;
    assert!(no_day.contains("href=\"#when_date\"") && no_day.contains("请填是哪一天"), "{no_day}");
    assert!(!no_day.contains("href=\"#when\""), "{no_day}");
});

db_test!(what_is_told_at_a_short_visit_reaches_the_desk, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let matter = format!("/api/v1/matters/{}", outing.matter);
    let task = world.api("li").get(&format!("/api/v1/tasks/{}", outing.task)).await.expect(200).json();
    let li = world.browser("li").await;
    let (now, out) = (format!("/tasks/{}/now", task["code"].as_str().unwrap()), outing.path("check-out"));
    world.api("li").post(&outing.path("check-in"), json!({ "code": outing.code })).await.expect(200);
    for page in [now.clone(), now.replace("/now", "/check-out")] {
        let page = li.get(&page).await.expect(200).text;
        assert!(page.contains("可计满 10 分钟才记时长"), "{page}");
    }
    world.pass(2);
    let told = json!({ "code": outing.code, "content": "没有进门", "wellbeing": "look_wanted",
        "still_needed": "助行器", "next_visit": "下周一" });
    assert!(world.api("li").post(&out, told).await.expect(200).json()["record"].is_null());
    let seen = world.api("social").get(&matter).await.expect(200).json();
    let verbs: Vec<&str> = seen["timeline"].as_array().unwrap().iter().filter_map(|e| e["verb"].as_str()).collect();
    assert!(verbs.contains(&"service.look_wanted") && verbs.contains(&"service.cut_short"), "{verbs:?}");
    let code = seen["code"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
    let desk = format!("/desk/{}", code.replace('-', ""));
    let mut social = world.browser("social").await;
    let sealed = social.get(&desk).await.expect(200).text;
    assert!(sealed.contains("志愿者请社工去看看") && !sealed.contains("助行器"), "{sealed}");
    let opened = social.submit(&desk, &format!("{desk}/protected"), &[]).await.expect(200).text;
    for words in ["需要社工去看看", "助行器", "下周一", "没有进门"] {
        assert!(opened.contains(words), "{words}: {opened}");
    }
    // It is for those who handle it.
    let own = world.api("zhang").get(&format!("{matter}?protected=true")).await.expect(200);
    assert!(!own.text.contains("助行器"), "{}", own.text);
    let receipt = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(!receipt.contains("助行器") && !receipt.contains("上门的人"), "{receipt}");
    // He was there, and nobody is looked for before staff have asked.
    assert_eq!(receipt.matches("有人来过，时间很短就走了").count(), 2, "on top and in the history: {receipt}");
    assert!(!receipt.contains("来不了了"), "{receipt}");
    // Nobody calls such a task done.
    let task = world.api("social").get(&format!("/api/v1/tasks/{}", outing.task)).await.expect(200).json();
    assert_eq!(task["state"], "cut_short");
    let page = li.get(&now.replace("/now", "")).await.expect(200).text;
    assert!(page.contains("时间太短，没有记录") && !page.contains("已办好"), "{page}");
    // And it holds no time of whoever was there.
    let second = world.api("zhang").post("/api/v1/matters", asked_for("family", &json!({}))).await.expect(201).json();
    let second = second["id"].as_str().unwrap();
    let triage = json!({ "level": "day", "type": "hospital", "way": "volunteers", "reason": "已核实" });
    world.api("social").post(&format!("/api/v1/matters/{second}/triage"), triage).await.expect(200);
    let mut soon = task_body();
    soon["starts_at"] = json!("2026-06-08T09:30:00+08:00");
    let soon = cut(&world, second, soon).await;
    world.api("social").post(&format!("/api/v1/tasks/{soon}/opening"), json!({})).await.expect(200);
    assert!(li.get("/tasks").await.expect(200).text.contains("陪诊"));
    world.api("li").post(&format!("/api/v1/tasks/{soon}/acceptance"), json!({})).await.expect(200);
});

db_test!(who_asked_hears_when_somebody_comes_and_when_it_is_done, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let told = messages(&world, "accepted").await;
    assert!(matches!(&told[..], [one] if one.contains("有人接了") && one.contains("/help/")), "{told:?}");
    let receipt = world.api("social").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
    let code = receipt["code"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
    let receipt = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(receipt.contains("上门的人") && !receipt.contains("还没有定下谁办"), "{receipt}");
    served(&world, &outing, "li").await;
    let told = messages(&world, "done").await;
    assert!(matches!(&told[..], [one] if one.contains("请您说一声")), "{told:?}");
    assert!(told.iter().all(|text| !text.contains("医院") && !text.contains("李建国")), "{told:?}");
    // What she says herself is no news to her.
    let rated = json!({ "solved": "yes", "satisfaction": 5 });
    world.api("zhang").post(&format!("/api/v1/matters/{}/rating", outing.matter), rated).await.expect(200);
    assert!(messages(&world, "closed").await.is_empty());
    // Of a private one nothing goes to a phone.
    crate::service::outing_of(&world, &["wang"], true).await;
    assert_eq!(messages(&world, "accepted").await.len(), 1);
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    let hazard = world.api("zhang").post("/api/v1/matters", hazard).await.expect(201).json();
    assert!(messages(&world, "received").await.iter().any(|text| text.contains("隐患随手报收到了")));
    let closing = json!({ "answer": "not_found", "result": "到场没有发现" });
    let path = format!("/api/v1/matters/{}/triage", hazard["id"].as_str().unwrap());
    world.api("grid").post(&path, closing).await.expect(200);
    assert_eq!(messages(&world, "closed").await.len(), 1);
});

db_test!(who_asks_for_a_mandate_sees_it_waiting_and_takes_it_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut sun = world.browser("neighbour").await;
    // A number that nobody has waits like any other.
    for (phone, masked, told) in [("13800000001", "138****0001", 1), ("13899998888", "138****8888", 1)] {
        let empty = [("side", "for_other"), ("phone", phone)];
        let refused = sun.submit("/me/family", "/me/family", &empty).await.expect(422).text;
        assert!(refused.contains("href=\"#kinds\""), "{refused}");
        let asked = [("side", "for_other"), ("phone", phone), ("kinds", "need")];
        sun.submit("/me/family", "/me/family", &asked).await.expect(303);
        assert_eq!(messages(&world, "mandate_asked").await.len(), told);
        let page = sun.get("/me/family").await.expect(200).text;
        assert!(page.contains(masked) && page.contains("您提出、还没有确认的") && !page.contains("张桂兰"), "{page}");
        sun.submit("/me/family", "/me/family", &asked).await.expect(422);
        world.pass(1);
    }
    let hers = world.browser("zhang").await.get("/me/family").await.expect(200).text;
    assert!(hers.contains("孙秀英"), "{hers}");
    for _ in 0..2 {
        sun.submit("/me/family", "/me/family/asked/withdrawal", &[]).await.expect(303);
    }
    assert!(!sun.get("/me/family").await.expect(200).text.contains("您提出、还没有确认的"));
    let hers = world.browser("zhang").await.get("/me/family").await.expect(200).text;
    assert!(!hers.contains("孙秀英"), "{hers}");
});

db_test!(a_draft_is_offered_and_not_sent_as_something_else, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/help/new/who?type=repairs", "/help/new/who", &[("relation", "self")]).await.expect(303);
    let typed = [("what", "水龙头漏水"), ("when", "today")];
    zhang.submit("/help/new/what", "/help/new/what", &typed).await.expect(303);
    let other = zhang.get("/help/new/who?type=errands").await.expect(200).text;
    assert!(other.contains("接着填打扫维修") && other.contains("重新填跑腿代买"), "{other}");
    let same = zhang.get("/help/new/who?type=repairs").await.expect(200).text;
    assert!(!same.contains("接着填打扫维修"), "{same}");
    let kept = zhang.get("/help/new/what").await.expect(200).text;
    assert!(kept.contains("水龙头漏水"), "{kept}");
    let to = zhang.send_form(&other, "/help/discard?kind=need", &[]).await.expect(303).location;
    assert_eq!(to.as_deref(), Some("/help/new?kind=need&type=errands"));
    let new = zhang.get("/help/new/what").await.expect(200).text;
    assert!(!new.contains("水龙头漏水"), "{new}");
});

db_test!(no_code_goes_to_a_landline, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut asker = world.visitor();
    let refused = asker.submit("/login", "/login", &[("phone", "0530-5551234")]).await.expect(422).text;
    assert!(refused.contains("固定电话收不到验证码"), "{refused}");
    assert!(messages(&world, "sign-in-code").await.is_empty());
});

db_test!(every_empty_field_is_named_at_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let empty = ["name", "place", "start", "end", "content", "reason"].map(|field| (field, ""));
    let late = world.browser("li").await.submit("/me/hours/late", "/me/hours/late", &empty).await.expect(422).text;
    assert!(late.contains("记录证明上会印出来"), "{late}");
    let empty = ["place", "body", "contact", "phone", "address", "valid_from"].map(|field| (field, ""));
    let handler =
        world.browser("admin").await.submit("/data-handlers", "/data-handlers", &empty).await.expect(422).text;
    let asked =
        ["place", "occasion", "title", "purpose", "effect", "measures", "approved_by", "approved_on", "review_on"];
    let new = asked.map(|field| (field, ""));
    let new = world.browser("admin").await.submit("/assessments/new", "/assessments/new", &new).await.expect(422).text;
    for (page, fields) in [
        (&late, &["name", "place", "start", "end", "content", "reason"][..]),
        (&handler, &["place", "body", "contact", "phone", "address", "valid_from"][..]),
        (&new, &asked[..]),
    ] {
        for field in fields {
            assert!(page.contains(&format!("href=\"#{field}\"")), "{field}: {page}");
        }
    }
});

db_test!(what_was_done_is_done_however_short_and_the_page_says_what_counts, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = crate::dispatch::matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    invite(&world, &task, &["li"]).await.expect(201);
    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    let path = format!("/api/v1/tasks/{task}");
    let seen = world.api("social").get(&path).await.expect(200).json();
    let code = seen["desk"]["check_code"].as_str().unwrap().to_owned();
    let page = format!("/tasks/{}", seen["code"].as_str().unwrap());

    world.set_time("2026-06-09T08:45:30+08:00");
    let mut li = world.browser("li").await;
    let sign_in = format!("{page}/check-in");
    li.submit(&format!("{page}/now"), &sign_in, &[("code", &code)]).await.expect(303);
    world.set_time("2026-06-09T09:05:00+08:00");
    let out = format!("{page}/check-out");
    for shown in [format!("{page}/now"), out.clone()] {
        let shown = li.get(&shown).await.expect(200).text;
        assert!(shown.contains("时长从预定的 9:00 起算") && shown.contains("5 分"), "{shown}");
        assert!(shown.contains("可计满 10 分钟才记时长"), "twenty minutes there, five of them count: {shown}");
    }
    li.submit(&out, &out, &[("code", &code), ("done", "errand")]).await.expect(303);
    let said = li.get("/me/hours").await.expect(200).text;
    assert!(said.contains("您办的事算数"), "{said}");
    let records = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
    assert_eq!(records["items"].as_array().map(Vec::len), Some(0), "no hours for it");
    assert_eq!(crate::dispatch::state(&world, &matter).await, "confirm", "she is asked whether it is solved");
    assert_eq!(world.api("social").get(&path).await.expect(200).json()["state"], "done");
});

db_test!(who_may_not_withdraw_any_more_reads_why_before_anything_is_pressed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let seen = world.api("zhang").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
    let receipt = format!("/help/{}", seen["code"].as_str().unwrap().rsplit(' ').next().unwrap());
    let zhang = world.browser("zhang").await;
    let link = format!("{receipt}/withdraw");
    let page = zhang.get(&receipt).await.expect(200).text;
    assert!(!page.contains(&format!("href=\"{link}\"")) && page.contains("请打电话告诉经办的人"), "{page}");
    let page = zhang.get(&link).await.expect(200).text;
    assert!(page.contains("已经有人接了") && page.contains("tel:"), "{page}");
    assert!(!page.contains(&format!("action=\"{link}\"")), "nothing to press that would be refused: {page}");
});

db_test!(a_time_that_waits_for_ones_word_is_marked_among_ones_matters, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li", "wang"]).await;
    world.api("wang").post(&outing.path("check-in"), json!({ "code": outing.code })).await.expect(200);
    let record = served(&world, &outing, "li").await;
    let zhang = world.browser("zhang").await;
    for page in ["/", "/me"] {
        assert!(zhang.get(page).await.expect(200).text.contains("请核对时间"), "{page}");
    }
    world.api("zhang").post(&format!("/api/v1/records/{record}/confirmation"), json!({})).await.expect(200);
    for page in ["/", "/me"] {
        assert!(!zhang.get(page).await.expect(200).text.contains("请核对时间"), "{page}");
    }
});

db_test!(in_quiet_times_nobody_is_told_that_a_message_will_come, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut li = world.browser("li").await;
    assert!(li.get("/tasks").await.expect(200).text.contains("有合适的，我们会发短信给您"));
    let quiet = [("free", "2-morning"), ("quiet_until", "2026-07-01")];
    li.submit("/me/volunteer", "/me/volunteer/availability", &quiet).await.expect(303);
    let page = li.get("/tasks").await.expect(200).text;
    assert!(page.contains("7月1日") && page.contains("先别找您"), "{page}");
    assert!(!page.contains("我们会发短信给您"), "{page}");
});

db_test!(what_a_page_says_of_a_number_and_of_who_looks_is_so, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.browser("zhang").await;
    let page = zhang.get("/me/readers").await.expect(200).text;
    assert!(page.contains("十分钟") && !page.contains("每看一次"), "{page}");
    // A hazard that waits for its reporter asks nobody else who looks.
    let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    let matter = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    let triage = format!("/api/v1/matters/{}/triage", matter["id"].as_str().unwrap());
    world.api("grid").post(&triage, json!({ "answer": "fixed", "result": "井盖换好了" })).await.expect(200);
    let code: String = matter["code"].as_str().unwrap().split(' ').nth(1).unwrap().to_owned();
    let public = world.visitor().get(&format!("/t/{code}")).await.expect(200).text;
    assert!(public.contains("已处理，等提出的人确认") && !public.contains("请您看一眼"), "{public}");
});

db_test!(what_was_opened_again_is_looked_at_by_somebody_else, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    let matter = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());
    let found = json!({ "answer": "not_found", "result": "到场没有发现" });
    world.api("grid").post(&format!("{path}/triage"), found.clone()).await.expect(200);
    world.api("zhang").post(&format!("{path}/reopening"), json!({ "reason": "还是松的" })).await.expect(200);
    let refused = world.api("grid").post(&format!("{path}/triage"), found.clone()).await.expect(422).json();
    assert_eq!(refused["code"], "reopened-needs-other-person");
    let code: String = matter["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let desk = world.browser("community").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(desk.contains("重新打开前是谁办的") && desk.contains("冯网格"), "{desk}");
    let own = world.browser("zhang").await.get(&format!("/help/{code}")).await.expect(200).text;
    assert!(own.contains("重新打开，换人来办") && !own.contains("没有别的同事能接"), "{own}");
    world.api("community").post(&format!("{path}/triage"), found).await.expect(200);
});
