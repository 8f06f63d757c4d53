//! What those who run the machine ask: is the process alive, is it ready, what does it measure.

use app::App;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::metrics::Metrics;

/// `/healthz`, `/readyz` and `/metrics`. A proxy keeps the last from the public.
pub fn routes(app: App, metrics: Metrics) -> Router {
    Router::new()
        .route("/healthz", get(|| async { plain(StatusCode::OK, "ok\n".into()) }))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
        .with_state((app, metrics))
}

fn plain(status: StatusCode, text: String) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}

/// Ready once the database answers and its schema is this program's.
async fn ready(State((app, _)): State<(App, Metrics)>) -> Response {
    let unready = |why: String| plain(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n"));
    if let Err(error) = app.db.ping().await {
        tracing::warn!(%error, "not ready");
        return unready("the database does not answer".into());
    }
    match app.db.pending(app::migrations::STEPS).await {
        Ok(pending) if pending.is_empty() => plain(StatusCode::OK, "ready\n".into()),
        Ok(pending) => unready(crate::ground::lacking(&pending)),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            unready("the schema cannot be checked".into())
        }
    }
}

async fn measured(State((app, metrics)): State<(App, Metrics)>) -> Response {
    match metrics.text(&app).await {
        Ok(text) => plain(StatusCode::OK, text),
        Err(stop) => {
            tracing::warn!(?stop, "no measurements");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".into())
        }
    }
}
