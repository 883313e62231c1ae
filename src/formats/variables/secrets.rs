//! Which variables are secret, so that their values are wherever they are filled in.

use super::Layer;
use crate::domain::secrecy;
use crate::domain::secrecy::names::{self, Grade, Side};
use crate::domain::secrecy::shapes;
use crate::domain::span::Span;

/// True for a variable whose name says that its value is a secret, or may be one and the value looks like it.
pub fn is_secret(name: &str, value: &str) -> bool {
    match names::of(name, Side::Request) {
        Grade::Secret => true,
        Grade::Likely if !secrecy::is_plain(value) => true,
        Grade::Likely | Grade::Suspect => shapes::is_random(value.trim()),
        Grade::Open => false,
    }
}

/// True for a value from a file that holds what is not shared. A `.env` and the program's environment
/// also say where something is, which one has to read.
pub fn is_of_private_file(layer: Layer, value: &str) -> bool {
    match layer {
        Layer::PrivateEnvironment => true,
        Layer::Dotenv | Layer::Process => !secrecy::says_where(value),
        _ => false,
    }
}

/// The same for what follows the `$`: `processEnv API_KEY`, `dotenv PASSWORD`, `env.TOKEN`.
pub(super) fn is_of_secret(call: &str, value: &str) -> bool {
    let (function, argument) = call.split_once(char::is_whitespace).unwrap_or((call, ""));
    match function {
        // Whoever put it there did so to keep it.
        "keyring" => true,
        "dotenv" if is_of_private_file(Layer::Dotenv, value) => true,
        "processEnv" if is_of_private_file(Layer::Process, value) => true,
        "processEnv" | "dotenv" | "shared" => is_secret(argument.trim().trim_start_matches('%'), value),
        _ => function.strip_prefix("env.").is_some_and(|name| is_of_private_file(Layer::Process, value) || is_secret(name, value)),
    }
}

/// The same for a part of an answer, whose last name says what it is.
pub(super) fn is_of_answer(name: &str, value: &str) -> bool {
    let last = name.trim_end_matches(['\'', '"', ']']).rsplit(['.', '[', '\'', '"']).next().unwrap_or_default();
    is_secret(last, value) || shapes::is_credential(value) || shapes::schemed(value).is_some()
}

/// The place of a secret value that was filled in at `start`, without a scheme before it and spaces around it.
pub(super) fn place(value: &str, start: usize) -> Option<Span> {
    let span = match shapes::schemed(value) {
        Some((_, rest)) => rest,
        None => Span::of(value, value.trim())?,
    };
    (!span.is_empty()).then(|| span.shifted(start))
}
