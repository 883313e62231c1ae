//! A file as it was read, before its requests become editable.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::value_file::ValueFile;
use crate::checks::OwnServices;
use crate::domain::exchange::Exchange;
use crate::domain::span::line_column;
use crate::domain::token::dpop::DpopKey;
use crate::domain::token::keys::KeySet;
use crate::formats::attachment::Attachment;
use crate::formats::detect::Encoding;
use crate::formats::http_file::Document;
use crate::formats::variables::Variables;
use crate::formats::{Files, FormatError, Loss};

/// A file with its exchanges.
#[derive(Clone, Debug, Default)]
pub struct LoadedFile {
    /// Its name on the screen.
    pub name: String,
    /// Where to save it; `None` unless it is an `.http` file.
    pub path: Option<PathBuf>,
    /// Its text with the position of every request, for the `.http` format.
    pub document: Option<Document>,
    /// Its exchanges, in order.
    pub exchanges: Vec<Exchange>,
    /// Variables by environment; the empty name stands for no environment.
    pub environments: BTreeMap<String, Variables>,
    /// The files that these are in, the nearest one last.
    pub value_files: Vec<ValueFile>,
    /// Its text encoding.
    pub encoding: Encoding,
    /// Files that its requests refer to.
    pub attachments: BTreeMap<String, Attachment>,
    /// True for a file of the built-in tour.
    pub is_tour: bool,
    /// Services that the user described beside it.
    pub services: Option<Arc<OwnServices>>,
    /// What was left out or read otherwise.
    pub losses: Vec<Loss>,
    /// Why keys and configurations that its requests name cannot be read.
    pub key_losses: Vec<Loss>,
    /// The same of what changes no request, only what a tool does with the answer.
    pub of_output: Vec<Loss>,
    /// Other files of its folder that could not be read.
    pub folder_losses: Vec<Loss>,
    /// Those of them that contain requests, which `check` would miss.
    pub unread: Vec<String>,
    /// What was not understood at all, with its position.
    pub unknown: Vec<FormatError>,
}

impl LoadedFile {
    /// Exchanges of any other format.
    pub fn exchanges(name: impl Into<String>, exchanges: Vec<Exchange>) -> Self {
        Self { name: name.into(), exchanges, ..Self::default() }
    }

    /// An `.http` file. `files` reads the files that it refers to.
    pub fn document(
        name: impl Into<String>,
        path: Option<PathBuf>,
        text: &str,
        environments: BTreeMap<String, Variables>,
        files: &Files,
    ) -> Self {
        Self::document_with(name, path, text, (environments, ""), files)
    }

    /// The same with the variables of one of the environments filled in; the empty name stands for none.
    pub fn document_with(
        name: impl Into<String>,
        path: Option<PathBuf>,
        text: &str,
        (environments, environment): (BTreeMap<String, Variables>, &str),
        files: &Files,
    ) -> Self {
        let name = name.into();
        let document = Document::read(text);
        // Editing parses a request again and again; its files are read once.
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
        let variables = environments.get(environment).or_else(|| environments.get("")).unwrap_or(&none);
        let (mut exchanges, mut losses) = (Vec::new(), Vec::new());
        for (mut exchange, lost) in document.exchanges(variables, &keeping) {
            exchange.source.clone_from(&name);
            exchanges.push(exchange);
            losses.extend(lost);
        }
        losses.extend(document.unread());
        let mut loaded = Self {
            name,
            path,
            document: Some(document),
            exchanges,
            environments,
            value_files: Vec::new(),
            attachments: attachments.into_inner(),
            is_tour: false,
            services: None,
            losses,
            key_losses: Vec::new(),
            of_output: Vec::new(),
            encoding: Encoding::default(),
            folder_losses: Vec::new(),
            unread: Vec::new(),
            unknown: Vec::new(),
        };
        loaded.read_keys(files);
        loaded
    }

    /// The line of a request in the file, from 1; `None` where it is in no file of requests.
    pub fn line_of(&self, index: usize) -> Option<usize> {
        let document = self.document.as_ref()?;
        let block = document.block(index)?;
        Some(line_column(document.text(), block.span.start).0)
    }

    /// Why an environment cannot be chosen: no file beside it has one of that name.
    pub fn lacks_environment(&self, name: &str) -> Option<String> {
        if name.is_empty() || self.document.is_none() || self.environments.contains_key(name) {
            return None;
        }
        let known: Vec<&str> = self.environments.keys().map(String::as_str).filter(|name| !name.is_empty()).collect();
        Some(match known.as_slice() {
            [] => format!("there is no environment {name:?}: no http-client.env.json beside the file or above it names one"),
            known => format!("there is no environment {name:?}; there are {}", known.join(", ")),
        })
    }

    /// Reads the keys that the exchanges refer to.
    pub fn read_keys(&mut self, files: &Files) {
        let (mut sets, mut proofs) = (KeyFiles::new("keys"), KeyFiles::new("DPoP key"));
        for context in self.exchanges.iter_mut().map(|e| &mut e.context) {
            if let (Some(path), None) = (&context.jwks, &context.keys) {
                context.keys = sets.get(path, |path| KeySet::read(files(path)?.text(), path), &mut self.key_losses);
            }
            if let (Some(path), None) = (&context.dpop_key_file, &context.dpop_key) {
                context.dpop_key = proofs.get(path, |path| DpopKey::read(files(path)?.text().as_bytes()), &mut self.key_losses);
            }
        }
    }
}

/// What the key files of one kind hold. Most requests of a file refer to the same one; it is read, and its faults reported, once.
struct KeyFiles<T> {
    what: &'static str,
    known: HashMap<String, Option<Arc<T>>>,
}

impl<T> KeyFiles<T> {
    fn new(what: &'static str) -> Self {
        Self { what, known: HashMap::new() }
    }

    fn get(&mut self, path: &str, read: impl Fn(&str) -> Result<T, String>, losses: &mut Vec<Loss>) -> Option<Arc<T>> {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let read = read(path);
        if let Err(why) = &read {
            losses.push(Loss { line: 0, message: format!("cannot read the {} in {path}: {why}", self.what) });
        }
        self.known.entry(path.to_string()).or_insert(read.ok().map(Arc::new)).clone()
    }
}
