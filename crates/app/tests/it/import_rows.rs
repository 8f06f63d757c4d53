//! What a table that is brought in becomes, row by row, and who may bring in which.

use app::testing::world;
use db::db_test;
use kit::spreadsheets::{Book, Out, Sheet, read, write};
use serde_json::{Value, json};

use super::imports::{HEADER, brought_in, figure, jobs, people_of, press, reasons, upload};
use super::told::messages;

const TEAM: &str = "服务队名称,区划代码,专业类别,队员姓名,手机号,职务\n";

/// The rows of an import, as a program is told of them.
async fn rows(client: &app::testing::Client, page: &str) -> Vec<Value> {
    let list = client.get(&format!("/api/v1{page}/rows")).await.expect(200).json();
    list["items"].as_array().cloned().unwrap_or_default()
}

db_test!(a_table_puts_nobody_into_a_team_nor_at_its_head, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    // 张桂兰 is no volunteer: she may be asked to lead, as on the page of the team, and is no member before she is one.
    let file = format!(
        "{TEAM}黄楼夕阳红队,371722003003,,张桂兰,13800000001,队长\n\
         黄楼夕阳红队,371722003003,,王淑珍,13800000004,队员\n\
         黄楼夕阳红队,371722003003,,孙秀英,13800000002,队员\n"
    );
    let (_, page) = upload(&mut social, "teams", file.clone().into_bytes()).await;
    jobs(&world).await;
    let seen = social.get(&page).await.expect(200).text;
    assert_eq!((figure(&seen, "可以登记"), figure(&seen, "其中请本人答复后入队")), ("2".into(), "2".into()), "{seen}");
    assert!(seen.contains("会请本人答复，答应以后入队") && seen.contains("还没有登记为志愿者"), "{seen}");
    assert!(messages(&world, "team_asked").await.is_empty(), "checking asks nobody");
    press(&mut social, &page, "apply").await;
    jobs(&world).await;
    let done = social.get(&page).await.expect(200).text;
    assert_eq!((figure(&done, "已登记"), figure(&done, "其中请本人答复后入队")), ("2".into(), "2".into()), "{done}");
    assert_eq!(messages(&world, "team_asked").await.len(), 2);
    let zhang = world.api("zhang").get("/api/v1/me").await.expect(200).json();
    assert!(!zhang["roles"].to_string().contains("team_leader"), "{zhang}");
    let question = zhang["asked"][0]["id"].as_str().expect("a question").to_owned();
    assert_eq!(zhang["asked"][0]["role"], "team_leader");
    let whole = world.api("social").get(&format!("/api/v1{page}")).await.expect(200).json();
    assert_eq!((&whole["added"], &whole["asked"], &whole["refused"]), (&json!(2), &json!(2), &json!(1)), "{whole}");
    // Before they answer, the same file asks nobody again.
    let again = brought_in(&world, &mut social, "teams", &file).await;
    assert_eq!((figure(&again, "早已登记，未作改动"), figure(&again, "不能登记")), ("2".into(), "1".into()), "{again}");
    assert_eq!(messages(&world, "team_asked").await.len(), 2);
    world.api("zhang").post(&format!("/api/v1/memberships/{question}/acceptance"), json!({})).await.expect(200);
    let zhang = world.api("zhang").get("/api/v1/me").await.expect(200).json();
    assert!(zhang["roles"].to_string().contains("team_leader"), "{zhang}");
});

db_test!(a_preview_says_row_by_row_who_comes_in, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let lines: String = (0..60).map(|n| format!("张{n},,139{n:08},,,371722003003,\n")).collect();
    // 李建国 gave his number first; 李小妹 shares it.
    let file = format!("{HEADER}李建国,,13800000003,,,371722003003,\n李小妹,,13800000003,,,371722003003,\n{lines}");
    let (_, page) = upload(&mut community, "people", file.into_bytes()).await;
    jobs(&world).await;
    let seen = community.get(&page).await.expect(200).text;
    assert!(seen.contains("李小妹　371722003003") && seen.contains("这个号码先登记在别人名下"), "{seen}");
    assert!(seen.contains("张47　") && !seen.contains("张48　"), "fifty rows a page: {seen}");
    assert!(!seen.contains("13900000001"), "no numbers: {seen}");
    let next = seen.split("href=\"").filter_map(|part| part.split('"').next()).find(|href| href.contains("cursor="));
    let next = next.unwrap_or_else(|| panic!("{seen}")).replace("&#38;", "&").replace("&amp;", "&");
    assert!(community.get(&next).await.expect(200).text.contains("张48　"));
    let api = world.api("community");
    let told = rows(&api, &page).await;
    let state = |row: &Value| (row["row"].clone(), row["state"].clone(), row["remarks"][0]["code"].clone());
    assert_eq!(state(&told[0]), (json!(2), json!("same"), Value::Null), "{told:?}");
    assert_eq!(state(&told[1]), (json!(3), json!("new"), json!("phone-shared")), "{told:?}");
    assert!(told.iter().all(|row| row["id"].is_null()), "checked, nobody is entered yet: {told:?}");
    press(&mut community, &page, "apply").await;
    jobs(&world).await;
    let done = rows(&api, &page).await;
    let entered = done[1]["id"].as_str().expect("who came in").to_owned();
    let sister = community.get(&format!("/people/{entered}")).await.expect(200).text;
    assert!(sister.contains("李小妹"), "{sister}");
    assert!(community.get(&page).await.expect(200).text.contains(&format!("href=\"/people/{entered}\"")));
    for other in ["social", "zhang"] {
        world.api(other).get(&format!("/api/v1{page}/rows")).await.expect(404);
    }
});

db_test!(a_number_that_contradicts_its_row_is_refused, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    // The number is a woman's, born on the last day of 1949.
    let number = "11010519491231002X";
    let file = format!(
        "{HEADER}甲某,{number},,男,,371722003003,\n乙某,{number},,,1950-01-01,371722003003,\n\
         丙某,{number},,男,1975-05-20,371722003003,\n丁某,{number},,女,1949-12-31,371722003003,\n"
    );
    let before = people_of(&world).await;
    let done = brought_in(&world, &mut community, "people", &file).await;
    assert_eq!((figure(&done, "已登记"), figure(&done, "不能登记")), ("1".into(), "3".into()), "{done}");
    let columns: Vec<String> = reasons(&done).iter().map(|row| row.split(" | ").take(2).collect()).collect();
    assert_eq!(columns, ["2性别", "3出生日期", "4出生日期", "4性别"]);
    assert_eq!(people_of(&world).await, before + 1);
});

db_test!(what_was_not_read_is_named_and_our_own_columns_are_known, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let file =
        "姓名,手机号,区划代码,备注,,爱好\n吴某,,371722003003,急,有人,太极拳\n钱大爷,13955550001,371722003003,,,\n";
    let (_, page) = upload(&mut community, "people", file.as_bytes().to_vec()).await;
    jobs(&world).await;
    let seen = community.get(&page).await.expect(200).text;
    assert!(seen.contains("这些列不认识，没有读：备注、E、爱好。"), "{seen}");
    let whole = world.api("community").get(&format!("/api/v1{page}")).await.expect(200).json();
    assert_eq!((&whole["unknown_columns"], &whole["unread_columns"]), (&json!(3), &json!(["备注", "E", "爱好"])));
    // The file of refused rows comes back as it is.
    let bytes = community.get_bytes(&format!("{page}/refused")).await;
    assert!(read(&bytes, |row| row.iter().any(|name| name == "姓名")).unwrap().header.len() > 3);
    let (status, back) = upload(&mut community, "people", bytes).await;
    assert_eq!(status, 303, "{back}");
    jobs(&world).await;
    let seen = community.get(&back).await.expect(200).text;
    assert!(!seen.contains("不认识") && figure(&seen, "不能登记") == "1", "{seen}");
    for nothing in ["", "\n\n", ",,,\n"] {
        let (status, said) = upload(&mut community, "people", nothing.as_bytes().to_vec()).await;
        assert_eq!(status, 422, "{said}");
        assert!(said.contains("文件是空的") || said.contains("请选择一个表格文件"), "{nothing:?}: {said}");
    }
});

db_test!(what_a_row_says_otherwise_of_a_team_is_not_dropped_without_a_word, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    let file = format!(
        "{TEAM}黄楼夕阳红队,371722003003,助老,,,\n黄楼夕阳红队,371722003003,医疗,,,\n黄楼夕阳红队,371722003003,助老,,,\n"
    );
    let (_, page) = upload(&mut social, "teams", file.into_bytes()).await;
    jobs(&world).await;
    let told = rows(&world.api("social"), &page).await;
    let state = |row: &Value| {
        let remarks = row["remarks"].as_array().into_iter().flatten();
        (row["state"].clone(), remarks.map(|remark| remark["code"].clone()).collect::<Vec<_>>())
    };
    let repeats = json!("repeats-row");
    let expected = [
        (json!("new"), vec![]),
        (json!("repeated"), vec![repeats.clone(), json!("labels-differ")]),
        (json!("repeated"), vec![repeats]),
    ];
    assert_eq!(told.iter().map(state).collect::<Vec<_>>(), expected, "{told:?}");
    assert!(social.get(&page).await.expect(200).text.contains("表里的专业类别「医疗」和已登记的不同"));

    let aid =
        "姓名,手机号,技能或证书,证书编号,发证单位,发证日期\n李建国,13800000003,急救员,A-1,市红十字会,2026-06-09\n";
    let done = brought_in(&world, &mut social, "credentials", aid).await;
    assert_eq!(figure(&done, "不能登记"), "1", "{done}");
    assert!(reasons(&done)[0].starts_with("2 | 发证日期 | 发证日期在今天以后"), "{:?}", reasons(&done));
});

db_test!(nobody_is_offered_a_table_they_may_enter_no_row_of, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let offered = async |name: &str| {
        let list = world.api(name).get("/api/v1/intakes").await.expect(200).json();
        let names = list["items"].as_array().into_iter().flatten().map(|one| one["intake"].clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(offered("community").await, ["people", "teams", "credentials", "volunteer_numbers"]);
    assert_eq!(offered("admin").await, ["people", "teams"]);
    let mut admin = world.browser("admin").await;
    let page = admin.get("/imports").await.expect(200).text;
    assert!(page.contains("value=\"teams\"") && !page.contains("value=\"credentials\""), "{page}");
    assert!(page.contains("您只能登记服务队") && !page.contains("/imports/template/credentials"), "{page}");
    assert!(!world.browser("community").await.get("/imports").await.expect(200).text.contains("您只能登记服务队"));
    admin.get("/imports/template/credentials").await.expect(403);
    let sent = admin.send_files(&page, "/imports", &[("intake", "credentials")], &[("file", b"x".to_vec())]).await;
    assert_eq!(sent.status.as_u16(), 403, "{}", sent.text);
    let file = "姓名,技能或证书,发证日期\n李建国,急救员,2026-03-01\n".as_bytes().to_vec();
    world.api("admin").post_file("/api/v1/imports?intake=credentials", "text/csv", file, None).await.expect(403);
    // A team comes in; a row that names somebody is told who appoints them, which is not the administrator.
    let file = format!("{TEAM}东关暖心队,371722003004,,,,\n东关暖心队,371722003004,,李建国,13800000003,队长\n");
    let done = brought_in(&world, &mut admin, "teams", &file).await;
    assert_eq!((figure(&done, "已登记"), figure(&done, "不能登记")), ("1".into(), "1".into()), "{done}");
    assert!(done.contains("队长由专业社工或社区工作者安排") && !done.contains("联系管理员"), "{done}");
});

db_test!(what_stands_twice_in_a_file_is_foretold_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    // Far enough apart that they are not gone through in one transaction.
    let between: String = (0..300).map(|n| format!("张{n},,138{n:08},,,371722003003,\n")).collect();
    let people = format!(
        "{HEADER}钱大爷,11010519491231002X,13955550001,,,371722003003,\n\
         赵某,,13955550002,,,999,\n{between}\
         钱大爷,,139 5555 0001,,,371722003003,\n\
         赵某,,13955550002,,,371722003003,\n\
         赵某,,13955550002,,,371722003003,\n\
         钱二爷,11010519491231002X,,,,371722003003,\n"
    );
    let teams = "服务队名称,区划代码,队员姓名,手机号,职务\n暖心队,371722003003,李建国,13800000003,队长\n\
                 暖心队,371722003003,,,\n暖心队,371722003003,李建国,13800000003,队长\n";
    for (intake, file, (new, repeated, refused)) in
        [("people", people, ("302", "2", "2")), ("teams", teams.to_owned(), ("1", "2", "0"))]
    {
        let (_, page) = upload(&mut social, intake, file.into_bytes()).await;
        jobs(&world).await;
        let seen = social.get(&page).await.expect(200).text;
        press(&mut social, &page, "apply").await;
        jobs(&world).await;
        let done = social.get(&page).await.expect(200).text;
        for (page, added) in [(&seen, "可以登记"), (&done, "已登记")] {
            let told = [added, "和前面的行重复", "早已登记，未作改动", "不能登记"].map(|label| figure(page, label));
            assert_eq!(told, [new, repeated, "0", refused], "{intake}");
        }
    }
});

db_test!(a_row_that_repeats_another_says_which, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    // The second 钱大爷 repeats the first; 李建国 is registered already, however often he stands here.
    let file = format!(
        "{HEADER}钱大爷,,13955550001,,31.12.1949,371722003003,\n李建国,,13800000003,,,371722003003,\n\
         钱大爷,,139 5555 0001,,,371722003003,\n李建国,,13800000003,,,371722003003,\n"
    );
    let (_, page) = upload(&mut community, "people", file.into_bytes()).await;
    jobs(&world).await;
    let seen = community.get(&page).await.expect(200).text;
    let figures = ["可以登记", "和前面的行重复", "早已登记，未作改动"].map(|label| figure(&seen, label));
    assert_eq!(figures, ["1", "1", "2"], "{seen}");
    let rows = reasons(&seen);
    assert!(rows[2].starts_with("4 | ") && rows[2].contains("和本表第 2 行重复"), "{rows:?}");
    assert!(rows[3].contains("早已登记") && !rows[3].contains("重复"), "{rows:?}");
    let api = world.api("community").get(&format!("/api/v1{page}/rows")).await.expect(200).json();
    assert_eq!(api["items"][2]["state"], "repeated", "{api}");
    assert_eq!(api["items"][2]["remarks"][0]["code"], "repeats-row", "{api}");
});

db_test!(what_stands_beyond_the_header_is_refused_and_not_lost, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    // Empty cells beyond the header are none; a row that comes behind a refused one repeats nothing.
    let file = "姓名,手机号,区划代码,住址\n钱一,13911113301,371722003003,3号楼,2单元\n\
                钱二,13911113302,371722003003,\"3号楼,2单元\",,\n钱一,13911113301,371722003003,3号楼\n";
    let (_, page) = upload(&mut community, "people", file.as_bytes().to_vec()).await;
    jobs(&world).await;
    let seen = community.get(&page).await.expect(200).text;
    assert_eq!((figure(&seen, "可以登记"), figure(&seen, "不能登记")), ("2".into(), "1".into()), "{seen}");
    assert!(!seen.contains("和前面的行重复"), "{seen}");
    let said = reasons(&seen);
    assert!(said[0].starts_with("2 |  | 这一行比表头多出 1 格（「2单元」）") && said[0].contains("双引号"), "{said:?}");
    // Nor is it lost from the file of refused rows, which is refused again until it is corrected.
    let bytes = community.get_bytes(&format!("{page}/refused")).await;
    let (_, back) = upload(&mut community, "people", bytes).await;
    jobs(&world).await;
    let seen = community.get(&back).await.expect(200).text;
    assert!(figure(&seen, "不能登记") == "1" && reasons(&seen)[0].contains("（「2单元」）"), "{seen}");
    // A workbook says the same.
    let header = ["姓名", "手机号", "区划代码"].map(str::to_owned).to_vec();
    let rows = vec![["钱三", "13911113303", "371722003003", "", "急"].map(Out::from).to_vec()];
    let book = Book { pages: vec![Sheet { name: "人员".into(), header, rows }] };
    let (_, page) = upload(&mut community, "people", write(&book).unwrap()).await;
    jobs(&world).await;
    let seen = community.get(&page).await.expect(200).text;
    assert!(reasons(&seen)[0].contains("这一行比表头多出 1 格（「急」）"), "{seen}");
});

db_test!(a_stray_quotation_mark_swallows_no_rows_without_a_word, app::migrations::STEPS, |db| async move {
    const HEAD: &str = "姓名,手机号,区划代码,住址\n钱一,13911113301,371722003003,3号楼\n";
    let world = world(db, &[]).await;
    let mut community = world.browser("community").await;
    let before = people_of(&world).await;
    for file in [
        format!("{HEAD}钱二,13911113302,371722003003,\"5号楼\n钱三,13911113303,371722003003,6号楼\n"),
        format!("{HEAD}钱二,13911113302,371722003003,\"5号楼\n钱三,13911113303,371722003003,\"6号楼\"\n"),
    ] {
        let (status, said) = upload(&mut community, "people", file.into_bytes()).await;
        assert_eq!(status, 422, "{said}");
        assert!(said.contains("第 3 行有一个双引号没有成对"), "{said}");
    }
    // Where another mark ends the cell by chance, its row says what is likely.
    let file = format!(
        "{HEAD}钱二,13911113302,371722003003,\"5号楼\n钱三,13911113303,371722003003,6号楼\"\n\
         \"钱\n四\",13911113304,371722003003,1号楼\n"
    );
    let done = brought_in(&world, &mut community, "people", &file).await;
    assert_eq!((figure(&done, "已登记"), figure(&done, "不能登记")), ("1".into(), "2".into()), "{done}");
    let said = reasons(&done);
    assert!(said[0].starts_with("3 | 住址 | 这一格里有换行") && said[0].contains("双引号"), "{said:?}");
    // A spreadsheet counts rows, not lines.
    assert!(said[1].starts_with("4 | 姓名 | 这一格里有换行"), "{said:?}");
    assert_eq!(people_of(&world).await, before + 1);
});

db_test!(a_doubtful_credit_code_is_registered_by_itself, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut social = world.browser("social").await;
    let file = "服务队名称,区划代码,统一社会信用代码\n暖心队,371722003003,91350211M0000XUF46\n";
    let done = brought_in(&world, &mut social, "teams", file).await;
    assert_eq!(figure(&done, "不能登记"), "1", "{done}");
    let said = reasons(&done);
    assert!(said[0].starts_with("2 | 统一社会信用代码 | 代码 91350211M0000XUF46 的最后一位"), "{said:?}");
    assert!(said[0].contains("在「新建组织或队伍」页面上单独登记") && !said[0].contains("确认无误"), "{said:?}");
});
