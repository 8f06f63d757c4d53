//! Each check is broken once: the plan names it and changes nothing; what can be repaired is, and the doctor is content.

use app::migrations::STEPS;
use db::{Db, db_test};

use crate::ground::Ground;
use crate::{doctor, repair};

/// Somebody may have been invited to one task twice, and accepts it once.
const ACCEPTED: &str = "UPDATE dispatch_offers SET state = 'accepted' WHERE NOT EXISTS (SELECT 1 FROM dispatch_offers o \
                        WHERE o.cell = dispatch_offers.cell AND o.task_id = dispatch_offers.task_id \
                        AND o.person_id = dispatch_offers.person_id AND o.id > dispatch_offers.id)";

/// Breaks one thing each: a word of its finding, the statement, and whether it can be repaired without losing anything.
const BROKEN: &[(&str, &str, bool)] = &[
    ("given up after eight tries", "UPDATE jobs_queue SET tries = 8, last_error = 'x'", true),
    ("held for longer", "UPDATE jobs_queue SET claimed_until = 9999999999999", true),
    ("clock runs while no job waits", "DELETE FROM jobs_queue WHERE job = 'matters.tick'", true),
    ("waits to be tried again", "UPDATE jobs_queue SET last_error = 'x'", false),
    ("could not be delivered", "UPDATE jobs_messages SET sent_at = NULL, next_try_at = NULL", false),
    ("has not taken it four times", "UPDATE jobs_messages SET sent_at = NULL, next_try_at = 1, tries = 4", false),
    ("closing and phase disagree", "UPDATE matters_matters SET closed_at = 1 WHERE phase <> 'closed'", false),
    ("without the event with which it came in", "DELETE FROM audit_events WHERE verb = 'matters.raised'", false),
    ("another number of slots", "UPDATE dispatch_tasks SET slots = slots + 1", false),
    ("counts other free slots", "UPDATE dispatch_tasks SET free = free + 1", true),
    ("held by an offer that is not accepted", "UPDATE dispatch_offers SET state = 'declined'", false),
    ("accepted offer without a slot", ACCEPTED, false),
    ("attendance without an offer", "UPDATE dispatch_offers SET person_cell = 999", false),
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
