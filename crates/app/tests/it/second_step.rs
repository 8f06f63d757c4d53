//! Signing in by two steps: set up, asked for, used once, locked together with the password, lost and taken away.

use app::city::Settings;
use app::identity::second::totp::{self, Secret};
use app::testing::{Answered, Client, World, patient_world, world};
use data_encoding::BASE32_NOPAD;
use db::db_test;
use rules::people::second_step::{STEP_SECONDS, SignInRules};
use serde_json::{Value, json};

use crate::identity::with_password;

const PASSWORD: &str = "correct horse 9";
const GOOD: &[(&str, &str)] = &[("account", "zhou"), ("password", PASSWORD)];

/// The secret that a page shows to be typed by hand.
fn secret_on(page: &str) -> Secret {
    secret_of(page.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).expect("a secret"))
}

fn secret_of(text: &str) -> Secret {
    let bytes = BASE32_NOPAD.decode(text.replace(' ', "").as_bytes()).expect("base32");
    bytes.try_into().expect("twenty bytes")
}

/// What the telephone shows now.
fn now(world: &World, secret: &Secret) -> String {
    totp::code(secret, world.app.now().recorded.as_second() / STEP_SECONDS)
}

/// What a telephone makes of a typed secret now.
pub fn code_of(world: &World, text: &str) -> String {
    now(world, &secret_of(text))
}

/// Printed codes on a page.
fn printed(page: &str) -> Vec<String> {
    page.split("<li><code>").skip(1).filter_map(|rest| Some(rest.split('<').next()?.to_owned())).collect()
}

/// 周社工 sets one up at their desk: the secret, and what was printed.
async fn set_up(world: &World) -> (Secret, Vec<String>) {
    with_password(&world.app, world.person("social")).await;
    let mut social = world.browser("social").await;
    let (page, confirmation) = ("/me/second-step", "/me/second-step/confirmation");
    social.submit(page, page, &[("password", "guess")]).await.expect(422);
    social.submit(page, page, &[("password", PASSWORD)]).await.expect(303);
    let secret = secret_on(&social.get(page).await.expect(200).text);
    let wrong = social.submit(page, confirmation, &[("code", "12345")]).await.expect(422).text;
    assert!(wrong.contains("请填 6 位数字的动态码") && secret_on(&wrong) == secret, "{wrong}");
    let done = social.submit(page, confirmation, &[("code", &now(world, &secret))]).await.expect(200).text;
    let codes = printed(&done);
    assert_eq!(codes.len(), 10, "{done}");
    let after = social.get(page).await.expect(200).text;
    assert!(!after.contains("otpauth") && !codes.iter().any(|code| after.contains(code)), "shown once: {after}");
    world.pass(1);
    (secret, codes)
}

/// Gives the password; the browser that is asked for the second step.
async fn half(world: &World) -> Client {
    let mut staff = world.visitor();
    let sent = staff.submit("/login/staff?back=/desk", "/login/staff", GOOD).await.expect(303);
    assert_eq!(sent.location.as_deref(), Some("/login/staff/code?back=%2Fdesk"));
    staff.get("/me/sessions").await.expect(303);
    staff
}

const CODE: &str = "/login/staff/code?back=%2Fdesk";

async fn enter(staff: &mut Client, code: &str) -> Answered {
    staff.submit(CODE, "/login/staff/code", &[("code", code)]).await
}

db_test!(a_code_is_asked_for_after_the_password_and_taken_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (secret, _) = set_up(&world).await;
    let mut staff = half(&world).await;
    let code = now(&world, &secret);
    let entered = enter(&mut staff, &code).await.expect(303);
    assert_eq!(entered.location.as_deref(), Some("/desk"));
    staff.get("/me/sessions").await.expect(200);
    let mut thief = half(&world).await;
    let used = enter(&mut thief, &code).await.expect(422).text;
    assert!(used.contains("刚用过"), "{used}");
    // Half a minute early is near enough, and what was shown before it is taken no more.
    let step = world.app.now().recorded.as_second() / STEP_SECONDS;
    enter(&mut thief, &totp::code(&secret, step + 1)).await.expect(303);
    let mut third = half(&world).await;
    enter(&mut third, &code).await.expect(422);
    world.pass(5);
    let late = third.get(CODE).await.expect(303);
    assert_eq!(late.location.as_deref(), Some("/login/staff"), "the password was right five minutes ago");
    // No other door is open.
    let mut sent = world.visitor();
    sent.submit("/login", "/login", &[("phone", "13800000007")]).await.expect(303);
    let outbox = sent.get("/demo/outbox").await.text;
    let code: String = outbox.split("data-code=\"").nth(1).unwrap().chars().take(6).collect();
    let refused = sent.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(422).text;
    assert!(refused.contains("请用账号和密码登录"), "{refused}");
});

db_test!(wrong_codes_and_passwords_lock_together, app::migrations::STEPS, |db| async move {
    let world = patient_world(db, &[]).await;
    let (secret, _) = set_up(&world).await;
    let mut thief = world.visitor();
    for _ in 0..2 {
        let wrong = [("account", "zhou"), ("password", "guess")];
        thief.submit("/login/staff", "/login/staff", &wrong).await.expect(422);
    }
    // The right password forgets nothing before the code is right too.
    let mut thief = half(&world).await;
    let wrong = if now(&world, &secret) == "000000" { "000001" } else { "000000" };
    for _ in 0..3 {
        let refused = enter(&mut thief, wrong).await.expect(422).text;
        assert!(refused.contains("动态码不对"), "{refused}");
    }
    enter(&mut thief, &now(&world, &secret)).await.expect(429);
    thief.submit("/login/staff", "/login/staff", GOOD).await.expect(429);
    world.pass(16);
    let mut staff = half(&world).await;
    enter(&mut staff, &now(&world, &secret)).await.expect(303);
    let mut staff = half(&world).await;
    for _ in 0..4 {
        enter(&mut staff, wrong).await.expect(422);
    }
    world.pass(1);
    enter(&mut staff, &now(&world, &secret)).await.expect(303);
});

db_test!(a_printed_code_is_good_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (_, codes) = set_up(&world).await;
    let mut staff = half(&world).await;
    enter(&mut staff, &codes[3].to_uppercase()).await.expect(303);
    let seen = staff.get("/me/second-step").await.expect(200).text;
    assert!(seen.contains("备用码还剩 9 个"), "{seen}");
    let mut thief = half(&world).await;
    enter(&mut thief, &codes[3]).await.expect(422);
    assert!(world.events_text().await.contains("\"left\":9"));
});

/// A city that asks a second step of its social workers.
fn ask_of_social_workers(world: &World) {
    let rules = "format = 1\n[[second_step]]\nvalid_from = \"2026-06-08\"\nsource = \"local setting\"\n\
                 roles = [\"social_worker\"]";
    let city = world.app.city();
    let sign_in = SignInRules::parse(rules).expect("rules");
    world.app.replace_city(city.with_settings(Settings { sign_in, ..city.settings.clone() }));
}

db_test!(whose_role_needs_one_sets_it_up_when_they_sign_in, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_password(&world.app, world.person("social")).await;
    ask_of_social_workers(&world);
    let mut staff = half(&world).await;
    let page = staff.get(CODE).await.expect(200).text;
    assert!(page.contains("先设好两步登录") && page.contains("class=\"qr\""), "{page}");
    let secret = secret_on(&page);
    let again = half(&world).await;
    assert!(secret_on(&again.get(CODE).await.text) == secret, "what was scanned stays good");
    let done = enter(&mut staff, &now(&world, &secret)).await.expect(200).text;
    let codes = printed(&done);
    assert!(codes.len() == 10 && done.contains("href=\"/desk\""), "{done}");
    let own = staff.get("/me/second-step").await.expect(200).text;
    assert!(own.contains("您的岗位要求两步登录"), "{own}");
    let end = format!("/api/v1/people/{}/second-step/end", world.person("social"));
    let refused = world.api("social").post(&end, json!({ "code": codes[0] })).await.expect(422).json();
    assert_eq!(refused["code"], "second-required");
    // A telephone alone is not enough for them, and enough for whom nothing is asked of.
    let mut phone = world.visitor();
    phone.submit("/login", "/login", &[("phone", "13800000007")]).await.expect(303);
    let outbox = phone.get("/demo/outbox").await.text;
    let code: String = outbox.split("data-code=\"").nth(1).unwrap().chars().take(6).collect();
    phone.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(422);
    world.browser("community").await.get("/me/sessions").await.expect(200);
});

db_test!(an_administrator_takes_it_away_with_a_reason, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (secret, _) = set_up(&world).await;
    let mut staff = half(&world).await;
    enter(&mut staff, &now(&world, &secret)).await.expect(303);
    let person = world.person("social");
    let (page, action) = (format!("/people/{person}/access"), format!("/people/{person}/access/second-step"));
    let mut admin = world.browser("admin").await;
    let refused = admin.submit(&page, &action, &[("reason", " ")]).await.expect(422).text;
    assert!(refused.contains("请写明为什么重新设置"), "{refused}");
    for (name, status) in [("community", 403), ("social", 403), ("zhang", 403)] {
        let reset = format!("/api/v1/people/{person}/second-step/reset");
        world.api(name).post(&reset, json!({ "reason": "手机丢了" })).await.expect(status);
    }
    let before = world.events().await;
    admin.submit(&page, &action, &[("reason", "手机丢了，已当面核实")]).await.expect(303);
    assert_eq!(world.events().await, before + 1);
    assert!(world.events_text().await.contains("手机丢了，已当面核实"));
    staff.get("/me/sessions").await.expect(303);
    let mut staff = world.visitor();
    let entered = staff.submit("/login/staff", "/login/staff", GOOD).await.expect(303);
    assert_eq!(entered.location.as_deref(), Some("/"), "the password is enough again");
    let again = admin.get(&page).await.expect(200).text;
    assert!(again.contains("没有开两步登录") && !again.contains(&action), "{again}");
});

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

db_test!(a_token_that_is_right_is_not_held_up_and_one_that_fails_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_password(&world.app, world.person("social")).await;
    let own = format!("/api/v1/people/{}/second-step", world.person("social"));
    let social = world.api("social");
    // More than an address may fail: what is right gives its count back, as on the pages.
    for _ in 0..25 {
        social.post(&own, json!({ "password": PASSWORD })).await.expect(201);
    }
    // Whoever has no account fails without locking one.
    let theirs = format!("/api/v1/people/{}/second-step", world.person("community"));
    let community = world.api("community");
    for _ in 0..20 {
        community.post(&theirs, json!({ "password": PASSWORD })).await.expect(422);
    }
    community.post(&theirs, json!({ "password": PASSWORD })).await.expect(429);
});

db_test!(the_api_sets_it_up_shows_and_ends_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let at = |name: &str| format!("/api/v1/people/{}/second-step", world.person(name));
    let (social, own) = (world.api("social"), at("social"));
    let refused = social.post(&own, json!({ "password": PASSWORD })).await.expect(422).json();
    assert_eq!(refused["code"], "second-no-account");
    with_password(&world.app, world.person("social")).await;
    world.api("community").post(&own, json!({ "password": PASSWORD })).await.expect(403);
    let refused = social.post(&own, json!({ "password": "guess" })).await.expect(422).json();
    assert_eq!((text(&refused, "code"), text(&refused, "field")), ("password-wrong", "password"));
    let begun = social.post(&own, json!({ "password": PASSWORD })).await.expect(201).json();
    let secret = secret_of(text(&begun, "secret"));
    assert!(text(&begun, "uri").contains(":zhou?secret="), "{begun}");
    let confirmation = format!("{own}/confirmation");
    world.pass(15);
    let late = social.post(&confirmation, json!({ "code": now(&world, &secret) })).await.expect(422).json();
    assert_eq!(late["code"], "second-begin-again");
    let begun = social.post(&own, json!({ "password": PASSWORD })).await.expect(201).json();
    let secret = secret_of(text(&begun, "secret"));
    let done = social.post(&confirmation, json!({ "code": now(&world, &secret) })).await.expect(200).json();
    assert_eq!(done["recovery_codes"].as_array().map(Vec::len), Some(10));
    let shown = json!({ "since": "2026-06-08T09:15:00+08:00", "required": false, "codes_left": 10 });
    assert_eq!(social.get(&own).await.expect(200).json(), shown);
    assert_eq!(world.api("admin").get(&own).await.expect(200).json(), shown);
    world.api("community").get(&own).await.expect(404);
    let on = social.post(&own, json!({ "password": PASSWORD })).await.expect(422).json();
    assert_eq!(on["code"], "second-on");
    let code = json!({ "code": done["recovery_codes"][0] });
    let ended = social.post(&format!("{own}/end"), code.clone()).await.expect(200).json();
    assert_eq!((ended["since"].clone(), ended["codes_left"].as_i64()), (Value::Null, Some(0)));
    assert_eq!(social.post(&format!("{own}/end"), code).await.expect(422).json()["code"], "second-off");
    let reset = |name: &str| format!("{}/reset", at(name));
    let reason = json!({ "reason": "手机丢了" });
    let off = world.api("admin").post(&reset("social"), reason.clone()).await.expect(422).json();
    let self_reset = world.api("admin").post(&reset("admin"), reason).await.expect(422).json();
    assert_eq!((text(&off, "code"), text(&self_reset, "code")), ("second-off", "second-reset-own"));
});
