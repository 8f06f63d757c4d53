//! What an operator types before anything is served, as it is typed: what works, what is said when it does not, and with
//! which code it ends.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;

use crate::ground::Ground;
use crate::{Cli, Command, register};

const PLACES: &str = "code,name,parent,level\n3717,菏泽市,,city\n371722,单县,3717,county\n\
                      371722003,园艺街道,371722,township\n371722003003,黄楼社区,371722003,village\n";

/// Runs a command on the data of this folder, which may be named last, also after the part of an import.
async fn helin(data: &Path, line: &[&str]) -> Result<ExitCode> {
    let data = ["--data", data.to_str().expect("a path in UTF-8")];
    let typed = ["helin"].into_iter().chain(line.iter().copied()).chain(data);
    match Cli::try_parse_from(typed)?.command {
        Command::Migrate(ground) => register::migrate(ground).await,
        Command::Import(import) => import.run().await,
        Command::Administrator(administrator) => administrator.run().await,
        Command::Token(token) => token.run().await,
        _ => panic!("{line:?} is no command of this test"),
    }
}

fn ended_well(code: ExitCode) -> bool {
    format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS)
}

async fn count(data: &Path, sql: &'static str) -> i64 {
    let db = Ground { data: data.to_owned(), database_url: None }.open_existing().await.unwrap();
    let n: Result<i64, db::Error> =
        db.read(move |tx| Box::pin(async move { tx.scalar_i64(sql, db::args![]).await })).await;
    db.close().await;
    n.unwrap()
}

#[tokio::test]
async fn the_first_administrator_is_let_in_and_whoever_is_unknown_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(ended_well(helin(data, &["migrate"]).await.unwrap()));
    let divisions = data.join("places.csv");
    fs::write(&divisions, PLACES).unwrap();
    let admin = ["administrator", "--name", "管理员甲", "--phone", "13900000001", "--account", "chief.first"];
    let early = helin(data, &admin).await.unwrap_err().to_string();
    assert!(early.contains("helin import --divisions"), "{early}");
    assert!(ended_well(helin(data, &["import", "--divisions", divisions.to_str().unwrap()]).await.unwrap()));

    let other = ["administrator", "--name", "管理员乙", "--phone", "13900000001", "--account", "chief.second"];
    // Twice, it is a new password for the same one.
    for _ in 0..2 {
        assert!(ended_well(helin(data, &admin).await.unwrap()));
    }
    let refused = helin(data, &other).await.unwrap_err().to_string();
    assert!(refused.contains("管理员甲") && refused.contains("administrator-other-name"), "{refused}");
    let appointed = "SELECT COUNT(*) FROM people_memberships WHERE role = 'administrator' AND valid_to IS NULL";
    assert_eq!(count(data, appointed).await, 1);
    assert_eq!(count(data, "SELECT COUNT(*) FROM identity_passwords").await, 1, "nobody has an account but the first");
    assert!(ended_well(helin(data, &["token", "--phone", "13900000001"]).await.unwrap()));
    let unknown = helin(data, &["token", "--phone", "13900000009"]).await.unwrap_err().to_string();
    assert_eq!(unknown, "nobody here has the phone 13900000009");

    let nothing = helin(data, &["import"]).await.unwrap_err().to_string();
    assert!(nothing.contains("--divisions FILE") && nothing.contains("credentials"), "{nothing}");
    let scope = ["token", "--phone", "13900000001", "--scope", "casework:read"];
    let unknown = helin(data, &scope).await.unwrap_err().to_string();
    let help = Cli::try_parse_from(["helin", "token", "--help"]).err().unwrap().to_string();
    assert_eq!(unknown.matches("matters:read").count(), 1, "once: {unknown}");
    let short = ["administrator", "--name", "管理员丙", "--phone", "1390000"];
    let short = helin(data, &short).await.unwrap_err().to_string();
    assert!(short.contains("A mobile number has 11") && short.contains("has 7 digits"), "{short}");
    let village = ["administrator", "--name", "管理员丙", "--phone", "13900000003", "--root-code", "371722003"];
    let village = helin(data, &village).await.unwrap_err().to_string();
    assert!(village.contains("the four digits of the city"), "{village}");
    assert!([unknown, help].iter().all(|said| said.contains("matters:read") && said.contains("people:write")));

    // A row that is refused: the others come in, and the code says that somebody has to look.
    let people = data.join("people.csv");
    let good = "姓名,手机号,区划代码\n张三,13900000002,371722003003\n";
    fs::write(&people, format!("{good}李四,,371722003003\n")).unwrap();
    let line = ["import", "people", people.to_str().unwrap()];
    assert!(!ended_well(helin(data, &line).await.unwrap()));
    fs::write(&people, good).unwrap();
    assert!(ended_well(helin(data, &line).await.unwrap()));
}

#[tokio::test]
async fn a_year_comes_in_whole_and_the_file_is_told_of_its_line() {
    const YEAR: &str = "date,kind,name\n2027-01-01,holiday,元旦\n2027-05-01,holiday,劳动节\n2027-10-01,holiday,国庆节\n\
                        2027-10-02,holiday,国庆节\n2027-10-03,holiday,国庆节\n";
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(ended_well(helin(data, &["migrate"]).await.unwrap()));
    let (divisions, workdays) = (data.join("places.csv"), data.join("workdays.csv"));
    fs::write(&divisions, PLACES).unwrap();
    assert!(ended_well(helin(data, &["import", "--divisions", divisions.to_str().unwrap()]).await.unwrap()));
    let line = ["import", "--workdays", workdays.to_str().unwrap()];
    for (text, said) in [
        (YEAR.replace("2027-10-03,holiday,国庆节\n", ""), "The year 2027 is not whole: 2027-10-03"),
        (format!("{YEAR}2027-01-01,holiday,元旦\n"), "2027-01-01 stands in line 2 and again in line 7"),
        (YEAR.replace("date,", "day,"), "Line 1 is not the heading: it lacks date"),
    ] {
        fs::write(&workdays, text).unwrap();
        let refused = helin(data, &line).await.unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
    }
    fs::write(&workdays, YEAR).unwrap();
    assert!(ended_well(helin(data, &line).await.unwrap()));
    assert_eq!(count(data, "SELECT COUNT(*) FROM places_days").await, 5);

    // And what the program carries.
    assert!(ended_well(helin(data, &["import", "--workdays", "builtin"]).await.unwrap()));
    assert!(count(data, "SELECT COUNT(*) FROM places_years").await > 3);

    // One place more, beside those that are there; its line says what its code says.
    for (line, ends_well) in
        [("371722003099,新社区,371722003,village", true), ("371722003098,又一个,371722,village", false)]
    {
        fs::write(&divisions, format!("code,name,parent,level\n{line}\n")).unwrap();
        let done = helin(data, &["import", "--divisions", divisions.to_str().unwrap()]).await;
        assert_eq!(done.is_ok_and(ended_well), ends_well, "{line}");
    }
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_given_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("srv/helin");
    let url = crate::tests::nobody();
    let line = ["migrate", "--database-url", url.as_str()];
    let said = format!("{:#}", helin(&data, &line).await.unwrap_err());
    assert!(said.starts_with("the database cannot be opened"), "{said}");
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none(), "neither key nor folder is left");
    let key = data.join("helin.key");
    let own = format!("{}\n{}\n", "07".repeat(32), "08".repeat(32));
    fs::create_dir_all(&data).unwrap();
    fs::write(&key, &own).unwrap();
    helin(&data, &line).await.unwrap_err();
    assert_eq!(fs::read_to_string(&key).unwrap(), own, "one that was there stays");
}

/// Who may read, write and enter what lies at a path.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_made_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("srv/helin");
    assert!(ended_well(helin(&data, &["migrate"]).await.unwrap()));
    let divisions = folder.path().join("places.csv");
    fs::write(&divisions, PLACES).unwrap();
    assert!(ended_well(helin(&data, &["import", "--divisions", divisions.to_str().unwrap()]).await.unwrap()));
    let ground = Ground { data: data.clone(), database_url: None };
    let db = ground.open_existing().await.unwrap();
    let to = folder.path().join("backups/monday");
    crate::backup::make(&ground, &db, &to, false).await.unwrap();
    for file in ["helin.db", "helin.db-wal", "helin.key"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    db.close().await;
    for file in ["manifest.json", "manifest.sha256", "tables/places_places.jsonl.gz"] {
        assert_eq!(mode(&to.join(file)), 0o600, "{file}");
    }
    for made in [&data, &data.join("files"), to.parent().unwrap(), &to, &to.join("tables")] {
        assert_eq!(mode(made), 0o700, "{}", made.display());
    }
}
