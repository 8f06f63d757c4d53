//! A site to test the frame with.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use kit::{Frame, Named, NavItem, Secret, Site, Words};
use tower::ServiceExt;

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "../../locales",
        fallback_language: "zh-CN",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

pub fn words() -> Words {
    Words::new(&LOCALES)
}

/// 2026-11-23 10:00 in Shanghai, a Monday.
pub fn now() -> Timestamp {
    "2026-11-23T02:00:00Z".parse().expect("a fixed instant")
}

const NAV: &[NavItem] = &[
    NavItem { key: "frame-back", href: "/", icon: "house" },
    NavItem { key: "frame-sign-in", href: "/tasks", icon: "list-checks" },
    NavItem { key: "frame-demo", href: "/parts", icon: "megaphone" },
    NavItem { key: "frame-change", href: "/me", icon: "user" },
];

pub fn frame() -> Arc<Frame> {
    Arc::new(Frame {
        words: words(),
        site: Site {
            name: Named::new("荷邻", "Helin"),
            runner: Named::new("示例县社会工作部", "Example County"),
            hotline: "0530-12345".into(),
            demo: true,
        },
        secret: Secret::new([9; 32]),
        zone: TimeZone::fixed(Offset::constant(8)),
        now,
        nav: NAV,
        sign_in: "/login",
        my_page: "/me",
        is_page: |path| path == "/parts",
        secure: false,
        behind_proxy: false,
    })
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

pub async fn ask(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.expect("a router does not fail");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body in memory").to_bytes();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

pub async fn get(app: &Router, path: &str) -> Answer {
    ask(app, Request::get(path).body(Body::empty()).expect("a request")).await
}
