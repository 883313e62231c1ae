//! The whole screen.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::ascii;
use super::dialogs::{Completions, Dialog};
use super::layout::Areas;
use super::paint::paint;
use super::panes::{ChecklistPane, ClaimsPane, Footer, RequestPane, RequestsPane, ResponsePane, SearchLine, Tabs};
use super::state::ViewState;
use super::theme::Styles;
use crate::app::Model;
use crate::app::appearance::Charset;
use crate::app::dialogs::Overlay;
use crate::app::model::SMALLEST;
use crate::app::panes::Pane;

/// Draws the model.
pub fn draw(frame: &mut Frame, model: &Model, state: &mut ViewState) {
    frame.render_stateful_widget(Screen { model }, frame.area(), state);
    if let Some(cursor) = state.cursor {
        frame.set_cursor_position(cursor);
    }
}

/// The whole screen.
struct Screen<'a> {
    model: &'a Model,
}

impl StatefulWidget for Screen<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let model = self.model;
        let styles = &Styles::of(model);
        state.begin(model);
        paint(area, styles.base, buf);
        match Areas::of(model, styles, area) {
            Some(areas) => render(model, styles, areas, area, buf, state),
            None => {
                let (width, height) = SMALLEST;
                let mut text = vec![Line::styled(format!("authtui needs {width}×{height} cells"), styles.text)];
                // The question is answered once it is visible.
                if matches!(model.overlay, Some(Overlay::Quit)) {
                    text.push(Line::styled("Unsaved changes: enlarge the window to quit", styles.warn));
                }
                Text::from(text).render(area, buf);
            }
        }
        if model.charset == Charset::Ascii {
            ascii::only(buf);
        }
    }
}

fn render(model: &Model, styles: &Styles, areas: Areas, screen: Rect, buf: &mut Buffer, state: &mut ViewState) {
    if let Some((area, summary)) = areas.summary {
        summary.render(area, buf);
    }
    if let Some(area) = areas.tabs {
        Tabs { model, styles }.render(area, buf, state);
    }
    let mut checklist = areas.checklist;
    for (pane, area) in &areas.panes {
        match pane {
            Pane::Requests => RequestsPane { model, styles }.render(*area, buf, state),
            Pane::Request => RequestPane { model, styles }.render(*area, buf, state),
            Pane::Response => ResponsePane { model, styles }.render(*area, buf, state),
            Pane::Claims => ClaimsPane { model, styles }.render(*area, buf, state),
            Pane::Checklist => {
                let pane = checklist.take().unwrap_or_else(|| ChecklistPane::new(model, styles, false, area.width));
                pane.render(*area, buf, state);
            }
        }
    }
    if let Some(Overlay::Search(editor)) = &model.overlay {
        return SearchLine { model, editor, styles }.render(areas.footer, buf, state);
    }
    if let Some(overlay) = &model.overlay {
        state.cover();
        // The footer shows the dialog's keys.
        let above = Rect { height: areas.footer.y - screen.y, ..screen };
        Dialog { model, overlay, styles }.render(above, buf, state);
    }
    if let (Some(completion), Some(cursor)) = (&model.completion, state.cursor) {
        Completions { completion, cursor, styles }.render(screen, buf);
    }
    Footer { model, styles }.render(areas.footer, buf, state);
}
