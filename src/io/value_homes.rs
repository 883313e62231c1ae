//! Where the requests and values of drafts go back to: files that are open by any spelling of their path, else files that are read now.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::paths::absolute;
use super::store::{MAX_TEXT, ReadFault, read};
use crate::app::ids::FileId;
use crate::app::workspace::draft::{OrphanedDraft, ValueHome};
use crate::app::workspace::value_file::ValueFile;
use crate::formats::detect::decode_as;
use crate::formats::draft::ValuePlace;
use crate::formats::env::ValueKind;

/// The homes of all that is in some drafts, by the paths in them. What is in a file of requests that is not open has none.
pub fn of(drafts: &[OrphanedDraft], open: Vec<(FileId, PathBuf)>) -> BTreeMap<String, ValueHome> {
    let open: Vec<(FileId, PathBuf)> = open.into_iter().map(|(id, path)| (id, absolute(&path))).collect();
    let requests = drafts.iter().flat_map(|left| &left.draft.files).flat_map(|file| &file.requests);
    let of_requests = requests.filter_map(|request| Some((&request.home.as_ref()?.path, None)));
    let of_values = drafts.iter().flat_map(|left| &left.draft.values).map(|value| match value.place {
        ValuePlace::Environment(kind, _) => (&value.path, Some(kind)),
        ValuePlace::Definition(_) => (&value.path, None),
    });
    let mut homes = BTreeMap::new();
    for (path, kind) in of_values.chain(of_requests) {
        if !homes.contains_key(path) {
            homes.extend(home(&absolute(Path::new(path)), kind, &open).map(|home| (path.clone(), home)));
        }
    }
    homes
}

/// The home at a path; a file that is not open is read only if it is one with values.
fn home(path: &Path, kind: Option<ValueKind>, open: &[(FileId, PathBuf)]) -> Option<ValueHome> {
    if let Some((id, _)) = open.iter().find(|(_, known)| known == path) {
        return Some(ValueHome::Open(*id));
    }
    let beside = open.iter().filter(|(_, known)| known.parent() == path.parent()).map(|(id, _)| *id).collect();
    Some(value_file(path, kind?, beside))
}

fn value_file(path: &Path, kind: ValueKind, beside: Vec<FileId>) -> ValueHome {
    let unreadable = |why: String| ValueHome::Unreadable(format!("{}: {why}", path.display()));
    match read(path, MAX_TEXT) {
        Ok(bytes) => match decode_as(&bytes) {
            Ok((text, encoding)) => {
                ValueHome::Read(ValueFile { path: path.to_path_buf(), kind, text: text.into(), encoding, is_on_disk: true }, beside)
            }
            Err(why) => unreadable(why.to_string()),
        },
        Err(why) => match &why.fault {
            ReadFault::Missing => ValueHome::Absent(path.to_path_buf(), beside),
            fault => unreadable(fault.to_string()),
        },
    }
}
