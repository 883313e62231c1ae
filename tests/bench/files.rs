//! Files opened: recordings, folders, long answers.

use std::fs;

use authtui::app::key::Key;
use authtui::app::panes::response::ResponseText;
use authtui::checks::{Index, Surroundings, examine};
use authtui::domain::response::Response;
use authtui::formats::detect::read_any;
use authtui::io::load;
use serde_json::Value;

use super::inputs::{exchange, har, json, requests};
use super::keys::Screen;
use super::timing::{Table, quickest};

/// `authtui check` of a thousand exchanges, but for the printing.
pub fn check(table: &mut Table) {
    if !table.wants("check of 1,000 exchanges") {
        return;
    }
    let text = har(1_000, 200);
    let parse = quickest(|| serde_json::from_str::<Value>(&text).expect("JSON"));
    let now = "2026-11-23T07:22:41Z".parse().expect("a moment");
    table.row("check of 1,000 exchanges", ("serde_json", parse), || {
        quickest(|| {
            let exchanges = read_any(&text, "a.har").expect("a HAR").exchanges;
            let index = Index::default();
            let around = |number| Surroundings::of(&exchanges, &index, number, now);
            exchanges.iter().enumerate().map(|(number, e)| examine(e, &around(number)).causes.len()).sum::<usize>()
        })
    });
}

/// A folder of 10,000 requests in 500 files, up to its first frame; then a key of the search in it.
pub fn workspace(table: &mut Table) {
    if !table.wants("workspace of 10,000 requests") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for file in 0..500 {
        fs::write(folder.path().join(format!("f{file:03}.http")), requests(20)).expect("a file");
    }
    let paths: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().map(|e| e.path()).collect();
    let reading = quickest(|| paths.iter().filter_map(|p| fs::read(p).ok()).map(|b| b.len()).sum::<usize>());
    let argument = folder.path().display().to_string();
    table.row("workspace of 10,000 requests in 500 files, opened", ("reading them", reading), || {
        quickest(|| Screen::open(load::input(&argument).expect("a workspace").requests()))
    });
    let mut screen = Screen::open(load::input(&argument).expect("a workspace").requests());
    screen.press(Key::char('/'));
    table.alone("workspace of 10,000 requests, a key of the search", || quickest(|| screen.press(Key::char('e'))));
}

/// A HAR of 100 MB, up to its first frame.
pub fn har_file(table: &mut Table) {
    if !table.wants("har of 100 MB") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.har");
    fs::write(&path, har(9_500, 10_000)).expect("a file");
    let parse = quickest(|| serde_json::from_slice::<Value>(&fs::read(&path).expect("the file")).expect("JSON"));
    let argument = path.display().to_string();
    table.row("har of 100 MB, opened", ("serde_json", parse), || {
        quickest(|| Screen::open(load::input(&argument).expect("a HAR").requests()))
    });
}

/// A JSON answer of 10 MB: as far as it is shown at once, and to its end.
pub fn long_answer(table: &mut Table) {
    if !table.wants("answer of 10 MB") {
        return;
    }
    let mut answer = exchange(&[]).answer.unwrap_or_default();
    answer.body = json(10_000_000).into();
    let parse = quickest(|| serde_json::from_str::<Value>(&answer.body).expect("JSON"));
    table.row("answer of 10 MB, shown", ("serde_json", parse), || {
        quickest(|| ResponseText::new(&answer, Default::default(), Default::default()))
    });
    table.row("answer of 10 MB, laid out to its end", ("serde_json", parse), || quickest(|| whole(&answer)));
}

/// An answer laid out to its end.
pub fn whole(answer: &Response) -> ResponseText {
    let mut text = ResponseText::new(answer, Default::default(), Default::default());
    while !text.is_whole(answer) {
        text.lay_out_more(answer);
    }
    text
}
