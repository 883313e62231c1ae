//! Any text as a HAR recording; every exchange in it is examined.
#![no_main]

use authtui::checks::{Surroundings, examine};
use authtui::formats::har;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(reading) = har::read(text, "fuzz") else { return };
    for exchange in reading.exchanges.iter().take(8) {
        let _ = examine(exchange, &Surroundings { now: Timestamp::UNIX_EPOCH, siblings: &[] });
    }
});
