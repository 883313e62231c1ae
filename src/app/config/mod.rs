//! The user's configuration: `config.toml`, read without touching a disk.

mod keys;
mod schema;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

pub use keys::{KeyPreset, KeyTables};
pub use schema::schema;

use super::appearance::{ColorRole, OwnTheme, Theme};
use super::keymap::Keymap;
use crate::formats::FormatError;

/// What `config.toml` sets. Whatever is left out keeps its default.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Colors of the screen: `dark`, `light`, `high-contrast`, `color-blind`, `none`, or the name of one of `themes`. Left out, the
    /// theme that was chosen last, else what suits the terminal.
    #[schemars(with = "Option<String>")]
    pub theme: Option<Spanned<String>>,
    /// Whether the mouse is used. Without it the terminal selects text as usual.
    pub mouse: Option<bool>,
    /// The program that requests are edited in, with its options. Left out, `$VISUAL`, `$EDITOR`, else `vi`.
    pub editor: Option<String>,
    /// The program that responses are read in, with its options. Left out, `$PAGER`, else `less`.
    pub pager: Option<String>,
    /// Names of headers, parameters and fields of bodies whose values are secrets too, in any case, with `-` or `_`.
    pub redact: Vec<String>,
    /// Where tokens that were obtained are kept: in `memory`, until the program ends, or in the system's `keyring`, for later sessions.
    pub keep_tokens: TokenStore,
    /// How requests are sent.
    pub send: SendSettings,
    /// The keys that `keys` changes.
    pub key_preset: KeyPreset,
    /// Keys, by where they apply (`main`, `editing`, …) and by what they do (`send`, `fix`, …). `authtui config` lists all of them.
    pub keys: KeyTables,
    /// Themes of your own, by name.
    pub themes: BTreeMap<String, ThemeSettings>,
    #[serde(skip)]
    keymap: Keymap,
    #[serde(skip)]
    theme_in_force: Option<Theme>,
}

/// Where tokens are kept.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum TokenStore {
    /// In memory, until the program ends.
    #[default]
    Memory,
    /// In the system's keyring.
    Keyring,
}

impl TokenStore {
    /// Its name in a configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Keyring => "keyring",
        }
    }
}

/// How requests are sent.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SendSettings {
    /// Seconds for looking up the host, connecting, and the TLS handshake, each.
    pub connect_timeout: Option<Seconds>,
    /// Seconds from sending the request to the first byte of the response.
    pub response_timeout: Option<Seconds>,
    /// Seconds for the whole exchange, redirects included.
    pub timeout: Option<Seconds>,
    /// The most redirects that are followed.
    pub max_redirects: Option<u8>,
    /// The proxy for all addresses, in the place of `http_proxy`, `https_proxy` and `all_proxy`; empty for none.
    pub proxy: Option<String>,
    /// Hosts that need no proxy, separated by commas, in the place of `no_proxy`.
    pub no_proxy: Option<String>,
    /// A file of certificates (PEM) that are trusted as well as the system's.
    pub ca_file: Option<PathBuf>,
    /// Client certificates, by host.
    pub client_certificates: Vec<ClientCertificate>,
}

/// A client certificate. Paths are relative to the folder of the configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ClientCertificate {
    /// The host that it is for; `*.` before it stands for all below it.
    pub host: String,
    /// The file with the certificate, and those between it and the authority's (PEM).
    pub certificate: PathBuf,
    /// The file with its private key (PEM).
    pub key: PathBuf,
}

/// A number of seconds, more than none and at most a day.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(try_from = "f64")]
#[schemars(extend("minimum" = 0.001, "maximum" = 86_400.0))]
pub struct Seconds(pub f64);

impl TryFrom<f64> for Seconds {
    type Error = String;

    fn try_from(seconds: f64) -> Result<Self, String> {
        const DAY: f64 = 86_400.0;
        let is_one = (0.001..=DAY).contains(&seconds);
        if is_one { Ok(Self(seconds)) } else { Err(format!("{seconds} is no number of seconds from 0.001 to {DAY}")) }
    }
}

impl From<Seconds> for Duration {
    fn from(seconds: Seconds) -> Self {
        Self::from_secs_f64(seconds.0)
    }
}

/// A theme of one's own.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ThemeSettings {
    /// The theme that has the colors that are not named.
    pub base: BaseTheme,
    /// Colors, by what they are for.
    #[schemars(extend("propertyNames" = schemars::schema_for!(ColorRole)))]
    pub colors: BTreeMap<ColorRole, Color>,
}

/// A built-in theme with colors.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BaseTheme {
    /// Light text on dark.
    #[default]
    Dark,
    /// Dark text on light.
    Light,
    /// White on black, with strong colors.
    HighContrast,
    /// On dark, told apart without red and green.
    ColorBlind,
}

impl BaseTheme {
    const fn theme(self) -> Theme {
        match self {
            Self::Dark => Theme::Dark,
            Self::Light => Theme::Light,
            Self::HighContrast => Theme::HighContrast,
            Self::ColorBlind => Theme::ColorBlind,
        }
    }

    /// Its name in a configuration.
    pub const fn name(self) -> &'static str {
        self.theme().name()
    }
}

/// A color, `#rrggbb`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Color(pub u32);

impl TryFrom<String> for Color {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let color = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        color.map(Self).ok_or_else(|| format!("{text:?} is no color such as \"#5ccfd6\""))
    }
}

impl Config {
    /// Reads a configuration and checks all of it.
    ///
    /// # Errors
    /// What is wrong, with line and column, and what to do about it.
    pub fn read(text: &str) -> Result<Self, FormatError> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let said = error.message().trim().replace('\n', ", ").replace("expected f64", "expected a number");
            let said = said.replace("expected u8", "expected a number from 0 to 255");
            FormatError::at(text, at, said).with_help("`authtui config --schema` describes the file")
        })?;
        config.keymap = config.preset();
        config.keys.apply(&mut config.keymap, text)?;
        config.theme_in_force = config.theme_of(text)?;
        Ok(config)
    }

    /// The keys in force.
    pub const fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// The keys of the preset alone.
    pub fn preset(&self) -> Keymap {
        let mut keymap = Keymap::default();
        self.key_preset.apply(&mut keymap);
        keymap
    }

    /// The theme that is set, by its place among the user's own.
    pub const fn theme(&self) -> Option<Theme> {
        self.theme_in_force
    }

    fn theme_of(&self, text: &str) -> Result<Option<Theme>, FormatError> {
        let Some(name) = &self.theme else { return Ok(None) };
        match self.theme_named(name.get_ref()) {
            Some(theme) => Ok(Some(theme)),
            None => {
                let message = format!("there is no theme {:?}", name.get_ref());
                let known = format!("there are {}; a table [themes.NAME] makes one", self.theme_names());
                Err(FormatError::at(text, name.span().start, message).with_help(known))
            }
        }
    }

    /// The names of all themes, for people.
    pub fn theme_names(&self) -> String {
        self.themes.keys().map(String::as_str).chain(Theme::BUILT_IN.map(Theme::name)).collect::<Vec<_>>().join(", ")
    }

    /// A theme by its name, those of one's own first.
    pub fn theme_named(&self, name: &str) -> Option<Theme> {
        let own = self.themes.keys().position(|own| own == name).map(Theme::Own);
        own.or_else(|| Theme::BUILT_IN.into_iter().find(|theme| theme.name() == name))
    }

    /// The themes of one's own, in the order of their numbers.
    pub fn own_themes(&self) -> Vec<OwnTheme> {
        let colors = |theme: &ThemeSettings| theme.colors.iter().map(|(role, color)| (*role, color.0)).collect();
        let own =
            |(name, theme): (&String, &ThemeSettings)| OwnTheme { name: name.clone(), base: theme.base.theme(), colors: colors(theme) };
        self.themes.iter().map(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Key;
    use crate::app::keymap::{Action, KeyContext};

    fn fault(text: &str) -> String {
        Config::read(text).expect_err("it is wrong").to_string()
    }

    #[test]
    fn nothing_changes_nothing() {
        let config = Config::read("").expect("an empty file");
        assert_eq!((config.theme(), config.own_themes().len(), config.redact.len()), (None, 0, 0));
        let key = config.keymap().key_of(&[KeyContext::Global], Action::Send);
        assert_eq!(key, Some(Key::ctrl('r')));
    }

    #[test]
    fn keys_are_given_anew() {
        let config = Config::read("[keys.main]\nfix = [\"F\", \"F5\"]\nsend-anyway = []\n").expect("keys");
        let keymap = config.keymap();
        let at = |key: &str| keymap.action(&[KeyContext::Main], Key::parse(key).expect("a key"));
        assert_eq!((at("F"), at("F5"), at("f"), at("!")), (Some(Action::Fix), Some(Action::Fix), None, None));
        // On the page that explains it too, and what has no key says where it is.
        assert_eq!(keymap.key_of(&[KeyContext::Explaining], Action::Fix), Some(Key::char('F')));
        assert_eq!(keymap.shown(&[KeyContext::Main], Action::SendAnyway), "^P send anyway, once");
    }

    #[test]
    fn keys_are_understood_as_other_programs_write_them() {
        for (name, key) in [
            ("<C-f>", "^F"),
            ("ctrl+f", "^F"),
            ("M-x", "Alt-x"),
            ("<CR>", "Enter"),
            ("shift-tab", "Shift-Tab"),
            ("Ctrl-F", "^F"),
            ("<S-Up>", "Shift-↑"),
        ] {
            let config = Config::read(&format!("[keys.sending]\nback = \"{name}\"\n")).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert_eq!(config.keymap().shown(&[KeyContext::Sending], Action::Back), key, "{name}");
        }
    }

    #[test]
    fn a_preset_is_changed_by_keys() {
        let config = Config::read("key_preset = \"vim\"\n[keys.main]\nundo = [\"U\"]\n").expect("keys");
        let keymap = config.keymap();
        let at = |key: &str| keymap.action(&[KeyContext::Main], Key::parse(key).expect("a key"));
        assert_eq!((at("^F"), at("U"), at("u")), (Some(Action::PageDown), Some(Action::Undo), None));
    }

    #[test]
    fn a_theme_of_ones_own_has_its_colors() {
        let config = Config::read("theme = \"sea\"\n[themes.sea]\nbase = \"light\"\ncolors = { fail = \"#aa0000\" }\n").expect("a theme");
        assert_eq!(config.theme(), Some(Theme::Own(0)));
        let own = OwnTheme { name: "sea".into(), base: Theme::Light, colors: vec![(ColorRole::Fail, 0xaa_00_00)] };
        assert_eq!(config.own_themes(), [own]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, said) in [
            ("mouse = maybe", "line 1, column 9"),
            ("[keys.main]\nsend = [\"F\"]", "there is no action \"send\" in keys.main; it is in keys.global"),
            ("[keys.main]\nfix = [\"^R\"]", "`^R` is `fix` and `send` of keys.global in keys.main"),
            ("[keys.main]\nfix = 5", "expected a key, or a list of keys"),
            ("\ncolour = 1", "line 2, column 1: unknown field `colour`"),
            ("theme = \"sea\"", "line 1, column 9: there is no theme \"sea\""),
            ("[keys.main]\nfix = [\"Ctl-f\"]", "line 2, column 7: \"Ctl-f\" is no key"),
            ("[keys.main]\nfixit = [\"F\"]", "line 2, column 9: there is no action \"fixit\" in keys.main; did you mean \"fix\"?"),
            ("[keys.mian]\nfix = [\"F\"]", "there is no part \"mian\" of the screen; did you mean \"main\"?"),
            ("[keys.main]\nfix = [\"c\"]", "line 2, column 7: `c` is `fix` and `compare` in keys.main"),
            ("[keys.editing]\ncomplete = [\"x\"]", "line 2, column 12: `x` is typed there"),
            ("[keys.global]\nquit = []", "line 2, column 8: without a key for `quit`"),
            ("keep_tokens = \"file\"", "line 1, column 15: unknown variant `file`, expected `memory` or `keyring`"),
            ("[send]\ntimeout = 0", "line 2, column 11: 0 is no number of seconds"),
            ("[themes.sea]\ncolors = { fail = \"red\" }", "line 2, column 19: \"red\" is no color"),
            ("[themes.sea]\ncolors = { fial = \"#aa0000\" }", "line 2, column 12: unknown variant `fial`"),
        ] {
            let told = fault(text);
            assert!(told.contains(said), "{text:?}: {told}");
        }
    }
}
