//! The sheet: eight cards on A4, front and back, and the list by which they are handed out. It is the answer to making
//! them, because what is on a card can be read this once.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Markup, Page, html, qr};
use rules::people::card::Wanted;
use rules::shared::ids::{CardId, PersonId};

use super::{list, list_of};
use crate::people::cards::actions::{self, Made};
use crate::people::cards::store;
use crate::places::picker;
use crate::web::Who;
use crate::web::json::path_id;
use crate::{App, Stop, places};

/// How wide the QR is on a card, in millimetres with its quiet zone; at least 20 are wanted.
const QR_MM: u32 = 26;
/// Two columns of four, 85.6 × 54 mm each (ISO/IEC 7810 ID-1).
const PER_SHEET: usize = 8;

struct Face {
    number: usize,
    community: String,
    qr: Markup,
    code: String,
}

/// A line of the list that the holder signs.
struct Handed {
    card: CardId,
    number: usize,
    name: String,
    phone: String,
    sort: String,
}

#[derive(Template)]
#[template(path = "people/card-sheet.html")]
struct CardSheet {
    page: Page,
    sheets: Vec<Vec<Face>>,
    handed: Vec<Handed>,
}

/// Draws what was just made.
pub async fn draw(app: &App, who: &Who, made: Vec<Made>, back: String) -> Result<Response, Failure> {
    let page = who.page().titled("cards-sheet-title").back_to(back);
    let base = app.city().settings.base_url.clone();
    let (mut faces, mut handed) = (Vec::new(), Vec::new());
    for (at, card) in made.into_iter().enumerate() {
        let (holder, for_household, number) = (card.holder, card.for_household, at + 1);
        let place = rules::shared::Id::new(holder.id().cell, holder.place_id);
        let community = app.read(move |mut tx| {
            Box::pin(async move {
                let place = places::store::by_id(&mut tx, place).await?.ok_or(Stop::Missing)?;
                picker::common_name(&mut tx, &place).await
            })
        });
        let address = format!("{base}/c/{}", card.secrets.token);
        faces.push(Face {
            number,
            community: community.await?,
            qr: qr::svg(&address, QR_MM, &page.t("cards-sheet-qr")).map_err(Stop::defect)?,
            code: card.secrets.code.to_string(),
        });
        let sort = page.t(store::sort(for_household));
        handed.push(Handed { card: card.id, number, name: holder.name, phone: holder.phone_masked, sort });
    }
    let mut sheets = Vec::new();
    while !faces.is_empty() {
        let rest = faces.split_off(faces.len().min(PER_SHEET));
        sheets.push(std::mem::replace(&mut faces, rest));
    }
    Ok(html(StatusCode::OK, &CardSheet { page, sheets, handed }))
}

/// Makes one person's card and draws it. Sent again, the form makes another, and this one is dead.
pub async fn issue(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    let wanted = Wanted { for_household: form.text("for") == "household", replaces: form.checked("replaces") };
    let done = app
        .act(who.actor(), (person, wanted), |mut tx, who, at, (person, wanted)| {
            Box::pin(async move { actions::issue(&mut tx, &who, at, person, wanted).await })
        })
        .await;
    match done {
        Ok(made) => draw(&app, &who, vec![made], list_of(who.actor(), person)).await,
        Err(Stop::Refused(refusal)) => list::draw(&app, &who, person, Some(refusal)).await,
        Err(stop) => Err(stop.into()),
    }
}
