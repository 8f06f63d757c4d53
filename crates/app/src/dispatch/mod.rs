//! Dispatch: tasks cut from matters, who could serve, offers that are answered freely, waves.

pub mod actions;
mod answers;
mod api;
pub mod cancelled;
mod candidates;
mod changing;
mod contact;
pub mod erasing;
pub mod found;
mod in_hand;
mod jobs;
mod messages;
mod needs;
mod pages;
mod promised;
pub mod reasons;
mod saving;
mod staff;
mod stopping;
pub mod store;
mod view;
mod waves;

pub use in_hand::InHand;
pub use pages::offers::answer as answer_words;
pub use pages::{cancelled_words, local_time, window};
pub use promised::plain;
pub use reasons::Said;

use axum::routing::get;

use crate::capability::{Capability, Job, Method, Needs, Route, Unsettled, form, page};
use crate::{Stop, Tx};
use pages::{assign, changing as change, mine, sheet, stepping_back, stopping as stop, tasks, team};

/// The id of the task of a code, as [`crate::capability::CODED`] takes it.
///
/// # Errors
/// Missing when there is none.
pub async fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<String, Stop> {
    Ok(store::task_by_code(tx, code).await?.ok_or(Stop::Missing)?.id().to_string())
}

/// Who has accepted, or was assigned, and is awaited for a task of a matter that stands, or is at work on one.
pub const COMING: &str = "SELECT DISTINCT p.name AS name FROM dispatch_tasks t \
    JOIN dispatch_slots s ON s.cell = t.cell AND s.task_id = t.id \
    LEFT JOIN dispatch_offers o ON o.cell = s.cell AND o.id = s.offer_id \
    JOIN people_people p ON p.cell = COALESCE(s.staff_cell, o.person_cell) AND p.id = COALESCE(s.staff_id, o.person_id) \
    WHERE t.cell = $1 AND t.matter_id = $2 AND t.state = 'standing' \
    AND (t.ends_at > $3 OR (o.began_at IS NOT NULL AND o.left_at IS NULL)) ORDER BY p.name";

/// Who goes to a matter, the soonest first: their ids, and whether they are a colleague on staff.
pub const GOERS: &str = "SELECT COALESCE(s.staff_cell, o.person_cell) AS cell, COALESCE(s.staff_id, o.person_id) AS id, \
    s.staff_id IS NOT NULL AS staff FROM dispatch_tasks t JOIN dispatch_slots s ON s.cell = t.cell AND s.task_id = t.id \
    LEFT JOIN dispatch_offers o ON o.cell = s.cell AND o.id = s.offer_id WHERE t.cell = $1 AND t.matter_id = $2 \
    AND t.state = 'standing' AND COALESCE(s.staff_id, o.person_id) IS NOT NULL ORDER BY t.starts_at, t.id, s.no";

/// How many colleagues on staff go to a matter themselves; by its cell and id.
pub const COLLEAGUES: &str = "SELECT COUNT(*) FROM dispatch_tasks t \
    JOIN dispatch_slots s ON s.cell = t.cell AND s.task_id = t.id \
    WHERE t.cell = $1 AND t.matter_id = $2 AND t.state = 'standing' AND s.staff_id IS NOT NULL";

/// How many tasks were ever cut from a matter; by its cell and id.
pub const TASKS: &str = "SELECT COUNT(*) FROM dispatch_tasks WHERE cell = $1 AND matter_id = $2";

/// Tasks of a matter for which people are invited in waves, and for which there is room; `$3` is the present instant.
pub const INVITING: &str = "SELECT t.title, t.open, t.starts_at, \
    (SELECT COALESCE(MAX(o.wave), 0) FROM dispatch_offers o WHERE o.cell = t.cell AND o.task_id = t.id) AS wave, \
    (SELECT COUNT(*) FROM dispatch_offers o WHERE o.cell = t.cell AND o.task_id = t.id AND o.state = 'offered') AS awaited \
    FROM dispatch_tasks t WHERE t.cell = $1 AND t.matter_id = $2 AND t.state = 'standing' AND t.waves AND t.free > 0 \
    AND t.ends_at > $3 ORDER BY t.id";

/// Tasks of a matter that stand.
pub const STANDING: Unsettled = Unsettled {
    words: "desk-unsettled-tasks",
    count: "SELECT COUNT(*) FROM dispatch_tasks WHERE cell = $1 AND matter_id = $2 AND state = 'standing'",
};

pub static CAPABILITY: Capability = Capability {
    name: "dispatch",
    verbs: rules::dispatch::access::VERBS,
    routes: &[
        page!("/tasks", mine::tasks),
        form!("/tasks/export", "exchange.export", mine::export),
        page!("/tasks/{code}", tasks::task),
        page!("/tasks/{code}/sheet", sheet::sheet),
        page!("/tasks/{code}/assign", assign::of_task),
        page!("/me/offline", tasks::offline),
        page!("/team", team::team),
        page!("/desk/{code}/assign", assign::of_matter),
        form!("/desk/{code}/tasks", "dispatch.cut_task", assign::cut),
        form!("/tasks/{code}/accept", "dispatch.accept", tasks::accept),
        form!("/tasks/{code}/decline", "dispatch.decline", tasks::decline),
        form!("/tasks/{code}/withdraw", "dispatch.withdraw", tasks::withdraw),
        form!("/tasks/{code}/invite", "dispatch.invite", assign::invite),
        form!("/tasks/{code}/waves", "dispatch.invite", assign::waves),
        page!("/tasks/{code}/waves/end", stop::ask),
        form!("/tasks/{code}/waves/end", "dispatch.stop_waves", stop::end),
        form!("/tasks/{code}/opening", "dispatch.open_task", assign::opening),
        form!("/tasks/{code}/widen", "dispatch.widen", assign::widen),
        form!("/tasks/{code}/staff", "dispatch.assign_staff", assign::staff),
        form!("/tasks/{code}/step-back", "dispatch.step_back", assign::step_back),
        form!("/tasks/{code}/not-going", "dispatch.step_back", stepping_back::step_back),
        form!("/tasks/{code}/cancel", "dispatch.cancel_task", assign::cancel),
        page!("/tasks/{code}/change", change::show),
        form!("/tasks/{code}/change", "dispatch.edit_task", change::send),
        form!("/api/v1/matters/{id}/tasks", "dispatch.cut_task", api::cut),
        page!("/api/v1/tasks", api::tasks),
        page!("/api/v1/tasks/{id}", api::task),
        Route {
            method: Method::Get,
            path: "/api/v1/tasks/{id}/candidates",
            needs: Needs::Verb("dispatch.see_candidates"),
            handler: || get(api::candidates),
        },
        form!("/api/v1/tasks/{id}/offers", "dispatch.invite", api::invite),
        form!("/api/v1/tasks/{id}/widening", "dispatch.widen", api::widen),
        form!("/api/v1/tasks/{id}/waves/end", "dispatch.stop_waves", api::stopping::stop),
        form!("/api/v1/tasks/{id}/opening", "dispatch.open_task", api::open),
        form!("/api/v1/tasks/{id}/change", "dispatch.edit_task", api::changing::change),
        form!("/api/v1/tasks/{id}/cancellation", "dispatch.cancel_task", api::cancel),
        form!("/api/v1/tasks/{id}/assignment", "dispatch.assign_staff", api::assign),
        form!("/api/v1/tasks/{id}/assignment/withdrawal", "dispatch.step_back", api::staff::step_back),
        form!("/api/v1/tasks/{id}/acceptance", "dispatch.take_open", api::take),
        page!("/api/v1/offers", api::answers::offers),
        form!("/api/v1/offers/{id}/acceptance", "dispatch.accept", api::answers::accept),
        form!("/api/v1/offers/{id}/decline", "dispatch.decline", api::answers::decline),
        form!("/api/v1/offers/{id}/withdrawal", "dispatch.withdraw", api::answers::withdraw),
    ],
    jobs: &[
        Job { name: jobs::EXPIRE, run: |tx, at, data| Box::pin(jobs::expire(tx, at, data)) },
        Job { name: jobs::STOPPED, run: |tx, at, data| Box::pin(jobs::stopped(tx, at, data)) },
        Job { name: jobs::TELL, run: |tx, at, data| Box::pin(jobs::tell(tx, at, data)) },
        Job { name: jobs::WAVE, run: |tx, at, data| Box::pin(jobs::wave(tx, at, data)) },
    ],
    openapi: Some(api::openapi),
};
