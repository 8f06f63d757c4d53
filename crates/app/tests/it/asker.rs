//! Whoever asks for the holder of a service card is told that it goes on, and nothing of whom it is for.

use app::testing::{Client, World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::lived_in::card_of;
use crate::service::{outing, outing_to};
use crate::told::messages;

const WORDS: &str = "米要小袋的，提不动大袋";

/// 孙秀英 asks by the card of 张桂兰: the id of the matter, and its page.
async fn asked(world: &World, passer_by: &mut Client) -> (String, String) {
    let card = card_of(world, &world.person("zhang").to_string()).await;
    let form = format!("/c/{card}/help");
    let said = [("category", "errands"), ("what", "老人说家里没有米了"), ("when", "today")];
    let page = passer_by.submit(&form, &form, &said).await.expect(303).location.unwrap();
    let hers = world.api("zhang").get("/api/v1/matters?mine=true").await.expect(200).json();
    (hers["items"][0]["id"].as_str().unwrap().to_owned(), page)
}

/// Neither her name nor a word of hers, nor anything that is said as if staff had said it.
fn tells_nothing_of_her(text: &str) {
    for said in ["张桂兰", WORDS, "工作人员说", "已替您撤回", "好了不用来了"] {
        assert!(!text.contains(said), "{said}: {text}");
    }
}

db_test!(whoever_asks_by_a_card_reads_neither_name_nor_words_of_its_holder, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut passer_by = world.browser("neighbour").await;
    let (matter, page) = asked(&world, &mut passer_by).await;
    let mut hers = world.browser("zhang").await;
    hers.submit(&page, &format!("{page}/note"), &[("text", WORDS)]).await.expect(303);
    passer_by.submit(&page, &format!("{page}/note"), &[("text", "我看她门口没有灯")]).await.expect(303);
    let whole = format!("/api/v1/matters/{matter}?protected=true");
    let shown = passer_by.get(&page).await.expect(200).text;
    assert!(shown.contains("您补充说") && shown.contains("我看她门口没有灯"), "{shown}");
    tells_nothing_of_her(&shown);
    tells_nothing_of_her(&world.api("neighbour").get(&whole).await.expect(200).text);
    // She reads both, and whose words they are.
    let own = hers.get(&page).await.expect(200).text;
    assert!(own.contains(WORDS) && own.contains("替您求助的人补充说") && !own.contains("工作人员说"), "{own}");
    let back = json!({ "reason": "好了不用来了" });
    world.api("zhang").post(&format!("/api/v1/matters/{matter}/withdrawal"), back).await.expect(200);
    let shown = passer_by.get(&page).await.expect(200).text;
    assert!(shown.contains("当事人撤回了"), "{shown}");
    tells_nothing_of_her(&shown);
    tells_nothing_of_her(&world.api("neighbour").get(&whole).await.expect(200).text);
});

db_test!(who_comes_to_the_holder_of_a_card_is_told_to_the_holder, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut passer_by = world.browser("neighbour").await;
    let (matter, page) = asked(&world, &mut passer_by).await;
    let outing = outing_to(&world, matter.clone(), &["wang"]).await;
    assert_eq!((messages(&world, "accepted").await.len(), messages(&world, "asker_accepted").await.len()), (1, 1));
    let codes = format!("/api/v1/matters/{matter}/check-codes");
    let shown = passer_by.get(&page).await.expect(200).text;
    assert!(shown.contains("已经告诉当事人"), "{shown}");
    assert!(!shown.contains("王淑珍") && !shown.contains(&outing.code), "{shown}");
    assert_eq!(world.api("neighbour").get(&codes).await.expect(200).json()["items"], json!([]));
    let own = world.browser("zhang").await.get(&page).await.expect(200).text;
    assert!(own.contains("王淑珍") && own.contains(&outing.code), "{own}");
    assert_eq!(world.api("zhang").get(&codes).await.expect(200).json()["items"][0]["code"], json!(outing.code));
    crate::service::served(&world, &outing, "wang").await;
    let whole = world.api("neighbour").get(&format!("/api/v1/matters/{matter}")).await.expect(200).text;
    assert!(!whole.contains("王淑珍") && !whole.contains(&world.person("wang").to_string()), "{whole}");
});

db_test!(a_remark_that_is_sent_once_more_is_one, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = outing(&world, &["wang"]).await.matter;
    let notes = format!("/api/v1/matters/{matter}/notes");
    let count = |whole: Value| {
        let events = whole["timeline"].as_array().cloned().unwrap_or_default();
        events.iter().filter(|event| event["verb"] == "matters.noted").count()
    };
    for (who, text, minutes, expected) in [
        ("zhang", "请带一个水桶", 0, 1),
        ("zhang", "请带一个水桶", 2, 1),
        ("zhang", "请带两个水桶", 1, 2),
        ("social", "明天上午来", 0, 3),
        ("social", "明天上午来", 1, 3),
        ("zhang", "请带两个水桶", 30, 4),
    ] {
        world.pass(minutes);
        let answered = world.api(who).post(&notes, json!({ "text": text })).await.expect(200).json();
        assert_eq!(count(answered), expected, "{who}: {text} after {minutes} minutes");
    }
    // What staff say to whose it is goes to their phone as a message that there is something to read, once.
    assert_eq!(messages(&world, "staff_said").await.len(), 1);
});

db_test!(who_was_there_and_what_was_rated_stays_on_the_page, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["wang"]).await;
    crate::service::served(&world, &outing, "wang").await;
    let page = format!("/help/{}", outing.matter);
    let zhang = world.browser("zhang").await;
    let page = zhang.get(&page).await.expect(303).location.unwrap();
    let seen = zhang.get(&page).await.expect(200).text;
    assert!(seen.contains("王淑珍"), "{seen}");
    let rated = json!({ "solved": "yes", "satisfaction": 4, "words": "来得准时" });
    world.api("zhang").post(&format!("/api/v1/matters/{}/rating", outing.matter), rated).await.expect(200);
    let seen = zhang.get(&page).await.expect(200).text;
    assert!(seen.contains("来过的人") && seen.contains("王淑珍"), "{seen}");
    assert!(seen.contains("解决了，满意：来得准时"), "{seen}");
});
