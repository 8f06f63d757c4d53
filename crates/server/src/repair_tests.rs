//! Each check is broken once: the plan names it and changes nothing; what can be repaired is, and the doctor is content. What is
//! found is named so that somebody can look at it.

use app::migrations::STEPS;
use db::{Db, db_test};
use rules::shared::Cell;
use rules::shared::ids::RecordId;
use serde::Deserialize;
use uuid::Uuid;

use crate::ground::Ground;
use crate::{doctor, repair};

/// Somebody may have been invited to one task twice, and accepts it once.
const ACCEPTED: &str = "UPDATE dispatch_offers SET state = 'accepted' WHERE NOT EXISTS (SELECT 1 FROM dispatch_offers o \
                        WHERE o.cell = dispatch_offers.cell AND o.task_id = dispatch_offers.task_id \
                        AND o.person_id = dispatch_offers.person_id AND o.id > dispatch_offers.id)";

/// Breaks one thing each: a word of its finding, the statement, and whether it can be repaired without losing anything.
/// Whoever was asked by nobody but themselves has agreed.
const AGREED_UNASKED: &str = "UPDATE people_mandates SET confirmed_cell = delegate_cell, confirmed_by = delegate_id \
                              WHERE confirmed_at IS NOT NULL";

const BROKEN: &[(&str, &str, bool)] = &[
    ("given up after eight tries", "UPDATE jobs_queue SET tries = 8, last_error = 'x'", true),
    ("held for longer", "UPDATE jobs_queue SET claimed_until = 9999999999999", true),
    ("clock runs while no job waits", "DELETE FROM jobs_queue WHERE job = 'matters.tick'", true),
    ("waits to be tried again", "UPDATE jobs_queue SET last_error = 'x'", false),
    ("could not be delivered", "UPDATE jobs_messages SET sent_at = NULL, next_try_at = NULL", false),
    ("has not taken it three times", "UPDATE jobs_messages SET sent_at = NULL, next_try_at = 1, tries = 3", false),
    ("closing and phase disagree", "UPDATE matters_matters SET closed_at = 1 WHERE phase <> 'closed'", false),
    ("without the event with which it came in", "DELETE FROM audit_events WHERE verb = 'matters.raised'", false),
    ("another number of slots", "UPDATE dispatch_tasks SET slots = slots + 1", false),
    ("counts other free slots", "UPDATE dispatch_tasks SET free = free + 1", true),
    ("held by an offer that is not accepted", "UPDATE dispatch_offers SET state = 'declined'", false),
    ("accepted offer without a slot", ACCEPTED, false),
    ("attendance without an offer", "UPDATE dispatch_offers SET person_cell = 999", false),
    ("whom the person had not asked", AGREED_UNASKED, false),
    ("minutes are not those", "UPDATE service_records SET minutes = -1", false),
    ("one person recorded and confirmed", "UPDATE service_records SET confirmed_by = NULL", false),
    ("rating outside 1 to 5", "UPDATE service_ratings SET satisfaction = 6", false),
    ("event without a subject", "UPDATE audit_events SET verb = ''", false),
    ("names nothing in people_people", "UPDATE audit_events SET actor_cell = 999 WHERE actor_id IS NOT NULL", false),
];

async fn run(db: &Db, sql: &'static str) {
    let done: Result<u64, db::Error> =
        db.write(move |tx| Box::pin(async move { tx.run(sql, db::args![]).await })).await;
    assert!(done.unwrap_or_else(|error| panic!("{sql}: {error}")) > 0, "{sql} breaks nothing");
}

async fn findings(ground: &Ground, db: &Db) -> Vec<String> {
    let mut found = doctor::look(db).await.unwrap();
    found.extend(repair::unwatched(ground, db).await.unwrap().finding());
    found
}

async fn plan(ground: &Ground, db: &Db) -> String {
    repair::plan(ground, db).await.unwrap().join("\n")
}

db_test!(a_repair_is_planned_then_done, STEPS, |db| async move {
    crate::tests::city(db.clone(), 5).await;
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground { data: folder.path().to_owned(), database_url: None };
    assert_eq!(plan(&ground, &db).await, "there is nothing to repair");
    for (word, sql, _) in BROKEN.iter().filter(|(_, _, repairable)| *repairable) {
        run(&db, sql).await;
        let planned = plan(&ground, &db).await;
        assert!(planned.starts_with("repair: ") && planned.contains(word), "{planned}");
        assert_eq!(plan(&ground, &db).await, planned, "a plan changes nothing");
        let done = repair::apply(&ground, &db).await.unwrap();
        assert_eq!(done.len(), 1, "{done:?}");
        assert_eq!(findings(&ground, &db).await, Vec::<String>::new(), "after {done:?}");
        assert!(repair::apply(&ground, &db).await.unwrap().is_empty(), "a second time there is nothing to do");
    }
});

db_test!(what_would_lose_something_is_left_to_people, STEPS, |db| async move {
    crate::tests::city(db.clone(), 5).await;
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground { data: folder.path().to_owned(), database_url: None };
    for (word, sql, _) in BROKEN.iter().filter(|(_, _, repairable)| !*repairable) {
        run(&db, sql).await;
        let planned = plan(&ground, &db).await;
        let line = planned.lines().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{word}: {planned}"));
        assert!(line.starts_with("by hand: "), "{line}");
        assert_eq!(repair::apply(&ground, &db).await.unwrap(), Vec::<String>::new());
        assert!(findings(&ground, &db).await.iter().any(|found| found.contains(word)), "{word} is still found");
    }
});

/// What a finding is about, as it stands in the database.
#[derive(Deserialize)]
struct Kept {
    cell: i32,
    id: Uuid,
    sort: Option<String>,
}

async fn kept(db: &Db, sql: &'static str) -> Vec<Kept> {
    let rows: Result<Vec<Kept>, db::Error> =
        db.read(move |tx| Box::pin(async move { tx.all::<Kept>(sql, db::args![]).await })).await;
    rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

async fn found(db: &Db, word: &str) -> String {
    let found = doctor::look(db).await.unwrap();
    found.iter().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{word}: {found:?}")).clone()
}

db_test!(a_finding_names_the_first_that_somebody_has_to_look_at, STEPS, |db| async move {
    crate::tests::city(db.clone(), 5).await;
    run(&db, "UPDATE service_records SET confirmed_by = NULL WHERE state = 'confirmed'").await;
    let records = kept(&db, "SELECT cell, id FROM service_records WHERE state = 'confirmed' ORDER BY cell, id").await;
    let line = found(&db, "one person recorded and confirmed").await;
    let ids: Vec<String> = records.iter().map(|kept| RecordId::new(Cell(kept.cell), kept.id).to_string()).collect();
    let first = ids.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    let others = if ids.len() > 5 { format!(", and {} more", ids.len() - 5) } else { String::new() };
    assert!(line.starts_with(&format!("{} × ", ids.len())), "{line}");
    assert!(line.ends_with(&format!(": {first}{others}")), "{line}");
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground { data: folder.path().to_owned(), database_url: None };
    assert!(plan(&ground, &db).await.contains(&format!("{first}{others} — have somebody")), "the plan names them too");

    // Several rows of one task are one name.
    run(&db, "UPDATE dispatch_offers SET state = 'declined'").await;
    let sql = "SELECT DISTINCT s.cell, s.task_id AS id FROM dispatch_slots s JOIN dispatch_tasks t ON t.cell = s.cell \
               AND t.id = s.task_id WHERE s.offer_id IS NOT NULL AND t.state <> 'cancelled'";
    let (tasks, line) = (kept(&db, sql).await.len(), found(&db, "held by an offer that is not accepted").await);
    let more = line.rsplit_once(", and ").and_then(|(_, more)| more.strip_suffix(" more")?.parse::<usize>().ok());
    assert_eq!(line.matches("tsk_").count() + more.unwrap_or_default(), tasks, "{line}");
});

db_test!(what_failed_is_named_with_why_and_nobody_with_it, STEPS, |db| async move {
    crate::tests::city(db.clone(), 5).await;
    run(
        &db,
        r#"UPDATE jobs_queue SET tries = 8, last_error = 'Defect("no job is called x")'
           WHERE (cell, id) IN (SELECT cell, id FROM jobs_queue ORDER BY id LIMIT 1)"#,
    )
    .await;
    let jobs = kept(&db, "SELECT cell, id, job AS sort FROM jobs_queue WHERE tries = 8").await;
    let [Kept { id, sort: Some(job), .. }] = &jobs[..] else { panic!("one job") };
    let line = found(&db, "given up after eight tries").await;
    let named = format!(r#"{job} {id} (Defect("no job is called x"))"#);
    assert_eq!(line, format!("1 × job was given up after eight tries: {named}"));

    let refusal = r#"UPDATE jobs_queue SET last_error =
                     'Refused(Refusal { code: "not-there", args: [("name", Text("王某某"))], field: None })'
                     WHERE tries = 8"#;
    run(&db, refusal).await;
    let line = found(&db, "given up after eight tries").await;
    assert!(line.ends_with(&format!(": {job} {id} (refused: not-there)")), "{line}");

    run(
        &db,
        "UPDATE jobs_messages SET sent_at = NULL, next_try_at = NULL, last_error = 'the gateway answered 500' \
         WHERE (cell, id) IN (SELECT cell, id FROM jobs_messages ORDER BY id LIMIT 1)",
    )
    .await;
    let messages =
        kept(&db, "SELECT cell, id, template AS sort FROM jobs_messages WHERE sent_at IS NULL AND last_error <> ''");
    let messages = messages.await;
    let [Kept { id, sort: Some(template), .. }] = &messages[..] else { panic!("one message") };
    let line = found(&db, "could not be delivered").await;
    assert!(line.contains(&format!("{template} {id} (the gateway answered 500)")), "{line}");
});
