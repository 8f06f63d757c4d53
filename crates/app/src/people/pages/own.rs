//! One's own volunteering: joining, when one is free, what one can prove, leaving.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::people::WeeklySpan;
use rules::shared::ids::{MembershipId, PersonId};
use rules::shared::when::PARTS_OF_DAY;
use rules::shared::{Refusal, Role};

use super::person::skill;
use super::{day, end_of_day};
use crate::people::actions::{self, Joining};
use crate::people::changing::{self, Edit};
use crate::people::register::{self, CredentialLine, MembershipLine, Volunteering};
use crate::people::skills;
use crate::people::store::{self, PersonRow};
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop};

/// One part of the day, with a box for each weekday.
struct Part {
    key: &'static str,
    days: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "people/volunteering.html")]
struct VolunteeringPage {
    page: Page,
    form: Form,
    parts: Vec<Part>,
    asks_birth: bool,
    /// Hours that are saved and that no box says; empty when there are none.
    beside: String,
    volunteering: Option<Volunteering>,
    leaving: Option<MembershipId>,
    teams: Vec<MembershipLine>,
    /// The teams that ask one to join.
    asking: Vec<MembershipLine>,
    credentials: Vec<CredentialLine>,
    skills: Vec<Choice>,
    /// Whose office a guardian signs at, of a minor for whom none has.
    guardian: Option<String>,
}

impl VolunteeringPage {
    /// Until when something covers the volunteer.
    fn until(&self, millis: &Option<i64>) -> String {
        super::until(&self.page, *millis)
    }
}

struct Loaded {
    row: PersonRow,
    volunteering: Option<Volunteering>,
    memberships: Vec<MembershipLine>,
    asking: Vec<MembershipLine>,
    credentials: Vec<CredentialLine>,
    skills: Vec<String>,
    guardian: Option<String>,
}

/// A form that was refused, why, and which of its fields are sent only when they are ticked.
type Sent = (Form, Refusal, &'static [&'static str]);

/// The form of the weekdays has them also when none is ticked.
const WEEK: &[&str] = &["free"];

async fn draw(app: &App, who: &Who, sent: Option<Sent>) -> Result<Response, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let now = app.now();
    let loaded = app
        .read(move |mut tx| {
            Box::pin(async move {
                Ok(Loaded {
                    row: store::person(&mut tx, me).await?.ok_or(Stop::Missing)?,
                    volunteering: register::volunteering_of(&mut tx, me).await?,
                    memberships: register::memberships_of(&mut tx, me, now).await?,
                    asking: register::asked_of(&mut tx, me, now).await?,
                    credentials: register::credentials_of(&mut tx, me).await?,
                    skills: store::skills(&mut tx, me.cell, 100).await?,
                    guardian: register::guardian_signs_at(&mut tx, me, now).await?.map(|place| place.name),
                })
            })
        })
        .await?;
    let page = who.page().titled("people-own-title").back_to("/me");
    let (errors, status) = match &sent {
        Some((_, refusal, _)) => (refusal_errors(&page, refusal), StatusCode::UNPROCESSABLE_ENTITY),
        None => (Errors::new(), StatusCode::OK),
    };
    let mine = |m: &&MembershipLine| m.role == Role::Volunteer && m.organisation.is_none();
    let leaving = loaded.memberships.iter().find(mine).map(|m| m.id);
    let volunteering = loaded.volunteering.filter(|_| leaving.is_some());
    let saved = filled(app, volunteering.as_ref());
    let form = match sent {
        Some((form, _, named)) => saved.under(form, named),
        None => saved,
    };
    let part = |(key, _, _): (&'static str, u16, u16)| Part {
        key,
        days: (1..=7).map(|d| Choice::new(format!("{d}-{key}"), page.t(&format!("people-weekday-{d}")))).collect(),
    };
    let in_team = |m: &MembershipLine| m.role == Role::Volunteer && m.organisation.is_some();
    let drawn = VolunteeringPage {
        parts: PARTS_OF_DAY.into_iter().map(part).collect(),
        asks_birth: loaded.row.birth_date.is_none(),
        teams: loaded.memberships.into_iter().filter(in_team).collect(),
        asking: loaded.asking,
        credentials: loaded.credentials,
        skills: skills::offered(&page, &loaded.skills),
        beside: volunteering.as_ref().map(|v| beside_boxes(&page, &v.week)).unwrap_or_default(),
        volunteering,
        leaving,
        guardian: loaded.guardian,
        form,
        page: page.with_errors(errors),
    };
    Ok(html(status, &drawn))
}

/// The form as it stands now.
fn filled(app: &App, volunteering: Option<&Volunteering>) -> Form {
    let mut form = Form::empty();
    let Some(volunteering) = volunteering else { return form };
    for (key, from, until) in PARTS_OF_DAY {
        for weekday in 1..=7 {
            if is_free(&volunteering.week, weekday, from, until) {
                form.add("free", format!("{weekday}-{key}"));
            }
        }
    }
    let form = form.with("volunteer_number", volunteering.number.clone().unwrap_or_default());
    // One that is over would be refused with whatever else is said.
    let ahead = |millis: &i64| *millis > app.now().recorded.as_millisecond();
    let quiet = volunteering.quiet_until.filter(ahead);
    match quiet.and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok()) {
        Some(until) => form.with("quiet_until", app.city().calendar.date(until).to_string()),
        None => form,
    }
}

/// Whether somebody is free for the whole of a part of a day: its box is ticked then.
fn is_free(week: &[WeeklySpan], weekday: u8, from: u16, until: u16) -> bool {
    week.iter().any(|span| span.weekday == weekday && span.from <= from && span.until >= until)
}

/// The stretches of a week that the boxes do not say, as from eight to eight.
fn beside_boxes(page: &Page, week: &[WeeklySpan]) -> String {
    let begins = |span: &WeeklySpan| PARTS_OF_DAY.into_iter().any(|(_, from, _)| from == span.from);
    let ends = |span: &WeeklySpan| PARTS_OF_DAY.into_iter().any(|(_, _, until)| until == span.until);
    let clock = |minute: u16| format!("{}:{:02}", minute / 60, minute % 60);
    let beside = week.iter().filter(|span| !(begins(span) && ends(span))).map(|span| {
        let day = page.t(&format!("people-weekday-{}", span.weekday));
        format!("{day} {}–{}", clock(span.from), clock(span.until))
    });
    page.row_of(&beside.collect::<Vec<_>>())
}

/// The boxes ticked, neighbouring parts of one day joined: a task from eleven to one fits who is free all day. The boxes are
/// coarser than what may be `saved`: a day whose boxes are as they were drawn stays as it is.
fn week(form: &Form, saved: &[WeeklySpan]) -> Result<Vec<WeeklySpan>, Refusal> {
    let ticked = form.all("free");
    let mut week: Vec<WeeklySpan> = Vec::new();
    for weekday in 1..=7 {
        let is_ticked = |key: &str| ticked.contains(&format!("{weekday}-{key}").as_str());
        let mut parts = PARTS_OF_DAY.into_iter();
        if parts.all(|(key, from, until)| is_ticked(key) == is_free(saved, weekday, from, until)) {
            week.extend(saved.iter().filter(|span| span.weekday == weekday));
            continue;
        }
        for (key, from, until) in PARTS_OF_DAY {
            if !is_ticked(key) {
                continue;
            }
            match week.last_mut() {
                Some(last) if last.weekday == weekday && last.until == from => last.until = until,
                _ => week.push(WeeklySpan::new(weekday, from, until)?),
            }
        }
    }
    Ok(week)
}

pub async fn form(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    draw(&app, &who, None).await
}

async fn settle(
    app: &App,
    who: &Who,
    (form, named): (Form, &'static [&'static str]),
    done: Submitted,
) -> Result<Response, Failure> {
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(app, who, Some((form, refusal, named))).await,
    }
}

fn me(who: &Who) -> Result<PersonId, Failure> {
    Ok(who.actor().person.ok_or(Stop::SignIn)?)
}

pub async fn join(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let done = submit(&app, &who, &form, (me(&who)?, form.clone()), |tx, who, at, (me, form)| {
        Box::pin(async move {
            let row = store::person(tx, me).await?.ok_or(Stop::Missing)?;
            if row.birth_date.is_none() {
                let born = day(&form, "birth_date")?;
                let born = born.ok_or_else(|| Refusal::new("birth-date-missing").at_field("birth_date"))?;
                let edit =
                    Edit { name: row.name.clone(), birth_date: Some(born), version: row.version, ..Edit::default() };
                changing::edit(tx, who, at, me, &edit).await?;
            }
            let joining = Joining { week: week(&form, &[])?, insured_until: None, guardian_consent_until: None };
            actions::volunteer(tx, who, at, me, &joining).await?;
            // A minor is not done yet, and the page says what is missing.
            Ok(match register::guardian_signs_at(tx, me, at).await? {
                Some(_) => go_with("/me/volunteer", "people-own-joined-minor"),
                None => go_with("/tasks", "people-own-joined"),
            })
        })
    })
    .await?;
    settle(&app, &who, (form, WEEK), done).await
}

pub async fn available(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let done = submit(&app, &who, &form, (me(&who)?, form.clone()), |tx, who, at, (me, form)| {
        Box::pin(async move {
            let quiet = day(&form, "quiet_until")?.map(|d| end_of_day(d, &tx.city().settings.zone));
            let saved = register::volunteering_of(tx, me).await?.map(|v| v.week).unwrap_or_default();
            changing::set_availability(tx, who, at, me, &week(&form, &saved)?, quiet).await?;
            Ok(go_with("/me/volunteer", "people-own-kept"))
        })
    })
    .await?;
    settle(&app, &who, (form, WEEK), done).await
}

pub async fn number(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let typed = form.text("volunteer_number").to_owned();
    let done = submit(&app, &who, &form, (me(&who)?, typed), |tx, who, at, (me, typed)| {
        Box::pin(async move {
            changing::set_volunteer_number(tx, who, at, me, &typed).await?;
            Ok(go_with("/me/volunteer", "people-own-kept"))
        })
    })
    .await?;
    settle(&app, &who, (form, &[]), done).await
}

pub async fn add_credential(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let done = submit(&app, &who, &form, (me(&who)?, form.clone()), |tx, who, at, (me, form)| {
        Box::pin(async move {
            actions::add_credential(tx, who, at, me, &skill(&form)?).await?;
            Ok(go_with("/me/volunteer", "people-own-credential-sent"))
        })
    })
    .await?;
    settle(&app, &who, (form, &[]), done).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_parts_of_a_day_are_one_stretch() {
        let mut form = Form::empty();
        for ticked in ["1-morning", "1-afternoon", "2-morning", "2-evening", "9-morning", "nonsense"] {
            form.add("free", ticked);
        }
        let span = |weekday, from, until| WeeklySpan { weekday, from, until };
        assert_eq!(week(&form, &[]).unwrap(), [span(1, 480, 1080), span(2, 480, 720), span(2, 1080, 1320)]);
        assert_eq!(week(&Form::empty(), &[]).unwrap(), []);
    }

    #[test]
    fn hours_that_no_box_says_stay_while_the_boxes_of_their_day_do() {
        let span = |weekday, from, until| WeeklySpan { weekday, from, until };
        let saved = [span(1, 480, 1200), span(2, 360, 420), span(3, 480, 1200)];
        let mut form = Form::empty();
        for ticked in ["1-morning", "1-afternoon", "3-morning"] {
            form.add("free", ticked);
        }
        assert_eq!(week(&form, &saved).unwrap(), [span(1, 480, 1200), span(2, 360, 420), span(3, 480, 720)]);
    }
}
