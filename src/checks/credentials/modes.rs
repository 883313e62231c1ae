//! Whether a credential is for trying out or in earnest, by what is known besides the request.

use crate::checks::facts::Facts;
use crate::checks::facts::noted::sentences;

/// What an environment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For trying out.
    Trial,
    /// In earnest.
    Live,
}

/// Words that say nothing else.
const TRIAL: [&str; 5] = ["sandbox", "testnet", "staging", "uat", "preprod"];
const LIVE: [&str; 3] = ["production", "prod", "mainnet"];
/// Words that mean a mode only right before what they are about: a test key, and not a test with the key.
const TRIAL_BEFORE: [&str; 4] = ["test", "demo", "paper", "dev"];
const LIVE_BEFORE: [&str; 2] = ["live", "real"];
/// What has a mode.
const SUBJECTS: [&str; 22] = [
    "key",
    "keys",
    "secret",
    "token",
    "tokens",
    "credential",
    "credentials",
    "account",
    "app",
    "application",
    "client",
    "user",
    "username",
    "password",
    "login",
    "mode",
    "environment",
    "env",
    "id",
    "dashboard",
    "portal",
    "apikey",
];
/// How far apart a mode and its subject are, in words.
const NEAR: usize = 3;

/// The mode of the credential that notes, settings or a field of the request name, with the clause; none where both are named.
pub fn of_credential(facts: &Facts) -> Option<(Mode, String)> {
    let context = facts.context;
    let texts = [context.notes.as_deref(), context.config.as_deref(), context.client.as_deref()];
    let clauses = texts.into_iter().flatten().flat_map(sentences).flat_map(|sentence| sentence.split(','));
    let found: Vec<(Mode, String)> = clauses.filter_map(|clause| Some((in_clause(clause)?, clause.trim().to_string()))).collect();
    let first = found.first().cloned().or_else(|| in_field(facts))?;
    found.iter().all(|(mode, _)| *mode == first.0).then_some(first)
}

/// A user or an account that is called by its mode.
fn in_field(facts: &Facts) -> Option<(Mode, String)> {
    let is_subject = |name: &str| SUBJECTS.iter().any(|subject| name.eq_ignore_ascii_case(subject));
    let mut fields = facts.form().iter().filter(|(name, ..)| is_subject(name));
    fields.find_map(|(name, value, _)| Some((certain(&value.to_ascii_lowercase())?, format!("{name}={value}"))))
}

fn certain(word: &str) -> Option<Mode> {
    let is = |list: &[&str]| list.contains(&word);
    is(&TRIAL).then_some(Mode::Trial).or_else(|| is(&LIVE).then_some(Mode::Live))
}

/// The mode that a clause gives to a credential.
fn in_clause(clause: &str) -> Option<Mode> {
    let lower = clause.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_subject = |at: usize| words.get(at).is_some_and(|word| SUBJECTS.contains(word));
    // What works is said of another credential than the one that was sent.
    let is_of_another =
        lower.contains("goes well") || ["works", "work", "worked", "succeeds", "fine", "200"].iter().any(|word| words.contains(word));
    if ["not", "no", "never", "t", "nothing"].iter().any(|no| words.contains(no)) {
        return None;
    }
    if is_of_another {
        return where_the_same_works(&words);
    }
    let mut modes = words.iter().enumerate().filter_map(|(at, word)| match certain(word) {
        Some(mode) => (at.saturating_sub(NEAR)..=at + NEAR).any(is_subject).then_some(mode),
        None if !is_subject(at + 1) => None,
        None if TRIAL_BEFORE.contains(word) => Some(Mode::Trial),
        None => LIVE_BEFORE.contains(word).then_some(Mode::Live),
    });
    let first = modes.next()?;
    modes.all(|mode| mode == first).then_some(first)
}

/// The mode in which the very credential works: `in production the same key works`, `with the sandbox off the same token works`.
fn where_the_same_works(words: &[&str]) -> Option<Mode> {
    let is_subject = |word: &&str| SUBJECTS.contains(word);
    let same = words.iter().position(|word| *word == "same")?;
    words.iter().skip(same + 1).take(2 * NEAR).find(|word| is_subject(word))?;
    let (at, mode) = words.iter().enumerate().find_map(|(at, word)| Some((at, certain(word)?)))?;
    let is_off = words.get(at + 1).is_some_and(|next| ["off", "disabled", "false"].contains(next));
    let is_without = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|before| ["without", "outside"].contains(before));
    Some(match mode {
        Mode::Trial if is_off || is_without => Mode::Live,
        Mode::Live if is_off || is_without => Mode::Trial,
        mode => mode,
    })
}

/// The mode that a name of an environment or of a host says, if it says one.
pub fn of_name(name: &str) -> Option<Mode> {
    let lower = name.to_ascii_lowercase();
    let has = |list: &[&str]| lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| list.contains(&word));
    let is_trial = has(&TRIAL) || has(&TRIAL_BEFORE) || has(&["qa", "stage", "int", "stg", "acc", "development", "local", "localhost"]);
    is_trial.then_some(Mode::Trial).or_else(|| (has(&LIVE) || has(&LIVE_BEFORE)).then_some(Mode::Live))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_of_a_credential() {
        for clause in ["the key is from the sandbox account", "test key", "made in the dashboard at sandbox.example.com", "mode: sandbox"] {
            assert_eq!(in_clause(clause), Some(Mode::Trial), "{clause}");
        }
        for clause in [
            "the secret is the production one",
            "live keys from the portal",
            "ENVIRONMENT=production",
            "with use-sandbox off the same e-mail and token work",
            "in production the same key works",
        ] {
            assert_eq!(in_clause(clause), Some(Mode::Live), "{clause}");
        }
    }

    #[test]
    fn clauses_that_name_none() {
        for clause in [
            "with the sandbox credentials everything goes well",
            "a test with the key gives the same",
            "the sandbox was rebuilt last week by somebody else",
            "the key is not of the sandbox",
            "the sandbox key was replaced by the production key",
            "we went live",
            "in production the same request works",
            "in production the same key does not work",
        ] {
            assert_eq!(in_clause(clause), None, "{clause}");
        }
    }
}
