//! `App`, what every request and job is given, and `Tx`, a transaction in this city.

use std::sync::{Arc, Mutex, RwLock};

use db::{BoxFuture, Db};
use jiff::Timestamp;
use kit::Lang;
use rules::shared::ids::Thing;
use rules::shared::{Actor, Cell, Id, Moment};
use uuid::Uuid;

use crate::Stop;
use crate::city::City;
use crate::jobs::notify::Notifier;
use crate::web::Web;

/// Where the time comes from: the machine in service, the story in the simulator, the case in a test.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// Where chance comes from. Ids are UUIDv7 and grow even within one millisecond, so that events keep their order.
pub struct Dice {
    state: Mutex<DiceState>,
}

type Fill = Box<dyn FnMut(&mut [u8]) + Send>;

struct DiceState {
    fill: Fill,
    last_millis: u64,
    count: u16,
}

impl Dice {
    pub fn new(fill: impl FnMut(&mut [u8]) + Send + 'static) -> Dice {
        Dice { state: Mutex::new(DiceState { fill: Box::new(fill), last_millis: 0, count: 0 }) }
    }

    /// Dice of the operating system.
    pub fn system() -> Dice {
        Dice::new(|bytes| getrandom::fill(bytes).expect("the operating system gives random bytes"))
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        (self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill)(&mut out);
        out
    }

    fn uuid(&self, at: Timestamp) -> Uuid {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        if millis > state.last_millis {
            state.last_millis = millis;
            state.count = 0;
        } else {
            state.count += 1;
            // Twelve bits of counter; past them the millisecond runs ahead by one.
            if state.count >= 1 << 12 {
                state.last_millis += 1;
                state.count = 0;
            }
        }
        let mut random = [0u8; 10];
        (state.fill)(&mut random);
        random[..2].copy_from_slice(&state.count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(state.last_millis, &random).into_uuid()
    }
}

/// What every request and job is given. Cheap to clone.
#[derive(Clone)]
pub struct App {
    core: Arc<Core>,
    /// In which language it answers programs where a text is kept in one alone.
    lang: Lang,
}

pub struct Core {
    pub db: Db,
    pub clock: Box<dyn Clock>,
    pub dice: Dice,
    pub notifier: Box<dyn Notifier>,
    pub files: Arc<dyn object_store::ObjectStore>,
    pub web: Web,
    city: RwLock<Arc<City>>,
}

/// The parts an [`App`] is made of.
pub struct Parts {
    pub db: Db,
    pub clock: Box<dyn Clock>,
    pub dice: Dice,
    pub notifier: Box<dyn Notifier>,
    pub files: Arc<dyn object_store::ObjectStore>,
    pub web: Web,
    pub city: City,
}

impl std::ops::Deref for App {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

impl App {
    pub fn new(parts: Parts) -> App {
        let Parts { db, clock, dice, notifier, files, web, city } = parts;
        let core = Core { db, clock, dice, notifier, files, web, city: RwLock::new(Arc::new(city)) };
        App { core: Arc::new(core), lang: Lang::ZhCn }
    }

    /// The same, answering in the language of whoever asks.
    #[must_use]
    pub fn speaking(&self, lang: Lang) -> App {
        App { core: self.core.clone(), lang }
    }

    pub fn lang(&self) -> Lang {
        self.lang
    }

    pub fn city(&self) -> Arc<City> {
        self.core.city.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Puts a changed city in place; transactions under way keep the one they began with.
    pub fn replace_city(&self, city: City) {
        *self.core.city.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(city);
    }

    /// A new id in `cell`.
    pub fn new_id<T: Thing>(&self, cell: Cell, at: Moment) -> Id<T> {
        Id::new(cell, self.dice.uuid(at.recorded))
    }

    pub fn now(&self) -> Moment {
        Moment::now(self.clock.now())
    }

    /// Runs `f` in one write transaction. It may run again, so it owns what it captures; an error leaves nothing.
    pub async fn write<T, F>(&self, f: F) -> Result<T, Stop>
    where
        T: Send + 'static,
        F: for<'t> Fn(Tx<'t>) -> BoxFuture<'t, Result<T, Stop>> + Send + Sync + 'static,
    {
        let app = self.clone();
        self.db.write(move |db| f(Tx::new(db, &app))).await
    }

    /// Runs `f` over one unchanging state of the database.
    pub async fn read<T, F>(&self, f: F) -> Result<T, Stop>
    where
        T: Send,
        F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Stop>> + Send,
    {
        let app = self.clone();
        self.db.read(move |db| f(Tx::new(db, &app))).await
    }

    /// One verb by one person, now: the way pages, API and command line call an action.
    pub async fn act<I, T, F>(&self, who: &Actor, input: I, f: F) -> Result<T, Stop>
    where
        I: Clone + Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(Tx<'t>, Actor, Moment, I) -> BoxFuture<'t, Result<T, Stop>> + Send + Sync + 'static,
    {
        let (who, at) = (who.clone(), self.now());
        self.write(move |tx| f(tx, who.clone(), at, input.clone())).await
    }
}

/// A transaction in this city: the database's transaction, and what the city is while it runs.
pub struct Tx<'t> {
    db: &'t mut db::Tx,
    app: App,
    city: Arc<City>,
}

impl<'t> Tx<'t> {
    pub fn new(db: &'t mut db::Tx, app: &App) -> Tx<'t> {
        Tx { db, app: app.clone(), city: app.city() }
    }

    pub fn city(&self) -> Arc<City> {
        self.city.clone()
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    /// A new id in `cell`.
    pub fn new_id<T: Thing>(&self, cell: Cell, at: Moment) -> Id<T> {
        self.app.new_id(cell, at)
    }

    pub fn random<const N: usize>(&self) -> [u8; N] {
        self.app.dice.bytes()
    }

    /// The database's own transaction, for derived entities.
    pub fn db(&mut self) -> &mut db::Tx {
        self.db
    }
}

impl std::ops::Deref for Tx<'_> {
    type Target = db::Tx;
    fn deref(&self) -> &db::Tx {
        self.db
    }
}
impl std::ops::DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut db::Tx {
        self.db
    }
}
