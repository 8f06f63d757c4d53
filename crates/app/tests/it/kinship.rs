//! Who is whose kin: staff see it, enter it without a telephone too, and take it out again.

use app::testing::world;
use db::db_test;
use serde_json::json;

db_test!(kin_are_shown_entered_by_name_and_taken_out, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let new = json!({ "name": "钱大爷", "place": "371722003003", "address": "8 号楼 101" });
    let elder = world.api("community").post("/api/v1/people", new.clone()).await.expect(201).json()["id"].clone();
    let elder = elder.as_str().unwrap().to_owned();
    let page = format!("/people/{}", world.person("zhang"));
    let mut social = world.browser("social").await;
    assert!(!social.get(&page).await.expect(200).text.contains("移除这层亲属关系"));
    for (typed, words) in [
        ("钱大", "范围里没有登记过叫这个名字的人"),
        ("张桂兰", "这就是本人"),
        ("", "范围里没有"),
        ("13700000000", "还没有登记"),
    ] {
        let refused = social.submit(&page, &format!("{page}/kin"), &[("kin", typed)]).await.expect(422).text;
        assert!(refused.contains(words), "{typed}: {refused}");
    }
    social.submit(&page, &format!("{page}/kin"), &[("kin", "钱大爷")]).await.expect(303);
    let of_elder = format!("/people/{elder}");
    for (at, other) in [(&page, "钱大爷"), (&of_elder, "张桂兰")] {
        let shown = social.get(at).await.expect(200).text;
        assert!(shown.contains("移除这层亲属关系") && shown.contains(other), "{shown}");
        let english = social.get(&format!("/en{at}")).await.expect(200).text;
        assert!(english.contains("Take this kinship out"), "{english}");
    }
    // Two of one name are not told apart by it.
    world.api("community").post("/api/v1/people", new).await.expect(201);
    let several = social.submit(&page, &format!("{page}/kin"), &[("kin", "钱大爷")]).await.expect(422).text;
    assert!(several.contains("有几个人叫这个名字"), "{several}");
    social.submit(&page, &format!("{page}/kin"), &[("kin", elder.as_str())]).await.expect(303);

    // From either side, and once.
    let end = format!("{of_elder}/kin/end");
    let zhang = world.person("zhang").to_string();
    social.submit(&of_elder, &end, &[("kin_id", zhang.as_str())]).await.expect(303);
    assert!(!social.get(&page).await.expect(200).text.contains("移除这层亲属关系"));
    let again = json!({ "person": elder });
    let path = format!("/api/v1/people/{zhang}/kin/end");
    assert_eq!(world.api("social").post(&path, again).await.expect(422).json()["code"], "kin-none");
});

db_test!(neither_of_two_kin_takes_it_out, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    world.declare_kin("zhang", "social").await;
    let path = format!("/api/v1/people/{}/kin/end", world.person("zhang"));
    let kin = json!({ "person": world.person("social").to_string() });
    let refused = world.api("social").post(&path, kin.clone()).await.expect(422).json();
    assert_eq!(refused["code"], "kin-own", "{refused}");
    for stranger in ["zhang", "li", "call", "far"] {
        let refused = world.api(stranger).post(&path, kin.clone()).await.status.as_u16();
        assert!([403, 404].contains(&refused), "{stranger}: {refused}");
    }
    world.api("community").post(&path, kin).await.expect(200);
});
