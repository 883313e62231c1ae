//! The keys of a configuration.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use strum::IntoStaticStr;
use toml::Spanned;

use crate::app::key::Key;
use crate::app::keymap::{Action, Binding, KeyContext, Keymap};
use crate::formats::FormatError;

/// Keys by context and action.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct KeyTables(BTreeMap<ContextName, BTreeMap<String, KeyList>>);

/// The keys of one action; the first one is shown. An empty list leaves it to the commands.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
struct KeyList(#[schemars(with = "OneOrMore")] Spanned<OneOrMore>);

/// A key, or a list of keys.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
enum OneOrMore {
    One(KeyName),
    More(Vec<KeyName>),
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = OneOrMore;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key, or a list of keys")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<OneOrMore, E> {
                KeyName::try_from(name.to_string()).map(OneOrMore::One).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMore, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = list.next_element()? {
                    keys.push(key);
                }
                Ok(OneOrMore::More(keys))
            }
        }

        deserializer.deserialize_any(Keys)
    }
}

impl OneOrMore {
    fn keys(&self) -> Vec<Key> {
        match self {
            Self::One(name) => vec![name.0],
            Self::More(names) => names.iter().map(|name| name.0).collect(),
        }
    }
}

/// A part of the screen, by its name.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
struct ContextName(KeyContext);

impl TryFrom<String> for ContextName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let known = KeyContext::all();
        let found = known.iter().find(|context| context.name() == name);
        let near = || nearest(&name, known.iter().map(|context| context.name()));
        found.map(|context| Self(*context)).ok_or_else(|| format!("there is no part {name:?} of the screen{}", near()))
    }
}

/// A key, as the screen shows it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
struct KeyName(Key);

impl TryFrom<String> for KeyName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let key = Key::parse(&name).or_else(|| Key::parse(&as_shown(&name)?));
        key.map(Self).ok_or_else(|| format!("{name:?} is no key such as \"F\", \"^F\", \"Alt-f\", \"F5\", \"Enter\" or \"Up\""))
    }
}

/// A key in the notation of another program as the screen shows it: `<C-f>`, `ctrl+f`, `M-x`, `<CR>`.
fn as_shown(name: &str) -> Option<String> {
    let inner = name.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(name).replace('+', "-");
    let mut parts: Vec<&str> = inner.split('-').collect();
    let last = parts.pop()?;
    let mut shown = String::new();
    for part in &parts {
        shown.push_str(match part.to_ascii_lowercase().as_str() {
            "c" | "ctrl" | "control" => "Ctrl-",
            "m" | "a" | "alt" | "meta" | "option" => "Alt-",
            "s" | "shift" => "Shift-",
            _ => return None,
        });
    }
    let lower = last.to_ascii_lowercase();
    let named = match lower.as_str() {
        "cr" | "return" | "enter" => "Enter",
        "esc" | "escape" => "Esc",
        "tab" => "Tab",
        "space" => "Space",
        "bs" | "backspace" => "Backspace",
        "del" | "delete" => "Del",
        "pageup" | "pgup" => "PgUp",
        "pagedown" | "pgdn" => "PgDn",
        "home" => "Home",
        "end" => "End",
        "up" => "Up",
        "down" => "Down",
        "left" => "Left",
        "right" => "Right",
        _ if shown.contains("Ctrl-") => &lower,
        _ => last,
    };
    Some(shown + named)
}

/// A set of keys that people know from elsewhere.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum KeyPreset {
    /// The keys of the documentation.
    #[default]
    Default,
    /// Pages and halves of them by ^F, ^B, ^D and ^U, and more of vi's.
    Vim,
    /// Lines, words and pages by ^N, ^P, Alt-f, ^V and more of Emacs'.
    Emacs,
}

impl KeyPreset {
    /// Its name in a configuration.
    pub fn name(self) -> &'static str {
        self.into()
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Default => "",
            Self::Vim => include_str!("../../../assets/keys/vim.toml"),
            Self::Emacs => include_str!("../../../assets/keys/emacs.toml"),
        }
    }

    /// Gives the bindings the keys of the set.
    pub(super) fn apply(self, keymap: &mut Keymap) {
        let tables: Result<KeyTables, _> = toml::from_str(self.text());
        // A test reads them all.
        let _ = tables.map(|tables| tables.apply(keymap, self.text()));
    }
}

impl KeyTables {
    /// Gives bindings other keys.
    pub(super) fn apply(&self, keymap: &mut Keymap, text: &str) -> Result<(), FormatError> {
        let lists = || self.0.iter().flat_map(|(context, actions)| actions.iter().map(move |(action, keys)| (context.0, action, &keys.0)));
        for (context, action, keys) in lists() {
            let wrong = |message: String| FormatError::at(text, keys.span().start, message);
            let place = context.name();
            let elsewhere = KeyContext::all().into_iter().find(|of| keymap.names(*of).contains(action));
            let Some(binding) = keymap.named(context, action) else {
                let near = match elsewhere {
                    Some(of) => format!("; it is in keys.{}", of.name()),
                    None => nearest(action, keymap.names(context).into_iter()),
                };
                let help = "`authtui config` lists all of them";
                return Err(wrong(format!("there is no action {action:?} in keys.{place}{near}")).with_help(help));
            };
            let given = keys.get_ref().keys();
            if let Some(typed) = given.iter().find(|key| key.typed().is_some()).filter(|_| context.is_for_typing()) {
                return Err(
                    wrong(format!("`{typed}` is typed there, and would never be seen as a letter")).with_help("use it with ^ or Alt-")
                );
            }
            if given.is_empty() && (context, binding.action) == (KeyContext::Global, Action::Quit) {
                return Err(wrong("without a key for `quit` nobody gets out of every place".into()));
            }
            binding.rebind(given);
        }
        for (context, action, keys) in lists().filter(|(context, ..)| *context == KeyContext::Main) {
            keymap.follow(context, action, keys.get_ref().keys(), |of| lists().any(|(c, a, _)| c == of && a == action));
        }
        let Some((one, other, key)) = keymap.conflict() else { return Ok(()) };
        let is_given = |binding: &Binding| {
            let named = |(context, action, _): &(KeyContext, &String, _)| *context == binding.context && **action == binding.action.name();
            lists().find(named).map(|(.., keys)| keys.span().start)
        };
        let at = is_given(other).or_else(|| is_given(one)).unwrap_or_default();
        let (a, b) = if is_given(one).is_some() { (one, other) } else { (other, one) };
        let place = |of: &Binding| if of.context == a.context { String::new() } else { format!(" of keys.{}", of.context.name()) };
        let (first, second) = (a.action.name(), b.action.name());
        let message = format!("`{key}` is `{first}` and `{second}`{} in keys.{}", place(b), a.context.name());
        Err(FormatError::at(text, at, message).with_help("give one of them another key, or none: []"))
    }
}

/// What was probably meant, as the end of a sentence.
fn nearest(name: &str, known: impl Iterator<Item = impl AsRef<str> + Ord>) -> String {
    let near = known.map(|known| (strsim::osa_distance(name, known.as_ref()), known)).min().filter(|(distance, _)| *distance <= 3);
    near.map_or_else(String::new, |(_, known)| format!("; did you mean {:?}?", known.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_fits_the_table() {
        for preset in [KeyPreset::Vim, KeyPreset::Emacs] {
            let tables: KeyTables = toml::from_str(preset.text()).expect("keys");
            let mut keymap = Keymap::default();
            if let Err(why) = tables.apply(&mut keymap, preset.text()) {
                panic!("{}: {why}", preset.name());
            }
        }
    }
}
