//! What whoever raised a matter is told as it goes on.

mod world;

use rules::matters::Matter;
use rules::matters::news::{News, news};
use world::{World, monday};

#[test]
fn each_step_that_matters_is_told_once() {
    let world = World::new();
    let cases = [
        ("need", "dispatch", "serve", false, Some(News::Accepted)),
        ("need", "triage", "serve", true, Some(News::Accepted)),
        ("need", "serve", "serve", true, None),
        ("need", "serve", "confirm", false, Some(News::Done)),
        ("need", "serve", "dispatch", false, None),
        ("need", "triage", "closed", true, Some(News::Closed)),
        ("need", "confirm", "closed", false, None),
        ("need", "closed", "closed", true, None),
        ("hazard", "review", "fix", true, None),
        ("hazard", "fix", "confirm", true, Some(News::Done)),
        ("hazard", "review", "closed", true, Some(News::Closed)),
        ("hazard", "confirm", "closed", false, None),
    ];
    for (kind, from, to, by_staff, expected) in cases {
        let raised = world.raised(kind, monday("09:00"));
        let at = |step: &str| Matter { step: step.to_owned(), ..raised.clone() };
        let kind = world.kind(kind);
        assert_eq!(news(kind, &at(from), &at(to), by_staff), expected, "{}: {from} to {to}", kind.id);
    }
}
