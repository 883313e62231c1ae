//! What may be in the tree of dependencies, and that the gate asks for it.

use std::fs;
use std::path::Path;

#[test]
fn one_tls_stack_and_one_crypto_provider_are_allowed() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a file");
    let (rules, lock) = (read(".deny.toml"), read("Cargo.lock"));
    for banned in ["ring", "openssl-sys", "native-tls"] {
        assert!(rules.contains(&format!("crate = \"{banned}\"")), "{banned} is not banned");
    }
    assert!(!rules.contains("ignore"), "no advisory is ignored");
    // A lock file also names what is never built; these are not even named.
    for stack in ["openssl-sys", "native-tls"] {
        assert!(!lock.contains(&format!("name = \"{stack}\"")), "{stack} is in the tree");
    }
    let sources = lock.lines().filter(|line| line.starts_with("source = "));
    assert!(sources.into_iter().all(|line| line.contains("registry+https://github.com/rust-lang/crates.io-index")));
}

#[test]
fn the_gate_asks_what_the_rules_say() {
    let gate = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run")).expect("the gate");
    for asked in [
        "cargo deny --config .deny.toml check licenses bans sources",
        "grep -E '^(ring|openssl-sys|native-tls) '",
        "tests/system/run",
        "tests/system/oversized",
    ] {
        assert!(gate.contains(asked), "the gate does not run {asked}");
    }
}
