//! Invariant 4: a route stands in a capability's manifest, with what it needs; nothing else adds one to the product.

use crate::tokens::{find, tokens};
use crate::tree::{Finding, Source};

/// What makes a router, or adds to one.
const ADDING: [&str; 5] = ["Router :: new (", ". route (", ". route_service (", ". nest (", ". nest_service ("];

/// Files that put routers together, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("crates/app/src/capability.rs", "builds the router of the manifests"),
    ("crates/server/src/operations.rs", "tells whoever runs the server how it is; changes nothing"),
    ("crates/server/src/serve.rs", "lays those beside the site"),
];

/// Findings for the product's sources. `kit` knows no verb, and tests build what they like.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let concerns = |s: &&Source| {
        let is_product = ["crates/app/", "crates/sim/", "crates/server/"].iter().any(|part| s.path.starts_with(part));
        is_product && !s.is_test() && !ALLOWED.iter().any(|(path, _)| *path == s.path)
    };
    sources.iter().filter(concerns).flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Vec<Finding> {
    let tokens = tokens(source);
    let mut findings = Vec::new();
    for pattern in ADDING {
        for index in find(&tokens, pattern) {
            // `who.route()` reads the one asked for.
            let adds = tokens[index + pattern.split(' ').count()].text != ")" || pattern.starts_with("Router");
            if adds && !tokens[index].in_test {
                let what = format!("{}…): routes stand in manifests", pattern.replace(' ', ""));
                findings.push(Finding::new(source, tokens[index].line, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_beside_the_manifests_are_found() {
        let cases = [
            ("crates/app/src/web/mod.rs", "fn a() { router().route(\"/back\", post(b)) }", 1),
            ("crates/app/src/web/mod.rs", "fn a() { router().nest(\"/x\", more()).layer(b) }", 1),
            ("crates/server/src/demo.rs", "fn a() { site(app).merge(Router::new()) }", 1),
            ("crates/app/src/web/mod.rs", "#[cfg(test)] mod tests { fn a() { b.route(\"/\", c) } }", 0),
            ("crates/app/src/web/mod.rs", "fn a(who: Who) { once(who.route(), Repeat { route: b }) }", 0),
            ("crates/app/tests/it/main.rs", "fn a() { b.route(\"/\", c) }", 0),
            ("crates/app/src/capability.rs", "fn a() { router.route(route.path, b) }", 0),
            ("crates/kit/src/prefs.rs", "fn a() { b.route(\"/\", c) }", 0),
        ];
        for (path, text, expected) in cases {
            assert_eq!(check(&[Source::new(path, text)]).len(), expected, "{path}: {text}");
        }
    }
}
