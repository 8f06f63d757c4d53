//! Pages of dispatch: 派给谁 for the desk, 任务 for the volunteer, the team's list, the printed sheet.

pub mod assign;
mod assigned;
pub mod changing;
mod cutting;
pub mod mine;
pub mod offers;
pub mod sheet;
pub mod stepping_back;
pub mod stopping;
pub mod tasks;
pub mod team;
mod wanted;

pub use cutting::local as local_time;
use wanted::{desk_words, need_words};

use kit::Page;

use super::Said;
use super::cancelled::Cancelled;
use super::reasons::Value;
use super::store::{self, TaskRow};
use crate::people::skills;
use crate::{Stop, Tx};

/// Reasons as one sentence.
fn sentence(page: &Page, reasons: &[Said]) -> String {
    let words = reasons.iter().map(|said| said_as(page, "reason", said));
    words.collect::<Vec<_>>().join(&page.t("tasks-and"))
}

/// A reason or an exclusion in words.
fn said_as(page: &Page, prefix: &str, said: &Said) -> String {
    let named = said.args.iter().map(|(arg, value)| match (arg.as_str(), value) {
        ("credential" | "skill" | "language", Value::Text(key)) => (arg.as_str(), Value::Text(skills::name(page, key))),
        (arg, value) => (arg, value.clone()),
    });
    page.t_with(&format!("{prefix}-{}", said.key), named)
}

/// 「6月9日（明天）8:30–11:30」.
pub fn window(page: &Page, starts_at: i64, ends_at: i64) -> String {
    let same_day = page.day_of(starts_at) == page.day_of(ends_at);
    let end = if same_day { page.time(ends_at) } else { page.when(ends_at) };
    format!("{}–{end}", page.when(starts_at))
}

/// That a task was cancelled, when, and why, as colleagues read it.
pub fn cancelled_words(page: &Page, was: &Cancelled) -> String {
    let when = page.t1("tasks-was-cancelled", "when", page.when(was.at));
    match &was.reason {
        Some(reason) => format!("{when} {}", page.t1("tasks-was-cancelled-why", "reason", reason.as_str())),
        None => when,
    }
}

/// The task with the code of an address.
async fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<TaskRow, Stop> {
    store::task_by_code(tx, code).await?.ok_or(Stop::Missing)
}
