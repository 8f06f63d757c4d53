//! The small world: 黄楼社区 in 园艺街道 of 单县, a second community beside it, 定陶区 far away, and a dozen people.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use kit::frame::{Frame, Named, Site};
use rules::dispatch::DispatchSettings;
use rules::matters::Kinds;
use rules::people::WeeklySpan;
use rules::people::membership::Word;
use rules::service::anomaly::AnomalyRules;
use rules::shared::ids::{OrganisationId, PersonId, PlaceId};
use rules::shared::{Actor, Moment, Role};

use super::Client;
use crate::city::{self, City, Settings};
use crate::core::{App, Clock, Dice, Parts, Tx};
use crate::identity::tokens::Wanted;
use crate::jobs::notify::{Notifier, Outbox};
use crate::people::actions::{Appointment, Founding, Joining, Registration};
use crate::web::{VISITOR, Web, site, words};
use crate::{Stop, identity, people, places};

/// The kinds that the program embeds.
pub const KINDS: &[(&str, &str)] = rules::matters::EMBEDDED;

/// A Monday morning with no holiday near: 2026-06-08 09:00 in Heze.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a time of the test")
}

const AFTERNOON: &str = "2026-06-08T15:00:00+08:00";

struct Hands(Arc<Mutex<Timestamp>>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A city of a dozen people, its site, and the hands of its clock.
pub struct World {
    pub app: App,
    /// Put together once: four hundred routes take longer than an answer.
    site: Router,
    pub people: BTreeMap<&'static str, PersonId>,
    tokens: BTreeMap<&'static str, String>,
    hands: Arc<Mutex<Timestamp>>,
    pub huanglou: PlaceId,
    pub neighbour: PlaceId,
    pub dingtao: PlaceId,
    pub team: OrganisationId,
    pub department: OrganisationId,
    pub second_department: OrganisationId,
}

/// Name in tests, role, name of the person, phone. The names of the small world, nobody's.
const PEOPLE: &[(&str, Role, &str, &str)] = &[
    ("zhang", Role::Resident, "张桂兰", "13800000001"),
    ("neighbour", Role::Resident, "孙秀英", "13800000002"),
    ("li", Role::Volunteer, "李建国", "13800000003"),
    ("wang", Role::Volunteer, "王淑珍", "13800000004"),
    ("zhao", Role::Volunteer, "赵明", "13800000005"),
    ("leader", Role::TeamLeader, "陈队", "13800000006"),
    ("social", Role::SocialWorker, "周社工", "13800000007"),
    ("supervisor", Role::CountyOfficial, "吴督导", "13800000008"),
    ("community", Role::CommunityWorker, "郑主任", "13800000009"),
    ("grid", Role::GridMember, "冯网格", "13800000010"),
    ("call", Role::CallTaker, "蒋接线", "13800000011"),
    ("clerk", Role::DepartmentClerk, "沈科员", "13800000012"),
    ("clerk2", Role::DepartmentClerk, "韩科员", "13800000013"),
    ("inspector", Role::Inspector, "杨督查", "13800000014"),
    ("admin", Role::Administrator, "朱管理", "13800000015"),
    ("auditor", Role::Auditor, "秦审计", "13800000016"),
    ("far", Role::SocialWorker, "许社工", "13800000017"),
];

const DIVISIONS: &str = "code,name,parent,level\n3717,菏泽市,37,city\n371722,单县,3717,county\n371703,定陶区,3717,county\n\
    371722003,园艺街道,371722,township\n371722003003,黄楼社区居民委员会,371722003,village\n371722003004,东关社区,371722003,village\n\
    371703001,天中街道,371703,township\n371703001001,北关社区,371703001,village\n";

const WORKDAYS: &str = include_str!("../../../../data/workdays-cn.csv");

/// Builds the small world in an empty, migrated database. `kinds`: TOML beside the embedded ones.
pub async fn world(db: db::Db, kinds: &[(&str, &str)]) -> World {
    world_with(db, kinds, Web::new(Arc::new(frame()))).await
}

/// A small world in the afternoon of its day, at three: pages say what is over by then.
pub async fn afternoon_world(db: db::Db) -> World {
    let frame = Frame { now: || at(AFTERNOON), ..frame() };
    let world = world_with(db, &[], Web::new(Arc::new(frame))).await;
    world.set_time(AFTERNOON);
    world
}

/// A small world whose site never says that somebody asks too often: for tests that ask for everything.
pub async fn patient_world(db: db::Db, kinds: &[(&str, &str)]) -> World {
    let endless = || kit::limits::Limiter::new(u32::MAX, std::time::Duration::from_secs(60));
    let web = Web {
        codes: endless(),
        sign_ins: endless(),
        look_ups: endless(),
        mandates: endless(),
        calls: endless(),
        ..Web::new(Arc::new(frame()))
    };
    world_with(db, kinds, web).await
}

async fn world_with(db: db::Db, kinds: &[(&str, &str)], web: Web) -> World {
    let hands = Arc::new(Mutex::new(at("2026-06-08T09:00:00+08:00")));
    let app = app_of(db, kinds, (Box::new(Hands(hands.clone())), Dice::system()), web, Box::new(Outbox));
    build(&app, hands).await.expect("the small world")
}

/// An app over an empty, migrated database in which nothing is yet, with this time and this chance: for the simulator.
pub fn app_with(db: db::Db, clock: Box<dyn Clock>, dice: Dice) -> App {
    app_of(db, &[], (clock, dice), Web::new(Arc::new(frame())), Box::new(Outbox))
}

fn app_of(
    db: db::Db,
    kinds: &[(&str, &str)],
    (clock, dice): (Box<dyn Clock>, Dice),
    web: Web,
    notifier: Box<dyn Notifier>,
) -> App {
    let settings = Settings::demo("http://helin.test");
    let extra = kinds.iter().map(|(name, toml)| ((*name).to_owned(), (*toml).to_owned()));
    let kinds = Kinds::load(rules::matters::EMBEDDED, extra).expect("kinds that load");
    let city = City {
        calendar: rules::shared::WorkCalendar::new(settings.zone.clone()),
        settings,
        kinds,
        cells: BTreeMap::new(),
    };
    let files = Arc::new(object_store::memory::InMemory::new());
    App::new(Parts { db, clock, dice, notifier, files, web, city })
}

/// The frame of the test city.
fn frame() -> Frame {
    Frame {
        words: words(),
        site: Site {
            name: Named::new("荷邻", "Helin"),
            runner: Named::new("荷邻演示城市", "Helin demo city"),
            hotline: "0530-0000000".into(),
            demo: true,
        },
        secret: kit::Secret::new([7; 32]),
        zone: TimeZone::fixed(Offset::constant(8)),
        now: || at("2026-06-08T09:00:00+08:00"),
        nav: VISITOR,
        sign_in: "/login",
        my_page: "/me",
        is_page: crate::capability::is_page,
        secure: false,
        behind_proxy: false,
    }
}

async fn build(app: &App, hands: Arc<Mutex<Timestamp>>) -> Result<World, Stop> {
    let system = Actor::system();
    app.act(&system, (), |mut tx, who, at, ()| {
        Box::pin(async move {
            let divisions = places::actions::read_divisions(DIVISIONS)?;
            places::actions::import_divisions(&mut tx, &who, at, &divisions).await?;
            places::actions::import_workdays(&mut tx, &who, at, WORKDAYS, "国务院办公厅").await
        })
    })
    .await?;
    reload(app).await?;
    let (people, tokens, found) =
        app.act(&system, (), |mut tx, who, at, ()| Box::pin(async move { settle(&mut tx, &who, at).await })).await?;
    let [huanglou, neighbour, dingtao] = found.places;
    let [team, department, second_department] = found.organisations;
    Ok(World {
        app: app.clone(),
        site: site(app),
        people,
        tokens,
        hands,
        huanglou,
        neighbour,
        dingtao,
        team,
        department,
        second_department,
    })
}

async fn reload(app: &App) -> Result<(), Stop> {
    let old = app.city();
    let (settings, kinds) = (old.settings.clone(), old.kinds.clone());
    let city = app.db.read(move |tx| Box::pin(async move { city::load(tx, settings, kinds).await })).await?;
    app.replace_city(city);
    Ok(())
}

#[derive(Clone)]
struct Found {
    places: [PlaceId; 3],
    organisations: [OrganisationId; 3],
}

type Settled = (BTreeMap<&'static str, PersonId>, BTreeMap<&'static str, String>, Found);

async fn settle(tx: &mut Tx<'_>, who: &Actor, at: Moment) -> Result<Settled, Stop> {
    let mut place = BTreeMap::new();
    for code in ["3717", "371722", "371722003003", "371722003004", "371703", "371703001001"] {
        place.insert(code, places::store::by_code(tx, code).await?.ok_or(Stop::Missing)?.id);
    }
    let (huanglou, county) = (place["371722003003"], place["371722"]);
    let mut organisations = Vec::new();
    for (name, kind, home) in [
        ("黄楼社区邻里服务队", "team", huanglou),
        ("单县住房和城乡建设局", "department", county),
        ("单县应急管理局", "department", county),
    ] {
        let new = Founding { name: name.into(), kind: kind.into(), ..Founding::default() };
        organisations.push(people::actions::found_organisation(tx, who, at, home, &new).await?);
    }
    let (mut people, mut tokens) = (BTreeMap::new(), BTreeMap::new());
    for (key, role, name, phone) in PEOPLE {
        let home = if *key == "far" { place["371703001001"] } else { huanglou };
        let id = register(tx, who, at, home, (name, phone)).await?;
        let (organisation, covers) = match *key {
            "leader" => (Some(organisations[0]), None),
            "clerk" => (Some(organisations[1]), None),
            "clerk2" => (Some(organisations[2]), None),
            "far" => (None, Some(place["371703"])),
            "admin" => (None, Some(place["3717"])),
            "community" | "grid" => (None, Some(huanglou)),
            _ => (None, Some(county)),
        };
        match role {
            Role::Resident => {}
            Role::Volunteer => volunteer(tx, who, at, id).await?,
            _ => {
                let new = Appointment { role: *role, organisation, place: covers, until: None, word: Word::Given };
                people::actions::appoint(tx, who, at, id, &new).await?;
            }
        }
        tokens.insert(*key, identity::tokens::issue(tx, who, at, id, &Wanted::whole("test")).await?.1);
        people.insert(*key, id);
    }
    let organisations = [organisations[0], organisations[1], organisations[2]];
    Ok((people, tokens, Found { places: [huanglou, place["371722003004"], place["371703001001"]], organisations }))
}

async fn register(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    home: PlaceId,
    (name, phone): (&str, &str),
) -> Result<PersonId, Stop> {
    let door = people::actions::add_household(tx, who, at, home, phone).await?;
    let new = Registration {
        name: name.into(),
        sex: Some(if name.ends_with(['兰', '英', '珍']) { "female" } else { "male" }.into()),
        birth_date: Some(jiff::civil::date(1975, 5, 20)),
        phone: Some(phone.into()),
        address: Some("3 号楼 2 单元 401".into()),
        household: Some(door),
        ..Registration::default()
    };
    people::actions::register(tx, who, at, home, &new).await
}

async fn volunteer(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId) -> Result<(), Stop> {
    let week = (1..=7).map(|day| WeeklySpan::new(day, 0, 24 * 60)).collect::<Result<Vec<_>, _>>()?;
    let joining = Joining { week, insured_until: None, guardian_consent_until: None };
    people::actions::volunteer(tx, who, at, person, &joining).await
}

impl World {
    pub fn person(&self, name: &str) -> PersonId {
        self.people[name]
    }

    /// Everybody of the small world: name in tests and role.
    pub fn cast(&self) -> impl Iterator<Item = (&'static str, Role)> {
        PEOPLE.iter().map(|(key, role, ..)| (*key, *role))
    }

    /// This person of the small world, as an action is given them.
    pub async fn actor(&self, name: &str) -> Actor {
        let (person, at) = (self.person(name), self.app.now());
        let memberships =
            self.app.read(move |mut tx| Box::pin(async move { people::store::memberships(&mut tx, person, at).await }));
        Actor::person(person, memberships.await.expect("memberships"), rules::shared::Channel::Web)
    }

    /// A client that asks by the token of this person of the small world.
    pub fn api(&self, name: &str) -> Client {
        self.client(Some(self.tokens[name].clone()))
    }

    /// A client of nobody.
    pub fn visitor(&self) -> Client {
        self.client(None)
    }

    /// A client that asks by this token.
    pub fn client(&self, token: Option<String>) -> Client {
        Client::new(self.site.clone(), token)
    }

    /// A browser signed in as this person.
    pub async fn browser(&self, name: &str) -> Client {
        let phone = PEOPLE.iter().find(|(key, ..)| *key == name).map(|(.., phone)| *phone).expect("a person");
        self.visitor().sign_in(phone).await
    }

    /// Lays a file of dispatch settings beside the data, and starts again.
    ///
    /// # Panics
    /// When the file cannot be used.
    pub fn set_dispatch(&self, toml: &str) {
        let old = self.app.city();
        let dispatch = DispatchSettings::parse("settings/dispatch.toml", toml).expect("settings that can be read");
        assert_eq!(dispatch.check(&old.kinds, &old.counties()), []);
        self.set_settings(Settings { dispatch, ..old.settings.clone() });
    }

    /// Weighs records of service by other rules from now on.
    pub fn set_anomalies(&self, anomalies: AnomalyRules) {
        self.set_settings(Settings { anomalies, ..self.app.city().settings.clone() });
    }

    fn set_settings(&self, settings: Settings) {
        self.app.replace_city(self.app.city().with_settings(settings));
    }

    /// Lets two people live at one door.
    pub async fn move_in(&self, person: &str, with: &str) {
        let (person, with) = (self.person(person), self.person(with));
        self.app
            .act(&Actor::system(), (person, with), |mut tx, _, _, (person, with)| {
                Box::pin(async move {
                    let home = people::store::near(&mut tx, with).await?.household.map(|h| h.uuid);
                    let sql = "UPDATE people_people SET household_id = $3 WHERE cell = $1 AND id = $2";
                    tx.run(sql, db::args![person.cell.0, person.uuid, home]).await?;
                    Ok(())
                })
            })
            .await
            .expect("a household");
    }

    /// One declares the other as kin.
    pub async fn declare_kin(&self, person: &str, kin: &str) {
        let pair = (self.person(person), self.person(kin));
        self.app
            .act(&Actor::system(), pair, |mut tx, who, at, (person, kin)| {
                Box::pin(async move { people::kinship::declare_kin(&mut tx, &who, at, person, kin).await })
            })
            .await
            .expect("kin");
    }

    /// The same city at the same time, with another way to people.
    pub fn telling_by(&self, notifier: Box<dyn Notifier>) -> App {
        let chance = (Box::new(Hands(self.hands.clone())) as Box<dyn Clock>, Dice::system());
        app_of(self.app.db.clone(), &[], chance, Web::new(Arc::new(frame())), notifier)
    }

    /// Moves the hands of the clock.
    pub fn set_time(&self, text: &str) {
        *self.hands.lock().unwrap() = at(text);
    }

    /// Moves the hands forward.
    pub fn pass(&self, minutes: i64) {
        *self.hands.lock().unwrap() += jiff::SignedDuration::from_mins(minutes);
    }

    /// What all events hold beside who did what.
    pub async fn events_text(&self) -> String {
        #[derive(serde::Deserialize)]
        struct Row {
            data: String,
        }
        let sql = "SELECT data FROM audit_events ORDER BY id";
        let rows =
            self.app.read(move |mut tx| Box::pin(async move { Ok(tx.all::<Row>(sql, db::args![]).await?) })).await;
        rows.expect("events").into_iter().map(|row| row.data).collect()
    }

    /// How many events there are: each mutating action adds at least one.
    pub async fn events(&self) -> i64 {
        self.app
            .read(|mut tx| {
                Box::pin(async move { Ok(tx.scalar_i64("SELECT COUNT(*) FROM audit_events", db::args![]).await?) })
            })
            .await
            .expect("events")
    }
}
