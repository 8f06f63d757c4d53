//! The desk: the queue, triage, what is asked with each answer, two people at once, what stays sealed.

use app::matters::actions::{self, New};
use app::testing::{Answered, Client, World, world};
use db::db_test;
use rules::matters::Values;
use serde_json::json;

/// 张桂兰 asks for company to the hospital; the code of her matter.
pub async fn need(world: &World, private: bool) -> String {
    let who = world.actor("zhang").await;
    let place = world.huanglou;
    let held = world
        .app
        .act(&who, (), move |mut tx, who, at, ()| {
            Box::pin(async move {
                let said = [
                    ("category", "hospital"),
                    ("what", "膝盖疼，下楼要人扶"),
                    ("when", "today"),
                    ("address", "3 号楼 2 单元 401"),
                    ("phone", "13800000001"),
                ];
                let values: Values = said.iter().map(|(k, v)| ((*k).to_owned(), vec![(*v).to_owned()])).collect();
                let new = New { kind: "need".into(), place: Some(place), values, private, ..New::default() };
                actions::raise(&mut tx, &who, at, &new).await
            })
        })
        .await
        .expect("a need");
    held.code
}

pub const TRIAGED: &[(&str, &str)] = &[
    ("do", "answer.dispatch"),
    ("level", "day"),
    ("type", "hospital"),
    ("way", "volunteers"),
    ("risks", "two_people"),
];

pub async fn triage(social: &mut Client, code: &str, fields: &[(&str, &str)]) -> Answered {
    social.submit(&format!("/desk/{code}?do=answer.dispatch"), &format!("/desk/{code}/answer"), fields).await
}

db_test!(the_queue_shows_what_waits_and_nothing_to_strangers, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let social = world.browser("social").await;
    let empty = social.get("/desk").await.expect(200);
    assert!(empty.text.contains("没有等着办的事"), "{}", empty.text);
    let code = need(&world, false).await;
    let queue = social.get("/desk").await.expect(200);
    assert!(queue.text.contains(&format!("/desk/{code}")) && queue.text.contains("陪诊"), "{}", queue.text);
    assert!(!queue.text.contains("膝盖疼"), "a list shows nothing sealed");
    for filter in ["kind=hazard", "level=urgent", "place=371722003004", "tab=doing"] {
        let none = social.get(&format!("/desk?{filter}")).await.expect(200);
        assert!(!none.text.contains(&format!("/desk/{code}\"")), "{filter}");
    }
    assert!(social.get("/en/desk").await.expect(200).text.contains("To triage"));
    world.browser("far").await.get(&format!("/desk/{code}")).await.expect(404);
    let far = world.browser("far").await.get("/desk").await.expect(200);
    assert!(!far.text.contains(&code));
    world.browser("li").await.get("/desk").await.expect(403);
    world.browser("grid").await.get(&format!("/desk/{code}")).await.expect(404);
    world.visitor().get("/desk").await.expect(303);
});

db_test!(triage_asks_what_the_kind_wants_and_keeps_what_was_typed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    let missing: Vec<_> = TRIAGED.iter().copied().filter(|(name, _)| *name != "way").collect();
    let refused = triage(&mut social, &code, &[&missing[..], &[("reason", "先陪她去看看")]].concat()).await.expect(422);
    assert!(refused.text.contains("请选服务方式") && refused.text.contains("先陪她去看看"), "{}", refused.text);
    let done = triage(&mut social, &code, TRIAGED).await.expect(303);
    assert_eq!(done.location.as_deref(), Some(format!("/desk/{code}/assign").as_str()));
    let page = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(page.contains("待派") && page.contains("上门要两个人") && page.contains("派给志愿者"), "{page}");
    social
        .submit(
            &format!("/desk/{code}?do=note"),
            &format!("/desk/{code}/note"),
            &[("do", "note"), ("text", "已电话联系")],
        )
        .await
        .expect(303);
    assert!(social.get(&format!("/desk/{code}")).await.text.contains("已电话联系"));
    let bad = [("do", "next-word"), ("next_word_at", "明天")];
    social.submit(&format!("/desk/{code}?do=next-word"), &format!("/desk/{code}/next-word"), &bad).await.expect(422);
    // The page that says so has the address of the form: its links to the other language lead where one can go.
    for (lang, way) in [("", ""), ("/en", "/en")] {
        let gone = social.get(&format!("{lang}/desk/{code}/next-word")).await.expect(303);
        assert_eq!(gone.location.as_deref(), Some(&*format!("{way}/desk/{code}")));
    }
    social.get("/logout").await.expect(405);
    let good = [("do", "next-word"), ("next_word_at", "2026-06-09T10:00")];
    social.submit(&format!("/desk/{code}?do=next-word"), &format!("/desk/{code}/next-word"), &good).await.expect(303);
});

db_test!(two_people_at_once_lose_nothing, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    let path = format!("/desk/{code}?do=note");
    social.submit(&path, &format!("/desk/{code}/note"), &[("do", "note"), ("text", "先记一笔")]).await.expect(303);
    // What the other one had on the screen is a version older.
    let stale = [TRIAGED, &[("version", "0"), ("events", "1"), ("reason", "我写的理由")]].concat();
    let conflict = triage(&mut social, &code, &stale).await.expect(409);
    assert!(conflict.text.contains("刚才有人先改了") && conflict.text.contains("先记一笔"), "{}", conflict.text);
    assert!(conflict.text.contains("我写的理由"), "{}", conflict.text);
    triage(&mut social, &code, TRIAGED).await.expect(303);
    // What cannot be done any more has no form; the words stand on the page, and in no other form.
    let late = [("do", "answer.dispatch"), ("step", "triage"), ("version", "0"), ("reason", "我晚写的理由")];
    let page = format!("/desk/{code}?do=note");
    let gone = social.get(&page).await.expect(200).text.replace("/note\"", "/answer\"");
    let gone = social.send_form(&gone, &format!("/desk/{code}/answer"), &late).await.expect(409).text;
    assert!(
        gone.contains("现在不能「派给志愿者」了") && gone.contains("<dd class=\"value\">我晚写的理由</dd>"),
        "{gone}"
    );
    assert!(!gone.contains("<textarea") && !gone.contains(&format!("action=\"/desk/{code}/answer\"")), "{gone}");
    // Nor when nothing says which version was seen.
    let page = social.get(&page).await.expect(200).text.replace("/note\"", "/answer\"");
    let unsaid = [("do", "answer.dispatch"), ("step", "triage"), ("version", ""), ("reason", "我晚写的理由")];
    let gone = social.send_form(&page, &format!("/desk/{code}/answer"), &unsaid).await.expect(422).text;
    assert!(gone.contains("<dd class=\"value\">我晚写的理由</dd>") && !gone.contains("<textarea"), "{gone}");
});

db_test!(a_number_leads_to_its_matter_open_or_closed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (code, private) = (need(&world, false).await, need(&world, true).await);
    let desk = format!("/desk/{code}");
    let mut social = world.browser("social").await;
    assert!(social.get("/desk").await.expect(200).text.contains("action=\"/desk/number\""));
    let spoken = format!("q {} {}", &code[..4], &code[4..]).to_lowercase().replace(' ', "%20");
    let to = |typed: &str| format!("/desk/number?number={typed}");
    assert_eq!(social.get(&to(&spoken)).await.expect(303).location, Some(desk.clone()));
    let ended = [("do", "answer.no_longer_needed"), ("reason", "儿子回来了")];
    social.submit(&format!("{desk}?do=answer.no_longer_needed"), &format!("{desk}/answer"), &ended).await.expect(303);
    assert_eq!(social.get(&to(&code)).await.expect(303).location, Some(desk));
    // Whoever does not work on it is led to what anybody sees, which of a private one is nothing.
    for typed in [&code, &private] {
        let led = world.browser("far").await.get(&to(typed)).await.expect(303).location;
        assert_eq!(led, Some(format!("/t/{typed}")));
    }
    for wrong in ["", "1234", "0000000000"] {
        assert!(social.get(&to(wrong)).await.expect(422).text.contains("编号"), "{wrong}");
    }
    world.browser("zhang").await.get("/desk/number").await.expect(403);
});

db_test!(opening_sealed_fields_is_written_down, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    let before = social.get(&format!("/desk/{code}")).await.expect(200);
    assert!(!before.text.contains("膝盖疼"));
    let after = social.submit(&format!("/desk/{code}"), &format!("/desk/{code}/protected"), &[]).await.expect(200);
    assert!(after.text.contains("膝盖疼"), "{}", after.text);
    let zhang = world.person("zhang");
    let readers = world.app.read(move |mut tx| Box::pin(async move { app::audit::readers_of(&mut tx, zhang).await }));
    assert!(readers.await.unwrap().iter().any(|r| r.field == "what"));
    // At this step it is the social worker's turn.
    let community = world.browser("community").await.get(&format!("/desk/{code}")).await.expect(200);
    assert!(!community.text.contains("/protected"), "{}", community.text);
});

db_test!(a_private_need_is_for_its_handlers, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, true).await;
    assert!(world.browser("social").await.get("/desk").await.text.contains(&code));
    assert!(!world.browser("community").await.get("/desk").await.text.contains(&code));
    world.browser("community").await.get(&format!("/desk/{code}")).await.expect(404);
});

db_test!(the_inbox_of_grid_and_department, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let clerk = world.browser("clerk").await;
    assert!(clerk.get("/handling").await.expect(200).text.contains("没有等您办的事"));
    let mut social = world.browser("social").await;
    let department = world.department.to_string();
    let handed = [
        ("do", "answer.to_department"),
        ("level", "normal"),
        ("type", "repairs"),
        ("way", "department"),
        ("departments", department.as_str()),
        ("reason", "要修路灯"),
    ];
    let page = format!("/desk/{code}?do=answer.to_department");
    social.submit(&page, &format!("/desk/{code}/answer"), &handed).await.expect(303);
    assert!(clerk.get("/handling").await.expect(200).text.contains(&code));
    let queue = social.get("/desk?tab=doing").await.expect(200).text;
    let row = queue.split("<tbody>").nth(1).and_then(|rest| rest.split("</tbody>").next()).unwrap_or_default();
    assert!(row.contains("单县住房和城乡建设局") && !row.contains("还没有人"), "the unit has it: {queue}");
    clerk.get(&format!("/desk/{code}")).await.expect(200);
    assert!(!world.browser("clerk2").await.get("/handling").await.expect(200).text.contains(&code));
    world.browser("li").await.get("/handling").await.expect(403);
});

db_test!(the_desk_speaks_the_language_of_its_page, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let social = world.browser("social").await;
    let title = |text: &str| text.split("<title>").nth(1).unwrap().split("</title>").next().unwrap().to_owned();
    for path in [
        format!("/desk/{code}"),
        format!("/desk/{code}/assign"),
        "/desk".into(),
        "/handling".into(),
        "/desk/handover".into(),
    ] {
        let page = social.get(&format!("/en{path}")).await.expect(200).text;
        let main = page.split("<main").nth(1).unwrap();
        assert!(!title(&page).contains("陪诊") && !main.contains("陪诊"), "{path}: {page}");
    }
    let page = social.get(&format!("/en/desk/{code}")).await.expect(200).text;
    assert!(title(&page).starts_with("Company to the hospital · 黄楼社区"), "{}", title(&page));
    let page = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(title(&page).starts_with("陪诊 · 黄楼社区"), "{}", title(&page));
});

db_test!(nothing_is_sealed_of_another_where_there_is_none, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let own = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(own.contains("出了什么事") && !own.contains("他/她"), "{own}");
    let other = serde_json::json!({ "kind": "need", "place": "371722003003", "fields": { "category": "care", "what": "腿摔了",
        "when": "today", "relation": "neighbour", "person_name": "刘奶奶", "address": "15 号楼" } });
    let other = world.api("zhang").post("/api/v1/matters", other).await.expect(201).json();
    let code = other["code"].as_str().unwrap().split(' ').next_back().unwrap().to_owned();
    let other = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(other.contains("他/她的姓名"), "{other}");
});

db_test!(a_way_of_service_that_must_be_chosen_says_so, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let code = need(&world, false).await;
    let mut social = world.browser("social").await;
    let several = social.get(&format!("/desk/{code}?do=answer.dispatch")).await.expect(200).text;
    assert!(several.contains("必须选一种"), "{several}");
    let one = social.get(&format!("/desk/{code}?do=answer.answered")).await.expect(200).text;
    assert!(one.contains("value=\"phone\" checked") && !one.contains("必须选一种"), "the only way is chosen: {one}");
    let answer = [("do", "answer.answered"), ("type", "hospital"), ("way", "phone"), ("result", "已经说明")];
    let path = format!("/desk/{code}?do=answer.answered");
    social.submit(&path, &format!("/desk/{code}/answer"), &answer).await.expect(303);
});

db_test!(whoever_works_for_the_city_is_told_the_county, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    need(&world, false).await;
    // An official of the whole city.
    let appointment = serde_json::json!({ "role": "county_official", "place": "3717" });
    let path = format!("/api/v1/people/{}/memberships", world.person("neighbour"));
    world.api("admin").post(&path, appointment).await.expect(201);
    let city = world.browser("neighbour").await;
    let desk = city.get("/desk?place=371722").await.expect(200).text;
    assert!(desk.contains("<span class=\"hint\">单县</span>"), "{desk}");
    let home = city.get("/").await.expect(200).text;
    assert!(home.contains("单县<span class=\"hidden\">，</span><span aria-hidden=\"true\"> · </span>"), "{home}");
    let county = world.browser("social").await.get("/desk").await.expect(200).text;
    assert!(!county.contains("<span class=\"hint\">单县</span>"), "{county}");
});

db_test!(
    who_works_for_the_city_sees_all_of_it_and_goes_from_county_to_county,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        need(&world, false).await;
        world.pass(10);
        let asked = json!({ "kind": "need", "place": "371703001001", "fields": { "category": "errands", "what": "请人买药",
        "when": "today", "address": "5 号楼", "phone": "13800000002" } });
        world.api("neighbour").post("/api/v1/matters", asked).await.expect(201);

        let admin = world.browser("admin").await;
        let start = admin.get("/").await.expect(200).text;
        assert!(start.contains("菏泽市在办"), "{start}");
        let counted = start.split("tab=review").nth(1).and_then(|rest| rest.split("</a>").next()).expect("a count");
        assert!(counted.contains('2'), "both counties: {counted}");
        // The most urgent matters are called as the desk calls them, with its clock.
        let urgent = start.split("跑腿代买").nth(1).and_then(|rest| rest.split("</a>").next()).expect("a matter");
        assert!(urgent.contains("待研判") && urgent.contains("剩") && !urgent.contains("社工正在看"), "{urgent}");

        let whole = |text: &str| {
            let rows = text.split("<tbody>").nth(1).and_then(|rest| rest.split("</tbody>").next()).unwrap_or_default();
            (rows.find("北关社区"), rows.find("黄楼社区"))
        };
        for address in ["/desk", "/desk?place=3717"] {
            let desk = admin.get(address).await.expect(200).text;
            let (second, first) = whole(&desk);
            assert!(first.is_some() && first < second, "by the clock, of whichever county: {desk}");
            assert!(desk.contains("定陶区") && desk.contains("单县"), "each says its county");
            for place in ["3717", "371722", "371703"] {
                assert!(desk.contains(&format!("value=\"{place}\"")), "{place} to choose in {desk}");
            }
        }
        let (one, other) = whole(&admin.get("/desk?place=371722").await.expect(200).text);
        assert!(one.is_none() && other.is_some(), "narrowed to a county");
        let county = world.browser("social").await.get("/desk").await.expect(200).text;
        let (one, other) = whole(&county);
        assert!(one.is_none() && other.is_some() && !county.contains("value=\"371703\""), "{county}");
        world.browser("social").await.get("/desk?place=3717").await.expect(403);
    }
);

/// Looks at both and merges, saying this.
async fn merge(social: &mut Client, one: &str, other: &str, said: &[(&str, &str)]) -> Answered {
    social.submit(&format!("/desk/{one}/merge?into={other}"), &format!("/desk/{one}/merge"), said).await
}

db_test!(what_may_be_one_is_looked_at_side_by_side_first, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (one, other, private) = (need(&world, false).await, need(&world, false).await, need(&world, true).await);
    let mut social = world.browser("social").await;
    let form = social.get(&format!("/desk/{one}?do=merge")).await.expect(200).text;
    assert!(form.contains(&format!("<form method=\"get\" action=\"/desk/{one}/merge\"")), "{form}");
    let look = |into: &str| format!("/desk/{one}/merge?into={into}");
    let page = social.get(&look(&other)).await.expect(200).text;
    for said in [one.as_str(), other.as_str(), "合并后办结", "接着办", "两件是同一个人的", "黄楼社区"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("膝盖疼"), "nothing sealed: {page}");
    let closed = social.get(&format!("/desk/{one}")).await.expect(200).text;
    assert!(closed.contains("?do=merge"), "looking closes nothing");
    for (wrong, words) in [("1234", "没有找到这个编号"), (&*one, "不能和自己合并"), (&*private, "其中一件要求保密")]
    {
        let refused = social.get(&look(wrong)).await.expect(422).text;
        assert!(refused.contains(words) && refused.contains(&format!("value=\"{wrong}\"")), "{wrong}: {refused}");
    }
    social.get(&look("")).await.expect(422);
    let bare = social.get(&format!("/desk/{one}/merge")).await.expect(303).location;
    assert_eq!(bare, Some(format!("/desk/{one}?do=merge#do")));
    // Whoever does not work on it is shown neither.
    world.browser("li").await.get(&look(&other)).await.expect(404);
    world.browser("inspector").await.get(&look(&other)).await.expect(403);
    // What changed meanwhile is looked at again.
    let path = format!("/desk/{other}?do=note");
    let note = [("do", "note"), ("text", "刚打过电话")];
    social.submit(&path, &format!("/desk/{other}/note"), &note).await.expect(303);
    let stale = social.send_form(&page, &format!("/desk/{one}/merge"), &[("do", "merge")]).await.expect(409).text;
    assert!(stale.contains("合并后办结") && stale.contains("action=\"/desk"), "{stale}");
    merge(&mut social, &one, &other, &[]).await.expect(303);
    assert!(social.get(&format!("/desk/{one}")).await.expect(200).text.contains("与另一件合并"));
});

db_test!(needs_of_two_people_become_one_with_a_reason_alone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let one = need(&world, false).await;
    let asked = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "hospital", "what": "陪我去",
        "when": "today", "address": "5 号楼", "phone": "13800000002" } });
    let theirs = world.api("neighbour").post("/api/v1/matters", asked.clone()).await.expect(201).json();
    let code: String = theirs["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let mut social = world.browser("social").await;
    let page = social.get(&format!("/desk/{code}/merge?into={one}")).await.expect(200).text;
    assert!(page.contains("两件不是同一个人的"), "{page}");
    // A reason alone is not enough on the page, and is not lost.
    let unticked = merge(&mut social, &code, &one, &[("reason", "老两口同去")]).await.expect(422).text;
    assert!(unticked.contains("请勾选并写明理由") && unticked.contains("老两口同去"), "{unticked}");
    merge(&mut social, &code, &one, &[("two_people", "yes")]).await.expect(422);
    merge(&mut social, &code, &one, &[("two_people", "yes"), ("reason", "老两口同去")]).await.expect(303);
    assert!(social.get(&format!("/desk/{code}")).await.expect(200).text.contains("老两口同去"));
    let theirs = theirs["id"].as_str().unwrap().to_owned();
    let told = world.api("neighbour").get(&format!("/api/v1/matters/{theirs}")).await.expect(200).text;
    assert!(told.contains("duplicate") && !told.contains("老两口同去"), "staff alone read why: {told}");
    // The API is one call.
    let again = world.api("neighbour").post("/api/v1/matters", asked).await.expect(201).json();
    let first = world.api("zhang").get("/api/v1/matters").await.expect(200).json()["items"][0]["id"].clone();
    let path = format!("/api/v1/matters/{}/merging", again["id"].as_str().unwrap());
    let refused = world.api("social").post(&path, json!({ "into": first })).await.expect(422).json();
    assert_eq!(refused["code"], "merge-two-people", "{refused}");
    world.api("social").post(&path, json!({ "into": first, "reason": "同去" })).await.expect(200);
});

db_test!(a_merged_matter_names_the_other_one, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (one, other) = (need(&world, false).await, need(&world, false).await);
    let mut social = world.browser("social").await;
    merge(&mut social, &one, &other, &[]).await.expect(303);
    let number = format!("Q <span class=\"whole\">{}</span>", rules::shared::code::in_groups(&other));
    let closed = social.get(&format!("/desk/{one}")).await.expect(200).text;
    assert!(closed.contains(&format!("href=\"/desk/{other}\">{number}</a>")), "{closed}");
    let open = social.get(&format!("/desk/{other}")).await.expect(200).text;
    assert!(open.contains(&format!("href=\"/desk/{one}\">")) && open.contains("并进来的"), "{open}");
    let receipt = world.browser("zhang").await.get(&format!("/help/{one}")).await.expect(200).text;
    let hers = format!("href=\"/help/{}\">{number}</a>", rules::shared::code::in_groups(&other));
    assert!(receipt.contains(&hers) && !receipt.contains("还没有定下谁办"), "{receipt}");
    // Another's leads to what anybody may read of it, as whoever follows it does.
    let asked = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "hospital", "what": "陪我去",
        "when": "today", "address": "5 号楼", "phone": "13800000002" } });
    let theirs = world.api("neighbour").post("/api/v1/matters", asked).await.expect(201).json();
    let theirs: String = theirs["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let said = [("two_people", "yes"), ("reason", "同去医院")];
    merge(&mut social, &theirs, &other, &said).await.expect(303);
    let neighbour = world.browser("neighbour").await;
    let receipt = neighbour.get(&format!("/help/{theirs}")).await.expect(200).text;
    let public = format!("/t/{}", rules::shared::code::in_groups(&other));
    assert!(receipt.contains(&format!("href=\"{public}\">{number}</a>")), "{receipt}");
    neighbour.get(&public).await.expect(200);
});

db_test!(the_line_above_the_queue_says_what_has_come_since, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    need(&world, false).await;
    let social = world.browser("social").await;
    // Where the page asks, as it says itself.
    let asks =
        |page: &str| page.split("data-refresh=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let (queue, hazards) = (social.get("/desk").await.expect(200).text, social.get("/desk?kind=hazard").await.text);
    assert!(queue.contains(">刷新</a>"), "{queue}");
    let (fresh, of_hazards) = (asks(&queue), asks(&hazards));
    assert_eq!(social.get(&fresh).await.expect(200).text, "", "what was in the list is not new");
    need(&world, false).await;
    assert_eq!(social.get(&fresh).await.expect(200).text, "新到 1 件，点此刷新");
    let urgent = json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "errands", "what": "急等降压药", "when": "now", "address": "5 号楼", "phone": "13800000001" } });
    world.api("zhang").post("/api/v1/matters", urgent).await.expect(201);
    assert_eq!(social.get(&fresh).await.expect(200).text, "新到 2 件，1 件紧急");
    let english = social.get(&format!("/en{fresh}")).await.expect(200).text;
    assert_eq!(english, "2 new, 1 urgent");
    assert_eq!(social.get(&of_hazards).await.expect(200).text, "", "the filter of the page is that of the line");
    assert_eq!(social.get(&asks(&social.get("/desk").await.text)).await.expect(200).text, "");
    // Who sees no queue hears nothing of it, and a private matter is counted for its handlers alone.
    world.browser("li").await.get(&fresh).await.expect(403);
    world.visitor().get(&fresh).await.expect(303);
    let supervisor = world.browser("supervisor").await;
    let theirs = asks(&supervisor.get("/desk").await.expect(200).text);
    need(&world, true).await;
    assert_eq!(supervisor.get(&theirs).await.expect(200).text, "");
    assert!(social.get(&fresh).await.expect(200).text.contains("3 件"));
});

db_test!(the_guide_of_each_role_leads_to_where_its_work_is_done, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for name in ["social", "community", "call", "grid", "clerk", "supervisor", "inspector", "admin", "auditor"] {
        let staff = world.browser(name).await;
        let shown = staff.get("/desk/guide").await.expect(200).text;
        let steps = shown.split("timeline process").nth(1).and_then(|rest| rest.split("</ol>").next());
        let ways: Vec<&str> =
            steps.unwrap_or_default().split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let count = steps.unwrap_or_default().matches("<li>").count();
        assert!(!ways.is_empty() && ways.len() == count, "each step leads somewhere, {name}: {shown}");
        for way in ways {
            staff.get(&way.replace("&amp;", "&")).await.expect(200);
        }
        let own = staff.get("/me").await.expect(200).text;
        assert!(own.contains("href=\"/desk/guide\""), "{name}: {own}");
    }
    for name in ["zhang", "li"] {
        let other = world.browser(name).await;
        other.get("/desk/guide").await.expect(403);
        assert!(other.get("/me").await.expect(200).text.contains("href=\"/help-me\""));
    }
});

db_test!(keys_of_one_character_are_listed_and_can_be_switched_off, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    let code = need(&world, false).await;
    let list = social.get("/desk/keys").await.expect(200).text;
    assert!(list.contains("<kbd>j</kbd>") && list.contains("keys=off"), "{list}");
    assert!(list.contains(" data-keys>"), "on until somebody says otherwise");
    let matter = social.get(&format!("/desk/{code}")).await.expect(200).text;
    for key in ["a", "n", "?"] {
        assert_eq!(matter.matches(&format!("data-key=\"{key}\"")).count(), 1, "{key}: {matter}");
    }
    triage(&mut social, &code, TRIAGED).await.expect(303);
    let matter = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(matter.contains("/assign\" data-key=\"a\"") && matter.matches("data-key=\"a\"").count() == 1, "{matter}");
    world.browser("zhang").await.get("/desk/keys").await.expect(403);
    assert!(!world.browser("zhang").await.get("/me").await.text.contains("data-keys"), "residents have none");
});
