//! Answering a repeated request with its first answer. The first answer is written in the transaction of the change, so
//! that a retry after a lost connection never does it twice and never loses it.

use std::sync::Arc;

use db::BoxFuture;
use rules::shared::{Actor, Cell, Moment, Refusal};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{App, Stop, Tx};

/// What a mutating request answers: a status and a body, or the place a page goes on to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub status: u16,
    /// The JSON body, or for pages `{"to": "/…", "flash": "…"}`.
    pub body: serde_json::Value,
}

/// Who repeats what.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// The token, session or visitor that asks.
    pub caller: String,
    pub cell: Cell,
    /// The path that was asked for, ids and all.
    pub route: String,
    /// The `Idempotency-Key`, or the hidden field of a form; without one each request stands alone.
    pub key: Option<String>,
    pub body: Vec<u8>,
}

/// What is done once, without the types of what it was given: [`once`] is compiled one time for all of them.
pub type Work =
    Arc<dyn for<'x, 't> Fn(&'x mut Tx<'t>, &'x Actor, Moment) -> BoxFuture<'x, Result<Answer, Stop>> + Send + Sync>;

/// `f` with what it is given.
pub fn work<I, F>(input: I, f: F) -> Work
where
    I: Clone + Send + Sync + 'static,
    F: for<'x, 't> Fn(&'x mut Tx<'t>, &'x Actor, Moment, I) -> BoxFuture<'x, Result<Answer, Stop>>
        + Send
        + Sync
        + 'static,
{
    Arc::new(move |tx, who, at| f(tx, who, at, input.clone()))
}

/// Does it once per caller, route and key: a repetition gets the first answer, the same key with another body a refusal.
pub async fn once(app: &App, who: &Actor, repeat: Repeat, work: Work) -> Result<Answer, Stop> {
    let (who, at) = (who.clone(), app.now());
    app.write(move |mut tx| {
        let (who, repeat, work) = (who.clone(), repeat.clone(), work.clone());
        Box::pin(async move {
            if let Some(answer) = first_answer(&mut tx, at, &repeat).await? {
                return Ok(answer);
            }
            let answer = work(&mut tx, &who, at).await?;
            keep(&mut tx, &repeat, &answer).await?;
            Ok(answer)
        })
    })
    .await
}

/// Takes the key, or finds the answer that was given under it. Of two at the same moment the second waits here.
async fn first_answer(tx: &mut Tx<'_>, at: Moment, repeat: &Repeat) -> Result<Option<Answer>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        body_hash: Vec<u8>,
        status: i32,
        answer: String,
    }
    let Some(key) = &repeat.key else { return Ok(None) };
    let body_hash = Sha256::digest(&repeat.body).to_vec();
    let taken = tx
        .run(
            "INSERT INTO identity_answers (cell, caller, route, key, body_hash, status, answer, created_at) \
             VALUES ($1, $2, $3, $4, $5, 0, '', $6) ON CONFLICT (cell, caller, route, key) DO NOTHING",
            db::args![
                repeat.cell.0,
                repeat.caller.as_str(),
                repeat.route.as_str(),
                key.as_str(),
                body_hash.clone(),
                at.recorded.as_millisecond()
            ],
        )
        .await?;
    if taken == 1 {
        return Ok(None);
    }
    let row = tx
        .one::<Row>(
            "SELECT body_hash, status, answer FROM identity_answers WHERE cell = $1 AND caller = $2 AND route = $3 \
             AND key = $4",
            db::args![repeat.cell.0, repeat.caller.as_str(), repeat.route.as_str(), key.as_str()],
        )
        .await?
        .ok_or_else(|| Stop::defect("an answer was taken and is not there"))?;
    if row.body_hash != body_hash {
        return Err(Refusal::new("idempotency-key-reused").into());
    }
    let status = u16::try_from(row.status).map_err(Stop::defect)?;
    Ok(Some(Answer { status, body: serde_json::from_str(&row.answer)? }))
}

async fn keep(tx: &mut Tx<'_>, repeat: &Repeat, answer: &Answer) -> Result<(), Stop> {
    let Some(key) = &repeat.key else { return Ok(()) };
    tx.put(
        "UPDATE identity_answers SET status = $5, answer = $6 WHERE cell = $1 AND caller = $2 AND route = $3 AND key = $4",
        db::args![
            repeat.cell.0,
            repeat.caller.as_str(),
            repeat.route.as_str(),
            key.as_str(),
            i32::from(answer.status),
            answer.body.to_string()
        ],
    )
    .await?;
    Ok(())
}
