//! `authtui keyring`: the values of `{{$keyring NAME}}` in the system's keyring.

use std::io::{IsTerminal as _, Read as _};

use super::EXIT_FINE;
use super::args::{KeyringArgs, KeyringCommand};
use super::output::{StandardOutput, bad_input};
use crate::domain::limits::MAX_FIELD;
use crate::io::keyring::{Keyring, Purpose, unusable};

/// Runs the subcommand: exit 0, or 2 for an entry that is not there or a keyring that refuses.
pub fn run(args: &KeyringArgs, keyring: &Keyring, out: &mut StandardOutput) -> u8 {
    let (KeyringCommand::Set { name } | KeyringCommand::Get { name, .. } | KeyringCommand::Delete { name }) = &args.command;
    if let Some(why) = unusable(name) {
        return bad_input(&format!("{name:?} cannot be the name of an entry: {why}"));
    }
    let done = match &args.command {
        KeyringCommand::Set { .. } => set(keyring, name),
        KeyringCommand::Get { reveal, .. } => get(keyring, name, *reveal),
        KeyringCommand::Delete { .. } => delete(keyring, name),
    };
    match done {
        Ok(told) => {
            out.text(&format!("{told}\n"));
            EXIT_FINE
        }
        Err(why) => bad_input(&why),
    }
}

fn set(keyring: &Keyring, name: &str) -> Result<String, String> {
    // Before anything is typed for nothing.
    let open = keyring.open()?;
    let value = if std::io::stdin().is_terminal() { typed(name)? } else { given()? };
    if value.is_empty() {
        return Err("nothing is kept: the value is empty".into());
    }
    open.set(Purpose::Secret, name, &value)?;
    Ok(format!("Kept; write {{{{$keyring {name}}}}} where a request is to have it"))
}

#[cfg(feature = "keyring")]
fn typed(name: &str) -> Result<String, String> {
    rpassword::prompt_password(format!("Value of {name}, which is not shown: ")).map_err(|why| format!("nothing is kept: {why}"))
}

#[cfg(not(feature = "keyring"))]
fn typed(_: &str) -> Result<String, String> {
    Err("nothing is kept: there is no keyring".into())
}

/// What another program wrote, without the end of its last line.
fn given() -> Result<String, String> {
    let mut bytes = Vec::new();
    let most = MAX_FIELD as u64;
    let read = std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes);
    read.map_err(|why| format!("nothing is kept: standard input cannot be read: {why}"))?;
    if bytes.len() as u64 > most {
        return Err(format!("nothing is kept: the value is longer than {} KiB", most >> 10));
    }
    let text = String::from_utf8(bytes).map_err(|_| "nothing is kept: the value is not UTF-8")?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(line.to_string())
}

fn get(keyring: &Keyring, name: &str, reveal: bool) -> Result<String, String> {
    match keyring.open()?.get(Purpose::Secret, name)? {
        Some(value) if reveal => Ok(value),
        Some(_) => Ok(format!("There is an entry {name:?}; --reveal prints it")),
        None => Err(missing(name)),
    }
}

fn delete(keyring: &Keyring, name: &str) -> Result<String, String> {
    match keyring.open()?.delete(Purpose::Secret, name)? {
        true => Ok("Deleted".into()),
        false => Err(missing(name)),
    }
}

fn missing(name: &str) -> String {
    format!("the system's keyring has no entry {name:?} for authtui")
}
