//! Somebody who signs in by page.

use crate::Outcome;

/// Cookies, and no more of a browser.
#[derive(Default)]
pub struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    fn agent() -> ureq::Agent {
        ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into()
    }

    fn keep(&mut self, response: &ureq::http::Response<ureq::Body>) {
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
        let url = format!("http://{address}/login/staff");
        let mut page = Browser::agent().get(&url).call().map_err(|e| e.to_string())?;
        self.keep(&page);
        let html = page.body_mut().read_to_string().map_err(|e| e.to_string())?;
        let mut fields = vec![("account".to_owned(), account.to_owned()), ("password".to_owned(), password.to_owned())];
        for tag in html.split("<input type=\"hidden\"").skip(1) {
            let of = |name: &str| {
                tag.split('>').next()?.split_once(&format!("{name}=\""))?.1.split('"').next().map(str::to_owned)
            };
            fields.extend(of("name").zip(of("value")));
        }
        let sent = Browser::agent().post(&url).header("Cookie", self.header()).send_form(fields);
        let answer = sent.map_err(|e| e.to_string())?;
        self.keep(&answer);
        if answer.status() == 303 { Ok(()) } else { Err(format!("signing in was answered {}", answer.status())) }
    }

    /// Whether this node shows the page to whoever has signed in.
    pub fn sees(&self, address: &str, path: &str) -> Outcome<()> {
        let sent = Browser::agent().get(format!("http://{address}{path}")).header("Cookie", self.header()).call();
        let status = sent.map_err(|e| e.to_string())?.status();
        if status == 200 { Ok(()) } else { Err(format!("{address}{path} was answered {status}")) }
    }
}
