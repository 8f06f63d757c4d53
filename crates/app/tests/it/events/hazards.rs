//! What is done about a hazard: its photos, and whom it is about.

use serde_json::json;

use super::{Teller, text};

impl Teller {
    pub async fn hazard(&mut self) -> String {
        let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "fire_lane" } });
        text(&self.tell("zhang", "/api/v1/matters", "", body).await["id"])
    }

    pub async fn photos(&mut self) {
        let hazard = self.hazard().await;
        self.photo_sent("zhang", "/api/v1/matters/{id}/photos", &hazard).await;
        let photo = crate::photos::at_desk(&self.world, &hazard).await;
        self.photo = photo;
        let cover = json!({ "cover": [{ "column": 0, "row": 0 }] });
        self.tell("grid", "/api/v1/matters/{id}/photos/{file}/release", &hazard, cover).await;
        self.tell("grid", "/api/v1/matters/{id}/photos/{file}/withholding", &hazard, json!({})).await;
    }

    /// The body is no JSON.
    async fn photo_sent(&mut self, who: &str, route: &'static str, of: &str) {
        let address = route.replace("{id}", of);
        self.try_without_a_grant(who, route, &address, &json!({})).await;
        let before = self.world.events().await;
        self.world.api(who).post_photo(&address, crate::photos::striped(), None).await.expect(201);
        self.left_its_event(route, before).await;
    }

    /// Who reported it says that it is not mended; somebody rings, and nobody answers.
    async fn nobody_answers(&mut self) {
        let hazard = self.hazard().await;
        let fixed = json!({ "answer": "fixed", "result": "搬开了" });
        self.tell("grid", "/api/v1/matters/{id}/triage", &hazard, fixed).await;
        let said = json!({ "solved": false, "satisfaction": 2 });
        self.tell("zhang", "/api/v1/matters/{id}/rating", &hazard, said).await;
        self.tell("call", "/api/v1/matters/{id}/tries", &hazard, json!({})).await;
    }

    pub async fn replies(&mut self) {
        self.nobody_answers().await;
        let hazard = self.hazard().await;
        let ask = json!({ "name": "路口超市", "phone": "13800000003", "told": "货箱挡住了通道" });
        let reply = text(&self.tell("grid", "/api/v1/matters/{id}/replies", &hazard, ask).await["id"]);
        self.tell("li", "/api/v1/replies/{id}/words", &reply, json!({ "words": "已经搬走" })).await;
        self.photo_sent("li", "/api/v1/replies/{id}/photos", &reply).await;
    }
}
