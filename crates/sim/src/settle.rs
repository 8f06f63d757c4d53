//! The city before its story begins: all real places, sixteen pilots, invented villages, households, volunteers.

use app::people::actions::{Joining, Registration, Skill};
use app::places::Place;
use app::places::actions::Division;
use app::{Stop, city, people, places};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rules::people::WeeklySpan;
use rules::shared::ids::{PersonId, PlaceId};
use rules::shared::{Actor, Channel, Membership, Role};

use crate::cast::{Cast, Home, Person, Spot};
use crate::stage::{Stage, founder};
use crate::{DEMO, accountable, helped, names, staff};

/// The divisions of Heze.
pub const DIVISIONS: &str = include_str!("../../../data/heze-divisions.csv");
/// The working days that were announced when the program was made.
pub const WORKDAYS: &str = include_str!("../../../data/workdays-cn.csv");
pub const WORKDAYS_SOURCE: &str = "国务院办公厅关于节假日安排的通知";

/// How many days the story lasts before its end.
pub const DAYS: i64 = 150;

/// The first pilot, on the page and in every example.
pub const HUANGLOU: &str = "371722003003";

/// The pilots: five in the sub-district of the first one, the rest where the page has its other reports.
const PILOTS: [&str; 16] = [
    HUANGLOU,
    "371722003001",
    "371722003002",
    "371722003004",
    "371722003005",
    "371702001001",
    "371702001006",
    "371702001007",
    "371703001001",
    "371703001002",
    "371703001003",
    "371726001001",
    "371726001002",
    "371726001003",
    "371723103200",
    "371723103204",
];

/// Beside the pilots, the next villages and communities of the same townships.
const NEIGHBOURS_PER_TOWNSHIP: usize = 4;

/// Villages that do not exist, in the townships of the pilots: code and name.
const INVENTED: [(&str, &str, &str); 6] = [
    ("371722003901", "荷塘村（虚构）", "371722003"),
    ("371722003902", "莲香社区（虚构）", "371722003"),
    ("371702001901", "牡丹园社区（虚构）", "371702001"),
    ("371703001901", "杏林村（虚构）", "371703001"),
    ("371726001901", "雁鸣村（虚构）", "371726001"),
    ("371723103901", "槐荫村（虚构）", "371723103"),
];

/// People at scale 1: in the first pilot, in each other pilot, in each invented village; the rest live beside them.
const IN_HUANGLOU: usize = 2400;
const IN_PILOT: usize = 720;
const IN_INVENTED: usize = 260;
const EVERYBODY: usize = 20_000;

/// Grids of the first pilot, and of every other one (300–500 households each in a real city, fewer here).
const GRIDS_HUANGLOU: usize = 4;
const GRIDS: usize = 2;
const GRID_NAMES: [&str; GRIDS_HUANGLOU] = ["第一网格", "第二网格", "第三网格", "第四网格"];

/// Volunteers among those of 14 to 75 years, of a hundred: in the first pilot, elsewhere.
const VOLUNTEERS_HUANGLOU: f64 = 0.34;
const VOLUNTEERS: f64 = 0.11;

pub async fn settle(stage: &mut Stage<'_>) -> Result<Cast, Stop> {
    let begin = stage.plan.until - SignedDuration::from_hours(24 * DAYS);
    stage.set_time(begin);
    stage.tell("places", 0.0);
    let mut cast = Cast { name: "荷邻演示城市".into(), ..Cast::default() };
    cast.places = found(stage).await?;
    accountable::enter(stage).await?;
    cast.homes = homes(stage).await?;
    for home in cast.homes.iter_mut().filter(|home| home.is_pilot) {
        home.spots = grids(stage, home).await?;
    }
    let sizes = sizes(stage, &cast.homes);
    let all: usize = sizes.iter().sum();
    for (home, size) in sizes.into_iter().enumerate() {
        while cast.homes[home].people.len() < size {
            household(stage, &mut cast, home).await?;
            if cast.people.len().is_multiple_of(100) {
                stage.tell("people", 0.02 + 0.18 * cast.people.len() as f64 / all as f64);
            }
        }
    }
    staff::appoint(stage, &mut cast).await?;
    helped::help(stage, &cast).await?;
    stage.keep().await?;
    Ok(cast)
}

/// Brings in places and calendar, and says that this is a demo.
async fn found(stage: &mut Stage<'_>) -> Result<usize, Stop> {
    let calendar = workdays(stage);
    let added = stage
        .step(calendar, |tx, at, calendar| {
            Box::pin(async move {
                let who = founder();
                let divisions = places::actions::read_divisions(DIVISIONS)?;
                let added = places::actions::import_divisions(tx, &who, at, &divisions).await?.added;
                places::actions::import_workdays(tx, &who, at, &calendar, WORKDAYS_SOURCE).await?;
                tx.put(
                    "INSERT INTO audit_settings (cell, name, value, changed_at) VALUES (0, $1, $2, $3)",
                    db::args![DEMO, "simulated", at.recorded.as_millisecond()],
                )
                .await?;
                Ok(added)
            })
        })
        .await?;
    stage.keep().await?;
    let app = stage.app.clone();
    let old = app.city();
    let (settings, kinds) = (old.settings.clone(), old.kinds.clone());
    let city = app.db.read(move |tx| Box::pin(async move { city::load(tx, settings, kinds).await })).await?;
    app.replace_city(city);
    Ok(added)
}

/// The working days of the years the story touches. For a year that is not announced yet the invented city invents:
/// only the holidays whose date never moves.
fn workdays(stage: &Stage<'_>) -> String {
    let zone = &stage.app.city().settings.zone;
    let last = stage.plan.until.to_zoned_datetime(zone.clone()).date().year();
    let known = |year: i16| WORKDAYS.lines().any(|line| line.starts_with(&format!("{year}-")));
    let mut text = WORKDAYS.trim_end().to_owned();
    for year in (last - 1)..=(last + 1) {
        if !known(year) {
            for day in ["01-01", "05-01", "10-01", "10-02", "10-03"] {
                text.push_str(&format!("\n{year}-{day},holiday,演示假日"));
            }
        }
    }
    text.push('\n');
    text
}

/// Chooses where people live, and adds the invented villages.
async fn homes(stage: &mut Stage<'_>) -> Result<Vec<Home>, Stop> {
    let found = stage
        .step((), |tx, at, ()| {
            Box::pin(async move {
                let mut found: Vec<Place> = Vec::new();
                for code in PILOTS {
                    found.push(places::store::by_code(tx, code).await?.ok_or(Stop::Missing)?);
                }
                let mut townships: Vec<String> = found.iter().map(|p| p.township().to_owned()).collect();
                townships.dedup();
                for township in townships {
                    let above = places::store::by_code(tx, &township).await?.ok_or(Stop::Missing)?;
                    let beside = places::store::children(tx, above.id).await?;
                    let new = beside.into_iter().filter(|p| !PILOTS.contains(&p.code.as_str()));
                    found.extend(new.take(NEIGHBOURS_PER_TOWNSHIP));
                }
                for (code, name, township) in INVENTED {
                    let above = places::store::by_code(tx, township).await?.ok_or(Stop::Missing)?;
                    let (code, name, level) = (code.to_owned(), name.to_owned(), "village".to_owned());
                    let division = Division { code, name, parent: township.to_owned(), level };
                    found.push(places::actions::add_place(tx, &founder(), at, above.id, &division, true).await?);
                }
                Ok(found)
            })
        })
        .await?;
    Ok(found.into_iter().map(home).collect())
}

/// Divides a pilot into grids.
async fn grids(stage: &mut Stage<'_>, home: &Home) -> Result<Vec<Spot>, Stop> {
    let count = if home.path.contains(HUANGLOU) { GRIDS_HUANGLOU } else { GRIDS };
    stage
        .step(home.place, move |tx, at, place| {
            Box::pin(async move {
                let mut spots = Vec::with_capacity(count);
                for name in &GRID_NAMES[..count] {
                    let grid = places::changing::add_grid(tx, &founder(), at, place, name).await?;
                    spots.push(Spot { place: grid.id, path: grid.path });
                }
                Ok(spots)
            })
        })
        .await
}

fn home(place: Place) -> Home {
    Home {
        spots: vec![Spot { place: place.id, path: place.path.clone() }],
        place: place.id,
        township: place.township().to_owned(),
        county: place.code.get(..6).unwrap_or_default().to_owned(),
        is_community: place.name.contains("社区"),
        is_pilot: PILOTS.contains(&place.code.as_str()),
        invented: place.invented,
        name: place.name,
        path: place.path,
        people: Vec::new(),
        volunteers: Vec::new(),
    }
}

/// How many people live in each home.
fn sizes(stage: &Stage<'_>, homes: &[Home]) -> Vec<usize> {
    let plan = &stage.plan;
    let fixed = |home: &Home| match home {
        home if home.path.contains(HUANGLOU) => Some(IN_HUANGLOU),
        home if home.is_pilot => Some(IN_PILOT),
        home if home.invented => Some(IN_INVENTED),
        _ => None,
    };
    let settled: usize = homes.iter().filter_map(fixed).sum();
    let beside = homes.iter().filter(|h| fixed(h).is_none()).count().max(1);
    let rest = EVERYBODY.saturating_sub(settled) / beside;
    // However small the city, every place has some people, and the first pilot enough for its teams.
    homes
        .iter()
        .map(|home| plan.scaled(fixed(home).unwrap_or(rest), if home.path.contains(HUANGLOU) { 120 } else { 8 }))
        .collect()
}

/// A member of a household before it is registered.
#[derive(Clone)]
struct Draft {
    name: String,
    is_woman: bool,
    born: Date,
    age: i16,
    phone: Option<String>,
    group: &'static str,
    joining: Option<(Joining, Vec<Skill>)>,
}

type Arrived = Vec<(PersonId, Draft, Vec<Membership>)>;

async fn household(stage: &mut Stage<'_>, cast: &mut Cast, home: usize) -> Result<(), Stop> {
    let today = stage.app.city().calendar.date(stage.at().recorded);
    let mut number = cast.people.len();
    let here = &cast.homes[home];
    let drafts = drafts(&mut stage.dice, here, today, &mut number);
    let door = names::door(&mut stage.dice, here.is_community);
    let spot = stage.dice.random_range(0..here.spots.len());
    let input = (here.spots[spot].place, here.spots[spot].path.clone(), door, drafts);
    let members: Arrived = stage
        .step(input, |tx, at, (place, path, door, drafts)| {
            Box::pin(async move {
                let who = founder();
                let household = people::actions::add_household(tx, &who, at, place, &door).await?;
                let mut members = Vec::with_capacity(drafts.len());
                for draft in drafts {
                    let new = Registration {
                        name: draft.name.clone(),
                        sex: Some(if draft.is_woman { "female" } else { "male" }.into()),
                        birth_date: Some(draft.born),
                        phone: draft.phone.clone(),
                        address: Some(door.clone()),
                        household: Some(household),
                        reporter_group: draft.group.into(),
                        invented: true,
                        ..Registration::default()
                    };
                    let id = people::actions::register(tx, &who, at, place, &new).await?;
                    let memberships = join(tx, at, id, &path, &draft).await?;
                    members.push((id, draft, memberships));
                }
                Ok(members)
            })
        })
        .await?;
    for (id, draft, memberships) in members {
        let index = cast.people.len();
        cast.homes[home].people.push(index);
        if draft.joining.is_some() {
            cast.homes[home].volunteers.push(index);
        }
        cast.people.push(Person {
            id,
            name: draft.name,
            phone: draft.phone.unwrap_or_default(),
            home,
            spot,
            age: draft.age,
            group: draft.group,
            memberships,
        });
    }
    Ok(())
}

/// Those who volunteer say so themselves.
async fn join(
    tx: &mut app::Tx<'_>,
    at: rules::shared::Moment,
    id: PersonId,
    path: &str,
    draft: &Draft,
) -> Result<Vec<Membership>, Stop> {
    let Some((joining, skills)) = &draft.joining else { return Ok(Vec::new()) };
    let who = Actor::person(id, Vec::new(), Channel::Web);
    people::actions::volunteer(tx, &who, at, id, joining).await?;
    // Two of three have a number of the national system; which ones is not drawn, so that the story is what it was.
    let tail = id.uuid.as_u128() % 1_000_000_000_000;
    if !tail.is_multiple_of(3) {
        people::changing::set_volunteer_number(tx, &who, at, id, &format!("YANSHI-{tail:012}")).await?;
    }
    for skill in skills {
        people::actions::add_credential(tx, &founder(), at, id, skill).await?;
    }
    Ok(vec![Membership { role: Role::Volunteer, organisation: None, place_path: path.to_owned() }])
}

/// One to six people who live behind one door.
fn drafts(dice: &mut StdRng, home: &Home, today: Date, number: &mut usize) -> Vec<Draft> {
    let family = names::surname(dice);
    let head = dice.random_range(24..=88);
    let mut ages = vec![(dice.random_bool(0.35), head)];
    if dice.random_bool(0.72) {
        ages.push((!ages[0].0, (head + dice.random_range(-4..=4)).max(22)));
    }
    if (26..=52).contains(&head) {
        for _ in 0..*[0, 1, 1, 2, 2, 3].choose(dice).unwrap_or(&1) {
            ages.push((dice.random_bool(0.48), dice.random_range(6.max(head - 34)..=(head - 20).max(7))));
        }
        if dice.random_bool(0.22) {
            ages.push((dice.random_bool(0.6), (head + dice.random_range(22..=30)).min(95)));
        }
    }
    let mut drafts = Vec::with_capacity(ages.len());
    for (i, (is_woman, age)) in ages.into_iter().enumerate() {
        // A wife keeps her own name; children and the head's father share the family's.
        let surname = if i == 1 { names::surname(dice) } else { family };
        *number += 1;
        drafts.push(Draft {
            name: format!("{surname}{}", names::given(dice, is_woman, age)),
            is_woman,
            born: today.saturating_sub((i64::from(age) * 365 + dice.random_range(0..365)).days()),
            age,
            phone: (age >= 12).then(|| names::phone(*number)),
            group: group(dice, age, is_woman),
            joining: volunteers(dice, home, age).then(|| (joining(dice, age, today), skills(dice, today))),
        });
    }
    drafts
}

/// Couriers, riders and drivers are counted apart in the figures.
fn group(dice: &mut StdRng, age: i16, is_woman: bool) -> &'static str {
    let likely = if is_woman { 0.015 } else { 0.06 };
    if (20..=50).contains(&age) && dice.random_bool(likely) {
        ["courier", "rider", "rider", "driver"].choose(dice).copied().unwrap_or("rider")
    } else {
        ""
    }
}

fn volunteers(dice: &mut StdRng, home: &Home, age: i16) -> bool {
    let share = if home.path.contains(HUANGLOU) { VOLUNTEERS_HUANGLOU } else { VOLUNTEERS };
    (14..=75).contains(&age) && dice.random_bool(share)
}

/// When one is free: the working week leaves evenings and weekends, the pension leaves the day.
fn joining(dice: &mut StdRng, age: i16, today: Date) -> Joining {
    const DAY: (u16, u16) = (8 * 60, 20 * 60);
    const EVENING: (u16, u16) = (18 * 60, 22 * 60);
    let works = (22..=60).contains(&age) && dice.random_bool(0.7);
    let span = |weekday: u8| {
        let (from, until) = if works && weekday <= 5 { EVENING } else { DAY };
        WeeklySpan { weekday, from, until }
    };
    // Three of ten say nothing, which means: ask me.
    let week = if dice.random_bool(0.3) { Vec::new() } else { (1..=7).map(span).collect() };
    let millis =
        |days: i64| today.saturating_add(days.days()).at(0, 0, 0, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let until = |days: i64| millis(days).map(|z| z.timestamp().as_millisecond()).ok();
    Joining {
        week,
        insured_until: if dice.random_bool(0.85) { until(dice.random_range(60..=500)) } else { None },
        guardian_consent_until: if age < 18 { until(400) } else { None },
    }
}

/// What a volunteer can prove, some of it expired since.
fn skills(dice: &mut StdRng, today: Date) -> Vec<Skill> {
    const PROOFS: [(&str, &str, f64, i64); 5] = [
        ("first_aid", "市红十字会", 0.16, 3 * 365),
        ("psychology", "市心理学会", 0.06, 5 * 365),
        ("law", "市司法局", 0.05, 365),
        ("electrician", "市应急管理局", 0.05, 3 * 365),
        ("child_care", "市妇联", 0.07, 3 * 365),
    ];
    let mut skills = Vec::new();
    for (skill, issuer, share, days) in PROOFS {
        if dice.random_bool(share) {
            let age = dice.random_range(20..days + 60);
            let from = today.saturating_sub(age.days());
            skills.push(Skill {
                skill: skill.into(),
                number: format!("演示{:06}", dice.random_range(0..1_000_000)),
                issuer: issuer.into(),
                valid_from: Some(from),
                valid_to: Some(from.saturating_add(days.days())),
            });
        }
    }
    skills
}

/// The place of the code, if it is there.
pub async fn place(tx: &mut app::Tx<'_>, code: &str) -> Result<PlaceId, Stop> {
    Ok(places::store::by_code(tx, code).await?.ok_or(Stop::Missing)?.id)
}
