//! A build without the keyring.

use super::Purpose;

/// The keyring that is not there.
#[derive(Clone, Debug, Default)]
pub struct Keyring {}

/// A keyring that was reached: there is none.
#[derive(Clone, Copy, Debug)]
pub enum OpenKeyring {}

impl Keyring {
    /// Reaches the keyring.
    ///
    /// # Errors
    /// Always.
    pub fn open(&self) -> Result<OpenKeyring, String> {
        Err("this authtui was built without the system's keyring: build it with `--features keyring`".into())
    }
}

impl OpenKeyring {
    /// The value of an entry.
    ///
    /// # Errors
    /// Never: there is no such value.
    pub fn get(&self, _: Purpose, _: &str) -> Result<Option<String>, String> {
        match *self {}
    }

    /// Gives an entry a value.
    ///
    /// # Errors
    /// Never: there is no such value.
    pub fn set(&self, _: Purpose, _: &str, _: &str) -> Result<(), String> {
        match *self {}
    }

    /// Deletes an entry.
    ///
    /// # Errors
    /// Never: there is no such value.
    pub fn delete(&self, _: Purpose, _: &str) -> Result<bool, String> {
        match *self {}
    }
}
