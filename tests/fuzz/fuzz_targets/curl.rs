//! Any text as a curl command; what is read of it is written as one, and that is read again.
#![no_main]

use authtui::formats::curl::{Dialect, read, read_as, to_curl};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(curl) = read(text, "fuzz") else { return };
    for request in &curl.requests {
        let written = to_curl(&request.exchange.request, false, Dialect::Bash);
        assert!(read_as(&written, "fuzz", Dialect::Bash).is_ok(), "{written}");
    }
});
