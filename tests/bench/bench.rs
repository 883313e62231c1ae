//! `cargo bench`: what one key, one check run and one opened file cost, each beside a reference measured in the same run.
//!
//! A row prints the quickest of several rounds (what else the machine does only ever adds), the reference, and their
//! ratio. The ratio is what one compares between machines and commits; nothing here fails on a number.
//! `cargo bench -- har` runs the rows with `har` in their name. The one thing that fails is [`instructions`]: a count that
//! is far from the recorded one.

mod files;
mod growth;
mod inputs;
mod instructions;
mod keys;
mod timing;

use timing::Table;

fn main() {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["work", what, times] => return instructions::work(what, times.parse().expect("a number")),
        ["instructions"] => return instructions::compare(false),
        ["instructions", "record"] => return instructions::compare(true),
        _ => {}
    }
    let wanted = words.into_iter().next().unwrap_or_default();
    let mut table = Table::new(wanted);
    keys::checklist(&mut table);
    keys::screen(&mut table);
    files::check(&mut table);
    files::workspace(&mut table);
    files::har_file(&mut table);
    files::long_answer(&mut table);
    growth::table(&mut table);
    if table.wants("instructions") {
        instructions::compare(false);
    }
}
