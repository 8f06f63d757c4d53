//! What comes on paper: a committee prints forms, needs are written on them, and the pile is typed in some time later.

use std::collections::BTreeMap;

use app::Stop;
use app::matters::Held;
use app::matters::actions::New;
use app::paper::actions::{self as paper, New as NewBatch};
use app::paper::entering::{self, Row, Written};
use app::paper::store::{self, Became};
use jiff::Timestamp;
use rules::paper::Sort;
use rules::shared::Channel;
use rules::shared::ids::{BatchId, MatterId};

use crate::settle::place;
use crate::staff::code_of;
use crate::story::{Life, Story, Turn};

/// Forms that a committee prints at once.
const PAD: i64 = 20;

/// What lies on somebody's table.
#[derive(Default)]
pub struct Pile {
    /// Blank forms of each kind: batch and number.
    blank: BTreeMap<String, Vec<(BatchId, String)>>,
    written: Vec<Noted>,
}

/// A form that was written on.
struct Noted {
    batch: BatchId,
    serial: String,
    received: Timestamp,
    new: New,
    life: Life,
}

/// The piles, by who types them in.
pub type Piles = BTreeMap<usize, Pile>;

impl Story<'_, '_> {
    /// A need is written on a form, and lies there until whoever keeps the pile sits down to it.
    pub async fn on_paper(&mut self, writer: usize, new: New, life: Life) -> Result<(), Stop> {
        let kind = new.kind.clone();
        let is_blank = |pile: &Pile| pile.blank.get(&kind).is_some_and(|forms| !forms.is_empty());
        if !self.piles.get(&writer).is_some_and(is_blank) {
            let forms = self.print(writer, &kind, life.home).await?;
            self.piles.entry(writer).or_default().blank.insert(kind.clone(), forms);
        }
        let received = self.now();
        let pile = self.piles.entry(writer).or_default();
        let Some((batch, serial)) = pile.blank.get_mut(&kind).and_then(Vec::pop) else { return Ok(()) };
        pile.written.push(Noted { batch, serial, received, new, life });
        if pile.written.len() == 1 {
            let at = self.at_work(180..2400, false);
            self.plan(at, Turn::Pile(writer));
        }
        Ok(())
    }

    async fn print(&mut self, writer: usize, kind: &str, home: usize) -> Result<Vec<(BatchId, String)>, Stop> {
        let who = self.cast.people[writer].actor(Channel::Web);
        let code = code_of(&self.cast.homes[home].path);
        let batch = NewBatch {
            sort: Sort::Registration,
            kind: Some(kind.to_owned()),
            task: None,
            place: None,
            count: PAD,
            invented: true,
        };
        self.stage
            .step((who, code, batch), |tx, at, (who, code, batch)| {
                Box::pin(async move {
                    let batch = NewBatch { place: Some(place(tx, &code).await?), ..batch };
                    let id = paper::print(tx, &who, at, &batch).await?;
                    let forms = store::forms(tx, id).await?;
                    Ok(forms.into_iter().rev().map(|form| (id, form.serial)).collect())
                })
            })
            .await
    }

    /// The pile is typed in, batch by batch.
    pub async fn pile(&mut self, writer: usize) -> Result<(), Stop> {
        let mut written = std::mem::take(&mut self.piles.entry(writer).or_default().written);
        while let Some(batch) = written.first().map(|noted| noted.batch) {
            let (these, rest): (Vec<Noted>, Vec<Noted>) = written.into_iter().partition(|noted| noted.batch == batch);
            written = rest;
            let row = |noted: &Noted| Row {
                serial: noted.serial.clone(),
                written: Written::Matter { received: noted.received, new: Box::new(noted.new.clone()) },
            };
            let (who, rows) = (self.cast.people[writer].actor(Channel::Paper), these.iter().map(row).collect());
            let entered = self.type_in(who, batch, rows).await?;
            self.stage.touch(batch.cell);
            for (noted, entered) in these.into_iter().zip(entered) {
                match entered {
                    Ok((id, step, level)) => {
                        let number = self.lives.len();
                        self.lives.push(Life { id, level, ..noted.life });
                        self.moved(number, step);
                    }
                    Err(refusal) => self.refused("pile", Stop::Refused(refusal))?,
                }
            }
        }
        Ok(())
    }

    async fn type_in(
        &mut self,
        who: rules::shared::Actor,
        batch: BatchId,
        rows: Vec<Row>,
    ) -> Result<Vec<Result<(MatterId, String, String), rules::shared::Refusal>>, Stop> {
        self.stage
            .step((who, batch, rows), |tx, at, (who, batch, rows)| {
                Box::pin(async move {
                    let mut all = Vec::new();
                    for entered in entering::enter(tx, &who, at, batch, &rows, true).await? {
                        all.push(match entered.map(|entered| entered.became) {
                            Ok(Became::Matter(id)) => {
                                let matter = Held::load(tx, id).await?.matter;
                                Ok((id, matter.step, matter.level))
                            }
                            Ok(Became::Record(_)) => return Err(Stop::defect("a need became a record")),
                            Err(refusal) => Err(refusal),
                        });
                    }
                    Ok(all)
                })
            })
            .await
    }
}
