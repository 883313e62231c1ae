//! `cargo bench`: what one key, one check run and one opened file cost, each beside a reference measured in the same run.
//!
//! A row prints the quickest of several rounds (what else the machine does only ever adds), the reference, and their
//! ratio. The ratio is what one compares between machines and commits; nothing here fails on a number.
//! `cargo bench -- har` runs the rows with `har` in their name.

mod files;
mod growth;
mod inputs;
mod keys;
mod timing;

use timing::Table;

fn main() {
    // Cargo adds `--bench`.
    let wanted = std::env::args().skip(1).find(|a| !a.starts_with('-')).unwrap_or_default();
    let mut table = Table::new(wanted);
    keys::checklist(&mut table);
    keys::screen(&mut table);
    files::check(&mut table);
    files::workspace(&mut table);
    files::har_file(&mut table);
    files::long_answer(&mut table);
    growth::table(&mut table);
}
