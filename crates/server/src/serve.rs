//! `helin serve`: the site, the job worker, and an orderly end.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use app::city::Settings;
use app::core::Dice;
use app::jobs::notify::{Notifier, Outbox};
use app::{App, jobs, web};
use axum::Router;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use clap::Args;
use db::Db;
use jiff::tz::{Offset, TimeZone};
use rules::shared::phone;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::calendar;
use crate::ground::{self, Ground, Outside, Reached, SystemClock};
use crate::metrics::{self, Metrics};
use crate::notify::{Nobody, Webhook};
use crate::operations;

/// How long requests under way may take once the program was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    ground: Ground,
    /// The address to listen on.
    // Read later, so that it is told with all else that is wrong.
    #[arg(long, env = "HELIN_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
    #[command(flatten)]
    city: CityArgs,
    #[command(flatten)]
    notify: NotifyArgs,
    /// A proxy of ours stands in front and its X-Forwarded-For can be believed.
    #[arg(long, env = "HELIN_BEHIND_PROXY")]
    behind_proxy: bool,
}

/// What the city calls itself.
#[derive(Args)]
pub struct CityArgs {
    /// The code of the city or county this installation is for.
    #[arg(long, env = "HELIN_ROOT_CODE", default_value = "3717")]
    pub root_code: String,
    /// Who runs it: the personal-information handler on every page and form.
    #[arg(long, env = "HELIN_RUNNER")]
    runner: Option<String>,
    /// The telephone number that people can ring.
    #[arg(long, env = "HELIN_HOTLINE")]
    hotline: Option<String>,
    /// The address by which people reach it, for QR codes: https://helin.example.gov.cn
    #[arg(long, env = "HELIN_BASE_URL")]
    base_url: Option<String>,
}

#[derive(Args)]
struct NotifyArgs {
    /// Where messages to people are posted: a webhook before the SMS gateway.
    #[arg(long, env = "HELIN_NOTIFY_URL", hide_env_values = true)]
    notify_url: Option<String>,
    /// The key that signs them.
    #[arg(long, env = "HELIN_NOTIFY_KEY", hide_env_values = true, requires = "notify_url")]
    notify_key: Option<String>,
}

impl CityArgs {
    /// The settings of a city in service; none of its names is guessed. What cannot be used goes to `wrong`, each with what to
    /// write.
    fn settings(&self, wrong: &mut Vec<String>) -> Settings {
        let mut said = |value: &Option<String>, option: &str, what: &str| {
            let value = value.as_deref().unwrap_or_default().trim().to_owned();
            if value.is_empty() {
                let variable = format!("HELIN_{}", option.to_uppercase().replace('-', "_"));
                wrong.push(format!("--{option} ({variable}) says nothing: {what}"));
            }
            value
        };
        let runner =
            said(&self.runner, "runner", "who runs this city, as 某某县社会工作部; it stands on top of every page");
        let hotline = said(&self.hotline, "hotline", "the telephone that people ring, as 0530-12345");
        let base_url =
            said(&self.base_url, "base-url", "the address by which people reach it, as https://helin.example.gov.cn");
        if !hotline.is_empty() && !phone::rings(&hotline) {
            wrong.push(format!(
                "{hotline:?} is no telephone for --hotline (HELIN_HOTLINE): write one number that people can ring, as \
                 0530-12345, 12345 or 0530-5551234"
            ));
        }
        let base_url = if base_url.is_empty() { Ok(base_url) } else { base(&base_url) };
        let base_url = base_url.map_err(|error| wrong.push(error.to_string())).unwrap_or_default();
        wrong.extend(ground::root_code(&self.root_code).err().map(|error| error.to_string()));
        Settings {
            root_code: self.root_code.clone(),
            runner,
            hotline,
            zone: TimeZone::fixed(Offset::constant(8)),
            demo: false,
            base_url,
            // The file beside the data says.
            dispatch: rules::dispatch::DispatchSettings::default(),
            anomalies: rules::service::anomaly::AnomalyRules::default(),
            national: rules::service::national::NationalColumns::default(),
            sign_in: rules::people::second_step::SignInRules::default(),
            messages: app::jobs::Messages::default(),
        }
    }
}

/// An address on the web, whole.
fn web_address(text: &str) -> Option<Uri> {
    text.parse::<Uri>().ok().filter(|uri| matches!(uri.scheme_str(), Some("https" | "http")) && uri.host().is_some())
}

/// The address by which people reach the site, without the stroke at its end.
fn base(text: &str) -> Result<String> {
    let uri = web_address(text).filter(|uri| matches!(uri.path(), "" | "/"));
    let uri = uri.filter(|uri| uri.query().is_none()).with_context(|| {
        format!(
            "{text:?} is no address for --base-url (HELIN_BASE_URL): write it whole and without a path, as \
             https://helin.example.gov.cn"
        )
    })?;
    Ok(uri.to_string().trim_end_matches('/').to_owned())
}

/// A city is served whose own place is there: many pages begin at it. What is wrong with its code, where there are places at
/// all.
async fn unrooted(db: &Db, code: &str) -> Result<Option<String>> {
    #[derive(Deserialize)]
    struct Top {
        code: String,
        name: String,
    }
    let here = code.to_owned();
    let found: Result<(i64, Vec<Top>), db::Error> = db
        .read(move |tx| {
            Box::pin(async move {
                let sql = "SELECT COUNT(*) FROM places_places WHERE code = $1 AND valid_to IS NULL";
                let here = tx.scalar_i64(sql, db::args![here]).await?;
                let sql =
                    "SELECT code, name FROM places_places WHERE parent_id IS NULL AND valid_to IS NULL ORDER BY code";
                Ok((here, tx.all(sql, db::args![]).await?))
            })
        })
        .await;
    let (here, tops) = found?;
    let tops: Vec<String> = tops.iter().map(|place| format!("{} {}", place.code, place.name)).collect();
    Ok((here == 0 && !tops.is_empty()).then(|| {
        format!(
            "there is no place {code}: --root-code (HELIN_ROOT_CODE) is the code of the city or county, here {}",
            tops.join(", ")
        )
    }))
}

/// The address to listen on. What cannot be used goes to `wrong`, with what to write.
fn address(text: &str, wrong: &mut Vec<String>) -> SocketAddr {
    text.parse().unwrap_or_else(|_| {
        wrong.push(format!(
            "{text:?} is no address for --listen (HELIN_LISTEN): write address and port, as 127.0.0.1:8080 or 0.0.0.0:80"
        ));
        SocketAddr::from(([127, 0, 0, 1], 0))
    })
}

/// A city is served whose matters can all be read: nobody could open one whose kind is gone, nor answer it.
async fn readable(app: &App) -> Result<()> {
    let unreadable = ground::unreadable(&app.db, app.city().kinds.clone()).await?;
    ensure!(unreadable.is_empty(), "{}", unreadable.join("\n"));
    Ok(())
}

impl NotifyArgs {
    /// The way to people. What cannot be used goes to `wrong`, each with what to write.
    fn notifier(&self, wrong: &mut Vec<String>) -> Box<dyn Notifier> {
        let (url, key) = (self.notify_url.as_deref(), self.notify_key.as_deref());
        if url.is_some_and(|url| web_address(url).is_none()) {
            // It is not said again: it may carry a secret.
            wrong.push(
                "--notify-url (HELIN_NOTIFY_URL) is no address: write it whole, as https://sms.example.gov.cn/helin"
                    .into(),
            );
        }
        if url.is_some() && key.is_none_or(|key| key.trim().is_empty()) {
            wrong.push(
                "--notify-key (HELIN_NOTIFY_KEY) says nothing: the gateway must be able to tell our messages from others'; \
                 write what `openssl rand -hex 32` prints, there and here"
                    .into(),
            );
        }
        match (url, key) {
            (Some(url), Some(key)) => Box::new(Webhook::new(url, key)),
            _ => {
                if url.is_none() {
                    tracing::warn!("HELIN_NOTIFY_URL is not set: no sign-in code and no other message reaches anyone");
                }
                Box::new(Nobody)
            }
        }
    }
}

impl Serve {
    /// `log`: what is wrong with what is to be logged.
    pub async fn run(self, log: Option<String>) -> Result<ExitCode> {
        let db = self.ground.open_current().await?;
        // A demo stays a demo, whoever serves it: its people are invented and every page says so.
        let demo = sim::is_demo(&db).await?;
        let mut wrong: Vec<String> = log.into_iter().collect();
        let address = address(&self.listen, &mut wrong);
        let (settings, notifier): (Settings, Box<dyn Notifier>) = match demo {
            true => (Settings::demo(&format!("http://{address}")), Box::new(Outbox)),
            false => (self.city.settings(&mut wrong), self.notify.notifier(&mut wrong)),
        };
        // A code that cannot be one is told already.
        if ground::root_code(&settings.root_code).is_ok() {
            wrong.extend(unrooted(&db, &settings.root_code).await?);
        }
        ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        let reached = Reached { secure: settings.base_url.starts_with("https://"), behind_proxy: self.behind_proxy };
        let outside = Outside { clock: Box::new(SystemClock), dice: Dice::system(), notifier };
        let app = ground::app(&self.ground, db, settings, reached, outside).await?;
        if app.city().cells.is_empty() {
            bail!("this database has no places yet: run `helin import --divisions FILE --workdays FILE` first");
        }
        readable(&app).await?;
        for stray in self.ground.strays()? {
            tracing::warn!("{stray}");
        }
        if let Some(ends) = calendar::ends(&app.city(), app.city().calendar.date(app.now().recorded)).filter(|_| !demo)
        {
            tracing::warn!("{ends}");
        }
        let listener = listen(address).await?;
        serve(app, listener).await
    }
}

pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Serves until SIGTERM or SIGINT; then no connection is taken any more, requests and the job in hand are finished, and
/// the database is closed with everything in its file.
pub async fn serve(app: App, listener: TcpListener) -> Result<ExitCode> {
    let (stop, stopping) = watch::channel(false);
    let worker = tokio::spawn(jobs::work(app.clone(), stopping.clone()));
    let measured = Metrics::default();
    let router = site(&app, &measured);
    tracing::info!(address = %listener.local_addr()?, "serving");
    let mut until = stopping.clone();
    let end = async move { until.wait_for(|stop| *stop).await.map(drop).unwrap_or_default() };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(axum::serve(listener, service).with_graceful_shutdown(end).into_future());
    told_to_stop().await;
    tracing::info!("stopping");
    let _ = stop.send(true);
    match tokio::time::timeout(LAST_REQUESTS, server).await {
        Ok(served) => served??,
        Err(_) => tracing::warn!("requests were still under way after {LAST_REQUESTS:?}"),
    }
    worker.await?;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

fn site(app: &App, measured: &Metrics) -> Router {
    let around = |routes: Router| routes.layer(from_fn_with_state(measured.clone(), metrics::measure));
    operations::routes(app.clone(), measured.clone()).merge(web::site_around(app, around))
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Without a handler the signal itself ends the process; SIGINT can still be waited for.
        return tokio::signal::ctrl_c().await.unwrap_or_default();
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use db::db_test;
    use tower::ServiceExt;

    use super::*;
    use crate::ground::{Outside, Reached};

    const PHONE: &str = "13970707071";
    const WORDS: &str = "%E9%87%91%E4%B8%9D%E9%9B%80";

    #[test]
    fn the_public_address_is_whole() {
        for (text, read) in [
            ("https://helin.example.gov.cn", Some("https://helin.example.gov.cn")),
            ("https://helin.example.gov.cn/", Some("https://helin.example.gov.cn")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("helin.example", None),
            ("ftp://helin.example", None),
            ("https://", None),
            ("https://helin.example/site", None),
            ("https://helin.example/?a=b", None),
            ("", None),
        ] {
            let found = base(text);
            assert_eq!(found.as_deref().ok(), read, "{text}");
            if let Err(error) = found {
                assert!(error.to_string().contains("HELIN_BASE_URL"), "{error}");
            }
        }
    }

    /// What a line of the command is refused for.
    fn wrong(line: &[&str]) -> Vec<String> {
        use clap::Parser as _;
        let typed = ["helin", "serve"].into_iter().chain(line.iter().copied());
        let crate::Command::Serve(serve) = crate::Cli::try_parse_from(typed).expect("a line").command else {
            panic!("serve")
        };
        let mut wrong = Vec::new();
        address(&serve.listen, &mut wrong);
        serve.city.settings(&mut wrong);
        serve.notify.notifier(&mut wrong);
        wrong
    }

    #[test]
    fn settings_that_say_nothing_are_refused_all_at_once() {
        let good =
            ["--runner", "某某县社会工作部", "--hotline", "0530-12345", "--base-url", "https://helin.example.gov.cn"];
        assert_eq!(wrong(&good), Vec::<String>::new());
        let with = |more: &[&'static str]| wrong(&[&good[..], more].concat());
        assert_eq!(with(&["--notify-url", "http://127.0.0.1:9/sms", "--notify-key", "k"]), Vec::<String>::new());
        let cases: [(&[&str], &[&str]); 9] = [
            (
                &["--listen", "7191", "--runner", "", "--hotline", "12345", "--base-url", "https://a.cn"],
                &["\"7191\" is no address for --listen (HELIN_LISTEN)", "--runner"],
            ),
            (&[], &["--runner (HELIN_RUNNER)", "--hotline (HELIN_HOTLINE)", "--base-url (HELIN_BASE_URL)"]),
            (
                &["--runner", "  ", "--hotline", "", "--base-url", "x", "--root-code", "371702001"],
                &["--runner", "--hotline", "\"x\" is no address for --base-url", "371702001"],
            ),
            (&["--runner", "县", "--hotline", "abc", "--base-url", "https://a.cn"], &["\"abc\" is no telephone"]),
            (&["--runner", "县", "--hotline", "119", "--base-url", "https://a.cn"], &["\"119\" is no telephone"]),
            (
                &["--runner", "县", "--hotline", "12345", "--base-url", "https://a.cn", "--root-code", ""],
                &["--root-code"],
            ),
            (
                &["--runner", "县", "--hotline", "12345", "--base-url", "https://a.cn", "--root-code", "37"],
                &["--root-code"],
            ),
            (
                &["--runner", "县", "--hotline", "12345", "--base-url", "https://a.cn", "--notify-url", "notaurl"],
                &["--notify-url", "--notify-key"],
            ),
            (
                &["--runner", "", "--hotline", "1", "--notify-url", "ftp://a", "--notify-key", ""],
                &["--runner", "--base-url", "\"1\" is no telephone", "--notify-url", "--notify-key"],
            ),
        ];
        for (line, expected) in cases {
            let found = wrong(line);
            assert_eq!(found.len(), expected.len(), "{line:?}: {found:#?}");
            for (said, expected) in found.iter().zip(expected) {
                assert!(said.contains(expected), "{line:?}: {expected} in {found:#?}");
            }
        }
    }

    db_test!(a_city_is_served_whose_own_place_is_there, app::migrations::STEPS, |db| async move {
        crate::tests::city(db.clone(), 3).await;
        for (root_code, good) in [("3717", true), ("371799", false), ("9999", false), ("", false)] {
            let found = unrooted(&db, root_code).await.expect("the places are read");
            assert_eq!(found.is_none(), good, "{root_code}: {found:?}");
            assert!(good || found.is_some_and(|said| said.contains("here 3717 菏泽市")), "{root_code}");
        }
    });

    db_test!(what_watches_the_program_hears_nothing_of_who_asks, app::migrations::STEPS, |db| async move {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        let outside = Outside { clock: Box::new(SystemClock), dice: Dice::system(), notifier: Box::new(Outbox) };
        let settings = Settings::demo("http://helin.test");
        let app = ground::app(&ground, db, settings, Reached::default(), outside).await.expect("an app");
        let site = site(&app, &Metrics::default());
        let ask = async |method: &str, address: &str, body: &str| {
            let request = Request::builder().method(method).uri(address).header("host", "helin.test");
            let request = request.header("content-type", "application/x-www-form-urlencoded").header("cookie", PHONE);
            let answered = site.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
            let text = to_bytes(answered.into_body(), usize::MAX).await.unwrap();
            String::from_utf8_lossy(&text).into_owned()
        };
        for address in [format!("/{PHONE}"), format!("/t/{PHONE}?q={WORDS}"), format!("/people/{WORDS}?q={PHONE}")] {
            for method in ["GET", "POST", "PUT", PHONE] {
                ask(method, &address, &format!("phone={PHONE}")).await;
            }
        }
        ask("POST", "/login", &format!("phone={PHONE}")).await;
        let measured = ask("GET", "/metrics", "").await;
        assert!(measured.contains("route=\"/t/{code}\""), "what was asked is counted: {measured}");
        for watched in [measured, ask("GET", "/healthz", "").await, ask("GET", "/readyz", "").await] {
            for said in [PHONE, WORDS, "金丝雀"] {
                assert!(!watched.contains(said), "{said} in {watched}");
            }
        }
    });
}
