//! Whoever is erased is gone: from every list and search, from every column of every table, from the file and its log, and
//! from the store of photos. What was counted is counted as before.

use app::exchange::{imports, loose};
use app::identity::tokens::{self, Wanted};
use app::jobs::scrub;
use app::testing::{Client, World, world};
use data_encoding::BASE64;
use db::db_test;
use futures::TryStreamExt as _;
use rules::people::person::ERASED;
use rules::shared::Actor;
use rules::shared::ids::PersonId;
use serde_json::{Value, json};

const NAME: &str = "宋玉环";
const PHONE: &str = "13977778888";
const IDENTITY: &str = "11010519491231002X";
const ADDRESS: &str = "柳林巷 9 号院 3 户";
/// What stands in clear somewhere: in the register, or in the words of others.
const CLEAR: [&str; 8] = [
    NAME,
    "宋*环",
    "139****8888",
    "柳林巷 9 号院",
    "她怕狗，先按门铃",
    "听说她儿子在外地",
    "那天要照顾孙子",
    "HZ-AID-7788",
];
/// What she told, which is sealed.
const TOLD: [&str; 12] = [
    PHONE,
    IDENTITY,
    ADDRESS,
    "夜里咳得厉害",
    "对青霉素过敏",
    "小李很耐心",
    "血压偏高，要买药",
    "楼道灯坏了想请人修",
    "证上写的是救护员",
    "红十字会的证书原件",
    "见过证书原件",
    "值班表上有我的名字",
];

/// 宋玉环, who asks, serves, rates and is certified, and her world.
struct Song {
    world: World,
    id: PersonId,
    own: Client,
    browser: Client,
    certificate: String,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A photo that is like no other.
fn photo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let shade = |x: u32, y: u32| image::Rgb([u8::try_from(x * y % 251).unwrap_or(0); 3]);
    image::RgbImage::from_fn(64, 48, shade).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

impl Song {
    async fn arrives(db: db::Db) -> Song {
        let world = world(db, &[]).await;
        let new = json!({ "name": NAME, "place": "371722003003", "phone": PHONE, "identity_number": IDENTITY,
            "sex": "female", "address": ADDRESS });
        let made = world.api("community").post("/api/v1/people", new).await.expect(201).json();
        let id: PersonId = text(&made["id"]).parse().unwrap();
        let system = Actor::system();
        let token = world.app.act(&system, id, |mut tx, who, at, id| {
            Box::pin(async move { Ok(tokens::issue(&mut tx, &who, at, id, &Wanted::whole("宋玉环的手机")).await?.1) })
        });
        let own = world.client(Some(token.await.unwrap()));
        let browser = world.visitor().sign_in(PHONE).await;
        Song { world, id, own, browser, certificate: String::new() }
    }

    async fn does(&self, path: &str, body: Value) -> Value {
        let answered = self.own.post(path, body).await;
        assert!(answered.status.is_success(), "{path}: {} {}", answered.status, answered.text);
        answered.json()
    }

    async fn staff(&self, who: &str, path: &str, body: Value) -> Value {
        let answered = self.world.api(who).post(path, body).await;
        assert!(answered.status.is_success(), "{who} {path}: {} {}", answered.status, answered.text);
        answered.json()
    }

    fn mine(&self, what: &str) -> String {
        format!("/api/v1/people/{}/{what}", self.id)
    }

    /// She asks for company, 李建国 comes, and she says how it was.
    async fn is_served(&self) {
        let need = json!({ "kind": "need", "place": "371722003003", "fields": { "category": "hospital",
            "what": "夜里咳得厉害，要去复查", "when": "today", "address": ADDRESS, "phone": PHONE } });
        let matter = format!("/api/v1/matters/{}", text(&self.does("/api/v1/matters", need).await["id"]));
        self.does(&format!("{matter}/notes"), json!({ "text": "补充：对青霉素过敏" })).await;
        self.staff("social", &format!("{matter}/notes"), json!({ "text": "听说她儿子在外地" })).await;
        let triage = json!({ "level": "day", "type": "hospital", "way": "volunteers", "reason": "宋玉环家属来过电话" });
        self.staff("social", &format!("{matter}/triage"), triage).await;
        let starts = self.world.app.now().recorded.to_string();
        let task = json!({ "title": "陪同复查", "starts_at": starts, "minutes": 120, "place_hint": "柳林巷 9 号院",
            "notes": "她怕狗，先按门铃" });
        let task =
            format!("/api/v1/tasks/{}", text(&self.staff("social", &format!("{matter}/tasks"), task).await["id"]));
        self.staff("social", &format!("{task}/offers"), json!({ "people": [self.world.person("li").to_string()] }))
            .await;
        self.accepts("li").await;
        let code = self.world.api("social").get(&task).await.expect(200).json();
        let code = code["desk"]["check_code"].clone();
        self.staff("li", &format!("{task}/check-in"), json!({ "code": code })).await;
        self.world.pass(90);
        let out = json!({ "code": code, "content": "陪宋玉环复查，送回柳林巷 9 号院 3 户", "still_needed": "血压偏高，要买药" });
        let out = self.staff("li", &format!("{task}/check-out"), out).await;
        let record = format!("/api/v1/records/{}", text(&out["record"]));
        self.does(&format!("{record}/contest"), json!({ "reason": "宋玉环那天回得早" })).await;
        self.does(&format!("{record}/objection-withdrawal"), json!({})).await;
        self.does(&format!("{record}/confirmation"), json!({})).await;
        let rating = json!({ "solved": true, "satisfaction": 5, "words": "小李很耐心" });
        self.does(&format!("{matter}/rating"), rating).await;
    }

    /// A night that she entered is found false; she appeals, and it stands.
    async fn appeals(&self) {
        let night = json!({ "name": "夜间值守", "place": "371722003003", "content": "在值班室守夜",
            "start": "2026-06-04T20:00:00+08:00", "end": "2026-06-05T05:30:00+08:00", "reason": "没有带手机" });
        let record = format!("/api/v1/records/{}", text(&self.does("/api/v1/records", night).await["id"]));
        self.staff("community", &format!("{record}/confirmation"), json!({})).await;
        self.does(&format!("{record}/review-answer"), json!({ "words": "那晚值夜班" })).await;
        let found = json!({ "verdict": "uphold", "reason": "宋玉环那晚在家" });
        self.staff("social", &format!("{record}/review-decision"), found).await;
        self.does(&format!("{record}/appeal"), json!({ "words": "值班表上有我的名字" })).await;
        let open = self.own.get(&self.mine("erasure")).await.expect(200).json();
        assert!(open["obstacles"].to_string().contains("erase-open-records"), "{open}");
        let stands = json!({ "outcome": "stand", "reason": "值班表上没有宋玉环" });
        self.staff("inspector", &format!("{record}/appeal-decision"), stands).await;
    }

    async fn accepts(&self, who: &str) {
        let offers = self.world.api(who).get("/api/v1/offers?mine=true").await.expect(200).json();
        let offer = text(&offers["items"][0]["id"]);
        self.staff(who, &format!("/api/v1/offers/{offer}/acceptance"), json!({})).await;
    }

    /// She serves too, is certified, and once declines.
    async fn serves(&mut self) {
        self.does(&self.mine("volunteering"), json!({})).await;
        let aid = json!({ "skill": "first_aid", "number": "HZ-AID-7788", "issuer": "市红十字会", "valid_from": "2026-03-01" });
        self.does(&self.mine("credentials"), aid).await;
        let late = json!({ "name": "小区清扫", "place": "371722003003", "content": "清扫楼道",
            "start": "2026-06-01T08:00:00+08:00", "end": "2026-06-01T10:00:00+08:00", "reason": "手机没电" });
        let record = text(&self.does("/api/v1/records", late).await["id"]);
        self.staff("community", &format!("/api/v1/records/{record}/confirmation"), json!({})).await;
        let june = json!({ "from": "2026-06-01", "to": "2026-06-01", "without": true });
        self.certificate = text(&self.does(&self.mine("certificates"), june).await["items"][0]["code"]);
        self.appeals().await;
        let need = crate::lived_in::need("请人帮忙", "3 号楼", "13800000001");
        let matter = text(&self.staff("zhang", "/api/v1/matters", need).await["id"]);
        let triage = json!({ "level": "day", "type": "hospital", "way": "volunteers" });
        self.staff("social", &format!("/api/v1/matters/{matter}/triage"), triage).await;
        let task = json!({ "title": "陪诊", "starts_at": "2026-06-09T14:00:00+08:00", "minutes": 120 });
        let task = text(&self.staff("social", &format!("/api/v1/matters/{matter}/tasks"), task).await["id"]);
        let people = json!({ "people": [self.id.to_string()] });
        self.staff("social", &format!("/api/v1/tasks/{task}/offers"), people).await;
        let offers = self.own.get("/api/v1/offers?mine=true").await.expect(200).json();
        let decline = format!("/api/v1/offers/{}/decline", text(&offers["items"][0]["id"]));
        self.does(&decline, json!({ "reason": "那天要照顾孙子" })).await;
    }

    /// A hazard with a photo, taken back; a form with a photo, never sent; a mandate, a card, a table with her in it.
    async fn leaves_more(&mut self) {
        let page = self.browser.get("/hazard/new").await.expect(200).text;
        let hazard = [("category", "manhole")];
        let sent = self.browser.send_files(&page, "/hazard/new", &hazard, &[("photos", photo())]).await.expect(303);
        let done = sent.location.unwrap_or_default();
        let matters = self.own.get("/api/v1/matters?mine=true").await.expect(200).json();
        let open = matters["items"].as_array().unwrap().iter().find(|m| m["kind"] == "hazard").expect(&done).clone();
        self.does(&format!("/api/v1/matters/{}/withdrawal", text(&open["id"])), json!({ "reason": "已经有人修" }))
            .await;
        let page = self.browser.get("/hazard/new").await.expect(200).text;
        let unfinished = [("category", "food"), ("note", "楼道灯坏了想请人修")];
        let photos = [("photos", photo()), ("photos", b"GIF89a".to_vec())];
        self.browser.send_files(&page, "/hazard/new", &unfinished, &photos).await.expect(422);
        let family = json!({ "delegate_phone": "13800000002", "delegate_name": "孙秀英", "kinds": ["need"] });
        crate::mandates_agreed::agreed(&self.world, (&self.own, self.id), "neighbour", family).await;
        self.staff("community", &self.mine("cards"), json!({})).await;
        self.has_something_corrected().await;
        self.does(&self.mine("consents"), json!({ "purpose": "photo_published", "given": true })).await;
        let file = format!("姓名,手机号,区划代码\n{NAME},{PHONE},371722003003\n钱大爷,13955550001,371722003003\n");
        let (who, people) = (self.world.actor("community").await, imports::intake("people").expect("an intake"));
        let cell = self.world.huanglou.cell;
        let id = imports::take_in(&self.world.app, &who, cell, people, file.into_bytes()).await.expect("a file");
        let started = self.world.app.act(&who, id, |mut tx, who, at, id| {
            Box::pin(async move {
                imports::start(&mut tx, &who, at, id).await?;
                imports::advance(&mut tx, at, id).await
            })
        });
        started.await.expect("a checked import");
    }

    /// Words about her, corrected by hand; and a household that is still asked about.
    async fn has_something_corrected(&self) {
        let wish = json!({ "field": "other", "wanted": "证上写的是救护员", "grounds": "红十字会的证书原件" });
        let id = text(&self.does(&self.mine("corrections"), wish).await["id"]);
        let decision = json!({ "verdict": "correct", "reason": "见过证书原件", "value": "在备注里改了" });
        self.staff("community", &format!("/api/v1/corrections/{id}/decision"), decision).await;
        self.does(&self.mine("corrections"), json!({ "field": "household", "wanted": "和女儿同户" })).await;
    }

    /// Every figure of the public report, whole and split, as somebody sees it who sees small groups too.
    async fn figures(&self) -> Vec<String> {
        let official = self.world.api("supervisor");
        let mut all = Vec::new();
        for measure in rules::reports::measures() {
            let groups = measure.by.iter().map(|group| format!("by=group&group={group}"));
            for split in ["by=month".to_owned(), "by=place".to_owned()].into_iter().chain(groups) {
                let asked = format!("/api/v1/reports/{}?{split}&place=371722003003", measure.key);
                let mut said = official.get(&asked).await.expect(200).json();
                // When it was counted is no figure.
                said["as_of"].take();
                all.push(format!("{asked} {said}"));
            }
        }
        all
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let counted =
            self.world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![]).await?) }));
        counted.await.unwrap()
    }

    /// The rows that are counted: how many, and what of them adds up.
    async fn ledgers(&self) -> Vec<i64> {
        let mut sums = Vec::new();
        for sql in [
            "SELECT COUNT(*) FROM matters_matters",
            "SELECT COUNT(*) FROM dispatch_offers",
            "SELECT COUNT(*) FROM service_records",
            "SELECT CAST(SUM(minutes) AS BIGINT) FROM service_records WHERE state = 'confirmed'",
            "SELECT CAST(SUM(satisfaction) AS BIGINT) FROM service_ratings",
            "SELECT CAST(SUM(recorded_minutes + late_minutes) AS BIGINT) FROM service_certificates",
            "SELECT COUNT(*) FROM service_attendance",
            "SELECT COUNT(*) FROM people_consents",
            "SELECT COUNT(*) FROM audit_reads",
            "SELECT COUNT(*) FROM audit_events WHERE verb <> 'rights.erase'",
        ] {
            sums.push(self.count(sql).await);
        }
        sums
    }

    async fn everything(&self) -> Everything {
        let mut rows = String::new();
        let mut keep = |table: &str, line: &str| {
            rows.push_str(table);
            rows.push(' ');
            rows.push_str(line);
            rows.push('\n');
            Ok(())
        };
        self.world.app.db.export(app::migrations::STEPS, &mut keep).await.expect("an export");
        self.world.app.db.checkpoint().await.expect("a checkpoint");
        let files: Vec<_> = self.world.app.files.list(None).try_collect().await.expect("the store");
        Everything { rows, bytes: db::testing::files_of(&self.world.app.db), files: files.len() }
    }

    /// What the database keeps wrapped of her key.
    async fn wrapped(&self) -> Vec<u8> {
        #[derive(serde::Deserialize)]
        struct Row {
            wrapped: Vec<u8>,
        }
        let id = self.id;
        let row = self.world.app.read(move |mut tx| {
            Box::pin(async move {
                let sql = "SELECT wrapped FROM vault_keys WHERE cell = $1 AND owner = $2";
                Ok(tx.one::<Row>(sql, db::args![id.cell.0, id.uuid]).await?)
            })
        });
        row.await.unwrap().expect("a key").wrapped
    }
}

/// All there is: each column of each row as text, the files of an embedded database, how many photos.
struct Everything {
    rows: String,
    bytes: Vec<u8>,
    files: usize,
}

impl Everything {
    fn rows_with(&self, needle: &str) -> Vec<&str> {
        self.rows.lines().filter(|line| line.contains(needle)).collect()
    }

    fn has_bytes(&self, needle: &[u8]) -> bool {
        self.bytes.windows(needle.len()).any(|window| window == needle)
    }
}

/// Hashes that somebody with the key of look-ups could make again.
fn hashes(world: &World) -> Vec<Vec<u8>> {
    let vault = world.app.db.vault();
    vec![vault.lookup("phone", PHONE), vault.lookup("identity", IDENTITY)]
}

db_test!(who_is_erased_is_nowhere_and_every_figure_stays, app::migrations::STEPS, |db| async move {
    let mut song = Song::arrives(db).await;
    song.is_served().await;
    song.serves().await;
    song.leaves_more().await;
    app::jobs::run_due(&song.world.app).await.unwrap();

    // All of it is there, so that a search that finds nothing would be noticed.
    let copy = song.own.get(&song.mine("copy")).await.expect(200).text;
    for told in TOLD {
        assert!(copy.contains(told), "{told} in {copy}");
    }
    let (before, wrapped, hashed) = (song.everything().await, song.wrapped().await, hashes(&song.world));
    for clear in CLEAR {
        assert!(!before.rows_with(clear).is_empty(), "{clear}");
    }
    assert!(
        before.rows_with(&BASE64.encode(&hashed[0])).len() == 1
            && before.rows_with(&BASE64.encode(&hashed[1])).len() == 1
    );
    assert!(before.bytes.is_empty() || before.has_bytes(NAME.as_bytes()) && before.has_bytes(&wrapped[..16]));
    assert_eq!(before.files, 2);
    let (figures, ledgers) = (song.figures().await, song.ledgers().await);
    // She is counted in them by sex and age, among others.
    for (of, value) in [
        ("hours_confirmed_late?by=month", 120),
        ("volunteers_active?by=group&group=sex", 1),
        ("volunteers_active?by=group&group=age_group", 1),
    ] {
        let counted = |said: &String| said.contains(of) && said.contains(&format!("\"value\":{value}"));
        assert!(figures.iter().any(counted), "{of} {value} in {figures:?}");
    }

    let erasure = song.mine("erasure");
    assert_eq!(song.own.get(&erasure).await.expect(200).json()["obstacles"], json!([]));
    song.own.post(&erasure, json!({ "understood": false })).await.expect(422);
    song.own.post(&erasure, json!({ "understood": true })).await.expect(200);
    assert_eq!(loose::remove_given_up(&song.world.app).await.expect("a store"), 2);
    assert!(!scrub::if_due(&song.world.app).await.expect("not yet"), "at night");
    song.world.set_time("2026-06-09T03:30:00+08:00");
    assert!(scrub::if_due(&song.world.app).await.expect("a scrub"));

    let after = song.everything().await;
    for gone in CLEAR.iter().chain(&TOLD) {
        assert_eq!(after.rows_with(gone), Vec::<&str>::new(), "{gone}");
        assert!(!after.has_bytes(gone.as_bytes()), "{gone} in the file");
    }
    for hash in &hashed {
        assert_eq!(after.rows_with(&BASE64.encode(hash)), Vec::<&str>::new());
        assert!(!after.has_bytes(hash));
    }
    // Pairs of characters of the search index, and the key with which every sealed byte of hers was sealed.
    assert!(!after.has_bytes("宋玉".as_bytes()) && !after.has_bytes("玉环".as_bytes()));
    assert!(!wrapped.chunks_exact(16).any(|part| after.has_bytes(part)));
    assert_eq!(after.files, 0);
    song.world.set_time("2026-06-08T10:30:00+08:00");
    assert_eq!((song.figures().await, song.ledgers().await), (figures, ledgers));
    nobody_finds_her(&mut song).await;
});

/// Pages, searches, lists and sign-ins, after she was erased.
async fn nobody_finds_her(song: &mut Song) {
    song.own.get("/api/v1/matters?mine=true").await.expect(401);
    assert!(song.browser.get("/me").await.expect(303).location.unwrap_or_default().starts_with("/login"));
    let community = song.world.api("community");
    for words in [NAME, "syh", PHONE, ERASED] {
        let query: String = form_urlencoded(words);
        let found = community.get(&format!("/api/v1/people?q={query}")).await.expect(200).json();
        assert_eq!(found["items"], json!([]), "{words}");
    }
    community.get(&format!("/people/{}", song.id)).await.expect(404);
    song.world.api("admin").get(&format!("/people/{}/erase", song.id)).await.expect(404);
    let verified = song.world.visitor().get(&format!("/api/v1/certificates/{}", song.certificate)).await.expect(200);
    assert!(verified.text.contains(ERASED), "the register says that it stands, not whose it was: {}", verified.text);
    let rows = song.world.api("supervisor").get("/report/hours_confirmed_late/records?place=371722003003").await;
    assert!(rows.text.contains(ERASED) && !rows.text.contains(NAME), "{}", rows.text);
    // The number is free: somebody else may join with it.
    let mut stranger = song.world.visitor();
    stranger.submit("/login", "/login", &[("phone", PHONE)]).await.expect(303);
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

db_test!(an_erasure_waits_for_what_is_open, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let obstacles = |who: &'static str| {
        let (client, path) = (world.api(who), format!("/api/v1/people/{}/erasure", world.person(who)));
        async move { client.get(&path).await.expect(200).json()["obstacles"].clone() }
    };
    let outing = crate::service::outing(&world, &["li"]).await;
    assert_eq!(obstacles("zhang").await, json!(["erase-open-matters"]));
    assert_eq!(obstacles("li").await, json!(["erase-open-tasks"]));
    assert_eq!(obstacles("social").await, json!(["erase-office"]));
    let record = crate::service::served(&world, &outing, "li").await;
    world.pass(60);
    assert_eq!(obstacles("li").await, json!(["erase-open-records"]));
    crate::service::confirm(&world, "zhang", &record).await;
    assert_eq!(obstacles("li").await, json!([]), "he never looked her number up");

    // By page: why not, and what stays typed nowhere.
    let zhang = world.person("zhang");
    let browser = world.browser("zhang").await;
    let page = browser.get(&format!("/people/{zhang}/erase")).await.expect(200).text;
    assert!(page.contains("您还有 1 件事没办完") && !page.contains("name=\"understood\""), "{page}");
    let neighbour = world.person("neighbour");
    let mut own = world.browser("neighbour").await;
    let address = format!("/people/{neighbour}/erase");
    let refused = own.submit(&address, &address, &[]).await.expect(422);
    assert!(refused.text.contains("请勾选"), "{}", refused.text);
    own.submit(&address, &address, &[("understood", "yes")]).await.expect(303);
    assert!(own.get("/me").await.expect(303).location.unwrap_or_default().starts_with("/login"));

    // Nobody erases anybody else, but the administrator whom they ask.
    let wang = format!("/api/v1/people/{}/erasure", world.person("wang"));
    for (who, status) in [("zhang", 404), ("community", 404), ("social", 404), ("auditor", 404), ("admin", 200)] {
        world.api(who).post(&wang, json!({ "understood": true })).await.expect(status);
    }
    world.api("wang").get("/api/v1/offers?mine=true").await.expect(401);
});

db_test!(who_was_shown_the_data_of_others_is_nameable_for_six_months, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = crate::service::outing(&world, &["li"]).await;
    let task = outing.path("");
    let seen = world.api("li").get(task.trim_end_matches('/')).await.expect(200).text;
    assert!(seen.contains("13800000001"), "{seen}");
    let record = crate::service::served(&world, &outing, "li").await;
    world.pass(60);
    crate::service::confirm(&world, "zhang", &record).await;
    let erasure = format!("/api/v1/people/{}/erasure", world.person("li"));
    let refused = world.api("li").post(&erasure, json!({ "understood": true })).await.expect(422).json();
    assert_eq!(
        (text(&refused["code"]).as_str(), text(&refused["args"]["until"]).as_str()),
        ("erase-named-in-log", "2026-12-08")
    );
    world.set_time("2026-12-09T09:00:00+08:00");
    world.api("li").post(&erasure, json!({ "understood": true })).await.expect(200);
    let readers = world.browser("zhang").await.get("/me/readers").await.expect(200).text;
    assert!(readers.contains(ERASED) && !readers.contains("李建国"), "{readers}");
});

db_test!(everybody_sees_what_is_kept_and_takes_it_along, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let need = crate::lived_in::need("夜里咳得厉害", "3 号楼 2 单元 401", "13800000001");
    let need = world.api("zhang").post("/api/v1/matters", need).await.expect(201).json();
    let browser = world.browser("zhang").await;
    let page = browser.get("/me/data").await.expect(200).text;
    for said in ["我的信息", "第五十一条", "六个月", "/me/data/copy.json"] {
        assert!(page.contains(said), "{said} in {page}");
    }
    let sheet = browser.get("/me/data/copy").await.expect(200).text;
    let file = browser.get("/me/data/copy.json").await.expect(200).json();
    for said in ["张桂兰", "13800000001", "3 号楼 2 单元 401", "夜里咳得厉害"] {
        assert!(sheet.contains(said) && file.to_string().contains(said), "{said} in {sheet} and {file}");
    }
    assert_eq!(file["sections"]["person"][0]["birth_date"], "1975-05-20");
    // The file gives keys, the sheet says them.
    assert_eq!(file["sections"]["person"][0]["sex"], "female");
    assert!(sheet.contains("女") && sheet.contains("待研判") && !sheet.contains("female"), "{sheet}");
    // And in the language of its page, how a matter ended too.
    let closure = format!("/api/v1/matters/{}/closure", text(&need["id"]));
    world
        .api("social")
        .post(&closure, json!({ "outcome": "no_longer_needed", "reason": "家里有人了" }))
        .await
        .expect(200);
    let english = browser.get("/en/me/data/copy").await.expect(200).text;
    assert!(english.contains("No longer needed") && !english.contains("不需要了"), "{english}");
    assert!(english.contains("Company to the hospital · ") && !english.contains("陪诊"), "{english}");
    assert!(english.contains(">Today<") && !english.contains(">today<"), "{english}");
    assert!(browser.get("/me/data/copy").await.expect(200).text.contains("不需要了"));
    let path = format!("/api/v1/people/{}/copy", world.person("zhang"));
    for (who, status) in [("zhang", 200), ("neighbour", 404), ("community", 404), ("admin", 404), ("auditor", 404)] {
        world.api(who).get(&path).await.expect(status);
    }
    let kept = world.api("zhang").get("/api/v1/kept").await.expect(200).json();
    assert!(kept["items"].as_array().is_some_and(|items| items.len() >= 8), "{kept}");
});
