use app::capability::{Needs, Route};
use app::testing::{Answered, Client};
use db::db_test;
use rules::shared::Role;
use serde_json::json;

use crate::lived_in::{LivedIn, granted, is_api, is_get, lived_in, routes};

/// Take a file, which has a media type of its own; one is told by its address what the file is of.
const FILES: [&str; 3] = ["/api/v1/matters/{id}/photos", "/api/v1/replies/{id}/photos", "/api/v1/imports"];

/// Changing routes that need no verb, because nobody is signed in yet.
const SIGN_IN: &[&str] = &["/login", "/login/code", "/login/staff", "/login/staff/first", "/login/staff/code", "/join"];

#[test]
fn every_changing_route_names_a_row_of_the_access_table() {
    for route in routes().filter(|r| !is_get(r)) {
        match granted(route) {
            Some(roles) => {
                assert!(!roles.is_empty(), "{}: {:?} is no row of the access table", route.path, route.needs);
            }
            None => assert!(SIGN_IN.contains(&route.path), "{} changes something and names no verb", route.path),
        }
    }
}

#[test]
fn no_route_is_declared_twice() {
    let mut seen: Vec<_> = routes().map(|r| (is_get(r), r.path)).collect();
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
}

/// Everybody of the small world, and nobody; each with their roles.
fn askers(lived: &LivedIn) -> Vec<(&'static str, Option<Vec<Role>>, Client)> {
    let mut askers = vec![("nobody", None, lived.world.visitor())];
    askers.extend(lived.world.cast().map(|(key, role)| (key, Some(vec![Role::Resident, role]), lived.world.api(key))));
    askers
}

/// Whether one of the roles has the verb of a route.
fn may(route: &Route, roles: &[Role]) -> bool {
    granted(route).is_some_and(|allowed| roles.iter().any(|role| allowed.contains(role)))
}

fn status(answered: &Answered) -> u16 {
    answered.status.as_u16()
}

db_test!(every_address_answers_every_role_as_the_manifest_says, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    for (name, roles, client) in askers(&lived) {
        for route in routes().filter(|r| is_get(r)) {
            for address in lived.addresses(route.path) {
                let before = lived.world.events().await;
                let answered = client.get(&address).await;
                let said = format!("{name} {address}: {} {}", answered.status, answered.text);
                assert_eq!(lived.world.events().await, before, "asking changed something: {said}");
                assert!([200, 303, 401, 403, 404].contains(&status(&answered)), "{said}");
                match (route.needs, &roles) {
                    (Needs::Public, _) => assert!(![401, 403].contains(&status(&answered)), "{said}"),
                    (_, None) if is_api(route) => assert_eq!(status(&answered), 401, "{said}"),
                    (_, None) => {
                        let to = answered.location.clone().unwrap_or_default();
                        assert!(status(&answered) == 303 && to.starts_with("/login"), "{said} → {to}");
                    }
                    (Needs::Verb(_), Some(roles)) if !may(route, roles) => {
                        assert!([403, 404].contains(&status(&answered)), "{said}");
                    }
                    (_, Some(_)) => assert_ne!(status(&answered), 401, "{said}"),
                }
            }
        }
    }
});

db_test!(nobody_changes_anything_without_a_grant, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    // Whoever becomes a volunteer has one role more from then on, so that comes last.
    let mut changing: Vec<_> = routes().filter(|r| !is_get(r)).collect();
    changing.sort_by_key(|r| r.path.contains("volunteer"));
    for (name, roles, client) in askers(&lived) {
        for route in changing.iter().filter(|route| granted(route).is_some()) {
            let may = roles.as_ref().is_some_and(|roles| may(route, roles));
            for address in lived.addresses(route.path) {
                let before = lived.world.events().await;
                let answered = client.post(&address, json!({})).await;
                let said = format!("{name} {address}: {} {}", answered.status, answered.text);
                assert!(status(&answered) < 500, "{said}");
                if !may {
                    assert!(!answered.status.is_success(), "{said}");
                    assert_eq!(lived.world.events().await, before, "{said}");
                }
                if roles.is_none() {
                    assert!([303, 401, 403].contains(&status(&answered)), "{said}");
                }
            }
        }
    }
});

db_test!(no_call_takes_a_list_for_an_object, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    for route in routes().filter(|r| is_api(r) && !is_get(r)) {
        for address in lived.addresses(route.path) {
            for (key, _) in lived.world.cast() {
                let before = lived.world.events().await;
                let answered = lived.world.api(key).post(&address, json!([])).await;
                let said = format!("{key} {address}: {} {}", answered.status, answered.text);
                let no_file = FILES.contains(&route.path) && [400, 415].contains(&status(&answered));
                assert!(no_file || [403, 404, 422].contains(&status(&answered)), "{said}");
                assert_eq!(lived.world.events().await, before, "{said}");
            }
        }
    }
});
