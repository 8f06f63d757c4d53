//! How staff get in: accounts opened and reset by an administrator, passwords chosen by their owner, tokens.

use app::people;
use app::testing::{World, world};
use db::db_test;
use rules::people::membership::Word;
use rules::shared::{Actor, Role};
use serde_json::json;

use crate::told::messages;

/// What stands on the page after a label of its summary.
fn told(page: &str, label: &str) -> String {
    let after = page.split(&format!("<dt>{label}</dt><dd class=\"value\">")).nth(1);
    after.and_then(|rest| rest.split('<').next()).unwrap_or_else(|| panic!("no {label}: {page}")).to_owned()
}

fn access(world: &World, key: &'static str) -> String {
    format!("/people/{}/access", world.person(key))
}

/// An administrator opens an account, or resets it; the one-time password.
async fn reset(world: &World, key: &'static str, account: &str) -> String {
    let (mut admin, page) = (world.browser("admin").await, access(world, key));
    let done = admin.submit(&page, &format!("{page}/password"), &[("account", account)]).await.expect(200).text;
    assert_eq!(told(&done, "账号"), account);
    told(&done, "一次性密码")
}

const CHOSEN: &str = "荷塘 early 6";

db_test!(an_account_begins_with_a_password_that_only_chooses_another, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let given = reset(&world, "social", "zhou.ping").await;
    let mut zhou = world.visitor();
    let sign_in = [("account", " Zhou.Ping "), ("password", given.as_str())];
    let page = zhou.submit("/login/staff", "/login/staff", &sign_in).await.expect(200).text;
    assert!(page.contains("先设一个自己的密码") && page.contains("value=\"zhou.ping\""), "{page}");
    zhou.get("/me").await.expect(303);
    let send = |new: &'static str, again: &'static str, old: String| {
        vec![("password", old), ("new_password", new.to_owned()), ("again", again.to_owned())]
    };
    for (fields, said) in [
        (send("short 1", "short 1", given.clone()), "至少 10 个字"),
        (send(CHOSEN, "荷塘 early 7", given.clone()), "两次输入的新密码不一样"),
        (send(CHOSEN, CHOSEN, "guess".into()), "账号或密码不对"),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = zhou.send_form(&page, "/login/staff/first", &fields).await.expect(422).text;
        assert!(refused.contains(said) && !refused.contains(CHOSEN), "{said}: {refused}");
    }
    let fields = [("password", given.as_str()), ("new_password", CHOSEN), ("again", CHOSEN)];
    zhou.send_form(&page, "/login/staff/first", &fields).await.expect(303);
    zhou.get("/me/password").await.expect(200);
    // The one that was handed over is gone, the chosen one is good.
    world.visitor().submit("/login/staff", "/login/staff", &sign_in).await.expect(422);
    let sign_in = [("account", "zhou.ping"), ("password", CHOSEN)];
    world.visitor().submit("/login/staff", "/login/staff", &sign_in).await.expect(303);
});

db_test!(changing_a_password_ends_the_other_sessions, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let given = reset(&world, "social", "zhou").await;
    let person = world.person("social");
    let body = json!({ "password": given, "new_password": CHOSEN });
    let path = format!("/api/v1/people/{person}/password");
    world.api("zhang").post(&path, body.clone()).await.expect(404);
    world.api("admin").post(&path, body.clone()).await.expect(403);
    world.api("social").post(&path, body.clone()).await.expect(200);
    world.api("social").post(&path, body).await.expect(422);

    let sign_in = [("account", "zhou"), ("password", CHOSEN)];
    let (mut here, mut there) = (world.visitor(), world.visitor());
    for browser in [&mut here, &mut there] {
        browser.submit("/login/staff", "/login/staff", &sign_in).await.expect(303);
    }
    let other = "another lotus 7";
    let wrong = [("password", "guess"), ("new_password", other), ("again", other)];
    here.submit("/me/password", "/me/password", &wrong).await.expect(422);
    let right = [("password", CHOSEN), ("new_password", other), ("again", other)];
    here.submit("/me/password", "/me/password", &right).await.expect(303);
    here.get("/me").await.expect(200);
    there.get("/me").await.expect(303);
    // A reset by the administrator ends this one too.
    reset(&world, "social", "zhou").await;
    here.get("/me").await.expect(303);
});

db_test!(only_an_administrator_sees_and_opens_accounts, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    reset(&world, "social", "zhou").await;
    let page = access(&world, "community");
    for key in ["social", "community", "zhang", "supervisor"] {
        world.browser(key).await.get(&page).await.expect(404);
    }
    let mut admin = world.browser("admin").await;
    let taken = [("account", "zhou")];
    let refused = admin.submit(&page, &format!("{page}/password"), &taken).await.expect(422).text;
    assert!(refused.contains("已有人用") && refused.contains("value=\"zhou\""), "{refused}");
    let named = [("account", "周平")];
    admin.submit(&page, &format!("{page}/password"), &named).await.expect(422);
    // Residents sign in by phone.
    let page = access(&world, "zhang");
    let refused = admin.submit(&page, &format!("{page}/password"), &[("account", "zhang")]).await.expect(422).text;
    assert!(refused.contains("工作账号只给工作人员开"), "{refused}");
    let path = format!("/api/v1/people/{}/password-reset", world.person("call"));
    let done = world.api("admin").post(&path, json!({ "account": "call.1" })).await.expect(201).json();
    assert_eq!((&done["account"], done["password"].as_str().map(str::len)), (&json!("call.1"), Some(14)));
    world.api("social").post(&path, json!({})).await.expect(403);
});

db_test!(a_token_is_shown_once_listed_and_ended, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut admin, page) = (world.browser("admin").await, access(&world, "social"));
    let send = format!("{page}/tokens");
    let refused = admin.submit(&page, &send, &[("name", "周报"), ("days", "30")]).await.expect(422).text;
    assert!(refused.contains("至少勾选一项") && refused.contains("value=\"周报\""), "{refused}");
    for scope in app::identity::tokens::scopes() {
        assert!(
            refused.contains(&format!("value=\"{scope}\"")),
            "{scope} is given by the command, and here: {refused}"
        );
    }
    assert!(!refused.contains("token-scope-"), "a word for each: {refused}");
    let fields = [("name", "周报"), ("days", "30"), ("scopes", "reports:read"), ("scopes", "matters:read")];
    let issued = admin.submit(&page, &send, &fields).await.expect(200).text;
    let secret = issued.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).expect("a secret").to_owned();
    assert!(!admin.get(&page).await.expect(200).text.contains(&secret));
    let client = || world.client(Some(secret.clone()));
    client().get("/api/v1/matters").await.expect(200);
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    client().post("/api/v1/matters", hazard).await.expect(403);

    // A resident's would show the administrator what is the resident's own.
    let theirs = format!("/api/v1/people/{}/tokens", world.person("zhang"));
    let asked = json!({ "name": "门户对接", "scopes": ["*"] });
    assert_eq!(world.api("admin").post(&theirs, asked).await.expect(422).json()["code"], "token-not-staff");
    let shown = admin.get(&access(&world, "zhang")).await.expect(200).text;
    assert!(shown.contains("令牌只发给有工作岗位的人") && !shown.contains("access/tokens"), "{shown}");

    let list = format!("/api/v1/people/{}/tokens", world.person("social"));
    world.api("community").get(&list).await.expect(404);
    let tokens = world.api("social").get(&list).await.expect(200).json();
    let token = tokens["items"].as_array().unwrap().iter().find(|t| t["name"] == "周报").expect("the token").clone();
    assert_eq!(token["scopes"], json!(["reports:read", "matters:read"]));
    let wrong = json!({ "name": "x", "scopes": ["casework:read"] });
    world.api("admin").post(&list, wrong).await.expect(422);
    for days in [0, 3651] {
        let body = json!({ "name": "x", "scopes": ["read"], "days": days });
        world.api("admin").post(&list, body).await.expect(422);
    }
    let fields = [("name", "x"), ("days", "long"), ("scopes", "read")];
    admin.submit(&page, &send, &fields).await.expect(422);
    world.api("social").post(&list, json!({ "name": "x", "scopes": ["*"] })).await.expect(403);

    // Its owner ends it on their own page; somebody else does not find it.
    let end = format!("/me/tokens/{}/end", token["id"].as_str().unwrap());
    let mut zhang = world.browser("zhang").await;
    let page = zhang.get("/me").await.expect(200).text;
    zhang.send_form_to(&page, "/logout", &end, &[]).await.expect(404);
    world.browser("social").await.submit("/me/tokens", &end, &[]).await.expect(303);
    // One that was ended, or never was, is told apart from none.
    let code = async |token: Option<&str>| {
        let client = world.client(token.map(str::to_owned));
        client.get("/api/v1/matters").await.expect(401).json()["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(client().get("/api/v1/matters").await.expect(401).json()["code"], "token-spent");
    assert_eq!([code(Some("nonsense")).await, code(None).await], ["token-spent", "unauthorized"]);
    let path = format!("/api/v1/tokens/{}/end", token["id"].as_str().unwrap());
    world.api("admin").post(&path, json!({})).await.expect(422);

    // One with a term is over when the term is.
    let body = json!({ "name": "短的", "scopes": ["read"], "days": 1 });
    let short = world.api("admin").post(&list, body).await.expect(201).json();
    let short = world.client(short["secret"].as_str().map(str::to_owned));
    short.get("/api/v1/matters").await.expect(200);
    world.pass(24 * 60 + 1);
    assert_eq!(short.get("/api/v1/matters").await.expect(401).json()["code"], "token-spent");
});

/// Gives somebody a role in a part of the city.
async fn appointed(world: &World, key: &'static str, role: Role, code: &'static str) {
    let person = world.person(key);
    let system = Actor::system();
    let given = world.app.act(&system, (), move |mut tx, who, at, ()| {
        Box::pin(async move {
            let of = app::places::store::by_code(&mut tx, code).await?.expect("a place");
            let new = people::actions::Appointment {
                role,
                organisation: None,
                place: Some(of.id),
                until: None,
                word: Word::Given,
            };
            people::actions::appoint(&mut tx, &who, at, person, &new).await
        })
    });
    given.await.expect("a role");
}

db_test!(nobody_opens_a_way_to_roles_that_they_could_not_give, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let person = world.person("neighbour");
    appointed(&world, "neighbour", Role::Inspector, "3717").await;
    appointed(&world, "call", Role::Administrator, "371722").await;
    let admin = world.api("call");
    for (call, body) in [
        ("password-reset", json!({ "account": "sun.xy" })),
        ("tokens", json!({ "name": "周报", "scopes": ["*"] })),
        ("second-step/reset", json!({ "reason": "手机丢了" })),
        ("sign-in-phone", json!({ "phone": "13800000088" })),
    ] {
        let refused = admin.post(&format!("/api/v1/people/{person}/{call}"), body).await.expect(422).json();
        assert_eq!(refused["code"], "account-wider", "{call}");
    }
    let page = world.browser("call").await.get(&access(&world, "neighbour")).await.expect(200).text;
    assert!(page.contains("由管那里的管理员办"), "{page}");
    for form in ["/access/password", "/access/tokens", "/access/second-step", "/access/phone"] {
        assert!(!page.contains(form), "{form}: {page}");
    }
});

db_test!(whoever_has_an_account_hears_who_opened_a_way_into_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    reset(&world, "social", "zhou.ping").await;
    assert_eq!(messages(&world, "password_reset").await.len(), 1);
    let tokens = format!("/api/v1/people/{}/tokens", world.person("social"));
    world.api("admin").post(&tokens, json!({ "name": "周报", "scopes": ["read"] })).await.expect(201);
    assert_eq!(messages(&world, "token_issued").await.len(), 1);
    // Who corrects what is known of people does not move the telephone of staff; an administrator does, and the old one hears.
    let (page, mut social) = (format!("/people/{}/edit", world.person("grid")), world.browser("social").await);
    let form = [("name", "冯网格"), ("phone", "13800000099")];
    let refused = social.submit(&page, &page, &form).await.expect(422).text;
    assert!(refused.contains("手机号是登录用的"), "{refused}");
    let (page, mut admin) = (access(&world, "grid"), world.browser("admin").await);
    admin.submit(&page, &format!("{page}/phone"), &form).await.expect(303);
    assert_eq!(messages(&world, "phone_moved").await.len(), 1);
    world.visitor().sign_in("13800000099").await.get("/me").await.expect(200);
});

db_test!(a_token_issues_none_that_reaches_further, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let tokens = format!("/api/v1/people/{}/tokens", world.person("admin"));
    let narrow = json!({ "name": "账号", "scopes": ["identity:write"] });
    let secret = world.api("admin").post(&tokens, narrow.clone()).await.expect(201).json()["secret"].clone();
    let client = || world.client(secret.as_str().map(str::to_owned));
    let wider = client().post(&tokens, json!({ "name": "全部", "scopes": ["*"] })).await.expect(422).json();
    assert_eq!((&wider["code"], &wider["field"]), (&json!("token-scope-wider"), &json!("scopes")));
    client().post(&tokens, narrow).await.expect(201);
});
