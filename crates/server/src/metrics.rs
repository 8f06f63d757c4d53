//! Measurements in Prometheus' text format (0.0.4): requests by matched route, jobs, messages, writes. Routes are
//! patterns (`/matters/{id}`) and nothing else of a request is kept, so no person is in them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use app::App;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

/// Upper bounds of the latency buckets, in seconds. A page has a budget of 0.2 s; beyond 5 s nobody waits.
const BOUNDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];

#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<BTreeMap<Key, Series>>>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Copy, Debug, Default)]
struct Series {
    /// One per bound, each counting only its own stretch.
    buckets: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    fn saw(&self, key: Key, took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let series = all.entry(key).or_default();
        let seconds = took.as_secs_f64();
        if let Some(at) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            series.buckets[at] += 1;
        }
        series.count += 1;
        series.seconds += seconds;
    }

    fn requests(&self) -> String {
        let all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let mut out = String::from(
            "# HELP helin_request_seconds How long requests took.\n# TYPE helin_request_seconds histogram\n",
        );
        for (Key { method, route, status }, series) in &all {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            let mut below = 0;
            for (bound, count) in BOUNDS.iter().zip(series.buckets) {
                below += count;
                let _ = writeln!(out, "helin_request_seconds_bucket{{{labels},le=\"{bound}\"}} {below}");
            }
            let _ = writeln!(out, "helin_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}", series.count);
            let _ = writeln!(out, "helin_request_seconds_sum{{{labels}}} {:.6}", series.seconds);
            let _ = writeln!(out, "helin_request_seconds_count{{{labels}}} {}", series.count);
        }
        out
    }

    /// Everything there is to measure now.
    pub async fn text(&self, app: &App) -> Result<String, app::Stop> {
        let now = app.clock.now().as_millisecond();
        let [waiting, due, failed, messages, given_up] = app
            .read(move |mut tx| {
                Box::pin(async move {
                    let mut counts = [0; 5];
                    for (count, (sql, args)) in counts.iter_mut().zip([
                        ("SELECT COUNT(*) FROM jobs_queue", db::args![]),
                        ("SELECT COUNT(*) FROM jobs_queue WHERE due_at <= $1", db::args![now]),
                        ("SELECT COUNT(*) FROM jobs_queue WHERE last_error IS NOT NULL", db::args![]),
                        ("SELECT COUNT(*) FROM jobs_messages WHERE next_try_at IS NOT NULL", db::args![]),
                        (
                            "SELECT COUNT(*) FROM jobs_messages WHERE sent_at IS NULL AND next_try_at IS NULL",
                            db::args![],
                        ),
                    ]) {
                        *count = tx.scalar_i64(sql, args).await?;
                    }
                    Ok(counts)
                })
            })
            .await?;
        let mut out = self.requests();
        for (name, kind, help, value) in [
            ("helin_jobs_waiting", "gauge", "Jobs in the queue.", waiting),
            ("helin_jobs_due", "gauge", "Jobs that should have run by now.", due),
            ("helin_jobs_failed", "gauge", "Jobs in the queue whose last try failed.", failed),
            (
                "helin_messages_waiting",
                "gauge",
                "Messages that no carrier has taken yet and that are tried again.",
                messages,
            ),
            ("helin_messages_given_up", "gauge", "Messages that no carrier took while they were of use.", given_up),
            ("helin_db_writes_total", "counter", "Write transactions asked for.", app.db.writes().cast_signed()),
        ] {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        }
        Ok(out)
    }
}

/// Measures a request.
#[expect(clippy::disallowed_methods, reason = "durations are measured at the server's edge")]
pub async fn measure(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = kit::log::method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |m| m.as_str().to_owned());
    let response = next.run(request).await;
    metrics.saw(Key { method, route, status: response.status().as_u16() }, start.elapsed());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_add_up_and_no_path_is_shown() {
        let metrics = Metrics::default();
        let key = Key { method: "GET", route: "/matters/{id}".into(), status: 200 };
        for millis in [4, 40, 40, 9000] {
            metrics.saw(key.clone(), Duration::from_millis(millis));
        }
        let text = metrics.requests();
        let labels = "method=\"GET\",route=\"/matters/{id}\",status=\"200\"";
        for (le, count) in [("0.005", 1), ("0.025", 1), ("0.05", 3), ("5", 3), ("+Inf", 4)] {
            let line = format!("helin_request_seconds_bucket{{{labels},le=\"{le}\"}} {count}\n");
            assert!(text.contains(&line), "{line} in {text}");
        }
        assert!(text.contains(&format!("helin_request_seconds_count{{{labels}}} 4\n")));
    }
}
