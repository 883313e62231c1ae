//! How cost grows: each kind of input at 1, 10 and 100 times its size. A factor of ten or less is linear or better.

use std::time::Duration;

use authtui::checks::{Index, Surroundings, examine};
use authtui::formats::detect::read_any;
use authtui::formats::http_file;
use authtui::formats::no_files;
use authtui::formats::variables::Variables;

use super::files::whole;
use super::inputs::{Signer, exchange, har, json, requests};
use super::keys;
use super::timing::{Table, quickest};

/// Prints the growth rows.
pub fn table(table: &mut Table) {
    if !table.wants("growth") {
        return;
    }
    let signer = Signer::new();
    grow("growth: token of 1 KB", "linear behind what every check run costs", |times| keys::check(&signer.exchange(1_000 * times)));
    grow("growth: 10 headers", "linear behind what every check run costs", |times| {
        let names: Vec<String> = (0..10 * times).map(|i| format!("X-Header-{i}")).collect();
        let headers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "some value of a header")).collect();
        keys::check(&exchange(&headers))
    });
    grow("growth: file of 100 requests, read", "linear; above that the processor's caches, and fresh pages", |times| {
        let text = requests(100 * times);
        quickest(|| http_file::read(&text, "a.http", &Variables::default(), &no_files))
    });
    grow("growth: HAR of 10 entries, checked", "linear, but for the paths that are near a refused one", |times| {
        let text = har(10 * times, 200);
        let now = "2026-11-23T07:22:41Z".parse().expect("a moment");
        quickest(|| {
            let exchanges = read_any(&text, "a.har").expect("a HAR").exchanges;
            let index = Index::default();
            let around = |number| Surroundings::of(&exchanges, &index, number, now);
            exchanges.iter().enumerate().map(|(number, e)| examine(e, &around(number)).causes.len()).sum::<usize>()
        })
    });
    grow("growth: body of 100 KB, laid out", "linear; above that fresh pages: its text takes 25 MB", |times| {
        let mut answer = exchange(&[]).answer.unwrap_or_default();
        answer.body = json(100_000 * times).into();
        quickest(|| whole(&answer))
    });
}

fn grow(name: &str, why: &str, measure: impl Fn(usize) -> Duration) {
    let [one, ten, hundred] = [1, 10, 100].map(|times| measure(times).as_secs_f64());
    println!("{name:<40} {:>10.1} µs   10×: {:>5.1}   100×: {:>6.1}   {why}", one * 1e6, ten / one, hundred / one);
}
