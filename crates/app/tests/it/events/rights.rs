//! What people ask about their own data, and what whoever handles it enters.

use serde_json::json;

use super::{Teller, text};
use crate::lived_in::assessment;

impl Teller {
    pub async fn rights(&mut self) {
        let zhang = self.world.person("zhang").to_string();
        self.world.declare_kin("zhang", "neighbour").await;
        let kin = json!({ "person": self.world.person("neighbour").to_string() });
        self.tell("social", "/api/v1/people/{id}/kin/end", &zhang, kin).await;
        let phone = json!({ "field": "phone", "wanted": "13800000099" });
        let first = self.tell("zhang", "/api/v1/people/{id}/corrections", &zhang, phone).await;
        self.tell("zhang", "/api/v1/corrections/{id}/withdrawal", &text(&first["id"]), json!({})).await;
        let other = json!({ "field": "other", "wanted": "备注写错了" });
        let second = self.tell("call", "/api/v1/people/{id}/corrections", &zhang, other).await;
        let refusal = json!({ "verdict": "refuse", "reason": "没有这条备注" });
        self.tell("community", "/api/v1/corrections/{id}/decision", &text(&second["id"]), refusal).await;
        let named = json!({ "place": "371722", "valid_from": self.world.app.city().calendar.date(self.world.app.now().recorded),
            "body": "单县社会工作部", "contact": "综合科", "phone": "0530-12345", "address": "府前街 1 号" });
        self.tell("admin", "/api/v1/data-handlers", "", named).await;
        let made = self.tell("supervisor", "/api/v1/assessments", "", assessment()).await;
        let mut next = assessment();
        next["seen"] = json!(1);
        self.tell("admin", "/api/v1/assessments/{id}/versions", &text(&made["id"]), next).await;
        let today = self.world.app.city().calendar.date(self.world.app.now().recorded);
        let ended = json!({ "ended_on": today, "reason": "不再把住址给志愿者" });
        self.tell("admin", "/api/v1/assessments/{id}/end", &text(&made["id"]), ended).await;
    }
}
