//! A county's own kind of matter, and its settings of dispatch: loaded, or refused with every problem named.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::dispatch::DispatchSettings;
use rules::matters::{EMBEDDED, Kinds};

fuzz_target!(|text: &str| {
    match Kinds::load(EMBEDDED, [("county.toml", text)]) {
        Ok(kinds) => assert!(kinds.iter().count() >= EMBEDDED.len()),
        Err(problems) => assert!(!problems.is_empty() && problems.iter().all(|p| !p.to_string().is_empty())),
    }
    if let Err(problems) = DispatchSettings::parse("dispatch.toml", text) {
        assert!(!problems.is_empty());
    }
});
