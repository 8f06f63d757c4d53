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
    for (wrong, said) in [(wrong, "验证码不对"); 4].into_iter().chain([(wrong, "作废了"), (code.as_str(), "作废了")])
    {
        // What can be no code is no wrong one: the page says what the form is, and the tries are left.
        for slip in ["", "12345", "1234567", "abcdef"] {
            let said = thief.submit("/login/code", "/login/code", &[("code", slip)]).await.expect(422).text;
            assert!(said.contains("短信里的 6 位数字"), "{slip}: {said}");
            assert!(slip.is_empty() || said.contains(&format!("value=\"{slip}\"")), "what was typed stays: {said}");
        }
        let refused = thief.submit("/login/code", "/login/code", &[("code", wrong)]).await.expect(422);
        assert!(refused.text.contains(said), "{said}: {}", refused.text);
    }
    // Within the minute nothing new is sent, and nothing says so, wherever it is asked for.
    let asked = thief.submit("/login", "/login", &[("phone", "13800000001")]).await.expect(422);
    assert!(
        asked.text.contains("请过 60 秒再发一条") && asked.text.contains("value=\"13800000001\""),
        "{}",
        asked.text
    );
    let asked = thief.submit("/en/login/code", "/en/login/code", &[("do", "again")]).await.expect(422);
    assert!(asked.text.contains("In 60 seconds another"), "{}", asked.text);
    world.pass(1);
    let asked = thief.submit("/login", "/login", &[("phone", "13800000001")]).await.expect(303);
    assert_eq!(asked.location.as_deref(), Some("/login/code?back=%2F"));
    let code = sent_code(&world).await;
    thief.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(303);
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

db_test!(
    the_way_back_from_the_code_keeps_the_number_and_where_one_was_going,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let mut zhang = world.visitor();
        let (from, phone) = ("/login?back=%2Fhelp%2Fnew%3Ftype%3Dcare", [("phone", "13800000001")]);
        let sent = zhang.submit(from, "/login", &[phone[0], ("back", "/help/new?type=care")]).await.expect(303);
        let code = zhang.get(sent.location.as_deref().unwrap()).await.expect(200).text;
        let back = "/login?back=%2Fhelp%2Fnew%3Ftype%3Dcare&amp;typed=true";
        let back = if code.contains(back) { back.to_owned() } else { back.replace("&amp;", "&#38;") };
        assert!(code.contains(&back), "{code}");
        let page = zhang.get("/login?back=%2Fhelp%2Fnew%3Ftype%3Dcare&typed=true").await.expect(200).text;
        assert!(page.contains("value=\"13800000001\"") && page.contains("/help/new?type=care"), "{page}");
        // Whoever comes another way is shown nobody's number.
        let page = zhang.get("/login?back=%2Fhelp%2Fnew").await.expect(200).text;
        assert!(!page.contains("13800000001"), "{page}");
    }
);

db_test!(a_code_that_does_not_come_is_sent_again_after_a_minute, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.visitor();
    zhang.submit("/login", "/login", &[("phone", "13800000001")]).await.expect(303);
    let first = sent_code(&world).await;
    let again = [("do", "again"), ("back", "/hazard")];
    let soon = zhang.submit("/login/code", "/login/code", &again).await.expect(422).text;
    assert!(soon.contains("请再等 60 秒") && soon.contains("href=\"#again\"") && soon.contains("/hazard"), "{soon}");
    let soon = zhang.submit("/en/login/code", "/en/login/code", &again).await.expect(422).text;
    assert!(soon.contains("seconds more"), "{soon}");
    assert_eq!(sent_code(&world).await, first, "nothing was sent meanwhile");
    world.pass(1);
    let sent = zhang.submit("/login/code", "/login/code", &again).await.expect(303);
    assert_eq!(sent.location.as_deref(), Some("/login/code?back=%2Fhazard"));
    let page = zhang.get(sent.location.as_deref().unwrap()).await.expect(200).text;
    assert!(page.contains("又发了一条验证码"), "{page}");
    let second = sent_code(&world).await;
    if first != second {
        zhang.submit("/login/code", "/login/code", &[("code", &first)]).await.expect(422);
    }
    zhang.submit("/login/code", "/login/code", &[("code", &second)]).await.expect(303);
});

db_test!(whoever_joins_loses_neither_the_proof_nor_what_was_typed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut new = world.visitor();
    new.submit("/login", "/login", &[("phone", "13911112222")]).await.expect(303);
    let code = sent_code(&world).await;
    let to = new.submit("/login/code", "/login/code", &[("code", &code), ("back", "/hazard")]).await.expect(303);
    assert_eq!(to.location.as_deref(), Some("/join?back=%2Fhazard"));
    let typed = [("name", "钱新来"), ("place", "没有这个村")];
    let refused = new.submit("/join?back=/hazard", "/join", &typed).await.expect(422).text;
    assert!(refused.contains("钱新来") && refused.contains("没有这个村"), "{refused}");
    // Left, read in the other language, and come back to: it is all there.
    for path in ["/en/join", "/join?back=/hazard"] {
        let form = new.get(path).await.expect(200).text;
        assert!(form.contains("value=\"钱新来\"") && form.contains("value=\"没有这个村\""), "{path}: {form}");
    }
    let login = new.get("/login?back=/hazard").await.expect(200).text;
    assert!(
        login.contains("139****2222</span>") && login.contains(" 已经验证过") && login.contains("/join?back=%2Fhazard"),
        "{login}"
    );
    // The way back leads over the page of the code, which is used up; what it proved still holds.
    assert!(new.get("/login/code?back=/hazard").await.expect(303).location.unwrap().starts_with("/join"));
    let right = [("name", "钱新来"), ("place", "东关社区"), ("back", "/hazard")];
    let again = new.submit("/join", "/join", &right).await.expect(303);
    assert_eq!(again.location.as_deref(), Some("/hazard"));
    new.get("/me").await.expect(200);
    assert!(!new.get("/login").await.text.contains("已经验证过"), "what is finished is not offered again");
    // On a shared phone the next one finds nothing of it.
    let mut next = world.visitor();
    assert!(next.get("/join").await.expect(303).location.unwrap().ends_with("/login"));
    world.pass(2);
    next.submit("/login", "/login", &[("phone", "13911113333")]).await.expect(303);
    let code = sent_code(&world).await;
    next.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(303);
    assert!(!next.get("/join").await.expect(200).text.contains("钱新来"));
    world.pass(31);
    assert!(next.get("/join").await.expect(303).location.unwrap().ends_with("/login"), "a proof has an end");
});

db_test!(asking_for_a_code_tells_nobody_who_is_registered, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut answers = Vec::new();
    for phone in ["13800000001", "13911112222"] {
        let mut asker = world.visitor();
        let sent = asker.submit("/login", "/login", &[("phone", phone)]).await.expect(303);
        let page = asker.get("/login/code").await.expect(200);
        let drawn = page.text.split("<main").nth(1).unwrap().split("name=\"_").next().unwrap();
        answers.push((
            sent.location,
            drawn
                .replace("138****0001", "?")
                .replace("139****2222", "?")
                .replace("0 0 0 1", "?")
                .replace("2 2 2 2", "?"),
        ));
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

db_test!(
    an_office_behind_one_router_signs_in_at_eight_and_who_guesses_there_does_not,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        with_password(&world.app, world.person("social")).await;
        for _ in 0..25 {
            let good = [("account", "zhou"), ("password", "correct horse 9")];
            world.visitor().submit("/login/staff", "/login/staff", &good).await.expect(303);
        }
        // By telephone: all ask before the first of them types.
        let mut office = Vec::new();
        for n in 0..30 {
            let (mut visitor, phone) = (world.visitor(), format!("139111122{n:02}"));
            visitor.submit("/login", "/login", &[("phone", &phone)]).await.expect(303);
            office.push((visitor, sent_code(&world).await));
            world.pass(1);
            if n % 6 == 5 {
                for (mut visitor, code) in office.drain(..) {
                    visitor.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(303);
                }
            }
        }
        for n in 0..20 {
            let wrong = [("account", &*format!("nobody{n}")), ("password", "guess")];
            world.visitor().submit("/login/staff", "/login/staff", &wrong).await.expect(422);
        }
        let wrong = [("account", "nobody"), ("password", "guess")];
        world.visitor().submit("/login/staff", "/login/staff", &wrong).await.expect(429);
    }
);

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
    // What would be sent is named, and one may look at its page first.
    let title =
        open.split("<h1").nth(1).and_then(|rest| rest.split_once('>')).and_then(|(_, rest)| rest.split('<').next());
    assert!(left.contains(title.expect("a title").trim()) && left.contains("href=\"/help/new"), "{left}");
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
    let refused = zhang.submit("/me/sessions", "/logout", &[("_csrf", "forged")]).await.expect(403).text;
    assert!(refused.contains("这一页过期了") && !refused.contains("这一步由别的人员负责"), "{refused}");
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
        let client = world.client(Some(issue(scope).await));
        client.post("/api/v1/matters", form.clone()).await.expect(expected);
    }
    let nobody = world.client(Some("ht_nonsense".into()));
    nobody.get("/api/v1/matters").await.expect(401);
});

db_test!(a_token_reads_and_changes_what_its_scopes_name, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let list = format!("/api/v1/people/{}/tokens", world.person("social"));
    let with = async |scopes: &[&str]| {
        let wanted = json!({ "name": "narrow", "scopes": scopes });
        let issued = world.api("admin").post(&list, wanted).await.expect(201).json();
        world.client(issued["secret"].as_str().map(str::to_owned))
    };
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    for (scopes, address, expected) in [
        (&["read"][..], "/api/v1/matters", 200),
        (&["read"], "/api/v1/people?q=x", 200),
        (&["matters:read"], "/api/v1/matters", 200),
        (&["matters:read"], "/api/v1/kinds", 200),
        (&["matters:write"], "/api/v1/matters", 200),
        (&["matters:read"], "/api/v1/me", 200),
        (&["matters:read"], "/api/v1/places", 200),
        (&["matters:read"], "/api/v1/people?q=x", 403),
        (&["matters:read"], "/api/v1/tasks?mine=true", 403),
        (&["matters:read", "dispatch:read"], "/api/v1/tasks?mine=true", 200),
        (&["matters:write"], "/api/v1/records?mine=true", 403),
        (&["reports:read"], "/api/v1/matters", 403),
        (&["reports:read"], "/desk", 403),
        (&["read"], "/desk", 200),
    ] {
        let client = with(scopes).await;
        let answered = client.get(address).await;
        assert_eq!(answered.status.as_u16(), expected, "{scopes:?} {address}: {}", answered.text);
        if expected == 403 && address.starts_with("/api/") {
            assert_eq!(answered.json()["code"], "token-scope", "{scopes:?} {address}");
        }
    }
    // What is open to everybody is answered like nobody's, whatever its person would see.
    let own = "/api/v1/reports/needs_raised?place=371722003003&by=month";
    let [anybody, narrow, reads] = [
        world.visitor().get(own).await,
        with(&["matters:read"]).await.get(own).await,
        with(&["reports:read"]).await.get(own).await,
    ]
    .map(|answered| answered.expect(200).json()["items"].clone());
    assert_eq!(narrow, anybody);
    assert_eq!(reads, world.api("social").get(own).await.expect(200).json()["items"]);
    // A token that only reads shows what its person is shown, by whichever verb they see it.
    let zhang = world.person("zhang");
    for address in
        [format!("/api/v1/people/{zhang}"), format!("/api/v1/people/{zhang}/mandates"), "/api/v1/reads".into()]
    {
        let whose = if address.ends_with("reads") { "auditor" } else { "social" };
        let wanted = json!({ "name": "narrow", "scopes": ["people:read", "rights:read"] });
        let tokens = format!("/api/v1/people/{}/tokens", world.person(whose));
        let issued = world.api("admin").post(&tokens, wanted).await.expect(201).json();
        let client = world.client(issued["secret"].as_str().map(str::to_owned));
        let (seen, own) = (client.get(&address).await, world.api(whose).get(&address).await);
        assert_eq!((seen.status.as_u16(), &seen.text), (200, &own.text), "{address}");
    }
    // What is sealed is opened by a token that may write: each opening is written down.
    let need = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "hospital", "what": "陪我复查",
        "when": "today", "address": "3 号楼", "phone": "13800000001" } });
    let need = world.api("zhang").post("/api/v1/matters", need).await.expect(201).json();
    let sealed = format!("/api/v1/matters/{}", need["id"].as_str().unwrap());
    for (scopes, opens) in
        [(&["matters:read"][..], false), (&["read"], false), (&["matters:write"], true), (&["*"], true)]
    {
        let client = with(scopes).await;
        let seen = client.get(&format!("{sealed}?protected=true")).await;
        assert_eq!(seen.status.as_u16(), if opens { 200 } else { 403 }, "{scopes:?}: {}", seen.text);
        assert_eq!(seen.text.contains("陪我复查"), opens, "{scopes:?}: {}", seen.text);
        if !opens {
            assert_eq!(seen.json()["code"], "token-scope", "{scopes:?}");
            assert_eq!(seen.json()["args"], json!({ "scope": "matters:write", "has": scopes.join(", ") }));
        }
        // Who does not ask for it is shown the rest.
        client.get(&format!("{sealed}?protected=false")).await.expect(200);
    }
    // A token that only reads says what it lacks, and changes nothing.
    for scopes in [&["read"][..], &["matters:read"], &["matters:read", "people:write"]] {
        let client = with(scopes).await;
        let before = world.events().await;
        let refused = client.post("/api/v1/matters", hazard.clone()).await.expect(403).json();
        assert_eq!(refused["code"], "token-scope", "{scopes:?}");
        assert_eq!(refused["args"], json!({ "scope": "matters:write", "has": scopes.join(", ") }));
        let detail = refused["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("matters:write") && detail.contains("/me/tokens"), "{detail}");
        assert_eq!(world.events().await, before);
    }
});

db_test!(who_is_not_signed_in_is_told_how_a_program_signs_in, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for client in [world.visitor(), world.client(Some("ht_nonsense".into()))] {
        let refused = client.get("/api/v1/matters").await.expect(401);
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    }
    let refused = world.visitor().post("/api/v1/matters", json!({ "kind": "need" })).await.expect(401);
    assert_eq!(refused.header("connection"), Some("close"), "its body was not read");
    let read = world.api("zhang").post("/api/v1/matters", json!({ "kind": "need" })).await.expect(422);
    assert_eq!(read.header("connection"), None);
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
