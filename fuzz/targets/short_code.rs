//! Codes that are read out and typed: however they are typed, the same code comes back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::shared::code::Code;

fuzz_target!(|text: &str| {
    if let Ok(code) = text.parse::<Code>() {
        for written in [code.plain(), code.to_string(), code.with_prefix('Q'), code.plain().to_lowercase()] {
            assert_eq!(written.parse::<Code>(), Ok(code), "{written}");
        }
    }
});
