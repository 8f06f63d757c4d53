//! Whoever rings: the number they ring from is the one to ring back, and with a card the matter is its holder's.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::lived_in::card_of;

const PHONE: &str = "13800000002";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn with<'f>(fields: &[(&'f str, &'f str)], more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    [fields, more].concat()
}

const HAZARD: [(&str, &str); 5] =
    [("category", "manhole"), ("where", "西门"), ("place", "黄楼社区"), ("day", "2026-06-08"), ("time", "08:10")];
const NEED: [(&str, &str); 8] = [
    ("relation", "self"),
    ("category", "errands"),
    ("what", "家里没有米了"),
    ("when", "today"),
    ("place", "黄楼社区"),
    ("address", "5 号楼"),
    ("day", "2026-06-08"),
    ("time", "08:10"),
];

/// The newest matter that somebody on staff sees, with what is sealed in it.
async fn newest(world: &World, who: &str, kind: &str) -> Value {
    let list = world.api(who).get(&format!("/api/v1/matters?kind={kind}")).await.expect(200).json();
    let newest = list["items"].as_array().unwrap().iter().max_by_key(|one| text(&one["id"])).unwrap().clone();
    let id = text(&newest["id"]);
    world.api(who).get(&format!("/api/v1/matters/{id}?protected=true")).await.expect(200).json()
}

db_test!(the_number_of_a_caller_is_the_one_to_ring_for_every_kind, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut call = world.browser("call").await;
    let hazard = "/desk/call?kind=hazard";
    for phone in [PHONE, "13900000099"] {
        world.pass(1);
        let said = with(&HAZARD, &[("caller_phone", phone)]);
        let saved = call.submit(hazard, "/desk/call", &said).await.expect(303).location.unwrap();
        let read_out = call.get(&saved).await.expect(200).text;
        assert!(!read_out.contains("您没有留电话") && read_out.contains("联系您"), "{phone}: {read_out}");
        let kept = newest(&world, "grid", "hazard").await;
        assert!(kept.to_string().contains(phone), "who goes there can ring {phone}: {kept}");
    }
    // What is read out and what the message says is one promise.
    let read_out = {
        let said = with(&NEED, &[("caller_phone", PHONE)]);
        let saved = call.submit("/desk/call", "/desk/call", &said).await.expect(303).location.unwrap();
        call.get(&saved).await.expect(200).text
    };
    let promise = "前会有人看";
    let read = read_out.split(promise).next().and_then(|before| before.rsplit(' ').nth(1)).unwrap_or_default();
    assert!(read_out.contains(promise) && read.contains(':'), "{read_out}");
    let outbox = world.visitor().get("/demo/outbox").await.expect(200).text;
    assert!(outbox.contains(&format!("{read} {promise}")), "{read}: {outbox}");
    // Who is known by their card is rung at the number that is registered.
    let card = card_of(&world, &world.person("zhang").to_string()).await;
    let said = with(&HAZARD, &[("caller_card", &card)]);
    let saved = call.submit(hazard, "/desk/call", &said).await.expect(303).location.unwrap();
    assert!(!call.get(&saved).await.expect(200).text.contains("您没有留电话"));
});

db_test!(with_a_card_it_is_the_holders_whoevers_telephone_it_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let card = card_of(&world, &world.person("zhang").to_string()).await;
    let mut call = world.browser("call").await;
    let rung = [("caller_card", card.as_str()), ("caller_phone", PHONE)];
    let looked = call.submit("/desk/call", "/desk/call", &with(&rung, &[("do", "look")])).await.expect(200).text;
    assert!(looked.contains("登记的是：张*兰") && looked.contains("登记的是 孙*英"), "both are named: {looked}");
    assert!(!looked.contains("张桂兰") && !looked.contains("孙秀英"), "masked: {looked}");
    let alone = call.submit("/desk/call", "/desk/call", &[("caller_phone", PHONE), ("do", "look")]).await;
    assert!(!alone.expect(200).text.contains("只用来回电"));
    call.submit("/desk/call", "/desk/call", &with(&NEED, &rung)).await.expect(303);
    let mine = async |who: &str| {
        let list = world.api(who).get("/api/v1/matters?mine=true").await.expect(200).json();
        list["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((mine("zhang").await, mine("neighbour").await), (1, 0));
    let kept = newest(&world, "social", "need").await;
    assert!(kept.to_string().contains(PHONE) && !kept.to_string().contains("13800000001"), "rung back there: {kept}");
});

db_test!(a_mistyped_card_is_refused_by_page_and_by_call, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut call = world.browser("call").await;
    let body = |card: &str| {
        json!({ "kind": "hazard", "place": "371722003003", "for_someone": true, "caller_card": card,
            "fields": { "category": "manhole" } })
    };
    let before = world.events().await;
    for mistyped in ["04P-NY4Z-GDX", "999999"] {
        let said = with(&NEED, &[("caller_card", mistyped)]);
        let refused = call.submit("/desk/call", "/desk/call", &said).await.expect(422).text;
        assert!(refused.contains("没有查到这个卡号") && refused.contains("家里没有米了"), "{refused}");
        let refused = world.api("call").post("/api/v1/matters", body(mistyped)).await.expect(422).json();
        assert_eq!(
            (text(&refused["code"]).as_str(), text(&refused["field"]).as_str()),
            ("card-unknown", "caller_card")
        );
    }
    assert_eq!(world.events().await, before, "nothing was saved");
    let card = card_of(&world, &world.person("zhang").to_string()).await;
    // Whose register the holder is not in hears no more of a card than of none.
    let far = json!({ "kind": "hazard", "place": "371703001001", "for_someone": true, "caller_card": card,
        "fields": { "category": "manhole" } });
    assert_eq!(text(&world.api("far").post("/api/v1/matters", far).await.expect(422).json()["code"]), "card-unknown");
    let mut own = body(&card);
    own["for_someone"] = json!(false);
    let own = world.api("zhang").post("/api/v1/matters", own).await.expect(422).json();
    assert_eq!(text(&own["code"]), "card-by-staff");
    world.api("call").post("/api/v1/matters", body(&card)).await.expect(201);
    let hers = world.api("zhang").get("/api/v1/matters?mine=true").await.expect(200).json();
    assert_eq!(hers["items"].as_array().map(Vec::len), Some(1), "{hers}");
});
