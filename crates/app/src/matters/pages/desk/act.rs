//! What may be done to a matter from the desk: each act is one form, one address and one verb.

use jiff::Timestamp;
use kit::{Form, Page};
use rules::matters::kind::Outcome;
use rules::matters::step::{Act as At, Step};
use rules::matters::workflow::{self, PartAnswer};
use rules::matters::{Answer, Code, Given, Kind, Matter, Requirement, access, reply};
use rules::shared::ids::{MatterId, OrganisationId, PersonId, ReplyId};
use rules::shared::{Actor, Moment, Refusal};

use super::super::super::closeness::Close;
use super::super::super::replies::{self, ReplyRow, ToAsk};
use super::super::super::{Held, actions, noting, photos, reaching, urging};
use super::asked::{Asked, department, given, words};
use super::merging;
use crate::exchange::photos::Stored;
use crate::places::picker;
use crate::web::instant;
use crate::{Stop, Tx};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// An answer of the present step, by its key.
    Answer(String),
    /// The part of a department in a joint review.
    Part(OrganisationId),
    /// Somebody rang, and nobody answered.
    Tried,
    Note,
    /// Telling those whose step it is that it is late.
    Urge,
    NextWord,
    Assign,
    Reroute,
    Pause,
    Resume,
    Private,
    /// Making known again what is private.
    Lift,
    Merge,
    Reopen,
    /// Asking a party.
    AskReply,
    /// Writing down what a party says.
    Reply(ReplyId),
}

impl Act {
    /// As in `?do=`.
    pub fn key(&self) -> String {
        match self {
            Act::Answer(answer) => format!("answer.{answer}"),
            Act::Part(organisation) => format!("part.{organisation}"),
            Act::Reply(reply) => format!("reply.{reply}"),
            Act::Lift => "lift".to_owned(),
            other => other.word().to_owned(),
        }
    }

    pub fn from_key(key: &str) -> Option<Act> {
        if let Some(answer) = key.strip_prefix("answer.") {
            return Some(Act::Answer(answer.to_owned()));
        }
        if let Some(organisation) = key.strip_prefix("part.") {
            return organisation.parse().ok().map(Act::Part);
        }
        if let Some(reply) = key.strip_prefix("reply.") {
            return reply.parse().ok().map(Act::Reply);
        }
        let plain = [
            Act::Tried,
            Act::Note,
            Act::Urge,
            Act::NextWord,
            Act::Assign,
            Act::Reroute,
            Act::Pause,
            Act::Resume,
            Act::Private,
            Act::Lift,
            Act::Merge,
            Act::Reopen,
            Act::AskReply,
        ];
        plain.into_iter().find(|act| act.key() == key)
    }

    /// The last part of the address that takes its form, and mostly of its locale key `desk-do-…`.
    pub const fn word(&self) -> &'static str {
        match self {
            Act::Answer(_) => "answer",
            Act::Part(_) => "part",
            Act::Tried => "tried",
            Act::Note => "note",
            Act::Urge => "urge",
            Act::NextWord => "next-word",
            Act::Assign => "handler",
            Act::Reroute => "reroute",
            Act::Pause => "pause",
            Act::Resume => "resume",
            Act::Private | Act::Lift => "private",
            Act::Merge => "merge",
            Act::Reopen => "reopen",
            Act::AskReply => "ask-reply",
            Act::Reply(_) => "reply",
        }
    }

    /// Whether it is what the present step waits for, and not something beside it.
    pub const fn is_of_the_step(&self) -> bool {
        matches!(self, Act::Answer(_) | Act::Part(_))
    }

    /// Whether it decides about the matter, which is for nobody who is close to whose it is.
    pub fn decides(&self) -> bool {
        self.is_of_the_step() || matches!(self, Act::Tried | Act::Pause | Act::Resume | Act::Merge)
    }

    /// What the button and the tab say, at the step.
    pub fn label(&self, page: &Page, at: Option<&Step>) -> String {
        match self {
            Act::Answer(key) => {
                let answer = at.and_then(|step| step.answer(key));
                answer.map_or_else(|| page.t("desk-do-answer"), |a| words(page, &a.name).to_owned())
            }
            Act::Lift => page.t("desk-do-lift"),
            other => page.t(&format!("desk-do-{}", other.word())),
        }
    }
}

/// What `who` may do to the matter now: the answers of the step first.
pub fn possible(
    who: &Actor,
    kind: &Kind,
    held: &Held,
    (replies, close): (&[ReplyRow], &Close),
    now: Timestamp,
) -> Vec<Act> {
    let matter = &held.matter;
    // Who had a part in it is told so, and not asked for words that are refused.
    let answers =
        access::answers(who, kind, matter).into_iter().filter(|_| rung_by_another(who, kind, matter).is_none());
    let mut acts: Vec<Act> = answers.map(|answer| Act::Answer(answer.key.clone())).collect();
    let waiting = matter.parts.iter().filter(|p| p.state == rules::matters::PartState::Waiting);
    acts.extend(
        waiting.filter(|p| access::answer_part(who, matter, p.organisation).is_ok()).map(|p| Act::Part(p.organisation)),
    );
    let open = !matter.is_closed();
    let is_merged = matter.closing.as_ref().is_some_and(|closing| closing.merged_into.is_some());
    let pausable = || {
        kind.pauses
            .iter()
            .any(|p| p.allowed_in.contains(&matter.step) && access::pause(who, kind, matter, &p.key).is_ok())
    };
    let paused = matter.pause.as_ref().map(|p| access::pause(who, kind, matter, &p.rule).is_ok());
    let rings =
        || access::try_to_reach(who, kind, matter).is_ok() && !who.person.is_some_and(|me| matter.is_done_by(me));
    let calls_back = matter.at(kind).is_some_and(|step| step.act == At::CallBack);
    let others = [
        (Act::Tried, calls_back && rings()),
        (Act::Urge, workflow::may_be_urged(kind, matter, now).is_ok() && access::urge(who, matter).is_ok()),
        (Act::Note, access::note(who, kind, matter).is_ok()),
        (Act::NextWord, open && access::next_word(who, kind, matter).is_ok()),
        (Act::Assign, open && access::assign(who, kind, matter).is_ok()),
        (Act::Reroute, workflow::may_be_rerouted(kind, matter).is_ok() && access::reroute(who, kind, matter).is_ok()),
        (Act::Pause, open && paused.is_none() && pausable()),
        (Act::Resume, open && paused == Some(true)),
        (Act::Lift, matter.private && access::set_private(who, kind, matter).is_ok()),
        (Act::Private, kind.may_be_private && !matter.private && access::set_private(who, kind, matter).is_ok()),
        (Act::Merge, open && kind.duplicate.is_some() && !matter.private && access::merge(who, kind, matter).is_ok()),
        (Act::Reopen, !open && !is_merged && access::reopen(who, kind, matter).is_ok()),
        (Act::AskReply, open && access::ask_reply(who, kind, matter).is_ok()),
    ];
    acts.extend(others.into_iter().filter(|(_, may)| *may).map(|(act, _)| act));
    let waiting = replies.iter().map(ReplyRow::reply).filter(|_| open);
    acts.extend(waiting.filter(|r| access::give_reply(who, matter, r).is_ok()).map(|r| Act::Reply(r.id)));
    acts.retain(|act| close.decides.is_none() || !act.decides());
    acts
}

/// Why a colleague has to ring and ask how it was; `None` where nobody is to be rung, or whoever looks may do it.
pub fn rung_by_another(who: &Actor, kind: &Kind, matter: &Matter) -> Option<Refusal> {
    workflow::may_call_back(matter.at(kind)?, matter, who.person?).err()
}

/// What the page shows when nothing is asked for: the answer that is most likely, else the first of what may be done.
pub fn first(kind: &Kind, held: &Held, acts: &[Act]) -> Option<Act> {
    let likely = workflow::likely(kind, &held.matter).map(|answer| Act::Answer(answer.key.clone()));
    likely.filter(|act| acts.contains(act)).or_else(|| acts.first().cloned())
}

/// Everything an answer wants said: its own and its outcome's.
pub fn required<'k>(kind: &'k Kind, answer: &'k Answer) -> Vec<&'k Requirement> {
    let outcome: Option<&Outcome> = answer.outcome.as_deref().and_then(|o| kind.outcome(o));
    let mut all: Vec<&Requirement> =
        answer.requires.iter().chain(outcome.into_iter().flat_map(|o| &o.requires)).collect();
    let mut seen = Vec::new();
    all.retain(|r| {
        let is_new = !seen.contains(r);
        seen.push(r);
        is_new
    });
    all
}

/// What a form asked for, read.
#[derive(Clone, Debug)]
pub enum What {
    Triage(String, Given),
    Answer(String, Given),
    Part(PartAnswer),
    Tried,
    /// The words, and whether staff alone read them.
    Note(String, bool),
    Urge(String),
    NextWord(jiff::Timestamp),
    Assign(PersonId),
    Reroute {
        place: Option<String>,
        organisation: Option<OrganisationId>,
        given: Given,
    },
    Pause {
        rule: String,
        reason: String,
    },
    Resume,
    /// Whether it is to be, and why not any more.
    Private(bool, Option<String>),
    /// Into which other one, at which version that was seen, and why when they are two people's.
    Merge {
        into: Code,
        seen: Option<i64>,
        reason: Option<String>,
    },
    Reopen(String),
    AskReply(ToAsk),
    Reply(ReplyId, String),
}

/// One form sent: which matter as it was seen, and what to do.
#[derive(Clone, Debug)]
pub struct Doing {
    pub id: MatterId,
    /// The version on the page; what changed since is shown before anything is overwritten.
    pub seen: Option<i64>,
    pub what: What,
    /// Taken in, and to be added with a remark or an answer.
    pub photos: Vec<Stored>,
}

/// The refusal that leads to both versions side by side.
pub const CHANGED: &str = "changed-meanwhile";

impl What {
    /// Reads the form of `act`.
    pub fn read(act: &Act, kind: &Kind, held: &Held, form: &Form, zone: &jiff::tz::TimeZone) -> Result<What, Refusal> {
        let text = |name: &str| form.text(name).to_owned();
        let said = |name: &str| Some(text(name)).filter(|t| !t.is_empty());
        Ok(match act {
            Act::Answer(key) => {
                let given = given(kind, form, zone)?;
                let is_review = held.matter.at(kind).is_some_and(|step| step.act == At::Review);
                if is_review { What::Triage(key.clone(), given) } else { What::Answer(key.clone(), given) }
            }
            Act::Part(organisation) => What::Part(PartAnswer {
                organisation: *organisation,
                agrees: form.text("agrees") == "yes",
                said: said("said"),
                basis: said("basis"),
            }),
            Act::Tried => What::Tried,
            Act::Note => What::Note(text("text"), !form.checked(TELLS)),
            Act::Urge => What::Urge(text("text")),
            Act::NextWord => What::NextWord(instant(form, "next_word_at", zone)?),
            Act::Assign => {
                let handler = form.text("handler").parse();
                What::Assign(handler.map_err(|_| Refusal::new("assign-not-staff").at_field("handler"))?)
            }
            Act::Reroute => What::Reroute {
                place: said("place"),
                organisation: said("departments").and_then(|id| id.parse().ok()),
                given: Given { reason: said("reason"), basis: said("basis"), ..Given::default() },
            },
            Act::Pause => What::Pause { rule: text("rule"), reason: text("reason") },
            Act::Resume => What::Resume,
            Act::Private => What::Private(true, None),
            Act::Lift => What::Private(false, said("reason")),
            Act::Merge => {
                let into = form.text("into").parse();
                What::Merge {
                    into: into.map_err(|_| Refusal::new("merge-code-unknown").at_field("into"))?,
                    seen: form.text("other_version").parse().ok(),
                    reason: said("reason").filter(|_| form.checked("two_people")),
                }
            }
            Act::Reopen => What::Reopen(text("reason")),
            Act::AskReply => What::AskReply(ToAsk { name: text("name"), phone: text("phone"), told: text("told") }),
            Act::Reply(reply) => What::Reply(*reply, text("words")),
        })
    }
}

impl Doing {
    /// Does it, in the transaction of the form.
    pub async fn run(self, tx: &mut Tx<'_>, who: &Actor, at: Moment) -> Result<Held, Stop> {
        let id = self.id;
        if let Some(seen) = self.seen {
            let held = Held::find(tx, who, id).await?;
            if held.matter.version != seen {
                return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
            }
        }
        // Before the answer, by which the matter may go on to somebody else.
        if matches!(self.what, What::Triage(..) | What::Answer(..)) && !self.photos.is_empty() {
            let held = Held::find(tx, who, id).await?;
            for photo in &self.photos {
                photos::add(tx, who, at, &held, photo).await?;
            }
        }
        match self.what {
            What::Triage(answer, given) => actions::triage(tx, who, at, id, &answer, &given).await,
            What::Answer(answer, given) => actions::answer(tx, who, at, id, &answer, &given).await,
            What::Part(part) => actions::answer_part(tx, who, at, id, &part).await,
            What::Tried => reaching::tried(tx, who, at, id).await,
            What::Note(text, internal) => noting::note(tx, who, at, id, (&text, internal), &self.photos).await,
            What::Urge(words) => urging::urge(tx, who, at, id, &words).await,
            What::NextWord(when) => actions::next_word(tx, who, at, id, when).await,
            What::Assign(handler) => actions::assign(tx, who, at, id, handler).await,
            What::Reroute { place, organisation, given } => {
                let place = match place {
                    Some(typed) => {
                        let home = Held::find(tx, who, id).await?.matter.place_path;
                        Some(picker::in_words(tx, &typed, &home, "place").await?.id)
                    }
                    None => None,
                };
                actions::reroute(tx, who, at, id, (place, organisation), &given).await
            }
            What::Pause { rule, reason } => actions::pause(tx, who, at, id, &rule, &reason).await,
            What::Resume => actions::resume(tx, who, at, id).await,
            What::Private(private, reason) => actions::set_private(tx, who, at, id, private, reason.as_deref()).await,
            What::Merge { into, seen, reason } => {
                let into = merging::other(tx, who, into).await?;
                if seen.is_some_and(|seen| into.matter.version != seen) {
                    return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
                }
                actions::merge(tx, who, at, id, into.id(), reason.as_deref()).await
            }
            What::Reopen(reason) => actions::reopen(tx, who, at, id, &reason).await,
            What::AskReply(to_ask) => {
                replies::ask(tx, who, at, id, &to_ask).await?;
                Held::load(tx, id).await
            }
            What::Reply(reply, words) => {
                replies::give(tx, who, at, reply, (&words, &[])).await?;
                Held::load(tx, id).await
            }
        }
    }
}

/// Whether an act takes photos: a remark, and an answer that says what was done, where the kind has photos.
pub fn takes_photos(act: &Act, kind: &Kind, at: Option<&Step>) -> bool {
    let shows = |key: &str| {
        let answer = at.and_then(|step| step.answer(key));
        answer.is_some_and(|answer| required(kind, answer).contains(&&Requirement::Result))
    };
    kind.takes_photos()
        && match act {
            Act::Note => true,
            Act::Answer(key) => shows(key),
            _ => false,
        }
}

/// The question for them.
pub fn asked_photos(page: &Page) -> Asked {
    let photos = Asked::new(PHOTOS, page.t("desk-note-photos"), super::asked::Input::Photos);
    photos.hinted(page.t("desk-note-photos-hint")).optional()
}

/// The file input of a remark and of an answer.
pub const PHOTOS: &str = "photos";
/// Ticked: whose matter it is may read the remark too.
const TELLS: &str = "tells";

/// The form's questions that no kind declares.
pub fn plain_questions(act: &Act, page: &Page, kind: &Kind, held: &Held, choices: Choices) -> Vec<Asked> {
    use super::asked::Input::{Line, Lines, Lookup, Radios, Select, Tel, Tick, When};
    let reason = || Asked::new("reason", page.t("desk-reason"), Lines { max: LONGEST });
    let told = || reason().hinted(page.t("desk-told-hint"));
    match act {
        Act::Note => {
            let text = Asked::new("text", page.t("desk-note"), Lines { max: LONGEST });
            let mut asked = vec![
                text.hinted(page.t("desk-note-hint")),
                Asked::new(TELLS, page.t("desk-note-tells"), Tick).hinted(page.t("desk-note-tells-hint")),
            ];
            asked.extend(kind.takes_photos().then(|| asked_photos(page)));
            asked
        }
        Act::Urge => {
            let words = Asked::new("text", page.t("desk-urge-words"), Lines { max: LONGEST });
            vec![words.hinted(page.t("desk-urge-hint")).optional()]
        }
        Act::NextWord => vec![Asked::new("next_word_at", page.t("desk-next-word"), When)],
        Act::Assign => vec![Asked::new("handler", page.t("desk-handler"), Select(choices.handlers))],
        Act::Reroute => vec![
            Asked::new("place", page.t("desk-place"), Lookup(choices.places))
                .hinted(page.t("desk-place-hint"))
                .optional(),
            department(page, choices.departments, choices.meant).optional(),
            told(),
        ],
        Act::Pause => {
            let rules = kind.pauses.iter().filter(|p| p.allowed_in.contains(&held.matter.step));
            let rules = rules.map(|p| kit::Choice::new(&p.key, words(page, &p.name)).hinted(&p.basis));
            vec![Asked::new("rule", page.t("desk-pause-rule"), Radios(rules.collect())), told()]
        }
        Act::Merge => {
            let hint = if choices.similar.is_empty() { "desk-merge-hint-number" } else { "desk-merge-hint" };
            vec![Asked::new("into", page.t("desk-merge-into"), Lookup(choices.similar)).hinted(page.t(hint))]
        }
        Act::Reopen => vec![reason()],
        Act::Lift => vec![reason().hinted(page.t("desk-lift-hint"))],
        Act::AskReply => vec![
            Asked::new("name", page.t("desk-reply-name"), Line).hinted(page.t("desk-reply-name-hint")),
            Asked::new("phone", page.t("desk-reply-phone"), Tel).hinted(page.t("desk-reply-phone-hint")).optional(),
            Asked::new("told", page.t("desk-reply-told"), Lines { max: reply::TOLD_CHARS })
                .hinted(page.t("desk-reply-told-hint")),
        ],
        Act::Reply(_) => vec![
            Asked::new("words", page.t("desk-reply-words"), Lines { max: reply::WORDS_CHARS })
                .hinted(page.t("desk-reply-words-hint")),
        ],
        Act::Part(_) => vec![
            Asked::new(
                "agrees",
                page.t("desk-part-answer"),
                Radios(vec![
                    kit::Choice::new("yes", page.t("desk-part-agreed")),
                    kit::Choice::new("no", page.t("desk-part-refused")),
                ]),
            ),
            Asked::new("said", page.t("desk-part-said"), Lines { max: LONGEST })
                .hinted(page.t("desk-told-hint"))
                .optional(),
            Asked::new("basis", page.t("desk-basis"), Line).hinted(page.t("desk-part-basis-hint")).optional(),
        ],
        Act::Answer(_) | Act::Tried | Act::Resume | Act::Private => Vec::new(),
    }
}

/// Longest text of a form, in characters.
const LONGEST: usize = 2_000;

/// What the questions choose from.
#[derive(Clone, Default)]
pub struct Choices {
    pub handlers: Vec<kit::Choice>,
    /// By their names, for one to be typed.
    pub departments: Vec<kit::Choice>,
    /// Those that a name which was typed could mean, by their ids.
    pub meant: Vec<kit::Choice>,
    /// All of them by their ids, where several may be ticked.
    pub units: Vec<kit::Choice>,
    pub places: Vec<kit::Choice>,
    pub similar: Vec<kit::Choice>,
}
