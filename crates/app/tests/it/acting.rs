//! What whoever acts for another is offered, and told when it ends; what the one represented lets them see of before.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{answer, offer_to};
use crate::lived_in::need;
use crate::mandates_agreed::{agreed, agreed_by_sun};
use crate::told::messages;

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// A matter's number without the letter of its kind, as pages write it.
fn plain(matter: &Value) -> &str {
    text(matter, "code").rsplit(' ').next().unwrap_or_default()
}

fn hazard() -> Value {
    json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "fire_lane" } })
}

fn secret() -> Value {
    let mut secret = need("请人买药", "3 号楼 2 单元 401", "13800000001");
    secret["private"] = json!(true);
    secret
}

/// 孙秀英 may act for 张桂兰 in needs: the id of the mandate.
async fn given(world: &World, named: Value) -> String {
    agreed_by_sun(world, json!({ "kinds": ["need"], "named": named })).await
}

db_test!(private_matters_of_before_are_named_shown_and_named_anew, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let first = world.api("zhang").post("/api/v1/matters", secret()).await.expect(201).json();
    let second = world.api("zhang").post("/api/v1/matters", secret()).await.expect(201).json();
    let theirs = world.api("li").post("/api/v1/matters", secret()).await.expect(201).json();
    world.pass(1);
    // Nonsense, nobody's and somebody else's get one answer, with what was typed.
    let path = format!("/api/v1/people/{zhang}/mandates");
    for typed in ["就是那一件", plain(&theirs)] {
        let whom = ("13800000002", "孙秀英");
        let asked = json!({ "delegate_phone": whom.0, "delegate_name": whom.1, "kinds": ["need"], "named": [typed] });
        let refused = world.api("zhang").post(&path, asked).await.expect(422).json();
        assert_eq!((text(&refused, "code"), text(&refused["args"], "code")), ("mandate-named-unknown", typed));
    }
    let id = given(&world, json!([text(&first, "code")])).await;
    let acting = world.api("neighbour").for_another(zhang);
    let show = |matter: &Value| format!("/api/v1/matters/{}", text(matter, "id"));
    acting.get(&show(&first)).await.expect(200);
    acting.get(&show(&second)).await.expect(404);

    // Both read which, staff do not; the slip says it.
    let listed = world.api("zhang").get(&path).await.expect(200).json();
    assert_eq!(listed["for_person"][0]["named"], json!([plain(&first)]));
    let staff = world.api("social").get(&path).await.expect(200).json();
    assert_eq!(staff["for_person"][0]["named"], json!([]));
    let mut own = world.browser("zhang").await;
    let page = own.get("/me/family").await.expect(200).text;
    assert!(page.contains(&format!("给对方看的保密的事：{}", plain(&first))), "{page}");
    assert!(page.contains(plain(&second)), "and what else could be ticked: {page}");
    let slip = own.get(&format!("/mandates/{id}/slip")).await.expect(200).text;
    assert!(slip.contains(&format!("只包括编号 {}", plain(&first))) && slip.contains("受托人（签名"), "{slip}");
    assert!(!slip.contains("以及委托以前的保密的事"), "{slip}");

    // She changes her mind, by page and by call; nobody else does.
    let named = format!("/mandates/{id}/named");
    let other: String = plain(&second).chars().filter(char::is_ascii_alphanumeric).collect();
    own.submit("/me/family", &named, &[("named", &other)]).await.expect(303);
    acting.get(&show(&first)).await.expect(404);
    acting.get(&show(&second)).await.expect(200);
    let anew = format!("/api/v1/mandates/{id}/named");
    for (who, status) in [("neighbour", 404), ("social", 404), ("zhang", 200)] {
        world.api(who).post(&anew, json!({ "named": [] })).await.expect(status);
    }
    acting.get(&show(&second)).await.expect(404);
    assert!(own.get("/me/family").await.expect(200).text.contains("委托以前的保密的事，都不给对方看"));
    world.api("zhang").post(&format!("/api/v1/mandates/{id}/revocation"), json!({})).await.expect(200);
    let over = world.api("zhang").post(&anew, json!({ "named": [] })).await.expect(422).json();
    assert_eq!(text(&over, "code"), "mandate-ended");
});

db_test!(what_a_mandate_leaves_out_is_not_offered, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let known = world.api("li").post("/api/v1/matters", hazard()).await.expect(201).json();
    let id = given(&world, json!([])).await;
    let mut sun = world.browser("neighbour").await;
    // Before she begins to act: that she may stands on her first page.
    assert!(sun.get("/").await.expect(200).text.contains("您可以替张桂兰办事"));
    sun.submit("/me/family", &format!("/mandates/{id}/act"), &[]).await.expect(303);
    for page in ["/", "/help"] {
        let page = sun.get(page).await.expect(200).text;
        assert!(page.contains("/help/new?kind=need") && !page.contains("href=\"/hazard"), "{page}");
    }
    for page in ["/hazard", "/hazard/new", "/help/new?kind=hazard"] {
        let instead = sun.get(page).await.expect(403).text;
        assert!(instead.contains("委托里不包括这类事") && instead.contains("委托里只有：求助"), "{page}: {instead}");
        assert!(instead.contains(&format!("name=\"to\" value=\"{page}\"")), "{page}: {instead}");
    }
    // Following in her name is held to it, too.
    let tracked = format!("/t/{}", plain(&known));
    assert!(!sun.get(&tracked).await.expect(200).text.contains("跟着这一件"), "not offered");
    let follow = format!("/api/v1/matters/{}/followers", text(&known, "id"));
    let refused = world.api("neighbour").for_another(zhang).post(&follow, json!({})).await.expect(422).json();
    assert_eq!(text(&refused, "code"), "mandate-kind");
    // Back to herself it is hers to report.
    let instead = sun.get("/hazard").await.expect(403).text;
    let back = sun.send_form(&instead, "/me/family/back", &[("to", "/hazard")]).await.expect(303);
    assert_eq!(back.location.as_deref(), Some("/hazard"));
    sun.get("/hazard/new").await.expect(200);
});

db_test!(what_somebody_followed_for_her_leads_to_what_everybody_sees, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let known = world.api("li").post("/api/v1/matters", hazard()).await.expect(201).json();
    agreed_by_sun(&world, json!({ "kinds": ["*"] })).await;
    let follow = format!("/api/v1/matters/{}/followers", text(&known, "id"));
    world.api("neighbour").for_another(world.person("zhang")).post(&follow, json!({})).await.expect(200);
    let zhang = world.browser("zhang").await;
    let href = format!("/help/{}", text(&known, "id"));
    let page = zhang.get("/me/family").await.expect(200).text;
    assert!(page.contains("跟进了一件事") && page.contains(&href), "{page}");
    assert_eq!(zhang.get(&href).await.expect(303).location.as_deref(), Some(format!("/t/{}", plain(&known)).as_str()));
    world.browser("wang").await.get(&href).await.expect(404);
});

db_test!(who_fills_in_a_form_when_the_mandate_ends_keeps_the_words, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = given(&world, json!([])).await;
    let mut sun = world.browser("neighbour").await;
    sun.submit("/me/family", &format!("/mandates/{id}/act"), &[]).await.expect(303);
    let who = [("category", "errands"), ("relation", "self")];
    sun.submit("/help/new/who", "/help/new/who", &who).await.expect(303);
    let what = [("what", "请人买降压药"), ("when", "today")];
    sun.submit("/help/new/what", "/help/new/what", &what).await.expect(303);
    let page = sun.get("/help/new/where").await.expect(200).text;
    world.api("zhang").post(&format!("/api/v1/mandates/{id}/revocation"), json!({})).await.expect(200);

    let said = [("place", "黄楼社区"), ("address", "3 号楼 2 单元 401")];
    let over = sun.send_form(&page, "/help/new/where", &said).await.expect(409).text;
    assert!(over.contains("委托已经结束，没有提交") && over.contains("您刚才替张桂兰填的没有提交"), "{over}");
    assert!(over.contains("3 号楼 2 单元 401") && over.contains("请人买降压药"), "what was typed: {over}");
    assert!(over.contains("以自己的名义，替家人或邻居求助") && !over.contains("您不能做这一步"), "{over}");
    let mine = world.api("neighbour").get("/api/v1/matters?mine=true").await.expect(200).json();
    assert_eq!(mine["items"], json!([]), "nothing of it was sent as hers");
    // Every page says that it ended, until she says that she knows; what she does now is her own.
    let me = sun.get("/me").await.expect(200).text;
    assert!(me.contains("替张桂兰办理的委托已经结束") && me.contains("孙秀英"), "{me}");
    let own = [("category", "errands"), ("relation", "self")];
    sun.submit("/help/new/who", "/help/new/who", &own).await.expect(303);
    sun.submit("/me", "/me/family/back", &[]).await.expect(303);
    assert!(!sun.get("/me").await.expect(200).text.contains("委托已经结束"));
    let family = sun.get("/me/family").await.expect(200).text;
    assert!(family.contains("委托结束前替张桂兰填的") && family.contains("请人买降压药"), "{family}");
});

db_test!(all_that_is_wrong_with_the_form_of_a_mandate_is_said_at_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let refused = zhang.submit("/me/family", "/me/family", &[("days", "400")]).await.expect(422).text;
    for words in ["请选谁替谁办", "请填对方的电话", "请至少选一类事项", "1 到 365"] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    let page = format!("/people/{}/mandates", world.person("zhang"));
    let refused = world.browser("social").await.submit(&page, &page, &[("phone", "138")]).await.expect(422).text;
    assert!(refused.contains("请至少选一类事项") && refused.contains("href=\"#phone\""), "{refused}");
});

db_test!(when_one_of_both_is_erased_the_other_hears_that_it_ended, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    given(&world, json!([])).await;
    let zhang = world.person("zhang");
    world
        .api("zhang")
        .post(&format!("/api/v1/people/{zhang}/erasure"), json!({ "understood": true }))
        .await
        .expect(200);
    let told = messages(&world, "mandate_ended_erased").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("/me/family") && !told[0].contains('张'), "{told:?}");
    assert!(!world.browser("neighbour").await.get("/").await.expect(200).text.contains("您可以替"));
});

db_test!(whoever_waits_hears_that_the_volunteer_cannot_come, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    given(&world, json!([])).await;
    let starts = "2026-06-08T14:00:00+08:00";
    let raised = crate::dispatch::matter(&world).await;
    let task =
        crate::dispatch::cut(&world, &raised, json!({ "title": "陪诊", "starts_at": starts, "minutes": 60 })).await;
    crate::dispatch::invite(&world, &task, &["li"]).await.expect(201);
    let offer = offer_to(&world, "li").await;
    answer(&world, "li", &offer, "acceptance").await.expect(200);
    let whole = world.api("zhang").get(&format!("/api/v1/matters/{raised}")).await.expect(200).json();
    let page = format!("/help/{}", plain(&whole));
    let zhang = world.browser("zhang").await;
    assert!(!zhang.get(&page).await.expect(200).text.contains("来不了了"));
    answer(&world, "li", &offer, "withdrawal").await.expect(200);
    let (hers, theirs) = (messages(&world, "given_back").await, messages(&world, "represented_given_back").await);
    assert_eq!((hers.len(), theirs.len()), (1, 1), "{hers:?} {theirs:?}");
    assert!(hers[0].contains("来不了了") && !theirs[0].contains("张桂兰"), "{hers:?} {theirs:?}");
    let shown = zhang.get(&page).await.expect(200).text;
    assert_eq!(shown.matches("说好要来的人来不了了").count(), 2, "on top and in the history: {shown}");
    // The delegate is led from what everybody sees to where they see it whole.
    let tracked = format!("/t/{}", plain(&whole));
    let hint = world.browser("neighbour").await.get(&tracked).await.expect(200).text;
    assert!(hint.contains("这是您可以替张桂兰办的事"), "{hint}");
    assert!(!world.browser("wang").await.get(&tracked).await.expect(200).text.contains("张桂兰"));
});

db_test!(staff_read_on_their_first_page_for_whom_they_may_act, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    assert!(!world.browser("social").await.get("/").await.expect(200).text.contains("您可以替"));
    let asked = json!({ "delegate_phone": "13800000007", "delegate_name": "周社工", "kinds": ["need"] });
    agreed(&world, (&world.api("zhang"), world.person("zhang")), "social", asked).await;
    assert!(world.browser("social").await.get("/").await.expect(200).text.contains("您可以替张桂兰办事"));
});
