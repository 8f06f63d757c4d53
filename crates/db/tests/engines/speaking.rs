//! One SQL text, one meaning: values, rows and the named expressions.

use db::{Db, Error, Tx, Value, args, db_test, dialect};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::TABLES;

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Book {
    cell: i32,
    id: Uuid,
    shelf: Option<i32>,
    title: String,
    pages: i32,
    at: Option<i64>,
    is_lent: bool,
    /// JSON comes back as its text.
    notes: Option<String>,
}

fn a_book(n: u128, title: &str, at: Option<i64>, notes: Option<serde_json::Value>) -> Book {
    let (id, title, pages) = (Uuid::from_u128(n), title.to_owned(), i32::try_from(n).unwrap());
    let notes = notes.map(|notes| notes.to_string());
    Book { cell: 1, id, shelf: None, title, pages, at, is_lent: n.is_multiple_of(2), notes }
}

async fn insert_one(tx: &mut Tx, book: Book) -> Result<(), Error> {
    let notes: Option<serde_json::Value> = book.notes.map(|notes| serde_json::from_str(&notes).unwrap());
    tx.put(
        "INSERT INTO books (cell, id, shelf, title, pages, at, is_lent, notes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![book.cell, book.id, book.shelf, book.title, book.pages, book.at, book.is_lent, notes],
    )
    .await
}

async fn insert(db: &Db, books: Vec<Book>) {
    db.write::<(), Error, _>(move |tx| {
        let books = books.clone();
        Box::pin(async move {
            for book in books {
                insert_one(tx, book).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

db_test!(what_is_written_comes_back, TABLES, |db| async move {
    let one = a_book(1, "论语", Some(1_700_000_000_123), Some(json!({ "语种": "古文" })));
    let two = a_book(2, "诗经", None, None);
    insert(&db, vec![one.clone(), two.clone()]).await;
    let sql = "SELECT cell, id, shelf, title, pages, at, is_lent, notes FROM books ORDER BY id";
    let all = db.read::<Vec<Book>, Error, _>(|tx| Box::pin(tx.all(sql, args![]))).await.unwrap();
    assert_eq!(all, [one, two]);
});

db_test!(a_statement_that_failed_spoils_the_transaction, TABLES, |db| async move {
    insert(&db, vec![a_book(1, "论语", None, None)]).await;
    let outcome: Result<(), Error> = db
        .write(|tx| {
            Box::pin(async move {
                assert!(insert_one(tx, a_book(3, "论语", None, None)).await.is_err());
                Ok(())
            })
        })
        .await;
    assert!(matches!(outcome, Err(Error::Unique { .. })), "{outcome:?}");
});

#[derive(Deserialize, Debug, PartialEq)]
struct Line {
    title: String,
    pages: i32,
    at: Option<i64>,
    is_lent: bool,
}

db_test!(plain_sql_reads_every_type, TABLES, |db| async move {
    insert(&db, vec![a_book(1, "b", None, None), a_book(2, "a", Some(5), None), a_book(3, "B", Some(6), None)]).await;
    let (lines, none, count): (Vec<Line>, Option<Line>, i64) = db
        .read::<_, Error, _>(|tx| {
            Box::pin(async move {
                let columns = "SELECT title, pages, at, is_lent FROM books WHERE cell = $1";
                let lines = tx.all(&format!("{columns} ORDER BY title"), args![1]).await?;
                let none = tx.one(&format!("{columns} AND title = $2"), args![1, "absent"]).await?;
                let count = tx.scalar_i64("SELECT COUNT(*) FROM books WHERE is_lent", args![]).await?;
                Ok((lines, none, count))
            })
        })
        .await
        .unwrap();
    // Sorted by bytes on both: capital letters first.
    assert_eq!(lines.iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["B", "a", "b"]);
    assert_eq!(lines[1], Line { title: "a".into(), pages: 2, at: Some(5), is_lent: true });
    assert_eq!((none, count), (None, 1));
});

db_test!(a_number_that_is_missing_is_not_nought, TABLES, |db| async move {
    let cases = [
        ("SELECT CAST(SUM(pages) AS BIGINT) FROM books", None),
        ("SELECT value FROM counters WHERE name = 'absent'", None),
        ("SELECT COUNT(*) FROM books", Some(0)),
        ("SELECT MAX(cell) FROM counters", Some(1)),
    ];
    for (sql, expected) in cases {
        let (maybe, scalar) = db
            .read::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok((tx.maybe_i64(sql, args![]).await?, tx.scalar_i64(sql, args![]).await)) })
            })
            .await
            .unwrap();
        assert_eq!(maybe, expected, "{sql}");
        assert_eq!(scalar.ok(), expected, "{sql}");
    }
});

/// The text that an expression gives for the book with this number.
async fn text_of(db: &Db, expression: String, n: u128) -> Option<String> {
    #[derive(Deserialize)]
    struct Text {
        text: Option<String>,
    }
    db.read::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let sql = format!("SELECT {expression} AS text FROM books WHERE cell = 1 AND id = $1");
            Ok(tx.one::<Text>(&sql, args![Uuid::from_u128(n)]).await?.expect("the book").text)
        })
    })
    .await
    .unwrap()
}

db_test!(named_expressions_give_the_same, TABLES, |db| async move {
    let engine = db.engine();
    // 2026-11-23 23:59:59.999 and one millisecond later in Shanghai; before 1970; the start of a leap day.
    let instants = [
        (1_795_449_599_999, "2026-11-23", "2026-11", "23"),
        (1_795_449_600_000, "2026-11-24", "2026-11", "00"),
        (-28_800_001, "1969-12-31", "1969-12", "23"),
        (-28_800_000, "1970-01-01", "1970-01", "00"),
        (1_835_366_400_000, "2028-02-29", "2028-02", "00"),
    ];
    let books = instants.iter().zip(1..).map(|(i, n)| a_book(n, &n.to_string(), Some(i.0), None)).collect();
    insert(&db, books).await;
    for ((at, day, month, hour), n) in instants.into_iter().zip(1..) {
        assert_eq!(text_of(&db, dialect::day_of_millis(engine, "at", 480), n).await.as_deref(), Some(day), "{at}");
        assert_eq!(text_of(&db, dialect::month_of_millis(engine, "at", 480), n).await.as_deref(), Some(month), "{at}");
        assert_eq!(text_of(&db, dialect::hour_of_millis(engine, "at", 480), n).await.as_deref(), Some(hour), "{at}");
    }

    let notes = json!({"text": "水", "number": 12, "yes": true, "no": false, "nothing": null});
    insert(&db, vec![a_book(50, "notes", None, Some(notes)), a_book(51, "none", None, None)]).await;
    let fields = [
        ("text", Some("水")),
        ("number", Some("12")),
        ("yes", Some("true")),
        ("no", Some("false")),
        ("nothing", None),
        ("absent", None),
    ];
    for (key, expected) in fields {
        assert_eq!(text_of(&db, dialect::json_text(engine, "notes", key), 50).await.as_deref(), expected, "{key}");
        assert_eq!(text_of(&db, dialect::json_text(engine, "notes", key), 51).await, None);
    }

    for (expression, expected) in [(dialect::larger("pages", "7"), 50), (dialect::smaller("pages", "7"), 7)] {
        let text = text_of(&db, format!("CAST({expression} AS TEXT)"), 50).await;
        assert_eq!(text, Some(expected.to_string()));
    }
});

async fn count(db: &Db, condition: String, args: Vec<Value>) -> i64 {
    db.read::<_, Error, _>(move |tx| {
        Box::pin(async move { tx.scalar_i64(&format!("SELECT COUNT(*) FROM books WHERE {condition}"), args).await })
    })
    .await
    .unwrap()
}

db_test!(patterns_and_sums_give_the_same, TABLES, |db| async move {
    insert(&db, vec![a_book(1, "50% off", None, None), a_book(2, "50 Off", None, None), a_book(3, "a_b", None, None)])
        .await;
    let like = "title LIKE $1 ESCAPE '\\'".to_owned();
    let any_case = dialect::like_any_case(db.engine(), "title", "$1");
    let cases = [
        (&like, "%off", 1),
        (&like, "%Off", 1),
        (&any_case, "%off", 2),
        (&any_case, "%OFF", 2),
        (&like, &*format!("{}%", dialect::escape_like("50%")), 1),
        (&any_case, &*format!("%{}%", dialect::escape_like("_")), 1),
    ];
    for (condition, pattern, expected) in cases {
        assert_eq!(count(&db, condition.clone(), args![pattern]).await, expected, "{condition} {pattern}");
    }
    let sum = dialect::bool_sum("is_lent");
    for (filter, expected) in [("cell = 1", 1), ("cell = 2", 0)] {
        let sql = format!("SELECT {sum} FROM books WHERE {filter}");
        let got = db
            .read::<i64, Error, _>(move |tx| Box::pin(async move { tx.scalar_i64(&sql, args![]).await }))
            .await
            .unwrap();
        assert_eq!(got, expected, "{filter}");
    }
});

db_test!(a_queue_is_read_past_locked_rows, TABLES, |db| async move {
    let sql = format!("SELECT value FROM counters ORDER BY name LIMIT 1 {}", dialect::skip_locked(db.engine()));
    let lock = format!("SELECT value FROM counters ORDER BY name {}", dialect::for_update(db.engine()));
    let got = db
        .write::<i64, Error, _>(move |tx| {
            let (sql, lock) = (sql.clone(), lock.clone());
            Box::pin(async move {
                tx.scalar_i64(&lock, args![]).await?;
                tx.scalar_i64(&sql, args![]).await
            })
        })
        .await
        .unwrap();
    assert_eq!(got, 0);
});

#[cfg(debug_assertions)]
#[tokio::test]
async fn a_refused_statement_does_not_run() {
    use futures::FutureExt as _;
    let (db, _guard) = db::testing::fresh(db::Engine::Sqlite, TABLES).await;
    let summing = db.read::<i64, Error, _>(|tx| {
        Box::pin(async move { tx.scalar_i64("SELECT SUM(pages) FROM books", args![]).await })
    });
    assert!(std::panic::AssertUnwindSafe(summing).catch_unwind().await.is_err());
    db.close().await;
}
