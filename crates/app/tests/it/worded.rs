//! Words that fit who reads them, and what they are said of.

use app::testing::world;
use db::db_test;

use super::identity::with_password;
use super::kinds::FOOD_PERMIT;

db_test!(who_erases_somebody_else_reads_of_them_and_not_of_oneself, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let admin = world.browser("admin").await;
    for (name, waits) in [("zhao", "去掉名字后保留的"), ("social", "本人现在有工作身份")] {
        let page = admin.get(&format!("/people/{}/erase", world.person(name))).await.expect(200).text;
        let main = page.split("<h1").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a main part");
        assert!(!main.contains('您') && main.contains(waits) && page.contains("为别人注销"), "{name}: {main}");
        let english = admin.get(&format!("/en/people/{}/erase", world.person(name))).await.expect(200).text;
        assert!(!english.contains("Whatever you wrote") && english.contains("Whatever they wrote"), "{english}");
    }
    let own = world.browser("zhao").await.get(&format!("/people/{}/erase", world.person("zhao"))).await.expect(200);
    assert!(own.text.contains("您写的话"), "{}", own.text);
});

db_test!(where_the_password_alone_is_asked_it_alone_is_wrong, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    with_password(&world.app, world.person("social")).await;
    let mut social = world.browser("social").await;
    let page = "/me/second-step";
    let refused = social.submit(page, page, &[("password", "guess")]).await.expect(422).text;
    assert!(refused.contains("密码不对。") && !refused.contains("账号或密码不对"), "{refused}");
    let mut visitor = world.visitor();
    let sign_in = [("account", "zhou"), ("password", "guess")];
    let refused = visitor.submit("/login/staff", "/login/staff", &sign_in).await.expect(422).text;
    assert!(refused.contains("账号或密码不对"), "{refused}");
});

db_test!(levels_are_named_by_their_kinds_and_stand_by_their_terms, app::migrations::STEPS, |db| async move {
    let world = world(db, &[("food_permit.toml", FOOD_PERMIT)]).await;
    let social = world.browser("social").await;
    let options = |html: &str| {
        let select = html.split("id=\"level\"").nth(1).and_then(|rest| rest.split("</select>").next());
        let options = select.unwrap_or_else(|| panic!("{html}")).split("<option").skip(2);
        let label =
            |part: &str| part.split_once('>').map_or("", |(_, rest)| rest).split('<').next().unwrap().to_owned();
        options.map(label).collect::<Vec<_>>()
    };
    let mixed = options(&social.get("/desk").await.expect(200).text);
    let at = |name: &str| mixed.iter().position(|label| label.starts_with(name)).unwrap_or_else(|| panic!("{mixed:?}"));
    let order = ["有危险", "一天内", "一般", "难办"].map(at);
    assert!(order.is_sorted() && at("紧急") < at("一天内") && at("承诺件") > at("一天内"), "{mixed:?}");
    assert!(mixed[at("有危险")].ends_with('）') && mixed[at("紧急")].contains('（'), "of which kind: {mixed:?}");
    let of_needs = options(&social.get("/desk?kind=need").await.expect(200).text);
    assert_eq!(of_needs, ["紧急", "一天内", "一般", "复杂"], "of one kind nothing needs saying");
});

db_test!(a_form_names_no_volunteers_where_none_are_asked, app::migrations::STEPS, |db| async move {
    let world = world(db, &[("food_permit.toml", FOOD_PERMIT)]).await;
    let zhang = world.browser("zhang").await;
    let mut shown = zhang.get("/help/new?kind=food_permit").await;
    for _ in 0..3 {
        let Some(next) = shown.location.clone() else { break };
        shown = zhang.get(&next).await;
    }
    assert!(shown.text.contains("只给办这件事的工作人员。") && !shown.text.contains("志愿者。"), "{}", shown.text);
    let city = world.app.city();
    let asks = |kind: &str| city.kinds.get(kind).map(rules::matters::Kind::asks_volunteers);
    assert_eq!((asks("need"), asks("food_permit")), (Some(true), Some(false)));
});
