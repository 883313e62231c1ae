//! Environments: which one is chosen, and what a variable without a value says.

use std::fs;
use std::path::Path;

use authtui::io::drafts::Drafts;
use authtui::io::load;

use crate::keys::harness::Program;

const REQUESTS: &str = "### a\nGET {{host}}/v1/me?api_key={{key}}\nAuthorization: Bearer {{token}}\n";

fn folder(environments: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), REQUESTS).expect("a file");
    fs::write(folder.path().join("http-client.env.json"), environments).expect("a file");
    folder
}

fn open(folder: &Path, drafts: &Path) -> Program {
    Program::keeping(load::here(folder), Drafts::within(drafts, folder))
}

#[test]
fn the_only_environment_is_chosen_and_shown() {
    let folder = folder(r#"{"dev":{"host":"https://dev.example","key":"k3y-0123456789","token":"t0k-0123456789"}}"#);
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        let mut program = Program::sized(load::here(folder.path()), width, height);
        program.keys("2").shows("[dev]").shows("https://dev.example/v1/me?api_key=•••").hides("has no value");
    }
}

#[test]
fn the_environment_that_was_chosen_last_is_chosen_again() {
    let folder = folder(r#"{"dev":{"host":"https://dev.example"},"prod":{"host":"https://prod.example"}}"#);
    let state = tempfile::tempdir().expect("a folder");
    let mut program = open(folder.path(), state.path());
    program.keys("2").shows("[none]").shows("{{host}}: v chooses dev or prod");
    program.keys("v").types("prod").keys("Enter").shows("[prod]").shows("→ https://prod.example/v1/me");
    let mut program = open(folder.path(), state.path());
    program.shows("[prod]").keys("v").types("none").keys("Enter").shows("[none]");
    open(folder.path(), state.path()).shows("[none]");
}

#[test]
fn a_variable_without_a_value_says_which_environment_has_one_before_it_is_sent() {
    let folder = folder(r#"{"dev":{"host":"http://127.0.0.1:1","token":"t"},"prod":{"host":"https://prod.example"}}"#);
    let mut program = Program::open(load::here(folder.path()));
    program.keys("^R").shows("{{host}} has a value in dev, prod,").shows("{{token}} has a value in dev,");
    program.keys("v").types("dev").keys("Enter").shows("[dev]").keys("^R").shows("{{key}} has no value").hides("{{host}} has");
}

#[test]
fn names_of_variables_are_readable_where_their_values_would_be_masked() {
    let folder = folder(r#"{"dev":{"host":"https://dev.example","key":"k3y-0123456789","token":"t0k-0123456789"}}"#);
    let mut program = Program::open(load::here(folder.path()));
    program.shows("Authorization: Bearer {{token}}").shows("api_key={{key}}").hides("t0k-").hides("k3y-");
    // A credential that was put into the braces by mistake is one.
    let mut program =
        Program::with("### a\nGET https://h.example/\nAuthorization: Bearer {{eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.s3cr3t}}\n");
    program.hides("s3cr3t");
}
