//! A small world in which something has happened, and addresses that lead to it: what tests over all routes walk on.

use app::capability::{CAPABILITIES, Method, Needs, Route};
use app::exchange::imports;
use app::testing::{Client, World, patient_world};
use rules::shared::Role;
use serde_json::{Value, json};

/// The small world after a need was raised, a hazard reported, and a call written down.
pub struct LivedIn {
    pub world: World,
    pub matters: Vec<Value>,
    /// A task that 李建国 has accepted, with the token of its QR.
    pub tasks: Vec<Value>,
    pub token: String,
    /// What he served before, entered late.
    pub record: Value,
    /// What 王淑珍 entered of a whole night, which is looked at before it counts.
    pub review: String,
    /// What 赵明 entered of a whole night, which was found false and which he has appealed about.
    pub appeal: String,
    /// What was certified of another day of his.
    pub certificate: Value,
    /// What the community's worker brings in: a row that is new, and one that is refused.
    pub import: String,
    /// What the QR of 张桂兰's card says.
    pub card: String,
    /// The card itself.
    pub card_id: String,
    /// By which 孙秀英 acts for 张桂兰.
    pub mandate: String,
    /// The shift that 蒋接线 left.
    pub handover: String,
    /// By which 李建国 volunteers.
    pub membership: String,
    /// What 张桂兰 is asked about the hazard.
    pub reply: String,
    /// What 张桂兰 wants to have corrected.
    pub correction: String,
    /// What the county has weighed.
    pub assessment: String,
    /// Batches of paper, with the serials of a form of each.
    pub batches: Vec<Value>,
    pub photos: Vec<String>,
    /// Whose ids stand in addresses: everybody of the small world, where nobody else is wanted.
    pub people: Vec<String>,
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
    let (task, token) = accepted_task(&world).await;
    let late = json!({ "name": "小区清扫", "place": "371722003003", "content": "清扫楼道",
        "start": "2026-06-07T08:00:00+08:00", "end": "2026-06-07T10:00:00+08:00", "reason": "手机没电" });
    let record = world.api("li").post("/api/v1/records", late).await.expect(201).json();
    let certificate = certified(&world).await;
    let review = crate::reviews::through_the_night(&world, "wang", "community").await;
    let appeal = crate::appeals::appealed(&world, "zhao", "那天是我值的班").await;
    let import = imported(&world, "钱大爷,13955550001,371722003003\n吴某,,371722003003\n").await;
    let zhang = world.person("zhang");
    let card = card_of(&world, &zhang.to_string()).await;
    let cards = world.api("zhang").get(&format!("/api/v1/people/{zhang}/cards")).await.expect(200).json();
    let card_id = cards["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let mandate = crate::mandates_agreed::agreed_by_sun(&world, json!({ "kinds": ["need"] })).await;
    let shift = json!({ "place": "371722003003", "words": "电梯今晚检修" });
    let shift = world.api("call").post("/api/v1/handovers", shift).await.expect(201).json();
    let reply = asked_about(&world, &hazard).await;
    let membership = membership_of(&world, "li").await;
    let batches = vec![printed(&world, "community", "need").await, printed(&world, "community", "sign_in").await];
    let (matters, handover) = (vec![need, hazard, called], shift["id"].as_str().unwrap_or_default().to_owned());
    let correction = asked_to_correct(&world.api("zhang"), &zhang.to_string(), "13800000099").await;
    let assessment = weighed(&world).await;
    let (tasks, people, photos) = (vec![task], everybody(&world), vec!["nothing".into()]);
    LivedIn {
        world,
        matters,
        tasks,
        token,
        record,
        review,
        appeal,
        certificate,
        import,
        card,
        card_id,
        mandate,
        handover,
        membership,
        reply,
        correction,
        assessment,
        batches,
        photos,
        people,
    }
}

/// Somebody asks for another telephone number: the request.
pub async fn asked_to_correct(client: &Client, person: &str, phone: &str) -> String {
    let asked = json!({ "field": "phone", "wanted": phone, "grounds": "换了号码" });
    let made = client.post(&format!("/api/v1/people/{person}/corrections"), asked).await.expect(201).json();
    made["id"].as_str().unwrap_or_default().to_owned()
}

/// What is entered of an impact assessment that the county makes.
pub fn assessment() -> Value {
    json!({ "place": "371722", "title": "把住址给接单的志愿者", "occasion": "passed_on", "purpose": "上门服务要知道门牌",
        "effect": "住址可能外泄", "measures": "任务结束就看不到", "valid_from": "2026-06-08", "review_on": "2027-06-08",
        "approved_by": "单县社会工作部", "approved_on": "2026-06-08" })
}

async fn weighed(world: &World) -> String {
    let made = world.api("supervisor").post("/api/v1/assessments", assessment()).await.expect(201).json();
    made["id"].as_str().unwrap_or_default().to_owned()
}

/// Three forms of paper: of a kind, or sign-in sheets.
pub async fn printed(world: &World, who: &str, form: &str) -> Value {
    let body = match form {
        "sign_in" => json!({ "sort": "sign_in", "place": "371722003003", "count": 3 }),
        kind => json!({ "sort": "registration", "kind": kind, "place": "371722003003", "count": 3 }),
    };
    world.api(who).post("/api/v1/paper/batches", body).await.expect(201).json()
}

/// The first membership that somebody holds.
async fn membership_of(world: &World, name: &str) -> String {
    let person = world.api(name).get(&format!("/api/v1/people/{}", world.person(name))).await.expect(200).json();
    person["memberships"][0]["id"].as_str().unwrap_or_default().to_owned()
}

fn everybody(world: &World) -> Vec<String> {
    world.cast().map(|(key, _)| world.person(key).to_string()).collect()
}

/// Rows of people that the community's worker brings in, checked.
pub async fn imported(world: &World, rows: &str) -> String {
    let file = format!("姓名,手机号,区划代码\n{rows}").into_bytes();
    let (who, people) = (world.actor("community").await, imports::intake("people").expect("an intake"));
    let id = imports::take_in(&world.app, &who, world.huanglou.cell, people, file).await.expect("a file");
    let started = world.app.act(&who, id, |mut tx, who, at, id| {
        Box::pin(async move {
            imports::start(&mut tx, &who, at, id).await?;
            imports::advance(&mut tx, at, id).await
        })
    });
    started.await.expect("a checked import");
    id.to_string()
}

pub async fn certified(world: &World) -> Value {
    let late = json!({ "name": "小区清扫", "place": "371722003003", "content": "清扫楼道",
        "start": "2026-06-01T08:00:00+08:00", "end": "2026-06-01T10:00:00+08:00", "reason": "手机没电" });
    let record = world.api("li").post("/api/v1/records", late).await.expect(201).json();
    let path = format!("/api/v1/records/{}/confirmation", record["id"].as_str().unwrap_or_default());
    world.api("community").post(&path, json!({})).await.expect(200);
    let path = format!("/api/v1/people/{}/certificates", world.person("li"));
    let days = json!({ "from": "2026-06-01", "to": "2026-06-01", "without": true });
    world.api("li").post(&path, days).await.expect(201).json()["items"][0].clone()
}

/// Makes somebody's service card: what its QR says.
pub async fn card_of(world: &World, person: &str) -> String {
    let made =
        world.api("community").post(&format!("/api/v1/people/{person}/cards"), json!({ "replaces": true })).await;
    let made = made.expect(201).json();
    made["url"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default().to_owned()
}

/// A need that was triaged and dispatched to the team, and is accepted.
async fn accepted_task(world: &World) -> (Value, String) {
    let asked = need("想有人陪着去取药", "3 号楼 2 单元 401", "13800000001");
    let matter = world.api("zhang").post("/api/v1/matters", asked).await.expect(201).json();
    let id = matter["id"].as_str().unwrap_or_default().to_owned();
    let triage = json!({ "level": "day", "type": "hospital", "way": "volunteers" });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), triage).await.expect(200);
    let body = json!({ "title": "陪同取药", "starts_at": "2026-06-08T14:00:00+08:00", "minutes": 120 });
    let task = world.api("social").post(&format!("/api/v1/matters/{id}/tasks"), body).await.expect(201).json();
    let code = task["code"].as_str().unwrap_or_default().to_owned();
    let id = task["id"].as_str().unwrap_or_default();
    let people = json!({ "people": [world.person("li").to_string()] });
    world.api("social").post(&format!("/api/v1/tasks/{id}/offers"), people).await.expect(201);
    let offers = world.api("li").get("/api/v1/offers?mine=true").await.expect(200).json();
    let offer = offers["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    world.api("li").post(&format!("/api/v1/offers/{offer}/acceptance"), json!({})).await.expect(200);
    let row =
        world.app.read(move |mut tx| Box::pin(async move { app::dispatch::store::task_by_code(&mut tx, &code).await }));
    (task, row.await.unwrap().expect("the task").qr_token)
}

/// All routes of the product.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    CAPABILITIES.iter().flat_map(|c| c.routes)
}

pub fn is_api(route: &Route) -> bool {
    route.path.starts_with("/api/")
}

/// 张桂兰 is asked about a hazard; the question.
pub async fn asked_about(world: &World, hazard: &Value) -> String {
    let path = format!("/api/v1/matters/{}/replies", hazard["id"].as_str().unwrap_or_default());
    let ask = json!({ "name": "路口小超市", "phone": "13800000001", "told": "货箱挡住了消防通道" });
    let reply = world.api("grid").post(&path, ask).await.expect(201).json();
    reply["id"].as_str().unwrap_or_default().to_owned()
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
    /// A world in which nothing has happened yet.
    pub fn bare(world: World) -> LivedIn {
        let [token, import, card, mandate, handover, reply, review] = [const { String::new() }; 7];
        let [correction, assessment, appeal] = [const { String::new() }; 3];
        let [tasks, matters, batches] = [const { Vec::new() }; 3];
        let (record, certificate) = (Value::Null, Value::Null);
        let (people, photos) = (everybody(&world), vec!["nothing".into()]);
        LivedIn {
            world,
            matters,
            tasks,
            token,
            record,
            review,
            appeal,
            certificate,
            import,
            card,
            card_id: "nothing".into(),
            mandate,
            handover,
            membership: "nothing".into(),
            reply,
            correction,
            assessment,
            batches,
            photos,
            people,
        }
    }

    /// The addresses that a route's pattern stands for here: each matter for a code or an id, each figure for a measure.
    pub fn addresses(&self, pattern: &str) -> Vec<String> {
        let text = |matter: &Value, key: &str| matter[key].as_str().unwrap_or_default().replace(' ', "");
        let matters = &self.matters;
        let choices = |name: &str| -> Vec<String> {
            match name {
                "code" if pattern.starts_with("/tasks/") => {
                    self.tasks.iter().map(|task| text(task, "code").replace('-', "")).collect()
                }
                "id" if pattern.contains("/tasks/{id}") => self.tasks.iter().map(|task| text(task, "id")).collect(),
                "file" => self.photos.clone(),
                "id" if pattern.ends_with("/photos/{id}") => self.photos.clone(),
                "token" if pattern.starts_with("/in/") || pattern.starts_with("/out/") => vec![self.token.clone()],
                "id" if [
                    "/me/records/",
                    "/desk/confirm/",
                    "/desk/call-backs/",
                    "/help/{code}/records/",
                    "/api/v1/records/",
                ]
                .iter()
                .any(|p| pattern.starts_with(p)) =>
                {
                    vec![text(&self.record, "id"), self.review.clone(), self.appeal.clone()]
                }
                "id" if pattern.starts_with("/desk/reviews/") => vec![self.review.clone(), self.appeal.clone()],
                "id" if pattern.contains("/replies/{id}") => vec![self.reply.clone()],
                "id" if pattern == "/memberships/{id}" => vec![self.membership.clone()],
                "id" if pattern.contains("/handover") => vec![self.handover.clone()],
                "id" if pattern.contains("/imports/") => vec![self.import.clone()],
                "intake" => vec!["people".into(), "teams".into(), "credentials".into()],
                "id" if pattern.contains("/certificates/") => vec![text(&self.certificate, "id")],
                "code" if ["/verify/", "/api/v1/certificates/"].iter().any(|p| pattern.starts_with(p)) => {
                    vec![text(&self.certificate, "code")]
                }
                "shown" => vec![self.card.clone()],
                "id" if pattern.starts_with("/cards/{id}") => vec![self.card_id.clone()],
                "id" if pattern.contains("/corrections/{id}") => vec![self.correction.clone()],
                "id" if pattern.contains("/assessments/{id}") => vec![self.assessment.clone()],
                "id" if pattern.contains("/paper/batches/") => self.batches.iter().map(|b| text(b, "id")).collect(),
                "batch" => self.batches.iter().map(|b| text(b, "number").replace('-', "")).collect(),
                "serial" => self.batches.iter().map(|b| text(&b["items"][0], "serial").replace('-', "")).collect(),
                "id" if pattern.contains("/mandates/{id}") => vec![self.mandate.clone()],
                "code" => matters.iter().map(|m| text(m, "code").replace('-', "")).collect(),
                "id" if pattern.contains("/organisations/") => {
                    [self.world.team, self.world.department].map(|id| id.to_string()).to_vec()
                }
                "id" if pattern.contains("/places/") => vec![self.world.huanglou.to_string()],
                "id" if pattern.contains("/people/") => self.people.clone(),
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
