//! A city goes into a backup and comes out on either engine; what is wrong with a backup is said, and leaves nothing.

use std::fs;
use std::path::Path;

use app::migrations::STEPS;
use db::{Db, Engine, db_test};
use tempfile::TempDir;

use super::make::{Made, make};
use super::manifest::Manifest;
use super::restore::restore;
use crate::erased;
use crate::ground::Ground;

/// The file with the keys of the tests' vault.
fn key() -> String {
    format!("{}\n{}\n", "07".repeat(32), "08".repeat(32))
}

fn ground(folder: &Path, database_url: Option<&str>) -> Ground {
    Ground { data: folder.to_owned(), database_url: database_url.map(str::to_owned) }
}

/// A city's folder: a key, a photo, a kind of its own.
fn home() -> TempDir {
    let folder = TempDir::new().unwrap();
    let photos = folder.path().join("files/photos/3");
    fs::create_dir_all(&photos).unwrap();
    fs::create_dir_all(folder.path().join("settings")).unwrap();
    fs::write(photos.join("fil_1.jpg"), [7; 200_000]).unwrap();
    fs::write(folder.path().join("settings/dispatch.toml"), "format = 1\n").unwrap();
    fs::write(folder.path().join("helin.key"), key()).unwrap();
    folder
}

async fn backup(db: &Db, home: &TempDir, to: &Path, with_key: bool) -> anyhow::Result<Made> {
    make(&ground(home.path(), None), db, to, with_key).await
}

async fn content(db: &Db) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    db.export(STEPS, &mut |table, line| {
        lines.push((table.to_owned(), line.to_owned()));
        Ok(())
    })
    .await
    .unwrap();
    lines.sort();
    lines
}

db_test!(a_city_comes_back_whole_on_either_engine, STEPS, |db| async move {
    crate::tests::city(db.clone(), 3).await;
    let (home, out) = (home(), TempDir::new().unwrap());
    let to = out.path().join("monday");
    let Made { manifest, findings } = backup(&db, &home, &to, false).await.unwrap();
    assert_eq!(findings, Vec::<String>::new());
    assert!(!to.join("helin.key").exists() && !to.join("trial").exists());
    assert_eq!(
        manifest.files.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(),
        ["files/photos/3/fil_1.jpg", "settings/dispatch.toml"]
    );
    let before = content(&db).await;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (empty, guard) = db::testing::fresh(engine, &[]).await;
        empty.close().await;
        let place = TempDir::new().unwrap();
        let url = (engine == Engine::Postgres).then(|| guard.url());
        let target = ground(place.path(), url);
        let read = Manifest::read(&to).unwrap();
        let found = restore(&target, &read, &to, Some(&home.path().join("helin.key"))).await.unwrap();
        assert_eq!(found, Vec::<String>::new());
        let copy = target.open_current().await.unwrap();
        assert!(content(&copy).await == before, "{engine:?}");
        assert_eq!(fs::read(place.path().join("files/photos/3/fil_1.jpg")).unwrap(), [7; 200_000]);
        copy.close().await;
        let again = restore(&target, &read, &to, None).await.unwrap_err().to_string();
        assert!(again.contains("empty"), "{again}");
    }
});

const FIRST: &str = "(cell, id) IN (SELECT cell, id FROM people_people ORDER BY id LIMIT 1)";

async fn run(db: &Db, sql: String) {
    let done: Result<u64, db::Error> = db
        .write(move |tx| {
            let sql = sql.clone();
            Box::pin(async move { tx.run(&sql, db::args![]).await })
        })
        .await;
    assert_eq!(done.unwrap(), 1);
}

db_test!(who_was_erased_since_is_named_after_a_restore_with_the_page_to_erase_them, STEPS, |db| async move {
    crate::tests::city(db.clone(), 3).await;
    let (home, out, place) = (home(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let to = out.path().join("monday");
    let manifest = backup(&db, &home, &to, true).await.unwrap().manifest;
    assert_eq!(erased::lines(&db).await.unwrap(), Vec::<String>::new());
    run(&db, format!("UPDATE people_people SET erased_at = 1790000000000 WHERE {FIRST}")).await;
    let list = erased::lines(&db).await.unwrap();
    let [line] = &list[..] else { panic!("{list:?}") };
    let (id, at) = line.split_once(' ').unwrap();
    assert!(id.starts_with("per_") && at == "2026-09-21T22:13:20+08:00", "{line}");
    assert_eq!(erased::again(&db, line).await.unwrap(), Vec::<String>::new(), "here they are gone");

    let target = ground(place.path(), None);
    restore(&target, &manifest, &to, None).await.unwrap();
    let copy = target.open_current().await.unwrap();
    // Somebody who registered after the backup, and was erased, is not in it.
    let stranger = "per_002038h1000000000000000000000";
    let list = format!("{line}\n\n{stranger} 2026-09-22T08:00:00+08:00\n");
    let back = erased::again(&copy, &list).await.unwrap();
    assert_eq!(back, [format!("/people/{id}/erase  (was erased {at})")]);
    run(&copy, format!("UPDATE people_people SET erased_at = 1790000000001 WHERE {FIRST}")).await;
    assert_eq!(erased::again(&copy, &list).await.unwrap(), Vec::<String>::new());
    let other = erased::again(&copy, "subject_id|recorded_at").await.unwrap_err().to_string();
    assert!(other.starts_with("line 1 does not begin with the id of a person"), "{other}");
    copy.close().await;
});

db_test!(what_the_doctor_finds_is_found_in_the_copy_and_in_what_is_restored, STEPS, |db| async move {
    crate::tests::city(db.clone(), 3).await;
    let (home, out) = (home(), TempDir::new().unwrap());
    let one = "(SELECT cell, id FROM matters_matters ORDER BY id LIMIT 1)";
    run(&db, format!("UPDATE matters_matters SET kind = 'gone' WHERE (cell, id) IN {one}")).await;
    fs::write(home.path().join("settings/dispatch.toml"), "format = 1\nrset = 45\n").unwrap();
    let to = out.path().join("monday");
    let Made { manifest, findings } = backup(&db, &home, &to, true).await.unwrap();
    let place = TempDir::new().unwrap();
    let restored = restore(&ground(place.path(), None), &manifest, &to, None).await.unwrap();
    // Each is told of the file that somebody can mend, and not of one that went with the trial.
    for (found, folder) in [(&findings, &home), (&restored, &place)] {
        let said = found.join("\n");
        assert!(said.contains("1 × matter of the kind “gone” cannot be read"), "{said}");
        assert!(said.contains(&format!("{}/settings/dispatch.toml", folder.path().display())), "{said}");
    }
    assert!(!to.join("trial").exists());
});

db_test!(an_older_schema_is_brought_up_to_date, &STEPS[..STEPS.len() - 2], |db| async move {
    let (home, out, place) = (home(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let to = out.path().join("old");
    let Made { manifest, .. } = backup(&db, &home, &to, true).await.unwrap();
    assert_eq!(manifest.steps.len(), STEPS.len() - 2);
    let target = ground(place.path(), None);
    assert_eq!(restore(&target, &manifest, &to, None).await.unwrap(), Vec::<String>::new());
    assert!(target.open_current().await.is_ok());
    assert_eq!(fs::read_to_string(place.path().join("helin.key")).unwrap(), key());
});

type Spoil = fn(&Path, &mut Manifest);

/// What is done to a backup, and the words with which it is refused.
const SPOILT: &[(&str, Spoil)] = &[
    ("was changed or damaged", |at, m| fs::write(at.join(&m.tables[0].part.path), "x").unwrap()),
    ("was changed or damaged", |at, m| fs::write(at.join(&m.files[0].path), [8; 200_000]).unwrap()),
    ("is missing", |at, m| fs::remove_file(at.join(&m.files[0].path)).unwrap()),
    ("lies outside the backup", |_, m| m.files[0].path = "../../etc/passwd".into()),
    ("made by a newer helin", |_, m| {
        m.steps.push(db::Step { name: "9999_beyond".into(), checksum: String::new() });
    }),
    ("is not the one this program knows", |_, m| m.steps[1].checksum.clear()),
    ("rows instead of", |_, m| m.tables[0].rows += 1),
    ("the key of another city", |_, m| m.key_mark.clear()),
];

db_test!(what_is_wrong_with_a_backup_is_said_and_leaves_nothing, STEPS, |db| async move {
    let home = home();
    for (words, spoil) in SPOILT {
        let (out, place) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let to = out.path().join("b");
        let mut manifest = backup(&db, &home, &to, true).await.unwrap().manifest;
        spoil(&to, &mut manifest);
        let target = ground(place.path(), None);
        let refused = format!("{:#}", restore(&target, &manifest, &to, None).await.unwrap_err());
        assert!(refused.contains(words), "{words}: {refused}");
        let left: Vec<_> = fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(left.is_empty(), "{words}: {left:?}");
    }
});

db_test!(a_restore_that_reaches_no_database_leaves_what_was_there_and_nothing_else, STEPS, |db| async move {
    let (home, out, around) = (home(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let (to, own) = (out.path().join("b"), home.path().join("helin.key"));
    let manifest = backup(&db, &home, &to, false).await.unwrap().manifest;
    let target = ground(&around.path().join("srv/new"), Some(&crate::tests::nobody()));
    let refused = format!("{:#}", restore(&target, &manifest, &to, Some(&own)).await.unwrap_err());
    assert!(refused.starts_with("the database cannot be opened"), "{refused}");
    let left: Vec<_> = fs::read_dir(around.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.is_empty(), "neither key nor folder: {left:?}");
    assert_eq!(fs::read_to_string(&own).unwrap(), key(), "the key it was given stays where it lies");

    // The key, and the folder, of whoever had laid them there.
    fs::create_dir_all(&target.data).unwrap();
    fs::write(target.data.join("helin.key"), key()).unwrap();
    restore(&target, &manifest, &to, None).await.unwrap_err();
    restore(&target, &manifest, &to, Some(&own)).await.unwrap_err();
    assert_eq!(fs::read_to_string(target.data.join("helin.key")).unwrap(), key());

    // Into a file: what fails later is taken away with the folder too.
    let mut short = Manifest::read(&to).unwrap();
    short.tables[0].rows += 1;
    let target = ground(&around.path().join("file"), None);
    restore(&target, &short, &to, Some(&own)).await.unwrap_err();
    assert!(!target.data.exists(), "{}", target.data.display());
});

db_test!(a_backup_needs_a_new_folder_and_a_restore_the_key, STEPS, |db| async move {
    let (home, out, place) = (home(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let to = out.path().join("b");
    let manifest = backup(&db, &home, &to, false).await.unwrap().manifest;
    let again = backup(&db, &home, &to, false).await.err().unwrap().to_string();
    assert!(again.contains("is there already"), "{again}");
    let refused = restore(&ground(place.path(), None), &manifest, &to, None).await.unwrap_err().to_string();
    assert!(refused.contains("helin.key is not in this backup"), "{refused}");
    let manifest = to.join("manifest.json");
    fs::write(&manifest, fs::read_to_string(&manifest).unwrap().replace("\"with_key\": false", "\"with_key\": true"))
        .unwrap();
    assert!(Manifest::read(&to).unwrap_err().to_string().contains("was changed or damaged"));
    fs::remove_file(&manifest).unwrap();
    assert!(Manifest::read(&to).unwrap_err().to_string().contains("is no backup"));
});
