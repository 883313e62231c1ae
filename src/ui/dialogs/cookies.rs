//! The cookies of the session.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame::{FRAME, centered, frame, keys_line, list};
use crate::app::appearance::Secrets;
use crate::app::dialogs::cookies::CookieList;
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::domain::cookie::session::CookieState;
use crate::ui::state::ViewState;
use crate::ui::text::{cut, padded, spans, width, wrap};
use crate::ui::theme::Styles;

/// Columns of the longest name that is shown whole.
const MOST_NAME: usize = 24;
/// Rows for why the chosen one is not sent.
const WHY: u16 = 3;

/// The list.
pub struct CookiesPage<'a> {
    pub model: &'a Model,
    pub list: &'a CookieList,
    pub styles: &'a Styles,
}

impl StatefulWidget for CookiesPage<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, list: cookies, styles } = self;
        let rows = u16::try_from(cookies.rows.len()).unwrap_or(u16::MAX).saturating_add(FRAME.1 + WHY + 1);
        let place = centered(area, area.width.saturating_sub(4).min(100), rows.min(area.height));
        let title = format!("Cookies of this session: {} of {} go to this address", cookies.sent(), cookies.rows.len());
        let inner = frame(&title, &keys_line(model, &[KeyContext::Cookies]), styles, place, buf);
        let above = Rect { height: inner.height.saturating_sub(WHY + 1).max(1), ..inner }.intersection(inner);
        let of = |index: usize| cookies.rows.get(index).map(|row| line(cookies, row, model.secrets, styles)).unwrap_or_default();
        list(cookies.rows.len(), cookies.chosen, of, styles, above, buf, state);
        let why = cookies.row().map(|row| match &row.withheld {
            None => "It is sent to the address of this request.".to_string(),
            Some(why) => format!("It is not sent: {why}."),
        });
        let below = Rect { y: inner.bottom().saturating_sub(WHY), height: WHY, ..inner }.intersection(inner);
        for (text, place) in
            wrap(&spans(&why.unwrap_or_default(), styles.quiet, styles), below.width.into(), 0).into_iter().zip(below.rows())
        {
            text.render(place, buf);
        }
    }
}

/// One cookie: whether it is sent, its name, its value, and where it belongs.
fn line(list: &CookieList, row: &CookieState, secrets: Secrets, styles: &Styles) -> Vec<Span<'static>> {
    let name = list.rows.iter().map(|row| width(&row.name)).max().unwrap_or(0).min(MOST_NAME);
    let (mark, style) = if row.withheld.is_none() { ("✓ ", styles.pass) } else { ("– ", styles.quiet) };
    let mut line = Line::from(Span::styled(mark, style)).spans;
    line.extend(padded(cut(spans(&row.name, styles.name, styles), name, styles), name + 2).spans);
    match (row.value.is_empty(), secrets) {
        (true, _) => line.push(Span::styled("empty", styles.faint)),
        (false, Secrets::Masked) => line.push(Span::styled("•••", styles.secret)),
        (false, Secrets::Shown) => line.extend(spans(&row.value, styles.text, styles)),
    }
    line.extend(spans(&format!("  {}", row.place), styles.quiet, styles));
    line
}
