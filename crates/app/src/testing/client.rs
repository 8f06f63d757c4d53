//! A client of the site, in-process: what a browser or a program would send.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// An answer, read whole.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    pub location: Option<String>,
    pub cache_control: Option<String>,
    pub disposition: Option<String>,
    pub cookies: Vec<String>,
    pub text: String,
    pub bytes: Vec<u8>,
    pub headers: header::HeaderMap,
}

impl Answered {
    /// What a header of the answer says, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON; fails the test when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text))
    }

    /// Fails the test, with the body, when the status is another.
    pub fn expect(self, status: u16) -> Answered {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

/// Asks as one person.
#[derive(Clone)]
pub struct Client {
    site: Router,
    token: Option<String>,
    on_behalf: Option<String>,
    language: Option<&'static str>,
    cookies: Vec<String>,
}

impl Client {
    pub fn new(site: Router, token: Option<String>) -> Client {
        Client { site, token, on_behalf: None, language: None, cookies: Vec::new() }
    }

    /// Asks for another, as a program does that holds their mandate.
    pub fn for_another(mut self, person: impl std::fmt::Display) -> Client {
        self.on_behalf = Some(person.to_string());
        self
    }

    pub async fn get(&self, path: &str) -> Answered {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// A file.
    pub async fn get_bytes(&self, path: &str) -> Vec<u8> {
        let answered = self.send(self.request("GET", path).body(Body::empty()).unwrap()).await.expect(200);
        answered.bytes
    }

    pub async fn post(&self, path: &str, body: Value) -> Answered {
        self.post_with_key(path, body, None).await
    }

    pub async fn post_with_key(&self, path: &str, body: Value, key: Option<&str>) -> Answered {
        let mut request = self.request("POST", path).header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Sends this body by this method, whatever the address expects.
    pub async fn raw(&self, method: &str, path: &str, kind: &str, body: &str) -> Answered {
        let request = self.request(method, path).header(header::CONTENT_TYPE, kind);
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Sends a file of this media type as the body.
    pub async fn post_file(&self, path: &str, kind: &str, file: Vec<u8>, key: Option<&str>) -> Answered {
        let mut request = self.request("POST", path).header(header::CONTENT_TYPE, kind);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(file)).unwrap()).await
    }

    /// Sends a photo as the body.
    pub async fn post_photo(&self, path: &str, photo: Vec<u8>, key: Option<&str>) -> Answered {
        self.post_file(path, "image/png", photo, key).await
    }

    /// Opens a page and sends its form with these fields, as a browser without JavaScript would: the hidden fields of
    /// the first form that posts to `action` go along.
    pub async fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answered {
        let drawn = self.get(page).await;
        self.keep(&drawn);
        assert_eq!(drawn.status, StatusCode::OK, "{page}: {}", drawn.text);
        self.send_form(&drawn.text, action, fields).await
    }

    /// Sends the form of a page that is open already; twice, it is the same form sent twice.
    pub async fn send_form(&mut self, html: &str, action: &str, fields: &[(&str, &str)]) -> Answered {
        self.send_form_to(html, action, action, fields).await
    }

    /// Sends the form that posts to `action` somewhere else, as somebody might who edits the page.
    pub async fn send_form_to(&mut self, html: &str, action: &str, to: &str, fields: &[(&str, &str)]) -> Answered {
        let pairs = filled(html, action, fields);
        let body: Vec<String> = pairs.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        let request = self
            .request("POST", to)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        let answered = self.send(request).await;
        self.keep(&answered);
        answered
    }

    /// Sends the form of an open page with files: field and bytes.
    pub async fn send_files(
        &mut self,
        html: &str,
        action: &str,
        fields: &[(&str, &str)],
        files: &[(&str, Vec<u8>)],
    ) -> Answered {
        const BOUNDARY: &str = "a-line-no-photo-has";
        let mut body = Vec::new();
        for (name, value) in filled(html, action, fields) {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"photo\"\r\n\
                 Content-Type: image/jpeg\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let request = self
            .request("POST", action)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(body))
            .unwrap();
        let answered = self.send(request).await;
        self.keep(&answered);
        answered
    }

    /// Signs in by phone, reading the code from the demo's outbox.
    pub async fn sign_in(mut self, phone: &str) -> Client {
        self.token = None;
        self.submit("/login", "/login", &[("phone", phone)]).await.expect(303);
        let outbox = self.get("/demo/outbox").await.text;
        let code = outbox.split("验证码是 ").nth(1).map(|rest| rest.chars().take(6).collect::<String>());
        let code = code.unwrap_or_else(|| panic!("no code for {phone} in {outbox}"));
        self.submit("/login/code", "/login/code", &[("code", &code)]).await.expect(303);
        self
    }

    /// Asks for answers in a language, as a program does.
    pub fn preferring(mut self, language: &'static str) -> Client {
        self.language = Some(language);
        self
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "helin.test");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(person) = &self.on_behalf {
            request = request.header("helin-on-behalf-of", person);
        }
        if let Some(language) = self.language {
            request = request.header(header::ACCEPT_LANGUAGE, language);
        }
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookies.join("; "));
        }
        request
    }

    fn keep(&mut self, answered: &Answered) {
        for cookie in &answered.cookies {
            let pair = cookie.split(';').next().unwrap_or_default();
            let name = pair.split('=').next().unwrap_or_default();
            self.cookies.retain(|kept| !kept.starts_with(&format!("{name}=")));
            if !cookie.contains("Max-Age=0") {
                self.cookies.push(pair.to_owned());
            }
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Answered {
        let response: Response<Body> = self.site.clone().oneshot(request).await.expect("the site always answers");
        let header_text = |value: &header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let location = response.headers().get(header::LOCATION).map(header_text);
        let cache_control = response.headers().get(header::CACHE_CONTROL).map(header_text);
        let disposition = response.headers().get(header::CONTENT_DISPOSITION).map(header_text);
        let cookies = response.headers().get_all(header::SET_COOKIE).iter().map(header_text).collect();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.expect("a whole body").to_bytes();
        let bytes = bytes.to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answered { status, location, cache_control, disposition, cookies, text, bytes, headers }
    }
}

/// The hidden fields of a form, overruled and followed by what a person fills in.
fn filled(html: &str, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs = hidden_fields(html, action);
    pairs.retain(|(name, _)| !fields.iter().any(|(given, _)| given == name));
    pairs.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    pairs
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The hidden fields of the form that posts to `action`.
fn hidden_fields(html: &str, action: &str) -> Vec<(String, String)> {
    let form = html
        .split("<form")
        .skip(1)
        .find(|form| {
            let tag = form.split('>').next().unwrap_or_default();
            tag.contains("method=\"post\"") && tag.contains(&format!("action=\"{action}\""))
        })
        .unwrap_or_else(|| panic!("no form posts to {action} in {html}"));
    let form = form.split("</form>").next().unwrap_or_default();
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&#38;", "&").replace("&#34;", "\"").replace("&amp;", "&"))
    };
    form.split("<input")
        .skip(1)
        .filter_map(|tag| tag.split('>').next())
        .filter(|tag| tag.contains("type=\"hidden\""))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
        .collect()
}
