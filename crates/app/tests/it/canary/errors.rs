//! What is refused: addresses that lead nowhere, methods that nothing answers to, bodies that cannot be read, forms of
//! nobody's session. What comes back is at most what was typed.

use app::testing::Client;

use super::planted::Planted;
use super::watch::{Watch, Way};
use crate::lived_in::{is_api, is_get, routes};

/// JSON that no call takes.
const UNREADABLE: &str = "\"nothing\"";
/// A form of a page lacks the token that its page gives.
const FORM: &str = "application/x-www-form-urlencoded";

/// Asks for nothing but refusals, on every address; of what does something without a body, nothing that changes how who
/// asks stands to what is planted.
pub async fn walk(planted: &Planted, who: &str, client: &Client, watch: &mut Watch<'_>) {
    for address in ["/nowhere", "/api/v1/nowhere", "/people/per_nobody", "/desk/4F7K2M9X3A", "/en/nowhere"] {
        watch.look(who, Way::Sees, address, &client.get(address).await);
    }
    for route in routes().filter(|r| !is_get(r)) {
        if ["/acceptance", "/accept", "/loss", "/end", "/act"].iter().any(|end| route.path.ends_with(end)) {
            continue;
        }
        for address in planted.lived.addresses(route.path) {
            watch.look(who, Way::Sees, &address, &client.raw("PUT", &address, FORM, "").await);
            let (kind, body) = if is_api(route) { ("application/json", UNREADABLE) } else { (FORM, "what=nothing") };
            let answered = client.raw("POST", &address, kind, body).await;
            watch.look(who, Way::Sees, &address, &answered);
        }
    }
}
