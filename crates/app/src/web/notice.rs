//! The line in every form that asks for something about people: who answers for it (个人信息保护法 第十七条), and where more
//! is said.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use kit::{Notice, Visit};
use rules::shared::Cell;
use rules::shared::data_handler::{DataHandler, answering};

use super::Caller;
use crate::{App, Stop, city};

/// Where everything about it is said.
pub const PRIVACY: &str = "/privacy";

/// How long one node may go on naming who answered a moment ago, when another node was told of somebody else.
const FRESH: SignedDuration = SignedDuration::from_secs(60);

/// Who answers, as this node last read it: each page needs it, and it changes once in years.
#[derive(Default)]
pub struct DataHandlers(RwLock<Option<(Timestamp, Arc<Vec<DataHandler>>)>>);

impl DataHandlers {
    /// Somebody was named: the next page reads it anew.
    pub fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn known(&self, app: &App) -> Result<Arc<Vec<DataHandler>>, Stop> {
        let now = app.now().recorded;
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((read_at, data_handlers)) = known
            && now.duration_since(read_at).abs() < FRESH
        {
            return Ok(data_handlers);
        }
        let data_handlers = app.read(|mut tx| Box::pin(async move { city::data_handlers(&mut tx).await })).await?;
        let data_handlers = Arc::new(data_handlers);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((now, data_handlers.clone()));
        Ok(data_handlers)
    }
}

/// Gives the pages of this request the line. A page whose database is away says so itself.
pub async fn put(app: &App, visit: &Visit, caller: Option<&Caller>) {
    if visit.path.starts_with("/api/") {
        return;
    }
    let Ok(data_handlers) = app.web.data_handlers.known(app).await else { return };
    let city = app.city();
    let code = caller.and_then(|caller| caller.place_path.split('/').nth(1)).unwrap_or_default();
    let cell = city.cells.get(code).copied().unwrap_or(Cell::ROOT);
    let day = city.calendar.date(app.now().recorded);
    let (says, name) = match answering(&data_handlers, cell, day) {
        Some(handler) => ("notice-data-handler", handler.body.clone()),
        // A stranger's county is not known.
        None if cell == Cell::ROOT && data_handlers.iter().any(|h| h.valid_from <= day) => {
            ("notice-several", String::new())
        }
        None => ("notice-nobody", String::new()),
    };
    visit.put_notice(Notice { says, name, link: "notice-more", href: PRIVACY });
}
