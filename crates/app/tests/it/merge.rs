//! Two matters side by side: what is sealed in them is opened there, and each reading is written down.

use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::desk::need;
use crate::service::{outing, served};

/// How often somebody's protected fields were read.
async fn readings(world: &World, name: &str) -> usize {
    let reads = world.api(name).get("/api/v1/me/reads").await.expect(200).json();
    reads["items"].as_array().map_or(0, Vec::len)
}

/// A need of the neighbour; the code of it.
async fn neighbours(world: &World) -> String {
    let asked = crate::lived_in::need("想去县医院拿药", "5 号楼 1 单元 102", "13800000002");
    let raised = world.api("neighbour").post("/api/v1/matters", asked).await.expect(201).json();
    let code = raised["code"].as_str().unwrap_or_default();
    code.rsplit(' ').next().unwrap_or_default().replace('-', "")
}

db_test!(what_is_sealed_in_two_is_read_side_by_side, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (one, other) = (need(&world, false).await, neighbours(&world).await);
    let (look, open) = (format!("/desk/{one}/merge?into={other}"), format!("/desk/{one}/merge/protected"));
    let mut social = world.browser("social").await;
    let shut = social.get(&look).await.expect(200).text;
    assert!(shut.contains(&format!("action=\"{open}\"")), "{shut}");
    assert!(!shut.contains("膝盖疼") && !shut.contains("县医院拿药"), "{shut}");
    assert_eq!((readings(&world, "zhang").await, readings(&world, "neighbour").await), (0, 0));
    let opened = social.send_form(&shut, &open, &[]).await.expect(200).text;
    assert!(opened.contains("膝盖疼，下楼要人扶") && opened.contains("想去县医院拿药"), "{opened}");
    assert!(!opened.contains(&format!("action=\"{open}\"")), "there is nothing more to open: {opened}");
    for name in ["zhang", "neighbour"] {
        assert!(readings(&world, name).await > 0, "{name} sees who looked");
    }
    // Nothing is merged by looking, and from there it can be.
    social.get(&format!("/desk/{one}?do=merge")).await.expect(200);
    let said = [("two_people", "yes"), ("reason", "老两口同一次去，电话里都说好了")];
    social.send_form(&opened, &format!("/desk/{one}/merge"), &said).await.expect(303);
    // What is closed cannot be looked at like this any more.
    social.send_form(&shut, &open, &[("_key", "another-drawing")]).await.expect(422);
});

db_test!(who_may_not_open_a_matter_opens_none_beside_another, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (one, other) = (need(&world, false).await, need(&world, false).await);
    let look = format!("/desk/{one}/merge?into={other}");
    let seen = world.browser("community").await.get(&look).await.text;
    assert!(!seen.contains("merge/protected"), "{seen}");
    for stranger in ["zhang", "li", "clerk", "far"] {
        let seen = world.browser(stranger).await.get(&look).await;
        assert!(!seen.text.contains("merge/protected"), "{stranger}: {}", seen.text);
    }
});

db_test!(what_was_merged_goes_on_as_the_other_alone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (one, other) = (need(&world, false).await, need(&world, false).await);
    let mut social = world.browser("social").await;
    let look = format!("/desk/{one}/merge?into={other}");
    social.submit(&look, &format!("/desk/{one}/merge"), &[]).await.expect(303);
    assert!(!social.get(&format!("/desk/{one}")).await.expect(200).text.contains("do=reopen"));
    let list = world.api("supervisor").get("/api/v1/matters?state=closed").await.expect(200).json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let again = json!({ "reason": "还是分开办" });
    let refused = world.api("zhang").post(&format!("/api/v1/matters/{id}/reopening"), again).await.expect(422).json();
    assert_eq!(refused["code"], "reopen-merged", "{refused}");
    let number = refused["args"]["number"].as_str().unwrap_or_default().replace(['-', ' '], "");
    assert_eq!(number, format!("Q{other}"), "{refused}");
});

db_test!(what_was_served_takes_in_nothing_new, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    served(&world, &outing, "li").await;
    let done = world.api("social").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
    let done = done["code"].as_str().unwrap().rsplit(' ').next().unwrap().replace('-', "");
    let fresh = need(&world, false).await;
    let social = world.browser("social").await;
    let page = social.get(&format!("/desk/{fresh}")).await.expect(200).text;
    assert!(page.contains(&format!("/desk/{done}\"")) && !page.contains(&format!("merge?into={done}")), "{page}");
    let refused = social.get(&format!("/desk/{fresh}/merge?into={done}")).await;
    assert!(refused.text.contains("新提的请单独办理"), "{}", refused.text);
    let list = world.api("social").get("/api/v1/matters").await.expect(200).json();
    let id = list["items"].as_array().unwrap().iter().find(|item| item["state"] == "review").unwrap()["id"].clone();
    let into = json!({ "into": outing.matter });
    let path = format!("/api/v1/matters/{}/merging", id.as_str().unwrap());
    assert_eq!(world.api("social").post(&path, into).await.expect(422).json()["code"], "merge-into-served");
});
