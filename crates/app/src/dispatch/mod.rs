//! Dispatch: tasks cut from matters, who could serve, offers that are answered freely, waves.

pub mod actions;
mod answers;
mod candidates;
mod contact;
mod in_hand;
mod jobs;
mod messages;
mod pages;
pub mod reasons;
mod saving;
pub mod store;
mod waves;

pub use in_hand::InHand;
pub use pages::{local_time, window};
pub use reasons::Said;

use crate::capability::{Capability, Job, form, page};
use pages::{assign, sheet, tasks, team};

pub static CAPABILITY: Capability = Capability {
    name: "dispatch",
    verbs: rules::dispatch::access::VERBS,
    routes: &[
        page!("/tasks", tasks::tasks),
        page!("/tasks/{code}", tasks::task),
        page!("/tasks/{code}/sheet", sheet::sheet),
        page!("/tasks/{code}/assign", assign::of_task),
        page!("/team", team::team),
        page!("/desk/{code}/assign", assign::of_matter),
        form!("/desk/{code}/tasks", "dispatch.cut_task", assign::cut),
        form!("/tasks/{code}/accept", "dispatch.accept", tasks::accept),
        form!("/tasks/{code}/decline", "dispatch.decline", tasks::decline),
        form!("/tasks/{code}/withdraw", "dispatch.withdraw", tasks::withdraw),
        form!("/tasks/{code}/invite", "dispatch.invite", assign::invite),
        form!("/tasks/{code}/waves", "dispatch.invite", assign::waves),
        form!("/tasks/{code}/opening", "dispatch.open_task", assign::opening),
        form!("/tasks/{code}/widen", "dispatch.widen", assign::widen),
        form!("/tasks/{code}/staff", "dispatch.assign_staff", assign::staff),
        form!("/tasks/{code}/cancel", "dispatch.cancel_task", assign::cancel),
    ],
    jobs: &[
        Job { name: jobs::EXPIRE, run: |tx, at, data| Box::pin(jobs::expire(tx, at, data)) },
        Job { name: jobs::WAVE, run: |tx, at, data| Box::pin(jobs::wave(tx, at, data)) },
    ],
    openapi: None,
};
