//! What is logged names nobody and repeats nothing, whatever is asked.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use db::db_test;
use rules::shared::Actor;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::subscriber::Interest;

use super::planted::{PHONE, STORY, planted};
use super::watch::Needle;

/// Hears every line that is logged while somebody listens, by whatever thread: one writes for all on an embedded database.
struct Log;

static LISTENERS: AtomicUsize = AtomicUsize::new(0);
static EARS: Mutex<Vec<Ear>> = Mutex::new(Vec::new());

/// What one test listens for, and the lines that had it.
struct Ear {
    id: usize,
    wanted: Vec<Needle>,
    heard: Vec<String>,
}

fn ears() -> MutexGuard<'static, Vec<Ear>> {
    EARS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens until it is asked what it heard.
pub struct Listener(usize);

/// Listens to the log of this process for lines that have one of these.
pub fn listen_for(needles: &[Needle]) -> Listener {
    static ONCE: Once = Once::new();
    static IDS: AtomicUsize = AtomicUsize::new(0);
    ONCE.call_once(|| tracing::subscriber::set_global_default(Log).expect("nobody else keeps the log of the tests"));
    let id = IDS.fetch_add(1, Ordering::Relaxed);
    ears().push(Ear { id, wanted: needles.to_vec(), heard: Vec::new() });
    LISTENERS.fetch_add(1, Ordering::Relaxed);
    Listener(id)
}

impl Listener {
    /// The lines that were heard. Others are listened to no more.
    pub fn lines(self) -> Vec<String> {
        LISTENERS.fetch_sub(1, Ordering::Relaxed);
        let mut ears = ears();
        let at = ears.iter().position(|ear| ear.id == self.0).expect("an ear");
        ears.swap_remove(at).heard
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

fn hear(line: &Line) {
    for ear in ears().iter_mut() {
        if ear.wanted.iter().any(|needle| needle.is_in(&line.0)) {
            ear.heard.push(line.0.clone());
        }
    }
}

impl tracing::Subscriber for Log {
    fn register_callsite(&self, _: &'static tracing::Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        LISTENERS.load(Ordering::Relaxed) > 0
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut line = Line(String::new());
        attributes.record(&mut line);
        hear(&line);
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        hear(&line);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        hear(&line);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

db_test!(no_line_of_the_log_names_a_person_or_repeats_an_address, app::migrations::STEPS, |db| async move {
    let planted = planted(db).await;
    let (lived, owner) = (&planted.lived, planted.client());
    let id = lived.matters[0]["id"].as_str().unwrap().to_owned();
    let named = Needle::new("matter", &id);
    let caught = listen_for(&[&planted.needles[..], &[named]].concat());
    // Of this engine alone: both runs of this test are heard by one log.
    let written = format!("written by {}", lived.world.person("wang"));
    let [route, written_by] = [Needle::new("route", "route=\"/api/v1/matters/{id}\""), Needle::new("writer", &written)];
    let heard = listen_for(&[route.clone(), written_by.clone()]);
    owner.get(&format!("/api/v1/matters/{id}?protected=true")).await.expect(200);
    let visitor = lived.world.visitor();
    for address in [
        format!("/api/v1/places?q={PHONE}"),
        format!("/report?place={PHONE}"),
        format!("/report/{PHONE}"),
        format!("/{PHONE}/nowhere"),
        format!("/t?code={PHONE}"),
    ] {
        visitor.get(&address).await;
    }
    visitor.raw(PHONE, "/t", "text/plain", PHONE).await;
    let refused = json!({ "kind": "need", "place": "371722003003", "fields": { "category": PHONE, "what": STORY } });
    owner.post("/api/v1/matters", refused).await.expect(422);
    let system = Actor::system();
    let wrote = lived.world.app.act(&system, written, |_, _, _, written| {
        Box::pin(async move {
            tracing::info!(written);
            Ok(())
        })
    });
    wrote.await.expect("a line of whoever writes");
    let heard = heard.lines().join("\n");
    for said in [route, written_by] {
        assert!(said.is_in(&heard), "requests are logged by their route, and who writes is heard: {heard}");
    }
    assert_eq!(caught.lines(), Vec::<String>::new());
});
