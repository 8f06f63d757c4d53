use std::collections::BTreeMap;

use app::dispatch::actions::{self as dispatch, NewTask};
use app::testing::{World, world};
use app::{people, service};
use db::db_test;
use rules::dispatch::Needs;
use rules::people::membership::Word;
use rules::shared::ids::{MatterId, PersonId, TaskId};
use rules::shared::{Actor, Channel, Moment, Role, Window};
use serde_json::{Value, json};

/// 黄楼社区's elder is taken to the hospital, for two hours from now, by those named; all have accepted.
pub struct Outing {
    pub matter: String,
    pub task: TaskId,
    pub code: String,
    qr: String,
}

impl Outing {
    pub fn path(&self, what: &str) -> String {
        format!("/api/v1/tasks/{}/{what}", self.task)
    }
}

pub async fn actor(world: &World, name: &str) -> Actor {
    let (person, now) = (world.person(name), world.app.now());
    let memberships = world
        .app
        .read(move |mut tx| Box::pin(async move { people::store::memberships(&mut tx, person, now).await }))
        .await
        .unwrap();
    Actor::person(person, memberships, Channel::Web)
}

pub async fn outing(world: &World, volunteers: &[&str]) -> Outing {
    outing_of(world, volunteers, false).await
}

pub async fn outing_of(world: &World, volunteers: &[&str], private: bool) -> Outing {
    let need = json!({ "private": private, "kind": "need", "place": "371722003003", "fields": {
        "category": "hospital", "what": "去县医院复查", "when": "today", "address": "3 号楼", "phone": "13800000001" } });
    let matter = world.api("zhang").post("/api/v1/matters", need).await.expect(201).json();
    outing_to(world, matter["id"].as_str().unwrap().to_owned(), volunteers).await
}

/// Volunteers are found for a need that waits to be looked at, and have accepted.
pub async fn outing_to(world: &World, matter: String, volunteers: &[&str]) -> Outing {
    let triage = format!("/api/v1/matters/{matter}/triage");
    world
        .api("social")
        .post(&triage, json!({ "level": "day", "type": "hospital", "way": "volunteers" }))
        .await
        .expect(200);
    let people: Vec<PersonId> = volunteers.iter().map(|name| world.person(name)).collect();
    let social = actor(world, "social").await;
    let (id, offers) = world
        .app
        .act(&social, (matter.clone(), people), |mut tx, who, at, (matter, people)| {
            Box::pin(async move {
                let id: MatterId = matter.parse().unwrap();
                let task = dispatch::cut_task(&mut tx, &who, at, id, &new_task(at, people.len())).await?;
                Ok((task, dispatch::invite(&mut tx, &who, at, task, &people, None).await?))
            })
        })
        .await
        .unwrap();
    for (name, offer) in volunteers.iter().zip(offers) {
        let who = actor(world, name).await;
        world
            .app
            .act(&who, offer, |mut tx, who, at, offer| {
                Box::pin(async move { dispatch::accept(&mut tx, &who, at, offer).await })
            })
            .await
            .unwrap();
    }
    let shown = world
        .app
        .read(move |mut tx| Box::pin(async move { service::actions::show_code(&mut tx, &social, id).await }))
        .await
        .unwrap();
    Outing { matter, task: id, code: shown.code, qr: shown.qr_token }
}

fn new_task(at: Moment, slots: usize) -> NewTask {
    NewTask {
        title: "陪诊".into(),
        category: None,
        notes: String::new(),
        window: Ok(Window { start: at.recorded, end: at.recorded + jiff::SignedDuration::from_hours(2) }),
        slots: u16::try_from(slots).unwrap(),
        place: None,
        place_hint: None,
        team: None,
        needs: Needs::default(),
        seen: None,
        after_promise: None,
    }
}

pub async fn state(world: &World, matter: &str) -> Value {
    world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json()["state"].clone()
}

pub async fn minutes(world: &World, name: &str) -> (i64, i64, i64) {
    let path = format!("/api/v1/people/{}/hours", world.person(name));
    let hours = world.api(name).get(&path).await.expect(200).json();
    let of = |key: &str| hours[key].as_i64().unwrap();
    (of("recorded_minutes"), of("late_minutes"), of("waiting_minutes"))
}

/// Signs in and, an hour and a half later, out; gives back the record.
pub async fn served(world: &World, outing: &Outing, name: &str) -> String {
    let (volunteer, code) = (world.api(name), outing.code.as_str());
    volunteer.post(&outing.path("check-in"), json!({ "code": code })).await.expect(200);
    world.pass(90);
    let body = json!({ "code": code, "content": "陪同去县医院复查" });
    let made = volunteer.post(&outing.path("check-out"), body).await.expect(200).json();
    made["record"].as_str().unwrap().to_owned()
}

pub async fn confirm(world: &World, name: &str, record: &str) -> (u16, String) {
    let path = format!("/api/v1/records/{record}/confirmation");
    let answered = world.api(name).post(&path, json!({})).await;
    let code = answered.json()["code"].as_str().unwrap_or_default().to_owned();
    (answered.status.as_u16(), code)
}

db_test!(a_service_runs_from_check_in_to_rating, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    assert_eq!(state(&world, &outing.matter).await, "doing");
    let record = served(&world, &outing, "li").await;
    assert_eq!(state(&world, &outing.matter).await, "confirm");
    assert_eq!(minutes(&world, "li").await, (0, 0, 90));

    let waiting = world.api("zhang").get("/api/v1/records?to_confirm=true").await.expect(200).json();
    assert_eq!(waiting["items"][0]["id"], record.as_str());
    let path = format!("/api/v1/records/{record}/confirmation");
    let confirmed = world.api("zhang").post(&path, json!({})).await.expect(200).json();
    assert_eq!((confirmed["state"].as_str(), confirmed["confirmed_as"].as_str()), (Some("confirmed"), Some("served")));
    assert_eq!(confirmed["record_due_at"], "2026-06-23T23:59:59+08:00", "ten working days and 端午节");
    assert_eq!(confirmed["organiser"], "黄楼社区邻里服务队");
    assert_eq!(minutes(&world, "li").await, (90, 0, 0));

    let path = format!("/api/v1/matters/{}/rating", outing.matter);
    let body = json!({ "solved": true, "satisfaction": 5, "words": "谢谢" });
    let rated = world.api("zhang").post(&path, body.clone()).await.expect(200).json();
    assert_eq!(rated["state"], "closed");
    let again = world.api("zhang").post(&path, body).await.expect(422).json();
    assert_eq!(again["code"], "rating-given");
});

db_test!(presence_is_proved_by_qr_code_or_desk, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li", "wang", "zhao"]).await;
    let path = outing.path("check-in");
    let wang = json!({ "person": world.person("wang") });
    world.api("li").post(&path, json!({ "qr": outing.qr })).await.expect(200);
    world.api("community").post(&path, wang.clone()).await.expect(200);
    let signed = world.api("zhao").post(&path, json!({ "code": outing.code })).await.expect(200).json();
    let items = signed["items"].as_array().unwrap();
    let means: BTreeMap<&str, &str> = items
        .iter()
        .map(|row| (row["volunteer"]["name"].as_str().unwrap(), row["checked_in_by"].as_str().unwrap()))
        .collect();
    assert_eq!(means, BTreeMap::from([("李建国", "venue_qr"), ("王淑珍", "desk"), ("赵明", "code")]));

    world.pass(60);
    let out = outing.path("check-out");
    world
        .api("social")
        .post(&out, json!({ "person": world.person("wang"), "content": "一起去了医院" }))
        .await
        .expect(200);
    let own = world.api("wang").get("/api/v1/records?mine=true").await.expect(200).json();
    let record = &own["items"][0];
    assert_eq!((record["evidence"].as_str(), record["minutes"].as_i64()), (Some("desk"), Some(60)));
    // Both desks wrote a part of it: neither may say that it is right.
    for (name, expected) in [("community", "confirm-recorder"), ("social", "confirm-recorder"), ("wang", "confirm-own")]
    {
        let record = record["id"].as_str().unwrap();
        let (status, code) = confirm(&world, name, record).await;
        assert!(status == 422 && code == expected || status == 403, "{name}: {status} {code}");
    }
    assert_eq!(confirm(&world, "zhang", record["id"].as_str().unwrap()).await.0, 200);
});

db_test!(a_wrong_proof_is_told_apart, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let here = outing(&world, &["li"]).await;
    let wangs = outing(&world, &["wang"]).await;
    let wrong = if here.code == "123456" { "123457" } else { "123456" };
    let cases = [
        ("li", json!({ "code": wrong }), 422, "presence-unknown"),
        ("li", json!({ "code": "12ab" }), 422, "code-format"),
        ("li", json!({ "qr": wangs.qr }), 422, "presence-wrong-task"),
        ("li", json!({ "qr": "no such token" }), 422, "presence-unknown"),
        ("li", json!({}), 422, "presence-missing"),
        ("li", json!({ "code": here.code, "device_at": "2026-06-10T09:00:00+08:00" }), 422, "device-clock"),
        ("wang", json!({ "code": here.code }), 404, "not-found"),
        ("social", json!({ "person": world.person("wang") }), 422, "service-not-accepted"),
        ("far", json!({ "person": world.person("li") }), 404, "not-found"),
        ("li", json!({ "person": world.person("li") }), 403, "forbidden"),
    ];
    let before = world.events().await;
    for (name, body, status, code) in cases {
        let refused = world.api(name).post(&here.path("check-in"), body.clone()).await.expect(status).json();
        assert_eq!(refused["code"], code, "{name} {body}");
    }
    assert_eq!(world.events().await, before, "what is refused leaves nothing");
    let out = json!({ "code": here.code, "content": "陪同去县医院复查" });
    let refused = world.api("li").post(&here.path("check-out"), out).await.expect(422).json();
    assert_eq!(refused["code"], "check-out-no-check-in");
    world.api("li").post(&here.path("check-in"), json!({ "code": here.code })).await.expect(200);
    let again = world.api("li").post(&here.path("check-in"), json!({ "code": here.code })).await.expect(422).json();
    assert_eq!(again["code"], "check-in-done");
});

db_test!(a_task_is_done_when_everyone_who_accepted_has_left, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li", "wang"]).await;
    served(&world, &outing, "li").await;
    assert_eq!(state(&world, &outing.matter).await, "doing");
    world.api("wang").post(&outing.path("check-in"), json!({ "code": outing.code })).await.expect(200);
    world.pass(5);
    // Five minutes make no record, and are no reason to be kept from leaving.
    let out = json!({ "code": outing.code, "content": "来帮忙，已经办完了" });
    let left = world.api("wang").post(&outing.path("check-out"), out).await.expect(200).json();
    assert_eq!((left["record"].is_null(), left["minutes"].as_i64()), (true, Some(5)));
    assert_eq!(state(&world, &outing.matter).await, "confirm");
});

db_test!(a_visit_too_short_for_a_record_serves_nobody, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    world.api("li").post(&outing.path("check-in"), json!({ "code": outing.code })).await.expect(200);
    world.pass(5);
    let out = json!({ "code": outing.code, "content": "没有人应门" });
    let left = world.api("li").post(&outing.path("check-out"), out).await.expect(200).json();
    assert!(left["record"].is_null(), "{left}");
    // Nobody is asked whether it is solved: somebody else is looked for, and the desk reads why.
    assert_eq!(state(&world, &outing.matter).await, "dispatch");
    let code = world.api("social").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
    let code = code["code"].as_str().unwrap_or_default().rsplit(' ').next().unwrap_or_default().to_owned();
    let desk = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(desk.contains("时间太短不能计入记录"), "{desk}");
});

db_test!(a_forgotten_check_out_is_closed_and_described_before_it_counts, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li", "wang"]).await;
    world.api("li").post(&outing.path("check-in"), json!({ "code": outing.code })).await.expect(200);
    world.set_time("2026-06-08T11:30:00+08:00");
    app::jobs::run_due(&world.app).await.unwrap();
    assert_eq!(state(&world, &outing.matter).await, "doing", "there is still time to sign out");

    world.set_time("2026-06-08T11:31:00+08:00");
    app::jobs::run_due(&world.app).await.unwrap();
    // Wang never came: nobody waits for her, and nothing is held against her.
    assert_eq!(state(&world, &outing.matter).await, "confirm");
    let own = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
    let record = &own["items"][0];
    assert_eq!((record["closing"].as_str(), record["minutes"].as_i64()), (Some("to_be_confirmed"), Some(120)));
    let id = record["id"].as_str().unwrap();
    assert_eq!(confirm(&world, "community", id).await, (422, "confirm-forgotten".into()));

    let path = format!("/api/v1/records/{id}/description");
    let longer = json!({ "content": "陪同去县医院复查", "ended_at": "2026-06-08T11:20:00+08:00" });
    let refused = world.api("li").post(&path, longer).await.expect(422).json();
    assert_eq!(refused["code"], "correct-longer");
    let body =
        json!({ "content": "陪同去县医院复查", "ended_at": "2026-06-08T10:30:00+08:00", "wellbeing": "look_wanted" });
    world.api("wang").post(&path, body.clone()).await.expect(404);
    let described = world.api("li").post(&path, body).await.expect(200).json();
    assert_eq!(described["minutes"], 90);
    assert_eq!(confirm(&world, "community", id).await.0, 200);
    assert_eq!(minutes(&world, "li").await, (90, 0, 0));
});

db_test!(a_record_that_waits_is_reminded_of_within_ten_working_days, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    served(&world, &outing, "li").await;
    let sent = || async {
        let sql = "SELECT COUNT(*) FROM jobs_messages WHERE template IN ('record_to_describe', 'record_to_confirm')";
        world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![]).await?) })).await.unwrap()
    };
    for (time, expected) in
        [("2026-06-20T23:00:00+08:00", 0), ("2026-06-21T00:00:00+08:00", 1), ("2026-06-24T00:00:01+08:00", 2)]
    {
        world.set_time(time);
        app::jobs::run_due(&world.app).await.unwrap();
        assert_eq!(sent().await, expected, "{time}");
    }
});

db_test!(a_year_that_is_not_loaded_keeps_nothing_off_the_record, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    world.set_time("2026-12-31T20:00:00+08:00");
    let (status, record) = late(&world, "li", "li", "2026-12-30").await;
    assert_eq!(status, 201, "{record}");
    assert!(record["record_due_at"].is_null(), "{record}");
});

/// Enters two hours of `volunteer` on a day after the fact.
pub async fn late(world: &World, name: &str, volunteer: &str, day: &str) -> (u16, Value) {
    let body = json!({ "volunteer": world.person(volunteer), "name": "小区清扫", "place": "371722003003",
        "content": "清扫楼道", "start": format!("{day}T08:00:00+08:00"), "end": format!("{day}T10:00:00+08:00"),
        "reason": "手机没电，没有签到" });
    let answered = world.api(name).post("/api/v1/records", body).await;
    (answered.status.as_u16(), answered.json())
}

const EVERYONE: [&str; 17] = [
    "zhang",
    "neighbour",
    "li",
    "wang",
    "zhao",
    "leader",
    "social",
    "supervisor",
    "community",
    "grid",
    "call",
    "clerk",
    "clerk2",
    "inspector",
    "admin",
    "auditor",
    "far",
];

// Every pair of people, and so of roles: who enters a record late, and who then says that it is right.
db_test!(no_pair_confirms_but_two_who_may, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut day = jiff::civil::date(2026, 5, 4);
    let mut confirmed = Vec::new();
    for recorder in EVERYONE {
        for confirmer in EVERYONE {
            let (status, record) = late(&world, recorder, "li", &day.to_string()).await;
            if status != 201 {
                assert_eq!(status, 403, "{recorder}: {record}");
                break;
            }
            assert_eq!(record["evidence"], "late");
            let id = record["id"].as_str().unwrap();
            let (status, code) = confirm(&world, confirmer, id).await;
            match status {
                200 => confirmed.push((recorder, confirmer)),
                403 | 404 => {}
                422 => assert!(code.starts_with("confirm-"), "{recorder} {confirmer}: {code}"),
                other => panic!("{recorder} {confirmer}: {other} {code}"),
            }
            let path = format!("/api/v1/records/{id}/voiding");
            world.api("inspector").post(&path, json!({ "reason": "试验" })).await.expect(200);
            day = if day < jiff::civil::date(2026, 6, 5) {
                day.tomorrow().unwrap()
            } else {
                jiff::civil::date(2026, 5, 4)
            };
        }
    }
    let expected = [("li", "social"), ("li", "community"), ("social", "community"), ("community", "social")];
    assert_eq!(confirmed, expected);
    assert_eq!(minutes(&world, "li").await, (0, 0, 0), "what is void counts nowhere");
});

pub async fn appoint(world: &World, name: &str, role: Role) {
    let (person, place) = (world.person(name), world.huanglou);
    world
        .app
        .act(&Actor::system(), (), move |mut tx, who, at, ()| {
            Box::pin(async move {
                let new = people::actions::Appointment {
                    role,
                    organisation: None,
                    place: Some(place),
                    until: None,
                    word: Word::Given,
                };
                people::actions::appoint(&mut tx, &who, at, person, &new).await
            })
        })
        .await
        .unwrap();
}

db_test!(no_one_person_makes_confirmed_hours, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // One person who is the volunteer and holds every role that touches records.
    for role in [Role::SocialWorker, Role::CommunityWorker, Role::CallTaker, Role::CountyOfficial] {
        appoint(&world, "li", role).await;
    }
    let outing = outing(&world, &["li"]).await;
    let signed = served(&world, &outing, "li").await;
    let (status, entered) = late(&world, "li", "li", "2026-06-05").await;
    assert_eq!(status, 201, "{entered}");
    let (status, for_wang) = late(&world, "li", "wang", "2026-06-05").await;
    assert_eq!(status, 201, "{for_wang}");
    let late_one = entered["id"].as_str().unwrap().to_owned();
    let records = [(signed, "confirm-own"), (late_one, "confirm-own")];
    for (record, expected) in &records {
        assert_eq!(confirm(&world, "li", record).await, (422, (*expected).into()));
        let contest = format!("/api/v1/records/{record}/contest");
        world.api("li").post(&contest, json!({ "reason": "时间不对" })).await.expect(200);
        assert_eq!(confirm(&world, "li", record).await, (422, "confirm-state".into()));
        let body = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
        let row = body["items"].as_array().unwrap().iter().find(|r| r["id"] == record.as_str()).unwrap().clone();
        let fixed =
            json!({ "content": "陪同去县医院", "start": row["start"], "end": row["end"], "answer": "核实过了" });
        world.api("li").post(&format!("/api/v1/records/{record}/correction"), fixed).await.expect(200);
        assert_eq!(confirm(&world, "li", record).await, (422, (*expected).into()));
    }
    let wangs = for_wang["id"].as_str().unwrap();
    assert_eq!(confirm(&world, "li", wangs).await, (422, "confirm-recorder".into()));
    assert_eq!((minutes(&world, "li").await, minutes(&world, "wang").await), ((0, 0, 210), (0, 0, 120)));
    assert_eq!(confirm(&world, "community", wangs).await.0, 200);
    assert_eq!(minutes(&world, "wang").await, (0, 120, 0));
});

db_test!(no_household_or_kin_confirms_its_own, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (li, community, social) = (world.person("li"), world.person("community"), world.person("social"));
    world
        .app
        .act(&Actor::system(), (), move |mut tx, who, at, ()| {
            Box::pin(async move {
                people::kinship::declare_kin(&mut tx, &who, at, social, li).await?;
                let home = people::store::near(&mut tx, li).await?.household.unwrap();
                let sql = "UPDATE people_people SET household_id = $3 WHERE cell = $1 AND id = $2";
                tx.run(sql, db::args![community.cell.0, community.uuid, home.uuid]).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let (_, record) = late(&world, "li", "li", "2026-06-05").await;
    let id = record["id"].as_str().unwrap();
    for name in ["community", "social"] {
        assert_eq!(confirm(&world, name, id).await, (422, "confirm-household".into()), "{name}");
    }
    assert_eq!(minutes(&world, "li").await, (0, 0, 120));
});

db_test!(a_contested_record_counts_no_more, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let record = served(&world, &outing, "li").await;
    assert_eq!(confirm(&world, "call", &record).await.0, 200, "who takes calls carries the word of who was served");
    assert_eq!(minutes(&world, "li").await, (90, 0, 0));
    let path = format!("/api/v1/records/{record}/contest");
    let reasonless = world.api("zhang").post(&path, json!({})).await.expect(422).json();
    assert_eq!(reasonless["code"], "contest-reason");
    world.api("neighbour").post(&path, json!({ "reason": "没有来过" })).await.expect(404);
    world.api("zhang").post(&path, json!({ "reason": "没有来过" })).await.expect(200);
    assert_eq!(minutes(&world, "li").await, (0, 0, 90));
});

db_test!(hours_are_for_those_who_may_see_them, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (day, recorder, confirmer) in [("2026-05-20", "li", "social"), ("2026-06-05", "social", "community")] {
        let (_, record) = late(&world, recorder, "li", day).await;
        assert_eq!(confirm(&world, confirmer, record["id"].as_str().unwrap()).await.0, 200);
    }
    let outing = outing(&world, &["li"]).await;
    let record = served(&world, &outing, "li").await;
    assert_eq!(confirm(&world, "zhang", &record).await.0, 200);
    let path = format!("/api/v1/people/{}/hours", world.person("li"));
    let hours = world.api("li").get(&path).await.expect(200).json();
    assert_eq!((hours["recorded_minutes"].as_i64(), hours["late_minutes"].as_i64()), (Some(90), Some(240)));
    assert_eq!(hours["confirmed_minutes"], 330);
    let months = hours["months"].as_array().unwrap();
    let months: Vec<_> =
        months.iter().map(|m| (m["month"].as_str().unwrap(), m["confirmed_minutes"].as_i64())).collect();
    assert_eq!(months, [("2026-06", Some(210)), ("2026-05", Some(120))]);
    for (name, status) in [("social", 200), ("community", 200), ("zhang", 404), ("wang", 404), ("far", 404)] {
        world.api(name).get(&path).await.expect(status);
    }
});
