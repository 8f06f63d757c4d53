//! What comes in: who asks, by which way, in whose words.

use app::Stop;
use app::matters::actions::{self, New};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rules::matters::Values;
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Cell, Channel, Role};

use crate::story::{Life, Sort, Story, Turn};

/// What people say who need help, by kind of help.
const NEEDS: [(&str, u32, &[&str]); 8] = [
    (
        "hospital",
        20,
        &[
            "腿脚不好，想去县医院复查，孩子在外地，想请人陪着挂号取药。",
            "周四要做胃镜，医生说得有人陪，家里就我一个人。",
            "老伴要去拍片子，我推不动轮椅，想请人搭把手。",
            "预约了眼科，看不清路牌，想有人带着走一趟。",
        ],
    ),
    (
        "errands",
        17,
        &[
            "这两天下雨出不了门，想请人帮着买点米面和降压药。",
            "家里没有菜了，腰扭了下不了楼，请帮忙买一趟。",
            "想取个快递，东西有点重，拿不上楼。",
            "要去社保所交材料，走不动，想请人代跑一趟。",
        ],
    ),
    (
        "repairs",
        17,
        &[
            "厨房灯不亮了，够不着，请人帮忙看看线路。",
            "水龙头一直滴水，自己拧不动。",
            "想把阳台的旧柜子搬下楼，两个人搬得动。",
            "门锁不好开，老人怕进不了家。",
        ],
    ),
    (
        "care",
        18,
        &[
            "孩子上班，白天想有人来陪老人说说话。",
            "刚出院，想有人来帮着做顿热饭，三五天就行。",
            "一个人住，晚上心里发慌，想有人常来看看。",
            "老人听力不好，想有人每周来读读报。",
        ],
    ),
    (
        "mind_and_law",
        9,
        &[
            "孩子中考后不爱说话，想找懂心理的老师聊聊。",
            "租房押金不退，想问问该怎么办。",
            "最近总睡不着，想找人说说。",
            "想立个遗嘱，不知道怎么写才算数。",
        ],
    ),
    (
        "child_care",
        11,
        &[
            "夫妻俩都上班，放学到六点没人看孩子。",
            "下周三晚上加班，想请人照看孩子两个小时。",
            "孩子作业没人辅导，想进四点半课堂。",
        ],
    ),
    ("mediation", 3, &["两家为院墙的滴水线争了好几回，想请人来说和。", "楼上夜里动静大，说过几次没用，想请人调解。"]),
    ("other", 5, &["想学着用手机挂号，请人教教。", "小区想办个邻里节，缺几个搭台子的人。"]),
];

/// What is dangerous, by kind: where, and what one adds.
const HAZARDS: [(&str, u32, &[&str], &[&str]); 6] = [
    (
        "fire_lane",
        25,
        &["3 号楼消防通道口", "东门里侧", "单元楼门前", "小学后巷"],
        &["停了两辆车，消防车进不来", "堆了旧家具", "地锁装到通道上了"],
    ),
    (
        "charging",
        24,
        &["5 号楼二单元门口", "车棚外墙", "一楼窗户底下"],
        &["从窗户拉线给电动车充电", "线皮破了，下雨怕漏电", "插排吊在晾衣绳上"],
    ),
    (
        "manhole",
        15,
        &["幸福路与花园街路口", "北门公交站旁", "菜市场东头"],
        &["井盖裂了，车一压就响", "井盖没了，拿树枝挡着", "盖子高出路面，晚上看不清"],
    ),
    (
        "food",
        10,
        &["市场西排第三家", "学校门口小摊", "夜市南头"],
        &["熟食没盖，苍蝇不少", "冷柜温度不对，肉化了", "没见健康证"],
    ),
    (
        "flooding",
        13,
        &["地下车库入口", "南门桥洞", "中心街低洼处"],
        &["下雨积水没过脚踝", "下水口堵了", "水泡了配电箱边上"],
    ),
    (
        "other",
        13,
        &["健身广场", "河堤护栏", "楼顶边沿", "路灯杆下"],
        &["护栏松了一截", "路灯不亮，走路看不清", "广告牌要掉下来", "健身器材螺丝松了"],
    ),
];

/// The shares of the ways by which residents come: themselves, or by telephone, at the counter, on paper.
const BY_PHONE: f64 = 0.24;
const AT_COUNTER: f64 = 0.12;
const ON_PAPER: f64 = 0.05;
/// Rings without being known to anyone.
const UNKNOWN_CALLER: f64 = 0.03;
const PRIVATE: f64 = 0.04;
/// Says that it is the same as one already there.
const DUPLICATE: f64 = 0.025;

fn weighted<'t, T>(story: &mut Story<'_, '_>, of: &'t [T], weight: impl Fn(&T) -> u32) -> Option<&'t T> {
    let total: u32 = of.iter().map(&weight).sum();
    let mut left = story.stage.dice.random_range(0..total.max(1));
    of.iter().find(|item| {
        let weight = weight(item);
        let found = left < weight;
        left = left.saturating_sub(weight);
        found
    })
}

/// Staff who write something down for somebody, and how.
struct Writer {
    person: usize,
    channel: Channel,
}

impl Story<'_, '_> {
    pub async fn come(&mut self, sort: Sort) -> Result<(), Stop> {
        let Some(owner) = self.somebody(sort) else { return Ok(()) };
        let (home, spot) = self.where_about(owner, sort);
        let (type_key, values) = match sort {
            Sort::Need => self.need(owner, home),
            Sort::Hazard => self.hazard(owner),
        };
        let helper = self.helper(owner, home, sort);
        let is_unknown = helper.is_some() && self.stage.dice.random_bool(UNKNOWN_CALLER);
        let private = sort == Sort::Need && type_key == "mind_and_law" && self.stage.dice.random_bool(0.4)
            || sort == Sort::Need && self.stage.dice.random_bool(PRIVATE);
        let new = New {
            kind: match sort {
                Sort::Need => "need",
                Sort::Hazard => "hazard",
            }
            .into(),
            place: Some(self.cast.homes[home].spots[spot].place),
            values,
            prefilled: Vec::new(),
            subject: None,
            organisation: None,
            caller: helper.as_ref().filter(|_| !is_unknown).map(|_| self.cast.people[owner].id),
            for_someone: helper.is_some(),
            private,
            level: None,
            departments: Vec::new(),
            invented: true,
        };
        let who = match &helper {
            Some(helper) => self.cast.people[helper.person].actor(helper.channel),
            None => self.cast.people[owner].actor(Channel::Web),
        };
        let owner = (!is_unknown).then_some(owner);
        let life = |id, level| Life {
            id,
            sort,
            home,
            spot,
            owner,
            type_key,
            step: String::new(),
            private,
            level,
            rounds: 1,
            tries: 0,
            passed_on: 0,
            department: None,
        };
        if let Some(helper) = helper.filter(|helper| helper.channel == Channel::Paper) {
            let unknown = MatterId::new(Cell::ROOT, uuid::Uuid::nil());
            return self.on_paper(helper.person, new, life(unknown, String::new())).await;
        }
        let raised = self.raise(who, new).await;
        let (id, step, level) = match raised {
            Ok(raised) => raised,
            Err(stop) => return self.refused("come", stop),
        };
        self.stage.touch(id.cell);
        let number = self.lives.len();
        self.lives.push(life(id, level));
        let life = number;
        if self.stage.dice.random_bool(DUPLICATE) && !private {
            self.again(life).await?;
        }
        if owner.is_some() && self.stage.dice.random_bool(0.015) {
            let at = self.after(5..60);
            self.plan(at, Turn::Withdraw(life));
        }
        self.moved(life, step);
        Ok(())
    }

    async fn raise(&mut self, who: Actor, new: New) -> Result<(rules::shared::ids::MatterId, String, String), Stop> {
        self.stage
            .step((who, new), move |tx, at, (who, new)| {
                Box::pin(async move {
                    let held = actions::raise(tx, &who, at, &new).await?;
                    Ok((held.matter.id, held.matter.step.clone(), held.matter.level.clone()))
                })
            })
            .await
    }

    /// A neighbour says 「我也要，跟着这一件」.
    async fn again(&mut self, life: usize) -> Result<(), Stop> {
        let people = &self.cast.homes[self.lives[life].home].people;
        let Some(follower) = people.choose(&mut self.stage.dice).copied() else { return Ok(()) };
        if Some(follower) == self.lives[life].owner {
            return Ok(());
        }
        let (who, id) = (self.cast.people[follower].actor(Channel::Web), self.lives[life].id);
        let followed = self
            .stage
            .step((who, id), |tx, at, (who, id)| {
                Box::pin(async move {
                    let me = who.person.ok_or(Stop::SignIn)?;
                    actions::follow(tx, &who, at, id, me).await
                })
            })
            .await;
        followed.or_else(|stop| self.refused("again", stop))
    }

    /// Where it is about: a need where the person lives, a hazard anywhere near.
    fn where_about(&mut self, owner: usize, sort: Sort) -> (usize, usize) {
        let who = &self.cast.people[owner];
        let spots = self.cast.homes[who.home].spots.len();
        let spot = match sort {
            Sort::Need => who.spot,
            Sort::Hazard => self.stage.dice.random_range(0..spots),
        };
        (who.home, spot)
    }

    /// Who it comes from. Old people need more, couriers and riders see more.
    fn somebody(&mut self, sort: Sort) -> Option<usize> {
        for _ in 0..400 {
            let home = self.somewhere();
            let person = self.cast.homes[home].people.choose(&mut self.stage.dice).copied()?;
            let who = &self.cast.people[person];
            let likely = match sort {
                _ if who.phone.is_empty() || who.age < 16 => 0.0,
                Sort::Need if who.age >= 65 => 0.9,
                Sort::Need => 0.3,
                Sort::Hazard if !who.group.is_empty() => 1.0,
                Sort::Hazard => 0.12,
            };
            if self.stage.dice.random_bool(likely) {
                return Some(person);
            }
        }
        None
    }

    /// Where: as many as live there, twice as often where the pilots make it easy.
    fn somewhere(&mut self) -> usize {
        let weight = |home: &crate::cast::Home| home.people.len() * if home.is_pilot { 2 } else { 1 };
        let total: usize = self.cast.homes.iter().map(weight).sum();
        let mut left = self.stage.dice.random_range(0..total.max(1));
        for (i, home) in self.cast.homes.iter().enumerate() {
            if left < weight(home) {
                return i;
            }
            left -= weight(home);
        }
        0
    }

    fn need(&mut self, owner: usize, home: usize) -> (&'static str, Values) {
        // A quarrel speaks ill of somebody: only where nobody real lives.
        let invented = self.cast.homes[home].invented;
        let weight = move |n: &(&str, u32, &[&str])| match n.0 {
            "mediation" => {
                if invented {
                    25
                } else {
                    0
                }
            }
            _ => n.1,
        };
        let (type_key, _, words) = weighted(self, &NEEDS, weight).copied().unwrap_or(NEEDS[0]);
        let today = self.stage.app.city().calendar.date(self.stage.at().recorded);
        let dice = &mut self.stage.dice;
        let what = words.choose(dice).copied().unwrap_or_default();
        let when = match dice.random_range(0..100) {
            0..=5 => "now".to_owned(),
            6..=20 => "today".to_owned(),
            _ => {
                let later = today.saturating_add(jiff::ToSpan::days(dice.random_range(1..=9)));
                let part = ["morning", "afternoon", "evening"].choose(dice).copied().unwrap_or("morning");
                format!("{later}/{part}")
            }
        };
        let mut values = Values::new();
        let who = &self.cast.people[owner];
        for (key, value) in [
            ("category", type_key.to_owned()),
            ("what", what.to_owned()),
            ("when", when),
            ("phone", who.phone.clone()),
            ("address", crate::names::door(dice, self.cast.homes[home].is_community)),
        ] {
            values.insert(key.into(), vec![value]);
        }
        (type_key, values)
    }

    fn hazard(&mut self, owner: usize) -> (&'static str, Values) {
        let (type_key, _, wheres, notes) = weighted(self, &HAZARDS, |h| h.1).copied().unwrap_or(HAZARDS[0]);
        let dice = &mut self.stage.dice;
        let who = &self.cast.people[owner];
        let mut values = Values::new();
        let mut put = |key: &str, value: &str| values.insert(key.to_owned(), vec![value.to_owned()]);
        put("category", type_key);
        put("where", wheres.choose(dice).copied().unwrap_or_default());
        put("danger", if dice.random_bool(0.07) { "yes" } else { "no" });
        put("group", if who.group.is_empty() { "resident" } else { who.group });
        if dice.random_bool(0.8) {
            put("note", notes.choose(dice).copied().unwrap_or_default());
        }
        if dice.random_bool(0.6) {
            put("phone", &who.phone);
        }
        (type_key, values)
    }

    /// Who writes it down, when the person does not do it on their own phone.
    fn helper(&mut self, owner: usize, home: usize, sort: Sort) -> Option<Writer> {
        let old = self.cast.people[owner].age >= 68;
        let factor = match (sort, old) {
            (Sort::Need, true) => 1.9,
            (Sort::Need, false) => 0.7,
            (Sort::Hazard, _) => 0.5,
        };
        let draw = self.stage.dice.random_range(0.0..1.0_f64) / factor;
        let (role, channel) = match draw {
            d if d < BY_PHONE => (Role::CallTaker, Channel::Phone),
            d if d < BY_PHONE + AT_COUNTER => (Role::CommunityWorker, Channel::Desk),
            d if d < BY_PHONE + AT_COUNTER + ON_PAPER => (Role::CommunityWorker, Channel::Paper),
            _ => return None,
        };
        let staff = self.cast.staff_of(role, &self.cast.homes[home].path);
        let person = staff.choose(&mut self.stage.dice).copied()?;
        Some(Writer { person, channel })
    }
}
