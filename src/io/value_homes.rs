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

/// The homes of all values in some drafts, by the paths in them.
pub fn of(drafts: &[OrphanedDraft], open: Vec<(FileId, PathBuf)>) -> BTreeMap<String, ValueHome> {
    let open: Vec<(FileId, PathBuf)> = open.into_iter().map(|(id, path)| (id, absolute(&path))).collect();
    let mut homes = BTreeMap::new();
    for value in drafts.iter().flat_map(|left| &left.draft.values) {
        homes.entry(value.path.clone()).or_insert_with(|| home(&absolute(Path::new(&value.path)), &value.place, &open));
    }
    for home in drafts.iter().flat_map(|left| &left.draft.files).flat_map(|file| &file.requests).filter_map(|request| request.home.as_ref())
    {
        let known = || open.iter().find(|(_, known)| *known == absolute(Path::new(&home.path)));
        homes.entry(home.path.clone()).or_insert_with(|| match known() {
            Some((id, _)) => ValueHome::Open(*id),
            None => ValueHome::Nowhere(format!("{} is not open", home.path)),
        });
    }
    homes
}

fn home(path: &Path, place: &ValuePlace, open: &[(FileId, PathBuf)]) -> ValueHome {
    if let Some((id, _)) = open.iter().find(|(_, known)| known == path) {
        return ValueHome::Open(*id);
    }
    match place {
        ValuePlace::Definition(_) => ValueHome::Nowhere(format!("{} is not open", path.display())),
        ValuePlace::Environment(kind, _) => {
            let beside = open.iter().filter(|(_, known)| known.parent() == path.parent()).map(|(id, _)| *id).collect();
            value_file(path, *kind, beside)
        }
    }
}

fn value_file(path: &Path, kind: ValueKind, beside: Vec<FileId>) -> ValueHome {
    let nowhere = |why: String| ValueHome::Nowhere(format!("{}: {why}", path.display()));
    match read(path, MAX_TEXT) {
        Ok(bytes) => match decode_as(&bytes) {
            Ok((text, encoding)) => {
                ValueHome::Read(ValueFile { path: path.to_path_buf(), kind, text: text.into(), encoding, is_on_disk: true }, beside)
            }
            Err(why) => nowhere(why.to_string()),
        },
        Err(why) => match &why.fault {
            ReadFault::Missing => ValueHome::Absent(path.to_path_buf(), beside),
            fault => nowhere(fault.to_string()),
        },
    }
}
