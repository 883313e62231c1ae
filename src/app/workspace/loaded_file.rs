//! What is put on the bench: a file as it was read, before it becomes requests that can be edited.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use crate::checks::OwnServices;
use crate::domain::exchange::Exchange;
use crate::domain::token::keys::KeySet;
use crate::formats::attachment::Attachment;
use crate::formats::detect::Encoding;
use crate::formats::http_file::Document;
use crate::formats::variables::Variables;
use crate::formats::{Files, FormatError, Loss};

/// A file with its exchanges.
#[derive(Clone, Debug, Default)]
pub struct LoadedFile {
    /// What it is called on the screen.
    pub name: String,
    /// Where it is saved to; `None` when it is no file of the `.http` format.
    pub path: Option<PathBuf>,
    /// Its text with the place of every request, for the `.http` format.
    pub document: Option<Document>,
    /// Its exchanges, in order.
    pub exchanges: Vec<Exchange>,
    /// Variables from around it, by the name of the environment; the empty name is no environment.
    pub environments: BTreeMap<String, Variables>,
    /// How its bytes stand for its text.
    pub encoding: Encoding,
    /// Files that its requests name.
    pub attachments: BTreeMap<String, Attachment>,
    /// Services that the user described beside it.
    pub services: Option<Arc<OwnServices>>,
    /// What was not carried over.
    pub losses: Vec<Loss>,
    /// What lies beside it and could not be read: other files of its folder, environments.
    pub beside: Vec<Loss>,
    /// Those of them that hold requests, and are lost to a check.
    pub unread: Vec<String>,
    /// What is not understood at all, with its place.
    pub unknown: Vec<FormatError>,
}

impl LoadedFile {
    /// Exchanges of any other format.
    pub fn exchanges(name: impl Into<String>, exchanges: Vec<Exchange>) -> Self {
        Self { name: name.into(), exchanges, ..Self::default() }
    }

    /// A file of the `.http` format. `files` gives the files that it names.
    pub fn document(
        name: impl Into<String>,
        path: Option<PathBuf>,
        text: &str,
        environments: BTreeMap<String, Variables>,
        files: &Files,
    ) -> Self {
        let name = name.into();
        let document = Document::read(text);
        // Editing reads a request again and again; the files that it names are kept from the first time.
        let attachments = RefCell::new(BTreeMap::new());
        let keeping = |path: &str| {
            if let Some(known) = attachments.borrow().get(path) {
                return Ok(Attachment::clone(known));
            }
            let file = files(path)?;
            attachments.borrow_mut().insert(path.to_string(), file.clone());
            Ok(file)
        };
        let none = Variables::default();
        let variables = environments.get("").unwrap_or(&none);
        let (mut exchanges, mut losses) = (Vec::new(), Vec::new());
        for (mut exchange, lost) in document.exchanges(variables, &keeping) {
            exchange.source.clone_from(&name);
            exchanges.push(exchange);
            losses.extend(lost);
        }
        let mut loaded = Self {
            name,
            path,
            document: Some(document),
            exchanges,
            environments,
            attachments: attachments.into_inner(),
            services: None,
            losses,
            encoding: Encoding::default(),
            beside: Vec::new(),
            unread: Vec::new(),
            unknown: Vec::new(),
        };
        loaded.read_keys(files);
        loaded
    }

    /// Reads the key sets that the exchanges name.
    pub fn read_keys(&mut self, files: &Files) {
        // The requests of a file mostly name the same set; it is read, and what is wrong with it told, once.
        let mut known: HashMap<String, Option<Arc<KeySet>>> = HashMap::new();
        for context in self.exchanges.iter_mut().map(|e| &mut e.context).filter(|c| c.keys.is_none()) {
            let Some(path) = &context.jwks else { continue };
            if !known.contains_key(path) {
                let read = files(path).and_then(|file| KeySet::read(file.text(), path));
                if let Err(why) = &read {
                    self.losses.push(Loss { line: 0, message: format!("the keys in {path} are not read: {why}") });
                }
                known.insert(path.clone(), read.ok().map(Arc::new));
            }
            context.keys = known.get(path).cloned().flatten();
        }
    }
}
