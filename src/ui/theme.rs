//! Styles by meaning. Every meaning also has a glyph or a weight, so that the screen works without color.

use ratatui::style::{Color, Modifier, Style};

use crate::app::appearance::{ColorDepth, Theme};
use crate::checks::Outcome;

/// The styles of a theme by meaning.
#[derive(Clone, Copy, Debug)]
pub struct Styles {
    /// The space between panes.
    pub base: Style,
    /// A pane.
    pub surface: Style,
    /// A dialog over the panes.
    pub raised: Style,
    /// Title of a pane.
    pub title: Style,
    /// Title of the focused pane.
    pub title_focus: Style,
    /// The accent: focus, keys, selection.
    pub accent: Style,
    /// Ordinary text.
    pub text: Style,
    /// Secondary text: names, labels.
    pub quiet: Style,
    /// Tertiary text: passed checks, hints.
    pub faint: Style,
    /// Names of headers and claims.
    pub name: Style,
    /// The cause.
    pub cause: Style,
    /// Background of the cause.
    pub cause_surface: Style,
    /// The selected row.
    pub chosen: Style,
    /// Failures.
    pub fail: Style,
    /// Warnings.
    pub warn: Style,
    /// Open questions.
    pub unknown: Style,
    /// Passed checks.
    pub pass: Style,
    /// Masked letters of a secret.
    pub secret: Style,
    /// Evidence of the selected finding.
    pub proof: Style,
    /// Selected text.
    pub selection: Style,
    /// A place of what was searched for, and the one that is shown.
    pub found: [Style; 2],
    /// An escape for something invisible.
    pub escaped: Style,
    /// Differences in a comparison, and unsaved changes.
    pub changed: Style,
    /// A key.
    pub key: Style,
    /// How panes are separated.
    pub edges: PaneEdges,
}

/// How panes are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaneEdges {
    /// By background color.
    Tinted,
    /// By lines.
    Drawn,
}

impl Styles {
    /// The styles of a theme.
    pub const fn of(theme: Theme, depth: ColorDepth) -> &'static Self {
        match (theme, depth) {
            (Theme::Dark, ColorDepth::True) => &DARK_TRUE,
            (Theme::Dark, ColorDepth::Indexed) => &DARK_INDEXED,
            (Theme::Light, ColorDepth::True) => &LIGHT_TRUE,
            (Theme::Light, ColorDepth::Indexed) => &LIGHT_INDEXED,
            (Theme::None, _) => &PLAIN,
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

/// A color, and the nearest of the 256 indexed ones.
#[derive(Clone, Copy)]
struct Shade(u32, u8);

/// The colors of a theme.
struct Palette {
    base: Shade,
    surface: Shade,
    raised: Shade,
    cause_surface: Shade,
    chosen: Shade,
    selection: Shade,
    text: Shade,
    bright: Shade,
    quiet: Shade,
    faint: Shade,
    accent: Shade,
    name: Shade,
    fail: Shade,
    warn: Shade,
    unknown: Shade,
    pass: Shade,
    changed: Shade,
}

const fn color(shade: Shade, depth: ColorDepth) -> Color {
    match depth {
        ColorDepth::True => Color::Rgb((shade.0 >> 16) as u8, (shade.0 >> 8) as u8, shade.0 as u8),
        ColorDepth::Indexed => Color::Indexed(shade.1),
    }
}

const fn styles(p: &Palette, depth: ColorDepth) -> Styles {
    const fn fg(shade: Shade, depth: ColorDepth) -> Style {
        Style::new().fg(color(shade, depth))
    }
    const fn bg(shade: Shade, depth: ColorDepth) -> Style {
        Style::new().bg(color(shade, depth))
    }
    let bold = Modifier::BOLD;
    Styles {
        base: fg(p.text, depth).bg(color(p.base, depth)),
        surface: fg(p.text, depth).bg(color(p.surface, depth)),
        raised: fg(p.text, depth).bg(color(p.raised, depth)),
        title: fg(p.quiet, depth).add_modifier(bold),
        title_focus: fg(p.accent, depth).add_modifier(bold),
        accent: fg(p.accent, depth),
        text: fg(p.text, depth),
        quiet: fg(p.quiet, depth),
        faint: fg(p.faint, depth),
        name: fg(p.name, depth),
        cause: fg(p.bright, depth).add_modifier(bold),
        cause_surface: bg(p.cause_surface, depth),
        chosen: bg(p.chosen, depth),
        fail: fg(p.fail, depth).add_modifier(bold),
        warn: fg(p.warn, depth),
        unknown: fg(p.unknown, depth),
        pass: fg(p.pass, depth),
        secret: fg(p.faint, depth),
        proof: fg(p.fail, depth).add_modifier(bold.union(Modifier::UNDERLINED)),
        selection: bg(p.selection, depth),
        found: [
            bg(p.selection, depth).add_modifier(Modifier::UNDERLINED),
            bg(p.selection, depth).add_modifier(bold.union(Modifier::REVERSED)),
        ],
        escaped: fg(p.base, depth).bg(color(p.warn, depth)),
        changed: fg(p.changed, depth),
        key: fg(p.accent, depth).add_modifier(bold),
        edges: PaneEdges::Tinted,
    }
}

const DARK: Palette = Palette {
    base: Shade(0x12_14_1a, 233),
    surface: Shade(0x1b_1e_26, 234),
    raised: Shade(0x26_2b_36, 236),
    cause_surface: Shade(0x3d_1f_28, 52),
    chosen: Shade(0x2b_31_3e, 237),
    selection: Shade(0x28_4a_63, 24),
    text: Shade(0xc9_d1_dc, 252),
    bright: Shade(0xff_ff_ff, 231),
    quiet: Shade(0x8e_98_a8, 246),
    faint: Shade(0x5d_67_77, 241),
    accent: Shade(0x5c_cf_d6, 80),
    name: Shade(0x7f_b0_e0, 110),
    fail: Shade(0xff_7b_85, 210),
    warn: Shade(0xf2_c5_5c, 221),
    unknown: Shade(0xb3_9d_f3, 141),
    pass: Shade(0x7c_b4_8b, 108),
    changed: Shade(0xf0_a8_60, 215),
};

const LIGHT: Palette = Palette {
    base: Shade(0xe4_e7_ec, 254),
    surface: Shade(0xfb_fc_fd, 231),
    raised: Shade(0xf0_f3_f8, 255),
    cause_surface: Shade(0xff_e3_e1, 224),
    chosen: Shade(0xe2_ea_f4, 254),
    selection: Shade(0xb9_dc_f2, 153),
    text: Shade(0x2c_33_3d, 237),
    bright: Shade(0x00_00_00, 16),
    quiet: Shade(0x5f_6b_7a, 242),
    faint: Shade(0x93_9d_aa, 247),
    accent: Shade(0x00_7a_85, 30),
    name: Shade(0x1f_5f_a8, 25),
    fail: Shade(0xc6_28_38, 160),
    warn: Shade(0x9a_66_00, 130),
    unknown: Shade(0x6f_42_c1, 91),
    pass: Shade(0x3c_7d_4e, 65),
    changed: Shade(0xb8_57_00, 166),
};

static DARK_TRUE: Styles = styles(&DARK, ColorDepth::True);
static DARK_INDEXED: Styles = styles(&DARK, ColorDepth::Indexed);
static LIGHT_TRUE: Styles = styles(&LIGHT, ColorDepth::True);
static LIGHT_INDEXED: Styles = styles(&LIGHT, ColorDepth::Indexed);

/// Weight only: bold for what matters, dim for what does not, reversed for the selection.
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
        found: [none.add_modifier(Modifier::UNDERLINED), none.add_modifier(Modifier::REVERSED)],
        escaped: none.add_modifier(Modifier::REVERSED),
        changed: bold,
        key: bold,
        edges: PaneEdges::Drawn,
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_color_there_is_no_color() {
        let s = Styles::of(Theme::None, ColorDepth::Indexed);
        for style in [s.base, s.surface, s.raised, s.accent, s.cause, s.cause_surface, s.fail, s.warn, s.proof, s.escaped, s.key] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
