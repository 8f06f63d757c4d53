//! How somebody gets in, for an administrator: their account, devices and tokens. What is secret is shown once, on the page
//! that answers the form, and kept nowhere.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Choice, Failure, Form, Page, html};
use rules::people::access::{IssueToken, PersonSubject, ResetPassword, on_person};
use rules::people::account::may_open;
use rules::people::password as rule;
use rules::shared::ids::PersonId;
use rules::shared::{Refusal, TokenScope};

use crate::identity::second::actions::{self as second, Standing};
use crate::identity::store::{self, PasswordRow, SessionRow, TokenRow};
use crate::identity::tokens::{self, Wanted};
use crate::identity::{passwords, secrets};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop, people};

/// For how many days a token may be issued; the empty one stands for "until it is ended".
const DAYS: [u16; 4] = [7, 30, 90, 365];

/// What was just made and is shown this once.
enum Fresh {
    Password { account: String, password: String },
    Token(String),
}

#[derive(Template)]
#[template(path = "identity/access.html")]
struct AccessPage {
    page: Page,
    form: Form,
    person: PersonId,
    account: Option<PasswordRow>,
    is_locked: bool,
    second: Standing,
    /// Nobody takes their own away.
    is_self: bool,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    scopes: Vec<Choice>,
    terms: Vec<Choice>,
    fresh: Option<Fresh>,
    /// They have a role that whoever looks could not give: nothing is opened here.
    is_wider: bool,
    /// Of staff, whose telephone is changed here.
    has_role: bool,
}

/// Everything that can be given, the narrowest first.
fn scopes(page: &Page) -> Vec<Choice> {
    let of = |scope: String| {
        let (capability, way) = scope.split_once(':')?;
        let name = page.t(&format!("token-scope-{capability}"));
        let key = if way == "read" { "token-scope-reads" } else { "token-scope-writes" };
        Some(Choice::new(&scope, page.t1(key, "what", name.as_str())))
    };
    let mut scopes = vec![Choice::new("read", page.t("token-scope-read"))];
    scopes.extend(tokens::scopes().into_iter().filter_map(of));
    scopes.push(Choice::new("*", page.t("token-scope-all")));
    scopes
}

async fn draw(
    app: &App,
    who: &Who,
    person: PersonId,
    sent: Option<(Form, Refusal)>,
    fresh: Option<Fresh>,
) -> Result<Response, Failure> {
    let (actor, now) = (who.actor().clone(), app.now());
    let (row, account, second, sessions, tokens, theirs) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = people::store::person(&mut tx, person).await?.ok_or(Stop::Missing)?;
                let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
                // One page for both verbs: who may neither issue nor reset does not see that there is one.
                on_person::<IssueToken>(&actor, &subject).map_err(|_| Stop::Missing)?;
                on_person::<ResetPassword>(&actor, &subject).map_err(|_| Stop::Missing)?;
                let account = passwords::account_of(&mut tx, &actor, person).await?;
                let second = second::standing(&mut tx, &actor, now, person).await?;
                let sessions = store::sessions_of(&mut tx, person, now.recorded.as_millisecond()).await?;
                let tokens = tokens::of(&mut tx, &actor, person, now.recorded).await?;
                let theirs = people::store::memberships_from(&mut tx, person, now).await?;
                Ok((row, account, second, sessions, tokens, theirs))
            })
        })
        .await?;
    let page = who.page();
    let title = page.t1("access-title", "name", row.name.as_str());
    let page = page.with_title(title).back_to(format!("/people/{person}"));
    let (status, page) = with_refusal(page, sent.as_ref().map(|(_, refusal)| refusal));
    let form = sent.map_or_else(Form::empty, |(form, _)| form);
    let term = |days: &u16| Choice::new(days.to_string(), page.t1("access-days", "count", days));
    let drawn = AccessPage {
        is_locked: account.as_ref().and_then(|a| a.locked_until).is_some_and(|t| t > now.recorded.as_millisecond()),
        scopes: scopes(&page),
        terms: DAYS.iter().map(term).collect(),
        form,
        person,
        account,
        second,
        is_self: who.actor().person == Some(person),
        sessions,
        tokens,
        fresh,
        is_wider: may_open(who.actor(), &theirs).is_err(),
        has_role: theirs.iter().any(|membership| membership.role.is_of_staff()),
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw(&app, &who, path_id(&id)?, None, None).await
}

/// Opens the account or resets its password.
pub async fn reset(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    let password = rule::invent(app.dice.bytes());
    let input = (person, form.text("account").to_owned(), secrets::hash_password(password.clone()).await?);
    let done = app
        .act(who.actor(), input, |mut tx, who, at, (person, account, hash)| {
            Box::pin(async move { passwords::reset(&mut tx, &who, at, person, &account, &hash).await })
        })
        .await;
    match done {
        Ok(account) => draw(&app, &who, person, None, Some(Fresh::Password { account, password })).await,
        Err(Stop::Refused(refusal)) => draw(&app, &who, person, Some((form, refusal)), None).await,
        Err(stop) => Err(stop.into()),
    }
}

pub async fn issue(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    // What is no number is no term, and is refused like one that is too long.
    let days = Some(form.text("days")).filter(|days| !days.is_empty()).map(|days| days.parse().unwrap_or(0));
    let wanted = Wanted {
        name: form.text("name").to_owned(),
        scopes: form.all("scopes").into_iter().map(|scope| TokenScope(scope.to_owned())).collect(),
        days,
    };
    let done = app
        .act(who.actor(), (person, wanted), |mut tx, who, at, (person, wanted)| {
            Box::pin(async move { tokens::issue(&mut tx, &who, at, person, &wanted).await })
        })
        .await;
    match done {
        Ok((_, secret)) => draw(&app, &who, person, None, Some(Fresh::Token(secret))).await,
        Err(Stop::Refused(refusal)) => draw(&app, &who, person, Some((form, refusal)), None).await,
        Err(stop) => Err(stop.into()),
    }
}

/// Another telephone, whose codes sign in.
pub async fn move_phone(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    let done = submit(&app, &who, &form, (person, form.text("phone").to_owned()), |tx, who, at, (person, phone)| {
        Box::pin(async move {
            people::phones::change(tx, who, at, person, &phone).await?;
            Ok(go_with(format!("/people/{person}/access"), "access-phone-moved"))
        })
    });
    match done.await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, person, Some((form, refusal)), None).await,
    }
}

/// Takes the second step away from somebody who lost what gives codes.
pub async fn reset_second_step(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    let input = (person, form.text("reason").to_owned());
    let done = submit(&app, &who, &form, input, |tx, who, at, (person, reason)| {
        Box::pin(async move {
            second::reset(tx, who, at, person, &reason).await?;
            Ok(go_with(format!("/people/{person}/access"), "second-reset-done"))
        })
    });
    match done.await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, person, Some((form, refusal)), None).await,
    }
}
