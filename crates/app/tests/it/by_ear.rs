//! What pages tell whoever hears them, as a walk with a screen reader found it wanting.

use app::testing::world;
use db::db_test;

db_test!(an_error_is_told_at_the_first_input_of_its_group, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    let (first, who) = ("/help/new/who?type=care", "/help/new/who");
    let refused = zhang.submit(first, who, &[]).await.expect(422).text;
    assert!(refused.contains("请选择“为谁求助？”"), "nothing is to be written: {refused}");
    let input = refused.split("id=\"relation\"").nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default();
    assert!(input.contains("relation-error\" aria-invalid=\"true\""), "{input}");
    assert!(refused.contains("role=\"radiogroup\"") && refused.contains("照护陪伴：第 1 步，共 4 步"), "{refused}");
    zhang.submit(first, who, &[("relation", "self")]).await.expect(303);
    zhang.submit("/help/new/what", "/help/new/what", &[("what", "灯不亮了"), ("when", "today")]).await.expect(303);
    let place = zhang.get("/help/new/where").await.expect(200).text;
    let at = |words: &str| place.find(words).unwrap_or_else(|| panic!("no {words} in {place}"));
    assert!(
        at("name=\"place\"") < at("value=\"find\"") && at("value=\"find\"") < at("继续"),
        "the help is at its field"
    );
    let check = zhang.submit("/help/new/where", "/help/new/where", &[]).await.expect(303).location;
    let check = zhang.get(&check.expect("the last look")).await.expect(200).text;
    assert!(check.contains("/help/new/where#address") && check.contains("/help/new/what#what"), "{check}");
});

db_test!(who_is_led_to_sign_in_hears_why, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut visitor = world.visitor();
    for (back, why) in [
        ("%2Fhelp%2Fnew%3Fkind%3Dneed%26type%3Dcare", "再接着填「照护陪伴」"),
        ("%2Fhazard%2Fnew", "先登录，再接着填"),
        ("%2Ftasks", "就到您刚才要去的那一页"),
    ] {
        let page = visitor.get(&format!("/login?back={back}")).await.expect(200).text;
        assert!(page.contains(why), "{back}: {page}");
    }
    let plain = visitor.get("/login").await.expect(200).text;
    assert!(!plain.contains("先登录") && !plain.contains("刚才"), "{plain}");
    for (typed, says) in [("", "请填写手机号。"), ("1380", "请填 11 位手机号")] {
        let refused = visitor.submit("/login", "/login", &[("phone", typed)]).await.expect(422).text;
        assert!(refused.contains(says) && !refused.contains("固定电话"), "{typed}: {refused}");
    }
});

db_test!(the_list_of_places_says_where_one_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let list = |parent: &str| format!("/places?to=/help/new/where&parent={parent}");
    let county = world.visitor().get(&list("371722")).await.expect(200).text;
    assert!(county.contains("<h1>单县：往下选</h1>") && county.contains("选乡镇、街道"), "{county}");
    let township = world.visitor().get(&list("371722003")).await.expect(200).text;
    for words in ["<h1>园艺街道：往下选</h1>", "选村、社区", "上一级：单县", "parent=371722\""] {
        assert!(township.contains(words), "{words}: {township}");
    }
});
