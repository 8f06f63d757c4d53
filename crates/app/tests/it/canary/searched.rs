//! Every search, asked for what is protected: by the whole of it, by a part, and by how it sounds. Staff find people by
//! name, initials and whole number; nothing else finds anything.

use std::collections::BTreeMap;

use app::testing::Client;
use db::db_test;
use kit::Form;

use super::planted::{ADDRESS, CALL, DOOR, IDENTITY, KIN, NAME, NOTE, PHONE, Planted, SECRET, STORY, planted};
use super::policy::{cells, differences, table};
use super::shown::askers;
use super::watch::{Seen, Watch, Way};

/// What is sought, by the name that it has in the table.
const SOUGHT: &[(&str, &str)] = &[
    ("name", NAME),
    ("surname", "雒"),
    ("given", "紫鸢"),
    ("initials", "lzy"),
    ("pinyin", "luoziyuan"),
    ("kin", KIN),
    ("phone", PHONE),
    ("digits", "7071"),
    ("head", "1397070"),
    ("identity", IDENTITY),
    ("birth", "19750520"),
    ("door", DOOR),
    ("lane", "金丝雀巷"),
    ("call", CALL),
    ("address", ADDRESS),
    ("story", STORY),
    ("illness", "精神科"),
    ("note", NOTE),
    ("secret", SECRET),
    ("violence", "家里有人动手"),
];

/// Nobody and nothing is called so.
const NOTHING: &str = "查无此人";

/// The names of every field that some search reads.
const FIELDS: &[&str] = &["q", "code", "card", "phone", "name", "words", "caller_phone"];

fn asking(address: &str, words: &str) -> String {
    let form = FIELDS.iter().fold(Form::empty(), |form, field| form.with(field, words));
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{}", form.to_urlencoded())
}

/// Which of the planted things an answer leads to, and how often.
fn led_to(marks: &[String], text: &str) -> Vec<usize> {
    marks.iter().map(|mark| text.matches(mark.as_str()).count()).collect()
}

/// What looks people, places or matters up, and lists that might.
const SEARCHES: &[&str] = &[
    "/people",
    "/api/v1/people",
    "/organisations",
    "/api/v1/organisations",
    "/places?to=/help/new/where",
    "/api/v1/places",
    "/t",
    "/c",
    "/verify",
    "/desk",
    "/desk/call",
    "/cards",
    "/tasks",
    "/api/v1/matters",
    "/report",
];

async fn search(planted: &Planted, who: &str, client: &Client, seen: &mut Seen, watch: &mut Watch<'_>) {
    let marks = planted.marks();
    let mut without = BTreeMap::new();
    for address in SEARCHES {
        let answered = client.get(&asking(address, NOTHING)).await;
        without.insert(*address, led_to(&marks, &answered.text));
    }
    for (what, words) in SOUGHT {
        for (address, nothing) in &without {
            let asked = asking(address, words);
            let answered = client.get(&asked).await;
            watch.look(who, Way::Sees, &asked, &answered);
            if led_to(&marks, &answered.text) != *nothing {
                seen.entry((who.to_owned(), *what)).or_insert((Way::Sees, asked));
            }
        }
    }
}

db_test!(what_is_protected_finds_nothing, app::migrations::STEPS, |db| async move {
    let planted = planted(db).await;
    let (mut seen, mut watch) = (Seen::new(), Watch::over(&planted.needles));
    for (who, client) in askers(&planted) {
        search(&planted, &who, &client, &mut seen, &mut watch).await;
    }
    let broken = differences(&cells(&table("found.txt")), &seen);
    assert!(broken.is_empty(), "{broken}");
    let shown = differences(&cells(&table("shown.txt")), &watch.seen);
    let too_much: Vec<&str> = shown.lines().filter(|line| !line.contains(" never ")).collect();
    assert!(too_much.is_empty(), "{too_much:#?}");
});
