//! The form for how a request says who sends it. Every key changes the text of the request.

use crate::app::editor::Editor;
use crate::app::ids::RequestId;
use crate::app::workspace::auth::{Auth, AuthField, AuthKind};
use crate::app::workspace::credential::{Credential, holds_credential};
use crate::formats::variables::placeholders;

/// The open form.
#[derive(Clone, Debug)]
pub struct AuthForm {
    /// The request.
    pub request: RequestId,
    /// Its text before the form changed it.
    pub before: String,
    /// Whether the text is changed now, by one edit.
    pub has_edited: bool,
    /// The chosen kind.
    pub kind: AuthKind,
    /// What is typed in the fields of all kinds, so that a kind that was left finds it again.
    values: Vec<(AuthField, Editor)>,
    /// The focused row: 0 is the kind, then its fields.
    pub chosen: usize,
}

impl AuthForm {
    /// A form filled from the text of a request. A request without a credential begins with a bearer token to type.
    pub fn new(request: RequestId, text: &str) -> Self {
        let auth = Auth::read(text);
        let kind = if auth.kind == AuthKind::None { AuthKind::Bearer } else { auth.kind };
        let values = AuthField::ALL.iter().map(|field| (*field, Editor::line(auth.get(*field)))).collect();
        let secret = kind.fields().iter().position(|field| field.is_secret()).map_or(0, |index| index + 1);
        Self { request, before: text.to_string(), has_edited: false, kind, values, chosen: secret }
    }

    /// The fields of the chosen kind with what is typed in them.
    pub fn fields(&self) -> impl Iterator<Item = (AuthField, &Editor)> {
        let typed = |field: &AuthField| self.values.iter().find(|(known, _)| known == field).map(|(_, editor)| editor);
        self.kind.fields().iter().filter_map(move |field| Some((*field, typed(field)?)))
    }

    /// The focused field; `None` for the kind.
    pub fn field_mut(&mut self) -> Option<&mut Editor> {
        let field = self.kind.fields().get(self.chosen.checked_sub(1)?)?;
        self.values.iter_mut().find(|(known, _)| known == field).map(|(_, editor)| editor)
    }

    /// True if what is typed in a field is masked. A variable alone is none of a secret; a credential is one in any field.
    pub fn is_secret(is_field_of_secret: bool, text: &str) -> bool {
        let mut rest = text.to_string();
        for (place, _) in placeholders(text).collect::<Vec<_>>().into_iter().rev() {
            rest.replace_range(place.range(), "");
        }
        let is_typed = rest.chars().any(|c| !c.is_whitespace());
        is_field_of_secret && is_typed || holds_credential(&rest)
    }

    /// What the focused field becomes by a paste that takes the place of its credential: a whole credential, or anything where nothing
    /// was typed yet. `None` for a paste that goes to the cursor.
    pub fn with_credential(&self, pasted: &str) -> Option<String> {
        let (field, editor) = self.chosen.checked_sub(1).and_then(|index| self.fields().nth(index))?;
        let is_one_line = !pasted.trim().is_empty() && !pasted.trim().contains('\n');
        if !field.is_secret() || editor.selection().is_some() || !is_one_line {
            return None;
        }
        let is_as_read = !editor.can_undo() && editor.cursor() == editor.text().len();
        if !is_as_read && !holds_credential(pasted) {
            return None;
        }
        if field == AuthField::Password || editor.text().is_empty() && self.kind != AuthKind::Bearer {
            return Some(pasted.trim_end_matches('\n').to_string());
        }
        let credential = Credential::of_value(pasted);
        // The scheme is said by the kind of the form. Another one stays to be seen.
        let own = match self.kind {
            AuthKind::Bearer => Some("Bearer"),
            AuthKind::Scheme => self.fields().find(|(field, _)| *field == AuthField::Scheme).map(|(_, editor)| editor.text().trim()),
            _ => None,
        };
        let has_other_scheme = credential.scheme.as_deref().zip(own).is_some_and(|(given, own)| !given.eq_ignore_ascii_case(own));
        Some(if has_other_scheme { pasted.trim().to_string() } else { credential.as_value(editor.text()) })
    }

    /// Moves the focus, wrapping at both ends.
    pub fn step(&mut self, by: isize) {
        let count = self.kind.fields().len() as isize + 1;
        self.chosen = (self.chosen as isize + by).rem_euclid(count) as usize;
    }

    /// Chooses the next kind, or the one before.
    pub fn step_kind(&mut self, by: isize) {
        let all = AuthKind::ALL;
        let at = all.iter().position(|kind| *kind == self.kind).unwrap_or_default() as isize;
        let next = (at + by).rem_euclid(all.len() as isize) as usize;
        self.kind = all.get(next).copied().unwrap_or_default();
        self.chosen = 0;
    }

    /// What the form says.
    pub fn auth(&self) -> Auth {
        let mut auth = Auth::of(self.kind);
        for (field, editor) in self.fields() {
            auth.set(field, editor.text());
        }
        auth
    }
}
