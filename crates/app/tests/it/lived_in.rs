//! A small world in which something has happened, and addresses that lead to it: what tests over all routes walk on.

use app::capability::{CAPABILITIES, Method, Needs, Route};
use app::testing::{World, patient_world};
use rules::shared::Role;
use serde_json::{Value, json};

/// The small world after a need was raised, a hazard reported, and a call written down.
pub struct LivedIn {
    pub world: World,
    pub matters: Vec<Value>,
}

/// What somebody asks for; `what` is the protected story.
pub fn need(what: &str, address: &str, phone: &str) -> Value {
    json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "hospital", "what": what, "when": "today", "address": address, "phone": phone } })
}

pub async fn lived_in(db: db::Db) -> LivedIn {
    let world = patient_world(db, &[]).await;
    let asked = need("明天上午去县医院复查", "3 号楼 2 单元 401", "13800000001");
    let need = world.api("zhang").post("/api/v1/matters", asked).await.expect(201).json();
    let found = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "fire_lane" } });
    let hazard = world.api("neighbour").post("/api/v1/matters", found).await.expect(201).json();
    let said = json!({ "kind": "need", "place": "371722003003", "for_someone": true, "fields": {
        "category": "errands", "what": "请人买药", "when": "today", "address": "5 号楼", "phone": "13800000002" } });
    let called = world.api("call").post("/api/v1/matters", said).await.expect(201).json();
    LivedIn { world, matters: vec![need, hazard, called] }
}

/// All routes of the product.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    CAPABILITIES.iter().flat_map(|c| c.routes)
}

pub fn is_api(route: &Route) -> bool {
    route.path.starts_with("/api/")
}

/// The roles that the access table gives the verb of a route; everyone signed in is a resident.
pub fn granted(route: &Route) -> Option<Vec<Role>> {
    let Needs::Verb(verb) = route.needs else { return None };
    let rows = CAPABILITIES.iter().flat_map(|c| c.verbs);
    let grants = rows.filter(|(name, _)| *name == verb).flat_map(|(_, grants)| grants.iter());
    Some(grants.map(|g| g.role).collect())
}

pub fn is_get(route: &Route) -> bool {
    route.method == Method::Get
}

impl LivedIn {
    /// The addresses that a route's pattern stands for here: each matter for a code or an id, each figure for a measure.
    pub fn addresses(&self, pattern: &str) -> Vec<String> {
        let text = |matter: &Value, key: &str| matter[key].as_str().unwrap_or_default().replace(' ', "");
        let matters = &self.matters;
        let choices = |name: &str| -> Vec<String> {
            match name {
                "code" => matters.iter().map(|m| text(m, "code").replace('-', "")).collect(),
                "id" if pattern.contains("/people/") => {
                    self.world.cast().map(|(key, _)| self.world.person(key).to_string()).collect()
                }
                "id" => matters.iter().map(|m| text(m, "id")).collect(),
                // One of each way of counting; all are walked by the report's own tests.
                "measure" => {
                    ["needs_raised", "hours_confirmed", "volunteers_active", "in_time_rate"].map(str::to_owned).to_vec()
                }
                "kind" => vec!["need".into(), "hazard".into()],
                "page" => ["who", "what", "where", "check"].map(str::to_owned).to_vec(),
                _ => vec!["nothing".into()],
            }
        };
        let mut found = vec![String::new()];
        for part in pattern.split('/').skip(1) {
            let parts = match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
                Some(name) => choices(name),
                None => vec![part.to_owned()],
            };
            found = found.iter().flat_map(|start| parts.iter().map(move |part| format!("{start}/{part}"))).collect();
        }
        // What a page cannot do without.
        match pattern {
            "/places" => found.iter().map(|address| format!("{address}?to=/help/new/where")).collect(),
            "/api/v1/tasks" => vec!["/api/v1/tasks?open=true".into(), "/api/v1/tasks?mine=true".into()],
            "/api/v1/offers" => vec!["/api/v1/offers?mine=true".into()],
            _ => found,
        }
    }
}
