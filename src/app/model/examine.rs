//! Keeps everything that derives from the state up to date.

use super::{Focus, Model};
use crate::app::panes::checklist;
use crate::app::panes::requests::Fold;
use crate::app::workspace::request::Entry;

/// How many requests are examined at least, and at most, before input is polled again.
const AT_ONCE: (usize, usize) = (16, 512);
/// In how many steps the requests of all files are examined: each step walks over all of them.
const STEPS: usize = 256;

impl Model {
    /// Recomputes what derives from the state: the report on the open request, the selection, the marks.
    pub(in crate::app) fn refresh(&mut self) {
        // A question that pops up while somebody types would take the next keys as its answer.
        if self.overlay.is_none() && self.focus != Focus::Editing {
            self.overlay = self.waiting.pop_front();
        }
        let (at, now) = (self.at, self.now);
        if let Some(file) = self.files.get_mut(at.file) {
            file.examine(at.entry, now);
            file.entries.shown_mut(at.entry).into_iter().for_each(Entry::lay_out);
        }
        self.refresh_search();
        let Some(entry) = self.files.get(at.file).and_then(|f| f.entries.get(at.entry)) else { return };
        let Some(report) = entry.report() else { return };
        self.chosen = checklist::kept(report, self.collapsed, self.chosen);
        self.marks = checklist::subject(report, self.chosen).map(|s| entry.marks(s.evidence)).unwrap_or_default();
    }

    /// True if there is idle work: requests that were never examined, or a response not laid out to its end.
    pub fn has_idle_work(&self) -> bool {
        self.entry().is_some_and(|e| !e.is_laid_out()) || self.has_unexamined()
    }

    fn has_unexamined(&self) -> bool {
        self.files.iter().any(|f| f.fold == Fold::Open && f.entries.iter().any(|e| e.badge.is_none()))
    }

    /// Lays out some more of the response, else examines some more requests.
    pub(in crate::app) fn do_idle_work(&mut self) {
        let open = self.files.get_mut(self.at.file).and_then(|f| f.entries.shown_mut(self.at.entry));
        if let Some(entry) = open.filter(|e| !e.is_laid_out()) {
            return entry.lay_out_more();
        }
        let (least, most) = AT_ONCE;
        let mut left = (self.request_count() / STEPS).clamp(least, most);
        let now = self.now;
        for file in self.files.iter_mut().filter(|f| f.fold == Fold::Open) {
            let unexamined = file.entries.iter().enumerate().filter(|(_, e)| e.badge.is_none()).map(|(index, _)| index);
            let next: Vec<usize> = unexamined.take(left).collect();
            left -= next.len();
            for index in next {
                file.examine(index, now);
                if let Some(entry) = file.entries.shown_mut(index) {
                    entry.release_view();
                }
            }
        }
    }
}
