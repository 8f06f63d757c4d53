//! Fills an invented city up: what its simulator lived through once is there again and again, at other times and of
//! other people. Rows are copied in SQL, for a life of a hundred thousand tasks is not what is measured here.

use db::{Db, Engine, Value, args};
use rules::shared::Cell;
use rules::shared::ids::{Id, PersonId, TaskThing};
use serde::Deserialize;
use uuid::Uuid;

use crate::Outcome;
use crate::city::Cast;
use crate::served::Served;

/// How many may take one open task.
pub const SLOTS: usize = 4;
/// From one start to the next: a volunteer can take them all, for none overlaps the next or the rest after it.
const APART_MS: i64 = 3 * 3_600_000;
const WEEK_MS: i64 = 7 * 86_400_000;

/// Everything of a task but its id, code, place in time and what follows from them.
const KEPT: &str = "matter_id, team_id, title, category, notes, place_id, place_path, township, place_hint";

fn new_id(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "gen_random_uuid()",
    }
}

async fn run(db: &Db, sql: String, args: Vec<Value>) -> Outcome<u64> {
    let done = db.write::<_, db::Error, _>(move |tx| {
        let (sql, args) = (sql.clone(), args.clone());
        Box::pin(async move { tx.run(&sql, args).await })
    });
    done.await.map_err(|error| error.to_string())
}

async fn count(db: &Db, sql: &'static str) -> Outcome<i64> {
    let counted = db.read::<_, db::Error, _>(move |tx| Box::pin(async move { tx.scalar_i64(sql, args![]).await }));
    counted.await.map_err(|error| error.to_string())
}

fn at_once<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(work)
}

/// Adds past tasks and their records until there are so many; says what there is.
pub fn fill(served: &Served, tasks: u64) -> Outcome<String> {
    at_once(async {
        let db = served.database().await?;
        let wanted = i64::try_from(tasks).map_err(|error| error.to_string())?;
        for round in 1.. {
            let missing = wanted - count(&db, "SELECT COUNT(*) FROM dispatch_tasks").await?;
            if missing <= 0 {
                break;
            }
            if copy_tasks(&db, round, missing).await? == 0 {
                return Err("the city has no task to copy".into());
            }
            copy_records(&db, round, missing).await?;
        }
        one_slot_each(&db, 1).await?;
        count_free(&db).await?;
        let records = count(&db, "SELECT COUNT(*) FROM service_records").await?;
        let there = count(&db, "SELECT COUNT(*) FROM dispatch_tasks").await?;
        settle(&db).await?;
        Ok(format!("{there} tasks, {records} records"))
    })
}

/// What the simulator cut itself: copies carry a dash and their round.
const FIRST: &str = "code NOT LIKE '%-x%'";

async fn copy_tasks(db: &Db, round: i64, most: i64) -> Outcome<u64> {
    let sql = format!(
        "INSERT INTO dispatch_tasks (cell, id, code, {KEPT}, starts_at, ends_at, slots, needs, state, open, waves, \
         check_code, qr_token, cut_cell, cut_by, created_at, closed_at, invented, version) \
         SELECT cell, {id}, code || '-x{round}', {KEPT}, starts_at - $1, ends_at - $1, 1, needs, 'done', open, waves, \
         check_code, qr_token || '-x{round}', cut_cell, cut_by, created_at - $1, ends_at - $1, invented, 1 \
         FROM dispatch_tasks WHERE {FIRST} ORDER BY id LIMIT $2",
        id = new_id(db.engine())
    );
    run(db, sql, args![round * WEEK_MS, most]).await
}

/// Everything of a record but its id and whose it is.
const SAME: &str = "task_id, offer_id, matter_id, served_cell, served_id, activity, day, place_id, place_path, \
    content, started_at, ended_at, minutes, organisation_id, charge_cell, charge_id, evidence, closing, late_reason, \
    entered_by, recorded_cell, recorded_by, recorded_at, record_due_at, state, confirmed_cell, confirmed_by, \
    confirmed_at, confirmed_as, reason";

/// The copies are spread over everybody, as they would be in a city that large.
async fn copy_records(db: &Db, round: i64, most: i64) -> Outcome<u64> {
    let from: Vec<String> = SAME.split(", ").map(|column| format!("r.{}", column.trim())).collect();
    let sql = format!(
        "WITH p AS (SELECT cell, id, row_number() OVER (ORDER BY id) - 1 AS k FROM people_people), \
         r AS (SELECT s.*, row_number() OVER (ORDER BY id) AS k FROM service_records s \
               WHERE s.cell = (SELECT cell FROM service_records ORDER BY id LIMIT 1) \
               AND s.version < 1000000 ORDER BY id LIMIT $2) \
         INSERT INTO service_records (cell, id, person_cell, person_id, {SAME}, look_wanted, invented, version) \
         SELECT r.cell, {id}, p.cell, p.id, {from}, r.look_wanted, r.invented, 1000000 \
         FROM r JOIN p ON p.k = (r.k * 31 + $1 * 977) % (SELECT COUNT(*) FROM p)",
        from = from.join(", "),
        id = new_id(db.engine())
    );
    run(db, sql, args![round, most]).await
}

/// Records of somebody's own: a page of them is full in a small city as in a large one.
const OWN: i64 = 40;

async fn own_records(db: &Db, person: PersonId) -> Outcome<u64> {
    let sql = format!(
        "INSERT INTO service_records (cell, id, person_cell, person_id, {SAME}, look_wanted, invented, version) \
         SELECT cell, {id}, $1, $2, {SAME}, look_wanted, invented, 1000000 FROM service_records ORDER BY id LIMIT $3",
        id = new_id(db.engine())
    );
    run(db, sql, args![person.cell.0, person.uuid, OWN]).await
}

async fn one_slot_each(db: &Db, no: i64) -> Outcome<u64> {
    let sql = "INSERT INTO dispatch_slots (cell, task_id, no) SELECT t.cell, t.id, $1 FROM dispatch_tasks t \
        WHERE t.slots >= $1 AND NOT EXISTS (SELECT 1 FROM dispatch_slots s WHERE s.cell = t.cell AND s.task_id = t.id \
        AND s.no = $1)";
    run(db, sql.to_owned(), args![no]).await
}

async fn count_free(db: &Db) -> Outcome<u64> {
    let sql = "UPDATE dispatch_tasks SET free = (SELECT COUNT(*) FROM dispatch_slots s WHERE s.cell = dispatch_tasks.cell \
        AND s.task_id = dispatch_tasks.id AND s.offer_id IS NULL AND s.staff_id IS NULL)";
    run(db, sql.to_owned(), args![]).await
}

/// What a database that lives on has: statistics of its tables, and everything in its file.
async fn settle(db: &Db) -> Outcome<()> {
    if db.engine() == Engine::Postgres {
        run(db, "ANALYZE".into(), args![]).await?;
    }
    db.checkpoint().await.map_err(|error| error.to_string())?;
    db.close().await;
    Ok(())
}

#[derive(Deserialize)]
struct Opened {
    cell: i32,
    id: Uuid,
}

/// Opens tasks that each group of volunteers can take one after another, `each` of them for every volunteer, and gives
/// whose own hours are asked for some.
pub fn open_for(served: &Served, cast: &mut Cast, each: usize) -> Outcome<()> {
    let person = cast.known_as;
    cast.open = at_once(async {
        let db = served.database().await?;
        let mut open = Vec::new();
        for (group, templates) in cast.templates.iter().enumerate() {
            open.push(open_group(&db, group, templates.clone(), each).await?);
        }
        for no in 1..=SLOTS {
            one_slot_each(&db, i64::try_from(no).unwrap_or(1)).await?;
        }
        count_free(&db).await?;
        own_records(&db, person).await?;
        settle(&db).await?;
        Ok(open)
    })?;
    Ok(())
}

/// Copies the group's own open tasks in turn, each later than the last.
async fn open_group(db: &Db, group: usize, templates: Vec<String>, each: usize) -> Outcome<Vec<String>> {
    let sql = format!(
        "INSERT INTO dispatch_tasks (cell, id, code, {KEPT}, starts_at, ends_at, slots, needs, state, open, waves, \
         check_code, qr_token, cut_cell, cut_by, created_at, closed_at, invented, version) \
         SELECT cell, {id}, code || CAST($1 AS TEXT), {KEPT}, starts_at + $2, ends_at + $2, {SLOTS}, needs, 'standing', \
         TRUE, FALSE, check_code, qr_token || CAST($1 AS TEXT), cut_cell, cut_by, created_at, NULL, invented, 1 \
         FROM dispatch_tasks WHERE code = $3",
        id = new_id(db.engine())
    );
    let opened = db.write::<_, db::Error, _>(move |tx| {
        let (sql, templates) = (sql.clone(), templates.clone());
        Box::pin(async move {
            for (no, template) in (1..=each).zip(templates.iter().cycle()) {
                let later = i64::try_from(no).unwrap_or(i64::MAX) * APART_MS;
                tx.run(&sql, args![format!("-xg{group}n{no}"), later, template.as_str()]).await?;
            }
            let of = "SELECT cell, id FROM dispatch_tasks WHERE code LIKE $1 ORDER BY starts_at";
            tx.all::<Opened>(of, args![format!("%-xg{group}n%")]).await
        })
    });
    let opened = opened.await.map_err(|error| error.to_string())?;
    Ok(opened.into_iter().map(|row| Id::<TaskThing>::new(Cell(row.cell), row.id).to_string()).collect())
}
