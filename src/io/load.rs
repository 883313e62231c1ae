//! Loads files and texts for the app.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::clock;
use super::collections::{self, OpenedCollection, OpenedFolder};
use super::config_files;
use super::http::options::bytes;
use super::store::{self, FileKind, Folder, MAX_RECORDING, MAX_TEXT, SourceFile, Workspace};
use super::threads::halves;
use crate::app::LoadedFile;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::workspace::reload::OnDisk;
use crate::app::workspace::value_file::ValueFile;
use crate::checks::OwnServices;
use crate::checks::similar::distance;
use crate::domain::limits::MAX_ATTACHMENTS;
use crate::domain::secrecy::{quoted_argument, shapes};
use crate::domain::server_config::ServerConfig;
use crate::formats::attachment::Attachment;
use crate::formats::detect::{decode, decode_as, decode_owned, is_one_word, looks_like_token, read_any, recognize};
use crate::formats::env::{Environments, ValueKind};
use crate::formats::variables::Variables;
use crate::formats::{Format, Loss, ParsedInput, no_files};

/// What an argument names.
#[derive(Debug)]
pub enum Input {
    /// Files with requests.
    Requests(Vec<LoadedFile>),
    /// The configuration of a server.
    Configuration(ServerConfig),
}

impl Input {
    /// Its files with requests; none of a configuration.
    pub fn requests(self) -> Vec<LoadedFile> {
        match self {
            Self::Requests(files) => files,
            Self::Configuration(_) => Vec::new(),
        }
    }
}

/// The request files directly in a folder.
pub fn here(folder: &Path) -> Vec<LoadedFile> {
    of_workspace(&Workspace::here(folder), "")
}

/// Expands `~` in a typed path, since no shell did.
pub fn expand_home(path: &Path) -> Cow<'_, Path> {
    let home = path.strip_prefix("~").ok().and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    home.map_or(Cow::Borrowed(path), Cow::Owned)
}

/// Loads a path.
///
/// # Errors
/// As [`input`].
pub fn path(path: &Path) -> Result<OpenedFiles, String> {
    let path = &*expand_home(path);
    if !path.exists() {
        return Err(format!("{}: no such file or folder{}", quoted_argument(&path.display().to_string()), ending(nearest(path))));
    }
    Ok(opened(vec![(path.display().to_string(), input(&path.to_string_lossy())?)]))
}

/// Loads a file that is open, as it is on disk now: one with values of a kind, else one with requests.
///
/// # Errors
/// Says what could not be read, with line and column if there is one.
pub fn again(path: &Path, kind: Option<ValueKind>) -> Result<OnDisk, String> {
    let path = &*expand_home(path);
    let bytes = store::read(path, MAX_TEXT).map_err(|e| e.fault.to_string())?;
    let (text, encoding) = decode_owned(bytes).map_err(|e| e.to_string())?;
    if let Some(kind) = kind {
        return Ok(OnDisk::Values(ValueFile { path: path.to_path_buf(), kind, text: text.into(), encoding, is_on_disk: true }));
    }
    let name = name_of(path);
    let environments = Values::of(&Workspace::beside(folder_of(path))).environments;
    let loaded = requests(&name, path, &text, (environments, ""), &Attachments::default());
    Ok(OnDisk::requests(LoadedFile { encoding, ..loaded }))
}

/// Combines what was loaded for each argument.
pub fn opened(read: Vec<(String, Input)>) -> OpenedFiles {
    let (mut files, mut configs, mut losses) = (Vec::new(), Vec::new(), Vec::new());
    for (argument, input) in read {
        match input {
            Input::Requests(loaded) => {
                if loaded.iter().all(|file| file.exchanges.is_empty()) {
                    losses.push(Loss { line: 0, message: format!("{argument}: contains no request") });
                }
                files.extend(loaded);
            }
            Input::Configuration(config) => configs.push(Arc::new(config)),
        }
    }
    OpenedFiles::beside(configs, files, losses)
}

/// Loads an argument: a folder, a file, `-` for standard input, or a text.
///
/// # Errors
/// Says what could not be read, with line and column if there is one.
pub fn input(argument: &str) -> Result<Input, String> {
    input_with(argument, "")
}

/// As [`input`], with the variables of an environment filled in; the empty name stands for none.
///
/// # Errors
/// As [`input`].
pub fn input_with(argument: &str, environment: &str) -> Result<Input, String> {
    if argument == "-" {
        let bytes = store::read_stdin(MAX_RECORDING).map_err(|e| e.to_string())?;
        let content = decode_owned(bytes).map(|(text, _)| text).map_err(|e| e.to_string())?;
        if let Some(opened) = collections::opened(&content, "standard input", None) {
            return Ok(Input::Requests(collection(opened?, None, environment)));
        }
        return text(&content, "standard input").map(|l| Input::Requests(vec![l]));
    }
    let path = Path::new(argument);
    if let Some(opened) = collections::opened_at(path) {
        return Ok(Input::Requests(collection(opened, Some(path), environment)));
    }
    if path.is_dir() {
        return Ok(Input::Requests(of_workspace(&Workspace::walk(path), environment)));
    }
    if path.exists() {
        return file(path, environment).map_err(|why| format!("{argument}: {why}"));
    }
    if let Some(why) = missing(argument) {
        return Err(why);
    }
    text(argument, "argument").map(|l| Input::Requests(vec![l]))
}

/// Why an argument can be no input: it is meant as a path, or as a subcommand, and there is none. `None` for all that can be read.
pub fn missing(argument: &str) -> Option<String> {
    let path = Path::new(argument);
    // A command or a request has several words.
    if argument == "-" || argument.trim().contains(char::is_whitespace) || path.exists() {
        return None;
    }
    if is_path(argument) {
        return Some(format!("{}{}", no_such_path(argument), ending(nearest(path))));
    }
    if !is_one_word(argument) || !matches!(recognize(argument, None), Format::Token | Format::HttpFile) {
        return None;
    }
    let near = nearest(path);
    // It is read as a token where it looks like one, and like nothing that is here.
    let is_in_folder = path.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && folder.is_dir());
    if looks_like_token(argument) && (shapes::begins_as_token(argument) || near.is_none() && !is_in_folder) {
        return None;
    }
    let meant: Vec<String> = near.into_iter().chain(misspelled_command(argument).map(|command| format!("`authtui {command}`"))).collect();
    let meant = ending(Some(meant.join(" or ")).filter(|meant| !meant.is_empty()));
    Some(format!("{}: no such file, folder or subcommand (`authtui token` takes any token){meant}", quoted_argument(argument)))
}

/// That there is nothing at a path, and what there is instead.
pub fn no_such_path(argument: &str) -> String {
    format!("{}: no such file or folder (- reads standard input)", quoted_argument(argument))
}

/// What was meant, as the end of a message.
pub fn ending(meant: Option<String>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"))
}

/// The path in the same folder whose name is most like one that is not there.
pub fn nearest(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let entries = std::fs::read_dir(folder_of(path)).ok()?;
    let names = entries.flatten().take(NAMES_COMPARED).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_near = |steps: usize| steps <= 1 + name.len() / 4 && steps < name.len();
    let (_, other) = names.map(|other| (distance(&name, &other), other)).filter(|(steps, _)| is_near(*steps)).min()?;
    Some(folder_of(path).join(other).display().to_string())
}

/// How many names of a folder are compared with one that is not there.
const NAMES_COMPARED: usize = 10_000;

/// The subcommand that a word was meant to be.
fn misspelled_command(word: &str) -> Option<&'static str> {
    let is_word = word.bytes().all(|b| b.is_ascii_alphabetic()) && word.len() < 12;
    let near = ["check", "compare", "token", "explain", "import", "export", "tour"]
        .into_iter()
        .map(|command| (distance(&word.to_ascii_lowercase(), command), command));
    near.filter(|(steps, _)| is_word && *steps <= 2).min().map(|(_, command)| command)
}

/// True for a path that does not exist; it would otherwise be read as a token.
fn is_path(argument: &str) -> bool {
    let extension = Path::new(argument).extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let known = ["http", "rest", "har", "json", "bru", "txt", "curl", "log"].contains(&extension.as_str());
    let one_word = !argument.contains(char::is_whitespace) && !argument.contains("://");
    one_word && (known || argument.ends_with(['/', '\\']) || ["/", "./", "../", "~/"].iter().any(|start| argument.starts_with(start)))
}

fn file(path: &Path, environment: &str) -> Result<Input, String> {
    let bytes = store::read_argument(path, MAX_RECORDING).map_err(|e| e.fault.to_string())?;
    let (content, encoding) = decode_owned(bytes).map_err(|e| e.to_string())?;
    let name = name_of(path);
    if let Some(config) = config_files::of_text(path, &path.display().to_string(), &content) {
        return Ok(Input::Configuration(config));
    }
    if recognize(&content, Some(&name)) != Format::HttpFile || !is_request_file(path) {
        if let Some(opened) = collections::opened(&content, &name, Some(path)) {
            return Ok(Input::Requests(collection(opened?, Some(path), environment)));
        }
        let mut loaded = text(&content, &name)?;
        (loaded.services, loaded.unread) = services(&Workspace::beside(folder_of(path)));
        if let Ok(folder) = Folder::of_file(path) {
            loaded.read_keys(&|named: &str| folder.read(named, MAX_TEXT).map(Attachment::from).map_err(|e| e.to_string()));
        }
        config_files::read_named(&mut loaded, path);
        return Ok(Input::Requests(vec![loaded]));
    }
    if content.len() as u64 > MAX_TEXT {
        return Err(store::ReadFault::TooLarge(MAX_TEXT).to_string());
    }
    let near = Workspace::beside(folder_of(path));
    let values = Values::of(&near);
    let (services, unread) = services(&near);
    let loaded = requests(&name, path, &content, (values.environments, environment), &Attachments::default());
    let folder_losses = values.losses;
    Ok(Input::Requests(vec![LoadedFile { encoding, services, unread, value_files: values.files, folder_losses, ..loaded }]))
}

/// The files of a collection; the values beside it count before its own.
fn collection(opened: OpenedCollection, path: Option<&Path>, environment: &str) -> Vec<LoadedFile> {
    let near = path.map(|path| Workspace::beside(if path.is_dir() { path } else { folder_of(path) }));
    let values = Values::with(opened.values, near.as_ref());
    let (services, unread) = near.as_ref().map(services).unwrap_or_default();
    let attachments = Attachments::default();
    let read = |OpenedFolder { name, source, text }: &OpenedFolder| {
        let around = (values.environments.clone(), environment);
        let loaded = match path {
            Some(path) => LoadedFile { path: None, ..requests(name, path, text, around, &attachments) },
            None => LoadedFile::document_with(name, None, text, around, &no_files),
        };
        // Of dynamic variables the collection's own list tells. No line of the text that was made of it is one of the file.
        let losses =
            loaded.losses.into_iter().filter(|loss| !loss.message.starts_with("{{$")).map(|loss| Loss { line: 0, ..loss }).collect();
        let mut exchanges = loaded.exchanges;
        exchanges.iter_mut().for_each(|exchange| exchange.source.clone_from(source));
        LoadedFile { services: services.clone(), value_files: values.files.clone(), exchanges, losses, ..loaded }
    };
    let mut files: Vec<LoadedFile> = opened.files.iter().map(read).collect();
    if files.is_empty() {
        files.push(LoadedFile::default());
    }
    if let Some(first) = files.first_mut() {
        first.folder_losses = opened.losses.into_iter().chain(values.losses).collect();
        first.unread = opened.faults.into_iter().chain(unread).collect();
    }
    files
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_request_file(path: &Path) -> bool {
    FileKind::of(path) == Some(FileKind::Requests)
}

fn of_workspace(workspace: &Workspace, environment: &str) -> Vec<LoadedFile> {
    let Values { environments, files: value_files, losses } = Values::of(workspace);
    let (services, not_understood) = services(workspace);
    let mut unread: Vec<String> = workspace.problems.iter().map(ToString::to_string).chain(not_understood).collect();
    let attachments = Attachments::default();
    let read = |file: &&SourceFile| match decode_as(&file.bytes) {
        // A recorded response that a request refers to (`<> answers/a.http`) is not a request.
        Ok((text, _)) if text.trim_start().starts_with("HTTP/") => None,
        Ok((text, encoding)) => {
            let services = services.clone();
            Some(Ok(LoadedFile {
                encoding,
                services,
                value_files: value_files.clone(),
                ..requests(&file.name, &file.path, &text, (environments.clone(), environment), &attachments)
            }))
        }
        Err(why) => Some(Err(format!("{}: {why}", file.name))),
    };
    let sources: Vec<&SourceFile> = workspace.requests().collect();
    let mut files = Vec::new();
    for read in halves(&sources, |part| part.iter().filter_map(read).collect()) {
        match read {
            Ok(file) => files.push(file),
            Err(why) => unread.push(why),
        }
    }
    match files.first_mut() {
        _ if losses.is_empty() && unread.is_empty() => {}
        Some(first) => (first.folder_losses, first.unread) = (losses, unread),
        // A folder without readable files reports why.
        None => {
            files.push(LoadedFile { name: workspace.root.display().to_string(), folder_losses: losses, unread, ..LoadedFile::default() })
        }
    }
    files
}

/// The values around requests.
#[derive(Clone, Default)]
struct Values {
    /// The variables of each environment; the empty name stands for no environment.
    environments: BTreeMap<String, Variables>,
    /// The files that they are in, the nearest one last.
    files: Vec<ValueFile>,
    losses: Vec<Loss>,
}

impl Values {
    fn of(workspace: &Workspace) -> Self {
        Self::with(Vec::new(), Some(workspace))
    }

    /// The same on top of values that came in the file of another tool.
    fn with(imported: Vec<ValueFile>, workspace: Option<&Workspace>) -> Self {
        let (mut known, mut files, mut losses) = (Environments::default(), imported, Vec::new());
        for file in &files {
            // They were written here and are of their format.
            let _ = known.add_file(&file.text, file.kind);
        }
        for file in workspace.iter().flat_map(|workspace| &workspace.files) {
            let FileKind::Values(kind) = file.kind else { continue };
            let Ok((text, encoding)) = decode_as(&file.bytes) else { continue };
            let in_file = |message: String| format!("{}: {message}", file.name);
            match known.add_file(&text, kind) {
                Ok(lost) => losses.extend(lost.into_iter().map(|l| Loss { message: in_file(l.message), ..l })),
                Err(why) => losses.push(Loss { line: 0, message: in_file(why.to_string()) }),
            }
            // Read from several folders, it is still one file.
            let path = std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
            files.push(ValueFile { path, kind, text: text.into(), encoding, is_on_disk: true });
        }
        Self { environments: known.all(&clock::system()), files, losses }
    }
}

/// The services that are described beside the requests, and what is not understood of them.
fn services(workspace: &Workspace) -> (Option<Arc<OwnServices>>, Vec<String>) {
    let (mut own, mut unread) = (OwnServices::default(), Vec::new());
    for file in workspace.files.iter().filter(|file| file.kind == FileKind::Services) {
        let read = decode(&file.bytes).map_err(|e| e.to_string()).and_then(|text| OwnServices::read(&text).map_err(|e| e.to_string()));
        match read {
            Ok(services) => own.add(services),
            Err(why) => unread.push(format!("{}: {why}", file.name)),
        }
    }
    ((!own.is_empty()).then(|| Arc::new(own)), unread)
}

/// The files that the requests of a folder refer to, each read once.
#[derive(Default)]
struct Attachments(Mutex<AttachmentCache>);

#[derive(Default)]
struct AttachmentCache {
    files: HashMap<PathBuf, Attachment>,
    bytes: usize,
}

impl Attachments {
    /// A cached file, or the file read now.
    ///
    /// # Errors
    /// A read error, or that all files together are too large.
    fn get(&self, path: PathBuf, read: impl FnOnce() -> Result<Vec<u8>, String>) -> Result<Attachment, String> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().files.get(&path) {
            return Ok(known.clone());
        }
        let file = Attachment::from(read()?);
        let mut known = known();
        if known.bytes + file.len() > MAX_ATTACHMENTS {
            return Err(format!("the files that requests refer to are larger than {} together", bytes(MAX_ATTACHMENTS)));
        }
        known.bytes += file.len();
        Ok(known.files.entry(path).or_insert(file).clone())
    }
}

fn requests(
    name: &str,
    path: &Path,
    text: &str,
    (environments, environment): (BTreeMap<String, Variables>, &str),
    attachments: &Attachments,
) -> LoadedFile {
    // Most requests refer to no file.
    let folder = OnceCell::new();
    let files = |named: &str| match folder.get_or_init(|| Folder::of_file(path)) {
        Ok(folder) => attachments.get(path.with_file_name(named), || folder.read(named, MAX_TEXT).map_err(|e| e.to_string())),
        Err(why) => Err(why.to_string()),
    };
    let mut loaded = LoadedFile::document_with(name, Some(path.to_path_buf()), text, (environments, environment), &files);
    config_files::read_named(&mut loaded, path);
    loaded
}

/// Reads the files that a request body refers to; returns those that changed.
///
/// # Errors
/// Which of them cannot be read, and why.
pub fn body_files(requests: &Path, files: Vec<(String, Option<Attachment>)>) -> Result<Vec<(String, Attachment)>, String> {
    let requests = &*expand_home(requests);
    let folder = Folder::of_file(requests).map_err(|why| why.to_string())?;
    let attachments = Attachments::default();
    let mut changed = Vec::new();
    for (name, known) in files {
        let read = || folder.read(&name, MAX_TEXT).map_err(|e| e.to_string());
        let file = attachments.get(requests.with_file_name(&name), read);
        let file = file.map_err(|why| format!("cannot read the body file {name}: {why}"))?;
        if known.as_ref() != Some(&file) {
            changed.push((name, file));
        }
    }
    Ok(changed)
}

fn text(text: &str, source: &str) -> Result<LoadedFile, String> {
    let ParsedInput { exchanges, losses, of_output, unknown } = read_any(text, source).map_err(|e| e.to_string())?;
    Ok(LoadedFile { losses, of_output, unknown, ..LoadedFile::exchanges(source, exchanges) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_read_is_told_beside_the_others() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("bad.http"), b"GET https://h/\nX: \xff\n").expect("a file");
        let told = |files: &[LoadedFile]| files.iter().flat_map(|f| f.unread.clone()).collect::<Vec<_>>().join("\n");
        let alone = here(folder.path());
        assert!(alone.iter().all(|f| f.exchanges.is_empty()));
        assert!(told(&alone).contains("bad.http: line 2, column 4"), "{}", told(&alone));
        std::fs::write(folder.path().join("good.http"), "GET https://h/\n").expect("a file");
        let both = here(folder.path());
        assert_eq!(both.iter().map(|f| f.exchanges.len()).sum::<usize>(), 1);
        assert!(told(&both).contains("bad.http"));
    }

    #[test]
    fn a_path_at_which_nothing_stands_is_no_token() {
        for path in ["nowhere.http", "./nowhere", "/nowhere/at-all.har"] {
            assert!(input(path).is_err_and(|why| why.contains("no such file")), "{path}");
        }
        for text in ["eyJhbGciOiJub25lIn0.e30.", "curl https://h/a.json", "https://h/a.json"] {
            assert!(!is_path(text), "{text}");
        }
    }
}
