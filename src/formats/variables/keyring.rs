//! `{{$keyring NAME}}`: the value of an entry of the system's keyring, which is read for a send alone.

use std::sync::Arc;

use super::Variables;

/// Why an entry has no value yet, as the end of a sentence.
pub const UNREAD: &str = "is in the system's keyring, which is read on sending";

impl Variables {
    /// The entry that a call reads, of what follows the `$`; `None` if it reads none.
    pub(super) fn keyring_entry(&self, call: &str) -> Option<Result<String, String>> {
        let argument = call.strip_prefix("keyring")?;
        match argument.trim() {
            "" if argument.is_empty() || argument.starts_with(char::is_whitespace) => {
                Some(Err("needs the name of an entry: {{$keyring billing}}".into()))
            }
            name if argument.starts_with(char::is_whitespace) => Some(self.indirect(name)),
            _ => None,
        }
    }

    /// The entry of the keyring that a name without a value needs.
    pub fn unread_keyring_entry(&self, name: &str) -> Option<String> {
        let entry = self.keyring_entry(name.strip_prefix('$')?)?.ok()?;
        (!self.system.keyring.contains_key(&entry)).then_some(entry)
    }

    /// The same as if nothing had been read of the keyring.
    #[must_use]
    pub fn without_keyring(&self) -> Self {
        let mut variables = self.clone();
        variables.system.keyring = Arc::default();
        variables
    }
}
