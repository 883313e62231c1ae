//! The pane names, if panes are shown one at a time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::number;
use crate::app::message::Target;
use crate::app::model::Model;
use crate::app::panes::Pane;
use crate::ui::state::ViewState;
use crate::ui::theme::Styles;

/// The pane names.
pub struct Tabs<'a> {
    pub model: &'a Model,
    pub styles: &'a Styles,
}

impl StatefulWidget for Tabs<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, styles } = self;
        buf.set_style(area, styles.base);
        let proof = model.pane_of_proof();
        let mut rest = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
        for pane in Pane::ALL.into_iter().filter(|p| *p != Pane::Requests || model.request_count() > 1) {
            let style = if pane == model.pane() { styles.title_focus } else { styles.quiet };
            // A dot marks the pane with the evidence of the selection.
            let dot = if proof == Some(pane) { Span::styled("• ", styles.fail) } else { Span::styled("  ", Style::new()) };
            let tab = Line::from(vec![Span::styled(format!("{} ", number(pane)), styles.faint), Span::styled(pane.title(), style), dot]);
            let place = Rect { width: (tab.width() as u16).min(rest.width), ..rest };
            tab.render(place, buf);
            state.drew(place, Target::Pane(pane));
            rest = Rect { x: place.right(), width: rest.width - place.width, ..rest };
        }
    }
}
