//! Any text as a token: the parts point into it, and what is repaired is read again without harm.
#![no_main]

use authtui::domain::basic::Basic;
use authtui::domain::token::jws::Jws;
use authtui::domain::token::kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let jws = Jws::read(text);
    assert!(text.starts_with(jws.signing_input()) || jws.signing_input().len() <= text.len());
    let _ = Jws::read(&jws.repaired());
    let _ = kind::read(text);
    let _ = Basic::read(text);
});
