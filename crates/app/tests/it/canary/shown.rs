//! Everybody of the small world asks for everything: each page, call, print, photo and file that the manifests name, with
//! the ids of what is planted, and each link with a query that leads on from there.

use std::collections::BTreeSet;

use app::testing::{Answered, Client};
use db::db_test;

use super::planted::{Planted, planted};
use super::policy::{cells, differences, table};
use super::watch::{Watch, Way};
use super::{errors, log};
use crate::lived_in::{is_get, routes};

/// Who asks: the roles of the access table, and how they stand to what is planted.
pub fn askers(planted: &Planted) -> Vec<(String, Client)> {
    let world = &planted.lived.world;
    let mut askers = vec![
        ("nobody".to_owned(), world.visitor()),
        ("owner".to_owned(), planted.client()),
        ("delegate".to_owned(), world.api("neighbour").for_another(planted.owner)),
    ];
    askers.extend(world.cast().map(|(key, _)| (key.to_owned(), world.api(key))));
    askers
}

/// The links of a page that lead to itself or to a page beside it by a query.
fn further(page: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let links = links.map(|link| link.replace("&#38;", "&").replace("&amp;", "&"));
    links.filter(|link| link.starts_with('/') && link.contains('?') && !link.starts_with("/report")).collect()
}

/// Where the forms of a page send what is typed, of those whose address ends so.
fn forms(page: &str, ending: &str) -> Vec<String> {
    let forms = page.split("<form").skip(1).filter_map(|form| form.split('>').next());
    let actions = forms.filter_map(|tag| tag.split(" action=\"").nth(1)?.split('"').next());
    let wanted = actions.filter(|action| action.split('?').next().is_some_and(|path| path.ends_with(ending)));
    wanted.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

struct Walk<'w, 'n> {
    who: &'w str,
    client: &'w Client,
    watch: &'w mut Watch<'n>,
    asked: BTreeSet<String>,
}

impl Walk<'_, '_> {
    async fn look(&mut self, way: Way, address: &str) -> Option<Answered> {
        if !self.asked.insert(address.to_owned()) {
            return None;
        }
        let answered = self.client.get(address).await;
        assert!(answered.status.as_u16() < 500, "{} {address}: {}", self.who, answered.text);
        self.watch.look(self.who, way, address, &answered);
        Some(answered)
    }

    /// Presses a button of a page.
    async fn press(&mut self, way: Way, page: &Answered, action: &str) {
        let answered = self.client.clone().send_form(&page.text, action, &[]).await;
        self.watch.look(self.who, way, action, &answered);
    }

    /// Looks at a page and at what leads on from it, takes its list along, and opens what is sealed.
    async fn visit(&mut self, address: &str) {
        let Some(page) = self.look(Way::Sees, address).await else { return };
        for link in further(&page.text) {
            self.look(Way::Sees, &link).await;
        }
        for list in forms(&page.text, "/export") {
            self.press(Way::Sees, &page, &list).await;
        }
        for sealed in forms(&page.text, "/protected").into_iter().chain(forms(&page.text, "/contact")) {
            self.press(Way::Asks, &page, &sealed).await;
        }
    }
}

async fn walk(planted: &Planted, who: &str, client: &Client, watch: &mut Watch<'_>) {
    let mut walk = Walk { who, client, watch, asked: BTreeSet::new() };
    for route in routes().filter(|r| is_get(r)) {
        for address in planted.lived.addresses(route.path) {
            walk.visit(&address).await;
            if ["/api/v1/matters/{id}", "/api/v1/matters/{id}/replies"].contains(&route.path) {
                walk.look(Way::Asks, &format!("{address}?protected=true")).await;
            }
        }
    }
}

db_test!(everybody_sees_what_is_for_them_and_nothing_else, app::migrations::STEPS, |db| async move {
    let planted = planted(db).await;
    let caught = log::listen_for(&planted.needles);
    let mut watch = Watch::over(&planted.needles);
    let askers = askers(&planted);
    for (who, client) in &askers {
        walk(&planted, who, client, &mut watch).await;
    }
    // What is refused comes last: some of it does something.
    for (who, client) in &askers {
        errors::walk(&planted, who, client, &mut watch).await;
    }
    assert!(watch.answers > 5_000, "only {} answers were looked at", watch.answers);
    let broken = differences(&cells(&table("shown.txt")), &watch.seen);
    assert!(broken.is_empty(), "{broken}");
    assert_eq!(caught.lines(), Vec::<String>::new(), "the log repeats what is protected");
});
