//! Search finds the same on both engines.

use db::{Db, Engine, Error, Migration, SEARCH_MIGRATION, db_test};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

const SEARCH: &[Migration] = &[SEARCH_MIGRATION];

const TEXTS: [(i32, &str, &str); 8] = [
    (1, "place", "黄楼社区"),
    (1, "place", "黄楼社区第三网格"),
    (2, "place", "楼黄村，社区服务站"),
    (2, "place", "大黄"),
    (1, "matter", "3号楼 Room-A 漏水"),
    (1, "matter", "独居老人，需要陪同就医"),
    (2, "matter", "room20 的灯不亮"),
    (2, "matter", "老人要独居"),
];

async fn fill(db: &Db) {
    db.write::<(), Error, _>(|tx| {
        Box::pin(async move {
            for (n, (cell, kind, text)) in TEXTS.iter().enumerate() {
                tx.search_put(*cell, kind, Uuid::from_u128(n as u128), text).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

async fn find(db: &Db, cell: Option<i32>, kind: &'static str, query: &str, limit: u32) -> Vec<u128> {
    let query = query.to_owned();
    let hits: Vec<(i32, Uuid)> = db
        .read::<_, Error, _>(move |tx| Box::pin(async move { tx.search(cell, kind, &query, limit).await }))
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    for (cell, id) in &hits {
        assert_eq!(TEXTS.get(id.as_u128() as usize).map_or(*cell, |text| text.0), *cell);
    }
    hits.into_iter().map(|(_, id)| id.as_u128()).collect()
}

db_test!(what_is_found, SEARCH, |db| async move {
    fill(&db).await;
    let cases: [(Option<i32>, &'static str, &str, &[u128]); 18] = [
        (None, "place", "黄楼", &[0, 1]),
        (None, "place", "黄楼社区", &[0, 1]),
        (None, "place", "楼黄", &[2]),
        (None, "place", "村社区", &[]),
        (None, "place", "社区", &[0, 2, 1]),
        (Some(2), "place", "社区", &[2]),
        (Some(3), "place", "社区", &[]),
        (None, "place", "黄", &[3, 0, 2, 1]),
        (None, "place", "黄 社区", &[0, 2, 1]),
        (None, "matter", "社区", &[]),
        (None, "matter", "独居老人", &[5]),
        (None, "matter", "老人 独居", &[7, 5]),
        (None, "matter", "3号楼", &[4]),
        (None, "matter", "ROOM", &[6, 4]),
        (None, "matter", "ｒｏｏｍ２０", &[6]),
        (None, "matter", "水", &[4]),
        (None, "matter", "oom", &[]),
        (None, "matter", "", &[]),
    ];
    for (cell, kind, query, expected) in cases {
        assert_eq!(find(&db, cell, kind, query, 10).await, expected, "{query}");
    }
    assert_eq!(find(&db, None, "place", "黄", 2).await, [3, 0]);
});

db_test!(a_new_text_replaces_the_old_one, SEARCH, |db| async move {
    fill(&db).await;
    db.write::<(), Error, _>(|tx| {
        Box::pin(async move {
            tx.search_put(1, "place", Uuid::from_u128(0), "荷花里").await?;
            tx.search_remove(1, "place", Uuid::from_u128(1)).await?;
            tx.search_remove(1, "place", Uuid::from_u128(99)).await
        })
    })
    .await
    .unwrap();
    assert_eq!(find(&db, None, "place", "黄楼", 10).await, [0u128; 0]);
    assert_eq!(find(&db, None, "place", "荷花", 10).await, [0]);
});

/// Whatever is typed, the answer is an answer; and a text is found by each piece of itself.
fn anything_may_be_typed(engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (db, _guard) = runtime.block_on(db::testing::fresh(engine, SEARCH));
    runtime.block_on(fill(&db));
    let id = Uuid::from_u128(1000);
    let syntax = r#"["'*()&|!<>:\^\-+{}\[\]%_\\;ANDORNEAR 黄楼社区a1\x00]{0,12}"#;
    let han = "[一-鿿㐀-䶿𠀀-𠀿〇]{1,8}";
    let strategy = (prop_oneof![syntax.prop_map(String::from), any::<String>()], han, 0..8usize);
    let mut runner = TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
    runner
        .run(&strategy, |(typed, name, from)| {
            runtime.block_on(async {
                find(&db, None, "place", &typed, 10).await;
                let text = format!("{typed}，{name}");
                db.write::<(), Error, _>(move |tx| {
                    let text = text.clone();
                    Box::pin(async move { tx.search_put(9, "name", id, &text).await })
                })
                .await
                .unwrap();
                let piece: String = name.chars().skip(from % name.chars().count()).collect();
                assert_eq!(find(&db, Some(9), "name", &piece, 10).await, [1000], "{piece:?} in {name:?}");
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(db.close());
}

#[test]
fn anything_may_be_typed_on_sqlite() {
    anything_may_be_typed(Engine::Sqlite);
}

#[test]
fn anything_may_be_typed_on_postgres() {
    anything_may_be_typed(Engine::Postgres);
}
