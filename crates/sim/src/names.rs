//! Names of people who do not exist: common surnames, given names of four generations.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// Common surnames of the plain around Heze, each as often as it stands here.
const SURNAMES: &[&str] = &[
    "王", "王", "王", "张", "张", "张", "李", "李", "李", "刘", "刘", "赵", "赵", "孙", "孙", "陈", "陈", "杨", "马",
    "朱", "徐", "郭", "高", "宋", "胡", "吴", "黄", "曹", "谢", "田", "袁", "苏", "程", "魏", "冯", "董", "邓", "侯",
    "郝", "孟", "祝", "时", "单", "晁", "仝", "樊", "范", "段", "任", "石",
];

/// Given names by generation, women and men.
const WOMEN: [&[&str]; 4] = [
    &["秀英", "桂兰", "玉兰", "凤英", "素珍", "桂芝", "秀兰", "翠兰", "爱荣", "玉芝", "淑贞", "秋菊", "金花", "兰英"],
    &["淑珍", "桂香", "丽华", "秀梅", "玉梅", "爱华", "春兰", "红梅", "素云", "翠萍", "玉霞", "慧芳", "月琴", "美玲"],
    &[
        "丽", "静", "敏", "艳", "燕", "娟", "雪梅", "海霞", "晓红", "丽娜", "春燕", "文静", "晓燕", "莉莉", "芳芳",
        "婷婷",
    ],
    &["雨欣", "欣怡", "梓涵", "子涵", "佳怡", "诗涵", "思琪", "可馨", "一诺", "依诺", "语桐", "若曦", "梦琪", "雅静"],
];
const MEN: [&[&str]; 4] = [
    &["建国", "国庆", "德福", "传学", "克勤", "守义", "广仁", "宪章", "兴旺", "福堂", "振东", "学文", "明德", "长青"],
    &["建军", "卫东", "志强", "国强", "新华", "保国", "爱民", "永刚", "红军", "广林", "学军", "文革", "洪涛", "继东"],
    &["伟", "强", "磊", "军", "涛", "鹏", "浩", "凯", "海涛", "志远", "明亮", "晓东", "振华", "文博", "立新", "建波"],
    &["浩然", "子轩", "宇航", "俊杰", "梓豪", "博文", "一鸣", "天佑", "子墨", "皓轩", "家豪", "思远", "泽宇", "明轩"],
];

/// A surname.
pub fn surname(dice: &mut StdRng) -> &'static str {
    SURNAMES.choose(dice).copied().unwrap_or("王")
}

/// A given name that fits sex and age; sometimes of one character, as in the generation after 1970.
pub fn given(dice: &mut StdRng, is_woman: bool, age: i16) -> &'static str {
    let generation = match age {
        65.. => 0,
        45..=64 => 1,
        22..=44 => 2,
        _ => 3,
    };
    let of = if is_woman { WOMEN[generation] } else { MEN[generation] };
    of.choose(dice).copied().unwrap_or("明")
}

/// A mobile number that no carrier gives out: `1380` and seven digits of a running number.
pub fn phone(number: usize) -> String {
    format!("1380{number:07}")
}

/// A door: a flat in a community, a yard in a village.
pub fn door(dice: &mut StdRng, is_community: bool) -> String {
    if is_community {
        let (building, unit) = (dice.random_range(1..=24), dice.random_range(1..=4));
        let (floor, flat) = (dice.random_range(1..=11), dice.random_range(1..=2));
        format!("{building} 号楼 {unit} 单元 {floor}0{flat}")
    } else {
        let street = ["前街", "后街", "东街", "西街", "中心街"].choose(dice).copied().unwrap_or("前街");
        format!("{street} {} 号", dice.random_range(1..=180))
    }
}
