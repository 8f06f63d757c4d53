use app::testing::{Client, world};
use db::db_test;
use kit::spreadsheets::{Table, read};

use crate::lived_in::{asked_to_correct, lived_in};
use crate::service::{confirm, late};

/// Presses the button below a list; the table that comes.
pub async fn taken(client: &mut Client, page: &str, action: &str) -> Table {
    let answered = client.submit(page, action, &[]).await.expect(200);
    read(&answered.bytes, |row| row.len() > 1).unwrap_or_else(|fault| panic!("{page}: {fault}"))
}

pub fn texts(table: &Table) -> String {
    let rows = table.rows.iter().map(|row| row.cells.iter().map(|c| c.text().unwrap()).collect::<Vec<_>>().join(" | "));
    rows.collect::<Vec<_>>().join("\n")
}

db_test!(a_list_is_taken_along_as_its_page_shows_it, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let world = &lived.world;
    let lists = [
        ("community", "/people", "/people/export", "张桂兰"),
        ("community", "/people?q=张桂兰", "/people/export", "张桂兰"),
        ("community", "/organisations", "/organisations/export", "黄楼社区邻里服务队"),
        ("social", "/desk", "/desk/export", "黄楼社区"),
        ("li", "/tasks", "/tasks/export", "陪同取药"),
        ("li", "/me/hours", "/me/hours/export", "小区清扫"),
        ("community", "/desk/certificates", "/desk/certificates/export", "李建国"),
        ("social", "/desk/reviews", "/desk/reviews/export", "王淑珍"),
        ("social", "/desk/corrections", "/desk/corrections/export", "张桂兰"),
        ("supervisor", "/assessments", "/assessments/export", "把住址给接单的志愿者"),
        ("grid", "/handling", "/handling/export", "消防通道"),
        ("social", "/report/needs_raised/records?place=371722", "/report/needs_raised/records/export", "黄楼社区"),
    ];
    for (name, page, action, said) in lists {
        let mut browser = world.browser(name).await;
        let before = world.events().await;
        let table = taken(&mut browser, page, action).await;
        assert_eq!(world.events().await, before + 1, "{page}: taking along is written down");
        let rows = texts(&table);
        assert!(rows.contains(said), "{said} on {page}: {rows}");
        for hidden in ["13800000001", "13800000003", "3 号楼"] {
            assert!(!rows.contains(hidden), "{hidden} from {page}: {rows}");
        }
        assert_eq!(table.further, 1, "and a sheet that says what it is");
        // A matter is called as on its page, with the letter of its kind.
        assert!(page != "/desk" || rows.lines().all(|line| line.starts_with("Q ") || line.starts_with("H ")), "{rows}");
        // In the reader's language.
        let english = taken(&mut browser, &format!("/en{page}"), &format!("/en{action}")).await;
        assert_ne!(english.header, table.header, "{page}");
        assert_eq!(english.rows.len(), table.rows.len(), "{page}");
    }
    let mut community = world.browser("community").await;
    let all = taken(&mut community, "/people", "/people/export").await;
    let one = taken(&mut community, "/people?q=张桂兰", "/people/export").await;
    assert!(one.rows.len() == 1 && all.rows.len() > 10, "narrowed as the page was");
    let events = world.events_text().await;
    assert!(events.contains("\"list\":\"people\"") && !events.contains("张桂兰"), "{events}");
});

db_test!(nobody_takes_along_what_they_do_not_see, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (name, action) in [("zhang", "/people/export"), ("li", "/organisations/export"), ("zhang", "/desk/export")] {
        // With a form of their own page, sent elsewhere.
        let mut browser = world.browser(name).await;
        let own = browser.get("/me").await.expect(200).text;
        let before = world.events().await;
        let answered = browser.send_form_to(&own, "/logout", action, &[]).await;
        assert!([403, 404].contains(&answered.status.as_u16()), "{name} {action}: {}", answered.status);
        assert_eq!(world.events().await, before, "{name} {action}");
    }
});

db_test!(the_log_of_reads_is_taken_along_and_says_so, app::migrations::STEPS, |db| async move {
    let world = lived_in(db).await.world;
    let (neighbour, id) = (world.api("neighbour"), world.person("neighbour").to_string());
    let page = format!("/corrections/{}", asked_to_correct(&neighbour, &id, "13900001111").await);
    let mut community = world.browser("community").await;
    community.submit(&page, &format!("{page}/protected"), &[]).await.expect(200);
    let mut auditor = world.browser("auditor").await;
    let rows = texts(&taken(&mut auditor, "/reads", "/reads/export").await);
    let line = rows.lines().find(|line| line.contains("孙秀英")).unwrap_or_else(|| panic!("{rows}"));
    assert!(line.starts_with("郑主任 | 孙秀英 | 申请更正的内容 | 核实更正申请 | 2026-06-08"), "{line}");
    assert!(!line.contains('您') && !rows.contains("13900001111"), "{rows}");
    // On the page the same words, for a third person.
    let shown = auditor.get("/reads").await.expect(200).text;
    assert!(shown.contains("申请更正的内容") && !shown.contains("您申请更正的内容"), "{shown}");
    let own = world.browser("neighbour").await.get("/me/readers").await.expect(200).text;
    assert!(
        own.contains("您申请更正的内容") && own.contains("秦审计"),
        "whose log it is sees who took it along: {own}"
    );
    // Narrowed as the page was.
    let own = texts(&taken(&mut auditor, "/reads?reader=%E7%A7%A6%E5%AE%A1%E8%AE%A1", "/reads/export").await);
    assert!(!own.is_empty() && own.lines().all(|line| line.starts_with("秦审计 | ")), "{own}");
    for (name, action) in [("zhang", "/reads/export"), ("social", "/assessments/export"), ("li", "/handling/export")] {
        let mut browser = world.browser(name).await;
        let own = browser.get("/me").await.expect(200).text;
        let refused = browser.send_form_to(&own, "/logout", action, &[]).await;
        assert!([403, 404].contains(&refused.status.as_u16()), "{name} {action}: {}", refused.status);
    }
});

db_test!(a_file_is_called_as_its_reader_calls_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let chinese = community.submit("/people", "/people/export", &[]).await.expect(200).disposition.unwrap();
    // 荷邻-…: programs that read ASCII alone keep the other name.
    assert!(chinese.contains("filename=\"helin-people.xlsx\"; filename*=UTF-8''%E8%8D%B7%E9%82%BB-"), "{chinese}");
    let english = community.submit("/en/people", "/en/people/export", &[]).await.expect(200).disposition.unwrap();
    assert_eq!(english, "attachment; filename=\"helin-people.xlsx\"");
    let copy = community.get("/me/data/copy.json").await.expect(200).disposition.unwrap();
    assert!(copy.contains("helin-my-data.json") && copy.contains("filename*=UTF-8''"), "{copy}");
    let table = world.visitor().get("/report/needs_raised/table.csv").await.expect(200).disposition.unwrap();
    assert!(table.contains("filename*=UTF-8''") && table.ends_with(".csv"), "{table}");
});

db_test!(rows_behind_a_figure_have_the_columns_that_they_fill, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let mut social = lived.world.browser("social").await;
    let page = "/report/needs_raised/records";
    let needs = taken(&mut social, &format!("{page}?place=371722"), &format!("{page}/export")).await;
    assert_eq!(needs.header, ["序号", "编号", "内容", "日期", "地方"], "no volunteer and no minutes");
    let day = |cell: Option<&str>| cell.is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok());
    for row in &needs.rows {
        assert!(day(row.cells[3].text().ok().as_deref()), "{:?}", row.cells);
    }
    let (_, record) = late(&lived.world, "wang", "wang", "2026-06-05").await;
    let record = record["id"].as_str().unwrap_or_default();
    assert_eq!(confirm(&lived.world, "community", record).await.0, 200);
    let page = "/report/hours_confirmed_late/records";
    let hours = taken(&mut social, &format!("{page}?place=371722"), &format!("{page}/export")).await;
    assert!(
        hours.header.contains(&"姓名".to_owned()) && !hours.header.contains(&"编号".to_owned()),
        "{:?}",
        hours.header
    );
    assert!(hours.header.last().is_some_and(|last| last.contains("分钟")), "{:?}", hours.header);
});
