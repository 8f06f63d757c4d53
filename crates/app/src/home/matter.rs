//! Receipt and tracking in one: the page of a matter for those whose it is, and what they may do there.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Choice, Errors, Failure, Form, Page, html};
use rules::matters::ahead::By;
use rules::matters::kind::{CountsAs, Kind};
use rules::matters::step::Act;
use rules::matters::{Matter, Values, access};
use rules::places::{Level, path};
use rules::service::rating::Solved;
use rules::shared::code::in_groups;
use rules::shared::ids::{FileId, MatterId, PersonId, RecordId};
use rules::shared::{Actor, Moment, Refusal};

use super::coming::{self, Coming};
use super::told::{self, Told};
use crate::matters::merged::{self, Other};
use crate::matters::notes::{self, Notes};
use crate::matters::pages::line::{code_with_letter, state, what};
use crate::matters::pages::questions::{read_back, say};
use crate::matters::pages::track;
use crate::matters::photos::PhotoRow;
use crate::matters::{Held, actions, behalf, kind_of, photos, store};
use crate::places::picker;
use crate::service::actions::Rated;
use crate::service::check_codes::CheckCode;
use crate::service::records::RecordRow;
use crate::web::{Submitted, Who, go_with, refusal_errors, refusal_words, submit};
use crate::{App, Stop, Tx, audit, dispatch, exchange, people, service};

/// A step that is still to come.
struct Ahead {
    title: String,
    /// By when, and of what.
    by: Option<String>,
    is_now: bool,
}

/// What is said about a matter beside its own page, read at once.
struct Seen {
    held: Held,
    place: String,
    handler: Option<String>,
    unit: Option<String>,
    coming: Vec<Coming>,
    codes: Vec<CheckCode>,
    events: Vec<audit::Event>,
    names: told::Names,
    photos: Vec<FileId>,
    values: Values,
    notes: Notes,
    hours: Vec<RecordRow>,
    merged: Option<Other>,
}

/// What a volunteer did, for the person served to say that it is right.
struct Hours {
    id: String,
    volunteer: String,
    window: String,
    minutes: i64,
    content: String,
}

#[derive(Template)]
#[template(path = "home/matter.html")]
struct MatterPage {
    page: Page,
    code: String,
    path: String,
    what: String,
    place: String,
    state: String,
    tone: &'static str,
    due: Option<i64>,
    next_word_at: Option<i64>,
    who: Vec<String>,
    /// Nobody has it by name, and nobody comes.
    is_nobodys: bool,
    /// Whoever had accepted cannot come, and nobody else has accepted yet.
    given_back: bool,
    /// The one it was merged into.
    merged: Option<Other>,
    coming: Vec<Coming>,
    /// What they say at the door to whoever comes.
    codes: Vec<CheckCode>,
    ahead: Vec<Ahead>,
    history: Vec<Told>,
    photos: Vec<String>,
    hours: Vec<Hours>,
    rows: Vec<(String, String)>,
    /// Whoever raised it told it, not who reads.
    told_by_other: bool,
    private: bool,
    may: May,
    form: Form,
    solved: Vec<Choice>,
    satisfied: Vec<Choice>,
}

/// What the person may do now.
struct May {
    withdraw: bool,
    note: bool,
    rate: bool,
    reopen: bool,
    add_photo: bool,
}

/// The matter of a code, for those whose it is. Staff go to their desk, everybody else to the public line.
async fn open(app: &App, who: &Who, typed: &str) -> Result<Result<Seen, Response>, Failure> {
    let me = who.actor().stands_for().ok_or(Stop::SignIn)?;
    let (actor, typed) = (who.actor().clone(), typed.to_owned());
    let at = app.now();
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                // Lists that know nothing of matters name one by its id: to whose it is, it leads on to its number.
                let named = typed.parse::<MatterId>().ok();
                let id = match named {
                    Some(id) => id,
                    None => track::find(&mut tx, &typed).await?.ok_or(Stop::Missing)?,
                };
                let held = Held::load(&mut tx, id).await?;
                if held.matter.is_own(Some(me)) {
                    behalf::gate(&mut tx, &actor, &held).await?;
                    if named.is_some() {
                        return Ok(Err(format!("/help/{}", in_groups(&held.code))));
                    }
                    return Ok(Ok(Box::new(look(&mut tx, (&actor, me), at, held).await?)));
                }
                // What somebody follows, or had followed for them, is public: its page is that of everybody.
                if named.is_some() && held.matter.followers.contains(&me) {
                    return Ok(Err(format!("/t/{}", in_groups(&held.code))));
                }
                if named.is_some() {
                    return Err(Stop::Missing);
                }
                let city = tx.city();
                let is_work = access::see_at_work(&actor, kind_of(&city, &held.matter.kind)?, &held.matter).is_ok();
                Ok(Err(format!("/{}/{}", if is_work { "desk" } else { "t" }, in_groups(&held.code))))
            })
        })
        .await?;
    Ok(match found {
        Ok(mut seen) => {
            if seen.held.key_person().is_some_and(|of| who.actor().person != Some(of)) {
                let (values, notes) = read_of_another(app, who, &seen.held).await?;
                seen.values.extend(values);
                seen.notes = notes;
            }
            Ok(*seen)
        }
        Err(elsewhere) => Err(who.visit.see(&elsewhere)),
    })
}

/// What is sealed under the key of somebody else, for whom one asked. That person sees the reading.
async fn read_of_another(app: &App, who: &Who, held: &Held) -> Result<(Values, Notes), Stop> {
    app.act(who.actor(), held.clone(), |mut tx, actor, at, held| {
        Box::pin(async move {
            // Who asked in their own name reads back what they wrote; who holds a mandate does the other's business.
            let purpose = if behalf::other(&actor).is_some() { "own" } else { "asked" };
            let values = actions::read_protected(&mut tx, &actor, at, &held, purpose).await?;
            Ok((values, notes::read(&mut tx, &actor, at, &held, purpose).await?))
        })
    })
    .await
}

async fn look(tx: &mut Tx<'_>, (who, me): (&Actor, PersonId), at: Moment, held: Held) -> Result<Seen, Stop> {
    let id = held.id();
    let row = store::row(tx, id).await?.ok_or(Stop::Missing)?;
    let unit = match held.matter.organisation {
        Some(unit) => people::store::organisation(tx, unit).await?.map(|o| o.name),
        None => None,
    };
    let (coming, codes) = coming::of_matter(tx, who, at, id).await?;
    let events = audit::timeline(tx, id).await?;
    let names = told::names(tx, &events).await?;
    let photos = photos::of_matter(tx, id).await?;
    let photos = photos.iter().filter(|photo| photo.shown_to(me).is_some()).map(PhotoRow::id).collect();
    let (mut values, mut notes) = (held.fields.clone(), Notes::new());
    if held.key_person().is_none_or(|of| who.person == Some(of)) {
        values.extend(actions::read_protected(tx, who, at, &held, "own").await?);
        notes = notes::read(tx, who, at, &held, "own").await?;
    }
    let hours = service::confirming::offered(tx, who, at, id).await?;
    // Several villages have one name: one's own history says which was meant.
    let place = picker::full_name_at(tx, path::up_to(&held.matter.place_path, Level::Village)).await?;
    let handler = row.handler_name;
    let merged = merged::into(tx, who, &held).await?;
    Ok(Seen { merged, place, handler, held, unit, coming, codes, events, names, photos, values, notes, hours })
}

pub async fn show(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    match open(&app, &who, &code).await? {
        Ok(seen) => draw(&app, &who, seen, Form::empty(), Errors::new()),
        Err(elsewhere) => Ok(elsewhere),
    }
}

fn draw(app: &App, who: &Who, seen: Seen, form: Form, errors: Errors) -> Result<Response, Failure> {
    let me = who.actor().stands_for().ok_or(Stop::SignIn)?;
    let city = app.city();
    let (held, matter) = (&seen.held, &seen.held.matter);
    let kind = kind_of(&city, &matter.kind)?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = who.page().back_to("/me");
    let what = what(&page, kind, matter.type_key.as_deref().unwrap_or_default());
    let code = code_with_letter(kind, &held.code);
    let title = page.t2("home-matter-title", "what", what.as_str(), "code", code.as_str());
    let page = page.with_title(title).with_errors(errors);
    let outcome = matter.closing.as_ref().map(|c| c.outcome.as_str());
    let (state, tone) = state(&page, kind, &matter.step, outcome);
    let path = format!("/help/{}", in_groups(&held.code));
    let is_nobodys = seen.handler.is_none() && seen.unit.is_none() && seen.coming.is_empty() && !matter.is_closed();
    // Somebody has been there, and whose matter it is is asked about it: the place answers for it.
    let was_served = matter.at(kind).is_some_and(|s| s.act == Act::Confirm);
    let answered = seen.events.iter().rfind(|event| event.verb == "matters.answered");
    let is_sought = matter.at(kind).is_some_and(|s| s.act == Act::Dispatch) && seen.coming.is_empty();
    let scale = |level: u8| Choice::new(level.to_string(), page.t(&format!("home-satisfied-{level}")));
    let drawn = MatterPage {
        state,
        tone,
        due: matter.promised().map(jiff::Timestamp::as_millisecond),
        next_word_at: matter.next_word_at.filter(|_| !matter.is_closed()).map(jiff::Timestamp::as_millisecond),
        is_nobodys: is_nobodys && !was_served,
        given_back: is_sought && answered.is_some_and(|event| told::is_given_back(kind, event)),
        who: match is_nobodys && was_served {
            true => vec![seen.place.clone()],
            false => seen.handler.clone().into_iter().chain(seen.unit.clone()).collect(),
        },
        merged: seen.merged,
        ahead: ahead(&page, kind, matter),
        history: told::history(&page, kind, &seen.events, (&seen.names, &seen.notes), (me, matter.raised_by)),
        photos: seen.photos.iter().map(|id| format!("{path}/photos/{id}")).collect(),
        hours: seen.hours.into_iter().map(|row| hours(&page, row)).collect(),
        rows: rows(&page, kind, &seen.values),
        told_by_other: matter.raised_by != Some(me),
        private: matter.private,
        may: may(app, kind, matter, who)?,
        solved: Solved::ALL.map(|s| Choice::new(s.key(), page.t(&format!("home-solved-{}", s.key())))).into(),
        satisfied: (1..=5).rev().map(scale).collect(),
        coming: seen.coming,
        codes: seen.codes,
        place: seen.place,
        code,
        path,
        what,
        form,
        page,
    };
    Ok(html(status, &drawn))
}

fn hours(page: &Page, row: RecordRow) -> Hours {
    Hours {
        id: row.id().to_string(),
        window: dispatch::window(page, row.started_at, row.ended_at),
        volunteer: row.person_name,
        minutes: row.minutes,
        content: row.content,
    }
}

/// What the person said when they raised it, for reading again.
fn rows(page: &Page, kind: &Kind, values: &Values) -> Vec<(String, String)> {
    let is_text = |f: &&rules::matters::kind::Field| f.type_ != rules::matters::kind::FieldType::Photos;
    let fields = kind.fields.iter().filter(is_text);
    fields.filter_map(|f| Some((say(page, &f.label), read_back(page, f, values.get(&f.key)?)))).collect()
}

/// What comes next, each with the time that is promised: the way it usually goes from here.
fn ahead(page: &Page, kind: &Kind, matter: &Matter) -> Vec<Ahead> {
    let by = |by: By| match by {
        By::Step(due) => ahead_by(page, "home-matter-step-by", due),
        By::Whole(due) => ahead_by(page, "home-matter-by", due),
    };
    let steps = rules::matters::ahead::ahead(kind, matter).into_iter().enumerate();
    steps.map(|(n, one)| Ahead { title: say(page, &one.step.name), by: one.by.map(by), is_now: n == 0 }).collect()
}

fn ahead_by(page: &Page, key: &str, due: jiff::Timestamp) -> String {
    page.t1(key, "when", page.when(due.as_millisecond()))
}

fn may(app: &App, kind: &Kind, matter: &Matter, who: &Who) -> Result<May, Failure> {
    let closed = matter.is_closed();
    let outcome = matter.closing.as_ref().and_then(|c| kind.outcome(&c.outcome)).map(|o| o.counts_as);
    let is_over = matches!(outcome, Some(CountsAs::NoLongerNeeded | CountsAs::Duplicate));
    let city = app.city();
    let at = app.now();
    let ctx = crate::matters::context(&city, kind, who.actor(), at);
    let until = rules::matters::workflow::reopen_until(&ctx, matter).map_err(Stop::from)?;
    let in_time = until.is_none_or(|end| at.recorded <= end);
    let confirms = matter.at(kind).is_some_and(|s| s.act == Act::Confirm);
    Ok(May {
        withdraw: !closed,
        note: !closed,
        rate: confirms || (closed && !is_over && matter.rating.is_none()),
        reopen: closed && !is_over && kind.reopening.is_some() && in_time,
        add_photo: !closed && kind.takes_photos(),
    })
}

/// Runs a verb on the matter of a code and comes back to its page; a refusal is shown there with what was typed.
async fn change<I, F>(
    app: &App,
    who: &Who,
    code: &str,
    form: &Form,
    (input, flash): (I, &'static str),
    f: F,
) -> Result<Response, Failure>
where
    I: Clone + Send + Sync + 'static,
    F: for<'x, 't> Fn(&'x mut Tx<'t>, &'x Actor, Moment, MatterId, I) -> db::BoxFuture<'x, Result<(), Stop>>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let to = format!("/help/{code}");
    let whole = (code.to_owned(), to, input, f);
    let done = submit(app, who, form, whole, move |tx, who, at, (code, to, input, f)| {
        Box::pin(async move {
            let id = track::find(tx, &code).await?.ok_or(Stop::Missing)?;
            f(tx, who, at, id, input).await?;
            Ok(go_with(to, flash))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => refused(app, who, code, form, &refusal).await,
    }
}

async fn refused(app: &App, who: &Who, code: &str, form: &Form, refusal: &Refusal) -> Result<Response, Failure> {
    redrawn(app, who, code, form, refusal_errors(&who.page(), refusal)).await
}

async fn redrawn(app: &App, who: &Who, code: &str, form: &Form, errors: Errors) -> Result<Response, Failure> {
    match open(app, who, code).await? {
        Ok(seen) => draw(app, who, seen, form.clone(), errors),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// 「补充说明」, with photos if need be.
pub async fn note(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let me = who.actor().stands_for().ok_or(Stop::SignIn)?;
    let taken = match exchange::photos::uploads(&app, me.cell, app.now(), &form, "photos").await {
        Err(Stop::Refused(refusal)) => return refused(&app, &who, &code, &form, &refusal).await,
        taken => taken?,
    };
    let input = (form.text("text").to_owned(), taken);
    change(&app, &who, &code, &form, (input, "home-noted"), |tx, who, at, id, (text, taken)| {
        Box::pin(async move {
            let held = actions::note(tx, who, at, id, (&text, false)).await?;
            for photo in &taken {
                photos::add(tx, who, at, &held, photo).await?;
            }
            Ok(())
        })
    })
    .await
}

#[derive(Template)]
#[template(path = "home/withdraw.html")]
struct WithdrawPage {
    page: Page,
    /// Why it cannot be taken back here.
    refusal: Option<String>,
    path: String,
    what: String,
}

/// Asks once more before something is taken back.
pub async fn ask_withdraw(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    let seen = match open(&app, &who, &code).await? {
        Ok(seen) => seen,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let city = app.city();
    let kind = kind_of(&city, &seen.held.matter.kind)?;
    let path = format!("/help/{}", in_groups(&seen.held.code));
    let page = who.page().titled("home-withdraw-title").back_to(path.clone());
    let what = what(&page, kind, seen.held.matter.type_key.as_deref().unwrap_or_default());
    let refused = rules::matters::workflow::withdrawn_as(kind, &seen.held.matter).err();
    let refusal = refused.map(|refusal| refusal_words(&page, &refusal));
    Ok(html(StatusCode::OK, &WithdrawPage { refusal, what, path, page }))
}

pub async fn withdraw(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = Some(form.text("reason").to_owned()).filter(|r| !r.is_empty());
    change(&app, &who, &code, &form, (reason, "home-withdrawn"), |tx, who, at, id, reason| {
        Box::pin(async move { actions::withdraw(tx, who, at, id, reason).await.map(|_| ()) })
    })
    .await
}

/// 解决了吗？满意吗？
pub async fn rate(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let (solved, satisfaction) = (Solved::from_key(form.text("solved")), form.text("satisfaction").parse::<u8>().ok());
    let (Some(solved), Some(satisfaction)) = (solved, satisfaction) else {
        let page = who.page();
        let mut errors = Errors::new();
        let asked = [
            ("solved", "home-rate-solved", solved.is_none()),
            ("satisfaction", "home-rate-satisfied", satisfaction.is_none()),
        ];
        for (field, label, _) in asked.iter().filter(|(.., is_open)| *is_open) {
            let label = page.t(label);
            errors.add(*field, page.t2("refusal-field-choose", "label", label.as_str(), "label_en", label.as_str()));
        }
        return redrawn(&app, &who, &code, &form, errors).await;
    };
    let words = Some(form.text("words").to_owned()).filter(|w| !w.is_empty());
    let rated = Rated { solved, satisfaction, words };
    change(&app, &who, &code, &form, (rated, "home-rated"), |tx, who, at, id, rated| {
        Box::pin(async move { service::actions::rate(tx, who, at, id, &rated).await.map(|_| ()) })
    })
    .await
}

/// 「时间对」: the person served says that a volunteer's record is right, and its hours count.
pub async fn confirm(
    State(app): State<App>,
    who: Who,
    Path((code, record)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let record: RecordId = record.parse().map_err(|_| Failure::not_found())?;
    change(&app, &who, &code, &form, (record, "home-hours-confirmed"), |tx, who, at, id, record| {
        Box::pin(async move {
            let row = service::records::record(tx, record).await?.filter(|row| row.matter() == Some(id));
            row.ok_or(Stop::Missing)?;
            service::confirming::confirm(tx, who, at, record).await.map(|_| ())
        })
    })
    .await
}

/// 「我不满意」: opens a closed matter again.
pub async fn reopen(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = form.text("reason").to_owned();
    change(&app, &who, &code, &form, (reason, "home-reopened"), |tx, who, at, id, reason| {
        Box::pin(async move { actions::reopen(tx, who, at, id, &reason).await.map(|_| ()) })
    })
    .await
}

/// A photo of one's own matter: one's own as it is, those of others once somebody has looked for faces and plates.
pub async fn photo(
    State(app): State<App>,
    who: Who,
    Path((code, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let id: FileId = id.parse().map_err(|_| Failure::not_found())?;
    let file = app
        .read(move |mut tx| {
            Box::pin(async move {
                let matter = track::find(&mut tx, &code).await?.ok_or(Stop::Missing)?;
                photos::shown(&mut tx, &actor, matter, id).await
            })
        })
        .await?;
    Ok(exchange::photos::answer(&app, file).await?)
}
