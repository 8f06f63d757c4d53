//! What one engine gives, both take.

use db::testing::fresh;
use db::{Db, Engine, Error, Migration, SEARCH_MIGRATION, args, db_test};
use serde_json::json;
use uuid::Uuid;

use crate::TABLES;

const STEPS: &[Migration] = &[SEARCH_MIGRATION, TABLES[0], TABLES[1]];
const BOOK: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);

type Lines = Vec<(String, String)>;

/// Everything in it, in an order that does not depend on the engine.
async fn lines(db: &Db) -> Lines {
    let mut lines = Lines::new();
    let steps = db
        .export(STEPS, &mut |table, line| {
            lines.push((table.into(), line.into()));
            Ok(())
        })
        .await
        .unwrap();
    assert!(steps.iter().zip(STEPS).all(|(step, known)| step.is(known)) && steps.len() == STEPS.len());
    lines
}

fn sorted(mut lines: Lines) -> Lines {
    lines.sort();
    lines
}

async fn load(db: &Db, lines: &Lines) -> Result<(), Error> {
    let mut loader = db.loader(STEPS).await?;
    let mut table = String::new();
    for (of, line) in lines {
        if *of == table {
            loader.row(line).await?;
        } else {
            table.clone_from(of);
            loader.table(of, line).await?;
        }
    }
    loader.finish().await
}

async fn fill(db: &Db) {
    db.write(|tx| {
        Box::pin(async move {
            tx.run("INSERT INTO shelves (cell, id) VALUES (1, 7), (1, 8)", args![]).await?;
            let sql = "INSERT INTO books (cell, id, shelf, title, pages, at, is_lent, notes) \
                       VALUES (1, $1, $2, $3, 12, $4, $5, $6)";
            let notes = json!({ "说": ["a", 1, true] });
            tx.run(sql, args![BOOK, 7i64, "水浒\n'传'\\", i64::MAX, true, notes]).await?;
            let other = Uuid::from_u128(2);
            tx.run(sql, args![other, None::<i64>, "", None::<i64>, false, None::<serde_json::Value>]).await?;
            for n in 0..500u128 {
                tx.run("INSERT INTO slots (cell, id) VALUES (2, $1)", args![Uuid::from_u128(n)]).await?;
            }
            tx.search_put(1, "book", BOOK, "旧的题目").await?;
            tx.search_put(1, "book", BOOK, "水浒传 Water Margin 水浒").await?;
            tx.search_put(1, "book", other, "").await
        })
    })
    .await
    .unwrap_or_else(|error: Error| panic!("{error}"));
}

db_test!(a_database_goes_over_to_either_engine_and_is_the_same_there, STEPS, |db| async move {
    fill(&db).await;
    let given = lines(&db).await;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (other, _guard) = fresh(engine, STEPS).await;
        load(&other, &given).await.unwrap();
        assert_eq!(sorted(lines(&other).await), sorted(given.clone()));
        for (query, found) in [("水浒传", 1), ("margin 水浒", 1), ("旧的", 0)] {
            let hits: Result<_, Error> =
                other.read(move |tx| Box::pin(async move { tx.search(None, "book", query, 9).await })).await;
            assert_eq!(hits.unwrap().len(), found, "{query}");
        }
        other.close().await;
    }
});

db_test!(what_does_not_fit_is_refused_and_leaves_everything_as_it_was, STEPS, |db| async move {
    let before = lines(&db).await;
    let head = r#"[["cell","int"],["name","text"],["value","int"]]"#;
    for (table, heading, row, why) in [
        ("nothing", head, "", "no such table"),
        ("counters", r#"[["cell","int"],["colour","text"]]"#, "", "no column colour"),
        ("counters", r#"[["cell","text"]]"#, "", "no column cell of text"),
        ("counters", head, "[1, 2, 3]", "not a row"),
        ("counters", head, "[1]", "not a row"),
        ("counters", head, r#"[1, "x", null]"#, ""),
    ] {
        let given = vec![(table.to_owned(), heading.to_owned()), (table.to_owned(), row.to_owned())];
        let error = load(&db, &given).await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert_eq!(lines(&db).await, before);
    }
});

db_test!(a_character_that_one_engine_does_not_keep_is_told_with_table_row_and_column, STEPS, |db| async move {
    let head = r#"[["cell","int"],["name","text"],["value","int"]]"#;
    let rows = [head, r#"[1, "sound", 1]"#, r#"[1, "a\u0000b", 2]"#];
    let given: Lines = rows.iter().map(|line| ("counters".to_owned(), (*line).to_owned())).collect();
    let loaded = load(&db, &given).await.map_err(|error| error.to_string());
    match db.engine() {
        Engine::Sqlite => assert_eq!(loaded, Ok(())),
        Engine::Postgres => {
            let said = loaded.expect_err("it cannot be kept");
            assert!(said.contains("counters, row 2: name holds the character U+0000"), "{said}");
        }
    }
});

db_test!(a_copy_is_as_of_one_moment, STEPS, |db| async move {
    fill(&db).await;
    let expected = lines(&db).await;
    let (writing, mut is_first) = (db.clone(), true);
    let mut copy = Lines::new();
    db.export(STEPS, &mut |table, line| {
        if std::mem::take(&mut is_first) {
            // Another node writes while the first line is taken.
            let db = writing.clone();
            let wrote = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(db.write(|tx| Box::pin(async move { tx.run("DELETE FROM slots", args![]).await })))
            });
            let wrote: Result<u64, Error> = wrote.join().unwrap();
            assert_eq!(wrote.unwrap(), 500);
        }
        copy.push((table.into(), line.into()));
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(copy, expected);
    assert_eq!(lines(&db).await.len(), expected.len() - 500);
});
