//! Who says what of a matter that comes in, where it may be, and all that is wrong with its form.

mod world;

use rules::matters::{access, workflow};
use rules::shared::{Actor, Channel, Moment};
use world::{VILLAGE, World, code, monday, resident};

#[test]
fn a_resident_says_what_it_is_and_staff_how_urgent_by_which_way_and_when() {
    let world = World::new();
    let (now, before) = (monday("09:00"), monday("08:00"));
    let cases = [
        ("as the form says", None, Channel::Api, now, Ok("normal")),
        ("a level", Some("urgent"), Channel::Api, now, Err(("level-by-staff", "level"))),
        ("the level that the form implies", Some("normal"), Channel::Web, now, Err(("level-by-staff", "level"))),
        ("as if by telephone", None, Channel::Phone, now, Err(("channel-by-staff", "channel"))),
        ("as if on paper", None, Channel::Paper, now, Err(("channel-by-staff", "channel"))),
        ("as if at the desk", None, Channel::Desk, now, Err(("channel-by-staff", "channel"))),
        ("an hour ago", None, Channel::Api, before, Err(("occurred-by-staff", "occurred_at"))),
    ];
    for (case, level, channel, occurred, expected) in cases {
        let by = Actor { channel, ..resident() };
        let at = Moment { occurred, recorded: now };
        let ctx = workflow::Context { at, ..world.context("need", &by, now) };
        let raising = workflow::Raising { level: level.map(Into::into), ..world.raising("need") };
        let permit = access::raise(&by, ctx.kind, raising.id, VILLAGE).unwrap();
        let raised = workflow::raise(&permit, &ctx, raising);
        let said = raised.as_ref().map(|change| change.matter.level.as_str());
        let said = said.map_err(|refusal| (refusal.code, refusal.field.as_deref().unwrap_or_default()));
        assert_eq!(said, expected, "{case}");
    }
}

#[test]
fn all_that_only_staff_say_is_told_at_once_and_nothing_happened_long_ago() {
    let world = World::new();
    let now = monday("09:00");
    let fields = |refusal: &rules::shared::Refusal| -> Vec<(String, String)> {
        let one = |one: &rules::shared::Refusal| (one.code.to_owned(), one.field.clone().unwrap_or_default());
        refusal.each().map(one).collect()
    };
    let by = Actor { channel: Channel::Phone, ..resident() };
    let at = Moment { occurred: monday("08:00"), recorded: now };
    let ctx = workflow::Context { at, ..world.context("need", &by, now) };
    let raising = workflow::Raising { level: Some("urgent".into()), ..world.raising("need") };
    let permit = access::raise(&by, ctx.kind, raising.id, VILLAGE).unwrap();
    let refusal = workflow::raise(&permit, &ctx, raising).unwrap_err();
    let codes: Vec<String> = fields(&refusal).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["level-by-staff", "channel-by-staff", "occurred-by-staff"]);

    let staff = world::social_worker();
    for (occurred, expected) in [
        ("2026-06-01T09:00:00+08:00", None),
        ("2006-06-01T09:00:00+08:00", Some("occurred-too-long-ago")),
        ("0001-01-01T00:00:00Z", Some("occurred-too-long-ago")),
    ] {
        let at = Moment { occurred: occurred.parse().unwrap(), recorded: now };
        let ctx = workflow::Context { at, ..world.context("hazard", &staff, now) };
        let raising = world.raising("hazard");
        let permit = access::raise_for(&staff, ctx.kind, raising.id, VILLAGE).unwrap();
        let said = workflow::raise_for(&permit, &ctx, raising).err().map(|refusal| refusal.code);
        assert_eq!(said, expected, "{occurred}");
    }
}

#[test]
fn today_is_the_day_on_which_it_was_said() {
    let world = World::new();
    let (friday, now) = ("2025-09-12T15:00:00+08:00", monday("09:00"));
    let cases = [
        ("said and written down today", "2025-09-15T08:00:00+08:00", "today", "today", Some("2025-09-15"), "day"),
        ("on paper of Friday", friday, "today", "2025-09-12", Some("2025-09-12"), "day"),
        ("on paper, for a day", friday, "2025-09-19/morning", "2025-09-19/morning", Some("2025-09-19"), "normal"),
        ("on paper, at once", friday, "now", "now", None, "urgent"),
    ];
    let staff = world::social_worker();
    for (name, occurred, said, kept, wanted, level) in cases {
        let at = Moment { occurred: occurred.parse().unwrap(), recorded: now };
        let ctx = workflow::Context { at, ..world.context("need", &staff, now) };
        let mut raising = world.raising("need");
        raising.values.insert("when".into(), vec![said.into()]);
        let permit = access::raise_for(&staff, ctx.kind, raising.id, VILLAGE).unwrap();
        let change = workflow::raise_for(&permit, &ctx, raising).unwrap();
        assert_eq!(change.fields["when"], [kept], "{name}");
        assert_eq!(change.matter.wanted.map(|day| day.to_string()).as_deref(), wanted, "{name}");
        assert_eq!(change.matter.level, level, "{name}: how urgent it is follows from what was said");
    }
}

#[test]
fn a_matter_is_somewhere_where_people_live() {
    let world = World::new();
    for (path, expected) in [
        (VILLAGE, Ok(())),
        ("3717/371722/371722003/371722003003/371722003003001/", Ok(())),
        ("3717/371722/371722003/", Err("matter-place-wide")),
        (world::COUNTY, Err("matter-place-wide")),
        ("3717/", Err("matter-place-wide")),
    ] {
        let raising = workflow::Raising { place_path: path.into(), ..world.raising("need") };
        assert_eq!(code(world.raise("need", monday("09:00"), raising)).map(|_| ()), expected, "{path}");
        let raising = workflow::Raising { place_path: path.into(), ..world.raising("hazard") };
        let written_down = code(world.raise_for("hazard", monday("09:00"), raising)).map(|_| ());
        assert_eq!(written_down, expected, "{path}: by staff");
    }
}

#[test]
fn all_that_is_missing_in_a_form_is_said_at_once() {
    let world = World::new();
    let empty = workflow::Raising { values: Default::default(), ..world.raising("need") };
    let refusal = world.raise("need", monday("09:00"), empty).unwrap_err();
    let said: Vec<(&str, &str)> =
        refusal.each().map(|one| (one.code, one.field.as_deref().unwrap_or_default())).collect();
    let needed = world.kind("need").fields.iter().filter(|field| field.required && field.asked.is_at_intake());
    let needed: Vec<(&str, &str)> = needed.map(|field| ("field-required", field.key.as_str())).collect();
    assert!(needed.len() > 1, "{needed:?}");
    assert_eq!(said, needed);
    let mut raising = world.raising("need");
    raising.values.extend([("shoe_size".into(), vec!["43".into()]), ("hat_size".into(), vec!["7".into()])]);
    let refusal = world.raise("need", monday("09:00"), raising).unwrap_err();
    let fields: Vec<&str> = refusal.each().filter_map(|one| one.field.as_deref()).collect();
    assert_eq!((refusal.code, fields), ("field-unknown", vec!["hat_size", "shoe_size"]));
    let mut raising = workflow::Raising { values: Default::default(), ..world.raising("need") };
    raising.values.insert("shoe_size".into(), vec!["43".into()]);
    let both = world.raise("need", monday("09:00"), raising).unwrap_err();
    let codes: Vec<&str> = both.each().map(|one| one.code).collect();
    assert!(codes[0] == "field-unknown" && codes[1..] == vec!["field-required"; needed.len()], "{codes:?}");
    let known = refusal.args.iter().find(|(name, _)| *name == "known").unwrap().1.to_string();
    assert!(known.contains("category, ") && !known.contains("shoe_size"), "{known}");
}

#[test]
fn one_person_adds_as_many_photos_as_the_kind_says() {
    let world = World::new();
    for (kind, there, expected) in [
        ("hazard", 0, Ok(())),
        ("hazard", 2, Ok(())),
        ("hazard", 3, Err("photos-most")),
        ("hazard", 60, Err("photos-most")),
        ("food_permit", 0, Err("photo-kind")),
    ] {
        assert_eq!(code(world.kind(kind).takes_photo_after(there)), expected, "{kind} {there}");
    }
}
