//! Each changing call of the API adds the event of its verb, and is refused to whoever the access table does not give
//! that verb. The story below makes every one of them, and by forms what no call does.

mod cards;
mod hazards;
mod rights;
mod shifts;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use app::capability::{Needs, Route};
use app::service;
use app::testing::{Client, World, patient_world};
use db::db_test;
use rules::service::anomaly::AnomalyRules;
use rules::shared::Role;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::lived_in::{granted, is_api, is_get, need, routes};
use crate::second_step::code_of;

const FOOD_PERMIT: &str = include_str!("../../../rules/tests/data/food_permit.toml");

/// Events are called after their verb, but for these: what becomes of a matter has names of its own.
const CALLED: &[(&str, &str)] = &[
    ("/api/v1/matters", "matters.raised"),
    ("/api/v1/matters/{id}/triage", "matters.answered"),
    ("/api/v1/matters/{id}/answers", "matters.answered"),
    ("/api/v1/matters/{id}/tries", "matters.tried"),
    ("/api/v1/matters/{id}/closure", "matters.closed"),
    ("/api/v1/matters/{id}/reopening", "matters.reopened"),
    ("/api/v1/matters/{id}/withdrawal", "matters.withdrawn"),
    ("/api/v1/matters/{id}/notes", "matters.noted"),
    ("/api/v1/matters/{id}/urging", "matters.urged"),
    ("/api/v1/matters/{id}/parts", "matters.part_answered"),
    ("/api/v1/matters/{id}/pause", "matters.paused"),
    ("/api/v1/matters/{id}/resumption", "matters.resumed"),
    ("/api/v1/matters/{id}/assignment", "matters.assigned"),
    ("/api/v1/matters/{id}/rerouting", "matters.rerouted"),
    ("/api/v1/matters/{id}/followers", "matters.followed"),
    ("/api/v1/matters/{id}/followers/removal", "matters.unfollowed"),
    ("/api/v1/matters/{id}/merging", "matters.merged"),
    ("/api/v1/matters/{id}/next-word", "matters.next_word_set"),
    ("/api/v1/matters/{id}/privacy", "matters.private_set"),
    ("/api/v1/imports/{id}/application", "people.apply_import"),
    ("/api/v1/imports/{id}/cancellation", "people.cancel_import"),
    ("/api/v1/matters/{id}/photos", "matters.photo_added"),
    ("/api/v1/replies/{id}/photos", "matters.photo_added"),
    ("/api/v1/matters/{id}/photos/{file}/release", "matters.photo_released"),
    ("/api/v1/matters/{id}/photos/{file}/withholding", "matters.photo_withheld"),
    ("/desk/call", "matters.raised"),
    ("/tasks/{code}/attendance/in", "service.check_in"),
    ("/tasks/{code}/attendance/out", "service.check_out"),
    ("/api/v1/records", "service.record"),
    ("/api/v1/records/{id}/description", "service.describe"),
    ("/api/v1/records/{id}/objection-answer", "service.answer_objection"),
];

/// What is opened is written into the access log.
const READING: [&str; 2] = ["matters.read_protected", "people.read_protected"];

/// Makes calls and sees to it that each leaves its event.
pub struct Teller {
    pub world: World,
    told: BTreeSet<&'static str>,
    /// What `{file}` of an address stands for.
    photo: String,
}

fn changing(path: &str) -> &'static Route {
    routes().find(|r| r.path == path && !is_get(r)).unwrap_or_else(|| panic!("no route {path}"))
}

fn verb(route: &Route) -> Option<&'static str> {
    if let Needs::Verb(verb) = route.needs { Some(verb) } else { None }
}

/// The verbs of all events after the first so many.
async fn verbs_after(world: &World, events: i64) -> Vec<String> {
    #[derive(Deserialize)]
    struct Row {
        verb: String,
    }
    let sql = "SELECT verb FROM audit_events ORDER BY id LIMIT 1000 OFFSET $1";
    let rows = world.app.read(move |mut tx| Box::pin(async move { Ok(tx.all::<Row>(sql, db::args![events]).await?) }));
    rows.await.unwrap().into_iter().map(|row| row.verb).collect()
}

impl Teller {
    pub async fn tell(&mut self, who: &str, route: &'static str, id: &str, body: Value) -> Value {
        let address = route.replace("{id}", id).replace("{file}", &self.photo);
        self.try_without_a_grant(who, route, &address, &body).await;
        let before = self.world.events().await;
        let answered = self.world.api(who).post(&address, body).await;
        assert!(answered.status.is_success(), "{who} {address}: {} {}", answered.status, answered.text);
        self.left_its_event(route, before).await;
        answered.json()
    }

    /// Everybody without a grant of the route's verb asks for the very same before.
    async fn try_without_a_grant(&self, who: &str, route: &'static str, address: &str, body: &Value) {
        let before = self.world.events().await;
        let allowed = granted(changing(route)).expect("a verb");
        for (name, _) in self.world.cast() {
            let actor = self.world.actor(name).await;
            let may = allowed.contains(&Role::Resident) || allowed.iter().any(|role| actor.has_role(*role));
            assert!(may || name != who, "{who} does {address} without a grant of {:?}", changing(route).needs);
            if !may {
                let answered = self.world.api(name).post(address, body.clone()).await;
                let is_refused = [403, 404].contains(&answered.status.as_u16());
                assert!(is_refused, "{name} {address}: {} {}", answered.status, answered.text);
            }
        }
        assert_eq!(self.world.events().await, before, "{address} by somebody without a grant");
    }

    async fn left_its_event(&mut self, route: &'static str, before: i64) {
        let called = CALLED.iter().find(|(path, _)| *path == route).map(|(_, event)| *event);
        let expected = called.or(verb(changing(route))).expect("a verb");
        let left = verbs_after(&self.world, before).await;
        assert!(left.iter().any(|event| event == expected), "{route} left {left:?}, and no {expected}");
        self.told.insert(route);
    }

    /// Sends the form of a page, filled in.
    async fn submit(
        &mut self,
        browser: &mut Client,
        page: &str,
        (route, action): (&'static str, &str),
        fields: &[(&str, &str)],
    ) {
        let before = self.world.events().await;
        browser.submit(page, action, fields).await.expect(303);
        self.left_its_event(route, before).await;
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
        self.tell("neighbour", "/api/v1/matters/{id}/followers/removal", &hazard, json!({})).await;
        let elsewhere = json!({ "place": "371722003004", "reason": "住在隔壁社区" });
        self.tell("social", "/api/v1/matters/{id}/rerouting", &id, elsewhere).await;
        let closing = json!({ "outcome": "cannot", "reason": "没有合适的人", "basis": "志愿服务条例第十一条" });
        self.tell("social", "/api/v1/matters/{id}/closure", &id, closing).await;
        self.tell("zhang", "/api/v1/matters/{id}/reopening", &id, json!({ "reason": "还需要人" })).await;
        self.tell("social", "/api/v1/matters/{id}/merging", &other, json!({ "into": id })).await;
        self.tell("zhang", "/api/v1/matters/{id}/withdrawal", &third, json!({ "reason": "不用了" })).await;
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
        self.tell("social", "/api/v1/records/{id}/call-back", &record, json!({ "said": "done", "heard": "来过" }))
            .await;
        let (li, today) = (self.world.person("li").to_string(), json!({ "from": "2026-06-08", "to": "2026-06-08" }));
        let wanted = json!({ "from": "2026-06-08", "to": "2026-06-08", "without": true });
        let issued = self.tell("li", "/api/v1/people/{id}/certificates", &li, wanted).await;
        let unit = crate::national::unit(&self.world).await;
        self.tell("community", "/api/v1/organisations/{id}/national-file", &unit, today).await;
        let taken_back = json!({ "reason": "returned", "note": "换发" });
        let certificate = text(&issued["items"][0]["id"]);
        self.tell("community", "/api/v1/certificates/{id}/revocation", &certificate, taken_back).await;
        let rating = json!({ "solved": true, "satisfaction": 5 });
        self.tell("zhang", "/api/v1/matters/{id}/rating", &matter, rating).await;
    }

    async fn open_to_all(&mut self) {
        let (_, task) = self.task(600).await;
        let wider = json!({ "reach": "same_county", "without_skills": false });
        self.invite(&task, &["wang"]).await;
        self.tell("social", "/api/v1/tasks/{id}/widening", &task, wider).await;
        self.tell("social", "/api/v1/tasks/{id}/change", &task, json!({ "notes": "膝盖不好，走得慢" })).await;
        self.tell("social", "/api/v1/tasks/{id}/opening", &task, json!({})).await;
        self.tell("zhao", "/api/v1/tasks/{id}/acceptance", &task, json!({})).await;
        let zhao = self.offer_to("zhao", "accepted").await;
        self.tell("zhao", "/api/v1/offers/{id}/withdrawal", &zhao, json!({ "reason": "家里有事" })).await;
        self.tell("social", "/api/v1/tasks/{id}/cancellation", &task, json!({ "reason": "改期了" })).await;
        let (_, sought) = self.task(600).await;
        self.world
            .api("social")
            .post(&format!("/api/v1/tasks/{sought}/offers"), json!({ "waves": true }))
            .await
            .expect(201);
        self.tell("social", "/api/v1/tasks/{id}/waves/end", &sought, json!({})).await;
        // Whoever the waves had invited is free for what follows.
        let off = format!("/api/v1/tasks/{sought}/cancellation");
        self.world.api("social").post(&off, json!({ "reason": "改期了" })).await.expect(200);
        let (_, own) = self.task(600).await;
        let person = self.world.person("social").to_string();
        self.tell("social", "/api/v1/tasks/{id}/assignment", &own, json!({ "person": person })).await;
        self.tell("social", "/api/v1/tasks/{id}/assignment/withdrawal", &own, json!({})).await;
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
        self.tell("social", "/api/v1/records/{id}/reminder", &record, json!({})).await;
        let said = json!({ "content": "陪同去县医院复查", "wellbeing": "look_wanted" });
        self.tell("wang", "/api/v1/records/{id}/description", &record, said).await;
        let looks = self.world.api("social").get("/api/v1/looks").await.expect(200).json();
        let looked = json!({ "text": "去看过，老人没事" });
        self.tell("social", "/api/v1/matters/{id}/look", &text(&looks["items"][0]["matter"]), looked).await;
        let (start, end) = ("2026-06-06T08:00:00+08:00", "2026-06-06T10:00:00+08:00");
        let entry = json!({ "volunteer": self.world.person("li"), "name": "小区清扫", "place": "371722003003",
            "content": "清扫楼道", "start": start, "end": end, "reason": "手机没电，没有签到" });
        let late = text(&self.tell("li", "/api/v1/records", "", entry).await["id"]);
        self.tell("li", "/api/v1/records/{id}/contest", &late, json!({ "reason": "时间不对" })).await;
        self.tell("li", "/api/v1/records/{id}/objection-withdrawal", &late, json!({})).await;
        self.tell("social", "/api/v1/records/{id}/contest", &late, json!({ "reason": "时间不对" })).await;
        let words = json!({ "words": "扫到十点，门卫看见的" });
        self.tell("li", "/api/v1/records/{id}/objection-answer", &late, words).await;
        let fixed = json!({ "content": "清扫楼道", "start": start, "end": end, "answer": "问过门卫，时间是对的" });
        self.tell("social", "/api/v1/records/{id}/correction", &late, fixed).await;
        self.tell("inspector", "/api/v1/records/{id}/voiding", &late, json!({ "reason": "试验" })).await;
        let night = crate::reviews::through_the_night(&self.world, "wang", "community").await;
        let words = json!({ "words": "那天值夜班" });
        self.tell("wang", "/api/v1/records/{id}/review-answer", &night, words).await;
        let decision = json!({ "verdict": "clear", "reason": "已核实" });
        self.tell("social", "/api/v1/records/{id}/review-decision", &night, decision).await;
        let night = crate::appeals::found_false(&self.world, "zhao").await;
        self.tell("zhao", "/api/v1/records/{id}/appeal", &night, json!({ "words": "那天是我值的班" })).await;
        let decision = json!({ "outcome": "stand", "reason": "值班表上没有他" });
        self.tell("inspector", "/api/v1/records/{id}/appeal-decision", &night, decision).await;
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
        let member = json!({ "role": "volunteer", "organisation": self.world.team.to_string() });
        let li = self.world.person("li").to_string();
        let asked = self.tell("leader", "/api/v1/people/{id}/memberships", &li, member).await;
        self.tell("li", "/api/v1/memberships/{id}/acceptance", &text(&asked["asked"][0]["id"]), json!({})).await;
        let shop = json!({ "kind": "shop", "name": "黄楼便民超市", "place": "371722003003" });
        let shop = text(&self.tell("community", "/api/v1/organisations", "", shop).await["id"]);
        let headed = json!({ "head": "孙店主", "version": 1 });
        self.tell("community", "/api/v1/organisations/{id}/correction", &shop, headed).await;
        let neighbour = self.world.person("neighbour").to_string();
        let seen = self.world.api("community").get(&format!("/api/v1/people/{person}")).await.expect(200).json();
        let household = json!({ "household": seen["household"] });
        self.tell("community", "/api/v1/people/{id}/household", &neighbour, json!({ "household": null })).await;
        self.tell("community", "/api/v1/people/{id}/household", &neighbour, household).await;
        let daughter = json!({ "person": person });
        self.tell("community", "/api/v1/people/{id}/kin", &neighbour, daughter).await;
        let sure = json!({ "understood": true });
        self.tell("admin", "/api/v1/people/{id}/erasure", &person, sure).await;
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
        self.world.browser("zhao").await;
        let own = self.world.api("zhao").get("/api/v1/me/sessions").await.expect(200).json();
        self.tell("zhao", "/api/v1/sessions/{id}/end", &text(&own["items"][0]["id"]), json!({})).await;
        let (begin, password) = ("/api/v1/people/{id}/second-step", json!({ "password": "荷塘 early 6" }));
        let begun = self.tell("social", begin, &person, password.clone()).await;
        let code = json!({ "code": code_of(&self.world, &text(&begun["secret"])) });
        let codes = self.tell("social", "/api/v1/people/{id}/second-step/confirmation", &person, code).await;
        let code = json!({ "code": codes["recovery_codes"][0] });
        self.tell("social", "/api/v1/people/{id}/second-step/end", &person, code).await;
        self.tell("social", begin, &person, password).await;
        self.tell("admin", "/api/v1/people/{id}/sign-in-phone", &person, json!({ "phone": "13800000077" })).await;
        let lost = json!({ "reason": "手机丢了" });
        self.tell("admin", "/api/v1/people/{id}/second-step/reset", &person, lost).await;
    }

    /// Asked for by the delegate, confirmed by telephone, used, and ended by the one represented.
    async fn mandate(&mut self) {
        let (zhang, li) = (self.world.person("zhang").to_string(), self.world.person("li").to_string());
        let asked = json!({ "for_phone": "13800000001", "kinds": ["*"], "days": 30 });
        self.tell("li", "/api/v1/people/{id}/mandates", &li, asked).await;
        let seen = self.world.api("zhang").get(&format!("/api/v1/people/{zhang}/mandates")).await.expect(200).json();
        let id = text(&seen["for_person"][0]["id"]);
        self.tell("social", "/api/v1/mandates/{id}/confirmation", &id, json!({ "how": "phone" })).await;
        let mut li = self.world.browser("li").await;
        let act = format!("/mandates/{id}/act");
        self.submit(&mut li, "/me/family", ("/mandates/{id}/act", &act), &[]).await;
        self.submit(&mut li, "/help", ("/me/family/back", "/me/family/back"), &[]).await;
        self.tell("zhang", "/api/v1/mandates/{id}/named", &id, json!({ "named": [] })).await;
        self.tell("zhang", "/api/v1/mandates/{id}/revocation", &id, json!({})).await;
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
        let number = json!({ "volunteer_number": "SD0000001" });
        self.tell("neighbour", "/api/v1/people/{id}/volunteer-number", &neighbour, number).await;
        let cover = json!({ "insured_until": "2027-06-30T23:59:59+08:00" });
        self.tell("social", "/api/v1/people/{id}/cover", &li, cover).await;
        let aid = json!({ "skill": "first_aid", "issuer": "市红十字会", "valid_from": "2026-03-01" });
        let seen = self.tell("li", "/api/v1/people/{id}/credentials", &li, aid).await;
        let certificate = text(&seen["credentials"][0]["id"]);
        self.tell("social", "/api/v1/credentials/{id}/verification", &certificate, json!({})).await;
        self.tell("social", "/api/v1/credentials/{id}/withdrawal", &certificate, json!({})).await;
    }
}

/// What only forms do.
impl Teller {
    async fn by_telephone(&mut self) {
        let said = [
            ("caller_phone", "13800000001"),
            ("relation", "self"),
            ("category", "errands"),
            ("what", "想请人买药"),
            ("when", "today"),
            ("place", "黄楼社区"),
            ("day", "2026-06-08"),
            ("time", "08:10"),
        ];
        let mut call = self.world.browser("call").await;
        self.submit(&mut call, "/desk/call", ("/desk/call", "/desk/call"), &said).await;
        self.submit(&mut call, "/me/sessions", ("/logout", "/logout"), &[]).await;
    }

    async fn the_desk_signs(&mut self) {
        let (_, task) = self.task(0).await;
        self.invite(&task, &["zhao"]).await;
        let zhao = self.offer_to("zhao", "offered").await;
        self.tell("zhao", "/api/v1/offers/{id}/acceptance", &zhao, json!({})).await;
        let seen = self.world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
        let list = format!("/tasks/{}/attendance", text(&seen["code"]).replace('-', ""));
        let mut social = self.world.browser("social").await;
        self.submit(&mut social, &list, ("/tasks/{code}/attendance/in", &format!("{list}/in")), &[]).await;
        self.world.pass(90);
        let page = format!("{list}?out={}", self.world.person("zhao"));
        let left = app::dispatch::local_time(self.world.app.now().recorded, &self.world.app.city().settings.zone);
        let said = [("done", "company"), ("left_at", left.as_str()), ("sure", "yes")];
        self.submit(&mut social, &page, ("/tasks/{code}/attendance/out", &format!("{list}/out")), &said).await;
    }

    async fn what_is_late(&mut self) {
        let late = self.raise().await;
        self.world.pass(3 * 24 * 60);
        self.tell("supervisor", "/api/v1/matters/{id}/urging", &late, json!({ "text": "请今天办" })).await;
    }

    async fn the_team_is_renamed(&mut self) {
        let page = format!("/organisations/{}", self.world.team);
        let mut community = self.world.browser("community").await;
        let (action, name) = (format!("{page}/edit"), [("name", "黄楼社区暖心队"), ("labels", "hospital")]);
        self.submit(&mut community, &page, ("/organisations/{id}/edit", &action), &name).await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}

db_test!(every_changing_call_leaves_an_event, app::migrations::STEPS, |db| async move {
    let world = patient_world(db, &[("food_permit.toml", FOOD_PERMIT)]).await;
    // Whoever was served is asked about it.
    world.set_anomalies(AnomalyRules { call_back_of_10000: 10_000, ..AnomalyRules::default() });
    let mut teller = Teller { world, told: BTreeSet::new(), photo: String::new() };
    teller.at_the_desk().await;
    teller.two_departments().await;
    teller.service().await;
    teller.open_to_all().await;
    teller.records().await;
    teller.by_telephone().await;
    teller.the_desk_signs().await;
    teller.the_team_is_renamed().await;
    teller.tables().await;
    teller.register().await;
    teller.volunteer().await;
    teller.access().await;
    teller.grids().await;
    teller.cards().await;
    teller.mandate().await;
    teller.handovers().await;
    teller.rights().await;
    teller.photos().await;
    teller.replies().await;
    teller.paper().await;
    teller.what_is_late().await;
    let told = &teller.told;
    let untold: Vec<_> =
        routes().filter(|r| is_api(r) && !is_get(r) && !told.contains(r.path)).map(|r| r.path).collect();
    assert_eq!(untold, Vec::<&str>::new(), "tell these calls in the story");
    let mut left: BTreeMap<_, _> = routes().filter(|r| !is_get(r)).filter_map(|r| Some((verb(r)?, r.path))).collect();
    left.retain(|verb, _| {
        !READING.contains(verb) && !told.iter().any(|path| self::verb(changing(path)) == Some(*verb))
    });
    assert_eq!(left, BTreeMap::new(), "tell what these forms do");
});

db_test!(what_the_command_line_does_leaves_an_event_too, app::migrations::STEPS, |db| async move {
    let world = patient_world(db, &[]).await;
    let left = verbs_after(&world, 0).await;
    for verb in ["places.import", "places.load_calendar", "people.add_household", "identity.issue_token"] {
        assert!(left.iter().any(|event| event == verb), "no {verb} in {left:?}");
    }
});
