//! Numbers that people type: identity number (GB 11643), unified social credit code (GB 32100), phone. What is taken reads
//! back as itself.
#![no_main]

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use rules::people::codes::{CreditCode, IdNumber, masked_name};
use rules::shared::Phone;

fuzz_target!(|text: &str| {
    let today = date(2026, 11, 26);
    if let Ok(number) = IdNumber::parse(text, today) {
        assert_eq!(IdNumber::parse(number.reveal(), today).expect("reads back").reveal(), number.reveal());
        assert!(number.born() <= today && !number.masked().contains(&number.reveal()[6..14]));
    }
    if let Ok((code, _)) = CreditCode::parse(text) {
        assert_eq!(CreditCode::parse(code.as_str()).expect("reads back").0.as_str(), code.as_str());
    }
    if let Ok(phone) = Phone::parse(text) {
        assert_eq!(Phone::parse(phone.reveal()).expect("reads back").reveal(), phone.reveal());
    }
    let _ = masked_name(text);
});
