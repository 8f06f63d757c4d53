//! What is kept, sent and stored: nothing protected stands in a column of text, in a message or in a photo.

use std::fmt::Write;

use app::exchange::photos;
use app::jobs::notify::outbox;
use app::testing::patient_world;
use db::db_test;
use serde::Deserialize;

use super::planted::{ADDRESS, CALL, CASE, DOOR, IDENTITY, NOTE, PHONE, SECRET, STORY, TOLD, planted};
use super::policy::{pairs, table};

db_test!(what_is_kept_in_the_clear_holds_no_protected_field, app::migrations::STEPS, |db| async move {
    #[derive(Deserialize)]
    struct Row {
        kept: String,
    }
    let planted = planted(db).await;
    let lived = &planted.lived;
    let id = lived.matters[0]["id"].as_str().unwrap().to_owned();
    let seen = planted.client().get(&format!("/api/v1/matters/{id}?protected=true")).await.expect(200).text;
    for said in [STORY, NOTE, ADDRESS, CALL] {
        assert!(seen.contains(said), "the owner reads their own words: {seen}");
    }
    let clear = pairs(&table("kept.txt"));
    let mut wrong = String::new();
    for (table, column) in texts() {
        let sql = format!("SELECT {column} AS kept FROM {table} WHERE {column} IS NOT NULL");
        let rows = lived.world.app.read(|mut tx| Box::pin(async move { Ok(tx.all::<Row>(&sql, db::args![]).await?) }));
        let kept = format!("{table}.{column}");
        for row in rows.await.expect("rows") {
            for needle in planted.needles.iter().filter(|needle| needle.is_in(&row.kept)) {
                if !clear.contains(&(needle.name.to_owned(), kept.clone())) {
                    let _ = writeln!(wrong, "{} in {kept}: {}", needle.name, row.kept);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let found = |kind: &'static str, words: &'static str| {
        lived.world.app.read(move |mut tx| Box::pin(async move { Ok(tx.search(None, kind, words, 10).await?) }))
    };
    for kind in ["mat", "per", "plc"] {
        for canary in [PHONE, IDENTITY, DOOR, STORY, NOTE, SECRET, CASE, TOLD] {
            assert_eq!(found(kind, canary).await.expect("a search"), [], "{canary} finds a {kind}");
        }
    }
    assert!(!found("mat", "黄楼").await.expect("a search").is_empty(), "titles are searched");
});

/// Every column of text that the schema has, with its table.
fn texts() -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for line in app::migrations::STEPS.iter().filter(|s| s.name.starts_with('0')).flat_map(|s| s.sql.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["CREATE", "TABLE", table, ..] => found.push((table, "")),
            ["ALTER", "TABLE", table, "ADD", "COLUMN", column, kind, ..] if kind.starts_with("TEXT") => {
                found.push((table, column));
            }
            [column, kind, ..] if kind.trim_end_matches(',') == "TEXT" => {
                let table = found.last().expect("a column stands in a table").0;
                found.push((table, column));
            }
            _ => {}
        }
    }
    found.retain(|(_, column)| !column.is_empty());
    assert!(found.contains(&("people_households", "door")) && found.contains(&("audit_events", "data")), "{found:?}");
    found
}

db_test!(no_message_gives_a_protected_field_away, app::migrations::STEPS, |db| async move {
    let planted = planted(db).await;
    let app = &planted.lived.world.app;
    let sent = app.read(|mut tx| Box::pin(async move { outbox(&mut tx, 1000).await })).await.expect("messages");
    assert!(sent.iter().any(|(message, _)| message.template == "offer"), "a volunteer was invited: {sent:?}");
    let clear = pairs(&table("kept.txt"));
    let mut wrong = String::new();
    for (message, _) in &sent {
        let body = message.body.to_string();
        for needle in planted.needles.iter().filter(|needle| needle.is_in(&body)) {
            let place = format!("message:{}", message.template);
            if !clear.contains(&(needle.name.to_owned(), place)) {
                let _ = writeln!(wrong, "{} in the message {}: {body}", needle.name, message.template);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
});

/// A photo as a camera writes it: an APP1 segment behind the start holds an empty list of tags, and more.
fn taken_at(place: &[u8]) -> Vec<u8> {
    let mut plain = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(40, 30).write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    let exif = [&b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"[..], place].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &b"\xff\xe1"[..], &length[..], &exif[..], &plain[2..]].concat()
}

db_test!(a_photo_keeps_nothing_that_its_camera_wrote, app::migrations::STEPS, |db| async move {
    const PLACE: &[u8] = b"34.7900 N 116.0900 E";
    let world = patient_world(db, &[]).await;
    let (app, taken) = (&world.app, taken_at(PLACE));
    let holds = |photo: &[u8]| photo.windows(PLACE.len()).any(|part| part == PLACE);
    assert!(holds(&taken));
    let stored = photos::take_in(app, world.huanglou.cell, app.now(), "photos", taken).await.expect("a photo");
    let kept = photos::read(&app.files, stored.id).await.expect("its bytes");
    assert_eq!((stored.width, stored.height), (40, 30));
    assert!(!holds(&kept), "the photo says where it was taken");
});
