//! Photos of others: whoever handles the matter sees them, everybody else once faces and plates are covered.

use app::exchange::{loose, photos};
use app::people::actions::Appointment;
use app::testing::{Client, World, world};
use db::db_test;
use rules::people::membership::Word;
use rules::shared::{Actor, Role};
use serde_json::{Value, json};

/// A photo on which every square shows something.
pub fn striped() -> Vec<u8> {
    let shade = |x: u32, _| image::Rgb([if x % 16 < 8 { 0 } else { 255 }; 3]);
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(480, 360, shade).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn photos_of(client: &Client, matter: &str) -> Vec<Value> {
    let seen = client.get(&format!("/api/v1/matters/{matter}/photos")).await.expect(200).json();
    seen["items"].as_array().cloned().unwrap_or_default()
}

/// The grid member's page of a matter.
async fn desk_of(world: &World, matter: &str) -> String {
    let seen = world.api("grid").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    let code: String = text(&seen["code"]).chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    format!("/desk/{code}")
}

/// The grid member adds a photo to a matter; its id.
pub async fn at_desk(world: &World, matter: &str) -> String {
    let desk = desk_of(world, matter).await;
    let mut grid = world.browser("grid").await;
    let page = grid.get(&format!("{desk}?do=note")).await.expect(200).text;
    let fields = [("text", "井盖已换好")];
    grid.send_files(&page, &format!("{desk}/note"), &fields, &[("photos", striped())]).await.expect(303);
    text(&photos_of(&world.api("grid"), matter).await.last().expect("a photo")["id"])
}

async fn hazard(world: &World) -> String {
    let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    text(&world.api("zhang").post("/api/v1/matters", body).await.expect(201).json()["id"])
}

db_test!(what_is_fixed_is_shown_with_the_same_press, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = hazard(&world).await;
    let desk = desk_of(&world, &matter).await;
    let mut grid = world.browser("grid").await;
    let page = grid.get(&format!("{desk}?do=answer.fixed")).await.expect(200).text;
    assert!(page.contains("multipart/form-data") && page.contains("name=\"photos\""), "{page}");
    let fields = [("do", "answer.fixed"), ("result", "井盖已换好")];
    grid.send_files(&page, &format!("{desk}/answer"), &fields, &[("photos", striped())]).await.expect(303);
    assert_eq!(photos_of(&world.api("grid"), &matter).await.len(), 1);
    let seen = world.api("grid").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    assert_eq!(seen["state"], "confirm", "{seen}");
    assert!(photos_of(&world.api("zhang"), &matter).await.is_empty(), "covered first");
    // An answer by which nothing was done has no photos.
    let other = hazard(&world).await;
    let page = grid.get(&format!("{}?do=answer.not_ours", desk_of(&world, &other).await)).await.expect(200).text;
    assert!(!page.contains("name=\"photos\""), "{page}");
});

db_test!(a_photo_is_seen_by_others_once_it_is_covered, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = hazard(&world).await;
    let photo = at_desk(&world, &matter).await;
    let desk = desk_of(&world, &matter).await;
    let (address, bytes_at) = (format!("{desk}/photo/{photo}"), format!("/api/v1/matters/{matter}/photos/{photo}"));
    let zhang = world.api("zhang");
    assert!(photos_of(&zhang, &matter).await.is_empty(), "not before somebody has looked");
    for path in [&bytes_at, &address, &format!("{address}/cover")] {
        zhang.get(path).await.expect(404);
    }

    let mut grid = world.browser("grid").await;
    let page = format!("{address}/cover");
    let action = format!("{address}/release");
    let refused = grid.submit(&page, &action, &[]).await.expect(422);
    assert!(refused.text.contains("还没有选要遮的格子"), "{}", refused.text);
    let both = grid.submit(&page, &action, &[("cover", "3-2"), ("nothing", "yes")]).await.expect(422);
    assert!(both.text.contains("value=\"3-2\" checked"), "what was chosen stays: {}", both.text);
    grid.submit(&page, &action, &[("cover", "12-0")]).await.expect(422);
    grid.submit(&page, &action, &[("cover", "3-2"), ("cover", "4-2")]).await.expect(303);

    let seen = photos_of(&zhang, &matter).await;
    assert_eq!(seen[0]["covered"], json!([{ "column": 3, "row": 2 }, { "column": 4, "row": 2 }]));
    let (copy, original) = (zhang.get_bytes(&bytes_at).await, world.api("grid").get_bytes(&address).await);
    assert!(copy != original, "they see the covered copy, its handlers the photo");
    let kept = zhang.get(&bytes_at).await.cache_control;
    assert_eq!(kept.as_deref(), Some("private, no-store"), "what may be taken back is kept nowhere");
    let shown = zhang.get(&desk.replace("/desk/", "/help/")).await.expect(200).text;
    let tracked = format!("{}/photos/{photo}", desk.replace("/desk/", "/help/"));
    assert!(shown.contains(&format!("/photos/{photo}\"")), "{shown}");
    assert!(zhang.get_bytes(&tracked).await == copy);
    world.api("neighbour").get(&bytes_at).await.expect(404);
    world.api("far").post(&format!("{bytes_at}/release"), json!({ "cover": [] })).await.expect(404);
});

db_test!(a_release_replaces_the_one_before_and_is_taken_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = hazard(&world).await;
    let photo = at_desk(&world, &matter).await;
    let at = format!("/api/v1/matters/{matter}/photos/{photo}");
    let (grid, zhang) = (world.api("grid"), world.api("zhang"));
    let outside = json!({ "cover": [{ "column": 0, "row": 9 }] });
    let refused = grid.post(&format!("{at}/release"), outside).await.expect(422).json();
    assert_eq!(refused["code"], "photo-cover-outside");
    grid.post(&format!("{at}/withholding"), json!({})).await.expect(422);
    for row in [0, 1] {
        let cover = json!({ "cover": [{ "column": 0, "row": row }] });
        grid.post(&format!("{at}/release"), cover).await.expect(200);
    }
    assert_eq!(photos_of(&zhang, &matter).await[0]["covered"], json!([{ "column": 0, "row": 1 }]));
    let loose = || async { loose::remove_given_up(&world.app).await.expect("a store") };
    assert_eq!(loose().await, 1, "the first copy is nobody's");
    zhang.get_bytes(&at).await;
    grid.post(&format!("{at}/withholding"), json!({})).await.expect(200);
    assert_eq!(loose().await, 1, "and then the second");
    zhang.get(&at).await.expect(404);
    // The photo itself stays, and can be released as it is.
    let nothing = json!({ "cover": [] });
    grid.post(&format!("{at}/release"), nothing).await.expect(200);
    let original = photos::read(&world.app.files, photo.parse().unwrap()).await.expect("its bytes");
    assert!(zhang.get_bytes(&at).await == original);
});

/// 许社工 works as a grid member of 北关社区, another county, as well.
async fn grid_member_far_away(world: &World) {
    let input = (world.person("far"), world.dingtao);
    let system = Actor::system();
    let appointed = world.app.act(&system, input, |mut tx, who, at, (person, place)| {
        Box::pin(async move {
            let new = Appointment {
                role: Role::GridMember,
                organisation: None,
                place: Some(place),
                until: None,
                word: Word::Given,
            };
            app::people::actions::appoint(&mut tx, &who, at, person, &new).await.map(drop)
        })
    });
    appointed.await.expect("appointed");
}

db_test!(a_photo_of_another_county_is_found, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    grid_member_far_away(&world).await;
    let mut reporter = world.browser("zhang").await;
    let page = reporter.get("/hazard/new").await.expect(200).text;
    let hazard = [("category", "manhole"), ("place", "北关社区")];
    let sent = reporter.send_files(&page, "/hazard/new", &hazard, &[("photos", striped())]).await.expect(303);
    let receipt = sent.location.expect("a receipt");
    let desk = format!("/desk/{}", receipt.trim_start_matches("/help/").replace('-', ""));
    let page = reporter.get(&receipt).await.expect(200).text;
    let more = [("text", "又拍了一张")];
    let note = format!("{receipt}/note");
    reporter.send_files(&page, &note, &more, &[("photos", striped())]).await.expect(303);
    // Whoever goes back to the page presses again: neither the words nor the photo come twice.
    let page = reporter.get(&receipt).await.expect(200).text;
    reporter.send_files(&page, &note, &more, &[("photos", striped())]).await.expect(303);

    let (own, far) = (world.api("zhang"), world.api("far"));
    let matter = text(&far.get("/api/v1/matters").await.expect(200).json()["items"][0]["id"]);
    let seen = photos_of(&own, &matter).await;
    assert_eq!(seen.len(), 2);
    let told = own.get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    assert_eq!(told["fields"]["photos"], json!([seen[0]["id"]]), "one photo has one name");
    for photo in &seen {
        let photo = text(&photo["id"]);
        let bytes_at = format!("/api/v1/matters/{matter}/photos/{photo}");
        let taken = own.get_bytes(&bytes_at).await;
        assert!(
            far.get_bytes(&bytes_at).await == taken && far.get_bytes(&format!("{desk}/photo/{photo}")).await == taken
        );
        assert!(reporter.get_bytes(&format!("{receipt}/photos/{photo}")).await == taken);
        // Covered, others see the copy, and who took it the photo.
        let cover = json!({ "cover": [{ "column": 0, "row": 0 }] });
        far.post(&format!("{bytes_at}/release"), cover).await.expect(200);
        assert!(far.get_bytes(&bytes_at).await == taken && own.get_bytes(&bytes_at).await == taken);
    }
    // It goes with whoever took it, wherever it lies.
    own.post(&format!("/api/v1/matters/{matter}/withdrawal"), json!({ "reason": "已经修好" })).await.expect(200);
    let erasure = format!("/api/v1/people/{}/erasure", world.person("zhang"));
    own.post(&erasure, json!({ "understood": true })).await.expect(200);
    assert_eq!(loose::remove_given_up(&world.app).await.expect("a store"), 4, "two photos and their copies");
});

db_test!(a_photo_is_sent_by_a_program, app::migrations::STEPS, |db| async move {
    let world = world(db, &[("food_permit.toml", crate::kinds::FOOD_PERMIT)]).await;
    let matter = hazard(&world).await;
    let path = format!("/api/v1/matters/{matter}/photos");
    let (zhang, grid) = (world.api("zhang"), world.api("grid"));
    for _ in 0..2 {
        let sent = zhang.post_photo(&path, striped(), Some("door")).await.expect(201).json();
        assert_eq!(sent["items"].as_array().map(Vec::len), Some(1), "sent twice, kept once: {sent}");
        assert_eq!(sent["items"][0]["released"], false);
    }
    grid.post_photo(&path, striped(), None).await.expect(201);
    assert_eq!((photos_of(&zhang, &matter).await.len(), photos_of(&grid, &matter).await.len()), (1, 2));

    world.api("neighbour").post_photo(&path, striped(), None).await.expect(404);
    world.visitor().post_photo(&path, striped(), None).await.expect(401);
    let refused = zhang.post_photo(&path, b"GIF89a".to_vec(), None).await.expect(422).json();
    assert_eq!((refused["code"].as_str(), refused["field"].as_str()), (Some("photo-unreadable"), Some("photo")));
    let refused = zhang.raw("POST", &path, "application/json", "{}").await.expect(415).json();
    assert_eq!(refused["code"], "not-a-photo");
    let large = zhang.post_photo(&path, vec![0; 9 * 1024 * 1024], None).await.expect(413).json();
    assert_eq!((&large["code"], &large["args"]["most"]), (&json!("file-too-large"), &json!(8)), "{large}");
    let permit = json!({ "kind": "food_permit", "place": "371722003003", "organisation": world.department.to_string(),
        "fields": { "shop": "老街面馆" } });
    let permit = text(&zhang.post("/api/v1/matters", permit).await.expect(201).json()["id"]);
    let refused = zhang.post_photo(&format!("/api/v1/matters/{permit}/photos"), striped(), None).await.expect(422);
    assert_eq!(refused.json()["code"], "photo-kind");
    zhang.post(&format!("/api/v1/matters/{matter}/withdrawal"), json!({ "reason": "已经修好" })).await.expect(200);
    assert_eq!(zhang.post_photo(&path, striped(), None).await.expect(422).json()["code"], "matter-closed");
});

db_test!(everybody_adds_as_many_photos_as_the_kind_says_by_page_and_by_call, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = hazard(&world).await;
    let path = format!("/api/v1/matters/{matter}/photos");
    let (zhang, grid) = (world.api("zhang"), world.api("grid"));
    for _ in 0..3 {
        zhang.post_photo(&path, striped(), None).await.expect(201);
    }
    let refused = zhang.post_photo(&path, striped(), None).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["args"]), (&json!("photos-most"), &json!({ "most": 3 })));
    let code = text(&zhang.get(&format!("/api/v1/matters/{matter}")).await.expect(200).json()["code"]);
    let receipt = format!("/help/{}", code.split(' ').next_back().unwrap());
    let mut browser = world.browser("zhang").await;
    let page = browser.get(&receipt).await.expect(200).text;
    let before = world.events().await;
    let more = [("text", "又拍了一张")];
    let page = browser.send_files(&page, &format!("{receipt}/note"), &more, &[("photos", striped())]).await.expect(422);
    assert!(page.text.contains("最多传 3 张照片") && page.text.contains("又拍了一张"), "{}", page.text);
    assert_eq!(world.events().await, before, "neither the photo nor the words that came with it");
    // Whoever handles it shows what was done, however much the reporter showed.
    grid.post_photo(&path, striped(), None).await.expect(201);
    assert_eq!(photos_of(&grid, &matter).await.len(), 4);
    // Four at once, and none there before: nothing is said that is not so.
    let other = hazard(&world).await;
    let code = text(&zhang.get(&format!("/api/v1/matters/{other}")).await.expect(200).json()["code"]);
    let receipt = format!("/help/{}", code.split(' ').next_back().unwrap());
    let page = browser.get(&receipt).await.expect(200).text;
    assert!(page.contains("最多 3 张，每张不超过 8 MB"), "{page}");
    let four = [(); 4].map(|()| ("photos", striped()));
    let page = browser.send_files(&page, &format!("{receipt}/note"), &more, &four).await.expect(422).text;
    assert!(page.contains("最多传 3 张照片") && !page.contains("传满"), "{page}");
    assert!(photos_of(&zhang, &other).await.is_empty());
});

db_test!(photos_and_words_are_sent_apart, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let zhang = world.api("zhang");
    let form =
        json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole", "photos": ["a"] } });
    let before = world.events().await;
    let refused = zhang.post("/api/v1/matters", form).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("photos-apart"), &json!("photos")));
    for kind in ["image/png", "multipart/form-data; boundary=x"] {
        let refused = zhang.raw("POST", "/api/v1/matters", kind, "x").await.expect(415).json();
        assert_eq!(refused["code"], "photos-apart", "{kind}");
        assert!(refused["detail"].as_str().unwrap_or_default().contains("/photos"), "{refused}");
    }
    assert_eq!(zhang.raw("POST", "/api/v1/matters", "text/plain", "x").await.expect(415).json()["code"], "not-json");
    assert_eq!(world.events().await, before);
});
