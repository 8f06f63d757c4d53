//! What is said before an act is done: what of the matter is still open, and who is on the way to it.

use kit::Page;
use rules::matters::step::{Act as At, Answer, Step};
use rules::matters::{Kind, Matter, workflow};
use rules::shared::Moment;

use super::act::Act;
use super::private;
use crate::capability::Round;
use crate::matters::replies::ReplyRow;
use crate::matters::{Held, inviting, unsettled};
use crate::web::refusal_words;
use crate::{Stop, Tx};

/// What is open of a matter: the key of its words, and how many; and the names of those who have promised to come.
#[derive(Default)]
pub struct Open {
    pub counted: Vec<(&'static str, i64)>,
    pub coming: Vec<String>,
    /// The tasks for which people are invited, and how far that has come.
    pub inviting: Vec<(String, Round)>,
    /// Where whoever marks it private may not read it then: the names of those who may.
    pub readers: Option<Vec<String>>,
}

impl Open {
    /// Without whom it would be lost to.
    pub async fn of(tx: &mut Tx<'_>, at: Moment, held: &Held, replies: &[ReplyRow]) -> Result<Open, Stop> {
        Ok(Open {
            counted: unsettled::of(tx, held.id(), replies).await?,
            coming: unsettled::coming(tx, at, held.id()).await?,
            inviting: inviting::of(tx, at, held).await?,
            readers: None,
        })
    }
}

/// What whoever is about to do it is told, in words.
pub fn warned(page: &Page, act: &Act, (kind, matter): (&Kind, &Matter), open: &Open) -> Vec<String> {
    let at = matter.at(kind);
    let answer = match act {
        Act::Answer(key) => at.and_then(|step| step.answer(key)),
        _ => None,
    };
    if let Some(Err(refusal)) = answer.map(|answer| workflow::may_say_nobody(kind, matter, &answer.key, &open.coming)) {
        return vec![refusal_words(page, &refusal)];
    }
    if let Some(Err(refusal)) = answer.map(|answer| workflow::may_give_up(kind, matter, &answer.key)) {
        return vec![refusal_words(page, &refusal)];
    }
    let settles = match answer {
        Some(answer) => kind.step(&answer.to).is_none_or(|next| next.act == At::Confirm),
        None => *act == Act::Merge,
    };
    let mut said = Vec::new();
    if let (Act::Private, Some(readers)) = (act, &open.readers) {
        said.push(private::words(page, "desk-private-loses", readers));
    }
    if !open.coming.is_empty() && (settles || leaves(at, answer)) {
        let key = if settles { "desk-coming-settled" } else { "desk-coming-left" };
        said.push(page.t1(key, "names", page.row_of(&open.coming)));
    }
    said.extend(open.counted.iter().filter(|_| settles).map(|(key, count)| page.t1(key, "count", *count)));
    said
}

/// Whether an answer takes the matter away from those who are on the way to it.
fn leaves(at: Option<&Step>, answer: Option<&Answer>) -> bool {
    let Some((step, answer)) = at.zip(answer) else { return false };
    matches!(step.act, At::Dispatch | At::Serve) && answer.to != step.key
}
