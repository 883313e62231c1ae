//! Mouse input.

use crate::app::dialogs::Overlay;
use crate::app::editor::Select;
use crate::app::effect::Effect;
use crate::app::keymap::Action;
use crate::app::message::Target;
use crate::app::model::{Focus, Model};
use crate::app::panes::Pane;
use crate::app::panes::checklist::{self, ChecklistRow};
use crate::app::scroll::{Scroll, Scrollable};

impl Model {
    pub(super) fn click(&mut self, target: Target) -> Vec<Effect> {
        self.notice = None;
        match (target, &mut self.overlay) {
            (Target::Do(action), _) => return self.perform(action),
            (Target::Item(index), Some(Overlay::Pick(picker))) => {
                picker.chosen = index.min(picker.found.len().saturating_sub(1));
                return self.perform(crate::app::keymap::Action::Choose);
            }
            (Target::Item(index), Some(Overlay::Expect(form))) => form.chosen = index.min(form.fields.len().saturating_sub(1)),
            (Target::Item(index), Some(Overlay::Token(form))) => form.chosen = index.min(form.rows.len()),
            (Target::Item(index), Some(Overlay::OAuth(form))) => form.chosen = index.min(form.fields().count()),
            (Target::Item(index), Some(Overlay::Logs)) => self.logs.iter_mut().for_each(|view| view.choose(index)),
            (Target::Item(index), Some(Overlay::Cookies(list))) => list.chosen = index.min(list.rows.len().saturating_sub(1)),
            (Target::Item(index), Some(Overlay::Trials(table))) => table.chosen = index.min(table.rows.len().saturating_sub(1)),
            (Target::Item(index), Some(Overlay::History(list))) => {
                list.chosen = index.min(list.count.saturating_sub(1));
                return self.perform(crate::app::keymap::Action::Choose);
            }
            (Target::Item(index), Some(Overlay::Auth(form))) => form.chosen = index.min(form.kind.fields().len()),
            // A second click on the same value edits it. What is being typed stays.
            (Target::Item(index), Some(Overlay::Values(form))) if form.typed.is_none() => {
                if form.chosen == index {
                    form.edit();
                }
                form.chosen = index.min(form.rows.len().saturating_sub(1));
            }
            (Target::Item(index), Some(Overlay::Parameters(form))) if form.typed.is_none() => {
                let is_chosen = form.chosen == index;
                form.chosen = index.min(form.rows.len().saturating_sub(1));
                if is_chosen {
                    return self.perform(Action::Choose);
                }
            }
            (_, Some(_)) => {}
            (Target::Pane(pane), None) => self.focus_on(pane),
            (Target::Request(row), None) => {
                self.focus_on(Pane::Requests);
                self.open_row(row);
            }
            (Target::Finding(row), None) => {
                self.focus_on(Pane::Checklist);
                let collapsed = self.collapsed;
                let report = self.entry().and_then(|e| e.report());
                let clicked = report.and_then(|r| checklist::rows(r, collapsed).get(row).copied());
                if matches!(clicked, Some(ChecklistRow::Remarks(_) | ChecklistRow::Open(_) | ChecklistRow::Passed(_))) {
                    return self.perform(Action::ToggleFold);
                }
                match clicked.and_then(|row| row.chosen()) {
                    // A second click on the same row explains it.
                    Some(chosen) if chosen == self.chosen => self.explain(),
                    Some(chosen) => self.chosen = chosen,
                    None => {}
                }
            }
            (Target::Text(offset), None) => {
                if self.focus != Focus::Editing {
                    self.focus_on(Pane::Request);
                    self.focus = Focus::Editing;
                }
                self.move_cursor(|e| e.place(offset, Select::Drop));
            }
            (Target::Item(_), None) => {}
        }
        Vec::new()
    }

    pub(super) fn wheel(&mut self, pane: Option<Pane>, lines: i32) -> Vec<Effect> {
        let by = lines as isize;
        match (&mut self.overlay, pane) {
            (Some(Overlay::Pick(picker)), _) => picker.step(by.signum()),
            (Some(Overlay::Cookies(list)), _) => list.step(by.signum()),
            (Some(Overlay::Trials(table)), _) => table.step(by.signum()),
            (Some(Overlay::History(list)), _) => list.step(by.signum()),
            (Some(Overlay::Parameters(form)), _) if form.typed.is_none() => form.step(by.signum()),
            (Some(Overlay::Values(form)), _) if form.typed.is_none() => form.step(by.signum()),
            (Some(_), _) => return vec![Effect::Scroll(Scrollable::Page, Scroll::Lines(by))],
            // In a list each step moves the selection.
            (None, Some(pane @ (Pane::Requests | Pane::Checklist))) => return self.scroll(pane, Scroll::Lines(by.signum())),
            (None, Some(pane)) => return self.scroll(pane, Scroll::Lines(by)),
            (None, None) => {}
        }
        Vec::new()
    }
}
