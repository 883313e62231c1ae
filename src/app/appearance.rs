//! Settings of the screen: chosen by the user or dictated by the terminal.

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
    /// No colors: glyphs and weight only.
    None,
}

impl Theme {
    /// Its name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::None => "without colors",
        }
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
