//! Searching the focused pane.

use super::choices;
use crate::app::appearance::Secrets;
use crate::app::dialogs::Overlay;
use crate::app::editor::Editor;
use crate::app::model::{Model, Tone};
use crate::app::panes::Pane;
use crate::app::panes::claims::ClaimsOf;
use crate::app::search::{Search, Searched, places};
use crate::app::workspace::request::Entry;
use crate::domain::secrecy::quoted;
use crate::domain::span::Span;

/// Rows of claims are searched one by one: no place is longer than a row.
const ROW: usize = 1;

impl Model {
    /// Searches what has the focus: a list by names and addresses, a text by its words.
    pub(super) fn start_search(&mut self) {
        match self.pane() {
            Pane::Requests | Pane::Checklist => self.overlay = Some(Overlay::Pick(choices::everything(self))),
            pane => {
                self.search = Some(Search::new(pane));
                self.overlay = Some(Overlay::Search(Editor::line("")));
            }
        }
    }

    /// Goes to another place of what was found.
    pub(super) fn step_search(&mut self, by: isize) {
        let Some(search) = &mut self.search else { return };
        search.step(by);
        if self.overlay.is_some() {
            return;
        }
        let Some(search) = &self.search else { return };
        match search.places.len() {
            0 => {
                let text = format!("No match for “{}”{}; Esc ends it", quoted(&search.query), self.searched_answer());
                self.notify(Tone::Bad, text);
            }
            1 => self.notify(Tone::Good, "This is the only place"),
            _ => {}
        }
    }

    /// How many places there are, in words; of nothing found, in which response, where that is not the newest.
    pub fn search_count(&self, search: &Search) -> String {
        let answer = if search.places.is_empty() && !search.query.is_empty() { self.searched_answer() } else { "" };
        format!("{}{answer}", search.count())
    }

    /// That the response before the newest is searched, as the end of a sentence.
    fn searched_answer(&self) -> &'static str {
        let is_of_response = self.search.as_ref().is_some_and(|search| search.pane == Pane::Response);
        if is_of_response && self.entry().is_some_and(Entry::shows_earlier) { " in the answer before" } else { "" }
    }

    /// Searches again if the text or what is searched for is another one.
    pub(in crate::app) fn refresh_search(&mut self) {
        let Some(mut search) = self.search.take() else { return };
        if let Some(searched) = self.searched(search.pane).filter(|searched| !search.is_of(*searched)) {
            search.found(self.places(&search), searched);
        }
        self.search = Some(search);
    }

    /// What a search of a pane looks at.
    fn searched(&self, pane: Pane) -> Option<Searched> {
        let entry = self.entry()?;
        let length = match pane {
            Pane::Response => entry.shown_text().map_or(0, |answer| answer.text.len()),
            // Claims change with the clock and with what is masked; they are few.
            Pane::Claims => usize::from(self.claims_of == ClaimsOf::Response) * 2 + usize::from(self.secrets == Secrets::Shown),
            _ => entry.editor.text().len(),
        };
        Some(Searched { request: entry.id, answer: entry.shown_send(), edited_at: entry.edited_at, length })
    }

    fn places(&self, search: &Search) -> Vec<Span> {
        let Some(entry) = self.entry() else { return Vec::new() };
        match search.pane {
            Pane::Response => entry.shown_text().map(|answer| places(&answer.text, &search.query)).unwrap_or_default(),
            Pane::Claims => {
                let rows = self.claim_rows();
                let has = |text: &str| !places(text, &search.query).is_empty();
                let found = rows.iter().enumerate().filter(|(_, row)| {
                    let value = if self.secrets == Secrets::Shown { &row.value } else { &row.masked };
                    has(&row.name) || has(value) || has(&row.meaning)
                });
                found.map(|(i, _)| Span::new(i, i + ROW)).collect()
            }
            _ => places(entry.editor.text(), &search.query),
        }
    }
}
