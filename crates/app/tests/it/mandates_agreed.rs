//! Whom somebody asks to act for them: asked by name and number, told by neither, and nothing holds before they agree. What the
//! register fills for them stays masked to whoever acts.

use app::testing::{Client, World, world};
use db::db_test;
use rules::shared::ids::PersonId;
use serde_json::{Value, json};

use crate::lived_in::need;
use crate::mandates::asked_page_by_page;
use crate::told::messages;

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn mandates(person: impl std::fmt::Display) -> String {
    format!("/api/v1/people/{person}/mandates")
}

/// The id of the mandate that waits for whom somebody asked.
async fn waiting_for(world: &World, helper: &str) -> String {
    let list = world.api(helper).get(&mandates(world.person(helper))).await.expect(200).json();
    let waits = list["by_person"].as_array().into_iter().flatten().find(|one| one["standing"] == "asked");
    text(waits.expect("a mandate that waits"), "id").to_owned()
}

/// Somebody asks a helper to act for them, who agrees: the id of the mandate.
pub async fn agreed(world: &World, (own, of): (&Client, PersonId), helper: &str, asked: Value) -> String {
    own.post(&mandates(of), asked).await.expect(200);
    let id = waiting_for(world, helper).await;
    world.api(helper).post(&format!("/api/v1/mandates/{id}/confirmation"), json!({ "how": "self" })).await.expect(200);
    id
}

/// 孙秀英 agrees to act for 张桂兰, in what `asked` says besides.
pub async fn agreed_by_sun(world: &World, mut asked: Value) -> String {
    asked["delegate_phone"] = json!("13800000002");
    asked["delegate_name"] = json!("孙秀英");
    agreed(world, (&world.api("zhang"), world.person("zhang")), "neighbour", asked).await
}

fn form(name: &'static str) -> [(&'static str, &'static str); 4] {
    [("side", "for_me"), ("phone", "13800000002"), ("name", name), ("kinds", "need")]
}

db_test!(nothing_holds_before_whom_she_asked_agrees, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut zhang, mut sun) = (world.browser("zhang").await, world.browser("neighbour").await);
    let nameless = zhang.submit("/me/family", "/me/family", &form("")).await.expect(422).text;
    assert!(nameless.contains("请填代办人的姓名"), "{nameless}");
    zhang.submit("/me/family", "/me/family", &form("孙秀英")).await.expect(303);
    let page = zhang.get("/me/family").await.expect(200).text;
    assert!(page.contains("孙秀英 138****0002") && page.contains("等对方答应"), "{page}");
    let told = messages(&world, "mandate_asked_of_you").await;
    assert!(matches!(&told[..], [one] if one.contains("张*兰请您替他/她办事（求助，2027年6月8日到期）")), "{told:?}");
    // Staff see that it waits and for whom; nobody answers for the one who was asked.
    let acting = || world.api("neighbour").for_another(world.person("zhang"));
    let id = waiting_for(&world, "neighbour").await;
    let confirm = format!("/api/v1/mandates/{id}/confirmation");
    for (who, how, status, code) in [
        ("zhang", "self", 404, ""),
        ("li", "self", 404, ""),
        ("far", "phone", 404, ""),
        ("social", "phone", 422, "mandate-delegate-answers"),
        ("call", "slip", 422, "mandate-delegate-answers"),
    ] {
        let said = world.api(who).post(&confirm, json!({ "how": how })).await.expect(status).json();
        assert!(status != 422 || text(&said, "code") == code, "{who} {how}: {said}");
    }
    let staff = world.browser("social").await.get(&format!("/people/{}/mandates", world.person("zhang"))).await;
    let staff = staff.expect(200).text;
    assert!(staff.contains("等对方答应") && !staff.contains("/confirmation\""), "{staff}");
    acting().get("/api/v1/matters").await.expect(403);
    // Whoever is asked reads by whom, and says yes.
    assert!(sun.get("/").await.expect(200).text.contains("有 1 份代办委托等您答复"));
    let asked = sun.get("/me/family").await.expect(200).text;
    for said in ["张桂兰", "138****0001", "等您答应", "不答应"] {
        assert!(asked.contains(said), "{said}: {asked}");
    }
    assert!(!asked.contains("/act\"") && !asked.contains("13800000001"), "{asked}");
    sun.submit("/me/family", &format!("/mandates/{id}/confirmation"), &[]).await.expect(303);
    let page = sun.get("/me/family").await.expect(200).text;
    assert!(page.contains("您答应了") && page.contains("/act\""), "{page}");
    acting().get("/api/v1/matters").await.expect(200);
    let page = zhang.get("/me/family").await.expect(200).text;
    assert!(page.contains("有效") && !page.contains("等对方答应"), "{page}");
    let told = messages(&world, "mandate_for_you").await;
    assert!(matches!(&told[..], [one] if one.contains("您可以替张*兰办事（求助，")), "{told:?}");
});

db_test!(a_number_tells_nobody_whose_it_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (own, mut zhang) = (mandates(world.person("zhang")), world.browser("zhang").await);
    let asked = |name: &str, phone: &str| json!({ "delegate_phone": phone, "delegate_name": name, "kinds": ["need"] });
    let refused = world.api("zhang").post(&own, asked("", "13800000002")).await.expect(422).json();
    assert_eq!((text(&refused, "code"), text(&refused, "field")), ("mandate-name", "delegate_name"));
    let mut answers = Vec::new();
    for (name, phone) in [("孙秀英", "13800000002"), ("李建国", "13800000002"), ("孙秀英", "13899998888")] {
        answers.push(world.api("zhang").post(&own, asked(name, phone)).await.expect(200).json());
        let again = world.api("zhang").post(&own, asked(name, phone)).await.expect(422).json();
        assert_eq!(text(&again, "code"), "mandate-held", "{name} {phone}");
        let page = zhang.get("/me/family").await.expect(200).text;
        assert!(page.contains(&format!("{name} 138****{}", &phone[7..])) && page.contains("等对方答应"), "{page}");
        zhang.submit("/me/family", "/me/family/asked/withdrawal", &[]).await.expect(303);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0]["for_person"], json!([]));
    assert_eq!(messages(&world, "mandate_asked_of_you").await.len(), 1, "one name went with its number");
    assert!(!world.browser("neighbour").await.get("/me/family").await.expect(200).text.contains("张桂兰"));
    // Nor does the list of somebody else.
    for phone in ["13800000002", "13899998888"] {
        world.api("zhang").post(&mandates(world.person("li")), asked("孙秀英", phone)).await.expect(404);
    }
    // Nor the page on which staff write mandates down.
    let staff = format!("/people/{}/mandates", world.person("zhang"));
    for phone in ["13800000002", "13899998888"] {
        let fields = [("phone", phone), ("kinds", "need")];
        let own = zhang.get("/me/family").await.expect(200).text;
        let led = zhang.send_form_to(&own, "/me/family", &staff, &fields).await.expect(303).location;
        assert_eq!(led.as_deref(), Some("/me/family"), "{phone}");
    }
    assert_eq!(messages(&world, "mandate_asked_of_you").await.len(), 1, "nobody else was asked");
});

db_test!(whoever_asked_hears_that_the_answer_is_no, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut zhang, mut sun) = (world.browser("zhang").await, world.browser("neighbour").await);
    zhang.submit("/me/family", "/me/family", &form("孙秀英")).await.expect(303);
    let id = waiting_for(&world, "neighbour").await;
    sun.submit("/me/family", &format!("/mandates/{id}/revocation"), &[]).await.expect(303);
    let page = sun.get("/me/family").await.expect(200).text;
    assert!(page.contains("您没有答应") && !page.contains("张桂兰"), "{page}");
    assert_eq!(messages(&world, "mandate_declined").await.len(), 1);
    let page = zhang.get("/me/family").await.expect(200).text;
    assert!(page.contains("对方没有同意") && !page.contains("等对方答应"), "{page}");
    // She may ask once more, and staff end for her what nobody has answered.
    zhang.submit("/me/family", "/me/family", &form("孙秀英")).await.expect(303);
    let id = waiting_for(&world, "neighbour").await;
    world.api("social").post(&format!("/api/v1/mandates/{id}/revocation"), json!({})).await.expect(200);
    let page = zhang.get("/me/family").await.expect(200).text;
    assert!(!page.contains("对方没有同意") && !page.contains("等对方答应"), "{page}");
    assert_eq!(messages(&world, "mandate_declined").await.len(), 1);
});

db_test!(nobody_asks_many_strangers_in_an_hour, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let own = mandates(world.person("zhang"));
    for (n, status) in (0..11).map(|n| (n, if n < 10 { 200 } else { 429 })) {
        let phone = format!("139000000{n:02}");
        let asked = json!({ "delegate_phone": phone, "delegate_name": "孙秀英", "kinds": ["need"] });
        world.api("zhang").post(&own, asked).await.expect(status);
    }
});

db_test!(what_the_register_filled_stays_masked_to_whoever_acts, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = agreed_by_sun(&world, json!({ "kinds": ["need"] })).await;
    let mut sun = world.browser("neighbour").await;
    let done = asked_page_by_page(&mut sun, &id).await;
    let hers = world.browser("zhang").await.get(&done).await.expect(200).text;
    assert!(hers.contains("3 号楼 2 单元 401") && hers.contains("13800000001"), "{hers}");
    let acting = world.api("neighbour").for_another(world.person("zhang"));
    let list = acting.get("/api/v1/matters?mine=true").await.expect(200).json();
    let matter = format!("/api/v1/matters/{}?protected=true", text(&list["items"][0], "id"));
    let called = acting.get(&matter).await.expect(200);
    assert_eq!(called.json()["protected"]["phone"], json!(["138****0001"]), "{}", called.text);
    for shown in [sun.get(&done).await.expect(200).text, called.text] {
        assert!(shown.contains("门牌已经登记") && shown.contains("138****0001"), "{shown}");
        assert!(!shown.contains("2 单元 401") && !shown.contains("13800000001"), "{shown}");
        assert!(shown.contains("请人买药"), "{shown}");
    }
    // What was not seen was not read.
    let reads = world.api("zhang").get("/api/v1/me/reads").await.expect(200).text;
    assert!(reads.contains("孙秀英") && !reads.contains("\"address\"") && !reads.contains("\"phone\""), "{reads}");
    // What they typed themselves they read again.
    let typed = need("请人买米", "5 号楼 1 单元 101", "13800000002");
    let raised = acting.post("/api/v1/matters", typed).await.expect(201).json();
    let own = acting.get(&format!("/api/v1/matters/{}?protected=true", text(&raised, "id"))).await.expect(200).text;
    assert!(own.contains("5 号楼 1 单元 101") && own.contains("13800000002"), "{own}");
});
