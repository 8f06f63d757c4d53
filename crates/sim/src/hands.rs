//! Virtual time and seeded chance.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::core::{Clock, Dice};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// The hands of the city's clock, in milliseconds.
#[derive(Clone, Debug)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    pub fn at(time: Timestamp) -> Hands {
        Hands(Arc::new(AtomicI64::new(time.as_millisecond())))
    }

    pub fn set(&self, time: Timestamp) {
        self.0.store(time.as_millisecond(), Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Dice that fall the same way for the same seed: ids, codes, tokens of the city.
pub fn dice(seed: u64) -> Dice {
    let mut generator = StdRng::seed_from_u64(seed);
    Dice::new(move |bytes| generator.fill_bytes(bytes))
}
