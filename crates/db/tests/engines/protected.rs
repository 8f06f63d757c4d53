//! Protected fields, through the database.

use db::{At, Error, Migration, VAULT_MIGRATION, VaultError, args, db_test};
use uuid::Uuid;

const VAULT: &[Migration] = &[VAULT_MIGRATION];

db_test!(a_field_is_readable_until_its_key_is_destroyed, VAULT, |db| async move {
    let owner = Uuid::from_u128(7);
    let at = At { table: "people", column: "phone", id: owner };
    let sealed = db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(tx.create_data_key(3, owner, 1000).await?.seal(at, "13900000000")) })
        })
        .await
        .unwrap();
    let read = |sealed: Vec<u8>| {
        let db = db.clone();
        async move {
            db.read::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(tx.data_key(3, owner).await?.unseal(at, &sealed)?) })
            })
            .await
        }
    };
    assert_eq!(read(sealed.clone()).await.unwrap(), "13900000000");
    let destroy = || db.write::<bool, Error, _>(move |tx| Box::pin(tx.destroy_data_key(3, owner, 2000)));
    assert!(destroy().await.unwrap());
    assert!(!destroy().await.unwrap());
    assert!(matches!(read(sealed).await, Err(Error::Vault(VaultError::Destroyed))));
    let again =
        db.write::<_, Error, _>(move |tx| Box::pin(async move { tx.create_data_key(3, owner, 3000).await.map(drop) }));
    assert!(matches!(again.await, Err(Error::Unique { .. })));
    let destroyed_at = db
        .read::<_, Error, _>(|tx| {
            Box::pin(async move { tx.maybe_i64("SELECT destroyed_at FROM vault_keys", args![]).await })
        })
        .await;
    assert_eq!(destroyed_at.unwrap(), Some(2000));
});

db_test!(without_a_key_nothing_is_opened, VAULT, |db| async move {
    let missing = db.read::<_, Error, _>(|tx| Box::pin(async move { tx.data_key(3, Uuid::nil()).await }));
    assert!(matches!(missing.await, Err(Error::Vault(VaultError::NoKey))));
});

#[tokio::test]
async fn a_destroyed_key_is_gone_from_the_file() {
    #[derive(serde::Deserialize)]
    struct Wrapped {
        wrapped: Vec<u8>,
    }
    let (db, guard) = db::testing::fresh(db::Engine::Sqlite, VAULT).await;
    // Neighbours on the page, so that the room of the destroyed key is not simply taken by what replaces it.
    db.write::<(), Error, _>(|tx| {
        Box::pin(async move {
            for n in 0..20 {
                tx.create_data_key(1, Uuid::from_u128(n), 0).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    let owner = Uuid::from_u128(10);
    let wrapped = db
        .read::<_, Error, _>(move |tx| {
            Box::pin(
                async move { tx.one::<Wrapped>("SELECT wrapped FROM vault_keys WHERE owner = $1", args![owner]).await },
            )
        })
        .await
        .unwrap()
        .unwrap()
        .wrapped;
    let remains = || {
        let path = guard.url().strip_prefix("sqlite:").unwrap().to_owned();
        [path.clone(), format!("{path}-wal")]
            .iter()
            .filter_map(|path| std::fs::read(path).ok())
            .any(|bytes| wrapped.chunks_exact(8).any(|part| bytes.windows(8).any(|window| window == part)))
    };
    db.checkpoint().await.unwrap();
    assert!(remains());
    assert!(db.write::<_, Error, _>(move |tx| Box::pin(tx.destroy_data_key(1, owner, 1))).await.unwrap());
    db.checkpoint().await.unwrap();
    assert!(!remains());
    db.close().await;
}

db_test!(those_who_need_a_key_at_the_same_moment_get_the_same_one, VAULT, |db| async move {
    let owner = Uuid::from_u128(7);
    let at = At { table: "messages", column: "body", id: owner };
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..20 {
        let db = db.clone();
        writers.spawn(async move {
            db.write::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(tx.ensure_data_key(0, owner, n).await?.seal(at, "words")) })
            })
            .await
        });
    }
    while let Some(sealed) = writers.join_next().await {
        let sealed = sealed.unwrap().unwrap();
        let opened = db.read::<_, Error, _>(move |tx| {
            let sealed = sealed.clone();
            Box::pin(async move { Ok(tx.data_key(0, owner).await?.unseal(at, &sealed)?) })
        });
        assert_eq!(opened.await.unwrap(), "words");
    }
});

db_test!(what_was_removed_is_found_no_more_after_a_scrub, &[db::SEARCH_MIGRATION], |db| async move {
    let put = |n: u128, text: &'static str| {
        let db = db.clone();
        async move {
            let id = Uuid::from_u128(n);
            db.write::<(), Error, _>(move |tx| Box::pin(tx.search_put(1, "per", id, text))).await.unwrap();
        }
    };
    for n in 0..200 {
        put(n, if n == 100 { "宋玉环 hidden" } else { "张桂兰" }).await;
    }
    db.checkpoint().await.unwrap();
    let files = || db::testing::files_of(&db);
    let has = |text: &str| files().windows(text.len()).any(|window| window == text.as_bytes());
    db.write::<(), Error, _>(|tx| Box::pin(tx.search_remove(1, "per", Uuid::from_u128(100)))).await.unwrap();
    db.checkpoint().await.unwrap();
    assert!(files().is_empty() || has("hidden"), "the index keeps it until its parts are merged");
    db.scrub().await.unwrap();
    assert!(!has("hidden") && !has("玉环"));
    assert!(db.integrity().await.unwrap().is_empty());
    let found = db.read::<_, Error, _>(|tx| Box::pin(tx.search(None, "per", "桂兰", 500))).await.unwrap();
    assert_eq!(found.len(), 199, "what stays is found as before");
});
