use app::testing::world;
use db::db_test;

db_test!(places_are_found_by_name_initials_and_parent, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visitor = world.visitor();
    for query in ["q=黄楼", "q=hlsq", "q=371722003003", "parent=371722003&q=黄楼社区"] {
        let query =
            query.replace("黄楼社区", "%E9%BB%84%E6%A5%BC%E7%A4%BE%E5%8C%BA").replace("黄楼", "%E9%BB%84%E6%A5%BC");
        let found = visitor.get(&format!("/api/v1/places?{query}")).await.expect(200).json();
        assert_eq!(found["items"][0]["code"], "371722003003", "{query}");
    }
    let children = visitor.get("/api/v1/places?parent=371722003").await.expect(200).json();
    assert_eq!(children["items"].as_array().map(Vec::len), Some(2));
});
