//! Paper: batches that are printed and counted, piles that are entered with their own time, by page and API.

use app::testing::{Client, World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::events::Teller;
use crate::lived_in::printed;

const RECEIVED: &str = "2026-06-08T11:30:00+08:00";

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn serial(batch: &Value, form: usize) -> String {
    text(&batch["items"][form], "serial")
}

/// The address of a batch: of its page, or of its calls.
fn page(batch: &Value) -> String {
    format!("/paper/{}", text(batch, "number").replace('-', ""))
}

fn call(batch: &Value, what: &str) -> String {
    format!("/api/v1/paper/batches/{}{what}", text(batch, "id"))
}

/// A need as it stands on a form.
fn need(serial: &str, received: &str) -> Value {
    json!({ "serial": serial, "received_at": received, "matter": { "place": "371722003003", "fields": {
        "category": "errands", "what": "停电出不了门，请人买药", "when": "today", "address": "5 号楼", "phone": "13800000002" } } })
}

async fn enter(world: &World, who: &str, batch: &Value, rows: Vec<Value>, apply: bool) -> Vec<Value> {
    let body = json!({ "rows": rows, "apply": apply });
    let done = world.api(who).post(&call(batch, "/rows"), body).await.expect(200).json();
    assert_eq!(done["applied"], json!(apply));
    done["items"].as_array().cloned().unwrap_or_default()
}

/// The code and field of each row that was refused.
fn said(items: &[Value]) -> Vec<(String, String)> {
    items.iter().map(|item| (text(item, "code"), text(item, "field"))).collect()
}

fn pair(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

impl Teller {
    pub async fn paper(&mut self) {
        let wanted = json!({ "sort": "registration", "kind": "need", "place": "371722003003", "count": 3 });
        let batch = self.tell("community", "/api/v1/paper/batches", "", wanted).await;
        let (id, now) = (text(&batch, "id"), self.world.app.now().recorded.to_string());
        let rows = json!({ "rows": [need(&serial(&batch, 0), &now)], "apply": true });
        self.tell("call", "/api/v1/paper/batches/{id}/rows", &id, rows).await;
        let lost = json!({ "serial": serial(&batch, 1), "why": "lost" });
        self.tell("grid", "/api/v1/paper/batches/{id}/spoilt", &id, lost).await;
    }
}

db_test!(a_batch_is_printed_by_staff_of_the_place_and_counted, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let body = json!({ "sort": "registration", "kind": "need", "place": "371722003003", "count": 3 });
    let to = "/api/v1/paper/batches";
    for (asker, status) in
        [("zhang", 403), ("li", 403), ("clerk", 403), ("inspector", 403), ("far", 403), ("admin", 403)]
    {
        world.api(asker).post(to, body.clone()).await.expect(status);
    }
    for asker in ["call", "community", "social", "grid"] {
        let batch = printed(&world, asker, "need").await;
        assert_eq!(
            (&batch["forms"], &batch["out"], &batch["items"][2]["state"]),
            (&json!(3), &json!(3), &json!("out"))
        );
        let first = text(&batch["items"][0], "url");
        assert!(first.ends_with(&serial(&batch, 0).replace('-', "")), "{first}");
    }
    for (wrong, code, field) in [
        (
            json!({ "sort": "registration", "kind": "need", "place": "371722003003", "count": 0 }),
            "paper-count",
            "count",
        ),
        (
            json!({ "sort": "registration", "kind": "need", "place": "371722003003", "count": 61 }),
            "paper-count",
            "count",
        ),
        (
            json!({ "sort": "registration", "kind": "permit", "place": "371722003003", "count": 1 }),
            "kind-unknown",
            "kind",
        ),
        (json!({ "sort": "sign_in", "place": "nowhere", "count": 1 }), "paper-place", "place"),
        (json!({ "sort": "poster", "place": "371722003003", "count": 1 }), "paper-sort-unknown", "sort"),
    ] {
        let before = world.events().await;
        let refused = world.api("community").post(to, wrong).await.expect(422).json();
        assert_eq!((text(&refused, "code").as_str(), text(&refused, "field").as_str()), (code, field));
        assert_eq!(world.events().await, before);
    }
    // The same key is the same batch.
    let twice = [
        world.api("grid").post_with_key(to, body.clone(), Some("one")).await.expect(201).json(),
        world.api("grid").post_with_key(to, body, Some("one")).await.expect(201).json(),
    ];
    assert_eq!(twice[0], twice[1]);
    let listed = |who: &'static str| world.api(who);
    let all = listed("social").get(to).await.expect(200).json();
    assert_eq!(all["items"].as_array().map(Vec::len), Some(5));
    assert_eq!(all["items"][0]["id"], twice[0]["id"], "the newest first");
    assert_eq!(listed("supervisor").get(to).await.expect(200).json()["items"].as_array().map(Vec::len), Some(5));
    for other in ["far", "zhang", "inspector"] {
        assert_eq!(listed(other).get(to).await.expect(200).json()["items"], json!([]), "{other}");
        listed(other).get(&call(&twice[0], "")).await.expect(404);
    }
    listed("supervisor").post(&call(&twice[0], "/rows"), json!({ "rows": [] })).await.expect(403);
    assert!(world.events_text().await.contains("\"forms\":3"));
});

db_test!(a_form_that_does_not_come_back_is_accounted_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let batch = printed(&world, "community", "need").await;
    let lost = json!({ "serial": serial(&batch, 1), "why": "lost" });
    world.api("zhang").post(&call(&batch, "/spoilt"), lost.clone()).await.expect(404);
    world.api("far").post(&call(&batch, "/spoilt"), lost.clone()).await.expect(404);
    let after = world.api("grid").post(&call(&batch, "/spoilt"), lost.clone()).await.expect(200).json();
    assert_eq!((&after["spoilt"], &after["out"], &after["items"][1]["why"]), (&json!(1), &json!(2), &json!("lost")));
    let again = world.api("grid").post(&call(&batch, "/spoilt"), lost).await.expect(422).json();
    assert_eq!(text(&again, "code"), "paper-spoilt");
    for (body, code) in [
        (json!({ "serial": serial(&batch, 0), "why": "eaten" }), "paper-spoilt-why"),
        (json!({ "serial": "nothing", "why": "lost" }), "paper-serial"),
    ] {
        let refused = world.api("grid").post(&call(&batch, "/spoilt"), body).await.expect(422).json();
        assert_eq!(text(&refused, "code"), code);
    }
    world.set_time("2026-06-08T12:00:00+08:00");
    let items = enter(
        &world,
        "call",
        &batch,
        vec![need(&serial(&batch, 1), RECEIVED), need(&serial(&batch, 0), RECEIVED)],
        true,
    )
    .await;
    assert_eq!(said(&items)[0], pair("paper-spoilt", "serial"));
    assert_eq!(items[1]["entered"], json!(true));
    let used = json!({ "serial": serial(&batch, 0), "why": "unused" });
    let refused = world.api("grid").post(&call(&batch, "/spoilt"), used).await.expect(422).json();
    assert_eq!(text(&refused, "code"), "paper-spoil-entered");
    let now = world.api("community").get(&call(&batch, "")).await.expect(200).json();
    assert_eq!((&now["entered"], &now["spoilt"], &now["out"]), (&json!(1), &json!(1), &json!(1)));
    // By page: the one that is still out, with a reason.
    let mut community = world.browser("community").await;
    let to = format!("{}/spoilt", page(&batch));
    let left = serial(&batch, 2).replace('-', "");
    let refused = community.submit(&page(&batch), &to, &[("serial", &left)]).await.expect(422).text;
    assert!(refused.contains("请选为什么作废"), "{refused}");
    community.submit(&page(&batch), &to, &[("serial", &left), ("why", "unused")]).await.expect(303);
    let seen = community.get(&page(&batch)).await.expect(200).text;
    assert!(seen.contains("作废：丢失") && seen.contains("作废：没有用") && !seen.contains("作废选中的"), "{seen}");
});

db_test!(each_row_has_its_own_time_and_its_own_answer, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (batch, other) = (printed(&world, "community", "need").await, printed(&world, "community", "need").await);
    world.set_time("2026-06-08T12:00:00+08:00");
    let mut misread = serial(&batch, 0);
    let check = misread.pop();
    misread.push(if check == Some('0') { '1' } else { '0' });
    let mut unsaid = need(&serial(&batch, 2), RECEIVED);
    unsaid["matter"]["fields"]["what"] = json!("");
    let rows = vec![
        need(&format!("http://helin.test/paper/form/{}", serial(&batch, 0)), RECEIVED),
        need(&serial(&batch, 0), RECEIVED),
        need(&serial(&batch, 1), "2026-06-08T12:05:00+08:00"),
        need(&serial(&batch, 1), "2026-06-08T08:59:00+08:00"),
        need(&misread, RECEIVED),
        need("4F7", RECEIVED),
        need(&serial(&other, 0), RECEIVED),
        unsaid,
        need(&serial(&batch, 1), "yesterday"),
        json!({ "serial": serial(&batch, 1) }),
        need(&serial(&batch, 1), "2026-06-08T09:00:00+08:00"),
    ];
    let expected = [
        pair("", ""),
        pair("paper-entered", "serial"),
        pair("paper-time-future", "received_at"),
        pair("paper-time-before-print", "received_at"),
        pair("paper-serial-check", "serial"),
        pair("paper-serial", "serial"),
        pair("paper-serial-unknown", "serial"),
        pair("field-required", "what"),
        pair("not-an-instant", "received_at"),
        pair("paper-row", "rows"),
        pair("", ""),
    ];
    let before = world.events().await;
    let preview = enter(&world, "call", &batch, rows.clone(), false).await;
    assert_eq!(said(&preview), expected, "{preview:?}");
    assert_eq!((world.events().await, &preview[0]["became"]), (before, &Value::Null), "a preview leaves nothing");
    let done = enter(&world, "call", &batch, rows, true).await;
    assert_eq!(said(&done), expected, "what the preview says is what happens");
    let code_of = |matter: &Value| text(matter, "code");
    let matter =
        world.api("social").get(&format!("/api/v1/matters/{}", text(&done[0], "became"))).await.expect(200).json();
    assert!(text(&done[1], "message").contains(&code_of(&matter)), "{} names {}", done[1], code_of(&matter));
    assert_eq!((text(&matter, "occurred_at").as_str(), text(&matter, "channel").as_str()), (RECEIVED, "paper"));
    // What waits was received by the clerk now: the terms of a need run from then, and nobody is late at once.
    assert_eq!(text(&matter, "recorded_at"), "2026-06-08T12:00:00+08:00");
    let events = world
        .api("social")
        .get(&format!("/desk/{}", code_of(&matter).replace([' ', '-'], "").split_off(1)))
        .await
        .expect(200)
        .text;
    assert!(events.contains("蒋接线") && events.contains("纸质表"), "who typed it in, and from what: {events}");
    let again = enter(&world, "social", &batch, vec![need(&serial(&batch, 0), RECEIVED)], true).await;
    assert_eq!(said(&again), [pair("paper-entered", "serial")]);
    let shown = world.api("community").get(&call(&batch, "")).await.expect(200).json();
    assert_eq!((&shown["entered"], &shown["out"]), (&json!(2), &json!(1)));
    let line = &shown["items"][0]["lines"][0];
    assert_eq!((&line["became"], text(line, "entered_by")), (&done[0]["became"], "蒋接线".to_owned()));
    assert_eq!(
        (text(line, "written_at").as_str(), text(line, "entered_at").as_str()),
        (RECEIVED, "2026-06-08T12:00:00+08:00")
    );
});

db_test!(rows_need_what_a_page_would_need, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let batch = printed(&world, "community", "need").await;
    world.set_time("2026-06-08T12:00:00+08:00");
    // A grid member prints and counts, and takes in no needs.
    let items = enter(&world, "grid", &batch, vec![need(&serial(&batch, 0), RECEIVED)], true).await;
    assert_eq!(said(&items), [pair("intake-forbidden", "")]);
    world.browser("grid").await.get(&format!("{}/entry", page(&batch))).await.expect(403);
    for stranger in ["far", "zhang"] {
        world.api(stranger).post(&call(&batch, "/rows"), json!({ "rows": [] })).await;
        world.browser(stranger).await.get(&format!("{}/entry", page(&batch))).await.expect(404);
    }
    let rows = json!({ "rows": [need(&serial(&batch, 0), RECEIVED)], "apply": true });
    world.api("far").post(&call(&batch, "/rows"), rows.clone()).await.expect(404);
    let none = world.api("call").post(&call(&batch, "/rows"), json!({ "rows": [] })).await.expect(422).json();
    assert_eq!(text(&none, "code"), "paper-rows");
    let many: Vec<Value> = (0..51).map(|_| need(&serial(&batch, 0), RECEIVED)).collect();
    world.api("call").post(&call(&batch, "/rows"), json!({ "rows": many })).await.expect(422);
    // Outside one's part of the tree nothing is taken in by paper either.
    let mut elsewhere = need(&serial(&batch, 0), RECEIVED);
    elsewhere["matter"]["place"] = json!("371703001001");
    assert_eq!(
        said(&enter(&world, "call", &batch, vec![elsewhere], true).await),
        [pair("paper-other-county", "place")]
    );
    let mut known = need(&serial(&batch, 0), RECEIVED);
    known["matter"]["caller"] = json!(world.person("far").to_string());
    assert_eq!(said(&enter(&world, "call", &batch, vec![known], true).await), [pair("paper-caller-unknown", "caller")]);
    // Sent twice with one key, it is entered once and answered the same.
    let twice = [
        world.api("call").post_with_key(&call(&batch, "/rows"), rows.clone(), Some("pile")).await.expect(200).json(),
        world.api("call").post_with_key(&call(&batch, "/rows"), rows, Some("pile")).await.expect(200).json(),
    ];
    assert_eq!((&twice[0], &twice[0]["items"][0]["entered"]), (&twice[1], &json!(true)));
});

db_test!(clocks_run_from_the_paper_where_the_kind_says_so, app::migrations::STEPS, |db| async move {
    let kind = include_str!("../../../../kinds/need.toml");
    let kind = kind.replace("id = \"need\"", "id = \"storm\"").replace("code_prefix = \"Q\"", "code_prefix = \"S\"");
    let kind = kind.replace("runs_from = \"recorded\"", "runs_from = \"occurred\"");
    let world = world(db, &[("storm.toml", &kind)]).await;
    let batch = printed(&world, "community", "storm").await;
    world.set_time("2026-06-08T12:00:00+08:00");
    // For no day: what is wanted today is due today, whenever it was written.
    let mut urgent = need(&serial(&batch, 0), RECEIVED);
    urgent["matter"]["fields"]["when"] = json!("now");
    let done = enter(&world, "call", &batch, vec![urgent], true).await;
    let matter =
        world.api("social").get(&format!("/api/v1/matters/{}", text(&done[0], "became"))).await.expect(200).json();
    assert!(
        text(&matter, "due_at").starts_with("2026-06-08T13:30:00"),
        "two hours from the time on the paper: {matter}"
    );
});

/// What is typed into the rows of the page, and sent with each press of a button, as a browser does.
struct Pile {
    client: Client,
    entry: String,
    typed: Vec<(&'static str, String)>,
}

impl Pile {
    fn types(&mut self, fields: &[(&'static str, &str)]) {
        for (name, value) in fields {
            self.typed.retain(|(known, _)| known != name);
            self.typed.push((name, (*value).to_owned()));
        }
    }

    /// Presses a button; the page that comes.
    async fn press(&mut self, button: &str) -> String {
        let mut fields: Vec<(&str, &str)> = self.typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.push(("do", button));
        let to = self.client.submit(&self.entry, &self.entry, &fields).await.expect(303).location.unwrap_or_default();
        self.client.get(&to).await.expect(200).text
    }
}

db_test!(a_pile_is_typed_in_on_one_page_and_nothing_is_lost, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let batch = printed(&world, "community", "need").await;
    world.set_time("2026-06-08T12:00:00+08:00");
    let entry = format!("{}/entry", page(&batch));
    let mut pile = Pile { client: world.browser("call").await, entry, typed: Vec::new() };
    let rows_of = |page: &str| page.matches("<fieldset class=\"panel paper-row\"").count();
    let blank = pile.client.get(&pile.entry).await.expect(200).text;
    assert_eq!(rows_of(&blank), 3, "as many rows as forms are out");
    for no in 0..3 {
        assert!(blank.contains(&format!("value=\"{}\"", serial(&batch, no))), "with their numbers: {blank}");
    }
    assert!(blank.contains("value=\"2026-06-08\"") && blank.contains("value=\"黄楼社区\""), "what most have alike");
    let (first, second, third) = (serial(&batch, 0), serial(&batch, 1), serial(&batch, 2));
    pile.types(&[("r1_serial", &first), ("r1_day", "2026-06-08"), ("r1_time", "11:30"), ("r1_relation", "self")]);
    pile.types(&[("r1_caller_phone", "13800000001"), ("r1_category", "errands"), ("r1_what", "停电了，请人买药")]);
    pile.types(&[("r1_when", "today"), ("r1_place", "黄楼社区"), ("r2_serial", &second), ("r2_day", "2026-06-08")]);
    pile.types(&[("r2_time", "23:00"), ("r2_relation", "self"), ("r2_category", "repairs"), ("r2_what", "灯不亮")]);
    pile.types(&[("r2_when", "today"), ("r2_phone", "12"), ("r2_place", "黄楼社区"), ("r3_serial", &first)]);
    pile.types(&[("r3_day", "2026-06-08"), ("r3_time", "11:40"), ("r3_relation", "self"), ("r3_category", "care")]);
    pile.types(&[("r3_what", "陪陪老人"), ("r3_when", "today"), ("r3_place", "黄楼社区")]);
    let events = world.events().await;
    let checked = pile.press("check").await;
    for kept in ["停电了，请人买药", "灯不亮", "陪陪老人", "23:00", "11:40"] {
        assert!(checked.contains(kept), "{kept} is kept: {checked}");
    }
    assert!(checked.contains("张*兰") && !checked.contains("张桂兰"), "the number tells whom, masked");
    assert!(checked.contains("第 2 份：") && checked.contains("第 3 份：这一份已经录入过了"), "{checked}");
    assert!(checked.contains("<title>错误：") && checked.contains("录入 1 份"), "{checked}");
    assert_eq!(world.events().await, events, "nothing takes effect before somebody says so");
    // The second is put right in its telephone, and its time still lies ahead.
    pile.types(&[("r2_phone", "")]);
    let ahead = pile.press("check").await;
    assert!(ahead.contains("第 2 份：纸上的时间晚于现在"), "{ahead}");
    let after = pile.press("apply").await;
    assert!(after.contains("没有问题的已经录入"), "{after}");
    assert!(!after.contains("停电了，请人买药") && after.contains("灯不亮") && after.contains("陪陪老人"), "{after}");
    let matters = world.api("social").get("/api/v1/matters?kind=need").await.expect(200).json();
    assert_eq!(matters["items"].as_array().map(Vec::len), Some(1));
    // What the register knows fills what the paper leaves out, as in a call.
    let id = text(&matters["items"][0], "id");
    let whole = world.api("social").get(&format!("/api/v1/matters/{id}?protected=true")).await.expect(200).json();
    assert!(whole.to_string().contains("3 号楼 2 单元 401"), "{whole}");
    // One that is put right, and one whose number was another's.
    pile.typed.retain(|(name, _)| !name.starts_with("r1_"));
    pile.types(&[("r2_time", "11:45"), ("r3_serial", &third)]);
    let done = pile.press("apply").await;
    assert!(done.contains("已录入") && done.contains("纸上时间"), "{done}");
    assert_eq!(done.matches("· 纸上时间").count(), 3, "the batch says what each became: {done}");
    let anew = pile.client.get(&pile.entry).await.expect(200).text;
    assert!(!anew.contains("灯不亮"), "the draft is gone");
    let entry = pile.entry.clone();
    let none = pile.client.submit(&entry, &entry, &[("do", "apply")]).await.expect(422).text;
    assert!(none.contains("还没有可以录入的"), "{none}");
    assert_eq!(rows_of(&anew), 0, "no form is out any more");
    // What is to be cleared is asked for once more; what is cleared is entered nowhere.
    let other = printed(&world, "community", "need").await;
    pile.entry = format!("{}/entry", page(&other));
    pile.typed.clear();
    pile.types(&[("r1_serial", &serial(&other, 0)), ("r1_what", "写错了"), ("r2_serial", &serial(&other, 1))]);
    let checked = pile.press("check").await;
    assert!(checked.contains("写错了") && !checked.contains("要清空"), "{checked}");
    let asked = pile.press("discard").await;
    assert!(asked.contains("要清空已经填的 1 份吗") && asked.contains("写错了"), "{asked}");
    pile.press("clear").await;
    assert!(!pile.client.get(&pile.entry).await.expect(200).text.contains("写错了"));
});

db_test!(a_scanned_form_leads_to_where_it_is_entered, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (batch, sheet) = (printed(&world, "community", "need").await, printed(&world, "community", "sign_in").await);
    world.set_time("2026-06-08T12:00:00+08:00");
    let scanned = format!("/paper/form/{}", serial(&batch, 1).replace('-', ""));
    let to = |who: &'static str, scanned: String| {
        let client = world.api(who);
        async move { client.get(&scanned).await.expect(303).location.unwrap_or_default() }
    };
    let entry = to("call", scanned.clone()).await;
    assert!(entry.contains("/entry?serial="), "{entry}");
    assert!(world.api("call").get(&entry).await.expect(200).text.contains(&serial(&batch, 1)));
    assert_eq!(to("grid", scanned.clone()).await, page(&batch), "who does not enter it sees how it stands");
    enter(&world, "call", &batch, vec![need(&serial(&batch, 1), RECEIVED)], true).await;
    assert_eq!(to("call", scanned.clone()).await, page(&batch));
    let of_sheet = format!("/paper/form/{}", serial(&sheet, 0));
    assert!(to("community", of_sheet).await.contains("/entry?serial="));
    for stranger in ["zhang", "far"] {
        world.api(stranger).get(&scanned).await.expect(404);
    }
    assert!(world.visitor().get(&scanned).await.expect(303).location.unwrap_or_default().starts_with("/login"));
    world.api("call").get("/paper/form/nothing").await.expect(404);
});

db_test!(sheets_are_drawn_with_number_and_code, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (form, sheets, class) in [("need", 3, "form-sheet"), ("hazard", 1, "slip-sheet"), ("sign_in", 3, "form-sheet")]
    {
        let batch = printed(&world, "community", form).await;
        let drawn = world.api("grid").get(&format!("{}/print", page(&batch))).await.expect(200).text;
        assert_eq!(drawn.matches("class=\"qr\"").count(), 3, "{form}: {drawn}");
        assert_eq!(drawn.matches(&format!("<section class=\"{class}\"")).count(), sheets, "{form}: {drawn}");
        for serial in (0..3).map(|n| serial(&batch, n)) {
            assert!(drawn.contains(&serial), "{serial}");
        }
        assert!(
            drawn.contains(&text(&batch, "number")) && drawn.contains("演示数据") && drawn.contains("0530-0000000")
        );
    }
    let mut community = world.browser("community").await;
    let wanted = [("form", "hazard"), ("place", "黄楼社区"), ("count", "5")];
    let to = community.submit("/paper", "/paper", &wanted).await.expect(303).location.unwrap_or_default();
    let seen = community.get(&to).await.expect(200).text;
    assert!(seen.contains("隐患") && seen.contains("第 5 张"), "{seen}");
    let refused =
        community.submit("/paper", "/paper", &[("place", "没有这个村"), ("count", "5")]).await.expect(422).text;
    assert!(refused.contains("请选印哪一种表") && refused.contains("没有这个村"), "{refused}");
    let many = [("form", "need"), ("place", "黄楼社区"), ("count", "500")];
    assert!(community.submit("/paper", "/paper", &many).await.expect(422).text.contains("一批请印"));
    world.browser("zhang").await.get("/paper").await.expect(403);
});

db_test!(several_forms_are_written_off_at_once_or_none, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let batch = printed(&world, "community", "need").await;
    let spoilt = call(&batch, "/spoilt");
    let both = json!({ "serials": [serial(&batch, 0), serial(&batch, 1)], "why": "unused" });
    let after = world.api("grid").post(&spoilt, both.clone()).await.expect(200).json();
    assert_eq!((&after["spoilt"], &after["out"]), (&json!(2), &json!(1)), "{after}");
    let again = json!({ "serials": [serial(&batch, 2), serial(&batch, 1)], "why": "lost" });
    assert_eq!(text(&world.api("grid").post(&spoilt, again).await.expect(422).json(), "code"), "paper-spoilt");
    let now = world.api("grid").get(&call(&batch, "")).await.expect(200).json();
    assert_eq!(now["out"], json!(1), "all or none: {now}");
    let none = world.api("grid").post(&spoilt, json!({ "why": "lost" })).await.expect(422).json();
    assert_eq!(text(&none, "code"), "paper-spoil-none");
    // By page: ticked one by one, or all that are left.
    let batch = printed(&world, "community", "need").await;
    let to = format!("{}/spoilt", page(&batch));
    let mut community = world.browser("community").await;
    let refused = community.submit(&page(&batch), &to, &[("why", "unused")]).await.expect(422).text;
    assert!(refused.contains("请勾选要作废的表"), "{refused}");
    community.submit(&page(&batch), &to, &[("all", "yes"), ("why", "unused")]).await.expect(303);
    let now = world.api("grid").get(&call(&batch, "")).await.expect(200).json();
    assert_eq!((&now["spoilt"], &now["out"]), (&json!(3), &json!(0)), "{now}");
});

db_test!(a_form_is_typed_in_the_order_of_its_paper, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let batch = printed(&world, "community", "need").await;
    let entry = world.browser("call").await.get(&format!("{}/entry", page(&batch))).await.expect(200).text;
    let paper = world.browser("grid").await.get(&format!("{}/print", page(&batch))).await.expect(200).text;
    let order = |text: &str, words: &[&str]| -> Vec<usize> {
        words.iter().map(|word| text.find(word).unwrap_or_else(|| panic!("{word} in {text}"))).collect()
    };
    let typed = order(&entry, &["r1_what\"", "r1_place\"", "r1_address\"", "r1_level\"", "r1_day\"", "r1_time\""]);
    let printed = order(&paper, &["出了什么事", "村或社区", "楼栋或门牌", "多急", "登记时间"]);
    assert!(typed.is_sorted() && printed.is_sorted(), "{typed:?} {printed:?}");
    assert!(!paper.contains("09:00印制") && paper.contains("9:00印制"), "{paper}");
});
