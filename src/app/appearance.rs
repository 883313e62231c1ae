//! How the screen looks: what the user and the terminal choose.

/// Whether one pane has the whole screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// All panes share it.
    Shared,
    /// The focused pane has it.
    Focused,
}

/// Whether secrets can be read on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Their letters and digits are covered.
    Masked,
    /// They are shown.
    Shown,
}

/// Colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
    /// None: glyphs and weight only.
    None,
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    True,
    /// The 256 of xterm.
    Indexed,
}

/// Which letters the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// All of Unicode.
    Unicode,
    /// ASCII alone, as in the C locale.
    Ascii,
}
