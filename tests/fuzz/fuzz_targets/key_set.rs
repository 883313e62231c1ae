//! Any text as a key set, one key, or PEM; tokens of several algorithms are verified with what was read.
#![no_main]

use authtui::domain::token::jws::Jws;
use authtui::domain::token::keys::KeySet;
use authtui::domain::token::signature::verify;
use libfuzzer_sys::fuzz_target;

/// Headers with `HS256`, `RS256` and `ES256`.
const HEADERS: [&str; 3] = ["eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJFUzI1NiJ9"];

fuzz_target!(|text: &str| {
    let Ok(keys) = KeySet::read(text, "fuzz") else { return };
    let _ = keys.names();
    for header in HEADERS {
        let _ = verify(&Jws::read(&format!("{header}.e30.c2lnbmF0dXJl")), &keys);
    }
});
