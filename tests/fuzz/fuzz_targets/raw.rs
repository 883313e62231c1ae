//! Any text as raw HTTP; every exchange in it is examined.
#![no_main]

use authtui::checks::{Surroundings, examine};
use authtui::formats::raw;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(reading) = raw::read(text, "fuzz") else { return };
    for exchange in reading.exchanges.iter().take(8) {
        let _ = examine(exchange, &Surroundings { now: Timestamp::UNIX_EPOCH, siblings: &[] });
    }
});
