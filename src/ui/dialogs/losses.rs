//! The list of what was left out or read otherwise.

use ratatui::text::{Line, Span};

use super::frame::keys_line;
use super::page::{Page, PagePosition};
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::domain::secrecy::quoted;
use crate::formats::Loss;
use crate::ui::text::{spans, wrap};
use crate::ui::theme::Styles;

/// The list as a page.
pub fn page<'a>(model: &Model, title: &str, losses: &[Loss], room: usize, styles: &'a Styles) -> Page<'a> {
    let lines = losses.iter().flat_map(|loss| lines(loss, room, styles)).collect();
    Page { title: title.into(), keys: keys_line(model, &[KeyContext::Reading]), lines, place: PagePosition::Bottom, styles }
}

fn lines(loss: &Loss, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let mut text = vec![Span::styled("▲ ", styles.warn)];
    if loss.line > 0 {
        text.push(Span::styled(format!("line {}: ", loss.line), styles.quiet));
    }
    text.extend(spans(&quoted(&loss.message), styles.text, styles));
    wrap(&text, room, 2)
}
