//! What is put on the bench: a file as it was read, before it becomes requests that can be edited.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::exchange::Exchange;
use crate::formats::http_file::Document;
use crate::formats::variables::Variables;
use crate::formats::{Files, Loss};

/// A file with its exchanges.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
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
    /// Files that its requests name.
    pub attachments: BTreeMap<String, Vec<u8>>,
    /// What was not carried over.
    pub losses: Vec<Loss>,
}

impl Loaded {
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
            let bytes = files(path)?;
            attachments.borrow_mut().insert(path.to_string(), bytes.clone());
            Ok(bytes)
        };
        let none = Variables::default();
        let variables = environments.get("").unwrap_or(&none);
        let (mut exchanges, mut losses) = (Vec::new(), Vec::new());
        for index in 0..document.len() {
            let (mut exchange, lost) = document.exchange(index, variables, &keeping).unwrap_or_default();
            exchange.source.clone_from(&name);
            exchanges.push(exchange);
            losses.extend(lost);
        }
        Self { name, path, document: Some(document), exchanges, environments, attachments: attachments.into_inner(), losses }
    }
}
