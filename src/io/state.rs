//! What is remembered from one session to the next, for all folders: the theme that was chosen last.

use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy as _, choose_base_strategy};

use super::store::{Expected, private_folder, read, save_atomic};

/// A longer text is none that was written here.
const LONGEST_NAME: u64 = 4096;

/// The user's state folder for this program (`$XDG_STATE_HOME/authtui`).
///
/// # Errors
/// If there is no home folder.
pub fn folder() -> Result<PathBuf, String> {
    let base = choose_base_strategy().map_err(|_| "there is no home folder".to_string())?;
    Ok(base.state_dir().unwrap_or_else(|| base.data_dir()).join("authtui"))
}

/// What is remembered, in a folder.
#[derive(Clone, Debug)]
pub struct State {
    folder: Result<PathBuf, String>,
}

impl State {
    /// That of the user.
    pub fn of_user() -> Self {
        Self { folder: folder() }
    }

    /// In a given folder.
    pub fn within(folder: &Path) -> Self {
        Self { folder: Ok(folder.to_path_buf()) }
    }

    /// The name of the theme that was chosen last.
    pub fn theme(&self) -> Option<String> {
        let bytes = read(&self.folder.as_ref().ok()?.join(THEME), LONGEST_NAME).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// Remembers a theme.
    ///
    /// # Errors
    /// Why it cannot be remembered.
    pub fn remember_theme(&self, name: &str) -> Result<(), String> {
        let folder = self.folder.as_ref()?;
        private_folder(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        let path = folder.join(THEME);
        save_atomic(&path, name.as_bytes(), Expected::Anything).map(|_| ()).map_err(|why| format!("{}: {why}", path.display()))
    }
}

const THEME: &str = "theme";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = State::within(&folder.path().join("authtui"));
        assert_eq!(state.theme(), None);
        state.remember_theme("light").expect("it can be written");
        state.remember_theme("sea").expect("it can be replaced");
        assert_eq!(state.theme().as_deref(), Some("sea"));
    }
}
