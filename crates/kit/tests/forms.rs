//! Forms as browsers, and others, send them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kit::forms::{FILE_BYTES, FILES, TEXT_BYTES};
use kit::{Errors, Failure, Form};
use proptest::prelude::*;

async fn read(kind: &str, body: impl Into<Body>) -> Result<Form, Failure> {
    Form::read(Request::post("/").header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()).await
}

const MULTIPART: &str = "multipart/form-data; boundary=edge";

fn part(head: &str, body: &[u8]) -> Vec<u8> {
    let mut out = format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes();
    out.extend_from_slice(body);
    out.extend_from_slice(b"\r\n");
    out
}

fn whole(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut out = parts.concat();
    out.extend_from_slice(b"--edge--\r\n");
    out
}

#[tokio::test]
async fn fields_keep_their_order_and_repeat() {
    let form =
        read("application/x-www-form-urlencoded", "risk=a&what=%E7%81%AF+%0D%0A&risk=b&risk=&_csrf=t").await.unwrap();
    assert_eq!(form.all("risk"), ["a", "b"]);
    assert_eq!(form.text("what"), "灯");
    assert_eq!(form.raw("what"), Some("灯 \n"));
    assert!(form.has("risk", "b") && !form.has("risk", "c"));
    assert!(form.checked("what") && !form.checked("none"));
    assert_eq!(form.text("none"), "");
    assert_eq!(form.to_urlencoded(), "risk=a&what=%E7%81%AF+%0A&risk=b&risk=");
}

#[tokio::test]
async fn a_file_too_big_is_marked_and_the_rest_is_kept() {
    let body = whole(&[
        part("name=\"what\"", "灯坏了".as_bytes()),
        part("name=\"photo\"; filename=\"a.jpg\"", b"small"),
        part("name=\"photo\"; filename=\"b.jpg\"", &vec![7; FILE_BYTES + 1]),
        part("name=\"photo\"; filename=\"\"", b""),
        part("name=\"after\"", b"still here"),
    ]);
    let form = read(MULTIPART, body).await.unwrap();
    assert_eq!(form.text("what"), "灯坏了");
    assert_eq!(form.text("after"), "still here");
    assert_eq!(form.files("photo").count(), 2);
    assert_eq!(form.too_big("photo"), [2]);
    assert_eq!(form.files("photo").next().unwrap().bytes, b"small");
}

#[tokio::test]
async fn what_is_too_much_is_refused_in_words() {
    let files: Vec<_> = (0..=FILES).map(|_| part("name=\"photo\"; filename=\"a.jpg\"", b"x")).collect();
    let fields = "a=1&".repeat(kit::forms::FIELDS + 1);
    for (kind, body) in [
        (MULTIPART, whole(&files)),
        (MULTIPART, whole(&[part("name=\"what\"", &vec![b'x'; TEXT_BYTES + 1])])),
        ("application/x-www-form-urlencoded", vec![b'x'; TEXT_BYTES + 1]),
        ("application/x-www-form-urlencoded", fields.into_bytes()),
    ] {
        let failure = read(kind, body).await.unwrap_err();
        assert_eq!((failure.status, failure.code.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "form-too-large"));
    }
    assert_eq!(read("application/json", "{}").await.unwrap_err().status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(read(MULTIPART, "--edge\r\nbroken").await.unwrap_err().status, StatusCode::BAD_REQUEST);
    assert_eq!(read("multipart/form-data", "x").await.unwrap_err().status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_prefilled_field_replaces_and_errors_keep_their_order() {
    let form = Form::empty().with("phone", "1").with("phone", "2");
    assert_eq!(form.all("phone"), ["2"]);
    let mut errors = Errors::new();
    errors.add("phone", "甲");
    errors.add("who", "乙");
    errors.add("phone", "丙");
    assert_eq!(errors.of("phone"), Some("甲"));
    assert_eq!(errors.iter().map(|(f, _)| f).collect::<Vec<_>>(), ["phone", "who", "phone"]);
}

#[test]
fn what_has_no_field_is_nothing_to_put_right() {
    let mut errors = Errors::new();
    errors.add("", "a colleague was first");
    assert_eq!((errors.len(), errors.of_fields()), (1, 0));
    errors.add("phone", "eleven digits");
    assert_eq!((errors.len(), errors.of_fields()), (2, 1));
}

fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let form = Form::from_urlencoded(&bytes);
        for (_, value) in form.pairs() {
            prop_assert!(!value.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
        let _ = now(read(MULTIPART, bytes.clone()));
        let _ = now(read(MULTIPART, whole(&[part("name=\"x\"; filename=\"y\"", &bytes)])));
        let _ = now(read(MULTIPART, whole(&[bytes])));
    }

    #[test]
    fn texts_come_back(pairs in proptest::collection::vec(("[a-z]{1,8}", "[\\PC\n]{0,40}"), 0..12)) {
        let mut form = Form::empty();
        for (name, value) in &pairs {
            form.set(name, value.clone());
        }
        prop_assert_eq!(Form::from_urlencoded(form.to_urlencoded().as_bytes()), form);
    }
}
