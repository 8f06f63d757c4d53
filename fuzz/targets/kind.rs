//! A county's own kind of matter, and its settings of dispatch: loaded, or refused with every problem named.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rules::dispatch::DispatchSettings;
use rules::matters::{EMBEDDED, Kinds};

/// Read once: it takes a hundred times as long as reading most of what is tried here.
static OWN: LazyLock<Kinds> = LazyLock::new(Kinds::embedded);

fuzz_target!(|text: &str| {
    match Kinds::load(&[], [("county.toml", text)]) {
        Ok(_) => beside_own(text),
        Err(problems) => assert!(!problems.is_empty() && problems.iter().all(|p| !p.to_string().is_empty())),
    }
    // What has no such part is no file of settings, and is refused as above.
    if text.contains("setting")
        && let Err(problems) = DispatchSettings::parse("dispatch.toml", text)
    {
        assert!(!problems.is_empty());
    }
});

/// What can be used alone replaces one of the program's own kinds, stands beside them, or has the letter of one.
fn beside_own(text: &str) {
    match OWN.clone().with([("county.toml", text)]) {
        Ok(kinds) => assert!(kinds.iter().count() >= EMBEDDED.len()),
        Err(problems) => assert!(!problems.is_empty() && problems.iter().all(|p| p.part == "code_prefix")),
    }
}
