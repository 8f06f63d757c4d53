//! Where the story is played: the open batch, the time, the dice of the story.

use std::collections::BTreeMap;

use app::{App, Stop, Tx};
use db::{Batch, BoxFuture};
use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rules::shared::{Actor, Cell, Channel, Moment};

use crate::{Hands, Plan, Progress};

/// How many steps one COMMIT keeps.
const STEPS: usize = 4000;

/// When a cell's jobs are to be looked at.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// Something was done there: a job may have been queued.
    Now,
    At(i64),
    Never,
}

pub struct Stage<'p> {
    pub app: App,
    pub plan: Plan,
    pub dice: StdRng,
    hands: Hands,
    batch: Option<Batch>,
    steps: usize,
    /// When each cell that was acted in has a job due next.
    cells: BTreeMap<Cell, Next>,
    progress: &'p mut (dyn FnMut(Progress) + Send),
}

impl<'p> Stage<'p> {
    pub fn open(app: &App, hands: &Hands, plan: &Plan, progress: &'p mut (dyn FnMut(Progress) + Send)) -> Stage<'p> {
        Stage {
            app: app.clone(),
            plan: plan.clone(),
            // The story's own dice: how many ids an action draws must not change who does what.
            dice: StdRng::seed_from_u64(plan.seed ^ 0x5eed),
            hands: hands.clone(),
            batch: None,
            steps: 0,
            cells: BTreeMap::new(),
            progress,
        }
    }

    pub fn set_time(&mut self, time: Timestamp) {
        self.hands.set(time);
    }

    pub fn at(&self) -> Moment {
        self.app.now()
    }

    pub fn tell(&mut self, stage: &'static str, done: f64) {
        (self.progress)(Progress { stage, done });
    }

    /// One step of the story at the present time. A step that stops leaves nothing behind.
    pub async fn step<T, I, F>(&mut self, input: I, f: F) -> Result<T, Stop>
    where
        I: Send + 'static,
        T: Send + 'static,
        F: for<'x, 't> FnOnce(&'x mut Tx<'t>, Moment, I) -> BoxFuture<'x, Result<T, Stop>> + Send + 'static,
    {
        let (app, at) = (self.app.clone(), self.at());
        if self.batch.is_none() {
            self.batch = Some(app.db.batch().await?);
        }
        let Some(batch) = &mut self.batch else { return Err(Stop::defect("no batch was opened")) };
        let done = batch
            .run(move |tx| {
                Box::pin(async move {
                    let mut tx = Tx::new(tx, &app);
                    f(&mut tx, at, input).await
                })
            })
            .await;
        self.steps += 1;
        if self.steps >= STEPS {
            self.keep().await?;
        }
        done
    }

    /// Something was done in this cell, and jobs may have been queued.
    pub fn touch(&mut self, cell: Cell) {
        self.cells.insert(cell, Next::Now);
    }

    /// When the cell's next job is due, in milliseconds.
    pub fn wake(&mut self, cell: Cell, due: Option<i64>) {
        self.cells.insert(cell, due.map_or(Next::Never, Next::At));
    }

    /// The cells whose jobs are to be looked at.
    pub fn due(&self, at: Timestamp) -> Vec<Cell> {
        let now = at.as_millisecond();
        let is_due = |next: &Next| match next {
            Next::Now => true,
            Next::At(due) => *due <= now,
            Next::Never => false,
        };
        self.cells.iter().filter(|(_, next)| is_due(next)).map(|(cell, _)| *cell).collect()
    }

    /// Commits what was played so far.
    pub async fn keep(&mut self) -> Result<(), Stop> {
        self.steps = 0;
        match self.batch.take() {
            Some(batch) => Ok(batch.commit().await?),
            None => Ok(()),
        }
    }

    pub async fn close(&mut self) -> Result<(), Stop> {
        self.keep().await
    }
}

/// Who sets the city up before anybody lives in it.
pub fn founder() -> Actor {
    Actor { channel: Channel::Simulator, ..Actor::system() }
}
