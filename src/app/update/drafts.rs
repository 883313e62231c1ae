//! Drafts: unsaved changes survive a panic, a signal and a kill.

use std::collections::BTreeMap;

use super::dialogs::unread_files;
use super::files::counted;
use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::ids::{FileId, RequestPosition};
use crate::app::model::{Focus, Model, Tone};
use crate::app::workspace::draft::{self, DraftPlace, DraftSecrets, OrphanedDraft, ValueHome};
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
use crate::formats::draft::{Draft, DraftFile, DraftRequest, DraftValue, LEFT_OUT, ValuePlace};
use crate::formats::env::ValueKind;
use crate::formats::http_file::Document;

/// What became of a value of a draft.
enum Restored {
    Done,
    /// It was left out of the draft.
    Omitted,
    /// It has no place, and why.
    Refused(String),
}

impl Model {
    /// Everything unsaved.
    pub fn draft(&self) -> Draft {
        let secrets = self.draft_secrets;
        let unsaved = |f: &RequestFile| f.entries.iter().filter(|e| e.is_unsaved()).map(|e| draft::request(f, e, secrets)).collect();
        let files = self.files.iter().filter(|f| !f.is_practice()).map(|f| DraftFile { name: f.name.clone(), requests: unsaved(f) });
        let definitions = self.files.iter().flat_map(|file| draft::definitions(file, secrets));
        let mut values: Vec<DraftValue> =
            definitions.chain(self.value_files.unsaved().flat_map(|file| draft::values(file, secrets))).collect();
        if let Some(typed) = self.typed_value() {
            // It replaces the one that was changed before.
            values.retain(|value| (&value.path, &value.place, &value.name) != (&typed.path, &typed.place, &typed.name));
            values.push(typed);
        }
        if secrets == DraftSecrets::LeftOut && !values.is_empty() {
            let credentials = self.variables_of_credentials();
            values.iter_mut().filter(|value| credentials.contains(&value.name)).for_each(|value| (value.value, value.was) = (None, None));
        }
        Draft { files: files.filter(|f| !f.requests.is_empty()).collect(), values }
    }

    /// The value that is being typed.
    fn typed_value(&self) -> Option<DraftValue> {
        let Some(Overlay::Values(form)) = &self.overlay else { return None };
        let (row, typed) = (form.row()?, form.typed.as_ref()?);
        if typed.text() == row.value {
            return None;
        }
        let (path, kind) = match row.file.and_then(|id| self.value_files.get(id)) {
            Some(open) => (open.path.clone(), open.kind),
            None => (self.path_of_home(row.new_kind())?, row.new_kind()),
        };
        let place = ValuePlace::Environment(kind, row.environment.clone());
        Some(draft::value(path.to_str()?, place, row.name.clone(), typed.text().into(), self.draft_secrets))
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

    /// Opens drafts: their requests and values in the files that they are of, which are looked for first, as unsaved changes; requests
    /// of no open file become a file of their own.
    pub(super) fn open_drafts(&mut self, left: Vec<OrphanedDraft>) -> Vec<Effect> {
        let has_home =
            |l: &OrphanedDraft| !l.draft.values.is_empty() || l.draft.files.iter().flat_map(|f| &f.requests).any(|r| r.home.is_some());
        if !left.iter().any(has_home) {
            return self.take_over(left, &BTreeMap::new());
        }
        let requests = self.files.iter().filter_map(|file| Some((file.id, file.path.clone()?)));
        self.opens_drafts = true;
        vec![Effect::FindHomes(left, requests.chain(self.value_files.paths()).collect())]
    }

    /// Takes over what is in drafts. What has no place in this session stays where it is.
    pub(super) fn take_over(&mut self, left: Vec<OrphanedDraft>, homes: &BTreeMap<String, ValueHome>) -> Vec<Effect> {
        let (own, mut restored) = (self.files.len(), None);
        let mut effects = Vec::new();
        for file in left.iter().flat_map(|l| &l.draft.files) {
            let rest = self.restore_requests(&file.requests, homes, &mut restored);
            if rest.is_empty() {
                continue;
            }
            self.add_file(LoadedFile::exchanges(format!("draft of {}", file.name), Vec::new()));
            let mut entries: Vec<Entry> = rest.into_iter().map(|request| self.entry_of_draft(request)).collect();
            share_definitions(&mut entries);
            if let Some(file) = self.files.last_mut() {
                file.entries = entries.into();
                file.reread_pasted();
            }
        }
        let first = (self.files.len() > own).then_some(RequestPosition { file: own, entry: 0 });
        // The homes may have been found late: whoever types or answers a question by then stays there.
        let is_free = self.overlay.is_none() && self.focus != Focus::Editing;
        if let Some(at) = restored.or(first).filter(|_| is_free) {
            self.open(at);
        }
        let (mut omitted, mut refused, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for OrphanedDraft { path, draft, .. } in left {
            let before = draft.clone();
            let mut values = draft.values;
            values.retain(|value| match self.restore(value, homes.get(&value.path)) {
                Restored::Done => false,
                Restored::Omitted => {
                    omitted.push(quoted(&value.name));
                    false
                }
                Restored::Refused(why) => {
                    refused.push(format!("{} ({why})", quoted(&value.name)));
                    true
                }
            });
            let draft = Draft { files: Vec::new(), values };
            if draft != before {
                rest.push((path, draft));
            }
        }
        effects.extend(self.files.iter().flat_map(|file| &file.entries).filter(|entry| entry.is_unsaved()).flat_map(unread_files));
        self.tell_of_values(&omitted, &refused);
        let own = self.draft();
        self.saved_draft = own.clone();
        effects.push(Effect::TakeOverDrafts { own, left: rest });
        self.opens_drafts = false;
        effects.extend(self.continue_quitting());
        effects
    }

    /// Puts requests of a draft back into the open files that they are of, and notes where the first of them is. Returns the others.
    fn restore_requests<'d>(
        &mut self,
        requests: &'d [DraftRequest],
        homes: &BTreeMap<String, ValueHome>,
        first: &mut Option<RequestPosition>,
    ) -> Vec<&'d DraftRequest> {
        let (mut rest, mut changed) = (Vec::new(), Vec::new());
        let mut added: BTreeMap<usize, Vec<Entry>> = BTreeMap::new();
        for request in requests {
            let home = request.home.as_ref().and_then(|home| homes.get(&home.path));
            let is_home = |file: &RequestFile| home.is_some_and(|home| *home == ValueHome::Open(file.id));
            let Some(file) = self.files.iter().position(is_home) else {
                rest.push(request);
                continue;
            };
            // What is unsaved there already, from another draft, stays.
            let Some(open) = self.files.get(file) else { continue };
            let place = draft::place_in(open, request);
            match place {
                DraftPlace::Same(entry) | DraftPlace::Saved(entry) if open.entries.get(entry).is_some_and(|e| !e.is_unsaved()) => {
                    let at = RequestPosition { file, entry };
                    self.restore_directives(at, request);
                    if place == DraftPlace::Same(entry) {
                        self.restore_text(at, request);
                    }
                    first.get_or_insert(at);
                }
                _ => {
                    let entry = self.entry_of_draft(request);
                    if place == DraftPlace::Changed {
                        changed.push(format!("“{}”", entry.title()));
                    }
                    added.entry(file).or_default().push(entry);
                }
            }
        }
        if !changed.is_empty() {
            let names = changed.join(", ");
            self.notify(
                Tone::Bad,
                format!("Another program changed {names} since: the draft is a request of its own at the end of the file"),
            );
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

    /// Changes the name of a request and what its directives say as a draft tells.
    fn restore_directives(&mut self, at: RequestPosition, request: &DraftRequest) {
        let now = self.number();
        let Some(file) = self.files.get_mut(at.file) else { return };
        for (name, field) in Field::ALL.into_iter().map(|field| (field.directive(), Some(field))).chain([(NO_REDIRECT, None)]) {
            let saved = file.saved_directive(at.entry, name);
            let drafted = request.directives.get(name).map(Vec::as_slice).unwrap_or_default();
            let as_saved = |value: &String| saved.iter().find(|known| draft::is_as_saved(value, known)).unwrap_or(value).clone();
            let values: Vec<String> = drafted.iter().map(as_saved).collect();
            // It was read with the file: its variables are filled, and its keys are known.
            if values == saved {
                continue;
            }
            let Some(entry) = file.entries.get_mut(at.entry) else { return };
            match field {
                Some(field) => field.set(&mut entry.exchange.context, &values),
                None => entry.exchange.transfer.redirects = if values.is_empty() { Redirects::Follow } else { Redirects::Show },
            }
            // It was held when the draft was written.
            let _ = file.set_directive(at.entry, name, values);
        }
        if file.entries.get(at.entry).is_some_and(|entry| !draft::is_as_saved(&request.name, &entry.exchange.name)) {
            let _ = file.rename(at.entry, &request.name, now);
        }
        file.reread(at.entry);
    }

    /// Gives a request the text of a draft, which can be undone.
    fn restore_text(&mut self, at: RequestPosition, request: &DraftRequest) {
        let edited_at = self.number();
        let Some(file) = self.files.get_mut(at.file) else { return };
        let saved = file.saved_text(at.entry).unwrap_or_default();
        let (text, others) = draft::with_left_out(request, &saved);
        if let Some(entry) = file.entries.get_mut(at.entry) {
            entry.editor.become_text(&text);
            entry.edited_at = edited_at;
        }
        file.reread(at.entry);
        if others > 0 {
            self.notify(Tone::Bad, format!("A credential that was typed is not in the draft: write it in the place of {LEFT_OUT}"));
        }
    }

    /// Says which values of drafts could not be put back.
    fn tell_of_values(&mut self, omitted: &[String], refused: &[String]) {
        let mut told = Vec::new();
        if !refused.is_empty() {
            told.push(format!("Not put back, still in the draft: {}", refused.join(", ")));
        }
        if !omitted.is_empty() {
            told.push(format!("Not in the draft, so it has its saved value: {}", omitted.join(", ")));
        }
        if !told.is_empty() {
            self.notify(Tone::Bad, told.join(". "));
        }
    }

    /// Puts a value of a draft into the file that it is from.
    fn restore(&mut self, value: &DraftValue, home: Option<&ValueHome>) -> Restored {
        let DraftValue { path, place, name, value: Some(text), was } = value else { return Restored::Omitted };
        let restored = match (place, home) {
            (_, Some(ValueHome::Unreadable(why))) => Err(why.clone()),
            (ValuePlace::Definition(number), Some(ValueHome::Open(id))) => {
                self.restore_definition(*id, (*number, name), was.as_deref(), text)
            }
            (ValuePlace::Environment(kind, environment), Some(home)) => match self.open_value_home(home, *kind) {
                Some(file) => self.set_value(file, environment, name, text),
                None => Err(format!("{path} is not a file with values")),
            },
            _ => Err(format!("{path} is not open")),
        };
        restored.map_or_else(Restored::Refused, |()| Restored::Done)
    }

    fn restore_definition(&mut self, id: FileId, (number, name): (usize, &str), was: Option<&str>, value: &str) -> Result<(), String> {
        let file = self.files.iter().find(|file| file.id == id).ok_or("its file is not open")?;
        let place = file.definition_number(number, name, |value| Some(value) == was);
        let number = place.ok_or_else(|| format!("{} does not define it as it did", file.name))?;
        self.set_definition(id, number, name, value)
    }

    /// The open file with values that a draft's value goes to.
    fn open_value_home(&mut self, home: &ValueHome, kind: ValueKind) -> Option<FileId> {
        let number = FileId(self.number());
        let (id, beside) = match home {
            ValueHome::Open(id) => return self.value_files.get(*id).map(|file| file.id),
            ValueHome::Unreadable(_) => return None,
            ValueHome::Read(file, beside) => (self.value_files.open(file, number), beside),
            ValueHome::Absent(path, beside) => match self.value_files.at(path) {
                Some(known) => (known.id, beside),
                None => (self.value_files.create(path.clone(), kind, number), beside),
            },
        };
        for file in self.files.iter_mut().filter(|file| beside.contains(&file.id) && !file.value_files.contains(&id)) {
            file.value_files.push(id);
        }
        Some(id)
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
        entry.body_origin = request.body_origin;
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
    use crate::app::key::Key;
    use crate::app::message::Message;
    use crate::app::update;
    use crate::formats::draft::DraftHome;

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
        update(&mut model, Message::Key(Key::ctrl('z')));
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
        let effects = update(&mut model, Message::Key(Key::char('o')));
        assert!(matches!(effects.as_slice(), [Effect::TakeOverDrafts { .. }]), "{effects:?}");
        assert_eq!(model.entry().map(|e| e.editor.text()), Some(typed));
        assert_eq!(model.unsaved(), ["draft of a.http"]);
    }

    /// A session with a draft of a file, which the user opens; its home has not been found yet.
    fn opening_a_draft() -> (Model, Vec<OrphanedDraft>) {
        let home = Some(DraftHome { path: "/w/a.http".into(), saved: None, fingerprint: None });
        let requests = vec![DraftRequest { text: "GET https://h/".into(), home, ..DraftRequest::default() }];
        let draft = Draft { files: vec![DraftFile { name: "a.http".into(), requests }], ..Draft::default() };
        let mut model = Model::new(Vec::new(), Timestamp::UNIX_EPOCH);
        update(&mut model, Message::OrphanedDrafts(vec![OrphanedDraft { path: "d".into(), at: Timestamp::UNIX_EPOCH, draft }]));
        let mut effects = update(&mut model, Message::Key(Key::char('o')));
        let Some(Effect::FindHomes(left, _)) = effects.pop() else { panic!("{effects:?}") };
        (model, left)
    }

    #[test]
    fn quitting_waits_for_a_draft_that_is_being_opened_and_then_asks_about_it() {
        let (mut model, left) = opening_a_draft();
        assert_eq!(update(&mut model, Message::Key(Key::char('q'))), []);
        update(&mut model, Message::HomesFound(left, BTreeMap::new()));
        assert!(matches!(model.overlay, Some(Overlay::Quit)) && !model.unsaved().is_empty());
    }

    #[test]
    fn quitting_again_does_not_wait_for_a_disk_that_never_answers() {
        let (mut model, _) = opening_a_draft();
        assert_eq!(update(&mut model, Message::Key(Key::char('q'))), []);
        assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("q again")));
        assert_eq!(update(&mut model, Message::Key(Key::char('q'))), [Effect::Quit]);
    }

    #[test]
    fn a_draft_that_is_found_late_does_not_take_the_screen_from_whoever_types() {
        let (mut model, left) = opening_a_draft();
        update(&mut model, Message::Paste("curl https://h.example/mine".into()));
        update(&mut model, Message::Key(Key::char('i')));
        let at = model.at;
        update(&mut model, Message::HomesFound(left, BTreeMap::new()));
        assert_eq!((model.at, model.focus, model.files.len()), (at, Focus::Editing, 2));
    }
}
