//! The integration tests in one binary, because linking costs most. Three are separate: `growth` and `zeroed` have their own
//! allocator, and `terminal` runs itself inside a pseudo-terminal.

mod canary;
mod catalogue;
mod checks;
mod cli_arguments;
mod cli_check;
mod cli_compare;
mod cli_config;
mod cli_config_files;
mod cli_export;
mod cli_keyring;
mod cli_logs;
mod cli_mirror;
mod cli_send;
mod cli_shell;
mod cli_token;
mod corpus;
mod dependencies;
mod faults;
mod files;
mod formats_curl;
mod fuzz;
mod hostile;
mod import;
mod import_trees;
mod inputs;
mod keys;
mod layers;
mod network;
mod output;
mod oversized;
mod product_names;
mod readme;
mod secrecy;
mod store;
mod tour;

/// The program, without the configuration of whoever runs the tests.
fn program() -> std::process::Command {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_authtui"));
    program.env("XDG_CONFIG_HOME", "/nonexistent");
    program
}
