//! Cards and consents.

use serde_json::json;

use super::{Teller, text};

impl Teller {
    pub async fn cards(&mut self) {
        let zhang = self.world.person("zhang").to_string();
        self.tell("zhang", "/api/v1/people/{id}/card-request", &zhang, json!({})).await;
        self.tell("zhang", "/api/v1/people/{id}/card-request/withdrawal", &zhang, json!({})).await;
        let made = self.tell("community", "/api/v1/people/{id}/cards", &zhang, json!({})).await;
        self.tell("zhang", "/api/v1/cards/{id}/loss", &text(&made["id"]), json!({})).await;
        let photos = json!({ "purpose": "photo_published", "given": true });
        self.tell("zhang", "/api/v1/people/{id}/consents", &zhang, photos).await;
    }
}
