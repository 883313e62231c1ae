//! Completing a typed path.

use crate::app::editor::completion::Completion;
use crate::app::model::{Model, Tone};
use crate::domain::span::Span;

impl Model {
    /// Takes what all paths that begin with a typed text have in common, and lists them if there are several.
    pub(super) fn paths_found(&mut self, typed: &str, found: Vec<String>) {
        // Something else may have been typed in the meantime.
        if self.overlay.as_ref().and_then(|overlay| overlay.typed_path()) != Some(typed) {
            return;
        }
        let Some(common) = common(&found) else {
            return self.notify(Tone::Bad, "Nothing there begins with this");
        };
        if common.len() > typed.len() {
            let common = common.to_string();
            self.edit(|field| field.replace(Span::whole(typed), &common));
        }
        if found.len() > 1 {
            let folder = common.rfind('/').map_or(0, |at| at + 1);
            let options = found.iter().filter_map(|path| path.get(folder..)).map(String::from).collect();
            let end = self.overlay.as_ref().and_then(|overlay| overlay.typed_path()).map_or(0, str::len);
            self.completion = Some(Completion { span: Span::new(folder, end), options, chosen: 0 });
        }
    }
}

/// What texts begin with alike.
fn common(texts: &[String]) -> Option<&str> {
    let (first, rest) = texts.split_first()?;
    let alike = |text: &String| {
        let differs = first.char_indices().zip(text.chars()).find(|((_, a), b)| a != b);
        differs.map_or(first.len().min(text.len()), |((at, _), _)| at)
    };
    first.get(..rest.iter().map(alike).min().unwrap_or(first.len()))
}
