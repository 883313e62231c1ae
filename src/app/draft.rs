//! Drafts: what is unsaved survives a panic, a signal and a kill. Credentials are left out unless the user wants them kept.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::entry::Entry;
use super::file::{NO_REDIRECT, RequestFile};
use super::form::Field;
use super::loaded::Loaded;
use super::model::{At, Model, Tone};
use super::msg::Effect;
use super::overlay::Overlay;
use crate::domain::exchange::{Exchange, HttpVersion, Redirects};
use crate::domain::placeholder::placeholder;
use crate::domain::request::{Locator, RequestPart, RequestText};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::formats::draft::{Draft, DraftFile, DraftRequest};
use crate::formats::http_file::{Document, Source};

/// Stands in a draft for a credential that was left out. As a variable, so that a check names it if it is ever sent.
pub const LEFT_OUT: &str = "{{left-out}}";

/// What becomes of credentials in drafts of this workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DraftSecrets {
    /// They are left out.
    #[default]
    LeftOut,
    /// They are kept: the user said so.
    Kept,
}

/// A draft that another session left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftDraft {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was kept.
    pub at: Timestamp,
    /// What it holds.
    pub draft: Draft,
}

impl Model {
    /// Everything that is unsaved now.
    pub fn draft(&self) -> Draft {
        let secrets = self.draft_secrets;
        let request = |f: &RequestFile, e: &Entry| DraftRequest {
            name: without_secrets(&e.exchange.name, secrets),
            text: text(e, secrets),
            directives: directives(f, e, secrets),
            is_http1: e.exchange.manner.version == HttpVersion::Http1,
        };
        let requests = |f: &RequestFile| f.entries.iter().filter(|e| e.is_unsaved()).map(|e| request(f, e)).collect::<Vec<_>>();
        let files = self.files.iter().map(|f| DraftFile { name: f.name.clone(), requests: requests(f) });
        Draft { files: files.filter(|f| !f.requests.is_empty()).collect() }
    }

    /// The effect that brings the kept draft up to date; none when it is.
    pub(super) fn keep_draft(&mut self) -> Vec<Effect> {
        let draft = self.draft();
        if draft == self.kept_draft {
            return Vec::new();
        }
        self.kept_draft = draft.clone();
        vec![if draft.is_empty() { Effect::ForgetDraft } else { Effect::KeepDraft(draft) }]
    }

    /// Asks what is to become of drafts that other sessions left; what lies over the bench comes first.
    pub(super) fn offer_drafts(&mut self, left: Vec<LeftDraft>) {
        if !left.is_empty() {
            self.waiting = Some(Overlay::Drafts(left));
        }
    }

    /// Puts the drafts on the bench as files of their own: the saved requests stay as they are.
    pub(super) fn open_drafts(&mut self, left: Vec<LeftDraft>) -> Vec<Effect> {
        let first = self.files.len();
        let mut keys = Vec::new();
        for file in left.iter().flat_map(|l| &l.draft.files) {
            self.add_file(Loaded::exchanges(format!("draft of {}", file.name), Vec::new()));
            let entries: Vec<Entry> = file.requests.iter().map(|request| self.entry_of_draft(request)).collect();
            let named = entries.iter().filter_map(|e| Some(Effect::ReadKeys(e.id, PathBuf::from(e.exchange.context.jwks.as_ref()?))));
            keys.extend(named);
            if let Some(file) = self.files.last_mut() {
                file.entries = entries.into();
            }
        }
        self.open(At { file: first, entry: 0 });
        // Kept anew before the old ones go, so that a kill in between loses nothing.
        let mut effects = self.keep_draft();
        effects.extend(keys);
        effects.push(Effect::RemoveDrafts(left.into_iter().map(|l| l.path).collect()));
        effects
    }

    fn entry_of_draft(&mut self, request: &DraftRequest) -> Entry {
        let (raw, _) = RequestText::parse(&request.text);
        let mut exchange = Exchange { name: request.name.clone(), request: raw, ..Exchange::default() };
        let mut directives = BTreeMap::new();
        for (name, values) in &request.directives {
            if name == NO_REDIRECT {
                exchange.manner.redirects = Redirects::Show;
                directives.insert(NO_REDIRECT, values.clone());
            } else if let Some(field) = Field::of_directive(name) {
                field.set(&mut exchange.context, values);
                directives.insert(field.directive(), values.clone());
            }
        }
        if request.is_http1 {
            exchange.manner.version = HttpVersion::Http1;
        }
        let mut entry = self.entry_of(exchange);
        entry.directives = directives;
        entry.editor.become_text(&request.text);
        entry.reread(&super::resolver::Resolver::AsWritten);
        entry.never_kept();
        entry
    }

    /// Keeps credentials in drafts from now on, or leaves them out again.
    pub(super) fn turn_draft_secrets(&mut self, to: DraftSecrets) -> Vec<Effect> {
        self.draft_secrets = to;
        let told = match to {
            DraftSecrets::Kept => "drafts of this folder keep credentials from now on",
            DraftSecrets::LeftOut => "drafts of this folder leave credentials out from now on",
        };
        self.tell(Tone::Good, told);
        let mut effects = vec![Effect::AllowDraftSecrets(to)];
        effects.extend(self.keep_draft());
        effects
    }
}

fn without_secrets(text: &str, secrets: DraftSecrets) -> String {
    match secrets {
        DraftSecrets::Kept => text.to_string(),
        DraftSecrets::LeftOut => without(text, secrecy::in_text(text)),
    }
}

/// What the API expects of a request and whether redirects are followed, with the variables as its file has them: a draft is
/// opened without that file.
fn directives(file: &RequestFile, entry: &Entry, secrets: DraftSecrets) -> BTreeMap<String, Vec<String>> {
    let block = entry.block.as_deref().map(Document::read);
    let saved = match (entry.source, &file.document) {
        (Source::Saved(at) | Source::CopyOf(at), Some(document)) => Some((document, at)),
        _ => block.as_ref().map(|block| (block, 0)),
    };
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in Field::ALL.into_iter().map(Field::directive).chain([NO_REDIRECT]) {
        found.extend(saved.map(|(document, at)| (name, document.values(at, name).map(String::from).collect())));
    }
    found.extend(super::file::directives(entry));
    found.retain(|_, values| !values.is_empty());
    let without = |values: Vec<String>| values.iter().map(|value| without_secrets(value, secrets)).collect();
    found.into_iter().map(|(name, values)| (name.to_string(), without(values))).collect()
}

/// The text of a request as a draft holds it.
fn text(entry: &Entry, secrets: DraftSecrets) -> String {
    let text = entry.editor.text();
    if secrets == DraftSecrets::Kept {
        return text.to_string();
    }
    // By the text as it stands, by what the checks found with the variables filled in, and by looks alone.
    let mut locator = Locator::new(&entry.text);
    let written = secrecy::in_request(&entry.raw).into_iter().filter_map(|(part, span)| {
        let source = match part {
            RequestPart::HeaderValue(i) => entry.raw.headers.0.get(i)?.value.as_str(),
            _ => "",
        };
        locator.locate(part, source, Some(span))
    });
    let mut found: Vec<Span> = written.collect();
    found.extend(entry.derived.iter().flat_map(|d| d.secrets.iter().copied()));
    found.extend(secrecy::in_text(text));
    // `Authorization Bearer …` with its colon forgotten is a header that is all name.
    for (spans, (_, header)) in entry.text.headers.iter().zip(entry.raw.headers.iter()) {
        if header.value.is_empty() && header.name.trim().contains(' ') {
            found.push(spans.name);
        }
    }
    without(text, found)
}

/// The text with some of its bytes left out; what is a placeholder already stays.
fn without(text: &str, mut found: Vec<Span>) -> String {
    found.retain(|span| span.cut(text).is_some_and(|secret| !secret.trim().is_empty() && placeholder(secret.trim()).is_none()));
    found.sort();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for span in found {
        if span.end <= at {
            continue;
        }
        // Of two that overlap, the second one only makes the first longer.
        if span.start >= at {
            out.push_str(text.get(at..span.start).unwrap_or_default());
            out.push_str(LEFT_OUT);
        }
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::msg::Msg;
    use crate::app::update;

    fn pasted(text: &str) -> Model {
        let mut model = Model::new(Vec::new(), Timestamp::UNIX_EPOCH);
        update(&mut model, Msg::Paste(text.into()));
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
        assert!(matches!(update(&mut model, Msg::Keep).as_slice(), [Effect::KeepDraft(_)]));
        assert_eq!(update(&mut model, Msg::Keep), []);
        update(&mut model, Msg::Key(crate::app::key::Key::ctrl('z')));
        if let Some(entry) = model.entry_mut() {
            let state = entry.state();
            entry.keep(state, "");
        }
        assert_eq!(update(&mut model, Msg::Keep), [Effect::ForgetDraft]);
    }

    #[test]
    fn an_opened_draft_is_what_was_typed_and_still_unsaved() {
        let typed = "GET https://h/a\nX-A : b\r\n\nbody\n";
        let requests = vec![DraftRequest { name: "mine".into(), text: typed.into(), ..DraftRequest::default() }];
        let draft = Draft { files: vec![DraftFile { name: "a.http".into(), requests }] };
        let left = LeftDraft { path: "d".into(), at: Timestamp::UNIX_EPOCH, draft };
        let mut model = Model::new(Vec::new(), Timestamp::UNIX_EPOCH);
        update(&mut model, Msg::DraftsLeft(vec![left]));
        assert!(matches!(model.overlay, Some(Overlay::Drafts(_))));
        let effects = update(&mut model, Msg::Key(crate::app::key::Key::char('o')));
        assert!(matches!(effects.as_slice(), [Effect::KeepDraft(_), Effect::RemoveDrafts(_)]), "{effects:?}");
        assert_eq!(model.entry().map(|e| e.editor.text()), Some(typed));
        assert_eq!(model.unsaved(), ["draft of a.http"]);
    }
}
