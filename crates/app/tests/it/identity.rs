//! Signing in, out, and what keeps others from doing it for you.

use app::identity::tokens::{self, Wanted};
use app::identity::{passwords, secrets};
use app::testing::{World, world};
use app::{App, Stop};
use db::db_test;
use rules::shared::ids::PersonId;
use rules::shared::{Actor, TokenScope};
use serde_json::json;

db_test!(a_person_signs_in_by_phone_and_code, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.browser("zhang").await;
    let sessions = zhang.get("/me/sessions").await.expect(200);
    assert!(sessions.text.contains("本机"), "{}", sessions.text);
    world.visitor().get("/me/sessions").await.expect(303);
});

db_test!(a_wrong_code_is_counted_and_the_fifth_ends_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut thief = world.visitor();
    thief.submit("/login", "/login", &[("phone", "13800000001")]).await.expect(303);
    let code = sent_code(&world).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let refused = thief.submit("/login/code", "/login/code", &[("code", wrong)]).await.expect(422);
        assert!(refused.text.contains("验证码不对"), "{}", refused.text);
    }
    let refused = thief.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(422);
    assert!(refused.text.contains("已失效"), "{}", refused.text);
});

async fn sent_code(world: &World) -> String {
    let outbox = world.visitor().get("/demo/outbox").await.expect(200).text;
    outbox.split("data-code=\"").nth(1).unwrap().chars().take(6).collect()
}

db_test!(a_code_is_for_one_use_within_ten_minutes, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.visitor();
    zhang.submit("/login", "/login", &[("phone", "13800000001")]).await.expect(303);
    let code = sent_code(&world).await;
    world.pass(11);
    zhang.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(422);
});

db_test!(asking_for_a_code_tells_nobody_who_is_registered, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut answers = Vec::new();
    for phone in ["13800000001", "13911112222"] {
        let mut asker = world.visitor();
        let sent = asker.submit("/login", "/login", &[("phone", phone)]).await.expect(303);
        let page = asker.get("/login/code").await.expect(200);
        let drawn = page.text.split("<main").nth(1).unwrap().split("name=\"_").next().unwrap();
        answers.push((sent.location, drawn.replace("138****0001", "?").replace("139****2222", "?")));
    }
    assert_eq!(answers[0], answers[1]);
});

/// Opens an account as an administrator does and chooses its password as its owner does.
pub async fn with_password(app: &App, person: PersonId) {
    let hash = secrets::hash_password("correct horse 9".into()).await.unwrap();
    app.act(&Actor::system(), (person, hash), |mut tx, who, at, (person, hash)| {
        Box::pin(async move {
            passwords::reset(&mut tx, &who, at, person, "zhou", &hash).await?;
            passwords::choose(&mut tx, &who, at, "zhou", (true, &hash), None).await
        })
    })
    .await
    .unwrap()
    .unwrap();
}

db_test!(staff_sign_in_by_password_and_five_failures_lock, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_password(&world.app, world.person("social")).await;
    let mut staff = world.visitor();
    let good = [("account", "zhou"), ("password", "correct horse 9")];
    staff.submit("/login/staff", "/login/staff", &good).await.expect(303);
    staff.get("/me/sessions").await.expect(200);

    let mut thief = world.visitor();
    let unknown = [("account", "nobody"), ("password", "guess")];
    thief.submit("/login/staff", "/login/staff", &unknown).await.expect(422);
    for _ in 0..5 {
        let wrong = [("account", "zhou"), ("password", "guess")];
        let refused = thief.submit("/login/staff", "/login/staff", &wrong).await.expect(422);
        assert!(refused.text.contains("value=\"zhou\""), "what was typed stays: {}", refused.text);
    }
    thief.submit("/login/staff", "/login/staff", &good).await.expect(429);
    world.pass(16);
    thief.submit("/login/staff", "/login/staff", &good).await.expect(303);
});

db_test!(a_session_ended_elsewhere_is_over, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let phone = world.browser("zhang").await;
    world.pass(2);
    let mut tablet = world.browser("zhang").await;
    let sessions = tablet.get("/me/sessions").await.expect(200).text;
    let end =
        sessions.split("action=\"").map(|rest| rest.split('"').next().unwrap()).find(|a| a.ends_with("/end")).unwrap();
    tablet.submit("/me/sessions", end, &[]).await.expect(303);
    phone.get("/me/sessions").await.expect(303);
    tablet.get("/me/sessions").await.expect(200);
    tablet.submit("/me/sessions", "/logout", &[]).await.expect(303);
    tablet.get("/me/sessions").await.expect(303);
});

db_test!(what_was_typed_when_the_session_ended_is_sent_after_signing_in, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let open = zhang.get("/help/new/who?type=errands").await.expect(200).text;
    world.pass(2);
    let mut tablet = world.browser("zhang").await;
    let sessions = tablet.get("/me/sessions").await.expect(200).text;
    let end =
        sessions.split("action=\"").map(|rest| rest.split('"').next().unwrap()).find(|a| a.ends_with("/end")).unwrap();
    tablet.submit("/me/sessions", end, &[]).await.expect(303);

    let typed = [("relation", "neighbour"), ("person_name", "刘大娘"), ("knows", "unsure")];
    let answered = zhang.send_form(&open, "/help/new/who", &typed).await.expect(303);
    assert_eq!(answered.location.as_deref(), Some("/login?back=/left"));
    assert!(!tablet.get("/").await.text.contains("刘大娘"), "it is shown where one asks for it");
    let left = tablet.get("/left").await.expect(200).text;
    assert!(left.contains("刘大娘"), "{left}");
    let other = world.api("li").get("/left").await.expect(200).text;
    assert!(!other.contains("刘大娘"), "it is nobody else's");
    tablet.send_form(&left, "/help/new/who", &[]).await.expect(303);
    assert!(tablet.get("/help/new/who").await.expect(200).text.contains("刘大娘"));

    // A cookie that is no session of anybody's keeps nothing, and one that ended long ago neither.
    world.pass(3 * 24 * 60);
    let late = zhang.send_form(&open, "/help/new/who", &typed).await.expect(303);
    assert_ne!(late.location.as_deref(), Some("/login?back=/left"));
});

db_test!(a_form_of_another_session_is_refused, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/me/sessions", "/logout", &[("_csrf", "forged")]).await.expect(403);
    zhang.get("/me/sessions").await.expect(200);
});

db_test!(a_token_does_what_its_scopes_say, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let issue = |scope: &'static str| {
        let person = world.person("zhang");
        let app = world.app.clone();
        async move {
            app.act(&Actor::system(), person, move |mut tx, who, at, person| {
                Box::pin(async move {
                    let scopes = vec![TokenScope(scope.into())];
                    let wanted = Wanted { name: "narrow".into(), scopes, days: None };
                    Ok(tokens::issue(&mut tx, &who, at, person, &wanted).await?.1)
                })
            })
            .await
            .unwrap()
        }
    };
    let form = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    for (scope, expected) in [("matters:write", 201), ("*", 201), ("read", 403), ("places:write", 403)] {
        let client = app::testing::Client::new(app::web::site(&world.app), Some(issue(scope).await));
        client.post("/api/v1/matters", form.clone()).await.expect(expected);
    }
    let nobody = app::testing::Client::new(app::web::site(&world.app), Some("ht_nonsense".into()));
    nobody.get("/api/v1/matters").await.expect(401);
});

db_test!(nobody_issues_a_token_for_another, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let who = Actor::person(world.person("zhang"), Vec::new(), rules::shared::Channel::Web);
    let refused = world
        .app
        .act(&who, world.person("social"), |mut tx, who, at, person| {
            Box::pin(async move { tokens::issue(&mut tx, &who, at, person, &Wanted::whole("x")).await })
        })
        .await;
    assert!(matches!(refused, Err(Stop::Forbidden { .. })), "{refused:?}");
});
