//! Owner, group, mode and extended attributes (including the ACL) of a file. A save replaces the file, which would lose them.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{Gid, Uid, XattrFlags};

/// The extended attribute with the POSIX ACL.
const ACCESS_LIST: &str = "system.posix_acl_access";

/// The metadata of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMetadata {
    owner: u32,
    group: u32,
    mode: u32,
    attributes: Vec<(OsString, Vec<u8>)>,
    /// Set if the attributes could not be read.
    unread: bool,
}

/// What was not applied to a new file, and the permissions that are still safe for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedMetadata {
    /// What was not kept, in words.
    pub not_kept: Vec<String>,
    /// The permissions. If the group or the ACL is different, the group gets no more rights than everybody.
    pub permissions: Permissions,
}

impl FileMetadata {
    /// Reads the metadata of a file.
    ///
    /// # Errors
    /// If there is no such file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let about = std::fs::metadata(path)?;
        let attributes = attributes(path);
        let unread = attributes.is_err();
        let mode = about.mode() & 0o7777;
        Ok(Self { owner: about.uid(), group: about.gid(), mode, attributes: attributes.unwrap_or_default(), unread })
    }

    /// Applies owner, group and attributes to a new file, as far as the system permits. The caller sets the mode before
    /// [`FileMetadata::apply_access_list`].
    pub fn apply_to(&self, file: &File) -> AppliedMetadata {
        let mut not_kept = Vec::new();
        let is = |about: &io::Result<Metadata>, what: fn(&Metadata) -> u32, wanted: u32| about.as_ref().is_ok_and(|a| what(a) == wanted);
        let now = file.metadata();
        // A user can set a group of their own; only the superuser can change the owner.
        let has_group = is(&now, Metadata::gid, self.group) || rustix::fs::fchown(file, None, Some(Gid::from_raw(self.group))).is_ok();
        let has_owner = is(&now, Metadata::uid, self.owner) || rustix::fs::fchown(file, Some(Uid::from_raw(self.owner)), None).is_ok();
        if !has_owner {
            not_kept.push(format!("its owner (user {})", self.owner));
        }
        if !has_group {
            not_kept.push(format!("its group ({})", self.group));
        }
        if self.unread {
            not_kept.push("its extended attributes, which cannot be read".to_string());
        }
        let mut mode = self.mode;
        for (name, value) in &self.attributes {
            if set_attribute(file, name, value).is_err() {
                not_kept.push(format!("its attribute {}", name.display()));
                if name == ACCESS_LIST {
                    mode = narrowed(mode);
                }
            }
        }
        let mode = if has_group && !self.unread { mode } else { narrowed(mode) };
        AppliedMetadata { not_kept, permissions: Permissions::from_mode(mode) }
    }

    /// Applies the ACL again: setting the mode may have changed it.
    pub fn apply_access_list(&self, file: &File) {
        if let Some((name, value)) = self.attributes.iter().find(|(name, _)| name == ACCESS_LIST) {
            let _ = set_attribute(file, name, value);
        }
    }
}

/// A mode whose group rights are no more than everybody's, because they were meant for another group. Set-user-id and
/// set-group-id go too.
const fn narrowed(mode: u32) -> u32 {
    (mode & 0o1707) | ((mode & 0o070) & ((mode & 0o007) << 3))
}

/// The extended attributes of a file; none if the file system has none.
fn attributes(path: &Path) -> rustix::io::Result<Vec<(OsString, Vec<u8>)>> {
    use rustix::io::Errno;
    let mut names = vec![0; 64 << 10];
    let length = match rustix::fs::listxattr(path, names.as_mut_slice()) {
        Ok(length) => length,
        Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(Vec::new()),
        Err(fault) => return Err(fault),
    };
    names.truncate(length);
    let mut found = Vec::new();
    for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let name = OsString::from_vec(name.to_vec());
        let mut value = vec![0; 64 << 10];
        let length = rustix::fs::getxattr(path, name.as_os_str(), value.as_mut_slice())?;
        value.truncate(length);
        found.push((name, value));
    }
    Ok(found)
}

fn set_attribute(file: &File, name: &OsStr, value: &[u8]) -> rustix::io::Result<()> {
    let mut there = vec![0; value.len() + 1];
    // A label that the system sets on every file of a folder cannot be set, and need not be.
    let has_it = rustix::fs::fgetxattr(file, name.as_bytes(), there.as_mut_slice()).is_ok_and(|n| there.get(..n) == Some(value));
    if has_it { Ok(()) } else { rustix::fs::fsetxattr(file, name.as_bytes(), value, XattrFlags::empty()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_group_may_no_more_than_everybody() {
        for (mode, narrow) in
            [(0o640, 0o600), (0o664, 0o644), (0o660, 0o600), (0o644, 0o644), (0o666, 0o666), (0o2775, 0o755), (0o4755, 0o755)]
        {
            assert_eq!(narrowed(mode), narrow, "{mode:o}");
        }
    }
}
