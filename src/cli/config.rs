//! `authtui config`: the settings in force, as a configuration, each with where it is from.

use std::fmt::Write as _;
use std::path::Path;

use super::EXIT_FINE;
use super::app::ChosenTheme;
use super::args::ConfigArgs;
use super::output::{Escape, StandardOutput};
use crate::app::config::{self, Config, SendSettings, TokenStore};
use crate::app::keymap::{Binding, KeyContext, Keymap};
use crate::domain::secrecy;
use crate::io::config::{UserConfig, usual_path};
use crate::io::program::{self, Chosen, Origin};

/// Columns before an origin.
const COLUMN: usize = 44;

/// Prints the settings, or the schema of the file.
pub fn run(args: &ConfigArgs, user: &UserConfig, theme: &ChosenTheme, out: &mut StandardOutput) -> u8 {
    if args.schema {
        out.write(&config::schema(), Escape::Json);
    } else {
        out.text(&Listing::of(user, theme));
    }
    EXIT_FINE
}

/// The lines of a configuration.
struct Listing<'u> {
    text: String,
    user: &'u UserConfig,
}

impl<'u> Listing<'u> {
    fn of(user: &'u UserConfig, theme: &ChosenTheme) -> String {
        let mut listing = Self { text: String::new(), user };
        let file = match (&user.path, usual_path()) {
            (Some(path), _) => format!("# {}\n", path.display()),
            (None, Some(path)) => format!("# There is no configuration: {} would be one. All of this may stand in it.\n", path.display()),
            (None, None) => "# There is no configuration, and no home folder for one.\n".into(),
        };
        listing.text.push_str(&file);
        let Config { mouse, editor, pager, redact, keep_tokens, send, key_preset, themes, .. } = &user.config;
        listing.line("theme", &text(&theme.name), &theme.origin);
        listing.own("mouse", mouse.map(|is_used| is_used.to_string()), "true");
        listing.program("editor", &program::editor(editor.as_deref()));
        listing.program("pager", &program::pager(pager.as_deref()));
        let names = toml::Value::from(redact.clone()).to_string();
        listing.own("redact", Some(names).filter(|_| !redact.is_empty()), "[]");
        listing.own("keep_tokens", Some(text(keep_tokens.name())).filter(|_| *keep_tokens != TokenStore::default()), "\"memory\"");
        listing.own("key_preset", (key_preset.name() != "default").then(|| text(key_preset.name())), "\"default\"");
        listing.send(send);
        listing.keys();
        for (name, theme) in themes {
            let _ = write!(listing.text, "\n[themes.{}]\n", text(name));
            let origin = listing.file();
            listing.line("base", &text(theme.base.name()), &origin);
            let colors: Vec<String> = theme.colors.iter().map(|(role, color)| format!("{} = \"#{:06x}\"", role.name(), color.0)).collect();
            listing.line("colors", &format!("{{ {} }}", colors.join(", ")), &origin);
        }
        listing.text
    }

    /// The file, as an origin.
    fn file(&self) -> String {
        let name = self.user.path.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_default()
    }

    fn line(&mut self, name: &str, value: &str, origin: &str) {
        let setting = format!("{name} = {value}");
        let _ = writeln!(self.text, "{setting:COLUMN$} # {origin}");
    }

    fn own(&mut self, name: &str, own: Option<String>, default: &str) {
        match own {
            Some(value) => self.line(name, &value, &self.file()),
            None => self.line(name, default, "default"),
        }
    }

    fn program(&mut self, name: &str, chosen: &Chosen) {
        let origin = match chosen.origin {
            Origin::Configuration => self.file(),
            Origin::Variable(variable) => format!("${variable}"),
            Origin::Default => "default".into(),
        };
        self.line(name, &text(&hidden(&chosen.command)), &origin);
    }

    fn send(&mut self, send: &SendSettings) {
        let SendSettings { connect_timeout, response_timeout, timeout, max_redirects, proxy, no_proxy, ca_file, client_certificates } =
            send;
        let options = self.user.send_options();
        self.text.push_str("\n[send]\n");
        let seconds = |duration: std::time::Duration| duration.as_secs_f64().to_string();
        let timeouts = options.timeouts;
        for (name, own, in_force) in [
            ("connect_timeout", connect_timeout, timeouts.connect),
            ("response_timeout", response_timeout, timeouts.first_byte),
            ("timeout", timeout, timeouts.whole),
        ] {
            self.own(name, own.map(|_| seconds(in_force)), &seconds(in_force));
        }
        self.own("max_redirects", max_redirects.map(|most| most.to_string()), &options.max_redirects.to_string());
        for (name, own) in [("proxy", proxy), ("no_proxy", no_proxy)] {
            match own {
                Some(value) => self.line(name, &text(&secrecy::replaced_in_url(value, "…")), &self.file()),
                None => _ = writeln!(self.text, "# {name}: as the variables of the environment say"),
            }
        }
        if let Some(path) = ca_file {
            self.line("ca_file", &text(&hidden(&path.to_string_lossy())), &self.file());
        }
        for certificate in client_certificates {
            let origin = self.file();
            self.text.push_str("\n[[send.client_certificates]]\n");
            self.line("host", &text(&certificate.host), &origin);
            self.line("certificate", &text(&hidden(&certificate.certificate.to_string_lossy())), &origin);
            self.line("key", &text(&hidden(&certificate.key.to_string_lossy())), &origin);
        }
    }

    fn keys(&mut self) {
        let (in_force, default, preset) = (self.user.config.keymap(), Keymap::default(), self.user.config.preset());
        for context in KeyContext::all() {
            let _ = write!(self.text, "\n# {}\n[keys.{}]\n", context.title(), context.name());
            let rows = in_force.rows(context).zip(preset.rows(context)).zip(default.rows(context));
            for ((binding, preset), default) in rows.collect::<Vec<_>>() {
                let origin = match () {
                    () if binding.keys != preset.keys => self.file(),
                    () if binding.keys != default.keys => self.user.config.key_preset.name().to_string(),
                    () => "default".to_string(),
                };
                self.line(&binding.action.name(), &keys(binding), &format!("{origin}: {}", binding.label));
            }
        }
    }
}

fn keys(binding: &Binding) -> String {
    let keys: Vec<String> = binding.keys.iter().map(|key| text(&key.to_string())).collect();
    format!("[{}]", keys.join(", "))
}

/// A command or a path without a password in it.
fn hidden(text: &str) -> String {
    secrecy::without_secrets(text)
}

fn text(text: &str) -> String {
    toml::Value::from(text).to_string()
}
