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
    // The table names the committee; people name the place, and find it by either.
    let found = visitor.get("/api/v1/places?q=%E5%B1%85%E6%B0%91%E5%A7%94%E5%91%98%E4%BC%9A").await.expect(200).json();
    assert_eq!(found["items"][0]["name"], "黄楼社区");
    let children = visitor.get("/api/v1/places?parent=371722003").await.expect(200).json();
    assert_eq!(children["items"].as_array().map(Vec::len), Some(2));
});
