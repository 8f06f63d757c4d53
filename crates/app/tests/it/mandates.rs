//! Acting for another: nothing before it is confirmed, no more than was given, nothing after it is ended.

use app::jobs::notify::outbox;
use app::people::store::near;
use app::testing::{Client, World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::lived_in::need;
use crate::mandates_agreed::agreed_by_sun;
use crate::service::outing;

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// A matter's number without the letter of its kind.
fn plain(matter: &Value) -> &str {
    text(matter, "code").rsplit(' ').next().unwrap_or_default()
}

fn mandates(world: &World, key: &'static str) -> String {
    format!("/api/v1/people/{}/mandates", world.person(key))
}

/// The newest mandate that 张桂兰 sees.
async fn newest(world: &World) -> Value {
    world.api("zhang").get(&mandates(world, "zhang")).await.expect(200).json()["for_person"][0].clone()
}

/// 孙秀英 may act for 张桂兰, in what `kinds` says.
async fn given(world: &World, kinds: Value) -> String {
    agreed_by_sun(world, json!({ "kinds": kinds })).await
}

fn medicine() -> Value {
    need("请人买药", "3 号楼 2 单元 401", "13800000001")
}

async fn matters_of(world: &World, key: &str) -> usize {
    let list = world.api(key).get("/api/v1/matters?mine=true").await.expect(200).json();
    list["items"].as_array().map_or(0, Vec::len)
}

async fn receipts(world: &World, template: &'static str) -> Vec<String> {
    let sent = world.app.read(|mut tx| Box::pin(async move { outbox(&mut tx, 1000).await })).await.expect("messages");
    let of = sent.into_iter().filter(|(message, _)| message.template.starts_with(template));
    of.map(|(message, _)| message.body["text"].as_str().unwrap_or_default().to_owned()).collect()
}

db_test!(nothing_works_before_a_clerk_has_asked_her, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let asked = json!({ "for_phone": "13800000001", "kinds": ["need"] });
    let seen = world.api("neighbour").post(&mandates(&world, "neighbour"), asked).await.expect(200).json();
    // Whom a number belongs to is not told by asking.
    let nobody = json!({ "for_phone": "13899998888", "kinds": ["need"] });
    let unknown = world.api("neighbour").post(&mandates(&world, "neighbour"), nobody).await.expect(200).json();
    assert_eq!(seen, unknown);
    let acting = || world.api("neighbour").for_another(zhang);
    acting().post("/api/v1/matters", medicine()).await.expect(403);
    let id = text(&newest(&world).await, "id").to_owned();
    let confirm = format!("/api/v1/mandates/{id}/confirmation");
    world.declare_kin("grid", "zhang").await;
    world.declare_kin("community", "neighbour").await;
    for (asker, how, status, code) in [
        ("neighbour", "phone", 404, ""),
        ("far", "phone", 404, ""),
        ("inspector", "slip", 404, ""),
        ("grid", "phone", 404, ""),
        ("community", "slip", 422, "mandate-witness"),
        ("social", "self", 422, "mandate-own-hand"),
        ("zhang", "phone", 422, "mandate-own-hand"),
        ("call", "phone", 200, ""),
        ("zhang", "self", 422, "mandate-not-waiting"),
    ] {
        let said = world.api(asker).post(&confirm, json!({ "how": how })).await.expect(status).json();
        assert!(status != 422 || text(&said, "code") == code, "{asker} {how}: {said}");
    }
    acting().post("/api/v1/matters", medicine()).await.expect(201);
    let line = newest(&world).await;
    assert_eq!((text(&line, "standing"), text(&line, "confirmed_how")), ("holds", "phone"));
});

db_test!(what_is_done_is_hers_and_both_are_told, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    given(&world, json!(["need"])).await;
    // That she was asked, and to both that it holds.
    assert_eq!(receipts(&world, "mandate").await.len(), 3);
    let acting = world.api("neighbour").for_another(zhang);
    let raised = acting.post("/api/v1/matters", medicine()).await.expect(201).json();
    assert_eq!((matters_of(&world, "zhang").await, matters_of(&world, "neighbour").await), (1, 0));
    let told = receipts(&world, "mandate_done").await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|t| t.contains("孙秀英替您办了一件事")), "{told:?}");
    assert!(told.iter().all(|t| !t.contains("买药") && !t.contains("张桂兰")), "{told:?}");
    let page = world.browser("zhang").await.get("/me/family").await.expect(200).text;
    let line = "孙秀英<span class=\"hidden\">，</span><span aria-hidden=\"true\"> · </span><a href=";
    assert!(page.contains(line) && page.contains(">登记了一件事<"), "{page}");
    // She sees it whole; as herself, the delegate sees nothing of it.
    let matter = format!("/api/v1/matters/{}", text(&raised, "id"));
    acting.get(&matter).await.expect(200);
    // What is one's own is nobody else's: the call says so instead of answering for who sends it.
    for own in ["/api/v1/me/reads", "/api/v1/me/sessions", "/api/v1/tasks?mine=true", "/api/v1/offers?mine=true"] {
        acting.get(own).await.expect(403);
        world.api("neighbour").get(own).await.expect(200);
    }
    acting.get("/api/v1/me").await.expect(200);
    world.api("neighbour").get(&matter).await.expect(404);
    acting.post(&format!("{matter}/withdrawal"), json!({ "reason": "不用了" })).await.expect(200);
    assert_eq!(receipts(&world, "mandate_done").await.len(), 4);
});

db_test!(a_delegate_hears_how_it_goes_on_while_the_mandate_holds, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = given(&world, json!(["need"])).await;
    outing(&world, &["li"]).await;
    // As she does, and by the delegate's own phone: her name masked, nothing of what it is, and the way to act for her.
    let told = receipts(&world, "represented_accepted").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("有人接了") && told[0].contains("/me/family"), "{told:?}");
    assert!(!told[0].contains("张桂兰") && !told[0].contains("复查"), "{told:?}");
    // Of other kinds, and once it has ended, nothing.
    world.api("zhang").post(&format!("/api/v1/mandates/{id}/revocation"), json!({})).await.expect(200);
    given(&world, json!(["hazard"])).await;
    outing(&world, &["wang"]).await;
    assert_eq!(receipts(&world, "represented").await.len(), 1);
});

db_test!(staff_are_told_whether_a_number_goes_with_the_name, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let fields = |name: &'static str| [("phone", "13800000002"), ("name", name), ("kinds", "need")];
    let (mut social, page) = (world.browser("social").await, format!("/people/{}/mandates", world.person("zhang")));
    let refused = social.submit(&page, &page, &fields("李建国")).await.expect(422).text;
    assert!(refused.contains("登记的不是“李建国”") && !refused.contains("孙秀英"), "{refused}");
    assert!(refused.contains("value=\"13800000002\"") && refused.contains("value=\"李建国\""), "{refused}");
    social.submit(&page, &page, &fields("孙秀英")).await.expect(303);
    let staff = social.get(&page).await.expect(200).text;
    assert!(staff.contains("孙秀英") && staff.contains("138****0002") && !staff.contains("13800000002"), "{staff}");
    assert_eq!(text(&newest(&world).await, "delegate_phone"), "138****0002");
});

db_test!(who_would_act_names_nothing_that_is_private_to_another, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let own = world.api("zhang").post("/api/v1/matters", medicine()).await.expect(201).json();
    let named = plain(&own).to_owned();
    // Whether the number is known or not.
    for phone in ["13800000001", "13899998888"] {
        let mut li = world.browser("li").await;
        let form = [("side", "for_other"), ("phone", phone), ("kinds", "need"), ("named", named.as_str())];
        let refused = li.submit("/me/family", "/me/family", &form).await.expect(422).text;
        assert!(refused.contains("只能由本人来定"), "{phone}: {refused}");
    }
});

db_test!(a_mandate_reaches_no_further_than_was_said, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let mut secret = medicine();
    secret["private"] = json!(true);
    let secret = world.api("zhang").post("/api/v1/matters", secret).await.expect(201).json();
    let open = world.api("zhang").post("/api/v1/matters", medicine()).await.expect(201).json();
    let own = world.api("neighbour").post("/api/v1/matters", medicine()).await.expect(201).json();
    world.pass(1);
    let id = given(&world, json!(["need"])).await;
    let acting = world.api("neighbour").for_another(zhang);
    let show = |matter: &Value| format!("/api/v1/matters/{}", text(matter, "id"));
    acting.get(&show(&open)).await.expect(200);
    acting.get(&show(&secret)).await.expect(404);
    acting.get(&show(&own)).await.expect(404);
    let listed = acting.get("/api/v1/matters?mine=true").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "fire_lane" } });
    let refused = acting.post("/api/v1/matters", hazard).await.expect(422).json();
    assert_eq!(text(&refused, "code"), "mandate-kind");
    // What nobody does for another.
    let edit = json!({ "name": "别的名字", "version": 1 });
    acting.post(&format!("/api/v1/people/{zhang}/correction"), edit).await.expect(404);
    acting.post(&format!("/api/v1/people/{zhang}/volunteering"), json!({})).await.expect(403);
    let another = json!({ "delegate_phone": "13800000003", "kinds": ["*"] });
    acting.post(&mandates(&world, "zhang"), another).await.expect(404);
    let password = json!({ "password": "x", "new_password": "荷塘 early 6" });
    acting.post(&format!("/api/v1/people/{zhang}/password"), password).await.expect(404);
    // A private matter of before, once she has named it.
    world.api("zhang").post(&format!("/api/v1/mandates/{id}/revocation"), json!({})).await.expect(200);
    agreed_by_sun(&world, json!({ "kinds": ["need"], "named": [text(&secret, "code")] })).await;
    acting.get(&show(&secret)).await.expect(200);
});

db_test!(it_ends_with_the_next_request, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = given(&world, json!(["need"])).await;
    let mut sun = world.browser("neighbour").await;
    let act = format!("/mandates/{id}/act");
    sun.submit("/me/family", &act, &[]).await.expect(303);
    let first = sun.get("/help/new/who").await.expect(200).text;
    assert!(first.contains("您在替张桂兰办理"), "{first}");
    let me = sun.get("/me").await.expect(200).text;
    assert!(me.contains("张桂兰") && me.contains("/me/family/back"), "{me}");
    // Staff duties are one's own: whoever acts for another has none.
    let revoke = format!("/mandates/{id}/revocation");
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/me/family", &revoke, &[]).await.expect(303);
    let after = sun.get("/me").await.expect(200).text;
    assert!(after.contains("孙秀英") && !after.contains("您在替"), "{after}");
    // A form that was drawn for her is not sent as one's own.
    let stale = sun.send_form(&first, "/help/new/who", &[("relation", "self")]).await;
    assert!(stale.status.is_client_error(), "{} {}", stale.status, stale.text);
    assert_eq!((matters_of(&world, "zhang").await, matters_of(&world, "neighbour").await), (0, 0));
    world.api("neighbour").for_another(world.person("zhang")).get("/api/v1/matters").await.expect(403);
    sun.submit("/me/sessions", "/logout", &[]).await.expect(303);
});

db_test!(what_is_ones_own_is_not_shown_under_the_banner_of_another, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "fire_lane" } });
    let hazard = world.api("li").post("/api/v1/matters", hazard).await.expect(201).json();
    let follow = format!("/api/v1/matters/{}/followers", text(&hazard, "id"));
    world.api("zhang").post(&follow, json!({})).await.expect(200);
    let (hers, followed) = (world.browser("zhang").await, format!("/t/{}", plain(&hazard)));
    assert!(hers.get("/me").await.expect(200).text.contains(&followed));
    let id = given(&world, json!(["need"])).await;
    let mut sun = world.browser("neighbour").await;
    let me = world.person("neighbour");
    let pages = [
        "/me/cards".to_owned(),
        "/me/readers".to_owned(),
        "/me/consents".to_owned(),
        "/me/family".to_owned(),
        "/me/sessions".to_owned(),
        "/me/hours".to_owned(),
        "/me/data".to_owned(),
        "/me/data/copy".to_owned(),
        "/me/data/copy.json".to_owned(),
        "/me/volunteer".to_owned(),
        "/tasks".to_owned(),
        format!("/people/{me}/edit"),
        format!("/people/{me}/cards"),
        format!("/people/{me}/corrections"),
    ];
    sun.submit("/me/family", &format!("/mandates/{id}/act"), &[]).await.expect(303);
    for page in &pages {
        let said = sun.get(page).await.expect(403).text;
        assert!(said.contains("您在替张桂兰办理。") && said.contains("/me/family/back"), "{page}: {said}");
    }
    let english = sun.get("/en/me/cards").await.expect(403).text;
    assert!(english.contains("What is here is yours, not theirs"), "{english}");
    // What the mandate opens is open, and nothing else of hers.
    sun.get("/help").await.expect(200);
    let me = sun.get("/me").await.expect(200).text;
    assert!(me.contains("张桂兰") && !me.contains(&followed), "{me}");
    // One press leads back to oneself, and to the page that was asked for; to none outside.
    for (to, leads) in [("/me/cards?x=1", "/me/cards?x=1"), ("//elsewhere.example/", "/me/family")] {
        let refused = sun.get("/me/cards?x=1").await.expect(403).text;
        assert!(refused.contains("name=\"to\" value=\"/me/cards?x=1\""), "{refused}");
        let back = sun.send_form(&refused, "/me/family/back", &[("to", to)]).await.expect(303);
        assert_eq!(back.location.as_deref(), Some(leads));
        sun.get("/me/cards").await.expect(200);
        sun.submit("/me/family", &format!("/mandates/{id}/act"), &[]).await.expect(303);
    }
});

/// 孙秀英 asks for medicine in her name, page by page: where the receipt is.
pub async fn asked_page_by_page(sun: &mut Client, mandate: &str) -> String {
    sun.submit("/me/family", &format!("/mandates/{mandate}/act"), &[]).await.expect(303);
    let pages = [
        ("/help/new/who", vec![("category", "errands"), ("relation", "self")]),
        ("/help/new/what", vec![("what", "请人买药"), ("when", "today")]),
        ("/help/new/where", vec![("place", "黄楼社区")]),
    ];
    for (page, fields) in pages {
        sun.submit(page, page, &fields).await.expect(303);
    }
    sun.submit("/help/new/check", "/help/new/check", &[]).await.expect(303).location.unwrap()
}

db_test!(page_by_page_she_is_helped_and_one_goes_back_to_oneself, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = given(&world, json!(["*"])).await;
    let mut sun = world.browser("neighbour").await;
    let done = asked_page_by_page(&mut sun, &id).await;
    let receipt = sun.get(&done).await.expect(200).text;
    assert!(receipt.contains("请人买药") && receipt.contains("您在替张桂兰办理"), "{receipt}");
    // Not staff wrote it down, whoever of the two reads it.
    let hers = world.browser("zhang").await.get(&done).await.expect(200).text;
    for page in [&receipt, &hers] {
        let history =
            page.split("class=\"timeline\"").nth(1).and_then(|rest| rest.split("</ol>").next()).expect("a history");
        assert!(history.contains("家人替您登记") && history.contains("孙秀英"), "{history}");
        assert!(!history.contains("工作人员替您登记"), "{history}");
    }
    sun.submit(&done, "/me/family/back", &[]).await.expect(303);
    // Her matter is out of sight again.
    let gone = sun.get(&done).await.expect(303).location.unwrap();
    assert!(gone.starts_with("/t/"), "{gone}");
    assert_eq!((matters_of(&world, "zhang").await, matters_of(&world, "neighbour").await), (1, 0));
});

db_test!(who_is_asked_for_a_mandate_reads_it_on_the_first_page, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let asked = json!({ "for_phone": "13800000001", "kinds": ["need"] });
    let (says, asks) = ("有 1 份代办委托等您答复", "代办委托等您答复");
    for page in ["/", "/me"] {
        assert!(!world.browser("zhang").await.get(page).await.expect(200).text.contains(asks));
    }
    world.api("neighbour").post(&mandates(&world, "neighbour"), asked).await.expect(200);
    for page in ["/", "/me"] {
        let text = world.browser("zhang").await.get(page).await.expect(200).text;
        assert!(text.contains(says) && text.contains("href=\"/me/family\""), "{page}: {text}");
        assert!(!world.browser("neighbour").await.get(page).await.expect(200).text.contains(asks));
    }
    let english = world.browser("zhang").await.get("/en/").await.expect(200).text;
    assert!(english.contains("A mandate waits for your answer"), "{english}");
    let confirm = format!("/mandates/{}/confirmation", text(&newest(&world).await, "id"));
    world.browser("zhang").await.submit("/me/family", &confirm, &[]).await.expect(303);
    assert!(!world.browser("zhang").await.get("/").await.expect(200).text.contains(asks));
});

db_test!(what_was_done_for_her_stands_once_and_leads_to_the_matter, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    given(&world, json!(["need"])).await;
    let acting = world.api("neighbour").for_another(world.person("zhang"));
    let raised = acting.post("/api/v1/matters", medicine()).await.expect(201).json();
    world.pass(5);
    let matter = format!("/api/v1/matters/{}", text(&raised, "id"));
    acting.post(&format!("{matter}/withdrawal"), json!({ "reason": "不用了" })).await.expect(200);
    let zhang = world.browser("zhang").await;
    let page = zhang.get("/me/family").await.expect(200).text;
    let done = page.split("谁替我办过事").nth(1).expect("the list");
    assert_eq!((done.matches("登记了一件事").count(), done.matches("撤回了一件事").count()), (1, 1), "{done}");
    assert_eq!(done.matches("<dt>").count(), 2, "{done}");
    let href = format!("/help/{}", text(&raised, "id"));
    assert_eq!(done.matches(&format!("href=\"{href}\"")).count(), 2, "{done}");
    let to = zhang.get(&href).await.expect(303).location.unwrap();
    assert_eq!(to, format!("/help/{}", plain(&raised)));
    assert!(zhang.get(&to).await.expect(200).text.contains("请人买药"));
    // By its id it is nobody's but hers.
    for other in ["neighbour", "li", "social"] {
        world.browser(other).await.get(&href).await.expect(404);
    }
});

db_test!(a_delegate_stands_close, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (zhang, sun) = (world.person("zhang"), world.person("neighbour"));
    let kin = |of| world.app.read(move |mut tx| Box::pin(async move { Ok(near(&mut tx, of).await?.kin) }));
    assert_eq!(kin(zhang).await.unwrap(), []);
    let id = given(&world, json!(["need"])).await;
    assert_eq!((kin(zhang).await.unwrap(), kin(sun).await.unwrap()), (vec![sun], vec![zhang]));
    world.api("neighbour").post(&format!("/api/v1/mandates/{id}/revocation"), json!({})).await.expect(200);
    assert_eq!((kin(zhang).await.unwrap(), kin(sun).await.unwrap()), (vec![], vec![]));
});

db_test!(staff_write_down_print_the_slip_and_confirm, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    let page = format!("/people/{}/mandates", world.person("zhang"));
    let fields = [("phone", "13800000002"), ("kinds", "need"), ("days", "400")];
    let refused = social.submit(&page, &page, &fields).await.expect(422).text;
    assert!(refused.contains("1 到 365") && refused.contains("value=\"400\""), "{refused}");
    let fields = [("phone", "13800000002"), ("kinds", "need"), ("days", "30")];
    social.submit(&page, &page, &fields).await.expect(303);
    let id = text(&newest(&world).await, "id").to_owned();
    let slip = social.get(&format!("/mandates/{id}/slip")).await.expect(200).text;
    assert!(slip.contains("张桂兰") && slip.contains("孙秀英") && slip.contains("演示数据"), "{slip}");
    world.browser("neighbour").await.get(&format!("/mandates/{id}/slip")).await.expect(404);
    let confirm = format!("/mandates/{id}/confirmation");
    social.submit(&page, &confirm, &[]).await.expect(422);
    social.submit(&page, &confirm, &[("how", "slip")]).await.expect(303);
    assert_eq!(text(&newest(&world).await, "confirmed_how"), "slip");
    world.browser("far").await.get(&page).await.expect(404);
    // Time runs out by itself.
    world.set_time("2026-07-09T09:00:00+08:00");
    world.api("neighbour").for_another(world.person("zhang")).get("/api/v1/matters").await.expect(403);
});

db_test!(
    who_asks_for_another_without_a_mandate_is_told_by_what_answers_there,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        for nobody in ["", "nobody", &world.person("zhang").to_string()] {
            let acting = world.api("neighbour").for_another(nobody);
            acting.get("/api/v1/matters").await.expect(403);
            acting.post("/api/v1/matters", medicine()).await.expect(403);
            // An address that only reads, and one that is none, say that first.
            acting.post("/api/v1/kept", json!({})).await.expect(405);
            acting.get("/api/v1/no-such-thing").await.expect(404);
        }
        assert_eq!((matters_of(&world, "zhang").await, matters_of(&world, "neighbour").await), (0, 0));
    }
);

db_test!(who_asked_to_act_hears_that_the_answer_is_no, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let asked =
        |name: &'static str| [("side", "for_other"), ("phone", "13800000001"), ("name", name), ("kinds", "need")];
    let mut sun = world.browser("neighbour").await;
    // One digit wrong would ask a stranger: a name that does not go with the number asks nobody, and tells nobody either.
    sun.submit("/me/family", "/me/family", &asked("李建国")).await.expect(303);
    assert!(sun.get("/me/family").await.expect(200).text.contains("等本人确认"));
    let own = world.browser("zhang").await.get("/me/family").await.expect(200).text;
    assert!(!own.contains("/revocation\""), "{own}");
    sun.submit("/me/family", "/me/family/asked/withdrawal", &[]).await.expect(303);
    // By call the same, and the answer is that of a name that goes with it.
    let mandates = format!("/api/v1/people/{}/mandates", world.person("neighbour"));
    let call = json!({ "for_phone": "13800000001", "for_name": "李建国", "kinds": ["need"] });
    world.api("neighbour").post(&mandates, call).await.expect(200);
    let own = world.browser("zhang").await.get("/me/family").await.expect(200).text;
    assert!(!own.contains("/revocation\""), "{own}");
    sun.submit("/me/family", "/me/family/asked/withdrawal", &[]).await.expect(303);
    sun.submit("/me/family", "/me/family", &asked("张桂兰")).await.expect(303);
    let mut zhang = world.browser("zhang").await;
    let page = zhang.get("/me/family").await.expect(200).text;
    let refuse =
        page.split("action=\"").find(|rest| rest.contains("/revocation\"")).and_then(|rest| rest.split('"').next());
    let refuse = refuse.expect("a form").to_owned();
    zhang.submit("/me/family", &refuse, &[]).await.expect(303);
    let page = zhang.get("/me/family").await.expect(200).text;
    assert!(page.contains("您没有同意") && !page.contains("已取消，马上生效"), "{page}");
    assert_eq!(receipts(&world, "mandate_refused").await.len(), 1);
    let page = sun.get("/me/family").await.expect(200).text;
    assert!(page.contains("对方没有同意") && !page.contains(">等本人确认<"), "{page}");
    sun.submit("/me/family", "/me/family/asked/withdrawal", &[]).await.expect(303);
    assert!(!sun.get("/me/family").await.expect(200).text.contains("对方没有同意"));
    // Whoever said no may be asked again.
    sun.submit("/me/family", "/me/family", &asked("张桂兰")).await.expect(303);
});

db_test!(who_is_asked_by_a_card_is_called_by_the_end_of_its_code, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let cards = format!("/api/v1/people/{}/cards", world.person("zhang"));
    let made = world.api("community").post(&cards, json!({})).await.expect(201).json();
    let code = text(&made, "code").to_owned();
    let mut sun = world.browser("neighbour").await;
    let asked = [("side", "for_other"), ("card", code.as_str()), ("kinds", "need")];
    sun.submit("/me/family", "/me/family", &asked).await.expect(303);
    let page = sun.get("/me/family").await.expect(200).text;
    let last = code.rsplit('-').next().unwrap();
    assert!(page.contains(&format!("卡号末三位是 {last} 的持卡人")) && !page.contains("张桂兰"), "{page}");
});
