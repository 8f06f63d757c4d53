use app::exchange::{imports, store};
use app::testing::{Client, World, world};
use db::db_test;
use kit::spreadsheets::{Book, Out, Sheet, read, write};
use rules::shared::ids::ImportId;
use rules::shared::{Actor, Cell, Channel};
use serde_json::json;

pub const HEADER: &str = "姓名,身份证号码,手机号,性别,出生日期,区划代码,住址\n";

/// Sends a file by the page; the address it leads to.
pub async fn upload(browser: &mut Client, intake: &str, bytes: Vec<u8>) -> (u16, String) {
    let page = browser.get("/imports").await.expect(200).text;
    let sent = browser.send_files(&page, "/imports", &[("intake", intake)], &[("file", bytes)]).await;
    let to = sent.location.clone().unwrap_or(sent.text);
    (sent.status.as_u16(), to)
}

pub async fn press(browser: &mut Client, page: &str, what: &str) {
    let action = format!("{page}/{what}");
    browser.submit(page, &action, &[]).await.expect(303);
}

pub async fn jobs(world: &World) {
    app::jobs::run_due(&world.app).await.unwrap();
}

pub async fn people_of(world: &World) -> i64 {
    let sql = "SELECT COUNT(*) FROM people_people";
    world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![]).await?) })).await.unwrap()
}

/// A file is uploaded, checked, looked at and applied; the page of its end.
pub async fn brought_in(world: &World, browser: &mut Client, intake: &str, text: &str) -> String {
    let (status, page) = upload(browser, intake, text.as_bytes().to_vec()).await;
    assert_eq!(status, 303, "{page}");
    jobs(world).await;
    let seen = browser.get(&page).await.expect(200).text;
    if seen.contains("/apply\"") {
        press(browser, &page, "apply").await;
        jobs(world).await;
    }
    browser.get(&page).await.expect(200).text
}

/// A figure of the summary.
pub fn figure(page: &str, label: &str) -> String {
    let rest = page.split(&format!("<dt>{label}</dt>")).nth(1).unwrap_or_else(|| panic!("no {label} in {page}"));
    rest.split('>').nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().trim().to_owned()
}

db_test!(people_are_checked_looked_at_and_registered_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let file = format!(
        "{HEADER}钱大爷,110105194912310011,13955550001,男,1949/12/31,371722003003,8 号楼\n\
         李建国,,13800000003,,,371722003003,\n\
         孙小妹,,13955550001,女,,371722003003,\n\
         吴某,,,,,371722003003,\n\
         郑某,110105194912310020,,,,371722003003,\n\
         王某,,13955550003,,1/5/1980,371722003003,\n\
         冯某,,13955550004,,,371703001001,\n\
         陈某,,13955550005,,,999,\n\
         =1+1,,13955550006,,,371722003003,\n"
    );
    let before = (people_of(&world).await, world.events().await);
    let (status, page) = upload(&mut community, "people", file.clone().into_bytes()).await;
    assert_eq!(status, 303, "{page}");
    jobs(&world).await;
    assert_eq!(people_of(&world).await, before.0, "checking registers nobody");
    assert_eq!(world.events().await, before.1 + 1, "and leaves no event but that it began");
    // The list calls it by the name of the file, which is kept as its rows are.
    let list = community.get("/imports").await.expect(200).text;
    assert!(list.contains(&format!("href=\"{page}\"")) && list.contains("<span>photo</span>"), "{list}");
    let seen = community.get(&page).await.expect(200).text;
    assert_eq!(
        (figure(&seen, "可以登记"), figure(&seen, "早已登记，未作改动"), figure(&seen, "不能登记")),
        ("2".into(), "1".into(), "6".into())
    );
    for said in [
        "身份证号码和手机号至少填一个",
        "分不清月和日",
        "没有权限为这个村或社区登记",
        "没有代码或名称为「999」",
        "这一格是公式",
    ] {
        assert!(seen.contains(said), "{said} in {seen}");
    }
    press(&mut community, &page, "apply").await;
    jobs(&world).await;
    let done = community.get(&page).await.expect(200).text;
    assert_eq!((figure(&done, "已登记"), figure(&done, "不能登记")), ("2".into(), "6".into()));
    assert_eq!(people_of(&world).await, before.0 + 2);
    // One event for each person beside the three of the import itself.
    assert_eq!(world.events().await, before.1 + 2 + 2);

    let after = (people_of(&world).await, brought_in(&world, &mut community, "people", &file).await);
    assert_eq!(figure(&after.1, "早已登记，未作改动"), "3", "{}", after.1);
    assert_eq!(people_of(&world).await, after.0, "the same file twice changes nothing");

    // What was refused can be taken along and corrected.
    let bytes = community.get_bytes(&format!("{page}/refused")).await;
    let table = read(&bytes, |row| row.iter().any(|name| name == "姓名")).unwrap();
    let names: Vec<String> = table.rows.iter().map(|row| row.cells[0].text().unwrap()).collect();
    assert_eq!(names, ["吴某", "郑某", "王某", "冯某", "陈某", ""]);
    assert_eq!(table.rows[2].cells[7].text().unwrap(), "7", "the row of the file");
});

db_test!(an_import_is_its_bringers_and_goes_after_a_week, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let file = format!("{HEADER}钱大爷,,13955550001,,,371722003003,\n");
    let (_, page) = upload(&mut community, "people", file.into_bytes()).await;
    jobs(&world).await;
    for (name, status) in [("admin", 404), ("social", 404), ("zhang", 404)] {
        world.api(name).get(&page).await.expect(status);
        world.api(name).get(&format!("{page}/refused")).await.expect(status);
    }
    let (status, said) = upload_as_stranger(&world, "li").await;
    assert_eq!(status, 403, "{said}");
    let rows = || async {
        let sql = "SELECT COUNT(*) FROM exchange_import_rows";
        world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![]).await?) })).await.unwrap()
    };
    assert_eq!(rows().await, 1);
    world.set_time("2026-06-15T09:00:01+08:00");
    jobs(&world).await;
    assert_eq!(rows().await, 0);
    let page = world.browser("community").await.get(&page).await.expect(200).text;
    assert!(page.contains("表格内容已经删除"), "{page}");
});

async fn upload_as_stranger(world: &World, name: &str) -> (u16, String) {
    let mut browser = world.browser(name).await;
    let own = browser.get("/me").await.expect(200).text;
    let answered = browser.send_form_to(&own, "/logout", "/imports", &[("intake", "people")]).await;
    (answered.status.as_u16(), answered.text)
}

db_test!(a_cancelled_import_keeps_what_was_applied_and_no_more, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let lines: String = (0..600).map(|n| format!("张{n},,139{n:08},,,371722003003,\n")).collect();
    let before = people_of(&world).await;
    let (_, page) = upload(&mut community, "people", format!("{HEADER}{lines}").into_bytes()).await;
    jobs(&world).await;
    press(&mut community, &page, "apply").await;
    // A worker that is killed after one batch: what it did stands, and what it had not done is there to go on with.
    let id: ImportId = page.rsplit('/').next().unwrap().parse().unwrap();
    let now = world.app.now();
    let more =
        world.app.write(move |mut tx| Box::pin(async move { imports::advance(&mut tx, now, id).await })).await.unwrap();
    assert!(more);
    let half = people_of(&world).await - before;
    assert_eq!(half, 250);
    let seen = community.get(&page).await.expect(200).text;
    assert!(seen.contains("已处理 250 行，共 600 行"), "{seen}");
    press(&mut community, &page, "cancel").await;
    jobs(&world).await;
    assert_eq!(people_of(&world).await - before, 250);
    let seen = community.get(&page).await.expect(200).text;
    assert_eq!(figure(&seen, "已登记"), "250");
    // The header is row 1: who looks after the rest goes on behind row 251.
    assert!(seen.contains("登记到表格的第 251 行为止") && seen.contains("不会重复登记"), "{seen}");
    let api = world.api("community").get(&format!("/api/v1{page}")).await.expect(200).json();
    assert_eq!((&api["state"], &api["entered_to"]), (&json!("cancelled"), &json!(251)), "{api}");
    let again = brought_in(&world, &mut community, "people", &format!("{HEADER}{lines}")).await;
    assert_eq!(
        (figure(&again, "已登记"), figure(&again, "早已登记，未作改动")),
        ("350".into(), "250".into()),
        "{again}"
    );
    assert_eq!(people_of(&world).await - before, 600);
});

db_test!(an_import_goes_on_where_it_was_killed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let lines: String = (0..300).map(|n| format!("张{n},,139{n:08},,,371722003003,\n")).collect();
    let before = people_of(&world).await;
    let (_, page) = upload(&mut community, "people", format!("{HEADER}{lines}").into_bytes()).await;
    jobs(&world).await;
    press(&mut community, &page, "apply").await;
    let id: ImportId = page.rsplit('/').next().unwrap().parse().unwrap();
    let now = world.app.now();
    world.app.write(move |mut tx| Box::pin(async move { imports::advance(&mut tx, now, id).await })).await.unwrap();
    jobs(&world).await;
    let done = community.get(&page).await.expect(200).text;
    assert_eq!((figure(&done, "已登记"), people_of(&world).await - before), ("300".into(), 300));
});

db_test!(teams_and_credentials_come_in_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    let teams = "服务队名称,区划代码,队员姓名,手机号,职务\n\
                 东关暖心队,371722003004,,,\n\
                 黄楼夕阳红队,371722003003,李建国,13800000003,队长\n\
                 黄楼夕阳红队,371722003003,王淑珍,13800000004,\n\
                 黄楼夕阳红队,371722003003,张桂兰,13800000001,\n\
                 黄楼夕阳红队,371722003003,无名氏,13955559999,\n";
    let done = brought_in(&world, &mut social, "teams", teams).await;
    assert_eq!((figure(&done, "已登记"), figure(&done, "不能登记")), ("3".into(), "2".into()), "{done}");
    assert!(done.contains("还没有登记这个人"), "{done}");
    let again = brought_in(&world, &mut social, "teams", teams).await;
    assert_eq!((figure(&again, "早已登记，未作改动"), figure(&again, "不能登记")), ("3".into(), "2".into()), "{again}");
    let found = world.api("social").get("/api/v1/organisations?kind=team").await.expect(200).text;
    assert_eq!(found.matches("黄楼夕阳红队").count(), 1, "{found}");

    let aid = "姓名,手机号,技能或证书,证书编号,发证单位,发证日期\n\
               李建国,13800000003,急救员,A-1,市红十字会,2026年3月1日\n\
               王淑珍,13800000004,急救员,A-2,市红十字会,3/1/2026\n";
    let done = brought_in(&world, &mut social, "credentials", aid).await;
    assert_eq!((figure(&done, "已登记"), figure(&done, "不能登记")), ("1".into(), "1".into()), "{done}");
    let again = brought_in(&world, &mut social, "credentials", aid).await;
    assert_eq!(figure(&again, "早已登记，未作改动"), "1", "{again}");
});

db_test!(volunteer_numbers_come_in_once_and_one_to_a_person, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let file = "姓名,手机号,志愿者编号\n李建国,13800000003,SD0000001\n没有的人,13955550009,SD0000002\n\
                李建国,13800000003,11010519491231002X\n";
    let done = brought_in(&world, &mut community, "volunteer_numbers", file).await;
    assert_eq!((figure(&done, "已登记"), figure(&done, "不能登记")), ("1".into(), "2".into()), "{done}");
    let again = brought_in(&world, &mut community, "volunteer_numbers", file).await;
    assert_eq!(figure(&again, "早已登记，未作改动"), "1", "{again}");
    let whole = world.api("li").get(&format!("/api/v1/people/{}", world.person("li"))).await.expect(200).json();
    assert_eq!(whole["volunteering"]["number"], "SD0000001", "{whole}");
});

db_test!(a_file_that_cannot_be_used_says_what_to_do, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let none: &[(&str, &str, Vec<u8>, &str)] = &[
        ("no kind", "", b"x".to_vec(), "请选择导入什么"),
        ("a photo", "people", b"\xff\xd8\xff\0".to_vec(), "不是表格文件"),
        ("another table", "people", "甲,乙\n1,2\n".as_bytes().to_vec(), "没有找到表头"),
        ("a column missing", "people", "姓名,手机号\n张三,139\n".as_bytes().to_vec(), "缺少「区划代码」"),
        ("a column twice", "people", "姓名,姓名,区划代码\n张三,李四,1\n".as_bytes().to_vec(), "出现了两次"),
        ("nothing in it", "people", HEADER.as_bytes().to_vec(), "没有内容"),
    ];
    for (name, intake, bytes, said) in none {
        let (status, page) = upload(&mut community, intake, bytes.clone()).await;
        assert_eq!(status, 422, "{name}");
        assert!(page.contains(said), "{name}: {page}");
    }
    let template = community.get_bytes("/imports/template/people").await;
    let table = read(&template, |row| row.len() > 2).unwrap();
    assert_eq!(table.header[0], "姓名*");
    // A filled template comes in.
    let cell = |text: &str| Out::from(text);
    let row = ["钱大爷", "", "13955550001", "男", "1949-12-31", "371722003003", ""].map(cell).to_vec();
    let book = Book { pages: vec![Sheet { name: "人员".into(), header: table.header, rows: vec![row] }] };
    let (status, page) = upload(&mut community, "people", write(&book).unwrap()).await;
    assert_eq!(status, 303, "{page}");
    jobs(&world).await;
    assert_eq!(figure(&community.get(&page).await.expect(200).text, "可以登记"), "1");
});

// The command line brings in what the pages do, by the same way.
db_test!(what_is_brought_in_is_sealed_while_it_waits, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let who = Actor { channel: Channel::CommandLine, ..Actor::system() };
    let file = format!("{HEADER}金丝雀,,13970707071,,,371722003003,金丝雀巷\n吴某,,,,,371722003003,金丝雀巷\n");
    let intake = imports::intake("people").unwrap();
    let id = imports::take_in(&world.app, &who, Cell::ROOT, intake, file.into_bytes()).await.unwrap();
    world
        .app
        .act(&who, id, |mut tx, who, at, id| {
            Box::pin(async move {
                imports::start(&mut tx, &who, at, id).await?;
                while imports::advance(&mut tx, at, id).await? {}
                Ok(())
            })
        })
        .await
        .unwrap();
    let (counts, kept) = world
        .app
        .read(move |mut tx| {
            Box::pin(async move {
                let counts = store::counts(&mut tx, id).await?;
                #[derive(serde::Deserialize)]
                struct Row {
                    cells_sealed: Vec<u8>,
                }
                let sql = "SELECT cells_sealed FROM exchange_import_rows";
                Ok((counts, tx.all::<Row>(sql, db::args![]).await?))
            })
        })
        .await
        .unwrap();
    assert_eq!((counts.new, counts.refused), (1, 1));
    for row in kept {
        let text = String::from_utf8_lossy(&row.cells_sealed).into_owned();
        assert!(!text.contains("金丝雀") && !text.contains("13970707071"));
    }
    let events = world.events_text().await;
    assert!(!events.contains("金丝雀"), "{events}");
});

db_test!(a_row_with_an_impossible_day_of_birth_is_not_registered, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    // Also of somebody who is registered already.
    let file = format!(
        "{HEADER}钱大爷,,13955550001,,2040-01-01,371722003003,\n李建国,,13800000003,,1700-01-01,371722003003,\n\
         孙小妹,,13955550002,,1975-05-20,371722003003,\n"
    );
    let (_, page) = upload(&mut community, "people", file.into_bytes()).await;
    jobs(&world).await;
    let seen = community.get(&page).await.expect(200).text;
    assert_eq!((figure(&seen, "可以登记"), figure(&seen, "不能登记")), ("1".into(), "2".into()), "{seen}");
});

/// What the preview says of each row, in the order of the page: number, column, reason.
pub fn reasons(page: &str) -> Vec<String> {
    let body = page.split("<tbody>").nth(1).and_then(|rest| rest.split("</tbody>").next()).unwrap_or_default();
    let cell = |cell: &str| cell.split_once('>').map_or("", |(_, rest)| rest).split("</td>").next().unwrap().to_owned();
    let cells = |row: &str| row.split("<td").skip(1).map(cell).collect::<Vec<_>>().join(" | ");
    body.split("<tr>").skip(1).map(cells).collect()
}

db_test!(all_that_is_wrong_with_a_row_is_named, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    for (intake, file, said) in [
        (
            "people",
            format!("{HEADER}吴某,123,12,不详,2026/13/40,999,\n"),
            vec!["区划代码", "身份证号码", "手机号", "性别", "出生日期"],
        ),
        (
            "teams",
            "服务队名称,区划代码,队员姓名,手机号,职务\n甲队,999,张三,12,司令\n".into(),
            vec!["区划代码", "职务", "手机号"],
        ),
        (
            "credentials",
            "姓名,手机号,技能或证书,证书编号,发证单位,发证日期\n李建国,12,,A-1,市红十字会,昨天\n".into(),
            vec!["手机号", "技能或证书", "发证日期"],
        ),
        ("volunteer_numbers", "姓名,手机号,志愿者编号\n李建国,12,!\n".into(), vec!["手机号", "志愿者编号"]),
        (
            "people",
            format!("{HEADER}吴某,,13955550001,,2026/13/40,999,{}\n", "长".repeat(300)),
            vec!["区划代码", "出生日期", "住址"],
        ),
        (
            "credentials",
            format!(
                "姓名,手机号,技能或证书,证书编号,发证单位,发证日期,有效期至\n\
                 李建国,13800000003,急救员,{},市红十字会,2026-03-01,2025-03-01\n",
                "1".repeat(300)
            ),
            vec!["证书编号", "有效期至"],
        ),
    ] {
        let page = brought_in(&world, &mut community, intake, &file).await;
        let found = reasons(&page);
        let columns: Vec<&str> = found.iter().map(|row| row.split(" | ").nth(1).unwrap()).collect();
        assert_eq!(columns, said, "{intake}: {found:?}");
        assert!(found.iter().all(|row| row.starts_with("2 | ")), "{found:?}");
        assert_eq!(figure(&page, "不能登记"), "1", "rows are counted, not mistakes");
    }
});

db_test!(a_place_may_be_named, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let more = "code,name,parent,level\n371703001,天中街道,371703,township\n371703,定陶区,3717,county\n\
                3717,菏泽市,37,city\n371703001002,东关社区居民委员会,371703001,village\n\
                371703001003,黄楼社区居民委员会,371703001,village\n";
    let more = app::places::actions::read_divisions(more).unwrap();
    let system = Actor::system();
    let done = world.app.act(&system, more, |mut tx, who, at, more| {
        Box::pin(async move { app::places::actions::import_divisions(&mut tx, &who, at, &more).await })
    });
    assert_eq!(done.await.unwrap().added, 2);
    let mut community = world.browser("community").await;
    let places =
        ["黄楼社区", "菏泽市单县园艺街道黄楼社区居民委员会", "单县/黄楼社区", "黄楼", "定陶区北关社区", "东关社区"];
    let lines: String = places.iter().zip(0..).map(|(at, n)| format!("张{n},,1395555000{n},,,{at},\n")).collect();
    let page = brought_in(&world, &mut community, "people", &format!("{HEADER}{lines}")).await;
    assert_eq!(figure(&page, "已登记"), "3", "{page}");
    let found = reasons(&page);
    assert!(found[0].starts_with("5 | 区划代码 | 没有代码或名称为「黄楼」"), "{found:?}");
    assert!(found[1].contains("没有权限为这个村或社区登记"), "{found:?}");
    let both = "371703001002 菏泽市定陶区天中街道东关社区; 371722003004 菏泽市单县园艺街道东关社区";
    assert!(found[2].contains("不止一个") && found[2].contains(both), "{found:?}");
});

db_test!(a_table_is_brought_in_by_a_program, app::migrations::STEPS, |db| async move {
    const PEOPLE: &str = "/api/v1/imports?intake=people";
    let world = world(db, &[]).await;
    let community = world.api("community");
    let file = format!("{HEADER}钱大爷,,13955550001,,,371722003003,\n吴某,,,,,371722003003,\n").into_bytes();
    let csv = "text/csv; charset=utf-8";
    let sent = community.post_file(PEOPLE, csv, file.clone(), Some("monday")).await.expect(201).json();
    let again = community.post_file(PEOPLE, csv, file.clone(), Some("monday")).await.expect(201).json();
    assert_eq!((&sent["state"], &sent["rows"], &sent["id"]), (&json!("checking"), &json!(2), &again["id"]));
    jobs(&world).await;
    let listed = community.get("/api/v1/imports").await.expect(200).json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "sent twice, taken in once: {listed}");
    let path = format!("/api/v1/imports/{}", sent["id"].as_str().unwrap());
    let checked = community.get(&path).await.expect(200).json();
    assert_eq!([&checked["state"], &checked["new"], &checked["refused"]], [&json!("checked"), &json!(1), &json!(1)]);
    let problem = json!({ "row": 3, "column": "id_number", "code": "intake-no-identity",
        "detail": "身份证号码和手机号至少填一个。" });
    assert_eq!(checked["problems"], json!([problem]));
    for name in ["admin", "social", "zhang"] {
        world.api(name).get(&path).await.expect(404);
    }

    let people = people_of(&world).await;
    community.post(&format!("{path}/application"), json!({})).await.expect(200);
    jobs(&world).await;
    let done = community.get(&path).await.expect(200).json();
    assert_eq!([&done["state"], &done["added"], &done["refused"]], [&json!("done"), &json!(1), &json!(1)], "{done}");
    assert_eq!(people_of(&world).await, people + 1);
    let refused = community.post(&format!("{path}/application"), json!({})).await.expect(422).json();
    assert_eq!(refused["code"], "import-state");

    let cell = |text: &str| Out::from(text);
    let header = ["姓名", "手机号", "区划代码"].map(str::to_owned).to_vec();
    let row = ["孙大爷", "13955550002", "371722003003"].map(cell).to_vec();
    let book = write(&Book { pages: vec![Sheet { name: "人员".into(), header, rows: vec![row] }] }).unwrap();
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let sent = community.post_file(PEOPLE, xlsx, book, None).await.expect(201).json();
    let path = format!("/api/v1/imports/{}", sent["id"].as_str().unwrap());
    let ended = community.post(&format!("{path}/cancellation"), json!({})).await.expect(200).json();
    assert_eq!((&ended["state"], &ended["added"]), (&json!("cancelled"), &json!(0)));
});

db_test!(a_program_is_told_why_its_table_is_not_taken, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let file = || HEADER.as_bytes().to_vec();
    let people = "/api/v1/imports?intake=people";
    for (name, address, kind, status, code) in [
        ("community", people, "application/json", 415, "not-a-table"),
        ("community", people, "text/csv", 422, "sheet-empty"),
        ("community", "/api/v1/imports?intake=cats", "text/csv", 400, "query-value"),
        ("li", people, "text/csv", 403, "forbidden"),
        ("nobody", people, "text/csv", 401, "unauthorized"),
    ] {
        let client = if name == "nobody" { world.visitor() } else { world.api(name) };
        let said = client.post_file(address, kind, file(), None).await.expect(status).json();
        assert_eq!(said["code"], code, "{name} {address} {kind}: {said}");
    }
});

db_test!(a_table_names_its_columns_in_either_language_or_by_key, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let community = world.api("community");
    let files = [
        "姓名,手机号,区划代码\n钱大爷,13955550001,371722003003\n",
        "Name,Phone,Place code\n孙大爷,13955550002,371722003003\n",
        "name,phone,place\n周大爷,13955550003,371722003003\n",
        "name;birth_date;phone;place\n吴大爷;1949-12-31;13955550004;371722003003\n",
        "name\tPhone\t区划代码\n郑大爷\t13955550005\t371722003003\n",
    ];
    for file in files {
        let sent =
            community.post_file("/api/v1/imports?intake=people", "text/csv", file.as_bytes().to_vec(), None).await;
        let path = format!("/api/v1/imports/{}", sent.expect(201).json()["id"].as_str().unwrap());
        jobs(&world).await;
        let checked = community.get(&path).await.expect(200).json();
        assert_eq!([&checked["new"], &checked["refused"], &checked["unknown_columns"]], [1, 0, 0], "{file}: {checked}");
    }
});

db_test!(a_program_learns_which_tables_can_be_brought_in, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let list = world.api("community").preferring("en").get("/api/v1/intakes").await.expect(200).json();
    let people = list["items"].as_array().unwrap().iter().find(|intake| intake["intake"] == "people").expect("people");
    assert_eq!(people["name"], json!({ "zh": "人员", "en": "People" }));
    let place = people["columns"].as_array().unwrap().iter().find(|column| column["key"] == "place").expect("a place");
    assert_eq!((&place["heading"], &place["needed"]), (&json!({ "zh": "区划代码", "en": "Place code" }), &json!(true)));
    assert!(place["takes"]["en"].as_str().unwrap().contains("12 digits"), "{place}");
    // What is listed is what an import takes: a header of its keys is one.
    for intake in list["items"].as_array().unwrap() {
        let keys: Vec<&str> =
            intake["columns"].as_array().unwrap().iter().map(|c| c["key"].as_str().unwrap()).collect();
        let file = format!("{}\n{}\n", keys.join(","), vec!["x"; keys.len()].join(","));
        let address = format!("/api/v1/imports?intake={}", intake["intake"].as_str().unwrap());
        let sent =
            world.api("community").post_file(&address, "text/csv", file.into_bytes(), None).await.expect(201).json();
        assert_eq!(sent["rows"], 1, "{address}");
    }
    world.api("li").get("/api/v1/intakes").await.expect(403);
});
