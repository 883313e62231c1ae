//! Any text as the value of `WWW-Authenticate`, and as Digest credentials.
#![no_main]

use authtui::domain::challenge;
use authtui::domain::digest::DigestCredentials;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (mut challenges, mut faults) = (Vec::new(), Vec::new());
    challenge::read(text, 0, &mut challenges, &mut faults);
    let _ = DigestCredentials::read(text);
});
