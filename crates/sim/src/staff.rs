//! Those who work for the city: social-work stations, committees, departments, the hotline, oversight; and the teams.

use app::people::actions::{Appointment, Founding, Registration};
use app::{Stop, people};
use rand::RngExt;
use rules::people::membership::{self, Word};
use rules::shared::ids::{OrganisationId, PersonId, PlaceId};
use rules::shared::{Channel, Membership, Role};

use crate::cast::{Cast, Department, Person};
use crate::names;
use crate::settle::{HUANGLOU, place};
use crate::stage::{Stage, founder};

/// The departments of a county: name, and the types of matters they answer for.
const DEPARTMENTS: [(&str, &[&str]); 5] = [
    ("住房和城乡建设局", &["flooding", "repairs"]),
    ("应急管理局", &["fire_lane"]),
    ("综合行政执法局", &["manhole", "other"]),
    ("市场监督管理局", &["food"]),
    ("供电服务中心", &["charging"]),
];

/// The teams of the first pilot, with their professional labels.
const TEAMS: [(&str, &str); 8] = [
    ("银龄互助队", "elder_care"),
    ("暖心陪诊队", "hospital"),
    ("巧匠维修队", "repairs"),
    ("心灵驿站队", "psychology"),
    ("法律明白人队", "law"),
    ("四点半课堂队", "child_care"),
    ("骑手先锋队", "riders"),
    ("平安夜巡队", "patrol"),
];

pub async fn appoint(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Stop> {
    stage.tell("staff", 0.2);
    oversight(stage, cast).await?;
    counties(stage, cast).await?;
    stations(stage, cast).await?;
    committees(stage, cast).await?;
    teams(stage, cast).await
}

/// A role to give to somebody new.
struct Post {
    role: Role,
    /// Where they live: an index into the homes.
    home: usize,
    /// And in which of its spots.
    spot: usize,
    organisation: Option<OrganisationId>,
    /// The code of the place they cover.
    covers: String,
}

/// The city's administrator, auditor and inspector.
async fn oversight(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Stop> {
    let root = stage.app.city().settings.root_code.clone();
    for role in [Role::Administrator, Role::Auditor, Role::Inspector] {
        hire(stage, cast, Post { role, home: 0, spot: 0, organisation: None, covers: root.clone() }).await?;
    }
    Ok(())
}

/// Per county: an official who supervises, an inspector, two call-takers, five departments with a clerk each.
async fn counties(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Stop> {
    let mut counties: Vec<(String, usize)> = Vec::new();
    for (i, home) in cast.homes.iter().enumerate() {
        if !counties.iter().any(|(county, _)| *county == home.county) {
            counties.push((home.county.clone(), i));
        }
    }
    for (county, home) in counties {
        let name = county_name(stage, &county).await?;
        let hotline = found(stage, &county, format!("{name}为民服务热线中心"), "department").await?;
        for role in [Role::CountyOfficial, Role::Inspector, Role::CallTaker, Role::CallTaker] {
            let organisation = (role == Role::CallTaker).then_some(hotline);
            hire(stage, cast, Post { role, home, spot: 0, organisation, covers: county.clone() }).await?;
        }
        for (department, answers) in DEPARTMENTS {
            let id = found(stage, &county, format!("{name}{department}"), "department").await?;
            let post =
                Post { role: Role::DepartmentClerk, home, spot: 0, organisation: Some(id), covers: county.clone() };
            let clerk = hire(stage, cast, post).await?;
            cast.departments.push(Department { id, county: county.clone(), answers, clerk });
        }
    }
    Ok(())
}

async fn county_name(stage: &mut Stage<'_>, code: &str) -> Result<String, Stop> {
    stage
        .step(code.to_owned(), |tx, _, code| {
            Box::pin(
                async move { Ok(app::places::store::by_code(tx, &code).await?.map(|p| p.name).unwrap_or_default()) },
            )
        })
        .await
}

/// A social-work station in each township with a pilot: two social workers.
async fn stations(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Stop> {
    let mut townships: Vec<(String, usize)> = Vec::new();
    for (i, home) in cast.homes.iter().enumerate().filter(|(_, home)| home.is_pilot) {
        if !townships.iter().any(|(township, _)| *township == home.township) {
            townships.push((home.township.clone(), i));
        }
    }
    for (township, home) in townships {
        let name = county_name(stage, &township).await?;
        let station = found(stage, &township, format!("{name}社会工作站"), "service_provider").await?;
        for _ in 0..2 {
            let (role, covers) = (Role::SocialWorker, township.clone());
            hire(stage, cast, Post { role, home, spot: 0, organisation: Some(station), covers }).await?;
        }
    }
    Ok(())
}

/// A committee in each community or village: a community worker, a grid member who covers the whole, and where there
/// are grids, one for each.
async fn committees(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Stop> {
    for home in 0..cast.homes.len() {
        let code = code_of(&cast.homes[home].path);
        let name = committee(&cast.homes[home].name, cast.homes[home].is_community);
        let committee = found(stage, &code, name, "committee").await?;
        for role in [Role::CommunityWorker, Role::GridMember, Role::GridMember] {
            hire(stage, cast, Post { role, home, spot: 0, organisation: Some(committee), covers: code.clone() })
                .await?;
        }
    }
    Ok(())
}

/// Eight teams in the first pilot, one in each other pilot; every volunteer there belongs to one.
async fn teams(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Stop> {
    let pilots: Vec<usize> = (0..cast.homes.len()).filter(|i| cast.homes[*i].is_pilot).collect();
    for home in pilots {
        let (code, volunteers) = (code_of(&cast.homes[home].path), cast.homes[home].volunteers.clone());
        let of_here = if code == HUANGLOU { &TEAMS[..] } else { &TEAMS[..1] };
        let short = cast.homes[home].name.clone();
        let mut ids = Vec::new();
        for (name, labels) in of_here {
            ids.push(found_team(stage, &code, format!("{short}{name}"), labels).await?);
        }
        for (n, volunteer) in volunteers.iter().enumerate() {
            give(stage, cast, *volunteer, Role::Volunteer, Some(ids[n % ids.len()]), &code).await?;
        }
        for (n, id) in ids.into_iter().enumerate() {
            let Some(leader) = volunteers.get(n).copied() else { continue };
            give(stage, cast, leader, Role::TeamLeader, Some(id), &code).await?;
            cast.staff.push((Role::TeamLeader, leader));
        }
    }
    Ok(())
}

/// The committee of a place. 村 stands once in 马山庄村民委员会.
fn committee(place: &str, is_community: bool) -> String {
    match place.strip_suffix('村') {
        _ if is_community => format!("{place}居民委员会"),
        Some(base) => format!("{base}村民委员会"),
        None => format!("{place}村民委员会"),
    }
}

/// The code of the place that a path leads to.
pub fn code_of(path: &str) -> String {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
}

async fn found(stage: &mut Stage<'_>, code: &str, name: String, kind: &'static str) -> Result<OrganisationId, Stop> {
    founded(stage, code, Founding { name, kind: kind.into(), invented: true, ..Founding::default() }).await
}

async fn found_team(stage: &mut Stage<'_>, code: &str, name: String, labels: &str) -> Result<OrganisationId, Stop> {
    founded(
        stage,
        code,
        Founding { name, kind: "team".into(), labels: labels.into(), invented: true, ..Founding::default() },
    )
    .await
}

async fn founded(stage: &mut Stage<'_>, code: &str, new: Founding) -> Result<OrganisationId, Stop> {
    stage
        .step((code.to_owned(), new), |tx, at, (code, new)| {
            Box::pin(async move {
                let home = place(tx, &code).await?;
                people::actions::found_organisation(tx, &founder(), at, home, &new).await
            })
        })
        .await
}

/// Registers somebody for a post and gives it to them.
async fn hire(stage: &mut Stage<'_>, cast: &mut Cast, post: Post) -> Result<usize, Stop> {
    let dice = &mut stage.dice;
    let (is_woman, age) = (dice.random_bool(0.55), dice.random_range(26..=56));
    let name = format!("{}{}", names::surname(dice), names::given(dice, is_woman, age));
    let phone = names::phone(cast.people.len() + 1);
    let home: PlaceId = cast.homes[post.home].spots[post.spot].place;
    let today = stage.app.city().calendar.date(stage.at().recorded);
    let born = today.saturating_sub(jiff::ToSpan::days(i64::from(age) * 365));
    let new = Registration {
        name: name.clone(),
        sex: Some(if is_woman { "female" } else { "male" }.into()),
        birth_date: Some(born),
        phone: Some(phone.clone()),
        invented: true,
        ..Registration::default()
    };
    let id: PersonId = stage
        .step((home, new), |tx, at, (home, new)| {
            Box::pin(async move { people::actions::register(tx, &founder(), at, home, &new).await })
        })
        .await?;
    let index = cast.people.len();
    cast.people.push(Person {
        id,
        name,
        phone,
        home: post.home,
        spot: post.spot,
        age,
        group: "",
        memberships: Vec::new(),
    });
    give(stage, cast, index, post.role, post.organisation, &post.covers).await?;
    cast.staff.push((post.role, index));
    Ok(index)
}

/// Gives a membership, and remembers it; whom a team asks says yes.
async fn give(
    stage: &mut Stage<'_>,
    cast: &mut Cast,
    person: usize,
    role: Role,
    organisation: Option<OrganisationId>,
    covers: &str,
) -> Result<(), Stop> {
    let asked = cast.people[person].actor(Channel::Web);
    let id = cast.people[person].id;
    let place_path = stage
        .step((id, asked, covers.to_owned()), move |tx, at, (id, asked, covers)| {
            Box::pin(async move {
                let place = app::places::store::by_code(tx, &covers).await?.ok_or(Stop::Missing)?;
                let new = Appointment { role, organisation, place: Some(place.id), until: None, word: Word::Asked };
                let given = people::actions::appoint(tx, &founder(), at, id, &new).await?;
                if membership::is_asked(role, organisation.is_some(), new.word) {
                    people::joining::join(tx, &asked, at, given).await?;
                }
                Ok(place.path)
            })
        })
        .await?;
    cast.people[person].memberships.push(Membership { role, organisation, place_path });
    Ok(())
}
