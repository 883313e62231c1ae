//! What messages repeat of the command line. Somebody may have pasted a secret there: it is left out of every message, whoever
//! makes it.

use std::borrow::Cow;
use std::ffi::OsString;
use std::sync::OnceLock;

use crate::domain::secrecy::quoted_argument;

/// Texts that messages may repeat, each with what is shown of it.
type Shown = Vec<(String, String)>;

static ARGUMENTS: OnceLock<Vec<String>> = OnceLock::new();

/// Keeps the arguments of the program, without its name.
pub fn keep(arguments: &[OsString]) {
    // A program has one command line: the first is kept.
    let _ = ARGUMENTS.set(arguments.iter().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect());
}

/// A message without the secrets of the command line.
pub fn without_secrets(message: &str) -> Cow<'_, str> {
    static SHOWN: OnceLock<Shown> = OnceLock::new();
    let Some(arguments) = ARGUMENTS.get() else { return message.into() };
    replaced(message, SHOWN.get_or_init(|| shown(arguments)))
}

/// What is shown of arguments that hold a secret, and of the parts that programs take them apart into: `--name=value`, `file#name`.
fn shown(arguments: &[String]) -> Shown {
    let parts = |argument: &'_ str| {
        let behind = |sign| argument.split_once(sign).map(|(_, behind)| behind.to_string());
        [Some(argument.to_string()), behind('='), behind('#'), argument.strip_prefix('@').map(String::from)]
    };
    let parts = arguments.iter().flat_map(|argument| parts(argument)).flatten().filter(|part| !part.is_empty());
    let hidden = parts.flat_map(|part| {
        let shown = quoted_argument(&part);
        // Some are repeated between quotation marks, as Rust writes a text.
        let [quoted, quoted_shown] = [&part, &shown].map(|text| format!("{text:?}").trim_matches('"').to_string());
        [(part, shown), (quoted, quoted_shown)]
    });
    hidden.filter(|(part, shown)| part != shown).collect()
}

fn replaced<'m>(message: &'m str, shown: &Shown) -> Cow<'m, str> {
    shown.iter().fold(
        message.into(),
        |message, (part, shown)| {
            if message.contains(part.as_str()) { message.replace(part, shown).into() } else { message }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_repeats_no_secret_of_the_command_line() {
        for (argument, message, said) in [
            ("https://u:hunter2@h/jwks", "https://u:hunter2@h/jwks: no such file", "https://u:…@h/jwks: no such file"),
            ("--secret-file=password=hunter2", "password=hunter2: no such file", "password=…: no such file"),
            ("Bearer hunter2", "no check is called \"Bearer hunter2\"", "no check is called \"Bearer …\""),
            ("p.http#password=hunter2", "p.http: no request is named \"password=hunter2\"", "p.http: no request is named \"password=…\""),
            ("password=hunter2\u{7}", "--log-format \"password=hunter2\\u{7}\"", "--log-format \"password=…\""),
            ("@token=hunter2", "token=hunter2: no such file", "token=…: no such file"),
            (
                "orders.http#list orders",
                "orders.http: no request is named \"list orders\"",
                "orders.http: no request is named \"list orders\"",
            ),
        ] {
            assert_eq!(replaced(message, &shown(&[argument.into()])), said);
        }
    }
}
