//! Somebody who signs in by page, and sends its forms.

use std::time::Duration;

use ureq::http::Response;
use ureq::{Agent, Body};

use crate::Outcome;

const BOUNDARY: &str = "a-line-no-photo-has";

/// Cookies, and no more of a browser.
#[derive(Default)]
pub struct Browser {
    cookies: Vec<(String, String)>,
}

/// A page as it was drawn.
pub struct Drawn {
    pub status: u16,
    pub retry_after: Option<String>,
    pub html: String,
}

impl Browser {
    fn agent() -> Agent {
        let config = Agent::config_builder().max_redirects(0).http_status_as_error(false);
        config.timeout_global(Some(Duration::from_secs(15))).build().into()
    }

    fn keep(&mut self, response: &Response<Body>) {
        for cookie in response.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.retain(|(kept, _)| kept != name);
                self.cookies.push((name.into(), value.into()));
            }
        }
    }

    fn header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub fn sign_in(&mut self, address: &str, account: &str, password: &str) -> Outcome<()> {
        let page = self.get(address, "/login/staff")?;
        let mut fields = hidden(&page.html);
        fields.extend([("account".to_owned(), account.to_owned()), ("password".to_owned(), password.to_owned())]);
        let url = format!("http://{address}/login/staff");
        let answer = self.drawn(Browser::agent().post(&url).header("Cookie", self.header()).send_form(fields))?;
        if answer.status == 303 { Ok(()) } else { Err(format!("signing in was answered {}", answer.status)) }
    }

    pub fn get(&mut self, address: &str, path: &str) -> Outcome<Drawn> {
        let sent = Browser::agent().get(format!("http://{address}{path}")).header("Cookie", self.header());
        self.drawn(sent.call())
    }

    /// Whether this node shows the page to whoever has signed in.
    pub fn sees(&mut self, address: &str, path: &str) -> Outcome<()> {
        let status = self.get(address, path)?.status;
        if status == 200 { Ok(()) } else { Err(format!("{address}{path} was answered {status}")) }
    }

    /// Sends the form of a page that posts to `action`, with one photo and a text.
    pub fn send_photo(&mut self, address: &str, page: &str, action: &str, text: &str, photo: &[u8]) -> Outcome<Drawn> {
        let form = page.split_once(&format!("action=\"{action}\"")).and_then(|(_, rest)| rest.split_once("</form>"));
        let (form, _) = form.ok_or_else(|| format!("no form posts to {action}"))?;
        let mut body = Vec::new();
        for (name, value) in hidden(form).into_iter().chain([("text".to_owned(), text.to_owned())]) {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = "Content-Disposition: form-data; name=\"photos\"; filename=\"photo\"\r\nContent-Type: image/png";
        body.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(photo);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = Browser::agent().post(format!("http://{address}{action}")).header("Cookie", self.header());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.drawn(request.header("Content-Type", &kind).send(&body[..]))
    }

    fn drawn(&mut self, sent: Result<Response<Body>, ureq::Error>) -> Outcome<Drawn> {
        let mut response = sent.map_err(|error| error.to_string())?;
        self.keep(&response);
        let retry_after =
            response.headers().get("retry-after").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let html = response.body_mut().read_to_string().map_err(|error| error.to_string())?;
        Ok(Drawn { status: response.status().as_u16(), retry_after, html })
    }
}

/// The hidden fields of a form.
fn hidden(html: &str) -> Vec<(String, String)> {
    let of = |tag: &str, name: &str| {
        tag.split('>').next()?.split_once(&format!("{name}=\""))?.1.split('"').next().map(str::to_owned)
    };
    html.split("<input type=\"hidden\"").skip(1).filter_map(|tag| of(tag, "name").zip(of(tag, "value"))).collect()
}
