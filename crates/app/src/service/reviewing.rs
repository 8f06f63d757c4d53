//! Verbs of reviews: seen by whoever looks at hours there, answered by the volunteer, decided by somebody who had no part
//! in the record. And the call-backs: was this service done?

use rules::people::household::Party;
use rules::service::access::{self, AnswerCallBack, AnswerReview, DecideAppeal, DecideReview, SeeReviews, Void};
use rules::service::appeal::{self, AppealState, Outcome};
use rules::service::review::{self, Bench, CallBack, Heard, Part, ReviewState, Verdict};
use rules::shared::ids::{PersonId, RecordId};
use rules::shared::permit::{Verb as _, might};
use rules::shared::{Actor, Moment, Refusal, Role};
use serde_json::{Value, json};

use super::confirming::{self, subject};
use super::records::RecordRow;
use super::reviews::{self, CallBackRow, Decided, ReviewRow};
use super::{jobs, weighing};
use crate::audit::{self, Event, Whose};
use crate::matters::queues::cells_of;
use crate::people::store::Near;
use crate::{Stop, Tx, people};

/// What a page or a list shows of the reviews within one's reach.
#[derive(Clone, Debug, Default)]
pub struct Reviews {
    /// To be decided, the longest waiting first.
    pub open: Vec<ReviewRow>,
    /// Those decided last.
    pub decided: Vec<ReviewRow>,
    /// Whom to ask by telephone.
    pub to_ask: Vec<CallBackRow>,
}

/// The reviews and call-backs of the places that `who` looks after; of private matters for social workers alone.
pub async fn list(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Reviews, Stop> {
    let who = super::actions::reader(who)?;
    if !might::<SeeReviews>(&who) {
        return Err(Stop::Forbidden { verb: SeeReviews::NAME });
    }
    let mut found = Reviews::default();
    for membership in &who.memberships {
        if !SeeReviews::GRANTS.iter().any(|grant| grant.role == membership.role) {
            continue;
        }
        let (private, path) = (membership.role == Role::SocialWorker, membership.place_path.as_str());
        for cell in cells_of(tx, path) {
            found.open.extend(reviews::within(tx, cell, path, private, (true, limit)).await?);
            found.decided.extend(reviews::within(tx, cell, path, private, (false, limit)).await?);
            // Who may not write the answer down cannot open the number to ring either.
            if AnswerCallBack::GRANTS.iter().any(|grant| grant.role == membership.role) {
                found.to_ask.extend(reviews::to_ask(tx, cell, path, private, limit).await?);
            }
        }
    }
    // Whose hours they are reads of them under their own hours.
    let mine = |person: PersonId| who.person == Some(person);
    let most = usize::try_from(limit).unwrap_or(0);
    for rows in [&mut found.open, &mut found.decided] {
        rows.retain(|row| !mine(row.volunteer()));
        rows.sort_by_key(|row| (row.opened_at, row.record_id));
        rows.dedup_by_key(|row| row.record_id);
    }
    found.decided.reverse();
    found.open.truncate(most);
    found.decided.truncate(most);
    found.to_ask.sort_by_key(|row| (row.drawn_at, row.record_id));
    found.to_ask.dedup_by_key(|row| row.record_id);
    found.to_ask.truncate(most);
    Ok(found)
}

/// A review that `who` may see, with its record.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: RecordId) -> Result<(RecordRow, ReviewRow), Stop> {
    let row = confirming::find(tx, who, id).await?;
    let review = of_record(tx, who, &row).await?.ok_or(Stop::Missing)?;
    Ok((row, review))
}

/// The review of a record, for whose hours they are and for who looks at hours there.
pub async fn of_record(tx: &mut Tx<'_>, who: &Actor, row: &RecordRow) -> Result<Option<ReviewRow>, Stop> {
    let looks =
        super::actions::reader(who).is_ok_and(|reader| access::on_review::<SeeReviews>(&reader, &subject(row)).is_ok());
    if who.person == Some(row.volunteer()) || looks { reviews::review(tx, row.id()).await } else { Ok(None) }
}

/// What the volunteer said, for the volunteer and for who decides, on an appeal too while it waits; a reading by somebody
/// else is written down.
pub async fn read_words(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (row, review): (&RecordRow, &ReviewRow),
) -> Result<Option<String>, Stop> {
    let is_own = who.person == Some(row.volunteer());
    let of = subject(row);
    let is_appealed = review.appealable()?.appeal == Some(AppealState::Waiting);
    let decides = access::on_review::<DecideReview>(who, &of).is_ok()
        || is_appealed && access::on_review::<DecideAppeal>(who, &of).is_ok();
    if !is_own && !decides {
        return Ok(None);
    }
    if !is_own && part_of(tx, who, (row, review)).await?.is_some() {
        return Ok(None);
    }
    let words = reviews::words(tx, review).await?;
    opened(tx, who, at, row, ("review", words)).await
}

/// Writes down that somebody opened what the volunteer says, when they say anything.
pub(super) async fn opened(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &RecordRow,
    (field, words): (&'static str, Option<String>),
) -> Result<Option<String>, Stop> {
    if words.is_some() {
        let look =
            audit::Look { of: Whose::Person(row.volunteer()), fields: &[field], purpose: "review", subject: row.id() };
        audit::looked_at(tx, who, at, look).await?;
    }
    Ok(words)
}

fn once(refusal: Refusal) -> Stop {
    match refusal.code {
        "review-decided" | "call-back-given" => Stop::Conflict(refusal),
        _ => Stop::Refused(refusal),
    }
}

/// The volunteer answers, or staff write the volunteer's words down.
pub async fn answer(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId, words: &str) -> Result<(), Stop> {
    let (row, review) = find(tx, who, id).await?;
    let permit = access::on_review::<AnswerReview>(who, &subject(&row))?;
    let words = review.review()?.answer(&permit, words).map_err(once)?;
    if !reviews::hear(tx, who, at, &review, &words).await? {
        return Err(Stop::Conflict(Refusal::new("review-decided")));
    }
    let data = json!({ "by_themselves": who.person == Some(row.volunteer()) });
    audit::record(tx, who, at, AnswerReview::NAME, id, data).await
}

/// Who would decide, and those around a review, with whom they live and who is their kin.
pub(super) struct Around {
    decider: Near,
    volunteer: Near,
    hands: Vec<Near>,
}

impl Around {
    /// `since`: who had a hand in the review besides.
    pub(super) async fn load(
        tx: &mut Tx<'_>,
        who: &Actor,
        (row, review): (&RecordRow, &ReviewRow),
        since: &[PersonId],
    ) -> Result<Around, Stop> {
        let me = who.person.ok_or_else(|| Stop::refused("needs-a-person"))?;
        let mut people = row.entered_by();
        people.extend(since);
        people.extend(row.confirmer());
        people.extend(review.took_part());
        people.extend(reviews::asked_by(tx, row.id()).await?);
        // Whose hours they are stands apart, and may well have entered a part.
        people.retain(|person| *person != row.volunteer());
        people.sort_unstable();
        people.dedup();
        let mut hands = Vec::with_capacity(people.len());
        for person in people {
            hands.push(people::store::near(tx, person).await?);
        }
        let decider = people::store::near(tx, me).await?;
        Ok(Around { decider, volunteer: people::store::near(tx, row.volunteer()).await?, hands })
    }

    pub(super) fn seat<T>(&self, decide: impl FnOnce(&Bench<'_>) -> T) -> T {
        let took_part: Vec<Party<'_>> = self.hands.iter().map(Near::party).collect();
        let (decider, volunteer) = (self.decider.party(), self.volunteer.party());
        decide(&Bench { decider, volunteer, took_part: &took_part })
    }
}

/// What keeps `who` from deciding a review, or on the appeal against it where that waits; `None` for a third.
pub async fn part_of(
    tx: &mut Tx<'_>,
    who: &Actor,
    (row, review): (&RecordRow, &ReviewRow),
) -> Result<Option<Part>, Stop> {
    let is_appealed = review.appealable()?.appeal.is_some();
    let since: Vec<PersonId> = review.took_part_since().filter(|_| is_appealed).collect();
    let around = Around::load(tx, who, (row, review), &since).await?;
    let mut part = None;
    around.seat(|bench| part = bench.part());
    Ok(part)
}

/// What was decided of a record before its present review was opened, the oldest first: a review that is opened again keeps
/// nothing of what was found then, and the log does. The log has no reasons: they may name somebody who is erased.
pub async fn decided_before(tx: &mut Tx<'_>, review: &ReviewRow) -> Result<Vec<Event>, Stop> {
    let decides = |verb: &str| [DecideReview::NAME, DecideAppeal::NAME, Void::NAME].contains(&verb);
    let events = audit::timeline(tx, review.record()).await?;
    Ok(events.into_iter().filter(|event| decides(&event.verb) && event.recorded_at < review.opened_at).collect())
}

/// Lets the hours count, or finds the record false and voids it.
pub async fn decide(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: RecordId,
    (verdict, reason): (Option<Verdict>, &str),
) -> Result<ReviewState, Stop> {
    let (row, review) = find(tx, who, id).await?;
    let permit = access::on_review::<DecideReview>(who, &subject(&row))?;
    let verdict = verdict.ok_or_else(|| Refusal::new("review-verdict").at_field("verdict"))?;
    let around = Around::load(tx, who, (&row, &review), &[]).await?;
    let state =
        around.seat(|bench| review.review()?.decide(&permit, bench, verdict, reason, at.recorded).map_err(once))?;
    if !keep_decided(tx, who, at, &row, state, reason).await? {
        return Err(Stop::Conflict(Refusal::new("review-decided")));
    }
    if state == ReviewState::Upheld {
        let record = row.record()?.upheld(&permit, reason)?;
        confirming::keep_void(tx, who, at, &row, &record, reason).await?;
    }
    audit::record(tx, who, at, DecideReview::NAME, id, json!({ "verdict": verdict.key() })).await?;
    tell(tx, at, row.volunteer(), News::Decided(&row, state)).await?;
    Ok(state)
}

/// Notes what was decided, and until when one may appeal where the record was found false; false when it is decided already,
/// or not looked at.
pub(super) async fn keep_decided(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &RecordRow,
    state: ReviewState,
    reason: &str,
) -> Result<bool, Stop> {
    let city = tx.city();
    let days = city.settings.anomalies.appeal_working_days;
    let appeal_by = match state {
        ReviewState::Upheld => appeal::appeal_by(days, &city.calendar, at.recorded).ok(),
        ReviewState::Open | ReviewState::Cleared => None,
    };
    let decided = Decided { state, reason: Some(reason.trim()), appeal_by };
    reviews::decide(tx, who, at, row, decided).await
}

/// Writes down whom one reached and what they say; that nobody came opens a review.
pub async fn answer_call_back(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: RecordId,
    heard: &Heard,
) -> Result<CallBack, Stop> {
    let row = confirming::find(tx, who, id).await?;
    let permit = access::on_review::<AnswerCallBack>(who, &subject(&row))?;
    let drawn = reviews::call_back(tx, id).await?.ok_or(Stop::Missing)?;
    let mut hands = row.entered_by();
    hands.extend(row.confirmer());
    let said = review::call_back(&permit, row.volunteer(), &hands, drawn.said.is_some(), heard).map_err(once)?;
    if !reviews::keep_said(tx, who, at, id, said).await? {
        return Err(Stop::Conflict(Refusal::new("call-back-given")));
    }
    audit::record(tx, who, at, AnswerCallBack::NAME, id, json!({ "said": said.key(), "heard": heard.words.trim() }))
        .await?;
    if said == CallBack::NotDone { weighing::denied(tx, at, &row).await } else { Ok(()) }?;
    Ok(said)
}

/// What the volunteer hears of at once.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    Opened(&'a RecordRow),
    /// So many at once: one message, and the reasons stand with each under their hours.
    Several(usize),
    Decided(&'a RecordRow, ReviewState),
    Appealed(&'a RecordRow, Outcome),
}

impl News<'_> {
    /// The words, in `jobs/messages.toml`, and what they name.
    fn message(self, base_url: &str, say: impl Fn(&RecordRow) -> String) -> (&'static str, Value) {
        let (template, row) = match self {
            News::Opened(row) => ("hours_held", row),
            News::Several(count) => {
                return ("hours_held_several", json!({ "count": count, "link": format!("{base_url}/me/hours") }));
            }
            News::Decided(row, ReviewState::Upheld) => ("hours_void", row),
            News::Decided(row, _) => ("hours_cleared", row),
            News::Appealed(row, Outcome::Stand) => ("appeal_stands", row),
            News::Appealed(row, Outcome::Overturn) => ("appeal_overturned", row),
        };
        (template, json!({ "day": say(row), "link": format!("{base_url}/me/records/{}", row.id()) }))
    }
}

/// Tells the volunteer by their own phone; who has none reads it under their hours.
pub(super) async fn tell(tx: &mut Tx<'_>, at: Moment, volunteer: PersonId, news: News<'_>) -> Result<(), Stop> {
    let (template, values) = news.message(&tx.city().settings.base_url, |row| jobs::day_in_words(tx, at, row));
    people::tell(tx, at, volunteer, template, values).await
}
