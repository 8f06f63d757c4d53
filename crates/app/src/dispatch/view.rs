//! Tasks, offers and candidates as JSON. What a volunteer may not know before acceptance is not in it.

use jiff::tz::TimeZone;
use rules::dispatch::OfferState;
use rules::shared::{Actor, Moment, Role};
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::{CandidateList, Contact, contact, unfit};
use super::api::needs::NeedsJson;
use super::cancelled;
use super::in_hand::InHand;
use super::reasons::Said;
use super::store::{self, OfferRow, TaskRow};
use crate::people::api::PersonRef;
use crate::places::api::PlaceRef;
use crate::web::json::instant;
use crate::{Stop, Tx};

/// A task in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskJson {
    #[schema(example = "tsk_00060034e9s1k2g7xgh0v4c5b8fzn")]
    pub id: String,
    #[schema(example = "4F7K2M9X3A")]
    pub code: String,
    #[schema(example = "陪张奶奶去医院")]
    pub title: String,
    #[schema(example = "hospital")]
    pub category: String,
    /// What to know beforehand.
    pub notes: String,
    pub place: PlaceRef,
    /// Community and building. The full address is told after acceptance, until the task ends.
    #[schema(example = "黄楼社区 3 号楼")]
    pub place_hint: String,
    #[schema(example = "2026-06-09T09:00:00+08:00")]
    pub starts_at: String,
    #[schema(example = "2026-06-09T11:00:00+08:00")]
    pub ends_at: String,
    #[schema(example = 120)]
    pub minutes: i64,
    pub slots: i32,
    pub slots_left: i64,
    /// Anyone eligible may take a slot.
    pub open: bool,
    /// `standing`, `cancelled` or `done`.
    #[schema(example = "standing")]
    pub state: String,
    /// Counts up with each change.
    pub version: i64,
}

impl TaskJson {
    pub fn of(row: &TaskRow, zone: &TimeZone) -> TaskJson {
        TaskJson {
            id: row.id().to_string(),
            code: row.code.clone(),
            title: row.title.clone(),
            category: row.category.clone(),
            notes: row.notes.clone(),
            place: PlaceRef { code: row.place_code.clone(), name: row.place_name.clone() },
            place_hint: row.place_hint.clone(),
            starts_at: instant(row.starts_at, zone),
            ends_at: instant(row.ends_at, zone),
            minutes: (row.ends_at - row.starts_at) / 60_000,
            slots: row.slots,
            slots_left: row.slots_left.into(),
            open: row.open,
            state: row.state.clone(),
            version: row.version,
        }
    }
}

/// Tasks.
#[derive(Serialize, ToSchema)]
pub struct TaskList {
    pub items: Vec<TaskJson>,
}

/// A task as who asks may see it.
#[derive(Serialize, ToSchema)]
pub struct TaskWhole {
    #[serde(flatten)]
    pub task: TaskJson,
    pub needs: NeedsJson,
    /// The newest offer to who asks.
    pub offer: Option<OfferJson>,
    /// How to reach the person served; there from acceptance until the task's end. Each look is logged.
    pub contact: Option<ContactJson>,
    /// Why a volunteer who looks could not say yes now, as the code of the refusal they would get. Missing when they
    /// could, and for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "excluded-conflict")]
    pub unfit: Option<&'static str>,
    /// For staff.
    pub desk: Option<DeskJson>,
}

/// What the desk sees of a task.
#[derive(Serialize, ToSchema)]
pub struct DeskJson {
    pub matter: Option<String>,
    /// The system invites in waves.
    pub waves: bool,
    /// Six digits by which a volunteer checks in.
    #[schema(example = "042917")]
    pub check_code: String,
    pub staff: Vec<PersonRef>,
    pub offers: Vec<OfferJson>,
    /// How it was cancelled.
    pub cancelled: Option<CancelledJson>,
}

/// How a task was cancelled.
#[derive(Serialize, ToSchema)]
pub struct CancelledJson {
    #[schema(example = "2026-06-08T13:00:00+08:00")]
    pub at: String,
    /// Missing when it was called off with its matter.
    #[schema(example = "周敏")]
    pub by: Option<String>,
    #[schema(example = "老人住院了")]
    pub reason: Option<String>,
    /// The offers that had been accepted by then.
    pub accepted: Vec<String>,
}

/// How to reach the person served.
#[derive(Serialize, ToSchema)]
pub struct ContactJson {
    #[schema(example = "张桂兰")]
    pub name: Option<String>,
    #[schema(example = "13800000001")]
    pub phone: Option<String>,
    #[schema(example = "3 号楼 2 单元 401")]
    pub address: Option<String>,
    /// How they can be reached safely, as they said.
    pub how: Option<String>,
    /// Who asked, when that is for another; what the form leaves out of the person served is then missing above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<AskerJson>,
}

/// Who asked for another.
#[derive(Serialize, ToSchema)]
pub struct AskerJson {
    #[schema(example = "孙秀英")]
    pub name: Option<String>,
    #[schema(example = "13800000002")]
    pub phone: Option<String>,
}

impl From<Contact> for ContactJson {
    fn from(contact: Contact) -> ContactJson {
        let Contact { name, phone, address, how, asked_by, details: _ } = contact;
        let asked_by = asked_by.map(|asker| AskerJson { name: asker.name, phone: asker.phone });
        ContactJson { name, phone, address, how, asked_by }
    }
}

/// An offer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfferJson {
    #[schema(example = "off_00060034e9s1k2g7xgh0v4c5b8fzn")]
    pub id: String,
    /// `offered`, `accepted`, `declined`, `expired`, `withdrawn_by_volunteer` or `cancelled`.
    #[schema(example = "offered")]
    pub state: String,
    /// 1 for the first wave; 0 for an open task that was taken.
    pub wave: i32,
    pub volunteer: PersonRef,
    /// Why this person.
    pub reasons: Vec<Said>,
    #[schema(example = "2026-06-08T13:00:00+08:00")]
    pub reply_by: Option<String>,
    pub offered_at: String,
    pub answered_at: Option<String>,
    /// When the volunteer signed in: from then on it is neither given back nor cancelled.
    pub began_at: Option<String>,
    pub task: TaskBrief,
    pub version: i64,
}

/// What an offer is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskBrief {
    pub id: String,
    pub code: String,
    pub title: String,
    pub category: String,
    pub place: PlaceRef,
    pub place_hint: String,
    pub starts_at: String,
    pub ends_at: String,
    pub minutes: i64,
    pub slots_left: i64,
    pub state: String,
}

impl OfferJson {
    pub fn of(row: &OfferRow, zone: &TimeZone) -> OfferJson {
        OfferJson {
            id: row.id().to_string(),
            state: row.state.clone(),
            wave: row.wave,
            volunteer: PersonRef { id: row.volunteer().to_string(), name: row.person_name.clone() },
            reasons: row.reasons(),
            reply_by: row.reply_by.map(|by| instant(by, zone)),
            offered_at: instant(row.offered_at, zone),
            answered_at: row.answered_at.map(|at| instant(at, zone)),
            began_at: row.began_at.map(|at| instant(at, zone)),
            task: TaskBrief {
                id: row.task().to_string(),
                code: row.task_code.clone(),
                title: row.task_title.clone(),
                category: row.task_category.clone(),
                place: PlaceRef { code: row.place_code.clone(), name: row.place_name.clone() },
                place_hint: row.place_hint.clone(),
                starts_at: instant(row.starts_at, zone),
                ends_at: instant(row.ends_at, zone),
                minutes: (row.ends_at - row.starts_at) / 60_000,
                slots_left: row.slots_left.into(),
                state: row.task_state.clone(),
            },
            version: row.version,
        }
    }
}

/// Offers.
#[derive(Serialize, ToSchema)]
pub struct OfferList {
    pub items: Vec<OfferJson>,
}

/// Who could serve.
#[derive(Serialize, ToSchema)]
pub struct CandidatesJson {
    /// How many could serve, listed or not.
    pub eligible: u32,
    /// Best first.
    pub items: Vec<CandidateJson>,
    /// Who could not, with the first reason.
    pub excluded: Vec<ExcludedJson>,
    pub excluded_counts: Vec<ExcludedCount>,
    /// How many more there were if one condition were relaxed.
    pub widening: WideningJson,
    /// How many may be invited at once.
    pub most: u16,
    /// When those invited now would be told: in the quiet hours it waits for their end.
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub goes_out: String,
    /// Until when an answer would count.
    #[schema(example = "2026-06-08T13:00:00+08:00")]
    pub reply_by: String,
}

/// One who could serve.
#[derive(Serialize, ToSchema)]
pub struct CandidateJson {
    pub person: PersonRef,
    /// Where they live.
    #[schema(example = "黄楼社区")]
    pub place: String,
    pub score: i64,
    /// One sentence, reason by reason.
    pub reasons: Vec<Said>,
}

/// One who could not.
#[derive(Serialize, ToSchema)]
pub struct ExcludedJson {
    pub person: PersonRef,
    pub reason: Said,
}

/// How many were left out for a reason.
#[derive(Serialize, ToSchema)]
pub struct ExcludedCount {
    #[schema(example = "engaged")]
    pub reason: String,
    pub count: u32,
}

/// How many each relaxation would add.
#[derive(Serialize, ToSchema)]
pub struct WideningJson {
    pub distance: u32,
    pub time: u32,
    pub skills: u32,
}

impl CandidatesJson {
    pub fn of(list: &CandidateList, zone: &TimeZone) -> CandidatesJson {
        let person =
            |id: &rules::shared::ids::PersonId, name: &str| PersonRef { id: id.to_string(), name: name.into() };
        CandidatesJson {
            eligible: list.eligible,
            items: list
                .best
                .iter()
                .map(|s| CandidateJson {
                    person: person(&s.person, &s.name),
                    place: s.place_name.clone(),
                    score: s.score,
                    reasons: s.reasons.clone(),
                })
                .collect(),
            excluded: list
                .excluded
                .iter()
                .map(|x| ExcludedJson { person: person(&x.person, &x.name), reason: x.why.clone() })
                .collect(),
            excluded_counts: list
                .excluded_counts
                .iter()
                .map(|(reason, count)| ExcludedCount { reason: (*reason).into(), count: *count })
                .collect(),
            widening: WideningJson {
                distance: list.widening.distance,
                time: list.widening.time,
                skills: list.widening.skills,
            },
            most: list.most,
            goes_out: instant(list.goes_out.as_millisecond(), zone),
            reply_by: instant(list.reply_by.as_millisecond(), zone),
        }
    }
}

/// A task with all that `who` may see of it. Showing the contact writes the access log.
pub async fn whole(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: rules::shared::ids::TaskId,
) -> Result<TaskWhole, Stop> {
    let hand = InHand::find(tx, who, task).await?;
    of_hand(tx, who, at, &hand).await
}

/// As [`whole`], of a task in hand that `who` may see.
pub async fn of_hand(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<TaskWhole, Stop> {
    let task = hand.task.id;
    let city = tx.city();
    let zone = city.calendar.zone();
    let own = match who.person {
        Some(person) => store::offers_to(tx, task, person).await?.into_iter().next(),
        None => None,
    };
    let accepted = own.as_ref().is_some_and(|o| o.state == OfferState::Accepted.key());
    // Staff read it on the matter, where they say what for.
    let contact = match &own {
        Some(offer) => contact(tx, who, at, (hand, offer)).await?.map(ContactJson::from),
        None => None,
    };
    let is_staff = hand.is_staff(who);
    let unfit = match who.person.filter(|_| !is_staff && !accepted && who.has_role(Role::Volunteer)) {
        Some(person) => unfit(tx, at, hand, person).await?.map(|refusal| refusal.code),
        None => None,
    };
    let desk = if is_staff {
        let staff = store::staff_of_task(tx, task).await?;
        let offers = store::offers_of_task(tx, task).await?;
        let cancelled = cancelled::of(tx, &hand.row).await?.map(|was| CancelledJson {
            at: instant(was.at, zone),
            by: was.by,
            reason: was.reason,
            accepted: offers.iter().filter(|o| was.accepted.contains(&o.id)).map(|o| o.id().to_string()).collect(),
        });
        Some(DeskJson {
            cancelled,
            matter: hand.task.matter.map(|m| m.to_string()),
            waves: hand.row.waves,
            check_code: hand.row.check_code.clone(),
            staff: staff.iter().map(|s| PersonRef { id: s.id().to_string(), name: s.name.clone() }).collect(),
            offers: offers.iter().map(|o| OfferJson::of(o, zone)).collect(),
        })
    } else {
        None
    };
    Ok(TaskWhole {
        task: TaskJson::of(&hand.row, zone),
        needs: hand.task.needs.clone().into(),
        offer: own.as_ref().map(|o| OfferJson::of(o, zone)),
        contact,
        unfit,
        desk,
    })
}
