//! Ways to people: a webhook that stands before the city's SMS gateway, or nobody yet.

use std::sync::Arc;
use std::time::Duration;

use app::jobs::notify::{Message, Notifier};
use data_encoding::HEXLOWER;
use db::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// How long the gateway may take; a message that was not taken is tried again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Posts each message as JSON, signed: `X-Helin-Signature: sha256=<HMAC of the body>`. `id` stays the same when a
/// message is tried again, so the gateway can tell.
pub struct Webhook {
    agent: ureq::Agent,
    url: Arc<str>,
    key: Arc<str>,
}

impl Webhook {
    pub fn new(url: &str, key: &str) -> Webhook {
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
        Webhook { agent, url: url.into(), key: key.into() }
    }
}

fn signature(key: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    format!("sha256={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

impl Notifier for Webhook {
    fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), String>> {
        let body = json!({ "id": message.id, "to": message.to, "template": message.template, "values": message.body })
            .to_string();
        let (agent, url, key) = (self.agent.clone(), self.url.clone(), self.key.clone());
        Box::pin(async move {
            let post = move || {
                agent
                    .post(&*url)
                    .header("Content-Type", "application/json")
                    .header("X-Helin-Signature", signature(&key, body.as_bytes()))
                    .send(body.as_bytes())
                    .map(drop)
                    // Without the address: it may carry a secret, and this is kept beside the message.
                    .map_err(|error| match error {
                        ureq::Error::StatusCode(code) => format!("the gateway answered {code}"),
                        other => format!("the gateway was not reached: {other}"),
                    })
            };
            tokio::task::spawn_blocking(post).await.map_err(|error| error.to_string())?
        })
    }
}

/// No gateway is configured: messages wait, and `doctor` and the log say so.
pub struct Nobody;

impl Notifier for Nobody {
    fn reaches(&self) -> bool {
        false
    }

    fn deliver<'a>(&'a self, _: &'a Message) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async { Err("HELIN_NOTIFY_URL is not set".into()) })
    }
}

#[cfg(test)]
mod tests {
    /// RFC 4231, test case 2.
    #[test]
    fn the_signature_is_hmac_sha256() {
        let signed = super::signature("Jefe", b"what do ya want for nothing?");
        assert_eq!(signed, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
