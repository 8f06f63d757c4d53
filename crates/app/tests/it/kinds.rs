//! A kind that a county lays beside its data, without a rebuild.

use app::testing::world;
use db::db_test;
use rules::matters::load::Lacking;
use rules::matters::{EMBEDDED, Kinds};
use serde_json::{Value, json};

pub const FOOD_PERMIT: &str = include_str!("../../../rules/tests/data/food_permit.toml");

fn need() -> Value {
    json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "hospital", "what": "去县医院复查", "when": "today", "address": "3 号楼", "phone": "13800000001" } })
}

db_test!(
    a_kind_that_is_closed_is_offered_to_nobody_and_what_there_is_goes_on,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let zhang = world.browser("zhang").await;
        let raised = world.api("zhang").post("/api/v1/matters", need()).await.expect(201).json();
        assert!(zhang.get("/help").await.expect(200).text.contains("/help/new?kind=need"));

        let text = EMBEDDED[0].1.replacen("[intake]", "[intake]\nclosed = true", 1);
        let kinds = Kinds::load(EMBEDDED, [("need.toml", text)]).unwrap();
        let city = world.app.city();
        world.app.replace_city(app::city::City { kinds, ..city.with_settings(city.settings.clone()) });

        assert!(!zhang.get("/help").await.expect(200).text.contains("/help/new?kind=need"));
        zhang.get("/help/new?kind=need&type=hospital").await.expect(404);
        for who in ["zhang", "call"] {
            let refused = world.api(who).post("/api/v1/matters", need()).await.expect(422).json();
            assert_eq!(
                (refused["code"].as_str(), refused["field"].as_str()),
                (Some("kind-closed"), Some("kind")),
                "{who}"
            );
        }
        let listed = world.api("zhang").get("/api/v1/kinds").await.expect(200).json();
        let need = listed["items"].as_array().unwrap().iter().find(|k| k["id"] == "need").unwrap().clone();
        assert_eq!(need["closed"], true);
        world.api("social").get(&format!("/api/v1/matters/{}", raised["id"].as_str().unwrap())).await.expect(200);
    }
);

db_test!(matters_whose_kind_has_no_file_are_found, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    world.api("zhang").post("/api/v1/matters", need()).await.expect(201);
    let found = |kinds: Kinds| {
        let db = world.app.db.clone();
        async move {
            let read = db.read(move |tx| {
                let kinds = kinds.clone();
                Box::pin(async move { app::matters::kept::unreadable(tx, &kinds).await })
            });
            let found = read.await.expect("read");
            found.into_iter().map(|(standing, lacking)| (standing.kind, standing.n, lacking)).collect::<Vec<_>>()
        }
    };
    assert_eq!(found(Kinds::embedded()).await, []);
    let none: [(&str, &str); 0] = [];
    let only_hazard = Kinds::load(&EMBEDDED[1..], none).unwrap();
    assert_eq!(found(only_hazard).await, [("need".to_owned(), 1, Lacking::Kind)]);
});

db_test!(a_third_kind_walks_from_the_form_to_the_close, app::migrations::STEPS, |db| async move {
    let world = world(db, &[("food_permit.toml", FOOD_PERMIT)]).await;
    let [first, second] = [world.department.to_string(), world.second_department.to_string()];
    let (resident, clerk, clerk2) = (world.api("zhang"), world.api("clerk"), world.api("clerk2"));

    let form = json!({ "kind": "food_permit", "place": "371722003003", "organisation": first, "fields": { "shop": "老街面馆" } });
    let matter = resident.post("/api/v1/matters", form).await.expect(201).json();
    assert_eq!(matter["due_at"], "2026-06-15T23:59:59+08:00", "five working days from a Monday");
    let path = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());

    // Two departments judge it at the same time; the second sees it once asked.
    clerk2.get(&path).await.expect(404);
    let accept = json!({ "answer": "accept", "departments": [first, second] });
    clerk.post(&format!("{path}/triage"), accept).await.expect(200);
    clerk2.get(&path).await.expect(200);
    let agree = |organisation: &str| json!({ "organisation": organisation, "agrees": true, "said": "符合条件" });
    clerk.post(&format!("{path}/parts"), agree(&first)).await.expect(200);

    // A lawful pause: two working days that count for nobody.
    world.set_time("2026-06-09T10:00:00+08:00");
    let pause = json!({ "rule": "supplement", "reason": "缺健康证" });
    clerk.post(&format!("{path}/pause"), pause).await.expect(200);
    world.set_time("2026-06-11T10:00:00+08:00");
    let resumed = clerk.post(&format!("{path}/resumption"), json!({})).await.expect(200).json();
    assert_eq!(resumed["due_at"], "2026-06-17T23:59:59+08:00");

    // The parts join, the decision follows, and somebody else calls back.
    clerk2.post(&format!("{path}/parts"), agree(&first)).await.expect(403);
    let joined = clerk2.post(&format!("{path}/parts"), agree(&second)).await.expect(200).json();
    assert_eq!(joined["step"], "decide");
    let grant = json!({ "answer": "grant", "result": "已发证", "fields": { "permit_number": "菏单 0001" } });
    clerk.post(&format!("{path}/answers"), grant).await.expect(200);
    clerk.post(&format!("{path}/answers"), json!({ "answer": "solved" })).await.expect(403);
    let unheard = world.api("community").post(&format!("{path}/answers"), json!({ "answer": "solved" })).await;
    assert_eq!(unheard.expect(422).json()["field"], "heard");
    let said = json!({ "answer": "solved", "heard": "店主接的，说证拿到了" });
    let closed = world.api("community").post(&format!("{path}/answers"), said).await;
    let closed = closed.expect(200).json();
    assert_eq!((closed["state"].as_str(), closed["outcome"].as_str()), (Some("closed"), Some("solved")));
});

db_test!(a_program_reads_what_each_kind_asks, app::migrations::STEPS, |db| async move {
    let world = world(db, &[("food_permit.toml", FOOD_PERMIT)]).await;
    let of = |list: &Value, key: &str, name: &str| {
        let found = list.as_array().into_iter().flatten().find(|item| item[key] == name);
        found.unwrap_or_else(|| panic!("{name} in {list}")).clone()
    };
    let list = world.api("zhang").get("/api/v1/kinds").await.expect(200).json();
    let permit = of(&list["items"], "id", "food_permit");
    let number = of(&permit["fields"], "key", "permit_number");
    assert_eq!((&number["asked"], &number["type"]), (&json!("answer"), &json!("text")), "a county's own kind is one");
    let grant = of(&of(&permit["steps"], "key", "decide")["answers"], "key", "grant");
    assert!(grant["requires"].as_array().is_some_and(|all| all.contains(&json!("field.permit_number"))), "{grant}");
    let need = of(&list["items"], "id", "need");
    let category = of(&need["fields"], "key", "category");
    assert_eq!(of(&category["options"], "key", "errands")["name"]["en"], "Errands and shopping");
    let dispatch = of(&need["steps"], "key", "dispatch");
    assert_eq!(of(&dispatch["answers"], "key", "accepted")["on"], "accepted", "nobody chooses it");
    world.visitor().get("/api/v1/kinds").await.expect(401);
});
