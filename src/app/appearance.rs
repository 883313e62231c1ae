//! Settings of the screen: chosen by the user or dictated by the terminal.

use schemars::JsonSchema;
use serde::Deserialize;
use strum::IntoStaticStr;

/// Whether one pane fills the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// All panes share the screen.
    Shared,
    /// The focused pane fills the screen.
    Focused,
}

/// Whether secrets are readable on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Letters and digits are replaced by dots.
    Masked,
    /// Secrets are readable.
    Shown,
}

impl Secrets {
    /// The other state.
    #[must_use]
    pub const fn toggled(self) -> Self {
        match self {
            Self::Masked => Self::Shown,
            Self::Shown => Self::Masked,
        }
    }
}

/// Color theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
    /// White on black, with strong colors.
    HighContrast,
    /// On dark, told apart without red and green.
    ColorBlind,
    /// No colors: glyphs and weight only.
    None,
    /// One of the user's own, by its number.
    Own(usize),
}

impl Theme {
    /// The built-in ones, in the order in which they are switched through.
    pub const BUILT_IN: [Self; 5] = [Self::Dark, Self::Light, Self::HighContrast, Self::ColorBlind, Self::None];

    /// Its name; empty for one of the user's own.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::ColorBlind => "color-blind",
            Self::None => "none",
            Self::Own(_) => "",
        }
    }
}

/// A theme of the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTheme {
    pub name: String,
    /// The built-in theme that has the colors that are not named.
    pub base: Theme,
    /// Red, green and blue of what it colors.
    pub colors: Vec<(ColorRole, u32)>,
}

/// What a theme colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ColorRole {
    /// The space between panes.
    Base,
    /// The background of a pane.
    Surface,
    /// The background of a dialog.
    Raised,
    /// The background of the cause.
    CauseSurface,
    /// The background of the selected row.
    Chosen,
    /// The background of selected text.
    Selection,
    /// Ordinary text.
    Text,
    /// The cause.
    Bright,
    /// Secondary text: names, labels.
    Quiet,
    /// Tertiary text: passed checks, hints.
    Faint,
    /// Focus, keys, selection.
    Accent,
    /// Names of headers and claims.
    Name,
    /// Failures, and the bytes that prove them.
    Fail,
    /// Warnings.
    Warn,
    /// Open questions.
    Unknown,
    /// Passed checks.
    Pass,
    /// Differences and unsaved changes.
    Changed,
}

impl ColorRole {
    /// Its name in a configuration.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// How many colors the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorDepth {
    /// 24-bit colors.
    True,
    /// The 256 colors of xterm.
    Indexed,
}

/// Which characters the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// All of Unicode.
    Unicode,
    /// ASCII only, as in the C locale.
    Ascii,
}
