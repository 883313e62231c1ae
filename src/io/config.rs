//! The user's configuration file.

use std::path::{Path, PathBuf};

use url::Url;

use etcetera::{BaseStrategy as _, choose_base_strategy};

use super::http::identity::ClientIdentity;
use super::http::{Proxies, SendOptions, Timeouts};
use super::load::expand_home;
use super::store::read;
use crate::app::config::{Config, SendSettings};
use crate::domain::exchange::NamedProxy;
use crate::domain::limits::MAX_TEXT;
use crate::domain::secrecy::quoted_argument;

/// A configuration and the file that it is from.
#[derive(Clone, Debug, Default)]
pub struct UserConfig {
    pub config: Config,
    /// The file; `None` where there is none.
    pub path: Option<PathBuf>,
}

/// Where the configuration is, unless another file is named (`$XDG_CONFIG_HOME/authtui/config.toml`).
pub fn usual_path() -> Option<PathBuf> {
    Some(choose_base_strategy().ok()?.config_dir().join("authtui").join("config.toml"))
}

impl UserConfig {
    /// Reads a named file, else the usual one if it is there.
    ///
    /// # Errors
    /// If the named file is not there, or what is wrong in it, with its place.
    pub fn load(named: Option<&Path>) -> Result<Self, String> {
        let usual = || usual_path().filter(|path| path.exists());
        let Some(path) = named.map(|named| expand_home(named).into_owned()).or_else(usual) else { return Ok(Self::default()) };
        // It may be an address in the place of a path.
        let bytes = read(&path, MAX_TEXT).map_err(|why| format!("{}: {}", quoted_argument(&path.display().to_string()), why.fault))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{}: is not UTF-8", path.display()))?;
        let config = Config::read(text.trim_start_matches('\u{feff}')).map_err(|why| format!("{}: {why}", path.display()))?;
        let user = Self { config, path: Some(path) };
        user.check_proxy()
            .map_err(|why| format!("{}: send.proxy cannot be used: {why}", user.path.as_deref().unwrap_or(Path::new("")).display()))?;
        Ok(user)
    }

    /// What is wrong with the proxy, before anything is to be sent through it.
    fn check_proxy(&self) -> Result<(), String> {
        let (Some(_), Ok(address)) = (&self.config.send.proxy, Url::parse("https://h.invalid/")) else { return Ok(()) };
        self.send_options().proxies.choose(&address).map(|_| ()).map_err(|unusable| unusable.why)
    }

    /// How requests are sent.
    pub fn send_options(&self) -> SendOptions {
        let SendSettings { connect_timeout, response_timeout, timeout, max_redirects, proxy, no_proxy, ca_file, client_certificates } =
            &self.config.send;
        let usual = Timeouts::default();
        let or = |own: &Option<crate::app::config::Seconds>, usual| own.map_or(usual, Into::into);
        let connect = |usual| or(connect_timeout, usual);
        let whole = or(timeout, usual.whole.max(or(response_timeout, usual.first_byte)));
        let timeouts = Timeouts {
            dns: connect(usual.dns),
            connect: connect(usual.connect),
            tls: connect(usual.tls),
            first_byte: or(response_timeout, usual.first_byte),
            whole,
            ..usual
        };
        let named = proxy.as_ref().map(|address| NamedProxy {
            address: address.clone(),
            flag: "proxy of the configuration".into(),
            is_chained: false,
        });
        let proxies = named.map_or_else(Proxies::from_env, |named| Proxies::only(&named));
        let proxies = match no_proxy {
            Some(list) => proxies.without("no_proxy of the configuration", list),
            None => proxies,
        };
        let identity = |of: &crate::app::config::ClientCertificate| ClientIdentity {
            host: of.host.to_ascii_lowercase(),
            certificate: self.beside(&of.certificate),
            key: self.beside(&of.key),
        };
        let default = SendOptions::default();
        SendOptions {
            timeouts,
            max_redirects: max_redirects.map_or(default.max_redirects, usize::from),
            proxies,
            ca_file: ca_file.as_ref().map(|path| self.beside(path)),
            identities: client_certificates.iter().map(identity).collect(),
            ..default
        }
    }

    /// A path of the configuration, relative to its folder.
    fn beside(&self, path: &Path) -> PathBuf {
        let path = expand_home(path).into_owned();
        let folder = self.path.as_deref().and_then(Path::parent);
        folder.map_or_else(|| path.clone(), |folder| folder.join(&path))
    }
}
