//! The desk from shift to shift.

use serde_json::json;

use super::{Teller, text};

impl Teller {
    pub async fn handovers(&mut self) {
        // By now something urgent is nobody's.
        let watch = self.world.person("community").to_string();
        let desk = json!({ "place": "371722003003", "words": "电梯今晚检修", "watch": watch });
        let first = self.tell("call", "/api/v1/handovers", "", desk.clone()).await;
        self.tell("call", "/api/v1/handovers/{id}/withdrawal", &text(&first["id"]), json!({})).await;
        let again = self.tell("call", "/api/v1/handovers", "", desk).await;
        self.tell("social", "/api/v1/handovers/{id}/signature", &text(&again["id"]), json!({})).await;
    }
}
