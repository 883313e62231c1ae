//! Files that were read and are ready to be opened.

use std::sync::Arc;

use super::loaded_file::LoadedFile;
use super::request_file::RequestFile;
use crate::domain::server_config::ServerConfig;
use crate::formats::Loss;

/// Files that were read and are ready to be opened.
#[derive(Clone, Debug, Default)]
pub struct OpenedFiles {
    /// The files, without identifiers yet.
    pub files: Vec<RequestFile>,
    /// Configurations of servers.
    pub configs: Vec<Arc<ServerConfig>>,
    /// What could not be read or imported.
    pub losses: Vec<Loss>,
}

impl OpenedFiles {
    /// Prepares files; `losses` are known already.
    pub fn of(files: Vec<LoadedFile>, losses: Vec<Loss>) -> Self {
        Self::beside(Vec::new(), files, losses)
    }

    /// Prepares files beside configurations, which count for all their requests.
    pub fn beside(configs: Vec<Arc<ServerConfig>>, mut files: Vec<LoadedFile>, mut losses: Vec<Loss>) -> Self {
        // What is not imported from a request file stays in it; of a paste or a recording it would be lost.
        losses.extend(files.iter().filter(|f| f.document.is_none()).flat_map(|f| f.losses.clone()));
        losses.extend(files.iter().flat_map(|f| f.key_losses.clone()));
        let unread = |f: &LoadedFile| f.unread.iter().map(|message| Loss { line: 0, message: message.clone() }).collect::<Vec<_>>();
        losses.extend(files.iter().flat_map(|f| [unread(f), f.folder_losses.clone()].concat()));
        files.retain(|f| f.document.is_some() || !f.exchanges.is_empty());
        if !configs.is_empty() {
            let exchanges = files.iter_mut().flat_map(|file| &mut file.exchanges);
            exchanges.for_each(|exchange| exchange.context.server_configs.extend(configs.iter().cloned()));
        }
        Self { files: files.into_iter().map(RequestFile::of).collect(), configs, losses }
    }
}
