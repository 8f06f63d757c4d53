//! Nobody is registered twice, and what nobody does to their own entry: end the last administration, choose an age.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

/// A number whose digits and check are right, and nobody's: the area does not exist.
const NUMBER: &str = "370000194803020024";

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

async fn refused(world: &World, who: &str, path: &str, body: Value) -> (String, String) {
    let refused = world.api(who).post(path, body).await.expect(422).json();
    (text(&refused, "code").to_owned(), text(&refused, "field").to_owned())
}

db_test!(nobody_is_registered_twice, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let new = |name: &str, phone: Option<&str>, number: Option<&str>, place: &str| json!({ "name": name, "place": place, "phone": phone, "identity_number": number });
    let (here, beside) = ("371722003003", "371722003004");
    let path = "/api/v1/people";
    world.api("community").post(path, new("刘新来", Some("13911112222"), Some(NUMBER), here)).await.expect(201);
    for (name, phone, number, place, expected) in [
        ("刘新来", Some("13911112222"), None, here, ("person-registered", "")),
        ("刘新来", None, Some(NUMBER), here, ("person-registered", "")),
        // Wherever it is: who moved is found and not entered again.
        ("刘新来", Some("13911112222"), None, beside, ("person-registered", "")),
        ("刘别人", None, Some(NUMBER), here, ("intake-other-name", "identity_number")),
        ("刘新来", None, Some("370000194803020021"), here, ("id-number-check", "identity_number")),
    ] {
        let (code, field) = refused(&world, "social", path, new(name, phone, number, place)).await;
        assert_eq!((code.as_str(), field.as_str()), expected, "{name} {phone:?} {number:?} {place}");
    }
    let found = world.api("community").get("/api/v1/people?q=13911112222").await.expect(200).json();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
    // A household shares a telephone: on its page one reads whom it signs in.
    let mut browser = world.browser("community").await;
    let page = "/people/new";
    let wife = [("name", "钱阿姨"), ("place", "黄楼社区"), ("phone", "13911112222")];
    let done = browser.submit(page, page, &wife).await.expect(303).location.expect("her page");
    let said = "这个号码先登记在别人名下";
    assert!(browser.get(&done).await.expect(200).text.contains(said));
    let again = browser.submit(page, page, &wife).await.expect(422).text;
    assert!(again.contains("这个人已经登记过") && again.contains("value=\"钱阿姨\""), "{again}");
    let other = [("name", "钱阿姨"), ("place", "黄楼社区"), ("phone", "13911113333")];
    let done = browser.submit(page, page, &other).await.expect(303).location.expect("a page");
    assert!(!browser.get(&done).await.expect(200).text.contains(said), "her own number signs in her");
});

db_test!(a_place_is_never_without_an_administrator, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let own = |name: &str| format!("/api/v1/people/{}", world.person(name));
    let admin = world.api("admin").get(&own("admin")).await.expect(200).json();
    let end = format!("/api/v1/memberships/{}/end", text(&admin["memberships"][0], "id"));
    let last = ("membership-last-administrator".to_owned(), String::new());
    assert_eq!(refused(&world, "admin", &end, json!({})).await, last);
    // One of a part of the place, one whose time has come to an end, and somebody else altogether are no help.
    let roles = |name: &str| format!("{}/memberships", own(name));
    let county = json!({ "role": "administrator", "place": "371722" });
    world.api("admin").post(&roles("supervisor"), county).await.expect(201);
    let brief = json!({ "role": "administrator", "place": "3717", "until": "2026-06-08T10:00:00+08:00" });
    world.api("admin").post(&roles("inspector"), brief).await.expect(201);
    world.pass(90);
    assert_eq!(refused(&world, "admin", &end, json!({})).await, last);
    // The county's may end: the city's administers the county, too.
    let supervisor = world.api("admin").get(&own("supervisor")).await.expect(200).json();
    let given = supervisor["memberships"].as_array().into_iter().flatten().find(|m| m["role"] == "administrator");
    let given = text(given.expect("the role of the county"), "id").to_owned();
    world.api("admin").post(&format!("/api/v1/memberships/{given}/end"), json!({})).await.expect(200);
    let whole = json!({ "role": "administrator", "place": "3717" });
    world.api("admin").post(&roles("auditor"), whole).await.expect(201);
    world.api("admin").post(&end, json!({})).await.expect(200);
});

db_test!(a_role_is_given_for_time_to_come, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = format!("/api/v1/people/{}/memberships", world.person("neighbour"));
    let grid = |until: &str| json!({ "role": "grid_member", "place": "371722003003", "until": until });
    let over = refused(&world, "admin", &path, grid("2026-06-07T23:59:59+08:00")).await;
    assert_eq!(over, ("appoint-over".into(), "until".into()));
    let far = refused(&world, "admin", &path, grid("2046-06-09T23:59:59+08:00")).await;
    assert_eq!(far, ("appoint-far".into(), "until".into()));
    let page = format!("/people/{}", world.person("neighbour"));
    let fields = [("role", "grid_member"), ("place", "黄楼社区"), ("until", "9999-12-31")];
    let shown = world.browser("admin").await.submit(&page, &format!("{page}/roles"), &fields).await.expect(422).text;
    assert!(shown.contains("href=\"#until\"") && !shown.contains("date-unreadable"), "{shown}");
    world.api("admin").post(&path, grid("2026-06-09T00:00:00+08:00")).await.expect(201);
});

db_test!(a_minor_does_not_choose_an_age, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let child = json!({ "name": "陈小", "place": "371722003003", "phone": "13911114444", "birth_date": "2012-03-02" });
    let child = text(&world.api("community").post("/api/v1/people", child).await.expect(201).json(), "id").to_owned();
    let mut browser = world.visitor().sign_in("13911114444").await;
    let edit = format!("/people/{child}/edit");
    let older = [("name", "陈小"), ("birth_date", "1990-03-02")];
    let refused = browser.submit(&edit, &edit, &older).await.expect(422).text;
    assert!(refused.contains("href=\"#birth_date\"") && refused.contains("由看过证件的工作人员更改"), "{refused}");
    let named = [("name", "陈小小"), ("birth_date", "2012-03-02")];
    browser.submit(&edit, &edit, &named).await.expect(303);
    // Staff have seen the document, and an adult is their own guardian.
    let seen = json!({ "name": "陈小小", "birth_date": "2011-03-02", "version": 2 });
    world.api("community").post(&format!("/api/v1/people/{child}/correction"), seen).await.expect(200);
    let own = json!({ "name": "张桂兰", "birth_date": "1975-05-21", "version": 1 });
    world.api("zhang").post(&format!("/api/v1/people/{}/correction", world.person("zhang")), own).await.expect(200);
});

db_test!(who_leads_a_team_comes_back_to_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let team = format!("/organisations/{}", world.team);
    let mut leader = world.browser("leader").await;
    leader.submit(&team, &format!("{team}/members"), &[("phone", "13800000003"), ("agreed", "yes")]).await.expect(303);
    let members = world.api("leader").get(&format!("/api/v1{team}")).await.expect(200).json();
    let li = members["members"].as_array().into_iter().flatten().find(|member| member["name"] == "李建国");
    let page = format!("/memberships/{}", text(li.expect("taken in"), "id"));
    let ended = leader.submit(&page, &format!("{page}/end"), &[]).await.expect(303);
    assert_eq!(ended.location.as_deref(), Some(team.as_str()));
    leader.get(&team).await.expect(200);
});

db_test!(the_home_that_is_typed_anew_is_the_home_that_is_known, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let grid = format!("/api/v1/places/{}/grids", world.huanglou);
    let grid = world.api("community").post(&grid, json!({ "name": "第一网格" })).await.expect(201).json();
    let new = json!({ "name": "刘新来", "place": text(&grid, "code"), "phone": "13911112222", "address": "3 号楼 2 单元 401" });
    world.api("community").post("/api/v1/people", new).await.expect(201);
    let mut resident = world.visitor().sign_in("13911112222").await;
    resident.submit("/help/new/who?type=repairs", "/help/new/who", &[("relation", "self")]).await.expect(303);
    resident.submit("/help/new/what", "/help/new/what", &[("what", "楼道灯坏了"), ("when", "today")]).await.expect(303);
    let at = "/help/new/where";
    resident.submit(at, at, &[("place", "没有这个村"), ("place_id", "")]).await.expect(422);
    resident.submit(at, at, &[("place", "黄楼社区"), ("place_id", "")]).await.expect(303);
    let sent =
        resident.submit("/help/new/check", "/help/new/check", &[]).await.expect(303).location.expect("a receipt");
    let receipt = resident.get(&sent).await.expect(200).text;
    assert!(receipt.contains("3 号楼 2 单元 401"), "the door that is known: {receipt}");
    // Another community is another place, where no door is known.
    resident.submit("/help/new/who?type=repairs", "/help/new/who", &[("relation", "self")]).await.expect(303);
    resident.submit("/help/new/what", "/help/new/what", &[("what", "路灯坏了"), ("when", "today")]).await.expect(303);
    resident.submit(at, at, &[("place", "东关社区"), ("place_id", "")]).await.expect(303);
    let sent =
        resident.submit("/help/new/check", "/help/new/check", &[]).await.expect(303).location.expect("a receipt");
    let receipt = resident.get(&sent).await.expect(200).text;
    assert!(receipt.contains("东关社区") && !receipt.contains("3 号楼 2 单元 401"), "{receipt}");
});

db_test!(all_that_is_wrong_with_a_registration_is_told_at_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // The number is a woman's, born on 2 March 1948.
    let new = json!({ "name": "刘新来", "place": "371722003003", "phone": "123", "identity_number": NUMBER, "sex": "male",
        "birth_date": "1949-03-02" });
    let said = world.api("community").post("/api/v1/people", new).await.expect(422).json();
    let codes = said["errors"].as_array().into_iter().flatten().map(|one| (text(one, "code"), text(one, "field")));
    let expected = [("phone", "phone"), ("id-number-other-birth", "birth_date"), ("id-number-other-sex", "sex")];
    assert_eq!(codes.collect::<Vec<_>>(), expected);
    assert!(said["errors"][1]["detail"].as_str().is_some_and(|detail| detail.contains("出生日期")), "{said}");
    let mut browser = world.browser("community").await;
    let page = "/people/new";
    let typed = [
        ("name", ""),
        ("place", "黄楼社区"),
        ("phone", "123"),
        ("identity_number", NUMBER),
        ("sex", "male"),
        ("birth_date", "1949-03-02"),
    ];
    let drawn = browser.submit(page, page, &typed).await.expect(422).text;
    for said in ["href=\"#name\"", "href=\"#phone\"", "href=\"#birth_date\"", "性别和身份证号码里的"] {
        assert!(drawn.contains(said), "{said}: {drawn}");
    }
    // What is corrected later is held against the number too, without saying what it is.
    let right = json!({ "name": "刘新来", "place": "371722003003", "identity_number": NUMBER });
    let made = world.api("community").post("/api/v1/people", right).await.expect(201).json();
    assert_eq!((&made["birth_date"], &made["phone_shared"]), (&json!("1948-03-02"), &json!(false)));
    let path = format!("/api/v1/people/{}/correction", text(&made, "id"));
    for (field, value, code) in
        [("birth_date", "1949-03-02", "id-number-other-birth"), ("sex", "male", "id-number-other-sex")]
    {
        let mut wrong = json!({ "name": "刘新来", "version": made["version"] });
        wrong[field] = json!(value);
        assert_eq!(refused(&world, "community", &path, wrong).await, (code.to_owned(), field.to_owned()));
    }
    let fits = json!({ "name": "刘新来", "version": made["version"], "sex": "female", "birth_date": "1948-03-02" });
    world.api("community").post(&path, fits).await.expect(200);
});

db_test!(whoever_shares_a_telephone_is_found_by_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let new = |name: &str, place: &str| json!({ "name": name, "place": place, "phone": "13911110002" });
    let api = world.api("social");
    for (name, place, shared) in
        [("钱大爷", "371722003003", false), ("钱阿姨", "371722003003", true), ("钱小妹", "371722003004", true)]
    {
        let made = api.post("/api/v1/people", new(name, place)).await.expect(201).json();
        assert_eq!(made["phone_shared"], shared, "{made}");
    }
    // Another number that looks the same once it is masked.
    let other = json!({ "name": "路人", "place": "371722003003", "phone": "13922220002" });
    api.post("/api/v1/people", other).await.expect(201);
    let names = |found: &Value| {
        let items = found["items"].as_array().into_iter().flatten();
        items.map(|one| text(one, "name").to_owned()).collect::<Vec<_>>()
    };
    let found = api.get("/api/v1/people?q=13911110002").await.expect(200).json();
    assert_eq!(names(&found), ["钱大爷", "钱小妹", "钱阿姨"], "whom it signs in, then the newest");
    let page = world.browser("social").await.get("/people?q=139%201111%200002").await.expect(200).text;
    assert!(["钱大爷", "钱阿姨", "钱小妹"].iter().all(|name| page.contains(name)) && !page.contains("路人"), "{page}");
    // Nobody finds whom they may not see.
    let far = world.api("far").get("/api/v1/people?q=13911110002").await.expect(200).json();
    assert_eq!(names(&far), Vec::<String>::new());
});

db_test!(whoever_corrects_nobody_gets_no_form_for_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let page = format!("/people/{}/edit", world.person("zhang"));
    for (name, status) in [("admin", 403), ("community", 200), ("grid", 200), ("zhang", 200), ("li", 404)] {
        world.browser(name).await.get(&page).await.expect(status);
    }
});

db_test!(
    what_lies_out_of_reach_is_said_at_the_place_and_nothing_typed_is_lost,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let mut community = world.browser("community").await;
        let not_yours = "“东关社区”不在您负责的范围里";
        for (page, more) in [
            ("/people/new", &[("name", "钱阿姨")][..]),
            ("/organisations/new", &[("name", "钱阿姨"), ("kind", "team")]),
            ("/desk/call", &[("what", "钱阿姨"), ("caller_phone", "13911112222")]),
            ("/desk/call", &[("what", "钱阿姨"), ("do", "look")]),
        ] {
            let fields = [more, &[("place", "东关社区")]].concat();
            let refused = community.submit(page, page, &fields).await.expect(422).text;
            assert!(refused.contains(not_yours) && refused.contains("钱阿姨"), "{page}: {refused}");
        }
        let printed = [("form", "need"), ("count", "7"), ("place", "东关社区")];
        let refused = community.submit("/paper", "/paper", &printed).await.expect(422).text;
        assert!(refused.contains(not_yours) && refused.contains("value=\"7\""), "{refused}");
        let english =
            community.submit("/en/people/new", "/en/people/new", &[("place", "东关社区")]).await.expect(422).text;
        assert!(english.contains("lies outside the area you answer for"), "{english}");
        // Their own places are theirs as ever, and a call-taker's are those of the county.
        let here = [("name", "钱阿姨"), ("place", "黄楼社区")];
        community.submit("/people/new", "/people/new", &here).await.expect(303);
        let looks = [("do", "look"), ("place", "东关社区")];
        world.browser("call").await.submit("/desk/call", "/desk/call", &looks).await.expect(200);
    }
);
