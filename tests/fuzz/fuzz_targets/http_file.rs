//! Any text as a `.http` file: nothing of it is lost, and every request can be read and examined.
#![no_main]

use authtui::checks::{Surroundings, examine};
use authtui::formats::http_file::Document;
use authtui::formats::no_files;
use authtui::formats::variables::Variables;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let document = Document::read(text);
    assert_eq!(document.text(), text);
    for index in 0..document.len().min(8) {
        if let Some((exchange, _)) = document.exchange(index, &Variables::default(), &no_files) {
            let _ = examine(&exchange, &Surroundings { now: Timestamp::UNIX_EPOCH, siblings: &[] });
        }
    }
});
