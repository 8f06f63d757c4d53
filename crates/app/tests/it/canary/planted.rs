//! A city in which everything protected has been said once, each thing in words that stand nowhere else.

use app::city::Settings;
use app::dispatch::store::task_by_code;
use app::exchange::photos as files;
use app::identity::tokens::{self, Wanted};
use app::jobs::notify::outbox;
use app::people::actions::{Registration, register};
use app::testing::{Client, World, patient_world};
use rules::shared::Actor;
use rules::shared::ids::{PersonId, PlaceId};
use serde_json::{Value, json};

use super::watch::Needle;
use crate::appeals::appealed;
use crate::lived_in::{LivedIn, card_of, certified, imported, printed};
use crate::mandates_agreed::agreed;
use crate::reviews::through_the_night;
use crate::{dispatch, photos};

// Of the person whom everything is about. Of the right form, and made up.
pub const NAME: &str = "雒紫鸢";
pub const PHONE: &str = "13970707071";
pub const IDENTITY: &str = "371722197505207772";
pub const DOOR: &str = "金丝雀巷 77 号楼 7 单元 707";
pub const KIN: &str = "亓白鹭";
// What she told, and how to reach her for it.
pub const STORY: &str = "百灵夜里睡不着，要人陪去看精神科";
pub const ADDRESS: &str = "画眉里 8 号楼 8 单元 808";
pub const CALL: &str = "13970707072";
pub const SAFELY: &str = "鹧鸪：只发短信，不要打";
pub const NOTE: &str = "鸬鹚：其实怕一个人";
pub const SECRET: &str = "杜鹃：家里有人动手";
pub const CASE: &str = "斑鸠：屋顶漏雨，没有钱修";
// What was told around a service, and at the desk.
pub const TOLD: &str = "鹡鸰：下次要带轮椅";
pub const ANSWER: &str = "鹪鹩：那天确实值夜班";
// What she says against the record of it, and what the volunteer says to that.
pub const OBJECTION: &str = "鹩哥：他没有等到看完";
pub const HEARD: &str = "鹳：是她让我先走的";
pub const APPEAL: &str = "鹈鹕：值班表上有我的名字";
// What she wants to have corrected: a number, and what shows it.
pub const MENDED: &str = "13970707073";
pub const GROUNDS: &str = "戴胜：号码被前夫占着";
pub const SHIFT: &str = "鹌鹑：电梯今晚检修";
// What whoever a report is about was asked, and answered.
pub const SHOP: &str = "鹭鸶杂货铺";
pub const REPLIED: &str = "鸳鸯：货箱早就搬走了";
pub const SHEET: &str = "亶山雀";
pub const PAPER: &str = "鹨：停电那晚写在纸上";
pub const PILE: &str = "鸲：照着纸上录了一半";
pub const DRAFT: &str = "鸫：还没有想好要不要说";

/// What was said or typed, by the name that it has in the policy.
const SAID: &[(&str, &str)] = &[
    ("name", NAME),
    ("phone", PHONE),
    ("identity", IDENTITY),
    ("door", DOOR),
    ("kin", KIN),
    ("story", STORY),
    ("note", NOTE),
    ("address", ADDRESS),
    ("call", CALL),
    ("safely", SAFELY),
    ("secret", SECRET),
    ("case", CASE),
    ("draft", DRAFT),
    ("told", TOLD),
    ("answer", ANSWER),
    ("appeal", APPEAL),
    ("objection", OBJECTION),
    ("heard", HEARD),
    ("mended", MENDED),
    ("grounds", GROUNDS),
    ("shift", SHIFT),
    ("sheet", SHEET),
    ("shop", SHOP),
    ("reply", REPLIED),
    ("paper", PAPER),
    ("pile", PILE),
];

pub struct Planted {
    pub lived: LivedIn,
    pub owner: PersonId,
    token: String,
    pub needles: Vec<Needle>,
}

/// What she asks for.
fn asked(what: &str, private: bool) -> Value {
    json!({ "private": private, "kind": "need", "place": "371722003003", "fields": { "category": "hospital",
        "what": what, "when": "today", "address": ADDRESS, "phone": CALL, "safe_contact": SAFELY } })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn registered(world: &World, place: PlaceId, new: Registration) -> (PersonId, String) {
    let system = Actor::system();
    let made = world.app.act(&system, (place, new), |mut tx, who, at, (place, new)| {
        Box::pin(async move {
            let person = register(&mut tx, &who, at, place, &new).await?;
            Ok((person, tokens::issue(&mut tx, &who, at, person, &Wanted::whole("test")).await?.1))
        })
    });
    made.await.expect("a person")
}

impl Planted {
    /// She herself.
    pub fn client(&self) -> Client {
        self.lived.world.client(Some(self.token.clone()))
    }

    /// What leads to her, her kin, her matters and what is done for her.
    pub fn marks(&self) -> Vec<String> {
        let matters = self.lived.matters.iter().flat_map(|matter| [text(&matter["id"]), plain(matter)]);
        let tasks = self.lived.tasks.iter().flat_map(|task| [text(&task["id"]), text(&task["code"])]);
        let people = self.lived.people.iter().take(2).cloned();
        people.chain(matters).chain(tasks).collect()
    }
}

/// A need that volunteers are asked for.
async fn dispatched(world: &World, owner: &Client) -> Value {
    let need = owner.post("/api/v1/matters", asked(STORY, false)).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", text(&need["id"]));
    owner.post(&format!("{path}/notes"), json!({ "text": NOTE })).await.expect(200);
    let triage = json!({ "answer": "dispatch", "level": "day", "type": "hospital", "way": "volunteers" });
    world.api("social").post(&format!("{path}/triage"), triage).await.expect(200);
    need
}

/// A need that a department has.
async fn handed_on(world: &World, owner: &Client) -> Value {
    let need = owner.post("/api/v1/matters", asked(CASE, false)).await.expect(201).json();
    let triage = json!({ "answer": "to_department", "level": "day", "type": "hospital", "way": "department",
        "departments": [world.department.to_string()], "reason": "房屋的事" });
    let path = format!("/api/v1/matters/{}/triage", text(&need["id"]));
    world.api("social").post(&path, triage).await.expect(200);
    need
}

/// A task of the need; `hour`: when it begins.
async fn task(world: &World, need: &Value, hour: u8, slots: u16) -> Value {
    let body = json!({ "title": "陪诊", "notes": "走路慢", "starts_at": format!("2026-06-08T{hour:02}:00:00+08:00"),
        "minutes": 60, "slots": slots, "place_hint": "黄楼社区", "team": world.team.to_string() });
    let path = format!("/api/v1/matters/{}/tasks", text(&need["id"]));
    world.api("social").post(&path, body).await.expect(201).json()
}

async fn accepted(world: &World, task: &Value, name: &str) {
    dispatch::invite(world, &text(&task["id"]), &[name]).await.expect(201);
    let offer = dispatch::offer_to(world, name).await;
    dispatch::answer(world, name, &offer, "acceptance").await.expect(200);
}

/// 赵明 comes and goes, signed by the desk; the record.
async fn served(world: &World, task: &Value) -> Value {
    let (path, zhao) = (format!("/api/v1/tasks/{}", text(&task["id"])), world.person("zhao").to_string());
    world.api("social").post(&format!("{path}/check-in"), json!({ "person": zhao })).await.expect(200);
    world.pass(60);
    let out = json!({ "person": zhao, "content": "陪同去医院", "still_needed": TOLD });
    let made = world.api("social").post(&format!("{path}/check-out"), out).await.expect(200).json();
    json!({ "id": made["record"] })
}

/// She says that the record is wrong, and 赵明 says something to that.
async fn objected(world: &World, owner: &Client, record: &Value) {
    let path = format!("/api/v1/records/{}", text(&record["id"]));
    owner.post(&format!("{path}/contest"), json!({ "reason": OBJECTION })).await.expect(200);
    world.api("zhao").post(&format!("{path}/objection-answer"), json!({ "words": HEARD })).await.expect(200);
}

/// A hazard with a photo that she took and one that the grid member took; the matter and both.
async fn photographed(world: &World, owner: &mut Client) -> (Value, Vec<String>) {
    let page = owner.get("/hazard/new").await.expect(200).text;
    let sent = [("photos", crate::help::png(48, 36))];
    owner.send_files(&page, "/hazard/new", &[("category", "manhole")], &sent).await.expect(303);
    let matters = world.api("grid").get("/api/v1/matters?kind=hazard").await.expect(200).json();
    let hazard = matters["items"][0].clone();
    let id = text(&hazard["id"]);
    let own = owner.get(&format!("/api/v1/matters/{id}/photos")).await.expect(200).json();
    let taken = photos::at_desk(world, &id).await;
    (hazard, vec![text(&own["items"][0]["id"]), taken])
}

/// 张桂兰 is asked about the hazard, and answers; the question.
async fn heard(world: &World, hazard: &Value) -> String {
    let path = format!("/api/v1/matters/{}/replies", text(&hazard["id"]));
    let ask = json!({ "name": SHOP, "phone": "13800000001", "told": "货箱挡住了消防通道" });
    let id = text(&world.api("grid").post(&path, ask).await.expect(201).json()["id"]);
    let words = json!({ "words": REPLIED });
    world.api("zhang").post(&format!("/api/v1/replies/{id}/words"), words).await.expect(200);
    id
}

/// What a telephone was sent to sign in with.
async fn sent_code(world: &World) -> String {
    let mut visitor = world.visitor();
    visitor.submit("/login", "/login", &[("phone", PHONE)]).await.expect(303);
    let sent = world.app.read(|mut tx| Box::pin(async move { outbox(&mut tx, 1000).await })).await.expect("messages");
    let of = sent.into_iter().find(|(message, _)| message.to == PHONE && message.template == "sign-in-code");
    text(&of.expect("a code").0.body["code"])
}

async fn bytes_of(world: &World, photo: &str) -> Vec<u8> {
    files::read(&world.app.files, photo.parse().expect("an id")).await.expect("its bytes")
}

/// A private need that came on paper, entered by the social worker; the batch and the matter.
async fn on_paper(world: &World, owner: PersonId) -> (Value, Value) {
    let batch = printed(world, "social", "need").await;
    let form = json!({ "serial": batch["items"][0]["serial"], "received_at": world.app.now().recorded.to_string(), "matter": {
        "place": "371722003003", "private": true, "caller": owner.to_string(),
        "fields": { "category": "care", "what": PAPER, "when": "today", "phone": CALL } } });
    let rows = format!("/api/v1/paper/batches/{}/rows", text(&batch["id"]));
    let social = world.api("social");
    let done = social.post(&rows, json!({ "apply": true, "rows": [form] })).await.expect(200).json();
    let matter = social.get(&format!("/api/v1/matters/{}", text(&done["items"][0]["became"]))).await.expect(200).json();
    (batch, matter)
}

/// Half a pile that the community's worker has typed in and only checked.
async fn half_a_pile(world: &World) -> Value {
    let batch = printed(world, "community", "need").await;
    let entry = format!("/paper/{}/entry", text(&batch["number"]).replace('-', ""));
    let typed = [("do", "check"), ("r1_serial", "nothing"), ("r1_what", PILE)];
    world.browser("community").await.submit(&entry, &entry, &typed).await.expect(303);
    batch
}

/// Begins a need and leaves it.
async fn drafted(owner: &mut Client) {
    owner.submit("/help/new/who?type=care", "/help/new/who", &[("relation", "self")]).await.expect(303);
    owner.submit("/help/new/what", "/help/new/what", &[("what", DRAFT)]).await.expect(422);
}

/// A code as addresses have it: `Q 4F7-K2M9-X3A` is `4F7K2M9X3A` there.
fn plain(matter: &Value) -> String {
    text(&matter["code"]).chars().skip(1).filter(char::is_ascii_alphanumeric).collect()
}

async fn qr_of(world: &World, task: &Value) -> String {
    let code = text(&task["code"]);
    let row = world.app.read(move |mut tx| Box::pin(async move { task_by_code(&mut tx, &code).await })).await;
    row.expect("a task").expect("the task").qr_token
}

/// Plants everything.
pub async fn planted(db: db::Db) -> Planted {
    let world = patient_world(db, &[]).await;
    let new = Registration {
        name: NAME.into(),
        phone: Some(PHONE.into()),
        identity_number: Some(IDENTITY.into()),
        address: Some(DOOR.into()),
        ..Registration::default()
    };
    let (owner, token) = registered(&world, world.huanglou, new).await;
    let kin = Registration { name: KIN.into(), ..Registration::default() };
    let (kin, _) = registered(&world, world.dingtao, kin).await;
    let mut client = world.client(Some(token.clone()));
    client.post(&format!("/api/v1/people/{owner}/kin"), json!({ "person": kin.to_string() })).await.expect(200);
    let (hazard, photos) = photographed(&world, &mut client).await;
    let [open, private, case] = [
        dispatched(&world, &client).await,
        client.post("/api/v1/matters", asked(SECRET, true)).await.expect(201).json(),
        handed_on(&world, &client).await,
    ];
    let (past, coming) = (task(&world, &open, 10, 1).await, task(&world, &open, 14, 2).await);
    accepted(&world, &past, "zhao").await;
    dispatch::invite(&world, &text(&coming["id"]), &["wang"]).await.expect(201);
    accepted(&world, &coming, "li").await;
    world.pass(55);
    let record = served(&world, &past).await;
    objected(&world, &client, &record).await;
    let review = through_the_night(&world, "wang", "community").await;
    let answer = json!({ "words": ANSWER });
    world.api("wang").post(&format!("/api/v1/records/{review}/review-answer"), answer).await.expect(200);
    let appeal = appealed(&world, "zhao", APPEAL).await;
    let reply = heard(&world, &hazard).await;
    let (paper, written) = on_paper(&world, owner).await;
    // What is private is hidden from a delegate when it came before the mandate.
    world.pass(1);
    let delegate = json!({ "delegate_phone": "13800000002", "delegate_name": "孙秀英", "kinds": ["need"] });
    let mandate = agreed(&world, (&client, owner), "neighbour", delegate).await;
    let shift = json!({ "place": "371722003003", "words": SHIFT });
    let shift = world.api("call").post("/api/v1/handovers", shift).await.expect(201).json();
    let import = imported(&world, &format!("{SHEET},,371722003003\n")).await;
    let card = card_of(&world, &owner.to_string()).await;
    let certificate = certified(&world).await;
    drafted(&mut client).await;
    let wish = json!({ "field": "phone", "wanted": MENDED, "grounds": GROUNDS });
    let wish = client.post(&format!("/api/v1/people/{owner}/corrections"), wish).await.expect(201).json();
    let pile = half_a_pile(&world).await;
    let code = sent_code(&world).await;
    let opened = [("card", card.as_str()), ("token", token.as_str())].map(|(name, text)| Needle::new(name, text));
    let untold = [&private, &written].map(|matter| [text(&matter["id"]), text(&matter["code"]), plain(matter)]);
    let trace = Needle::any("trace", untold.concat());
    let qr = qr_of(&world, &coming).await;
    let mut needles: Vec<Needle> = SAID.iter().map(|(name, said)| Needle::new(name, said)).collect();
    needles.extend(opened);
    needles.extend([trace, Needle::new("qr", &qr), Needle::word("code", &code)]);
    for (name, photo) in ["photo", "desk-photo"].into_iter().zip(&photos) {
        needles.push(Needle::file(name, bytes_of(&world, photo).await));
    }
    let lived = LivedIn {
        tasks: vec![past, coming],
        token: qr,
        record,
        review,
        appeal,
        certificate,
        import,
        card,
        mandate,
        handover: text(&shift["id"]),
        reply,
        correction: text(&wish["id"]),
        photos,
        people: vec![owner.to_string(), kin.to_string(), world.person("li").to_string()],
        matters: vec![open, private, case, hazard, written],
        batches: vec![paper, pile],
        ..LivedIn::bare(world)
    };
    out_of_demo(&lived.world);
    Planted { lived, owner, token, needles }
}

/// In the demo, a page shows messages that elsewhere only phones get.
fn out_of_demo(world: &World) {
    let city = world.app.city();
    let settings = Settings { demo: false, ..city.settings.clone() };
    world.app.replace_city(city.with_settings(settings));
}
