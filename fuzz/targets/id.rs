//! Ids in addresses and bodies: what is taken is written the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::shared::ids::{MatterId, PersonId};

fuzz_target!(|text: &str| {
    if let Ok(id) = text.parse::<MatterId>() {
        assert_eq!(id.to_string().parse::<MatterId>(), Ok(id));
        assert!(text.parse::<PersonId>().is_err());
    }
});
