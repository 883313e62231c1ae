//! Styles by meaning. Every meaning also has a glyph or a weight, so that the screen works without color.

use ratatui::style::{Color, Modifier, Style};

use super::indexed;

use crate::app::appearance::{ColorDepth, ColorRole, OwnTheme, Theme};
use crate::app::model::Model;
use crate::app::panes::checklist::RequestMark;
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
    /// The styles of a model's theme.
    pub fn of(model: &Model) -> Self {
        match model.theme {
            Theme::Own(number) => {
                model.own_themes.get(number).map_or_else(|| styles(&DARK, model.depth), |own| Self::own(own, model.depth))
            }
            built_in => Self::built_in(built_in, model.depth),
        }
    }

    /// The styles of a built-in theme.
    pub const fn built_in(theme: Theme, depth: ColorDepth) -> Self {
        match palette(theme) {
            Some(palette) => styles(palette, depth),
            None => PLAIN,
        }
    }

    fn own(own: &OwnTheme, depth: ColorDepth) -> Self {
        let mut colors = *palette(own.base).unwrap_or(&DARK);
        for (role, rgb) in &own.colors {
            *colors.of(*role) = Shade(*rgb, indexed::nearest(*rgb));
        }
        styles(&colors, depth)
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

    /// The style of a request's mark.
    pub const fn mark(&self, mark: RequestMark) -> Style {
        match mark {
            RequestMark::Judged(outcome) => self.outcome(outcome),
            RequestMark::Unsent => self.quiet,
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
#[derive(Clone, Copy)]
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

impl Palette {
    fn of(&mut self, role: ColorRole) -> &mut Shade {
        match role {
            ColorRole::Base => &mut self.base,
            ColorRole::Surface => &mut self.surface,
            ColorRole::Raised => &mut self.raised,
            ColorRole::CauseSurface => &mut self.cause_surface,
            ColorRole::Chosen => &mut self.chosen,
            ColorRole::Selection => &mut self.selection,
            ColorRole::Text => &mut self.text,
            ColorRole::Bright => &mut self.bright,
            ColorRole::Quiet => &mut self.quiet,
            ColorRole::Faint => &mut self.faint,
            ColorRole::Accent => &mut self.accent,
            ColorRole::Name => &mut self.name,
            ColorRole::Fail => &mut self.fail,
            ColorRole::Warn => &mut self.warn,
            ColorRole::Unknown => &mut self.unknown,
            ColorRole::Pass => &mut self.pass,
            ColorRole::Changed => &mut self.changed,
        }
    }
}

/// The colors of a built-in theme; `None` without any.
const fn palette(theme: Theme) -> Option<&'static Palette> {
    match theme {
        Theme::Dark => Some(&DARK),
        Theme::Light => Some(&LIGHT),
        Theme::HighContrast => Some(&HIGH_CONTRAST),
        Theme::ColorBlind => Some(&COLOR_BLIND),
        Theme::None | Theme::Own(_) => None,
    }
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
    raised: Shade(0x22_28_33, 235),
    cause_surface: Shade(0x3d_1f_28, 52),
    chosen: Shade(0x29_30_3d, 236),
    selection: Shade(0x1c_3b_52, 17),
    text: Shade(0xc9_d1_dc, 252),
    bright: Shade(0xff_ff_ff, 231),
    quiet: Shade(0xa9_b2_c0, 250),
    faint: Shade(0x9a_a3_b2, 248),
    accent: Shade(0x5c_cf_d6, 80),
    name: Shade(0x7f_b0_e0, 110),
    fail: Shade(0xff_7b_85, 210),
    warn: Shade(0xf2_c5_5c, 221),
    unknown: Shade(0xb3_9d_f3, 147),
    pass: Shade(0x7c_b4_8b, 108),
    changed: Shade(0xf0_a8_60, 215),
};

const LIGHT: Palette = Palette {
    base: Shade(0xea_ed_f1, 255),
    surface: Shade(0xfb_fc_fd, 231),
    raised: Shade(0xf3_f6_fa, 255),
    cause_surface: Shade(0xff_e9_e7, 224),
    chosen: Shade(0xe6_ed_f7, 254),
    selection: Shade(0xd2_e8_f7, 189),
    text: Shade(0x2c_33_3d, 237),
    bright: Shade(0x00_00_00, 16),
    quiet: Shade(0x4a_54_62, 240),
    faint: Shade(0x5c_66_73, 59),
    accent: Shade(0x00_71_7c, 24),
    name: Shade(0x1f_5f_a8, 25),
    fail: Shade(0xc2_27_37, 124),
    warn: Shade(0x8b_5c_00, 58),
    unknown: Shade(0x6f_42_c1, 55),
    pass: Shade(0x36_70_46, 22),
    changed: Shade(0xa4_4d_00, 88),
};

/// Seven to one and more for all text on black.
const HIGH_CONTRAST: Palette = Palette {
    base: Shade(0x00_00_00, 16),
    surface: Shade(0x00_00_00, 16),
    raised: Shade(0x12_12_12, 233),
    cause_surface: Shade(0x3a_00_00, 52),
    chosen: Shade(0x26_26_26, 235),
    selection: Shade(0x00_2b_55, 17),
    text: Shade(0xff_ff_ff, 231),
    bright: Shade(0xff_ff_ff, 231),
    quiet: Shade(0xe4_e4_e4, 254),
    faint: Shade(0xd0_d0_d0, 252),
    accent: Shade(0x00_ff_ff, 51),
    name: Shade(0xaf_d7_ff, 153),
    fail: Shade(0xff_af_af, 217),
    warn: Shade(0xff_ff_00, 226),
    unknown: Shade(0xd7_c7_ff, 189),
    pass: Shade(0x87_ff_87, 120),
    changed: Shade(0xff_d7_5f, 221),
};

/// Vermilion for what fails and blue for what passes, after Okabe and Ito: told apart with every common color vision.
const COLOR_BLIND: Palette = Palette {
    cause_surface: Shade(0x3f_26_10, 52),
    fail: Shade(0xff_9a_4d, 215),
    warn: Shade(0xf0_e4_42, 227),
    unknown: Shade(0xe0_a6_cc, 182),
    pass: Shade(0x6c_bc_f2, 75),
    changed: Shade(0xf5_d0_8a, 222),
    ..DARK
};

/// Weight only: bold for what matters, dim for what does not, reversed for the selection.
const PLAIN: Styles = {
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
        let s = Styles::built_in(Theme::None, ColorDepth::Indexed);
        for style in [s.base, s.surface, s.raised, s.accent, s.cause, s.cause_surface, s.fail, s.warn, s.proof, s.escaped, s.key] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    /// The red, green and blue of a color.
    fn channels(color: Color) -> [u8; 3] {
        match color {
            Color::Rgb(red, green, blue) => [red, green, blue],
            Color::Indexed(index) => indexed::channels(index).expect("a color that is the same on every terminal"),
            other => panic!("{other} looks different on every terminal"),
        }
    }

    /// The contrast ratio of two colors by WCAG 2.
    fn contrast(a: Color, b: Color) -> f64 {
        let luminance = |color| {
            let [red, green, blue] = channels(color).map(|channel| {
                let part = f64::from(channel) / 255.0;
                if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn everything_can_be_read_on_every_background() {
        let colored = Theme::BUILT_IN.into_iter().filter(|theme| *theme != Theme::None);
        for (theme, depth) in colored.flat_map(|theme| [ColorDepth::True, ColorDepth::Indexed].map(|depth| (theme, depth))) {
            let s = Styles::built_in(theme, depth);
            let written = [
                ("text", s.text),
                ("title", s.title),
                ("focused title", s.title_focus),
                ("accent", s.accent),
                ("quiet", s.quiet),
                ("faint", s.faint),
                ("name", s.name),
                ("cause", s.cause),
                ("fail", s.fail),
                ("warn", s.warn),
                ("unknown", s.unknown),
                ("pass", s.pass),
                ("secret", s.secret),
                ("proof", s.proof),
                ("changed", s.changed),
                ("key", s.key),
            ];
            let grounds = [s.base, s.surface, s.raised, s.cause_surface, s.chosen, s.selection];
            let on_grounds = written.into_iter().flat_map(|(name, style)| grounds.map(|ground| (name, style.fg, ground.bg)));
            for (name, fg, bg) in on_grounds.chain([("escaped", s.escaped.fg, s.escaped.bg)]) {
                let (fg, bg) = (fg.expect("a color"), bg.expect("a background"));
                let ratio = contrast(fg, bg);
                assert!(ratio >= 4.5, "{theme:?} {depth:?}: {name} {fg} on {bg} has only {ratio:.2}");
            }
        }
    }
}
