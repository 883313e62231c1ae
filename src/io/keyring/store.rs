//! The keyring of this system.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};

use super::Purpose;

/// What may be wrong with a session that has no keyring.
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
const HINT: &str = "it needs a session bus (DBUS_SESSION_BUS_ADDRESS) and a program behind it that keeps secrets (a Secret Service)";
#[cfg(any(target_os = "macos", target_os = "windows"))]
const HINT: &str = "it needs a user who is logged in";

/// The way to a keyring.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    /// One that takes the place of the system's.
    given: Option<Arc<CredentialStore>>,
}

/// A keyring that was reached.
#[derive(Debug)]
pub struct OpenKeyring(Arc<CredentialStore>);

impl Keyring {
    /// A keyring in the place of the system's.
    pub const fn of(store: Arc<CredentialStore>) -> Self {
        Self { given: Some(store) }
    }

    /// Reaches the keyring. No connection outlives what is returned.
    ///
    /// # Errors
    /// Why there is none, and what to do about it.
    pub fn open(&self) -> Result<OpenKeyring, String> {
        match &self.given {
            Some(store) => Ok(OpenKeyring(Arc::clone(store))),
            None => system().map(OpenKeyring).map_err(|why| told(&why)),
        }
    }
}

#[cfg(target_os = "macos")]
fn system() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn system() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn system() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

impl OpenKeyring {
    fn entry(&self, purpose: Purpose, name: &str) -> Result<Entry, String> {
        Entry::new_in_store(&self.0, purpose.service(), name).map_err(|why| told(&why))
    }

    /// The value of an entry; `None` where there is none.
    ///
    /// # Errors
    /// Why it cannot be read, and what to do about it.
    pub fn get(&self, purpose: Purpose, name: &str) -> Result<Option<String>, String> {
        let entry = self.entry(purpose, name)?;
        let read = match purpose {
            Purpose::Secret => entry.get_password(),
            // As bytes, of which Windows keeps twice as many.
            Purpose::Tokens => {
                entry.get_secret().and_then(|bytes| String::from_utf8(bytes).map_err(|why| Error::BadEncoding(why.into_bytes())))
            }
        };
        match read {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoEntry) => Ok(None),
            Err(why) => Err(told(&why)),
        }
    }

    /// Gives an entry a value, and makes it if there is none.
    ///
    /// # Errors
    /// Why it cannot be written, and what to do about it.
    pub fn set(&self, purpose: Purpose, name: &str, value: &str) -> Result<(), String> {
        let entry = self.entry(purpose, name)?;
        let written = match purpose {
            Purpose::Secret => entry.set_password(value),
            Purpose::Tokens => entry.set_secret(value.as_bytes()),
        };
        written.map_err(|why| told(&why))
    }

    /// Deletes an entry; false where there is none.
    ///
    /// # Errors
    /// Why it cannot be deleted, and what to do about it.
    pub fn delete(&self, purpose: Purpose, name: &str) -> Result<bool, String> {
        match self.entry(purpose, name)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(why) => Err(told(&why)),
        }
    }
}

/// What is wrong, as the end of a sentence. An error may hold what was read: that is not told.
fn told(error: &Error) -> String {
    match error {
        Error::PlatformFailure(why) => format!("the system's keyring cannot be used: {why}; {HINT}"),
        Error::NoStorageAccess(why) => {
            format!("the system's keyring is locked, or its question was not answered ({why}): unlock it and try again")
        }
        Error::NoEntry => "the system's keyring has no such entry".into(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "the entry of the system's keyring is no text".into(),
        Error::BadStoreFormat(why) | Error::NotSupportedByStore(why) => format!("the system's keyring cannot do this: {why}"),
        Error::TooLong(what, most) => format!("the {what} is too long for the system's keyring, which takes {most} bytes"),
        Error::Invalid(what, why) => format!("the {what} cannot be kept in the system's keyring: {why}"),
        Error::Ambiguous(entries) => {
            format!("the system's keyring has {} entries of this name; delete all but one", entries.len())
        }
        other => format!("the system's keyring cannot be used: {other}"),
    }
}
