//! Walking through what logs say.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::app::dialogs::Overlay;
use crate::app::dialogs::logs::{LogLine, LogLines, LogsView};
use crate::app::effect::Effect;
use crate::app::ids::{OpenId, RequestPosition};
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::workspace::loaded_file::LoadedFile;
use crate::app::workspace::request_file::RequestFile;
use crate::domain::challenge::is_token;
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::visible::unsteered;

/// The file of the requests that are made of lines.
const FROM_LOGS: &str = "from logs";

/// What no address can be sent with.
const UNSENDABLE: &AsciiSet = &CONTROLS.add(b' ');

impl Model {
    /// Opens what logs say.
    pub fn show_logs(&mut self, view: LogsView) {
        self.logs = Some(Box::new(view));
        self.overlay = Some(Overlay::Logs);
    }

    /// Enter: the lines of a row, or the request of a line.
    pub(super) fn choose_in_logs(&mut self) -> Vec<Effect> {
        if self.has_log_lines() {
            self.request_of_line();
            return Vec::new();
        }
        let id = OpenId(self.number());
        let Some(view) = &mut self.logs else { return Vec::new() };
        let Some(row) = view.row() else { return Vec::new() };
        view.lines = Some(LogLines { id, title: format!("{} {}", row.table, row.name), read: None, chosen: 0 });
        vec![Effect::ReadLogLines(id, row)]
    }

    /// Takes in the lines that were read, unless others are shown by now.
    pub(super) fn log_lines_read(&mut self, id: OpenId, read: Result<Vec<LogLine>, String>) {
        let shown = self.logs.as_mut().and_then(|view| view.lines.as_mut()).filter(|lines| lines.id == id);
        shown.into_iter().for_each(|lines| lines.read = Some(read.clone()));
    }

    /// Back to the table, else to the requests.
    pub(super) fn leave_logs(&mut self) {
        match self.logs.as_mut().and_then(|view| view.lines.take()) {
            Some(_) => {}
            None => self.overlay = None,
        }
    }

    /// Makes a request of the chosen line, with what the log knows of its answer.
    pub(super) fn request_of_line(&mut self) {
        let Some(line) = self.logs.as_ref().and_then(|view| view.line()).cloned() else { return };
        let mut headers = Headers::default();
        // A client wrote what it wanted: a line break in its name may begin no header of its own.
        let agent = unsteered(line.agent.trim());
        if !agent.is_empty() && agent != "-" {
            headers.push("User-Agent", agent);
        }
        let target = utf8_percent_encode(line.target.trim(), UNSENDABLE).to_string();
        let has_host = ["http://", "https://"].iter().any(|scheme| target.starts_with(scheme));
        let slash = if target.starts_with('/') { "" } else { "/" };
        let url = if has_host { target } else { format!("http://HOST{slash}{target}") };
        let is_method = !line.method.is_empty() && is_token(&line.method);
        let method = if is_method { line.method } else { "GET".to_string() };
        let request = Request { method, url, headers, ..Request::default() };
        let mut exchange =
            Exchange { request, answer: Some(Response { status: line.status, ..Response::default() }), ..Exchange::default() };
        exchange.context.notes = Some(line.text);
        // Logs of access have no credentials in them.
        exchange.context.sanitized = true;
        match self.files.iter().position(|file| file.name == FROM_LOGS && file.path.is_none()) {
            Some(at) => self.insert_loose(at, exchange),
            None => {
                if self.files.iter().all(RequestFile::is_scratch) {
                    self.files.clear();
                }
                self.add_file(LoadedFile::exchanges(FROM_LOGS, vec![exchange]));
                self.open(RequestPosition { file: self.files.len().saturating_sub(1), entry: 0 });
            }
        }
        self.overlay = None;
        self.focus = Focus::On(Pane::Request);
        if !has_host {
            self.notify(Tone::Good, "The log does not name the host: write it in the place of HOST");
        }
    }

    fn insert_loose(&mut self, at: usize, exchange: Exchange) {
        let entry = self.entry_of(exchange);
        let Some(file) = self.files.get_mut(at) else { return };
        let place = file.entries.len();
        file.entries.insert(place, entry);
        self.open(RequestPosition { file: at, entry: place });
    }
}
