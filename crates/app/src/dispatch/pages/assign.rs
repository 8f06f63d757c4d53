//! 派给谁: the tasks of a matter, who could serve with the reasons, invitations and their answers.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Link, Page, html};
use rules::dispatch::wave::Stage;
use rules::dispatch::{Exclusion, OfferState, TaskState};
use rules::places::Distance;
use rules::shared::{Actor, Moment, Refusal};
use serde::Deserialize;

use super::assigned::{Chosen, Loaded, Matter, May, Of, load, matter_id};
use super::cutting::{self, Choices};
use super::offers::{Offered, offered};
use super::{by_code, said_as, sentence, window};
use crate::dispatch::actions::{self, CandidateList};
use crate::dispatch::cancelled::Cancelled;
use crate::dispatch::needs;
use crate::dispatch::store::{self, OfferRow, TaskRow};
use crate::identity::once::Answer;
use crate::matters::pages::{desk, line};
use crate::matters::{inviting, kind_of};
use crate::web::json::called;
use crate::web::{Submitted, Who, go_with, instant, refusal_errors, refusal_words, submit};
use crate::{App, Stop, Tx, people};

/// A task of the matter, as a tab.
struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// A condition that can be relaxed, with how many more that adds.
struct Wider {
    reach: &'static str,
    without_skills: bool,
    label: String,
}

#[derive(Template)]
#[template(path = "dispatch/assign.html")]
struct AssignPage {
    page: Page,
    matter_code: Option<String>,
    tabs: Vec<Tab>,
    may_cut: bool,
    not_now: Option<String>,
    cut: Option<Choices>,
    risk_notes: Vec<String>,
    task: Option<TaskRow>,
    window: String,
    needs: Vec<String>,
    may: May,
    staff: Vec<String>,
    offers: Vec<Offered>,
    /// How it was cancelled.
    cancelled: Option<Cancelled>,
    /// What was promised to whose matter it is, where the task begins or ends only after that; and the key of the words.
    after_promise: Option<(i64, &'static str)>,
    /// By when whose matter it is was promised that it is done: a new task is cut for before that.
    promised: Option<i64>,
    /// Whether a new task is meant to be after that is asked.
    asks_after: bool,
    /// How many tasks of the matter whoever cuts a new one has seen.
    seen: usize,
    /// That nobody more can be invited, and what can be done; empty when somebody can.
    nobody: String,
    /// There is room, and nobody is looked for: no waves, no open door, no invitation that may be answered.
    at_rest: bool,
    /// Which wave of how many it is; and what can be done once the last is over.
    wave: String,
    wave_next: String,
    eligible: u32,
    /// How many were invited already: they could serve, and are not counted above.
    asked: u32,
    most: u16,
    reply_by: Option<i64>,
    /// When an invitation goes out that has to wait for the end of the quiet hours.
    goes_out: Option<i64>,
    best: Vec<Choice>,
    excluded: Vec<(String, String)>,
    excluded_count: u32,
    /// How many of those who cannot serve are not named.
    excluded_more: u32,
    wider: Vec<Wider>,
    busy: u32,
    form: Form,
}

impl AssignPage {
    /// What holds when nobody sets a time to answer by.
    fn reply_hint(&self) -> String {
        self.reply_by.map_or_else(String::new, |by| self.page.t1("tasks-reply-by-plan", "when", self.page.when(by)))
    }
}

struct Sent {
    form: Option<Form>,
    errors: Errors,
}

fn draw(app: &App, who: &Who, loaded: Loaded, sent: Sent) -> Result<AssignPage, Failure> {
    let (city, now) = (app.city(), app.now().recorded);
    let Loaded { matter, chosen } = loaded;
    let mut page = who.page().titled("tasks-assign-title").with_errors(sent.errors);
    page.crumbs = vec![desk::crumb(&page, &city, who.actor())];
    let mut tabs = Vec::new();
    let asks_after = page.errors.of("after_promise").is_some()
        || sent.form.as_ref().is_some_and(|form| form.checked("after_promise"));
    // What a refused form had seen stays what was seen, until a colleague's task is shown.
    let seen = sent.form.as_ref().and_then(|form| form.text("seen").parse().ok());
    let seen = seen.unwrap_or_else(|| matter.as_ref().map_or(0, |matter| matter.tasks.len()));
    let (mut cut, mut form, mut risk_notes) = (None, sent.form, Vec::new());
    if let Some(matter) = &matter {
        let code = &matter.held.code;
        page.crumbs.push(Link::new(line::of_held(&page, &city, &matter.held), format!("/desk/{code}")));
        tabs.extend(matter.tasks.iter().map(|row| Tab {
            href: format!("/desk/{code}/assign?task={}", row.code),
            label: tab_label(&page, row),
            current: chosen.as_ref().is_some_and(|c| c.row.id == row.id),
        }));
        if matter.may_cut && chosen.is_none() {
            let kind = kind_of(&city, &matter.held.matter.kind).map_err(Failure::from)?;
            cut = Some(cut_choices(&page, matter));
            let needs = needs::needs_with_risks(rules::dispatch::Needs::default(), &matter.held.matter.risks);
            risk_notes = super::need_words(&page, &needs);
            let zone = &city.settings.zone;
            form = match (form, &matter.like) {
                (Some(sent), _) => Some(sent),
                (None, Some(task)) => Some(cutting::like(&page, task, now, zone).map_err(Failure::from)?),
                (None, None) => Some(cutting::prefilled(kind, &matter.held, now, zone)),
            };
        }
    }
    let promised = matter.as_ref().and_then(|m| m.held.matter.promised());
    let mut drawn = AssignPage {
        after_promise: None,
        promised: promised.filter(|by| *by > now).map(jiff::Timestamp::as_millisecond),
        asks_after,
        seen,
        nobody: String::new(),
        matter_code: matter.as_ref().map(|m| m.held.code.clone()),
        may_cut: matter.as_ref().is_some_and(|m| m.may_cut),
        not_now: matter.and_then(|m| m.not_now).map(|refusal| refusal_words(&page, &refusal)),
        tabs,
        cut,
        risk_notes,
        task: None,
        window: String::new(),
        needs: Vec::new(),
        may: May::default(),
        staff: Vec::new(),
        offers: Vec::new(),
        cancelled: None,
        at_rest: false,
        wave: String::new(),
        wave_next: String::new(),
        eligible: 0,
        asked: 0,
        most: 0,
        reply_by: None,
        goes_out: None,
        best: Vec::new(),
        excluded: Vec::new(),
        excluded_count: 0,
        excluded_more: 0,
        wider: Vec::new(),
        busy: 0,
        form: form.unwrap_or_default(),
        page,
    };
    if let Some(chosen) = chosen {
        fill(&mut drawn, chosen);
    }
    Ok(drawn)
}

/// A task as a tab; one that does not stand any more says so.
fn tab_label(page: &Page, row: &TaskRow) -> String {
    let (title, when) = (row.title.as_str(), page.when(row.starts_at));
    match TaskState::from_key(&row.state) {
        None | Some(TaskState::Standing) => page.t2("tasks-tab", "title", title, "when", when),
        Some(state) => {
            let state = page.t(&format!("tasks-state-{}", state.key().replace('_', "-")));
            page.t3("tasks-tab-ended", "title", title, "when", when, "state", state)
        }
    }
}

fn cut_choices(page: &Page, matter: &Matter) -> Choices {
    Choices {
        credentials: people::skills::choices(page, &matter.known.credentials),
        skills: people::skills::choices(page, &matter.known.skills),
        like: matter.like.as_ref().map(|task| (task.code.clone(), task.title.clone())),
        teams: matter.teams.iter().map(|team| Choice::new(team.id().to_string(), &team.name)).collect(),
        risks: cutting::risks(page),
    }
}

fn fill(drawn: &mut AssignPage, chosen: Chosen) {
    let page = &drawn.page;
    drawn.window = window(page, chosen.row.starts_at, chosen.row.ends_at);
    drawn.needs = super::desk_words(page, &chosen.needs);
    drawn.may = chosen.may;
    drawn.staff = chosen.staff.into_iter().map(|s| s.name).collect();
    let is_taken = chosen.row.slots_left <= 0;
    drawn.offers = chosen.offers.iter().map(|row| offered(row, is_taken, chosen.cancelled.as_ref())).collect();
    drawn.cancelled = chosen.cancelled;
    drawn.after_promise = chosen.after_promise;
    if let Some(round) = chosen.round {
        drawn.wave = inviting::words(page, round);
        if round.stage == Stage::Over {
            drawn.wave_next = page.t(if drawn.may.for_team { "tasks-wave-next-team" } else { "tasks-wave-next" });
        }
    }
    if let Some(list) = chosen.list {
        drawn.eligible = list.eligible;
        drawn.asked = asked(&list);
        let waits = |row: &OfferRow| {
            row.state == OfferState::Offered.key() && row.reply_by.is_none_or(|by| by >= list.as_of.as_millisecond())
        };
        drawn.at_rest = !chosen.row.waves && !chosen.row.open && !chosen.offers.iter().any(waits);
        drawn.most = list.most;
        drawn.goes_out = list.waits().map(jiff::Timestamp::as_millisecond);
        drawn.reply_by = Some(list.reply_by.as_millisecond());
        drawn.best = list
            .best
            .iter()
            .map(|s| {
                let label = page.t2("tasks-who-from", "name", s.name.as_str(), "place", s.place_name.as_str());
                Choice::new(s.person.to_string(), label).hinted(sentence(page, &s.reasons))
            })
            .collect();
        drawn.excluded = list.excluded.iter().map(|e| (e.name.clone(), said_as(page, "excluded", &e.why))).collect();
        drawn.excluded_count = list.excluded_counts.iter().map(|(_, n)| n).sum();
        drawn.excluded_more =
            drawn.excluded_count.saturating_sub(u32::try_from(drawn.excluded.len()).unwrap_or(u32::MAX));
        drawn.busy = list.widening.time;
        drawn.wider = wider(page, &chosen.needs, &list);
        drawn.nobody = nobody_words(page, &drawn.may, &list, drawn.wider.is_empty());
    }
    drawn.task = Some(chosen.row);
}

/// How many of those looked at were invited already.
fn asked(list: &CandidateList) -> u32 {
    let invited = Exclusion::AlreadyInvited.key();
    list.excluded_counts.iter().find(|(why, _)| *why == invited).map_or(0, |(_, count)| *count)
}

/// That nobody more can be invited, and what whoever reads can do then; empty when somebody can.
fn nobody_words(page: &Page, may: &May, list: &CandidateList, nothing_to_relax: bool) -> String {
    if !list.best.is_empty() {
        return String::new();
    }
    let goes = may.staff && may.lacks.is_none();
    match asked(list) {
        1.. if may.for_team => page.t1("tasks-nobody-more-team", "count", asked(list)),
        1.. => page.t1("tasks-nobody-more", "count", asked(list)),
        0 if may.for_team => page.t("tasks-nobody-team"),
        0 if may.widen && !nothing_to_relax && goes => page.t("tasks-nobody-fits"),
        0 if may.widen && !nothing_to_relax => page.t("tasks-nobody-relax"),
        0 if goes => page.t("tasks-nobody-at-all"),
        0 => page.t("tasks-nobody-ring"),
    }
}

/// What can be relaxed: the distance, step by step up to the county, and skills that are not essential.
fn wider(page: &Page, needs: &rules::dispatch::Needs, list: &CandidateList) -> Vec<Wider> {
    let mut wider = Vec::new();
    let farther = Distance::ALL.into_iter().find(|d| *d > needs.reach && *d <= Distance::SameCounty);
    // Where nobody more would come of it there is nothing to press.
    if let Some(reach) = farther.filter(|_| list.widening.distance > 0) {
        let reach_name = page.t(&format!("reason-{}", reach.key()));
        let label = page.t2("tasks-widen-distance", "reach", reach_name, "count", list.widening.distance);
        wider.push(Wider { reach: reach.key(), without_skills: false, label });
    }
    if !needs.skills.is_empty() && list.widening.skills > 0 {
        let label = page.t1("tasks-widen-skills", "count", list.widening.skills);
        wider.push(Wider { reach: needs.reach.key(), without_skills: true, label });
    }
    wider
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asks {
    task: String,
    new: String,
    /// The code of a task of the matter: the form of a new one is filled in like it.
    like: String,
}

/// `/desk/{code}/assign`: the matter's tasks.
pub async fn of_matter(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    Query(asks): Query<Asks>,
) -> Result<Response, Failure> {
    let of = Of::Matter { code, task: asks.task, new: !asks.new.is_empty(), like: asks.like };
    show(&app, &who, of, StatusCode::OK, Sent { form: None, errors: Errors::new() }).await
}

/// `/tasks/{code}/assign`: one task, also for the leader of the team it was cut for.
pub async fn of_task(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    show(&app, &who, Of::Task(code), StatusCode::OK, Sent { form: None, errors: Errors::new() }).await
}

async fn show(app: &App, who: &Who, of: Of, status: StatusCode, sent: Sent) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let loaded = app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor, at, &of).await })).await?;
    Ok(html(status, &draw(app, who, loaded, sent)?))
}

async fn refused(app: &App, who: &Who, of: Of, form: Form, refusal: &Refusal) -> Result<Response, Failure> {
    let refusal = people::skills::in_words(&who.page(), refusal.clone());
    let errors = refusal_errors(&who.page(), &refusal);
    let (status, form) = match refusal.code {
        // What a colleague cut stands on the page now, and is seen.
        MEANWHILE => (StatusCode::CONFLICT, form.with("seen", "")),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, form),
    };
    show(app, who, of, status, Sent { form: Some(form), errors }).await
}

/// A colleague was first with a task of the matter.
const MEANWHILE: &str = "task-cut-meanwhile";

/// Cuts a task from the matter.
pub async fn cut(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let like = form.text("like").to_owned();
    let of = Of::Matter { code: code.clone(), task: String::new(), new: true, like: like.clone() };
    let new = cutting::read(&form, &app.city().settings.zone);
    let done = submit(&app, &who, &form, (code, new, like), |tx, who, at, (code, mut new, like)| {
        Box::pin(async move {
            let matter = matter_id(tx, &code).await?;
            if let Some(task) = store::task_by_code(tx, &like).await?.filter(|row| row.matter() == Some(matter)) {
                new.needs = cutting::with_needs_of(new.needs, task.task()?.needs);
            }
            let id = actions::cut_task(tx, who, at, matter, &new).await?;
            let task = store::task(tx, id).await?.ok_or(Stop::Missing)?;
            Ok(go_with(format!("/desk/{code}/assign?task={}", task.code), "tasks-cut"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => refused(&app, &who, of, form, &refusal).await,
    }
}

/// What a form asks of the chosen task.
#[derive(Clone, Debug)]
enum Ask {
    Invite { people: Vec<String>, reply_by: Option<jiff::Timestamp> },
    Waves,
    Open,
    Widen { reach: Distance, without_skills: bool },
    TakeMyself,
    StepBack(String),
    Cancel(String),
}

impl Ask {
    async fn run(self, tx: &mut Tx<'_>, who: &Actor, at: Moment, code: &str) -> Result<Answer, Stop> {
        let task = by_code(tx, code).await?.id();
        let flash = match self {
            Ask::Invite { people, reply_by } => {
                let people = people.iter().map(|id| id.parse()).collect::<Result<Vec<_>, _>>();
                let people = people.map_err(|_| Refusal::new("invite-not-volunteer").at_field("people"))?;
                actions::invite(tx, who, at, task, &people, reply_by).await?;
                "tasks-invited"
            }
            Ask::Waves => {
                actions::start_waves(tx, who, at, task).await?;
                "tasks-waves-on"
            }
            Ask::Open => {
                actions::open_task(tx, who, at, task).await?;
                "tasks-opened"
            }
            Ask::Widen { reach, without_skills } => {
                actions::widen(tx, who, at, task, reach, without_skills).await?;
                "tasks-widened"
            }
            Ask::TakeMyself => {
                let me = who.person.ok_or(Stop::SignIn)?;
                actions::assign_staff(tx, who, at, task, me).await?;
                "tasks-taken-myself"
            }
            Ask::StepBack(reason) => {
                let done = actions::step_back(tx, who, at, task, Some(&reason)).await;
                // The form that cancels the task for all asks for a reason of its own.
                done.map_err(|stop| called(stop, &[("reason", "why_not")]))?;
                "tasks-stepped-back"
            }
            Ask::Cancel(reason) => {
                actions::cancel_task(tx, who, at, task, &reason).await?;
                "tasks-cancelled"
            }
        };
        Ok(go_with(format!("/tasks/{code}/assign"), flash))
    }
}

async fn post(app: App, who: Who, code: String, form: Form, ask: Result<Ask, Refusal>) -> Result<Response, Failure> {
    let of = Of::Task(code.clone());
    let ask = match ask {
        Ok(ask) => ask,
        Err(refusal) => return refused(&app, &who, of, form, &refusal).await,
    };
    let done = submit(&app, &who, &form, (ask, code), |tx, who, at, (ask, code)| {
        Box::pin(async move { ask.run(tx, who, at, &code).await })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => refused(&app, &who, of, form, &refusal).await,
    }
}

macro_rules! posts {
    ($($(#[$doc:meta])* $name:ident: |$app:ident, $form:ident| $ask:expr;)*) => {
        $($(#[$doc])*
        pub async fn $name(
            State($app): State<App>,
            who: Who,
            Path(code): Path<String>,
            $form: Form,
        ) -> Result<Response, Failure> {
            let ask: Result<Ask, Refusal> = $ask;
            post($app, who, code, $form, ask).await
        })*
    };
}
posts! {
    invite: |app, form| invitation(&form, &app.city().settings.zone);
    waves: |app, _form| Ok(Ask::Waves);
    opening: |app, _form| Ok(Ask::Open);
    widen: |app, form| Ok(Ask::Widen {
        reach: Distance::ALL.into_iter().find(|d| d.key() == form.text("reach")).unwrap_or(Distance::SameGrid),
        without_skills: form.checked("without_skills"),
    });
    /// The social worker goes herself.
    staff: |app, _form| Ok(Ask::TakeMyself);
    /// She does not go after all.
    step_back: |app, form| Ok(Ask::StepBack(form.text("why_not").to_owned()));
    cancel: |app, form| Ok(Ask::Cancel(form.text("reason").to_owned()));
}

fn invitation(form: &Form, zone: &jiff::tz::TimeZone) -> Result<Ask, Refusal> {
    let reply_by = match form.text("reply_by") {
        "" => None,
        _ => Some(instant(form, "reply_by", zone)?),
    };
    Ok(Ask::Invite { people: form.all("people").into_iter().map(str::to_owned).collect(), reply_by })
}
