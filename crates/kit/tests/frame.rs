//! The frame as a browser and a program meet it.

mod common;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::{get as on_get, post as on_post};
use common::{Answer, ask, frame, get};
use kit::{Failure, Flash, Form, Page, SignedIn, Visit};

fn app() -> Router {
    let routes = Router::new()
        .route("/form", on_get(|page: Page| async move { axum::response::Html(page.guard().to_string()) }))
        .route(
            "/save",
            on_post(|visit: Visit, form: Form| async move {
                visit.see_with("/tasks", &Flash::done(form.text("what").to_owned()))
            }),
        )
        .route(
            "/flash",
            on_get(|page: Page| async move { axum::response::Html(page.flash.map(|f| f.text).unwrap_or_default()) }),
        )
        .route("/panic", on_get(|| async { panic!("a defect with 13800000000 in it") as String }))
        .route(
            "/fail/{status}",
            on_get(|axum::extract::Path(status): axum::extract::Path<u16>| async move {
                match status {
                    429 => Failure::too_many(Duration::from_secs(90)),
                    500 => Failure::defect("disk full at /secret"),
                    _ => Failure::new(StatusCode::from_u16(status).unwrap(), ""),
                }
            }),
        )
        .route("/api/v1/fail", on_get(|| async { Failure::refused("stale-form").with("left", 2).at_field("what") }))
        .route(
            "/me",
            on_get(|visit: Visit| async move {
                visit.sign_in(SignedIn {
                    session: "s".into(),
                    person: "p".into(),
                    name: "测试员".into(),
                    nav: &[],
                    desk: false,
                    banner: None,
                });
                Failure::not_found()
            }),
        );
    kit::serve(routes, frame())
}

#[tokio::test]
async fn every_failure_has_a_page_with_a_way_on_in_both_languages() {
    let app = app();
    for status in [400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 422, 429, 500, 502, 503] {
        for (prefix, lang, home) in [("", "zh-CN", "href=\"/\""), ("/en", "en", "href=\"/en/\"")] {
            let Answer { status: got, body, headers } = get(&app, &format!("{prefix}/fail/{status}")).await;
            assert_eq!(got.as_u16(), status);
            assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
            for part in [&format!("<html lang=\"{lang}\""), home, "tel:053012345", "<main id=\"main\""] {
                assert!(body.contains(part), "{status} {lang} lacks {part}");
            }
            assert_eq!(body.matches("<h1>").count(), 1);
            assert!(!body.contains("/secret"));
        }
    }
}

#[tokio::test]
async fn a_missing_page_a_wrong_method_and_a_panic_are_drawn_too() {
    let app = app();
    assert!(get(&app, "/nowhere").await.body.contains("没有找到这一页"));
    let answer = get(&app, "/save").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers[header::ALLOW], "POST");
    assert!(answer.body.contains("<main"));
    let answer = get(&app, "/panic").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.body.contains("13800000000"));
    let reference = answer.headers["x-request-id"].to_str().unwrap();
    assert!(answer.body.contains(reference));
}

#[tokio::test]
async fn too_many_says_when_to_come_back() {
    let answer = get(&app(), "/fail/429").await;
    assert_eq!(answer.headers[header::RETRY_AFTER], "90");
    assert!(answer.body.contains("2 分钟"));
}

#[tokio::test]
async fn programs_get_problem_details() {
    let app = app();
    let answer = get(&app, "/api/v1/fail").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["status"], 422);
    assert_eq!(problem["code"], "stale-form");
    assert_eq!(problem["field"], "what");
    assert_eq!(problem["args"]["left"], 2);
    assert_eq!(problem["reference"], answer.headers["x-request-id"].to_str().unwrap());
    let problem: serde_json::Value = serde_json::from_str(&get(&app, "/api/nowhere").await.body).unwrap();
    assert_eq!(problem["code"], "not-found");
    // A program has no page and no button.
    let said = [&problem["title"], &problem["detail"]].map(|text| text.as_str().unwrap_or_default().to_owned());
    assert!(said.iter().all(|text| !text.is_empty() && !text.contains("页")), "{said:?}");
}

fn cookie(answer: &Answer) -> String {
    let set = answer.headers.get_all(header::SET_COOKIE).iter();
    set.map(|v| v.to_str().unwrap().split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

fn token(body: &str) -> String {
    body.split("name=\"_csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn save(cookie: &str, body: String) -> Request<Body> {
    Request::post("/en/save")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn a_form_of_this_visitor_is_taken_and_its_message_shows_once() {
    let app = app();
    let page = get(&app, "/form").await;
    let (visitor, token) = (cookie(&page), token(&page.body));
    let saved = ask(&app, save(&visitor, format!("_csrf={token}&what=%E5%B7%B2%E6%94%B6"))).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(saved.headers[header::LOCATION], "/en/tasks");
    let both = format!("{visitor}; {}", cookie(&saved));
    let shown = ask(&app, Request::get("/flash").header(header::COOKIE, both).body(Body::empty()).unwrap()).await;
    assert_eq!(shown.body, "已收");
    assert!(cookie(&shown).contains("flash="), "the page takes the message away");
}

#[tokio::test]
async fn a_form_of_someone_else_is_not_taken() {
    let app = app();
    let page = get(&app, "/form").await;
    let (visitor, token) = (cookie(&page), token(&page.body));
    let stranger = cookie(&get(&app, "/form").await);
    for request in [
        save(&stranger, format!("_csrf={token}&what=x")),
        save(&visitor, "what=x".into()),
        save("", format!("_csrf={token}&what=x")),
    ] {
        let answer = ask(&app, request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("reload the page"));
    }
    let mut request = save(&visitor, format!("_csrf={token}&what=x"));
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(ask(&app, request).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn answers_carry_the_protective_headers_and_no_inline_code() {
    let answer = get(&app(), "/nowhere").await;
    assert_eq!(answer.headers[header::CONTENT_SECURITY_POLICY], kit::headers::POLICY);
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "private, no-store");
    for inline in ["<script>", "<style", " style=", " onclick=", "javascript:"] {
        assert!(!answer.body.contains(inline), "{inline}");
    }
}

#[tokio::test]
async fn the_reader_chooses_size_and_colours_without_signing_in() {
    let app = app();
    let answer = get(&app, "/en/settings/size?size=large&back=/tasks?open=1").await;
    assert_eq!(answer.headers[header::LOCATION], "/en/tasks?open=1");
    let request = Request::get("/nowhere").header(header::COOKIE, cookie(&answer)).body(Body::empty()).unwrap();
    assert!(ask(&app, request).await.body.contains("data-size=\"large\""));
    assert!(!get(&app, "/nowhere").await.body.contains("data-size"));
    assert!(get(&app, "/nowhere?size=large").await.body.contains("data-size=\"large\""));
}

#[tokio::test]
async fn a_failure_page_knows_who_is_signed_in() {
    assert!(get(&app(), "/me").await.body.contains("测试员"));
}

#[tokio::test]
async fn assets_are_kept_for_good_and_travel_compressed() {
    let app = app();
    let url = kit::assets::url("style.css");
    let request = Request::get(url).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
    let answer = ask(&app, request).await;
    assert_eq!(answer.headers[header::CONTENT_ENCODING], "gzip");
    assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert!(get(&app, url).await.body.contains("--leaf-600"));
    assert_eq!(get(&app, "/assets/style.css").await.status, StatusCode::NOT_FOUND);
}
