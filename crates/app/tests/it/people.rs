//! The register: who finds whom, who gives which role, how one becomes a volunteer and stops.

use app::testing::world;
use db::db_test;
use serde_json::{Value, json};

fn items(list: &Value) -> &[Value] {
    list["items"].as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

db_test!(a_newcomer_joins_with_the_phone_they_have, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut stranger = world.visitor();
    stranger.submit("/login", "/login", &[("phone", "13911112222")]).await.expect(303);
    let outbox = world.visitor().get("/demo/outbox").await.expect(200).text;
    let code: String = outbox.split("data-code=\"").nth(1).unwrap().chars().take(6).collect();
    let proved = stranger.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(303);
    assert_eq!(proved.location.as_deref(), Some("/join?back=%2F"));
    let nameless = [("name", " "), ("place", "黄楼社区")];
    let refused = stranger.submit("/join", "/join", &nameless).await.expect(422);
    assert!(refused.text.contains("value=\"黄楼社区\""), "what was typed stays: {}", refused.text);
    stranger.submit("/join", "/join", &[("name", "刘新来"), ("place", "没有这个村")]).await.expect(422);
    stranger.submit("/join", "/join", &[("name", "刘新来"), ("place", "黄楼社区")]).await.expect(303);
    let me = stranger.get("/me").await.expect(200);
    assert!(me.text.contains("刘新来"), "{}", me.text);
    // They are there, and can sign in again.
    let found = world.api("community").get("/api/v1/people?q=13911112222").await.expect(200).json();
    assert_eq!(text(&items(&found)[0], "name"), "刘新来");
    world.visitor().sign_in("13911112222").await.get("/me").await.expect(200);
});

db_test!(nobody_joins_without_having_shown_a_phone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let stranger = world.visitor();
    assert_eq!(stranger.get("/join").await.expect(303).location.as_deref(), Some("/login"));
});

db_test!(people_are_found_by_those_whose_part_of_the_tree_they_live_in, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let found = |asker: &'static str, query: &'static str| {
        let client = world.api(asker);
        async move { items(&client.get(&format!("/api/v1/people?q={query}")).await.expect(200).json()).len() }
    };
    let name = "%E5%BC%A0%E6%A1%82%E5%85%B0"; // 张桂兰
    for (asker, query, expected) in [
        ("community", name, 1),
        ("social", name, 1),
        ("admin", name, 1),
        // 张桂兰 and 朱管理.
        ("call", "zgl", 2),
        ("call", "13800000001", 1),
        ("far", name, 0),
        ("far", "13800000001", 0),
        ("li", name, 0),
        ("leader", "13800000001", 0),
        ("inspector", name, 0),
    ] {
        assert_eq!(found(asker, query).await, expected, "{asker} {query}");
    }
    let person = world.person("zhang");
    world.api("far").get(&format!("/api/v1/people/{person}")).await.expect(404);
    let own = world.api("zhang").get(&format!("/api/v1/people/{person}")).await.expect(200).json();
    assert_eq!(text(&own, "phone"), "138****0001");
});

db_test!(staff_register_correct_and_call_a_resident, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut worker = world.browser("community").await;
    let fields =
        [("name", "钱大爷"), ("place", "黄楼社区"), ("phone", "13955556666"), ("address", "8 号楼 1 单元 101")];
    let done = worker.submit("/people/new", "/people/new", &fields).await.expect(303);
    let page = done.location.unwrap();
    let shown = worker.get(&page).await.expect(200).text;
    assert!(shown.contains("139****6666") && !shown.contains("13955556666"), "{shown}");
    let called = worker.submit(&page, &format!("{page}/contact"), &[]).await.expect(200).text;
    assert!(called.contains("13955556666") && called.contains("8 号楼 1 单元 101"), "{called}");
    let his = world.visitor().sign_in("13955556666").await;
    let readers = his.get("/me/readers").await.expect(200).text;
    assert!(readers.contains("郑主任"), "he sees who looked: {readers}");
    // A correction made on an old page is refused, and what was typed stays.
    let edit = format!("{page}/edit");
    let old = worker.get(&edit).await.expect(200).text;
    worker.send_form(&old, &edit, &[("name", "钱大伯"), ("group", "")]).await.expect(303);
    let fresh_key = [("name", "钱老伯"), ("group", ""), ("_key", "another-drawing")];
    let conflict = worker.send_form(&old, &edit, &fresh_key).await.expect(409);
    assert!(conflict.text.contains("value=\"钱老伯\""), "{}", conflict.text);
});

db_test!(a_number_moves_with_its_owner_and_is_nobody_elses, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let correct = |phone: &str| json!({ "name": "张桂兰", "phone": phone, "version": 1 });
    let to = format!("/api/v1/people/{zhang}/correction");
    let taken = world.api("community").post(&to, correct("13800000002")).await.expect(422).json();
    assert_eq!(text(&taken, "code"), "phone-taken");
    let own = world.api("zhang").post(&to, correct("13955557777")).await.expect(422).json();
    assert_eq!(text(&own, "code"), "phone-own");
    world.api("community").post(&to, correct("13955557777")).await.expect(200);
    world.visitor().sign_in("13955557777").await.get("/me").await.expect(200);
    let found = world.api("community").get("/api/v1/people?q=13800000001").await.expect(200).json();
    assert_eq!(items(&found).len(), 0, "the old number is free");
});

db_test!(one_becomes_a_volunteer_says_when_and_stops, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let free = [("free", "6-morning"), ("free", "6-afternoon")];
    zhang.submit("/me/volunteer", "/me/volunteer", &free).await.expect(303);
    let person = format!("/api/v1/people/{}", world.person("zhang"));
    let seen = world.api("zhang").get(&person).await.expect(200).json();
    assert_eq!(seen["volunteering"]["week"], json!([{ "weekday": 6, "from": 480, "until": 1080 }]));
    let again = world.api("zhang").post(&format!("{person}/volunteering"), json!({})).await.expect(422).json();
    assert_eq!(text(&again, "code"), "volunteer-already");
    let change = json!({ "week": [], "quiet_until": "2026-07-01T00:00:00+08:00" });
    world.api("zhang").post(&format!("{person}/availability"), change).await.expect(200);
    // Nobody registers another (山东省志愿服务条例 第十一条), and nobody says when another is free.
    let other = format!("/api/v1/people/{}", world.person("neighbour"));
    world.api("community").post(&format!("{other}/volunteering"), json!({})).await.expect(403);
    world.api("leader").post(&format!("{other}/availability"), json!({})).await.expect(404);
    let membership = text(&seen["memberships"][0], "id").to_owned();
    let ended = world.api("zhang").post(&format!("/api/v1/memberships/{membership}/end"), json!({})).await.expect(200);
    assert_eq!(text(&ended.json(), "id"), membership);
    assert!(ended.json()["until"].is_string(), "{}", ended.text);
    let seen = world.api("zhang").get(&person).await.expect(200).json();
    assert_eq!(seen["volunteering"]["active"], json!(false));
    // And may come back.
    world.api("zhang").post(&format!("{person}/volunteering"), json!({})).await.expect(201);
});

db_test!(roles_are_given_and_ended_by_those_who_may, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let to = |name: &str| format!("/api/v1/people/{}/memberships", world.person(name));
    let grid = json!({ "role": "grid_member", "place": "371722003003" });
    world.api("community").post(&to("neighbour"), grid.clone()).await.expect(422);
    let given = world.api("admin").post(&to("neighbour"), grid).await.expect(201).json();
    let membership = text(&given["memberships"][0], "id").to_owned();
    let end = format!("/api/v1/memberships/{membership}/end");
    world.api("far").post(&end, json!({})).await.expect(404);
    world.api("admin").post(&end, json!({})).await.expect(200);
    let again = world.api("admin").post(&end, json!({})).await.expect(422).json();
    assert_eq!(text(&again, "code"), "membership-ended");
    // A leader takes a volunteer into the team, by page.
    let mut leader = world.browser("leader").await;
    let team = format!("/organisations/{}", world.team);
    leader.submit(&team, &format!("{team}/members"), &[("phone", "13800000003"), ("agreed", "yes")]).await.expect(303);
    let unknown = [("phone", "13899990000")];
    leader.submit(&team, &format!("{team}/members"), &unknown).await.expect(422);
    let members = world.api("leader").get(&format!("/api/v1/organisations/{}", world.team)).await.expect(200).json();
    let names: Vec<&str> = members["members"].as_array().unwrap().iter().map(|m| text(m, "name")).collect();
    assert_eq!(names, ["陈队", "李建国"]);
    world.api("li").get(&format!("/api/v1/organisations/{}", world.team)).await.expect(404);
});

db_test!(a_membership_ends_after_a_question_and_a_team_keeps_its_leader, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let team = format!("/organisations/{}", world.team);
    let mut leader = world.browser("leader").await;
    leader.submit(&team, &format!("{team}/members"), &[("phone", "13800000003"), ("agreed", "yes")]).await.expect(303);
    let members = world.api("leader").get(&format!("/api/v1{team}")).await.expect(200).json();
    let page_of = |n: usize| format!("/memberships/{}", text(&members["members"][n], "id"));
    let (own, member) = (page_of(0), page_of(1));
    let shown = leader.get(&team).await.expect(200).text;
    assert!(!shown.contains("name=\"leads\""), "{shown}");
    assert!(shown.contains(&format!("href=\"{member}\"")) && !shown.contains(&format!("action=\"{member}")), "{shown}");
    for stranger in ["wang", "far"] {
        world.browser(stranger).await.get(&member).await.expect(404);
    }

    // The only leader of a team that has members stays, by page and by API.
    let refused = leader.get(&own).await.expect(200).text;
    assert!(refused.contains("只有这一位队长") && !refused.contains(&format!("{own}/end")), "{refused}");
    let before = world.events().await;
    let end = format!("/api/v1{own}/end");
    assert_eq!(text(&world.api("leader").post(&end, json!({})).await.expect(422).json(), "code"), "team-last-leader");
    assert_eq!(world.events().await, before);
    let staff = world.browser("community").await.get(&own).await.expect(200).text;
    assert!(staff.contains("就没有队长了") && staff.contains(&format!("{own}/end")), "{staff}");

    // A member goes after a question, and the leader is still where they may look.
    let question = leader.get(&member).await.expect(200).text;
    assert!(question.contains("李建国") && question.contains("不再是这支队的人"), "{question}");
    let ended = leader.send_form(&question, &format!("{member}/end"), &[]).await.expect(303);
    assert_eq!(ended.location.as_deref(), Some(team.as_str()));
    assert!(!leader.get(&team).await.expect(200).text.contains("李建国"));
    // By the API, too, a leader hears of the membership, and not of the whole person.
    leader.submit(&team, &format!("{team}/members"), &[("phone", "13800000003"), ("agreed", "yes")]).await.expect(303);
    let members = world.api("leader").get(&format!("/api/v1{team}")).await.expect(200).json();
    let id = text(&members["members"][1], "id");
    let ended = world.api("leader").post(&format!("/api/v1/memberships/{id}/end"), json!({})).await.expect(200).json();
    assert_eq!((text(&ended, "id"), text(&ended, "role")), (id, "volunteer"));
    assert!(
        ended["until"].is_string() && ended.get("phone").is_none() && ended.get("memberships").is_none(),
        "{ended}"
    );
    // Whoever was taken in may leave again, from where the team is shown.
    leader.submit(&team, &format!("{team}/members"), &[("phone", "13800000003"), ("agreed", "yes")]).await.expect(303);
    let mut li = world.browser("li").await;
    let own_page = li.get("/me/volunteer").await.expect(200).text;
    let from = own_page.find("/memberships/").map(|start| &own_page[start..]).and_then(|rest| rest.split('"').next());
    let leave = from.expect("a way out of the team").to_owned();
    li.submit(&leave, &format!("{leave}/end"), &[]).await.expect(303);
    assert!(!leader.get(&team).await.expect(200).text.contains("李建国"));
    // Of a team of nobody else the leader may go.
    leader.submit(&own, &format!("{own}/end"), &[]).await.expect(303);
    leader.get("/me").await.expect(200);
});

db_test!(a_certificate_counts_when_somebody_else_has_seen_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let to = format!("/api/v1/people/{}/credentials", world.person("li"));
    let aid =
        json!({ "skill": "first_aid", "issuer": "市红十字会", "valid_from": "2026-03-01", "valid_to": "2029-02-28" });
    let own = world.api("li").post(&to, aid).await.expect(201).json();
    assert_eq!(own["credentials"][0]["verified_on"], Value::Null);
    let id = text(&own["credentials"][0], "id").to_owned();
    world.api("li").post(&format!("/api/v1/credentials/{id}/verification"), json!({})).await.expect(403);
    world.api("far").post(&format!("/api/v1/credentials/{id}/verification"), json!({})).await.expect(404);
    let seen = world.api("social").post(&format!("/api/v1/credentials/{id}/verification"), json!({})).await.expect(200);
    assert_eq!(seen.json()["credentials"][0]["verified_on"], json!("2026-06-08"));
    let gone = world.api("social").post(&format!("/api/v1/credentials/{id}/withdrawal"), json!({})).await.expect(200);
    assert_eq!(gone.json()["credentials"][0]["withdrawn_on"], json!("2026-06-08"));
});

db_test!(a_doubtful_credit_code_is_kept_once_somebody_says_so, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut worker = world.browser("community").await;
    let fields =
        [("kind", "shop"), ("name", "黄楼便民超市"), ("place", "黄楼社区"), ("credit_code", "92371722MA3KXXXX0A")];
    let asked = worker.submit("/organisations/new", "/organisations/new", &fields).await.expect(422);
    assert!(asked.text.contains("credit_code_confirmed"), "{}", asked.text);
    let confirmed: Vec<_> = fields.into_iter().chain([("credit_code_confirmed", "yes")]).collect();
    let done = worker.submit("/organisations/new", "/organisations/new", &confirmed).await.expect(303);
    worker.get(&done.location.unwrap()).await.expect(200);
});

db_test!(a_program_learns_whose_token_it_has, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let me = world.api("social").get("/api/v1/me").await.expect(200).json();
    assert_eq!((&me["id"], &me["name"]), (&json!(world.person("social").to_string()), &json!("周社工")));
    let role = json!({ "role": "social_worker", "place": { "code": "371722", "name": "单县" }, "organisation": null,
        "organisation_name": "", "since": "2026-06-08T09:00:00+08:00", "until": null });
    assert_eq!((&me["roles"], &me["acting_for"], &me["scopes"]), (&json!([role]), &Value::Null, &json!(["*"])));
    let clerk = world.api("clerk").get("/api/v1/me").await.expect(200).json();
    assert_eq!(clerk["roles"][0]["organisation_name"], "单县住房和城乡建设局");
    assert_eq!(world.api("zhang").get("/api/v1/me").await.expect(200).json()["roles"], json!([]));
    world.visitor().get("/api/v1/me").await.expect(401);
    // Whoever acts for another does so with no role of their own.
    let zhang = world.person("zhang");
    let asked = json!({ "delegate_phone": "13800000007", "delegate_name": "周社工", "kinds": ["need"] });
    crate::mandates_agreed::agreed(&world, (&world.api("zhang"), zhang), "social", asked).await;
    let acting = world.api("social").for_another(zhang).get("/api/v1/me").await.expect(200).json();
    assert_eq!(acting["acting_for"], json!({ "id": zhang.to_string(), "name": "张桂兰" }));
    assert_eq!((&acting["name"], &acting["roles"]), (&json!("周社工"), &json!([])));
});

/// The people of a page of the register, and where the next page is.
fn people_page(html: &str) -> (Vec<String>, Option<String>) {
    let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let people = links.filter(|link| link.starts_with("/people/per_")).map(str::to_owned).collect();
    let next = html.split("<a ").find(|tag| tag.contains("rel=\"next\"")).and_then(|tag| tag.split('"').nth(1));
    (people, next.map(|link| link.replace("&#38;", "&").replace("&amp;", "&")))
}

db_test!(the_register_goes_on_page_by_page_and_keeps_what_was_sought, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for n in 0..60 {
        let new = json!({ "name": format!("钱{}", ["一", "二", "三", "四", "五"][n % 5]), "place": "371722003003" });
        world.api("community").post("/api/v1/people", new).await.expect(201);
        world.pass(1);
    }
    let community = world.browser("community").await;
    for (start, all) in [("/people", 76), ("/people?q=%E9%92%B1", 60)] {
        let first = community.get(start).await.expect(200).text;
        let (mut seen, next) = people_page(&first);
        let next = next.expect("a next page");
        assert_eq!(seen.len(), 50, "{start}");
        assert_eq!(next.contains("q=%E9%92%B1"), start.contains("q="), "what was sought stays: {next}");
        let second = community.get(&next).await.expect(200).text;
        let (more, end) = people_page(&second);
        assert_eq!((more.len(), end), (all - 50, None), "{start}");
        assert!(second.contains("回第一页"), "{second}");
        seen.extend(more);
        let several = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), several, "nobody stands twice");
    }
    community.get("/people?cursor=nonsense").await.expect(400);
    // An empty cursor is none, as in an address whose field was left open.
    for start in ["/api/v1/people", "/api/v1/people?cursor="] {
        let page = world.api("community").get(start).await.expect(200).json();
        assert_eq!((items(&page).len(), &page["next"]), (76, &Value::Null), "{start}");
    }
    world.api("community").get("/api/v1/matters?cursor=").await.expect(200);
});

db_test!(a_masked_address_is_a_place_and_not_a_slip_of_the_pen, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let shown = world.api("community").get(&format!("/api/v1/people/{zhang}")).await.expect(200).json();
    assert_eq!(shown["address"], "黄楼社区");
    let person = world.browser("community").await.get(&format!("/people/{zhang}")).await.expect(200).text;
    assert!(person.contains("黄楼社区，门牌不显示") && !person.contains("3 号楼"), "{person}");
    let edit = world.browser("zhang").await.get(&format!("/people/{zhang}/edit")).await.expect(200).text;
    assert!(edit.contains("登记的门牌在黄楼社区，这里不显示"), "{edit}");
    let me = world.browser("zhang").await.get("/me").await.expect(200).text;
    assert!(me.contains("黄楼社区") && !me.contains("黄楼社区*"), "{me}");
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/help/new/who?type=care", "/help/new/who", &[("relation", "self")]).await.expect(303);
    let place = zhang.get("/help/new/where").await.expect(200).text;
    assert!(place.contains("不填就用您登记的：黄楼社区，门牌已经登记"), "{place}");
});

db_test!(the_contact_button_is_for_whoever_may_see_the_contact, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.person("zhang");
    let path = format!("/people/{zhang}");
    for (name, may) in [
        ("community", true),
        ("social", true),
        ("call", true),
        ("grid", true),
        ("supervisor", false),
        ("inspector", false),
        ("admin", false),
        ("auditor", false),
    ] {
        let mut browser = world.browser(name).await;
        let page = browser.get(&path).await.text;
        assert_eq!(page.contains(&format!("{path}/contact")), may, "{name}: {page}");
        if may {
            browser.send_form(&page, &format!("{path}/contact"), &[]).await.expect(200);
        }
    }
});

db_test!(nobody_is_born_in_time_to_come_nor_ages_ago, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (community, zhang) = (world.api("community"), world.person("zhang"));
    let mut browser = world.browser("community").await;
    let edit = format!("/people/{zhang}/edit");
    for born in ["2040-01-01", "1700-01-01"] {
        let new = json!({ "name": "刘新来", "place": "371722003003", "phone": "13911112222", "birth_date": born });
        let refused = community.post("/api/v1/people", new).await.expect(422).json();
        assert_eq!((text(&refused, "code"), text(&refused, "field")), ("birth-date-range", "birth_date"));
        let page = browser.submit(&edit, &edit, &[("name", "张桂兰"), ("birth_date", born)]).await.expect(422).text;
        assert!(page.contains("href=\"#birth_date\"") && page.contains(born), "{page}");
    }
    let today = [("name", "张桂兰"), ("birth_date", "2026-06-08")];
    browser.submit(&edit, &edit, &today).await.expect(303);
});

db_test!(
    only_roles_that_may_be_given_are_offered_and_the_place_goes_by_its_name,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let li = world.person("li");
        let page = format!("/people/{li}");
        let offered = |text: &str| -> Vec<String> {
            let select =
                text.split("name=\"role\"").nth(1).and_then(|rest| rest.split("</select>").next()).expect("roles");
            select.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        let social = world.browser("social").await;
        let given = offered(&social.get(&page).await.expect(200).text);
        assert_eq!(given, ["", "volunteer", "team_leader"]);
        let mut admin = world.browser("admin").await;
        let drawn = admin.get(&page).await.expect(200).text;
        let all = offered(&drawn);
        assert!(all.contains(&"grid_member".to_owned()) && !all.contains(&"volunteer".to_owned()), "{all:?}");
        let label = drawn.split("<label for=\"place\"").nth(1).and_then(|rest| rest.split("</label>").next());
        assert!(label.is_some_and(|label| !label.contains("选填")), "{label:?}");

        // What is wrong leads to a field that is there, in a fold that is open, with what was typed.
        let roles = format!("{page}/roles");
        for (place, said) in [("", "请"), ("没有这个地方", "没有找到「没有这个地方」")] {
            let fields = [("role", "grid_member"), ("place", place)];
            let refused = admin.submit(&page, &roles, &fields).await.expect(422).text;
            assert!(refused.contains("href=\"#place\"") && refused.contains("id=\"place\""), "{refused}");
            let fold = refused.split("<details").find(|fold| fold.contains("name=\"role\"")).expect("the fold");
            assert!(
                fold.split('>').next().is_some_and(|tag| tag.contains(" open")) && refused.contains(said),
                "{refused}"
            );
        }
        // By name, by township and name, and by code.
        for (role, place) in [("grid_member", "东关社区"), ("call_taker", "园艺街道"), ("inspector", "371722")]
        {
            admin.submit(&page, &roles, &[("role", role), ("place", place)]).await.expect(303);
        }
        let held = admin.get(&page).await.expect(200).text;
        for place in ["园艺街道 东关社区", "<p>园艺街道<br>", "<p>单县<br>"] {
            assert!(held.contains(place), "{place} in {held}");
        }
    }
);

db_test!(a_leader_finds_the_team_its_members_and_their_hours, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let team = format!("/organisations/{}", world.team);
    let social = world.api("social");
    for name in ["li", "leader"] {
        let member = json!({ "role": "volunteer", "organisation": world.team.to_string(), "agreed": true });
        let path = format!("/api/v1/people/{}/memberships", world.person(name));
        if name == "leader" {
            world
                .api(name)
                .post(&format!("/api/v1/people/{}/volunteering", world.person(name)), json!({ "week": [] }))
                .await;
        }
        social.post(&path, member).await.expect(201);
    }
    let leader = world.browser("leader").await;
    for start in ["/", "/me"] {
        assert!(leader.get(start).await.expect(200).text.contains("href=\"/team\""), "{start}");
    }
    let page = leader.get("/team").await.expect(200).text;
    for way in [team.clone(), format!("{team}/hours")] {
        assert!(page.contains(&format!("href=\"{way}\"")), "{way} in {page}");
        leader.get(&way).await.expect(200);
    }
    // Who leads it and serves in it is one member.
    assert!(leader.get(&team).await.expect(200).text.contains("成员 2 人"), "counted once");
    let hours = leader.get(&format!("{team}/hours")).await.expect(200).text;
    assert_eq!(hours.matches(">陈队</td>").count(), 1, "{hours}");
    assert!(hours.contains("李建国"));
    for name in ["zhang", "li", "grid", "far", "admin"] {
        world.browser(name).await.get(&format!("{team}/hours")).await.expect(404);
    }
    assert!(!world.browser("li").await.get("/").await.expect(200).text.contains("href=\"/team\""));
});

db_test!(a_refused_form_leaves_the_others_of_the_page_as_they_are_saved, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut li = world.browser("li").await;
    let (page, skills) = ("/me/volunteer", "/me/volunteer/credentials");
    let free = [("free", "2-morning"), ("free", "4-evening"), ("quiet_until", "2026-07-01")];
    li.submit(page, "/me/volunteer/availability", &free).await.expect(303);
    let ticked = |text: &str| ["2-morning", "4-evening"].map(|day| text.contains(&format!("value=\"{day}\" checked")));
    let certificate = [("skill", "急救"), ("issuer", "市红十字会")];
    let refused = li.submit(page, skills, &certificate).await.expect(422).text;
    assert_eq!(ticked(&refused), [true, true], "{refused}");
    assert!(
        refused.contains("2026-07-01") && refused.contains("市红十字会") && refused.contains("请填写发证日期"),
        "{refused}"
    );
    // The form that was refused shows what was sent, also that nothing is ticked any more.
    let emptied = [("quiet_until", "2026-02-31")];
    let refused = li.submit(page, "/me/volunteer/availability", &emptied).await.expect(422).text;
    assert_eq!(ticked(&refused), [false, false], "{refused}");
    for (day, said) in [("2026-06-07", "这一天已经过去了"), ("2062-06-08", "选 2027-06-09 以前的日子")] {
        let refused = li.submit(page, "/me/volunteer/availability", &[("quiet_until", day)]).await.expect(422).text;
        assert!(refused.contains(said) && refused.contains(&format!("value=\"{day}\"")), "{refused}");
    }
    // What has no certificate needs no day of issue.
    li.submit(page, skills, &[("skill", "修水管")]).await.expect(303);
    let own = li.get(page).await.expect(200).text;
    assert!(own.contains("维修") && ticked(&own) == [true, true], "{own}");
});

db_test!(a_minor_who_joins_is_told_that_a_guardian_signs_and_where, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let says = "监护人和您一起到黄楼社区办理，也可以先打 0530-0000000 问一问";
    let mut zhang = world.browser("zhang").await;
    assert!(!zhang.get("/me/volunteer").await.text.contains(says), "nobody is told before they join");
    let born = json!({ "name": "张桂兰", "birth_date": "2010-03-02", "version": 1 });
    let me = format!("/api/v1/people/{}", world.person("zhang"));
    world.api("community").post(&format!("{me}/correction"), born).await.expect(200);
    let joined = zhang.submit("/me/volunteer", "/me/volunteer", &[]).await.expect(303);
    assert_eq!(joined.location.as_deref(), Some("/me/volunteer"));
    for page in ["/me/volunteer", "/tasks"] {
        let text = zhang.get(page).await.expect(200).text;
        assert!(text.contains(says), "{page}: {text}");
    }
    let whole = world.api("community").get(&me).await.expect(200).json();
    assert_eq!(whole["volunteering"]["guardian_missing"], true, "{whole}");
    let signed = json!({ "guardian_consent_until": "2027-06-30T00:00:00+08:00" });
    let whole = world.api("community").post(&format!("{me}/cover"), signed).await.expect(200).json();
    assert_eq!(whole["volunteering"]["guardian_missing"], false, "{whole}");
    assert!(!zhang.get("/tasks").await.expect(200).text.contains(says));
    // Of an adult nothing is asked.
    let mut sun = world.browser("neighbour").await;
    let joined = sun.submit("/me/volunteer", "/me/volunteer", &[]).await.expect(303);
    assert_eq!(joined.location.as_deref(), Some("/tasks"));
    assert!(!sun.get("/tasks").await.expect(200).text.contains("监护人"));
});
