//! Drafts: unsaved changes survive a panic, a signal and a kill.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::files::counted;
use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::ids::RequestPosition;
use crate::app::model::{Model, Tone};
use crate::app::workspace::draft::{self, DraftSecrets, OrphanedDraft};
use crate::app::workspace::expectations::Field;
use crate::app::workspace::loaded_file::LoadedFile;
use crate::app::workspace::part::NO_REDIRECT;
use crate::app::workspace::pasted::share_definitions;
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::resolver::VariableResolver;
use crate::domain::exchange::{Exchange, HttpVersion, Redirects};
use crate::domain::request::RequestText;
use crate::domain::secrecy::quoted;
use crate::formats::draft::{Draft, DraftFile, DraftRequest, DraftValue, ValuePlace};
use crate::formats::http_file::Document;

impl Model {
    /// Everything unsaved.
    pub fn draft(&self) -> Draft {
        let secrets = self.draft_secrets;
        let unsaved = |f: &RequestFile| f.entries.iter().filter(|e| e.is_unsaved()).map(|e| draft::request(f, e, secrets)).collect();
        let files = self.files.iter().map(|f| DraftFile { name: f.name.clone(), requests: unsaved(f) });
        let definitions = self.files.iter().flat_map(|file| draft::definitions(file, secrets));
        let values = definitions.chain(self.value_files.unsaved().flat_map(|file| draft::values(file, secrets))).collect();
        Draft { files: files.filter(|f| !f.requests.is_empty()).collect(), values }
    }

    /// The effect that updates the draft on disk, if it changed.
    pub(super) fn save_draft(&mut self) -> Vec<Effect> {
        let draft = self.draft();
        if draft == self.saved_draft {
            return Vec::new();
        }
        self.saved_draft = draft.clone();
        vec![if draft.is_empty() { Effect::DeleteDraft } else { Effect::SaveDraft(draft) }]
    }

    /// Asks what to do with drafts of other sessions, once no dialog is open.
    pub(super) fn offer_drafts(&mut self, left: Vec<OrphanedDraft>) {
        if !left.is_empty() {
            self.waiting.push_back(Overlay::Drafts(left));
        }
    }

    /// Opens drafts: in the files that they are of, as unsaved changes; what is of no open file becomes a file of its own.
    pub(super) fn open_drafts(&mut self, left: Vec<OrphanedDraft>) -> Vec<Effect> {
        let (own, mut restored) = (self.files.len(), None);
        let mut keys = Vec::new();
        for file in left.iter().flat_map(|l| &l.draft.files) {
            let rest = self.restore_requests(&file.requests, &mut restored);
            if rest.is_empty() {
                continue;
            }
            self.add_file(LoadedFile::exchanges(format!("draft of {}", file.name), Vec::new()));
            let mut entries: Vec<Entry> = rest.into_iter().map(|request| self.entry_of_draft(request)).collect();
            let named = entries.iter().filter_map(|e| Some(Effect::ReadKeys(e.id, PathBuf::from(e.exchange.context.jwks.as_ref()?))));
            keys.extend(named);
            share_definitions(&mut entries);
            if let Some(file) = self.files.last_mut() {
                file.entries = entries.into();
                file.reread_pasted();
            }
        }
        let first = (self.files.len() > own).then_some(RequestPosition { file: own, entry: 0 });
        if let Some(at) = restored.or(first) {
            self.open(at);
        }
        self.restore_values(left.iter().flat_map(|l| &l.draft.values));
        // Written before the old drafts are deleted, so that a kill in between loses nothing.
        let mut effects = self.save_draft();
        effects.extend(keys);
        effects.push(Effect::DeleteDrafts(left.into_iter().map(|l| l.path).collect()));
        effects
    }

    /// Puts requests of a draft back into the open files that they are of, and notes where the first of them is. Returns the others.
    fn restore_requests<'d>(&mut self, requests: &'d [DraftRequest], first: &mut Option<RequestPosition>) -> Vec<&'d DraftRequest> {
        let mut rest = Vec::new();
        let mut added: BTreeMap<usize, Vec<Entry>> = BTreeMap::new();
        for request in requests {
            let is_home =
                |file: &RequestFile| request.home.as_ref().is_some_and(|home| file.path.as_deref() == Some(Path::new(&home.path)));
            let Some(file) = self.files.iter().position(is_home) else {
                rest.push(request);
                continue;
            };
            match self.files.get(file).and_then(|open| draft::place_in(open, request)) {
                Some(entry) => {
                    self.restore_request(RequestPosition { file, entry }, request);
                    first.get_or_insert(RequestPosition { file, entry });
                }
                // It was new, or the file has another one there now.
                None => {
                    let entry = self.entry_of_draft(request);
                    added.entry(file).or_default().push(entry);
                }
            }
        }
        for (index, mut entries) in added {
            share_definitions(&mut entries);
            let now = self.number();
            let Some(file) = self.files.get_mut(index) else { continue };
            let end = file.entries.len();
            let what = format!("draft of {}", counted(entries.len()));
            file.splice(end..end, entries, what, now);
            for entry in end..file.entries.len() {
                file.reread(entry);
            }
            first.get_or_insert(RequestPosition { file: index, entry: end });
        }
        rest
    }

    /// Changes a request as a draft tells; its text can be undone.
    fn restore_request(&mut self, at: RequestPosition, request: &DraftRequest) {
        let (edited_at, now) = (self.number(), self.number());
        let Some(file) = self.files.get_mut(at.file) else { return };
        for (name, field) in Field::ALL.into_iter().map(|field| (field.directive(), Some(field))).chain([(NO_REDIRECT, None)]) {
            let values = request.directives.get(name).cloned().unwrap_or_default();
            let Some(entry) = file.entries.get_mut(at.entry) else { return };
            match field {
                Some(field) if !values.is_empty() => field.set(&mut entry.exchange.context, &values),
                Some(_) => {}
                None => entry.exchange.transfer.redirects = if values.is_empty() { Redirects::Follow } else { Redirects::Show },
            }
            // It was held when the draft was written.
            let _ = file.set_directive(at.entry, name, values);
        }
        if file.entries.get(at.entry).is_some_and(|entry| entry.exchange.name != request.name) {
            let _ = file.rename(at.entry, &request.name, now);
        }
        if let Some(entry) = file.entries.get_mut(at.entry) {
            let text = draft::with_left_out(&request.text, entry.editor.text());
            entry.editor.become_text(&text);
            entry.edited_at = edited_at;
        }
        file.reread(at.entry);
    }

    /// Changes values as drafts tell. Says which could not be.
    fn restore_values<'a>(&mut self, values: impl Iterator<Item = &'a DraftValue>) {
        let mut missing: Vec<String> = Vec::new();
        for DraftValue { path, place, name, value } in values {
            let is_restored = value.as_ref().is_some_and(|value| match place {
                ValuePlace::Definition(number) => self.restore_definition(Path::new(path), *number, name, value),
                ValuePlace::Environment(kind, environment) => {
                    let file = self.open_home(PathBuf::from(path), *kind);
                    self.set_value(file, environment, name, value).is_ok()
                }
            });
            if !is_restored {
                missing.push(quoted(name));
            }
        }
        if !missing.is_empty() {
            self.notify(Tone::Bad, format!("Not in the draft, so it has its saved value: {}", missing.join(", ")));
        }
    }

    fn restore_definition(&mut self, path: &Path, number: usize, name: &str, value: &str) -> bool {
        let is_of_file = |file: &&RequestFile| file.path.as_deref() == Some(path);
        let Some(file) = self.files.iter().find(is_of_file) else { return false };
        self.set_definition(file.id, number, name, value).is_ok()
    }

    fn entry_of_draft(&mut self, request: &DraftRequest) -> Entry {
        let (raw, _) = RequestText::parse(&request.text);
        let mut exchange = Exchange { name: request.name.clone(), request: raw, ..Exchange::default() };
        let mut directives = BTreeMap::new();
        for (name, values) in &request.directives {
            if name == NO_REDIRECT {
                exchange.transfer.redirects = Redirects::Show;
                directives.insert(NO_REDIRECT, values.clone());
            } else if let Some(field) = Field::of_directive(name) {
                field.set(&mut exchange.context, values);
                directives.insert(field.directive(), values.clone());
            }
        }
        if request.is_http1 {
            exchange.transfer.version = HttpVersion::Http1;
        }
        let mut entry = self.entry_of(exchange);
        entry.directives = directives;
        entry.block = request.block.as_deref().filter(|block| Document::read(block).len() == 1).map(Into::into);
        entry.editor.become_text(&request.text);
        entry.reread(&VariableResolver::AsWritten);
        entry.mark_unsaved();
        entry
    }

    /// Sets whether drafts contain credentials from now on.
    pub(super) fn set_draft_secrets(&mut self, to: DraftSecrets) -> Vec<Effect> {
        self.draft_secrets = to;
        let told = match to {
            DraftSecrets::Kept => "Drafts of this folder now keep credentials",
            DraftSecrets::LeftOut => "Drafts of this folder now omit credentials",
        };
        self.notify(Tone::Good, told);
        let mut effects = vec![Effect::RememberDraftSecrets(to)];
        effects.extend(self.save_draft());
        effects
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::app::message::Message;
    use crate::app::update;

    fn pasted(text: &str) -> Model {
        let mut model = Model::new(Vec::new(), Timestamp::UNIX_EPOCH);
        update(&mut model, Message::Paste(text.into()));
        model
    }

    fn text(model: &Model) -> String {
        model.draft().files.iter().flat_map(|f| &f.requests).map(|r| r.text.clone()).collect()
    }

    #[test]
    fn credentials_are_left_out_until_the_user_wants_them_kept() {
        let mut model = pasted(
            "curl 'https://a:pw0rd@h.example/?api_key=k123456' -H 'Authorization: Bearer t0ken' -b 'sid=c00kie' -d 'password=p4ss&x=1'",
        );
        let kept = text(&model);
        for secret in ["pw0rd", "k123456", "t0ken", "c00kie", "p4ss"] {
            assert!(!kept.contains(secret), "{secret} in {kept}");
        }
        assert!(kept.contains("Authorization: Bearer {{left-out}}") && kept.contains("&x=1"), "{kept}");
        model.draft_secrets = DraftSecrets::Kept;
        assert_eq!(Some(text(&model)), model.entry().map(|e| e.editor.text().to_string()));
    }

    #[test]
    fn half_typed_texts_leak_nothing() {
        for text_typed in
            ["GET https://h/\nAuthorization Bearer s3cret-t0ken", "GET https://h/\nX: eyJhbGciOiJub25lIn0.eyJhIjoxfQ.s3cret-t0ken"]
        {
            let mut model = pasted("GET https://h/ HTTP/1.1\nHost: h\n\n");
            model.edit(|e| {
                e.select_all();
                e.insert(text_typed);
            });
            assert!(!text(&model).contains("s3cret"), "{}", text(&model));
        }
    }

    #[test]
    fn a_draft_is_kept_once_and_forgotten_when_nothing_is_unsaved() {
        let mut model = pasted("curl https://h.example/");
        assert!(matches!(update(&mut model, Message::SaveDraft).as_slice(), [Effect::SaveDraft(_)]));
        assert_eq!(update(&mut model, Message::SaveDraft), []);
        update(&mut model, Message::Key(crate::app::key::Key::ctrl('z')));
        if let Some(entry) = model.entry_mut() {
            let state = entry.state();
            entry.keep(state, "");
        }
        assert_eq!(update(&mut model, Message::SaveDraft), [Effect::DeleteDraft]);
    }

    #[test]
    fn an_opened_draft_is_what_was_typed_and_still_unsaved() {
        let typed = "GET https://h/a\nX-A : b\r\n\nbody\n";
        let requests = vec![DraftRequest { name: "mine".into(), text: typed.into(), ..DraftRequest::default() }];
        let draft = Draft { files: vec![DraftFile { name: "a.http".into(), requests }], ..Draft::default() };
        let left = OrphanedDraft { path: "d".into(), at: Timestamp::UNIX_EPOCH, draft };
        let mut model = Model::new(Vec::new(), Timestamp::UNIX_EPOCH);
        update(&mut model, Message::OrphanedDrafts(vec![left]));
        assert!(matches!(model.overlay, Some(Overlay::Drafts(_))));
        let effects = update(&mut model, Message::Key(crate::app::key::Key::char('o')));
        assert!(matches!(effects.as_slice(), [Effect::SaveDraft(_), Effect::DeleteDrafts(_)]), "{effects:?}");
        assert_eq!(model.entry().map(|e| e.editor.text()), Some(typed));
        assert_eq!(model.unsaved(), ["draft of a.http"]);
    }
}
