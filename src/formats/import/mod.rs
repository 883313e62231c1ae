//! Collections of other tools: read into one model, written as `.http` files with their environments.
//!
//! ```text
//! Postman, Bruno, …  →  collection::Collection  →  auth (inheritance)  →  write: .http, http-client.env.json
//! ```

pub mod auth;
mod body;
pub mod bruno;
pub mod collection;
mod dynamic;
mod insomnia;
mod literal;
mod names;
mod openapi;
pub mod postman;
mod request;
mod tree;
pub mod values;
pub mod write;

use collection::{Collection, Environment, ImportLoss, Tool};
pub use names::{NOT_WALKED, Taken, file_name};
use write::{Converted, convert};

use super::env::{Environments, ValueKind};
use super::http_file::{self, Document};
use super::variables::{System, Variables};
use super::{FormatError, Loss, ParsedInput, no_files};

/// What a file of another tool holds.
#[derive(Clone, Debug)]
pub enum Imported {
    /// Requests.
    Collection(Box<Collection>),
    /// Values for requests, with what of them is not carried over.
    Environment(Environment, Vec<ImportLoss>),
}

/// Reads a text of a tool that is known; `None` for any other text.
///
/// # Errors
/// When it is of such a tool and broken, with line and column.
pub fn read(text: &str, source: &str) -> Option<Result<Imported, FormatError>> {
    let of_text = [postman::read, bruno::read_file, insomnia::read, openapi::read];
    if let Some(read) = of_text.into_iter().find_map(|read| read(text, source)) {
        return Some(read.and_then(|imported| not_empty(text, imported)));
    }
    let json: serde_json::Value = if text.trim_start().starts_with('{') { serde_json::from_str(text).ok()? } else { return None };
    bruno::is_export(&json).then(|| Ok(Imported::Collection(Box::new(bruno::read_export(&json, source)))))
}

/// A collection without a request is named as what it is.
fn not_empty(text: &str, imported: Imported) -> Result<Imported, FormatError> {
    match &imported {
        Imported::Collection(collection) if collection.is_empty() && collection.losses.is_empty() => {
            let what = match collection.tool {
                Tool::OpenApi => "an OpenAPI description without an operation",
                Tool::Postman => "a Postman collection without a request",
                Tool::Bruno => "a Bruno collection without a request",
                Tool::Insomnia => "an Insomnia export without a request",
            };
            Err(FormatError::at(text, 0, format!("this is {what}")).with_help("export the collection again, with its requests"))
        }
        _ => Ok(imported),
    }
}

/// As [`read`], for a text that is probably of such a tool: any other one, however long, is only looked through.
///
/// # Errors
/// As [`read`].
pub fn read_if_likely(text: &str, source: &str) -> Option<Result<Imported, FormatError>> {
    if is_known(text, source) { read(text, source) } else { None }
}

/// True for a text that is probably of a known tool, without reading it.
pub fn is_known(text: &str, source: &str) -> bool {
    let is_of_any = [postman::is_likely, insomnia::is_likely, openapi::is_likely].into_iter().any(|is_likely| is_likely(text));
    let is_named = [".postman_collection.json", ".bru"].iter().any(|end| source.ends_with(end));
    is_of_any || is_named || memchr::memmem::find(text.as_bytes(), b"\"brunoConfig\"").is_some()
}

/// Environments alone as files.
pub fn values_of(environments: &[Environment]) -> Converted {
    convert(&Collection::default(), environments)
}

/// Reads a collection as one file of requests, for a text that is in no file: a paste, standard input. `None` for any other text.
///
/// # Errors
/// As [`read`], and for environments, which hold no request.
pub fn read_as_requests(text: &str, source: &str) -> Option<Result<(ParsedInput, Document), FormatError>> {
    let collection = match read(text, source)? {
        Ok(Imported::Collection(collection)) => collection,
        Ok(Imported::Environment(..)) => return Some(Err(FormatError::at(text, 0, VALUES).with_help(VALUES_HELP))),
        Err(why) => return Some(Err(why)),
    };
    let converted = convert(&collection, &[]);
    let texts: Vec<&str> = converted.files.iter().map(|file| file.document.text()).collect();
    let document = Document::read(&texts.join("\n"));
    let mut input = http_file::read_document(&document, source, &variables(&converted), &no_files);
    input.losses = converted.losses.into_iter().map(|loss| Loss { line: loss.line, message: loss.message }).collect();
    Some(Ok((input, document)))
}

const VALUES: &str = "this is an environment, which holds values and no request";
const VALUES_HELP: &str = "open the collection beside it, or convert both with authtui import COLLECTION ENVIRONMENT";

/// The values that count without an environment.
fn variables(converted: &Converted) -> Variables {
    let mut environments = Environments::default();
    for (text, kind) in [(&converted.values.public, ValueKind::Public), (&converted.values.private, ValueKind::Private)] {
        // Written here, they are of their format.
        let _ = text.as_ref().map(|text| environments.add_file(text, kind));
    }
    let mut variables = Variables::new(System::default());
    environments.fill(&mut variables, None);
    variables
}
