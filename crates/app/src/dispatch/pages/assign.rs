//! 派给谁: the tasks of a matter, who could serve with the reasons, invitations and their answers.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Link, Page, html};
use rules::dispatch::access::{AssignStaff, CancelTask, Invite, OpenTask, StopWaves, Widen};
use rules::dispatch::{OfferState, TaskState, access, is_cut_from};
use rules::matters::Code;
use rules::places::{Distance, Level, path};
use rules::shared::ids::{MatterId, TaskId};
use rules::shared::{Actor, Moment, Refusal};
use serde::Deserialize;

use super::cutting::{self, Choices};
use super::offers::{Offered, offered};
use super::{by_code, said_as, sentence, window};
use crate::dispatch::InHand;
use crate::dispatch::actions::{self, CandidateList};
use crate::dispatch::needs;
use crate::dispatch::store::{self, OfferRow, StaffRow, TaskRow};
use crate::identity::once::Answer;
use crate::matters::pages::{desk, line};
use crate::matters::{self, Held, kind_of};
use crate::web::{Submitted, Who, go_with, instant, refusal_errors, refusal_words, submit};
use crate::{App, Stop, Tx, people};

/// How many skills the form suggests.
const SKILLS: i64 = 60;

/// A task of the matter, as a tab.
struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// What one may do with the chosen task.
#[derive(Clone, Debug, Default)]
struct May {
    invite: bool,
    open: bool,
    widen: bool,
    staff: bool,
    /// What keeps oneself from going.
    lacks: Option<Refusal>,
    /// The waves are running, and can be ended.
    stop: bool,
    cancel: bool,
    /// Somebody has signed in: it ends as they sign out, and is not cancelled.
    begun: bool,
}

/// The chosen task and whom it has found.
struct Chosen {
    row: TaskRow,
    needs: rules::dispatch::Needs,
    offers: Vec<OfferRow>,
    staff: Vec<StaffRow>,
    list: Option<CandidateList>,
    may: May,
}

struct Matter {
    held: Held,
    tasks: Vec<TaskRow>,
    may_cut: bool,
    /// Why whoever may cut tasks cannot now.
    not_now: Option<Refusal>,
    skills: Vec<String>,
    teams: Vec<people::store::OrganisationRow>,
}

struct Loaded {
    matter: Option<Matter>,
    chosen: Option<Chosen>,
}

/// Which task of which matter, as the address names them.
#[derive(Clone, Debug)]
enum Of {
    Matter { code: String, task: String, new: bool },
    Task(String),
}

async fn matter_id(tx: &mut Tx<'_>, code: &str) -> Result<MatterId, Stop> {
    let code: Code = code.parse().map_err(|_| Stop::Missing)?;
    matters::store::by_code(tx, code.cell(), &code.plain()).await?.ok_or(Stop::Missing)
}

async fn load(tx: &mut Tx<'_>, who: &Actor, at: Moment, of: &Of) -> Result<Loaded, Stop> {
    let (matter, wanted) = match of {
        Of::Matter { code, task, new } => {
            let id = matter_id(tx, code).await?;
            let matter = load_matter(tx, who, id).await?;
            let named = matter.tasks.iter().find(|row| row.code == *task);
            // Without one named, the newest that stands.
            let newest = || matter.tasks.iter().find(|row| row.state == TaskState::Standing.key());
            let wanted = named.or_else(|| if *new { None } else { newest() }).map(TaskRow::id);
            (Some(matter), wanted)
        }
        Of::Task(code) => {
            let row = by_code(tx, code).await?;
            // The matter's page is for those who may see the matter; a team leader has the task alone.
            let matter = match row.matter() {
                Some(id) if Held::find(tx, who, id).await.is_ok() => Some(load_matter(tx, who, id).await?),
                _ => None,
            };
            (matter, Some(row.id()))
        }
    };
    let chosen = match wanted {
        Some(id) => Some(load_task(tx, who, at, id).await?),
        None => None,
    };
    Ok(Loaded { matter, chosen })
}

async fn load_matter(tx: &mut Tx<'_>, who: &Actor, id: MatterId) -> Result<Matter, Stop> {
    let held = Held::find(tx, who, id).await?;
    let m = &held.matter;
    let assignees: Vec<_> = m.assignees.iter().copied().collect();
    let may = access::on_matter(who, id.uuid, &m.place_path, &assignees, m.private).is_ok();
    let not_now = is_cut_from(m.phase(kind_of(&tx.city(), &m.kind)?)).err().filter(|_| may);
    let may_cut = may && not_now.is_none();
    let within = path::up_to(&m.place_path, Level::Township).to_owned();
    let tasks = store::tasks_of_matter(tx, id).await?;
    if !may && tasks.is_empty() {
        return Err(Stop::Forbidden { verb: "dispatch.cut_task" });
    }
    let teams = people::store::organisations(tx, id.cell, "team", &within).await?;
    let skills = people::store::skills(tx, id.cell, SKILLS).await?;
    Ok(Matter { held, tasks, may_cut, not_now, skills, teams })
}

async fn load_task(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: TaskId) -> Result<Chosen, Stop> {
    let hand = InHand::find(tx, who, id).await?;
    if !hand.is_staff(who) {
        return Err(Stop::Forbidden { verb: "dispatch.see_candidates" });
    }
    let stands = hand.task.still_stands(at.recorded).is_ok();
    let free = stands && hand.row.slots_left > 0;
    let list = if free { Some(actions::candidates(tx, who, at, id).await?) } else { None };
    let offers = store::offers_of_task(tx, id).await?;
    let may = May {
        invite: free && hand.permit::<Invite>(who).is_ok(),
        open: free && !hand.task.open && hand.permit::<OpenTask>(who).is_ok(),
        widen: free && hand.permit::<Widen>(who).is_ok(),
        staff: free && hand.permit::<AssignStaff>(who).is_ok(),
        lacks: actions::lacks(tx, &hand, who.person.ok_or(Stop::SignIn)?).await?,
        stop: free && hand.row.waves && hand.permit::<StopWaves>(who).is_ok(),
        cancel: stands && hand.permit::<CancelTask>(who).is_ok(),
        begun: store::has_begun(&offers),
    };
    Ok(Chosen {
        offers,
        staff: store::staff_of_task(tx, id).await?,
        needs: hand.task.needs.clone(),
        row: hand.row,
        list,
        may,
    })
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
    /// There is room, and nobody is looked for: no waves, no open door, no invitation that may be answered.
    at_rest: bool,
    eligible: u32,
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
    let (mut cut, mut form, mut risk_notes) = (None, sent.form, Vec::new());
    if let Some(matter) = &matter {
        let code = &matter.held.code;
        page.crumbs.push(Link::new(line::of_held(&page, &city, &matter.held), format!("/desk/{code}")));
        tabs.extend(matter.tasks.iter().map(|row| Tab {
            href: format!("/desk/{code}/assign?task={}", row.code),
            label: page.t2("tasks-tab", "title", row.title.as_str(), "when", page.when(row.starts_at)),
            current: chosen.as_ref().is_some_and(|c| c.row.id == row.id),
        }));
        if matter.may_cut && chosen.is_none() {
            let kind = kind_of(&city, &matter.held.matter.kind).map_err(Failure::from)?;
            cut = Some(cut_choices(&page, matter));
            let needs = needs::needs_with_risks(rules::dispatch::Needs::default(), &matter.held.matter.risks);
            risk_notes = super::tasks::need_words(&page, &needs);
            form.get_or_insert_with(|| cutting::prefilled(kind, &matter.held, now, &city.settings.zone));
        }
    }
    let mut drawn = AssignPage {
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
        at_rest: false,
        eligible: 0,
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

fn cut_choices(page: &Page, matter: &Matter) -> Choices {
    Choices {
        skills: people::skills::choices(page, &matter.skills),
        teams: matter.teams.iter().map(|team| Choice::new(team.id().to_string(), &team.name)).collect(),
        risks: cutting::risks(page),
    }
}

fn fill(drawn: &mut AssignPage, chosen: Chosen) {
    let page = &drawn.page;
    drawn.window = window(page, chosen.row.starts_at, chosen.row.ends_at);
    drawn.needs = super::tasks::need_words(page, &chosen.needs);
    drawn.may = chosen.may;
    drawn.staff = chosen.staff.into_iter().map(|s| s.name).collect();
    let is_taken = chosen.row.slots_left <= 0;
    drawn.offers = chosen.offers.iter().map(|row| offered(row, is_taken)).collect();
    if let Some(list) = chosen.list {
        drawn.eligible = list.eligible;
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
    }
    drawn.task = Some(chosen.row);
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
}

/// `/desk/{code}/assign`: the matter's tasks.
pub async fn of_matter(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    Query(asks): Query<Asks>,
) -> Result<Response, Failure> {
    let of = Of::Matter { code, task: asks.task, new: !asks.new.is_empty() };
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
    show(app, who, of, StatusCode::UNPROCESSABLE_ENTITY, Sent { form: Some(form), errors }).await
}

/// Cuts a task from the matter.
pub async fn cut(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let of = Of::Matter { code: code.clone(), task: String::new(), new: true };
    let new = match cutting::read(&form, &app.city().settings.zone) {
        Ok(new) => new,
        Err(refusal) => return refused(&app, &who, of, form, &refusal).await,
    };
    let done = submit(&app, &who, &form, (code, new), |tx, who, at, (code, new)| {
        Box::pin(async move {
            let matter = matter_id(tx, &code).await?;
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
    cancel: |app, form| Ok(Ask::Cancel(form.text("reason").to_owned()));
}

fn invitation(form: &Form, zone: &jiff::tz::TimeZone) -> Result<Ask, Refusal> {
    let reply_by = match form.text("reply_by") {
        "" => None,
        _ => Some(instant(form, "reply_by", zone)?),
    };
    Ok(Ask::Invite { people: form.all("people").into_iter().map(str::to_owned).collect(), reply_by })
}
