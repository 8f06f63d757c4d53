//! What a file calls its columns, for whoever mends it.

use app::testing::world;
use db::db_test;

db_test!(a_column_is_called_as_the_file_calls_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let intake = app::exchange::imports::intake("people").unwrap();
    let file = "姓名 *,手机号（本人）,备注\n张三,13900000002,x\n".as_bytes().to_vec();
    let called = app::exchange::imports::headings(&world.app, intake, file).await.unwrap();
    let called: Vec<(&str, &str)> = called.iter().map(|(key, name)| (*key, name.as_str())).collect();
    assert_eq!(called, [("name", "姓名 *"), ("phone", "手机号（本人）")]);
});
