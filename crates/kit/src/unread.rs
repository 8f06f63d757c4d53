//! Bodies that nobody read to their end. On a connection that is kept, what is left of one would be taken for the next
//! request (RFC 9112 §9.3: a server that does not read the entire body must close), so the answer says that it closes.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};

/// A body that notes when its end was read.
struct Watched {
    body: Body,
    ended: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        // Of a body of known length the last frame is the end: whoever takes it need not ask for another.
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.ended.store(true, Ordering::Release);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Runs the request; when its body was not read to the end, the connection closes with the answer.
pub async fn close(request: Request, next: Next) -> Response {
    // Later versions carry each request in a stream of its own, and know no such header.
    if request.version() > Version::HTTP_11 || request.body().is_end_stream() {
        return next.run(request).await;
    }
    let ended = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| Body::new(Watched { body, ended: ended.clone() }));
    let mut answer = next.run(request).await;
    if !ended.load(Ordering::Acquire) {
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::{Method, StatusCode};
    use axum::middleware::from_fn;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    fn site() -> Router {
        Router::new()
            .route("/read", post(async |body: Bytes| body.len().to_string()))
            .route("/refused", post(async || StatusCode::UNAUTHORIZED))
            .route(
                "/limited",
                post(async |request: Request| match axum::body::to_bytes(request.into_body(), 4).await {
                    Ok(_) => StatusCode::OK,
                    Err(_) => StatusCode::PAYLOAD_TOO_LARGE,
                }),
            )
            .layer(from_fn(close))
    }

    async fn closes(method: Method, path: &str, body: Body) -> (u16, bool) {
        let request = Request::builder().method(method).uri(path).body(body).expect("a request");
        let answer = site().oneshot(request).await.expect("the site always answers");
        let closes = answer.headers().get(header::CONNECTION).is_some_and(|value| value == "close");
        (answer.status().as_u16(), closes)
    }

    /// A body whose length is not said beforehand, as one that is sent in chunks.
    struct Chunks(Vec<&'static str>);

    impl HttpBody for Chunks {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, std::convert::Infallible>>> {
            Poll::Ready(self.0.pop().map(|part| Ok(Frame::data(Bytes::from(part)))))
        }
    }

    fn chunked() -> Body {
        Body::new(Chunks(vec!["in", "parts"]))
    }

    #[tokio::test]
    async fn an_answer_before_the_end_of_the_body_closes_the_connection() {
        for (case, path, body, expected) in [
            ("read whole", "/read", Body::from("whole"), (200, false)),
            ("read whole, in chunks", "/read", chunked(), (200, false)),
            ("refused before it was read", "/refused", Body::from("whole"), (401, true)),
            ("refused before it was read, in chunks", "/refused", chunked(), (401, true)),
            ("too long, and here already", "/limited", Body::from("too long"), (413, false)),
            ("read as far as the limit", "/limited", chunked(), (413, true)),
            ("within the limit", "/limited", Body::from("fits"), (200, false)),
            ("no such address", "/nowhere", Body::from("whole"), (404, true)),
            ("nothing sent", "/refused", Body::empty(), (401, false)),
        ] {
            assert_eq!(closes(Method::POST, path, body).await, expected, "{case}");
        }
        assert_eq!(closes(Method::PUT, "/read", Body::from("whole")).await, (405, true), "no such method");
        assert_eq!(closes(Method::GET, "/read", Body::empty()).await, (405, false), "nothing sent, no such method");
    }
}
