//! The promise: a decline, a silence, a no-show or a withdrawal changes nothing that comes later.

use proptest::prelude::*;

use super::*;
use crate::dispatch::eligibility::{Asked, Way, exclusion};
use crate::dispatch::on_hand::{PastOffer, on_hand};
use crate::dispatch::ranking::{Weights, rank};
use crate::dispatch::{OfferState, TaskRules};

const NOW: &str = "2026-11-22T12:00:00+08:00";

fn week() -> Window {
    window("2026-11-23T00:00:00+08:00", "2026-11-30T00:00:00+08:00")
}

/// A window of one to four hours that starts within three weeks of now, either way.
fn any_window() -> impl Strategy<Value = Window> {
    (-30_000i64..30_000, 60i64..240).prop_map(|(from, length)| {
        let start = at(NOW) + jiff::SignedDuration::from_mins(from);
        Window { start, end: start + jiff::SignedDuration::from_mins(length) }
    })
}

fn a_real_service() -> impl Strategy<Value = PastOffer> {
    any_window().prop_map(|window| {
        let served = window.end <= at(NOW);
        PastOffer { state: OfferState::Accepted, window, served, stands: !served }
    })
}

/// What must not matter.
fn noise() -> impl Strategy<Value = PastOffer> {
    let unanswered =
        [OfferState::Declined, OfferState::Expired, OfferState::WithdrawnByVolunteer, OfferState::Cancelled];
    let without_service = (proptest::sample::select(unanswered.to_vec()), any_window(), any::<bool>())
        .prop_map(|(state, window, served)| PastOffer { state, window, served, stands: true });
    let no_show = any_window().prop_filter("over", |w| w.end <= at(NOW)).prop_map(|window| PastOffer {
        state: OfferState::Accepted,
        window,
        served: false,
        stands: true,
    });
    prop_oneof![without_service, no_show]
}

fn order_of(histories: &[Vec<PastOffer>]) -> (String, Vec<Option<&'static str>>) {
    let task = task(1);
    let asked = Asked::new(&task, &[], &calendar());
    let hands: Vec<_> = histories.iter().map(|h| on_hand(h, &week(), at(NOW))).collect();
    let candidates: Vec<Candidate<'_>> = hands
        .iter()
        .enumerate()
        .map(|(n, hand)| Candidate {
            engaged: &hand.engaged,
            this_week: hand.this_week,
            last_served: hand.last_served.map(|t| calendar().date(t)),
            ..candidate(n as u128 + 1)
        })
        .collect();
    let ranking = rank(&asked, &candidates, &Weights::default(), &TaskRules::default(), candidates.len());
    let fit = candidates
        .iter()
        .map(|c| exclusion(&asked, c, Way::Invitation, &TaskRules::default()).map(|e| e.key()))
        .collect();
    (format!("{ranking:?}"), fit)
}

proptest! {
    /// Scores, terms, sentences, order, counts and eligibility are the same with and without the noise.
    #[test]
    fn declining_costs_nothing(
        people in prop::collection::vec(
            (prop::collection::vec(a_real_service(), 0..4), prop::collection::vec(noise(), 0..6)),
            1..8,
        )
    ) {
        let clean: Vec<Vec<PastOffer>> = people.iter().map(|(real, _)| real.clone()).collect();
        let noisy: Vec<Vec<PastOffer>> = people
            .iter()
            .map(|(real, noise)| noise.iter().chain(real).copied().collect())
            .collect();
        prop_assert_eq!(order_of(&clean), order_of(&noisy));
    }
}

/// The property above would hold for a rule that sees nothing at all; real services do count.
#[test]
fn services_given_and_accepted_do_count() {
    let served = PastOffer {
        state: OfferState::Accepted,
        window: window("2026-11-20T09:00:00+08:00", "2026-11-20T10:00:00+08:00"),
        served: true,
        stands: false,
    };
    let ahead = PastOffer {
        state: OfferState::Accepted,
        window: window("2026-11-24T09:00:00+08:00", "2026-11-24T10:00:00+08:00"),
        served: false,
        stands: true,
    };
    let none = order_of(&[vec![]]);
    assert_ne!(order_of(&[vec![served]]), none);
    assert_ne!(order_of(&[vec![ahead]]), none);
    let hand = on_hand(&[served, ahead], &week(), at(NOW));
    assert_eq!((hand.engaged, hand.this_week), (vec![ahead.window], 1));
    assert_eq!(hand.last_served, Some(served.window.end));
}

#[test]
fn who_left_early_is_free_again() {
    let window = Window { start: at(NOW), end: at(NOW) + jiff::SignedDuration::from_mins(60) };
    let left = PastOffer { state: OfferState::Accepted, window, served: true, stands: false };
    let hand = on_hand(&[left], &week(), at(NOW) + jiff::SignedDuration::from_mins(5));
    assert!(hand.engaged.is_empty(), "{hand:?}");
    assert!(hand.last_served.is_some(), "and has served all the same");
}
