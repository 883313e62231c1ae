//! Any text as `Set-Cookie`, as `Cookie`, whose dates are read with it (RFC 6265bis).
#![no_main]

use authtui::domain::cookie::{SetCookie, read_cookies};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let cookie = SetCookie::read(text);
    let _ = (cookie.ends(Timestamp::UNIX_EPOCH), cookie.deletes(Timestamp::MAX));
    let _ = read_cookies(text);
});
