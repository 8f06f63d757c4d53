//! What a field for a place asks while somebody types.

use axum::Json;
use axum::extract::{Query, State};
use kit::{Failure, Page};
use serde::{Deserialize, Serialize};

use crate::App;
use crate::places::fitting::{self, Fitting, MOST};
use crate::web::Visitor;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
pub struct Offered {
    /// How many fit, in words.
    says: String,
    places: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    id: String,
    name: String,
}

pub async fn offer(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Json<Offered>, Failure> {
    // Nobody's home is known before they sign in, so a name is looked for in the whole city.
    let root = || format!("{}/", app.city().settings.root_code);
    let home = visitor.caller.as_ref().map_or_else(root, |caller| caller.place_path.clone());
    let found = app.read(move |mut tx| {
        let (asked, home) = (asked.q.clone(), home.clone());
        Box::pin(async move { fitting::fitting(&mut tx, &asked, &home).await })
    });
    let found = found.await?;
    let says = says(&visitor.page(), &found);
    let places = found.places.into_iter().map(|(place, name)| Line { id: place.id.to_string(), name }).collect();
    Ok(Json(Offered { says, places }))
}

fn says(page: &Page, found: &Fitting) -> String {
    match found.places.len() {
        0 => page.t("places-fitting-none"),
        _ if found.more => page.t1("places-fitting-more", "count", MOST),
        count => page.t1("places-fitting", "count", count),
    }
}
