//! The capabilities of the terminal, from the environment alone: querying the terminal would delay the first frame, and some
//! never answer.

use std::fs::File;
use std::io::IsTerminal as _;

/// Why there is no screen, and what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScreenUnavailable {
    /// Standard output is not a terminal.
    #[error("standard output is not a terminal; `authtui check PATH` prints the checklist as text")]
    Output,
    /// `TERM` is `dumb` or empty.
    #[error("this terminal (TERM=dumb) cannot show a screen; `authtui check PATH` prints the checklist as text")]
    Dumb,
    /// Standard input is redirected, and there is no controlling terminal for keys.
    #[error("there is no terminal to read keys from; `authtui check -` reads standard input and prints the checklist")]
    Keys,
}

/// Whether a screen can be shown.
///
/// If standard input is redirected (`authtui -`), keys come from `/dev/tty`.
///
/// # Errors
///
/// [`ScreenUnavailable`] says what is missing.
pub fn screen() -> Result<(), ScreenUnavailable> {
    let term = std::env::var("TERM").unwrap_or_default();
    let keys = std::io::stdin().is_terminal() || File::options().read(true).write(true).open("/dev/tty").is_ok();
    decide(std::io::stdout().is_terminal(), keys, &term)
}

fn decide(output: bool, keys: bool, term: &str) -> Result<(), ScreenUnavailable> {
    match (output, keys) {
        (false, _) => Err(ScreenUnavailable::Output),
        _ if term.is_empty() || term == "dumb" => Err(ScreenUnavailable::Dumb),
        (true, false) => Err(ScreenUnavailable::Keys),
        (true, true) => Ok(()),
    }
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalCapabilities {
    /// Colors; off with `NO_COLOR` (no-color.org).
    pub color: bool,
    /// 24-bit colors (`COLORTERM`).
    pub true_color: bool,
    /// Unicode; not in the C locale.
    pub unicode: bool,
    /// A light background, as rxvt, Konsole and others say it (`COLORFGBG`: the numbers of the text's and the background's color).
    pub light: bool,
}

impl TerminalCapabilities {
    /// Reads the process's environment.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Reads any set of variables.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|v| !v.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default().to_ascii_lowercase();
        Self {
            color: set("NO_COLOR").is_none(),
            true_color: set("COLORTERM").is_some_and(|v| v == "truecolor" || v == "24bit"),
            unicode: locale.contains("utf-8") || locale.contains("utf8"),
            // Of the sixteen colors, white and the bright ones but for gray are light.
            light: set("COLORFGBG").and_then(|v| v.rsplit(';').next()?.parse().ok()).is_some_and(|color: u8| matches!(color, 7 | 9..=15)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(decide(true, true, "xterm-256color"), Ok(()));
        assert_eq!(decide(false, true, "xterm"), Err(ScreenUnavailable::Output));
        assert_eq!(decide(true, true, "dumb"), Err(ScreenUnavailable::Dumb));
        assert_eq!(decide(true, true, ""), Err(ScreenUnavailable::Dumb));
        assert_eq!(decide(true, false, "xterm"), Err(ScreenUnavailable::Keys));
    }

    #[test]
    fn the_environment_decides_color_and_charset() {
        let of = |variables: &[(&str, &str)]| {
            TerminalCapabilities::from_variables(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_string()))
        };
        assert_eq!(
            of(&[("LANG", "de_CH.UTF-8"), ("COLORTERM", "truecolor")]),
            TerminalCapabilities { color: true, true_color: true, unicode: true, light: false }
        );
        assert_eq!(
            of(&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C")]),
            TerminalCapabilities { color: true, true_color: false, unicode: false, light: false }
        );
        for (colors, light) in
            [("0;15", true), ("0;default;15", true), ("0;7", true), ("15;0", false), ("7;8", false), ("15;default", false)]
        {
            assert_eq!(of(&[("COLORFGBG", colors)]).light, light, "{colors}");
        }
        assert!(!of(&[("NO_COLOR", "1")]).color);
        assert!(of(&[("NO_COLOR", "")]).color, "an empty NO_COLOR says nothing");
    }
}
