//! The volunteer's pages and the desk's side of them: from cutting a task to confirmed hours, by forms alone.

use app::testing::{Client, World, world};
use db::db_test;
use serde_json::json;

use super::desk::{TRIAGED, need, triage};

/// A need that is triaged to volunteers, and the social worker's browser.
async fn to_dispatch(world: &World) -> (Client, String) {
    let code = need(world, false).await;
    let mut social = world.browser("social").await;
    // Nobody asked for two people: one slot is enough.
    let fields: Vec<_> = TRIAGED.iter().copied().filter(|(name, _)| *name != "risks").collect();
    triage(&mut social, &code, &fields).await.expect(303);
    (social, code)
}

const CUT: &[(&str, &str)] = &[
    ("title", "陪老人去县医院"),
    ("start", "2026-06-08T14:00"),
    ("end", "2026-06-08T16:00"),
    ("slots", "1"),
    ("place_hint", "黄楼社区 3 号楼"),
    ("notes", "带上医保卡"),
    ("risk", "ordinary"),
];

/// Cuts a task and gives its code.
async fn cut(social: &mut Client, matter: &str, fields: &[(&str, &str)]) -> String {
    let page = format!("/desk/{matter}/assign?new=1");
    let done = social.submit(&page, &format!("/desk/{matter}/tasks"), fields).await.expect(303);
    done.location.unwrap_or_default().split("task=").nth(1).expect("the code of the task").to_owned()
}

fn check_code(html: &str) -> String {
    let after = html.split("class=\"code\">").nth(1).expect("a code is shown");
    let shown = after.split('>').nth(1).expect("it is shown apart from how it is heard");
    shown.chars().take_while(char::is_ascii_digit).collect()
}

fn after<'h>(html: &'h str, start: &str) -> &'h str {
    html.split(start).nth(1).unwrap_or_else(|| panic!("no {start} in {html}"))
}

/// 李建国 is invited to the task and accepts.
async fn accepted(world: &World, social: &mut Client, task: &str) -> Client {
    let li = world.person("li").to_string();
    let assign = format!("/tasks/{task}/assign");
    social.submit(&assign, &format!("/tasks/{task}/invite"), &[("people", li.as_str())]).await.expect(303);
    let mut volunteer = world.browser("li").await;
    volunteer.submit(&format!("/tasks/{task}"), &format!("/tasks/{task}/accept"), &[]).await.expect(303);
    volunteer
}

db_test!(a_task_is_cut_offered_and_accepted, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let form = social.get(&format!("/desk/{matter}/assign")).await.expect(200).text;
    assert!(form.contains("陪诊") && form.contains("定一个任务"), "{form}");
    let bad = [&CUT[..2], &[("end", "2026-06-08T13:00"), ("slots", "1"), ("notes", "带上医保卡")]].concat();
    let page = format!("/desk/{matter}/assign?new=1");
    let refused = social.submit(&page, &format!("/desk/{matter}/tasks"), &bad).await.expect(422);
    assert!(refused.text.contains("结束时间要晚于开始时间") && refused.text.contains("带上医保卡"), "{}", refused.text);
    let task = cut(&mut social, &matter, CUT).await;
    let assign = social.get(&format!("/desk/{matter}/assign?task={task}")).await.expect(200).text;
    assert!(assign.contains("李建国") && assign.contains("同村（社区）"), "{assign}");
    let nobody =
        social.submit(&format!("/tasks/{task}/assign"), &format!("/tasks/{task}/invite"), &[]).await.expect(422);
    assert!(nobody.text.contains("请至少选一位志愿者"));

    let empty = world.browser("wang").await.get("/tasks").await.expect(200).text;
    assert!(empty.contains("没有等您回复的邀请") && empty.contains("附近暂时没有任务"), "{empty}");
    let li = world.person("li").to_string();
    social
        .submit(&format!("/tasks/{task}/assign"), &format!("/tasks/{task}/invite"), &[("people", li.as_str())])
        .await
        .expect(303);
    let mut volunteer = world.browser("li").await;
    let list = volunteer.get("/tasks").await.expect(200).text;
    assert!(list.contains("陪老人去县医院") && list.contains(&task), "{list}");
    let before = volunteer.get(&format!("/tasks/{task}")).await.expect(200).text;
    assert!(before.contains("带上医保卡") && before.contains("黄楼社区 3 号楼"), "{before}");
    for sealed in ["13800000001", "2 单元 401", "膝盖疼", "张桂兰"] {
        assert!(!before.contains(sealed), "{sealed} is shown before acceptance");
    }
    volunteer.submit(&format!("/tasks/{task}"), &format!("/tasks/{task}/accept"), &[]).await.expect(303);
    let mine = volunteer.get(&format!("/tasks/{task}")).await.expect(200).text;
    assert!(mine.contains("2 单元 401") && mine.contains("tel:13800000001"), "{mine}");
    assert!(!mine.contains("膝盖疼"), "what happened stays with the social worker");
    assert!(volunteer.get("/tasks").await.text.contains("我的下一件"));
    world.browser("wang").await.get(&format!("/tasks/{task}")).await.expect(404);
    world.browser("zhang").await.get(&format!("/tasks/{task}/assign")).await.expect(403);
    let english = volunteer.get(&format!("/en/tasks/{task}")).await.expect(200).text;
    assert!(english.contains("Whom to see"), "{english}");
});

db_test!(declining_asks_nothing_and_leaving_is_free, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let task = cut(&mut social, &matter, CUT).await;
    let wang = world.person("wang").to_string();
    social
        .submit(&format!("/tasks/{task}/assign"), &format!("/tasks/{task}/invite"), &[("people", wang.as_str())])
        .await
        .expect(303);
    let mut declining = world.browser("wang").await;
    declining.submit(&format!("/tasks/{task}"), &format!("/tasks/{task}/decline"), &[]).await.expect(303);
    assert!(declining.get(&format!("/tasks/{task}")).await.expect(200).text.contains("您已婉拒"));
    let mut li = accepted(&world, &mut social, &task).await;
    let path = format!("/tasks/{task}");
    li.submit(&path, &format!("/tasks/{task}/withdraw"), &[("reason", "家里有事")]).await.expect(303);
    let assign = social.get(&format!("/tasks/{task}/assign")).await.expect(200).text;
    assert!(assign.contains("婉拒") && assign.contains("取消了"), "{assign}");

    // Whoever gave it back may come after all while there is room, long after the time to answer.
    world.set_time("2026-06-08T13:30:00+08:00");
    let back = li.get(&path).await.expect(200).text;
    assert!(back.contains("您已取消") && back.contains("又能去了") && !back.contains("2 单元 401"), "{back}");
    li.submit(&path, &format!("/tasks/{task}/accept"), &[]).await.expect(303);
    assert!(li.get(&path).await.expect(200).text.contains("2 单元 401"));
});

db_test!(whoever_declined_may_say_yes_while_an_answer_counts, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let task = cut(&mut social, &matter, CUT).await;
    let path = format!("/tasks/{task}");
    let invited = [("people", world.person("wang").to_string()), ("people", world.person("li").to_string())];
    let invited = invited.each_ref().map(|(name, id)| (*name, id.as_str()));
    social.submit(&format!("{path}/assign"), &format!("{path}/invite"), &invited).await.expect(303);
    let (mut wang, mut li) = (world.browser("wang").await, world.browser("li").await);
    for (both, reason) in [(&mut wang, "要去看孙子"), (&mut li, "")] {
        let declined = both.submit(&path, &format!("{path}/decline"), &[("reason", reason)]).await.expect(303);
        assert_eq!(declined.location.as_deref(), Some(path.as_str()));
        let page = both.get(&path).await.expect(200).text;
        assert!(
            page.contains("您已婉拒") && page.contains("点错了，或者改了主意") && !page.contains("2 单元 401"),
            "{page}"
        );
    }
    wang.submit(&path, &format!("{path}/accept"), &[]).await.expect(303);
    assert!(wang.get(&path).await.expect(200).text.contains("2 单元 401"));
    assert!(!social.get(&format!("{path}/assign")).await.expect(200).text.contains("要去看孙子"), "it holds no more");

    // The place is taken; given back, it is there again until the time to answer is over.
    assert!(!li.get(&path).await.expect(200).text.contains("改了主意"));
    wang.submit(&path, &format!("{path}/withdraw"), &[]).await.expect(303);
    assert!(li.get(&path).await.expect(200).text.contains("改了主意"));
    world.set_time("2026-06-08T14:30:00+08:00");
    let late = li.get(&path).await.expect(200).text;
    assert!(late.contains("您已婉拒") && !late.contains("改了主意"), "{late}");
});

db_test!(who_comes_too_late_is_thanked, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let task = cut(&mut social, &matter, CUT).await;
    let other = cut(&mut social, &matter, &[&[("title", "陪老人去复查")], &CUT[1..]].concat()).await;
    for code in [&task, &other] {
        social.submit(&format!("/tasks/{code}/assign"), &format!("/tasks/{code}/opening"), &[]).await.expect(303);
    }
    let mut wang = world.browser("wang").await;
    assert!(wang.get("/tasks").await.text.contains("陪老人去复查"));
    let path = format!("/tasks/{task}");
    let mut li = world.browser("li").await;
    li.submit(&path, &format!("/tasks/{task}/accept"), &[]).await.expect(303);
    let full = wang.get(&path).await.expect(200).text;
    assert!(full.contains("已被接走，谢谢您") && full.contains("陪老人去复查"), "{full}");
    wang.submit(&format!("/tasks/{other}"), &format!("/tasks/{other}/accept"), &[]).await.expect(303);
});

db_test!(who_answers_an_invitation_too_late_is_told_of_two_others_by_name, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let task = cut(&mut social, &matter, CUT).await;
    for title in ["陪老人去复查", "陪老人去取药"] {
        let other = cut(&mut social, &matter, &[&[("title", title)], &CUT[1..]].concat()).await;
        social.submit(&format!("/tasks/{other}/assign"), &format!("/tasks/{other}/opening"), &[]).await.expect(303);
    }
    for name in ["li", "wang"] {
        let (assign, invite) = (format!("/tasks/{task}/assign"), format!("/tasks/{task}/invite"));
        social.submit(&assign, &invite, &[("people", &world.person(name).to_string())]).await.expect(303);
    }
    let (path, accept) = (format!("/tasks/{task}"), format!("/tasks/{task}/accept"));
    let mut wang = world.browser("wang").await;
    let drawn = wang.get(&path).await.expect(200).text;
    world.browser("li").await.submit(&path, &accept, &[]).await.expect(303);
    let said = wang.send_form(&drawn, &accept, &[]).await.text;
    assert!(said.contains("已被接走") && said.contains("陪老人去复查") && said.contains("陪老人去取药"), "{said}");
    for page in [said, wang.get(&path).await.expect(200).text] {
        assert!(!page.contains("：、。") && !page.contains(&format!("action=\"{accept}\"")), "{page}");
    }
});

db_test!(signing_by_code_and_qr_makes_hours_that_somebody_else_confirms, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let task = cut(&mut social, &matter, CUT).await;
    let mut li = accepted(&world, &mut social, &task).await;
    let shown = social.get(&format!("/tasks/{task}/attendance")).await.expect(200).text;
    let code = check_code(&shown);
    assert!(shown.contains("李建国") && shown.contains("class=\"qr\""), "{shown}");
    assert!(!li.get(&format!("/tasks/{task}")).await.text.contains(&code), "the code is for who is there");
    // Whoever waits at the door finds it where they look, and what it is for.
    let own = world.browser("zhang").await.get(&format!("/help/{matter}")).await.expect(200).text;
    assert!(own.contains("人没到门口，谁来问都不要说"), "{own}");
    assert_eq!(check_code(after(&own, "id=\"check-code\"")), code);
    let mine = world.api("zhang").get("/api/v1/matters?mine=true").await.expect(200).json();
    let codes = format!("/api/v1/matters/{}/check-codes", mine["items"][0]["id"].as_str().unwrap_or_default());
    let read = world.api("zhang").get(&codes).await.expect(200).json();
    assert_eq!(read["items"][0]["code"], json!(code));
    for other in ["li", "social", "neighbour"] {
        world.api(other).get(&codes).await.expect(404);
    }

    world.set_time("2026-06-08T14:00:00+08:00");
    let now = format!("/tasks/{task}/now");
    let wrong = li.submit(&now, &format!("/tasks/{task}/check-in"), &[("code", "12")]).await.expect(422);
    assert!(wrong.text.contains("6 位数字"), "{}", wrong.text);
    li.submit(&now, &format!("/tasks/{task}/check-in"), &[("code", code.as_str())]).await.expect(303);
    world.set_time("2026-06-08T15:30:00+08:00");
    assert!(li.get(&now).await.expect(200).text.contains("1 小时 30 分"));
    let out = format!("/tasks/{task}/check-out");
    let refused = li.submit(&out, &out, &[("code", "000000"), ("content", "陪同去医院取药")]).await.expect(422);
    assert!(refused.text.contains("陪同去医院取药"), "{}", refused.text);
    let both = li.submit(&out, &out, &[("code", ""), ("content", "短")]).await.expect(422).text;
    for error in ["href=\"#code\"", "href=\"#done\"", "请选一项做了什么", "签退：陪老人去县医院"] {
        assert!(both.contains(error), "all at once, {error}: {both}");
    }
    let told = [("code", code.as_str()), ("done", "company"), ("wellbeing", "look_wanted"), ("still_needed", "拐杖")];
    li.submit(&out, &out, &told).await.expect(303);
    let hours = li.get("/me/hours").await.expect(200).text;
    assert!(hours.contains("1 小时 30 分") && hours.contains("等确认"), "{hours}");
    assert!(social.get(&format!("/desk/{matter}")).await.text.contains("志愿者请社工去看看"));

    let mut community = world.browser("community").await;
    let list = community.get("/desk/confirm").await.expect(200).text;
    assert!(list.contains("李建国") && list.contains("陪同出行") && !list.contains("拐杖"), "{list}");
    let record = after(&list, "/desk/confirm/").split('"').next().unwrap_or_default().to_owned();
    community.submit("/desk/confirm", &format!("/desk/confirm/{record}"), &[]).await.expect(303);
    assert!(li.get("/me/hours").await.text.contains("已确认"));
    li.get("/desk/confirm").await.expect(403);
    li.submit(&format!("/me/records/{record}"), &format!("/me/records/{record}/contest"), &[("reason", "")])
        .await
        .expect(422);
});

db_test!(a_scanned_code_leads_to_the_right_task, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let task = cut(&mut social, &matter, CUT).await;
    let mut li = accepted(&world, &mut social, &task).await;
    let id = task.clone();
    let row =
        world.app.read(move |mut tx| Box::pin(async move { app::dispatch::store::task_by_code(&mut tx, &id).await }));
    let token = row.await.unwrap().expect("the task").qr_token;
    // Before its time, whose it is reads from when on it signs them in.
    let early = li.get(&format!("/in/{token}")).await.expect(200).text;
    assert!(early.contains("还没到时间") && early.contains("13:30") && !early.contains("确认签到"), "{early}");
    world.set_time("2026-06-08T14:00:00+08:00");
    world.visitor().get(&format!("/in/{token}")).await.expect(303);
    let other = world.browser("wang").await.get(&format!("/in/{token}")).await.expect(200).text;
    assert!(other.contains("您没有接这个任务") && !other.contains("确认签到"), "{other}");
    for code in [token.as_str(), "0001ffffffffffffffffffffffffffffffff"] {
        let none = world.browser("zhang").await.get(&format!("/in/{code}")).await.expect(200).text;
        assert!(none.contains("您还没有登记成为志愿者") && none.contains("href=\"/me/volunteer\""), "{none}");
    }
    let old = li.get("/in/0001ffffffffffffffffffffffffffffffff").await.expect(200).text;
    assert!(old.contains("请扫现场的") && old.contains("陪老人去县医院"), "{old}");
    assert!(old.contains("您要去的是"), "{old}");
    li.submit(&format!("/in/{token}"), &format!("/in/{token}"), &[]).await.expect(303);
    // Scanned again, it leads to where the service runs.
    let again = li.get(&format!("/in/{token}")).await.expect(303).location.unwrap();
    assert_eq!(again, format!("/tasks/{task}/now"));
    world.set_time("2026-06-08T16:00:00+08:00");
    let out = format!("/out/{token}");
    li.submit(&out, &out, &[("content", "陪同去医院")]).await.expect(303);
});

db_test!(the_desk_signs_for_who_has_no_phone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let task = cut(&mut social, &matter, CUT).await;
    accepted(&world, &mut social, &task).await;
    world.set_time("2026-06-08T14:00:00+08:00");
    let list = format!("/tasks/{task}/attendance");
    social.submit(&list, &format!("{list}/in"), &[]).await.expect(303);
    world.set_time("2026-06-08T16:00:00+08:00");
    let li = world.person("li").to_string();
    let out = format!("{list}?out={li}");
    let left = |said: (&'static str, &'static str)| [("left_at", "2026-06-08T16:00"), ("sure", "yes"), said];
    let short = social.submit(&out, &format!("{list}/out"), &left(("content", "短"))).await.expect(422);
    assert!(short.text.contains("请选一项做了什么"), "{}", short.text);
    social.submit(&out, &format!("{list}/out"), &left(("done", "company"))).await.expect(303);
    let sheet = social.get(&format!("/tasks/{task}/sign-in-sheet")).await.expect(200).text;
    assert!(sheet.contains("李建国") && sheet.contains("class=\"qr\"") && sheet.contains("演示数据"), "{sheet}");
    let paper = social.get(&format!("/tasks/{task}/sheet")).await.expect(200).text;
    assert!(paper.contains("纸上不写") && !paper.contains("13800000001"), "{paper}");
    world.browser("zhang").await.get(&list).await.expect(404);
});

db_test!(late_entries_keep_what_was_typed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut li = world.browser("li").await;
    assert!(li.get("/me/hours").await.expect(200).text.contains("还没有服务记录"));
    let entry = [
        ("name", "小区清扫"),
        ("place", "371722003003 黄楼社区"),
        ("start", "2026-06-07T08:00"),
        ("end", "2026-06-07T10:00"),
        ("content", "清扫楼道"),
        ("nature", "voluntary"),
    ];
    let form = li.get("/me/hours/late").await.expect(200).text;
    assert_eq!(form.matches("不写别人的姓名、门牌和病情，记录证明上会印出来").count(), 2, "{form}");
    let refused = li.submit("/me/hours/late", "/me/hours/late", &entry).await.expect(422);
    assert!(refused.text.contains("清扫楼道") && refused.text.contains("补录要写明"), "{}", refused.text);
    let whole = [&entry[..], &[("reason", "手机没电")]].concat();
    li.submit("/me/hours/late", "/me/hours/late", &whole).await.expect(303);
    let hours = li.get("/me/hours").await.expect(200).text;
    assert!(hours.contains("小区清扫") && hours.contains("补录"), "{hours}");
});

db_test!(a_long_list_of_records_goes_on, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for hour in 0..21 {
        let (day, hour) = (1 + hour / 7, 8 + hour % 7);
        let entry = json!({ "name": format!("清扫{day}日{hour}点"), "place": "371722003003", "content": "清扫楼道",
            "start": format!("2026-06-0{day}T{hour:02}:00:00+08:00"), "end": format!("2026-06-0{day}T{hour:02}:50:00+08:00"),
            "reason": "手机没电" });
        world.api("li").post("/api/v1/records", entry).await.expect(201);
    }
    let li = world.browser("li").await;
    let newest = li.get("/me/hours").await.expect(200).text;
    assert!(newest.contains("清扫3日14点") && !newest.contains("清扫1日8点"), "{newest}");
    let (_, rest) = newest.split_once("/me/hours?cursor=").expect("a link to the older ones");
    let older = li.get(&format!("/me/hours?cursor={}", rest.split('"').next().unwrap())).await.expect(200).text;
    assert!(older.contains("清扫1日8点") && !older.contains("清扫1日9点"), "{older}");
    li.get("/me/hours?cursor=nonsense").await.expect(400);
    let all = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
    assert_eq!((all["items"].as_array().map(Vec::len), all["next"].is_null()), (Some(21), true));
});

db_test!(a_team_leader_invites_to_the_teams_tasks, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let team = world.team.to_string();
    let task = cut(&mut social, &matter, &[CUT, &[("team", team.as_str())]].concat()).await;
    let mut leader = world.browser("leader").await;
    let list = leader.get("/team").await.expect(200).text;
    assert!(list.contains("黄楼社区邻里服务队") && list.contains(&task), "{list}");
    // Who leads the team reads how the task stands, not how it would for somebody who was asked.
    let seen = leader.get(&format!("/tasks/{task}")).await.expect(200).text;
    assert!(seen.contains("等志愿者接单") && seen.contains("还没有人接单"), "{seen}");
    assert!(!seen.contains("婉拒") && !seen.contains("目前只有您"), "{seen}");
    let li = world.person("li").to_string();
    let assign = format!("/tasks/{task}/assign");
    // The leader finds people among the team's own, and learns of no other volunteer.
    let alone = leader.get(&assign).await.expect(200).text;
    assert!(!["李建国", "王淑珍", "赵明"].iter().any(|name| alone.contains(name)), "{alone}");
    let member = json!({ "role": "volunteer", "organisation": team, "agreed": true });
    world.api("leader").post(&format!("/api/v1/people/{li}/memberships"), member).await.expect(201);
    let members = leader.get(&assign).await.expect(200).text;
    assert!(members.contains("李建国") && !members.contains("王淑珍"), "{members}");
    let wang = world.person("wang").to_string();
    let refused = leader
        .send_form(&members, &format!("/tasks/{task}/invite"), &[("people", wang.as_str())])
        .await
        .expect(422)
        .text;
    assert!(refused.contains("队长只能请自己队里的人"), "{refused}");
    leader.submit(&assign, &format!("/tasks/{task}/invite"), &[("people", li.as_str())]).await.expect(303);
    leader.get(&format!("/desk/{matter}")).await.expect(404);
    let row = |queue: &str| queue.split("<tbody>").nth(1).unwrap_or_default().to_owned();
    assert!(row(&social.get("/desk?tab=dispatch").await.expect(200).text).contains("还没有人"));
    let path = format!("/tasks/{task}");
    world.browser("li").await.submit(&path, &format!("{path}/accept"), &[]).await.expect(303);
    let seen = leader.get(&path).await.expect(200).text;
    assert!(seen.contains("人已找齐") && seen.contains(">1 人<") && !seen.contains("还有 1 人"), "{seen}");
    assert!(!seen.contains("已被接走"), "{seen}");
    // The desk's list and the first page of staff name who comes.
    let queue = social.get("/desk?tab=doing").await.expect(200).text;
    assert!(row(&queue).contains("志愿者 李建国") && !row(&queue).contains("还没有人"), "{queue}");
    let start = social.get("/").await.expect(200).text;
    assert!(start.contains("志愿者 李建国"), "{start}");
    let english = social.get("/en/desk?tab=doing").await.expect(200).text;
    assert!(row(&english).contains("李建国") && row(&english).contains(", volunteer"), "{english}");
    world.browser("li").await.get("/team").await.expect(403);
});

db_test!(who_is_no_volunteer_is_led_to_where_one_joins, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let link = "class=\"btn\" href=\"/me/volunteer\"";
    let tasks = world.browser("zhang").await.get("/tasks").await.expect(200).text;
    assert!(tasks.contains(link) && tasks.contains("您还不是登记的志愿者"), "{tasks}");
    assert!(tasks.contains("自愿参加，没有报酬") && !tasks.contains("附近可接"), "{tasks}");
    world.browser("zhang").await.get("/me/volunteer").await.expect(200);
    assert!(!world.browser("li").await.get("/tasks").await.expect(200).text.contains(link));
});

db_test!(what_the_invited_read_names_nobody_whom_it_is_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (mut social, matter) = to_dispatch(&world).await;
    let named: Vec<_> =
        CUT.iter().map(|(name, said)| (*name, if *name == "title" { "陪张桂兰复查" } else { *said })).collect();
    let page = format!("/desk/{matter}/assign?new=1");
    let refused = social.submit(&page, &format!("/desk/{matter}/tasks"), &named).await.expect(422).text;
    assert!(refused.contains("这里不能写“张桂兰”") && refused.contains("value=\"陪张桂兰复查\""), "{refused}");
    let task = cut(&mut social, &matter, CUT).await;
    let edit = format!("/tasks/{task}/change");
    let noting =
        |notes: &'static str| CUT.iter().map(move |(name, said)| (*name, if *name == "notes" { notes } else { *said }));
    let told: Vec<_> = noting("张桂兰 怕狗").collect();
    let refused = social.submit(&edit, &edit, &told).await.expect(422).text;
    assert!(refused.contains("这里不能写“张桂兰”"), "{refused}");
    let told: Vec<_> = noting("老人怕狗").collect();
    social.submit(&edit, &edit, &told).await.expect(303);
});
