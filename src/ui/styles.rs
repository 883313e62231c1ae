//! Colours by what they mean. Every meaning also has a glyph or a weight, so that the screen works without colour.

use ratatui::style::{Color, Modifier, Style};

use crate::app::model::Theme;
use crate::checks::Outcome;

/// The styles of a theme, by meaning.
#[derive(Clone, Copy, Debug)]
pub struct Styles {
    /// What is between the panes.
    pub base: Style,
    /// A pane.
    pub surface: Style,
    /// What lies over the bench.
    pub raised: Style,
    /// Title of a pane.
    pub title: Style,
    /// Title of the pane that has the focus.
    pub title_focus: Style,
    /// The one accent: focus, keys, what is chosen.
    pub accent: Style,
    /// Ordinary text.
    pub text: Style,
    /// What is read second: names, labels.
    pub quiet: Style,
    /// What is read last: passed checks, hints.
    pub faint: Style,
    /// Names of headers and claims.
    pub name: Style,
    /// The cause: the brightest thing on the screen.
    pub cause: Style,
    /// Behind the cause.
    pub cause_surface: Style,
    /// The row that is chosen.
    pub chosen: Style,
    /// Wrong.
    pub fail: Style,
    /// Suspicious.
    pub warn: Style,
    /// Cannot be told.
    pub unknown: Style,
    /// Looked, and fine.
    pub pass: Style,
    /// Covered letters of a secret.
    pub secret: Style,
    /// Bytes that prove what is chosen.
    pub proof: Style,
    /// Selected text.
    pub selection: Style,
    /// An escape that stands for something invisible.
    pub escaped: Style,
    /// What differs in a comparison, and what is unsaved.
    pub changed: Style,
    /// A key that can be pressed.
    pub key: Style,
    /// Whether panes need lines between them because no tint tells them apart.
    pub lines: Lines,
}

/// How panes are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// By their tint.
    Tinted,
    /// By drawn lines.
    Drawn,
}

impl Styles {
    /// The styles of a theme.
    pub const fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
            Theme::None => &PLAIN,
        }
    }

    /// The style of an outcome.
    pub const fn outcome(&self, outcome: Outcome) -> Style {
        match outcome {
            Outcome::Fail => self.fail,
            Outcome::Warn => self.warn,
            Outcome::Unknown => self.unknown,
            Outcome::Pass => self.pass,
            Outcome::NotApplicable => self.faint,
        }
    }

    /// The style of a status code.
    pub const fn status(&self, status: u16) -> Style {
        match status {
            200..=299 => self.pass,
            300..=399 => self.unknown,
            _ => self.fail,
        }
    }
}

/// The colours of a theme, from the 256 that nearly every terminal has.
struct Palette {
    base: u8,
    surface: u8,
    raised: u8,
    cause_surface: u8,
    chosen: u8,
    selection: u8,
    text: u8,
    bright: u8,
    quiet: u8,
    faint: u8,
    accent: u8,
    name: u8,
    fail: u8,
    warn: u8,
    unknown: u8,
    pass: u8,
    changed: u8,
}

const fn fg(color: u8) -> Style {
    Style::new().fg(Color::Indexed(color))
}

const fn styles(p: &Palette) -> Styles {
    let bold = Modifier::BOLD;
    Styles {
        base: fg(p.text).bg(Color::Indexed(p.base)),
        surface: fg(p.text).bg(Color::Indexed(p.surface)),
        raised: fg(p.text).bg(Color::Indexed(p.raised)),
        title: fg(p.quiet).add_modifier(bold),
        title_focus: fg(p.accent).add_modifier(bold),
        accent: fg(p.accent),
        text: fg(p.text),
        quiet: fg(p.quiet),
        faint: fg(p.faint),
        name: fg(p.name),
        cause: fg(p.bright).add_modifier(bold),
        cause_surface: Style::new().bg(Color::Indexed(p.cause_surface)),
        chosen: Style::new().bg(Color::Indexed(p.chosen)),
        fail: fg(p.fail).add_modifier(bold),
        warn: fg(p.warn),
        unknown: fg(p.unknown),
        pass: fg(p.pass),
        secret: fg(p.faint),
        proof: fg(p.fail).add_modifier(bold.union(Modifier::UNDERLINED)),
        selection: Style::new().bg(Color::Indexed(p.selection)),
        escaped: fg(p.base).bg(Color::Indexed(p.warn)),
        changed: fg(p.changed),
        key: fg(p.accent).add_modifier(bold),
        lines: Lines::Tinted,
    }
}

static DARK: Styles = styles(&Palette {
    base: 233,
    surface: 235,
    raised: 237,
    cause_surface: 52,
    chosen: 238,
    selection: 24,
    text: 252,
    bright: 231,
    quiet: 246,
    faint: 241,
    accent: 80,
    name: 110,
    fail: 210,
    warn: 221,
    unknown: 141,
    pass: 108,
    changed: 215,
});

static LIGHT: Styles = styles(&Palette {
    base: 253,
    surface: 231,
    raised: 255,
    cause_surface: 224,
    chosen: 254,
    selection: 153,
    text: 237,
    bright: 16,
    quiet: 243,
    faint: 248,
    accent: 30,
    name: 25,
    fail: 160,
    warn: 130,
    unknown: 91,
    pass: 65,
    changed: 166,
});

/// Weight alone tells: bold for what matters, dim for what does not, reversed for what is chosen.
static PLAIN: Styles = {
    let none = Style::new();
    let bold = none.add_modifier(Modifier::BOLD);
    let dim = none.add_modifier(Modifier::DIM);
    Styles {
        base: none,
        surface: none,
        raised: none,
        title: none,
        title_focus: bold.add_modifier(Modifier::REVERSED),
        accent: bold,
        text: none,
        quiet: none,
        faint: dim,
        name: none,
        cause: bold,
        cause_surface: none,
        chosen: none.add_modifier(Modifier::REVERSED),
        fail: bold,
        warn: none,
        unknown: none,
        pass: dim,
        secret: dim,
        proof: none.add_modifier(Modifier::UNDERLINED.union(Modifier::BOLD)),
        selection: none.add_modifier(Modifier::REVERSED),
        escaped: none.add_modifier(Modifier::REVERSED),
        changed: bold,
        key: bold,
        lines: Lines::Drawn,
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_there_is_no_colour() {
        let s = Styles::of(Theme::None);
        for style in [s.base, s.surface, s.raised, s.accent, s.cause, s.cause_surface, s.fail, s.warn, s.proof, s.escaped, s.key] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
