//! Each changing call of the API adds at least one event. The story below makes every one of them.

use std::collections::BTreeSet;

use app::service;
use app::testing::{World, patient_world};
use db::db_test;
use serde_json::{Value, json};

use crate::lived_in::{is_api, is_get, need, routes};

const FOOD_PERMIT: &str = include_str!("../../../rules/tests/data/food_permit.toml");

/// Makes calls and sees to it that each leaves an event.
struct Teller {
    world: World,
    told: BTreeSet<&'static str>,
}

impl Teller {
    async fn tell(&mut self, who: &str, route: &'static str, id: &str, body: Value) -> Value {
        let (before, address) = (self.world.events().await, route.replace("{id}", id));
        let answered = self.world.api(who).post(&address, body).await;
        assert!(answered.status.is_success(), "{who} {address}: {} {}", answered.status, answered.text);
        assert!(self.world.events().await > before, "{who} {address} left no event");
        self.told.insert(route);
        answered.json()
    }

    async fn raise(&mut self) -> String {
        let body = need("请人帮忙", "3 号楼 2 单元 401", "13800000001");
        text(&self.tell("zhang", "/api/v1/matters", "", body).await["id"])
    }

    /// A need that waits for a volunteer, and a task cut from it that starts in so many minutes.
    async fn task(&mut self, minutes: i64) -> (String, String) {
        let matter = self.raise().await;
        let triage = json!({ "level": "day", "type": "hospital", "way": "volunteers", "reason": "已核实" });
        self.tell("social", "/api/v1/matters/{id}/triage", &matter, triage).await;
        let starts_at = self.world.app.now().recorded + jiff::SignedDuration::from_mins(minutes);
        let body =
            json!({ "title": "陪诊", "starts_at": starts_at.to_string(), "minutes": 120, "place_hint": "3 号楼" });
        let task = self.tell("social", "/api/v1/matters/{id}/tasks", &matter, body).await;
        (matter, text(&task["id"]))
    }

    async fn invite(&mut self, task: &str, names: &[&str]) {
        let people: Vec<String> = names.iter().map(|name| self.world.person(name).to_string()).collect();
        self.tell("social", "/api/v1/tasks/{id}/offers", task, json!({ "people": people })).await;
    }

    async fn offer_to(&self, name: &str, state: &str) -> String {
        let offers =
            self.world.api(name).get(&format!("/api/v1/offers?mine=true&state={state}")).await.expect(200).json();
        text(&offers["items"][0]["id"])
    }

    /// The code that is read out at the door.
    async fn code(&self, task: &str) -> String {
        let (social, task) = (self.world.actor("social").await, task.parse().unwrap());
        let shown = self
            .world
            .app
            .read(move |mut tx| Box::pin(async move { service::actions::show_code(&mut tx, &social, task).await }));
        shown.await.unwrap().code
    }

    async fn at_the_desk(&mut self) {
        let (id, other, third) = (self.raise().await, self.raise().await, self.raise().await);
        let social = self.world.person("social").to_string();
        self.tell("social", "/api/v1/matters/{id}/notes", &id, json!({ "text": "已打电话" })).await;
        let word = json!({ "at": "2026-06-09T09:00:00+08:00" });
        self.tell("social", "/api/v1/matters/{id}/next-word", &id, word).await;
        self.tell("social", "/api/v1/matters/{id}/assignment", &id, json!({ "handler": social })).await;
        self.tell("social", "/api/v1/matters/{id}/privacy", &third, json!({ "private": true })).await;
        let hazard = self.hazard().await;
        self.tell("neighbour", "/api/v1/matters/{id}/followers", &hazard, json!({})).await;
        let elsewhere = json!({ "place": "371722003004", "reason": "住在隔壁社区" });
        self.tell("social", "/api/v1/matters/{id}/rerouting", &id, elsewhere).await;
        let closing = json!({ "outcome": "cannot", "reason": "没有合适的人", "basis": "志愿服务条例第十一条" });
        self.tell("social", "/api/v1/matters/{id}/closure", &id, closing).await;
        self.tell("zhang", "/api/v1/matters/{id}/reopening", &id, json!({ "reason": "还需要人" })).await;
        self.tell("social", "/api/v1/matters/{id}/merging", &other, json!({ "into": id })).await;
        self.tell("zhang", "/api/v1/matters/{id}/withdrawal", &third, json!({ "reason": "不用了" })).await;
    }

    async fn hazard(&mut self) -> String {
        let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "fire_lane" } });
        text(&self.tell("zhang", "/api/v1/matters", "", body).await["id"])
    }

    async fn two_departments(&mut self) {
        let [first, second] = [self.world.department.to_string(), self.world.second_department.to_string()];
        let form = json!({ "kind": "food_permit", "place": "371722003003", "organisation": first, "fields": { "shop": "老街面馆" } });
        let id = text(&self.tell("zhang", "/api/v1/matters", "", form).await["id"]);
        let accept = json!({ "answer": "accept", "departments": [first, second] });
        self.tell("clerk", "/api/v1/matters/{id}/triage", &id, accept).await;
        let pause = json!({ "rule": "supplement", "reason": "缺健康证" });
        self.tell("clerk", "/api/v1/matters/{id}/pause", &id, pause).await;
        self.tell("clerk", "/api/v1/matters/{id}/resumption", &id, json!({})).await;
        for (who, organisation) in [("clerk", first), ("clerk2", second)] {
            let agree = json!({ "organisation": organisation, "agrees": true, "said": "符合条件" });
            self.tell(who, "/api/v1/matters/{id}/parts", &id, agree).await;
        }
        let grant = json!({ "answer": "grant", "result": "已发证", "fields": { "permit_number": "菏单 0001" } });
        self.tell("clerk", "/api/v1/matters/{id}/answers", &id, grant).await;
    }

    /// Asked, declined, accepted, served, confirmed, rated.
    async fn service(&mut self) {
        let (matter, task) = self.task(0).await;
        self.invite(&task, &["li", "wang"]).await;
        let (li, wang) = (self.offer_to("li", "offered").await, self.offer_to("wang", "offered").await);
        self.tell("wang", "/api/v1/offers/{id}/decline", &wang, json!({})).await;
        self.tell("li", "/api/v1/offers/{id}/acceptance", &li, json!({})).await;
        let code = self.code(&task).await;
        self.tell("li", "/api/v1/tasks/{id}/check-in", &task, json!({ "code": code })).await;
        self.world.pass(90);
        let out = json!({ "code": code, "content": "陪同去县医院复查" });
        let record = text(&self.tell("li", "/api/v1/tasks/{id}/check-out", &task, out).await["record"]);
        self.tell("zhang", "/api/v1/records/{id}/confirmation", &record, json!({})).await;
        let rating = json!({ "solved": true, "satisfaction": 5 });
        self.tell("zhang", "/api/v1/matters/{id}/rating", &matter, rating).await;
    }

    async fn open_to_all(&mut self) {
        let (_, task) = self.task(600).await;
        let wider = json!({ "reach": "same_county", "without_skills": false });
        self.invite(&task, &["wang"]).await;
        self.tell("social", "/api/v1/tasks/{id}/widening", &task, wider).await;
        self.tell("social", "/api/v1/tasks/{id}/opening", &task, json!({})).await;
        self.tell("zhao", "/api/v1/tasks/{id}/acceptance", &task, json!({})).await;
        let zhao = self.offer_to("zhao", "accepted").await;
        self.tell("zhao", "/api/v1/offers/{id}/withdrawal", &zhao, json!({ "reason": "家里有事" })).await;
        self.tell("social", "/api/v1/tasks/{id}/cancellation", &task, json!({ "reason": "改期了" })).await;
        let (_, own) = self.task(600).await;
        let person = self.world.person("social").to_string();
        self.tell("social", "/api/v1/tasks/{id}/assignment", &own, json!({ "person": person })).await;
    }

    /// Nobody checked out; and what was entered late, contested, corrected and made void.
    async fn records(&mut self) {
        let (_, task) = self.task(0).await;
        self.invite(&task, &["wang"]).await;
        let wang = self.offer_to("wang", "offered").await;
        self.tell("wang", "/api/v1/offers/{id}/acceptance", &wang, json!({})).await;
        let code = self.code(&task).await;
        self.tell("wang", "/api/v1/tasks/{id}/check-in", &task, json!({ "code": code })).await;
        self.world.pass(240);
        app::jobs::run_due(&self.world.app).await.unwrap();
        let mine = self.world.api("wang").get("/api/v1/records?mine=true").await.expect(200).json();
        let record = text(&mine["items"][0]["id"]);
        let said = json!({ "content": "陪同去县医院复查", "wellbeing": "look_wanted" });
        self.tell("wang", "/api/v1/records/{id}/description", &record, said).await;
        let (start, end) = ("2026-06-06T08:00:00+08:00", "2026-06-06T10:00:00+08:00");
        let entry = json!({ "volunteer": self.world.person("li"), "name": "小区清扫", "place": "371722003003",
            "content": "清扫楼道", "start": start, "end": end, "reason": "手机没电，没有签到" });
        let late = text(&self.tell("li", "/api/v1/records", "", entry).await["id"]);
        self.tell("li", "/api/v1/records/{id}/contest", &late, json!({ "reason": "时间不对" })).await;
        let fixed = json!({ "content": "清扫楼道", "start": start, "end": end });
        self.tell("social", "/api/v1/records/{id}/correction", &late, fixed).await;
        self.tell("inspector", "/api/v1/records/{id}/voiding", &late, json!({ "reason": "试验" })).await;
    }
}

/// The register: people, roles, certificates, households and kin.
impl Teller {
    async fn register(&mut self) {
        let new = json!({ "name": "钱大爷", "place": "371722003003", "phone": "13955556666", "address": "8 号楼 101" });
        let person = text(&self.tell("community", "/api/v1/people", "", new).await["id"]);
        let right = json!({ "name": "钱大伯", "version": 1 });
        self.tell("community", "/api/v1/people/{id}/correction", &person, right).await;
        let grid = json!({ "role": "grid_member", "place": "371722003003" });
        let given = self.tell("admin", "/api/v1/people/{id}/memberships", &person, grid).await;
        self.tell("admin", "/api/v1/memberships/{id}/end", &text(&given["memberships"][0]["id"]), json!({})).await;
        let shop = json!({ "kind": "shop", "name": "黄楼便民超市", "place": "371722003003" });
        self.tell("community", "/api/v1/organisations", "", shop).await;
        let neighbour = self.world.person("neighbour").to_string();
        let seen = self.world.api("community").get(&format!("/api/v1/people/{person}")).await.expect(200).json();
        let household = json!({ "household": seen["household"] });
        self.tell("community", "/api/v1/people/{id}/household", &neighbour, json!({ "household": null })).await;
        self.tell("community", "/api/v1/people/{id}/household", &neighbour, household).await;
        let daughter = json!({ "person": person });
        self.tell("community", "/api/v1/people/{id}/kin", &neighbour, daughter).await;
    }

    /// Accounts, passwords and tokens.
    async fn access(&mut self) {
        let person = self.world.person("social").to_string();
        let account = json!({ "account": "zhou.ping" });
        let opened = self.tell("admin", "/api/v1/people/{id}/password-reset", &person, account).await;
        let chosen = json!({ "password": opened["password"], "new_password": "荷塘 early 6" });
        self.tell("social", "/api/v1/people/{id}/password", &person, chosen).await;
        let wanted = json!({ "name": "周报", "scopes": ["reports:read"], "days": 30 });
        let token = text(&self.tell("admin", "/api/v1/people/{id}/tokens", &person, wanted).await["id"]);
        self.tell("social", "/api/v1/tokens/{id}/end", &token, json!({})).await;
    }

    async fn grids(&mut self) {
        let community = self.world.huanglou.to_string();
        let grid = self.tell("community", "/api/v1/places/{id}/grids", &community, json!({ "name": "第一网格" })).await;
        let named = json!({ "known": "黄楼社区第一网格", "name": "黄楼社区荷塘网格" });
        self.tell("admin", "/api/v1/places/{id}/name", &text(&grid["id"]), named).await;
    }

    async fn volunteer(&mut self) {
        let (neighbour, li) = (self.world.person("neighbour").to_string(), self.world.person("li").to_string());
        self.tell("neighbour", "/api/v1/people/{id}/volunteering", &neighbour, json!({})).await;
        let week = json!({ "week": [{ "weekday": 6, "from": 480, "until": 1080 }] });
        self.tell("neighbour", "/api/v1/people/{id}/availability", &neighbour, week).await;
        let cover = json!({ "insured_until": "2027-06-30T23:59:59+08:00" });
        self.tell("social", "/api/v1/people/{id}/cover", &li, cover).await;
        let aid = json!({ "skill": "first_aid", "issuer": "市红十字会", "valid_from": "2026-03-01" });
        let seen = self.tell("li", "/api/v1/people/{id}/credentials", &li, aid).await;
        let certificate = text(&seen["credentials"][0]["id"]);
        self.tell("social", "/api/v1/credentials/{id}/verification", &certificate, json!({})).await;
        self.tell("social", "/api/v1/credentials/{id}/withdrawal", &certificate, json!({})).await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}

db_test!(every_changing_call_leaves_an_event, app::migrations::STEPS, |db| async move {
    let world = patient_world(db, &[("food_permit.toml", FOOD_PERMIT)]).await;
    let mut teller = Teller { world, told: BTreeSet::new() };
    teller.at_the_desk().await;
    teller.two_departments().await;
    teller.service().await;
    teller.open_to_all().await;
    teller.records().await;
    teller.register().await;
    teller.volunteer().await;
    teller.access().await;
    teller.grids().await;
    let told = &teller.told;
    let untold: Vec<_> =
        routes().filter(|r| is_api(r) && !is_get(r) && !told.contains(r.path)).map(|r| r.path).collect();
    assert_eq!(untold, Vec::<&str>::new(), "tell these calls in the story");
});
